//! Learning the weights from people of whom nobody has said who is who: expectation maximisation.
//!
//! Among strangers the levels are counted in pairs drawn at random, for nearly all such pairs are strangers. Among pairs that are one person they
//! are learned from the candidates of each pass (Winkler 1988; Splink trains so): those of one pass agree in its fields by their making, so
//! that pass says nothing about these fields, and everything about the others. Each pass has its own share of matches and of families, all
//! passes have the chances in common. Only the number of pairs of each pattern is kept, so a round costs the same for ten thousand pairs
//! and for a thousand million.

use std::{collections::HashMap, thread};

use serde::Serialize;

use super::{
    agreement::{Comparator, Level, MOST_FIELDS, Pattern},
    blocking::{self, Bounds, Each, PassReport, Stopped, Tick},
    model::{Chances, Model},
    people::People,
};

/// Pairs that are drawn at random.
const RANDOM_PAIRS: u64 = 2_000_000;
/// Rounds at most, and the change of a chance that ends them.
const ROUNDS: usize = 200;
const STILL: f64 = 1e-6;
/// How many pairs the model that one begins with is worth.
const WORTH: f64 = 20.0;
/// For families, of whom little is seen, it is worth this share of what is seen as well.
const FAMILY_WORTH: f64 = 0.25;

/// How often each pattern occurs.
type Patterns = HashMap<Pattern, u64>;

/// What training found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Training {
    /// The model.
    pub model: Model,
    /// Rounds until it stood still.
    pub rounds: usize,
    /// Random pairs that were counted.
    pub random_pairs: u64,
    /// The passes.
    pub passes: Vec<PassReport>,
}

/// The pairs of one pass, or those drawn at random.
struct Stratum {
    patterns: Vec<(Pattern, f64)>,
    /// The shares of one person, strangers, family among them.
    shares: [f64; 3],
    random: bool,
}

/// Learns a model from people, beginning with one of the same scheme.
///
/// # Errors
/// [`Stopped`] by `tick`.
pub fn train(people: &People, beginning: &Model, bounds: Bounds, tick: Tick<'_>) -> Result<Training, Stopped> {
    let families = beginning.families_per_person > 0.0;
    let random = random_patterns(people, bounds.threads);
    let random_pairs = random.values().sum();
    let passes = people.scheme().passes.len();
    let (counted, reports) = blocking::visit(
        people,
        bounds,
        Each::PairOfEachPass,
        tick,
        || vec![Patterns::new(); passes],
        |counts, pass, a, b| {
            if let Some(counts) = counts.get_mut(pass) {
                *counts.entry(people.compare(a, b).pattern).or_default() += 1;
            }
        },
    )?;
    let first = if families { [0.2, 0.7, 0.1] } else { [0.3, 0.7, 0.0] };
    let mut strata = vec![Stratum::of(&random, &[], if families { [1e-6, 1.0, 1e-6] } else { [1e-6, 1.0, 0.0] }, true)];
    for (pass, fields) in people.scheme().passes.iter().map(|pass| people.scheme().fields_of(pass)).enumerate() {
        let mut of_pass = Patterns::new();
        for (pattern, pairs) in counted.iter().filter_map(|counts| counts.get(pass)).flatten() {
            *of_pass.entry(*pattern).or_default() += pairs;
        }
        strata.push(Stratum::of(&of_pass, &fields, first, false));
    }
    let mut model = beginning.clone();
    let mut rounds = 0;
    while rounds < ROUNDS {
        rounds += 1;
        let change = round(&mut model, beginning, &mut strata);
        if change < STILL {
            break;
        }
    }
    rates(&mut model, people, &counted, &random);
    Ok(Training { model, rounds, random_pairs, passes: reports })
}

impl Stratum {
    fn of(patterns: &Patterns, hidden: &[usize], shares: [f64; 3], random: bool) -> Self {
        let mut shown: HashMap<Pattern, f64> = HashMap::new();
        for (pattern, pairs) in patterns {
            *shown.entry(pattern.without(hidden)).or_default() += *pairs as f64;
        }
        // In one order, so that sums are the same each time.
        let mut patterns: Vec<(Pattern, f64)> = shown.into_iter().collect();
        patterns.sort_by_key(|(pattern, _)| *pattern);
        Self { patterns, shares, random }
    }
}

/// One round: how likely each pattern is in each class, then the chances that make it so. Gives the largest change.
fn round(model: &mut Model, beginning: &Model, strata: &mut [Stratum]) -> f64 {
    // By field, rank and class.
    let mut expected = [[[0.0_f64; 3]; 16]; MOST_FIELDS];
    for stratum in strata {
        let mut sums = [0.0; 3];
        for (pattern, pairs) in &stratum.patterns {
            let parts = posterior(model, stratum.shares, *pattern).map(|part| part * pairs);
            sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
            for (field, ranks) in expected.iter_mut().enumerate().take(model.levels.len()) {
                let Some(place) = ranks.get_mut(pattern.rank(field)) else { continue };
                if stratum.random {
                    place[1] += parts[1];
                } else {
                    place[0] += parts[0];
                    place[2] += parts[2];
                }
            }
        }
        let all: f64 = sums.iter().sum();
        if all > 0.0 {
            // No class dies out in a pass for good.
            let least = 1e-9;
            stratum.shares =
                std::array::from_fn(
                    |class| if stratum.shares[class] > 0.0 { (sums[class] / all).max(least) } else { 0.0 },
                );
        }
    }
    let mut change: f64 = 0.0;
    for (at, levels) in model.levels.iter_mut().enumerate() {
        let (Some(ranks), Some(start)) = (expected.get(at), beginning.levels.get(at)) else { continue };
        let names = model.scheme.fields.get(at).is_some_and(|field| field.comparator == Comparator::Name);
        let seen = |class: usize| -> f64 { ranks.iter().skip(1).map(|place| place[class]).sum() };
        let (one_person, strangers, family) = (seen(0), seen(1), seen(2));
        let kin = WORTH + FAMILY_WORTH * family;
        for ((chances, start), place) in levels.iter_mut().zip(start).zip(ranks.iter().skip(1)) {
            let mut now = Chances {
                level: chances.level,
                one_person: (place[0] + WORTH * start.one_person) / (one_person + WORTH),
                strangers: (place[1] / strangers.max(1.0)).max(1.0 / (strangers + 1.0)),
                family: (place[2] + kin * start.family) / (family + kin),
            };
            // What cannot be told without labels stays as it is told: whether a slip made another name or a twin sister has it, and that two
            // of a family hardly ever bear one name. Left to itself, the family would learn to be whoever changed her number.
            if chances.level == Level::Rhyme {
                now.one_person = start.one_person;
            }
            if names {
                now.family = start.family;
            }
            change = change.max((now.one_person - chances.one_person).abs()).max((now.family - chances.family).abs());
            *chances = now;
        }
    }
    change
}

/// The shares of the three classes among the pairs of a pattern.
fn posterior(model: &Model, shares: [f64; 3], pattern: Pattern) -> [f64; 3] {
    let mut parts = shares;
    for (field, levels) in model.levels.iter().enumerate() {
        if let Some(chances) = pattern.rank(field).checked_sub(1).and_then(|place| levels.get(place)) {
            parts[0] *= chances.one_person;
            parts[1] *= chances.strangers;
            parts[2] *= chances.family;
        }
    }
    let sum: f64 = parts.iter().sum();
    if sum > 0.0 { parts.map(|part| part / sum) } else { [0.0, 1.0, 0.0] }
}

/// How many pairs of one person, and of one family, there are among all: as many as explain what all candidates look like.
fn rates(model: &mut Model, people: &People, counted: &[Vec<Patterns>], random: &Patterns) {
    let count = f64::from(people.count().max(2));
    let pairs = count * (count - 1.0) / 2.0;
    // A pair is a candidate of several passes: it is counted in the pass that has most of its pattern.
    let mut candidates: HashMap<Pattern, f64> = HashMap::new();
    for pass in 0..people.scheme().passes.len() {
        let mut of_pass: HashMap<Pattern, f64> = HashMap::new();
        for (pattern, pairs) in counted.iter().filter_map(|counts| counts.get(pass)).flatten() {
            *of_pass.entry(*pattern).or_default() += *pairs as f64;
        }
        for (pattern, pairs) in of_pass {
            let most = candidates.entry(pattern).or_default();
            *most = most.max(pairs);
        }
    }
    let mut candidates: Vec<(Pattern, f64)> = candidates.into_iter().collect();
    candidates.sort_by_key(|(pattern, _)| *pattern);
    let drawn: u64 = random.values().sum();
    let is_all = drawn as f64 >= pairs;
    if is_all {
        candidates = random.iter().map(|(pattern, pairs)| (*pattern, *pairs as f64)).collect();
        candidates.sort_by_key(|(pattern, _)| *pattern);
    }
    let families = model.families_per_person > 0.0;
    let share = |per_person: f64| (per_person * count / pairs).clamp(0.0, 0.5);
    let (mut one_person, mut family) = (share(model.matches_per_person), share(model.families_per_person));
    for _ in 0..100 {
        let mut sums = [0.0; 2];
        for (pattern, pairs) in &candidates {
            let parts = posterior(model, [one_person, 1.0 - one_person - family, family], *pattern);
            sums[0] += parts[0] * pairs;
            sums[1] += parts[2] * pairs;
        }
        one_person = (sums[0] / pairs).clamp(1e-12, 0.5);
        family = if families { (sums[1] / pairs).clamp(1e-12, 0.4) } else { 0.0 };
    }
    model.matches_per_person = one_person * pairs / count;
    model.families_per_person = family * pairs / count;
}

/// The patterns of pairs drawn at random, or of all pairs where they are few.
fn random_patterns(people: &People, threads: usize) -> Patterns {
    let count = u64::from(people.count());
    let all = count * count.saturating_sub(1) / 2;
    let threads = threads.max(1) as u64;
    let part = |thread: u64| {
        let mut patterns = Patterns::new();
        let mut see = |a, b| *patterns.entry(people.compare(a, b).pattern).or_default() += 1;
        if all <= RANDOM_PAIRS {
            for a in (0..people.count()).filter(|a| u64::from(*a) % threads == thread) {
                (a + 1..people.count()).for_each(|b| see(a, b));
            }
            return patterns;
        }
        let mut draw = draws(thread, count);
        let mut drawn = thread;
        while drawn < RANDOM_PAIRS {
            let (a, b) = (draw(), draw());
            if a != b {
                see(a, b);
                drawn += threads;
            }
        }
        patterns
    };
    let parts: Vec<Patterns> = thread::scope(|scope| {
        let part = &part;
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || part(thread))).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
    });
    let mut patterns = Patterns::new();
    for (pattern, pairs) in parts.into_iter().flatten() {
        *patterns.entry(pattern).or_default() += pairs;
    }
    patterns
}

/// Numbers below `count` by Marsaglia's xorshift, always the same ones: two trainings on the same people give the same model.
fn draws(seed: u64, count: u64) -> impl FnMut() -> u32 {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(2 * seed + 1);
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (((state >> 32) * count) >> 32) as u32
    }
}
