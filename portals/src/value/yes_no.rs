//! Answers that are a plain yes or no.

/// Whether a tidy answer is yes or no; none where it says anything else.
#[must_use]
pub fn read_yes_no(text: &str) -> Option<bool> {
    let bare = text.trim_matches(|char: char| matches!(char, '.' | '!' | ',' | ' '));
    // The longest of the words; an answer in sentences is neither.
    if bare.len() > "tidak bersedia".len() {
        return None;
    }
    let is = |words: &[&str]| words.iter().any(|word| bare.eq_ignore_ascii_case(word));
    if is(&[
        "ya", "iya", "yes", "y", "true", "✓", "✔", "☑", "✅", "bersedia", "bisa", "ada", "sudah", "setuju", "punya",
    ]) {
        return Some(true);
    }
    let no = [
        "tidak",
        "tdk",
        "no",
        "n",
        "false",
        "✗",
        "✘",
        "☒",
        "❌",
        "tidak bersedia",
        "tidak bisa",
        "tidak ada",
        "belum",
        "tidak setuju",
        "tidak punya",
        "nggak",
        "gak",
        "bukan",
    ];
    is(&no).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_answers_are_yes_or_no_and_others_neither() {
        for yes in ["Ya", "ya.", "YES", "✓", "Bersedia", "true", "Y"] {
            assert_eq!(read_yes_no(yes), Some(true), "{yes}");
        }
        for no in ["Tidak", "tidak bersedia", "No", "✗", "false", "belum"] {
            assert_eq!(read_yes_no(no), Some(false), "{no}");
        }
        for other in ["Ya, tetapi hanya Sabtu", "mungkin", "2 tahun", "", "1"] {
            assert_eq!(read_yes_no(other), None, "{other}");
        }
    }
}
