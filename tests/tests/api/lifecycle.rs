//! `/v1/applications/{id}/transitions`, `/v1/transitions` and `/v1/lifecycle`: the status.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    app::App,
    imports::{dewi, siti},
};

/// Siti and Dewi: their ids.
async fn two() -> (App, [String; 2]) {
    let app = App::open().await;
    app.import("glints", &[siti(), dewi()]).await;
    let page = app.get("/v1/applications").send().await.json(200);
    let id = |name: &str| {
        let one = page["items"].as_array().unwrap().iter().find(|one| one["full_name"] == name).unwrap();
        one["id"].as_str().unwrap().to_owned()
    };
    (app, ["Siti Aminah", "Dewi Lestari"].map(id))
}

fn at(id: &str) -> String {
    format!("/v1/applications/{id}/transitions")
}

#[tokio::test]
async fn a_status_is_changed_by_rule_and_once_per_record_that_was_seen() {
    let (app, [siti, _]) = two().await;
    let forward = json!({"act": "advance", "seen": 1});
    let moved = app.post(at(&siti)).json(&forward).send().await.json(200);
    assert_eq!(
        (&moved["from_stage"], &moved["stage"], &moved["sub_state"], &moved["mitra_status"], &moved["refused"]),
        (&json!("SCREENING"), &json!("INTERVIEW_HR"), &json!("ACTIVE"), &json!("APPLICANT"), &Value::Null)
    );
    let again = app.post(at(&siti)).json(&forward).send().await;
    assert_eq!(again.refusal(), "409 lifecycle.changed", "a second click moves nobody twice");
    let refused = app.post(at(&siti)).json(&json!({"act": "reject", "reasons": ["unfit"]})).send().await;
    assert_eq!(refused.refusal(), "422 lifecycle.reason");
    let gone = app.post(at("01900000-0000-7000-8000-000000000000")).json(&forward).send().await;
    assert_eq!(gone.refusal(), "404 application.unknown");
    let history = app.get(format!("/v1/applications/{siti}/history")).send().await.json(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_belongs_to_another_act_is_refused() {
    let (app, [siti, _]) = two().await;
    for (body, status) in [
        (json!({"act": "reject", "stage": "MCU", "reasons": ["documents"]}), 400),
        (json!({"act": "advance", "sub_state": "REJECTED"}), 400),
        (json!({"act": "correct", "reasons": ["wrong_status"]}), 400),
        (json!({"act": "vanish"}), 422),
        (json!({"act": "reject", "reasons": ["because"]}), 422),
    ] {
        let refused = app.post(at(&siti)).json(&body).send().await.refusal();
        assert_eq!(refused, format!("{status} request.invalid"), "{body}");
    }
}

#[tokio::test]
async fn many_are_looked_at_and_then_moved() {
    let (app, [siti, dewi]) = two().await;
    let turned_down = json!({"act": "reject", "reasons": ["documents"]});
    app.post(at(&dewi)).json(&turned_down).send().await.json(200);
    for only_look in [true, false] {
        let body = json!({"applications": [siti, dewi], "act": "advance", "only_look": only_look});
        let moved = app.post("/v1/transitions").json(&body).send().await.json(200);
        let items = moved["items"].as_array().unwrap();
        assert_eq!((&items[0]["stage"], &items[0]["refused"]), (&json!("INTERVIEW_HR"), &Value::Null));
        assert!(items[1]["refused"]["detail"].as_str().unwrap().contains("reopen"), "{moved}");
        let stage = app.get(format!("/v1/applications/{siti}")).send().await.json(200)["stage"].clone();
        assert_eq!(stage, if only_look { "SCREENING" } else { "INTERVIEW_HR" });
    }
    let none = app.post("/v1/transitions").json(&json!({"applications": [], "act": "advance"})).send().await;
    assert_eq!(none.refusal(), "400 request.invalid");
}

#[tokio::test]
async fn the_stages_say_where_they_lead_and_for_what_reasons() {
    let (app, _) = two().await;
    let stages = app.get("/v1/lifecycle").send().await.json(200);
    let items = stages["stages"].as_array().unwrap();
    assert_eq!(items.len(), 9);
    let words: Vec<&Value> = stages["reasons"].as_array().unwrap().iter().filter(|one| one["code"] == "ill").collect();
    assert_eq!(
        words,
        [
            &json!({"code": "ill", "group": "resigned", "id": "Sedang sakit atau dalam masa pemulihan", "en": "Ill or recovering"})
        ]
    );
    assert_eq!(items[6]["next"], json!(["ONBOARDED_REGULAR", "ONBOARDED_ON_DEMAND"]));
    assert!(items[6]["reject"].as_array().unwrap().contains(&json!("unfit")));
    assert_eq!(items[0]["resign"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn nobody_is_activated_without_an_account() {
    let (app, [siti, _]) = two().await;
    let at = format!("/v1/applications/{siti}/activation");
    let active = json!({"active": true});
    let refused = app.call(Method::PUT, at).json(&active).send().await;
    assert_eq!(refused.refusal(), "409 activation.unregistered");
    let gone = "/v1/applications/01900000-0000-7000-8000-000000000000/activation";
    assert_eq!(app.call(Method::PUT, gone).json(&active).send().await.refusal(), "404 application.unknown");
}
