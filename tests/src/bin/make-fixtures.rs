//! Writes the synthetic files under `fixtures/`, or one large file for measuring.
//!
//! ```text
//! make-fixtures [--into DIR]
//! make-fixtures --rows N [--portal jobstreet|glints|indeed] [--seed N] [--xlsx [--inline]] --out FILE
//! ```

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use satu_tests::fixtures::{self, large::Large, large::Strings, sheet::WriteError};

fn main() -> ExitCode {
    let outcome =
        Arguments::read(std::env::args().skip(1)).and_then(|arguments| match (&arguments.out, &arguments.large) {
            (Some(out), large) => arguments.write_large(out, large.as_ref().unwrap_or(&Large::default())),
            (None, None) => write_all(&arguments.into),
            (None, Some(_)) => Err("--rows, --portal and --seed need --out FILE".into()),
        });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("make-fixtures: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line says.
struct Arguments {
    into: PathBuf,
    out: Option<PathBuf>,
    large: Option<Large>,
    xlsx: bool,
    strings: Strings,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, WriteError> {
        let mut read = Self {
            into: Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures"),
            out: None,
            large: None,
            xlsx: false,
            strings: Strings::Shared,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--into" => read.into = value()?.into(),
                "--out" => read.out = Some(value()?.into()),
                "--rows" => read.large.get_or_insert_default().rows = value()?.replace('_', "").parse()?,
                "--portal" => read.large.get_or_insert_default().portal = value()?,
                "--seed" => read.large.get_or_insert_default().seed = value()?.parse()?,
                "--xlsx" => read.xlsx = true,
                "--inline" => read.strings = Strings::Inline,
                other => return Err(format!("unknown argument {other}").into()),
            }
        }
        Ok(read)
    }

    fn write_large(&self, out: &Path, large: &Large) -> Result<(), WriteError> {
        if self.xlsx { large.write_xlsx(out, self.strings) } else { large.write_csv(out) }
    }
}

fn write_all(into: &Path) -> Result<(), WriteError> {
    let all = fixtures::all()?;
    for fixture in &all {
        let path = into.join(fixture.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, &fixture.bytes)?;
    }
    std::fs::write(into.join("README.md"), fixtures::readme(&all))?;
    Ok(())
}
