//! What stands around every request: its id, what is counted of it, and whether the server says that it is ready.

use std::collections::{BTreeMap, BTreeSet};

use satu_backend::channel::Message;
use satu_core::outreach::{Channel, MessageState};
use serde_json::{Value, json};

use crate::{app::App, candidates::consent, imports::siti};

const PHONE: &str = "+6281234567801";

/// Every line of the metrics that a name begins, with its value.
fn metrics(app: &App) -> Vec<(String, f64)> {
    let text = app.backend.metrics().text(&app.backend).unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}

/// The value of what is counted under this name and these labels; none where it is not there.
fn counted(app: &App, name: &str) -> Option<f64> {
    metrics(app).into_iter().find(|(one, _)| one == name).map(|(_, value)| value)
}

async fn code(app: &App, purpose: &str) -> Value {
    let before = app.messages(PHONE);
    let sent = app.post("/v1/otp").json(&json!({"purpose": purpose, "to": PHONE})).send().await.json(202);
    let Message::Code { digits, .. } = app.message(PHONE, before).await else { panic!("a code is sent") };
    json!({"request": sent["request"], "digits": digits})
}

#[tokio::test]
async fn a_problem_tells_the_id_of_its_request_also_when_it_is_told_again() {
    let app = App::open().await;
    for path in ["/v1/lain", "/v1/me", "/v1/imports/lain"] {
        let refused = app.get(path).header("x-request-id", "permintaan-1").send().await;
        assert_eq!(
            (refused.header("x-request-id"), &refused.problem()["request_id"]),
            ("permintaan-1", &json!("permintaan-1"))
        );
        assert_eq!(refused.header("content-length"), refused.bytes.len().to_string(), "{path}");
    }
    // What is no word is not taken over.
    let refused = app.get("/v1/lain").header("x-request-id", "a b\"c").send().await;
    assert_eq!(refused.header("x-request-id").len(), 36);
    assert_eq!(refused.problem()["request_id"], refused.header("x-request-id"));
    // The answer that is kept for a key is told again, under the id of whoever asks.
    let nobody = "/v1/imports/00000000-0000-7000-8000-000000000000/commit";
    for id in ["one", "other"] {
        let again = app.post(nobody).key("kunci").header("x-request-id", id).send().await;
        assert_eq!((again.status, &again.problem()["request_id"]), (404, &json!(id)));
    }
    assert!(app.get("/v1/meta").send().await.json(200).get("request_id").is_none());
}

#[tokio::test]
async fn what_is_asked_is_counted_by_route_and_by_what_it_is_refused_with() {
    let app = App::open().await;
    let code_of = code(&app, "register").await;
    let with =
        json!({"phone": PHONE, "code": code_of, "pin": "482057", "full_name": "Siti Aminah", "consent": consent()});
    app.post("/v1/register").json(&with).send().await.json(201);
    for (phone, pin, status) in [(PHONE, "730164", 401), ("+6281234567899", "482057", 404), (PHONE, "482057", 401)] {
        assert_eq!(app.post("/v1/login").json(&json!({"phone": phone, "pin": pin})).send().await.status, status);
    }
    app.import("glints", &[siti()]).await;
    assert_eq!(app.get("/v1/applications/lain").send().await.status, 400);
    app.get("/assets/none.js").send().await;
    for (name, expected) in [
        ("satu_http_request_duration_seconds_count{method=\"POST\",route=\"/v1/register\",class=\"2xx\"}", 1.0),
        ("satu_http_request_duration_seconds_count{method=\"POST\",route=\"/v1/login\",class=\"4xx\"}", 3.0),
        ("satu_http_request_duration_seconds_count{method=\"GET\",route=\"/v1/applications/{id}\",class=\"4xx\"}", 1.0),
        ("satu_http_request_duration_seconds_count{method=\"GET\",route=\"other\",class=\"4xx\"}", 1.0),
        ("satu_refusals_total{route=\"/v1/login\",code=\"pin.wrong\"}", 1.0),
        ("satu_refusals_total{route=\"/v1/login\",code=\"account.unknown\"}", 1.0),
        ("satu_refusals_total{route=\"/v1/login\",code=\"device.new\"}", 1.0),
        ("satu_codes_total{outcome=\"sent\"}", 1.0),
        ("satu_codes_total{outcome=\"not_sent\"}", 0.0),
        ("satu_codes_total{outcome=\"verified\"}", 1.0),
        ("satu_import_rows_total{step=\"reading\"}", 1.0),
        ("satu_import_rows_total{step=\"committing\"}", 1.0),
        ("satu_import_steps{step=\"committing\"}", 0.0),
        ("satu_hashes{state=\"running\"}", 0.0),
        ("satu_hashes{state=\"waiting\"}", 0.0),
    ] {
        assert_eq!(counted(&app, name), Some(expected), "{name}: {:#?}", metrics(&app));
    }
    assert!(
        counted(&app, "satu_database_connections{pool=\"writers\",state=\"open\"}").is_some_and(|open| open >= 1.0)
    );
    // Nothing that somebody sent is a label: a route is its template, and what is asked of no route is one.
    let known: Vec<String> = app.document()["paths"].as_object().unwrap().keys().cloned().collect();
    for (name, _) in metrics(&app) {
        let Some((_, rest)) = name.split_once("route=\"") else { continue };
        let route = rest.split('"').next().unwrap();
        assert!(known.iter().any(|one| one == route) || route == "other", "{name}");
        assert!(!name.contains("628"), "{name}");
    }
}

/// The page on operations, which tells of the metrics and how to be alerted by them.
const PAGE: &str = include_str!("../../../docs/operations.md");
/// Where metrics are registered.
const METRICS: &str = include_str!("../../../backend/src/metrics.rs");
/// Where the codes are that a rule or the page names.
const PROBLEMS: [&str; 2] =
    [include_str!("../../../backend/src/problem.rs"), include_str!("../../../backend/src/pace.rs")];

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Whether some refusal has this code.
fn is_a_code(code: &str) -> bool {
    PROBLEMS.iter().any(|source| source.contains(&format!("\"{code}\"")))
}

/// A rule on a name that is none never rings, and a metric that no page tells of is watched by nobody.
#[tokio::test]
async fn every_metric_is_told_with_its_labels_and_every_rule_asks_for_what_is_there() {
    let app = App::open().await;
    // Something of each kind: what never happened is exported under no label.
    code(&app, "register").await;
    assert_eq!(app.get("/v1/lain").send().await.status, 404);
    app.import("glints", &[siti()]).await;
    app.backend.metrics().messages().count(Channel::Twilio, MessageState::Accepted);

    let lines = metrics(&app);
    let mut samples: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (line, _) in &lines {
        let (name, labels) = line.split_once('{').unwrap_or((line, ""));
        let labels = labels.split('"').step_by(2).filter_map(|part| part.trim_start_matches(',').strip_suffix('='));
        samples.entry(name).or_default().extend(labels);
    }
    // Of a histogram its three parts are one metric.
    let mut exported: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, labels) in &samples {
        let whole = ["_bucket", "_sum", "_count"].iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
        exported.entry(whole).or_default().extend(labels.iter().filter(|label| **label != "le"));
    }
    let mut told: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in PAGE.lines().filter(|line| line.starts_with("| `satu_")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        told.insert(quoted(cells[0]).next().unwrap(), quoted(cells[1]).collect());
        for code in quoted(row).filter(|word| word.contains('.')) {
            assert!(is_a_code(code), "no refusal has the code {code}");
        }
    }
    assert_eq!(told, exported, "the table of docs/operations.md");
    assert_eq!(
        METRICS.matches("registry.register").count(),
        exported.len(),
        "all that is registered was exported here"
    );

    let rules = PAGE.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let mut asked = 0;
    for (at, _) in rules.match_indices("satu_") {
        let rest = &rules[at..];
        let end = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').unwrap();
        let (name, after) = rest.split_at(end);
        let labels = samples.get(name).unwrap_or_else(|| panic!("a rule asks for {name}, which nobody exports"));
        let selector = after.strip_prefix('{').and_then(|after| after.split('}').next()).unwrap_or_default();
        for pair in selector.split(',').filter(|pair| !pair.is_empty()) {
            let (label, value) = pair.split_once('=').unwrap();
            let value = value.trim_matches('"');
            assert!(labels.contains(label), "a rule asks for {label} of {name}");
            let is_there = match label {
                "route" => app.document()["paths"].get(value).is_some(),
                "code" => is_a_code(value),
                "class" => ["2xx", "4xx", "5xx"].contains(&value),
                _ => lines.iter().any(|(line, _)| line.starts_with(name) && line.contains(pair)),
            };
            assert!(is_there, "a rule asks for {pair} of {name}");
        }
        asked += 1;
    }
    assert!(asked >= 8, "{asked} metrics in rules");
}

/// Every code that is sent counts, and each that was right: what falls between is what an alert is for.
#[tokio::test]
async fn a_code_is_counted_when_it_is_sent_and_when_it_was_right() {
    let app = App::open().await;
    let with = |code: &Value, pin: &str| json!({"phone": PHONE, "code": code, "pin": pin, "full_name": "Siti Aminah", "consent": consent()});
    let first = code(&app, "register").await;
    app.post("/v1/register").json(&with(&first, "482057")).send().await.json(201);
    // Told again, it is the same registration.
    app.post("/v1/register").json(&with(&first, "482057")).send().await.json(200);
    let device = code(&app, "device").await;
    let signing_in = json!({"phone": PHONE, "pin": "482057", "code": device});
    app.post("/v1/login").json(&signing_in).send().await.json(200);
    let pin = code(&app, "pin").await;
    app.post("/v1/pin").json(&with(&pin, "730164")).send().await.json(200);
    // One that nobody shows.
    let other = "+6281234567899";
    app.post("/v1/otp").json(&json!({"purpose": "register", "to": other})).send().await.json(202);
    app.message(other, 0).await;
    assert_eq!(counted(&app, "satu_codes_total{outcome=\"sent\"}"), Some(4.0));
    assert_eq!(counted(&app, "satu_codes_total{outcome=\"verified\"}"), Some(3.0));
}

#[tokio::test]
async fn a_server_is_ready_while_its_database_answers_and_it_is_not_about_to_end() {
    let app = App::open().await;
    let ready = async || app.get("/readyz").send().await;
    assert_eq!((ready().await.status, ready().await.text()), (200, "ok"));
    app.backend.stop();
    assert_eq!((ready().await.status, ready().await.text()), (503, "the server is about to end"));
    assert_eq!(app.get("/healthz").send().await.status, 200);
    assert_eq!(app.get("/v1/meta").send().await.status, 200, "it goes on answering");

    let app = App::open().await;
    app.backend.store().close().await;
    let gone = app.get("/readyz").send().await;
    assert_eq!((gone.status, gone.text()), (503, "the database does not answer"));
}
