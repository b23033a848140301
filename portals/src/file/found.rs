//! What is told about a file: its container, its sheets, how its text is written, and harmless findings.

use satu_core::application::Cells;
use serde::{Deserialize, Serialize};

use super::merged::Covered;

/// What a file is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// Text with a separator, in any encoding.
    Csv,
    /// An Excel workbook (`.xlsx`, `.xlsm`).
    Xlsx,
    /// A binary Excel workbook (`.xlsb`).
    Xlsb,
    /// An Excel 97-2003 workbook, or one of Excel 5 (`.xls`).
    Xls,
    /// An OpenDocument spreadsheet, packed (`.ods`) or flat (`.fods`).
    Ods,
    /// The XML that Excel 2003 wrote.
    SpreadsheetMl,
    /// A web page with a table in it, often named `.xls`.
    Html,
}

impl Container {
    /// Every container, for those who list them.
    pub const ALL: [Self; 7] =
        [Self::Csv, Self::Xlsx, Self::Xlsb, Self::Xls, Self::Ods, Self::SpreadsheetMl, Self::Html];

    /// The stable word, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::SpreadsheetMl => "spreadsheet_ml",
            Self::Html => "html",
        }
    }

    /// What it is, in words that a sentence goes on with.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Csv => "text with a separator (.csv)",
            Self::Xlsx => "an Excel workbook (.xlsx)",
            Self::Xlsb => "a binary Excel workbook (.xlsb)",
            Self::Xls => "an old Excel workbook (.xls)",
            Self::Ods => "an OpenDocument spreadsheet (.ods)",
            Self::SpreadsheetMl => "a workbook of Excel 2003 in XML (.xml)",
            Self::Html => "a web page (.html)",
        }
    }

    /// The endings that files of this kind have by right.
    pub(super) const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Csv => &["csv", "tsv", "tab", "txt"],
            Self::Xlsx => &["xlsx", "xlsm", "xltx", "xltm"],
            Self::Xlsb => &["xlsb"],
            Self::Xls => &["xls", "xlt"],
            Self::Ods => &["ods", "ots", "fods"],
            Self::SpreadsheetMl => &["xml"],
            Self::Html => &["html", "htm"],
        }
    }
}

/// A harmless finding about a file that HR may want to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The name's extension does not fit what the file is.
    WrongExtension,
    /// The table was the only one in a zip archive.
    Unzipped,
    /// A byte order mark was skipped.
    Bom,
    /// The text was UTF-16.
    Utf16,
    /// The text was Windows-1252.
    #[serde(rename = "windows_1252")]
    Windows1252,
    /// The text was in another encoding that is not UTF-8.
    OtherEncoding,
    /// The text was UTF-8 in most lines; in the others it was read as Windows-1252.
    MixedEncodings,
    /// Columns are separated by `;`.
    SeparatorSemicolon,
    /// Columns are separated by tabs.
    SeparatorTab,
    /// Columns are separated by `|`.
    SeparatorPipe,
    /// Columns are separated by a character that is none of the usual ones.
    SeparatorOther,
    /// Cells are quoted with `'`.
    SingleQuotes,
    /// A quotation mark inside a cell is escaped with a backslash.
    BackslashEscapes,
    /// Every line stands in quotation marks as a whole, as if it were one cell; they were taken off.
    QuotedLines,
    /// Spaces stand between the separators and the cells; they are no part of the cells.
    SpacesBeforeCells,
    /// Among the first rows some have quotation marks inside quoted cells that are neither doubled nor escaped; they were kept.
    InnerQuotes,
    /// A `sep=` line was obeyed and skipped.
    SepLine,
    /// There are rows above the header.
    TitleRows,
    /// Among the first rows below the header some are no applicants: a repeated header, a total.
    Footer,
    /// The file has a sheet that is hidden; it is not read unless chosen.
    HiddenSheet,
    /// Rows are hidden, by a filter or by hand; they are read like all others.
    HiddenRows,
    /// The file has several sheets with a table; one was chosen.
    SeveralSheets,
    /// The sheet has several tables below each other; the largest was chosen.
    SeveralTables,
    /// The file ends in a contact, without a line end behind it. Many portals write none; a download that broke off in that very cell
    /// looks the same.
    EndsInContact,
}

impl Note {
    /// Every note, for those who list them.
    pub const ALL: [Self; 24] = [
        Self::WrongExtension,
        Self::Unzipped,
        Self::Bom,
        Self::Utf16,
        Self::Windows1252,
        Self::OtherEncoding,
        Self::MixedEncodings,
        Self::SeparatorSemicolon,
        Self::SeparatorTab,
        Self::SeparatorPipe,
        Self::SeparatorOther,
        Self::SingleQuotes,
        Self::BackslashEscapes,
        Self::QuotedLines,
        Self::SpacesBeforeCells,
        Self::InnerQuotes,
        Self::SepLine,
        Self::TitleRows,
        Self::Footer,
        Self::HiddenSheet,
        Self::HiddenRows,
        Self::SeveralSheets,
        Self::SeveralTables,
        Self::EndsInContact,
    ];

    /// The stable word, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WrongExtension => "wrong_extension",
            Self::Unzipped => "unzipped",
            Self::Bom => "bom",
            Self::Utf16 => "utf16",
            Self::Windows1252 => "windows_1252",
            Self::OtherEncoding => "other_encoding",
            Self::MixedEncodings => "mixed_encodings",
            Self::SeparatorSemicolon => "separator_semicolon",
            Self::SeparatorTab => "separator_tab",
            Self::SeparatorPipe => "separator_pipe",
            Self::SeparatorOther => "separator_other",
            Self::SingleQuotes => "single_quotes",
            Self::BackslashEscapes => "backslash_escapes",
            Self::QuotedLines => "quoted_lines",
            Self::SpacesBeforeCells => "spaces_before_cells",
            Self::InnerQuotes => "inner_quotes",
            Self::SepLine => "sep_line",
            Self::TitleRows => "title_rows",
            Self::Footer => "footer",
            Self::HiddenSheet => "hidden_sheet",
            Self::HiddenRows => "hidden_rows",
            Self::SeveralSheets => "several_sheets",
            Self::SeveralTables => "several_tables",
            Self::EndsInContact => "ends_in_contact",
        }
    }
}

/// A sheet of a workbook, or a table of a web page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The name on its tab; a web page's tables are `Table 1`, `Table 2`, ….
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
    pub cells: Cells,
    /// The file stops in the middle of this row: its last cell may be a part of one, and others are missing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// The pages that cells lead to, beside the text that they show: the column's number, the first being 1, and the address.
    #[serde(skip)]
    pub(crate) links: Vec<(u32, String)>,
    /// What merged cells above say of this row, whose own cells are empty there.
    #[serde(skip)]
    pub(crate) covered: Vec<Covered>,
}

impl TableRow {
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim_matches(is_filler).is_empty())
    }
}

/// White space, and the separators that another file's ends left behind.
fn is_filler(char: char) -> bool {
    char.is_whitespace() || matches!(char, ',' | ';' | '|' | '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_json_and_in_code() {
        for note in Note::ALL {
            assert_eq!(serde_json::to_value(note).unwrap(), note.as_str());
        }
        for container in Container::ALL {
            assert_eq!(serde_json::to_value(container).unwrap(), container.as_str());
        }
    }
}
