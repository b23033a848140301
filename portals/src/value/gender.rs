//! Gender, where the file says so.

use satu_core::application::Gender;

/// Reads a tidy, non-empty cell. `Ok(None)`: she would rather not say.
///
/// A lone `P` is *perempuan* (with `L` for *laki-laki*), as in every Indonesian form; `M` and `F` are English.
///
/// # Errors
/// The word is not known.
pub fn read_gender(text: &str) -> Result<Option<Gender>, Unknown> {
    let key = crate::header::header_key(text);
    if FEMALE.contains(&key.as_str()) {
        return Ok(Some(Gender::Female));
    }
    if MALE.contains(&key.as_str()) {
        return Ok(Some(Gender::Male));
    }
    if UNSAID.contains(&key.as_str()) { Ok(None) } else { Err(Unknown) }
}

/// A word that names no gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown;

const FEMALE: [&str; 15] = [
    "perempuan",
    "p",
    "wanita",
    "female",
    "f",
    "woman",
    "pr",
    "cewek",
    "putri",
    "w",
    "perempuanfemale",
    "femaleperempuan",
    "wanitafemale",
    "girl",
    "perempuanp",
];
const MALE: [&str; 14] = [
    "lakilaki",
    "l",
    "pria",
    "male",
    "m",
    "man",
    "lk",
    "cowok",
    "putra",
    "laki2",
    "laki",
    "lakilakimale",
    "malelakilaki",
    "lakilakil",
];
const UNSAID: [&str; 5] = ["prefernottosay", "tidakingindisebutkan", "rahasia", "undisclosed", "notdisclosed"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_gender() {
        for word in ["Perempuan", "WANITA", "p", "Female", "F", "Perempuan (P)", "Perempuan / Female"] {
            assert_eq!(read_gender(word), Ok(Some(Gender::Female)), "{word}");
        }
        for word in ["Laki-laki", "laki laki", "Pria", "L", "Male", "M", "laki2"] {
            assert_eq!(read_gender(word), Ok(Some(Gender::Male)), "{word}");
        }
        assert_eq!(read_gender("Prefer not to say"), Ok(None));
        assert_eq!(read_gender("Bandung"), Err(Unknown));
    }
}
