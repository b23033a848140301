//! The store: the only module that knows SQL.
//!
//! One set of statements is built with `sea-query` and rendered for the engine that the URL names; migrations stand in a folder
//! per engine. SQLite is embedded: write-ahead log, one writer, several readers, every write in `BEGIN IMMEDIATE`.
//! To add an engine: a variant of [`Engine`] and of [`connection::Connection`], a folder of migrations, and the conformance
//! suite's URL.
//!
//! Each file below holds the statements of one table and says what they promise; none decides anything.

pub mod answers;
pub(crate) mod applications;
pub(crate) mod batches;
pub(crate) mod bulk;
pub(crate) mod connection;
mod error;
pub(crate) mod identifiers;
pub(crate) mod mappings;
mod packed;
pub(crate) mod reviews;
pub(crate) mod rows;
pub(crate) mod sources;

use std::{
    collections::HashSet,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use error::{FileFault, StoreError};

use crate::{private, time::Clock};
use connection::{Connection, Reader, Tx};

/// The result of a call to the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// How long a writer waits for another process to finish its transaction.
const BUSY: Duration = Duration::from_secs(300);
/// Between two tries to connect.
const AGAIN: Duration = Duration::from_millis(20);
/// Connections that read while one writes.
const READERS: u32 = 4;
/// Page cache of the writer in KiB, and of each reader: enough for the upper levels of every index.
const WRITER_CACHE: &str = "-24576";
const READER_CACHE: &str = "-4096";

/// The database behind the program. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    clock: Clock,
}

/// The engines that the store runs on.
#[derive(Debug, Clone)]
enum Engine {
    /// A file, or `:memory:` never: every connection would see another database.
    Sqlite {
        /// The file.
        file: Arc<Path>,
        /// One connection: SQLite takes one writer at a time, and a queue is kinder than a busy error.
        writer: SqlitePool,
        /// Readers see the last commit and never wait.
        readers: SqlitePool,
    },
}

impl Store {
    /// Opens the database that `url` names (`sqlite:PATH`), creates it if it is missing, and brings its tables up to date.
    ///
    /// # Errors
    /// An unknown scheme, a file that cannot be opened or is no database, a failed migration.
    pub async fn open(url: &str, clock: Clock) -> Result<Self> {
        let file = file_of(url)?;
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            private::create_folder(folder)
                .map_err(|error| StoreError::Folder { path: folder.display().to_string(), error })?;
        }
        // SQLite gives the files beside it the same permissions. Where it cannot be made, SQLite says why. Only a new file: to open and close
        // one that is in use would drop the locks that this process has on it.
        drop(private::writing().create_new(true).open(file));
        let failed = StoreError::of(file);
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            // Without it, INSERT OR REPLACE would delete history past its trigger.
            .pragma("recursive_triggers", "ON")
            // Rows of some hundred bytes: larger pages waste less at their ends and take fewer writes.
            .page_size(16384)
            .pragma("wal_autocheckpoint", "2000")
            // The claims of a large import are sorted on another core.
            .pragma("threads", "1")
            .statement_cache_capacity(256)
            .disable_statement_logging();
        let writing = SqlitePoolOptions::new().max_connections(1).acquire_timeout(BUSY);
        let writer = connect(&writing, options.clone().pragma("cache_size", WRITER_CACHE)).await.map_err(&failed)?;
        let tables = sqlx::migrate!("src/store/migrations/sqlite");
        if tables.run(&writer).await.is_err() {
            // Two programs that open a fresh file at once both begin to make its tables: the slower one is refused, waits here for
            // the quicker one to end, and finds them made.
            let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
            tables.run(&mut *tx).await.map_err(StoreError::of_migration(file))?;
            tx.commit().await.map_err(&failed)?;
        }
        let reading = SqlitePoolOptions::new().max_connections(READERS);
        let options = options.pragma("cache_size", READER_CACHE).pragma("query_only", "ON");
        let readers = connect(&reading, options).await.map_err(&failed)?;
        Ok(Self { engine: Engine::Sqlite { file: file.into(), writer, readers }, clock })
    }

    /// The engine's name: `sqlite`.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite { .. } => "sqlite",
        }
    }

    /// The clock that stamps what is written.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A connection that sees the last commit and cannot write.
    pub(crate) async fn read(&self) -> Result<Reader> {
        match &self.engine {
            Engine::Sqlite { file, readers, .. } => {
                let connection = readers.acquire().await.map_err(StoreError::of(file))?;
                Ok(Reader::Sqlite(connection, Arc::clone(file)))
            }
        }
    }

    /// A write transaction; dropped without [`Tx::commit`] it leaves nothing behind.
    pub(crate) async fn write(&self) -> Result<Tx> {
        match &self.engine {
            Engine::Sqlite { file, writer, .. } => {
                let transaction = writer.begin_with("BEGIN IMMEDIATE").await.map_err(StoreError::of(file))?;
                Ok(Tx::Sqlite(transaction, Arc::clone(file)))
            }
        }
    }

    /// Closes every connection after what it is doing.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }

    /// What `satu doctor` asks: is the file sound, can it be written, and does every promise hold? One line per finding, also for what
    /// a damaged file does not answer; none when all is well.
    pub async fn check(&self) -> Vec<String> {
        match self.read().await {
            Ok(mut reader) => {
                let mut connection = reader.connection();
                let mut findings = found(connection.integrity().await);
                findings.extend(found(identifiers::broken_claims(&mut connection).await));
                findings.extend(found(sources::broken_claims(&mut connection).await));
                findings.extend(found(applications::drifted_status(&mut connection).await));
                findings.extend(found(self.probe_writing().await.map(|()| Vec::new())));
                // A damaged file gives the same answer to every question.
                let mut said = HashSet::new();
                findings.retain(|finding| said.insert(finding.clone()));
                findings
            }
            Err(error) => vec![error.to_string()],
        }
    }

    async fn probe_writing(&self) -> Result<()> {
        let mut tx = self.write().await?;
        tx.connection().probe_writing().await?;
        tx.commit().await
    }
}

/// Whether there is nobody whom a row could be like: no application, no question and no shared number. What the import that runs has written
/// counts only from the claims at its end.
pub(crate) async fn holds_nobody(connection: &mut Connection<'_>) -> Result<bool> {
    Ok(sources::none(connection).await? && reviews::none(connection).await? && identifiers::none(connection).await?)
}

/// Connects. Of two programs that open a fresh file at once, one is refused without having waited while the other turns its log on: it waits
/// here.
async fn connect(pool: &SqlitePoolOptions, options: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    let began = Instant::now();
    loop {
        match pool.clone().connect_with(options.clone()).await {
            Err(error) if error::is_busy(&error) && began.elapsed() < BUSY => tokio::time::sleep(AGAIN).await,
            connected => return connected,
        }
    }
}

/// What a question found; a question without an answer is a finding.
fn found(answer: Result<Vec<String>>) -> Vec<String> {
    answer.unwrap_or_else(|error| vec![error.to_string()])
}

/// The file that a URL names.
fn file_of(url: &str) -> Result<&Path> {
    let path = url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
    // SQLite takes a name in colons for no file.
    let path = path.filter(|path| !path.is_empty() && !path.starts_with(':'));
    path.map(Path::new).ok_or_else(|| StoreError::Url { url: without_secret(url) })
}

/// A URL without user and password, for a message.
fn without_secret(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(end)) if end > start => format!("{}://…{}", &url[..start], &url[end..]),
        _ => url.to_owned(),
    }
}
