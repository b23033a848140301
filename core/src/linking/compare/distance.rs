//! Slips of the finger between two short texts.

use strsim::osa_distance;

use crate::linking::people::Term;

/// Letters that make two texts worth a look: those that stand in only one of them, for `slips` slips.
const LETTERS_A_SLIP: u32 = 2;

/// The number of slips between two texts (a letter wrong, missing, too many, two neighbours swapped), where it is at most `most`.
pub(super) fn slips(a: &Term<'_>, b: &Term<'_>, most: usize) -> Option<usize> {
    let apart = a.text().len().abs_diff(b.text().len());
    let odd = (a.letters() ^ b.letters()).count_ones();
    if apart > most || odd > LETTERS_A_SLIP * u32::try_from(most).unwrap_or(u32::MAX) {
        return None;
    }
    let (one, other) = (a.text(), b.text());
    if one.is_ascii() && other.is_ascii() {
        if is_one_slip(one.as_bytes(), other.as_bytes()) {
            return Some(1);
        }
        if most == 1 {
            return None;
        }
    }
    let distance = osa_distance(one, other);
    (distance <= most).then_some(distance)
}

/// Whether two different texts are one slip apart: what they have in common at both ends leaves no room for more.
fn is_one_slip(a: &[u8], b: &[u8]) -> bool {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (a.get(..a.len() - end), b.get(..b.len() - end)) {
        (Some([_] | []), Some([_])) | (Some([_]), Some([])) => true,
        (Some([x, y]), Some([v, w])) => x == w && y == v,
        _ => false,
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn one_slip_is_what_the_distance_says(a in "[abc]{0,6}", b in "[abc]{0,6}") {
            prop_assert_eq!(a != b && is_one_slip(a.as_bytes(), b.as_bytes()), osa_distance(&a, &b) == 1, "{} {}", a, b);
        }
    }
}
