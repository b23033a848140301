//! How many SMS a text is.

use serde::{Deserialize, Serialize};

/// The length of a text as it is paid: in segments of an SMS.
///
/// GSM 03.38 gives 160 places to one segment and 153 to each of several, and a character of its extension table takes two. One character that it does not
/// have makes the whole text UCS-2: 70 and 67 places of 16 bits (3GPP TS 23.038, 23.040). No character is torn apart between two segments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Length {
    /// Characters.
    pub characters: u32,
    /// Segments.
    pub segments: u32,
    /// Whether it is paid as UCS-2.
    pub unicode: bool,
    /// The characters that make it so, each once, in the order in which they stand.
    pub unicode_by: Vec<char>,
}

/// The alphabet of GSM 03.38 without its escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension table: two places each.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

impl Length {
    /// The length of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut unicode_by: Vec<char> = Vec::new();
        for character in text.chars() {
            if !BASIC.contains(character) && !EXTENDED.contains(character) && !unicode_by.contains(&character) {
                unicode_by.push(character);
            }
        }
        let unicode = !unicode_by.is_empty();
        let segments = if unicode {
            segments(text.chars().map(char::len_utf16), 70, 67)
        } else {
            segments(text.chars().map(|character| if EXTENDED.contains(character) { 2 } else { 1 }), 160, 153)
        };
        Self { characters: count(text.chars().count()), segments, unicode, unicode_by }
    }
}

/// Segments of characters that take so many places each, where one segment has `single` and each of several has `each`.
fn segments(widths: impl Iterator<Item = usize> + Clone, single: usize, each: usize) -> u32 {
    if widths.clone().sum::<usize>() <= single {
        return 1;
    }
    let (mut segments, mut used) = (1, 0);
    for width in widths {
        if used + width > each {
            segments += 1;
            used = 0;
        }
        used += width;
    }
    segments
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing("", 1, false)]
    #[case::one_segment(&"a".repeat(160), 1, false)]
    #[case::two(&"a".repeat(161), 2, false)]
    #[case::two_filled(&"a".repeat(306), 2, false)]
    #[case::three(&"a".repeat(307), 3, false)]
    #[case::extended_take_two_places(&"€".repeat(80), 1, false)]
    #[case::extended_beyond_one(&"€".repeat(81), 2, false)]
    // 153 places: 152 letters leave one, which an extended character does not fit into.
    #[case::none_is_torn_apart(&["a".repeat(152), "€".to_owned(), "a".repeat(152)].concat(), 3, false)]
    #[case::unicode(&"ś".repeat(70), 1, true)]
    #[case::unicode_beyond_one(&"ś".repeat(71), 2, true)]
    #[case::a_pair_takes_two(&"😀".repeat(35), 1, true)]
    #[case::no_pair_is_torn_apart(&"😀".repeat(67), 3, true)]
    fn a_text_is_paid_by_segments(#[case] text: &str, #[case] segments: u32, #[case] unicode: bool) {
        let length = Length::of(text);
        assert_eq!((length.segments, length.unicode), (segments, unicode));
    }

    #[test]
    fn what_makes_it_unicode_is_named_once() {
        assert_eq!(Length::of("Ayo’ daftar’ – ya").unicode_by, ['’', '–']);
        assert!(Length::of("Ayo, daftar: ya? (Rp5.000 + é)").unicode_by.is_empty());
    }
}
