//! Everybody who is in the running, page by page, as far as two people are compared.

use sea_query::{Alias, Expr, ExprTrait, JoinType, Order, Query};
use uuid::Uuid;

use super::{
    Result,
    bulk::{MOST_NAMED, padded},
    connection::Connection,
};
use crate::lifecycle::SubState;

/// Somebody as she is compared.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct PersonRow {
    pub(crate) id: Uuid,
    pub(crate) full_name: String,
    pub(crate) birth_date: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) education_level: Option<String>,
    pub(crate) gender: Option<String>,
    pub(crate) portal: String,
    pub(crate) source_ref: Option<String>,
}

/// A phone number or an address of somebody.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct ContactRow {
    pub(crate) application_id: Uuid,
    pub(crate) kind: String,
    pub(crate) value: String,
}

/// How many open applications there are.
pub(crate) async fn count(connection: &mut Connection<'_>) -> Result<i64> {
    let mut query = Query::select();
    query.expr(Expr::col("id").count()).from("hiring_application");
    connection.number(open(&mut query)).await
}

/// The next open applications behind an id, in the order of their ids.
pub(crate) async fn page(connection: &mut Connection<'_>, after: Option<Uuid>, limit: u64) -> Result<Vec<PersonRow>> {
    let mut query = Query::select();
    query
        .columns(["id", "full_name", "birth_date", "location", "education_level", "gender", "portal", "source_ref"])
        .from("hiring_application");
    if let Some(after) = after {
        query.and_where(Expr::col("id").gt(after));
    }
    connection.all(open(&mut query).order_by("id", Order::Asc).limit(limit)).await
}

/// The contacts of the applications from one id to another, in the order of the ids.
pub(crate) async fn contacts(connection: &mut Connection<'_>, first: Uuid, last: Uuid) -> Result<Vec<ContactRow>> {
    let query = Query::select()
        .columns(["application_id", "kind", "value"])
        .from("application_identifier")
        .and_where(Expr::col("application_id").between(first, last))
        .order_by("application_id", Order::Asc)
        .take();
    connection.all(&query).await
}

/// The contacts of what was merged into the applications from one id to another, each as the contact of the one that shows it.
pub(crate) async fn merged_contacts(
    connection: &mut Connection<'_>,
    first: Uuid,
    last: Uuid,
) -> Result<Vec<ContactRow>> {
    let query = Query::select()
        .expr_as(Expr::col(("m", "merged_into")), Alias::new("application_id"))
        .columns([("i", "kind"), ("i", "value")])
        .from_as("hiring_application", Alias::new("m"))
        .join_as(
            JoinType::InnerJoin,
            "application_identifier",
            Alias::new("i"),
            Expr::col(("i", "application_id")).equals(("m", "id")),
        )
        .and_where(Expr::col(("m", "merged_into")).between(first, last))
        .order_by(("m", "merged_into"), Order::Asc)
        .take();
    connection.all(&query).await
}

/// Which of these are open still.
pub(crate) async fn still_open(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<(Uuid,)>> {
    let mut found = Vec::new();
    for ids in ids.chunks(MOST_NAMED) {
        let mut query = Query::select();
        query.column("id").from("hiring_application").and_where(Expr::col("id").is_in(padded(ids.iter().copied())));
        let open: Vec<(Uuid,)> = connection.all(open(&mut query)).await?;
        found.extend(open);
    }
    Ok(found)
}

/// Open: in the running, neither taken back nor erased nor shown by another one.
fn open(query: &mut sea_query::SelectStatement) -> &mut sea_query::SelectStatement {
    query
        .and_where(Expr::col("sub_state").eq(SubState::Active.as_str()))
        .and_where(Expr::col("removed_at").is_null())
        .and_where(Expr::col("merged_into").is_null())
        .and_where(Expr::col("erased_at").is_null())
}
