//! What goes by its age alone, whoever it is of and whether or not she ever was somebody here: numbers and addresses that codes were sent to, what was
//! tried with them, and what requests were answered.

use super::Result;
use crate::store::{self, Store, passing::Passing, whole::whole};

/// What goes.
const ALL: [&Passing; 3] = [&store::codes::PASSING, &store::attempts::PASSING, &store::answers::PASSING];

/// Throws away whatever is older than it is kept. Gives how many rows.
///
/// # Errors
/// The store fails.
pub async fn forget_passed(store: &Store) -> Result<u64> {
    let now = store.clock().micros();
    let mut forgotten = 0;
    for one in ALL {
        if one.any(&mut store.read().await?.connection(), now).await? {
            forgotten += whole(|| forget(store, one, now)).await?;
        }
    }
    Ok(forgotten)
}

async fn forget(store: &Store, one: &Passing, now: i64) -> store::Result<u64> {
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    connection.overwrite_deleted(true).await?;
    let forgotten = one.forget(connection, now).await?;
    connection.overwrite_deleted(false).await?;
    tx.commit().await?;
    Ok(forgotten)
}
