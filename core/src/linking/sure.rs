//! Which agreement needs no question. No score is asked here, and none could answer: a key in common, and nothing that makes it a family's.
//!
//! On one phone live *Siti Aminah* and her daughter *Siti*, and the twins *Rahmat* and *Rahman*: a name that merely may be the same proves nothing
//! beside a number that a family shares, and no more beside an address: one sister writes the applications of both.

use crate::identity::{NameAgreement, PersonName, sound};

/// What is known of somebody, for the question whether two records are surely one person.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Her name.
    pub name: &'a PersonName,
    /// Her birth date as `YYYY-MM-DD`, where it is known.
    pub birth_date: Option<&'a str>,
    /// The phone numbers that may key her, in E.164.
    pub phones: &'a [&'a str],
    /// The email addresses that may key her.
    pub emails: &'a [&'a str],
}

/// How alike two people are, but for what reaches them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness {
    /// Their names.
    pub names: NameAgreement,
    /// Their names are no more than a word each.
    one_word: bool,
    /// Each word of the shorter name is one of the longer by its sound.
    sounds_alike: bool,
    born: Option<Born>,
}

/// How near a [`Likeness`] is to being sure: the more, the nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(u8);

impl Rank {
    /// Another name.
    pub const LEAST: Self = Self(0);
}

/// How two birth dates agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Born {
    Same,
    /// Day and month in the other order.
    Swapped,
    Apart,
}

impl Likeness {
    /// Of two names with the birth dates (`YYYY-MM-DD`) that are known.
    #[must_use]
    pub fn of(name: &PersonName, born: Option<&str>, other: &PersonName, other_born: Option<&str>) -> Self {
        let names = name.compare(other);
        let born = born.zip(other_born).map(|(one, other)| match () {
            () if one == other => Born::Same,
            () if swapped(one, other) => Born::Swapped,
            () => Born::Apart,
        });
        Self {
            names,
            one_word: names == NameAgreement::Equal && name.words().len() == 1,
            sounds_alike: names == NameAgreement::Similar && born == Some(Born::Same) && sounds_alike(name, other),
            born,
        }
    }

    /// The closest of some: of somebody who is known as several.
    #[must_use]
    pub fn closest(of: impl Iterator<Item = Self>) -> Option<Self> {
        of.max_by_key(|one| (one.rank(false), one.rank(true)))
    }

    /// How near it is to being sure, where a phone number or (`by_address`) an address leads to both.
    #[must_use]
    pub fn rank(self, by_address: bool) -> Rank {
        match self.names {
            _ if self.is_sure(by_address) => Rank(3),
            NameAgreement::Equal => Rank(2),
            NameAgreement::Similar => Rank(1),
            NameAgreement::Different => Rank::LEAST,
        }
    }

    /// Whether they are one person without anybody being asked, where a phone number or an address leads to both. Everything else is a question.
    ///
    /// * Two birth dates: never, but for day and month in the other order.
    /// * The same name: yes; of one word by the address, or by the number with the same birth date.
    /// * A name that may be the same: with the same birth date, where no word is a letter apart.
    #[must_use]
    pub fn is_sure(self, by_address: bool) -> bool {
        if self.born == Some(Born::Apart) {
            return false;
        }
        match self.names {
            NameAgreement::Equal => !self.one_word || by_address || self.born.is_some(),
            NameAgreement::Similar => self.sounds_alike,
            NameAgreement::Different => false,
        }
    }

    /// Whether nothing says that they are two: enough where a portal's own id leads to both, which no family shares.
    #[must_use]
    pub fn may_be_one(self) -> bool {
        self.names != NameAgreement::Different && self.born != Some(Born::Apart)
    }
}

/// Whether two records are one person without anybody being asked: a key in common, and a [`Likeness`] that is sure.
#[must_use]
pub fn are_surely_one(a: Known<'_>, b: Known<'_>) -> bool {
    let phone = a.phones.iter().any(|one| b.phones.contains(one));
    let email = a.emails.iter().any(|one| b.emails.contains(one));
    (phone || email) && Likeness::of(a.name, a.birth_date, b.name, b.birth_date).is_sure(email)
}

/// `1994-03-07` and `1994-07-03`.
fn swapped(one: &str, other: &str) -> bool {
    let parts = |date: &str| Some((date.get(..4)?.to_owned(), date.get(5..7)?.to_owned(), date.get(8..10)?.to_owned()));
    match (parts(one), parts(other)) {
        (Some((year, month, day)), Some(other)) => (year, day, month) == other,
        _ => false,
    }
}

/// Whether each word of the shorter name is one of the longer by its sound or its initial, or both are one when written together.
fn sounds_alike(a: &PersonName, b: &PersonName) -> bool {
    let heard = |name: &PersonName| -> Vec<String> { name.words().iter().map(|word| sound(word)).collect() };
    let (a, b) = (heard(a), heard(b));
    let (fewer, more) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let fits = |one: &String, other: &String| {
        one == other || (one.len().min(other.len()) == 1 && one.bytes().next() == other.bytes().next())
    };
    fewer.iter().all(|one| more.iter().any(|other| fits(one, other))) || a.concat() == b.concat()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::phone_and_name("Siti Aminah", "", "p", "SITI AMINAH, S.Pd.", "", "p", true)]
    #[case::phone_and_one_word("Siti", "1994-03-07", "p", "Siti", "", "p", false)]
    #[case::phone_and_one_word_with_the_birth_date("Siti", "1994-03-07", "p", "Siti", "1994-03-07", "p", true)]
    #[case::address_and_name("Siti Aminah", "", "e", "Siti Aminah", "", "e", true)]
    #[case::nothing_in_common("Siti Aminah", "1994-03-07", "p", "Siti Aminah", "1994-03-07", "e", false)]
    #[case::two_birth_dates("Siti Aminah", "1994-03-07", "p", "Siti Aminah", "1970-03-07", "p", false)]
    #[case::day_and_month("Siti Aminah", "1994-03-07", "p", "Siti Aminah", "1994-07-03", "p", true)]
    #[case::another_name("Siti Aminah", "", "pe", "Budi Santoso", "", "pe", false)]
    #[case::mother_and_daughter("Siti Aminah", "1970-01-02", "p", "Siti", "", "p", false)]
    #[case::word_left_out_with_the_birth_date("Siti Aminah", "1994-03-07", "p", "Siti", "1994-03-07", "p", true)]
    #[case::address_and_one_word("Siti", "", "e", "Siti", "", "e", true)]
    #[case::mother_and_daughter_on_an_address("Siti Aminah", "1970-01-02", "e", "Siti", "", "e", false)]
    #[case::mother_and_daughter_on_both("Siti Aminah", "", "pe", "Siti", "1994-03-07", "pe", false)]
    #[case::word_left_out_with_the_address("Siti Aminah", "", "e", "Siti", "", "e", false)]
    #[case::part_with_the_address_and_birth_date("Siti Aminah", "1994-03-07", "e", "Siti", "1994-03-07", "e", true)]
    #[case::twins("Rahmat Rizal", "1994-03-07", "p", "Rahman Rizal", "1994-03-07", "p", false)]
    #[case::twins_on_an_address("Rahmat Rizal", "1994-03-07", "e", "Rahman Rizal", "1994-03-07", "e", false)]
    #[case::twins_on_both("Rahmat Rizal", "1994-03-07", "pe", "Rahman Rizal", "1994-03-07", "pe", false)]
    #[case::spelling_with_the_address("Moch. Rizki", "", "e", "Muhammad Rizky", "", "e", false)]
    #[case::spelling_with_the_birth_date("Moch. Rizki", "1994-03-07", "p", "Muhammad Rizky", "1994-03-07", "p", true)]
    #[case::joined_with_the_birth_date("Nur Hayati", "1994-03-07", "p", "Nurhayati", "1994-03-07", "p", true)]
    #[case::initial_with_the_birth_date("Siti A.", "1994-03-07", "p", "Siti Aminah", "1994-03-07", "p", true)]
    fn two_records_are_surely_one_as_the_table_says(
        #[case] a: &str,
        #[case] a_born: &str,
        #[case] a_keys: &str,
        #[case] b: &str,
        #[case] b_born: &str,
        #[case] b_keys: &str,
        #[case] sure: bool,
    ) {
        let (a, b) = (PersonName::parse(a).unwrap(), PersonName::parse(b).unwrap());
        let (one, other) = (known(&a, a_born, a_keys), known(&b, b_born, b_keys));
        assert_eq!((are_surely_one(one, other), are_surely_one(other, one)), (sure, sure));
    }

    fn known<'k>(name: &'k PersonName, born: &'k str, keys: &str) -> Known<'k> {
        Known {
            name,
            birth_date: Some(born).filter(|born| !born.is_empty()),
            phones: if keys.contains('p') { &["+6281234567801"] } else { &[] },
            emails: if keys.contains('e') { &["siti@example.com"] } else { &[] },
        }
    }
}
