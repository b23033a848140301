//! Accounts: who a candidate is to us, and which application is hers.
//!
//! A phone number and a six-digit PIN. What may be is decided by pure functions: which application a new account is linked to ([`link`]), whether a PIN
//! may be chosen ([`Pin::choose`]), when a code is right (`code`), how long wrong PINs lock ([`Failures`](crate::credential::Failures)), what comes of a refresh token
//! (`token`). Around them stand the use cases of [`Accounts`], one file each; every one of them is a few transactions, and what must not be forgotten by a
//! rollback (a wrong PIN, a wrong code) has one of its own.

mod alive;
mod code;
mod consents;
mod enrol;
mod invitation;
mod link;
mod me;
mod one_time;
mod pin;
mod register;
mod session;
mod settle;
mod sign_in;
mod take_back;
mod token;

use crate::{
    credential::{Busy, Hasher, Keys, Load, NoRandom, attempts::Turned},
    store::{Store, StoreError, whole::StepError},
};

pub(crate) use consents::{of_account as consents_of_account, of_application as consents_of};
pub use enrol::{Enrolment, Shown};
pub use invitation::{Invitation, InvitationError};
pub(crate) use invitation::{TOKEN_LENGTH, mint as mint_invitation};
pub use link::{Candidate, Facts, Link, PendingWhy, Proof, Result, Second, link};
pub use me::Me;
pub use one_time::{Code, Purpose, To};
pub use pin::{Pin, WeakPin};
pub use register::{Policy, RegisterError, Registered, Registration, register};
pub use session::{Session, SessionView};
pub use settle::{AccountAnswer, AccountQuestion, QuestionFilter, SettleError};
pub use sign_in::{NewPin, SignIn};
pub(crate) use take_back::{Did, merge_taken_back};
pub use take_back::{GivenAnswer, WhyStands};
pub(crate) use {one_time::codes_tried, sign_in::tried};

/// The accounts of a store: its use cases, and what they go by. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Accounts {
    store: Store,
    keys: Keys,
    hasher: Hasher,
    policy: Policy,
}

impl Accounts {
    /// The accounts of a store. Whoever hashes on the same machine is to share the hasher, which bounds how much runs at once.
    #[must_use]
    pub const fn new(store: Store, keys: Keys, hasher: Hasher, policy: Policy) -> Self {
        Self { store, keys, hasher, policy }
    }

    /// How many hash at this moment, with all that share the hasher.
    #[must_use]
    pub fn hashing(&self) -> Load {
        self.hasher.load()
    }
}

/// What can go wrong with what a candidate asks for.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The PIN may not be chosen.
    #[error(transparent)]
    Pin(#[from] WeakPin),
    /// The code is wrong; so many checks are left before another one is needed.
    #[error("that code is not the one that was sent: {left} tries are left")]
    WrongCode {
        /// Checks that are left.
        left: u32,
    },
    /// There is no code that could be right.
    #[error("that code is too old, was used, or was tried too often: ask for another one")]
    NoCode,
    /// Codes were sent too often.
    #[error("too many codes were sent: ask again in {after_seconds} s")]
    TooManyCodes {
        /// Seconds to wait.
        after_seconds: u32,
    },
    /// The codes of the day are spent: those to the number's block, or all.
    #[error("no more codes are sent today: ask again in {after_seconds} s, or ask HR for an invitation")]
    NoBudget {
        /// Whether it is the number's block alone that has had its codes.
        of_the_block: bool,
        /// Seconds until the next day (UTC).
        after_seconds: u32,
    },
    /// The invitation is none, has expired, was used, or is for another number.
    #[error("that invitation has expired or was used, or is for another number: register with a code")]
    NoInvitation,
    /// No account has that number.
    #[error("no account has that number")]
    Unknown,
    /// The PIN is wrong.
    #[error("that PIN is wrong")]
    WrongPin,
    /// Too many PINs were wrong.
    #[error("too many PINs were wrong: try again in {after_seconds} s")]
    Locked {
        /// Seconds to wait.
        after_seconds: u32,
    },
    /// So many PINs were wrong that she has to choose another one.
    #[error("too many PINs were wrong: choose a new PIN with a code to the number")]
    Shut,
    /// The PIN is right and the device is new: a code to the number has to be shown, too.
    #[error("this device is new: show a code that was sent to the number, too")]
    NewDevice,
    /// Nothing was heard of her for so long that the number may be somebody else's by now.
    #[error("nothing was heard from this number for long: show the birth date, too, or ask HR")]
    SecondFact,
    /// The number has an account of another PIN.
    #[error("that number has an account already: sign in, or choose a new PIN with a code")]
    Exists,
    /// The session is over.
    #[error("this session is over: sign in again")]
    Over,
    /// A refresh token came again long after it was used: somebody has copied it.
    #[error("this session was ended since its token was used twice: sign in again")]
    Reused,
    /// Too many sign in at this moment.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The system gave no random bytes.
    #[error(transparent)]
    Random(#[from] NoRandom),
    /// It could not be registered.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StepError for AccountError {
    fn of_store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Register(error) => error.of_store(),
            _ => None,
        }
    }
}

impl From<Turned> for AccountError {
    fn from(turned: Turned) -> Self {
        match turned {
            Turned::Locked { after_seconds } => Self::Locked { after_seconds },
            Turned::Shut => Self::Shut,
            Turned::Store(error) => Self::Store(error),
        }
    }
}

/// The result of a use case.
type Done<T> = std::result::Result<T, AccountError>;
