//! One number as it was typed -> its digits, or why it is absent.

use crate::application::ProblemCode::{self, DigitsLost, Masked, PhoneInvalid, PhoneLetters, Placeholder};
use crate::application::RepairCode::{self, Apostrophe, CountryCode, Digits, FloatTail, Note, Whitespace};
use crate::identity::text::{is_invisible, is_mask, is_placeholder, is_quote};

/// A number after cleaning.
#[derive(Debug, Default)]
pub(super) struct Cleaned {
    /// ASCII digits only.
    pub digits: String,
    /// Whether a `+` stood before them.
    pub international: bool,
    /// What was done, each once.
    pub repairs: Vec<RepairCode>,
    /// Whether a note says that it is another's: `suami`, `Ibu:`.
    pub of_another: bool,
}

impl Cleaned {
    fn repaired(&mut self, repair: RepairCode) {
        if !self.repairs.contains(&repair) {
            self.repairs.push(repair);
        }
    }
}

/// Cleans one number.
pub(super) fn clean(part: &str) -> Result<Cleaned, ProblemCode> {
    if let Some(problem) = absent(part) {
        return Err(problem);
    }
    let mut cleaned = Cleaned::default();
    let text = characters(part, &mut cleaned);
    let text = unlinked(text, &mut cleaned);
    if let Some(problem) = missing(&text) {
        return Err(problem);
    }
    let text = unquoted(&text, &mut cleaned);
    if is_scientific(text) {
        return Err(DigitsLost);
    }
    let text = without_notes(text, &mut cleaned)?;
    let text = without_float_tail(&text, &mut cleaned)?;
    if is_rounded(text) {
        return Err(DigitsLost);
    }
    collect(text, &mut cleaned)?;
    match cleaned.digits.as_str() {
        "62" => Err(Masked),
        digits if digits.bytes().all(|b| b == b'0') => Err(Placeholder),
        _ => Ok(cleaned),
    }
}

/// Why a part holds no number at all.
fn absent(part: &str) -> Option<ProblemCode> {
    if part.chars().any(is_mask) || is_masked_by_x(part) {
        Some(Masked)
    } else if part.contains("##") {
        Some(DigitsLost) // a column that was too narrow when the sheet was saved as text
    } else {
        is_placeholder(part).then_some(Placeholder)
    }
}

/// What marks say of digits that are not there: `…`, `..`, `__`, `--`, a `_`, `?` or `#` behind the last digit. One hyphen only parts, and so
/// does one `_` between digits or beside a word.
fn missing(text: &str) -> Option<ProblemCode> {
    let (mut before, mut last) = (None::<char>, ' ');
    let (mut hyphens, mut lines, mut asks) = (0_u32, 0_u32, 0_u32);
    let visible = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '[' | ']'));
    for c in visible.map(Some).chain([None]) {
        match c {
            Some('…' | '‥') => return Some(DigitsLost),
            Some('.') if last == '.' => return Some(DigitsLost),
            Some('-') => hyphens += 1,
            Some('_') => lines += 1,
            Some('?' | '#') => asks += 1,
            behind => {
                let is_digit = |side: Option<char>| side.is_some_and(|c| c.is_ascii_digit());
                let is_word = |side: Option<char>| side.is_some_and(char::is_alphabetic);
                let between = is_digit(before) && is_digit(behind);
                let parts = match hyphens + lines {
                    0 => true,
                    1 => lines == 0 || between || is_word(before) || is_word(behind),
                    _ => is_word(before) || is_word(behind),
                };
                let asked = asks > 0 && is_digit(before) && !is_digit(behind);
                if asked || (!parts && (is_digit(before) || is_digit(behind))) {
                    return Some(Masked);
                }
                (hyphens, lines, asks, before) = (0, 0, 0, behind);
            }
        }
        last = c.unwrap_or(' ');
    }
    None
}

/// `0812xxxx7890`: at least two x and no other letter.
fn is_masked_by_x(part: &str) -> bool {
    let mut letters = part.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() > 1 && letters.all(|c| matches!(c, 'x' | 'X'))
}

/// The value of a decimal digit in any script that a phone's keyboard offers.
pub(super) fn digit(c: char) -> Option<u8> {
    /// The zeros of the scripts: Arabic, Persian, Devanagari, Bengali, Thai, Balinese, Sundanese, Javanese, full-width.
    const ZEROS: [u32; 9] = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x1b50, 0x1bb0, 0xa9d0, 0xff10];
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    let value = ZEROS.iter().find_map(|&zero| u32::from(c).checked_sub(zero).filter(|value| *value < 10))?;
    u8::try_from(value).ok()
}

/// `812346000000`: what is left of `8.12346E+11` in a sheet that was saved as text after the cell was shown as a number. Nobody types a number like
/// that without its `0` or `+` in front.
pub(super) fn is_rounded(text: &str) -> bool {
    let is_a_numbers = text.starts_with('8') || text.starts_with("62");
    is_a_numbers && text.len() > 9 && text.ends_with("000000") && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Makes digits and punctuation ASCII and takes invisible characters out.
fn characters(part: &str, cleaned: &mut Cleaned) -> String {
    let mut text = String::with_capacity(part.len());
    for c in part.chars() {
        match c {
            _ if is_invisible(c) => cleaned.repaired(Whitespace),
            '\n' | '\r' | '\t' => {
                cleaned.repaired(Whitespace);
                text.push(' ');
            }
            _ if c.is_ascii() => text.push(c),
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' => text.push('-'),
            '＋' => text.push('+'),
            '（' => text.push('('),
            '）' => text.push(')'),
            '．' | '·' => text.push('.'),
            '：' => text.push(':'),
            _ if c.is_whitespace() => text.push(' '),
            _ => match digit(c) {
                Some(value) => {
                    cleaned.repaired(Digits);
                    text.push(char::from(b'0' + value));
                }
                None => text.push(c),
            },
        }
    }
    text.trim().to_owned()
}

/// `https://wa.me/6281234567890?text=Halo` -> its number. A link whose number breaks off at something else stays as it is, and is unreadable.
fn unlinked(text: String, cleaned: &mut Cleaned) -> String {
    let Some((before, linked)) = ["wa.me/", "phone="].iter().find_map(|mark| text.split_once(mark)) else {
        return text;
    };
    let end = linked.find(|c: char| !c.is_ascii_digit() && c != '+').unwrap_or(linked.len());
    let (number, rest) = linked.split_at(end);
    // A lone `?` or `#` may stand for a digit; what follows one is the link's.
    let goes_on = rest.len() > 1 && rest.starts_with(['?', '&', '#']);
    let ends = rest.starts_with(|c: char| c == '/' || c.is_whitespace()) && missing(rest).is_none();
    if !(rest.is_empty() || goes_on || ends) {
        return text;
    }
    cleaned.repaired(Note);
    let behind = rest.split_once(char::is_whitespace).map_or("", |(_, note)| note);
    cleaned.of_another = names_another(before) || names_another(behind);
    number.to_owned()
}

/// Takes off the marks by which a spreadsheet is told that a number is text: `'0812…`, `="0812…"`.
fn unquoted<'t>(text: &'t str, cleaned: &mut Cleaned) -> &'t str {
    let bare = text.strip_prefix('=').filter(|rest| rest.starts_with(is_quote)).unwrap_or(text);
    let bare = bare.trim_matches(is_quote);
    if bare.len() != text.len() {
        cleaned.repaired(Apostrophe);
    }
    bare.trim().trim_end_matches([',', ';', '.', ':']).trim_start_matches([',', ';', ':']).trim()
}

/// `8.12346E+11`: what a spreadsheet shows of a long number. Its last digits may be gone, so none of it is believed.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let number = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    number(exponent) && exponent.len() < 4 && number(&mantissa.trim_start_matches('+').replacen(['.', ','], "", 1))
}

/// `81234567890.0` -> `81234567890`. A number with a trunk zero was no float, so `0812345678.00` may as well end in 00: no
/// guess. A number with a fraction (`81234600000.5`) was counted with, and no part of it is a telephone's.
fn without_float_tail<'t>(text: &'t str, cleaned: &mut Cleaned) -> Result<&'t str, ProblemCode> {
    // Any other mark behind the last digit may stand for one.
    let closes = |c: char| matches!(c, '.' | ',' | ';' | ':' | '-' | '(' | ')' | '[' | ']' | '!' | ' ') || is_quote(c);
    let text = text.trim_end_matches(closes);
    let Some(at) = text.rfind(['.', ',']) else {
        return Ok(text);
    };
    let (body, tail) = text.split_at(at);
    let (separator, zeros) = tail.split_at(1);
    let number = body.strip_prefix('+').unwrap_or(body);
    let numeric = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let thousands = if separator == "." { ',' } else { '.' };
    let plain = number.len() >= 7 && numeric(number);
    if !matches!(zeros, "0" | "00") {
        // Somebody may part a number's last digits by a dot, but not from so many before it.
        let is_float = plain && (number.len() > 8 || zeros.len() < 3) && !number.starts_with('0') && numeric(zeros);
        return if is_float { Err(DigitsLost) } else { Ok(text) };
    }
    let grouped = number.split(thousands).skip(1).all(|g| g.len() == 3) && numeric(&number.replace(thousands, ""));
    if !(plain || grouped) || (number.starts_with('0') && tail != ".0") {
        return Err(PhoneInvalid);
    }
    cleaned.repaired(FloatTail);
    Ok(body)
}

/// Words that say what a number is for. They may touch the digits (`WA0812…`).
const LABELS: [&str; 24] = [
    "wa",
    "hp",
    "whatsapp",
    "whatapp",
    "tel",
    "telp",
    "tlp",
    "tlpn",
    "telpon",
    "telepon",
    "telephone",
    "phone",
    "mobile",
    "handphone",
    "ponsel",
    "seluler",
    "nomor",
    "nomer",
    "sms",
    "cell",
    "number",
    "kontak",
    "contact",
    "no",
];
/// Words that say that a portal hides digits, and words that say that some were cut off.
const HIDING: [&str; 10] = [
    "disembunyikan",
    "tersembunyi",
    "hidden",
    "masked",
    "sensor",
    "disensor",
    "disamarkan",
    "dirahasiakan",
    "rahasia",
    "private",
];
const CUTTING: [&str; 11] = [
    "terpotong",
    "dipotong",
    "kepotong",
    "truncated",
    "cut",
    "incomplete",
    "partial",
    "hilang",
    "kurang",
    "dst",
    "missing",
];

/// Those whose number somebody gives instead of her own.
const OTHERS: [&str; 62] = [
    "suami",
    "istri",
    "isteri",
    "pasangan",
    "pacar",
    "tunangan",
    "ibu",
    "ibuk",
    "ibunya",
    "mama",
    "mamah",
    "mamak",
    "emak",
    "bunda",
    "bapak",
    "bpk",
    "bapaknya",
    "pak",
    "ayah",
    "papa",
    "abah",
    "ortu",
    "orangtua",
    "orang",
    "kakak",
    "kaka",
    "kakek",
    "nenek",
    "adik",
    "adek",
    "anak",
    "anaknya",
    "tante",
    "bibi",
    "bulik",
    "paman",
    "sepupu",
    "keponakan",
    "mertua",
    "saudara",
    "sodara",
    "saudari",
    "keluarga",
    "kerabat",
    "teman",
    "temen",
    "tetangga",
    "wali",
    "majikan",
    "darurat",
    "emergency",
    "husband",
    "wife",
    "spouse",
    "mother",
    "father",
    "parent",
    "parents",
    "sister",
    "brother",
    "family",
    "friend",
];

/// Whether a word beside a number says whose it is, and not hers.
fn is_another(word: &str) -> bool {
    OTHERS.iter().any(|other| other.eq_ignore_ascii_case(word))
}

/// Whether a note names somebody else.
pub(in crate::identity) fn names_another(note: &str) -> bool {
    note.split(|c: char| !c.is_alphabetic()).any(is_another)
}

/// What a word beside a number says of digits that are not there: `(terpotong)`, `tidak lengkap`.
fn says_missing(previous: &str, word: &str) -> Option<ProblemCode> {
    let is_one_of = |words: &[&str], word: &str| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is_one_of(&HIDING, word) {
        return Some(Masked);
    }
    let incomplete = is_one_of(&["lengkap", "complete"], word)
        && is_one_of(&["tidak", "tdk", "tak", "belum", "blm", "not"], previous);
    (incomplete || is_one_of(&CUTTING, word)).then_some(DigitsLost)
}

/// Whether a piece that stands beside a number says that digits of it are missing.
pub(super) fn says_missing_digits(piece: &str) -> bool {
    let mut previous = "";
    let said = piece.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).any(|word| {
        let missing = says_missing(previous, word).is_some();
        previous = word;
        missing
    });
    said || piece.contains('…') || piece.contains("..")
}

/// Digits in words: whoever writes them means a digit.
const SPOKEN: [&str; 22] = [
    "nol", "kosong", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "zero",
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

/// Takes off notes before or after the number: `(WA)`, `HP:`, `suami`. Letters that may stand for digits (`O`, `l`), touch
/// digits, or stand between digits make the number unreadable.
fn without_notes(text: &str, cleaned: &mut Cleaned) -> Result<String, ProblemCode> {
    if !text.chars().any(char::is_alphabetic) {
        return Ok(text.to_owned());
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    let mut previous = "";
    while let Some(c) = rest.chars().next() {
        if !c.is_alphabetic() {
            kept.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (word, after) = rest.split_at(rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()));
        if let Some(problem) = says_missing(previous, word) {
            return Err(problem);
        }
        previous = word;
        cleaned.of_another |= is_another(word);
        let inside = kept.bytes().any(|b| b.is_ascii_digit()) && after.bytes().any(|b| b.is_ascii_digit());
        let touching = kept.ends_with(|c: char| c.is_ascii_digit()) || after.starts_with(|c: char| c.is_ascii_digit());
        if inside || !is_note(word, touching) {
            return Err(PhoneLetters);
        }
        rest = after;
    }
    cleaned.repaired(Note);
    // What remains of a note is punctuation at either end.
    let bare = kept.trim_start_matches(|c: char| !c.is_ascii_digit() && !matches!(c, '+' | '(' | ')'));
    let bare = bare.trim_end_matches(|c: char| !c.is_ascii_digit());
    Ok(bare.replace("()", " ").replace(':', " "))
}

/// Whether a word can be a note, and not digits in disguise.
fn is_note(word: &str, touching: bool) -> bool {
    let lower = word.to_lowercase();
    if LABELS.contains(&lower.as_str()) {
        return !touching || lower != "no";
    }
    let disguised = lower.chars().all(|c| "oilsbzqgd".contains(c));
    !touching && !disguised && lower.chars().count() > 2 && !SPOKEN.contains(&lower.as_str())
}

/// Collects the digits; anything but the usual separators between them is an error.
fn collect(text: &str, cleaned: &mut Cleaned) -> Result<(), ProblemCode> {
    for c in text.chars() {
        match c {
            '0'..='9' => cleaned.digits.push(c),
            ' ' | '-' | '.' | '(' | ')' | '[' | ']' | '_' => {}
            ',' if cleaned.digits.len() < 12 && is_grouped(text) => {}
            '+' if cleaned.digits.is_empty() => cleaned.international = true,
            '+' if matches!(cleaned.digits.as_str(), "0" | "00" | "62" | "0062") => {
                cleaned.digits.clear();
                cleaned.international = true;
                cleaned.repaired(CountryCode);
            }
            _ => return Err(PhoneInvalid),
        }
    }
    if cleaned.digits.is_empty() { Err(Placeholder) } else { Ok(()) }
}

/// `81,234,567,890`.
fn is_grouped(text: &str) -> bool {
    text.split(',').skip(1).all(|group| group.len() == 3)
}
