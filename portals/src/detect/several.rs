//! A sheet with several tables below each other: the one that is read, and the others.

use super::{Choices, HEAD_ROWS, Head, header_row};
use crate::ReadError;
use crate::definition::Registry;
use crate::file::{SourceFile, TableRow, TableSpan, Tables, split};

/// Rows among which further tables are looked for. What begins below them stays with the table above it.
const ROWS: usize = 20_000;

/// Turns to the largest table of the sheet, or to the one whose header a person chose; gives its last row where another table follows,
/// and the others.
pub(super) fn largest(
    source: &mut SourceFile,
    registry: &Registry,
    choices: &Choices,
    head: Head,
) -> Result<(Head, Option<u32>, Vec<TableSpan>), ReadError> {
    let header = head.header().clone();
    let mut tables =
        Tables::new(|row: &TableRow| row.row == header.row || header_row::begins_another(registry, &header, row));
    let mut rows = 0;
    for row in source.table(head.sheet.as_deref())?.take(ROWS) {
        tables.pass(&row?);
        rows += 1;
    }
    let spans = tables.spans();
    let chosen = choices.header_row.and_then(|chosen| spans.iter().position(|span| span.holds(chosen)));
    let Some((table, others)) = split(spans, chosen).filter(|(_, others)| !others.is_empty()) else {
        return Ok((head, None, Vec::new()));
    };
    // The last table may go on past the rows that were looked at.
    let is_last = others.iter().all(|other| other.last_row < table.first_row);
    let last_row = (!is_last || rows < ROWS).then_some(table.last_row);
    if table.holds(header.row) {
        return Ok((head, last_row, others));
    }
    let within = |row: &TableRow| table.holds(row.row);
    let rows = source.table(head.sheet.as_deref())?.filter(|row| row.as_ref().map_or(true, within));
    let rows = rows.take(HEAD_ROWS).collect::<Result<Vec<_>, _>>()?;
    let (at, score) = header_row::find(registry, &rows, None).unwrap_or((0, 0));
    Ok((Head { sheet: head.sheet, rows, at, score }, last_row, others))
}
