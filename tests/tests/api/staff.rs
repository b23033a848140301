//! Those who work here: signing in, their own passwords and second factors, the audit log. Who may do what: [`crate::roles`].

use axum::http::Method;
use satu_core::{staff::AuditFilter, store::watch};
use serde_json::{Value, json};

use crate::{
    app::{Answer, App},
    candidates::asked,
    imports::{dewi, siti},
};

/// The password that everybody of these stories chooses.
pub const OWN: &str = "kuda payung sore biru";
const HOUR: i64 = 3600;

/// Signs somebody in who keeps her token: the answer.
pub async fn sign_in(app: &App, name: &str, password: &str) -> Answer {
    let with = json!({"name": name, "password": password});
    app.post("/v1/staff/session").header("satu-keeps-token", "true").json(&with).send().await
}

/// Somebody who was added and has chosen her own password: her token.
pub async fn somebody(app: &App, by: &str, name: &str, role: &str) -> String {
    let call = app.post("/v1/staff").json(&json!({"name": name, "role": role}));
    let welcome = if by.is_empty() { call } else { call.bearer(by) }.send().await.json(201);
    let given = welcome["password"].as_str().unwrap();
    let first = sign_in(app, name, given).await.json(200)["token"].as_str().unwrap().to_owned();
    let own = json!({"old_password": given, "new_password": OWN});
    assert_eq!(app.post("/v1/staff/password").bearer(&first).json(&own).send().await.status, 204);
    first
}

/// What a candidate is known by and what somebody of the team signs in with are two: the same word opens the one and never the other, and guesses at the
/// one keep nobody from the other.
#[tokio::test]
async fn a_name_of_the_team_opens_nothing_of_a_candidate_and_hers_nothing_of_the_team() {
    const PHONE: &str = "+6281234567899";
    const PIN: &str = "482057";
    let app = App::open().await;
    app.import("glints", &[siti()]).await;
    // Somebody has registered with this number, and given Siti's address.
    asked(&app).await;
    let rina = somebody(&app, "", "rina", "admin").await;
    let hers = somebody(&app, &rina, "siti@example.com", "viewer").await;
    for name in ["siti@example.com", PHONE, "6281234567899", "081234567899"] {
        assert_eq!(sign_in(&app, name, PIN).await.refusal(), "401 staff.wrong", "{name}");
    }
    for _ in 0..12 {
        sign_in(&app, "siti@example.com", PIN).await;
    }
    let login = async |phone: &str, pin: &str| {
        app.post("/v1/login").json(&json!({"phone": phone, "pin": pin})).send().await.refusal()
    };
    assert_eq!(login(PHONE, PIN).await, "401 device.new", "the PIN is right");
    for refused in [login("siti@example.com", PIN).await, login(PHONE, OWN).await] {
        assert!(refused.starts_with('4') && refused != "401 device.new", "{refused}");
    }
    assert_eq!(app.get("/v1/me").bearer(&hers).send().await.refusal(), "401 token.invalid");
}

#[tokio::test]
async fn the_owner_signs_in_nowhere_until_somebody_is_added() {
    let app = App::open().await;
    let owner = app.get("/v1/staff/session").send().await.json(200);
    assert_eq!((&owner["id"], &owner["name"], &owner["role"]), (&Value::Null, &json!("hr"), &json!("admin")));
    let refused = app.post("/v1/staff/password").json(&json!({"old_password": "a", "new_password": "b"})).send().await;
    assert_eq!(refused.refusal(), "409 staff.owner");
    let viewer = app.post("/v1/staff").json(&json!({"name": "rina", "role": "viewer"})).send().await;
    assert_eq!(viewer.refusal(), "422 staff.first_is_admin");
    let odd = app.post("/v1/staff").json(&json!({"name": "rina wati", "role": "admin"})).send().await;
    assert_eq!(odd.refusal(), "422 staff.name");
    let welcome = app.post("/v1/staff").json(&json!({"name": "Rina", "role": "admin"})).send().await;
    assert_eq!(welcome.header("cache-control"), "no-store");
    assert_eq!(welcome.json(201)["member"]["name"], "rina");
    assert_eq!(app.get("/v1/applications").send().await.refusal(), "401 staff.signed_out");
    assert_eq!(app.get("/v1/staff/session").send().await.refusal(), "401 staff.signed_out");
}

#[tokio::test]
async fn a_server_with_an_address_of_its_own_has_no_owner() {
    let app = App::with_an_address("https://satu.contoh.id").await;
    assert_eq!(app.get("/v1/applications").send().await.refusal(), "401 staff.signed_out");
    let there = || app.get("/v1/applications").header("host", "satu.contoh.id");
    assert_eq!(there().send().await.refusal(), "401 staff.signed_out");
    let proxied = there().header("x-forwarded-for", "203.0.113.7").send().await;
    assert_eq!(proxied.refusal(), "401 staff.signed_out", "a proxy is what it is for");
    let elsewhere = app.get("/v1/applications").header("host", "evil.example");
    assert_eq!(elsewhere.send().await.refusal(), "403 request.foreign");
    let from = app.post("/v1/staff/session").header("host", "satu.contoh.id").header("origin", "https://evil.example");
    assert_eq!(from.json(&json!({"name": "a", "password": "b"})).send().await.refusal(), "403 request.foreign");
    app.backend.team().add(&"rina".parse().unwrap(), satu_core::staff::Role::Admin, "x").await.unwrap();
    let welcome = app.backend.team().reset("rina", "x").await.unwrap();
    let with = json!({"name": "rina", "password": welcome.password});
    let signed_in = app.post("/v1/staff/session").header("host", "satu.contoh.id").json(&with).send().await;
    assert!(signed_in.header("set-cookie").contains("; Secure"), "{}", signed_in.header("set-cookie"));
}

#[tokio::test]
async fn a_browser_holds_a_cookie_that_no_script_and_no_other_site_has() {
    let app = App::open().await;
    somebody(&app, "", "rina", "admin").await;
    let with = json!({"name": "rina", "password": OWN});
    let signed_in = app.post("/v1/staff/session").json(&with).send().await;
    assert_eq!(signed_in.json(200).get("token"), None, "a browser's script is given no token");
    assert_eq!(signed_in.header("cache-control"), "no-store");
    let set = signed_in.header("set-cookie").to_owned();
    for needed in ["satu_staff=", "; HttpOnly", "; SameSite=Strict", "; Path=/v1", "; Max-Age=604800"] {
        assert!(set.contains(needed), "{needed} of {set}");
    }
    let cookie = set.split(';').next().unwrap().to_owned();
    let shown = || app.get("/v1/staff/session").header("cookie", &format!("theme=dark; {cookie}; x=y"));
    assert_eq!(shown().send().await.json(200)["name"], "rina");
    let out = app.call(Method::DELETE, "/v1/staff/session").header("cookie", &cookie).send().await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("satu_staff=;") && out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(shown().send().await.refusal(), "401 staff.signed_out", "a copy of the cookie is of no use");
}

#[tokio::test]
async fn who_was_given_a_password_chooses_her_own_before_anything_else() {
    let app = App::open().await;
    let welcome = app.post("/v1/staff").json(&json!({"name": "rina", "role": "admin"})).send().await.json(201);
    let given = welcome["password"].as_str().unwrap();
    let signed_in = sign_in(&app, "rina", given).await.json(200);
    assert_eq!(signed_in["password_due"], true);
    let token = signed_in["token"].as_str().unwrap();
    assert_eq!(app.get("/v1/applications").bearer(token).send().await.refusal(), "403 staff.password_due");
    assert_eq!(app.get("/v1/staff").bearer(token).send().await.refusal(), "403 staff.password_due");
    for (new, code) in [
        ("pendek", "422 password.short"),
        ("aaaaaaaaaaaaaaaaaaaa", "422 password.pattern"),
        ("ini rina punya satu", "422 password.name"),
        ("passwordpassword1", "422 password.common"),
        (given, "422 password.same"),
    ] {
        let asked = app.post("/v1/staff/password").bearer(token);
        let answer = asked.json(&json!({"old_password": given, "new_password": new})).send().await;
        assert_eq!(answer.refusal(), code);
    }
    let own = json!({"old_password": given, "new_password": OWN});
    assert_eq!(app.post("/v1/staff/password").bearer(token).json(&own).send().await.status, 204);
    assert_eq!(app.get("/v1/applications").bearer(token).send().await.status, 200);
    assert_eq!(sign_in(&app, "rina", given).await.refusal(), "401 staff.wrong");
}

#[tokio::test]
async fn a_given_password_is_good_for_a_week() {
    let app = App::open().await;
    let welcome = app.post("/v1/staff").json(&json!({"name": "rina", "role": "admin"})).send().await.json(201);
    let given = welcome["password"].as_str().unwrap();
    app.jump(7 * 24 * HOUR - 60);
    assert_eq!(sign_in(&app, "rina", given).await.status, 200);
    app.jump(61);
    assert_eq!(sign_in(&app, "rina", given).await.refusal(), "401 staff.wrong");
}

#[tokio::test]
async fn nothing_of_a_password_is_kept_with_answers() {
    let app = App::open().await;
    let token = somebody(&app, "", "rina", "admin").await;
    let new = "empat kata lain sama sekali";
    let own = json!({"old_password": OWN, "new_password": new});
    assert_eq!(app.post("/v1/staff/password").bearer(&token).key("a").json(&own).send().await.status, 204);
    let offered = app.post("/v1/staff/second-factor/offer").bearer(&token).key("b").json(&json!({"password": new}));
    assert_eq!(offered.send().await.status, 200);
    let added = app.post("/v1/staff").bearer(&token).key("c").json(&json!({"name": "budi", "role": "viewer"}));
    assert_eq!(added.send().await.status, 201);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let file = &mut satu_tests::ledger::at(&app.backend.config().database).await;
    assert_eq!(satu_tests::ledger::number(file, "SELECT count(*) FROM kept_answer").await, 0);
}

#[tokio::test]
async fn an_owner_is_not_behind_a_proxy() {
    let app = App::open().await;
    for name in ["forwarded", "x-forwarded-for", "x-real-ip"] {
        let asked = app.get("/v1/applications").header(name, "203.0.113.7").send().await;
        assert_eq!(asked.refusal(), "403 request.foreign", "{name}");
    }
}

#[tokio::test]
async fn whoever_hangs_up_has_asked_all_the_same() {
    let app = App::open().await;
    app.import("glints", &[siti()]).await;
    let page = app.get("/v1/applications").send().await.json(200);
    let path = format!("/v1/applications/{}/transitions", page["items"][0]["id"].as_str().unwrap());
    let mut sent = Box::pin(app.post(path).json(&json!({"act": "advance"})).send());
    // Far enough to be written down, and then she is gone.
    while app.backend.team().audit(&AuditFilter::default(), None, 1).await.unwrap()[0].action
        != "POST /v1/applications/{id}/transitions"
    {
        assert!(futures_util::poll!(sent.as_mut()).is_pending());
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    drop(futures_util::poll!(sent.as_mut()));
    drop(sent);
    let newest = log(&app, "", "", 1).await.remove(0);
    assert_eq!((&newest["action"], &newest["status"]), (&json!("POST /v1/applications/{id}/transitions"), &json!(200)));
}

#[tokio::test]
async fn a_change_that_cannot_be_written_down_is_not_carried_out() {
    let app = App::open().await;
    app.import("glints", &[siti()]).await;
    let page = app.get("/v1/applications").send().await.json(200);
    let id = page["items"][0]["id"].as_str().unwrap();
    watch::watch(app.backend.store(), |sql| sql.starts_with("INSERT INTO \"audit_event\""));
    let refused = app.post(format!("/v1/applications/{id}/transitions")).json(&json!({"act": "advance"})).send().await;
    assert!(refused.status >= 500, "{}", refused.text());
    assert_eq!(app.get(format!("/v1/applications/{id}")).send().await.status, 200, "whoever only looks is answered");
    watch::watch(app.backend.store(), |_| false);
    let history = app.get(format!("/v1/applications/{id}/history")).send().await.json(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 1, "nothing was done");
}

#[tokio::test]
async fn a_session_ends_after_a_day_without_use_and_after_a_week_with() {
    let app = App::open().await;
    let token = somebody(&app, "", "rina", "admin").await;
    let seen = |token: String| {
        let app = &app;
        async move { app.get("/v1/staff/session").bearer(&token).send().await.status }
    };
    app.jump(12 * HOUR + 60);
    assert_eq!(seen(token).await, 401, "twelve hours without use");
    let token = sign_in(&app, "rina", OWN).await.json(200)["token"].as_str().unwrap().to_owned();
    for day in 0..20 {
        app.jump(8 * HOUR);
        assert_eq!(seen(token.clone()).await, 200, "used every eight hours, {day}");
        // That she is here is noted on the side.
        let now = app.backend.store().clock().micros() / 1_000_000;
        for tries in 0.. {
            let page = app.get("/v1/staff/sessions").bearer(&token).send().await.json(200);
            let used: jiff::Timestamp = page["items"][0]["used_at"].as_str().unwrap().parse().unwrap();
            if now - used.as_second() < 60 {
                break;
            }
            assert!(tries < 2000, "it is never noted");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
    app.jump(8 * HOUR);
    assert_eq!(seen(token).await, 401, "a week");
}

#[tokio::test]
async fn too_many_wrong_passwords_lock_a_name_for_a_while_and_tell_nothing() {
    let app = App::open().await;
    somebody(&app, "", "rina", "admin").await;
    for name in ["rina", "nobody"] {
        for _ in 0..5 {
            assert_eq!(sign_in(&app, name, "salah dan salah lagi").await.refusal(), "401 staff.wrong");
        }
        let locked = sign_in(&app, name, OWN).await;
        assert_eq!(locked.refusal(), "423 staff.locked");
        assert_eq!(locked.header("retry-after"), "60");
    }
    // However often somebody guesses, she is kept out for a quarter of an hour at most.
    for _ in 0..12 {
        app.jump(17 * 60);
        assert_eq!(sign_in(&app, "rina", "salah dan salah lagi").await.refusal(), "401 staff.wrong");
    }
    let locked = sign_in(&app, "rina", OWN).await;
    assert_eq!((locked.refusal().as_str(), locked.header("retry-after")), ("423 staff.locked", "960"));
    app.jump(961);
    assert_eq!(sign_in(&app, "rina", OWN).await.status, 200);
}

#[tokio::test]
async fn whoever_guesses_at_a_name_keeps_nobody_from_her_own() {
    let app = App::open().await;
    let token = somebody(&app, "", "rina", "admin").await;
    for _ in 0..6 {
        sign_in(&app, "rina", "salah dan salah lagi").await;
    }
    let own = json!({"old_password": OWN, "new_password": "empat kata lain sama sekali"});
    assert_eq!(app.post("/v1/staff/password").bearer(&token).json(&own).send().await.status, 204);
}

#[tokio::test]
async fn a_second_factor_is_offered_begun_asked_for_and_ended() {
    let app = App::open().await;
    let token = somebody(&app, "", "rina", "admin").await;
    let post = |path: &str, body: Value| app.post(format!("/v1/staff/second-factor{path}")).bearer(&token).json(&body);
    assert_eq!(post("/offer", json!({"password": "wrong"})).send().await.refusal(), "401 staff.wrong");
    let offered = post("/offer", json!({"password": OWN})).send().await;
    assert_eq!(offered.header("cache-control"), "no-store");
    let offered = offered.json(200);
    assert!(offered["address"].as_str().unwrap().starts_with("otpauth://totp/Satu:rina?secret="));
    let digits = |steps: i64| {
        let secret = totp_rs::Secret::try_from_base32(offered["secret"].as_str().unwrap()).unwrap();
        let now = app.backend.store().clock().micros() / 1_000_000 + 30 * steps;
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(now).unwrap()).to_string()
    };
    let wrong = post("", json!({"password": OWN, "digits": "000000"})).send().await;
    assert_eq!(wrong.refusal(), "401 staff.wrong_digits");
    assert_eq!(post("", json!({"password": OWN, "digits": digits(0)})).send().await.status, 204);
    assert_eq!(sign_in(&app, "rina", OWN).await.refusal(), "401 staff.needs_digits");
    let with = json!({"name": "rina", "password": OWN, "digits": digits(1)});
    assert_eq!(app.post("/v1/staff/session").json(&with).send().await.json(200)["second_factor"], true);
    assert_eq!(app.post("/v1/staff/session").json(&with).send().await.refusal(), "401 staff.wrong_digits", "used");
    let shut = post("/offer", json!({"password": OWN})).send().await;
    assert_eq!(shut.refusal(), "409 staff.second_factor");
    let ended = post("/end", json!({"password": OWN, "digits": "000000"})).send().await;
    assert_eq!(ended.refusal(), "401 staff.wrong_digits");
    app.jump(60);
    assert_eq!(post("/end", json!({"password": OWN, "digits": digits(0)})).send().await.status, 204);
    assert_eq!(sign_in(&app, "rina", OWN).await.status, 200);
}

#[tokio::test]
async fn administrators_say_who_works_here() {
    let app = App::open().await;
    let admin = somebody(&app, "", "rina", "admin").await;
    let budi = somebody(&app, &admin, "budi", "viewer").await;
    let twice = app.post("/v1/staff").bearer(&admin).json(&json!({"name": "budi", "role": "viewer"})).send().await;
    assert_eq!(twice.refusal(), "409 staff.taken");
    let all = app.get("/v1/staff").bearer(&admin).send().await.json(200);
    let id = |at: usize| all["items"][at]["id"].as_str().unwrap().to_owned();
    let change =
        |id: String, body: Value| app.call(Method::PATCH, format!("/v1/staff/{id}")).bearer(&admin).json(&body);
    assert_eq!(change(id(0), json!({"role": "recruiter"})).send().await.json(200)["role"], "recruiter");
    assert_eq!(app.get("/v1/staff/session").bearer(&budi).send().await.json(200)["role"], "recruiter", "at once");
    assert_eq!(change(id(0), json!({})).send().await.refusal(), "400 request.invalid");
    assert_eq!(change(id(1), json!({"disabled": true})).send().await.refusal(), "409 staff.last_admin");
    assert!(change(id(0), json!({"disabled": true})).send().await.json(200)["disabled_at"].is_string());
    assert_eq!(app.get("/v1/applications").bearer(&budi).send().await.refusal(), "401 staff.signed_out");
    assert_eq!(change(id(0), json!({"disabled": false})).send().await.json(200)["disabled_at"], Value::Null);
    let reset = app.post(format!("/v1/staff/{}/reset", id(0))).bearer(&admin).send().await.json(200);
    assert_eq!(sign_in(&app, "budi", reset["password"].as_str().unwrap()).await.json(200)["password_due"], true);
    let nobody = change("00000000-0000-7000-8000-000000000000".to_owned(), json!({"disabled": true})).send().await;
    assert_eq!(nobody.refusal(), "404 staff.unknown");
}

#[tokio::test]
async fn sessions_of_ones_own_are_listed_and_ended() {
    let app = App::open().await;
    let token = somebody(&app, "", "rina", "admin").await;
    let other = sign_in(&app, "rina", OWN).await.json(200)["token"].as_str().unwrap().to_owned();
    let page = app.get("/v1/staff/sessions").bearer(&token).send().await.json(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let newest = page["items"][0]["id"].as_str().unwrap();
    let end = app.call(Method::DELETE, format!("/v1/staff/sessions/{newest}")).bearer(&token).send().await;
    assert_eq!(end.status, 204);
    assert_eq!(app.get("/v1/staff/session").bearer(&other).send().await.refusal(), "401 staff.signed_out");
}

/// The records of the log, newest first, once there are so many and what came of each is known: looks are written down beside their answers.
async fn log(app: &App, token: &str, query: &str, least: usize) -> Vec<Value> {
    // Each look is in the log itself, and a page has a hundred.
    for _ in 0..90 {
        let asked = app.get(format!("/v1/audit?limit=100{query}"));
        let asked = if token.is_empty() { asked } else { asked.bearer(token) };
        let page = asked.send().await.json(200);
        let mut items = page["items"].as_array().unwrap().clone();
        // The newest is this very look at the log.
        items.retain(|one| one["action"] != "GET /v1/audit");
        if items.len() >= least && items.iter().all(|one| one["status"].is_number()) {
            return items;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("what came of a deed is never known");
}

#[tokio::test]
async fn every_change_and_every_list_taken_away_is_written_with_its_actor() {
    let app = App::open().await;
    // The newest is shown first.
    app.import("glints", &[dewi(), siti()]).await;
    let admin = somebody(&app, "", "rina", "admin").await;
    let budi = somebody(&app, &admin, "budi", "recruiter").await;
    let page = app.get("/v1/applications").bearer(&budi).send().await.json(200);
    let id = page["items"][0]["id"].as_str().unwrap();
    let advance = json!({"act": "advance"});
    let moved = app.post(format!("/v1/applications/{id}/transitions")).bearer(&budi).json(&advance).send().await;
    moved.json(200);
    let refused = app.post(format!("/v1/applications/{id}/transitions")).bearer(&budi).json(&json!({"act": "reject"}));
    let refused = refused.header("x-request-id", "asked-twice").send().await.status;
    app.get("/v1/exports/applications?format=csv").bearer(&budi).send().await;
    app.get(format!("/v1/applications/{id}")).bearer(&budi).send().await;

    let of_budi = log(&app, &admin, "&actor=budi", 6).await;
    let told: Vec<String> =
        of_budi.iter().map(|one| format!("{} {}", one["action"].as_str().unwrap(), one["status"])).collect();
    assert_eq!(
        told,
        [
            "GET /v1/applications/{id} 200".to_owned(),
            "GET /v1/exports/applications 200".to_owned(),
            format!("POST /v1/applications/{{id}}/transitions {refused}"),
            "POST /v1/applications/{id}/transitions 200".to_owned(),
            "POST /v1/staff/password 204".to_owned(),
            "staff.sign_in 200".to_owned(),
        ]
    );
    assert_eq!(of_budi[2]["request"], "asked-twice");
    assert_eq!(of_budi[3]["target"], format!("/v1/applications/{id}/transitions"));
    let of_her = log(&app, &admin, &format!("&target={id}"), 3).await;
    assert_eq!(of_her.len(), 3, "{of_her:?}");
    // Many at once are told of each: one goes on, one is asked for what she is not.
    let both = app.get("/v1/applications").bearer(&budi).send().await.json(200);
    let ids: Vec<&str> = both["items"].as_array().unwrap().iter().filter_map(|one| one["id"].as_str()).collect();
    let psikotest = json!({"act": "advance", "stage": "PSIKOTEST", "applications": ids});
    let looks = json!({"act": "advance", "applications": ids, "only_look": true});
    for body in [looks, psikotest] {
        let many = app.post("/v1/transitions").bearer(&budi).header("x-request-id", "permintaan-77").json(&body);
        many.send().await.json(200);
    }
    for one in ids {
        let wanted = if one == id { json!(200) } else { json!(409) };
        let of_one = log(&app, &admin, &format!("&target=/v1/applications/{one}/transitions"), 1).await;
        assert_eq!((&of_one[0]["action"], &of_one[0]["status"]), (&json!("POST /v1/transitions"), &wanted));
        assert_eq!(of_one[0]["request"], "permintaan-77", "as the request bore it");
    }
    // What is written of staff beside the request says who asked, and by which one.
    let members = app.get("/v1/staff").bearer(&admin).send().await.json(200);
    let id_of =
        |name: &str| members["items"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["id"].clone();
    let path = format!("/v1/staff/{}", id_of("budi").as_str().unwrap());
    let role = app.call(Method::PATCH, path).bearer(&admin).json(&json!({"role": "viewer"}));
    role.header("x-request-id", "permintaan-78").send().await.json(200);
    let of_rina = log(&app, &admin, "&actor=rina", 1).await;
    let of_role = of_rina.iter().find(|one| one["action"] == "staff.role").unwrap();
    assert_eq!((&of_role["staff"], &of_role["request"]), (&id_of("rina"), &json!("permintaan-78")));
    // The owner's, before anybody was added.
    let of_owner = log(&app, &admin, "&actor=hr", 1).await;
    assert!(of_owner.iter().any(|one| one["action"] == "POST /v1/imports/{id}/commit"), "{of_owner:?}");
    let history = app.get(format!("/v1/applications/{id}/history")).bearer(&budi).send().await.json(200);
    assert_eq!(history["items"][1]["actor"], "budi");
}

#[tokio::test]
async fn a_key_of_one_is_no_key_of_another() {
    let app = App::open().await;
    let admin = somebody(&app, "", "rina", "admin").await;
    let budi = somebody(&app, &admin, "budi", "recruiter").await;
    let drop =
        |token: &str, key: &str| app.upload("a.csv", "Nama,Email\nSiti,siti@example.com\n").bearer(token).key(key);
    let first = drop(&budi, "k").send().await;
    assert_eq!(drop(&budi, "k").send().await.header("idempotency-replayed"), "true");
    let anothers = drop(&admin, "k").send().await;
    assert_eq!(anothers.header("idempotency-replayed"), "");
    assert_ne!(first.json(201)["id"], anothers.json(201)["id"]);
    assert_eq!(app.upload("a.csv", "x").key("k").send().await.refusal(), "401 staff.signed_out");
}
