//! `satu doctor`: is everything in order?

use clap::Args;
use satu_core::{
    import::Progress,
    outreach::Channel,
    store::{Store, StoreError},
};
use serde::Serialize;

use super::{Failure, Outcome, looking, output};
use crate::{
    Backend, OpenError,
    config::Config,
    mail, model,
    outreach::{Carriers, Settings},
};

/// Checks the configuration, the database and its promises.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    version: &'static str,
    /// The folder of everything else that is kept for the user.
    data_dir: String,
    /// The configuration that was read; none where there is none.
    config: Option<String>,
    /// The database that was checked: its folder and file.
    database: String,
    /// `sqlite`, `postgres` or `mysql`; none of a database that cannot be opened.
    engine: Option<&'static str>,
    portals: Vec<String>,
    /// What the settings come to.
    settings: Vec<String>,
    findings: Vec<String>,
}

impl Doctor {
    pub(super) async fn run(self, mut config: Config) -> Outcome {
        let (data_dir, database) = (config.data_dir.display().to_string(), Store::place(&config.database));
        let mut report = Report {
            version: env!("CARGO_PKG_VERSION"),
            data_dir,
            config: config.file.as_ref().map(|file| file.display().to_string()),
            database,
            engine: None,
            portals: Vec::new(),
            settings: settings(&config),
            findings: doubtful(&config),
        };
        if let Err(error) = model::open(config.model.as_deref()) {
            report.findings.push(error.to_string());
            // Without it the rest can be looked at all the same.
            config.model = None;
        }
        let missing = Store::is_missing(&config.database);
        let (outreach, mail) = (config.outreach.clone(), config.mail.clone());
        let (config, _nothing) = looking(config)?;
        let mut carriers = None;
        match Backend::open(config).await {
            Ok(backend) => {
                carriers = Some(backend.carriers().clone());
                report.engine = Some(backend.store().engine());
                if missing {
                    report
                        .findings
                        .push(format!("{}: there is no database yet; the first import makes it", report.database));
                }
                report.portals = backend.intake().portals.registry().iter().map(|one| one.id.clone()).collect();
                let progress = Progress::default();
                let asked = async { Ok::<_, Failure>(backend.store().check_with(&progress).await) };
                let (what, all) = ("memeriksa · checking".to_owned(), Some(Store::QUESTIONS));
                report.findings.extend(output::with_bar(what, all, &progress, asked).await?);
                if backend.config().public_url.is_some() {
                    match backend.team().exists().await {
                        Ok(true) => {}
                        Ok(false) => report.findings.push(
                            "server.public_url: nobody could sign in; add the first administrator with satu staff add NAME"
                                .to_owned(),
                        ),
                        Err(error) => report.findings.push(error.to_string()),
                    }
                }
                backend.store().close().await;
            }
            Err(error @ OpenError::Store(StoreError::Url { .. })) => return Err(error.into()),
            // It is told below, by whoever asks the providers and the mail server.
            Err(OpenError::Client(_) | OpenError::Mail(_)) => {}
            Err(error) => report.findings.push(error.to_string()),
        }
        report.findings.extend(unwilling(&outreach, carriers).await);
        report.findings.extend(unposted(&mail).await);
        if self.json {
            output::json(&report)?;
        } else {
            output::line(format!("satu      {}", report.version))?;
            output::line(format!("data      {}", report.data_dir))?;
            if let Some(config) = &report.config {
                output::line(format!("config    {config}"))?;
            }
            let engine = report.engine.map(|engine| format!(" ({engine})")).unwrap_or_default();
            output::line(format!("database  {}{engine}", report.database))?;
            if !report.portals.is_empty() {
                output::line(format!("portals   {}", report.portals.join(", ")))?;
            }
            for setting in &report.settings {
                output::line(format!("setting   {setting}"))?;
            }
            for finding in &report.findings {
                output::line(format!("finding   {finding}"))?;
            }
            if report.findings.is_empty() {
                output::line(
                    "all is well: every identifier belongs to at most one application, every status is its history's newest",
                )?;
            }
        }
        if report.findings.is_empty() { Ok(()) } else { Err(Failure::Findings) }
    }
}

/// What the settings come to, a sentence each; no value that may be a secret.
fn settings(config: &Config) -> Vec<String> {
    let mut said = Vec::new();
    said.push(match &config.public_url {
        None => "server.public_url: none, so it is served on this machine only".to_owned(),
        Some(url) => format!("server.public_url: a team reaches it by {url}, through a proxy with TLS"),
    });
    said.push(match &config.model {
        None => "model: none, so suspected duplicates are weighed with the product's own".to_owned(),
        Some(model) => format!("model: suspected duplicates are weighed with {}", model.display()),
    });
    said.push(match config.metrics_listen {
        None => "server.metrics_listen: none, so no metrics are served".to_owned(),
        Some(address) if address.ip().is_loopback() => {
            format!("server.metrics_listen: metrics are read on this machine, at {address}")
        }
        Some(address) => format!("server.metrics_listen: whoever reaches {address} reads the metrics"),
    });
    said.push(match (&config.channel, config.outreach.codes_by) {
        (Some(channel), _) => format!("codes: they are sent by {channel:?}"),
        (None, Some(channel)) if config.outreach.is_configured(channel) => format!("codes: they are sent by {channel}"),
        (None, _) => {
            "codes: no channel is configured, so no one-time code can be sent; candidates register by invitation"
                .to_owned()
        }
    });
    if config.mail.url.is_some() && config.mail.from.is_some() {
        said.push("mail: codes to addresses are sent by the mail server".to_owned());
    }
    let outreach = &config.outreach;
    let channels = Channel::ALL.iter().filter(|channel| outreach.is_configured(**channel));
    said.push(format!(
        "outreach: messages may leave by {}, {} first",
        channels.map(|channel| channel.as_str()).collect::<Vec<_>>().join(", "),
        outreach.channel
    ));
    if let Some(link) = &outreach.link {
        said.push(format!("outreach.link: whoever is invited registers at {link}"));
    }
    said
}

/// The providers that would carry nothing, and why. The database has no part in it: where that cannot be opened there are no carriers yet, and they are asked all the
/// same.
async fn unwilling(outreach: &Settings, carriers: Option<Carriers>) -> Vec<String> {
    let carriers = match carriers.map_or_else(|| outreach.carriers(), Ok) {
        Ok(carriers) => carriers,
        Err(error) => return vec![OpenError::from(error).to_string()],
    };
    let mut findings = Vec::new();
    for carrier in carriers {
        if let Err(why) = carrier.check().await {
            findings.push(format!("{}: {why}", carrier.channel()));
        }
    }
    findings
}

/// Why the mail server would take no letter; none: it would, or there is none.
async fn unposted(mail: &mail::Settings) -> Option<String> {
    let asked = match mail.way(String::new()) {
        Ok(way) => way?.check().await,
        Err(error) => Err(error),
    };
    asked.err().map(|why| format!("mail.url: {why}"))
}

/// What is wrong with the settings, or is hardly meant.
fn doubtful(config: &Config) -> Vec<String> {
    let mut findings = Vec::new();
    if readable_by_others(&config.secrets) {
        let file = config.secrets.display();
        findings.push(format!("{file}: others than its owner may read the secrets; chmod 600 {file}"));
    }
    if let Some(file) = config.file.as_deref().filter(|file| config.has_password && readable_by_others(file)) {
        let file = file.display();
        findings.push(format!("{file}: others than its owner may read the passwords in it; chmod 600 {file}"));
    }
    if config.trusted_proxies.is_anybody() {
        findings.push(
            "server.trusted_proxies: any address is one, so whoever asks says from where; name the proxies".to_owned(),
        );
    }
    if config.public_url.is_some() && config.trusted_proxies.is_empty() {
        findings.push(
            "server.trusted_proxies: none, so all who come through the proxy are counted as one; name the proxy"
                .to_owned(),
        );
    }
    findings.extend(config.outreach.doubts());
    findings
        .extend(config.mail.lacks().map(|key| format!("{key}: it is needed, too, where codes are to go to addresses")));
    findings
}

#[cfg(unix)]
fn readable_by_others(file: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn readable_by_others(_: &std::path::Path) -> bool {
    false
}
