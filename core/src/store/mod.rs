//! The store: the only module that knows SQL.
//!
//! One set of statements is built with `sea-query` and rendered for the engine that the URL names; migrations stand in a folder
//! per engine. SQLite is embedded: write-ahead log, one writer, several readers, every write in `BEGIN IMMEDIATE`. PostgreSQL and MySQL (MariaDB,
//! Galera) have several writers: what a write depends on is claimed by a primary key or held by a write of its own row, and a transaction that the
//! engine takes back is run whole again ([`whole`], docs/decisions/0008).
//! [`engine`] opens an engine and says how one is added; [`dialect`] is what its SQL differs in.
//!
//! Each file below holds the statements of one table and says what they promise; none decides anything.

pub(crate) mod account_answers;
pub(crate) mod accounts;
pub mod answers;
pub(crate) mod applications;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod barred;
pub(crate) mod batches;
pub(crate) mod budget;
pub(crate) mod bulk;
pub(crate) mod campaigns;
pub(crate) mod codes;
pub(crate) mod connection;
pub(crate) mod consent;
pub(crate) mod daily;
pub(crate) mod dialect;
mod engine;
pub(crate) mod erased;
mod error;
pub(crate) mod flows;
pub(crate) mod heard;
pub(crate) mod history;
pub(crate) mod identifiers;
pub(crate) mod invitations;
pub(crate) mod likeness;
pub(crate) mod links;
pub(crate) mod listing;
pub(crate) mod mappings;
pub(crate) mod merged;
pub(crate) mod outbox;
mod packed;
pub(crate) mod passing;
pub(crate) mod people;
pub(crate) mod recipients;
pub(crate) mod retention;
pub(crate) mod reviews;
pub(crate) mod rows;
pub(crate) mod senders;
pub(crate) mod sessions;
pub(crate) mod sources;
pub(crate) mod staff;
pub(crate) mod staff_sessions;
pub(crate) mod templates;
pub mod watch;
pub(crate) mod whole;

use std::{collections::HashSet, sync::Arc};

pub use error::{FileFault, StoreError};

use crate::{credential::Keys, import::Progress, time::Clock};
use connection::{Connection, Reader, Tx};
use dialect::Dialect;
use engine::Engine;

/// The result of a call to the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// The database behind the program. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    /// What errors name the database by.
    place: Arc<str>,
    clock: Clock,
    /// What keeps those who were erased from coming back unasked.
    keys: Option<Keys>,
}

impl Store {
    /// Opens the database that `url` names (`sqlite:PATH`, `postgres://…`, `mysql://…`), creates it if it is a file that is missing, and
    /// brings its tables up to date.
    ///
    /// # Errors
    /// An unknown scheme, a file that cannot be opened or is no database, a server that does not answer, a failed migration.
    pub async fn open(url: &str, clock: Clock) -> Result<Self> {
        let (engine, place) = Engine::open(url).await?;
        Ok(Self { engine, place, clock, keys: None })
    }

    /// The store with the secrets that stand outside of it. Where somebody was erased nothing is imported without them: she is known by a keyed hash
    /// alone.
    #[must_use]
    pub fn with_keys(self, keys: Keys) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// The secrets that stand outside.
    pub(crate) fn keys(&self) -> Option<&Keys> {
        self.keys.as_ref()
    }

    /// Where the database of a URL stands: the whole path of its file (a relative one tells nobody which folder was meant), or the URL without
    /// a secret.
    #[must_use]
    pub fn place(url: &str) -> String {
        match Engine::file(url) {
            Some(file) => std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf()).display().to_string(),
            None => engine::without_secret(url),
        }
    }

    /// Whether a URL names a file that is not there (yet): [`Store::open`] would make it.
    #[must_use]
    pub fn is_missing(url: &str) -> bool {
        Engine::file(url).is_some_and(|file| !file.exists())
    }

    /// The engine's name: `sqlite`, `postgres` or `mysql`.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        self.dialect().name()
    }

    /// The SQL that the engine speaks.
    pub(crate) const fn dialect(&self) -> Dialect {
        self.engine.dialect()
    }

    /// The clock that stamps what is written.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A connection that sees the last commit and cannot write.
    pub(crate) async fn read(&self) -> Result<Reader> {
        self.engine.read(&self.place).await
    }

    /// A write transaction; dropped without [`Tx::commit`] it leaves nothing behind.
    pub(crate) async fn write(&self) -> Result<Tx> {
        watch::pass(&self.place, "BEGIN")?;
        match self.engine.write(&self.place).await {
            // A node that could not catch up in time, or a session that hears only now that its last transaction was taken back: nothing of this one
            // was done.
            Err(StoreError::Contended(_)) => self.engine.write(&self.place).await,
            begun => begun,
        }
    }

    /// The connections of each pool: its name, how many are open, and how many of these idle.
    #[must_use]
    pub fn connections(&self) -> [(&'static str, usize, usize); 2] {
        self.engine.connections()
    }

    /// Closes every connection after what it is doing.
    pub async fn close(&self) {
        self.engine.close().await;
    }

    /// How many questions [`Self::check_with`] asks.
    pub const QUESTIONS: u64 = 9;

    /// What `satu doctor` asks: is the file sound, can it be written, and does every promise hold? One line per finding, also for what
    /// a damaged file does not answer; none when all is well.
    pub async fn check(&self) -> Vec<String> {
        self.check_with(&Progress::default()).await
    }

    /// The same; each of [`Self::QUESTIONS`] counts when it is answered.
    pub async fn check_with(&self, progress: &Progress) -> Vec<String> {
        match self.read().await {
            Ok(mut reader) => {
                let connection = &mut reader.connection();
                let mut findings = Vec::new();
                let mut said = |answer| {
                    findings.extend(found(answer));
                    progress.add(1);
                };
                said(connection.integrity().await);
                said(identifiers::broken_claims(connection).await);
                said(barred::broken(connection).await);
                said(sources::broken_claims(connection).await);
                said(history::drifted_status(connection).await);
                said(flows::drifted(connection).await);
                said(links::broken(connection).await);
                said(consent::drifted(connection).await);
                said(self.probe_writing().await.map(|()| Vec::new()));
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

/// Whether there is nobody whom a row could be like: no application, no question, no shared number, and nobody who was erased. What the import that runs has written
/// counts only from the claims at its end.
pub(crate) async fn holds_nobody(connection: &mut Connection<'_>) -> Result<bool> {
    Ok(sources::none(connection).await?
        && reviews::none(connection).await?
        && identifiers::none(connection).await?
        && erased::none(connection).await?)
}

/// What a question found; a question without an answer is a finding.
fn found(answer: Result<Vec<String>>) -> Vec<String> {
    answer.unwrap_or_else(|error| vec![error.to_string()])
}
