//! Two applications that are one person's: what a merge does to the one that shows both, and what taking it back restores. Pure.
//!
//! Nothing is overwritten for good: an event keeps both values of whatever was chosen ([`Chosen`]), and [`restored`] reads from the events what
//! would stand without one of them (docs/decisions/0009).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    application::Fields,
    id::{ApplicationId, LinkId},
    words::words,
};

words! {
    /// What was said of two applications.
    LinkKind {
        /// They are one person: the first shows both.
        Merged = "merged",
        /// A merge was taken back.
        Unmerged = "unmerged",
        /// They are two people.
        ToldApart = "told_apart",
        /// That they are two people was taken back.
        Reconsidered = "reconsidered",
    }
}

words! {
    /// A value of an application that a merge can choose. What belongs to a door (portal, its id, its status) stays with the door.
    Detail {
        /// The name.
        FullName = "full_name",
        /// The preferred phone number.
        Phone = "phone",
        /// The preferred email address.
        Email = "email",
        /// The date of birth.
        BirthDate = "birth_date",
        /// The gender.
        Gender = "gender",
        /// Where she lives.
        Location = "location",
        /// The position she applied for.
        Position = "position",
        /// When she applied.
        AppliedAt = "applied_at",
        /// Education, and its level.
        Education = "education",
        /// Experience, and its months.
        Experience = "experience",
        /// Expected salary, both ends.
        ExpectedSalary = "expected_salary",
        /// The résumé's link.
        ResumeUrl = "resume_url",
        /// Screening questions with their answers.
        Answers = "answers",
        /// Columns that fit no field.
        Extras = "extras",
    }
}

impl Detail {
    /// The fields that go together, by their names in [`Fields`].
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::FullName => &["full_name"],
            Self::Phone => &["phone"],
            Self::Email => &["email"],
            Self::BirthDate => &["birth_date"],
            Self::Gender => &["gender"],
            Self::Location => &["location"],
            Self::Position => &["position"],
            Self::AppliedAt => &["applied_at"],
            Self::Education => &["education", "education_level"],
            Self::Experience => &["experience", "experience_months"],
            Self::ExpectedSalary => &["expected_salary", "expected_salary_max"],
            Self::ResumeUrl => &["resume_url"],
            Self::Answers => &["answers"],
            Self::Extras => &["extras"],
        }
    }
}

words! {
    /// Whose value wins.
    Winner {
        /// That of the application that shows both.
        Own = "own",
        /// That of the one that is merged into it.
        Other = "other",
    }
}

/// What HR chose, field by field. What is not named stays as it is, or is filled from the other where it is empty.
pub type Choices = BTreeMap<Detail, Winner>;

/// A value in which the two differed. The values stand by their fields' names; an empty one is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Chosen {
    /// Which.
    pub field: Detail,
    /// Whose value won.
    pub winner: Winner,
    /// The value that stood in the application that shows both.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, Value>))]
    pub own: Map<String, Value>,
    /// The value of the one that was merged into it.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, Value>))]
    pub other: Map<String, Value>,
}

/// Why two applications are not merged or told apart, or an event is not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// One application, named twice.
    #[error("an application cannot be compared with itself")]
    Itself,
    /// One of them is shown by a third.
    #[error("application {application} was merged into {into}: name that one")]
    Merged {
        /// The one that was named.
        application: ApplicationId,
        /// The one that shows it.
        into: ApplicationId,
    },
    /// They were told apart.
    #[error("they were told apart: take that back first (event {event})")]
    Apart {
        /// The event that says so.
        event: LinkId,
    },
    /// Each has an account of its own.
    #[error("each of them has an account of its own, so they are not made one")]
    Accounts,
    /// Somebody has taken it back.
    #[error("event {event} was taken back already")]
    Reversed {
        /// The event.
        event: LinkId,
    },
    /// It takes another event back itself.
    #[error("event {event} takes another one back: decide anew instead")]
    Final {
        /// The event.
        event: LinkId,
    },
    /// What stood before the merge was erased, so nothing can be given back.
    #[error("the data of event {event} was erased: it cannot be taken back")]
    Erased {
        /// The event.
        event: LinkId,
    },
}

impl Refusal {
    /// A stable code: `link.itself`, ….
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Itself => "link.itself",
            Self::Merged { .. } => "link.merged",
            Self::Apart { .. } => "link.apart",
            Self::Accounts => "link.accounts",
            Self::Reversed { .. } => "link.reversed",
            Self::Final { .. } => "link.final",
            Self::Erased { .. } => "link.erased",
        }
    }
}

/// What decides whether an application can be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) id: ApplicationId,
    /// The application that shows it, if it was merged.
    pub(super) merged_into: Option<ApplicationId>,
    /// The account that is linked to it.
    pub(super) account: Option<Uuid>,
}

impl Side {
    fn open(self) -> Result<(), Refusal> {
        self.merged_into.map_or(Ok(()), |into| Err(Refusal::Merged { application: self.id, into }))
    }
}

/// Whether the two can be told apart.
pub(super) fn may_tell_apart(one: Side, other: Side) -> Result<(), Refusal> {
    if one.id == other.id {
        return Err(Refusal::Itself);
    }
    one.open().and(other.open())
}

/// Whether the two can be merged, and the account that comes along; `apart` is the event that told them apart, or others merged into them.
pub(super) fn may_merge(own: Side, other: Side, apart: Option<LinkId>) -> Result<Option<Uuid>, Refusal> {
    may_tell_apart(own, other)?;
    if let Some(event) = apart {
        return Err(Refusal::Apart { event });
    }
    match (own.account, other.account) {
        (Some(one), Some(two)) if one != two => Err(Refusal::Accounts),
        (None, brought) => Ok(brought),
        (Some(_), _) => Ok(None),
    }
}

/// What takes an event back; `reversed` says that somebody has.
pub(super) fn reversal(event: LinkId, kind: LinkKind, reversed: bool) -> Result<LinkKind, Refusal> {
    match kind {
        _ if reversed => Err(Refusal::Reversed { event }),
        LinkKind::Merged => Ok(LinkKind::Unmerged),
        LinkKind::ToldApart => Ok(LinkKind::Reconsidered),
        LinkKind::Unmerged | LinkKind::Reconsidered => Err(Refusal::Final { event }),
    }
}

/// Every value in which the two differ, with the one that wins. An empty value never wins over one that is not.
pub(super) fn choose(own: &Fields, other: &Fields, wishes: &Choices) -> Vec<Chosen> {
    let (own, other) = (values(own), values(other));
    let differing = Detail::ALL.iter().map(|field| (*field, part(&own, *field), part(&other, *field)));
    differing
        .filter(|(_, own, other)| own != other && !other.is_empty())
        .map(|(field, own, other)| {
            let wish = wishes.get(&field).copied().unwrap_or(Winner::Own);
            let winner = if own.is_empty() { Winner::Other } else { wish };
            Chosen { field, winner, own, other }
        })
        .collect()
}

/// The fields with the values that won.
pub(super) fn chosen(fields: &Fields, choices: &[Chosen]) -> Fields {
    let won = choices.iter().filter(|one| one.winner == Winner::Other);
    with(fields, won.map(|one| (one.field, &one.other)))
}

/// A merge into an application, as its event keeps it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Past<'a> {
    pub(super) event: LinkId,
    /// The event that took it back.
    pub(super) reversed: Option<LinkId>,
    pub(super) choices: &'a [Chosen],
}

impl<'a> Past<'a> {
    /// The choice of a value that the merge brought.
    fn brought(&self, field: Detail) -> Option<&'a Chosen> {
        self.choices.iter().find(|one| one.field == field && one.winner == Winner::Other)
    }
}

/// The fields as they stand without one of the merges into their application, given all of them from the first to the last. A value that somebody
/// changed since, or that a later merge brought, stays.
pub(super) fn restored(fields: &Fields, merges: &[Past<'_>], event: LinkId) -> Fields {
    let Some(at) = merges.iter().position(|one| one.event == event) else { return fields.clone() };
    let (before, after) = merges.split_at(at);
    let Some((this, after)) = after.split_first() else { return fields.clone() };
    let now = values(fields);
    let back = this.choices.iter().filter_map(|one| {
        let brought = this.brought(one.field)?;
        let covered = after.iter().any(|later| later.reversed.is_none() && later.brought(one.field).is_some());
        let touched = part(&now, one.field) != brought.other;
        (!covered && !touched).then(|| (one.field, stood(before, this, brought)))
    });
    with(fields, back)
}

/// The value that would have stood before a choice, had the merges that were taken back since never been.
fn stood<'a>(before: &[Past<'a>], this: &Past<'a>, choice: &'a Chosen) -> &'a Map<String, Value> {
    let stood_then = |one: &Past<'_>| one.reversed.is_none_or(|reversed| reversed > this.event);
    for (at, earlier) in before.iter().enumerate().rev().filter(|(_, one)| stood_then(one)) {
        if let Some(brought) = earlier.brought(choice.field) {
            let its = brought.other == choice.own && earlier.reversed.is_some();
            return if its { stood(before.get(..at).unwrap_or_default(), earlier, brought) } else { &choice.own };
        }
    }
    &choice.own
}

/// Everybody who goes where `merged` goes: it, and what was merged into it, given `(application, merged into it)` of the merges that stand.
pub(super) fn following(merged: ApplicationId, standing: &[(ApplicationId, ApplicationId)]) -> Vec<ApplicationId> {
    let mut all = vec![merged];
    let mut next = 0;
    while let Some(one) = all.get(next).copied() {
        let theirs = standing.iter().filter(|(into, other)| *into == one && !all.contains(other));
        let theirs: Vec<ApplicationId> = theirs.map(|(_, other)| *other).collect();
        all.extend(theirs);
        next += 1;
    }
    all
}

fn values(fields: &Fields) -> Map<String, Value> {
    match serde_json::to_value(fields) {
        Ok(Value::Object(values)) => values,
        _ => Map::new(),
    }
}

fn part(values: &Map<String, Value>, field: Detail) -> Map<String, Value> {
    let of = |key: &&str| Some(((*key).to_owned(), values.get(*key)?.clone()));
    field.keys().iter().filter_map(of).collect()
}

/// The fields with some values put in the place of theirs.
fn with<'a>(fields: &Fields, parts: impl Iterator<Item = (Detail, &'a Map<String, Value>)>) -> Fields {
    let mut all = values(fields);
    for (field, part) in parts {
        all.retain(|key, _| !field.keys().contains(&key.as_str()));
        all.extend(part.clone());
    }
    // What came from fields, and was kept as such, makes fields.
    serde_json::from_value(Value::Object(all)).unwrap_or_else(|_| fields.clone())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn named(name: &str) -> Fields {
        Fields { full_name: Some(name.to_owned()), ..Fields::default() }
    }

    fn side() -> Side {
        Side { id: ApplicationId::mint(), merged_into: None, account: None }
    }

    #[rstest]
    #[case::nothing_is_said(&[], Some("Depok"), Some("Bogor"), Some("Depok"))]
    #[case::the_other_is_chosen(&[Winner::Other], Some("Depok"), Some("Bogor"), Some("Bogor"))]
    #[case::its_own_is_chosen(&[Winner::Own], Some("Depok"), Some("Bogor"), Some("Depok"))]
    #[case::what_is_empty_is_filled(&[], None, Some("Bogor"), Some("Bogor"))]
    #[case::an_empty_one_never_wins(&[Winner::Other], Some("Depok"), None, Some("Depok"))]
    #[case::both_are_empty(&[Winner::Other], None, None, None)]
    fn a_value_wins(
        #[case] wish: &[Winner],
        #[case] own: Option<&str>,
        #[case] other: Option<&str>,
        #[case] expected: Option<&str>,
    ) {
        let place = |place: Option<&str>| Fields { location: place.map(str::to_owned), ..named("Siti Aminah") };
        let wishes: Choices = wish.iter().map(|winner| (Detail::Location, *winner)).collect();
        let choices = choose(&place(own), &place(other), &wishes);
        assert_eq!(chosen(&place(own), &choices), place(expected));
    }

    #[test]
    fn values_that_belong_together_are_chosen_together() {
        let own =
            Fields { education: Some("SMK".into()), education_level: Some("SMA/SMK".parse().unwrap()), ..named("A") };
        let other = Fields { education: Some("kuliah".into()), ..named("A") };
        let wishes = Choices::from([(Detail::Education, Winner::Other)]);
        let choices = choose(&own, &other, &wishes);
        assert_eq!(choices.len(), 1);
        assert_eq!(chosen(&own, &choices), other, "a level that the other's words do not name is not hers");
        let past = Past { event: LinkId::mint(), reversed: None, choices: &choices };
        assert_eq!(restored(&other, &[past], past.event), own);
    }

    /// What happens to a name, in order.
    #[derive(Debug, Clone, Copy)]
    enum Act {
        /// A merge brings a name.
        Merge(&'static str),
        /// The merge of that place in the order of merges is taken back.
        Back(usize),
        /// Somebody writes a name.
        Write(&'static str),
    }
    use Act::{Back, Merge, Write};

    #[rstest]
    #[case::back_at_once(&[Merge("B"), Back(0)], "A")]
    #[case::written_since(&[Merge("B"), Write("X"), Back(0)], "X")]
    #[case::last_first(&[Merge("B"), Merge("C"), Back(1)], "B")]
    #[case::last_first_then_all(&[Merge("B"), Merge("C"), Back(1), Back(0)], "A")]
    #[case::first_first(&[Merge("B"), Merge("C"), Back(0)], "C")]
    #[case::first_first_then_all(&[Merge("B"), Merge("C"), Back(0), Back(1)], "A")]
    #[case::written_in_between(&[Merge("B"), Write("X"), Merge("C"), Back(0), Back(1)], "X")]
    #[case::three_from_the_middle(&[Merge("B"), Merge("C"), Merge("D"), Back(1), Back(0), Back(2)], "A")]
    #[case::the_same_name_twice(&[Merge("B"), Back(0), Merge("B"), Back(1)], "A")]
    #[case::written_back_by_hand(&[Merge("B"), Write("A"), Merge("C"), Back(1)], "A")]
    fn taking_merges_back_in_any_order_leaves_what_nobody_brought(#[case] acts: &[Act], #[case] expected: &str) {
        let mut now = named("A");
        let mut merges: Vec<(LinkId, Option<LinkId>, Vec<Chosen>)> = Vec::new();
        for act in acts {
            match act {
                Merge(name) => {
                    let choices = choose(&now, &named(name), &Choices::from([(Detail::FullName, Winner::Other)]));
                    now = chosen(&now, &choices);
                    merges.push((LinkId::mint(), None, choices));
                }
                Back(which) => {
                    let past: Vec<Past<'_>> = merges
                        .iter()
                        .map(|(event, reversed, choices)| Past { event: *event, reversed: *reversed, choices })
                        .collect();
                    now = restored(&now, &past, merges[*which].0);
                    merges[*which].1 = Some(LinkId::mint());
                }
                Write(name) => now = named(name),
            }
        }
        assert_eq!(now, named(expected));
    }

    #[test]
    fn who_was_merged_goes_with_whom_it_was_merged_into() {
        let [a, b, c, d] = [0; 4].map(|_| ApplicationId::mint());
        assert_eq!(following(b, &[(a, b), (b, c), (a, d)]), [b, c]);
        assert_eq!(following(a, &[(a, b), (b, c), (a, d)]), [a, b, d, c]);
        assert_eq!(following(d, &[(a, b), (b, c), (a, d)]), [d]);
    }

    #[test]
    fn two_open_applications_of_at_most_one_account_are_merged() {
        let (own, other, account) = (side(), side(), Uuid::now_v7());
        let with = |account: Uuid, side: Side| Side { account: Some(account), ..side };
        assert_eq!(may_merge(own, other, None), Ok(None));
        assert_eq!(may_merge(own, with(account, other), None), Ok(Some(account)), "it comes along");
        assert_eq!(may_merge(with(account, own), other, None), Ok(None));
        assert_eq!(may_merge(with(account, own), with(Uuid::now_v7(), other), None), Err(Refusal::Accounts));
        assert_eq!(may_merge(own, own, None), Err(Refusal::Itself));
        let event = LinkId::mint();
        assert_eq!(may_merge(own, other, Some(event)), Err(Refusal::Apart { event }));
        let into = ApplicationId::mint();
        let merged = Side { merged_into: Some(into), ..other };
        let refused = Err(Refusal::Merged { application: merged.id, into });
        assert_eq!(may_merge(own, merged, None), refused);
        assert_eq!(may_merge(merged, own, None), refused);
        assert_eq!(may_tell_apart(own, merged), refused.map(drop));
    }

    #[rstest]
    #[case(LinkKind::Merged, false, Some(LinkKind::Unmerged))]
    #[case(LinkKind::ToldApart, false, Some(LinkKind::Reconsidered))]
    #[case(LinkKind::Merged, true, None)]
    #[case(LinkKind::ToldApart, true, None)]
    #[case(LinkKind::Unmerged, false, None)]
    #[case(LinkKind::Reconsidered, false, None)]
    fn what_decided_is_taken_back_once(#[case] kind: LinkKind, #[case] done: bool, #[case] by: Option<LinkKind>) {
        assert_eq!(reversal(LinkId::mint(), kind, done).ok(), by);
    }
}
