//! `application_identifier` and `identifier_claim`: who is reached by what, and whom it keys.

use std::collections::HashSet;

use sea_query::{Alias, Cond, Expr, ExprTrait, JoinType, Order, Query, Value};
use uuid::Uuid;

use super::{
    Result, barred,
    bulk::{Bulk, Inserts, MOST_NAMED, padded},
    connection::Connection,
    dialect::Dialect,
    merged, rows,
};
use crate::{
    id::{ApplicationId, BatchId},
    identity::IdentifierKind,
};

pub(super) const TABLE: &str = "application_identifier";
const CLAIM: &str = "identifier_claim";

/// An identifier of an application, about to be stored.
pub(crate) struct NewIdentifier<'a> {
    pub(crate) application: ApplicationId,
    pub(crate) kind: IdentifierKind,
    pub(crate) value: &'a str,
    pub(crate) raw: &'a str,
    pub(crate) keying: Keying,
}

/// Whom an identifier of an application keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keying {
    /// The application itself.
    Hers,
    /// Somebody else, or nobody since a family shares it: it could be hers.
    Barred,
    /// Nobody, whoever has it: a way to reach her only.
    Never,
}

/// Identifiers of applications; one that the application has already is passed over.
pub(crate) fn inserts(dialect: Dialect, batch: Option<BatchId>, identifiers: &[NewIdentifier<'_>]) -> Inserts {
    const INSERT: Bulk = Bulk {
        table: TABLE,
        constant: &["batch_id"],
        columns: &["application_id", "kind", "value", "raw", "keyed"],
        skip_known: true,
    };
    let barred: Vec<_> = identifiers
        .iter()
        .filter(|one| one.keying == Keying::Barred)
        .map(|one| (one.kind, one.value, one.application))
        .collect();
    let values = identifiers
        .iter()
        .flat_map(|one| -> [Value; 5] {
            [
                one.application.0.into(),
                one.kind.as_str().into(),
                one.value.into(),
                (one.raw != one.value).then(|| one.raw.to_owned()).into(),
                i64::from(one.keying == Keying::Hers).into(),
            ]
        })
        .collect();
    INSERT.of(dialect, &[batch.map(|id| id.0).into()], values).then(barred::inserts(dialect, batch, &barred))
}

/// Claims every key that this batch brought to the applications of a range of ids: all of them, or a conflict.
///
/// One set-based statement in key order: a million claims are appended instead of scattered over the index.
pub(crate) async fn claim_range(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    (ApplicationId(first), ApplicationId(last)): (ApplicationId, ApplicationId),
) -> Result<u64> {
    let sql = format!(
        "INSERT INTO {CLAIM} (kind, value, application_id) SELECT kind, value, application_id FROM {TABLE} \
         WHERE application_id BETWEEN ? AND ? AND batch_id = ? AND keyed = 1 ORDER BY kind, value"
    );
    connection.run_text(sql, vec![first.into(), last.into(), batch.into()]).await
}

/// Claims every key that this batch brought to applications that it did not make, whose ids are outside a range: all of them, or a conflict.
pub(crate) async fn claim_joined(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    made: Option<(ApplicationId, ApplicationId)>,
) -> Result<u64> {
    let sql = format!(
        "INSERT INTO {CLAIM} (kind, value, application_id) \
         SELECT DISTINCT i.kind, i.value, i.application_id FROM ({}) AS r \
         JOIN {TABLE} AS i ON i.application_id = r.application_id AND i.batch_id = ? AND i.keyed = 1",
        rows::JOINED
    );
    let mut values = rows::joined(BatchId(batch), made);
    values.push(batch.into());
    connection.run_text(sql, values).await
}

/// Claims keys one by one; a key that is taken is a conflict.
pub(crate) async fn claim(
    connection: &mut Connection<'_>,
    claims: &[(IdentifierKind, &str, ApplicationId)],
) -> Result<()> {
    const INSERT: Bulk =
        Bulk { table: CLAIM, constant: &[], columns: &["kind", "value", "application_id"], skip_known: false };
    let values = claims
        .iter()
        .flat_map(|(kind, value, id)| -> [Value; 3] { [kind.as_str().into(), (*value).into(), id.0.into()] })
        .collect();
    INSERT.of(connection.dialect(), &[], values).run(connection).await?;
    Ok(())
}

/// Makes an identifier that nobody has an application's key, which leads to whoever shows it: a conflict where somebody has it by now.
pub(crate) async fn own(
    connection: &mut Connection<'_>,
    (kind, value): (IdentifierKind, &str),
    application: ApplicationId,
    shown_by: ApplicationId,
) -> Result<()> {
    let new = NewIdentifier { application, kind, value, raw: value, keying: Keying::Hers };
    inserts(connection.dialect(), None, &[new]).run(connection).await?;
    // It may have been a way to reach her only.
    set_keyed(connection, (kind, value, application.0), true).await?;
    barred::forget(connection, kind, value, application).await?;
    outlive(connection, kind, value).await?;
    claim(connection, &[(kind, value, shown_by)]).await
}

/// Lets a key outlive the import that brought it: she has proven that it is hers.
pub(crate) async fn outlive(connection: &mut Connection<'_>, kind: IdentifierKind, value: &str) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .value("batch_id", Option::<Uuid>::None)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .and_where(Expr::col("keyed").eq(1_i64))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// The application that an identifier was read from as a key: the one that it leads to, or one that this one shows.
pub(crate) async fn keyed_on(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    value: &str,
) -> Result<Option<ApplicationId>> {
    Ok(key(connection, kind, value).await?.map(|(application, _)| application))
}

/// The same, with the import that brought it; none: it outlives every import.
pub(crate) async fn key(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    value: &str,
) -> Result<Option<(ApplicationId, Option<BatchId>)>> {
    let query = Query::select()
        .columns(["application_id", "batch_id"])
        .from(TABLE)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .and_where(Expr::col("keyed").eq(1_i64))
        .take();
    let found: Option<(Uuid, Option<Uuid>)> = connection.first(&query).await?;
    Ok(found.map(|(application, batch)| (ApplicationId(application), batch.map(BatchId))))
}

/// Whether an identifier keys an application that has it, and the import that brought it; none: it lacks it.
pub(crate) async fn on(
    connection: &mut Connection<'_>,
    (kind, value, ApplicationId(application)): (IdentifierKind, &str, ApplicationId),
) -> Result<Option<(bool, Option<BatchId>)>> {
    let query = Query::select()
        .columns(["keyed", "batch_id"])
        .from(TABLE)
        .and_where(Expr::col("application_id").eq(application))
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .take();
    let found: Option<(i64, Option<Uuid>)> = connection.first(&query).await?;
    Ok(found.map(|(keyed, batch)| (keyed == 1, batch.map(BatchId))))
}

/// Writes down which import brought an identifier of an application, and whether it keys it.
pub(crate) async fn set_brought(
    connection: &mut Connection<'_>,
    (kind, value, ApplicationId(application)): (IdentifierKind, &str, ApplicationId),
    keyed: bool,
    batch: Option<BatchId>,
) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .value("keyed", i64::from(keyed))
        .value("batch_id", batch.map(|BatchId(batch)| batch))
        .and_where(Expr::col("application_id").eq(application))
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Takes an identifier from an application.
pub(crate) async fn forget(
    connection: &mut Connection<'_>,
    (kind, value, ApplicationId(application)): (IdentifierKind, &str, ApplicationId),
) -> Result<()> {
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col("application_id").eq(application))
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// Lets go of a key that leads to an application, or to the one that shows it. To be followed by [`barred::hand_over`].
pub(crate) async fn let_go(
    connection: &mut Connection<'_>,
    (kind, value, ApplicationId(application)): (IdentifierKind, &str, ApplicationId),
) -> Result<()> {
    let holders = holders_of(connection, &[application]).await?;
    let delete = Query::delete()
        .from_table(CLAIM)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .and_where(Expr::col("application_id").is_in(padded(holders)))
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// Makes a key keep nobody: a family shares it. Every application that has it keeps it as a contact.
pub(crate) async fn share(connection: &mut Connection<'_>, kind: IdentifierKind, value: &str) -> Result<()> {
    let of_claim = |column: &'static str, word: &str| Expr::col(column).eq(word.to_owned());
    // Kept as it is until the transaction ends: on engines with several writers nobody else may claim or free it in between.
    let holder = Query::select()
        .column("application_id")
        .from(CLAIM)
        .and_where(of_claim("kind", kind.as_str()))
        .and_where(of_claim("value", value))
        .lock_exclusive()
        .take();
    let holder: Option<(Option<Uuid>,)> = connection.first(&holder).await?;
    if holder.is_none() {
        let mark = Query::insert()
            .into_table(CLAIM)
            .columns(["kind", "value", "application_id"])
            .values_panic([kind.as_str().into(), value.into(), Option::<Uuid>::None.into()])
            .take();
        connection.run(&mark).await?;
    }
    let Some((Some(holder),)) = holder else { return Ok(()) };
    let free = Query::update()
        .table(CLAIM)
        .value("application_id", Option::<Uuid>::None)
        .and_where(of_claim("kind", kind.as_str()))
        .and_where(of_claim("value", value))
        .take();
    connection.run(&free).await?;
    // Who was merged into her may have brought it.
    let mut hers: Vec<Uuid> = merged::merged_into(connection, &[holder]).await?.into_keys().collect();
    hers.push(holder);
    let brought = Query::select()
        .column("application_id")
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(hers)))
        .and_where(of_claim("kind", kind.as_str()))
        .and_where(of_claim("value", value))
        .and_where(Expr::col("keyed").eq(1_i64))
        .take();
    let brought: Option<(Uuid,)> = connection.first(&brought).await?;
    let Some((brought,)) = brought else { return Ok(()) };
    set_keyed(connection, (kind, value, brought), false).await?;
    let bar = "INSERT INTO barred_identifier (kind, value, application_id, batch_id) \
               SELECT kind, value, application_id, batch_id FROM application_identifier \
               WHERE application_id = ? AND kind = ? AND value = ?";
    connection.run_text(bar.to_owned(), vec![brought.into(), kind.as_str().into(), value.into()]).await?;
    Ok(())
}

/// Writes down whether an identifier keys the application that has it.
pub(super) async fn set_keyed(
    connection: &mut Connection<'_>,
    (kind, value, application): (IdentifierKind, &str, Uuid),
    keyed: bool,
) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .value("keyed", i64::from(keyed))
        .and_where(Expr::col("application_id").eq(application))
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").eq(value))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Who holds these values: `(value, application)`, no application for a shared one; a value that nobody holds is not there.
pub(crate) async fn holders(
    connection: &mut Connection<'_>,
    kind: IdentifierKind,
    values: &[&str],
) -> Result<Vec<(String, Option<Uuid>)>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .columns(["value", "application_id"])
        .from(CLAIM)
        .and_where(Expr::col("kind").eq(kind.as_str()))
        .and_where(Expr::col("value").is_in(padded(values.iter().copied())))
        .take();
    connection.all(&query).await
}

/// What these identifiers key, each by its kind and value; none where nobody has it. One trip to the engine.
pub(crate) async fn keyed(
    connection: &mut Connection<'_>,
    identifiers: &[(IdentifierKind, &str)],
) -> Result<Vec<(String, Option<Uuid>)>> {
    if identifiers.is_empty() {
        return Ok(Vec::new());
    }
    let any = identifiers.iter().fold(Cond::any(), |any, (kind, value)| {
        any.add(Expr::col("kind").eq(kind.as_str()).and(Expr::col("value").eq(*value)))
    });
    let query = Query::select().columns(["kind", "application_id"]).from(CLAIM).cond_where(any).take();
    connection.all(&query).await
}

/// Whether no identifier is claimed or shared.
pub(crate) async fn none(connection: &mut Connection<'_>) -> Result<bool> {
    let query = Query::select().expr(Expr::val(1_i64)).from(CLAIM).limit(1).take();
    Ok(connection.number(&query).await? == 0)
}

/// Every identifier that these applications have.
pub(crate) async fn held_by(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
) -> Result<HashSet<(Uuid, IdentifierKind, String)>> {
    let query = Query::select()
        .columns(["application_id", "kind", "value"])
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(ids.iter().copied())))
        .take();
    let rows: Vec<(Uuid, String, String)> = connection.all(&query).await?;
    Ok(rows.into_iter().filter_map(|(id, kind, value)| Some((id, IdentifierKind::from_word(&kind)?, value))).collect())
}

/// An identifier as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct IdentifierRow {
    pub(crate) application_id: Uuid,
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) raw: Option<String>,
    pub(crate) keyed: i64,
    /// 1 where a claim without an application marks it as shared.
    pub(crate) shared: i64,
}

/// The identifiers of these applications, each one's phones first.
pub(crate) async fn of(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<IdentifierRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let shared = Expr::col(("c", "kind")).is_not_null().and(Expr::col(("c", "application_id")).is_null());
    let query = Query::select()
        .columns([("i", "application_id"), ("i", "kind"), ("i", "value"), ("i", "raw"), ("i", "keyed")])
        .expr_as(sea_query::CaseStatement::new().case(shared, 1_i64).finally(0_i64), Alias::new("shared"))
        .from_as(TABLE, Alias::new("i"))
        .join_as(
            JoinType::LeftJoin,
            CLAIM,
            Alias::new("c"),
            Cond::all()
                .add(Expr::col(("c", "kind")).equals(("i", "kind")))
                .add(Expr::col(("c", "value")).equals(("i", "value"))),
        )
        .and_where(Expr::col(("i", "application_id")).is_in(padded(ids.iter().copied())))
        .order_by(("i", "kind"), Order::Desc)
        .order_by(("i", "value"), Order::Asc)
        .take();
    connection.all(&query).await
}

/// Takes identifiers from these applications, all of them or only those that one batch brought, and gives their keys back. Gives the keys that
/// are free now, for [`barred::hand_over`].
pub(crate) async fn release(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
    batch: Option<BatchId>,
) -> Result<Vec<(IdentifierKind, Vec<String>)>> {
    let brought = || {
        Cond::all()
            .add(Expr::col("application_id").is_in(padded(ids.iter().copied())))
            .add_option(batch.map(|BatchId(batch)| Expr::col("batch_id").eq(batch)))
    };
    // Asked first and then named: no engine finds its way from a condition on other tables to a range of this one's key.
    let keys = Query::select()
        .columns(["kind", "value"])
        .from(TABLE)
        .cond_where(brought())
        .and_where(Expr::col("keyed").eq(1_i64))
        .take();
    let holders = holders_of(connection, ids).await?;
    let keys: Vec<(String, String)> = connection.all(&keys).await?;
    let mut freed = Vec::new();
    for kind in [IdentifierKind::Phone, IdentifierKind::Email] {
        let values: Vec<String> =
            keys.iter().filter(|(of, _)| of == kind.as_str()).map(|(_, value)| value.clone()).collect();
        for values in values.chunks(MOST_NAMED) {
            let claims = Query::delete()
                .from_table(CLAIM)
                .and_where(Expr::col("kind").eq(kind.as_str()))
                .and_where(Expr::col("value").is_in(padded(values.iter().map(String::as_str))))
                .and_where(Expr::col("application_id").is_in(padded(holders.iter().copied())))
                .take();
            connection.run(&claims).await?;
        }
        freed.push((kind, values));
    }
    barred::release(connection, ids, batch).await?;
    connection.run(Query::delete().from_table(TABLE).cond_where(brought())).await?;
    Ok(freed)
}

/// Whom keys of these applications may lead to: themselves, or those that show them.
pub(super) async fn holders_of(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let shown_by = merged::shown_by(connection, ids).await?;
    Ok(ids.iter().copied().chain(shown_by.into_values()).collect())
}

/// One line for every key without its claim, and every claim without its key.
pub(crate) async fn broken_claims(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let keys: Vec<(String, String)> = connection
        .all_text(
            "SELECT i.kind, i.value FROM application_identifier i \
             LEFT JOIN identifier_claim c ON c.kind = i.kind AND c.value = i.value \
             LEFT JOIN hiring_application a ON a.id = i.application_id \
             WHERE i.keyed = 1 AND (c.application_id IS NULL OR c.application_id <> coalesce(a.merged_into, i.application_id)) \
             LIMIT 20",
        )
        .await?;
    let claims: Vec<(String, String)> = connection
        .all_text(
            "SELECT c.kind, c.value FROM identifier_claim c \
             LEFT JOIN application_identifier i \
             ON i.application_id = c.application_id AND i.kind = c.kind AND i.value = c.value AND i.keyed = 1 \
             WHERE c.application_id IS NOT NULL AND i.value IS NULL AND NOT EXISTS (SELECT 1 FROM hiring_application m \
             JOIN application_identifier o ON o.application_id = m.id AND o.kind = c.kind AND o.value = c.value AND o.keyed = 1 \
             WHERE m.merged_into = c.application_id) LIMIT 20",
        )
        .await?;
    // A finding says the kind and the tail only: it may end up in a log.
    let tail = |value: &str| value.chars().skip(value.chars().count().saturating_sub(4)).collect::<String>();
    Ok(keys
        .iter()
        .map(|(kind, value)| format!("{kind} …{}: keys an application without a claim", tail(value)))
        .chain(
            claims
                .iter()
                .map(|(kind, value)| format!("{kind} …{}: is claimed by an application that lacks it", tail(value))),
        )
        .collect())
}
