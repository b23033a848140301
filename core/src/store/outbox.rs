//! `outbox_message` and `channel_gate`: messages to candidates, and who may take some into hand.

use std::collections::{HashMap, HashSet};

use sea_query::{Alias, CaseStatement, Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement, Value};
use uuid::Uuid;

use super::{
    Result,
    bulk::{Bulk, MOST_NAMED, padded},
    connection::Connection,
    heard,
};
use crate::{
    id::{CampaignId, LeaseId, MessageId},
    outreach::{
        Channel, MessageFilter, MessageState,
        pace::{Gate, LONGEST_ASKED},
    },
};

pub(super) const TABLE: &str = "outbox_message";
const GATE: &str = "channel_gate";
/// The most characters of a code.
const CODE: usize = 64;
const COLUMNS: [&str; 27] = [
    "id",
    "idempotency_key",
    "campaign_id",
    "application_id",
    "recipient_hash",
    "phone",
    "channel",
    "template_id",
    "purpose",
    "ordinal",
    "state",
    "attempts",
    "run_at",
    "lease_until",
    "lease_id",
    "provider_id",
    "error_code",
    "queued_by",
    "queued_at",
    "taken_at",
    "opened_at",
    "sent_at",
    "delivered_at",
    "read_at",
    "remind_at",
    "judged_by",
    "judged_at",
];

/// A message as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct MessageRow {
    pub(crate) id: Uuid,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) campaign_id: Uuid,
    pub(crate) application_id: Uuid,
    pub(crate) recipient_hash: Vec<u8>,
    pub(crate) phone: String,
    pub(crate) channel: String,
    pub(crate) template_id: Uuid,
    pub(crate) purpose: String,
    pub(crate) ordinal: i64,
    pub(crate) state: String,
    pub(crate) attempts: i64,
    pub(crate) run_at: i64,
    pub(crate) lease_until: Option<i64>,
    pub(crate) lease_id: Option<Uuid>,
    pub(crate) provider_id: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) queued_by: String,
    pub(crate) queued_at: i64,
    pub(crate) taken_at: Option<i64>,
    pub(crate) opened_at: Option<i64>,
    pub(crate) sent_at: Option<i64>,
    pub(crate) delivered_at: Option<i64>,
    pub(crate) read_at: Option<i64>,
    pub(crate) remind_at: Option<i64>,
    pub(crate) judged_by: Option<String>,
    pub(crate) judged_at: Option<i64>,
}

/// A message, about to be queued.
pub(crate) struct NewMessage {
    pub(crate) id: MessageId,
    pub(crate) key: String,
    pub(crate) application: Uuid,
    pub(crate) recipient_hash: Vec<u8>,
    pub(crate) phone: String,
}

/// What messages have in common that are queued together.
pub(crate) struct Queueing<'a> {
    pub(crate) campaign: Uuid,
    pub(crate) channel: &'a str,
    pub(crate) template: Uuid,
    pub(crate) purpose: &'a str,
    pub(crate) ordinal: i64,
    /// How often it was tried already.
    pub(crate) attempts: i64,
    pub(crate) run_at: i64,
    pub(crate) by: &'a str,
    pub(crate) at: i64,
}

/// Queues messages. One whose key is taken is there already: it is passed over.
pub(crate) async fn queue(
    connection: &mut Connection<'_>,
    Queueing { campaign, channel, template, purpose, ordinal, attempts, run_at, by, at }: &Queueing<'_>,
    messages: Vec<NewMessage>,
) -> Result<()> {
    const INSERT: Bulk = Bulk {
        table: TABLE,
        constant: &[
            "campaign_id",
            "channel",
            "template_id",
            "purpose",
            "ordinal",
            "state",
            "attempts",
            "run_at",
            "queued_by",
            "queued_at",
        ],
        columns: &["id", "idempotency_key", "application_id", "recipient_hash", "phone"],
        skip_known: true,
    };
    let constants: [Value; 10] = [
        (*campaign).into(),
        (*channel).into(),
        (*template).into(),
        (*purpose).into(),
        (*ordinal).into(),
        MessageState::Queued.as_str().into(),
        (*attempts).into(),
        (*run_at).into(),
        (*by).into(),
        (*at).into(),
    ];
    let values = messages.into_iter().flat_map(|NewMessage { id, key, application, recipient_hash, phone }| {
        [id.0.into(), key.into(), application.into(), recipient_hash.into(), phone.into()]
    });
    INSERT.of(connection.dialect(), &constants, values.collect()).run(connection).await
}

/// How many of these messages are there: whose key was taken is not.
pub(crate) async fn how_many(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<u64> {
    let mut there = 0;
    for ids in ids.chunks(MOST_NAMED) {
        let query = Query::select()
            .expr(Func::count(Expr::col("id")))
            .from(TABLE)
            .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
            .take();
        there += u64::try_from(connection.number(&query).await?).unwrap_or_default();
    }
    Ok(there)
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(TABLE).take()
}

/// A message.
pub(crate) async fn get(connection: &mut Connection<'_>, MessageId(id): MessageId) -> Result<Option<MessageRow>> {
    connection.first(select().and_where(Expr::col("id").eq(id))).await
}

/// A message, kept as it stands until the transaction ends.
pub(crate) async fn held(connection: &mut Connection<'_>, MessageId(id): MessageId) -> Result<Option<MessageRow>> {
    connection.first(select().and_where(Expr::col("id").eq(id)).lock_exclusive()).await
}

/// The message that a provider calls so.
pub(crate) async fn of_provider(
    connection: &mut Connection<'_>,
    channel: Channel,
    provider_id: &str,
) -> Result<Option<MessageId>> {
    let query = Query::select()
        .column("id")
        .from(TABLE)
        .and_where(Expr::col("channel").eq(channel.as_str()))
        .and_where(Expr::col("provider_id").eq(provider_id))
        .take();
    Ok(connection.first::<(Uuid,)>(&query).await?.map(|(id,)| MessageId(id)))
}

/// A code as there is room for it: some providers say a sentence.
pub(super) fn code(said: &str) -> &str {
    said.char_indices().nth(CODE).map_or(said, |(end, _)| &said[..end])
}

/// Writes how far a message has come. Only of one that is held.
pub(crate) async fn save(connection: &mut Connection<'_>, row: &MessageRow) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .values([
            ("idempotency_key", row.idempotency_key.as_deref().into()),
            ("state", row.state.as_str().into()),
            ("attempts", row.attempts.into()),
            ("run_at", row.run_at.into()),
            ("lease_until", row.lease_until.into()),
            ("lease_id", row.lease_id.into()),
            ("provider_id", row.provider_id.as_deref().into()),
            ("error_code", row.error_code.as_deref().map(code).into()),
            ("taken_at", row.taken_at.into()),
            ("opened_at", row.opened_at.into()),
            ("sent_at", row.sent_at.into()),
            ("delivered_at", row.delivered_at.into()),
            ("read_at", row.read_at.into()),
            ("remind_at", row.remind_at.into()),
            ("judged_by", row.judged_by.as_deref().into()),
            ("judged_at", row.judged_at.into()),
        ])
        .and_where(Expr::col("id").eq(row.id))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Stands in line at a channel.
pub(crate) async fn enter(connection: &mut Connection<'_>, channel: Channel) -> Result<()> {
    let update = Query::update()
        .table(GATE)
        .value("held", Expr::col("held").add(1_i64))
        .and_where(Expr::col("channel").eq(channel.as_str()))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Whether a channel is open.
pub(crate) async fn gate(connection: &mut Connection<'_>, channel: Channel) -> Result<Gate> {
    let query = Query::select()
        .columns(["closed_until", "closed_for"])
        .from(GATE)
        .and_where(Expr::col("channel").eq(channel.as_str()))
        .take();
    let (until, span) = connection.first(&query).await?.unwrap_or_default();
    Ok(Gate { until, span })
}

/// Closes a channel, unless it is closed for longer: by a clock that goes right.
pub(crate) async fn close(connection: &mut Connection<'_>, channel: Channel, gate: Gate, now: i64) -> Result<()> {
    let closed_until = || Expr::col("closed_until");
    let past = closed_until().gt(now.saturating_add(LONGEST_ASKED));
    let update = Query::update()
        .table(GATE)
        .values([("closed_until", gate.until.into()), ("closed_for", gate.span.into())])
        .and_where(Expr::col("channel").eq(channel.as_str()))
        .cond_where(Cond::any().add(closed_until().lt(gate.until)).add(past))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// How many messages were taken into hand on a channel less than so long ago, and when the first of them was. What another clock took later than now counts as far
/// ahead as well: further than that nothing was taken, but by a clock that has been set back since.
pub(crate) async fn taken_around(
    connection: &mut Connection<'_>,
    channel: Channel,
    now: i64,
    window: i64,
) -> Result<(i64, Option<i64>)> {
    let query = Query::select()
        .expr_as(Func::count(Expr::col("taken_at")), Alias::new("taken"))
        .expr_as(Func::min(Expr::col("taken_at")), Alias::new("first"))
        .from(TABLE)
        .and_where(Expr::col("channel").eq(channel.as_str()))
        .and_where(Expr::col("taken_at").gt(now.saturating_sub(window)))
        .and_where(Expr::col("taken_at").lt(now.saturating_add(window)))
        .take();
    Ok(connection.first(&query).await?.unwrap_or_default())
}

/// The messages of a campaign that are due on a channel, in their turn, kept as they stand until the transaction ends.
pub(crate) async fn due(
    connection: &mut Connection<'_>,
    campaign: Uuid,
    channel: Channel,
    now: i64,
    limit: u64,
) -> Result<Vec<MessageRow>> {
    let query = waiting(select(), campaign, channel)
        .and_where(Expr::col("run_at").lte(now))
        .order_by("run_at", Order::Asc)
        .order_by("id", Order::Asc)
        .limit(limit)
        .lock_exclusive()
        .take();
    connection.all(&query).await
}

/// When the next message of these campaigns is due on a channel.
pub(crate) async fn next_due(
    connection: &mut Connection<'_>,
    campaigns: &[Uuid],
    channel: Channel,
) -> Result<Option<i64>> {
    let mut next: Option<i64> = None;
    for campaign in campaigns {
        let query = Query::select().expr(Func::min(Expr::col("run_at"))).from(TABLE).take();
        let first = connection.first::<(Option<i64>,)>(&waiting(query, *campaign, channel)).await?;
        next = next.into_iter().chain(first.and_then(|(at,)| at)).min();
    }
    Ok(next)
}

/// How many messages of a campaign wait on a channel.
pub(crate) async fn waiting_on(connection: &mut Connection<'_>, campaign: Uuid, channel: Channel) -> Result<i64> {
    let query = Query::select().expr(Func::count(Expr::col("id"))).from(TABLE).take();
    connection.number(&waiting(query, campaign, channel)).await
}

fn waiting(mut query: SelectStatement, campaign: Uuid, channel: Channel) -> SelectStatement {
    query
        .and_where(Expr::col("campaign_id").eq(campaign))
        .and_where(Expr::col("state").eq(MessageState::Queued.as_str()))
        .and_where(Expr::col("channel").eq(channel.as_str()))
        .take()
}

/// When these recipients were last written to on a channel, of those who were less than so long ago ([`taken_around`]).
pub(crate) async fn last_taken(
    connection: &mut Connection<'_>,
    channel: Channel,
    recipients: &[Vec<u8>],
    (now, window): (i64, i64),
) -> Result<HashMap<Vec<u8>, i64>> {
    if recipients.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::select()
        .column("recipient_hash")
        .expr_as(Func::max(Expr::col("taken_at")), Alias::new("last"))
        .from(TABLE)
        .and_where(Expr::col("recipient_hash").is_in(padded(recipients.iter().cloned())))
        .and_where(Expr::col("channel").eq(channel.as_str()))
        .and_where(Expr::col("taken_at").gt(now.saturating_sub(window)))
        .and_where(Expr::col("taken_at").lt(now.saturating_add(window)))
        .group_by_col("recipient_hash")
        .take();
    let rows: Vec<(Vec<u8>, i64)> = connection.all(&query).await?;
    Ok(rows.into_iter().collect())
}

/// Takes messages that wait into hand, each with what it says.
pub(crate) async fn take(
    connection: &mut Connection<'_>,
    texts: Vec<(Uuid, String)>,
    LeaseId(lease): LeaseId,
    until: i64,
    now: i64,
) -> Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = texts.iter().map(|(id, _)| *id).collect();
    let said = |case: CaseStatement, (id, text): (Uuid, String)| case.case(Expr::col("id").eq(id), text);
    let body = padded(texts).into_iter().fold(CaseStatement::new(), said);
    let update = Query::update()
        .table(TABLE)
        .values([
            ("state", MessageState::Sending.as_str().into()),
            ("lease_id", lease.into()),
            ("lease_until", until.into()),
            ("taken_at", now.into()),
            ("attempts", Expr::col("attempts").add(1_i64)),
            ("body", body.into()),
        ])
        .and_where(Expr::col("id").is_in(padded(ids)))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Keeps what a message says that was taken into hand alone.
pub(crate) async fn say(connection: &mut Connection<'_>, id: Uuid, text: &str) -> Result<()> {
    let update = Query::update().table(TABLE).value("body", text).and_where(Expr::col("id").eq(id)).take();
    connection.run(&update).await?;
    Ok(())
}

/// What these messages said when they were taken into hand last, of each that was.
pub(crate) async fn said(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let mut said = HashMap::new();
    for ids in ids.chunks(MOST_NAMED) {
        let query = Query::select()
            .columns(["id", "body"])
            .from(TABLE)
            .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
            .and_where(Expr::col("body").is_not_null())
            .take();
        said.extend(connection.all::<(Uuid, String)>(&query).await?);
    }
    Ok(said)
}

/// What is in hand under a lease.
pub(crate) async fn leased(
    connection: &mut Connection<'_>,
    LeaseId(lease): LeaseId,
    until: i64,
) -> Result<Vec<MessageRow>> {
    let query = select()
        .and_where(Expr::col("lease_until").eq(until))
        .and_where(Expr::col("lease_id").eq(lease))
        .order_by("run_at", Order::Asc)
        .order_by("id", Order::Asc)
        .take();
    connection.all(&query).await
}

/// What was opened at an instant under a lease.
pub(crate) async fn opened(
    connection: &mut Connection<'_>,
    channel: Channel,
    LeaseId(lease): LeaseId,
    at: i64,
) -> Result<Option<MessageRow>> {
    let query = select()
        .and_where(Expr::col("channel").eq(channel.as_str()))
        .and_where(Expr::col("taken_at").eq(at))
        .and_where(Expr::col("lease_id").eq(lease))
        .take();
    connection.first(&query).await
}

/// Messages whose lease ran out before an instant, or is longer than any: then it was given by a clock that has been set back since.
pub(crate) async fn run_out(
    connection: &mut Connection<'_>,
    now: i64,
    (longest, limit): (i64, u64),
) -> Result<Vec<MessageRow>> {
    let until = || Expr::col("lease_until");
    let query = select()
        .cond_where(Cond::any().add(until().lt(now)).add(until().gt(now.saturating_add(longest))))
        .order_by("lease_until", Order::Asc)
        .limit(limit)
        .lock_exclusive()
        .take();
    connection.all(&query).await
}

/// Messages of a campaign of which reminders are due, kept as they stand until the transaction ends.
pub(crate) async fn to_remind(
    connection: &mut Connection<'_>,
    campaign: Uuid,
    now: i64,
    limit: u64,
) -> Result<Vec<MessageRow>> {
    let query = select()
        .and_where(Expr::col("campaign_id").eq(campaign))
        .and_where(Expr::col("remind_at").lte(now))
        .order_by("remind_at", Order::Asc)
        .limit(limit)
        .lock_exclusive()
        .take();
    connection.all(&query).await
}

/// Whether reminders of a campaign are due.
pub(crate) async fn any_to_remind(connection: &mut Connection<'_>, campaign: Uuid, now: i64) -> Result<bool> {
    let query = Query::select()
        .expr(Expr::val(1_i64))
        .from(TABLE)
        .and_where(Expr::col("campaign_id").eq(campaign))
        .and_where(Expr::col("remind_at").lte(now))
        .limit(1)
        .take();
    Ok(connection.number(&query).await? == 1)
}

/// Keeps that these messages are not to be reminded of any more.
pub(crate) async fn reminded(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .value("remind_at", Option::<i64>::None)
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Whether a campaign has something left to do: a message that waits or is in hand, or a reminder.
pub(crate) async fn anything_left(connection: &mut Connection<'_>, campaign: Uuid) -> Result<bool> {
    let states = [MessageState::Queued.as_str(), MessageState::Sending.as_str()];
    let left = Expr::col("state").is_in(states).or(Expr::col("remind_at").is_not_null());
    let query = Query::select()
        .expr(Expr::val(1_i64))
        .from(TABLE)
        .and_where(Expr::col("campaign_id").eq(campaign))
        .and_where(left)
        .limit(1)
        .take();
    Ok(connection.number(&query).await? == 1)
}

/// Messages of a campaign that wait, whatever their channel.
pub(crate) async fn queued(connection: &mut Connection<'_>, campaign: Uuid, limit: u64) -> Result<Vec<Uuid>> {
    let query = Query::select()
        .column("id")
        .from(TABLE)
        .and_where(Expr::col("campaign_id").eq(campaign))
        .and_where(Expr::col("state").eq(MessageState::Queued.as_str()))
        .limit(limit)
        .lock_exclusive()
        .take();
    Ok(connection.all::<(Uuid,)>(&query).await?.into_iter().map(|(id,)| id).collect())
}

/// Messages to a recipient that wait.
pub(crate) async fn queued_for(connection: &mut Connection<'_>, recipient: &[u8]) -> Result<Vec<Uuid>> {
    let query = Query::select()
        .column("id")
        .from(TABLE)
        .and_where(Expr::col("recipient_hash").eq(recipient.to_vec()))
        .and_where(Expr::col("state").eq(MessageState::Queued.as_str()))
        .lock_exclusive()
        .take();
    Ok(connection.all::<(Uuid,)>(&query).await?.into_iter().map(|(id,)| id).collect())
}

/// Takes messages that wait out of the queue for good, and keeps why. They give their keys back.
pub(crate) async fn drop_queued(connection: &mut Connection<'_>, ids: &[Uuid], why: &str) -> Result<()> {
    for ids in ids.chunks(MOST_NAMED) {
        let update = Query::update()
            .table(TABLE)
            .values([
                ("state", MessageState::Dropped.as_str().into()),
                ("error_code", code(why).into()),
                ("idempotency_key", Option::<String>::None.into()),
            ])
            .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
            .and_where(Expr::col("state").eq(MessageState::Queued.as_str()))
            .take();
        connection.run(&update).await?;
    }
    Ok(())
}

/// Forgets the numbers of these applications' messages, what they said, what providers call them by (a number may stand in that), and that anything is to follow.
/// What waits is dropped.
pub(crate) async fn erase(connection: &mut Connection<'_>, applications: &[Uuid]) -> Result<()> {
    let waiting = Query::select()
        .column("id")
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(applications.iter().copied())))
        .and_where(Expr::col("state").eq(MessageState::Queued.as_str()))
        .take();
    let waiting: Vec<Uuid> = connection.all::<(Uuid,)>(&waiting).await?.into_iter().map(|(id,)| id).collect();
    drop_queued(connection, &waiting, "erased").await?;
    let update = Query::update()
        .table(TABLE)
        .values([
            ("phone", "".into()),
            ("body", Option::<String>::None.into()),
            ("provider_id", Option::<String>::None.into()),
            ("remind_at", Option::<i64>::None.into()),
        ])
        .and_where(Expr::col("application_id").is_in(padded(applications.iter().copied())))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Those of these applications who were invited, or are about to be.
pub(crate) async fn invited(connection: &mut Connection<'_>, applications: &[Uuid]) -> Result<HashSet<Uuid>> {
    if applications.is_empty() {
        return Ok(HashSet::new());
    }
    let mut query = Query::select();
    query.column("application_id").and_where(Expr::col("application_id").is_in(padded(applications.iter().copied())));
    let rows: Vec<(Uuid,)> = connection.all(invitations(&mut query)).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those of these recipients who were invited, or are about to be.
pub(crate) async fn invited_numbers(connection: &mut Connection<'_>, hashes: &[Vec<u8>]) -> Result<HashSet<Vec<u8>>> {
    if hashes.is_empty() {
        return Ok(HashSet::new());
    }
    let mut query = Query::select();
    query.column("recipient_hash").and_where(Expr::col("recipient_hash").is_in(padded(hashes.iter().cloned())));
    let rows: Vec<(Vec<u8>,)> = connection.all(invitations(&mut query)).await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

fn invitations(query: &mut SelectStatement) -> &mut SelectStatement {
    let not = [MessageState::Failed.as_str(), MessageState::Dropped.as_str()];
    query.from(TABLE).and_where(Expr::col("ordinal").eq(0_i64)).and_where(Expr::col("state").is_not_in(not))
}

/// Messages to these applications that left or may have, or are in hand: each with its application before it, and its ordinal after it.
pub(crate) async fn gone_out(connection: &mut Connection<'_>, applications: &[Uuid]) -> Result<Vec<(Uuid, Uuid, i64)>> {
    if applications.is_empty() {
        return Ok(Vec::new());
    }
    let not = [MessageState::Queued.as_str(), MessageState::Dropped.as_str(), MessageState::Failed.as_str()];
    let query = Query::select()
        .columns(["application_id", "id", "ordinal"])
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(applications.iter().copied())))
        .and_where(Expr::col("state").is_not_in(not))
        .take();
    connection.all(&query).await
}

/// The messages to these applications that were not dropped: campaign, application, id and state.
pub(crate) async fn kept_to(
    connection: &mut Connection<'_>,
    applications: &[Uuid],
) -> Result<Vec<(Uuid, Uuid, Uuid, String)>> {
    if applications.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .columns(["campaign_id", "application_id", "id", "state"])
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(applications.iter().copied())))
        .and_where(Expr::col("state").ne(MessageState::Dropped.as_str()))
        .take();
    connection.all(&query).await
}

/// Those of these applications that a message left for, or may have.
pub(crate) async fn messaged(connection: &mut Connection<'_>, applications: &[Uuid]) -> Result<Vec<(Uuid,)>> {
    if applications.is_empty() {
        return Ok(Vec::new());
    }
    let not = [MessageState::Queued.as_str(), MessageState::Dropped.as_str()];
    let query = Query::select()
        .column("application_id")
        .distinct()
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(applications.iter().copied())))
        .and_where(Expr::col("state").is_not_in(not))
        .take();
    connection.all(&query).await
}

/// A page of a campaign's messages, in the order in which they were queued.
pub(crate) async fn page(
    connection: &mut Connection<'_>,
    CampaignId(campaign): CampaignId,
    MessageFilter { state, answered }: MessageFilter,
    after: Option<MessageId>,
    limit: u64,
) -> Result<Vec<MessageRow>> {
    let mut query = select();
    query.and_where(Expr::col("campaign_id").eq(campaign));
    if let Some(state) = state {
        query.and_where(Expr::col("state").eq(state.as_str()));
    }
    if let Some(answered) = answered {
        let answer = Expr::exists(heard::answers_to(TABLE));
        query.and_where(if answered { answer } else { answer.not() });
    }
    if let Some(MessageId(after)) = after {
        query.and_where(Expr::col("id").gt(after));
    }
    connection.all(query.order_by("id", Order::Asc).limit(limit)).await
}

/// The newest messages to these applications, newest first.
pub(crate) async fn to(connection: &mut Connection<'_>, applications: &[Uuid], limit: u64) -> Result<Vec<MessageRow>> {
    let query = select()
        .and_where(Expr::col("application_id").is_in(padded(applications.iter().copied())))
        .order_by("id", Order::Desc)
        .limit(limit)
        .take();
    connection.all(&query).await
}

/// The application that a recipient was last written to for.
pub(crate) async fn last_to(connection: &mut Connection<'_>, recipient: &[u8]) -> Result<Option<Uuid>> {
    let query = Query::select()
        .column("application_id")
        .from(TABLE)
        .and_where(Expr::col("recipient_hash").eq(recipient.to_vec()))
        .order_by("id", Order::Desc)
        .limit(1)
        .take();
    Ok(connection.first::<(Uuid,)>(&query).await?.map(|(id,)| id))
}
