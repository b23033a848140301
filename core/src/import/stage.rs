//! Rows flow in, are planned and kept: the draft that HR looks at.

use tokio::sync::mpsc;

use super::{
    Batch, BatchState, Counts, ImportError, NewBatch, Progress, Result, batch,
    plan::{Outcome, Planned},
    planner::{Chunk, Planner},
    unplanned::Unplanned,
    without_samples,
};
use crate::{
    id::{ApplicationId, BatchId},
    store::{self, Store, rows::Content, whole::whole},
};

/// What a reader sends: chunks of rows in the file's order, or word that it failed (the caller knows why).
pub type Rows = mpsc::Receiver<std::result::Result<Vec<Unplanned>, Unreadable>>;

/// The file could not be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// A half-way batch that nobody has touched for so long belongs to a process that is gone. Two machines' clocks may be minutes apart.
const STALE: i64 = 60 * 60 * 1_000_000;

/// Begins a batch under an id that the caller minted.
///
/// # Errors
/// The store fails.
pub async fn begin(store: &Store, id: BatchId, new: &NewBatch, actor: &str) -> Result<()> {
    let now = store.clock().micros();
    // Inserted unless it is there: an earlier run of this step may have been kept, though its answer was lost.
    whole(|| async {
        let mut tx = store.write().await?;
        store::batches::insert(&mut tx.connection(), id, new, actor, now).await?;
        Ok::<_, ImportError>(tx.commit().await?)
    })
    .await
}

/// Plans and keeps the rows of a batch as they come, and leaves it a draft that is ready. Memory holds a few chunks.
///
/// # Errors
/// [`ImportError::Cancelled`] and [`ImportError::Incomplete`] leave the batch as it is: [`discard`] or [`fail`] it. The store fails.
pub async fn stage(store: &Store, id: BatchId, mut rows: Rows, progress: &Progress) -> Result<Batch> {
    let mut planner = Planner::new(id, store);
    let mut tally = Tally::default();
    while let Some(chunk) = rows.recv().await {
        let chunk = chunk.map_err(|Unreadable| ImportError::Incomplete)?;
        progress.check()?;
        let Chunk { rows: planned, contents } = planner.plan(&mut store.read().await?.connection(), chunk).await?;
        tally.count(&planned);
        keep(store, id, &planned, contents, &tally).await?;
        progress.add(planned.len());
    }
    progress.check()?;
    whole(|| async {
        let mut tx = store.write().await?;
        let connection = &mut tx.connection();
        let now = store.clock().micros();
        store::batches::set_counts(connection, id, &tally.counts, tally.minted, now).await?;
        if !store::batches::advance(connection, id, BatchState::Staging, BatchState::Ready, now).await? {
            // Ready, unless somebody cancelled it: an earlier run of this step was kept, though its answer was lost.
            let found = store::batches::get(connection, id).await?;
            return found.filter(|found| found.state == BatchState::Ready).map(|_| ()).ok_or(ImportError::Cancelled);
        }
        Ok(tx.commit().await?)
    })
    .await?;
    batch(store, id).await
}

/// Keeps the next rows of a draft, and what is counted so far.
async fn keep(
    store: &Store,
    id: BatchId,
    planned: &[Planned],
    contents: Vec<Option<Content>>,
    tally: &Tally,
) -> Result<()> {
    let mut contents = Some(contents);
    whole(|| {
        let contents = contents.take();
        async move {
            let mut tx = store.write().await?;
            let connection = &mut tx.connection();
            let again = contents.is_none();
            if let (true, Some(first), Some(last)) = (again, planned.first(), planned.last()) {
                // An earlier run of this step may have been kept, though its answer was lost.
                store::rows::delete_between(connection, id, first.row.row, last.row.row).await?;
            }
            let contents = contents.unwrap_or_else(|| planned.iter().map(|_| None).collect());
            store::rows::inserts(store.dialect(), id, planned, contents)?.run(connection).await?;
            let now = store.clock().micros();
            store::batches::set_counts(connection, id, &tally.counts, tally.minted, now).await?;
            Ok::<_, ImportError>(tx.commit().await?)
        }
    })
    .await
}

/// Counts of planned rows and the range of the ids that they mint.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) counts: Counts,
    pub(super) minted: Option<(ApplicationId, ApplicationId)>,
}

impl Tally {
    pub(super) fn count(&mut self, planned: &[Planned]) {
        for one in planned {
            self.counts.add(one.outcome);
            if let (Outcome::New, Some(id)) = (one.outcome, one.application) {
                let (first, last) = self.minted.unwrap_or((id, id));
                self.minted = Some((first.min(id), last.max(id)));
            }
        }
    }
}

/// Takes the rows of a draft away, so that they can be staged anew under another mapping. Of a draft whose rows are away already, for its reading was broken off, only the mapping changes.
///
/// # Errors
/// The batch is no draft; the store fails.
pub async fn stage_again(
    store: &Store,
    id: BatchId,
    portal: &str,
    sheet: Option<&str>,
    description: &serde_json::Value,
) -> Result<()> {
    whole(|| async {
        let mut tx = store.write().await?;
        let connection = &mut tx.connection();
        let now = store.clock().micros();
        if !store::batches::advance(connection, id, BatchState::Ready, BatchState::Staging, now).await? {
            // Ready once, and an earlier run of this step was kept, or its reading was broken off.
            let found = store::batches::get(connection, id).await?.ok_or(ImportError::UnknownBatch(id))?;
            if found.state != BatchState::Staging {
                let what = "only a draft can be read again";
                return Err(ImportError::State { batch: id, state: found.state, what });
            }
        }
        store::batches::describe(connection, id, portal, sheet, description, now).await?;
        store::batches::set_counts(connection, id, &Counts::default(), None, now).await?;
        store::rows::delete(connection, id).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Throws a draft away.
///
/// # Errors
/// The batch is committed or undone already; the store fails.
pub async fn discard(store: &Store, id: BatchId) -> Result<()> {
    whole(|| discard_once(store, id)).await
}

async fn discard_once(store: &Store, id: BatchId) -> Result<()> {
    let mut tx = store.write().await?;
    let now = store.clock().micros();
    let mut was_draft = false;
    for from in [BatchState::Ready, BatchState::Staging, BatchState::Failed] {
        was_draft =
            was_draft || store::batches::advance(&mut tx.connection(), id, from, BatchState::Discarded, now).await?;
    }
    if !was_draft {
        let found = store::batches::get(&mut tx.connection(), id).await?.ok_or(ImportError::UnknownBatch(id))?;
        if found.state != BatchState::Discarded {
            let what = "only a draft can be discarded; a committed import can be undone";
            return Err(ImportError::State { batch: id, state: found.state, what });
        }
        // A reader that was just being cancelled may have added rows since.
    }
    store::batches::set_counts(&mut tx.connection(), id, &Counts::default(), None, now).await?;
    store::rows::delete(&mut tx.connection(), id).await?;
    // What was shown of the cells beside the columns, and what an error named of one, goes with the rows.
    if let Some(found) = store::batches::get(&mut tx.connection(), id).await? {
        store::batches::strip(&mut tx.connection(), id, &without_samples(&found.description)).await?;
    }
    Ok(tx.commit().await?)
}

/// Marks a batch whose rows did not all come as failed, and keeps why. One that is ready stays so: its last step was kept, though the answer to
/// it was lost.
///
/// # Errors
/// The store fails.
pub async fn fail(store: &Store, id: BatchId, problem: &serde_json::Value) -> Result<()> {
    whole(|| fail_once(store, id, problem)).await
}

async fn fail_once(store: &Store, id: BatchId, problem: &serde_json::Value) -> Result<()> {
    let mut tx = store.write().await?;
    let now = store.clock().micros();
    if !store::batches::advance(&mut tx.connection(), id, BatchState::Staging, BatchState::Failed, now).await? {
        return Ok(());
    }
    store::batches::set_problem(&mut tx.connection(), id, problem).await?;
    store::batches::set_counts(&mut tx.connection(), id, &Counts::default(), None, now).await?;
    store::rows::delete(&mut tx.connection(), id).await?;
    Ok(tx.commit().await?)
}

/// Throws away what processes that are gone left half-way. Called when a program starts.
///
/// # Errors
/// The store fails.
pub async fn abandon_stale(store: &Store) -> Result<usize> {
    let now = store.clock().micros();
    let stale = store::batches::abandoned(&mut store.read().await?.connection(), STALE, now).await?;
    for id in &stale {
        discard(store, BatchId(id.0)).await?;
    }
    Ok(stale.len())
}
