//! The comparators: pure functions over two values of one field. To add one: a variant of [`Comparator`] with its levels, a file
//! here with its function and its table, and how its values are read in [`super::people`].

mod contact;
mod date;
mod distance;
mod name;
mod text;

pub(super) use distance::letters;
pub(super) use name::MOST_WORDS;

use super::{
    agreement::{Comparator, Found, Level},
    people::Term,
};

/// How many times a whole value of several words occurs: asked for names that are equal word by word.
pub(super) type Whole<'a> = &'a dyn Fn() -> f64;

/// Compares the values that two people have in a field; none of them may be empty.
///
/// `whole` gives the share of people who have all words of `a` and no other.
pub(super) fn compare(comparator: Comparator, a: &[Term<'_>], b: &[Term<'_>], whole: Whole<'_>) -> Found {
    match comparator {
        Comparator::Name => name::compare(a, b, whole),
        Comparator::Phone => best(comparator, a, b, contact::phones),
        Comparator::Email => best(comparator, a, b, contact::emails),
        Comparator::Date => best(comparator, a, b, date::dates),
        Comparator::Text => best(comparator, a, b, text::texts),
        Comparator::Code => best(comparator, a, b, text::codes),
        Comparator::Category => best(comparator, a, b, text::categories),
    }
}

/// The strongest agreement among all pairs of values: a person may have two numbers.
fn best(comparator: Comparator, a: &[Term<'_>], b: &[Term<'_>], compare: fn(&Term<'_>, &Term<'_>) -> Found) -> Found {
    let mut strongest = Found::plain(Level::Different);
    for one in a {
        for other in b {
            let found = compare(one, other);
            if comparator.rank(found.level) < comparator.rank(strongest.level) {
                strongest = found;
            }
            if strongest.level == Level::Equal {
                return strongest;
            }
        }
    }
    strongest
}
