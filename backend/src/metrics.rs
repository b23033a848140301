//! What is counted for whoever watches over the server, in the text format of OpenMetrics. Served on a socket of its own
//! ([`crate::config::Config::metrics_listen`]): no session is needed there, and none of the public's requests gets there.
//!
//! A label holds a route's template, a method, a code of a problem or a word of this file, never a value that somebody sent: so nothing personal stands in it, and
//! there are only so many. docs/operations.md tells what each is for, with rules to be alerted by.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use satu_core::{
    credential::Load,
    import::Phase,
    outreach::{Channel, MessageState},
};

use crate::{Backend, problem::Problem};

/// The media type of the text.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Upper bounds in seconds of how long requests take.
const SECONDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    route: String,
    code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Step {
    step: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Hashes {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    pool: &'static str,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Handed {
    channel: &'static str,
    state: &'static str,
}

/// Messages that were handed to a provider. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Messages(Family<Handed, Counter>);

impl Messages {
    /// Counts one that has come so far.
    pub fn count(&self, channel: Channel, state: MessageState) {
        self.0.get_or_create(&Handed { channel: channel.as_str(), state: state.as_str() }).inc();
    }
}

/// What became of a one-time code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneTimeCode {
    /// A channel took it.
    Sent,
    /// No channel took it.
    NotSent,
    /// Somebody showed it, and it was right.
    Verified,
}

/// The counters. They begin at nothing when the program starts.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Histogram, fn() -> Histogram>,
    refusals: Family<Refused, Counter>,
    codes: Family<Outcome, Counter>,
    messages: Messages,
    rows: Family<Step, Counter>,
    steps: Family<Step, Gauge>,
    hashes: Family<Hashes, Gauge>,
    connections: Family<Connections, Gauge>,
    /// What is looked at when somebody asks is set by one at a time.
    asked: Mutex<()>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics(…)")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("satu");
        let requests: Family<_, _, fn() -> _> = Family::new_with_constructor(|| Histogram::new(SECONDS));
        let (refusals, codes, rows) = (Family::default(), Family::default(), Family::default());
        let messages = Messages::default();
        let (steps, hashes, connections) = (Family::default(), Family::default(), Family::default());
        let text = "How long answers took, by route, method and class of the status";
        registry.register_with_unit("http_request_duration", text, Unit::Seconds, requests.clone());
        registry.register("refusals", "Requests that were refused, by route and code of the problem", refusals.clone());
        registry.register("codes", "One-time codes that were sent, not sent, verified", codes.clone());
        let text = "Messages that were handed to a provider, by channel and how far they came by that";
        registry.register("messages", text, messages.0.clone());
        registry.register("import_rows", "Rows that went through a step of an import", rows.clone());
        registry.register("import_steps", "Steps of imports that are running", steps.clone());
        registry.register("hashes", "PINs and passwords that are being hashed, or wait for it", hashes.clone());
        registry.register("database_connections", "Connections to the database", connections.clone());
        let asked = Mutex::new(());
        let metrics = Self { registry, requests, refusals, codes, messages, rows, steps, hashes, connections, asked };
        // What has not happened yet is told as nothing: a rate of what is not there is none.
        for code in [OneTimeCode::Sent, OneTimeCode::NotSent, OneTimeCode::Verified] {
            drop(metrics.codes.get_or_create(&outcome(code)));
        }
        metrics
    }
}

const fn outcome(code: OneTimeCode) -> Outcome {
    let outcome = match code {
        OneTimeCode::Sent => "sent",
        OneTimeCode::NotSent => "not_sent",
        OneTimeCode::Verified => "verified",
    };
    Outcome { outcome }
}

impl Metrics {
    /// The counter of messages, for whoever hands them over.
    #[must_use]
    pub fn messages(&self) -> Messages {
        self.messages.clone()
    }

    /// Counts an answer: to which route's template it was, how long it took, and what it was refused with.
    pub(crate) fn answered(
        &self,
        method: &Method,
        route: &str,
        status: StatusCode,
        took: Duration,
        refusal: Option<&Problem>,
    ) {
        let labels = Answered { method: method_name(method), route: route.to_owned(), class: class(status) };
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
        if let Some(problem) = refusal {
            let labels = Refused { route: route.to_owned(), code: problem.code.clone() };
            self.refusals.get_or_create(&labels).inc();
        }
    }

    /// Counts a one-time code.
    pub(crate) fn code(&self, code: OneTimeCode) {
        self.codes.get_or_create(&outcome(code)).inc();
    }

    /// Counts rows that went through a step of an import.
    pub(crate) fn rows(&self, phase: Phase, rows: u64) {
        self.rows.get_or_create(&Step { step: phase.as_str() }).inc_by(rows);
    }

    /// Everything that is counted, as text.
    ///
    /// # Errors
    /// It cannot be written, which is a mistake of this program.
    pub fn text(&self, backend: &Backend) -> Result<String, fmt::Error> {
        let _one_at_a_time = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let Load { running, waiting } = backend.accounts().hashing();
        for (state, number) in [("running", running), ("waiting", waiting)] {
            self.hashes.get_or_create(&Hashes { state }).set(whole(number));
        }
        for (pool, open, idle) in backend.store().connections() {
            for (state, number) in [("open", open), ("idle", idle)] {
                self.connections.get_or_create(&Connections { pool, state }).set(whole(number));
            }
        }
        for &phase in Phase::ALL {
            let running = backend.jobs().of(phase);
            self.steps.get_or_create(&Step { step: phase.as_str() }).set(whole(running));
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Anybody may make methods up.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// `/metrics`, and nothing else: for a socket that the public does not reach.
pub fn router(backend: Backend) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(backend)
}

async fn metrics(State(backend): State<Backend>) -> Response {
    match backend.metrics().text(&backend) {
        Ok(text) => ([(header::CONTENT_TYPE, TEXT)], text).into_response(),
        Err(error) => Problem::internal(&error).into_response(),
    }
}
