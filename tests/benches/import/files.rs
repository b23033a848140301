//! The large files. They stay in the cache folder: the same rows for the same number of rows.

use std::path::{Path, PathBuf};

use satu_tests::fixtures::large::{Large, Strings};

use super::Failure;

/// One large file.
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// Applicants.
    pub(super) rows: u64,
    pub(super) kind: Kind,
}

/// What file it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Csv,
    Xlsx,
}

impl Input {
    pub(super) fn csv(cache: &Path, rows: u64) -> Self {
        Self { path: cache.join(format!("jobstreet-{rows}.csv")), rows, kind: Kind::Csv }
    }

    pub(super) fn xlsx(cache: &Path, rows: u64) -> Self {
        Self { path: cache.join(format!("jobstreet-{rows}.xlsx")), rows, kind: Kind::Xlsx }
    }

    /// The file's name.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Writes the file, unless an earlier run has.
    pub(super) fn make(&self) -> Result<(), Failure> {
        if self.path.is_file() {
            return Ok(());
        }
        eprintln!("bench: writing {}", self.path.display());
        let unfinished = self.path.with_extension("unfinished");
        match self.kind {
            Kind::Csv => self.large().write_csv(&unfinished)?,
            // As Excel writes it: the harder way for a reader.
            Kind::Xlsx => self.large().write_xlsx(&unfinished, Strings::Shared)?,
        }
        Ok(std::fs::rename(unfinished, &self.path)?)
    }

    /// How many rows have no name, or nothing to reach her by: by the generator's word, not by a reader's.
    pub(super) fn rejected(&self) -> u64 {
        let large = self.large();
        let is_rejected = |number: &u64| {
            let [_, name, email, ..] = large.row(*number);
            name == "-" || email.contains('*')
        };
        u64::try_from((0..self.rows).filter(is_rejected).count()).unwrap_or_default()
    }

    fn large(&self) -> Large {
        Large { rows: self.rows, ..Large::default() }
    }
}
