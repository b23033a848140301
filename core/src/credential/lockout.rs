//! How long an account is locked after wrong PINs, and a number after wrong codes. Pure.
//!
//! Six digits are a million guesses, so failures are few and lockouts grow, the same on every path (sign-in, PIN change, refresh). NIST SP 800-63B caps
//! consecutive failures at 100: the account is locked for good then, until she resets her PIN with a code.

/// Wrong PINs that are forgiven before the first lockout.
const FORGIVEN: u32 = 5;
/// The first lockout, in microseconds: a minute; doubled with every failure after it.
const FIRST: i64 = 60_000_000;
/// The longest, in microseconds: a day.
const LONGEST: i64 = 86_400_000_000;
/// Consecutive failures after which only a reset helps.
pub const LAST: u32 = 100;

/// Wrong PINs in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// Until when nothing is tried, in microseconds since 1970-01-01 UTC; 0: not locked.
    pub locked_until: i64,
}

/// Whether a PIN is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Yes.
    Open,
    /// Not for so many microseconds.
    Locked(i64),
    /// Not before she has reset it.
    Shut,
}

impl Failures {
    /// Whether a secret is looked at now, where `most` failures lengthen a lockout. One that seems far longer than the longest that there is then is of a
    /// clock that was set back since: it locks nobody.
    #[must_use]
    pub fn door(self, now: i64, most: u32) -> Door {
        if self.count >= LAST {
            Door::Shut
        } else if now < self.locked_until && self.locked_until - now <= 2 * lockout(most.saturating_add(1)) {
            Door::Locked(self.locked_until - now)
        } else {
            Door::Open
        }
    }

    /// One more, at this time.
    #[must_use]
    pub fn one_more(self, now: i64) -> Self {
        let count = self.count.saturating_add(1);
        let lockout = lockout(count);
        Self { count, locked_until: if lockout == 0 { 0 } else { now.saturating_add(lockout) } }
    }
}

/// For how long so many failures in a row lock.
fn lockout(count: u32) -> i64 {
    match count.checked_sub(FORGIVEN) {
        None => 0,
        Some(beyond) => FIRST.checked_shl(beyond.min(20)).map_or(LONGEST, |long| long.min(LONGEST)),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const MINUTE: i64 = 60_000_000;
    const NOW: i64 = 1_700_000_000_000_000;

    fn after(failures: u32) -> Failures {
        (0..failures).fold(Failures::default(), |all, _| all.one_more(NOW))
    }

    #[rstest]
    #[case(0, Door::Open)]
    #[case(4, Door::Open)]
    #[case(5, Door::Locked(MINUTE))]
    #[case(6, Door::Locked(2 * MINUTE))]
    #[case(10, Door::Locked(32 * MINUTE))]
    #[case(15, Door::Locked(1024 * MINUTE))]
    #[case(16, Door::Locked(1440 * MINUTE))]
    #[case(99, Door::Locked(1440 * MINUTE))]
    #[case(100, Door::Shut)]
    fn lockouts_grow(#[case] failures: u32, #[case] door: Door) {
        assert_eq!(after(failures).door(NOW, LAST), door);
    }

    #[test]
    fn a_lockout_ends_and_the_next_failure_locks_for_longer() {
        let locked = after(5);
        let door = |locked: Failures, now: i64| locked.door(now, LAST);
        assert_eq!(door(locked, NOW + MINUTE - 1), Door::Locked(1));
        assert_eq!(door(locked, NOW + MINUTE), Door::Open);
        assert_eq!(door(locked.one_more(NOW + MINUTE), NOW + MINUTE), Door::Locked(2 * MINUTE));
        assert_eq!(door(locked, NOW - 2 * LONGEST), Door::Open, "a clock that was set back");
        assert_eq!(door(after(20), NOW - 1), Door::Locked(LONGEST + 1), "one that is a moment behind");
        assert_eq!(door(after(100), NOW + 365 * LONGEST), Door::Shut);
    }

    /// Where eight lengthen a lockout the ninth locks for sixteen minutes, and no clock that was ahead for longer.
    #[rstest]
    #[case::at_once(0, Door::Locked(16 * MINUTE))]
    #[case::a_moment_behind(1, Door::Locked(16 * MINUTE + 1))]
    #[case::a_quarter_of_an_hour_behind(16 * MINUTE, Door::Locked(32 * MINUTE))]
    #[case::further_behind(16 * MINUTE + 1, Door::Open)]
    #[case::a_day_behind(LONGEST, Door::Open)]
    fn a_door_is_locked_no_longer_than_its_longest(#[case] behind: i64, #[case] door: Door) {
        assert_eq!(after(9).door(NOW - behind, 8), door);
    }
}
