//! Secrets that somebody tries, in a row, under a keyed hash of whose they would be: counted before they are looked at, so that however many come at
//! once, and whatever is rolled back, no more are looked at than are counted.

use super::{Door, Failures};
use crate::{
    store::{self, StoreError, connection::Connection},
    time::Clock,
};

/// Why a secret is not looked at.
#[derive(Debug, thiserror::Error)]
pub enum Turned {
    /// Too many were wrong.
    #[error("too many were wrong: try again in {after_seconds} s")]
    Locked {
        /// Seconds to wait.
        after_seconds: u32,
    },
    /// So many were wrong that another secret is needed.
    #[error("too many were wrong")]
    Shut,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Counts one that somebody tries, in a transaction that ends before it is looked at, or with that. After `most` the door is shut until
/// [`forgive`].
pub(crate) async fn count(
    connection: &mut Connection<'_>,
    clock: &Clock,
    hash: &[u8; 32],
    most: u32,
) -> Result<(), Turned> {
    let (failures, locked_until) = store::attempts::held(connection, hash, clock.micros()).await?;
    // Read once it is held: whoever waited for it is not earlier than the one who had it.
    let now = clock.micros();
    let before = Failures { count: u32::try_from(failures).unwrap_or(u32::MAX).min(most), locked_until };
    match before.door(now, most) {
        Door::Open => {}
        Door::Locked(wait) => return Err(Turned::Locked { after_seconds: seconds(wait) }),
        Door::Shut => return Err(Turned::Shut),
    }
    let after = before.one_more(now);
    Ok(store::attempts::count(connection, hash, (i64::from(after.count), after.locked_until), now).await?)
}

/// It was right: what was counted is forgotten.
pub(crate) async fn forgive(connection: &mut Connection<'_>, hash: &[u8; 32]) -> store::Result<()> {
    store::attempts::set(connection, hash, 0, 0).await
}

/// Microseconds as whole seconds to wait, at least one.
pub(crate) fn seconds(micros: i64) -> u32 {
    u32::try_from(micros.max(1).saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX)
}
