//! `application_source`: the doors that an application came through.

use sea_query::{Alias, Expr, ExprTrait, JoinType, Order, Query, Value};
use uuid::Uuid;

use super::{
    Result,
    bulk::{Bulk, padded},
    connection::Connection,
};
use crate::{
    application::SourceKey,
    id::{ApplicationId, BatchId},
};

const TABLE: &str = "application_source";

/// A source, about to be stored.
pub(crate) struct NewSource<'a> {
    pub(crate) application: ApplicationId,
    pub(crate) key: SourceKey,
    pub(crate) source_ref: Option<&'a str>,
    pub(crate) row: u32,
    pub(crate) evidence: Option<String>,
}

/// Inserts sources. One that is known is a conflict, or passed over with `skip_known` (a row that stands twice in a file).
pub(crate) async fn insert(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    portal: &str,
    actor: &str,
    now: i64,
    sources: &[NewSource<'_>],
    skip_known: bool,
) -> Result<()> {
    let insert = Bulk {
        table: TABLE,
        columns: &[
            "application_id",
            "source_key",
            "portal",
            "source_ref",
            "batch_id",
            "row_no",
            "evidence",
            "added_by",
            "added_at",
        ],
        skip_known,
    };
    let values = sources
        .iter()
        .flat_map(|one| -> [Value; 9] {
            [
                one.application.0.into(),
                one.key.0.to_vec().into(),
                portal.into(),
                one.source_ref.map(str::to_owned).into(),
                batch.into(),
                i64::from(one.row).into(),
                one.evidence.clone().into(),
                actor.into(),
                now.into(),
            ]
        })
        .collect();
    insert.insert(connection, values).await?;
    Ok(())
}

/// Which of these keys are known, and whose they are.
pub(crate) async fn known(connection: &mut Connection<'_>, keys: &[SourceKey]) -> Result<Vec<(Vec<u8>, Uuid)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .columns(["source_key", "application_id"])
        .from(TABLE)
        .and_where(Expr::col("source_key").is_in(padded(keys.iter().map(|key| key.0.to_vec()))))
        .take();
    connection.all(&query).await
}

/// Whether there is no source at all: a store into which nothing was imported yet.
pub(crate) async fn none(connection: &mut Connection<'_>) -> Result<bool> {
    let query = Query::select().expr(Expr::val(1_i64)).from(TABLE).limit(1).take();
    Ok(connection.number(&query).await? == 0)
}

/// The import and the row that each of these keys came with.
pub(crate) async fn rows_of(
    connection: &mut Connection<'_>,
    keys: &[SourceKey],
) -> Result<Vec<(Vec<u8>, Option<Uuid>, Option<i64>)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .columns(["source_key", "batch_id", "row_no"])
        .from(TABLE)
        .and_where(Expr::col("source_key").is_in(keys.iter().map(|key| key.0.to_vec())))
        .take();
    connection.all(&query).await
}

/// A source as it is stored, with its file.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct SourceRow {
    pub(crate) application_id: Uuid,
    pub(crate) portal: String,
    pub(crate) source_ref: Option<String>,
    pub(crate) batch_id: Option<Uuid>,
    pub(crate) row_no: Option<i64>,
    pub(crate) file: Option<String>,
    pub(crate) sheet: Option<String>,
    pub(crate) added_at: i64,
}

/// The sources of these applications, oldest first.
pub(crate) async fn of(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<SourceRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .columns([
            ("s", "application_id"),
            ("s", "portal"),
            ("s", "source_ref"),
            ("s", "batch_id"),
            ("s", "row_no"),
            ("b", "file"),
            ("b", "sheet"),
            ("s", "added_at"),
        ])
        .from_as(TABLE, Alias::new("s"))
        .join_as(JoinType::LeftJoin, "import_batch", Alias::new("b"), Expr::col(("b", "id")).equals(("s", "batch_id")))
        .and_where(Expr::col(("s", "application_id")).is_in(padded(ids.iter().copied())))
        .order_by(("s", "added_at"), Order::Asc)
        .order_by(("s", "row_no"), Order::Asc)
        .take();
    connection.all(&query).await
}

/// Of these applications, those that came through another door than this batch.
pub(crate) async fn of_others(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
    BatchId(batch): BatchId,
) -> Result<Vec<(Uuid,)>> {
    let query = Query::select()
        .distinct()
        .column("application_id")
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(ids.iter().copied())))
        .cond_where(sea_query::Cond::any().add(Expr::col("batch_id").is_null()).add(Expr::col("batch_id").ne(batch)))
        .take();
    connection.all(&query).await
}

/// Takes away the sources that a batch brought to these applications.
pub(crate) async fn delete(connection: &mut Connection<'_>, ids: &[Uuid], BatchId(batch): BatchId) -> Result<u64> {
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col("batch_id").eq(batch))
        .take();
    connection.run(&delete).await
}
