//! Campaigns: one text to many, from the start to what came of it.

use serde::{Deserialize, Serialize};

use super::{Audience, Channel, Done, Language, Outreach};
use crate::{
    id::{CampaignId, TemplateId},
    words::words,
};

words! {
    /// How far a campaign has come.
    CampaignState {
        /// Its messages are being queued.
        Filling = "filling",
        /// Its messages leave as they are due.
        Running = "running",
        /// Nothing leaves until somebody resumes it.
        Paused = "paused",
        /// What had not left never will.
        Cancelled = "cancelled",
        /// Nothing is left to be sent.
        Done = "done",
    }
}

/// A campaign, about to be started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCampaign {
    /// Its name.
    pub name: String,
    /// Who is meant.
    pub audience: Audience,
    /// The template's version.
    pub template: TemplateId,
    /// The version that reminds; none: the same.
    #[serde(default)]
    pub reminder_template: Option<TemplateId>,
    /// The channel.
    pub channel: Channel,
    /// The channel after a final failure; none: there is none.
    #[serde(default)]
    pub fallback: Option<Channel>,
    /// When the first message may leave, RFC 3339; none: now.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub starts_at: Option<jiff::Timestamp>,
    /// Who has not registered so many days after a message left is reminded; none: nobody is.
    #[serde(default)]
    pub remind_after_days: Option<u32>,
    /// How often somebody is reminded at most.
    #[serde(default)]
    pub reminders: u32,
}

/// A campaign, and what came of it so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// How far it has come.
    pub state: CampaignState,
    /// The provider's code that it was paused by; none where somebody paused it, or it is not paused.
    pub paused_why: Option<String>,
    /// Who is meant.
    pub audience: Audience,
    /// The channel.
    pub channel: Channel,
    /// The channel after a final failure.
    pub fallback: Option<Channel>,
    /// What it sends.
    pub template: TemplateRef,
    /// What it reminds with, where that is another one.
    pub reminder: Option<TemplateRef>,
    /// When its first message may leave, RFC 3339 in UTC.
    pub starts_at: String,
    /// Days until somebody is reminded.
    pub remind_after_days: Option<u32>,
    /// How often somebody is reminded at most.
    pub reminders: u32,
    /// Who started it.
    pub made_by: String,
    /// When, RFC 3339 in UTC.
    pub made_at: String,
    /// When it was done or cancelled, RFC 3339 in UTC.
    pub ended_at: Option<String>,
    /// Its messages, by how far they have come.
    pub counts: Counts,
    /// Those whom it meant, by how far they have come.
    pub reached: Reached,
}

/// A template's version, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateRef {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// Its version.
    pub version: u32,
}

/// Messages by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MessageCounts))]
#[expect(missing_docs, reason = "the words of MessageState")]
pub struct Counts {
    pub queued: u64,
    pub sending: u64,
    pub opened: u64,
    pub accepted: u64,
    pub sent: u64,
    pub delivered: u64,
    pub read: u64,
    pub failed: u64,
    pub uncertain: u64,
    pub dropped: u64,
}

/// Persons, by how far they have come. Each counts in every step that she has reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reached {
    /// A message to her left.
    pub invited: u64,
    /// One was on her phone.
    pub delivered: u64,
    /// She read one.
    pub read: u64,
    /// Her number has an account.
    pub registered: u64,
    /// Her application is linked to an account.
    pub linked: u64,
}

impl Outreach {
    /// Starts a campaign: it is there, and is filled by [`Outreach::fill`]. One whose id is there already is given as it is.
    ///
    /// # Errors
    /// [`OutreachError::UnknownTemplate`](super::OutreachError::UnknownTemplate), `NoLink`, `NotApproved`, `Fallback`, `Name`, `Text` (the template holds no
    /// link); the store fails.
    pub async fn start(&self, id: CampaignId, new: &NewCampaign, by: &str) -> Done<Campaign> {
        todo!()
    }

    /// Stops what has not left until somebody resumes it. One that is paused stays so.
    ///
    /// # Errors
    /// `UnknownCampaign`; `CampaignIs`: it is cancelled or done; the store fails.
    pub async fn pause(&self, id: CampaignId, by: &str) -> Done<Campaign> {
        todo!()
    }

    /// Goes on with a campaign that is paused; with one that was not filled, too ([`Outreach::fill`]).
    ///
    /// # Errors
    /// As [`Outreach::pause`].
    pub async fn resume(&self, id: CampaignId, by: &str) -> Done<Campaign> {
        todo!()
    }

    /// Ends a campaign: what has not left is dropped, and whom it meant may be invited by another one.
    ///
    /// # Errors
    /// As [`Outreach::pause`].
    pub async fn cancel(&self, id: CampaignId, by: &str) -> Done<Campaign> {
        todo!()
    }

    /// A page of campaigns, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn campaigns(&self, after: Option<CampaignId>, limit: u64) -> Done<Vec<Campaign>> {
        todo!()
    }

    /// A campaign.
    ///
    /// # Errors
    /// `UnknownCampaign`; the store fails.
    pub async fn campaign(&self, id: CampaignId) -> Done<Campaign> {
        todo!()
    }
}
