//! `/v1/imports`: portal files, dropped, looked at, committed, taken back.

use std::str::FromStr;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use satu_core::{
    application::Field,
    id::BatchId,
    import::{
        self, Batch, BatchState, ImportError, Only, Outcome, Phase, Progress, ReviewFilter, RowFilter,
        mapping::{DateOrder, RememberedColumn, RememberedMapping},
    },
};
use satu_portals::{DialectChoice, SourceFile};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    attachment::{Named, attachment},
    extract::{Json, Path, Query},
    page::{Page, PageQuery},
};
use crate::{
    Backend,
    access::Who,
    describe::{Description, ImportView},
    export::{self, Draft, FileFormat},
    intake::{IntakeError, LocalFile, Opened, Wish, to_json},
    jobs::Step,
    problem::Problem,
};

type Answer<T> = Result<T, Problem>;

/// What a file is called, and what is overruled from the start.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// The file's name as the user knows it.
    name: String,
    /// The portal's id, if the user knows better.
    portal: Option<String>,
    /// The sheet.
    sheet: Option<String>,
    /// The row of the headers.
    header_row: Option<u32>,
    /// What separates the cells of a text file: one character, or the word `tab`.
    delimiter: Option<String>,
    /// The encoding of a text file or a web page: `utf-8`, `utf-16le`, `windows-1252`, ….
    encoding: Option<String>,
    /// The mark around the cells of a text file: one ASCII character, or the word `none`.
    quote: Option<String>,
    /// How that mark is written inside a cell: `doubled` or `backslash`.
    escape: Option<String>,
}

/// A part of a text file's dialect as a request names it.
fn named<T: FromStr<Err = String>>(field: &'static str, text: Option<String>) -> Answer<Option<T>> {
    text.map(|text| text.parse().map_err(|why| Problem::invalid(field, why))).transpose()
}

/// How a text file is written, as far as a request says it.
fn dialect(
    delimiter: Option<String>,
    encoding: Option<String>,
    quote: Option<String>,
    escape: Option<String>,
) -> Answer<DialectChoice> {
    let choice = DialectChoice {
        delimiter: named("delimiter", delimiter)?,
        encoding: named("encoding", encoding)?,
        quote: named("quote", quote)?,
        escape: named("escape", escape)?,
    };
    choice.check().map_err(|why| Problem::invalid("quote", why))?;
    Ok(choice)
}

/// Drops a file: its rows are read, cleaned and planned, and nothing else happens until it is committed.
#[utoipa::path(post, path = "/v1/imports", tag = "imports", params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file's bytes."),
    responses((status = 201, body = ImportView), (status = 400, body = Problem), (status = 422, body = Problem)))]
pub async fn upload(
    State(backend): State<Backend>,
    who: Who,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Answer<(StatusCode, Json<ImportView>)> {
    let UploadQuery { name, portal, sheet, header_row, delimiter, encoding, quote, escape } = query;
    let dialect = dialect(delimiter, encoding, quote, escape)?;
    // A browser gives no folder; whoever does must not choose where we write.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned();
    if name.is_empty() {
        return Err(Problem::invalid("name", "the file needs a name"));
    }
    let id = BatchId::mint();
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    backend.spool().receive(id, &name, announced, body).await?;
    let wish = Wish { portal, sheet, header_row, dialect, ..Wish::default() };
    Ok((StatusCode::CREATED, Json(receive(&backend, &who, id, name, &wish).await?)))
}

/// Surveys the file that an upload left in the spool, and starts to read it. A file that cannot be read is gone from the spool.
pub(super) async fn receive(
    backend: &Backend,
    who: &Who,
    id: BatchId,
    name: String,
    wish: &Wish,
) -> Answer<ImportView> {
    let file = LocalFile { path: backend.spool().path(id), name };
    let begun = async {
        let intake = backend.intake();
        let Opened { survey, source } = intake.open(&file, wish, &Progress::default()).await?;
        let description = Description::of(&source, survey);
        let new = intake.batch(&file, &description, false).await?;
        let step = begin(backend, id, Phase::Reading, None)?;
        import::begin(backend.store(), id, &new, &who.name).await?;
        read(backend, id, source, description, step);
        Ok(())
    }
    .await;
    if let Err(problem) = begun {
        backend.spool().forget(id).await;
        return Err(problem);
    }
    view(backend, id).await
}

/// Begins a step of an import, unless another is running.
pub(super) fn begin(backend: &Backend, id: BatchId, phase: Phase, total: Option<u64>) -> Answer<Step> {
    backend.jobs().begin(id, phase, total).ok_or_else(|| {
        Problem::new(StatusCode::CONFLICT, "import.busy", "The import is at another step; wait for it to end.")
            .with("import", id)
    })
}

/// Reads the rows of a draft. Without them nothing can be done with it, so its file goes.
fn read(backend: &Backend, id: BatchId, source: SourceFile, description: Description, step: Step) {
    let backend = backend.clone();
    tokio::spawn(async move {
        let staged = backend.intake().stage(id, source, &description.layout, &step.progress).await;
        match &staged {
            Ok(batch) => backend.metrics().rows(Phase::Reading, batch.rows),
            Err(_) => backend.spool().forget(id).await,
        }
        step.end(match staged {
            Ok(_) | Err(IntakeError::Import(ImportError::Cancelled)) => None,
            Err(error) => Some(error.into()),
        });
    });
}

/// Every import that is committed, undone or can be gone on with, newest first.
#[utoipa::path(get, path = "/v1/imports", tag = "imports", params(PageQuery),
    responses((status = 200, body = Page<ImportView>), (status = 400, body = Problem)))]
pub async fn list(State(backend): State<Backend>, Query(query): Query<PageQuery>) -> Answer<Json<Page<ImportView>>> {
    let batches = import::batches(backend.store(), query.cursor()?, query.limit() + 1).await?;
    let page = Page::of(batches, query.limit(), |batch| batch.id.to_string());
    let mut items = Vec::with_capacity(page.items.len());
    for batch in page.items {
        items.push(view(&backend, batch.id).await?);
    }
    Ok(Json(Page { items, next: page.next, total: None }))
}

/// One import; ask again while `progress` is there.
#[utoipa::path(get, path = "/v1/imports/{id}", tag = "imports", params(("id" = Uuid, Path, description = "The import.")),
    responses((status = 200, body = ImportView), (status = 404, body = Problem)))]
pub async fn get(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<ImportView>> {
    Ok(Json(view(&backend, BatchId(id)).await?))
}

/// Throws a draft away.
#[utoipa::path(delete, path = "/v1/imports/{id}", tag = "imports", params(("id" = Uuid, Path, description = "The import.")),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn discard(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    let id = BatchId(id);
    if let Some(job) = backend.jobs().running(id) {
        job.progress.cancel();
    }
    import::discard(backend.store(), id).await?;
    backend.spool().forget(id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// What HR says of a file's layout.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MappingRequest {
    /// The portal's id.
    portal: Option<String>,
    /// The sheet.
    sheet: Option<String>,
    /// The row of the headers.
    header_row: Option<u32>,
    /// What separates the cells of a text file: one character, or the word `tab`.
    delimiter: Option<String>,
    /// The encoding of a text file or a web page: `utf-8`, `utf-16le`, `windows-1252`, ….
    encoding: Option<String>,
    /// The mark around the cells of a text file: one ASCII character, or the word `none`.
    quote: Option<String>,
    /// How that mark is written inside a cell: `doubled` or `backslash`.
    escape: Option<String>,
    /// Columns and what they mean; columns that are not named stay as the reader finds them.
    #[serde(default)]
    columns: Vec<ColumnRequest>,
    /// Whether the mapping is remembered for files with these headers.
    #[serde(default)]
    remember: bool,
}

/// A column and what it means.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ColumnRequest {
    /// The column's number, the first being 1.
    column: u32,
    /// What it means.
    field: Field,
    /// The order of day and month.
    date_order: Option<DateOrder>,
}

/// Corrects the layout of a draft; its rows are read again.
#[utoipa::path(put, path = "/v1/imports/{id}/mapping", tag = "imports", params(("id" = Uuid, Path, description = "The import.")),
    request_body = MappingRequest,
    responses((status = 200, body = ImportView), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn map(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<Uuid>,
    Json(request): Json<MappingRequest>,
) -> Answer<Json<ImportView>> {
    let id = BatchId(id);
    let (store, intake) = (backend.store(), backend.intake());
    let batch = import::batch(store, id).await?;
    // One whose reading was broken off, as by a process that was killed, is read again, too: its file is here.
    if !matches!(batch.state, BatchState::Ready | BatchState::Staging) {
        return Err(ImportError::State { batch: id, state: batch.state, what: "only a draft can be read again" }.into());
    }
    let MappingRequest { portal, sheet, header_row, delimiter, encoding, quote, escape, columns, remember } = request;
    let dialect = dialect(delimiter, encoding, quote, escape)?;
    let columns = columns.into_iter().map(|one| (one.column, one.field, one.date_order)).collect();
    let wish = Wish { portal, sheet, header_row, dialect, columns, headers: Vec::new() };
    let step = begin(&backend, id, Phase::Reading, None)?;
    let file = LocalFile { path: backend.spool().path(id), name: batch.file.clone() };
    let Opened { survey, source } = intake.open(&file, &wish, &step.progress).await?;
    let description = Description::of(&source, survey);
    if remember {
        import::remember(store, &description.fingerprint, &memory(&description), &who.name).await?;
    }
    let layout = &description.layout;
    import::stage_again(store, id, &layout.portal, layout.sheet.as_deref(), &to_json(&description)).await?;
    read(&backend, id, source, description, step);
    Ok(Json(view(&backend, id).await?))
}

/// What is remembered of a mapping: the columns that are used for something.
#[must_use]
pub fn memory(description: &Description) -> RememberedMapping {
    let layout = &description.layout;
    RememberedMapping {
        portal: layout.portal.clone(),
        columns: layout
            .columns
            .iter()
            .map(|column| RememberedColumn {
                header: column.header.clone(),
                field: column.effective(),
                date_order: column.date_order,
            })
            .collect(),
    }
}

/// Makes applications of a draft's rows. Undecided rows go to the queue.
#[utoipa::path(post, path = "/v1/imports/{id}/commit", tag = "imports", params(("id" = Uuid, Path, description = "The import.")),
    responses((status = 202, body = ImportView), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn commit(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<Uuid>,
) -> Answer<(StatusCode, Json<ImportView>)> {
    let id = BatchId(id);
    let batch = import::batch(backend.store(), id).await?;
    let ready = matches!(batch.state, BatchState::Ready | BatchState::Committed);
    if !ready {
        let what = "it can be committed once it is read";
        return Err(ImportError::State { batch: id, state: batch.state, what }.into());
    }
    if batch.state == BatchState::Ready && described(&batch)?.needs_mapping {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "import.needs_mapping",
            "Say first which columns hold the name and a phone number or an email address, and confirm the mapping.",
        ));
    }
    if batch.state == BatchState::Ready {
        let step = begin(&backend, id, Phase::Committing, Some(batch.rows))?;
        let backend = backend.clone();
        tokio::spawn(async move {
            let committed = import::commit(backend.store(), id, &who.name, &step.progress).await;
            if committed.is_ok() {
                backend.metrics().rows(Phase::Committing, batch.rows);
                backend.spool().forget(id).await;
            }
            step.end(failure(committed));
        });
    }
    Ok((StatusCode::ACCEPTED, Json(view(&backend, id).await?)))
}

/// Stops the step that is running: reading (the draft is discarded), deciding a class, committing or undoing (nothing of it is kept).
#[utoipa::path(post, path = "/v1/imports/{id}/cancel", tag = "imports", params(("id" = Uuid, Path, description = "The import.")),
    responses((status = 200, body = ImportView), (status = 404, body = Problem)))]
pub async fn cancel(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<Json<ImportView>> {
    let id = BatchId(id);
    if let Some(job) = backend.jobs().running(id) {
        job.progress.cancel();
    }
    Ok(Json(view(&backend, id).await?))
}

/// Takes a committed import back: what nobody has touched since is removed, the rest is kept and named.
#[utoipa::path(post, path = "/v1/imports/{id}/undo", tag = "imports", params(("id" = Uuid, Path, description = "The import.")),
    responses((status = 202, body = ImportView), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn undo(State(backend): State<Backend>, Path(id): Path<Uuid>) -> Answer<(StatusCode, Json<ImportView>)> {
    let id = BatchId(id);
    let batch = import::batch(backend.store(), id).await?;
    match batch.state {
        BatchState::Undone => {}
        BatchState::Committed => {
            let step = begin(&backend, id, Phase::Undoing, Some(batch.rows))?;
            let backend = backend.clone();
            tokio::spawn(async move {
                let undone = import::undo(backend.store(), id, &step.progress).await;
                if undone.is_ok() {
                    backend.metrics().rows(Phase::Undoing, batch.rows);
                }
                step.end(failure(undone));
            });
        }
        state => {
            return Err(ImportError::State { batch: id, state, what: "only a committed import can be undone" }.into());
        }
    }
    Ok((StatusCode::ACCEPTED, Json(view(&backend, id).await?)))
}

/// The format of a file that is sent.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FormatQuery {
    /// `xlsx` if absent.
    #[serde(default)]
    pub format: FileFormat,
}

/// The rejected rows as they stood in the file, with a column that says what is wrong: to be mended and dropped again.
#[utoipa::path(get, path = "/v1/imports/{id}/rejected", tag = "imports",
    params(("id" = Uuid, Path, description = "The import."), FormatQuery, Named),
    responses((status = 200, description = "The file.", content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "text/csv"))), (status = 404, body = Problem)))]
pub async fn rejected(
    State(backend): State<Backend>,
    Path(id): Path<Uuid>,
    Query(FormatQuery { format }): Query<FormatQuery>,
    Query(named): Query<Named>,
) -> Answer<Response> {
    let batch = import::batch(backend.store(), BatchId(id)).await?;
    let draft = draft(&backend)?;
    export::rejected(backend.store(), &batch, format, &draft).await?;
    let stem = batch.file.rsplit_once('.').map_or(batch.file.as_str(), |(stem, _)| stem);
    attachment(format, named.or(&format!("{stem} - ditolak")), draft)
}

/// A spreadsheet on its way, in the user's own folder.
pub(super) fn draft(backend: &Backend) -> Answer<Draft> {
    Draft::within(backend.data_dir()).map_err(|error| Problem::internal(&error))
}

/// An import as it stands, with the step that is running on it.
pub(crate) async fn view(backend: &Backend, id: BatchId) -> Answer<ImportView> {
    let store = backend.store();
    // Asked before the batch is read: a step that ends in between shows as running once more, never as not having happened.
    let job = backend.jobs().running(id);
    let batch = import::batch(store, id).await?;
    let undecided = match batch.state {
        BatchState::Ready if batch.counts.review > 0 => {
            let filter =
                RowFilter { only: Some(Only::Undecided), outcome: Some(Outcome::Review), ..RowFilter::default() };
            import::rows(store, id, &filter, 0, 0).await?.1
        }
        _ => 0,
    };
    let waiting = match batch.state {
        BatchState::Committed => {
            let filter = ReviewFilter { batch: Some(id), ..ReviewFilter::default() };
            import::review_page(store, &filter, None, 0).await?.1
        }
        _ => 0,
    };
    let description = described(&batch)?;
    let mut view = ImportView::new(batch, description, job, undecided, waiting);
    view.problem = view.problem.or_else(|| backend.jobs().failure(id));
    view.decided = backend.jobs().decided(id);
    Ok(view)
}

/// What the reader understood, as it is kept with the batch.
pub(crate) fn described(batch: &Batch) -> Answer<Description> {
    serde_json::from_value(batch.description.clone()).map_err(|error| Problem::internal(&error))
}

fn failure(done: import::Result<Batch>) -> Option<Problem> {
    match done {
        Ok(_) | Err(ImportError::Cancelled) => None,
        Err(error) => Some(error.into()),
    }
}
