//! One address does not take everything: who comes through a proxy that is listed is counted by herself.

use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    app::{Answer, App},
    candidates::consent,
};

const PROXY: &str = "127.0.0.1";

/// What anybody may ask, and what is asked.
fn entries() -> [(&'static str, Value); 4] {
    let code = json!({"request": "00000000-0000-7000-8000-000000000000", "digits": "482057"});
    [
        ("/v1/login", json!({"phone": "081234567801", "pin": "482057"})),
        (
            "/v1/register",
            json!({"phone": "081234567801", "pin": "482057", "full_name": "Siti Aminah", "code": code, "consent": consent()}),
        ),
        ("/v1/pin", json!({"phone": "081234567801", "pin": "482057", "code": code})),
        ("/v1/staff/session", json!({"name": "rina", "password": "a password of some length"})),
    ]
}

async fn ask(app: &App, path: &str, body: &Value, peer: &str, forwarded: &str) -> Answer {
    app.post(path).json(body).peer(peer).header("x-forwarded-for", forwarded).send().await
}

#[rstest]
#[case::sign_in(0)]
#[case::registration(1)]
#[case::a_new_pin(2)]
#[case::staff(3)]
#[tokio::test]
async fn one_address_enters_so_often_and_keeps_nobody_else_out(#[case] which: usize) {
    let app = App::paced(1, 2).await;
    let (path, body) = &entries()[which];
    for _ in 0..2 {
        assert_ne!(ask(&app, path, body, PROXY, "203.0.113.9").await.status, 429);
    }
    let refused = ask(&app, path, body, PROXY, "203.0.113.9").await;
    assert_eq!(refused.refusal(), "429 request.too_many");
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1..=31).contains(&wait), "{wait}");
    assert_eq!(refused.problem()["params"]["seconds"], wait.to_string());
    // What she writes herself makes her nobody else.
    assert_eq!(ask(&app, path, body, PROXY, "198.51.100.1, 203.0.113.9").await.status, 429);
    // Others: that all of them share her place, nobody will see.
    let mut let_in = false;
    for last in 10..20 {
        let_in |= ask(&app, path, body, PROXY, &format!("198.51.100.{last}")).await.status != 429;
    }
    assert!(let_in);
}

#[tokio::test]
async fn whoever_goes_on_with_a_session_is_not_paced() {
    let app = App::paced(1, 2).await;
    let token = json!({"refresh_token": "none"});
    for _ in 0..20 {
        assert_eq!(ask(&app, "/v1/token/refresh", &token, PROXY, "203.0.113.9").await.status, 401);
    }
}

#[tokio::test]
async fn every_way_in_is_counted_together_and_codes_by_themselves() {
    // A quarter of an hour's codes at once.
    let app = App::paced(8, 4).await;
    for (path, body) in entries() {
        assert_ne!(ask(&app, path, &body, PROXY, "203.0.113.9").await.status, 429, "{path}");
    }
    for (path, body) in entries() {
        assert_eq!(ask(&app, path, &body, PROXY, "203.0.113.9").await.status, 429, "{path}");
    }
    for number in ["081234567801", "081234567802", "081234567803"] {
        let asked = json!({"purpose": "register", "to": number});
        let expected = if number.ends_with('3') { 429 } else { 202 };
        assert_eq!(ask(&app, "/v1/otp", &asked, PROXY, "203.0.113.9").await.status, expected, "{number}");
    }
}

/// Five codes go to a number in ten minutes, and fifty in a day to a block: the day's are told apart from the number's.
#[tokio::test]
async fn when_the_codes_of_the_day_are_spent_she_is_told_until_when() {
    let app = App::with_codes_a_day(2).await;
    for number in ["081234567801", "081334567801", "081434567801"] {
        let asked = json!({"purpose": "register", "to": number});
        let answer = app.post("/v1/otp").json(&asked).send().await;
        if number.starts_with("0814") {
            assert_eq!(answer.refusal(), "429 otp.budget");
            let wait: u32 = answer.header("retry-after").parse().unwrap();
            assert!((1..=86_400).contains(&wait), "{wait}");
        } else {
            assert_eq!(answer.status, 202, "{number}");
        }
    }
}

#[tokio::test]
async fn who_is_no_listed_proxy_is_counted_by_her_own_address_whatever_she_says() {
    let app = App::paced(1, 2).await;
    let (path, body) = &entries()[0];
    for said in ["198.51.100.1", "198.51.100.2"] {
        assert_eq!(ask(&app, path, body, "203.0.113.9", said).await.status, 404);
    }
    assert_eq!(ask(&app, path, body, "203.0.113.9", "198.51.100.3").await.status, 429);
}

#[tokio::test]
async fn what_comes_over_no_connection_is_the_desktops_own() {
    let app = App::paced(1, 1).await;
    let (path, body) = &entries()[0];
    for _ in 0..3 {
        assert_eq!(app.post(*path).json(body).send().await.status, 404);
    }
}
