//! A cell -> the parts of it that hold one number each.

use super::clean::digit;
use crate::identity::text::{is_mask, is_placeholder};

/// Fewer digits than this are no number of their own.
const SHORTEST: usize = 7;
/// This many digits are a number of their own, whatever stands beside them.
const WHOLE: usize = 9;

/// The parts of a cell that hold one number each, in the cell's order; the whole cell where it cannot be told.
pub(super) fn parts(cell: &str) -> Vec<&str> {
    if is_placeholder(cell) || is_grouped_by_commas(cell) || is_link(cell) {
        return vec![cell];
    }
    let pieces: Vec<&str> = by_words(cell).into_iter().flat_map(by_marks).flat_map(by_spaces).collect();
    let telling: Vec<&str> = pieces.iter().copied().filter(|p| digits(p) > 0 || p.chars().any(is_mask)).collect();
    if telling.is_empty() { vec![cell] } else { telling }
}

fn digits(text: &str) -> usize {
    text.chars().filter(|&c| digit(c).is_some()).count()
}

/// `81,234,567,890`: one number with a thousands separator.
fn is_grouped_by_commas(cell: &str) -> bool {
    let body = cell.strip_suffix(".0").or_else(|| cell.strip_suffix(".00")).unwrap_or(cell);
    let mut groups = body.split(',');
    let first = groups.next().unwrap_or_default();
    let numeric = |g: &str| g.bytes().all(|b| b.is_ascii_digit());
    let rest: Vec<&str> = groups.collect();
    rest.len() > 1
        && (1..=3).contains(&first.len())
        && numeric(first)
        && rest.iter().all(|g| g.len() == 3 && numeric(g))
}

/// A chat link, whose slashes separate nothing.
pub(super) fn is_link(cell: &str) -> bool {
    cell.contains("wa.me/") || cell.contains("phone=")
}

/// Splits at words that join two numbers.
fn by_words(cell: &str) -> Vec<&str> {
    const JOINING: [&str; 5] = [" atau ", " dan ", " or ", " and ", " / "];
    let mut rest = cell;
    let mut pieces = Vec::new();
    let lower = cell.to_ascii_lowercase(); // same byte positions as the cell
    let mut from = 0;
    while let Some((at, word)) =
        JOINING.iter().filter_map(|w| lower.get(from..)?.find(w).map(|at| (at, w))).min_by_key(|(at, _)| *at)
    {
        let (head, tail) = rest.split_at(at);
        pieces.push(head.trim());
        rest = tail.get(word.len()..).unwrap_or_default();
        from += at + word.len();
    }
    pieces.push(rest.trim());
    pieces
}

/// Splits at `/ ; , & |`, line breaks and a second `+`, never inside brackets. A mark beside too few digits may stand inside
/// one number (`0812,3456,7890`), so the piece then stays whole; only after `/` are few digits another ending (`…90/91`).
fn by_marks(piece: &str) -> Vec<&str> {
    let mut parts: Vec<(char, &str)> = Vec::new(); // the mark before a part, and the part
    let (mut start, mut depth, mut seen) = (0, 0_i32, 0);
    let (mut mark, mut before) = (' ', ' ');
    for (at, c) in piece.char_indices() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth -= 1,
            _ => {}
        }
        let separates = matches!(c, '/' | '&' | '|' | ',' | ';' | '\n' | '\r' | '／' | '＆' | '，' | '；' | '、');
        // Right behind a digit a `+` may also mean "and": `0812…+8134…` is no number in Japan.
        let glued = digit(before).is_some() && !piece.get(at..).is_some_and(|rest| rest.starts_with("+62"));
        let begins = c == '+' && seen >= SHORTEST && !before.is_alphabetic() && !glued;
        if depth <= 0 && (separates || begins) {
            parts.push((mark, piece.get(start..at).unwrap_or_default().trim()));
            start = if begins { at } else { at + c.len_utf8() };
            (mark, seen) = (c, 0);
        }
        seen += usize::from(digit(c).is_some());
        before = c;
    }
    parts.push((mark, piece.get(start..).unwrap_or_default().trim()));
    let doubtful = |(mark, part): &(char, &str)| !matches!(mark, '/' | '／') && (1..SHORTEST).contains(&digits(part));
    if parts.len() > 1 && parts.iter().any(doubtful) {
        return vec![piece];
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// Splits `081234567890 085712345678`: only where every word is a whole number.
fn by_spaces(part: &str) -> Vec<&str> {
    let words: Vec<&str> = part.split_whitespace().filter(|w| digits(w) > 0).collect();
    let whole = words.len() > 1 && words.iter().all(|w| digits(w) >= WHOLE);
    if whole { words } else { vec![part] }
}
