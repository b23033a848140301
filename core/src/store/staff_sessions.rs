//! `staff_session`: browsers and desktops where somebody who works here is signed in.

use sea_query::{Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{Result, connection::Connection};
use crate::id::{StaffId, StaffSessionId};

const TABLE: &str = "staff_session";
const COLUMNS: [&str; 6] = ["id", "staff_id", "device", "begun_at", "used_at", "ended_at"];

/// A session as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct StaffSessionRow {
    pub(crate) id: Uuid,
    pub(crate) staff_id: Uuid,
    pub(crate) device: String,
    pub(crate) begun_at: i64,
    pub(crate) used_at: i64,
    pub(crate) ended_at: Option<i64>,
}

/// A session that is about to begin.
pub(crate) struct NewStaffSession<'a> {
    pub(crate) id: StaffSessionId,
    pub(crate) staff: StaffId,
    pub(crate) device: &'a str,
    pub(crate) at: i64,
}

/// Begins a session.
pub(crate) async fn insert(connection: &mut Connection<'_>, new: &NewStaffSession<'_>) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["id", "staff_id", "device", "begun_at", "used_at"])
        .values_panic([new.id.0.into(), new.staff.0.into(), new.device.into(), new.at.into(), new.at.into()])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// A session.
pub(crate) async fn get(
    connection: &mut Connection<'_>,
    StaffSessionId(id): StaffSessionId,
) -> Result<Option<StaffSessionRow>> {
    let query = Query::select().columns(COLUMNS).from(TABLE).and_where(Expr::col("id").eq(id)).take();
    connection.first(&query).await
}

/// The sessions of somebody that have not ended, newest first.
pub(crate) async fn of_staff(connection: &mut Connection<'_>, StaffId(staff): StaffId) -> Result<Vec<StaffSessionRow>> {
    let query = Query::select()
        .columns(COLUMNS)
        .from(TABLE)
        .and_where(Expr::col("staff_id").eq(staff))
        .and_where(Expr::col("ended_at").is_null())
        .order_by("id", Order::Desc)
        .take();
    connection.all(&query).await
}

/// Notes that a session is used.
pub(crate) async fn used(connection: &mut Connection<'_>, StaffSessionId(id): StaffSessionId, now: i64) -> Result<()> {
    let update = Query::update().table(TABLE).value("used_at", now).and_where(Expr::col("id").eq(id)).take();
    connection.run(&update).await?;
    Ok(())
}

/// Ends the sessions of somebody: one, or all but one. Those that have ended stay as they are.
pub(crate) async fn end(
    connection: &mut Connection<'_>,
    StaffId(staff): StaffId,
    only: Option<StaffSessionId>,
    but: Option<StaffSessionId>,
    now: i64,
) -> Result<()> {
    let mut update = Query::update()
        .table(TABLE)
        .value("ended_at", now)
        .and_where(Expr::col("staff_id").eq(staff))
        .and_where(Expr::col("ended_at").is_null())
        .take();
    if let Some(StaffSessionId(only)) = only {
        update.and_where(Expr::col("id").eq(only));
    }
    if let Some(StaffSessionId(but)) = but {
        update.and_where(Expr::col("id").ne(but));
    }
    connection.run(&update).await?;
    Ok(())
}
