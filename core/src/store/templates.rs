//! `message_template`: what a template said, version by version.

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{Result, bulk::padded, connection::Connection};
use crate::id::TemplateId;

const TABLE: &str = "message_template";
const COLUMNS: [&str; 9] =
    ["id", "name", "language", "version", "body", "approved_name", "approved_language", "made_by", "made_at"];

/// A version of a template as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct TemplateRow {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) version: i64,
    pub(crate) body: String,
    pub(crate) approved_name: Option<String>,
    pub(crate) approved_language: Option<String>,
    pub(crate) made_by: String,
    pub(crate) made_at: i64,
}

/// Keeps a version. One that is there already is a conflict.
pub(crate) async fn insert(connection: &mut Connection<'_>, new: &TemplateRow) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(COLUMNS)
        .values_panic([
            new.id.into(),
            new.name.as_str().into(),
            new.language.as_str().into(),
            new.version.into(),
            new.body.as_str().into(),
            new.approved_name.as_deref().into(),
            new.approved_language.as_deref().into(),
            new.made_by.as_str().into(),
            new.made_at.into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(TABLE).take()
}

/// Every version of every template, by name and language, the newest of each first.
pub(crate) async fn all(connection: &mut Connection<'_>) -> Result<Vec<TemplateRow>> {
    let query =
        select().order_by("name", Order::Asc).order_by("language", Order::Desc).order_by("version", Order::Desc).take();
    connection.all(&query).await
}

/// The versions with these ids, in no order.
pub(crate) async fn by_ids(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<TemplateRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    connection.all(select().and_where(Expr::col("id").is_in(padded(ids.iter().copied())))).await
}

/// A version.
pub(crate) async fn get(connection: &mut Connection<'_>, TemplateId(id): TemplateId) -> Result<Option<TemplateRow>> {
    connection.first(select().and_where(Expr::col("id").eq(id))).await
}

/// The newest version of a name in a language.
pub(crate) async fn newest(connection: &mut Connection<'_>, name: &str, language: &str) -> Result<Option<TemplateRow>> {
    let query = select()
        .and_where(Expr::col("name").eq(name))
        .and_where(Expr::col("language").eq(language))
        .order_by("version", Order::Desc)
        .limit(1)
        .take();
    connection.first(&query).await
}
