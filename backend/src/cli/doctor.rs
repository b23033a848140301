//! `satu doctor`: is everything in order?

use clap::Args;
use serde::Serialize;

use super::{Failure, Outcome, output};
use crate::{Backend, config::Config};

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
    data_dir: String,
    engine: &'static str,
    portals: Vec<String>,
    findings: Vec<String>,
}

impl Doctor {
    pub(super) async fn run(self, config: Config) -> Outcome {
        let backend = Backend::open(config).await?;
        let report = Report {
            version: env!("CARGO_PKG_VERSION"),
            data_dir: backend.data_dir().display().to_string(),
            engine: backend.store().engine(),
            portals: backend.intake().portals.registry().iter().map(|one| one.id.clone()).collect(),
            findings: backend.store().check().await?,
        };
        if self.json {
            output::json(&report)?;
        } else {
            output::line(format!("satu      {}", report.version))?;
            output::line(format!("data      {}", report.data_dir))?;
            output::line(format!("database  {}", report.engine))?;
            output::line(format!("portals   {}", report.portals.join(", ")))?;
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
