//! Phone numbers and email addresses.

use super::distance::{letters, slips};
use crate::linking::{
    agreement::{Found, Level},
    people::Term,
};

/// Applications that one person or family brings to a number or an address.
const FEW: u32 = 5;
/// Digits of a number at least, for one wrong digit to be a slip.
const LONG_NUMBER: usize = 9;
/// Letters of an address before the `@` at least, for one wrong letter to be a slip, and for two.
const LONG_NAME: usize = 5;
const LONGER_NAME: usize = 9;

/// The same number or address. It is one person's, who may have applied several times, or a family's, of which the model thinks apart. That
/// more than a few have it makes it an agent's or an office's, and a stranger's as likely as they are many.
fn same(term: &Term<'_>) -> Found {
    Found { level: Level::Equal, chance: (term.people() > FEW).then_some(term.share()) }
}

/// Two numbers. Their core is their end: a mistyped prefix leaves it as it is.
pub(super) fn phones(a: &Term<'_>, b: &Term<'_>) -> Found {
    if a.id == b.id {
        return same(a);
    }
    if a.class() == b.class() {
        return Found::plain(Level::Core);
    }
    let long = a.text().len().min(b.text().len()) >= LONG_NUMBER;
    if long && slips(a, b, 1).is_some() {
        return Found::plain(Level::Typing);
    }
    Found::plain(Level::Different)
}

/// Two addresses. Their core is the name before the `@` without dots, lines and what follows a plus.
pub(super) fn emails(a: &Term<'_>, b: &Term<'_>) -> Found {
    if a.id == b.id {
        return same(a);
    }
    if a.class() == b.class() {
        return Found::with_chance(Level::Core, a.core_share());
    }
    // Addresses are made of a name and a number: with another number it is a namesake's as often as a slip.
    let ((name, number), (other_name, other_number)) = (parts(a.core()), parts(b.core()));
    let most = match name.len().min(other_name.len()) {
        LONGER_NAME.. => 2,
        LONG_NAME.. => 1,
        _ => 0,
    };
    if number == other_number && most > 0 && slipped(name, other_name, most) {
        return Found::plain(Level::Typing);
    }
    Found::plain(Level::Different)
}

/// A name and the number at its end: `siti.aminah98`.
fn parts(core: &str) -> (&str, &str) {
    core.split_at(core.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

/// Whether two names are some slips apart.
fn slipped(a: &str, b: &str, most: usize) -> bool {
    let odd = (letters(a) ^ letters(b)).count_ones() as usize;
    a.len().abs_diff(b.len()) <= most && odd <= 2 * most && strsim::osa_distance(a, b) <= most
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use crate::linking::{
        Comparator::{self, Email, Phone},
        Level::{self, Core, Different, Equal, Typing},
        people::level_of,
    };

    #[rstest]
    #[case::same(Phone, "+6281234567890", "+6281234567890", Equal)]
    #[case::prefix_of_another_operator(Phone, "+6281234567890", "+6285734567890", Core)]
    #[case::one_digit_wrong(Phone, "+6281234567890", "+6281234567990", Typing)]
    #[case::two_digits_swapped(Phone, "+6281234567890", "+6281234568790", Typing)]
    #[case::a_digit_missing(Phone, "+6281234567890", "+628123456789", Typing)]
    #[case::two_digits_wrong(Phone, "+6281234567890", "+6281234561891", Different)]
    #[case::short_numbers_slip_into_each_other(Phone, "+6221555", "+6221556", Different)]
    #[case::one_of_two_numbers(Phone, "+6281234567890; +6281298765432", "+6281298765432", Equal)]
    #[case::same(Email, "siti@example.com", "siti@example.com", Equal)]
    #[case::dots_are_not_read_by_the_post(Email, "siti.aminah@example.com", "sitiaminah@example.com", Core)]
    #[case::plus(Email, "siti.aminah+kerja@example.com", "siti.aminah@example.com", Core)]
    #[case::another_domain(Email, "siti.aminah@example.com", "siti.aminah@example.id", Core)]
    #[case::letter_wrong_before_the_same_number(
        Email,
        "siti.aminah98@example.com",
        "siti.amimah98@example.com",
        Typing
    )]
    #[case::another_number_may_be_a_namesake(
        Email,
        "siti.aminah98@example.com",
        "siti.aminah97@example.com",
        Different
    )]
    #[case::number_more(Email, "siti.aminah98@example.com", "siti.aminah@example.com", Different)]
    #[case::a_letter_wrong(Email, "siti.aminah@example.com", "siti.amimah@example.com", Typing)]
    #[case::short_names_slip_into_each_other(Email, "siti@example.com", "sita@example.com", Different)]
    #[case::two_people(Email, "siti.aminah@example.com", "budi.santoso@example.com", Different)]
    fn contacts_agree_as_the_table_says(
        #[case] comparator: Comparator,
        #[case] a: &str,
        #[case] b: &str,
        #[case] level: Level,
    ) {
        assert_eq!(level_of(comparator, a, b), Some(level), "{a} and {b}");
        assert_eq!(level_of(comparator, b, a), Some(level), "{b} and {a}");
    }

    #[test]
    fn an_address_of_a_portal_is_nobodys() {
        assert_eq!(level_of(Email, "siti7_abc@indeedemail.com", "siti7_abc@indeedemail.com"), None);
        assert_eq!(level_of(Phone, "", "+6281234567890"), None);
    }
}
