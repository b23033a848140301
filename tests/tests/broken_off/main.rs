//! Whatever writes is broken off at each of its statements in turn: the statement fails, the connection is gone, the process is killed, or COMMIT
//! was sent and its answer is lost. All of it was kept then or nothing, and doing it again ends as if nothing had happened.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::{
    fmt,
    io::Write as _,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use rstest::rstest;
use satu_backend::{
    describe::Description,
    intake::{LocalFile, Opened, Wish},
};
use satu_core::{
    application::{self, Filter},
    id::ApplicationId,
    import::{self, Action, Batch, ImportError, Progress, Reason, Which, mapping::RememberedMapping},
    lifecycle::{Stage, Status, SubState},
    linking::{self, Detail},
    store::{answers, watch},
};
use satu_tests::{
    applicants::{Applicant, applicant, table},
    desk::{Desk, stands},
    engines::{Engine, Template},
    ledger::{self, Ledger},
    wire::Wire,
};

/// What writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UseCase {
    Import,
    Draft,
    Commit,
    Decide(Action),
    DecideClass,
    Edit,
    Discard,
    Settle(Action),
    Reopen(Action),
    Undo,
    Record,
    Remember,
    Keep,
    Merge,
    Unmerge,
    TellApart,
    Reconsider,
}

const USE_CASES: [UseCase; 24] = [
    UseCase::Import,
    UseCase::Draft,
    UseCase::Commit,
    UseCase::Decide(Action::Same),
    UseCase::Decide(Action::Shared),
    UseCase::DecideClass,
    UseCase::Edit,
    UseCase::Discard,
    UseCase::Settle(Action::Same),
    UseCase::Settle(Action::Different),
    UseCase::Settle(Action::Shared),
    UseCase::Settle(Action::Discard),
    UseCase::Reopen(Action::Same),
    UseCase::Reopen(Action::Different),
    UseCase::Reopen(Action::Shared),
    UseCase::Reopen(Action::Discard),
    UseCase::Undo,
    UseCase::Record,
    UseCase::Remember,
    UseCase::Keep,
    UseCase::Merge,
    UseCase::Unmerge,
    UseCase::TellApart,
    UseCase::Reconsider,
];

/// How it is broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Break {
    /// The statement fails.
    Failed,
    /// The connection is gone before the statement is sent.
    Dropped,
    /// The process is killed before the statement is sent.
    Killed,
    /// The statement is COMMIT: it is carried out, and the connection is gone before its answer.
    Unanswered,
}

/// What a child process is to do: the database, the use case, the statement at which it is killed.
const CHILD: &str = "SATU_BROKEN_OFF";

const SQLITE: [Break; 2] = [Break::Failed, Break::Killed];
const SERVER: [Break; 4] = [Break::Failed, Break::Dropped, Break::Killed, Break::Unanswered];

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_whole_or_not_at_all(
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql)] engine: Engine,
    #[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)] case: usize,
) {
    let case = USE_CASES[case];
    let mut template = case.world(engine).await;
    let before = Picture::of(&template.copy().await).await;
    let statements = case.statements(&template.copy().await).await;
    let after = Picture::of(&done(&mut template, case).await).await;
    assert_ne!(before, after, "it writes something");

    let mut counts = Counts::default();
    for how in if engine == Engine::Sqlite { &SQLITE[..] } else { &SERVER[..] } {
        for (at, statement) in statements.iter().enumerate() {
            if *how == Break::Unanswered && statement != "COMMIT" {
                continue;
            }
            let told = format!("{engine:?} {case:?} {how:?} at statement {at}: {statement}");
            let url = template.copy().await;
            let succeeded = broken_off(&url, case, *how, at).await;
            let left = Picture::of(&url).await;
            assert!(
                left == before || left == after,
                "{told}: half of it is there: {left}\nbefore: {before}\nafter: {after}"
            );
            assert!(!succeeded || left == after, "{told}: it says that it is done, and nothing is there");
            counts.add(left == after);
            let desk = Desk::at(&url).await;
            if left == before {
                case.run(&desk).await.unwrap_or_else(|error| panic!("{told}: again: {error}"));
                desk.all_is_well().await;
                desk.store().close().await;
                let again = Picture::of(&url).await;
                assert!(again == after, "{told}: again: {again}\nafter: {after}");
            } else {
                let kept = desk.all_is_well().await;
                // Refused or done: what is there stays as it is. A second record of a status is another one.
                if case != UseCase::Record {
                    let _ = case.run(&desk).await;
                }
                assert_eq!(desk.all_is_well().await, kept, "{told}: it is done twice");
                desk.store().close().await;
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

/// Does it undisturbed, and gives the database.
async fn done(template: &mut Template, case: UseCase) -> String {
    let url = template.copy().await;
    let desk = Desk::at(&url).await;
    case.run(&desk).await.unwrap();
    desk.finish().await;
    url
}

/// Does it and breaks it off; gives whether it succeeded all the same.
async fn broken_off(url: &str, case: UseCase, how: Break, at: usize) -> bool {
    if how == Break::Killed {
        killed(url, case, at);
        return false;
    }
    if how == Break::Failed {
        let desk = Desk::at(url).await;
        let seen = AtomicUsize::new(0);
        watch::watch(desk.store(), move |_| seen.fetch_add(1, Ordering::SeqCst) == at);
        let succeeded = case.run(&desk).await.is_ok();
        watch::watch(desk.store(), |_| false);
        desk.store().close().await;
        return succeeded;
    }
    let wire = Wire::to(url).await;
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

fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", "siti@example.com")
}

/// Somebody known with a new address, her sister on her phone, somebody new, the same again, and nobody.
fn second_file() -> [Applicant; 5] {
    [
        applicant("SITI AMINAH", "+62 812-3456-7801", "siti.baru@example.com"),
        applicant("Rina Wulandari", "081234567801", "rina@example.com"),
        applicant("Ayu Lestari", "081234567803", "ayu@example.com"),
        applicant("Ayu Lestari", "081234567803", ""),
        applicant("", "081234567804", ""),
    ]
}

impl UseCase {
    /// A database in which it can be done: one import is there, and where it needs one, a draft or a second import.
    async fn world(self, engine: Engine) -> Template {
        let folder = tempfile::tempdir().unwrap();
        let url = engine.database(folder.path()).await;
        let desk = Desk::at(&url).await;
        desk.import("glints", &[siti(), applicant("Dewi Anggraini", "081234567802", "dewi@example.com")]).await;
        match self {
            Self::Import | Self::Draft | Self::Record | Self::Remember | Self::Keep => {}
            Self::Commit | Self::Decide(_) | Self::DecideClass | Self::Edit | Self::Discard => {
                desk.draft("jobstreet", &second_file()).await;
            }
            Self::Settle(_) | Self::Undo => {
                desk.import("jobstreet", &second_file()).await;
            }
            Self::Reopen(action) => {
                let batch = desk.import("jobstreet", &second_file()).await;
                desk.settle(&batch, 3, action).await.unwrap();
            }
            Self::Merge | Self::Unmerge | Self::TellApart | Self::Reconsider => self.two_that_are_compared(&desk).await,
        }
        desk.store().close().await;
        Template::of(engine, &url)
    }

    /// What was said of Siti and Dewi, who has a number and an address of her own and what Siti lacks.
    async fn two_that_are_compared(self, desk: &Desk) {
        desk.import("jobstreet", &[applicant("Dewi A.", "081234567812", "dewi@example.com").born("1997-02-03")]).await;
        let [siti, dewi] = siti_and_dewi(desk).await.unwrap();
        match self {
            Self::Unmerge => drop(desk.merge_choosing(siti, dewi, &[Detail::FullName]).await.unwrap()),
            Self::Reconsider => drop(desk.tell_apart(siti, dewi).await.unwrap()),
            _ => {}
        }
    }

    /// Does it.
    async fn run(self, desk: &Desk) -> Result<(), String> {
        let store = desk.store();
        let words = |error: ImportError| error.to_string();
        let file = table("jobstreet", &second_file());
        match self {
            Self::Import => import_file(desk, &file).await,
            Self::Draft => desk.drop_text(&file, &Wish::default()).await.map(drop).map_err(|error| error.to_string()),
            Self::Commit => {
                let draft = newest(desk).await?;
                import::commit(store, draft.id, "hr", &Progress::default()).await.map(drop).map_err(words)
            }
            Self::Decide(action) => {
                let draft = newest(desk).await?;
                desk.decide(&draft, &[3], action).await.map(drop).map_err(words)
            }
            Self::DecideClass => {
                let draft = newest(desk).await?;
                let class = Which::Class(Reason::SharedPhone);
                import::decide(store, draft.id, &class, Action::Different, None, "hr").await.map(drop).map_err(words)
            }
            Self::Edit => {
                let draft = newest(desk).await?;
                import::edit(store, draft.id, 6, |batch, mut cells| {
                    let description: Description = serde_json::from_value(batch.description.clone()).unwrap();
                    cells[0] = "Melati Puspita".into();
                    Ok::<_, ImportError>(desk.intake().clean(&description, 6, cells))
                })
                .await
                .map_err(words)
            }
            Self::Discard => {
                let draft = newest(desk).await?;
                import::discard(store, draft.id).await.map_err(words)
            }
            Self::Settle(action) => {
                let batch = newest(desk).await?;
                desk.settle(&batch, 3, action).await.map(drop).map_err(words)
            }
            Self::Reopen(_) => {
                let batch = newest(desk).await?;
                desk.settle(&batch, 3, Action::Later).await.map(drop).map_err(words)
            }
            Self::Undo => {
                let batch = newest(desk).await?;
                import::undo(store, batch.id, &Progress::default()).await.map(drop).map_err(words)
            }
            Self::Record => {
                let filter = Filter { text: Some("Siti Aminah".into()), ..Filter::default() };
                let found = application::page(store, &filter, None, 1).await.map_err(|error| error.to_string())?;
                let her = found.first().unwrap().id;
                let status = Status { stage: Stage::InterviewHr, sub_state: SubState::Active };
                stands(store, her, status, "hr").await.map(drop).map_err(|error| error.to_string())
            }
            Self::Remember => {
                let mapping = RememberedMapping { portal: "glints".into(), columns: Vec::new() };
                import::remember(store, "headers", &mapping, "hr").await.map_err(words)
            }
            Self::Merge => {
                let [siti, dewi] = siti_and_dewi(desk).await?;
                let merged = desk.merge_choosing(siti, dewi, &[Detail::Phone]).await;
                merged.map(drop).map_err(|error| error.to_string())
            }
            Self::TellApart => {
                let [siti, dewi] = siti_and_dewi(desk).await?;
                desk.tell_apart(siti, dewi).await.map(drop).map_err(|error| error.to_string())
            }
            Self::Unmerge | Self::Reconsider => {
                // Merged under Dewi's name.
                let her = named(desk, "Dewi Anggraini").await?;
                let said = linking::links(store, her).await.map_err(|error| error.to_string())?;
                desk.reverse(said.first().unwrap()).await.map(drop).map_err(|error| error.to_string())
            }
            Self::Keep => answers::keep(store, "key", "answer").await.map_err(|error| error.to_string()),
        }
    }

    /// The statements that it consists of, undisturbed.
    async fn statements(self, url: &str) -> Vec<String> {
        let desk = Desk::at(url).await;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        watch::watch(desk.store(), move |sql| {
            log.lock().unwrap().push(sql.to_owned());
            false
        });
        self.run(&desk).await.unwrap();
        watch::watch(desk.store(), |_| false);
        desk.store().close().await;
        let seen = seen.lock().unwrap().clone();
        assert!(seen.iter().any(|statement| statement == "COMMIT"), "{seen:?}");
        seen
    }
}

/// Whoever is in the list under a name.
async fn named(desk: &Desk, name: &str) -> Result<ApplicationId, String> {
    let found =
        application::page(desk.store(), &Filter::default(), None, 10).await.map_err(|error| error.to_string())?;
    let found = found.into_iter().find(|one| one.fields.full_name.as_deref() == Some(name));
    found.map(|one| one.id).ok_or_else(|| format!("nobody is called {name}"))
}

/// Two who are compared.
async fn siti_and_dewi(desk: &Desk) -> Result<[ApplicationId; 2], String> {
    Ok([named(desk, "Siti Aminah").await?, named(desk, "Dewi Anggraini").await?])
}

/// The newest import.
async fn newest(desk: &Desk) -> Result<Batch, String> {
    let all = import::batches(desk.store(), None, 1).await.map_err(|error| error.to_string())?;
    Ok(all.into_iter().next().unwrap())
}

/// Imports a file as `satu import` does: in one go, or by a draft where somebody was in the way.
async fn import_file(desk: &Desk, file: &str) -> Result<(), String> {
    let words = |error: &dyn fmt::Display| error.to_string();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pelamar.csv");
    std::fs::write(&path, file).unwrap();
    let (intake, file) = (desk.intake(), LocalFile::at(&path));
    let Opened { survey, source } = intake.open(&file, &Wish::default()).await.map_err(|error| words(&error))?;
    let description = Description::of(&source, survey);
    let new = intake.batch(&file, &description, true).await.map_err(|error| words(&error))?;
    let progress = Progress::default();
    let done = intake.import_now(&new, source, &description.layout, &progress).await.map_err(|error| words(&error))?;
    if done.is_none() {
        let (draft, _) = stage(desk, &file).await?;
        import::commit(desk.store(), draft.id, "hr", &progress).await.map_err(|error| words(&error))?;
    }
    Ok(())
}

async fn stage(desk: &Desk, file: &LocalFile) -> Result<(Batch, Description), String> {
    let draft = desk.intake().draft(file, &Wish::default(), true, &Progress::default()).await;
    draft.map_err(|error| error.to_string())
}

/// Everything in a database that somebody can see, without ids and times.
#[derive(Debug, PartialEq, Eq)]
struct Picture {
    ledger: Ledger,
    /// Imports and drafts, their rows, every record of history, and what is remembered; a line each.
    lines: Vec<String>,
}

impl Picture {
    async fn of(url: &str) -> Self {
        let tables = &mut ledger::at(url).await;
        let mut lines = Vec::new();
        for statement in [
            "SELECT state || ' ' || file || ' ' || new_count || ' ' || match_count || ' ' || duplicate_count || ' ' || \
             review_count || ' ' || repeat_count || ' ' || rejected_count FROM import_batch \
             WHERE state IN ('ready', 'committed', 'undone') ORDER BY 1",
            "SELECT b.state || ' ' || r.row_no || ' ' || r.outcome || ' ' || coalesce(r.reason, '-') || ' ' || \
             coalesce(r.decision, '-') || ' ' || coalesce(r.decided_by, '-') || ' ' || r.marks || ' ' || r.content \
             FROM import_row r JOIN import_batch b ON b.id = r.batch_id \
             WHERE b.state IN ('ready', 'committed', 'undone') ORDER BY 1",
            "SELECT a.full_name || ' ' || h.seq || ' ' || h.stage || ' ' || h.sub_state || ' ' || h.actor \
             FROM status_history h JOIN hiring_application a ON a.id = h.application_id ORDER BY 1",
            "SELECT a.full_name || ' ' || coalesce(m.full_name, '-') FROM hiring_application a \
             LEFT JOIN hiring_application m ON m.id = a.merged_into ORDER BY 1",
            "SELECT e.kind || ' ' || a.full_name || ' ' || o.full_name || ' ' || coalesce(r.kind, '-') || ' ' || e.actor || ' ' || \
             coalesce(e.choices, '-') FROM link_event e JOIN hiring_application a ON a.id = e.application_id \
             JOIN hiring_application o ON o.id = e.other_id LEFT JOIN link_event r ON r.id = e.reverses ORDER BY 1",
            "SELECT q.row_no || ' ' || q.reason || ' ' || q.discarded || ' ' || CASE WHEN q.decided_at IS NULL THEN 'waits' ELSE 'decided' END \
             FROM review_item q ORDER BY 1",
            "SELECT d.row_no || ' ' || d.decision || ' ' || d.decided_by || ' ' || d.reversed_by FROM reversed_decision d ORDER BY 1",
            "SELECT e.actor FROM told_apart t JOIN link_event e ON e.id = t.event_id ORDER BY 1",
            "SELECT header_key FROM remembered_mapping ORDER BY 1",
            "SELECT request_key || ' ' || answer FROM kept_answer ORDER BY 1",
        ] {
            lines.extend(ledger::texts(tables, statement).await);
        }
        Self { ledger: Ledger::read(tables).await, lines }
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "{:?}", self.ledger.counts())?;
        self.lines.iter().try_for_each(|line| writeln!(to, "  {line}"))
    }
}
