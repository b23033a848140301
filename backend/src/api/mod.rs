//! The HTTP API: one file a resource, top to bottom as the use case reads. `/v1/openapi.json` is made from the annotations.

pub mod accounts;
pub mod applications;
mod attachment;
pub mod candidates;
pub mod catalogue;
mod document;
pub mod duplicates;
mod extract;
pub mod funnel;
mod guard;
pub mod health;
pub(crate) mod idempotency;
pub mod imports;
pub mod lifecycle;
pub mod links;
pub mod outreach;
pub mod page;
pub mod privacy;
pub mod reviews;
pub mod rows;
pub mod staff;
pub(crate) mod watched;

use std::{any::Any, collections::HashSet};

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use satu_core::{import::Only, staff::Role};

use self::guard::Guard;
use crate::{
    Backend,
    access::{self, Gate},
    export::FileFormat,
    pace::{self, Asked},
    problem::Problem,
    ui,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Satu", description = "One person, one application, whichever door she came through."),
    tags(
        (name = "imports", description = "Portal files: dropped, looked at, decided, committed, taken back."),
        (name = "reviews", description = "Rows that wait for a person after the commit."),
        (name = "applications", description = "`hiring_application`: one of each person."),
        (name = "lifecycle", description = "Where an application stands: changed by rules, for standard reasons."),
        (name = "outreach", description = "Candidates are invited once, by WhatsApp or SMS, and what came of it is told."),
        (name = "links", description = "Who was said to be whom: merged, told apart, and taken back."),
        (name = "duplicates", description = "Applicants who may have applied twice: searched for, and asked about."),
        (name = "accounts", description = "What HR is asked about accounts, and whom it invites."),
        (name = "candidates", description = "For candidates and the other platforms: codes, an account, a session, the gate."),
        (name = "staff", description = "Those who work here: signing in, who they are, what they did."),
        (name = "privacy", description = "What the law on personal data gives whoever applied: her data, who looked at it, and its erasure."),
        (name = "catalogue", description = "Portals, sample files, and what is running here."),
    ),
    components(schemas(Problem, FileFormat, Only, reviews::QueueState))
)]
struct Document;

/// The API, its description, the health routes, and the UI under every other path.
pub fn router(backend: Backend) -> Router {
    let guarded = |routes: OpenApiRouter<Backend>, gate: Gate| {
        let once = middleware::from_fn_with_state(backend.clone(), idempotency::once);
        // The last one stands outside: what is answered once more is answered to whoever may ask.
        routes.route_layer(once).route_layer(middleware::from_fn_with_state(gate, access::admit))
    };
    let paced = |routes: OpenApiRouter<Backend>, asked: Asked| {
        routes.route_layer(middleware::from_fn_with_state((backend.clone(), asked), pace::admit))
    };
    // What these are asked and answered holds passwords and tokens, so it is kept nowhere, neither here nor on the way.
    let secret = SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let (routes, document) = OpenApiRouter::with_openapi(Document::openapi())
        .merge(guarded(for_viewers(), Gate::of(&backend, Role::Viewer)))
        .merge(guarded(for_recruiters(), Gate::of(&backend, Role::Recruiter)))
        .merge(guarded(for_admins(), Gate::of(&backend, Role::Admin)))
        .merge(guarded(for_oneself().layer(secret.clone()), Gate::own(&backend)))
        .merge(paced(to_be_sent_a_code(), Asked::Code).layer(secret.clone()))
        .merge(paced(to_enter().merge(to_sign_in()), Asked::Entry).layer(secret.clone()))
        .merge(for_candidates().layer(secret))
        .split_for_parts();
    let document = Json(document::complete(document));
    routes
        .route("/v1/openapi.json", get(async move || document))
        .route("/v1", any(unknown_route))
        .route("/v1/", any(unknown_route))
        .route("/v1/{*path}", any(unknown_route))
        .merge(outreach::webhooks::routes())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback_service(get(ui::file))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(Guard::of(&backend, for_pages()), guard::same_origin))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(backend.clone(), watched::watched))
        .with_state(backend)
}

/// The OpenAPI document, as it is committed in `docs/openapi.json`.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let all = [
        for_viewers(),
        for_recruiters(),
        for_admins(),
        for_oneself(),
        to_be_sent_a_code(),
        to_enter(),
        to_sign_in(),
        for_candidates(),
    ];
    let all = all.into_iter().fold(OpenApiRouter::with_openapi(Document::openapi()), OpenApiRouter::merge);
    document::complete(all.into_openapi())
}

/// For anybody: a code costs money.
fn to_be_sent_a_code() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(candidates::codes::send))
}

/// For candidates who are not signed in yet: each costs a hash, or is a guess.
fn to_enter() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(candidates::register::register))
        .routes(routes!(candidates::sessions::login))
        .routes(routes!(candidates::sessions::reset_pin))
}

/// The same of those who work here.
fn to_sign_in() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(staff::session::sign_in))
}

/// What a page elsewhere may ask, where one is configured: what candidates ask.
fn for_pages() -> HashSet<String> {
    let theirs = [to_be_sent_a_code(), to_enter(), for_candidates()];
    theirs.into_iter().flat_map(|routes| routes.into_openapi().paths.paths.into_keys()).collect()
}

/// For candidates who are signed in; the key set and what a page of registration shows are for everybody. Whoever goes on with a session is not paced: a token
/// that is none costs no hash, and thousands do it behind one address.
fn for_candidates() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(candidates::register::page))
        .routes(routes!(candidates::sessions::refresh))
        .routes(routes!(candidates::sessions::logout))
        .routes(routes!(candidates::sessions::change_pin))
        .routes(routes!(candidates::me::me))
        .routes(routes!(candidates::me::progress))
        .routes(routes!(candidates::me::sessions))
        .routes(routes!(candidates::me::prove_email))
        .routes(routes!(candidates::me::agree, candidates::me::withdraw))
        .routes(routes!(candidates::me::eligibility))
        .routes(routes!(candidates::me::key_set))
}

/// For whoever works here: what changes nothing, and takes no list of people away.
fn for_viewers() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(imports::list))
        .routes(routes!(imports::get))
        .routes(routes!(rows::list))
        .routes(routes!(rows::get))
        .routes(routes!(reviews::list))
        .routes(routes!(reviews::get))
        .routes(routes!(applications::list))
        .routes(routes!(applications::get))
        .routes(routes!(applications::history))
        .routes(routes!(lifecycle::get))
        .routes(routes!(funnel::get))
        .routes(routes!(funnel::export))
        .routes(routes!(outreach::templates))
        .routes(routes!(outreach::channels))
        .routes(routes!(outreach::campaigns::list))
        .routes(routes!(outreach::campaigns::get))
        .routes(routes!(outreach::campaigns::messages))
        .routes(routes!(outreach::messages::thread))
        .routes(routes!(privacy::consents))
        .routes(routes!(accounts::questions))
        .routes(routes!(accounts::answers))
        .routes(routes!(links::list))
        .routes(routes!(links::latest))
        .routes(routes!(duplicates::list))
        .routes(routes!(catalogue::portals))
        .routes(routes!(catalogue::samples))
        .routes(routes!(catalogue::meta))
}

/// For those who hire.
fn for_recruiters() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(imports::upload))
        // The upload counts its bytes itself while it writes them to disk.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(imports::discard))
        .routes(routes!(imports::map))
        .routes(routes!(imports::commit))
        .routes(routes!(imports::cancel))
        .routes(routes!(imports::undo))
        .routes(routes!(imports::rejected))
        .routes(routes!(rows::edit))
        .routes(routes!(rows::decide))
        .routes(routes!(reviews::decide))
        .routes(routes!(applications::export))
        .routes(routes!(lifecycle::change))
        .routes(routes!(lifecycle::change_all))
        .routes(routes!(lifecycle::activate))
        .routes(routes!(outreach::put_template))
        .routes(routes!(outreach::preview))
        .routes(routes!(outreach::people))
        .routes(routes!(outreach::campaigns::start))
        .routes(routes!(outreach::campaigns::pause))
        .routes(routes!(outreach::campaigns::resume))
        .routes(routes!(outreach::campaigns::cancel))
        .routes(routes!(outreach::campaigns::export))
        .routes(routes!(outreach::campaigns::next_chat))
        .routes(routes!(outreach::messages::open))
        .routes(routes!(outreach::messages::judge))
        .routes(routes!(outreach::messages::consent))
        .routes(routes!(accounts::answer))
        .routes(routes!(accounts::take_back))
        .routes(routes!(accounts::invite))
        .routes(routes!(links::say))
        .routes(routes!(links::reverse))
        .routes(routes!(duplicates::begin))
        .routes(routes!(duplicates::cancel))
        .routes(routes!(catalogue::save_portal))
        .routes(routes!(catalogue::import_sample))
}

/// For those who say who works here, and whose data goes.
fn for_admins() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(staff::members::list, staff::members::add))
        .routes(routes!(staff::members::change))
        .routes(routes!(staff::members::reset))
        .routes(routes!(staff::audit::list))
        .routes(routes!(privacy::personal_data))
        .routes(routes!(privacy::accesses))
        .routes(routes!(privacy::erase))
        .routes(routes!(privacy::personal_data_of_account))
        .routes(routes!(privacy::erase_account))
        .routes(routes!(privacy::erase_row))
        .routes(routes!(privacy::due))
}

/// For everybody who is signed in, to see to her own.
fn for_oneself() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(staff::session::who, staff::session::sign_out))
        .routes(routes!(staff::own::change_password))
        .routes(routes!(staff::own::offer_second_factor))
        .routes(routes!(staff::own::begin_second_factor))
        .routes(routes!(staff::own::end_second_factor))
        .routes(routes!(staff::own::sessions))
        .routes(routes!(staff::own::end_session))
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
