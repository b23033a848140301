//! `barred_identifier`: who has an identifier that keys somebody else, or nobody since a family shares it. What it knows is in
//! `application_identifier` too; here it is found by the identifier.

use sea_query::{Alias, Cond, Expr, ExprTrait, JoinType, Order, Query, WindowStatement};
use uuid::Uuid;

use super::{
    Result, applications,
    bulk::{Bulk, Inserts, MOST_NAMED, padded},
    connection::Connection,
    dialect::Dialect,
    identifiers, merged,
};
use crate::{
    id::{ApplicationId, BatchId},
    identity::IdentifierKind,
};

const TABLE: &str = "barred_identifier";

/// How many people are looked at for one identifier, the newest: a number that more people have is an agency's, and says little of each.
const MOST_BEHIND_ONE: i64 = 200;

/// Identifiers that are barred for an application; one that is so already is passed over.
pub(crate) fn inserts(
    dialect: Dialect,
    batch: Option<BatchId>,
    barred: &[(IdentifierKind, &str, ApplicationId)],
) -> Inserts {
    const INSERT: Bulk =
        Bulk { table: TABLE, constant: &["batch_id"], columns: &["kind", "value", "application_id"], skip_known: true };
    let values =
        barred.iter().flat_map(|(kind, value, id)| [kind.as_str().into(), (*value).into(), id.0.into()]).collect();
    INSERT.of(dialect, &[batch.map(|id| id.0).into()], values)
}

/// Whether an identifier is barred for an application.
pub(crate) async fn is_barred(
    connection: &mut Connection<'_>,
    (kind, value, ApplicationId(application)): (IdentifierKind, &str, ApplicationId),
) -> Result<bool> {
    let query = Query::select()
        .expr(Expr::val(1_i64))
        .from(TABLE)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .and_where(Expr::col("application_id").eq(application))
        .take();
    Ok(connection.number(&query).await? == 1)
}

/// Who has these identifiers beside those that they key: `(value, application)`, leaving out what one import brought.
pub(crate) async fn holders(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    values: &[&str],
    but: Option<BatchId>,
) -> Result<Vec<(String, Uuid)>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let of_others =
        |BatchId(batch): BatchId| Cond::any().add(Expr::col("batch_id").is_null()).add(Expr::col("batch_id").ne(batch));
    let placed = Query::select()
        .columns(["value", "application_id"])
        .expr_window_as(
            Expr::cust("ROW_NUMBER()"),
            WindowStatement::partition_by("value").order_by("application_id", Order::Desc).take(),
            Alias::new("place"),
        )
        .from(TABLE)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").is_in(padded(values.iter().copied())))
        .cond_where(Cond::all().add_option(but.map(of_others)))
        .take();
    let query = Query::select()
        .columns(["value", "application_id"])
        .from_subquery(placed, Alias::new("placed"))
        .and_where(Expr::col("place").lte(MOST_BEHIND_ONE))
        .take();
    connection.all(&query).await
}

/// Forgets what is barred for these applications: all of it, or only what one batch brought.
pub(super) async fn release(connection: &mut Connection<'_>, ids: &[Uuid], batch: Option<BatchId>) -> Result<()> {
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(ids.iter().copied())))
        .cond_where(Cond::all().add_option(batch.map(|BatchId(batch)| Expr::col("batch_id").eq(batch))))
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// Gives identifiers that nobody claims any more to those who had them all along, to the oldest application each. They lead to whoever shows it.
pub(crate) async fn hand_over(connection: &mut Connection<'_>, kind: IdentifierKind, values: &[String]) -> Result<()> {
    for values in values.chunks(MOST_NAMED) {
        let mut heirs = heirs(connection, kind, values).await?;
        let ids = |heirs: &[(String, Uuid)]| heirs.iter().map(|(_, id)| *id).collect::<Vec<_>>();
        if connection.dialect() != Dialect::Sqlite && !heirs.is_empty() {
            // Held, they stay whose they are and shown by whom they are; who went meanwhile is none.
            applications::hold(connection, &ids(&heirs)).await?;
            heirs = self::heirs(connection, kind, values).await?;
        }
        let shown_by = merged::shown_by(connection, &ids(&heirs)).await?;
        for (value, application) in &heirs {
            let leads_to = ApplicationId(*shown_by.get(application).unwrap_or(application));
            give(connection, (kind, value), ApplicationId(*application), leads_to).await?;
        }
    }
    Ok(())
}

/// Gives an identifier that nobody claims to one who has had it all along. It leads to whoever shows her.
async fn give(
    connection: &mut Connection<'_>,
    (kind, value): (IdentifierKind, &str),
    application: ApplicationId,
    leads_to: ApplicationId,
) -> Result<()> {
    identifiers::claim(connection, &[(kind, value, leads_to)]).await?;
    identifiers::set_keyed(connection, (kind, value, application.0), true).await?;
    forget(connection, kind, value, application).await
}

/// Forgets that an identifier is barred for an application: it is its key now.
pub(super) async fn forget(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    value: &str,
    ApplicationId(application): ApplicationId,
) -> Result<()> {
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .and_where(Expr::col("application_id").eq(application))
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// Frees an identifier that a family shares, where one application alone has it any more: true if so. Where nobody has it, it stays a family's: a draft
/// may have been planned by that. To be followed by [`hand_over`].
pub(crate) async fn unshare(connection: &mut Connection<'_>, kind: IdentifierKind, value: &str) -> Result<bool> {
    hold_claim(connection, kind, value).await?;
    let has = Query::select()
        .column("application_id")
        .from(TABLE)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .limit(2)
        .take();
    let has: Vec<(Uuid,)> = connection.all(&has).await?;
    Ok(has.len() == 1 && free(connection, kind, value).await?)
}

/// Who has an identifier that a family shares. It stays theirs until the transaction ends.
pub(crate) async fn sharers(connection: &mut Connection<'_>, kind: IdentifierKind, value: &str) -> Result<Vec<Uuid>> {
    hold_claim(connection, kind, value).await?;
    let has = holders(connection, kind, &[value], None).await?;
    Ok(has.into_iter().map(|(_, application)| application).collect())
}

/// Gives an identifier that a family shares back to the one of those who have it whose key it was, or else to the oldest. False where no family shares it.
pub(crate) async fn give_back(
    connection: &mut Connection<'_>,
    (kind, value): (IdentifierKind, &str),
    has: &[Uuid],
    keyed: Uuid,
) -> Result<bool> {
    if !free(connection, kind, value).await? {
        return Ok(false);
    }
    if has.contains(&keyed) {
        let shown_by = merged::shown_by(connection, &[keyed]).await?;
        let leads_to = ApplicationId(*shown_by.get(&keyed).unwrap_or(&keyed));
        give(connection, (kind, value), ApplicationId(keyed), leads_to).await?;
    } else {
        hand_over(connection, kind, &[value.to_owned()]).await?;
    }
    Ok(true)
}

/// Keeps a claim as it is until the transaction ends, as in [`identifiers::share`]: of two who take a share back at once the second sees who is left.
async fn hold_claim(connection: &mut Connection<'_>, kind: IdentifierKind, value: &str) -> Result<()> {
    let claim = Query::select()
        .column("application_id")
        .from("identifier_claim")
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .lock_exclusive()
        .take();
    let _: Option<(Option<Uuid>,)> = connection.first(&claim).await?;
    Ok(())
}

/// Forgets that a family shares an identifier: nobody claims it then. False where no family shares it.
async fn free(connection: &mut Connection<'_>, kind: IdentifierKind, value: &str) -> Result<bool> {
    let delete = Query::delete()
        .from_table("identifier_claim")
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .and_where(Expr::col("application_id").is_null())
        .take();
    Ok(connection.run(&delete).await? > 0)
}

/// Forgets that identifiers are a family's that nobody has any more: they are erased with the last one who had them.
pub(crate) async fn forget_shared(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    values: &[&str],
) -> Result<()> {
    for values in values.chunks(MOST_NAMED) {
        let had = Query::select()
            .column("value")
            .from(TABLE)
            .and_where(Expr::col("kind").eq(kind.as_str()))
            .and_where(Expr::col("value").is_in(padded(values.iter().copied())))
            .take();
        let delete = Query::delete()
            .from_table("identifier_claim")
            .and_where(Expr::col("kind").eq(kind.as_str()))
            .and_where(Expr::col("value").is_in(padded(values.iter().copied())))
            .and_where(Expr::col("application_id").is_null())
            .and_where(Expr::col("value").not_in_subquery(had))
            .take();
        connection.run(&delete).await?;
    }
    Ok(())
}

/// Who has identifiers that nobody claims, the oldest application of each.
async fn heirs(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    values: &[String],
) -> Result<Vec<(String, Uuid)>> {
    let heirs = Query::select()
        .columns([("b", "value"), ("b", "application_id")])
        .from_as(TABLE, Alias::new("b"))
        .join_as(
            JoinType::LeftJoin,
            "identifier_claim",
            Alias::new("c"),
            Cond::all()
                .add(Expr::col(("c", "kind")).equals(("b", "kind")))
                .add(Expr::col(("c", "value")).equals(("b", "value"))),
        )
        .and_where(Expr::col(("b", "kind")).eq(kind.as_str()))
        .and_where(Expr::col(("b", "value")).is_in(padded(values.iter().map(String::as_str))))
        .and_where(Expr::col(("c", "value")).is_null())
        .order_by(("b", "value"), Order::Asc)
        .order_by(("b", "application_id"), Order::Asc)
        .take();
    let mut heirs: Vec<(String, Uuid)> = connection.all(&heirs).await?;
    heirs.dedup_by(|later, first| later.0 == first.0);
    Ok(heirs)
}

/// One line for every barred identifier that bars nobody: without a claim, with her own (unless it is that of somebody who was merged into her),
/// or of somebody who lacks it.
pub(crate) async fn broken(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let found: Vec<(String, Uuid)> = connection
        .all_text(
            "SELECT b.kind, b.application_id FROM barred_identifier b \
             LEFT JOIN identifier_claim c ON c.kind = b.kind AND c.value = b.value \
             LEFT JOIN application_identifier i \
             ON i.application_id = b.application_id AND i.kind = b.kind AND i.value = b.value AND i.keyed = 0 \
             WHERE c.kind IS NULL OR i.kind IS NULL OR (c.application_id = b.application_id AND NOT EXISTS (SELECT 1 \
             FROM hiring_application m JOIN application_identifier o ON o.application_id = m.id \
             WHERE m.merged_into = b.application_id AND o.kind = b.kind AND o.value = b.value AND o.keyed = 1)) LIMIT 20",
        )
        .await?;
    Ok(found
        .into_iter()
        .map(|(kind, id)| format!("application {id}: a {kind} is barred for it without somebody who claims it"))
        .collect())
}
