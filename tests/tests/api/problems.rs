//! Every refusal: its status, its code, and that it is `application/problem+json`.

use std::path::Path;

use axum::{
    http::{Method, header},
    response::IntoResponse,
};
use http_body_util::BodyExt;
use rstest::rstest;
use satu_backend::{intake::IntakeError, problem::Problem};
use satu_core::{
    id::BatchId,
    import::{BatchState, ImportError},
    store::{FileFault, StoreError},
};
use satu_portals::{ReadError, ReadErrorCode};
use satu_tests::fixtures::{self, Expected};
use serde_json::{Value, json};

use crate::{
    app::{App, at},
    imports::{dewi, rina, siti},
};

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// What stands for the ids of a draft, of a committed import whose row 4 waits, and of nobody.
fn filled(path: &str, draft: &Value, committed: &Value) -> String {
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    path.replace("DRAFT", &id(draft)).replace("DONE", &id(committed)).replace("NOBODY", NOBODY)
}

#[rstest]
// Not there.
#[case("GET /v1/imports/NOBODY", "", "404 import.unknown")]
#[case("DELETE /v1/imports/NOBODY", "", "404 import.unknown")]
#[case("PUT /v1/imports/NOBODY/mapping", "{}", "404 import.unknown")]
#[case("POST /v1/imports/NOBODY/commit", "", "404 import.unknown")]
#[case("POST /v1/imports/NOBODY/cancel", "", "404 import.unknown")]
#[case("POST /v1/imports/NOBODY/undo", "", "404 import.unknown")]
#[case("GET /v1/imports/NOBODY/rejected", "", "404 import.unknown")]
#[case("GET /v1/imports/NOBODY/rows", "", "404 import.unknown")]
#[case("GET /v1/imports/NOBODY/rows/2", "", "404 import.unknown")]
#[case("PATCH /v1/imports/NOBODY/rows/2", r#"{"cells": {}}"#, "404 import.unknown")]
#[case("POST /v1/imports/NOBODY/decisions", r#"{"action": "later", "rows": [4]}"#, "404 import.unknown")]
#[case("GET /v1/imports/DRAFT/rows/99", "", "404 row.unknown")]
#[case("PATCH /v1/imports/DRAFT/rows/99", r#"{"cells": {"1": "Siti"}}"#, "404 row.unknown")]
#[case("POST /v1/imports/DRAFT/decisions", r#"{"action": "same", "rows": [99]}"#, "404 row.unknown")]
#[case("GET /v1/reviews/NOBODY:2", "", "404 import.unknown")]
#[case("GET /v1/reviews/DONE:99", "", "404 row.unknown")]
#[case("POST /v1/reviews/DONE:99/decision", r#"{"action": "same"}"#, "404 row.unknown")]
#[case("GET /v1/applications/NOBODY", "", "404 application.unknown")]
#[case("GET /v1/applications/NOBODY/history", "", "404 application.unknown")]
#[case("POST /v1/samples/lain.csv/import", "", "404 sample.unknown")]
#[case("POST /v1/samples/..%2F..%2Fglints%2Fplain.csv/import", "", "404 sample.unknown")]
// Not now.
#[case("PUT /v1/imports/DONE/mapping", r#"{"columns": []}"#, "409 import.state")]
#[case("DELETE /v1/imports/DONE", "", "409 import.state")]
#[case("PATCH /v1/imports/DONE/rows/2", r#"{"cells": {"1": "Siti"}}"#, "409 import.state")]
#[case("POST /v1/imports/DONE/decisions", r#"{"action": "same", "rows": [4]}"#, "409 import.state")]
#[case("POST /v1/imports/DRAFT/undo", "", "409 import.state")]
// Not so.
#[case("POST /v1/imports/DRAFT/decisions", r#"{"action": "same", "rows": [2]}"#, "422 review.action")]
#[case("POST /v1/reviews/DONE:2/decision", r#"{"action": "same"}"#, "422 review.action")]
#[case("PUT /v1/imports/DRAFT/mapping", r#"{"portal": "lain"}"#, "422 file.unknown_portal")]
#[case("PUT /v1/imports/DRAFT/mapping", r#"{"sheet": "lain"}"#, "422 file.no_sheet")]
#[case("POST /v1/imports?name=a.csv&portal=lain", "Nama,Email\nSiti,siti@example.com\n", "422 file.unknown_portal")]
#[case("POST /v1/imports?name=a.csv&sheet=lain", "Nama,Email\nSiti,siti@example.com\n", "422 file.no_sheet")]
// Not understood: values of the path and the query.
#[case("GET /v1/imports/lain", "", "400 request.invalid")]
#[case("GET /v1/imports/%FF", "", "400 request.invalid")]
#[case("GET /v1/imports/..%2F..%2Fsatu.db", "", "400 request.invalid")]
#[case("GET /v1/imports/DRAFT/rows/-1", "", "400 request.invalid")]
#[case("GET /v1/imports/DRAFT/rows/4294967296", "", "400 request.invalid")]
#[case("GET /v1/reviews/lain", "", "400 request.invalid")]
#[case("GET /v1/reviews/DONE", "", "400 request.invalid")]
#[case("GET /v1/applications/lain", "", "400 request.invalid")]
#[case("GET /v1/imports?cursor=lain", "", "400 request.invalid")]
#[case("GET /v1/reviews?cursor=NOBODY", "", "400 request.invalid")]
#[case("GET /v1/applications?cursor=%00", "", "400 request.invalid")]
#[case("GET /v1/applications?q=%00", "", "400 request.invalid")]
#[case("GET /v1/applications?portal=a%00", "", "400 request.invalid")]
#[case("GET /v1/reviews?portal=a%00", "", "400 request.invalid")]
#[case("GET /v1/imports/DRAFT/rows?q=a%00", "", "400 request.invalid")]
#[case("GET /v1/applications?limit=-1", "", "400 request.invalid")]
#[case("GET /v1/applications?limit=banyak", "", "400 request.invalid")]
#[case("GET /v1/applications?stage=lain", "", "400 request.invalid")]
#[case("GET /v1/applications?sub_state=active", "", "400 request.invalid")]
#[case("GET /v1/applications?batch=lain", "", "400 request.invalid")]
#[case("GET /v1/exports/applications?format=pdf", "", "400 request.invalid")]
#[case("GET /v1/imports/DRAFT/rejected?format=pdf", "", "400 request.invalid")]
#[case("GET /v1/imports/DRAFT/rows?outcome=lain", "", "400 request.invalid")]
#[case("GET /v1/imports/DRAFT/rows?only=lain", "", "400 request.invalid")]
#[case("GET /v1/reviews?reason=lain", "", "400 request.invalid")]
#[case("GET /v1/reviews?batch=lain", "", "400 request.invalid")]
#[case("POST /v1/imports", "Nama,Email\n", "400 request.invalid")]
#[case("POST /v1/imports?name=", "Nama,Email\n", "400 request.invalid")]
#[case("POST /v1/imports?name=..%2F", "Nama,Email\n", "400 request.invalid")]
#[case("POST /v1/imports?name=a.csv&header_row=lain", "Nama,Email\n", "400 request.invalid")]
// Not understood: bodies.
#[case("POST /v1/imports/DRAFT/decisions", "{", "400 request.invalid")]
#[case("POST /v1/imports/DRAFT/decisions", "", "400 request.invalid")]
#[case("POST /v1/imports/DRAFT/decisions", "[]", "422 request.invalid")]
#[case("POST /v1/imports/DRAFT/decisions", r#"{"action": "lain", "rows": [4]}"#, "422 request.invalid")]
#[case("POST /v1/imports/DRAFT/decisions", r#"{"action": "same"}"#, "400 request.invalid")]
#[case(
    "POST /v1/imports/DRAFT/decisions",
    r#"{"action": "same", "rows": [4], "class": {"reason": "possible"}}"#,
    "400 request.invalid"
)]
#[case("PATCH /v1/imports/DRAFT/rows/2", r#"{"cells": {"0": "Siti"}}"#, "400 request.invalid")]
#[case("PATCH /v1/imports/DRAFT/rows/2", r#"{"cells": {"99": "Siti"}}"#, "400 request.invalid")]
#[case("PATCH /v1/imports/DRAFT/rows/2", r#"{"cells": {"satu": "Siti"}}"#, "400 request.invalid")]
#[case("PATCH /v1/imports/DRAFT/rows/2", r#"{"cells": {"1": 7}}"#, "422 request.invalid")]
// A NUL, which engines cut or refuse a text at.
#[case(
    "POST /v1/register",
    r#"{"phone": "081234567801", "invitation": "ab", "pin": "482057", "full_name": "Siti\u0000 Aminah",
        "consent": {"recruitment": true, "version": "2026-11"}}"#,
    "400 request.invalid"
)]
#[case("POST /v1/staff", r#"{"name": "ri\u0000na", "role": "viewer"}"#, "400 request.invalid")]
#[case("POST /v1/staff/session", r#"{"name": "ri\u0000na", "password": "rahasia sekali"}"#, "400 request.invalid")]
#[case(
    "POST /v1/outreach/templates",
    r#"{"name": "ajakan", "language": "id", "body": "Halo\u0000 {link}"}"#,
    "400 request.invalid"
)]
#[case("POST /v1/applications/NOBODY/erase", r#"{"full_name": "Si\u0000ti", "why": "asked"}"#, "400 request.invalid")]
#[case("PATCH /v1/imports/DRAFT/rows/2", r#"{"cells": {"1": "Si\u0000ti"}}"#, "400 request.invalid")]
#[case("POST /v1/imports?name=a%00.csv", "Nama,Email\n", "400 request.invalid")]
#[case("PUT /v1/imports/DRAFT/mapping", r#"{"columns": [{"column": 99, "field": "email"}]}"#, "400 request.invalid")]
#[case("PUT /v1/imports/DRAFT/mapping", r#"{"columns": [{"column": 1, "field": "lain"}]}"#, "422 request.invalid")]
#[case("POST /v1/reviews/DONE:4/decision", r#"{"action": "same", "application": "lain"}"#, "422 request.invalid")]
#[tokio::test]
async fn what_cannot_be_is_refused_by_name(#[case] request: &str, #[case] body: &str, #[case] refusal: &str) {
    let app = App::open().await;
    let committed = app.import("glints", &[siti(), dewi(), rina()]).await;
    let draft = app.draft("jobstreet", &[siti(), dewi(), rina().reference("JS-3")]).await;
    let (method, path) = request.split_once(' ').unwrap();
    let path = filled(path, &draft, &committed);
    let call = app.call(Method::from_bytes(method.as_bytes()).unwrap(), &path).body(body.to_owned());
    let answer = call.header("content-type", "application/json").send().await;
    assert_eq!(answer.refusal(), refusal, "{}", answer.text());
    assert_eq!(app.get(at(&draft)).send().await.json(200)["state"], "ready", "the draft is as it was");
    assert_eq!(app.spooled(), 1, "what was refused leaves no file");
}

#[tokio::test]
async fn every_broken_file_is_refused_with_its_code() {
    let app = App::open().await;
    for fixture in fixtures::all().unwrap() {
        let Expected::Refused(code) = fixture.expected else { continue };
        let name = Path::new(fixture.path).file_name().unwrap().to_str().unwrap();
        let answer = app.upload(name, fixture.bytes).send().await;
        // A file may look well until it is read on: then its import says why.
        let problem = if answer.status == 201 {
            let failed = app.rest(&answer.json(201)).await;
            assert_eq!(failed["state"], "failed", "{name}");
            failed["problem"].clone()
        } else {
            answer.problem()
        };
        assert_eq!(problem["code"], format!("file.{code}"), "{name}: {problem}");
        assert_eq!(problem["params"]["file"], name, "{problem}");
    }
    assert_eq!(app.get("/v1/applications").send().await.json(200)["total"], 0);
}

#[tokio::test]
async fn a_body_that_is_no_json_by_its_header_is_refused() {
    let app = App::open().await;
    let draft = app.draft("glints", &[siti()]).await;
    for kind in ["", "text/plain"] {
        let call = app.post(format!("{}/decisions", at(&draft))).body("{}").header("content-type", kind);
        assert_eq!(call.send().await.refusal(), "415 request.invalid");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = App::open().await;
    let draft = app.draft("glints", &[siti()]).await;
    let cells = json!({"cells": {"1": "a".repeat(3 << 20)}});
    let answer = app.call(Method::PATCH, format!("{}/rows/2", at(&draft))).json(&cells).send().await;
    assert_eq!(answer.refusal(), "413 request.invalid");

    let announced = (2_u64 << 30).to_string();
    let answer = app.upload("besar.csv", "Nama,Email\n").header("content-length", &announced).send().await;
    assert_eq!(answer.refusal(), "413 file.too_large");
    assert_eq!(answer.problem()["params"], json!({"file": "besar.csv", "limit": (1_u64 << 30).to_string()}));
    assert_eq!(app.spooled(), 1, "only the draft's file");
}

#[tokio::test]
async fn who_comes_after_the_end_is_to_come_again_and_is_told_nothing_of_the_inside() {
    let app = App::open().await;
    app.backend.store().close().await;
    let answer = app.get("/v1/imports").send().await;
    assert_eq!(answer.refusal(), "503 database.lost");
    assert!(!answer.text().contains("pool"), "{}", answer.text());
    let ready = app.get("/readyz").send().await;
    assert_eq!((ready.status, app.get("/healthz").send().await.status), (503, 200));
}

#[tokio::test]
async fn a_database_file_that_is_damaged_is_named_with_what_to_do() {
    let app = App::open().await;
    app.import("glints", &[siti(), dewi()]).await;
    app.backend.store().close().await;
    let path = app.damage().await;
    let app = app.restarted().await;
    let refused = app.get("/v1/applications").send().await;
    assert_eq!(refused.refusal(), "500 database.damaged");
    let problem = refused.problem();
    assert_eq!(problem["params"], json!({ "path": path }));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("The database /") && detail.contains("last backup"), "{detail}");
}

/// Refusals that no single request provokes at will.
#[rstest]
#[case(ImportError::Contended(BatchId::mint()).into(), "409 import.contended")]
#[case(ImportError::Cancelled.into(), "409 import.cancelled")]
#[case(ImportError::Scratch(std::io::ErrorKind::StorageFull.into()).into(), "500 import.scratch")]
#[case(ImportError::Incomplete.into(), "422 file.unreadable")]
#[case(ImportError::UnknownBatch(BatchId::mint()).into(), "404 import.unknown")]
#[case(ImportError::UnknownRow { batch: BatchId::mint(), row: 2 }.into(), "404 row.unknown")]
#[case(ImportError::State { batch: BatchId::mint(), state: BatchState::Undone, what: "" }.into(), "409 import.state")]
#[case(ImportError::Decision { row: 2, why: String::new() }.into(), "422 review.action")]
#[case(ImportError::Decided { batch: BatchId::mint(), row: 2 }.into(), "409 review.decided")]
#[case(ImportError::Store(StoreError::Database("secret".into())).into(), "500 internal")]
#[case(StoreError::File { path: "satu.db".into(), fault: FileFault::DiskFull }.into(), "500 database.disk_full")]
#[case(StoreError::Contended("secret".into()).into(), "503 database.contended")]
#[case(StoreError::Lost("secret".into()).into(), "503 database.lost")]
#[case(StoreError::Migrate("secret".into()).into(), "500 internal")]
#[case(IntakeError::Inside("secret".into()).into(), "500 internal")]
#[case(IntakeError::UnknownColumn { file: "a".into(), column: 9, columns: 3 }.into(), "400 request.invalid")]
#[case(IntakeError::UnknownHeader { file: "a".into(), header: "b".into(), known: "c".into() }.into(), "400 request.invalid")]
#[case(ReadError::new(ReadErrorCode::NotATable, "a").into(), "422 file.not_a_table")]
#[case(ReadError::new(ReadErrorCode::Empty, "a").into(), "422 file.empty")]
#[case(ReadError::new(ReadErrorCode::Truncated, "a").into(), "422 file.truncated")]
#[case(ReadError::new(ReadErrorCode::Encrypted, "a").into(), "422 file.encrypted")]
#[case(ReadError::new(ReadErrorCode::TooLarge, "a").into(), "413 file.too_large")]
#[case(ReadError::new(ReadErrorCode::TooManyRows, "a").into(), "422 file.too_many_rows")]
#[case(ReadError::new(ReadErrorCode::TooManyColumns, "a").into(), "422 file.too_many_columns")]
#[case(ReadError::new(ReadErrorCode::CellTooLong, "a").into(), "422 file.cell_too_long")]
#[case(ReadError::new(ReadErrorCode::ZipBomb, "a").into(), "422 file.zip_bomb")]
#[case(ReadError::new(ReadErrorCode::NoHeader, "a").into(), "422 file.no_header")]
#[case(ReadError::new(ReadErrorCode::OneColumn, "a").into(), "422 file.one_column")]
#[case(ReadError::new(ReadErrorCode::OnlyHidden, "a").into(), "422 file.only_hidden")]
#[case(ReadError::new(ReadErrorCode::NoSheet, "a").into(), "422 file.no_sheet")]
#[case(ReadError::new(ReadErrorCode::Unsupported, "a").into(), "422 file.unsupported")]
#[case(ReadError::new(ReadErrorCode::UnknownPortal, "a").into(), "422 file.unknown_portal")]
#[case(ReadError::new(ReadErrorCode::Io, "a").into(), "422 file.io")]
#[tokio::test]
async fn every_error_has_its_status_and_its_code(#[case] problem: Problem, #[case] refusal: &str) {
    let response = problem.into_response();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    let status = response.status().as_u16();
    let body: Value = serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(format!("{status} {}", body["code"].as_str().unwrap()), refusal);
    assert_eq!(body["status"], status);
    assert!(!body.to_string().contains("secret"), "{body}");
}
