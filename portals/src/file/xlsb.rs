//! Binary Excel workbooks, cell by cell.

pub(super) mod styles;

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use calamine::{Cell, DataRef, Reader, Xlsb, XlsbError};

use super::beside::{Along, Beside, of_sheets};
use super::cell_rows::{CellRows, Cells, SheetRows};
use super::package::Package;
use super::stop::Stoppable;
use super::xlsx::{Packed, worksheets};
use super::{Book, Container, Context, Looked, Note, Opened, Rows, Sheet};
use crate::{ReadError, ReadErrorCode};

/// Opens a workbook whose parts were checked before.
pub(super) fn open(looked: &Looked, context: &Context<'_>, package: &Package) -> Result<Opened, ReadError> {
    let file = File::open(&looked.path).map_err(|error| context.io(&error))?;
    let workbook =
        Xlsb::new(Stoppable::new(BufReader::new(file), context.stop)).map_err(|error| failure(context, &error))?;
    let sheets = worksheets(workbook.sheets_metadata());
    let notes = package.hidden_rows.then_some(Note::HiddenRows).into_iter().collect();
    Ok(Opened::new(Container::Xlsb, notes, XlsbFile { workbook, sheets, beside: of_sheets(&package.said) }))
}

/// An open workbook with its shared strings.
struct XlsbFile {
    workbook: Xlsb<Packed>,
    sheets: Vec<Sheet>,
    /// What is said of the cells of each sheet.
    beside: HashMap<String, Arc<Beside>>,
}

impl Book for XlsbFile {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn counts_from_1904(&self) -> bool {
        self.workbook.has_1904_epoch()
    }

    fn rows<'a>(&'a mut self, context: Context<'a>) -> Result<Box<dyn Rows + 'a>, ReadError> {
        let sheet = context.sheet.unwrap_or_default();
        let along = self.beside.get(sheet).map(Along::new).unwrap_or_default();
        let mut cells = self.workbook.worksheet_cells_reader(sheet).map_err(|error| failure(&context, &error))?;
        Ok(Box::new(SheetRows { context, rows: CellRows::new(XlsbCells(move || cells.next_cell())), along }))
    }
}

/// The cells' reader behind its one method: the library does not give its type a name.
struct XlsbCells<F>(F);

impl<'a, F> Cells<'a> for XlsbCells<F>
where
    F: FnMut() -> Result<Option<Cell<DataRef<'a>>>, XlsbError>,
{
    fn next_cell(&mut self, context: &Context<'_>) -> Result<Option<Cell<DataRef<'a>>>, ReadError> {
        (self.0)().map_err(|error| failure(context, &error))
    }
}

fn failure(context: &Context<'_>, error: &XlsbError) -> ReadError {
    match error {
        XlsbError::Password => context.error(ReadErrorCode::Encrypted),
        other => context.damaged("a part of the workbook is missing or not in order").cause(other),
    }
}
