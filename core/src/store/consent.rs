//! `consent_event`, `suppression` and `undeliverable`: who consented to what and may be written to, by a keyed hash of the number.

use std::collections::HashSet;

use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};
use uuid::Uuid;

use super::{Result, StoreError, bulk::padded, connection::Connection, outbox};
use crate::{
    consent::{ConsentKind, ConsentPurpose, ConsentSource},
    id::AccountId,
    outreach::Network,
};

const EVENT: &str = "consent_event";
const SUPPRESSION: &str = "suppression";
const UNDELIVERABLE: &str = "undeliverable";

/// Who said so, and when.
pub(crate) struct Said<'a> {
    pub(crate) source: ConsentSource,
    pub(crate) actor: &'a str,
    pub(crate) at: i64,
}

/// A word as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct EventRow {
    pub(crate) id: Uuid,
    pub(crate) purpose: String,
    pub(crate) kind: String,
    pub(crate) version: Option<String>,
    pub(crate) source: String,
    pub(crate) actor: String,
    pub(crate) at: i64,
}

/// A word about being recruited: of whose account, and which text she was shown.
pub(crate) struct Recruited<'a> {
    pub(crate) account: AccountId,
    pub(crate) kind: ConsentKind,
    pub(crate) version: Option<&'a str>,
}

/// Keeps what the owner of an account says of being recruited.
pub(crate) async fn recruited(
    connection: &mut Connection<'_>,
    recipient: &[u8],
    word: &Recruited<'_>,
    said: &Said<'_>,
) -> Result<()> {
    let whose = (Some(word.account.0), word.version);
    record(connection, recipient, (ConsentPurpose::Recruitment, word.kind), whose, said).await
}

/// Everything that was said of these numbers, and by the owner of an account, newest first. What the owner of another account said is none of hers, though the
/// number be the same by now.
pub(crate) async fn events(
    connection: &mut Connection<'_>,
    recipients: &[Vec<u8>],
    account: Option<AccountId>,
) -> Result<Vec<EventRow>> {
    if recipients.is_empty() {
        return Ok(Vec::new());
    }
    let whose = Expr::col("account_id").is_null();
    let whose = match account {
        Some(AccountId(account)) => whose.or(Expr::col("account_id").eq(account)),
        None => whose,
    };
    let query = Query::select()
        .columns(["id", "purpose", "kind", "version", "source", "actor", "at"])
        .from(EVENT)
        .and_where(Expr::col("recipient_hash").is_in(padded(recipients.iter().cloned())))
        .and_where(whose)
        .order_by("id", Order::Desc)
        .take();
    connection.all(&query).await
}

/// Keeps that a recipient wants no messages; false where that is known.
pub(crate) async fn suppress(connection: &mut Connection<'_>, recipient: &[u8], said: &Said<'_>) -> Result<bool> {
    let insert = Query::insert()
        .into_table(SUPPRESSION)
        .columns(["recipient_hash", "since", "source"])
        .values_panic([recipient.to_vec().into(), said.at.into(), said.source.as_str().into()])
        .on_conflict(OnConflict::column("recipient_hash").do_nothing_on(["recipient_hash"]).to_owned())
        .take();
    let known = suppressed_since(connection, recipient).await?.is_some();
    if !known {
        connection.run(&insert).await?;
        record(connection, recipient, (ConsentPurpose::Messages, ConsentKind::Withdrawn), (None, None), said).await?;
    }
    Ok(!known)
}

/// Keeps that a recipient takes messages again; false where that is known.
pub(crate) async fn allow(connection: &mut Connection<'_>, recipient: &[u8], said: &Said<'_>) -> Result<bool> {
    let delete =
        Query::delete().from_table(SUPPRESSION).and_where(Expr::col("recipient_hash").eq(recipient.to_vec())).take();
    if connection.run(&delete).await? == 0 {
        return Ok(false);
    }
    record(connection, recipient, (ConsentPurpose::Messages, ConsentKind::Given), (None, None), said).await?;
    Ok(true)
}

async fn record(
    connection: &mut Connection<'_>,
    recipient: &[u8],
    (purpose, kind): (ConsentPurpose, ConsentKind),
    (account, version): (Option<Uuid>, Option<&str>),
    Said { source, actor, at }: &Said<'_>,
) -> Result<()> {
    let insert = Query::insert()
        .into_table(EVENT)
        .columns(["id", "recipient_hash", "purpose", "kind", "account_id", "version", "source", "actor", "at"])
        .values_panic([
            Uuid::now_v7().into(),
            recipient.to_vec().into(),
            purpose.as_str().into(),
            kind.as_str().into(),
            account.into(),
            version.into(),
            source.as_str().into(),
            (*actor).into(),
            (*at).into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// Since when a recipient wants no messages, and where that is known from.
pub(crate) async fn suppressed_since(
    connection: &mut Connection<'_>,
    recipient: &[u8],
) -> Result<Option<(i64, String)>> {
    let query = Query::select()
        .columns(["since", "source"])
        .from(SUPPRESSION)
        .and_where(Expr::col("recipient_hash").eq(recipient.to_vec()))
        .take();
    connection.first(&query).await
}

/// Those of these recipients who want no messages.
pub(crate) async fn suppressed(connection: &mut Connection<'_>, recipients: &[Vec<u8>]) -> Result<HashSet<Vec<u8>>> {
    if recipients.is_empty() {
        return Ok(HashSet::new());
    }
    let query = Query::select()
        .column("recipient_hash")
        .from(SUPPRESSION)
        .and_where(Expr::col("recipient_hash").is_in(padded(recipients.iter().cloned())))
        .take();
    let rows: Vec<(Vec<u8>,)> = connection.all(&query).await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

/// A network that does not reach a number.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct UndeliverableRow {
    pub(crate) recipient_hash: Vec<u8>,
    pub(crate) network: String,
    pub(crate) code: String,
    pub(crate) at: i64,
}

impl UndeliverableRow {
    pub(crate) fn network(&self) -> Result<Network> {
        Network::from_word(&self.network).ok_or_else(|| StoreError::corrupt("a network", &self.network))
    }
}

/// The networks that do not reach these recipients' numbers.
pub(crate) async fn undeliverable(
    connection: &mut Connection<'_>,
    recipients: &[Vec<u8>],
) -> Result<Vec<UndeliverableRow>> {
    if recipients.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .columns(["recipient_hash", "network", "code", "at"])
        .from(UNDELIVERABLE)
        .and_where(Expr::col("recipient_hash").is_in(padded(recipients.iter().cloned())))
        .order_by("recipient_hash", Order::Asc)
        .order_by("network", Order::Asc)
        .take();
    connection.all(&query).await
}

/// Keeps that a network does not reach a recipient's number.
pub(crate) async fn mark_undeliverable(
    connection: &mut Connection<'_>,
    recipient: &[u8],
    network: Network,
    code: &str,
    now: i64,
) -> Result<()> {
    let known = OnConflict::columns(["recipient_hash", "network"]).update_columns(["code", "at"]).to_owned();
    let insert = Query::insert()
        .into_table(UNDELIVERABLE)
        .columns(["recipient_hash", "network", "code", "at"])
        .values_panic([recipient.to_vec().into(), network.as_str().into(), outbox::code(code).into(), now.into()])
        .on_conflict(known)
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// Forgets that: somebody was reached.
pub(crate) async fn unmark_undeliverable(
    connection: &mut Connection<'_>,
    recipient: &[u8],
    network: Network,
) -> Result<()> {
    let delete = Query::delete()
        .from_table(UNDELIVERABLE)
        .and_where(Expr::col("recipient_hash").eq(recipient.to_vec()))
        .and_where(Expr::col("network").eq(network.as_str()))
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// Lines where somebody's last word and what is kept of it differ.
pub(super) async fn drifted(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let spoken: Vec<(i64,)> = connection
        .all_text(
            "SELECT COUNT(*) FROM consent_event e LEFT JOIN suppression s ON s.recipient_hash = e.recipient_hash \
             WHERE e.purpose = 'messages' AND (e.kind = 'withdrawn') <> (s.recipient_hash IS NOT NULL) AND NOT EXISTS (SELECT 1 \
             FROM consent_event l WHERE l.recipient_hash = e.recipient_hash AND l.purpose = 'messages' AND l.id > e.id)",
        )
        .await?;
    let unspoken: Vec<(i64,)> = connection
        .all_text(
            "SELECT COUNT(*) FROM suppression s WHERE NOT EXISTS (SELECT 1 FROM consent_event e \
             WHERE e.recipient_hash = s.recipient_hash AND e.purpose = 'messages')",
        )
        .await?;
    let recruited: Vec<(i64,)> = connection
        .all_text(
            "SELECT COUNT(*) FROM consent_event e INNER JOIN account a ON a.id = e.account_id \
             WHERE e.purpose = 'recruitment' AND a.erased_at IS NULL AND (e.kind = 'withdrawn') <> (a.withdrawn_at IS NOT NULL) AND NOT EXISTS \
             (SELECT 1 FROM consent_event l WHERE l.recipient_hash = e.recipient_hash AND l.account_id = e.account_id \
             AND l.purpose = 'recruitment' AND l.id > e.id)",
        )
        .await?;
    let differ = |counts: &mut dyn Iterator<Item = &(i64,)>| counts.map(|(count,)| count).sum::<i64>();
    let messages = differ(&mut spoken.iter().chain(&unspoken));
    let accounts = differ(&mut recruited.iter());
    let found = [
        (messages, format!("the list of those who want no messages differs from what {messages} of them said last")),
        (accounts, format!("whether she consents differs of {accounts} accounts from what their owners said last")),
    ];
    Ok(found.into_iter().filter(|(differ, _)| *differ != 0).map(|(_, line)| line).collect())
}
