//! `/v1/outreach/campaigns`: started, watched, stopped, taken away as a file.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use satu_core::{
    id::CampaignId,
    outreach::{Campaign, Channel, Chat, Message, MessageFilter, MessageState, NewCampaign},
};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{Answer, checked};
use crate::{
    Backend,
    access::Who,
    api::{
        attachment::{Named, attachment},
        extract::{Json, Path, Query},
        imports::{FormatQuery, draft},
        page::{Page, PageQuery, parse},
    },
    export,
    problem::Problem,
};

/// Which messages of a campaign.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    /// Those that have come so far.
    #[param(value_type = Option<MessageState>)]
    state: Option<String>,
    /// Those to whoever wrote something since; or those to whoever did not.
    answered: Option<bool>,
}

/// The campaigns, newest first.
#[utoipa::path(get, path = "/v1/outreach/campaigns", tag = "outreach", params(PageQuery),
    responses((status = 200, body = Page<Campaign>), (status = 400, body = Problem)))]
pub async fn list(State(backend): State<Backend>, Query(page): Query<PageQuery>) -> Answer<Json<Page<Campaign>>> {
    let found = backend.outreach().campaigns(page.cursor()?, page.limit() + 1).await?;
    Ok(Json(Page::of(found, page.limit(), |one: &Campaign| one.id.to_string())))
}

/// Starts a campaign. Its messages are queued from then on, and leave as their times, the night, the channel's pace and its budget allow.
#[utoipa::path(post, path = "/v1/outreach/campaigns", tag = "outreach", request_body = NewCampaign,
    responses((status = 201, body = Campaign), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn start(
    State(backend): State<Backend>,
    who: Who,
    Json(new): Json<NewCampaign>,
) -> Answer<(StatusCode, Json<Campaign>)> {
    checked(&new.audience)?;
    [Some(new.channel), new.fallback].into_iter().flatten().try_for_each(|channel| usable(&backend, channel))?;
    let started = backend.outreach().start(CampaignId::mint(), &new, &who.name).await?;
    backend.fill(started.id);
    Ok((StatusCode::CREATED, Json(started)))
}

/// Refuses a channel that nothing leaves by.
fn usable(backend: &Backend, channel: Channel) -> Answer<()> {
    if backend.config().outreach.is_configured(channel) {
        return Ok(());
    }
    let detail = format!("{channel} is not configured: see satu doctor, and docs/operations.md.");
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "outreach.unconfigured", detail).with("channel", channel))
}

/// A campaign, and what came of it so far.
#[utoipa::path(get, path = "/v1/outreach/campaigns/{id}", tag = "outreach", params(("id" = Uuid, Path, description = "The campaign.")),
    responses((status = 200, body = Campaign), (status = 404, body = Problem)))]
pub async fn get(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<Campaign>> {
    Ok(Json(backend.outreach().campaign(CampaignId(id)).await?))
}

/// Stops what has not left until somebody resumes it.
#[utoipa::path(post, path = "/v1/outreach/campaigns/{id}/pause", tag = "outreach", params(("id" = Uuid, Path, description = "The campaign.")),
    responses((status = 200, body = Campaign), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn pause(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<Campaign>> {
    Ok(Json(backend.outreach().pause(CampaignId(id)).await?))
}

/// Goes on with a campaign that is paused.
#[utoipa::path(post, path = "/v1/outreach/campaigns/{id}/resume", tag = "outreach", params(("id" = Uuid, Path, description = "The campaign.")),
    responses((status = 200, body = Campaign), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn resume(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<Campaign>> {
    let resumed = backend.outreach().resume(CampaignId(id)).await?;
    backend.fill(resumed.id);
    Ok(Json(resumed))
}

/// Ends a campaign for good: what has not left never will.
#[utoipa::path(post, path = "/v1/outreach/campaigns/{id}/cancel", tag = "outreach", params(("id" = Uuid, Path, description = "The campaign.")),
    responses((status = 200, body = Campaign), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn cancel(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<Campaign>> {
    Ok(Json(backend.outreach().cancel(CampaignId(id)).await?))
}

/// The messages of a campaign, in the order in which they were queued.
#[utoipa::path(get, path = "/v1/outreach/campaigns/{id}/messages", tag = "outreach",
    params(("id" = Uuid, Path, description = "The campaign."), MessageQuery, PageQuery),
    responses((status = 200, body = Page<Message>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn messages(
    State(backend): State<Backend>,
    Path(id): Path<Uuid>,
    Query(MessageQuery { state, answered }): Query<MessageQuery>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<Page<Message>>> {
    let filter = MessageFilter { state: parse("state", state.as_deref())?, answered };
    let found = backend.outreach().messages(CampaignId(id), filter, page.cursor()?, page.limit() + 1).await?;
    Ok(Json(Page::of(found, page.limit(), |one: &Message| one.id.to_string())))
}

/// The messages of a campaign as a file.
#[utoipa::path(get, path = "/v1/outreach/campaigns/{id}/export", tag = "outreach",
    params(("id" = Uuid, Path, description = "The campaign."), FormatQuery, Named),
    responses((status = 200, description = "The file.", content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "text/csv"))),
        (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn export(
    State(backend): State<Backend>,
    Path(id): Path<Uuid>,
    Query(FormatQuery { format }): Query<FormatQuery>,
    Query(named): Query<Named>,
) -> Answer<Response> {
    let draft = draft(&backend)?;
    export::campaign(backend.outreach(), CampaignId(id), format, &draft).await?;
    attachment(format, named.or("undangan"), draft)
}

/// Opens the next chat of a campaign that waits. Whoever asks at the same time is given another one.
#[utoipa::path(post, path = "/v1/outreach/campaigns/{id}/next-chat", tag = "outreach", params(("id" = Uuid, Path, description = "The campaign.")),
    responses((status = 200, body = Chat), (status = 204, description = "No chat waits."), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn next_chat(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Response> {
    let chat = backend.outreach().next_chat(CampaignId(id)).await?;
    Ok(chat
        .map_or_else(|| StatusCode::NO_CONTENT.into_response(), |chat| super::messages::secret(chat).into_response()))
}
