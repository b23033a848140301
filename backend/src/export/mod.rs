//! Spreadsheets that we write: somebody opens them in a spreadsheet program, so no cell of theirs is ever a formula.
//!
//! Rows flow into a [`Draft`], a temporary file that takes its place, or is sent, once it is whole.

mod applications;
mod campaign;
mod draft;
mod funnel;
mod rejected;
mod told;

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufWriter, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use satu_core::{
    import::{ImportError, Progress},
    outreach::OutreachError,
    store::StoreError,
};
use serde::Deserialize;
use utoipa::ToSchema;

pub use applications::applications;
pub use campaign::campaign;
pub use draft::Draft;
pub use funnel::funnel;
pub use rejected::rejected;

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// An Excel workbook with text cells only.
    #[default]
    Xlsx,
    /// RFC 4180 in UTF-8 with a byte-order mark, so that Excel reads the letters right.
    Csv,
}

/// Why a spreadsheet cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The workbook.
    #[error("the workbook cannot be written: {0}")]
    Xlsx(#[from] XlsxError),
    /// The text.
    #[error("the CSV file cannot be written: {0}")]
    Csv(#[from] csv::Error),
    /// The file.
    #[error("the file cannot be written: {0}")]
    Io(#[from] io::Error),
    /// More rows than a sheet of Excel holds.
    #[error("a sheet of Excel holds {XLSX_ROWS} rows: export as csv, or filter")]
    Full,
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The import cannot be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The campaign cannot be read.
    #[error(transparent)]
    Outreach(#[from] OutreachError),
}

/// A spreadsheet that is written row after row: of a million rows no more are held in memory than of ten. A CSV row goes to the draft; a
/// row of a workbook to a second temporary file in the draft's folder, which is compressed into the draft at the end.
pub struct Sheet {
    kind: Kind,
    /// Its rows are counted, and it can be stopped.
    progress: Progress,
}

enum Kind {
    /// An Excel workbook.
    Xlsx {
        /// The workbook; its only sheet stands in a temporary file.
        workbook: Box<Workbook>,
        /// The next row.
        next: u32,
        /// Where it goes.
        to: BufWriter<File>,
    },
    /// CSV.
    Csv(Box<csv::Writer<BufWriter<File>>>),
}

/// Rows that fit on a sheet of Excel.
pub const XLSX_ROWS: u32 = 1_048_576;

impl Sheet {
    /// Begins a spreadsheet with a header.
    ///
    /// # Errors
    /// The header cannot be written.
    pub fn begin(format: FileFormat, name: &str, header: &[&str], draft: &Draft) -> Result<Self, ExportError> {
        let mut to = BufWriter::new(draft.file()?);
        let kind = match format {
            FileFormat::Xlsx => {
                let mut workbook = Box::new(Workbook::new());
                workbook.set_tempdir(draft.folder())?;
                let sheet = workbook.add_worksheet_with_constant_memory()?;
                sheet.set_name(name)?;
                let bold = Format::new().set_bold();
                for (column, text) in (0u16..).zip(header) {
                    sheet.set_column_width(column, 22)?;
                    sheet.write_string_with_format(0, column, *text, &bold)?;
                }
                sheet.set_freeze_panes(1, 0)?;
                Kind::Xlsx { workbook, next: 1, to }
            }
            FileFormat::Csv => {
                to.write_all(&[0xEF, 0xBB, 0xBF])?;
                let mut writer = csv::Writer::from_writer(to);
                writer.write_record(header.iter().map(|text| neutral(text).into_owned()))?;
                Kind::Csv(Box::new(writer))
            }
        };
        Ok(Self { kind, progress: draft.progress().clone() })
    }

    /// Writes a row of text cells.
    ///
    /// # Errors
    /// The row cannot be written; a workbook is full at 1,048,576 rows; [`ImportError::Cancelled`].
    pub fn row<'t>(&mut self, cells: impl IntoIterator<Item = &'t str>) -> Result<(), ExportError> {
        self.progress.check().map_err(ImportError::from)?;
        match &mut self.kind {
            Kind::Xlsx { workbook, next, .. } => {
                if *next >= XLSX_ROWS {
                    return Err(ExportError::Full);
                }
                unharmed(|| {
                    let sheet = workbook.worksheet_from_index(0)?;
                    for (column, text) in (0u16..).zip(cells) {
                        if !text.is_empty() {
                            sheet.write_string(*next, column, cut(text))?;
                        }
                    }
                    Ok(())
                })?;
                *next += 1;
            }
            Kind::Csv(writer) => writer.write_record(cells.into_iter().map(|text| neutral(text).into_owned()))?,
        }
        self.progress.add(1);
        Ok(())
    }

    /// Writes what is not yet written; then the draft is whole.
    ///
    /// # Errors
    /// The file cannot be finished.
    pub fn finish(self) -> Result<(), ExportError> {
        let mut to = match self.kind {
            Kind::Xlsx { mut workbook, mut to, .. } => {
                unharmed(|| Ok(workbook.save_to_writer(&mut to)?))?;
                to
            }
            Kind::Csv(writer) => writer.into_inner().map_err(|error| ExportError::Io(error.into_error()))?,
        };
        Ok(to.flush()?)
    }
}

/// Runs a step of the workbook's writer, which panics where its temporary file cannot be written.
fn unharmed(step: impl FnOnce() -> Result<(), ExportError>) -> Result<(), ExportError> {
    let full =
        |_| io::Error::new(io::ErrorKind::StorageFull, "its temporary file cannot be written: is the disk full?");
    catch_unwind(AssertUnwindSafe(step)).map_err(full)?
}

impl FileFormat {
    /// The format that a file's ending names.
    #[must_use]
    pub fn of_ending(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        [Self::Xlsx, Self::Csv].into_iter().find(|one| ending.eq_ignore_ascii_case(one.extension()))
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// The file's ending.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }
}

/// A CSV cell that no spreadsheet program takes for a formula (OWASP, CSV injection): an apostrophe before a leading `= + - @`, tab, CR or LF.
///
/// A phone number in E.164 begins with `+` and holds only digits after it: it is no formula that could do anything, but a spreadsheet
/// program would make a number of it, so it gets the apostrophe as well.
fn neutral(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// A cell of Excel holds 32,767 characters.
fn cut(text: &str) -> &str {
    text.char_indices().nth(32_767).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_csv_cell_is_never_a_formula() {
        for (cell, written) in [
            ("=HYPERLINK(\"http://example.com\")", "'=HYPERLINK(\"http://example.com\")"),
            ("+6281200000001", "'+6281200000001"),
            ("-1+1", "'-1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("Siti", "Siti"),
            ("", ""),
        ] {
            assert_eq!(neutral(cell), written);
        }
    }

    #[test]
    fn both_formats_hold_the_same_text() {
        for format in [FileFormat::Csv, FileFormat::Xlsx] {
            let draft = Draft::within(&std::env::temp_dir()).unwrap();
            let mut sheet = Sheet::begin(format, "Pelamar", &["Nama", "Telepon"], &draft).unwrap();
            sheet.row(["=1+1", "+6281200000001"]).unwrap();
            sheet.finish().unwrap();
            let mut bytes = Vec::new();
            draft.read().unwrap().read_to_end(&mut bytes).unwrap();
            match format {
                FileFormat::Csv => {
                    let text = String::from_utf8(bytes).unwrap();
                    assert_eq!(text, "\u{feff}Nama,Telepon\n'=1+1,'+6281200000001\n");
                }
                FileFormat::Xlsx => assert!(bytes.starts_with(b"PK")),
            }
        }
    }
}
