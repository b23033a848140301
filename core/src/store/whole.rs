//! A transaction that the engine took back is run whole again.
//!
//! On engines with several writers a deadlock, a timeout of a lock or two nodes of a cluster that changed one row end a transaction that did
//! nothing wrong, also at its COMMIT. And a connection that is lost at COMMIT leaves open whether it was kept. Both are met by running the step
//! once more: so a step that is run here must find what an earlier run of it has kept, and give the same answer.

use std::time::Duration;

use uuid::Uuid;

use super::StoreError;

/// How often a step is run.
const TRIES: u32 = 5;
/// Before the second run; doubled before every further one.
const PAUSE: Duration = Duration::from_millis(50);

/// An error of a step, which may be the store's.
pub(crate) trait StepError {
    /// The error of the store that it is.
    fn of_store(&self) -> Option<&StoreError>;
}

impl StepError for StoreError {
    fn of_store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// Runs a step that is one transaction, and again while the engine takes it back or loses it, with growing pauses.
///
/// # Errors
/// Whatever else the step fails with, and what the last run failed with.
pub(crate) async fn whole<T, E, S>(mut step: impl FnMut() -> S) -> Result<T, E>
where
    E: StepError,
    S: Future<Output = Result<T, E>>,
{
    let mut pause = PAUSE;
    for _ in 1..TRIES {
        match step().await {
            Err(error) if may_be_tried_again(&error) => tracing::info!("a transaction was taken back: it is run again"),
            done => return done,
        }
        // Two that met must not meet again: the last byte of a new id is as good as a die.
        let die = Uuid::now_v7().as_bytes()[15];
        tokio::time::sleep(pause + pause * u32::from(die) / 256).await;
        pause *= 2;
    }
    step().await
}

fn may_be_tried_again(error: &impl StepError) -> bool {
    matches!(error.of_store(), Some(StoreError::Contended(_) | StoreError::Lost(_)))
}
