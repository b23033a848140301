//! `satu review` and `satu decide`: the queue.

use clap::Args;
use satu_core::{
    id::ApplicationId,
    import::{self, Action, Reason, ReviewFilter},
    linking::Score,
};

use super::{Failure, Listing, Outcome, output};
use crate::{
    Backend,
    api::{
        page::{Page, PageQuery},
        reviews::{self, ReviewId, ReviewView},
    },
};

/// Lists the queue.
#[derive(Debug, Args)]
pub(super) struct ListReviews {
    /// Why they wait.
    #[arg(long)]
    reason: Option<Reason>,
    /// The portal that they came from.
    #[arg(long, value_name = "ID")]
    portal: Option<String>,
    /// The least score: the probability, 0 to 1, that a row is the likeliest of those whom it may be.
    #[arg(long, value_name = "SCORE")]
    min: Option<Score>,
    /// What was decided, newest first, instead of what waits.
    #[arg(long)]
    decided: bool,
    #[command(flatten)]
    listing: Listing,
}

impl ListReviews {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let Self { reason, portal, min, decided, listing } = self;
        let filter = ReviewFilter { reason, portal, batch: None, min };
        if decided {
            print_decided(backend, &filter, listing).await
        } else {
            print_waiting(backend, &filter, listing).await
        }
    }
}

async fn print_waiting(backend: &Backend, filter: &ReviewFilter, listing: Listing) -> Outcome {
    let Listing { json, all, cursor, limit } = listing;
    let mut after: Option<ReviewId> = cursor.map(|cursor| cursor.parse()).transpose().map_err(Failure::Usage)?;
    let (mut items, mut total) = (Vec::new(), 0);
    let next = loop {
        let cursor = after.map(|ReviewId(batch, row)| (batch, row));
        let (rows, waiting) = import::review_page(backend.store(), filter, cursor, limit + 1).await?;
        total = waiting.max(total);
        let page = Page::of(rows, limit, |one| ReviewId(one.batch.id, one.row.row).to_string());
        after = page.items.last().map(|one| ReviewId(one.batch.id, one.row.row));
        for row in page.items {
            items.push(ReviewView::new(row)?);
        }
        if !all || page.next.is_none() {
            break page.next;
        }
    };
    let page = Page { items, next, total: Some(total) };
    output::page(&page, json, ["ROW", "REASON", "SCORE", "PORTAL", "FILE", "NAME", "MAY BE"], |one: &ReviewView| {
        let names = one.row.matches.iter().map(|other| {
            let name = other.fields.full_name.as_deref().unwrap_or("?");
            match (other.application, other.row) {
                (Some(id), _) => format!("{name} ({id})"),
                (None, Some(row)) => format!("{name} (row {row})"),
                (None, None) => name.to_owned(),
            }
        });
        [
            one.id.clone(),
            one.row.reason.map(|reason| reason.to_string()).unwrap_or_default(),
            one.row.score.map(|score| format!("{:.3}", f64::from(score))).unwrap_or_default(),
            one.portal.clone(),
            one.file.clone(),
            one.row.fields.full_name.clone().unwrap_or_default(),
            names.collect::<Vec<_>>().join("; "),
        ]
    })
}

async fn print_decided(backend: &Backend, filter: &ReviewFilter, listing: Listing) -> Outcome {
    let Listing { json, all, mut cursor, limit } = listing;
    let mut items = Vec::new();
    let next = loop {
        let page = reviews::decided(backend, filter, &PageQuery { cursor: cursor.take(), limit: Some(limit) }).await?;
        items.extend(page.items);
        cursor = page.next;
        if !all || cursor.is_none() {
            break cursor;
        }
    };
    let page = Page { items, next, total: None };
    output::page(&page, json, ["ROW", "DECISION", "BY", "AT", "NAME", "WENT TO"], |one: &ReviewView| {
        let decision = one.row.decision.as_ref();
        [
            one.id.clone(),
            decision.map(|said| said.action.to_string()).unwrap_or_default(),
            decision.map(|said| said.by.clone()).unwrap_or_default(),
            decision.map(|said| said.at.clone()).unwrap_or_default(),
            one.row.fields.full_name.clone().unwrap_or_default(),
            one.row.application.map(|id| id.to_string()).unwrap_or_default(),
        ]
    })
}

/// Settles a row of the queue.
#[derive(Debug, Args)]
pub(super) struct Decide {
    /// The row, as `satu review` shows it: <import>:<row>.
    pub(super) row: ReviewId,
    /// same, different, shared, discard, or later: back into the queue.
    action: Action,
    /// With `same`: the application that is meant, where there is more than one.
    #[arg(long, value_name = "ID")]
    application: Option<ApplicationId>,
    /// JSON.
    #[arg(long)]
    json: bool,
}

impl Decide {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let Self { row: ReviewId(batch, row), action, application, json } = self;
        let review = import::settle(backend.store(), batch, row, action, application, backend.actor()).await?;
        let view = ReviewView::new(review)?;
        if json {
            return output::json(&view);
        }
        let went =
            view.row.application.map_or_else(|| "to no application".to_owned(), |id| format!("to application {id}"));
        output::line(format!("{}: {action}, {went}", view.id))
    }
}
