//! Where an application stands: nine stages, three sub-states, an append-only history.
//!
//! The words and their order are the mission's. Which change is allowed is [`step`]'s to say, for which [`Reason`], and [`MitraStatus`] what it
//! opens: all pure.

mod activation;
mod change;
pub mod flow;
mod funnel;
mod gate;
mod progress;
mod reason;
mod transition;

use crate::words::words;

pub use activation::{Activation, activate};
pub use change::{Change, LifecycleError, Moved, Refused, change, change_all};
pub use funnel::{Funnel, FunnelLoss, FunnelPortal, FunnelQuery, FunnelStage, SinceAfter, fold_days, funnel};
pub use gate::{MitraStatus, Platform};
pub use progress::{ApplicationProgress, Words, progress};
pub use reason::{Reason, ReasonGroup};
pub use transition::{Act, Refusal, step};

words! {
    /// A stage of the lifecycle.
    Stage {
        /// Registration submitted.
        Screening = "SCREENING",
        /// Passed screening.
        InterviewHr = "INTERVIEW_HR",
        /// Passed the HR interview.
        Psikotest = "PSIKOTEST",
        /// Passed the psychological test.
        InterviewCm = "INTERVIEW_CM",
        /// Passed the CM interview; an offer is out.
        Offering = "OFFERING",
        /// Accepted the offer.
        InTraining = "IN_TRAINING",
        /// Passed training; the medical check is pending.
        Mcu = "MCU",
        /// Contract signed, regular employee.
        OnboardedRegular = "ONBOARDED_REGULAR",
        /// Contract signed, on-demand employee.
        OnboardedOnDemand = "ONBOARDED_ON_DEMAND",
    }
}

words! {
    /// Whether she is still in the running at her stage.
    SubState {
        /// In the running.
        Active = "ACTIVE",
        /// Turned down.
        Rejected = "REJECTED",
        /// Withdrew.
        Resigned = "RESIGNED",
    }
}

/// Stage and sub-state: exactly one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status {
    /// The stage.
    pub stage: Stage,
    /// The sub-state.
    pub sub_state: SubState,
}

impl Status {
    /// Where every application begins.
    pub const INITIAL: Self = Self { stage: Stage::Screening, sub_state: SubState::Active };

    /// Whether she has signed a contract.
    #[must_use]
    pub const fn is_onboarded(self) -> bool {
        matches!(self.stage, Stage::OnboardedRegular | Stage::OnboardedOnDemand)
    }
}
