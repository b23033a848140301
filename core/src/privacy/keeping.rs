//! Until when somebody's data is kept, and why: one rule, for whoever asks about one person and for the job that erases.

use std::{collections::HashMap, num::NonZeroU32};

use serde::Serialize;
use uuid::Uuid;

use super::Result;
use crate::{
    id::ApplicationId,
    lifecycle::{Stage, SubState},
    store::{
        self, Store,
        connection::Connection,
        retention::{self, KeptRow, Seen},
    },
    time::rfc3339,
    words::words,
};

pub(super) const A_DAY: i64 = 86_400_000_000;
/// For how long data is kept after consent was taken back. The law lets three days pass (UU PDP, article 40); who erases comes once a day.
const GRACE: i64 = 2 * A_DAY;

/// What is known at a later instant than this one lies ahead: a clock was ahead when it was written. Those of several machines differ a little, and each may be right.
pub(super) const fn lies_ahead_of(now: i64) -> i64 {
    now.saturating_add(A_DAY)
}

/// When something was heard at the latest that says so of itself: where that lies ahead, when the job saw it first; now, where it has not seen it, or by a clock that was set back
/// since.
fn at_latest(said: i64, now: i64, seen: Option<Seen>) -> i64 {
    match seen {
        _ if said <= lies_ahead_of(now) => said,
        Some(Seen { ahead, at }) if said <= ahead && at <= lies_ahead_of(now) => at,
        _ => now,
    }
}

words! {
    /// Why somebody's data is kept until then.
    KeptFor {
        /// She works here: it is kept for as long as she does.
        Work = "work",
        /// She took back her consent: it is kept for two more days, so that a slip can be mended.
        Withdrawn = "withdrawn",
        /// So many days after the last that was heard of her.
        Quiet = "quiet",
        /// No time is set: it is kept until somebody erases it.
        Unset = "unset",
    }
}

/// Until when somebody's data is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retention {
    /// Until when, RFC 3339 in UTC, unless something new is heard of her; none: no end is known.
    pub retain_until: Option<String>,
    /// Why.
    pub retained_for: KeptFor,
}

/// What the rule goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    /// When something new was heard of her last: a change of status, a door, a message of hers, her account or a device. What lies ahead of the clock counts as heard when
    /// it was seen first.
    pub(super) heard_at: i64,
    /// Whether she works here.
    pub(super) works: bool,
    /// Since when she consents no more.
    pub(super) withdrawn_at: Option<i64>,
    /// The newest instant of hers, where it lies ahead of the clock and was not seen before: it is to be remembered.
    pub(super) ahead: Option<i64>,
}

/// What is known of somebody, as it says of itself.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// The newest that was heard of her.
    newest: i64,
    /// The newest of what does not lie ahead.
    newest_by_now: i64,
    withdrawn_at: Option<i64>,
    works: bool,
}

impl Facts {
    /// What the rule goes by, of what is known at an instant and was seen before.
    fn of(Known { newest, newest_by_now, withdrawn_at, works }: Known, now: i64, seen: Option<Seen>) -> Self {
        let last = withdrawn_at.map_or(newest, |withdrawn| withdrawn.max(newest));
        let is_new = seen.is_none_or(|seen| last > seen.ahead || seen.at > lies_ahead_of(now));
        Self {
            heard_at: newest_by_now.max(at_latest(newest, now, seen)),
            works,
            withdrawn_at: withdrawn_at.map(|withdrawn| at_latest(withdrawn, now, seen)),
            ahead: Some(last).filter(|last| *last > lies_ahead_of(now) && is_new),
        }
    }

    /// Until when her data is kept, and why, where it is kept for so many days.
    pub(super) fn kept(self, days: Option<NonZeroU32>) -> (Option<i64>, KeptFor) {
        let Self { heard_at, works, withdrawn_at, .. } = self;
        if works {
            return (None, KeptFor::Work);
        }
        let quiet = days.map(|days| (heard_at.saturating_add(i64::from(days.get()) * A_DAY), KeptFor::Quiet));
        let withdrawn = withdrawn_at.map(|at| (at.saturating_add(GRACE), KeptFor::Withdrawn));
        match withdrawn.into_iter().chain(quiet).min_by_key(|(until, _)| *until) {
            Some((until, why)) => (Some(until), why),
            None => (None, KeptFor::Unset),
        }
    }

    /// Whether, and why, her time is over.
    pub(super) fn due(self, days: Option<NonZeroU32>, now: i64) -> Option<KeptFor> {
        let (until, why) = self.kept(days);
        until.filter(|until| *until <= now).map(|_| why)
    }
}

/// The instant before which nothing new was heard of whoever is due by the days.
pub(super) fn quiet_since(days: NonZeroU32, now: i64) -> i64 {
    now.saturating_sub(i64::from(days.get()) * A_DAY)
}

/// The instant before which whoever is due by it took back her consent.
pub(super) const fn withdrawn_before(now: i64) -> i64 {
    now.saturating_sub(GRACE)
}

/// What the rule goes by at an instant, of each of these, with what was merged into them.
pub(super) async fn facts(connection: &mut Connection<'_>, rows: &[KeptRow], now: i64) -> store::Result<Vec<Facts>> {
    let users: Vec<Uuid> = rows.iter().filter_map(|row| row.user_id).collect();
    let accounts = retention::accounts(connection, &users).await?;
    let newest = heard(connection, rows, &accounts, None).await?;
    let withdrawn_at = |row: &KeptRow| row.user_id.and_then(|user| accounts.get(&user)).and_then(|(_, at)| *at);
    let said = rows.iter().zip(&newest).flat_map(|(row, newest)| [Some(*newest), withdrawn_at(row)]);
    // Nearly always nothing does, and nothing more is asked.
    let (by_now, seen) = if said.flatten().any(|at| at > lies_ahead_of(now)) {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let by_now = heard(connection, rows, &accounts, Some(lies_ahead_of(now))).await?;
        (by_now, retention::seen_ahead(connection, &ids).await?)
    } else {
        (newest.clone(), HashMap::new())
    };
    let works = [Stage::OnboardedRegular, Stage::OnboardedOnDemand].map(Stage::as_str);
    let facts = rows.iter().zip(newest).zip(by_now).map(|((row, newest), newest_by_now)| {
        let works = row.sub_state == SubState::Active.as_str() && works.contains(&row.stage.as_str());
        let known = Known { newest, newest_by_now, withdrawn_at: withdrawn_at(row), works };
        Facts::of(known, now, seen.get(&row.id).copied())
    });
    Ok(facts.collect())
}

/// When something new was heard of each of these last, as it says of itself; of what was not later than an instant, where one is given.
async fn heard(
    connection: &mut Connection<'_>,
    rows: &[KeptRow],
    accounts: &HashMap<Uuid, (i64, Option<i64>)>,
    until: Option<i64>,
) -> store::Result<Vec<i64>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let merged = store::merged::merged_into(connection, &ids).await?;
    let all: Vec<Uuid> = ids.iter().chain(merged.keys()).copied().collect();
    let mut heard: HashMap<Uuid, i64> = HashMap::new();
    let tellings = [retention::MOVED, retention::DOOR, retention::WROTE];
    for (id, at) in retention::newest(connection, &tellings, &all, until).await? {
        let shown = merged.get(&id).copied().unwrap_or(id);
        heard.entry(shown).and_modify(|known| *known = at.max(*known)).or_insert(at);
    }
    let users: Vec<Uuid> = rows.iter().filter_map(|row| row.user_id).collect();
    let devices = retention::newest(connection, &[retention::DEVICE], &users, until).await?;
    let newest = |row: &KeptRow| {
        let made = row.user_id.and_then(|user| accounts.get(&user)).map(|(made, _)| *made);
        let device = row.user_id.and_then(|user| devices.get(&user)).copied();
        let all = [Some(row.created_at), made, heard.get(&row.id).copied(), device];
        let some = all.into_iter().flatten().filter(|at| until.is_none_or(|until| *at <= until));
        some.max().unwrap_or(i64::MIN)
    };
    Ok(rows.iter().map(newest).collect())
}

/// What the rule goes by at an instant, of each of these accounts, which have no application.
pub(super) async fn facts_alone(
    connection: &mut Connection<'_>,
    accounts: &[retention::AloneRow],
    now: i64,
) -> store::Result<Vec<Facts>> {
    let ids: Vec<Uuid> = accounts.iter().map(|one| one.id).collect();
    let devices = retention::newest(connection, &[retention::DEVICE], &ids, None).await?;
    let by_now = retention::newest(connection, &[retention::DEVICE], &ids, Some(lies_ahead_of(now))).await?;
    let seen = retention::seen_ahead(connection, &ids).await?;
    let facts = accounts.iter().map(|one| {
        let known = Known {
            newest: devices.get(&one.id).map_or(one.created_at, |at| one.created_at.max(*at)),
            newest_by_now: by_now.get(&one.id).copied().unwrap_or(i64::MIN),
            withdrawn_at: one.withdrawn_at,
            works: false,
        };
        Facts::of(known, now, seen.get(&one.id).copied())
    });
    Ok(facts.collect())
}

/// Until when the data of whoever an application is is kept, where it is kept for so many days; none where it is not here (any more).
///
/// # Errors
/// The store fails.
pub async fn retention(
    store: &Store,
    application: ApplicationId,
    days: Option<NonZeroU32>,
) -> Result<Option<Retention>> {
    let now = store.clock().micros();
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let shown_by = store::merged::shown_by(connection, &[application.0]).await?;
    let shown = shown_by.get(&application.0).copied().unwrap_or(application.0);
    let rows = store::retention::by_ids(connection, &[shown]).await?;
    let facts = facts(connection, &rows, now).await?.pop();
    Ok(facts.map(|facts| {
        let (until, why) = facts.kept(days);
        Retention { retain_until: until.map(rfc3339), retained_for: why }
    }))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const HEARD: i64 = 1_000 * A_DAY;
    const QUIET: Facts = Facts { heard_at: HEARD, works: false, withdrawn_at: None, ahead: None };

    #[rstest]
    #[case::no_time_is_set(QUIET, None, (None, KeptFor::Unset))]
    #[case::a_time_is_set(QUIET, Some(365), (Some(1_365), KeptFor::Quiet))]
    #[case::she_works_here(Facts { works: true, ..QUIET }, Some(365), (None, KeptFor::Work))]
    #[case::she_works_and_took_it_back(Facts { works: true, withdrawn_at: Some(HEARD), ..QUIET }, Some(365), (None, KeptFor::Work))]
    #[case::she_took_it_back(Facts { withdrawn_at: Some(HEARD + A_DAY), ..QUIET }, Some(365), (Some(1_003), KeptFor::Withdrawn))]
    #[case::she_took_it_back_though_no_time_is_set(Facts { withdrawn_at: Some(HEARD), ..QUIET }, None, (Some(1_002), KeptFor::Withdrawn))]
    #[case::she_took_it_back_when_it_was_over(Facts { withdrawn_at: Some(HEARD + 10 * A_DAY), ..QUIET }, Some(9), (Some(1_009), KeptFor::Quiet))]
    fn until_when_data_is_kept(
        #[case] facts: Facts,
        #[case] days: Option<u32>,
        #[case] (until, why): (Option<i64>, KeptFor),
    ) {
        let days = days.and_then(NonZeroU32::new);
        assert_eq!(facts.kept(days), (until.map(|day| day * A_DAY), why));
        if let Some(until) = until.map(|day| day * A_DAY) {
            assert_eq!([until - 1, until].map(|now| facts.due(days, now)), [None, Some(why)]);
        } else {
            assert_eq!(facts.due(days, i64::MAX), None);
        }
    }

    /// Set back, a clock makes nobody due too early.
    #[rstest]
    #[case::as_it_is(0, 365, true)]
    #[case::set_back(0, -1, false)]
    #[case::heard_while_it_was_ahead(400, 365, false)]
    #[case::and_after_that(400, 765, true)]
    fn a_clock_that_jumps_erases_nobody_too_early(#[case] heard: i64, #[case] now: i64, #[case] is_due: bool) {
        let facts = Facts { heard_at: HEARD + heard * A_DAY, ..QUIET };
        assert_eq!(facts.due(NonZeroU32::new(365), HEARD + now * A_DAY), is_due.then_some(KeptFor::Quiet));
        let withdrawn = Facts { withdrawn_at: Some(HEARD + heard * A_DAY), ..facts };
        assert_eq!(withdrawn.due(None, HEARD + now * A_DAY), is_due.then_some(KeptFor::Withdrawn));
    }

    /// What was heard while a clock was ahead was heard by when it was seen first, and keeps her for as long from then on. (Days: what is newest, what is newest of what does not
    /// lie ahead, what was seen and when, now.)
    #[rstest]
    #[case::nothing_lies_ahead(900, 900, None, 1_000, 900, false)]
    #[case::by_a_clock_that_is_a_little_ahead(1_001, 1_001, None, 1_000, 1_001, false)]
    #[case::seen_for_the_first_time(5_000, 900, None, 1_000, 1_000, true)]
    #[case::seen_before(5_000, 900, Some((5_000, 950)), 1_000, 950, false)]
    #[case::heard_of_since(5_000, 980, Some((5_000, 950)), 1_000, 980, false)]
    #[case::further_ahead_than_was_seen(6_000, 900, Some((5_000, 950)), 1_000, 1_000, true)]
    #[case::the_clock_has_come_to_it(5_000, 5_000, Some((5_000, 950)), 5_001, 5_000, false)]
    #[case::seen_by_a_clock_that_was_set_back(5_000, 900, Some((5_000, 2_000)), 1_000, 1_000, true)]
    fn what_lies_ahead_was_heard_when_it_was_seen_first(
        #[case] newest: i64,
        #[case] by_now: i64,
        #[case] seen: Option<(i64, i64)>,
        #[case] now: i64,
        #[case] heard_at: i64,
        #[case] is_new: bool,
    ) {
        let [newest, newest_by_now, now, heard_at] = [newest, by_now, now, heard_at].map(|day| day * A_DAY);
        let seen = seen.map(|(ahead, at)| Seen { ahead: ahead * A_DAY, at: at * A_DAY });
        let facts = Facts::of(Known { newest, newest_by_now, withdrawn_at: None, works: false }, now, seen);
        assert_eq!((facts.heard_at, facts.ahead), (heard_at, is_new.then_some(newest)));
        // So it is with what she took back.
        let before = Known { newest: 0, newest_by_now: 0, withdrawn_at: Some(newest), works: false };
        let withdrawn = Facts::of(before, now, seen);
        assert_eq!((withdrawn.heard_at, withdrawn.ahead), (0, is_new.then_some(newest)));
        assert_eq!(withdrawn.withdrawn_at, Some(at_latest(newest, now, seen)));
    }

    #[test]
    fn whoever_may_be_due_is_looked_for_by_the_rule() {
        let days = NonZeroU32::new(365);
        let now = QUIET.kept(days).0.unwrap_or_default();
        assert_eq!(days.map(|days| quiet_since(days, now)), Some(HEARD));
        let withdrawn = Facts { withdrawn_at: Some(HEARD), ..QUIET };
        assert_eq!(withdrawn_before(withdrawn.kept(None).0.unwrap_or_default()), HEARD);
    }
}
