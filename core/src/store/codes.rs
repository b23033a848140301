//! `one_time_code`: the one code that was last sent to a number or an address.

use sea_query::{Expr, ExprTrait, OnConflict, Query};
use uuid::Uuid;

use super::{
    Result,
    connection::Connection,
    passing::{A_DAY, Passing},
};
use crate::identity::IdentifierKind;

const TABLE: &str = "one_time_code";
/// A code is good for minutes, and sendings are counted for as long: after a day nothing comes of it that somebody asked for one.
pub(crate) const PASSING: Passing = Passing { table: TABLE, since: "sent_at", kept: A_DAY, below: None };
const COLUMNS: [&str; 8] =
    ["purpose", "request", "hash", "sent_at", "checks", "spent_at", "window_since", "window_count"];

/// A code as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct CodeRow {
    pub(crate) purpose: String,
    pub(crate) request: Uuid,
    pub(crate) hash: Vec<u8>,
    pub(crate) sent_at: i64,
    pub(crate) checks: i64,
    pub(crate) spent_at: Option<i64>,
    pub(crate) window_since: i64,
    pub(crate) window_count: i64,
}

/// The code of a number or an address, kept as it is until the transaction ends.
pub(crate) async fn held(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    value: &str,
) -> Result<Option<CodeRow>> {
    let query = Query::select()
        .columns(COLUMNS)
        .from(TABLE)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .lock_exclusive()
        .take();
    connection.first(&query).await
}

/// The code of a number or an address.
pub(crate) async fn get(connection: &mut Connection<'_>, kind: IdentifierKind, value: &str) -> Result<Option<CodeRow>> {
    let query = Query::select()
        .columns(COLUMNS)
        .from(TABLE)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .take();
    connection.first(&query).await
}

/// Forgets the code of a number or an address.
pub(crate) async fn delete(connection: &mut Connection<'_>, kind: IdentifierKind, value: &str) -> Result<()> {
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// Keeps a code in place of the one before.
pub(crate) async fn put(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    value: &str,
    code: &CodeRow,
) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["kind", "value"].into_iter().chain(COLUMNS))
        .values_panic([
            kind.as_str().into(),
            value.into(),
            code.purpose.as_str().into(),
            code.request.into(),
            code.hash.clone().into(),
            code.sent_at.into(),
            code.checks.into(),
            code.spent_at.into(),
            code.window_since.into(),
            code.window_count.into(),
        ])
        .on_conflict(OnConflict::columns(["kind", "value"]).update_columns(COLUMNS).to_owned())
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// Counts a check of a code; false where it was checked or sent anew since it was seen.
pub(crate) async fn count(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    value: &str,
    seen: &CodeRow,
) -> Result<bool> {
    let update = Query::update()
        .table(TABLE)
        .value("checks", seen.checks + 1)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .and_where(Expr::col("request").eq(seen.request))
        .and_where(Expr::col("checks").eq(seen.checks))
        .take();
    Ok(connection.run(&update).await? == 1)
}

/// Uses a code up; false where it was used, another one was sent, or it is for something else.
pub(crate) async fn spend(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    value: &str,
    (purpose, request): (&str, Uuid),
    now: i64,
) -> Result<bool> {
    let update = Query::update()
        .table(TABLE)
        .value("spent_at", now)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .and_where(Expr::col("purpose").eq(purpose))
        .and_where(Expr::col("request").eq(request))
        .and_where(Expr::col("spent_at").is_null())
        .take();
    Ok(connection.run(&update).await? == 1)
}
