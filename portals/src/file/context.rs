//! What every reader is given beside its bytes: the name for its errors, the limits and the time that is left.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use satu_core::application::Cells;

use super::{Stop, TableRow};
use crate::value::link::read_link;
use crate::{Limits, ReadError, ReadErrorCode};

/// The file's name, the sheet's name, and the bounds of one reading.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) name: &'a str,
    /// The sheet, where the container knows sheets.
    pub(super) sheet: Option<&'a str>,
    pub(super) limits: &'a Limits,
    pub(super) stop: &'a Stop,
    ends: Instant,
}

impl<'a> Context<'a> {
    pub(super) fn new(name: &'a str, limits: &'a Limits, stop: &'a Stop) -> Self {
        let ends = Instant::now() + Duration::from_secs(limits.seconds.into());
        Self { name, sheet: None, limits, stop, ends }
    }

    pub(super) fn of_sheet(self, sheet: &'a str) -> Self {
        Self { sheet: Some(sheet), ..self }
    }

    /// An error about this file, and the sheet if one is read.
    pub(super) fn error(&self, code: ReadErrorCode) -> ReadError {
        ReadError::new(code, self.name).sheet(self.sheet)
    }

    /// What stands in the file contradicts itself or ends too early.
    pub(super) fn damaged(&self, why: impl AsRef<str>) -> ReadError {
        if self.stop.is_wanted() {
            return self.error(ReadErrorCode::Stopped); // What was met is the end that was asked for.
        }
        self.error(ReadErrorCode::Truncated).value(why)
    }

    pub(super) fn io(&self, error: &std::io::Error) -> ReadError {
        super::io_error(self.name, error)
    }

    /// Whether nobody stopped the reading, and there is time left for it.
    pub(super) fn in_time(&self) -> Result<(), ReadError> {
        if self.stop.is_wanted() {
            return Err(self.error(ReadErrorCode::Stopped));
        }
        if Instant::now() <= self.ends {
            return Ok(());
        }
        Err(self.error(ReadErrorCode::TooSlow).limit(self.limits.seconds.into()))
    }

    pub(super) fn row_within(&self, row: u32) -> Result<(), ReadError> {
        if row <= self.limits.rows {
            return Ok(());
        }
        Err(self.error(ReadErrorCode::TooManyRows).limit(self.limits.rows.into()))
    }

    pub(super) fn column_within(&self, row: u32, column: u32) -> Result<(), ReadError> {
        if column <= self.limits.columns {
            return Ok(());
        }
        let error = self.error(ReadErrorCode::TooManyColumns);
        Err(error.row(row).column(column).limit(self.limits.columns.into()))
    }

    pub(super) fn cell_within(&self, row: u32, column: u32, cell: &str) -> Result<(), ReadError> {
        if cell.len() <= self.limits.cell_chars || cell.chars().count() <= self.limits.cell_chars {
            return Ok(());
        }
        let error = self.error(ReadErrorCode::CellTooLong).row(row).column(column);
        Err(error.value(cell).limit(self.limits.cell_chars as u64))
    }
}

/// Whether an address leads to a page, and is as short as an honest one.
pub(super) fn is_link(target: &str) -> bool {
    target.len() <= LONGEST_LINK && read_link(target).is_some()
}

/// Whether nothing but white space stands in a text: nearly always its first character tells.
pub(super) fn is_blank(text: &str) -> bool {
    !text.starts_with(|first: char| first.is_ascii_graphic()) && text.trim().is_empty()
}

/// A row that grows cell by cell, within the limits.
#[derive(Default)]
pub(super) struct RowInMaking {
    cells: Cells,
    /// What stands before the last cell and came after it, by its place.
    late: BTreeMap<usize, String>,
    links: Vec<(u32, String)>,
}

/// Bytes of the longest address that is kept; spreadsheet programs allow no longer ones.
const LONGEST_LINK: usize = 2_083;

impl RowInMaking {
    /// Puts a cell where it stands, the first column being 1. Nothing but white space is no cell.
    pub(super) fn put(&mut self, context: &Context<'_>, row: u32, column: u32, text: &str) -> Result<(), ReadError> {
        if is_blank(text) {
            return Ok(());
        }
        context.row_within(row)?;
        context.column_within(row, column)?;
        context.cell_within(row, column, text)?;
        let at = column.saturating_sub(1) as usize;
        let text = if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) };
        if at < self.cells.len() {
            self.late.insert(at, text.into_owned());
            return Ok(());
        }
        (self.cells.len()..at).for_each(|_| self.cells.push(""));
        self.cells.push(&text);
        Ok(())
    }

    /// Keeps the page that a cell leads to, the first of several.
    pub(super) fn link(&mut self, context: &Context<'_>, column: u32, target: &str) {
        let is_first = self.links.last().is_none_or(|(last, _)| *last < column);
        if is_first && column <= context.limits.columns && is_link(target) {
            self.links.push((column, target.to_owned()));
        }
    }

    /// The row as it stands; the next one begins empty, with room for as many cells.
    pub(super) fn take(&mut self, row: u32) -> TableRow {
        let room = Cells::with_room(self.cells.bytes());
        let mut cells = std::mem::replace(&mut self.cells, room);
        if !self.late.is_empty() {
            let late = std::mem::take(&mut self.late);
            cells = (0..cells.len()).map(|at| late.get(&at).map_or(&cells[at], String::as_str)).collect();
        }
        let links = std::mem::take(&mut self.links);
        TableRow { row, cells, links, ..TableRow::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.links.is_empty()
    }
}
