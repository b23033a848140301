//! Excel workbooks, cell by cell.
//!
//! `worksheet_range` would build a dense table of everything between the outermost cells; here cells stream, and one row is held.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Cell, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};

use super::{Context, Sheet, TableRow};
use crate::{ReadError, ReadErrorCode};

/// An open workbook with its shared strings.
pub(super) struct XlsxFile {
    workbook: Xlsx<BufReader<File>>,
}

impl XlsxFile {
    pub(super) fn open(path: &Path, name: &str) -> Result<Self, ReadError> {
        let file = File::open(path).map_err(|error| super::io_error(name, &error))?;
        let workbook = guarded(|| Xlsx::new(BufReader::new(file))).map_err(|failure| failure.about(name))?;
        Ok(Self { workbook })
    }

    pub(super) fn sheets(&self) -> Vec<Sheet> {
        let sheets = self.workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        sheets.map(|sheet| Sheet { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible }).collect()
    }

    pub(super) fn rows<'a>(&'a mut self, context: Context<'a>, sheet: &str) -> Result<XlsxRows<'a>, ReadError> {
        let known = self
            .workbook
            .sheets_metadata()
            .iter()
            .any(|known| known.name == sheet && known.typ == SheetType::WorkSheet);
        if !known {
            return Err(ReadError::new(ReadErrorCode::NoSheet, context.name).sheet(Some(sheet)));
        }
        let cells = guarded(|| self.workbook.worksheet_cells_reader(sheet))
            .map_err(|failure| failure.about(context.name).sheet(Some(sheet)))?;
        Ok(XlsxRows { context, sheet: sheet.to_owned(), cells, next: None, last_row: 0, ended: false })
    }
}

/// The rows of one sheet.
pub(super) struct XlsxRows<'a> {
    context: Context<'a>,
    sheet: String,
    cells: XlsxCellReader<'a, BufReader<File>>,
    /// The first cell of the next row, which ended the one before.
    next: Option<(u32, u32, String)>,
    last_row: u32,
    /// Past the last cell the reader must not be asked again: it would read on behind the table.
    ended: bool,
}

impl XlsxRows<'_> {
    pub(super) fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        let outcome = catch_unwind(AssertUnwindSafe(|| self.read_row()));
        outcome.unwrap_or_else(|_| Err(Failure::Panic.about(self.context.name).sheet(Some(&self.sheet))))
    }

    fn read_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        let mut row = TableRow::default();
        if let Some((number, column, text)) = self.next.take() {
            row.row = number;
            put(&mut row.cells, column, text);
        }
        loop {
            let Some((number, column, text)) = self.next_cell()? else {
                return Ok((row.row > 0).then_some(row));
            };
            if row.row == 0 {
                row.row = number;
            } else if number != row.row {
                self.next = Some((number, column, text));
                return Ok(Some(row));
            }
            put(&mut row.cells, column, text);
        }
    }

    /// The next cell that holds something: row and column from 1, and its text.
    fn next_cell(&mut self) -> Result<Option<(u32, u32, String)>, ReadError> {
        while !self.ended {
            let cell: Option<Cell<DataRef<'_>>> = self
                .cells
                .next_cell()
                .map_err(|error| Failure::Read(error).about(self.context.name).sheet(Some(&self.sheet)))?;
            let Some(cell) = cell else {
                self.ended = true;
                break;
            };
            let (row, column) = cell.get_position();
            let (row, column) = (row.saturating_add(1), column.saturating_add(1));
            let Some(text) = text_of(cell.get_value()) else { continue };
            let sheet = Some(self.sheet.as_str());
            if row < self.last_row {
                let error = ReadError::new(ReadErrorCode::Truncated, self.context.name).sheet(sheet).row(row);
                return Err(error.value("its rows are out of order"));
            }
            self.last_row = row;
            self.context.row_within(sheet, row)?;
            self.context.column_within(sheet, row, column)?;
            self.context.cell_within(sheet, row, column, &text)?;
            return Ok(Some((row, column, text)));
        }
        Ok(None)
    }
}

fn put(cells: &mut Vec<String>, column: u32, text: String) {
    let at = column as usize - 1;
    if at >= cells.len() {
        cells.resize(at + 1, String::new());
    }
    if let Some(cell) = cells.get_mut(at) {
        *cell = text;
    }
}

/// A cell as text; none where nothing but white space stands in it.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::SharedString(text) => plain(text),
        DataRef::String(text) => plain(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(time) => time_text(time),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    };
    (!text.trim().is_empty()).then_some(text)
}

fn plain(text: &str) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() }
}

/// A whole number without a float's tail; anything else as short as it can be written.
///
/// From twelve digits on a spreadsheet shows six of them (`8.12346E+11`), and what was saved in that shape once has lost the others for
/// good: it is given as it is shown, so that nobody takes the zeros for a phone number's.
fn number_text(number: f64) -> String {
    if number.fract() != 0.0 || number.abs() >= 9e15 {
        return number.to_string();
    }
    #[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    let whole = number as i64;
    let digits = whole.unsigned_abs().checked_ilog10().unwrap_or(0);
    if digits >= 11 && whole % 10_i64.pow(digits - 5) == 0 {
        return format!("{number:E}").replace('E', "E+");
    }
    whole.to_string()
}

/// `2026-04-11`, `2026-04-11T08:00:00`, or a time alone.
fn time_text(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    if time.is_duration() || time.as_f64().abs() < 1.0 {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    // A time is a fraction of a day: half a second lost on the way is given back.
    if (hour, minute, second) == (0, 0, 0) && milli < 500 {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

enum Failure {
    Read(XlsxError),
    Panic,
}

impl Failure {
    fn about(self, name: &str) -> ReadError {
        let damaged = |why: String| ReadError::new(ReadErrorCode::Truncated, name).value(why);
        match self {
            Self::Read(XlsxError::Password) => ReadError::new(ReadErrorCode::Encrypted, name),
            Self::Read(XlsxError::Io(error)) => damaged(error.to_string()),
            Self::Read(error) => damaged(error.to_string()),
            Self::Panic => damaged("its contents contradict each other".to_owned()),
        }
    }
}

/// Runs the reader on a file that may be made to break it: what it panics on becomes an error like any other.
fn guarded<T>(read: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| Failure::Panic)?.map_err(Failure::Read)
}

#[cfg(test)]
mod tests;
