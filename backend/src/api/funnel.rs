//! `/v1/funnel`: how many stand where, as of any instant, how many went on, and where and why they were lost.

use axum::{extract::State, response::Response};
use satu_core::lifecycle::{self, Funnel, FunnelQuery, flow};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    attachment::{Named, attachment},
    extract::{Json, Query},
    imports::draft,
    page::text,
};
use crate::{
    Backend,
    export::{self, FileFormat},
    problem::Problem,
};

/// What is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FunnelParams {
    /// As of the end of a day in Jakarta, `2026-05-01`, or of an instant (RFC 3339); now if absent.
    as_of: Option<String>,
    /// Moves are counted from the beginning of a day in Jakarta, or from an instant; all of them if absent.
    since: Option<String>,
    /// The portal that applicants came through first; all of them if absent.
    portal: Option<String>,
}

/// The funnel.
#[utoipa::path(get, path = "/v1/funnel", tag = "lifecycle", params(FunnelParams),
    responses((status = 200, body = Funnel), (status = 400, body = Problem)))]
pub async fn get(State(backend): State<Backend>, Query(asked): Query<FunnelParams>) -> Answer<Json<Funnel>> {
    Ok(Json(funnel(&backend, asked).await?))
}

/// The funnel as a workbook: a sheet each for stages, portals and losses.
#[utoipa::path(get, path = "/v1/exports/funnel", tag = "lifecycle", params(FunnelParams, Named),
    responses((status = 200, description = "The workbook", body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 400, body = Problem)))]
pub async fn export(
    State(backend): State<Backend>,
    Query(asked): Query<FunnelParams>,
    Query(named): Query<Named>,
) -> Answer<Response> {
    let (draft, funnel) = (draft(&backend)?, funnel(&backend, asked).await?);
    export::funnel(&funnel, &draft)?;
    attachment(FileFormat::Xlsx, named.or("corong"), draft)
}

type Answer<T> = Result<T, Problem>;

async fn funnel(backend: &Backend, FunnelParams { as_of, since, portal }: FunnelParams) -> Answer<Funnel> {
    let time = |name: &str, said: Option<String>, read: fn(&str) -> Result<i64, flow::NoInstant>| {
        text(said).map(|said| read(&said).map_err(|error| Problem::invalid(name, error))).transpose()
    };
    let (until, since) = (time("as_of", as_of, flow::end_of)?, time("since", since, flow::beginning_of)?);
    let portal = text(portal);
    let query = FunnelQuery { until, since, portal: portal.as_deref() };
    let query = query.in_order().map_err(|error| Problem::invalid("since", error))?;
    Ok(lifecycle::funnel(backend.store(), query).await?)
}
