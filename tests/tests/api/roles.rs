//! Whose each route is: every route of the document, asked by everybody who may come, with whatever she shows.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    app::{App, Call},
    candidates::{self, PHONE, PIN},
    staff::{OWN, sign_in, somebody},
};

/// Whom a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    /// Everybody: what is asked before somebody has signed in, and what is no secret.
    Everybody,
    /// A candidate who is signed in.
    Candidates,
    /// Whoever works here, to see to her own.
    Oneself,
    /// Whoever works here, in this role or in one that may more.
    Team(usize),
}

const VIEWER: usize = 0;
const RECRUITER: usize = 1;
const ADMIN: usize = 2;

/// Who may use which route: nobody else. A route that is not here fails the test.
const ROUTES: &[(Door, &str)] = &[
    (
        Door::Everybody,
        "POST /v1/otp, POST /v1/register, POST /v1/login, POST /v1/pin, POST /v1/token/refresh, GET /v1/registration, \
         GET /.well-known/jwks.json, POST /v1/staff/session",
    ),
    (
        Door::Candidates,
        "POST /v1/logout, GET /v1/me, GET /v1/me/progress, GET /v1/me/sessions, POST /v1/me/email, POST /v1/me/pin, \
         PUT /v1/me/consents/{purpose}, DELETE /v1/me/consents/{purpose}, GET /v1/eligibility/{platform}",
    ),
    (
        Door::Oneself,
        "GET /v1/staff/session, DELETE /v1/staff/session, POST /v1/staff/password, POST /v1/staff/second-factor, \
         POST /v1/staff/second-factor/offer, POST /v1/staff/second-factor/end, GET /v1/staff/sessions, DELETE /v1/staff/sessions/{id}",
    ),
    (
        Door::Team(VIEWER),
        "GET /v1/imports, GET /v1/imports/{id}, GET /v1/imports/{id}/rows, GET /v1/imports/{id}/rows/{row}, GET /v1/reviews, \
         GET /v1/reviews/{id}, GET /v1/applications, GET /v1/applications/{id}, GET /v1/applications/{id}/history, \
         GET /v1/applications/{id}/links, GET /v1/lifecycle, GET /v1/funnel, GET /v1/exports/funnel, GET /v1/accounts/questions, GET /v1/accounts/answers, GET /v1/links, GET /v1/duplicates, \
         GET /v1/outreach/templates, GET /v1/outreach/channels, GET /v1/outreach/campaigns, GET /v1/outreach/campaigns/{id}, \
         GET /v1/outreach/campaigns/{id}/messages, GET /v1/applications/{id}/messages, GET /v1/applications/{id}/consents, \
         GET /v1/portals, GET /v1/samples, GET /v1/meta",
    ),
    (
        Door::Team(RECRUITER),
        "POST /v1/imports, DELETE /v1/imports/{id}, PUT /v1/imports/{id}/mapping, POST /v1/imports/{id}/commit, \
         POST /v1/imports/{id}/cancel, POST /v1/imports/{id}/undo, GET /v1/imports/{id}/rejected, PATCH /v1/imports/{id}/rows/{row}, \
         POST /v1/imports/{id}/decisions, POST /v1/reviews/{id}/decision, GET /v1/exports/applications, \
         POST /v1/applications/{id}/transitions, PUT /v1/applications/{id}/activation, POST /v1/transitions, POST /v1/accounts/questions/{id}/answer, POST /v1/accounts/questions/{id}/reversal, \
         POST /v1/applications/{id}/invitations, POST /v1/applications/{id}/links, POST /v1/links/{id}/reversal, \
         POST /v1/duplicates/search, POST /v1/duplicates/cancel, POST /v1/portals, POST /v1/samples/{name}/import, \
         POST /v1/outreach/templates, POST /v1/outreach/preview, POST /v1/outreach/preview/people, POST /v1/outreach/campaigns, POST /v1/outreach/campaigns/{id}/pause, \
         POST /v1/outreach/campaigns/{id}/resume, POST /v1/outreach/campaigns/{id}/cancel, GET /v1/outreach/campaigns/{id}/export, \
         POST /v1/outreach/campaigns/{id}/next-chat, POST /v1/outreach/messages/{id}/open, POST /v1/outreach/messages/{id}/judge, \
         PUT /v1/applications/{id}/consent",
    ),
    (
        Door::Team(ADMIN),
        "GET /v1/staff, POST /v1/staff, PATCH /v1/staff/{id}, POST /v1/staff/{id}/reset, GET /v1/audit, \
         GET /v1/applications/{id}/personal-data, GET /v1/applications/{id}/accesses, POST /v1/applications/{id}/erase, \
         GET /v1/accounts/{id}/personal-data, POST /v1/accounts/{id}/erase, POST /v1/imports/{id}/rows/{row}/erase, GET /v1/privacy/due",
    ),
];
/// What ends the session that it is asked with comes last.
const ENDING: [&str; 2] = ["DELETE /v1/staff/session", "POST /v1/logout"];

/// As whom somebody comes by what she shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Nobody whom the server knows.
    Nobody,
    /// A page of another site, in a browser that shows a session by itself or not.
    Elsewhere,
    /// Somebody of the team in her role.
    Team(usize),
    /// An administrator whose password somebody else gave her.
    PasswordDue,
    /// The owner of a database that nobody was added to.
    Owner,
    /// The same with a candidate's access token.
    OwnerWithAToken,
    /// The same behind a proxy that the configuration does not tell of.
    BehindAProxy,
    /// A candidate.
    Candidate,
    /// A candidate who has signed out.
    SignedOut,
}

/// What she is refused with; nothing where she is let in.
fn refusal(who: Who, door: Door) -> Option<&'static str> {
    match (who, door) {
        (Who::Elsewhere, _) => Some("403 request.foreign"),
        (_, Door::Everybody) | (Who::Candidate | Who::OwnerWithAToken, Door::Candidates) => None,
        (Who::SignedOut, Door::Candidates) => Some("401 session.over"),
        (_, Door::Candidates) => Some("401 token.invalid"),
        (Who::Owner | Who::OwnerWithAToken, _) | (Who::Team(_) | Who::PasswordDue, Door::Oneself) => None,
        (Who::BehindAProxy, _) => Some("403 request.foreign"),
        (Who::PasswordDue, Door::Team(_)) => Some("403 staff.password_due"),
        (Who::Team(hers), Door::Team(needed)) => (hers < needed).then_some("403 staff.role"),
        (Who::Nobody | Who::Candidate | Who::SignedOut, _) => Some("401 staff.signed_out"),
    }
}

/// Somebody who asks.
struct Caller {
    name: &'static str,
    who: Who,
    /// The headers that she sends.
    shows: Vec<(&'static str, String)>,
}

fn caller(name: &'static str, who: Who, shows: &[(&'static str, &str)]) -> Caller {
    Caller { name, who, shows: shows.iter().map(|(name, value)| (*name, (*value).to_owned())).collect() }
}

impl Caller {
    /// Asks something of a route, about nobody who is there.
    fn asks<'a>(&self, app: &'a App, method: Method, path: &str) -> Call<'a> {
        let filled = path
            .replace("{id}", "00000000-0000-7000-8000-000000000000")
            .replace("{row}", "2")
            .replace("{name}", "none.csv")
            .replace("{purpose}", "messages")
            .replace("{platform}", "payroll");
        let call = app.call(method, filled).json(&json!({}));
        self.shows.iter().fold(call, |call, (name, value)| call.header(name, value))
    }
}

/// Every route of the document, and whom it is for.
fn routes(app: &App) -> Vec<(Method, String, Door)> {
    let whose = |route: &str| ROUTES.iter().find(|(_, routes)| routes.split(", ").any(|one| one == route));
    let mut all = Vec::new();
    for (path, item) in app.document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let route = format!("{} {path}", method.to_uppercase());
            let (door, _) = whose(&route).unwrap_or_else(|| panic!("whose is {route}? say it in ROUTES"));
            let shown = match door {
                Door::Everybody => Value::Null,
                Door::Candidates => json!([{"candidate": []}]),
                Door::Oneself | Door::Team(_) => json!([{"staff": []}]),
            };
            assert_eq!(operation["security"], shown, "{route}: what the document says is to be shown");
            all.push((method.to_uppercase().parse::<Method>().unwrap(), path.clone(), *door));
        }
    }
    let told: usize = ROUTES.iter().map(|(_, routes)| routes.split(", ").count()).sum();
    assert_eq!(all.len(), told, "every route of ROUTES is there");
    all.sort_by_key(|(method, path, _)| ENDING.contains(&format!("{method} {path}").as_str()));
    all
}

/// Every route asked by each caller, in the table's words. Where she is let in it may find nothing, or not understand her, but knows who she is.
async fn hold(app: &App, callers: &[Caller]) {
    for (method, path, door) in routes(app) {
        for caller in callers {
            let told = format!("{method} {path} by {}", caller.name);
            let answer = caller.asks(app, method.clone(), &path).send().await;
            match refusal(caller.who, door) {
                Some(refusal) => assert_eq!(answer.refusal(), refusal, "{told}"),
                None => {
                    let is_let_in = answer.status < 500 && ![401, 403].contains(&answer.status);
                    assert!(is_let_in, "{told}: {} {}", answer.status, answer.text());
                }
            }
            if method == Method::GET {
                let head = caller.asks(app, Method::HEAD, &path).send().await;
                assert_eq!(head.status, answer.status, "HEAD of {told}");
            }
        }
    }
    // What stands in no document: for everybody who does not come by another site's page; a provider signs what it tells, and signing in here helps nobody.
    for caller in callers {
        let is_elsewhere = caller.who == Who::Elsewhere;
        for path in ["/healthz", "/readyz", "/v1/openapi.json"] {
            for method in [Method::GET, Method::HEAD] {
                let answer = caller.asks(app, method, path).send().await;
                assert_eq!(answer.status, if is_elsewhere { 403 } else { 200 }, "{path} by {}", caller.name);
            }
        }
        for path in ["/webhooks/whatsapp", "/webhooks/twilio", "/webhooks/vonage"] {
            let answer = caller.asks(app, Method::POST, path).send().await;
            let refusal = if is_elsewhere { "403 request.foreign" } else { "404 webhook.unconfigured" };
            assert_eq!(answer.refusal(), refusal, "{path} by {}", caller.name);
        }
    }
}

/// Somebody signs in with a browser: the cookie that it shows from then on.
async fn cookie(app: &App, name: &str) -> String {
    let signed_in = app.post("/v1/staff/session").json(&json!({"name": name, "password": OWN})).send().await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.text());
    signed_in.header("set-cookie").split(';').next().unwrap().to_owned()
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn every_route_is_open_to_its_role_and_to_nobody_below() {
    let app = App::open().await;
    let admin = somebody(&app, "", "rina", "admin").await;
    // Each has a session of her own, so that whoever signs out does so for herself.
    let [viewer, recruiter, another] = [
        somebody(&app, &admin, "vera", "viewer").await,
        somebody(&app, &admin, "rosa", "recruiter").await,
        somebody(&app, &admin, "dina", "admin").await,
    ]
    .map(|token| bearer(&token));
    let [of_vera, of_rosa, of_dina] =
        [cookie(&app, "vera").await, cookie(&app, "rosa").await, cookie(&app, "dina").await];
    let welcome = app.post("/v1/staff").bearer(&admin).json(&json!({"name": "baru", "role": "admin"}));
    let given = welcome.send().await.json(201)["password"].as_str().unwrap().to_owned();
    let due = sign_in(&app, "baru", &given).await.json(200);
    assert_eq!(due["password_due"], true);
    let due = bearer(due["token"].as_str().unwrap());
    let disabled = somebody(&app, &admin, "mina", "admin").await;
    let who = app.get("/v1/staff/session").bearer(&disabled).send().await.json(200);
    let path = format!("/v1/staff/{}", who["id"].as_str().unwrap());
    app.call(Method::PATCH, path).bearer(&admin).json(&json!({"disabled": true})).send().await.json(200);
    let disabled = bearer(&disabled);

    // A candidate with three sessions, one of which she has ended.
    let registered = candidates::register(&app, PHONE).await;
    let again = candidates::login(&app, PHONE, PIN, &registered).send().await.json(200);
    let third = candidates::login(&app, PHONE, PIN, &registered).send().await.json(200);
    let [candidate, beside, over] =
        [&registered["tokens"], &again, &third].map(|tokens| bearer(&candidates::access(tokens)));
    let signed_out = app.post("/v1/logout").header("authorization", &over).send().await;
    assert_eq!(signed_out.status, 204);
    let refresh = bearer(registered["tokens"]["refresh_token"].as_str().unwrap());
    let as_a_cookie = candidate.replace("Bearer ", "satu_staff=");
    let as_a_bearer = of_dina.replace("satu_staff=", "Bearer ");

    let (here, evil) = (("origin", "http://localhost"), ("origin", "https://evil.example"));
    hold(
        &app,
        &[
            caller("nobody", Who::Nobody, &[]),
            caller("nonsense", Who::Nobody, &[("authorization", "Bearer 00")]),
            caller("a token that nobody signed", Who::Nobody, &[("authorization", "Bearer eyJhbGciOiJub25lIn0.e30.")]),
            caller("a cookie of nonsense", Who::Nobody, &[("cookie", "satu_staff=00")]),
            caller("whoever was disabled", Who::Nobody, &[("authorization", &disabled)]),
            // Another site's page comes before the own one: what is refused ends no session.
            caller("another site's page", Who::Elsewhere, &[evil]),
            caller("another site's page, with a cookie", Who::Elsewhere, &[("cookie", &of_dina), evil]),
            caller("another site's page, with a token", Who::Elsewhere, &[("authorization", &candidate), evil]),
            caller(
                "another site's picture, with a cookie",
                Who::Elsewhere,
                &[("cookie", &of_dina), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
            ),
            caller("a viewer", Who::Team(VIEWER), &[("authorization", &viewer)]),
            caller("a recruiter", Who::Team(RECRUITER), &[("authorization", &recruiter)]),
            caller("an administrator", Who::Team(ADMIN), &[("authorization", &another)]),
            caller("a viewer's browser", Who::Team(VIEWER), &[("cookie", &of_vera), here]),
            caller("a recruiter's browser", Who::Team(RECRUITER), &[("cookie", &of_rosa), here]),
            caller("an administrator's browser", Who::Team(ADMIN), &[("cookie", &of_dina), here]),
            caller("whose password is due", Who::PasswordDue, &[("authorization", &due)]),
            caller("a candidate", Who::Candidate, &[("authorization", &candidate)]),
            // Where both are shown, the token counts: what a browser shows by itself opens nothing beside it.
            caller(
                "a candidate in an administrator's browser",
                Who::Candidate,
                &[("authorization", &beside), ("cookie", &of_rosa), here],
            ),
            caller("a candidate who has signed out", Who::SignedOut, &[("authorization", &over)]),
            caller("a candidate's token as a cookie", Who::Nobody, &[("cookie", &as_a_cookie)]),
            caller("a refresh token", Who::Nobody, &[("authorization", &refresh)]),
        ],
    )
    .await;
    // Each was let in until she signed out herself.
    for token in [viewer, recruiter, another, as_a_bearer, due] {
        let ended = app.get("/v1/staff/session").header("authorization", &token).send().await;
        assert_eq!(ended.refusal(), "401 staff.signed_out");
    }
}

#[tokio::test]
async fn what_nobody_was_added_to_is_open_to_its_owner_and_nothing_of_a_candidates_is() {
    let app = App::open().await;
    let token = bearer(&candidates::access(&candidates::register(&app, PHONE).await["tokens"]));
    hold(
        &app,
        &[
            caller("another site's page", Who::Elsewhere, &[("origin", "https://evil.example")]),
            caller("another site's picture", Who::Elsewhere, &[("sec-fetch-site", "cross-site")]),
            caller("behind a proxy", Who::BehindAProxy, &[("x-forwarded-for", "203.0.113.7")]),
            caller("the owner", Who::Owner, &[]),
            caller("the owner's browser", Who::Owner, &[("origin", "http://localhost")]),
            caller("the owner's window", Who::Owner, &[("origin", "tauri://localhost")]),
            caller("the owner, with a cookie of before", Who::Owner, &[("cookie", "satu_staff=00")]),
            caller("the owner, with a candidate's token", Who::OwnerWithAToken, &[("authorization", &token)]),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_server_with_an_address_is_nobodys_own() {
    let app = App::with_an_address("https://satu.contoh.id").await;
    let token = bearer(&candidates::access(&candidates::register(&app, PHONE).await["tokens"]));
    let (there, proxied) = (("host", "satu.contoh.id"), ("x-forwarded-for", "203.0.113.7"));
    hold(
        &app,
        &[
            caller("another site's page", Who::Elsewhere, &[there, ("origin", "https://evil.example")]),
            caller("another name", Who::Elsewhere, &[("host", "evil.example")]),
            caller("nobody on the machine itself", Who::Nobody, &[]),
            caller("nobody from elsewhere", Who::Nobody, &[there, proxied]),
            caller("a candidate", Who::Candidate, &[there, proxied, ("authorization", &token)]),
        ],
    )
    .await;
}
