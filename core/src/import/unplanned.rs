//! A row before it is planned, and what it is looked up by.

use xxhash_rust::xxh3::xxh3_64;

use super::plan::{Decision, Outcome, Planned, Reason, refusal};
use crate::{
    application::{ApplicantRow, Fields, ProblemCode, SourceKey},
    id::ApplicationId,
    identity::PersonName,
    store::rows::Content,
};

/// A row that is ready to be planned: what it is looked up by is worked out, which the thread that reads has time for.
pub struct Unplanned {
    pub(super) row: Box<ApplicantRow>,
    pub(super) keys: Keys,
    /// The row as it is stored, where that is worked out already.
    pub(super) content: Option<Content>,
    pub(super) before: Before,
}

/// What an earlier plan of the same row left.
#[derive(Default)]
pub(super) struct Before {
    pub(super) edited: bool,
    /// The id that it minted.
    pub(super) minted: Option<ApplicationId>,
    /// What was decided, with the doubt that it answered.
    pub(super) decided: Option<(Reason, Decision)>,
}

impl Unplanned {
    /// A row of a portal's file that was never planned.
    #[must_use]
    pub fn new(portal: &str, row: ApplicantRow) -> Self {
        let row = Box::new(row); // It passes through many hands.
        Self { keys: Keys::of(portal, &row), content: Some(Content::of(&row)), row, before: Before::default() }
    }

    /// A row that is to be planned anew.
    pub(crate) fn again(portal: &str, planned: Planned) -> Self {
        let minted = if planned.outcome == Outcome::New { planned.application } else { None };
        let mut row = planned.row;
        // The planner's own findings are made anew.
        row.problems.retain(|problem| problem.code != ProblemCode::SourceRefReused);
        for (usable, problem) in readings(&mut row)
            .filter(|(_, _, problem)| **problem == Some(ProblemCode::Shared))
            .map(|(_, usable, problem)| (usable, problem))
        {
            (*usable, *problem) = (true, None);
        }
        let before = Before { edited: planned.edited, minted, decided: planned.reason.zip(planned.decision) };
        Self { keys: Keys::of(portal, &row), content: None, row, before }
    }
}

/// What a row is looked up by.
pub(super) struct Keys {
    pub(super) name: Option<PersonName>,
    pub(super) refused: Option<Reason>,
    pub(super) by_reference: Option<SourceKey>,
    pub(super) by_meaning: Option<SourceKey>,
    pub(super) likeness: Option<i64>,
}

impl Keys {
    fn of(portal: &str, row: &ApplicantRow) -> Self {
        let name = row.fields.full_name.as_deref().and_then(PersonName::parse);
        let refused = refusal(row, name.as_ref());
        let usable = name.as_ref().filter(|_| refused.is_none());
        Self {
            by_reference: usable
                .and(row.fields.source_ref.as_deref())
                .map(|reference| SourceKey::of_reference(portal, reference)),
            by_meaning: usable.map(|name| SourceKey::of_meaning(portal, name, row)),
            likeness: usable.and_then(|name| likeness(name, row.fields.birth_date.as_deref())),
            refused,
            name,
        }
    }
}

/// A hash of name and birth date: who agrees in both is worth a look. None without either.
fn likeness(name: &PersonName, born: Option<&str>) -> Option<i64> {
    let born = born?;
    Some(xxh3_64(format!("{}\u{1f}{born}", name.key()).as_bytes()).cast_signed())
}

/// The same of an application's fields.
pub(crate) fn likeness_of(fields: &Fields) -> Option<i64> {
    let (name, born) = (fields.full_name.as_deref()?, fields.birth_date.as_deref()?);
    likeness(&PersonName::parse(name)?, Some(born))
}

/// Value, usability and problem of every phone number and email address.
pub(super) fn readings(
    row: &mut ApplicantRow,
) -> impl Iterator<Item = (Option<&str>, &mut bool, &mut Option<ProblemCode>)> {
    let phones = row.phones.iter_mut().map(|one| (one.value.as_deref(), &mut one.usable, &mut one.problem));
    phones.chain(row.emails.iter_mut().map(|one| (one.value.as_deref(), &mut one.usable, &mut one.problem)))
}
