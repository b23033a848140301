//! A browser shows its session by itself, and the API of an embedded database asks for no password, so it must answer its own page only: another site's
//! page in the same browser may neither post to it (cross-site request forgery), nor load anything from it, nor reach it under a name of its own (DNS
//! rebinding). A page that the configuration names may ask what candidates ask, and nothing else: they show a token, which no browser shows by itself.

use std::{collections::HashSet, sync::Arc, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower::{Layer, ServiceExt};
use tower_http::cors::CorsLayer;

use super::watched::REQUEST_ID;
use crate::{Backend, problem::Problem};

/// How long a browser may remember what a page may ask.
const REMEMBERED: Duration = Duration::from_secs(60 * 60);

/// What the guard goes by.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The server's own address.
    own: Option<String>,
    /// Pages elsewhere.
    pages: Vec<String>,
    /// The routes that are open to them.
    open: Arc<HashSet<String>>,
    cors: CorsLayer,
}

impl Guard {
    /// The guard of a server; `open` are the routes that pages elsewhere may ask.
    pub fn of(backend: &Backend, open: HashSet<String>) -> Self {
        let (own, pages) = (backend.config().public_url.clone(), backend.config().page_origins.clone());
        // No cookie is sent or taken.
        let cors = CorsLayer::new()
            .allow_origin(pages.iter().filter_map(|page| page.parse().ok()).collect::<Vec<HeaderValue>>())
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
            .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, REQUEST_ID])
            .expose_headers([header::RETRY_AFTER, REQUEST_ID])
            .max_age(REMEMBERED);
        Self { own, pages, open: Arc::new(open), cors }
    }

    /// Whether a page elsewhere asks that may ask this.
    fn is_open(&self, request: &Request) -> bool {
        let origin = request.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        let route = request.extensions().get::<MatchedPath>();
        origin.is_some_and(|origin| self.pages.iter().any(|page| page == origin))
            && route.is_some_and(|route| self.open.contains(route.as_str()))
    }
}

/// Refuses requests of other origins and under other names than this machine's and the server's own.
pub async fn same_origin(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let is_open = guard.is_open(&request);
    match foreign(request.headers(), guard.own.as_deref(), is_open) {
        None if is_open => match guard.cors.layer(next).oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None => next.run(request).await,
        Some(why) => Problem::new(StatusCode::FORBIDDEN, "request.foreign", why).into_response(),
    }
}

/// Why a request is refused; `own` is the server's own address, as far as it has one. What is open to its page is not refused for the page.
fn foreign(headers: &HeaderMap, own: Option<&str>, is_open: bool) -> Option<String> {
    let own_host = own.and_then(|own| own.split_once("://")).map(|(_, host)| host);
    // What is no text names nobody that is known.
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text("host").unwrap_or("localhost");
    if !is_local(host) && own_host.is_none_or(|own| !own.eq_ignore_ascii_case(host)) {
        return Some(format!("This server answers under its own address only, not as “{host}”."));
    }
    match text("origin") {
        None if embedded(text("sec-fetch-site"), text("sec-fetch-mode")) => {
            Some("A page of another site may not use this server.".to_owned())
        }
        None => None,
        Some(_) if is_open => None,
        Some(origin) if origin.split_once("://").is_some_and(|(_, authority)| authority == host) => None,
        // A proxy may ask under another name than it was asked.
        Some(origin) if Some(origin) == own => None,
        // The desktop's own page; a browser can have no such origin.
        Some("tauri://localhost" | "http://tauri.localhost") => None,
        Some(origin) => Some(format!("A page of {origin} may not use this server.")),
    }
}

/// Whether another site's page asks without an `Origin`: for a picture, say, or a script. A link that somebody follows is none of
/// these; that the page stands in no frame is said by its policy.
fn embedded(site: Option<&str>, mode: Option<&str>) -> bool {
    !matches!(site, None | Some("same-origin" | "none")) && mode != Some("navigate")
}

/// Whether a `Host` header names this machine.
fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]" | "satu.localhost")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    #[test]
    fn only_the_own_page_is_answered() {
        let own = Some("https://satu.contoh.id");
        for (host, origin, answered) in [
            ("127.0.0.1:8787", None, true),
            ("localhost:8787", Some("http://localhost:8787"), true),
            ("[::1]:8787", Some("http://[::1]:8787"), true),
            ("localhost", Some("tauri://localhost"), true),
            ("127.0.0.1:8787", Some("http://evil.example"), false),
            ("127.0.0.1:8787", Some("http://127.0.0.1:9999"), false),
            ("127.0.0.1:8787", Some("null"), false),
            ("evil.example:8787", None, false),
            ("evil.example", Some("http://evil.example"), false),
            ("satu.contoh.id", Some("https://satu.contoh.id"), true),
            ("Satu.Contoh.id", None, true),
            ("satu.contoh.id", Some("https://evil.example"), false),
            ("127.0.0.1:8787", Some("https://satu.contoh.id"), true),
            ("127.0.0.1:8787", Some("http://satu.contoh.id"), false),
            ("satu.contoh.id:8787", None, false),
            ("satu.contoh.id.evil.example", None, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(foreign(&headers, own, false).is_none(), answered, "{host} {origin:?}");
        }
    }
}
