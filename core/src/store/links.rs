//! `link_event`, `link_value` and `told_apart`: who was said to be whom, for ever, with which values, and which pairs are two people as of now.
//!
//! Events are appended and never changed; that one takes another back at most once is the unique key of `reverses`. Their values are erased with those
//! whose they are.

use sea_query::{Alias, Cond, Expr, ExprTrait, JoinType, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{Result, StoreError, bulk::padded, connection::Connection};
use crate::{
    id::{ApplicationId, LinkId},
    linking::LinkKind,
};

const TABLE: &str = "link_event";
const VALUE: &str = "link_value";
const APART: &str = "told_apart";
const APPLICATION: &str = "hiring_application";

/// An event, about to be stored.
pub(crate) struct NewLink<'a> {
    pub(crate) id: LinkId,
    pub(crate) kind: LinkKind,
    pub(crate) application: ApplicationId,
    pub(crate) other: ApplicationId,
    pub(crate) reverses: Option<LinkId>,
    pub(crate) actor: &'a str,
    pub(crate) at: i64,
    pub(crate) reason: Option<&'a str>,
    /// JSON.
    pub(crate) evidence: Option<String>,
    /// JSON.
    pub(crate) choices: Option<String>,
}

/// The events that say something of these applications.
pub(crate) async fn naming(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<LinkId>> {
    let named = |column: &'static str| Expr::col(column).is_in(padded(ids.iter().copied()));
    let query =
        Query::select().column("id").from(TABLE).and_where(named("application_id").or(named("other_id"))).take();
    Ok(connection.all::<(Uuid,)>(&query).await?.into_iter().map(|(id,)| LinkId(id)).collect())
}

/// Appends an event; one that takes back what somebody has taken back is a conflict.
pub(crate) async fn insert(connection: &mut Connection<'_>, new: &NewLink<'_>) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["id", "kind", "application_id", "other_id", "reverses", "actor", "at"])
        .values_panic([
            new.id.0.into(),
            new.kind.as_str().into(),
            new.application.0.into(),
            new.other.0.into(),
            new.reverses.map(|event| event.0).into(),
            new.actor.into(),
            new.at.into(),
        ])
        .take();
    connection.run(&insert).await?;
    if new.reason.is_none() && new.evidence.is_none() && new.choices.is_none() {
        return Ok(());
    }
    let values = Query::insert()
        .into_table(VALUE)
        .columns(["event_id", "reason", "evidence", "choices"])
        .values_panic([
            new.id.0.into(),
            new.reason.map(str::to_owned).into(),
            new.evidence.clone().into(),
            new.choices.clone().into(),
        ])
        .take();
    connection.run(&values).await?;
    Ok(())
}

/// An event as it is stored, with the one that took it back and the names of the two as they stand.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct LinkRow {
    pub(crate) id: Uuid,
    kind: String,
    pub(crate) application_id: Uuid,
    pub(crate) other_id: Uuid,
    pub(crate) reverses: Option<Uuid>,
    pub(crate) actor: String,
    pub(crate) at: i64,
    pub(crate) reason: Option<String>,
    pub(crate) evidence: Option<String>,
    pub(crate) choices: Option<String>,
    pub(crate) reversed_by: Option<Uuid>,
    pub(crate) application_name: String,
    pub(crate) other_name: String,
}

impl LinkRow {
    pub(crate) fn kind(&self) -> Result<LinkKind> {
        LinkKind::from_word(&self.kind)
            .ok_or_else(|| StoreError::corrupt(format!("link event {}", self.id), &self.kind))
    }

    /// A document of it, empty where there is none.
    pub(crate) fn document<T: Default + serde::de::DeserializeOwned>(&self, text: Option<&str>) -> Result<T> {
        let corrupt = |error| StoreError::corrupt(format!("link event {}", self.id), error);
        text.map_or_else(|| Ok(T::default()), |text| serde_json::from_str(text).map_err(corrupt))
    }
}

fn select() -> SelectStatement {
    const OF_EVENT: [&str; 7] = ["id", "kind", "application_id", "other_id", "reverses", "actor", "at"];
    let name = |table: &'static str| Expr::col((table, "full_name"));
    let named = |table: &'static str, id: &'static str| Expr::col((table, "id")).equals(("e", id));
    Query::select()
        .columns(OF_EVENT.map(|column| ("e", column)))
        .columns(["reason", "evidence", "choices"].map(|column| ("v", column)))
        .expr_as(Expr::col(("r", "id")), Alias::new("reversed_by"))
        .expr_as(name("a"), Alias::new("application_name"))
        .expr_as(name("o"), Alias::new("other_name"))
        .from_as(TABLE, Alias::new("e"))
        .join_as(JoinType::InnerJoin, APPLICATION, Alias::new("a"), named("a", "application_id"))
        .join_as(JoinType::InnerJoin, APPLICATION, Alias::new("o"), named("o", "other_id"))
        .join_as(JoinType::LeftJoin, TABLE, Alias::new("r"), Expr::col(("r", "reverses")).equals(("e", "id")))
        .join_as(JoinType::LeftJoin, VALUE, Alias::new("v"), Expr::col(("v", "event_id")).equals(("e", "id")))
        .order_by(("e", "id"), Order::Asc)
        .take()
}

/// Forgets the values of every event that names one of these applications: they are erased.
pub(crate) async fn erase(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<u64> {
    let named = |column: &'static str| Expr::col(column).is_in(padded(ids.iter().copied()));
    let events = Query::select()
        .column("id")
        .from(TABLE)
        .cond_where(Cond::any().add(named("application_id")).add(named("other_id")))
        .take();
    connection.run(Query::delete().from_table(VALUE).and_where(Expr::col("event_id").in_subquery(events))).await
}

/// One event.
pub(crate) async fn get(connection: &mut Connection<'_>, LinkId(id): LinkId) -> Result<Option<LinkRow>> {
    connection.first(select().and_where(Expr::col(("e", "id")).eq(id))).await
}

/// Every event that names one of these applications, oldest first.
pub(crate) async fn of(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<LinkRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let named = |column: &'static str| Expr::col(("e", column)).is_in(padded(ids.iter().copied()));
    connection.all(select().cond_where(Cond::any().add(named("application_id")).add(named("other_id")))).await
}

/// The newest events before one, newest first.
pub(crate) async fn latest(
    connection: &mut Connection<'_>,
    before: Option<LinkId>,
    limit: u64,
) -> Result<Vec<LinkRow>> {
    let mut query = select();
    query.clear_order_by().order_by(("e", "id"), Order::Desc).limit(limit);
    if let Some(LinkId(before)) = before {
        query.and_where(Expr::col(("e", "id")).lt(before));
    }
    connection.all(&query).await
}

/// Every merge into an application, oldest first, those that were taken back too.
pub(crate) async fn merges_into(
    connection: &mut Connection<'_>,
    ApplicationId(id): ApplicationId,
) -> Result<Vec<LinkRow>> {
    let mut query = select();
    query
        .and_where(Expr::col(("e", "application_id")).eq(id))
        .and_where(Expr::col(("e", "kind")).eq(LinkKind::Merged.as_str()));
    connection.all(&query).await
}

/// The merges of these applications into others that stand.
pub(crate) async fn standing_merges(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<LinkRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = select();
    query
        .and_where(Expr::col(("e", "other_id")).is_in(padded(ids.iter().copied())))
        .and_where(Expr::col(("e", "kind")).eq(LinkKind::Merged.as_str()))
        .and_where(Expr::col(("r", "id")).is_null());
    connection.all(&query).await
}

/// Notes that two are apart; a pair that is, is a conflict.
pub(crate) async fn tell_apart(
    connection: &mut Connection<'_>,
    (ApplicationId(one), ApplicationId(other)): (ApplicationId, ApplicationId),
    LinkId(event): LinkId,
) -> Result<()> {
    let (first, second) = if one < other { (one, other) } else { (other, one) };
    let insert = Query::insert()
        .into_table(APART)
        .columns(["first_id", "second_id", "event_id"])
        .values_panic([first.into(), second.into(), event.into()])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// Forgets that two are apart.
pub(crate) async fn reconsider(connection: &mut Connection<'_>, LinkId(event): LinkId) -> Result<()> {
    connection.run(Query::delete().from_table(APART).and_where(Expr::col("event_id").eq(event))).await?;
    Ok(())
}

/// Two that are apart, with what shows each of them where it was merged.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Pair {
    first_id: Uuid,
    first_into: Option<Uuid>,
    second_id: Uuid,
    second_into: Option<Uuid>,
    event_id: Uuid,
}

/// Pairs that are apart, each by the applications that are in the lists, with the event: all of them, or those that name one of some
/// applications. Merges may make one pair of several.
pub(crate) async fn apart(connection: &mut Connection<'_>, of: Option<&[Uuid]>) -> Result<Vec<(Uuid, Uuid, LinkId)>> {
    let into = |table: &'static str| Expr::col((table, "merged_into"));
    let is = |table: &'static str, id: &'static str| Expr::col((table, "id")).equals(("t", id));
    let mut query = Query::select();
    query
        .columns([("t", "first_id"), ("t", "second_id"), ("t", "event_id")])
        .expr_as(into("f"), Alias::new("first_into"))
        .expr_as(into("s"), Alias::new("second_into"))
        .from_as(APART, Alias::new("t"))
        .join_as(JoinType::InnerJoin, APPLICATION, Alias::new("f"), is("f", "first_id"))
        .join_as(JoinType::InnerJoin, APPLICATION, Alias::new("s"), is("s", "second_id"));
    for table in ["f", "s"] {
        query
            .and_where(Expr::col((table, "removed_at")).is_null())
            .and_where(Expr::col((table, "erased_at")).is_null());
    }
    match of {
        Some([]) => return Ok(Vec::new()),
        Some(ids) => {
            let named = |column: &'static str| Expr::col(("t", column)).is_in(padded(ids.iter().copied()));
            query.cond_where(Cond::any().add(named("first_id")).add(named("second_id")));
        }
        None => {}
    }
    let pairs: Vec<Pair> = connection.all(&query).await?;
    let shown = |id: Uuid, into: Option<Uuid>| into.unwrap_or(id);
    Ok(pairs
        .into_iter()
        .map(|one| (shown(one.first_id, one.first_into), shown(one.second_id, one.second_into), LinkId(one.event_id)))
        .collect())
}

/// One line for whatever events and applications do not agree about.
pub(crate) async fn broken(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let merged: Vec<(Uuid,)> = connection
        .all_text(
            "SELECT m.id FROM hiring_application m JOIN hiring_application s ON s.id = m.merged_into \
             WHERE s.merged_into IS NOT NULL OR s.removed_at IS NOT NULL LIMIT 20",
        )
        .await?;
    let without: Vec<(Uuid,)> = connection
        .all_text(
            "SELECT m.id FROM hiring_application m WHERE m.merged_into IS NOT NULL AND NOT EXISTS (SELECT 1 FROM link_event e \
             LEFT JOIN link_event r ON r.reverses = e.id WHERE e.other_id = m.id AND e.kind = 'merged' AND r.id IS NULL) LIMIT 20",
        )
        .await?;
    let shown: Vec<(Uuid,)> = connection
        .all_text(
            "SELECT e.id FROM link_event e JOIN hiring_application m ON m.id = e.other_id \
             LEFT JOIN link_event r ON r.reverses = e.id \
             WHERE e.kind = 'merged' AND r.id IS NULL AND m.merged_into IS NULL LIMIT 20",
        )
        .await?;
    let apart: Vec<(Uuid,)> = connection
        .all_text(
            "SELECT e.id FROM link_event e LEFT JOIN link_event r ON r.reverses = e.id LEFT JOIN told_apart t ON t.event_id = e.id \
             WHERE e.kind = 'told_apart' AND (r.id IS NULL) <> (t.event_id IS NOT NULL) LIMIT 20",
        )
        .await?;
    let say = |ids: Vec<(Uuid,)>, what: &'static str, why: &'static str| {
        ids.into_iter().map(move |(id,)| format!("{what} {id}: {why}"))
    };
    let mut said: Vec<String> =
        say(merged, "application", "was merged into one that is merged or taken back itself").collect();
    said.extend(say(without, "application", "is merged, but no event says so"));
    said.extend(say(shown, "link event", "says that its application is merged, but it is not"));
    said.extend(say(apart, "link event", "and the pairs that are told apart do not agree"));
    Ok(said)
}
