//! The log tells what happened, and nothing of anybody: a day of candidates and staff, and a day of messages, read for everything that must not stand in it.
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
    time::Duration,
};

use satu_backend::{
    channel::Message,
    log::{Format, lines},
};
use satu_core::outreach::Channel;
use satu_tests::{
    applicants::applicant,
    callbacks,
    provider::{Behaviour, Provider, secrets as credentials},
};
use serde_json::{Value, json};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use app::App;

const PHONE: &str = "+6281234567801";
const EMAIL: &str = "siti.rahasia@example.com";
const PIN: &str = "482057";
const NEW_PIN: &str = "730164";
const PASSWORD: &str = "kuda payung sore biru";
const WRONG_PASSWORD: &str = "gajah payung sore biru";

/// Those who are written to: three by each provider, and two whose chats HR opens.
const NAMES: [&str; 14] =
    ["Siti", "Dewi", "Rina", "Wati", "Ani", "Maya", "Lina", "Yuni", "Tuti", "Nur", "Sri", "Eka", "Indah", "Putri"];
/// The channels that a provider carries, and its word for a number that is not there.
const CARRIED: [(Channel, i64); 4] =
    [(Channel::Whatsapp, 131_026), (Channel::Twilio, 21211), (Channel::Zenziva, 0), (Channel::Vonage, 1170)];
/// What WhatsApp calls somebody who hides her number.
const HIDDEN: &str = "ID.13491208655302741918";

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

/// The path of a campaign for some applications once it is filled.
async fn campaign(app: &App, template: &Value, channel: Channel, applications: &[&str]) -> String {
    let new = json!({"name": "Undangan Rahasiawati", "audience": {"applications": applications}, "template": template["id"],
        "channel": channel});
    let begun = app.post("/v1/outreach/campaigns").json(&new).send().await.json(201);
    let path = format!("/v1/outreach/campaigns/{}", begun["id"].as_str().unwrap());
    for _ in 0..1000 {
        if app.get(&path).send().await.json(200)["state"] != "filling" {
            return path;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{begun} is not filled");
}

/// A day of messages: each provider takes one, refuses one and loses the answer to one; what they tell comes back, and what nobody signed; chats are opened; somebody
/// registers by her link, and two are erased. Gives every secret that came up.
async fn a_day_of_messages(app: &App, provider: &Provider, log: &Kept) -> Vec<String> {
    let mut secrets = Vec::new();
    let person = |(at, name): (usize, &&str)| {
        let (phone, email) =
            (format!("0812345678{:02}", at + 1), format!("{}.rahasia@example.com", name.to_lowercase()));
        applicant(&format!("{name} Rahasiawati"), &phone, &email).born("1998-04-12").reference(&format!("GL-47{at:02}"))
    };
    app.import("glints", &NAMES.iter().enumerate().map(person).collect::<Vec<_>>()).await;
    let page = app.get("/v1/applications?q=Rahasiawati&limit=100").send().await.json(200);
    let people: Vec<&str> = page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(people.len(), NAMES.len(), "{page}");
    let shipped = app.get("/v1/outreach/templates").send().await.json(200);
    let shipped = shipped["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "undangan" && one["language"] == "id")
        .unwrap();
    let mut text = json!({"name": "undangan", "language": "id", "body": shipped["body"], "approved_name": "undangan"});
    let template = app.post("/v1/outreach/templates").json(&text).send().await.json(201);
    text["body"] = json!("Halo {Siti Rahasiawati}: {tautan}");
    assert_eq!(app.post("/v1/outreach/templates").json(&text).send().await.status, 422);

    // By each provider.
    for (at, (channel, nowhere)) in CARRIED.into_iter().enumerate() {
        let three = &people[3 * at..3 * at + 3];
        let ask = json!({"audience": {"applications": three}, "channel": channel, "template": template["id"]});
        for path in ["/v1/outreach/preview", "/v1/outreach/preview/people"] {
            app.post(path).json(&ask).send().await.json(200);
        }
        let path = campaign(app, &template, channel, three).await;
        provider.next([Behaviour::Take, Behaviour::Refuse(nowhere), Behaviour::TakeAndHang]);
        app.backend.worker().once().await.unwrap();
        assert_eq!(provider.taken().len(), 2 * (at + 1), "one was refused");
        app.get(format!("{path}/messages")).send().await.json(200);
        assert_eq!(app.get(format!("{path}/export?format=csv")).send().await.status, 200);
        for act in ["pause", "resume", "cancel"] {
            app.post(format!("{path}/{act}")).send().await;
        }
    }

    // What they tell, and what nobody has signed.
    let mut registering = None;
    for taken in provider.taken() {
        let token = taken.link().unwrap().split_once("?u=").unwrap().1.trim_end_matches(['.', ',']).to_owned();
        secrets.push(token.clone());
        if taken.channel == Channel::Zenziva {
            continue;
        }
        for word in ["delivered", "read", "failed"] {
            assert_eq!(app.callback(&callbacks::state(&taken, word, None)).send().await.status, 200);
        }
        let (id, text) = (format!("in-{}", taken.id), "STOP, kata Siti Rahasiawati, 0812-3456-7801");
        let said = callbacks::words(taken.channel, &id, &taken.to, text);
        assert_eq!(app.callback(&said.clone().forged()).send().await.refusal(), "401 webhook.forged");
        assert_eq!(app.callback(&said).send().await.status, 200);
        if taken.channel == Channel::Whatsapp {
            let named = callbacks::state_of_user(&taken, "delivered", HIDDEN);
            assert_eq!(app.callback(&named).send().await.status, 200);
        }
        registering = Some((taken.to.clone(), token));
    }
    let hidden = callbacks::hidden_words("in-0", Some("ID.999134912"), None, "Saya Siti Rahasiawati");
    assert_eq!(app.callback(&hidden).send().await.status, 200);
    for token in [credentials::VERIFY, "gajah payung sore biru"] {
        let query = format!("hub.mode=subscribe&hub.verify_token={}&hub.challenge=4711", token.replace(' ', "+"));
        app.get(format!("/webhooks/whatsapp?{query}")).send().await;
    }

    // A candidate comes by her link, twice; takes back that she consented; and one more is sent a code, which is refused for another.
    let (phone, token) = registering.unwrap();
    let at: usize = phone[phone.len() - 2..].parse().unwrap();
    let with = json!({"phone": phone, "invitation": token, "pin": PIN, "full_name": format!("{} Rahasiawati", NAMES[at - 1]),
        "consent": {"recruitment": true, "version": "2026-11"}});
    let registered = app.post("/v1/register").json(&with).send().await.json(201);
    let access = note(&mut secrets, &registered["tokens"]["access_token"]);
    let stranger = json!({"phone": "+6281234567899", "invitation": token, "pin": NEW_PIN, "full_name": "Orang Rahasiawati",
        "consent": {"recruitment": true, "version": "2026-11"}});
    app.post("/v1/register").json(&stranger).send().await;
    for purpose in ["messages", "recruitment"] {
        let path = format!("/v1/me/consents/{purpose}");
        app.call(axum::http::Method::DELETE, path).bearer(&access).send().await.json(200);
    }
    let before = provider.taken().len();
    for (to, refused) in [("+6281234567898", false), ("+6281234567899", true)] {
        if refused {
            provider.next([Behaviour::Refuse(21211)]);
        }
        app.post("/v1/otp").json(&json!({"purpose": "register", "to": to})).send().await.json(202);
        for tries in 0.. {
            let is_done =
                if refused { log.text().contains("a code was not sent") } else { provider.taken().len() > before };
            if is_done {
                break;
            }
            assert!(tries < 1000, "a code is sent, or that it is not is told");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    secrets.push(provider.taken().pop().unwrap().text.chars().take(6).collect());

    // Chats, and what stands of somebody.
    let path = campaign(app, &template, Channel::WaMe, &people[12..]).await;
    for _ in 0..2 {
        let chat = app.post(format!("{path}/next-chat")).send().await.json(200);
        note(&mut secrets, &chat["url"]);
    }
    let messages = app.get(format!("{path}/messages")).send().await.json(200);
    for message in messages["items"].as_array().unwrap() {
        let path = format!("/v1/outreach/messages/{}", message["id"].as_str().unwrap());
        let chat = app.post(format!("{path}/open")).send().await.json(200);
        note(&mut secrets, &chat["url"]);
        app.post(format!("{path}/judge")).json(&json!({"verdict": "unreached"})).send().await;
    }
    let consent = format!("/v1/applications/{}/consent", people[1]);
    app.call(axum::http::Method::PUT, consent).json(&json!({"messages": false})).send().await.json(200);

    // Two are erased, one of them with a chat; each is named wrong before, and asked for after.
    for id in [people[0], people[12]] {
        let path = format!("/v1/applications/{id}");
        let name = app.get(&path).send().await.json(200)["full_name"].clone();
        for about in ["messages", "consents", "personal-data", "accesses", "links", "history"] {
            app.get(format!("{path}/{about}")).send().await.json(200);
        }
        for (name, status) in [(json!("Bukan Rahasiawati"), 400), (name, 200)] {
            let erase = json!({"full_name": name, "why": "asked"});
            assert_eq!(app.post(format!("{path}/erase")).json(&erase).send().await.status, status);
        }
        app.get(format!("{path}/messages")).send().await;
    }
    for taken in provider.taken().iter().filter(|taken| taken.channel == Channel::Whatsapp) {
        assert_eq!(app.callback(&callbacks::state(taken, "read", None)).send().await.status, 200);
    }
    app.backend.worker().once().await.unwrap();
    secrets
}

/// What stands in a log that may not, and the line that tells it. When it was is a number of nobody's.
fn leak<'a>(log: &'a str, secrets: &'a [String]) -> Option<(&'a str, &'a str)> {
    log.lines().find_map(|line| {
        let told = line.get(..45).and_then(|head| head.find('Z')).map_or(line, |at| &line[at + 1..]);
        let found = secrets.iter().find(|secret| told.contains(secret.as_str()))?;
        Some((found.as_str(), line))
    })
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
    let provider = Provider::start().await;
    let of_messages = App::with_providers(&provider).await;
    secrets.extend(a_day_of_messages(&of_messages, &provider, &text).await);
    let always = [
        "ahasia",
        "081234567",
        "81234567",
        "0812 3456",
        "0812-3456",
        "1998-04-12",
        "GL-47",
        "payung",
        PIN,
        NEW_PIN,
        "example.com",
        "satu.example",
        "wa.me",
        HIDDEN,
        "ID.999134912",
        credentials::TOKEN,
        credentials::APP,
        credentials::VERIFY,
        credentials::TWILIO,
        credentials::ZENZIVA,
        credentials::VONAGE,
        credentials::SIGNATURE,
    ];
    secrets.extend(always.map(str::to_owned));
    for log in [text.text(), json.text()] {
        assert!(log.len() > 15_000, "{log}");
        assert_eq!(leak(&log, &secrets), None, "what may not stand there, and where it does");
    }
    // What would be told is found: the id of a request is its sender's own word, and stands in its line.
    for planted in ["081234567801", "GL-4711", PIN] {
        let before = [text.text().len(), json.text().len()];
        of_messages.get("/v1/meta").header("x-request-id", planted).send().await.json(200);
        for (log, before) in [text.text(), json.text()].iter().zip(before) {
            let found = leak(&log[before..], &secrets);
            assert!(found.is_some_and(|(secret, _)| planted.contains(secret)), "{planted}: {found:?}");
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
    assert_eq!(told("/webhooks/twilio", 401)["code"], "webhook.forged");
    for (route, status) in [
        ("/webhooks/whatsapp", 200),
        ("/webhooks/vonage", 200),
        ("/v1/outreach/campaigns/{id}/next-chat", 200),
        ("/v1/outreach/messages/{id}/open", 200),
        ("/v1/applications/{id}/erase", 400),
        ("/v1/applications/{id}/erase", 200),
        ("/v1/me/consents/{purpose}", 200),
    ] {
        told(route, status);
    }
}
