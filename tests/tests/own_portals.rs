//! Portals of the user's own: dropped into her folder, saved from a mapping that she confirmed, known without a restart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::fs;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use satu_backend::{Backend, Config};
use satu_tests::program::User;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

const FAIR: &str = "Kode Bursa,Nama Peserta,Nomor Kontak,Tgl Kunjungan\nB-1,Siti Aminah,081234567801,17/08/2026\n";

async fn open(folder: &TempDir) -> Backend {
    let config = Config { actor: "hr".into(), ..Config::at(folder.path()) };
    Backend::open(config).await.unwrap()
}

async fn call(router: &Router, method: Method, path: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
    let request = request.header(header::CONTENT_TYPE, "application/json").body(body.into()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

async fn drop_file(router: &Router, text: &str) -> Value {
    let (status, import) = call(router, Method::POST, "/v1/imports?name=pelamar.csv", text.to_owned()).await;
    assert_eq!(status, StatusCode::CREATED, "{import}");
    import
}

/// The import once its rows are read.
async fn settled(router: &Router, id: &str) -> Value {
    loop {
        let (_, import) = call(router, Method::GET, &format!("/v1/imports/{id}"), Body::empty()).await;
        if import["state"] != "reading" {
            return import;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

async fn save(router: &Router, id: &str, import: &str) -> (StatusCode, Value) {
    let body = json!({ "id": id, "name": "Bursa Kerja", "import": import }).to_string();
    call(router, Method::POST, "/v1/portals", body).await
}

#[tokio::test]
async fn a_confirmed_mapping_becomes_a_portal_that_is_known_at_once_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let router = open(&folder).await.router();
    let import = drop_file(&router, FAIR).await;
    let id = import["id"].as_str().unwrap().to_owned();
    settled(&router, &id).await;
    let (status, problem) = save(&router, "bursa", &id).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("import.needs_mapping")));

    let fields = ["source_ref", "full_name", "phone", "applied_at"];
    let columns: Vec<Value> =
        fields.iter().zip(1..).map(|(field, column)| json!({ "column": column, "field": field })).collect();
    let mapping = json!({ "columns": columns, "remember": true }).to_string();
    let path = format!("/v1/imports/{id}/mapping");
    assert_eq!(call(&router, Method::PUT, &path, mapping).await.0, StatusCode::OK);
    settled(&router, &id).await;

    let (status, portal) = save(&router, "bursa", &id).await;
    assert_eq!(status, StatusCode::CREATED, "{portal}");
    assert_eq!((&portal["id"], &portal["builtin"]), (&json!("bursa"), &json!(false)));
    assert_eq!(portal["columns"][0], json!({ "field": "full_name", "aliases": ["Nama Peserta"] }));

    let again = drop_file(&router, FAIR).await;
    assert_eq!((&again["portal"], &again["needs_mapping"]), (&json!("bursa"), &json!(false)), "{again}");
    let later = FAIR.replace("Tgl Kunjungan", "Tgl Kunjungan,Stan").replace("17/08/2026", "18/08/2026,12");
    let drifted = drop_file(&router, &later).await;
    assert_eq!((&drifted["portal"], &drifted["drift"]["new"]), (&json!("bursa"), &json!(["Stan"])), "{drifted}");

    for (taken, code) in [("bursa", "portal.taken"), ("glints", "portal.taken")] {
        let (status, problem) = save(&router, taken, &id).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!(code)));
    }
    for wrong in ["", "Bursa Kerja", "../bursa", "a/b"] {
        let (status, problem) = save(&router, wrong, &id).await;
        assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("request.invalid")), "{wrong}");
    }
    let nobody = "00000000-0000-7000-8000-000000000000";
    assert_eq!(save(&router, "lain", nobody).await.0, StatusCode::NOT_FOUND);
    assert_eq!(fs::read_dir(folder.path().join("portals")).unwrap().count(), 1, "nothing else was written");

    drop(router);
    let restarted = open(&folder).await.router();
    let (_, portals) = call(&restarted, Method::GET, "/v1/portals", Body::empty()).await;
    assert!(portals["items"].as_array().unwrap().iter().any(|one| one["id"] == "bursa"), "{portals}");
    assert_eq!(drop_file(&restarted, FAIR).await["portal"], "bursa");

    // She takes her definition away again: what was remembered still says what the columns mean.
    drop(restarted);
    fs::remove_file(folder.path().join("portals/bursa.toml")).unwrap();
    let without = drop_file(&open(&folder).await.router(), FAIR).await;
    assert_eq!(
        (&without["portal"], &without["mapping"][1]["how"]),
        (&json!("other"), &json!("remembered")),
        "{without}"
    );
}

#[tokio::test]
async fn a_layout_that_was_imported_before_is_no_drift_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let router = open(&folder).await.router();
    let text = "Full Name,Mobile,Position Applied,Date Applied,Kota Asal\nSiti,081234567801,Nanny,2026-08-17,Depok\n";
    let first = drop_file(&router, text).await;
    assert_eq!((&first["portal"], &first["drift"]["new"]), (&json!("jobstreet"), &json!(["Kota Asal"])));
    let id = first["id"].as_str().unwrap().to_owned();
    settled(&router, &id).await;
    let (status, _) = call(&router, Method::POST, &format!("/v1/imports/{id}/commit"), Body::empty()).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    while settled(&router, &id).await["state"] != "committed" {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(drop_file(&router, text).await["drift"], Value::Null);
    let less = drop_file(&router, &text.replace(",Kota Asal", "").replace(",Depok", "")).await;
    assert_eq!(less["drift"]["missing"], json!(["Kota Asal"]), "against that import, the nearest");
}

#[tokio::test]
async fn two_who_save_the_same_id_at_once_make_one_portal() {
    let folder = tempfile::tempdir().unwrap();
    let router = open(&folder).await.router();
    let text = "Full Name,Mobile,Position Applied,Date Applied\nSiti,081234567801,Nanny,2026-08-17\n";
    let id = drop_file(&router, text).await["id"].as_str().unwrap().to_owned();
    settled(&router, &id).await;
    let (one, two) = tokio::join!(save(&router, "bursa", &id), save(&router, "bursa", &id));
    let mut statuses = [one.0, two.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [StatusCode::CREATED, StatusCode::CONFLICT]);
}

#[test]
fn a_broken_definition_is_told_and_stops_nothing() {
    let user = User::fresh();
    let portals = user.folder().join("data/portals");
    fs::create_dir_all(&portals).unwrap();
    fs::write(portals.join("bursa.toml"), "id = \"bursa\"\nname = \"Bursa\"\n").unwrap();
    fs::write(portals.join("rusak.toml"), "id = \"rusak\"\nnama = \"Rusak\"\n").unwrap();
    let listed = user.run(&["portals"]);
    assert_eq!(listed.code, 0, "{}", listed.error);
    assert!(listed.text.contains("bursa") && listed.text.contains("your own") && !listed.text.contains("rusak"));
    assert!(listed.error.contains("rusak.toml, line 2: unknown field `nama`"), "{}", listed.error);
    let file = user.folder().join("pelamar.csv");
    fs::write(&file, "Full Name,Mobile,Position Applied,Date Applied\nSiti,081234567801,Nanny,2026-08-17\n").unwrap();
    assert_eq!(user.json(&["import", &file.display().to_string()])["counts"]["new"], 1);
}

#[test]
fn a_definition_can_be_checked_before_anybody_relies_on_it() {
    let user = User::fresh();
    let file = user.folder().join("bursa.toml");
    let path = file.display().to_string();
    let good = "id = \"bursa\"\nname = \"Bursa\"\n[recognise]\nexamples = [\"Kode Bursa,Nama,HP\"]\n[recognise.headers]\n\"Kode Bursa\" = 0.7\n[[column]]\nfield = \"source_ref\"\naliases = [\"Kode Bursa\"]\n";
    fs::write(&file, good).unwrap();
    let checked = user.run(&["portals", "check", &path]);
    assert_eq!((checked.code, checked.text.lines().last()), (0, Some("all is well")), "{}", checked.error);

    fs::write(&file, good.replace("0.7", "0.2")).unwrap();
    let weak = user.run(&["portals", "check", &path]);
    assert_eq!(weak.code, 1);
    assert!(weak.text.contains("is below 0.45"), "{}", weak.text);

    fs::write(&file, good.replace("source_ref", "kode")).unwrap();
    let wrong = user.run(&["portals", "check", &path]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.error.contains("bursa.toml, line 8: column.field: unknown variant `kode`"), "{}", wrong.error);
    fs::write(&file, good.replace("source_ref", "kode").replace("\"Bursa\"", "3").replace("0.7", "7")).unwrap();
    let wrong = user.run(&["portals", "check", &path]);
    for told in ["line 2: name: invalid type", "recognise: “Kode Bursa” must weigh", "line 8: column.field: unknown"]
    {
        assert!(wrong.error.contains(told), "every mistake is told: {}", wrong.error);
    }

    fs::write(
        &file,
        good.replace("\"bursa\"", "\"glints\"")
            .replace("source_ref\"\naliases = [", "phone\"\naliases = [\"HP Ibu\", "),
    )
    .unwrap();
    let doubtful = user.run(&["portals", "check", &path]);
    assert!(doubtful.text.contains("warning: “glints” is built in"), "{}", doubtful.text);
    assert!(doubtful.text.contains("warning: “HP Ibu” stands under phone"), "{}", doubtful.text);
    assert_eq!((doubtful.code, doubtful.text.contains("all is well")), (0, false), "{}", doubtful.text);
    assert_eq!(user.run(&["portals", "check", "tidak-ada.toml"]).code, 1);
    let json = user.run(&["portals", "check", &path.replace("bursa", "lain"), "--json"]);
    assert_eq!(json.code, 1);
}
