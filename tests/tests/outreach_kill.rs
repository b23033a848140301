//! Two workers on one outbox, killed (`kill -9`) again and again: nobody is sent anything twice, and whoever was sent nothing is told of.
//!
//! What counts is what the provider took, whatever our side believes. The kills are spread over the whole run, each due after a share of the messages, at some
//! instant of the work on the next ones. On a cluster each worker has a node of its own. The instants come from a seed that is printed; `TEST_SEED=N` runs the same
//! again (as far as a clock can), `TEST_MESSAGES=N` and `TEST_KILLS=N` make it longer (docs/performance.md has the figures of a long one).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]
#![allow(clippy::print_stdout, reason = "the seed is what a failure is repeated by")]

use std::{
    collections::HashMap,
    fs,
    os::unix::process::ExitStatusExt as _,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use rstest::rstest;
use satu_core::{
    id::CampaignId,
    outreach::{Outreach, Policy},
    store::Store,
    time::Clock,
};
use satu_tests::{
    applicants::{applicant, table},
    desk::outreach,
    engines::{self, Engine},
    fixtures::people::Dice,
    program::User,
    provider::{Behaviour, Provider},
};
use tokio::runtime::Runtime;

/// Messages, where nobody says otherwise: some seconds of work.
const MESSAGES: usize = 200;
/// Kills of a worker.
const KILLS: usize = 10;
/// How long the provider takes to answer: a kill falls before it has the message, before it has answered, or after.
const ANSWER: Duration = Duration::from_millis(100);
/// Longer than this no message is waited for.
const LONGEST: Duration = Duration::from_secs(120);
/// SIGTERM.
const TERMINATED: i32 = 15;
/// By then every lease has run out.
const LATER: i64 = 3_600_000_000;

fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|said| said.parse().ok()).unwrap_or(usual)
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[case::mariadb(Engine::MySql)]
#[case::two_nodes(Engine::Galera)]
fn two_workers_that_are_killed_send_nobody_anything_twice(#[case] engine: Engine) {
    let runtime = Runtime::new().expect("a runtime");
    let provider = runtime.block_on(Provider::start());
    provider.usually(Behaviour::TakeAfter(ANSWER));
    let (messages, kills) = (number("TEST_MESSAGES", MESSAGES), number("TEST_KILLS", KILLS));
    let seed =
        number("TEST_SEED", usize::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap());
    println!("TEST_SEED={seed}");
    let run = Run::prepare(&runtime, engine, &provider, messages);

    let (began, mut dice) = (Instant::now(), Dice(seed as u64));
    let mut workers = [run.worker(0), run.worker(1)];
    for kill in 0..kills {
        run.wait(&runtime, messages - messages * (kill + 1) / (kills + 1));
        sleep(Duration::from_millis(dice.roll(250)));
        let victim = usize::from(dice.roll(2) == 0);
        workers[victim].kill().expect("it runs");
        workers[victim].wait().expect("it ends");
        workers[victim] = run.worker(victim);
    }
    run.wait(&runtime, 0);
    // What they have in hand is settled when they are told to stop. One that was started a moment ago has nothing yet, and may not hear it.
    for mut worker in workers {
        let told = Command::new("kill").args(["-TERM", &worker.id().to_string()]).status();
        assert!(told.is_ok_and(|told| told.success()));
        let ended = worker.wait().expect("it ends");
        assert!(ended.success() || ended.signal() == Some(TERMINATED), "{ended}");
    }
    let took = began.elapsed().as_secs();
    run.leases_run_out(&runtime);
    let taken = provider.taken().len();
    assert_eq!(run.user.run(&["outreach", "work", "--once"]).code, 0);
    assert_eq!(provider.taken().len(), taken, "what is uncertain is sent by nobody");

    let told = run.judge(&provider);
    let Told { once, uncertain, of_them_sent, twice, lost } = told;
    println!(
        "{engine:?}: {messages} messages, {kills} kills: {once} sent once, {uncertain} uncertain ({of_them_sent} of them sent once), {twice} sent twice, \
         {lost} lost; {took} s"
    );
    assert_eq!((twice, lost), (0, 0), "{}", run.user.folder().display());
    assert_eq!(once + uncertain, messages);
    runtime.block_on(run.store.close());
}

/// A campaign whose messages wait.
struct Run {
    user: User,
    /// Where each of the two workers finds the database.
    places: [String; 2],
    store: Store,
    outreach: Outreach,
    campaign: CampaignId,
}

impl Run {
    fn prepare(runtime: &Runtime, engine: Engine, provider: &Provider, messages: usize) -> Self {
        let user = User::fresh();
        let database = runtime.block_on(engine.database(user.folder()));
        let settings = format!(
            "database_url = \"{database}\"\n{}outreach.quiet_from = \"00:00\"\noutreach.quiet_until = \"00:00\"\noutreach.per_second.twilio = 80\n",
            provider.toml()
        );
        fs::create_dir_all(user.folder().join("data")).expect("a folder");
        fs::write(user.folder().join("data/satu.toml"), settings).expect("a file");
        let people: Vec<_> = (0..messages)
            .map(|at| {
                let phone = format!("0812{:08}", 10_000_000 + at);
                applicant(&format!("Calon {at}"), &phone, &format!("calon{at}@example.com"))
            })
            .collect();
        let file = user.folder().join("pelamar.csv");
        fs::write(&file, table("glints", &people)).expect("a file");
        assert_eq!(user.run(&["import", &file.display().to_string()]).code, 0);
        let campaign = user.json(&["outreach", "send", "--everybody", "--channel", "twilio"]);
        assert_eq!(campaign["counts"]["queued"].as_u64(), u64::try_from(messages).ok(), "{campaign}");
        let campaign = campaign["id"].as_str().expect("an id").parse().expect("an id");
        let store = runtime.block_on(Store::open(&database, Clock::system())).expect("it opens");
        let outreach = outreach(&store, Policy::default());
        let places = [database.clone(), engines::elsewhere(&database, 1)];
        assert_eq!(places[0] == places[1], engine != Engine::Galera, "two nodes are two places");
        Self { user, places, store, outreach, campaign }
    }

    fn worker(&self, which: usize) -> Child {
        let mut command = self.user.command(&["outreach", "work"]);
        command.env("SATU_DATABASE_URL", &self.places[which]).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("satu starts")
    }

    /// Waits until no more than so many are queued.
    fn wait(&self, runtime: &Runtime, left: usize) {
        let (mut last, mut since) = (u64::MAX, Instant::now());
        loop {
            let queued = runtime.block_on(self.outreach.campaign(self.campaign)).expect("a campaign").counts.queued;
            if queued <= left as u64 {
                return;
            }
            if queued != last {
                (last, since) = (queued, Instant::now());
            }
            assert!(since.elapsed() < LONGEST, "{queued} are queued and stay so");
            sleep(Duration::from_millis(10));
        }
    }

    /// Sees the leases run out, as a worker does that looks after them an hour later.
    fn leases_run_out(&self, runtime: &Runtime) {
        let later = Clock::from_fn(|| {
            jiff::Timestamp::from_microsecond(Clock::system().micros() + LATER).expect("an hour from now")
        });
        let store = runtime.block_on(Store::open(&self.places[0], later)).expect("it opens");
        let outreach = outreach(&store, Policy::default());
        while runtime.block_on(outreach.expire_leases()).expect("the store answers") > 0 {}
        runtime.block_on(store.close());
    }

    /// Holds what our side says of each message against how often the provider took it.
    fn judge(&self, provider: &Provider) -> Told {
        let mut times: HashMap<String, usize> = HashMap::new();
        for taken in provider.taken() {
            *times.entry(taken.to).or_default() += 1;
        }
        let list = self.user.folder().join("undangan.csv").display().to_string();
        assert_eq!(self.user.run(&["outreach", "status", &self.campaign.to_string(), "--output", &list]).code, 0);
        let mut told = Told::default();
        for row in csv::Reader::from_path(&list).expect("a file").records() {
            let row = row.expect("a row");
            let (phone, state) = (row[1].trim_start_matches('\''), &row[4]);
            match (state, times.remove(phone).unwrap_or(0)) {
                ("Diterima penyedia", 1) => told.once += 1,
                // A person will be asked.
                ("Tidak pasti", sent @ (0 | 1)) => {
                    told.uncertain += 1;
                    told.of_them_sent += sent;
                }
                (_, 0) => told.lost += 1,
                (_, 2..) => told.twice += 1,
                other => panic!("{phone}: {other:?}"),
            }
        }
        assert!(times.is_empty(), "somebody was sent what is in no list: {times:?}");
        told
    }
}

/// What became of the messages.
#[derive(Default)]
struct Told {
    once: usize,
    uncertain: usize,
    of_them_sent: usize,
    twice: usize,
    lost: usize,
}
