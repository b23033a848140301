//! Text with a separator.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::text::{TextEncoding, Utf8Reader, cell_text, encoding_of};
use super::{Context, HEAD, Note, TableRow, io_error};
use crate::{ReadError, ReadErrorCode};

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
        let source = self.source().map_err(|error| io_error(context.name, &error))?;
        let budget = Rc::new(Cell::new(0));
        // A record may hold a few cells at their bound, never a whole file behind a quotation mark that is not closed.
        let most = (context.limits.cell_chars as u64 * 16).max(1 << 20);
        let reader = ReaderBuilder::new()
            .delimiter(self.separator)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(HEAD)
            .from_reader(Metered { source, spent: Rc::clone(&budget), most });
        // With CR LF a record ends at the CR, and its LF is counted with the next one: begin one line earlier.
        let line = u64::from(self.line_end != LineEnd::CrLf);
        Ok(CsvRows { context, reader, budget, record: ByteRecord::new(), row: 0, line })
    }

    fn source(&self) -> io::Result<Box<dyn Read>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.encoding.bom as u64))?;
        let mut source: Box<dyn Read> = if self.encoding.encoding == UTF_8 {
            Box::new(file)
        } else {
            Box::new(Utf8Reader::new(file, self.encoding.encoding))
        };
        if self.skip > 0 {
            let mut buffered = BufReader::new(source);
            io::copy(&mut (&mut buffered).take(self.skip as u64), &mut io::sink())?;
            source = Box::new(buffered);
        }
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

/// The rows of a text file.
pub(super) struct CsvRows<'a> {
    context: Context<'a>,
    reader: Reader<Metered>,
    budget: Rc<Cell<u64>>,
    record: ByteRecord,
    row: u32,
    line: u64,
}

impl CsvRows<'_> {
    pub(super) fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        self.budget.set(0);
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(self.failure(error)),
        }
        self.count();
        self.context.row_within(None, self.row)?;
        let cells = self.cells()?;
        Ok(Some(TableRow { row: self.row, cells }))
    }

    /// The row's number as a spreadsheet shows it: blank lines, which the reader skips, count; line breaks inside quotes do not.
    fn count(&mut self) {
        let line = self.reader.position().line();
        let passed = line - self.line.min(line);
        self.line = line;
        let blank = if passed > 1 {
            let inside = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
            (passed - 1).saturating_sub(inside)
        } else {
            0
        };
        self.row = self.row.saturating_add(1).saturating_add(u32::try_from(blank).unwrap_or(u32::MAX));
    }

    fn cells(&self) -> Result<Vec<String>, ReadError> {
        let mut width = self.record.len();
        while width > 0 && self.record.get(width - 1).is_none_or(<[u8]>::is_empty) {
            width -= 1;
        }
        self.context.column_within(None, self.row, u32::try_from(width).unwrap_or(u32::MAX))?;
        let mut cells = Vec::with_capacity(width);
        let long = self.record.as_slice().len() > self.context.limits.cell_chars;
        let nul = self.record.as_slice().contains(&0);
        for (bytes, column) in self.record.iter().take(width).zip(1..) {
            let mut cell = cell_text(bytes);
            if nul {
                cell.retain(|char| char != '\0');
            }
            if long {
                self.context.cell_within(None, self.row, column, &cell)?;
            }
            cells.push(cell);
        }
        Ok(cells)
    }

    fn failure(&self, error: csv::Error) -> ReadError {
        let message = error.to_string();
        match error.into_kind() {
            ErrorKind::Io(io) if io.get_ref().is_some_and(|inner| inner.is::<RecordTooLong>()) => {
                let beginning =
                    String::from_utf8_lossy(&self.record.as_slice()[..self.record.as_slice().len().min(240)])
                        .into_owned();
                let limit = self.context.limits.cell_chars as u64;
                ReadError::new(ReadErrorCode::CellTooLong, self.context.name)
                    .row(self.row + 1)
                    .value(beginning)
                    .limit(limit)
            }
            ErrorKind::Io(io) => io_error(self.context.name, &io),
            _ => ReadError::new(ReadErrorCode::Truncated, self.context.name).row(self.row + 1).value(message),
        }
    }
}

/// Stops a record that takes more bytes than any honest one.
struct Metered {
    source: Box<dyn Read>,
    spent: Rc<Cell<u64>>,
    most: u64,
}

#[derive(Debug)]
struct RecordTooLong;

impl std::fmt::Display for RecordTooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record is too long")
    }
}

impl std::error::Error for RecordTooLong {}

impl Read for Metered {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.spent.get() > self.most {
            return Err(io::Error::other(RecordTooLong));
        }
        let count = self.source.read(out)?;
        self.spent.set(self.spent.get() + count as u64);
        Ok(count)
    }
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
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{Limits, SourceFile};

    fn read(bytes: &[u8]) -> (Vec<TableRow>, Vec<Note>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let mut source = SourceFile::open(file.path(), "x.csv", &Limits::default()).unwrap();
        let notes = source.notes().to_vec();
        (source.table(None).unwrap().map(Result::unwrap).collect(), notes)
    }

    fn row(row: u32, cells: &[&str]) -> TableRow {
        TableRow { row, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
    }

    #[rstest]
    #[case::comma("a,b\nc,d\n", &[])]
    #[case::semicolon("a;b\nc;d\n", &[Note::SeparatorSemicolon])]
    #[case::tab("a\tb\nc\td\n", &[Note::SeparatorTab])]
    #[case::pipe("a|b\nc|d\n", &[Note::SeparatorPipe])]
    #[case::crlf("a,b\r\nc,d\r\n", &[])]
    #[case::cr("a,b\rc,d\r", &[])]
    #[case::no_last_line_end("a,b\nc,d", &[])]
    #[case::sep_line("sep=;\r\na;b\r\nc;d\r\n", &[Note::SeparatorSemicolon, Note::SepLine])]
    #[case::bom("\u{feff}a,b\nc,d\n", &[Note::Bom])]
    #[case::quoted("\"a\",\"b\"\nc,\"d\"\n", &[])]
    fn every_shape_gives_the_same_table(#[case] text: &str, #[case] expected: &[Note]) {
        let (rows, notes) = read(text.as_bytes());
        assert_eq!(rows, [row(1, &["a", "b"]), row(2, &["c", "d"])]);
        assert_eq!(notes, expected);
    }

    #[rstest]
    #[case::lf("\n")]
    #[case::crlf("\r\n")]
    #[case::cr("\r")]
    fn blank_lines_count_and_quoted_line_breaks_do_not(#[case] end: &str) {
        let text = ["", "", "h,i", "", "\"a~b\",c", "d,e", "", "", "\"f~~g\",h", "i,j"].join(end).replace('~', end);
        let (rows, _) = read(text.as_bytes());
        let numbers: Vec<u32> = rows.iter().map(|row| row.row).collect();
        assert_eq!(numbers, [3, 5, 6, 9, 10], "{rows:?}");
    }

    #[test]
    fn a_comma_inside_cells_does_not_beat_the_semicolon() {
        let (rows, _) = read(b"Nama;Gaji;Alamat\nSiti;3,5 jt;Jl. Mawar, Depok\nAni;4,5 jt;Jl. Melati, Bogor\n");
        assert_eq!(rows[1].cells, ["Siti", "3,5 jt", "Jl. Mawar, Depok"]);
    }

    #[test]
    fn a_late_byte_that_is_not_utf8_is_read_as_excel_wrote_it() {
        let mut bytes = "Nama,Telepon\n".repeat(30_000).into_bytes();
        bytes.extend(b"R\xE9ni\0,0812\n");
        let (rows, _) = read(&bytes);
        assert_eq!(rows.last().unwrap().cells, ["Réni", "0812"]);
    }

    #[test]
    fn ragged_rows_stay_as_they_are() {
        let (rows, _) = read(b"a,b,c\n1\n1,2,3,4\n1,,\n");
        assert_eq!(rows.iter().map(|row| row.cells.len()).collect::<Vec<_>>(), [3, 1, 4, 1]);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_stops_at_the_bound() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("a,b\nc,\"{}", "x,y\n".repeat(1_000_000))).unwrap();
        let mut source = SourceFile::open(file.path(), "x.csv", &Limits::default()).unwrap();
        let error = source.table(None).unwrap().find_map(Result::err).unwrap();
        assert_eq!((error.code, error.row), (ReadErrorCode::CellTooLong, Some(2)));
    }
}
