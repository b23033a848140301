//! One person's data is erased: everything that is shown as one, in one transaction. Where she stood stays, so that the funnel counts as before, and a
//! keyed hash of what she was known by, so that a later import asks before she is here again.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    num::NonZeroU32,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    PrivacyError, Result, Why,
    hers::Hers,
    keeping::{facts, facts_alone},
};
use crate::{
    account::{self, AccountAnswer, Accounts, Did, Policy, RegisterError, SettleError},
    application::{ApplicantRow, SourceKey},
    credential::{Hasher, Keys},
    id::{AccountId, ApplicationId, AuditId, BatchId, LinkId, QuestionId},
    identity::IdentifierKind,
    import::Planned,
    linking::Said,
    outreach,
    staff::{By, audit},
    store::{
        self, Store, StoreError, accounts::QuestionRow, connection::Connection, retention::AloneRow, whole::whole,
    },
    time::rfc3339,
};

/// Who answers what HR has not, where the law waits for nobody.
const ANSWERER: &str = "privacy";

/// What came of an erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Erased {
    /// The application that showed her.
    pub application: ApplicationId,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Whether it was done now; false where it had been before.
    pub first: bool,
    /// Rows of imported files that were blanked.
    pub rows: u64,
    /// Rows of drafts that name her and were left: a draft is committed, and asks about her, or discarded.
    pub in_drafts: u64,
}

/// Who may be erased.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whom {
    /// Whoever it is.
    Anybody,
    /// Only somebody whose time is over, where data is kept for so many days.
    Due(Option<NonZeroU32>),
}

/// Erases the data of whoever an application is, with all that was merged into it, and her account. Erased twice, she is erased once. Where she asked for it, or took
/// back her consent, nobody else's account stands in the way of it: whether it is hers is asked no more, and it is not.
///
/// # Errors
/// There is no such application; [`PrivacyError::Asked`]; the store fails. Nothing is erased then.
pub async fn erase(store: &Store, application: ApplicationId, by: By<'_>, why: Why) -> Result<Erased> {
    erase_if(store, application, by, why, Whom::Anybody).await
}

/// The same, where she may be.
pub(super) async fn erase_if(
    store: &Store,
    application: ApplicationId,
    by: By<'_>,
    why: Why,
    whom: Whom,
) -> Result<Erased> {
    let now = store.clock().micros();
    let keys = store.keys().ok_or(StoreError::NoKeys)?;
    whole(|| async {
        let mut tx = store.write().await?;
        let erased = once(&mut tx.connection(), (store, keys), application, by, (why, whom), now).await?;
        tx.commit().await?;
        Ok(erased)
    })
    .await
}

async fn once(
    connection: &mut Connection<'_>,
    (store, keys): (&Store, &Keys),
    application: ApplicationId,
    by: By<'_>,
    (why, whom): (Why, Whom),
    now: i64,
) -> Result<Erased> {
    let shown_by = store::merged::shown_by(connection, &[application.0]).await?;
    let application = shown_by.get(&application.0).map_or(application, |id| ApplicationId(*id));
    store::applications::hold(connection, &[application.0]).await?;
    let record = store::applications::by_ids_also_erased(connection, &[application.0]).await?.pop();
    let record = record.ok_or(PrivacyError::UnknownApplication(application))?;
    if record.merged_into.is_some() {
        return Err(StoreError::Contended("she was merged a moment ago".to_owned()).into());
    }
    if let Some(at) = record.erased_at {
        return Ok(Erased { application, at: rfc3339(at), first: false, rows: 0, in_drafts: 0 });
    }
    let (hers, asked) = Hers::hold(connection, application).await?;
    let own = hers.account.as_ref().map(|account| account.id);
    // The law gives days for what she asked for. Anybody may have registered with an address that is hers, which asks.
    if let Some(first) = asked.iter().find(|one| why == Why::Retention || Some(one.account_id) == own) {
        return Err(PrivacyError::Asked(ApplicationId(first.application_id)));
    }
    if let Whom::Due(days) = whom {
        let rows = store::retention::by_ids(connection, &[application.0]).await?;
        let facts = facts(connection, &rows, now).await?.pop();
        facts.and_then(|facts| facts.due(days, now)).ok_or(PrivacyError::Kept(application))?;
    }
    for one in &asked {
        let another = AccountAnswer::Another.as_str();
        if !store::accounts::settle(connection, QuestionId(one.id), another, ANSWERER, now).await? {
            return Err(StoreError::Contended("what was asked about her was answered a moment ago".to_owned()).into());
        }
    }
    connection.overwrite_deleted(true).await?;
    let found = hers.rows(connection, Some(now)).await?;
    let gone: Vec<Uuid> = hers.group.iter().chain(&found.removed).copied().collect();
    store::erased::insert(connection, &hers.hashes(keys, &found.rows), now).await?;
    let numbers = hers.numbers(connection, keys).await?;
    hers.release(connection).await?;
    blank_rows(connection, &found.rows).await?;
    blank_reports(connection, &gone).await?;
    store::outbox::erase(connection, &gone).await?;
    store::heard::delete(connection, &gone, &numbers).await?;
    store::links::erase(connection, &gone).await?;
    store::retention::forget_turns(connection, &gone).await?;
    store::applications::erase(connection, &gone, now).await?;
    outreach::erasure::forget(connection, &hers.traces()).await?;
    store::answers::forget(connection, &hers.marks()).await?;
    hers.forget_account(connection, keys, by.actor, now).await?;
    let action = format!("privacy.erase {why}");
    let target = format!("/v1/applications/{application}");
    audit::write(connection, AuditId::mint(), by, &action, &target, now).await?;
    connection.overwrite_deleted(false).await?;
    go_on(connection, (store, keys), &asked, now).await?;
    let rows = u64::try_from(found.rows.len()).unwrap_or(u64::MAX);
    Ok(Erased { application, at: rfc3339(now), first: true, rows, in_drafts: found.in_drafts })
}

/// Accounts of others, of which HR was asked whether she is theirs, go on as when HR has said that she is not: each finds whose it is, or begins afresh.
async fn go_on(
    connection: &mut Connection<'_>,
    (store, keys): (&Store, &Keys),
    asked: &[QuestionRow],
    now: i64,
) -> Result<()> {
    // Nobody is linked to a third one unasked, by an erasure: whoever a number leads to counts as silent for long.
    let policy = Policy { recycled_after_days: -1, ..Policy::default() };
    let accounts = Accounts::new(store.clone(), keys.clone(), Hasher::new(keys), policy);
    // Of two applications nothing follows: there is one of them now.
    let waiting: BTreeSet<Uuid> = asked.iter().filter(|one| one.other_id.is_none()).map(|one| one.account_id).collect();
    for account in waiting {
        let said = Said { event: LinkId::mint(), actor: ANSWERER, reason: None };
        let fresh = ApplicationId::mint();
        let done = accounts.not_hers(connection, AccountId(account), fresh, (said, now), &mut Did::default()).await;
        done.map_err(|error| match error {
            SettleError::Store(error) | SettleError::Register(RegisterError::Store(error)) => error,
            // Somebody was quicker.
            other => StoreError::Contended(other.to_string()),
        })?;
    }
    Ok(())
}

/// What came of the erasure of an account alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErasedAccount {
    /// The account.
    pub account: AccountId,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Whether it was done now; false where it had been before.
    pub first: bool,
    /// Rows of imported files that were blanked.
    pub rows: u64,
}

/// Erases an account that has no application, for HR has yet to say which one is hers: that one is somebody's, and stays; what is asked about the account is asked no
/// more. Rows of files that say her name and her number, and went to nobody who is here, are blanked. A keyed hash of her number and her address is left, as of everybody.
///
/// # Errors
/// There is no such account; [`PrivacyError::HasApplication`]; the store fails. Nothing is erased then.
pub async fn erase_account(store: &Store, account: AccountId, by: By<'_>, why: Why) -> Result<ErasedAccount> {
    erase_account_if(store, account, by, why, Whom::Anybody).await
}

/// The same, where she may be.
pub(super) async fn erase_account_if(
    store: &Store,
    account: AccountId,
    by: By<'_>,
    why: Why,
    whom: Whom,
) -> Result<ErasedAccount> {
    let now = store.clock().micros();
    let keys = store.keys().ok_or(StoreError::NoKeys)?;
    whole(|| async {
        let mut tx = store.write().await?;
        let erased = account_once(&mut tx.connection(), keys, account, by, (why, whom), now).await?;
        tx.commit().await?;
        Ok(erased)
    })
    .await
}

async fn account_once(
    connection: &mut Connection<'_>,
    keys: &Keys,
    account: AccountId,
    by: By<'_>,
    (why, whom): (Why, Whom),
    now: i64,
) -> Result<ErasedAccount> {
    let changed = || StoreError::Contended("her account was changed a moment ago".to_owned());
    if let Some(at) = store::accounts::erased_at(connection, account).await? {
        return Ok(ErasedAccount { account, at: rfc3339(at), first: false, rows: 0 });
    }
    let seen = store::accounts::by_id(connection, account).await?.ok_or(PrivacyError::UnknownAccount(account))?;
    if !store::accounts::hold(connection, &seen).await? {
        return Err(changed().into());
    }
    if let Some(application) = store::accounts::application_of(connection, account).await? {
        return Err(PrivacyError::HasApplication { account, application });
    }
    if let Whom::Due(days) = whom {
        let row = AloneRow {
            id: seen.id,
            full_name: seen.full_name.clone(),
            withdrawn_at: seen.withdrawn_at,
            created_at: seen.created_at,
        };
        let facts = facts_alone(connection, &[row], now).await?.pop();
        facts.and_then(|facts| facts.due(days, now)).ok_or(PrivacyError::KeptAccount(account))?;
    }
    for asked in store::accounts::questions_of(connection, account).await? {
        if !store::accounts::settle(connection, QuestionId(asked.id), why.as_str(), by.actor, now).await? {
            return Err(changed().into());
        }
    }
    connection.overwrite_deleted(true).await?;
    let hers = Hers::by_account(Some(seen));
    let found = hers.rows(connection, Some(now)).await?;
    store::erased::insert(connection, &hers.hashes(keys, &found.rows), now).await?;
    blank_rows(connection, &found.rows).await?;
    outreach::erasure::forget(connection, &hers.traces()).await?;
    store::answers::forget(connection, &hers.marks()).await?;
    hers.forget_account(connection, keys, by.actor, now).await?;
    let (action, target) = (format!("privacy.erase {why}"), format!("/v1/accounts/{account}"));
    audit::write(connection, AuditId::mint(), by, &action, &target, now).await?;
    connection.overwrite_deleted(false).await?;
    let rows = u64::try_from(found.rows.len()).unwrap_or(u64::MAX);
    Ok(ErasedAccount { account, at: rfc3339(now), first: true, rows })
}

impl Hers {
    /// What is left of her.
    fn hashes(&self, keys: &Keys, rows: &[(BatchId, Planned)]) -> Vec<store::erased::Hash> {
        let contacts = self.identifiers.iter().map(|(kind, value)| store::erased::contact(keys, *kind, value));
        let sources = self.sources.iter().filter_map(|key| SourceKey::from_bytes(key));
        let sources = sources.chain(rows.iter().filter_map(|(_, row)| row.source_key));
        let hashes: HashSet<store::erased::Hash> =
            contacts.chain(sources.map(|key| store::erased::source(keys, &key))).collect();
        hashes.into_iter().collect()
    }

    /// Gives back what keyed her. A number that a family shares stays with those of them who are left.
    async fn release(&self, connection: &mut Connection<'_>) -> Result<()> {
        for (kind, values) in store::identifiers::release(connection, &self.group, None).await? {
            store::barred::hand_over(connection, kind, &values).await?;
        }
        for kind in [IdentifierKind::Phone, IdentifierKind::Email] {
            store::barred::forget_shared(connection, kind, &self.values(kind)).await?;
        }
        store::sources::delete(connection, &self.group, None).await?;
        Ok(())
    }

    /// Ends what she signs in by, and forgets every number and address that something was sent to.
    async fn forget_account(&self, connection: &mut Connection<'_>, keys: &Keys, actor: &str, now: i64) -> Result<()> {
        for (kind, value) in &self.identifiers {
            store::codes::delete(connection, *kind, value).await?;
            store::attempts::delete(connection, &account::codes_tried(keys, *kind, value)).await?;
        }
        let phones = self.values(IdentifierKind::Phone);
        for phone in &phones {
            store::attempts::delete(connection, &account::tried(keys, phone)).await?;
        }
        store::invitations::delete(connection, &self.group, &phones).await?;
        let Some(account) = &self.account else { return Ok(()) };
        let id = AccountId(account.id);
        if let Some(application) = account.activated_for {
            store::accounts::set_activated(connection, id, ApplicationId(application), false, actor, now).await?;
        }
        store::sessions::delete(connection, id).await?;
        store::retention::forget_turns(connection, &[account.id]).await?;
        Ok(store::accounts::erase(connection, id, now).await?)
    }
}

/// Blanks rows of imports: their numbers and what came of them stay, and what was shown of their cells beside the columns goes, too.
pub(super) async fn blank_rows(connection: &mut Connection<'_>, rows: &[(BatchId, Planned)]) -> Result<()> {
    let mut cells: HashMap<BatchId, HashSet<&str>> = HashMap::new();
    for (batch, planned) in rows {
        cells.entry(*batch).or_default().extend(planned.row.cells.iter().filter(|cell| !cell.is_empty()));
        store::reviews::delete(connection, *batch, planned.row.row).await?;
        store::rows::update(connection, *batch, &blank(planned)).await?;
    }
    for (batch, cells) in cells {
        let Some(found) = store::batches::get(connection, batch).await? else { continue };
        let mut description = found.description.clone();
        if let Some(samples) = description.get_mut("samples") {
            forget(samples, &cells);
        }
        if description != found.description {
            store::batches::erase(connection, batch, &description, found.undo.as_ref()).await?;
        }
    }
    Ok(())
}

fn blank(planned: &Planned) -> Planned {
    let cells = planned.row.cells.iter().map(|_| "").collect();
    let row = ApplicantRow { row: planned.row.row, cells, ..ApplicantRow::default() };
    Planned { row: Box::new(row), source_key: None, score: None, erased: true, ..planned.clone() }
}

/// Empties every text of a document that is one of some cells, or the beginning of one.
fn forget(document: &mut Value, cells: &HashSet<&str>) {
    match document {
        Value::String(text) if !text.is_empty() => {
            let shown = text.trim_end_matches('…').trim();
            if cells.iter().any(|cell| cell.trim().starts_with(shown)) {
                text.clear();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| forget(item, cells)),
        _ => {}
    }
}

/// Takes the names of those who are gone from the reports of undone imports.
async fn blank_reports(connection: &mut Connection<'_>, gone: &[Uuid]) -> Result<()> {
    for id in gone {
        for (batch,) in store::batches::undone_but_for(connection, ApplicationId(*id)).await? {
            let Some(found) = store::batches::get(connection, BatchId(batch)).await? else { continue };
            let Some(mut undo) = found.undo.clone() else { continue };
            for kept in undo.kept.iter_mut().filter(|one| one.application.0 == *id) {
                kept.full_name.clear();
            }
            store::batches::erase(connection, BatchId(batch), &found.description, Some(&undo)).await?;
        }
    }
    Ok(())
}
