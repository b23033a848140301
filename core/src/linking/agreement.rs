//! How far two values of one field agree, and how the agreements of a pair stand together in one number.

use crate::words::words;

words! {
    /// How far two values agree.
    Level {
        /// The same, as far as it is written.
        Equal = "equal",
        /// Two spellings of one sound: `Soekarno` and `Sukarno`.
        Spelling = "spelling",
        /// One has words that the other leaves out or shortens to an initial: `Siti` and `Siti Aminah`.
        Shorter = "shorter",
        /// A slip of the finger: a letter or digit wrong, missing, too many, or two swapped.
        Typing = "typing",
        /// One letter apart, and both are names that others bear: `Rina` and `Rini`, `Dina` and `Lina`.
        Rhyme = "rhyme",
        /// Day and month in the other order.
        Swapped = "swapped",
        /// The end of a phone number, the name in front of the `@`, or the phonetic form of a text.
        Core = "core",
        /// Some of it: a word of several, two of the three parts of a date.
        Part = "part",
        /// The year of two dates.
        Year = "year",
        /// Two values.
        Different = "different",
    }
}

words! {
    /// How the values of a field are read and compared.
    Comparator {
        /// Names of people: titles dropped, order free.
        Name = "name",
        /// Phone numbers in E.164, of which a person may have several.
        Phone = "phone",
        /// Email addresses in lower case, of which a person may have several. A portal's own addresses are nobody's.
        Email = "email",
        /// Dates as `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-MM` or `YYYY`.
        Date = "date",
        /// Words: a place, a street.
        Text = "text",
        /// Digits and letters without a meaning of their own: a number of a card, a house, a district.
        Code = "code",
        /// A few words of which one holds.
        Category = "category",
    }
}

impl Comparator {
    /// The levels that it tells apart, the strongest first.
    #[must_use]
    pub const fn levels(self) -> &'static [Level] {
        use Level::{Core, Different, Equal, Part, Rhyme, Shorter, Spelling, Swapped, Typing, Year};
        match self {
            Self::Name => &[Equal, Spelling, Shorter, Typing, Rhyme, Part, Different],
            Self::Phone | Self::Email => &[Equal, Core, Typing, Different],
            Self::Date => &[Equal, Swapped, Typing, Part, Year, Different],
            Self::Text => &[Equal, Core, Typing, Shorter, Part, Different],
            Self::Code => &[Equal, Typing, Part, Different],
            Self::Category => &[Equal, Different],
        }
    }

    /// The place of a level among its levels, from 1; 0, which is no level, for one that it does not know.
    pub(super) fn rank(self, level: Level) -> u8 {
        let at = self.levels().iter().position(|one| *one == level);
        at.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
    }
}

/// Fields of a scheme at most: four bits each in a [`Pattern`].
pub const MOST_FIELDS: usize = 16;

/// The levels of all fields of a pair: four bits a field, 0 where one of the two has no value. An absent value speaks for nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern(u64);

impl Pattern {
    /// With a field's rank, from 1; 0 for absent.
    #[must_use]
    pub(super) const fn with(self, field: usize, rank: u8) -> Self {
        let shift = 4 * field as u32;
        Self(self.0 & !(0xF << shift) | (rank as u64 & 0xF) << shift)
    }

    /// A field's rank, from 1; 0 for absent.
    #[must_use]
    pub(super) const fn rank(self, field: usize) -> usize {
        (self.0 >> (4 * field as u32) & 0xF) as usize
    }

    /// The pattern with some fields taken for absent.
    #[must_use]
    pub(super) fn without(self, fields: &[usize]) -> Self {
        fields.iter().fold(self, |pattern, field| pattern.with(*field, 0))
    }
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    /// How far the values agree.
    pub(super) level: Level,
    /// The chance that a stranger agrees so far with these very values, where it depends on them: many are called *Siti*.
    pub(super) chance: Option<f64>,
}

impl Found {
    pub(super) const fn plain(level: Level) -> Self {
        Self { level, chance: None }
    }

    pub(super) const fn with_chance(level: Level, chance: f64) -> Self {
        Self { level, chance: Some(chance) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_keeps_a_rank_for_each_field() {
        let pattern = (0..MOST_FIELDS).fold(Pattern::default(), |pattern, field| pattern.with(field, field as u8));
        for field in 0..MOST_FIELDS {
            assert_eq!(pattern.rank(field), field);
        }
        let fewer = pattern.without(&[3, 15]).with(4, 1);
        assert_eq!([2, 3, 4, 5, 15].map(|field| fewer.rank(field)), [2, 0, 1, 5, 0]);
    }

    #[test]
    fn every_comparator_ends_with_different_and_fits_into_four_bits() {
        for comparator in Comparator::ALL {
            let levels = comparator.levels();
            assert_eq!((levels[0], levels[levels.len() - 1]), (Level::Equal, Level::Different), "{comparator}");
            assert!(levels.len() < 16, "{comparator}");
            for (at, level) in levels.iter().enumerate() {
                assert_eq!(usize::from(comparator.rank(*level)), at + 1, "{comparator} {level}");
            }
        }
    }
}
