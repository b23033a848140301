//! The log tells what happened, and nothing of anybody: a day of candidates and staff, read for everything that must not stand in it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at what it did not expect"
)]

#[allow(dead_code, reason = "the harness of the API's stories, of which this one needs a part")]
#[path = "api/app.rs"]
mod app;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use satu_backend::{
    channel::Message,
    log::{Format, lines},
};
use satu_tests::applicants::applicant;
use serde_json::{Value, json};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use app::App;

const PHONE: &str = "+6281234567801";
const EMAIL: &str = "siti.rahasia@example.com";
const PIN: &str = "482057";
const NEW_PIN: &str = "730164";
const PASSWORD: &str = "kuda payung sore biru";
const WRONG_PASSWORD: &str = "gajah payung sore biru";

/// What was written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// A value of an answer, noted as one that no log may hold.
fn note(secrets: &mut Vec<String>, value: &Value) -> String {
    let text = value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned();
    secrets.push(text.clone());
    text
}

async fn code(app: &App, secrets: &mut Vec<String>, purpose: &str, to: &str) -> Value {
    let before = app.messages(to);
    let sent = app.post("/v1/otp").json(&json!({"purpose": purpose, "to": to})).send().await.json(202);
    let Message::Code { digits, .. } = app.message(to, before).await else { panic!("a code is sent") };
    let code = json!({"request": sent["request"], "digits": digits});
    note(secrets, &code["digits"]);
    code
}

/// A day: what everybody does, and what goes wrong. Gives every secret that came up.
async fn a_day(app: &App) -> Vec<String> {
    let mut secrets = Vec::new();
    let siti = applicant("Siti Rahasiawati", "081234567801", EMAIL).born("1998-04-12").reference("GL-4711");
    app.import("glints", &[siti.clone(), applicant("Dewi Rahasiawati", "081234567802", "dewi.rahasia@example.com")])
        .await;
    // A row that must be looked at, one that is corrected, and a file that is none.
    let doubtful = applicant("Rina Rahasiawati", "081234567801", "");
    let draft = app.draft("jobstreet", &[doubtful, siti]).await;
    let row = format!("{}/rows/2", app::at(&draft));
    let cells = json!({"cells": {"1": "Rina Rahasiawati Baru", "2": "0812 3456 7899"}});
    app.call(axum::http::Method::PATCH, &row).json(&cells).send().await.json(200);
    app.upload("Daftar%20Siti%20Rahasiawati.xlsx", "bukan Siti Rahasiawati").send().await;
    let page = app.get("/v1/applications?q=Rahasiawati").send().await.json(200);
    let application = page["items"][0]["id"].as_str().unwrap().to_owned();
    app.get(format!("/v1/applications/{application}")).send().await.json(200);
    app.get("/v1/applications/siti.rahasia@example.com").send().await;
    app.get("/v1/exports/applications?format=csv").send().await;
    let invited = app.post(format!("/v1/applications/{application}/invitations")).send().await;
    if invited.status < 300 {
        note(&mut secrets, &invited.json(invited.status)["token"]);
    }

    // A candidate.
    let shown = code(app, &mut secrets, "register", PHONE).await;
    let of_email = code(app, &mut secrets, "email", EMAIL).await;
    let mut with = json!({"phone": PHONE, "code": {"request": shown["request"], "digits": "000000"}, "pin": PIN,
        "full_name": "Siti Rahasiawati", "birth_date": "1998-04-12", "email": EMAIL, "email_code": of_email,
        "consent": {"recruitment": true, "version": "2026-11"}});
    app.post("/v1/register").json(&with).send().await;
    with["code"] = shown;
    let registered = app.post("/v1/register").json(&with).send().await.json(201);
    let tokens = &registered["tokens"];
    let access = note(&mut secrets, &tokens["access_token"]);
    let refresh = note(&mut secrets, &tokens["refresh_token"]);
    let device = note(&mut secrets, &tokens["device_token"]);
    app.get("/v1/me").bearer(&access).send().await.json(200);
    for pin in [NEW_PIN, PIN] {
        let sign_in = json!({"phone": PHONE, "pin": pin, "device_token": device});
        app.post("/v1/login").json(&sign_in).send().await;
    }
    app.post("/v1/login").json(&json!({"phone": "+6281234567803", "pin": PIN})).send().await;
    app.post("/v1/login").body(format!("{{\"phone\": \"{PHONE}\", \"pin\": {PIN}")).send().await;
    let again = json!({"refresh_token": refresh});
    note(&mut secrets, &app.post("/v1/token/refresh").json(&again).send().await.json(200)["refresh_token"]);
    app.jump(3600);
    app.post("/v1/token/refresh").json(&again).send().await;
    let pin = code(app, &mut secrets, "pin", PHONE).await;
    app.post("/v1/pin").json(&json!({"phone": PHONE, "code": pin, "pin": NEW_PIN})).send().await;
    for _ in 0..6 {
        app.post("/v1/login").json(&json!({"phone": PHONE, "pin": PIN})).send().await;
    }

    // Somebody who works here.
    let welcome = app.post("/v1/staff").json(&json!({"name": "rina.rahasia", "role": "admin"})).send().await.json(201);
    let given = note(&mut secrets, &welcome["password"]);
    for password in [WRONG_PASSWORD, &given] {
        let with = json!({"name": "rina.rahasia", "password": password});
        let answer = app.post("/v1/staff/session").header("satu-keeps-token", "true").json(&with).send().await;
        if answer.status == 200 {
            let token = note(&mut secrets, &answer.json(200)["token"]);
            let own = json!({"old_password": given, "new_password": PASSWORD});
            app.post("/v1/staff/password").bearer(&token).json(&own).send().await;
            app.get("/v1/staff").bearer(&token).send().await.json(200);
            app.get(format!("/v1/applications/{application}")).bearer(&token).send().await.json(200);
            app.post("/v1/staff").bearer(&token).json(&json!({"name": "rina.rahasia", "role": "viewer"})).send().await;
        }
    }

    // The database is gone.
    app.backend.store().close().await;
    app.get("/v1/applications?q=Rahasiawati").send().await;
    app.post("/v1/login").json(&json!({"phone": PHONE, "pin": PIN})).send().await;
    app.post("/v1/otp").json(&json!({"purpose": "pin", "to": PHONE})).send().await;
    secrets
}

#[tokio::test]
async fn the_log_tells_what_happened_and_nothing_of_anybody() {
    let (text, json) = (Kept::default(), Kept::default());
    let (for_people, for_programs) = (text.clone(), json.clone());
    tracing_subscriber::registry()
        .with(EnvFilter::new("info,satu_core=debug,satu_portals=debug,satu_backend=debug"))
        .with(lines(Format::Text, move || for_people.clone()))
        .with(lines(Format::Json, move || for_programs.clone()))
        .init();
    let app = App::open().await;
    let mut secrets = a_day(&app).await;
    secrets.extend(
        ["ahasia", "081234567", "81234567", "1998-04-12", "GL-4711", "payung", PIN, NEW_PIN, "example.com"]
            .map(str::to_owned),
    );
    for log in [text.text(), json.text()] {
        assert!(log.len() > 5_000, "{log}");
        for secret in &secrets {
            assert!(
                !log.contains(secret.as_str()),
                "“{secret}” stands in {}",
                log.lines().find(|line| line.contains(secret.as_str())).unwrap()
            );
        }
    }

    // What a line tells.
    let lines: Vec<Value> = json.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = |route: &str, status: u16| {
        let mut answered = lines.iter().filter(|line| line["message"] == "answered");
        answered
            .find(|line| line["route"] == route && line["status"] == status)
            .unwrap_or_else(|| panic!("{route} {status}"))
    };
    let me = told("/v1/me", 200);
    assert!(me["who"].as_str().is_some_and(|who| who.starts_with("account:")), "{me}");
    assert!(
        me["ms"].is_u64() && me["request"].as_str().is_some_and(|id| id.len() == 36) && me["method"] == "GET",
        "{me}"
    );
    assert!(told("/v1/applications/{id}", 200)["who"] == "owner");
    assert!(told("/v1/staff", 200)["who"].as_str().is_some_and(|who| who.starts_with("staff:")));
    assert_eq!(told("/v1/login", 404)["code"], "account.unknown");
    assert_eq!(told("/v1/login", 423)["code"], "account.locked");
    assert!(text.text().contains("pin.wrong"), "{}", text.text());
}
