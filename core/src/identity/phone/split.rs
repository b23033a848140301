//! A cell -> the parts of it that hold one number each.

use super::clean::{digit, names_another, says_missing_digits};
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
    with_remarks(cell, &pieces)
}

/// The pieces that hold a number or a mask, each with the remarks about it: what stands behind it (`0812…, suami`), or before it where the
/// cell begins with a remark (`Ibu, 0812…`). The whole cell where no piece is one.
fn with_remarks<'c>(cell: &'c str, pieces: &[&'c str]) -> Vec<&'c str> {
    let place = |piece: &str| piece.as_ptr().addr() - cell.as_ptr().addr();
    let first = pieces.iter().find(|piece| is_telling(piece) || is_remark(piece));
    let leading = first.is_some_and(|piece| !is_telling(piece));
    let mut spans: Vec<(usize, usize)> = Vec::with_capacity(pieces.len());
    let mut begun = None; // where remarks about the next number begin
    for piece in pieces {
        let (start, end) = (place(piece), place(piece) + piece.len());
        if is_telling(piece) {
            spans.push((begun.take().unwrap_or(start), end));
        } else if is_remark(piece) {
            match spans.last_mut() {
                Some(span) if !leading => span.1 = end,
                _ => begun = begun.or(Some(start)),
            }
        }
    }
    // A remark behind the last number of a cell that began with one.
    if let (Some(_), Some(span)) = (begun, spans.last_mut()) {
        span.1 = cell.len();
    }
    let telling: Vec<&str> = spans.into_iter().filter_map(|(start, end)| cell.get(start..end)).collect();
    if telling.is_empty() { vec![cell] } else { telling }
}

fn is_telling(piece: &str) -> bool {
    digits(piece) > 0 || piece.chars().any(is_mask)
}

/// Whether a piece without a number changes what the number beside it is worth.
fn is_remark(piece: &str) -> bool {
    names_another(piece) || says_missing_digits(piece)
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

/// Splits `081234567890 085712345678`: only where every word with digits is a whole number.
fn by_spaces(part: &str) -> Vec<&str> {
    let numbers = || part.split_whitespace().filter(|word| digits(word) > 0);
    let whole = numbers().nth(1).is_some() && numbers().all(|word| digits(word) >= WHOLE);
    if whole { part.split_whitespace().collect() } else { vec![part] }
}
