//! `/v1/outreach/messages/{id}` and `/v1/applications/{id}/messages`: a chat is opened, an outcome is judged, a thread is read, consent is recorded.

use axum::{
    extract::State,
    http::{HeaderName, header},
};
use satu_core::{
    id::{ApplicationId, MessageId},
    outreach::{Chat, Contact, Message, Thread, Verdict},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Answer;
use crate::{
    Backend,
    access::Who,
    api::extract::{Json, Path},
    problem::Problem,
};

/// What a person says of a message whose outcome is not known.
#[derive(Debug, Deserialize, ToSchema)]
pub struct JudgeRequest {
    /// `sent`: she has it; `not_sent`: it is queued again.
    verdict: Verdict,
}

/// Whether she takes messages.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ConsentRequest {
    /// Whether she does from now on.
    messages: bool,
}

/// An answer that holds a link which proves a number: it is kept nowhere.
pub(super) fn secret<T>(told: T) -> ([(HeaderName, &'static str); 1], Json<T>) {
    ([(header::CACHE_CONTROL, "no-store")], Json(told))
}

/// Opens the chat of a message that is sent by hand: for the first time, or once more.
#[utoipa::path(post, path = "/v1/outreach/messages/{id}/open", tag = "outreach", params(("id" = Uuid, Path, description = "The message.")),
    responses((status = 200, body = Chat), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn open(
    State(backend): State<Backend>,
    Path(id): Path<Uuid>,
) -> Answer<([(HeaderName, &'static str); 1], Json<Chat>)> {
    Ok(secret(backend.outreach().open_chat(MessageId(id)).await?))
}

/// Says of a message whose outcome is not known whether it left.
#[utoipa::path(post, path = "/v1/outreach/messages/{id}/judge", tag = "outreach", params(("id" = Uuid, Path, description = "The message.")),
    request_body = JudgeRequest,
    responses((status = 200, body = Message), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn judge(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<Uuid>,
    Json(JudgeRequest { verdict }): Json<JudgeRequest>,
) -> Answer<Json<Message>> {
    Ok(Json(backend.outreach().judge(MessageId(id), verdict, &who.name).await?))
}

/// What was said to a candidate and by her, oldest first, and whether she can be reached.
#[utoipa::path(get, path = "/v1/applications/{id}/messages", tag = "outreach", params(("id" = Uuid, Path, description = "The application.")),
    responses((status = 200, body = Thread), (status = 404, body = Problem)))]
pub async fn thread(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<Thread>> {
    Ok(Json(backend.outreach().thread(ApplicationId(id)).await?))
}

/// Records that a candidate takes messages, or none any more: then what is queued for her is dropped at once, on every channel. Twice is once.
#[utoipa::path(put, path = "/v1/applications/{id}/consent", tag = "outreach", params(("id" = Uuid, Path, description = "The application.")),
    request_body = ConsentRequest,
    responses((status = 200, body = Contact), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn consent(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<Uuid>,
    Json(ConsentRequest { messages }): Json<ConsentRequest>,
) -> Answer<Json<Contact>> {
    Ok(Json(backend.outreach().consent(ApplicationId(id), messages, &who.name).await?))
}
