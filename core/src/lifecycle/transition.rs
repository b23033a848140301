//! Which change of a status is allowed. Pure: from where, which act, for which reasons.

use super::{Reason, ReasonGroup, Stage, Status, SubState};

/// What somebody does with an application's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// One stage forward, or from one kind of contract to the other. The stage may be left open where the way forward is one.
    Advance(Option<Stage>),
    /// She is turned down at her stage.
    Reject,
    /// She withdraws at her stage.
    Resign,
    /// She is in the running again, at the same stage.
    Reopen,
    /// A record was wrong: this one compensates it.
    Correct(Status),
}

/// Why a change is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// She is not in the running.
    #[error("she is {0}: reopen the application first")]
    NotActive(SubState),
    /// There is nothing to reopen.
    #[error("she is in the running already")]
    Active,
    /// There is no such way on.
    #[error("from {from} the way leads to {}, not to {to}", list(next))]
    NotNext {
        /// Her stage.
        from: Stage,
        /// What was asked for.
        to: Stage,
        /// Where the way leads.
        next: &'static [Stage],
    },
    /// The way parts here.
    #[error("from {from} the way leads to {}: say which", list(next))]
    Which {
        /// Her stage.
        from: Stage,
        /// Where the way leads.
        next: &'static [Stage],
    },
    /// A correction that corrects nothing.
    #[error("that is her status already")]
    Same,
    /// A reason is needed.
    #[error("give a reason: one or more of {}", list(among))]
    NoReason {
        /// Those that can be given.
        among: Vec<Reason>,
    },
    /// A reason that does not fit the act or the stage.
    #[error("“{reason}” is no reason for this at {stage}")]
    Reason {
        /// The reason.
        reason: Reason,
        /// The stage.
        stage: Stage,
    },
}

impl Refusal {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotActive(_) => "lifecycle.not_active",
            Self::Active => "lifecycle.active",
            Self::NotNext { .. } => "lifecycle.not_next",
            Self::Which { .. } => "lifecycle.which",
            Self::Same => "lifecycle.same",
            Self::NoReason { .. } => "lifecycle.no_reason",
            Self::Reason { .. } => "lifecycle.reason",
        }
    }
}

fn list<T: std::fmt::Display>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Stage {
    /// Where the way leads from here.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Screening => &[Self::InterviewHr],
            Self::InterviewHr => &[Self::Psikotest],
            Self::Psikotest => &[Self::InterviewCm],
            Self::InterviewCm => &[Self::Offering],
            Self::Offering => &[Self::InTraining],
            Self::InTraining => &[Self::Mcu],
            Self::Mcu => &[Self::OnboardedRegular, Self::OnboardedOnDemand],
            Self::OnboardedRegular => &[Self::OnboardedOnDemand],
            Self::OnboardedOnDemand => &[Self::OnboardedRegular],
        }
    }
}

/// The status after an act.
///
/// # Errors
/// The act is not allowed from there, or its reasons do not fit.
pub fn step(from: Status, act: Act, reasons: &[Reason]) -> Result<Status, Refusal> {
    let Status { stage, sub_state } = from;
    let active = || if sub_state == SubState::Active { Ok(()) } else { Err(Refusal::NotActive(sub_state)) };
    let to = match act {
        Act::Advance(to) => {
            active()?;
            let next = stage.next();
            let to = match (to, next) {
                // To another kind of contract nobody comes by going on.
                (None, [only]) if !from.is_onboarded() => *only,
                (None, _) => return Err(Refusal::Which { from: stage, next }),
                (Some(to), _) if next.contains(&to) => to,
                (Some(to), _) => return Err(Refusal::NotNext { from: stage, to, next }),
            };
            return no_reasons(stage, reasons).map(|()| Status { stage: to, sub_state: SubState::Active });
        }
        Act::Reject => {
            active()?;
            Status { stage, sub_state: SubState::Rejected }
        }
        Act::Resign => {
            active()?;
            Status { stage, sub_state: SubState::Resigned }
        }
        Act::Reopen if sub_state == SubState::Active => return Err(Refusal::Active),
        Act::Reopen => Status { stage, sub_state: SubState::Active },
        Act::Correct(to) if to == from && !reasons.contains(&Reason::WrongReasons) => return Err(Refusal::Same),
        Act::Correct(to) => to,
    };
    let needed = needed(act, to);
    for group in &needed {
        if !reasons.iter().any(|reason| reason.group() == *group) {
            return Err(Refusal::NoReason { among: Reason::of(*group, to.stage).collect() });
        }
    }
    match reasons.iter().find(|reason| !needed.contains(&reason.group()) || !reason.fits(to.stage)) {
        Some(reason) => Err(Refusal::Reason { reason: *reason, stage: to.stage }),
        None => Ok(to),
    }
}

fn no_reasons(stage: Stage, reasons: &[Reason]) -> Result<(), Refusal> {
    reasons.first().map_or(Ok(()), |reason| Err(Refusal::Reason { reason: *reason, stage }))
}

/// The groups of which an act needs a reason each. A correction to a status that has reasons of its own needs those as well.
fn needed(act: Act, to: Status) -> Vec<ReasonGroup> {
    let of_status = match to.sub_state {
        SubState::Active => None,
        SubState::Rejected => Some(ReasonGroup::Rejected),
        SubState::Resigned => Some(ReasonGroup::Resigned),
    };
    match act {
        Act::Advance(_) => Vec::new(),
        Act::Reject | Act::Resign => of_status.into_iter().collect(),
        Act::Reopen => vec![ReasonGroup::Reopened],
        Act::Correct(_) => std::iter::once(ReasonGroup::Corrected).chain(of_status).collect(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use Act::{Advance, Correct, Reject, Reopen, Resign};
    use Stage::{InTraining, InterviewHr, Mcu, OnboardedOnDemand, OnboardedRegular, Psikotest, Screening};

    const fn active(stage: Stage) -> Status {
        Status { stage, sub_state: SubState::Active }
    }
    const fn rejected(stage: Stage) -> Status {
        Status { stage, sub_state: SubState::Rejected }
    }
    const fn resigned(stage: Stage) -> Status {
        Status { stage, sub_state: SubState::Resigned }
    }

    #[rstest]
    #[case::one_stage(active(Screening), Advance(None), &[], active(InterviewHr))]
    #[case::named(active(Psikotest), Advance(Some(Stage::InterviewCm)), &[], active(Stage::InterviewCm))]
    #[case::regular(active(Mcu), Advance(Some(OnboardedRegular)), &[], active(OnboardedRegular))]
    #[case::on_demand(active(Mcu), Advance(Some(OnboardedOnDemand)), &[], active(OnboardedOnDemand))]
    #[case::swapped(active(OnboardedRegular), Advance(Some(OnboardedOnDemand)), &[], active(OnboardedOnDemand))]
    #[case::swapped_back(active(OnboardedOnDemand), Advance(Some(OnboardedRegular)), &[], active(OnboardedRegular))]
    #[case::turned_down(active(Psikotest), Reject, &[Reason::FailedPsikotest], rejected(Psikotest))]
    #[case::turned_down_for_two(active(Screening), Reject, &[Reason::Requirements, Reason::Documents], rejected(Screening))]
    #[case::withdrew(active(InTraining), Resign, &[Reason::Ill, Reason::Personal], resigned(InTraining))]
    #[case::resigned_from_work(active(OnboardedRegular), Resign, &[Reason::NewJob], resigned(OnboardedRegular))]
    #[case::reopened(resigned(InterviewHr), Reopen, &[Reason::Returned], active(InterviewHr))]
    #[case::reopened_after_a_no(rejected(Mcu), Reopen, &[Reason::Reconsidered], active(Mcu))]
    #[case::corrected_back(active(Psikotest), Correct(active(InterviewHr)), &[Reason::WrongStatus], active(InterviewHr))]
    #[case::corrected_to_a_no(
        active(Psikotest), Correct(rejected(InterviewHr)), &[Reason::WrongStatus, Reason::FailedInterviewHr],
        rejected(InterviewHr))]
    #[case::other_reasons(
        resigned(Mcu), Correct(resigned(Mcu)), &[Reason::WrongReasons, Reason::Ill], resigned(Mcu))]
    fn an_act_leads_to_a_status(
        #[case] from: Status,
        #[case] act: Act,
        #[case] reasons: &[Reason],
        #[case] to: Status,
    ) {
        assert_eq!(step(from, act, reasons), Ok(to));
    }

    #[rstest]
    #[case::two_stages(active(Screening), Advance(Some(Psikotest)), &[], "not_next", "from SCREENING the way leads to INTERVIEW_HR")]
    #[case::backwards(active(Psikotest), Advance(Some(InterviewHr)), &[], "not_next", "not to INTERVIEW_HR")]
    #[case::which(active(Mcu), Advance(None), &[], "which", "ONBOARDED_REGULAR, ONBOARDED_ON_DEMAND: say which")]
    #[case::no_contract_by_itself(active(OnboardedRegular), Advance(None), &[], "which", "leads to ONBOARDED_ON_DEMAND: say which")]
    #[case::no_contract_by_itself_back(active(OnboardedOnDemand), Advance(None), &[], "which", "leads to ONBOARDED_REGULAR: say which")]
    #[case::advanced_for_a_reason(active(Screening), Advance(None), &[Reason::Personal], "reason", "“personal” is no reason")]
    #[case::turned_down_before(rejected(Screening), Advance(None), &[], "not_active", "she is REJECTED: reopen")]
    #[case::turned_down_twice(rejected(Screening), Reject, &[Reason::Documents], "not_active", "she is REJECTED")]
    #[case::resigned_after_a_no(rejected(Screening), Resign, &[Reason::Personal], "not_active", "she is REJECTED")]
    #[case::without_a_reason(active(Screening), Reject, &[], "no_reason", "one or more of requirements, documents")]
    #[case::a_reason_of_the_other_list(active(Screening), Resign, &[Reason::Documents], "no_reason", "one or more of new_job")]
    #[case::one_of_each_list(active(Screening), Resign, &[Reason::Ill, Reason::Documents], "reason", "“documents” is no reason")]
    #[case::a_reason_of_another_stage(active(Screening), Reject, &[Reason::Unfit], "reason", "“unfit” is no reason for this at SCREENING")]
    #[case::nothing_to_reopen(active(Screening), Reopen, &[Reason::Returned], "active", "in the running already")]
    #[case::reopened_without_a_reason(resigned(Screening), Reopen, &[], "no_reason", "one or more of returned")]
    #[case::corrected_to_the_same(active(Mcu), Correct(active(Mcu)), &[Reason::WrongStatus], "same", "her status already")]
    #[case::corrected_without_a_reason(active(Mcu), Correct(active(InTraining)), &[], "no_reason", "one or more of wrong_status")]
    #[case::corrected_to_a_no_without_its_reason(
        active(Mcu), Correct(rejected(Mcu)), &[Reason::WrongStatus], "no_reason", "one or more of documents")]
    fn what_is_not_allowed_says_why(
        #[case] from: Status,
        #[case] act: Act,
        #[case] reasons: &[Reason],
        #[case] code: &str,
        #[case] why: &str,
    ) {
        let refused = step(from, act, reasons).unwrap_err();
        assert_eq!(refused.code(), format!("lifecycle.{code}"));
        assert!(refused.to_string().contains(why), "{refused}");
    }

    /// From every status every act is either refused or leads to a status that is another one, or the same for other reasons.
    #[test]
    fn every_way_ends_at_an_onboarding_after_eight_steps() {
        let mut status = Status::INITIAL;
        let mut steps = 1;
        while !status.is_onboarded() {
            let to = status.stage.next().first().copied();
            status = step(status, Advance(to), &[]).unwrap();
            steps += 1;
        }
        assert_eq!((steps, status), (8, active(OnboardedRegular)));
    }
}
