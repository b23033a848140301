//! `/v1/applications/{id}/links` and `/v1/links`: what people say of two applications, and take back.

use axum::{extract::State, http::StatusCode};
use satu_core::{
    id::{ApplicationId, LinkId},
    linking::{self, Choices, Link, Said, Sharing},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    extract::{Json, Path, Query},
    page::{Page, PageQuery, text},
};
use crate::{Backend, access::Who, problem::Problem};

type Answer<T> = Result<T, Problem>;

/// What can be said of two applications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkAct {
    /// They are one person: the application of the path shows both from now on.
    Merged,
    /// They are two people: nobody is asked about the two again.
    ToldApart,
    /// They are two people of one family: as `told_apart`, and what both have keys nobody from now on.
    Family,
}

/// What a person says of two applications.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LinkRequest {
    /// What.
    kind: LinkAct,
    /// The other application.
    other: ApplicationId,
    /// With `merged`: whose value wins, field by field. A field that is not named stays as it is, or is filled from the other where it is empty.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<linking::Detail, linking::Winner>)]
    choices: Choices,
    /// Why.
    #[serde(default)]
    reason: Option<String>,
}

/// Why something is taken back.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReversalRequest {
    /// Why.
    #[serde(default)]
    reason: Option<String>,
}

/// Everything that was said of an application, and of what was merged into it, oldest first.
#[utoipa::path(get, path = "/v1/applications/{id}/links", tag = "links", params(("id" = Uuid, Path, description = "The application.")),
    responses((status = 200, body = Page<Link>), (status = 404, body = Problem)))]
pub async fn list(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<Page<Link>>> {
    Ok(Json(Page::whole(linking::links(backend.store(), ApplicationId(id)).await?)))
}

/// What was said last of any two applications, newest first: who decided what, and when.
#[utoipa::path(get, path = "/v1/links", tag = "links", params(PageQuery),
    responses((status = 200, body = Page<Link>), (status = 400, body = Problem)))]
pub async fn latest(State(backend): State<Backend>, Query(query): Query<PageQuery>) -> Answer<Json<Page<Link>>> {
    let links = linking::latest(backend.store(), query.cursor()?, query.limit() + 1).await?;
    Ok(Json(Page::of(links, query.limit(), |link| link.id.to_string())))
}

/// Merges another application into this one, or tells the two apart. Two who were told apart already are so by that event: it is answered with 200.
#[utoipa::path(post, path = "/v1/applications/{id}/links", tag = "links", params(("id" = Uuid, Path, description = "The application.")),
    request_body = LinkRequest,
    responses((status = 200, body = Link), (status = 201, body = Link), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn say(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<Uuid>,
    Json(LinkRequest { kind, other, choices, reason }): Json<LinkRequest>,
) -> Answer<(StatusCode, Json<Link>)> {
    let reason = text(reason);
    let said = Said { event: LinkId::mint(), actor: &who.name, reason: reason.as_deref() };
    let (store, id) = (backend.store(), ApplicationId(id));
    let link = match kind {
        LinkAct::Merged => linking::merge(store, said, id, other, &choices).await?,
        LinkAct::ToldApart if choices.is_empty() => {
            linking::tell_apart(store, said, id, other, Sharing::Unsaid).await?
        }
        LinkAct::Family if choices.is_empty() => linking::tell_apart(store, said, id, other, Sharing::Family).await?,
        LinkAct::ToldApart | LinkAct::Family => {
            return Err(Problem::invalid("choices", "values are chosen where two are merged"));
        }
    };
    let status = if link.id == said.event { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(link)))
}

/// Takes back what was said of two applications: a merge, or that they are apart.
#[utoipa::path(post, path = "/v1/links/{id}/reversal", tag = "links", params(("id" = Uuid, Path, description = "The link event.")),
    request_body = ReversalRequest,
    responses((status = 201, body = Link), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn reverse(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<Uuid>,
    Json(ReversalRequest { reason }): Json<ReversalRequest>,
) -> Answer<(StatusCode, Json<Link>)> {
    let reason = text(reason);
    let said = Said { event: LinkId::mint(), actor: &who.name, reason: reason.as_deref() };
    Ok((StatusCode::CREATED, Json(linking::reverse(backend.store(), said, LinkId(id)).await?)))
}
