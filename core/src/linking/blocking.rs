//! Which pairs are looked at: those who agree in the key of some pass, each pair once.
//!
//! Of a million people there are five hundred thousand million pairs. A pass brings those together who share a key; a *block* is everybody of
//! one key. A block that is too large proves little (ten thousand are called Siti): it is put into an order in which those alike stand
//! together, each is compared with the next few only, and the report tells.
//!
//! A key is 32 bits of a hash: two keys of one hash make a block that is a little larger than it must be, and nothing else. Blocks are made by
//! sorting, a slice of the keys at a time, so the memory is that of the keys themselves.

use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{
    agreement::Comparator,
    people::People,
    scheme::{By, Part},
};

/// Slices of the keys that are sorted one by one.
const SLICES: usize = 32;
/// Keys that one person has in one pass at most: two numbers and three words make six.
const MOST_KEYS: usize = 12;
/// Cut blocks that a report names for each pass, the largest.
const NAMED: usize = 5;

/// The bounds of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// People of the largest block of which all pairs are looked at.
    pub block: usize,
    /// In a larger block, how many of those who follow each is compared with.
    pub window: usize,
    /// Threads that work.
    pub threads: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { block: 250, window: 10, threads: thread::available_parallelism().map_or(1, usize::from) }
    }
}

/// What came of a pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PassReport {
    /// The pass: `phone core + name core`.
    pub pass: String,
    /// Pairs that it was the first to bring together.
    pub pairs: u64,
    /// Blocks that were too large to look at every pair.
    pub cut: u64,
    /// Pairs of those blocks that were not looked at.
    pub left_out: u64,
    /// The largest of them.
    pub largest: Vec<CutBlock>,
}

/// A block that was too large.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CutBlock {
    /// What those in it have in common, by the values of one of them.
    pub of: String,
    /// How many they are.
    pub people: usize,
}

/// The search was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// Told how much more is done, in people times passes; answers whether to go on.
pub type Tick<'a> = &'a (dyn Fn(u64) -> bool + Sync);

/// The keys of everybody in one pass.
struct Keys {
    /// Where each person's keys end.
    ends: Vec<u32>,
    /// 0: no key any more, its block was cut.
    keys: Vec<u32>,
}

/// How pairs are visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Each {
    /// Once, in the first pass that brings the two together.
    Pair,
    /// Once in every pass that brings them together.
    PairOfEachPass,
}

/// Visits all candidate pairs, `(pass, a, b)` with `a < b`. A pair of a cut block may come a second time.
///
/// Each thread has a state of its own that `begin` makes; they are given back.
pub(super) fn visit<S: Send>(
    people: &People,
    bounds: Bounds,
    each: Each,
    tick: Tick<'_>,
    begin: impl Fn() -> S + Sync,
    see: impl Fn(&mut S, usize, u32, u32) + Sync,
) -> Result<(Vec<S>, Vec<PassReport>), Stopped> {
    let passes = people.scheme().passes.len();
    let mut all: Vec<Keys> = Vec::with_capacity(passes);
    let mut states: Vec<S> = (0..bounds.threads.max(1)).map(|_| begin()).collect();
    let mut reports = Vec::with_capacity(passes);
    for pass in 0..passes {
        all.push(Keys::of(people, pass));
        let mut report = cut(people, &mut all, pass, bounds, tick, &mut states, &see)?;
        let (earlier, keys) = match each {
            Each::Pair => all.split_at(pass),
            Each::PairOfEachPass => (&[] as &[Keys], all.get(pass..).unwrap_or_default()),
        };
        let Some(keys) = keys.first() else { continue };
        let counts = in_slices(&mut states, |state, slice| {
            let mut pairs = 0;
            for block in blocks(&keys.entries(slice)) {
                let key = block.first().map_or(0, |entry| key_of(*entry));
                for (at, one) in block.iter().enumerate() {
                    let a = person_of(*one);
                    for other in block.get(at + 1..).unwrap_or_default() {
                        let b = person_of(*other);
                        let seen = keys.share(a, b, |common| common < key)
                            || earlier.iter().any(|earlier| earlier.share(a, b, |_| true));
                        if !seen && a != b {
                            see(state, pass, a, b);
                            pairs += 1;
                        }
                    }
                }
            }
            tick(u64::from(people.count()) / SLICES as u64).then_some(pairs).ok_or(Stopped)
        })?;
        report.pairs += counts.iter().sum::<u64>();
        reports.push(report);
        if each == Each::PairOfEachPass {
            all.truncate(pass);
            all.push(Keys { ends: Vec::new(), keys: Vec::new() });
        }
    }
    Ok((states, reports))
}

/// Finds the blocks that are too large, visits each one's neighbours, and takes their key away from those in them: no later pair is thought to have
/// been seen there.
fn cut<S: Send>(
    people: &People,
    all: &mut [Keys],
    pass: usize,
    bounds: Bounds,
    tick: Tick<'_>,
    states: &mut [S],
    see: &(impl Fn(&mut S, usize, u32, u32) + Sync),
) -> Result<PassReport, Stopped> {
    let Some(keys) = all.get(pass) else { return Ok(PassReport::default()) };
    let found = in_slices(states, |state, slice| {
        let mut large: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut pairs = 0;
        for block in blocks(&keys.entries(slice)).filter(|block| block.len() > bounds.block) {
            let mut members: Vec<u32> = block.iter().map(|entry| person_of(*entry)).collect();
            order(people, &mut members);
            for (at, one) in members.iter().enumerate() {
                for other in members.iter().skip(at + 1).take(bounds.window) {
                    if one != other {
                        see(state, pass, *one.min(other), *one.max(other));
                        pairs += 1;
                    }
                }
            }
            large.push((block.first().map_or(0, |entry| key_of(*entry)), members));
        }
        tick(0).then_some((pairs, large)).ok_or(Stopped)
    })?;
    let mut report = PassReport { pass: told(people, pass), ..PassReport::default() };
    let mut blocks = Vec::new();
    for (pairs, large) in found {
        report.pairs += pairs;
        report.left_out += large.iter().map(|(_, members)| pairs_of(members.len())).sum::<u64>().saturating_sub(pairs);
        blocks.extend(large);
    }
    report.cut = blocks.len() as u64;
    blocks.sort_by_key(|(key, members)| (std::cmp::Reverse(members.len()), *key));
    report.largest = blocks.iter().take(NAMED).filter_map(|(_, members)| named(people, pass, members)).collect();
    if let Some(keys) = all.get_mut(pass) {
        for (key, members) in &blocks {
            members.iter().for_each(|member| keys.forget(*member, *key));
        }
    }
    Ok(report)
}

/// Pairs of so many people.
fn pairs_of(people: usize) -> u64 {
    let people = people as u64;
    people * people.saturating_sub(1) / 2
}

fn told(people: &People, pass: usize) -> String {
    people.scheme().passes.get(pass).map(super::scheme::Pass::told).unwrap_or_default()
}

fn named(people: &People, pass: usize, members: &[u32]) -> Option<CutBlock> {
    let first = members.first()?;
    let fields = people.scheme().fields_of(people.scheme().passes.get(pass)?);
    let values = |field: usize| people.values(field, *first).collect::<Vec<_>>().join(" ");
    Some(CutBlock { of: fields.into_iter().map(values).collect::<Vec<_>>().join(", "), people: members.len() })
}

/// Puts those next to each other who agree in the fields, from the first field on. Who has no value stands at the end.
fn order(people: &People, members: &mut [u32]) {
    let fields = people.scheme().fields.len();
    members.sort_by_cached_key(|member| {
        let first = |field| people.terms(field, *member).first().map_or(u32::MAX, |term| people.core(field, *term));
        ((0..fields).rev().map(first).collect::<Vec<u32>>(), *member)
    });
}

/// Does something with each slice of the keys, on as many threads as there are states.
fn in_slices<S: Send, T: Send>(
    states: &mut [S],
    work: impl Fn(&mut S, usize) -> Result<T, Stopped> + Sync,
) -> Result<Vec<T>, Stopped> {
    let next = AtomicUsize::new(0);
    let (next, work) = (&next, &work);
    let done: Vec<Result<Vec<T>, Stopped>> = thread::scope(|scope| {
        let threads: Vec<_> = states
            .iter_mut()
            .map(|state| {
                scope.spawn(move || {
                    let mut done = Vec::new();
                    loop {
                        let slice = next.fetch_add(1, Ordering::Relaxed);
                        if slice >= SLICES {
                            return Ok(done);
                        }
                        done.push(work(state, slice)?);
                    }
                })
            })
            .collect();
        // A thread that panicked has been told on standard error; what it would have found is missing, so nothing is given.
        threads.into_iter().map(|thread| thread.join().unwrap_or(Err(Stopped))).collect()
    });
    Ok(done.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

impl Keys {
    fn of(people: &People, pass: usize) -> Self {
        let parts: Vec<(usize, &Part)> = match people.scheme().passes.get(pass) {
            Some(pass) => pass.0.iter().filter_map(|part| Some((people.scheme().field(&part.field)?, part))).collect(),
            None => Vec::new(),
        };
        let mut keys = Self { ends: Vec::with_capacity(people.count() as usize), keys: Vec::new() };
        let (mut so_far, mut longer, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for person in 0..people.count() {
            so_far.clear();
            so_far.push(pass as u64);
            for (field, part) in &parts {
                values.clear();
                keys_of(people, *field, part.by, person, &mut values);
                longer.clear();
                for before in &so_far {
                    longer.extend(values.iter().map(|value: &u64| hash(*before, &value.to_le_bytes())));
                }
                longer.truncate(MOST_KEYS);
                std::mem::swap(&mut so_far, &mut longer);
            }
            so_far.sort_unstable();
            so_far.dedup();
            // 0 is no key.
            keys.keys.extend(so_far.iter().map(|key| (*key as u32).max(1)));
            keys.ends.push(u32::try_from(keys.keys.len()).unwrap_or(u32::MAX));
        }
        keys
    }

    fn range(&self, person: u32) -> Range<usize> {
        let at = person as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        start..self.ends.get(at).map_or(start, |end| *end as usize)
    }

    fn of_person(&self, person: u32) -> &[u32] {
        self.keys.get(self.range(person)).unwrap_or_default()
    }

    /// Whether two people share a key of which something holds.
    fn share(&self, a: u32, b: u32, holds: impl Fn(u32) -> bool) -> bool {
        let other = self.of_person(b);
        self.of_person(a).iter().any(|key| *key != 0 && holds(*key) && other.contains(key))
    }

    fn forget(&mut self, person: u32, key: u32) {
        let range = self.range(person);
        if let Some(place) = self.keys.get_mut(range).unwrap_or_default().iter_mut().find(|one| **one == key) {
            *place = 0;
        }
    }

    /// The entries of a slice of the keys, sorted: a key in the upper half and a person in the lower.
    fn entries(&self, slice: usize) -> Vec<u64> {
        let mut entries: Vec<u64> = Vec::new();
        let mut start = 0;
        for (person, end) in self.ends.iter().enumerate() {
            let end = *end as usize;
            for key in self.keys.get(start..end).unwrap_or_default() {
                if *key != 0 && *key as usize % SLICES == slice {
                    entries.push(u64::from(*key) << 32 | person as u64);
                }
            }
            start = end;
        }
        entries.sort_unstable();
        entries.dedup();
        entries
    }
}

/// The blocks of sorted entries: two people at least.
fn blocks(entries: &[u64]) -> impl Iterator<Item = &[u64]> {
    entries.chunk_by(|one, other| key_of(*one) == key_of(*other)).filter(|block| block.len() > 1)
}

const fn key_of(entry: u64) -> u32 {
    (entry >> 32) as u32
}

const fn person_of(entry: u64) -> u32 {
    entry as u32
}

fn hash(seed: u64, bytes: &[u8]) -> u64 {
    xxh3_64_with_seed(bytes, seed)
}

/// What a part of a key makes of a person's values.
fn keys_of(people: &People, field: usize, by: By, person: u32, into: &mut Vec<u64>) {
    let comparator = people.scheme().fields.get(field).map(|field| field.comparator);
    let terms = people.terms(field, person);
    if by == By::AllCores {
        let mut cores: Vec<u32> = terms.iter().map(|term| people.core(field, *term)).collect();
        cores.sort_unstable();
        if !cores.is_empty() {
            into.push(cores.iter().fold(1, |seed, core| hash(seed, &core.to_le_bytes())));
        }
        return;
    }
    for term in terms {
        let text = people.text(field, *term);
        // An initial is nobody's key, nor is a date of which the day is not known.
        let initial = comparator == Some(Comparator::Name) && text.len() < 2;
        let in_part = comparator == Some(Comparator::Date) && text.ends_with("00") && by != By::Start;
        if initial || in_part {
            continue;
        }
        let part = |range: Range<usize>| hash(0, text.get(range).unwrap_or(text).as_bytes());
        into.push(match by {
            By::Value => u64::from(*term),
            By::Core | By::AllCores => u64::from(people.core(field, *term)),
            By::Start => part(0..4),
            By::Stem => part(0..8),
            By::End => part(text.len().saturating_sub(4)..text.len()),
        });
    }
}
