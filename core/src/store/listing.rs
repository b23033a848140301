//! The lists of applications: whom a filter leaves, page by page. Removed, merged and erased ones are in none; what is hers who was merged finds whoever shows her.

use sea_query::{Alias, Cond, Expr, ExprTrait, Func, JoinType, LikeExpr, Order, Query, SelectStatement, Value};

use super::{
    Result,
    applications::{ApplicationRecord, COLUMNS, ERASED, MERGED, REMOVED, TABLE},
    connection::Connection,
};
use crate::{
    application::Filter,
    id::{ApplicationId, BatchId},
    identity::IdentifierKind,
};

/// Leaves those whom a filter shows.
pub(super) fn filtered(select: &mut SelectStatement, filter: &Filter) {
    let Filter { text, portal, stage, sub_state, batch } = filter;
    for gone in [REMOVED, MERGED, ERASED] {
        select.and_where(Expr::col(gone).is_null());
    }
    if let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        // Who was merged is found by what is hers, too, and shown by whom she was merged into.
        let merged = Query::select()
            .column(MERGED)
            .from(TABLE)
            .and_where(Expr::col(MERGED).is_not_null())
            .cond_where(having_text(text))
            .take();
        select.cond_where(having_text(text).add(Expr::col("id").in_subquery(merged)));
    }
    if let Some(stage) = stage {
        select.and_where(Expr::col("stage").eq(stage.as_str()));
    }
    if let Some(sub_state) = sub_state {
        select.and_where(Expr::col("sub_state").eq(sub_state.as_str()));
    }
    if let Some(portal) = portal {
        select.cond_where(with_source("portal", portal.as_str().into()));
    }
    if let Some(BatchId(batch)) = batch {
        select.cond_where(with_source("batch_id", (*batch).into()));
    }
}

/// A source of its own, or of one that was merged into it: each found by its own key.
fn with_source(column: &'static str, value: Value) -> Cond {
    let with = |source: &mut SelectStatement| {
        source.and_where(Expr::col(("s", column)).eq(value.clone()));
        Expr::exists(source.take())
    };
    let mut own = Query::select();
    own.expr(Expr::val(1))
        .from_as("application_source", Alias::new("s"))
        .and_where(Expr::col(("s", "application_id")).equals((TABLE, "id")));
    let mut merged = Query::select();
    merged
        .expr(Expr::val(1))
        .from_as(TABLE, Alias::new("m"))
        .join_as(
            JoinType::InnerJoin,
            "application_source",
            Alias::new("s"),
            Expr::col(("s", "application_id")).equals(("m", "id")),
        )
        .and_where(Expr::col(("m", MERGED)).equals((TABLE, "id")));
    Cond::any().add(with(&mut own)).add(with(&mut merged))
}

/// A part of the name, the email address, the phone number or the portal's id.
fn having_text(text: &str) -> Cond {
    let like = |text: &str| LikeExpr::new(format!("%{}%", escaped(text))).escape('\\');
    let having = |table: &'static str, column: &'static str, text: &str| {
        let with = Expr::expr(Func::lower(Expr::col(column))).like(like(text));
        Query::select().column("application_id").from(table).and_where(with).take()
    };
    let mut any = Cond::any()
        .add(Expr::expr(Func::lower(Expr::col("full_name"))).like(like(&text.to_lowercase())))
        .add(Expr::col("email").like(like(&text.to_lowercase())))
        .add(Expr::col("id").in_subquery(having("application_source", "source_ref", &text.to_lowercase())));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("62").or(digits.strip_prefix('0')).unwrap_or(&digits);
    if digits.len() >= 3 {
        let mut phones = having("application_identifier", "value", digits);
        phones.and_where(Expr::col("kind").eq(IdentifierKind::Phone.as_str()));
        any = any.add(Expr::col("id").in_subquery(phones));
    }
    any
}

/// Makes the wildcards of LIKE plain characters.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A page of applications, newest first, beginning after `after`.
pub(crate) async fn page(
    connection: &mut Connection<'_>,
    filter: &Filter,
    after: Option<ApplicationId>,
    limit: u64,
) -> Result<Vec<ApplicationRecord>> {
    let mut query = Query::select();
    query.columns(COLUMNS).from(TABLE);
    filtered(&mut query, filter);
    if let Some(ApplicationId(after)) = after {
        query.and_where(Expr::col("id").lt(after));
    }
    connection.all(query.order_by("id", Order::Desc).limit(limit)).await
}

/// How many applications the filter leaves.
pub(crate) async fn count(connection: &mut Connection<'_>, filter: &Filter) -> Result<i64> {
    let mut query = Query::select();
    query.expr(Func::count(Expr::col(sea_query::Asterisk))).from(TABLE);
    filtered(&mut query, filter);
    connection.number(&query).await
}
