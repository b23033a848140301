//! `/v1/staff/password`, `/v1/staff/second-factor`, `/v1/staff/sessions`: what somebody sees to of her own.

use axum::{
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use satu_core::{
    id::StaffSessionId,
    staff::{NewSecondFactor, StaffSessionView},
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

/// Another password.
#[derive(Deserialize, ToSchema)]
pub struct PasswordRequest {
    /// The one that she has.
    old_password: String,
    /// The one that she chooses: at least 15 characters, a sentence of four words say.
    new_password: String,
}

/// Her password, once more.
#[derive(Deserialize, ToSchema)]
pub struct PasswordShown {
    /// Her password.
    password: String,
}

/// The digits of a second factor that was offered, or that ends.
#[derive(Deserialize, ToSchema)]
pub struct DigitsShown {
    /// Her password.
    password: String,
    /// The six digits that the app on her phone shows.
    digits: String,
}

/// Changes her password. Every other session of hers ends.
#[utoipa::path(post, path = "/v1/staff/password", tag = "staff", request_body = PasswordRequest,
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 423, body = Problem), (status = 503, body = Problem)))]
pub async fn change_password(
    State(backend): State<Backend>,
    who: Who,
    Json(PasswordRequest { old_password, new_password }): Json<PasswordRequest>,
) -> Answer<StatusCode> {
    backend.team().change_password(who.session()?, &old_password, &new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Offers a second factor: what the app on her phone is told. It counts once she has shown its digits.
#[utoipa::path(post, path = "/v1/staff/second-factor/offer", tag = "staff", request_body = PasswordShown,
    responses((status = 200, body = NewSecondFactor), (status = 401, body = Problem), (status = 409, body = Problem), (status = 423, body = Problem),
        (status = 503, body = Problem)))]
pub async fn offer_second_factor(
    State(backend): State<Backend>,
    who: Who,
    Json(PasswordShown { password }): Json<PasswordShown>,
) -> Answer<([(HeaderName, &'static str); 1], Json<NewSecondFactor>)> {
    let offered = backend.team().offer_second_factor(who.session()?, &password).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(offered)))
}

/// Begins with the second factor that was offered.
#[utoipa::path(post, path = "/v1/staff/second-factor", tag = "staff", request_body = DigitsShown,
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem), (status = 423, body = Problem),
        (status = 503, body = Problem)))]
pub async fn begin_second_factor(
    State(backend): State<Backend>,
    who: Who,
    Json(DigitsShown { password, digits }): Json<DigitsShown>,
) -> Answer<StatusCode> {
    backend.team().begin_second_factor(who.session()?, &password, &digits).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends her second factor: she shows its digits once more.
#[utoipa::path(post, path = "/v1/staff/second-factor/end", tag = "staff", request_body = DigitsShown,
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem), (status = 423, body = Problem),
        (status = 503, body = Problem)))]
pub async fn end_second_factor(
    State(backend): State<Backend>,
    who: Who,
    Json(DigitsShown { password, digits }): Json<DigitsShown>,
) -> Answer<StatusCode> {
    backend.team().end_second_factor(who.session()?, &password, &digits).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Her sessions that go on, newest first.
#[utoipa::path(get, path = "/v1/staff/sessions", tag = "staff", responses((status = 200, body = Page<StaffSessionView>)))]
pub async fn sessions(State(backend): State<Backend>, who: Who) -> Answer<Json<Page<StaffSessionView>>> {
    let sessions = match who.id() {
        Some(id) => backend.team().sessions(id).await?,
        None => Vec::new(),
    };
    Ok(Json(Page::whole(sessions)))
}

/// Ends a session of hers. One that has ended, or is none of hers, stays as it is.
#[utoipa::path(delete, path = "/v1/staff/sessions/{id}", tag = "staff", params(("id" = Uuid, Path, description = "The session.")),
    responses((status = 204)))]
pub async fn end_session(State(backend): State<Backend>, who: Who, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    if let Some(staff) = who.id() {
        backend.team().sign_out(staff, StaffSessionId(id)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
