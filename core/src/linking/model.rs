//! How much each agreement weighs: the model of Fellegi and Sunter, with a third kind of pair.
//!
//! Fellegi and Sunter (1969) ask of every level of agreement how often it occurs among pairs that are one person (*m*) and among strangers
//! (*u*); log2(m/u) is its weight in bits, and the weights of all fields add up with the prior odds. Two things are added here:
//!
//! * *u* depends on the value where that is known (Winkler 1989, Splink's term frequency adjustment): the chance that a stranger has the
//!   very same name is that name's share of all people. Two *Siti* prove little.
//! * Strangers are not all: mother and daughter share a phone and a street, twins a birth date as well. Larsen and Rubin (2001) gave such pairs
//!   a class of their own in the mixture; so does this model. What speaks for a family speaks against one person.
//!
//! A score suggests. It is no decision and nothing here makes one: see [`super::Suspicion`].

use serde::{Deserialize, Serialize};

use super::{
    agreement::{Comparator, Level, MOST_FIELDS},
    people::{Comparison, People},
    scheme::{Scheme, SchemeError},
};

/// The product's own model.
const SHIPPED: &str = include_str!("model.json");
/// What of an application can be compared.
pub(super) const FIELDS: [&str; 7] = ["name", "birth_date", "phone", "email", "city", "education", "gender"];
/// No agreement is less likely than this among strangers: what was never seen is not impossible.
const LEAST_CHANCE: f64 = 1e-10;

/// A scheme with its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Where the numbers come from, for people.
    pub about: String,
    /// What is compared.
    pub scheme: Scheme,
    /// Pairs that are one person, for each person there is: what is expected before anything is compared.
    pub matches_per_person: f64,
    /// Pairs of one family, likewise; 0: the model knows no families.
    pub families_per_person: f64,
    /// For each field of the scheme how often each level occurs, in the order of the comparator's levels.
    pub levels: Vec<Vec<Chances>>,
}

/// How often a level occurs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Chances {
    /// The level.
    pub level: Level,
    /// Among pairs that are one person: *m*.
    pub one_person: f64,
    /// Among strangers: *u*.
    pub strangers: f64,
    /// Among two of one family.
    pub family: f64,
}

/// What is wrong with a model.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It is no JSON, or not of this form.
    #[error("the model cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// Its scheme cannot be worked with.
    #[error(transparent)]
    Scheme(#[from] SchemeError),
    /// The weights do not fit the scheme.
    #[error("the levels of the field “{field}” are not those of its comparator: {comparator} knows {known}")]
    Levels {
        /// The field.
        field: String,
        /// Its comparator.
        comparator: Comparator,
        /// The comparator's levels.
        known: String,
    },
    /// It compares what nobody says in an application.
    #[error("applications have no field “{field}”: they have {known}")]
    Field {
        /// The field.
        field: String,
        /// What there is to compare.
        known: String,
    },
    /// A number that is no chance.
    #[error("a chance of the field “{0}” is not between 0 and 1")]
    Chance(String),
}

/// A step of the way from the prior to the score.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// The field; `prior` for where the way begins, `family` for what speaks for two of one family instead.
    pub field: String,
    /// How far the values agree; none for the prior and the family.
    pub level: Option<Level>,
    /// Bits: each doubles or halves the odds that the two are one person.
    pub weight: f64,
    /// The sentence that says so: `name.equal`, `phone.typing`, `prior`, `family`.
    pub sentence: String,
    /// The values, as they are compared: a phone number as its digits with the country code, a date as `YYYYMMDD` with zeros for what is not known.
    pub a: String,
    /// The other's.
    pub b: String,
}

/// A model with its logarithms taken.
#[derive(Debug)]
pub(super) struct Weights {
    /// log2 of the chances of (one person, strangers, family) by field and rank.
    logs: [[[f64; 3]; 16]; MOST_FIELDS],
    prior: [f64; 3],
}

/// log2 of how likely a comparison is in each class, the prior included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Likelihood {
    one_person: f64,
    strangers: f64,
    family: f64,
}

impl Model {
    /// The model that the product ships. Its `about` says where the numbers come from.
    ///
    /// # Errors
    /// Never, once a test has read it.
    pub fn shipped() -> Result<Self, ModelError> {
        Self::read(SHIPPED)
    }

    /// Reads a model and checks it.
    ///
    /// # Errors
    /// [`ModelError`] says what is wrong with it.
    pub fn read(json: &str) -> Result<Self, ModelError> {
        let model: Self = serde_json::from_str(json)?;
        model.scheme.check()?;
        for (at, field) in model.scheme.fields.iter().enumerate() {
            let levels = model.levels.get(at).map(Vec::as_slice).unwrap_or_default();
            if !levels.iter().map(|chances| chances.level).eq(field.comparator.levels().iter().copied()) {
                return Err(ModelError::Levels {
                    field: field.name.clone(),
                    comparator: field.comparator,
                    known: field.comparator.levels().iter().map(|level| level.as_str()).collect::<Vec<_>>().join(", "),
                });
            }
            let sound = |chances: &Chances| {
                [chances.one_person, chances.strangers, chances.family].iter().all(|one| (0.0..=1.0).contains(one))
            };
            if !levels.iter().all(sound) {
                return Err(ModelError::Chance(field.name.clone()));
            }
        }
        Ok(model)
    }

    /// The same of a model that applications are to be weighed with: it compares what they have.
    ///
    /// # Errors
    /// [`ModelError`] says what is wrong with it.
    pub fn of_applications(json: &str) -> Result<Self, ModelError> {
        let model = Self::read(json)?;
        match model.scheme.fields.iter().find(|field| !FIELDS.contains(&field.name.as_str())) {
            Some(field) => Err(ModelError::Field { field: field.name.clone(), known: FIELDS.join(", ") }),
            None => Ok(model),
        }
    }

    /// A model to begin with for a scheme that nobody has weighed yet: agreement is likely in one person and rare among strangers.
    ///
    /// # Errors
    /// The scheme cannot be worked with.
    pub fn beginning(scheme: Scheme) -> Result<Self, SchemeError> {
        scheme.check()?;
        let families = scheme.fields.iter().any(|field| field.household);
        let levels = scheme.fields.iter().map(|field| beginning(field.comparator, field.household)).collect();
        Ok(Self {
            about: String::new(),
            scheme,
            matches_per_person: 0.2,
            families_per_person: if families { 0.1 } else { 0.0 },
            levels,
        })
    }

    /// The score of a comparison: the probability, 0 to 1, that the two are one person.
    #[must_use]
    pub fn score(&self, people: &People, a: u32, b: u32) -> f64 {
        Weights::of(self, people.count()).likelihood(&people.compare(a, b)).probability()
    }

    /// The way from the prior to the score, step by step. The weights add up to log2 of the score's odds.
    #[must_use]
    pub fn explain(&self, people: &People, a: u32, b: u32) -> Vec<Step> {
        let weights = Weights::of(self, people.count());
        let comparison = people.compare(a, b);
        let step = |field: &str, level, weight, sentence| Step {
            field: field.to_owned(),
            level,
            weight,
            sentence,
            a: String::new(),
            b: String::new(),
        };
        let mut steps = vec![step("prior", None, weights.prior[0] - weights.prior[1], "prior".to_owned())];
        for (at, field) in self.scheme.fields.iter().enumerate() {
            let rank = comparison.pattern.rank(at);
            let level = rank.checked_sub(1).and_then(|place| field.comparator.levels().get(place)).copied();
            if let Some(level) = level {
                let [one_person, strangers, _] = weights.of_field(&comparison, at);
                let values = |person| people.values(at, person).collect::<Vec<_>>().join(" ");
                let sentence = format!("{}.{level}", field.comparator);
                let step = step(&field.name, Some(level), one_person - strangers, sentence);
                steps.push(Step { a: values(a), b: values(b), ..step });
            }
        }
        let family = weights.likelihood(&comparison).family_bits();
        if family < -0.05 {
            steps.push(step("family", None, family, "family".to_owned()));
        }
        steps
    }
}

/// What a level is like before anybody has counted.
fn beginning(comparator: Comparator, household: bool) -> Vec<Chances> {
    let levels = comparator.levels();
    let between = levels.len().saturating_sub(2).max(1) as f64;
    let spread = |equal: f64, different: f64, level: &Level| match level {
        Level::Equal if levels.len() == 2 => 1.0 - different,
        Level::Equal => equal,
        Level::Different => different,
        Level::Rhyme => RHYME,
        _ => (1.0 - equal - different) / between,
    };
    levels
        .iter()
        .map(|level| Chances {
            level: *level,
            one_person: spread(0.75, 0.05, level),
            strangers: spread(0.01, 0.95, level),
            family: match comparator {
                Comparator::Name => among_kin(*level),
                _ if household => spread(0.6, 0.3, level),
                _ => spread(0.03, 0.9, level),
            },
        })
        .collect()
}

/// How often a slip makes another name of a name.
const RHYME: f64 = 0.003;

/// Names in a family: a word in common perhaps, or a rhyme; hardly ever the same.
const fn among_kin(level: Level) -> f64 {
    match level {
        Level::Equal | Level::Spelling => 0.001,
        Level::Shorter => 0.01,
        Level::Typing => 0.003,
        Level::Rhyme => 0.035,
        Level::Part => 0.45,
        _ => 0.5,
    }
}

impl Weights {
    /// Takes the logarithms of a model for so many people.
    pub(super) fn of(model: &Model, people: u32) -> Self {
        let mut logs = [[[0.0; 3]; 16]; MOST_FIELDS];
        for (field, levels) in logs.iter_mut().zip(&model.levels) {
            for (place, chances) in field.iter_mut().skip(1).zip(levels) {
                *place = [chances.one_person, chances.strangers, chances.family].map(log2);
            }
        }
        // So many pairs of all: N (N - 1) / 2.
        let share = |per_person: f64| (2.0 * per_person / f64::from(people.max(2) - 1)).clamp(0.0, 0.5);
        let (one_person, family) = (share(model.matches_per_person), share(model.families_per_person));
        let family_log = if model.families_per_person > 0.0 { family.log2() } else { f64::NEG_INFINITY };
        Self { logs, prior: [log2(one_person), (1.0 - one_person - family).log2(), family_log] }
    }

    fn of_field(&self, comparison: &Comparison, field: usize) -> [f64; 3] {
        let rank = comparison.pattern.rank(field);
        let mut logs = self.logs.get(field).and_then(|ranks| ranks.get(rank)).copied().unwrap_or_default();
        if let Some(chance) = comparison.chances.get(field).copied().flatten() {
            logs[1] = log2(chance);
        }
        logs
    }

    /// How likely a comparison is in each class.
    pub(super) fn likelihood(&self, comparison: &Comparison) -> Likelihood {
        let mut sums = self.prior;
        for field in 0..MOST_FIELDS {
            if comparison.pattern.rank(field) > 0 {
                let logs = self.of_field(comparison, field);
                sums.iter_mut().zip(logs).for_each(|(sum, log)| *sum += log);
            }
        }
        let [one_person, strangers, family] = sums;
        Likelihood { one_person, strangers, family }
    }
}

fn log2(chance: f64) -> f64 {
    chance.max(LEAST_CHANCE).log2()
}

impl Likelihood {
    /// The probability of one person.
    pub(super) fn probability(self) -> f64 {
        self.shares()[0]
    }

    /// The probabilities of one person, strangers, a family.
    pub(super) fn shares(self) -> [f64; 3] {
        let all = [self.one_person, self.strangers, self.family];
        let most = all.into_iter().fold(f64::NEG_INFINITY, f64::max);
        let parts = all.map(|log| (log - most).exp2());
        let sum: f64 = parts.iter().sum();
        parts.map(|part| part / sum)
    }

    /// What the thought of a family takes off, in bits: 0 or less.
    fn family_bits(self) -> f64 {
        -((self.family - self.strangers).exp2() + 1.0).log2()
    }
}
