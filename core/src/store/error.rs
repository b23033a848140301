//! What can go wrong in the store, in words that callers act on; no driver's type leaves this module.

use std::{fmt, path::Path};

use sqlx::migrate::MigrateError;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no engine that is known, or no file.
    #[error("the database URL “{url}” names no file: use sqlite:PATH")]
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
    /// A unique key is taken: somebody else was quicker.
    #[error("the record is there already: {0}")]
    Conflict(String),
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
    /// Makes an error of the driver one that names the database file.
    pub(crate) fn of(file: &Path) -> impl Fn(sqlx::Error) -> Self {
        move |error| {
            let sqlx::Error::Database(inner) = &error else {
                return Self::Database(format!("{}: {error}", file.display()));
            };
            if inner.is_unique_violation() {
                return Self::Conflict(inner.message().to_owned());
            }
            match inner.code().and_then(|code| FileFault::of_code(code.parse().ok()?)) {
                Some(fault) => Self::File { path: file.display().to_string(), fault },
                None => Self::Database(format!("{}: {error}", file.display())),
            }
        }
    }

    /// The same for what keeps the tables from being brought up to date.
    pub(crate) fn of_migration(file: &Path) -> impl Fn(MigrateError) -> Self {
        move |error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Self::of(file)(error),
            other => Self::Migrate(format!("{}: {other}", file.display())),
        }
    }
}

/// Whether another program holds the file.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|inner| inner.code());
    code.and_then(|code| FileFault::of_code(code.parse().ok()?)) == Some(FileFault::Busy)
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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

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
}
