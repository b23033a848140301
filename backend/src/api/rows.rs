//! `/v1/imports/{id}/rows` and `/decisions`: what HR looks at, edits and decides before the commit.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use satu_core::{
    id::{ApplicationId, BatchId},
    import::{
        self, Action, BatchState, ImportError, Only, Outcome, Phase, Progress, Reason, RowFilter, RowView, Which,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    extract::{Json, Path, Query},
    imports,
    page::{parse, text},
    watched::id_of,
};
use crate::{
    Backend,
    access::{FEW, Who, beside},
    describe::ImportView,
    problem::Problem,
};

type Answer<T> = Result<T, Problem>;

/// A window of the rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WindowQuery {
    /// Rows to pass over.
    offset: Option<u64>,
    /// Rows in the window, 1 to 1000; 100 if absent.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
    /// An outcome.
    #[param(value_type = Option<Outcome>)]
    outcome: Option<String>,
    /// A reason.
    #[param(value_type = Option<Reason>)]
    reason: Option<String>,
    /// `problems`, `repairs`, `edited` or `undecided`.
    #[param(value_type = Option<Only>)]
    only: Option<String>,
    /// The least score that a row in review was planned with.
    #[param(value_type = Option<f64>, minimum = 0, maximum = 1)]
    min: Option<String>,
    /// A part of any cell or value.
    q: Option<String>,
}

/// A window of rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowWindow {
    /// The rows, in the file's order.
    items: Vec<RowView>,
    /// How many the filter leaves.
    total: u64,
    /// Rows before the window.
    offset: u64,
}

/// A window of an import's rows, without matches.
#[utoipa::path(get, path = "/v1/imports/{id}/rows", tag = "imports",
    params(("id" = Uuid, Path, description = "The import."), WindowQuery),
    responses((status = 200, body = RowWindow), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn list(
    State(backend): State<Backend>,
    who: Who,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    Query(query): Query<WindowQuery>,
) -> Answer<Json<RowWindow>> {
    let WindowQuery { offset, limit, outcome, reason, only, min, q } = query;
    let filter = RowFilter {
        outcome: parse("outcome", outcome.as_deref())?,
        reason: parse("reason", reason.as_deref())?,
        only: parse("only", only.as_deref())?,
        min: parse("min", min.as_deref())?,
        text: text(q),
    };
    // No file has more rows than that, and no engine takes a number that is larger by far.
    let offset = offset.unwrap_or(0).min(u64::from(u32::MAX));
    let limit = limit.unwrap_or(100).clamp(1, 1000);
    let (items, total) = import::rows(backend.store(), BatchId(id), &filter, offset, limit).await?;
    if filter.text.is_some() && total <= FEW {
        let found = items.iter().map(|one| at(id, one.row)).collect();
        beside(&backend, who, id_of(&headers), "GET /v1/imports/{id}/rows", found);
    }
    Ok(Json(RowWindow { items, total, offset }))
}

/// The path of a row.
fn at(import: Uuid, row: u32) -> String {
    format!("/v1/imports/{import}/rows/{row}")
}

/// One row, with everybody it is or may be and the evidence.
#[utoipa::path(get, path = "/v1/imports/{id}/rows/{row}", tag = "imports",
    params(("id" = Uuid, Path, description = "The import."), ("row" = u32, Path, description = "The row.")),
    responses((status = 200, body = RowView), (status = 404, body = Problem)))]
pub async fn get(State(backend): State<Backend>, Path((id, row)): Path<(Uuid, u32)>) -> Answer<Json<RowView>> {
    Ok(Json(import::row_view(backend.store(), BatchId(id), row).await?))
}

/// Cells that HR corrects.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EditRequest {
    /// Column number (the first being 1) -> the cell's new text.
    cells: BTreeMap<String, String>,
}

/// Corrects cells of a row; it is cleaned again, and every row that it touches is planned anew.
#[utoipa::path(patch, path = "/v1/imports/{id}/rows/{row}", tag = "imports",
    params(("id" = Uuid, Path, description = "The import."), ("row" = u32, Path, description = "The row.")),
    request_body = EditRequest,
    responses((status = 200, body = RowView), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn edit(
    State(backend): State<Backend>,
    Path((id, row)): Path<(Uuid, u32)>,
    Json(EditRequest { cells: corrected }): Json<EditRequest>,
) -> Answer<Json<RowView>> {
    let (id, store) = (BatchId(id), backend.store());
    import::edit(store, id, row, |batch, mut cells| {
        let description = imports::described(batch)?;
        let columns = description.layout.columns.len().max(cells.len());
        for (column, text) in &corrected {
            let column: usize = column.parse().map_err(|error| Problem::invalid("cells", error))?;
            if column == 0 || column > columns {
                return Err(Problem::invalid("cells", format!("there is no column {column}; the file has {columns}")));
            }
            if cells.len() < column {
                cells.resize(column, String::new());
            }
            if let Some(cell) = cells.get_mut(column - 1) {
                *cell = typed(text.clone(), backend.intake().limits.cell_chars)?;
            }
        }
        Ok::<_, Problem>(backend.intake().clean(&description, row, cells))
    })
    .await?;
    Ok(Json(import::row_view(store, id, row).await?))
}

/// A cell as it may stand in a file: no longer than a spreadsheet holds.
fn typed(text: String, most: usize) -> Answer<String> {
    if text.chars().count() > most {
        return Err(Problem::invalid("cells", format!("a cell holds at most {most} characters")));
    }
    Ok(text)
}

/// What HR decides, of some rows or of all that wait for one reason.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DecisionsRequest {
    /// What they are; `later` takes a decision back.
    action: Action,
    /// These rows.
    rows: Option<Vec<u32>>,
    /// Or every undecided row of a class.
    class: Option<RowClass>,
    /// With `same`: the application that is meant, where there is more than one.
    application: Option<ApplicationId>,
}

/// Rows that wait for the same reason.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RowClass {
    /// The reason.
    reason: Reason,
}

/// What came of a decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct Decided {
    /// Rows that were decided; none while a class is: the import tells it when that is over.
    decided: Option<u64>,
    /// The import after it.
    import: ImportView,
}

/// Decides rows of a draft; the commit carries it out. Rows that are named are decided with the answer (200). A class is begun (202): watch the import's
/// `progress`, and its `decided` in the end. All of it is decided or, where it is stopped or fails, nothing.
#[utoipa::path(post, path = "/v1/imports/{id}/decisions", tag = "imports", params(("id" = Uuid, Path, description = "The import.")),
    request_body = DecisionsRequest,
    responses((status = 200, body = Decided), (status = 202, body = Decided), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn decide(
    State(backend): State<Backend>,
    who: Who,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    Json(request): Json<DecisionsRequest>,
) -> Answer<(StatusCode, Json<Decided>)> {
    let DecisionsRequest { action, rows, class, application } = request;
    let (id, store) = (BatchId(id), backend.store());
    match (rows, class) {
        (Some(rows), None) => {
            let (which, unseen) = (Which::Rows(rows), Progress::default());
            let decided = import::decide(store, id, &which, action, application, who.by(&headers), &unseen).await?;
            let import = imports::view(&backend, id).await?;
            Ok((StatusCode::OK, Json(Decided { decided: Some(decided), import })))
        }
        (None, Some(RowClass { reason })) => {
            decide_class(&backend, id, reason, action, application, (who, headers)).await?;
            let import = imports::view(&backend, id).await?;
            Ok((StatusCode::ACCEPTED, Json(Decided { decided: None, import })))
        }
        _ => Err(Problem::invalid("rows", "name either rows or a class")),
    }
}

/// Begins to decide a class: it may be a hundred thousand rows.
async fn decide_class(
    backend: &Backend,
    id: BatchId,
    reason: Reason,
    action: Action,
    application: Option<ApplicationId>,
    (who, headers): (Who, HeaderMap),
) -> Answer<()> {
    let batch = import::batch(backend.store(), id).await?;
    if batch.state != BatchState::Ready {
        let what = "only the rows of a draft can be decided as a class";
        return Err(ImportError::State { batch: id, state: batch.state, what }.into());
    }
    let total = import::undecided(backend.store(), id, reason).await?;
    let step = imports::begin(backend, id, Phase::Deciding, Some(total))?;
    let backend = backend.clone();
    tokio::spawn(async move {
        let which = Which::Class(reason);
        let by = who.by(&headers);
        let noted = import::decide(backend.store(), id, &which, action, application, by, &step.progress).await;
        match noted {
            Ok(decided) => {
                backend.metrics().rows(Phase::Deciding, decided);
                step.end_decided(decided);
            }
            Err(ImportError::Cancelled) => step.end(None),
            Err(error) => step.end(Some(error.into())),
        }
    });
    Ok(())
}
