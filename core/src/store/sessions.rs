//! `session`: devices that are signed in.

use sea_query::{Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{Result, connection::Connection};
use crate::id::{AccountId, SessionId};

const TABLE: &str = "session";
const COLUMNS: [&str; 6] = ["id", "account_id", "generation", "begun_at", "rotated_at", "ended_at"];

/// A session as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct SessionRow {
    pub(crate) id: Uuid,
    pub(crate) account_id: Uuid,
    pub(crate) generation: i64,
    pub(crate) begun_at: i64,
    pub(crate) rotated_at: i64,
    pub(crate) ended_at: Option<i64>,
}

/// Begins a session, unless it has begun.
pub(crate) async fn insert(
    connection: &mut Connection<'_>,
    SessionId(id): SessionId,
    AccountId(account): AccountId,
    now: i64,
) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["id", "account_id", "generation", "begun_at", "rotated_at"])
        .values_panic([id.into(), account.into(), 0_i64.into(), now.into(), now.into()])
        .on_conflict(sea_query::OnConflict::column("id").do_nothing_on(["id"]).to_owned())
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// A session.
pub(crate) async fn get(connection: &mut Connection<'_>, SessionId(id): SessionId) -> Result<Option<SessionRow>> {
    let query = Query::select().columns(COLUMNS).from(TABLE).and_where(Expr::col("id").eq(id)).take();
    connection.first(&query).await
}

/// The sessions of an account that have not ended, newest first.
pub(crate) async fn of_account(
    connection: &mut Connection<'_>,
    AccountId(account): AccountId,
) -> Result<Vec<SessionRow>> {
    let query = Query::select()
        .columns(COLUMNS)
        .from(TABLE)
        .and_where(Expr::col("account_id").eq(account))
        .and_where(Expr::col("ended_at").is_null())
        .order_by("id", Order::Desc)
        .take();
    connection.all(&query).await
}

/// A device as somebody who asks is told of it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct DeviceRow {
    pub(crate) id: Uuid,
    pub(crate) begun_at: i64,
    pub(crate) rotated_at: i64,
    pub(crate) ended_at: Option<i64>,
    pub(crate) ended_why: Option<String>,
}

/// The sessions of an account that there ever were, newest first.
pub(crate) async fn ever_of(connection: &mut Connection<'_>, AccountId(account): AccountId) -> Result<Vec<DeviceRow>> {
    let query = Query::select()
        .columns(["id", "begun_at", "rotated_at", "ended_at", "ended_why"])
        .from(TABLE)
        .and_where(Expr::col("account_id").eq(account))
        .order_by("id", Order::Desc)
        .take();
    connection.all(&query).await
}

/// Goes on to the next generation; false where somebody was quicker, or it has ended.
pub(crate) async fn rotate(connection: &mut Connection<'_>, seen: &SessionRow, now: i64) -> Result<bool> {
    let update = Query::update()
        .table(TABLE)
        .values([("generation", (seen.generation + 1).into()), ("rotated_at", now.into())])
        .and_where(Expr::col("id").eq(seen.id))
        .and_where(Expr::col("generation").eq(seen.generation))
        .and_where(Expr::col("ended_at").is_null())
        .take();
    Ok(connection.run(&update).await? == 1)
}

/// Ends a session, and keeps why; one that has ended stays as it is.
pub(crate) async fn end(connection: &mut Connection<'_>, SessionId(id): SessionId, why: &str, now: i64) -> Result<()> {
    let update = ending(why, now).and_where(Expr::col("id").eq(id)).take();
    connection.run(&update).await?;
    Ok(())
}

/// Ends every session of an account but one.
pub(crate) async fn end_all(
    connection: &mut Connection<'_>,
    AccountId(account): AccountId,
    but: Option<SessionId>,
    why: &str,
    now: i64,
) -> Result<()> {
    let mut update = ending(why, now);
    update.and_where(Expr::col("account_id").eq(account));
    if let Some(SessionId(but)) = but {
        update.and_where(Expr::col("id").ne(but));
    }
    connection.run(&update).await?;
    Ok(())
}

/// Forgets every session of an account.
pub(crate) async fn delete(connection: &mut Connection<'_>, AccountId(account): AccountId) -> Result<()> {
    connection.run(Query::delete().from_table(TABLE).and_where(Expr::col("account_id").eq(account))).await?;
    Ok(())
}

fn ending(why: &str, now: i64) -> sea_query::UpdateStatement {
    Query::update()
        .table(TABLE)
        .values([("ended_at", now.into()), ("ended_why", why.into())])
        .and_where(Expr::col("ended_at").is_null())
        .take()
}
