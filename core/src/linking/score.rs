//! How likely two records are one person's where nobody stands beside them: a row of a file, and somebody whom it may be.
//!
//! The model and the unit are those of the search among applications ([`super::suspicions`]), so that one filter means the same in both queues. What the
//! search knows of everybody is not asked here: how common a name is, and how many people there are. A score is thus a matter of the two
//! alone: the same for every file, chunk and engine, and worked out without a question to the store.

use std::{fmt, str::FromStr, sync::LazyLock};

use serde::{Deserialize, Serialize};

use super::{
    agreement::MOST_FIELDS,
    evidence::Record,
    model::{Model, Weights},
    people::{Comparison, Gathering},
    scheme::Scheme,
};
use crate::application::{EducationLevel, Fields, Gender};

/// As among so many people: those whom the shipped model was learned from.
const EVERYBODY: u32 = 100_000;

/// A certainty, in the parts in which a score is told.
const WHOLE: u32 = 1_000_000;

/// The probability, 0 to 1, that two records are one person's, told to a millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Score(u32);

/// A number that is no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a score is a number between 0 and 1")]
pub struct NoScore;

impl Score {
    /// In millionths, as the store keeps it.
    pub(crate) fn millionths(self) -> i64 {
        i64::from(self.0)
    }

    /// Of millionths; none beyond a certainty.
    pub(crate) fn of_millionths(millionths: i64) -> Option<Self> {
        u32::try_from(millionths).ok().filter(|millionths| *millionths <= WHOLE).map(Self)
    }
}

impl TryFrom<f64> for Score {
    type Error = NoScore;

    fn try_from(probability: f64) -> Result<Self, NoScore> {
        let millionths = (0.0..=1.0).contains(&probability).then(|| (probability * f64::from(WHOLE)).round() as i64);
        millionths.and_then(Self::of_millionths).ok_or(NoScore)
    }
}

impl From<Score> for f64 {
    fn from(Score(millionths): Score) -> Self {
        Self::from(millionths) / Self::from(WHOLE)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&f64::from(*self), f)
    }
}

impl FromStr for Score {
    type Err = NoScore;

    fn from_str(text: &str) -> Result<Self, NoScore> {
        text.parse::<f64>().map_err(|_| NoScore)?.try_into()
    }
}

/// The shipped model, ready to compare two.
struct Scale {
    scheme: Scheme,
    weights: Weights,
}

static SCALE: LazyLock<Option<Scale>> = LazyLock::new(|| {
    let model = Model::shipped().ok()?;
    let weights = Weights::of(&model, EVERYBODY);
    Some(Scale { scheme: model.scheme, weights })
});

/// How likely two records are one person's; none where the shipped model cannot be read, which a test excludes.
pub(crate) fn score_of(a: Record<'_>, b: Record<'_>) -> Option<Score> {
    let Scale { scheme, weights } = SCALE.as_ref()?;
    let mut gathering = Gathering::new(scheme.clone()).ok()?;
    let [a, b] = [a, b].map(|one| gathering.push(&cells(scheme, one)));
    // Of two people, each value is half of all: its chance is the level's own.
    let comparison = Comparison { chances: [None; MOST_FIELDS], ..gathering.done().compare(a, b) };
    Score::try_from(weights.likelihood(&comparison).probability()).ok()
}

/// A record as the model compares it. A field that its scheme does not know is not compared.
fn cells<'r>(scheme: &Scheme, Record { fields, phones, emails }: Record<'r>) -> Vec<(usize, &'r str)> {
    let Fields { full_name, birth_date, location, education_level, gender, .. } = fields;
    let values = [
        ("name", full_name.as_deref()),
        ("birth_date", birth_date.as_deref()),
        ("city", location.as_deref()),
        ("education", education_level.map(EducationLevel::as_str)),
        ("gender", gender.map(Gender::as_str)),
    ];
    let phones = phones.iter().map(|phone| ("phone", Some(*phone)));
    let emails = emails.iter().map(|email| ("email", Some(*email)));
    let all = values.into_iter().chain(phones).chain(emails);
    all.filter_map(|(field, value)| Some((scheme.field(field)?, value?))).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Somebody by her name, birth date (`-` for none), and what reaches her: `p` and `e` the number and the address of this table, `P` and `E` others.
    fn score([a, b]: [(&str, &str, &str); 2]) -> f64 {
        let fields = |(name, born, _): (&str, &str, &str)| Fields {
            full_name: Some(name.to_owned()),
            birth_date: Some(born.to_owned()).filter(|born| born != "-"),
            ..Fields::default()
        };
        let reached = |by: &'static str, other: &'static str, small: char, (_, _, keys): (&str, &str, &str)| {
            let mut values = Vec::new();
            values.extend(keys.contains(small).then_some(by));
            values.extend(keys.contains(small.to_ascii_uppercase()).then_some(other));
            values
        };
        let phones = [a, b].map(|one| reached("+6281234567801", "+6285700011122", 'p', one));
        let emails = [a, b].map(|one| reached("siti@example.com", "kartika77@example.com", 'e', one));
        let (one, other) = (fields(a), fields(b));
        let score = |x: usize, y: usize, one: &Fields, other: &Fields| {
            let record = |at: usize, fields| Record { fields, phones: &phones[at], emails: &emails[at] };
            score_of(record(x, one), record(y, other)).expect("the shipped model is read")
        };
        let there = score(0, 1, &one, &other);
        assert_eq!(there, score(1, 0, &other, &one), "it does not matter who is asked about whom");
        there.into()
    }

    #[rstest]
    #[case::number_and_name([("Siti Aminah", "-", "p"), ("SITI AMINAH, S.Pd.", "-", "p")], 0.99, 1.0)]
    #[case::number_name_and_birth_date([("Siti Aminah", "1998-04-12", "p"), ("Siti Aminah", "1998-04-12", "p")], 0.9999, 1.0)]
    #[case::number_and_name_of_another_age([("Siti Aminah", "1998-04-12", "p"), ("Siti Aminah", "1971-01-30", "p")], 0.8, 0.95)]
    #[case::number_and_a_part_of_the_name([("Siti Aminah", "-", "p"), ("Siti", "-", "p")], 0.9, 0.99)]
    #[case::a_familys_number([("Siti Aminah", "-", "p"), ("Rina Wulandari", "-", "p")], 0.0, 0.01)]
    #[case::name_and_birth_date([("Siti Aminah", "1998-04-12", ""), ("Siti Aminah", "1998-04-12", "")], 0.95, 0.99)]
    #[case::with_another_number([("Siti Aminah", "1998-04-12", "p"), ("Siti Aminah", "1998-04-12", "P")], 0.7, 0.95)]
    #[case::with_nothing_else_in_common([("Siti Aminah", "1998-04-12", "pe"), ("Siti Aminah", "1998-04-12", "PE")], 0.4, 0.7)]
    #[case::strangers([("Siti Aminah", "1998-04-12", "pe"), ("Rina Wulandari", "1971-01-30", "PE")], 0.0, 0.0)]
    fn two_records_are_as_likely_one_as_the_table_says(
        #[case] two: [(&str, &str, &str); 2],
        #[case] least: f64,
        #[case] most: f64,
    ) {
        let score = score(two);
        assert!((least..=most).contains(&score), "{score}");
    }

    #[rstest]
    #[case("0", Some(0))]
    #[case("0.95", Some(950_000))]
    #[case("1", Some(1_000_000))]
    #[case("1.01", None)]
    #[case("-0.1", None)]
    #[case("NaN", None)]
    #[case("high", None)]
    fn a_score_is_read_as_a_probability(#[case] text: &str, #[case] millionths: Option<i64>) {
        let read = text.parse::<Score>();
        assert_eq!(read.map(Score::millionths).ok(), millionths);
        if let Ok(score) = read {
            assert_eq!(Score::of_millionths(score.millionths()), Some(score));
            assert_eq!(score.to_string(), text, "and told as it was read");
        }
    }
}
