//! Messages as HR sees them, and what she says of those whose outcome nobody knows.

use serde::{Deserialize, Serialize};

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{Channel, Done, MessageState, Outreach, OutreachError, Refusal};
use crate::{
    id::{ApplicationId, CampaignId, MessageId},
    store::{self, connection::Connection, outbox::MessageRow, recipients::RecipientRow, whole::whole},
    time::rfc3339,
    words::words,
};

/// The code of a message by hand to a number that is not there.
const NOT_THERE: &str = "not_on_whatsapp";

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
    /// What a person says of a message whose outcome is not known, or of a chat that she opened.
    Verdict {
        /// It left: she has it.
        Sent = "sent",
        /// It did not leave: it is queued again.
        NotSent = "not_sent",
        /// Of a chat that HR opened: the number is not there. Another way may be found to reach her.
        Unreached = "unreached",
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
    /// Whether she is to be called: it failed, no other message of the campaign reached her or is under way, none that failed is newer, and she has not
    /// registered.
    pub to_call: bool,
    /// Whether she wrote something since it was queued, by whatever channel.
    pub answered: bool,
}

/// Which messages of a campaign are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Those that have come so far.
    pub state: Option<MessageState>,
    /// Those to whoever wrote something since; or those to whoever did not.
    pub answered: Option<bool>,
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
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        if store::campaigns::get(connection, campaign).await?.is_none() {
            return Err(OutreachError::UnknownCampaign(campaign));
        }
        let rows = store::outbox::page(connection, campaign, filter, after, limit).await?;
        Ok(shown(connection, rows).await?)
    }

    /// A message.
    ///
    /// # Errors
    /// `UnknownMessage`; the store fails.
    pub async fn message(&self, id: MessageId) -> Done<Message> {
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let row = store::outbox::get(connection, id).await?.ok_or(OutreachError::UnknownMessage(id))?;
        shown(connection, vec![row]).await?.pop().ok_or(OutreachError::UnknownMessage(id))
    }

    /// Keeps what a person says of a message whose outcome is not known, or of a chat that she opened. Said twice it is said once.
    ///
    /// # Errors
    /// `UnknownMessage`; `MessageIs`: its outcome is known by now, or it is none of which that is said; the store fails.
    pub async fn judge(&self, id: MessageId, verdict: Verdict, by: &str) -> Done<Message> {
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let mut row = store::outbox::held(connection, id).await?.ok_or(OutreachError::UnknownMessage(id))?;
            let state = row.state()?;
            let spoken_of = match verdict {
                Verdict::Sent | Verdict::NotSent => MessageState::Uncertain,
                Verdict::Unreached => MessageState::Opened,
            };
            if state != spoken_of {
                // An earlier run of this step was kept, or she said so before.
                let said = match verdict {
                    Verdict::Sent => state == MessageState::Sent,
                    Verdict::NotSent => matches!(state, MessageState::Queued | MessageState::Dropped),
                    Verdict::Unreached => state == MessageState::Failed,
                };
                let hers = row.judged_by.as_deref() == Some(by);
                return if said && hers { Ok(()) } else { Err(OutreachError::MessageIs { state }) };
            }
            row.judged_by = Some(by.to_owned());
            row.judged_at = Some(now);
            match verdict {
                Verdict::Sent => self.leaves(connection, &mut row, MessageState::Sent, now).await?,
                Verdict::NotSent => self.queued_again(connection, &mut row, now).await?,
                Verdict::Unreached => {
                    self.fails(connection, &mut row, Refusal::Final { number: true }, NOT_THERE, now).await?;
                }
            }
            store::outbox::save(connection, &row).await?;
            Ok::<_, OutreachError>(tx.commit().await?)
        })
        .await?;
        self.message(id).await
    }
}

/// Messages as they are shown.
pub(crate) async fn shown(connection: &mut Connection<'_>, rows: Vec<MessageRow>) -> store::Result<Vec<Message>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.application_id).collect();
    let shown_by = store::merged::shown_by(connection, &ids).await?;
    let shown = |id: Uuid| shown_by.get(&id).copied().unwrap_or(id);
    let ids: Vec<Uuid> = ids.into_iter().map(shown).collect();
    let people: HashMap<Uuid, RecipientRow> =
        store::recipients::by_ids(connection, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
    let phones: Vec<&str> = rows.iter().map(|row| row.phone.as_str()).collect();
    let accounts = store::recipients::with_account(connection, &phones).await?;
    let failed = |row: &&MessageRow| row.state == MessageState::Failed.as_str();
    let failed: Vec<Uuid> = rows.iter().filter(failed).map(|row| row.application_id).collect();
    let numbers: Vec<Vec<u8>> = rows.iter().map(|row| row.recipient_hash.clone()).collect();
    let wrote = store::heard::last_of(connection, &numbers).await?;
    let mut newest: HashMap<(Uuid, Uuid), Uuid> = HashMap::new();
    let mut reached_otherwise = HashSet::new();
    for (campaign, application, id, state) in store::outbox::kept_to(connection, &failed).await? {
        if state == MessageState::Failed.as_str() {
            // Later ids are greater.
            let newest = newest.entry((campaign, application)).or_insert(id);
            *newest = id.max(*newest);
        } else {
            reached_otherwise.insert((campaign, application));
        }
    }
    let message = |row: MessageRow| {
        let person = people.get(&shown(row.application_id));
        let registered = accounts.contains(&row.phone) || person.is_some_and(|person| person.user_id.is_some());
        let state = row.state()?;
        let to_call = state == MessageState::Failed
            && !registered
            && !reached_otherwise.contains(&(row.campaign_id, row.application_id))
            && newest.get(&(row.campaign_id, row.application_id)).is_none_or(|newest| *newest == row.id);
        Ok(Message {
            id: MessageId(row.id),
            campaign: CampaignId(row.campaign_id),
            application: ApplicationId(shown(row.application_id)),
            full_name: person.map(|person| person.full_name.clone()).unwrap_or_default(),
            channel: row.channel()?,
            purpose: row.purpose()?,
            ordinal: u32::try_from(row.ordinal).unwrap_or_default(),
            state,
            attempts: row.tries(),
            run_at: rfc3339(row.run_at),
            queued_at: rfc3339(row.queued_at),
            opened_at: row.opened_at.map(rfc3339),
            sent_at: row.sent_at.map(rfc3339),
            delivered_at: row.delivered_at.map(rfc3339),
            read_at: row.read_at.map(rfc3339),
            registered,
            to_call,
            answered: wrote.get(&row.recipient_hash).is_some_and(|last| *last >= row.queued_at),
            phone: row.phone,
            error_code: row.error_code,
            judged_by: row.judged_by,
        })
    };
    rows.into_iter().map(message).collect()
}
