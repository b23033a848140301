//! A cell -> the parts of it that hold one number each.

use super::clean::{digit, names_another, says_missing_digits};
use super::dial::is_whole_mobile;
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
    let pieces: Vec<&str> = by_list(cell)
        .into_iter()
        .flat_map(by_words)
        .flat_map(by_marks)
        .flat_map(by_spaces)
        .flat_map(by_groups)
        .collect();
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

/// The items of a list without their numbers: `1. 0812… 2. 0857…`, `1) 0812…`. The whole cell where an item is no number of its own.
fn by_list(cell: &str) -> Vec<&str> {
    let Some(mut rest) = cell.strip_prefix("1.").or_else(|| cell.strip_prefix("1)")) else {
        return vec![cell];
    };
    let mark = if cell.starts_with("1.") { '.' } else { ')' };
    let mut items = Vec::new();
    // A telephone's cell lists a few; what is longer is no list of numbers.
    for number in 2..=9 {
        let next = format!("{number}{mark}");
        let at = rest.match_indices(next.as_str()).map(|(at, _)| at).find(|at| {
            rest.get(..*at).is_some_and(|head| head.ends_with(char::is_whitespace) && digits(head) >= WHOLE)
        });
        let Some((item, behind)) = at.map(|at| rest.split_at(at)) else { break };
        items.push(item);
        rest = behind.get(next.len()..).unwrap_or_default();
    }
    // `1.081234567890` alone may be anything.
    let is_list = !items.is_empty() || rest.starts_with(char::is_whitespace);
    items.push(rest);
    let whole = is_list && items.iter().all(|item| digits(item) >= WHOLE);
    if whole { items.into_iter().map(str::trim).collect() } else { vec![cell] }
}

/// Splits `0812 3456 7890 - 0857 1234 5678`: only where the groups of digits make whole Indonesian mobiles, each from its `0` or `62` on, and in
/// one way only.
fn by_groups(part: &str) -> Vec<&str> {
    /// More digits or groups than these are no few numbers.
    const MOST: usize = 64;
    let parts = |c: char| matches!(c, ' ' | '\u{a0}') || is_hyphen(c);
    let plain = |c: char| digit(c).is_some() || parts(c) || matches!(c, '.' | '+' | '(' | ')');
    if !(2 * WHOLE..=MOST).contains(&digits(part)) || !part.chars().all(plain) {
        return vec![part];
    }
    let mut groups: Vec<(usize, usize)> = Vec::new(); // where each begins and ends
    let mut start = 0;
    for group in part.split_inclusive(parts) {
        let text = group.trim_end_matches(parts);
        if digits(text) > 0 {
            groups.push((start, start + text.len()));
        }
        start += group.len();
    }
    if groups.len() > MOST {
        return vec![part];
    }
    // For each group: in how many ways the groups before it are whole numbers, and where the last of these begins.
    let mut ways: Vec<(u32, usize)> = vec![(1, 0)];
    for end in 0..groups.len() {
        let mut here = (0, 0);
        for begin in 0..=end {
            let before = ways.get(begin).map_or(0, |(count, _)| *count);
            if before > 0 && span(part, &groups, begin, end).is_some_and(is_whole) {
                here = (before.saturating_add(here.0), begin);
            }
        }
        ways.push(here);
    }
    let mut numbers = Vec::new();
    let mut end = groups.len();
    while let Some((1, begin)) = ways.get(end).copied().filter(|_| end > 0) {
        numbers.extend(span(part, &groups, begin, end - 1));
        end = begin;
    }
    numbers.reverse();
    // One that begins with its 8 counts as a way, so that nothing is split in two when it may be split elsewhere, but is not taken.
    let begun = |number: &&str| {
        number.trim_start_matches(['(', '+']).chars().next().and_then(digit).is_some_and(|d| d == 0 || d == 6)
    };
    if end == 0 && numbers.len() > 1 && numbers.iter().all(begun) { numbers } else { vec![part] }
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}')
}

/// The text from the beginning of one group to the end of another.
fn span<'t>(text: &'t str, groups: &[(usize, usize)], first: usize, last: usize) -> Option<&'t str> {
    text.get(groups.get(first)?.0..groups.get(last)?.1)
}

/// Whether a text is one whole mobile; a `+` stands at its beginning only.
fn is_whole(text: &str) -> bool {
    let text = text.trim_start_matches('(');
    let text = text.strip_prefix('+').unwrap_or(text);
    let numerals: String =
        text.chars().filter_map(digit).take(WHOLE * 2 + 2).map(|value| char::from(b'0' + value)).collect();
    !text.contains('+') && is_whole_mobile(&numerals)
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

/// Splits `081234567890 085712345678`: only where every word with digits is a whole number. None begins within a word (`0810000000 0+0810000010`), and
/// one with a hyphen may begin with the end of the number before it (`0850000000 000-0850000001`): unless a `+` says where it begins, the groups
/// must tell.
fn by_spaces(part: &str) -> Vec<&str> {
    let numbers = || part.split_whitespace().filter(|word| digits(word) > 0);
    let is_one = |word: &str| {
        let before = word.rfind('+').and_then(|plus| word.get(..plus)).unwrap_or_default();
        digits(word) >= WHOLE && digits(before) == 0 && (word.contains('+') || !word.contains(is_hyphen))
    };
    let whole = numbers().nth(1).is_some() && numbers().all(is_one);
    if whole { part.split_whitespace().collect() } else { vec![part] }
}
