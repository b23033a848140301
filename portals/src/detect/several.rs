//! A sheet with several tables below each other: the one that is read, and the others.

use satu_core::application::Cells;

use super::sheets::{HEAD_ROWS, Head};
use super::{Choices, header_row};
use crate::definition::Registry;
use crate::file::{Below, SourceFile, TableRow, TableSpan, Tables, split};
use crate::{ReadError, ReadErrorCode};

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
    let Some(header) = head.rows.get(head.header.at).cloned() else { return Ok((head, None, Vec::new())) };
    let mut tables = Tables::new(|row: &TableRow, above: &Cells, below: Below| {
        (below != Below::Row && row.row == header.row)
            || header_row::begins_another(registry, &header, above, row, below)
    });
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
    let header = header_row::find(registry, &rows, None).or_else(|| header_row::header_at(registry, &rows, 0));
    let header = header.ok_or_else(|| ReadError::new(ReadErrorCode::NoHeader, source.name()))?;
    Ok((Head { sheet: head.sheet, rows, header }, last_row, others))
}
