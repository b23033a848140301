//! The large files. They stay in the cache folder: the same rows for the same number of rows.

use std::path::{Path, PathBuf};

use satu_tests::fixtures::large::{Large, Strings};

use super::Failure;

/// One large file.
pub(crate) struct Input {
    pub(crate) path: PathBuf,
    /// Applicants.
    pub(crate) rows: u64,
    pub(crate) kind: Kind,
}

/// What file it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Csv,
    Xlsx,
}

impl Input {
    pub(crate) fn csv(cache: &Path, rows: u64) -> Self {
        Self { path: cache.join(format!("jobstreet-{rows}.csv")), rows, kind: Kind::Csv }
    }

    pub(crate) fn xlsx(cache: &Path, rows: u64) -> Self {
        Self { path: cache.join(format!("jobstreet-{rows}.xlsx")), rows, kind: Kind::Xlsx }
    }

    /// The file's name.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Its size.
    pub(crate) fn bytes(&self) -> Result<u64, Failure> {
        Ok(std::fs::metadata(&self.path)?.len())
    }

    /// Writes the file, unless an earlier run has.
    pub(crate) fn make(&self) -> Result<(), Failure> {
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

    /// The rows by the generator's word, not by a reader's.
    pub(crate) fn large(&self) -> Large {
        Large { rows: self.rows, ..Large::default() }
    }
}
