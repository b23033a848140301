//! The rows of a text file, one at a time.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use super::CsvFile;
use super::quotes::{first_line, is_well_quoted, may_have_swallowed, plain_cells};
use crate::file::text::cell_text;
use crate::file::{Context, HEAD, LineEnd, Rows, TableRow};
use crate::{ReadError, ReadErrorCode};

/// Bytes in which a line is looked for before as many are read as a record may take.
const USUAL_LINE: u64 = 8 << 10;

/// The rows of a text file.
pub(super) struct CsvRows<'a> {
    file: &'a CsvFile,
    context: Context<'a>,
    reader: Reader<Metered>,
    /// Where in the text the reader began.
    base: u64,
    spent: Rc<Cell<u64>>,
    /// Bytes that one record may take.
    most: u64,
    record: ByteRecord,
    row: u32,
    line: u64,
    /// How often a quotation mark may still be looked into where that means reading the file from its beginning.
    patience: u32,
}

impl<'a> CsvRows<'a> {
    pub(super) fn new(file: &'a CsvFile, context: Context<'a>) -> Result<Self, ReadError> {
        let spent = Rc::new(Cell::new(0));
        // A record may hold a few cells at their bound, never a whole file behind a quotation mark that is not closed.
        let most = (context.limits.cell_chars as u64 * 16).max(1 << 20);
        let reader = reader(file, &spent, most, 0).map_err(|error| context.io(&error))?;
        let line = first_line_number(file);
        let patience = if file.is_seekable() { u32::MAX } else { 100 };
        Ok(Self { file, context, reader, base: 0, spent, most, record: ByteRecord::new(), row: 0, line, patience })
    }

    /// The row's number as a spreadsheet shows it: blank lines, which the reader skips, count; line breaks inside quotes do not.
    fn count(&mut self) {
        let line = self.reader.position().line();
        let passed = line.saturating_sub(self.line);
        self.line = line;
        let blank = if passed > 1 {
            let inside = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
            (passed - 1).saturating_sub(inside)
        } else {
            0
        };
        self.row = self.row.saturating_add(1).saturating_add(u32::try_from(blank).unwrap_or(u32::MAX));
    }

    /// The record's cells: checked once as a whole where nothing about them is out of the ordinary.
    fn record_cells(&self) -> Result<Vec<String>, ReadError> {
        let whole = self.record.as_slice();
        let ordinary = whole.len() <= self.context.limits.cell_chars && !whole.contains(&0);
        let Some(text) = std::str::from_utf8(whole).ok().filter(|_| ordinary) else {
            return self.cells(self.record.iter(), whole);
        };
        let mut width = self.record.len();
        while width > 0 && self.record.get(width - 1).is_some_and(<[u8]>::is_empty) {
            width -= 1;
        }
        self.context.column_within(self.row, u32::try_from(width).unwrap_or(u32::MAX))?;
        let mut cells = Vec::with_capacity(width);
        for range in (0..width).filter_map(|at| self.record.range(at)) {
            // A character that two cells share is none in either: then each is looked at by itself.
            let Some(cell) = text.get(range) else { return self.cells(self.record.iter(), whole) };
            cells.push(cell.to_owned());
        }
        Ok(cells)
    }

    fn cells<'r>(&self, fields: impl Iterator<Item = &'r [u8]>, whole: &[u8]) -> Result<Vec<String>, ReadError> {
        let long = whole.len() > self.context.limits.cell_chars;
        let nul = whole.contains(&0);
        let mut cells = Vec::with_capacity(self.record.len());
        let mut width = 0;
        for field in fields {
            let mut cell = cell_text(field);
            if nul {
                cell.retain(|char| char != '\0');
            }
            cells.push(cell);
            if !field.is_empty() {
                width = cells.len();
                let column = u32::try_from(width).unwrap_or(u32::MAX);
                self.context.column_within(self.row, column)?;
                if long && let Some(cell) = cells.last() {
                    self.context.cell_within(self.row, column, cell)?;
                }
            }
        }
        cells.truncate(width);
        Ok(cells)
    }

    fn may_have_swallowed(&self) -> bool {
        self.record.as_slice().contains(&b'\n')
            && self.record.iter().any(|cell| may_have_swallowed(cell, self.file.marks.separator))
    }

    /// Looks at the record as it stands in the file.
    fn has_swallowed(&mut self) -> Result<bool, ReadError> {
        if self.patience == 0 {
            return Ok(false);
        }
        self.patience -= 1;
        let (start, end) = (self.start(), self.base + self.reader.position().byte());
        let raw = self.raw(start, end - start)?;
        Ok(!is_well_quoted(&raw, self.file.marks))
    }

    /// Takes only the line on which the record begins, and begins anew behind it.
    fn own_line(&mut self) -> Result<Vec<String>, ReadError> {
        let start = self.start();
        let mut raw = self.raw(start, self.most.min(USUAL_LINE))?;
        if first_line(&raw).is_none_or(|(_, _, next)| next >= raw.len()) {
            raw = self.raw(start, self.most)?;
        }
        if raw.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            return self.pass_blank_lines(start, &raw);
        }
        let Some((from, to, next)) = first_line(&raw) else { return Err(self.too_long(&raw)) };
        let Some(line) = raw.get(from..to).filter(|line| line.len() as u64 <= self.most / 2) else {
            return Err(self.too_long(&raw));
        };
        self.row = self.row.saturating_add(1);
        self.count_blank(start, raw.get(..from).unwrap_or_default())?;
        let cells = self.cells(plain_cells(line, self.file.marks).into_iter(), line)?;
        self.begin_anew(start + next as u64)?;
        Ok(cells)
    }

    /// Nothing but line ends for as long as a record may be: passed in one piece, as a blank row.
    fn pass_blank_lines(&mut self, start: u64, raw: &[u8]) -> Result<Vec<String>, ReadError> {
        let whole = raw.iter().rposition(|byte| *byte == b'\n').map_or(raw.len(), |last| last + 1);
        self.count_blank(start, raw.get(..whole).unwrap_or_default())?;
        self.begin_anew(start + whole as u64)?;
        Ok(Vec::new())
    }

    fn count_blank(&mut self, start: u64, blank: &[u8]) -> Result<(), ReadError> {
        let lines = blank.iter().filter(|byte| **byte == b'\n').count();
        // With CR LF the first of these line feeds ends the line before.
        let lines = lines.saturating_sub(usize::from(self.file.line_end == LineEnd::CrLf && start > self.base));
        self.row = self.row.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.context.row_within(self.row)
    }

    fn begin_anew(&mut self, base: u64) -> Result<(), ReadError> {
        self.base = base;
        let io = |error: io::Error| self.context.io(&error);
        self.reader = reader(self.file, &self.spent, self.most, base).map_err(io)?;
        self.line = first_line_number(self.file);
        Ok(())
    }

    /// Where the record begins in the text, line ends before it included.
    fn start(&self) -> u64 {
        self.base + self.record.position().map_or(0, csv::Position::byte)
    }

    fn raw(&self, from: u64, length: u64) -> Result<Vec<u8>, ReadError> {
        let mut raw = Vec::new();
        let read = self.file.text_from(from).and_then(|text| text.take(length).read_to_end(&mut raw));
        read.map_err(|error| self.context.io(&error))?;
        Ok(raw)
    }

    fn too_long(&self, raw: &[u8]) -> ReadError {
        let beginning = String::from_utf8_lossy(raw.get(..240).unwrap_or(raw)).trim_start().to_owned();
        let limit = self.context.limits.cell_chars as u64;
        let error = ReadError::new(ReadErrorCode::CellTooLong, self.context.name).row(self.row + 1);
        error.value(beginning).limit(limit)
    }

    fn failure(&self, error: csv::Error) -> ReadError {
        let message = error.to_string();
        match error.into_kind() {
            ErrorKind::Io(io) => self.context.io(&io),
            _ => ReadError::new(ReadErrorCode::Truncated, self.context.name).row(self.row + 1).value(message),
        }
    }
}

impl Rows for CsvRows<'_> {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        self.spent.set(0);
        let cells = match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => return Ok(None),
            Ok(true) if self.may_have_swallowed() && self.has_swallowed()? => self.own_line()?,
            Ok(true) => {
                self.count();
                self.context.row_within(self.row)?;
                self.record_cells()?
            }
            Err(error) if is_too_long(&error) => self.own_line()?,
            Err(error) => return Err(self.failure(error)),
        };
        Ok(Some(TableRow { row: self.row, cells }))
    }
}

fn reader(file: &CsvFile, spent: &Rc<Cell<u64>>, most: u64, from: u64) -> io::Result<Reader<Metered>> {
    let source = file.text_from(from)?;
    let metered = Metered { source, spent: Rc::clone(spent), most };
    let mut builder = ReaderBuilder::new();
    let marks = file.marks;
    builder
        .delimiter(marks.separator)
        .quoting(marks.quote.is_some())
        .quote(marks.quote.unwrap_or_default())
        .escape(marks.escape)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(HEAD);
    Ok(builder.from_reader(metered))
}

/// With CR LF a record ends at the CR, and its LF is counted with the next one: begin one line earlier.
fn first_line_number(file: &CsvFile) -> u64 {
    u64::from(file.line_end != LineEnd::CrLf)
}

/// Stops a record that takes more bytes than any honest one.
struct Metered {
    source: Box<dyn Read>,
    spent: Rc<Cell<u64>>,
    most: u64,
}

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

#[derive(Debug)]
struct RecordTooLong;

impl std::fmt::Display for RecordTooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record is too long")
    }
}

impl std::error::Error for RecordTooLong {}

fn is_too_long(error: &csv::Error) -> bool {
    matches!(error.kind(), ErrorKind::Io(io) if io.get_ref().is_some_and(|inner| inner.is::<RecordTooLong>()))
}
