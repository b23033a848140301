//! The decision about a row: what it is, given who is like it. Pure.

use crate::{
    application::{ApplicantRow, ProblemCode, SourceKey},
    id::ApplicationId,
    identity::{NameAgreement, PersonName},
    lifecycle::{Status, SubState},
    linking::{Likeness, Score},
    words::words,
};

words! {
    /// What an import would do with a row.
    Outcome {
        /// No one like it: a new application.
        New = "new",
        /// This very row was imported before: nothing.
        Repeat = "repeat",
        /// The same person earlier in this file: another source of that application.
        Duplicate = "duplicate",
        /// Leads to exactly one open application, and the names agree: another source of it.
        Match = "match",
        /// Anything doubtful: waits for a person, nothing is created.
        Review = "review",
        /// No name, nobody to reach, or no row of data: kept with its reason.
        Rejected = "rejected",
    }
}

words! {
    /// Why a row waits for a person, or why it is rejected.
    Reason {
        /// The phone leads to somebody whose name clearly differs.
        SharedPhone = "shared_phone",
        /// The email address leads to somebody whose name clearly differs.
        SharedEmail = "shared_email",
        /// Phone and email lead to two people.
        Conflict = "conflict",
        /// Name and birth date lead to somebody, or an identifier does and nothing says whether it is hers or her family's.
        Possible = "possible",
        /// She applied before and was rejected or resigned.
        ClosedApplication = "closed_application",
        /// She works here already.
        Employee = "employee",
        /// Somebody is known by her number, her address or this very row whose data was erased: is she to be here again?
        Erased = "erased",
        /// Rejected: no name.
        NoName = "no_name",
        /// Rejected: nothing to reach her by.
        NoContact = "no_contact",
        /// Rejected: not a row of data.
        NotData = "not_data",
        /// Rejected: the file stops in the middle of the row.
        CutOff = "cut_off",
        /// Rejected by a person.
        Discarded = "discarded",
    }
}

words! {
    /// What a person says of a row in doubt.
    Action {
        /// It is the same person: her application gets another source.
        Same = "same",
        /// It is somebody else: an application of its own; what the two have in common stays the other's key.
        Different = "different",
        /// Somebody else, and a family shares what the two have in common: it keys nobody from now on.
        Shared = "shared",
        /// Not an applicant.
        Discard = "discard",
        /// Not now: takes a decision back.
        Later = "later",
    }
}

words! {
    /// A property that rows are filtered by.
    Only {
        /// Rows with something to look at.
        Problems = "problems",
        /// Rows in which something was repaired.
        Repairs = "repairs",
        /// Rows with a cell that was edited by hand.
        Edited = "edited",
        /// Rows in review without a decision.
        Undecided = "undecided",
    }
}

/// Which rows of a batch are shown: those that fit everything that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// The outcome.
    pub outcome: Option<Outcome>,
    /// The reason.
    pub reason: Option<Reason>,
    /// A property.
    pub only: Option<Only>,
    /// The least [`Planned::score`]; rows without one are left out.
    pub min: Option<Score>,
    /// A part of any cell or value.
    pub text: Option<String>,
}

/// What a person decided about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What it is. Never [`Action::Later`]: that is no decision.
    pub action: Action,
    /// With [`Action::Same`]: the application that was meant; none means the row's [`Planned::target_row`].
    pub application: Option<ApplicationId>,
    /// Who.
    pub by: String,
    /// When, in microseconds since 1970-01-01 UTC.
    pub at: i64,
}

/// A row with its plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The row.
    pub row: Box<ApplicantRow>,
    /// What an import would do with it.
    pub outcome: Outcome,
    /// Why, for rows in review and rejected ones.
    pub reason: Option<Reason>,
    /// What it is known by when it comes again; none for rows that are no applicant.
    pub source_key: Option<SourceKey>,
    /// The application that it will be (`new`) or that it joins; none for rows that go nowhere yet.
    pub application: Option<ApplicationId>,
    /// The earlier row of this file that it is (perhaps) the same person as.
    pub target_row: Option<u32>,
    /// For a row in review: every earlier row of this file that it may be.
    pub candidate_rows: Vec<u32>,
    /// For a row in review: how likely it is the likeliest of those whom it may be; none where nobody is named. As it was when the row was planned, so
    /// that a queue is narrowed without comparing anybody: whom it may be can have been edited, merged or erased since. What stands beside the row
    /// when somebody looks is of now.
    pub score: Option<Score>,
    /// What a person decided.
    pub decision: Option<Decision>,
    /// A cell was edited by hand.
    pub edited: bool,
    /// Her data was erased: what stood in the row is gone.
    pub erased: bool,
}

/// Somebody that a row may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Who.
    pub(crate) who: Who,
    /// A phone number of the row leads to her.
    pub(crate) by_phone: bool,
    /// An email address of the row leads to her.
    pub(crate) by_address: bool,
    /// The portal's own id, or all that the row says, leads to her.
    pub(crate) by_source: bool,
    /// She has a number or address of the row which keys somebody else, or a family, and her name may be the row's.
    pub(crate) by_barred: bool,
    /// How alike the two are; none where one of them has no name.
    pub(crate) likeness: Option<Likeness>,
    /// Where she stands.
    pub(crate) standing: Standing,
}

impl Candidate {
    /// Her name clearly differs.
    pub(super) fn is_another(&self) -> bool {
        self.likeness.is_some_and(|likeness| likeness.names == NameAgreement::Different)
    }

    fn is_keyed(&self) -> bool {
        self.by_phone || self.by_address || self.by_source
    }

    fn is_sure(&self) -> bool {
        let sure = |likeness: Likeness| likeness.is_sure(self.by_address) || (self.by_source && likeness.may_be_one());
        self.likeness.is_some_and(sure)
    }
}

/// An application in the store, or a row of this file that will be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Who {
    /// An application in the store.
    Application(ApplicationId),
    /// An earlier row of this file, with the application that it will be or join, if that is known yet.
    Row(u32, Option<ApplicationId>),
}

impl Who {
    /// What makes two candidates one person.
    fn person(self) -> Self {
        match self {
            Self::Row(_, Some(application)) => Self::Application(application),
            other => other,
        }
    }
}

/// Where a candidate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// An open application.
    Open,
    /// Rejected or resigned.
    Closed,
    /// Onboarded.
    Employee,
    /// An earlier row of this file that itself waits for a person.
    Waiting(Reason),
}

impl From<Status> for Standing {
    fn from(status: Status) -> Self {
        match status.sub_state {
            SubState::Rejected | SubState::Resigned => Self::Closed,
            SubState::Active if status.is_onboarded() => Self::Employee,
            SubState::Active => Self::Open,
        }
    }
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<Reason>,
    /// The one that it is, or may be.
    pub(crate) who: Option<Who>,
}

impl Plan {
    const fn of(outcome: Outcome, who: Option<Who>) -> Self {
        Self { outcome, reason: None, who }
    }

    /// Whoever would be new is a question where she is known by what was somebody's whose data was erased. Who is somebody else's row, or in doubt
    /// already, stays so.
    pub(crate) fn unless_erased(self, erased: bool) -> Self {
        if erased && self.outcome == Outcome::New { Self::doubtful(Reason::Erased, None) } else { self }
    }

    const fn doubtful(reason: Reason, who: Option<Who>) -> Self {
        Self { outcome: Outcome::Review, reason: Some(reason), who }
    }
}

/// Why a row can be nobody's application; none for a row that can.
pub(crate) fn refusal(row: &ApplicantRow, name: Option<&PersonName>) -> Option<Reason> {
    let reachable =
        row.phones.iter().any(|phone| phone.value.is_some()) || row.emails.iter().any(|email| email.value.is_some());
    if row.not_data {
        Some(Reason::NotData)
    } else if row.problems.iter().any(|problem| problem.code == ProblemCode::CutOff) {
        Some(Reason::CutOff)
    } else if name.is_none() {
        Some(Reason::NoName)
    } else if !reachable {
        Some(Reason::NoContact)
    } else {
        None
    }
}

/// Decides what a row is that can be an application and was not imported before, from all who are like it.
///
/// Identifiers decide first, where nothing makes them a family's ([`Likeness::is_sure`]); name and birth date alone ([`Candidate::is_keyed`] says
/// no) only ever suggest, and so does an identifier that keys somebody else.
pub(crate) fn plan(candidates: &[Candidate]) -> Plan {
    let keyed: Vec<&Candidate> = candidates.iter().filter(|one| one.is_keyed()).collect();
    let barred = candidates.iter().find(|one| one.by_barred);
    let Some(first) = keyed.first() else {
        return match barred.or(candidates.first()) {
            None => Plan::of(Outcome::New, None),
            Some(alike) => Plan::doubtful(Reason::Possible, Some(alike.who)),
        };
    };
    if keyed.iter().any(|other| other.who.person() != first.who.person()) {
        return Plan::doubtful(Reason::Conflict, Some(first.who));
    }
    // One person, though perhaps found twice (as an application and as the earlier row that joins it): every name counts.
    if keyed.iter().all(|one| one.is_another()) {
        // The second person on a number that keys the first.
        if let Some(second) = barred {
            return Plan::doubtful(Reason::Possible, Some(second.who));
        }
        let by_phone = keyed.iter().any(|one| one.by_phone);
        return Plan::doubtful(if by_phone { Reason::SharedPhone } else { Reason::SharedEmail }, Some(first.who));
    }
    match first.standing {
        Standing::Closed => Plan::doubtful(Reason::ClosedApplication, Some(first.who)),
        Standing::Employee => Plan::doubtful(Reason::Employee, Some(first.who)),
        Standing::Waiting(reason) => Plan::doubtful(reason, Some(first.who)),
        // A family's telephone, perhaps, or one that a namesake has too: only a person can tell.
        Standing::Open if !keyed.iter().any(|one| one.is_sure()) => Plan::doubtful(Reason::Possible, Some(first.who)),
        Standing::Open if barred.is_some_and(|other| other.who.person() != first.who.person()) => {
            Plan::doubtful(Reason::Possible, Some(first.who))
        }
        Standing::Open => match first.who {
            Who::Application(_) => Plan::of(Outcome::Match, Some(first.who)),
            Who::Row(..) => Plan::of(Outcome::Duplicate, Some(first.who)),
        },
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn app(number: u128) -> Who {
        Who::Application(ApplicationId(uuid::Uuid::from_u128(number)))
    }

    /// Somebody found by her phone (`p`), her address (`e`), the portal's own id (`s`), a number or address that does not key her (`b`) or none; her
    /// name is the row's, like it, or another.
    fn found(who: Who, by: &str, names: NameAgreement, standing: Standing) -> Candidate {
        let hers = match names {
            Equal => "Siti Aminah",
            Similar => "Siti Aminnah",
            Different => "Budi Hartono",
        };
        alike(who, by, (hers, None), standing)
    }

    /// Somebody found beside *Siti Aminah*, born on 1998-04-12, with a name and a birth date.
    fn alike(who: Who, by: &str, (name, born): (&str, Option<&str>), standing: Standing) -> Candidate {
        let parsed = |name: &str| PersonName::parse(name).unwrap();
        let likeness = Some(Likeness::of(&parsed("Siti Aminah"), Some("1998-04-12"), &parsed(name), born));
        Candidate {
            who,
            by_phone: by.contains('p'),
            by_address: by.contains('e'),
            by_source: by.contains('s'),
            by_barred: by.contains('b'),
            likeness,
            standing,
        }
    }

    use NameAgreement::{Different, Equal, Similar};
    use Outcome::{Duplicate, Match, New, Review};
    use Standing::{Closed, Employee, Open, Waiting};

    #[rstest]
    #[case::nobody(vec![], New, None)]
    #[case::phone_and_name(vec![found(app(1), "p", Equal, Open)], Match, None)]
    #[case::email_and_similar_name(vec![found(app(1), "e", Similar, Open)], Review, Some(Reason::Possible))]
    #[case::email_and_a_part_of_the_name(vec![alike(app(1), "e", ("Siti", None), Open)], Review, Some(Reason::Possible))]
    #[case::both_and_a_part_of_the_name(vec![alike(app(1), "pe", ("Siti", None), Open)], Review, Some(Reason::Possible))]
    #[case::email_part_of_the_name_and_birth_date(
        vec![alike(app(1), "e", ("Siti", Some("1998-04-12")), Open)], Match, None)]
    #[case::email_and_a_twins_name(
        vec![alike(app(1), "e", ("Siti Aminnah", Some("1998-04-13")), Open)], Review, Some(Reason::Possible))]
    #[case::the_portals_id_and_similar_name(vec![found(app(1), "s", Similar, Open)], Match, None)]
    #[case::the_portals_id_and_another_birth_date(
        vec![alike(app(1), "s", ("Siti Aminah", Some("1971-01-30")), Open)], Review, Some(Reason::Possible))]
    #[case::phone_and_similar_name(vec![found(app(1), "p", Similar, Open)], Review, Some(Reason::Possible))]
    #[case::phone_and_a_part_of_the_name(vec![alike(app(1), "p", ("Siti", None), Open)], Review, Some(Reason::Possible))]
    #[case::phone_part_of_the_name_and_birth_date(
        vec![alike(app(1), "p", ("Siti", Some("1998-04-12")), Open)], Match, None)]
    #[case::phone_and_name_but_another_birth_date(
        vec![alike(app(1), "pe", ("Siti Aminah", Some("1971-01-30")), Open)], Review, Some(Reason::Possible))]
    #[case::phone_and_email_of_one(vec![found(app(1), "pe", Equal, Open)], Match, None)]
    #[case::phone_of_another_name(vec![found(app(1), "p", Different, Open)], Review, Some(Reason::SharedPhone))]
    #[case::email_of_another_name(vec![found(app(1), "e", Different, Open)], Review, Some(Reason::SharedEmail))]
    #[case::phone_and_email_of_another_name(vec![found(app(1), "pe", Different, Open)], Review, Some(Reason::SharedPhone))]
    #[case::phone_of_one_email_of_another(
        vec![found(app(1), "p", Equal, Open), found(app(2), "e", Equal, Open)], Review, Some(Reason::Conflict))]
    #[case::two_phones_of_two(
        vec![found(app(1), "p", Equal, Open), found(app(2), "p", Equal, Open)], Review, Some(Reason::Conflict))]
    #[case::rejected_before(vec![found(app(1), "p", Equal, Closed)], Review, Some(Reason::ClosedApplication))]
    #[case::works_here(vec![found(app(1), "p", Equal, Employee)], Review, Some(Reason::Employee))]
    #[case::number_of_a_former_applicant(vec![found(app(1), "p", Different, Closed)], Review, Some(Reason::SharedPhone))]
    #[case::name_and_birth_date_only(vec![found(app(1), "", Equal, Open)], Review, Some(Reason::Possible))]
    #[case::an_identifier_outweighs_a_likeness(
        vec![found(app(1), "p", Equal, Open), found(app(2), "", Equal, Open)], Match, None)]
    #[case::number_that_a_family_shares(vec![found(app(1), "b", Equal, Open)], Review, Some(Reason::Possible))]
    #[case::second_person_on_a_number(
        vec![found(app(1), "p", Different, Open), found(app(2), "b", Similar, Open)], Review, Some(Reason::Possible))]
    #[case::two_of_her_name_on_a_number(
        vec![found(app(1), "p", Equal, Open), found(app(2), "b", Equal, Open)], Review, Some(Reason::Possible))]
    #[case::her_own_second_number_is_a_familys(vec![found(app(1), "pb", Equal, Open)], Match, None)]
    #[case::earlier_row(vec![found(Who::Row(2, None), "p", Equal, Open)], Duplicate, None)]
    #[case::earlier_row_of_another_name(vec![found(Who::Row(2, None), "p", Different, Open)], Review, Some(Reason::SharedPhone))]
    #[case::earlier_row_that_waits(
        vec![found(Who::Row(2, None), "p", Equal, Waiting(Reason::Conflict))], Review, Some(Reason::Conflict))]
    #[case::application_and_the_row_that_joins_it(
        vec![found(app(1), "p", Equal, Open), found(Who::Row(2, Some(ApplicationId(uuid::Uuid::from_u128(1)))), "e", Similar, Open)],
        Match, None)]
    #[case::application_and_a_row_of_somebody_else(
        vec![found(app(1), "p", Equal, Open), found(Who::Row(2, Some(ApplicationId(uuid::Uuid::from_u128(9)))), "e", Equal, Open)],
        Review, Some(Reason::Conflict))]
    fn a_row_is_what_those_like_it_make_it(
        #[case] candidates: Vec<Candidate>,
        #[case] outcome: Outcome,
        #[case] reason: Option<Reason>,
    ) {
        let plan = plan(&candidates);
        assert_eq!((plan.outcome, plan.reason), (outcome, reason));
    }

    #[rstest]
    #[case::who_was_erased_is_a_question(vec![], true, Review, Some(Reason::Erased))]
    #[case::nobody_was_erased(vec![], false, New, None)]
    #[case::she_is_here_by_her_own_act(vec![found(app(1), "p", Equal, Open)], true, Match, None)]
    #[case::a_question_stays_the_question(vec![found(app(1), "p", Different, Open)], true, Review, Some(Reason::SharedPhone))]
    #[case::the_row_before_her_waits(
        vec![found(Who::Row(2, None), "p", Equal, Waiting(Reason::Erased))], true, Review, Some(Reason::Erased))]
    fn whoever_was_erased_does_not_come_back_unasked(
        #[case] candidates: Vec<Candidate>,
        #[case] erased: bool,
        #[case] outcome: Outcome,
        #[case] reason: Option<Reason>,
    ) {
        let plan = plan(&candidates).unless_erased(erased);
        assert_eq!((plan.outcome, plan.reason), (outcome, reason));
    }
}
