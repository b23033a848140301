//! What was said to a candidate, and what she said.

use serde::{Deserialize, Serialize};

use super::{Channel, Contact, Done, Message, Outreach};
use crate::id::{ApplicationId, HeardId};

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
pub enum Item {
    /// To her.
    Message {
        /// The message.
        #[serde(flatten)]
        message: Message,
        /// What it says, without her link.
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
        todo!()
    }
}
