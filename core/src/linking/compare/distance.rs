//! Slips of the finger between two short texts.

use strsim::osa_distance;

use crate::linking::agreement::Term;

/// Letters that make two texts worth a look: those that stand in only one of them, for `slips` slips.
const LETTERS_A_SLIP: u32 = 2;

/// The number of slips between two texts (a letter wrong, missing, too many, two neighbours swapped), where it is at most `most`.
pub(super) fn slips(a: &Term<'_>, b: &Term<'_>, most: usize) -> Option<usize> {
    let apart = a.text.len().abs_diff(b.text.len());
    let odd = (a.letters ^ b.letters).count_ones();
    if apart > most || odd > LETTERS_A_SLIP * u32::try_from(most).unwrap_or(u32::MAX) {
        return None;
    }
    let distance = osa_distance(a.text, b.text);
    (distance <= most).then_some(distance)
}

/// The letters and digits of a text as a set, a bit each; all others share one.
pub(in crate::linking) fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |set, byte| {
        set | 1
            << match byte {
                b'a'..=b'z' => byte - b'a',
                b'A'..=b'Z' => byte - b'A',
                b'0'..=b'9' => byte - b'0' + 26,
                _ => 36,
            }
    })
}
