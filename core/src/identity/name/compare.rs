//! How far two names agree: the decision, without the reading.
//!
//! It is asked when a phone or an email already leads from one to the other, so the question is "one person, or a sister on
//! the same phone?". Sisters share a family word and rhyme (`Rina`, `Rini`): what could be a rhyme is [`Different`].

use strsim::{jaro_winkler, osa_distance};

use super::NameAgreement::{self, Different, Equal, Similar};
use super::spelling::sound;

/// Below this, two words are not one word mistyped.
const CLOSE: f64 = 0.9;
/// Shorter words differ by one letter too often (`Dina`, `Lina`).
const LONG_ENOUGH: usize = 5;

/// Compares two names by their words.
pub(super) fn compare(a: &[String], b: &[String]) -> NameAgreement {
    if sorted(a) == sorted(b) {
        return if a.is_empty() { Different } else { Equal };
    }
    let (a, b) = (heard(a), heard(b));
    if a.concat() == b.concat() {
        return Similar; // `Nurhayati`, `Nur Hayati`
    }
    let (a, b) = (joined(&a, &b), joined(&b, &a));
    let (fewer, more) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if each_fits_one(fewer, more) { Similar } else { Different }
}

fn sorted(words: &[String]) -> Vec<&str> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words
}

/// The words by their sound. Initials stay as they are.
fn heard(words: &[String]) -> Vec<String> {
    words.iter().map(|word| if word.len() == 1 { word.clone() } else { sound(word) }).collect()
}

/// Joins two neighbouring words that the other name writes as one.
fn joined(words: &[String], other: &[String]) -> Vec<String> {
    let mut result: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        match result.last_mut() {
            Some(last)
                if other.iter().any(|o| {
                    o.len() == last.len() + word.len() && o.starts_with(last.as_str()) && o.ends_with(word)
                }) =>
            {
                last.push_str(word);
            }
            _ => result.push(word.clone()),
        }
    }
    result
}

/// How well two words fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    /// One is the other's initial.
    Initial,
    /// One letter wrong: believed only beside a word that is whole.
    Slip,
    /// A letter too many, too few, or two swapped.
    Close,
    Whole,
}

/// Whether every word of the shorter name has a word of its own in the longer one, at least one of them not by its initial.
fn each_fits_one(fewer: &[String], more: &[String]) -> bool {
    let mut free: Vec<&String> = more.iter().collect();
    let mut fits = Vec::with_capacity(fewer.len());
    // Whole words first, so that an initial does not take the place of one.
    let mut waiting: Vec<&String> = fewer.iter().collect();
    for wanted in [Fit::Whole, Fit::Close, Fit::Slip, Fit::Initial] {
        waiting.retain(|word| match free.iter().position(|other| fit(word, other) == wanted) {
            Some(at) => {
                free.swap_remove(at);
                fits.push(wanted);
                false
            }
            None => true,
        });
    }
    let whole = fits.contains(&Fit::Whole);
    let believed = whole || (fits.contains(&Fit::Close) && !fits.contains(&Fit::Slip));
    waiting.is_empty() && believed
}

fn fit(a: &str, b: &str) -> Fit {
    if a == b {
        return if a.len() == 1 { Fit::Initial } else { Fit::Whole };
    }
    let same_start = a.chars().next() == b.chars().next();
    if a.len() == 1 || b.len() == 1 {
        return if same_start { Fit::Initial } else { Fit::No };
    }
    let short = a.chars().count().min(b.chars().count());
    if !same_start || short < LONG_ENOUGH || osa_distance(a, b) != 1 || jaro_winkler(a, b) < CLOSE {
        return Fit::No;
    }
    if a.chars().count() != b.chars().count() {
        return if rhymes(a, b) { Fit::No } else { Fit::Close };
    }
    let mut differing = a.chars().zip(b.chars()).filter(|(x, y)| x != y);
    let (first, second) = (differing.next(), differing.next());
    match (first, second) {
        (Some(_), Some(_)) => Fit::Close,
        _ if rhymes(a, b) => Fit::No,
        (Some((x, y)), None) if is_vowel(x) && is_vowel(y) && !sounds_alike(x, y) => Fit::No,
        _ => Fit::Slip,
    }
}

/// Whether two words differ at their last letter only, a vowel: `Rini` and `Rina`, `Fitri` and `Fitria` are sisters.
pub(crate) fn rhymes(a: &str, b: &str) -> bool {
    let stem = |word: &str| word.trim_end_matches(is_vowel).to_owned();
    let ends = |word: &str| word.chars().last().is_some_and(is_vowel);
    (ends(a) || ends(b)) && stem(a) == stem(b)
}

const fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

const fn sounds_alike(x: char, y: char) -> bool {
    matches!((x, y), ('e', 'i') | ('i', 'e') | ('o', 'u') | ('u', 'o'))
}
