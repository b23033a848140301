//! `status_history`: where each application stood, for ever. The newest record is repeated in `hiring_application`, so that lists need no join.

use sea_query::{Alias, Cond, Expr, ExprTrait, Func, JoinType, Order, Query, Value};
use uuid::Uuid;

use super::{
    Result, StoreError,
    bulk::{Bulk, Inserts, padded},
    connection::Connection,
    dialect::Dialect,
    flows,
};
use crate::{
    id::ApplicationId,
    lifecycle::{Reason, Stage, Status, SubState, flow::Step},
};

const TABLE: &str = "status_history";
const APPLICATION: &str = "hiring_application";

/// The first record of applications that begin, and what the funnel counts of them.
pub(super) fn begin(
    dialect: Dialect,
    portal: &str,
    actor: &str,
    now: i64,
    applications: impl Iterator<Item = Uuid>,
) -> Inserts {
    const INSERT: Bulk = Bulk {
        table: TABLE,
        constant: &["seq", "stage", "sub_state", "actor", "at"],
        columns: &["application_id"],
        skip_known: false,
    };
    let Status { stage, sub_state } = Status::INITIAL;
    let constants: [Value; 5] =
        [1_i64.into(), stage.as_str().into(), sub_state.as_str().into(), actor.into(), now.into()];
    let applications: Vec<Value> = applications.map(Value::from).collect();
    let begun = flows::begun(dialect, portal, now, applications.len());
    INSERT.of(dialect, &constants, applications).then(begun)
}

/// One record of an application's history.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct HistoryRow {
    pub(crate) seq: i64,
    pub(crate) stage: String,
    pub(crate) sub_state: String,
    pub(crate) reasons: String,
    pub(crate) actor: String,
    pub(crate) at: i64,
}

impl HistoryRow {
    /// What the funnel goes by of it. A reason that is not known any more is none.
    pub(crate) fn step(&self) -> Result<Step> {
        let codes: Vec<String> = serde_json::from_str(&self.reasons)
            .map_err(|error| StoreError::corrupt("the reasons of a record of history", error))?;
        let reasons = codes.iter().filter_map(|code| Reason::from_word(code)).collect();
        Ok(Step { status: self.status()?, at: self.at, reasons })
    }

    /// The status that it says.
    pub(crate) fn status(&self) -> Result<Status> {
        let corrupt = |word: &str| StoreError::corrupt("a record of history", format!("“{word}” is no status"));
        Ok(Status {
            stage: Stage::from_word(&self.stage).ok_or_else(|| corrupt(&self.stage))?,
            sub_state: SubState::from_word(&self.sub_state).ok_or_else(|| corrupt(&self.sub_state))?,
        })
    }
}

/// An application's history, oldest first.
pub(crate) async fn of(connection: &mut Connection<'_>, ApplicationId(id): ApplicationId) -> Result<Vec<HistoryRow>> {
    let query = Query::select()
        .columns(["seq", "stage", "sub_state", "reasons", "actor", "at"])
        .from(TABLE)
        .and_where(Expr::col("application_id").eq(id))
        .order_by("seq", Order::Asc)
        .take();
    connection.all(&query).await
}

/// Appends a record to the history and makes it the status; once, when it is run again with the same instant.
pub(crate) async fn append_status(
    connection: &mut Connection<'_>,
    ApplicationId(id): ApplicationId,
    status: Status,
    reasons: &[String],
    actor: &str,
    now: i64,
) -> Result<()> {
    // First: who changes the status at the same time waits here, and counts this record.
    let current = Query::update()
        .table(APPLICATION)
        .value("stage", status.stage.as_str())
        .value("sub_state", status.sub_state.as_str())
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&current).await?;
    let newest = Query::select()
        .columns(["seq", "stage", "sub_state", "actor", "at"])
        .from(TABLE)
        .and_where(Expr::col("application_id").eq(id))
        .order_by("seq", Order::Desc)
        .limit(1)
        .take();
    let newest: Option<(i64, String, String, String, i64)> = connection.first(&newest).await?;
    let seq = match newest {
        // An earlier run of this step was kept, though its answer was lost.
        Some((_, stage, sub_state, by, at))
            if (stage.as_str(), sub_state.as_str()) == (status.stage.as_str(), status.sub_state.as_str())
                && (by.as_str(), at) == (actor, now) =>
        {
            return Ok(());
        }
        Some((seq, ..)) => seq + 1,
        None => 1,
    };
    let record = Query::insert()
        .into_table(TABLE)
        .columns(["application_id", "seq", "stage", "sub_state", "reasons", "actor", "at"])
        .values_panic([
            id.into(),
            seq.into(),
            status.stage.as_str().into(),
            status.sub_state.as_str().into(),
            serde_json::to_string(reasons).unwrap_or_default().into(),
            actor.into(),
            now.into(),
        ])
        .take();
    connection.run(&record).await?;
    Ok(())
}

/// Of these applications, those with more than one record of history.
pub(crate) async fn advanced(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<(Uuid,)>> {
    let query = Query::select()
        .distinct()
        .column("application_id")
        .from(TABLE)
        .and_where(Expr::col("application_id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col("seq").gt(1_i64))
        .take();
    connection.all(&query).await
}

/// One line for every application whose newest record is not its status.
pub(crate) async fn drifted_status(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let newest = Query::select()
        .expr(Func::max(Expr::col(("n", "seq"))))
        .from_as(TABLE, Alias::new("n"))
        .and_where(Expr::col(("n", "application_id")).equals(("h", "application_id")))
        .take();
    let query = Query::select()
        .column(("a", "id"))
        .from_as(APPLICATION, Alias::new("a"))
        .join_as(JoinType::InnerJoin, TABLE, Alias::new("h"), Expr::col(("h", "application_id")).equals(("a", "id")))
        .and_where(Expr::col(("h", "seq")).eq(Expr::SubQuery(None, Box::new(newest.into()))))
        .cond_where(
            Cond::any()
                .add(Expr::col(("a", "stage")).not_equals(("h", "stage")))
                .add(Expr::col(("a", "sub_state")).not_equals(("h", "sub_state"))),
        )
        .limit(20)
        .take();
    let drifted: Vec<(Uuid,)> = connection.all(&query).await?;
    Ok(drifted
        .into_iter()
        .map(|(id,)| format!("application {id}: the status is not the newest record of its history"))
        .collect())
}
