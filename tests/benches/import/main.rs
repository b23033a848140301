//! The import of large files, measured against what it could cost at least and what a plain script costs.
//!
//! `make bench` runs it; docs/performance.md tells what the figures mean. In each run, one after another: `satu import` into a fresh
//! database, the floor ([`floor`]) and the script ([`script`]). What they made is checked each time, so that a quick wrong answer is no
//! figure.

mod files;
mod floor;
mod machine;
mod options;
mod process;
mod report;
mod satu;
mod script;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use files::Input;
use options::{Asked, Options};
use process::Cost;
use report::{Measured, Subject};

/// Whatever went wrong, as a sentence.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let outcome = Options::read(std::env::args().skip(1)).and_then(|asked| match asked {
        Asked::Floor { source, target } => floor::child(&source, &target),
        Asked::Usage => Ok(writeln!(std::io::stdout(), "{}", options::USAGE)?),
        Asked::Measure(options) => measure(&options),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<(), Failure> {
    std::fs::create_dir_all(&options.cache)?;
    // In the cache folder, not in /tmp: that may be memory.
    let scratch = tempfile::tempdir_in(&options.cache)?;
    let mut measured = Vec::new();
    for (input, runs) in [
        (Input::csv(&options.cache, options.rows_csv), options.runs_csv),
        (Input::xlsx(&options.cache, options.rows_xlsx), options.runs_xlsx),
    ] {
        if input.rows == 0 {
            continue;
        }
        input.make()?;
        let rejected = input.rejected();
        let mut subjects = Vec::new();
        for run in 1..=runs {
            eprintln!("bench: {}, run {run} of {runs}", input.name());
            let folder = scratch.path().join("run");
            std::fs::create_dir(&folder)?;
            subjects.push(one_run(options, &input, rejected, &folder)?);
            std::fs::remove_dir_all(&folder)?;
        }
        measured.push(Measured::of(&input, &subjects)?);
    }
    let machine = machine::line();
    if let Some(file) = &options.json {
        std::fs::write(file, format!("{:#}\n", report::json(&machine, options, &measured)))?;
    }
    writeln!(std::io::stdout(), "{}", report::text(&machine, options, &measured))?;
    Ok(())
}

/// One run of everything on one file.
fn one_run(options: &Options, input: &Input, rejected: u64, folder: &Path) -> Result<Vec<Subject>, Failure> {
    let data = folder.join("satu");
    let (ours, counts) = satu::import(&options.satu, input, &data)?;
    let database = data.join("satu.db");
    satu::check(&options.satu, &data, input, rejected, &counts)?;
    let mut subjects = vec![subject("satu import", ours, &database)];

    let target = folder.join("floor.db");
    let cost = floor::run(&database, &target)?;
    subjects.push(subject("floor", cost, &target));

    if options.script {
        let target = folder.join("script.db");
        let (cost, theirs) = script::run(options, input, &target)?;
        script::check(&counts, &theirs, &database, &target)?;
        subjects.push(subject("script", cost, &target));
    }
    Ok(subjects)
}

fn subject(name: &'static str, cost: Cost, database: &Path) -> Subject {
    Subject { name, cost, database: process::size(database) }
}
