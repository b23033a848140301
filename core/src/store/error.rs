//! What can go wrong in the store, in words that callers act on; no driver's type leaves this module.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no engine that is known.
    #[error("the database URL “{url}” is not known: use sqlite:PATH")]
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
    /// Everything else: the file is gone, the disk is full, the lock was held for too long.
    #[error("the database does not answer as it should: {0}")]
    Database(String),
}

impl StoreError {
    pub(crate) fn migrate(error: impl std::fmt::Display) -> Self {
        Self::Migrate(error.to_string())
    }

    pub(crate) fn corrupt(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::Corrupt { what: what.into(), why: why.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Conflict(inner.message().to_owned()),
            _ => Self::Database(error.to_string()),
        }
    }
}
