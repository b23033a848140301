//! `/webhooks/…`: what providers tell. Nobody signs in here: a call is heard when its signature is the provider's, which is checked over the bytes as they came.
//!
//! Their shapes are the providers' own and stand in no document of ours. A call that comes again, late or out of order does no harm: the outbox sees to that. What
//! fails inside is answered 500, and the provider tries again.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use satu_core::{
    id::MessageId,
    outreach::{Channel, Incoming, Told},
};
use serde::Deserialize;

use crate::{
    Backend,
    outreach::{News, NotHeard, twilio, vonage, whatsapp},
    problem::Problem,
};

/// Bytes of the longest call: those of providers have a few thousand.
const LONGEST: usize = 1024 * 1024;

/// The routes that providers call.
pub fn routes() -> Router<Backend> {
    Router::new()
        .route("/webhooks/whatsapp", get(shake_hands).post(from_whatsapp))
        .route("/webhooks/twilio", post(from_twilio))
        .route("/webhooks/vonage", post(from_vonage))
        .layer(DefaultBodyLimit::max(LONGEST))
}

/// What WhatsApp asks before it tells anything.
#[derive(Debug, Deserialize)]
struct Handshake {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.verify_token", default)]
    token: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
}

async fn shake_hands(State(backend): State<Backend>, Query(asked): Query<Handshake>) -> Result<String, Problem> {
    let Handshake { mode, token, challenge } = asked;
    let answer = whatsapp::handshake(&backend.config().outreach.whatsapp, &mode, &token, &challenge);
    answer.map(str::to_owned).ok_or_else(|| NotHeard::Forged.into())
}

async fn from_whatsapp(State(backend): State<Backend>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let news = whatsapp::hear(&backend.config().outreach.whatsapp, &headers, &body);
    take(&backend, Channel::Whatsapp, news).await
}

async fn from_twilio(
    State(backend): State<Backend>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Problem> {
    let news = twilio::hear(&backend.config().outreach.twilio, &headers, query.as_deref().unwrap_or_default(), &body);
    take(&backend, Channel::Twilio, news).await
}

async fn from_vonage(State(backend): State<Backend>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let news = vonage::hear(&backend.config().outreach.vonage, &headers, &body);
    take(&backend, Channel::Vonage, news).await
}

/// Hands what was heard to the outbox.
async fn take(backend: &Backend, channel: Channel, news: Result<Vec<News>, NotHeard>) -> Result<Response, Problem> {
    for news in news? {
        match news {
            News::State { provider_id, reference, word, code, user } => {
                let ours = reference.and_then(|reference| reference.parse::<MessageId>().ok());
                let (code, user) = (code.as_deref(), user.as_deref());
                let told = Told { channel, provider_id: &provider_id, ours, word, code, user };
                backend.outreach().told(&told).await?;
            }
            News::Heard { provider_id, from, user, text } => {
                // Engines cut or refuse a text at a NUL.
                let text = text.replace('\0', " ");
                let (from, user) = (from.sender(), user.as_deref());
                let incoming = Incoming { channel, provider_id: &provider_id, from, user, text: &text };
                backend.outreach().hear(&incoming).await?;
            }
        }
    }
    Ok(StatusCode::OK.into_response())
}

impl From<NotHeard> for Problem {
    fn from(error: NotHeard) -> Self {
        let (status, code) = match error {
            NotHeard::Unconfigured => (StatusCode::NOT_FOUND, "webhook.unconfigured"),
            NotHeard::Forged => (StatusCode::UNAUTHORIZED, "webhook.forged"),
            NotHeard::Unread => (StatusCode::BAD_REQUEST, "webhook.unread"),
        };
        tracing::warn!(code, "a call of a provider is not heard");
        Self::new(status, code, format!("{error}."))
    }
}
