//! Reading applications: the list, one of them, her history.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Fields, Filter};
use crate::{
    id::{ApplicationId, BatchId},
    identity::IdentifierKind,
    lifecycle::{Stage, SubState},
    store::{self, Result, Store, StoreError, identifiers::IdentifierRow, sources::SourceRow},
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
    /// Its phone numbers and email addresses.
    pub identifiers: Vec<Identifier>,
    /// The doors that it came through, oldest first.
    pub sources: Vec<Source>,
    /// When it was made, RFC 3339 in UTC.
    pub created_at: String,
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
    let records = store::applications::page(connection, filter, after, limit).await?;
    let ids: Vec<Uuid> = records.iter().map(|one| one.id).collect();
    let mut sources: HashMap<Uuid, Vec<Source>> = HashMap::new();
    for row in store::sources::of(connection, &ids).await? {
        sources.entry(row.application_id).or_default().push(source(row));
    }
    let mut identifiers: HashMap<Uuid, Vec<Identifier>> = HashMap::new();
    for row in store::identifiers::of(connection, &ids).await? {
        let of_hers = identifiers.entry(row.application_id).or_default();
        of_hers.extend(identifier(row));
    }
    let mut page = Vec::with_capacity(records.len());
    for record in records {
        let sources = sources.remove(&record.id).unwrap_or_default();
        let identifiers = identifiers.remove(&record.id).unwrap_or_default();
        let (id, status, portal, user_id, created_at) =
            (record.id(), record.status()?, record.portal.clone(), record.user_id, rfc3339(record.created_at));
        let fields = record.into_fields()?;
        let (stage, sub_state) = (status.stage, status.sub_state);
        page.push(Application { id, fields, portal, stage, sub_state, user_id, identifiers, sources, created_at });
    }
    Ok(page)
}

/// How many applications a filter leaves.
///
/// # Errors
/// The store fails.
pub async fn count(store: &Store, filter: &Filter) -> Result<u64> {
    let mut reader = store.read().await?;
    Ok(u64::try_from(store::applications::count(&mut reader.connection(), filter).await?).unwrap_or(0))
}

/// One application with its identifiers and sources; none when there is no such application (any more).
///
/// # Errors
/// The store fails.
pub async fn get(store: &Store, id: ApplicationId) -> Result<Option<Application>> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let Some(record) = store::applications::by_ids(connection, &[id.0]).await?.pop() else { return Ok(None) };
    let identifiers = store::identifiers::of(connection, &[id.0]).await?.into_iter().filter_map(identifier).collect();
    let sources = store::sources::of(connection, &[id.0]).await?.into_iter().map(source).collect();
    let status = record.status()?;
    Ok(Some(Application {
        id,
        portal: record.portal.clone(),
        stage: status.stage,
        sub_state: status.sub_state,
        user_id: record.user_id,
        created_at: rfc3339(record.created_at),
        fields: record.into_fields()?,
        identifiers,
        sources,
    }))
}

/// An identifier as it is shown; none of a kind that is not known.
fn identifier(row: IdentifierRow) -> Option<Identifier> {
    let state = match (row.keyed, row.shared) {
        (1, _) => IdentifierState::Key,
        (_, 1) => IdentifierState::Shared,
        _ => IdentifierState::Contact,
    };
    let raw = row.raw.unwrap_or_else(|| row.value.clone());
    Some(Identifier { kind: IdentifierKind::from_word(&row.kind)?, value: row.value, raw, state })
}

/// An application's history, oldest first.
///
/// # Errors
/// The store fails.
pub async fn history(store: &Store, id: ApplicationId) -> Result<Vec<HistoryRecord>> {
    let mut reader = store.read().await?;
    store::applications::history(&mut reader.connection(), id)
        .await?
        .into_iter()
        .map(|row| {
            Ok(HistoryRecord {
                seq: u32::try_from(row.seq).unwrap_or(0),
                stage: row.stage,
                sub_state: row.sub_state,
                reasons: serde_json::from_str(&row.reasons)
                    .map_err(|error| StoreError::corrupt(format!("the history of application {id}"), error))?,
                actor: row.actor,
                at: rfc3339(row.at),
            })
        })
        .collect()
}

fn source(row: SourceRow) -> Source {
    Source {
        portal: row.portal,
        source_ref: row.source_ref,
        batch: row.batch_id.map(BatchId),
        file: row.file,
        sheet: row.sheet,
        row: row.row_no.and_then(|row| u32::try_from(row).ok()),
        added_at: rfc3339(row.added_at),
    }
}

impl Application {
    /// The portals that it came from, each once.
    #[must_use]
    pub fn portals(&self) -> Vec<String> {
        self.sources.iter().map(|source| source.portal.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }
}
