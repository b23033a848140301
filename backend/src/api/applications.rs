//! `/v1/applications`: one of each person; and the same list as a file.

use axum::{extract::State, http::HeaderMap, response::Response};
use satu_core::{
    application::{self, Application, Filter, HistoryRecord, Source},
    id::ApplicationId,
    lifecycle::{Stage, SubState},
    privacy::{self, Retention},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    attachment::{Named, attachment},
    extract::{Json, Path, Query},
    imports::{FormatQuery, draft},
    page::{Page, PageQuery, parse, text},
    watched::id_of,
};
use crate::{
    Backend,
    access::{FEW, Who, beside},
    export,
    problem::Problem,
};

type Answer<T> = Result<T, Problem>;

/// Which applications.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ApplicationQuery {
    /// A part of the name, the email address, the phone number or the portal's id.
    q: Option<String>,
    /// A portal that she came through.
    portal: Option<String>,
    /// The stage.
    #[param(value_type = Option<Stage>)]
    stage: Option<String>,
    /// The sub-state.
    #[param(value_type = Option<SubState>)]
    sub_state: Option<String>,
    /// The import that brought her.
    batch: Option<String>,
}

impl ApplicationQuery {
    fn filter(self) -> Answer<Filter> {
        let Self { q, portal, stage, sub_state, batch } = self;
        Ok(Filter {
            text: text(q),
            portal: text(portal),
            stage: parse("stage", stage.as_deref())?,
            sub_state: parse("sub_state", sub_state.as_deref())?,
            batch: parse("batch", batch.as_deref())?,
        })
    }
}

/// An application, and until when it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptApplication {
    #[serde(flatten)]
    application: Application,
    /// Until when her data is kept, and why; none: it is not here any more.
    retention: Option<Retention>,
}

/// An application in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationSummary {
    id: ApplicationId,
    full_name: String,
    phone: Option<String>,
    email: Option<String>,
    location: Option<String>,
    position: Option<String>,
    applied_at: Option<String>,
    stage: Stage,
    sub_state: SubState,
    user_id: Option<Uuid>,
    /// The portals that she came through, each once.
    portals: Vec<String>,
    /// Every door that she came through.
    sources: Vec<Source>,
    created_at: String,
}

impl From<Application> for ApplicationSummary {
    fn from(one: Application) -> Self {
        Self {
            portals: one.portals(),
            sources: one.sources,
            id: one.id,
            full_name: one.fields.full_name.unwrap_or_default(),
            phone: one.fields.phone,
            email: one.fields.email,
            location: one.fields.location,
            position: one.fields.position,
            applied_at: one.fields.applied_at,
            stage: one.stage,
            sub_state: one.sub_state,
            user_id: one.user_id,
            created_at: one.created_at,
        }
    }
}

/// The applications that fit, newest first.
#[utoipa::path(get, path = "/v1/applications", tag = "applications", params(ApplicationQuery, PageQuery),
    responses((status = 200, body = Page<ApplicationSummary>), (status = 400, body = Problem)))]
pub async fn list(
    State(backend): State<Backend>,
    who: Who,
    headers: HeaderMap,
    Query(query): Query<ApplicationQuery>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<Page<ApplicationSummary>>> {
    let filter = query.filter()?;
    let found = application::page(backend.store(), &filter, page.cursor()?, page.limit() + 1).await?;
    let total = application::count(backend.store(), &filter).await?;
    let items = found.into_iter().map(ApplicationSummary::from).collect();
    let mut page = Page::of(items, page.limit(), |one: &ApplicationSummary| one.id.to_string());
    page.total = Some(total);
    // Whoever searches and finds these few has looked at each of them.
    if filter.text.is_some() && total <= FEW {
        let found = page.items.iter().map(|one| format!("/v1/applications/{}", one.id)).collect();
        beside(&backend, who, id_of(&headers), "GET /v1/applications", found);
    }
    Ok(Json(page))
}

/// One application with its identifiers and sources.
#[utoipa::path(get, path = "/v1/applications/{id}", tag = "applications", params(("id" = Uuid, Path, description = "The application.")),
    responses((status = 200, body = KeptApplication), (status = 404, body = Problem)))]
pub async fn get(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<KeptApplication>> {
    let (store, days) = (backend.store(), backend.config().retention_days);
    let application = application::get(store, ApplicationId(id)).await?;
    let application = application.ok_or_else(|| Problem::unknown("application", id))?;
    let retention = privacy::retention(store, application.id, days).await?;
    Ok(Json(KeptApplication { application, retention }))
}

/// Her history, oldest first; the newest record is her status.
#[utoipa::path(get, path = "/v1/applications/{id}/history", tag = "applications", params(("id" = Uuid, Path, description = "The application.")),
    responses((status = 200, body = Page<HistoryRecord>), (status = 404, body = Problem)))]
pub async fn history(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<Page<HistoryRecord>>> {
    let records = application::history(backend.store(), ApplicationId(id)).await?;
    if records.is_empty() {
        return Err(Problem::unknown("application", id));
    }
    Ok(Json(Page::whole(records)))
}

/// The applications that fit, as a file.
#[utoipa::path(get, path = "/v1/exports/applications", tag = "applications", params(ApplicationQuery, FormatQuery, Named),
    responses((status = 200, description = "The file.", content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "text/csv"))), (status = 400, body = Problem)))]
pub async fn export(
    State(backend): State<Backend>,
    Query(query): Query<ApplicationQuery>,
    Query(FormatQuery { format }): Query<FormatQuery>,
    Query(named): Query<Named>,
) -> Answer<Response> {
    let draft = draft(&backend)?;
    export::applications(backend.store(), &query.filter()?, format, &draft).await?;
    attachment(format, named.or("pelamar"), draft)
}
