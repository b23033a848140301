//! `pin_attempt`: wrong PINs in a row by a keyed hash of the number.

use sea_query::{Expr, ExprTrait, OnConflict, Query};

use super::{Result, connection::Connection};

const TABLE: &str = "pin_attempt";

/// How often a number failed and until when it is locked, `(failures, locked_until)`, kept as it is until the transaction ends. A number that never
/// failed is noted: to ask takes the same time for every number.
pub(crate) async fn held(connection: &mut Connection<'_>, hash: &[u8]) -> Result<(i64, i64)> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["hash", "failures", "locked_until"])
        .values_panic([hash.to_vec().into(), 0_i64.into(), 0_i64.into()])
        .on_conflict(OnConflict::column("hash").do_nothing_on(["hash"]).to_owned())
        .take();
    connection.run(&insert).await?;
    let query = Query::select()
        .columns(["failures", "locked_until"])
        .from(TABLE)
        .and_where(Expr::col("hash").eq(hash.to_vec()))
        .lock_exclusive()
        .take();
    Ok(connection.first(&query).await?.unwrap_or_default())
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
