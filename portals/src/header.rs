//! Headers, made comparable.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// A header without case, spaces and punctuation: `No. HP`, `no hp` and `NO_HP` are one.
#[must_use]
pub fn header_key(header: &str) -> String {
    if header.is_ascii() {
        return header
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| char::from(byte.to_ascii_lowercase()))
            .collect();
    }
    header.nfkc().flat_map(char::to_lowercase).filter(|char| char.is_alphanumeric()).collect()
}

/// A header's words in small letters; `appliedDateUtc` is three, and so is `NoHPIbu`.
pub(crate) fn header_words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut small_before, mut capital_before) = (false, false);
    let mut chars = header.nfkc().peekable();
    while let Some(char) = chars.next() {
        let is_capital = char.is_uppercase();
        // The last of several capitals begins a word if a small letter follows.
        let begins =
            is_capital && (small_before || (capital_before && chars.peek().is_some_and(|next| next.is_lowercase())));
        let starts = !char.is_alphanumeric() || begins;
        if starts && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if char.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(char.to_lowercase());
        }
        (small_before, capital_before) = (char.is_lowercase(), is_capital);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A header as it is shown: line breaks and double spaces made one space.
pub(crate) fn header_text(cell: &str) -> String {
    crate::value::text::tidy(cell).into_owned()
}

/// What a file's headers are remembered by, whatever their order: 32 hexadecimal digits.
pub(crate) fn fingerprint<'a>(headers: impl Iterator<Item = &'a str>) -> String {
    let mut keys: Vec<String> = headers.map(header_key).filter(|key| !key.is_empty()).collect();
    keys.sort_unstable();
    let digest = Sha256::digest(keys.join("\u{1f}").as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_and_punctuation_do_not_matter() {
        for header in ["No. HP", "no hp", "NO_HP", " No.\nHP* ", "Ｎｏ． ＨＰ"] {
            assert_eq!(header_key(header), "nohp", "{header:?}");
        }
    }

    #[test]
    fn words_split_at_spaces_marks_and_capitals() {
        assert_eq!(header_words("appliedDateUtc"), ["applied", "date", "utc"]);
        assert_eq!(header_words("No. HP (WA)"), ["no", "hp", "wa"]);
        assert_eq!(header_words("WhatsApp"), ["whats", "app"]);
        assert_eq!(header_words("NoHPOrtu"), ["no", "hp", "ortu"]);
        assert_eq!(header_words("HPIbu NAMA"), ["hp", "ibu", "nama"]);
    }

    #[test]
    fn the_fingerprint_forgets_order_and_case() {
        let a = fingerprint(["Nama Lengkap", "E-mail"].into_iter());
        assert_eq!(a, fingerprint(["email", "", "NAMA LENGKAP"].into_iter()));
        assert_ne!(a, fingerprint(["Nama", "Email"].into_iter()));
        assert_eq!(a.len(), 32);
    }
}
