//! How a row is kept: JSON that says each thing once.
//!
//! A row's texts are numbered, first its cells and then what stands in no cell, and everything else names them by number: most values stand
//! in the cells as they are, and what was made of a cell stands in a field, in a contact and in the note of its repair alike. A row takes a
//! quarter of the bytes of its plain JSON, and bytes are what the import of a million rows is made of. Names and places are kept for ever:
//! stored rows speak them. What comes new goes to an end, where older rows lack it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    application::{
        Answer, ApplicantRow, Cells, EducationLevel, Fields, Gender, PortalStanding, Problem, ProblemCode, Repair,
        RepairCode,
    },
    identity::{EmailReading, PhoneReading},
};

pub(super) type Result<T> = serde_json::Result<T>;

/// A text's number, from 0.
type Text = usize;

#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    #[serde(rename = "c")]
    cells: Cow<'a, Cells>,
    /// Texts that stand in no cell, numbered on from the cells.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    texts: Vec<Cow<'a, str>>,
    #[serde(rename = "f")]
    fields: PackedFields,
    #[serde(rename = "q", default, skip_serializing_if = "<[Answer]>::is_empty")]
    answers: Cow<'a, [Answer]>,
    /// Header and value.
    #[serde(rename = "x", default, skip_serializing_if = "Vec::is_empty")]
    extras: Vec<(Cow<'a, str>, Text)>,
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    phones: Vec<Contact>,
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    emails: Vec<Contact>,
    /// Code, column, from, to.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    repairs: Vec<(RepairCode, u32, Text, Text)>,
    #[serde(rename = "z", default, skip_serializing_if = "<[Problem]>::is_empty")]
    problems: Cow<'a, [Problem]>,
    #[serde(rename = "v", default, skip_serializing_if = "std::ops::Not::not")]
    not_data: bool,
}

/// The fields in the order in which [`Fields`] has them, each at its place, so that no row repeats their names.
#[derive(Serialize, Deserialize)]
struct PackedFields(
    Option<Text>,
    Option<Text>,
    Option<Text>,
    Option<Text>,
    Option<Gender>,
    Option<Text>,
    Option<Text>,
    Option<Text>,
    Option<Text>,
    Option<EducationLevel>,
    Option<Text>,
    Option<u32>,
    Option<i64>,
    Option<i64>,
    Option<Text>,
    Option<Text>,
    Option<Text>,
    Option<PortalStanding>,
);

/// A phone number or an email address: raw, normal form, and what is rare; without that it keys.
#[derive(Serialize, Deserialize)]
struct Contact(Text, Option<Text>, #[serde(default, skip_serializing_if = "Option::is_none")] Option<Rare>);

/// Whether it keys, repairs, problem, suggestion.
#[derive(Serialize, Deserialize)]
struct Rare(bool, Vec<RepairCode>, Option<ProblemCode>, Option<String>);

impl Default for Rare {
    fn default() -> Self {
        Self(true, Vec::new(), None, None)
    }
}

impl Rare {
    fn some(
        usable: bool,
        repairs: &[RepairCode],
        problem: Option<ProblemCode>,
        suggestion: Option<&String>,
    ) -> Option<Self> {
        let any = !usable || !repairs.is_empty() || problem.is_some() || suggestion.is_some();
        any.then(|| Self(usable, repairs.to_vec(), problem, suggestion.cloned()))
    }
}

/// Numbers the texts of a row.
struct Numbering<'a> {
    cells: &'a Cells,
    texts: Vec<Cow<'a, str>>,
}

impl<'a> Numbering<'a> {
    fn of(&mut self, text: &'a str) -> Text {
        let known = self.cells.iter().position(|cell| cell == text);
        let known = known.or_else(|| Some(self.cells.len() + self.texts.iter().position(|own| own == text)?));
        known.unwrap_or_else(|| {
            self.texts.push(text.into());
            self.cells.len() + self.texts.len() - 1
        })
    }

    fn some(&mut self, text: &'a Option<String>) -> Option<Text> {
        text.as_deref().map(|text| self.of(text))
    }
}

/// A row as the text that is stored; its number stands in a column of its own.
pub(super) fn pack(row: &ApplicantRow) -> Result<String> {
    let ApplicantRow { row: _, cells, fields, phones, emails, repairs, problems, not_data } = row;
    let mut text = Numbering { cells, texts: Vec::new() };
    let Fields {
        full_name,
        phone,
        email,
        birth_date,
        gender,
        location,
        position,
        applied_at,
        education,
        education_level,
        experience,
        experience_months,
        expected_salary,
        expected_salary_max,
        resume_url,
        source_ref,
        portal_status,
        portal_standing,
        answers,
        extras,
    } = fields;
    let fields = PackedFields(
        text.some(full_name),
        text.some(phone),
        text.some(email),
        text.some(birth_date),
        *gender,
        text.some(location),
        text.some(position),
        text.some(applied_at),
        text.some(education),
        *education_level,
        text.some(experience),
        *experience_months,
        *expected_salary,
        *expected_salary_max,
        text.some(resume_url),
        text.some(source_ref),
        text.some(portal_status),
        *portal_standing,
    );
    let extras = extras.iter().map(|(header, cell)| (header.into(), text.of(cell))).collect();
    let phones = phones.iter().map(|PhoneReading { raw, value, repairs, usable, problem }| {
        Contact(text.of(raw), text.some(value), Rare::some(*usable, repairs, *problem, None))
    });
    let phones = phones.collect();
    let emails = emails.iter().map(|EmailReading { raw, value, repairs, usable, problem, suggestion }| {
        Contact(text.of(raw), text.some(value), Rare::some(*usable, repairs, *problem, suggestion.as_ref()))
    });
    let emails = emails.collect();
    let repairs = repairs.iter().map(|Repair { code, column, from, to }| (*code, *column, text.of(from), text.of(to)));
    let repairs = repairs.collect();
    serde_json::to_string(&Packed {
        cells: Cow::Borrowed(cells),
        texts: text.texts,
        fields,
        answers: answers.into(),
        extras,
        phones,
        emails,
        repairs,
        problems: problems.into(),
        not_data: *not_data,
    })
}

/// The row that was stored under a number.
pub(super) fn unpack(row: u32, stored: &str) -> Result<ApplicantRow> {
    let packed: Packed<'_> = serde_json::from_str(stored)?;
    let (cells, texts) = (packed.cells.into_owned(), packed.texts);
    let text = |number: Text| match number.checked_sub(cells.len()) {
        None => cells.get(number).unwrap_or_default().to_owned(),
        Some(own) => texts.get(own).map(|text| text.clone().into_owned()).unwrap_or_default(),
    };
    let PackedFields(
        full_name,
        phone,
        email,
        birth_date,
        gender,
        location,
        position,
        applied_at,
        education,
        education_level,
        experience,
        experience_months,
        expected_salary,
        expected_salary_max,
        resume_url,
        source_ref,
        portal_status,
        portal_standing,
    ) = packed.fields;
    let fields = Fields {
        full_name: full_name.map(text),
        phone: phone.map(text),
        email: email.map(text),
        birth_date: birth_date.map(text),
        gender,
        location: location.map(text),
        position: position.map(text),
        applied_at: applied_at.map(text),
        education: education.map(text),
        education_level,
        experience: experience.map(text),
        experience_months,
        expected_salary,
        expected_salary_max,
        resume_url: resume_url.map(text),
        source_ref: source_ref.map(text),
        portal_status: portal_status.map(text),
        portal_standing,
        answers: packed.answers.into_owned(),
        extras: packed.extras.into_iter().map(|(header, cell)| (header.into_owned(), text(cell))).collect(),
    };
    let phones = packed.phones.into_iter().map(|Contact(raw, value, rare)| {
        let Rare(usable, repairs, problem, _) = rare.unwrap_or_default();
        PhoneReading { raw: text(raw), value: value.map(text), repairs, usable, problem }
    });
    let emails = packed.emails.into_iter().map(|Contact(raw, value, rare)| {
        let Rare(usable, repairs, problem, suggestion) = rare.unwrap_or_default();
        EmailReading { raw: text(raw), value: value.map(text), repairs, usable, problem, suggestion }
    });
    let repairs = packed.repairs.into_iter().map(|(code, column, from, to)| Repair {
        code,
        column,
        from: text(from),
        to: text(to),
    });
    let (phones, emails, repairs) = (phones.collect(), emails.collect(), repairs.collect());
    let (problems, not_data) = (packed.problems.into_owned(), packed.not_data);
    Ok(ApplicantRow { row, fields, phones, emails, repairs, problems, not_data, cells })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A contact whose later parts are left out must still know which part is which.
    #[test]
    fn a_row_is_kept_whole() {
        let cells = ["Siti", "0812-3456-7890", "siti@gmail.con", "x"].into_iter().collect();
        let phone = |usable, repairs: &[RepairCode], problem| PhoneReading {
            raw: "0812-3456-7890".into(),
            value: Some("+6281234567890".into()),
            repairs: repairs.to_vec(),
            usable,
            problem,
        };
        let row = ApplicantRow {
            row: 7,
            fields: Fields {
                full_name: Some("Siti".into()),
                phone: Some("+6281234567890".into()),
                expected_salary: Some(3),
                gender: Some(Gender::Female),
                education_level: Some(EducationLevel::Sma),
                experience_months: Some(18),
                portal_standing: Some(PortalStanding::Rejected),
                answers: vec![Answer {
                    question: "SIM?".into(),
                    answer: Some("Ya".into()),
                    yes: Some(true),
                    matches: None,
                }],
                extras: [("Catatan".to_owned(), "x".to_owned())].into(),
                ..Fields::default()
            },
            phones: vec![
                phone(true, &[], None),
                phone(true, &[RepairCode::Note], None),
                phone(false, &[], Some(ProblemCode::PhoneDisputed)),
                phone(false, &[RepairCode::Digits], Some(ProblemCode::PhoneDisputed)),
            ],
            emails: [None, Some(ProblemCode::EmailTypo)]
                .into_iter()
                .map(|problem| EmailReading {
                    raw: "siti@gmail.con".into(),
                    value: None,
                    repairs: Vec::new(),
                    usable: false,
                    problem,
                    suggestion: Some("siti@gmail.com".into()),
                })
                .collect(),
            repairs: vec![Repair { code: RepairCode::Date, column: 4, from: "x".into(), to: "2026-01-01".into() }],
            problems: vec![Problem {
                code: ProblemCode::NoContact, column: Some(2), value: None, message: "…".into()
            }],
            not_data: true,
            cells,
        };
        assert_eq!(unpack(7, &pack(&row).unwrap()).unwrap(), row);
    }
}
