//! What crosses crates. The tests themselves stand in `tests/`; here is what they share.

pub mod fixtures;
