//! `review_item`: rows of committed batches that wait for a person.

use sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement, Value};
use uuid::Uuid;

use super::{
    Result,
    bulk::{Bulk, Inserts, padded},
    connection::Connection,
    dialect::Dialect,
};
use crate::{
    application::SourceKey,
    id::BatchId,
    import::{Reason, ReviewFilter},
};

const TABLE: &str = "review_item";

/// A row that is about to wait.
pub(crate) struct Waiting {
    pub(crate) row: u32,
    pub(crate) reason: Reason,
    pub(crate) source_key: Option<SourceKey>,
}

/// Rows that go into the queue.
pub(crate) fn inserts(dialect: Dialect, BatchId(batch): BatchId, portal: &str, rows: &[Waiting]) -> Inserts {
    const INSERT: Bulk = Bulk {
        table: TABLE,
        constant: &["batch_id", "portal"],
        columns: &["row_no", "reason", "source_key"],
        skip_known: false,
    };
    let values = rows
        .iter()
        .flat_map(|one| -> [Value; 3] {
            let key = one.source_key.map(|key| key.0.to_vec());
            [i64::from(one.row).into(), one.reason.as_str().into(), key.into()]
        })
        .collect();
    INSERT.of(dialect, &[batch.into(), portal.into()], values)
}

fn filtered(select: &mut SelectStatement, ReviewFilter { reason, portal, batch }: &ReviewFilter) {
    select.and_where(Expr::col("discarded").eq(0_i64));
    if let Some(reason) = reason {
        select.and_where(Expr::col("reason").eq(reason.as_str()));
    }
    if let Some(portal) = portal {
        select.and_where(Expr::col("portal").eq(portal.as_str()));
    }
    if let Some(BatchId(batch)) = batch {
        select.and_where(Expr::col("batch_id").eq(*batch));
    }
}

/// A page of the queue, oldest first: `(batch, row)`.
pub(crate) async fn page(
    connection: &mut Connection<'_>,
    filter: &ReviewFilter,
    after: Option<(BatchId, u32)>,
    limit: u64,
) -> Result<Vec<(Uuid, i64)>> {
    let mut query = Query::select();
    query.columns(["batch_id", "row_no"]).from(TABLE);
    filtered(&mut query, filter);
    if let Some((BatchId(batch), row)) = after {
        query.cond_where(
            Cond::any()
                .add(Expr::col("batch_id").gt(batch))
                .add(Cond::all().add(Expr::col("batch_id").eq(batch)).add(Expr::col("row_no").gt(i64::from(row)))),
        );
    }
    connection.all(query.order_by("batch_id", Order::Asc).order_by("row_no", Order::Asc).limit(limit)).await
}

/// Whether no row waits and none was discarded.
pub(crate) async fn none(connection: &mut Connection<'_>) -> Result<bool> {
    let query = Query::select().expr(Expr::val(1_i64)).from(TABLE).limit(1).take();
    Ok(connection.number(&query).await? == 0)
}

/// How many wait.
pub(crate) async fn count(connection: &mut Connection<'_>, filter: &ReviewFilter) -> Result<i64> {
    let mut query = Query::select();
    query.expr(Func::count(Expr::col(sea_query::Asterisk))).from(TABLE);
    filtered(&mut query, filter);
    connection.number(&query).await
}

/// Takes a row out of the queue; false if it was not in it (any more).
pub(crate) async fn take(connection: &mut Connection<'_>, BatchId(batch): BatchId, row: u32) -> Result<bool> {
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col("batch_id").eq(batch))
        .and_where(Expr::col("row_no").eq(i64::from(row)))
        .and_where(Expr::col("discarded").eq(0_i64))
        .take();
    Ok(connection.run(&delete).await? == 1)
}

/// Remembers that a person discarded a row, so that it is not asked about again.
pub(crate) async fn insert_discarded(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    portal: &str,
    one: &Waiting,
) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["batch_id", "row_no", "reason", "portal", "source_key", "discarded"])
        .values_panic([
            batch.into(),
            i64::from(one.row).into(),
            one.reason.as_str().into(),
            portal.into(),
            one.source_key.map(|key| key.0.to_vec()).into(),
            1_i64.into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// Which of these keys belong to rows of other batches that wait or were discarded.
pub(crate) async fn known(
    connection: &mut Connection<'_>,
    keys: &[SourceKey],
    BatchId(except): BatchId,
) -> Result<Vec<(Vec<u8>,)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .column("source_key")
        .from(TABLE)
        .and_where(Expr::col("source_key").is_in(padded(keys.iter().map(|key| key.0.to_vec()))))
        .and_where(Expr::col("batch_id").ne(except))
        .take();
    connection.all(&query).await
}

/// Takes every row of a batch out of the queue.
pub(crate) async fn take_batch(connection: &mut Connection<'_>, BatchId(batch): BatchId) -> Result<u64> {
    connection.run(Query::delete().from_table(TABLE).and_where(Expr::col("batch_id").eq(batch))).await
}
