//! What can go wrong in the store, in words that callers act on; no driver's type leaves this module.

use std::fmt;

use sqlx::{
    error::DatabaseError, migrate::MigrateError, mysql::MySqlDatabaseError, postgres::PgDatabaseError,
    sqlite::SqliteError,
};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no engine that is known, no file, or cannot be read.
    #[error(
        "the database URL “{url}” names no database: use sqlite:PATH, postgres://USER@HOST/NAME or mysql://USER@HOST/NAME"
    )]
    Url {
        /// The URL without its secret.
        url: String,
    },
    /// The database's folder cannot be made.
    #[error("the folder {path} cannot be created: {error}")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The tables cannot be brought up to date.
    #[error("the database cannot be brought up to date: {0}")]
    Migrate(String),
    /// A unique key is taken: somebody else was quicker. Tells the key and no value: those are people's.
    #[error("the record is there already: {0}")]
    Conflict(String),
    /// The engine took the transaction back in favour of another one: nothing of it was kept, and all of it can be tried again.
    #[error("the database was busy with the same records: try again ({0})")]
    Contended(String),
    /// The connection ended. What was in hand was kept whole or not at all.
    #[error("the connection to the database was lost: see that it runs and can be reached, then try again ({0})")]
    Lost(String),
    /// Somebody was erased, and the secrets that she is known by are not here.
    #[error("somebody was erased from this database: it is written with the secrets beside it only")]
    NoKeys,
    /// Something that was stored cannot be read back.
    #[error("a stored record cannot be read ({what}): {why}")]
    Corrupt {
        /// The record.
        what: String,
        /// Why.
        why: String,
    },
    /// The database file cannot be used.
    #[error("the database {path} {fault}")]
    File {
        /// The file.
        path: String,
        /// Why.
        fault: FileFault,
    },
    /// Everything else, with the file and the driver's words.
    #[error("the database does not answer as it should: {0}")]
    Database(String),
}

impl StoreError {
    pub(crate) fn corrupt(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::Corrupt { what: what.into(), why: why.to_string() }
    }
}

impl StoreError {
    /// Makes an error of the driver one that names the database: its file, or its URL without a secret.
    pub(crate) fn of(place: &str) -> impl Fn(sqlx::Error) -> Self {
        move |error| {
            let told = format!("{place}: {error}");
            let inner = match error {
                sqlx::Error::Database(inner) => inner,
                // A pool is closed when the program ends: who comes later is to ask the next one.
                sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::PoolTimedOut => return Self::Lost(told),
                _ => return Self::Database(told),
            };
            if inner.is_unique_violation() || is_kept(inner.message()) {
                return Self::Conflict(key_of(inner.message()).to_owned());
            }
            if let Some(fault) = FileFault::of(&*inner) {
                return Self::File { path: place.to_owned(), fault };
            }
            match Interruption::of(&*inner) {
                Some(Interruption::TakenBack) => Self::Contended(told),
                Some(Interruption::Lost) => Self::Lost(told),
                None => Self::Database(told),
            }
        }
    }

    /// The same for what keeps the tables from being brought up to date.
    pub(crate) fn of_migration(place: &str) -> impl Fn(MigrateError) -> Self {
        move |error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Self::of(place)(error),
            other => Self::Migrate(format!("{place}: {other}")),
        }
    }
}

/// What a server broke off, and no statement is to blame for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Interruption {
    /// The transaction, in favour of another one.
    TakenBack,
    /// The connection.
    Lost,
}

impl Interruption {
    fn of(error: &dyn DatabaseError) -> Option<Self> {
        if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
            Self::of_postgres(error.code())
        } else {
            Self::of_mysql(error.try_downcast_ref::<MySqlDatabaseError>()?.number())
        }
    }

    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    fn of_postgres(state: &str) -> Option<Self> {
        match state {
            // Serialization failure, deadlock, lock timeout.
            "40001" | "40P01" | "55P03" => Some(Self::TakenBack),
            // The server is being stopped, has crashed or is not up yet.
            "57P01" | "57P02" | "57P03" => Some(Self::Lost),
            _ => None,
        }
    }

    /// <https://mariadb.com/kb/en/mariadb-error-code-reference/>
    fn of_mysql(number: u16) -> Option<Self> {
        match number {
            // Changed since it was read, lock timeout, deadlock, interrupted. A conflict of two nodes of a cluster is told as a deadlock, also by COMMIT,
            // and now and then as an interruption, or not at all: then its savepoint is gone (`connection::Whole`), or a row that it wrote itself and that
            // another one needs. No statement names a row that its transaction has not seen.
            1020 | 1205 | 1213 | 1305 | 1317 | 1451 | 1452 => Some(Self::TakenBack),
            // A node that is not part of its cluster just now; the server is being stopped; the connection was ended.
            1047 | 1053 | 1927 => Some(Self::Lost),
            _ => None,
        }
    }
}

/// Whether another program holds the file.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(FileFault::of) == Some(FileFault::Busy)
}

/// Why a database file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFault {
    /// It is some other file.
    NotADatabase,
    /// Its pages contradict each other.
    Damaged,
    /// It, its folder or its disk takes no writing.
    ReadOnly,
    /// The disk has no space left.
    DiskFull,
    /// It is a folder, or somebody else's.
    CannotOpen,
    /// Another program writes to it for too long.
    Busy,
}

impl FileFault {
    /// The fault that an error of SQLite tells; none of another engine's.
    fn of(error: &dyn DatabaseError) -> Option<Self> {
        let code = error.try_downcast_ref::<SqliteError>()?.code()?;
        Self::of_code(code.parse().ok()?)
    }

    /// The fault that a result code of SQLite tells (<https://sqlite.org/rescode.html>); an extended code has the plain one in its lowest byte.
    fn of_code(code: i32) -> Option<Self> {
        match code & 0xff {
            5 | 6 => Some(Self::Busy),
            8 => Some(Self::ReadOnly),
            11 => Some(Self::Damaged),
            13 => Some(Self::DiskFull),
            14 => Some(Self::CannotOpen),
            26 => Some(Self::NotADatabase),
            _ => None,
        }
    }

    /// A stable code: `database.damaged`, ….
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotADatabase => "database.not_a_database",
            Self::Damaged => "database.damaged",
            Self::ReadOnly => "database.read_only",
            Self::DiskFull => "database.disk_full",
            Self::CannotOpen => "database.cannot_open",
            Self::Busy => "database.busy",
        }
    }
}

impl fmt::Display for FileFault {
    /// What is wrong with the file and what to do: the rest of a sentence that begins with its path.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::NotADatabase => "is not a database of Satu: name another file, or move this one away",
            Self::Damaged => {
                "is damaged: end Satu, keep a copy of the file and of those beside it that end in -wal and -shm, and put the \
                 last backup in its place"
            }
            Self::ReadOnly => "cannot be written: make the file, its folder and its disk writable for you",
            Self::DiskFull => "cannot grow, its disk is full: make space, then try again; nothing of this step was kept",
            Self::CannotOpen => "cannot be opened: see that it is a file, and that you may read and write it and its folder",
            Self::Busy => "is being written by another program: wait until it is done, then try again",
        })
    }
}

/// Whether an engine says that a record of what is append-only stands there already. On SQLite a trigger tells it, before the unique key would.
fn is_kept(message: &str) -> bool {
    message.ends_with("is append-only: REPLACE is refused")
}

/// Of what an engine says of a unique key that is taken, the part without values: MySQL and MariaDB tell whose it is, `Duplicate entry '…' for key 'phone'`.
fn key_of(message: &str) -> &str {
    message.rsplit_once(" for key ").map_or(message, |(_, key)| key)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn a_key_that_is_taken_is_told_without_whose_it_is() {
        assert_eq!(key_of("Duplicate entry '+6281234567801' for key 'phone'"), "'phone'");
        assert_eq!(key_of("Duplicate entry 'a for key b' for key 'PRIMARY'"), "'PRIMARY'");
        let sqlite = "UNIQUE constraint failed: account.phone";
        assert_eq!(key_of(sqlite), sqlite);
    }

    #[test]
    fn a_record_that_stands_there_already_is_a_key_that_is_taken() {
        assert!(is_kept("status_history is append-only: REPLACE is refused"));
        assert!(!is_kept("status_history is append-only: UPDATE is refused"));
    }

    #[rstest]
    #[case::busy(5, Some("database.busy"))]
    #[case::read_only(8, Some("database.read_only"))]
    #[case::a_read_only_folder(1544, Some("database.read_only"))]
    #[case::damaged(11, Some("database.damaged"))]
    #[case::a_damaged_index(779, Some("database.damaged"))]
    #[case::disk_full(13, Some("database.disk_full"))]
    #[case::cannot_open(14, Some("database.cannot_open"))]
    #[case::not_a_database(26, Some("database.not_a_database"))]
    #[case::a_mistake_in_a_statement(1, None)]
    fn a_result_code_of_sqlite_is_a_fault_of_the_file(#[case] code: i32, #[case] told: Option<&str>) {
        assert_eq!(FileFault::of_code(code).map(FileFault::code), told);
    }

    #[rstest]
    #[case::serialization("40001", Some(Interruption::TakenBack))]
    #[case::deadlock("40P01", Some(Interruption::TakenBack))]
    #[case::shutdown("57P01", Some(Interruption::Lost))]
    #[case::a_mistake_in_a_statement("42601", None)]
    fn a_state_of_postgresql_is_an_interruption(#[case] state: &str, #[case] told: Option<Interruption>) {
        assert_eq!(Interruption::of_postgres(state), told);
    }

    #[rstest]
    #[case::deadlock_or_certification(1213, Some(Interruption::TakenBack))]
    #[case::lock_wait(1205, Some(Interruption::TakenBack))]
    #[case::interrupted_by_another_node(1317, Some(Interruption::TakenBack))]
    #[case::taken_back_without_a_word(1305, Some(Interruption::TakenBack))]
    #[case::taken_back_with_what_a_row_needs(1452, Some(Interruption::TakenBack))]
    #[case::a_node_outside_its_cluster(1047, Some(Interruption::Lost))]
    #[case::a_mistake_in_a_statement(1064, None)]
    fn a_number_of_mysql_is_an_interruption(#[case] number: u16, #[case] told: Option<Interruption>) {
        assert_eq!(Interruption::of_mysql(number), told);
    }
}
