//! What providers and candidates say, in any order and as often as they like.

use super::{Channel, Done, MessageState, Outreach, Word};
use crate::id::{ApplicationId, MessageId};

/// What a provider says of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<'a> {
    /// Who says it.
    pub channel: Channel,
    /// The provider's id of the message.
    pub provider_id: &'a str,
    /// Our id, where the provider gives it back: a message whose answer was lost is known by it.
    pub ours: Option<MessageId>,
    /// What it says.
    pub word: Word,
    /// The provider's code, where it failed.
    pub code: Option<&'a str>,
}

/// What a candidate wrote.
#[derive(Clone, PartialEq, Eq)]
pub struct Incoming<'a> {
    /// Which way it came.
    pub channel: Channel,
    /// The provider's id of the message.
    pub provider_id: &'a str,
    /// Her number, in E.164.
    pub from: &'a str,
    /// What she wrote; empty where it was no text.
    pub text: &'a str,
}

impl std::fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming").field("channel", &self.channel).finish_non_exhaustive()
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Whose it is; none where the number leads to nobody.
    pub application: Option<ApplicationId>,
    /// Whether she gets no more messages from now on.
    pub stopped: bool,
    /// Whether it was heard before.
    pub again: bool,
}

impl Outreach {
    /// Takes a provider's word of a message. Gives how far the message has come by now; none where it is not known: the word is kept for a while, in case the
    /// provider was quicker than its own answer.
    ///
    /// # Errors
    /// The store fails.
    pub async fn told(&self, told: &Told<'_>) -> Done<Option<MessageState>> {
        todo!()
    }

    /// Takes what a candidate wrote. Words that end all messages do so at once, on every channel.
    ///
    /// # Errors
    /// The store fails.
    pub async fn hear(&self, incoming: &Incoming<'_>) -> Done<Heard> {
        todo!()
    }
}
