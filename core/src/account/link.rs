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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// What her phone leads to.
    pub phone: Option<Candidate>,
    /// What her address leads to.
    pub email: Option<Candidate>,
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
}

/// What follows for the application that her address leads to beside the one that she was linked to.
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
pub fn link(facts: Facts) -> Result {
    let Facts { phone, email, proof, email_proven } = facts;
    let Some(a) = phone else {
        return Result { link: by_email(email, email_proven), second: Second::None };
    };
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

/// Nothing is known by her phone: what her address leads to, if anything.
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

    const fn at(application: ApplicationId) -> Candidate {
        Candidate { application, another_name: false, account: None, stale: false, same_birth_date: false }
    }
    const fn another(application: ApplicationId) -> Candidate {
        Candidate { another_name: true, ..at(application) }
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
        Some(Candidate { another_name: true, ..stale(A) }),
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
        assert_eq!(super::link(Facts { phone, email, proof, email_proven }), Result { link, second });
    }

    /// Whatever the facts are: an application that is another account's is never linked or merged, and none is without a proof of its own.
    #[test]
    fn nothing_is_linked_without_a_proof() {
        let kinds = [None, Some(at(A)), Some(another(A)), Some(taken(A)), Some(stale(A)), Some(stale_born(A))];
        let others = [None, Some(at(A)), Some(at(B)), Some(another(B)), Some(taken(B)), Some(stale(B))];
        for phone in kinds {
            for email in others {
                for proof in [Proof::Code, INVITED, INVITED_B] {
                    for email_proven in [false, true] {
                        let Result { link, second } = super::link(Facts { phone, email, proof, email_proven });
                        let told = format!("{phone:?} {email:?} {proof:?} {email_proven}");
                        let leads = |id: ApplicationId| {
                            [phone, email].into_iter().flatten().filter(move |one| one.application == id)
                        };
                        if let Link::Linked(id) = link {
                            assert!(
                                leads(id).all(|one| one.account.is_none())
                                    || phone.is_some_and(|one| one.application == id && one.account.is_none()),
                                "{told}"
                            );
                            assert!(phone.is_some_and(|one| one.application == id) || email_proven, "{told}");
                            let by_phone = phone.filter(|one| one.application == id);
                            let hers = email_proven && email.is_some_and(|one| one.application == id);
                            assert!(by_phone.is_none_or(|one| !one.stale || one.same_birth_date || hers), "{told}");
                        }
                        if let Second::Merged(id) = second {
                            assert!(email_proven && leads(id).all(|one| one.account.is_none()), "{told}");
                            assert!(matches!(link, Link::Linked(_)), "{told}");
                        }
                    }
                }
            }
        }
    }
}
