//! # satu-portals
//!
//! From the bytes of a portal's file to cleaned rows: container and encoding ([`file`]), the header row, the portal and the
//! meaning of each column ([`survey`]), and the values of each row ([`Cleaner`]).
//!
//! It must not know: databases, HTTP, windows, and who a person is (`satu_core::identity` reads phones, emails and names;
//! `satu_core::import` decides what becomes of a row).
//!
//! ```no_run
//! use std::ops::ControlFlow;
//!
//! use satu_portals::{Choices, Cleaner, Limits, Registry, SourceFile, survey};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = Registry::builtin()?;
//! let mut source = SourceFile::open("pelamar.csv".as_ref(), "pelamar.csv", &Limits::default())?;
//! let survey = survey(&mut source, &registry, &Choices::default())?;
//! let cleaner = Cleaner::new(&registry, &survey.layout);
//! satu_portals::rows(&mut source, &survey.layout, &cleaner, |row| (row.row, row.fields.full_name), |names| {
//!     names.iter().for_each(|(row, name)| println!("{row}: {name:?}"));
//!     ControlFlow::Continue(())
//! })?;
//! # Ok(())
//! # }
//! ```
//!
//! To add a portal, add one file to `definitions/` (see `docs/adding-a-portal.md`); to add a container, add one file to
//! [`file`] and one arm to its `open`.

mod clean;
mod definition;
mod detect;
mod error;
pub mod file;
mod header;
mod limits;
#[cfg(test)]
mod no_panic;
pub mod value;

pub use clean::{Cleaner, rows};
pub use definition::check::{Check, CheckedExample, check};
pub use definition::{
    ColumnDefinition, Definition, DefinitionError, LayoutVersion, Others, Recognise, Registry, TimeZone, Unfit,
};
pub use detect::{
    Candidate, Choices, ColumnChoice, Drift, Layout, OTHER, OpenQuestion, RememberedColumn, SheetCandidate, Survey,
    drift, survey,
};
pub use error::{ReadError, ReadErrorCode};
pub use file::{
    Container, Delimiter, Dialect, DialectChoice, EncodingName, Escape, LineEnd, Note, Quote, Sheet, SourceFile, Stop,
    Table, TableRow, TableSpan,
};
pub use header::header_key;
pub use limits::Limits;
