//! The engines: how each is opened, brought up to date and set for a session. To add one: a variant here, in [`Dialect`] and in
//! [`super::connection`], a folder of migrations, and its harness in `tests/src/engines.rs`.

use std::{
    path::Path,
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, Database, Executor, MySql, MySqlConnection, Pool, Postgres, Sqlite,
    migrate::{MigrateError, Migrator},
    mysql::{MySqlConnectOptions, MySqlDatabaseError},
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    Result, StoreError,
    connection::{Reader, Tx, Whole},
    dialect::Dialect,
    error,
};
use crate::private;

/// How long a writer waits for another one to finish its transaction.
const BUSY: Duration = Duration::from_secs(300);
/// How long a server that does not answer is tried, and a connection to one that does is waited for.
const UNREACHABLE: Duration = Duration::from_secs(30);
/// Between two tries to connect.
const AGAIN: Duration = Duration::from_millis(20);
/// Connections that read beside those that write.
const READERS: u32 = 4;
/// Transactions that write to a server at once; SQLite takes one.
const WRITERS: u32 = 4;
/// Statements that a connection keeps prepared.
const PREPARED: usize = 256;
/// Page cache of SQLite's writer in KiB, and of each reader: enough for the upper levels of every index.
const WRITER_CACHE: &str = "-16384";
const READER_CACHE: &str = "-4096";

/// How a session of a server is set. Each statement sees what was committed before it, so that who waited for a row sees it as it is
/// (docs/decisions/0008); nobody waits for one longer than [`BUSY`].
struct Session {
    writing: &'static str,
    reading: &'static str,
}

/// Without compilation: of tables that nobody has counted yet the planner thinks so much that it compiles every statement, which takes longer than to carry it out.
const POSTGRES: Session = Session {
    writing: "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED; SET lock_timeout = '300s'; SET jit = off",
    reading: "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; SET jit = off",
};
const MYSQL: Session = Session {
    writing: "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION innodb_lock_wait_timeout = 300",
    reading: "SET SESSION TRANSACTION READ ONLY",
};
/// A node of a Galera cluster carries out late what another one has kept: each transaction begins when it has caught up
/// (<https://mariadb.com/kb/en/galera-cluster-system-variables/#wsrep_sync_wait>). And it may take a transaction back without a word: what is written after that
/// is not kept by itself, so that COMMIT can refuse it ([`Whole`](super::connection::Whole)).
const GALERA: Session = Session {
    writing: "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION innodb_lock_wait_timeout = 300; SET SESSION wsrep_sync_wait = 1; \
              SET SESSION autocommit = 0",
    reading: "SET SESSION TRANSACTION READ ONLY; SET SESSION wsrep_sync_wait = 1",
};

/// The connections to a database.
#[derive(Debug)]
pub(super) struct Pools<D: Database> {
    /// Those that write. A transaction may wait for a reader, so readers are never taken from here.
    writers: Pool<D>,
    /// Those that read: they see the last commit and wait for nobody.
    readers: Pool<D>,
}

impl<D: Database> Clone for Pools<D> {
    fn clone(&self) -> Self {
        Self { writers: self.writers.clone(), readers: self.readers.clone() }
    }
}

/// An open database.
#[derive(Debug, Clone)]
pub(super) enum Engine {
    /// A file, or `:memory:` never: every connection would see another database. One connection writes: SQLite takes one writer at a time, and a
    /// queue is kinder than a busy error.
    Sqlite(Pools<Sqlite>),
    Postgres(Pools<Postgres>),
    /// MySQL or MariaDB, also a node of a Galera cluster: whether its transactions are seen to be whole.
    MySql(Pools<MySql>, Whole),
}

impl Engine {
    /// Opens the database that a URL names, makes it where it is a file that is missing, and brings its tables up to date. Gives what its
    /// errors name it by, too: the file, or the URL without a secret.
    pub(super) async fn open(url: &str) -> Result<(Self, Arc<str>)> {
        let (scheme, rest) = url.split_once(':').unwrap_or_default();
        match scheme {
            "sqlite" => {
                let file = file_of(rest).ok_or_else(|| not_understood(url))?;
                Ok((Self::Sqlite(sqlite(Path::new(file), file).await?), file.into()))
            }
            "postgres" | "postgresql" => {
                let place = without_secret(url);
                Ok((Self::Postgres(postgres(url, &place).await?), place.into()))
            }
            "mysql" | "mariadb" => {
                let place = without_secret(url);
                let (pools, whole) = mysql(url, &place).await?;
                Ok((Self::MySql(pools, whole), place.into()))
            }
            _ => Err(not_understood(url)),
        }
    }

    /// The file that a URL names, if it names one.
    pub(super) fn file(url: &str) -> Option<&Path> {
        match url.split_once(':') {
            Some(("sqlite", rest)) => file_of(rest).map(Path::new),
            _ => None,
        }
    }

    pub(super) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
            Self::MySql(..) => Dialect::MySql,
        }
    }

    pub(super) async fn read(&self, place: &Arc<str>) -> Result<Reader> {
        let (failed, place) = (StoreError::of(place), Arc::clone(place));
        Ok(match self {
            Self::Sqlite(pools) => Reader::Sqlite(pools.readers.acquire().await.map_err(failed)?, place),
            Self::Postgres(pools) => Reader::Postgres(pools.readers.acquire().await.map_err(failed)?, place),
            Self::MySql(pools, _) => Reader::MySql(pools.readers.acquire().await.map_err(failed)?, place),
        })
    }

    pub(super) async fn write(&self, place: &Arc<str>) -> Result<Tx> {
        let (failed, place) = (StoreError::of(place), Arc::clone(place));
        Ok(match self {
            Self::Sqlite(pools) => {
                Tx::Sqlite(pools.writers.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?, place)
            }
            Self::Postgres(pools) => Tx::Postgres(pools.writers.begin().await.map_err(failed)?, place),
            Self::MySql(pools, whole) => {
                let mut transaction = pools.writers.begin().await.map_err(&failed)?;
                whole.begin(&mut transaction).await.map_err(&failed)?;
                Tx::MySql(transaction, place, *whole)
            }
        })
    }

    /// Each pool's name, how many connections it has, and how many of these idle.
    pub(super) fn connections(&self) -> [(&'static str, usize, usize); 2] {
        match self {
            Self::Sqlite(pools) => pools.connections(),
            Self::Postgres(pools) => pools.connections(),
            Self::MySql(pools, _) => pools.connections(),
        }
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(pools) => pools.close().await,
            Self::Postgres(pools) => pools.close().await,
            Self::MySql(pools, _) => pools.close().await,
        }
    }
}

impl<D: Database> Pools<D> {
    fn connections(&self) -> [(&'static str, usize, usize); 2] {
        let of = |pool: &Pool<D>| (usize::try_from(pool.size()).unwrap_or_default(), pool.num_idle());
        let ((writing, idle_writing), (reading, idle_reading)) = (of(&self.writers), of(&self.readers));
        [("writers", writing, idle_writing), ("readers", reading, idle_reading)]
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

async fn sqlite(file: &Path, place: &str) -> Result<Pools<Sqlite>> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::create_folder(folder)
            .map_err(|error| StoreError::Folder { path: folder.display().to_string(), error })?;
    }
    // SQLite gives the files beside it the same permissions. Where it cannot be made, SQLite says why. Only a new file: to open and close
    // one that is in use would drop the locks that this process has on it.
    drop(private::writing().create_new(true).open(file));
    let failed = StoreError::of(place);
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        // Without it, INSERT OR REPLACE deletes past what refuses to DELETE. The triggers of what is append-only do without: others open the file, too.
        .pragma("recursive_triggers", "ON")
        // Rows of some hundred bytes: larger pages waste less at their ends and take fewer writes.
        .page_size(16384)
        .pragma("wal_autocheckpoint", "2000")
        // What a large import leaves of the log is cut off at the next write.
        .pragma("journal_size_limit", "67108864")
        // The claims of a large import are sorted on another core.
        .pragma("threads", "1")
        .statement_cache_capacity(PREPARED)
        .disable_statement_logging();
    let writing = SqlitePoolOptions::new().max_connections(1).acquire_timeout(BUSY);
    let writers = connect(&writing, options.clone().pragma("cache_size", WRITER_CACHE)).await.map_err(&failed)?;
    let tables = sqlx::migrate!("src/store/migrations/sqlite");
    if tables.run(&writers).await.is_err() {
        // Two programs that open a fresh file at once both begin to make its tables: the slower one is refused, waits here for
        // the quicker one to end, and finds them made.
        let mut tx = writers.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
        tables.run(&mut *tx).await.map_err(StoreError::of_migration(place))?;
        tx.commit().await.map_err(&failed)?;
    }
    let reading = SqlitePoolOptions::new().max_connections(READERS);
    let options = options.pragma("cache_size", READER_CACHE).pragma("query_only", "ON");
    let readers = connect(&reading, options).await.map_err(&failed)?;
    Ok(Pools { writers, readers })
}

/// Connects. Of two programs that open a fresh file at once, one is refused without having waited while the other turns its log on: it waits
/// here.
async fn connect(pool: &SqlitePoolOptions, options: SqliteConnectOptions) -> sqlx::Result<Pool<Sqlite>> {
    let began = Instant::now();
    loop {
        match pool.clone().connect_with(options.clone()).await {
            Err(error) if error::is_busy(&error) && began.elapsed() < BUSY => tokio::time::sleep(AGAIN).await,
            connected => return connected,
        }
    }
}

async fn postgres(url: &str, place: &str) -> Result<Pools<Postgres>> {
    let options = PgConnectOptions::from_str(url).map_err(|_| not_understood(url))?;
    let options = options.application_name("satu").statement_cache_capacity(PREPARED).disable_statement_logging();
    let pools = server(POSTGRES, options).await.map_err(StoreError::of(place))?;
    sqlx::migrate!("src/store/migrations/postgres")
        .run(&pools.writers)
        .await
        .map_err(StoreError::of_migration(place))?;
    Ok(pools)
}

async fn mysql(url: &str, place: &str) -> Result<(Pools<MySql>, Whole)> {
    let failed = StoreError::of(place);
    let options = MySqlConnectOptions::from_str(url).map_err(|_| not_understood(url))?;
    let options = options.statement_cache_capacity(PREPARED).disable_statement_logging();
    let (session, whole) =
        if is_a_node(&options).await.map_err(&failed)? { (GALERA, Whole::Seen) } else { (MYSQL, Whole::Told) };
    let mut alone = options.connect().await.map_err(&failed)?;
    alone.execute(sqlx::raw_sql(session.writing)).await.map_err(&failed)?;
    alone.execute(sqlx::raw_sql("SET SESSION autocommit = 1")).await.map_err(&failed)?;
    let pools = server(session, options).await.map_err(&failed)?;
    let mut tables = sqlx::migrate!("src/store/migrations/mysql");
    // The lock that it would take is one that a Galera cluster does not have.
    tables.set_locking(false);
    make_tables(&tables, &mut alone).await.map_err(StoreError::of_migration(place))?;
    sqlx::Connection::close(alone).await.map_err(&failed)?;
    Ok((pools, whole))
}

/// Whether a server is a node of a Galera cluster.
async fn is_a_node(options: &MySqlConnectOptions) -> sqlx::Result<bool> {
    let asked = sqlx::query("SHOW VARIABLES WHERE Variable_name = 'wsrep_on' AND Value = 'ON'");
    let mut connection = options.connect().await?;
    let on = asked.fetch_optional(&mut connection).await?;
    sqlx::Connection::close(connection).await?;
    Ok(on.is_some())
}

/// Makes the tables where every statement is kept at once and nothing locks others out: who comes second is refused, waits for the quicker one to
/// end, and finds them made.
async fn make_tables(tables: &Migrator, connection: &mut MySqlConnection) -> std::result::Result<(), MigrateError> {
    const PATIENCE: Duration = Duration::from_secs(20);
    let began = Instant::now();
    loop {
        match tables.run(&mut *connection).await {
            Err(error) if is_made_by_another(&error) && began.elapsed() < PATIENCE => tokio::time::sleep(AGAIN).await,
            done => return done,
        }
    }
}

fn is_made_by_another(error: &MigrateError) -> bool {
    match error {
        MigrateError::Dirty(_) => true,
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            let inner = error.as_database_error().and_then(|inner| inner.try_downcast_ref::<MySqlDatabaseError>());
            // The table, or the record that it is being made, is there already.
            inner.is_some_and(|inner| matches!(inner.number(), 1050 | 1062))
        }
        _ => false,
    }
}

/// The pools of a server. The first connection is made at once, so that a server that is not there is told.
async fn server<D: Database>(
    Session { writing, reading }: Session,
    options: <D::Connection as sqlx::Connection>::Options,
) -> sqlx::Result<Pools<D>>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
{
    let pool = |connections: u32, session: &'static str| {
        PoolOptions::<D>::new().max_connections(connections).acquire_timeout(UNREACHABLE).after_connect(
            move |connection, _| Box::pin(async move { connection.execute(sqlx::raw_sql(session)).await.map(drop) }),
        )
    };
    // A pool would try for as long as a connection is waited for.
    drop(options.connect().await?);
    let writers = pool(WRITERS, writing).connect_lazy_with(options.clone());
    Ok(Pools { writers, readers: pool(READERS, reading).connect_lazy_with(options) })
}

fn not_understood(url: &str) -> StoreError {
    StoreError::Url { url: without_secret(url) }
}

/// The file that the rest of a URL names after its scheme.
fn file_of(rest: &str) -> Option<&str> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    // SQLite takes a name in colons for no file.
    (!path.is_empty() && !path.starts_with(':')).then_some(path)
}

/// A URL without user, password and parameters, for a message.
pub(super) fn without_secret(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (secret, place) = rest.rsplit_once('@').map_or((None, rest), |(secret, place)| (Some(secret), place));
    let place = place.split('?').next().unwrap_or_default();
    format!("{scheme}://{}{place}", secret.map_or("", |_| "…@"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::user_and_password("mysql://hr:rahasia@db.example.id:3306/satu", "mysql://…@db.example.id:3306/satu")]
    #[case::a_password_with_an_at("postgres://hr:p@ss/word@db/satu", "postgres://…@db/satu")]
    #[case::a_password_among_the_parameters("postgres://db/satu?password=rahasia", "postgres://db/satu")]
    #[case::no_secret("postgres://db/satu", "postgres://db/satu")]
    #[case::a_file("sqlite:satu.db", "sqlite:satu.db")]
    fn no_message_tells_a_secret(#[case] url: &str, #[case] told: &str) {
        assert_eq!(without_secret(url), told);
    }

    #[rstest]
    #[tokio::test]
    async fn what_names_no_database_is_refused(
        #[values("satu.db", "sqlite:", "sqlite::memory:", "oracle://db/satu", "postgres://db:port/satu", "")] url: &str,
    ) {
        assert!(matches!(Engine::open(url).await, Err(StoreError::Url { .. })));
    }
}
