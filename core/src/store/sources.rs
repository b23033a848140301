//! `application_source` and `source_claim`: the doors that an application came through, and whose each door is.

use std::collections::HashSet;

use sea_query::{Alias, Cond, Expr, ExprTrait, JoinType, Order, Query, Value};
use uuid::Uuid;

use super::{
    Result,
    bulk::{Bulk, Inserts, MOST_NAMED, padded},
    connection::Connection,
    dialect::Dialect,
    identifiers, merged, rows,
};
use crate::{
    application::SourceKey,
    id::{ApplicationId, BatchId},
    import::BatchState,
};

const TABLE: &str = "application_source";
const CLAIM: &str = "source_claim";

/// A source, about to be stored.
pub(crate) struct NewSource<'a> {
    pub(crate) application: ApplicationId,
    pub(crate) key: SourceKey,
    pub(crate) source_ref: Option<&'a str>,
    /// The row of the file; none for an application that she made herself.
    pub(crate) row: Option<u32>,
    pub(crate) evidence: Option<String>,
}

/// Sources of applications; one that the application has already is passed over. Their keys are to be claimed with [`claim`] before, or with
/// [`claim_range`] after.
pub(crate) fn inserts(
    dialect: Dialect,
    batch: Option<BatchId>,
    portal: &str,
    actor: &str,
    now: i64,
    sources: &[NewSource<'_>],
) -> Inserts {
    const INSERT: Bulk = Bulk {
        table: TABLE,
        constant: &["portal", "batch_id", "added_by", "added_at"],
        columns: &["application_id", "source_key", "source_ref", "row_no", "evidence"],
        skip_known: true,
    };
    let values = sources
        .iter()
        .flat_map(|one| -> [Value; 5] {
            [
                one.application.0.into(),
                one.key.0.to_vec().into(),
                one.source_ref.map(str::to_owned).into(),
                one.row.map(i64::from).into(),
                one.evidence.clone().into(),
            ]
        })
        .collect();
    INSERT.of(dialect, &[portal.into(), batch.map(|id| id.0).into(), actor.into(), now.into()], values)
}

/// Claims keys one by one; one that is taken already stays whose it is.
pub(crate) async fn claim(connection: &mut Connection<'_>, claims: &[(SourceKey, ApplicationId)]) -> Result<()> {
    const INSERT: Bulk =
        Bulk { table: CLAIM, constant: &[], columns: &["source_key", "application_id"], skip_known: true };
    let values = claims.iter().flat_map(|(key, id)| -> [Value; 2] { [key.0.to_vec().into(), id.0.into()] }).collect();
    INSERT.of(connection.dialect(), &[], values).run(connection).await?;
    Ok(())
}

/// Claims every key that this batch brought to the applications of a range of ids: all of them, or a conflict.
pub(crate) async fn claim_range(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    (ApplicationId(first), ApplicationId(last)): (ApplicationId, ApplicationId),
) -> Result<u64> {
    let sql = format!(
        "INSERT INTO {CLAIM} (source_key, application_id) SELECT source_key, application_id FROM {TABLE} \
         WHERE application_id BETWEEN ? AND ? AND batch_id = ? ORDER BY source_key"
    );
    connection.run_text(sql, vec![first.into(), last.into(), batch.into()]).await
}

/// Claims every key that this batch brought to applications that it did not make, whose ids are outside a range: all of them, or a conflict.
pub(crate) async fn claim_joined(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    made: Option<(ApplicationId, ApplicationId)>,
) -> Result<u64> {
    let sql = format!(
        "INSERT INTO {CLAIM} (source_key, application_id) SELECT DISTINCT s.source_key, s.application_id FROM ({}) AS r \
         JOIN {TABLE} AS s ON s.application_id = r.application_id AND s.batch_id = ?",
        rows::JOINED
    );
    let mut values = rows::joined(BatchId(batch), made);
    values.push(batch.into());
    connection.run_text(sql, values).await
}

/// Which of these keys are known, and whose they are.
pub(crate) async fn known(connection: &mut Connection<'_>, keys: &[SourceKey]) -> Result<Vec<(Vec<u8>, Uuid)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .columns(["source_key", "application_id"])
        .from(CLAIM)
        .and_where(Expr::col("source_key").is_in(padded(keys.iter().map(|key| key.0.to_vec()))))
        .take();
    connection.all(&query).await
}

/// Whether no source is claimed: a store into which nothing was imported, but for what the import that runs has not claimed yet.
pub(crate) async fn none(connection: &mut Connection<'_>) -> Result<bool> {
    let query = Query::select().expr(Expr::val(1_i64)).from(CLAIM).limit(1).take();
    Ok(connection.number(&query).await? == 0)
}

/// Where each of these keys came from: the application whose source it is, the import and the row.
pub(crate) async fn origins(
    connection: &mut Connection<'_>,
    keys: &[SourceKey],
) -> Result<Vec<(Vec<u8>, Uuid, Option<Uuid>, Option<i64>)>> {
    let known = known(connection, keys).await?;
    if known.is_empty() {
        return Ok(Vec::new());
    }
    // Who was merged keeps her sources; their keys lead to the one that shows her.
    let mut holders: Vec<Uuid> = known.iter().map(|(_, holder)| *holder).collect::<HashSet<_>>().into_iter().collect();
    holders.extend(merged::merged_into(connection, &holders).await?.into_keys());
    let query = Query::select()
        .columns(["source_key", "application_id", "batch_id", "row_no"])
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(holders)))
        .and_where(Expr::col("source_key").is_in(padded(known.into_iter().map(|(key, _)| key))))
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

/// The keys of the sources of these applications.
pub(crate) async fn keys(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<(Vec<u8>, Option<String>)>> {
    let query = Query::select()
        .columns(["source_key", "source_ref"])
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(ids.iter().copied())))
        .take();
    connection.all(&query).await
}

/// The rows of files that these applications came by.
pub(crate) async fn rows(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<(BatchId, u32)>> {
    let query = Query::select()
        .columns(["batch_id", "row_no"])
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col("batch_id").is_not_null())
        .and_where(Expr::col("row_no").is_not_null())
        .take();
    let found: Vec<(Uuid, i64)> = connection.all(&query).await?;
    Ok(found.into_iter().filter_map(|(batch, row)| Some((BatchId(batch), u32::try_from(row).ok()?))).collect())
}

/// Of these applications, those with a source that stands: one of an import that was not undone, or of none. A row can be excepted.
pub(crate) async fn standing(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
    except: Option<(BatchId, u32)>,
) -> Result<Vec<(Uuid,)>> {
    let undone = Expr::col(("b", "state")).eq(BatchState::Undone.as_str());
    let query = Query::select()
        .distinct()
        .column(("s", "application_id"))
        .from_as(TABLE, Alias::new("s"))
        .join_as(JoinType::LeftJoin, "import_batch", Alias::new("b"), Expr::col(("b", "id")).equals(("s", "batch_id")))
        .and_where(Expr::col(("s", "application_id")).is_in(padded(ids.iter().copied())))
        .cond_where(Cond::any().add(Expr::col(("s", "batch_id")).is_null()).add(undone.not()))
        .cond_where(Cond::all().add_option(except.map(|(BatchId(batch), row)| {
            Cond::any()
                .add(Expr::col(("s", "batch_id")).is_null())
                .add(Expr::col(("s", "batch_id")).ne(batch))
                .add(Expr::col(("s", "row_no")).ne(i64::from(row)))
        })))
        .take();
    connection.all(&query).await
}

/// Says that a source came with another row of its import than it says: one that is the same, where the first is taken back.
pub(crate) async fn set_row(
    connection: &mut Connection<'_>,
    ApplicationId(application): ApplicationId,
    BatchId(batch): BatchId,
    row: u32,
    other: u32,
) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .value("row_no", i64::from(other))
        .and_where(Expr::col("application_id").eq(application))
        .and_where(Expr::col("batch_id").eq(batch))
        .and_where(Expr::col("row_no").eq(i64::from(row)))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Takes away the sources of these applications and gives their keys back: all of them, or only those that one batch brought, or one row of it.
pub(crate) async fn delete(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
    door: Option<(BatchId, Option<u32>)>,
) -> Result<u64> {
    let brought = || {
        Cond::all()
            .add(Expr::col("application_id").is_in(padded(ids.iter().copied())))
            .add_option(door.map(|(BatchId(batch), _)| Expr::col("batch_id").eq(batch)))
            .add_option(door.and_then(|(_, row)| row).map(|row| Expr::col("row_no").eq(i64::from(row))))
    };
    // As in identifiers: asked first and then named.
    let holders = identifiers::holders_of(connection, ids).await?;
    let keys = Query::select().column("source_key").from(TABLE).cond_where(brought()).take();
    let keys: Vec<(Vec<u8>,)> = connection.all(&keys).await?;
    for keys in keys.chunks(MOST_NAMED) {
        let claims = Query::delete()
            .from_table(CLAIM)
            .and_where(Expr::col("source_key").is_in(padded(keys.iter().map(|(key,)| key.clone()))))
            .and_where(Expr::col("application_id").is_in(padded(holders.iter().copied())))
            .take();
        connection.run(&claims).await?;
    }
    connection.run(Query::delete().from_table(TABLE).cond_where(brought())).await
}

/// One line for every source without its claim, and every claim without its source.
pub(crate) async fn broken_claims(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let sources: Vec<(String, Option<String>)> = connection
        .all_text(
            "SELECT s.portal, s.source_ref FROM application_source s \
             LEFT JOIN source_claim c ON c.source_key = s.source_key \
             LEFT JOIN hiring_application a ON a.id = s.application_id \
             WHERE c.application_id IS NULL OR c.application_id <> coalesce(a.merged_into, s.application_id) LIMIT 20",
        )
        .await?;
    let claims: Vec<(Uuid,)> = connection
        .all_text(
            "SELECT c.application_id FROM source_claim c \
             LEFT JOIN application_source s ON s.application_id = c.application_id AND s.source_key = c.source_key \
             WHERE s.source_key IS NULL AND NOT EXISTS (SELECT 1 FROM hiring_application m JOIN application_source o \
             ON o.application_id = m.id AND o.source_key = c.source_key WHERE m.merged_into = c.application_id) LIMIT 20",
        )
        .await?;
    Ok(sources
        .iter()
        .map(|(portal, reference)| {
            format!("source {portal} {}: is not claimed by its application", reference.as_deref().unwrap_or("?"))
        })
        .chain(claims.iter().map(|(id,)| format!("application {id}: claims a source that it lacks")))
        .collect())
}
