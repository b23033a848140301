//! `review_item`: rows of committed batches that wait for a person, and those that a person decided; `reversed_decision`: what was taken back.

use sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement, Value};
use uuid::Uuid;

use super::{
    Result,
    bulk::{Bulk, Inserts, padded},
    connection::Connection,
    dialect::Dialect,
    rows,
};
use crate::{
    application::SourceKey,
    id::BatchId,
    import::{Decision, Reason, ReviewFilter},
};

const TABLE: &str = "review_item";
const REVERSED: &str = "reversed_decision";
const DECIDED: &str = "decided_at";

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

fn filtered(select: &mut SelectStatement, ReviewFilter { reason, portal, batch, min }: &ReviewFilter) {
    if let Some(reason) = reason {
        select.and_where(Expr::col("reason").eq(reason.as_str()));
    }
    if let Some(portal) = portal {
        select.and_where(Expr::col("portal").eq(portal.as_str()));
    }
    if let Some(BatchId(batch)) = batch {
        select.and_where(Expr::col("batch_id").eq(*batch));
    }
    if let Some(min) = min {
        // By the row's primary key: as many are looked up as wait, or were decided, and no index on scores is kept for it.
        let scored = Query::select()
            .expr(Expr::val(1_i64))
            .from(rows::TABLE)
            .and_where(Expr::col((rows::TABLE, "batch_id")).equals((TABLE, "batch_id")))
            .and_where(Expr::col((rows::TABLE, "row_no")).equals((TABLE, "row_no")))
            .and_where(Expr::col((rows::TABLE, rows::SCORE)).gte(min.millionths()))
            .take();
        select.and_where(Expr::exists(scored));
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
    filtered(query.and_where(Expr::col(DECIDED).is_null()), filter);
    if let Some((BatchId(batch), row)) = after {
        query.cond_where(
            Cond::any()
                .add(Expr::col("batch_id").gt(batch))
                .add(Cond::all().add(Expr::col("batch_id").eq(batch)).add(Expr::col("row_no").gt(i64::from(row)))),
        );
    }
    connection.all(query.order_by("batch_id", Order::Asc).order_by("row_no", Order::Asc).limit(limit)).await
}

/// Whether no row waits and none was decided.
pub(crate) async fn none(connection: &mut Connection<'_>) -> Result<bool> {
    let query = Query::select().expr(Expr::val(1_i64)).from(TABLE).limit(1).take();
    Ok(connection.number(&query).await? == 0)
}

/// How many wait.
pub(crate) async fn count(connection: &mut Connection<'_>, filter: &ReviewFilter) -> Result<i64> {
    let mut query = Query::select();
    query.expr(Func::count(Expr::col(sea_query::Asterisk))).from(TABLE).and_where(Expr::col(DECIDED).is_null());
    filtered(&mut query, filter);
    connection.number(&query).await
}

/// A page of what was decided, newest first: `(batch, row, when)`.
pub(crate) async fn decided(
    connection: &mut Connection<'_>,
    filter: &ReviewFilter,
    before: Option<(i64, BatchId, u32)>,
    limit: u64,
) -> Result<Vec<(Uuid, i64, i64)>> {
    let mut query = Query::select();
    query.columns(["batch_id", "row_no", DECIDED]).from(TABLE).and_where(Expr::col(DECIDED).is_not_null());
    filtered(&mut query, filter);
    if let Some((at, BatchId(batch), row)) = before {
        let same = |column: &'static str, value: Value| Expr::col(column).eq(value);
        query.cond_where(
            Cond::any()
                .add(Expr::col(DECIDED).lt(at))
                .add(Cond::all().add(same(DECIDED, at.into())).add(Expr::col("batch_id").lt(batch)))
                .add(
                    Cond::all()
                        .add(same(DECIDED, at.into()))
                        .add(same("batch_id", batch.into()))
                        .add(Expr::col("row_no").lt(i64::from(row))),
                ),
        );
    }
    for column in [DECIDED, "batch_id", "row_no"] {
        query.order_by(column, Order::Desc);
    }
    connection.all(query.limit(limit)).await
}

/// Takes a row out of the queue, since a person decided it; false if it was not in it (any more).
pub(crate) async fn settle(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    row: u32,
    at: i64,
    discarded: bool,
) -> Result<bool> {
    let update = Query::update()
        .table(TABLE)
        .value(DECIDED, at)
        .value("discarded", i64::from(discarded))
        .and_where(Expr::col("batch_id").eq(batch))
        .and_where(Expr::col("row_no").eq(i64::from(row)))
        .and_where(Expr::col(DECIDED).is_null())
        .take();
    Ok(connection.run(&update).await? == 1)
}

/// Remembers a row that a person decided before its import was committed.
pub(crate) async fn insert_settled(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    portal: &str,
    one: &Waiting,
    at: i64,
    discarded: bool,
) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["batch_id", "row_no", "reason", "portal", "source_key", DECIDED, "discarded"])
        .values_panic([
            batch.into(),
            i64::from(one.row).into(),
            one.reason.as_str().into(),
            portal.into(),
            one.source_key.map(|key| key.0.to_vec()).into(),
            at.into(),
            i64::from(discarded).into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// Puts a row that a person decided back into the queue, and gives the reason that it waits for (a word of [`Reason`]); none if it was not decided.
pub(crate) async fn reopen(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    row: u32,
) -> Result<Option<String>> {
    let update = Query::update()
        .table(TABLE)
        .value(DECIDED, Option::<i64>::None)
        .value("discarded", 0_i64)
        .and_where(Expr::col("batch_id").eq(batch))
        .and_where(Expr::col("row_no").eq(i64::from(row)))
        .and_where(Expr::col(DECIDED).is_not_null())
        .take();
    if connection.run(&update).await? == 0 {
        return Ok(None);
    }
    let reason = Query::select()
        .column("reason")
        .from(TABLE)
        .and_where(Expr::col("batch_id").eq(batch))
        .and_where(Expr::col("row_no").eq(i64::from(row)))
        .take();
    let reason: Option<(String,)> = connection.first(&reason).await?;
    Ok(reason.map(|(word,)| word))
}

/// Keeps a decision that is taken back.
pub(crate) async fn insert_reversed(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    row: u32,
    decision: &Decision,
    by: &str,
    at: i64,
) -> Result<()> {
    let insert = Query::insert()
        .into_table(REVERSED)
        .columns([
            "batch_id",
            "row_no",
            "reversed_at",
            "reversed_by",
            "decision",
            "decision_application",
            "decided_by",
            "decided_at",
        ])
        .values_panic([
            batch.into(),
            i64::from(row).into(),
            at.into(),
            by.into(),
            decision.action.as_str().into(),
            decision.application.map(|id| id.0).into(),
            decision.by.as_str().into(),
            decision.at.into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// A decision that was taken back.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct ReversedRow {
    pub(crate) decision: String,
    pub(crate) decision_application: Option<Uuid>,
    pub(crate) decided_by: String,
    pub(crate) decided_at: i64,
    pub(crate) reversed_by: String,
    pub(crate) reversed_at: i64,
}

/// The decisions about a row that were taken back, oldest first.
pub(crate) async fn reversed(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    row: u32,
) -> Result<Vec<ReversedRow>> {
    let query = Query::select()
        .columns(["decision", "decision_application", "decided_by", "decided_at", "reversed_by", "reversed_at"])
        .from(REVERSED)
        .and_where(Expr::col("batch_id").eq(batch))
        .and_where(Expr::col("row_no").eq(i64::from(row)))
        .order_by("reversed_at", Order::Asc)
        .take();
    connection.all(&query).await
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
        .cond_where(Cond::any().add(Expr::col(DECIDED).is_null()).add(Expr::col("discarded").eq(1_i64)))
        .take();
    connection.all(&query).await
}

/// Why a row is or was in the queue; none: it never was.
pub(crate) async fn reason(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    row: u32,
) -> Result<Option<String>> {
    let query = Query::select()
        .column("reason")
        .from(TABLE)
        .and_where(Expr::col("batch_id").eq(batch))
        .and_where(Expr::col("row_no").eq(i64::from(row)))
        .take();
    Ok(connection.first::<(String,)>(&query).await?.map(|(reason,)| reason))
}

/// Forgets a row of the queue, whether it waits or was decided.
pub(crate) async fn delete(connection: &mut Connection<'_>, BatchId(batch): BatchId, row: u32) -> Result<()> {
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col("batch_id").eq(batch))
        .and_where(Expr::col("row_no").eq(i64::from(row)))
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// Takes every row of a batch out of the queue.
pub(crate) async fn take_batch(connection: &mut Connection<'_>, BatchId(batch): BatchId) -> Result<u64> {
    connection.run(Query::delete().from_table(TABLE).and_where(Expr::col("batch_id").eq(batch))).await
}
