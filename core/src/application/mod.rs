//! `hiring_application`: its fields, and the row of a portal file that becomes one.

mod cells;
mod field;
mod row;

pub use cells::Cells;
pub use field::Field;
pub use row::{
    Answer, ApplicantRow, EducationLevel, Fields, Gender, PortalStanding, Problem, ProblemCode, Repair, RepairCode,
};

mod filter;
mod number;
mod source_key;

pub use filter::Filter;
pub use source_key::SourceKey;

pub(crate) use number::{own_numbers, written_to};

mod read;

pub use read::{Application, HistoryRecord, Identifier, IdentifierState, Merged, Source, count, get, history, page};
