//! The API with an empty database, and requests to it.

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header},
};
use http_body_util::BodyExt;
use satu_backend::{
    Backend, Config,
    channel::{self, Message, Sending},
    outreach::{Settings, carrier::Patience},
    pace::Guard,
};
use satu_core::{
    account::Policy,
    identity::IdentifierKind,
    linking::Model,
    outreach::{Channel, Quiet},
    time::Clock,
};
use satu_tests::{
    applicants::{Applicant, table},
    callbacks::Callback,
    engines::Engine,
    post::{PASSWORD, Post},
    provider::Provider,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

/// The API with a database of its own.
pub struct App {
    pub backend: Backend,
    router: Router,
    document: Value,
    folder: TempDir,
    outbox: Outbox,
    ahead: Arc<AtomicI64>,
}

/// A channel that keeps what it is to send, newest last.
#[derive(Debug, Clone, Default)]
struct Outbox(Arc<Mutex<Vec<(String, Message)>>>);

impl channel::Channel for Outbox {
    fn send<'a>(&'a self, _: IdentifierKind, to: &'a str, message: Message) -> Sending<'a> {
        self.0.lock().unwrap().push((to.to_owned(), message));
        Box::pin(async { Ok(()) })
    }
}

impl App {
    pub async fn open() -> Self {
        Self::at(tempfile::tempdir().unwrap(), true).await
    }

    /// The same where a sign-in does not tell who has no account.
    pub async fn that_hides_the_unknown() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let usual = Config::at(folder.path());
        let accounts = Policy { hide_unknown: true, ..usual.accounts };
        Self::with(folder, true, |config| Config { accounts, ..config }).await
    }

    /// The same under an address of its own, for a team.
    pub async fn with_an_address(url: &str) -> Self {
        let public_url = Some(url.to_owned());
        Self::with(tempfile::tempdir().unwrap(), true, |config| Config { public_url, ..config }).await
    }

    /// The same where candidates have a page elsewhere.
    pub async fn with_a_page_at(origin: &str) -> Self {
        let page_origins = vec![origin.to_owned()];
        Self::with(tempfile::tempdir().unwrap(), true, |config| Config { page_origins, ..config }).await
    }

    /// The same where one address may ask for so many codes, and try as often to enter.
    pub async fn paced(codes: u32, attempts: u32) -> Self {
        let [codes_an_hour, attempts_a_minute] = [codes, attempts].map(|number| NonZeroU32::new(number).unwrap());
        let guard = Guard { codes_an_hour, attempts_a_minute };
        Self::with(tempfile::tempdir().unwrap(), true, |config| Config { guard, ..config }).await
    }

    /// The same where so many codes are sent in a day.
    pub async fn with_codes_a_day(codes_a_day: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Policy { codes_a_day, ..Config::at(folder.path()).accounts };
        Self::with(folder, true, |config| Config { accounts, ..config }).await
    }

    /// The same where providers carry messages.
    pub async fn with_providers(provider: &Provider) -> Self {
        Self::sending(Engine::Sqlite, provider, Quiet::NEVER).await
    }

    /// The same on an engine.
    pub async fn with_providers_on(engine: Engine, provider: &Provider) -> Self {
        Self::sending(engine, provider, Quiet::NEVER).await
    }

    /// The same where nobody is written to at some hours.
    pub async fn at_night(provider: &Provider, quiet: Quiet) -> Self {
        Self::sending(Engine::Sqlite, provider, quiet).await
    }

    async fn sending(engine: Engine, provider: &Provider, quiet: Quiet) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = engine.database(folder.path()).await;
        let patience = Patience { connection: Duration::from_secs(2), answer: Duration::from_millis(400) };
        let outreach = Settings { quiet, patience, codes_by: Some(Channel::Twilio), ..provider.settings() };
        Self::with(folder, false, |config| Config { database, outreach, ..config }).await
    }

    /// The same where suspected duplicates are weighed with a model of one's own.
    pub async fn with_a_model(model: &Model) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.json");
        std::fs::write(&path, serde_json::to_string(model).unwrap()).unwrap();
        Self::with(folder, true, |config| Config { model: Some(path), ..config }).await
    }

    /// The same with a mail server alone.
    pub async fn with_post(post: &Post) -> Self {
        let mail = json!({"url": post.url(PASSWORD), "from": "PT Contoh <halo@contoh.example>"});
        let mail = serde_json::from_value(mail).unwrap();
        Self::with(tempfile::tempdir().unwrap(), false, |config| Config { mail, ..config }).await
    }

    /// The same without a way to reach candidates.
    pub async fn without_a_channel() -> Self {
        Self::at(tempfile::tempdir().unwrap(), false).await
    }

    async fn at(folder: TempDir, with_a_channel: bool) -> Self {
        Self::with(folder, with_a_channel, |config| config).await
    }

    async fn with(folder: TempDir, with_a_channel: bool, set: impl FnOnce(Config) -> Config) -> Self {
        let outbox = Outbox::default();
        let ahead = Arc::new(AtomicI64::new(0));
        let seconds = Arc::clone(&ahead);
        let clock = Clock::from_fn(move || {
            jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds.load(Ordering::Relaxed))
        });
        let channel: Option<Arc<dyn channel::Channel>> =
            if with_a_channel { Some(Arc::new(outbox.clone())) } else { None };
        let usual = Config::at(folder.path());
        // At night it must be as by day, but where a story is about the night.
        let outreach = Settings {
            link: Some("https://satu.example/daftar".to_owned()),
            company: Some("PT Contoh".to_owned()),
            quiet: Quiet::NEVER,
            file: Some(folder.path().join("pesan.jsonl")),
            ..usual.outreach.clone()
        };
        let config = Config { actor: "hr".into(), channel, clock, outreach, ..usual };
        let backend = Backend::open(set(config)).await.unwrap();
        let document = serde_json::to_value(satu_backend::api::document()).unwrap();
        Self { router: backend.router(), backend, document, folder, outbox, ahead }
    }

    /// The clock jumps, in seconds.
    pub fn jump(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    /// The newest message that left for somebody who had so many before.
    pub async fn message(&self, to: &str, before: usize) -> Message {
        for _ in 0..1000 {
            let sent = self.outbox.0.lock().unwrap().clone();
            if let Some((_, message)) = sent.into_iter().filter(|(recipient, _)| recipient == to).nth(before) {
                return message;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("no message left for {to}");
    }

    /// How many messages left for somebody.
    pub fn messages(&self, to: &str) -> usize {
        self.outbox.0.lock().unwrap().iter().filter(|(recipient, _)| recipient == to).count()
    }

    /// The program ended and was started again.
    pub async fn restarted(self) -> Self {
        self.backend.store().close().await;
        Self::at(self.folder, true).await
    }

    /// Overwrites the pages of the table of applications in the closed database file, and gives the file's path.
    pub async fn damage(&self) -> String {
        let path = self.folder.path().join("satu.db");
        satu_tests::ledger::damage(&path, "hiring_application").await;
        path.display().to_string()
    }

    /// The OpenAPI document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Files that wait in the spool.
    pub fn spooled(&self) -> usize {
        std::fs::read_dir(self.backend.config().spool()).map_or(0, Iterator::count)
    }

    pub fn call(&self, method: Method, path: impl Into<String>) -> Call<'_> {
        let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("localhost"))]);
        Call { app: self, method, path: path.into(), headers, body: Body::empty(), peer: None }
    }

    pub fn get(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::POST, path)
    }

    /// A call of a provider.
    pub fn callback(&self, call: &Callback) -> Call<'_> {
        let Callback { path, signature: (name, value), content_type, body } = call.clone();
        self.post(path).header("content-type", content_type).header(name, &value).body(body)
    }

    /// Drops a file.
    pub fn upload(&self, name: &str, bytes: impl Into<Body>) -> Call<'_> {
        self.post(format!("/v1/imports?name={name}")).body(bytes)
    }

    /// Drops a file of some applicants of a portal, and waits until it is read.
    pub async fn draft(&self, portal: &str, applicants: &[Applicant]) -> Value {
        let begun = self.upload("pelamar.csv", table(portal, applicants)).send().await.json(201);
        let draft = self.rest(&begun).await;
        assert_eq!((&draft["portal"], &draft["state"]), (&json!(portal), &json!("ready")), "{draft}");
        draft
    }

    /// Carries out `commit` or `undo`, and waits for its end.
    pub async fn done(&self, import: &Value, act: &str) -> Value {
        let begun = self.post(format!("{}/{act}", at(import))).send().await.json(202);
        self.rest(&begun).await
    }

    /// Drops and commits a file of some applicants of a portal.
    pub async fn import(&self, portal: &str, applicants: &[Applicant]) -> Value {
        let draft = self.draft(portal, applicants).await;
        let done = self.done(&draft, "commit").await;
        assert_eq!(done["state"], "committed", "{done}");
        done
    }

    /// The import once nothing runs on it any more.
    pub async fn rest(&self, import: &Value) -> Value {
        for _ in 0..6000 {
            let now = self.get(at(import)).send().await.json(200);
            if now["progress"].is_null() {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} does not end", at(import));
    }

    /// The documented operation that answers here.
    fn operation(&self, method: &Method, path: &str) -> Option<&Value> {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let asked = segments(path);
        let mut fitting: Vec<_> = self.document["paths"]
            .as_object()?
            .iter()
            .filter(|(template, _)| {
                let template = segments(template);
                template.len() == asked.len()
                    && template.iter().zip(&asked).all(|(one, asked)| one.starts_with('{') || one == asked)
            })
            .collect();
        fitting.sort_by_key(|(template, _)| template.matches('{').count());
        fitting.first()?.1.get(method.as_str().to_lowercase())
    }
}

/// The path of an import.
pub fn at(import: &Value) -> String {
    format!("/v1/imports/{}", import["id"].as_str().expect("an import has an id"))
}

/// A request about to be sent.
pub struct Call<'a> {
    app: &'a App,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Body,
    peer: Option<SocketAddr>,
}

impl Call<'_> {
    /// Sets a header; an empty value takes it away.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let name = HeaderName::from_static(name);
        if value.is_empty() {
            self.headers.remove(name);
        } else {
            self.headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        self
    }

    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// Over a connection from this address; else it is over none.
    pub fn peer(self, address: &str) -> Self {
        Self { peer: Some(SocketAddr::new(address.parse().unwrap(), 4711)), ..self }
    }

    /// With an access token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub fn json(self, value: &Value) -> Self {
        self.header("content-type", "application/json").body(value.to_string())
    }

    /// Sends it, and holds the answer against the document.
    pub async fn send(self) -> Answer {
        let Self { app, method, path, headers, body, peer } = self;
        let mut request = Request::builder().method(&method).uri(&path).body(body).unwrap();
        if let Some(peer) = peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        *request.headers_mut() = headers;
        let (parts, body) = app.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let answer =
            Answer { told: format!("{method} {path}"), status: parts.status.as_u16(), headers: parts.headers, bytes };
        if path.starts_with("/v1") {
            // What is asked with HEAD is answered as GET is, without a body.
            let is_head = method == Method::HEAD;
            if is_head {
                assert!(answer.bytes.is_empty(), "{method} {path} answers a body");
            } else if answer.status >= 400 {
                answer.problem();
            }
            let documented = if is_head { &Method::GET } else { &method };
            if let Some(operation) = app.operation(documented, path.split('?').next().unwrap_or_default()) {
                let documented = &operation["responses"][answer.status.to_string()];
                assert!(documented.is_object(), "{method} {path} answers an undocumented {}", answer.status);
                let kind = answer.header("content-type").split(';').next().unwrap_or_default();
                let kinds = documented["content"].as_object();
                assert!(
                    kinds.is_none_or(|kinds| kinds.contains_key(kind)),
                    "{method} {path} answers an undocumented {kind}"
                );
            }
        }
        answer
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    told: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: axum::body::Bytes,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> &str {
        str::from_utf8(&self.bytes).expect("an answer in UTF-8")
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.told, self.text());
        assert_eq!(self.header("content-type"), "application/json", "{}", self.told);
        serde_json::from_slice(&self.bytes).expect("JSON")
    }

    /// The body of a refusal: RFC 9457.
    #[track_caller]
    pub fn problem(&self) -> Value {
        let problem: Value = serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| panic!("{} answers {} with no problem: {:?}", self.told, self.status, self.bytes));
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.told);
        assert_eq!(problem["status"], json!(self.status), "{}", self.told);
        for member in ["type", "title", "code", "detail"] {
            assert!(
                problem[member].as_str().is_some_and(|text| !text.is_empty()),
                "{}: {member} of {problem}",
                self.told
            );
        }
        problem
    }

    /// `404 import.unknown`.
    #[track_caller]
    pub fn refusal(&self) -> String {
        format!("{} {}", self.status, self.problem()["code"].as_str().unwrap_or_default())
    }
}
