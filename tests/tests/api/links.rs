//! `/v1/applications/{id}/links` and `/v1/links`: who was said to be whom.

use satu_tests::applicants::applicant;
use serde_json::{Value, json};

use crate::{
    app::App,
    imports::{dewi, siti},
};

/// Siti, Dewi, and Siti under another number: their paths in the order of the list.
async fn three() -> (App, [String; 3]) {
    let app = App::open().await;
    app.import("glints", &[siti(), dewi(), applicant("Siti A", "081234567811", "siti.a@example.com")]).await;
    let page = app.get("/v1/applications").send().await.json(200);
    let path = |name: &str| {
        let one = page["items"].as_array().unwrap().iter().find(|one| one["full_name"] == name).unwrap();
        format!("/v1/applications/{}", one["id"].as_str().unwrap())
    };
    (app, ["Siti Aminah", "Siti A", "Dewi Lestari"].map(path))
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn two_are_merged_shown_as_one_and_taken_apart_again() {
    let (app, [siti, other, _]) = three().await;
    let before = [app.get(&siti).send().await.json(200), app.get(&other).send().await.json(200)];
    let body = json!({"kind": "merged", "other": id(&other), "choices": {"phone": "other"}, "reason": "satu orang"});
    let merged = app.post(format!("{siti}/links")).json(&body).send().await.json(201);
    assert_eq!(
        (&merged["kind"], &merged["application"], &merged["other"], &merged["reason"], &merged["by"]),
        (&json!("merged"), &json!(id(&siti)), &json!(id(&other)), &json!("satu orang"), &json!("hr"))
    );
    let phone = merged["choices"].as_array().unwrap().iter().find(|one| one["field"] == "phone").unwrap();
    assert_eq!(
        phone,
        &json!({"field": "phone", "winner": "other", "own": {"phone": "+6281234567801"}, "other": {"phone": "+6281234567811"}})
    );
    let shown = app.get(&siti).send().await.json(200);
    assert_eq!(shown["phone"], "+6281234567811");
    assert_eq!(shown["merged"][0]["event"], merged["id"]);
    let from: Vec<&Value> = shown["sources"].as_array().unwrap().iter().map(|one| &one["from"]).collect();
    assert_eq!(from, [&Value::Null, &json!(id(&other))]);
    assert_eq!(app.get(&other).send().await.json(200)["merged_into"], json!(id(&siti)));
    assert_eq!(app.get("/v1/applications").send().await.json(200)["total"], 2);
    let history = app.get(format!("{siti}/history")).send().await.json(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 2);

    let back = format!("/v1/links/{}/reversal", merged["id"].as_str().unwrap());
    let reversed = app.post(&back).json(&json!({})).send().await.json(201);
    assert_eq!((&reversed["kind"], &reversed["reverses"]), (&json!("unmerged"), &merged["id"]));
    assert_eq!([app.get(&siti).send().await.json(200), app.get(&other).send().await.json(200)], before);
    let said = app.get(format!("{siti}/links")).send().await.json(200);
    assert_eq!(said["items"][0]["reversed_by"], reversed["id"]);
    assert_eq!(said["items"].as_array().unwrap().len(), 2);
    assert_eq!(app.post(&back).json(&json!({})).send().await.refusal(), "409 link.reversed");
}

#[tokio::test]
async fn whatever_cannot_be_said_is_refused_by_name() {
    let (app, [siti, other, dewi]) = three().await;
    let say = async |path: &str, body: Value| app.post(format!("{path}/links")).json(&body).send().await;
    let merge = |other: &str| json!({"kind": "merged", "other": other});
    assert_eq!(say(&siti, merge(id(&siti))).await.refusal(), "422 link.itself");
    let nobody = "00000000-0000-7000-8000-000000000000";
    assert_eq!(say(&siti, merge(nobody)).await.refusal(), "404 application.unknown");
    assert_eq!(app.get(format!("/v1/applications/{nobody}/links")).send().await.refusal(), "404 application.unknown");
    let gone = app.post(format!("/v1/links/{nobody}/reversal")).json(&json!({})).send().await;
    assert_eq!(gone.refusal(), "404 link.unknown");

    let apart = say(&siti, json!({"kind": "told_apart", "other": id(&dewi)})).await.json(201);
    let refused = say(&siti, merge(id(&dewi))).await;
    assert_eq!((refused.refusal(), &refused.problem()["params"]["event"]), ("409 link.apart".into(), &apart["id"]));
    let choosing = json!({"kind": "told_apart", "other": id(&dewi), "choices": {"phone": "other"}});
    assert_eq!(say(&siti, choosing).await.refusal(), "400 request.invalid");
    assert_eq!(say(&siti, json!({"kind": "unmerged", "other": id(&dewi)})).await.refusal(), "422 request.invalid");
    let field = json!({"kind": "merged", "other": id(&other), "choices": {"portal": "other"}});
    assert_eq!(say(&siti, field).await.refusal(), "422 request.invalid");

    say(&siti, merge(id(&other))).await.json(201);
    let refused = say(&dewi, merge(id(&other))).await;
    assert_eq!(refused.refusal(), "409 link.merged");
    assert_eq!(refused.problem()["params"], json!({"application": id(&other), "into": id(&siti)}));
}

#[tokio::test]
async fn a_merge_that_is_sent_twice_is_made_once() {
    let (app, [siti, other, _]) = three().await;
    let body = json!({"kind": "merged", "other": id(&other)});
    let [first, again] = [(); 2].map(|()| app.post(format!("{siti}/links")).key("gabung-1").json(&body));
    assert_eq!(first.send().await.json(201), again.send().await.json(201));
}
