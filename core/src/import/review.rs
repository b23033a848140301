//! The queue: rows of committed imports that wait for a person.

use serde::{Deserialize, Serialize};

use super::{
    Batch, ImportError, Result,
    carry::Carrier,
    commit::Attempt,
    decide::decision,
    plan::{Action, Outcome, Reason},
    reopen::reopen,
    view::{DecisionView, RowView, with_matches},
};
use crate::{
    id::{ApplicationId, BatchId},
    linking::Score,
    store::{self, Store, StoreError, connection::Connection, whole::whole},
    time::rfc3339,
};

/// Which rows of the queue are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewFilter {
    /// Why they wait.
    pub reason: Option<Reason>,
    /// The portal that they came from.
    pub portal: Option<String>,
    /// The import that they came in.
    pub batch: Option<BatchId>,
    /// The least score that they were planned with; rows that name nobody are left out.
    pub min: Option<Score>,
}

/// A row of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The import.
    pub batch: Batch,
    /// The row.
    pub row: RowView,
    /// Decisions about it that were taken back, oldest first.
    pub reversed: Vec<ReversedDecision>,
}

/// A decision that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReversedDecision {
    /// What had been decided, and by whom.
    pub decision: DecisionView,
    /// Who took it back.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

/// A page of the queue, oldest first, each row with everybody it may be now, and how many wait in all.
///
/// # Errors
/// The store fails.
pub async fn review_page(
    store: &Store,
    filter: &ReviewFilter,
    after: Option<(BatchId, u32)>,
    limit: u64,
) -> Result<(Vec<Review>, u64)> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let total = u64::try_from(store::reviews::count(connection, filter).await?).unwrap_or(0);
    let mut page = Vec::new();
    for (id, row) in store::reviews::page(connection, filter, after, limit).await? {
        page.push(of(connection, BatchId(id), u32::try_from(row).unwrap_or(0)).await?);
    }
    Ok((page, total))
}

/// A page of what was decided about rows of committed imports, newest first, each with when: `before` is the last one of the page before.
///
/// # Errors
/// The store fails.
pub async fn settled_page(
    store: &Store,
    filter: &ReviewFilter,
    before: Option<(i64, BatchId, u32)>,
    limit: u64,
) -> Result<Vec<(i64, Review)>> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let mut page = Vec::new();
    for (id, row, at) in store::reviews::decided(connection, filter, before, limit).await? {
        page.push((at, of(connection, BatchId(id), u32::try_from(row).unwrap_or(0)).await?));
    }
    Ok(page)
}

async fn of(connection: &mut Connection<'_>, id: BatchId, row: u32) -> Result<Review> {
    let batch = store::batches::get(connection, id).await?.ok_or(ImportError::UnknownBatch(id))?;
    let planned = store::rows::by_numbers(connection, id, &[row]).await?;
    let row = with_matches(connection, id, planned).await?.pop().ok_or(ImportError::UnknownRow { batch: id, row })?;
    let mut reversed = Vec::new();
    for one in store::reviews::reversed(connection, id, row.row).await? {
        let action = Action::from_word(&one.decision).ok_or_else(|| {
            StoreError::corrupt(format!("row {} of import {id}", row.row), "a decision that was taken back")
        })?;
        let application = one.decision_application.map(ApplicationId);
        let decision = DecisionView { action, application, by: one.decided_by, at: rfc3339(one.decided_at) };
        reversed.push(ReversedDecision { decision, by: one.reversed_by, at: rfc3339(one.reversed_at) });
    }
    Ok(Review { batch, row, reversed })
}

/// One row that waits, or waited, in the queue.
///
/// # Errors
/// There is no such row; the store fails.
pub async fn review(store: &Store, id: BatchId, row: u32) -> Result<Review> {
    let mut reader = store.read().await?;
    of(&mut reader.connection(), id, row).await
}

/// How often a decision is tried again when others were quicker.
const TRIES: usize = 5;

/// Decides a row of the queue and carries that out at once. [`Action::Later`] takes back what was decided: the row waits again.
///
/// # Errors
/// [`ImportError::Decided`] when somebody was quicker; [`ImportError::Decision`] when the action does not fit; the store fails.
pub async fn settle(
    store: &Store,
    id: BatchId,
    row: u32,
    action: Action,
    application: Option<ApplicationId>,
    actor: &str,
) -> Result<Review> {
    let now = store.clock().micros();
    let mut tries = 0;
    loop {
        tries += 1;
        match whole(|| attempt(store, id, row, action, application, actor, now)).await {
            Ok(()) => break,
            Err(Attempt::Stale | Attempt::Failed(ImportError::Store(StoreError::Conflict(_)))) if tries < TRIES => {}
            Err(Attempt::Stale) => return Err(ImportError::Contended(id)),
            Err(Attempt::Failed(error)) => return Err(error),
        }
    }
    review(store, id, row).await
}

async fn attempt(
    store: &Store,
    id: BatchId,
    row: u32,
    action: Action,
    application: Option<ApplicationId>,
    actor: &str,
    now: i64,
) -> std::result::Result<(), Attempt> {
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    // Held: whoever settles another row of it, or takes it back, waits.
    let batch = store::batches::hold(connection, id, now).await?.ok_or(ImportError::UnknownBatch(id))?;
    let found = store::rows::by_numbers(connection, id, &[row]).await?.pop();
    let mut planned = found.ok_or(ImportError::UnknownRow { batch: id, row })?;
    if action == Action::Later {
        if reopen(connection, &batch, planned, actor, now).await? {
            tx.commit().await?;
        }
        return Ok(());
    }
    if !store::reviews::settle(connection, id, row, now, action == Action::Discard).await? {
        return Err(match planned.decision {
            // An earlier run of this step was kept, though its answer was lost.
            Some(kept) if (kept.action, kept.by.as_str(), kept.at) == (action, actor, now) => return Ok(()),
            Some(_) => ImportError::Decided { batch: id, row },
            None => ImportError::Decision { row, why: "it does not wait in the queue".to_owned() },
        }
        .into());
    }
    let Some(noted) = decision(connection, id, &planned, action, application, actor, now).await? else { return Ok(()) };
    let carrier = Carrier {
        dialect: connection.dialect(),
        batch: id,
        portal: batch.portal.as_str().into(),
        actor: actor.into(),
        now,
    };
    planned.application = carrier.decided(connection, &planned, &noted, None).await?;
    planned.decision = Some(noted);
    if action == Action::Discard {
        planned.outcome = Outcome::Rejected;
        planned.reason = Some(Reason::Discarded);
        let mut counts = batch.counts;
        counts.review = counts.review.saturating_sub(1);
        counts.rejected += 1;
        store::batches::set_counts(connection, id, &counts, batch.minted, now).await?;
    } else if planned.application.is_none() {
        let why = "the row that it is to join has not become an application: decide that one first".to_owned();
        return Err(ImportError::Decision { row, why }.into());
    }
    store::rows::update(connection, id, &planned).await?;
    tx.commit().await?;
    Ok(())
}
