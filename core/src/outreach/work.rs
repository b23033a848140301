//! What a worker does: it claims messages, hands each to a carrier, and settles what came of it.
//!
//! A claim is committed before anything is handed over, and so is no message in two hands. Whoever claims on a channel changes the channel's row first: several
//! workers on several nodes stand in line there, and see each other's messages when they count what the channel bears. A channel on which nothing can leave is only
//! looked at: idle workers write nothing.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::atomic::{AtomicI64, Ordering},
};

use uuid::Uuid;

use super::{
    CampaignState, Channel, Done, Excluded, MessageState, Outreach, OutreachError, Refusal, Sent, Values, Word,
    audience::Person, policy::DAY, state::Settled, template,
};
use crate::{
    account::mint_invitation,
    id::{ApplicationId, LeaseId, MessageId, TemplateId},
    store::{self, connection::Connection, heard::EarlyRow, outbox::MessageRow, templates::TemplateRow, whole::whole},
};

/// A second in microseconds.
const SECOND: i64 = 1_000_000;

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
    /// For how many seconds from the claim on it may leave the provider: until the night begins.
    pub valid_seconds: u32,
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
    /// Claims up to so many messages that are due on a channel, for so long, at most an hour. Whoever may not be messaged any more is dropped instead.
    ///
    /// # Errors
    /// `NotByHand`, `NoLink`; the store fails.
    pub async fn claim(&self, channel: Channel, most: u32, lease_seconds: u32) -> Done<Claim> {
        if channel.is_by_hand() {
            return Err(OutreachError::NotByHand);
        }
        if self.policy.link.is_none() {
            return Err(OutreachError::NoLink);
        }
        let now = self.store.clock().micros();
        let allowed = self.policy.quiet.next_allowed(now);
        if allowed > now || most == 0 {
            return Ok(Claim { messages: Vec::new(), again_at: Some(allowed) });
        }
        if let Outlook::Idle { again_at } =
            self.outlook(&mut self.store.read().await?.connection(), channel, now).await?
        {
            return Ok(Claim { messages: Vec::new(), again_at });
        }
        let span = (i64::from(lease_seconds) * SECOND).min(LONGEST_LEASE);
        let lease = Lease { id: LeaseId::mint(), span, until: AtomicI64::new(0) };
        whole(|| async {
            let mut tx = self.store.write().await?;
            let claim = self.claimed(&mut tx.connection(), channel, most, &lease).await?;
            tx.commit().await?;
            Ok(claim)
        })
        .await
    }

    /// Whether nothing may leave at an instant, in microseconds since 1970-01-01 UTC: it is night.
    #[must_use]
    pub fn is_quiet(&self, at: i64) -> bool {
        self.policy.quiet.next_allowed(at) > at
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
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let state = self.settled(&mut tx.connection(), (id, lease), sent, retry_after_seconds, now).await?;
            tx.commit().await?;
            Ok(state)
        })
        .await
    }
}

/// The longest that a worker has messages in hand, in microseconds: an hour.
pub(super) const LONGEST_LEASE: i64 = 3_600 * SECOND;

/// What a worker claims under.
struct Lease {
    id: LeaseId,
    /// How long, in microseconds.
    span: i64,
    /// Until when the newest run of the step has taken messages: a later one finds by it what that one has kept. 0: none has come to it.
    until: AtomicI64,
}

/// Whether messages can leave on a channel.
enum Outlook {
    /// Not now; when to come again, if that is known.
    Idle { again_at: Option<i64> },
    /// Some are due in one of these campaigns, and so many may leave.
    Due { campaigns: Vec<Uuid>, room: u32 },
}

/// A message with whom it is to, as she was just looked at.
type Looked = (MessageRow, Person);

impl Outreach {
    async fn claimed(
        &self,
        connection: &mut Connection<'_>,
        channel: Channel,
        most: u32,
        lease: &Lease,
    ) -> Done<Claim> {
        // First: whoever else claims on this channel waits here.
        store::outbox::enter(connection, channel).await?;
        // After that: whoever waits long enough waits until it is night.
        let now = self.store.clock().micros();
        // An earlier run of this step was kept, though its answer was lost.
        let kept = lease.until.load(Ordering::Relaxed);
        let mut taken = store::outbox::leased(connection, lease.id, kept).await?;
        if !taken.is_empty() {
            let people = self.look_again(connection, &taken).await?;
            let rendered =
                self.render(connection, taken.drain(..).zip(people).collect(), (lease.id, kept), now).await?;
            return Ok(Claim { messages: rendered.into_iter().map(|(message, _)| message).collect(), again_at: None });
        }
        let allowed = self.policy.quiet.next_allowed(now);
        if allowed > now {
            return Ok(Claim { messages: Vec::new(), again_at: Some(allowed) });
        }
        let (campaigns, room) = match self.outlook(connection, channel, now).await? {
            Outlook::Due { campaigns, room } => (campaigns, room.min(most)),
            Outlook::Idle { again_at } => return Ok(Claim { messages: Vec::new(), again_at }),
        };
        let mut found: Vec<Looked> = Vec::new();
        for campaign in &campaigns {
            let wanted = room.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
            if wanted == 0 {
                break;
            }
            found.extend(self.next_of(connection, *campaign, channel, (wanted, &found), now).await?);
        }
        if found.is_empty() {
            let again_at = store::outbox::next_due(connection, &campaigns, channel).await?;
            return Ok(Claim { messages: Vec::new(), again_at });
        }
        let until = now.saturating_add(lease.span);
        lease.until.store(until, Ordering::Relaxed);
        for (row, _) in &mut found {
            row.attempts += 1;
        }
        let (messages, texts): (Vec<Outgoing>, Vec<String>) =
            self.render(connection, found, (lease.id, until), now).await?.into_iter().unzip();
        let texts = messages.iter().map(|message| message.id.0).zip(texts).collect();
        store::outbox::take(connection, texts, lease.id, until, now).await?;
        Ok(Claim { messages, again_at: None })
    }

    /// Whether messages can leave on a channel. What it says without a lock is only good for staying away.
    async fn outlook(&self, connection: &mut Connection<'_>, channel: Channel, now: i64) -> Done<Outlook> {
        let running = store::campaigns::in_state(connection, CampaignState::Running).await?;
        let campaigns: Vec<Uuid> = running.iter().map(|campaign| campaign.id).collect();
        let next = store::outbox::next_due(connection, &campaigns, channel).await?;
        if next.is_none_or(|next| next > now) {
            return Ok(Outlook::Idle { again_at: next });
        }
        if let Some(until) = store::outbox::gate(connection, channel).await?.closed(now) {
            return Ok(Outlook::Idle { again_at: Some(until) });
        }
        Ok(match self.room(connection, channel, now).await? {
            Ok(room) => Outlook::Due { campaigns, room },
            Err(again_at) => Outlook::Idle { again_at: Some(again_at) },
        })
    }

    /// How many messages a channel bears now, or when it bears one again.
    async fn room(&self, connection: &mut Connection<'_>, channel: Channel, now: i64) -> Done<Result<u32, i64>> {
        let limits = self.policy.limits(channel);
        let mut room = u32::MAX;
        for (most, window) in [(Some(limits.a_second), SECOND), (limits.a_day, DAY)] {
            let Some(most) = most else { continue };
            let (taken, first) = store::outbox::taken_around(connection, channel, now, window).await?;
            let left = most.saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX));
            if left == 0 {
                // A clock that was set back, or another machine's, has taken some later than now.
                return Ok(Err(first.unwrap_or(now).min(now) + window));
            }
            room = room.min(left);
        }
        Ok(Ok(room))
    }

    /// The next messages of a campaign that are due and may leave. Those that may not are dropped, and those to somebody who was just written to wait.
    async fn next_of(
        &self,
        connection: &mut Connection<'_>,
        campaign: Uuid,
        channel: Channel,
        (wanted, with): (u32, &[Looked]),
        now: i64,
    ) -> Done<Vec<Looked>> {
        let pause = i64::from(self.policy.limits(channel).recipient_seconds) * SECOND;
        let mut found: Vec<Looked> = Vec::new();
        let mut recipients: HashSet<Vec<u8>> = with.iter().map(|(row, _)| row.recipient_hash.clone()).collect();
        let mut people_met: HashSet<Uuid> = with.iter().map(|(_, person)| person.id).collect();
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        loop {
            // Those that were found stay in the queue until all are taken.
            let limit = wanted.saturating_add(found.len()) as u64;
            let mut due = store::outbox::due(connection, campaign, channel, now, limit).await?;
            due.retain(|row| found.iter().all(|(known, _)| known.id != row.id));
            if due.is_empty() {
                return Ok(found);
            }
            let people = self.look_again(connection, &due).await?;
            let hashes: Vec<Vec<u8>> = due.iter().map(|row| row.recipient_hash.clone()).collect();
            let last = store::outbox::last_taken(connection, channel, &hashes, (now, pause)).await?;
            let mut dropped: BTreeMap<Excluded, Vec<Uuid>> = BTreeMap::new();
            for (mut row, person) in due.into_iter().zip(people) {
                let again_at = last.get(&row.recipient_hash).map(|last| last.saturating_add(pause));
                if let Some(why) = person.excluded {
                    dropped.entry(why).or_default().push(row.id);
                } else if let Some(again_at) = again_at.filter(|again_at| *again_at > now) {
                    row.run_at = again_at;
                    store::outbox::save(connection, &row).await?;
                } else if !people_met.insert(person.id) || !recipients.insert(row.recipient_hash.clone()) {
                    row.run_at = now + pause.max(SECOND);
                    store::outbox::save(connection, &row).await?;
                } else if found.len() < wanted {
                    found.push((row, person));
                }
            }
            for (why, ids) in dropped {
                store::outbox::drop_queued(connection, &ids, why.as_str()).await?;
            }
            if found.len() >= wanted {
                return Ok(found);
            }
        }
    }

    /// What carriers are handed: the texts, each with a link of its own; and what is kept of each, without it.
    async fn render(
        &self,
        connection: &mut Connection<'_>,
        found: Vec<Looked>,
        (lease, lease_until): (LeaseId, i64),
        now: i64,
    ) -> Done<Vec<(Outgoing, String)>> {
        let ids: HashSet<Uuid> = found.iter().map(|(row, _)| row.template_id).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let templates: HashMap<Uuid, TemplateRow> =
            store::templates::by_ids(connection, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut messages = Vec::with_capacity(found.len());
        for (row, person) in found {
            let template =
                templates.get(&row.template_id).ok_or(OutreachError::UnknownTemplate(TemplateId(row.template_id)))?;
            let values = self.values(connection, &row, &person, now).await?;
            let text = template::text(template)?;
            let approved = template.approved_name.clone().map(|name| Approved {
                name,
                language: template.approved_language.clone().unwrap_or_else(|| template.language.clone()),
                parameters: text.parameters(&values),
            });
            let outgoing = Outgoing {
                id: MessageId(row.id),
                lease,
                lease_until,
                valid_seconds: self.policy.quiet.seconds_left(now),
                channel: row.channel()?,
                application: ApplicationId(person.id),
                text: text.fill(&values),
                approved,
                attempts: row.tries(),
                phone: row.phone,
            };
            messages.push((outgoing, text.fill_without_link(&values)));
        }
        Ok(messages)
    }

    /// What the variables of a message stand for, with a new link of hers.
    pub(super) async fn values(
        &self,
        connection: &mut Connection<'_>,
        row: &MessageRow,
        person: &Person,
        now: i64,
    ) -> Done<Values> {
        let expires_at = now + self.policy.invitation_days * DAY;
        let application = ApplicationId(person.id);
        let token = mint_invitation::<OutreachError>(
            connection,
            &self.keys,
            (application, &row.phone),
            &row.queued_by,
            (now, expires_at),
        )
        .await?;
        Ok(Values {
            full_name: person.full_name.clone(),
            position: person.position.clone(),
            link: self.policy.link(&token).ok_or(OutreachError::NoLink)?,
            company: self.policy.company.clone(),
        })
    }

    async fn settled(
        &self,
        connection: &mut Connection<'_>,
        (id, lease): (MessageId, LeaseId),
        sent: &Sent,
        asked_seconds: Option<u32>,
        now: i64,
    ) -> Done<MessageState> {
        let mut row = store::outbox::held(connection, id).await?.ok_or(OutreachError::UnknownMessage(id))?;
        if row.lease_id != Some(lease.0) {
            return Ok(row.state()?);
        }
        let row = &mut row;
        // It is known by the provider's name from now on, whatever a webhook has said of it by ours.
        let mut early = Vec::new();
        if let Sent::Accepted { provider_id } = sent {
            early = self.named(connection, row, provider_id).await?;
        }
        match (row.state()?.settled(sent, row.tries()), sent) {
            (Settled::Left, _) => self.leaves(connection, row, MessageState::Accepted, now).await?,
            (Settled::Kept, Sent::Kept { code }) => self.is_kept(connection, row, code, now).await?,
            (Settled::Again { channel }, Sent::Refused { code, .. }) => {
                self.waits(connection, row, code, (channel, asked_seconds), now).await?;
            }
            // It was refused for its text before, with the same words, and somebody has gone on since.
            (Settled::Stopped, Sent::Refused { refusal: Refusal::Template, code })
                if row.error_code.as_ref() == Some(code) =>
            {
                self.fails(connection, row, Refusal::Final { number: false }, code, now).await?;
            }
            (Settled::Stopped, Sent::Refused { code, .. }) => self.stops(connection, row, code).await?,
            (Settled::Failed(refusal), Sent::Refused { code, .. }) => {
                self.fails(connection, row, refusal, code, now).await?;
            }
            (Settled::Uncertain, Sent::Unknown { code }) => Self::is_uncertain(row, code),
            _ => {}
        }
        for EarlyRow { word, refusal, code } in early {
            if let Some(word) = Word::from_words(&word, refusal.as_deref()) {
                self.takes(connection, row, word, code.as_deref(), now).await?;
            }
        }
        store::outbox::save(connection, row).await?;
        Ok(row.state()?)
    }

    /// Keeps what a provider calls a message, and gives what it has said of it already. A name that another message has is not believed.
    pub(super) async fn named(
        &self,
        connection: &mut Connection<'_>,
        row: &mut MessageRow,
        provider_id: &str,
    ) -> Done<Vec<EarlyRow>> {
        // A number may stand in it: of one that was erased it is not kept.
        if row.provider_id.as_deref() == Some(provider_id) || row.phone.is_empty() {
            return Ok(Vec::new());
        }
        let channel = row.channel()?;
        if store::outbox::of_provider(connection, channel, provider_id).await?.is_some() {
            tracing::warn!(%channel, "a provider gave two messages one id");
            return Ok(Vec::new());
        }
        row.provider_id = Some(provider_id.to_owned());
        Ok(store::heard::early(connection, channel, provider_id).await?)
    }
}

impl Word {
    /// The words that are stored.
    pub(super) const fn words(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Accepted => ("accepted", None),
            Self::Sent => ("sent", None),
            Self::Delivered => ("delivered", None),
            Self::Read => ("read", None),
            Self::Failed(refusal) => (
                "failed",
                Some(match refusal {
                    Refusal::Final { number: true } => "number",
                    Refusal::OptedOut => "opted_out",
                    Refusal::StopCampaign => "stop_campaign",
                    Refusal::Template => "template",
                    Refusal::BackOff => "back_off",
                    Refusal::Later => "later",
                    Refusal::Final { number: false } => "final",
                }),
            ),
        }
    }

    fn from_words(word: &str, refusal: Option<&str>) -> Option<Self> {
        Some(match word {
            "accepted" => Self::Accepted,
            "sent" => Self::Sent,
            "delivered" => Self::Delivered,
            "read" => Self::Read,
            "failed" => Self::Failed(match refusal {
                Some("number") => Refusal::Final { number: true },
                Some("opted_out") => Refusal::OptedOut,
                Some("stop_campaign") => Refusal::StopCampaign,
                Some("template") => Refusal::Template,
                Some("back_off") => Refusal::BackOff,
                Some("later") => Refusal::Later,
                _ => Refusal::Final { number: false },
            }),
            _ => return None,
        })
    }
}
