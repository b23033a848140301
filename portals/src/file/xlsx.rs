//! Excel workbooks, cell by cell.
//!
//! `worksheet_range` would build a dense table of everything between the outermost cells; here cells stream, and one row is held.

use std::fs::File;
use std::io::BufReader;

use calamine::{Cell, DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};

use super::context::RowInMaking;
use super::numbers::{number_text, time_text};
use super::{Book, Container, Context, Looked, Note, Opened, Rows, Sheet, TableRow};
use crate::{ReadError, ReadErrorCode};

/// Opens a workbook whose parts were checked before.
pub(super) fn open(looked: &Looked, context: &Context<'_>, hidden_rows: bool) -> Result<Opened, ReadError> {
    let file = File::open(&looked.path).map_err(|error| context.io(&error))?;
    let workbook = Xlsx::new(BufReader::new(file)).map_err(|error| failure(context, &error))?;
    let sheets = worksheets(workbook.sheets_metadata());
    let notes = hidden_rows.then_some(Note::HiddenRows).into_iter().collect();
    Ok(Opened::new(Container::Xlsx, notes, XlsxFile { workbook, sheets }))
}

/// The sheets with cells: no charts, no macros.
pub(super) fn worksheets(all: &[calamine::Sheet]) -> Vec<Sheet> {
    let sheets = all.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    sheets.map(|sheet| Sheet { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible }).collect()
}

/// An open workbook with its shared strings.
struct XlsxFile {
    workbook: Xlsx<BufReader<File>>,
    sheets: Vec<Sheet>,
}

impl Book for XlsxFile {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn rows<'a>(&'a mut self, context: Context<'a>) -> Result<Box<dyn Rows + 'a>, ReadError> {
        let sheet = context.sheet.unwrap_or_default();
        let cells = self.workbook.worksheet_cells_reader(sheet).map_err(|error| failure(&context, &error))?;
        Ok(Box::new(CellRows::new(context, XlsxCells(cells))))
    }
}

struct XlsxCells<'a>(XlsxCellReader<'a, BufReader<File>>);

impl<'a> Cells<'a> for XlsxCells<'a> {
    fn next_cell(&mut self, context: &Context<'_>) -> Result<Option<Cell<DataRef<'a>>>, ReadError> {
        self.0.next_cell().map_err(|error| failure(context, &error))
    }
}

/// Cells of a sheet in their order.
pub(super) trait Cells<'a> {
    fn next_cell(&mut self, context: &Context<'_>) -> Result<Option<Cell<DataRef<'a>>>, ReadError>;
}

/// The rows of a sheet whose cells stream.
pub(super) struct CellRows<'a, C> {
    context: Context<'a>,
    cells: C,
    /// The first cell of the next row, which ended the one before.
    next: Option<(u32, u32, String)>,
    last_row: u32,
    /// Past the last cell the reader must not be asked again: it would read on behind the table.
    ended: bool,
}

impl<'a, C: Cells<'a>> Rows for CellRows<'a, C> {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        let mut making = RowInMaking::default();
        let Some((row, column, text)) = self.next.take().map_or_else(|| self.next_cell(), |next| Ok(Some(next)))?
        else {
            return Ok(None);
        };
        making.put(&self.context, row, column, text)?;
        while let Some((number, column, text)) = self.next_cell()? {
            if number != row {
                self.next = Some((number, column, text));
                break;
            }
            making.put(&self.context, row, column, text)?;
        }
        Ok(Some(making.take(row)))
    }
}

impl<'a, C: Cells<'a>> CellRows<'a, C> {
    pub(super) fn new(context: Context<'a>, cells: C) -> Self {
        Self { context, cells, next: None, last_row: 0, ended: false }
    }

    /// The next cell that holds something: row and column from 1, and its text.
    fn next_cell(&mut self) -> Result<Option<(u32, u32, String)>, ReadError> {
        let mut passed = 0_u32;
        while !self.ended {
            let Some(cell) = self.cells.next_cell(&self.context)? else {
                self.ended = true;
                break;
            };
            let (row, column) = cell.get_position();
            let (row, column) = (row.saturating_add(1), column.saturating_add(1));
            let Some(text) = text_of(cell.get_value()) else {
                passed = passed.wrapping_add(1);
                if passed.is_multiple_of(4_096) {
                    self.context.in_time()?;
                }
                continue;
            };
            if row < self.last_row {
                return Err(self.context.damaged("its rows are out of order").row(row));
            }
            self.last_row = row;
            return Ok(Some((row, column, text)));
        }
        Ok(None)
    }
}

/// A cell as text; none where nothing but white space stands in it.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) => text.clone(),
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

fn failure(context: &Context<'_>, error: &XlsxError) -> ReadError {
    match error {
        XlsxError::Password => context.error(ReadErrorCode::Encrypted),
        other => context.damaged(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
