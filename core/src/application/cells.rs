//! The cells of a row as they stood in the file.

use std::fmt;
use std::ops::Index;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

/// The cells of a row as text, from column A on, all in one piece of memory: a million rows of a dozen cells pass from thread to thread.
///
/// A cell behind the last one reads as empty. The text of a row takes less than 4 GiB.
#[derive(Clone, Default)]
pub struct Cells {
    /// Between two cells stands one byte that belongs to neither, so that a line of a file can be taken as it is.
    text: String,
    /// Where each cell ends.
    ends: SmallVec<[u32; 16]>,
}

impl Cells {
    /// The cells of a line in which one ASCII character separates them, whatever stands between.
    #[must_use]
    pub fn of_line(line: &str, separator: u8) -> Self {
        debug_assert!(separator.is_ascii());
        let ends = memchr::memchr_iter(separator, line.as_bytes()).chain([line.len()]).map(place).collect();
        Self { text: line.to_owned(), ends }
    }

    /// No cell yet, with room for so many bytes of text.
    #[must_use]
    pub fn with_room(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ends: SmallVec::new() }
    }

    /// Adds a cell behind the last one.
    pub fn push(&mut self, cell: &str) {
        if !self.ends.is_empty() {
            self.text.push(',');
        }
        self.text.push_str(cell);
        self.ends.push(place(self.text.len()));
    }

    /// Leaves out the cells from this one on.
    pub fn truncate(&mut self, cells: usize) {
        self.ends.truncate(cells);
        self.text.truncate(self.bytes());
    }

    /// Leaves out the empty cells behind the last one that holds something.
    pub fn trim_end(&mut self) {
        let filled = self.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        self.truncate(filled);
    }

    /// How many cells there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many bytes the cells take, and what stands between them.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.ends.last().map_or(0, |end| *end as usize)
    }

    /// Whether all that stands in the cells is printable ASCII, no two spaces following each other. Tabs between the cells hide it.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let bytes = self.text.as_bytes();
        // A look at every byte without an early end is what a processor does for many of them at once.
        let printable = bytes.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
        let behind = bytes.get(1..).unwrap_or_default();
        printable && !bytes.iter().zip(behind).fold(false, |any, (one, next)| any | ((*one == b' ') & (*next == b' ')))
    }

    /// A cell by its place, the first being 0.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)? as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize + 1);
        self.text.get(start..end)
    }

    /// The cells in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + Clone {
        (0..self.len()).map(|at| &self[at])
    }
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Index<usize> for Cells {
    type Output = str;

    fn index(&self, at: usize) -> &str {
        self.get(at).unwrap_or_default()
    }
}

impl<T: AsRef<str>> FromIterator<T> for Cells {
    fn from_iter<I: IntoIterator<Item = T>>(cells: I) -> Self {
        let mut all = Self::default();
        cells.into_iter().for_each(|cell| all.push(cell.as_ref()));
        all
    }
}

impl From<Vec<String>> for Cells {
    fn from(cells: Vec<String>) -> Self {
        cells.into_iter().collect()
    }
}

impl From<&Cells> for Vec<String> {
    fn from(cells: &Cells) -> Self {
        cells.iter().map(str::to_owned).collect()
    }
}

/// What stands between the cells does not count.
impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Cells {}

impl<T: AsRef<str>> PartialEq<[T]> for Cells {
    fn eq(&self, other: &[T]) -> bool {
        self.iter().eq(other.iter().map(AsRef::as_ref))
    }
}

impl<T: AsRef<str>, const N: usize> PartialEq<[T; N]> for Cells {
    fn eq(&self, other: &[T; N]) -> bool {
        *self == other[..]
    }
}

impl<T: AsRef<str>> PartialEq<Vec<T>> for Cells {
    fn eq(&self, other: &Vec<T>) -> bool {
        *self == other[..]
    }
}

impl fmt::Debug for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// As a list of texts.
impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<String>::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a,b", &["a", "b"])]
    #[case("", &[""])]
    #[case(",", &["", ""])]
    #[case("Réni,,x", &["Réni", "", "x"])]
    fn a_line_is_its_cells(#[case] line: &str, #[case] cells: &[&str]) {
        let read = Cells::of_line(line, b',');
        assert_eq!(read, cells.iter().collect::<Cells>());
        assert_eq!(Vec::from(&read), cells);
        assert_eq!(serde_json::from_str::<Cells>(&serde_json::to_string(&read).unwrap()).unwrap(), read);
    }

    #[test]
    fn no_cell_is_not_an_empty_cell() {
        assert_ne!(Cells::default(), [""]);
        assert_eq!(&Cells::default()[0], "");
        assert_eq!(Cells::default().get(0), None);
    }

    #[rstest]
    #[case(&["a b", "c"], true)]
    #[case(&["a  b"], false)]
    #[case(&["a\tb"], false)]
    #[case(&["R\u{e9}ni"], false)]
    #[case(&[], true)]
    fn plain_cells_are_told_from_others(#[case] cells: &[&str], #[case] plain: bool) {
        assert_eq!(cells.iter().collect::<Cells>().is_plain(), plain);
    }

    #[test]
    fn cells_behind_a_place_are_left_out_and_others_come_behind_it() {
        let mut cells = Cells::of_line("a,b,,", b',');
        cells.truncate(2);
        assert_eq!(cells, ["a", "b"]);
        cells.push("c");
        assert_eq!(cells, ["a", "b", "c"]);
        cells.truncate(0);
        cells.push("");
        cells.push("d");
        assert_eq!(cells, ["", "d"]);
        cells.push("");
        cells.trim_end();
        assert_eq!(cells, ["", "d"]);
    }
}
