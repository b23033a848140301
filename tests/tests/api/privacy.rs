//! `/v1/applications/{id}/personal-data`, `…/accesses` and `…/erase`, and the same of accounts alone.

use std::collections::BTreeSet;

use rstest::rstest;
use satu_tests::applicants::applicant;
use serde_json::{Value, json};

use crate::{
    app::{App, at},
    candidates,
    imports::{dewi, rina, siti},
};

/// Siti's path, with Dewi beside her.
async fn one() -> (App, String) {
    let app = App::open().await;
    app.import("glints", &[siti(), dewi()]).await;
    let page = app.get("/v1/applications").send().await.json(200);
    let siti = page["items"].as_array().unwrap().iter().find(|one| one["full_name"] == "Siti Aminah").unwrap();
    let path = format!("/v1/applications/{}", siti["id"].as_str().unwrap());
    (app, path)
}

/// Who has looked, newest first, once so many are written: looks are written beside their answers.
async fn accesses(app: &App, path: &str, least: usize) -> Vec<Value> {
    for _ in 0..400 {
        let page = app.get(format!("{path}/accesses?limit=100")).send().await.json(200);
        let mut items = page["items"].as_array().unwrap().clone();
        items.retain(|one| one["action"] != "GET /v1/applications/{id}/accesses");
        if items.len() >= least {
            return items;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("a look is never written");
}

#[tokio::test]
async fn she_is_given_everything_that_is_held_of_her() {
    let (app, path) = one().await;
    let data = app.get(format!("{path}/personal-data")).send().await.json(200);
    assert_eq!(data["applications"][0]["full_name"], "Siti Aminah");
    assert_eq!(data["history"].as_array().unwrap().len(), 1);
    assert!(data["rows"][0]["cells"].as_array().unwrap().contains(&json!("Siti Aminah")), "{data}");
    assert_eq!((&data["account"], data["rows"].as_array().unwrap().len()), (&Value::Null, 1));
    assert!(!data.to_string().contains("Dewi"), "what is another's is not hers to read: {data}");
    let nobody = app.get("/v1/applications/00000000-0000-7000-8000-000000000000/personal-data").send().await;
    assert_eq!(nobody.refusal(), "404 application.unknown");
}

#[tokio::test]
async fn every_look_at_one_person_is_kept() {
    let (app, path) = one().await;
    let routes: Vec<String> = app.document()["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(route, item)| route.starts_with("/v1/applications/{id}") && item.get("get").is_some())
        .map(|(route, _)| route.clone())
        .collect();
    assert!(routes.len() >= 5, "{routes:?}");
    for route in &routes {
        app.get(route.replace("/v1/applications/{id}", &path)).send().await.json(200);
    }
    let kept = accesses(&app, &path, routes.len() - 1).await;
    let kept: BTreeSet<&str> = kept.iter().map(|one| one["action"].as_str().unwrap()).collect();
    for route in routes.iter().filter(|route| !route.ends_with("/accesses")) {
        assert!(kept.contains(format!("GET {route}").as_str()), "{route} is not among {kept:?}");
    }
    assert_eq!(accesses(&app, &path, 1).await[0]["actor"], "hr");
}

/// Who searches for her and finds her has looked at her, though no path names her; who goes through the list, or finds many, has looked at nobody.
#[tokio::test]
async fn a_search_that_finds_few_is_a_look_at_each_of_them() {
    let (app, path) = one().await;
    let many = [
        ("Kartika", "081234567811"),
        ("Mulyani", "081311122233"),
        ("Handayani", "081298765432"),
        ("Wulandari", "085712345678"),
    ];
    let many = many.map(|(name, phone)| applicant(&format!("Siti {name}"), phone, ""));
    app.import("jobstreet", &many).await;
    for (query, total) in [("", 6), ("?q=Siti", 5), ("?q=nobody", 0), ("?q=Aminah", 1)] {
        let page = app.get(format!("/v1/applications{query}")).send().await.json(200);
        assert_eq!(page["total"], total, "{query}");
    }
    let kept = accesses(&app, &path, 1).await;
    let told: Vec<_> = kept.iter().map(|one| (&one["action"], &one["target"], &one["actor"])).collect();
    assert_eq!(told, [(&json!("GET /v1/applications"), &json!(path), &json!("hr"))]);
    // The same of the rows of a file.
    let her = app.get(&path).send().await.json(200);
    let rows = format!("/v1/imports/{}/rows", her["sources"][0]["batch"].as_str().unwrap());
    app.get(format!("{rows}?q=Aminah")).send().await.json(200);
    let kept = accesses(&app, &path, 3).await;
    let row = (json!("GET /v1/imports/{id}/rows"), json!(format!("{rows}/2")));
    assert!(kept.iter().any(|one| (&one["action"], &one["target"]) == (&row.0, &row.1)), "{kept:?}");
}

/// What is decided of rows of a draft names them in its body alone, or not even there: a class of them is meant.
#[rstest]
#[case::by_its_number(json!({"action": "different", "rows": [2]}), 200)]
#[case::with_its_class(json!({"action": "different", "class": {"reason": "shared_phone"}}), 202)]
#[tokio::test]
async fn a_decision_about_her_row_is_told_of_her(#[case] decide: Value, #[case] status: u16) {
    let (app, _) = one().await;
    let draft = app.draft("jobstreet", &[rina(), siti()]).await;
    app.post(format!("{}/decisions", at(&draft)))
        .header("x-request-id", "putus-1")
        .json(&decide)
        .send()
        .await
        .json(status);
    app.rest(&draft).await;
    app.done(&draft, "commit").await;
    let row = app.get(format!("{}/rows/2", at(&draft))).send().await.json(200);
    let hers = format!("/v1/applications/{}", row["application"].as_str().unwrap());
    let kept = accesses(&app, &hers, 2).await;
    let decided: Vec<_> = kept.iter().filter(|one| one["action"] == "POST /v1/imports/{id}/decisions").collect();
    assert_eq!(decided.len(), 1, "{kept:?}");
    assert_eq!((&decided[0]["target"], &decided[0]["status"]), (&json!(format!("{}/rows/2", at(&draft))), &json!(200)));
    assert_eq!((&decided[0]["actor"], &decided[0]["request"]), (&json!("hr"), &json!("putus-1")));
}

/// A list that shows each of them whole, where none has a page of her own.
#[tokio::test]
async fn whoever_hr_is_asked_about_is_told_who_has_looked() {
    let (app, path) = one().await;
    candidates::waiting(&app).await;
    let page = app.get("/v1/accounts/questions").send().await.json(200);
    let question = format!("/v1/accounts/questions/{}", page["items"][0]["id"].as_str().unwrap());
    assert_eq!(format!("/v1/applications/{}", page["items"][0]["application"].as_str().unwrap()), path);
    for _ in 0..400 {
        let kept = accesses(&app, &path, 0).await;
        let looks: Vec<&Value> = kept.iter().filter(|one| one["action"] == "GET /v1/accounts/questions").collect();
        // Twice until she waited, and once here.
        if looks.len() == 3 && looks.iter().all(|one| one["status"] == 200) {
            assert!(looks.iter().all(|one| one["target"] == question.as_str() && one["actor"] == "hr"), "{looks:?}");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("a look is never written");
}

#[tokio::test]
async fn she_is_erased_by_her_name_and_once() {
    let (app, path) = one().await;
    let erase = async |name: &str| {
        let body = json!({"full_name": name, "why": "asked"});
        app.post(format!("{path}/erase")).header("x-request-id", "hapus-1").json(&body).send().await
    };
    assert_eq!(erase("Dewi Lestari").await.refusal(), "400 request.invalid");
    assert_eq!(app.get(&path).send().await.json(200)["full_name"], "Siti Aminah");
    let erased = erase("Siti Aminah").await.json(200);
    assert_eq!((&erased["first"], &erased["rows"], &erased["in_drafts"]), (&json!(true), &json!(1), &json!(0)));
    let left = app.get(&path).send().await.json(200);
    assert_eq!(
        (&left["full_name"], &left["erased_at"], &left["stage"]),
        (&json!(""), &erased["at"], &json!("SCREENING"))
    );
    assert_eq!(app.get("/v1/applications").send().await.json(200)["total"], 1);
    assert_eq!(erase("").await.json(200)["first"], false);
    assert_eq!(app.get(format!("{path}/personal-data")).send().await.refusal(), "404 application.unknown");
    let who: Vec<Value> = accesses(&app, &path, 2).await;
    let erasure = who.iter().find(|one| one["action"] == "privacy.erase asked").unwrap();
    assert_eq!(erasure["request"], "hapus-1", "what the erasure writes itself is of the same request");
}

/// Of whom a row of a file is all that is here is erased by it, with the name that stands there.
#[tokio::test]
async fn a_row_of_nobody_is_erased_by_the_name_in_it() {
    let (app, _) = one().await;
    let import = app.import("jobstreet", &[siti(), applicant("Tuti Alawiyah", "08", "")]).await;
    let erase = async |row: u32, name: &str| {
        let body = json!({"full_name": name, "why": "asked"});
        app.post(format!("{}/rows/{row}/erase", at(&import))).json(&body).send().await
    };
    assert_eq!(erase(2, "Siti Aminah").await.refusal(), "409 privacy.row");
    assert_eq!(erase(3, "Tuti").await.refusal(), "400 request.invalid");
    assert_eq!(erase(9, "Tuti").await.refusal(), "404 row.unknown");
    assert_eq!(erase(3, "Tuti Alawiyah").await.json(200)["first"], true);
    assert_eq!(erase(3, "").await.json(200)["first"], false);
    let row = app.get(format!("{}/rows/3", at(&import))).send().await.json(200);
    assert_eq!((&row["erased"], &row["outcome"]), (&json!(true), &json!("rejected")));
}

#[tokio::test]
async fn an_account_that_waits_for_its_application_is_given_and_erased() {
    let (app, path) = one().await;
    let account = candidates::waiting(&app).await;
    let hers = format!("/v1/accounts/{account}");
    let data = app.get(format!("{hers}/personal-data")).send().await.json(200);
    assert_eq!((&data["account"]["id"], &data["applications"]), (&json!(account), &json!([])));
    assert_eq!((data["questions"].as_array().unwrap().len(), data["consents"].as_array().unwrap().len()), (1, 1));
    let erase = async |name: &str| {
        let body = json!({"full_name": name, "why": "asked"});
        app.post(format!("{hers}/erase")).json(&body).send().await
    };
    assert_eq!(erase("Dewi Lestari").await.refusal(), "400 request.invalid");
    assert_eq!(erase("Siti Aminah").await.json(200)["first"], true);
    assert_eq!(erase("").await.json(200)["first"], false);
    assert_eq!(app.get(format!("{hers}/personal-data")).send().await.refusal(), "404 account.unknown");
    assert_eq!(app.get("/v1/accounts/questions").send().await.json(200)["items"], json!([]));
    assert_eq!(app.get(&path).send().await.json(200)["full_name"], "Siti Aminah", "the application is somebody's");
    let nobody = app.get("/v1/accounts/00000000-0000-7000-8000-000000000000/personal-data").send().await;
    assert_eq!(nobody.refusal(), "404 account.unknown");
    // Whoever has an application is asked for by that.
    let registered = candidates::register(&app, "+6281234567801").await;
    let hers = format!("/v1/accounts/{}", registered["account"].as_str().unwrap());
    assert_eq!(app.get(format!("{hers}/personal-data")).send().await.refusal(), "409 privacy.has_application");
}
