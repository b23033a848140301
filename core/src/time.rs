//! The clock. Nothing else reads the time of day, so that a test can set it.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

/// Where the time comes from. Instants are cut to microseconds: PostgreSQL and MySQL keep no more.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// A clock that a test owns.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Now, in microseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn micros(&self) -> i64 {
        (self.0)().as_microsecond()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// An instant as RFC 3339 in UTC with microseconds cut where they are zero; the epoch for a number out of range.
#[must_use]
pub fn rfc3339(micros: i64) -> String {
    Timestamp::from_microsecond(micros).unwrap_or_default().to_string()
}
