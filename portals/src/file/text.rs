//! The encoding of a text file, and reading it as UTF-8.

use std::borrow::Cow;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How a text file's bytes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextEncoding {
    /// The encoding.
    pub(crate) encoding: &'static Encoding,
    /// How many bytes the byte order mark takes.
    pub(crate) bom: usize,
}

impl TextEncoding {
    /// An encoding that a person chose; its own byte order mark is skipped all the same.
    pub(crate) fn chosen(encoding: &'static Encoding, head: &[u8]) -> Self {
        let bom = Encoding::for_bom(head).filter(|(marked, _)| *marked == encoding).map_or(0, |(_, length)| length);
        Self { encoding, bom }
    }
}

/// Decides by the byte order mark, then by the pattern of zero bytes, then by validity, then by the letters.
pub(crate) fn encoding_of(head: &[u8], whole: bool) -> TextEncoding {
    if let Some((encoding, bom)) = Encoding::for_bom(head) {
        return TextEncoding { encoding, bom };
    }
    if looks_utf16(head) {
        let little = zeros(head, 1) >= zeros(head, 0);
        return TextEncoding { encoding: if little { UTF_16LE } else { UTF_16BE }, bom: 0 };
    }
    TextEncoding { encoding: eight_bit(head, whole), bom: 0 }
}

/// Every second byte zero, as Latin text has in UTF-16 without a byte order mark.
pub(crate) fn looks_utf16(head: &[u8]) -> bool {
    let pairs = head.len() / 2;
    let (even, odd) = (zeros(head, 0), zeros(head, 1));
    pairs >= 4 && (even.max(odd) * 10 >= pairs * 7) && even.min(odd) * 10 <= pairs
}

fn zeros(head: &[u8], offset: usize) -> usize {
    head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count()
}

fn eight_bit(head: &[u8], whole: bool) -> &'static Encoding {
    match std::str::from_utf8(head) {
        Ok(_) => return UTF_8,
        // The head may end in the middle of a character.
        Err(error) if error.error_len().is_none() && !whole => return UTF_8,
        Err(_) => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, whole);
    let guess = detector.guess(Some(b"id"), Utf8Detection::Deny);
    // A handful of accents and curly quotes: any single-byte guess but the Western one is noise in these files.
    if guess.is_single_byte() || !has_wide_words(head, guess) { WINDOWS_1252 } else { guess }
}

/// Whether a text is UTF-8 but for a few lines that another program added: of the lines with letters beyond ASCII at least half are UTF-8,
/// which lines in another encoding are by no chance. A last line that is cut counts for neither.
pub(crate) fn is_utf8_in_most_lines(head: &[u8], whole: bool) -> bool {
    let (mut valid, mut others) = (0_usize, 0_usize);
    let mut lines = head.split(|byte| matches!(byte, b'\r' | b'\n')).peekable();
    while let Some(line) = lines.next() {
        if line.is_ascii() || (!whole && lines.peek().is_none()) {
            continue;
        }
        let is_valid = std::str::from_utf8(line).is_ok();
        valid += usize::from(is_valid);
        others += usize::from(!is_valid);
    }
    others > 0 && valid >= others
}

/// Whether the letters that a multi-byte encoding shows stand together, as in words of its languages. An accent that swallowed the
/// letter behind it stands alone among Latin ones.
fn has_wide_words(head: &[u8], encoding: &'static Encoding) -> bool {
    let (text, _) = encoding.decode_without_bom_handling(head);
    let (mut alone, mut together) = (0_usize, 0_usize);
    for run in text.split(|char: char| char.is_ascii()) {
        match run.chars().count() {
            0 => {}
            1 => alone += 1,
            letters => together += letters,
        }
    }
    together > alone
}

/// The text of a cell whose bytes are not UTF-8 in a file that seemed to be: read as Windows-1252, as Excel would have written it.
pub(crate) fn cell_text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Reads any encoding as UTF-8, a buffer at a time.
pub(crate) struct Utf8Reader<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    raw_end: usize,
    ended: bool,
    text: Vec<u8>,
    text_at: usize,
    text_end: usize,
}

const CHUNK: usize = 64 * 1024;

impl<R: Read> Utf8Reader<R> {
    pub(crate) fn new(source: R, encoding: &'static Encoding) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK],
            raw_at: 0,
            raw_end: 0,
            ended: false,
            text: vec![0; CHUNK * 2],
            text_at: 0,
            text_end: 0,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        while self.text_at == self.text_end {
            if self.raw_at == self.raw_end && !self.ended {
                self.raw_end = self.source.read(&mut self.raw)?;
                self.raw_at = 0;
                self.ended = self.raw_end == 0;
            }
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(&self.raw[self.raw_at..self.raw_end], &mut self.text, self.ended);
            self.raw_at += read;
            (self.text_at, self.text_end) = (0, written);
            if self.ended && result == CoderResult::InputEmpty {
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.text_at == self.text_end {
            if self.ended && self.raw_at == self.raw_end {
                return Ok(0);
            }
            self.refill()?;
        }
        let count = out.len().min(self.text_end - self.text_at);
        out[..count].copy_from_slice(&self.text[self.text_at..self.text_at + count]);
        self.text_at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::BIG5;

    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn encodings_are_told_by_mark_zeros_validity_and_letters() {
        let text = "Nama;Telepon\r\nRéni;0812\r\n";
        let mut marked = vec![0xFF, 0xFE];
        marked.extend(utf16(text, false));
        let cases: &[(Vec<u8>, &Encoding, usize)] = &[
            (text.as_bytes().to_vec(), UTF_8, 0),
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), UTF_8, 3),
            (marked, UTF_16LE, 2),
            (utf16(text, false), UTF_16LE, 0),
            (utf16(text, true), UTF_16BE, 0),
            (b"Nama;Telepon\r\nR\xE9ni \x93Reni\x94;0812\r\n".to_vec(), WINDOWS_1252, 0),
            (b"`Aaaa`\xA6`Aaaa`\n`aaA`\xA6`0812`\n`AAa`\xA6`AAa`\n".to_vec(), WINDOWS_1252, 0),
            (BIG5.encode("姓名;電話\n陳大文;0812\n王小明;0813\n").0.into_owned(), BIG5, 0),
        ];
        for (bytes, encoding, bom) in cases {
            assert_eq!(encoding_of(bytes, true), TextEncoding { encoding, bom: *bom });
        }
    }

    #[test]
    fn a_text_whose_lines_differ_is_utf8_where_most_of_them_are() {
        let cases: [(&[u8], bool); 6] = [
            (b"Nama\nR\xC3\xA9ni\nR\xE9no\n", true),
            (b"Nama\r\nR\xC3\xA9ni\r\nZ\xC3\xA9\r\nR\xE9no\r\n", true),
            (b"Nama\nR\xC3\xA9ni\nR\xE9no\nR\xE9na\n", false),
            (b"Nama\nR\xE9ni\n", false),
            ("Nama\nRéni\n".as_bytes(), false),
            (b"Nama\nSiti\n", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_utf8_in_most_lines(text, true), expected, "{text:?}");
        }
        assert!(!is_utf8_in_most_lines(b"R\xC3\xA9ni\nR\xC3", false), "a letter that is cut");
    }

    #[test]
    fn a_character_cut_at_the_end_of_the_head_is_still_utf8() {
        let head = &"Réni".as_bytes()[..2];
        assert_eq!(encoding_of(head, false).encoding, UTF_8);
        assert_eq!(encoding_of(head, true).encoding, WINDOWS_1252);
    }

    #[test]
    fn a_long_utf16_file_reads_whole() {
        let text = "Sitī Nurhaliza;０８１２\n".repeat(20_000);
        let mut read = String::new();
        Utf8Reader::new(utf16(&text, false).as_slice(), UTF_16LE).read_to_string(&mut read).unwrap();
        assert!(read == text);
    }
}
