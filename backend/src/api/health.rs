//! Whether the process lives, and whether it can answer.

use axum::{extract::State, http::StatusCode};

use crate::Backend;

/// The process lives.
pub async fn alive() -> &'static str {
    "ok"
}

/// The database answers.
pub async fn ready(State(backend): State<Backend>) -> (StatusCode, &'static str) {
    match satu_core::import::batches(backend.store(), None, 1).await {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
