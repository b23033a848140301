//! `satu doctor`: is everything in order?

use clap::Args;
use satu_core::store::StoreError;
use serde::Serialize;

use super::{Failure, Outcome, output};
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
    /// The database that was checked: its folder and file.
    database: String,
    engine: &'static str,
    portals: Vec<String>,
    findings: Vec<String>,
}

impl Doctor {
    pub(super) async fn run(self, config: Config) -> Outcome {
        let (data_dir, database) = (config.data_dir.display().to_string(), where_it_stands(&config.database));
        let mut report = Report {
            version: env!("CARGO_PKG_VERSION"),
            data_dir,
            database,
            engine: "sqlite",
            portals: Vec::new(),
            findings: Vec::new(),
        };
        match Backend::open(config).await {
            Ok(backend) => {
                report.portals = backend.intake().portals.registry().iter().map(|one| one.id.clone()).collect();
                report.findings = backend.store().check().await;
            }
            Err(error @ OpenError::Store(StoreError::Url { .. })) => return Err(error.into()),
            Err(error) => report.findings.push(error.to_string()),
        }
        if self.json {
            output::json(&report)?;
        } else {
            output::line(format!("satu      {}", report.version))?;
            output::line(format!("data      {}", report.data_dir))?;
            output::line(format!("database  {} ({})", report.database, report.engine))?;
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

/// The database's file, whole: a relative path tells nobody which folder was looked at.
fn where_it_stands(url: &str) -> String {
    let path = url.strip_prefix("sqlite:").map_or(url, |path| path.strip_prefix("//").unwrap_or(path));
    std::path::absolute(path).map_or_else(|_| path.to_owned(), |path| path.display().to_string())
}
