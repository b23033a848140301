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
    making: RowInMaking,
    /// What ended the row before.
    next: Option<Next>,
    last_row: u32,
    /// Past the last cell the reader must not be asked again: it would read on behind the table.
    ended: bool,
}

/// What comes next in a sheet. Rows and columns count from 1.
enum Next {
    /// A cell that holds something.
    Cell(u32, u32, String),
    /// Nothing but empty cells so far, the last of them in this row.
    Empty(u32),
    End,
}

/// Empty cells after which who reads is asked whether to go on.
const PATIENCE: u32 = 4_096;

impl<'a, C: Cells<'a>> Rows for CellRows<'a, C> {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        let (row, column, text) = match self.next.take().map_or_else(|| self.next_cell(), Ok)? {
            Next::Cell(row, column, text) => (row, column, text),
            Next::Empty(row) => return Ok(Some(TableRow { row, cells: Vec::new() })),
            Next::End => return Ok(None),
        };
        self.making.put(&self.context, row, column, text)?;
        loop {
            match self.next_cell()? {
                Next::Cell(number, column, text) if number == row => {
                    self.making.put(&self.context, row, column, text)?;
                }
                Next::Empty(number) if number == row => {}
                other => {
                    self.next = Some(other);
                    return Ok(Some(self.making.take(row)));
                }
            }
        }
    }
}

impl<'a, C: Cells<'a>> CellRows<'a, C> {
    pub(super) fn new(context: Context<'a>, cells: C) -> Self {
        Self { context, cells, making: RowInMaking::default(), next: None, last_row: 0, ended: false }
    }

    fn next_cell(&mut self) -> Result<Next, ReadError> {
        let mut passed = 0_u32;
        while !self.ended {
            let Some(cell) = self.cells.next_cell(&self.context)? else {
                self.ended = true;
                break;
            };
            let (row, column) = cell.get_position();
            let (row, column) = (row.saturating_add(1), column.saturating_add(1));
            let Some(text) = text_of(cell.get_value()) else {
                passed += 1;
                if passed == PATIENCE {
                    self.context.in_time()?;
                    return Ok(Next::Empty(row));
                }
                continue;
            };
            if row < self.last_row {
                return Err(self.context.damaged("its rows are out of order").row(row));
            }
            self.last_row = row;
            return Ok(Next::Cell(row, column, text));
        }
        Ok(Next::End)
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
