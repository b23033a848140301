//! Phone numbers: clean first, then parse, then ask whether the number may key a person.

use serde::{Deserialize, Serialize};

use crate::application::{ProblemCode, RepairCode};

/// A phone number in E.164 (`+6281234567890`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// The number in E.164.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What one number of a cell was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneReading {
    /// The number's part of the cell as it stood.
    pub raw: String,
    /// E.164 where it parses; the digits as they stand for a short or fixed number that is kept; none where absent.
    pub value: Option<String>,
    /// What was repaired to read it.
    pub repairs: Vec<RepairCode>,
    /// Whether the number may key a person and be messaged.
    pub usable: bool,
    /// Why it is not usable, or what to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemCode>,
}

/// Reads every phone number of a cell, in the cell's order.
#[must_use]
pub fn read_phones(cell: &str) -> Vec<PhoneReading> {
    let _ = cell;
    Vec::new()
}
