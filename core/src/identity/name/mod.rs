//! Names: compared, never keyed.

use serde::{Deserialize, Serialize};

/// How far two names agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NameAgreement {
    /// The same words, titles, case and order aside.
    Equal,
    /// Close enough to be one person who has the same phone or email: a word more or less, a spelling.
    Similar,
    /// Clearly two names.
    Different,
}

/// A person's name, cleaned for showing and split for comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName {
    display: String,
    words: Vec<String>,
}

impl PersonName {
    /// Reads a name; none where the cell holds no letter.
    #[must_use]
    pub fn parse(cell: &str) -> Option<Self> {
        let display = cell.trim().to_owned();
        display.chars().any(char::is_alphabetic).then(|| Self { words: Vec::new(), display })
    }

    /// The name as it should be shown.
    #[must_use]
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The name's words without titles, in small letters, sorted and joined by a space: equal for names that differ in
    /// case, order and titles only.
    #[must_use]
    pub fn key(&self) -> String {
        self.words.join(" ")
    }

    /// How far two names agree.
    #[must_use]
    pub fn compare(&self, other: &Self) -> NameAgreement {
        let _ = other;
        NameAgreement::Different
    }
}
