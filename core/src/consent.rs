//! What candidates consent to: each word of theirs is appended to `consent_event`, with its purpose, its time, where it came from and the text that was shown.
//!
//! A word to be recruited is said by the owner of an account ([`Accounts`](crate::account::Accounts)); a word to be messaged is said of a number, whoever has
//! it ([`Outreach`](crate::outreach::Outreach)). Both stand by a keyed hash of the number, so that they outlive what is erased and name nobody.

use serde::{Deserialize, Serialize};

use crate::{
    credential::Keys,
    id::AccountId,
    store::{self, StoreError, connection::Connection, consent::EventRow},
    time::rfc3339,
    words::words,
};

words! {
    /// What is consented to.
    ConsentPurpose {
        /// That her data is processed so that she may be hired.
        Recruitment = "recruitment",
        /// That messages are sent to her number.
        Messages = "messages",
    }
}

words! {
    /// What was said.
    ConsentKind {
        /// She consents.
        Given = "given",
        /// She takes it back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// Where a word about consent came from.
    ConsentSource {
        /// She wrote it.
        Webhook = "webhook",
        /// The provider told of it.
        Provider = "provider",
        /// HR recorded it.
        Staff = "staff",
        /// She registered.
        Registration = "registration",
        /// She said it in her account.
        Account = "account",
        /// A portal's file says so.
        Import = "import",
    }
}

impl ConsentKind {
    /// The word of somebody who consents, or does not.
    #[must_use]
    pub const fn of(given: bool) -> Self {
        if given { Self::Given } else { Self::Withdrawn }
    }
}

/// Which text somebody was shown when she consented: a short name that whoever shows it gives it, `2026-11` or `daftar-3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentVersion(String);

impl ConsentVersion {
    /// The most characters of one.
    pub const LONGEST: usize = 64;

    /// Reads one: letters, digits, dots, dashes and underscores.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
        ((1..=Self::LONGEST).contains(&text.len()) && text.as_bytes().iter().all(fits)).then(|| Self(text.to_owned()))
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A word about consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentRecord {
    /// What it is about.
    pub purpose: ConsentPurpose,
    /// What was said.
    pub kind: ConsentKind,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Where it came from.
    pub source: ConsentSource,
    /// Who recorded it: staff by name, or what did so by itself.
    pub by: String,
    /// Which text she was shown; none where she was shown none.
    pub version: Option<String>,
}

/// What a number is known by where it must not be told: in what outlives the candidate.
pub(crate) fn recipient(keys: &Keys, phone: &str) -> Vec<u8> {
    keys.hash("consent", &[b"phone", phone.as_bytes()]).to_vec()
}

/// Everything that was said of these numbers, and by the owner of an account, newest first.
pub(crate) async fn records(
    connection: &mut Connection<'_>,
    keys: &Keys,
    phones: &[&str],
    account: Option<AccountId>,
) -> store::Result<Vec<ConsentRecord>> {
    let recipients: Vec<Vec<u8>> = phones.iter().map(|phone| recipient(keys, phone)).collect();
    store::consent::events(connection, &recipients, account).await?.into_iter().map(record).collect()
}

/// The newest word about each purpose of which something was said.
pub(crate) fn newest(records: Vec<ConsentRecord>) -> Vec<ConsentRecord> {
    let mut newest: Vec<ConsentRecord> = Vec::new();
    for one in records {
        if newest.iter().all(|known| known.purpose != one.purpose) {
            newest.push(one);
        }
    }
    newest.sort_by_key(|one| one.purpose);
    newest
}

fn record(row: EventRow) -> store::Result<ConsentRecord> {
    let corrupt = |word: &str| StoreError::corrupt(format!("the word of consent {}", row.id), word);
    Ok(ConsentRecord {
        purpose: ConsentPurpose::from_word(&row.purpose).ok_or_else(|| corrupt(&row.purpose))?,
        kind: ConsentKind::from_word(&row.kind).ok_or_else(|| corrupt(&row.kind))?,
        at: rfc3339(row.at),
        source: ConsentSource::from_word(&row.source).ok_or_else(|| corrupt(&row.source))?,
        by: row.actor,
        version: row.version,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_month("2026-11", true)]
    #[case::a_name(" daftar_3.b ", true)]
    #[case::of_64_characters(&"x".repeat(64), true)]
    #[case::longer(&"x".repeat(65), false)]
    #[case::empty(" ", false)]
    #[case::a_sentence("versi tiga", false)]
    #[case::beyond_ascii("versi-é", false)]
    fn a_text_is_named_by_a_short_word(#[case] text: &str, #[case] is_one: bool) {
        assert_eq!(ConsentVersion::parse(text).map(|one| one.as_str() == text.trim()), is_one.then_some(true));
    }

    #[test]
    fn of_each_purpose_the_newest_word_counts() {
        let word = |purpose, kind, at: &str| ConsentRecord {
            purpose,
            kind,
            at: at.to_owned(),
            source: ConsentSource::Account,
            by: "account".to_owned(),
            version: None,
        };
        let said = vec![
            word(ConsentPurpose::Messages, ConsentKind::Withdrawn, "3"),
            word(ConsentPurpose::Recruitment, ConsentKind::Given, "2"),
            word(ConsentPurpose::Recruitment, ConsentKind::Withdrawn, "1"),
        ];
        let newest = newest(said);
        let told: Vec<_> = newest.iter().map(|one| (one.purpose, one.kind, one.at.as_str())).collect();
        assert_eq!(
            told,
            [
                (ConsentPurpose::Recruitment, ConsentKind::Given, "2"),
                (ConsentPurpose::Messages, ConsentKind::Withdrawn, "3")
            ]
        );
    }
}
