//! What a campaign would do, before it does it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Audience, Channel, Done, Excluded, Length, Outreach};
use crate::id::{ApplicationId, TemplateId};

/// What a campaign would do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    /// How many are meant.
    pub total: u64,
    /// How many are messaged.
    pub will: u64,
    /// How many are not, by why.
    pub excluded: BTreeMap<Excluded, u64>,
    /// The first of those who are messaged and of those who are not, a few for each reason.
    pub examples: Vec<Example>,
    /// What the first of them will read; none where nobody is messaged.
    pub sample: Option<Sample>,
    /// Segments of all messages together, if they were SMS.
    pub segments: u64,
    /// How many are beyond what the channel may send in the next 24 hours: they are messaged on a later day.
    pub beyond_budget: u64,
    /// Over how many days the messages are spread by the channel's daily budget; 1 where it has none.
    pub days: u32,
}

/// Somebody who is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Example {
    /// Her application.
    pub application: ApplicationId,
    /// Her name.
    pub full_name: String,
    /// Her number, as it stands.
    pub phone: Option<String>,
    /// Why she is not messaged; none: she is.
    pub reason: Option<Excluded>,
}

/// What one of them will read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sample {
    /// Her application.
    pub application: ApplicationId,
    /// The text. Its link leads nowhere: hers is made when the message leaves.
    pub text: String,
    /// How long it is.
    pub length: Length,
}

impl Outreach {
    /// What a campaign would do now. Nobody is messaged by it.
    ///
    /// # Errors
    /// [`OutreachError::UnknownTemplate`](super::OutreachError::UnknownTemplate); the store fails.
    pub async fn preview(&self, audience: &Audience, channel: Channel, template: TemplateId) -> Done<Preview> {
        todo!()
    }
}
