//! Whether the process lives, and whether it can answer.

use std::time::Duration;

use axum::{extract::State, http::StatusCode};

use crate::Backend;

/// How long the database has to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process lives.
pub async fn alive() -> &'static str {
    "ok"
}

/// The database answers, and the process is not about to end: a proxy may send requests here.
pub async fn ready(State(backend): State<Backend>) -> (StatusCode, &'static str) {
    if backend.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the server is about to end");
    }
    match tokio::time::timeout(PATIENCE, satu_core::import::batches(backend.store(), None, 1)).await {
        Ok(Ok(_)) => (StatusCode::OK, "ok"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
