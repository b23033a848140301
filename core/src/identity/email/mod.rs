//! Email addresses.

use serde::{Deserialize, Serialize};

use crate::application::{ProblemCode, RepairCode};

/// An email address in lower case without a display name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

/// What one address of a cell was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailReading {
    /// The address's part of the cell as it stood.
    pub raw: String,
    /// The address in lower case; none where absent.
    pub value: Option<String>,
    /// What was repaired to read it.
    pub repairs: Vec<RepairCode>,
    /// Whether the address may key a person.
    pub usable: bool,
    /// Why it is not usable, or what to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemCode>,
    /// What the address perhaps should be (`gmail.con` -> `gmail.com`); never applied by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// Reads every address of a cell, in the cell's order.
#[must_use]
pub fn read_emails(cell: &str) -> Vec<EmailReading> {
    let _ = cell;
    Vec::new()
}
