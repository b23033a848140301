//! Whether a text stops in the middle of its last row, as a download does that breaks off.
//!
//! Nothing in such a file says so; only its other rows do. A last line without a line end is whole where it has as many cells as the
//! others: many portals end no last line. Then its last cell may still be cut, and nothing in the row can tell: the file gets a note, if
//! that cell is a contact. A shorter last line was cut, unless the file leaves out empty cells elsewhere too. A quotation mark that is
//! open at the end was cut in its cell, unless the file has left such marks open before.

/// What the rows so far tell of how the file is written.
pub(super) struct Habit {
    /// How many cells most rows have.
    width: usize,
    /// The fewest cells of a row from the first one on that was as wide; 0 before it. A lone cell is a title or a note, and no row.
    fewest: usize,
    /// Whether a cell began with a quotation mark that was not meant.
    strays: bool,
}

/// How the last line stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LastLine {
    /// Its cells, the empty ones among them.
    pub(super) cells: usize,
    /// Whether a quotation mark opens a cell and none closes it.
    pub(super) open: bool,
    /// Whether a line end stands behind it, and behind the other lines of the cell that is open.
    pub(super) ended: bool,
}

impl Habit {
    pub(super) const fn new(width: usize) -> Self {
        Self { width, fewest: 0, strays: false }
    }

    /// Takes note of a row that is whole.
    pub(super) fn pass(&mut self, cells: usize) {
        if self.fewest == 0 {
            self.fewest = if cells >= self.width { self.width } else { 0 };
        } else if cells > 1 {
            self.fewest = self.fewest.min(cells);
        }
    }

    /// Takes note of a quotation mark that nothing closes in a row that is whole.
    pub(super) fn pass_stray(&mut self) {
        self.strays = true;
    }

    /// Whether the text stops in this row.
    pub(super) fn is_cut(&self, last: LastLine) -> bool {
        let short = last.cells < self.fewest;
        short && (last.open || !last.ended) || last.open && !last.ended && !self.strays
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const WHOLE: LastLine = LastLine { cells: 4, open: false, ended: false };

    #[rstest]
    #[case::whole_without_a_line_end(&[4, 4], false, WHOLE, false)]
    #[case::short(&[4, 4], false, LastLine { cells: 3, ..WHOLE }, true)]
    #[case::short_with_a_line_end(&[4, 4], false, LastLine { cells: 3, ended: true, ..WHOLE }, false)]
    #[case::below_the_header_alone(&[4], false, LastLine { cells: 2, ..WHOLE }, true)]
    #[case::titles_above_are_no_rows(&[1, 2, 4, 4], false, LastLine { cells: 3, ..WHOLE }, true)]
    #[case::a_lone_note_is_no_row(&[4, 1, 4], false, LastLine { cells: 3, ..WHOLE }, true)]
    #[case::short_as_another(&[4, 3, 4], false, LastLine { cells: 3, ..WHOLE }, false)]
    #[case::shorter_than_any(&[4, 3, 4], false, LastLine { cells: 2, ..WHOLE }, true)]
    #[case::in_an_open_quote(&[4, 4], false, LastLine { open: true, ..WHOLE }, true)]
    #[case::open_as_others_were(&[4, 4], true, LastLine { open: true, ..WHOLE }, false)]
    #[case::open_over_several_lines(&[4, 4], true, LastLine { cells: 3, open: true, ended: true }, true)]
    #[case::stray_in_the_last_line(&[4, 4], false, LastLine { open: true, ended: true, ..WHOLE }, false)]
    #[case::no_row_of_the_table_before(&[1, 2], false, LastLine { cells: 1, ..WHOLE }, false)]
    fn a_last_row_is_cut_where_the_other_rows_say_so(
        #[case] rows: &[usize],
        #[case] strays: bool,
        #[case] last: LastLine,
        #[case] cut: bool,
    ) {
        let mut habit = Habit::new(4);
        rows.iter().for_each(|cells| habit.pass(*cells));
        if strays {
            habit.pass_stray();
        }
        assert_eq!(habit.is_cut(last), cut);
    }
}
