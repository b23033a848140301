//! `erased_identifier`: by what somebody is known whose data was erased, as keyed hashes.

use sea_query::{Expr, ExprTrait, Func, Query, Value};

use super::{
    Result, StoreError,
    bulk::{Bulk, MOST_NAMED, padded},
    connection::Connection,
};
use crate::{application::SourceKey, credential::Keys, identity::IdentifierKind};

const TABLE: &str = "erased_identifier";

/// A keyed hash of something that was hers.
pub(crate) type Hash = [u8; 32];

/// The hash of a number or an address.
pub(crate) fn contact(keys: &Keys, kind: IdentifierKind, value: &str) -> Hash {
    keys.hash("erased", &[kind.as_str().as_bytes(), value.as_bytes()])
}

/// The hash of what a portal's row is known by.
pub(crate) fn source(keys: &Keys, key: &SourceKey) -> Hash {
    keys.hash("erased", &[b"source", &key.0])
}

/// Keeps hashes; one that is there already stays.
pub(crate) async fn insert(connection: &mut Connection<'_>, hashes: &[Hash], now: i64) -> Result<()> {
    const INSERT: Bulk = Bulk { table: TABLE, constant: &["at"], columns: &["hash"], skip_known: true };
    let values: Vec<Value> = hashes.iter().map(|hash| hash.to_vec().into()).collect();
    INSERT.of(connection.dialect(), &[now.into()], values).run(connection).await
}

/// Which of these are known.
pub(crate) async fn known(connection: &mut Connection<'_>, hashes: &[Hash]) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for hashes in hashes.chunks(MOST_NAMED) {
        let query = Query::select()
            .column("hash")
            .from(TABLE)
            .and_where(Expr::col("hash").is_in(padded(hashes.iter().map(|hash| hash.to_vec()))))
            .take();
        let some: Vec<(Vec<u8>,)> = connection.all(&query).await?;
        found.extend(some.into_iter().map(|(hash,)| hash));
    }
    Ok(found)
}

/// Forgets hashes: she is here again by her own act.
pub(crate) async fn forget(connection: &mut Connection<'_>, hashes: &[Hash]) -> Result<()> {
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col("hash").is_in(padded(hashes.iter().map(|hash| hash.to_vec()))))
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// Whether nobody was ever erased.
pub(crate) async fn none(connection: &mut Connection<'_>) -> Result<bool> {
    let query = Query::select().expr(Expr::val(1_i64)).from(TABLE).limit(1).take();
    Ok(connection.number(&query).await? == 0)
}

/// What is known of the erased, to be compared with what is known later: how many hashes, and the newest instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    hashes: i64,
    newest: i64,
}

impl Extent {
    /// As it stands with a draft.
    pub(super) const fn columns(self) -> (i64, i64) {
        (self.hashes, self.newest)
    }

    /// As it stood with a draft.
    pub(super) const fn of((hashes, newest): (i64, i64)) -> Self {
        Self { hashes, newest }
    }
}

/// What is known of the erased now.
pub(crate) async fn extent(connection: &mut Connection<'_>) -> Result<Extent> {
    let query =
        Query::select().expr(Func::count(Expr::col("hash"))).expr(Func::max(Expr::col("at"))).from(TABLE).take();
    let found: Option<(i64, Option<i64>)> = connection.first(&query).await?;
    let (hashes, newest) = found.ok_or_else(|| StoreError::corrupt("those who were erased", "nothing is counted"))?;
    Ok(Extent { hashes, newest: newest.unwrap_or_default() })
}
