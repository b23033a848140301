//! The import of large files, measured against bare statements that write the same rows and against a plain script.
//!
//! `make bench` runs it; docs/performance.md tells what the figures mean. In each run, one after another: `satu import` into a fresh
//! database, the floor ([`floor`]) and the script ([`script`]). What they made is checked each time, so that a quick wrong answer is no
//! figure.

#[path = "../common/mod.rs"]
mod common;
mod floor;
mod satu;
mod script;

use std::path::Path;
use std::process::ExitCode;

use common::files::{Input, Kind};
use common::options::{Bench, Options};
use common::process::Cost;
use common::report::{Columns, Measured, Subject, Target, megabytes};
use common::{Failure, inputs};

/// The script, too, reads plain Indonesian mobiles by a way of its own.
const SHORTCUT: &str = "--script-shortcut";

const BENCH: Bench = Bench {
    about: "Measures the import of large files.",
    runs: (1, 3),
    flags: &[(SHORTCUT, "the script, too, reads plain Indonesian mobiles without the phonenumbers library")],
    columns: Columns { heading: "database MB", key: "database_mb" },
};

fn main() -> ExitCode {
    common::main(&BENCH, subject, measure)
}

fn subject(name: &str, words: &[String]) -> Result<(), Failure> {
    match (name, words) {
        ("floor", [source, target]) => floor::child(source.as_ref(), target.as_ref()),
        _ => Err(format!("there is no {name} {words:?}").into()),
    }
}

fn measure(options: &Options) -> Result<Vec<Measured>, Failure> {
    // In the cache folder, not in /tmp: that may be memory.
    let scratch = tempfile::tempdir_in(&options.cache)?;
    let mut measured = Vec::new();
    for (input, runs) in inputs(options)? {
        let rejected = rejected(&input);
        let mut subjects = Vec::new();
        for run in 1..=runs {
            eprintln!("bench: {}, run {run} of {runs}", input.name());
            let folder = scratch.path().join("run");
            std::fs::create_dir(&folder)?;
            subjects.push(one_run(options, &input, rejected, &folder)?);
            std::fs::remove_dir_all(&folder)?;
        }
        measured.push(Measured::of(&input, &subjects, |medians| targets(medians, input.kind))?);
    }
    Ok(measured)
}

/// How many rows have no name, or nothing to reach her by.
fn rejected(input: &Input) -> u64 {
    let large = input.large();
    let is_rejected = |number: &u64| {
        let [_, name, email, ..] = large.row(*number);
        name == "-" || email.contains('*')
    };
    u64::try_from((0..input.rows).filter(is_rejected).count()).unwrap_or_default()
}

/// One run of everything on one file.
fn one_run(options: &Options, input: &Input, rejected: u64, folder: &Path) -> Result<Vec<Subject>, Failure> {
    let data = folder.join("satu");
    let (ours, counts) = satu::import(&options.satu, input, &data)?;
    let database = data.join("satu.db");
    satu::check(&options.satu, &data, input, rejected, &counts)?;
    let mut subjects = vec![subject_of("satu import", ours, &database)];

    let target = folder.join("floor.db");
    let cost = floor::run(&database, &target)?;
    subjects.push(subject_of("floor", cost, &target));

    if options.script {
        let target = folder.join("script.db");
        let (cost, theirs) = script::run(options, input, &target)?;
        script::check(&counts, &theirs, &database, &target)?;
        subjects.push(subject_of("script", cost, &target));
    }
    Ok(subjects)
}

fn subject_of(name: &str, cost: Cost, database: &Path) -> Subject {
    Subject { name: name.to_owned(), cost, own: megabytes(size(database)) }
}

/// Bytes of a database with its log.
fn size(database: &Path) -> u64 {
    ["", "-wal"]
        .iter()
        .filter_map(|tail| std::fs::metadata(format!("{}{tail}", database.display())).ok())
        .map(|file| file.len())
        .sum()
}

/// The targets of the main job: within twice the floor, 4 (CSV) and 8 (XLSX) times quicker than the script, under 200 MB.
fn targets(medians: &[Subject], kind: Kind) -> Vec<Target> {
    let [ours, others @ ..] = medians else { return Vec::new() };
    let mut targets = Vec::new();
    if let Some(floor) = others.first() {
        targets.push(Target::times("satu / floor, wall time", ours, floor, 2.0, false));
    }
    if let Some(script) = others.get(1) {
        let bound = if kind == Kind::Csv { 4.0 } else { 8.0 };
        targets.push(Target::times("script / satu, wall time", script, ours, bound, true));
    }
    let value = megabytes(ours.cost.peak);
    targets.push(Target { what: "satu, peak memory", value, bound: 200.0, at_least: false, unit: " MB" });
    targets
}
