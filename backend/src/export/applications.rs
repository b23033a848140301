//! The list of applications as a file.

use satu_core::{
    application::{self, Application, Filter, Gender},
    store::Store,
};

use super::{Draft, ExportError, FileFormat, Sheet};

const HEADER: [&str; 24] = [
    "id",
    "full_name",
    "phone",
    "email",
    "birth_date",
    "gender",
    "location",
    "position",
    "applied_at",
    "education",
    "education_level",
    "experience",
    "experience_months",
    "expected_salary",
    "expected_salary_max",
    "resume_url",
    "portal",
    "source_ref",
    "portal_status",
    "portal_standing",
    "stage",
    "sub_state",
    "answers",
    "extras",
];
/// Applications that are fetched together.
const CHUNK: u64 = 500;

/// Writes every application that fits to a draft, newest first, page after page.
///
/// # Errors
/// The store fails; a workbook is full at 1,048,576 rows.
pub async fn applications(
    store: &Store,
    filter: &Filter,
    format: FileFormat,
    draft: &Draft,
) -> Result<(), ExportError> {
    let mut sheet = Sheet::begin(format, "Pelamar", &HEADER, draft)?;
    let mut after = None;
    loop {
        let page = application::page(store, filter, after, CHUNK).await?;
        let Some(last) = page.last() else { return sheet.finish() };
        after = Some(last.id);
        for one in page {
            let cells = cells(one);
            sheet.row(cells.iter().map(String::as_str))?;
        }
    }
}

fn cells(one: Application) -> [String; 24] {
    let Application { id, fields, portal, stage, sub_state, .. } = one;
    let text = Option::unwrap_or_default;
    let number = |amount: Option<i64>| amount.map(|amount| amount.to_string()).unwrap_or_default();
    let answers: Vec<String> = fields
        .answers
        .iter()
        .map(|one| format!("{}: {}", one.question, one.answer.as_deref().unwrap_or("-")))
        .collect();
    let extras: Vec<String> = fields.extras.iter().map(|(header, cell)| format!("{header}: {cell}")).collect();
    let gender = fields.gender.map(|gender| match gender {
        Gender::Female => "female",
        Gender::Male => "male",
    });
    [
        id.to_string(),
        text(fields.full_name),
        text(fields.phone),
        text(fields.email),
        text(fields.birth_date),
        gender.unwrap_or_default().to_owned(),
        text(fields.location),
        text(fields.position),
        text(fields.applied_at),
        text(fields.education),
        fields.education_level.map(|level| level.to_string()).unwrap_or_default(),
        text(fields.experience),
        number(fields.experience_months.map(i64::from)),
        number(fields.expected_salary),
        number(fields.expected_salary_max),
        text(fields.resume_url),
        portal,
        text(fields.source_ref),
        text(fields.portal_status),
        fields.portal_standing.map(|standing| standing.to_string()).unwrap_or_default(),
        stage.to_string(),
        sub_state.to_string(),
        answers.join("\n"),
        extras.join("\n"),
    ]
}
