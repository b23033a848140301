//! Outreach: every candidate is invited once, by WhatsApp or SMS, and what came of it is told.
//!
//! What may be is decided by pure functions: what a text says ([`Text`]) and how long it is ([`Length`]), who is messaged and who is not and why
//! ([`Excluded`]), when a message may leave ([`Quiet`], [`backoff`](pace::backoff)), what a provider's word makes of a message ([`MessageState`]), what she asks for when she
//! writes ([`word_of`]). Around them stand the use cases of [`Outreach`], one file each. Nothing here knows a provider: a worker claims messages, hands them
//! to a carrier and settles what came of it.

mod answers;
mod audience;
mod campaign;
mod channel;
mod chat;
mod consent;
mod course;
pub(crate) mod erasure;
mod error;
mod fill;
mod length;
mod message;
pub mod pace;
mod policy;
mod preview;
mod state;
mod template;
mod text;
mod thread;
mod upkeep;
mod work;

use std::sync::Arc;

use crate::{credential::Keys, store::Store};

pub use answers::{Heard, Incoming, Sender, Told};
pub use audience::{Audience, Excluded};
pub use campaign::{Campaign, CampaignState, Counts, NewCampaign, Reached, TemplateRef};
pub use channel::{Channel, Network, Ways};
pub use chat::Chat;
pub use consent::{Asked, Contact, Unreached, word_of};
pub use error::OutreachError;
pub use length::Length;
pub(crate) use message::shown;
pub use message::{Message, MessageFilter, Purpose, Verdict};
pub use pace::Quiet;
pub use policy::{Limits, Policy, Standing};
pub use preview::{Example, Preview, Sample};
pub use state::{MessageState, Refusal, Sent, Word};
pub use template::{Language, NewTemplate, Template};
pub use text::{Text, TextFault, Values, Variable};
pub use thread::{Item, Thread};
pub use upkeep::Kept;
pub use work::{Approved, Claim, Outgoing};

/// The outreach of a store: its use cases, and what they go by. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outreach {
    store: Store,
    keys: Keys,
    policy: Arc<Policy>,
}

impl Outreach {
    /// The outreach of a store.
    #[must_use]
    pub fn new(store: Store, keys: Keys, policy: Policy) -> Self {
        Self { store, keys, policy: Arc::new(policy) }
    }

    /// What a number is known by where it must not be told: in what outlives the candidate.
    fn recipient(&self, phone: &str) -> Vec<u8> {
        crate::consent::recipient(&self.keys, phone)
    }

    /// What it goes by.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}

/// The result of a use case.
pub type Done<T> = std::result::Result<T, OutreachError>;
