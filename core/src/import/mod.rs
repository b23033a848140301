//! From a portal's rows to applications: plan -> preview -> decisions -> commit -> undo.
//!
//! A file becomes a [`Batch`]. Its rows are planned as they flow in ([`stage`]): each gets one [`Outcome`], kept with the row. HR looks,
//! edits ([`edit`]) and decides ([`decide`]). [`commit`] carries the plan out in one transaction and lets the database refuse
//! it where the world has moved on since: then the rows are planned anew and the commit tries again. [`undo`] takes a batch back.
//! Rows that nobody decided wait in the queue ([`review`]).
//!
//! [`plan::plan`] is the decision itself, a pure function; everything else carries values to and from it.

mod apart;
mod batch;
mod carry;
mod commit;
mod contacts;
mod decide;
mod direct;
mod edit;
mod holders;
mod known;
pub mod mapping;
mod plan;
mod planner;
mod progress;
mod reopen;
mod review;
mod seen;
mod settle;
mod stage;
mod undo;
mod unplanned;
mod view;

pub(crate) use batch::without_samples;
pub use batch::{Batch, BatchState, Counts, NewBatch, UndoReport, UndoneApplication, WhyKept};
pub use commit::commit;
pub use decide::{Which, decide, undecided};
pub use direct::import_now;
pub use edit::{edit, plan_again};
pub use plan::{Action, Decision, Only, Outcome, Planned, Reason, RowFilter};
pub use progress::{Cancelled, Phase, Progress};
pub use review::{ReversedDecision, Review, ReviewFilter, review, review_page, settle, settled_page};
pub use stage::{Rows, Unreadable, abandon_stale, begin, discard, fail, stage, stage_again};
pub(crate) use undo::bring_again;
pub use undo::undo;
pub use unplanned::Unplanned;
pub(crate) use unplanned::likeness_of;
pub use view::{DecisionView, Match, RowView, row_view, rows, rows_after};

use crate::{
    id::BatchId,
    store::{
        self, Store, StoreError,
        connection::Connection,
        whole::{StepError, whole},
    },
};

/// What can go wrong with an import.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is no such import.
    #[error("there is no import {0}")]
    UnknownBatch(BatchId),
    /// There is no such row in the import.
    #[error("import {batch} has no row {row}")]
    UnknownRow {
        /// The import.
        batch: BatchId,
        /// The row.
        row: u32,
    },
    /// The import is in a state in which this cannot be done.
    #[error("import {batch} is {state}: {what}")]
    State {
        /// The import.
        batch: BatchId,
        /// Its state.
        state: BatchState,
        /// What was asked for and when it can be done.
        what: &'static str,
    },
    /// A row that needs no decision, or an action that does not fit it.
    #[error("row {row} cannot be decided so: {why}")]
    Decision {
        /// The row.
        row: u32,
        /// Why not, and what to do instead.
        why: String,
    },
    /// Somebody decided the row a moment ago.
    #[error("row {row} of import {batch} is decided already")]
    Decided {
        /// The import.
        batch: BatchId,
        /// The row.
        row: u32,
    },
    /// Other writers were quicker too many times in a row.
    #[error("import {0} met changes by others at every try: try again")]
    Contended(BatchId),
    /// The caller stopped it; nothing of the step was kept.
    #[error("the import was cancelled")]
    Cancelled,
    /// The rows stopped coming: the reader failed and says why itself.
    #[error("the file could not be read to its end")]
    Incomplete,
    /// What is known of earlier rows of a large file cannot be put aside.
    #[error(
        "a temporary file cannot be written ({0}): make room where the system keeps them, or name another folder (TMPDIR; TMP on Windows)"
    )]
    Scratch(std::io::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StepError for ImportError {
    fn of_store(&self) -> Option<&StoreError> {
        if let Self::Store(error) = self { Some(error) } else { None }
    }
}

/// The result of a step of an import.
pub type Result<T> = std::result::Result<T, ImportError>;

/// A batch by its id.
///
/// # Errors
/// [`ImportError::UnknownBatch`], or the store fails.
pub async fn batch(store: &Store, id: BatchId) -> Result<Batch> {
    let mut reader = store.read().await?;
    store::batches::get(&mut reader.connection(), id).await?.ok_or(ImportError::UnknownBatch(id))
}

/// A page of batches, newest first: those that are committed, undone, or drafts that HR can go on with.
///
/// # Errors
/// The store fails.
pub async fn batches(store: &Store, after: Option<BatchId>, limit: u64) -> Result<Vec<Batch>> {
    let mut reader = store.read().await?;
    Ok(store::batches::page(&mut reader.connection(), after, limit).await?)
}

/// What HR confirmed before for these headers.
///
/// # Errors
/// The store fails.
pub async fn remembered(store: &Store, header_key: &str) -> Result<Option<mapping::RememberedMapping>> {
    let mut reader = store.read().await?;
    Ok(store::mappings::get(&mut reader.connection(), header_key).await?)
}

/// The newest committed imports of a portal, newest first: what its files looked like before.
///
/// # Errors
/// The store fails.
pub async fn committed(store: &Store, portal: &str, limit: u64) -> Result<Vec<Batch>> {
    let mut reader = store.read().await?;
    Ok(store::batches::committed(&mut reader.connection(), portal, limit).await?)
}

/// Keeps what HR confirmed for these headers.
///
/// # Errors
/// The store fails.
pub async fn remember(
    store: &Store,
    header_key: &str,
    mapping: &mapping::RememberedMapping,
    actor: &str,
) -> Result<()> {
    let now = store.clock().micros();
    whole(|| async {
        let mut tx = store.write().await?;
        store::mappings::put(&mut tx.connection(), header_key, mapping, actor, now).await?;
        Ok::<_, ImportError>(tx.commit().await?)
    })
    .await
}

/// A batch that is a draft, ready to be looked at, decided and committed. Held by the transaction that changes it: no commit comes in
/// between.
async fn draft(connection: &mut Connection<'_>, id: BatchId, now: i64, what: &'static str) -> Result<Batch> {
    let found = store::batches::hold(connection, id, now).await?.ok_or(ImportError::UnknownBatch(id))?;
    if found.state == BatchState::Ready {
        Ok(found)
    } else {
        Err(ImportError::State { batch: id, state: found.state, what })
    }
}
