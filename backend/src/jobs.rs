//! The steps of imports that are running now: one an import, each with its progress and a way to stop it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use satu_core::{
    id::BatchId,
    import::{Phase, Progress},
};

use tokio::sync::Notify;

use crate::problem::Problem;

/// The running steps, and what came of the last one of each import: how it failed, or how many rows it decided.
#[derive(Debug, Default, Clone)]
pub struct Jobs {
    table: Arc<Mutex<Table>>,
    /// Told whenever a step has ended.
    ended: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Table {
    running: HashMap<BatchId, Job>,
    failed: HashMap<BatchId, Problem>,
    decided: HashMap<BatchId, u64>,
}

/// A running step.
#[derive(Debug, Clone)]
pub struct Job {
    /// What it does.
    pub phase: Phase,
    /// How far it is.
    pub progress: Progress,
    /// Rows in all, where that is known.
    pub total: Option<u64>,
}

/// A step of an import in the hands of the one who does it. It ends when this is dropped, whatever becomes of its task.
#[derive(Debug)]
pub struct Step {
    jobs: Jobs,
    id: BatchId,
    /// How far it is, and whether it is to stop.
    pub progress: Progress,
}

impl Step {
    /// Ends it, with the problem that ended it.
    pub fn end(self, problem: Option<Problem>) {
        if let Some(problem) = problem {
            self.jobs.table().failed.insert(self.id, problem);
        }
    }

    /// Ends it, with the number of rows that were decided.
    pub fn end_decided(self, rows: u64) {
        self.jobs.table().decided.insert(self.id, rows);
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.jobs.table().running.remove(&self.id);
        self.jobs.ended.notify_waiters();
    }
}

impl Jobs {
    /// Begins a step; none if the import is busy with another.
    #[must_use]
    pub fn begin(&self, id: BatchId, phase: Phase, total: Option<u64>) -> Option<Step> {
        let mut table = self.table();
        if table.running.contains_key(&id) {
            return None;
        }
        table.failed.remove(&id);
        table.decided.remove(&id);
        let progress = Progress::default();
        table.running.insert(id, Job { phase, progress: progress.clone(), total });
        Some(Step { jobs: self.clone(), id, progress })
    }

    /// The step that is running.
    #[must_use]
    pub fn running(&self, id: BatchId) -> Option<Job> {
        self.table().running.get(&id).cloned()
    }

    /// How many steps of a phase are running.
    #[must_use]
    pub fn of(&self, phase: Phase) -> usize {
        self.table().running.values().filter(|job| job.phase == phase).count()
    }

    /// Whether any step is running.
    #[must_use]
    pub fn any(&self) -> bool {
        !self.table().running.is_empty()
    }

    /// How the last step failed.
    #[must_use]
    pub fn failure(&self, id: BatchId) -> Option<Problem> {
        self.table().failed.get(&id).cloned()
    }

    /// How many rows the last step decided, if that is what it did.
    #[must_use]
    pub fn decided(&self, id: BatchId) -> Option<u64> {
        self.table().decided.get(&id).copied()
    }

    /// Stops every step; those of a commit leave nothing behind.
    pub fn cancel_all(&self) {
        for job in self.table().running.values() {
            job.progress.cancel();
        }
    }

    /// Waits until no step is running.
    pub async fn ended(&self) {
        loop {
            let one_ends = self.ended.notified();
            if !self.any() {
                return;
            }
            one_ends.await;
        }
    }

    fn table(&self) -> std::sync::MutexGuard<'_, Table> {
        // A thread that panicked while holding the lock cannot have left the maps half-written.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
