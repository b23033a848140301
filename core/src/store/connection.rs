//! One connection on any engine: renders a statement, binds it, runs it.

use std::sync::Arc;

use sea_query::{Value, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, Executor as _, FromRow, IntoArguments, MySql, MySqlConnection, PgConnection, Postgres, Sqlite,
    SqliteConnection, Transaction,
    error::BoxDynError,
    mysql::{MySqlArguments, MySqlRow},
    pool::PoolConnection,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{
    Result, StoreError,
    dialect::{Dialect, Statement},
    watch,
};

/// A row struct that every engine can fill.
pub(crate) trait Record:
    Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, MySqlRow>
{
}
impl<T> Record for T where
    T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, MySqlRow>
{
}

/// A pooled connection that only reads, and the database that it reads.
pub(crate) enum Reader {
    Sqlite(PoolConnection<Sqlite>, Arc<str>),
    Postgres(PoolConnection<Postgres>, Arc<str>),
    MySql(PoolConnection<MySql>, Arc<str>),
}

impl Reader {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection, place) => Connection::Sqlite(connection, place),
            Self::Postgres(connection, place) => Connection::Postgres(connection, place),
            Self::MySql(connection, place) => Connection::MySql(connection, place),
        }
    }
}

/// Whether a transaction is whole when it is committed.
///
/// A node of a Galera cluster takes a transaction back in favour of another node's, and says so to the next statement; but not where that happens while it has just
/// answered that a statement is prepared (the answer has left, and the error with it). What is written after that is a transaction of its own, without what was written
/// and held before, and would be committed as if it were whole. So it has a savepoint at its beginning, which goes with it: where that is gone, nothing is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// The server tells when a transaction was taken back.
    Told,
    /// It is looked.
    Seen,
}

impl Whole {
    pub(super) async fn begin(self, transaction: &mut Transaction<'static, MySql>) -> sqlx::Result<()> {
        self.run(transaction, "SAVEPOINT begun").await
    }

    async fn end(self, transaction: &mut Transaction<'static, MySql>) -> sqlx::Result<()> {
        self.run(transaction, "RELEASE SAVEPOINT begun").await
    }

    async fn run(self, transaction: &mut Transaction<'static, MySql>, sql: &'static str) -> sqlx::Result<()> {
        match self {
            Self::Told => Ok(()),
            // As plain text: that is told of every interruption.
            Self::Seen => (&mut **transaction).execute(sqlx::raw_sql(sql)).await.map(drop),
        }
    }
}

/// A write transaction, and the database that it writes.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>, Arc<str>),
    Postgres(Transaction<'static, Postgres>, Arc<str>),
    MySql(Transaction<'static, MySql>, Arc<str>, Whole),
}

impl Tx {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(transaction, place) => Connection::Sqlite(transaction, place),
            Self::Postgres(transaction, place) => Connection::Postgres(transaction, place),
            Self::MySql(transaction, place, _) => Connection::MySql(transaction, place),
        }
    }

    pub(crate) async fn commit(self) -> Result<()> {
        let (Self::Sqlite(_, place) | Self::Postgres(_, place) | Self::MySql(_, place, _)) = &self;
        watch::pass(place, "COMMIT")?;
        let (done, place) = match self {
            Self::Sqlite(transaction, place) => (transaction.commit().await, place),
            Self::Postgres(transaction, place) => (transaction.commit().await, place),
            Self::MySql(mut transaction, place, whole) => match whole.end(&mut transaction).await {
                Ok(()) => (transaction.commit().await, place),
                Err(error) => (Err(error), place),
            },
        };
        done.map_err(StoreError::of(&place))
    }
}

/// Values in the form in which an engine's driver takes them, or why it does not.
pub(crate) enum Arguments {
    Sqlite(SqliteArguments),
    Postgres(std::result::Result<PgArguments, BoxDynError>),
    MySql(MySqlArguments),
}

impl Arguments {
    pub(crate) fn of(dialect: Dialect, values: Vec<Value>) -> Self {
        let values = SqlxValues(Values(values));
        match dialect {
            Dialect::Sqlite => Self::Sqlite(IntoArguments::<Sqlite>::into_arguments(values)),
            Dialect::Postgres => Self::Postgres(Ok(IntoArguments::<Postgres>::into_arguments(values))),
            Dialect::MySql => Self::MySql(IntoArguments::<MySql>::into_arguments(values)),
        }
    }
}

/// Where statements run, and the database that an error of theirs names.
pub(crate) enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection, &'a str),
    Postgres(&'a mut PgConnection, &'a str),
    MySql(&'a mut MySqlConnection, &'a str),
}

/// The same expression for every engine's driver.
macro_rules! on_each {
    ($which:expr, $connection:ident => $answer:expr) => {
        match $which {
            Connection::Sqlite($connection, place) => $answer.map_err(StoreError::of(place)),
            Connection::Postgres($connection, place) => $answer.map_err(StoreError::of(place)),
            Connection::MySql($connection, place) => $answer.map_err(StoreError::of(place)),
        }
    };
}

impl Connection<'_> {
    /// The SQL that is spoken here.
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(..) => Dialect::Sqlite,
            Self::Postgres(..) => Dialect::Postgres,
            Self::MySql(..) => Dialect::MySql,
        }
    }

    const fn place(&self) -> &str {
        match self {
            Self::Sqlite(_, place) | Self::Postgres(_, place) | Self::MySql(_, place) => place,
        }
    }

    /// Every row of a query.
    pub(crate) async fn all<T: Record>(&mut self, statement: &impl Statement) -> Result<Vec<T>> {
        let (sql, values) = statement.render(self.dialect());
        watch::pass(self.place(), &sql)?;
        let sql = AssertSqlSafe(sql);
        on_each!(self, connection => sqlx::query_as_with(sql, values).fetch_all(&mut **connection).await)
    }

    /// The first row of a query.
    pub(crate) async fn first<T: Record>(&mut self, statement: &impl Statement) -> Result<Option<T>> {
        let (sql, values) = statement.render(self.dialect());
        watch::pass(self.place(), &sql)?;
        let sql = AssertSqlSafe(sql);
        on_each!(self, connection => sqlx::query_as_with(sql, values).fetch_optional(&mut **connection).await)
    }

    /// The single number that a query such as COUNT gives; 0 when it gives none.
    pub(crate) async fn number(&mut self, statement: &impl Statement) -> Result<i64> {
        Ok(self.first::<(Option<i64>,)>(statement).await?.and_then(|(number,)| number).unwrap_or(0))
    }

    /// Runs a statement and gives the number of rows that it found and changed; one that is changed to what it is counts.
    pub(crate) async fn run(&mut self, statement: &impl Statement) -> Result<u64> {
        let (sql, SqlxValues(Values(values))) = statement.render(self.dialect());
        self.run_bound(sql, Arguments::of(self.dialect(), values)).await
    }

    /// Runs SQL that is written by hand, with `?` for every value.
    pub(crate) async fn run_text(&mut self, sql: String, values: Vec<Value>) -> Result<u64> {
        let dialect = self.dialect();
        self.run_bound(dialect.places(sql), Arguments::of(dialect, values)).await
    }

    /// Runs SQL as the engine takes it, with the values as its driver takes them.
    pub(crate) async fn run_bound(&mut self, sql: String, arguments: Arguments) -> Result<u64> {
        watch::pass(self.place(), &sql)?;
        let sql = AssertSqlSafe(sql);
        let (changed, place) = match (self, arguments) {
            (Self::Sqlite(connection, place), Arguments::Sqlite(arguments)) => {
                let done = sqlx::query_with(sql, arguments).execute(&mut **connection).await;
                (done.map(|done| done.rows_affected()), place)
            }
            (Self::Postgres(connection, place), Arguments::Postgres(Ok(arguments))) => {
                let done = sqlx::query_with(sql, arguments).execute(&mut **connection).await;
                (done.map(|done| done.rows_affected()), place)
            }
            (Self::MySql(connection, place), Arguments::MySql(arguments)) => {
                let done = sqlx::query_with(sql, arguments).execute(&mut **connection).await;
                (done.map(|done| done.rows_affected()), place)
            }
            (Self::Postgres(_, place), Arguments::Postgres(Err(error))) => (Err(sqlx::Error::Encode(error)), place),
            (Self::Sqlite(_, place) | Self::Postgres(_, place) | Self::MySql(_, place), _) => {
                (Err(sqlx::Error::Encode("these values were made for another engine".into())), place)
            }
        };
        changed.map_err(StoreError::of(place))
    }

    /// Reads by SQL that is written by hand and takes no values.
    pub(crate) async fn all_text<T: Record>(&mut self, sql: &'static str) -> Result<Vec<T>> {
        watch::pass(self.place(), sql)?;
        on_each!(self, connection => sqlx::query_as(sql).fetch_all(&mut **connection).await)
    }

    /// Writes so that nothing changes: an error says why nothing can be written.
    pub(crate) async fn probe_writing(&mut self) -> Result<()> {
        let sql = match self {
            Self::Sqlite(..) => {
                let version =
                    self.all_text::<(i64,)>("PRAGMA user_version").await?.pop().map_or(0, |(version,)| version);
                format!("PRAGMA user_version = {version}")
            }
            // No key is empty.
            Self::Postgres(..) | Self::MySql(..) => "DELETE FROM kept_answer WHERE request_key = ''".to_owned(),
        };
        self.run_text(sql, Vec::new()).await.map(drop)
    }

    /// Says whether what is deleted or changed from here on is overwritten in the file, or only given free. A server looks after its own.
    pub(crate) async fn overwrite_deleted(&mut self, overwrite: bool) -> Result<()> {
        match self {
            Self::Sqlite(..) => {
                self.run_text(format!("PRAGMA secure_delete = {}", i64::from(overwrite)), Vec::new()).await.map(drop)
            }
            Self::Postgres(..) | Self::MySql(..) => Ok(()),
        }
    }

    /// What the engine itself finds wrong with its file; a server looks after its own.
    pub(crate) async fn integrity(&mut self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(..) => Ok(self
                .all_text::<(String,)>("PRAGMA quick_check")
                .await?
                .into_iter()
                .map(|(line,)| line)
                .filter(|line| line != "ok")
                .collect()),
            Self::Postgres(..) | Self::MySql(..) => Ok(Vec::new()),
        }
    }
}
