//! Campaigns: one text to many, from the start to what came of it.

use std::{
    collections::{HashMap, HashSet},
    ops::RangeInclusive,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Audience, Channel, Done, Language, MessageState, Outreach, OutreachError, template};
use crate::{
    id::{CampaignId, TemplateId},
    store::{
        self, StoreError,
        campaigns::{CampaignRow, ReachedRow},
        connection::Connection,
        templates::TemplateRow,
        whole::whole,
    },
    time::rfc3339,
    words::words,
};

/// The most characters of a name.
const MOST_NAMED: usize = 120;
/// How often somebody may be reminded at most.
pub const MOST_REMINDERS: u32 = 10;
/// After how many days.
pub const REMIND_AFTER: RangeInclusive<u32> = 1..=365;
/// Messages that are dropped in one transaction.
const DROPPED: u64 = 1_000;

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
    /// No message reached her and none is under way: she is to be called, unless she registered all the same.
    pub to_call: u64,
    /// She wrote something since a message to her was queued.
    pub answered: u64,
}

impl Outreach {
    /// Starts a campaign: it is there, and is filled by [`Outreach::fill`]. One whose id is there already is given as it is.
    ///
    /// # Errors
    /// [`OutreachError::UnknownTemplate`](super::OutreachError::UnknownTemplate), `NoLink`, `NotApproved`, `Fallback`, `Reminders`, `Name`, `Text` (the
    /// template holds no link); the store fails.
    pub async fn start(&self, id: CampaignId, new: &NewCampaign, by: &str) -> Done<Campaign> {
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > MOST_NAMED {
            return Err(OutreachError::Name { most: MOST_NAMED });
        }
        if self.policy.link.is_none() {
            return Err(OutreachError::NoLink);
        }
        let days = new.remind_after_days.filter(|_| new.reminders > 0);
        if new.reminders > MOST_REMINDERS || days.is_some_and(|days| !REMIND_AFTER.contains(&days)) {
            return Err(OutreachError::Reminders);
        }
        // A message by hand does not fail, and one that a machine sends does not fall back to somebody's hands.
        if new.fallback.is_some_and(|other| other == new.channel || other.is_by_hand() || new.channel.is_by_hand()) {
            return Err(OutreachError::Fallback);
        }
        let now = self.store.clock().micros();
        let audience =
            serde_json::to_string(&new.audience).map_err(|error| StoreError::corrupt("an audience", error))?;
        let row = CampaignRow {
            id: id.0,
            name: name.to_owned(),
            state: CampaignState::Filling.to_string(),
            audience,
            template_id: new.template.0,
            reminder_template_id: new.reminder_template.map(|id| id.0),
            channel: new.channel.to_string(),
            fallback: new.fallback.map(|channel| channel.to_string()),
            starts_at: new.starts_at.map_or(now, |at| at.as_microsecond()),
            remind_after_days: days.map(i64::from),
            reminders: i64::from(new.reminders),
            fill_cursor: None,
            filled_at: None,
            paused_why: None,
            made_by: by.to_owned(),
            made_at: now,
            ended_at: None,
        };
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            if store::campaigns::get(connection, id).await?.is_some() {
                return Ok(());
            }
            for template in std::iter::once(new.template).chain(new.reminder_template) {
                let row = store::templates::get(connection, template).await?;
                let row = row.ok_or(OutreachError::UnknownTemplate(template))?;
                if [Some(new.channel), new.fallback].contains(&Some(Channel::Whatsapp)) && row.approved_name.is_none() {
                    return Err(OutreachError::NotApproved);
                }
            }
            store::campaigns::insert(connection, &row).await?;
            Ok::<_, OutreachError>(tx.commit().await?)
        })
        .await?;
        self.campaign(id).await
    }

    /// Stops what has not left until somebody resumes it. One that is paused stays so.
    ///
    /// # Errors
    /// `UnknownCampaign`; `CampaignIs`: it is cancelled or done; the store fails.
    pub async fn pause(&self, id: CampaignId) -> Done<Campaign> {
        self.turned(id, |campaign| {
            if matches!(campaign.state()?, CampaignState::Filling | CampaignState::Running) {
                campaign.set(CampaignState::Paused);
                campaign.paused_why = None;
            }
            Ok(())
        })
        .await?;
        tracing::info!(campaign = %id, "paused");
        self.campaign(id).await
    }

    /// Goes on with a campaign that is paused; with one that was not filled, too ([`Outreach::fill`]).
    ///
    /// # Errors
    /// As [`Outreach::pause`].
    pub async fn resume(&self, id: CampaignId) -> Done<Campaign> {
        self.turned(id, |campaign| {
            // To go on with one that is cancelled is refused by whoever turns it.
            if matches!(campaign.state()?, CampaignState::Paused | CampaignState::Cancelled) {
                campaign.set(if campaign.filled_at.is_some() {
                    CampaignState::Running
                } else {
                    CampaignState::Filling
                });
                campaign.paused_why = None;
            }
            Ok(())
        })
        .await?;
        tracing::info!(campaign = %id, "resumed");
        self.campaign(id).await
    }

    /// Ends a campaign: what has not left is dropped, and whom it meant may be invited by another one.
    ///
    /// # Errors
    /// As [`Outreach::pause`].
    pub async fn cancel(&self, id: CampaignId) -> Done<Campaign> {
        self.drop_all(id).await?;
        tracing::info!(campaign = %id, "cancelled");
        self.campaign(id).await
    }

    /// A page of campaigns, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn campaigns(&self, after: Option<CampaignId>, limit: u64) -> Done<Vec<Campaign>> {
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let rows = store::campaigns::page(connection, after, limit).await?;
        shown(connection, rows).await
    }

    /// A campaign.
    ///
    /// # Errors
    /// `UnknownCampaign`; the store fails.
    pub async fn campaign(&self, id: CampaignId) -> Done<Campaign> {
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let row = store::campaigns::get(connection, id).await?.ok_or(OutreachError::UnknownCampaign(id))?;
        shown(connection, vec![row]).await?.pop().ok_or(OutreachError::UnknownCampaign(id))
    }
}

impl Outreach {
    /// Changes how far a campaign has come that is not over.
    async fn turned(&self, id: CampaignId, turn: impl Fn(&mut CampaignRow) -> store::Result<()>) -> Done<()> {
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let campaign = store::campaigns::held(connection, id).await?;
            let mut campaign = campaign.ok_or(OutreachError::UnknownCampaign(id))?;
            let before = campaign.state()?;
            if matches!(before, CampaignState::Cancelled | CampaignState::Done) {
                return Err(OutreachError::CampaignIs { state: before });
            }
            turn(&mut campaign)?;
            store::campaigns::save(connection, &campaign).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Cancels a campaign and drops what waits in it, some in a transaction: whoever goes on with it does not begin anew.
    pub(super) async fn drop_all(&self, id: CampaignId) -> Done<()> {
        loop {
            let now = self.store.clock().micros();
            let over = whole(|| async {
                let mut tx = self.store.write().await?;
                let connection = &mut tx.connection();
                let campaign = store::campaigns::held(connection, id).await?;
                let mut campaign = campaign.ok_or(OutreachError::UnknownCampaign(id))?;
                match campaign.state()? {
                    CampaignState::Done => return Err(OutreachError::CampaignIs { state: CampaignState::Done }),
                    CampaignState::Cancelled if campaign.ended_at.is_some() => return Ok(true),
                    _ => campaign.set(CampaignState::Cancelled),
                }
                let waiting = store::outbox::queued(connection, id.0, DROPPED).await?;
                store::outbox::drop_queued(connection, &waiting, CampaignState::Cancelled.as_str()).await?;
                let over = (waiting.len() as u64) < DROPPED;
                campaign.ended_at = over.then_some(now);
                store::campaigns::save(connection, &campaign).await?;
                tx.commit().await?;
                Ok::<_, OutreachError>(over)
            });
            if over.await? {
                return Ok(());
            }
        }
    }
}

/// Campaigns as they are shown.
async fn shown(connection: &mut Connection<'_>, rows: Vec<CampaignRow>) -> Done<Vec<Campaign>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let templates: HashSet<Uuid> =
        rows.iter().flat_map(|row| std::iter::once(row.template_id).chain(row.reminder_template_id)).collect();
    let templates: Vec<Uuid> = templates.into_iter().collect();
    let templates: HashMap<Uuid, TemplateRow> =
        store::templates::by_ids(connection, &templates).await?.into_iter().map(|row| (row.id, row)).collect();
    let mut counts: HashMap<Uuid, Counts> = HashMap::new();
    for (campaign, state, messages) in store::campaigns::counts(connection, &ids).await? {
        if let Some(state) = MessageState::from_word(&state) {
            *counts.entry(campaign).or_default().of(state) = u64::try_from(messages).unwrap_or_default();
        }
    }
    let reached = store::campaigns::reached(connection, &ids).await?;
    let template = |id: Uuid| -> Done<TemplateRef> {
        let row = templates.get(&id).ok_or(OutreachError::UnknownTemplate(TemplateId(id)))?;
        let version = u32::try_from(row.version).unwrap_or_default();
        Ok(TemplateRef { id: TemplateId(id), name: row.name.clone(), language: template::language(row)?, version })
    };
    let campaign = |row: CampaignRow| {
        Ok(Campaign {
            id: CampaignId(row.id),
            state: row.state()?,
            audience: audience(&row)?,
            channel: row.channel()?,
            fallback: row.fallback()?,
            template: template(row.template_id)?,
            reminder: row.reminder_template_id.map(template).transpose()?,
            starts_at: rfc3339(row.starts_at),
            remind_after_days: row.remind_after_days.and_then(|days| u32::try_from(days).ok()),
            reminders: u32::try_from(row.reminders).unwrap_or_default(),
            made_at: rfc3339(row.made_at),
            ended_at: row.ended_at.map(rfc3339),
            counts: counts.get(&row.id).copied().unwrap_or_default(),
            reached: reached.get(&row.id).copied().map(Reached::from).unwrap_or_default(),
            name: row.name,
            paused_why: row.paused_why,
            made_by: row.made_by,
        })
    };
    rows.into_iter().map(campaign).collect()
}

/// Whom a stored campaign means.
pub(super) fn audience(row: &CampaignRow) -> Result<Audience, StoreError> {
    serde_json::from_str(&row.audience)
        .map_err(|error| StoreError::corrupt(format!("the audience of campaign {}", row.id), error))
}

impl Counts {
    fn of(&mut self, state: MessageState) -> &mut u64 {
        match state {
            MessageState::Queued => &mut self.queued,
            MessageState::Sending => &mut self.sending,
            MessageState::Opened => &mut self.opened,
            MessageState::Accepted => &mut self.accepted,
            MessageState::Sent => &mut self.sent,
            MessageState::Delivered => &mut self.delivered,
            MessageState::Read => &mut self.read,
            MessageState::Failed => &mut self.failed,
            MessageState::Uncertain => &mut self.uncertain,
            MessageState::Dropped => &mut self.dropped,
        }
    }
}

impl From<ReachedRow> for Reached {
    fn from(ReachedRow { invited, delivered, read_it, registered, linked, to_call, answered, .. }: ReachedRow) -> Self {
        let count = |number| u64::try_from(number).unwrap_or_default();
        Self {
            invited: count(invited),
            delivered: count(delivered),
            read: count(read_it),
            registered: count(registered),
            linked: count(linked),
            to_call: count(to_call),
            answered: count(answered),
        }
    }
}
