//! `/v1/duplicates`: the search, its questions, and what answers do to them.

use std::time::Duration;

use satu_tests::applicants::applicant;
use serde_json::{Value, json};

use crate::app::App;

/// Three who hang together: A is like B by name and birth date, B like C by name and nearly her number.
async fn like_each_other() -> App {
    let app = App::open().await;
    app.import("glints", &[applicant("Siti Aminah", "081234567801", "siti@example.com").born("1998-04-12")]).await;
    app.import(
        "jobstreet",
        &[applicant("Siti Aminnah", "087812340000", "aminnah.putri@example.id").born("1998-04-12")],
    )
    .await;
    app.import("jobstreet", &[applicant("Dewi Lestari", "081234567802", "dewi@example.com").born("1990-01-02")]).await;
    app
}

/// Searches, and gives the first page when the search is over.
async fn searched(app: &App) -> Value {
    let begun = app.post("/v1/duplicates/search").json(&json!({"min": 0.1})).send().await.json(202);
    assert!(begun["problem"].is_null());
    for _ in 0..600 {
        let page = app.get("/v1/duplicates").send().await.json(200);
        if page["search"]["progress"].is_null() && page["search"]["searched_at"].is_string() {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the search does not end");
}

#[tokio::test]
async fn before_a_search_there_is_nothing_and_nobody_has_searched() {
    let app = like_each_other().await;
    let page = app.get("/v1/duplicates").send().await.json(200);
    assert_eq!((&page["items"], &page["total"], &page["search"]["searched_at"]), (&json!([]), &json!(0), &Value::Null));
}

#[tokio::test]
async fn a_question_shows_people_and_evidence_until_it_is_answered() {
    let app = like_each_other().await;
    let page = searched(&app).await;
    assert_eq!(page["total"], 1);
    let question = &page["items"][0];
    let names: Vec<&str> =
        question["people"].as_array().unwrap().iter().filter_map(|one| one["full_name"].as_str()).collect();
    assert_eq!(names, ["Siti Aminah", "Siti Aminnah"]);
    let steps = question["pairs"][0]["evidence"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["field"] == "birth_date" && step["level"] == "equal"));
    for (filter, total) in
        [("by=birth_date", 1), ("by=email", 0), ("portal=glints", 1), ("portal=indeed", 0), ("min=1", 0)]
    {
        let page = app.get(format!("/v1/duplicates?{filter}")).send().await.json(200);
        assert_eq!(page["total"], total, "{filter}");
    }

    let [one, other] = [0, 1].map(|at| question["people"][at]["id"].as_str().unwrap().to_owned());
    let links = format!("/v1/applications/{one}/links");
    let said = app.post(&links).json(&json!({"kind": "told_apart", "other": other})).send().await.json(201);
    assert_eq!(app.get("/v1/duplicates").send().await.json(200)["total"], 0);
    let latest = app.get("/v1/links?limit=1").send().await.json(200);
    assert_eq!((&latest["items"][0]["id"], &latest["items"][0]["by"]), (&said["id"], &json!("hr")));
    let back = format!("/v1/links/{}/reversal", said["id"].as_str().unwrap());
    app.post(&back).json(&json!({})).send().await.json(201);
    assert_eq!(app.get("/v1/duplicates").send().await.json(200)["total"], 1, "it is a question again");
    app.post(&links).json(&json!({"kind": "merged", "other": other})).send().await.json(201);
    assert_eq!(app.get("/v1/duplicates").send().await.json(200)["total"], 0);
}

#[tokio::test]
async fn what_makes_no_sense_is_told() {
    let app = App::open().await;
    let problem = app.post("/v1/duplicates/search").json(&json!({"min": 2})).send().await.problem();
    assert_eq!(problem["code"], "request.invalid");
    let problem = app.get("/v1/duplicates?cursor=tomorrow").send().await.problem();
    assert_eq!(problem["code"], "request.invalid");
}
