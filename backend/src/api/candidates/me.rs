//! `/v1/me`, `/v1/eligibility/{platform}` and the key set: what stands of her, and what another platform asks.

use axum::extract::State;
use satu_core::{
    account::{Me, SessionView},
    consent::ConsentPurpose,
    lifecycle::{ApplicationProgress, MitraStatus, Platform},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Candidate, ShownCode, email};
use crate::{
    Backend,
    api::{
        extract::{Json, Path},
        page::Page,
    },
    metrics::OneTimeCode,
    problem::Problem,
    tokens::KeySet,
};

/// Whether she may enter a platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct Eligibility {
    platform: Platform,
    /// Whether its gate is open to her.
    allowed: bool,
    /// What the gate goes by.
    mitra_status: MitraStatus,
}

/// An address, and a code that was sent to it for `email`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EmailRequest {
    email: String,
    code: ShownCode,
}

/// The text that she was shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeRequest {
    /// By the name that its page gives it: at most 64 letters, digits, dots, dashes and underscores.
    #[schema(example = "2026-11")]
    version: String,
}

/// Her account.
#[utoipa::path(get, path = "/v1/me", tag = "candidates", security(("candidate" = [])),
    responses((status = 200, body = Me), (status = 401, body = Problem)))]
pub async fn me(State(backend): State<Backend>, candidate: Candidate) -> Result<Json<Me>, Problem> {
    Ok(Json(backend.accounts().me(candidate.account).await?))
}

/// Where she stands in plain words, and what comes next.
#[utoipa::path(get, path = "/v1/me/progress", tag = "candidates", security(("candidate" = [])),
    responses((status = 200, body = ApplicationProgress), (status = 401, body = Problem)))]
pub async fn progress(
    State(backend): State<Backend>,
    candidate: Candidate,
) -> Result<Json<ApplicationProgress>, Problem> {
    Ok(Json(backend.accounts().progress(candidate.account).await?))
}

/// Where she is signed in, newest first.
#[utoipa::path(get, path = "/v1/me/sessions", tag = "candidates", security(("candidate" = [])),
    responses((status = 200, body = Page<SessionView>), (status = 401, body = Problem)))]
pub async fn sessions(
    State(backend): State<Backend>,
    candidate: Candidate,
) -> Result<Json<Page<SessionView>>, Problem> {
    Ok(Json(Page::whole(backend.accounts().sessions(candidate.account).await?)))
}

/// Shows that an address is hers; what was pending for want of that is settled.
#[utoipa::path(post, path = "/v1/me/email", tag = "candidates", request_body = EmailRequest, security(("candidate" = [])),
    responses((status = 200, body = Me), (status = 401, body = Problem), (status = 422, body = Problem), (status = 423, body = Problem)))]
pub async fn prove_email(
    State(backend): State<Backend>,
    candidate: Candidate,
    Json(asked): Json<EmailRequest>,
) -> Result<Json<Me>, Problem> {
    let email = email(&asked.email)?;
    backend.accounts().prove_email(candidate.account, email.as_str(), asked.code.pair()).await?;
    backend.metrics().code(OneTimeCode::Verified);
    Ok(Json(backend.accounts().me(candidate.account).await?))
}

/// Keeps that she consents to something, by a text that she was shown: again, or to a newer text. Said twice by one text it is said once.
#[utoipa::path(put, path = "/v1/me/consents/{purpose}", tag = "candidates", security(("candidate" = [])), request_body = AgreeRequest,
    params(("purpose" = ConsentPurpose, Path, description = "What she consents to.")),
    responses((status = 200, body = Me), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn agree(
    State(backend): State<Backend>,
    candidate: Candidate,
    Path(purpose): Path<ConsentPurpose>,
    Json(AgreeRequest { version }): Json<AgreeRequest>,
) -> Result<Json<Me>, Problem> {
    let version = super::register::version(&version)?;
    match purpose {
        ConsentPurpose::Recruitment => backend.accounts().consent(candidate.account, &version).await?,
        ConsentPurpose::Messages => backend.outreach().consent_of(candidate.account, true).await?,
    }
    Ok(Json(backend.accounts().me(candidate.account).await?))
}

/// Takes back that she consents to something. What she said before stays known. Of `recruitment`: her data is due to be erased two days later, unless she consents
/// again before, or works here; of `messages`: what is queued for her number is dropped at once, and nothing is sent to it any more but codes.
#[utoipa::path(delete, path = "/v1/me/consents/{purpose}", tag = "candidates", security(("candidate" = [])),
    params(("purpose" = ConsentPurpose, Path, description = "What she takes back.")),
    responses((status = 200, body = Me), (status = 401, body = Problem)))]
pub async fn withdraw(
    State(backend): State<Backend>,
    candidate: Candidate,
    Path(purpose): Path<ConsentPurpose>,
) -> Result<Json<Me>, Problem> {
    match purpose {
        ConsentPurpose::Recruitment => backend.accounts().withdraw(candidate.account).await?,
        ConsentPurpose::Messages => backend.outreach().consent_of(candidate.account, false).await?,
    }
    Ok(Json(backend.accounts().me(candidate.account).await?))
}

/// Whether she may enter a platform: the one gate that every platform asks.
#[utoipa::path(get, path = "/v1/eligibility/{platform}", tag = "candidates", security(("candidate" = [])),
    params(("platform" = Platform, Path, description = "The platform.")),
    responses((status = 200, body = Eligibility), (status = 401, body = Problem)))]
pub async fn eligibility(
    State(backend): State<Backend>,
    candidate: Candidate,
    Path(platform): Path<Platform>,
) -> Result<Json<Eligibility>, Problem> {
    let mitra_status = backend.accounts().me(candidate.account).await?.mitra_status;
    Ok(Json(Eligibility { platform, allowed: mitra_status.may_enter(platform), mitra_status }))
}

/// The public keys that access tokens are verified by.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "candidates", responses((status = 200, body = KeySet)))]
pub async fn key_set(State(backend): State<Backend>) -> Json<KeySet> {
    Json(backend.tokens().key_set())
}
