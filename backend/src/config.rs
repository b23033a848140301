//! Where the data stands and who owns it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use directories::ProjectDirs;
use satu_core::{account::Policy, time::Clock};
use satu_portals::Limits;

use crate::channel::Channel;

/// The shell that the API runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shell {
    /// `satu serve` and a browser.
    Web,
    /// The desktop app.
    Desktop,
}

/// The file of the secrets in a data folder.
const SECRETS: &str = "secrets.toml";

/// What the backend needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of everything that is kept for a user: `SATU_DATA_DIR`, or the system's place for it.
    pub data_dir: PathBuf,
    /// The database: `SATU_DATABASE_URL`, or a file in the data folder.
    pub database: String,
    /// The shell.
    pub shell: Shell,
    /// The name that changes are recorded under.
    pub actor: String,
    /// What a file may take: `SATU_LIMITS` sets them by name (`rows=5000,seconds=60`).
    pub limits: Limits,
    /// The file of the secrets: `SATU_SECRETS`, or one in the data folder.
    pub secrets: PathBuf,
    /// How messages leave for candidates; none: none do.
    pub channel: Option<Arc<dyn Channel>>,
    /// Where the time comes from.
    pub clock: Clock,
}

impl Config {
    /// What a data folder of its own runs with: an embedded database, and the defaults.
    #[must_use]
    pub fn at(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            database: embedded(data_dir),
            shell: Shell::Web,
            actor: "owner".to_owned(),
            limits: Limits::default(),
            secrets: data_dir.join(SECRETS),
            channel: None,
            clock: Clock::system(),
        }
    }

    /// What the environment says, with its defaults.
    #[must_use]
    pub fn from_environment(shell: Shell) -> Self {
        let data_dir = set("SATU_DATA_DIR").map_or_else(user_folder, PathBuf::from);
        let usual = Self::at(&data_dir);
        let database = set("SATU_DATABASE_URL").unwrap_or(usual.database);
        let actor =
            set("SATU_ACTOR").or_else(|| set("USER")).or_else(|| set("USERNAME")).unwrap_or_else(|| "owner".into());
        let mut limits = usual.limits;
        if let Some(error) = set("SATU_LIMITS").and_then(|text| limits.set(&text).err()) {
            tracing::warn!("SATU_LIMITS is not heeded: {error}");
        }
        let secrets = set("SATU_SECRETS").map_or(usual.secrets, PathBuf::from);
        Self { data_dir, database, shell, actor, limits, secrets, ..usual }
    }

    /// What the desktop app runs with.
    #[must_use]
    pub fn desktop() -> Self {
        Self::from_environment(Shell::Desktop)
    }

    /// The user's own definitions of portals, one TOML file each.
    #[must_use]
    pub fn portals(&self) -> PathBuf {
        self.data_dir.join("portals")
    }

    /// The rules of accounts: a device that is new shows a code where codes can be sent.
    #[must_use]
    pub fn accounts(&self) -> Policy {
        Policy { new_device_needs_a_code: self.channel.is_some(), ..Policy::default() }
    }

    /// Where uploaded files wait until they are committed.
    #[must_use]
    pub fn spool(&self) -> PathBuf {
        self.data_dir.join("spool")
    }
}

fn set(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn user_folder() -> PathBuf {
    ProjectDirs::from("id", "", "Satu").map_or_else(|| PathBuf::from("satu-data"), |dirs| dirs.data_dir().to_path_buf())
}

/// The URL of the database file in a data folder.
fn embedded(data_dir: &Path) -> String {
    format!("sqlite:{}", data_dir.join("satu.db").display())
}
