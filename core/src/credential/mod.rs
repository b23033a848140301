//! Secrets that somebody shows: how they are kept so that nobody learns them, and how few of them are looked at.
//!
//! Candidates' PINs and staff's passwords go the same way: hashed by [`Hasher`] under a pepper that stands outside the database, and counted by
//! [`attempts`] before they are looked at. What a device holds is no secret that is kept: it is a keyed hash ([`Keys`]) of what the database knows.

pub mod attempts;
mod hasher;
mod keys;
mod lockout;

pub use hasher::{Busy, Hasher, Load, PARAMS, Place};
pub use keys::Keys;
pub use lockout::{Door, Failures, LAST};

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hexadecimal digits; none of anything else.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

/// The system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random numbers: {0}")]
pub struct NoRandom(String);

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandom> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| NoRandom(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_are_read_and_nothing_else() {
        for (text, bytes) in [("00fF", Some(vec![0, 255])), ("0", None), ("zz", None), ("é", None), ("", Some(vec![]))]
        {
            assert_eq!(unhex(text), bytes, "{text}");
        }
        assert_eq!(hex(&[0, 255]), "00ff");
    }
}
