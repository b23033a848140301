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

/// How a row that may be the header of another table stands below the table above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Below {
    /// Behind a blank row, or under a lone title that stands there; the very first row too.
    Gap,
    /// The same, and it has words where most rows of the table above have a number or an address.
    GapAndWords,
    /// Directly below a row of that table.
    Row,
}

/// Collects the tables of a sheet while its rows pass by.
///
/// A table ends where, after a blank row, a row follows that reads like headers and is no repetition of the table's own; a lone cell
/// between the two is the next table's title. Blank rows alone end nothing: people leave them inside a table. Without a blank row only
/// headers of another width end a table that has rows.
pub(crate) struct Tables<F> {
    is_header: F,
    found: Vec<Found>,
    headers: Cells,
    /// The row that passed before.
    last_row: Option<u32>,
    /// Lone cells behind a gap, which belong to the table that follows, if one does.
    titles: u32,
}

/// A table while its rows pass by.
struct Found {
    span: TableSpan,
    /// Titles that stand between it and the table above.
    titles: u32,
    /// In each column, how many of its rows have a number or an address.
    values: Vec<u32>,
    /// A column whose words alone say that it is another table, until a value stands below them.
    doubtful: Option<usize>,
}

impl<F: FnMut(&TableRow, &Cells, Below) -> bool> Tables<F> {
    /// `is_header` says whether a row reads like headers, beside those of the table above it.
    pub(crate) fn new(is_header: F) -> Self {
        Self { is_header, found: Vec::new(), headers: Cells::default(), last_row: None, titles: 0 }
    }

    pub(crate) fn pass(&mut self, row: &TableRow) {
        let behind_gap = self.last_row.is_none_or(|last| row.row > last + 1);
        self.last_row = Some(row.row);
        let directly = !self.found.is_empty() && !behind_gap && self.titles == 0;
        let words = self.found.last().filter(|_| !directly).and_then(|above| above.words_over_values(row));
        let below = match words {
            _ if directly => Below::Row,
            Some(_) => Below::GapAndWords,
            None => Below::Gap,
        };
        if self.may_begin(row, below) && (self.is_header)(row, &self.headers, below) {
            let doubtful = words.filter(|_| !(self.is_header)(row, &self.headers, Below::Gap));
            let found = Found::new(row, std::mem::take(&mut self.titles), doubtful);
            self.headers.clone_from(&row.cells);
            self.found.push(found);
            return;
        }
        let Some(above) = self.found.last_mut() else { return };
        // A title or two; a column of names alone is a table's own.
        if below != Below::Row && self.titles < 3 && is_title(row) {
            self.titles += 1;
            return;
        }
        above.take(row, std::mem::take(&mut self.titles));
    }

    /// A cheap look before the headers are read.
    fn may_begin(&self, row: &TableRow, below: Below) -> bool {
        if below != Below::Row {
            return row.cells != self.headers;
        }
        let above = self.found.last();
        let has_values = above.is_some_and(|above| above.values.iter().any(|rows| *rows > 0));
        has_values && !row.cells.iter().any(is_value) && !repeats(&self.headers, &row.cells)
    }

    /// The tables in their order. Headers without a row below them are no table of their own, but rows of the one above.
    pub(crate) fn spans(mut self) -> Vec<TableSpan> {
        if let (Some(last), Some(row)) = (self.found.last_mut(), self.last_row)
            && self.titles > 0
        {
            last.span.last_row = row;
            last.span.rows += self.titles;
        }
        let mut spans: Vec<TableSpan> = Vec::new();
        for Found { span, titles, doubtful, .. } in self.found {
            match spans.last_mut() {
                Some(above) if span.rows < 2 || doubtful.is_some() => {
                    above.last_row = span.last_row;
                    above.rows += titles + span.rows;
                    above.columns = above.columns.max(span.columns);
                }
                _ => spans.push(span),
            }
        }
        spans
    }
}

impl Found {
    fn new(row: &TableRow, titles: u32, doubtful: Option<usize>) -> Self {
        let headers = row.cells.iter().filter(|cell| !cell.trim().is_empty()).take(5).map(str::to_owned).collect();
        let span = TableSpan { first_row: row.row, last_row: row.row, rows: 1, columns: width(row), headers };
        Self { span, titles, values: vec![0; row.cells.len()], doubtful }
    }

    /// A row of it, and lone cells above that row which are no titles.
    fn take(&mut self, row: &TableRow, lone: u32) {
        self.span.last_row = row.row;
        self.span.rows += 1 + lone;
        self.span.columns = self.span.columns.max(width(row));
        for (values, cell) in self.values.iter_mut().zip(row.cells.iter()) {
            *values += u32::from(is_value(cell));
        }
        let confirms = |column: &usize| row.cells.get(*column).is_some_and(is_value);
        self.doubtful = self.doubtful.filter(|column| !confirms(column));
    }

    /// The first column in which a row has words and most rows of this table a value.
    fn words_over_values(&self, row: &TableRow) -> Option<usize> {
        let rows = self.span.rows.saturating_sub(1);
        let columns = self.values.iter().zip(row.cells.iter());
        columns.enumerate().find_map(|(at, (values, cell))| {
            let over_values = *values > 0 && values * 2 > rows;
            (over_values && cell.chars().any(char::is_alphabetic) && !is_value(cell)).then_some(at)
        })
    }
}

fn width(row: &TableRow) -> u32 {
    u32::try_from(row.cells.len()).unwrap_or(u32::MAX)
}

fn is_title(row: &TableRow) -> bool {
    row.cells.iter().filter(|cell| !cell.trim().is_empty()).count() == 1 && !row.cells.iter().any(is_value)
}

/// Whether most cells of a row stand under the very header that they spell.
fn repeats(headers: &Cells, row: &Cells) -> bool {
    let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let spelled =
        |(header, cell): &(&str, &str)| !cell.trim().is_empty() && header.trim().eq_ignore_ascii_case(cell.trim());
    headers.iter().zip(row.iter()).filter(spelled).count() * 2 > filled
}

/// An address, a link, a number: what no header is.
fn is_value(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    digits * 2 > cell.trim().len() || cell.contains('@') || cell.contains("://")
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

    /// Every header begins with an H; `Hw` is one only where it has words over values, `Hx` even without a gap.
    fn is_header(row: &TableRow, _: &Cells, below: Below) -> bool {
        let first = &row.cells[0];
        match below {
            Below::Gap => first.starts_with('H') && first != "Hw",
            Below::GapAndWords => first.starts_with('H'),
            Below::Row => first == "Hx",
        }
    }

    fn spans(lines: &[&str]) -> Vec<(u32, u32, u32)> {
        let mut tables = Tables::new(is_header);
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
    fn a_lone_title_behind_a_gap_belongs_to_the_headers_below_it() {
        assert_eq!(spans(&["Ha,b", "1,2", "", "Judul", "Hc,d", "3,4"]), [(1, 2, 2), (5, 6, 2)]);
        assert_eq!(spans(&["Ha,b", "1,2", "", "Judul", "per Mei", "", "Hc,d", "3,4"]), [(1, 2, 2), (7, 8, 2)]);
        assert_eq!(spans(&["Ha,b", "1,2", "Judul", "Hc,d", "3,4"]), [(1, 5, 5)], "no gap");
        assert_eq!(spans(&["Ha,b", "1,2", "", "Siti", "3,4", "Hc,d"]), [(1, 6, 5)], "no title");
        assert_eq!(spans(&["Ha,b", "1,2", "", "Judul", "Hc,d"]), [(1, 5, 4)], "no row below the headers");
        assert_eq!(spans(&["Ha,b", "1,2", "", "Catatan", "", "selesai"]), [(1, 6, 4)], "notes below the table");
    }

    #[test]
    fn words_over_values_begin_a_table_only_above_values() {
        assert_eq!(spans(&["Ha,b", "Siti,1", "", "Hw,kontak", "Rina,3"]), [(1, 2, 2), (4, 5, 2)]);
        assert_eq!(spans(&["Ha,b", "Siti,1", "", "Hw,menyusul", "Rina,menyusul"]), [(1, 5, 4)]);
        assert_eq!(spans(&["Ha,b", "Siti,Depok", "", "Hw,kontak", "Rina,3"]), [(1, 5, 4)]);
    }

    #[test]
    fn without_a_gap_only_other_headers_below_values_begin_a_table() {
        assert_eq!(spans(&["Ha,b", "Siti,1", "Hx,c,d", "Rina,3,x"]), [(1, 2, 2), (3, 4, 2)]);
        assert_eq!(spans(&["Hx,b", "Siti,1", "Hx,b,c", "Rina,3,x"]), [(1, 4, 4)], "repeated and longer");
        assert_eq!(spans(&["Ha,b", "Hx,c,d", "Rina,3,x"]), [(1, 3, 3)], "a second line of headers");
    }

    #[test]
    fn the_largest_is_taken_the_first_of_equals() {
        let mut tables = Tables::new(is_header);
        rows(&["Ha", "1", "", "Hb", "2", "3", "", "Hc", "4", "5"]).iter().for_each(|row| tables.pass(row));
        let (largest, others) = split(tables.spans(), None).unwrap();
        assert_eq!(largest.first_row, 4);
        assert_eq!(others.iter().map(|span| span.first_row).collect::<Vec<_>>(), [1, 8]);
    }
}
