//! The search for duplicates: one at a time, with its progress and a way to stop it, and what the last one found. It is kept in memory: it can be
//! found again, and what people have answered since is in the store.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use satu_core::{import::Progress, linking::Duplicate};

use crate::problem::Problem;

/// The running search, and what came of the last one.
#[derive(Debug, Default, Clone)]
pub struct Searches(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    running: Option<Running>,
    found: Option<Arc<Found>>,
    failed: Option<Problem>,
}

/// A running search.
#[derive(Debug, Clone)]
pub struct Running {
    /// How far it is.
    pub progress: Progress,
    /// Steps in all.
    pub total: u64,
}

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// When it ended, microseconds since 1970-01-01 UTC.
    pub at: i64,
    /// The least score that was asked for.
    pub min: f64,
    /// How many pairs were compared.
    pub compared: u64,
    /// The pairs, the likeliest first.
    pub pairs: Vec<Duplicate>,
}

/// A search in the hands of the one who does it. It ends when this is dropped, whatever becomes of its task.
#[derive(Debug)]
pub struct Search {
    searches: Searches,
    /// How far it is, and whether it is to stop.
    pub progress: Progress,
}

impl Search {
    /// Ends it with what it found, or with the problem that ended it; stopped, it leaves what was found before.
    pub fn end(self, ended: Result<Found, Option<Problem>>) {
        let mut table = self.searches.table();
        match ended {
            Ok(found) => table.found = Some(Arc::new(found)),
            Err(problem) => table.failed = problem,
        }
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.searches.table().running = None;
    }
}

impl Searches {
    /// Begins a search of so many steps; none while another is running.
    #[must_use]
    pub fn begin(&self, total: u64) -> Option<Search> {
        let mut table = self.table();
        if table.running.is_some() {
            return None;
        }
        table.failed = None;
        let progress = Progress::default();
        table.running = Some(Running { progress: progress.clone(), total });
        Some(Search { searches: self.clone(), progress })
    }

    /// The search that is running.
    #[must_use]
    pub fn running(&self) -> Option<Running> {
        self.table().running.clone()
    }

    /// What the last search found.
    #[must_use]
    pub fn found(&self) -> Option<Arc<Found>> {
        self.table().found.clone()
    }

    /// How the last search failed.
    #[must_use]
    pub fn failure(&self) -> Option<Problem> {
        self.table().failed.clone()
    }

    /// Stops the search that is running.
    pub fn cancel(&self) {
        if let Some(running) = self.running() {
            running.progress.cancel();
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // A thread that panicked while holding the lock cannot have left the table half-written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
