//! Which column means what: found by the reader, corrected by HR, remembered for files with the same headers.

use serde::{Deserialize, Serialize};

use crate::application::Field;

/// One column of a file and what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ColumnMapping {
    /// The column's number, the first being 1 (column A of a spreadsheet).
    pub column: u32,
    /// The header as it stands in the file, line breaks made spaces.
    pub header: String,
    /// What the column means. With [`How::Fuzzy`] it is a suggestion only: the column stays in `extras` until HR confirms.
    pub field: Field,
    /// How that was found.
    pub how: How,
    /// How sure that is, 0 to 1.
    pub score: f64,
    /// The number in a numbered group (`qualification 3 answer` -> 3), which ties a question to its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<u32>,
    /// The order of day and month in a date column, decided from all of its cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
}

impl ColumnMapping {
    /// What the column is used as now: the field, or `extras` while a fuzzy suggestion waits for HR.
    #[must_use]
    pub fn effective(&self) -> Field {
        if self.how == How::Fuzzy { Field::Extras } else { self.field }
    }
}

/// How a column's meaning was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The header is an alias that the definition names.
    Exact,
    /// HR confirmed it before for these headers.
    Remembered,
    /// It looks like an alias: a suggestion, not used until HR confirms it.
    Fuzzy,
    /// HR chose it now.
    Manual,
    /// It fits nothing: kept under `extras`.
    None,
}

/// The order of day, month and year in a column of dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 31/12/2026.
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
    /// 2026-12-31, or a month in words: nothing to decide.
    Unambiguous,
    /// The column's cells do not tell: each such date is a question for HR.
    Undecided,
}

/// What HR confirmed for a set of headers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RememberedMapping {
    /// The portal that HR chose, or that was recognised.
    pub portal: String,
    /// The meaning of every column.
    pub columns: Vec<RememberedColumn>,
}

/// One column of a remembered mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RememberedColumn {
    /// The header; case, spaces and punctuation do not matter.
    pub header: String,
    /// What it means.
    pub field: Field,
    /// The order of day and month, where HR settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
}
