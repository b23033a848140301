//! Registrations and logins a second as a share of what the hash of a PIN alone allows on the same cores, memory, what happens past the limit, and how quickly the gate
//! answers.
//!
//! `.ci/bench accounts` runs it; docs/performance.md tells what the figures mean. The server is the release build of `satu serve` on a file; whoever asks runs on
//! the same cores. The bare hash is measured before and after, with the library and the parameters that the product uses.

#[expect(dead_code, reason = "the reports of the other measurements are about files")]
#[path = "../common/mod.rs"]
mod common;
mod load;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use common::{Failure, machine, options, report::megabytes};
use load::{Candidate, Load};

const USAGE: &str = "\
Measures registration, login and the gate of `satu serve`. Options:
  --candidates N     how many register, and sign in (1500)
  --seconds N        how long the bare hash and the gate are measured (10)";

/// The least share of the bare hash.
const SHARE: f64 = 0.9;
/// How much more memory the server may have after the logins than after the first registrations.
const GROWTH: f64 = 1.25;
/// How many ask at one time: two for each core keep both busy, and nobody waits past the limit.
const AT_ONCE: usize = 4;
/// How many ask at one time past the limit.
const TOO_MANY: usize = 256;
/// Connections of `wrk` at the gate.
const AT_THE_GATE: usize = 16;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match Options::read(&words).and_then(|options| options.map_or(Ok(()), |options| measure(&options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    candidates: u32,
    seconds: u64,
    satu: PathBuf,
    cache: PathBuf,
}

impl Options {
    /// What the command line asks for; none where it asks for the usage.
    fn read(words: &[String]) -> Result<Option<Self>, Failure> {
        let mut options = Self { candidates: 1500, seconds: 10, satu: options::beside()?, cache: options::cache()? };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value; --help tells the options"));
            match word.as_str() {
                "--candidates" => options.candidates = value()?.parse()?,
                "--seconds" => options.seconds = value()?.parse()?,
                "--help" | "-h" => {
                    writeln!(std::io::stdout(), "{USAGE}")?;
                    return Ok(None);
                }
                other => return Err(format!("unknown option {other}; --help tells the options").into()),
            }
        }
        if !options.satu.is_file() {
            return Err(
                format!("{} is missing: run .ci/bench accounts, which builds it", options.satu.display()).into()
            );
        }
        fs::create_dir_all(&options.cache)?;
        Ok(Some(options))
    }
}

/// `satu serve`, ended when it is dropped.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    /// Starts it on a folder, with codes written to a file and no limits but that of the hashing.
    fn start(satu: &Path, folder: &Path) -> Result<Self, Failure> {
        let mut command = Command::new(satu);
        command.args(["serve", "--listen", "127.0.0.1:0"]).env_remove("RUST_LOG");
        command.env("SATU_DATA_DIR", folder).env("SATU_OUTREACH_CODES_BY", "file");
        command.env("SATU_OUTREACH_FILE", codes(folder));
        command.env("SATU_ACCOUNTS_NEW_DEVICE_NEEDS_A_CODE", "false");
        for limit in [
            "SATU_GUARD_CODES_AN_HOUR",
            "SATU_GUARD_ATTEMPTS_A_MINUTE",
            "SATU_ACCOUNTS_CODES_A_DAY",
            "SATU_ACCOUNTS_CODES_A_DAY_TO_A_BLOCK",
        ] {
            command.env(limit, "1000000");
        }
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut said = String::new();
        let printed = process.stdout.take().ok_or("it says nothing")?;
        std::io::BufRead::read_line(&mut std::io::BufReader::new(printed), &mut said)?;
        Ok(Self { process, url: said.trim().to_owned() })
    }

    /// Bytes that it has in memory.
    fn memory(&self) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("it has ended")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<u64>()? * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn codes(folder: &Path) -> PathBuf {
    folder.join("codes.jsonl")
}

fn measure(options: &Options) -> Result<(), Failure> {
    let scratch = tempfile::tempdir_in(&options.cache)?;
    let server = Server::start(&options.satu, scratch.path())?;
    let load = Load::to(&server.url, options.candidates)?;
    eprintln!("bench: {} codes are asked for", options.candidates);
    let candidates = load.codes(&codes(scratch.path()))?;
    let (first, rest) = candidates.split_at(candidates.len() / 10);

    let before = bare(options.seconds)?;
    load.register(first, AT_ONCE)?;
    let memory_before = server.memory()?;
    let registered = load.register(rest, AT_ONCE)?.rate();
    let signed_in = load.sign_in(&candidates, AT_ONCE)?.rate();
    let memory_after = server.memory()?;
    let after = bare(options.seconds)?;
    let past = load.sign_in(&candidates, TOO_MANY)?;
    let memory_past = server.memory()?;
    let gate = gate(&load, &candidates, options.seconds)?;

    let bare = f64::midpoint(before, after);
    let met = |is_met: bool| if is_met { "met" } else { "missed" };
    let share = |rate: f64| format!("{:.2} | ≥ {SHARE} | {}", rate / bare, met(rate / bare >= SHARE));
    let growth = |bytes: u64| megabytes(bytes) / megabytes(memory_before);
    let grown = |bytes: u64| format!("{:.2}× | ≤ {GROWTH}× | {}", growth(bytes), met(growth(bytes) <= GROWTH));
    writeln!(
        std::io::stdout(),
        "Machine: {machine}\n\n\
         | what | a second | p50 ms | p99 ms |\n|---|--:|--:|--:|\n\
         | the bare hash, before and after | {before:.1}, {after:.1} | | |\n\
         | registrations | {registered:.1} | | |\n\
         | logins | {signed_in:.1} | | |\n\
         | logins, {TOO_MANY} at once | {past_rate:.1} | | |\n\
         | the gate, {AT_THE_GATE} connections | {gate_rate:.0} | {p50:.2} | {p99:.2} |\n\n\
         | what | measured | target | |\n|---|--:|--:|---|\n\
         | registrations by the bare hash | {shared_registrations} |\n\
         | logins by the bare hash | {shared_logins} |\n\
         | memory after {all} logins, by that after {few} registrations ({megabytes:.0} MB) | {grown} |\n\
         | the same after {TOO_MANY} at once | {grown_past} |\n\
         | of {asked} past the limit: turned away with 503 and Retry-After | {turned} | > 0 | {turned_met} |",
        machine = machine::line(),
        past_rate = past.rate(),
        gate_rate = gate.rate,
        p50 = gate.p50_ms,
        p99 = gate.p99_ms,
        shared_registrations = share(registered),
        shared_logins = share(signed_in),
        all = candidates.len(),
        few = first.len(),
        megabytes = megabytes(memory_before),
        grown = grown(memory_after),
        grown_past = grown(memory_past),
        asked = past.asked,
        turned = past.turned_away,
        turned_met = met(past.turned_away > 0),
    )?;
    Ok(())
}

/// Hashes of six digits a second that all cores make, with the parameters of the product and nothing around them.
fn bare(seconds: u64) -> Result<f64, Failure> {
    let (memory, passes, lanes) = satu_core::credential::PARAMS;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| error.to_string())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let (ended, hashed) = (AtomicBool::new(false), AtomicU64::new(0));
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) && argon2.hash_password(b"482057").is_ok() {
                    hashed.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(Duration::from_secs(seconds));
        ended.store(true, Ordering::Relaxed);
    });
    Ok(hashed.into_inner() as f64 / began.elapsed().as_secs_f64())
}

/// What `wrk` says of the gate.
struct Gate {
    rate: f64,
    p50_ms: f64,
    p99_ms: f64,
}

/// Asks one candidate's gate for a while.
fn gate(load: &Load, candidates: &[Candidate], seconds: u64) -> Result<Gate, Failure> {
    let token = load.token(candidates.first().ok_or("nobody is there")?)?;
    let (duration, connections) = (format!("-d{seconds}s"), format!("-c{AT_THE_GATE}"));
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", &connections, &duration, "--latency", "-H", &format!("Authorization: Bearer {token}")]);
    let output = wrk.arg(format!("{}/v1/eligibility/payroll", load.url())).output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let field = |name: &str| {
        said.lines().find_map(|line| line.trim().strip_prefix(name)).map(|rest| rest.trim_start_matches(':').trim())
    };
    if !output.status.success() || said.contains("Non-2xx") {
        return Err(format!("wrk: {said}").into());
    }
    let missing = || format!("wrk does not say what is needed: {said}");
    Ok(Gate {
        rate: field("Requests/sec").ok_or_else(missing)?.parse()?,
        p50_ms: milliseconds(field("50%").ok_or_else(missing)?)?,
        p99_ms: milliseconds(field("99%").ok_or_else(missing)?)?,
    })
}

/// A time as `wrk` writes it: `812.00us`, `1.25ms`, `1.02s`.
fn milliseconds(text: &str) -> Result<f64, Failure> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1000.0)];
    let read = units.iter().find_map(|(unit, factor)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor));
    Ok(read.ok_or_else(|| format!("{text} is no time"))?)
}
