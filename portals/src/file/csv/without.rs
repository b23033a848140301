//! A text that streams by without some of its bytes.

use std::io::{self, Read};

/// Leaves out the bytes of which `skips` says so; it is asked of each in its turn.
pub(super) struct Without<R, S> {
    source: R,
    skips: S,
}

impl<R, S> Without<R, S> {
    pub(super) const fn new(source: R, skips: S) -> Self {
        Self { source, skips }
    }
}

impl<R: Read, S: FnMut(u8) -> bool> Read for Without<R, S> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.source.read(out)?;
            let mut kept = 0;
            for at in 0..count {
                let byte = out[at];
                if !(self.skips)(byte) {
                    out[kept] = byte;
                    kept += 1;
                }
            }
            if kept > 0 || count == 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Reads a text to its end, so many bytes at a time.
    pub(in crate::file::csv) fn read_by(mut source: impl Read, size: usize) -> String {
        let (mut buffer, mut read) = (vec![0; size], Vec::new());
        loop {
            let count = source.read(&mut buffer).unwrap();
            if count == 0 {
                return String::from_utf8(read).unwrap();
            }
            read.extend_from_slice(&buffer[..count]);
        }
    }

    #[test]
    fn a_text_ends_where_it_ends_and_not_where_nothing_is_left_of_a_piece() {
        for size in 1..9 {
            assert_eq!(read_by(Without::new(&b"  a    b  "[..], |byte: u8| byte == b' '), size), "ab");
        }
    }
}
