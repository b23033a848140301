//! `/v1/reviews`: rows that wait for a person after the commit.

use std::{fmt, str::FromStr};

use axum::extract::State;
use satu_core::{
    id::{ApplicationId, BatchId},
    import::{self, Action, Reason, ReversedDecision, Review, ReviewFilter, RowView},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    extract::{Json, Path, Query},
    page::{Page, PageQuery, parse, text},
};
use crate::{Backend, access::Who, problem::Problem};

type Answer<T> = Result<T, Problem>;

/// A row of the queue: `<import>:<row>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewId(pub BatchId, pub u32);

impl fmt::Display for ReviewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0, self.1)
    }
}

impl FromStr for ReviewId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is not <import>:<row>");
        let (batch, row) = text.rsplit_once(':').ok_or_else(wrong)?;
        Ok(Self(batch.parse().map_err(|_| wrong())?, row.parse().map_err(|_| wrong())?))
    }
}

/// A row of the queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewView {
    /// `<import>:<row>`.
    pub id: String,
    /// The import.
    pub batch: BatchId,
    /// The file's name.
    pub file: String,
    /// The portal.
    pub portal: String,
    /// What the columns of `row.cells` mean.
    pub columns: Vec<crate::describe::MappedColumn>,
    /// The row, with everybody it may be now.
    pub row: RowView,
    /// Decisions about it that were taken back, oldest first.
    pub reversed: Vec<ReversedDecision>,
}

impl ReviewView {
    /// A row of the queue.
    ///
    /// # Errors
    /// What is kept of the import cannot be read.
    pub fn new(Review { batch, row, reversed }: Review) -> Answer<Self> {
        let columns = super::imports::described(&batch)?.columns();
        let id = ReviewId(batch.id, row.row).to_string();
        Ok(Self { id, batch: batch.id, file: batch.file, portal: batch.portal, columns, row, reversed })
    }
}

/// Which rows of the queue.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReviewQuery {
    /// Why they wait.
    #[param(value_type = Option<Reason>)]
    reason: Option<String>,
    /// The portal that they came from.
    portal: Option<String>,
    /// The import that they came in.
    batch: Option<String>,
    /// The least score that they were planned with.
    #[param(value_type = Option<f64>, minimum = 0, maximum = 1)]
    min: Option<String>,
    /// `decided`: those that were decided, newest first, instead of those that wait.
    #[param(value_type = Option<QueueState>)]
    state: Option<String>,
}

/// Where a row of the queue is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueState {
    /// It waits for a person.
    #[default]
    Waiting,
    /// A person decided it; `later` takes that back.
    Decided,
}

impl FromStr for QueueState {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "waiting" => Ok(Self::Waiting),
            "decided" => Ok(Self::Decided),
            _ => Err(format!("“{word}” is neither waiting nor decided")),
        }
    }
}

/// What stands before the next page of decided rows: when the last one was decided, in microseconds, and which it is.
#[derive(Debug, Clone, Copy)]
struct Before(i64, ReviewId);

impl fmt::Display for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0, self.1)
    }
}

impl FromStr for Before {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is no cursor of decided rows");
        let (at, id) = text.split_once(':').ok_or_else(wrong)?;
        Ok(Self(at.parse().map_err(|_| wrong())?, id.parse()?))
    }
}

/// A page of what was decided, newest first.
///
/// # Errors
/// A cursor that is none; the store fails.
pub async fn decided(backend: &Backend, filter: &ReviewFilter, page: &PageQuery) -> Answer<Page<ReviewView>> {
    let before: Option<Before> = page.cursor()?;
    let before = before.map(|Before(at, ReviewId(batch, row))| (at, batch, row));
    let rows = import::settled_page(backend.store(), filter, before, page.limit() + 1).await?;
    let Page { items, next, .. } =
        Page::of(rows, page.limit(), |(at, one)| Before(*at, ReviewId(one.batch.id, one.row.row)).to_string());
    let items = items.into_iter().map(|(_, one)| ReviewView::new(one)).collect::<Answer<Vec<_>>>()?;
    Ok(Page { items, next, total: None })
}

/// The queue, oldest first; or what was decided, newest first.
#[utoipa::path(get, path = "/v1/reviews", tag = "reviews", params(ReviewQuery, PageQuery),
    responses((status = 200, body = Page<ReviewView>), (status = 400, body = Problem)))]
pub async fn list(
    State(backend): State<Backend>,
    Query(ReviewQuery { reason, portal, batch, min, state }): Query<ReviewQuery>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<Page<ReviewView>>> {
    let filter = ReviewFilter {
        reason: parse("reason", reason.as_deref())?,
        portal: text(portal),
        batch: parse("batch", batch.as_deref())?,
        min: parse("min", min.as_deref())?,
    };
    if parse("state", state.as_deref())? == Some(QueueState::Decided) {
        return Ok(Json(decided(&backend, &filter, &page).await?));
    }
    let after: Option<ReviewId> = page.cursor()?;
    let (rows, total) =
        import::review_page(backend.store(), &filter, after.map(|ReviewId(batch, row)| (batch, row)), page.limit() + 1)
            .await?;
    let items = rows.into_iter().map(ReviewView::new).collect::<Answer<Vec<_>>>()?;
    let mut page = Page::of(items, page.limit(), |one| one.id.clone());
    page.total = Some(total);
    Ok(Json(page))
}

/// One row that waits, or waited, in the queue.
#[utoipa::path(get, path = "/v1/reviews/{id}", tag = "reviews", params(("id" = String, Path, description = "`<import>:<row>`.")),
    responses((status = 200, body = ReviewView), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn get(State(backend): State<Backend>, Path(id): Path<String>) -> Answer<Json<ReviewView>> {
    let ReviewId(batch, row) = id.parse().map_err(|error| Problem::invalid("id", error))?;
    Ok(Json(ReviewView::new(import::review(backend.store(), batch, row).await?)?))
}

/// What a person decides.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DecisionRequest {
    /// What it is; `later` leaves it in the queue, or puts it back there: what was decided is taken back.
    action: Action,
    /// With `same`: the application that is meant, where there is more than one.
    application: Option<ApplicationId>,
}

/// Decides a row of the queue, and carries that out at once.
#[utoipa::path(post, path = "/v1/reviews/{id}/decision", tag = "reviews", params(("id" = String, Path, description = "`<import>:<row>`.")),
    request_body = DecisionRequest,
    responses((status = 200, body = ReviewView), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn decide(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<String>,
    Json(DecisionRequest { action, application }): Json<DecisionRequest>,
) -> Answer<Json<ReviewView>> {
    let ReviewId(batch, row) = id.parse().map_err(|error| Problem::invalid("id", error))?;
    Ok(Json(ReviewView::new(import::settle(backend.store(), batch, row, action, application, &who.name).await?)?))
}
