//! `/v1/duplicates`: the search, its questions, and what answers do to them.

use std::time::Duration;

use satu_core::linking::Model;
use satu_tests::applicants::applicant;
use serde_json::{Value, json};

use crate::app::App;

/// Two who are like each other by name and birth date, and one who is like nobody.
async fn like_each_other() -> App {
    like_each_other_in(App::open().await).await
}

async fn like_each_other_in(app: App) -> App {
    app.import("glints", &[applicant("Siti Aminah", "081234567801", "siti@example.com").born("1998-04-12")]).await;
    app.import(
        "jobstreet",
        &[applicant("Siti Aminnah", "087812340000", "aminnah.putri@example.id").born("1998-04-12")],
    )
    .await;
    app.import("jobstreet", &[applicant("Dewi Lestari", "081234567802", "dewi@example.com").born("1990-01-02")]).await;
    app
}

/// Three who hang together, and one who is like nobody: A is like B by nearly her number, B like C by nearly her address, and A is not like C.
async fn three_who_hang_together() -> App {
    let app = App::open().await;
    let dewi = applicant("Dewi Lestari", "081398765432", "dewi@example.com").born("1990-01-02");
    app.import("glints", &[applicant("Siti Aminah", "081234567801", "siti@example.com"), dewi]).await;
    app.import("jobstreet", &[applicant("Siti Aminnah Putri", "081234567811", "aminnah.putri@example.com")]).await;
    app.import("indeed", &[applicant("Siti Aminnah Putri", "087812340000", "aminnah.purti@example.com")]).await;
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
    for (filter, total) in [
        ("by=birth_date", 1),
        ("by=email", 0),
        ("portal=glints", 1),
        ("portal=indeed", 0),
        ("min=1", 0),
        ("reason=likeness", 1),
        ("reason=same_contact", 0),
    ] {
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
async fn a_search_weighs_with_the_model_of_the_setting() {
    let blind = Model { matches_per_person: 0.0, ..Model::shipped().unwrap() };
    let app = like_each_other_in(App::with_a_model(&blind).await).await;
    assert_eq!(searched(&app).await["total"], 0, "by this one nobody is anybody else");
}

#[tokio::test]
async fn three_who_hang_together_are_one_question_until_two_are_left_and_none() {
    let app = three_who_hang_together().await;
    let page = searched(&app).await;
    assert_eq!(page["total"], 1);
    let question = &page["items"][0];
    let people = question["people"].as_array().unwrap();
    let names: Vec<&str> = people.iter().filter_map(|one| one["full_name"].as_str()).collect();
    assert_eq!(names, ["Siti Aminah", "Siti Aminnah Putri", "Siti Aminnah Putri"]);
    let [a, b, c] = [0, 1, 2].map(|at| people[at]["id"].as_str().unwrap().to_owned());
    // Each pair by what holds it together: the number A and B, the address B and C.
    let by = |field: &str| -> Vec<[&str; 2]> {
        let pairs = question["pairs"].as_array().unwrap().iter();
        let speaks = |pair: &&Value| {
            let steps = pair["evidence"].as_array().unwrap();
            steps.iter().any(|step| step["field"] == field && step["weight"].as_f64().unwrap() > 0.0)
        };
        pairs
            .filter(speaks)
            .map(|pair| ["a", "b"].map(move |side| pair[side]["application"].as_str().unwrap()))
            .collect()
    };
    assert_eq!((by("phone"), by("email")), (vec![[a.as_str(), b.as_str()]], vec![[b.as_str(), c.as_str()]]));
    assert_eq!(question["reasons"], json!(["likeness"]));
    for (filter, total) in [
        ("by=phone", 1),
        ("by=email", 1),
        ("by=birth_date", 0),
        ("portal=glints", 1),
        ("portal=indeed", 1),
        ("portal=other", 0),
        ("min=0.9", 1),
        ("min=1", 0),
        ("reason=likeness", 1),
        ("reason=shared_contact", 0),
    ] {
        let page = app.get(format!("/v1/duplicates?{filter}")).send().await.json(200);
        assert_eq!(page["total"], total, "{filter}");
    }

    let say = async |one: &str, kind: &str, other: &str, status: u16| {
        let said = json!({"kind": kind, "other": other});
        app.post(format!("/v1/applications/{one}/links")).json(&said).send().await.json(status)
    };
    let people_asked_about = async || {
        let page = app.get("/v1/duplicates").send().await.json(200);
        page["items"].as_array().unwrap().iter().map(|one| one["people"].as_array().unwrap().len()).collect::<Vec<_>>()
    };
    let apart = say(&a, "told_apart", &b, 201).await;
    assert_eq!(people_asked_about().await, [2], "A is out of it");
    assert_eq!(say(&b, "told_apart", &a, 200).await, apart, "it is said already, and this one is not to be taken back");
    let back = format!("/v1/links/{}/reversal", apart["id"].as_str().unwrap());
    app.post(&back).json(&json!({})).send().await.json(201);
    assert_eq!(people_asked_about().await, [3]);
    say(&b, "merged", &c, 201).await;
    assert_eq!(people_asked_about().await, [2], "who shows both is asked about");
    say(&a, "family", &b, 201).await;
    assert_eq!(people_asked_about().await, [0; 0]);
}

#[tokio::test]
async fn what_makes_no_sense_is_told() {
    let app = App::open().await;
    let problem = app.post("/v1/duplicates/search").json(&json!({"min": 2})).send().await.problem();
    assert_eq!(problem["code"], "request.invalid");
    for query in ["cursor=tomorrow", "reason=somehow"] {
        let problem = app.get(format!("/v1/duplicates?{query}")).send().await.problem();
        assert_eq!(problem["code"], "request.invalid", "{query}");
    }
}
