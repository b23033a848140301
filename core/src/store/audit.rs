//! `audit_event` and `audit_answer`: who was about to do what, and what came of it. Both are appended to and never changed.

use sea_query::{Alias, Cond, Expr, ExprTrait, JoinType, LikeExpr, Order, Query, Value};
use uuid::Uuid;

use super::{Result, bulk::Bulk, connection::Connection, listing::escaped};
use crate::{
    id::AuditId,
    staff::{AuditFilter, Deed},
};

const TABLE: &str = "audit_event";
const ANSWER: &str = "audit_answer";
/// Characters that are kept of a text: what a caller sends is as long as she likes.
const LONGEST: usize = 255;

/// A record as it is stored, with what came of it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct AuditRow {
    pub(crate) id: Uuid,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) staff_id: Option<Uuid>,
    pub(crate) action: String,
    pub(crate) target: String,
    pub(crate) request: String,
    pub(crate) status: Option<i64>,
}

/// Writes a deed. One that is written is a conflict: what appends only refuses the engines' ways of passing it over, too.
pub(crate) async fn insert(
    connection: &mut Connection<'_>,
    AuditId(id): AuditId,
    deed: &Deed<'_>,
    now: i64,
) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["id", "at", "actor", "staff_id", "action", "target", "request"])
        .values_panic([
            id.into(),
            now.into(),
            short(deed.actor).into(),
            deed.staff.map(|staff| staff.0).into(),
            short(deed.action).into(),
            short(deed.target).into(),
            short(deed.request).into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// Writes one deed of each of several targets, which were carried out.
pub(crate) async fn insert_each(
    connection: &mut Connection<'_>,
    deed: &Deed<'_>,
    targets: Vec<(AuditId, String)>,
    status: u16,
    now: i64,
) -> Result<()> {
    const EVENTS: Bulk = Bulk {
        table: TABLE,
        constant: &["at", "actor", "staff_id", "action", "request"],
        columns: &["id", "target"],
        skip_known: false,
    };
    const ANSWERS: Bulk = Bulk { table: ANSWER, constant: &["status"], columns: &["id"], skip_known: false };
    let constants: [Value; 5] = [
        now.into(),
        short(deed.actor).into(),
        deed.staff.map(|staff| staff.0).into(),
        short(deed.action).into(),
        short(deed.request).into(),
    ];
    let ids = targets.iter().map(|(AuditId(id), _)| (*id).into()).collect();
    let answers = ANSWERS.of(connection.dialect(), &[i64::from(status).into()], ids);
    let values = targets.into_iter().flat_map(|(AuditId(id), target)| [id.into(), short(&target).into()]);
    EVENTS.of(connection.dialect(), &constants, values.collect()).then(answers).run(connection).await
}

/// A text as there is room for it.
fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// Whether a deed is written.
pub(crate) async fn is_written(connection: &mut Connection<'_>, AuditId(id): AuditId) -> Result<bool> {
    let query = Query::select().column("id").from(TABLE).and_where(Expr::col("id").eq(id)).take();
    Ok(connection.first::<(Uuid,)>(&query).await?.is_some())
}

/// Adds what came of it. Added before, it is a conflict.
pub(crate) async fn answered(connection: &mut Connection<'_>, AuditId(id): AuditId, status: u16) -> Result<()> {
    let insert = Query::insert()
        .into_table(ANSWER)
        .columns(["id", "status"])
        .values_panic([id.into(), i64::from(status).into()])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// A page of records, newest first, beginning after `after`. Where paths are named, those of what stands at or under one of them: behind a slash.
pub(crate) async fn page(
    connection: &mut Connection<'_>,
    filter: &AuditFilter,
    under: &[String],
    after: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditRow>> {
    let AuditFilter { actor, target } = filter;
    let mut query = Query::select();
    query
        .columns(["id", "at", "actor", "staff_id", "action", "target", "request"].map(|column| ("e", column)))
        .column(("r", "status"))
        .from_as(TABLE, Alias::new("e"))
        .join_as(JoinType::LeftJoin, ANSWER, Alias::new("r"), Expr::col(("r", "id")).equals(("e", "id")));
    if let Some(actor) = actor {
        query.and_where(Expr::col(("e", "actor")).eq(actor.as_str()));
    }
    if let Some(target) = target {
        let like = LikeExpr::new(format!("%{}%", escaped(target))).escape('\\');
        query.and_where(Expr::col(("e", "target")).like(like));
    }
    if !under.is_empty() {
        let at = |path: &String| {
            let below = LikeExpr::new(format!("{}/%", escaped(path))).escape('\\');
            Expr::col(("e", "target")).eq(path.as_str()).or(Expr::col(("e", "target")).like(below))
        };
        query.cond_where(under.iter().fold(Cond::any(), |any, path| any.add(at(path))));
    }
    if let Some(AuditId(after)) = after {
        query.and_where(Expr::col(("e", "id")).lt(after));
    }
    connection.all(query.order_by(("e", "id"), Order::Desc).limit(limit)).await
}
