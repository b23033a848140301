//! Characters and words that phones, emails and names treat alike.

/// Words that stand in a cell where there is nothing, in small letters.
const PLACEHOLDERS: [&str; 34] = [
    "n/a",
    "#n/a",
    "na",
    "n.a",
    "n.a.",
    "tidak ada",
    "tdk ada",
    "tak ada",
    "gak ada",
    "ga ada",
    "belum ada",
    "tidak punya",
    "tidak tersedia",
    "tidak diketahui",
    "kosong",
    "nihil",
    "null",
    "none",
    "nan",
    "nil",
    "undefined",
    "unknown",
    "empty",
    "no data",
    "not available",
    "not provided",
    "no phone",
    "no email",
    "#ref!",
    "#value!",
    "#name?",
    "false",
    "tba",
    "ada",
];

/// Whether a cell says that there is nothing: a dash, `n/a`, `tidak ada`, only zeros or only punctuation.
pub(super) fn is_placeholder(cell: &str) -> bool {
    let cell = cell.trim();
    if cell.chars().any(char::is_alphanumeric) {
        if cell.chars().all(|c| !c.is_alphanumeric() || c == '0') {
            return true;
        }
        let inner =
            cell.trim_matches(|c: char| matches!(c, '(' | ')' | '-' | '"' | '\'' | '[' | ']') || c.is_whitespace());
        return PLACEHOLDERS.iter().any(|word| word.eq_ignore_ascii_case(inner));
    }
    !cell.chars().any(is_mask) && !cell.contains("##")
}

/// Whether a portal uses this character to hide a contact.
pub(super) const fn is_mask(c: char) -> bool {
    matches!(c, '*' | '•' | '●' | '∗' | '＊' | '█' | '⁎')
}

/// Whether a character takes no room: zero-width spaces and joiners, direction marks, the byte order mark.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
        || (c.is_ascii_control() && !c.is_ascii_whitespace())
}

/// Whether a character is a spreadsheet's mark for "this is text", or a quote that was typed in its place.
pub(super) const fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '"' | '`' | '´' | '‘' | '’' | '“' | '”' | '＇')
}
