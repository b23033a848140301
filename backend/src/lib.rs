//! # satu-backend
//!
//! The HTTP API of Satu as a [`Backend`] whose [`Backend::router`] any shell can serve (`satu serve` on a socket, the desktop in
//! its own process), and the `satu` command ([`cli`]).
//!
//! It carries values between the outside and the two crates below: files go to `satu-portals`, rows to `satu-core`. It must
//! decide nothing about people, and hold no SQL. To add a route: one handler in the file of [`api`] that owns the
//! resource; its OpenAPI description is its annotation.

pub mod access;
pub mod api;
pub mod channel;
pub mod cli;
pub mod client;
pub mod config;
pub mod describe;
pub mod export;
pub mod intake;
pub mod jobs;
pub mod log;
pub mod mail;
pub mod metrics;
pub mod model;
pub mod outbound;
pub mod outreach;
pub mod pace;
pub mod portals;
pub mod problem;
pub mod samples;
pub mod searches;
pub mod secrets;
pub mod spool;
pub mod tokens;
pub mod ui;
mod upkeep;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use satu_core::{
    account::Accounts,
    credential::Hasher,
    id::CampaignId,
    import,
    linking::Model,
    outreach::{Outreach, OutreachError},
    private,
    staff::Team,
    store::{Store, StoreError},
};
use satu_portals::DefinitionError;

use api::idempotency::Underway;
use channel::{Channel, Several};
pub use config::{Config, Shell};
use intake::Intake;
use jobs::Jobs;
use metrics::Metrics;
use model::BadModel;
use outreach::{
    Carriers, Worker,
    codes::{self, ByCarrier},
};
use pace::Pace;
use portals::Portals;
use searches::Searches;
use secrets::{Secrets, SecretsError};
use spool::Spool;
use tokens::{BadKey, Tokens};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long an end waits for steps of imports to hear of it, and then for what was done to be written down.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Why the backend cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder cannot be made.
    #[error("the data folder {path} cannot be created: {error}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A portal's definition is wrong.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// The model of suspected duplicates cannot be used.
    #[error(transparent)]
    Model(#[from] BadModel),
    /// The secrets cannot be used.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// A signing key cannot be used.
    #[error(transparent)]
    SigningKey(#[from] BadKey),
    /// Providers cannot be spoken to.
    #[error("providers cannot be spoken to: {0}; are the system's certificates there?")]
    Client(#[from] reqwest::Error),
    /// The mail server cannot be spoken to.
    #[error(transparent)]
    Mail(#[from] mail::MailError),
    /// An import that another run left cannot be cleared away.
    #[error(transparent)]
    Import(#[from] import::ImportError),
}

/// Everything behind the API: the store, the portals, the imports that are running. Cheap to clone.
#[derive(Clone)]
pub struct Backend {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    store: Store,
    intake: Intake,
    spool: Spool,
    jobs: Jobs,
    model: Model,
    searches: Searches,
    underway: Underway,
    records: TaskTracker,
    accounts: Accounts,
    outreach: Outreach,
    carriers: Carriers,
    worker: Worker,
    workers: TaskTracker,
    channel: Option<Arc<dyn Channel>>,
    team: Team,
    tokens: Tokens,
    pace: Pace,
    metrics: Metrics,
    stopping: CancellationToken,
}

impl Backend {
    /// Opens the database that the configuration names, makes its tables, and throws away what a killed run left half-way.
    ///
    /// # Errors
    /// The folder or the database cannot be opened, or a definition is wrong.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        private::create_folder(&config.data_dir)
            .map_err(|error| OpenError::Folder { path: config.data_dir.clone(), error })?;
        let model = model::open(config.model.as_deref())?;
        let secrets = Secrets::open(&config.secrets)?;
        let store = Store::open(&config.database, config.clock.clone()).await?.with_keys(secrets.keys.clone());
        import::abandon_stale(&store).await?;
        let limits = config.limits.clone();
        let spool = Spool::new(config.spool(), limits.text_bytes.max(limits.workbook_bytes));
        spool.sweep(&store).await?;
        let portals = Portals::open(config.portals())?;
        let intake = Intake { store: store.clone(), portals, limits, actor: config.actor.clone() };
        let policy = config.policy();
        let carriers = config.outreach.carriers()?;
        let channel = match &config.channel {
            Some(channel) => Some(Arc::clone(channel)),
            None => ways(&config, &carriers)?,
        };
        let outreach =
            Outreach::new(store.clone(), secrets.keys.clone(), config.outreach.policy(policy.invitation_days));
        let stopping = CancellationToken::new();
        let metrics = Metrics::default();
        let (clock, handed) = (config.clock.clone(), metrics.messages());
        let worker = Worker::new(outreach.clone(), carriers.clone(), clock, handed, stopping.clone());
        let hasher = Hasher::new(&secrets.keys);
        Ok(Self {
            shared: Arc::new(Shared {
                team: Team::new(store.clone(), secrets.keys.clone(), hasher.clone()),
                accounts: Accounts::new(store.clone(), secrets.keys, hasher, policy),
                tokens: Tokens::new(&secrets.signing)?,
                pace: Pace::new(config.guard),
                metrics,
                stopping,
                outreach,
                channel,
                carriers,
                worker,
                workers: TaskTracker::new(),
                config,
                store,
                intake,
                spool,
                jobs: Jobs::default(),
                model,
                searches: Searches::default(),
                underway: Underway::default(),
                records: TaskTracker::new(),
            }),
        })
    }

    /// The API under `/v1`, the health routes, and the UI under every other path.
    pub fn router(&self) -> Router {
        api::router(self.clone())
    }

    /// Where everything that is kept for a user stands.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.shared.config.data_dir
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// The way of a file into the store.
    #[must_use]
    pub fn intake(&self) -> &Intake {
        &self.shared.intake
    }

    /// What suspected duplicates are weighed with.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.shared.model
    }

    /// The search for duplicates.
    #[must_use]
    pub fn searches(&self) -> &Searches {
        &self.shared.searches
    }

    /// Files that wait for their import.
    #[must_use]
    pub fn spool(&self) -> &Spool {
        &self.shared.spool
    }

    /// The imports that are running.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.shared.jobs
    }

    /// The accounts of candidates.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.shared.accounts
    }

    /// Those who work here.
    #[must_use]
    pub fn team(&self) -> &Team {
        &self.shared.team
    }

    /// What access tokens are signed and verified with.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        &self.shared.tokens
    }

    /// What each address has asked lately.
    pub(crate) fn pace(&self) -> &Pace {
        &self.shared.pace
    }

    /// What is counted for whoever watches over the server.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// The way to reach a candidate, where one is configured.
    #[must_use]
    pub fn channel(&self) -> Option<Arc<dyn Channel>> {
        self.shared.channel.clone()
    }

    /// Campaigns, and the messages that wait to leave.
    #[must_use]
    pub fn outreach(&self) -> &Outreach {
        &self.shared.outreach
    }

    /// The providers that are configured.
    #[must_use]
    pub fn carriers(&self) -> &Carriers {
        &self.shared.carriers
    }

    /// What hands messages over.
    #[must_use]
    pub fn worker(&self) -> &Worker {
        &self.shared.worker
    }

    /// Queues what a campaign is to send, while whoever started it does something else. What this process does not end, another worker does.
    pub(crate) fn fill(&self, campaign: CampaignId) {
        let worker = self.worker().clone();
        self.shared.workers.spawn(async move {
            match worker.fill(campaign).await {
                Ok(()) | Err(OutreachError::Cancelled) => {}
                Err(error) => tracing::error!(%error, %campaign, "a campaign is not filled yet"),
            }
        });
    }

    /// What goes on after its request was answered: records of the audit log that are being written, codes that are being sent. An end waits for it.
    pub(crate) fn records(&self) -> &TaskTracker {
        &self.shared.records
    }

    /// Does now and then what keeps the store quick, and hands messages over, until [`Backend::stop`]: for a program that stays. Runs within a tokio runtime.
    pub fn keep(&self) {
        let worker = self.worker().clone();
        self.shared.workers.spawn(async move { worker.run().await });
        let (store, stopping) = (self.store().clone(), self.shared.stopping.clone());
        let (days, kept, end) = (self.config().retention_days, store.clone(), stopping.clone());
        self.records().spawn(async move { stopping.run_until_cancelled(upkeep::keep(store)).await });
        self.records().spawn(async move { end.run_until_cancelled(upkeep::purge(kept, days)).await });
    }

    /// Stops what is running, waits until what was done is written down, and closes the database, so that its log is folded in. What is half-way leaves nothing
    /// behind: a draft is read again, a commit has not happened.
    pub async fn close(&self) {
        self.stop();
        self.jobs().cancel_all();
        self.searches().cancel();
        if tokio::time::timeout(LAST_WORDS, self.jobs().ended()).await.is_err() {
            tracing::warn!("a step of an import did not end in time: the next start clears it away");
        }
        self.shared.workers.close();
        let in_hand = self.config().outreach.patience.answer + LAST_WORDS;
        if tokio::time::timeout(in_hand, self.shared.workers.wait()).await.is_err() {
            tracing::warn!("messages are still in hand: a person will be asked whether they left");
        }
        self.records().close();
        // A record that cannot be written by then never will be, and a statement that has not ended by then is the database's to end.
        drop(tokio::time::timeout(LAST_WORDS, self.records().wait()).await);
        drop(tokio::time::timeout(LAST_WORDS, self.store().close()).await);
    }

    /// From now on it says that it is not ready, and goes on answering.
    pub fn stop(&self) {
        self.shared.stopping.cancel();
    }

    /// Whether it is about to end.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.shared.stopping.is_cancelled()
    }

    /// The keyed requests that are being carried out.
    pub(crate) fn underway(&self) -> &Underway {
        &self.shared.underway
    }

    /// Who acts where nobody signs in: on the command line, and the owner of a database that nobody was added to.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.shared.config.actor
    }
}

/// How codes leave: to numbers by a carrier, to addresses by the mail server. None where neither is configured.
fn ways(config: &Config, carriers: &Carriers) -> Result<Option<Arc<dyn Channel>>, OpenError> {
    let mail = config.mail.way(config.outreach.company())?.map(|mail| Arc::new(mail) as Arc<dyn Channel>);
    let all: Vec<_> = by_carrier(config, carriers).into_iter().chain(mail).collect();
    Ok(if all.is_empty() { None } else { Some(Arc::new(Several(all))) })
}

/// One-time codes by a provider, where that is configured.
fn by_carrier(config: &Config, carriers: &Carriers) -> Option<Arc<dyn Channel>> {
    let outreach = &config.outreach;
    let carrier = carriers.iter().find(|carrier| Some(carrier.channel()) == outreach.codes_by)?;
    let templates = codes::Templates {
        code: outreach.whatsapp.code_template.clone(),
        pin_changed: outreach.whatsapp.pin_changed_template.clone(),
    };
    Some(Arc::new(ByCarrier::new(Arc::clone(carrier), templates, outreach.company())))
}
