//! The columns of names, phone numbers and email addresses.

use satu_core::application::RepairCode;
use satu_core::identity::{EmailReading, PersonName, PhoneReading, read_emails, read_phones};

use super::values::extra;
use super::{Cleaner, Cleaning, Column, Meaning, words};
use crate::value::text::{is_placeholder, tidy};

impl Cleaner {
    /// The whole name, or else the first and the last one joined.
    pub(super) fn names(&self, cleaning: &mut Cleaning<'_>) {
        let mut joined: Option<(&Column, String)> = None;
        for at in &self.names {
            let Some(column) = self.columns.get(*at) else { continue };
            let cell = cleaning.tidy(column);
            let text = cell.strip_prefix('\'').unwrap_or(&cell);
            if !text.is_empty() {
                cleaning.named_by = cleaning.named_by.or(Some(*at));
            }
            if text.is_empty() || is_placeholder(text) {
                continue;
            }
            if column.meaning == Meaning::FullName {
                if whole_name(cleaning, column, text) {
                    return;
                }
                continue;
            }
            match &mut joined {
                // Some portals, and some people, put the whole name into both columns or into the first one.
                Some((_, name)) if ends_in(name, text) => {}
                Some((_, name)) => {
                    name.push(' ');
                    name.push_str(text);
                }
                None => joined = Some((column, text.to_owned())),
            }
        }
        let Some((column, text)) = joined else { return };
        if let Some(name) = PersonName::shown(&text) {
            cleaning.repair(RepairCode::JoinedName, column, &name);
            cleaning.row.fields.full_name = Some(name);
        }
    }

    /// Every number and address of the row, each once, the usable ones first.
    pub(super) fn contacts(&self, cleaning: &mut Cleaning<'_>) {
        let mut strays: Vec<(&Column, Vec<EmailReading>)> = Vec::new();
        for at in &self.contacts {
            let Some(column) = self.columns.get(*at) else { continue };
            let cell = cleaning.raw(column);
            if cell.is_empty() {
                continue;
            }
            for part in parts(cell, column.separator) {
                if column.meaning == Meaning::Email {
                    emails(cleaning, column, read_emails(part));
                } else if part.contains('@') {
                    let (addresses, rest) = without_addresses(part);
                    if addresses.is_empty() || rest.chars().any(char::is_numeric) {
                        phones(cleaning, column, read_phones(&rest));
                    }
                    strays.push((column, addresses));
                } else {
                    phones(cleaning, column, read_phones(part));
                }
            }
        }
        for (column, addresses) in strays {
            stray_emails(cleaning, column, addresses);
        }
        let row = &mut cleaning.row;
        row.phones.sort_by_key(|reading| !reading.usable);
        row.emails.sort_by_key(|reading| !reading.usable);
        row.fields.phone = row.phones.iter().find_map(|reading| reading.value.clone());
        row.fields.email = row.emails.iter().find_map(|reading| reading.value.clone());
    }
}

/// Whether a name's last words are those of another text.
fn ends_in(name: &str, text: &str) -> bool {
    let Some(at) = name.len().checked_sub(text.len()) else { return false };
    let behind_a_space = at == 0 || name.as_bytes().get(at - 1) == Some(&b' ');
    behind_a_space && name.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(text))
}

/// The parts of a cell that the portal's own separator keeps apart. Most portals have none: then phones and emails are told apart by theirs.
fn parts(cell: &str, separator: Option<char>) -> impl Iterator<Item = &str> {
    let whole = separator.is_none().then_some(cell);
    whole.into_iter().chain(separator.into_iter().flat_map(|mark| cell.split(mark)))
}

/// The addresses that stand in a cell of numbers (`0812… / siti@example.com`), and the cell without them.
fn without_addresses(cell: &str) -> (Vec<EmailReading>, String) {
    let mut addresses: Vec<EmailReading> = Vec::new();
    let mut rest = cell.to_owned();
    let ends = |c: char| c.is_whitespace() || matches!(c, '/' | ';' | ',' | '|' | '(' | ')' | '<' | '>');
    for word in cell.split(ends).filter(|word| word.contains('@')) {
        let read = read_emails(word);
        if read.iter().all(|reading| reading.value.is_none()) {
            continue;
        }
        rest = rest.replacen(word, " ", 1);
        for mut reading in read {
            if !reading.repairs.contains(&RepairCode::Address) {
                reading.repairs.push(RepairCode::Address);
            }
            addresses.push(reading);
        }
    }
    (addresses, rest)
}

/// Takes the addresses of a column of numbers where the row has none in its own column. Otherwise whose they are is not known, and the cell is
/// kept beside.
fn stray_emails(cleaning: &mut Cleaning<'_>, column: &Column, addresses: Vec<EmailReading>) {
    let own = &cleaning.row.emails;
    let known = |address: &EmailReading| own.iter().any(|other| other.value == address.value);
    if addresses.iter().all(known) {
        return;
    }
    if own.iter().any(|other| other.value.is_some()) {
        extra(cleaning, column);
    } else {
        emails(cleaning, column, addresses);
    }
}

/// Takes a cell as the whole name, unless it holds none.
fn whole_name(cleaning: &mut Cleaning<'_>, column: &Column, text: &str) -> bool {
    let Some(shown) = PersonName::shown(text) else { return false };
    let raw = cleaning.raw(column);
    if shown != raw {
        if raw.trim_start().starts_with('\'') {
            cleaning.repair(RepairCode::Apostrophe, column, &shown);
        }
        if tidy(raw) != raw {
            cleaning.repair(RepairCode::Whitespace, column, &shown);
        }
        if shown != text {
            cleaning.repair(RepairCode::NameCase, column, &shown);
        }
    }
    cleaning.row.fields.full_name = Some(shown);
    true
}

fn phones(cleaning: &mut Cleaning<'_>, column: &Column, readings: Vec<PhoneReading>) {
    let tell = |cleaning: &mut Cleaning<'_>, reading: &PhoneReading| {
        let Some(code) = reading.problem else { return };
        let message = words::phone(code, cleaning.row.row, &column.name, &reading.raw);
        cleaning.problem(code, Some(column.number), Some(reading.raw.clone()), message);
    };
    // Nearly every row has one number.
    if let ([only], []) = (readings.as_slice(), cleaning.row.phones.as_slice()) {
        tell(cleaning, only);
        cleaning.row.phones = readings;
        return;
    }
    for reading in readings {
        let known = |other: &PhoneReading| {
            if reading.value.is_some() { other.value == reading.value } else { other.raw == reading.raw }
        };
        if !cleaning.row.phones.iter().any(known) {
            tell(cleaning, &reading);
            cleaning.row.phones.push(reading);
        }
    }
}

fn emails(cleaning: &mut Cleaning<'_>, column: &Column, readings: Vec<EmailReading>) {
    let tell = |cleaning: &mut Cleaning<'_>, reading: &EmailReading| {
        let Some(code) = reading.problem else { return };
        let suggestion = reading.suggestion.as_deref();
        let message = words::email(code, cleaning.row.row, &column.name, &reading.raw, suggestion);
        cleaning.problem(code, Some(column.number), Some(reading.raw.clone()), message);
    };
    // Nearly every row has one address.
    if let ([only], []) = (readings.as_slice(), cleaning.row.emails.as_slice()) {
        tell(cleaning, only);
        cleaning.row.emails = readings;
        return;
    }
    for reading in readings {
        let known = |other: &EmailReading| {
            if reading.value.is_some() { other.value == reading.value } else { other.raw == reading.raw }
        };
        if !cleaning.row.emails.iter().any(known) {
            tell(cleaning, &reading);
            cleaning.row.emails.push(reading);
        }
    }
}
