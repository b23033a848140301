//! Where an application stands: nine stages, three sub-states, an append-only history.
//!
//! The words and their order are the mission's.

use crate::{
    id::ApplicationId,
    store::{self, Store, whole::whole},
    words::words,
};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// Appends a record to an application's history and makes it the status, in one transaction. One that was merged has no status of its own to
/// change: the one that shows it is meant. Which changes are allowed is not asked here.
///
/// # Errors
/// The store fails.
pub async fn record(
    store: &Store,
    application: ApplicationId,
    status: Status,
    reasons: &[String],
    actor: &str,
) -> store::Result<()> {
    let now = store.clock().micros();
    whole(|| async {
        let mut tx = store.write().await?;
        let connection = &mut tx.connection();
        store::applications::hold(connection, &[application.0]).await?;
        let shown_by = store::merged::shown_by(connection, &[application.0]).await?;
        let application = shown_by.get(&application.0).copied().map_or(application, ApplicationId);
        store::history::append_status(connection, application, status, reasons, actor, now).await?;
        tx.commit().await
    })
    .await
}
