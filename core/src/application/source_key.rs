//! What a portal's row is known by when it comes again.

use sha2::{Digest, Sha256};

use super::ApplicantRow;
use crate::identity::PersonName;

/// A hash of a portal and its own id of the application, or of a portal and what the row means.
///
/// The fingerprint takes the *meaning* (name, contacts, position, day of application), not the raw cells: the same export as CSV
/// and as XLSX, or a month later with another status word, is the same application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceKey(pub [u8; 16]);

impl SourceKey {
    /// The key of a portal's own id.
    #[must_use]
    pub fn of_reference(portal: &str, source_ref: &str) -> Self {
        Self::hash(&["ref", portal, source_ref])
    }

    /// The key of what a row means.
    #[must_use]
    pub fn of_meaning(portal: &str, name: &PersonName, row: &ApplicantRow) -> Self {
        let fields = &row.fields;
        let mut contacts: Vec<&str> = row
            .phones
            .iter()
            .filter_map(|phone| phone.value.as_deref())
            .chain(row.emails.iter().filter_map(|email| email.value.as_deref()))
            .collect();
        contacts.sort_unstable();
        let position = fields.position.as_deref().unwrap_or_default().to_lowercase();
        let day = fields.applied_at.as_deref().map_or("", |at| at.get(..10).unwrap_or(at));
        Self::hash(&["row", portal, &name.key(), &contacts.join(" "), &position, day])
    }

    /// The key that was stored; none for bytes of another length.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    fn hash(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            // A separator that no cell holds keeps ("ab", "c") and ("a", "bc") apart.
            hash.update([0x1f]);
        }
        let digest = hash.finalize();
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        Self(key)
    }
}
