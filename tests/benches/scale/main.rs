//! A base of millions of applications on each engine: how long it takes to find whom a phone number and an address key, to import a further
//! file, and how large it is.
//!
//! `.ci/bench scale` runs it; docs/performance.md tells what the figures mean. The base is made as users make one: `satu import`, file after file.

#[path = "../common/engines.rs"]
mod chosen;
#[expect(dead_code, reason = "the reports of the other measurements are about files, this one's is about engines")]
#[path = "../common/mod.rs"]
mod common;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use common::process::{self, Cost};
use common::report::{Target, megabytes};
use common::{Failure, machine};
use satu_core::linking::keyed;
use satu_core::store::Store;
use satu_core::time::Clock;
use satu_tests::engines::{self, Engine};
use satu_tests::fixtures::{large::Large, people::Person};
use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

const USAGE: &str = "\
Measures a base of millions of applications. Options:
  --rows N           rows of the files that make the base (7750000: some 7.5 million applications)
  --import N         rows of the file that is imported into it (100000)
  --lookups N        people who are looked up (20000)
  --engines A,B      sqlite, postgres, mysql (all three)";

/// Rows of one file of the base.
const FILE: u64 = 500_000;
/// Megabytes that a server may keep of its tables: a quarter of a machine of 8 GB, as its makers advise.
const BUFFERS: u32 = 2048;
/// Looked up before the clock runs, so that connections and statements are there.
const WARM: u64 = 1_000;
/// The 99th percentile of a lookup at most, in microseconds, on SQLite and PostgreSQL.
const P99: f64 = 2_000.0;
/// Of those who are looked up, how many in a hundred are found by the number, and how many by the address, at least: one row in a hundred has a
/// broken cell, and two are somebody else's again.
const FOUND: f64 = 95.0;

fn main() -> ExitCode {
    match Options::read().and_then(|options| options.map_or(Ok(()), |options| measure(&options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    rows: u64,
    import: u64,
    lookups: u64,
    engines: Vec<(String, Engine)>,
    satu: PathBuf,
    cache: PathBuf,
}

impl Options {
    /// What the command line asks for; none where it asks for the usage.
    fn read() -> Result<Option<Self>, Failure> {
        let (mut rows, mut import, mut lookups) = (7_750_000, 100_000, 20_000);
        let mut names = "sqlite,postgres,mysql".to_owned();
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value; --help tells the options"));
            match word.as_str() {
                "--bench" => {} // cargo's own
                "--rows" => rows = value()?.replace('_', "").parse()?,
                "--import" => import = value()?.replace('_', "").parse()?,
                "--lookups" => lookups = value()?.replace('_', "").parse()?,
                "--engines" => names = value()?,
                "--help" | "-h" => {
                    writeln!(std::io::stdout(), "{USAGE}")?;
                    return Ok(None);
                }
                other => return Err(format!("unknown option {other}; --help tells the options").into()),
            }
        }
        let engines = chosen::engines(&names)?;
        let (satu, cache) = (common::options::beside()?, common::options::cache()?);
        if !satu.is_file() {
            return Err(format!("{} is missing: run .ci/bench scale, which builds it", satu.display()).into());
        }
        std::fs::create_dir_all(&cache)?;
        Ok(Some(Self { rows, import, lookups, engines, satu, cache }))
    }
}

fn measure(options: &Options) -> Result<(), Failure> {
    engines::set_buffers(BUFFERS);
    let mut table = format!(
        "Machine: {}\n\n| engine | applications | base made in s | lookup p50 µs | p99 µs | longest µs | import s | rows/s | peak MB | database GB |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        machine::line()
    );
    let mut targets: Vec<(String, Target)> = Vec::new();
    for (name, engine) in &options.engines {
        let Figures { applications, filled, lookups, import, bytes } = of_engine(options, name, *engine)?;
        let times = &lookups.times;
        let at = |part: f64| micros(times.get(share(times.len(), part)).copied().unwrap_or_default());
        let must = |what, value, bound, at_least, unit| (name.clone(), Target { what, value, bound, at_least, unit });
        if matches!(engine, Engine::Sqlite | Engine::Postgres) {
            targets.push(must("a lookup, p99", at(0.99), P99, false, " µs"));
        }
        targets.push(must("found by the number", of_hundred(lookups.by_phone, times), FOUND, true, " %"));
        targets.push(must("found by the address", of_hundred(lookups.by_email, times), FOUND, true, " %"));
        #[allow(clippy::cast_precision_loss, reason = "for showing")]
        let per_second = options.import as f64 / import.wall;
        table.push_str(&format!(
            "| {name} | {applications} | {:.0} | {:.0} | {:.0} | {:.0} | {:.1} | {per_second:.0} | {:.0} | {:.2} |\n",
            filled.as_secs_f64(),
            at(0.5),
            at(0.99),
            at(1.0),
            import.wall,
            megabytes(import.peak),
            megabytes(bytes) / 1e3,
        ));
    }
    table.push_str("\n| engine | what | measured | target | |\n|---|---|--:|--:|---|\n");
    for (name, target) in &targets {
        table.push_str(&format!("| {name} | {} |\n", target.cells()));
    }
    writeln!(
        std::io::stdout(),
        "{table}\nThe base: {} rows in files of {FILE}. Lookups: {}, one after another. The import: {} rows.",
        options.rows,
        options.lookups,
        options.import
    )?;
    // A lookup that finds nobody is no lookup. A time that is missed is told, as elsewhere.
    match targets.iter().find(|(_, target)| target.unit == " %" && !target.met()) {
        Some((name, target)) => Err(format!("{name}: too few {}: {:.1} %", target.what, target.value).into()),
        None => Ok(()),
    }
}

#[allow(clippy::cast_precision_loss, reason = "a share")]
fn of_hundred(found: u64, of: &[Duration]) -> f64 {
    100.0 * found as f64 / of.len().max(1) as f64
}

/// The place of a share of so many sorted values.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
fn share(values: usize, part: f64) -> usize {
    (values.saturating_sub(1) as f64 * part) as usize
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

struct Figures {
    applications: i64,
    filled: Duration,
    lookups: Lookups,
    import: Cost,
    bytes: u64,
}

/// What looking people up gave.
struct Lookups {
    /// Of every lookup, sorted.
    times: Vec<Duration>,
    /// Who was found by her number.
    by_phone: u64,
    /// Who was found by her address.
    by_email: u64,
}

fn of_engine(options: &Options, name: &str, engine: Engine) -> Result<Figures, Failure> {
    // In the cache folder, not in /tmp: that may be memory.
    let scratch = tempfile::tempdir_in(&options.cache)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let url = runtime.block_on(engine.database(scratch.path()));
    let began = Instant::now();
    let mut first = 0;
    while first < options.rows {
        let rows = FILE.min(options.rows - first);
        let (cost, counts) = import(options, &url, scratch.path(), first, rows)?;
        first += rows;
        eprintln!("bench: {name}, {first} of {} rows, {:.0} s, {counts}", options.rows, cost.wall);
    }
    let filled = began.elapsed();
    runtime.block_on(settle(engine, &url))?;
    let lookups = runtime.block_on(look_up(options, &url))?;
    let (import, counts) = import(options, &url, scratch.path(), options.rows, options.import)?;
    eprintln!("bench: {name}, {} rows into the base, {:.1} s, {counts}", options.import, import.wall);
    let (applications, bytes) = runtime.block_on(size(engine, &url, scratch.path()))?;
    runtime.block_on(drop_database(engine, &url))?;
    Ok(Figures { applications, filled, lookups, import, bytes })
}

/// Writes a part of the large file and imports it.
fn import(options: &Options, url: &str, folder: &Path, first: u64, rows: u64) -> Result<(Cost, Value), Failure> {
    let file = folder.join(format!("jobstreet-{first}.csv"));
    Large { first, rows, ..Large::default() }.write_csv(&file)?;
    let mut command = Command::new(&options.satu);
    command.env("SATU_DATA_DIR", folder.join("data")).env_remove("RUST_LOG");
    command.args(["--database", url, "import", "--json"]).arg(&file);
    let (cost, said) = process::measure(&mut command, Stdio::piped())?;
    std::fs::remove_file(file)?;
    let said: Value = serde_json::from_str(&said)?;
    Ok((cost, said.get("counts").cloned().unwrap_or_default()))
}

/// What a server has done with a table by itself once it has run for a day: looked through it, and read it. A base that was poured in this very hour lies on
/// the disk, and what was measured would be the disk.
async fn settle(engine: Engine, url: &str) -> Result<(), Failure> {
    sqlx::any::install_default_drivers();
    let statements: &[&str] = match engine {
        Engine::Sqlite => &[],
        Engine::Postgres => &[
            "VACUUM (ANALYZE) identifier_claim",
            "CREATE EXTENSION IF NOT EXISTS pg_prewarm",
            "SELECT pg_prewarm('identifier_claim')",
            "SELECT pg_prewarm('identifier_claim_pkey')",
            "CHECKPOINT",
        ],
        Engine::MySql | Engine::Galera => &["ANALYZE TABLE identifier_claim", "SELECT count(*) FROM identifier_claim"],
    };
    let mut connection = AnyConnection::connect(url).await?;
    for statement in statements {
        connection.execute(*statement).await?;
    }
    Ok(())
}

/// Looks people up by their numbers and addresses, the way a registration begins.
async fn look_up(options: &Options, url: &str) -> Result<Lookups, Failure> {
    let store = Store::open(url, Clock::system()).await?;
    let seed = Large::default().seed;
    let mut lookups = Lookups { times: Vec::new(), by_phone: 0, by_email: 0 };
    for number in 0..WARM + options.lookups {
        // Far from one another: a stride that has no factor in common with the number of rows would visit every one.
        let who = number.wrapping_mul(2_654_435_761) % options.rows;
        let person = Person::nth(seed, who);
        let (phone, email) = (format!("+62{}", person.mobile), person.email.clone());
        let began = Instant::now();
        let hers = keyed(&store, Some(&phone), Some(&email)).await?;
        let took = began.elapsed();
        if number >= WARM {
            lookups.times.push(took);
            lookups.by_phone += u64::from(hers.phone.is_some());
            lookups.by_email += u64::from(hers.email.is_some());
        }
    }
    store.close().await;
    lookups.times.sort_unstable();
    Ok(lookups)
}

/// Applications, and bytes of everything.
async fn size(engine: Engine, url: &str, folder: &Path) -> Result<(i64, u64), Failure> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await?;
    let count = "SELECT count(*) FROM hiring_application";
    let applications: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut connection).await?;
    let asked = match engine {
        Engine::Sqlite => {
            let file = folder.join("satu.db");
            let log = std::fs::metadata(file.with_extension("db-wal")).map_or(0, |file| file.len());
            return Ok((applications, std::fs::metadata(file)?.len() + log));
        }
        Engine::Postgres => "SELECT pg_database_size(current_database())",
        Engine::MySql | Engine::Galera => {
            "SELECT CAST(sum(file_size) AS SIGNED) FROM information_schema.innodb_sys_tablespaces \
             WHERE name LIKE concat(database(), '/%')"
        }
    };
    let bytes: i64 = sqlx::query_scalar(AssertSqlSafe(asked)).fetch_one(&mut connection).await?;
    Ok((applications, u64::try_from(bytes)?))
}

/// Makes room for the next engine's: a server keeps its files until this process ends.
async fn drop_database(engine: Engine, url: &str) -> Result<(), Failure> {
    let (server, name) = url.rsplit_once('/').ok_or("the URL names no database")?;
    let (first, how) = match engine {
        Engine::Sqlite => return Ok(()), // Its folder goes with the scratch folder.
        Engine::Postgres => ("postgres", " WITH (FORCE)"),
        Engine::MySql | Engine::Galera => ("mysql", ""),
    };
    let mut connection = AnyConnection::connect(&format!("{server}/{first}")).await?;
    sqlx::query(AssertSqlSafe(format!("DROP DATABASE {name}{how}"))).execute(&mut connection).await?;
    Ok(())
}
