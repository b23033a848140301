//! Those who work here: signing in, their own passwords and sessions, who they are, and what they did.

pub mod audit;
pub mod members;
pub mod own;
pub mod session;
