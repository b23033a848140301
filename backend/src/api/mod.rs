//! The HTTP API: one file a resource, top to bottom as the use case reads. `/v1/openapi.json` is made from the annotations.

pub mod accounts;
pub mod applications;
pub mod candidates;
pub mod catalogue;
mod document;
pub mod duplicates;
mod extract;
mod guard;
pub mod health;
pub(crate) mod idempotency;
pub mod imports;
pub mod lifecycle;
pub mod links;
pub mod page;
pub mod reviews;
pub mod rows;

use std::any::Any;

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use satu_core::import::Only;

use crate::{Backend, export::FileFormat, problem::Problem, ui};

#[derive(OpenApi)]
#[openapi(
    info(title = "Satu", description = "One person, one application, whichever door she came through."),
    tags(
        (name = "imports", description = "Portal files: dropped, looked at, decided, committed, taken back."),
        (name = "reviews", description = "Rows that wait for a person after the commit."),
        (name = "applications", description = "`hiring_application`: one of each person."),
        (name = "lifecycle", description = "Where an application stands: changed by rules, for standard reasons."),
        (name = "links", description = "Who was said to be whom: merged, told apart, and taken back."),
        (name = "duplicates", description = "Applicants who may have applied twice: searched for, and asked about."),
        (name = "accounts", description = "What HR is asked about accounts, and whom it invites."),
        (name = "candidates", description = "For candidates and the other platforms: codes, an account, a session, the gate."),
        (name = "catalogue", description = "Portals, sample files, and what is running here."),
    ),
    components(schemas(Problem, FileFormat, Only, reviews::QueueState))
)]
struct Document;

/// The API, its description, the health routes, and the UI under every other path.
pub fn router(backend: Backend) -> Router {
    let (staff, mut document) = for_staff().split_for_parts();
    let (candidates, more) = for_candidates().split_for_parts();
    document.merge(more);
    let document = Json(document::complete(document));
    // What a candidate is answered carries tokens, so it is kept nowhere, neither here nor on the way.
    staff
        .layer(middleware::from_fn_with_state(backend.clone(), idempotency::once))
        .merge(
            candidates.layer(SetResponseHeaderLayer::if_not_present(
                header::CACHE_CONTROL,
                HeaderValue::from_static("no-store"),
            )),
        )
        .route("/v1/openapi.json", get(async move || document))
        .route("/v1", any(unknown_route))
        .route("/v1/", any(unknown_route))
        .route("/v1/{*path}", any(unknown_route))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback_service(get(ui::file))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(guard::same_origin))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(backend)
}

/// The OpenAPI document, as it is committed in `docs/openapi.json`.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = for_staff().into_openapi();
    document.merge(for_candidates().into_openapi());
    document::complete(document)
}

fn for_candidates() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(candidates::codes::send))
        .routes(routes!(candidates::register::register))
        .routes(routes!(candidates::sessions::login))
        .routes(routes!(candidates::sessions::refresh))
        .routes(routes!(candidates::sessions::logout))
        .routes(routes!(candidates::sessions::reset_pin))
        .routes(routes!(candidates::sessions::change_pin))
        .routes(routes!(candidates::me::me))
        .routes(routes!(candidates::me::progress))
        .routes(routes!(candidates::me::sessions))
        .routes(routes!(candidates::me::prove_email))
        .routes(routes!(candidates::me::eligibility))
        .routes(routes!(candidates::me::key_set))
}

fn for_staff() -> OpenApiRouter<Backend> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(imports::upload, imports::list))
        // The upload counts its bytes itself while it writes them to disk.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(imports::get, imports::discard))
        .routes(routes!(imports::map))
        .routes(routes!(imports::commit))
        .routes(routes!(imports::cancel))
        .routes(routes!(imports::undo))
        .routes(routes!(imports::rejected))
        .routes(routes!(rows::list))
        .routes(routes!(rows::get, rows::edit))
        .routes(routes!(rows::decide))
        .routes(routes!(reviews::list))
        .routes(routes!(reviews::get))
        .routes(routes!(reviews::decide))
        .routes(routes!(applications::list))
        .routes(routes!(applications::get))
        .routes(routes!(applications::history))
        .routes(routes!(applications::export))
        .routes(routes!(lifecycle::get))
        .routes(routes!(lifecycle::change))
        .routes(routes!(lifecycle::change_all))
        .routes(routes!(accounts::questions))
        .routes(routes!(accounts::answer))
        .routes(routes!(accounts::invite))
        .routes(routes!(links::list, links::say))
        .routes(routes!(links::latest))
        .routes(routes!(links::reverse))
        .routes(routes!(duplicates::list))
        .routes(routes!(duplicates::begin))
        .routes(routes!(duplicates::cancel))
        .routes(routes!(catalogue::portals, catalogue::save_portal))
        .routes(routes!(catalogue::samples))
        .routes(routes!(catalogue::import_sample))
        .routes(routes!(catalogue::meta))
}

async fn unknown_route(uri: Uri) -> Problem {
    Problem::unknown("route", uri.path())
}

async fn wrong_method(method: Method, uri: Uri) -> Problem {
    let sentence = format!("{} does not answer {method}; the header Allow says what it answers.", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "request.method", sentence).with("method", method)
}

fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    Problem::internal(&text.unwrap_or("a handler panicked")).into_response()
}
