//! What somebody signs in with, and what her changes are recorded under.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A name: 2 to 64 of the characters `a-z 0-9 . _ - @`, in lower case, so that no two look alike. An email address may be one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StaffName(String);

/// A text that cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 2 to 64 characters: letters from a to z, digits, and . _ - @")]
pub struct BadName;

impl StaffName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StaffName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let name = text.trim().to_ascii_lowercase();
        let fits = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit() || b"._-@".contains(&one);
        if (2..=64).contains(&name.len()) && name.bytes().all(fits) { Ok(Self(name)) } else { Err(BadName) }
    }
}

impl TryFrom<String> for StaffName {
    type Error = BadName;

    fn try_from(text: String) -> Result<Self, BadName> {
        text.parse()
    }
}

impl From<StaffName> for String {
    fn from(StaffName(name): StaffName) -> Self {
        name
    }
}

impl fmt::Display for StaffName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("rina", Some("rina"))]
    #[case(" Rina.Wati@Example.com ", Some("rina.wati@example.com"))]
    #[case("r2", Some("r2"))]
    #[case("r", None)]
    #[case("", None)]
    #[case("rina wati", None)]
    #[case("rina:wati", None)]
    #[case("ѕіtі", None)]
    fn a_name_is_one_word_of_plain_letters(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(text.parse::<StaffName>().ok().as_ref().map(StaffName::as_str), expected);
        assert!(format!("{}a", "b".repeat(64)).parse::<StaffName>().is_err());
    }
}
