//! From a file's bytes to a table of text cells, within limits.
//!
//! [`SourceFile::open`] looks at the first bytes, never at the name, and [`SourceFile::table`] streams the rows of one sheet: memory
//! does not grow with the file (a workbook's shared strings excepted, and those are bounded). To read one more container, add one
//! file here with a row iterator, and its arms to [`Container`], `Inner` and [`Table`].

mod csv;
mod package;
mod sniff;
mod text;
mod xlsx;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{Limits, ReadError, ReadErrorCode};
use sniff::Kind;

/// A file that can be read as a table.
pub struct SourceFile {
    name: String,
    bytes: u64,
    limits: Limits,
    container: Container,
    notes: Vec<Note>,
    sheets: Vec<Sheet>,
    inner: Inner,
}

enum Inner {
    Csv(csv::CsvFile),
    Xlsx(Box<xlsx::XlsxFile>),
}

/// What a file is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// Text with a separator, in any encoding.
    Csv,
    /// An Excel workbook (`.xlsx`, `.xlsm`).
    Xlsx,
}

impl Container {
    /// The stable word, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A harmless finding about a file that HR may want to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The name's extension does not fit what the file is.
    WrongExtension,
    /// A byte order mark was skipped.
    Bom,
    /// The text was UTF-16.
    Utf16,
    /// The text was Windows-1252.
    #[serde(rename = "windows_1252")]
    Windows1252,
    /// The text was in another encoding that is not UTF-8.
    OtherEncoding,
    /// Columns are separated by `;`.
    SeparatorSemicolon,
    /// Columns are separated by tabs.
    SeparatorTab,
    /// Columns are separated by `|`.
    SeparatorPipe,
    /// A `sep=` line was obeyed and skipped.
    SepLine,
    /// There are rows above the header.
    TitleRows,
    /// Among the first rows below the header some are no applicants: a repeated header, a total.
    Footer,
    /// The file has a sheet that is hidden; it is not read unless chosen.
    HiddenSheet,
    /// The file has several sheets with a table; one was chosen.
    SeveralSheets,
}

impl Note {
    /// The stable word, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WrongExtension => "wrong_extension",
            Self::Bom => "bom",
            Self::Utf16 => "utf16",
            Self::Windows1252 => "windows_1252",
            Self::OtherEncoding => "other_encoding",
            Self::SeparatorSemicolon => "separator_semicolon",
            Self::SeparatorTab => "separator_tab",
            Self::SeparatorPipe => "separator_pipe",
            Self::SepLine => "sep_line",
            Self::TitleRows => "title_rows",
            Self::Footer => "footer",
            Self::HiddenSheet => "hidden_sheet",
            Self::SeveralSheets => "several_sheets",
        }
    }
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The name on its tab.
    pub name: String,
    /// Whether the spreadsheet program hides it.
    pub hidden: bool,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TableRow {
    /// The number that a person sees in the spreadsheet.
    pub row: u32,
    /// The cells as text from column A on; trailing empty cells are left out.
    pub cells: Vec<String>,
}

impl TableRow {
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim_matches(is_filler).is_empty())
    }
}

impl SourceFile {
    /// Opens a file and finds out what it is. `name` is what the user calls it; it appears in errors and is asked nothing else.
    ///
    /// # Errors
    /// Every [`ReadErrorCode`] that is about a file as a whole.
    pub fn open(path: &Path, name: &str, limits: &Limits) -> Result<Self, ReadError> {
        let io = |error: std::io::Error| io_error(name, &error);
        let mut file = File::open(path).map_err(io)?;
        let metadata = file.metadata().map_err(io)?;
        if !metadata.is_file() {
            return Err(ReadError::new(ReadErrorCode::NotATable, name).value("a folder"));
        }
        let bytes = metadata.len();
        let mut head = Vec::with_capacity(HEAD);
        (&mut file).take(HEAD as u64).read_to_end(&mut head).map_err(io)?;
        let kind = sniff::kind(&head, &mut file).map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;

        let mut notes = Vec::new();
        let (container, sheets, inner) = match kind {
            Kind::Text => {
                within(name, bytes, limits.text_bytes)?;
                let csv = csv::CsvFile::new(path, &head, bytes, &mut notes);
                (Container::Csv, Vec::new(), Inner::Csv(csv))
            }
            Kind::Zip => {
                within(name, bytes, limits.workbook_bytes)?;
                package::check(file, name, limits)?;
                let xlsx = xlsx::XlsxFile::open(path, name)?;
                (Container::Xlsx, xlsx.sheets(), Inner::Xlsx(Box::new(xlsx)))
            }
            other => return Err(refusal(name, other)),
        };
        if !extension_fits(name, container) {
            notes.push(Note::WrongExtension);
        }
        if sheets.iter().any(|sheet| sheet.hidden) {
            notes.push(Note::HiddenSheet);
        }
        Ok(Self { name: name.to_owned(), bytes, limits: limits.clone(), container, notes, sheets, inner })
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

    /// What was found on opening it.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The sheets of a workbook in their order; none where the container knows no sheets.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// Streams the rows of a sheet (the first visible one if none is named) from the top. Blank rows are left out but counted.
    ///
    /// # Errors
    /// [`ReadErrorCode::NoSheet`], or what opening the sheet meets.
    pub fn table(&mut self, sheet: Option<&str>) -> Result<Table<'_>, ReadError> {
        let context = Context { name: &self.name, limits: &self.limits };
        let rows = match &mut self.inner {
            Inner::Csv(file) => Reader::Csv(Box::new(file.rows(context)?)),
            Inner::Xlsx(file) => {
                let first = || {
                    self.sheets
                        .iter()
                        .find(|sheet| !sheet.hidden)
                        .or(self.sheets.first())
                        .map(|sheet| sheet.name.as_str())
                };
                let Some(sheet) = sheet.or_else(first) else {
                    return Err(ReadError::new(ReadErrorCode::NoSheet, &self.name));
                };
                Reader::Xlsx(Box::new(file.rows(context, sheet)?))
            }
        };
        Ok(Table { rows, done: false })
    }
}

/// The rows of one sheet, streamed.
pub struct Table<'a> {
    rows: Reader<'a>,
    done: bool,
}

enum Reader<'a> {
    Csv(Box<csv::CsvRows<'a>>),
    Xlsx(Box<xlsx::XlsxRows<'a>>),
}

impl Table<'_> {
    fn read(&mut self) -> Result<Option<TableRow>, ReadError> {
        match &mut self.rows {
            Reader::Csv(rows) => rows.next_row(),
            Reader::Xlsx(rows) => rows.next_row(),
        }
    }
}

impl Iterator for Table<'_> {
    type Item = Result<TableRow, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            match self.read() {
                Ok(Some(row)) if row.is_blank() => {}
                Ok(Some(row)) => return Some(Ok(row)),
                Ok(None) => self.done = true,
                Err(error) => {
                    self.done = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

/// What every reader needs to say what went wrong where.
#[derive(Clone, Copy)]
struct Context<'a> {
    name: &'a str,
    limits: &'a Limits,
}

impl Context<'_> {
    fn row_within(&self, sheet: Option<&str>, row: u32) -> Result<(), ReadError> {
        if row <= self.limits.rows {
            return Ok(());
        }
        Err(ReadError::new(ReadErrorCode::TooManyRows, self.name).sheet(sheet).limit(self.limits.rows.into()))
    }

    fn column_within(&self, sheet: Option<&str>, row: u32, column: u32) -> Result<(), ReadError> {
        if column <= self.limits.columns {
            return Ok(());
        }
        let error = ReadError::new(ReadErrorCode::TooManyColumns, self.name).sheet(sheet);
        Err(error.row(row).column(column).limit(self.limits.columns.into()))
    }

    fn cell_within(&self, sheet: Option<&str>, row: u32, column: u32, cell: &str) -> Result<(), ReadError> {
        if cell.len() <= self.limits.cell_chars || cell.chars().count() <= self.limits.cell_chars {
            return Ok(());
        }
        let error = ReadError::new(ReadErrorCode::CellTooLong, self.name).sheet(sheet).row(row).column(column);
        Err(error.value(cell).limit(self.limits.cell_chars as u64))
    }
}

/// White space, and the separators that another file's ends left behind.
fn is_filler(char: char) -> bool {
    char.is_whitespace() || matches!(char, ',' | ';' | '|' | '\0')
}

/// Enough to tell encodings and separators apart.
const HEAD: usize = 256 * 1024;

fn io_error(name: &str, error: &std::io::Error) -> ReadError {
    ReadError::new(ReadErrorCode::Io, name).value(error.to_string())
}

fn within(name: &str, bytes: u64, limit: u64) -> Result<(), ReadError> {
    if bytes <= limit { Ok(()) } else { Err(ReadError::new(ReadErrorCode::TooLarge, name).limit(limit)) }
}

fn refusal(name: &str, kind: Kind) -> ReadError {
    let unsupported = |what: &str| ReadError::new(ReadErrorCode::Unsupported, name).value(what);
    match kind {
        Kind::Empty => ReadError::new(ReadErrorCode::Empty, name),
        Kind::Encrypted => ReadError::new(ReadErrorCode::Encrypted, name),
        Kind::Xls => unsupported("an old Excel workbook (.xls)"),
        Kind::Html => unsupported("a web page (HTML)"),
        Kind::SpreadsheetXml => unsupported("an Excel 2003 XML workbook"),
        Kind::Foreign(what) => ReadError::new(ReadErrorCode::NotATable, name).value(what),
        Kind::Text | Kind::Zip => ReadError::new(ReadErrorCode::NotATable, name),
    }
}

fn extension_fits(name: &str, container: Container) -> bool {
    let Some((_, extension)) = name.rsplit_once('.') else { return true };
    let extension = extension.to_ascii_lowercase();
    match container {
        Container::Csv => matches!(extension.as_str(), "csv" | "tsv" | "tab" | "txt"),
        Container::Xlsx => matches!(extension.as_str(), "xlsx" | "xlsm" | "xltx" | "xltm"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_json_and_in_code() {
        use Note::*;
        let notes = [
            WrongExtension,
            Bom,
            Utf16,
            Windows1252,
            OtherEncoding,
            SeparatorSemicolon,
            SeparatorTab,
            SeparatorPipe,
            SepLine,
            TitleRows,
            Footer,
            HiddenSheet,
            SeveralSheets,
        ];
        for note in notes {
            assert_eq!(serde_json::to_value(note).unwrap(), note.as_str());
        }
        for container in [Container::Csv, Container::Xlsx] {
            assert_eq!(serde_json::to_value(container).unwrap(), container.as_str());
        }
    }

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
}
