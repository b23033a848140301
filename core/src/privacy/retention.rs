//! For how long data is kept: whoever nothing new was heard of for so many days is erased.

use std::num::NonZeroU32;

use serde::Serialize;
use uuid::Uuid;

use super::{By, Erased, PrivacyError, Result, Why, erase::erase_if};
use crate::{
    id::ApplicationId,
    store::{self, Store},
    time::rfc3339,
};

/// Who erases when the time is over.
const ACTOR: &str = "retention";
const A_DAY: i64 = 86_400_000_000;
/// How many are looked at together.
const PAGE: u64 = 200;

/// Somebody whose data has been kept for long enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Due {
    /// The application.
    pub application: ApplicationId,
    /// Her name.
    pub full_name: String,
    /// Where she stands.
    pub stage: String,
    /// Whether she is in the running.
    pub sub_state: String,
    /// Since when she is here, RFC 3339 in UTC.
    pub created_at: String,
}

/// A page of those of whom nothing new was heard for so many days (no change of status, no door, no sign-in), beginning after one. Whoever is under contract is none.
///
/// # Errors
/// The store fails.
pub async fn due(store: &Store, days: NonZeroU32, after: Option<ApplicationId>, limit: u64) -> store::Result<Vec<Due>> {
    let since = since(store, days);
    let after: Option<Uuid> = after.map(|ApplicationId(id)| id);
    let rows = store::retention::quiet(&mut store.read().await?.connection(), since, after, limit).await?;
    let due = |row: store::retention::QuietRow| Due {
        application: ApplicationId(row.id),
        full_name: row.full_name,
        stage: row.stage,
        sub_state: row.sub_state,
        created_at: rfc3339(row.created_at),
    };
    Ok(rows.into_iter().map(due).collect())
}

/// The instant behind which nothing new was heard of whoever is due.
fn since(store: &Store, days: NonZeroU32) -> i64 {
    store.clock().micros().saturating_sub(i64::from(days.get()) * A_DAY)
}

/// Erases everybody who is due, one after another, each in a transaction of her own: broken off, it goes on where it was. Each is told to `progress`. Whom HR has yet to
/// answer a question about is passed over until then. Gives how many were erased.
///
/// # Errors
/// The store fails.
pub async fn purge(store: &Store, days: NonZeroU32, mut progress: impl FnMut(&Erased)) -> Result<u64> {
    let (mut last, mut erased) = (None, 0);
    loop {
        let page = due(store, days, last, PAGE).await?;
        let Some(end) = page.last() else { return Ok(erased) };
        last = Some(end.application);
        for one in page {
            let by = By { actor: ACTOR, staff: None };
            match erase_if(store, one.application, by, Why::Retention, Some(since(store, days))).await {
                Ok(done) => {
                    progress(&done);
                    erased += u64::from(done.first);
                }
                Err(PrivacyError::Asked(_) | PrivacyError::Kept(_) | PrivacyError::UnknownApplication(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
