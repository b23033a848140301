//! `remembered_mapping`: what HR confirmed for a set of headers.

use sea_query::{Expr, ExprTrait, OnConflict, Query};

use super::{Result, StoreError, connection::Connection};
use crate::import::mapping::RememberedMapping;

const TABLE: &str = "remembered_mapping";

/// The mapping that was confirmed for these headers, if one was.
pub(crate) async fn get(connection: &mut Connection<'_>, header_key: &str) -> Result<Option<RememberedMapping>> {
    let query = Query::select()
        .columns(["portal", "columns"])
        .from(TABLE)
        .and_where(Expr::col("header_key").eq(header_key))
        .take();
    let found: Option<(String, String)> = connection.first(&query).await?;
    found
        .map(|(portal, columns)| {
            let columns = serde_json::from_str(&columns)
                .map_err(|error| StoreError::corrupt(format!("the mapping remembered for {header_key}"), error))?;
            Ok(RememberedMapping { portal, columns })
        })
        .transpose()
}

/// Keeps a mapping in place of an older one.
pub(crate) async fn put(
    connection: &mut Connection<'_>,
    header_key: &str,
    RememberedMapping { portal, columns }: &RememberedMapping,
    actor: &str,
    now: i64,
) -> Result<()> {
    let columns = serde_json::to_string(columns).map_err(|error| StoreError::corrupt("a mapping", error))?;
    let upsert = Query::insert()
        .into_table(TABLE)
        .columns(["header_key", "portal", "columns", "remembered_by", "remembered_at"])
        .values_panic([header_key.into(), portal.as_str().into(), columns.into(), actor.into(), now.into()])
        .on_conflict(
            OnConflict::column("header_key")
                .update_columns(["portal", "columns", "remembered_by", "remembered_at"])
                .to_owned(),
        )
        .take();
    connection.run(&upsert).await?;
    Ok(())
}
