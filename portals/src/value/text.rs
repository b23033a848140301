//! Plain text: white space put right, and the words that stand for nothing.

use std::borrow::Cow;

/// A text without space around it, with one space where there were line breaks, tabs or several spaces, and without invisible characters.
/// Borrows where nothing was to be done.
#[must_use]
pub fn tidy(cell: &str) -> Cow<'_, str> {
    if is_tidy(cell) {
        return Cow::Borrowed(cell);
    }
    let mut tidied = String::with_capacity(cell.len());
    let mut gap = false;
    for char in cell.chars().filter(|char| !is_invisible(*char)) {
        if char.is_whitespace() {
            gap = !tidied.is_empty();
        } else {
            if gap {
                tidied.push(' ');
                gap = false;
            }
            tidied.push(char);
        }
    }
    Cow::Owned(tidied)
}

fn is_tidy(cell: &str) -> bool {
    let mut space_before = true;
    for byte in cell.bytes() {
        match byte {
            b' ' if space_before => return false,
            b' ' => space_before = true,
            // White space beyond ASCII and invisible characters begin with one of these.
            0..=0x1F | 0x7F | 0xC2 | 0xE1 | 0xE2 | 0xE3 | 0xEF => return cell.is_empty() || slow_is_tidy(cell),
            _ => space_before = false,
        }
    }
    cell.is_empty() || !space_before
}

fn slow_is_tidy(cell: &str) -> bool {
    let mut space_before = true;
    for char in cell.chars() {
        if is_invisible(char) || (char.is_whitespace() && (char != ' ' || space_before)) {
            return false;
        }
        space_before = char == ' ';
    }
    !space_before
}

/// Zero-width characters, direction marks, soft hyphens and control characters.
fn is_invisible(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || (char.is_control() && !char.is_whitespace())
}

/// Whether a tidy text only stands for "nothing".
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    if text.len() > 24 {
        return false;
    }
    // The common case: a first letter with which none of the words begins.
    let first = text.as_bytes().first().map_or(0, u8::to_ascii_lowercase);
    if first.is_ascii_alphanumeric() && !matches!(first, b'n' | b'u' | b't' | b'b' | b'k') {
        return false;
    }
    if !text.chars().any(char::is_alphanumeric) {
        return true;
    }
    PLACEHOLDERS.iter().any(|placeholder| text.eq_ignore_ascii_case(placeholder))
}

const PLACEHOLDERS: [&str; 24] = [
    "n/a",
    "na",
    "#n/a",
    "n.a.",
    "nil",
    "null",
    "none",
    "undefined",
    "nan",
    "unknown",
    "not available",
    "not specified",
    "not provided",
    "tidak ada",
    "tdk ada",
    "tidak diisi",
    "tidak disebutkan",
    "belum ada",
    "belum diisi",
    "kosong",
    "(kosong)",
    "(blank)",
    "#ref!",
    "#value!",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_becomes_one_space_and_the_invisible_goes() {
        let cases = [
            ("Depok", "Depok"),
            ("", ""),
            ("  Depok ", "Depok"),
            ("Jl.  Mawar\r\nNo. 3", "Jl. Mawar No. 3"),
            ("Kota\u{a0}Bogor", "Kota Bogor"),
            ("\u{feff}Nama\u{200b}", "Nama"),
            ("Réni – “Ani”", "Réni – “Ani”"),
            ("a\tb", "a b"),
            ("a ", "a"),
            ("\u{200e}+62 812\u{202c}", "+62 812"),
        ];
        for (cell, expected) in cases {
            assert_eq!(tidy(cell), expected, "{cell:?}");
        }
        assert!(matches!(tidy("Réni – “Ani”"), Cow::Borrowed(_)));
    }

    #[test]
    fn words_for_nothing_are_known() {
        for text in ["-", "--", ".", "N/A", "tidak ada", "#N/A", "(kosong)"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["Nana", "0", "Depok", "SMA"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
