//! The rows of one sheet, from its records of cells.

use super::globals::Globals;
use super::links;
use super::records::{Record, Records, f64_at, sheet_records, u16_at, u32_at};
use crate::ReadError;
use crate::file::beside::{Along, Area, Beside};
use crate::file::context::RowInMaking;
use crate::file::numbers::shown_text;
use crate::file::{Context, Rows, TableRow};

const FORMULA: [u16; 3] = [0x0006, 0x0206, 0x0406];
const STRING: u16 = 0x0207;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const RICH_LABEL: u16 = 0x00D6;
const SHARED_LABEL: u16 = 0x00FD;
const TRUTH_OR_ERROR: u16 = 0x0205;
const RK: u16 = 0x027E;
const MANY_RK: u16 = 0x00BD;
const ROW: u16 = 0x0208;
const MERGED: u16 = 0x00E5;
const LINK: u16 = 0x01B8;

fn holds_cells(kind: u16) -> bool {
    FORMULA.contains(&kind)
        || matches!(kind, NUMBER | LABEL | RICH_LABEL | SHARED_LABEL | TRUTH_OR_ERROR | RK | MANY_RK)
}

/// Whether the sheet hides a row (`Row`, 2.4.221, bit `fDyZero`) that has cells.
pub(super) fn hides_rows(stream: &[u8], start: usize) -> bool {
    sheet_records(stream, start).filter(|record| record.kind == ROW).any(|record| {
        let has_cells = u16_at(record.body, 2) < u16_at(record.body, 4);
        has_cells && record.body.get(12).is_some_and(|flags| flags & 0x20 != 0)
    })
}

/// The rows of one sheet.
pub(super) struct SheetRows<'a> {
    context: Context<'a>,
    stream: &'a [u8],
    globals: &'a Globals,
    records: Box<dyn Iterator<Item = Record<'a>> + 'a>,
    /// The first record of the next row, which ended the one before.
    next: Option<Record<'a>>,
    /// Where the text of the last formula belongs: it comes in a record of its own.
    formula: Option<(u32, u32)>,
    along: Along,
}

impl<'a> SheetRows<'a> {
    pub(super) fn new(context: Context<'a>, stream: &'a [u8], globals: &'a Globals, start: usize) -> Self {
        let (records, beside) = in_order(stream, start);
        Self { context, stream, globals, records, next: None, formula: None, along: Along::new(&beside.complete()) }
    }
}

type CellRecords<'a> = Box<dyn Iterator<Item = Record<'a>> + 'a>;

/// The records of the cells, by rows. Most programs write them so; where one did not, their places are put in order. And what the sheet says of
/// cells behind them.
fn in_order(stream: &[u8], start: usize) -> (CellRecords<'_>, Beside) {
    let wanted = |record: &Record<'_>| holds_cells(record.kind) || record.kind == STRING;
    let (mut last, mut sorted) = (0, true);
    let mut beside = Beside::default();
    for record in sheet_records(stream, start) {
        match record.kind {
            MERGED => merged(record.body).for_each(|area| beside.merge(area)),
            LINK => {
                if let Some((area, address)) = links::read(record.body) {
                    beside.link(area, &address);
                }
            }
            kind if holds_cells(kind) => {
                let row = row_of(&record);
                sorted &= std::mem::replace(&mut last, row) <= row;
            }
            _ => {}
        }
    }
    if sorted {
        return (Box::new(sheet_records(stream, start).filter(wanted)), beside);
    }
    let mut row = 0;
    let mut places: Vec<(u16, u32)> = sheet_records(stream, start)
        .filter(wanted)
        .filter_map(|record| {
            if record.kind != STRING {
                row = row_of(&record);
            }
            u32::try_from(record.at).ok().map(|at| (row, at))
        })
        .collect();
    // Records of one row keep their order.
    places.sort_by_key(|(row, _)| *row);
    (Box::new(places.into_iter().filter_map(|(_, at)| Records::new(stream, at as usize).next())), beside)
}

/// `MergeCells` (2.4.168): how many areas, and the areas.
fn merged(body: &[u8]) -> impl Iterator<Item = Area> {
    body.get(2..).unwrap_or_default().as_chunks::<8>().0.iter().filter_map(|area| area_of(area))
}

/// `Ref8` (2.5.211): first and last row, first and last column, each in two bytes from nought.
pub(super) fn area_of(bytes: &[u8]) -> Option<Area> {
    let end = |at| u16_at(bytes, at).map(|end| u32::from(end) + 1);
    Some(Area { top: end(0)?, bottom: end(2)?, left: end(4)?, right: end(6)? })
}

fn row_of(record: &Record<'_>) -> u16 {
    u16_at(record.body, 0).unwrap_or_default()
}

impl Rows for SheetRows<'_> {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        let mut making = RowInMaking::default();
        let Some(mut record) = self.next.take().or_else(|| self.records.next()) else { return Ok(None) };
        let row = u32::from(row_of(&record)) + 1;
        loop {
            // A record that is too short for what it should hold is passed over.
            self.put(&mut making, record, row)?;
            match self.records.next() {
                None => break,
                Some(next) if next.kind != STRING && u32::from(row_of(&next)) + 1 != row => {
                    self.next = Some(next);
                    break;
                }
                Some(next) => record = next,
            }
        }
        let mut row = making.take(row);
        self.along.add(&mut row);
        Ok(Some(row))
    }
}

impl SheetRows<'_> {
    fn put(&mut self, making: &mut RowInMaking, record: Record<'_>, row: u32) -> Result<(), ReadError> {
        let body = record.body;
        if record.kind == STRING {
            let Some((row, column)) = self.formula.take() else { return Ok(()) };
            let mut behind = Records::new(self.stream, record.at);
            behind.next();
            let pieces = std::iter::once(body).chain(std::iter::from_fn(|| behind.continued())).collect();
            let text = self.globals.letters.continued(pieces);
            return making.put(&self.context, row, column, &text.unwrap_or_default());
        }
        let Some(column) = u16_at(body, 2).map(|column| u32::from(column) + 1) else { return Ok(()) };
        if record.kind == MANY_RK {
            // Each cell is its format and its number; behind the last one stands the last column.
            let cells = body.get(4..body.len().saturating_sub(2)).unwrap_or_default();
            for (column, cell) in (column..).zip(cells.chunks_exact(6)) {
                let text = u32_at(cell, 2).map(|rk| self.number(rk_number(rk), cell, 0));
                making.put(&self.context, row, column, &text.unwrap_or_default())?;
            }
            return Ok(());
        }
        let text = match record.kind {
            NUMBER => f64_at(body, 6).map(|number| self.number(number, body, 4)),
            RK => u32_at(body, 6).map(|rk| self.number(rk_number(rk), body, 4)),
            LABEL | RICH_LABEL => body.get(6..).and_then(|text| self.globals.letters.long(text)),
            SHARED_LABEL => u32_at(body, 6).and_then(|at| self.globals.strings.get(usize::try_from(at).ok()?).cloned()),
            TRUTH_OR_ERROR => Some(truth_or_error(body.get(6).copied(), body.get(7) == Some(&1))),
            _ => self.result(body, row, column),
        };
        making.put(&self.context, row, column, &text.unwrap_or_default())
    }

    /// A formula's last result (2.5.133): a number, or a mark that says what else.
    fn result(&mut self, body: &[u8], row: u32, column: u32) -> Option<String> {
        self.formula = None;
        if u16_at(body, 12) != Some(0xFFFF) {
            return f64_at(body, 6).map(|number| self.number(number, body, 4));
        }
        match *body.get(6)? {
            0 => {
                self.formula = Some((row, column));
                None
            }
            1 => Some(truth_or_error(body.get(8).copied(), false)),
            2 => Some(truth_or_error(body.get(8).copied(), true)),
            _ => None,
        }
    }

    /// A number under the cell format whose number stands at a place in the record.
    fn number(&self, number: f64, body: &[u8], format_at: usize) -> String {
        let format = u16_at(body, format_at).and_then(|format| self.globals.formats.get(usize::from(format)));
        shown_text(number, format.copied().unwrap_or_default(), self.globals.from_1904)
    }
}

fn truth_or_error(value: Option<u8>, is_error: bool) -> String {
    let text = match (is_error, value.unwrap_or_default()) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    };
    text.to_owned()
}

/// A number in four bytes (2.5.217): whole or the upper half of a float, and perhaps a hundred times too large.
fn rk_number(rk: u32) -> f64 {
    let number = if rk & 2 != 0 { f64::from(rk.cast_signed() >> 2) } else { f64::from_bits(u64::from(rk & !3) << 32) };
    if rk & 1 != 0 { number / 100.0 } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_cells_are_areas_as_many_as_there_are() {
        let ends = [2_u16, 1, 2, 0, 0, 4, 9, 3, 5];
        let mut body = ends.map(u16::to_le_bytes).concat();
        let first = Area { top: 2, bottom: 3, left: 1, right: 1 };
        assert_eq!(merged(&body).collect::<Vec<_>>(), [first, Area { top: 5, bottom: 10, left: 4, right: 6 }]);
        body.truncate(15);
        assert_eq!(merged(&body).collect::<Vec<_>>(), [first]);
        assert_eq!(merged(&[1]).count(), 0);
    }

    #[test]
    fn small_numbers_are_packed_in_four_ways() {
        assert_eq!(rk_number(7 << 2 | 2), 7.0);
        assert_eq!(rk_number((-7_i32 << 2).cast_unsigned() | 2), -7.0);
        assert_eq!(rk_number(1_234 << 2 | 3), 12.34);
        assert_eq!(rk_number(0x3FF0_0000), 1.0);
        assert_eq!(rk_number(0x4059_0000 | 1), 1.0);
    }
}
