//! Accounts: who a candidate is to us, and which application is hers.
//!
//! A phone number and a six-digit PIN. Which application a new account is linked to is [`link`]'s to say, a pure function over what her phone and
//! her address lead to and what she has proven; whether a PIN may be chosen is [`Pin::parse`]'s.

pub mod code;
mod link;
mod lockout;
mod pin;
mod register;

pub use link::{Candidate, Facts, Link, PendingWhy, Proof, Result, Second, link};
pub use lockout::{Door, Failures};
pub use pin::{Pin, WeakPin};
pub use register::{Policy, RegisterError, Registered, Registration, register};
