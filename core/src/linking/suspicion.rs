//! The pairs that may be one person.

use super::{
    blocking::{self, Bounds, Each, PassReport, Stopped, Tick},
    model::{Model, Weights},
    people::People,
};

/// Two people who may be one, by their likeness. It asks a person; nothing in the program links two records on account of it: what links is an
/// identifier that leads to exactly one open application, or somebody's decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suspicion {
    /// The earlier of the two, by number.
    pub a: u32,
    /// The later.
    pub b: u32,
    /// The probability, 0 to 1, that they are one person.
    pub score: f64,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Every pair that reached the score that was asked for, the likeliest first.
    pub found: Vec<Suspicion>,
    /// What came of each pass: how many pairs were looked at, and which were not.
    pub passes: Vec<PassReport>,
}

impl Search {
    /// Pairs that were looked at.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.passes.iter().map(|pass| pass.pairs).sum()
    }
}

/// Finds everybody who may be somebody else of the same people: every pair that reaches `least`, 0 to 1.
///
/// `tick` is told how far it is, in people times passes, and stops it.
///
/// # Errors
/// [`Stopped`] by `tick`.
pub fn suspicions(
    people: &People,
    model: &Model,
    least: f64,
    bounds: Bounds,
    tick: Tick<'_>,
) -> Result<Search, Stopped> {
    let weights = Weights::of(model, people.count());
    let see = |found: &mut Vec<Suspicion>, _: usize, a: u32, b: u32| {
        let score = weights.likelihood(&people.compare(a, b)).probability();
        if score >= least {
            found.push(Suspicion { a, b, score });
        }
    };
    let (found, passes) = blocking::visit(people, bounds, Each::Pair, tick, Vec::new, see)?;
    let mut found: Vec<Suspicion> = found.into_iter().flatten().collect();
    found.sort_unstable_by_key(|one| (one.a, one.b));
    found.dedup_by_key(|one| (one.a, one.b));
    found.sort_by(|one, other| other.score.total_cmp(&one.score).then((one.a, one.b).cmp(&(other.a, other.b))));
    Ok(Search { found, passes })
}
