//! `hiring_application`: its fields, and the row of a portal file that becomes one.

mod field;
mod row;

pub use field::Field;
pub use row::{Answer, ApplicantRow, Fields, Gender, Problem, ProblemCode, Repair, RepairCode};
