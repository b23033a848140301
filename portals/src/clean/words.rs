//! The sentences about rows: which row and column, what stands there, what to do.

use satu_core::application::ProblemCode;

/// A cell shortened such that a sentence stays one.
fn short(value: &str) -> String {
    let value = crate::value::text::tidy(value);
    match value.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.into_owned(),
    }
}

fn at(row: u32, column: &str, value: &str) -> String {
    format!("Row {row}, “{column}”: “{}”", short(value))
}

pub(super) fn repeated_header(row: u32) -> String {
    format!("Row {row} repeats the header; it is left out.")
}

pub(super) fn note(row: u32) -> String {
    format!("Row {row} is a total or a note, not an applicant; it is left out.")
}

pub(super) fn no_name(row: u32) -> String {
    format!("Row {row} has no name: fill it in, or map the column that holds it.")
}

pub(super) fn not_a_name(row: u32, column: &str, value: &str) -> String {
    format!("{} is no name: fill it in as it stands on the portal.", at(row, column, value))
}

pub(super) fn no_contact(row: u32) -> String {
    format!(
        "Row {row} has neither a phone number nor an email address that can be used: look them up on the portal and fill one in."
    )
}

pub(super) fn cut_off(row: u32) -> String {
    format!(
        "The file stops in the middle of row {row}, as a download does that breaks off: download it from the portal again. Nothing of this row was taken over."
    )
}

pub(super) fn extra_cells(row: u32, columns: usize, first: &str) -> String {
    format!(
        "Row {row} has more cells than the {columns} columns of the header (“{}”): check whether its cells have shifted to the right.",
        short(first)
    )
}

/// What there is to say about a phone number.
pub(super) fn phone(code: ProblemCode, row: u32, column: &str, value: &str) -> String {
    let place = at(row, column, value);
    match code {
        ProblemCode::Masked => {
            format!("{place} is masked by the portal: open the applicant there to see the number, and fill it in.")
        }
        ProblemCode::DigitsLost => {
            format!(
                "{place} has lost its last digits in a spreadsheet: download the file again without opening it in Excel, or fill the number in."
            )
        }
        ProblemCode::PhoneLetters => format!("{place} holds a letter among the digits: correct the number."),
        ProblemCode::PhoneNotMobile => format!(
            "{place} is not a mobile number: it is kept, but nothing can be sent to it; ask for a mobile number."
        ),
        ProblemCode::PhoneDisputed => format!(
            "{place} is longer than Indonesian numbers are: it is kept but tells nobody apart; check its digits."
        ),
        ProblemCode::PhoneOfAnother => {
            format!(
                "{place} says that it is somebody else's: it is kept but tells nobody apart; ask for her own number."
            )
        }
        ProblemCode::Placeholder => format!("{place} is no number: fill one in if there is one."),
        _ => format!("{place} is not a phone number: correct it."),
    }
}

/// What there is to say about an email address.
pub(super) fn email(code: ProblemCode, row: u32, column: &str, value: &str, suggestion: Option<&str>) -> String {
    let place = at(row, column, value);
    match (code, suggestion) {
        (ProblemCode::Masked, _) => {
            format!("{place} is masked by the portal: open the applicant there to see the address, and fill it in.")
        }
        (ProblemCode::EmailRelay, _) => format!(
            "{place} is the portal's relay address: mail reaches her through it, but it does not tell who she is."
        ),
        (ProblemCode::Placeholder, _) => format!("{place} is no address: fill one in if there is one."),
        (ProblemCode::EmailTypo, Some(suggestion)) => {
            format!("{place} may be a typing error for “{suggestion}”: correct it if so.")
        }
        (ProblemCode::EmailTypo, None) => format!("{place} may hold a typing error: check it."),
        _ => format!("{place} is not an email address: correct it."),
    }
}

/// What there is to say about any other cell.
pub(super) fn value(code: ProblemCode, row: u32, column: &str, value: &str) -> String {
    let place = at(row, column, value);
    match code {
        ProblemCode::DateInvalid => {
            format!("{place} is not a date that can be: correct it, for example to 2026-04-11.")
        }
        ProblemCode::DateAmbiguous => {
            format!("{place} does not tell the day from the month: choose the order of this column.")
        }
        ProblemCode::AmountInvalid => {
            format!("{place} is not an amount of rupiah a month: correct it, for example to 3500000.")
        }
        ProblemCode::ResumeNotLink => format!("{place} is not a web link: it is kept as text under the other columns."),
        ProblemCode::GenderUnknown => {
            format!("{place} is no known word for gender: correct it to Perempuan or Laki-laki.")
        }
        ProblemCode::EducationUnclear => {
            format!("{place} does not tell which level is finished: write the highest that is, for example SMA.")
        }
        ProblemCode::StatusUnknown => {
            format!(
                "{place} is a status that is not known of this portal: it is kept as it stands; see what it means there."
            )
        }
        _ => format!("{place} should be looked at."),
    }
}
