//! The OpenAPI document against the routes: what it says is there, and nothing else is.

use axum::http::Method;
use satu_tests::applicants::applicant;
use serde_json::{Value, json};

use crate::{
    app::App,
    candidates,
    imports::{dewi, rina, siti},
    outreach,
};

const METHODS: [Method; 5] = [Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE];

fn is_tagged(item: &Value, tag: &str) -> bool {
    item.as_object().unwrap().values().any(|operation| operation["tags"] == json!([tag]))
}

/// Whether a path needs somebody who has signed in: each of theirs is called in [`candidates`] and in [`crate::staff`], and by everybody in [`crate::roles`].
fn needs_somebody(item: &Value) -> bool {
    is_tagged(item, "candidates") || is_tagged(item, "staff")
}

/// Every path of the document with its item.
fn paths(document: &Value) -> Vec<(String, Value)> {
    document["paths"].as_object().unwrap().iter().map(|(path, item)| (path.clone(), item.clone())).collect()
}

#[tokio::test]
async fn the_served_document_is_that_of_the_code() {
    let app = App::open().await;
    assert_eq!(&app.get("/v1/openapi.json").send().await.json(200), app.document());
}

#[tokio::test]
async fn every_documented_route_answers_and_as_documented() {
    let of_the_owner = |(_, item): &(String, Value)| !needs_somebody(item);
    for (path, item) in paths(App::open().await.document()).into_iter().filter(of_the_owner) {
        for method in METHODS.iter().filter(|method| item.get(method.as_str().to_lowercase()).is_some()) {
            // A draft and a committed import with a row that waits, for every route anew: some of them change it.
            let app = App::open().await;
            let draft = app.draft("glints", &[siti(), rina()]).await;
            let nobody = applicant("Tuti Alawiyah", "08", "");
            let import = app.import("glints", &[siti(), rina(), dewi(), nobody]).await;
            let people = app.get("/v1/applications").send().await.json(200);
            let id = |value: &Value| value["id"].as_str().unwrap_or_default().to_owned();
            let outreach = if path.contains("outreach") { outreach::begun(&app).await } else { Value::Null };
            let of_import = ["/undo", "/rows/{row}/erase"].iter().any(|end| path.ends_with(end));
            let import = if of_import { id(&import) } else { id(&draft) };
            let filled = match path.split('/').nth(2) {
                Some("reviews") => path.replace("{id}", &format!("{import}:3")),
                Some("accounts") if path.ends_with("/answer") => path.replace("{id}", &candidates::asked(&app).await),
                Some("accounts") if path.ends_with("/reversal") => {
                    path.replace("{id}", &candidates::answered(&app).await)
                }
                Some("accounts") => path.replace("{id}", &candidates::waiting(&app).await),
                Some("applications") if path.ends_with("/activation") => {
                    path.replace("{id}", &candidates::signed(&app).await)
                }
                Some("applications") => path.replace("{id}", &id(&people["items"][0])),
                Some("outreach") if path.ends_with("/judge") => path.replace("{id}", &outreach::uncertain(&app).await),
                Some("outreach") if path.contains("messages/") => path.replace("{id}", &id(&outreach["message"])),
                Some("outreach") => path.replace("{id}", &id(&outreach["campaign"])),
                Some("links") => {
                    let [one, other] = [0, 1].map(|at| id(&people["items"][at]));
                    let apart = json!({"kind": "told_apart", "other": other});
                    let said = app.post(format!("/v1/applications/{one}/links")).json(&apart).send().await.json(201);
                    path.replace("{id}", &id(&said))
                }
                _ => path.replace("{id}", &import),
            };
            let row = if path.ends_with("/rows/{row}/erase") { "5" } else { "3" };
            let filled = filled.replace("{row}", row).replace("{name}", "indeed.csv");
            let body = match (method.as_str(), path.rsplit('/').next().unwrap_or_default()) {
                ("PUT", "activation") => json!({"active": true}),
                ("PUT", "consent") => json!({"messages": false}),
                ("POST", "templates") => json!({"name": "sapa", "language": "id", "body": "Halo {nama}: {tautan}"}),
                ("POST", "preview" | "people") => outreach["ask"].clone(),
                ("POST", "campaigns") => outreach["new"].clone(),
                ("POST", "judge") => json!({"verdict": "sent"}),
                ("PUT", "mapping") => json!({"columns": []}),
                ("PATCH", _) => json!({"cells": {"1": "Rina Wulandari"}}),
                ("POST", "portals") => json!({"id": "bursa", "name": "Bursa Kerja", "import": import}),
                ("POST", "answer") => json!({"answer": "another"}),
                ("POST", "links") => json!({"kind": "merged", "other": id(&people["items"][1])}),
                ("POST", "search") => json!({}),
                ("POST", "transitions") => json!({"act": "advance", "applications": [id(&people["items"][0])]}),
                ("POST", "erase") if path.contains("accounts") => json!({"full_name": "Siti Aminah", "why": "asked"}),
                ("POST", "erase") if path.contains("rows") => json!({"full_name": "Tuti Alawiyah", "why": "asked"}),
                ("POST", "erase") => json!({"full_name": people["items"][0]["full_name"], "why": "asked"}),
                ("POST", "reversal") if path.contains("links") => json!({"reason": "ternyata bukan"}),
                (_, "decisions" | "decision") => json!({"action": "later", "rows": [3]}),
                _ => Value::Null,
            };
            let query = if (method, path.as_str()) == (&Method::POST, "/v1/imports") { "?name=a.csv" } else { "" };
            let call = app.call(method.clone(), format!("{filled}{query}"));
            let call = match (&body, query) {
                (Value::Null, "") => call,
                (Value::Null, _) => call.body("Nama,Email\nSiti,siti@example.com\n"),
                _ => call.json(&body),
            };
            // `send` holds the status against the document.
            let answer = call.send().await;
            assert!(answer.status < 400, "{method} {filled}: {} {}", answer.status, answer.text());
            app.rest(&json!({"id": id(&draft)})).await;
        }
    }
}

#[tokio::test]
async fn no_route_answers_that_is_not_documented() {
    let app = App::open().await;
    for (path, item) in paths(app.document()) {
        let filled = path
            .replace("{id}", "00000000-0000-7000-8000-000000000000")
            .replace("{row}", "2")
            .replace("{name}", "indeed.csv")
            .replace("{platform}", "payroll");
        for method in METHODS.iter().filter(|method| item.get(method.as_str().to_lowercase()).is_none()) {
            let answer = app.call(method.clone(), &filled).send().await;
            assert_eq!(answer.refusal(), "405 request.method", "{method} {filled}");
            assert!(!answer.header("allow").is_empty(), "{method} {filled} says what is allowed");
        }
    }
    let undescribed: Vec<&str> = include_str!("../../../backend/src/api/mod.rs")
        .split(".route(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(
        undescribed,
        ["/v1/openapi.json", "/v1", "/v1/", "/v1/{*path}", "/healthz", "/readyz"],
        "every other route is registered with its description"
    );
}

#[tokio::test]
async fn every_post_takes_a_key_and_every_refusal_is_a_problem() {
    let app = App::open().await;
    for (path, item) in paths(app.document()) {
        for (method, operation) in item.as_object().unwrap() {
            let keyed = operation["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key" && one["in"] == "header"));
            let signs_in = path == "/v1/staff/session";
            assert_eq!(keyed, method == "post" && !is_tagged(&item, "candidates") && !signs_in, "{method} {path}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let problem = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(
                    problem == "#/components/schemas/Problem",
                    status.as_str() >= "400",
                    "{method} {path} {status}"
                );
            }
        }
    }
}

/// Every name of a schema in some sources: a type that derives one, or a list of words.
fn schemas(folder: &std::path::Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            schemas(&path, names);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let name = |rest: &str| rest.split(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default().to_owned();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.contains("derive(") && line.contains("ToSchema") {
                let kinds = ["pub struct ", "pub enum ", "struct ", "enum "];
                let found = lines.find_map(|line| kinds.iter().find_map(|kind| line.trim().strip_prefix(kind)));
                let renamed = line.split_once("schema(as = ").map(|(_, rest)| rest);
                names.extend(renamed.or(found).map(name).filter(|name| !name.is_empty()));
            }
        }
        for rest in text.split("\nwords! {\n").skip(1) {
            let found = rest.lines().map(str::trim).find(|line| !line.starts_with("//"));
            names.extend(found.map(|line| name(line.split_once("schema(as = ").map_or(line, |(_, renamed)| renamed))));
        }
    }
}

/// Of two types of one name the document would show one, for both, and nobody would be told.
#[test]
fn no_two_schemas_have_one_name() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut names = Vec::new();
    for folder in ["core/src", "portals/src", "backend/src"] {
        schemas(&root.join(folder), &mut names);
    }
    assert!(names.len() > 100, "{names:?}");
    names.sort_unstable();
    // A generic type is one; the macro that defines lists names none itself.
    let twice: Vec<&String> = names.array_windows().filter(|[one, next]| one == next).map(|[one, _]| one).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
