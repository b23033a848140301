//! One-time codes, and what is told of a PIN, leave by a carrier, too.

use std::sync::Arc;

use satu_core::{
    identity::IdentifierKind,
    outreach::{Channel as Way, Sent},
};
use uuid::Uuid;

use super::carrier::{Approved, Carrier, Letter};
use crate::channel::{Channel, Message, NotSent, Sending};

/// Seconds for which a code may still leave: it is good for no longer, as its text says.
const CODE: u32 = 600;
/// Seconds for which news of a PIN may: it is no less true in the night.
const NEWS: u32 = 36_000;

/// The approved templates of what is no campaign's. Whoever has not written within a day is reached by these alone.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// For a code, which its button copies.
    pub code: Option<String>,
    /// Tells that a PIN was changed; nothing is filled in.
    pub pin_changed: Option<String>,
}

/// Sends codes by a carrier.
#[derive(Debug)]
pub struct ByCarrier {
    carrier: Arc<dyn Carrier>,
    templates: Templates,
    company: String,
}

impl ByCarrier {
    /// Codes by this carrier, in the name of who hires. Where it is not WhatsApp the templates are nothing to it.
    #[must_use]
    pub fn new(carrier: Arc<dyn Carrier>, templates: Templates, company: String) -> Self {
        Self { carrier, templates, company }
    }

    fn letter(&self, to: &str, message: &Message) -> Letter {
        let (name, parameters, copies_code, valid_seconds) = match message {
            Message::Code { digits, .. } => (&self.templates.code, vec![digits.clone()], true, CODE),
            Message::PinChanged => (&self.templates.pin_changed, Vec::new(), false, NEWS),
        };
        let name = name.as_ref().filter(|_| self.carrier.channel() == Way::Whatsapp);
        let approved =
            name.map(|name| Approved { name: name.clone(), language: "id".to_owned(), parameters, copies_code });
        Letter {
            reference: Uuid::now_v7().to_string(),
            to: to.to_owned(),
            text: message.text(&self.company),
            approved,
            valid_seconds,
        }
    }
}

impl Channel for ByCarrier {
    fn send<'a>(&'a self, kind: IdentifierKind, to: &'a str, message: Message) -> Sending<'a> {
        Box::pin(async move {
            if !self.reaches(kind) {
                return Err(NotSent("no channel sends to addresses".to_owned()));
            }
            match self.carrier.send(&self.letter(to, &message)).await.sent {
                Sent::Accepted { .. } => Ok(()),
                Sent::Refused { code, .. } | Sent::Kept { code } | Sent::Unknown { code } => {
                    Err(NotSent(format!("{}: {code}", self.carrier.channel())))
                }
            }
        })
    }

    fn reaches(&self, kind: IdentifierKind) -> bool {
        kind == IdentifierKind::Phone
    }
}
