//! A cell is edited, and the draft is planned anew.

use super::{
    ImportError, Progress, Result,
    contacts::contacts,
    draft,
    plan::Planned,
    planner::{Planner, Unplanned},
    stage::Tally,
};
use crate::{
    application::ApplicantRow,
    id::BatchId,
    store::{self, Store},
};

/// Rows that are planned in one transaction.
const CHUNK: u64 = 1000;

/// Puts an edited row (cleaned again by the caller) in the place of the old one. Where what it is known by has changed, every row of
/// the draft is planned anew: another row may be its duplicate now.
///
/// # Errors
/// The batch is no draft or has no such row; the store fails.
pub async fn edit(store: &Store, id: BatchId, row: ApplicantRow) -> Result<()> {
    let number = row.row;
    let mut tx = store.write().await?;
    draft(&mut tx.connection(), id, "a cell can be edited before the import is committed").await?;
    let found = store::rows::by_numbers(&mut tx.connection(), id, &[number]).await?.pop();
    let mut planned = found.ok_or(ImportError::UnknownRow { batch: id, row: number })?;
    let known_as_before = known_by(&planned.row) == known_by(&row);
    planned.row = row;
    planned.edited = true;
    store::rows::update(&mut tx.connection(), id, &planned).await?;
    tx.commit().await?;
    if known_as_before { Ok(()) } else { plan_again(store, id, &Progress::default()).await }
}

/// Everything in a row that a plan looks at.
fn known_by(row: &ApplicantRow) -> impl PartialEq + use<'_> {
    let fields = &row.fields;
    (
        contacts(row),
        (&fields.full_name, &fields.birth_date, &fields.source_ref),
        (&fields.position, &fields.applied_at, row.not_data),
    )
}

/// Plans every row of a draft anew, as the store stands now; decisions stay where the doubt is the same.
///
/// # Errors
/// The batch is no draft; the store fails; [`ImportError::Cancelled`] leaves a draft that is planned in part: plan it again.
pub async fn plan_again(store: &Store, id: BatchId, progress: &Progress) -> Result<()> {
    let batch = super::batch(store, id).await?;
    let mut planner = Planner::new(id);
    let mut tally = Tally::default();
    let mut last = 0;
    loop {
        progress.check()?;
        let mut tx = store.write().await?;
        draft(&mut tx.connection(), id, "only a draft can be planned").await?;
        let before = store::rows::after(&mut tx.connection(), id, last, CHUNK).await?;
        let Some(end) = before.last() else { break };
        last = end.row.row;
        let unplanned: Vec<Unplanned> =
            before.iter().cloned().map(|one| Unplanned::again(&batch.portal, one)).collect();
        let planned = planner.plan(&mut tx.connection(), unplanned).await?.rows;
        let changed: Vec<&Planned> =
            planned.iter().zip(&before).filter(|(new, old)| new != old).map(|(new, _)| new).collect();
        for row in changed {
            store::rows::update(&mut tx.connection(), id, row).await?;
        }
        tally.count(&planned);
        let now = store.clock().micros();
        store::batches::set_counts(&mut tx.connection(), id, &tally.counts, tally.minted, now).await?;
        tx.commit().await?;
        progress.add(planned.len());
    }
    Ok(())
}
