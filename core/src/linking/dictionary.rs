//! Texts by number: every different text of a field once, with how many people have it.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Texts in the order in which they came. A text is a number of 32 bits to everybody else.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    text: String,
    ends: Vec<u32>,
    people: Vec<u32>,
}

impl Dictionary {
    /// The text of a number; empty for a number that was never given.
    pub(super) fn text(&self, id: u32) -> &str {
        let at = id as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.ends.get(at).and_then(|end| self.text.get(start..*end as usize)).unwrap_or_default()
    }

    /// How many people have a text.
    pub(super) fn people(&self, id: u32) -> u32 {
        self.people.get(id as usize).copied().unwrap_or(0)
    }

    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Counts one more person who has a text.
    pub(super) fn count(&mut self, id: u32) {
        if let Some(people) = self.people.get_mut(id as usize) {
            *people += 1;
        }
    }

    /// Gives back the room that it grew into.
    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.people.shrink_to_fit();
    }

    fn add(&mut self, text: &str) -> Option<u32> {
        let id = u32::try_from(self.ends.len()).ok()?;
        let end = u32::try_from(self.text.len() + text.len()).ok()?;
        self.text.push_str(text);
        self.ends.push(end);
        self.people.push(0);
        Some(id)
    }
}

/// Finds the number of a text: needed only while texts still come. Twelve bytes a text, for the texts themselves stand in the dictionary.
#[derive(Debug, Default)]
pub(super) struct Numbers(HashMap<u64, u32, BuildHasherDefault<Hashed>>);

impl Numbers {
    /// The number of a text, a new one where it is new; none when four thousand million bytes are full.
    pub(super) fn of(&mut self, dictionary: &mut Dictionary, text: &str) -> Option<u32> {
        // Two texts of one hash: the later one is looked for under the next seed.
        for seed in 0.. {
            let hash = xxh3_64_with_seed(text.as_bytes(), seed);
            match self.0.get(&hash) {
                Some(id) if dictionary.text(*id) == text => return Some(*id),
                Some(_) => {}
                None => {
                    let id = dictionary.add(text)?;
                    self.0.insert(hash, id);
                    return Some(id);
                }
            }
        }
        None
    }
}

/// A key that is a hash already.
#[derive(Debug, Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_and_counts_its_people() {
        let (mut dictionary, mut numbers) = (Dictionary::default(), Numbers::default());
        let ids = ["siti", "", "aminah", "siti"].map(|text| numbers.of(&mut dictionary, text).unwrap());
        assert_eq!(ids, [0, 1, 2, 0]);
        ids.iter().for_each(|id| dictionary.count(*id));
        assert_eq!(
            [0, 1, 2, 3].map(|id| (dictionary.text(id).to_owned(), dictionary.people(id))),
            [("siti".to_owned(), 2), (String::new(), 1), ("aminah".to_owned(), 1), (String::new(), 0)]
        );
        assert_eq!(dictionary.len(), 3);
    }
}
