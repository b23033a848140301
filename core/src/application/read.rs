//! Reading applications: the list, one of them, her history.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Fields, Filter};
use crate::{
    id::{ApplicationId, BatchId, LinkId},
    identity::IdentifierKind,
    lifecycle::{MitraStatus, Stage, SubState},
    store::{
        self, Result, Store, StoreError, applications::ApplicationRecord, connection::Connection, history::HistoryRow,
        identifiers::IdentifierRow, sources::SourceRow,
    },
    time::rfc3339,
    words::words,
};

/// An application, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// Its fields.
    #[serde(flatten)]
    pub fields: Fields,
    /// The portal that it first came from.
    pub portal: String,
    /// Where it stands.
    pub stage: Stage,
    /// Whether it is in the running.
    pub sub_state: SubState,
    /// The account that is linked to it.
    pub user_id: Option<Uuid>,
    /// What the platforms go by; none while no account is linked.
    pub mitra_status: Option<MitraStatus>,
    /// Since when operations have the account activated, RFC 3339 in UTC; none: they do not.
    pub activated_at: Option<String>,
    /// The application that shows this one: she turned out to be the same person. None for those in the lists.
    pub merged_into: Option<ApplicationId>,
    /// Applications that this one shows, in the order in which they were merged into it.
    pub merged: Vec<Merged>,
    /// Its phone numbers and email addresses.
    pub identifiers: Vec<Identifier>,
    /// The doors that it came through, oldest first.
    pub sources: Vec<Source>,
    /// When it was made, RFC 3339 in UTC.
    pub created_at: String,
    /// Since when its data is erased, RFC 3339 in UTC: where it stood is all that is left. None for those in the lists.
    pub erased_at: Option<String>,
}

/// An application that another one shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Merged {
    /// Its id.
    pub application: ApplicationId,
    /// Its name.
    pub full_name: String,
    /// Its stage, as it was.
    pub stage: Stage,
    /// Its sub-state, as it was.
    pub sub_state: SubState,
    /// What it was merged into: the application that shows it, or one that was merged there itself later.
    pub into: ApplicationId,
    /// The event that says so, to take it back by.
    pub event: LinkId,
    /// Who merged it.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

/// A phone number or an email address of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identifier {
    /// Its kind.
    pub kind: IdentifierKind,
    /// Its normal form.
    pub value: String,
    /// The cell that it was read from.
    pub raw: String,
    /// What it is good for.
    pub state: IdentifierState,
    /// The merged application that it came with; none where it is its own.
    pub from: Option<ApplicationId>,
}

words! {
    /// What an identifier is good for.
    IdentifierState {
        /// It keys this person and nobody else.
        Key = "key",
        /// A family shares it: it keys nobody.
        Shared = "shared",
        /// She can be reached by it; it keys nobody here.
        Contact = "contact",
    }
}

/// A door that an application came through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// The portal.
    pub portal: String,
    /// The portal's own id.
    pub source_ref: Option<String>,
    /// The import.
    pub batch: Option<BatchId>,
    /// The file.
    pub file: Option<String>,
    /// The sheet.
    pub sheet: Option<String>,
    /// The row number that a person sees in the spreadsheet.
    pub row: Option<u32>,
    /// When it was added, RFC 3339 in UTC.
    pub added_at: String,
    /// The merged application that it came with; none where it is its own.
    pub from: Option<ApplicationId>,
}

/// A record of an application's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryRecord {
    /// Its place in the history, from 1.
    pub seq: u32,
    /// The stage.
    pub stage: String,
    /// The sub-state.
    pub sub_state: String,
    /// Reason codes.
    pub reasons: Vec<String>,
    /// Who.
    pub actor: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// The merged application whose history this is from: its status was never this one's. None for a record of its own.
    pub from: Option<ApplicationId>,
}

/// A page of applications, newest first, each whole.
///
/// # Errors
/// The store fails.
pub async fn page(
    store: &Store,
    filter: &Filter,
    after: Option<ApplicationId>,
    limit: u64,
) -> Result<Vec<Application>> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let records = store::listing::page(connection, filter, after, limit).await?;
    whole(connection, records).await
}

/// Records with everything that is theirs, and everything of what was merged into them.
async fn whole(connection: &mut Connection<'_>, records: Vec<ApplicationRecord>) -> Result<Vec<Application>> {
    let mut all: Vec<Uuid> = records.iter().map(|one| one.id).collect();
    let shown_by = store::merged::merged_into(connection, &all).await?;
    all.extend(shown_by.keys());
    // Whose it is shown as, and where it came from.
    let place = |id: Uuid| match shown_by.get(&id) {
        None => (id, None),
        Some(by) => (*by, Some(ApplicationId(id))),
    };
    let mut sources: HashMap<Uuid, Vec<Source>> = HashMap::new();
    for row in store::sources::of(connection, &all).await? {
        let (shown, from) = place(row.application_id);
        sources.entry(shown).or_default().push(source(row, from));
    }
    let mut identifiers: HashMap<Uuid, Vec<Identifier>> = HashMap::new();
    for row in store::identifiers::of(connection, &all).await? {
        let (shown, from) = place(row.application_id);
        if let Some(one) = identifier(row, from) {
            add(identifiers.entry(shown).or_default(), one);
        }
    }
    let accounts: Vec<Uuid> = records.iter().filter_map(|record| record.user_id).collect();
    let activated = store::accounts::activated(connection, &accounts).await?;
    let mut merged = merged(connection, &shown_by).await?;
    let mut whole = Vec::with_capacity(records.len());
    for record in records {
        let (id, status, portal) = (record.id(), record.status()?, record.portal.clone());
        let activated_at = record.user_id.and_then(|account| activated.get(&(account, record.id)).copied());
        whole.push(Application {
            id,
            portal,
            stage: status.stage,
            sub_state: status.sub_state,
            user_id: record.user_id,
            mitra_status: record.user_id.map(|_| MitraStatus::of(status, activated_at.is_some())),
            activated_at: activated_at.map(rfc3339),
            merged_into: record.merged_into.map(ApplicationId),
            merged: merged.remove(&record.id).unwrap_or_default(),
            identifiers: identifiers.remove(&record.id).unwrap_or_default(),
            sources: sources.remove(&record.id).unwrap_or_default(),
            created_at: rfc3339(record.created_at),
            erased_at: record.erased_at.map(rfc3339),
            fields: record.into_fields()?,
        });
    }
    Ok(whole)
}

/// What each application shows, given who shows whom.
async fn merged(connection: &mut Connection<'_>, shown_by: &HashMap<Uuid, Uuid>) -> Result<HashMap<Uuid, Vec<Merged>>> {
    let ids: Vec<Uuid> = shown_by.keys().copied().collect();
    let mut statuses = HashMap::new();
    for record in store::applications::by_ids_also_merged(connection, &ids).await? {
        statuses.insert(record.id, record.status()?);
    }
    let mut found: HashMap<Uuid, Vec<Merged>> = HashMap::new();
    for event in store::links::standing_merges(connection, &ids).await? {
        let (Some(by), Some(status)) = (shown_by.get(&event.other_id), statuses.get(&event.other_id)) else { continue };
        found.entry(*by).or_default().push(Merged {
            application: ApplicationId(event.other_id),
            full_name: event.other_name,
            stage: status.stage,
            sub_state: status.sub_state,
            into: ApplicationId(event.application_id),
            event: LinkId(event.id),
            by: event.actor,
            at: rfc3339(event.at),
        });
    }
    Ok(found)
}

/// Adds an identifier, once: what two that are one person both have keys her where it keys one of them.
fn add(all: &mut Vec<Identifier>, one: Identifier) {
    match all.iter_mut().find(|known| (known.kind, &known.value) == (one.kind, &one.value)) {
        None => all.push(one),
        Some(known) if known.state != IdentifierState::Key && one.state == IdentifierState::Key => *known = one,
        Some(_) => {}
    }
}

/// How many applications a filter leaves.
///
/// # Errors
/// The store fails.
pub async fn count(store: &Store, filter: &Filter) -> Result<u64> {
    let mut reader = store.read().await?;
    Ok(u64::try_from(store::listing::count(&mut reader.connection(), filter).await?).unwrap_or(0))
}

/// One application with its identifiers and sources, also one that was merged, and what is left of one that was erased; none when there is no such application (any more).
///
/// # Errors
/// The store fails.
pub async fn get(store: &Store, id: ApplicationId) -> Result<Option<Application>> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let records = store::applications::by_ids_also_erased(connection, &[id.0]).await?;
    Ok(whole(connection, records).await?.pop())
}

/// An identifier as it is shown; none of a kind that is not known.
fn identifier(row: IdentifierRow, from: Option<ApplicationId>) -> Option<Identifier> {
    let state = match (row.keyed, row.shared) {
        (1, _) => IdentifierState::Key,
        (_, 1) => IdentifierState::Shared,
        _ => IdentifierState::Contact,
    };
    let raw = row.raw.unwrap_or_else(|| row.value.clone());
    Some(Identifier { kind: IdentifierKind::from_word(&row.kind)?, value: row.value, raw, state, from })
}

/// An application's history, oldest first, with those of what was merged into it; the newest record of its own is its status.
///
/// # Errors
/// The store fails.
pub async fn history(store: &Store, id: ApplicationId) -> Result<Vec<HistoryRecord>> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let merged = store::merged::merged_into(connection, &[id.0]).await?;
    let mut records = Vec::new();
    for one in std::iter::once(id).chain(merged.into_keys().map(ApplicationId)) {
        for row in store::history::of(connection, one).await? {
            records.push((row.at, record(row, one, (one != id).then_some(one))?));
        }
    }
    records.sort_by_key(|(at, one)| (*at, one.from.is_none(), one.from, one.seq));
    Ok(records.into_iter().map(|(_, record)| record).collect())
}

fn record(row: HistoryRow, of: ApplicationId, from: Option<ApplicationId>) -> Result<HistoryRecord> {
    Ok(HistoryRecord {
        seq: u32::try_from(row.seq).unwrap_or(0),
        stage: row.stage,
        sub_state: row.sub_state,
        reasons: serde_json::from_str(&row.reasons)
            .map_err(|error| StoreError::corrupt(format!("the history of application {of}"), error))?,
        actor: row.actor,
        at: rfc3339(row.at),
        from,
    })
}

fn source(row: SourceRow, from: Option<ApplicationId>) -> Source {
    Source {
        portal: row.portal,
        source_ref: row.source_ref,
        batch: row.batch_id.map(BatchId),
        file: row.file,
        sheet: row.sheet,
        row: row.row_no.and_then(|row| u32::try_from(row).ok()),
        added_at: rfc3339(row.added_at),
        from,
    }
}

impl Application {
    /// The portals that it came from, each once.
    #[must_use]
    pub fn portals(&self) -> Vec<String> {
        self.sources.iter().map(|source| source.portal.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }
}
