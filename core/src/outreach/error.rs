//! What can go wrong with what HR, a worker or a provider asks for.

use super::{
    CampaignState, Excluded, MessageState, TextFault,
    campaign::{MOST_REMINDERS, REMIND_AFTER},
};
use crate::{
    credential::NoRandom,
    id::{ApplicationId, CampaignId, MessageId, TemplateId},
    import::Cancelled,
    store::{StoreError, whole::StepError},
};

/// What can go wrong with outreach.
#[derive(Debug, thiserror::Error)]
pub enum OutreachError {
    /// There is no such campaign.
    #[error("there is no campaign {0}")]
    UnknownCampaign(CampaignId),
    /// There is no such version of a template.
    #[error("there is no template {0}")]
    UnknownTemplate(TemplateId),
    /// There is no such message.
    #[error("there is no message {0}")]
    UnknownMessage(MessageId),
    /// There is no such application.
    #[error("there is no application {0}")]
    UnknownApplication(ApplicationId),
    /// A template's text cannot be used.
    #[error(transparent)]
    Text(#[from] TextFault),
    /// A template has no name, or a campaign has none.
    #[error("a name has 1 to {most} characters")]
    Name {
        /// The most characters.
        most: usize,
    },
    /// Nothing tells where an invitation leads.
    #[error(
        "no link is set: name the server's own address (server.public_url), or with outreach.link the page where a candidate registers"
    )]
    NoLink,
    /// The name or the language under which a template was approved is none.
    #[error("the name of an approved template has at most {name} characters, its language code at most {language}")]
    Approved {
        /// The most characters of a name.
        name: usize,
        /// The most characters of a language code.
        language: usize,
    },
    /// The channel takes approved templates only, and this one has no approved name.
    #[error("a WhatsApp message needs the name under which the provider approved the template")]
    NotApproved,
    /// The fallback is no machine's channel, or the channel itself.
    #[error("messages fall back to another channel, which a machine sends by")]
    Fallback,
    /// Somebody would be reminded too soon, too late or too often.
    #[error("somebody is reminded after {} to {} days, {MOST_REMINDERS} times at most", REMIND_AFTER.start(), REMIND_AFTER.end())]
    Reminders,
    /// A campaign in this state cannot do that.
    #[error("the campaign is {state}")]
    CampaignIs {
        /// Its state.
        state: CampaignState,
    },
    /// A message in this state cannot do that.
    #[error("the message is {state}")]
    MessageIs {
        /// Its state.
        state: MessageState,
    },
    /// Nobody opens the chat of a message that a machine sends.
    #[error("this message is sent by a machine: no chat is opened for it")]
    NotByHand,
    /// She may not be messaged any more. The message was dropped.
    #[error("she is not messaged: {0}")]
    Excluded(Excluded),
    /// She has no number that consent could be kept for.
    #[error("application {0} has no phone number")]
    NoPhone(ApplicationId),
    /// It is night.
    #[error("nobody is messaged before {until}")]
    Quiet {
        /// When messages may leave again, RFC 3339 in UTC.
        until: String,
    },
    /// The step was stopped; what was done stays, and it can go on.
    #[error("stopped")]
    Cancelled,
    /// The system gave no random bytes.
    #[error(transparent)]
    Random(#[from] NoRandom),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OutreachError {
    /// A stable code: `outreach.…`; none where the store or the system failed.
    #[must_use]
    pub const fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::UnknownCampaign(_) => "outreach.unknown_campaign",
            Self::UnknownTemplate(_) => "outreach.unknown_template",
            Self::UnknownMessage(_) => "outreach.unknown_message",
            Self::UnknownApplication(_) => "outreach.unknown_application",
            Self::Text(fault) => fault.code(),
            Self::Name { .. } => "outreach.name",
            Self::NoLink => "outreach.no_link",
            Self::Approved { .. } => "outreach.approved",
            Self::NotApproved => "outreach.not_approved",
            Self::Fallback => "outreach.fallback",
            Self::Reminders => "outreach.reminders",
            Self::CampaignIs { .. } => "outreach.campaign_state",
            Self::MessageIs { .. } => "outreach.message_state",
            Self::NotByHand => "outreach.not_by_hand",
            Self::Excluded(_) => "outreach.excluded",
            Self::NoPhone(_) => "outreach.no_phone",
            Self::Quiet { .. } => "outreach.quiet",
            Self::Cancelled => "outreach.cancelled",
            Self::Random(_) | Self::Store(_) => return None,
        })
    }
}

impl StepError for OutreachError {
    fn of_store(&self) -> Option<&StoreError> {
        if let Self::Store(error) = self { Some(error) } else { None }
    }
}

impl From<Cancelled> for OutreachError {
    fn from(Cancelled: Cancelled) -> Self {
        Self::Cancelled
    }
}
