//! `/v1/staff`: who works here, for administrators.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
};
use satu_core::{
    id::StaffId,
    staff::{Change, Member, Role, StaffName, Welcome},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Backend,
    access::Who,
    api::{
        extract::{Json, Path},
        page::Page,
    },
    problem::Problem,
};

type Answer<T> = Result<T, Problem>;
/// An answer that holds a password is kept nowhere.
type Told = (StatusCode, [(HeaderName, &'static str); 1], Json<Welcome>);

/// Somebody who is added.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewMember {
    /// What she signs in with: 2 to 64 letters from a to z, digits, and `. _ - @`. An email address may be one.
    #[schema(example = "rina")]
    name: String,
    /// What she may do.
    role: Role,
}

/// What is changed of somebody.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MemberChange {
    /// What she may do.
    role: Option<Role>,
    /// Whether she may not sign in.
    disabled: Option<bool>,
}

/// Everybody who works here or did, by name.
#[utoipa::path(get, path = "/v1/staff", tag = "staff", responses((status = 200, body = Page<Member>)))]
pub async fn list(State(backend): State<Backend>) -> Answer<Json<Page<Member>>> {
    Ok(Json(Page::whole(backend.team().members().await?)))
}

/// Adds somebody, with a password for her first sign-in: shown once. From the first on, everybody signs in.
#[utoipa::path(post, path = "/v1/staff", tag = "staff", request_body = NewMember,
    responses((status = 201, body = Welcome), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn add(
    State(backend): State<Backend>,
    who: Who,
    headers: HeaderMap,
    Json(NewMember { name, role }): Json<NewMember>,
) -> Answer<Told> {
    let name: StaffName = name.parse().map_err(satu_core::staff::StaffError::from)?;
    told(StatusCode::CREATED, backend.team().add(&name, role, who.by(&headers)).await?)
}

/// Changes what somebody may do, or whether she may sign in. The last administrator stays one.
#[utoipa::path(patch, path = "/v1/staff/{id}", tag = "staff", params(("id" = Uuid, Path, description = "Somebody.")), request_body = MemberChange,
    responses((status = 200, body = Member), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn change(
    State(backend): State<Backend>,
    who: Who,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    Json(MemberChange { role, disabled }): Json<MemberChange>,
) -> Answer<Json<Member>> {
    let change = match (role, disabled) {
        (Some(role), None) => Change::Role(role),
        (None, Some(true)) => Change::Disable,
        (None, Some(false)) => Change::Enable,
        _ => return Err(Problem::invalid("body", "say either a role or whether she is disabled")),
    };
    let name = backend.team().name_of(StaffId(id)).await?;
    Ok(Json(backend.team().change(&name, change, who.by(&headers)).await?))
}

/// Gives somebody another password for her next sign-in: shown once. She is signed out everywhere, and her second factor ends.
#[utoipa::path(post, path = "/v1/staff/{id}/reset", tag = "staff", params(("id" = Uuid, Path, description = "Somebody.")),
    responses((status = 200, body = Welcome), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub async fn reset(State(backend): State<Backend>, who: Who, headers: HeaderMap, Path(id): Path<Uuid>) -> Answer<Told> {
    let name = backend.team().name_of(StaffId(id)).await?;
    told(StatusCode::OK, backend.team().reset(&name, who.by(&headers)).await?)
}

fn told(status: StatusCode, welcome: Welcome) -> Answer<Told> {
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Json(welcome)))
}
