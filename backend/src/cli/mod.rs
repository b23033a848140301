//! The `satu` command: one file a group of commands. Listings have `--json`; long work shows a bar on a terminal.
//!
//! Exit codes: 0 done; 1 failed; 2 usage; 3 the file cannot be read.

mod applications;
mod doctor;
mod duplicates;
mod funnel;
mod imports;
mod lifecycle;
mod links;
mod noted;
mod output;
mod outreach;
mod privacy;
mod reading;
mod reviews;
mod serve;
mod staff;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, Parser, Subcommand};
use satu_core::{
    import::ImportError,
    lifecycle::{Act, LifecycleError},
    linking::{DuplicatesError, LinkError},
    outreach::OutreachError,
    privacy::PrivacyError,
    staff::StaffError,
    store::{Store, StoreError},
};
use satu_portals::{Delimiter, DialectChoice, EncodingName, Escape, Limits, Quote, ReadErrorCode};
use tempfile::TempDir;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    Backend, OpenError, channel,
    config::{Config, ConfigError, Shell},
    export::ExportError,
    intake::IntakeError,
    log,
    problem::Problem,
};

/// One person, one application, whichever door she came through.
#[derive(Debug, Parser)]
#[command(name = "satu", version, max_term_width = 100)]
struct Satu {
    /// The database: sqlite:PATH, postgres://… or mysql://…. By default a file in the user's data folder (SATU_DATA_DIR moves that).
    #[arg(long, global = true, env = "SATU_DATABASE_URL", value_name = "URL")]
    database: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The raw table of a file, as it was understood.
    Read(reading::Read),
    /// The known portals; one definition.
    Portals(reading::Portals),
    /// What an import would do with each row; writes nothing.
    Preview(imports::Preview),
    /// Commit what needs no decision, queue the rest.
    Import(imports::Import),
    /// The imports so far.
    Batches(imports::Batches),
    /// Take an import back.
    Undo(imports::Undo),
    /// The rows that wait for a person.
    Review(reviews::ListReviews),
    /// Settle a row that waits.
    Decide(reviews::Decide),
    /// Who may have applied twice.
    Duplicates(duplicates::Duplicates),
    /// The applications.
    Applications(applications::List),
    /// The applications as a file.
    Export(applications::Export),
    /// Move applications one stage forward.
    Advance(lifecycle::Advance),
    /// Turn applicants down at their stage.
    Reject(lifecycle::End),
    /// Note that applicants withdrew at their stage.
    Resign(lifecycle::End),
    /// Bring applicants who were turned down or withdrew back into the running.
    Reopen(lifecycle::End),
    /// Compensate a record that was wrong.
    Correct(lifecycle::Correct),
    /// Activate the accounts of those who have signed: what those who work may enter is open to them then.
    Activate(lifecycle::Activate),
    /// Take an activation back.
    Deactivate(lifecycle::Activate),
    /// How many stand where, now or as of any day, and where they were lost.
    Funnel(funnel::ShowFunnel),
    /// Invite candidates by WhatsApp or SMS, once each, and see what came of it.
    #[command(subcommand)]
    Outreach(outreach::Outreach),
    /// Merge one application into another: they are one person.
    Merge(links::Merge),
    /// Take a merge back, or that two are apart.
    Unmerge(links::Unmerge),
    /// Say that two applications are two people's: nobody is asked about them again.
    Apart(links::Apart),
    /// What was said of an application.
    Links(links::Links),
    /// What the law on personal data asks for: somebody's data given to her, or erased.
    #[command(subcommand)]
    Privacy(privacy::Privacy),
    /// Who works here: added, listed, disabled.
    #[command(subcommand)]
    Staff(staff::Staff),
    /// The API and the UI on this machine.
    Serve(serve::Serve),
    /// Is everything in order?
    Doctor(doctor::Doctor),
}

/// What is overruled of what would be found out about a file.
#[derive(Debug, Clone, Default, Args)]
struct Overrules {
    /// The sheet; the one with the applicants if absent.
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,
    /// The row of the headers.
    #[arg(long, value_name = "N")]
    header_row: Option<u32>,
    /// What separates the cells of a text file: one character, or the word tab.
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<Delimiter>,
    /// The encoding of a text file or a web page: utf-8, utf-16le, windows-1252, ….
    #[arg(long, value_name = "NAME")]
    encoding: Option<EncodingName>,
    /// The mark around the cells of a text file: one ASCII character, or the word none.
    #[arg(long, value_name = "CHAR")]
    quote: Option<Quote>,
    /// How that mark is written inside a cell: doubled ("") or backslash (\").
    #[arg(long, value_name = "STYLE")]
    escape: Option<Escape>,
    /// A bound on the file, for this run: --limit rows=5000. SATU_LIMITS sets them for all runs.
    #[arg(long = "limit", value_name = "NAME=N", value_parser = limit)]
    limits: Vec<String>,
}

fn limit(text: &str) -> Result<String, String> {
    Limits::default().set(text).map(|()| text.to_owned())
}

impl Overrules {
    fn dialect(&self) -> Result<DialectChoice, Failure> {
        let Self { delimiter, encoding, quote, escape, .. } = *self;
        let choice = DialectChoice { delimiter, encoding, quote, escape };
        choice.check().map(|()| choice).map_err(Failure::Usage)
    }

    /// The limits of this run.
    fn limits(&self, mut limits: Limits) -> Result<Limits, Failure> {
        self.limits.iter().try_for_each(|one| limits.set(one)).map_err(Failure::Usage)?;
        Ok(limits)
    }
}

/// How much of a list, and in which form.
#[derive(Debug, Clone, Args)]
struct Listing {
    /// One JSON object: {items, next}.
    #[arg(long)]
    json: bool,
    /// Follow every page.
    #[arg(long)]
    all: bool,
    /// `next` of the page before.
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    /// Items in a page.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    limit: u64,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Lifecycle(#[from] LifecycleError),
    #[error(transparent)]
    Duplicates(#[from] DuplicatesError),
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Outreach(#[from] OutreachError),
    #[error(transparent)]
    Privacy(#[from] PrivacyError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{path}: {error}")]
    Export { path: PathBuf, error: ExportError },
    #[error("{path}: {error}")]
    File { path: PathBuf, error: std::io::Error },
    #[error("writing the output failed: {0}")]
    Output(#[from] std::io::Error),
    #[error("{0}")]
    Said(String),
    /// What is wrong was said already.
    #[error("")]
    Findings,
    #[error("{0}")]
    Usage(String),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Said(problem.detail)
    }
}

impl From<satu_portals::ReadError> for Failure {
    fn from(error: satu_portals::ReadError) -> Self {
        Self::Intake(IntakeError::Read(error))
    }
}

impl Failure {
    const fn code(&self) -> u8 {
        match self {
            // The user named something that is not there; the file itself is well.
            Self::Intake(IntakeError::Read(satu_portals::ReadError { code: ReadErrorCode::UnknownPortal, .. })) => 2,
            Self::Open(OpenError::Store(StoreError::Url { .. }) | OpenError::Model(_)) | Self::Config(_) => 2,
            Self::Usage(_) | Self::Intake(IntakeError::UnknownHeader { .. } | IntakeError::UnknownColumn { .. }) => 2,
            Self::Intake(IntakeError::Read(_)) => 3,
            _ => 1,
        }
    }
}

type Outcome = Result<(), Failure>;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let Satu { database, command } = Satu::parse();
    let config = Config::load(Shell::Web);
    let format = config.as_ref().map(|config| config.log).unwrap_or_default();
    tracing_subscriber::registry().with(log::filter()).with(log::lines(format, std::io::stderr)).init();
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(run(config?, database, command)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output has seen enough.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let sentence = failure.to_string();
            if !sentence.is_empty() {
                output::complain(&sentence);
            }
            ExitCode::from(failure.code())
        }
    }
}

async fn run(mut config: Config, database: Option<String>, command: Command) -> Outcome {
    if let Some(database) = database {
        config.database = database;
    }
    let (mut config, _nothing) = if command.only_looks() { looking(config)? } else { (config, None) };
    let changes = command.changes();
    match command {
        Command::Read(command) => command.run(config).await,
        Command::Portals(command) => command.run(&config),
        Command::Doctor(command) => command.run(config).await,
        Command::Preview(command) => {
            config.limits = command.limits(config.limits)?;
            with(config, &changes, async |backend| command.run(backend).await).await
        }
        Command::Import(command) => {
            config.limits = command.limits(config.limits)?;
            with(config, &changes, async |backend| command.run(backend).await).await
        }
        Command::Batches(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Undo(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Review(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Decide(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Duplicates(command) => {
            config.model = command.model(config.model);
            with(config, &changes, async |backend| command.run(backend).await).await
        }
        Command::Applications(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Export(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Advance(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Reject(command) => {
            with(config, &changes, async |backend| command.run(backend, Act::Reject).await).await
        }
        Command::Resign(command) => {
            with(config, &changes, async |backend| command.run(backend, Act::Resign).await).await
        }
        Command::Reopen(command) => {
            with(config, &changes, async |backend| command.run(backend, Act::Reopen).await).await
        }
        Command::Correct(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Activate(command) => with(config, &changes, async |backend| command.run(backend, true).await).await,
        Command::Deactivate(command) => with(config, &changes, async |backend| command.run(backend, false).await).await,
        Command::Funnel(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Outreach(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Merge(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Unmerge(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Apart(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Links(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Privacy(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Staff(command) => with(config, &changes, async |backend| command.run(backend).await).await,
        Command::Serve(command) => {
            if command.development {
                config.channel = Some(Arc::new(channel::Log));
            }
            command.run(&Backend::open(config).await?).await
        }
    }
}

/// Does something with the data. The database is closed in the end: the log of a large import would be read whole by whoever opens it next.
async fn with(config: Config, changes: &[noted::Change], work: impl AsyncFnOnce(&Backend) -> Outcome) -> Outcome {
    let backend = Backend::open(config).await?;
    let done = noted::noted(&backend, changes, work).await;
    backend.close().await;
    done
}

impl Command {
    /// Whether it changes nothing in a database without data.
    const fn only_looks(&self) -> bool {
        use Command::{Applications, Batches, Decide, Duplicates, Export, Funnel, Preview, Review, Staff, Undo};
        matches!(
            self,
            Preview(_)
                | Batches(_)
                | Undo(_)
                | Review(_)
                | Decide(_)
                | Duplicates(_)
                | Applications(_)
                | Export(_)
                | Funnel(_)
                | Staff(staff::Staff::List(_))
        ) || matches!(self, Self::Outreach(command) if command.only_looks())
    }
}

/// Who only looks leaves no database where none is: it is an empty one in a temporary folder that is looked at, gone with the second value.
fn looking(mut config: Config) -> Result<(Config, Option<TempDir>), Failure> {
    if !Store::is_missing(&config.database) {
        return Ok((config, None));
    }
    let failed = |error| Failure::File { path: std::env::temp_dir(), error };
    let folder = tempfile::tempdir().map_err(failed)?;
    config.database = format!("sqlite:{}", folder.path().join("satu.db").display());
    config.secrets = folder.path().join("secrets.toml");
    Ok((config, Some(folder)))
}
