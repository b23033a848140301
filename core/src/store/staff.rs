//! `staff`: those who work here.

use sea_query::{Expr, ExprTrait, Func, Order, Query, UpdateStatement};
use uuid::Uuid;

use super::{Result, StoreError, connection::Connection};
use crate::{
    id::StaffId,
    staff::{Role, SKEW},
};

const TABLE: &str = "staff";
const COLUMNS: [&str; 13] = [
    "id",
    "name",
    "role",
    "password_hash",
    "password_due",
    "password_at",
    "totp_offered",
    "totp_epoch",
    "totp_since",
    "totp_step",
    "disabled_at",
    "made_by",
    "made_at",
];

/// Somebody as she is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct StaffRow {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) password_hash: String,
    pub(crate) password_due: i64,
    pub(crate) password_at: i64,
    pub(crate) totp_offered: i64,
    pub(crate) totp_epoch: i64,
    pub(crate) totp_since: Option<i64>,
    pub(crate) totp_step: i64,
    pub(crate) disabled_at: Option<i64>,
    pub(crate) made_by: String,
    pub(crate) made_at: i64,
}

impl StaffRow {
    /// Somebody who is about to be added, with a password that was drawn for her.
    pub(crate) fn new(StaffId(id): StaffId, name: &str, role: Role, password_hash: String, by: &str, at: i64) -> Self {
        Self {
            id,
            name: name.to_owned(),
            role: role.as_str().to_owned(),
            password_hash,
            password_due: 1,
            password_at: at,
            totp_offered: 0,
            totp_epoch: 0,
            totp_since: None,
            totp_step: 0,
            disabled_at: None,
            made_by: by.to_owned(),
            made_at: at,
        }
    }

    pub(crate) fn role(&self) -> Result<Role> {
        Role::from_word(&self.role).ok_or_else(|| StoreError::corrupt(format!("staff {}", self.name), &self.role))
    }

    /// Whether she has to choose a password of her own.
    pub(crate) const fn password_due(&self) -> bool {
        self.password_due != 0
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.role == Role::Admin.as_str() && self.disabled_at.is_none()
    }
}

/// Adds somebody. A name that somebody has is a conflict.
pub(crate) async fn insert(connection: &mut Connection<'_>, new: &StaffRow) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["id", "name", "role", "password_hash", "password_due", "password_at", "made_by", "made_at"])
        .values_panic([
            new.id.into(),
            new.name.as_str().into(),
            new.role.as_str().into(),
            new.password_hash.as_str().into(),
            new.password_due.into(),
            new.password_at.into(),
            new.made_by.as_str().into(),
            new.made_at.into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// Somebody by her name.
pub(crate) async fn by_name(connection: &mut Connection<'_>, name: &str) -> Result<Option<StaffRow>> {
    let query = Query::select().columns(COLUMNS).from(TABLE).and_where(Expr::col("name").eq(name)).take();
    connection.first(&query).await
}

/// Somebody.
pub(crate) async fn by_id(connection: &mut Connection<'_>, StaffId(id): StaffId) -> Result<Option<StaffRow>> {
    let query = Query::select().columns(COLUMNS).from(TABLE).and_where(Expr::col("id").eq(id)).take();
    connection.first(&query).await
}

/// Everybody, by name.
pub(crate) async fn all(connection: &mut Connection<'_>) -> Result<Vec<StaffRow>> {
    let query = Query::select().columns(COLUMNS).from(TABLE).order_by("name", Order::Asc).take();
    connection.all(&query).await
}

/// Whether anybody was ever added.
pub(crate) async fn any(connection: &mut Connection<'_>) -> Result<bool> {
    let query = Query::select().column("id").from(TABLE).limit(1).take();
    let found: Option<(Uuid,)> = connection.first(&query).await?;
    Ok(found.is_some())
}

/// How many may say who works here.
pub(crate) async fn admins(connection: &mut Connection<'_>) -> Result<i64> {
    let query = Query::select()
        .expr(Func::count(Expr::col("id")))
        .from(TABLE)
        .and_where(Expr::col("role").eq(Role::Admin.as_str()))
        .and_where(Expr::col("disabled_at").is_null())
        .take();
    connection.number(&query).await
}

/// Holds every administrator until the transaction ends, by a change.
pub(crate) async fn hold_admins(connection: &mut Connection<'_>) -> Result<()> {
    let update = held().and_where(Expr::col("role").eq(Role::Admin.as_str())).take();
    connection.run(&update).await?;
    Ok(())
}

/// Holds somebody as she was seen until the transaction ends; false where she has another password or second factor by now, or may not sign in.
pub(crate) async fn hold(connection: &mut Connection<'_>, seen: &StaffRow) -> Result<bool> {
    let update = as_seen(held(), seen).and_where(Expr::col("disabled_at").is_null()).take();
    Ok(connection.run(&update).await? == 1)
}

fn held() -> UpdateStatement {
    Query::update().table(TABLE).value("held", Expr::col("held").add(1)).take()
}

fn as_seen(mut update: UpdateStatement, seen: &StaffRow) -> UpdateStatement {
    update
        .and_where(Expr::col("id").eq(seen.id))
        .and_where(Expr::col("password_hash").eq(seen.password_hash.as_str()))
        .and_where(Expr::col("totp_offered").eq(seen.totp_offered))
        .and_where(match seen.totp_since {
            Some(since) => Expr::col("totp_since").eq(since),
            None => Expr::col("totp_since").is_null(),
        })
        .take()
}

/// Notes the step whose digits were shown; false where one as late was shown before, by a clock that goes right.
pub(crate) async fn use_step(connection: &mut Connection<'_>, seen: &StaffRow, step: i64) -> Result<bool> {
    let update = Query::update()
        .table(TABLE)
        .value("totp_step", step)
        .and_where(Expr::col("id").eq(seen.id))
        .and_where(Expr::col("totp_step").lt(step).or(Expr::col("totp_step").gt(step + SKEW)))
        .take();
    Ok(connection.run(&update).await? == 1)
}

/// Gives somebody another password; false where she was given another one since she was seen. `due`: she has to choose her own. A second factor that was
/// offered under the old one is void.
pub(crate) async fn set_password(
    connection: &mut Connection<'_>,
    seen: &StaffRow,
    hash: &str,
    due: bool,
    now: i64,
) -> Result<bool> {
    let update = Query::update()
        .table(TABLE)
        .values([
            ("password_hash", hash.into()),
            ("password_due", i64::from(due).into()),
            ("password_at", now.into()),
            ("totp_offered", (seen.totp_offered + 1).into()),
        ])
        .take();
    Ok(connection.run(&as_seen(update, seen)).await? == 1)
}

/// Offers her a second factor: its number. None where she changed since she was seen.
pub(crate) async fn offer_second_factor(connection: &mut Connection<'_>, seen: &StaffRow) -> Result<Option<i64>> {
    let offered = seen.totp_offered + 1;
    let update = Query::update().table(TABLE).value("totp_offered", offered).take();
    Ok((connection.run(&as_seen(update, seen)).await? == 1).then_some(offered))
}

/// Begins or ends her second factor: since when it counts, and the step whose digits showed it. False where she changed since she was seen.
pub(crate) async fn set_second_factor(
    connection: &mut Connection<'_>,
    seen: &StaffRow,
    epoch: i64,
    since: Option<(i64, i64)>,
) -> Result<bool> {
    let (at, step) = since.map_or((None, seen.totp_step), |(at, step)| (Some(at), step));
    let update = Query::update()
        .table(TABLE)
        .values([("totp_epoch", epoch.into()), ("totp_since", at.into()), ("totp_step", step.into())])
        .value("held", Expr::col("held").add(1))
        .take();
    Ok(connection.run(&as_seen(update, seen)).await? == 1)
}

/// Changes what she may do, and whether she may sign in.
pub(crate) async fn set_standing(
    connection: &mut Connection<'_>,
    StaffId(id): StaffId,
    role: Role,
    disabled_at: Option<i64>,
) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .values([("role", role.as_str().into()), ("disabled_at", disabled_at.into())])
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&update).await?;
    Ok(())
}
