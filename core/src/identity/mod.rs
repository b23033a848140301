//! Who a person is: phone numbers, email addresses and names, cleaned, parsed and compared.
//!
//! An identifier is a kind and a normal form; the raw cell, the repairs and the normal form are all kept. Lost digits and
//! masked values are absent, never guessed. Names are compared, never keyed.

mod email;
mod name;
mod phone;
mod text;

pub(crate) use email::is_relay;
pub use email::{Email, EmailReading, read_emails};
pub use name::{NameAgreement, PersonName};
pub(crate) use name::{rhymes, sound};
pub use phone::{Phone, PhoneReading, read_phones};

use serde::{Deserialize, Serialize};

/// The kinds of identifier that lead to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// A phone number in E.164.
    Phone,
    /// An email address in lower case.
    Email,
}

impl IdentifierKind {
    /// The word that the store and the interfaces use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }

    /// The kind of a word; none for a word that is not known.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Phone, Self::Email].into_iter().find(|kind| kind.as_str() == word)
    }
}
