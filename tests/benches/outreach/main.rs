//! A campaign: how many messages a second are queued, and worked through against a stand-in for the provider that answers at once, on each engine; and that a
//! worker's memory does not follow the number of messages.
//!
//! `.ci/bench outreach` runs it; docs/performance.md tells what the figures mean. In each run, one after another, each in a process of its own: a worker of the
//! product without a limit ([`satu`]), and the same requests around bare statements ([`floor`]).

#[path = "../common/engines.rs"]
mod chosen;
#[expect(dead_code, reason = "the reports of the other measurements are about files, this one's is about engines")]
#[path = "../common/mod.rs"]
mod common;
mod floor;
mod satu;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use common::process::{self, Cost};
use common::{Failure, machine, report::megabytes};
use satu_backend::outreach::Carrier;
use satu_backend::{Config, Shell};
use satu_core::outreach::Channel;
use satu_tests::applicants::{applicant, table};
use satu_tests::engines::Engine;
use satu_tests::provider::Provider;

#[cfg(not(windows))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const USAGE: &str = "\
Measures a campaign, from its queue to the provider. Options:
  --messages A,B     messages of a campaign; several, for the growth of memory (10000,100000)
  --engines A,B      sqlite, postgres, mysql (all three)";

/// By which provider messages leave.
const CHANNEL: Channel = Channel::Twilio;
/// Messages that are on their way at one time, as the product has it.
const AT_ONCE: usize = 8;
/// How much more memory the largest campaign may take than the smallest.
const GROWTH: f64 = 1.25;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["satu"] => satu::child(),
        ["floor", engine, messages] => floor::child(engine, messages),
        words => Options::read(words).and_then(|options| options.map_or(Ok(()), |options| measure(&options))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    messages: Vec<u32>,
    engines: Vec<(String, Engine)>,
    satu: PathBuf,
    cache: PathBuf,
}

impl Options {
    /// What the command line asks for; none where it asks for the usage.
    fn read(words: &[&str]) -> Result<Option<Self>, Failure> {
        let (mut messages, mut names) = ("10000,100000", "sqlite,postgres,mysql");
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value; --help tells the options"));
            match *word {
                "--messages" => messages = value()?,
                "--engines" => names = value()?,
                "--help" | "-h" => {
                    writeln!(std::io::stdout(), "{USAGE}")?;
                    return Ok(None);
                }
                other => return Err(format!("unknown option {other}; --help tells the options").into()),
            }
        }
        let messages = messages.split(',').map(|number| number.replace('_', "").parse()).collect::<Result<_, _>>()?;
        let (satu, cache) = (common::options::beside()?, common::options::cache()?);
        if !satu.is_file() {
            return Err(format!("{} is missing: run .ci/bench outreach, which builds it", satu.display()).into());
        }
        fs::create_dir_all(&cache)?;
        Ok(Some(Self { messages, engines: chosen::engines(names)?, satu, cache }))
    }
}

/// What one of the two took for a campaign.
struct Figures {
    queued_s: f64,
    worked_s: f64,
    /// The requests alone; of the floor only.
    requests_s: Option<f64>,
    cost: Cost,
}

fn measure(options: &Options) -> Result<(), Failure> {
    let mut text = format!(
        "Machine: {}\n\n| engine | messages | what | queued/s | worked through/s | requests alone/s | cpu s | peak MB |\n|---|--:|---|--:|--:|--:|--:|--:|\n",
        machine::line()
    );
    let mut ratios =
        "\n| engine | messages | floor / satu, queued | floor / satu, worked through |\n|---|--:|--:|--:|\n".to_owned();
    let mut growths =
        "\n| engine | messages | peak memory by that of the fewest | target | |\n|---|--:|--:|--:|---|\n".to_owned();
    for (name, engine) in &options.engines {
        let mut fewest = None;
        for messages in &options.messages {
            eprintln!("bench: {name}, {messages} messages");
            let [ours, floor] = of_campaign(options, name, *engine, *messages)?;
            let rate = |seconds: f64| f64::from(*messages) / seconds;
            for (what, Figures { queued_s, worked_s, requests_s, cost }) in [("satu", &ours), ("floor", &floor)] {
                let requests = requests_s.map_or_else(String::new, |seconds| format!("{:.0}", rate(seconds)));
                text.push_str(&format!(
                    "| {name} | {messages} | {what} | {:.0} | {:.0} | {requests} | {:.1} | {:.0} |\n",
                    rate(*queued_s),
                    rate(*worked_s),
                    cost.cpu,
                    megabytes(cost.peak),
                ));
            }
            ratios.push_str(&format!(
                "| {name} | {messages} | {:.2}× | {:.2}× |\n",
                ours.queued_s / floor.queued_s,
                ours.worked_s / floor.worked_s
            ));
            let fewest = *fewest.get_or_insert(ours.cost.peak);
            let growth = megabytes(ours.cost.peak) / megabytes(fewest);
            let met = if growth <= GROWTH { "met" } else { "missed" };
            growths.push_str(&format!("| {name} | {messages} | {growth:.2}× | ≤ {GROWTH}× | {met} |\n"));
        }
    }
    writeln!(std::io::stdout(), "{text}{ratios}{growths}")?;
    Ok(())
}

/// The product and the floor on as many messages.
fn of_campaign(options: &Options, name: &str, engine: Engine, messages: u32) -> Result<[Figures; 2], Failure> {
    // In the cache folder, not in /tmp: that may be memory.
    let scratch = tempfile::tempdir_in(&options.cache)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let database = runtime.block_on(engine.database(scratch.path()));
    import(options, &database, scratch.path(), messages)?;
    let ours = of_this(&runtime, &["satu"], &database, scratch.path(), messages)?;
    let bare = scratch.path().join("bare");
    fs::create_dir(&bare)?;
    let database = runtime.block_on(engine.database(&bare));
    let floor = of_this(&runtime, &["floor", name, &messages.to_string()], &database, scratch.path(), messages)?;
    Ok([ours, floor])
}

/// Imports as many applicants, each with a number of her own.
fn import(options: &Options, database: &str, folder: &Path, applicants: u32) -> Result<(), Failure> {
    let one =
        |number: u32| applicant(&format!("Calon {number}"), &phone(number), &format!("calon{number}@example.com"));
    let file = folder.join("pelamar.csv");
    fs::write(&file, table("glints", &(0..applicants).map(one).collect::<Vec<_>>()))?;
    let mut command = Command::new(&options.satu);
    command.env("SATU_DATA_DIR", folder.join("data")).env_remove("RUST_LOG");
    process::measure(command.args(["--database", database, "import"]).arg(&file), Stdio::null())?;
    fs::remove_file(file)?;
    Ok(())
}

/// The number of one of them.
fn phone(number: u32) -> String {
    format!("0812{:08}", 10_000_000 + number)
}

/// Runs one of this program's subjects against a provider of its own: it prints seconds, and the provider must have been asked once for each message and request.
fn of_this(
    runtime: &tokio::runtime::Runtime,
    words: &[&str],
    database: &str,
    folder: &Path,
    messages: u32,
) -> Result<Figures, Failure> {
    let provider = runtime.block_on(Provider::start());
    let mut command = Command::new(std::env::current_exe()?);
    command.args(words).env("SATU_DATA_DIR", folder.join("data")).env("SATU_DATABASE_URL", database);
    command.envs(provider.variables()).env_remove("RUST_LOG");
    let (cost, said) = process::measure(&mut command, Stdio::piped())?;
    let seconds = said.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    let (queued_s, worked_s, requests_s) = match seconds.as_slice() {
        [queued, worked] => (*queued, *worked, None),
        [queued, worked, requests] => (*queued, *worked, Some(*requests)),
        _ => return Err(format!("{words:?} said {said}").into()),
    };
    let expected = u64::from(messages) * if requests_s.is_some() { 2 } else { 1 };
    if provider.asked() != expected {
        return Err(format!("{words:?}: the provider was asked {} times, not {expected}", provider.asked()).into());
    }
    Ok(Figures { queued_s, worked_s, requests_s, cost })
}

/// What a subject is told by its environment: the database, and the provider.
fn told() -> Result<(Config, Arc<dyn Carrier>), Failure> {
    let config = Config::load(Shell::Web)?;
    let carriers = config.outreach.carriers()?;
    let carrier = carriers.into_iter().find(|one| one.channel() == CHANNEL).ok_or("no provider is configured")?;
    Ok((config, carrier))
}
