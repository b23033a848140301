//! Places and streets, codes, and categories.

use strsim::jaro_winkler;

use super::distance::slips;
use crate::linking::{
    agreement::{Found, Level},
    people::Term,
};

/// From here on two texts are one with slips in it, for texts too long to count them.
const CLOSE: f64 = 0.92;
/// From here on they have a good part in common.
const ALIKE: f64 = 0.8;
/// Letters of a text at least, for one wrong letter to be a slip.
const LONG_TEXT: usize = 4;
/// Signs of a code at least, for one and for two wrong ones to be slips.
const LONG_CODE: usize = 3;
const LONGER_CODE: usize = 6;

/// Two texts of small letters, words apart by one space. Their core is their sound.
pub(super) fn texts(a: &Term<'_>, b: &Term<'_>) -> Found {
    if a.id == b.id {
        return Found::with_chance(Level::Equal, a.share());
    }
    if a.class() == b.class() {
        return Found::with_chance(Level::Core, a.core_share());
    }
    let long = a.text().len().min(b.text().len()) >= LONG_TEXT;
    let likeness = jaro_winkler(a.text(), b.text());
    if long && (likeness >= CLOSE || slips(a, b, 1).is_some()) {
        return Found::plain(Level::Typing);
    }
    let (common, fewer) = words_in_common(a.text(), b.text());
    if common > 0 && common == fewer {
        return Found::plain(Level::Shorter);
    }
    if common > 0 || likeness >= ALIKE {
        return Found::plain(Level::Part);
    }
    Found::plain(Level::Different)
}

/// How many words two texts share, and how many the shorter has.
fn words_in_common(a: &str, b: &str) -> (usize, usize) {
    let words = |text: &str| text.split(' ').count();
    let common = a.split(' ').filter(|word| word.len() > 2 && b.split(' ').any(|other| other == *word)).count();
    (common, words(a).min(words(b)))
}

/// Two codes.
pub(super) fn codes(a: &Term<'_>, b: &Term<'_>) -> Found {
    if a.id == b.id {
        return Found::with_chance(Level::Equal, a.share());
    }
    let most = match a.text().len().min(b.text().len()) {
        LONGER_CODE.. => 2,
        LONG_CODE.. => 1,
        _ => return Found::plain(Level::Different),
    };
    match slips(a, b, most) {
        Some(1) => Found::plain(Level::Typing),
        Some(_) => Found::plain(Level::Part),
        None => Found::plain(Level::Different),
    }
}

/// Two words of a few.
pub(super) fn categories(a: &Term<'_>, b: &Term<'_>) -> Found {
    if a.id == b.id { Found::with_chance(Level::Equal, a.share()) } else { Found::plain(Level::Different) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use crate::linking::{
        Comparator::{self, Category, Code, Text},
        Level::{self, Core, Different, Equal, Part, Shorter, Typing},
        people::level_of,
    };

    #[rstest]
    #[case::case_and_marks(Text, "Kota Depok", "KOTA  DEPOK.", Equal)]
    #[case::spelling(Text, "Surabaya", "Soerabaya", Core)]
    #[case::a_space(Text, "Kebon Jeruk", "Kebonjeruk", Core)]
    #[case::a_letter(Text, "Bandung", "Bandunf", Typing)]
    #[case::province_added(Text, "Depok, Jawa Barat", "Depok", Shorter)]
    #[case::kind_of_place_added(Text, "Kota Depok", "Depok", Shorter)]
    #[case::one_word(Text, "Jakarta Selatan", "Jakarta Barat", Part)]
    #[case::another(Text, "Depok", "Surabaya", Different)]
    #[case::same(Code, "123-456", "123456", Equal)]
    #[case::one_digit(Code, "123456", "123466", Typing)]
    #[case::two_digits(Code, "1234567", "1334467", Part)]
    #[case::short(Code, "12", "13", Different)]
    #[case::another(Code, "123456", "987654", Different)]
    #[case::same(Category, "Female", "female", Equal)]
    #[case::another(Category, "female", "male", Different)]
    fn texts_agree_as_the_table_says(
        #[case] comparator: Comparator,
        #[case] a: &str,
        #[case] b: &str,
        #[case] level: Level,
    ) {
        assert_eq!(level_of(comparator, a, b), Some(level), "{a} and {b}");
        assert_eq!(level_of(comparator, b, a), Some(level), "{b} and {a}");
    }
}
