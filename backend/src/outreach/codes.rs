//! One-time codes leave by a carrier, too.

use std::sync::Arc;

use satu_core::{
    identity::IdentifierKind,
    outreach::{Channel as Way, Sent},
};
use uuid::Uuid;

use super::carrier::{Approved, Carrier, Letter};
use crate::channel::{Channel, Message, NotSent, Sending};

/// Sends codes by a carrier.
#[derive(Debug)]
pub struct ByCarrier {
    carrier: Arc<dyn Carrier>,
    /// The approved template for codes, where the channel needs one.
    template: Option<String>,
}

impl ByCarrier {
    /// Codes by this carrier.
    #[must_use]
    pub fn new(carrier: Arc<dyn Carrier>, template: Option<String>) -> Self {
        Self { carrier, template }
    }

    fn letter(&self, to: &str, message: &Message) -> Letter {
        let approved = match (message, &self.template) {
            (Message::Code { digits, .. }, Some(name)) if self.carrier.channel() == Way::Whatsapp => Some(Approved {
                name: name.clone(),
                language: "id".to_owned(),
                parameters: vec![digits.clone()],
                copies_code: true,
            }),
            _ => None,
        };
        Letter { reference: Uuid::now_v7().to_string(), to: to.to_owned(), text: message.text(), approved }
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
                Sent::Refused { code, .. } | Sent::Unknown { code } => {
                    Err(NotSent(format!("{}: {code}", self.carrier.channel())))
                }
            }
        })
    }

    fn reaches(&self, kind: IdentifierKind) -> bool {
        kind == IdentifierKind::Phone
    }
}
