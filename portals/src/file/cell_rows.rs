//! Rows from the cells of a sheet as a library streams them.

use std::borrow::Cow;

use calamine::{Cell, DataRef};

use super::beside::Along;
use super::context::{RowInMaking, is_blank};
use super::numbers::{number_text, time_text};
use super::{Context, Rows, TableRow};
use crate::ReadError;

/// Cells of a sheet in their order.
pub(super) trait Cells<'a> {
    fn next_cell(&mut self, context: &Context<'_>) -> Result<Option<Cell<DataRef<'a>>>, ReadError>;
}

/// The rows of a sheet whose cells stream.
pub(super) struct CellRows<'a, C> {
    cells: C,
    making: RowInMaking,
    /// What ended the row before.
    next: Option<Next<'a>>,
    last_row: u32,
    /// Past the last cell the reader must not be asked again: it would read on behind the table.
    ended: bool,
}

/// What comes next in a sheet. Rows and columns count from 1.
enum Next<'a> {
    /// A cell that holds something.
    Cell(u32, u32, Cow<'a, str>),
    /// Nothing but empty cells so far, the last of them in this row.
    Empty(u32),
    End,
}

/// Empty cells after which who reads is asked whether to go on.
const PATIENCE: u32 = 4_096;

/// The same with what every reader is given.
pub(super) struct SheetRows<'a, C> {
    pub(super) context: Context<'a>,
    pub(super) rows: CellRows<'a, C>,
    pub(super) along: Along,
}

impl<'a, C: Cells<'a>> Rows for SheetRows<'a, C> {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        let mut row = self.rows.next_row(&self.context)?;
        if let Some(row) = &mut row {
            self.along.add(row);
        }
        Ok(row)
    }
}

impl<'a, C: Cells<'a>> CellRows<'a, C> {
    pub(super) fn new(cells: C) -> Self {
        Self { cells, making: RowInMaking::default(), next: None, last_row: 0, ended: false }
    }

    /// The next row; an empty one after some thousand empty cells.
    pub(super) fn next_row(&mut self, context: &Context<'_>) -> Result<Option<TableRow>, ReadError> {
        let (row, column, text) = match self.next.take().map_or_else(|| self.next_cell(context), Ok)? {
            Next::Cell(row, column, text) => (row, column, text),
            Next::Empty(row) => return Ok(Some(TableRow { row, ..TableRow::default() })),
            Next::End => return Ok(None),
        };
        self.making.put(context, row, column, &text)?;
        loop {
            match self.next_cell(context)? {
                Next::Cell(number, column, text) if number == row => {
                    self.making.put(context, row, column, &text)?;
                }
                Next::Empty(number) if number == row => {}
                other => {
                    self.next = Some(other);
                    return Ok(Some(self.making.take(row)));
                }
            }
        }
    }

    fn next_cell(&mut self, context: &Context<'_>) -> Result<Next<'a>, ReadError> {
        let mut passed = 0_u32;
        while !self.ended {
            let Some(cell) = self.cells.next_cell(context)? else {
                self.ended = true;
                break;
            };
            let (row, column) = cell.get_position();
            let (row, column) = (row.saturating_add(1), column.saturating_add(1));
            let Some(text) = text_of(cell.get_value()) else {
                passed += 1;
                if passed == PATIENCE {
                    context.in_time()?;
                    return Ok(Next::Empty(row));
                }
                continue;
            };
            if row < self.last_row {
                return Err(context.damaged("its rows are out of order").row(row));
            }
            self.last_row = row;
            return Ok(Next::Cell(row, column, text));
        }
        Ok(Next::End)
    }
}

/// A cell as text; none where nothing but white space stands in it.
fn text_of<'a>(value: &DataRef<'a>) -> Option<Cow<'a, str>> {
    let text: Cow<'a, str> = match value {
        DataRef::Empty => return None,
        DataRef::SharedString(text) => (*text).into(),
        DataRef::String(text) => text.clone().into(),
        DataRef::Int(number) => number.to_string().into(),
        DataRef::Float(number) => number_text(*number).into(),
        DataRef::Bool(true) => "TRUE".into(),
        DataRef::Bool(false) => "FALSE".into(),
        DataRef::DateTime(time) => time_text(time).into(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone().into(),
        DataRef::Error(error) => error.to_string().into(),
    };
    (!is_blank(&text)).then_some(text)
}
