//! The funnel of millions of records of history on each engine: how long it takes to add them to their blocks of days, and to answer each question.
//!
//! `.ci/bench funnel` runs it; docs/performance.md tells what the figures mean. The records are written as single changes of five years would have written
//! them, a row each, by statements of this file: made by the product one by one they would take days.

#[path = "../common/engines.rs"]
mod chosen;
#[expect(dead_code, reason = "the reports of the other measurements are about files, this one's is about engines")]
#[path = "../common/mod.rs"]
mod common;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use common::{Failure, machine};
use satu_core::lifecycle::{FunnelQuery, Reason, Stage, SubState, flow::Wait, fold_days, funnel};
use satu_core::store::Store;
use satu_core::time::Clock;
use satu_tests::engines::{self, Engine};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

const USAGE: &str = "\
Measures the funnel of millions of records. Options:
  --records N        records of history (7500000)
  --engines A,B      sqlite, postgres, mysql (all three)
  --runs N           how often each question is asked (20)";

/// Megabytes that a server may keep of its tables.
const BUFFERS: u32 = 2048;
/// Records that one statement writes.
const CHUNK: u64 = 250_000;
/// Microseconds of a day, and how far Jakarta's begin before those of UTC.
const DAY: i64 = 86_400_000_000;
const JAKARTA: i64 = 7 * 3_600_000_000;
/// The first record, 2021-01-01; they are spread evenly over five years.
const BEGINS: i64 = 1_609_459_200_000_000;
const LASTS: i64 = 1_826 * DAY;
const PORTALS: [&str; 7] = ["glints", "jobstreet", "indeed", "kalibrr", "linkedin", "google_form", "referral"];

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
    records: u64,
    runs: usize,
    engines: Vec<(String, Engine)>,
}

impl Options {
    /// What the command line asks for; none where it asks for the usage.
    fn read() -> Result<Option<Self>, Failure> {
        let (mut records, mut runs, mut names) = (7_500_000, 20, "sqlite,postgres,mysql".to_owned());
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value; --help tells the options"));
            match word.as_str() {
                "--bench" => {} // cargo's own
                "--records" => records = value()?.replace('_', "").parse()?,
                "--runs" => runs = value()?.parse::<usize>()?.max(1),
                "--engines" => names = value()?,
                "--help" | "-h" => {
                    writeln!(std::io::stdout(), "{USAGE}")?;
                    return Ok(None);
                }
                other => return Err(format!("unknown option {other}; --help tells the options").into()),
            }
        }
        Ok(Some(Self { records, runs, engines: chosen::engines(&names)? }))
    }
}

fn measure(options: &Options) -> Result<(), Failure> {
    engines::set_buffers(BUFFERS);
    let cache = common::options::cache()?;
    std::fs::create_dir_all(&cache)?;
    let mut table = format!(
        "Machine: {}\n\n| engine | records | added to their days in s | records/s | question | median ms | longest ms |\n|---|--:|--:|--:|---|--:|--:|\n",
        machine::line()
    );
    for (name, engine) in &options.engines {
        // In the cache folder, not in /tmp: that may be memory.
        let scratch = tempfile::tempdir_in(&cache)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (folded, answers) = runtime.block_on(async {
            let url = engine.database(scratch.path()).await;
            of_engine(options, name, *engine, &url).await
        })?;
        #[allow(clippy::cast_precision_loss, reason = "for showing")]
        let per_second = options.records as f64 / folded.as_secs_f64();
        for (question, times) in answers {
            let at = |part: usize| times.get(part).copied().unwrap_or_default().as_secs_f64() * 1e3;
            table.push_str(&format!(
                "| {name} | {} | {:.0} | {per_second:.0} | {question} | {:.0} | {:.0} |\n",
                options.records,
                folded.as_secs_f64(),
                at(times.len() / 2),
                at(times.len() - 1),
            ));
        }
    }
    writeln!(std::io::stdout(), "{table}\nEach question {} times, one after another.", options.runs)?;
    Ok(())
}

/// How long it took to add all of it to its blocks, and each question with how long its answers took, sorted.
async fn of_engine(
    options: &Options,
    name: &str,
    engine: Engine,
    url: &str,
) -> Result<(Duration, Vec<(&'static str, Vec<Duration>)>), Failure> {
    let store = Store::open(url, Clock::system()).await?;
    let began = Instant::now();
    write(options.records, engine, url).await?;
    eprintln!("bench: {name}, {} records written in {:.0} s", options.records, began.elapsed().as_secs_f64());
    let began = Instant::now();
    let added = fold_days(&store).await?;
    let folded = began.elapsed();
    if added != options.records {
        return Err(format!("{added} of {} records were added", options.records).into());
    }
    eprintln!("bench: {name}, added to their days in {:.0} s", folded.as_secs_f64());
    settle(engine, url).await?;
    let noon = |day: i64| Some(BEGINS + day * DAY + DAY / 2);
    let questions = [
        ("now", FunnelQuery::default()),
        ("as of a noon after four years", FunnelQuery { until: noon(1_500), ..FunnelQuery::default() }),
        ("a year's moves", FunnelQuery { since: noon(1_000), until: noon(1_365), portal: None }),
        ("a year's moves of a portal", FunnelQuery { since: noon(1_000), until: noon(1_365), portal: Some("glints") }),
    ];
    let mut answers = Vec::new();
    for (question, query) in questions {
        let mut times = Vec::new();
        for _ in 0..options.runs {
            let began = Instant::now();
            let answer = funnel(&store, query).await?;
            times.push(began.elapsed());
            if answer.total == 0 {
                return Err(format!("{question}: nobody is there").into());
            }
        }
        times.sort_unstable();
        answers.push((question, times));
    }
    store.close().await;
    Ok((folded, answers))
}

/// What a server does by itself within minutes of such a load, and before a day is over: PostgreSQL removes the versions of rows that folding left behind, and
/// both servers count what their tables hold.
async fn settle(engine: Engine, url: &str) -> Result<(), Failure> {
    let does = match engine {
        Engine::Sqlite => return Ok(()),
        Engine::Postgres => "VACUUM (ANALYZE) status_flow, status_sum, status_way",
        Engine::MySql | Engine::Galera => "ANALYZE TABLE status_flow, status_sum, status_way",
    };
    AnyConnection::connect(url).await?.execute(does).await?;
    Ok(())
}

/// Every way that can be: beginnings, steps on, and losses for one reason or two, after every wait.
fn ways() -> Vec<String> {
    let mut ways = Vec::new();
    let active = SubState::Active;
    for portal in PORTALS {
        for stages in Stage::ALL.windows(2) {
            let [from, to] = stages else { continue };
            let (from, to) = (from.as_str(), to.as_str());
            for waited in 0..=Wait::ENDS.len() {
                ways.push(format!("'{portal}', '{to}', '{active}', '{from}', '{active}', {waited}, '[]'"));
                for lost in [SubState::Rejected, SubState::Resigned] {
                    for reason in Reason::ALL.iter().take(6) {
                        let reason = reason.as_str();
                        ways.push(format!(
                            "'{portal}', '{from}', '{lost}', '{from}', '{active}', {waited}, '[\"{reason}\"]'"
                        ));
                    }
                }
            }
        }
    }
    ways
}

/// Writes the records: a third of them begin, the others go a way, some ways far more often than others.
async fn write(records: u64, engine: Engine, url: &str) -> Result<(), Failure> {
    sqlx::any::install_default_drivers();
    let connection = &mut AnyConnection::connect(url).await?;
    let columns = "portal, stage, sub_state, from_stage, from_sub_state, waited, reasons";
    let text = if engine == Engine::MySql { "VARCHAR(255)" } else { "TEXT" };
    let typed = columns.replace(", ", &format!(" {text}, ")).replace(&format!("waited {text}"), "waited BIGINT");
    connection
        .execute(AssertSqlSafe(format!("CREATE TABLE bench_way (number BIGINT PRIMARY KEY, {typed} {text})")))
        .await?;
    let screening = Stage::Screening.as_str();
    let mut rows: Vec<String> = Vec::new();
    for (number, portal) in PORTALS.iter().enumerate() {
        let active = SubState::Active;
        rows.push(format!("({number}, '{portal}', '{screening}', '{active}', '', '', -1, '[]')"));
    }
    let begins = rows.len();
    rows.extend(ways().into_iter().enumerate().map(|(number, way)| format!("({}, {way})", number + begins)));
    for rows in rows.chunks(500) {
        connection.execute(AssertSqlSafe(format!("INSERT INTO bench_way VALUES {}", rows.join(", ")))).await?;
    }
    // Engines round: one less than there are.
    let ways = rows.len() - begins - 1;
    let step = LASTS / i64::try_from(records.max(1))?;
    let (id, whole, divided) = match engine {
        Engine::Sqlite => ("unhex(printf('%032x', n))", "INTEGER", "/"),
        Engine::Postgres => ("CAST(lpad(to_hex(n), 32, '0') AS UUID)", "BIGINT", "/"),
        Engine::MySql | Engine::Galera => ("UNHEX(LPAD(HEX(n), 32, '0'))", "SIGNED", "DIV"),
    };
    // Of what is scattered, the square: small numbers come more often.
    let scattered = "((n * 7919) % 1000003)";
    let way = format!(
        "CASE WHEN n % 3 = 0 THEN {scattered} % {begins} \
         ELSE {begins} + CAST({ways} * ({scattered} / 1000003.0) * ({scattered} / 1000003.0) AS {whole}) END"
    );
    for first in (0..records).step_by(usize::try_from(CHUNK)?) {
        let last = (first + CHUNK).min(records);
        let series = match engine {
            Engine::Postgres => format!("SELECT n FROM generate_series({first}::bigint, {last}::bigint - 1) AS n"),
            Engine::Sqlite => format!(
                "WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {last}) SELECT n FROM s"
            ),
            Engine::MySql | Engine::Galera => {
                format!("SELECT seq AS n FROM seq_{first}_to_{}", last - 1)
            }
        };
        connection
            .execute(AssertSqlSafe(format!(
                "INSERT INTO status_flow (id, at, day, way, {columns}, records, folded) \
                 SELECT {id}, {BEGINS} + n * {step}, ({BEGINS} + n * {step} + {JAKARTA}) {divided} {DAY}, w.number, \
                 w.portal, w.stage, w.sub_state, w.from_stage, w.from_sub_state, w.waited, w.reasons, 1, 0 \
                 FROM (SELECT n, {way} AS number FROM ({series}) AS series) AS numbered \
                 JOIN bench_way w ON w.number = numbered.number"
            )))
            .await?;
    }
    connection.execute("DROP TABLE bench_way").await?;
    Ok(())
}
