//! What the funnel is counted of: records of history that went the same way. Pure.

use std::str::FromStr;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Reason, ReasonGroup, Status, SubState};

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
        let date = Date::strptime("%Y-%m-%d", text.trim()).map_err(|_| NoInstant)?;
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

/// Of a span, the whole days in it and what lies before and after them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Whole days, `[first, end)`.
    pub(crate) days: Option<(Day, Day)>,
    /// The rest.
    pub(crate) rest: Vec<Span>,
}

impl Span {
    /// Always: every day that there can be.
    pub(crate) const ALWAYS: Self = Self { from: Day(-1_000_000).begins(), until: Day(10_000_000).begins() };

    /// Parts it.
    pub(crate) fn parts(self) -> Parts {
        let Self { from, until } = self;
        let first = if Day::of(from).begins() == from { Day::of(from) } else { Day::of(from).next() };
        let end = Day::of(until);
        let some = |spans: &[Self]| spans.iter().copied().filter(|span| span.from < span.until).collect();
        if end <= first {
            return Parts { days: None, rest: some(&[self]) };
        }
        let (before, after) = (Self { from, until: first.begins() }, Self { from: end.begins(), until });
        Parts { days: Some((first, end)), rest: some(&[before, after]) }
    }
}

/// Blocks of days that are counted together: of a level, from the first one until before the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// Its blocks have `1 << shift` days.
    pub(crate) level: Level,
    /// The first block.
    pub(crate) first: i64,
    /// The first one after.
    pub(crate) end: i64,
}

/// Each level counts `1 << BITS` blocks of the one below together.
const BITS: u8 = 3;

/// How many days are counted together: eight times as many on each level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level(pub(crate) u8);

impl Level {
    /// All of them: a block has 1, 8, 64 or 512 days. Five years are some 30 blocks, however they lie.
    pub(crate) const ALL: [Self; 4] = [Self(0), Self(1), Self(2), Self(3)];

    /// A day's number is shifted by so many bits to give that of its block.
    pub(crate) const fn shift(self) -> u8 {
        self.0 * BITS
    }
}

/// The fewest blocks that days from a first one until before a last one are made of. Days before 1970-01-01 are counted with that one.
pub(crate) fn blocks(first: Day, end: Day) -> Vec<Blocks> {
    let (mut first, mut end) = (first.0.max(0), end.0.max(0));
    let mut blocks = Vec::new();
    for (at, level) in Level::ALL.into_iter().enumerate() {
        let (within, after) = ((first + (1 << BITS) - 1) >> BITS, end >> BITS);
        if at + 1 == Level::ALL.len() || within >= after {
            blocks.push(Blocks { level, first, end });
            break;
        }
        blocks.push(Blocks { level, first, end: within << BITS });
        blocks.push(Blocks { level, first: after << BITS, end });
        (first, end) = (within, after);
    }
    blocks.retain(|one| one.first < one.end);
    blocks
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

    /// The step of a time, in microseconds.
    #[must_use]
    pub fn of(micros: i64) -> Self {
        Self(Self::ENDS.partition_point(|end| *end <= micros))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> usize {
        self.0
    }
}

/// A record of history, as far as the funnel goes by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) status: Status,
    pub(crate) at: i64,
    pub(crate) reasons: Vec<Reason>,
}

/// A way that somebody went: from one status to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Way {
    /// When.
    pub(crate) at: i64,
    /// Where she stood before; none: she begins.
    pub(crate) from: Option<Status>,
    /// Where she stands from then on.
    pub(crate) to: Status,
    /// How long she had stood where she stood before.
    pub(crate) waited: Option<Wait>,
    /// Why.
    pub(crate) reasons: Vec<Reason>,
}

impl Way {
    /// The way of somebody who begins.
    pub(crate) const fn begins(at: i64) -> Self {
        Self { at, from: None, to: Status::INITIAL, waited: None, reasons: Vec::new() }
    }
}

/// What really happened, by what is known now: a correction takes back the record before it, as if that had said the right thing at once; one that follows another
/// correction says that one anew. Whoever really stands where she stood in the running before never left it.
fn real(history: &[Step]) -> Vec<Step> {
    let mut real: Vec<Step> = Vec::new();
    // What stood before the record that is being corrected, and when that was made.
    let mut corrected: Option<(Vec<Step>, i64)> = None;
    for step in history {
        let (corrects, why): (Vec<Reason>, Vec<Reason>) =
            step.reasons.iter().partition(|reason| reason.group() == ReasonGroup::Corrected);
        if corrects.is_empty() {
            corrected = None;
            real.push(step.clone());
            continue;
        }
        let (before, at) = corrected.take().unwrap_or_else(|| {
            let at = real.pop().map_or(step.at, |wrong| wrong.at);
            (std::mem::take(&mut real), at)
        });
        real.clone_from(&before);
        let stood = real.iter().rposition(|one| one.status == step.status);
        match stood.filter(|_| step.status.sub_state == SubState::Active) {
            Some(there) => real.truncate(there + 1),
            None => real.push(Step { status: step.status, at, reasons: why }),
        }
        corrected = Some((before, at));
    }
    real
}

/// The ways that somebody went, by what is known now. A clock that was set back lets nobody leave before she came.
pub(crate) fn ways(history: &[Step]) -> Vec<Way> {
    let mut before: Option<(Status, i64)> = None;
    let way = |Step { status, at, mut reasons }: Step| {
        let at = before.map_or(at, |(_, since)| at.max(since));
        let from = before.replace((status, at));
        // However they were told, they are the same reasons.
        reasons.sort_unstable();
        reasons.dedup();
        let waited = from.map(|(_, since)| Wait::of(at.saturating_sub(since)));
        Way { at, from: from.map(|(status, _)| status), to: status, waited, reasons }
    };
    real(history).into_iter().map(way).collect()
}

/// What changes when somebody takes one more step: the ways that she did not go after all, and those that she went.
pub(crate) fn changed(history: &[Step], step: Step) -> (Vec<Way>, Vec<Way>) {
    let mut old = ways(history);
    let mut new = ways(&[history, &[step]].concat());
    let same = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    (old.split_off(same), new.split_off(same))
}

/// Ways that are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flow {
    /// The portal that they came through first.
    pub(crate) portal: String,
    pub(crate) from: Option<Status>,
    pub(crate) to: Status,
    pub(crate) waited: Option<Wait>,
    pub(crate) reasons: Vec<Reason>,
    /// How many; below zero where more were taken back than went.
    pub(crate) records: i64,
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::Stage;
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
    #[case::none(5, 5, &[])]
    #[case::days(5, 8, &[(0, 5, 8)])]
    #[case::a_block(8, 16, &[(1, 1, 2)])]
    #[case::days_around_a_block(7, 17, &[(0, 7, 8), (0, 16, 17), (1, 1, 2)])]
    #[case::two_days_of_two_blocks(7, 9, &[(0, 7, 9)])]
    #[case::before_the_first(-20, 3, &[(0, 0, 3)])]
    #[case::years(1, 20_590, &[(0, 1, 8), (0, 20_584, 20_590), (1, 1, 8), (1, 2568, 2573), (2, 1, 8), (2, 320, 321), (3, 1, 40)])]
    fn days_are_few_blocks(#[case] first: i64, #[case] end: i64, #[case] expected: &[(u8, i64, i64)]) {
        let blocks = blocks(Day(first), Day(end));
        let told: Vec<_> = blocks.iter().map(|one| (one.level.0, one.first, one.end)).collect();
        assert_eq!(told, expected);
        let mut days: Vec<i64> =
            blocks.iter().flat_map(|one| one.first << one.level.shift()..one.end << one.level.shift()).collect();
        days.sort_unstable();
        assert_eq!(days, (first.max(0)..end).collect::<Vec<_>>(), "each day once");
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
    #[case::days_and_what_is_around_them(0, 10 * DAY, Some((1, 10)), &[(0, DAY - JAKARTA), (10 * DAY - JAKARTA, 10 * DAY)])]
    #[case::whole_days(DAY - JAKARTA, 3 * DAY - JAKARTA, Some((1, 3)), &[])]
    #[case::within_a_day(0, HOUR, None, &[(0, HOUR)])]
    #[case::nothing(5, 5, None, &[])]
    #[case::backwards(HOUR, 0, None, &[])]
    fn a_span_is_whole_days_and_the_rest(
        #[case] from: i64,
        #[case] until: i64,
        #[case] days: Option<(i64, i64)>,
        #[case] rest: &[(i64, i64)],
    ) {
        let parts = Span { from, until }.parts();
        assert_eq!(parts.days, days.map(|(first, end)| (Day(first), Day(end))));
        assert_eq!(parts.rest.iter().map(|span| (span.from, span.until)).collect::<Vec<_>>(), rest);
    }

    const SCREENING: Status = Status::INITIAL;
    const INTERVIEW: Status = Status { stage: Stage::InterviewHr, sub_state: SubState::Active };
    const REJECTED: Status = Status { stage: Stage::InterviewHr, sub_state: SubState::Rejected };

    fn step(status: Status, day: i64, reasons: &[Reason]) -> Step {
        Step { status, at: day * DAY, reasons: reasons.to_vec() }
    }

    fn told(ways: &[Way]) -> Vec<(i64, Option<Status>, Status, usize)> {
        ways.iter().map(|way| (way.at / DAY, way.from, way.to, way.reasons.len())).collect()
    }

    #[test]
    fn a_history_is_the_ways_between_its_records() {
        let history =
            [step(SCREENING, 1, &[]), step(INTERVIEW, 3, &[]), step(REJECTED, 4, &[Reason::Absent, Reason::Documents])];
        let all = ways(&history);
        assert_eq!(
            told(&all),
            [(1, None, SCREENING, 0), (3, Some(SCREENING), INTERVIEW, 0), (4, Some(INTERVIEW), REJECTED, 2)]
        );
        assert_eq!(all[0], Way::begins(DAY));
        assert_eq!((all[0].waited, all[1].waited), (None, Some(Wait::of(2 * DAY))));
    }

    const PSIKOTEST: Status = Status { stage: Stage::Psikotest, sub_state: SubState::Active };

    /// Screening on day 1, the interview on day 3, turned down for being absent on day 4; and then, a day later each, these corrections.
    #[rstest]
    #[case::none(vec![], &["3 INTERVIEW_HR ACTIVE", "4 INTERVIEW_HR REJECTED absent"])]
    #[case::she_was_never_turned_down(vec![(INTERVIEW, vec![Reason::WrongStatus])], &["3 INTERVIEW_HR ACTIVE"])]
    #[case::she_was_never_invited(vec![(SCREENING, vec![Reason::WrongPerson])], &[])]
    #[case::she_had_passed(
        vec![(PSIKOTEST, vec![Reason::WrongStatus])],
        &["3 INTERVIEW_HR ACTIVE", "4 PSIKOTEST ACTIVE"]
    )]
    #[case::for_another_reason(
        vec![(REJECTED, vec![Reason::WrongReasons, Reason::Documents])],
        &["3 INTERVIEW_HR ACTIVE", "4 INTERVIEW_HR REJECTED documents"]
    )]
    #[case::the_correction_was_wrong(
        vec![(INTERVIEW, vec![Reason::WrongStatus]), (REJECTED, vec![Reason::WrongStatus, Reason::Absent])],
        &["3 INTERVIEW_HR ACTIVE", "4 INTERVIEW_HR REJECTED absent"]
    )]
    #[case::three_times(
        vec![
            (SCREENING, vec![Reason::WrongPerson]),
            (PSIKOTEST, vec![Reason::WrongStatus]),
            (INTERVIEW, vec![Reason::WrongStatus]),
        ],
        &["3 INTERVIEW_HR ACTIVE"]
    )]
    fn a_correction_takes_back_the_record_before_it(
        #[case] corrections: Vec<(Status, Vec<Reason>)>,
        #[case] expected: &[&str],
    ) {
        let mut history = vec![step(SCREENING, 1, &[]), step(INTERVIEW, 3, &[]), step(REJECTED, 4, &[Reason::Absent])];
        history.extend((5..).zip(&corrections).map(|(day, (status, reasons))| step(*status, day, reasons)));
        let all = ways(&history);
        let told = |way: &Way| {
            let reasons: String = way.reasons.iter().map(|reason| format!(" {reason}")).collect();
            format!("{} {} {}{reasons}", way.at / DAY, way.to.stage, way.to.sub_state)
        };
        assert_eq!(all.iter().skip(1).map(told).collect::<Vec<_>>(), expected);
        assert_eq!(told(&all[0]), "1 SCREENING ACTIVE");
    }

    #[test]
    fn whoever_was_put_somewhere_wrong_at_first_began_elsewhere() {
        let history = [step(SCREENING, 1, &[]), step(INTERVIEW, 2, &[Reason::WrongStatus])];
        assert_eq!(told(&ways(&history)), [(1, None, INTERVIEW, 0)]);
    }

    #[test]
    fn what_comes_after_a_correction_is_a_step_of_its_own() {
        let history = [
            step(SCREENING, 1, &[]),
            step(INTERVIEW, 3, &[]),
            step(SCREENING, 4, &[Reason::WrongPerson]),
            step(INTERVIEW, 6, &[]),
            step(REJECTED, 7, &[Reason::Documents, Reason::Absent, Reason::Documents]),
        ];
        let all = ways(&history);
        let expected = [(1, None, SCREENING, 0), (6, Some(SCREENING), INTERVIEW, 0), (7, Some(INTERVIEW), REJECTED, 2)];
        assert_eq!(told(&all), expected);
    }

    #[test]
    fn a_clock_that_was_set_back_lets_nobody_leave_before_she_came() {
        let all = ways(&[step(SCREENING, 10, &[]), step(INTERVIEW, 5, &[]), step(PSIKOTEST, 7, &[])]);
        assert_eq!(all.iter().map(|way| way.at / DAY).collect::<Vec<_>>(), [10, 10, 10]);
        assert!(all.iter().skip(1).all(|way| way.waited == Some(Wait::of(0))));
    }

    #[test]
    fn what_changes_is_what_the_whole_history_changes() {
        let steps = [
            step(SCREENING, 1, &[]),
            step(INTERVIEW, 2, &[]),
            step(REJECTED, 3, &[Reason::Absent]),
            step(SCREENING, 4, &[Reason::WrongPerson]),
            step(INTERVIEW, 5, &[]),
            step(SCREENING, 6, &[Reason::WrongStatus]),
            step(INTERVIEW, 7, &[Reason::WrongStatus]),
            step(REJECTED, 8, &[Reason::WrongStatus, Reason::Absent]),
            step(INTERVIEW, 2, &[Reason::Returned]),
        ];
        let mut counted: Vec<Way> = Vec::new();
        for at in 0..steps.len() {
            let (gone, new) = changed(&steps[..at], steps[at].clone());
            for way in gone {
                let place = counted.iter().position(|one| *one == way).expect("what is taken back was counted");
                counted.remove(place);
            }
            counted.extend(new);
            assert_eq!(counted, ways(&steps[..=at]), "{at}");
        }
    }

    #[test]
    fn a_wait_is_a_step_of_its_scale() {
        for (number, end) in Wait::ENDS.iter().enumerate() {
            assert_eq!((Wait::of(end - 1).number(), Wait::of(*end).number()), (number, number + 1));
        }
        assert_eq!((Wait::of(-5).number(), Wait::numbered(-1), Wait::numbered(99)), (0, None, Some(Wait(14))));
    }
}
