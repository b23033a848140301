//! How a row is kept: JSON that says each thing once.
//!
//! Most values of a row stand in its cells as they are, so a value is kept as the number of its cell where it can be. A row takes a third
//! of the bytes of its plain JSON, and bytes are what the import of a million rows is made of. The short names are kept for ever: stored
//! rows speak them.

use serde::{Deserialize, Serialize};

use crate::{
    application::{
        Answer, ApplicantRow, EducationLevel, Fields, Gender, PortalStanding, Problem, ProblemCode, Repair, RepairCode,
    },
    identity::{EmailReading, PhoneReading},
};

pub(super) type Result<T> = serde_json::Result<T>;

/// A text: the number of the cell that holds it, the first being 0, or itself.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Text {
    Cell(usize),
    Own(String),
}

/// A phone number or an email address: raw, normal form, whether it keys; then what is rare.
#[derive(Serialize, Deserialize)]
struct Contact(Text, Option<Text>, bool, Option<Rare>);

/// Repairs, problem, suggestion.
#[derive(Serialize, Deserialize)]
struct Rare(Vec<RepairCode>, Option<ProblemCode>, Option<String>);

impl Rare {
    fn some(repairs: &[RepairCode], problem: Option<ProblemCode>, suggestion: Option<&String>) -> Option<Self> {
        let any = !repairs.is_empty() || problem.is_some() || suggestion.is_some();
        any.then(|| Self(repairs.to_vec(), problem, suggestion.cloned()))
    }

    fn parts(rare: Option<Self>) -> (Vec<RepairCode>, Option<ProblemCode>, Option<String>) {
        rare.map(|Self(repairs, problem, suggestion)| (repairs, problem, suggestion)).unwrap_or_default()
    }
}

macro_rules! packed {
    ($($(#[$serde:meta])* $name:ident: $kind:ty = $short:literal,)+) => {
        #[derive(Serialize, Deserialize)]
        struct Packed {
            #[serde(rename = "c")]
            cells: Vec<String>,
            $(#[serde(rename = $short, default, skip_serializing_if = "omit")] $name: $kind,)+
        }
    };
}

packed! {
    full_name: Option<Text> = "n",
    phone: Option<Text> = "h",
    email: Option<Text> = "m",
    birth_date: Option<Text> = "b",
    gender: Option<Gender> = "g",
    location: Option<Text> = "l",
    position: Option<Text> = "o",
    applied_at: Option<Text> = "a",
    education: Option<Text> = "d",
    education_level: Option<EducationLevel> = "dl",
    experience: Option<Text> = "y",
    experience_months: Option<u32> = "ym",
    expected_salary: Option<i64> = "s",
    expected_salary_max: Option<i64> = "t",
    resume_url: Option<Text> = "u",
    source_ref: Option<Text> = "i",
    portal_status: Option<Text> = "w",
    portal_standing: Option<PortalStanding> = "ws",
    answers: Vec<Answer> = "q",
    extras: Vec<(String, Text)> = "x",
    phones: Vec<Contact> = "p",
    emails: Vec<Contact> = "e",
    repairs: Vec<(RepairCode, u32, Text, Text)> = "r",
    problems: Vec<Problem> = "z",
    not_data: bool = "v",
}

/// Whether a value can be left out.
trait Omit {
    fn omit(&self) -> bool;
}
impl<T> Omit for Option<T> {
    fn omit(&self) -> bool {
        self.is_none()
    }
}
impl<T> Omit for Vec<T> {
    fn omit(&self) -> bool {
        self.is_empty()
    }
}
impl Omit for bool {
    fn omit(&self) -> bool {
        !self
    }
}
fn omit(value: &impl Omit) -> bool {
    value.omit()
}

/// A row as the text that is stored; its number stands in a column of its own.
pub(super) fn pack(row: &ApplicantRow) -> Result<String> {
    let ApplicantRow { row: _, cells, fields, phones, emails, repairs, problems, not_data } = row;
    let text = |text: &str| match cells.iter().position(|cell| cell == text) {
        Some(cell) => Text::Cell(cell),
        None => Text::Own(text.to_owned()),
    };
    let some = |value: &Option<String>| value.as_deref().map(text);
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
    serde_json::to_string(&Packed {
        cells: cells.clone(),
        full_name: some(full_name),
        phone: some(phone),
        email: some(email),
        birth_date: some(birth_date),
        gender: *gender,
        location: some(location),
        position: some(position),
        applied_at: some(applied_at),
        education: some(education),
        education_level: *education_level,
        experience: some(experience),
        experience_months: *experience_months,
        expected_salary: *expected_salary,
        expected_salary_max: *expected_salary_max,
        resume_url: some(resume_url),
        source_ref: some(source_ref),
        portal_status: some(portal_status),
        portal_standing: *portal_standing,
        answers: answers.clone(),
        extras: extras.iter().map(|(header, cell)| (header.clone(), text(cell))).collect(),
        phones: phones
            .iter()
            .map(|PhoneReading { raw, value, repairs, usable, problem }| {
                Contact(text(raw), some(value), *usable, Rare::some(repairs, *problem, None))
            })
            .collect(),
        emails: emails
            .iter()
            .map(|EmailReading { raw, value, repairs, usable, problem, suggestion }| {
                Contact(text(raw), some(value), *usable, Rare::some(repairs, *problem, suggestion.as_ref()))
            })
            .collect(),
        repairs: repairs
            .iter()
            .map(|Repair { code, column, from, to }| (*code, *column, text(from), text(to)))
            .collect(),
        problems: problems.clone(),
        not_data: *not_data,
    })
}

/// The row that was stored under a number.
pub(super) fn unpack(row: u32, stored: &str) -> Result<ApplicantRow> {
    let packed: Packed = serde_json::from_str(stored)?;
    let cells = packed.cells;
    let text = |text: Text| match text {
        Text::Cell(cell) => cells.get(cell).cloned().unwrap_or_default(),
        Text::Own(text) => text,
    };
    let fields = Fields {
        full_name: packed.full_name.map(text),
        phone: packed.phone.map(text),
        email: packed.email.map(text),
        birth_date: packed.birth_date.map(text),
        gender: packed.gender,
        location: packed.location.map(text),
        position: packed.position.map(text),
        applied_at: packed.applied_at.map(text),
        education: packed.education.map(text),
        education_level: packed.education_level,
        experience: packed.experience.map(text),
        experience_months: packed.experience_months,
        expected_salary: packed.expected_salary,
        expected_salary_max: packed.expected_salary_max,
        resume_url: packed.resume_url.map(text),
        source_ref: packed.source_ref.map(text),
        portal_status: packed.portal_status.map(text),
        portal_standing: packed.portal_standing,
        answers: packed.answers,
        extras: packed.extras.into_iter().map(|(header, cell)| (header, text(cell))).collect(),
    };
    let phones = packed.phones.into_iter().map(|Contact(raw, value, usable, rare)| {
        let (repairs, problem, _) = Rare::parts(rare);
        PhoneReading { raw: text(raw), value: value.map(text), repairs, usable, problem }
    });
    let emails = packed.emails.into_iter().map(|Contact(raw, value, usable, rare)| {
        let (repairs, problem, suggestion) = Rare::parts(rare);
        EmailReading { raw: text(raw), value: value.map(text), repairs, usable, problem, suggestion }
    });
    let repairs = packed.repairs.into_iter().map(|(code, column, from, to)| Repair {
        code,
        column,
        from: text(from),
        to: text(to),
    });
    let (phones, emails, repairs) = (phones.collect(), emails.collect(), repairs.collect());
    Ok(ApplicantRow {
        row,
        fields,
        phones,
        emails,
        repairs,
        problems: packed.problems,
        not_data: packed.not_data,
        cells,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A contact whose later parts are left out must still know which part is which.
    #[test]
    fn a_row_is_kept_whole() {
        let cells: Vec<String> = ["Siti", "0812-3456-7890", "siti@gmail.con", "x"].map(str::to_owned).to_vec();
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
