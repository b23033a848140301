//! A second factor: six digits that an app on her phone makes of a secret and the time (RFC 6238: SHA-1, 30 seconds, six digits, what every such app
//! knows). Pure.
//!
//! The secret is not stored: it is a keyed hash of whose it is and of how often she began anew. A database that is copied makes no digits.

use totp_rs::{Builder, Totp, TotpError};

use crate::{credential::Keys, id::StaffId};

/// Who gives the secret: how the app on the phone names it.
const ISSUER: &str = "Satu";
/// Bytes of the secret: as long as the hash that it keys (RFC 4226, section 4, R6).
const LONG: usize = 20;

/// Steps by which the digits that are shown may be ahead of those that are good now, or were used: one for a phone's clock, and one for ours.
pub(crate) const SKEW: i64 = 2;

/// What makes the digits of somebody.
pub(super) struct SecondFactor(Totp);

impl SecondFactor {
    /// Of somebody with a name who has begun anew so many times.
    pub(super) fn of(keys: &Keys, StaffId(id): StaffId, name: &str, epoch: i64) -> Result<Self, TotpError> {
        let hash = keys.hash("totp", &[id.as_bytes(), &epoch.to_be_bytes()]);
        let secret = hash.iter().take(LONG).copied().collect::<Vec<u8>>();
        // The rest is as every app has it: SHA-1, six digits, 30 seconds, one step of skew.
        Ok(Self(Builder::new().with_secret(secret).with_issuer(Some(ISSUER)).with_account_name(name).build()?))
    }

    /// What the app on the phone is told.
    pub(super) fn invitation(&self) -> Result<NewSecondFactor, TotpError> {
        let (secret, address) = (self.0.secret().to_base32(), self.0.to_url()?);
        Ok(NewSecondFactor { secret, address, picture: self.0.to_qr_base64()? })
    }

    /// The step whose digits these are, at a time in microseconds since 1970-01-01 UTC: later than the step whose digits were used last, so that
    /// nobody uses them again who looked over her shoulder. One that lies further in the future than any can was used by a clock that has been set back.
    pub(super) fn step(&self, digits: &str, now: i64, used: i64) -> Option<i64> {
        let digits: String = digits.chars().filter(|one| !one.is_whitespace()).collect();
        let now = u64::try_from(now.div_euclid(1_000_000)).unwrap_or_default();
        let step = self.0.check(&digits, now)?;
        i64::try_from(step).ok().filter(|step| *step > used || used > *step + SKEW)
    }
}

/// A second factor that somebody begins with: shown once, to her alone.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewSecondFactor {
    /// The secret as it is typed by hand: base32.
    pub secret: String,
    /// The secret as an app reads it: an `otpauth://` address.
    pub address: String,
    /// That address as a QR code: a PNG, in base64.
    pub picture: String,
}

impl std::fmt::Debug for NewSecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSecondFactor(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_010_000_000;
    const STEP: i64 = 30_000_000;

    fn factor() -> SecondFactor {
        let id = StaffId(uuid::Uuid::from_u128(7));
        SecondFactor::of(&Keys::new([1; 32], [2; 32]), id, "rina", 0).unwrap()
    }

    fn digits(at: i64) -> String {
        factor().0.generate(u64::try_from(at / 1_000_000).unwrap()).to_string()
    }

    #[test]
    fn the_digits_are_those_of_the_standard() {
        // RFC 6238, appendix B: the last six digits of its eight.
        let totp = Builder::new().with_secret(b"12345678901234567890".to_vec()).build().unwrap();
        for (time, digits) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(totp.generate(time).to_string(), digits);
        }
    }

    #[test]
    fn digits_are_good_for_a_step_before_and_after_and_once() {
        let step = NOW / STEP;
        for off in [-1, 0, 1] {
            assert_eq!(factor().step(&digits(NOW + off * STEP), NOW, 0), Some(step + off), "{off}");
        }
        for off in [-2, 2] {
            assert_eq!(factor().step(&digits(NOW + off * STEP), NOW, 0), None, "{off}");
        }
        assert_eq!(factor().step(&digits(NOW), NOW, step - 1), Some(step));
        assert_eq!(factor().step(&digits(NOW), NOW, step), None, "used");
        assert_eq!(factor().step(&digits(NOW - STEP), NOW, step), None, "older than what was used");
        assert_eq!(factor().step(&digits(NOW), NOW, step + 2), None, "the clock was set back a little");
        assert_eq!(factor().step(&digits(NOW), NOW, step + 3), Some(step), "the clock was set back");
        let spaced = format!("{} {}", &digits(NOW)[..3], &digits(NOW)[3..]);
        assert_eq!(factor().step(&spaced, NOW, 0), Some(step));
        for wrong in ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"] {
            assert_eq!(factor().step(wrong, NOW, 0), None, "{wrong}");
        }
    }

    #[test]
    fn everybody_has_a_secret_of_her_own_and_another_one_when_she_begins_anew() {
        let keys = Keys::new([1; 32], [2; 32]);
        let of = |id: u128, epoch| {
            let factor = SecondFactor::of(&keys, StaffId(uuid::Uuid::from_u128(id)), "rina", epoch).unwrap();
            factor.invitation().unwrap()
        };
        assert_eq!(of(7, 0), of(7, 0));
        assert_ne!(of(7, 0).secret, of(8, 0).secret);
        assert_ne!(of(7, 0).secret, of(7, 1).secret);
        assert!(of(7, 0).address.starts_with("otpauth://totp/Satu:rina?secret="), "{}", of(7, 0).address);
        assert_eq!(of(7, 0).secret.len(), 32);
    }
}
