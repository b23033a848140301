//! What she is told of where she stands: her stage in plain words, and what comes next. Never a reason: those are for HR.

use super::{Stage, Status, SubState};

/// Where she stands and what comes next, in Bahasa Indonesia and in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationProgress {
    /// Where she stands.
    pub now: Words,
    /// What comes next; none where nothing does.
    pub next: Option<Words>,
}

/// A sentence in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Words {
    /// In Bahasa Indonesia.
    pub id: &'static str,
    /// In English.
    pub en: &'static str,
}

const fn words(id: &'static str, en: &'static str) -> Words {
    Words { id, en }
}

/// What she is told; `status` is none while it is settled which application is hers.
#[must_use]
pub const fn progress(status: Option<Status>) -> ApplicationProgress {
    let Some(Status { stage, sub_state }) = status else {
        return ApplicationProgress {
            now: words(
                "Kami sedang memastikan lamaran mana yang milik Anda.",
                "We are making sure which application is yours.",
            ),
            next: Some(words(
                "Tim HR memastikannya dan memberi kabar kepada Anda.",
                "HR is finding out, and will write to you.",
            )),
        };
    };
    match sub_state {
        SubState::Rejected => ApplicationProgress {
            now: words("Lamaran Anda belum dapat kami lanjutkan.", "We cannot take your application further for now."),
            next: None,
        },
        SubState::Resigned => ApplicationProgress {
            now: words("Anda telah mengundurkan diri.", "You have withdrawn."),
            next: Some(words("Hubungi tim HR bila berubah pikiran.", "Write to HR if you change your mind.")),
        },
        SubState::Active => {
            let (now, next) = told(stage);
            ApplicationProgress { now, next: Some(next) }
        }
    }
}

const fn told(stage: Stage) -> (Words, Words) {
    match stage {
        Stage::Screening => (
            words(
                "Lamaran Anda sudah kami terima dan sedang kami periksa.",
                "We have your application and are reading it.",
            ),
            words("Wawancara dengan tim HR.", "An interview with HR."),
        ),
        Stage::InterviewHr => (
            words(
                "Anda lolos seleksi awal dan diundang wawancara HR.",
                "You passed screening and are invited to the HR interview.",
            ),
            words("Psikotes.", "The psychological test."),
        ),
        Stage::Psikotest => (
            words(
                "Anda lolos wawancara HR dan diundang psikotes.",
                "You passed the HR interview and are invited to the psychological test.",
            ),
            words("Wawancara dengan care manager.", "An interview with a care manager."),
        ),
        Stage::InterviewCm => (
            words(
                "Anda lolos psikotes dan diundang wawancara care manager.",
                "You passed the test and are invited to the care manager's interview.",
            ),
            words("Penawaran kerja.", "An offer."),
        ),
        Stage::Offering => (
            words("Kami mengirimkan penawaran kerja kepada Anda.", "We have sent you an offer."),
            words("Setelah Anda menerimanya: pelatihan.", "When you accept it: training."),
        ),
        Stage::InTraining => (
            words("Anda sedang mengikuti pelatihan.", "You are in training."),
            words("Pemeriksaan kesehatan.", "The medical check."),
        ),
        Stage::Mcu => (
            words(
                "Anda lulus pelatihan dan menunggu pemeriksaan kesehatan.",
                "You passed training; the medical check is next.",
            ),
            words("Penandatanganan kontrak.", "Your contract is signed."),
        ),
        Stage::OnboardedRegular | Stage::OnboardedOnDemand => (
            words("Kontrak Anda sudah ditandatangani. Selamat bergabung!", "Your contract is signed. Welcome!"),
            words("Penempatan pertama Anda.", "Your first placement."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_in_the_running_is_told_what_comes_next() {
        for stage in Stage::ALL {
            let told = progress(Some(Status { stage: *stage, sub_state: SubState::Active }));
            assert!(told.next.is_some(), "{stage}");
            let out = progress(Some(Status { stage: *stage, sub_state: SubState::Rejected }));
            assert_eq!(out.next, None, "{stage}");
        }
        assert!(progress(None).next.is_some());
    }
}
