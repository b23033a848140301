//! Passwords of staff, and which of them are too easily guessed. Pure, but for one that is drawn.

use std::fmt;

use crate::credential::{NoRandom, random};

/// The least characters: what NIST SP 800-63B-4, section 3.1.1.2, asks of a password that stands alone. A sentence of four words has them.
pub const LEAST: usize = 15;
/// The most characters.
pub const MOST: usize = 256;
/// Fewer different characters than this are a pattern.
const DIFFERENT: usize = 6;
/// Letters and digits that nobody takes for one another.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// What stands in most passwords of published leaks, there and here; long ones are made of them.
const COMMON: [&str; 20] = [
    "1234567890",
    "0987654321",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "katasandi",
    "password",
    "bismillah",
    "indonesia",
    "rahasia",
    "sayang",
    "qwerty",
    "admin",
    "cinta",
    "jakarta",
    "123456",
    "654321",
    "satu",
    "123",
    "abc",
];
/// Characters that have to be left of a password without what is common.
const OWN: usize = 8;

/// How many characters are left of a text without what is common.
fn left_of_common(text: &str) -> usize {
    COMMON.iter().fold(text.to_owned(), |left, common| left.replace(common, "")).chars().count()
}

/// A password. It is never shown: not by `Debug`, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than [`LEAST`] characters.
    #[error("a password has at least {LEAST} characters: four words that do not belong together, say")]
    Short,
    /// More than [`MOST`] characters.
    #[error("a password has at most {MOST} characters")]
    Long,
    /// A few characters again and again, or characters that follow each other.
    #[error("characters that repeat or follow each other are guessed first")]
    Pattern,
    /// What most people choose, and little else.
    #[error("a password that most people choose is guessed first")]
    Common,
    /// The one that she has.
    #[error("that is the password that you have: choose another one")]
    Same,
    /// The name that is signed in with stands in it.
    #[error("the name is guessed first: leave it out of the password")]
    Name,
}

impl WeakPassword {
    /// A stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Short => "password.short",
            Self::Long => "password.long",
            Self::Pattern => "password.pattern",
            Self::Common => "password.common",
            Self::Same => "password.same",
            Self::Name => "password.name",
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// A password that somebody of a name chooses. Any characters do, spaces too.
    ///
    /// # Errors
    /// It is too short or too long, or too easily guessed.
    pub fn choose(text: &str, name: &str) -> Result<Self, WeakPassword> {
        let lower = text.to_lowercase();
        let characters: Vec<char> = lower.chars().collect();
        let mut different = characters.clone();
        different.sort_unstable();
        different.dedup();
        let follow = characters.windows(2).all(|pair| {
            matches!(pair, [one, next] if u32::from(*next) == u32::from(*one) + 1 || u32::from(*one) == u32::from(*next) + 1)
        });
        if characters.len() < LEAST {
            Err(WeakPassword::Short)
        } else if characters.len() > MOST {
            Err(WeakPassword::Long)
        } else if different.len() < DIFFERENT || follow {
            Err(WeakPassword::Pattern)
        } else if left_of_common(&lower) < OWN {
            Err(WeakPassword::Common)
        } else if lower.contains(&name.to_lowercase()) {
            Err(WeakPassword::Name)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// A password that is drawn for somebody, for her first sign-in only: four groups of five, a hundred bits.
    ///
    /// # Errors
    /// The system gave no random bytes.
    pub fn drawn() -> Result<Self, NoRandom> {
        let bytes: [u8; 20] = random()?;
        // 32 characters: each is as likely as the others.
        let characters: Vec<char> =
            bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32))).map(|one| char::from(*one)).collect();
        let groups: Vec<String> = characters.chunks(5).map(|group| group.iter().collect()).collect();
        Ok(Self(groups.join("-")))
    }

    /// The characters, for the hash, and for whoever is told a drawn one.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::four_words("kuda payung sore biru", Ok(()))]
    #[case::no_letter_of_ours("пароль из четырёх слов", Ok(()))]
    #[case::fourteen("kuda payung so", Err(WeakPassword::Short))]
    #[case::fifteen("kuda payung sor", Ok(()))]
    #[case::none("", Err(WeakPassword::Short))]
    #[case::one_character("aaaaaaaaaaaaaaaaaaaa", Err(WeakPassword::Pattern))]
    #[case::a_few("abababababababababab", Err(WeakPassword::Pattern))]
    #[case::a_run("abcdefghijklmnopqrst", Err(WeakPassword::Pattern))]
    #[case::a_run_back("tsrqponmlkjihgfedcba", Err(WeakPassword::Pattern))]
    #[case::what_most_choose("passwordpassword1", Err(WeakPassword::Common))]
    #[case::keys_in_a_row("qwertyuiopasdfghjkl", Err(WeakPassword::Common))]
    #[case::common_words_only("rahasia bismillah 123", Err(WeakPassword::Common))]
    #[case::her_name("ini rina punya satu", Err(WeakPassword::Name))]
    #[case::her_name_in_capitals("ini RINA punya satu", Err(WeakPassword::Name))]
    fn what_is_guessed_first_is_refused(#[case] text: &str, #[case] expected: Result<(), WeakPassword>) {
        assert_eq!(Password::choose(text, "rina").map(drop), expected);
    }

    #[test]
    fn the_longest_is_bounded() {
        let sentence = "kuda payung sore biru ".repeat(20);
        assert!(Password::choose(&sentence[..MOST], "rina").is_ok());
        assert_eq!(Password::choose(&sentence[..=MOST], "rina"), Err(WeakPassword::Long));
    }

    #[test]
    fn a_drawn_one_could_be_chosen_and_is_another_each_time() {
        let drawn = Password::drawn().unwrap();
        assert!(Password::choose(drawn.reveal(), "rina").is_ok(), "{}", drawn.reveal());
        assert_eq!((drawn.reveal().len(), drawn.reveal().matches('-').count()), (23, 3));
        assert_ne!(drawn, Password::drawn().unwrap());
        assert_eq!(format!("{drawn:?}"), "Password(…)");
    }
}
