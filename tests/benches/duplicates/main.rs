//! The search for duplicates among a million applications, measured against Splink on DuckDB.
//!
//! `make bench` runs it; docs/performance.md tells what the figures mean. In each run, one after another, each in a process of its own, both
//! from the same file of cleaned applicants to a file of scored pairs: Satu with its shipped model, and Splink, which is trained first, for it
//! ships none: its training is a part of its run.

#[expect(dead_code, reason = "the large files of the other measurements are not this one's")]
#[path = "../common/mod.rs"]
mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use common::Failure;
use common::files::{Input, Kind};
use common::options::{Bench, Options};
use common::process;
use common::report::{Columns, Measured, Subject, Target};
use serde_json::Value;

const BENCH: Bench = Bench {
    about: "Measures the search for duplicates (--rows-csv applications).",
    runs: (3, 0),
    flags: &[],
    columns: Columns { heading: "million pairs/s", key: "million_pairs_per_second" },
};
/// The least score of a pair that is written.
const LEAST: &str = "0.9";

fn main() -> ExitCode {
    common::main(&BENCH, |name, words| Err(format!("there is no {name} {words:?}").into()), measure)
}

fn measure(options: &Options) -> Result<Vec<Measured>, Failure> {
    let tools = Tools::of(options)?;
    let scratch = tempfile::tempdir_in(&options.cache)?;
    let path = options.cache.join(format!("applicants-{}.csv", options.rows_csv));
    let input = Input { path, rows: options.rows_csv, kind: Kind::Csv };
    tools.make(&input)?;
    let compared = if options.script { tools.splink_pairs(&input)? } else { 0.0 };
    let mut all = Vec::new();
    for run in 1..=options.runs_csv {
        eprintln!("bench: {}, run {run} of {}", input.name(), options.runs_csv);
        let mut subjects = vec![tools.satu(&input, scratch.path())?];
        if options.script {
            subjects.push(tools.splink(&input, scratch.path(), compared)?);
        }
        all.push(subjects);
    }
    Ok(vec![Measured::of(&input, &all, targets)?])
}

/// What is run.
struct Tools {
    /// The built example `linking` of satu-core.
    linking: PathBuf,
    /// The interpreter that has Splink.
    python: PathBuf,
    /// The scripts of the accuracy measurement.
    scripts: PathBuf,
}

impl Tools {
    fn of(options: &Options) -> Result<Self, Failure> {
        let beside = options.satu.parent().ok_or("the program stands in no folder")?;
        let home = options.cache.parent().ok_or("the cache stands in no folder")?;
        let tools = Self {
            linking: beside.join("examples/linking"),
            python: home.join("accuracy/bin/python"),
            scripts: Path::new(env!("CARGO_MANIFEST_DIR")).join("accuracy"),
        };
        for needed in [&tools.linking, &tools.python] {
            if !needed.is_file() {
                return Err(format!("{} is missing: run make bench, which makes it", needed.display()).into());
            }
        }
        Ok(tools)
    }

    /// Writes the file, unless an earlier run has.
    fn make(&self, input: &Input) -> Result<(), Failure> {
        if input.path.is_file() {
            return Ok(());
        }
        eprintln!("bench: writing {}", input.path.display());
        let unfinished = input.path.with_extension("unfinished");
        let mut command = Command::new(&self.python);
        command.arg(self.scripts.join("applicants.py")).arg(&unfinished).args(["--seed", "7", "--rows"]);
        if !command.arg(input.rows.to_string()).status()?.success() {
            return Err("the applicants could not be made".into());
        }
        Ok(std::fs::rename(unfinished, &input.path)?)
    }

    fn satu(&self, input: &Input, scratch: &Path) -> Result<Subject, Failure> {
        let mut command = Command::new(&self.linking);
        command.args(["pairs", "-"]).arg(&input.path).arg(scratch.join("satu.csv")).arg(LEAST);
        let (cost, said) = process::measure(&mut command, Stdio::piped())?;
        let told: Value = serde_json::from_str(&said)?;
        let pairs = told["pairs"].as_f64().ok_or_else(|| format!("satu told no pairs: {said}"))?;
        eprintln!("bench: satu compared {pairs} pairs, {} reach {LEAST}", told["found"]);
        Ok(Subject { name: "satu".to_owned(), cost, own: pairs / cost.wall / 1e6 })
    }

    fn splink(&self, input: &Input, scratch: &Path, compared: f64) -> Result<Subject, Failure> {
        let mut command = self.rivals("splink", input);
        command.arg(scratch.join("splink.csv")).stderr(Stdio::null());
        let (cost, said) = process::measure(&mut command, Stdio::piped())?;
        eprintln!("bench: splink compared {compared} pairs, {} reach 0.001", said.trim());
        Ok(Subject { name: "splink".to_owned(), cost, own: compared / cost.wall / 1e6 })
    }

    /// How many pairs Splink's keys bring together: counted once, outside of what is measured.
    fn splink_pairs(&self, input: &Input) -> Result<f64, Failure> {
        let output = self.rivals("count", input).stderr(Stdio::null()).output()?;
        let said = String::from_utf8(output.stdout)?;
        said.trim().parse().map_err(|_| format!("splink counted no pairs: {said}").into())
    }

    fn rivals(&self, what: &str, input: &Input) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(self.scripts.join("rivals.py")).arg(what).arg(&input.path);
        command
    }
}

fn targets(medians: &[Subject]) -> Vec<Target> {
    let [ours, splink] = medians else { return Vec::new() };
    let memory = Target {
        what: "satu / splink, peak memory",
        #[allow(clippy::cast_precision_loss, reason = "bytes")]
        value: ours.cost.peak as f64 / splink.cost.peak as f64,
        bound: 0.25,
        at_least: false,
        unit: "×",
    };
    vec![Target::times("satu / splink, wall time", ours, splink, 1.0, false), memory]
}
