//! How far a long step has come, and how it is stopped.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio_util::sync::CancellationToken;

use crate::words::words;

words! {
    /// What a running import is doing.
    Phase {
        /// Rows are read, cleaned and planned.
        Reading = "reading",
        /// Rows that are there are planned anew.
        Planning = "planning",
        /// A decision is noted on rows of a class.
        Deciding = "deciding",
        /// Rows become applications.
        Committing = "committing",
        /// Applications are taken back.
        Undoing = "undoing",
    }
}

/// A counter of rows that the worker moves and anybody may read, with a way to stop the worker. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    done: Arc<AtomicU64>,
    cancelled: CancellationToken,
}

/// The step was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

impl Progress {
    /// Rows done so far.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Begins a step at zero.
    pub fn restart(&self) {
        self.done.store(0, Ordering::Relaxed);
    }

    /// Counts rows.
    pub fn add(&self, rows: usize) {
        self.done.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// Asks the worker to stop at the next chunk of rows.
    pub fn cancel(&self) {
        self.cancelled.cancel();
    }

    /// Whether somebody asked to stop.
    ///
    /// # Errors
    /// [`Cancelled`] if so.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.cancelled.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

impl From<Cancelled> for super::ImportError {
    fn from(Cancelled: Cancelled) -> Self {
        Self::Cancelled
    }
}
