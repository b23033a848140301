//! What was read of cells that come again and again.

use xxhash_rust::xxh3::xxh3_64;

/// Texts that are remembered.
const PLACES: usize = 64;
/// Bytes of the longest of them.
const LONGEST: usize = 64;

/// A short memory of what texts mean: a column of degrees or of status words says the same few things in a million rows. A text that
/// takes the place of another makes that one forgotten, so memory is bounded whatever the column holds.
pub(super) struct Repeats<T> {
    known: Vec<(Box<str>, T)>,
}

impl<T> Default for Repeats<T> {
    fn default() -> Self {
        Self { known: Vec::new() }
    }
}

impl<T: Copy + Default> Repeats<T> {
    /// What a text means, as `read` says of it.
    pub(super) fn get(&mut self, text: &str, read: impl FnOnce(&str) -> T) -> T {
        if text.len() > LONGEST {
            return read(text);
        }
        // No text is empty, so that an empty place is nobody's.
        self.known.resize_with(PLACES, Default::default);
        let hash = usize::try_from(xxh3_64(text.as_bytes()) % PLACES as u64).unwrap_or_default();
        let Some((known, meaning)) = self.known.get_mut(hash).filter(|_| !text.is_empty()) else { return read(text) };
        if **known != *text {
            (*known, *meaning) = (text.into(), read(text));
        }
        *meaning
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_once_and_never_mistaken_for_another() {
        let mut repeats = Repeats::default();
        let mut read = 0;
        let texts: Vec<String> = (0..1_000).map(|number| format!("{:0width$}", number, width = number % 80)).collect();
        for text in texts.iter().flat_map(|text| [text, text]) {
            let meaning = repeats.get(text, |text| {
                read += 1;
                Some(text.len())
            });
            assert_eq!(meaning, Some(text.len()));
        }
        let long = texts.iter().filter(|text| text.len() > LONGEST).count();
        assert_eq!(read, texts.len() + long);
        assert_eq!(repeats.known.len(), PLACES);
    }
}
