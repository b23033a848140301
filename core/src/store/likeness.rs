//! `application_likeness`: who has which name and birth date, by a hash of both. For suggestions only.

use sea_query::{Alias, Cond, Expr, ExprTrait, JoinType, Query, Value};
use uuid::Uuid;

use super::{
    Result,
    applications::{MERGED, REMOVED, TABLE as APPLICATION},
    bulk::{Bulk, padded},
    connection::Connection,
};
use crate::id::{ApplicationId, BatchId};

const TABLE: &str = "application_likeness";

/// Lists applications under their match keys.
pub(crate) async fn list(connection: &mut Connection<'_>, keys: &[(i64, ApplicationId)]) -> Result<()> {
    const INSERT: Bulk =
        Bulk { table: TABLE, constant: &[], columns: &["match_key", "application_id"], skip_known: true };
    let values = keys.iter().flat_map(|(key, id)| -> [Value; 2] { [(*key).into(), id.0.into()] }).collect();
    INSERT.of(connection.dialect(), &[], values).run(connection).await?;
    Ok(())
}

/// Lists the applications of a range of ids that a batch made: in one set-based statement in key order, as keys are claimed.
pub(crate) async fn list_range(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    (ApplicationId(first), ApplicationId(last)): (ApplicationId, ApplicationId),
) -> Result<u64> {
    let sql = format!(
        "INSERT INTO {TABLE} (match_key, application_id) SELECT match_key, id FROM {APPLICATION} \
         WHERE id BETWEEN ? AND ? AND batch_id = ? AND match_key IS NOT NULL ORDER BY match_key, id"
    );
    connection.run_text(sql, vec![first.into(), last.into(), batch.into()]).await
}

/// Takes an application from under the match key that it has; to be called before that changes.
pub(crate) async fn unlist(connection: &mut Connection<'_>, ApplicationId(id): ApplicationId) -> Result<()> {
    let key = Query::select().column("match_key").from(APPLICATION).and_where(Expr::col("id").eq(id)).take();
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col("match_key").in_subquery(key))
        .and_where(Expr::col("application_id").eq(id))
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// The applications with one of these keys, merged ones too, each with the one that shows it; those that one batch made can be left out.
pub(crate) async fn find(
    connection: &mut Connection<'_>,
    keys: &[i64],
    except: Option<BatchId>,
) -> Result<Vec<(i64, Uuid, Option<Uuid>)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::select()
        .columns([("l", "match_key"), ("a", "id"), ("a", MERGED)])
        .from_as(TABLE, Alias::new("l"))
        .join_as(
            JoinType::InnerJoin,
            APPLICATION,
            Alias::new("a"),
            Expr::col(("a", "id")).equals(("l", "application_id")),
        )
        .and_where(Expr::col(("l", "match_key")).is_in(padded(keys.iter().copied())))
        .and_where(Expr::col(("a", REMOVED)).is_null())
        .take();
    if let Some(BatchId(except)) = except {
        let batch = ("a", "batch_id");
        query.cond_where(Cond::any().add(Expr::col(batch).is_null()).add(Expr::col(batch).ne(except)));
    }
    connection.all(&query).await
}
