//! For how long data is kept: whoever's time is over is erased.

use std::{collections::HashSet, num::NonZeroU32};

use serde::Serialize;
use uuid::Uuid;

use super::{
    KeptFor, PrivacyError, Result, Why,
    erase::{Whom, erase_account_if, erase_if},
    keeping::{A_DAY, facts, facts_alone, lies_ahead_of, quiet_since, withdrawn_before},
    leftover,
    passing::forget_passed,
};
use crate::{
    id::{AccountId, ApplicationId},
    import::{Cancelled, Progress},
    staff::By,
    store::{
        self, Store, StoreError,
        connection::Connection,
        retention::{AloneRow, KeptRow},
        whole::whole,
    },
    time::rfc3339,
};

/// Who erases when the time is over.
const BY: By<'static> = By { actor: "retention", staff: None, request: "" };
/// What the job is known as where it is kept how far it has come.
const TASK: &str = "retention";
/// How much further a day's work reaches than the one before.
const A_WEEK: i64 = 7 * A_DAY;
/// How many are looked at together.
const PAGE: u64 = 200;

/// Somebody whose data has been kept for long enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Due {
    /// The application; none: HR has yet to say which one is hers, and it is her account alone that goes.
    pub application: Option<ApplicationId>,
    /// Her account, where she has one.
    pub account: Option<AccountId>,
    /// Her name.
    pub full_name: String,
    /// Where she stands.
    pub stage: Option<String>,
    /// Whether she is in the running.
    pub sub_state: Option<String>,
    /// Since when she is here, RFC 3339 in UTC.
    pub created_at: String,
    /// Why her time is over: nothing new was heard of her for so many days, or she took back her consent.
    pub why: KeptFor,
    /// Whether HR is asked about her application and has not answered: until then it is not erased.
    pub asked: bool,
}

impl Due {
    /// What a page goes on behind.
    #[must_use]
    pub fn id(&self) -> Uuid {
        let account = || self.account.map(|AccountId(id)| id);
        self.application.map(|ApplicationId(id)| id).or_else(account).unwrap_or_default()
    }
}

/// A page of those whose data has been kept for long enough, beginning after one: of whom nothing new was heard for so many days, where a number is set (no change of
/// status, no door, no message of hers, no sign-in), and who took back their consent. Whoever works here is none.
///
/// # Errors
/// The store fails.
pub async fn due(store: &Store, days: Option<NonZeroU32>, after: Option<Uuid>, limit: u64) -> store::Result<Vec<Due>> {
    let now = store.clock().micros();
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let (mut found, mut last) = (Vec::new(), after);
    loop {
        let mut rows = candidates(connection, days, now, last).await?;
        let mut alone = candidates_alone(connection, days, (now, now), last).await?;
        // What lies behind the end of a page that is full may stand behind what was not read yet.
        let is_full = |length: usize| length as u64 == PAGE;
        let ends = [
            rows.last().filter(|_| is_full(rows.len())).map(|row| row.id),
            alone.last().filter(|_| is_full(alone.len())).map(|row| row.id),
        ];
        let end = ends.into_iter().flatten().min();
        rows.retain(|row| end.is_none_or(|end| row.id <= end));
        alone.retain(|row| end.is_none_or(|end| row.id <= end));
        let asked = asked_about(connection, &rows).await?;
        let facts = facts(connection, &rows, now).await?;
        let due = rows.iter().zip(facts).filter_map(|(row, facts)| Some(told(row, facts.due(days, now)?, &asked)));
        let facts_alone = facts_alone(connection, &alone, now).await?;
        let due_alone =
            alone.iter().zip(facts_alone).filter_map(|(row, facts)| Some(told_alone(row, facts.due(days, now)?)));
        let mut page: Vec<Due> = due.chain(due_alone).collect();
        page.sort_by_key(Due::id);
        let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(found.len());
        found.extend(page.into_iter().take(room));
        if end.is_none() || found.len() as u64 == limit {
            return Ok(found);
        }
        last = end;
    }
}

/// Those of these about whom HR is asked and has not answered, themselves or by what was merged into them; each with the account that it is asked for.
async fn asked_about(connection: &mut Connection<'_>, rows: &[KeptRow]) -> store::Result<HashSet<(Uuid, Uuid)>> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let merged = store::merged::merged_into(connection, &ids).await?;
    let all: Vec<Uuid> = ids.iter().chain(merged.keys()).copied().collect();
    let asked = store::accounts::questions_about(connection, &all).await?;
    let about = asked
        .into_iter()
        .flat_map(|one| std::iter::once(one.application_id).chain(one.other_id).map(move |id| (id, one.account_id)));
    Ok(about.map(|(id, account)| (merged.get(&id).copied().unwrap_or(id), account)).collect())
}

/// The next who may be due, in the order of their ids.
async fn candidates(
    connection: &mut Connection<'_>,
    days: Option<NonZeroU32>,
    now: i64,
    after: Option<Uuid>,
) -> store::Result<Vec<KeptRow>> {
    let taken_back = (withdrawn_before(now), lies_ahead_of(now));
    let mut rows = store::retention::withdrawn(connection, taken_back, after, PAGE).await?;
    if let Some(days) = days {
        rows.extend(store::retention::born_ahead(connection, lies_ahead_of(now), false, after, PAGE).await?);
        rows.extend(
            store::retention::older(connection, store::retention::first_id_of(quiet_since(days, now)), after, PAGE)
                .await?,
        );
    }
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    // What lies behind a page that is full is of the next one.
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    Ok(rows)
}

/// The next accounts without an application that may be due, in the order of their ids.
async fn candidates_alone(
    connection: &mut Connection<'_>,
    days: Option<NonZeroU32>,
    (until, now): (i64, i64),
    after: Option<Uuid>,
) -> store::Result<Vec<AloneRow>> {
    let ahead = lies_ahead_of(now);
    let taken_back = (withdrawn_before(until), ahead);
    let mut rows = store::retention::withdrawn_alone(connection, taken_back, after, PAGE).await?;
    if let Some(days) = days {
        let of_age = store::retention::first_id_of(quiet_since(days, until));
        rows.extend(store::retention::older_alone(connection, (of_age, ahead), after, PAGE).await?);
    }
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    Ok(rows)
}

fn told(row: &KeptRow, why: KeptFor, asked: &HashSet<(Uuid, Uuid)>) -> Due {
    // What is asked for another's account does not keep whoever took back her consent.
    let waits =
        |(id, account): &(Uuid, Uuid)| *id == row.id && (why != KeptFor::Withdrawn || Some(*account) == row.user_id);
    Due {
        application: Some(ApplicationId(row.id)),
        account: row.user_id.map(AccountId),
        full_name: row.full_name.clone(),
        stage: Some(row.stage.clone()),
        sub_state: Some(row.sub_state.clone()),
        created_at: rfc3339(row.created_at),
        why,
        asked: asked.iter().any(waits),
    }
}

fn told_alone(row: &AloneRow, why: KeptFor) -> Due {
    Due {
        application: None,
        account: Some(AccountId(row.id)),
        full_name: row.full_name.clone(),
        stage: None,
        sub_state: None,
        created_at: rfc3339(row.created_at),
        why,
        asked: false,
    }
}

/// What the job did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// People who were erased.
    pub people: u64,
    /// Rows of files that became nobody here, and were blanked.
    pub rows: u64,
    /// Drafts that nobody came back to, and that were thrown away.
    pub drafts: u64,
}

/// Does what [`purge`] does, once a day: none where it was done today, or another process is at it. Where it fails it may be begun again at once; killed, an hour later.
///
/// A clock that is years ahead erases nobody who is not due within the week: a day's work reaches at most [`A_WEEK`] further than that of the day before. After a long rest it catches
/// up day by day.
///
/// # Errors
/// [`PrivacyError::Stopped`]; the store fails.
pub async fn purge_daily(store: &Store, days: Option<NonZeroU32>, progress: &Progress) -> Result<Option<Purged>> {
    let now = store.clock().micros();
    let today = now.div_euclid(A_DAY);
    let begun = whole(|| async {
        let mut tx = store.write().await?;
        let connection = &mut tx.connection();
        let begun = store::daily::begin(connection, TASK, today, now).await?;
        let reached = store::daily::reached(connection, TASK).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(begun.then_some(reached))
    });
    let Some(reached) = begun.await? else { return Ok(None) };
    let until = reached.map_or(now, |reached| now.min(reached.saturating_add(A_WEEK)));
    if until < now {
        tracing::warn!(
            "data was last looked through long ago, or this clock is ahead: who is due by a week later than then is erased today"
        );
    }
    let purged = Job { store, days, now, until, progress, purged: Purged::default() }.run().await;
    whole(|| async {
        let mut tx = store.write().await?;
        store::daily::end(&mut tx.connection(), TASK, purged.is_ok().then_some((today, until))).await?;
        tx.commit().await
    })
    .await?;
    purged.map(Some)
}

/// Erases everybody who is due, one after another, each in a transaction of her own: broken off or stopped, it goes on where it was. `progress` counts whoever and whatever row is done. Whom HR has yet
/// to answer a question about is passed over until then, and the log says so; of who took back her consent, a question for her own account alone. What files hold of people who
/// became nobody here is kept for as long, and goes with them.
///
/// Nobody is looked at who cannot be due: who took back her consent is found by that; everybody else once, when she has been here for as long as data is kept, and
/// then whenever as long has passed since something was heard of her.
///
/// # Errors
/// [`PrivacyError::Stopped`], with what was done until then, which stays; the store fails.
pub async fn purge(store: &Store, days: Option<NonZeroU32>, progress: &Progress) -> Result<Purged> {
    let now = store.clock().micros();
    Job { store, days, now, until: now, progress, purged: Purged::default() }.run().await
}

/// The job, as far as it has come.
struct Job<'a> {
    store: &'a Store,
    days: Option<NonZeroU32>,
    /// By the clock, when it began.
    now: i64,
    /// Who is due by then is erased.
    until: i64,
    progress: &'a Progress,
    purged: Purged,
}

/// Whether it goes on.
///
/// # Errors
/// Somebody stopped it: what was done until then.
pub(super) fn goes_on(progress: &Progress, purged: &Purged) -> Result<()> {
    progress.check().map_err(|Cancelled| PrivacyError::Stopped(*purged))
}

impl Job<'_> {
    async fn run(mut self) -> Result<Purged> {
        forget_passed(self.store).await?;
        self.what_lies_ahead_no_more().await?;
        self.who_withdrew().await?;
        self.who_is_alone().await?;
        if let Some(days) = self.days {
            self.who_is_ahead().await?;
            self.who_came_of_age(days).await?;
            self.whose_turn_it_is(days).await?;
            leftover::purge(self.store, quiet_since(days, self.until), self.progress, &mut self.purged).await?;
        }
        Ok(self.purged)
    }

    /// What the clock has come to says by itself when it was.
    async fn what_lies_ahead_no_more(&self) -> Result<()> {
        let of = lies_ahead_of(self.now);
        if !store::retention::any_caught_up(&mut self.store.read().await?.connection(), of).await? {
            return Ok(());
        }
        whole(|| async {
            let mut tx = self.store.write().await?;
            store::retention::forget_caught_up(&mut tx.connection(), of).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Those who came while a clock was ahead, and those whose turn would be when it says: they have a turn from now on, as of whom something was heard today.
    async fn who_is_ahead(&mut self) -> Result<()> {
        let ahead = lies_ahead_of(self.now);
        let mut last = None;
        loop {
            let rows = {
                let mut reader = self.store.read().await?;
                store::retention::born_ahead(&mut reader.connection(), ahead, true, last, PAGE).await?
            };
            let Some(end) = rows.last() else { break };
            last = Some(end.id);
            let turns = self.look_at(&rows).await?;
            keep(self.store, &turns, &[], None).await?;
        }
        let mut last = None;
        loop {
            let (ids, rows) = {
                let mut reader = self.store.read().await?;
                let connection = &mut reader.connection();
                let ids = store::retention::turns_ahead(connection, ahead, last, PAGE).await?;
                let rows = store::retention::by_ids(connection, &ids).await?;
                (ids, rows)
            };
            let Some(end) = ids.last() else { return Ok(()) };
            last = Some(*end);
            let turns = self.look_at(&rows).await?;
            let gone: Vec<Uuid> = ids.into_iter().filter(|id| rows.iter().all(|row| row.id != *id)).collect();
            keep(self.store, &turns, &gone, None).await?;
        }
    }

    /// Remembers what of them lies ahead of the clock, and that it was seen today.
    async fn remember(&self, ahead: &[(Uuid, i64)]) -> Result<()> {
        if ahead.is_empty() {
            return Ok(());
        }
        tracing::warn!(
            people = ahead.len(),
            "a clock was ahead, or this one was set back: what was heard of them then counts as heard today"
        );
        whole(|| async {
            let mut tx = self.store.write().await?;
            store::retention::see_ahead(&mut tx.connection(), ahead, self.now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn who_withdrew(&mut self) -> Result<()> {
        let mut last = None;
        loop {
            let before = (withdrawn_before(self.until), lies_ahead_of(self.now));
            let rows = {
                let mut reader = self.store.read().await?;
                store::retention::withdrawn(&mut reader.connection(), before, last, PAGE).await?
            };
            let Some(end) = rows.last() else { return Ok(()) };
            last = Some(end.id);
            self.look_at(&rows).await?;
        }
    }

    async fn who_is_alone(&mut self) -> Result<()> {
        let mut last = None;
        loop {
            let (rows, facts) = {
                let mut reader = self.store.read().await?;
                let connection = &mut reader.connection();
                let rows = candidates_alone(connection, self.days, (self.until, self.now), last).await?;
                let facts = facts_alone(connection, &rows, self.now).await?;
                (rows, facts)
            };
            let Some(end) = rows.last() else { return Ok(()) };
            last = Some(end.id);
            let ahead: Vec<(Uuid, i64)> =
                rows.iter().zip(&facts).filter_map(|(row, facts)| Some((row.id, facts.ahead?))).collect();
            self.remember(&ahead).await?;
            for (row, facts) in rows.iter().zip(facts) {
                goes_on(self.progress, &self.purged)?;
                let why = match facts.due(self.days, self.until) {
                    Some(KeptFor::Withdrawn) => Why::Withdrawn,
                    Some(_) => Why::Retention,
                    None => continue,
                };
                match erase_account_if(self.store, AccountId(row.id), BY, why, Whom::Due(self.days)).await {
                    Ok(done) => {
                        self.progress.add(usize::from(done.first));
                        self.purged.people += u64::from(done.first);
                    }
                    // HR has said a moment ago whose application is hers, or she came back.
                    Err(PrivacyError::HasApplication { .. } | PrivacyError::KeptAccount(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }

    async fn who_came_of_age(&mut self, days: NonZeroU32) -> Result<()> {
        loop {
            let rows = {
                let mut reader = self.store.read().await?;
                let connection = &mut reader.connection();
                let passed = store::daily::passed(connection, TASK).await?;
                let of_age = store::retention::first_id_of(quiet_since(days, self.until));
                let draft = store::retention::first_of_drafts(connection).await?;
                let before = draft.map_or(of_age, |draft| draft.min(of_age));
                store::retention::older(connection, before, passed, PAGE).await?
            };
            let Some(end) = rows.last() else { return Ok(()) };
            let turns = self.look_at(&rows).await?;
            keep(self.store, &turns, &[], Some(end.id)).await?;
        }
    }

    async fn whose_turn_it_is(&mut self, days: NonZeroU32) -> Result<()> {
        let mut last = None;
        loop {
            let until = quiet_since(days, self.until);
            let (turns, rows) = {
                let mut reader = self.store.read().await?;
                let connection = &mut reader.connection();
                let turns = store::retention::turns(connection, until, last, PAGE).await?;
                let ids: Vec<Uuid> = turns.iter().map(|(_, id)| *id).collect();
                (turns, store::retention::by_ids(connection, &ids).await?)
            };
            let Some(end) = turns.last() else { return Ok(()) };
            last = Some(*end);
            let kept = self.look_at(&rows).await?;
            // Erased, removed, or shown by another one: parted from that one she has a turn again.
            let gone: Vec<Uuid> =
                turns.iter().map(|(_, id)| *id).filter(|id| rows.iter().all(|row| row.id != *id)).collect();
            keep(self.store, &kept, &gone, None).await?;
        }
    }

    /// Erases who is due of these. Gives the others, and when each was heard of last.
    async fn look_at(&mut self, rows: &[KeptRow]) -> Result<Vec<(Uuid, i64)>> {
        let facts = facts(&mut self.store.read().await?.connection(), rows, self.now).await?;
        let ahead: Vec<(Uuid, i64)> =
            rows.iter().zip(&facts).filter_map(|(row, facts)| Some((row.id, facts.ahead?))).collect();
        self.remember(&ahead).await?;
        let mut kept = Vec::new();
        for (row, facts) in rows.iter().zip(facts) {
            goes_on(self.progress, &self.purged)?;
            let why = match facts.due(self.days, self.until) {
                Some(KeptFor::Withdrawn) => Why::Withdrawn,
                Some(_) => Why::Retention,
                None => {
                    // Whoever stops working here is heard of then.
                    kept.push((row.id, if facts.works { self.until } else { facts.heard_at }));
                    continue;
                }
            };
            match erase_if(self.store, ApplicationId(row.id), BY, why, Whom::Due(self.days)).await {
                Ok(done) => {
                    tracing::info!(application = %row.id, %why, "erased");
                    self.progress.add(usize::from(done.first));
                    self.purged.people += u64::from(done.first);
                }
                // Looked at again tomorrow.
                Err(PrivacyError::Asked(asked)) => {
                    tracing::warn!(application = %row.id, %asked, %why, "HR is asked about whom is to be erased: that waits for the answer");
                    kept.push((row.id, facts.heard_at));
                }
                Err(PrivacyError::Kept(_)) => kept.push((row.id, facts.heard_at)),
                Err(PrivacyError::UnknownApplication(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(kept)
    }
}

/// Keeps who is looked at again and when, who is not, and how far the job has come.
async fn keep(store: &Store, turns: &[(Uuid, i64)], gone: &[Uuid], passed: Option<Uuid>) -> Result<()> {
    whole(|| async {
        let mut tx = store.write().await?;
        let connection = &mut tx.connection();
        store::retention::set_turns(connection, turns).await?;
        store::retention::forget_turns(connection, gone).await?;
        if let Some(passed) = passed {
            store::daily::set_passed(connection, TASK, passed).await?;
        }
        Ok(tx.commit().await?)
    })
    .await
}
