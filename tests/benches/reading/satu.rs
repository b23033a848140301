//! The program's own reading: all of it that stands before the store.

use std::fmt;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;

use satu_core::application::ApplicantRow;
use satu_portals::{Choices, Cleaner, Limits, Registry, SourceFile, survey};

use super::common::Failure;
use super::common::files::Input;

/// What was found in a file. The same from each run, and what the generator wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Found {
    rows: u64,
    /// Rows with a phone number that can be used.
    phones: u64,
    /// Rows with an email address that can be used.
    emails: u64,
    /// Rows with a name.
    names: u64,
}

impl Found {
    /// By the generator's word, not by a reader's.
    pub(super) fn expected(input: &Input) -> Self {
        let large = input.large();
        let mut found = Self::default();
        for number in 0..input.rows {
            let [_, name, email, phone, ..] = large.row(number);
            found.rows += 1;
            found.phones += u64::from(!matches!(phone.as_str(), "8.12346E+11" | "-" | "+62****"));
            found.emails += u64::from(!matches!(email.as_str(), "tidak ada" | "****@****"));
            found.names += u64::from(name != "-");
        }
        found
    }

    fn count(&mut self, row: &ApplicantRow) {
        self.rows += 1;
        self.phones += u64::from(row.phones.iter().any(|reading| reading.usable));
        self.emails += u64::from(row.emails.iter().any(|reading| reading.usable));
        self.names += u64::from(row.fields.full_name.is_some());
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, phones, emails, names } = self;
        write!(f, "{rows} rows, {phones} with a phone, {emails} with an address, {names} with a name")
    }
}

/// Opens, surveys and cleans a file, takes its rows in their order, and prints what was found.
pub(super) fn child(file: &Path) -> Result<(), Failure> {
    let registry = Registry::builtin()?;
    let mut source = SourceFile::open(file, &file.to_string_lossy(), &Limits::default())?;
    let survey = survey(&mut source, &registry, &Choices::default())?;
    let cleaner = Cleaner::new(&registry, &survey.layout);
    let mut found = Found::default();
    let take = |chunk: Vec<ApplicantRow>| {
        chunk.iter().for_each(|row| found.count(row));
        ControlFlow::Continue(())
    };
    satu_portals::rows(&mut source, &survey.layout, &cleaner, |row| row, take)?;
    Ok(writeln!(std::io::stdout(), "{found}")?)
}
