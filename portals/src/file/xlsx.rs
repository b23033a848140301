//! Excel workbooks.
//!
//! `worksheet_range` would build a dense table of everything between the outermost cells; here cells stream, and one row is held.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use calamine::{Cell, DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};
use self_cell::{MutBorrow, self_cell};

use super::beside::{Along, Beside, of_sheets};
use super::cell_rows::{CellRows, Cells};
use super::package::Package;
use super::stop::Stoppable;
use super::{Book, Container, Context, Looked, Note, Opened, Rows, Sheet, TableRow};
use crate::{ReadError, ReadErrorCode};

/// Opens a workbook whose parts were checked before.
pub(super) fn open(looked: &Looked, context: &Context<'_>, package: &Package) -> Result<Opened, ReadError> {
    let file = File::open(&looked.path).map_err(|error| context.io(&error))?;
    let file = Stoppable::new(BufReader::new(file), context.stop);
    let workbook = Xlsx::new(file).map_err(|error| failure(context, &error))?;
    let sheets = worksheets(workbook.sheets_metadata());
    let notes = package.hidden_rows.then_some(Note::HiddenRows).into_iter().collect();
    let from_1904 = workbook.has_1904_epoch();
    let beside = of_sheets(&package.said);
    let file = XlsxFile { sheets, from_1904, beside, state: State::Shut(Box::new(workbook)) };
    Ok(Opened::new(Container::Xlsx, notes, file))
}

/// The sheets with cells: no charts, no macros.
pub(super) fn worksheets(all: &[calamine::Sheet]) -> Vec<Sheet> {
    let sheets = all.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    sheets.map(|sheet| Sheet { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible }).collect()
}

/// The file as the library reads it: it passes over rows without cells, of which there may be millions, in one go.
pub(super) type Packed = Stoppable<BufReader<File>>;

/// An open workbook.
struct XlsxFile {
    sheets: Vec<Sheet>,
    from_1904: bool,
    /// What is said of the cells of each sheet.
    beside: HashMap<String, Arc<Beside>>,
    state: State,
}

/// A workbook with its shared strings.
enum State {
    /// No sheet is being read.
    Shut(Box<Xlsx<Packed>>),
    Begun(Begun),
    /// Between two of the others.
    Changing,
}

/// A sheet as far as it was read. Its first rows are kept: who surveys a sheet reads them several times and goes on behind them, and
/// taking them out of the file is most of the work.
struct Begun {
    sheet: String,
    open: OpenSheet,
    /// The rows from the top to where the sheet is read next; none where they are no longer kept.
    kept: Option<Vec<TableRow>>,
    bytes: usize,
}

/// Rows that are kept, and bytes of their text.
const KEPT_ROWS: usize = 20_480;
const KEPT_BYTES: usize = 16 << 20;

self_cell!(
    struct OpenSheet {
        owner: MutBorrow<Xlsx<Packed>>,
        #[not_covariant]
        dependent: XlsxRows,
    }
);

type XlsxRows<'a> = CellRows<'a, XlsxCells<'a>>;

struct XlsxCells<'a>(XlsxCellReader<'a, Packed>);

impl<'a> Cells<'a> for XlsxCells<'a> {
    fn next_cell(&mut self, context: &Context<'_>) -> Result<Option<Cell<DataRef<'a>>>, ReadError> {
        self.0.next_cell().map_err(|error| failure(context, &error))
    }
}

impl Book for XlsxFile {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn counts_from_1904(&self) -> bool {
        self.from_1904
    }

    fn rows<'a>(&'a mut self, context: Context<'a>) -> Result<Box<dyn Rows + 'a>, ReadError> {
        let sheet = context.sheet.unwrap_or_default();
        let (state, begun) = match std::mem::replace(&mut self.state, State::Changing) {
            State::Begun(begun) if begun.sheet == sheet && begun.kept.is_some() => (State::Begun(begun), Ok(())),
            State::Begun(begun) => Begun::at_top(begun.open.into_owner().into_inner(), sheet, &context),
            State::Shut(workbook) => Begun::at_top(*workbook, sheet, &context),
            State::Changing => (State::Changing, Err(context.damaged("it broke off before"))),
        };
        self.state = state;
        begun?;
        let along = self.beside.get(sheet).map(Along::new).unwrap_or_default();
        match &mut self.state {
            State::Begun(begun) => Ok(Box::new(BegunRows { context, begun, along, at: 0 })),
            State::Shut(_) | State::Changing => Err(context.error(ReadErrorCode::NoSheet)),
        }
    }
}

impl Begun {
    /// Turns to the top of a sheet; the workbook stays where that is not possible.
    fn at_top(workbook: Xlsx<Packed>, sheet: &str, context: &Context<'_>) -> (State, Result<(), ReadError>) {
        let open = OpenSheet::try_new_or_recover(MutBorrow::new(workbook), |workbook| {
            let cells = workbook.borrow_mut().worksheet_cells_reader(sheet);
            cells.map(|cells| CellRows::new(XlsxCells(cells))).map_err(|error| failure(context, &error))
        });
        match open {
            Ok(open) => {
                (State::Begun(Self { sheet: sheet.to_owned(), open, kept: Some(Vec::new()), bytes: 0 }), Ok(()))
            }
            Err((workbook, error)) => (State::Shut(Box::new(workbook.into_inner())), Err(error)),
        }
    }

    /// The row behind those that were read.
    fn next_row(&mut self, context: &Context<'_>) -> Result<Option<TableRow>, ReadError> {
        // Behind what breaks off nothing is gone on with.
        let kept = self.kept.take();
        let row = self.open.with_dependent_mut(|_, rows| rows.next_row(context))?;
        self.bytes += row.as_ref().map_or(0, |row| row.cells.bytes());
        self.kept = kept.filter(|kept| kept.len() < KEPT_ROWS && self.bytes <= KEPT_BYTES);
        if let Some(kept) = &mut self.kept {
            kept.extend(row.clone());
        }
        Ok(row)
    }
}

/// The rows of a sheet from its top.
struct BegunRows<'a> {
    context: Context<'a>,
    begun: &'a mut Begun,
    along: Along,
    at: usize,
}

impl Rows for BegunRows<'_> {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        let kept = self.begun.kept.as_ref().and_then(|kept| kept.get(self.at)).cloned();
        self.at += 1;
        let mut row = match kept {
            Some(row) => Some(row),
            None => self.begun.next_row(&self.context)?,
        };
        if let Some(row) = &mut row {
            self.along.add(row);
        }
        Ok(row)
    }
}

fn failure(context: &Context<'_>, error: &XlsxError) -> ReadError {
    match error {
        XlsxError::Password => context.error(ReadErrorCode::Encrypted),
        other => context.damaged("a part of the workbook is missing or not in order").cause(other),
    }
}

#[cfg(test)]
mod tests;
