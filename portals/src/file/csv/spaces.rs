//! Spaces between a separator and the cell behind it: `"Siti", "0812"`. The reader of records takes a quotation mark behind a space for
//! a letter; so where a file writes its cells so, those spaces are left out on the way in.

use std::borrow::Cow;
use std::io::Read;

use super::Marks;
use super::stand_in::with_byte;
use super::without::Without;

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Where a cell begins.
    Start,
    /// In a cell without marks around it.
    Plain,
    Quoted,
    /// Behind what escapes.
    Escaped,
    /// Behind a mark that closes a cell, or is the first of two.
    Closing,
}

/// Goes along a text and says which spaces stand before cells.
struct Steps {
    marks: Marks,
    separator: u8,
    at: At,
}

impl Steps {
    fn new(marks: Marks) -> Self {
        Self { marks, separator: marks.byte(), at: At::Start }
    }

    /// Whether the next byte is such a space.
    fn skips(&mut self, byte: u8) -> bool {
        let Marks { quote, escape, .. } = self.marks;
        let is_quote = Some(byte) == quote;
        self.at = match self.at {
            At::Start if byte == b' ' => return true,
            At::Start if is_quote => At::Quoted,
            At::Quoted if Some(byte) == escape => At::Escaped,
            At::Quoted if is_quote => At::Closing,
            At::Quoted | At::Escaped => At::Quoted,
            At::Closing if is_quote => At::Quoted,
            _ if byte == self.separator || matches!(byte, b'\r' | b'\n') => At::Start,
            _ => At::Plain,
        };
        false
    }
}

/// Whether nearly all quoted cells behind a separator stand behind a space too.
pub(super) fn is_spaced(text: &str, marks: Marks) -> bool {
    let Some(quote) = marks.quote.map(char::from) else { return false };
    if !text.contains(&format!(" {quote}")) {
        return false;
    }
    let text = with_byte(text, marks.separator);
    let mut steps = Steps::new(marks);
    let (mut spaced, mut direct) = (0_usize, 0_usize);
    let (mut behind_separator, mut behind_space) = (false, false);
    for byte in text.bytes() {
        let started = steps.at == At::Start;
        if steps.skips(byte) {
            behind_space = true;
            continue;
        }
        if started && steps.at == At::Quoted && behind_separator {
            spaced += usize::from(behind_space);
            direct += usize::from(!behind_space);
        }
        behind_space = false;
        if steps.at == At::Start {
            behind_separator = byte == steps.separator;
        }
    }
    spaced >= 2 && direct * 10 <= spaced
}

/// A text whose separator is one byte, without those spaces.
pub(super) fn unspaced(text: Cow<'_, str>, marks: Marks) -> Cow<'_, str> {
    if !marks.spaced {
        return text;
    }
    let mut steps = Steps::new(marks);
    Cow::Owned(text.chars().filter(|char| !steps.skips(u8::try_from(*char).unwrap_or(u8::MAX))).collect())
}

/// The same for a text that streams by.
pub(super) fn unspaced_of<R: Read>(source: R, marks: Marks) -> Without<R, impl FnMut(u8) -> bool> {
    let mut steps = Steps::new(marks);
    Without::new(source, move |byte: u8| steps.skips(byte))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::without::tests::read_by;
    use super::*;

    const MARKS: Marks = Marks { separator: ',', quote: Some(b'"'), escape: None, spaced: true };

    #[rstest]
    #[case::every_cell("\"a\", \"b\"\n\"c\", \"d, e\"\n", true)]
    #[case::some_cells("a, \"b\", c\nd, \"e\", f\n", true)]
    #[case::no_cell("\"a\",\"b\"\n\"c\",\"d\"\n", false)]
    #[case::one_cell_only("a,b\nc, \"d\"\n", false)]
    #[case::words_inside_cells("a,\"b, \"\"c\"\", d\"\ne,\"f, \"\"g\"\"\"\n", false)]
    #[case::words_quoted_badly("a,\"b, \"c\", d\"\ne,\"f, \"g\", h\"\n", false)]
    fn spaces_before_marks_are_told_from_words(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_spaced(text, MARKS), expected);
    }

    #[test]
    fn only_spaces_before_cells_go_wherever_a_buffer_ends() {
        let text = "\"a\",  \"b, \"\" c\"\n d e, f \n";
        let expected = "\"a\",\"b, \"\" c\"\nd e,f \n";
        assert_eq!(unspaced(Cow::Borrowed(text), MARKS), expected);
        for size in 1..text.len() {
            assert_eq!(read_by(unspaced_of(text.as_bytes(), MARKS), size), expected, "{size}");
        }
    }
}
