//! Click to chat: HR opens each chat with the text filled in, and presses send herself. It is recorded as opened, never as sent.

use serde::{Deserialize, Serialize};

use super::{CampaignState, Channel, Done, MessageState, Outreach, OutreachError, audience::Person, template};
use crate::{
    id::{ApplicationId, CampaignId, LeaseId, MessageId, TemplateId},
    store::{self, campaigns::CampaignRow, connection::Connection, outbox::MessageRow, whole::whole},
    time::rfc3339,
};

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
    pub async fn open_chat(&self, id: MessageId) -> Done<Chat> {
        let now = self.by_day()?;
        let opened = whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let row = store::outbox::held(connection, id).await?.ok_or(OutreachError::UnknownMessage(id))?;
            // Whoever waited for it may have waited until it is night.
            self.by_day()?;
            let state = row.state()?;
            if !row.channel()?.is_by_hand() {
                return Err(OutreachError::NotByHand);
            }
            if !matches!(state, MessageState::Queued | MessageState::Opened) {
                return Err(OutreachError::MessageIs { state });
            }
            runs(connection, CampaignId(row.campaign_id), state == MessageState::Opened).await?;
            let Some(person) = self.look_again(connection, std::slice::from_ref(&row)).await?.pop() else {
                return Err(OutreachError::UnknownMessage(id));
            };
            if let Some(why) = person.excluded {
                store::outbox::drop_queued(connection, &[row.id], why.as_str()).await?;
                tx.commit().await?;
                return Ok(Err(why));
            }
            let chat = self.opened(connection, row, &person, LeaseId::mint(), now).await?;
            tx.commit().await?;
            Ok(Ok(chat))
        });
        let chat = opened.await?.map_err(OutreachError::Excluded)?;
        tracing::info!(message = %id, "a chat was opened");
        Ok(chat)
    }

    /// The next chat of a campaign that waits; none when all are opened. Those who may not be messaged any more are passed over. Two who ask at once are given
    /// different ones.
    ///
    /// # Errors
    /// `UnknownCampaign`, `NotByHand`, `CampaignIs`, `Quiet`, `NoLink`; the store fails.
    pub async fn next_chat(&self, campaign: CampaignId) -> Done<Option<Chat>> {
        let now = self.by_day()?;
        let lease = LeaseId::mint();
        let next = whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            // First: whoever else asks waits here, and is given another one.
            store::outbox::enter(connection, Channel::WaMe).await?;
            if !runs(connection, campaign, false).await?.channel()?.is_by_hand() {
                return Err(OutreachError::NotByHand);
            }
            // An earlier run of this step was kept, though its answer was lost.
            let mut row = store::outbox::opened(connection, Channel::WaMe, lease, now).await?;
            if row.is_none() {
                // Whoever waited for the others may have waited until it is night.
                self.by_day()?;
            }
            while row.is_none() {
                row = store::outbox::due(connection, campaign.0, Channel::WaMe, now, 1).await?.pop();
                let Some(found) = &row else { break };
                let person = self.look_again(connection, std::slice::from_ref(found)).await?.pop();
                if let Some(why) = person.and_then(|person| person.excluded) {
                    store::outbox::drop_queued(connection, &[found.id], why.as_str()).await?;
                    row = None;
                }
            }
            let mut chat = None;
            if let Some(row) = row
                && let Some(person) = self.look_again(connection, std::slice::from_ref(&row)).await?.pop()
            {
                chat = Some(self.opened(connection, row, &person, lease, now).await?);
            }
            tx.commit().await?;
            Ok(chat)
        });
        let chat = next.await?;
        tracing::info!(%campaign, found = chat.is_some(), "the next chat was asked for");
        Ok(chat)
    }
}

impl Outreach {
    /// Now, unless it is night.
    fn by_day(&self) -> Done<i64> {
        let now = self.store.clock().micros();
        let allowed = self.policy.quiet.next_allowed(now);
        if allowed > now { Err(OutreachError::Quiet { until: rfc3339(allowed) }) } else { Ok(now) }
    }

    /// Opens the chat of a message, for the first time or once more.
    async fn opened(
        &self,
        connection: &mut Connection<'_>,
        mut row: MessageRow,
        person: &Person,
        lease: LeaseId,
        now: i64,
    ) -> Done<Chat> {
        let values = self.values(connection, &row, person, now).await?;
        let template = TemplateId(row.template_id);
        let template =
            store::templates::get(connection, template).await?.ok_or(OutreachError::UnknownTemplate(template))?;
        let template = template::text(&template)?;
        let text = template.fill(&values);
        if row.state()? == MessageState::Queued {
            self.leaves(connection, &mut row, MessageState::Opened, now).await?;
            row.opened_at = Some(now);
            row.taken_at = Some(now);
            row.lease_id = Some(lease.0);
            row.attempts += 1;
            store::outbox::save(connection, &row).await?;
        }
        store::outbox::say(connection, row.id, &template.fill_without_link(&values)).await?;
        let left = store::outbox::waiting_on(connection, row.campaign_id, Channel::WaMe).await?;
        Ok(Chat {
            message: MessageId(row.id),
            application: ApplicationId(person.id),
            full_name: person.full_name.clone(),
            url: url(&row.phone, &text),
            text,
            phone: row.phone,
            left: u64::try_from(left).unwrap_or_default(),
        })
    }
}

/// A campaign whose messages may leave; one that is done, too, where `done` may be.
async fn runs(connection: &mut Connection<'_>, id: CampaignId, done: bool) -> Done<CampaignRow> {
    let campaign = store::campaigns::get(connection, id).await?.ok_or(OutreachError::UnknownCampaign(id))?;
    match campaign.state()? {
        CampaignState::Running => Ok(campaign),
        CampaignState::Done if done => Ok(campaign),
        state => Err(OutreachError::CampaignIs { state }),
    }
}

/// What opens a chat with a text filled in: the number in digits only, everything but letters, digits and `-._~` of the text percent-encoded.
/// <https://faq.whatsapp.com/5913398998672934>
fn url(phone: &str, text: &str) -> String {
    use std::fmt::Write as _;
    let mut url = format!("https://wa.me/{}?text=", phone.trim_start_matches('+'));
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => url.push(char::from(byte)),
            // A text grows without fail.
            _ => _ = write!(url, "%{byte:02X}"),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_opens_with_its_text() {
        assert_eq!(
            url("+6281200000001", "Halo Siti & é\nhttps://a.example.com/?u=1"),
            "https://wa.me/6281200000001?text=Halo%20Siti%20%26%20%C3%A9%0Ahttps%3A%2F%2Fa.example.com%2F%3Fu%3D1"
        );
    }
}
