//! Who stood earlier in this file.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _},
};

use fastbloom::BloomFilter;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Most keys that are held in memory before they go to a run: what a table of 2^19 slots takes without growing, some 9 MB.
const HELD: usize = (1 << 19) / 8 * 7;

/// One key in so many of those that no row had is looked for in a run in vain.
const IN_VAIN: f64 = 0.001;

/// Keys of a run that are read together.
const BLOCK: usize = 256;

/// Bytes of a key in a run: its hash and its row.
const RECORD: usize = 12;

/// Keys of earlier rows: identifiers, portal ids, name with birth date. The first row that had a key holds it.
///
/// Memory does not follow the file: the latest keys are held, those before lie sorted in runs on disk, of which memory has a Bloom filter (two bytes a
/// key, some 8 MB for a million rows). A hash that two keys share is harmless: a hit is only a row to look at, and is compared in full.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Keys of the latest rows.
    held: HashMap<u64, u32>,
    most: usize,
    /// Those of rows before, oldest first.
    runs: Vec<Run>,
    /// Where the runs lie, one after another: a file without a name, which ends with the process.
    file: Option<File>,
    /// What the runs say of the keys that were looked up last.
    found: HashMap<u64, u32>,
}

/// Keys in their order, on disk.
#[derive(Debug)]
struct Run {
    /// Where it begins, in bytes.
    start: u64,
    keys: usize,
    /// The first key of each block.
    blocks: Vec<u64>,
    filter: BloomFilter,
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

impl Default for Seen {
    fn default() -> Self {
        Self::holding(HELD)
    }
}

impl Seen {
    /// Holds at most so many keys (1 or more) in memory, and those of one chunk.
    fn holding(most: usize) -> Self {
        Self { held: HashMap::new(), most, runs: Vec::new(), file: None, found: HashMap::new() }
    }

    /// Looks for keys in what is no longer in memory, so that [`Self::row`] knows of them until the next look.
    ///
    /// # Errors
    /// The file of runs cannot be made, written or read.
    pub(crate) fn look_up(&mut self, keys: impl IntoIterator<Item = u64>) -> io::Result<()> {
        if self.held.len() >= self.most {
            self.put_away()?;
        }
        self.found.clear();
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut block = Vec::with_capacity(BLOCK * RECORD);
        for key in keys {
            for run in self.runs.iter().filter(|run| run.filter.contains_hash(key)) {
                if let Some(row) = run.row(file, key, &mut block)? {
                    self.found.insert(key, row);
                    break;
                }
            }
        }
        Ok(())
    }

    /// The first row that had this key, which is one of those that were looked up.
    pub(crate) fn row(&self, key: u64) -> Option<u32> {
        self.found.get(&key).or_else(|| self.held.get(&key)).copied()
    }

    /// Remembers that a row has this key, unless an earlier one has it.
    pub(crate) fn insert(&mut self, key: u64, row: u32) {
        if !self.found.contains_key(&key) {
            self.held.entry(key).or_insert(row);
        }
    }

    /// Makes a run of what is held.
    fn put_away(&mut self) -> io::Result<()> {
        let mut keys: Vec<(u64, u32)> = self.held.drain().collect();
        keys.sort_unstable();
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        let start = file.seek(SeekFrom::End(0))?;
        let mut filter = BloomFilter::with_false_pos(IN_VAIN).expected_items(keys.len());
        let mut out = BufWriter::new(file);
        for (key, row) in &keys {
            filter.insert_hash(*key);
            out.write_all(&key.to_le_bytes())?;
            out.write_all(&row.to_le_bytes())?;
        }
        out.flush()?;
        let blocks = keys.iter().step_by(BLOCK).map(|(key, _)| *key).collect();
        self.runs.push(Run { start, keys: keys.len(), blocks, filter });
        Ok(())
    }
}

impl Run {
    /// The row of a key; none where the run has it not.
    fn row(&self, file: &mut File, key: u64, block: &mut Vec<u8>) -> io::Result<Option<u32>> {
        // The last block that begins with it or before it.
        let Some(at) = self.blocks.partition_point(|first| *first <= key).checked_sub(1) else { return Ok(None) };
        let first = at * BLOCK;
        block.resize((self.keys - first).min(BLOCK) * RECORD, 0);
        file.seek(SeekFrom::Start(self.start + (first * RECORD) as u64))?;
        file.read_exact(block)?;
        let mut records = block.as_chunks::<RECORD>().0.iter();
        Ok(records.find_map(|[a, b, c, d, e, f, g, h, row @ ..]| {
            (u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]) == key).then(|| u32::from_le_bytes(*row))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(row: u32) -> [u64; 2] {
        [key(KeyKind::Phone, &row.to_le_bytes()), key(KeyKind::Email, &row.to_le_bytes())]
    }

    /// Chunks of so many rows are remembered, each row's keys twice, with so many keys in memory at most.
    fn after(rows: u32, chunk: u32, most: usize) -> Seen {
        let mut seen = Seen::holding(most);
        for first in (1..=rows).step_by(chunk as usize) {
            let chunk = first..(first + chunk).min(rows + 1);
            // The row before has the keys of each too: who was first stays it, in memory and in a run.
            seen.look_up(chunk.clone().flat_map(|row| keys(row).into_iter().chain(keys(row - 1)))).unwrap();
            for row in chunk {
                for key in keys(row).into_iter().chain(keys(row - 1).into_iter().filter(|_| row > 1)) {
                    seen.insert(key, row);
                }
            }
        }
        seen
    }

    #[test]
    fn the_first_row_with_a_key_holds_it() {
        for (chunk, most) in [(1000, usize::MAX), (1000, 30_000), (1000, 1), (1, 700), (7, 257), (5000, 512)] {
            let rows = if chunk == 1 { 2000 } else { 20_000 };
            let mut seen = after(rows, chunk, most);
            assert_eq!(seen.runs.is_empty(), most == usize::MAX, "{chunk} {most}");
            seen.look_up((1..=rows).flat_map(keys)).unwrap();
            for row in 1..=rows {
                assert_eq!(keys(row).map(|key| seen.row(key)), [Some(row); 2], "{chunk} {most}");
            }
            let never = key(KeyKind::Source, &7_u32.to_le_bytes());
            seen.look_up([never, 0, u64::MAX]).unwrap();
            assert_eq!([never, 0, u64::MAX].map(|key| seen.row(key)), [None; 3], "{chunk} {most}");
        }
    }

    #[test]
    fn memory_holds_the_keys_of_a_chunk_and_as_many_as_it_may() {
        let seen = after(20_000, 1000, 3000);
        assert!(seen.held.len() <= 3000 + 2 * 1000, "{}", seen.held.len());
        assert_eq!(seen.runs.iter().map(|run| run.keys).sum::<usize>() + seen.held.len(), 40_000);
    }
}
