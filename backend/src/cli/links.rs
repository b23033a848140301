//! `satu merge`, `satu unmerge`, `satu apart` and `satu links`: what is said of two applications.

use clap::Args;
use satu_core::{
    id::{ApplicationId, LinkId},
    linking::{self, Choices, Detail, Link, LinkKind, Said, Sharing, Winner},
};

use super::{
    Failure, Outcome,
    noted::{Look, looked},
    output,
};
use crate::{Backend, api::page::Page};

/// Why, and how it is told.
#[derive(Debug, Args)]
struct Why {
    /// Why: kept with the event.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// JSON.
    #[arg(long)]
    json: bool,
}

impl Why {
    fn said<'a>(&'a self, backend: &'a Backend) -> Said<'a> {
        Said { event: LinkId::mint(), actor: backend.actor(), reason: self.reason.as_deref() }
    }

    fn tell(&self, link: &Link) -> Outcome {
        if self.json { output::json(link) } else { output::line(sentence(link)) }
    }
}

fn sentence(link: &Link) -> String {
    let Link { id, kind, application, application_name, other, other_name, .. } = link;
    let (one, two) = (format!("{application_name} ({application})"), format!("{other_name} ({other})"));
    match kind {
        LinkKind::Merged => format!("{id}: {one} shows {two} from now on"),
        LinkKind::Unmerged => format!("{id}: {one} and {two} are two again"),
        LinkKind::ToldApart => format!("{id}: {one} and {two} are two people"),
        LinkKind::Reconsidered => format!("{id}: whether {one} and {two} are two people is open again"),
    }
}

/// Merges one application into another: they are one person.
#[derive(Debug, Args)]
pub(super) struct Merge {
    /// The application that stays and shows both.
    pub(super) into: ApplicationId,
    /// The application that is merged into it.
    other: ApplicationId,
    /// The fields whose value is the other's: --take full_name,phone. The rest stay, and are filled where they are empty.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    take: Vec<Detail>,
    #[command(flatten)]
    why: Why,
}

impl Merge {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let Self { into, other, take, why } = self;
        let choices: Choices = take.into_iter().map(|field| (field, Winner::Other)).collect();
        why.tell(&linking::merge(backend.store(), why.said(backend), into, other, &choices).await?)
    }
}

/// Says that two applications are two people's.
#[derive(Debug, Args)]
pub(super) struct Apart {
    /// One application.
    pub(super) one: ApplicationId,
    /// The other one.
    other: ApplicationId,
    /// A family shares the numbers and addresses that both have: they key nobody from now on.
    #[arg(long)]
    family: bool,
    #[command(flatten)]
    why: Why,
}

impl Apart {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let Self { one, other, family, why } = self;
        let sharing = if family { Sharing::Family } else { Sharing::Unsaid };
        why.tell(&linking::tell_apart(backend.store(), why.said(backend), one, other, sharing).await?)
    }
}

/// Takes a merge back, or that two are apart.
#[derive(Debug, Args)]
pub(super) struct Unmerge {
    /// The event, as `satu links` shows it.
    pub(super) event: LinkId,
    #[command(flatten)]
    why: Why,
}

impl Unmerge {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let Self { event, why } = self;
        why.tell(&linking::reverse(backend.store(), why.said(backend), event).await?)
    }
}

/// Lists what was said of an application, oldest first.
#[derive(Debug, Args)]
pub(super) struct Links {
    /// The application.
    application: ApplicationId,
    /// One JSON object: {items, next}.
    #[arg(long)]
    json: bool,
}

impl Links {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let items = linking::links(backend.store(), self.application).await.map_err(Failure::from)?;
        looked(backend, Look::Links(self.application)).await?;
        output::page(&Page::whole(items), self.json, ["EVENT", "WHAT", "APPLICATION", "OTHER", "BY", "STANDS"], |one| {
            [
                one.id.to_string(),
                one.kind.to_string(),
                one.application_name.clone(),
                one.other_name.clone(),
                one.by.clone(),
                if one.reversed_by.is_some() { "no" } else { "yes" }.to_owned(),
            ]
        })
    }
}
