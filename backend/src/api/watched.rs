//! What stands around every request: its id, a line of the log, and what is counted of it. None of the three tells a name, a number, or a path with somebody's id.

use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use axum::{
    body::{Body, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use satu_core::id::{AccountId, StaffId};
use uuid::Uuid;

use crate::{Backend, problem::Problem};

/// The header of a request's id.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, by its headers: [`watched`] has given it one.
pub(crate) fn id_of(headers: &HeaderMap) -> &str {
    headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default()
}

/// Characters of the longest id that is taken from outside.
const LONGEST_ID: usize = 64;
/// Bytes of the longest problem.
const LONGEST_PROBLEM: usize = 1 << 20;
/// What is written down of a request whose sender hung up before it was answered: no status that anybody was sent (nginx writes the same).
const HUNG_UP: StatusCode = match StatusCode::from_u16(499) {
    Ok(status) => status,
    Err(_) => StatusCode::REQUEST_TIMEOUT,
};
/// What a request is counted under that no route answers: the page's files, mostly.
const NO_ROUTE: &str = "other";

/// Who asks, once that is found out: an id, never a name.
#[derive(Debug, Clone, Copy)]
pub enum Asker {
    /// The owner of a database that nobody was added to.
    Owner,
    /// Somebody who works here.
    Staff(StaffId),
    /// A candidate.
    Account(AccountId),
}

impl std::fmt::Display for Asker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Owner => f.write_str("owner"),
            Self::Staff(id) => write!(f, "staff:{id}"),
            Self::Account(id) => write!(f, "account:{id}"),
        }
    }
}

/// Where whoever finds out who asks notes it.
#[derive(Debug, Clone, Default)]
pub struct Noted(Arc<OnceLock<Asker>>);

impl Noted {
    /// Notes who asks. The first note stays.
    pub fn note(extensions: &axum::http::Extensions, asker: Asker) {
        if let Some(Self(cell)) = extensions.get() {
            let _ = cell.set(asker);
        }
    }
}

/// Gives a request its id, and its answer; writes a line of the log; counts it.
pub async fn watched(State(backend): State<Backend>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = taken(request.headers().get(REQUEST_ID)).unwrap_or_else(minted);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let noted = Noted::default();
    request.extensions_mut().insert(noted.clone());
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| NO_ROUTE.to_owned(), |path| path.as_str().to_owned());

    let open = Open { backend, id: id.clone(), method, route, began, noted, answered: false };
    let (mut response, refusal) = identified(next.run(request).await, &id).await;
    response.headers_mut().insert(REQUEST_ID, id);
    open.answered(response.status(), refusal.as_ref());
    response
}

/// A request that waits for its answer. Dropped before, it says that nobody waits any more.
struct Open {
    backend: Backend,
    id: HeaderValue,
    method: Method,
    route: String,
    began: Instant,
    noted: Noted,
    answered: bool,
}

impl Open {
    fn answered(mut self, status: StatusCode, refusal: Option<&Problem>) {
        self.answered = true;
        self.told(status, refusal, refusal.map_or("-", |problem| problem.code.as_str()));
    }

    /// Writes the line, and counts.
    fn told(&self, status: StatusCode, refusal: Option<&Problem>, code: &str) {
        let Self { backend, id, method, route, began, noted, .. } = self;
        let took = began.elapsed();
        backend.metrics().answered(method, route, status, took, refusal);
        let who = noted.0.get().map_or_else(|| "-".to_owned(), ToString::to_string);
        let (request, status) = (id.to_str().unwrap_or_default(), status.as_u16());
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        // Whoever asks every second whether the server is ready says nothing by it, nor do the page's files.
        if route.starts_with("/v1/") {
            tracing::info!(request, %method, route, status, code, ms, who, "answered");
        } else {
            tracing::debug!(request, %method, route, status, code, ms, who, "answered");
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.answered {
            self.told(HUNG_UP, None, "request.hung_up");
        }
    }
}

/// The id that a request brings, if it is one: up to 64 letters, digits, dots, dashes and underscores.
fn taken(header: Option<&HeaderValue>) -> Option<HeaderValue> {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    header.filter(|id| (1..=LONGEST_ID).contains(&id.len()) && id.as_bytes().iter().all(fits)).cloned()
}

fn minted() -> HeaderValue {
    HeaderValue::from_str(&Uuid::now_v7().to_string()).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

/// A problem tells the id, too: whoever is shown it can name it to whoever reads the log. Every other answer stays as it is.
async fn identified(response: Response, id: &HeaderValue) -> (Response, Option<Problem>) {
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == Problem::MEDIA_TYPE);
    if !is_problem {
        return (response, None);
    }
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, LONGEST_PROBLEM).await.unwrap_or_default();
    let Ok(problem) = serde_json::from_slice::<Problem>(&bytes) else {
        // The answer to a HEAD has none.
        return (Response::from_parts(parts, Body::from(bytes)), None);
    };
    let problem = Problem { request_id: id.to_str().ok().map(Box::from), ..problem };
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = serde_json::to_vec(&problem).map_or_else(|_| Body::from(bytes), Body::from);
    (Response::from_parts(parts, body), Some(problem))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_word("permintaan-1", true)]
    #[case::a_uuid("0190a6e2-0000-7000-8000-000000000000", true)]
    #[case::of_64_characters(&"x".repeat(64), true)]
    #[case::longer(&"x".repeat(65), false)]
    #[case::empty("", false)]
    #[case::with_a_space("a b", false)]
    #[case::with_what_a_log_is_written_with("a\"b", false)]
    #[case::beyond_ascii("permintaän", false)]
    fn an_id_from_outside_is_a_word(#[case] id: &str, #[case] is_taken: bool) {
        let header = HeaderValue::from_bytes(id.as_bytes()).ok();
        assert_eq!(taken(header.as_ref()).is_some(), is_taken);
    }
}
