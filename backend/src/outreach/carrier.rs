//! What carries a message to its recipient, and what every one of them has in common: one request, and what becomes of it.
//!
//! The line that matters is drawn here: what certainly did not reach the provider may be tried again, and whatever may have reached it is never sent again by itself.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use reqwest::{Client, RequestBuilder, StatusCode, header};
use satu_core::outreach::{Channel, Refusal, Sent};
use serde_json::Value;

use crate::outbound;

/// Bytes of the longest answer that is read; those of providers have a few hundred.
const LONGEST: usize = 256 * 1024;
/// The longest wait that a provider may ask for.
const MOST_PATIENCE: u64 = 86_400;
/// What a provider is asked about in a check, where nothing else is.
pub(super) const CREDENTIAL: &str = "the credential";
/// What is said of an answer in which nothing stands of what the provider documents.
pub(super) const FOREIGN: &str = "what answers is not the provider: is base_url right?";

/// A message, ready to leave.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Our own id of it: a provider that can says it again with what became of the message.
    pub reference: String,
    /// The number, in E.164.
    pub to: String,
    /// The whole text.
    pub text: String,
    /// The template that the provider has approved; none: the text is sent as it is.
    pub approved: Option<Approved>,
    /// For how many seconds it may still leave. A provider that has it in a queue for longer is to throw it away: nobody is written to at night.
    pub valid_seconds: u32,
}

impl fmt::Debug for Letter {
    /// Without the number and the text, which holds what proves the number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("reference", &self.reference).finish_non_exhaustive()
    }
}

/// A template that a provider has approved, and what is filled into it.
#[derive(Clone, PartialEq, Eq)]
pub struct Approved {
    /// Its name there.
    pub name: String,
    /// Its language there: `id`, `en`.
    pub language: String,
    /// What its variables are filled with, in their order.
    pub parameters: Vec<String>,
    /// Whether it is one for one-time codes, whose button copies the first of them.
    pub copies_code: bool,
}

/// What came of handing a message over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether the provider took it.
    pub sent: Sent,
    /// How long the provider wants to be left alone.
    pub retry_after: Option<Duration>,
}

impl From<Sent> for Answer {
    fn from(sent: Sent) -> Self {
        Self { sent, retry_after: None }
    }
}

/// A sending, in time.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;
/// A question whether a channel would work, in time; what is wrong is one English sentence without a secret.
pub type Checking<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// A way on which messages leave by themselves.
pub trait Carrier: fmt::Debug + Send + Sync {
    /// Which one it is.
    fn channel(&self) -> Channel;

    /// Hands a message over: once, and never again by itself.
    fn send<'a>(&'a self, letter: &'a Letter) -> Sending<'a>;

    /// Asks the provider whether it knows our credential. Nothing is sent, and nothing is paid.
    fn check(&self) -> Checking<'_>;
}

/// Carriers, as many as are configured.
pub type Carriers = Vec<Arc<dyn Carrier>>;

/// How long is waited for a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection. Nothing has left by then.
    pub connection: Duration,
    /// For an answer, the connection with it.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connection: Duration::from_secs(10), answer: Duration::from_secs(30) }
    }
}

/// The client of all carriers.
///
/// # Errors
/// The system's certificates cannot be read.
pub(super) fn client(patience: Patience) -> Result<Client, reqwest::Error> {
    outbound::builder().connect_timeout(patience.connection).timeout(patience.answer).build()
}

/// What a provider answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) retry_after: Option<Duration>,
    /// The body; null where it is no JSON.
    pub(super) body: Value,
}

impl Reply {
    /// An answer with the provider's own patience.
    pub(super) const fn answer(&self, sent: Sent) -> Answer {
        Answer { sent, retry_after: self.retry_after }
    }

    /// A refusal under a code.
    pub(super) fn refused(&self, refusal: Refusal, code: impl ToString) -> Answer {
        self.answer(Sent::Refused { refusal, code: code.to_string() })
    }

    /// What an answer means that does not say it in the provider's own words.
    pub(super) fn by_status(&self) -> Answer {
        self.answer(by_status(self.status.as_u16(), self.retry_after))
    }

    /// Whether the provider's own code is the last word. A server that broke down while it answered may have taken the message all the same.
    pub(super) fn is_certain(&self) -> bool {
        !self.status.is_server_error() || self.status == StatusCode::SERVICE_UNAVAILABLE
    }

    /// A text of the body.
    pub(super) fn text(&self, pointer: &str) -> Option<String> {
        text(&self.body, pointer)
    }

    /// A text of the body that the provider documents. Where it is not there, somebody else has answered: a web page, another server.
    pub(super) fn documented(&self, pointer: &str) -> Result<String, String> {
        self.text(pointer).ok_or_else(|| FOREIGN.to_owned())
    }
}

/// A text or a number of a document, as text; none where it is empty.
pub(super) fn text(document: &Value, pointer: &str) -> Option<String> {
    let found = match document.pointer(pointer)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!found.is_empty()).then_some(found)
}

/// What a status alone means. A failure of a server may have come after it took the message. That it is not available is believed of one that says when it will be:
/// proxies say it, too, of a server that broke down while it had the request.
pub(super) fn by_status(status: u16, retry_after: Option<Duration>) -> Sent {
    let code = format!("http.{status}");
    let refused = |refusal| Sent::Refused { refusal, code: code.clone() };
    match status {
        200..=299 => Sent::Unknown { code: "answer".to_owned() },
        // What is wrong is the address, the account or the credential: it would be so for everybody.
        300..=399 | 401..=405 | 407 | 410 | 451 => refused(Refusal::StopCampaign),
        429 => refused(Refusal::BackOff),
        503 if retry_after.is_some() => refused(Refusal::BackOff),
        400..=499 if status != 408 => refused(Refusal::Final { number: false }),
        _ => Sent::Unknown { code },
    }
}

/// Sends a request once.
///
/// # Errors
/// There is no answer: it certainly did not leave, or nobody knows.
pub(super) async fn ask(request: RequestBuilder) -> Result<Reply, Answer> {
    let mut response = request.send().await.map_err(|error| Answer::from(lost(&error)))?;
    let status = response.status();
    let retry_after = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(|seconds: u64| Duration::from_secs(seconds.min(MOST_PATIENCE)));
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= LONGEST => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            // It began to answer: what the status says of a refusal stands, and what it took is known to it alone.
            Ok(Some(_)) => return Err(Answer { sent: by_status(status.as_u16(), retry_after), retry_after }),
            Err(error) if status.is_success() => return Err(lost(&error).into()),
            Err(_) => return Err(Answer { sent: by_status(status.as_u16(), retry_after), retry_after }),
        }
    }
    Ok(Reply { status, retry_after, body: serde_json::from_slice(&bytes).unwrap_or_default() })
}

/// What it means that there is no answer.
fn lost(error: &reqwest::Error) -> Sent {
    if error.is_builder() {
        return Sent::Refused { refusal: Refusal::StopCampaign, code: "request".to_owned() };
    }
    if error.is_connect() {
        return Sent::Refused { refusal: Refusal::BackOff, code: "connect".to_owned() };
    }
    let code = if error.is_timeout() { "timeout" } else { "broken" };
    Sent::Unknown { code: code.to_owned() }
}

/// Asks a provider whether it knows a credential, which is called so. Each of them says that it does not in JSON: what is none is another server's word.
pub(super) async fn known(request: RequestBuilder, credential: &str) -> Result<Reply, String> {
    match ask(request).await {
        Ok(reply) if reply.status.is_success() => Ok(reply),
        Ok(Reply { status, body, .. }) if matches!(status.as_u16(), 400 | 401 | 403) && body.is_object() => {
            Err(format!("the provider refuses {credential} ({status})"))
        }
        Ok(Reply { status, .. }) => Err(format!("the provider answers {status}: are the address and the ids right?")),
        Err(Answer { sent: Sent::Refused { code, .. } | Sent::Kept { code } | Sent::Unknown { code }, .. }) => {
            Err(format!("the provider cannot be reached ({code})"))
        }
        Err(Answer { sent: Sent::Accepted { .. }, .. }) => Err("the provider's answer is not understood".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_taken_is_unknown_and_what_was_not_is_refused() {
        let refused = |refusal, status: u16| Sent::Refused { refusal, code: format!("http.{status}") };
        let unknown = |status: u16| Sent::Unknown { code: format!("http.{status}") };
        for (status, sent) in [
            (200, Sent::Unknown { code: "answer".to_owned() }),
            (302, refused(Refusal::StopCampaign, 302)),
            (400, refused(Refusal::Final { number: false }, 400)),
            (401, refused(Refusal::StopCampaign, 401)),
            (403, refused(Refusal::StopCampaign, 403)),
            (404, refused(Refusal::StopCampaign, 404)),
            (408, unknown(408)),
            (422, refused(Refusal::Final { number: false }, 422)),
            (429, refused(Refusal::BackOff, 429)),
            (500, unknown(500)),
            (502, unknown(502)),
            (503, unknown(503)),
            (504, unknown(504)),
        ] {
            assert_eq!(by_status(status, None), sent, "{status}");
        }
        assert_eq!(by_status(503, Some(Duration::from_secs(5))), refused(Refusal::BackOff, 503));
    }
}
