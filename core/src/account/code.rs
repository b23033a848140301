//! One-time codes: when another may be sent, and whether one that is given is right. Pure; [`super::one_time`] keeps them.
//!
//! Six digits, ten minutes, once, bound to the number, the purpose and the request that asked for it; one live code for each number or address; five checks,
//! and five sendings in ten minutes. A message costs money, so there is a budget for each day.

/// How long a code is good, in microseconds.
pub const GOOD_FOR: i64 = 600_000_000;
/// In what time sendings are counted, in microseconds.
pub const WINDOW: i64 = 600_000_000;
/// How often one may be sent in that time.
pub const MOST_SENT: u32 = 5;
/// How often one may be checked. One that is right and was used is not counted.
pub const MOST_CHECKS: u32 = 5;

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;
/// Digits at the end of a number that do not tell its block: operators hand out ten thousand numbers together.
const WITHIN_A_BLOCK: usize = 4;

/// The day of an instant, in days since 1970-01-01 (UTC), and how many microseconds are left of it.
pub fn day(now: i64) -> (i64, i64) {
    (now.div_euclid(DAY), DAY - now.rem_euclid(DAY))
}

/// The block of a number in E.164: the numbers that begin with this. Whoever has messages sent to be paid for them has them sent to a block that is his.
pub fn block(phone: &str) -> &str {
    phone.get(..phone.len().saturating_sub(WITHIN_A_BLOCK)).unwrap_or_default()
}

/// A code that was sent, as it is kept: never the digits themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// A keyed hash of number, purpose, request and digits.
    pub hash: [u8; 32],
    /// When, in microseconds since 1970-01-01 UTC.
    pub at: i64,
    /// How often it was checked.
    pub checks: u32,
    /// Whether it was used.
    pub spent: bool,
}

/// Sendings to one number within the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sendings {
    /// When the window began, in microseconds since 1970-01-01 UTC.
    pub since: i64,
    /// How many since.
    pub count: u32,
}

impl Sendings {
    /// Counts one more at this time.
    ///
    /// # Errors
    /// In how many microseconds one may be sent again.
    pub fn one_more(self, now: i64) -> Result<Self, i64> {
        // A clock that was set back far begins a new window, too: else nobody would be let in until it caught up. One that is a moment behind begins none.
        let over = now.abs_diff(self.since) >= WINDOW.unsigned_abs();
        match self {
            _ if over => Ok(Self { since: now, count: 1 }),
            Self { count, .. } if count >= MOST_SENT => Err(self.since + WINDOW - now),
            Self { since, count } => Ok(Self { since, count: count + 1 }),
        }
    }
}

/// What comes of giving a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// It is right; it is spent by that.
    Right,
    /// It is wrong; so many checks are left.
    Wrong {
        /// Checks that are left; none: it is void.
        left: u32,
    },
    /// It is right and was used already: whoever used it may ask again for the answer that she lost, and for nothing else.
    Used,
    /// There is none that could be right: none was sent, it is too old, or it was checked too often.
    Void,
}

/// Holds a given code against the one that was sent. `hash` is that of what was given.
#[must_use]
pub fn check(sent: Option<&Sent>, hash: &[u8; 32], now: i64) -> Given {
    let Some(sent) = sent else { return Given::Void };
    // A clock that is set back makes no code good for longer than it would be from the beginning, and a fresh one stays good: what lies ahead counts like what
    // lies behind.
    if now.abs_diff(sent.at) >= GOOD_FOR.unsigned_abs() {
        return Given::Void;
    }
    // Every byte is looked at: how long it takes tells nothing of where they differ.
    let differs = sent.hash.iter().zip(hash).fold(0_u8, |differs, (one, other)| differs | (one ^ other));
    match differs {
        // However often: whoever shows it guesses nothing, and it opens nothing any more but the answer that she had.
        0 if sent.spent => Given::Used,
        _ if sent.checks >= MOST_CHECKS => Given::Void,
        0 => Given::Right,
        _ => Given::Wrong { left: MOST_CHECKS - sent.checks - 1 },
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const SECOND: i64 = 1_000_000;
    const NOW: i64 = 1_700_000_000 * SECOND;

    fn sent(ago: i64, checks: u32, spent: bool) -> Sent {
        Sent { hash: [7; 32], at: NOW - ago, checks, spent }
    }

    #[rstest]
    #[case::right(Some(sent(0, 0, false)), 7, Given::Right)]
    #[case::right_at_the_last_instant(Some(sent(600 * SECOND - 1, 4, false)), 7, Given::Right)]
    #[case::too_old(Some(sent(600 * SECOND, 0, false)), 7, Given::Void)]
    #[case::sent_by_a_clock_that_is_a_moment_ahead(Some(sent(-SECOND, 0, false)), 7, Given::Right)]
    #[case::wrong_and_sent_by_such_a_clock(Some(sent(-SECOND, 0, false)), 8, Given::Wrong { left: 4 })]
    #[case::the_clock_was_set_back(Some(sent(-600 * SECOND, 0, false)), 7, Given::Void)]
    #[case::used(Some(sent(0, 1, true)), 7, Given::Used)]
    #[case::used_and_looked_at_often(Some(sent(0, 5, true)), 7, Given::Used)]
    #[case::used_and_wrong_too_often(Some(sent(0, 5, true)), 8, Given::Void)]
    #[case::used_and_wrong(Some(sent(0, 1, true)), 8, Given::Wrong { left: 3 })]
    #[case::used_and_too_old(Some(sent(600 * SECOND, 1, true)), 7, Given::Void)]
    #[case::checked_too_often(Some(sent(0, 5, false)), 7, Given::Void)]
    #[case::wrong(Some(sent(0, 0, false)), 8, Given::Wrong { left: 4 })]
    #[case::wrong_for_the_last_time(Some(sent(0, 4, false)), 8, Given::Wrong { left: 0 })]
    #[case::none(None, 7, Given::Void)]
    fn a_code_is_good_once_for_ten_minutes(#[case] sent: Option<Sent>, #[case] given: u8, #[case] expected: Given) {
        assert_eq!(check(sent.as_ref(), &[given; 32], NOW), expected);
    }

    #[rstest]
    #[case::mobile("+6281234567801", "+628123456")]
    #[case::of_eleven_digits("+62812345678", "+6281234")]
    #[case::short("+62", "")]
    fn ten_thousand_numbers_are_a_block(#[case] phone: &str, #[case] expected: &str) {
        assert_eq!(block(phone), expected);
    }

    #[rstest]
    #[case(0, 0, DAY)]
    #[case(DAY - 1, 0, 1)]
    #[case(DAY, 1, DAY)]
    #[case(-1, -1, 1)]
    fn a_day_begins_at_midnight(#[case] now: i64, #[case] number: i64, #[case] left: i64) {
        assert_eq!(day(now), (number, left));
    }

    #[test]
    fn a_code_that_differs_in_one_bit_is_wrong() {
        let mut other = [7; 32];
        other[31] = 6;
        assert_eq!(check(Some(&sent(0, 0, false)), &other, NOW), Given::Wrong { left: 4 });
    }

    #[test]
    fn five_are_sent_in_ten_minutes_and_the_sixth_says_when() {
        let mut sendings = Sendings::default();
        for at in 0..5 {
            sendings = sendings.one_more(NOW + at * 60 * SECOND).unwrap();
        }
        assert_eq!(sendings.one_more(NOW + 300 * SECOND), Err(300 * SECOND));
        assert_eq!(sendings.one_more(NOW + 600 * SECOND), Ok(Sendings { since: NOW + 600 * SECOND, count: 1 }));
        assert_eq!(sendings.one_more(NOW - SECOND), Err(601 * SECOND), "a clock that is a moment behind");
        let back = NOW - 600 * SECOND;
        assert_eq!(sendings.one_more(back), Ok(Sendings { since: back, count: 1 }), "one that was set back");
    }
}
