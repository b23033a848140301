//! Names of people.
//!
//! Words are paired, the best pairs first, whatever their order. What is left over on one side only is a word that the other name
//! leaves out; what is left over on both makes them two names.

use super::{Whole, distance::slips};
use crate::identity::rhymes;
use crate::linking::{
    agreement::{Found, Level},
    people::Term,
};

/// How well two words fit, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Whole,
    Sound,
    Slip,
    Initial,
    Rhyme,
}

/// Words of a name that are looked at. What a portal puts into a name beyond them is no name.
pub(in crate::linking) const MOST_WORDS: usize = 8;

/// The chance that a stranger's name has a word that begins with a letter.
const INITIAL: f64 = 0.3;
/// A stranger's word is within a slip of this one as often as it has one of a few words like it.
const NEIGHBOURS: f64 = 3.0;
/// At least so often.
const RAREST_SLIP: f64 = 1e-4;

/// Compares two names by their words, none of which is empty.
pub(super) fn compare(a: &[Term<'_>], b: &[Term<'_>], whole: Whole<'_>) -> Found {
    let paired = Paired::of(a, b);
    let chance = paired.chance;
    let (left_a, left_b) = (paired.free_a.count_ones(), paired.free_b.count_ones());
    let strong = paired.count(Fit::Whole) + paired.count(Fit::Sound);
    let (slips, initials, rhymes) = (paired.count(Fit::Slip), paired.count(Fit::Initial), paired.count(Fit::Rhyme));
    if strong + slips + rhymes == 0 {
        return Found::plain(Level::Different);
    }
    if left_a > 0 && left_b > 0 {
        let level = if strong + slips > 0 { Level::Part } else { Level::Different };
        return Found::plain(level);
    }
    if rhymes > 0 {
        return Found::plain(if left_a + left_b == 0 { Level::Rhyme } else { Level::Part });
    }
    if slips > 0 {
        return Found::with_chance(Level::Typing, chance);
    }
    if initials > 0 || left_a + left_b > 0 {
        return Found::with_chance(Level::Shorter, chance);
    }
    if paired.count(Fit::Sound) > 0 {
        return Found::with_chance(Level::Spelling, chance);
    }
    // Words do not stand together by chance alone (`Siti Aminah`): how often this very name occurs says more, where it says it.
    Found::with_chance(Level::Equal, chance.max(whole()))
}

/// Which words of two names fit.
struct Paired {
    /// A bit for each word that has found none.
    free_a: u16,
    free_b: u16,
    fits: [u8; 5],
    /// The chance that a stranger's name has words that fit as well.
    chance: f64,
}

impl Paired {
    fn of(a: &[Term<'_>], b: &[Term<'_>]) -> Self {
        let mut paired = Self { free_a: all(a), free_b: all(b), fits: [0; 5], chance: 1.0 };
        paired.pair(a, b, |one, other| (one.id == other.id).then_some(Fit::Whole));
        if paired.free_a != 0 && paired.free_b != 0 {
            paired.pair(a, b, |one, other| (one.class() == other.class()).then_some(Fit::Sound));
            paired.join(a, b);
            for wanted in [Fit::Slip, Fit::Initial, Fit::Rhyme] {
                if paired.free_a != 0 && paired.free_b != 0 {
                    paired.pair(a, b, |one, other| loose(one, other).filter(|fit| *fit == wanted));
                }
            }
        }
        paired
    }

    fn pair(&mut self, a: &[Term<'_>], b: &[Term<'_>], fit: impl Fn(&Term<'_>, &Term<'_>) -> Option<Fit>) {
        for (i, one) in a.iter().enumerate().take(MOST_WORDS) {
            for (j, other) in b.iter().enumerate().take(MOST_WORDS) {
                if self.free_a & 1 << i == 0 || self.free_b & 1 << j == 0 {
                    continue;
                }
                if let Some(fit) = fit(one, other) {
                    self.free_a &= !(1 << i);
                    self.free_b &= !(1 << j);
                    self.found(fit, one, other);
                }
            }
        }
    }

    /// Two words that the other name writes as one: `Nur Hayati` and `Nurhayati`.
    fn join(&mut self, a: &[Term<'_>], b: &[Term<'_>]) {
        let left = |free: u16, words: &[Term<'_>]| -> Vec<usize> {
            (0..words.len().min(MOST_WORDS)).filter(|at| free & 1 << at != 0).collect()
        };
        let (left_a, left_b) = (left(self.free_a, a), left(self.free_b, b));
        let sound = |words: &[Term<'_>], left: &[usize]| -> String {
            left.iter().filter_map(|at| words.get(*at)).map(|word| word.core()).collect()
        };
        let several = left_a.len() > 1 || left_b.len() > 1;
        if several && (left_a.len() == 1 || left_b.len() == 1) && sound(a, &left_a) == sound(b, &left_b) {
            let (one, words) = if left_a.len() == 1 { (&left_a, a) } else { (&left_b, b) };
            if let Some(word) = one.first().and_then(|at| words.get(*at)) {
                self.found(Fit::Sound, word, word);
            }
            self.free_a = 0;
            self.free_b = 0;
        }
    }

    fn found(&mut self, fit: Fit, one: &Term<'_>, other: &Term<'_>) {
        self.fits[fit as usize] += 1;
        let likely = one.core_share().max(other.core_share());
        self.chance *= match fit {
            // Initials of both are no more than one letter.
            Fit::Whole if one.text().len() == 1 => INITIAL,
            Fit::Whole => one.share(),
            Fit::Sound => likely,
            Fit::Slip => (NEIGHBOURS * likely).clamp(RAREST_SLIP, 1.0),
            Fit::Initial => INITIAL,
            Fit::Rhyme => 1.0,
        };
    }

    fn count(&self, fit: Fit) -> u8 {
        self.fits[fit as usize]
    }
}

fn all(words: &[Term<'_>]) -> u16 {
    words.iter().take(MOST_WORDS).enumerate().fold(0, |set, (at, _)| set | 1 << at)
}

/// How two words fit that are neither equal nor of one sound.
fn loose(one: &Term<'_>, other: &Term<'_>) -> Option<Fit> {
    let (a, b) = (one.text(), other.text());
    if a.len() == 1 || b.len() == 1 {
        return (a.bytes().next() == b.bytes().next()).then_some(Fit::Initial);
    }
    let most = match a.len().min(b.len()) {
        0..3 => return None,
        3..6 => 1,
        6..10 => 2,
        _ => 3,
    };
    let distance = slips(one, other, most);
    let cut = distance.is_none() && is_cut(a, b);
    distance.or(cut.then_some(1))?;
    // Two names in their own right, or sisters: `Dina` and `Lina`, `Rina` and `Rini`.
    let sisters = (one.established() && other.established())
        || rhymes(a, b)
        || (distance == Some(1) && a.len().min(b.len()) == 3);
    Some(if sisters { Fit::Rhyme } else { Fit::Slip })
}

/// Whether one word is the other's beginning: a form that cuts what is long.
fn is_cut(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= 5 && long.starts_with(short)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use crate::linking::{
        Comparator::Name,
        Level::{self, Different, Equal, Part, Rhyme, Shorter, Spelling, Typing},
        people::level_of,
    };

    #[rstest]
    #[case::case_order_titles("Hj. Siti Aminah, S.Pd.", "AMINAH SITI", Equal)]
    #[case::one_word("Siti", "SITI .", Equal)]
    #[case::ophuijsen("Soekarno Putri", "Sukarno Putri", Spelling)]
    #[case::dj("Djoko Susilo", "Joko Soesilo", Spelling)]
    #[case::j_for_y("Sry Rahaju", "Sri Rahayu", Spelling)]
    #[case::tj("Tjahja Dewi", "Cahya Dewi", Spelling)]
    #[case::prophet("Moch. Rizki", "Muhammad Rizky", Spelling)]
    #[case::prophet_short("Muh Yusuf", "Mohammad Joesoef", Spelling)]
    #[case::doubled("Sitti Aminnah", "Siti Amina", Spelling)]
    #[case::kh("Khadijah", "Hadijah", Spelling)]
    #[case::sj("Sjarifah Aini", "Syarifah Aini", Spelling)]
    #[case::joined("Nur Hayati Sari", "Nurhayati Sari", Spelling)]
    #[case::joined_alone("Nurhayati", "Nur Hayati", Spelling)]
    #[case::word_left_out("Siti", "Siti Aminah", Shorter)]
    #[case::word_between("Siti Aminah", "Siti Nur Aminah", Shorter)]
    #[case::initial("Siti A.", "Siti Aminah", Shorter)]
    #[case::initial_of_the_prophet("M. Yusuf", "Muhammad Yusuf", Shorter)]
    #[case::letter_wrong("Siti Rahmawati", "Siti Rahmawsti", Typing)]
    #[case::letters_swapped("Siti Rahmawati", "Siti Rahmawait", Typing)]
    #[case::cut("Dewi Kartonoatmo", "Dewi Kartonoatmodjo", Typing)]
    #[case::sisters("Rina Lestari", "Rini Lestari", Rhyme)]
    #[case::brother_and_sister("Lestari Putri", "Lestari Putra", Rhyme)]
    #[case::one_word_in_common("Siti Aminah", "Siti Rahayu", Part)]
    #[case::nothing("Budi Santoso", "Siti Aminah", Different)]
    #[case::initial_alone("S.", "Siti", Different)]
    fn names_agree_as_the_table_says(#[case] a: &str, #[case] b: &str, #[case] level: Level) {
        assert_eq!(level_of(Name, a, b), Some(level), "{a} and {b}");
        assert_eq!(level_of(Name, b, a), Some(level), "{b} and {a}");
    }

    #[test]
    fn a_name_that_is_none_is_absent() {
        assert_eq!(level_of(Name, "-", "Siti"), None);
    }
}
