//! What a worker does: it claims messages, hands each to a carrier, and settles what came of it.
//!
//! A claim is committed before anything is handed over, and so is no message in two hands. Whoever claims on a channel changes the channel's row first: several
//! workers on several nodes stand in line there, and see each other's messages when they count what the channel bears.

use super::{Channel, Done, MessageState, Outreach, Sent};
use crate::id::{ApplicationId, LeaseId, MessageId};

/// A message, about to be handed to a carrier.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its id. A provider that gives it back lets a lost answer be found again.
    pub id: MessageId,
    /// What to settle it with.
    pub lease: LeaseId,
    /// Until when it has to be settled, in microseconds since 1970-01-01 UTC: whoever has not handed it over by then leaves it.
    pub lease_until: i64,
    /// The channel.
    pub channel: Channel,
    /// Whom it is to.
    pub application: ApplicationId,
    /// Where it goes, in E.164.
    pub phone: String,
    /// The text, with her link.
    pub text: String,
    /// The approved template, and what it is given.
    pub approved: Option<Approved>,
    /// How often it was tried, with this time.
    pub attempts: u32,
}

/// A template that the provider approved.
#[derive(Clone, PartialEq, Eq)]
pub struct Approved {
    /// Its name there.
    pub name: String,
    /// Its language code there.
    pub language: String,
    /// What its places are given, in order.
    pub parameters: Vec<String>,
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outgoing").field("id", &self.id).field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Approved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Approved").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a worker has in hand from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The messages.
    pub messages: Vec<Outgoing>,
    /// When to come again although nothing is there now, in microseconds since 1970-01-01 UTC: the night is over, the provider is to be asked again, the budget
    /// has room. None: whenever a worker looks anyway.
    pub again_at: Option<i64>,
}

impl Outreach {
    /// Claims up to so many messages that are due on a channel, for so long. Whoever may not be messaged any more is dropped instead.
    ///
    /// # Errors
    /// `NotByHand`, `NoLink`; the store fails.
    pub async fn claim(&self, channel: Channel, most: u32, lease_seconds: u32) -> Done<Claim> {
        todo!()
    }

    /// Settles what came of handing a message over; `retry_after_seconds` is what the provider asked for. Gives how far the message has come. Whoever comes too late
    /// changes nothing that is known better by now.
    ///
    /// # Errors
    /// `UnknownMessage`; the store fails.
    pub async fn settle(
        &self,
        id: MessageId,
        lease: LeaseId,
        sent: &Sent,
        retry_after_seconds: Option<u32>,
    ) -> Done<MessageState> {
        todo!()
    }
}
