//! What was said to a candidate, and what she said.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Channel, Contact, Done, Message, MessageState, Outreach, Values, message, template};
use crate::{
    id::{ApplicationId, HeardId},
    store::{self, StoreError, templates::TemplateRow},
    time::rfc3339,
};

/// The most of what was said to her, and of what she said.
const MOST: u64 = 500;

/// What was said, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Thread {
    /// How she can be reached.
    pub contact: Contact,
    /// What was said.
    pub items: Vec<Item>,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "nearly all of them are messages")]
pub enum Item {
    /// To her.
    Message {
        /// The message.
        #[serde(flatten)]
        message: Message,
        /// What it said, without her link; what it would say now where it has not left.
        text: String,
    },
    /// By her.
    Heard {
        /// Its id.
        id: HeardId,
        /// Which way it came.
        channel: Channel,
        /// What she wrote; empty where it was no text.
        text: String,
        /// When, RFC 3339 in UTC.
        heard_at: String,
    },
}

impl Outreach {
    /// What was said to a candidate and by her, also to those whom her application shows; the newest five hundred of each.
    ///
    /// # Errors
    /// `UnknownApplication`; the store fails.
    pub async fn thread(&self, application: ApplicationId) -> Done<Thread> {
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let contact = self.reached_by(connection, application).await?;
        let shown = contact.application.0;
        let mut ids = vec![shown];
        ids.extend(store::merged::merged_into(connection, &[shown]).await?.into_keys());
        let rows = store::outbox::to(connection, &ids, MOST).await?;
        let mut said = store::outbox::said(connection, &rows.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
        let templates: HashSet<Uuid> = rows.iter().map(|row| row.template_id).collect();
        let templates: Vec<Uuid> = templates.into_iter().collect();
        let templates: HashMap<Uuid, TemplateRow> =
            store::templates::by_ids(connection, &templates).await?.into_iter().map(|row| (row.id, row)).collect();
        let person = store::recipients::by_ids(connection, &[shown]).await?.pop();
        let values = Values {
            full_name: person.as_ref().map(|person| person.full_name.clone()).unwrap_or_default(),
            position: person.and_then(|person| person.position),
            link: String::new(),
            company: self.policy.company.clone(),
        };
        let mut texts: Vec<(i64, String)> = Vec::with_capacity(rows.len());
        for row in &rows {
            // What was tried and waits is filled in anew when it is tried again.
            let kept = said.remove(&row.id).filter(|_| row.state != MessageState::Queued.as_str());
            let text = match (kept, templates.get(&row.template_id)) {
                (Some(kept), _) => kept,
                (None, Some(template)) => template::text(template)?.fill_without_link(&values),
                (None, None) => String::new(),
            };
            texts.push((row.opened_at.or(row.sent_at).unwrap_or(row.queued_at), text));
        }
        let mut items = Vec::new();
        for (message, (at, text)) in message::shown(connection, rows).await?.into_iter().zip(texts) {
            items.push((at, Item::Message { message, text }));
        }
        let numbers = self.numbers(connection, shown).await?;
        for row in store::heard::from(connection, &ids, &numbers, MOST).await? {
            let channel = Channel::from_word(&row.channel).ok_or_else(|| {
                StoreError::corrupt(format!("the channel of what was heard {}", row.id), &row.channel)
            })?;
            let (id, heard_at) = (HeardId(row.id), rfc3339(row.heard_at));
            items.push((row.heard_at, Item::Heard { id, channel, text: row.body, heard_at }));
        }
        items.sort_by_key(|(at, _)| *at);
        Ok(Thread { contact, items: items.into_iter().map(|(_, item)| item).collect() })
    }
}
