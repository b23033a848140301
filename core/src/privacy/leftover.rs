//! What files hold of people who became nobody here: rows that were rejected, discarded or never settled, those of imports that were taken back, with the applications
//! that they were, and drafts that nobody came back to. It is kept for as long as an application is, and no longer.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    PrivacyError, Result, Why,
    erase::blank_rows,
    hers::core,
    retention::{Purged, goes_on},
};
use crate::{
    credential::Keys,
    id::{AuditId, BatchId},
    identity::IdentifierKind,
    import::{self, BatchState, ImportError, Planned, Progress},
    staff::{By, audit},
    store::{self, Store, StoreError, connection::Connection, whole::whole},
};

/// Rows that are looked at together.
const ROWS: u64 = 500;

/// What came of the erasure of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErasedRow {
    /// The import.
    pub import: BatchId,
    /// The row number that a person sees in the spreadsheet.
    pub row: u32,
    /// Whether it was done now; false where it had been before.
    pub first: bool,
}

/// Erases a row of a file whose owner became nobody here, and asks for it: it was rejected, discarded or waits, or its import was taken back. Its number and what came of it stay, so that
/// counts hold; a keyed hash is left of what it says of her, as of everybody who asked.
///
/// # Errors
/// There is no such row; [`PrivacyError::RowOfDraft`], [`PrivacyError::RowOfSomebody`]; the store fails. Nothing is erased then.
pub async fn erase_row(store: &Store, import: BatchId, row: u32, by: By<'_>, why: Why) -> Result<ErasedRow> {
    let keys = store.keys().ok_or(StoreError::NoKeys)?;
    whole(|| erase_row_once(store, keys, (import, row), by, why)).await
}

async fn erase_row_once(
    store: &Store,
    keys: &Keys,
    (import, row): (BatchId, u32),
    by: By<'_>,
    why: Why,
) -> Result<ErasedRow> {
    let now = store.clock().micros();
    let unknown = || PrivacyError::UnknownRow { import, row };
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    // Nobody decides about it meanwhile.
    let batch = store::batches::hold(connection, import, now).await?.ok_or_else(unknown)?;
    let found = store::rows::by_numbers(connection, import, &[row]).await?.pop().ok_or_else(unknown)?;
    if found.erased {
        return Ok(ErasedRow { import, row, first: false });
    }
    if !matches!(batch.state, BatchState::Committed | BatchState::Undone) {
        return Err(PrivacyError::RowOfDraft(import));
    }
    let went: Vec<Uuid> = found.application.iter().map(|one| one.0).collect();
    if !store::applications::by_ids_also_merged(connection, &went).await?.is_empty()
        || joins_somebody(connection, import, &found).await?
    {
        return Err(PrivacyError::RowOfSomebody { import, row });
    }
    connection.overwrite_deleted(true).await?;
    store::erased::insert(connection, &hashes(keys, &found), now).await?;
    store::answers::forget(connection, &marks(&found)).await?;
    blank_nobodys(connection, &[(import, found)], now).await?;
    let (action, target) = (format!("privacy.erase {why}"), format!("/v1/imports/{import}/rows/{row}"));
    audit::write(connection, AuditId::mint(), by, &action, &target, now).await?;
    connection.overwrite_deleted(false).await?;
    tx.commit().await?;
    Ok(ErasedRow { import, row, first: true })
}

/// The numbers and addresses that were read from a row.
fn contacts(planned: &Planned) -> impl Iterator<Item = (IdentifierKind, &str)> {
    let phones = planned.row.phones.iter().filter_map(|one| one.value.as_deref());
    let emails = planned.row.emails.iter().filter_map(|one| one.value.as_deref());
    phones.map(|value| (IdentifierKind::Phone, value)).chain(emails.map(|value| (IdentifierKind::Email, value)))
}

/// What is left of whoever stood in a row.
fn hashes(keys: &Keys, planned: &Planned) -> Vec<store::erased::Hash> {
    let contacts = contacts(planned).map(|(kind, value)| store::erased::contact(keys, kind, value));
    let all: HashSet<store::erased::Hash> =
        contacts.chain(planned.source_key.iter().map(|key| store::erased::source(keys, key))).collect();
    all.into_iter().collect()
}

/// What tells whoever stood in a row, where it stands in an answer that was kept.
fn marks(planned: &Planned) -> Vec<String> {
    let went = planned.application.iter().map(ToString::to_string);
    went.chain(contacts(planned).map(|(_, value)| core(value).to_owned())).collect()
}

/// Throws away drafts that nobody has touched since an instant, and blanks the rows of nobody in imports that were committed, or taken back, before it. Each draft and each
/// few rows are a transaction: broken off, it goes on where it was.
pub(super) async fn purge(store: &Store, before: i64, progress: &Progress, purged: &mut Purged) -> Result<()> {
    let (drafts, imports) = {
        let mut reader = store.read().await?;
        let connection = &mut reader.connection();
        (store::batches::forgotten(connection, before).await?, store::batches::uncleared(connection, before).await?)
    };
    for draft in drafts {
        goes_on(progress, purged)?;
        match import::discard(store, draft).await {
            Ok(()) => purged.drafts += 1,
            Err(ImportError::Store(error)) => return Err(error.into()),
            Err(error) => tracing::info!(import = %draft, %error, "a draft that was forgotten is none any more"),
        }
    }
    for id in imports {
        clear(store, id, progress, purged).await?;
    }
    Ok(())
}

/// Blanks the rows of nobody in an import, and every sample of its cells.
async fn clear(store: &Store, id: BatchId, progress: &Progress, purged: &mut Purged) -> Result<()> {
    let (mut blanked, mut last) = (0, Some(0));
    while let Some(after) = last {
        goes_on(progress, purged)?;
        let (rows, end) = whole(|| clear_some(store, id, after)).await?;
        blanked += rows;
        purged.rows += rows;
        progress.add(usize::try_from(rows).unwrap_or(usize::MAX));
        last = end;
    }
    if blanked > 0 {
        tracing::info!(import = %id, rows = blanked, "rows of a file that became nobody here have been kept for long enough, and are blank");
    }
    Ok(())
}

/// The same, of the next rows behind one. Gives how many, and behind which row it goes on.
async fn clear_some(store: &Store, id: BatchId, after: u32) -> Result<(u64, Option<u32>)> {
    let now = store.clock().micros();
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    // Nobody decides about a row of it meanwhile, nor takes it back.
    let Some(batch) = store::batches::hold(connection, id, now).await? else { return Ok((0, None)) };
    let rows = store::rows::of_nobody(connection, id, after, ROWS).await?;
    // Where these are the last, the file is done with.
    let end = rows.last().filter(|_| rows.len() as u64 == ROWS).map(|one| one.row.row);
    let mut nobodys = Vec::new();
    for row in rows {
        if !joins_somebody(connection, id, &row).await? {
            nobodys.push((id, row));
        }
    }
    connection.overwrite_deleted(true).await?;
    blank_nobodys(connection, &nobodys, now).await?;
    if end.is_none() {
        let description = import::without_samples(&batch.description);
        store::batches::erase(connection, id, &description, batch.undo.as_ref()).await?;
        store::batches::set_cleared(connection, id).await?;
    }
    connection.overwrite_deleted(false).await?;
    tx.commit().await?;
    Ok((u64::try_from(nobodys.len()).unwrap_or(u64::MAX), end))
}

/// Blanks rows of nobody, and the applications that they were.
async fn blank_nobodys(connection: &mut Connection<'_>, rows: &[(BatchId, Planned)], now: i64) -> Result<()> {
    let went: HashSet<Uuid> = rows.iter().filter_map(|(_, one)| one.application).map(|one| one.0).collect();
    let went: Vec<Uuid> = went.into_iter().collect();
    let removed: Vec<Uuid> =
        store::applications::removed(connection, &went).await?.into_iter().map(|(id,)| id).collect();
    blank_rows(connection, rows).await?;
    if !removed.is_empty() {
        store::outbox::erase(connection, &removed).await?;
        store::heard::delete(connection, &removed, &[]).await?;
        store::invitations::delete(connection, &removed, &[]).await?;
        store::links::erase(connection, &removed).await?;
        store::retention::forget_turns(connection, &removed).await?;
        store::applications::erase(connection, &removed, now).await?;
    }
    Ok(())
}

/// Whether a row is the same person's as an earlier one of its file, who is here.
async fn joins_somebody(connection: &mut Connection<'_>, batch: BatchId, row: &Planned) -> Result<bool> {
    let (mut number, mut target) = (row.row.row, row.target_row);
    while let Some(earlier) = target.filter(|target| *target < number) {
        let Some(found) = store::rows::by_numbers(connection, batch, &[earlier]).await?.pop() else { break };
        if let Some(application) = found.application {
            return Ok(!store::applications::by_ids_also_merged(connection, &[application.0]).await?.is_empty());
        }
        (number, target) = (earlier, found.target_row);
    }
    Ok(false)
}
