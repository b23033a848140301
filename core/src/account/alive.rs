//! When something was last heard of whoever an application is: the longer ago, the likelier her number is somebody else's by now.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use uuid::Uuid;

use crate::{
    id::BatchId,
    store::{self, connection::Connection, retention},
};

/// In microseconds.
const A_DAY: u64 = 86_400_000_000;

/// When it was, of some applications that are one person's: that she applied, or came a stage further. Neither what was written from her number, which
/// whoever has it now may have done, nor what HR puts down of her by itself. A file that is imported today tells of the day on which she applied, where it says
/// which. Empty: they have no door.
pub(super) async fn heard(connection: &mut Connection<'_>, group: &[Uuid]) -> store::Result<Vec<i64>> {
    let heard = retention::newest(connection, &[retention::ADVANCED], group, None).await?;
    let doors = store::sources::of(connection, group).await?;
    let mut of_batch: HashMap<Uuid, Vec<u32>> = HashMap::new();
    for door in &doors {
        if let (Some(batch), Some(row)) = (door.batch_id, door.row_no) {
            of_batch.entry(batch).or_default().extend(u32::try_from(row));
        }
    }
    let mut applied = HashMap::new();
    for (batch, rows) in of_batch {
        for planned in store::rows::by_numbers(connection, BatchId(batch), &rows).await? {
            applied.insert((batch, i64::from(planned.row.row)), planned.row.fields.applied_at);
        }
    }
    let came = doors.iter().map(|door| {
        let row = door.batch_id.zip(door.row_no);
        came_at(door.added_at, row.and_then(|row| applied.get(&row)).and_then(Option::as_deref))
    });
    Ok(came.chain(heard.into_values()).collect())
}

/// For how many whole days nothing was heard of somebody, who was heard of at these instants; none: she never was. An instant that lies ahead was written while a clock
/// was, or now it is behind: it counts like one that lies as far behind, so that nobody is heard of without end, and it hides no other.
pub(super) fn quiet_days(heard: impl IntoIterator<Item = i64>, now: i64) -> Option<u64> {
    heard.into_iter().map(|at| now.abs_diff(at) / A_DAY).min()
}

/// When she came through a door that was added at an instant, where the file says when she applied. Nobody applies later than her file is read.
fn came_at(added_at: i64, applied_at: Option<&str>) -> i64 {
    let applied = applied_at.and_then(|at| {
        let day = || at.get(..10)?.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp());
        at.parse::<Timestamp>().ok().or_else(day)
    });
    applied.map_or(added_at, |at| at.as_microsecond().min(added_at))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::never(&[], None)]
    #[case::just_now(&[0], Some(0))]
    #[case::almost_a_day_ago(&[1 - DAY], Some(0))]
    #[case::a_day_ago(&[-DAY], Some(1))]
    #[case::the_newest_counts(&[-400 * DAY, -3 * DAY, -20 * DAY], Some(3))]
    #[case::ahead_by_less_than_a_day(&[DAY - 1], Some(0))]
    #[case::ahead_by_years(&[3_660 * DAY], Some(3_660))]
    #[case::ahead_by_years_and_yesterday(&[3_660 * DAY, -DAY], Some(1))]
    #[case::ahead_by_years_and_long_ago(&[3_660 * DAY, -400 * DAY], Some(400))]
    #[case::as_far_as_a_clock_goes(&[i64::MAX], Some(106_751_991))]
    fn what_lies_ahead_counts_like_what_lies_behind(#[case] heard: &[i64], #[case] days: Option<u64>) {
        assert_eq!(quiet_days(heard.iter().copied(), 0), days);
        // Whatever the clock says, no age is negative, and none overflows.
        for now in [i64::MIN, -DAY, DAY, i64::MAX] {
            assert_eq!(quiet_days(heard.iter().copied(), now).is_some(), days.is_some());
        }
    }

    /// In microseconds, with a sign.
    const DAY: i64 = 86_400_000_000;

    #[rstest]
    #[case::nothing_is_said(None, "2026-11-01T00:00:00Z")]
    #[case::a_day(Some("2024-02-29"), "2024-02-29T00:00:00Z")]
    #[case::an_instant(Some("2026-08-17T08:30:00+07:00"), "2026-08-17T01:30:00Z")]
    #[case::a_time_of_no_zone(Some("2026-08-17T08:30:00"), "2026-08-17T00:00:00Z")]
    #[case::the_future(Some("2062-08-17"), "2026-11-01T00:00:00Z")]
    #[case::no_day(Some("2026-13-01"), "2026-11-01T00:00:00Z")]
    #[case::words(Some("kemarin sore é"), "2026-11-01T00:00:00Z")]
    fn a_door_tells_of_the_day_on_which_she_applied(#[case] applied_at: Option<&str>, #[case] came: &str) {
        let micros = |at: &str| at.parse::<Timestamp>().unwrap().as_microsecond();
        assert_eq!(came_at(micros("2026-11-01T00:00:00Z"), applied_at), micros(came));
    }
}
