//! `satu funnel`: how many stand where, how many went on, and where and why they were lost.

use std::path::PathBuf;

use clap::Args;
use satu_core::lifecycle::{self, Funnel, FunnelLoss, FunnelQuery, FunnelStage, flow};

use super::{
    Failure, Outcome,
    output::{self, Target},
};
use crate::{Backend, export};

/// The funnel.
#[derive(Debug, Args)]
pub(super) struct ShowFunnel {
    /// As of the end of a day in Jakarta (2026-05-01) or of an instant (RFC 3339); now if absent.
    #[arg(long, value_name = "DATE", value_parser = flow::end_of)]
    as_of: Option<i64>,
    /// Count moves from the beginning of a day on, or from an instant; all of them if absent.
    #[arg(long, value_name = "DATE", value_parser = flow::beginning_of)]
    since: Option<i64>,
    /// Only those who came through this portal first.
    #[arg(long, value_name = "ID")]
    portal: Option<String>,
    /// JSON.
    #[arg(long)]
    json: bool,
    /// Write a workbook (.xlsx) of it instead.
    #[arg(long, short, value_name = "FILE", conflicts_with = "json")]
    output: Option<PathBuf>,
}

impl ShowFunnel {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let Self { as_of, since, portal, json, output } = self;
        let query = FunnelQuery { until: as_of, since, portal: portal.as_deref() };
        let query = query.in_order().map_err(|error| Failure::Usage(format!("--since: {error}")))?;
        let funnel = lifecycle::funnel(backend.store(), query).await?;
        if let Some(output) = output {
            let file = Target::begin(output)?;
            let written = export::funnel(&funnel, file.draft());
            return file.end(written);
        }
        if json {
            return output::json(&funnel);
        }
        let Funnel { as_of, total, stages, portals, losses, .. } = funnel;
        output::line(format!("as of {as_of}: {total} applicants"))?;
        let header = [
            "STAGE",
            "ACTIVE",
            "REJECTED",
            "RESIGNED",
            "ENTERED",
            "WENT ON",
            "LOST",
            "SHARE",
            "MEDIAN DAYS",
            "P90 DAYS",
        ];
        output::table(header, stages.iter().map(stage).collect())?;
        if !portals.is_empty() {
            output::line("")?;
            let portal = |one: &lifecycle::FunnelPortal| {
                let way: Vec<String> = one.entered.iter().map(ToString::to_string).collect();
                let on: Vec<String> =
                    one.conversion.iter().map(|one| one.map_or_else(|| "-".to_owned(), share)).collect();
                [one.portal.clone(), one.total.to_string(), way.join(" "), on.join("  ")]
            };
            let header = ["PORTAL", "APPLICANTS", "ENTERED EACH STAGE", "SHARE THAT WENT ON FROM EACH"];
            output::table(header, portals.iter().map(portal).collect())?;
        }
        if !losses.is_empty() {
            output::line("")?;
            output::table(["LOST AT", "HOW", "REASON", "COUNT"], losses.iter().map(loss).collect())?;
        }
        Ok(())
    }
}

fn share(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn stage(one: &FunnelStage) -> [String; 10] {
    let days = |days: Option<f64>| days.map(|days| format!("{days:.1}")).unwrap_or_default();
    [
        one.stage.to_string(),
        one.active.to_string(),
        one.rejected.to_string(),
        one.resigned.to_string(),
        one.entered.to_string(),
        one.advanced.to_string(),
        one.lost.to_string(),
        one.conversion.map(share).unwrap_or_default(),
        days(one.median_days),
        days(one.p90_days),
    ]
}

fn loss(one: &FunnelLoss) -> [String; 4] {
    [one.stage.to_string(), one.sub_state.to_string(), one.reason.to_string(), one.count.to_string()]
}
