//! `hiring_application` as far as somebody is written to: whom an audience names, page by page.

use std::collections::HashSet;

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Result, StoreError,
    applications::{ERASED, MERGED, REMOVED, TABLE},
    bulk::padded,
    connection::Connection,
    identifiers, listing,
};
use crate::{application::Filter, identity::IdentifierKind, lifecycle::SubState};

/// Somebody as she is written to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct RecipientRow {
    pub(crate) id: Uuid,
    pub(crate) full_name: String,
    pub(crate) phone: Option<String>,
    pub(crate) position: Option<String>,
    pub(crate) user_id: Option<Uuid>,
    sub_state: String,
    pub(crate) merged_into: Option<Uuid>,
}

impl RecipientRow {
    /// Whether she was turned down or withdrew.
    pub(crate) fn is_closed(&self) -> Result<bool> {
        let known = SubState::from_word(&self.sub_state)
            .ok_or_else(|| StoreError::corrupt(format!("the status of application {}", self.id), &self.sub_state))?;
        Ok(known != SubState::Active)
    }
}

fn select() -> SelectStatement {
    Query::select().columns(["id", "full_name", "phone", "position", "user_id", "sub_state", MERGED]).from(TABLE).take()
}

/// A page of those whom a list shows, newest first.
pub(crate) async fn page(
    connection: &mut Connection<'_>,
    filter: &Filter,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<RecipientRow>> {
    let mut query = select();
    listing::filtered(&mut query, filter);
    if let Some(after) = after {
        query.and_where(Expr::col("id").lt(after));
    }
    connection.all(query.order_by("id", Order::Desc).limit(limit)).await
}

/// The applications with these ids, in no order; removed and erased ones are left out, merged ones are not.
pub(crate) async fn by_ids(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<RecipientRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = select()
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col(REMOVED).is_null())
        .and_where(Expr::col(ERASED).is_null())
        .take();
    connection.all(&query).await
}

/// The numbers that key these applications: each with the application that it was read from.
pub(crate) async fn own_phones(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .columns(["application_id", "value"])
        .from(identifiers::TABLE)
        .and_where(Expr::col("application_id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col("kind").eq(IdentifierKind::Phone.as_str()))
        .and_where(Expr::col("keyed").eq(1_i64))
        .take();
    connection.all(&query).await
}

/// Those of these numbers that have an account.
pub(crate) async fn with_account(connection: &mut Connection<'_>, phones: &[&str]) -> Result<HashSet<String>> {
    if phones.is_empty() {
        return Ok(HashSet::new());
    }
    let query = Query::select()
        .column("phone")
        .from("account")
        .and_where(Expr::col("phone").is_in(padded(phones.iter().copied())))
        .take();
    let rows: Vec<(String,)> = connection.all(&query).await?;
    Ok(rows.into_iter().map(|(phone,)| phone).collect())
}
