//! `/v1/imports`: a file on its way from the drop to the list, and back.

use axum::http::Method;
use satu_tests::applicants::{Applicant, applicant, table};
use serde_json::{Value, json};

use crate::app::{App, at};

pub fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", "siti@example.com").born("1998-04-12").reference("GL-1")
}

pub fn dewi() -> Applicant {
    applicant("Dewi Lestari", "081234567802", "dewi@example.com").reference("GL-2")
}

/// Siti's sister, on Siti's phone.
pub fn rina() -> Applicant {
    applicant("Rina Wulandari", "081234567801", "rina@example.com").reference("GL-3")
}

/// Nobody can reach her.
fn tuti() -> Applicant {
    applicant("Tuti", "08", "").reference("GL-4")
}

/// New, repeat, duplicate, match, review, rejected.
fn counts(import: &Value) -> [u64; 6] {
    ["new", "repeat", "duplicate", "match", "review", "rejected"].map(|one| import["counts"][one].as_u64().unwrap())
}

/// The row numbers of a window.
fn numbers(window: &Value) -> Vec<u64> {
    window["items"].as_array().unwrap().iter().map(|row| row["row"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_file_is_dropped_looked_at_mended_decided_and_committed() {
    let app = App::open().await;
    let draft = app.draft("glints", &[siti(), dewi(), rina(), tuti()]).await;
    assert_eq!(counts(&draft), [2, 0, 0, 0, 1, 1]);
    assert_eq!(
        (&draft["header_row"], &draft["rows"], &draft["undecided"], &draft["needs_mapping"], &draft["created_by"]),
        (&json!(1), &json!(4), &json!(1), &json!(false), &json!("hr"))
    );
    assert_eq!(app.get("/v1/applications").send().await.json(200)["total"], 0, "nothing is written before the commit");

    // Tuti's number is mended: the row is planned anew.
    let rejected = app.get(format!("{}/rows/5", at(&draft))).send().await.json(200);
    assert_eq!((&rejected["outcome"], &rejected["reason"]), (&json!("rejected"), &json!("no_contact")));
    let mended = app
        .call(Method::PATCH, format!("{}/rows/5", at(&draft)))
        .json(&json!({"cells": {"2": "0812-3456-7804"}}))
        .send()
        .await
        .json(200);
    assert_eq!(
        (&mended["outcome"], &mended["edited"], &mended["fields"]["phone"]),
        (&json!("new"), &json!(true), &json!("+6281234567804"))
    );

    // Rina is her sister, not Siti; the number is the family's.
    let rina = app.get(format!("{}/rows/4", at(&draft))).send().await.json(200);
    assert_eq!((&rina["reason"], &rina["matches"][0]["row"]), (&json!("shared_phone"), &json!(2)));
    let decided = app
        .post(format!("{}/decisions", at(&draft)))
        .json(&json!({"action": "shared", "rows": [4]}))
        .send()
        .await
        .json(200);
    assert_eq!((&decided["decided"], &decided["import"]["undecided"]), (&json!(1), &json!(0)));

    let done = app.done(&draft, "commit").await;
    assert_eq!((&done["state"], &done["waiting"]), (&json!("committed"), &json!(0)));
    assert_eq!(app.get("/v1/applications").send().await.json(200)["total"], 4);
    assert_eq!(app.spooled(), 0, "the file is not kept once it is committed");
}

/// Files are read beside what answers: however many are, whoever asks has her answer before they are done.
#[tokio::test]
async fn while_files_are_read_others_are_answered() {
    let app = App::open().await;
    let many = |from: u32| -> Vec<Applicant> {
        let one = |number: u32| applicant(&format!("Siti {number}"), &format!("0812{number:08}"), "");
        (from..from + 10_000).map(one).collect()
    };
    let mut begun = Vec::new();
    for which in 1..=3 {
        begun.push(app.upload("pelamar.csv", table("glints", &many(which * 100_000))).send().await.json(201));
    }
    for path in ["/healthz", "/v1/meta", "/v1/applications"] {
        assert_eq!(app.get(path).send().await.status, 200, "{path}");
    }
    let last = app.get(at(&begun[2])).send().await.json(200);
    assert_eq!(last["state"], "reading", "{last}");
    for one in &begun {
        assert_eq!(app.rest(one).await["counts"]["new"], 10_000);
    }
}

#[tokio::test]
async fn a_cell_takes_what_a_spreadsheet_would() {
    let app = App::open().await;
    let draft = app.draft("glints", &[siti()]).await;
    let edit = async |text: &str| {
        let call = app.call(Method::PATCH, format!("{}/rows/2", at(&draft))).json(&json!({"cells": {"1": text}}));
        call.send().await
    };
    let row = edit("Siti Aminah").await.json(200);
    assert_eq!((&row["cells"][0], &row["fields"]["full_name"]), (&json!("Siti Aminah"), &json!("Siti Aminah")));
    assert_eq!(edit("Si\0ti").await.refusal(), "400 request.invalid");
    assert_eq!(edit("Si\\u0000ti").await.json(200)["cells"][0], "Si\\u0000ti", "no NUL, but its name");
    assert_eq!(edit(&"é".repeat(32_767)).await.status, 200);
    assert_eq!(edit(&"é".repeat(32_768)).await.refusal(), "400 request.invalid");
    let row = edit("").await.json(200);
    assert_eq!((&row["outcome"], &row["reason"]), (&json!("rejected"), &json!("no_name")));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_mend_cells_of_one_row_at_once_both_find_theirs() {
    let app = App::open().await;
    let draft = app.draft("glints", &[siti(), dewi()]).await;
    for round in 0..20 {
        let mend = async |column: &str, text: String| {
            let call = app.call(Method::PATCH, format!("{}/rows/2", at(&draft)));
            call.json(&json!({"cells": {column: text}})).send().await.json(200)
        };
        let (name, position) = (format!("Siti Aminah {round}"), format!("Mitra Asuh {round}"));
        tokio::join!(mend("1", name.clone()), mend("6", position.clone()));
        let row = app.get(format!("{}/rows/2", at(&draft))).send().await.json(200);
        assert_eq!((&row["cells"][0], &row["cells"][5]), (&json!(name), &json!(position)), "round {round}");
    }
}

#[tokio::test]
async fn a_window_of_rows_is_filtered_and_searched() {
    let app = App::open().await;
    let draft = app.draft("glints", &[siti(), dewi(), rina(), tuti()]).await;
    let rows = format!("{}/rows", at(&draft));
    for (query, found, total) in [
        ("", vec![2, 3, 4, 5], 4),
        ("?limit=2", vec![2, 3], 4),
        ("?offset=2&limit=2", vec![4, 5], 4),
        ("?offset=99", vec![], 4),
        ("?offset=18446744073709551615&limit=1000", vec![], 4),
        ("?outcome=new", vec![2, 3], 2),
        ("?outcome=review&reason=shared_phone", vec![4], 1),
        ("?reason=conflict", vec![], 0),
        ("?only=undecided", vec![4], 1),
        ("?only=edited", vec![], 0),
        ("?q=LESTARI", vec![3], 1),
        ("?q=%25", vec![], 0),
        ("?outcome=", vec![2, 3, 4, 5], 4),
    ] {
        let window = app.get(format!("{rows}{query}")).send().await.json(200);
        assert_eq!((numbers(&window), &window["total"]), (found, &json!(total)), "{query}");
    }
}

#[tokio::test]
async fn a_corrected_mapping_reads_the_file_again_and_is_remembered() {
    let app = App::open().await;
    let file = "Sapaan,Kontak Utama,Kampung\nSiti Aminah,081234567801,Depok\nDewi Lestari,081234567802,Bogor\n";
    let begun = app.upload("daftar.csv", file).send().await.json(201);
    let draft = app.rest(&begun).await;
    assert_eq!((&draft["needs_mapping"], &draft["portal"]), (&json!(true), &json!("other")), "{draft}");
    let refused = app.post(format!("{}/commit", at(&draft))).send().await;
    assert_eq!(refused.refusal(), "409 import.needs_mapping");

    let mapping = json!({"portal": "glints", "remember": true, "columns": [
        {"column": 1, "field": "full_name"}, {"column": 2, "field": "phone"}, {"column": 3, "field": "location"}]});
    let again = app.call(Method::PUT, format!("{}/mapping", at(&draft))).json(&mapping).send().await.json(200);
    let mapped = app.rest(&again).await;
    assert_eq!(
        (&mapped["needs_mapping"], &mapped["portal"], counts(&mapped)),
        (&json!(false), &json!("glints"), [2, 0, 0, 0, 0, 0])
    );
    let row = app.get(format!("{}/rows/2", at(&mapped))).send().await.json(200);
    assert_eq!(
        (&row["fields"]["full_name"], &row["fields"]["phone"], &row["fields"]["location"]),
        (&json!("Siti Aminah"), &json!("+6281234567801"), &json!("Depok"))
    );

    let next = app.upload("daftar-2.csv", format!("{file}Rina,081234567803,Bekasi\n")).send().await.json(201);
    let next = app.rest(&next).await;
    assert_eq!((&next["needs_mapping"], counts(&next)), (&json!(false), [3, 0, 0, 0, 0, 0]), "it is remembered");
    assert!(next["mapping"].as_array().unwrap().iter().all(|column| column["how"] == "remembered"), "{next}");
}

#[tokio::test]
async fn how_a_text_file_is_written_is_told_and_can_be_overruled() {
    let app = App::open().await;
    let text = "Nama;HP;Email\n`Siti; Aminah`;081234567801;siti@example.com\n";
    let begun = app.upload("pelamar.csv", text).send().await.json(201);
    let draft = app.rest(&begun).await;
    let written =
        |quote: &str, escape: &str| json!({"encoding": "UTF-8", "delimiter": ";", "quote": quote, "escape": escape});
    assert_eq!(draft["dialect"], written("\"", "doubled"));

    let wish = json!({"delimiter": ";", "quote": "`", "escape": "backslash"});
    let begun = app.call(Method::PUT, format!("{}/mapping", at(&draft))).json(&wish).send().await.json(200);
    let again = app.rest(&begun).await;
    assert_eq!(again["dialect"], written("`", "backslash"));
    let row = app.get(format!("{}/rows/2", at(&draft))).send().await.json(200);
    assert_eq!(row["cells"][0], "Siti; Aminah", "{row}");

    let both = json!({"delimiter": "~", "quote": "~"});
    let refused = app.call(Method::PUT, format!("{}/mapping", at(&draft))).json(&both).send().await;
    assert_eq!(refused.refusal(), "400 request.invalid");
    let refused = app.post("/v1/imports?name=a.csv&escape=caret").body("Nama,HP\n").send().await;
    assert_eq!(refused.refusal(), "400 request.invalid");
}

#[tokio::test]
async fn the_same_file_again_is_all_repeat() {
    let app = App::open().await;
    let first = app.import("glints", &[siti(), dewi(), tuti()]).await;
    let again = app.import("glints", &[siti(), dewi(), tuti()]).await;
    assert_eq!((counts(&first), counts(&again)), ([2, 0, 0, 0, 0, 1], [0, 2, 0, 0, 0, 1]));
    assert_eq!(first["sha256"], again["sha256"]);
    assert_eq!(app.get("/v1/applications").send().await.json(200)["total"], 2);
}

#[tokio::test]
async fn an_undo_removes_what_nobody_touched_and_says_what_stays_and_why() {
    let app = App::open().await;
    let glints = app.import("glints", &[siti(), dewi()]).await;
    app.import("jobstreet", &[siti().reference("JS-1")]).await;
    let undone = app.done(&glints, "undo").await;
    assert_eq!(undone["state"], "undone");
    let report = &undone["undo"];
    assert_eq!(
        (&report["removed"], &report["kept_total"], &report["kept"][0]["full_name"], &report["kept"][0]["why"]),
        (&json!(1), &json!(1), &json!("Siti Aminah"), &json!("other_source"))
    );
    let left = app.get("/v1/applications").send().await.json(200);
    assert_eq!((&left["total"], &left["items"][0]["full_name"]), (&json!(1), &json!("Siti Aminah")));
    let again = app.done(&glints, "undo").await;
    assert_eq!(again["undo"], undone["undo"], "undoing twice gives the same answer");
}

#[tokio::test]
async fn imports_are_listed_newest_first_page_by_page() {
    let app = App::open().await;
    for person in [siti(), dewi(), rina()] {
        app.draft("glints", &[person]).await;
    }
    let mut seen = Vec::new();
    let mut path = "/v1/imports?limit=2".to_owned();
    loop {
        let page = app.get(&path).send().await.json(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/imports?limit=2&cursor={next}");
    }
    assert_eq!(seen.len(), 3);
    assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
}

#[tokio::test]
async fn a_draft_that_is_thrown_away_is_gone_with_its_file() {
    let app = App::open().await;
    let draft = app.draft("glints", &[siti()]).await;
    assert_eq!(app.spooled(), 1);
    let gone = app.call(Method::DELETE, at(&draft)).send().await;
    assert_eq!((gone.status, gone.text()), (204, ""));
    assert_eq!(app.spooled(), 0);
    assert_eq!(app.get("/v1/imports").send().await.json(200)["items"], json!([]));
    assert_eq!(app.post(format!("{}/commit", at(&draft))).send().await.refusal(), "409 import.state");
    assert_eq!(app.call(Method::DELETE, at(&draft)).send().await.status, 204, "throwing away twice is as good");
}

/// Enough people that a step takes long enough to be stopped.
fn many() -> Vec<Applicant> {
    (0..6000).map(|n| applicant(&format!("Pelamar {n}"), &format!("0812{n:08}"), "")).collect()
}

#[tokio::test]
async fn a_running_import_is_stopped_and_leaves_nothing() {
    let app = App::open().await;
    let begun = app.upload("banyak.csv", table("glints", &many())).send().await.json(201);
    assert_eq!(begun["state"], "reading");
    assert_eq!(app.post(format!("{}/cancel", at(&begun))).send().await.status, 200);
    let stopped = app.rest(&begun).await;
    assert_eq!((&stopped["state"], &stopped["problem"]), (&json!("discarded"), &Value::Null));
    assert_eq!(app.get(format!("{}/rows", at(&begun))).send().await.json(200)["total"], 0);
    assert_eq!(app.spooled(), 0, "its file is gone");
}

#[tokio::test]
async fn an_import_that_is_read_can_only_be_looked_at_stopped_and_thrown_away() {
    let app = App::open().await;
    let begun = app.upload("banyak.csv", table("glints", &many())).send().await.json(201);
    for (method, act, body) in [
        (Method::PUT, "mapping", json!({"columns": []})),
        (Method::POST, "commit", Value::Null),
        (Method::POST, "undo", Value::Null),
        (Method::POST, "decisions", json!({"action": "later", "rows": []})),
    ] {
        let answer = app.call(method, format!("{}/{act}", at(&begun))).json(&body).send().await;
        // Read again it is when its reading was broken off, not while it goes on.
        let refusal = if act == "mapping" { "409 import.busy" } else { "409 import.state" };
        assert_eq!(answer.refusal(), refusal, "{act}");
    }
    assert_eq!(app.get(at(&begun)).send().await.json(200)["state"], "reading");
    assert_eq!(app.call(Method::DELETE, at(&begun)).send().await.status, 204);
    assert_eq!(app.rest(&begun).await["state"], "discarded");
    assert_eq!(app.get(format!("{}/rows", at(&begun))).send().await.json(200)["total"], 0);
    assert_eq!(app.spooled(), 0, "its file is gone");
}

#[tokio::test]
async fn a_file_that_is_broken_at_its_end_is_refused_as_a_whole_and_leaves_nothing() {
    let app = App::open().await;
    let mut file = table("glints", &many());
    file.push_str(&format!("Panjang,081299999999,,,,{},\n", "a".repeat(40_000)));
    let refused = app.upload("panjang.csv", file).send().await;
    assert_eq!(refused.refusal(), "422 file.cell_too_long");
    assert_eq!(refused.problem()["params"]["cell"], "F6002");
    assert_eq!(app.get("/v1/imports").send().await.json(200)["items"], json!([]));
    assert_eq!(app.spooled(), 0);
}

#[tokio::test]
async fn a_program_that_starts_keeps_the_files_of_drafts_and_no_others() {
    let app = App::open().await;
    let draft = app.draft("glints", &[siti()]).await;
    let gone = app.draft("glints", &[dewi()]).await;
    let (spool, path) = (app.backend.config().spool(), |import: &Value| import["id"].as_str().unwrap().to_owned());
    let bytes = std::fs::read(spool.join(path(&gone))).unwrap();
    assert_eq!(app.call(Method::DELETE, at(&gone)).send().await.status, 204);
    // A program that was killed between the two left this one, and this one it had just begun to receive.
    std::fs::write(spool.join(path(&gone)), bytes).unwrap();
    std::fs::write(spool.join("00000000-0000-7000-8000-000000000000"), "Nama").unwrap();
    // It had begun to receive these two days ago, and by a clock that was two days ahead.
    let days = std::time::Duration::from_secs(2 * 86_400);
    let now = std::time::SystemTime::now();
    for (id, written) in [(1, now - days), (2, now + days)] {
        let file = std::fs::File::create(spool.join(format!("00000000-0000-7000-8000-00000000000{id}"))).unwrap();
        file.set_modified(written).unwrap();
    }
    let app = app.restarted().await;
    let mut left: Vec<_> = std::fs::read_dir(&spool).unwrap().map(|file| file.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["00000000-0000-7000-8000-000000000000".to_owned(), path(&draft)].map(std::ffi::OsString::from));
    let mapped = app.call(Method::PUT, format!("{}/mapping", at(&draft))).json(&json!({"columns": []})).send().await;
    assert_eq!(app.rest(&mapped.json(200)).await["state"], "ready", "the draft can be read again");
}

#[tokio::test]
async fn a_running_commit_is_stopped_and_leaves_the_draft() {
    let app = App::open().await;
    let draft = app.draft("glints", &many()).await;
    let begun = app.post(format!("{}/commit", at(&draft))).send().await.json(202);
    assert_eq!(begun["state"], "committing");
    let busy = app.post(format!("{}/commit", at(&draft))).send().await;
    assert_eq!(busy.refusal(), "409 import.busy");
    assert_eq!(app.post(format!("{}/cancel", at(&draft))).send().await.status, 200);
    let stopped = app.rest(&draft).await;
    assert_eq!(stopped["state"], "ready", "{stopped}");
    assert_eq!(app.get("/v1/applications").send().await.json(200)["total"], 0);
    let done = app.done(&draft, "commit").await;
    assert_eq!((&done["state"], counts(&done)), (&json!("committed"), [6000, 0, 0, 0, 0, 0]));
}

#[tokio::test]
async fn a_class_that_is_being_decided_is_watched_and_stopped_leaves_all_of_it_undecided() {
    let app = App::open().await;
    let people = |name: &str| -> Vec<Applicant> {
        (0..2_000).map(|number| applicant(name, &format!("0812{number:08}"), "")).collect()
    };
    app.import("glints", &people("Siti Aminah")).await;
    let draft = app.draft("jobstreet", &people("Rina Wulandari")).await;
    assert_eq!(draft["undecided"], 2_000, "{draft}");
    let class = json!({"action": "same", "class": {"reason": "shared_phone"}});
    let decide = async || app.post(format!("{}/decisions", at(&draft))).json(&class).send().await;

    let begun = decide().await.json(202);
    let Value::Object(progress) = &begun["import"]["progress"] else { panic!("nothing runs: {begun}") };
    assert_eq!((&progress["phase"], &progress["total"]), (&json!("deciding"), &json!(2_000)));
    assert_eq!((&begun["decided"], &begun["import"]["state"]), (&Value::Null, &json!("deciding")));
    assert_eq!(decide().await.refusal(), "409 import.busy");
    assert_eq!(app.post(format!("{}/commit", at(&draft))).send().await.refusal(), "409 import.busy");
    assert_eq!(app.post(format!("{}/cancel", at(&draft))).send().await.status, 200);
    let stopped = app.rest(&draft).await;
    assert_eq!(
        (&stopped["state"], &stopped["undecided"], &stopped["decided"], &stopped["problem"]),
        (&json!("ready"), &json!(2_000), &Value::Null, &Value::Null)
    );

    decide().await.json(202);
    let done = app.rest(&draft).await;
    assert_eq!((&done["state"], &done["undecided"], &done["decided"]), (&json!("ready"), &json!(0), &json!(2_000)));
    decide().await.json(202);
    assert_eq!(app.rest(&draft).await["decided"], 0, "they are decided");
    let done = app.done(&draft, "commit").await;
    assert_eq!((&done["state"], &done["waiting"]), (&json!("committed"), &json!(0)));
    assert_eq!(decide().await.refusal(), "409 import.state");
}

#[tokio::test]
async fn the_samples_are_imported_as_if_they_were_dropped() {
    let app = App::open().await;
    let samples = app.get("/v1/samples").send().await.json(200);
    for sample in samples["items"].as_array().unwrap() {
        let name = sample["name"].as_str().unwrap();
        let begun = app.post(format!("/v1/samples/{name}/import")).send().await.json(201);
        let draft = app.rest(&begun).await;
        assert_eq!(
            (&draft["state"], &draft["portal"], &draft["file"]),
            (&json!("ready"), &sample["portal"], &sample["name"])
        );
        assert_eq!(app.done(&draft, "commit").await["state"], "committed");
    }
    assert_eq!(samples["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn rejected_rows_leave_as_a_file_that_says_what_is_wrong() {
    let app = App::open().await;
    let draft = app.draft("glints", &[siti(), tuti()]).await;
    let file = app.get(format!("{}/rejected?format=csv", at(&draft))).send().await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(file.header("content-disposition"), "attachment; filename*=UTF-8''pelamar%20-%20ditolak.csv");
    let lines: Vec<&str> = file.text().lines().collect();
    assert_eq!(lines.len(), 2, "{}", file.text());
    assert!(lines[0].ends_with("Kesalahan / Error") && lines[1].starts_with("Tuti,08,"), "{}", file.text());
}
