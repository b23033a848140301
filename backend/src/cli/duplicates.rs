//! `satu duplicates`: who may have applied twice.

use std::{collections::HashMap, fs, path::PathBuf};

use clap::Args;
use satu_core::{
    id::ApplicationId,
    import::Progress,
    linking::{self, Duplicate, Step},
};

use super::{Failure, Outcome, output};
use crate::Backend;

/// Steps that a line of the table tells, the weightiest.
const TOLD: usize = 4;

/// Suspected duplicates among the open applications, each with its reasons. Changes nothing.
#[derive(Debug, Args)]
pub(super) struct Duplicates {
    /// The least score: the probability, 0 to 1, that two applications are one person's.
    #[arg(long, value_name = "SCORE", default_value = "0.5", value_parser = score)]
    min: f64,
    /// One JSON array: [{a, b, score, evidence}].
    #[arg(long)]
    json: bool,
    /// A model of one's own, as --train writes it; by default that of the setting `model`, or the product's own.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Learn the weights anew from the applications themselves, and write them to a file. It begins with --model, or with the product's own.
    #[arg(long, requires = "output", conflicts_with = "json")]
    train: bool,
    /// The file of --train.
    #[arg(long, short, value_name = "FILE", requires = "train")]
    output: Option<PathBuf>,
}

fn score(text: &str) -> Result<f64, String> {
    let score = text.parse().ok().filter(|score| (0.0..=1.0).contains(score));
    score.ok_or_else(|| "a score is a number between 0 and 1".to_owned())
}

impl Duplicates {
    /// The file of the model. Who learns one anew does not need the one of the setting: that may be what is broken.
    pub(super) fn model(&self, setting: Option<PathBuf>) -> Option<PathBuf> {
        self.model.clone().or_else(|| setting.filter(|_| !self.train))
    }

    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let Self { min, json, model: _, train, output } = self;
        let model = backend.model();
        let progress = Progress::default();
        let steps = Some(linking::steps(backend.store(), model).await?);
        if let Some(path) = output.filter(|_| train) {
            let step = linking::train_on(backend.store(), model, &progress);
            let training = output::with_bar("belajar · learning".into(), steps, &progress, step).await?;
            let text = serde_json::to_string_pretty(&training.model).map_err(std::io::Error::from)?;
            fs::write(&path, text).map_err(|error| Failure::File { path: path.clone(), error })?;
            return output::line(path.display().to_string());
        }
        let step = linking::duplicates(backend.store(), model, min, &progress);
        let found = output::with_bar("membandingkan · comparing".into(), steps, &progress, step).await?;
        if json { output::json(&found.pairs) } else { table(&found) }
    }
}

/// Pairs that hang together stand together, under one number; a `?` marks a doubtful pair that joins two groups.
fn table(found: &linking::Duplicates) -> Outcome {
    let pairs: HashMap<(ApplicationId, ApplicationId), &Duplicate> =
        found.pairs.iter().map(|one| ((one.a.application, one.b.application), one)).collect();
    let id = |person: u32| found.applications.get(person as usize).copied();
    let mut rows = Vec::new();
    for (number, question) in found.questions.iter().enumerate() {
        for pair in &question.pairs {
            let told = id(pair.a).zip(id(pair.b)).and_then(|ids| pairs.get(&ids));
            let Some(Duplicate { a, b, score, evidence }) = told else { continue };
            let doubt = if question.bridges.contains(pair) { "?" } else { "" };
            rows.push([
                format!("{}{doubt}", number + 1),
                format!("{score:.3}"),
                format!("{} ({})", a.full_name, a.portal),
                a.application.to_string(),
                format!("{} ({})", b.full_name, b.portal),
                b.application.to_string(),
                because(evidence),
            ]);
        }
    }
    output::table(["PERSON", "SCORE", "A", "APPLICATION", "B", "APPLICATION", "BECAUSE (BITS)"], rows)
}

/// The weightiest steps, without the prior that all pairs have: `+12.6 birth_date equal`.
fn because(evidence: &[Step]) -> String {
    let mut steps: Vec<&Step> = evidence.iter().filter(|step| step.sentence != "prior").collect();
    steps.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()));
    let tell = |step: &&Step| match step.level {
        Some(level) => format!("{:+.1} {} {level}", step.weight, step.field),
        None => format!("{:+.1} {}", step.weight, step.field),
    };
    steps.iter().take(TOLD).map(tell).collect::<Vec<_>>().join(", ")
}
