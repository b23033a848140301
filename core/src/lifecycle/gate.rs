//! Which platform she may enter: one account whose permissions grow with her stage.

use super::{Stage, Status, SubState};
use crate::words::words;

words! {
    /// What an account is to every platform. It follows the lifecycle, in the same transaction.
    MitraStatus {
        /// Applies: up to the offer.
        Applicant = "APPLICANT",
        /// In training or at the medical check.
        PreContract = "PRE_CONTRACT",
        /// Has signed.
        Contracted = "CONTRACTED",
        /// Has signed and was activated by operations.
        Active = "ACTIVE",
        /// Turned down, or withdrew.
        Inactive = "INACTIVE",
    }
}

words! {
    /// A platform, or a part of one, behind a gate.
    Platform {
        /// The courses.
        Elearning = "elearning",
        /// The app of a working caregiver.
        NannyApp = "nanny_app",
        /// Her pay.
        Payroll = "payroll",
        /// Tips.
        Tipping = "tipping",
        /// Overtime.
        Overtime = "overtime",
    }
}

/// The gates: who stands at least here may enter.
const GATES: [(Platform, MitraStatus); 5] = [
    (Platform::Elearning, MitraStatus::PreContract),
    (Platform::NannyApp, MitraStatus::Contracted),
    (Platform::Payroll, MitraStatus::Active),
    (Platform::Tipping, MitraStatus::Active),
    (Platform::Overtime, MitraStatus::Active),
];

impl Status {
    /// Whether operations may activate whoever stands there: she has signed, and is not out.
    #[must_use]
    pub const fn may_be_activated(self) -> bool {
        matches!(MitraStatus::of(self, true), MitraStatus::Active)
    }
}

impl MitraStatus {
    /// What a status makes of an account; `activated` by operations counts for those who have signed only.
    #[must_use]
    pub const fn of(status: Status, activated: bool) -> Self {
        match (status.sub_state, status.stage) {
            (SubState::Rejected | SubState::Resigned, _) => Self::Inactive,
            (SubState::Active, Stage::OnboardedRegular | Stage::OnboardedOnDemand) if activated => Self::Active,
            (SubState::Active, Stage::OnboardedRegular | Stage::OnboardedOnDemand) => Self::Contracted,
            (SubState::Active, Stage::InTraining | Stage::Mcu) => Self::PreContract,
            (SubState::Active, _) => Self::Applicant,
        }
    }

    /// How far along she is; none for who is out.
    const fn rank(self) -> Option<u8> {
        match self {
            Self::Applicant => Some(0),
            Self::PreContract => Some(1),
            Self::Contracted => Some(2),
            Self::Active => Some(3),
            Self::Inactive => None,
        }
    }

    /// Whether the gate of a platform is open.
    #[must_use]
    pub fn may_enter(self, platform: Platform) -> bool {
        GATES.iter().any(|(gate, least)| *gate == platform && self.rank() >= least.rank())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Stage::Screening, SubState::Active, false, "APPLICANT", "")]
    #[case(Stage::Offering, SubState::Active, true, "APPLICANT", "")]
    #[case(Stage::InTraining, SubState::Active, false, "PRE_CONTRACT", "elearning")]
    #[case(Stage::Mcu, SubState::Active, false, "PRE_CONTRACT", "elearning")]
    #[case(Stage::OnboardedRegular, SubState::Active, false, "CONTRACTED", "elearning nanny_app")]
    #[case(Stage::OnboardedOnDemand, SubState::Active, true, "ACTIVE", "elearning nanny_app payroll tipping overtime")]
    #[case(Stage::OnboardedRegular, SubState::Resigned, true, "INACTIVE", "")]
    #[case(Stage::InTraining, SubState::Rejected, false, "INACTIVE", "")]
    fn a_status_opens_gates(
        #[case] stage: Stage,
        #[case] sub_state: SubState,
        #[case] activated: bool,
        #[case] expected: &str,
        #[case] open: &str,
    ) {
        let mitra = MitraStatus::of(Status { stage, sub_state }, activated);
        let entered: Vec<&str> =
            Platform::ALL.iter().filter(|one| mitra.may_enter(**one)).map(|one| one.as_str()).collect();
        assert_eq!((mitra.as_str(), entered.join(" ").as_str()), (expected, open));
    }

    #[test]
    fn who_has_signed_and_is_not_out_may_be_activated() {
        let all = Stage::ALL.iter().flat_map(|stage| SubState::ALL.iter().map(|sub_state| (*stage, *sub_state)));
        let may: Vec<(Stage, SubState)> = all
            .filter(|(stage, sub_state)| Status { stage: *stage, sub_state: *sub_state }.may_be_activated())
            .collect();
        assert_eq!(may, [(Stage::OnboardedRegular, SubState::Active), (Stage::OnboardedOnDemand, SubState::Active)]);
    }

    #[test]
    fn every_platform_has_one_gate() {
        for platform in Platform::ALL {
            assert_eq!(GATES.iter().filter(|(gate, _)| gate == platform).count(), 1, "{platform}");
        }
    }
}
