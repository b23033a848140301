//! Quotation marks that are never closed.
//!
//! A cell that begins with a stray `"` swallows every row up to the next mark in the file, and a spreadsheet program shows all of them
//! as one cell. Here such a row is told from an honest cell with line breaks, and only its own line is taken.

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
    let mut bytes = record.iter().copied().peekable();
    let mut at_start = true;
    while let Some(byte) = bytes.next() {
        if !(at_start && byte == quote) {
            at_start = byte == separator || matches!(byte, b'\r' | b'\n');
            continue;
        }
        loop {
            match bytes.next() {
                None => return Quoting::Open,
                Some(byte) if Some(byte) == marks.escape => drop(bytes.next()),
                Some(byte) if byte == quote && bytes.next_if_eq(&quote).is_none() => break,
                Some(_) => {}
            }
        }
        while bytes.next_if_eq(&b' ').is_some() {}
        match bytes.peek() {
            None | Some(b'\r' | b'\n') => {}
            Some(byte) if *byte == separator => {}
            Some(_) => return Quoting::Badly,
        }
        at_start = false;
    }
    Quoting::Well
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
    fn the_first_line_and_its_cells() {
        assert_eq!(first_line(b"\"a,b\r\nc,d\n"), Some((b"\"a,b".as_slice(), 6)));
        assert_eq!(first_line(b"a,b"), None);
        assert_eq!(plain_cells(b"\"a,\"b\",c\",d\"e", MARKS), [b"a".as_slice(), b"b", b"c", b"d\"e"]);
    }
}
