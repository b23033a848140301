//! How a message leaves for a candidate: an interface, and the one that prints to the log while somebody develops.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use satu_core::{account::Purpose, identity::IdentifierKind};

/// What is said.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// A one-time code. The digits go nowhere else.
    Code {
        /// What it is for.
        purpose: Purpose,
        /// Six digits.
        digits: String,
    },
    /// Her PIN was changed: if it was not by her, she has to know.
    PinChanged,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code { purpose, .. } => write!(f, "Code for {purpose}"),
            Self::PinChanged => f.write_str("PinChanged"),
        }
    }
}

impl Message {
    /// The text, in Bahasa Indonesia; `company` is who hires, as she knows it.
    #[must_use]
    pub fn text(&self, company: &str) -> String {
        match self {
            Self::Code { digits, .. } => {
                format!("{digits} adalah kode {company} Anda, berlaku 10 menit. Jangan berikan kepada siapa pun.")
            }
            Self::PinChanged => {
                format!("PIN {company} Anda baru saja diganti. Bila bukan oleh Anda, segera hubungi tim HR.")
            }
        }
    }
}

/// A message that did not leave: why, without the message.
#[derive(Debug, thiserror::Error)]
#[error("a message did not leave: {0}")]
pub struct NotSent(pub String);

/// What a sending ends with, in time.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), NotSent>> + Send + 'a>>;

/// A way to reach a candidate.
pub trait Channel: fmt::Debug + Send + Sync {
    /// Sends a message to a number in E.164 or an address.
    fn send<'a>(&'a self, kind: IdentifierKind, to: &'a str, message: Message) -> Sending<'a>;

    /// Whether it can reach a number, or an address.
    fn reaches(&self, _: IdentifierKind) -> bool {
        true
    }
}

/// Several ways: a message goes the first that reaches whom it is to.
#[derive(Debug)]
pub struct Several(pub Vec<Arc<dyn Channel>>);

impl Channel for Several {
    fn send<'a>(&'a self, kind: IdentifierKind, to: &'a str, message: Message) -> Sending<'a> {
        match self.0.iter().find(|way| way.reaches(kind)) {
            Some(way) => way.send(kind, to, message),
            None => Box::pin(async { Err(NotSent("no channel reaches it".to_owned())) }),
        }
    }

    fn reaches(&self, kind: IdentifierKind) -> bool {
        self.0.iter().any(|way| way.reaches(kind))
    }
}

/// Prints every message to the log. For development alone: whoever reads the log can sign in as anybody.
#[derive(Debug, Clone, Copy)]
pub struct Log;

impl Channel for Log {
    fn send<'a>(&'a self, _: IdentifierKind, to: &'a str, message: Message) -> Sending<'a> {
        Box::pin(async move {
            tracing::warn!("development: to {to}: {}", message.text("Satu"));
            Ok(())
        })
    }
}
