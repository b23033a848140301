//! Changes from the command line, and looks at people's data, written where the API writes them and in its words: who did something, or has looked at somebody, is one
//! list, whichever way she did.

use satu_core::{
    id::{AccountId, ApplicationId, BatchId, CampaignId, LinkId},
    staff::Deed,
};

use super::{Command, Failure, Outcome, outreach::Outreach};
use crate::Backend;

/// What is looked at, or taken away.
#[derive(Debug, Clone, Copy)]
pub(super) enum Look {
    /// One application.
    Application(ApplicationId),
    /// One of the few applications that a search found.
    Found(ApplicationId),
    /// What was said of one application.
    Links(ApplicationId),
    /// Everything that is held of one person.
    PersonalData(ApplicationId),
    /// The same, of an account that has no application.
    PersonalDataOfAccount(AccountId),
    /// The applications, as a file.
    Applications,
    /// Rows of an import that were rejected, as a file.
    Rejected(BatchId),
    /// The messages of a campaign, as a file.
    Campaign(CampaignId),
}

impl Look {
    /// As the API names it: the route, and the path.
    fn named(self) -> (&'static str, String) {
        match self {
            Self::Application(id) => ("GET /v1/applications/{id}", format!("/v1/applications/{id}")),
            Self::Found(id) => ("GET /v1/applications", format!("/v1/applications/{id}")),
            Self::Links(id) => ("GET /v1/applications/{id}/links", format!("/v1/applications/{id}/links")),
            Self::PersonalData(id) => {
                ("GET /v1/applications/{id}/personal-data", format!("/v1/applications/{id}/personal-data"))
            }
            Self::PersonalDataOfAccount(id) => {
                ("GET /v1/accounts/{id}/personal-data", format!("/v1/accounts/{id}/personal-data"))
            }
            Self::Applications => ("GET /v1/exports/applications", "/v1/exports/applications".to_owned()),
            Self::Rejected(id) => ("GET /v1/imports/{id}/rejected", format!("/v1/imports/{id}/rejected")),
            Self::Campaign(id) => {
                ("GET /v1/outreach/campaigns/{id}/export", format!("/v1/outreach/campaigns/{id}/export"))
            }
        }
    }
}

/// Writes that whoever runs this command looks at somebody's data. It is written first: what cannot be written is not shown.
pub(super) async fn looked(backend: &Backend, look: Look) -> Result<(), Failure> {
    let (action, target) = look.named();
    let deed = Deed { actor: backend.actor(), staff: None, action, target: &target, request: "" };
    let id = backend.team().note(deed).await?;
    Ok(backend.team().done(id, DONE).await?)
}

/// A change, as the API names it: the route, and the path.
pub(super) type Change = (&'static str, String);

/// What is written of a command that did what it was to do.
const DONE: u16 = 200;
/// What is written of one that did not: its words told why.
const REFUSED: u16 = 422;

impl Command {
    /// What it changes; nothing where it only looks, or where the change is written with itself (of staff, and of erased data).
    pub(super) fn changes(&self) -> Vec<Change> {
        match self {
            Self::Import(_) => vec![("POST /v1/imports", "/v1/imports".to_owned())],
            Self::Undo(undo) => vec![of_import("POST /v1/imports/{id}/undo", undo.batch, "undo")],
            Self::Decide(decide) => {
                vec![("POST /v1/reviews/{id}/decision", format!("/v1/reviews/{}/decision", decide.row))]
            }
            Self::Advance(advance) => transitions(advance.whose.changed()),
            Self::Reject(end) | Self::Resign(end) | Self::Reopen(end) => transitions(end.whose.changed()),
            Self::Correct(correct) => transitions(correct.whose.changed()),
            Self::Activate(activate) | Self::Deactivate(activate) => {
                of_each(&activate.applications, "PUT /v1/applications/{id}/activation", "activation")
            }
            Self::Merge(merge) => links(merge.into),
            Self::Apart(apart) => links(apart.one),
            Self::Unmerge(unmerge) => {
                let LinkId(event) = unmerge.event;
                vec![("POST /v1/links/{id}/reversal", format!("/v1/links/{event}/reversal"))]
            }
            Self::Privacy(privacy) if privacy.purges() => vec![("privacy.purge", "/v1/privacy/due".to_owned())],
            Self::Outreach(Outreach::Send(_)) => {
                vec![("POST /v1/outreach/campaigns", "/v1/outreach/campaigns".to_owned())]
            }
            Self::Outreach(Outreach::Pause(one)) => {
                vec![of_campaign("POST /v1/outreach/campaigns/{id}/pause", one.id, "pause")]
            }
            Self::Outreach(Outreach::Resume(one)) => {
                vec![of_campaign("POST /v1/outreach/campaigns/{id}/resume", one.id, "resume")]
            }
            Self::Outreach(Outreach::Cancel(one)) => {
                vec![of_campaign("POST /v1/outreach/campaigns/{id}/cancel", one.id, "cancel")]
            }
            _ => Vec::new(),
        }
    }
}

fn of_import(action: &'static str, id: BatchId, what: &str) -> Change {
    (action, format!("/v1/imports/{id}/{what}"))
}

fn of_each(ids: &[ApplicationId], action: &'static str, what: &str) -> Vec<Change> {
    ids.iter().map(|id| (action, format!("/v1/applications/{id}/{what}"))).collect()
}

fn transitions(ids: &[ApplicationId]) -> Vec<Change> {
    of_each(ids, "POST /v1/applications/{id}/transitions", "transitions")
}

fn links(id: ApplicationId) -> Vec<Change> {
    of_each(&[id], "POST /v1/applications/{id}/links", "links")
}

fn of_campaign(action: &'static str, id: CampaignId, what: &str) -> Change {
    (action, format!("/v1/outreach/campaigns/{id}/{what}"))
}

/// Does something, with what it changes written before, and what came of it after. What cannot be written is not done.
pub(super) async fn noted(
    backend: &Backend,
    changes: &[Change],
    work: impl AsyncFnOnce(&Backend) -> Outcome,
) -> Outcome {
    let deeds: Vec<Deed<'_>> = changes
        .iter()
        .map(|(action, target)| Deed { actor: backend.actor(), staff: None, action, target, request: "" })
        .collect();
    let notes = if deeds.is_empty() { Vec::new() } else { backend.team().note_each(&deeds).await? };
    let done = work(backend).await;
    let status = match &done {
        // Some of many stayed, or whoever reads our output has seen enough: it was carried out.
        Ok(()) | Err(Failure::Findings | Failure::Output(_)) => DONE,
        Err(_) => REFUSED,
    };
    let came: Vec<_> = notes.into_iter().map(|id| (id, status)).collect();
    if !came.is_empty()
        && let Err(error) = backend.team().done_each(&came).await
    {
        tracing::error!(%error, "what came of a command was not written");
    }
    done
}
