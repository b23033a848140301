//! `/v1/applications/{id}/personal-data`, `…/accesses` and `…/erase`, the same of accounts alone, `/v1/imports/{id}/rows/{row}/erase`, `/v1/privacy/due`: what the law on personal data gives her.

use axum::{extract::State, http::HeaderMap};
use satu_core::{
    application,
    consent::ConsentRecord,
    id::{AccountId, ApplicationId, BatchId},
    import,
    privacy::{self, Due, Erased, ErasedAccount, ErasedRow, PersonalData, Why},
    staff::AuditRecord,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    extract::{Json, Path, Query},
    page::{Page, PageQuery},
};
use crate::{Backend, access::Who, problem::Problem};

type Answer<T> = Result<T, Problem>;

/// That somebody's data is to be erased for good.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasureRequest {
    /// Her name as the application, the account or the row shows it, typed: so that nobody is erased by a slip.
    pub full_name: String,
    /// Why.
    pub why: Why,
}

/// Everything that is held of her, as one document to be given to her.
#[utoipa::path(get, path = "/v1/applications/{id}/personal-data", tag = "privacy",
    params(("id" = Uuid, Path, description = "The application.")),
    responses((status = 200, body = PersonalData), (status = 404, body = Problem)))]
pub async fn personal_data(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<PersonalData>> {
    Ok(Json(privacy::personal_data(backend.store(), ApplicationId(id)).await?))
}

/// Who has looked at her data or changed it, newest first.
#[utoipa::path(get, path = "/v1/applications/{id}/accesses", tag = "privacy",
    params(("id" = Uuid, Path, description = "The application."), PageQuery),
    responses((status = 200, body = Page<AuditRecord>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn accesses(
    State(backend): State<Backend>,
    Path(id): Path<Uuid>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<Page<AuditRecord>>> {
    let found = privacy::accesses(backend.store(), ApplicationId(id), page.cursor()?, page.limit() + 1).await?;
    Ok(Json(Page::of(found, page.limit(), |one| one.id.to_string())))
}

/// What she consented to and took back, and what was said of messages to her numbers, newest first. It outlives no erasure: what stands of it then names nobody.
#[utoipa::path(get, path = "/v1/applications/{id}/consents", tag = "privacy", params(("id" = Uuid, Path, description = "The application.")),
    responses((status = 200, body = Page<ConsentRecord>), (status = 404, body = Problem)))]
pub async fn consents(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<Page<ConsentRecord>>> {
    let found = backend.accounts().consents_of(ApplicationId(id)).await?;
    found.map(|all| Json(Page::whole(all))).ok_or_else(|| Problem::unknown("application", id))
}

/// Erases her data for good. Where she stood stays, for the funnel; and a keyed hash of what she was known by, so that a later import asks first.
#[utoipa::path(post, path = "/v1/applications/{id}/erase", tag = "privacy",
    params(("id" = Uuid, Path, description = "The application.")), request_body = ErasureRequest,
    responses((status = 200, body = Erased), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn erase(
    State(backend): State<Backend>,
    who: Who,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    Json(ErasureRequest { full_name, why }): Json<ErasureRequest>,
) -> Answer<Json<Erased>> {
    let (store, id) = (backend.store(), ApplicationId(id));
    let found = application::get(store, id).await?.ok_or_else(|| Problem::unknown("application", id))?;
    // Erased already, she has no name.
    if found.erased_at.is_none() && found.fields.full_name.as_deref() != Some(full_name.trim()) {
        return Err(Problem::invalid("full_name", "it is not the name of this application"));
    }
    Ok(Json(privacy::erase(store, id, who.by(&headers), why).await?))
}

/// Everything that is held of the owner of an account that has no application, for HR has yet to say which one is hers: as one document to be given to her.
#[utoipa::path(get, path = "/v1/accounts/{id}/personal-data", tag = "privacy",
    params(("id" = Uuid, Path, description = "The account.")),
    responses((status = 200, body = PersonalData), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn personal_data_of_account(
    State(backend): State<Backend>,
    Path(id): Path<Uuid>,
) -> Answer<Json<PersonalData>> {
    Ok(Json(privacy::personal_data_of_account(backend.store(), AccountId(id)).await?))
}

/// Erases an account that has no application for good. What HR was asked about it is asked no more; the application that was meant is somebody's, and stays.
#[utoipa::path(post, path = "/v1/accounts/{id}/erase", tag = "privacy",
    params(("id" = Uuid, Path, description = "The account.")), request_body = ErasureRequest,
    responses((status = 200, body = ErasedAccount), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn erase_account(
    State(backend): State<Backend>,
    who: Who,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    Json(ErasureRequest { full_name, why }): Json<ErasureRequest>,
) -> Answer<Json<ErasedAccount>> {
    // Erased already, she has no name.
    if let Ok(hers) = backend.accounts().me(AccountId(id)).await
        && hers.full_name != full_name.trim()
    {
        return Err(Problem::invalid("full_name", "it is not the name of this account"));
    }
    Ok(Json(privacy::erase_account(backend.store(), AccountId(id), who.by(&headers), why).await?))
}

/// Erases a row of a file whose owner became nobody here: it was rejected, discarded or waits, or its import was taken back. Its number and what came of it stay, so that counts hold.
#[utoipa::path(post, path = "/v1/imports/{id}/rows/{row}/erase", tag = "privacy",
    params(("id" = Uuid, Path, description = "The import."), ("row" = u32, Path, description = "The row.")), request_body = ErasureRequest,
    responses((status = 200, body = ErasedRow), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn erase_row(
    State(backend): State<Backend>,
    who: Who,
    headers: HeaderMap,
    Path((id, row)): Path<(Uuid, u32)>,
    Json(ErasureRequest { full_name, why }): Json<ErasureRequest>,
) -> Answer<Json<ErasedRow>> {
    let (store, id) = (backend.store(), BatchId(id));
    let found = import::row_view(store, id, row).await?;
    // Erased already, or read without one, it has no name.
    if !found.erased && found.fields.full_name.as_deref().unwrap_or_default() != full_name.trim() {
        return Err(Problem::invalid("full_name", "it is not the name in this row"));
    }
    Ok(Json(privacy::erase_row(store, id, row, who.by(&headers), why).await?))
}

/// Whose data has been kept for long enough, in the order in which they came: of whom nothing new was heard for as many days as data is kept
/// (`privacy.retention_days`), and who took back their consent two days ago or longer.
#[utoipa::path(get, path = "/v1/privacy/due", tag = "privacy", params(PageQuery),
    responses((status = 200, body = Page<Due>), (status = 400, body = Problem)))]
pub async fn due(State(backend): State<Backend>, Query(page): Query<PageQuery>) -> Answer<Json<Page<Due>>> {
    let after = page.cursor()?;
    let found = privacy::due(backend.store(), backend.config().retention_days, after, page.limit() + 1).await?;
    Ok(Json(Page::of(found, page.limit(), |one| one.id().to_string())))
}
