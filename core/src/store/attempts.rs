//! `pin_attempt`: wrong PINs in a row by a keyed hash of the number.

use sea_query::{Expr, ExprTrait, OnConflict, Query};

use super::{
    Result, StoreError,
    connection::Connection,
    passing::{A_DAY, Passing},
};
use crate::credential::LAST;

const TABLE: &str = "pin_attempt";
/// What nobody has tried for a year is as if it had never been tried; a door that only another secret opens stays shut.
pub(crate) const PASSING: Passing =
    Passing { table: TABLE, since: "tried_at", kept: 365 * A_DAY, below: Some(("failures", LAST as i64)) };

/// How often a number failed and until when it is locked, `(failures, locked_until)`, kept as it is until the transaction ends. A number that never
/// failed is noted: to ask takes the same time for every number.
pub(crate) async fn held(connection: &mut Connection<'_>, hash: &[u8], now: i64) -> Result<(i64, i64)> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["hash", "failures", "locked_until", "tried_at"])
        .values_panic([hash.to_vec().into(), 0_i64.into(), 0_i64.into(), now.into()])
        .on_conflict(OnConflict::column("hash").do_nothing_on(["hash"]).to_owned())
        .take();
    connection.run(&insert).await?;
    let query = Query::select()
        .columns(["failures", "locked_until"])
        .from(TABLE)
        .and_where(Expr::col("hash").eq(hash.to_vec()))
        .lock_exclusive()
        .take();
    // Nothing could be counted where it went by its age in between.
    connection
        .first(&query)
        .await?
        .ok_or_else(|| StoreError::Contended("a count was forgotten a moment ago".to_owned()))
}

/// How often a number failed and until when it is locked; none where it was never tried.
pub(crate) async fn get(connection: &mut Connection<'_>, hash: &[u8]) -> Result<Option<(i64, i64)>> {
    let query = Query::select()
        .columns(["failures", "locked_until"])
        .from(TABLE)
        .and_where(Expr::col("hash").eq(hash.to_vec()))
        .take();
    connection.first(&query).await
}

/// Forgets that a number was ever tried.
pub(crate) async fn delete(connection: &mut Connection<'_>, hash: &[u8]) -> Result<()> {
    connection.run(Query::delete().from_table(TABLE).and_where(Expr::col("hash").eq(hash.to_vec()))).await?;
    Ok(())
}

/// Keeps that a number was tried once more: how often it failed, and until when it is locked.
pub(crate) async fn count(
    connection: &mut Connection<'_>,
    hash: &[u8],
    (failures, locked_until): (i64, i64),
    now: i64,
) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .values([("failures", failures.into()), ("locked_until", locked_until.into()), ("tried_at", now.into())])
        .and_where(Expr::col("hash").eq(hash.to_vec()))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Keeps how often a number failed and until when it is locked.
pub(crate) async fn set(connection: &mut Connection<'_>, hash: &[u8], failures: i64, locked_until: i64) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .values([("failures", failures.into()), ("locked_until", locked_until.into())])
        .and_where(Expr::col("hash").eq(hash.to_vec()))
        .take();
    connection.run(&update).await?;
    Ok(())
}
