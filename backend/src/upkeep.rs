//! What is done now and then while a program runs, so that nobody waits for it: the funnel's days are counted together, what is kept for a day goes after it, and whose
//! data was kept for long enough is erased.

use std::{num::NonZeroU32, time::Duration};

use satu_core::{
    import::Progress,
    lifecycle,
    privacy::{self, Purged},
    store::Store,
};
use tokio::time::{MissedTickBehavior, interval};

/// How often.
const EVERY: Duration = Duration::from_secs(60);
/// How often it is looked whether today's work is done.
const AN_HOUR: Duration = Duration::from_secs(60 * 60);

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
        match privacy::forget_passed(&store).await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "what was kept for its time is gone"),
            Err(error) => tracing::warn!(%error, "what was kept for its time is not gone yet"),
        }
    }
}

/// Erases once a day, for ever, whoever took back her consent, and whoever nothing new was heard of for so many days, where a number is set. Of several processes on one
/// database one does it. What fails is tried again an hour later.
pub(crate) async fn purge(store: Store, days: Option<NonZeroU32>) {
    let mut ticks = interval(AN_HOUR);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match privacy::purge_daily(&store, days, &Progress::default()).await {
            Ok(None) => {}
            Ok(Some(Purged { people: 0, rows: 0, drafts: 0 })) => {}
            Ok(Some(Purged { people, rows, drafts })) => {
                tracing::info!(people, rows, drafts, "what was kept for long enough is erased");
            }
            Err(error) => tracing::warn!(%error, "whose data was kept for long enough is not erased yet"),
        }
    }
}
