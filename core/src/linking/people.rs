//! People as they are compared: every value read, put into its comparator's form and kept once. A person is a number.
//!
//! Packed, for there may be millions: a field of a person is a slice of 32-bit numbers, and each different text stands in the field's
//! [`Dictionary`] with the number of people who have it. That makes equality a comparison of two numbers, and gives for every value
//! how common it is.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use super::{
    agreement::{Comparator, Found, MOST_FIELDS, Pattern},
    compare::{self, MOST_WORDS},
    dictionary::{Dictionary, Numbers},
    reading,
    scheme::{Scheme, SchemeError},
};

/// A word that so many people have is a name of its own and no slip of another: this many, or this share of all.
const ESTABLISHED: u32 = 4;
const ESTABLISHED_SHARE: u32 = 5000;

/// People of one scheme, ready to be compared.
#[derive(Debug)]
pub struct People {
    scheme: Scheme,
    columns: Vec<Column>,
    count: u32,
    /// How many people have all words of a name and no other, where there are several; by a hash of the words.
    wholes: HashMap<u64, u32>,
}

/// Takes people one by one.
#[derive(Debug)]
pub struct Gathering {
    people: People,
    numbers: Vec<(Numbers, Numbers)>,
    texts: Vec<String>,
}

/// A field of everybody.
#[derive(Debug)]
struct Column {
    comparator: Comparator,
    /// Where each person's values end in `terms`.
    ends: Vec<u32>,
    terms: Vec<u32>,
    values: Dictionary,
    /// The coarser forms, and which of them each value has. Empty where the comparator knows none: a value is its own.
    cores: Dictionary,
    core_of: Vec<u32>,
    /// The letters of each value.
    letters: Vec<u64>,
}

/// What comparing two people gives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison {
    pub(super) pattern: Pattern,
    /// For each field the chance that a stranger agrees so far with these very values; none where it does not depend on them.
    pub(super) chances: [Option<f64>; MOST_FIELDS],
}

impl Gathering {
    /// Begins with nobody.
    ///
    /// # Errors
    /// The scheme cannot be worked with.
    pub fn new(scheme: Scheme) -> Result<Self, SchemeError> {
        scheme.check()?;
        let columns: Vec<Column> = scheme.fields.iter().map(|field| Column::new(field.comparator)).collect();
        let numbers = columns.iter().map(|_| Default::default()).collect();
        let people = People { scheme, columns, count: 0, wholes: HashMap::new() };
        Ok(Self { people, numbers, texts: Vec::new() })
    }

    /// Takes a person by her cells, each with the place of its field. Empty cells and those that hold nothing to compare are absent.
    /// Gives her number: people are numbered from 0 in the order in which they come.
    pub fn push(&mut self, cells: &[(usize, &str)]) -> u32 {
        let Self { people, numbers, texts } = self;
        for (at, (column, (values, cores))) in people.columns.iter_mut().zip(numbers).enumerate() {
            texts.clear();
            reading::read(
                column.comparator,
                cells.iter().filter(|(field, _)| *field == at).map(|(_, cell)| *cell),
                texts,
            );
            column.push(texts, values, cores);
        }
        let person = people.count;
        people.count_whole(person);
        people.count += 1;
        person
    }

    /// Everybody is there.
    #[must_use]
    pub fn done(self) -> People {
        let mut people = self.people;
        people.wholes.retain(|_, people| *people > 1);
        people.wholes.shrink_to_fit();
        for column in &mut people.columns {
            column.shrink();
        }
        people
    }
}

impl People {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What is compared.
    #[must_use]
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// The values of a person's field as they are compared, for showing: the words of a name, the digits of a number.
    pub fn values(&self, field: usize, person: u32) -> impl Iterator<Item = &str> {
        let column = self.columns.get(field);
        let terms = column.map_or(&[] as &[u32], |column| column.terms_of(person));
        terms.iter().filter_map(move |id| column.map(|column| column.values.text(*id)))
    }

    /// The numbers of a person's values in a field.
    pub(super) fn terms(&self, field: usize, person: u32) -> &[u32] {
        self.columns.get(field).map_or(&[], |column| column.terms_of(person))
    }

    /// The number of a value's coarser form.
    pub(super) fn core(&self, field: usize, term: u32) -> u32 {
        self.columns.get(field).map_or(term, |column| column.core(term))
    }

    /// A value's text.
    pub(super) fn text(&self, field: usize, term: u32) -> &str {
        self.columns.get(field).map_or("", |column| column.values.text(term))
    }

    /// Compares two people field by field.
    pub(super) fn compare(&self, a: u32, b: u32) -> Comparison {
        let mut comparison = Comparison { pattern: Pattern::default(), chances: [None; MOST_FIELDS] };
        for (field, column) in self.columns.iter().enumerate() {
            let (one, other) = (column.terms_of(a), column.terms_of(b));
            if one.is_empty() || other.is_empty() {
                continue;
            }
            let Found { level, chance } = self.compare_field(column, one, other);
            comparison.pattern = comparison.pattern.with(field, column.comparator.rank(level));
            if let Some(place) = comparison.chances.get_mut(field) {
                *place = chance;
            }
        }
        comparison
    }

    fn compare_field(&self, column: &Column, a: &[u32], b: &[u32]) -> Found {
        let whole = || self.share(self.wholes.get(&hash_of(a)).map_or(0, |people| people.saturating_sub(2)));
        match (a, b) {
            ([one], [other]) => {
                let (one, other) = (self.term(column, *one), self.term(column, *other));
                compare::compare(column.comparator, &[one], &[other], &whole)
            }
            _ => {
                let (one, other) = (Few::of(a, |id| self.term(column, id)), Few::of(b, |id| self.term(column, id)));
                compare::compare(column.comparator, one.as_slice(), other.as_slice(), &whole)
            }
        }
    }

    fn term<'p>(&self, column: &'p Column, id: u32) -> Term<'p> {
        Term { id, column, everybody: self.count }
    }

    fn share(&self, people: u32) -> f64 {
        share(people, self.count)
    }

    /// Counts a name of several words as a whole.
    fn count_whole(&mut self, person: u32) {
        for column in self.columns.iter().filter(|column| column.comparator == Comparator::Name) {
            let terms = column.terms_of(person);
            if terms.len() > 1 {
                *self.wholes.entry(hash_of(terms)).or_default() += 1;
            }
        }
    }
}

impl Column {
    fn new(comparator: Comparator) -> Self {
        Self {
            comparator,
            ends: Vec::new(),
            terms: Vec::new(),
            values: Dictionary::default(),
            cores: Dictionary::default(),
            core_of: Vec::new(),
            letters: Vec::new(),
        }
    }

    fn push(&mut self, texts: &[String], values: &mut Numbers, cores: &mut Numbers) {
        let start = self.terms.len();
        let mut seen: Vec<u32> = Vec::new();
        for text in texts {
            let before = self.values.len();
            let Some(id) = values.of(&mut self.values, text) else { continue };
            if self.values.len() > before {
                self.letters.push(compare::letters(text));
                if let Some(core) = reading::core(self.comparator, text) {
                    let class = cores.of(&mut self.cores, &core).unwrap_or(0);
                    self.core_of.push(class);
                }
            }
            // A name may have a word twice; it is one person who has it.
            let again = self.terms.get(start..).is_some_and(|terms| terms.contains(&id));
            if !again {
                self.values.count(id);
            }
            if !self.core_of.is_empty() {
                let class = self.core(id);
                if !seen.contains(&class) {
                    self.cores.count(class);
                    seen.push(class);
                }
            }
            if !again || self.comparator == Comparator::Name {
                self.terms.push(id);
            }
        }
        self.ends.push(u32::try_from(self.terms.len()).unwrap_or(u32::MAX));
    }

    fn terms_of(&self, person: u32) -> &[u32] {
        let at = person as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.ends.get(at).and_then(|end| self.terms.get(start..*end as usize)).unwrap_or_default()
    }

    fn core(&self, term: u32) -> u32 {
        if self.core_of.is_empty() { term } else { self.core_of.get(term as usize).copied().unwrap_or(0) }
    }

    fn shrink(&mut self) {
        self.ends.shrink_to_fit();
        self.terms.shrink_to_fit();
        self.core_of.shrink_to_fit();
        self.letters.shrink_to_fit();
        self.values.shrink();
        self.cores.shrink();
    }
}

/// A value as the comparison sees it: an entry of its field's dictionary, of which nothing is looked up before it is asked for. Most pairs are
/// strangers, and most of them are known to be before a text is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term<'p> {
    /// Its place in the dictionary: equal for equal texts.
    pub(super) id: u32,
    column: &'p Column,
    everybody: u32,
}

impl<'p> Term<'p> {
    /// The text.
    pub(super) fn text(&self) -> &'p str {
        self.column.values.text(self.id)
    }

    /// The number of its coarser form: the sound of a word, the end of a phone number, the name of an email address.
    pub(super) fn class(&self) -> u32 {
        self.column.core(self.id)
    }

    /// The coarser form.
    pub(super) fn core(&self) -> &'p str {
        if self.column.core_of.is_empty() { self.text() } else { self.column.cores.text(self.class()) }
    }

    /// How many people have it.
    pub(super) fn people(&self) -> u32 {
        self.column.values.people(self.id)
    }

    /// The share of people who have it, 0 to 1.
    pub(super) fn share(&self) -> f64 {
        share(self.people(), self.everybody)
    }

    /// The share of people who have a value of its coarser form.
    pub(super) fn core_share(&self) -> f64 {
        let known = !self.column.core_of.is_empty();
        share(if known { self.column.cores.people(self.class()) } else { self.people() }, self.everybody)
    }

    /// Which letters and digits occur in the text: a bit each.
    pub(super) fn letters(&self) -> u64 {
        self.column.letters.get(self.id as usize).copied().unwrap_or(0)
    }

    /// Whether enough people have it for it to be no slip of another.
    pub(super) fn established(&self) -> bool {
        self.people() >= ESTABLISHED.max(self.everybody / ESTABLISHED_SHARE)
    }
}

/// How common a value is that so many people have, 0 to 1. Two of three people who were born on one day do not make that day a common one: the fewer
/// have it, the more strangers stand beside them who do not.
fn share(people: u32, everybody: u32) -> f64 {
    const STRANGERS: f64 = 1000.0;
    let people = f64::from(people);
    people / (f64::from(everybody) + STRANGERS / people.max(1.0))
}

/// A few values, without a trip to the heap for every pair.
struct Few<'p> {
    items: [Term<'p>; MOST_WORDS],
    count: usize,
}

impl<'p> Few<'p> {
    fn of(ids: &[u32], term: impl Fn(u32) -> Term<'p>) -> Self {
        let first = term(ids.first().copied().unwrap_or(0));
        let items = std::array::from_fn(|at| match ids.get(at) {
            Some(id) if at > 0 => term(*id),
            _ => first,
        });
        Self { items, count: ids.len().min(MOST_WORDS) }
    }

    fn as_slice(&self) -> &[Term<'p>] {
        self.items.get(..self.count).unwrap_or_default()
    }
}

/// A hash of numbers in any order.
fn hash_of(terms: &[u32]) -> u64 {
    let mut sorted = [0_u32; MOST_WORDS];
    let count = terms.len().min(MOST_WORDS);
    for (place, term) in sorted.iter_mut().zip(terms) {
        *place = *term;
    }
    let sorted = sorted.get_mut(..count).unwrap_or_default();
    sorted.sort_unstable();
    sorted.iter().fold(0, |hash, term| xxh3_64(&[u64::to_le_bytes(hash), u64::to_le_bytes(u64::from(*term))].concat()))
}

/// For the tables of the comparators: how far two cells agree among two people; none where one of them is absent.
#[cfg(test)]
pub(super) fn level_of(comparator: Comparator, a: &str, b: &str) -> Option<super::Level> {
    use super::scheme::{By, Field, Part, Pass};
    let field = Field { name: "it".into(), comparator, columns: Vec::new(), household: false };
    let pass = Pass(vec![Part { field: "it".into(), by: By::Value }]);
    let mut gathering = Gathering::new(Scheme { fields: vec![field], passes: vec![pass] }).expect("a scheme");
    gathering.push(&[(0, a)]);
    gathering.push(&[(0, b)]);
    let rank = gathering.done().compare(0, 1).pattern.rank(0);
    rank.checked_sub(1).map(|at| comparator.levels()[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::scheme::{By, Field, Part, Pass};

    fn names(names: &[&str]) -> People {
        let field = Field { name: "name".into(), comparator: Comparator::Name, columns: Vec::new(), household: false };
        let pass = Pass(vec![Part { field: "name".into(), by: By::Core }]);
        let mut gathering = Gathering::new(Scheme { fields: vec![field], passes: vec![pass] }).unwrap();
        for (at, name) in names.iter().enumerate() {
            assert_eq!(gathering.push(&[(0, name)]) as usize, at);
        }
        gathering.done()
    }

    #[test]
    fn a_common_name_is_likelier_a_strangers_than_a_rare_one() {
        let mut all = vec!["Siti Aminah"; 2000];
        all.extend(["Zubaidah Kartonoatmodjo", "Zubaidah Kartonoatmodjo", "Siti Rahayu", "-"]);
        let people = names(&all);
        let chance = |a, b| people.compare(a, b).chances[0].unwrap();
        assert!((chance(0, 1) - 2001.0 / 2004.0 * 2000.0 / 2004.0).abs() < 0.03, "{}", chance(0, 1));
        assert!(chance(2000, 2001) < 0.01, "{}", chance(2000, 2001));
        assert_eq!(people.compare(0, 2003).pattern, Pattern::default(), "who has no name is not compared by it");
    }

    #[test]
    fn a_slip_between_two_names_that_many_bear_is_another_name() {
        let mut all = vec!["Dinah Lestari"; 6];
        all.extend(["Ninah Lestari"; 6]);
        all.push("Binah Lestari");
        let people = names(&all);
        let level = |a, b| Comparator::Name.levels()[people.compare(a, b).pattern.rank(0) - 1];
        assert_eq!(level(0, 6), super::super::Level::Rhyme);
        assert_eq!(level(0, 12), super::super::Level::Typing);
    }
}
