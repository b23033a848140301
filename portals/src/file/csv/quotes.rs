//! Quotation marks that are never closed.
//!
//! A cell that begins with a stray `"` swallows every row up to the next mark in the file, and a spreadsheet program shows all of them
//! as one cell. Here such a row is told from an honest cell with line breaks, and only its own line is taken.

use super::Marks;

/// Whether every quoted cell of a record closes where a cell may close: before a separator, a line end or the end.
pub(super) fn is_well_quoted(record: &[u8], marks: Marks) -> bool {
    let Some(quote) = marks.quote else { return true };
    let mut bytes = record.iter().copied().peekable();
    let mut at_start = true;
    while let Some(byte) = bytes.next() {
        if !(at_start && byte == quote) {
            at_start = byte == marks.separator || matches!(byte, b'\r' | b'\n');
            continue;
        }
        loop {
            match bytes.next() {
                None => return false,
                Some(byte) if Some(byte) == marks.escape => drop(bytes.next()),
                Some(byte) if byte == quote && bytes.next_if_eq(&quote).is_none() => break,
                Some(_) => {}
            }
        }
        while bytes.next_if_eq(&b' ').is_some() {}
        match bytes.peek() {
            None | Some(b'\r' | b'\n') => {}
            Some(byte) if *byte == marks.separator => {}
            Some(_) => return false,
        }
        at_start = false;
    }
    true
}

/// Whether a cell looks as if it had swallowed a row: it holds both a line break and a separator.
pub(super) fn may_have_swallowed(cell: &[u8], separator: u8) -> bool {
    cell.contains(&b'\n') && cell.contains(&separator)
}

/// The first line that holds something: its beginning, its end, and where the next line begins.
pub(super) fn first_line(text: &[u8]) -> Option<(usize, usize, usize)> {
    let start = text.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    let length = text.get(start..)?.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    let end = start + length;
    let next = end + if text.get(end..)?.starts_with(b"\r\n") { 2 } else { 1 };
    Some((start, end, next))
}

/// A line's cells, its quotation marks taken as any other character, but for the stray one that a cell begins with.
pub(super) fn plain_cells(line: &[u8], marks: Marks) -> Vec<&[u8]> {
    let cells = line.split(|byte| *byte == marks.separator);
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

    const MARKS: Marks = Marks { separator: b',', quote: Some(b'"'), escape: None };

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
            assert!(is_well_quoted(record.as_bytes(), MARKS), "{record:?}");
        }
        for record in ["\"a,b\nc,d\n", "\"a,b\nc,\"d e\"\n", "x,\"a\nb,\"c\",d\n", "\"\"\"a,b\n"] {
            assert!(!is_well_quoted(record.as_bytes(), MARKS), "{record:?}");
        }
    }

    #[test]
    fn the_first_line_and_its_cells() {
        assert_eq!(first_line(b"\n\"a,b\r\nc,d\n"), Some((1, 5, 7)));
        assert_eq!(first_line(b"a,b"), None);
        assert_eq!(plain_cells(b"\"a,\"b\",c\",d\"e", MARKS), [b"a".as_slice(), b"b", b"c", b"d\"e"]);
    }
}
