//! One connection on any engine: renders a statement, binds it, runs it.

use std::{path::Path, sync::Arc};

use sea_query::{
    DeleteStatement, InsertStatement, SelectStatement, SqliteQueryBuilder, UpdateStatement, Value, Values,
};
use sea_query_sqlx::{SqlxBinder, SqlxValues};
use sqlx::{
    AssertSqlSafe, FromRow, IntoArguments, Sqlite, SqliteConnection, Transaction,
    pool::PoolConnection,
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{Result, StoreError};

/// A row struct that every engine can fill.
pub(crate) trait Record: Send + Unpin + for<'r> FromRow<'r, SqliteRow> {}
impl<T: Send + Unpin + for<'r> FromRow<'r, SqliteRow>> Record for T {}

/// A pooled connection that only reads, and the file that it reads.
pub(crate) enum Reader {
    Sqlite(PoolConnection<Sqlite>, Arc<Path>),
}

impl Reader {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection, file) => Connection::Sqlite(connection, file),
        }
    }
}

/// A write transaction, and the file that it writes.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>, Arc<Path>),
}

impl Tx {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(transaction, file) => Connection::Sqlite(transaction, file),
        }
    }

    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction, file) => transaction.commit().await.map_err(StoreError::of(&file)),
        }
    }
}

/// Values in the form in which an engine's driver takes them.
pub(crate) enum Arguments {
    Sqlite(SqliteArguments),
}

impl Arguments {
    pub(crate) fn of(values: Vec<Value>) -> Self {
        Self::Sqlite(SqlxValues(Values(values)).into_arguments())
    }
}

/// Where statements run, and the file that an error of theirs names.
pub(crate) enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection, &'a Path),
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
            Self::Sqlite(connection, file) => {
                let (sql, values) = statement.sqlite();
                let rows = sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_all(&mut **connection).await;
                rows.map_err(StoreError::of(file))
            }
        }
    }

    /// The first row of a query.
    pub(crate) async fn first<T: Record>(&mut self, statement: &impl Statement) -> Result<Option<T>> {
        match self {
            Self::Sqlite(connection, file) => {
                let (sql, values) = statement.sqlite();
                let row = sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_optional(&mut **connection).await;
                row.map_err(StoreError::of(file))
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
            Self::Sqlite(connection, file) => {
                let (sql, values) = statement.sqlite();
                let done = sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut **connection).await;
                Ok(done.map_err(StoreError::of(file))?.rows_affected())
            }
        }
    }

    /// Runs SQL that is written by hand for each engine, with `?` for every value.
    pub(crate) async fn run_text(&mut self, sql: String, Values(values): Values) -> Result<u64> {
        self.run_bound(sql, Arguments::of(values)).await
    }

    /// The same, with the values as the driver takes them.
    pub(crate) async fn run_bound(&mut self, sql: String, arguments: Arguments) -> Result<u64> {
        match (self, arguments) {
            (Self::Sqlite(connection, file), Arguments::Sqlite(arguments)) => {
                let done = sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut **connection).await;
                Ok(done.map_err(StoreError::of(file))?.rows_affected())
            }
        }
    }

    /// Reads by SQL that is written by hand for each engine.
    pub(crate) async fn all_text<T: Record>(&mut self, sql: &'static str) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(connection, file) => {
                sqlx::query_as(sql).fetch_all(&mut **connection).await.map_err(StoreError::of(file))
            }
        }
    }

    /// Writes what is there already, so that nothing changes: an error says why nothing can be written.
    pub(crate) async fn probe_writing(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(..) => {
                let version =
                    self.all_text::<(i64,)>("PRAGMA user_version").await?.pop().map_or(0, |(version,)| version);
                self.run_text(format!("PRAGMA user_version = {version}"), Values(Vec::new())).await.map(drop)
            }
        }
    }

    /// What the engine itself finds wrong with its file.
    pub(crate) async fn integrity(&mut self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(..) => Ok(self
                .all_text::<(String,)>("PRAGMA quick_check")
                .await?
                .into_iter()
                .map(|(line,)| line)
                .filter(|line| line != "ok")
                .collect()),
        }
    }
}
