//! A delimiter outside ASCII. The reader of records knows delimiters of one byte: so such a character and a control byte that no text
//! uses change places on the way in, and change back in every cell. Nothing is lost, not even where the text does hold that byte.

use std::borrow::Cow;
use std::io::{self, Read};

/// The byte: a separator of units by its own name.
pub(super) const BYTE: u8 = 0x1F;

/// A character outside ASCII that changes places with [`BYTE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StandIn(char);

impl StandIn {
    /// None for a character that needs no other in its place.
    pub(super) fn of(delimiter: char) -> Option<Self> {
        (!delimiter.is_ascii()).then_some(Self(delimiter))
    }

    fn swap(self, text: &str) -> String {
        let swapped = |char| match char {
            _ if char == self.0 => char::from(BYTE),
            _ if char == char::from(BYTE) => self.0,
            other => other,
        };
        text.chars().map(swapped).collect()
    }

    /// A cell as it stands in the file.
    pub(super) fn undo(self, cell: Cow<'_, str>) -> Cow<'_, str> {
        if cell.contains([self.0, char::from(BYTE)]) { Cow::Owned(self.swap(&cell)) } else { cell }
    }
}

/// A text such that its delimiter is one byte.
pub(super) fn with_byte(text: &str, delimiter: char) -> Cow<'_, str> {
    StandIn::of(delimiter).map_or(Cow::Borrowed(text), |stand_in| Cow::Owned(stand_in.swap(text)))
}

/// The same for a text that streams by.
pub(super) struct Swapped<R> {
    source: R,
    char: Vec<u8>,
    /// Bytes as they come; the first of them may be the beginning of the character.
    raw: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    ended: bool,
}

const CHUNK: usize = 64 << 10;

impl<R: Read> Swapped<R> {
    pub(super) fn new(source: R, StandIn(char): StandIn) -> Self {
        Self { source, char: char.to_string().into_bytes(), raw: Vec::new(), ready: Vec::new(), at: 0, ended: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        let kept = self.raw.len();
        self.raw.resize(kept + CHUNK, 0);
        let count = self.source.read(self.raw.get_mut(kept..).unwrap_or_default());
        self.raw.truncate(kept + count.as_ref().copied().unwrap_or_default());
        self.ended = count? == 0;
        self.ready.clear();
        self.at = 0;
        let mut rest = self.raw.as_slice();
        while let Some((first, after)) = rest.split_first() {
            if let Some(after) = rest.strip_prefix(self.char.as_slice()) {
                self.ready.push(BYTE);
                rest = after;
            } else if !self.ended && self.char.starts_with(rest) {
                break;
            } else if *first == BYTE {
                self.ready.extend_from_slice(&self.char);
                rest = after;
            } else {
                self.ready.push(*first);
                rest = after;
            }
        }
        self.raw = rest.to_vec();
        Ok(())
    }
}

impl<R: Read> Read for Swapped<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() && !self.ended {
            self.refill()?;
        }
        let ready = self.ready.get(self.at..).unwrap_or_default();
        let count = out.len().min(ready.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Few<'a>(&'a [u8], usize);

    impl Read for Few<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let few = self.1.min(out.len());
            self.0.read(&mut out[..few])
        }
    }

    #[test]
    fn a_character_and_its_byte_change_places_wherever_a_buffer_ends() {
        let text = "Nama¦HP¦Kota\nSiti\u{1f}¦0812¥¦\n¦";
        let stand_in = StandIn::of('¦').unwrap();
        for size in 1..text.len() {
            let mut read = Vec::new();
            Swapped::new(Few(text.as_bytes(), size), stand_in).read_to_end(&mut read).unwrap();
            let read = String::from_utf8(read).unwrap();
            assert_eq!(read, "Nama\u{1f}HP\u{1f}Kota\nSiti¦\u{1f}0812¥\u{1f}\n\u{1f}", "{size}");
            assert_eq!(stand_in.undo(read.into()), text);
        }
    }

    #[test]
    fn the_beginning_of_the_character_at_the_end_of_the_text_is_not_lost() {
        let mut read = Vec::new();
        Swapped::new(&b"a\xC2"[..], StandIn::of('¦').unwrap()).read_to_end(&mut read).unwrap();
        assert_eq!(read, b"a\xC2");
    }
}
