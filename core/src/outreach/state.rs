//! How far a message has come, and what a provider's words make of it.

use crate::words::words;

words! {
    /// How far a message has come.
    MessageState {
        /// It waits for its time, or for HR where a person sends by hand.
        Queued = "queued",
        /// Somebody has it in hand: a worker under a lease.
        Sending = "sending",
        /// HR opened the chat with the text filled in. Whether she pressed send is not known.
        Opened = "opened",
        /// The provider has taken it.
        Accepted = "accepted",
        /// The provider says that it left.
        Sent = "sent",
        /// It is on her phone.
        Delivered = "delivered",
        /// She has read it.
        Read = "read",
        /// It will not reach her this way.
        Failed = "failed",
        /// Whether it left is not known: a person judges, nothing sends it again by itself.
        Uncertain = "uncertain",
        /// It was not sent and will not be: she said stop, registered, or the campaign was cancelled.
        Dropped = "dropped",
    }
}

/// What a provider's refusal asks for (the codes' table is in each channel's own file).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The whole channel is too fast, or the provider is out of order: later, and slower.
    BackOff,
    /// Too fast to this recipient: later.
    Later,
    /// It will never reach this number by this channel. The number is marked undeliverable where `number` is true.
    Final {
        /// Whether it is the number that is at fault.
        number: bool,
    },
    /// She told the provider that she wants no more: an opt-out, on every channel.
    OptedOut,
    /// The template or the account is at fault: everybody's message would fail, so the campaign is paused.
    StopCampaign,
}

/// What came of handing a message to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The provider took it and names it so.
    Accepted {
        /// The provider's own id of the message.
        provider_id: String,
    },
    /// The provider certainly did not take it.
    Refused {
        /// What to do about it.
        refusal: Refusal,
        /// The provider's code, like `131026`, or ours: `http.503`, `connect`.
        code: String,
    },
    /// Whether the provider took it is not known: the answer was lost after the request had left.
    Unknown {
        /// Why, as a code: `timeout`, `broken`, `http.502`.
        code: String,
    },
}

/// What a provider says of a message that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It has it.
    Accepted,
    /// It left.
    Sent,
    /// It is on her phone.
    Delivered,
    /// She has read it.
    Read,
    /// It will not arrive.
    Failed(Refusal),
}
