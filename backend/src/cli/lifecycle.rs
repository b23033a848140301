//! `satu advance`, `reject`, `resign`, `reopen` and `correct`: the status of one application or of many; `satu activate` and `deactivate`.

use clap::Args;
use satu_core::{
    id::ApplicationId,
    lifecycle::{self, Act, Change, Moved, Reason, Stage, Status, SubState},
};

use super::{Failure, Outcome, output};
use crate::Backend;

/// Whose status, and how it is told.
#[derive(Debug, Args)]
pub(super) struct Whose {
    /// The applications.
    #[arg(required = true, value_name = "APPLICATION")]
    applications: Vec<ApplicationId>,
    /// Only say what would happen.
    #[arg(long)]
    dry_run: bool,
    /// JSON.
    #[arg(long)]
    json: bool,
}

/// Standard reasons.
#[derive(Debug, Args)]
struct Why {
    /// Standard reasons, by their codes; one that does not fit is answered with those that do.
    #[arg(long = "reason", value_name = "CODE", value_delimiter = ',')]
    reasons: Vec<Reason>,
}

impl Whose {
    /// Whose status is changed.
    pub(super) fn changed(&self) -> &[ApplicationId] {
        if self.dry_run { &[] } else { &self.applications }
    }

    /// Changes all for which it is allowed, and fails if it was refused for any.
    async fn change(self, backend: &Backend, act: Act, reasons: &[Reason]) -> Outcome {
        let Self { applications, dry_run, json } = self;
        let change = Change { act, reasons, seen: None, actor: backend.actor() };
        let moved = lifecycle::change_all(backend.store(), &applications, change, dry_run).await?;
        if json {
            output::json(&moved)?;
        } else {
            moved.iter().try_for_each(|one| output::line(sentence(one)))?;
        }
        if moved.iter().any(|one| one.refused.is_some()) { Err(Failure::Findings) } else { Ok(()) }
    }
}

fn sentence(moved: &Moved) -> String {
    let Moved { application, full_name, from_stage, from_sub_state, stage, sub_state, refused, .. } = moved;
    let ended = if moved.activation_ended { "; her activation ends with it" } else { "" };
    match refused {
        Some(why) => format!("{full_name} ({application}): stays {from_stage} {from_sub_state}: {}", why.detail),
        None => format!("{full_name} ({application}): {from_stage} {from_sub_state} -> {stage} {sub_state}{ended}"),
    }
}

/// Moves applications one stage forward.
#[derive(Debug, Args)]
pub(super) struct Advance {
    /// The stage, where the way parts: ONBOARDED_REGULAR or ONBOARDED_ON_DEMAND.
    #[arg(long, value_name = "STAGE")]
    to: Option<Stage>,
    #[command(flatten)]
    pub(super) whose: Whose,
}

impl Advance {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        self.whose.change(backend, Act::Advance(self.to), &[]).await
    }
}

/// Turns applicants down, lets them withdraw, or takes either back.
#[derive(Debug, Args)]
pub(super) struct End {
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    pub(super) whose: Whose,
}

impl End {
    pub(super) async fn run(self, backend: &Backend, act: Act) -> Outcome {
        self.whose.change(backend, act, &self.why.reasons).await
    }
}

/// Activates the accounts of those who have signed, or takes it back.
#[derive(Debug, Args)]
pub(super) struct Activate {
    /// The applications.
    #[arg(required = true, value_name = "APPLICATION")]
    pub(super) applications: Vec<ApplicationId>,
    /// JSON.
    #[arg(long)]
    json: bool,
}

impl Activate {
    pub(super) async fn run(self, backend: &Backend, active: bool) -> Outcome {
        let mut done = Vec::new();
        for application in self.applications {
            let activation = lifecycle::activate(backend.store(), application, active, backend.actor()).await?;
            if !self.json {
                output::line(format!("{application}: {}", activation.mitra_status))?;
            }
            done.push(activation);
        }
        if self.json { output::json(&done) } else { Ok(()) }
    }
}

/// Compensates a record that was wrong.
#[derive(Debug, Args)]
pub(super) struct Correct {
    /// The stage where she really stands.
    #[arg(long, value_name = "STAGE")]
    to: Stage,
    /// The sub-state in which she really is.
    #[arg(long, value_name = "SUB-STATE", default_value_t = SubState::Active)]
    sub_state: SubState,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    pub(super) whose: Whose,
}

impl Correct {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let act = Act::Correct(Status { stage: self.to, sub_state: self.sub_state });
        self.whose.change(backend, act, &self.why.reasons).await
    }
}
