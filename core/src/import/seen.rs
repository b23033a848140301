//! Who stood earlier in this file.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Keys of earlier rows: identifiers, portal ids, name with birth date. The first row that had a key holds it.
///
/// Twelve bytes a key before the table's slack: the one thing of an import whose memory grows with the file, some 40 MB for a million
/// rows with two keys each. A hash that two keys share is harmless: a hit is only a row to look at, and is compared in full.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    // Split, so that growing one part never holds two copies of the whole.
    parts: [HashMap<u64, u32, BuildHasherDefault<Hashed>>; 32],
}

/// What kind of key it is: the same text as a phone and as a portal's id is not the same key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KeyKind {
    Phone = 1,
    Email = 2,
    Source = 3,
    Likeness = 4,
}

/// A key's hash.
pub(crate) fn key(kind: KeyKind, value: &[u8]) -> u64 {
    xxh3_64_with_seed(value, kind as u64)
}

impl Seen {
    /// The first row that had this key.
    pub(crate) fn row(&self, key: u64) -> Option<u32> {
        self.part(key).and_then(|part| part.get(&key)).copied()
    }

    /// Remembers that a row has this key, unless an earlier one has it.
    pub(crate) fn insert(&mut self, key: u64, row: u32) {
        let part = (key >> 59) as usize;
        if let Some(part) = self.parts.get_mut(part) {
            part.entry(key).or_insert(row);
        }
    }

    fn part(&self, key: u64) -> Option<&HashMap<u64, u32, BuildHasherDefault<Hashed>>> {
        self.parts.get((key >> 59) as usize)
    }
}

/// The keys are hashes already.
#[derive(Debug, Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
