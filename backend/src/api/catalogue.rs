//! What is known and running here: portals, sample files, the program itself.

use axum::{extract::State, http::StatusCode};
use satu_core::{
    application::{Field, PortalStanding},
    id::BatchId,
    import::{
        self,
        mapping::{DateOrder, RememberedMapping},
    },
    time,
};
use satu_portals::{ColumnDefinition, Definition, Registry};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    extract::{Json, Path},
    imports,
    page::Page,
};
use crate::{
    Backend,
    access::Who,
    config::Shell,
    describe::{Description, ImportView},
    intake::Wish,
    portals::SaveError,
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
    /// Its status words and what they mean.
    pub statuses: Vec<PortalStatus>,
    /// The versions of its layout that were seen.
    pub layouts: Vec<String>,
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
    /// The order of day and month that the portal keeps to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
}

/// A portal's own word for where an applicant stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortalStatus {
    /// The word.
    pub word: String,
    /// What it means.
    pub standing: PortalStanding,
}

impl PortalView {
    /// A definition of a registry.
    #[must_use]
    pub fn of(registry: &Registry, definition: &Definition) -> Self {
        let column = |ColumnDefinition { field, aliases, date_order, .. }: &ColumnDefinition| PortalColumn {
            field: *field,
            aliases: aliases.clone(),
            date_order: *date_order,
        };
        let status =
            |(word, standing): (&String, &PortalStanding)| PortalStatus { word: word.clone(), standing: *standing };
        Self {
            id: definition.id.clone(),
            name: definition.name.clone(),
            columns: definition.columns.iter().map(column).collect(),
            statuses: definition.statuses.iter().map(status).collect(),
            layouts: definition.layouts.iter().map(|layout| layout.version.clone()).collect(),
            builtin: registry.is_builtin(&definition.id),
        }
    }

    /// Every definition of a registry.
    #[must_use]
    pub fn all(registry: &Registry) -> Vec<Self> {
        registry.iter().map(|definition| Self::of(registry, definition)).collect()
    }
}

/// The portals that are known.
#[utoipa::path(get, path = "/v1/portals", tag = "catalogue", responses((status = 200, body = Page<PortalView>)))]
pub async fn portals(State(backend): State<Backend>) -> Json<Page<PortalView>> {
    Json(Page::whole(PortalView::all(&backend.intake().portals.registry())))
}

/// A mapping that becomes a portal.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewPortal {
    /// The id that it will have for ever: a-z, 0-9 and _.
    id: String,
    /// The name that people read.
    name: String,
    /// The import whose mapping was confirmed.
    import: Uuid,
}

/// Saves the confirmed mapping of an import as a portal of the user's own: files with these headers are recognised from now on, without a
/// restart. The import itself stays what it is; `PUT /v1/imports/{id}/mapping` with the new id reads it as the portal's.
#[utoipa::path(post, path = "/v1/portals", tag = "catalogue", request_body = NewPortal,
    responses((status = 201, body = PortalView), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn save_portal(
    State(backend): State<Backend>,
    who: Who,
    Json(NewPortal { id, name, import }): Json<NewPortal>,
) -> Answer<(StatusCode, Json<PortalView>)> {
    let (store, portals) = (backend.store(), backend.intake().portals.clone());
    let batch = import::batch(store, BatchId(import)).await?;
    let description: Description =
        serde_json::from_value(batch.description).map_err(|error| Problem::internal(&error))?;
    if description.needs_mapping {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "import.needs_mapping",
            "Confirm first what the columns of this file mean; then save the mapping as a portal.",
        ));
    }
    let memory = RememberedMapping { portal: id.clone(), ..imports::memory(&description) };
    let seen: String = time::rfc3339(store.clock().micros()).chars().take(10).collect();
    let registry = tokio::task::spawn_blocking({
        let id = id.clone();
        move || portals.save(&id, name.trim(), &description.layout, &seen).map(|registry| (registry, description))
    });
    let (registry, description) = registry.await.map_err(|error| Problem::internal(&error))??;
    // What was remembered for these headers says another portal.
    import::remember(store, &description.fingerprint, &memory, &who.name).await?;
    let saved = registry.get(&id).ok_or_else(|| Problem::unknown("portal", &id))?;
    Ok((StatusCode::CREATED, Json(PortalView::of(&registry, saved))))
}

impl From<SaveError> for Problem {
    fn from(error: SaveError) -> Self {
        let said = |status, code: &str| Self::new(status, code, format!("{error}."));
        match &error {
            SaveError::Taken(id) => said(StatusCode::CONFLICT, "portal.taken").with("id", id),
            SaveError::Unfit(_) => said(StatusCode::UNPROCESSABLE_ENTITY, "portal.unfit"),
            SaveError::Definition(wrong) => Self::invalid("portal", &wrong.message),
            SaveError::File { .. } => Self::internal(&error),
        }
    }
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
    who: Who,
    Path(name): Path<String>,
) -> Answer<(StatusCode, Json<ImportView>)> {
    let sample = SAMPLES.iter().find(|one| one.name == name).ok_or_else(|| Problem::unknown("sample", &name))?;
    let id = BatchId::mint();
    backend.spool().receive(id, &name, None, sample.bytes.into()).await?;
    let view = imports::receive(&backend, &who, id, name, &Wish::default()).await?;
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
pub async fn meta(State(backend): State<Backend>, who: Who) -> Json<Meta> {
    Json(Meta {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        shell: backend.config().shell,
        database: backend.store().engine().to_owned(),
        actor: who.name,
    })
}
