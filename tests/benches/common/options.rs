//! What the command line asks for.

use std::path::{Path, PathBuf};

use super::Failure;
use super::report::Columns;

/// What one measurement has of its own.
pub(crate) struct Bench {
    /// What it measures, as the usage's first line.
    pub(crate) about: &'static str,
    /// Runs of the CSV and of the XLSX, unless asked otherwise.
    pub(crate) runs: (usize, usize),
    /// Options without a value that only it has, and what they mean.
    pub(crate) flags: &'static [(&'static str, &'static str)],
    /// Its tables' columns.
    pub(crate) columns: Columns,
}

/// The usage, as printed by `--help`.
pub(crate) fn usage(bench: &Bench) -> String {
    let Bench { about, runs: (csv, xlsx), flags, .. } = bench;
    let flags: String = flags.iter().map(|(flag, meaning)| format!("\n  {flag:<18} {meaning}")).collect();
    format!(
        "\
{about} Options:
  --rows-csv N       rows of the CSV (1000000; 0 leaves it out)
  --rows-xlsx N      rows of the XLSX (100000; 0 leaves it out)
  --runs N           runs of each file ({csv} for the CSV, {xlsx} for the XLSX); figures are medians
  --json FILE        the figures as JSON, too
  --no-script        leave Python out{flags}
  --satu PATH        the program (the release build beside this one)
  --python PATH      the interpreter that has the scripts' libraries (~/.cache/satu/bench/venv/bin/python)"
    )
}

/// What to do.
pub(crate) enum Asked {
    /// Measure.
    Measure(Options),
    /// Be one of those that are compared, in a process of its own.
    Subject { name: String, words: Vec<String> },
    /// Print the usage.
    Usage,
}

/// How to measure.
pub(crate) struct Options {
    pub(crate) rows_csv: u64,
    pub(crate) rows_xlsx: u64,
    pub(crate) runs_csv: usize,
    pub(crate) runs_xlsx: usize,
    pub(crate) json: Option<PathBuf>,
    /// Whether Python is measured as well.
    pub(crate) script: bool,
    /// The flags of this measurement alone that were given.
    pub(crate) flags: Vec<&'static str>,
    pub(crate) satu: PathBuf,
    pub(crate) python: PathBuf,
    /// Where the large files and the scripts' libraries stay from one time to the next.
    pub(crate) cache: PathBuf,
}

impl Options {
    /// Reads the words behind the program's name.
    pub(crate) fn read(bench: &Bench, words: &[String]) -> Result<Asked, Failure> {
        if let Some((name, words)) = words.split_first().filter(|(name, _)| !name.starts_with('-')) {
            return Ok(Asked::Subject { name: name.clone(), words: words.to_vec() });
        }
        let cache = cache()?;
        let mut options = Self {
            rows_csv: 1_000_000,
            rows_xlsx: 100_000,
            runs_csv: bench.runs.0,
            runs_xlsx: bench.runs.1,
            json: None,
            script: true,
            flags: Vec::new(),
            satu: beside()?,
            python: cache.join("venv/bin/python"),
            cache,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value; --help tells the options"));
            match word.as_str() {
                "--bench" => {} // cargo's own
                "--rows-csv" => options.rows_csv = number(word, value()?)?,
                "--rows-xlsx" => options.rows_xlsx = number(word, value()?)?,
                "--runs" => {
                    let runs = usize::try_from(number(word, value()?)?)?.max(1);
                    (options.runs_csv, options.runs_xlsx) = (runs, runs);
                }
                "--json" => options.json = Some(value()?.into()),
                "--no-script" => options.script = false,
                "--satu" => options.satu = value()?.into(),
                "--python" => options.python = value()?.into(),
                "--help" | "-h" => return Ok(Asked::Usage),
                other => {
                    let flag = bench.flags.iter().find(|(flag, _)| *flag == other);
                    let unknown = || format!("unknown option {other}; --help tells the options");
                    options.flags.push(flag.ok_or_else(unknown)?.0);
                }
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
                "{} is missing: run make bench, which makes it, or leave the scripts out with --no-script",
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

/// Where the large files stay.
pub(crate) fn cache() -> Result<PathBuf, Failure> {
    let home = std::env::var_os("HOME").ok_or("HOME is not set: the large files have no place to stay")?;
    Ok(Path::new(&home).join(".cache/satu/bench"))
}

/// `target/release/satu`, this program being `target/release/deps/import-…`.
pub(crate) fn beside() -> Result<PathBuf, Failure> {
    let here = std::env::current_exe()?;
    let profile = here.parent().and_then(Path::parent).ok_or("this program stands in no target folder")?;
    Ok(profile.join("satu"))
}
