//! A reading that is cancelled stops at once, wherever in the file it is.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use satu_backend::{
    describe::Description,
    intake::{IntakeError, LocalFile, Opened, Wish},
};
use satu_core::{
    id::BatchId,
    import::{self, BatchState, ImportError, Progress},
};
use satu_portals::{Limits, SourceFile};

use crate::app::App;

/// One applicant, and below her rows in which nothing stands.
fn file(folder: &Path, name: &str, blank: usize) -> LocalFile {
    let path = folder.join(name);
    let person = "Nama Lengkap,Email,Nomor Telepon\nSiti Aminah,siti@example.com,081234567801\n";
    std::fs::write(&path, format!("{person}{}", ",,\n".repeat(blank))).unwrap();
    LocalFile::at(&path)
}

#[tokio::test]
async fn in_a_million_blank_rows_a_cancel_is_heard_at_once() {
    let app = App::open().await;
    let (store, intake) = (app.backend.store(), app.backend.intake());
    let folder = tempfile::tempdir().unwrap();
    let few = file(folder.path(), "few.csv", 0);
    let Opened { survey, source } = intake.open(&few, &Wish::default(), &Progress::default()).await.unwrap();
    let description = Description::of(&source, survey);
    let many = file(folder.path(), "many.csv", 1_900_000);
    let open = || SourceFile::open(&many.path, &many.name, &Limits::default()).unwrap();
    let started = Instant::now();
    assert_eq!(open().table(None).unwrap().count(), 2);
    let whole = started.elapsed();

    let new = intake.batch(&many, &description, true).await.unwrap();
    let id = BatchId::mint();
    import::begin(store, id, &new, "hr").await.unwrap();
    let progress = Progress::default();
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        progress.cancel();
        Instant::now()
    };
    let (staged, cancelled) = tokio::join!(intake.stage(id, open(), &description.layout, &progress), cancel);
    let heard = cancelled.elapsed();
    assert!(matches!(staged, Err(IntakeError::Import(ImportError::Cancelled))), "{staged:?}");
    assert!(heard * 3 < whole, "heard after {heard:?}, while the whole takes {whole:?}");
    assert_eq!(import::batch(store, id).await.unwrap().state, BatchState::Discarded);
}

/// A page of many empty rows, and how long it takes to see that nothing stands in them.
fn page(folder: &Path) -> (LocalFile, Duration) {
    let path = folder.join("page.xls");
    std::fs::write(&path, format!("<table>{}</table>", "<tr><td></td></tr>".repeat(600_000))).unwrap();
    let page = LocalFile::at(&path);
    let started = Instant::now();
    assert!(SourceFile::open(&page.path, &page.name, &Limits::default()).is_err());
    (page, started.elapsed())
}

#[tokio::test]
async fn while_a_file_is_opened_a_cancel_is_heard_at_once() {
    let app = App::open().await;
    let folder = tempfile::tempdir().unwrap();
    let (page, whole) = page(folder.path());
    let (intake, progress, wish) = (app.backend.intake(), Progress::default(), Wish::default());
    let cancel = async {
        tokio::time::sleep(whole / 10).await;
        progress.cancel();
        Instant::now()
    };
    let (opened, cancelled) = tokio::join!(intake.open(&page, &wish, &progress), cancel);
    let heard = cancelled.elapsed();
    let error = opened.err();
    assert!(matches!(error, Some(IntakeError::Import(ImportError::Cancelled))), "{error:?}");
    assert!(heard * 3 < whole, "heard after {heard:?}, while the whole takes {whole:?}");
}

/// Who opened it went away: nobody hears what a page of a million empty rows would have been.
#[test]
fn a_file_that_nobody_waits_for_is_not_opened_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let (page, whole) = page(folder.path());

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let gone = runtime.block_on(async {
        let app = App::open().await;
        let intake = app.backend.intake();
        let (wish, progress) = (Wish::default(), Progress::default());
        let waited = tokio::time::timeout(whole / 10, intake.open(&page, &wish, &progress)).await;
        assert!(waited.is_err(), "it takes longer than that");
        Instant::now()
    });
    // Waits for the threads that still read.
    drop(runtime);
    let heard = gone.elapsed();
    assert!(heard * 3 < whole, "heard after {heard:?}, while the whole takes {whole:?}");
}
