//! When a message may leave: never at night, and the later the more often it was turned away.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};

/// Jakarta, UTC+7 all year round.
const JAKARTA: TimeZone = TimeZone::fixed(Offset::constant(7));

/// The hours in which nobody is messaged, by the clock of Jakarta: from one time of the day to another, over midnight where the second is the earlier one.
/// Two that are the same: no such hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// When they begin.
    pub from: Time,
    /// When they are over.
    pub until: Time,
}

impl Default for Quiet {
    fn default() -> Self {
        Self { from: Time::constant(20, 0, 0, 0), until: Time::constant(8, 0, 0, 0) }
    }
}

impl Quiet {
    /// No such hours.
    pub const NEVER: Self = Self { from: Time::MIN, until: Time::MIN };

    /// Whether it is quiet at a time of the day.
    fn at(self, time: Time) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }

    /// The first instant from this one on at which a message may leave, in microseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn next_allowed(self, micros: i64) -> i64 {
        let Ok(instant) = Timestamp::from_microsecond(micros) else { return micros };
        let here = instant.to_zoned(JAKARTA);
        if !self.at(here.time()) {
            return micros;
        }
        let day = if here.time() < self.until { Ok(here.date()) } else { here.date().checked_add(1.day()) };
        let over = day.and_then(|day| day.to_datetime(self.until).to_zoned(JAKARTA));
        over.map_or(micros, |over| over.timestamp().as_microsecond())
    }
}

/// The longest that anything is said to be left, in seconds: ten hours, the longest for which a provider keeps a message.
const A_DAY_OF_WORK: u32 = 36_000;

impl Quiet {
    /// How many seconds are left until the next of these hours begin, at most ten hours; 0 within them.
    #[must_use]
    pub fn seconds_left(self, micros: i64) -> u32 {
        let Ok(instant) = Timestamp::from_microsecond(micros) else { return A_DAY_OF_WORK };
        let here = instant.to_zoned(JAKARTA);
        if self.at(here.time()) {
            return 0;
        }
        if self.from == self.until {
            return A_DAY_OF_WORK;
        }
        let begins = |date: Date| date.to_datetime(self.from).to_zoned(JAKARTA).ok().map(|zoned| zoned.timestamp());
        let days = [Ok(here.date()), here.date().checked_add(1.day())];
        let next = days.into_iter().flatten().filter_map(begins).find(|begins| *begins > instant);
        let left = next.map(|begins| (begins.as_microsecond() - micros) / 1_000_000);
        left.and_then(|left| u32::try_from(left).ok()).map_or(A_DAY_OF_WORK, |left| left.min(A_DAY_OF_WORK))
    }
}

/// The shortest and the longest wait after something was turned away, in microseconds.
const SHORTEST: i64 = 15_000_000;
const LONGEST: i64 = 3_600_000_000;

/// After so many tries in vain a message waits so long, in microseconds: from 15 seconds, doubled each time, to an hour at most, and never shorter than the
/// provider asked for (up to a day).
#[must_use]
pub fn backoff(tries: u32, asked_seconds: Option<u32>) -> i64 {
    let own = (SHORTEST << tries.saturating_sub(1).min(10)).min(LONGEST);
    own.max(asked(asked_seconds))
}

/// What a provider asked for, in microseconds.
fn asked(seconds: Option<u32>) -> i64 {
    seconds.map_or(0, |seconds| i64::from(seconds) * 1_000_000).min(LONGEST_ASKED)
}

/// The longest that a provider is waited for because it asks for it, in microseconds: a day.
pub(crate) const LONGEST_ASKED: i64 = 86_400_000_000;

/// How long after it is open again a channel that fails once more counts as failing in a row, in microseconds; at least as long as it was closed.
const IN_A_ROW: i64 = 60_000_000;

/// Whether messages may leave on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gate {
    /// Nothing leaves before, in microseconds since 1970-01-01 UTC.
    pub(crate) until: i64,
    /// How long it was closed for, in microseconds.
    pub(crate) span: i64,
}

impl Gate {
    /// Until when the channel is closed; none: it is open. What is closed for longer than any is was closed by a clock that has been set back since.
    pub(crate) fn closed(self, now: i64) -> Option<i64> {
        Some(self.until).filter(|until| (1..=LONGEST_ASKED).contains(&until.saturating_sub(now)))
    }

    /// The provider is out of order, or asks to be left alone for so long: closed for as long as [`backoff`] has it of so many failures in a row. What was under way
    /// when it was closed and failed, too, is no failure of its own.
    pub(crate) fn again(self, asked_seconds: Option<u32>, now: i64) -> Self {
        let asked_for = now.saturating_add(asked(asked_seconds));
        if let Some(until) = self.closed(now) {
            return Self { until: until.max(asked_for), ..self };
        }
        let open_for = now.saturating_sub(self.until);
        let in_a_row = self.span > 0 && (0..=self.span.max(IN_A_ROW)).contains(&open_for);
        let span = if in_a_row { (self.span * 2).min(LONGEST) } else { SHORTEST };
        Self { until: now.saturating_add(span).max(asked_for), span }
    }
}

/// After so many tries a message has failed.
pub const MOST_TRIES: u32 = 10;

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn micros(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[rstest]
    #[case::in_the_morning("2026-03-10T09:00:00+07:00", 36_000)]
    #[case::in_the_evening("2026-03-10T19:00:00+07:00", 3_600)]
    #[case::a_second_before("2026-03-10T19:59:59+07:00", 1)]
    #[case::at_night("2026-03-10T20:00:00+07:00", 0)]
    #[case::before_the_morning("2026-03-11T07:59:59+07:00", 0)]
    fn so_long_may_a_provider_keep_it(#[case] at: &str, #[case] seconds: u32) {
        assert_eq!(Quiet::default().seconds_left(micros(at)), seconds);
        assert_eq!(Quiet::NEVER.seconds_left(micros(at)), 36_000);
    }

    #[rstest]
    #[case::by_day("2026-03-10T12:00:00+07:00", "2026-03-10T12:00:00+07:00")]
    #[case::the_last_instant("2026-03-10T19:59:59.999999+07:00", "2026-03-10T19:59:59.999999+07:00")]
    #[case::in_the_evening("2026-03-10T20:00:00+07:00", "2026-03-11T08:00:00+07:00")]
    #[case::before_midnight("2026-12-31T23:59:59+07:00", "2027-01-01T08:00:00+07:00")]
    #[case::at_midnight("2026-03-11T00:00:00+07:00", "2026-03-11T08:00:00+07:00")]
    #[case::in_the_morning("2026-03-11T07:59:59.999999+07:00", "2026-03-11T08:00:00+07:00")]
    #[case::when_it_is_over("2026-03-11T08:00:00+07:00", "2026-03-11T08:00:00+07:00")]
    #[case::another_zone("2026-03-10T14:00:00Z", "2026-03-11T01:00:00Z")]
    fn nobody_is_messaged_at_night(#[case] at: &str, #[case] expected: &str) {
        assert_eq!(Quiet::default().next_allowed(micros(at)), micros(expected));
    }

    #[rstest]
    #[case::before("2026-03-10T11:59:59+07:00", "2026-03-10T11:59:59+07:00")]
    #[case::within("2026-03-10T12:30:00+07:00", "2026-03-10T13:00:00+07:00")]
    #[case::after("2026-03-10T13:00:00+07:00", "2026-03-10T13:00:00+07:00")]
    fn quiet_hours_may_be_within_a_day(#[case] at: &str, #[case] expected: &str) {
        let noon = Quiet { from: Time::constant(12, 0, 0, 0), until: Time::constant(13, 0, 0, 0) };
        assert_eq!(noon.next_allowed(micros(at)), micros(expected));
        assert_eq!(Quiet::NEVER.next_allowed(micros(at)), micros(at));
    }

    /// In seconds.
    const fn gate(until: i64, span: i64) -> Gate {
        Gate { until: until * 1_000_000, span: span * 1_000_000 }
    }

    #[rstest]
    #[case::for_the_first_time(gate(0, 0), None, 100, gate(115, 15))]
    #[case::while_it_is_closed(gate(110, 15), None, 100, gate(110, 15))]
    #[case::the_provider_asks_for_more(gate(110, 15), Some(60), 100, gate(160, 15))]
    #[case::as_soon_as_it_is_open(gate(100, 15), None, 100, gate(130, 30))]
    #[case::soon_after(gate(100, 15), None, 160, gate(190, 30))]
    #[case::long_after(gate(100, 15), None, 161, gate(176, 15))]
    #[case::as_long_after_as_it_was_closed(gate(1_000, 480), None, 1_480, gate(2_440, 960))]
    #[case::an_hour_at_most(gate(10_000, 3_600), None, 10_001, gate(13_601, 3_600))]
    #[case::as_long_as_it_asks(gate(0, 0), Some(120), 100, gate(220, 15))]
    #[case::the_clock_was_set_back_a_little(gate(3_600, 60), None, 100, gate(3_600, 60))]
    #[case::the_clock_was_set_back_by_days(gate(200_000, 60), None, 100, gate(115, 15))]
    fn a_channel_that_fails_is_closed(
        #[case] was: Gate,
        #[case] asked: Option<u32>,
        #[case] now: i64,
        #[case] expected: Gate,
    ) {
        assert_eq!(was.again(asked, now * 1_000_000), expected);
    }

    #[rstest]
    #[case(1, None, 15)]
    #[case(2, None, 30)]
    #[case(9, None, 3_600)]
    #[case(u32::MAX, None, 3_600)]
    #[case(0, None, 15)]
    #[case::the_provider_asks_for_more(1, Some(120), 120)]
    #[case::the_provider_asks_for_less(4, Some(1), 120)]
    #[case::the_provider_asks_for_a_year(1, Some(31_536_000), 86_400)]
    fn who_was_turned_away_waits(#[case] tries: u32, #[case] asked: Option<u32>, #[case] seconds: i64) {
        assert_eq!(backoff(tries, asked), seconds * 1_000_000);
    }
}
