//! An import is taken back.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    Batch, BatchState, ImportError, Progress, Result, UndoReport, UndoneApplication, WhyKept, batch,
    carry::{Carrier, Standings},
    commit::Attempt,
    plan::Planned,
};
use crate::{
    id::{ApplicationId, BatchId},
    store::{self, Store, applications::ApplicationRecord, connection::Connection},
};

/// Rows that are taken back together.
const CHUNK: u64 = 1000;

/// Takes a committed batch back, in one transaction.
///
/// Applications that it made and nobody has touched since are removed from every list: their keys are free, their history stays. An
/// application that came through another door too, was advanced, edited or linked stays as it is, and the report says why. Applications
/// that were there before lose the source and the identifiers that the batch brought. Undoing twice gives the same answer.
///
/// # Errors
/// The batch was never committed; [`ImportError::Cancelled`] leaves everything as it was; the store fails.
pub async fn undo(store: &Store, id: BatchId, progress: &Progress) -> Result<Batch> {
    progress.restart();
    let now = store.clock().micros();
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    if !store::batches::advance(connection, id, BatchState::Committed, BatchState::Undone, now).await? {
        drop(tx);
        let found = batch(store, id).await?;
        return match found.state {
            BatchState::Undone => Ok(found),
            state => Err(ImportError::State { batch: id, state, what: "only a committed import can be undone" }),
        };
    }
    let mut report = UndoReport::default();
    let mut last = 0;
    loop {
        progress.check()?;
        let rows = store::rows::after(connection, id, last, CHUNK).await?;
        let Some(end) = rows.last() else { break };
        last = end.row.row;
        let ids: HashSet<Uuid> = rows
            .iter()
            .filter(|one| one.outcome != super::Outcome::Repeat)
            .filter_map(|one| one.application)
            .map(|id| id.0)
            .collect();
        take_back(connection, id, &ids.into_iter().collect::<Vec<_>>(), now, &mut report).await?;
        progress.add(rows.len());
    }
    store::reviews::take_batch(connection, id).await?;
    store::batches::set_undo(connection, id, &report).await?;
    tx.commit().await?;
    batch(store, id).await
}

async fn take_back(
    connection: &mut Connection<'_>,
    batch: BatchId,
    ids: &[Uuid],
    now: i64,
    report: &mut UndoReport,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let records = store::applications::by_ids(connection, ids).await?;
    let (made, joined): (Vec<ApplicationRecord>, Vec<ApplicationRecord>) =
        records.into_iter().partition(|one| one.batch_id == Some(batch.0));

    let ids: Vec<Uuid> = made.iter().map(|one| one.id).collect();
    let mut touched: HashMap<Uuid, WhyKept> = HashMap::new();
    if !ids.is_empty() {
        let advanced = store::applications::advanced(connection, &ids).await?;
        touched.extend(advanced.into_iter().map(|(id,)| (id, WhyKept::Advanced)));
        let others = store::sources::of_others(connection, &ids, batch).await?;
        touched.extend(others.into_iter().map(|(id,)| (id, WhyKept::OtherSource)));
    }
    touched.extend(made.iter().filter(|one| one.version > 0).map(|one| (one.id, WhyKept::Edited)));
    touched.extend(made.iter().filter(|one| one.user_id.is_some()).map(|one| (one.id, WhyKept::Linked)));
    let (kept, gone): (Vec<ApplicationRecord>, Vec<ApplicationRecord>) =
        made.into_iter().partition(|one| touched.contains_key(&one.id));

    let gone: Vec<Uuid> = gone.iter().map(|one| one.id).collect();
    if !gone.is_empty() {
        store::identifiers::release(connection, &gone, None).await?;
        store::sources::delete(connection, &gone, batch).await?;
        report.removed += store::applications::remove(connection, &gone, now).await?;
    }
    for record in kept {
        let (application, why) = (record.id(), touched.get(&record.id).copied().unwrap_or(WhyKept::Edited));
        // Found again by a later row of the same person.
        if report.kept.iter().any(|one| one.application == application) {
            continue;
        }
        report.kept_total += 1;
        if report.kept.len() < UndoReport::SHOWN {
            let full_name = record.into_fields()?.full_name.unwrap_or_default();
            report.kept.push(UndoneApplication { application, full_name, why });
        }
    }
    let joined: Vec<Uuid> = joined.iter().map(|one| one.id).collect();
    if !joined.is_empty() {
        store::identifiers::release(connection, &joined, Some(batch)).await?;
        report.detached += store::sources::delete(connection, &joined, batch).await?;
        give_back(connection, &joined, now).await?;
    }
    Ok(())
}

/// An identifier that several imports brought is kept with the first of them: when that one is taken back, the others' rows bring it again.
async fn give_back(connection: &mut Connection<'_>, applications: &[Uuid], now: i64) -> Result<()> {
    let mut doors: HashMap<Uuid, HashMap<u32, ApplicationId>> = HashMap::new();
    for source in store::sources::of(connection, applications).await? {
        if let (Some(batch), Some(row)) = (source.batch_id, source.row_no.and_then(|row| u32::try_from(row).ok())) {
            doors.entry(batch).or_default().insert(row, ApplicationId(source.application_id));
        }
    }
    for (batch, rows) in doors {
        let batch = BatchId(batch);
        let numbers: Vec<u32> = rows.keys().copied().collect();
        let planned = store::rows::by_numbers(connection, batch, &numbers).await?;
        let joins: Vec<(&Planned, ApplicationId)> =
            planned.iter().filter_map(|one| Some((one, *rows.get(&one.row.row)?))).collect();
        // Their sources are there, so neither portal nor actor is written.
        let carrier = Carrier { batch, portal: "", actor: "", now };
        carrier.join(connection, &joins, Standings::Any).await.map_err(|ended| match ended {
            Attempt::Stale => ImportError::Contended(batch),
            Attempt::Failed(error) => error,
        })?;
    }
    Ok(())
}
