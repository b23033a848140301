//! From a portal's rows to applications: plan -> preview -> decisions -> commit -> undo.

pub mod mapping;
