//! Those who work here: who they are, what they may do, where they are signed in, and what they did.
//!
//! A name and a password, and a second factor for whoever wants one. What may be is decided by pure functions: what a role may do ([`Role`]), which
//! password may be chosen ([`Password::choose`]), when a session goes on (`token`), when the digits of a second factor are right (`totp`). Around
//! them stand the use cases of [`Team`]. Nobody is ever deleted: names stand in histories.
//!
//! A database that nobody was added to has one owner, who is asked for no password: see [`Team::exists`].

pub(crate) mod audit;
mod members;
mod name;
mod own;
mod password;
mod role;
mod sign_in;
mod token;
mod totp;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use totp_rs::TotpError;

use crate::{
    credential::{Busy, Hasher, Keys, NoRandom, attempts::Turned},
    id::StaffSessionId,
    store::{Store, StoreError, whole::StepError},
};

pub use audit::{AuditFilter, AuditRecord, By, Deed};
pub use members::{Change, Member, Welcome};
pub use name::{BadName, StaffName};
pub use password::{LEAST, MOST, Password, WeakPassword};
pub use role::Role;
pub use sign_in::{Credentials, SignedIn, StaffSession, StaffSessionView};
pub use token::{IDLE, LONGEST};
pub use totp::NewSecondFactor;
pub(crate) use totp::SKEW;

/// Those who work with a store: the use cases. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Team {
    store: Store,
    keys: Keys,
    hasher: Hasher,
    /// Sessions whose use is being noted.
    noting: Arc<Mutex<HashSet<StaffSessionId>>>,
}

impl Team {
    /// Those who work with a store. Whoever hashes on the same machine is to share the hasher, which bounds how much runs at once.
    #[must_use]
    pub fn new(store: Store, keys: Keys, hasher: Hasher) -> Self {
        Self { store, keys, hasher, noting: Arc::default() }
    }
}

/// What can go wrong with what somebody asks for who works here.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The name cannot be one.
    #[error(transparent)]
    Name(#[from] BadName),
    /// The password may not be chosen.
    #[error(transparent)]
    Password(#[from] WeakPassword),
    /// Somebody has that name.
    #[error("“{0}” is somebody's already")]
    Taken(StaffName),
    /// Nobody was added before, and whoever is added first says who else works here.
    #[error("the first one is an administrator: whoever is added first says who else works here")]
    FirstIsAdmin,
    /// Nobody has that name, or that id.
    #[error("nobody of the team is “{0}”")]
    Unknown(String),
    /// The name or the password is wrong. Which one is not said.
    #[error("the name or the password is wrong")]
    Wrong,
    /// The password is right, and the digits of the second factor are needed, too.
    #[error("give the six digits of the app on your phone, too")]
    NeedsDigits,
    /// The digits are wrong, or were used.
    #[error("those digits are wrong or were used: wait for the next ones")]
    WrongDigits,
    /// Too many were wrong.
    #[error("too many attempts were wrong: try again in {after_seconds} s")]
    Locked {
        /// Seconds to wait.
        after_seconds: u32,
    },
    /// She has a second factor: another one begins when that has ended.
    #[error("there is a second factor already: end it first")]
    HasSecondFactor,
    /// The session is over.
    #[error("this session is over: sign in again")]
    Over,
    /// Without her nobody would be left who may say who works here.
    #[error("“{0}” is the last administrator: make somebody else one first")]
    LastAdmin(String),
    /// Too many sign in at this moment.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The system gave no random bytes.
    #[error(transparent)]
    Random(#[from] NoRandom),
    /// A second factor cannot be made.
    #[error("a second factor cannot be made: {0}")]
    SecondFactor(#[from] TotpError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Turned> for StaffError {
    fn from(turned: Turned) -> Self {
        match turned {
            Turned::Locked { after_seconds } => Self::Locked { after_seconds },
            // A lockout grows no further than its longest.
            Turned::Shut => Self::Locked { after_seconds: 86_400 },
            Turned::Store(error) => Self::Store(error),
        }
    }
}

impl StepError for StaffError {
    fn of_store(&self) -> Option<&StoreError> {
        if let Self::Store(error) = self { Some(error) } else { None }
    }
}

/// The result of a use case.
type Done<T> = Result<T, StaffError>;
