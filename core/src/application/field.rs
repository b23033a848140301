//! What a column of a portal file can be mapped to.

use serde::{Deserialize, Serialize};

/// The target of a column: a field of `hiring_application`, a part of one, or one of the two ways to keep a column
/// that is no field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The whole name.
    FullName,
    /// The first part of a name that is split over two columns.
    FirstName,
    /// The last part of a name that is split over two columns.
    LastName,
    /// A phone number, or several in one cell.
    Phone,
    /// A WhatsApp number: a phone that is preferred for messages, ranked before [`Field::Phone`].
    Whatsapp,
    /// An email address, or several in one cell.
    Email,
    /// Date of birth.
    BirthDate,
    /// Gender.
    Gender,
    /// Where she lives.
    Location,
    /// The position she applied for.
    Position,
    /// When she applied.
    AppliedAt,
    /// Highest education.
    Education,
    /// Relevant experience.
    Experience,
    /// Expected monthly salary in rupiah.
    ExpectedSalary,
    /// A link to her résumé.
    ResumeUrl,
    /// The portal's own id of this application or applicant.
    SourceRef,
    /// The portal's own status word.
    PortalStatus,
    /// The text of a screening question (Indeed's `qualification N`).
    Question,
    /// The answer to the question with the same number (Indeed's `qualification N answer`).
    Answer,
    /// Whether the answer fits (Indeed's `qualification N match`).
    AnswerMatch,
    /// Kept whole under `extras`, keyed by its header.
    Extras,
    /// A running number or another column without meaning: kept in the raw cells only.
    Ignore,
}

impl Field {
    /// Every field, in the order in which a person would want to read them.
    pub const ALL: [Field; 22] = [
        Field::FullName,
        Field::FirstName,
        Field::LastName,
        Field::Phone,
        Field::Whatsapp,
        Field::Email,
        Field::BirthDate,
        Field::Gender,
        Field::Location,
        Field::Position,
        Field::AppliedAt,
        Field::Education,
        Field::Experience,
        Field::ExpectedSalary,
        Field::ResumeUrl,
        Field::SourceRef,
        Field::PortalStatus,
        Field::Question,
        Field::Answer,
        Field::AnswerMatch,
        Field::Extras,
        Field::Ignore,
    ];

    /// The word that files and interfaces use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FullName => "full_name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Phone => "phone",
            Self::Whatsapp => "whatsapp",
            Self::Email => "email",
            Self::BirthDate => "birth_date",
            Self::Gender => "gender",
            Self::Location => "location",
            Self::Position => "position",
            Self::AppliedAt => "applied_at",
            Self::Education => "education",
            Self::Experience => "experience",
            Self::ExpectedSalary => "expected_salary",
            Self::ResumeUrl => "resume_url",
            Self::SourceRef => "source_ref",
            Self::PortalStatus => "portal_status",
            Self::Question => "question",
            Self::Answer => "answer",
            Self::AnswerMatch => "answer_match",
            Self::Extras => "extras",
            Self::Ignore => "ignore",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Field;

    #[test]
    fn a_field_is_written_as_its_word() {
        for field in Field::ALL {
            assert_eq!(serde_json::to_value(field).unwrap(), field.as_str());
        }
    }
}
