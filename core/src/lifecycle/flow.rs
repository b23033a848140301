//! What the funnel is counted of: records of history that went the same way. Pure.

use std::str::FromStr;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Reason, Status};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
/// How far Jakarta's days begin before those of UTC, in microseconds. There is no summer time.
const JAKARTA: i64 = 7 * 3_600_000_000;

/// A day in Jakarta, numbered from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day of an instant, in microseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn of(micros: i64) -> Self {
        Self((micros.saturating_add(JAKARTA)).div_euclid(DAY))
    }

    /// When it begins, in microseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn begins(self) -> i64 {
        self.0.saturating_mul(DAY).saturating_sub(JAKARTA)
    }

    /// The day after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl FromStr for Day {
    type Err = NoInstant;

    /// Reads `2026-05-01`.
    fn from_str(text: &str) -> Result<Self, NoInstant> {
        let date: Date = text.trim().parse().map_err(|_| NoInstant)?;
        let midnight = date.to_zoned(TimeZone::UTC).map_err(|_| NoInstant)?.timestamp();
        Ok(Self(midnight.as_microsecond().div_euclid(DAY)))
    }
}

/// A text that says no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day like 2026-05-01 is needed, or an instant like 2026-05-01T09:30:00+07:00")]
pub struct NoInstant;

/// The first instant that does not count any more, as of a day in Jakarta (all of it counts) or an instant, in microseconds since 1970-01-01 UTC.
///
/// # Errors
/// It is neither.
pub fn end_of(text: &str) -> Result<i64, NoInstant> {
    text.parse::<Day>().map(|day| day.next().begins()).or_else(|_| instant(text).map(|at| at.saturating_add(1)))
}

/// The first instant of a day in Jakarta, or an instant, in microseconds since 1970-01-01 UTC.
///
/// # Errors
/// It is neither.
pub fn beginning_of(text: &str) -> Result<i64, NoInstant> {
    text.parse::<Day>().map(Day::begins).or_else(|_| instant(text))
}

fn instant(text: &str) -> Result<i64, NoInstant> {
    text.trim().parse::<Timestamp>().map(Timestamp::as_microsecond).map_err(|_| NoInstant)
}

/// From an instant until before another one, in microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub from: i64,
    /// The first one after.
    pub until: i64,
}

/// Of a span, what lies in days that are counted already and what does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Whole days that are counted, `[first, end)`.
    pub(crate) days: Option<(Day, Day)>,
    /// What the history has to be asked for.
    pub(crate) rest: Vec<Span>,
}

impl Span {
    /// Parts it, where the days before `closed` are counted already.
    pub(crate) fn parts(self, closed: Option<Day>) -> Parts {
        let Self { from, until } = self;
        // The first whole day, and the first that is not whole or not counted.
        let first = if Day::of(from).begins() == from { Day::of(from) } else { Day::of(from).next() };
        let end = closed.map_or(first, |closed| closed.min(Day::of(until)));
        if end <= first {
            return Parts { days: None, rest: vec![self].into_iter().filter(|span| span.from < span.until).collect() };
        }
        let rest = [Self { from, until: first.begins() }, Self { from: end.begins(), until }];
        Parts { days: Some((first, end)), rest: rest.into_iter().filter(|span| span.from < span.until).collect() }
    }
}

/// How long somebody stood somewhere, as a step of a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wait(usize);

impl Wait {
    /// Where each step of the scale ends, in microseconds; the last one has no end. Hours first, then days, then weeks.
    pub const ENDS: [i64; 14] = [
        DAY / 24,
        DAY / 6,
        DAY / 2,
        DAY,
        2 * DAY,
        3 * DAY,
        4 * DAY,
        5 * DAY,
        7 * DAY,
        10 * DAY,
        14 * DAY,
        30 * DAY,
        60 * DAY,
        120 * DAY,
    ];

    /// The step of a number; none of a negative one.
    #[must_use]
    pub fn numbered(number: i64) -> Option<Self> {
        usize::try_from(number).ok().map(|number| Self(number.min(Self::ENDS.len())))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> usize {
        self.0
    }
}

/// Records that went the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The portal that they came through first.
    pub portal: String,
    /// Where they stood before; none: they begin.
    pub from: Option<Status>,
    /// Where they stand from then on.
    pub to: Status,
    /// How long they had stood where they stood before.
    pub waited: Option<Wait>,
    /// How many. Below zero: those that are not to be counted, since they were taken back or are somebody else's.
    pub records: i64,
}

/// Records by which applicants were lost for one reason; of several reasons each is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The portal that they came through first.
    pub portal: String,
    /// Where.
    pub at: Status,
    /// Why; none where the code is not known any more.
    pub reason: Option<Reason>,
    /// How many; below zero as of [`Flow`].
    pub records: i64,
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const HOUR: i64 = 3_600_000_000;

    #[rstest]
    #[case::the_epoch(0, 0)]
    #[case::before_midnight_in_jakarta(17 * HOUR - 1, 0)]
    #[case::midnight_in_jakarta(17 * HOUR, 1)]
    #[case::before_the_epoch(-7 * HOUR - 1, -1)]
    fn a_day_is_jakartas(#[case] micros: i64, #[case] day: i64) {
        assert_eq!(Day::of(micros), Day(day));
        let day = Day(day);
        assert!(day.begins() <= micros && micros < day.next().begins());
    }

    #[rstest]
    #[case("1970-01-02", Some((17 * HOUR, 41 * HOUR)))]
    #[case(" 1970-01-02 ", Some((17 * HOUR, 41 * HOUR)))]
    #[case("1970-01-02T07:00:00+07:00", Some((24 * HOUR, 24 * HOUR + 1)))]
    #[case("1970-01-02T00:00:00Z", Some((24 * HOUR, 24 * HOUR + 1)))]
    #[case("1970-02-30", None)]
    #[case("kemarin", None)]
    #[case("", None)]
    fn a_time_is_a_day_of_jakarta_or_an_instant(#[case] text: &str, #[case] expected: Option<(i64, i64)>) {
        assert_eq!(beginning_of(text).ok().zip(end_of(text).ok()), expected);
    }

    #[rstest]
    #[case::nothing_is_counted(None, None, &[(0, 10 * DAY)])]
    #[case::whole_days(Some(5), Some((1, 5)), &[(0, DAY - JAKARTA), (5 * DAY - JAKARTA, 10 * DAY)])]
    #[case::all_that_is_over(Some(50), Some((1, 10)), &[(0, DAY - JAKARTA), (10 * DAY - JAKARTA, 10 * DAY)])]
    #[case::what_was_before(Some(1), None, &[(0, 10 * DAY)])]
    fn a_span_is_what_is_counted_and_the_rest(
        #[case] closed: Option<i64>,
        #[case] days: Option<(i64, i64)>,
        #[case] rest: &[(i64, i64)],
    ) {
        let parts = Span { from: 0, until: 10 * DAY }.parts(closed.map(Day));
        assert_eq!(parts.days, days.map(|(first, end)| (Day(first), Day(end))));
        let seen: Vec<_> = parts.rest.iter().map(|span| (span.from, span.until)).collect();
        assert_eq!(seen, rest);
    }

    #[test]
    fn no_instant_is_lost_or_counted_twice() {
        for (from, until) in [(0, 3 * DAY), (-JAKARTA, 3 * DAY - JAKARTA), (5, 6), (7, 7), (DAY, 2 * DAY)] {
            for closed in -1..5 {
                let Parts { days, rest } = Span { from, until }.parts(Some(Day(closed)));
                let whole = days.map_or(0, |(first, end)| end.begins() - first.begins());
                let long: i64 = rest.iter().map(|span| span.until - span.from).sum();
                assert_eq!(whole + long, until - from, "{from} {until} {closed}");
            }
        }
    }
}
