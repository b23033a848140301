//! `kill -9` at any instant: every row is there exactly once after the import was run again, and an undo is whole or not at all.
//!
//! The instants come from a seed that is printed; `TEST_SEED=N` runs the same again (as far as a clock can).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]
#![allow(clippy::print_stdout, reason = "the seed is what a failure is repeated by")]

use std::{
    path::PathBuf,
    process::Stdio,
    thread::{self, sleep},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use satu_tests::{
    fixtures::{large::Large, people::Dice},
    ledger::{self, Ledger},
    program::User,
    served::{Served, ask},
};
use serde_json::Value;

/// Applicants in the file: some seconds of work for an unoptimised build, several chunks of rows in every step.
const ROWS: u64 = 2_100;
/// Kills of an import, and of a commit inside its transaction.
const KILLS: usize = 50;
/// Kills of a server while it reads a file.
const READING_KILLS: usize = 12;
/// Kills of an undo.
const UNDO_KILLS: usize = 12;

#[tokio::test]
async fn an_import_that_is_killed_fifty_times_ends_with_every_row_exactly_once() {
    let file = File::new();
    let whole = Whole::measure(&file).await;
    let mut dice = dice();
    let mut fell = Fell::default();
    let mut user = User::fresh();
    // The machine is busier at one time than at another: the pace keeps the instants spread over the whole import, up to its end.
    let mut pace = 1.0;
    while fell.kills() < KILLS {
        let instant = whole.import.mul_f64(pace * dice.share());
        let before = newest_batch(&user).await;
        let died = kill_after(&user, &["import", file.path()], instant);
        let newest = newest_batch(&user).await.filter(|newest| Some(&newest.id) != before.as_ref().map(|one| &one.id));
        // An import is one transaction from its first row to its last: killed in it, it has not begun.
        match newest.as_ref().map(|one| one.state.as_str()) {
            None => {
                fell.inside += 1;
                pace *= 1.02;
            }
            Some("committed") if died => fell.after += 1,
            Some("committed") => fell.finished_first += 1,
            Some(other) => panic!("an import that was killed is {other}"),
        }
        if newest.is_some_and(|one| one.state == "committed") {
            pace *= 0.8;
            whole.must_be_there(&user, &file).await;
            user = User::fresh();
        } else if user.database().exists() && before.is_some() {
            let left = Ledger::of(&user.database()).await;
            assert!(left.is_empty(), "killed after {instant:?}, before its end: {:?}", left.counts());
        }
    }
    // Whatever the last kills left: run again until it finishes, which is once.
    assert_eq!(user.run(&["import", file.path()]).code, 0);
    whole.must_be_there(&user, &file).await;
    println!("{fell:?}; a whole run takes {:?}", whole.import);
}

#[tokio::test]
async fn a_server_that_is_killed_fifty_times_inside_a_commit_ends_with_every_row_exactly_once() {
    let file = File::new();
    let whole = Whole::measure(&file).await;
    let mut dice = dice();
    let mut user = User::fresh();
    let mut draft = read_by_a_server(&user, &file);
    let mut length = commit_by_a_server(&user, &draft);
    whole.must_be_there(&user, &file).await;
    let (mut fell, mut before) = (Fell::default(), 0);
    (user, draft) = another(&file);
    while fell.inside < KILLS {
        let server = Served::start(&user);
        let mut beside = ledger::open(&user.database()).await;
        let instant = length.mul_f64(dice.share());
        let _ = server.ask(&format!("POST /v1/imports/{draft}/commit"), &[], 202);
        sleep(instant);
        // The server writes nothing but this commit: whoever holds the writers' lock now, and has not committed when it is dead,
        // died inside the transaction.
        let writes = ledger::is_being_written(&mut beside).await;
        drop(server);
        drop(beside);
        match newest_batch(&user).await.map(|one| one.state).as_deref() {
            Some("ready") => {
                if writes {
                    fell.inside += 1;
                } else {
                    before += 1;
                }
                length = length.mul_f64(1.02);
                let left = Ledger::of(&user.database()).await;
                assert!(left.is_empty(), "killed after {instant:?}, before its end: {:?}", left.counts());
            }
            Some("committed") => {
                fell.after += 1;
                length = length.mul_f64(0.8);
                whole.must_be_there(&user, &file).await;
                (user, draft) = another(&file);
            }
            other => panic!("a draft whose commit was killed is {other:?}"),
        }
    }
    length = commit_by_a_server(&user, &draft);
    whole.must_be_there(&user, &file).await;
    println!(
        "{} kills inside the commit, {before} before, {} after; a whole one takes {length:?}",
        fell.inside, fell.after
    );
}

#[tokio::test]
async fn a_file_whose_reading_was_killed_can_be_dropped_again() {
    let file = File::new();
    let whole = Whole::measure(&file).await;
    let bytes = std::fs::read(&file.path).expect("the file");
    let mut dice = dice();
    let started = Instant::now();
    let _ = another(&file);
    let length = started.elapsed();
    let user = User::fresh();
    let (mut inside, mut elsewhere, mut pace) = (0, 0, 1.0);
    while inside < READING_KILLS {
        let before = newest_batch(&user).await;
        let server = Served::start(&user);
        let (address, bytes) = (server.address().to_owned(), bytes.clone());
        // No answer when the server dies before it gives one.
        let dropped = thread::spawn(move || drop(ask(&address, DROP, &bytes)));
        sleep(length.mul_f64(pace * dice.share()));
        drop(server);
        dropped.join().expect("it is over");
        let newest = newest_batch(&user).await.filter(|newest| Some(&newest.id) != before.as_ref().map(|one| &one.id));
        match newest.as_ref().map(|one| one.state.as_str()) {
            Some("staging") => inside += 1,
            None => elsewhere += 1,
            Some("ready") => {
                elsewhere += 1;
                pace *= 0.8;
            }
            Some(other) => panic!("a file whose reading was killed is {other}"),
        }
        assert!(Ledger::of(&user.database()).await.is_empty(), "nothing is written before the commit");
        let miscounted = "SELECT count(*) FROM import_batch b \
             WHERE row_count <> (SELECT count(*) FROM import_row r WHERE r.batch_id = b.id)";
        assert_eq!(ledger::number(&mut ledger::open(&user.database()).await, miscounted).await, 0);
    }
    let draft = read_by_a_server(&user, &file);
    commit_by_a_server(&user, &draft);
    whole.must_be_there(&user, &file).await;
    println!(
        "{inside} kills fell while the file was read, {elsewhere} before or after; start and reading take {length:?}"
    );
}

#[tokio::test]
async fn an_undo_that_is_killed_has_happened_or_has_not() {
    let file = File::new();
    let whole = Whole::measure(&file).await;
    let mut dice = dice();
    let user = User::fresh();
    let mut batch = import(&user, &file);
    let started = Instant::now();
    assert_eq!(user.run(&["undo", &batch]).code, 0);
    let length = started.elapsed();
    batch = import(&user, &file);
    let (mut not_yet, mut done, mut pace) = (0, 0, 1.0);
    for _ in 0..UNDO_KILLS {
        let instant = length.mul_f64(pace * dice.share());
        kill_after(&user, &["undo", &batch], instant);
        let left = Ledger::of(&user.database()).await;
        match newest_batch(&user).await.map(|one| one.state).as_deref() {
            Some("committed") => {
                not_yet += 1;
                pace *= 1.15;
                assert!(left == whole.ledger, "killed after {instant:?}, half undone: {:?}", left.counts());
            }
            Some("undone") => {
                done += 1;
                pace *= 0.8;
                assert!(left.is_empty(), "killed after {instant:?}, half undone: {:?}", left.counts());
                batch = import(&user, &file);
                assert!(Ledger::of(&user.database()).await == whole.ledger, "what was undone can be imported again");
            }
            other => panic!("an import whose undo was killed is {other:?}"),
        }
    }
    println!("{not_yet} kills fell before the undo had happened, {done} after; a whole undo takes {length:?}");
    let report = user.json(&["undo", &batch]);
    assert_eq!(report["undo"]["removed"], whole.counts["new"]);
    assert_eq!(report["undo"]["kept_total"], 0);
    assert_eq!(user.json(&["undo", &batch]), report, "undone twice, the same answer");
    assert!(Ledger::of(&user.database()).await.is_empty());
    all_is_well(&user);
}

#[tokio::test]
async fn one_file_imported_twice_at_once_makes_one_set_of_applications() {
    let file = File::new();
    let whole = Whole::measure(&file).await;
    for round in 0..3 {
        let user = User::fresh();
        let words = ["import", file.path(), "--json"];
        let both = [user.command(&words).spawn(), user.command(&words).spawn()].map(|one| one.expect("satu starts"));
        let both = both.map(|one| one.wait_with_output().expect("satu ends"));
        let mut new = 0;
        for one in both {
            assert!(one.status.success(), "round {round}: {}", String::from_utf8_lossy(&one.stderr));
            let counts: Value = serde_json::from_slice(&one.stdout).expect("JSON");
            new += counts["counts"]["new"].as_u64().expect("a count");
        }
        assert_eq!(new, whole.counts["new"], "round {round}: each applicant is new to one of the two");
        whole.must_be_there(&user, &file).await;
    }
}

/// The file that is imported.
struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl File {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pelamar.csv");
        Large { rows: ROWS, ..Large::default() }.write_csv(&path).expect("a file");
        Self { _folder: folder, path }
    }

    fn path(&self) -> &str {
        self.path.to_str().expect("a path in ASCII")
    }
}

const DROP: &str = "POST /v1/imports?name=pelamar.csv";

/// Drops the file at a server, waits for the draft, kills the server, and gives the draft's id.
fn read_by_a_server(user: &User, file: &File) -> String {
    let server = Served::start(user);
    let bytes = std::fs::read(&file.path).expect("the file");
    let id = server.ask(DROP, &bytes, 201)["id"].as_str().expect("an id").to_owned();
    assert_eq!(server.rest(&id)["state"], "ready");
    id
}

/// A user of whom nothing is known but a draft of the file.
fn another(file: &File) -> (User, String) {
    let user = User::fresh();
    let draft = read_by_a_server(&user, file);
    (user, draft)
}

/// Commits a draft at a server that nobody disturbs, and says how long that took.
fn commit_by_a_server(user: &User, draft: &str) -> Duration {
    let server = Served::start(user);
    let started = Instant::now();
    let _ = server.ask(&format!("POST /v1/imports/{draft}/commit"), &[], 202);
    assert_eq!(server.rest(draft)["state"], "committed");
    started.elapsed()
}

/// What an import that nobody disturbs takes and leaves.
struct Whole {
    import: Duration,
    counts: Value,
    ledger: Ledger,
}

impl Whole {
    async fn measure(file: &File) -> Self {
        // The first run also reads the program from the disk, or waits until it is built.
        assert_eq!(User::fresh().run(&["import", file.path()]).code, 0);
        let user = User::fresh();
        let started = Instant::now();
        let counts = user.json(&["import", file.path()])["counts"].take();
        let import = started.elapsed();
        let ledger = Ledger::of(&user.database()).await;
        let of = |outcome: &str| counts[outcome].as_i64().expect("a count");
        assert_eq!(of("new"), ledger.applications);
        assert_eq!(of("new") + of("duplicate"), ledger.counts()[0], "every row is a door, or waits, or is rejected");
        assert_eq!(of("review"), ledger.waiting);
        let mut rows: Vec<i64> = ledger.doors.iter().map(|(.., row)| *row).collect();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), ledger.doors.len(), "no row is two doors");
        Self { import, counts, ledger }
    }

    /// Everything is there once, nothing is broken, and the file brings nothing more.
    async fn must_be_there(&self, user: &User, file: &File) {
        let there = Ledger::of(&user.database()).await;
        assert!(there == self.ledger, "{:?} instead of {:?}", there.counts(), self.ledger.counts());
        all_is_well(user);
        let again = user.json(&["import", file.path()])["counts"].take();
        let known = ["new", "duplicate", "match", "review"].map(|one| self.counts[one].as_u64().expect("a count"));
        assert_eq!(again["repeat"], known.iter().sum::<u64>(), "every row is known: {again}");
        assert_eq!(again["rejected"], self.counts["rejected"]);
        assert!(Ledger::of(&user.database()).await == self.ledger, "a repeat changes nothing");
    }
}

/// Where the kills fell.
#[derive(Debug, Default)]
struct Fell {
    inside: usize,
    after: usize,
    /// No kill: the process had ended before its instant came.
    finished_first: usize,
}

impl Fell {
    fn kills(&self) -> usize {
        self.inside + self.after
    }
}

/// The newest import as its row says. Asked only while no process holds the file.
struct Newest {
    id: Vec<u8>,
    state: String,
}

async fn newest_batch(user: &User) -> Option<Newest> {
    if !user.database().exists() {
        return None;
    }
    let mut file = ledger::open(&user.database()).await;
    let there = ledger::number(&mut file, "SELECT count(*) FROM sqlite_master WHERE name = 'status_history'").await;
    if there == 0 {
        return None; // Killed before the tables were made.
    }
    let newest: Option<(Vec<u8>, String)> =
        sqlx::query_as("SELECT id, state FROM import_batch ORDER BY id DESC LIMIT 1")
            .fetch_optional(&mut file)
            .await
            .expect("imports");
    newest.map(|(id, state)| Newest { id, state })
}

/// Starts `satu` and kills it (SIGKILL) at an instant; false when it had ended by itself.
fn kill_after(user: &User, words: &[&str], instant: Duration) -> bool {
    let started = Instant::now();
    let mut satu = user.command(words).stdout(Stdio::null()).spawn().expect("satu starts");
    while started.elapsed() < instant && satu.try_wait().expect("it is a child").is_none() {
        sleep((instant - started.elapsed().min(instant)).min(Duration::from_millis(5)));
    }
    satu.kill().expect("it can be killed");
    let ended = satu.wait_with_output().expect("it ends");
    let (status, said) = (ended.status, String::from_utf8_lossy(&ended.stderr).into_owned());
    assert!(status.code().is_none_or(|code| code == 0), "satu {words:?} ended by itself with {status}: {said}");
    status.code().is_none()
}

fn import(user: &User, file: &File) -> String {
    user.json(&["import", file.path()])["batch"].as_str().expect("an id").to_owned()
}

fn all_is_well(user: &User) {
    let report = user.json(&["doctor"]);
    assert_eq!(report["findings"], Value::Array(Vec::new()));
}

/// A die for instants.
struct Instants(Dice);

impl Instants {
    /// A share of a time, from 0 up to, without, 1.
    fn share(&mut self) -> f64 {
        self.0.roll(1_000_000) as f64 / 1e6
    }
}

fn dice() -> Instants {
    let seed = std::env::var("TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| u64::from(now.subsec_nanos())));
    println!("TEST_SEED={seed}");
    Instants(Dice(seed))
}
