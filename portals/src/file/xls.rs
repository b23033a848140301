//! Old Excel workbooks (`.xls`): Excel 97-2003 (BIFF8), and Excel 5 and 95 (BIFF5).
//!
//! A library that builds a dense table of everything between the outermost cells would take half a gigabyte for one cell in the last
//! corner; here the records stream from the workbook's bytes, which alone are held, and one row is. The layout of records is that of
//! \[MS-XLS\]; the numbers of sections stand where they are read.

mod globals;
mod links;
mod records;
mod sheet;
mod strings;

use std::fs::File;
use std::io::{Cursor, Read};

use super::{Book, Container, Context, Looked, Note, Opened, Rows, Sheet};
use crate::{ReadError, ReadErrorCode};
use globals::Globals;
use sheet::{SheetRows, hides_rows};

/// Opens a workbook: everything that is said of it as a whole is read.
pub(super) fn open(looked: &Looked, context: &Context<'_>) -> Result<Opened, ReadError> {
    let mut bytes = Vec::new();
    let mut file = File::open(&looked.path).map_err(|error| context.io(&error))?;
    file.read_to_end(&mut bytes).map_err(|error| context.io(&error))?;
    // Some programs write the records as they are, without the compound file around them.
    let stream = if bytes.starts_with(&[0xD0, 0xCF]) { workbook_stream(bytes, context)? } else { bytes };
    let globals = Globals::read(&stream, context)?;
    let hidden_rows = globals.starts.iter().any(|start| hides_rows(&stream, *start));
    let notes = hidden_rows.then_some(Note::HiddenRows).into_iter().collect();
    Ok(Opened::new(Container::Xls, notes, XlsFile { stream, globals }))
}

/// The one stream of the compound file that holds the cells: `Workbook`, or `Book` in Excel 5.
fn workbook_stream(bytes: Vec<u8>, context: &Context<'_>) -> Result<Vec<u8>, ReadError> {
    let most = bytes.len() as u64;
    let damaged = |error: std::io::Error| context.damaged("what its sheets are packed in is damaged").cause(&error);
    let mut compound = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let name = ["/Workbook", "/Book", "/WORKBOOK", "/BOOK"].into_iter().find(|name| compound.is_stream(name));
    let name =
        name.ok_or_else(|| context.error(ReadErrorCode::NotATable).value("an Office file without a workbook in it"))?;
    let stream = compound.open_stream(name).map_err(damaged)?;
    if stream.len() > most {
        return Err(context.damaged("it is shorter than it says"));
    }
    let mut read = Vec::new();
    stream.take(most).read_to_end(&mut read).map_err(damaged)?;
    Ok(read)
}

struct XlsFile {
    stream: Vec<u8>,
    globals: Globals,
}

impl Book for XlsFile {
    fn sheets(&self) -> &[Sheet] {
        &self.globals.sheets
    }

    fn counts_from_1904(&self) -> bool {
        self.globals.from_1904
    }

    fn rows<'a>(&'a mut self, context: Context<'a>) -> Result<Box<dyn Rows + 'a>, ReadError> {
        let place = self.globals.sheets.iter().position(|sheet| Some(sheet.name.as_str()) == context.sheet);
        let start = place.and_then(|place| self.globals.starts.get(place)).copied();
        let start = start.ok_or_else(|| context.error(ReadErrorCode::NoSheet))?;
        Ok(Box::new(SheetRows::new(context, &self.stream, &self.globals, start)))
    }
}
