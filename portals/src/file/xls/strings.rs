//! Strings: of one byte a letter in the workbook's code page (BIFF5), or of one or two bytes a letter (BIFF8, MS-XLS 2.5.293).

use encoding_rs::Encoding;

use super::records::{u16_at, u32_at};

/// How strings are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letters {
    /// Excel 97 and later.
    pub(super) biff8: bool,
    /// The encoding of strings before that.
    pub(super) code_page: &'static Encoding,
}

impl Letters {
    /// A string behind its length in two bytes.
    pub(super) fn long(self, bytes: &[u8]) -> Option<String> {
        self.text(usize::from(u16_at(bytes, 0)?), bytes.get(2..)?)
    }

    /// A string behind its length in one byte.
    pub(super) fn short(self, bytes: &[u8]) -> Option<String> {
        self.text(usize::from(*bytes.first()?), bytes.get(1..)?)
    }

    /// A string behind its length in two bytes, which goes on in the records behind its own.
    pub(super) fn continued(self, mut pieces: Vec<&[u8]>) -> Option<String> {
        let first = pieces.first_mut()?;
        let letters = usize::from(u16_at(first, 0)?);
        *first = first.get(2..)?;
        if self.biff8 { Pieces::new(pieces).text(letters) } else { self.text(letters, &pieces.concat()) }
    }

    fn text(self, letters: usize, bytes: &[u8]) -> Option<String> {
        if self.biff8 {
            return Pieces::new(vec![bytes]).text(letters);
        }
        let bytes = bytes.get(..letters).unwrap_or(bytes);
        Some(self.code_page.decode_without_bom_handling(bytes).0.into_owned())
    }
}

/// The encoding of a code page's number (MS-XLS 2.4.52).
pub(super) fn code_page(number: u16) -> &'static Encoding {
    match number {
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        874 => encoding_rs::WINDOWS_874,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10_000 | 32_768 => encoding_rs::MACINTOSH,
        65_001 => encoding_rs::UTF_8,
        _ => encoding_rs::WINDOWS_1252,
    }
}

/// A record and the records that continue it, read as one.
pub(super) struct Pieces<'a> {
    pieces: Vec<&'a [u8]>,
    piece: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(pieces: Vec<&'a [u8]>) -> Self {
        Self { pieces, piece: 0, at: 0 }
    }

    /// What is left of the piece that is read; the next one where nothing is left of it.
    fn rest(&mut self) -> Option<&'a [u8]> {
        loop {
            let rest = self.pieces.get(self.piece)?.get(self.at..)?;
            if !rest.is_empty() {
                return Some(rest);
            }
            self.piece += 1;
            self.at = 0;
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.rest()?.first().copied()?;
        self.at += 1;
        Some(byte)
    }

    fn number(&mut self, bytes: u32) -> Option<usize> {
        let mut number = 0_usize;
        for place in 0..bytes {
            number |= usize::from(self.byte()?) << (8 * place);
        }
        Some(number)
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let step = self.rest()?.len().min(bytes);
            self.at += step;
            bytes -= step;
        }
        Some(())
    }

    /// So many letters behind a byte of flags: whether they take two bytes, and what follows them.
    pub(super) fn text(&mut self, letters: usize) -> Option<String> {
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? } else { 0 };
        let phonetic = if flags & 4 != 0 { self.number(4)? } else { 0 };
        let text = self.letters(letters, flags & 1 != 0)?;
        self.skip(runs.checked_mul(4)?.checked_add(phonetic)?)?;
        Some(text)
    }

    fn letters(&mut self, mut left: usize, mut wide: bool) -> Option<String> {
        let mut units: Vec<u16> = Vec::new();
        while left > 0 {
            let before = self.piece;
            let rest = self.rest()?;
            if self.piece != before {
                // Where a string goes on in the next record, a byte of flags comes first.
                wide = self.byte()? & 1 != 0;
                continue;
            }
            let size = if wide { 2 } else { 1 };
            let count = (rest.len() / size).min(left);
            if count == 0 {
                return None;
            }
            let bytes = rest.get(..count * size)?;
            if wide {
                units.extend(bytes.chunks_exact(2).filter_map(|pair| u16_at(pair, 0)));
            } else {
                units.extend(bytes.iter().map(|byte| u16::from(*byte)));
            }
            self.at += count * size;
            left -= count;
        }
        Some(String::from_utf16_lossy(&units))
    }

    /// The strings that all sheets share (MS-XLS 2.4.265); as many as there are, whatever is claimed.
    pub(super) fn shared(mut self) -> Vec<String> {
        let claimed = self.pieces.first().and_then(|first| u32_at(first, 4)).unwrap_or(0);
        let mut strings = Vec::new();
        if self.skip(8).is_none() {
            return strings;
        }
        for _ in 0..claimed {
            let Some(text) = self.number(2).and_then(|letters| self.text(letters)) else { break };
            strings.push(text);
        }
        strings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(pieces: &[&[u8]]) -> Vec<String> {
        Pieces::new(pieces.to_vec()).shared()
    }

    #[test]
    fn a_string_goes_on_in_the_next_record_narrow_or_wide() {
        let head = [2, 0, 0, 0, 2, 0, 0, 0];
        let first = [&head[..], &[4, 0, 0, b'S', b'i']].concat();
        let second = [1, b't', 0, 0x13, 0x20, 2, 0, 0, b'a', b'b'];
        assert_eq!(shared(&[&first, &second]), ["Sit–", "ab"]);
    }

    #[test]
    fn formatting_and_phonetics_are_passed_over() {
        let bytes = [1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 8 | 4, 1, 0, 2, 0, 0, 0, b'x', 9, 9, 9, 9, 7, 7, 1, 0, 0, b'y'];
        assert_eq!(shared(&[&bytes]), ["x", "y"]);
    }

    #[test]
    fn a_list_that_claims_more_than_it_holds_ends_where_it_ends() {
        assert_eq!(shared(&[&[255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, b'x', 9]]), ["x"]);
        assert_eq!(shared(&[&[1, 2]]), Vec::<String>::new());
        assert_eq!(shared(&[]), Vec::<String>::new());
    }
}
