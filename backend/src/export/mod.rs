//! Spreadsheets that we write: somebody opens them in a spreadsheet program, so no cell of theirs is ever a formula.

mod applications;
mod rejected;

use std::{borrow::Cow, io};

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use satu_core::{import::ImportError, store::StoreError};
use serde::Deserialize;
use utoipa::ToSchema;

pub use applications::applications;
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
}

/// A spreadsheet that is written row after row, with flat memory.
pub enum Sheet {
    /// An Excel workbook.
    Xlsx {
        /// The workbook; its only sheet streams to a temporary file.
        workbook: Box<Workbook>,
        /// The next row.
        next: u32,
    },
    /// CSV.
    Csv(Box<csv::Writer<Vec<u8>>>),
}

/// Rows that fit on a sheet of Excel.
pub const XLSX_ROWS: u32 = 1_048_576;

impl Sheet {
    /// Begins a spreadsheet with a header.
    ///
    /// # Errors
    /// The header cannot be written.
    pub fn begin(format: FileFormat, name: &str, header: &[&str]) -> Result<Self, ExportError> {
        match format {
            FileFormat::Xlsx => {
                let mut workbook = Box::new(Workbook::new());
                let sheet = workbook.add_worksheet_with_constant_memory()?;
                sheet.set_name(name)?;
                let bold = Format::new().set_bold();
                for (column, text) in (0u16..).zip(header) {
                    sheet.set_column_width(column, 22)?;
                    sheet.write_string_with_format(0, column, *text, &bold)?;
                }
                sheet.set_freeze_panes(1, 0)?;
                Ok(Self::Xlsx { workbook, next: 1 })
            }
            FileFormat::Csv => {
                let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
                writer.write_record(header.iter().map(|text| neutral(text).into_owned()))?;
                Ok(Self::Csv(Box::new(writer)))
            }
        }
    }

    /// Writes a row of text cells.
    ///
    /// # Errors
    /// The row cannot be written; a workbook is full at 1,048,576 rows.
    pub fn row<'t>(&mut self, cells: impl IntoIterator<Item = &'t str>) -> Result<(), ExportError> {
        match self {
            Self::Xlsx { workbook, next } => {
                if *next >= XLSX_ROWS {
                    return Err(ExportError::Full);
                }
                let sheet = workbook.worksheet_from_index(0)?;
                for (column, text) in (0u16..).zip(cells) {
                    if !text.is_empty() {
                        sheet.write_string(*next, column, cut(text))?;
                    }
                }
                *next += 1;
            }
            Self::Csv(writer) => writer.write_record(cells.into_iter().map(|text| neutral(text).into_owned()))?,
        }
        Ok(())
    }

    /// The finished file's bytes.
    ///
    /// # Errors
    /// The file cannot be finished.
    pub fn finish(self) -> Result<Vec<u8>, ExportError> {
        match self {
            Self::Xlsx { mut workbook, .. } => Ok(workbook.save_to_buffer()?),
            Self::Csv(writer) => writer.into_inner().map_err(|error| ExportError::Io(error.into_error())),
        }
    }
}

impl FileFormat {
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
            let mut sheet = Sheet::begin(format, "Pelamar", &["Nama", "Telepon"]).unwrap();
            sheet.row(["=1+1", "+6281200000001"]).unwrap();
            let bytes = sheet.finish().unwrap();
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
