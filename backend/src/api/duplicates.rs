//! `/v1/duplicates`: who may have applied twice. A search is begun and watched; its pairs that nobody has answered are questions about two people or
//! more.

use std::{collections::HashMap, fmt, str::FromStr};

use axum::{extract::State, http::StatusCode};
use satu_core::{
    application::{self, Application},
    id::ApplicationId,
    linking::{self, Answers, Cluster, Duplicate, DuplicateReason, DuplicatesError},
    time::rfc3339,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    extract::{Json, Query},
    page::{PageQuery, parse, text},
};
use crate::{
    Backend,
    problem::Problem,
    searches::{Found, Search},
};

type Answer<T> = Result<T, Problem>;

/// The least score that a search asks for, unless it is said.
const LEAST: f64 = 0.5;

/// Where the search for duplicates stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicateSearch {
    /// How far the one that is running is.
    pub progress: Option<SearchProgress>,
    /// When the last one ended, RFC 3339 in UTC; none where nobody has searched since the program was started.
    pub searched_at: Option<String>,
    /// The least score that it asked for.
    pub min: Option<f64>,
    /// How many pairs it compared.
    pub compared: Option<u64>,
    /// Why the last one failed.
    pub problem: Option<Problem>,
}

/// How far a search is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct SearchProgress {
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
}

/// A question about two people or more: are these all one person?
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicateQuestion {
    /// The first application's id.
    pub id: ApplicationId,
    /// The likeliest pair's score.
    pub score: f64,
    /// The applications, the earliest first.
    pub people: Vec<Application>,
    /// The pairs that hold them together, the likeliest first.
    pub pairs: Vec<Duplicate>,
    /// Why they were brought together: that of the likeliest pair first.
    pub reasons: Vec<DuplicateReason>,
}

/// A page of questions, and where the search stands that found them.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicatesPage {
    /// The search.
    pub search: DuplicateSearch,
    /// The questions, the likeliest first.
    pub items: Vec<DuplicateQuestion>,
    /// The cursor of the next page; none on the last one.
    pub next: Option<String>,
    /// How many questions there are in all.
    pub total: u64,
}

/// Which questions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DuplicatesQuery {
    /// The least score of the likeliest pair.
    #[param(value_type = Option<f64>, minimum = 0, maximum = 1)]
    min: Option<String>,
    /// A portal that one of them came from first.
    portal: Option<String>,
    /// A field that speaks for one person: `phone`, `email`, `name`, `birth_date`, ….
    by: Option<String>,
    /// Why two of them were brought together.
    #[param(value_type = Option<DuplicateReason>)]
    reason: Option<String>,
}

/// What a search asks for.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SearchRequest {
    /// The least score, 0 to 1; 0.5 if absent.
    #[serde(default)]
    min: Option<f64>,
}

/// Where a page ends: its last question's score and id.
#[derive(Debug, Clone, Copy, PartialEq)]
struct After(f64, ApplicationId);

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0, self.1)
    }
}

impl FromStr for After {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is not <score>:<application>");
        let (score, id) = text.split_once(':').ok_or_else(wrong)?;
        Ok(Self(score.parse().map_err(|_| wrong())?, id.parse().map_err(|_| wrong())?))
    }
}

impl After {
    fn of(cluster: &Cluster) -> Option<Self> {
        Some(Self(cluster.score, *cluster.people.first()?))
    }

    /// Whether a question stands behind this place.
    fn is_before(self, cluster: &Cluster) -> bool {
        Self::of(cluster).is_some_and(|Self(score, id)| score < self.0 || (score == self.0 && id > self.1))
    }
}

/// The questions that the last search found and nobody has answered, and where the search stands.
#[utoipa::path(get, path = "/v1/duplicates", tag = "duplicates", params(DuplicatesQuery, PageQuery),
    responses((status = 200, body = DuplicatesPage), (status = 400, body = Problem)))]
pub async fn list(
    State(backend): State<Backend>,
    Query(DuplicatesQuery { min, portal, by, reason }): Query<DuplicatesQuery>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<DuplicatesPage>> {
    let min: Option<f64> = parse("min", min.as_deref())?;
    let (portal, by) = (text(portal), text(by));
    let reason: Option<DuplicateReason> = parse("reason", reason.as_deref())?;
    let after: Option<After> = page.cursor()?;
    let search = search(&backend);
    let Some(found) = backend.searches().found() else {
        return Ok(Json(DuplicatesPage { search, items: Vec::new(), next: None, total: 0 }));
    };
    let pair = |place: &usize| found.pairs.get(*place);
    let from = |pair: &Duplicate, portal: &str| pair.a.portal == portal || pair.b.portal == portal;
    let speaks = |pair: &Duplicate, by: &str| pair.evidence.iter().any(|step| step.field == by && step.weight > 0.0);
    let answers = linking::answers(backend.store()).await?;
    let mut clusters = answers.clusters(&found.pairs);
    clusters.retain(|one| {
        let any = |fits: &dyn Fn(&Duplicate) -> bool| one.pairs.iter().filter_map(pair).any(fits);
        min.is_none_or(|min| one.score >= min)
            && portal.as_deref().is_none_or(|portal| any(&|pair| from(pair, portal)))
            && by.as_deref().is_none_or(|by| any(&|pair| speaks(pair, by)))
            && reason.is_none_or(|reason| any(&|pair: &Duplicate| pair.reason() == reason))
    });
    clusters.sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.people.cmp(&other.people)));
    let total = clusters.len() as u64;
    let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let mut behind = clusters.iter().filter(|one| after.is_none_or(|after| after.is_before(one)));
    let shown: Vec<&Cluster> = behind.by_ref().take(limit).collect();
    let last = shown.last().and_then(|one| After::of(one));
    let next = behind.next().and(last).map(|after| after.to_string());
    let mut items = Vec::with_capacity(shown.len());
    for cluster in shown {
        items.extend(question(&backend, &answers, cluster, &found).await?);
    }
    Ok(Json(DuplicatesPage { search, items, next, total }))
}

/// A question with everything that is shown of it; none where all but one were taken back since.
async fn question(
    backend: &Backend,
    answers: &Answers,
    cluster: &Cluster,
    found: &Found,
) -> Answer<Option<DuplicateQuestion>> {
    let mut people = Vec::with_capacity(cluster.people.len());
    for id in &cluster.people {
        people.extend(application::get(backend.store(), *id).await?);
    }
    let there: HashMap<ApplicationId, &Application> = people.iter().map(|one| (one.id, one)).collect();
    let pairs: Vec<Duplicate> = cluster
        .pairs
        .iter()
        .filter_map(|place| {
            let mut pair = found.pairs.get(*place)?.clone();
            for side in [&mut pair.a, &mut pair.b] {
                side.application = answers.shown(side.application);
                let who = there.get(&side.application)?;
                side.full_name = who.fields.full_name.clone().unwrap_or_default();
            }
            Some(pair)
        })
        .collect();
    let id = people.first().map(|one| one.id).filter(|_| people.len() > 1 && !pairs.is_empty());
    let mut reasons = Vec::new();
    for reason in pairs.iter().map(Duplicate::reason) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    Ok(id.map(|id| DuplicateQuestion { id, score: cluster.score, people, pairs, reasons }))
}

/// Begins a search among all open applications; watch `search.progress`.
#[utoipa::path(post, path = "/v1/duplicates/search", tag = "duplicates", request_body = SearchRequest,
    responses((status = 202, body = DuplicateSearch), (status = 400, body = Problem), (status = 409, body = Problem)))]
pub async fn begin(
    State(backend): State<Backend>,
    Json(SearchRequest { min }): Json<SearchRequest>,
) -> Answer<(StatusCode, Json<DuplicateSearch>)> {
    let min = min.unwrap_or(LEAST);
    if !(0.0..=1.0).contains(&min) {
        return Err(Problem::invalid("min", "a score is a number between 0 and 1"));
    }
    let total = linking::steps(backend.store(), backend.model()).await?;
    let running = backend.searches().begin(total).ok_or_else(|| {
        let sentence = "A search for duplicates is running; wait for it to end, or stop it.";
        Problem::new(StatusCode::CONFLICT, "duplicates.busy", sentence)
    })?;
    spawn(backend.clone(), min, running);
    Ok((StatusCode::ACCEPTED, Json(search(&backend))))
}

fn spawn(backend: Backend, min: f64, running: Search) {
    tokio::spawn(async move {
        let found = linking::duplicates(backend.store(), backend.model(), min, &running.progress).await;
        running.end(match found {
            Ok(found) => {
                let at = backend.store().clock().micros();
                Ok(Found { at, min, compared: found.compared, pairs: found.pairs })
            }
            Err(DuplicatesError::Cancelled) => Err(None),
            Err(error) => Err(Some(error.into())),
        });
    });
}

/// Stops the search that is running; what was found before stays.
#[utoipa::path(post, path = "/v1/duplicates/cancel", tag = "duplicates", responses((status = 200, body = DuplicateSearch)))]
pub async fn cancel(State(backend): State<Backend>) -> Json<DuplicateSearch> {
    backend.searches().cancel();
    Json(search(&backend))
}

/// Where the search stands.
fn search(backend: &Backend) -> DuplicateSearch {
    let (running, found) = (backend.searches().running(), backend.searches().found());
    DuplicateSearch {
        progress: running.map(|one| SearchProgress { done: one.progress.done().min(one.total), total: one.total }),
        searched_at: found.as_ref().map(|found| rfc3339(found.at)),
        min: found.as_ref().map(|found| found.min),
        compared: found.as_ref().map(|found| found.compared),
        problem: backend.searches().failure(),
    }
}
