//! What the command line asks for.

use std::path::{Path, PathBuf};

use super::Failure;

/// The usage, as printed by `--help`.
pub(super) const USAGE: &str = "\
Measures the import of large files. Options:
  --rows-csv N       rows of the CSV (1000000; 0 leaves it out)
  --rows-xlsx N      rows of the XLSX (100000; 0 leaves it out)
  --runs N           runs of each file (1 for the CSV, 3 for the XLSX); figures are medians
  --json FILE        the figures as JSON, too
  --no-script        leave the script out
  --script-shortcut  the script, too, reads plain Indonesian mobiles without the phonenumbers library
  --satu PATH        the program (the release build beside this one)
  --python PATH      the interpreter that has the script's libraries (~/.cache/satu/bench/venv/bin/python)";

/// What to do.
pub(super) enum Asked {
    /// Measure.
    Measure(Options),
    /// Be the floor: the process that writes the rows of one database into another.
    Floor { source: PathBuf, target: PathBuf },
    /// Print the usage.
    Usage,
}

/// How to measure.
pub(super) struct Options {
    pub(super) rows_csv: u64,
    pub(super) rows_xlsx: u64,
    pub(super) runs_csv: usize,
    pub(super) runs_xlsx: usize,
    pub(super) json: Option<PathBuf>,
    pub(super) script: bool,
    pub(super) shortcut: bool,
    pub(super) satu: PathBuf,
    pub(super) python: PathBuf,
    /// Where the large files and the script's libraries stay from one time to the next.
    pub(super) cache: PathBuf,
}

impl Options {
    /// Reads the words behind the program's name.
    pub(super) fn read(mut words: impl Iterator<Item = String>) -> Result<Asked, Failure> {
        let cache = cache()?;
        let mut options = Self {
            rows_csv: 1_000_000,
            rows_xlsx: 100_000,
            runs_csv: 1,
            runs_xlsx: 3,
            json: None,
            script: true,
            shortcut: false,
            satu: beside()?,
            python: cache.join("venv/bin/python"),
            cache,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value; --help tells the options"));
            match word.as_str() {
                "--bench" => {} // cargo's own
                "--rows-csv" => options.rows_csv = number(&word, &value()?)?,
                "--rows-xlsx" => options.rows_xlsx = number(&word, &value()?)?,
                "--runs" => {
                    let runs = usize::try_from(number(&word, &value()?)?)?.max(1);
                    (options.runs_csv, options.runs_xlsx) = (runs, runs);
                }
                "--json" => options.json = Some(value()?.into()),
                "--no-script" => options.script = false,
                "--script-shortcut" => options.shortcut = true,
                "--satu" => options.satu = value()?.into(),
                "--python" => options.python = value()?.into(),
                "--help" | "-h" => return Ok(Asked::Usage),
                "floor" => return Ok(Asked::Floor { source: value()?.into(), target: value()?.into() }),
                other => return Err(format!("unknown option {other}; --help tells the options").into()),
            }
        }
        options.must_exist()?;
        Ok(Asked::Measure(options))
    }

    fn must_exist(&self) -> Result<(), Failure> {
        if !self.satu.is_file() {
            return Err(format!(
                "{} is missing: run make bench, which builds it, or name another with --satu",
                self.satu.display()
            )
            .into());
        }
        if self.script && !self.python.is_file() {
            return Err(format!(
                "{} is missing: run make bench, which makes it, or leave the script out with --no-script",
                self.python.display()
            )
            .into());
        }
        Ok(())
    }
}

fn number(option: &str, text: &str) -> Result<u64, Failure> {
    let digits = text.replace(['_', ','], "");
    digits.parse().map_err(|_| format!("{option} {text}: a whole number is needed").into())
}

fn cache() -> Result<PathBuf, Failure> {
    let home = std::env::var_os("HOME").ok_or("HOME is not set: the large files have no place to stay")?;
    Ok(Path::new(&home).join(".cache/satu/bench"))
}

/// `target/release/satu`, this program being `target/release/deps/import-…`.
fn beside() -> Result<PathBuf, Failure> {
    let here = std::env::current_exe()?;
    let profile = here.parent().and_then(Path::parent).ok_or("this program stands in no target folder")?;
    Ok(profile.join("satu"))
}
