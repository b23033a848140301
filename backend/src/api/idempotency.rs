//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a POST that comes again under its key is not carried out again but
//! answered as it was the first time, with `Idempotency-Replayed: true`. Answers are kept for a day.
//!
//! The same request is: the same method, path and query, and the same bytes as far as its handler read them the first time. They are
//! hashed while they flow, so an upload is never held in memory.
//!
//! That a request is running is known to its process only, and its answer is kept in the store as soon as a writer is free: the
//! store has one writer, and the answer to a commit must not wait for the commit. A process that is killed in between leaves no claim, and the
//! retry is carried out. Only success is kept: an error says that nothing was done, and what was sent may be mended under the same key.
//!
//! An answer that says `Cache-Control: no-store` tells a secret: it is not kept, and the act must be safe to carry out again by itself.
//!
//! One layer over every POST of the staff; a new one needs nothing. Keys are each sender's own. Why it is so: `docs/decisions/0005-a-post-is-carried-out-once.md`.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use satu_core::{credential::hex, store::answers};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Backend, access::Who, problem::Problem};

/// The request's header.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The answer's header: it was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Characters of the longest key.
pub const LONGEST: usize = 255;

/// Carries a POST out once per key.
pub async fn once(State(backend): State<Backend>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let answered = match key(request.headers()) {
        Ok(None) => return next.run(request).await,
        Ok(Some(key)) => under(backend, of_sender(&request, key), request, next).await,
        Err(problem) => Err(problem),
    };
    answered.unwrap_or_else(IntoResponse::into_response)
}

/// The key of a request: the draft's quoted string, or the bare text that many clients send.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut sent = headers.get_all(KEY).iter();
    let Some(value) = sent.next() else { return Ok(None) };
    let invalid = |why: &str| Problem::invalid("Idempotency-Key", why);
    if sent.next().is_some() {
        return Err(invalid("it is sent twice"));
    }
    let text = value.as_bytes();
    let text = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text);
    if text.is_empty() || text.len() > LONGEST {
        return Err(invalid("it must have 1 to 255 characters"));
    }
    match str::from_utf8(text) {
        Ok(text) if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) => Ok(Some(text.to_owned())),
        _ => Err(invalid("it may hold printable ASCII characters only")),
    }
}

/// A key as it is kept: each sender has her own, and nobody is answered what another one was.
fn of_sender(request: &Request, key: String) -> String {
    match request.extensions().get::<Who>().and_then(Who::id) {
        Some(id) => digits(Sha256::new().chain_update(id.0.as_bytes()).chain_update(key.as_bytes())),
        None => key,
    }
}

async fn under(backend: Backend, key: String, request: Request, next: Next) -> Result<Response, Problem> {
    match backend.underway().begin(&key) {
        Begun::Running => Err(Problem::new(
            StatusCode::CONFLICT,
            "idempotency.in_progress",
            "A request with this Idempotency-Key is still being carried out; ask again when it has ended.",
        )),
        Begun::Answered(kept) => kept.again(request).await,
        // A task of its own: whoever sent it may hang up, and still finds the answer when she asks again.
        Begun::First(claim) => tokio::spawn(carry_out(backend, claim, request, next))
            .await
            .unwrap_or_else(|error| Err(Problem::internal(&error))),
    }
}

async fn carry_out(backend: Backend, claim: Claim, request: Request, next: Next) -> Result<Response, Problem> {
    if let Some(text) = answers::kept(backend.store(), &claim.key).await? {
        let kept: Kept = serde_json::from_str(&text).map_err(|error| Problem::internal(&error))?;
        drop(claim);
        return kept.again(request).await;
    }
    let target = target(&request);
    let reading = Reading::default();
    let (parts, body) = next.run(request.map(|body| reading.watch(body))).await.into_parts();
    // Every POST answers with one JSON document.
    let body = to_bytes(body, usize::MAX).await.map_err(|error| Problem::internal(&error))?;
    // What tells a secret says so, and is kept nowhere.
    let keeps = parts.headers.get(header::CACHE_CONTROL).is_none_or(|said| said != "no-store");
    let good = parts.status.is_success() && keeps;
    if let (true, Some(read), Ok(text)) = (good, reading.taken(), str::from_utf8(&body)) {
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        claim.answered(
            &backend,
            Kept {
                request: target,
                read,
                status: parts.status.as_u16(),
                content_type: content_type.map(str::to_owned),
                body: text.to_owned(),
            },
        );
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Method, path and query.
fn target(request: &Request) -> String {
    format!("{} {}", request.method(), request.uri().path_and_query().map_or("/", |path| path.as_str()))
}

/// An answer, and what it was the answer to.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// Method, path and query.
    request: String,
    /// The request's body.
    read: Taken,
    status: u16,
    content_type: Option<String>,
    body: String,
}

impl Kept {
    /// The answer once more, if the request is the same.
    async fn again(&self, request: Request) -> Result<Response, Problem> {
        if self.request != target(&request) || !self.read.is(request.into_body()).await? {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency.key_reused",
                "Another request was sent under this Idempotency-Key; send each under a key of its own.",
            ));
        }
        let status = StatusCode::from_u16(self.status).map_err(|error| Problem::internal(&error))?;
        let mut response = (status, self.body.clone()).into_response();
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_TYPE);
        if let Some(kind) = self.content_type.as_deref().and_then(|kind| HeaderValue::from_str(kind).ok()) {
            headers.insert(header::CONTENT_TYPE, kind);
        }
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        Ok(response)
    }
}

/// What a handler read of a body: all that its answer can depend on.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Taken {
    bytes: u64,
    /// It read on to the end.
    whole: bool,
    /// SHA-256 of what it read, in hex.
    sha256: String,
}

impl Taken {
    /// Whether another body begins like this one, or, where this one was read to its end, is like it.
    async fn is(&self, body: Body) -> Result<bool, Problem> {
        let (mut left, mut hash) = (self.bytes, Sha256::new());
        let mut chunks = body.into_data_stream();
        while left > 0 || self.whole {
            let Some(chunk) = chunks.next().await else { break };
            let chunk = chunk.map_err(|error| Problem::invalid("body", error))?;
            let like = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if like < chunk.len() && self.whole {
                return Ok(false);
            }
            hash.update(&chunk[..like]);
            left -= like as u64;
        }
        Ok(left == 0 && digits(hash) == self.sha256)
    }
}

/// Watches a body while a handler reads it.
#[derive(Clone, Default)]
struct Reading(Arc<Mutex<Watched>>);

#[derive(Default)]
struct Watched {
    hash: Sha256,
    bytes: u64,
    whole: bool,
    broke_off: bool,
}

impl Reading {
    fn watch(&self, body: Body) -> Body {
        let (mut chunks, reading) = (body.into_data_stream(), self.clone());
        Body::from_stream(stream::poll_fn(move |context| {
            let polled = chunks.poll_next_unpin(context);
            if let Poll::Ready(chunk) = &polled {
                reading.note(chunk.as_ref());
            }
            polled
        }))
    }

    fn note(&self, chunk: Option<&Result<Bytes, axum::Error>>) {
        let mut watched = lock(&self.0);
        match chunk {
            Some(Ok(chunk)) => {
                watched.bytes += chunk.len() as u64;
                watched.hash.update(chunk);
            }
            Some(Err(_)) => watched.broke_off = true,
            None => watched.whole = true,
        }
    }

    /// What was read; none if the sender broke off, since her retry is another request then.
    fn taken(&self) -> Option<Taken> {
        let watched = lock(&self.0);
        let sha256 = digits(watched.hash.clone());
        (!watched.broke_off).then_some(Taken { bytes: watched.bytes, whole: watched.whole, sha256 })
    }
}

/// The keys whose requests are being carried out, and the answers that the store does not hold yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Underway(Arc<Mutex<HashMap<String, Option<Arc<Kept>>>>>);

enum Begun {
    /// Nobody else is at it.
    First(Claim),
    /// Somebody is.
    Running,
    /// Somebody was.
    Answered(Arc<Kept>),
}

impl Underway {
    fn begin(&self, key: &str) -> Begun {
        match lock(&self.0).entry(key.to_owned()) {
            Entry::Vacant(free) => {
                free.insert(None);
                Begun::First(Claim { underway: self.clone(), key: key.to_owned() })
            }
            Entry::Occupied(taken) => taken.get().clone().map_or(Begun::Running, Begun::Answered),
        }
    }
}

/// A key that a request is being carried out under; dropped, it is free.
struct Claim {
    underway: Underway,
    key: String,
}

impl Claim {
    /// Makes an answer known at once, and keeps it when the store can.
    fn answered(self, backend: &Backend, kept: Kept) {
        let (store, text) = (backend.store().clone(), serde_json::to_string(&kept));
        lock(&self.underway.0).insert(self.key.clone(), Some(Arc::new(kept)));
        tokio::spawn(async move {
            let written = match text {
                Ok(text) => answers::keep(&store, &self.key, &text).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = written {
                tracing::error!(%error, "an answer cannot be kept: a retry would be carried out");
            }
        });
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        lock(&self.underway.0).remove(&self.key);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing in here leaves a value half-written.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn digits(hash: Sha256) -> String {
    hex(hash.finalize().as_slice())
}
