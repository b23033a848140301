//! A campaign's messages are queued: some hundred in a transaction, which also keeps how far it has come. Killed at any instant it goes on from there.

use super::{Campaign, Done, Outreach};
use crate::{id::CampaignId, import::Progress};

impl Outreach {
    /// Queues what a campaign is to send, until everybody was looked at; whoever else fills it helps. A campaign that is not being filled stays as it is.
    ///
    /// # Errors
    /// `UnknownCampaign`, `Cancelled`; the store fails. What was queued stays, and it can go on.
    pub async fn fill(&self, id: CampaignId, progress: &Progress) -> Done<Campaign> {
        todo!()
    }

    /// Campaigns that are being filled, or were when a process ended.
    ///
    /// # Errors
    /// The store fails.
    pub async fn filling(&self) -> Done<Vec<CampaignId>> {
        todo!()
    }
}
