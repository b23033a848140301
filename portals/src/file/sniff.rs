//! What a file is, by its first bytes and never by its name.

use std::io::{Read, Seek, SeekFrom};

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text that may be a table.
    Text,
    /// A zip container; its entries tell more.
    Zip,
    /// An Excel workbook before `.xlsx`.
    Xls,
    /// A workbook behind a password.
    Encrypted,
    /// A web page, often with a table in it, often named `.xls`.
    Html,
    /// The XML that Excel 2003 wrote.
    SpreadsheetMl,
    /// An OpenDocument file that is one XML file.
    FlatOds,
    /// A table in a container that is not read; the words name it.
    Unsupported(&'static str),
    /// None of these; the words name it in a sentence: "a PDF document".
    Foreign(&'static str),
    /// No byte but white space.
    Empty,
}

/// Looks at the head of a file (64 KiB are plenty).
pub(crate) fn kind(head: &[u8], file: &mut (impl Read + Seek)) -> std::io::Result<Kind> {
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return ole_kind(head, file);
    }
    Ok(by_magic(head).unwrap_or_else(|| by_text(head)))
}

const MAGIC: &[(&[u8], Kind)] = &[
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (&[0x09, 0x08, 0x10, 0x00], Kind::Xls),
    (&[0x09, 0x08, 0x08, 0x00], Kind::Xls),
    (&[0x09, 0x04, 0x06, 0x00], Kind::Xls),
    (&[0x09, 0x02, 0x06, 0x00], Kind::Xls),
    (&[0x09, 0x00, 0x04, 0x00], Kind::Xls),
    (b"%PDF", Kind::Foreign("a PDF document")),
    (b"\x89PNG", Kind::Foreign("a picture (PNG)")),
    (b"\xFF\xD8\xFF", Kind::Foreign("a picture (JPEG)")),
    (b"GIF8", Kind::Foreign("a picture (GIF)")),
    (b"II*\0", Kind::Foreign("a picture (TIFF)")),
    (b"MM\0*", Kind::Foreign("a picture (TIFF)")),
    (b"{\\rtf", Kind::Foreign("a text document (RTF)")),
    (b"\x1F\x8B", Kind::Foreign("a compressed file (gzip)")),
    (b"7z\xBC\xAF\x27\x1C", Kind::Foreign("a compressed file (7-Zip)")),
    (b"Rar!\x1A\x07", Kind::Foreign("a compressed file (RAR)")),
    (b"BZh", Kind::Foreign("a compressed file (bzip2)")),
    (b"\xFD7zXZ\0", Kind::Foreign("a compressed file (xz)")),
    (b"\x28\xB5\x2F\xFD", Kind::Foreign("a compressed file (zstd)")),
    (b"MZ\x90\0", Kind::Foreign("a program")),
    (b"\x7FELF", Kind::Foreign("a program")),
    (b"SQLite format 3\0", Kind::Foreign("a database")),
    (b"ID3", Kind::Foreign("a sound file")),
    (b"OggS", Kind::Foreign("a sound file")),
    (b"PAR1", Kind::Foreign("a Parquet file")),
];

fn by_magic(head: &[u8]) -> Option<Kind> {
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Some(Kind::Foreign("a picture (WebP)"));
    }
    if head.get(4..8) == Some(b"ftyp") {
        return Some(Kind::Foreign("a video or a phone's picture"));
    }
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| *kind)
}

fn by_text(head: &[u8]) -> Kind {
    let marked = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let utf16 = marked || super::text::looks_utf16(head);
    let body = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = body.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0);
    let Some(start) = start.filter(|_| !marked || head.len() > 2) else { return Kind::Empty };
    let narrow: Vec<u8>;
    let text = if utf16 {
        // Enough to know markup by: the letters of its tags, wherever the other byte of each stands.
        narrow = head.iter().copied().filter(|byte| byte.is_ascii() && *byte != 0).collect();
        narrow.trim_ascii_start()
    } else {
        body.get(start..).unwrap_or_default()
    };
    let lower: Vec<u8> = text.iter().take(512).map(u8::to_ascii_lowercase).collect();
    if lower.first() == Some(&b'<') {
        return markup_kind(&lower, text);
    }
    if lower.starts_with(b"mime-version:") && contains(text, b"text/html") {
        return Kind::Unsupported("a web page in one file (.mht)");
    }
    if lower.starts_with(b"{\"") || lower.starts_with(b"[{") || lower.starts_with(b"{\n") || lower.starts_with(b"{\r") {
        return Kind::Foreign("JSON data");
    }
    if !utf16 && is_binary(head) {
        return Kind::Foreign("a binary file of an unknown kind");
    }
    Kind::Text
}

fn markup_kind(lower: &[u8], text: &[u8]) -> Kind {
    const ROOTS: [&[u8]; 4] = [b"<?xml", b"<workbook", b"<ss:workbook", b"<office:document"];
    if ROOTS.iter().any(|root| lower.starts_with(root)) {
        if contains(text, b"urn:schemas-microsoft-com:office:spreadsheet") {
            return Kind::SpreadsheetMl;
        }
        if contains(text, b"urn:oasis:names:tc:opendocument:xmlns:office:1.0") {
            return Kind::FlatOds;
        }
        if !contains(lower, b"<html") && !contains(lower, b"<table") {
            return Kind::Foreign("an XML document");
        }
    }
    Kind::Html
}

/// Control characters that no text has: more than one in a hundred bytes. One of them may part the cells.
fn is_binary(head: &[u8]) -> bool {
    // A file system may have filled up the end of a text with zeros.
    let end = head.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let head = head.get(..end).unwrap_or(head);
    let mut counts = [0_usize; 0x20];
    for byte in head {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let is_control = |byte: usize| matches!(byte, 0x01..=0x08 | 0x0E..=0x1A | 0x1C..=0x1F);
    let controls = || counts.iter().enumerate().filter(|(byte, _)| is_control(*byte)).map(|(_, count)| *count);
    let control = controls().sum::<usize>() - controls().max().unwrap_or(0);
    control * 100 > head.len() || counts[0] * 10 > head.len()
}

/// An OLE container: the names in its first directory sector tell a workbook from a document.
///
/// Layout: MS-CFB 2.2 (the sector size's exponent at byte 30, the first directory sector's number at byte 48).
fn ole_kind(head: &[u8], file: &mut (impl Read + Seek)) -> std::io::Result<Kind> {
    let shift = head.get(30).copied().filter(|shift| matches!(shift, 9 | 12)).unwrap_or(9);
    let sector = head.get(48..52).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes);
    file.seek(SeekFrom::Start((u64::from(sector) + 1) << shift))?;
    let mut directory = Vec::new();
    file.take(4096).read_to_end(&mut directory)?;
    let names = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        contains(&directory, &wide) || contains(head, &wide)
    };
    Ok(if names("EncryptedPackage") || names("EncryptionInfo") {
        Kind::Encrypted
    } else if names("Workbook") || names("Book") {
        Kind::Xls
    } else if names("WordDocument") {
        Kind::Foreign("a Word document")
    } else if names("PowerPoint Document") {
        Kind::Foreign("a presentation")
    } else if names("__properties_version1.0") {
        Kind::Foreign("an email message")
    } else {
        Kind::Foreign("an Office file without a workbook in it")
    })
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn first_bytes_tell_what_a_file_is() {
        let cases: &[(&[u8], Kind)] = &[
            (b"", Kind::Empty),
            (b"\xEF\xBB\xBF\r\n  ", Kind::Empty),
            (b"\xFF\xFE", Kind::Empty),
            (b"name,email,phone\n", Kind::Text),
            (b"\xFF\xFEn\0a\0m\0e\0", Kind::Text),
            (b"n\0a\0m\0e\0;\0e\0m\0a\0i\0l\0", Kind::Text),
            (b"Nama;No. HP;Alamat\nR\xE9ni;0812;Jl. Mawar\n", Kind::Text),
            (b"a,b\n1,2\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", Kind::Text),
            (b"%PDF-1.7", Kind::Foreign("a PDF document")),
            (b"\x89PNG\r\n\x1a\n", Kind::Foreign("a picture (PNG)")),
            (b"PK\x03\x04aaaa", Kind::Zip),
            (b"<html><table>", Kind::Html),
            (b"\r\n<!DOCTYPE html>", Kind::Html),
            (
                b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                Kind::SpreadsheetMl,
            ),
            (
                b"<?xml version=\"1.0\"?>\n<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">",
                Kind::FlatOds,
            ),
            (b"<?xml version=\"1.0\"?><rss>", Kind::Foreign("an XML document")),
            (b"{\"items\":[]}", Kind::Foreign("JSON data")),
            (b"\x01\x02\x03\x04\x05\x06\x07abc", Kind::Foreign("a binary file of an unknown kind")),
        ];
        for (head, expected) in cases {
            assert_eq!(kind(head, &mut Cursor::new(head)).unwrap(), *expected, "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn a_password_protected_workbook_is_told_from_an_old_one() {
        for (name, expected) in [
            ("EncryptedPackage", Kind::Encrypted),
            ("Workbook", Kind::Xls),
            ("WordDocument", Kind::Foreign("a Word document")),
        ] {
            let mut bytes = vec![0_u8; 2048];
            bytes[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
            bytes[30] = 9;
            bytes[48] = 1;
            let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            bytes[1024..1024 + wide.len()].copy_from_slice(&wide);
            let head = bytes[..512].to_vec();
            assert_eq!(kind(&head, &mut Cursor::new(bytes)).unwrap(), expected, "{name}");
        }
    }
}
