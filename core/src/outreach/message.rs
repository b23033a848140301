//! Messages as HR sees them, and what she says of those whose outcome nobody knows.

use serde::{Deserialize, Serialize};

use super::{Channel, Done, MessageState, Outreach};
use crate::{
    id::{ApplicationId, CampaignId, MessageId},
    words::words,
};

words! {
    /// What a message is for.
    #[cfg_attr(feature = "openapi", schema(as = MessagePurpose))]
    Purpose {
        /// It invites her.
        Invitation = "invitation",
        /// It reminds her.
        Reminder = "reminder",
        /// It goes another way after one of these failed.
        Fallback = "fallback",
    }
}

words! {
    /// What a person says of a message whose outcome is not known.
    Verdict {
        /// It left: she has it.
        Sent = "sent",
        /// It did not leave: it is queued again.
        NotSent = "not_sent",
    }
}

/// A message to a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The campaign.
    pub campaign: CampaignId,
    /// Whom it is to: the application that shows her by now.
    pub application: ApplicationId,
    /// Her name.
    pub full_name: String,
    /// Where it goes, in E.164.
    pub phone: String,
    /// How.
    pub channel: Channel,
    /// What it is for.
    pub purpose: Purpose,
    /// 0 for the invitation, from 1 for its reminders.
    pub ordinal: u32,
    /// How far it has come.
    pub state: MessageState,
    /// Why it failed, was dropped or waits: a provider's code, one of ours (`timeout`, `lease`, …) or a reason ([`Excluded`](super::Excluded)).
    pub error_code: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it may leave, RFC 3339 in UTC.
    pub run_at: String,
    /// When it was queued, RFC 3339 in UTC.
    pub queued_at: String,
    /// When HR opened the chat, RFC 3339 in UTC.
    pub opened_at: Option<String>,
    /// When the provider took it or said that it left, RFC 3339 in UTC.
    pub sent_at: Option<String>,
    /// When it was on her phone, RFC 3339 in UTC.
    pub delivered_at: Option<String>,
    /// When she read it, RFC 3339 in UTC.
    pub read_at: Option<String>,
    /// Who judged it, where its outcome was not known.
    pub judged_by: Option<String>,
    /// Whether her application is linked to an account, or her number has one.
    pub registered: bool,
}

/// Which messages of a campaign are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Those that have come so far.
    pub state: Option<MessageState>,
}

impl Outreach {
    /// A page of a campaign's messages, in the order in which they were queued.
    ///
    /// # Errors
    /// `UnknownCampaign`; the store fails.
    pub async fn messages(
        &self,
        campaign: CampaignId,
        filter: MessageFilter,
        after: Option<MessageId>,
        limit: u64,
    ) -> Done<Vec<Message>> {
        todo!()
    }

    /// A message.
    ///
    /// # Errors
    /// `UnknownMessage`; the store fails.
    pub async fn message(&self, id: MessageId) -> Done<Message> {
        todo!()
    }

    /// Keeps what a person says of a message whose outcome is not known. Said twice it is said once.
    ///
    /// # Errors
    /// `UnknownMessage`; `MessageIs`: its outcome is known by now; the store fails.
    pub async fn judge(&self, id: MessageId, verdict: Verdict, by: &str) -> Done<Message> {
        todo!()
    }
}
