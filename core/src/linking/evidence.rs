//! What speaks for and against two records being one person. Pure.

use serde::{Deserialize, Serialize};

use crate::{
    application::Fields,
    identity::{NameAgreement, PersonName},
    words::words,
};

words! {
    /// A piece of evidence.
    EvidenceCode {
        /// The same phone number.
        PhoneEqual = "phone_equal",
        /// The same email address.
        EmailEqual = "email_equal",
        /// The same name, titles, case and order aside.
        NameEqual = "name_equal",
        /// Names that may be one.
        NameSimilar = "name_similar",
        /// Clearly two names.
        NameDifferent = "name_different",
        /// The same birth date.
        BirthDateEqual = "birth_date_equal",
        /// Two birth dates.
        BirthDateDifferent = "birth_date_different",
        /// The same place.
        LocationEqual = "location_equal",
        /// Two numbers with the same last six digits.
        PhoneTailEqual = "phone_tail_equal",
    }
}

words! {
    /// Which way a piece of evidence points.
    Weight {
        /// One person.
        For = "for",
        /// Two people.
        Against = "against",
    }
}

/// A piece of evidence about two records, with the values that it was found in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// What it is.
    pub code: EvidenceCode,
    /// Which way it points.
    pub weight: Weight,
    /// The first record's value.
    pub a: String,
    /// The second record's value.
    pub b: String,
}

/// A record for comparing: its fields, and every phone number and email address it has.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The fields.
    pub fields: &'a Fields,
    /// Every phone number in E.164.
    pub phones: &'a [&'a str],
    /// Every email address in lower case.
    pub emails: &'a [&'a str],
}

/// Digits at the end of a phone number that make two numbers look like one with a typing error before them.
const TAIL: usize = 6;

/// Everything that speaks for or against `a` and `b` being one person, the strongest first.
#[must_use]
pub fn evidence(a: Record<'_>, b: Record<'_>) -> Vec<Evidence> {
    use EvidenceCode as Code;
    use Weight::{Against, For};
    let mut found = Vec::new();
    let mut say = |code, weight, a: &str, b: &str| {
        found.push(Evidence { code, weight, a: a.to_owned(), b: b.to_owned() });
    };
    for phone in a.phones.iter().filter(|phone| b.phones.contains(phone)) {
        say(Code::PhoneEqual, For, phone, phone);
    }
    for email in a.emails.iter().filter(|email| b.emails.contains(email)) {
        say(Code::EmailEqual, For, email, email);
    }
    if let (Some(first), Some(second)) = (&a.fields.full_name, &b.fields.full_name)
        && let (Some(one), Some(other)) = (PersonName::parse(first), PersonName::parse(second))
    {
        match one.compare(&other) {
            NameAgreement::Equal => say(Code::NameEqual, For, first, second),
            NameAgreement::Similar => say(Code::NameSimilar, For, first, second),
            NameAgreement::Different => say(Code::NameDifferent, Against, first, second),
        }
    }
    if let (Some(first), Some(second)) = (&a.fields.birth_date, &b.fields.birth_date) {
        if first == second {
            say(Code::BirthDateEqual, For, first, second);
        } else {
            say(Code::BirthDateDifferent, Against, first, second);
        }
    }
    if let (Some(first), Some(second)) = (&a.fields.location, &b.fields.location)
        && first.to_lowercase() == second.to_lowercase()
    {
        say(Code::LocationEqual, For, first, second);
    }
    let tail = |phone: &str| phone.len().checked_sub(TAIL).and_then(|from| phone.get(from..).map(str::to_owned));
    if let Some((one, other)) = a
        .phones
        .iter()
        .flat_map(|one| b.phones.iter().map(move |other| (one, other)))
        .find(|(one, other)| one != other && tail(one).is_some() && tail(one) == tail(other))
    {
        say(Code::PhoneTailEqual, For, one, other);
    }
    found
}
