//! Which application a registration is linked to. Pure: the table of the design, row by row.
//!
//! A phone or an address that is the same is no proof: an account is linked only to what was proven to be hers ("Pre-hijacked accounts", USENIX
//! Security 2022). In doubt nothing is linked and nothing new is made: the link is pending, and HR or a code to the address settles it.

use crate::id::{AccountId, ApplicationId};

/// An application that an identifier leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The application; the one that shows it, where it was merged.
    pub application: ApplicationId,
    /// Her name there is clearly another one. Never so where either is unknown.
    pub another_name: bool,
    /// Her name there may be hers: both are known, and not clearly two.
    pub her_name: bool,
    /// The account that it is linked to already.
    pub account: Option<AccountId>,
    /// Nothing has happened with it for so long that the number may be somebody else's by now.
    pub stale: bool,
    /// The birth date that she gave is the one that stands there.
    pub same_birth_date: bool,
}

/// How she showed that the number is hers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// By a one-time code that was sent to it.
    Code,
    /// By the one-time invitation of this application that was sent to it.
    Invitation(ApplicationId),
}

/// All that the decision goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What her phone leads to.
    pub phone: Option<Candidate>,
    /// What her address leads to.
    pub email: Option<Candidate>,
    /// Who else has her phone, where it is not one person's alone.
    pub on_number: Vec<Candidate>,
    /// Who else has her address, likewise, where it is proven to be hers.
    pub on_address: Vec<Candidate>,
    /// How the phone was proven.
    pub proof: Proof,
    /// Whether the address was proven by a code, too.
    pub email_proven: bool,
}

/// What a registration is linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Hers from now on.
    Linked(ApplicationId),
    /// Perhaps hers: until somebody settles it she has an account and no application.
    Pending(ApplicationId, PendingWhy),
    /// Nobody knows her: a fresh application.
    Fresh,
}

/// Why a link is pending, and who may settle it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingWhy {
    /// Only her address leads there, and it is not proven: a code to that address settles it, or HR.
    EmailUnproven,
    /// The name there is clearly another one: HR settles it, or the application's own invitation.
    AnotherName,
    /// The number may have been given to somebody else since, who reads what is sent to it: a code to the application's address settles it, or HR.
    Stale,
    /// It is linked to another account, and stays so: HR is told.
    Taken,
    /// Her number, or her address, is not one person's alone, and this is one of those who have it, by a name that may be hers: HR settles it.
    SharedNumber,
}

/// What follows for another application that may be hers, beside the one that she was linked to: mostly the one that her address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// Nothing: there is none.
    None,
    /// HR is asked whether the two are one person.
    Suspected(ApplicationId),
    /// Both are proven to be hers: it is merged into the one that she was linked to, reversibly.
    Merged(ApplicationId),
}

/// What comes of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Result {
    /// The application.
    pub link: Link,
    /// The other one.
    pub second: Second,
}

/// Decides which application a registration is linked to.
#[must_use]
pub fn link(facts: &Facts) -> Result {
    let Facts { email, proof, email_proven, .. } = *facts;
    let Some(a) = by_phone(facts) else { return by_no_phone(facts) };
    let invited = proof == Proof::Invitation(a.application);
    let other = email.filter(|b| b.application != a.application);
    // Her address leads to the very application: control of it is the second fact that an old number needs.
    let second_fact = a.same_birth_date || (email_proven && email.is_some() && other.is_none());
    let link = if a.account.is_some() {
        Link::Pending(a.application, PendingWhy::Taken)
    } else if a.another_name && !invited {
        Link::Pending(a.application, PendingWhy::AnotherName)
    } else if a.stale && !second_fact {
        Link::Pending(a.application, PendingWhy::Stale)
    } else {
        Link::Linked(a.application)
    };
    let second = match (other, link) {
        (None, _) => Second::None,
        // What is another's account, or another's name, is nobody's to merge.
        (Some(b), Link::Linked(_)) if email_proven && b.account.is_none() && !b.another_name => {
            Second::Merged(b.application)
        }
        (Some(b), _) => Second::Suspected(b.application),
    };
    Result { link, second }
}

/// Whom her phone leads to: the one that she was invited for, or else the one that it keys. Nobody where their names are clearly other ones and somebody
/// else who has the number has hers: an invitation stands for a name only where nobody else on the number has it.
fn by_phone(Facts { phone, on_number, proof, .. }: &Facts) -> Option<Candidate> {
    let invited = on_number.iter().find(|one| *proof == Proof::Invitation(one.application)).copied();
    let either = [invited, *phone];
    let fits = either.into_iter().flatten().find(|one| !one.another_name);
    fits.or_else(|| either.into_iter().flatten().next().filter(|_| !on_number.iter().any(|one| one.her_name)))
}

/// Nothing is known by her phone: what her address leads to, or one of those who have either and a name that may be hers, or an invitation that she shows.
fn by_no_phone(Facts { email, email_proven, on_number, on_address, proof, .. }: &Facts) -> Result {
    let link = by_email(*email, *email_proven);
    let may_be = |one: &&Candidate| one.her_name || *proof == Proof::Invitation(one.application);
    let beside = on_number.iter().chain(on_address).filter(may_be);
    let beside = beside.filter(|one| email.is_none_or(|b| b.application != one.application));
    // Of several HR is asked about one, and then about the next.
    let Some(one) =
        beside.min_by_key(|one| (one.account.is_some(), !one.her_name, !one.same_birth_date, one.application))
    else {
        return Result { link, second: Second::None };
    };
    match link {
        Link::Linked(_) => Result { link, second: Second::Suspected(one.application) },
        Link::Pending(..) if email.is_some_and(|b| b.her_name) => Result { link, second: Second::None },
        Link::Pending(..) | Link::Fresh => {
            let why = if one.account.is_some() { PendingWhy::Taken } else { PendingWhy::SharedNumber };
            Result { link: Link::Pending(one.application, why), second: Second::None }
        }
    }
}

/// What her address leads to, if anything.
fn by_email(email: Option<Candidate>, proven: bool) -> Link {
    let Some(b) = email else { return Link::Fresh };
    if b.account.is_some() {
        Link::Pending(b.application, PendingWhy::Taken)
    } else if !proven {
        Link::Pending(b.application, PendingWhy::EmailUnproven)
    } else if b.another_name {
        Link::Pending(b.application, PendingWhy::AnotherName)
    } else {
        Link::Linked(b.application)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use uuid::Uuid;

    use super::*;

    const A: ApplicationId = ApplicationId(Uuid::from_u128(1));
    const B: ApplicationId = ApplicationId(Uuid::from_u128(2));
    const C: ApplicationId = ApplicationId(Uuid::from_u128(3));

    const fn at(application: ApplicationId) -> Candidate {
        Candidate {
            application,
            another_name: false,
            her_name: true,
            account: None,
            stale: false,
            same_birth_date: false,
        }
    }
    const fn another(application: ApplicationId) -> Candidate {
        Candidate { another_name: true, her_name: false, ..at(application) }
    }
    const fn taken(application: ApplicationId) -> Candidate {
        Candidate { account: Some(AccountId(Uuid::from_u128(9))), ..at(application) }
    }
    const fn stale(application: ApplicationId) -> Candidate {
        Candidate { stale: true, ..at(application) }
    }
    const fn stale_born(application: ApplicationId) -> Candidate {
        Candidate { same_birth_date: true, ..stale(application) }
    }

    const INVITED: Proof = Proof::Invitation(A);
    const INVITED_B: Proof = Proof::Invitation(B);

    #[rstest]
    // Her phone leads to A.
    #[case::nothing_by_email(Some(at(A)), None, Proof::Code, false, Link::Linked(A), Second::None)]
    #[case::the_same_by_email(Some(at(A)), Some(at(A)), Proof::Code, false, Link::Linked(A), Second::None)]
    #[case::another_by_email(Some(at(A)), Some(at(B)), Proof::Code, false, Link::Linked(A), Second::Suspected(B))]
    #[case::another_by_proven_email(Some(at(A)), Some(at(B)), Proof::Code, true, Link::Linked(A), Second::Merged(B))]
    #[case::another_whose_name_differs(
        Some(at(A)),
        Some(another(B)),
        Proof::Code,
        true,
        Link::Linked(A),
        Second::Suspected(B)
    )]
    #[case::another_with_an_account(
        Some(at(A)),
        Some(taken(B)),
        Proof::Code,
        true,
        Link::Linked(A),
        Second::Suspected(B)
    )]
    // Her phone leads to nothing.
    #[case::email_alone(
        None,
        Some(at(B)),
        Proof::Code,
        false,
        Link::Pending(B, PendingWhy::EmailUnproven),
        Second::None
    )]
    #[case::email_alone_proven(None, Some(at(B)), Proof::Code, true, Link::Linked(B), Second::None)]
    #[case::email_alone_proven_of_another_name(
        None,
        Some(another(B)),
        Proof::Code,
        true,
        Link::Pending(B, PendingWhy::AnotherName),
        Second::None
    )]
    #[case::email_of_another_account(
        None,
        Some(taken(B)),
        Proof::Code,
        true,
        Link::Pending(B, PendingWhy::Taken),
        Second::None
    )]
    #[case::nobody(None, None, Proof::Code, false, Link::Fresh, Second::None)]
    #[case::nobody_proven(None, None, Proof::Code, true, Link::Fresh, Second::None)]
    // Her phone leads to A, whose name is clearly another one.
    #[case::another_name(
        Some(another(A)),
        None,
        Proof::Code,
        false,
        Link::Pending(A, PendingWhy::AnotherName),
        Second::None
    )]
    #[case::another_name_and_a_second(
        Some(another(A)),
        Some(at(B)),
        Proof::Code,
        true,
        Link::Pending(A, PendingWhy::AnotherName),
        Second::Suspected(B)
    )]
    #[case::another_name_invited(Some(another(A)), None, INVITED, false, Link::Linked(A), Second::None)]
    #[case::another_name_and_anothers_invitation(
        Some(another(A)),
        None,
        INVITED_B,
        false,
        Link::Pending(A, PendingWhy::AnotherName),
        Second::None
    )]
    // A is another account's: never re-linked, whatever is shown.
    #[case::taken(Some(taken(A)), None, Proof::Code, false, Link::Pending(A, PendingWhy::Taken), Second::None)]
    #[case::taken_by_invitation(Some(taken(A)), None, INVITED, true, Link::Pending(A, PendingWhy::Taken), Second::None)]
    #[case::taken_and_a_second(
        Some(taken(A)),
        Some(at(B)),
        Proof::Code,
        true,
        Link::Pending(A, PendingWhy::Taken),
        Second::Suspected(B)
    )]
    // The number may have been recycled.
    #[case::stale(Some(stale(A)), None, Proof::Code, false, Link::Pending(A, PendingWhy::Stale), Second::None)]
    #[case::stale_with_the_birth_date(Some(stale_born(A)), None, Proof::Code, false, Link::Linked(A), Second::None)]
    #[case::stale_with_its_own_email(Some(stale(A)), Some(at(A)), Proof::Code, true, Link::Linked(A), Second::None)]
    #[case::stale_with_its_own_email_unproven(
        Some(stale(A)),
        Some(at(A)),
        Proof::Code,
        false,
        Link::Pending(A, PendingWhy::Stale),
        Second::None
    )]
    #[case::stale_with_anothers_email(
        Some(stale(A)),
        Some(at(B)),
        Proof::Code,
        true,
        Link::Pending(A, PendingWhy::Stale),
        Second::Suspected(B)
    )]
    // What was sent to the number is read by whoever has it now.
    #[case::stale_and_invited(Some(stale(A)), None, INVITED, false, Link::Pending(A, PendingWhy::Stale), Second::None)]
    #[case::stale_of_another_name_and_invited(
        Some(Candidate { stale: true, ..another(A) }),
        None,
        INVITED,
        false,
        Link::Pending(A, PendingWhy::Stale),
        Second::None
    )]
    #[case::stale_and_invited_with_the_birth_date(
        Some(stale_born(A)),
        None,
        INVITED,
        false,
        Link::Linked(A),
        Second::None
    )]
    fn the_table(
        #[case] phone: Option<Candidate>,
        #[case] email: Option<Candidate>,
        #[case] proof: Proof,
        #[case] email_proven: bool,
        #[case] link: Link,
        #[case] second: Second,
    ) {
        let facts = Facts { phone, email, on_number: Vec::new(), on_address: Vec::new(), proof, email_proven };
        assert_eq!(super::link(&facts), Result { link, second });
    }

    const fn unnamed(application: ApplicationId) -> Candidate {
        Candidate { her_name: false, ..at(application) }
    }
    const fn born(application: ApplicationId) -> Candidate {
        Candidate { same_birth_date: true, ..at(application) }
    }
    const fn shared(application: ApplicationId) -> Link {
        Link::Pending(application, PendingWhy::SharedNumber)
    }

    #[rstest]
    // Her phone keys nobody: a family shares it.
    #[case::of_her_name(None, None, &[at(A)], Proof::Code, false, shared(A), Second::None)]
    #[case::of_her_name_among_others(None, None, &[another(A), at(B)], Proof::Code, false, shared(B), Second::None)]
    #[case::of_other_names(None, None, &[another(A), unnamed(B)], Proof::Code, false, Link::Fresh, Second::None)]
    #[case::two_of_her_name(None, None, &[at(B), at(A)], Proof::Code, false, shared(A), Second::None)]
    #[case::two_of_whom_one_was_born_as_she(None, None, &[at(A), born(B)], Proof::Code, false, shared(B), Second::None)]
    #[case::two_of_whom_one_is_taken(None, None, &[taken(A), at(B)], Proof::Code, false, shared(B), Second::None)]
    #[case::of_her_name_and_taken(
        None, None, &[taken(A)], Proof::Code, false,
        Link::Pending(A, PendingWhy::Taken), Second::None
    )]
    // She was invited while it was hers alone.
    #[case::invited(None, None, &[at(A), another(B)], INVITED, false, Link::Linked(A), Second::None)]
    #[case::invited_by_another_name(None, None, &[another(A)], INVITED, false, Link::Linked(A), Second::None)]
    #[case::invited_by_a_name_that_another_one_has(
        None, None, &[another(A), at(B)], INVITED, false, shared(B), Second::None
    )]
    #[case::invited_and_taken(
        None, None, &[taken(A)], INVITED, false, Link::Pending(A, PendingWhy::Taken), Second::None
    )]
    #[case::invited_and_stale(
        None, None, &[stale(A)], INVITED, false, Link::Pending(A, PendingWhy::Stale), Second::None
    )]
    #[case::invited_and_a_proven_email(None, Some(at(B)), &[at(A)], INVITED, true, Link::Linked(A), Second::Merged(B))]
    #[case::invited_to_somebody_who_has_it_no_more(None, None, &[at(A)], INVITED_B, false, shared(A), Second::None)]
    // Her phone keys A, and others have it, too.
    #[case::keyed(Some(at(A)), None, &[at(B)], Proof::Code, false, Link::Linked(A), Second::None)]
    #[case::keyed_of_another_name(Some(another(A)), None, &[at(B)], Proof::Code, false, shared(B), Second::None)]
    #[case::keyed_of_another_name_and_taken(
        Some(Candidate { account: taken(A).account, ..another(A) }), None, &[at(B)], Proof::Code, false,
        shared(B), Second::None
    )]
    #[case::keyed_of_another_name_and_invited(Some(another(A)), None, &[at(B)], INVITED, false, shared(B), Second::None)]
    #[case::all_of_other_names(
        Some(another(A)), None, &[another(B)], Proof::Code, false,
        Link::Pending(A, PendingWhy::AnotherName), Second::None
    )]
    #[case::keyed_and_another_invited(Some(another(A)), None, &[at(B)], INVITED_B, false, Link::Linked(B), Second::None)]
    #[case::keyed_of_her_name_and_another_of_another_name_invited(
        Some(at(A)), None, &[another(B)], INVITED_B, false, Link::Linked(A), Second::None
    )]
    // Her address leads somewhere.
    #[case::the_same_by_email(
        None, Some(at(A)), &[at(A)], Proof::Code, false,
        Link::Pending(A, PendingWhy::EmailUnproven), Second::None
    )]
    #[case::the_same_by_proven_email(None, Some(at(A)), &[at(A)], Proof::Code, true, Link::Linked(A), Second::None)]
    #[case::another_by_proven_email(
        None, Some(at(B)), &[at(A)], Proof::Code, true, Link::Linked(B), Second::Suspected(A)
    )]
    #[case::another_by_email(
        None, Some(at(B)), &[at(A)], Proof::Code, false,
        Link::Pending(B, PendingWhy::EmailUnproven), Second::None
    )]
    #[case::of_another_name_by_email(None, Some(another(B)), &[at(A)], Proof::Code, true, shared(A), Second::None)]
    #[case::keyed_of_another_name_and_hers_by_proven_email(
        Some(another(A)), Some(at(B)), &[at(B)], Proof::Code, true, Link::Linked(B), Second::None
    )]
    fn who_has_what_is_not_one_persons_alone_is_asked_about(
        #[case] phone: Option<Candidate>,
        #[case] email: Option<Candidate>,
        #[case] on_number: &[Candidate],
        #[case] proof: Proof,
        #[case] email_proven: bool,
        #[case] link: Link,
        #[case] second: Second,
    ) {
        let on_number = on_number.to_vec();
        let facts = Facts { phone, email, on_number, on_address: Vec::new(), proof, email_proven };
        assert_eq!(super::link(&facts), Result { link, second });
    }

    #[rstest]
    #[case::of_her_name(None, &[], &[at(B)], Proof::Code, shared(B))]
    #[case::of_another_name(None, &[], &[another(B)], Proof::Code, Link::Fresh)]
    #[case::of_her_name_on_both(None, &[at(A)], &[at(B)], Proof::Code, shared(A))]
    #[case::invited_once(None, &[], &[another(B)], INVITED_B, shared(B))]
    // An address says nothing about who else has the number.
    #[case::keyed_of_another_name(Some(another(A)), &[], &[at(B)], Proof::Code, Link::Pending(A, PendingWhy::AnotherName))]
    #[case::keyed_of_another_name_and_invited(Some(another(A)), &[], &[at(B)], INVITED, Link::Linked(A))]
    #[case::keyed_and_another_invited_once(Some(at(A)), &[], &[at(B)], INVITED_B, Link::Linked(A))]
    fn who_has_a_proven_address_that_is_not_hers_alone_is_asked_about_where_her_phone_leads_to_nobody(
        #[case] phone: Option<Candidate>,
        #[case] on_number: &[Candidate],
        #[case] on_address: &[Candidate],
        #[case] proof: Proof,
        #[case] link: Link,
    ) {
        let (on_number, on_address) = (on_number.to_vec(), on_address.to_vec());
        let facts = Facts { phone, email: None, on_number, on_address, proof, email_proven: true };
        assert_eq!(super::link(&facts), Result { link, second: Second::None });
    }

    /// Whatever the facts are: an application that is another account's is never linked or merged, none is without a proof of its own, and nobody begins
    /// afresh beside one that may be hers.
    #[test]
    fn nothing_is_linked_without_a_proof() {
        let kinds = [None, Some(at(A)), Some(another(A)), Some(taken(A)), Some(stale(A)), Some(stale_born(A))];
        let emails = [None, Some(at(A)), Some(at(B)), Some(another(B)), Some(taken(B)), Some(stale(B))];
        let beside =
            [None, Some(at(B)), Some(another(B)), Some(taken(B)), Some(stale(B)), Some(at(C)), Some(another(C))];
        for (phone, email) in kinds.into_iter().flat_map(|phone| emails.map(|email| (phone, email))) {
            for (other, proof) in
                beside.into_iter().flat_map(|one| [Proof::Code, INVITED, INVITED_B].map(|by| (one, by)))
            {
                // One application is one thing.
                if email.zip(other).is_some_and(|(one, two)| one.application == two.application && one != two) {
                    continue;
                }
                for (email_proven, on_the_number) in [(false, true), (true, true), (true, false)] {
                    let one = Vec::from_iter(other);
                    let (on_number, on_address) = if on_the_number { (one, Vec::new()) } else { (Vec::new(), one) };
                    let facts = Facts { phone, email, on_number, on_address, proof, email_proven };
                    let Result { link, second } = super::link(&facts);
                    let told = format!("{facts:?}");
                    let leads = |id: ApplicationId| {
                        [phone, email, other].into_iter().flatten().filter(move |one| one.application == id)
                    };
                    match link {
                        Link::Linked(id) => {
                            let by_phone = phone.filter(|one| one.application == id);
                            let invited = other.filter(|one| one.application == id && proof == Proof::Invitation(id));
                            let invited = invited.filter(|_| on_the_number);
                            let hers = email_proven && email.is_some_and(|one| one.application == id);
                            let by_number = by_phone.or(invited);
                            assert!(by_number.is_some() || hers, "{told}");
                            assert!(
                                by_number.is_some_and(|one| one.account.is_none())
                                    || leads(id).all(|one| one.account.is_none()),
                                "{told}"
                            );
                            assert!(by_number.is_none_or(|one| !one.stale || one.same_birth_date || hers), "{told}");
                        }
                        Link::Pending(id, _) => assert!(leads(id).next().is_some(), "{told}"),
                        Link::Fresh => {
                            assert!(phone.is_none() && email.is_none(), "{told}");
                            assert!(other.is_none_or(|one| !one.her_name), "{told}");
                        }
                    }
                    if let Second::Merged(id) = second {
                        let theirs = email.filter(|one| one.application == id);
                        assert!(email_proven && theirs.is_some_and(|one| one.account.is_none()), "{told}");
                        assert!(matches!(link, Link::Linked(_)), "{told}");
                    }
                }
            }
        }
    }
}
