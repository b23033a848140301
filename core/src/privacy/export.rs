//! Everything that is held of one person, as one document for her.

use std::collections::{HashMap, hash_map::Entry};

use serde::Serialize;
use uuid::Uuid;

use super::{PrivacyError, Result, hers::Hers};
use crate::{
    account,
    application::{self, Application, HistoryRecord},
    consent::ConsentRecord,
    id::{AccountId, ApplicationId, AuditId, BatchId, SessionId},
    linking::{self, Link, LinkError},
    outreach::{self, Message},
    staff::{AuditFilter, AuditRecord, audit},
    store::{self, Store, StoreError, connection::Connection},
    time::rfc3339,
};

/// Everything that is held of one person. What is kept of secrets (hashes) is not hers to read, nor anybody's.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonalData {
    /// When this was written, RFC 3339 in UTC.
    pub at: String,
    /// Her application, and those that were merged into it: fields, phone numbers, addresses and doors.
    pub applications: Vec<Application>,
    /// Where she stood, since when, why and by whom.
    pub history: Vec<HistoryRecord>,
    /// The rows of files that she stands in.
    pub rows: Vec<FileRow>,
    /// Who was said to be whom, and what spoke for it.
    pub links: Vec<Link>,
    /// What she signs in with; none: she never registered.
    pub account: Option<AccountData>,
    /// Invitations to register that were made for her.
    pub invitations: Vec<InvitationData>,
    /// Messages that were sent to her, or are to be, newest first.
    pub messages: Vec<Message>,
    /// What she wrote, newest first.
    pub heard: Vec<HeardData>,
    /// What she consented to and took back, newest first.
    pub consents: Vec<ConsentRecord>,
    /// What HR was asked, and said, about whose application is whose.
    pub questions: Vec<QuestionData>,
    /// Who has looked at her data or changed it, newest first.
    pub accesses: Vec<AuditRecord>,
}

/// A row of a file.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileRow {
    /// The import.
    pub batch: BatchId,
    /// The file.
    pub file: String,
    /// The row number that a person sees in the spreadsheet.
    pub row: u32,
    /// The cells as they stood there.
    pub cells: Vec<String>,
}

/// An account.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountData {
    /// Its id.
    pub id: AccountId,
    /// Her number.
    pub phone: String,
    /// Her address.
    pub email: Option<String>,
    /// When she showed that it is hers, RFC 3339 in UTC.
    pub email_proven_at: Option<String>,
    /// The name that she registered with.
    pub full_name: String,
    /// Her birth date, as she gave it.
    pub birth_date: Option<String>,
    /// Since when operations have her activated, RFC 3339 in UTC.
    pub activated_at: Option<String>,
    /// When she registered, RFC 3339 in UTC.
    pub created_at: String,
    /// Devices that are signed in.
    pub sessions: Vec<SessionData>,
}

/// A device that is signed in.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionData {
    /// Its id.
    pub id: SessionId,
    /// When she signed in, RFC 3339 in UTC.
    pub begun_at: String,
    /// When the device was used last, RFC 3339 in UTC.
    pub used_at: String,
}

/// An invitation.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationData {
    /// The number that it was for.
    pub phone: String,
    /// Until when it is good, RFC 3339 in UTC.
    pub expires_at: String,
    /// When it was used, RFC 3339 in UTC.
    pub used_at: Option<String>,
}

/// What she wrote.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeardData {
    /// Which way it came.
    pub channel: String,
    /// What she wrote.
    pub text: String,
    /// When, RFC 3339 in UTC.
    pub heard_at: String,
}

/// A question to HR.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestionData {
    /// Why it was asked.
    pub why: String,
    /// When, RFC 3339 in UTC.
    pub asked_at: String,
    /// What was said.
    pub outcome: Option<String>,
    /// By whom.
    pub settled_by: Option<String>,
}

/// Gives everything that is held of whoever an application is, with all that was merged into it.
///
/// # Errors
/// There is no such application, or its data is erased; the store fails.
pub async fn personal_data(store: &Store, application: ApplicationId) -> Result<PersonalData> {
    let application = shown(store, application).await?;
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let hers = Hers::of(connection, application).await?;
    let rows = rows(connection, &hers).await?;
    let account = account_data(connection, &hers).await?;
    let invitations = store::invitations::of(connection, &hers.group).await?;
    let questions = match &hers.account {
        Some(account) => store::accounts::asked_of(connection, AccountId(account.id)).await?,
        None => Vec::new(),
    };
    let messages = store::outbox::to(connection, &hers.group, i64::MAX.unsigned_abs()).await?;
    let messages = outreach::shown(connection, messages).await?;
    let heard = store::heard::from(connection, &hers.group, i64::MAX.unsigned_abs()).await?;
    let keys = store.keys().ok_or(StoreError::NoKeys)?;
    let consents = account::consents_of(connection, keys, application).await?.unwrap_or_default();
    let accesses = accesses_in(connection, &hers.group, None, i64::MAX.unsigned_abs()).await?;
    drop(reader);
    let mut applications = Vec::new();
    for id in &hers.group {
        applications.extend(application::get(store, ApplicationId(*id)).await?);
    }
    let links = linking::links(store, application).await.map_err(|error| match error {
        LinkError::Store(error) => PrivacyError::Store(error),
        _ => PrivacyError::UnknownApplication(application),
    })?;
    Ok(PersonalData {
        at: rfc3339(store.clock().micros()),
        applications,
        history: application::history(store, application).await?,
        rows,
        links,
        account,
        invitations: invitations
            .into_iter()
            .map(|one| InvitationData {
                phone: one.phone,
                expires_at: rfc3339(one.expires_at),
                used_at: one.used_at.map(rfc3339),
            })
            .collect(),
        messages,
        heard: heard
            .into_iter()
            .map(|one| HeardData { channel: one.channel, text: one.body, heard_at: rfc3339(one.heard_at) })
            .collect(),
        consents,
        questions: questions
            .into_iter()
            .map(|one| QuestionData {
                why: one.why,
                asked_at: rfc3339(one.asked_at),
                outcome: one.outcome,
                settled_by: one.settled_by,
            })
            .collect(),
        accesses,
    })
}

/// Who has looked at somebody's data or changed it, newest first, beginning after one: of the application, and of those that were merged into it.
///
/// # Errors
/// There is no such application; the store fails.
pub async fn accesses(
    store: &Store,
    application: ApplicationId,
    after: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditRecord>> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    if store::applications::by_ids_also_erased(connection, &[application.0]).await?.is_empty() {
        return Err(PrivacyError::UnknownApplication(application));
    }
    let merged = store::merged::merged_into(connection, &[application.0]).await?;
    let group: Vec<Uuid> = std::iter::once(application.0).chain(merged.into_keys()).collect();
    accesses_in(connection, &group, after, limit).await
}

async fn accesses_in(
    connection: &mut Connection<'_>,
    group: &[Uuid],
    after: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditRecord>> {
    let targets: Vec<String> = group.iter().map(|id| format!("/v1/applications/{id}")).collect();
    let found = store::audit::page(connection, &AuditFilter::default(), &targets, after, limit).await?;
    Ok(found.into_iter().map(audit::record).collect())
}

/// The application that shows this one, where its data is there.
async fn shown(store: &Store, application: ApplicationId) -> Result<ApplicationId> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let by = store::merged::shown_by(connection, &[application.0]).await?;
    let application = by.get(&application.0).map_or(application, |id| ApplicationId(*id));
    match store::applications::by_ids(connection, &[application.0]).await?.pop() {
        Some(_) => Ok(application),
        None => Err(PrivacyError::UnknownApplication(application)),
    }
}

async fn rows(connection: &mut Connection<'_>, hers: &Hers) -> Result<Vec<FileRow>> {
    let found = hers.rows(connection, None).await?;
    let mut files: HashMap<BatchId, String> = HashMap::new();
    let mut rows = Vec::new();
    for (batch, planned) in found.rows {
        let file = match files.entry(batch) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => {
                let stored = store::batches::get(connection, batch).await?;
                let stored = stored.ok_or_else(|| StoreError::corrupt(format!("import {batch}"), "it is gone"))?;
                new.insert(stored.file).clone()
            }
        };
        rows.push(FileRow { batch, file, row: planned.row.row, cells: Vec::from(&planned.row.cells) });
    }
    rows.sort_by_key(|one| (one.batch, one.row));
    Ok(rows)
}

async fn account_data(connection: &mut Connection<'_>, hers: &Hers) -> Result<Option<AccountData>> {
    let Some(row) = &hers.account else { return Ok(None) };
    let sessions = store::sessions::of_account(connection, AccountId(row.id)).await?;
    let session = |one: store::sessions::SessionRow| SessionData {
        id: SessionId(one.id),
        begun_at: rfc3339(one.begun_at),
        used_at: rfc3339(one.rotated_at),
    };
    Ok(Some(AccountData {
        id: AccountId(row.id),
        phone: row.phone.clone(),
        email: row.email.clone(),
        email_proven_at: row.email_proven_at.map(rfc3339),
        full_name: row.full_name.clone(),
        birth_date: row.birth_date.clone(),
        activated_at: row.activated_at.map(rfc3339),
        created_at: rfc3339(row.created_at),
        sessions: sessions.into_iter().map(session).collect(),
    }))
}
