//! From a file's bytes to a table of text cells, within limits.
//!
//! [`SourceFile::open`] looks at the first bytes, never at the name, and [`SourceFile::table`] streams the rows of one sheet: memory
//! does not grow with the file (a workbook's shared strings and an old `.xls` excepted, and those are bounded). To read one more
//! container, add one file here with a [`Book`], and its arms to [`Container`] and to the two places that tell files apart:
//! `sniff` by the first bytes, `package` by the names in a zip.
//!
//! What a table is: a merged cell's value stands in its first cell, and the cells that it covers are empty; what it says of the rows below
//! stands beside their cells ([`TableRow`]), for a header is merged over two lines just as a name is over two rows of data. Hidden rows are
//! rows: a filter hides them on the screen, not from the data. A cell that leads to a page is the text that it shows, and the page stands
//! beside it too: only who knows what a column means can say which of the two is meant.

mod beside;
mod cell_rows;
mod context;
mod csv;
mod dialect;
mod found;
mod html;
mod merged;
mod numbers;
mod ods;
mod package;
#[cfg(test)]
mod samples;
mod sniff;
mod spreadsheetml;
mod stop;
mod tables;
mod text;
mod unzip;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::{Limits, ReadError, ReadErrorCode};
use context::Context;
pub use dialect::{Delimiter, Dialect, DialectChoice, EncodingName, Escape, LineEnd, Quote};
pub use found::{Container, Note, Sheet, TableRow};
pub(crate) use merged::Covered;
use package::Packed;
use sniff::Kind;
pub use stop::Stop;
pub use tables::TableSpan;
pub(crate) use tables::{Below, Tables, split};

/// A file that can be read as a table.
pub struct SourceFile {
    name: String,
    bytes: u64,
    limits: Limits,
    stop: Stop,
    container: Container,
    notes: Vec<Note>,
    book: Box<dyn Book>,
    /// The sheet that is read.
    chosen: Option<String>,
    /// Where the table stands if the file is an archive; it goes with this value.
    _unpacked: Option<tempfile::TempPath>,
}

/// A container that was opened.
trait Book: Send {
    /// Its sheets in their order; none where the container knows no sheets.
    fn sheets(&self) -> &[Sheet] {
        &[]
    }

    /// How its text is written; none where the container has no choice.
    fn dialect(&self) -> Option<&Dialect> {
        None
    }

    /// Whether its days are counted from 1904.
    fn counts_from_1904(&self) -> bool {
        false
    }

    /// Whether nothing stands behind its last cell by which that is known to be whole.
    fn ends_in_a_cell(&self) -> bool {
        false
    }

    /// The rows of one of its sheets from the top.
    fn rows<'a>(&'a mut self, context: Context<'a>) -> Result<Box<dyn Rows + 'a>, ReadError>;
}

/// Rows as a container gives them; blank ones may be among them.
trait Rows {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError>;
}

/// What opening a container gives.
struct Opened {
    container: Container,
    notes: Vec<Note>,
    book: Box<dyn Book>,
    unpacked: Option<tempfile::TempPath>,
}

impl Opened {
    fn new(container: Container, notes: Vec<Note>, book: impl Book + 'static) -> Self {
        Self { container, notes, book: Box::new(book), unpacked: None }
    }
}

impl SourceFile {
    /// Opens a file and finds out what it is. `name` is what the user calls it; it appears in errors and is asked nothing else.
    ///
    /// # Errors
    /// Every [`ReadErrorCode`] that is about a file as a whole.
    pub fn open(path: &Path, name: &str, limits: &Limits) -> Result<Self, ReadError> {
        Self::open_as(path, name, limits, &DialectChoice::default())
    }

    /// Opens a text file whose dialect somebody knows better. Containers that have none do not heed it.
    /// Choices that contradict each other ([`DialectChoice::check`]) are the caller's to refuse.
    ///
    /// # Errors
    /// As [`SourceFile::open`].
    pub fn open_as(path: &Path, name: &str, limits: &Limits, choice: &DialectChoice) -> Result<Self, ReadError> {
        Self::open_until(path, name, limits, choice, &Stop::default())
    }

    /// The same, and everything that is read of the file later, as long as nobody stops it.
    ///
    /// # Errors
    /// As [`SourceFile::open`]; [`ReadErrorCode::Stopped`], which every later reading of this file can end with as well.
    pub fn open_until(
        path: &Path,
        name: &str,
        limits: &Limits,
        choice: &DialectChoice,
        stop: &Stop,
    ) -> Result<Self, ReadError> {
        let context = Context::new(name, limits, stop);
        let looked = Looked::at(path, &context)?;
        let bytes = looked.bytes;
        let opened = guarded(&context, || open(looked, &context, choice, Depth::File));
        let mut opened = opened.map_err(ReadError::of_download)?;
        let mut notes = opened.notes;
        if !extension_fits(name, opened.container, opened.unpacked.is_some()) {
            notes.push(Note::WrongExtension);
        }
        if opened.book.sheets().iter().any(|sheet| sheet.hidden) {
            notes.push(Note::HiddenSheet);
        }
        Ok(Self {
            name: name.to_owned(),
            bytes,
            limits: limits.clone(),
            stop: stop.clone(),
            container: opened.container,
            notes,
            book: opened.book,
            chosen: None,
            _unpacked: opened.unpacked.take(),
        })
    }

    /// The name that the user knows.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its size on the disk in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What it is inside.
    #[must_use]
    pub fn container(&self) -> Container {
        self.container
    }

    /// How its text is written, as it was detected or chosen; none where the container has no choice.
    #[must_use]
    pub fn dialect(&self) -> Option<&Dialect> {
        self.book.dialect()
    }

    /// Whether its days are counted from 1904: a day's number that no format makes a date is told as it stands.
    pub(crate) fn counts_from_1904(&self) -> bool {
        self.book.counts_from_1904()
    }

    /// Whether nothing stands behind its last cell, neither a line end nor a quotation mark: were it cut, nobody could see it.
    pub(crate) fn ends_in_a_cell(&self) -> bool {
        self.book.ends_in_a_cell()
    }

    /// What was found on opening it.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The sheets of a workbook in their order; none where the container knows no sheets.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        self.book.sheets()
    }

    /// Refuses a file of which nothing is to be seen because it stands on a hidden sheet: to be called it empty would send HR away.
    ///
    /// # Errors
    /// [`ReadErrorCode::OnlyHidden`], or what reading those sheets meets.
    pub(crate) fn hides_nothing(&mut self) -> Result<(), ReadError> {
        /// Sheets that are looked at.
        const SHEETS: usize = 30;
        let hidden = self.sheets().iter().filter(|sheet| sheet.hidden).take(SHEETS);
        let hidden: Vec<String> = hidden.map(|sheet| sheet.name.clone()).collect();
        let mut filled = Vec::new();
        for sheet in hidden {
            if self.table(Some(&sheet))?.next().transpose()?.is_some() {
                filled.push(format!("“{sheet}”"));
            }
        }
        if filled.is_empty() {
            return Ok(());
        }
        Err(ReadError::new(ReadErrorCode::OnlyHidden, &self.name).value(filled.join(", ")))
    }

    /// Streams the rows of a sheet (the first visible one if none is named) from the top. Blank rows are left out but counted.
    ///
    /// # Errors
    /// [`ReadErrorCode::NoSheet`], or what opening the sheet meets.
    pub fn table(&mut self, sheet: Option<&str>) -> Result<Table<'_>, ReadError> {
        let mut context = Context::new(&self.name, &self.limits, &self.stop);
        let sheets = self.book.sheets();
        // The book is borrowed for the rows: the name that they carry is the caller's, or a copy of the book's.
        let chosen = match sheet {
            Some(name) => Some(
                sheets
                    .iter()
                    .find(|sheet| sheet.name == name)
                    .ok_or_else(|| ReadError::new(ReadErrorCode::NoSheet, &self.name).sheet(Some(name)))?,
            ),
            None => sheets.iter().find(|sheet| !sheet.hidden).or(sheets.first()),
        };
        let chosen = chosen.map(|sheet| sheet.name.clone());
        if chosen.is_none() && self.container != Container::Csv {
            return Err(ReadError::new(ReadErrorCode::NoSheet, &self.name));
        }
        self.chosen = chosen;
        if let Some(sheet) = self.chosen.as_deref() {
            context = context.of_sheet(sheet);
        }
        let book = &mut self.book;
        let rows = guarded(&context, || book.rows(context)).map_err(ReadError::of_download)?;
        Ok(Table { context, rows, cells: 0, passed: 0, done: false })
    }
}

/// The rows of one sheet, streamed.
pub struct Table<'a> {
    context: Context<'a>,
    rows: Box<dyn Rows + 'a>,
    cells: u64,
    passed: u32,
    done: bool,
}

/// Rows between two looks at the clock.
const ROWS_A_LOOK: u32 = 64;

impl Table<'_> {
    /// The next row, blank ones included: a reader gives one of those at the latest after some thousand empty cells or lines, so that who
    /// asks can stop there.
    pub(crate) fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        if self.done {
            return Ok(None);
        }
        let row = self.read();
        self.done = !matches!(row, Ok(Some(_)));
        row
    }

    fn read(&mut self) -> Result<Option<TableRow>, ReadError> {
        if self.passed.is_multiple_of(ROWS_A_LOOK) {
            self.context.in_time()?;
        }
        self.passed = self.passed.wrapping_add(1);
        let rows = &mut self.rows;
        let row = guarded(&self.context, || rows.next_row()).map_err(ReadError::of_download)?;
        if let Some(row) = &row {
            self.cells += (row.cells.len() + row.covered.len()) as u64;
            if self.cells > self.context.limits.cells {
                let error = self.context.error(ReadErrorCode::TooManyCells).row(row.row);
                return Err(error.limit(self.context.limits.cells));
            }
        }
        Ok(row)
    }
}

impl Iterator for Table<'_> {
    type Item = Result<TableRow, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.next_row().transpose()? {
                Ok(row) if row.is_blank() => {}
                row => return Some(row),
            }
        }
    }
}

/// A file whose first bytes were read.
struct Looked {
    path: PathBuf,
    file: File,
    bytes: u64,
    head: Vec<u8>,
}

/// Enough to tell encodings and separators apart.
const HEAD: usize = 256 * 1024;

impl Looked {
    fn at(path: &Path, context: &Context<'_>) -> Result<Self, ReadError> {
        let io = |error: std::io::Error| context.io(&error);
        let mut file = File::open(path).map_err(io)?;
        let metadata = file.metadata().map_err(io)?;
        if !metadata.is_file() {
            return Err(context.error(ReadErrorCode::NotATable).value("a folder"));
        }
        let mut head = Vec::new();
        (&mut file).take(HEAD as u64).read_to_end(&mut head).map_err(io)?;
        Ok(Self { path: path.to_owned(), file, bytes: metadata.len(), head })
    }

    fn within(&self, limit: u64, context: &Context<'_>) -> Result<(), ReadError> {
        if self.bytes <= limit { Ok(()) } else { Err(context.error(ReadErrorCode::TooLarge).limit(limit)) }
    }
}

/// Whether a table may still lie inside an archive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    File,
    InArchive,
}

fn open(mut looked: Looked, context: &Context<'_>, choice: &DialectChoice, depth: Depth) -> Result<Opened, ReadError> {
    let io = |error: std::io::Error| context.io(&error);
    let kind = sniff::kind(&looked.head, &mut looked.file).map_err(io)?;
    looked.file.seek(SeekFrom::Start(0)).map_err(io)?;
    let limit = match kind {
        Kind::Zip | Kind::Xls => context.limits.workbook_bytes,
        _ => context.limits.text_bytes,
    };
    looked.within(limit, context)?;
    match kind {
        Kind::Text => {
            let mut notes = Vec::new();
            let book = csv::CsvFile::new(&looked, choice, &mut notes);
            Ok(Opened::new(Container::Csv, notes, book))
        }
        Kind::Xls => xls::open(&looked, context),
        Kind::Html => html::open(&looked, context, choice),
        Kind::SpreadsheetMl => spreadsheetml::open(&looked, context, choice),
        Kind::FlatOds => ods::open_flat(&looked, context, choice),
        Kind::Zip => {
            let package = package::check(&looked, context)?;
            match package.kind {
                Packed::Xlsx => xlsx::open(&looked, context, &package),
                Packed::Xlsb => xlsb::open(&looked, context, &package),
                Packed::Ods => ods::open(&looked, context),
                Packed::Other if depth == Depth::File => unzip::open(&looked, context, choice),
                other => Err(refusal(context, other.words())),
            }
        }
        Kind::Encrypted => Err(context.error(ReadErrorCode::Encrypted)),
        Kind::Empty => Err(context.error(ReadErrorCode::Empty)),
        Kind::Unsupported(what) => Err(context.error(ReadErrorCode::Unsupported).value(what)),
        Kind::Foreign(what) => Err(refusal(context, what)),
    }
}

fn refusal(context: &Context<'_>, what: &str) -> ReadError {
    context.error(ReadErrorCode::NotATable).value(what)
}

fn io_error(name: &str, error: &std::io::Error) -> ReadError {
    ReadError::new(ReadErrorCode::Io, name).value(error.to_string())
}

/// Runs a reader on a file that may be made to break it: what a library panics on becomes an error like any other.
fn guarded<T>(context: &Context<'_>, read: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(context.damaged("its contents contradict each other")))
}

fn extension_fits(name: &str, container: Container, unpacked: bool) -> bool {
    let Some((_, extension)) = name.rsplit_once('.') else { return true };
    let extension = extension.to_ascii_lowercase();
    if unpacked { extension == "zip" } else { container.extensions().contains(&extension.as_str()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_and_a_folder_say_so() {
        let folder = tempfile::tempdir().unwrap();
        let open = |path: &Path| SourceFile::open(path, "x.csv", &Limits::default()).err().map(|error| error.code);
        assert_eq!(open(&folder.path().join("x.csv")), Some(ReadErrorCode::Io));
        assert_eq!(open(folder.path()), Some(ReadErrorCode::NotATable));
    }

    #[test]
    fn a_file_past_its_limit_is_not_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a,b\n1,2\n").unwrap();
        let error =
            SourceFile::open(file.path(), "x.csv", &Limits { text_bytes: 4, ..Limits::default() }).err().unwrap();
        assert_eq!(error.code, ReadErrorCode::TooLarge);
    }

    #[rstest::rstest]
    #[case::behind_an_empty_one(&[("Kosong", "", false), ("Data", "x", true)], Some("“Data”"))]
    #[case::no_other_sheet(&[("Mei", "x", true), ("Pilihan", "", true), ("Juni", "x", true)], Some("“Mei”, “Juni”"))]
    #[case::hidden_and_empty(&[("Kosong", "", false), ("Pilihan", " ", true)], None)]
    #[case::empty(&[("Kosong", "", false)], None)]
    fn what_stands_on_hidden_sheets_only_is_told_with_their_names(
        #[case] sheets: &[(&str, &str, bool)],
        #[case] names: Option<&str>,
    ) {
        let sheets: String = sheets
            .iter()
            .map(|(name, text, hidden)| {
                let visible = if *hidden { "SheetHidden" } else { "SheetVisible" };
                format!(
                    "<Worksheet ss:Name=\"{name}\"><Table><Row><Cell><Data>{text}</Data></Cell></Row></Table>\
                     <WorksheetOptions><Visible>{visible}</Visible></WorksheetOptions></Worksheet>"
                )
            })
            .collect();
        let book = format!(
            "<?xml version=\"1.0\"?><Workbook xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">{sheets}</Workbook>"
        );
        let (mut source, _file) = samples::open(book.as_bytes()).unwrap();
        let told = source.hides_nothing().err();
        assert_eq!(told.as_ref().and_then(|error| error.value.as_deref()), names);
        assert!(told.is_none_or(|error| error.code == ReadErrorCode::OnlyHidden));
    }

    #[test]
    fn a_table_past_its_cells_is_not_read_on() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a,b\n1,2\n3,4\n").unwrap();
        let few = Limits { cells: 4, ..Limits::default() };
        let mut source = SourceFile::open(file.path(), "x.csv", &few).unwrap();
        let rows: Vec<_> = source.table(None).unwrap().collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[2].as_ref().unwrap_err().code, ReadErrorCode::TooManyCells);
    }
}
