//! What a candidate asks for: codes, an account, a session, and what stands of her.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::http::Method;
use rstest::rstest;
use satu_backend::channel::Message;
use satu_core::store::watch;
use satu_tests::{ledger, post::Post};
use serde_json::{Value, json};

use crate::{
    app::{Answer, App, Call},
    imports::{dewi, siti},
};

/// The number of Siti, who has applied.
pub const PHONE: &str = "+6281234567801";
const OTHER_PHONE: &str = "+6281234567899";
/// The PIN that everybody of these stories chooses.
pub const PIN: &str = "482057";
const ANOTHER_PIN: &str = "730164";
/// What no sending was answered with.
const NO_REQUEST: &str = "01900000-0000-7000-8000-000000000000";
const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// Siti and Dewi have applied.
async fn open() -> App {
    let app = App::open().await;
    app.import("glints", &[siti(), dewi()]).await;
    app
}

/// The code that is sent to a number or an address.
async fn code(app: &App, purpose: &str, to: &str) -> Value {
    let before = app.messages(to);
    let sent = app.post("/v1/otp").json(&json!({"purpose": purpose, "to": to})).send().await.json(202);
    let Message::Code { digits, .. } = app.message(to, before).await else { panic!("a code is sent") };
    json!({"request": sent["request"], "digits": digits})
}

/// Other digits than those that were sent.
fn wrong(code: &Value) -> Value {
    let digits = if code["digits"] == "111222" { "222111" } else { "111222" };
    json!({"request": code["request"], "digits": digits})
}

/// What everybody consents to who registers.
pub fn consent() -> Value {
    json!({"recruitment": true, "version": "2026-11"})
}

fn registering(phone: &str, code: &Value) -> Value {
    json!({"phone": phone, "code": code, "pin": PIN, "full_name": "Siti Aminah", "consent": consent()})
}

/// Somebody called Siti registers with a number: the answer.
pub async fn register(app: &App, phone: &str) -> Value {
    let code = code(app, "register", phone).await;
    app.post("/v1/register").json(&registering(phone, &code)).send().await.json(201)
}

/// Signs in on the device that somebody registered with.
pub fn login<'a>(app: &'a App, phone: &str, pin: &str, registered: &Value) -> Call<'a> {
    let device = &registered["tokens"]["device_token"];
    app.post("/v1/login").json(&json!({"phone": phone, "pin": pin, "device_token": device}))
}

/// The access token.
pub fn access(tokens: &Value) -> String {
    tokens["access_token"].as_str().unwrap().to_owned()
}

async fn refresh(app: &App, token: &Value) -> Answer {
    app.post("/v1/token/refresh").json(&json!({"refresh_token": token})).send().await
}

/// A question that HR is asked, since somebody registered with Siti's address and another number.
pub async fn asked(app: &App) -> String {
    let code = code(app, "register", OTHER_PHONE).await;
    let with = json!({"phone": OTHER_PHONE, "code": code, "pin": PIN, "full_name": "Siti Aminah", "email": "siti@example.com",
        "consent": consent()});
    let registered = app.post("/v1/register").json(&with).send().await.json(201);
    assert_eq!((&registered["application"], &registered["pending"]), (&Value::Null, &json!(["email_unproven"])));
    let page = app.get("/v1/accounts/questions").send().await.json(200);
    page["items"][0]["id"].as_str().unwrap().to_owned()
}

/// The same question, and HR has said that it is hers.
pub async fn answered(app: &App) -> String {
    let question = asked(app).await;
    let at = format!("/v1/accounts/questions/{question}/answer");
    app.post(at).json(&json!({"answer": "hers"})).send().await.json(200);
    question
}

/// An account that has no application, for HR has yet to say which one is hers.
pub async fn waiting(app: &App) -> String {
    asked(app).await;
    let page = app.get("/v1/accounts/questions").send().await.json(200);
    page["items"][0]["account"].as_str().unwrap().to_owned()
}

/// The application of Siti, who has registered and signed a contract.
pub async fn signed(app: &App) -> String {
    let id = register(app, PHONE).await["application"].as_str().unwrap().to_owned();
    let signed = json!({"act": "correct", "stage": "ONBOARDED_REGULAR", "reasons": ["wrong_status"]});
    app.post(format!("/v1/applications/{id}/transitions")).json(&signed).send().await.json(200);
    id
}

async fn id_of(app: &App, name: &str) -> Value {
    let page = app.get("/v1/applications").send().await.json(200);
    page["items"].as_array().unwrap().iter().find(|one| one["full_name"] == name).unwrap()["id"].clone()
}

#[tokio::test]
async fn she_registers_and_finds_her_application_and_what_comes_next() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    assert_eq!(registered["application"], id_of(&app, "Siti Aminah").await);
    let token = access(&registered["tokens"]);
    let me = app.get("/v1/me").bearer(&token).send().await.json(200);
    assert_eq!(
        (&me["account"], &me["phone"], &me["mitra_status"], &me["pending"]),
        (&registered["account"], &json!(PHONE), &json!("APPLICANT"), &json!([]))
    );
    let progress = app.get("/v1/me/progress").bearer(&token).send().await.json(200);
    assert_eq!(progress["next"]["id"], "Wawancara dengan tim HR.");
    let sessions = app.get("/v1/me/sessions").bearer(&token).send().await.json(200);
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1);
    let gate = async |platform: &str| {
        let asked = app.get(format!("/v1/eligibility/{platform}")).bearer(&token).send().await.json(200);
        asked["allowed"] == json!(true)
    };
    assert!(!gate("elearning").await);
    let moved = json!({"act": "correct", "stage": "IN_TRAINING", "reasons": ["wrong_status"]});
    let at = format!("/v1/applications/{}/transitions", registered["application"].as_str().unwrap());
    app.post(at).json(&moved).send().await.json(200);
    assert!(gate("elearning").await, "the gate follows the lifecycle at once");
    assert!(!gate("payroll").await);
    let unknown = app.get("/v1/eligibility/moon").bearer(&token).send().await;
    assert_eq!(unknown.refusal(), "400 request.invalid");
}

#[tokio::test]
async fn nothing_of_hers_is_told_without_a_good_token() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let token = access(&registered["tokens"]);
    let (head, signature) = token.rsplit_once('.').unwrap();
    for path in ["/v1/me", "/v1/me/progress", "/v1/me/sessions", "/v1/eligibility/payroll"] {
        assert_eq!(app.get(path).send().await.refusal(), "401 token.invalid", "{path}");
        for bad in [
            "x",
            head,
            &format!("{head}."),
            &format!("{head}.{}", signature.replace(signature.get(..2).unwrap(), "AA")),
        ] {
            assert_eq!(app.get(path).bearer(bad).send().await.refusal(), "401 token.invalid", "{path} {bad}");
        }
    }
    for (path, body) in [("/v1/logout", Value::Null), ("/v1/me/pin", json!({"old_pin": PIN, "new_pin": ANOTHER_PIN}))] {
        assert_eq!(app.post(path).json(&body).send().await.refusal(), "401 token.invalid", "{path}");
    }
    app.jump(15 * MINUTE);
    assert_eq!(
        app.get("/v1/me").bearer(&token).send().await.refusal(),
        "401 token.invalid",
        "after a quarter of an hour"
    );
}

/// Nobody else's word for who she is counts, whatever it is signed with: not that of a system where she had an account before, and not with our names in it.
#[tokio::test]
async fn a_session_of_another_system_opens_nothing() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let set = app.get("/.well-known/jwks.json").send().await.json(200);
    let (id, public) = (set["keys"][0]["kid"].as_str().unwrap(), set["keys"][0]["x"].as_str().unwrap());
    let theirs = json!({
        "iss": "https://lama.example/auth/v1", "aud": "authenticated", "role": "authenticated",
        "sub": registered["account"], "phone": PHONE, "session_id": registered["account"], "exp": 4_102_444_800_u64,
    });
    let mut ours = theirs.clone();
    (ours["iss"], ours["aud"]) = (json!("satu"), json!("satu"));
    for claims in [theirs, ours] {
        let header = jsonwebtoken::Header { kid: Some(id.to_owned()), ..Default::default() };
        // Signed with a secret of theirs; with what everybody knows of our key; by nobody.
        let signed = |secret: &[u8]| {
            let key = jsonwebtoken::EncodingKey::from_secret(secret);
            jsonwebtoken::encode(&header, &claims, &key).unwrap()
        };
        let by_them = signed(b"a-secret-of-another-system");
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", by_them.split('.').nth(1).unwrap());
        for token in [by_them, signed(public.as_bytes()), unsigned] {
            for path in ["/v1/me", "/v1/eligibility/payroll"] {
                assert_eq!(app.get(path).bearer(&token).send().await.refusal(), "401 token.invalid", "{path} {token}");
            }
            assert_eq!(app.post("/v1/logout").bearer(&token).send().await.refusal(), "401 token.invalid", "{token}");
        }
    }
}

#[tokio::test]
async fn another_platform_verifies_a_token_by_the_key_set_alone() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let token = access(&registered["tokens"]);
    let set = app.get("/.well-known/jwks.json").send().await.json(200);
    let header = jsonwebtoken::decode_header(&token).unwrap();
    let key = set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == json!(header.kid)).unwrap();
    let key = jsonwebtoken::DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    rules.set_audience(&["satu"]);
    rules.set_issuer(&["satu"]);
    let claims = jsonwebtoken::decode::<Value>(&token, &key, &rules).unwrap().claims;
    assert_eq!(claims["sub"], registered["account"]);
}

#[tokio::test]
async fn a_page_of_registration_learns_who_hires_and_whether_codes_can_be_sent() {
    let shown = async |app: &App| app.get("/v1/registration").send().await.json(200);
    assert_eq!(shown(&App::open().await).await, json!({"company": "PT Contoh", "sends_codes": true}));
    assert_eq!(shown(&App::without_a_channel().await).await["sends_codes"], false);
}

/// A double tap, an answer that was lost, another device with the same PIN: one account and one answer.
#[tokio::test]
async fn registering_again_with_what_was_shown_gives_the_same_account() {
    let app = open().await;
    let code = code(&app, "register", PHONE).await;
    let body = registering(PHONE, &code);
    let (one, two) =
        tokio::join!(app.post("/v1/register").json(&body).send(), app.post("/v1/register").json(&body).send());
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201], "{} {}", one.text(), two.text());
    let (one, two) = (one.json(one.status), two.json(two.status));
    let mut answers = vec![two];
    // More often than a wrong code is looked at.
    for _ in 0..7 {
        answers.push(app.post("/v1/register").json(&body).send().await.json(200));
    }
    for other in &answers {
        assert_eq!((&one["account"], &one["application"]), (&other["account"], &other["application"]));
        app.get("/v1/me").bearer(&access(&other["tokens"])).send().await.json(200);
    }
    let mut stolen = body.clone();
    stolen["pin"] = json!(ANOTHER_PIN);
    let refused = app.post("/v1/register").json(&stolen).send().await;
    assert_eq!(refused.refusal(), "409 account.exists", "who has the code and no PIN gets nothing");
    let elsewhere = self::code(&app, "register", PHONE).await;
    let second = app.post("/v1/register").json(&registering(PHONE, &elsewhere)).send().await.json(200);
    assert_eq!(second["account"], one["account"], "another device");
}

#[tokio::test]
async fn she_signs_in_and_whoever_does_not_know_her_pin_does_not() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let tokens = login(&app, "0812-3456-7801", PIN, &registered).send().await.json(200);
    assert_eq!(tokens["device_token"], Value::Null, "the device has one");
    app.get("/v1/me").bearer(&access(&tokens)).send().await.json(200);
    assert_eq!(login(&app, OTHER_PHONE, PIN, &registered).send().await.refusal(), "404 account.unknown");
    assert_eq!(login(&app, PHONE, "12345", &registered).send().await.refusal(), "422 pin.not_six_digits");
    assert_eq!(login(&app, "021 555", PIN, &registered).send().await.refusal(), "422 phone.invalid");
    for _ in 0..5 {
        assert_eq!(login(&app, PHONE, ANOTHER_PIN, &registered).send().await.refusal(), "401 pin.wrong");
    }
    let locked = login(&app, PHONE, PIN, &registered).send().await;
    assert_eq!(locked.refusal(), "423 account.locked", "also for the right one");
    let seconds: i64 = locked.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    app.jump(seconds);
    login(&app, PHONE, PIN, &registered).send().await.json(200);
    assert_eq!(login(&app, PHONE, ANOTHER_PIN, &registered).send().await.refusal(), "401 pin.wrong", "counted anew");
}

#[tokio::test]
async fn who_has_no_account_may_be_hidden() {
    let app = App::that_hides_the_unknown().await;
    let registered = register(&app, PHONE).await;
    assert_eq!(login(&app, OTHER_PHONE, PIN, &registered).send().await.refusal(), "401 pin.wrong");
    assert_eq!(login(&app, PHONE, ANOTHER_PIN, &registered).send().await.refusal(), "401 pin.wrong");
    login(&app, PHONE, PIN, &registered).send().await.json(200);
}

/// Whichever way a PIN comes, wrong ones are counted together; who has no account is locked out alike, so a lockout tells nothing.
#[tokio::test]
async fn wrong_pins_are_counted_together_on_every_path() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let token = access(&registered["tokens"]);
    let fresh = code(&app, "register", PHONE).await;
    let mut guess = registering(PHONE, &fresh);
    guess["pin"] = json!(ANOTHER_PIN);
    for _ in 0..2 {
        assert_eq!(login(&app, PHONE, ANOTHER_PIN, &registered).send().await.refusal(), "401 pin.wrong");
        assert_eq!(app.post("/v1/register").json(&guess).send().await.refusal(), "409 account.exists");
    }
    let change = json!({"old_pin": ANOTHER_PIN, "new_pin": "905173"});
    assert_eq!(app.post("/v1/me/pin").bearer(&token).json(&change).send().await.refusal(), "401 pin.wrong");
    assert_eq!(login(&app, PHONE, PIN, &registered).send().await.refusal(), "423 account.locked");
    assert_eq!(app.post("/v1/register").json(&guess).send().await.refusal(), "423 account.locked");
    assert_eq!(app.post("/v1/me/pin").bearer(&token).json(&change).send().await.refusal(), "423 account.locked");
    for _ in 0..5 {
        assert_eq!(login(&app, OTHER_PHONE, PIN, &registered).send().await.refusal(), "404 account.unknown");
    }
    assert_eq!(login(&app, OTHER_PHONE, PIN, &registered).send().await.refusal(), "423 account.locked");
}

/// However many come at once, no more PINs are looked at than are counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_that_come_at_once_are_all_counted() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let guesses = (0..12).map(|_| login(&app, PHONE, ANOTHER_PIN, &registered).send());
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!((looked_at, answers.iter().filter(|answer| answer.status == 423).count()), (5, 7));
}

#[tokio::test]
async fn a_device_that_is_new_shows_a_code_too() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let with = |code: Option<&Value>| json!({"phone": PHONE, "pin": PIN, "code": code});
    let refused = app.post("/v1/login").json(&with(None)).send().await;
    assert_eq!(refused.refusal(), "401 device.new");
    let code = code(&app, "device", PHONE).await;
    assert_eq!(app.post("/v1/login").json(&with(Some(&wrong(&code)))).send().await.refusal(), "422 otp.wrong");
    let tokens = app.post("/v1/login").json(&with(Some(&code))).send().await.json(200);
    assert!(tokens["device_token"].is_string());
    assert_eq!(app.post("/v1/login").json(&with(Some(&code))).send().await.refusal(), "422 otp.void", "once");
    login(&app, PHONE, PIN, &json!({"tokens": tokens})).send().await.json(200);
    login(&app, PHONE, PIN, &registered).send().await.json(200);
    // A token of another's device opens nothing.
    let hers = self::code(&app, "register", "+6281234567802").await;
    let mut body = registering("+6281234567802", &hers);
    body["full_name"] = json!("Dewi Lestari");
    let dewi = app.post("/v1/register").json(&body).send().await.json(201);
    assert_eq!(login(&app, PHONE, PIN, &dewi).send().await.refusal(), "401 device.new");
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_a_copy_ends_the_session() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let first = &registered["tokens"]["refresh_token"];
    let second = refresh(&app, first).await.json(200);
    let again = refresh(&app, first).await.json(200);
    assert_eq!(again["refresh_token"], second["refresh_token"], "the answer was lost: the same again");
    let third = refresh(&app, &second["refresh_token"]).await.json(200);
    app.jump(31);
    assert_eq!(refresh(&app, first).await.refusal(), "401 session.reused");
    assert_eq!(refresh(&app, &third["refresh_token"]).await.refusal(), "401 session.over", "for the thief and for her");
    let me = app.get("/v1/me").bearer(&access(&third)).send().await;
    assert_eq!(me.refusal(), "401 session.over", "at once, though the token is good for minutes");
    for bad in ["", "00", "zz"] {
        assert_eq!(refresh(&app, &json!(bad)).await.refusal(), "401 session.over");
    }
}

#[tokio::test]
async fn a_session_that_is_not_used_for_a_month_is_over() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    app.jump(30 * DAY - MINUTE);
    let kept = refresh(&app, &registered["tokens"]["refresh_token"]).await.json(200);
    app.jump(30 * DAY);
    assert_eq!(refresh(&app, &kept["refresh_token"]).await.refusal(), "401 session.over");
}

#[tokio::test]
async fn who_signs_out_is_out_at_once_and_on_that_device_alone() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let other = login(&app, PHONE, PIN, &registered).send().await.json(200);
    let out = app.post("/v1/logout").bearer(&access(&other)).send().await;
    assert_eq!(out.status, 204);
    assert_eq!(app.get("/v1/me").bearer(&access(&other)).send().await.refusal(), "401 session.over");
    assert_eq!(refresh(&app, &other["refresh_token"]).await.refusal(), "401 session.over");
    app.get("/v1/me").bearer(&access(&registered["tokens"])).send().await.json(200);
}

#[tokio::test]
async fn a_changed_pin_signs_every_other_device_out_and_she_is_told() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let other = login(&app, PHONE, PIN, &registered).send().await.json(200);
    let token = access(&registered["tokens"]);
    // The last one is of the birth date that stands in her application: 4, 1998, 1….
    for (pin, refusal) in [("123456", "422 pin.runs"), ("419981", "422 pin.date")] {
        let weak = json!({"old_pin": PIN, "new_pin": pin});
        assert_eq!(app.post("/v1/me/pin").bearer(&token).json(&weak).send().await.refusal(), refusal);
    }
    let before = app.messages(PHONE);
    let change = json!({"old_pin": PIN, "new_pin": ANOTHER_PIN});
    assert_eq!(app.post("/v1/me/pin").bearer(&token).json(&change).send().await.status, 204);
    assert_eq!(app.message(PHONE, before).await, Message::PinChanged);
    app.get("/v1/me").bearer(&token).send().await.json(200);
    assert_eq!(app.get("/v1/me").bearer(&access(&other)).send().await.refusal(), "401 session.over");
    assert_eq!(login(&app, PHONE, PIN, &registered).send().await.refusal(), "401 pin.wrong");
    login(&app, PHONE, ANOTHER_PIN, &registered).send().await.json(200);
}

/// Whoever changes a PIN and is gone before the answer has changed it, and its owner is told.
#[tokio::test]
async fn whoever_hangs_up_has_changed_the_pin_and_she_is_told_all_the_same() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let before = app.messages(PHONE);
    let changing = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&changing);
    watch::watch(app.backend.store(), move |sql| {
        if sql.starts_with("UPDATE \"account\" SET \"pin_hash\"") {
            seen.store(true, Ordering::Relaxed);
        }
        false
    });
    let change = json!({"old_pin": PIN, "new_pin": ANOTHER_PIN});
    let mut sent = Box::pin(app.post("/v1/me/pin").bearer(&access(&registered["tokens"])).json(&change).send());
    // Far enough to be kept, and then she is gone.
    while !changing.load(Ordering::Relaxed) {
        assert!(futures_util::poll!(sent.as_mut()).is_pending());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(sent);
    assert_eq!(app.message(PHONE, before).await, Message::PinChanged);
    watch::watch(app.backend.store(), |_| false);
    login(&app, PHONE, ANOTHER_PIN, &registered).send().await.json(200);
}

/// What was there before the number was shown to be hers again is void: sessions, the old PIN, known devices.
#[tokio::test]
async fn a_forgotten_pin_is_replaced_with_a_code_and_all_that_was_before_is_void() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    for _ in 0..5 {
        login(&app, PHONE, ANOTHER_PIN, &registered).send().await;
    }
    let code = code(&app, "pin", PHONE).await;
    let with = |code: &Value, pin: &str| json!({"phone": PHONE, "code": code, "pin": pin});
    assert_eq!(app.post("/v1/pin").json(&with(&wrong(&code), ANOTHER_PIN)).send().await.refusal(), "422 otp.wrong");
    assert_eq!(app.post("/v1/pin").json(&with(&code, "333333")).send().await.refusal(), "422 pin.repeats");
    assert_eq!(app.post("/v1/pin").json(&with(&code, "419981")).send().await.refusal(), "422 pin.date");
    let before = app.messages(PHONE);
    let tokens = app.post("/v1/pin").json(&with(&code, ANOTHER_PIN)).send().await.json(200);
    assert_eq!(app.message(PHONE, before).await, Message::PinChanged);
    assert_eq!(app.post("/v1/pin").json(&with(&code, PIN)).send().await.refusal(), "422 otp.void", "once");
    assert_eq!(app.get("/v1/me").bearer(&access(&registered["tokens"])).send().await.refusal(), "401 session.over");
    assert_eq!(refresh(&app, &registered["tokens"]["refresh_token"]).await.refusal(), "401 session.over");
    assert_eq!(login(&app, PHONE, ANOTHER_PIN, &registered).send().await.refusal(), "401 device.new");
    login(&app, PHONE, ANOTHER_PIN, &json!({"tokens": tokens})).send().await.json(200);
    let nobodys = self::code(&app, "pin", OTHER_PHONE).await;
    let with = json!({"phone": OTHER_PHONE, "code": nobodys, "pin": PIN});
    assert_eq!(app.post("/v1/pin").json(&with).send().await.refusal(), "404 account.unknown");
}

#[tokio::test]
async fn a_code_is_good_once_for_its_purpose_and_for_ten_minutes() {
    let app = open().await;
    let old = code(&app, "register", PHONE).await;
    code(&app, "register", PHONE).await;
    let try_with = |code: &Value| app.post("/v1/register").json(&registering(PHONE, code)).send();
    assert_eq!(try_with(&old).await.refusal(), "422 otp.void", "a newer one was sent");
    let of_another = code(&app, "pin", PHONE).await;
    assert_eq!(try_with(&of_another).await.refusal(), "422 otp.void", "for another purpose");
    let of_dewi = code(&app, "register", "+6281234567802").await;
    assert_eq!(try_with(&of_dewi).await.refusal(), "422 otp.void", "of another number");
    let late = code(&app, "register", PHONE).await;
    app.jump(10 * MINUTE);
    assert_eq!(try_with(&late).await.refusal(), "422 otp.void", "after ten minutes");
    assert_eq!(app.get("/v1/applications").send().await.json(200)["items"].as_array().unwrap().len(), 2);
}

/// Five looks at a code, and wrong ones are counted on over every code that is sent after: a number is locked for longer and longer.
#[tokio::test]
async fn codes_are_not_guessed() {
    let app = open().await;
    let first = code(&app, "pin", PHONE).await;
    let try_with = |code: &Value| app.post("/v1/pin").json(&json!({"phone": PHONE, "code": code, "pin": PIN})).send();
    for left in (0..5).rev() {
        let refused = try_with(&wrong(&first)).await;
        let told = (refused.refusal(), refused.problem()["params"]["left"].clone());
        assert_eq!(told, ("422 otp.wrong".to_owned(), json!(left.to_string())));
    }
    assert_eq!(try_with(&first).await.refusal(), "423 account.locked");
    let second = code(&app, "pin", PHONE).await;
    assert_eq!(try_with(&second).await.refusal(), "423 account.locked", "another code does not help");
    app.jump(MINUTE);
    assert_eq!(try_with(&wrong(&second)).await.refusal(), "422 otp.wrong");
    assert_eq!(try_with(&second).await.refusal(), "423 account.locked", "for twice as long");
    for _ in 0..8 {
        assert_eq!(try_with(&first).await.refusal(), "422 otp.void", "what answers no sending locks nobody out");
    }
    app.jump(2 * MINUTE);
    assert_eq!(try_with(&second).await.refusal(), "404 account.unknown", "it is right");
    assert_eq!(try_with(&second).await.refusal(), "422 otp.void", "and used up by that");
    assert_eq!(try_with(&wrong(&second)).await.refusal(), "422 otp.wrong", "and what was counted is forgotten");
}

#[tokio::test]
async fn five_codes_are_sent_in_ten_minutes_and_the_sixth_says_when() {
    let app = open().await;
    for _ in 0..5 {
        code(&app, "register", PHONE).await;
    }
    let refused = app.post("/v1/otp").json(&json!({"purpose": "pin", "to": PHONE})).send().await;
    assert_eq!(refused.refusal(), "429 otp.too_many");
    let seconds: i64 = refused.header("retry-after").parse().unwrap();
    assert!((590..=600).contains(&seconds), "{seconds}");
    app.jump(seconds);
    code(&app, "register", PHONE).await;
}

#[rstest]
#[case::a_landline("0215551234", "422 phone.invalid")]
#[case::abroad("+14155550123", "422 phone.invalid")]
#[case::two("081234567801/081234567802", "422 phone.invalid")]
#[case::nothing("", "422 phone.invalid")]
#[tokio::test]
async fn codes_go_to_indonesian_mobiles_only(#[case] to: &str, #[case] refusal: &str) {
    let app = App::open().await;
    let refused = app.post("/v1/otp").json(&json!({"purpose": "register", "to": to})).send().await;
    assert_eq!(refused.refusal(), refusal);
    let refused = app.post("/v1/otp").json(&json!({"purpose": "email", "to": to})).send().await;
    assert_eq!(refused.refusal(), "422 email.invalid");
}

#[tokio::test]
async fn without_a_channel_no_code_is_sent_and_that_is_told() {
    let app = App::without_a_channel().await;
    let refused = app.post("/v1/otp").json(&json!({"purpose": "register", "to": PHONE})).send().await;
    assert_eq!(refused.refusal(), "503 otp.no_channel");
}

#[rstest]
#[case::a_weak_pin(json!({"pin": "112233"}), "422 pin.repeats")]
#[case::her_phone(json!({"pin": "567801"}), "422 pin.phone")]
#[case::no_name(json!({"full_name": "  "}), "422 name.invalid")]
#[case::no_date(json!({"birth_date": "kemarin"}), "422 birth_date.invalid")]
#[case::no_address(json!({"email": "siti"}), "422 email.invalid")]
#[case::a_code_to_no_address(json!({"email_code": {"request": NO_REQUEST, "digits": "482057"}}), "422 email.missing")]
#[case::no_consent(json!({"consent": null}), "422 consent.missing")]
#[case::refused(json!({"consent": {"recruitment": false, "version": "2026-11"}}), "422 consent.missing")]
#[case::no_text(json!({"consent": {"recruitment": true, "version": "versi tiga"}}), "422 consent.version")]
#[case::half_a_consent(json!({"consent": {"recruitment": true}}), "422 request.invalid")]
#[case::both(json!({"invitation": "00"}), "400 request.invalid")]
#[case::neither(json!({"code": null}), "400 request.invalid")]
#[tokio::test]
async fn what_cannot_be_registered_uses_no_code_up(#[case] with: Value, #[case] refusal: &str) {
    let app = open().await;
    let code = code(&app, "register", PHONE).await;
    let mut body = registering(PHONE, &code);
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    assert_eq!(app.post("/v1/register").json(&body).send().await.refusal(), refusal);
    app.post("/v1/register").json(&registering(PHONE, &code)).send().await.json(201);
}

#[tokio::test]
async fn a_code_to_no_address_chooses_no_new_pin_either() {
    let app = open().await;
    register(&app, PHONE).await;
    let code = code(&app, "pin", PHONE).await;
    let to_no_address = json!({"request": NO_REQUEST, "digits": "482057"});
    let with = json!({"phone": PHONE, "code": code, "pin": ANOTHER_PIN, "email_code": to_no_address});
    assert_eq!(app.post("/v1/pin").json(&with).send().await.refusal(), "422 email.missing");
    let with = json!({"phone": PHONE, "code": code, "pin": ANOTHER_PIN});
    app.post("/v1/pin").json(&with).send().await.json(200);
}

/// What was said of consent, of her who asks or of an application: purpose, kind, source and text.
fn said(records: &Value) -> Vec<String> {
    let word = |one: &Value| {
        let [purpose, kind, source] = ["purpose", "kind", "source"].map(|name| one[name].as_str().unwrap().to_owned());
        format!("{purpose} {kind} {source} {}", one["version"].as_str().unwrap_or("-"))
    };
    records.as_array().unwrap().iter().map(word).collect()
}

#[tokio::test]
async fn what_she_consents_to_is_hers_to_see_and_to_take_back() {
    let app = open().await;
    let registered = register(&app, PHONE).await;
    let token = access(&registered["tokens"]);
    let hr = async || {
        let path = format!("/v1/applications/{}/consents", registered["application"].as_str().unwrap());
        said(&app.get(path).send().await.json(200)["items"])
    };
    let me = app.get("/v1/me").bearer(&token).send().await.json(200);
    assert_eq!(said(&me["consents"]), ["recruitment given registration 2026-11"]);
    let given = me["consents"][0]["at"].clone();
    let path = |purpose: &str| format!("/v1/me/consents/{purpose}");
    let withdraw = async |purpose: &str| app.call(Method::DELETE, path(purpose)).bearer(&token).send().await.json(200);
    let agree = async |purpose: &str, version: &str| {
        app.call(Method::PUT, path(purpose)).bearer(&token).json(&json!({"version": version})).send().await
    };
    // Taken back twice it is taken back once; what she said before stays.
    withdraw("recruitment").await;
    assert_eq!(said(&withdraw("recruitment").await["consents"]), ["recruitment withdrawn account -"]);
    assert_eq!(hr().await, ["recruitment withdrawn account -", "recruitment given registration 2026-11"]);
    assert_eq!(agree("recruitment", "versi tiga").await.refusal(), "422 consent.version");
    agree("recruitment", "2026-12").await.json(200);
    assert_eq!(
        said(&agree("recruitment", "2026-12").await.json(200)["consents"]),
        ["recruitment given account 2026-12"]
    );
    let me = withdraw("messages").await;
    assert_eq!(said(&me["consents"]), ["recruitment given account 2026-12", "messages withdrawn account -"]);
    assert_ne!(me["consents"][0]["at"], given);
    agree("messages", "2026-12").await.json(200);
    assert_eq!(hr().await.len(), 5, "nothing is ever changed: {:?}", hr().await);
    assert_eq!(app.call(Method::DELETE, path("marketing")).bearer(&token).send().await.status, 400);
    assert_eq!(app.call(Method::DELETE, path("messages")).send().await.refusal(), "401 token.invalid");
    let nobody = app.get("/v1/applications/00000000-0000-7000-8000-000000000000/consents").send().await;
    assert_eq!(nobody.refusal(), "404 application.unknown");
}

#[tokio::test]
async fn an_invitation_is_good_once_for_its_number_until_it_expires() {
    let app = open().await;
    let siti = id_of(&app, "Siti Aminah").await;
    let invite = || app.post(format!("/v1/applications/{}/invitations", siti.as_str().unwrap())).send();
    let invitation = invite().await.json(201);
    assert_eq!((&invitation["phone"], &invitation["application"]), (&json!(PHONE), &siti));
    let with = |phone: &str, token: &Value| json!({"phone": phone, "invitation": token, "pin": PIN, "full_name": "Rina Wulandari", "consent": consent()});
    let stolen = app.post("/v1/register").json(&with(OTHER_PHONE, &invitation["token"])).send().await;
    assert_eq!(stolen.refusal(), "422 invitation.void", "with another number");
    for none in [json!("00"), json!("zz"), json!("")] {
        assert_eq!(app.post("/v1/register").json(&with(PHONE, &none)).send().await.refusal(), "422 invitation.void");
    }
    app.jump(14 * DAY);
    let late = app.post("/v1/register").json(&with(PHONE, &invitation["token"])).send().await;
    assert_eq!(late.refusal(), "422 invitation.void", "after two weeks");
    let invitation = invite().await.json(201);
    let registered = app.post("/v1/register").json(&with(PHONE, &invitation["token"])).send().await.json(201);
    assert_eq!(registered["application"], siti, "it is hers whatever she is called");
    let again = app.post("/v1/register").json(&with(PHONE, &invitation["token"])).send().await.json(200);
    assert_eq!(again["account"], registered["account"]);
    let mut other = with(PHONE, &invitation["token"]);
    other["pin"] = json!(ANOTHER_PIN);
    assert_eq!(app.post("/v1/register").json(&other).send().await.refusal(), "409 account.exists");
    assert_eq!(invite().await.refusal(), "409 invitation.registered");
    // Her own answer may be lost once more within the ten minutes of a code; after that an old link is no second factor.
    app.jump(9 * MINUTE);
    app.post("/v1/register").json(&with(PHONE, &invitation["token"])).send().await.json(200);
    app.jump(MINUTE);
    let late = app.post("/v1/register").json(&with(PHONE, &invitation["token"])).send().await;
    assert_eq!(late.refusal(), "422 invitation.void", "ten minutes after it was used");
}

/// Where there is a mail server, a code goes to an address: whoever was invited shows with it that the address is hers, too.
#[tokio::test]
async fn a_code_goes_to_an_address_by_the_mail_server() {
    let post = Post::start().await;
    let app = App::with_post(&post).await;
    app.import("glints", &[siti()]).await;
    let asks = |purpose: &str, to: &str| app.post("/v1/otp").json(&json!({"purpose": purpose, "to": to})).send();
    assert_eq!(asks("register", PHONE).await.refusal(), "503 otp.no_channel", "mail reaches no number");
    asks("email", "tidak.ada@contoh.example").await.json(202);
    let sent = asks("email", "Siti.Baru@contoh.example").await.json(202);
    let letter = post.taken("siti.baru@contoh.example", 1).await.remove(0).letter;
    assert!(letter.contains("From: \"PT Contoh\" <halo@contoh.example>"), "{letter}");
    assert!(letter.contains("Subject: Kode PT Contoh\n"), "{letter}");
    let digits =
        letter.split_once(" adalah kode PT Contoh Anda").and_then(|(before, _)| before.get(before.len() - 6..));
    let code = json!({"request": sent["request"], "digits": digits.unwrap()});
    let siti = id_of(&app, "Siti Aminah").await;
    let invitation =
        app.post(format!("/v1/applications/{}/invitations", siti.as_str().unwrap())).send().await.json(201);
    let with = json!({"phone": PHONE, "invitation": invitation["token"], "pin": PIN, "full_name": "Siti Aminah",
        "email": "siti.baru@contoh.example", "email_code": code, "consent": consent()});
    let registered = app.post("/v1/register").json(&with).send().await.json(201);
    assert_eq!(registered["application"], siti);
    let hers = app.get(format!("/v1/applications/{}", siti.as_str().unwrap())).send().await.json(200);
    let keys = hers["identifiers"].as_array().unwrap();
    assert!(keys.iter().any(|one| one["value"] == "siti.baru@contoh.example" && one["state"] == "key"), "{hers}");
}

/// With another PIN no link that was sent before opens anything, used or not.
#[rstest]
#[case::changed(false)]
#[case::reset(true)]
#[tokio::test]
async fn a_new_pin_voids_every_invitation_to_the_number(#[case] reset: bool) {
    let app = open().await;
    let siti = id_of(&app, "Siti Aminah").await;
    let invite = || app.post(format!("/v1/applications/{}/invitations", siti.as_str().unwrap())).send();
    let (used, unused) = (invite().await.json(201), invite().await.json(201));
    let with = |pin: &str, invitation: &Value| json!({"phone": PHONE, "invitation": invitation["token"], "pin": pin, "full_name": "Siti Aminah", "consent": consent()});
    let registered = app.post("/v1/register").json(&with(PIN, &used)).send().await.json(201);
    if reset {
        let code = code(&app, "pin", PHONE).await;
        let new = json!({"phone": PHONE, "code": code, "pin": ANOTHER_PIN});
        app.post("/v1/pin").json(&new).send().await.json(200);
    } else {
        let change = json!({"old_pin": PIN, "new_pin": ANOTHER_PIN});
        let token = access(&registered["tokens"]);
        assert_eq!(app.post("/v1/me/pin").bearer(&token).json(&change).send().await.status, 204);
    }
    for invitation in [&used, &unused] {
        for pin in [PIN, ANOTHER_PIN] {
            let old = app.post("/v1/register").json(&with(pin, invitation)).send().await;
            assert_eq!(old.refusal(), "422 invitation.void");
        }
    }
}

#[tokio::test]
async fn what_is_pending_for_want_of_her_address_is_settled_by_a_code_to_it() {
    let app = open().await;
    asked(&app).await;
    let signed_in = code(&app, "device", OTHER_PHONE).await;
    let body = json!({"phone": OTHER_PHONE, "pin": PIN, "code": signed_in});
    let token = access(&app.post("/v1/login").json(&body).send().await.json(200));
    let told = app.get("/v1/me/progress").bearer(&token).send().await.json(200);
    assert!(told["now"]["en"].as_str().unwrap().contains("which application is yours"), "{told}");
    let code = code(&app, "email", "siti@example.com").await;
    let with = |code: &Value| json!({"email": "Siti@Example.com", "code": code});
    let refused = app.post("/v1/me/email").bearer(&token).json(&with(&wrong(&code))).send().await;
    assert_eq!(refused.refusal(), "422 otp.wrong");
    let me = app.post("/v1/me/email").bearer(&token).json(&with(&code)).send().await.json(200);
    assert_eq!(me["application"], id_of(&app, "Siti Aminah").await);
    assert_eq!((&me["pending"], &me["email_proven"]), (&json!([]), &json!(true)));
    assert_eq!(app.get("/v1/accounts/questions").send().await.json(200)["items"], json!([]));
}

#[rstest]
#[case::hers("hers", 2)]
#[case::another("another", 3)]
#[tokio::test]
async fn hr_settles_what_is_pending(#[case] answer: &str, #[case] applications: usize) {
    let app = open().await;
    let question = asked(&app).await;
    for (query, count) in [
        ("why=email_unproven&portal=glints", 1),
        ("why=taken", 0),
        ("why=email_unproven&portal=jobstreet", 0),
        ("portal=glints", 1),
    ] {
        let page = app.get(format!("/v1/accounts/questions?{query}")).send().await.json(200);
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
    }
    let at = format!("/v1/accounts/questions/{question}/answer");
    let settled = app.post(&at).json(&json!({"answer": answer})).send().await.json(200);
    let siti = id_of(&app, "Siti Aminah").await;
    assert_eq!(settled["pending"], json!([]));
    let people = app.get("/v1/applications").send().await.json(200);
    assert_eq!(people["items"].as_array().unwrap().len(), applications, "{people}");
    if answer == "hers" {
        assert_eq!(settled["application"], siti);
    } else {
        assert!(settled["application"].is_string(), "a fresh one begins");
    }
    assert_eq!(app.post(&at).json(&json!({"answer": answer})).send().await.refusal(), "409 question.answered");
    let unknown = "/v1/accounts/questions/01900000-0000-7000-8000-000000000000/answer";
    assert_eq!(app.post(unknown).json(&json!({"answer": "hers"})).send().await.refusal(), "404 question.unknown");

    // Taken back it is asked again, and whoever looks sees who said what.
    let back = format!("/v1/accounts/questions/{question}/reversal");
    let asked = app.post(&back).send().await.json(200);
    assert_eq!(asked["pending"], json!(["email_unproven"]));
    assert_eq!(asked["application"].is_null(), answer == "hers", "a fresh one stays hers");
    let said = app.get("/v1/accounts/answers").send().await.json(200);
    let [one] = said["items"].as_array().unwrap().as_slice() else { panic!("{said}") };
    assert_eq!((&one["question"], &one["answer"]), (&json!(question), &json!(answer)));
    assert!(one["by"].is_string() && one["by"] == one["reversed_by"], "{one}");
    assert_eq!(app.post(&back).send().await.refusal(), "409 question.open");
    let unknown = unknown.replace("/answer", "/reversal");
    assert_eq!(app.post(unknown).send().await.refusal(), "404 question.unknown");
    if answer == "hers" {
        app.post(&at).json(&json!({"answer": answer})).send().await.json(200);
        let erase = format!("/v1/applications/{}/erase", siti.as_str().unwrap());
        app.post(erase).json(&json!({"why": "asked", "full_name": "Siti Aminah"})).send().await.json(200);
        let kept = app.post(&back).send().await;
        assert_eq!(kept.refusal(), "409 question.kept");
        assert_eq!(kept.problem()["params"]["why"], "erased");
    }
}

/// Tokens are told to their device alone: what is kept of answers holds none.
#[tokio::test]
async fn no_answer_with_tokens_is_kept() {
    let app = open().await;
    let code = code(&app, "register", PHONE).await;
    let body = registering(PHONE, &code);
    let registered = app.post("/v1/register").key("k").json(&body).send().await.json(201);
    login(&app, PHONE, PIN, &registered).key("l").send().await.json(200);
    let kept = "SELECT count(*) FROM kept_answer WHERE answer LIKE '%token%'";
    let database = &app.backend.config().database;
    assert_eq!(ledger::number(&mut ledger::at(database).await, kept).await, 0);
}

/// What is in the database opens nothing by itself: no PIN, code, token or invitation stands there as it is.
#[tokio::test]
async fn the_database_alone_tells_no_secret() {
    let app = open().await;
    let siti = id_of(&app, "Siti Aminah").await;
    let invitation =
        app.post(format!("/v1/applications/{}/invitations", siti.as_str().unwrap())).send().await.json(201);
    let registered = register(&app, PHONE).await;
    let code = code(&app, "device", PHONE).await;
    let database = app.backend.config().database.clone();
    app.backend.store().close().await;
    let file = std::fs::read(database.trim_start_matches("sqlite:")).unwrap();
    let has = |secret: &[u8]| file.windows(secret.len()).any(|part| part == secret);
    assert!(has(PHONE.as_bytes()), "it is the file");
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
    };
    for token in [&invitation["token"], &registered["tokens"]["refresh_token"], &registered["tokens"]["device_token"]] {
        let token = token.as_str().unwrap();
        let secret = bytes(&token[token.len().saturating_sub(64)..]);
        assert!(!has(token.as_bytes()) && !has(&secret), "{token}");
    }
    let digits = code["digits"].as_str().unwrap();
    assert!(!has(format!("\"{digits}\"").as_bytes()) && !has(PIN.as_bytes()));
}
