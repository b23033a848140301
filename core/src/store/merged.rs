//! What a merge moves: `merged_into` of `hiring_application`, and the claims of its keys. Sources, identifiers and history stay where they are.

use std::collections::{HashMap, HashSet};

use sea_query::{Expr, ExprTrait, Query};
use uuid::Uuid;

use super::{
    Result,
    bulk::{MOST_NAMED, padded},
    connection::Connection,
    flows,
};
use crate::{id::ApplicationId, identity::IdentifierKind};

const TABLE: &str = "hiring_application";

/// Which application shows these: those that were merged, each with the one that it was merged into.
pub(crate) async fn shown_by(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::select()
        .columns(["id", "merged_into"])
        .from(TABLE)
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col("merged_into").is_not_null())
        .take();
    let rows: Vec<(Uuid, Uuid)> = connection.all(&query).await?;
    Ok(rows.into_iter().collect())
}

/// An application, and what was merged into it.
pub(crate) async fn group(
    connection: &mut Connection<'_>,
    ApplicationId(application): ApplicationId,
) -> Result<Vec<Uuid>> {
    let merged = merged_into(connection, &[application]).await?;
    Ok(std::iter::once(application).chain(merged.into_keys()).collect())
}

/// What was merged into these: each with the one that shows it.
pub(crate) async fn merged_into(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::select()
        .columns(["id", "merged_into"])
        .from(TABLE)
        .and_where(Expr::col("merged_into").is_in(padded(ids.iter().copied())))
        .take();
    let rows: Vec<(Uuid, Uuid)> = connection.all(&query).await?;
    Ok(rows.into_iter().collect())
}

/// Everybody who was merged, each with the one who shows her.
pub(crate) async fn all(connection: &mut Connection<'_>) -> Result<Vec<(Uuid, Uuid)>> {
    let query = Query::select()
        .columns(["id", "merged_into"])
        .from(TABLE)
        .and_where(Expr::col("merged_into").is_not_null())
        .take();
    connection.all(&query).await
}

/// Makes an application show these, or (none) each show itself.
pub(crate) async fn show(connection: &mut Connection<'_>, ids: &[Uuid], by: Option<ApplicationId>) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    // The funnel counts who is shown. Whose place another one takes now is not counted any more; who is shown by another one than before was not.
    let shown = Query::select()
        .column("id")
        .from(TABLE)
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col("merged_into").is_null())
        .take();
    let shown: HashSet<Uuid> = connection.all::<(Uuid,)>(&shown).await?.into_iter().map(|(id,)| id).collect();
    for id in ids {
        match (by, shown.contains(id)) {
            (Some(_), true) => flows::count(connection, ApplicationId(*id), -1).await?,
            (None, false) => flows::count(connection, ApplicationId(*id), 1).await?,
            _ => {}
        }
    }
    let update = Query::update()
        .table(TABLE)
        .value("merged_into", by.map(|id| id.0))
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Makes the keys that these applications have, of people and of portals' rows, lead from one application to another. A key that leads
/// elsewhere by now stays.
pub(crate) async fn lead(
    connection: &mut Connection<'_>,
    of: &[Uuid],
    ApplicationId(from): ApplicationId,
    ApplicationId(to): ApplicationId,
) -> Result<()> {
    let theirs = || Expr::col("application_id").is_in(padded(of.iter().copied()));
    // Asked first and then named: no claim is found by whose it is.
    let keys = Query::select()
        .columns(["kind", "value"])
        .from("application_identifier")
        .and_where(theirs())
        .and_where(Expr::col("keyed").eq(1_i64))
        .take();
    let keys: Vec<(String, String)> = connection.all(&keys).await?;
    for kind in [IdentifierKind::Phone, IdentifierKind::Email] {
        let values: Vec<&str> =
            keys.iter().filter(|(of, _)| of == kind.as_str()).map(|(_, value)| value.as_str()).collect();
        for values in values.chunks(MOST_NAMED) {
            let claims = Query::update()
                .table("identifier_claim")
                .value("application_id", to)
                .and_where(Expr::col("kind").eq(kind.as_str()))
                .and_where(Expr::col("value").is_in(padded(values.iter().copied())))
                .and_where(Expr::col("application_id").eq(from))
                .take();
            connection.run(&claims).await?;
        }
    }
    let doors = Query::select().column("source_key").from("application_source").and_where(theirs()).take();
    let doors: Vec<(Vec<u8>,)> = connection.all(&doors).await?;
    for doors in doors.chunks(MOST_NAMED) {
        let claims = Query::update()
            .table("source_claim")
            .value("application_id", to)
            .and_where(Expr::col("source_key").is_in(padded(doors.iter().map(|(key,)| key.clone()))))
            .and_where(Expr::col("application_id").eq(from))
            .take();
        connection.run(&claims).await?;
    }
    Ok(())
}
