//! What a command answers when it fails: the same problem (RFC 9457) that the API answers, so that the page has one way to
//! show either.

use std::fmt::Display;
use std::path::Path;

use axum::body::Body;
use axum::response::IntoResponse;
use satu_backend::problem::Problem;
use tauri::http::{Response, StatusCode};

/// The user's file cannot be read, or the place that she chose cannot be written.
pub fn file(path: &Path, cause: impl Display) -> Problem {
    let detail = format!("{}: {cause}. Check that it is there and may be used, then try again.", path.display());
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "file.io", detail)
        .with("file", file_name(path))
        .with("value", cause.to_string())
}

/// The page asked for something that it may not have: a fault of the page, not of the user.
pub fn refused(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "shell.refused", detail)
}

/// The system did not do its part (no dialog, no file browser).
pub fn system(cause: impl Display) -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "shell.system", format!("The desktop could not do this: {cause}."))
}

/// The server of the team cannot be asked: `team.address`, `team.unreachable` or `team.not_satu`.
pub fn team(code: &str, address: &str, cause: impl Display) -> Problem {
    let detail = format!("{address}: {cause}. Check the address and the connection, then try again.");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
        .with("address", address)
        .with("value", cause.to_string())
}

/// A problem as the API would answer it.
pub fn answer(problem: Problem) -> Response<Body> {
    problem.into_response()
}

/// The last part of a path as people see it.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
