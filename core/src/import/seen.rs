//! Who stood earlier in this file.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Keys of earlier rows: identifiers, portal ids, name with birth date. The first row that had a key holds it.
///
/// The one thing of an import whose memory grows with the file, so it is packed: twelve bytes a key and no pointer, some 50 MB for a million
/// rows. A hash that two keys share is harmless: a hit is only a row to look at, and is compared in full.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    // Split, so that growing one part never holds two copies of the whole.
    parts: [Part; 32],
}

/// A hash table with open addressing and linear probing: a slot is the two halves of a hash and a row, 0 in an empty one.
#[derive(Debug, Default)]
struct Part {
    slots: Vec<[u32; 3]>,
    used: usize,
}

/// What kind of key it is: the same text as a phone and as a portal's id is not the same key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KeyKind {
    Phone = 1,
    Email = 2,
    Source = 3,
    Likeness = 4,
    /// An identifier with a name: who has a number that keys somebody else.
    Namesake = 5,
}

/// A key's hash.
pub(crate) fn key(kind: KeyKind, value: &[u8]) -> u64 {
    xxh3_64_with_seed(value, kind as u64)
}

impl Seen {
    /// The first row that had this key.
    pub(crate) fn row(&self, key: u64) -> Option<u32> {
        self.parts.get(part_of(key))?.row(key)
    }

    /// Remembers that a row (1 or more) has this key, unless an earlier one has it.
    pub(crate) fn insert(&mut self, key: u64, row: u32) {
        if let Some(part) = self.parts.get_mut(part_of(key)) {
            part.insert(key, row);
        }
    }
}

/// The top five bits; a slot is chosen by the others.
fn part_of(key: u64) -> usize {
    (key >> 59) as usize
}

impl Part {
    fn row(&self, key: u64) -> Option<u32> {
        self.slots.get(self.slot(key)?).map(|slot| slot[2]).filter(|row| *row != 0)
    }

    fn insert(&mut self, key: u64, row: u32) {
        if (self.used + 1) * 8 > self.slots.len() * 7 {
            self.grow();
        }
        if let Some(slot) = self.slot(key).and_then(|at| self.slots.get_mut(at))
            && slot[2] == 0
        {
            *slot = [high(key), low(key), row];
            self.used += 1;
        }
    }

    /// Where a key stands or would stand; none in a table without slots. There is always an empty slot, so the search ends.
    fn slot(&self, key: u64) -> Option<usize> {
        let start = usize::try_from((key & u64::from(u32::MAX)).checked_mul(self.slots.len() as u64)? >> 32).ok()?;
        let stands = |slot: &[u32; 3]| slot[2] == 0 || (slot[0], slot[1]) == (high(key), low(key));
        let (before, from) = self.slots.split_at_checked(start)?;
        from.iter().position(stands).map(|at| start + at).or_else(|| before.iter().position(stands))
    }

    fn grow(&mut self) {
        let larger = vec![[0; 3]; (self.slots.len() * 4 / 3).max(64)];
        for [high, low, row] in std::mem::replace(&mut self.slots, larger) {
            if row != 0
                && let Some(slot) =
                    self.slot(u64::from(high) << 32 | u64::from(low)).and_then(|at| self.slots.get_mut(at))
            {
                *slot = [high, low, row];
            }
        }
    }
}

fn high(key: u64) -> u32 {
    (key >> 32) as u32
}

fn low(key: u64) -> u32 {
    (key & u64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_with_a_key_holds_it() {
        let mut seen = Seen::default();
        let keys = |row: u32| [key(KeyKind::Phone, &row.to_le_bytes()), key(KeyKind::Email, &row.to_le_bytes())];
        assert_eq!(seen.row(keys(1)[0]), None);
        for row in 1..=50_000 {
            for key in keys(row) {
                seen.insert(key, row);
                seen.insert(key, row + 1);
            }
        }
        for row in 1..=50_000 {
            assert_eq!(keys(row).map(|key| seen.row(key)), [Some(row); 2]);
        }
        assert_eq!(seen.row(key(KeyKind::Source, &7_u32.to_le_bytes())), None);
    }
}
