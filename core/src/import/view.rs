//! What HR sees of a row: the row, and everybody it may be, with the evidence.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ImportError, Result, batch,
    contacts::{Contact, contacts},
    holders::Holders,
    plan::{Action, Outcome, Planned, Reason, RowFilter},
    unplanned::likeness_of,
};
use crate::{
    application::{Fields, Problem, Repair},
    id::{ApplicationId, BatchId},
    identity::{EmailReading, IdentifierKind, NameAgreement, PersonName, PhoneReading},
    lifecycle::{Stage, SubState},
    linking::{Evidence, Record, Score, evidence},
    store::{self, Store, connection::Connection},
    time::rfc3339,
};

/// A row as HR sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ImportRow))]
pub struct RowView {
    /// The row number that a person sees in the spreadsheet.
    pub row: u32,
    /// What an import does with it.
    pub outcome: Outcome,
    /// Why it waits or is rejected.
    pub reason: Option<Reason>,
    /// The probability, 0 to 1, that it is the likeliest of those whom it may be, as it was when the row was planned; none where nobody is named.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub score: Option<Score>,
    /// What a person decided.
    pub decision: Option<DecisionView>,
    /// A cell was edited by hand.
    pub edited: bool,
    /// Her data was erased: what stood in the row is gone.
    pub erased: bool,
    /// The raw cells, in column order.
    pub cells: Vec<String>,
    /// The cleaned values.
    pub fields: Fields,
    /// Every phone number.
    pub phones: Vec<PhoneReading>,
    /// Every email address.
    pub emails: Vec<EmailReading>,
    /// What was repaired.
    pub repairs: Vec<Repair>,
    /// What to look at.
    pub problems: Vec<Problem>,
    /// Who it is or may be; empty in windows of the grid.
    pub matches: Vec<Match>,
    /// The application it went to, or will go to.
    pub application: Option<ApplicationId>,
}

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Decision))]
pub struct DecisionView {
    /// What it is.
    pub action: Action,
    /// The application that was meant.
    pub application: Option<ApplicationId>,
    /// Who decided.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

/// Somebody that a row is or may be: an application, or an earlier row of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Match {
    /// The application; none for a row that is none yet.
    pub application: Option<ApplicationId>,
    /// The earlier row of this file.
    pub row: Option<u32>,
    /// Its values.
    pub fields: Fields,
    /// The portal that it first came from.
    pub portal: Option<String>,
    /// Its stage.
    pub stage: Option<Stage>,
    /// Its sub-state.
    pub sub_state: Option<SubState>,
    /// What speaks for and against.
    pub evidence: Vec<Evidence>,
}

impl From<Planned> for RowView {
    fn from(planned: Planned) -> Self {
        let Planned {
            row,
            outcome,
            reason,
            application,
            decision,
            edited,
            erased,
            source_key: _,
            target_row: _,
            candidate_rows: _,
            score,
        } = planned;
        Self {
            row: row.row,
            outcome,
            reason,
            score,
            decision: decision.map(|one| DecisionView {
                action: one.action,
                application: one.application,
                by: one.by,
                at: rfc3339(one.at),
            }),
            edited,
            erased,
            cells: Vec::from(&row.cells),
            fields: row.fields,
            phones: row.phones,
            emails: row.emails,
            repairs: row.repairs,
            problems: row.problems,
            matches: Vec::new(),
            application,
        }
    }
}

/// A window of a batch's rows without matches, and how many rows the filter leaves.
///
/// # Errors
/// There is no such batch; the store fails.
pub async fn rows(
    store: &Store,
    id: BatchId,
    filter: &RowFilter,
    offset: u64,
    limit: u64,
) -> Result<(Vec<RowView>, u64)> {
    let batch = batch(store, id).await?;
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let total = if *filter == RowFilter::default() {
        batch.rows
    } else {
        u64::try_from(store::rows::count(connection, id, filter).await?).unwrap_or(0)
    };
    let rows = store::rows::window(connection, id, filter, offset, limit).await?;
    Ok((rows.into_iter().map(RowView::from).collect(), total))
}

/// One row with everybody it is or may be.
///
/// # Errors
/// There is no such batch or row; the store fails.
pub async fn row_view(store: &Store, id: BatchId, row: u32) -> Result<RowView> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let planned = store::rows::by_numbers(connection, id, &[row]).await?.pop();
    let Some(planned) = planned else {
        batch(store, id).await?;
        return Err(ImportError::UnknownRow { batch: id, row });
    };
    with_matches(connection, id, vec![planned]).await?.pop().ok_or(ImportError::UnknownRow { batch: id, row })
}

/// The rows after row `after`, each with everybody it is or may be: how a whole preview is printed.
///
/// # Errors
/// The store fails.
pub async fn rows_after(store: &Store, id: BatchId, after: u32, limit: u64) -> Result<Vec<RowView>> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let planned = store::rows::after(connection, id, after, limit).await?;
    Ok(with_matches(connection, id, planned).await?)
}

/// Finds who the rows are or may be, as the store stands now: a few questions for all of them together.
pub(super) async fn with_matches(
    connection: &mut Connection<'_>,
    batch: BatchId,
    mut rows: Vec<Planned>,
) -> store::Result<Vec<RowView>> {
    let asked = |one: &&Planned| matches!(one.outcome, Outcome::Review | Outcome::Match | Outcome::Duplicate);
    let mut earlier: HashSet<u32> = HashSet::new();
    let mut alike = Vec::new();
    for one in rows.iter().filter(asked) {
        earlier.extend(one.candidate_rows.iter().chain(one.target_row.as_ref()));
        alike.extend(like(one));
    }
    let telling = rows.iter().filter(asked).flat_map(|one| contacts(&one.row)).filter(Contact::tells);
    let telling = telling.map(|one| Contact { usable: true, ..one });
    let holders = Holders::of_contacts(connection, telling).await?.with_barred(connection, None).await?;
    let mut by_likeness: HashMap<i64, Vec<Uuid>> = HashMap::new();
    for (key, application, shown_by) in store::likeness::find(connection, &alike, None).await? {
        by_likeness.entry(key).or_default().push(shown_by.unwrap_or(application));
    }
    let earlier: Vec<u32> = earlier.into_iter().collect();
    let mut earlier: HashMap<u32, Planned> =
        store::rows::by_numbers(connection, batch, &earlier).await?.into_iter().map(|one| (one.row.row, one)).collect();
    let went: Vec<Uuid> =
        rows.iter().chain(earlier.values()).filter_map(|one| one.application).map(|ApplicationId(id)| id).collect();
    let shown_by = store::merged::shown_by(connection, &went).await?;
    for one in rows.iter_mut().chain(earlier.values_mut()) {
        let by = one.application.and_then(|ApplicationId(id)| shown_by.get(&id));
        one.application = by.copied().map(ApplicationId).or(one.application);
    }
    let ids: HashSet<Uuid> = holders
        .applications()
        .chain(by_likeness.values().flatten())
        .copied()
        .chain(rows.iter().chain(earlier.values()).filter_map(|one| one.application).map(|id| id.0))
        .collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut others = others(connection, &ids).await?;
    for other in earlier.values() {
        match other.application.filter(|id| others.by_id.contains_key(&id.0)) {
            Some(ApplicationId(id)) => drop(others.became.insert(other.row.row, id)),
            None => drop(others.by_row.insert(other.row.row, Other::from(other))),
        }
    }

    Ok(rows
        .into_iter()
        .map(|one| {
            let matches = if asked(&&one) { matches(&one, &holders, &by_likeness, &others) } else { Vec::new() };
            RowView { matches, ..RowView::from(one) }
        })
        .collect())
}

fn like(one: &Planned) -> Option<i64> {
    likeness_of(&one.row.fields)
}

/// Everybody that rows may be.
#[derive(Default)]
struct Others {
    by_id: HashMap<Uuid, Other>,
    by_row: HashMap<u32, Other>,
    /// Earlier rows of the file that are an application by now: shown as that, and once.
    became: HashMap<u32, Uuid>,
}

#[derive(Clone)]
struct Other {
    shown: Match,
    phones: Vec<String>,
    emails: Vec<String>,
}

impl From<&Planned> for Other {
    fn from(planned: &Planned) -> Self {
        let of = |kind: IdentifierKind| {
            contacts(&planned.row).iter().filter(|one| one.kind == kind).map(|one| one.value.to_owned()).collect()
        };
        Self {
            shown: Match {
                application: None,
                row: Some(planned.row.row),
                fields: planned.row.fields.clone(),
                portal: None,
                stage: None,
                sub_state: None,
                evidence: Vec::new(),
            },
            phones: of(IdentifierKind::Phone),
            emails: of(IdentifierKind::Email),
        }
    }
}

async fn others(connection: &mut Connection<'_>, ids: &[Uuid]) -> store::Result<Others> {
    let mut found = Others::default();
    for record in store::applications::by_ids(connection, ids).await? {
        let (id, status, portal) = (record.id, record.status()?, record.portal.clone());
        let shown = Match {
            application: Some(ApplicationId(id)),
            row: None,
            fields: record.into_fields()?,
            portal: Some(portal),
            stage: Some(status.stage),
            sub_state: Some(status.sub_state),
            evidence: Vec::new(),
        };
        found.by_id.insert(id, Other { shown, phones: Vec::new(), emails: Vec::new() });
    }
    if !ids.is_empty() {
        let merged = store::merged::merged_into(connection, ids).await?;
        let all: Vec<Uuid> = ids.iter().chain(merged.keys()).copied().collect();
        for (id, kind, value) in store::identifiers::held_by(connection, &all).await? {
            if let Some(other) = found.by_id.get_mut(merged.get(&id).unwrap_or(&id)) {
                match kind {
                    IdentifierKind::Phone => other.phones.push(value),
                    IdentifierKind::Email => other.emails.push(value),
                }
            }
        }
    }
    Ok(found)
}

fn matches(one: &Planned, holders: &Holders, by_likeness: &HashMap<i64, Vec<Uuid>>, others: &Others) -> Vec<Match> {
    let mine = contacts(&one.row);
    let of =
        |kind: IdentifierKind| mine.iter().filter(move |contact| contact.kind == kind).map(|contact| contact.value);
    let (phones, emails): (Vec<&str>, Vec<&str>) =
        (of(IdentifierKind::Phone).collect(), of(IdentifierKind::Email).collect());

    let mut ids: Vec<Uuid> = Vec::new();
    let by_key =
        mine.iter().filter(|contact| contact.usable).filter_map(|contact| holders.of_contact(*contact).flatten());
    let suggested = one.reason == Some(Reason::Possible);
    let name = one.row.fields.full_name.as_deref().and_then(PersonName::parse);
    let is_named = |id: &&Uuid| {
        let theirs = others.by_id.get(id).and_then(|other| other.shown.fields.full_name.as_deref());
        let both = name.as_ref().zip(theirs.and_then(PersonName::parse));
        both.is_some_and(|(name, theirs)| name.compare(&theirs) != NameAgreement::Different)
    };
    let barred = mine
        .iter()
        .filter(|contact| contact.tells() && one.outcome == Outcome::Review)
        .flat_map(|contact| holders.barred_from(*contact))
        .filter(is_named);
    let by_likeness = like(one).filter(|_| suggested).and_then(|key| by_likeness.get(&key)).into_iter().flatten();
    let rows: Vec<u32> = one
        .candidate_rows
        .iter()
        .chain(one.target_row.as_ref().filter(|row| !one.candidate_rows.contains(row)))
        .copied()
        .collect();
    let became = rows.iter().filter_map(|row| others.became.get(row));
    // Told apart from whom her number leads to, she stands first.
    let joined = one.application.filter(|_| one.outcome == Outcome::Match).map(|ApplicationId(id)| id);
    let all = joined.into_iter().chain(barred.copied()).chain(by_key).chain(by_likeness.copied());
    for id in all.chain(became.copied()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.iter()
        .filter_map(|id| others.by_id.get(id))
        .chain(rows.iter().filter_map(|row| others.by_row.get(row)))
        .map(|other| {
            let their_phones: Vec<&str> = other.phones.iter().map(String::as_str).collect();
            let their_emails: Vec<&str> = other.emails.iter().map(String::as_str).collect();
            let evidence = evidence(
                Record { fields: &one.row.fields, phones: &phones, emails: &emails },
                Record { fields: &other.shown.fields, phones: &their_phones, emails: &their_emails },
            );
            Match { evidence, ..other.shown.clone() }
        })
        .collect()
}
