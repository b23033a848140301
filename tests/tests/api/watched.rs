//! What stands around every request: its id, what is counted of it, and whether the server says that it is ready.

use satu_backend::channel::Message;
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
