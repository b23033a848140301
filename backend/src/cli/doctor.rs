//! `satu doctor`: is everything in order?

use clap::Args;
use satu_core::store::{Store, StoreError};
use serde::Serialize;

use super::{Failure, Outcome, looking, output};
use crate::{Backend, OpenError, config::Config};

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
    findings: Vec<String>,
}

impl Doctor {
    pub(super) async fn run(self, config: Config) -> Outcome {
        let (data_dir, database) = (config.data_dir.display().to_string(), Store::place(&config.database));
        let mut report = Report {
            version: env!("CARGO_PKG_VERSION"),
            data_dir,
            config: config.file.as_ref().map(|file| file.display().to_string()),
            database,
            engine: None,
            portals: Vec::new(),
            findings: Vec::new(),
        };
        let missing = Store::is_missing(&config.database);
        let (config, _nothing) = looking(config)?;
        match Backend::open(config).await {
            Ok(backend) => {
                report.engine = Some(backend.store().engine());
                if missing {
                    report
                        .findings
                        .push(format!("{}: there is no database yet; the first import makes it", report.database));
                }
                report.portals = backend.intake().portals.registry().iter().map(|one| one.id.clone()).collect();
                report.findings.extend(backend.store().check().await);
                backend.store().close().await;
            }
            Err(error @ OpenError::Store(StoreError::Url { .. })) => return Err(error.into()),
            Err(error) => report.findings.push(error.to_string()),
        }
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
