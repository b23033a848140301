//! Text with a separator.

mod guess;
mod line_ends;
mod quotes;
mod rows;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use encoding_rs::UTF_8;

use super::text::{TextEncoding, Utf8Reader, encoding_of};
use super::{Book, Context, Dialect, DialectChoice, Escape, LineEnd, Looked, Note, Rows};
use crate::ReadError;
use line_ends::{CrToLf, OneLineEnd};
use rows::CsvRows;

/// A text file whose dialect is known.
pub(super) struct CsvFile {
    path: PathBuf,
    encoding: TextEncoding,
    marks: Marks,
    line_end: LineEnd,
    /// Bytes of the `sep=` line, as UTF-8.
    skip: usize,
    dialect: Dialect,
}

/// The characters that a reader acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks {
    separator: u8,
    /// None where nothing quotes.
    quote: Option<u8>,
    escape: Option<u8>,
}

impl CsvFile {
    pub(super) fn new(looked: &Looked, choice: &DialectChoice, notes: &mut Vec<Note>) -> Self {
        let head = looked.head.as_slice();
        let whole = head.len() as u64 >= looked.bytes;
        let encoding = match choice.encoding {
            Some(chosen) => TextEncoding::chosen(chosen.encoding(), head),
            None => encoding_of(head, whole),
        };
        let (text, _) = encoding.encoding.decode_without_bom_handling(head.get(encoding.bom..).unwrap_or_default());
        let (named, skip) = guess::sep_line(&text);
        let body = text.get(skip..).unwrap_or_default();
        let marks = guess::marks(body, whole, named, choice);
        let line_end = line_ends::line_end_of(body, marks.quote);
        let dialect = Dialect {
            encoding: encoding.encoding.name().to_owned(),
            bom: encoding.bom > 0,
            delimiter: Some(char::from(marks.separator)),
            quote: marks.quote.map(char::from),
            escape: if marks.escape.is_some() { Escape::Backslash } else { Escape::Doubled },
            line_end,
            sep_line: skip > 0,
        };
        notes.extend(dialect.notes());
        Self { path: looked.path.clone(), encoding, marks, line_end, skip, dialect }
    }

    /// Whether any place in the text can be gone to without reading what stands before it.
    fn is_seekable(&self) -> bool {
        self.encoding.encoding == UTF_8 && self.line_end != LineEnd::Mixed
    }

    /// The text as UTF-8 from a place on, counted in bytes of UTF-8 behind the `sep=` line.
    fn text_from(&self, from: u64) -> io::Result<Box<dyn Read>> {
        let mut file = File::open(&self.path)?;
        let bom = self.encoding.bom as u64;
        let skip = self.skip as u64;
        if self.is_seekable() {
            file.seek(SeekFrom::Start(bom + skip + from))?;
            return Ok(if self.line_end == LineEnd::Cr { Box::new(CrToLf(file)) } else { Box::new(file) });
        }
        file.seek(SeekFrom::Start(bom))?;
        let mut text: Box<dyn Read> = if self.encoding.encoding == UTF_8 {
            Box::new(file)
        } else {
            Box::new(Utf8Reader::new(file, self.encoding.encoding))
        };
        pass(&mut text, skip)?;
        let mut text: Box<dyn Read> = match self.line_end {
            LineEnd::Cr => Box::new(CrToLf(text)),
            LineEnd::Mixed => Box::new(OneLineEnd::new(text)),
            LineEnd::Lf | LineEnd::CrLf => text,
        };
        pass(&mut text, from)?;
        Ok(text)
    }
}

impl Book for CsvFile {
    fn dialect(&self) -> Option<&Dialect> {
        Some(&self.dialect)
    }

    fn rows<'a>(&'a mut self, context: Context<'a>) -> Result<Box<dyn Rows + 'a>, ReadError> {
        Ok(Box::new(CsvRows::new(self, context)?))
    }
}

fn pass(text: &mut impl Read, bytes: u64) -> io::Result<()> {
    io::copy(&mut text.take(bytes), &mut io::sink()).map(drop)
}

#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
