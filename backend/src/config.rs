//! The configuration: `satu.toml` in the data folder, and environment variables, which overrule it. What is not known is refused, nothing is ignored.
//!
//! docs/operations.md tells what each setting means; a test holds that page against [`SETTINGS`].

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use directories::ProjectDirs;
use satu_core::{account::Policy, time::Clock};
use satu_portals::Limits;
use serde::Deserialize;
use toml::{Table, Value};

use crate::{
    channel::Channel,
    client::Proxies,
    log::Format,
    mail,
    outreach::{
        self,
        settings::{self, Secret, Twilio, Vonage, Whatsapp, Zenziva},
    },
    pace::Guard,
    ui,
};

/// The shell that the API runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shell {
    /// `satu serve` and a browser.
    Web,
    /// The desktop app.
    Desktop,
}

/// The file of the configuration in a data folder.
const FILE: &str = "satu.toml";
/// The file of the secrets in a data folder.
const SECRETS: &str = "secrets.toml";
/// Seconds that a server of a team goes on answering when it is told to stop: a proxy asks every few seconds whether it is ready.
const DRAIN: u64 = 5;
/// The most of them.
const MOST_DRAIN: u64 = 600;
/// What Indonesian mobile numbers begin with.
const NUMBERS: &str = "+628";
/// Days that a setting may say at most: a century.
const MOST_DAYS: i64 = 36_500;
/// How often a setting may let something happen at most.
const MOST_TIMES: i64 = 1_000_000;

/// What a setting is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    YesNo,
    /// Texts with commas between them in a variable; an array of texts in the file.
    Texts,
    /// `NAME=NUMBER, …` in a variable; a table of numbers in the file.
    Limits,
    /// `CHANNEL=NUMBER, …` in a variable; a table of numbers in the file.
    ByChannel,
}

/// A setting: its key in the file, its environment variable, what it is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// `table.name` in the file.
    pub key: &'static str,
    /// The variable that overrules the file.
    pub variable: &'static str,
    /// What it is written as.
    pub kind: Kind,
}

/// Variables of the program that are no settings: what it is started with.
const STARTED_WITH: [&str; 3] = ["SATU_DATA_DIR", "SATU_CONFIG", DEVELOPMENT];
/// What says `--development` to `satu serve`.
pub(crate) const DEVELOPMENT: &str = "SATU_DEVELOPMENT";

const fn setting(key: &'static str, variable: &'static str, kind: Kind) -> Setting {
    Setting { key, variable, kind }
}

/// Every setting.
pub const SETTINGS: [Setting; 56] = [
    setting("database_url", "SATU_DATABASE_URL", Kind::Text),
    setting("actor", "SATU_ACTOR", Kind::Text),
    setting("secrets", "SATU_SECRETS", Kind::Text),
    setting("model", "SATU_MODEL", Kind::Text),
    setting("limits", "SATU_LIMITS", Kind::Limits),
    setting("server.public_url", "SATU_SERVER_PUBLIC_URL", Kind::Text),
    setting("server.page_origins", "SATU_SERVER_PAGE_ORIGINS", Kind::Texts),
    setting("server.trusted_proxies", "SATU_SERVER_TRUSTED_PROXIES", Kind::Texts),
    setting("server.drain_seconds", "SATU_SERVER_DRAIN_SECONDS", Kind::Number),
    setting("server.metrics_listen", "SATU_SERVER_METRICS_LISTEN", Kind::Text),
    setting("log.format", "SATU_LOG_FORMAT", Kind::Text),
    setting("guard.codes_an_hour", "SATU_GUARD_CODES_AN_HOUR", Kind::Number),
    setting("guard.attempts_a_minute", "SATU_GUARD_ATTEMPTS_A_MINUTE", Kind::Number),
    setting("accounts.recycled_after_days", "SATU_ACCOUNTS_RECYCLED_AFTER_DAYS", Kind::Number),
    setting("accounts.invitation_days", "SATU_ACCOUNTS_INVITATION_DAYS", Kind::Number),
    setting("accounts.new_device_needs_a_code", "SATU_ACCOUNTS_NEW_DEVICE_NEEDS_A_CODE", Kind::YesNo),
    setting("accounts.hide_unknown", "SATU_ACCOUNTS_HIDE_UNKNOWN", Kind::YesNo),
    setting("accounts.numbers", "SATU_ACCOUNTS_NUMBERS", Kind::Texts),
    setting("accounts.codes_a_day", "SATU_ACCOUNTS_CODES_A_DAY", Kind::Number),
    setting("accounts.codes_a_day_to_a_block", "SATU_ACCOUNTS_CODES_A_DAY_TO_A_BLOCK", Kind::Number),
    setting("outreach.link", "SATU_OUTREACH_LINK", Kind::Text),
    setting("outreach.company", "SATU_OUTREACH_COMPANY", Kind::Text),
    setting("outreach.quiet_from", "SATU_OUTREACH_QUIET_FROM", Kind::Text),
    setting("outreach.quiet_until", "SATU_OUTREACH_QUIET_UNTIL", Kind::Text),
    setting("outreach.channel", "SATU_OUTREACH_CHANNEL", Kind::Text),
    setting("outreach.fallback", "SATU_OUTREACH_FALLBACK", Kind::Text),
    setting("outreach.codes_by", "SATU_OUTREACH_CODES_BY", Kind::Text),
    setting("outreach.daily_budget", "SATU_OUTREACH_DAILY_BUDGET", Kind::ByChannel),
    setting("outreach.per_second", "SATU_OUTREACH_PER_SECOND", Kind::ByChannel),
    setting("outreach.recipient_seconds", "SATU_OUTREACH_RECIPIENT_SECONDS", Kind::ByChannel),
    setting("outreach.file", "SATU_OUTREACH_FILE", Kind::Text),
    setting("whatsapp.base_url", "SATU_WHATSAPP_BASE_URL", Kind::Text),
    setting("whatsapp.version", "SATU_WHATSAPP_VERSION", Kind::Text),
    setting("whatsapp.phone_number_id", "SATU_WHATSAPP_PHONE_NUMBER_ID", Kind::Text),
    setting("whatsapp.token", "SATU_WHATSAPP_TOKEN", Kind::Text),
    setting("whatsapp.app_secret", "SATU_WHATSAPP_APP_SECRET", Kind::Text),
    setting("whatsapp.verify_token", "SATU_WHATSAPP_VERIFY_TOKEN", Kind::Text),
    setting("whatsapp.code_template", "SATU_WHATSAPP_CODE_TEMPLATE", Kind::Text),
    setting("whatsapp.pin_changed_template", "SATU_WHATSAPP_PIN_CHANGED_TEMPLATE", Kind::Text),
    setting("twilio.base_url", "SATU_TWILIO_BASE_URL", Kind::Text),
    setting("twilio.account_sid", "SATU_TWILIO_ACCOUNT_SID", Kind::Text),
    setting("twilio.auth_token", "SATU_TWILIO_AUTH_TOKEN", Kind::Text),
    setting("twilio.from", "SATU_TWILIO_FROM", Kind::Text),
    setting("twilio.messaging_service_sid", "SATU_TWILIO_MESSAGING_SERVICE_SID", Kind::Text),
    setting("twilio.callback", "SATU_TWILIO_CALLBACK", Kind::Text),
    setting("zenziva.base_url", "SATU_ZENZIVA_BASE_URL", Kind::Text),
    setting("zenziva.userkey", "SATU_ZENZIVA_USERKEY", Kind::Text),
    setting("zenziva.passkey", "SATU_ZENZIVA_PASSKEY", Kind::Text),
    setting("vonage.base_url", "SATU_VONAGE_BASE_URL", Kind::Text),
    setting("vonage.key", "SATU_VONAGE_KEY", Kind::Text),
    setting("vonage.secret", "SATU_VONAGE_SECRET", Kind::Text),
    setting("vonage.from", "SATU_VONAGE_FROM", Kind::Text),
    setting("vonage.signature_secret", "SATU_VONAGE_SIGNATURE_SECRET", Kind::Text),
    setting("mail.url", "SATU_MAIL_URL", Kind::Text),
    setting("mail.from", "SATU_MAIL_FROM", Kind::Text),
    setting("privacy.retention_days", "SATU_PRIVACY_RETENTION_DAYS", Kind::Number),
];

/// The settings that are a provider's secrets.
const PROVIDER_SECRETS: [&str; 8] = [
    "whatsapp.token",
    "whatsapp.app_secret",
    "whatsapp.verify_token",
    "twilio.auth_token",
    "zenziva.passkey",
    "vonage.secret",
    "vonage.signature_secret",
    "mail.url",
];

/// The file, and what the environment says in its place.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    database_url: Option<String>,
    actor: Option<String>,
    secrets: Option<PathBuf>,
    model: Option<PathBuf>,
    limits: Table,
    server: Server,
    log: Log,
    guard: Paced,
    accounts: Accounts,
    outreach: settings::Written,
    whatsapp: Whatsapp,
    twilio: Twilio,
    zenziva: Zenziva,
    vonage: Vonage,
    mail: mail::Settings,
    privacy: Kept,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Kept {
    retention_days: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Server {
    public_url: Option<String>,
    page_origins: Option<Vec<String>>,
    trusted_proxies: Option<Vec<String>>,
    drain_seconds: Option<u64>,
    metrics_listen: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Log {
    format: Format,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Paced {
    codes_an_hour: Option<i64>,
    attempts_a_minute: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Accounts {
    recycled_after_days: Option<i64>,
    invitation_days: Option<i64>,
    new_device_needs_a_code: Option<bool>,
    hide_unknown: Option<bool>,
    numbers: Option<Vec<String>>,
    codes_a_day: Option<i64>,
    codes_a_day_to_a_block: Option<i64>,
}

/// A configuration that is not understood. It never tells a value: that may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration is not understood: {place}: {why}")]
pub struct ConfigError {
    /// The file and the line, or the variable.
    pub place: String,
    /// What is wrong, and what would do.
    pub why: String,
}

/// What the backend needs to know.
#[derive(Clone)]
pub struct Config {
    /// The folder of everything that is kept for a user: `SATU_DATA_DIR`, or the system's place for it.
    pub data_dir: PathBuf,
    /// The file that was read; none where there is none.
    pub file: Option<PathBuf>,
    /// The database: `database_url`, or a file in the data folder.
    pub database: String,
    /// Whether a password of the database, or a secret of a provider, stands in the file.
    pub has_password: bool,
    /// The shell.
    pub shell: Shell,
    /// The name that changes are recorded under.
    pub actor: String,
    /// What a file may take.
    pub limits: Limits,
    /// The file of the secrets.
    pub secrets: PathBuf,
    /// The file of the model that suspected duplicates are weighed with; none: the product's own.
    pub model: Option<PathBuf>,
    /// The address that a team reaches this server by, `https://satu.example`: a proxy in front of it has it. None: it is reached on this machine only.
    pub public_url: Option<String>,
    /// The origins of pages elsewhere that candidates register by, and nothing else is open to.
    pub page_origins: Vec<String>,
    /// The proxies whose word is taken for the address that asked them.
    pub trusted_proxies: Proxies,
    /// How long the server goes on answering when it is told to stop and says that it is not ready.
    pub drain: Duration,
    /// Where the metrics are served; none: nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// How a line of the log is written.
    pub log: Format,
    /// How often one address may ask what anybody may ask.
    pub guard: Guard,
    /// What the numbers of candidates begin with, in E.164: `+628` are Indonesian mobiles.
    pub numbers: Vec<String>,
    /// The rules of candidates' accounts.
    pub accounts: Policy,
    /// After so many days without anything new somebody's data is erased; none: it is kept until somebody erases it.
    pub retention_days: Option<NonZeroU32>,
    /// How one-time codes leave for candidates; none: as `outreach` says.
    pub channel: Option<Arc<dyn Channel>>,
    /// How invitations leave, and when.
    pub outreach: outreach::Settings,
    /// By which server codes go to addresses.
    pub mail: mail::Settings,
    /// Where the time comes from.
    pub clock: Clock,
}

impl std::fmt::Debug for Config {
    /// Without the database's URL: a password may stand in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("data_dir", &self.data_dir).field("shell", &self.shell).finish_non_exhaustive()
    }
}

impl Config {
    /// What a data folder of its own runs with: an embedded database, and the defaults.
    #[must_use]
    pub fn at(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            file: None,
            database: embedded(data_dir),
            has_password: false,
            shell: Shell::Web,
            actor: "owner".to_owned(),
            limits: Limits::default(),
            secrets: data_dir.join(SECRETS),
            model: None,
            public_url: None,
            page_origins: Vec::new(),
            trusted_proxies: Proxies::default(),
            drain: Duration::ZERO,
            metrics_listen: None,
            log: Format::default(),
            guard: Guard::default(),
            numbers: vec![NUMBERS.to_owned()],
            accounts: Policy::default(),
            retention_days: None,
            channel: None,
            outreach: outreach::Settings::default(),
            mail: mail::Settings::default(),
            clock: Clock::system(),
        }
    }

    /// What the file and the environment say, with their defaults.
    ///
    /// # Errors
    /// [`ConfigError`]: the first thing that is not understood.
    pub fn load(shell: Shell) -> Result<Self, ConfigError> {
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        known(names)?;
        let data_dir = set("SATU_DATA_DIR").map_or_else(user_folder, PathBuf::from);
        let named = set("SATU_CONFIG").map(PathBuf::from);
        let is_named = named.is_some();
        let file = named.unwrap_or_else(|| data_dir.join(FILE));
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_named => None,
            Err(error) => {
                return Err(ConfigError { place: file.display().to_string(), why: error.to_string() });
            }
        };
        let read = text.as_deref().unwrap_or_default();
        let mut config = Self::read(&data_dir, read, &file.display().to_string(), set)?;
        config.file = text.is_some().then_some(file);
        Ok(Self { shell, ..config })
    }

    /// The configuration of a file's text, overruled by variables.
    fn read(
        data_dir: &Path,
        text: &str,
        place: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let at_line = |error: &toml::de::Error, key: Option<&str>| {
            let line = error.span().map(|span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
            let place = line.map_or_else(|| place.to_owned(), |line| format!("{place}, line {line}"));
            let place = key.map_or_else(|| place.clone(), |key| format!("{place}, {key}"));
            ConfigError { place, why: without_values(error.message()) }
        };
        let mut table: Table = toml::from_str(text).map_err(|error| at_line(&error, None))?;
        // Before anything else, since it is told by its key: whoever leaves it empty lets anybody sign.
        let is_blank = |key: &&str| found(&table, key).and_then(Value::as_str).is_some_and(Secret::is_blank);
        if let Some(key) = PROVIDER_SECRETS.into_iter().find(is_blank) {
            return Err(ConfigError { place: format!("{place}, {key}"), why: Secret::NEEDED.to_owned() });
        }
        let has_secret = PROVIDER_SECRETS.iter().any(|key| found(&table, key).is_some());
        // By itself first, so that what is wrong in it is told with its line.
        let file = toml::from_str::<Written>(text).map_err(|error| at_line(&error, misfit(&table)))?;
        let has_password = has_secret || file.database_url.is_some_and(|url| has_password(&url));
        for Setting { key, variable: name, kind } in SETTINGS {
            let Some(said) = variable(name) else { continue };
            let value = value(kind, &said)
                // By itself, so that it is told by its own name: the file's are told already.
                .and_then(|value| alone(key, value.clone()).map(|()| value))
                .map_err(|why| ConfigError { place: name.to_owned(), why })?;
            let (within, last) = key.rsplit_once('.').map_or((None, key), |(within, last)| (Some(within), last));
            let table = match within {
                None => &mut table,
                Some(within) => match table.entry(within).or_insert_with(|| Value::Table(Table::new())) {
                    Value::Table(inner) => inner,
                    _ => continue,
                },
            };
            match (table.get_mut(last), value) {
                // A variable names the limits that it sets, of the channels that it names; the others stay as the file has them.
                (Some(Value::Table(there)), Value::Table(said)) => there.extend(said),
                (_, value) => drop(table.insert(last.to_owned(), value)),
            }
        }
        let wrong = |key: &str, why: String| ConfigError { place: format!("{place} or its variable, {key}"), why };
        let written: Written =
            table.try_into().map_err(|error: toml::de::Error| wrong("a setting", without_values(error.message())))?;
        let usual = Self::at(data_dir);
        let mut limits = usual.limits;
        for (name, number) in &written.limits {
            limits.set(&format!("{name}={number}")).map_err(|why| wrong("limits", why))?;
        }
        let model = match written.model {
            Some(name) if name.as_os_str().is_empty() => {
                let why = "the name of a file is needed; leave it out for the product's own model";
                return Err(wrong("model", why.to_owned()));
            }
            // Wherever the program is started, the name means one file.
            named => named.map(|name| data_dir.join(name)),
        };
        let days = |key: &str, said: Option<i64>, usual: i64| match said {
            None => Ok(usual),
            Some(days) if (1..=MOST_DAYS).contains(&days) => Ok(days),
            Some(_) => Err(wrong(key, format!("a number of days is needed, 1 to {MOST_DAYS}"))),
        };
        let times = |key: &str, said: Option<i64>, usual: NonZeroU32| match said {
            None => Ok(usual),
            Some(times) => {
                let fitting = u32::try_from(times).ok().and_then(NonZeroU32::new).filter(|_| times <= MOST_TIMES);
                fitting.ok_or_else(|| wrong(key, format!("a number is needed, 1 to {MOST_TIMES}")))
            }
        };
        let codes = |key: &str, said: Option<i64>, usual: u32| {
            times(key, said, NonZeroU32::new(usual).unwrap_or(NonZeroU32::MIN)).map(NonZeroU32::get)
        };
        let Server { public_url, page_origins, trusted_proxies, drain_seconds, metrics_listen } = written.server;
        // Where there is no proxy that could hear of it, nobody waits.
        let drain_seconds = drain_seconds.unwrap_or(if public_url.is_some() { DRAIN } else { 0 });
        if drain_seconds > MOST_DRAIN {
            return Err(wrong("server.drain_seconds", format!("a number of seconds is needed, 0 to {MOST_DRAIN}")));
        }
        let metrics_listen = metrics_listen.map(|address| address.trim().parse()).transpose().map_err(|_| {
            wrong("server.metrics_listen", "an address with a port is needed, like 127.0.0.1:9187".to_owned())
        })?;
        let trusted_proxies = trusted_proxies
            .map_or(Ok(usual.trusted_proxies), |listed| Proxies::parse(&listed))
            .map_err(|why| wrong("server.trusted_proxies", why))?;
        let Paced { codes_an_hour, attempts_a_minute } = written.guard;
        let guard = Guard {
            codes_an_hour: times("guard.codes_an_hour", codes_an_hour, usual.guard.codes_an_hour)?,
            attempts_a_minute: times("guard.attempts_a_minute", attempts_a_minute, usual.guard.attempts_a_minute)?,
        };
        let public_url =
            public_url.map(|url| origin(&url).map_err(|why| wrong("server.public_url", why))).transpose()?;
        let page_origins =
            page_origins.unwrap_or_default().iter().map(|url| page_origin(url)).collect::<Result<_, _>>();
        let page_origins = page_origins.map_err(|why| wrong("server.page_origins", why))?;
        let Accounts {
            recycled_after_days,
            invitation_days,
            new_device_needs_a_code,
            hide_unknown,
            numbers,
            codes_a_day,
            codes_a_day_to_a_block,
        } = written.accounts;
        let numbers = numbers.map_or(Ok(usual.numbers), beginnings).map_err(|why| wrong("accounts.numbers", why))?;
        let rules = usual.accounts;
        let accounts = Policy {
            recycled_after_days: days("accounts.recycled_after_days", recycled_after_days, rules.recycled_after_days)?,
            invitation_days: days("accounts.invitation_days", invitation_days, rules.invitation_days)?,
            new_device_needs_a_code: new_device_needs_a_code.unwrap_or(rules.new_device_needs_a_code),
            hide_unknown: hide_unknown.unwrap_or(rules.hide_unknown),
            codes_a_day: codes("accounts.codes_a_day", codes_a_day, rules.codes_a_day)?,
            codes_a_day_to_a_block: codes(
                "accounts.codes_a_day_to_a_block",
                codes_a_day_to_a_block,
                rules.codes_a_day_to_a_block,
            )?,
        };
        let Written { whatsapp, twilio, zenziva, vonage, mail, .. } = written;
        let outreach = outreach::Settings::read(written.outreach).map_err(|(key, why)| wrong(key, why))?;
        // A server that candidates reach has a page of its own for them.
        let link = outreach.link.or_else(|| public_url.as_deref().map(ui::registration));
        let outreach = outreach::Settings { link, whatsapp, twilio, zenziva, vonage, ..outreach };
        let retention_days = written.privacy.retention_days.map(|said| {
            let fitting = u32::try_from(said).ok().and_then(NonZeroU32::new).filter(|_| said <= MOST_DAYS);
            fitting
                .ok_or_else(|| wrong("privacy.retention_days", format!("a number of days is needed, 1 to {MOST_DAYS}")))
        });
        let system = || variable("USER").or_else(|| variable("USERNAME"));
        Ok(Self {
            database: written.database_url.unwrap_or(usual.database),
            has_password,
            actor: written.actor.or_else(system).unwrap_or(usual.actor),
            secrets: written.secrets.unwrap_or(usual.secrets),
            model,
            limits,
            public_url,
            page_origins,
            trusted_proxies,
            drain: Duration::from_secs(drain_seconds),
            metrics_listen,
            log: written.log.format,
            guard,
            numbers,
            accounts,
            outreach,
            mail,
            retention_days: retention_days.transpose()?,
            ..Self::at(data_dir)
        })
    }

    /// What the desktop app runs with.
    ///
    /// # Errors
    /// As of [`Config::load`].
    pub fn desktop() -> Result<Self, ConfigError> {
        Self::load(Shell::Desktop)
    }

    /// Whether one-time codes can leave.
    #[must_use]
    pub fn sends_codes(&self) -> bool {
        self.channel.is_some() || self.outreach.sends_codes()
    }

    /// The rules of accounts as they can be kept: a device that is new shows a code only where codes can be sent.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let new_device_needs_a_code = self.accounts.new_device_needs_a_code && self.sends_codes();
        Policy { new_device_needs_a_code, ..self.accounts }
    }

    /// The user's own definitions of portals, one TOML file each.
    #[must_use]
    pub fn portals(&self) -> PathBuf {
        self.data_dir.join("portals")
    }

    /// Where uploaded files wait until they are committed.
    #[must_use]
    pub fn spool(&self) -> PathBuf {
        self.data_dir.join("spool")
    }
}

/// Refuses a variable that looks like the program's and is none: a setting that was misspelt is not passed over.
fn known(mut names: impl Iterator<Item = String>) -> Result<(), ConfigError> {
    let is_unknown = |name: &String| {
        name.starts_with("SATU_")
            && !STARTED_WITH.contains(&name.as_str())
            && SETTINGS.iter().all(|one| one.variable != name)
    };
    let unknown = names.find(is_unknown);
    unknown.map_or(Ok(()), |place| Err(ConfigError { place, why: "there is no such variable".to_owned() }))
}

fn set(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// What a file says under `name` or `table.name`.
fn found<'t>(file: &'t Table, key: &str) -> Option<&'t Value> {
    match key.split_once('.') {
        Some((within, last)) => file.get(within)?.get(last),
        None => file.get(key),
    }
}

/// Looks at a value by itself: whether it is one that its setting may have.
fn alone(key: &str, value: Value) -> Result<(), String> {
    let of = |name: &str, value: Value| Table::from_iter([(name.to_owned(), value)]);
    let table = match key.split_once('.') {
        Some((within, last)) => of(within, Value::Table(of(last, value))),
        None => of(key, value),
    };
    let read: Result<Written, toml::de::Error> = table.try_into();
    read.map(drop).map_err(|error| without_values(error.message()))
}

/// The one setting of a file whose value does not fit; none where several do not, or it is something else that is wrong.
fn misfit(file: &Table) -> Option<&'static str> {
    let fits = |key: &str| found(file, key).is_none_or(|value| alone(key, value.clone()).is_ok());
    let mut misfits = SETTINGS.into_iter().map(|setting| setting.key).filter(|key| !fits(key));
    misfits.next().filter(|_| misfits.next().is_none())
}

/// What the reader of a file says is wrong, without the value that it quotes: it may be a secret.
fn without_values(message: &str) -> String {
    let quotes = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    if !quotes.iter().any(|opening| message.starts_with(opening)) {
        return message.to_owned();
    }
    // The last of them: the value itself may have one, too.
    match message.rsplit_once(", expected ") {
        Some((_, expected)) if expected.starts_with("struct ") => "a table is needed".to_owned(),
        Some((_, expected)) => format!("{expected} is needed"),
        None => "it is not what is needed".to_owned(),
    }
}

/// What a variable says, as a value of the file.
fn value(kind: Kind, said: &str) -> Result<Value, String> {
    match kind {
        Kind::Text => Ok(Value::String(said.to_owned())),
        Kind::Number => {
            let number = said.trim().replace('_', "").parse().map_err(|_| "a whole number is needed".to_owned())?;
            Ok(Value::Integer(number))
        }
        Kind::YesNo => match said.trim() {
            "true" | "1" => Ok(Value::Boolean(true)),
            "false" | "0" => Ok(Value::Boolean(false)),
            _ => Err("true or false is needed".to_owned()),
        },
        Kind::Texts => {
            let each = said.split(',').map(str::trim).filter(|one| !one.is_empty());
            Ok(Value::Array(each.map(|one| Value::String(one.to_owned())).collect()))
        }
        Kind::Limits => {
            // Looked at by itself, so that what is wrong is told by the variable's name.
            Limits::default().set(said)?;
            numbers(said)
        }
        Kind::ByChannel => numbers(said),
    }
}

/// `NAME=NUMBER, …` as a table.
fn numbers(said: &str) -> Result<Value, String> {
    let each = said.split(',').filter(|one| !one.trim().is_empty()).map(|one| {
        let (name, number) = one.split_once('=').ok_or("NAME=NUMBER is needed, with commas between several")?;
        let number = number.trim().replace('_', "").parse().map_err(|_| "a whole number is needed")?;
        Ok((name.trim().to_owned(), Value::Integer(number)))
    });
    each.collect::<Result<Table, &str>>().map(Value::Table).map_err(str::to_owned)
}

/// The address of a server: `https://` and a host, and nothing else. Its cookies are for encrypted connections only.
fn origin(url: &str) -> Result<String, String> {
    let url = url.trim().trim_end_matches('/').to_ascii_lowercase();
    let url = url.strip_suffix(":443").unwrap_or(&url);
    let host = url.strip_prefix("https://").unwrap_or_default();
    let fits = |one: char| one.is_ascii_alphanumeric() || matches!(one, '.' | '-' | ':' | '[' | ']');
    if host.is_empty() || !host.chars().all(fits) {
        return Err("an address like https://satu.example is needed, without a path".to_owned());
    }
    Ok(url.to_owned())
}

/// The origin of a page: the address of a server, or without encryption one of this machine, for whoever builds a page.
fn page_origin(url: &str) -> Result<String, String> {
    let url = url.trim().trim_end_matches('/').to_ascii_lowercase();
    let port = |host: &str| url.strip_prefix("http://").and_then(|rest| rest.strip_prefix(host)).map(str::to_owned);
    let port = port("localhost").or_else(|| port("127.0.0.1"));
    if port
        .is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()))
    {
        return Ok(url);
    }
    origin(&url)
}

/// Whether a password stands in a URL: `USER:PASSWORD@` or `?password=`.
fn has_password(url: &str) -> bool {
    let before_host = url.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).map(|(user, _)| user);
    before_host.is_some_and(|user| user.contains(':')) || url.contains("password=")
}

/// What numbers begin with: `+` and digits, in E.164.
fn beginnings(listed: Vec<String>) -> Result<Vec<String>, String> {
    let is_one = |text: &str| {
        let digits = text.strip_prefix('+').unwrap_or_default();
        (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if listed.is_empty() || !listed.iter().all(|text| is_one(text)) {
        return Err("what numbers begin with is needed, as +628".to_owned());
    }
    Ok(listed)
}

fn user_folder() -> PathBuf {
    ProjectDirs::from("id", "", "Satu").map_or_else(|| PathBuf::from("satu-data"), |dirs| dirs.data_dir().to_path_buf())
}

/// The URL of the database file in a data folder.
fn embedded(data_dir: &Path) -> String {
    format!("sqlite:{}", data_dir.join("satu.db").display())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]
mod tests {
    use rstest::rstest;

    use super::*;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let said = |name: &str| variables.iter().find(|(one, _)| *one == name).map(|(_, said)| (*said).to_owned());
        Config::read(Path::new("/data"), text, "satu.toml", said)
    }

    #[test]
    fn nothing_said_is_an_embedded_database_with_the_defaults() {
        let config = read("", &[]).unwrap();
        assert_eq!((config.database.as_str(), config.actor.as_str()), ("sqlite:/data/satu.db", "owner"));
        assert_eq!((config.limits, config.secrets), (Limits::default(), PathBuf::from("/data/secrets.toml")));
        assert_eq!(read("", &[("USER", "rina")]).unwrap().actor, "rina");
    }

    #[test]
    fn the_file_is_heeded_and_a_variable_overrules_it() {
        let file = "database_url = \"postgres://db/satu\"\nactor = \"hr\"\n[limits]\nrows = 5000\n[accounts]\ninvitation_days = 7\n";
        let config = read(file, &[]).unwrap();
        assert_eq!((config.database.as_str(), config.actor.as_str()), ("postgres://db/satu", "hr"));
        assert_eq!((config.limits.rows, config.accounts.invitation_days), (5000, 7));
        let said = [
            ("SATU_ACTOR", "siti"),
            ("SATU_LIMITS", "seconds=60, columns=1_000"),
            ("SATU_ACCOUNTS_INVITATION_DAYS", "3"),
            ("SATU_ACCOUNTS_HIDE_UNKNOWN", "true"),
        ];
        let config = read(file, &said).unwrap();
        assert_eq!((config.actor.as_str(), config.accounts.invitation_days), ("siti", 3));
        assert_eq!((config.limits.seconds, config.limits.columns, config.limits.rows), (60, 1000, 5000));
        assert!(config.accounts.hide_unknown);
    }

    #[rstest]
    #[case::nowhere("", None)]
    #[case::on_the_servers_own_page(
        "server.public_url = \"https://satu.example/\"",
        Some("https://satu.example/daftar#{token}")
    )]
    #[case::elsewhere(
        "server.public_url = \"https://satu.example\"\noutreach.link = \"https://kerja.example/mulai\"",
        Some("https://kerja.example/mulai")
    )]
    fn candidates_register_on_the_servers_own_page_unless_another_is_named(
        #[case] text: &str,
        #[case] link: Option<&str>,
    ) {
        assert_eq!(read(text, &[]).unwrap().outreach.link.as_deref(), link);
    }

    #[rstest]
    #[case::none("", None)]
    #[case::beside_the_data("model = \"model.json\"", Some("/data/model.json"))]
    #[case::anywhere("model = \"/srv/model.json\"", Some("/srv/model.json"))]
    fn a_model_is_a_file_of_the_data_folder_or_of_any(#[case] text: &str, #[case] file: Option<&str>) {
        assert_eq!(read(text, &[]).unwrap().model.as_deref(), file.map(Path::new));
    }

    #[test]
    fn every_setting_is_one_of_the_file_and_of_a_variable() {
        let seen = |config: &Config| {
            format!(
                "{} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
                config.database,
                config.actor,
                config.secrets,
                config.model,
                config.limits,
                config.public_url,
                config.page_origins,
                config.trusted_proxies,
                config.drain,
                config.metrics_listen,
                config.log,
                config.guard,
                config.numbers,
                config.accounts,
                config.outreach,
                config.retention_days,
            )
        };
        // What is secret is not shown, and is compared all the same.
        let seen = |config: &Config| (seen(config), config.outreach.clone(), config.mail.clone());
        let last = |key: &'static str| key.rsplit_once('.').map_or(key, |(_, last)| last);
        for Setting { key, variable, kind } in SETTINGS {
            let ways: &[(&str, &str)] = match kind {
                Kind::Text if key == "server.public_url" => &[("https://x", "\"https://x\"")],
                Kind::Text if key == "server.metrics_listen" => &[("[::1]:9187", "\"[::1]:9187\"")],
                Kind::Text if key == "log.format" => &[("json", "\"json\"")],
                Kind::Text if matches!(key, "outreach.channel" | "outreach.fallback" | "outreach.codes_by") => {
                    &[("twilio", "\"twilio\"")]
                }
                Kind::Text if key.starts_with("outreach.quiet") => &[("21:30", "\"21:30\"")],
                Kind::Text if matches!(last(key), "link" | "base_url" | "callback") => {
                    &[("https://x.example/y", "\"https://x.example/y\"")]
                }
                Kind::Text if key == "mail.url" => &[("smtps://x.example", "\"smtps://x.example\"")],
                Kind::Text if key == "mail.from" => &[("halo@x.example", "\"halo@x.example\"")],
                Kind::Text => &[("/x", "\"/x\"")],
                Kind::Texts if key == "accounts.numbers" => &[("+628, +60", "[\"+628\", \"+60\"]")],
                Kind::Texts if key == "server.page_origins" => {
                    &[("https://x, http://localhost:5173", "[\"https://x/\", \"http://localhost:5173\"]")]
                }
                Kind::Texts => &[("10.0.0.7, fd00::/8", "[\"10.0.0.7\", \"fd00::/8\"]")],
                Kind::Number => &[("7", "7")],
                Kind::YesNo => &[("false", "false"), ("true", "true")],
                Kind::Limits => &[("rows=7", "{ rows = 7 }")],
                Kind::ByChannel => &[("twilio=7", "{ twilio = 7 }")],
            };
            let mut changes = false;
            for (said, written) in ways {
                let by_variable = read("", &[(variable, said)]).unwrap();
                let by_file = read(&format!("{key} = {written}"), &[]).unwrap();
                assert_eq!(seen(&by_variable), seen(&by_file), "{key}");
                changes |= seen(&by_variable) != seen(&read("", &[]).unwrap());
            }
            assert!(changes, "{key} changes something");
        }
    }

    #[rstest]
    #[case::a_key("databse_url = \"x\"", &[], "satu.toml, line 1: unknown field `databse_url`")]
    #[case::a_key_in_a_table("\n[accounts]\npin = 4", &[], "satu.toml, line 3: unknown field `pin`")]
    #[case::a_kind("actor = 4", &[], "satu.toml, line 1, actor: a string is needed")]
    #[case::no_toml("actor = \"x", &[], "satu.toml, line 1")]
    #[case::a_path("server.public_url = \"https://satu.example/app\"", &[], "server.public_url: an address like https://satu.example is needed")]
    #[case::not_encrypted("server.public_url = \"http://satu.example\"", &[], "server.public_url: an address like https://satu.example is needed")]
    #[case::no_scheme("server.public_url = \"satu.example\"", &[], "server.public_url: an address like https://satu.example is needed")]
    #[case::a_page("server.page_origins = [\"https://satu.example/daftar\"]", &[], "server.page_origins: an address like https://satu.example is needed")]
    #[case::any_page("server.page_origins = [\"*\"]", &[], "server.page_origins: an address like https://satu.example is needed")]
    #[case::a_page_in_the_clear("server.page_origins = [\"http://localhost.example\"]", &[], "server.page_origins: an address like https://satu.example is needed")]
    #[case::no_model("model = \"\"", &[], "model: the name of a file is needed")]
    #[case::days("accounts.invitation_days = 0", &[], "accounts.invitation_days: a number of days is needed, 1 to 36500")]
    #[case::a_proxy("server.trusted_proxies = [\"proxy.example\"]", &[], "server.trusted_proxies: an address (10.0.0.7) or a network (10.0.0.0/8) is needed")]
    #[case::a_socket("server.metrics_listen = \"localhost\"", &[], "server.metrics_listen: an address with a port is needed")]
    #[case::a_drain("server.drain_seconds = 601", &[], "server.drain_seconds: a number of seconds is needed, 0 to 600")]
    #[case::a_format("log.format = \"xml\"", &[], "satu.toml, line 1, log.format: ")]
    #[case::a_pace("guard.codes_an_hour = 0", &[], "guard.codes_an_hour: a number is needed, 1 to 1000000")]
    #[case::a_budget("accounts.codes_a_day = 0", &[], "accounts.codes_a_day: a number is needed, 1 to 1000000")]
    #[case::numbers("accounts.numbers = [\"0812\"]", &[], "accounts.numbers: what numbers begin with is needed")]
    #[case::no_numbers("accounts.numbers = []", &[], "accounts.numbers: what numbers begin with is needed")]
    #[case::a_channel("outreach.channel = \"merpati\"", &[], "satu.toml, line 1, outreach.channel: one of `wa_me`, ")]
    #[case::by_hand("outreach.fallback = \"wa_me\"", &[], "outreach.fallback: a channel is needed that sends by itself")]
    #[case::a_time_of_day("outreach.quiet_from = \"malam\"", &[], "outreach.quiet_from: a time of day is needed, like 20:00")]
    #[case::a_rate("outreach.per_second.twilio = 0", &[], "outreach.per_second: twilio: a number is needed, 1 to 1000")]
    #[case::a_rate_of_what_is_no_channel("outreach.per_second.merpati = 1", &[], "satu.toml, line 1, outreach.per_second: one of `wa_me`, ")]
    #[case::a_rate_by_hand("outreach.per_second.wa_me = 1", &[], "outreach.per_second: a channel is needed that sends by itself")]
    #[case::a_rate_of_a_variable("", &[("SATU_OUTREACH_PER_SECOND", "merpati=4")], "SATU_OUTREACH_PER_SECOND: one of `wa_me`, ")]
    #[case::a_channel_of_a_variable("", &[("SATU_OUTREACH_CHANNEL", "merpati")], "SATU_OUTREACH_CHANNEL: one of `wa_me`, ")]
    #[case::two_kinds("actor = 4\nmodel = 5", &[], "satu.toml, line 1: a string is needed")]
    #[case::a_rate_of_nothing("", &[("SATU_OUTREACH_PER_SECOND", "4")], "SATU_OUTREACH_PER_SECOND: NAME=NUMBER is needed")]
    #[case::in_the_clear("whatsapp.base_url = \"http://provider.example\"", &[], "satu.toml, line 1, whatsapp.base_url: an address like https://provider.example is needed")]
    #[case::a_limit("limits.rowz = 4", &[], "limits: there is no limit “rowz”")]
    #[case::a_limit_of_a_variable("", &[("SATU_LIMITS", "rowz=4")], "SATU_LIMITS: there is no limit “rowz”")]
    #[case::a_number("", &[("SATU_ACCOUNTS_INVITATION_DAYS", "soon")], "SATU_ACCOUNTS_INVITATION_DAYS: a whole number is needed")]
    #[case::yes_or_no("", &[("SATU_ACCOUNTS_HIDE_UNKNOWN", "perhaps")], "SATU_ACCOUNTS_HIDE_UNKNOWN: true or false is needed")]
    fn what_is_not_understood_is_refused_and_named(
        #[case] text: &str,
        #[case] variables: &[(&str, &str)],
        #[case] told: &str,
    ) {
        let error = read(text, variables).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }

    #[test]
    fn a_secret_that_is_blank_is_refused_by_its_key() {
        for Setting { key, .. } in SETTINGS {
            for blank in ["", "  "] {
                let told = read(&format!("{key} = \"{blank}\""), &[]).err().map(|error| error.to_string());
                let is_refused = told.as_ref().is_some_and(|told| told.contains(Secret::NEEDED));
                assert_eq!(is_refused, PROVIDER_SECRETS.contains(&key), "{key}: {told:?}");
                assert!(!is_refused || told.as_ref().is_some_and(|told| told.contains(key)), "{key}: {told:?}");
            }
        }
        let error = read("[twilio]\naccount_sid = \"AC1\"\nauth_token = \"\"", &[]).unwrap_err().to_string();
        assert!(error.contains("satu.toml, twilio.auth_token: a secret is needed"), "{error}");
        assert!(read("whatsapp.app_secret = \"x\"", &[]).unwrap().has_password, "a secret stands in the file");
        assert!(!read("whatsapp.version = \"v23.0\"", &[]).unwrap().has_password);
    }

    #[rstest]
    #[case::a_setting("SATU_DATABASE_URL", true)]
    #[case::the_folder("SATU_DATA_DIR", true)]
    #[case::development("SATU_DEVELOPMENT", true)]
    #[case::somebody_elses("SATUAN_KERJA", true)]
    #[case::the_words_of_a_shell("SATU", true)]
    #[case::misspelt("SATU_PRIVACY_RETENTION_DAY", false)]
    #[case::a_key_of_the_file("SATU_SERVER.PUBLIC_URL", false)]
    #[case::in_small_letters("SATU_actor", false)]
    fn a_variable_that_is_no_setting_is_refused_and_named(#[case] name: &str, #[case] known: bool) {
        let refused = super::known(["PATH", name].map(str::to_owned).into_iter()).err();
        assert_eq!(refused.as_ref().map(|error| error.place.as_str()), (!known).then_some(name));
    }

    #[rstest]
    #[case("postgres://hr:rahasia@db/satu", true)]
    #[case("postgres://hr@db/satu?password=rahasia", true)]
    #[case("postgres://hr@db:5432/satu", false)]
    #[case("sqlite:satu.db", false)]
    fn a_password_in_a_url_is_seen(#[case] url: &str, #[case] expected: bool) {
        assert_eq!(has_password(url), expected);
        assert_eq!(read(&format!("database_url = \"{url}\""), &[]).unwrap().has_password, expected);
        assert!(!read("", &[("SATU_DATABASE_URL", url)]).unwrap().has_password, "a variable is no file");
    }

    #[rstest]
    #[case::a_number("whatsapp.token = 987654321", &[], "987654321")]
    #[case::a_number_for_an_address("mail.url = 987654321", &[], "987654321")]
    #[case::no_address("mail.url = \"geheim123\"", &[], "geheim123")]
    #[case::of_the_database("database_url = 987654321", &[], "987654321")]
    #[case::several("vonage.secret = [\"geheim123\"]", &[], "geheim123")]
    #[case::yes("twilio.auth_token = 2026-11-23", &[], "2026")]
    #[case::a_channel("outreach.codes_by = \"geheim123\"", &[], "geheim123")]
    #[case::with_the_words_that_it_is_cut_at("outreach.codes_by = \"geheim123, expected rahasia\"", &[], "rahasia")]
    #[case::one_of_several("accounts.numbers = [\"geheim123\"]", &[], "geheim123")]
    #[case::one_for_several("accounts.numbers = \"geheim123\"", &[], "geheim123")]
    #[case::a_proxy("server.trusted_proxies = [\"geheim123\"]", &[], "geheim123")]
    #[case::a_format("log.format = \"geheim123\"", &[], "geheim123")]
    #[case::a_limit("limits.rows = \"geheim123\"", &[], "geheim123")]
    #[case::not_quoted("whatsapp.token = geheim123", &[], "geheim123")]
    #[case::not_closed("whatsapp.token = \"geheim123", &[], "geheim123")]
    #[case::a_channel_of_a_variable("", &[("SATU_OUTREACH_CODES_BY", "geheim123")], "geheim123")]
    #[case::a_mail_server_of_a_variable("", &[("SATU_MAIL_URL", "geheim123")], "geheim123")]
    #[case::limits_of_a_variable("", &[("SATU_LIMITS", "geheim123")], "geheim123")]
    #[case::a_limit_of_a_variable("", &[("SATU_LIMITS", "rows=geheim123")], "geheim123")]
    #[case::a_limit_that_is_too_large("", &[("SATU_LIMITS", "rows=987654321987")], "987654321987")]
    #[case::numbers_of_a_variable("", &[("SATU_ACCOUNTS_NUMBERS", "geheim123")], "geheim123")]
    fn what_is_not_understood_is_refused_without_its_value(
        #[case] text: &str,
        #[case] variables: &[(&str, &str)],
        #[case] secret: &str,
    ) {
        let error = read(text, variables).unwrap_err();
        assert!(!error.to_string().contains(secret) && !format!("{error:?}").contains(secret), "{error:?}");
    }

    #[test]
    fn no_message_and_no_debug_tells_a_password() {
        let wrong = read("database_url = \"postgres://hr:rahasia@db/satu\"\nnothing = 1", &[]).unwrap_err();
        assert!(!wrong.to_string().contains("rahasia"), "{wrong}");
        let config = read("database_url = \"postgres://hr:rahasia@db/satu\"", &[]).unwrap();
        assert!(!format!("{config:?}").contains("rahasia"));
    }
}
