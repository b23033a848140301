//! The course of a message: what it becomes, and what follows from that in the same transaction.

use super::{
    CampaignState, Channel, Done, MessageState, Outreach, Purpose, Refusal, Word,
    pace::{MOST_TRIES, backoff},
    policy::DAY,
};
use crate::{
    consent::ConsentSource,
    id::{CampaignId, MessageId},
    store::{
        self, StoreError,
        campaigns::CampaignRow,
        connection::Connection,
        outbox::{MessageRow, NewMessage, Queueing},
    },
};

/// Who does what nobody does by hand.
pub(super) const ACTOR: &str = "satu";

impl MessageRow {
    pub(super) fn state(&self) -> store::Result<MessageState> {
        word(MessageState::from_word(&self.state), "the state of message", self.id, &self.state)
    }

    pub(super) fn channel(&self) -> store::Result<Channel> {
        word(Channel::from_word(&self.channel), "the channel of message", self.id, &self.channel)
    }

    pub(super) fn purpose(&self) -> store::Result<Purpose> {
        word(Purpose::from_word(&self.purpose), "the purpose of message", self.id, &self.purpose)
    }

    pub(super) fn tries(&self) -> u32 {
        u32::try_from(self.attempts).unwrap_or(u32::MAX)
    }

    /// It is in nobody's hands from now on. Who had it is remembered: a late answer is theirs.
    fn becomes(&mut self, state: MessageState) {
        state.as_str().clone_into(&mut self.state);
        self.lease_until = None;
    }
}

impl CampaignRow {
    pub(super) fn state(&self) -> store::Result<CampaignState> {
        word(CampaignState::from_word(&self.state), "the state of campaign", self.id, &self.state)
    }

    pub(super) fn channel(&self) -> store::Result<Channel> {
        word(Channel::from_word(&self.channel), "the channel of campaign", self.id, &self.channel)
    }

    pub(super) fn fallback(&self) -> store::Result<Option<Channel>> {
        let Some(fallback) = &self.fallback else { return Ok(None) };
        word(Channel::from_word(fallback), "the fallback of campaign", self.id, fallback).map(Some)
    }

    pub(super) fn set(&mut self, state: CampaignState) {
        state.as_str().clone_into(&mut self.state);
    }

    /// Goes on with a campaign that was done: there is something to send again.
    pub(super) async fn go_on(&mut self, connection: &mut Connection<'_>) -> store::Result<()> {
        if self.state()? == CampaignState::Done {
            self.set(CampaignState::Running);
            self.ended_at = None;
            store::campaigns::save(connection, self).await?;
        }
        Ok(())
    }
}

fn word<T>(known: Option<T>, what: &str, id: uuid::Uuid, stored: &str) -> store::Result<T> {
    known.ok_or_else(|| StoreError::corrupt(format!("{what} {id}"), stored))
}

/// What a message is known by: one for one thing.
pub(super) fn key(application: uuid::Uuid, ordinal: i64) -> String {
    format!("invite:{application}:{ordinal}")
}

impl Outreach {
    /// It left: whoever has not registered some days from now is reminded.
    pub(super) async fn leaves(
        &self,
        connection: &mut Connection<'_>,
        row: &mut MessageRow,
        state: MessageState,
        now: i64,
    ) -> Done<()> {
        row.becomes(state);
        row.error_code = None;
        if state != MessageState::Opened {
            row.sent_at = row.sent_at.or(Some(now));
        }
        let campaign = store::campaigns::get(connection, CampaignId(row.campaign_id)).await?;
        if let Some(campaign) = campaign
            && let Some(days) = campaign.remind_after_days.filter(|_| row.ordinal < campaign.reminders)
        {
            row.remind_at = row.remind_at.or(Some(now.saturating_add(days.saturating_mul(DAY))));
            // It left after its campaign was done: somebody has judged it, or the provider spoke late.
            if campaign.state()? == CampaignState::Done
                && let Some(mut campaign) = store::campaigns::held(connection, CampaignId(row.campaign_id)).await?
            {
                campaign.go_on(connection).await?;
            }
        }
        Ok(())
    }

    /// Takes a word of its provider.
    pub(super) async fn takes(
        &self,
        connection: &mut Connection<'_>,
        row: &mut MessageRow,
        word: Word,
        code: Option<&str>,
        now: i64,
    ) -> Done<()> {
        let before = row.state()?;
        let Some(next) = before.told(word) else { return Ok(()) };
        if let Word::Failed(refusal) = word {
            return self.fails(connection, row, refusal, code.unwrap_or("failed"), now).await;
        }
        if before.has_left() {
            row.becomes(next);
        } else {
            self.leaves(connection, row, next, now).await?;
        }
        if matches!(next, MessageState::Delivered | MessageState::Read) {
            row.delivered_at = row.delivered_at.or(Some(now));
            store::consent::unmark_undeliverable(connection, &row.recipient_hash, row.channel()?.network()).await?;
        }
        if next == MessageState::Read {
            row.read_at = row.read_at.or(Some(now));
        }
        Ok(())
    }

    /// It failed for good.
    pub(super) async fn fails(
        &self,
        connection: &mut Connection<'_>,
        row: &mut MessageRow,
        refusal: Refusal,
        code: &str,
        now: i64,
    ) -> Done<()> {
        row.becomes(MessageState::Failed);
        row.error_code = Some(code.to_owned());
        let key = row.idempotency_key.take();
        row.remind_at = None;
        match refusal {
            Refusal::OptedOut => {
                let (recipient, source) = (row.recipient_hash.clone(), ConsentSource::Provider);
                self.stop(connection, (Some(row.application_id), &recipient), source, ACTOR, now).await?;
            }
            // The provider had taken it, and says so late: it goes again once somebody has looked, once.
            Refusal::StopCampaign | Refusal::Template if row.tries() < MOST_TRIES => {
                self.goes_again(connection, row, key, now).await?;
                self.halt(connection, row, code).await?;
            }
            Refusal::Later if row.tries() < MOST_TRIES => {
                self.goes_again(connection, row, key, now + backoff(row.tries(), None)).await?;
            }
            // What is wrong with the channel is no try of hers, told at once or late.
            Refusal::BackOff => {
                row.attempts = row.attempts.saturating_sub(1);
                let later = self.closes(connection, row.channel()?, None, now).await?;
                self.goes_again(connection, row, key, later).await?;
            }
            Refusal::Final { number } => {
                if number {
                    let network = row.channel()?.network();
                    store::consent::mark_undeliverable(connection, &row.recipient_hash, network, code, now).await?;
                }
                self.falls_back(connection, row, now).await?;
            }
            // Of a message that was tried too often: it was not for her number.
            Refusal::StopCampaign | Refusal::Template | Refusal::Later => {
                self.falls_back(connection, row, now).await?;
            }
        }
        Ok(())
    }

    /// It certainly did not leave, and waits for another try.
    pub(super) async fn waits(
        &self,
        connection: &mut Connection<'_>,
        row: &mut MessageRow,
        code: &str,
        (channel, asked_seconds): (bool, Option<u32>),
        now: i64,
    ) -> Done<()> {
        let later = if channel {
            // What is wrong with the channel is said of no message, and is no try of hers.
            row.attempts = row.attempts.saturating_sub(1);
            self.closes(connection, row.channel()?, asked_seconds, now).await?
        } else {
            now + backoff(row.tries(), asked_seconds)
        };
        row.error_code = Some(code.to_owned());
        self.queued_again(connection, row, later).await
    }

    /// Nobody handed it over: it is queued as it was, and that was no try.
    pub(super) async fn is_kept(
        &self,
        connection: &mut Connection<'_>,
        row: &mut MessageRow,
        code: &str,
        now: i64,
    ) -> Done<()> {
        row.attempts = row.attempts.saturating_sub(1);
        row.error_code = Some(code.to_owned());
        self.queued_again(connection, row, now).await
    }

    /// Nothing leaves on a channel for a while: the longer the more often it was closed in a row. Gives until when.
    async fn closes(
        &self,
        connection: &mut Connection<'_>,
        channel: Channel,
        asked_seconds: Option<u32>,
        now: i64,
    ) -> Done<i64> {
        let gate = store::outbox::gate(connection, channel).await?;
        let closed = gate.again(asked_seconds, now);
        if closed != gate {
            store::outbox::close(connection, channel, closed, now).await?;
        }
        Ok(closed.until)
    }

    /// It certainly did not leave, and everybody's would fail: the campaign is paused, and it waits with the others.
    pub(super) async fn stops(&self, connection: &mut Connection<'_>, row: &mut MessageRow, code: &str) -> Done<()> {
        row.error_code = Some(code.to_owned());
        let run_at = row.run_at;
        self.queued_again(connection, row, run_at).await?;
        self.halt(connection, row, code).await
    }

    async fn halt(&self, connection: &mut Connection<'_>, row: &MessageRow, code: &str) -> Done<()> {
        if let Some(mut campaign) = store::campaigns::held(connection, CampaignId(row.campaign_id)).await?
            && matches!(campaign.state()?, CampaignState::Filling | CampaignState::Running)
        {
            campaign.set(CampaignState::Paused);
            campaign.paused_why = Some(code.to_owned());
            store::campaigns::save(connection, &campaign).await?;
        }
        Ok(())
    }

    /// Nobody knows whether it left.
    pub(super) fn is_uncertain(row: &mut MessageRow, code: &str) {
        row.becomes(MessageState::Uncertain);
        row.error_code = Some(code.to_owned());
    }

    /// It certainly did not leave and is queued again, not to leave before an instant. Where its campaign was cancelled meanwhile it is dropped with the others; one
    /// that is done goes on.
    pub(super) async fn queued_again(
        &self,
        connection: &mut Connection<'_>,
        row: &mut MessageRow,
        run_at: i64,
    ) -> Done<()> {
        let campaign = store::campaigns::held(connection, CampaignId(row.campaign_id)).await?;
        row.taken_at = None;
        row.run_at = self.policy.quiet.next_allowed(run_at);
        match campaign {
            Some(mut campaign) if campaign.state()? != CampaignState::Cancelled => {
                row.becomes(MessageState::Queued);
                campaign.go_on(connection).await?;
            }
            _ => {
                row.becomes(MessageState::Dropped);
                row.error_code = Some(CampaignState::Cancelled.to_string());
                row.idempotency_key = None;
            }
        }
        Ok(())
    }

    /// Another message goes the same way, not before an instant, and takes its place: what the provider calls this one is not that one's name.
    async fn goes_again(
        &self,
        connection: &mut Connection<'_>,
        row: &MessageRow,
        key: Option<String>,
        run_at: i64,
    ) -> Done<()> {
        let (Some(key), Some(mut campaign)) =
            (key, store::campaigns::held(connection, CampaignId(row.campaign_id)).await?)
        else {
            return Ok(());
        };
        if campaign.state()? == CampaignState::Cancelled {
            return Ok(());
        }
        campaign.go_on(connection).await?;
        // First: the key is given back.
        store::outbox::save(connection, row).await?;
        let queueing = Queueing {
            campaign: row.campaign_id,
            channel: &row.channel,
            template: row.template_id,
            purpose: &row.purpose,
            ordinal: row.ordinal,
            attempts: row.attempts,
            run_at: self.policy.quiet.next_allowed(run_at),
            by: &row.queued_by,
            at: self.store.clock().micros(),
        };
        let message = NewMessage {
            id: MessageId::mint(),
            key,
            application: row.application_id,
            recipient_hash: row.recipient_hash.clone(),
            phone: row.phone.clone(),
        };
        Ok(store::outbox::queue(connection, &queueing, vec![message]).await?)
    }

    /// Another message goes the campaign's other way, if it has one.
    async fn falls_back(&self, connection: &mut Connection<'_>, row: &MessageRow, now: i64) -> Done<()> {
        let campaign = store::campaigns::get(connection, CampaignId(row.campaign_id)).await?;
        let Some(fallback) = campaign.map(|campaign| campaign.fallback()).transpose()?.flatten() else { return Ok(()) };
        if fallback == row.channel()? {
            return Ok(());
        }
        // Whoever ends the campaign waits, and sees this message.
        let Some(mut campaign) = store::campaigns::held(connection, CampaignId(row.campaign_id)).await? else {
            return Ok(());
        };
        if campaign.state()? == CampaignState::Cancelled {
            return Ok(());
        }
        campaign.go_on(connection).await?;
        let queueing = Queueing {
            campaign: row.campaign_id,
            channel: fallback.as_str(),
            template: row.template_id,
            purpose: Purpose::Fallback.as_str(),
            ordinal: row.ordinal,
            attempts: 0,
            run_at: self.policy.quiet.next_allowed(now),
            by: &row.queued_by,
            at: now,
        };
        let message = NewMessage {
            id: MessageId::mint(),
            key: format!("{}:{fallback}", key(row.application_id, row.ordinal)),
            application: row.application_id,
            recipient_hash: row.recipient_hash.clone(),
            phone: row.phone.clone(),
        };
        Ok(store::outbox::queue(connection, &queueing, vec![message]).await?)
    }
}
