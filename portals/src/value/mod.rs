//! What a cell says: dates, amounts, gender, links and plain text. Pure functions, one file for each kind of value.
//!
//! Each gives the value and what was done to read it, or why it cannot be read; none guesses. Phones, emails and names are read by
//! `satu_core::identity`.

pub mod amount;
pub mod date;
pub mod education;
pub mod experience;
pub mod gender;
pub mod link;
pub mod text;
pub mod yes_no;
