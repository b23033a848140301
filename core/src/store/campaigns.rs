//! `campaign`: one text to many, and how far each has come.

use std::collections::HashMap;

use sea_query::{Alias, CaseStatement, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Result,
    applications::TABLE as APPLICATION,
    bulk::padded,
    connection::Connection,
    heard,
    outbox::{self, TABLE as OUTBOX},
};
use crate::{
    id::CampaignId,
    outreach::{CampaignState, MessageState},
};

const TABLE: &str = "campaign";
const COLUMNS: [&str; 17] = [
    "id",
    "name",
    "state",
    "audience",
    "template_id",
    "reminder_template_id",
    "channel",
    "fallback",
    "starts_at",
    "remind_after_days",
    "reminders",
    "fill_cursor",
    "filled_at",
    "paused_why",
    "made_by",
    "made_at",
    "ended_at",
];

/// A campaign as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct CampaignRow {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) audience: String,
    pub(crate) template_id: Uuid,
    pub(crate) reminder_template_id: Option<Uuid>,
    pub(crate) channel: String,
    pub(crate) fallback: Option<String>,
    pub(crate) starts_at: i64,
    pub(crate) remind_after_days: Option<i64>,
    pub(crate) reminders: i64,
    pub(crate) fill_cursor: Option<Uuid>,
    pub(crate) filled_at: Option<i64>,
    pub(crate) paused_why: Option<String>,
    pub(crate) made_by: String,
    pub(crate) made_at: i64,
    pub(crate) ended_at: Option<i64>,
}

/// Keeps a campaign.
pub(crate) async fn insert(connection: &mut Connection<'_>, new: &CampaignRow) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(COLUMNS)
        .values_panic([
            new.id.into(),
            new.name.as_str().into(),
            new.state.as_str().into(),
            new.audience.as_str().into(),
            new.template_id.into(),
            new.reminder_template_id.into(),
            new.channel.as_str().into(),
            new.fallback.as_deref().into(),
            new.starts_at.into(),
            new.remind_after_days.into(),
            new.reminders.into(),
            new.fill_cursor.into(),
            new.filled_at.into(),
            new.paused_why.as_deref().into(),
            new.made_by.as_str().into(),
            new.made_at.into(),
            new.ended_at.into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(TABLE).take()
}

/// A campaign.
pub(crate) async fn get(connection: &mut Connection<'_>, CampaignId(id): CampaignId) -> Result<Option<CampaignRow>> {
    connection.first(select().and_where(Expr::col("id").eq(id))).await
}

/// A campaign, kept as it stands until the transaction ends: it is changed, so that on a cluster two who depend on it do not both succeed.
pub(crate) async fn held(connection: &mut Connection<'_>, id: CampaignId) -> Result<Option<CampaignRow>> {
    let update = Query::update()
        .table(TABLE)
        .value("held", Expr::col("held").add(1_i64))
        .and_where(Expr::col("id").eq(id.0))
        .take();
    connection.run(&update).await?;
    get(connection, id).await
}

/// Writes how far a campaign has come. Only of one that is held.
pub(crate) async fn save(connection: &mut Connection<'_>, row: &CampaignRow) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .values([
            ("state", row.state.as_str().into()),
            ("fill_cursor", row.fill_cursor.into()),
            ("filled_at", row.filled_at.into()),
            ("paused_why", row.paused_why.as_deref().map(outbox::code).into()),
            ("ended_at", row.ended_at.into()),
        ])
        .and_where(Expr::col("id").eq(row.id))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// A page of campaigns, newest first.
pub(crate) async fn page(
    connection: &mut Connection<'_>,
    after: Option<CampaignId>,
    limit: u64,
) -> Result<Vec<CampaignRow>> {
    let mut query = select();
    if let Some(CampaignId(after)) = after {
        query.and_where(Expr::col("id").lt(after));
    }
    connection.all(query.order_by("id", Order::Desc).limit(limit)).await
}

/// The campaigns that have come so far, oldest first.
pub(crate) async fn in_state(connection: &mut Connection<'_>, state: CampaignState) -> Result<Vec<CampaignRow>> {
    let query = select().and_where(Expr::col("state").eq(state.as_str())).order_by("id", Order::Asc).take();
    connection.all(&query).await
}

/// The campaigns of a state that have not ended, oldest first.
pub(crate) async fn unfinished(connection: &mut Connection<'_>, state: CampaignState) -> Result<Vec<CampaignRow>> {
    let query = select()
        .and_where(Expr::col("state").eq(state.as_str()))
        .and_where(Expr::col("ended_at").is_null())
        .order_by("id", Order::Asc)
        .take();
    connection.all(&query).await
}

/// The campaigns whose audience is what a filter shows, oldest first.
pub(crate) async fn by_filter(connection: &mut Connection<'_>) -> Result<Vec<CampaignRow>> {
    let query = select().and_where(Expr::col("audience").like("{\"filter\"%")).order_by("id", Order::Asc).take();
    connection.all(&query).await
}

/// Writes whom a campaign means. Only of one that is held.
pub(crate) async fn set_audience(connection: &mut Connection<'_>, id: Uuid, audience: &str) -> Result<()> {
    let update = Query::update().table(TABLE).value("audience", audience).and_where(Expr::col("id").eq(id)).take();
    connection.run(&update).await?;
    Ok(())
}

/// Whom a campaign has written to, or is to write to, each once.
pub(crate) async fn written_to(connection: &mut Connection<'_>, id: Uuid) -> Result<Vec<Uuid>> {
    let query = Query::select()
        .distinct()
        .column("application_id")
        .from(OUTBOX)
        .and_where(Expr::col("campaign_id").eq(id))
        .order_by("application_id", Order::Asc)
        .take();
    let rows: Vec<(Uuid,)> = connection.all(&query).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Messages of campaigns, by campaign and state.
pub(crate) async fn counts(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<(Uuid, String, i64)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .columns(["campaign_id", "state"])
        .expr_as(Func::count(Expr::col("id")), Alias::new("messages"))
        .from(OUTBOX)
        .and_where(Expr::col("campaign_id").is_in(padded(ids.iter().copied())))
        .group_by_columns(["campaign_id", "state"])
        .take();
    connection.all(&query).await
}

/// Persons whom a campaign reached.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub(crate) struct ReachedRow {
    campaign_id: Uuid,
    pub(crate) invited: i64,
    pub(crate) delivered: i64,
    pub(crate) read_it: i64,
    pub(crate) registered: i64,
    pub(crate) linked: i64,
    pub(crate) to_call: i64,
    pub(crate) answered: i64,
}

/// Whom campaigns reached, by campaign.
pub(crate) async fn reached(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, ReachedRow>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let of = |column: &'static str| Expr::col(("m", column));
    let left = MessageState::ALL.iter().filter(|state| state.has_left()).map(|state| state.as_str());
    let left = || of("state").is_in(left.clone());
    // Whose application shows hers by now, if another one does.
    let account = || Expr::col(("s", "user_id")).is_not_null().or(Expr::col(("a", "user_id")).is_not_null());
    let persons = |when: sea_query::SimpleExpr| {
        Func::count_distinct(CaseStatement::new().case(when, of("application_id")).finally(Option::<Uuid>::None))
    };
    let registered = || account().or(Expr::col(("c", "id")).is_not_null());
    // Another message of the campaign reached her, or may still.
    let over = [MessageState::Failed.as_str(), MessageState::Dropped.as_str()];
    let another = Query::select()
        .expr(Expr::val(1_i64))
        .from_as(OUTBOX, Alias::new("o"))
        .and_where(Expr::col(("o", "campaign_id")).equals(("m", "campaign_id")))
        .and_where(Expr::col(("o", "application_id")).equals(("m", "application_id")))
        .and_where(Expr::col(("o", "state")).is_not_in(over))
        .take();
    let failed = of("state").eq(MessageState::Failed.as_str());
    let to_call = failed.and(registered().not()).and(Expr::exists(another).not());
    let query = Query::select()
        .column(("m", "campaign_id"))
        .expr_as(persons(left()), Alias::new("invited"))
        .expr_as(persons(of("delivered_at").is_not_null()), Alias::new("delivered"))
        .expr_as(persons(of("read_at").is_not_null()), Alias::new("read_it"))
        .expr_as(persons(left().and(registered())), Alias::new("registered"))
        .expr_as(persons(left().and(account())), Alias::new("linked"))
        .expr_as(persons(to_call), Alias::new("to_call"))
        .expr_as(persons(Expr::exists(heard::answers_to("m"))), Alias::new("answered"))
        .from_as(OUTBOX, Alias::new("m"))
        .join_as(
            JoinType::InnerJoin,
            APPLICATION,
            Alias::new("a"),
            Expr::col(("a", "id")).equals(("m", "application_id")),
        )
        .join_as(JoinType::LeftJoin, APPLICATION, Alias::new("s"), Expr::col(("s", "id")).equals(("a", "merged_into")))
        .join_as(JoinType::LeftJoin, "account", Alias::new("c"), Expr::col(("c", "phone")).equals(("m", "phone")))
        .and_where(of("campaign_id").is_in(padded(ids.iter().copied())))
        .group_by_col(("m", "campaign_id"))
        .take();
    let rows: Vec<ReachedRow> = connection.all(&query).await?;
    Ok(rows.into_iter().map(|row| (row.campaign_id, row)).collect())
}
