//! `/v1/otp`: a one-time code is sent.

use axum::{extract::State, http::StatusCode};
use satu_core::{
    account::{Purpose, To},
    id::RequestId,
    identity::IdentifierKind,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{email, phone};
use crate::{Backend, api::extract::Json, channel::Message, metrics::OneTimeCode, problem::Problem};

/// What a code is asked for.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CodeRequest {
    /// What it is to be good for. `email` goes to an address, every other one to a number.
    purpose: Purpose,
    /// The number or the address.
    #[schema(example = "0812 3456 7801")]
    to: String,
}

/// A code that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeSent {
    /// To be shown with the digits.
    request: RequestId,
    /// How long it is good, in seconds.
    expires_in: u32,
}

/// Sends a one-time code. The one before is void. Nothing is said of whether anybody has an account.
#[utoipa::path(post, path = "/v1/otp", tag = "candidates", request_body = CodeRequest,
    responses((status = 202, body = CodeSent), (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn send(
    State(backend): State<Backend>,
    Json(CodeRequest { purpose, to }): Json<CodeRequest>,
) -> Result<(StatusCode, Json<CodeSent>), Problem> {
    let kind = if purpose == Purpose::Email { IdentifierKind::Email } else { IdentifierKind::Phone };
    let Some(channel) = backend.channel().filter(|channel| channel.reaches(kind)) else {
        let detail = "No channel is configured that a code could be sent by; a server under development prints codes to its log.";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "otp.no_channel", detail));
    };
    let value = match purpose {
        Purpose::Email => email(&to)?.as_str().to_owned(),
        Purpose::Register | Purpose::Pin | Purpose::Device => phone(&backend, &to)?.as_str().to_owned(),
    };
    let to = if purpose == Purpose::Email { To::email(&value) } else { To::phone(&value) };
    let code = backend.accounts().code(to, purpose).await?;
    let request = code.request;
    // The answer does not wait: how long a sending takes tells nothing of the number.
    tokio::spawn(async move {
        match channel.send(kind, &value, Message::Code { purpose, digits: code.digits }).await {
            Ok(()) => backend.metrics().code(OneTimeCode::Sent),
            Err(error) => {
                backend.metrics().code(OneTimeCode::NotSent);
                tracing::error!(%error, %request, "a code was not sent");
            }
        }
    });
    Ok((StatusCode::ACCEPTED, Json(CodeSent { request, expires_in: 600 })))
}
