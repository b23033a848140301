//! Rows of which each stands in one cell: a text with another separator than a spreadsheet program expects, opened in it and saved as a
//! workbook.

use crate::file::TableRow;

/// The sign that parts the columns inside those cells. None where rows have several cells, or nothing parts most of them.
pub(super) fn separator_within(rows: &[TableRow]) -> Option<char> {
    /// The comma last: words have it too.
    const SEPARATORS: [char; 4] = [';', '\t', '|', ','];
    let lone: Vec<&str> = rows.iter().filter_map(lone_cell).collect();
    if lone.len() < 2 || lone.len() * 10 < rows.len() * 9 {
        return None;
    }
    let parted = |separator: char| lone.iter().filter(|cell| cell.matches(separator).count() >= 2).count();
    SEPARATORS.into_iter().find(|separator| parted(*separator) * 10 >= lone.len() * 8)
}

fn lone_cell(row: &TableRow) -> Option<&str> {
    let mut filled = row.cells.iter().filter(|cell| !cell.trim().is_empty());
    filled.next().filter(|_| filled.next().is_none())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// A tilde stands between two cells.
    #[rstest]
    #[case::semicolons("Nama;No. HP;Email\nSiti;0812;siti@example.com", Some(';'))]
    #[case::commas("Nama,No. HP,Alamat\nSiti,0812,\"Jl. A, Depok\"", Some(','))]
    #[case::below_a_title("Pelamar\na;b;c\nd;e;f\ng;h;i\nj;k;l", Some(';'))]
    #[case::cells("Nama;a;b~HP\nSiti;a;b~0812", None)]
    #[case::sentences("Halo, Siti\nBaik, terima kasih", None)]
    #[case::one_row("a;b;c", None)]
    #[case::nothing("", None)]
    fn rows_in_one_cell_each_are_told_from_cells(#[case] text: &str, #[case] expected: Option<char>) {
        let row = |(row, line): (u32, &str)| TableRow { row, cells: line.split('~').collect(), ..TableRow::default() };
        let rows: Vec<TableRow> = (1..).zip(text.lines()).map(row).collect();
        assert_eq!(separator_within(&rows), expected);
    }
}
