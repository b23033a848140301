//! `daily_task`: what is done once a day, by whichever process comes first.

use sea_query::{Expr, ExprTrait, Query};
use uuid::Uuid;

use super::{Result, connection::Connection};

const TABLE: &str = "daily_task";
/// Whoever began so long ago is believed to be gone; so far ahead it was a clock that is right again.
const PATIENCE: i64 = 3_600_000_000;

/// Begins a task; false where it was done on that day, or somebody is at it. One statement looks and takes it: of several who come at once one has it.
/// Done on another day is not done on this one, be it a later one: a clock that ran ahead and was set back stops nothing.
pub(crate) async fn begin(connection: &mut Connection<'_>, task: &str, day: i64, now: i64) -> Result<bool> {
    let update = Query::update()
        .table(TABLE)
        .value("begun_at", now)
        .and_where(Expr::col("task").eq(task))
        .and_where(Expr::col("day").ne(day))
        .and_where(Expr::col("begun_at").not_between(now.saturating_sub(PATIENCE), now.saturating_add(PATIENCE)))
        .take();
    if connection.run(&update).await? == 1 {
        return Ok(true);
    }
    // An earlier run of this step may have been kept, though its answer was lost: nobody else began in the same microsecond.
    let query = Query::select().column("begun_at").from(TABLE).and_where(Expr::col("task").eq(task)).take();
    Ok(connection.first::<(i64,)>(&query).await? == Some((now,)))
}

/// Until which instant a task has looked at everybody, by the clock that it last went by; none: it was never done.
pub(crate) async fn reached(connection: &mut Connection<'_>, task: &str) -> Result<Option<i64>> {
    let query = Query::select().column("reached").from(TABLE).and_where(Expr::col("task").eq(task)).take();
    Ok(connection.first::<(Option<i64>,)>(&query).await?.and_then(|(reached,)| reached))
}

/// Ends a task: it is done for that day, and until that instant, or else somebody may begin it again.
pub(crate) async fn end(connection: &mut Connection<'_>, task: &str, done: Option<(i64, i64)>) -> Result<()> {
    let mut update = Query::update().table(TABLE).value("begun_at", 0_i64).and_where(Expr::col("task").eq(task)).take();
    if let Some((day, reached)) = done {
        update.value("day", day).value("reached", reached);
    }
    connection.run(&update).await?;
    Ok(())
}

/// How far a task has come that goes on from day to day.
pub(crate) async fn passed(connection: &mut Connection<'_>, task: &str) -> Result<Option<Uuid>> {
    let query = Query::select().column("passed").from(TABLE).and_where(Expr::col("task").eq(task)).take();
    Ok(connection.first::<(Option<Uuid>,)>(&query).await?.and_then(|(passed,)| passed))
}

/// Keeps how far a task has come.
pub(crate) async fn set_passed(connection: &mut Connection<'_>, task: &str, passed: Uuid) -> Result<()> {
    let update = Query::update().table(TABLE).value("passed", passed).and_where(Expr::col("task").eq(task)).take();
    connection.run(&update).await?;
    Ok(())
}
