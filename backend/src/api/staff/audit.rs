//! `/v1/audit`: who did what, for administrators.

use axum::extract::State;
use satu_core::staff::{AuditFilter, AuditRecord};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    Backend,
    api::{
        extract::{Json, Query},
        page::{Page, PageQuery, text},
    },
    problem::Problem,
};

/// Which records.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Of one person: her name.
    actor: Option<String>,
    /// On what has this in its path: an application's id, say.
    target: Option<String>,
}

/// Who changed what, and who took which list of people away: newest first.
#[utoipa::path(get, path = "/v1/audit", tag = "staff", params(AuditQuery, PageQuery),
    responses((status = 200, body = Page<AuditRecord>), (status = 400, body = Problem)))]
pub async fn list(
    State(backend): State<Backend>,
    Query(AuditQuery { actor, target }): Query<AuditQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<AuditRecord>>, Problem> {
    let filter = AuditFilter { actor: text(actor), target: text(target) };
    let found = backend.team().audit(&filter, page.cursor()?, page.limit() + 1).await?;
    Ok(Json(Page::of(found, page.limit(), |one| one.id.to_string())))
}
