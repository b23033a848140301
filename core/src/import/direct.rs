//! A file is imported in one go: what `satu import` does, where nobody wants to look first.
//!
//! The same plan and the same writes as a draft and its commit, without the draft: rows are planned and carried out as they flow in, in one
//! transaction. A process that is killed leaves nothing at all.

use super::{
    Batch, BatchState, ImportError, NewBatch, Progress, Result, batch,
    carry::Carrier,
    commit::{Attempt, carry_plain},
    planner::Planner,
    stage::{Rows, Tally, Unreadable},
};
use crate::{
    id::BatchId,
    store::{self, Store, StoreError},
};

/// Imports the rows of a file: commits what needs no decision, queues the rest. None when another writer was quicker with one of its identifiers:
/// nothing is kept then, and the file is to be staged and committed, which settles such races.
///
/// # Errors
/// [`ImportError::Cancelled`], [`ImportError::Incomplete`] and failures of the store; nothing is kept.
pub async fn import_now(
    store: &Store,
    new: &NewBatch,
    rows: Rows,
    actor: &str,
    progress: &Progress,
) -> Result<Option<Batch>> {
    match attempt(store, new, rows, actor, progress).await {
        Ok(id) => Ok(Some(batch(store, id).await?)),
        Err(Attempt::Stale | Attempt::Failed(ImportError::Store(StoreError::Conflict(_)))) => Ok(None),
        Err(Attempt::Failed(error)) => Err(error),
    }
}

async fn attempt(
    store: &Store,
    new: &NewBatch,
    mut rows: Rows,
    actor: &str,
    progress: &Progress,
) -> std::result::Result<BatchId, Attempt> {
    let id = BatchId::mint();
    let now = store.clock().micros();
    let carrier = Carrier { batch: id, portal: &new.portal, actor, now };
    let mut planner = Planner::new(id);
    let mut tally = Tally::default();
    let mut tx = store.write().await?;
    store::batches::insert(&mut tx.connection(), id, new, actor, now).await?;
    while let Some(chunk) = rows.recv().await {
        let chunk = chunk.map_err(|Unreadable| ImportError::Incomplete)?;
        progress.check()?;
        let (planned, contents) = planner.plan(&mut tx.connection(), chunk).await?;
        store::rows::insert(&mut tx.connection(), id, &planned, contents).await?;
        carry_plain(&carrier, &mut tx, &planned).await?;
        tally.count(&planned);
        progress.add(planned.len());
    }
    progress.check()?;
    drop(planner); // What it remembers of a large file is memory that sorting the claims can use.
    let connection = &mut tx.connection();
    if let Some((first, last)) = tally.minted {
        store::identifiers::claim_range(connection, id, first, last).await?;
        store::sources::claim_range(connection, id, first, last).await?;
    }
    store::batches::set_counts(connection, id, &tally.counts, tally.minted, now).await?;
    store::batches::advance(connection, id, BatchState::Staging, BatchState::Committed, now).await?;
    tx.commit().await?;
    Ok(id)
}
