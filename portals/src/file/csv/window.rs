//! The stretch of a text that was read and not yet passed: a record can be looked at as it stands in the file, and read again in another way.

use std::io::{self, ErrorKind, Read};

/// Bytes that are read at once.
const CHUNK: usize = 256 << 10;

pub(super) struct Window {
    source: Box<dyn Read>,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether the byte before the window is a carriage return: a line feed at its beginning ends no line of its own.
    after_return: bool,
}

impl Window {
    pub(super) fn new(source: Box<dyn Read>) -> Self {
        Self { source, bytes: vec![0; CHUNK], start: 0, end: 0, after_return: false }
    }

    /// What was read and not passed.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Goes on by so many bytes.
    pub(super) fn pass(&mut self, count: usize) {
        let last = count.checked_sub(1).and_then(|last| self.bytes().get(last));
        self.after_return = last.map_or(self.after_return, |byte| *byte == b'\r');
        self.start = (self.start + count).min(self.end);
    }

    /// Reads more behind what is there; at the end of the text nothing comes.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.bytes.len() - self.end < CHUNK / 2 {
            self.bytes.resize(self.bytes.len() * 2, 0);
        }
        loop {
            match self.source.read(self.bytes.get_mut(self.end..).unwrap_or_default()) {
                Ok(count) => {
                    self.end += count;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Passes the line ends that come next, as far as they were read, and says how many blank lines that were. None, and nothing in the
    /// window: the text has ended.
    pub(super) fn pass_line_ends(&mut self) -> io::Result<u32> {
        loop {
            if self.bytes().is_empty() {
                self.fill()?;
            }
            let (ends, lines) = line_ends(self.bytes(), self.after_return);
            self.pass(ends);
            if lines > 0 || ends == 0 || !self.bytes().is_empty() {
                return Ok(lines);
            }
        }
    }
}

/// How many bytes of line ends a text begins with, and how many lines they end.
fn line_ends(text: &[u8], mut after_return: bool) -> (usize, u32) {
    let (mut bytes, mut lines) = (0, 0_u32);
    for byte in text.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')) {
        bytes += 1;
        lines = lines.saturating_add(u32::from(!(after_return && *byte == b'\n')));
        after_return = *byte == b'\r';
    }
    (bytes, lines)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a\n", false, (0, 0))]
    #[case("\n\na", false, (2, 2))]
    #[case("\na", true, (1, 0))]
    #[case("\r\n\r\na", false, (4, 2))]
    #[case("\n\r\na", true, (3, 1))]
    #[case("\r\r\na", false, (3, 2))]
    fn line_ends_are_counted(#[case] text: &str, #[case] after_return: bool, #[case] expected: (usize, u32)) {
        assert_eq!(line_ends(text.as_bytes(), after_return), expected);
    }

    #[test]
    fn a_window_moves_and_grows_and_keeps_what_was_not_passed() {
        let text: Vec<u8> = (0..3 * CHUNK).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let mut window = Window::new(Box::new(std::io::Cursor::new(text.clone())));
        window.fill().unwrap();
        window.pass(1_000);
        while window.bytes().len() < 2 * CHUNK {
            window.fill().unwrap();
        }
        assert!(window.bytes() == &text[1_000..1_000 + window.bytes().len()]);
    }
}
