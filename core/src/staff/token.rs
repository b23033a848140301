//! What a browser or a desktop holds of a staff session, and whether the session goes on. Pure.
//!
//! The token is not stored: it names the session and carries a keyed hash of it (decision 0011).

use uuid::Uuid;

use crate::{
    credential::{Keys, hex, unhex},
    id::StaffSessionId,
};

/// A session that was not used for so long is over, in microseconds: twelve hours, a working day.
pub const IDLE: i64 = 12 * HOUR;
/// None lasts longer, in microseconds: seven days.
pub const LONGEST: i64 = 7 * 24 * HOUR;
/// Its use is noted this often at most, in microseconds: a minute.
pub(super) const NOTED: i64 = 60_000_000;
const HOUR: i64 = 3_600_000_000;

/// The token of a session.
pub(super) fn token(keys: &Keys, StaffSessionId(id): StaffSessionId) -> String {
    hex(&[id.as_bytes().as_slice(), &keys.hash("staff_session", &[id.as_bytes()])].concat())
}

/// The session of a token; none when it is not one of ours.
pub(super) fn read(keys: &Keys, token: &str) -> Option<StaffSessionId> {
    let bytes = unhex(token)?;
    let (id, hash) = bytes.split_first_chunk::<16>()?;
    keys.is("staff_session", &[id], hash).then(|| StaffSessionId(Uuid::from_bytes(*id)))
}

/// Whether a session goes on that began and was last used at these times, in microseconds since 1970-01-01 UTC.
pub(super) fn goes_on(begun_at: i64, used_at: i64, now: i64) -> bool {
    // What lies ahead, since a clock was set back, counts like what lies behind.
    now.abs_diff(used_at) < IDLE.unsigned_abs() && now.abs_diff(begun_at) < LONGEST.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::just_begun(0, 0, true)]
    #[case::at_the_end_of_a_day(8 * HOUR, 8 * HOUR, true)]
    #[case::idle_a_moment_less(8 * HOUR, IDLE - 1, true)]
    #[case::idle(8 * HOUR, IDLE, false)]
    #[case::used_all_along(LONGEST - 1, 0, true)]
    #[case::used_all_along_for_too_long(LONGEST, 0, false)]
    #[case::a_clock_that_was_set_back(HOUR, -HOUR, true)]
    #[case::set_back_to_before_it_began(-HOUR, -HOUR, true)]
    #[case::used_while_the_clock_was_far_ahead(HOUR, -IDLE, false)]
    #[case::begun_while_the_clock_was_far_ahead(-LONGEST, 0, false)]
    fn a_session_goes_on(#[case] since_begun: i64, #[case] since_used: i64, #[case] expected: bool) {
        let now = 1_700_000_000_000_000;
        assert_eq!(goes_on(now - since_begun, now - since_used, now), expected);
    }

    #[test]
    fn a_token_that_was_changed_in_any_place_is_none() {
        let keys = Keys::new([1; 32], [2; 32]);
        let id = StaffSessionId::mint();
        let given = token(&keys, id);
        assert_eq!(read(&keys, &given), Some(id));
        for at in 0..given.len() {
            let mut other = given.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(read(&keys, str::from_utf8(&other).unwrap()), None, "{at}");
        }
        assert_eq!(read(&Keys::new([1; 32], [3; 32]), &given), None);
        for none in ["", "0", "zz", &given[..32]] {
            assert_eq!(read(&keys, none), None);
        }
    }
}
