//! Where cells lead: `HLink` (MS-XLS 2.4.140) and the object in it (MS-OSHARED 2.3.7.1).

use std::sync::Arc;

use super::records::u32_at;
use super::sheet::area_of;
use crate::file::beside::Area;

/// Which parts the object has: a page, its address as a mere text, words to show, a frame to show it in.
const PAGE: u32 = 0x1;
const PAGE_IS_TEXT: u32 = 0x100;
const WORDS: u32 = 0x10;
const FRAME: u32 = 0x80;

/// What says that a page's address follows: an URL moniker (MS-OSHARED 2.3.7.6).
const URL: [u8; 16] = [0xE0, 0xC9, 0xEA, 0x79, 0xF9, 0xBA, 0xCE, 0x11, 0x8C, 0x82, 0x00, 0xAA, 0x00, 0x4B, 0xA9, 0x0B];

/// The cells that lead to a page, and its address. None for a file, or a place in the workbook.
pub(super) fn read(body: &[u8]) -> Option<(Area, Arc<str>)> {
    let area = area_of(body)?;
    // Behind the area stand a class in sixteen bytes and a version in four.
    let parts = u32_at(body, 28)?;
    let mut rest = body.get(32..)?;
    for part in [WORDS, FRAME] {
        if parts & part != 0 {
            rest = text(rest)?.1;
        }
    }
    if parts & PAGE == 0 {
        return None;
    }
    if parts & PAGE_IS_TEXT != 0 {
        return Some((area, text(rest)?.0.into()));
    }
    let address = rest.strip_prefix(&URL)?;
    let bytes = usize::try_from(u32_at(address, 0)?).ok()?;
    let address = address.get(4..)?;
    Some((area, letters(address.get(..bytes).unwrap_or(address)).into()))
}

/// A text behind its number of letters, two bytes each; and what follows it.
fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let bytes_of_text = usize::try_from(u32_at(bytes, 0)?).ok()?.checked_mul(2)?;
    let (text, rest) = bytes.get(4..)?.split_at_checked(bytes_of_text)?;
    Some((letters(text), rest))
}

/// Letters of two bytes up to the one that ends a text.
fn letters(bytes: &[u8]) -> String {
    let letters = bytes.as_chunks::<2>().0.iter().map(|letter| u16::from_le_bytes(*letter));
    let letters: Vec<u16> = letters.take_while(|letter| *letter != 0).collect();
    String::from_utf16_lossy(&letters)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const AREA: [u8; 8] = [1, 0, 2, 0, 3, 0, 3, 0];

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    }

    /// A text behind the number of its letters, or of its bytes.
    fn counted(text: &str, each: usize) -> Vec<u8> {
        let wide = wide(text);
        [u32::try_from(wide.len() / each).unwrap().to_le_bytes().to_vec(), wide].concat()
    }

    fn record(parts: u32, rest: &[Vec<u8>]) -> Vec<u8> {
        let head = [AREA.to_vec(), vec![7; 16], vec![2, 0, 0, 0], parts.to_le_bytes().to_vec()].concat();
        [head, rest.concat()].concat()
    }

    #[rstest]
    #[case::plain(PAGE | 2, &[URL.to_vec(), counted("https://example.com/cv", 1)], Some("https://example.com/cv"))]
    #[case::behind_words(
        PAGE | WORDS | FRAME,
        &[counted("Lihat CV", 2), counted("_blank", 2), URL.to_vec(), counted("https://example.com/cv", 1)],
        Some("https://example.com/cv")
    )]
    #[case::as_text(PAGE | PAGE_IS_TEXT, &[counted("https://example.com/cv", 2)], Some("https://example.com/cv"))]
    #[case::to_a_file(PAGE, &[vec![3; 16], counted("cv.pdf", 1)], None)]
    #[case::to_a_place(8, &[counted("Sheet2!A1", 2)], None)]
    fn a_record_says_where_its_cells_lead(#[case] parts: u32, #[case] rest: &[Vec<u8>], #[case] address: Option<&str>) {
        let record = record(parts, rest);
        let found = read(&record);
        assert_eq!(found.as_ref().map(|(_, address)| &**address), address);
        assert!(found.is_none_or(|(area, _)| area == Area { top: 2, bottom: 3, left: 4, right: 4 }));
        (0..record.len()).for_each(|cut| drop(read(&record[..cut])));
    }
}
