//! Whatever writes is broken off at each of its statements in turn: the statement fails, the connection is gone, the process is killed, or COMMIT
//! was sent and its answer is lost. All of it was kept then or nothing, and doing it again ends as if nothing had happened.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

mod accounts;
mod colleagues;
mod erasures;
mod invitations;
mod picture;
mod sites;
mod use_cases;

use std::{
    io::Write as _,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use picture::Picture;
use rstest::rstest;
use satu_core::store::watch;
use satu_tests::{desk::Desk, engines::Engine, ledger, wire::Wire};
use sqlx::AnyConnection;
use use_cases::{USE_CASES, UseCase};

/// How it is broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Break {
    /// The statement fails.
    Failed,
    /// The connection is gone before the statement is sent.
    Dropped,
    /// The process is killed before the statement is sent. A server sees in that a connection that is gone, so there only COMMIT is tried.
    Killed,
    /// The statement is COMMIT: it is carried out, and the connection is gone before its answer.
    Unanswered,
}

impl Break {
    /// Whether it is tried at COMMIT alone.
    fn is_of_commit(self, engine: Engine) -> bool {
        self == Self::Unanswered || (self == Self::Killed && engine != Engine::Sqlite)
    }
}

/// What a child process is to do: the database, the use case, the statement at which it is killed.
const CHILD: &str = "TEST_BROKEN_OFF";

const SQLITE: [Break; 2] = [Break::Failed, Break::Killed];
const SERVER: [Break; 4] = [Break::Failed, Break::Dropped, Break::Killed, Break::Unanswered];

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_whole_or_not_at_all(
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql)] engine: Engine,
    #[values(
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
        30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57,
        58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85,
        86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98
    )]
    case: usize,
) {
    let case = USE_CASES[case];
    let mut template = case.world(engine).await;
    let mut onlooker = None;
    let before = Onlooker::at(&mut onlooker, &template.copy().await).await.picture().await;
    let statements = case.statements(&template.copy().await).await;
    let url = template.copy().await;
    let undisturbed = Onlooker::at(&mut onlooker, &url).await;
    case.run(&undisturbed.desk).await.unwrap();
    undisturbed.desk.all_is_well().await;
    let after = undisturbed.picture().await;
    assert_ne!(before, after, "it writes something");

    let mut counts = Counts::default();
    for how in if engine == Engine::Sqlite { &SQLITE[..] } else { &SERVER[..] } {
        for (at, statement) in statements.iter().enumerate() {
            if how.is_of_commit(engine) && statement != "COMMIT" {
                continue;
            }
            let told = format!("{engine:?} {case:?} {how:?} at statement {at}: {statement}");
            let url = template.copy().await;
            let onlooker = Onlooker::at(&mut onlooker, &url).await;
            let succeeded = broken_off(&onlooker.desk, case, *how, at).await;
            let left = onlooker.picture().await;
            assert!(
                left == before || left == after || case.goes_on(),
                "{told}: half of it is there: {left}\nbefore: {before}\nafter: {after}"
            );
            assert!(!succeeded || left == after, "{told}: it says that it is done, and nothing is there");
            assert!(succeeded || *how != Break::Unanswered, "{told}: all of it is done, and it says that it is not");
            counts.add(left == after);
            if left != after {
                case.run(&onlooker.desk).await.unwrap_or_else(|error| panic!("{told}: again: {error}"));
                onlooker.desk.all_is_well().await;
                let again = onlooker.picture().await;
                assert!(again == after, "{told}: again: {again}\nafter: {after}");
            } else {
                let kept = onlooker.desk.all_is_well().await;
                // Refused or done: what is there stays as it is. A second record of a status is another one, and so is a second session.
                if !matches!(case, UseCase::Record | UseCase::MoveAll | UseCase::SignIn) {
                    let _ = case.run(&onlooker.desk).await;
                }
                assert_eq!(onlooker.desk.all_is_well().await, kept, "{told}: it is done twice");
                assert!(!case.is_once() || onlooker.picture().await == left, "{told}: it is done twice");
            }
        }
    }
    let Counts { nothing, all } = counts;
    // Past the capture of what a test prints: these counts are its result.
    let line = format!(
        "{engine:?} {case:?}: {} statements, broken off {} times, kept nothing {nothing} times, all of it {all} times\n",
        statements.len(),
        nothing + all
    );
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

/// The process that is killed: this test does nothing unless it is started by [`killed`].
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_is_killed() {
    let Ok(words) = std::env::var(CHILD) else { return };
    let [url, case, at]: [&str; 3] = words.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let case = *USE_CASES.iter().find(|one| format!("{one:?}") == case).unwrap();
    let at: usize = at.parse().unwrap();
    let desk = Desk::at(url).await;
    at_statement(&desk, at, || {
        Command::new("kill").args(["-9", &std::process::id().to_string()]).status().unwrap();
        loop {
            std::thread::park();
        }
    });
    let _ = case.run(&desk).await;
}

#[derive(Default)]
struct Counts {
    nothing: usize,
    all: usize,
}

impl Counts {
    fn add(&mut self, all: bool) {
        *(if all { &mut self.all } else { &mut self.nothing }) += 1;
    }
}

/// Who looks at a database, and tries again: the same one as long as it is the same database that is filled anew, since to connect to a server takes longer than
/// all that is asked of it.
struct Onlooker {
    desk: Desk,
    tables: AnyConnection,
}

impl Onlooker {
    async fn at<'a>(held: &'a mut Option<Self>, url: &str) -> &'a mut Self {
        if held.as_ref().is_some_and(|onlooker| onlooker.desk.url() != url)
            && let Some(before) = held.take()
        {
            before.desk.store().close().await;
        }
        if held.is_none() {
            *held = Some(Self { desk: Desk::at(url).await, tables: ledger::at(url).await });
        }
        held.as_mut().unwrap()
    }

    async fn picture(&mut self) -> Picture {
        Picture::of(&mut self.tables).await
    }
}

/// Does it and breaks it off; gives whether it succeeded all the same.
async fn broken_off(desk: &Desk, case: UseCase, how: Break, at: usize) -> bool {
    if how == Break::Killed {
        killed(desk.url(), case, at);
        return false;
    }
    if how == Break::Failed {
        let seen = AtomicUsize::new(0);
        watch::watch(desk.store(), move |_| seen.fetch_add(1, Ordering::SeqCst) == at);
        let succeeded = case.run(desk).await.is_ok();
        watch::watch(desk.store(), |_| false);
        return succeeded;
    }
    let wire = Wire::to(desk.url()).await;
    let desk = Desk::at(wire.url()).await;
    let end = wire.clone();
    at_statement(&desk, at, move || if how == Break::Dropped { end.cut() } else { end.break_at_commit() });
    let succeeded = case.run(&desk).await.is_ok();
    assert_eq!(wire.broken(), 1);
    desk.store().close().await;
    succeeded
}

/// Does something before a statement is sent.
fn at_statement(desk: &Desk, at: usize, act: impl Fn() + Send + Sync + 'static) {
    let seen = AtomicUsize::new(0);
    watch::watch(desk.store(), move |_| {
        if seen.fetch_add(1, Ordering::SeqCst) == at {
            act();
        }
        false
    });
}

fn killed(url: &str, case: UseCase, at: usize) {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_child_that_is_killed", "--nocapture"])
        .env(CHILD, format!("{url} {case:?} {at}"))
        .env("TMPDIR", folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), None, "{case:?} was killed at statement {at}");
}
