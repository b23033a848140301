//! `status_day`, `loss_day` and `closed_until`: what the history says of days that are over, counted once; and the history itself for the rest. Every
//! question about the funnel is sums of these.

use std::collections::BTreeMap;

use sea_query::{Alias, CaseStatement, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement};

use super::{Result, StoreError, connection::Connection, dialect::Dialect};
use crate::lifecycle::{
    Reason, Stage, Status, SubState,
    flow::{Day, Flow, Loss, Span, Wait},
};

const HISTORY: &str = "status_history";
const APPLICATION: &str = "hiring_application";
const DAY: &str = "status_day";
const LOSS: &str = "loss_day";
const CLOSED: &str = "closed_until";
/// Rows that are kept in one statement.
const ROWS: usize = 500;
/// The columns by which records are counted together; `from_…` are empty for a first record.
const BY: [&str; 5] = ["portal", "stage", "sub_state", "from_stage", "from_sub_state"];

/// Records that are counted together, as the engine gives them.
#[derive(Debug, sqlx::FromRow)]
struct FlowRow {
    portal: String,
    stage: String,
    sub_state: String,
    from_stage: String,
    from_sub_state: String,
    waited: i64,
    records: i64,
}

impl FlowRow {
    fn flow(self) -> Result<Flow> {
        let from = (!self.from_stage.is_empty()).then(|| status(&self.from_stage, &self.from_sub_state)).transpose()?;
        let to = status(&self.stage, &self.sub_state)?;
        Ok(Flow { portal: self.portal, from, to, waited: Wait::numbered(self.waited), records: self.records })
    }
}

fn status(stage: &str, sub_state: &str) -> Result<Status> {
    let corrupt = |word: &str| StoreError::corrupt("a record of history", format!("“{word}” is no status"));
    Ok(Status {
        stage: Stage::from_word(stage).ok_or_else(|| corrupt(stage))?,
        sub_state: SubState::from_word(sub_state).ok_or_else(|| corrupt(sub_state))?,
    })
}

/// Losses that are counted together: their reasons are those of one record, as JSON.
#[derive(Debug, sqlx::FromRow)]
struct LossRow {
    portal: String,
    stage: String,
    sub_state: String,
    reasons: String,
    records: i64,
}

impl LossRow {
    /// One for each reason.
    fn losses(&self) -> Result<Vec<Loss>> {
        let corrupt = |error| StoreError::corrupt("the reasons of a record of history", error);
        let codes: Vec<String> = serde_json::from_str(&self.reasons).map_err(corrupt)?;
        codes.iter().map(|code| self.loss(code)).collect()
    }

    fn loss(&self, reason: &str) -> Result<Loss> {
        let at = status(&self.stage, &self.sub_state)?;
        let (portal, records) = (self.portal.clone(), self.records);
        Ok(Loss { portal, at, reason: Reason::from_word(reason), records })
    }
}

/// The first day that is not counted.
pub(crate) async fn closed_until(connection: &mut Connection<'_>) -> Result<Option<Day>> {
    let query = Query::select().column("day").from(CLOSED).take();
    let found: Option<(i64,)> = connection.first(&query).await?;
    Ok(found.map(|(day,)| Day(day)))
}

/// The day of the first record from an instant on.
pub(crate) async fn first_day(connection: &mut Connection<'_>, from: i64) -> Result<Option<Day>> {
    let query = Query::select()
        .column("at")
        .from(HISTORY)
        .and_where(Expr::col("at").gte(from))
        .order_by("at", Order::Asc)
        .limit(1)
        .take();
    let found: Option<(i64,)> = connection.first(&query).await?;
    Ok(found.map(|(at,)| Day::of(at)))
}

/// What the days of `[first, end)` were counted to.
pub(crate) async fn of_days(
    connection: &mut Connection<'_>,
    (first, end): (Day, Day),
    portal: Option<&str>,
) -> Result<Vec<Flow>> {
    let mut query = summed(connection.dialect());
    query.columns(BY).column("waited").from(DAY);
    query.group_by_columns(BY).group_by_col("waited");
    let rows: Vec<FlowRow> = connection.all(within(&mut query, (first, end), portal)).await?;
    rows.into_iter().map(FlowRow::flow).collect()
}

/// The losses that the days of `[first, end)` were counted to.
pub(crate) async fn losses_of_days(
    connection: &mut Connection<'_>,
    (first, end): (Day, Day),
    portal: Option<&str>,
) -> Result<Vec<Loss>> {
    const BY: [&str; 4] = ["portal", "stage", "sub_state", "reason"];
    let mut query = summed(connection.dialect());
    // One reason stands where a record has several.
    query.columns(["portal", "stage", "sub_state"]).expr_as(Expr::col("reason"), Alias::new("reasons")).from(LOSS);
    query.group_by_columns(BY);
    let rows: Vec<LossRow> = connection.all(within(&mut query, (first, end), portal)).await?;
    rows.iter().map(|row| row.loss(&row.reasons)).collect()
}

/// A sum of records as a number that every driver reads: two engines make a decimal of it.
fn summed(dialect: Dialect) -> SelectStatement {
    let kind = if dialect == Dialect::MySql { "SIGNED" } else { "BIGINT" };
    let sum = Expr::expr(Func::sum(Expr::col("records"))).cast_as(Alias::new(kind));
    Query::select().expr_as(sum, Alias::new("records")).take()
}

fn within<'q>(
    query: &'q mut SelectStatement,
    (Day(first), Day(end)): (Day, Day),
    portal: Option<&str>,
) -> &'q mut SelectStatement {
    if let Some(portal) = portal {
        query.and_where(Expr::col("portal").eq(portal));
    }
    query.and_where(Expr::col("day").gte(first)).and_where(Expr::col("day").lt(end))
}

/// Whose records are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Everybody's.
    All,
    /// Those of applications that are shown by another one.
    Merged,
    /// Those of applications that were taken back.
    Removed,
}

/// Records of the history itself within a span.
pub(crate) async fn of_history(
    connection: &mut Connection<'_>,
    span: Span,
    portal: Option<&str>,
    whose: Whose,
) -> Result<Vec<Flow>> {
    let or_empty = |name: &'static str| Expr::expr(Func::coalesce([Expr::col(("h", name)), Expr::val("")]));
    let long = || Expr::col(("h", "at")).sub(Expr::col(("h", "from_at")));
    let mut waited = CaseStatement::new().case(Expr::col(("h", "from_at")).is_null(), -1_i64);
    for (number, end) in (0_i64..).zip(Wait::ENDS) {
        waited = waited.case(long().lt(end), number);
    }
    let waited = waited.finally(i64::try_from(Wait::ENDS.len()).unwrap_or(i64::MAX));
    let mut query = Query::select();
    query
        .columns([("h", "portal"), ("h", "stage"), ("h", "sub_state")])
        .expr_as(or_empty("from_stage"), Alias::new("from_stage"))
        .expr_as(or_empty("from_sub_state"), Alias::new("from_sub_state"))
        .expr_as(waited, Alias::new("waited"))
        .expr_as(Func::count(Expr::col(("h", "at"))), Alias::new("records"))
        .group_by_columns(BY.map(|column| ("h", column)))
        .group_by_col("waited");
    let rows: Vec<FlowRow> = connection.all(&of(query, span, portal, whose)).await?;
    rows.into_iter().map(FlowRow::flow).collect()
}

/// Losses of the history itself within a span.
pub(crate) async fn losses_of_history(
    connection: &mut Connection<'_>,
    span: Span,
    portal: Option<&str>,
    whose: Whose,
) -> Result<Vec<Loss>> {
    const BY: [(&str, &str); 4] = [("h", "portal"), ("h", "stage"), ("h", "sub_state"), ("h", "reasons")];
    let mut query = Query::select();
    query
        .columns(BY)
        .expr_as(Func::count(Expr::col(("h", "at"))), Alias::new("records"))
        .and_where(Expr::col(("h", "sub_state")).ne(SubState::Active.as_str()))
        .group_by_columns(BY);
    let rows: Vec<LossRow> = connection.all(&of(query, span, portal, whose)).await?;
    let losses: Result<Vec<Vec<Loss>>> = rows.iter().map(LossRow::losses).collect();
    Ok(losses?.concat())
}

/// The history within a span, of some portal, of some applications.
fn of(mut query: SelectStatement, span: Span, portal: Option<&str>, whose: Whose) -> SelectStatement {
    let hers = || Expr::col(("h", "application_id")).equals(("a", "id"));
    let hidden = |column: &'static str| Expr::col(("a", column)).is_not_null();
    let history = Alias::new("h");
    match whose {
        Whose::All => query.from_as(HISTORY, history),
        Whose::Merged | Whose::Removed => query
            .from_as(APPLICATION, Alias::new("a"))
            .join_as(JoinType::InnerJoin, HISTORY, history, hers())
            .and_where(hidden(if whose == Whose::Merged { "merged_into" } else { "removed_at" })),
    };
    if let Some(portal) = portal {
        query.and_where(Expr::col(("h", "portal")).eq(portal));
    }
    query.and_where(Expr::col(("h", "at")).gte(span.from)).and_where(Expr::col(("h", "at")).lt(span.until));
    query
}

/// Notes that the days before one are counted; false where somebody else has gone on since `seen`.
pub(crate) async fn close(connection: &mut Connection<'_>, seen: Option<Day>, until: Day) -> Result<bool> {
    let Some(Day(seen)) = seen else {
        let insert = Query::insert()
            .into_table(CLOSED)
            .columns(["one", "day"])
            .values_panic([1_i64.into(), until.0.into()])
            .take();
        return match connection.run(&insert).await {
            Err(StoreError::Conflict(_)) => Ok(false),
            inserted => inserted.map(|_| true),
        };
    };
    let update = Query::update().table(CLOSED).value("day", until.0).and_where(Expr::col("day").eq(seen)).take();
    Ok(connection.run(&update).await? == 1)
}

/// Keeps what a day was counted to.
pub(crate) async fn keep(
    connection: &mut Connection<'_>,
    Day(day): Day,
    flows: &[Flow],
    losses: &[Loss],
) -> Result<()> {
    let (stage, sub_state) = (|status: Status| status.stage.as_str(), |status: Status| status.sub_state.as_str());
    for flows in flows.chunks(ROWS) {
        let mut insert = Query::insert();
        insert.into_table(DAY).columns(["day"].into_iter().chain(BY).chain(["waited", "records"]));
        for Flow { portal, from, to, waited, records } in flows {
            insert.values_panic([
                day.into(),
                portal.as_str().into(),
                stage(*to).into(),
                sub_state(*to).into(),
                from.map_or("", stage).into(),
                from.map_or("", sub_state).into(),
                waited.map_or(-1, |wait| i64::try_from(wait.number()).unwrap_or(i64::MAX)).into(),
                (*records).into(),
            ]);
        }
        connection.run(&insert).await?;
    }
    // Records of several reasons share some of them.
    let mut by_reason: BTreeMap<(&str, &str, &str, &str), i64> = BTreeMap::new();
    for Loss { portal, at, reason, records } in losses {
        let key = (portal.as_str(), stage(*at), sub_state(*at), reason.map_or("", Reason::as_str));
        *by_reason.entry(key).or_default() += records;
    }
    let by_reason: Vec<_> = by_reason.into_iter().collect();
    for losses in by_reason.chunks(ROWS) {
        let mut insert = Query::insert();
        insert.into_table(LOSS).columns(["day", "portal", "stage", "sub_state", "reason", "records"]);
        for ((portal, stage, sub_state, reason), records) in losses {
            insert.values_panic([
                day.into(),
                (*portal).into(),
                (*stage).into(),
                (*sub_state).into(),
                (*reason).into(),
                (*records).into(),
            ]);
        }
        connection.run(&insert).await?;
    }
    Ok(())
}
