//! For how long data is kept: whoever's time is over is erased.

use std::num::NonZeroU32;

use serde::Serialize;
use uuid::Uuid;

use super::{
    By, Erased, KeptFor, PrivacyError, Result, Why,
    erase::{Whom, erase_if},
    keeping::{A_DAY, facts, quiet_since, withdrawn_before},
};
use crate::{
    id::ApplicationId,
    store::{self, Store, StoreError, connection::Connection, retention::KeptRow, whole::whole},
    time::rfc3339,
};

/// Who erases when the time is over.
const ACTOR: &str = "retention";
/// What the job is known as where it is kept how far it has come.
const TASK: &str = "retention";
/// How many are looked at together.
const PAGE: u64 = 200;

/// Somebody whose data has been kept for long enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Due {
    /// The application.
    pub application: ApplicationId,
    /// Her name.
    pub full_name: String,
    /// Where she stands.
    pub stage: String,
    /// Whether she is in the running.
    pub sub_state: String,
    /// Since when she is here, RFC 3339 in UTC.
    pub created_at: String,
    /// Why her time is over: nothing new was heard of her for so many days, or she took back her consent.
    pub why: KeptFor,
}

/// A page of those whose data has been kept for long enough, beginning after one: of whom nothing new was heard for so many days, where a number is set (no change of
/// status, no door, no message of hers, no sign-in), and who took back their consent. Whoever works here is none.
///
/// # Errors
/// The store fails.
pub async fn due(
    store: &Store,
    days: Option<NonZeroU32>,
    after: Option<ApplicationId>,
    limit: u64,
) -> store::Result<Vec<Due>> {
    let now = store.clock().micros();
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let (mut found, mut last) = (Vec::new(), after.map(|ApplicationId(id)| id));
    loop {
        let rows = candidates(connection, days, now, last).await?;
        let Some(end) = rows.last() else { return Ok(found) };
        last = Some(end.id);
        for (row, facts) in rows.iter().zip(facts(connection, &rows).await?) {
            found.extend(facts.due(days, now).map(|why| told(row, why)));
            if found.len() as u64 == limit {
                return Ok(found);
            }
        }
    }
}

/// The next who may be due, in the order of their ids.
async fn candidates(
    connection: &mut Connection<'_>,
    days: Option<NonZeroU32>,
    now: i64,
    after: Option<Uuid>,
) -> store::Result<Vec<KeptRow>> {
    let mut rows = store::retention::withdrawn(connection, withdrawn_before(now), after, PAGE).await?;
    if let Some(days) = days {
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

fn told(row: &KeptRow, why: KeptFor) -> Due {
    Due {
        application: ApplicationId(row.id),
        full_name: row.full_name.clone(),
        stage: row.stage.clone(),
        sub_state: row.sub_state.clone(),
        created_at: rfc3339(row.created_at),
        why,
    }
}

/// Erases everybody who is due, as [`purge`] does, once a day: none where it was done today, or another process is at it. Where it fails it may be begun again at once;
/// killed, an hour later.
///
/// # Errors
/// The store fails.
pub async fn purge_daily(
    store: &Store,
    days: Option<NonZeroU32>,
    progress: impl FnMut(&Erased) + Send,
) -> Result<Option<u64>> {
    let now = store.clock().micros();
    let today = now.div_euclid(A_DAY);
    let begun = whole(|| async {
        let mut tx = store.write().await?;
        let begun = store::daily::begin(&mut tx.connection(), TASK, today, now).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(begun)
    });
    if !begun.await? {
        return Ok(None);
    }
    let erased = purge(store, days, progress).await;
    whole(|| async {
        let mut tx = store.write().await?;
        store::daily::end(&mut tx.connection(), TASK, erased.is_ok().then_some(today)).await?;
        tx.commit().await
    })
    .await?;
    erased.map(Some)
}

/// Erases everybody who is due, one after another, each in a transaction of her own: broken off, it goes on where it was. Each is told to `progress`. Whom HR has yet to
/// answer a question about is passed over until then. Gives how many were erased.
///
/// Nobody is looked at who cannot be due: who took back her consent is found by that; everybody else once, when she has been here for as long as data is kept, and
/// then whenever as long has passed since something was heard of her.
///
/// # Errors
/// The store fails.
pub async fn purge(store: &Store, days: Option<NonZeroU32>, mut progress: impl FnMut(&Erased) + Send) -> Result<u64> {
    let mut job = Job { store, days, progress: &mut progress, erased: 0 };
    job.who_withdrew().await?;
    if let Some(days) = days {
        job.who_came_of_age(days).await?;
        job.whose_turn_it_is(days).await?;
    }
    Ok(job.erased)
}

/// The job, as far as it has come.
struct Job<'a> {
    store: &'a Store,
    days: Option<NonZeroU32>,
    progress: &'a mut (dyn FnMut(&Erased) + Send),
    erased: u64,
}

impl Job<'_> {
    fn now(&self) -> i64 {
        self.store.clock().micros()
    }

    async fn who_withdrew(&mut self) -> Result<()> {
        let mut last = None;
        loop {
            let before = withdrawn_before(self.now());
            let rows = {
                let mut reader = self.store.read().await?;
                store::retention::withdrawn(&mut reader.connection(), before, last, PAGE).await?
            };
            let Some(end) = rows.last() else { return Ok(()) };
            last = Some(end.id);
            self.look_at(&rows).await?;
        }
    }

    async fn who_came_of_age(&mut self, days: NonZeroU32) -> Result<()> {
        loop {
            let rows = {
                let mut reader = self.store.read().await?;
                let connection = &mut reader.connection();
                let passed = store::daily::passed(connection, TASK).await?;
                let of_age = store::retention::first_id_of(quiet_since(days, self.now()));
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
            let until = quiet_since(days, self.now());
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
        let facts = facts(&mut self.store.read().await?.connection(), rows).await?;
        let mut kept = Vec::new();
        for (row, facts) in rows.iter().zip(facts) {
            let now = self.now();
            let why = match facts.due(self.days, now) {
                Some(KeptFor::Withdrawn) => Why::Withdrawn,
                Some(_) => Why::Retention,
                None => {
                    // Whoever stops working here is heard of then.
                    kept.push((row.id, if facts.works { now } else { facts.heard_at }));
                    continue;
                }
            };
            let by = By { actor: ACTOR, staff: None };
            match erase_if(self.store, ApplicationId(row.id), by, why, Whom::Due(self.days)).await {
                Ok(done) => {
                    (self.progress)(&done);
                    self.erased += u64::from(done.first);
                }
                // Looked at again tomorrow.
                Err(PrivacyError::Asked(_) | PrivacyError::Kept(_)) => kept.push((row.id, facts.heard_at)),
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
