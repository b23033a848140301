//! What the measurements share: the large files, a process that is run and measured, the command line, and the report.
//!
//! It must not know what is measured. A new measurement is a folder beside this one with a [`options::Bench`], its subjects and its targets.

pub(crate) mod files;
pub(crate) mod machine;
pub(crate) mod options;
pub(crate) mod process;
pub(crate) mod report;

use std::io::Write as _;
use std::process::ExitCode;

use files::Input;
use options::{Asked, Bench, Options};
use report::{Columns, Measured};

/// Whatever went wrong, as a sentence.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs a measurement, or one subject of it where the command line names one.
pub(crate) fn main(
    bench: &Bench,
    subject: impl FnOnce(&str, &[String]) -> Result<(), Failure>,
    measure: impl FnOnce(&Options) -> Result<Vec<Measured>, Failure>,
) -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = Options::read(bench, &words).and_then(|asked| match asked {
        Asked::Subject { name, words } => subject(&name, &words),
        Asked::Usage => Ok(writeln!(std::io::stdout(), "{}", options::usage(bench))?),
        Asked::Measure(options) => {
            std::fs::create_dir_all(&options.cache)?;
            tell(&bench.columns, &options, &measure(&options)?)
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The files that are asked for, each with its number of runs; those that are not there yet are written.
pub(crate) fn inputs(options: &Options) -> Result<Vec<(Input, usize)>, Failure> {
    let all = [
        (Input::csv(&options.cache, options.rows_csv), options.runs_csv),
        (Input::xlsx(&options.cache, options.rows_xlsx), options.runs_xlsx),
    ];
    let wanted: Vec<(Input, usize)> = all.into_iter().filter(|(input, _)| input.rows > 0).collect();
    wanted.iter().try_for_each(|(input, _)| input.make())?;
    Ok(wanted)
}

fn tell(columns: &Columns, options: &Options, measured: &[Measured]) -> Result<(), Failure> {
    let machine = machine::line();
    if let Some(file) = &options.json {
        std::fs::write(file, format!("{:#}\n", report::json(&machine, columns, options, measured)))?;
    }
    writeln!(std::io::stdout(), "{}", report::text(&machine, columns, options, measured))?;
    Ok(())
}
