//! Whose data may have been kept for long enough, page by page, and what is newest of her.

use std::collections::HashMap;

use sea_query::{Alias, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Result,
    applications::{ERASED, MERGED, REMOVED, TABLE},
    bulk::padded,
    connection::Connection,
};

/// Somebody whose data is here, and shown.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct KeptRow {
    pub(crate) id: Uuid,
    pub(crate) full_name: String,
    pub(crate) stage: String,
    pub(crate) sub_state: String,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) created_at: i64,
}

/// The next applications behind an id that are older than an instant, in the order of their ids: ids grow with time, so none behind them is looked at.
pub(crate) async fn older(
    connection: &mut Connection<'_>,
    than: i64,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<KeptRow>> {
    let mut query = select(after);
    query.and_where(Expr::col(("a", "id")).lt(first_id_of(than)));
    connection.all(query.limit(limit)).await
}

/// The next applications behind an id whose owners took back their consent before an instant, in the order of their ids.
pub(crate) async fn withdrawn(
    connection: &mut Connection<'_>,
    before: i64,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<KeptRow>> {
    let mut query = select(after);
    query
        .join_as(JoinType::InnerJoin, "account", Alias::new("c"), Expr::col(("c", "id")).equals(("a", "user_id")))
        .and_where(Expr::col(("c", "withdrawn_at")).lte(before));
    connection.all(query.limit(limit)).await
}

/// Those of these whose data is here.
pub(crate) async fn by_ids(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<KeptRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = select(None);
    connection.all(query.and_where(Expr::col(("a", "id")).is_in(padded(ids.iter().copied())))).await
}

fn select(after: Option<Uuid>) -> SelectStatement {
    let mut query = Query::select();
    query.columns(["id", "full_name", "stage", "sub_state", "user_id", "created_at"].map(|column| ("a", column)));
    query.from_as(TABLE, Alias::new("a")).order_by(("a", "id"), Order::Asc);
    for gone in [REMOVED, MERGED, ERASED] {
        query.and_where(Expr::col(("a", gone)).is_null());
    }
    if let Some(after) = after {
        query.and_where(Expr::col(("a", "id")).gt(after));
    }
    query
}

/// The smallest id that could have been minted at an instant.
fn first_id_of(micros: i64) -> Uuid {
    let millis = u128::try_from(micros.div_euclid(1_000) + 1).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}

/// Something that tells of a person, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telling {
    table: &'static str,
    whose: &'static str,
    at: &'static str,
}

/// What tells of an application: changes of its status, doors, and what she wrote.
pub(crate) const OF_AN_APPLICATION: [Telling; 3] = [
    Telling { table: "status_history", whose: "application_id", at: "at" },
    Telling { table: "application_source", whose: "application_id", at: "added_at" },
    Telling { table: "heard_message", whose: "application_id", at: "heard_at" },
];
/// What tells of an account: the devices that she uses.
pub(crate) const OF_AN_ACCOUNT: Telling = Telling { table: "session", whose: "account_id", at: "rotated_at" };

/// The newest of something, of each of these of whom there is one.
pub(crate) async fn newest(
    connection: &mut Connection<'_>,
    Telling { table, whose, at }: Telling,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::select()
        .column(whose)
        .expr(Func::max(Expr::col(at)))
        .from(table)
        .and_where(Expr::col(whose).is_in(padded(ids.iter().copied())))
        .group_by_col(whose)
        .take();
    let rows: Vec<(Uuid, i64)> = connection.all(&query).await?;
    Ok(rows.into_iter().collect())
}

/// When these accounts were made, and since when their owners consent no more.
pub(crate) async fn accounts(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (i64, Option<i64>)>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::select()
        .columns(["id", "created_at", "withdrawn_at"])
        .from("account")
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .take();
    let rows: Vec<(Uuid, i64, Option<i64>)> = connection.all(&query).await?;
    Ok(rows.into_iter().map(|(id, made, withdrawn)| (id, (made, withdrawn))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_before_an_instant_are_smaller_than_its_first() {
        let before = Uuid::now_v7();
        let now = jiff::Timestamp::now().as_microsecond();
        assert!(before < first_id_of(now) && first_id_of(now - 2_000_000) < before);
        assert_eq!(first_id_of(i64::MIN), Uuid::nil());
    }
}
