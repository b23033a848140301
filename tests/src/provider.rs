//! A stand-in for the providers of messages: one server that speaks the protocols of all of them, as they document them, and fails as they fail.
//!
//! It keeps what it took, so that a test can count what a recipient was really sent, whatever our side believes.

use std::{
    collections::VecDeque,
    panic::resume_unwind,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use satu_backend::outreach::Settings;
use satu_core::outreach::Channel;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

use crate::callbacks::hex;

/// The secrets that the stand-in knows, as the settings name them.
pub mod secrets {
    /// `whatsapp.token`.
    pub const TOKEN: &str = "token-of-the-number";
    /// `whatsapp.app_secret`.
    pub const APP: &str = "secret-of-the-app";
    /// `whatsapp.verify_token`.
    pub const VERIFY: &str = "verify-us";
    /// `twilio.auth_token`.
    pub const TWILIO: &str = "token-of-the-account";
    /// `zenziva.passkey`.
    pub const ZENZIVA: &str = "pass-of-the-user";
    /// `vonage.secret`.
    pub const VONAGE: &str = "secret-of-the-key";
    /// `vonage.signature_secret`: of as many bytes as the algorithm wants.
    pub const SIGNATURE: &str = "a-signature-secret-of-some-length";
}

/// The number's id, the account's, the user's and the key's.
const ACCOUNT: &str = "100200300";
/// Where the providers believe that we are called back.
pub const CALLBACK: &str = "https://satu.example/webhooks/twilio";

/// How a request is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// It is taken.
    Take,
    /// It is taken, after a while.
    TakeAfter(Duration),
    /// It is taken, and WhatsApp says that it waits: `held_for_quality_assessment`, `paused`.
    TakeAndHold(&'static str),
    /// It is taken, and no answer comes.
    TakeAndHang,
    /// It is taken, and the connection is cut.
    TakeAndCut,
    /// It is taken, and the connection is cut within the answer.
    TakeAndBreakOff,
    /// It is taken, and a server on the way fails.
    TakeAndFail(u16),
    /// It is refused under the provider's own code.
    Refuse(i64),
    /// It is refused, in no words of the provider's own.
    Status(u16),
    /// It is refused, with a time to wait in seconds.
    RetryAfter(u16, u64),
}

/// A message that a provider took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which provider.
    pub channel: Channel,
    /// The provider's id of it.
    pub id: String,
    /// The recipient, in E.164.
    pub to: String,
    /// The text; of an approved template what was filled into it.
    pub text: String,
    /// Our id of it, where the provider is told.
    pub reference: Option<String>,
    /// The approved template.
    pub template: Option<String>,
    /// For how many seconds it may still leave, where the provider is told.
    pub valid_seconds: Option<u64>,
}

impl Taken {
    /// The link in the text.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.text.split_whitespace().find(|word| word.starts_with("http"))
    }
}

#[derive(Default)]
struct Shared {
    taken: Mutex<Vec<Taken>>,
    next: Mutex<VecDeque<Behaviour>>,
    usual: Mutex<Option<Behaviour>>,
    asked: AtomicU64,
    ids: AtomicU64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The stand-in, on a port of its own.
#[derive(Clone)]
pub struct Provider {
    base: String,
    shared: Arc<Shared>,
}

impl Provider {
    /// Starts it on a free port of this machine, within a tokio runtime.
    ///
    /// # Panics
    /// When there is no port.
    pub async fn start() -> Self {
        let shared = Arc::new(Shared::default());
        Self { base: serve(router(Arc::clone(&shared))).await, shared }
    }

    /// Its address.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// How the next requests are answered, in their order.
    pub fn next(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        locked(&self.shared.next).extend(behaviours);
    }

    /// How every request is answered that [`Provider::next`] says nothing of.
    pub fn usually(&self, behaviour: Behaviour) {
        *locked(&self.shared.usual) = Some(behaviour);
    }

    /// What it took, oldest first.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        locked(&self.shared.taken).clone()
    }

    /// How many messages it was asked to send.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// The settings by which every provider is this one, and right.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let base = self.base();
        Settings {
            link: Some("https://satu.example/daftar".to_owned()),
            company: Some("PT Contoh".to_owned()),
            whatsapp: read(json!({
                "base_url": base, "phone_number_id": ACCOUNT, "token": secrets::TOKEN, "app_secret": secrets::APP,
                "verify_token": secrets::VERIFY,
            })),
            twilio: read(json!({
                "base_url": base, "account_sid": ACCOUNT, "auth_token": secrets::TWILIO, "from": "SATU", "callback": CALLBACK,
            })),
            zenziva: read(json!({"base_url": base, "userkey": ACCOUNT, "passkey": secrets::ZENZIVA})),
            vonage: read(json!({
                "base_url": base, "key": ACCOUNT, "secret": secrets::VONAGE, "from": "SATU", "signature_secret": secrets::SIGNATURE,
            })),
            ..Settings::default()
        }
    }

    /// The same as a configuration file.
    #[must_use]
    pub fn toml(&self) -> String {
        let line = |(variable, value): (&str, String)| {
            let key = variable.trim_start_matches("SATU_").to_lowercase().replacen('_', ".", 1);
            format!("{key} = \"{value}\"\n")
        };
        self.variables().into_iter().map(line).collect()
    }

    /// The same as variables of the environment, for a process.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let base = || self.base.clone();
        vec![
            ("SATU_OUTREACH_LINK", "https://satu.example/daftar".to_owned()),
            ("SATU_OUTREACH_COMPANY", "PT Contoh".to_owned()),
            ("SATU_WHATSAPP_BASE_URL", base()),
            ("SATU_WHATSAPP_PHONE_NUMBER_ID", ACCOUNT.to_owned()),
            ("SATU_WHATSAPP_TOKEN", secrets::TOKEN.to_owned()),
            ("SATU_WHATSAPP_APP_SECRET", secrets::APP.to_owned()),
            ("SATU_WHATSAPP_VERIFY_TOKEN", secrets::VERIFY.to_owned()),
            ("SATU_TWILIO_BASE_URL", base()),
            ("SATU_TWILIO_ACCOUNT_SID", ACCOUNT.to_owned()),
            ("SATU_TWILIO_AUTH_TOKEN", secrets::TWILIO.to_owned()),
            ("SATU_TWILIO_FROM", "SATU".to_owned()),
            ("SATU_TWILIO_CALLBACK", CALLBACK.to_owned()),
            ("SATU_ZENZIVA_BASE_URL", base()),
            ("SATU_ZENZIVA_USERKEY", ACCOUNT.to_owned()),
            ("SATU_ZENZIVA_PASSKEY", secrets::ZENZIVA.to_owned()),
            ("SATU_VONAGE_BASE_URL", base()),
            ("SATU_VONAGE_KEY", ACCOUNT.to_owned()),
            ("SATU_VONAGE_SECRET", secrets::VONAGE.to_owned()),
            ("SATU_VONAGE_FROM", "SATU".to_owned()),
            ("SATU_VONAGE_SIGNATURE_SECRET", secrets::SIGNATURE.to_owned()),
        ]
    }
}

/// Serves on a free port of this machine, and gives the address.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("a port"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

/// Starts somebody who is none of the providers and answers whatever is asked with the same, within a tokio runtime. Gives the address.
///
/// # Panics
/// When there is no port, or no such status.
pub async fn stranger(status: u16, answer: &'static str) -> String {
    let status = StatusCode::from_u16(status).expect("a status");
    serve(Router::new().fallback(move || async move { (status, answer) })).await
}

fn read<T: DeserializeOwned>(table: Value) -> T {
    serde_json::from_value(table).expect("settings")
}

fn router(shared: Arc<Shared>) -> Router {
    let sends = Router::new()
        .route("/{version}/{number}/messages", post(whatsapp))
        .route("/2010-04-01/Accounts/{account}/Messages.json", post(twilio))
        .route("/reguler/api/sendsms/", post(zenziva))
        .route("/v1/messages", post(vonage))
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), count));
    let checks = Router::new()
        .route("/{version}/{number}", get(whatsapp_number))
        .route("/2010-04-01/Accounts/{account}", get(twilio_account))
        .route("/api/balance/", get(zenziva_balance))
        .route("/v2/applications", get(vonage_applications));
    sends.merge(checks).with_state(shared)
}

async fn count(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    shared.asked.fetch_add(1, Ordering::SeqCst);
    next.run(request).await
}

/// What stands in the header `Authorization`.
fn authorization(headers: &HeaderMap) -> &str {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn form(body: &[u8], name: &str) -> String {
    let found = form_urlencoded::parse(body).find(|(one, _)| one == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

impl Shared {
    /// Takes a message, or does not, as it was told, and answers as its provider does.
    async fn answer(
        &self,
        message: Taken,
        accepted: impl FnOnce(&str) -> Value + Send,
        refused: impl FnOnce(i64) -> (u16, Value) + Send,
    ) -> Response {
        let behaviour = locked(&self.next).pop_front();
        let behaviour = behaviour.or_else(|| locked(&self.usual).clone()).unwrap_or(Behaviour::Take);
        let take = || {
            let id = format!("{}-{}", message.channel, self.ids.fetch_add(1, Ordering::SeqCst));
            locked(&self.taken).push(Taken { id: id.clone(), ..message.clone() });
            Json(accepted(&id))
        };
        let status = |status: u16| StatusCode::from_u16(status).expect("a status");
        match behaviour {
            Behaviour::Take => take().into_response(),
            Behaviour::TakeAfter(time) => {
                let taken = take();
                tokio::time::sleep(time).await;
                taken.into_response()
            }
            Behaviour::TakeAndHold(status) => {
                let Json(mut taken) = take();
                taken["messages"][0]["message_status"] = status.into();
                Json(taken).into_response()
            }
            Behaviour::TakeAndHang => {
                drop(take());
                std::future::pending().await
            }
            // The task of the connection ends with it, and nothing is printed.
            Behaviour::TakeAndCut => {
                drop(take());
                resume_unwind(Box::new("cut"))
            }
            Behaviour::TakeAndBreakOff => {
                drop(take());
                let broken =
                    futures_util::stream::iter([Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("cut"))]);
                ([(header::CONTENT_LENGTH, "100")], axum::body::Body::from_stream(broken)).into_response()
            }
            Behaviour::TakeAndFail(failed) => {
                drop(take());
                (status(failed), "upstream").into_response()
            }
            Behaviour::Refuse(code) => {
                let (told, body) = refused(code);
                (status(told), Json(body)).into_response()
            }
            Behaviour::Status(told) => (status(told), "sorry").into_response(),
            Behaviour::RetryAfter(told, seconds) => {
                (status(told), [(header::RETRY_AFTER, seconds.to_string())], "later").into_response()
            }
        }
    }
}

fn whatsapp_error(code: i64, message: &str) -> Value {
    json!({"error": {"message": message, "type": "OAuthException", "code": code, "error_data": {"details": message}, "fbtrace_id": "A"}})
}

async fn whatsapp(
    State(shared): State<Arc<Shared>>,
    Path((version, number)): Path<(String, String)>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    if authorization(&headers) != format!("Bearer {}", secrets::TOKEN) {
        return (StatusCode::UNAUTHORIZED, Json(whatsapp_error(190, "Invalid OAuth access token"))).into_response();
    }
    if number != ACCOUNT || !version.starts_with('v') || body["messaging_product"] != "whatsapp" {
        return (StatusCode::BAD_REQUEST, Json(whatsapp_error(100, "Invalid parameter"))).into_response();
    }
    let to = body["to"].as_str().unwrap_or_default().to_owned();
    let filled = body["template"]["components"][0]["parameters"].as_array().cloned().unwrap_or_default();
    let filled: Vec<&str> = filled.iter().filter_map(|one| one["text"].as_str()).collect();
    let message = Taken {
        channel: Channel::Whatsapp,
        id: String::new(),
        to: format!("+{to}"),
        text: body["text"]["body"].as_str().map_or_else(|| filled.join(" "), str::to_owned),
        reference: body["biz_opaque_callback_data"].as_str().map(str::to_owned),
        template: body["template"]["name"].as_str().map(str::to_owned),
        valid_seconds: None,
    };
    let accepted = |id: &str| {
        json!({"messaging_product": "whatsapp", "contacts": [{"input": to, "wa_id": to}],
            "messages": [{"id": id, "message_status": "accepted"}]})
    };
    shared.answer(message, accepted, |code| (400, whatsapp_error(code, "refused"))).await
}

async fn whatsapp_number(
    Path((_, number)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if authorization(&headers) != format!("Bearer {}", secrets::TOKEN) || number != ACCOUNT {
        return (StatusCode::UNAUTHORIZED, Json(whatsapp_error(190, "Invalid OAuth access token"))).into_response();
    }
    let proof = form(query.unwrap_or_default().as_bytes(), "appsecret_proof");
    if !proof.is_empty() && proof != app_secret_proof() {
        let told = whatsapp_error(100, "Invalid appsecret_proof provided in the API argument");
        return (StatusCode::BAD_REQUEST, Json(told)).into_response();
    }
    Json(json!({"id": number})).into_response()
}

/// What proves that whoever has the token knows the app's secret.
fn app_secret_proof() -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secrets::APP.as_bytes()).expect("a key of any length");
    mac.update(secrets::TOKEN.as_bytes());
    hex(&mac.finalize().into_bytes())
}

fn twilio_error(status: u16, code: i64) -> (u16, Value) {
    (
        status,
        json!({"code": code, "message": "refused", "more_info": format!("https://www.twilio.com/docs/errors/{code}"), "status": status}),
    )
}

async fn twilio(
    State(shared): State<Arc<Shared>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if authorization(&headers) != basic(ACCOUNT, secrets::TWILIO) || account != ACCOUNT {
        return (StatusCode::UNAUTHORIZED, Json(twilio_error(401, 20003).1)).into_response();
    }
    let callback = form(&body, "StatusCallback");
    let message = Taken {
        channel: Channel::Twilio,
        id: String::new(),
        to: form(&body, "To"),
        text: form(&body, "Body"),
        reference: callback.split_once("?m=").map(|(_, reference)| reference.to_owned()),
        template: None,
        valid_seconds: form(&body, "ValidityPeriod").parse().ok(),
    };
    let status = |code| if code == 20429 { 429 } else { 400 };
    shared
        .answer(
            message,
            |id| json!({"sid": id, "status": "queued", "error_code": null}),
            |code| twilio_error(status(code), code),
        )
        .await
}

async fn twilio_account(Path(account): Path<String>, headers: HeaderMap) -> Response {
    if authorization(&headers) != basic(ACCOUNT, secrets::TWILIO) || account != format!("{ACCOUNT}.json") {
        return (StatusCode::UNAUTHORIZED, Json(twilio_error(401, 20003).1)).into_response();
    }
    Json(json!({"sid": ACCOUNT, "status": "active"})).into_response()
}

async fn zenziva(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let refused =
        |code: i64| (200, json!({"messageId": null, "to": null, "status": code.to_string(), "text": "refused"}));
    if form(&body, "userkey") != ACCOUNT || form(&body, "passkey") != secrets::ZENZIVA {
        return Json(refused(5).1).into_response();
    }
    let dialled = form(&body, "to");
    let message = Taken {
        channel: Channel::Zenziva,
        id: String::new(),
        to: dialled.strip_prefix('0').map_or_else(|| dialled.clone(), |rest| format!("+62{rest}")),
        text: form(&body, "message"),
        reference: None,
        template: None,
        valid_seconds: None,
    };
    shared
        .answer(message, |id| json!({"messageId": id, "to": dialled, "status": "1", "text": "Success"}), refused)
        .await
}

async fn zenziva_balance(request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let right = form(query, "userkey") == ACCOUNT && form(query, "passkey") == secrets::ZENZIVA;
    let told = if right {
        json!({"balance": "100,000", "expired": "31 Desember 2026"})
    } else {
        json!({"status": "5", "text": "Userkey / Passkey Salah"})
    };
    Json(told).into_response()
}

fn vonage_error(kind: &str, title: &str) -> Value {
    json!({"type": kind, "title": title, "detail": "refused", "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf"})
}

async fn vonage(State(shared): State<Arc<Shared>>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if authorization(&headers) != basic(ACCOUNT, secrets::VONAGE) {
        let told = vonage_error("https://developer.vonage.com/api-errors#unauthorized", "Unauthorized");
        return (StatusCode::UNAUTHORIZED, Json(told)).into_response();
    }
    let said = |name: &str| body[name].as_str().map(str::to_owned);
    let message = Taken {
        channel: Channel::Vonage,
        id: String::new(),
        to: format!("+{}", said("to").unwrap_or_default()),
        text: said("text").unwrap_or_default(),
        reference: said("client_ref"),
        template: None,
        valid_seconds: body["ttl"].as_u64(),
    };
    let refused = |code: i64| {
        let status = if code == 1000 { 429 } else { 422 };
        (status, vonage_error(&format!("https://developer.vonage.com/api-errors/messages#{code}"), &code.to_string()))
    };
    shared.answer(message, |id| json!({"message_uuid": id}), refused).await
}

async fn vonage_applications(headers: HeaderMap) -> Response {
    if authorization(&headers) != basic(ACCOUNT, secrets::VONAGE) {
        let told = vonage_error("https://developer.vonage.com/api-errors#unauthorized", "Unauthorized");
        return (StatusCode::UNAUTHORIZED, Json(told)).into_response();
    }
    Json(json!({"page_size": 1, "page": 1, "total_items": 0, "total_pages": 0})).into_response()
}
