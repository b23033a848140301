//! Every file under `fixtures/` comes from the code, is read as that code says, and is shown row by row in a snapshot.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

mod preview;

use std::{collections::BTreeSet, fs, path::Path};

use satu_core::import::{self, Progress};
use satu_tests::fixtures::{self, Counts, Expected, samples::STORY};

use preview::{Desk, root};

const AGAIN: &str = "run `cargo run -p satu-tests --bin make-fixtures`";

#[test]
fn the_files_are_those_that_the_code_writes() {
    let all = fixtures::all().expect("fixtures can be made");
    for fixture in &all {
        let file = fs::read(root().join(fixture.path)).unwrap_or_default();
        assert!(file == fixture.bytes, "fixtures/{} differs from the code: {AGAIN}", fixture.path);
    }
    let readme = fs::read_to_string(root().join("README.md")).unwrap_or_default();
    assert_eq!(readme, fixtures::readme(&all), "{AGAIN}");

    let known: BTreeSet<&str> = all.iter().map(|fixture| fixture.path).collect();
    for folder in [
        "glints",
        "jobstreet",
        "indeed",
        "kalibrr",
        "linkedin",
        "google_form",
        "frappe",
        "unknown",
        "containers",
        "broken",
        "samples",
    ] {
        for entry in fs::read_dir(root().join(folder)).expect("the folder is there") {
            let name = entry.expect("an entry").file_name().into_string().expect("an ASCII name");
            let path = format!("{folder}/{name}");
            assert!(
                known.contains(path.as_str()),
                "fixtures/{path} is no fixture of the code: delete it or add it there"
            );
        }
    }
}

#[tokio::test]
async fn every_file_is_read_or_refused_as_it_should_be() {
    let desk = Desk::open().await;
    let mut wrong = Vec::new();
    for fixture in fixtures::all().expect("fixtures can be made") {
        let found = match desk.stage(fixture.path).await {
            Err(refusal) => refusal,
            Ok((batch, description)) => {
                let import::Counts { new, duplicate, review, rejected, .. } = batch.counts;
                desk.shot(fixture.path, &batch, &description).await;
                import::discard(desk.store(), batch.id).await.expect("a draft can be thrown away");
                format!("{} {new} / {duplicate} / {review} / {rejected}", batch.portal)
            }
        };
        let expected = match fixture.expected {
            Expected::Refused(code) => code.to_owned(),
            Expected::Read(portal, Counts { new, duplicate, review, rejected }) => {
                format!("{portal} {new} / {duplicate} / {review} / {rejected}")
            }
        };
        if found != expected {
            wrong.push(format!("{}: expected {expected}, found {found}", fixture.path));
        }
    }
    assert!(wrong.is_empty(), "new / duplicate / review / rejected:\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_first_number_of_every_phone_cell_is_what_the_file_says_it_should_be() {
    let desk = Desk::open().await;
    let (batch, _) = desk.stage("glints/phone-cells.csv").await.expect("the file can be read");
    for row in desk.rows(&batch).await {
        let should = row.fields.extras.get("Seharusnya").map(String::as_str);
        let first = row.phones.first().and_then(|phone| phone.value.as_deref());
        assert_eq!(first, should, "row {}: {:?}", row.row, row.phones);
    }
}

#[tokio::test]
async fn the_samples_tell_their_story_once() {
    let desk = Desk::open().await;
    for (path, told) in STORY {
        assert_eq!(desk.import(path).await, told, "{path}: new, repeat, duplicate, match, review, rejected");
    }
    for (path, told) in STORY {
        let [new, _, duplicate, matched, review, rejected] = told;
        let again = desk.import(path).await;
        let rows: u64 = told.iter().sum();
        assert_eq!(again.iter().sum::<u64>(), rows, "{path} has as many rows the second time");
        assert_eq!(again[0], 0, "{path}: nobody is new the second time");
        assert!(
            again[1] >= new + matched,
            "{path}: {again:?} repeats {new} + {matched}, beside {duplicate}, {review} and {rejected}"
        );
    }
}

#[tokio::test]
async fn a_large_file_is_the_same_for_the_same_seed_and_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::open().await;
    for portal in ["jobstreet", "glints", "indeed"] {
        let large = fixtures::large::Large { rows: 3_000, portal: portal.to_owned(), seed: 7, ..Default::default() };
        let (one, two) = (folder.path().join("satu.csv"), folder.path().join("dua.csv"));
        large.write_csv(&one).expect("a CSV");
        large.write_csv(&two).expect("a CSV");
        assert!(fs::read(&one).expect("one") == fs::read(&two).expect("two"), "{portal}: two runs differ");
        let (batch, _) = desk.stage(one.to_str().expect("a path")).await.expect("it can be read");
        let import::Counts { new, duplicate, review, rejected, .. } = batch.counts;
        assert_eq!((batch.portal.as_str(), new + duplicate + review + rejected), (portal, 3_000));
        assert!(
            (40..90).contains(&duplicate) && (5..40).contains(&rejected) && review < 5,
            "{portal}: {:?}",
            batch.counts
        );
        import::discard(desk.store(), batch.id).await.expect("a draft can be thrown away");
    }
}

impl Desk {
    /// Commits a file: new, repeat, duplicate, match, review, rejected.
    async fn import(&self, path: &str) -> [u64; 6] {
        let (batch, _) = self.stage(path).await.expect("the file can be read");
        let done =
            import::commit(self.store(), batch.id, "hr", &Progress::default()).await.expect("it can be committed");
        let import::Counts { new, repeat, duplicate, matched, review, rejected } = done.counts;
        [new, repeat, duplicate, matched, review, rejected]
    }
}

/// The folder is found from anywhere.
#[test]
fn the_fixtures_are_there() {
    assert!(Path::new(&root()).join("README.md").is_file());
}
