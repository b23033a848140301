//! Quotation marks that are never closed.
//!
//! A cell that begins with a stray `"` swallows every row up to the next mark in the file, and a spreadsheet program shows all of them
//! as one cell. Here such a row is told from an honest cell with line breaks, and only its own line is taken. A cell in which marks stand
//! that should have been doubled gets them back where its row then has as many cells as the table.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

use super::Marks;

/// How a record's quoted cells end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// Each where a cell may end: before a separator, a line end or the end.
    Well,
    /// One in the middle of a cell.
    Badly,
    /// One not at all.
    Open,
}

/// Looks at a record as it stands in the file.
pub(super) fn quoting(record: &[u8], marks: Marks) -> Quoting {
    let Some(quote) = marks.quote else { return Quoting::Well };
    let separator = marks.byte();
    let behind = |at: usize| record.get(at..).unwrap_or_default();
    let mut at = 0;
    while let Some(found) = memchr(quote, behind(at)) {
        let before = (at + found).checked_sub(1).and_then(|before| record.get(before));
        at += found + 1;
        if before.is_some_and(|byte| *byte != separator && !matches!(byte, b'\r' | b'\n')) {
            continue;
        }
        loop {
            let mark = match marks.escape {
                Some(escape) => memchr2(quote, escape, behind(at)),
                None => memchr(quote, behind(at)),
            };
            let Some(mark) = mark.map(|found| at + found) else { return Quoting::Open };
            at = mark + 1;
            // What is escaped comes behind it, be it a mark or not.
            if record.get(mark) == Some(&quote) && record.get(at) != Some(&quote) {
                break;
            }
            at += 1;
        }
        at += behind(at).iter().take_while(|byte| **byte == b' ').count();
        if record.get(at).is_some_and(|byte| *byte != separator && !matches!(byte, b'\r' | b'\n')) {
            return Quoting::Badly;
        }
    }
    Quoting::Well
}

/// The cells of a record whose quoted cells hold marks that are not doubled, `"Rumah "Biru" No. 3"`: so many cells as the table has
/// columns, each quoted one ending at the first mark before a separator with which that works out. None where nothing does.
pub(super) fn mended(record: &[u8], marks: Marks, width: usize) -> Option<Vec<Cow<'_, [u8]>>> {
    /// A cell is a call, and a record wider than that is no longer read by eye.
    const WIDEST: usize = 256;
    const STEPS: u32 = 10_000;
    let quote = marks.quote.filter(|_| marks.escape.is_none() && (2..=WIDEST).contains(&width))?;
    let end = record.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    let mut cells = Vec::with_capacity(width);
    let mut mending = Mending { separator: marks.byte(), quote, steps: STEPS };
    let fits = mending.split(record.get(..end)?, width, &mut cells);
    let text = |(cell, is_quoted)| if is_quoted { undoubled(cell, quote) } else { Cow::Borrowed(cell) };
    fits.then(|| cells.into_iter().map(text).collect())
}

/// A cell as it stands in the record, without the marks around it, and whether it is quoted.
type Raw<'r> = (&'r [u8], bool);

struct Mending {
    separator: u8,
    quote: u8,
    /// Ends of cells that may still be tried.
    steps: u32,
}

impl Mending {
    /// Splits what is left of a record into so many cells, and says whether that works out.
    fn split<'r>(&mut self, rest: &'r [u8], count: usize, cells: &mut Vec<Raw<'r>>) -> bool {
        let Some(inner) = rest.strip_prefix(&[self.quote]) else {
            let end = memchr(self.separator, rest);
            let (cell, behind) =
                end.and_then(|end| rest.split_at_checked(end)).unwrap_or_else(|| rest.split_at(rest.len()));
            // One mark of a pair stands in another cell.
            let whole = memchr_iter(self.quote, cell).count().is_multiple_of(2);
            return whole && self.take((cell, false), behind, count, cells);
        };
        for (cell, behind) in memchr_iter(self.quote, inner).filter_map(|close| inner.split_at_checked(close)) {
            let Some(steps) = self.steps.checked_sub(1) else { return false };
            self.steps = steps;
            let spaces = behind.iter().skip(1).take_while(|byte| **byte == b' ').count();
            let behind = behind.get(1 + spaces..).unwrap_or_default();
            let ends = behind.first().is_none_or(|byte| *byte == self.separator);
            if ends && self.take((cell, true), behind, count, cells) {
                return true;
            }
        }
        false
    }

    /// Takes a cell and splits what stands behind it.
    fn take<'r>(&mut self, cell: Raw<'r>, behind: &'r [u8], count: usize, cells: &mut Vec<Raw<'r>>) -> bool {
        cells.push(cell);
        let fits = match behind.split_first() {
            None => count == 1,
            Some((_, rest)) => count > 1 && self.split(rest, count - 1, cells),
        };
        if !fits {
            cells.pop();
        }
        fits
    }
}

/// A quoted cell's text: marks that are doubled are one.
fn undoubled(cell: &[u8], quote: u8) -> Cow<'_, [u8]> {
    if !memchr_iter(quote, cell).any(|at| cell.get(at + 1) == Some(&quote)) {
        return Cow::Borrowed(cell);
    }
    let mut text = Vec::with_capacity(cell.len());
    let mut bytes = cell.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        text.push(byte);
        if byte == quote {
            bytes.next_if_eq(&quote);
        }
    }
    Cow::Owned(text)
}

/// Whether a line of a text is such a record.
pub(super) fn has_inner_marks(text: &str, marks: Marks, width: usize) -> bool {
    let is_mended = |line: &str| {
        quoting(line.as_bytes(), marks) == Quoting::Badly && mended(line.as_bytes(), marks, width).is_some()
    };
    marks.quote.is_some() && text.split(['\r', '\n']).any(is_mended)
}

/// The line that a text begins with, and where the next one begins; none if it does not end in this text.
pub(super) fn first_line(text: &[u8]) -> Option<(&[u8], usize)> {
    let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    let (line, rest) = text.split_at_checked(end)?;
    Some((line, end + if rest.starts_with(b"\r\n") { 2 } else { 1 }))
}

/// A line's cells, its quotation marks taken as any other character, but for the stray one that a cell begins with.
pub(super) fn plain_cells(line: &[u8], marks: Marks) -> Vec<&[u8]> {
    let cells = line.split(move |byte| *byte == marks.byte());
    let Some(quote) = marks.quote else { return cells.collect() };
    cells
        .map(|cell| match cell {
            [first, inner @ .., last] if *first == quote && *last == quote => inner,
            [first, inner @ ..] if *first == quote => inner,
            [inner @ .., last] if *last == quote && !inner.contains(&quote) => inner,
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: Marks = Marks { separator: ',', quote: Some(b'"'), escape: None, spaced: false };

    #[test]
    fn well_and_badly_quoted_records() {
        for record in [
            "a,b\n",
            "\"a\nb, c\",d\n",
            "\"a \"\"b\"\"\",c",
            "a \"b\" c,d\n",
            "\"a\" ,b\n",
            "\n\"a\",b\r\n",
            "\"\",\"\"\n",
        ] {
            assert_eq!(quoting(record.as_bytes(), MARKS), Quoting::Well, "{record:?}");
        }
        for record in ["\"a,b\nc,\"d e\"\n", "x,\"a\nb,\"c\",d\n"] {
            assert_eq!(quoting(record.as_bytes(), MARKS), Quoting::Badly, "{record:?}");
        }
        for record in ["\"a,b\nc,d\n", "\"\"\"a,b\n", "a,\"b"] {
            assert_eq!(quoting(record.as_bytes(), MARKS), Quoting::Open, "{record:?}");
        }
    }

    #[test]
    fn marks_that_are_not_doubled_stay_where_the_cells_then_fit() {
        let cases: &[(&str, &[&str])] = &[
            ("Siti,0812,\"Rumah \"Biru\" No. 3\"\n", &["Siti", "0812", "Rumah \"Biru\" No. 3"]),
            ("Siti,0812,\"Rumah, \"Biru\", No. 3\"\r\n", &["Siti", "0812", "Rumah, \"Biru\", No. 3"]),
            ("\"Siti\",\"Rumah \"Biru\"\",Depok", &["Siti", "Rumah \"Biru\"", "Depok"]),
            ("\"\",\"a \"b\" c\" ,\"d \"\"e\"\" f\"", &["", "a \"b\" c", "d \"e\" f"]),
            ("a,\"b\nc \"2\",d", &["a", "b\nc \"2", "d"]),
        ];
        for (record, expected) in cases {
            let cells = mended(record.as_bytes(), MARKS, 3).unwrap();
            let cells: Vec<&str> = cells.iter().map(|cell| std::str::from_utf8(cell).unwrap()).collect();
            assert_eq!(cells, *expected, "{record:?}");
        }
        assert_eq!(mended(b"\"Siti,\"0812,Depok", MARKS, 3), None, "never closed");
        assert_eq!(mended(b"a,\"b \"c\" d\"", MARKS, 3), None, "too few cells");
        assert_eq!(mended(b"a,\"b \"c\" d\"", Marks { quote: None, ..MARKS }, 2), None);
        let many = [b"\"".as_slice(), &b"a\",".repeat(100_000)].concat();
        assert_eq!(mended(&many, MARKS, 200), None, "no end of tries");
    }

    #[test]
    fn the_first_line_and_its_cells() {
        assert_eq!(first_line(b"\"a,b\r\nc,d\n"), Some((b"\"a,b".as_slice(), 6)));
        assert_eq!(first_line(b"a,b"), None);
        assert_eq!(plain_cells(b"\"a,\"b\",c\",d\"e", MARKS), [b"a".as_slice(), b"b", b"c", b"d\"e"]);
    }
}
