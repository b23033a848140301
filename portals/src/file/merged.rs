//! Cells that are merged downwards: what the first one says goes with the rows that it covers.
//!
//! It stands beside their cells, not in them: a header over two lines is merged just so, and a reader cannot tell one from data.

use std::sync::Arc;

use super::TableRow;
use super::context::is_blank;

/// What a cell above says of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Covered {
    /// The column's number, the first being 1.
    pub(crate) column: u32,
    /// The row in which the text stands.
    pub(crate) from: u32,
    pub(crate) text: Arc<str>,
}

/// Cells that cover rows at the same time, and the bytes of their texts: as many as every row may hold more than the file says.
const MOST_CELLS: usize = 128;
const MOST_BYTES: usize = 2 << 10;

/// Follows the merged cells of a sheet from its top.
#[derive(Debug, Default)]
pub(super) struct Covering {
    /// Those that cover the row that is read.
    open: Vec<Open>,
    /// Those that begin in it.
    begun: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    /// The last row that it covers.
    bottom: u32,
    cell: Covered,
}

impl Covering {
    /// A cell of the row that is read covers those below it, down to `bottom`. Its text is what the row says there.
    pub(super) fn begin(&mut self, row: u32, column: u32, bottom: u32, text: &str) {
        if bottom <= row || is_blank(text) {
            return;
        }
        self.end_above(row);
        let texts = self.open.iter().chain(&self.begun).map(|open| open.cell.text.len());
        let (cells, bytes) = texts.fold((1, text.len()), |(cells, bytes), one| (cells + 1, bytes + one));
        if cells <= MOST_CELLS && bytes <= MOST_BYTES {
            let cell = Covered { column, from: row, text: text.replace('\0', "").into() };
            self.begun.push(Open { bottom, cell });
        }
    }

    /// Gives a row what covers its cells. Rows without cells need not pass.
    pub(super) fn pass(&mut self, row: &mut TableRow) {
        if self.open.is_empty() && self.begun.is_empty() {
            return;
        }
        self.end_above(row.row);
        if !row.cells.is_empty() {
            row.covered.extend(self.open.iter().map(|open| open.cell.clone()));
        }
        let begun = std::mem::take(&mut self.begun);
        self.open.retain(|open| begun.iter().all(|new| new.cell.column != open.cell.column));
        self.open.extend(begun);
    }

    fn end_above(&mut self, row: u32) {
        self.open.retain(|open| open.bottom >= row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Column, row and text of what covers a row.
    fn passed(covering: &mut Covering, number: u32) -> Vec<String> {
        let mut row = TableRow { row: number, cells: ["x"].iter().collect(), ..TableRow::default() };
        covering.pass(&mut row);
        row.covered.iter().map(|cell| format!("{} {} {}", cell.column, cell.from, cell.text)).collect()
    }

    #[test]
    fn a_cell_covers_the_rows_below_it_to_its_last_one() {
        let mut covering = Covering::default();
        covering.begin(2, 1, 4, "Siti");
        covering.begin(2, 3, 3, "0812");
        covering.begin(2, 4, 9, " ");
        covering.begin(2, 5, 2, "sendiri");
        assert_eq!(passed(&mut covering, 2), [""; 0], "its own row says it itself");
        assert_eq!(passed(&mut covering, 3), ["1 2 Siti", "3 2 0812"]);
        covering.begin(4, 3, 5, "0813");
        assert_eq!(passed(&mut covering, 4), ["1 2 Siti"]);
        assert_eq!(passed(&mut covering, 5), ["3 4 0813"]);
        assert_eq!(passed(&mut covering, 6), [""; 0]);
    }

    #[test]
    fn rows_that_are_left_out_do_not_matter() {
        let mut covering = Covering::default();
        covering.begin(2, 1, 4, "Siti");
        assert_eq!(passed(&mut covering, 2), [""; 0]);
        assert_eq!(passed(&mut covering, 4).len(), 1);
        assert_eq!(passed(&mut covering, 90), [""; 0]);
    }

    #[test]
    fn what_goes_with_every_row_is_little() {
        let mut covering = Covering::default();
        covering.begin(1, 1, 9_999, &"x".repeat(MOST_BYTES + 1));
        (2..1_000).for_each(|column| covering.begin(1, column, 9_999, "x"));
        passed(&mut covering, 1);
        assert_eq!(passed(&mut covering, 2).len(), MOST_CELLS);
        let mut covering = Covering::default();
        (1..9).for_each(|column| covering.begin(1, column, 9_999, &"x".repeat(MOST_BYTES / 4)));
        passed(&mut covering, 1);
        assert_eq!(passed(&mut covering, 2).len(), 4);
    }
}
