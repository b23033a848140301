//! A cell's values in the form in which they are compared, and the coarser form of a value.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::agreement::Comparator;
use crate::identity::{PersonName, is_relay, sound};

/// Digits of a phone number at least, and at its end those that stay the same when its beginning was mistyped.
const SHORTEST_NUMBER: usize = 7;
const END: usize = 7;

/// Reads the values of some cells. A name and a text may be spread over several cells; other cells are values of their own, and a cell of
/// phone numbers or addresses may hold several between semicolons.
pub(super) fn read<'c>(comparator: Comparator, cells: impl Iterator<Item = &'c str>, into: &mut Vec<String>) {
    match comparator {
        Comparator::Name => into.extend(name(&joined(cells))),
        Comparator::Text => into.extend(text(&joined(cells))),
        Comparator::Phone => cells.flat_map(|cell| cell.split(';')).for_each(|cell| into.extend(phone(cell))),
        Comparator::Email => cells.flat_map(|cell| cell.split(';')).for_each(|cell| into.extend(email(cell))),
        Comparator::Date => cells.for_each(|cell| into.extend(date(cell))),
        Comparator::Code => cells.for_each(|cell| into.extend(code(cell))),
        Comparator::Category => cells.for_each(|cell| into.extend(category(cell))),
    }
}

/// The coarser form of a value; none where the comparator knows none.
pub(super) fn core(comparator: Comparator, value: &str) -> Option<String> {
    match comparator {
        Comparator::Name if value.len() == 1 => Some(value.to_owned()),
        // Van Ophuijsen wrote `j` for today's `y`: `Rahaju`, `Rahayu`.
        Comparator::Name => Some(sound(value).replace('j', "i")),
        Comparator::Phone => Some(value.get(value.len().saturating_sub(END)..).unwrap_or(value).to_owned()),
        Comparator::Email => Some(address_name(value)),
        Comparator::Text => Some(sound(&value.replace(' ', ""))),
        Comparator::Date | Comparator::Code | Comparator::Category => None,
    }
}

fn joined<'c>(cells: impl Iterator<Item = &'c str>) -> String {
    cells.fold(String::new(), |mut joined, cell| {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(cell);
        joined
    })
}

fn name(cell: &str) -> Vec<String> {
    PersonName::parse(cell).map(|name| name.words().to_vec()).unwrap_or_default()
}

fn phone(cell: &str) -> Option<String> {
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= SHORTEST_NUMBER).then_some(digits)
}

fn email(cell: &str) -> Option<String> {
    let address = cell.trim().to_lowercase();
    let (name, domain) = address.split_once('@')?;
    (!name.is_empty() && !domain.is_empty() && !is_relay(&address)).then_some(address)
}

/// What stands before the `@`, without marks and without what follows a plus.
fn address_name(address: &str) -> String {
    let name = address.split('@').next().unwrap_or_default();
    let name = name.split('+').next().filter(|name| !name.is_empty()).unwrap_or(name);
    name.chars().filter(|c| !matches!(c, '.' | '_' | '-')).collect()
}

/// `YYYYMMDD`, zeros for what is not known; none where not even the year is.
fn date(cell: &str) -> Option<String> {
    let mut digits: String = cell.trim().chars().take_while(|c| *c != 'T').filter(char::is_ascii_digit).collect();
    let known = matches!(digits.len(), 4 | 6 | 8) && !digits.starts_with("00");
    digits.extend(std::iter::repeat_n('0', 8_usize.saturating_sub(digits.len())));
    known.then_some(digits)
}

fn text(cell: &str) -> Option<String> {
    let folded: String = cell
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = folded.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn code(cell: &str) -> Option<String> {
    let code: String = cell.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    (!code.is_empty()).then_some(code)
}

fn category(cell: &str) -> Option<String> {
    let word = cell.trim().to_lowercase();
    (!word.is_empty()).then_some(word)
}
