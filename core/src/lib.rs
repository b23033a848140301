//! # satu-core
//!
//! The rules of Satu and its store: who a person is ([`identity`]), what an application holds ([`application`]), how a
//! portal's rows become applications ([`import`]), how two records are compared ([`linking`]), where an application
//! stands ([`lifecycle`]), who signs in ([`account`] for candidates, [`staff`] for those who work here), how candidates are invited
//! ([`outreach`]) and what they consent to ([`consent`]), and how all of that
//! is kept ([`store`]).
//!
//! It must not know: spreadsheets and portals (`satu-portals`), HTTP and terminals (`satu-backend`), windows (`satu-app`).
//! Decisions are pure functions over values; only [`store`] knows SQL.

pub mod account;
pub mod application;
pub mod consent;
pub mod credential;
pub mod id;
pub mod identity;
pub mod import;
pub mod lifecycle;
pub mod linking;
pub mod outreach;
pub mod privacy;
pub mod private;
pub mod staff;
pub mod store;
pub mod time;
mod words;
pub use words::UnknownWord;
