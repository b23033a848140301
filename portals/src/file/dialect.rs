//! How a text file is written: encoding, delimiter, quotation marks, line ends; and what a person overrules of it.

use std::fmt;
use std::str::FromStr;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

use super::Note;

/// How a text file is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// The encoding by its name in the WHATWG list: `UTF-8`, `UTF-16LE`, `windows-1252`.
    pub encoding: String,
    /// Whether a byte order mark stands before the text.
    pub bom: bool,
    /// What separates two cells; none where markup does.
    pub delimiter: Option<char>,
    /// The mark around cells that hold a delimiter or a line break; none where every mark is part of the text.
    pub quote: Option<char>,
    /// How such a mark is written inside a cell.
    pub escape: Escape,
    /// What ends a row.
    pub line_end: LineEnd,
    /// Whether a first line `sep=;` was obeyed and skipped.
    pub sep_line: bool,
}

/// How a quotation mark is written inside a quoted cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escape {
    /// Twice: `""`.
    Doubled,
    /// Behind a backslash: `\"`.
    Backslash,
}

impl Escape {
    /// The stable word, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Doubled => "doubled",
            Self::Backslash => "backslash",
        }
    }
}

impl FromStr for Escape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = [Self::Doubled, Self::Backslash].into_iter().find(|escape| escape.as_str() == text.trim());
        known.ok_or_else(|| {
            format!("“{text}” is no way to write a quotation mark inside a cell: give doubled or backslash")
        })
    }
}

/// What ends a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
    /// `\r`, as old Macs wrote it.
    Cr,
    /// Now one, now another.
    Mixed,
}

/// What a person knows better than the detection. The default leaves everything to be found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DialectChoice {
    /// What separates two cells.
    pub delimiter: Option<Delimiter>,
    /// The encoding; a byte order mark that contradicts it is heeded no more.
    pub encoding: Option<EncodingName>,
    /// The mark around cells.
    pub quote: Option<Quote>,
    /// How that mark is written inside a cell.
    pub escape: Option<Escape>,
}

impl DialectChoice {
    /// Whether the choices go together.
    ///
    /// # Errors
    /// A sentence that names the character that would have to do two things.
    pub fn check(&self) -> Result<(), String> {
        let mark = self.quote.and_then(Quote::byte).map(char::from);
        if self.escape == Some(Escape::Backslash) && self.delimiter.map(Delimiter::char) == Some('\\') {
            return Err(
                "“\\” cannot both separate cells and escape the mark around them: change one of the two".to_owned()
            );
        }
        let both = mark.filter(|mark| self.delimiter.map(Delimiter::char) == Some(*mark));
        both.map_or(Ok(()), |mark| {
            Err(format!("“{mark}” cannot both separate cells and stand around them: change one of the two"))
        })
    }
}

/// One character that can separate cells: none that quotes, ends a line, or stands in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Delimiter(char);

impl Delimiter {
    /// The character.
    #[must_use]
    pub const fn char(self) -> char {
        self.0
    }
}

impl FromStr for Delimiter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut chars = text.chars();
        let char = match (text.to_ascii_lowercase().as_str(), chars.next(), chars.next()) {
            ("tab" | "\\t", ..) => Some('\t'),
            ("comma", ..) => Some(','),
            ("semicolon", ..) => Some(';'),
            ("pipe", ..) => Some('|'),
            (_, Some(char), None) => Some(char),
            _ => None,
        };
        let stands_in_words = |char: char| char.is_alphanumeric() || (char.is_whitespace() && !char.is_control());
        let usable = char.filter(|char| !stands_in_words(*char) && !"\0\"'\r\n\u{85}\u{feff}".contains(*char));
        usable
            .map(Self)
            .ok_or_else(|| format!("“{text}” cannot separate cells: give one character such as , ; | or the word tab"))
    }
}

impl TryFrom<String> for Delimiter {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Delimiter> for String {
    fn from(delimiter: Delimiter) -> Self {
        delimiter.0.into()
    }
}

/// The mark around a cell that holds a delimiter or a line break: an ASCII sign, or none where every mark is part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Quote(Option<u8>);

impl Quote {
    /// No cell is quoted.
    const NONE: &str = "none";

    /// The mark as a byte.
    #[must_use]
    pub const fn byte(self) -> Option<u8> {
        self.0
    }

    /// The mark of a dialect as a request says it: the character, or the word `none`.
    #[must_use]
    pub fn word(mark: Option<char>) -> String {
        mark.map_or_else(|| Self::NONE.to_owned(), String::from)
    }
}

impl FromStr for Quote {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text.to_ascii_lowercase().as_str(), text.as_bytes()) {
            (Self::NONE, _) => Ok(Self(None)),
            ("double", _) => Ok(Self(Some(b'"'))),
            ("single", _) => Ok(Self(Some(b'\''))),
            (_, [byte]) if byte.is_ascii_punctuation() && *byte != b'\\' => Ok(Self(Some(*byte))),
            _ => Err(format!(
                "“{text}” cannot stand around cells: give one ASCII sign such as \" or ', or the word none"
            )),
        }
    }
}

impl TryFrom<String> for Quote {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Quote> for String {
    fn from(quote: Quote) -> Self {
        Quote::word(quote.0.map(char::from))
    }
}

/// An encoding by any of its WHATWG labels: `utf-8`, `utf-16le`, `windows-1252`, `latin1`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EncodingName(&'static Encoding);

impl EncodingName {
    pub(super) const fn encoding(self) -> &'static Encoding {
        self.0
    }
}

impl fmt::Debug for EncodingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for EncodingName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let label = text.trim().to_ascii_lowercase();
        let label = match label.as_str() {
            "cp1252" | "ansi" => "windows-1252",
            "utf8" => "utf-8",
            "utf16" | "utf-16" | "utf16le" => "utf-16le",
            "utf16be" => "utf-16be",
            other => other,
        };
        let known = Encoding::for_label_no_replacement(label.as_bytes());
        known.map(Self).ok_or_else(|| {
            format!("there is no encoding “{text}”; give utf-8, utf-16le, utf-16be, windows-1252 or another of the web's names")
        })
    }
}

impl TryFrom<String> for EncodingName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<EncodingName> for String {
    fn from(name: EncodingName) -> Self {
        name.0.name().to_owned()
    }
}

impl Dialect {
    /// What HR may want to know of it.
    pub(super) fn notes(&self) -> impl Iterator<Item = Note> {
        let encoding = match self.encoding.as_str() {
            "UTF-8" => None,
            name if name == UTF_16LE.name() || name == UTF_16BE.name() => Some(Note::Utf16),
            name if name == WINDOWS_1252.name() => Some(Note::Windows1252),
            _ => Some(Note::OtherEncoding),
        };
        let delimiter = match self.delimiter {
            Some(',') | None => None,
            Some(';') => Some(Note::SeparatorSemicolon),
            Some('\t') => Some(Note::SeparatorTab),
            Some('|') => Some(Note::SeparatorPipe),
            Some(_) => Some(Note::SeparatorOther),
        };
        let all = [
            self.bom.then_some(Note::Bom),
            encoding,
            delimiter,
            (self.quote == Some('\'')).then_some(Note::SingleQuotes),
            (self.escape == Escape::Backslash).then_some(Note::BackslashEscapes),
            self.sep_line.then_some(Note::SepLine),
        ];
        all.into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(";", ';')]
    #[case("tab", '\t')]
    #[case("\\t", '\t')]
    #[case("\t", '\t')]
    #[case("Semicolon", ';')]
    #[case("^", '^')]
    #[case("\u{1f}", '\u{1f}')]
    #[case("¦", '¦')]
    #[case("\\", '\\')]
    fn a_delimiter_is_a_character_or_its_word(#[case] text: &str, #[case] char: char) {
        let delimiter: Delimiter = text.parse().unwrap();
        assert_eq!(delimiter.char(), char);
        assert_eq!(String::from(delimiter).parse(), Ok(delimiter));
    }

    #[rstest]
    fn what_cannot_separate_cells_is_refused(
        #[values("", "\"", "'", "a", "7", " ", "\n", ";;", "é", "\u{a0}")] text: &str,
    ) {
        assert!(text.parse::<Delimiter>().unwrap_err().contains("cannot separate cells"));
    }

    #[rstest]
    #[case("\"", Some(b'"'))]
    #[case("double", Some(b'"'))]
    #[case("'", Some(b'\''))]
    #[case("Single", Some(b'\''))]
    #[case("`", Some(b'`'))]
    #[case("none", None)]
    fn a_quote_is_a_sign_or_its_word(#[case] text: &str, #[case] byte: Option<u8>) {
        let quote: Quote = text.parse().unwrap();
        assert_eq!(quote.byte(), byte);
        assert_eq!(String::from(quote).parse(), Ok(quote));
    }

    #[rstest]
    fn what_cannot_stand_around_cells_is_refused(#[values("", "a", "7", " ", "\t", "\\", "''", "“")] text: &str) {
        assert!(text.parse::<Quote>().unwrap_err().contains("cannot stand around cells"));
    }

    #[test]
    fn an_escape_is_one_of_two_words() {
        for escape in [Escape::Doubled, Escape::Backslash] {
            assert_eq!(escape.as_str().parse(), Ok(escape));
            assert_eq!(serde_json::to_value(escape).unwrap(), escape.as_str());
        }
        assert!("caret".parse::<Escape>().unwrap_err().contains("doubled or backslash"));
    }

    #[test]
    fn one_character_cannot_be_both_delimiter_and_quote() {
        let choice = |delimiter: &str, quote: &str| DialectChoice {
            delimiter: Some(delimiter.parse().unwrap()),
            quote: Some(quote.parse().unwrap()),
            ..DialectChoice::default()
        };
        assert!(choice("~", "~").check().unwrap_err().contains("“~”"));
        assert!(DialectChoice { escape: Some(Escape::Backslash), ..choice("\\", "'") }.check().is_err());
        assert_eq!(choice("~", "'").check(), Ok(()));
        assert_eq!(DialectChoice::default().check(), Ok(()));
    }

    #[rstest]
    #[case("UTF-8", "UTF-8")]
    #[case("utf16", "UTF-16LE")]
    #[case("latin1", "windows-1252")]
    #[case("cp1252", "windows-1252")]
    fn an_encoding_has_many_names(#[case] label: &str, #[case] name: &str) {
        assert_eq!(String::from(label.parse::<EncodingName>().unwrap()), name);
        assert!("klingon".parse::<EncodingName>().unwrap_err().contains("klingon"));
    }
}
