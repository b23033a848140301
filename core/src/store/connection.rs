//! One connection on any engine: renders a statement, binds it, runs it.

use sea_query::{DeleteStatement, InsertStatement, SelectStatement, SqliteQueryBuilder, UpdateStatement, Values};
use sea_query_sqlx::{SqlxBinder, SqlxValues};
use sqlx::{AssertSqlSafe, FromRow, Sqlite, SqliteConnection, Transaction, pool::PoolConnection, sqlite::SqliteRow};

use super::Result;

/// A row struct that every engine can fill.
pub(crate) trait Record: Send + Unpin + for<'r> FromRow<'r, SqliteRow> {}
impl<T: Send + Unpin + for<'r> FromRow<'r, SqliteRow>> Record for T {}

/// A pooled connection that only reads.
pub(crate) enum Reader {
    Sqlite(PoolConnection<Sqlite>),
}

impl Reader {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection) => Connection::Sqlite(connection),
        }
    }
}

/// A write transaction.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
}

impl Tx {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(transaction) => Connection::Sqlite(transaction),
        }
    }

    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => Ok(transaction.commit().await?),
        }
    }
}

/// Where statements run.
pub(crate) enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
}

/// A statement that sea-query can render for every engine.
pub(crate) trait Statement {
    fn sqlite(&self) -> (String, SqlxValues);
}

macro_rules! statement {
    ($($kind:ty),+) => {$(
        impl Statement for $kind {
            fn sqlite(&self) -> (String, SqlxValues) {
                self.build_sqlx(SqliteQueryBuilder)
            }
        }
    )+};
}
statement!(SelectStatement, InsertStatement, UpdateStatement, DeleteStatement);

impl Connection<'_> {
    /// Every row of a query.
    pub(crate) async fn all<T: Record>(&mut self, statement: &impl Statement) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(connection) => {
                let (sql, values) = statement.sqlite();
                Ok(sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_all(&mut **connection).await?)
            }
        }
    }

    /// The first row of a query.
    pub(crate) async fn first<T: Record>(&mut self, statement: &impl Statement) -> Result<Option<T>> {
        match self {
            Self::Sqlite(connection) => {
                let (sql, values) = statement.sqlite();
                Ok(sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_optional(&mut **connection).await?)
            }
        }
    }

    /// The single number that a query such as COUNT gives; 0 when it gives none.
    pub(crate) async fn number(&mut self, statement: &impl Statement) -> Result<i64> {
        Ok(self.first::<(Option<i64>,)>(statement).await?.and_then(|(number,)| number).unwrap_or(0))
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(crate) async fn run(&mut self, statement: &impl Statement) -> Result<u64> {
        match self {
            Self::Sqlite(connection) => {
                let (sql, values) = statement.sqlite();
                Ok(sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut **connection).await?.rows_affected())
            }
        }
    }

    /// Runs SQL that is written by hand for each engine, with `?` for every value.
    pub(crate) async fn run_text(&mut self, sql: String, values: Values) -> Result<u64> {
        match self {
            Self::Sqlite(connection) => Ok(sqlx::query_with(AssertSqlSafe(sql), SqlxValues(values))
                .execute(&mut **connection)
                .await?
                .rows_affected()),
        }
    }

    /// Reads by SQL that is written by hand for each engine.
    pub(crate) async fn all_text<T: Record>(&mut self, sql: &'static str) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(connection) => Ok(sqlx::query_as(sql).fetch_all(&mut **connection).await?),
        }
    }

    /// What the engine itself finds wrong with its file.
    pub(crate) async fn integrity(&mut self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(_) => Ok(self
                .all_text::<(String,)>("PRAGMA quick_check")
                .await?
                .into_iter()
                .map(|(line,)| line)
                .filter(|line| line != "ok")
                .collect()),
        }
    }
}
