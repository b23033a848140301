//! Lines that were put into quotation marks as a whole: `"Nama,""No. HP"",Email"`. A spreadsheet program writes them so where a table was
//! opened with another separator than its own and saved again: each line stood in one cell.

use std::io::Read;

use super::without::Without;

const MARK: u8 = b'"';

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Where a line begins.
    Start,
    /// In a line that began with a mark.
    Inside,
    /// Behind a mark in it: the first of two, or the one that closes the line.
    Mark,
    /// In another line.
    Plain,
}

/// Says byte by byte which marks stand around lines, or double those inside.
#[derive(Debug)]
struct Steps(At);

impl Steps {
    fn skips(&mut self, byte: u8) -> bool {
        let before = self.0;
        let is_mark = byte == MARK;
        self.0 = match before {
            At::Start | At::Mark if is_mark => At::Inside,
            At::Inside if is_mark => At::Mark,
            At::Inside => At::Inside,
            _ if matches!(byte, b'\r' | b'\n') => At::Start,
            _ => At::Plain,
        };
        is_mark && matches!(before, At::Start | At::Inside)
    }
}

/// The lines without those marks, where nearly all stand in them, the first one too.
pub(super) fn inner(text: &str) -> Option<String> {
    if !text.trim_start_matches(['\r', '\n']).starts_with(char::from(MARK)) {
        return None;
    }
    let mut steps = Steps(At::Start);
    let (mut quoted, mut others) = (0_usize, 0_usize);
    for byte in text.bytes().chain([b'\n']) {
        let before = steps.0;
        steps.skips(byte);
        match (before, steps.0) {
            (At::Mark, At::Start) => quoted += 1,
            (At::Mark | At::Start, At::Plain) => others += 1,
            _ => {}
        }
        if quoted == 0 && others > 0 {
            return None;
        }
    }
    if quoted < 2 || others * 10 > quoted {
        return None;
    }
    let mut steps = Steps(At::Start);
    Some(text.chars().filter(|char| !steps.skips(u8::try_from(*char).unwrap_or(u8::MAX))).collect())
}

/// The same for a text that streams by.
pub(super) fn inner_of<R: Read>(source: R) -> Without<R, impl FnMut(u8) -> bool> {
    let mut steps = Steps(At::Start);
    Without::new(source, move |byte: u8| steps.skips(byte))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::without::tests::read_by;
    use super::*;

    #[rstest]
    #[case::every_line("\"Nama,\"\"No. HP\"\"\"\n\"Siti,0812\"\n", Some("Nama,\"No. HP\"\nSiti,0812\n"))]
    #[case::without_a_last_end("\"a,b\"\r\n\r\n\"c,d\"", Some("a,b\r\n\r\nc,d"))]
    #[case::with_line_breaks("\"a,\"\"b\nb\"\"\"\n\"c,d\"\n", Some("a,\"b\nb\"\nc,d\n"))]
    #[case::beyond_ascii("\"a–,b\"\n\"c,d\"\n", Some("a–,b\nc,d\n"))]
    #[case::cells_in_marks("\"a\",\"b\"\n\"c\",\"d\"\n", None)]
    #[case::not_the_first("a,b\n\"c,d\"\n\"e,f\"\n", None)]
    #[case::some("\"a,b\"\n\"c,d\"\ne,f\n", None)]
    #[case::one("\"a,b\"\n", None)]
    #[case::not_closed("\"a,b\n\"\"c,d\n", None)]
    #[case::nothing("", None)]
    fn lines_in_marks_are_told_from_cells_in_marks(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(inner(text).as_deref(), expected);
        for size in 1..text.len() {
            let read = expected.map(|_| read_by(inner_of(text.as_bytes()), size));
            assert_eq!(read.as_deref(), expected, "{size}");
        }
    }

    #[test]
    fn a_line_in_other_marks_among_them_keeps_its_cells() {
        let text = "\"a,b\"\n".repeat(20) + "\"c\",\"d\"\ne,f\n";
        assert_eq!(inner(&text).unwrap(), "a,b\n".repeat(20) + "c,\"d\"\ne,f\n");
    }
}
