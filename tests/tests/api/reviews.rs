//! `/v1/reviews`: rows that wait for a person after the commit.

use satu_tests::applicants::applicant;
use serde_json::json;

use crate::{
    app::App,
    imports::{dewi, rina, siti},
};

#[tokio::test]
async fn a_row_waits_in_the_queue_until_a_person_decides() {
    let app = App::open().await;
    let import = app.import("glints", &[siti(), dewi(), rina()]).await;
    assert_eq!(import["waiting"], 1);
    let queue = app.get("/v1/reviews").send().await.json(200);
    let review = &queue["items"][0];
    assert_eq!((&queue["total"], &review["batch"], &review["row"]["row"]), (&json!(1), &import["id"], &json!(4)));
    assert_eq!((&review["row"]["reason"], &review["portal"]), (&json!("shared_phone"), &json!("glints")));
    assert_eq!(review["row"]["matches"][0]["fields"]["full_name"], "Siti Aminah");

    let path = format!("/v1/reviews/{}", review["id"].as_str().unwrap());
    assert_eq!(app.get(&path).send().await.json(200)["row"], review["row"]);
    let later = app.post(format!("{path}/decision")).json(&json!({"action": "later"})).send().await.json(200);
    assert_eq!(later["row"]["decision"], json!(null), "later leaves it in the queue");
    assert_eq!(app.get("/v1/reviews").send().await.json(200)["total"], 1);

    let decided = app.post(format!("{path}/decision")).json(&json!({"action": "shared"})).send().await.json(200);
    assert_eq!(decided["row"]["decision"]["action"], "shared");
    assert!(decided["row"]["application"].is_string(), "{decided}");
    assert_eq!(app.get("/v1/reviews").send().await.json(200)["total"], 0);
    assert_eq!(app.get("/v1/applications").send().await.json(200)["total"], 3);

    let again = app.post(format!("{path}/decision")).json(&json!({"action": "discard"})).send().await;
    assert_eq!(again.refusal(), "409 review.decided");
}

#[tokio::test]
async fn the_queue_is_filtered_and_read_page_by_page() {
    let app = App::open().await;
    let phones = ["081234567801", "081234567802", "081234567803"];
    let people = ["Siti Aminah", "Dewi Lestari", "Wati Susanti"];
    let sisters = ["Rina Wulandari", "Yuni Kartika", "Tuti Handayani"];
    let [people, sisters] =
        [people, sisters].map(|names| [0, 1, 2].map(|n| applicant(names[n], phones[n], "").reference(names[n])));
    app.import("glints", &people).await;
    let import = app.import("jobstreet", &sisters).await;
    let batch = format!("?batch={}", import["id"].as_str().unwrap());
    for (query, total) in [
        ("", 3),
        ("?reason=shared_phone", 3),
        ("?reason=conflict", 0),
        ("?portal=jobstreet", 3),
        ("?portal=glints", 0),
        ("?min=0", 3),
        ("?min=0.8", 0),
        (&batch, 3),
        ("?batch=00000000-0000-7000-8000-000000000000", 0),
    ] {
        assert_eq!(app.get(format!("/v1/reviews{query}")).send().await.json(200)["total"], total, "{query}");
    }
    assert_eq!(app.get("/v1/reviews?min=high").send().await.refusal(), "400 request.invalid");
    let (mut seen, mut path) = (Vec::new(), "/v1/reviews?limit=2".to_owned());
    loop {
        let page = app.get(&path).send().await.json(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|one| one["row"]["row"].as_u64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/reviews?limit=2&cursor={next}");
    }
    assert_eq!(seen, [2, 3, 4]);
}
