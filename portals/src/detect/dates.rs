//! The order of day and month in each date column, decided from its cells and never from one.

use satu_core::application::Field;
use satu_core::import::mapping::DateOrder;

use super::Layout;
use crate::ReadError;
use crate::definition::Registry;
use crate::file::SourceFile;
use crate::header::header_key;
use crate::value::date::{OrderHint, order_hint};
use crate::value::text::tidy;

/// Cells that must have been seen before a column is called decided: a slip of the hand in the first rows does not decide alone.
const ENOUGH: u32 = 1_000;
/// Rows after which a column that is nearly empty is not waited for any longer.
const PATIENCE: usize = 50_000;

/// Fills in [`satu_core::import::mapping::ColumnMapping::date_order`] of every column that is used as a date and has none yet.
///
/// Stops early where every column is decided; reads to the end only while a column's numbers leave their order open.
pub(super) fn decide(source: &mut SourceFile, registry: &Registry, layout: &mut Layout) -> Result<(), ReadError> {
    let mut open: Vec<Evidence> = Vec::new();
    for (at, column) in layout.columns.iter_mut().enumerate() {
        if !matches!(column.effective(), Field::BirthDate | Field::AppliedAt) {
            column.date_order = None;
        } else if column.date_order.is_none() {
            column.date_order = stated(&column.header);
            if column.date_order.is_none() {
                open.push(Evidence { at, ..Evidence::default() });
            }
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    for (count, row) in source.table(layout.sheet.as_deref())?.enumerate() {
        let row = row?;
        if row.row <= layout.header_row {
            continue;
        }
        if layout.last_row.is_some_and(|last| row.row > last) {
            break;
        }
        for evidence in &mut open {
            if let Some(cell) = row.cells.get(evidence.at) {
                evidence.observe(cell);
            }
        }
        if open.iter().all(|evidence| evidence.is_enough(count)) {
            break;
        }
    }
    for evidence in open {
        let Some(column) = layout.columns.get_mut(evidence.at) else { continue };
        let habit = || registry.chain(&layout.portal).find_map(|entry| entry.column(column.field)?.date_order);
        column.date_order = Some(evidence.verdict(habit));
    }
    Ok(())
}

/// The order that the header itself states: `Birthdate (mm/dd/yy)`.
fn stated(header: &str) -> Option<DateOrder> {
    let key = header_key(header);
    if key.contains("ddmmyy") || key.contains("tglblnthn") || key.contains("hhbbtt") {
        return Some(DateOrder::DayFirst);
    }
    key.contains("mmddyy").then_some(DateOrder::MonthFirst)
}

/// What the cells of one column have told so far.
#[derive(Debug, Default)]
struct Evidence {
    at: usize,
    seen: u32,
    day_first: u32,
    month_first: u32,
    either: u32,
    /// The numbers of dates that may begin with the day or with a year of two digits.
    day_or_year: Option<DayOrYear>,
}

/// The least and the greatest first and last number of such dates.
#[derive(Debug, Clone, Copy)]
struct DayOrYear {
    first: (u8, u8),
    last: (u8, u8),
}

impl DayOrYear {
    fn and(self, first: u8, last: u8) -> Self {
        let widened = |(least, most): (u8, u8), number: u8| (least.min(number), most.max(number));
        Self { first: widened(self.first, first), last: widened(self.last, last) }
    }

    /// Whether the first numbers lie apart as days do, and the last ones together as years do: no export reaches back so far.
    fn begin_with_days(self) -> bool {
        let span = |(least, most): (u8, u8)| most - least;
        span(self.first) > 3 && span(self.last) <= 1
    }
}

impl Evidence {
    fn observe(&mut self, cell: &str) {
        let text = tidy(cell);
        if text.is_empty() {
            return;
        }
        self.seen = self.seen.saturating_add(1);
        let count = match order_hint(&text) {
            OrderHint::DayFirst => &mut self.day_first,
            OrderHint::MonthFirst => &mut self.month_first,
            OrderHint::Either => &mut self.either,
            OrderHint::DayOrYear { first, last } => {
                let known = self.day_or_year.unwrap_or(DayOrYear { first: (first, first), last: (last, last) });
                self.day_or_year = Some(known.and(first, last));
                &mut self.either
            }
            OrderHint::Plain | OrderHint::None => return,
        };
        *count = count.saturating_add(1);
    }

    fn is_enough(&self, rows: usize) -> bool {
        let told = self.day_first > 0 || self.month_first > 0;
        (self.seen >= ENOUGH || rows >= PATIENCE) && (told || self.either == 0)
    }

    fn verdict(&self, habit: impl Fn() -> Option<DateOrder>) -> DateOrder {
        let day_first = self.day_first > 0 || self.day_or_year.is_some_and(DayOrYear::begin_with_days);
        match (day_first, self.month_first > 0, self.either > 0) {
            (false, true, _) if self.day_or_year.is_some() => DateOrder::Undecided,
            (true, false, _) => DateOrder::DayFirst,
            (false, true, _) => DateOrder::MonthFirst,
            (true, true, _) => DateOrder::Undecided,
            (false, false, true) => habit().unwrap_or(DateOrder::Undecided),
            (false, false, false) => DateOrder::Unambiguous,
        }
    }
}
