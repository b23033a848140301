//! What is done now and then while a program runs, so that nobody waits for it: the funnel's days are counted together.

use std::time::Duration;

use satu_core::{lifecycle, store::Store};
use tokio::time::{MissedTickBehavior, interval};

/// How often.
const EVERY: Duration = Duration::from_secs(60);

/// Keeps a store tidy, for ever. What fails is tried again the next time; nothing depends on it but how long answers take.
pub(crate) async fn keep(store: Store) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match lifecycle::fold_days(&store).await {
            Ok(0) => {}
            Ok(folded) => tracing::debug!(folded, "the funnel's days are counted together"),
            Err(error) => tracing::warn!(%error, "the funnel's days are not counted together; its answers take longer"),
        }
    }
}
