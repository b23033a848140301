//! Outreach: every candidate is invited once, by WhatsApp or SMS, and what came of it is told.
//!
//! What may be is decided by pure functions: what a text says and how long it is, who is messaged and who is not and why, when a message may leave, what a
//! provider's word makes of a message (`MessageState`). Around them stand the use cases, one file each. Nothing here knows a provider.

mod channel;
mod state;

pub use channel::Channel;
pub use state::{MessageState, Refusal, Sent};
