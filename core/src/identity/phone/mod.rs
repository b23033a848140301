//! Phone numbers: clean first, then parse, then ask whether the number may key a person.
//!
//! The rule above all others: a repaired number is never a different subscriber's. Where two readings are possible, none is
//! taken and HR sees the cell.

mod clean;
mod dial;
mod split;
#[cfg(test)]
mod tests;

pub(super) use clean::names_another;
use serde::{Deserialize, Serialize};

use crate::application::{ProblemCode, RepairCode};

/// A phone number in E.164 (`+6281234567890`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// Takes a number that is in E.164 already (`+`, then 7 to 15 digits of which the first is no zero); none for any other
    /// text. For what people type there is [`read_phones`].
    #[must_use]
    pub fn parse(e164: &str) -> Option<Self> {
        let digits = e164.strip_prefix('+')?;
        let shaped = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
        (shaped && digits.bytes().all(|b| b.is_ascii_digit())).then(|| Self(e164.to_owned()))
    }

    /// The number in E.164.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is an Indonesian mobile number, which can be messaged.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        dial::plain_mobile(&self.0).is_some()
    }

    /// The last seven digits: what stays the same when a prefix was mistyped. Evidence, never a key.
    #[must_use]
    pub fn tail(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(7)..).unwrap_or(&self.0)
    }
}

/// What one number of a cell was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneReading {
    /// The number's part of the cell as it stood.
    pub raw: String,
    /// E.164 where it parses; the digits as they stand for a short number that is kept; none where absent.
    pub value: Option<String>,
    /// What was repaired to read it.
    pub repairs: Vec<RepairCode>,
    /// Whether the number may key a person and be messaged.
    pub usable: bool,
    /// Why it is not usable, or what to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemCode>,
}

impl PhoneReading {
    /// The number, if it may key a person.
    #[must_use]
    pub fn key(&self) -> Option<Phone> {
        self.value.as_deref().filter(|_| self.usable).and_then(Phone::parse)
    }
}

/// Reads every phone number of a cell, in the cell's order, each once. An empty cell gives none; a cell that holds only a
/// placeholder gives one reading that says so.
#[must_use]
pub fn read_phones(cell: &str) -> Vec<PhoneReading> {
    let trimmed = cell.trim();
    if trimmed.is_empty() {
        return Vec::new();
    }
    if let Some(value) = dial::plain_mobile(trimmed).filter(|_| !clean::is_rounded(trimmed)) {
        let raw = trimmed.to_owned();
        return vec![PhoneReading { raw, value: Some(value), repairs: Vec::new(), usable: true, problem: None }];
    }
    let mut readings: Vec<PhoneReading> = Vec::new();
    for part in split::parts(trimmed) {
        let reading = read_one(part);
        let seen = reading.value.is_some() && readings.iter().any(|r| r.value == reading.value);
        if !seen {
            readings.push(reading);
        }
    }
    readings
}

/// Reads one number.
fn read_one(part: &str) -> PhoneReading {
    let raw = part.to_owned();
    let absent = |problem| PhoneReading {
        raw: raw.clone(),
        value: None,
        repairs: Vec::new(),
        usable: false,
        problem: Some(problem),
    };
    let cleaned = match clean::clean(part) {
        Ok(cleaned) => cleaned,
        Err(problem) => return absent(problem),
    };
    match dial::dial(&cleaned.digits, cleaned.international) {
        Ok(dialled) => {
            let mut repairs = cleaned.repairs;
            repairs.extend_from_slice(dialled.repairs);
            let problem = dialled.problem.or_else(|| cleaned.of_another.then_some(ProblemCode::PhoneOfAnother));
            PhoneReading { raw, value: Some(dialled.value), repairs, usable: problem.is_none(), problem }
        }
        Err(problem) => absent(problem),
    }
}
