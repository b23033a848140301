//! Text with a separator.

mod quotes;
mod rows;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use csv::ReaderBuilder;
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::text::{TextEncoding, Utf8Reader, encoding_of};
use super::{Context, Note};
use crate::ReadError;
pub(super) use rows::CsvRows;

/// A text file whose encoding, line ends and separator are known.
pub(super) struct CsvFile {
    path: PathBuf,
    encoding: TextEncoding,
    separator: u8,
    line_end: LineEnd,
    /// Bytes of the `sep=` line, as UTF-8.
    skip: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Lf,
    CrLf,
    Cr,
}

impl CsvFile {
    pub(super) fn new(path: &Path, head: &[u8], bytes: u64, notes: &mut Vec<Note>) -> Self {
        let whole = head.len() as u64 >= bytes;
        let encoding = encoding_of(head, whole);
        let (text, _) = encoding.encoding.decode_without_bom_handling(&head[encoding.bom..]);
        let (named, skip) = sep_line(&text);
        let body = &text[skip..];
        let separator = named.unwrap_or_else(|| separator_of(body, whole));
        note(notes, encoding, separator, skip > 0);
        Self { path: path.to_owned(), encoding, separator, line_end: line_end_of(body), skip }
    }

    pub(super) fn rows<'a>(&'a self, context: Context<'a>) -> Result<CsvRows<'a>, ReadError> {
        CsvRows::new(self, context)
    }

    /// Whether any place in the text can be gone to without reading what stands before it.
    fn is_seekable(&self) -> bool {
        self.encoding.encoding == UTF_8
    }

    /// The text as UTF-8 from a place on, counted in bytes of UTF-8 behind the `sep=` line.
    fn text_from(&self, from: u64) -> io::Result<Box<dyn Read>> {
        let mut file = File::open(&self.path)?;
        let bom = self.encoding.bom as u64;
        let skip = self.skip as u64 + from;
        let source: Box<dyn Read> = if self.is_seekable() {
            file.seek(SeekFrom::Start(bom + skip))?;
            Box::new(file)
        } else {
            file.seek(SeekFrom::Start(bom))?;
            let mut text = Utf8Reader::new(file, self.encoding.encoding);
            io::copy(&mut (&mut text).take(skip), &mut io::sink())?;
            Box::new(text)
        };
        Ok(if self.line_end == LineEnd::Cr { Box::new(CrToLf(source)) } else { source })
    }
}

fn note(notes: &mut Vec<Note>, encoding: TextEncoding, separator: u8, sep_line: bool) {
    if encoding.bom > 0 {
        notes.push(Note::Bom);
    }
    let name = encoding.encoding;
    if name == UTF_16LE || name == UTF_16BE {
        notes.push(Note::Utf16);
    } else if name == WINDOWS_1252 {
        notes.push(Note::Windows1252);
    } else if name != UTF_8 {
        notes.push(Note::OtherEncoding);
    }
    match separator {
        b';' => notes.push(Note::SeparatorSemicolon),
        b'\t' => notes.push(Note::SeparatorTab),
        b'|' => notes.push(Note::SeparatorPipe),
        _ => {}
    }
    if sep_line {
        notes.push(Note::SepLine);
    }
}

/// Excel's own first line `sep=;`, which no spreadsheet shows: its separator and its length.
fn sep_line(text: &str) -> (Option<u8>, usize) {
    let line_len = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = text[..line_len].trim_matches('"');
    let bytes = line.as_bytes();
    let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator @ (b',' | b';' | b'\t' | b'|')] = bytes else {
        return (None, 0);
    };
    let end = if text[line_len..].starts_with("\r\n") { 2 } else { usize::from(line_len < text.len()) };
    (Some(*separator), line_len + end)
}

fn line_end_of(text: &str) -> LineEnd {
    match (text.find('\n'), text.find('\r')) {
        (None, Some(_)) => LineEnd::Cr,
        (Some(lf), Some(cr)) if cr + 1 == lf => LineEnd::CrLf,
        _ => LineEnd::Lf,
    }
}

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The separator that splits the most records into the same number of columns, wider tables counting more.
fn separator_of(text: &str, whole: bool) -> u8 {
    let scores = SEPARATORS.map(|separator| (table_score(text, separator, whole), separator));
    // `max_by_key` gives the last of equals: the comma comes first, so that it wins a tie.
    scores.iter().rev().max_by_key(|(score, _)| *score).map_or(b',', |(_, separator)| *separator)
}

fn table_score(text: &str, separator: u8, whole: bool) -> usize {
    const RECORDS: usize = 200;
    let mut reader =
        ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut widths: Vec<usize> =
        reader.byte_records().map_while(Result::ok).take(RECORDS).map(|record| record.len()).collect();
    if !whole && widths.len() < RECORDS && widths.len() > 1 {
        widths.pop();
    }
    widths.sort_unstable();
    let runs = widths.chunk_by(|a, b| a == b);
    runs.map(|run| run.len() * run.first().map_or(0, |width| width - 1)).max().unwrap_or(0)
}

/// Line ends of old Macs, made such that lines can be counted.
struct CrToLf<R>(R);

impl<R: Read> Read for CrToLf<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(out)?;
        for byte in &mut out[..count] {
            if *byte == b'\r' {
                *byte = b'\n';
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
