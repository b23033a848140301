//! Names: compared, never keyed.
//!
//! A name is shown as she would write it and compared without what comes and goes: titles, degrees, case, order, spelling.

mod compare;
mod spelling;
#[cfg(test)]
mod tests;
mod titles;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub(crate) use compare::rhymes;
pub(crate) use spelling::sound;

use super::text::{is_invisible, is_mask, is_quote};

/// How far two names agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NameAgreement {
    /// The same words, titles, case and order aside.
    Equal,
    /// Close enough to be one person who has the same phone or email: a word more or less, a spelling.
    Similar,
    /// Clearly two names.
    Different,
}

/// A person's name, cleaned for showing and split for comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName {
    display: String,
    words: Vec<String>,
}

impl PersonName {
    /// Reads a name; none where the cell holds no letter, or only a placeholder (`n/a`, `tidak ada`).
    #[must_use]
    pub fn parse(cell: &str) -> Option<Self> {
        let clean = visible(cell);
        let written = name_words(&clean)?;
        let parts = titles::split(&written);
        let words = words_of(&parts.name);
        // `(Siti)` or `Ibu (Siti)`: what stands in brackets is all there is.
        let words =
            if words.is_empty() { words_of(&[&written.join(" ").replace(['(', ')', '[', ']'], " ")]) } else { words };
        Some(Self { display: shown(&written, &parts), words })
    }

    /// The name as it should be shown, for who does not compare it: a good part cheaper than [`PersonName::parse`]; none where that gives
    /// none.
    #[must_use]
    pub fn shown(cell: &str) -> Option<String> {
        if is_plain(cell) {
            return Some(cell.to_owned());
        }
        let clean = visible(cell);
        let written = name_words(&clean)?;
        Some(shown(&written, &titles::split(&written)))
    }

    /// The name as it should be shown.
    #[must_use]
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The name's words in their order, without titles and degrees, in small letters without diacritics.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The name's words without titles, in small letters, sorted and joined by a space: equal for names that differ in
    /// case, order and titles only.
    #[must_use]
    pub fn key(&self) -> String {
        let mut words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        words.sort_unstable();
        words.join(" ")
    }

    /// How far two names agree.
    #[must_use]
    pub fn compare(&self, other: &Self) -> NameAgreement {
        compare::compare(&self.words, &other.words)
    }
}

/// The words of a name as they were written; none where they hold none.
fn name_words(clean: &str) -> Option<Vec<&str>> {
    let written = written_words(clean);
    let has_letters = written.iter().any(|word| word.chars().any(char::is_alphabetic));
    let is_name = has_letters && !is_nobody(&written) && !is_computed(&written);
    is_name.then_some(written)
}

fn shown(written: &[&str], parts: &titles::Parts<'_>) -> String {
    let display = titles::shown(written, parts);
    // Small letters of capitals with marks (`İ`) may come in two pieces.
    if display.is_ascii() { display } else { display.nfkc().collect() }
}

/// A cell without invisible characters and masks, its letters in one form.
fn visible(cell: &str) -> Cow<'_, str> {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'*';
    if cell.bytes().all(plain) {
        return Cow::Borrowed(cell); // nearly every name, and much cheaper
    }
    Cow::Owned(cell.nfkc().filter(|c| !is_invisible(*c) && !is_mask(*c)).collect())
}

/// The words as they were written, without what was never part of a name: quotes around it, a stray mark at either end, a stray `.` or `-`
/// anywhere (portals ask one-word people for a last name), addresses, and the digits of a telephone.
fn written_words(clean: &str) -> Vec<&str> {
    let stray = |word: &&str| !word.chars().any(char::is_alphanumeric);
    let edge = |c: char| matches!(c, ',' | ';' | '-' | '_') || is_quote(c);
    let mark = |word: &&str| word.chars().all(|c| matches!(c, '.' | '-' | ',' | '_'));
    let is_number = |word: &&str| !word.chars().any(char::is_alphabetic) && word.bytes().any(|b| b.is_ascii_digit());
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let telephone = clean.split_whitespace().filter(is_number).map(digits).sum::<usize>() >= 7;
    let foreign = |word: &&str| word.contains('@') || (telephone && is_number(word));
    let own = clean.split_whitespace().filter(|word| !mark(word) && !foreign(word));
    let mut words: Vec<&str> = own.skip_while(stray).collect();
    while words.last().is_some_and(stray) {
        words.pop();
    }
    if let Some(first) = words.first_mut() {
        *first = first.trim_start_matches(edge);
    }
    if let Some(last) = words.last_mut() {
        *last = last.trim_end_matches(edge);
    }
    words
}

/// Whether a cell is a name as it is shown: words of one capital and small letters, a space between two. Most cells of a real file are,
/// and then there is nothing to be done, be some of them titles or not.
fn is_plain(cell: &str) -> bool {
    let mut before = b' ';
    let mut in_order = |byte: u8| {
        let fits = match byte {
            b'A'..=b'Z' => before == b' ',
            b'a'..=b'z' => before != b' ',
            b' ' => before.is_ascii_lowercase(),
            _ => false,
        };
        before = byte;
        fits
    };
    cell.bytes().all(&mut in_order) && in_order(b' ') && !NOBODY.iter().any(|nobody| nobody.eq_ignore_ascii_case(cell))
}

const NOBODY: [&str; 12] = [
    "n/a",
    "#n/a",
    "null",
    "none",
    "undefined",
    "tidak ada",
    "tanpa nama",
    "kosong",
    "no name",
    "unknown",
    "true",
    "false",
];

/// Whether a spreadsheet's formula (`=HYPERLINK(…)`) or what it shows where one fails (`#REF!`, `#NAME?`). `="Siti"` is only a text.
fn is_computed(words: &[&str]) -> bool {
    let [first, ..] = words else { return false };
    let is_formula = first.strip_prefix('=').is_some_and(|formula| !formula.starts_with(is_quote));
    is_formula || (first.starts_with('#') && words.last().is_some_and(|last| last.ends_with(['!', '?'])))
}

/// Whether the words say that there is no name.
fn is_nobody(words: &[&str]) -> bool {
    if words.len() > 2 {
        return false;
    }
    let letters = words.iter().map(|word| word.len()).sum::<usize>() + words.len().saturating_sub(1);
    let are = |nobody: &str| {
        let spelt = || nobody.split(' ').zip(words).all(|(one, word)| one.eq_ignore_ascii_case(word));
        nobody.len() == letters && nobody.split(' ').count() == words.len() && spelt()
    };
    // `Nan` is a name; `nan` and `NaN` are what a script writes.
    matches!(words, ["nan" | "NaN"]) || NOBODY.iter().any(|nobody| are(nobody))
}

/// Splits words for comparing: dots, hyphens and commas separate, apostrophes do not (`Nur'aini` is one word), brackets hold
/// what she is called and not what her name is, `bin` and `binti` only join.
fn words_of(written: &[&str]) -> Vec<String> {
    let mut folded = String::with_capacity(written.iter().map(|word| word.len() + 1).sum());
    let mut depth = 0_i32;
    let mut fold = |c: char| match c {
        '(' | '[' => depth += 1,
        ')' | ']' => depth -= 1,
        _ if depth > 0 || is_quote(c) || c == 'ʼ' => {}
        _ if c.is_ascii_alphanumeric() => folded.push(c.to_ascii_lowercase()),
        _ if c.is_alphanumeric() => folded.extend(c.to_lowercase()),
        _ => folded.push(' '),
    };
    for word in written {
        if word.is_ascii() {
            word.chars().for_each(&mut fold);
        } else {
            word.nfkd().filter(|c| !is_combining_mark(*c)).for_each(&mut fold);
        }
        fold(' ');
    }
    folded
        .split_whitespace()
        .filter(|word| !matches!(*word, "bin" | "binti" | "bt" | "bte"))
        .map(str::to_owned)
        .collect()
}
