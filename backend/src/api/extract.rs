//! What handlers take from a request. Whatever cannot be understood is answered as a [`Problem`], never in a framework's own words.
//!
//! No text that a handler takes holds a NUL: no name, number or address does, and engines cut or refuse a text there.

use axum::{
    body::Body,
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

use crate::problem::Problem;

/// Values of the path.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Path<T>(pub T);

/// Values of the query.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// A JSON body, of a request or an answer.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// Why a text is refused.
const NUL: &str = "it holds a NUL character";

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(Problem::invalid("query", NUL));
        }
        let axum::extract::Query(values) = axum::extract::Query::<T>::from_request_parts(parts, state).await?;
        Ok(Self(values))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await;
        let body = body.map_err(JsonRejection::from)?;
        let holds_nul = holds_nul(&body);
        // First of all what it is at all: what is no JSON is refused as that.
        let axum::Json(value) =
            axum::Json::<T>::from_request(Request::from_parts(parts, Body::from(body)), state).await?;
        if holds_nul { Err(Problem::invalid("body", NUL)) } else { Ok(Self(value)) }
    }
}

/// Whether a text of a JSON document holds a NUL. It can only be written as an escape.
fn holds_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escaped = rest.get(at + 1..).unwrap_or_default();
        if escaped.starts_with(b"u0000") {
            return true;
        }
        // A backslash that is escaped escapes nothing.
        rest = escaped.get(1..).unwrap_or_default();
    }
    false
}

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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::none(r#"{"name": "Siti"}"#, false)]
    #[case::one(r#"{"name": "Siti\u0000"}"#, true)]
    #[case::in_a_key(r#"{"\u0000": 1}"#, true)]
    #[case::after_a_backslash(r#"["\\\u0000"]"#, true)]
    #[case::a_backslash_and_its_name(r#"["\\u0000"]"#, false)]
    #[case::another_character(r#"["\u00001", "\u0001"]"#, true)]
    #[case::a_tab(r#"["\t\u0009"]"#, false)]
    #[case::broken_off(r#"["\"#, false)]
    fn a_nul_is_found_however_it_is_escaped(#[case] json: &str, #[case] expected: bool) {
        assert_eq!(holds_nul(json.as_bytes()), expected);
    }
}
