//! What the law on personal data asks for (UU PDP): somebody's data is given to her, and erased.
//!
//! What is kept of whom, and what becomes of it, stands table by table in docs/decisions/0017.

mod account;
mod erase;
mod export;
mod hers;
mod keeping;
mod leftover;
mod passing;
mod retention;

use crate::{
    id::{AccountId, ApplicationId, BatchId},
    store::{StoreError, whole::StepError},
    words::words,
};

pub use account::{
    AccountData, ActivationData, AnswerData, CodeData, InvitationData, QuestionData, SessionData, TriedData,
};
pub use erase::{Erased, ErasedAccount, erase, erase_account};
pub use export::{
    DecisionData, FileRow, HeardData, MessageData, PersonalData, UnreachableData, accesses, personal_data,
    personal_data_of_account,
};
pub use keeping::{KeptFor, Retention, retention};
pub use leftover::{ErasedRow, erase_row};
pub use passing::forget_passed;
pub use retention::{Due, Purged, due, purge, purge_daily};

words! {
    /// Why somebody's data is erased.
    Why {
        /// She asked for it.
        Asked = "asked",
        /// She took back what she had consented to.
        Withdrawn = "withdrawn",
        /// The time for which it is kept is over.
        Retention = "retention",
    }
}

/// What can go wrong with somebody's data.
#[derive(Debug, thiserror::Error)]
pub enum PrivacyError {
    /// There is no such application.
    #[error("there is no application {0}")]
    UnknownApplication(ApplicationId),
    /// There is no such account.
    #[error("there is no account {0}")]
    UnknownAccount(AccountId),
    /// The account has an application: whatever is hers stands there.
    #[error("account {account} is that of application {application}: ask for that one")]
    HasApplication {
        /// The account.
        account: AccountId,
        /// Her application.
        application: ApplicationId,
    },
    /// HR is asked whose application it is, and nobody has asked for the erasure, or it is her own account that waits: erased, the question could not be answered
    /// any more.
    #[error("HR is asked whose application {0} is: answer that first")]
    Asked(ApplicationId),
    /// There is no such row.
    #[error("import {import} has no row {row}")]
    UnknownRow {
        /// The import.
        import: BatchId,
        /// The row.
        row: u32,
    },
    /// The row is a draft's.
    #[error("import {0} is no import yet: its rows go with it when it is discarded")]
    RowOfDraft(BatchId),
    /// The row is somebody's who is here: it goes with all that is hers.
    #[error("row {row} of import {import} is somebody's who is here: erase her")]
    RowOfSomebody {
        /// The import.
        import: BatchId,
        /// The row.
        row: u32,
    },
    /// Something new was heard of her a moment ago.
    #[error("application {0} is kept longer: something new was heard of her")]
    Kept(ApplicationId),
    /// The same, of an account that has no application.
    #[error("account {0} is kept longer: something new was heard of her")]
    KeptAccount(AccountId),
    /// Whoever is due was being erased, one after another, and somebody stopped that. What was done until then stays.
    #[error("stopped: {} people were erased until then, who is left stays due", .0.people)]
    Stopped(Purged),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StepError for PrivacyError {
    fn of_store(&self) -> Option<&StoreError> {
        if let Self::Store(error) = self { Some(error) } else { None }
    }
}

/// The result of a step.
pub type Result<T> = std::result::Result<T, PrivacyError>;
