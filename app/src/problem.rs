//! What a command answers when it fails: the same problem (RFC 9457) that the API answers, so that the page has one way to
//! show either.

use std::fmt::Display;
use std::path::Path;

use satu_backend::problem::Problem;
use tauri::http::StatusCode;

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

/// The last part of a path as people see it.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
