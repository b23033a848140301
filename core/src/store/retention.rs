//! Whose data has been kept long enough: nothing new of her for a time.

use sea_query::{Alias, Cond, Expr, ExprTrait, JoinType, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Result,
    applications::{ERASED, MERGED, REMOVED, TABLE},
    connection::Connection,
};
use crate::lifecycle::{Stage, SubState};

/// Somebody of whom nothing new was heard.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct QuietRow {
    pub(crate) id: Uuid,
    pub(crate) full_name: String,
    pub(crate) stage: String,
    pub(crate) sub_state: String,
    pub(crate) created_at: i64,
}

/// The next applications behind an id, in the order of their ids, of whom nothing is newer than an instant: no record of their status, no door, no account
/// and no device; of what was merged into them neither. Those who work are left out.
pub(crate) async fn quiet(
    connection: &mut Connection<'_>,
    since: i64,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<QuietRow>> {
    let mut query = select(since);
    if let Some(after) = after {
        query.and_where(Expr::col(("a", "id")).gt(after));
    }
    connection.all(query.order_by(("a", "id"), Order::Asc).limit(limit)).await
}

/// Whether an application is one of them.
pub(crate) async fn is_quiet(connection: &mut Connection<'_>, since: i64, application: Uuid) -> Result<bool> {
    let found: Option<QuietRow> =
        connection.first(select(since).and_where(Expr::col(("a", "id")).eq(application))).await?;
    Ok(found.is_some())
}

fn select(since: i64) -> SelectStatement {
    let mut query = Query::select();
    query.columns(["id", "full_name", "stage", "sub_state", "created_at"].map(|column| ("a", column)));
    query.from_as(TABLE, Alias::new("a")).and_where(Expr::col(("a", "created_at")).lt(since));
    for gone in [REMOVED, MERGED, ERASED] {
        query.and_where(Expr::col(("a", gone)).is_null());
    }
    let works = [Stage::OnboardedRegular, Stage::OnboardedOnDemand].map(Stage::as_str);
    query.cond_where(
        Cond::any()
            .add(Expr::col(("a", "sub_state")).ne(SubState::Active.as_str()))
            .add(Expr::col(("a", "stage")).is_not_in(works)),
    );
    for (table, at) in [("status_history", "at"), ("application_source", "added_at")] {
        query.and_where(Expr::exists(newer(table, at, since)).not());
        query.and_where(Expr::exists(of_merged(table, at, since)).not());
    }
    query.and_where(Expr::exists(account(since)).not());
    query
}

/// Something of the application's own.
fn newer(table: &'static str, at: &'static str, since: i64) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1_i64))
        .from_as(table, Alias::new("n"))
        .and_where(Expr::col(("n", "application_id")).equals(("a", "id")))
        .and_where(Expr::col(("n", at)).gte(since))
        .take()
}

/// The same of what was merged into it.
fn of_merged(table: &'static str, at: &'static str, since: i64) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1_i64))
        .from_as(TABLE, Alias::new("m"))
        .join_as(JoinType::InnerJoin, table, Alias::new("n"), Expr::col(("n", "application_id")).equals(("m", "id")))
        .and_where(Expr::col(("m", MERGED)).equals(("a", "id")))
        .and_where(Expr::col(("n", at)).gte(since))
        .take()
}

/// Her account, or a device that she has used.
fn account(since: i64) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1_i64))
        .from_as("account", Alias::new("c"))
        .join_as(JoinType::LeftJoin, "session", Alias::new("s"), Expr::col(("s", "account_id")).equals(("c", "id")))
        .and_where(Expr::col(("c", "id")).equals(("a", "user_id")))
        .cond_where(
            Cond::any().add(Expr::col(("c", "created_at")).gte(since)).add(Expr::col(("s", "rotated_at")).gte(since)),
        )
        .take()
}
