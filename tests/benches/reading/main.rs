//! The reading of large files, measured against the bare libraries and against pandas.
//!
//! `make bench` runs it; docs/performance.md tells what the figures mean. In each run, one after another, each in a process of its own:
//! the reading that stands before a preview or an import ([`satu`]), the bare library ([`bare`]), and for the workbook pandas with
//! openpyxl. For the CSV also whole previews, whose memory must not grow with the file.

mod bare;
#[path = "../common/mod.rs"]
mod common;
mod satu;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use common::files::{Input, Kind};
use common::options::{Bench, Options};
use common::process::{self, Cost};
use common::report::{Columns, Measured, Subject, Target, megabytes};
use common::{Failure, inputs};

#[cfg(not(windows))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const BENCH: Bench = Bench {
    about: "Measures the reading of large files.",
    runs: (5, 5),
    flags: &[],
    columns: Columns { heading: "MB/s", key: "megabytes_per_second" },
};

fn main() -> ExitCode {
    common::main(&BENCH, subject, measure)
}

/// Each prints what it found, so that nothing is left undone.
fn subject(name: &str, words: &[String]) -> Result<(), Failure> {
    match (name, words) {
        ("satu", [file]) => satu::child(file.as_ref()),
        ("csv", [file]) => bare::csv(file.as_ref()),
        ("calamine", [file]) => bare::calamine(file.as_ref()),
        _ => Err(format!("there is no {name} {words:?}").into()),
    }
}

fn measure(options: &Options) -> Result<Vec<Measured>, Failure> {
    let scratch = tempfile::tempdir_in(&options.cache)?;
    let mut measured = Vec::new();
    for (input, runs) in inputs(options)? {
        let expected = satu::Found::expected(&input);
        let mut all = Vec::new();
        for run in 1..=runs {
            eprintln!("bench: {}, run {run} of {runs}", input.name());
            all.push(one_run(options, &input, expected)?);
        }
        measured.push(Measured::of(&input, &all, |medians| targets(medians, input.kind))?);
        if input.kind == Kind::Csv {
            measured.extend(previews(options, &input, scratch.path())?);
        }
    }
    Ok(measured)
}

/// One run of everything on one file.
fn one_run(options: &Options, input: &Input, expected: satu::Found) -> Result<Vec<Subject>, Failure> {
    let (cost, found) = of_this("satu", input)?;
    if found != expected.to_string() {
        return Err(format!("{}: satu found {found}, not {expected}", input.name()).into());
    }
    let mut subjects = vec![subject_of("satu", cost, input)?];
    let bare = if input.kind == Kind::Csv { "csv" } else { "calamine" };
    let (cost, rows) = of_this(bare, input)?;
    must_be(input, bare, &rows, input.rows + 1)?;
    subjects.push(subject_of(bare, cost, input)?);
    if options.script && input.kind == Kind::Xlsx {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/read_excel.py");
        let (cost, rows) =
            process::measure(Command::new(&options.python).arg(script).arg(&input.path), Stdio::piped())?;
        must_be(input, "pandas", rows.trim(), input.rows)?;
        subjects.push(subject_of("pandas", cost, input)?);
    }
    Ok(subjects)
}

/// Runs one of this program's subjects.
fn of_this(name: &str, input: &Input) -> Result<(Cost, String), Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    let (cost, said) = process::measure(command.arg(name).arg(&input.path), Stdio::piped())?;
    Ok((cost, said.trim().to_owned()))
}

fn must_be(input: &Input, who: &str, rows: &str, expected: u64) -> Result<(), Failure> {
    if rows == expected.to_string() {
        return Ok(());
    }
    Err(format!("{}: {who} found {rows} rows, not {expected}", input.name()).into())
}

fn subject_of(name: &str, cost: Cost, input: &Input) -> Result<Subject, Failure> {
    Ok(Subject { name: name.to_owned(), cost, own: megabytes(input.bytes()?) / cost.wall })
}

fn targets(medians: &[Subject], kind: Kind) -> Vec<Target> {
    let [ours, bare, others @ ..] = medians else { return Vec::new() };
    let what = if kind == Kind::Csv { "satu / csv, wall time" } else { "satu / calamine, wall time" };
    let mut targets = vec![Target::times(what, ours, bare, 1.5, false)];
    if let Some(pandas) = others.first() {
        targets.push(Target::times("pandas / satu, wall time", pandas, ours, 10.0, true));
    }
    targets
}

/// Previews of the file and of one of a tenth of its rows: the memory of the one must not be much more than that of the other.
fn previews(options: &Options, input: &Input, scratch: &Path) -> Result<Vec<Measured>, Failure> {
    let small = Input::csv(&options.cache, input.rows / 10);
    small.make()?;
    let preview = |input: &Input| -> Result<Subject, Failure> {
        eprintln!("bench: {}, preview", input.name());
        let data = tempfile::tempdir_in(scratch)?;
        let mut command = Command::new(&options.satu);
        command.env("SATU_DATA_DIR", data.path()).env_remove("SATU_DATABASE_URL").env_remove("RUST_LOG");
        let (cost, _) = process::measure(command.arg("preview").arg(&input.path).arg("--json"), Stdio::null())?;
        subject_of("satu preview", cost, input)
    };
    let (few, many) = (preview(&small)?, preview(input)?);
    let growth = Target {
        what: "satu preview, peak memory by that of a tenth of the rows",
        #[allow(clippy::cast_precision_loss, reason = "bytes")]
        value: many.cost.peak as f64 / few.cost.peak as f64,
        bound: 1.5,
        at_least: false,
        unit: "×",
    };
    Ok(vec![Measured::of(&small, &[vec![few]], |_| Vec::new())?, Measured::of(input, &[vec![many]], |_| vec![growth])?])
}
