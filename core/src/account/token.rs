//! Tokens that a device holds: to refresh its session with, to show that it is a device that she used before, and to register by invitation.
//!
//! None is stored. A refresh token names its session and its generation and carries a keyed hash of both, so whoever reads the database can make none,
//! and a device whose answer was lost gets the same token again. [`refresh`] decides, purely.

use uuid::Uuid;

use crate::{
    credential::{Keys, hex, unhex},
    id::{AccountId, SessionId},
};

/// A session that was not used for so long is over, in microseconds: 30 days.
pub const IDLE: i64 = 30 * DAY;
/// None lasts longer, in microseconds: 180 days.
pub const LONGEST: i64 = 180 * DAY;
/// How long the token before the newest is answered again, for a device whose answer was lost, in microseconds: 30 seconds.
pub const GRACE: i64 = 30_000_000;
const DAY: i64 = 86_400_000_000;

/// A refresh token, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refresh {
    pub(super) session: SessionId,
    pub(super) generation: i64,
}

impl Refresh {
    /// The token as a device holds it.
    pub(super) fn token(self, keys: &Keys) -> String {
        let (session, generation) = (self.session.0.as_bytes(), self.generation.to_be_bytes());
        let hash = keys.hash("refresh", &[session, &generation]);
        hex(&[session.as_slice(), &generation, &hash].concat())
    }

    /// Reads a token; none when it is not one of ours.
    pub(super) fn read(keys: &Keys, token: &str) -> Option<Self> {
        let bytes = unhex(token)?;
        let (session, rest) = bytes.split_first_chunk::<16>()?;
        let (generation, hash) = rest.split_first_chunk::<8>()?;
        let read = Self { session: SessionId(Uuid::from_bytes(*session)), generation: i64::from_be_bytes(*generation) };
        keys.is("refresh", &[session, generation], hash).then_some(read)
    }
}

/// A session, as far as a refresh goes by it. Times in microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) generation: i64,
    pub(super) begun_at: i64,
    pub(super) rotated_at: i64,
    pub(super) ended: bool,
}

/// What comes of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refreshed {
    /// It is the newest: the next one is given.
    Next,
    /// It is the one before, and the answer to it may have been lost: the newest is given again.
    Again,
    /// It was used before: somebody has copied it, and the session ends.
    Reused,
    /// The session is over.
    Over,
}

/// Whether a session is over: ended, or too long ago. What lies ahead, since a clock was set back, counts like what lies behind: none lasts longer for it.
pub(super) const fn is_over(session: Standing, now: i64) -> bool {
    let Standing { begun_at, rotated_at, ended, .. } = session;
    ended || now.abs_diff(rotated_at) >= IDLE.unsigned_abs() || now.abs_diff(begun_at) >= LONGEST.unsigned_abs()
}

/// Decides what comes of a token of a generation.
pub(super) fn refresh(generation: i64, session: Standing, now: i64) -> Refreshed {
    let Standing { generation: newest, rotated_at, .. } = session;
    match newest - generation {
        _ if is_over(session, now) => Refreshed::Over,
        0 => Refreshed::Next,
        // Two that are sent at once may be timed in the other order than they are carried out.
        1 if now.abs_diff(rotated_at) <= GRACE.unsigned_abs() => Refreshed::Again,
        _ => Refreshed::Reused,
    }
}

/// The token of a device that she has signed in on, good until her PIN is reset.
pub(super) fn device(keys: &Keys, AccountId(account): AccountId, epoch: i64) -> String {
    let id = Uuid::now_v7();
    let hash = keys.hash("device", &[account.as_bytes(), &epoch.to_be_bytes(), id.as_bytes()]);
    hex(&[id.as_bytes().as_slice(), &hash].concat())
}

/// Whether a token is that of a device that she has signed in on since her PIN was last reset.
pub(super) fn is_device(keys: &Keys, AccountId(account): AccountId, epoch: i64, token: &str) -> bool {
    let Some(bytes) = unhex(token) else { return false };
    let Some((id, hash)) = bytes.split_first_chunk::<16>() else { return false };
    keys.is("device", &[account.as_bytes(), &epoch.to_be_bytes(), id], hash)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const NOW: i64 = 1_700_000_000_000_000;
    const SECOND: i64 = 1_000_000;

    #[rstest]
    #[case::the_newest(3, 0, 0, false, Refreshed::Next)]
    #[case::the_newest_after_a_month_less_a_moment(3, IDLE - 1, 0, false, Refreshed::Next)]
    #[case::after_a_month_without_use(3, IDLE, 0, false, Refreshed::Over)]
    #[case::after_half_a_year(3, 0, LONGEST, false, Refreshed::Over)]
    #[case::the_clock_was_set_back(3, -IDLE + 1, -LONGEST + 1, false, Refreshed::Next)]
    #[case::used_while_the_clock_was_far_ahead(3, -IDLE, 0, false, Refreshed::Over)]
    #[case::begun_while_the_clock_was_far_ahead(3, 0, -LONGEST, false, Refreshed::Over)]
    #[case::ended(3, 0, 0, true, Refreshed::Over)]
    #[case::the_answer_was_lost(2, GRACE, 0, false, Refreshed::Again)]
    #[case::the_one_before_later(2, GRACE + 1, 0, false, Refreshed::Reused)]
    #[case::the_one_before_at_once(2, -SECOND, 0, false, Refreshed::Again)]
    #[case::the_one_before_and_the_clock_was_set_back(2, -GRACE - 1, 0, false, Refreshed::Reused)]
    #[case::an_older_one_at_once(1, 0, 0, false, Refreshed::Reused)]
    #[case::one_that_was_never_given(4, 0, 0, false, Refreshed::Reused)]
    #[case::an_old_one_of_a_session_that_ended(1, 0, 0, true, Refreshed::Over)]
    fn a_token_is_good_once(
        #[case] generation: i64,
        #[case] since_rotated: i64,
        #[case] since_begun: i64,
        #[case] ended: bool,
        #[case] expected: Refreshed,
    ) {
        let standing = Standing { generation: 3, begun_at: NOW - since_begun, rotated_at: NOW - since_rotated, ended };
        assert_eq!(refresh(generation, standing, NOW), expected);
    }

    #[test]
    fn a_token_that_was_changed_in_any_place_is_none() {
        let keys = Keys::new([1; 32], [2; 32]);
        let given = Refresh { session: SessionId::mint(), generation: 7 };
        let token = given.token(&keys);
        assert_eq!(Refresh::read(&keys, &token), Some(given));
        for at in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(Refresh::read(&keys, str::from_utf8(&other).unwrap()), None, "{at}");
        }
        assert_eq!(Refresh::read(&Keys::new([1; 32], [3; 32]), &token), None);
        for none in ["", "zz", "0", "00", &token[..46]] {
            assert_eq!(Refresh::read(&keys, none), None);
        }
    }

    #[test]
    fn a_device_is_hers_until_her_pin_is_reset() {
        let keys = Keys::new([1; 32], [2; 32]);
        let (hers, anothers) = (AccountId::mint(), AccountId::mint());
        let token = device(&keys, hers, 0);
        assert!(is_device(&keys, hers, 0, &token));
        assert!(!is_device(&keys, hers, 1, &token));
        assert!(!is_device(&keys, anothers, 0, &token));
        assert!(!is_device(&keys, hers, 0, ""));
    }
}
