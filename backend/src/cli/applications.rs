//! `satu applications` and `satu export`.

use std::path::PathBuf;

use clap::Args;
use satu_core::{
    application::{self, Filter},
    id::{ApplicationId, BatchId},
    import,
    lifecycle::{Stage, SubState},
};

use super::{
    Failure, Listing, Outcome,
    noted::{Look, looked},
    output::{self, Target},
};
use crate::{
    Backend,
    access::FEW,
    api::page::Page,
    export::{self, FileFormat},
};

/// Which applications.
#[derive(Debug, Args)]
pub(super) struct Filters {
    /// A part of the name, the email address, the phone number or the portal's id.
    #[arg(long = "search", short = 'q', value_name = "TEXT")]
    text: Option<String>,
    /// A portal that she came through.
    #[arg(long, value_name = "ID")]
    portal: Option<String>,
    /// The stage.
    #[arg(long)]
    stage: Option<Stage>,
    /// ACTIVE, REJECTED or RESIGNED.
    #[arg(long)]
    sub_state: Option<SubState>,
    /// The import that brought her.
    #[arg(long, value_name = "BATCH")]
    batch: Option<BatchId>,
}

impl From<Filters> for Filter {
    fn from(Filters { text, portal, stage, sub_state, batch }: Filters) -> Self {
        Self { text, portal, stage, sub_state, batch }
    }
}

/// The filter, unless it names a portal that is neither known nor anybody's.
pub(super) async fn known(backend: &Backend, filters: Filters) -> Result<Filter, Failure> {
    if let Some(portal) = filters.portal.as_deref() {
        let registry = backend.intake().portals.registry();
        let through_it = Filter { portal: Some(portal.to_owned()), ..Filter::default() };
        if registry.get(portal).is_none() && application::count(backend.store(), &through_it).await? == 0 {
            let known: Vec<&str> = registry.iter().map(|one| one.id.as_str()).collect();
            return Err(Failure::Usage(format!("there is no portal “{portal}”; known are: {}", known.join(", "))));
        }
    }
    Ok(filters.into())
}

/// Lists applications.
#[derive(Debug, Args)]
pub(super) struct List {
    /// One application by its id.
    id: Option<ApplicationId>,
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    listing: Listing,
}

impl List {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let Self { id, filters, listing: Listing { json, all, cursor, limit } } = self;
        let store = backend.store();
        if let Some(id) = id {
            let one = application::get(store, id).await?;
            let one = one.ok_or_else(|| Failure::Said(format!("there is no application {id}")))?;
            looked(backend, Look::Application(id)).await?;
            return output::json(&one);
        }
        let filter = known(backend, filters).await?;
        let mut after: Option<ApplicationId> = cursor
            .map(|cursor| cursor.parse())
            .transpose()
            .map_err(|_| Failure::Usage("--cursor is no application".into()))?;
        let mut items = Vec::new();
        let next = loop {
            let page =
                Page::of(application::page(store, &filter, after, limit + 1).await?, limit, |one| one.id.to_string());
            after = page.items.last().map(|one| one.id);
            items.extend(page.items);
            if !all || page.next.is_none() {
                break page.next;
            }
        };
        let total = application::count(store, &filter).await?;
        if filter.text.is_some() && total <= FEW {
            for one in &items {
                looked(backend, Look::Found(one.id)).await?;
            }
        }
        let page = Page { items, next, total: Some(total) };
        output::page(&page, json, ["APPLICATION", "NAME", "PHONE", "EMAIL", "PORTALS", "STAGE", "SUB-STATE"], |one| {
            [
                one.id.to_string(),
                one.fields.full_name.clone().unwrap_or_default(),
                one.fields.phone.clone().unwrap_or_default(),
                one.fields.email.clone().unwrap_or_default(),
                one.portals().join(", "),
                one.stage.to_string(),
                one.sub_state.to_string(),
            ]
        })
    }
}

/// Writes applications, or the rejected rows of an import, to a file.
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    filters: Filters,
    /// The rejected rows of this import instead, each with what is wrong: to be mended and imported.
    #[arg(long, value_name = "BATCH", conflicts_with_all = ["text", "portal", "stage", "sub_state", "batch"])]
    rejected: Option<BatchId>,
    /// The format; by the file's ending if absent.
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
    /// The file.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Export {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let Self { filters, rejected, format, output } = self;
        let Some(format) = format.or_else(|| FileFormat::of_ending(&output)) else {
            return Err(Failure::Usage(format!(
                "{}: the ending tells no format: let it be .xlsx or .csv, or say --format xlsx or --format csv",
                output.display()
            )));
        };
        let filter = known(backend, filters).await?;
        looked(backend, rejected.map_or(Look::Applications, Look::Rejected)).await?;
        let file = Target::begin(output)?;
        let step = async {
            match rejected {
                Some(batch) => {
                    let batch = import::batch(backend.store(), batch).await?;
                    export::rejected(backend.store(), &batch, format, file.draft()).await
                }
                None => export::applications(backend.store(), &filter, format, file.draft()).await,
            }
        };
        let written = file.with_bar(step).await?;
        file.end(written)
    }
}
