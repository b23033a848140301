//! Two workers on one outbox, killed (`kill -9`) again and again: nobody is sent anything twice, and whoever was sent nothing is told of.
//!
//! What counts is what the provider took, whatever our side believes. The instants come from a seed that is printed; `SATU_SEED=N` runs the same again (as far as a
//! clock can), `SATU_MESSAGES=N` and `SATU_KILLS=N` make it longer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]
#![allow(clippy::print_stdout, reason = "the seed is what a failure is repeated by")]

use std::{
    collections::HashMap,
    fs,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use satu_tests::{
    applicants::{applicant, table},
    fixtures::people::Dice,
    program::User,
    provider::Provider,
};
use serde_json::Value;
use tokio::runtime::Runtime;

/// Messages, where nobody says otherwise: some twelve seconds of work at 25 in a second.
const MESSAGES: usize = 300;
/// Kills of a worker.
const KILLS: usize = 12;
/// Longer than this nothing takes.
const LONGEST: Duration = Duration::from_secs(900);

fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|said| said.parse().ok()).unwrap_or(usual)
}

fn worker(user: &User) -> Child {
    user.command(&["outreach", "work"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("satu starts")
}

#[test]
fn two_workers_that_are_killed_send_nobody_anything_twice() {
    let runtime = Runtime::new().expect("a runtime");
    let provider = runtime.block_on(Provider::start());
    let (messages, kills) = (number("SATU_MESSAGES", MESSAGES), number("SATU_KILLS", KILLS));
    let user = User::fresh();
    let people: Vec<_> = (0..messages)
        .map(|at| {
            applicant(&format!("Calon {at}"), &format!("0812{:08}", 10_000_000 + at), &format!("calon{at}@example.com"))
        })
        .collect();
    let file = user.folder().join("pelamar.csv");
    fs::write(&file, table("glints", &people)).expect("a file");
    assert_eq!(user.run(&["import", &file.display().to_string()]).code, 0);
    let at_any_time = "outreach.quiet_from = \"00:00\"\noutreach.quiet_until = \"00:00\"\noutreach.per_second = 25\n";
    fs::write(user.folder().join("data/satu.toml"), provider.toml() + at_any_time).expect("a file");
    let campaign = user.json(&["outreach", "send", "--everybody", "--channel", "twilio"]);
    assert_eq!(campaign["counts"]["queued"].as_u64(), u64::try_from(messages).ok(), "{campaign}");
    let id = campaign["id"].as_str().expect("an id");

    let seed =
        number("SATU_SEED", usize::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap());
    println!("SATU_SEED={seed}");
    let mut dice = Dice(seed as u64);
    let mut workers = [worker(&user), worker(&user)];
    let (began, mut killed) = (Instant::now(), 0);
    loop {
        sleep(Duration::from_millis(150 + dice.roll(600)));
        let queued = user.json(&["outreach", "status", id])["counts"]["queued"].as_u64().expect("a count");
        if queued == 0 {
            break;
        }
        assert!(began.elapsed() < LONGEST, "{queued} are still queued after {killed} kills");
        if killed < kills {
            let victim = usize::from(dice.roll(2) == 0);
            workers[victim].kill().expect("it runs");
            workers[victim].wait().expect("it ends");
            workers[victim] = worker(&user);
            killed += 1;
        }
    }
    // What they have in hand is settled when they are told to stop.
    for mut worker in workers {
        let told = Command::new("kill").args(["-TERM", &worker.id().to_string()]).status();
        assert!(told.is_ok_and(|told| told.success()));
        assert_eq!(worker.wait().expect("it ends").code(), Some(0));
    }

    let mut times: HashMap<String, u32> = HashMap::new();
    for taken in provider.taken() {
        *times.entry(taken.to).or_default() += 1;
    }
    let list = user.folder().join("undangan.csv").display().to_string();
    assert_eq!(user.run(&["outreach", "status", id, "--output", &list]).code, 0);
    let mut rows = csv::Reader::from_path(&list).expect("a file");
    let (mut once, mut unsure, mut never) = (0, 0, 0);
    for row in rows.records() {
        let row = row.expect("a row");
        let (phone, state) = (row[1].trim_start_matches('\''), &row[4]);
        let times = times.remove(phone).unwrap_or(0);
        match (state, times) {
            ("accepted", 1) => once += 1,
            // Under a lease that has yet to run out, or uncertain: a person will be asked.
            ("sending" | "uncertain", 1) => unsure += 1,
            ("sending" | "uncertain", 0) => never += 1,
            other => panic!("{phone}: {other:?}"),
        }
    }
    assert!(times.is_empty(), "somebody was sent what is in no list: {times:?}");
    assert_eq!(once + unsure + never, messages);
    let status: Value = user.json(&["outreach", "status", id]);
    println!(
        "{messages} messages, {killed} kills: {once} sent once, {unsure} sent once and uncertain, {never} uncertain and not sent; {}",
        status["counts"]
    );
    assert!(killed == kills, "the work was over before it was broken off often enough: {killed} kills");
}
