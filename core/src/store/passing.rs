//! Tables whose rows are kept for a time and no longer, whoever they are of.

use sea_query::{Cond, Expr, ExprTrait, Query};

use super::{Result, connection::Connection};

/// A day, in microseconds.
pub(crate) const A_DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// For how long rows are kept.
pub(crate) struct Passing {
    pub(crate) table: &'static str,
    /// The column that says since when.
    pub(crate) since: &'static str,
    /// In microseconds.
    pub(crate) kept: i64,
    /// A column, and the number from which on a row stays all the same.
    pub(crate) below: Option<(&'static str, i64)>,
}

impl Passing {
    /// Whether there are rows whose time is over. Whoever looks again and again writes nothing meanwhile.
    pub(crate) async fn any(&self, connection: &mut Connection<'_>, now: i64) -> Result<bool> {
        let query =
            Query::select().expr(Expr::val(1_i64)).from(self.table).cond_where(self.passed(now)).limit(1).take();
        Ok(connection.number(&query).await? == 1)
    }

    /// Throws away the rows whose time is over.
    pub(crate) async fn forget(&self, connection: &mut Connection<'_>, now: i64) -> Result<u64> {
        let delete = Query::delete().from_table(self.table).cond_where(self.passed(now)).take();
        connection.run(&delete).await
    }

    fn passed(&self, now: i64) -> Cond {
        let since = || Expr::col(self.since);
        // Those of a clock that ran far ahead, too.
        let passed = Cond::any().add(since().lte(now - self.kept)).add(since().gte(now + self.kept));
        match self.below {
            None => passed,
            Some((column, least)) => Cond::all().add(passed).add(Expr::col(column).lt(least)),
        }
    }
}
