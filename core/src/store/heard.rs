//! `heard_message` and `early_word`: what candidates wrote, and what providers said too early.

use std::collections::HashMap;

use sea_query::{Alias, Expr, ExprTrait, Func, OnConflict, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{Result, bulk::padded, connection::Connection};
use crate::{id::HeardId, outreach::Channel};

const TABLE: &str = "heard_message";
const EARLY: &str = "early_word";

/// What a candidate wrote, as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct HeardRow {
    pub(crate) id: Uuid,
    pub(crate) channel: String,
    pub(crate) body: String,
    pub(crate) heard_at: i64,
}

/// What a candidate wrote, about to be kept.
pub(crate) struct NewHeard<'a> {
    pub(crate) id: HeardId,
    pub(crate) channel: Channel,
    pub(crate) provider_id: &'a str,
    pub(crate) application: Option<Uuid>,
    pub(crate) recipient_hash: &'a [u8],
    pub(crate) body: &'a str,
    pub(crate) at: i64,
}

/// Keeps what a candidate wrote, unless it was heard before.
pub(crate) async fn insert(connection: &mut Connection<'_>, new: &NewHeard<'_>) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["id", "channel", "provider_id", "application_id", "recipient_hash", "body", "heard_at"])
        .values_panic([
            new.id.0.into(),
            new.channel.as_str().into(),
            new.provider_id.into(),
            new.application.into(),
            new.recipient_hash.to_vec().into(),
            new.body.into(),
            new.at.into(),
        ])
        .on_conflict(
            OnConflict::columns(["channel", "provider_id"]).do_nothing_on(["channel", "provider_id"]).to_owned(),
        )
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// The id under which something was heard.
pub(crate) async fn known(
    connection: &mut Connection<'_>,
    channel: Channel,
    provider_id: &str,
) -> Result<Option<HeardId>> {
    let query = Query::select()
        .column("id")
        .from(TABLE)
        .and_where(Expr::col("channel").eq(channel.as_str()))
        .and_where(Expr::col("provider_id").eq(provider_id))
        .take();
    Ok(connection.first::<(Uuid,)>(&query).await?.map(|(id,)| HeardId(id)))
}

/// The newest of what was heard from these applications, newest first, and of what these numbers wrote before anybody was known by them.
pub(crate) async fn from(
    connection: &mut Connection<'_>,
    applications: &[Uuid],
    numbers: &[Vec<u8>],
    limit: u64,
) -> Result<Vec<HeardRow>> {
    let query = Query::select()
        .columns(["id", "channel", "body", "heard_at"])
        .from(TABLE)
        .and_where(hers(applications, numbers))
        .order_by("id", Order::Desc)
        .limit(limit)
        .take();
    connection.all(&query).await
}

/// What the one who has a message of a query, under this name, wrote since it was queued.
pub(crate) fn answers_to(message: &'static str) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1_i64))
        .from_as(TABLE, Alias::new("h"))
        .and_where(Expr::col(("h", "recipient_hash")).equals((message, "recipient_hash")))
        .and_where(Expr::col(("h", "heard_at")).gte(Expr::col((message, "queued_at"))))
        .take()
}

/// When each of these numbers wrote last.
pub(crate) async fn last_of(connection: &mut Connection<'_>, numbers: &[Vec<u8>]) -> Result<HashMap<Vec<u8>, i64>> {
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::select()
        .column("recipient_hash")
        .expr_as(Func::max(Expr::col("heard_at")), Alias::new("last"))
        .from(TABLE)
        .and_where(Expr::col("recipient_hash").is_in(padded(numbers.iter().cloned())))
        .group_by_col("recipient_hash")
        .take();
    Ok(connection.all::<(Vec<u8>, i64)>(&query).await?.into_iter().collect())
}

/// Forgets what was heard from these applications, and what these numbers wrote before anybody was known by them.
pub(crate) async fn delete(connection: &mut Connection<'_>, applications: &[Uuid], numbers: &[Vec<u8>]) -> Result<()> {
    connection.run(Query::delete().from_table(TABLE).and_where(hers(applications, numbers))).await?;
    Ok(())
}

fn hers(applications: &[Uuid], numbers: &[Vec<u8>]) -> Expr {
    let known = Expr::col("application_id").is_in(padded(applications.iter().copied()));
    if numbers.is_empty() {
        return known;
    }
    let before = Expr::col("recipient_hash").is_in(padded(numbers.iter().cloned()));
    known.or(Expr::col("application_id").is_null().and(before))
}

/// A word of a message that is not known.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct EarlyRow {
    pub(crate) word: String,
    pub(crate) refusal: Option<String>,
    pub(crate) code: Option<String>,
}

/// Keeps a word of a message that is not known, once; those that are older than an instant are thrown away.
pub(crate) async fn keep(
    connection: &mut Connection<'_>,
    channel: Channel,
    provider_id: &str,
    EarlyRow { word, refusal, code }: &EarlyRow,
    now: i64,
    oldest: i64,
) -> Result<()> {
    let old = Query::delete().from_table(EARLY).and_where(Expr::col("said_at").lt(oldest)).take();
    connection.run(&old).await?;
    let key = ["channel", "provider_id", "word"];
    let insert = Query::insert()
        .into_table(EARLY)
        .columns(["channel", "provider_id", "word", "refusal", "code", "said_at"])
        .values_panic([
            channel.as_str().into(),
            provider_id.into(),
            word.as_str().into(),
            refusal.as_deref().into(),
            code.as_deref().into(),
            now.into(),
        ])
        .on_conflict(OnConflict::columns(key).do_nothing_on(key).to_owned())
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// Takes the words that were said of a message before it was known, in the order in which they came.
pub(crate) async fn early(
    connection: &mut Connection<'_>,
    channel: Channel,
    provider_id: &str,
) -> Result<Vec<EarlyRow>> {
    let hers = || Expr::col("channel").eq(channel.as_str()).and(Expr::col("provider_id").eq(provider_id));
    let query = Query::select()
        .columns(["word", "refusal", "code"])
        .from(EARLY)
        .and_where(hers())
        .order_by("said_at", Order::Asc)
        .take();
    let words: Vec<EarlyRow> = connection.all(&query).await?;
    if !words.is_empty() {
        connection.run(Query::delete().from_table(EARLY).and_where(hers())).await?;
    }
    Ok(words)
}
