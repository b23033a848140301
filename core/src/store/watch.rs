//! Statements as they go by, for tests: they are written down, or one of them is broken. Only with the feature `watch`, which no program that is
//! shipped has.

#[cfg(feature = "watch")]
pub use watching::watch;

/// Lets who watches the database see a statement before it is run, and break it.
#[cfg(feature = "watch")]
pub(super) fn pass(place: &str, sql: &str) -> super::Result<()> {
    watching::pass(place, sql)
}

#[cfg(not(feature = "watch"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it may fail")]
pub(super) const fn pass(_: &str, _: &str) -> super::Result<()> {
    Ok(())
}

#[cfg(feature = "watch")]
mod watching {
    use std::{
        collections::BTreeMap,
        sync::{Arc, PoisonError, RwLock},
    };

    use crate::store::{Result, Store, StoreError};

    type Watcher = Arc<dyn Fn(&str) -> bool + Send + Sync>;

    /// Who watches, by the name of the database.
    static WATCHERS: RwLock<BTreeMap<Arc<str>, Watcher>> = RwLock::new(BTreeMap::new());

    /// Shows `breaks` every statement of a database from now on, BEGIN and COMMIT too, before it is run. One for which it gives true fails
    /// instead.
    pub fn watch(store: &Store, breaks: impl Fn(&str) -> bool + Send + Sync + 'static) {
        let mut watchers = WATCHERS.write().unwrap_or_else(PoisonError::into_inner);
        watchers.insert(Arc::clone(&store.place), Arc::new(breaks));
    }

    pub(super) fn pass(place: &str, sql: &str) -> Result<()> {
        let watcher = WATCHERS.read().unwrap_or_else(PoisonError::into_inner).get(place).cloned();
        match watcher {
            Some(breaks) if breaks(sql) => Err(StoreError::Database(format!("{place}: broken off by who watches it"))),
            _ => Ok(()),
        }
    }
}
