//! What providers tell by themselves: signed, checked over the bytes as they came, and only then read.

use axum::http::HeaderMap;
use satu_core::outreach::{Refusal, Sender, Word};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a provider tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// How far a message has come.
    State {
        /// The provider's id of the message.
        provider_id: String,
        /// Our own, where the provider says it again.
        reference: Option<String>,
        /// How far.
        word: Word,
        /// Why it failed, in the provider's code.
        code: Option<String>,
        /// The provider's own name of whom it went to.
        user: Option<String>,
    },
    /// What somebody wrote.
    Heard {
        /// The provider's id of what she wrote.
        provider_id: String,
        /// Who.
        from: Writer,
        /// The provider's own name of her.
        user: Option<String>,
        /// What it says; empty for a picture or a voice.
        text: String,
    },
}

/// Who wrote something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writer {
    /// Her number, in E.164.
    Number(String),
    /// She hides her number: the provider's id of the message that she answers.
    AnswerTo(String),
    /// She hides her number, and answers no message.
    Hidden,
}

impl Writer {
    /// As the outbox wants it.
    #[must_use]
    pub fn sender(&self) -> Sender<'_> {
        match self {
            Self::Number(number) => Sender::Number(number),
            Self::AnswerTo(message) => Sender::AnswerTo(message),
            Self::Hidden => Sender::Hidden,
        }
    }
}

/// A call that is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotHeard {
    /// The channel has no secret to check a signature by.
    #[error("this channel is not configured to hear anything")]
    Unconfigured,
    /// Nobody who knows the secret has signed it.
    #[error("the signature is not the provider's")]
    Forged,
    /// It is signed, and not understood.
    #[error("what the provider says is not understood")]
    Unread,
}

/// Whether two texts are the same. How long it takes tells nothing of where they differ, nor how long they are.
#[must_use]
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    Sha256::digest(one).as_slice().ct_eq(Sha256::digest(other).as_slice()).into()
}

/// That a message failed, for what its code asks for; one without a code is that message's own.
pub(super) fn failed(code: Option<i64>, refusal: fn(i64) -> Refusal) -> Word {
    Word::Failed(code.map_or(Refusal::Final { number: false }, refusal))
}

/// A header's text; none where it is absent or sent twice.
pub(super) fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut sent = headers.get_all(name).iter();
    let value = sent.next()?.to_str().ok()?;
    sent.next().is_none().then_some(value)
}

/// Digits as E.164; none for what is no number.
pub(super) fn e164(digits: &str) -> Option<String> {
    let digits = digits.trim();
    let number = if digits.starts_with('+') { digits.to_owned() } else { format!("+{digits}") };
    satu_core::identity::Phone::parse(&number).map(|phone| phone.as_str().to_owned())
}
