//! `Idempotency-Key`: what was done once is not done again, whoever asks.

use std::time::Duration;

use axum::body::{Body, Bytes};
use rstest::rstest;
use satu_tests::applicants::table;
use serde_json::json;
use tokio::sync::mpsc;

use crate::{
    app::{Answer, App, at},
    imports::{dewi, rina, siti},
};

/// A body whose chunks a test sends when it likes.
fn slow_body() -> (mpsc::UnboundedSender<Result<Bytes, std::io::Error>>, Body) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    (sender, Body::from_stream(futures_util::stream::poll_fn(move |context| receiver.poll_recv(context))))
}

/// The imports that the list shows.
async fn imports(app: &App) -> usize {
    app.get("/v1/imports").send().await.json(200)["items"].as_array().unwrap().len()
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == "true"
}

/// Waits until the store holds the answer under a key.
async fn kept(app: &App, key: &str) {
    for _ in 0..1000 {
        if satu_core::store::answers::kept(app.backend.store(), key).await.unwrap().is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the answer under {key} is not kept");
}

#[tokio::test]
async fn a_file_that_is_sent_twice_under_a_key_is_dropped_once() {
    let app = App::open().await;
    let file = table("glints", &[siti(), dewi()]);
    let first = app.upload("pelamar.csv", file.clone()).key("\"a\"").send().await;
    let again = app.upload("pelamar.csv", file.clone()).key("\"a\"").send().await;
    assert_eq!((first.status, again.status, replayed(&first), replayed(&again)), (201, 201, false, true));
    assert_eq!((&first.bytes, first.header("content-type")), (&again.bytes, again.header("content-type")));
    assert_eq!(imports(&app).await, 1);
    let bare = app.upload("pelamar.csv", file.clone()).key("a").send().await;
    assert!(replayed(&bare), "a key without quotes is the same key");
    let without = app.upload("pelamar.csv", file).send().await.json(201);
    assert_eq!(imports(&app).await, 2, "without a key it is another act");
    app.rest(&without).await;
}

#[tokio::test]
async fn an_answer_outlives_the_program() {
    let app = App::open().await;
    let file = table("glints", &[siti()]);
    let first = app.upload("pelamar.csv", file.clone()).key("a").send().await;
    app.rest(&first.json(201)).await;
    kept(&app, "a").await;
    let app = app.restarted().await;
    let again = app.upload("pelamar.csv", file).key("a").send().await;
    assert_eq!((replayed(&again), &first.bytes), (true, &again.bytes));
    assert_eq!(imports(&app).await, 1);
}

#[tokio::test]
async fn every_act_is_carried_out_once_per_key() {
    let app = App::open().await;
    let draft = app.draft("glints", &[siti(), dewi(), rina()]).await;
    let decide = json!({"action": "later", "rows": [4]});
    let waits = async |path: &str, key: &str| {
        let first = app.post(path).key(key).send().await;
        app.rest(&draft).await;
        let again = app.post(path).key(key).send().await;
        assert_eq!((first.status, replayed(&first), again.status, replayed(&again)), (202, false, 202, true), "{path}");
        assert_eq!(first.bytes, again.bytes, "{path}");
    };
    for replay in [false, true] {
        let decided = app.post(format!("{}/decisions", at(&draft))).json(&decide).key("decide").send().await;
        assert_eq!((decided.status, replayed(&decided)), (200, replay));
    }
    let class = json!({"action": "later", "class": {"reason": "shared_phone"}});
    for replay in [false, true] {
        let begun = app.post(format!("{}/decisions", at(&draft))).json(&class).key("class").send().await;
        app.rest(&draft).await;
        assert_eq!((begun.status, replayed(&begun)), (202, replay));
    }
    waits(&format!("{}/commit", at(&draft)), "commit").await;
    let queue = app.get("/v1/reviews").send().await.json(200);
    let review = format!("/v1/reviews/{}/decision", queue["items"][0]["id"].as_str().unwrap());
    for replay in [false, true] {
        let settled = app.post(&review).json(&json!({"action": "shared"})).key("settle").send().await;
        assert_eq!((settled.status, replayed(&settled)), (200, replay), "no “decided already” for one's own retry");
    }
    waits(&format!("{}/undo", at(&draft)), "undo").await;
    for replay in [false, true] {
        let sample = app.post("/v1/samples/indeed.csv/import").key("sample").send().await;
        assert_eq!((sample.status, replayed(&sample)), (201, replay));
    }
    assert_eq!(imports(&app).await, 2);
}

#[rstest]
#[case::another_file("/v1/imports?name=pelamar.csv", "Nama,Email\nDewi,dewi@example.com\n")]
#[case::a_longer_file("/v1/imports?name=pelamar.csv", "Nama,Email\nSiti,siti@example.com\nDewi,dewi@example.com\n")]
#[case::a_shorter_file("/v1/imports?name=pelamar.csv", "Nama,Email\n")]
#[case::another_query("/v1/imports?name=lain.csv", "Nama,Email\nSiti,siti@example.com\n")]
#[case::another_route("/v1/samples/indeed.csv/import", "")]
#[tokio::test]
async fn another_request_under_the_key_is_refused(#[case] path: &str, #[case] body: &'static str) {
    let app = App::open().await;
    let file = "Nama,Email\nSiti,siti@example.com\n";
    app.rest(&app.upload("pelamar.csv", file).key("a").send().await.json(201)).await;
    let other = app.post(path).body(body).key("a").send().await;
    assert_eq!(other.refusal(), "422 idempotency.key_reused");
    assert_eq!(imports(&app).await, 1);
    assert!(replayed(&app.upload("pelamar.csv", file).key("a").send().await), "the first one is answered still");
}

#[tokio::test]
async fn a_request_under_a_key_that_is_being_carried_out_waits_for_its_turn() {
    let app = App::open().await;
    let (chunks, body) = slow_body();
    let first = app.upload("pelamar.csv", body).key("a").send();
    let file = table("glints", &[siti()]);
    let others = async {
        chunks.send(Ok(file.clone().into())).unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let meanwhile = app.upload("pelamar.csv", file.clone()).key("a").send().await;
        assert_eq!(meanwhile.refusal(), "409 idempotency.in_progress");
        drop(chunks);
    };
    let (first, ()) = tokio::join!(first, others);
    assert!(replayed(&app.upload("pelamar.csv", file.clone()).key("a").send().await));
    assert_eq!(imports(&app).await, 1);
    app.rest(&first.json(201)).await;
}

#[tokio::test]
async fn who_hangs_up_finds_the_answer_when_she_asks_again() {
    let app = App::open().await;
    let (chunks, body) = slow_body();
    let file = table("glints", &[siti()]);
    chunks.send(Ok(file.clone().into())).unwrap();
    let hung_up =
        tokio::time::timeout(Duration::from_millis(100), app.upload("pelamar.csv", body).key("a").send()).await;
    assert!(hung_up.is_err(), "nobody listens any more");
    drop(chunks);
    kept(&app, "a").await;
    let again = app.upload("pelamar.csv", file).key("a").send().await;
    assert_eq!((again.status, replayed(&again), imports(&app).await), (201, true, 1));
    app.rest(&again.json(201)).await;
}

#[tokio::test]
async fn an_upload_that_breaks_off_can_be_sent_again_under_its_key() {
    let app = App::open().await;
    let (chunks, body) = slow_body();
    let file = table("glints", &[siti()]);
    chunks.send(Ok(file.clone().into())).unwrap();
    chunks.send(Err(std::io::Error::other("the line broke"))).unwrap();
    assert_eq!(app.upload("pelamar.csv", body).key("a").send().await.refusal(), "400 request.invalid");
    let again = app.upload("pelamar.csv", file).key("a").send().await;
    assert_eq!((again.status, replayed(&again), imports(&app).await), (201, false, 1));
    app.rest(&again.json(201)).await;
}

#[tokio::test]
async fn what_was_refused_may_be_mended_under_the_same_key() {
    let app = App::open().await;
    let refused = app.upload("kosong.csv", "").key("a").send().await;
    assert_eq!(refused.refusal(), "422 file.empty");
    let mended = app.upload("pelamar.csv", table("glints", &[siti()])).key("a").send().await;
    assert_eq!((mended.status, replayed(&mended)), (201, false));
    app.rest(&mended.json(201)).await;
}

#[tokio::test]
async fn a_key_says_nothing_to_a_request_that_only_reads() {
    let app = App::open().await;
    for _ in 0..2 {
        assert!(!replayed(&app.get("/v1/imports").key("a").send().await));
    }
}

#[tokio::test]
async fn a_cancel_is_answered_while_a_commit_holds_the_store() {
    let app = App::open().await;
    let people: Vec<_> = (0..6000)
        .map(|n| satu_tests::applicants::applicant(&format!("Pelamar {n}"), &format!("0812{n:08}"), ""))
        .collect();
    let draft = app.draft("glints", &people).await;
    let begun = app.post(format!("{}/commit", at(&draft))).key("commit").send().await.json(202);
    assert_eq!(begun["state"], "committing", "its answer does not wait for its end");
    let stopped = app.post(format!("{}/cancel", at(&draft))).key("cancel").send().await;
    assert_eq!((stopped.status, replayed(&stopped)), (200, false));
    assert_eq!(app.rest(&draft).await["state"], "ready");
}

#[rstest]
#[case::empty("\"\"")]
#[case::too_long(&"a".repeat(256))]
#[case::a_tab("a\tb")]
#[case::letters_beyond_ascii("kunci-é")]
#[tokio::test]
async fn a_key_that_is_none_is_refused(#[case] key: &str) {
    let app = App::open().await;
    let refused = app.upload("pelamar.csv", table("glints", &[siti()])).key(key).send().await;
    assert_eq!(refused.refusal(), "400 request.invalid");
    assert_eq!(imports(&app).await, 0);
}

#[tokio::test]
async fn the_longest_key_is_taken() {
    let app = App::open().await;
    for replay in [false, true] {
        let answer = app.upload("pelamar.csv", table("glints", &[siti()])).key(&"a".repeat(255)).send().await;
        assert_eq!((answer.status, replayed(&answer)), (201, replay));
        app.rest(&answer.json(201)).await;
    }
}
