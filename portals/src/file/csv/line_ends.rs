//! What ends a row, and making rows of old and mixed files such that they can be counted.

use std::io::{self, Read};

use crate::file::LineEnd;

/// Looks at line ends outside quotation marks; where the marks do not close, at all of them.
pub(super) fn line_end_of(text: &str, quote: Option<u8>) -> LineEnd {
    let (mut kinds, closed) = kinds(text, quote);
    if !closed {
        kinds = self::kinds(text, None).0;
    }
    match kinds {
        [_, false, false] => LineEnd::Lf,
        [false, true, false] => LineEnd::CrLf,
        [false, false, true] => LineEnd::Cr,
        _ => LineEnd::Mixed,
    }
}

/// Whether there is a line feed, a pair, a carriage return; and whether the last quotation mark was closed.
fn kinds(text: &str, quote: Option<u8>) -> ([bool; 3], bool) {
    let mut found = [false; 3];
    let mut quoted = false;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            _ if Some(byte) == quote => quoted = !quoted,
            _ if quoted => {}
            b'\n' => found[0] = true,
            b'\r' if bytes.next_if_eq(&b'\n').is_some() => found[1] = true,
            // The head of a file may end between the two.
            b'\r' if bytes.peek().is_some() || found == [false; 3] => found[2] = true,
            _ => {}
        }
    }
    (found, !quoted)
}

/// Line ends of old Macs, made such that lines can be counted. No byte moves.
pub(super) struct CrToLf<R>(pub(super) R);

impl<R: Read> Read for CrToLf<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(out)?;
        for byte in out.iter_mut().take(count).filter(|byte| **byte == b'\r') {
            *byte = b'\n';
        }
        Ok(count)
    }
}

/// Every line end a line feed.
pub(super) struct OneLineEnd<R> {
    source: R,
    after_return: bool,
}

impl<R> OneLineEnd<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, after_return: false }
    }
}

impl<R: Read> Read for OneLineEnd<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.source.read(out)?;
            let mut kept = 0;
            for at in 0..count {
                let byte = out[at];
                if byte == b'\n' && std::mem::take(&mut self.after_return) {
                    continue;
                }
                self.after_return = byte == b'\r';
                out[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
            if kept > 0 || count == 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a\nb\n", LineEnd::Lf)]
    #[case("a\r\nb\r\n", LineEnd::CrLf)]
    #[case("a\rb\r", LineEnd::Cr)]
    #[case("a", LineEnd::Lf)]
    #[case("\"a\nb\",c\r\nd\r\n", LineEnd::CrLf)]
    #[case("a\r\nb\nc\r\n", LineEnd::Mixed)]
    #[case("a\rb\n", LineEnd::Mixed)]
    #[case("a\r\nb\r", LineEnd::CrLf)]
    #[case("\"a\r\nb\r\n", LineEnd::CrLf)]
    fn a_text_has_one_line_end_or_several(#[case] text: &str, #[case] expected: LineEnd) {
        assert_eq!(line_end_of(text, Some(b'"')), expected);
    }

    #[test]
    fn mixed_line_ends_become_one_wherever_a_buffer_ends() {
        let text = "a\r\nb\rc\n\r\n\rd\n\n";
        for size in 1..text.len() {
            let mut source = OneLineEnd::new(text.as_bytes());
            let (mut buffer, mut read) = (vec![0; size], Vec::new());
            loop {
                let count = source.read(&mut buffer).unwrap();
                if count == 0 {
                    break;
                }
                read.extend_from_slice(&buffer[..count]);
            }
            assert_eq!(String::from_utf8(read).unwrap(), "a\nb\nc\n\n\nd\n\n", "{size}");
        }
    }
}
