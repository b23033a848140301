//! One row of a portal file after cleaning: what `satu-portals` gives and [`crate::import`] plans.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Cells;
use crate::{
    identity::{EmailReading, PhoneReading},
    words::words,
};

/// One row of a portal file: where it stood, what it held, what it means, and everything that was done to it on the way.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ApplicantRow {
    /// The row number that a person sees in the spreadsheet (a header on row 1 makes the first applicant row 2).
    pub row: u32,
    /// The raw cells as text, in column order; trailing empty cells may be missing.
    pub cells: Cells,
    /// The cleaned values.
    pub fields: Fields,
    /// Every phone number in the row, the preferred one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<PhoneReading>,
    /// Every email address in the row, the preferred one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<EmailReading>,
    /// Every change that cleaning made to a cell (those of phones stand in [`PhoneReading::repairs`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<Repair>,
    /// Everything a person should look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// The row is no applicant at all: blank, a repeated header, a total.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_data: bool,
}

/// The cleaned values of a row: the fields of `hiring_application` without identifiers and lifecycle.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Fields {
    /// The name as it should be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// The preferred phone number in E.164, if one is usable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The preferred email address in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// Gender, where the file says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Where she lives, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The position she applied for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM:SS+07:00` where the file has a time; always Jakarta time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<String>,
    /// Highest education, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub education: Option<String>,
    /// The level of that education, where the text names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub education_level: Option<EducationLevel>,
    /// Relevant experience, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experience: Option<String>,
    /// That experience in months, where the text is a length of time; the lower end where it is a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experience_months: Option<u32>,
    /// Expected salary in rupiah a month; the lower end where the cell gives a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_salary: Option<i64>,
    /// The upper end, where the cell gives a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_salary_max: Option<i64>,
    /// An `http` or `https` link; anything else stays in `extras` as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume_url: Option<String>,
    /// The portal's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ref: Option<String>,
    /// The portal's own status word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal_status: Option<String>,
    /// What that word means, as the portal's definition says. Information only: it moves nobody in our own lifecycle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal_standing: Option<PortalStanding>,
    /// Screening questions with their answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// Columns that fit no field: header -> cell.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extras: BTreeMap<String, String>,
}

/// Gender as a portal gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// *Perempuan*.
    Female,
    /// *Laki-laki*.
    Male,
}

impl Gender {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }
}

words! {
    /// A level of Indonesian education. What counts as the same level stands under one word.
    EducationLevel {
        /// *Sekolah Dasar*, *MI*, *Paket A*.
        Sd = "SD",
        /// *SMP*, *MTs*, *Paket B*.
        Smp = "SMP",
        /// *SMA*, *SMK*, *MA*, *Paket C*.
        Sma = "SMA/SMK",
        /// *Diploma satu*.
        D1 = "D1",
        /// *Diploma dua*.
        D2 = "D2",
        /// *Diploma tiga*.
        D3 = "D3",
        /// *Diploma empat*, *sarjana terapan*.
        D4 = "D4",
        /// *Sarjana*, bachelor.
        S1 = "S1",
        /// *Magister*, master.
        S2 = "S2",
        /// *Doktor*, doctorate.
        S3 = "S3",
    }
}

words! {
    /// Where an applicant stands at the portal, in words of ours.
    PortalStanding {
        /// Nobody has looked at her yet, or she is being looked at.
        Screening = "screening",
        /// She was found fit and is being written to, or invited to an interview.
        Interview = "interview",
        /// She takes a test.
        Psikotest = "psikotest",
        /// An offer is out.
        Offering = "offering",
        /// She was hired there.
        Hired = "hired",
        /// She was turned down there.
        Rejected = "rejected",
        /// She withdrew.
        Resigned = "resigned",
    }
}

/// A screening question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answer {
    /// The question's text.
    pub question: String,
    /// The answer's text, if she gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Whether the answer is yes (`Ya`, `✓`) or no (`Tidak`), where it says nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yes: Option<bool>,
    /// Whether the portal says that the answer fits, in its own word.
    #[serde(default, rename = "match", skip_serializing_if = "Option::is_none")]
    pub matches: Option<String>,
}

/// One change that cleaning made to a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Repair {
    /// What was done.
    pub code: RepairCode,
    /// The column's number, the first being 1.
    pub column: u32,
    /// The raw cell.
    pub from: String,
    /// What it became.
    pub to: String,
}

/// What can be done to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RepairCode {
    /// Spaces, line breaks or invisible characters were taken out or made one.
    Whitespace,
    /// A leading apostrophe (a spreadsheet's text mark) was taken off.
    Apostrophe,
    /// A decimal `.0` that a float left behind was taken off.
    FloatTail,
    /// Full-width or other non-ASCII digits were made ASCII.
    Digits,
    /// A doubled or misplaced country code (`0062…`, `+62 62 …`) was put right.
    CountryCode,
    /// A note beside the number (`(WA)`) was taken off.
    Note,
    /// A trunk zero inside an international number (`+62(0)812…`) was taken out.
    TrunkZero,
    /// A trailing dot or comma, or a display name, was taken off an address.
    Address,
    /// First and last name were joined; `.` or `-` as a last name was dropped.
    JoinedName,
    /// A name in capitals or small letters was given name case.
    NameCase,
    /// A date in words, with dots, or in the portal's own order was read.
    Date,
    /// A spreadsheet's day number was read as a date.
    DateSerial,
    /// A time in UTC was moved to Jakarta time.
    TimeZone,
    /// An amount in words (`3,5 jt`) or with separators was read.
    Amount,
    /// The page that a cell's words lead to (`Lihat CV`) was taken for the words.
    Link,
    /// What a merged cell says was taken for the empty cell that it covers in this row.
    Merged,
}

impl RepairCode {
    /// What was done, as the end of an English sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Whitespace => "spaces, line breaks or invisible characters were tidied",
            Self::Apostrophe => "a spreadsheet's text mark was taken off",
            Self::FloatTail => "the “.0” of a number was taken off",
            Self::Digits => "digits of another script were made plain",
            Self::CountryCode => "the country code was put right",
            Self::Note => "a note beside the number was taken off",
            Self::TrunkZero => "a zero inside the international number was taken out",
            Self::Address => "what surrounded the address was taken off",
            Self::JoinedName => "first and last name were joined",
            Self::NameCase => "the name was written as names are",
            Self::Date => "a date in words or numbers was read",
            Self::DateSerial => "a spreadsheet's day number was read as a date",
            Self::TimeZone => "the time was moved to Jakarta",
            Self::Amount => "an amount in words or with separators was read",
            Self::Link => "the page that the words lead to was taken for them",
            Self::Merged => "the cell is merged with one above it",
        }
    }
}

impl std::fmt::Display for Repair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { code, column: _, from, to } = self;
        write!(f, "“{from}” became “{to}”: {}.", code.words())
    }
}

/// Something in a row that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RowProblem))]
pub struct Problem {
    /// What it is; the UI's words hang on it.
    pub code: ProblemCode,
    /// The column's number, the first being 1; none when the row as a whole is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The cell's raw value, where one cell is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// One English sentence that names the column and the value and says what to do.
    pub message: String,
}

/// What can be wrong in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// No name: the row is rejected.
    NoName,
    /// No phone number and no email address: the row is rejected.
    NoContact,
    /// Not a row of data (a repeated header, a total, a note).
    NotData,
    /// The contact is masked by the portal (`+62****`): it is absent.
    Masked,
    /// Digits were lost (`8.12346E+11`): the number is absent and never guessed.
    DigitsLost,
    /// The cell holds letters where digits should be (`08123456789O`).
    PhoneLetters,
    /// Not a phone number.
    PhoneInvalid,
    /// A number that is no mobile: kept, never a key, never messaged.
    PhoneNotMobile,
    /// A number or address that a family shares, as HR decided: it keys nobody.
    Shared,
    /// A number whose length is disputed (13 digits after 0): kept, never a key.
    PhoneDisputed,
    /// A number that the cell itself says is another's (`suami`, `Ibu:`): kept, never a key.
    PhoneOfAnother,
    /// Not an email address.
    EmailInvalid,
    /// A portal's relay address: a contact, never a key.
    EmailRelay,
    /// A placeholder (`-`, `tidak ada`, `test@test.com`): absent.
    Placeholder,
    /// Perhaps a typing error (`gmail.con`): a suggestion, never applied by itself.
    EmailTypo,
    /// Not a date, or a date that cannot be.
    DateInvalid,
    /// The column does not tell whether the day or the month comes first.
    DateAmbiguous,
    /// Not an amount.
    AmountInvalid,
    /// A résumé link that is not `http(s)`: kept as text.
    ResumeNotLink,
    /// The row has more cells than the header.
    ExtraCells,
    /// A word for gender that is not known.
    GenderUnknown,
    /// The same portal id came with other contents earlier in this file.
    SourceRefReused,
    /// A status word that the portal's definition does not list.
    StatusUnknown,
    /// The file stops in the middle of the row: the row is rejected.
    CutOff,
    /// Levels of education of which it is not clear that she finished one (`SMA sedang kuliah S1`): the words are kept without a level.
    EducationUnclear,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repair_is_told_in_a_sentence() {
        let repair = Repair { code: RepairCode::Amount, column: 5, from: "3,5 jt".into(), to: "3500000".into() };
        assert_eq!(repair.to_string(), "“3,5 jt” became “3500000”: an amount in words or with separators was read.");
    }
}
