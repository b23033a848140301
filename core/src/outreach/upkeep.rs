//! What time brings: leases run out, reminders are due, campaigns end.

use uuid::Uuid;

use super::{CampaignState, Done, MessageState, Outreach, OutreachError, Purpose, course::key, work::LONGEST_LEASE};
use crate::{
    id::{CampaignId, MessageId},
    store::{
        self,
        connection::Connection,
        outbox::{NewMessage, Queueing},
        whole::whole,
    },
};

/// Messages that are looked at in one transaction.
const SOME: u64 = 500;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Messages whose worker said nothing in time: their outcome is not known.
    pub uncertain: u64,
    /// Reminders that were queued.
    pub reminded: u64,
    /// Campaigns that are done.
    pub done: u64,
}

impl Outreach {
    /// Does what is due. Whoever does it at the same time does not do it twice. Campaigns that were not filled are [`Outreach::filling`]'s to tell.
    ///
    /// # Errors
    /// The store fails.
    pub async fn keep_up(&self) -> Done<Kept> {
        Ok(Kept { uncertain: self.expire_leases().await?, reminded: self.remind().await?, done: self.finish().await? })
    }

    /// Messages whose lease ran out are uncertain: nothing sends them again by itself. Gives how many.
    ///
    /// # Errors
    /// The store fails.
    pub async fn expire_leases(&self) -> Done<u64> {
        let now = self.store.clock().micros();
        let mut expired = 0;
        loop {
            let some = whole(|| async {
                let mut tx = self.store.write().await?;
                let connection = &mut tx.connection();
                let rows = store::outbox::run_out(connection, now, (LONGEST_LEASE, SOME)).await?;
                for mut row in rows.clone() {
                    if row.state()? == MessageState::Sending {
                        Self::is_uncertain(&mut row, "lease");
                    }
                    row.lease_until = None;
                    store::outbox::save(connection, &row).await?;
                }
                tx.commit().await?;
                Ok::<_, OutreachError>(rows.len() as u64)
            });
            match some.await? {
                0 => return Ok(expired),
                some => expired += some,
            }
        }
    }

    /// Queues the reminders that are due. Gives how many.
    ///
    /// # Errors
    /// The store fails.
    pub async fn remind(&self) -> Done<u64> {
        let now = self.store.clock().micros();
        let mut reminded = 0;
        let running =
            store::campaigns::in_state(&mut self.store.read().await?.connection(), CampaignState::Running).await?;
        for campaign in running {
            // It is looked without a lock first: a campaign runs for days, and is looked after every few seconds.
            while store::outbox::any_to_remind(&mut self.store.read().await?.connection(), campaign.id, now).await? {
                let some = whole(|| async {
                    let mut tx = self.store.write().await?;
                    let some = self.remind_some(&mut tx.connection(), CampaignId(campaign.id), now).await?;
                    tx.commit().await?;
                    Ok::<_, OutreachError>(some)
                });
                match some.await? {
                    None => break,
                    Some(some) => reminded += some,
                }
            }
        }
        Ok(reminded)
    }

    /// Ends campaigns that have nothing left to send. Gives how many.
    ///
    /// # Errors
    /// The store fails.
    pub async fn finish(&self) -> Done<u64> {
        let now = self.store.clock().micros();
        let (running, cancelled) = {
            let mut reader = self.store.read().await?;
            let connection = &mut reader.connection();
            let running = store::campaigns::in_state(connection, CampaignState::Running).await?;
            (running, store::campaigns::unfinished(connection, CampaignState::Cancelled).await?)
        };
        for campaign in cancelled {
            self.drop_all(CampaignId(campaign.id)).await?;
        }
        let mut done = 0;
        for campaign in running {
            if store::outbox::anything_left(&mut self.store.read().await?.connection(), campaign.id).await? {
                continue;
            }
            let ended = whole(|| async {
                let mut tx = self.store.write().await?;
                let connection = &mut tx.connection();
                // Held first: whoever queues something for it waits, or is seen.
                let row = store::campaigns::held(connection, CampaignId(campaign.id)).await?;
                let Some(mut row) = row.filter(|row| row.state == CampaignState::Running.as_str()) else {
                    return Ok(false);
                };
                if store::outbox::anything_left(connection, row.id).await? {
                    return Ok(false);
                }
                row.set(CampaignState::Done);
                row.ended_at = Some(now);
                store::campaigns::save(connection, &row).await?;
                tx.commit().await?;
                Ok::<_, OutreachError>(true)
            });
            done += u64::from(ended.await?);
        }
        Ok(done)
    }
}

impl Outreach {
    /// Queues some of the reminders of a campaign that are due. Gives how many; none where there are none (any more).
    async fn remind_some(&self, connection: &mut Connection<'_>, id: CampaignId, now: i64) -> Done<Option<u64>> {
        let campaign = store::campaigns::held(connection, id).await?;
        let Some(campaign) = campaign.filter(|row| row.state == CampaignState::Running.as_str()) else {
            return Ok(None);
        };
        let rows = store::outbox::to_remind(connection, id.0, now, SOME).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        store::outbox::reminded(connection, &ids).await?;
        let people = self.look_after(connection, &rows).await?;
        let mut queued = Vec::new();
        for (row, person) in rows.into_iter().zip(people) {
            if person.excluded.is_some() || row.ordinal >= campaign.reminders {
                continue;
            }
            let queueing = Queueing {
                campaign: id.0,
                channel: &row.channel,
                template: campaign.reminder_template_id.unwrap_or(campaign.template_id),
                purpose: Purpose::Reminder.as_str(),
                ordinal: row.ordinal + 1,
                attempts: 0,
                run_at: self.policy.quiet.next_allowed(now),
                by: &row.queued_by,
                at: now,
            };
            let message = NewMessage {
                id: MessageId::mint(),
                key: key(person.id, row.ordinal + 1),
                application: person.id,
                recipient_hash: row.recipient_hash,
                phone: row.phone,
            };
            queued.push(message.id.0);
            store::outbox::queue(connection, &queueing, vec![message]).await?;
        }
        // One whose key an older reminder holds was passed over: that was said to her before.
        Ok(Some(store::outbox::how_many(connection, &queued).await?))
    }
}
