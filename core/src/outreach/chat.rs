//! Click to chat: HR opens each chat with the text filled in, and presses send herself. It is recorded as opened, never as sent.

use serde::{Deserialize, Serialize};

use super::{Done, Outreach};
use crate::id::{ApplicationId, CampaignId, MessageId};

/// A chat to open.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Chat {
    /// The message, which is opened from now on.
    pub message: MessageId,
    /// Her application.
    pub application: ApplicationId,
    /// Her name.
    pub full_name: String,
    /// Her number, in E.164.
    pub phone: String,
    /// What to open: `https://wa.me/…?text=…`.
    pub url: String,
    /// The text that stands in it. Its link is good once.
    pub text: String,
    /// How many chats of the campaign wait still.
    pub left: u64,
}

impl std::fmt::Debug for Chat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chat").field("message", &self.message).finish_non_exhaustive()
    }
}

impl Outreach {
    /// The chat of a message: opened for the first time, or once more (with another link; those before stay good).
    ///
    /// # Errors
    /// `UnknownMessage`, `NotByHand`; `MessageIs`: it was dropped; `CampaignIs`: it is paused, or not filled; `Quiet`; `Excluded`: the message is dropped;
    /// `NoLink`; the store fails.
    pub async fn open_chat(&self, id: MessageId, by: &str) -> Done<Chat> {
        todo!()
    }

    /// The next chat of a campaign that waits; none when all are opened. Those who may not be messaged any more are passed over. Two who ask at once are given
    /// different ones.
    ///
    /// # Errors
    /// `UnknownCampaign`, `NotByHand`, `CampaignIs`, `Quiet`, `NoLink`; the store fails.
    pub async fn next_chat(&self, campaign: CampaignId, by: &str) -> Done<Option<Chat>> {
        todo!()
    }
}
