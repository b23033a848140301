//! Secrets that stand outside the database: whoever copies the database alone can try no PIN, no code and no token against it.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The secrets. They are never shown: not by `Debug`, and there is no `Display`.
#[derive(Clone)]
pub struct Keys {
    /// Goes into every hash of a PIN or a password.
    pepper: [u8; 32],
    /// Keys every other hash.
    mac: [u8; 32],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// The pepper of the hasher, and the key of all other hashes.
    #[must_use]
    pub const fn new(pepper: [u8; 32], mac: [u8; 32]) -> Self {
        Self { pepper, mac }
    }

    pub(super) const fn pepper(&self) -> &[u8; 32] {
        &self.pepper
    }

    /// A keyed hash (HMAC-SHA-256) of some parts for one use: no part runs into the next, no use is taken for another.
    #[must_use]
    pub fn hash(&self, of: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.hasher(of, parts).finalize().into_bytes().into()
    }

    /// Whether a hash is that of these parts. How long it takes tells nothing of where they differ.
    #[must_use]
    pub fn is(&self, of: &str, parts: &[&[u8]], hash: &[u8]) -> bool {
        self.hasher(of, parts).verify_slice(hash).is_ok()
    }

    fn hasher(&self, of: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut hasher = Hmac::<Sha256>::new_from_slice(&self.mac).expect("a key of any length");
        for part in std::iter::once(of.as_bytes()).chain(parts.iter().copied()) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_in_use_key_or_parts_has_another_hash() {
        let keys = Keys::new([1; 32], [2; 32]);
        let hash = keys.hash("code", &[b"ab", b"c"]);
        assert!(keys.is("code", &[b"ab", b"c"], &hash));
        assert!(!keys.is("token", &[b"ab", b"c"], &hash));
        assert!(!keys.is("code", &[b"a", b"bc"], &hash));
        assert!(!keys.is("code", &[b"ab", b"c"], &hash[..31]));
        assert!(!Keys::new([1; 32], [3; 32]).is("code", &[b"ab", b"c"], &hash));
        assert_eq!(format!("{keys:?}"), "Keys(…)");
    }
}
