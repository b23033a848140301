//! A server of the team in place of the database on this machine: where it is, and how the page's requests get there.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use reqwest::Client;
use satu_backend::{outbound, problem::Problem};
use satu_core::private;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tauri::Url;
use tauri::http::header::{
    self, ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, IF_NONE_MATCH, SET_COOKIE,
    TRANSFER_ENCODING, USER_AGENT,
};
use tauri::http::{HeaderName, Request, Response, StatusCode};

use crate::problem;

/// How long a connection may take. An answer may take as long as it takes: files go up and down.
const CONNECTION: Duration = Duration::from_secs(10);
/// How long the first answer of an address may take, which may be anybody's.
const FIRST_ANSWER: Duration = Duration::from_secs(15);
/// Bytes of the longest first answer.
const LONGEST: usize = 64 * 1024;
/// The file of the address in the folder of what is kept for the user.
const FILE: &str = "team.json";

/// What of a request is the server's to know. Everything else is the web view's own.
const CARRIED: [HeaderName; 9] = [
    ACCEPT,
    ACCEPT_LANGUAGE,
    AUTHORIZATION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    IF_NONE_MATCH,
    USER_AGENT,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("satu-keeps-token"),
];

/// The address of a team's server: `https://satu.example`, without a path. Without TLS only on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(Url);

impl FromStr for Address {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let refused = || problem::team("team.address", text, "it is no address like https://satu.example");
        // Whoever types no scheme means this one.
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&whole).map_err(|_| refused())?;
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && local);
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let is_open = url.username().is_empty() && url.password().is_none();
        if is_safe && is_bare && is_open && url.host_str().is_some() { Ok(Self(url)) } else { Err(refused()) }
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|why: Problem| why.detail)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// What is kept of it between two starts.
#[derive(Serialize, Deserialize)]
struct Kept {
    address: Address,
}

/// The address that was kept in a folder; none: the database on this machine. What cannot be read is told, and counts as none.
pub fn kept(folder: &Path) -> Option<Address> {
    let file = folder.join(FILE);
    let read = std::fs::read(&file).and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).map_err(io::Error::other));
    match read {
        Ok(kept) => Some(kept.address),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => {
            tracing::warn!(%error, file = %file.display(), "the address of the team's server cannot be read");
            None
        }
    }
}

/// Keeps an address, or forgets it.
pub fn keep(folder: &Path, address: Option<&Address>) -> io::Result<()> {
    let file: PathBuf = folder.join(FILE);
    match address {
        Some(address) => {
            let text = serde_json::to_vec(&Kept { address: address.clone() }).map_err(io::Error::other)?;
            let mut options = private::writing();
            io::Write::write_all(&mut options.truncate(true).open(&file)?, &text)
        }
        None => match std::fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
    }
}

/// A team's server.
#[derive(Debug, Clone)]
pub struct Server {
    address: Address,
    client: Client,
}

impl Server {
    /// The server at an address; nothing is asked of it yet.
    ///
    /// # Errors
    /// The system's certificates cannot be read.
    pub fn at(address: Address) -> Result<Self, Problem> {
        let client = outbound::builder().connect_timeout(CONNECTION).build().map_err(problem::system)?;
        Ok(Self { address, client })
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Asks whether it is a Satu: one says who is signed in, or that nobody is.
    ///
    /// # Errors
    /// It does not answer, or something else answers.
    pub async fn greet(&self) -> Result<(), Problem> {
        let other = || problem::team("team.not_satu", &self.address.to_string(), "what answers there is no Satu");
        let request = Request::get("/v1/staff/session").body(Body::empty()).map_err(problem::system)?;
        let asked = tokio::time::timeout(FIRST_ANSWER, self.ask(request)).await;
        let response = asked.map_err(|_| self.unreachable("it gave no answer in time"))?;
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            return Err(self.unreachable("it is not ready"));
        }
        let body = http_body_util::Limited::new(response.into_body(), LONGEST);
        let body = tokio::time::timeout(FIRST_ANSWER, body.collect()).await;
        let body = body.map_err(|_| other())?.map_err(|_| other())?.to_bytes();
        let said: Value = serde_json::from_slice(&body).map_err(|_| other())?;
        let signed_in = said.get("role").is_some() && said.get("password_due").is_some();
        let nobody = said.get("code").and_then(Value::as_str).is_some_and(|code| code.starts_with("staff."));
        if signed_in || nobody { Ok(()) } else { Err(other()) }
    }

    /// One request, the body streamed both ways. A server that does not answer is answered for.
    pub async fn ask(&self, request: Request<Body>) -> Response<Body> {
        match self.forward(request).await {
            Ok(response) => response,
            Err(error) => {
                tracing::warn!(%error, "the team's server does not answer");
                problem::answer(self.unreachable(&error.without_url().to_string()))
            }
        }
    }

    async fn forward(&self, request: Request<Body>) -> reqwest::Result<Response<Body>> {
        let (parts, body) = request.into_parts();
        let mut url = self.address.0.clone();
        url.set_path(parts.uri.path());
        url.set_query(parts.uri.query());
        let mut asked = self.client.request(parts.method, url);
        for name in CARRIED {
            if let Some(value) = parts.headers.get(&name) {
                asked = asked.header(name, value);
            }
        }
        let answer = asked.body(reqwest::Body::wrap_stream(body.into_data_stream())).send().await?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        // What is of one connection, or a browser's, is not of the answer.
        for own in [header::CONNECTION, TRANSFER_ENCODING, SET_COOKIE] {
            response.headers_mut().remove(own);
        }
        *response.body_mut() = Body::from_stream(answer.bytes_stream());
        Ok(response)
    }

    fn unreachable(&self, why: &str) -> Problem {
        problem::team("team.unreachable", &self.address.to_string(), why)
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::{get, post};
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn an_address_has_tls_or_is_of_this_machine() {
        let cases = [
            ("https://satu.example", Some("https://satu.example")),
            (" satu.example ", Some("https://satu.example")),
            ("https://satu.example:8443/", Some("https://satu.example:8443")),
            ("http://127.0.0.1:8787", Some("http://127.0.0.1:8787")),
            ("http://localhost:8787", Some("http://localhost:8787")),
            ("http://satu.example", None),
            ("https://satu.example/v1", None),
            ("https://rina:rahasia@satu.example", None),
            ("https://satu.example?x", None),
            ("ftp://satu.example", None),
            ("satu example", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let found = text.parse::<Address>().ok().map(|address| address.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_address_is_kept_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(kept(folder.path()), None);
        let address: Address = "https://satu.example".parse().unwrap();
        keep(folder.path(), Some(&address)).unwrap();
        assert_eq!(kept(folder.path()), Some(address));
        std::fs::write(folder.path().join(FILE), r#"{"address":"http://satu.example"}"#).unwrap();
        assert_eq!(kept(folder.path()), None, "what was written by hand is held to the same rule");
        keep(folder.path(), None).unwrap();
        keep(folder.path(), None).unwrap();
        assert_eq!(kept(folder.path()), None);
    }

    async fn served(router: Router) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Server::at(address.parse().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_request_reaches_the_server_with_path_query_body_and_what_is_its_to_know() {
        let echo = post(|request: Request<Body>| async move {
            let (parts, body) = request.into_parts();
            let names: Vec<_> = parts.headers.keys().map(ToString::to_string).collect();
            let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
            format!("{} {body} {}", parts.uri, names.join(","))
        });
        let server = served(Router::new().route("/v1/echo", echo)).await;
        let request = Request::post("/v1/echo?name=a%20b.csv")
            .header("authorization", "Bearer ab12")
            .header("origin", "tauri://localhost")
            .header("cookie", "x=1")
            .header("idempotency-key", "k")
            .body(Body::from("isi"))
            .unwrap();
        let response = server.ask(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        let said = String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap();
        assert!(said.starts_with("/v1/echo?name=a%20b.csv isi "), "{said}");
        assert!(said.contains("authorization") && said.contains("idempotency-key"), "{said}");
        assert!(!said.contains("origin") && !said.contains("cookie"), "{said}");
    }

    #[tokio::test]
    async fn only_a_satu_is_greeted() {
        let refusal = r#"{"type":"about:blank","title":"x","status":401,"code":"staff.signed_out","detail":"x"}"#;
        let signed_out = get(move || async move { (StatusCode::UNAUTHORIZED, refusal) });
        assert!(served(Router::new().route("/v1/staff/session", signed_out)).await.greet().await.is_ok());
        let other = served(Router::new().route("/v1/staff/session", get(|| async { "<html>" }))).await;
        assert_eq!(other.greet().await.unwrap_err().code, "team.not_satu");
        assert_eq!(served(Router::new()).await.greet().await.unwrap_err().code, "team.not_satu");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let nobody = Server::at(address.parse().unwrap()).unwrap();
        assert_eq!(nobody.greet().await.unwrap_err().code, "team.unreachable");
    }

    #[tokio::test]
    async fn a_server_that_is_gone_is_answered_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let gone = Server::at(address.parse().unwrap()).unwrap();
        let response = gone.ask(Request::get("/v1/meta").body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let said: Problem = serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
        assert_eq!((said.code.as_str(), said.params["address"].as_str()), ("team.unreachable", address.as_str()));
    }
}
