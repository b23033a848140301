//! Text with a separator.

mod guess;
mod habit;
mod line_ends;
mod quotes;
mod rows;
mod spaces;
mod stand_in;
mod whole_lines;
mod window;
mod without;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::text::{TextEncoding, Utf8Reader, encoding_of, is_utf8_in_most_lines, looks_utf16};
use super::{Book, Context, Dialect, DialectChoice, Escape, LineEnd, Looked, Note, Rows};
use crate::ReadError;
use line_ends::{CrToLf, OneLineEnd};
use rows::CsvRows;
use spaces::unspaced_of;
use stand_in::{StandIn, Swapped};

/// A text file whose dialect is known.
pub(super) struct CsvFile {
    path: PathBuf,
    encoding: TextEncoding,
    marks: Marks,
    /// What the separator changes places with, if it is no ASCII character.
    stand_in: Option<StandIn>,
    /// Whether its lines stand in quotation marks as a whole.
    in_marks: bool,
    line_end: LineEnd,
    /// How many cells most rows have.
    width: usize,
    /// Bytes of the `sep=` line, as UTF-8.
    skip: usize,
    dialect: Dialect,
    /// Whether its last byte belongs to a cell.
    ends_in_a_cell: bool,
    /// Whether it stops in the middle of a letter of two bytes.
    torn: bool,
}

/// The characters that a reader acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks {
    separator: char,
    /// None where nothing quotes.
    quote: Option<u8>,
    escape: Option<u8>,
    /// Whether spaces stand between a separator and the cell behind it.
    spaced: bool,
}

impl Marks {
    /// The separator in the text as its rows are read.
    fn byte(self) -> u8 {
        u8::try_from(self.separator).ok().filter(u8::is_ascii).unwrap_or(stand_in::BYTE)
    }
}

impl CsvFile {
    pub(super) fn new(looked: &Looked, choice: &DialectChoice, notes: &mut Vec<Note>) -> Self {
        let head = looked.head.as_slice();
        let whole = head.len() as u64 >= looked.bytes;
        // Cells that are no UTF-8 are read as Windows-1252, one by one.
        let mixed = choice.encoding.is_none()
            && Encoding::for_bom(head).is_none()
            && !looks_utf16(head)
            && is_utf8_in_most_lines(head, whole);
        let encoding = match choice.encoding {
            Some(chosen) => TextEncoding::chosen(chosen.encoding(), head),
            None if mixed => TextEncoding { encoding: UTF_8, bom: 0 },
            None => encoding_of(head, whole),
        };
        let (text, _) = encoding.encoding.decode_without_bom_handling(head.get(encoding.bom..).unwrap_or_default());
        let (named, skip) = guess::sep_line(&text);
        let body = text.get(skip..).unwrap_or_default();
        // A first line that names what stands nowhere below was written by another program than the rows.
        let named = named.filter(|separator| body.contains(*separator));
        // Who says what stands around cells is not asked whether something stands around lines.
        let inner = if choice.quote.is_none() { whole_lines::inner(body) } else { None };
        let inner = inner.filter(|inner| guess::is_table(inner, whole, named, choice));
        let body = inner.as_deref().unwrap_or(body);
        let marks = guess::marks(body, whole, named, choice);
        let line_end = line_ends::line_end_of(body, marks.quote);
        let dialect = Dialect {
            encoding: encoding.encoding.name().to_owned(),
            bom: encoding.bom > 0,
            delimiter: Some(marks.separator),
            quote: marks.quote.map(char::from),
            escape: if marks.escape.is_some() { Escape::Backslash } else { Escape::Doubled },
            line_end,
            sep_line: skip > 0,
        };
        notes.extend(dialect.notes());
        if mixed {
            notes.push(Note::MixedEncodings);
        }
        if inner.is_some() {
            notes.push(Note::QuotedLines);
        }
        if marks.spaced {
            notes.push(Note::SpacesBeforeCells);
        }
        let width = guess::width(body, whole, marks);
        if quotes::has_inner_marks(&guess::as_read(body, marks), marks, width) {
            notes.push(Note::InnerQuotes);
        }
        Self {
            path: looked.path.clone(),
            encoding,
            marks,
            stand_in: StandIn::of(marks.separator),
            in_marks: inner.is_some(),
            line_end,
            width,
            skip,
            dialect,
            torn: looked.bytes % 2 == 1 && (encoding.encoding == UTF_16LE || encoding.encoding == UTF_16BE),
            // Who cannot read the end will be told so by the rows.
            ends_in_a_cell: last_char(looked, encoding.encoding)
                .is_ok_and(|last| last.is_some_and(|last| !is_end(last, marks))),
        }
    }

    /// The text as UTF-8 behind the `sep=` line: its lines end such that they can be counted, its separator is one byte.
    fn text(&self) -> io::Result<Box<dyn Read>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.encoding.bom as u64))?;
        let mut text: Box<dyn Read> = if self.encoding.encoding == UTF_8 {
            Box::new(file)
        } else {
            Box::new(Utf8Reader::new(file, self.encoding.encoding))
        };
        io::copy(&mut (&mut text).take(self.skip as u64), &mut io::sink())?;
        let text: Box<dyn Read> = match self.line_end {
            LineEnd::Cr => Box::new(CrToLf(text)),
            LineEnd::Mixed => Box::new(OneLineEnd::new(text)),
            LineEnd::Lf | LineEnd::CrLf => text,
        };
        let text: Box<dyn Read> = if self.in_marks { Box::new(whole_lines::inner_of(text)) } else { text };
        let text: Box<dyn Read> = match self.stand_in {
            Some(stand_in) => Box::new(Swapped::new(text, stand_in)),
            None => text,
        };
        Ok(if self.marks.spaced { Box::new(unspaced_of(text, self.marks)) } else { text })
    }
}

/// Whether a character says that the cell before it has ended.
fn is_end(last: char, marks: Marks) -> bool {
    matches!(last, '\r' | '\n') || last == marks.separator || marks.quote.is_some_and(|quote| char::from(quote) == last)
}

/// The last character of a text.
fn last_char(looked: &Looked, encoding: &'static Encoding) -> io::Result<Option<char>> {
    /// No character takes more bytes; and so many are whole pairs.
    const LONGEST: u64 = 4;
    let mut end = Vec::new();
    let mut file = &looked.file;
    file.seek(SeekFrom::Start(looked.bytes.saturating_sub(LONGEST)))?;
    file.take(LONGEST).read_to_end(&mut end)?;
    Ok(encoding.decode_without_bom_handling(&end).0.chars().next_back())
}

impl Book for CsvFile {
    fn ends_in_a_cell(&self) -> bool {
        self.ends_in_a_cell
    }

    fn dialect(&self) -> Option<&Dialect> {
        Some(&self.dialect)
    }

    fn rows<'a>(&'a mut self, context: Context<'a>) -> Result<Box<dyn Rows + 'a>, ReadError> {
        Ok(Box::new(CsvRows::new(self, context)?))
    }
}

#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
