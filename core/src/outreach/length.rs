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
#[allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]
mod tests {
    use super::*;

    /// A text, as so many times one piece and another, and its length.
    #[derive(Deserialize)]
    struct Vector {
        what: String,
        parts: Vec<(String, usize)>,
        characters: u32,
        segments: u32,
        unicode_by: Vec<char>,
    }

    /// The page counts while somebody types: its test reads the same table, so that both say the same.
    #[test]
    fn a_text_is_as_long_as_the_table_says() {
        let vectors: Vec<Vector> = serde_json::from_str(include_str!("length.json")).unwrap();
        assert!(!vectors.is_empty());
        for Vector { what, parts, characters, segments, unicode_by } in vectors {
            let text: String = parts.iter().map(|(piece, times)| piece.repeat(*times)).collect();
            let unicode = !unicode_by.is_empty();
            assert_eq!(Length::of(&text), Length { characters, segments, unicode, unicode_by }, "{what}");
        }
    }
}
