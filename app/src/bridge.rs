//! The way from the page to the API: requests to `satu://localhost/…` (`http://satu.localhost/…` on Windows) are answered by
//! the router in this process, or by the server of the team where the user has chosen one. Whoever has signed in is shown by her token, which the page
//! does not hold. To the page it is another origin, so the answers carry CORS headers, for the page's own
//! origin only.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt;
use tauri::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, AUTHORIZATION,
    CACHE_CONTROL, CONTENT_TYPE, HOST, ORIGIN, VARY,
};
use tauri::http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};
use tower::ServiceExt;

use satu_backend::problem::Problem;

use crate::problem;
use crate::team::{self, Address, Server};
use crate::tokens;

/// The custom URI scheme.
pub const SCHEME: &str = "satu";

/// The page's own origins: Linux and macOS, then Windows.
const OWN_ORIGINS: [&str; 2] = ["tauri://localhost", "http://tauri.localhost"];

/// Where somebody signs in.
const SIGN_IN: &str = "/v1/staff/session";

/// The API, kept for the bridge and the commands: the router of this process, or a team's server.
pub struct Api {
    here: Router,
    shown: Mutex<Shown>,
    /// Whoever goes elsewhere or signs in waits for whoever does already: the keyring may ask the user first.
    moving: tokio::sync::Mutex<()>,
    /// Where the address of the team's server is kept.
    folder: PathBuf,
}

/// The place that is shown, and who has signed in there. They change together, and are read together: no place is ever shown the token of another one.
#[derive(Default)]
struct Shown {
    /// None: this machine's own database.
    server: Option<Server>,
    token: Option<String>,
    /// Whether somebody has asked this place to sign her in since it is shown: a token that comes unasked is of the place before.
    asked: bool,
}

impl Api {
    /// The place where the user left it: `router`, unless an address of a team's server is kept in `folder`.
    pub async fn open(router: Router, folder: PathBuf) -> Self {
        let server = team::kept(&folder).and_then(|address| {
            Server::at(address).inspect_err(|why| tracing::warn!(%why.detail, "the team's server cannot be used")).ok()
        });
        let token = tokens::kept(&place(server.as_ref(), &folder)).await;
        let shown = Mutex::new(Shown { server, token, asked: false });
        Self { here: router, shown, moving: tokio::sync::Mutex::default(), folder }
    }

    /// The address of the team's server; none: this machine's own database is shown.
    pub fn team(&self) -> Option<Address> {
        self.shown().server.as_ref().map(|server| server.address().clone())
    }

    /// Goes to a team's server, or back to this machine's own database. The other one stays as it is, with whoever has signed in there.
    ///
    /// # Errors
    /// What answers there is no Satu, or nothing does; the address cannot be kept. It stays where it is then.
    pub async fn go(&self, address: Option<Address>) -> Result<(), Problem> {
        let server = match address {
            Some(address) => {
                let server = Server::at(address)?;
                server.greet().await?;
                Some(server)
            }
            None => None,
        };
        let _alone = self.moving.lock().await;
        team::keep(&self.folder, server.as_ref().map(Server::address)).map_err(problem::system)?;
        let token = tokens::kept(&place(server.as_ref(), &self.folder)).await;
        *self.shown() = Shown { server, token, asked: false };
        Ok(())
    }

    /// Shows this token from now on to the place that is shown, which has given it; none: nobody is signed in there.
    pub async fn keep_token(&self, token: Option<String>) {
        let _alone = self.moving.lock().await;
        let place = {
            let mut shown = self.shown();
            if token.is_some() && !shown.asked {
                tracing::warn!("a token came from a place that is shown no more: whoever signed in does so again");
                return;
            }
            shown.token.clone_from(&token);
            place(shown.server.as_ref(), &self.folder)
        };
        tokens::keep(&place, token).await;
    }

    /// One request to the API, the body streamed both ways.
    pub async fn ask(&self, mut request: Request<Body>) -> Response<Body> {
        request.headers_mut().remove(AUTHORIZATION);
        let signs_in = request.method() == Method::POST && request.uri().path() == SIGN_IN;
        let (server, token) = {
            let mut shown = self.shown();
            shown.asked |= signs_in;
            (shown.server.clone(), shown.token.clone())
        };
        if let Some(token) = token
            && let Ok(shown) = HeaderValue::try_from(format!("Bearer {token}"))
        {
            request.headers_mut().insert(AUTHORIZATION, shown);
        }
        match server {
            Some(server) => server.ask(request).await,
            None => match self.here.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            },
        }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the keyring lists the token under: the server's address, or the folder of this machine's database.
fn place(server: Option<&Server>, folder: &Path) -> String {
    server.map_or_else(|| folder.display().to_string(), |server| server.address().to_string())
}

/// Carries one request of the page to the API and the answer back. Called by the web view, so it must not block.
pub fn carry<R: Runtime>(context: UriSchemeContext<'_, R>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        responder.respond(match app.try_state::<Api>() {
            Some(api) => answer(&api, request).await,
            None => plain(StatusCode::SERVICE_UNAVAILABLE),
        });
    });
}

/// The answer to `request`, with the headers that let the page read it.
async fn answer(api: &Api, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    let origin = request.headers().get(ORIGIN).cloned();
    if let Some(origin) = &origin
        && !OWN_ORIGINS.iter().any(|own| origin == own)
    {
        tracing::warn!(?origin, "a foreign origin asked for the API");
        return plain(StatusCode::FORBIDDEN);
    }
    let mut response = match preflight(&request) {
        Some(allowed) => allowed,
        None => match inward(request) {
            Ok(request) => whole(api.ask(request).await).await,
            Err(_) => plain(StatusCode::BAD_REQUEST),
        },
    };
    let headers = response.headers_mut();
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    }
    headers.insert(VARY, HeaderValue::from_static("origin"));
    // People's data stays in the database: the web view keeps no copy on disk.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The answer to a preflight; none if `request` is not one.
fn preflight(request: &Request<Vec<u8>>) -> Option<Response<Vec<u8>>> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let mut response = plain(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    if let Some(asked) = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    Some(response)
}

/// The page's request as the router expects it: a path and query on this machine.
fn inward(request: Request<Vec<u8>>) -> Result<Request<Body>, tauri::http::Error> {
    let (mut parts, body) = request.into_parts();
    parts.uri = Uri::builder().path_and_query(parts.uri.path_and_query().map_or("/", |path| path.as_str())).build()?;
    parts.headers.insert(HOST, HeaderValue::from_static("localhost"));
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// A streamed answer, gathered: the web view takes a whole one. Large files do not come this way
/// (see [`crate::commands::save_response`]).
async fn whole(response: Response<Body>) -> Response<Vec<u8>> {
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(parts, body.to_bytes().into()),
        Err(cause) => {
            tracing::error!(%cause, "the API's answer broke off");
            plain(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

fn plain(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use tauri::http::HeaderMap;

    use super::*;

    fn api() -> Api {
        let here = somewhere()
            .route("/v1/meta", get(|| async { "{}" }))
            .route("/v1/echo", post(|uri: Uri, body: String| async move { format!("{uri} {body}") }));
        Api { here, shown: Mutex::default(), moving: tokio::sync::Mutex::default(), folder: PathBuf::new() }
    }

    /// A place where nobody is signed in, which says what it is shown.
    fn somewhere() -> Router {
        let nobody = || async { r#"{"code":"staff.signed_out"}"# };
        Router::new()
            .route(SIGN_IN, get(nobody).post(nobody))
            .route("/v1/who", get(|headers: HeaderMap| async move { format!("{:?}", headers.get(AUTHORIZATION)) }))
    }

    async fn signs_in(api: &Api) {
        answer(api, request(Method::POST, "satu://localhost/v1/staff/session", Some("tauri://localhost"), "")).await;
    }

    #[tokio::test]
    async fn whoever_has_signed_in_is_shown_and_the_page_shows_nobody() {
        let api = api();
        let asked = || {
            let mut asked = request(Method::GET, "satu://localhost/v1/who", Some("tauri://localhost"), "");
            asked.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Bearer of-the-page"));
            asked
        };
        assert_eq!(answer(&api, asked()).await.body(), b"None");
        signs_in(&api).await;
        api.keep_token(Some("ab12".to_owned())).await;
        assert_eq!(answer(&api, asked()).await.body(), br#"Some("Bearer ab12")"#);
        api.keep_token(None).await;
        assert_eq!(answer(&api, asked()).await.body(), b"None");
    }

    /// Whoever signs in at one server and goes to another one shows that one nothing, however late the token comes.
    #[tokio::test]
    async fn a_token_is_shown_to_the_place_that_gave_it_and_to_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let api = Api { folder: folder.path().to_owned(), ..api() };
        let mut places = Vec::new();
        for _ in 0..2 {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            places.push(format!("http://{}", listener.local_addr().unwrap()).parse::<Address>().unwrap());
            tokio::spawn(async move { axum::serve(listener, somewhere()).await });
        }
        let who = async || {
            let asked = request(Method::GET, "satu://localhost/v1/who", Some("tauri://localhost"), "");
            String::from_utf8(answer(&api, asked).await.into_body()).unwrap()
        };
        let token = || Some("of-the-first".to_owned());
        for late in [false, true] {
            api.go(Some(places[0].clone())).await.unwrap();
            signs_in(&api).await;
            if late {
                api.go(Some(places[1].clone())).await.unwrap();
                api.keep_token(token()).await;
            } else {
                api.keep_token(token()).await;
                assert_eq!(who().await, r#"Some("Bearer of-the-first")"#);
                api.go(Some(places[1].clone())).await.unwrap();
            }
            assert_eq!((api.team(), who().await), (Some(places[1].clone()), "None".to_owned()));
        }
        // At once: whichever comes first, the second place is shown nothing.
        api.go(Some(places[0].clone())).await.unwrap();
        signs_in(&api).await;
        let (gone, ()) = tokio::join!(api.go(Some(places[1].clone())), api.keep_token(token()));
        gone.unwrap();
        assert_eq!(who().await, "None");
        api.go(Some(places[0].clone())).await.unwrap();
        api.keep_token(None).await;
    }

    fn request(method: Method, uri: &str, origin: Option<&str>, body: &str) -> Request<Vec<u8>> {
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        request.body(body.as_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_request_reaches_the_router_with_path_query_and_body() {
        for uri in ["satu://localhost/v1/echo?name=a%20b.csv", "http://satu.localhost/v1/echo?name=a%20b.csv"] {
            let response = answer(&api(), request(Method::POST, uri, Some("tauri://localhost"), "isi")).await;
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(String::from_utf8_lossy(response.body()), "/v1/echo?name=a%20b.csv isi");
        }
    }

    #[tokio::test]
    async fn only_the_page_itself_may_read_the_answer() {
        let cases = [
            (Some("tauri://localhost"), StatusCode::OK, Some("tauri://localhost")),
            (Some("http://tauri.localhost"), StatusCode::OK, Some("http://tauri.localhost")),
            (Some("https://example.com"), StatusCode::FORBIDDEN, None),
            (Some("null"), StatusCode::FORBIDDEN, None),
            (None, StatusCode::OK, None),
        ];
        for (origin, status, allowed) in cases {
            let response = answer(&api(), request(Method::GET, "satu://localhost/v1/meta", origin, "")).await;
            assert_eq!(response.status(), status, "{origin:?}");
            let header = response.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().unwrap());
            assert_eq!(header, allowed, "{origin:?}");
        }
    }

    #[tokio::test]
    async fn a_preflight_allows_the_methods_and_headers_of_the_api() {
        let mut asked = request(Method::OPTIONS, "satu://localhost/v1/echo", Some("tauri://localhost"), "");
        asked
            .headers_mut()
            .insert(ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue::from_static("content-type,idempotency-key"));
        let response = answer(&api(), asked).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_HEADERS], "content-type,idempotency-key");
        assert!(response.headers()[ACCESS_CONTROL_ALLOW_METHODS].to_str().unwrap().contains("PATCH"));
    }

    #[tokio::test]
    async fn nothing_is_kept_in_the_web_views_cache() {
        let response =
            answer(&api(), request(Method::GET, "satu://localhost/v1/meta", Some("tauri://localhost"), "")).await;
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    }
}
