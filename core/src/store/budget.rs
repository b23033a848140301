//! `code_budget`: one-time codes that were sent in a day, in all and to each block of numbers.

use sea_query::{Expr, ExprTrait, OnConflict, Query};

use super::{Result, connection::Connection};

const TABLE: &str = "code_budget";

/// What came of spending one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spending {
    /// It was the first of the day, or one of the first who came at once.
    First,
    /// There was one left.
    Another,
    /// None is left.
    Over,
}

/// Spends one of the `most` of a day. One statement counts and compares: however many spend at once, no more are spent.
pub(crate) async fn spend(connection: &mut Connection<'_>, day: i64, spent_on: &str, most: u32) -> Result<Spending> {
    let another = Query::update()
        .table(TABLE)
        .value("sent", Expr::col("sent").add(1))
        .and_where(Expr::col("day").eq(day))
        .and_where(Expr::col("spent_on").eq(spent_on))
        .and_where(Expr::col("sent").lt(i64::from(most)))
        .take();
    if connection.run(&another).await? == 1 {
        return Ok(Spending::Another);
    }
    // There is none of the day yet, or none is left. That it is there already is told by no engine alike, so it is spent once more.
    let none_yet = Query::insert()
        .into_table(TABLE)
        .columns(["day", "spent_on", "sent"])
        .values_panic([day.into(), spent_on.into(), 0_i64.into()])
        .on_conflict(OnConflict::columns(["day", "spent_on"]).do_nothing_on(["day", "spent_on"]).to_owned())
        .take();
    connection.run(&none_yet).await?;
    Ok(if connection.run(&another).await? == 1 { Spending::First } else { Spending::Over })
}

/// Forgets the days before one.
pub(crate) async fn forget_before(connection: &mut Connection<'_>, day: i64) -> Result<()> {
    let delete = Query::delete().from_table(TABLE).and_where(Expr::col("day").lt(day)).take();
    connection.run(&delete).await?;
    Ok(())
}
