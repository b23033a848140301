//! A campaign's messages are queued: some hundred in a transaction, which also keeps how far it has come. Killed at any instant it goes on from there.

use super::{
    Campaign, CampaignState, Done, Outreach, OutreachError, Purpose, Ways,
    audience::{Meant, Person},
    campaign::audience,
    course::key,
};
use crate::{
    id::{CampaignId, MessageId},
    import::Progress,
    store::{
        self,
        connection::Connection,
        outbox::{NewMessage, Queueing},
        whole::whole,
    },
};

/// People who are looked at in one transaction.
pub(super) const PEOPLE: usize = 500;

impl Outreach {
    /// Queues what a campaign is to send, until everybody was looked at; whoever else fills it helps. A campaign that is not being filled stays as it is.
    ///
    /// # Errors
    /// `UnknownCampaign`, `Cancelled`; the store fails. What was queued stays, and it can go on.
    pub async fn fill(&self, id: CampaignId, progress: &Progress) -> Done<Campaign> {
        let mut campaign = store::campaigns::get(&mut self.store.read().await?.connection(), id).await?;
        let meant = Meant::of(&audience(campaign.as_mut().ok_or(OutreachError::UnknownCampaign(id))?)?);
        loop {
            progress.check()?;
            let now = self.store.clock().micros();
            let looked_at = whole(|| async {
                let mut tx = self.store.write().await?;
                let looked_at = self.fill_some(&mut tx.connection(), id, &meant, now).await?;
                tx.commit().await?;
                Ok::<_, OutreachError>(looked_at)
            });
            match looked_at.await? {
                Some(people) => progress.add(people),
                None => return self.campaign(id).await,
            }
        }
    }

    /// Campaigns that are being filled, or were when a process ended.
    ///
    /// # Errors
    /// The store fails.
    pub async fn filling(&self) -> Done<Vec<CampaignId>> {
        let rows =
            store::campaigns::in_state(&mut self.store.read().await?.connection(), CampaignState::Filling).await?;
        Ok(rows.into_iter().map(|row| CampaignId(row.id)).collect())
    }
}

impl Outreach {
    /// Queues the next messages of a campaign. Gives how many people were looked at; none where it is not being filled (any more).
    async fn fill_some(
        &self,
        connection: &mut Connection<'_>,
        id: CampaignId,
        meant: &Meant,
        now: i64,
    ) -> Done<Option<usize>> {
        // Held: whoever fills it at the same time, or pauses it, waits, and what an earlier run of this step has kept is seen.
        let campaign = store::campaigns::held(connection, id).await?;
        let mut campaign = campaign.ok_or(OutreachError::UnknownCampaign(id))?;
        if campaign.state()? != CampaignState::Filling {
            return Ok(None);
        }
        let ways = Ways { channel: campaign.channel()?, fallback: campaign.fallback()? };
        let people = self.look(connection, ways, meant, campaign.fill_cursor, PEOPLE).await?;
        let looked_at = people.len();
        campaign.fill_cursor = people.last().map(|last| last.id).or(campaign.fill_cursor);
        if looked_at < PEOPLE {
            campaign.set(CampaignState::Running);
            campaign.filled_at = Some(now);
        }
        let queueing = Queueing {
            campaign: id.0,
            channel: &campaign.channel,
            template: campaign.template_id,
            purpose: Purpose::Invitation.as_str(),
            ordinal: 0,
            attempts: 0,
            run_at: self.policy.quiet.next_allowed(now.max(campaign.starts_at)),
            by: &campaign.made_by,
            at: now,
        };
        let messages = people.into_iter().filter_map(|person| self.invitation(person)).collect();
        store::outbox::queue(connection, &queueing, messages).await?;
        store::campaigns::save(connection, &campaign).await?;
        Ok(Some(looked_at))
    }

    fn invitation(&self, person: Person) -> Option<NewMessage> {
        let Person { id, phone: Some(phone), excluded: None, .. } = person else { return None };
        let recipient_hash = self.recipient(&phone);
        Some(NewMessage { id: MessageId::mint(), key: key(id, 0), application: id, recipient_hash, phone })
    }
}
