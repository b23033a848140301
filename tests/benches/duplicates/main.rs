//! The search for duplicates among a million applications, measured against Splink on DuckDB.
//!
//! `make bench` runs it; docs/performance.md tells what the figures mean. In each run, one after another, each in a process of its own, from the
//! same file of cleaned applicants to a file of the pairs that reach the same score: Satu with its shipped model; Splink, which ships none and is
//! trained first; Satu, trained first on the same file. Last the command itself, `satu duplicates`, on a base into which that file was imported.

#[expect(dead_code, reason = "the large files of the other measurements are not this one's")]
#[path = "../common/mod.rs"]
mod common;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use common::Failure;
use common::files::{Input, Kind};
use common::options::{Bench, Options};
use common::process::{self, Cost};
use common::report::{Columns, Measured, Subject, Target};
use serde::de::IgnoredAny;
use serde_json::Value;

const BENCH: Bench = Bench {
    about: "Measures the search for duplicates (--rows-csv applications).",
    runs: (3, 0),
    flags: &[],
    columns: Columns { heading: "million pairs/s", key: "million_pairs_per_second" },
};
/// The least score of a pair that is written, by whomever.
const LEAST: &str = "0.9";
const SATU: &str = "satu";
const SPLINK: &str = "splink";
const TRAINED: &str = "satu, trained first";
const COMMAND: &str = "satu duplicates, on a base";
/// What the columns of the file mean, for the import of the base.
const MEANING: [&str; 8] = [
    "full_name=full_name",
    "phone=phone",
    "email=email",
    "birth_date=birth_date",
    "city=location",
    "education=education",
    "gender=gender",
    "id=source_ref",
];

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
    tools.import(&input, scratch.path())?;
    let (mut all, mut told) = (Vec::new(), Vec::new());
    for run in 1..=options.runs_csv {
        eprintln!("bench: {}, run {run} of {}", input.name(), options.runs_csv);
        let mut found = vec![tools.satu(&input, scratch.path())?];
        if options.script {
            found.push(tools.splink(&input, scratch.path(), compared)?);
        }
        found.push(tools.trained(&input, scratch.path())?);
        found.push(tools.command(scratch.path())?);
        told = found.iter().map(Found::line).collect();
        all.push(found.into_iter().map(|one| one.subject).collect::<Vec<_>>());
    }
    writeln!(
        std::io::stdout(),
        "| what | least score | pairs compared | pairs written |\n|---|--:|--:|--:|\n{}\n",
        told.join("\n")
    )?;
    Ok(vec![Measured::of(&input, &all, targets)?])
}

/// What one of them found in a run.
struct Found {
    subject: Subject,
    /// Pairs that were compared, where it tells.
    compared: Option<f64>,
    /// Pairs that stand in what it wrote.
    written: usize,
}

impl Found {
    fn of(name: &str, cost: Cost, compared: Option<f64>, written: usize) -> Self {
        let own = compared.unwrap_or_default() / cost.wall / 1e6;
        Self { subject: Subject { name: name.to_owned(), cost, own }, compared, written }
    }

    fn line(&self) -> String {
        let compared = self.compared.map(|pairs| format!("{pairs:.0}")).unwrap_or_default();
        format!("| {} | {LEAST} | {compared} | {} |", self.subject.name, self.written)
    }
}

/// What is run.
struct Tools {
    satu: PathBuf,
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
            satu: options.satu.clone(),
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

    /// Writes the file, unless an earlier run has, by the script as it is now.
    fn make(&self, input: &Input) -> Result<(), Failure> {
        let script = self.scripts.join("applicants.py");
        let written = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified());
        let made_by = written(&script)?;
        if written(&input.path).is_ok_and(|file| file >= made_by) {
            return Ok(());
        }
        eprintln!("bench: writing {}", input.path.display());
        let unfinished = input.path.with_extension("unfinished");
        let mut command = Command::new(&self.python);
        command.arg(script).arg(&unfinished).args(["--seed", "7", "--rows"]);
        if !command.arg(input.rows.to_string()).status()?.success() {
            return Err("the applicants could not be made".into());
        }
        Ok(std::fs::rename(unfinished, &input.path)?)
    }

    fn satu(&self, input: &Input, scratch: &Path) -> Result<Found, Failure> {
        let (cost, compared, written) = self.pairs(input, Path::new("-"), scratch)?;
        Ok(Found::of(SATU, cost, Some(compared), written))
    }

    /// As Splink does it: learned from this very file, then the search.
    fn trained(&self, input: &Input, scratch: &Path) -> Result<Found, Failure> {
        let model = scratch.join("model.json");
        let mut command = Command::new(&self.linking);
        command.args(["train", "-"]).arg(&input.path).arg(&model);
        let (training, _) = process::measure(&mut command, Stdio::null())?;
        let (search, compared, written) = self.pairs(input, &model, scratch)?;
        let cost = Cost {
            wall: training.wall + search.wall,
            cpu: training.cpu + search.cpu,
            peak: training.peak.max(search.peak),
        };
        Ok(Found::of(TRAINED, cost, Some(compared), written))
    }

    /// The search from file to file: what it cost, and the pairs that were compared and written.
    fn pairs(&self, input: &Input, model: &Path, scratch: &Path) -> Result<(Cost, f64, usize), Failure> {
        let to = scratch.join("satu.csv");
        let mut command = Command::new(&self.linking);
        command.arg("pairs").arg(model).arg(&input.path).arg(&to).arg(LEAST);
        let (cost, said) = process::measure(&mut command, Stdio::piped())?;
        let told: Value = serde_json::from_str(&said)?;
        let compared = told["pairs"].as_f64().ok_or_else(|| format!("satu told no pairs: {said}"))?;
        Ok((cost, compared, lines(&to)?))
    }

    fn splink(&self, input: &Input, scratch: &Path, compared: f64) -> Result<Found, Failure> {
        let to = scratch.join("splink.csv");
        let mut command = self.rivals("splink", input);
        command.arg(&to).arg(LEAST).stderr(Stdio::null());
        let (cost, _) = process::measure(&mut command, Stdio::null())?;
        Ok(Found::of(SPLINK, cost, Some(compared), lines(&to)?))
    }

    /// Makes the base for the command: as users make one, and outside of what is measured. Whom the import links is one person there, and rows that
    /// wait for HR are nobody yet.
    fn import(&self, input: &Input, scratch: &Path) -> Result<(), Failure> {
        let mut command = self.on_the_base(scratch);
        command.args(["import", "--json", "--portal", "other"]);
        for meaning in MEANING {
            command.args(["--map", meaning]);
        }
        let (cost, said) = process::measure(command.arg(&input.path), Stdio::piped())?;
        let said: Value = serde_json::from_str(&said)?;
        eprintln!("bench: the base was made in {:.0} s, {}", cost.wall, said["counts"]);
        Ok(())
    }

    fn command(&self, scratch: &Path) -> Result<Found, Failure> {
        let to = scratch.join("command.json");
        let mut command = self.on_the_base(scratch);
        command.args(["duplicates", "--json", "--min", LEAST]);
        let (cost, _) = process::measure(&mut command, Stdio::from(File::create(&to)?))?;
        let pairs: Vec<IgnoredAny> = serde_json::from_reader(BufReader::new(File::open(&to)?))?;
        Ok(Found::of(COMMAND, cost, None, pairs.len()))
    }

    fn on_the_base(&self, scratch: &Path) -> Command {
        let mut command = Command::new(&self.satu);
        command.env("SATU_DATA_DIR", scratch.join("data")).env_remove("RUST_LOG");
        command.arg("--database").arg(format!("sqlite:{}", scratch.join("satu.db").display()));
        command
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

/// The pairs of a CSV file: its lines but for the header.
fn lines(file: &Path) -> Result<usize, Failure> {
    let mut count = 0_usize;
    for line in BufReader::new(File::open(file)?).lines() {
        line?;
        count += 1;
    }
    Ok(count.saturating_sub(1))
}

/// Like with like: both trained on the file; and Satu as it comes, which needs no training.
fn targets(medians: &[Subject]) -> Vec<Target> {
    let named = |name: &str| medians.iter().find(|one| one.name == name);
    let Some(splink) = named(SPLINK) else { return Vec::new() };
    let compared = [
        (TRAINED, "satu, trained first / splink, wall time", "satu, trained first / splink, peak memory"),
        (SATU, "satu / splink, wall time", "satu / splink, peak memory"),
    ];
    let mut targets = Vec::new();
    for (name, wall, memory) in compared {
        let Some(ours) = named(name) else { continue };
        targets.push(Target::times(wall, ours, splink, 1.0, false));
        targets.push(Target {
            what: memory,
            #[allow(clippy::cast_precision_loss, reason = "bytes")]
            value: ours.cost.peak as f64 / splink.cost.peak as f64,
            bound: 0.25,
            at_least: false,
            unit: "×",
        });
    }
    targets
}
