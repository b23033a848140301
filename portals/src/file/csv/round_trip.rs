//! A table written in any dialect that is known reads back as it was.

use encoding_rs::WINDOWS_1252;
use proptest::prelude::*;

use crate::{DialectChoice, Escape, Limits, LineEnd, SourceFile};

#[derive(Debug, Clone, Copy)]
enum Bytes {
    Utf8,
    Utf8Marked,
    Utf16Le,
    Utf16LeMarked,
    Utf16BeMarked,
    Windows1252,
}

/// How a table is written.
#[derive(Debug, Clone)]
struct Style {
    delimiter: char,
    quote: char,
    backslash: bool,
    quote_all: bool,
    line_end: LineEnd,
    bytes: Bytes,
    sep_line: bool,
    last_end: bool,
}

impl Style {
    /// Backslashes escape only where a mark shows it: `\\` alone may be a path.
    fn write(&self, rows: &[Vec<String>]) -> Vec<u8> {
        let shown = rows.iter().flatten().any(|cell| cell.contains(self.quote));
        Self { backslash: self.backslash && shown, ..self.clone() }.write_plainly(rows)
    }

    fn write_plainly(&self, rows: &[Vec<String>]) -> Vec<u8> {
        let mut text = String::new();
        if self.sep_line {
            text.push_str(&format!("sep={}{}", self.delimiter, self.end(0)));
        }
        for (at, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|cell| self.cell(cell)).collect();
            text.push_str(&cells.join(&self.delimiter.to_string()));
            if at + 1 < rows.len() || self.last_end {
                text.push_str(self.end(at));
            }
        }
        self.encode(&text)
    }

    fn end(&self, at: usize) -> &'static str {
        match (self.line_end, at % 3) {
            (LineEnd::Lf, _) | (LineEnd::Mixed, 0) => "\n",
            (LineEnd::CrLf, _) | (LineEnd::Mixed, 1) => "\r\n",
            (LineEnd::Cr, _) | (LineEnd::Mixed, _) => "\r",
        }
    }

    fn cell(&self, cell: &str) -> String {
        let quote = self.quote;
        // A line break inside a cell is the file's own, where it has one.
        let cell = if self.line_end == LineEnd::Cr { cell.replace('\n', "\r") } else { cell.to_owned() };
        let needs = cell.contains([self.delimiter, quote, '\n', '\r']) || (self.backslash && cell.contains('\\'));
        if !(self.quote_all || needs) {
            return cell;
        }
        let inner = if self.backslash {
            cell.replace('\\', "\\\\").replace(quote, &format!("\\{quote}"))
        } else {
            cell.replace(quote, &format!("{quote}{quote}"))
        };
        format!("{quote}{inner}{quote}")
    }

    fn encode(&self, text: &str) -> Vec<u8> {
        let wide = |text: &str, big: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        match self.bytes {
            Bytes::Utf8 => text.as_bytes().to_vec(),
            Bytes::Utf8Marked => format!("\u{feff}{text}").into_bytes(),
            Bytes::Utf16Le => wide(text, false),
            Bytes::Utf16LeMarked => wide(&format!("\u{feff}{text}"), false),
            Bytes::Utf16BeMarked => wide(&format!("\u{feff}{text}"), true),
            Bytes::Windows1252 => WINDOWS_1252.encode(text).0.into_owned(),
        }
    }
}

prop_compose! {
    fn style()(
        delimiter in prop::sample::select(vec![',', ';', '\t', '|', '^', '~', '\u{1f}', ':', '¦', '§']),
        single in any::<bool>(),
        backslash in any::<bool>(),
        quote_all in any::<bool>(),
        line_end in prop::sample::select(vec![LineEnd::Lf, LineEnd::CrLf, LineEnd::Cr, LineEnd::Mixed]),
        bytes in prop::sample::select(vec![
            Bytes::Utf8, Bytes::Utf8Marked, Bytes::Utf16Le, Bytes::Utf16LeMarked, Bytes::Utf16BeMarked, Bytes::Windows1252,
        ]),
        sep_line in any::<bool>(),
        last_end in any::<bool>(),
    ) -> Style {
        // Apostrophes and backslashes are told from words only where all cells are quoted.
        let quote = if single && quote_all { '\'' } else { '"' };
        Style { delimiter, quote, backslash: backslash && quote_all, quote_all, line_end, bytes, sep_line, last_end }
    }
}

/// Words of applicants, and what gets between them: every delimiter, both marks, line breaks.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[A-Za-z]{2,5}[àáèéíóúñü]?[a-z]{1,3}( [A-Za-z]{1,8}){0,2}",
        2 => "08[0-9]{8,10}",
        1 => "[a-z]{3,6}@example\\.com",
        2 => "[A-Za-z]{2,5}[,;|:^~¦\"\\\\'-] ?[A-Za-z]{1,5}[.,;]?[A-Za-z0-9]{1,3}",
        1 => "[A-Za-z]{2,6}\n[A-Za-z]{1,6}",
        1 => Just(String::new()),
    ]
}

/// A header of words, and rows of which each has a first and a last cell.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (3_usize..7, 3_usize..12).prop_flat_map(|(width, height)| {
        let header = prop::collection::vec("[A-Z][a-z]{3,8}", width);
        let word = "[A-Za-z]{3,8}";
        let row = (word, prop::collection::vec(cell(), width - 2), word)
            .prop_map(|(first, middle, last)| [vec![first], middle, vec![last]].concat());
        (header, prop::collection::vec(row, height)).prop_map(|(header, rows)| [vec![header], rows].concat())
    })
}

fn read(bytes: &[u8], choice: &DialectChoice) -> (Vec<u32>, Vec<Vec<String>>) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let mut source = SourceFile::open_as(file.path(), "x.csv", &Limits::default(), choice).unwrap();
    let rows = source.table(None).unwrap().map(Result::unwrap);
    rows.inspect(|row| assert!(!row.cut, "{row:?}")).map(|row| (row.row, Vec::from(&row.cells))).unzip()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    /// The dialect is told by nobody.
    #[test]
    fn a_table_in_any_dialect_reads_back_equal(rows in table(), style in style()) {
        let (numbers, cells) = read(&style.write(&rows), &DialectChoice::default());
        prop_assert_eq!(&cells, &rows);
        prop_assert_eq!(numbers, (1..=u32::try_from(rows.len()).unwrap()).collect::<Vec<_>>());
    }

    /// A delimiter that is told is obeyed, however the cells look.
    #[test]
    fn a_delimiter_that_is_told_is_obeyed(rows in table(), style in style()) {
        let choice = DialectChoice { delimiter: Some(style.delimiter.to_string().parse().unwrap()), ..DialectChoice::default() };
        let (_, cells) = read(&style.write(&rows), &choice);
        prop_assert_eq!(&cells, &rows);
    }

    /// Marks and escapes of which the cells show nothing, or the contrary, are obeyed where they are told.
    #[test]
    fn a_dialect_that_is_told_whole_is_obeyed(rows in table(), style in style(), quote in prop::sample::select(vec!['"', '\'', '`', '%'])) {
        let style = Style { quote, ..style };
        let choice = DialectChoice {
            delimiter: Some(style.delimiter.to_string().parse().unwrap()),
            encoding: None,
            quote: Some(quote.to_string().parse().unwrap()),
            escape: Some(if style.backslash { Escape::Backslash } else { Escape::Doubled }),
        };
        let (_, cells) = read(&style.write_plainly(&rows), &choice);
        prop_assert_eq!(&cells, &rows);
    }
}
