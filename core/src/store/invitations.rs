//! `invitation`: links that were sent to one number for one application.

use sea_query::{Cond, Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{Result, bulk::padded, connection::Connection};
use crate::id::ApplicationId;

const TABLE: &str = "invitation";
const COLUMNS: [&str; 6] = ["application_id", "phone", "made_by", "made_at", "expires_at", "used_at"];

/// An invitation as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct InvitationRow {
    pub(crate) application_id: Uuid,
    pub(crate) phone: String,
    pub(crate) made_by: String,
    pub(crate) made_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) used_at: Option<i64>,
}

/// An invitation, about to be kept.
pub(crate) struct NewInvitation<'a> {
    pub(crate) hash: [u8; 32],
    pub(crate) application: ApplicationId,
    pub(crate) phone: &'a str,
    pub(crate) by: &'a str,
    pub(crate) at: i64,
    pub(crate) expires_at: i64,
}

/// Keeps an invitation.
pub(crate) async fn insert(connection: &mut Connection<'_>, new: &NewInvitation<'_>) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["hash", "application_id", "phone", "made_by", "made_at", "expires_at"])
        .values_panic([
            new.hash.to_vec().into(),
            new.application.0.into(),
            new.phone.into(),
            new.by.into(),
            new.at.into(),
            new.expires_at.into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// The invitation of a hash.
pub(crate) async fn get(connection: &mut Connection<'_>, hash: &[u8; 32]) -> Result<Option<InvitationRow>> {
    let query = Query::select().columns(COLUMNS).from(TABLE).and_where(Expr::col("hash").eq(hash.to_vec())).take();
    connection.first(&query).await
}

/// The invitations that were made for these applications.
pub(crate) async fn of(connection: &mut Connection<'_>, applications: &[Uuid]) -> Result<Vec<InvitationRow>> {
    let query = Query::select()
        .columns(COLUMNS)
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(applications.iter().copied())))
        .order_by("expires_at", Order::Asc)
        .take();
    connection.all(&query).await
}

/// Those of these applications that a link was made for, by whoever sent it.
pub(crate) async fn invited(connection: &mut Connection<'_>, applications: &[Uuid]) -> Result<Vec<(Uuid,)>> {
    if applications.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .column("application_id")
        .distinct()
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(applications.iter().copied())))
        .take();
    connection.all(&query).await
}

/// Forgets every invitation for these applications, and every one to these numbers.
pub(crate) async fn delete(connection: &mut Connection<'_>, applications: &[Uuid], phones: &[&str]) -> Result<()> {
    let delete = Query::delete()
        .from_table(TABLE)
        .cond_where(
            Cond::any()
                .add(Expr::col("application_id").is_in(padded(applications.iter().copied())))
                .add(Expr::col("phone").is_in(padded(phones.iter().copied()))),
        )
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// Makes every invitation for these applications to a number good for nothing, as if it had expired when it was made.
pub(crate) async fn void(connection: &mut Connection<'_>, applications: &[Uuid], phone: &str) -> Result<()> {
    if applications.is_empty() {
        return Ok(());
    }
    let update = Query::update()
        .table(TABLE)
        .value("expires_at", Expr::col("made_at"))
        .and_where(Expr::col("application_id").is_in(padded(applications.iter().copied())))
        .and_where(Expr::col("phone").eq(phone))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Uses an invitation up; false where it was used.
pub(crate) async fn spend(connection: &mut Connection<'_>, hash: &[u8; 32], now: i64) -> Result<bool> {
    let update = Query::update()
        .table(TABLE)
        .value("used_at", now)
        .and_where(Expr::col("hash").eq(hash.to_vec()))
        .and_where(Expr::col("used_at").is_null())
        .take();
    Ok(connection.run(&update).await? == 1)
}
