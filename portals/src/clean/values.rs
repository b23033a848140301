//! The columns that are neither names nor contacts.

use std::borrow::Cow;

use satu_core::application::{Fields, ProblemCode, RepairCode};
use satu_core::import::mapping::DateOrder;

use super::{Cleaner, Cleaning, Column, Meaning, words};
use crate::definition::TimeZone;
use crate::header::header_key;
use crate::value::amount::{AmountRepair, read_amount};
use crate::value::date::{DateOf, DateRepair, DateTrouble, Epoch, behind_place, read_date};
use crate::value::education::{Education, read_education};
use crate::value::experience::{Unit, read_experience};
use crate::value::gender::read_gender;
use crate::value::link::read_link;
use crate::value::text::is_placeholder;

impl Cleaner {
    pub(super) fn values(&self, cleaning: &mut Cleaning<'_>) {
        for column in &self.columns {
            match column.meaning {
                Meaning::FullName
                | Meaning::FirstName
                | Meaning::LastName
                | Meaning::Phone
                | Meaning::Email
                | Meaning::Ignore => {}
                Meaning::Question(_) | Meaning::Answer(_) | Meaning::AnswerMatch(_) => {}
                Meaning::Extras => extra(cleaning, column),
                Meaning::Date { of, order, zone } => date(cleaning, column, of, order, (zone, self.epoch)),
                Meaning::Gender => gender(cleaning, column),
                Meaning::Salary => salary(cleaning, column),
                Meaning::Resume => resume(cleaning, column),
                Meaning::Location => plain(cleaning, column, |fields| &mut fields.location),
                Meaning::Position => plain(cleaning, column, |fields| &mut fields.position),
                Meaning::Education => education(cleaning, column),
                Meaning::Experience(unit) => experience(cleaning, column, unit),
                Meaning::PortalStatus => self.status(cleaning, column),
                Meaning::SourceRef => source_ref(cleaning, column),
            }
        }
    }
}

impl Cleaner {
    /// The portal's own word, and what its definition says that it means. A portal that lists none of its words leaves it at that.
    fn status(&self, cleaning: &mut Cleaning<'_>, column: &Column) {
        plain(cleaning, column, |fields| &mut fields.portal_status);
        let Cleaning { row, known, .. } = &mut *cleaning;
        let Some(word) = row.fields.portal_status.as_deref().filter(|_| !self.statuses.is_empty()) else { return };
        match known.standing.get(word, |word| self.statuses.get(&header_key(word)).copied()) {
            Some(standing) => row.fields.portal_standing = Some(standing),
            None => trouble(cleaning, column, ProblemCode::StatusUnknown),
        }
    }
}

fn education(cleaning: &mut Cleaning<'_>, column: &Column) {
    if cleaning.raw(column).trim().is_empty() {
        return;
    }
    plain(cleaning, column, |fields| &mut fields.education);
    let Cleaning { row, known, .. } = &mut *cleaning;
    let Some(text) = row.fields.education.as_deref() else { return };
    let education = known.education.get(text, read_education);
    row.fields.education_level = education.level();
    if education == Education::Unclear {
        trouble(cleaning, column, ProblemCode::EducationUnclear);
    }
}

fn experience(cleaning: &mut Cleaning<'_>, column: &Column, unit: Option<Unit>) {
    plain(cleaning, column, |fields| &mut fields.experience);
    let months = cleaning.row.fields.experience.as_deref().and_then(|text| read_experience(text, unit));
    cleaning.row.fields.experience_months = months;
}

/// The column's text without a spreadsheet's text mark; none where it is empty or stands for nothing.
fn said<'a>(cleaning: &mut Cleaning<'a>, column: &Column) -> Option<Cow<'a, str>> {
    let text = cleaning.tidy(column);
    if !text.starts_with('\'') {
        return (!text.is_empty() && !is_placeholder(&text)).then_some(text);
    }
    let text = text.trim_start_matches('\'').trim_start().to_owned();
    if text.is_empty() || is_placeholder(&text) {
        return None;
    }
    cleaning.repair(RepairCode::Apostrophe, column, &text);
    Some(Cow::Owned(text))
}

fn trouble(cleaning: &mut Cleaning<'_>, column: &Column, code: ProblemCode) {
    let raw = cleaning.raw(column);
    let message = words::value(code, cleaning.row.row, &column.name, raw);
    cleaning.problem(code, Some(column.number), Some(raw.to_owned()), message);
}

pub(super) fn extra(cleaning: &mut Cleaning<'_>, column: &Column) {
    let raw = cleaning.raw(column);
    if !raw.trim().is_empty() {
        cleaning.row.fields.extras.insert(column.extra.clone(), raw.to_owned());
    }
}

fn plain(cleaning: &mut Cleaning<'_>, column: &Column, field: impl Fn(&mut Fields) -> &mut Option<String>) {
    let Some(text) = said(cleaning, column) else { return };
    if matches!(text, Cow::Owned(_)) && !cleaning.raw(column).contains(&*text) {
        cleaning.repair(RepairCode::Whitespace, column, &*text);
    }
    *field(&mut cleaning.row.fields) = Some(text.into_owned());
}

/// The portal's own id, without the `.0` of a number that was a float once.
fn source_ref(cleaning: &mut Cleaning<'_>, column: &Column) {
    let Some(text) = said(cleaning, column) else { return };
    let digits =
        text.strip_suffix(".0").filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(digits) = digits else { return plain(cleaning, column, |fields| &mut fields.source_ref) };
    cleaning.repair(RepairCode::FloatTail, column, digits);
    cleaning.row.fields.source_ref = Some(digits.to_owned());
}

fn date(cleaning: &mut Cleaning<'_>, column: &Column, of: DateOf, order: DateOrder, (zone, epoch): (TimeZone, Epoch)) {
    let Some(text) = said(cleaning, column) else { return };
    let read = match read_date(&text, of, order, zone, epoch) {
        Ok(read) => read,
        Err(DateTrouble::Invalid) => return trouble(cleaning, column, ProblemCode::DateInvalid),
        Err(DateTrouble::Ambiguous) => return trouble(cleaning, column, ProblemCode::DateAmbiguous),
    };
    let value = if of == DateOf::Birth { read.day() } else { read.moment() };
    if of == DateOf::Birth && behind_place(&text).is_some() {
        // The place of birth has no field of its own.
        extra(cleaning, column);
    }
    match read.repair {
        DateRepair::None => {}
        DateRepair::Written => cleaning.repair(RepairCode::Date, column, &value),
        DateRepair::Serial => cleaning.repair(RepairCode::DateSerial, column, &value),
    }
    if read.moved {
        cleaning.repair(RepairCode::TimeZone, column, &value);
    }
    match of {
        DateOf::Birth => cleaning.row.fields.birth_date = Some(value),
        DateOf::Application => cleaning.row.fields.applied_at = Some(value),
    }
}

fn gender(cleaning: &mut Cleaning<'_>, column: &Column) {
    let Some(text) = said(cleaning, column) else { return };
    match read_gender(&text) {
        Ok(gender) => cleaning.row.fields.gender = gender,
        Err(_) => trouble(cleaning, column, ProblemCode::GenderUnknown),
    }
}

fn salary(cleaning: &mut Cleaning<'_>, column: &Column) {
    let Some(text) = said(cleaning, column) else { return };
    let amount = match read_amount(&text) {
        Ok(Some(amount)) => amount,
        Ok(None) => return extra(cleaning, column),
        Err(_) => return trouble(cleaning, column, ProblemCode::AmountInvalid),
    };
    let code = match amount.repair {
        AmountRepair::None => None,
        AmountRepair::FloatTail => Some(RepairCode::FloatTail),
        AmountRepair::Words => Some(RepairCode::Amount),
    };
    if let Some(code) = code {
        let to = amount.high.map_or_else(|| amount.low.to_string(), |high| format!("{}-{high}", amount.low));
        cleaning.repair(code, column, to);
    }
    cleaning.row.fields.expected_salary = Some(amount.low);
    cleaning.row.fields.expected_salary_max = amount.high;
}

fn resume(cleaning: &mut Cleaning<'_>, column: &Column) {
    let Some(text) = said(cleaning, column) else { return };
    if let Some(link) = read_link(&text) {
        cleaning.row.fields.resume_url = Some(link.to_owned());
    } else {
        extra(cleaning, column);
        trouble(cleaning, column, ProblemCode::ResumeNotLink);
    }
}
