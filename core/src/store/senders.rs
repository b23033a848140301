//! `sender_name`: by what a provider calls those who may hide their numbers, without a value of anybody.

use sea_query::{Expr, ExprTrait, OnConflict, Query};

use super::{Result, connection::Connection};

const TABLE: &str = "sender_name";

/// Keeps which number stands behind a name; a name that another number stood behind goes over to this one. What is known already writes nothing.
pub(crate) async fn learn(connection: &mut Connection<'_>, name: &[u8], recipient: &[u8], now: i64) -> Result<()> {
    if known(connection, name).await?.as_deref() == Some(recipient) {
        return Ok(());
    }
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["name_hash", "recipient_hash", "learned_at"])
        .values_panic([name.to_vec().into(), recipient.to_vec().into(), now.into()])
        .on_conflict(OnConflict::column("name_hash").update_columns(["recipient_hash", "learned_at"]).to_owned())
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// The number behind a name, as it is known here.
pub(crate) async fn known(connection: &mut Connection<'_>, name: &[u8]) -> Result<Option<Vec<u8>>> {
    let query =
        Query::select().column("recipient_hash").from(TABLE).and_where(Expr::col("name_hash").eq(name.to_vec())).take();
    Ok(connection.first::<(Vec<u8>,)>(&query).await?.map(|(recipient,)| recipient))
}
