//! Whether two records are one person: the evidence, for a person to read and for [`crate::import`] to act on.

mod evidence;

pub use evidence::{Evidence, EvidenceCode, Record, Weight, evidence};
