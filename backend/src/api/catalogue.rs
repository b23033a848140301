//! What is known and running here: portals, sample files, the program itself.

use axum::{extract::State, http::StatusCode};
use satu_core::{application::Field, id::BatchId};
use satu_portals::Definition;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Json, Path},
    imports,
    page::Page,
};
use crate::{
    Backend,
    config::Shell,
    describe::ImportView,
    intake::Wish,
    problem::Problem,
    samples::{SAMPLES, SampleView},
};

type Answer<T> = Result<T, Problem>;

/// A portal that is known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Portal)]
pub struct PortalView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its columns mean.
    pub columns: Vec<PortalColumn>,
    /// It came with the program.
    pub builtin: bool,
}

/// A meaning and the headers that have it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortalColumn {
    /// What it means.
    pub field: Field,
    /// The headers.
    pub aliases: Vec<String>,
}

impl From<&Definition> for PortalView {
    fn from(definition: &Definition) -> Self {
        let columns = definition
            .columns
            .iter()
            .map(|column| PortalColumn { field: column.field, aliases: column.aliases.clone() })
            .collect();
        Self { id: definition.id.clone(), name: definition.name.clone(), columns, builtin: true }
    }
}

/// The portals that are known.
#[utoipa::path(get, path = "/v1/portals", tag = "catalogue", responses((status = 200, body = Page<PortalView>)))]
pub async fn portals(State(backend): State<Backend>) -> Json<Page<PortalView>> {
    Json(Page::whole(backend.intake().registry.iter().map(PortalView::from).collect()))
}

/// The sample files.
#[utoipa::path(get, path = "/v1/samples", tag = "catalogue", responses((status = 200, body = Page<SampleView>)))]
pub async fn samples() -> Json<Page<SampleView>> {
    let view = |name: &str, portal: &str, title: &str| SampleView {
        name: name.to_owned(),
        portal: portal.to_owned(),
        title: title.to_owned(),
    };
    Json(Page::whole(SAMPLES.iter().map(|one| view(one.name, one.portal, one.title)).collect()))
}

/// Drops a sample file, as if the user had.
#[utoipa::path(post, path = "/v1/samples/{name}/import", tag = "catalogue", params(("name" = String, Path, description = "The sample.")),
    responses((status = 201, body = ImportView), (status = 404, body = Problem)))]
pub async fn import_sample(
    State(backend): State<Backend>,
    Path(name): Path<String>,
) -> Answer<(StatusCode, Json<ImportView>)> {
    let sample = SAMPLES.iter().find(|one| one.name == name).ok_or_else(|| Problem::unknown("sample", &name))?;
    let id = BatchId::mint();
    backend.spool().receive(id, &name, None, sample.bytes.into()).await?;
    let view = imports::receive(&backend, id, name, &Wish::default()).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// The program itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// Its version.
    version: String,
    /// The shell it runs in.
    shell: Shell,
    /// The database's engine.
    database: String,
    /// Who acts.
    actor: String,
}

/// What is running here.
#[utoipa::path(get, path = "/v1/meta", tag = "catalogue", responses((status = 200, body = Meta)))]
pub async fn meta(State(backend): State<Backend>) -> Json<Meta> {
    Json(Meta {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        shell: backend.config().shell,
        database: backend.store().engine().to_owned(),
        actor: backend.actor().to_owned(),
    })
}
