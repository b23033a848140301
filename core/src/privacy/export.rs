//! Everything that is held of one person, as one document for her.

use std::collections::{HashMap, hash_map::Entry};

use serde::Serialize;
use uuid::Uuid;

use super::{
    PrivacyError, Result,
    account::{self, AccountData, CodeData, InvitationData, QuestionData, TriedData},
    hers::Hers,
};
use crate::{
    application::{self, Application, HistoryRecord},
    consent::{self, ConsentRecord},
    credential::Keys,
    id::{AccountId, ApplicationId, AuditId, BatchId},
    identity::IdentifierKind,
    import::{Outcome, Reason},
    linking::{self, Link, LinkError},
    outreach::{self, Message, Network},
    staff::{AuditFilter, AuditRecord, audit},
    store::{
        self, Store, StoreError,
        accounts::AccountRow,
        bulk::MOST_NAMED,
        connection::{Connection, Reader},
    },
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
    /// Who was said to be whom, and what spoke for it; of somebody else neither name nor values.
    pub links: Vec<Link>,
    /// What she signs in with; none: she never registered.
    pub account: Option<AccountData>,
    /// Invitations to register that were made for her.
    pub invitations: Vec<InvitationData>,
    /// One-time codes that were last sent to what is hers.
    pub codes: Vec<CodeData>,
    /// What was tried with what is hers, and was wrong.
    pub tried: Vec<TriedData>,
    /// Messages that were sent to her, or are to be, newest first.
    pub messages: Vec<MessageData>,
    /// What she wrote, newest first.
    pub heard: Vec<HeardData>,
    /// What she consented to and took back, newest first.
    pub consents: Vec<ConsentRecord>,
    /// Numbers of hers that a provider called unreachable.
    pub unreachable: Vec<UnreachableData>,
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
    /// What the import did with it.
    pub outcome: Outcome,
    /// Why, where it waits or was rejected.
    pub reason: Option<Reason>,
    /// Why it waits for somebody, or waited.
    pub waits_for: Option<String>,
    /// The application that it went to, which may be gone with its import.
    pub application: Option<ApplicationId>,
    /// What somebody decided about it.
    pub decision: Option<DecisionData>,
    /// Decisions about it that were taken back, oldest first.
    pub taken_back: Vec<DecisionData>,
}

/// A decision about a row.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionData {
    /// What was decided.
    pub decision: String,
    /// The application that was meant.
    pub application: Option<ApplicationId>,
    /// By whom.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Who took it back; none: it stands.
    pub reversed_by: Option<String>,
    /// When, RFC 3339 in UTC.
    pub reversed_at: Option<String>,
}

/// A message that was sent to her, or is to be.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageData {
    /// The message.
    #[serde(flatten)]
    pub message: Message,
    /// What it said, without her link; none: it was never on its way.
    pub text: Option<String>,
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

/// A number that a provider called unreachable, and none has reached since.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnreachableData {
    /// The number.
    pub phone: String,
    /// The network that did not reach it.
    pub network: Network,
    /// The provider's code.
    pub code: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

/// Gives everything that is held of whoever an application is, with all that was merged into it.
///
/// # Errors
/// There is no such application, or its data is erased; the store fails.
pub async fn personal_data(store: &Store, application: ApplicationId) -> Result<PersonalData> {
    let application = shown(store, application).await?;
    let mut reader = store.read().await?;
    let hers = Hers::of(&mut reader.connection(), application).await?;
    given(store, reader, &hers, Some(application)).await
}

/// The same of an account that has no application, for HR has yet to say which one is hers: what that one holds is somebody's, and not given.
///
/// # Errors
/// There is no such account, or its data is erased; [`PrivacyError::HasApplication`]; the store fails.
pub async fn personal_data_of_account(store: &Store, account: AccountId) -> Result<PersonalData> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let row = store::accounts::by_id(connection, account).await?.ok_or(PrivacyError::UnknownAccount(account))?;
    if store::accounts::erased_at(connection, account).await?.is_some() {
        return Err(PrivacyError::UnknownAccount(account));
    }
    if let Some(application) = store::accounts::application_of(connection, account).await? {
        return Err(PrivacyError::HasApplication { account, application });
    }
    given(store, reader, &Hers::by_account(Some(row)), None).await
}

async fn given(
    store: &Store,
    mut reader: Reader,
    hers: &Hers,
    application: Option<ApplicationId>,
) -> Result<PersonalData> {
    let connection = &mut reader.connection();
    let rows = rows(connection, hers).await?;
    let keys = store.keys().ok_or(StoreError::NoKeys)?;
    let account = account::account(connection, hers).await?;
    let invitations = account::invitations(connection, hers).await?;
    let questions = account::questions(connection, hers).await?;
    let (codes, tried) = account::codes(connection, keys, hers).await?;
    let unreachable = unreachable(connection, keys, hers).await?;
    let messages = store::outbox::to(connection, &hers.group, i64::MAX.unsigned_abs()).await?;
    let mut said = store::outbox::said(connection, &messages.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    let messages = outreach::shown(connection, messages).await?.into_iter();
    let messages = messages.map(|message| MessageData { text: said.remove(&message.id.0), message }).collect();
    let numbers = hers.numbers(connection, keys).await?;
    let heard = store::heard::from(connection, &hers.group, &numbers, i64::MAX.unsigned_abs()).await?;
    let consents = match (application, &hers.account) {
        (Some(application), _) => crate::account::consents_of(connection, keys, application).await?.unwrap_or_default(),
        (None, Some(account)) => crate::account::consents_of_account(connection, keys, account).await?,
        (None, None) => Vec::new(),
    };
    let in_files = rows.iter().map(|one| (one.batch, one.row)).collect();
    let targets = targets(connection, &hers.group, hers.account.as_ref(), in_files).await?;
    let accesses = accesses_in(connection, &targets, None, i64::MAX.unsigned_abs()).await?;
    drop(reader);
    let mut applications = Vec::new();
    for id in &hers.group {
        applications.extend(application::get(store, ApplicationId(*id)).await?);
    }
    let (mut links, mut history) = (Vec::new(), Vec::new());
    if let Some(application) = application {
        links = linking::links(store, application).await.map_err(|error| match error {
            LinkError::Store(error) => PrivacyError::Store(error),
            _ => PrivacyError::UnknownApplication(application),
        })?;
        history = application::history(store, application).await?;
    }
    Ok(PersonalData {
        at: rfc3339(store.clock().micros()),
        applications,
        history,
        rows,
        links: links.into_iter().map(|link| without_others(link, &hers.group)).collect(),
        account,
        invitations,
        codes,
        tried,
        messages,
        heard: heard
            .into_iter()
            .map(|one| HeardData { channel: one.channel, text: one.body, heard_at: rfc3339(one.heard_at) })
            .collect(),
        consents,
        unreachable,
        questions,
        accesses,
    })
}

/// What was said of her and somebody else, without that one's name and values.
fn without_others(link: Link, hers: &[Uuid]) -> Link {
    let is_hers = |ApplicationId(id): ApplicationId| hers.contains(&id);
    let [one, other] = [link.application, link.other].map(is_hers);
    let both = one && other;
    Link {
        application_name: if one { link.application_name } else { String::new() },
        other_name: if other { link.other_name } else { String::new() },
        evidence: if both { link.evidence } else { Vec::new() },
        choices: if both { link.choices } else { Vec::new() },
        shared: if both { link.shared } else { Vec::new() },
        ..link
    }
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
    let group = store::merged::group(connection, application).await?;
    let account = store::accounts::of_application(connection, application).await?;
    let in_files = store::sources::rows(connection, &group).await?;
    let targets = targets(connection, &group, account.as_ref(), in_files).await?;
    accesses_in(connection, &targets, after, limit).await
}

/// The paths at and under which something is hers: her applications, her account, what HR is asked about both, and her rows in files and in the queue.
async fn targets(
    connection: &mut Connection<'_>,
    group: &[Uuid],
    account: Option<&AccountRow>,
    in_files: Vec<(BatchId, u32)>,
) -> Result<Vec<String>> {
    let mut targets: Vec<String> = group.iter().map(|id| format!("/v1/applications/{id}")).collect();
    let account = account.map(|account| AccountId(account.id));
    targets.extend(account.map(|id| format!("/v1/accounts/{id}")));
    for asked in store::accounts::ever_asked(connection, account, group).await? {
        targets.push(format!("/v1/accounts/questions/{}", asked.id));
    }
    for (batch, row) in in_files {
        targets.extend([format!("/v1/imports/{batch}/rows/{row}"), format!("/v1/reviews/{batch}:{row}")]);
    }
    // What was merged with one of hers stands under whichever of the two was named first.
    for event in store::links::naming(connection, group).await? {
        targets.push(format!("/v1/links/{event}"));
    }
    Ok(targets)
}

async fn accesses_in(
    connection: &mut Connection<'_>,
    targets: &[String],
    after: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditRecord>> {
    let mut found = Vec::new();
    for targets in targets.chunks(MOST_NAMED) {
        found.extend(store::audit::page(connection, &AuditFilter::default(), targets, after, limit).await?);
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.id));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
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
        let row = planned.row.row;
        let taken_back = store::reviews::reversed(connection, batch, row).await?;
        rows.push(FileRow {
            batch,
            file,
            row,
            cells: Vec::from(&planned.row.cells),
            outcome: planned.outcome,
            reason: planned.reason,
            waits_for: store::reviews::reason(connection, batch, row).await?,
            application: planned.application,
            decision: planned.decision.map(|one| DecisionData {
                decision: one.action.as_str().to_owned(),
                application: one.application,
                by: one.by,
                at: rfc3339(one.at),
                reversed_by: None,
                reversed_at: None,
            }),
            taken_back: taken_back
                .into_iter()
                .map(|one| DecisionData {
                    decision: one.decision,
                    application: one.decision_application.map(ApplicationId),
                    by: one.decided_by,
                    at: rfc3339(one.decided_at),
                    reversed_by: Some(one.reversed_by),
                    reversed_at: Some(rfc3339(one.reversed_at)),
                })
                .collect(),
        });
    }
    rows.sort_by_key(|one| (one.batch, one.row));
    Ok(rows)
}

async fn unreachable(connection: &mut Connection<'_>, keys: &Keys, hers: &Hers) -> Result<Vec<UnreachableData>> {
    let mut found = Vec::new();
    for phone in hers.values(IdentifierKind::Phone) {
        let recipient = consent::recipient(keys, phone);
        for row in store::consent::undeliverable(connection, &[recipient]).await? {
            let (network, phone) = (row.network()?, phone.to_owned());
            found.push(UnreachableData { phone, network, code: row.code, at: rfc3339(row.at) });
        }
    }
    Ok(found)
}
