//! Several tables below each other in one sheet: where each stands, and which is the largest.

use satu_core::application::Cells;
use serde::{Deserialize, Serialize};

use super::TableRow;

/// Where one table of a sheet stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSpan {
    /// Its first row, the one with the headers.
    pub first_row: u32,
    /// Its last row that is not blank.
    pub last_row: u32,
    /// Its rows that are not blank, the header included.
    pub rows: u32,
    /// Its widest row.
    pub columns: u32,
    /// Its first headers, to know it by.
    pub headers: Vec<String>,
}

impl TableSpan {
    /// Whether a row is one of its rows.
    pub(crate) const fn holds(&self, row: u32) -> bool {
        self.first_row <= row && row <= self.last_row
    }
}

/// Collects the tables of a sheet while its rows pass by.
///
/// A table ends where, after a blank row, a row follows that reads like headers and is no repetition of the table's own. Blank rows alone
/// end nothing: people leave them inside a table.
pub(crate) struct Tables<F> {
    is_header: F,
    spans: Vec<TableSpan>,
    headers: Cells,
}

impl<F: FnMut(&TableRow) -> bool> Tables<F> {
    /// `is_header` says whether a row reads like headers.
    pub(crate) fn new(is_header: F) -> Self {
        Self { is_header, spans: Vec::new(), headers: Cells::default() }
    }

    pub(crate) fn pass(&mut self, row: &TableRow) {
        let width = u32::try_from(row.cells.len()).unwrap_or(u32::MAX);
        let after_gap = self.spans.last().is_none_or(|span| row.row > span.last_row + 1);
        if after_gap && row.cells != self.headers && (self.is_header)(row) {
            self.headers.clone_from(&row.cells);
            let headers = row.cells.iter().filter(|cell| !cell.trim().is_empty()).take(5).map(str::to_owned).collect();
            self.spans.push(TableSpan { first_row: row.row, last_row: row.row, rows: 1, columns: width, headers });
        } else if let Some(span) = self.spans.last_mut() {
            span.last_row = row.row;
            span.rows += 1;
            span.columns = span.columns.max(width);
        }
    }

    /// The tables in their order. Headers without a row below them are no table of their own, but rows of the one above.
    pub(crate) fn spans(self) -> Vec<TableSpan> {
        let mut spans: Vec<TableSpan> = Vec::new();
        for span in self.spans {
            match spans.last_mut() {
                Some(above) if span.rows < 2 => {
                    above.last_row = span.last_row;
                    above.rows += span.rows;
                    above.columns = above.columns.max(span.columns);
                }
                _ => spans.push(span),
            }
        }
        spans
    }
}

/// The chosen table or else the largest by its rows, the first of equals; and the others.
pub(crate) fn split(mut spans: Vec<TableSpan>, chosen: Option<usize>) -> Option<(TableSpan, Vec<TableSpan>)> {
    let largest = || (0..spans.len()).rev().max_by_key(|at| spans.get(*at).map_or(0, |span| span.rows));
    let at = chosen.or_else(largest)?;
    let table = spans.remove(at);
    Some((table, spans))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&str]) -> Vec<TableRow> {
        let split = |line: &str| Cells::of_line(line, b',');
        (1..)
            .zip(lines)
            .filter(|(_, line)| !line.is_empty())
            .map(|(row, line)| TableRow { row, cells: split(line), ..TableRow::default() })
            .collect()
    }

    fn spans(lines: &[&str]) -> Vec<(u32, u32, u32)> {
        let mut tables = Tables::new(|row: &TableRow| row.cells[0].starts_with('H'));
        rows(lines).iter().for_each(|row| tables.pass(row));
        tables.spans().iter().map(|span| (span.first_row, span.last_row, span.rows)).collect()
    }

    #[test]
    fn a_blank_row_and_other_headers_begin_a_table() {
        assert_eq!(spans(&["Judul", "", "Ha,b", "1,2", "", "Hc,d", "3,4", "5,6"]), [(3, 4, 2), (6, 8, 3)]);
    }

    #[test]
    fn blank_rows_repeated_headers_and_odd_rows_end_nothing() {
        assert_eq!(spans(&["Ha,b", "1,2", "", "3,4", "", "Ha,b", "5,6", "Hc,d"]), [(1, 8, 6)]);
        assert_eq!(spans(&["Ha,b", "1,2", "", "Hitung,3"]), [(1, 4, 3)]);
    }

    #[test]
    fn the_largest_is_taken_the_first_of_equals() {
        let mut tables = Tables::new(|row: &TableRow| row.cells[0].starts_with('H'));
        rows(&["Ha", "1", "", "Hb", "2", "3", "", "Hc", "4", "5"]).iter().for_each(|row| tables.pass(row));
        let (largest, others) = split(tables.spans(), None).unwrap();
        assert_eq!(largest.first_row, 4);
        assert_eq!(others.iter().map(|span| span.first_row).collect::<Vec<_>>(), [1, 8]);
    }
}
