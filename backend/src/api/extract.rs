//! What handlers take from a request. Whatever cannot be understood is answered as a [`Problem`], never in a framework's own words.

use axum::{
    extract::{
        FromRequest, FromRequestParts,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::problem::Problem;

/// Values of the path.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Path<T>(pub T);

/// Values of the query.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub struct Query<T>(pub T);

/// A JSON body, of a request or an answer.
#[derive(Debug, FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl From<PathRejection> for Problem {
    fn from(refused: PathRejection) -> Self {
        Self::refused(refused.status(), "path", &refused.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(refused: QueryRejection) -> Self {
        Self::refused(refused.status(), "query", &refused.body_text())
    }
}

impl From<JsonRejection> for Problem {
    fn from(refused: JsonRejection) -> Self {
        Self::refused(refused.status(), "body", &refused.body_text())
    }
}

/// How the framework's sentences begin.
const OPENINGS: [&str; 4] = [
    "Failed to deserialize the JSON body into the target type: ",
    "Failed to parse the request body as JSON: ",
    "Failed to deserialize query string: ",
    "Invalid URL: ",
];

impl Problem {
    /// A part of a request that was refused before a handler saw it, with the status that says how.
    fn refused(status: StatusCode, what: &str, why: &str) -> Self {
        if status.is_server_error() {
            return Self::internal(&why);
        }
        // The framework begins with what it was about; what follows says which value does not fit, and what would.
        let why = OPENINGS.iter().find_map(|opening| why.strip_prefix(opening)).unwrap_or(why);
        Self {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            ..Self::invalid(what, why)
        }
    }
}
