//! The rows of a text file, one at a time.

use std::borrow::Cow;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::{memchr, memchr_iter, memchr2, memchr3};
use satu_core::application::Cells;

use super::CsvFile;
use super::habit::{Habit, LastLine};
use super::quotes::{Quoting, first_line, mended, plain_cells, quoting};
use super::window::Window;
use crate::file::text::cell_text;
use crate::file::{Context, Rows, TableRow};
use crate::{ReadError, ReadErrorCode};

/// The rows of a text file.
pub(super) struct CsvRows<'a> {
    file: &'a CsvFile,
    context: Context<'a>,
    window: Window,
    reader: Reader,
    record: Record,
    /// Bytes that one record may take.
    most: usize,
    row: u32,
    /// How the rows so far were written.
    habit: Habit,
}

/// A record's cells, one behind the other.
struct Record {
    bytes: Vec<u8>,
    /// Where each cell ends.
    ends: Vec<usize>,
    length: usize,
    width: usize,
}

/// What stands next in the text.
enum Next {
    /// A record of so many bytes.
    Record(usize),
    /// More bytes without an end than any honest record has.
    TooLong,
}

/// How a record is taken.
enum Taken {
    AsRead,
    /// Marks inside its cells are letters, where its cells then fit.
    Mended,
    /// A cell took what stands behind it for its own, the rows below or all that is left: only the line on which it begins.
    OwnLine(Quoting),
}

impl<'a> CsvRows<'a> {
    pub(super) fn new(file: &'a CsvFile, context: Context<'a>) -> Result<Self, ReadError> {
        let text = file.text().map_err(|error| context.io(&error))?;
        // A record may hold a few cells at their bound, never a whole file behind a quotation mark that is not closed.
        let most = context.limits.cell_chars.saturating_mul(16).max(1 << 20);
        let mut builder = ReaderBuilder::new();
        builder.delimiter(file.marks.byte()).quoting(file.marks.quote.is_some()).escape(file.marks.escape);
        let reader = builder.quote(file.marks.quote.unwrap_or_default()).build();
        let (window, record, habit) = (Window::new(text), Record::default(), Habit::new(file.width));
        Ok(Self { file, context, window, reader, record, most, row: 0, habit })
    }

    /// Reads the record that stands at the window's beginning, and leaves it there; none at the text's end.
    fn read(&mut self) -> Result<Option<Next>, ReadError> {
        let record = &mut self.record;
        (record.length, record.width) = (0, 0);
        let mut passed = 0;
        loop {
            let text = self.window.bytes().get(passed..).unwrap_or_default();
            let bytes = record.bytes.get_mut(record.length..).unwrap_or_default();
            let ends = record.ends.get_mut(record.width..).unwrap_or_default();
            let (result, read, written, ended) = self.reader.read_record(text, bytes, ends);
            passed += read;
            record.length += written;
            record.width += ended;
            match result {
                ReadRecordResult::Record => return Ok(Some(Next::Record(passed))),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::OutputFull => record.bytes.resize(record.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => record.ends.resize(record.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty if passed > self.most => return Ok(Some(Next::TooLong)),
                ReadRecordResult::InputEmpty => self.window.fill().map_err(|error| self.context.io(&error))?,
            }
        }
    }

    /// How a record's quotation marks are to be taken.
    fn taken(&self, length: usize) -> Taken {
        let raw = self.window.bytes().get(..length).unwrap_or_default();
        let lines = || self.record.bytes().contains(&b'\n');
        match quoting(raw, self.file.marks) {
            Quoting::Badly if lines() && self.line_fits_better(raw) => Taken::OwnLine(Quoting::Badly),
            Quoting::Badly => Taken::Mended,
            Quoting::Open if lines() || !is_ended(raw) => Taken::OwnLine(Quoting::Open),
            Quoting::Open | Quoting::Well => Taken::AsRead,
        }
    }

    /// Whether the line on which a record begins is a row of this table rather than the record is.
    fn line_fits_better(&self, raw: &[u8]) -> bool {
        let line = first_line(raw).map_or(raw, |(line, _)| line);
        let line_fits = plain_cells(line, self.file.marks).len() == self.file.width;
        let record_fits = self.record.width == self.file.width;
        // Where both are as wide as the table, or neither is: a separator inside a cell tells that cells ran together.
        if line_fits == record_fits { self.record.bytes().contains(&self.file.marks.byte()) } else { line_fits }
    }

    /// The record that stands at the window's beginning, and whether the text stops in it.
    fn whole_record(&mut self, length: usize, mend: bool) -> Result<(Cells, bool), ReadError> {
        let raw = self.window.bytes().get(..length).unwrap_or_default();
        let mended = if mend { mended(raw, self.file.marks, self.file.width) } else { None };
        let (cells, width) = match mended {
            Some(mended) => (self.cells(mended.iter().map(AsRef::as_ref), raw)?, mended.len()),
            None => (self.cells(self.record.cells(), self.record.bytes())?, self.record.width),
        };
        let ended = is_ended(raw);
        let torn = self.file.torn && !ended;
        let cut = torn || self.habit.is_cut(LastLine { cells: width, open: false, ended });
        self.habit.pass(width);
        self.window.pass(length);
        Ok((cells, cut))
    }

    /// Takes only the line on which a record begins, and begins anew behind it; and says whether the text stops in it.
    fn own_line(&mut self, record: Option<(usize, Quoting)>) -> Result<(Cells, bool), ReadError> {
        let raw = self.window.bytes();
        let whole = record.and_then(|(length, _)| Some((raw.get(..length)?, length)));
        let line = first_line(whole.map_or(raw, |(raw, _)| raw)).or(whole);
        let (line, next) = line.filter(|(line, _)| line.len() <= self.most / 2).ok_or_else(|| self.too_long())?;
        let plain = plain_cells(line, self.file.marks);
        let open = record.is_some_and(|(_, quoting)| quoting == Quoting::Open);
        // A mark that is open to the text's end may be a stray one with many rows behind it.
        let (rest, ended) = whole
            .filter(|_| open)
            .map_or((&[][..], true), |(raw, _)| (raw.get(next..).unwrap_or_default(), is_ended(raw)));
        let last = LastLine { cells: plain.len(), open, ended };
        let cut = self.habit.is_cut(last) && !self.has_rows(rest);
        let cells = self.cells(plain.into_iter(), line)?;
        self.habit.pass(last.cells);
        if open && !cut {
            self.habit.pass_stray();
        }
        self.window.pass(next);
        self.reader.reset();
        Ok((cells, cut))
    }

    /// Whether a line of a text has as many cells as most rows.
    fn has_rows(&self, text: &[u8]) -> bool {
        let separator = self.file.marks.byte();
        let lines = text.split(|byte| matches!(byte, b'\r' | b'\n'));
        lines.map(|line| 1 + memchr_iter(separator, line).count()).any(|cells| cells >= self.file.width.max(2))
    }

    /// The line that comes next as a row, if it is nothing out of the ordinary: it ends within what was read, is not too long, and holds
    /// neither a mark that quotes nor a byte that must be looked at. Nearly every line of a real file is such a one, and this costs a
    /// fraction of reading it byte by byte.
    fn plain_line(&mut self) -> Result<Option<Cells>, ReadError> {
        let text = self.window.bytes();
        let marks = self.file.marks;
        let end = match marks.quote {
            Some(quote) => memchr3(b'\n', b'\r', quote, text),
            None => memchr2(b'\n', b'\r', text),
        };
        let Some((line, end)) = end.and_then(|end| Some((text.get(..end)?, *text.get(end)?))) else { return Ok(None) };
        let ordinary = Some(end) != marks.quote
            && line.len() <= self.context.limits.cell_chars
            && self.file.stand_in.is_none()
            && memchr(0, line).is_none();
        let line = std::str::from_utf8(line).ok().filter(|line| ordinary && !line.starts_with('\u{feff}'));
        let Some(line) = line else { return Ok(None) };
        let mut cells = Cells::of_line(line, marks.byte());
        self.habit.pass(cells.len());
        cells.trim_end();
        self.context.column_within(self.row, column(&cells))?;
        let passed = line.len() + 1;
        self.window.pass(passed);
        Ok(Some(cells))
    }

    fn cells<'r>(&self, fields: impl Iterator<Item = &'r [u8]>, whole: &[u8]) -> Result<Cells, ReadError> {
        let long = whole.len() > self.context.limits.cell_chars;
        let nul = whole.contains(&0);
        let mut cells = Cells::with_room(whole.len() + 16);
        let mut width = 0;
        for field in fields {
            let mut cell = cell_text(field);
            if nul && cell.contains('\0') {
                cell = Cow::Owned(cell.replace('\0', ""));
            }
            if let Some(stand_in) = self.file.stand_in {
                cell = stand_in.undo(cell);
            }
            cells.push(&cell);
            if !field.is_empty() {
                width = cells.len();
                self.context.column_within(self.row, column(&cells))?;
                if long {
                    self.context.cell_within(self.row, column(&cells), &cell)?;
                }
            }
        }
        cells.truncate(width);
        Ok(cells)
    }

    fn too_long(&self) -> ReadError {
        let raw = self.window.bytes();
        let beginning = String::from_utf8_lossy(raw.get(..240).unwrap_or(raw)).into_owned();
        let limit = self.context.limits.cell_chars as u64;
        self.context.error(ReadErrorCode::CellTooLong).row(self.row).value(beginning).limit(limit)
    }
}

/// Whether a line end stands behind a record.
fn is_ended(record: &[u8]) -> bool {
    record.ends_with(b"\n") || record.ends_with(b"\r")
}

/// The number of the last cell, the first being 1.
fn column(cells: &Cells) -> u32 {
    u32::try_from(cells.len()).unwrap_or(u32::MAX)
}

impl Rows for CsvRows<'_> {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        // A spreadsheet numbers blank lines as well, and a cell's own line breaks not at all.
        let blank = self.window.pass_line_ends().map_err(|error| self.context.io(&error))?;
        self.row = self.row.saturating_add(blank);
        if blank > 0 && self.window.bytes().is_empty() {
            // More of them may come: who reads may want to stop.
            self.context.row_within(self.row)?;
            return Ok(Some(TableRow { row: self.row, ..TableRow::default() }));
        }
        self.row = self.row.saturating_add(1);
        let (cells, cut) = match self.plain_line()? {
            Some(cells) => (cells, false),
            None => match self.read()? {
                None => return Ok(None),
                Some(Next::Record(length)) => match self.taken(length) {
                    Taken::OwnLine(quoting) => self.own_line(Some((length, quoting)))?,
                    Taken::Mended => self.whole_record(length, true)?,
                    Taken::AsRead => self.whole_record(length, false)?,
                },
                Some(Next::TooLong) => self.own_line(None)?,
            },
        };
        self.context.row_within(self.row)?;
        let cut = cut && !cells.is_empty();
        Ok(Some(TableRow { row: self.row, cells, cut, ..TableRow::default() }))
    }
}

impl Default for Record {
    fn default() -> Self {
        Self { bytes: vec![0; 4 << 10], ends: vec![0; 64], length: 0, width: 0 }
    }
}

impl Record {
    /// All cells without what stood between them.
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.ends.get(..self.width).unwrap_or_default().iter().copied();
        let ranges = ends.scan(0, |start, end| Some(std::mem::replace(start, end)..end));
        ranges.map(|range| self.bytes.get(range).unwrap_or_default())
    }
}
