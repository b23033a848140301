//! A file is imported in one go: what `satu import` does, where nobody wants to look first.
//!
//! The same plan and the same writes as a draft and its commit, without the draft: rows are planned and carried out as they flow in, in one
//! transaction. A process that is killed leaves nothing at all.

use tokio::task::JoinError;

use super::{
    Batch, BatchState, ImportError, NewBatch, Progress, Result, batch,
    carry::Carrier,
    commit::Attempt,
    known::{Asked, Known},
    plan::Planned,
    planner::{Chunk, Planner},
    stage::{Rows, Tally, Unreadable},
};
use crate::{
    id::BatchId,
    store::{self, Store, StoreError, bulk::Inserts},
};

/// Imports the rows of a file: commits what needs no decision, queues the rest. None when another writer was quicker with one of its identifiers,
/// or the engine took the transaction back: nothing is kept then, and the file is to be staged and committed, which settles such races.
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
    let id = BatchId::mint();
    match attempt(store, id, new, rows, actor, progress).await {
        Ok(()) => Ok(Some(batch(store, id).await?)),
        Err(
            Attempt::Stale | Attempt::Failed(ImportError::Store(StoreError::Conflict(_) | StoreError::Contended(_))),
        ) => Ok(None),
        // Lost at its commit, it was kept whole or not at all.
        Err(Attempt::Failed(ImportError::Store(StoreError::Lost(_)))) => match batch(store, id).await {
            Err(ImportError::UnknownBatch(_)) => Ok(None),
            kept => kept.map(Some),
        },
        Err(Attempt::Failed(error)) => Err(error),
    }
}

async fn attempt(
    store: &Store,
    id: BatchId,
    new: &NewBatch,
    rows: Rows,
    actor: &str,
    progress: &Progress,
) -> std::result::Result<(), Attempt> {
    let now = store.clock().micros();
    let carrier =
        Carrier { dialect: store.dialect(), batch: id, portal: new.portal.as_str().into(), actor: actor.into(), now };
    let mut tally = Tally::default();
    let mut tx = store.write().await?;
    let nobody = store::holds_nobody(&mut tx.connection()).await?;
    let erased = store::erased::extent(&mut tx.connection()).await?;
    store::batches::insert(&mut tx.connection(), id, new, actor, now).await?;
    let ahead = Ahead { planner: Planner::new(id, store), rows, carrier: carrier.clone() };
    let mut step = beside(move || ahead.begin()).await?;
    loop {
        let Step { planned, inserts, next } = step;
        let working = match next {
            Some((ahead, asked)) => {
                let known = asked.look_up(&mut tx.connection(), &planned, nobody).await?;
                Some(beside(move || ahead.step(asked, &known)))
            }
            None => None,
        };
        progress.check()?;
        inserts.run(&mut tx.connection()).await?;
        carrier.join_planned(&mut tx.connection(), &planned).await?;
        tally.count(&planned);
        progress.add(planned.len());
        let Some(working) = working else { break };
        step = working.await?;
    }
    progress.check()?;
    let connection = &mut tx.connection();
    carrier.claim_planned(connection, tally.minted, &tally.counts).await?;
    if store::erased::extent(connection).await? != erased {
        return Err(Attempt::Stale); // Somebody was erased meanwhile: a row may be hers.
    }
    store::batches::set_counts(connection, id, &tally.counts, tally.minted, now).await?;
    store::batches::advance(connection, id, BatchState::Staging, BatchState::Committed, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Plans the next rows while the engine writes those before: everything that takes a processor and no connection.
struct Ahead {
    planner: Planner,
    rows: Rows,
    carrier: Carrier,
}

/// Rows that are planned, what is to be written of them, and whom to ask about the next ones; no next ones at the file's end.
struct Step {
    planned: Vec<Planned>,
    inserts: Inserts,
    next: Option<(Ahead, Asked)>,
}

impl Ahead {
    /// Takes the first rows of the file.
    fn begin(self) -> Result<Step> {
        self.next(Vec::new(), Inserts::default())
    }

    /// Plans rows and takes the next ones.
    fn step(mut self, asked: Asked, known: &Known) -> Result<Step> {
        let Chunk { rows, contents } = self.planner.plan_known(asked, known);
        let inserts = store::rows::inserts(self.carrier.dialect, self.carrier.batch, &rows, contents)?
            .then(self.carrier.plain(&rows));
        self.next(rows, inserts)
    }

    fn next(mut self, planned: Vec<Planned>, inserts: Inserts) -> Result<Step> {
        let next = match self.rows.blocking_recv() {
            None => None, // The planner ends here: what it remembers of a large file is memory that sorting the claims can use.
            Some(rows) => {
                let asked = self.planner.asked(rows.map_err(|Unreadable| ImportError::Incomplete)?)?;
                Some((self, asked))
            }
        };
        Ok(Step { planned, inserts, next })
    }
}

/// Begins work on a thread of its own, and waits for it where it is needed.
fn beside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> impl Future<Output = Result<T>> {
    let work = tokio::task::spawn_blocking(work);
    async {
        match work.await.map_err(JoinError::try_into_panic) {
            Ok(done) => done,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            Err(Err(_)) => Err(ImportError::Cancelled), // The program is ending.
        }
    }
}
