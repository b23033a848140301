//! A file is imported in one go: what `satu import` does, where nobody wants to look first.
//!
//! The same plan and the same writes as a draft and its commit, without the draft: rows are planned and carried out as they flow in, in one
//! transaction. A process that is killed leaves nothing at all.

use tokio::task::JoinError;

use super::{
    Batch, BatchState, ImportError, NewBatch, Progress, Result, batch,
    carry::Carrier,
    commit::Attempt,
    planner::{Chunk, Planner},
    stage::{Rows, Tally, Unreadable},
};
use crate::{
    id::BatchId,
    store::{self, Store, StoreError, bulk::Inserts},
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
    let carrier = Carrier { batch: id, portal: new.portal.as_str().into(), actor: actor.into(), now };
    let mut planner = Planner::new(id);
    let mut tally = Tally::default();
    let mut tx = store.write().await?;
    store::batches::insert(&mut tx.connection(), id, new, actor, now).await?;
    let (mut pending, mut inserts) = (Vec::new(), Inserts::default());
    loop {
        let next = match rows.recv().await {
            Some(chunk) => {
                let chunk = chunk.map_err(|Unreadable| ImportError::Incomplete)?;
                let known = planner.look_up(&mut tx.connection(), &chunk, &pending).await?;
                // Planned by another thread while the engine writes the rows before.
                let carrier = carrier.clone();
                Some(tokio::task::spawn_blocking(move || {
                    let Chunk { rows, contents } = planner.plan_known(chunk, &known);
                    let inserts = store::rows::inserts(id, &rows, contents).map(|kept| kept.then(carrier.plain(&rows)));
                    (planner, rows, inserts)
                }))
            }
            None => {
                drop(planner); // What it remembers of a large file is memory that sorting the claims can use.
                None
            }
        };
        progress.check()?;
        std::mem::take(&mut inserts).run(&mut tx.connection()).await?;
        carrier.join_planned(&mut tx.connection(), &pending).await?;
        tally.count(&pending);
        progress.add(pending.len());
        let Some(next) = next else { break };
        let made = match next.await.map_err(JoinError::try_into_panic) {
            Ok(made) => made,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            Err(Err(_)) => return Err(ImportError::Cancelled.into()), // The program is ending.
        };
        (planner, pending, inserts) = (made.0, made.1, made.2?);
    }
    progress.check()?;
    let connection = &mut tx.connection();
    carrier.claim_planned(connection, tally.minted, &tally.counts).await?;
    store::batches::set_counts(connection, id, &tally.counts, tally.minted, now).await?;
    store::batches::advance(connection, id, BatchState::Staging, BatchState::Committed, now).await?;
    tx.commit().await?;
    Ok(id)
}
