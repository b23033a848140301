//! For how long data is kept: whoever's time is over is erased.

use std::num::NonZeroU32;

use serde::Serialize;
use uuid::Uuid;

use super::{
    By, Erased, KeptFor, PrivacyError, Result, Why,
    erase::{Whom, erase_if},
    keeping::{facts, quiet_since, withdrawn_before},
};
use crate::{
    id::ApplicationId,
    store::{self, Store, connection::Connection, retention::KeptRow},
    time::rfc3339,
};

/// Who erases when the time is over.
const ACTOR: &str = "retention";
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
    /// Why her time is over: nothing new was heard of her for so many days, or she took back her consent.
    pub why: KeptFor,
}

/// A page of those whose data has been kept for long enough, beginning after one: of whom nothing new was heard for so many days, where a number is set (no change of
/// status, no door, no message of hers, no sign-in), and who took back their consent. Whoever works here is none.
///
/// # Errors
/// The store fails.
pub async fn due(
    store: &Store,
    days: Option<NonZeroU32>,
    after: Option<ApplicationId>,
    limit: u64,
) -> store::Result<Vec<Due>> {
    let now = store.clock().micros();
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let (mut found, mut last) = (Vec::new(), after.map(|ApplicationId(id)| id));
    loop {
        let rows = candidates(connection, days, now, last).await?;
        let Some(end) = rows.last() else { return Ok(found) };
        last = Some(end.id);
        for (row, facts) in rows.iter().zip(facts(connection, &rows).await?) {
            found.extend(facts.due(days, now).map(|why| told(row, why)));
            if found.len() as u64 == limit {
                return Ok(found);
            }
        }
    }
}

/// The next who may be due, in the order of their ids.
async fn candidates(
    connection: &mut Connection<'_>,
    days: Option<NonZeroU32>,
    now: i64,
    after: Option<Uuid>,
) -> store::Result<Vec<KeptRow>> {
    let mut rows = store::retention::withdrawn(connection, withdrawn_before(now), after, PAGE).await?;
    if let Some(days) = days {
        rows.extend(store::retention::older(connection, quiet_since(days, now), after, PAGE).await?);
    }
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    // What lies behind a page that is full is of the next one.
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    Ok(rows)
}

fn told(row: &KeptRow, why: KeptFor) -> Due {
    Due {
        application: ApplicationId(row.id),
        full_name: row.full_name.clone(),
        stage: row.stage.clone(),
        sub_state: row.sub_state.clone(),
        created_at: rfc3339(row.created_at),
        why,
    }
}

/// Erases everybody who is due, one after another, each in a transaction of her own: broken off, it goes on where it was. Each is told to `progress`. Whom HR has yet to
/// answer a question about is passed over until then. Gives how many were erased.
///
/// # Errors
/// The store fails.
pub async fn purge(store: &Store, days: Option<NonZeroU32>, mut progress: impl FnMut(&Erased)) -> Result<u64> {
    let (mut last, mut erased) = (None, 0);
    loop {
        let page = due(store, days, last, PAGE).await?;
        let Some(end) = page.last() else { return Ok(erased) };
        last = Some(end.application);
        for one in page {
            let by = By { actor: ACTOR, staff: None };
            let why = if one.why == KeptFor::Withdrawn { Why::Withdrawn } else { Why::Retention };
            match erase_if(store, one.application, by, why, Whom::Due(days)).await {
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
