//! Why a status changed: closed lists of codes, shown as words. No free text decides anything.
//!
//! The resignations are the mission's taxonomy, word for word. To add a reason: a line in the list, its group, its stages where it is of some only,
//! and its words in both languages.

use super::Stage::{
    self, InTraining, InterviewCm, InterviewHr, Mcu, Offering, OnboardedOnDemand, OnboardedRegular, Psikotest,
    Screening,
};
use crate::words::words;

words! {
    /// A standard reason.
    #[cfg_attr(feature = "openapi", schema(as = StatusReason))]
    Reason {
        /// She found another job.
        NewJob = "new_job",
        /// Her family does not let her work.
        FamilyForbidsWork = "family_forbids_work",
        /// Her family does not let her stay at the daycare.
        FamilyForbidsStaying = "family_forbids_staying",
        /// She did not finish the psychological test within three days.
        PsikotestUnfinished = "psikotest_unfinished",
        /// She cannot follow the rules.
        CannotFollowRules = "cannot_follow_rules",
        /// A calamity befell her.
        Calamity = "calamity",
        /// She is ill or recovering.
        Ill = "ill",
        /// The benefits do not appeal to her.
        Benefits = "benefits",
        /// She does not answer.
        NoResponse = "no_response",
        /// Personal reasons.
        Personal = "personal",

        /// She does not meet the requirements (age, schooling, place).
        Requirements = "requirements",
        /// Her documents or data are incomplete.
        Documents = "documents",
        /// What she stated is not true.
        Untrue = "untrue",
        /// She did not come.
        Absent = "absent",
        /// The interview with HR went against her.
        FailedInterviewHr = "failed_interview_hr",
        /// She did not pass the psychological test.
        FailedPsikotest = "failed_psikotest",
        /// The interview with the care manager went against her.
        FailedInterviewCm = "failed_interview_cm",
        /// No agreement on the terms.
        NoAgreement = "no_agreement",
        /// The position is taken.
        PositionTaken = "position_taken",
        /// She did not pass the training.
        FailedTraining = "failed_training",
        /// Not fit for the work by the medical check.
        Unfit = "unfit",
        /// She broke the rules.
        BrokeRules = "broke_rules",
        /// Her work does not meet the standard.
        Performance = "performance",

        /// She wants to go on.
        Returned = "returned",
        /// The decision was looked at again.
        Reconsidered = "reconsidered",
        /// There is a need for her again.
        NeededAgain = "needed_again",

        /// The wrong status was chosen.
        WrongStatus = "wrong_status",
        /// It was meant for somebody else.
        WrongPerson = "wrong_person",
        /// The reasons were wrong.
        WrongReasons = "wrong_reasons",
    }
}

words! {
    /// What a reason is given for.
    ReasonGroup {
        /// She withdrew.
        Resigned = "resigned",
        /// She was turned down.
        Rejected = "rejected",
        /// She is in the running again.
        Reopened = "reopened",
        /// A record is compensated.
        Corrected = "corrected",
    }
}

const ONBOARDED: &[Stage] = &[OnboardedRegular, OnboardedOnDemand];
const FROM_INTERVIEW: &[Stage] = &[InterviewHr, Psikotest, InterviewCm, Offering, InTraining, Mcu];
const FROM_TRAINING: &[Stage] = &[InTraining, Mcu, OnboardedRegular, OnboardedOnDemand];

impl Reason {
    /// What it is given for.
    #[must_use]
    pub const fn group(self) -> ReasonGroup {
        match self {
            Self::NewJob
            | Self::FamilyForbidsWork
            | Self::FamilyForbidsStaying
            | Self::PsikotestUnfinished
            | Self::CannotFollowRules
            | Self::Calamity
            | Self::Ill
            | Self::Benefits
            | Self::NoResponse
            | Self::Personal => ReasonGroup::Resigned,
            Self::Requirements
            | Self::Documents
            | Self::Untrue
            | Self::Absent
            | Self::FailedInterviewHr
            | Self::FailedPsikotest
            | Self::FailedInterviewCm
            | Self::NoAgreement
            | Self::PositionTaken
            | Self::FailedTraining
            | Self::Unfit
            | Self::BrokeRules
            | Self::Performance => ReasonGroup::Rejected,
            Self::Returned | Self::Reconsidered | Self::NeededAgain => ReasonGroup::Reopened,
            Self::WrongStatus | Self::WrongPerson | Self::WrongReasons => ReasonGroup::Corrected,
        }
    }

    /// Whether it can be given at a stage. A resignation can be at any: what she says is hers to say.
    #[must_use]
    pub fn fits(self, stage: Stage) -> bool {
        let stages: &[Stage] = match self {
            Self::Requirements => &[Screening, InterviewHr],
            Self::Documents => &[Screening, InterviewHr, Offering, InTraining, Mcu],
            Self::Absent => FROM_INTERVIEW,
            Self::FailedInterviewHr => &[InterviewHr],
            Self::FailedPsikotest => &[Psikotest],
            Self::FailedInterviewCm => &[InterviewCm],
            Self::NoAgreement => &[Offering],
            Self::PositionTaken => &[Screening, InterviewHr, Psikotest, InterviewCm, Offering],
            Self::FailedTraining => &[InTraining],
            Self::Unfit => &[Mcu],
            Self::BrokeRules => FROM_TRAINING,
            Self::Performance => ONBOARDED,
            _ => return true,
        };
        stages.contains(&stage)
    }

    /// The words in Bahasa Indonesia and in English.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NewJob => ("Sudah dapat pekerjaan baru", "Found another job"),
            Self::FamilyForbidsWork => ("Tidak diizinkan bekerja oleh keluarga", "Her family does not let her work"),
            Self::FamilyForbidsStaying => (
                "Tidak diizinkan menginap di daycare oleh keluarga",
                "Her family does not let her stay at the daycare overnight",
            ),
            Self::PsikotestUnfinished => (
                "Tidak menyelesaikan psikotest dalam waktu 3x24 jam",
                "Did not finish the psychological test within 3x24 hours",
            ),
            Self::CannotFollowRules => {
                ("Tidak mampu mengikuti aturan yang sudah ditetapkan", "Cannot follow the rules")
            }
            Self::Calamity => ("Mengalami musibah", "A calamity befell her"),
            Self::Ill => ("Sedang sakit atau dalam masa pemulihan", "Ill or recovering"),
            Self::Benefits => ("Skema benefit kurang menarik", "The benefits do not appeal to her"),
            Self::NoResponse => ("Tidak ada response", "No response"),
            Self::Personal => ("Alasan personal", "Personal reasons"),
            Self::Requirements => ("Tidak memenuhi syarat", "Does not meet the requirements"),
            Self::Documents => ("Dokumen atau data tidak lengkap", "Documents or data are incomplete"),
            Self::Untrue => ("Keterangan tidak benar", "What she stated is not true"),
            Self::Absent => ("Tidak hadir", "Did not come"),
            Self::FailedInterviewHr => ("Tidak lolos wawancara HR", "Did not pass the HR interview"),
            Self::FailedPsikotest => ("Tidak lolos psikotest", "Did not pass the psychological test"),
            Self::FailedInterviewCm => ("Tidak lolos wawancara CM", "Did not pass the CM interview"),
            Self::NoAgreement => ("Tidak ada kesepakatan", "No agreement on the terms"),
            Self::PositionTaken => ("Posisi sudah terisi", "The position is taken"),
            Self::FailedTraining => ("Tidak lolos pelatihan", "Did not pass the training"),
            Self::Unfit => ("Tidak layak menurut hasil MCU", "Not fit by the medical check"),
            Self::BrokeRules => ("Melanggar aturan", "Broke the rules"),
            Self::Performance => ("Kinerja di bawah standar", "Her work does not meet the standard"),
            Self::Returned => ("Kandidat ingin melanjutkan", "She wants to go on"),
            Self::Reconsidered => ("Keputusan ditinjau ulang", "The decision was looked at again"),
            Self::NeededAgain => ("Dibutuhkan kembali", "There is a need for her again"),
            Self::WrongStatus => ("Salah memilih status", "The wrong status was chosen"),
            Self::WrongPerson => ("Salah orang", "It was meant for somebody else"),
            Self::WrongReasons => ("Salah memilih alasan", "The wrong reasons were chosen"),
        }
    }

    /// The reasons of a group that can be given at a stage, in the order in which they are shown.
    pub fn of(group: ReasonGroup, stage: Stage) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |one| one.group() == group && one.fits(stage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_has_reasons_of_every_group() {
        for stage in Stage::ALL {
            for group in ReasonGroup::ALL {
                assert!(Reason::of(*group, *stage).next().is_some(), "{group} at {stage}");
            }
        }
    }

    #[test]
    fn resignations_are_the_taxonomy_in_its_order() {
        let shown: Vec<&str> = Reason::of(ReasonGroup::Resigned, Screening).map(|one| one.words().0).collect();
        let expected = [
            "Sudah dapat pekerjaan baru",
            "Tidak diizinkan bekerja oleh keluarga",
            "Tidak diizinkan menginap di daycare oleh keluarga",
            "Tidak menyelesaikan psikotest dalam waktu 3x24 jam",
            "Tidak mampu mengikuti aturan yang sudah ditetapkan",
            "Mengalami musibah",
            "Sedang sakit atau dalam masa pemulihan",
            "Skema benefit kurang menarik",
            "Tidak ada response",
            "Alasan personal",
        ];
        assert_eq!(shown, expected);
    }
}
