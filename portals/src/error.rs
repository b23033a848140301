//! Why a file cannot be read, in words that name the file, the cause and what to do.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// A file, or a place in it, that cannot be read.
///
/// `Display` is one English sentence or two: the file, the cause, what to do. A user interface hangs its own words on [`Self::code`]
/// and fills them with [`Self::params`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadError {
    /// What is wrong; stable.
    pub code: ReadErrorCode,
    /// The file's name as the user knows it.
    pub file: String,
    /// The sheet, where one is meant.
    pub sheet: Option<String>,
    /// The row as a person sees it in the spreadsheet, where one is meant.
    pub row: Option<u32>,
    /// The column's number, the first being 1, where one is meant.
    pub column: Option<u32>,
    /// The cell's value (its beginning), the system's message, or what the file is instead of a table.
    pub value: Option<String>,
    /// The bound that was passed, in the unit of its code.
    pub limit: Option<u64>,
    /// What a library said of it, for who looks for the cause; no sentence for people holds it.
    #[serde(skip)]
    pub cause: Option<String>,
}

/// What can be wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadErrorCode {
    /// A picture, a PDF, a program, …: no table. `value` says what it is.
    NotATable,
    /// Nothing in it.
    Empty,
    /// A workbook that ends too early or is damaged.
    Truncated,
    /// A download that its browser has not finished: the name says so, and the content bears it out.
    Unfinished,
    /// Protected by a password.
    Encrypted,
    /// A zip archive behind a password.
    EncryptedArchive,
    /// A zip archive that holds several tables, or none. `value` names its files.
    Archive,
    /// XML that declares entities of its own.
    DeclaresEntities,
    /// More bytes than [`crate::Limits`] allows.
    TooLarge,
    /// More rows than [`crate::Limits`] allows.
    TooManyRows,
    /// More columns than [`crate::Limits`] allows.
    TooManyColumns,
    /// More cells than [`crate::Limits`] allows.
    TooManyCells,
    /// It takes longer than [`crate::Limits`] allows.
    TooSlow,
    /// Somebody stopped the reading ([`crate::Stop`]).
    Stopped,
    /// A longer cell than [`crate::Limits`] allows.
    CellTooLong,
    /// A packed file that unpacks to far more than a table would.
    ZipBomb,
    /// No row that could be a header.
    NoHeader,
    /// A workbook whose rows stand in one cell each. `value` is what separates their columns there.
    OneColumn,
    /// A header, and no applicant below it.
    NoRows,
    /// Nothing stands but on sheets that are hidden. `value` names them.
    OnlyHidden,
    /// No such sheet, or no sheet at all.
    NoSheet,
    /// A table in a container that is not read yet. `value` says which.
    Unsupported,
    /// No definition has the portal id that was chosen.
    UnknownPortal,
    /// The system could not open or read the file. `value` is its message.
    Io,
}

impl ReadErrorCode {
    /// The stable word, as in the API's problem codes (`file.<word>`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotATable => "not_a_table",
            Self::Empty => "empty",
            Self::Truncated => "truncated",
            Self::Unfinished => "unfinished",
            Self::Encrypted => "encrypted",
            Self::EncryptedArchive => "encrypted_archive",
            Self::Archive => "archive",
            Self::DeclaresEntities => "declares_entities",
            Self::TooLarge => "too_large",
            Self::TooManyRows => "too_many_rows",
            Self::TooManyColumns => "too_many_columns",
            Self::TooManyCells => "too_many_cells",
            Self::TooSlow => "too_slow",
            Self::Stopped => "stopped",
            Self::CellTooLong => "cell_too_long",
            Self::ZipBomb => "zip_bomb",
            Self::NoHeader => "no_header",
            Self::OneColumn => "one_column",
            Self::NoRows => "no_rows",
            Self::OnlyHidden => "only_hidden",
            Self::NoSheet => "no_sheet",
            Self::Unsupported => "unsupported",
            Self::UnknownPortal => "unknown_portal",
            Self::Io => "io",
        }
    }
}

impl ReadError {
    /// A new error about a file as a whole.
    #[must_use]
    pub fn new(code: ReadErrorCode, file: impl Into<String>) -> Self {
        Self { code, file: file.into(), sheet: None, row: None, column: None, value: None, limit: None, cause: None }
    }

    pub(crate) fn sheet(mut self, sheet: Option<&str>) -> Self {
        self.sheet = sheet.map(str::to_owned);
        self
    }

    pub(crate) fn row(mut self, row: u32) -> Self {
        self.row = Some(row);
        self
    }

    pub(crate) fn column(mut self, column: u32) -> Self {
        self.column = Some(column);
        self
    }

    /// Keeps the first 60 characters: enough to find the cell by. The files of an archive and hidden sheets are named up to 240.
    pub(crate) fn value(mut self, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        let names = matches!(self.code, ReadErrorCode::Archive | ReadErrorCode::OnlyHidden);
        let most = if names { 240 } else { 60 };
        let end = value.char_indices().nth(most).map_or(value.len(), |(at, _)| at);
        self.value = Some(value[..end].to_owned());
        self
    }

    pub(crate) fn cause(mut self, cause: &impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// The same error; of a download that is not finished, that it is not.
    pub(crate) fn of_download(self) -> Self {
        /// How browsers name a file until it is whole.
        const UNFINISHED: [&str; 5] = ["part", "partial", "crdownload", "opdownload", "download"];
        let broken = matches!(
            self.code,
            ReadErrorCode::NotATable
                | ReadErrorCode::Empty
                | ReadErrorCode::Truncated
                | ReadErrorCode::Archive
                | ReadErrorCode::NoHeader
                | ReadErrorCode::NoRows
                | ReadErrorCode::NoSheet
        );
        let ending = self.file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.filter(|ending| broken && UNFINISHED.contains(&ending.as_str())) {
            Some(ending) => Self { code: ReadErrorCode::Unfinished, ..self }.value(format!(".{ending}")),
            None => self,
        }
    }

    pub(crate) fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The values that a user interface's own sentence needs: `file`, `sheet`, `row`, `column`, `cell`, `value`, `limit`.
    #[must_use]
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        let mut params = BTreeMap::from([("file", self.file.clone())]);
        let mut put = |key, value: Option<String>| {
            if let Some(value) = value {
                params.insert(key, value);
            }
        };
        put("sheet", self.sheet.clone());
        put("row", self.row.map(|row| row.to_string()));
        put("column", self.column.map(column_letters));
        put("cell", self.row.zip(self.column).map(|(row, column)| format!("{}{row}", column_letters(column))));
        put("value", self.value.clone());
        put("limit", self.limit.map(|limit| limit.to_string()));
        params
    }

    fn place(&self) -> String {
        let mut place = format!("“{}”", self.file);
        if let Some(sheet) = &self.sheet {
            place.push_str(&format!(", sheet “{sheet}”"));
        }
        match (self.row, self.column) {
            (Some(row), Some(column)) => place.push_str(&format!(", cell {}{row}", column_letters(column))),
            (Some(row), None) => place.push_str(&format!(", row {row}")),
            (None, Some(column)) => place.push_str(&format!(", column {}", column_letters(column))),
            (None, None) => {}
        }
        place
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        let limit = self.limit.unwrap_or_default();
        let value = self.value.as_deref().unwrap_or("something else");
        match self.code {
            ReadErrorCode::NotATable => write!(
                f,
                "{place} is {value}, not a table. Download the applicants from the portal as Excel (.xlsx) or CSV and choose that file."
            ),
            ReadErrorCode::Empty => {
                write!(
                    f,
                    "{place} is empty. Download it from the portal again, or check that there are applicants to export."
                )
            }
            ReadErrorCode::Truncated => write!(
                f,
                "{place} is damaged or was not downloaded to its end ({value}). Download it again, or open it in Excel and save it as a new .xlsx file."
            ),
            ReadErrorCode::Unfinished => write!(
                f,
                "{place} is a download that is not finished (its name ends in {value}). Wait until the browser is done and choose the file that it leaves, or download it again."
            ),
            ReadErrorCode::Encrypted => write!(
                f,
                "{place} is protected by a password. Open it in Excel, take the password off (File, Info, Protect Workbook), save it and choose it again."
            ),
            ReadErrorCode::EncryptedArchive => write!(
                f,
                "{place} is a zip archive behind a password. Unpack it with the password, and choose the file inside it."
            ),
            ReadErrorCode::Archive => write!(
                f,
                "{place} is a zip archive that does not hold exactly one table, but: {value}. Unpack it and choose the file with the applicants."
            ),
            ReadErrorCode::DeclaresEntities => write!(
                f,
                "{place} declares entities of its own (a document type), which no spreadsheet program does, and was not read. Open it in Excel or LibreOffice, save it as .xlsx, or download it again."
            ),
            ReadErrorCode::TooManyCells => write!(
                f,
                "{place}: up to there the table has more than {limit} cells. Split it into several files and import them one after the other."
            ),
            ReadErrorCode::TooSlow => write!(
                f,
                "{place} was not read to its end within {limit} seconds. Split it into several files, or save it as .xlsx or .csv."
            ),
            ReadErrorCode::Stopped => {
                write!(f, "{place} was not read to its end: it was stopped. Choose it again to read it.")
            }
            ReadErrorCode::TooLarge => write!(
                f,
                "{place} is larger than {} MiB. Split it into several files and import them one after the other.",
                limit >> 20
            ),
            ReadErrorCode::TooManyRows => write!(
                f,
                "{place} has more than {limit} rows. Split it into several files and import them one after the other."
            ),
            ReadErrorCode::TooManyColumns => write!(
                f,
                "{place} lies past column {limit}, the last one that is read. Delete the cells to the right of the table and save the file."
            ),
            ReadErrorCode::CellTooLong => write!(
                f,
                "{place} holds more than {limit} characters (“{value}…”). Shorten that cell, or look for a quotation mark that is never closed, and save the file."
            ),
            ReadErrorCode::ZipBomb => write!(
                f,
                "{place} would unpack to far more than a table holds (past {limit}), and was not opened. Download it from the portal again; do not open it if you do not know who sent it."
            ),
            ReadErrorCode::NoHeader if self.row.is_some() => {
                write!(
                    f,
                    "{place} cannot be the header: it is blank, or not among the first {limit} rows. Choose another row."
                )
            }
            ReadErrorCode::NoHeader => write!(
                f,
                "{place} has no row of column headers among its first rows. Add one row of headers (for example Nama Lengkap, Email, Nomor Telepon) above the applicants, or choose the header row."
            ),
            ReadErrorCode::OneColumn => write!(
                f,
                "{place}: all columns of a row stand in one cell, with “{value}” between them. Choose the file that the portal gave (.csv) instead; or split the column in Excel (Data, Text to Columns, with that separator), save the file and choose it again."
            ),
            ReadErrorCode::NoRows => write!(
                f,
                "{place} is the header, and no applicant stands below it. Nothing was imported: check on the portal that there are applicants to export and that no filter hides them, and download the file again."
            ),
            ReadErrorCode::OnlyHidden => write!(
                f,
                "{place} shows no cell: what it holds stands on hidden sheets ({value}). If the applicants are there, choose the sheet (`--sheet`), or unhide it in Excel or LibreOffice, save the file and choose it again."
            ),
            ReadErrorCode::NoSheet if self.sheet.is_some() => {
                write!(f, "{place}: there is no such sheet in the file. Choose one of its sheets.")
            }
            ReadErrorCode::NoSheet => {
                write!(f, "{place} has no sheet with cells in it. Choose the file that holds the applicants.")
            }
            ReadErrorCode::Unsupported => {
                write!(
                    f,
                    "{place} is {value}, which is not read yet. Open it in Excel or LibreOffice and save it as .xlsx or .csv."
                )
            }
            ReadErrorCode::UnknownPortal => {
                write!(
                    f,
                    "{place}: there is no portal “{value}”. `satu portals` lists the known ones; `other` fits any file."
                )
            }
            ReadErrorCode::Io => write!(
                f,
                "{place} could not be read: {value}. Check that the file is still there and that you may open it."
            ),
        }
    }
}

impl std::error::Error for ReadError {}

/// A column's letters as a spreadsheet shows them: 1 -> A, 27 -> AA.
pub(crate) fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_a_spreadsheet_names_them() {
        for (column, letters) in [(1, "A"), (26, "Z"), (27, "AA"), (512, "SR"), (16_384, "XFD")] {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn an_error_names_file_sheet_cell_and_what_to_do() {
        let error = ReadError::new(ReadErrorCode::TooManyColumns, "pelamar.xlsx")
            .sheet(Some("Data"))
            .row(1_048_576)
            .column(16_384)
            .limit(512);
        assert_eq!(
            error.to_string(),
            "“pelamar.xlsx”, sheet “Data”, cell XFD1048576 lies past column 512, the last one that is read. Delete the cells to the right of the table and save the file."
        );
        assert_eq!(error.params()["cell"], "XFD1048576");
    }
}
