//! A cell is edited, and the draft is planned anew.

use super::{
    Batch, ImportError, Progress, Result, contacts::contacts, draft, plan::Planned, planner::Planner, stage::Tally,
    unplanned::Unplanned,
};
use crate::{
    application::{ApplicantRow, Cells, Problem, ProblemCode},
    id::BatchId,
    store::{self, Store, connection::Connection, whole::whole},
};

/// Rows that are planned together.
const CHUNK: u64 = 1000;

/// Corrects a row of a draft: `correct` gets the batch and the row's cells as they stand, and gives the row cleaned anew. It runs in the
/// transaction that keeps what it gives, so that of two who edit one row at once neither undoes the other's cells. Where what the row is
/// known by has changed, every row of the draft is planned anew, in the same transaction: another row may be its duplicate now.
///
/// # Errors
/// What `correct` refuses; the batch is no draft or has no such row; the store fails. The row is as it was then.
pub async fn edit<E: From<ImportError>>(
    store: &Store,
    id: BatchId,
    row: u32,
    correct: impl Fn(&Batch, Vec<String>) -> std::result::Result<ApplicantRow, E>,
) -> std::result::Result<(), E> {
    let now = store.clock().micros();
    whole(|| edit_once(store, id, row, now, &correct)).await?
}

/// Inside: what `correct` refuses.
async fn edit_once<E>(
    store: &Store,
    id: BatchId,
    row: u32,
    now: i64,
    correct: &impl Fn(&Batch, Vec<String>) -> std::result::Result<ApplicantRow, E>,
) -> Result<std::result::Result<(), E>> {
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    let batch = draft(connection, id, now, "a cell can be edited before the import is committed").await?;
    let found = store::rows::by_numbers(connection, id, &[row]).await?.pop();
    let mut planned = found.ok_or(ImportError::UnknownRow { batch: id, row })?;
    let mut corrected = match correct(&batch, Vec::from(&planned.row.cells)) {
        Ok(corrected) => ApplicantRow { row, ..corrected },
        Err(refused) => return Ok(Err(refused)),
    };
    corrected.problems.extend(still_cut(&planned.row, &corrected.cells).cloned());
    let known_as_before = known_by(&planned.row) == known_by(&corrected);
    *planned.row = corrected;
    planned.edited = true;
    store::rows::update(connection, id, &planned).await?;
    if !known_as_before {
        plan_rows(store, connection, &batch, now, &Progress::default()).await?;
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// What a row in which the file stops is still told: its last cell may be the half of one until somebody corrects it or fills one in behind it.
fn still_cut<'r>(before: &'r ApplicantRow, cells: &Cells) -> Option<&'r Problem> {
    let last = before.cells.len().saturating_sub(1);
    let untouched = cells.len() == before.cells.len() && cells.get(last) == before.cells.get(last);
    before.problems.iter().find(|problem| untouched && problem.code == ProblemCode::CutOff)
}

/// Everything in a row that a plan looks at.
fn known_by(row: &ApplicantRow) -> impl PartialEq + use<'_> {
    let fields = &row.fields;
    (
        contacts(row),
        (&fields.full_name, &fields.birth_date, &fields.source_ref),
        (&fields.location, &fields.education_level, &fields.gender),
        (&fields.position, &fields.applied_at, row.not_data),
        row.problems.iter().any(|problem| problem.code == ProblemCode::CutOff),
    )
}

/// Plans every row of a draft anew, as the store stands now; decisions stay where the doubt is the same. One transaction: a draft that is
/// planned in part has no right counts, and its commit would claim only a part of its keys.
///
/// # Errors
/// The batch is no draft; the store fails; [`ImportError::Cancelled`]. The draft is as it was then.
pub async fn plan_again(store: &Store, id: BatchId, progress: &Progress) -> Result<()> {
    let now = store.clock().micros();
    whole(|| async {
        progress.restart();
        let mut tx = store.write().await?;
        let connection = &mut tx.connection();
        let batch = draft(connection, id, now, "only a draft can be planned").await?;
        plan_rows(store, connection, &batch, now, progress).await?;
        Ok::<_, ImportError>(tx.commit().await?)
    })
    .await
}

async fn plan_rows(
    store: &Store,
    connection: &mut Connection<'_>,
    batch: &Batch,
    now: i64,
    progress: &Progress,
) -> Result<()> {
    let mut planner = Planner::new(batch.id, store);
    let mut tally = Tally::default();
    let mut last = 0;
    loop {
        progress.check()?;
        let before = store::rows::after(connection, batch.id, last, CHUNK).await?;
        let Some(end) = before.last() else { break };
        last = end.row.row;
        let unplanned: Vec<Unplanned> =
            before.iter().cloned().map(|one| Unplanned::again(&batch.portal, one)).collect();
        let planned = planner.plan(connection, unplanned).await?.rows;
        let changed: Vec<&Planned> =
            planned.iter().zip(&before).filter(|(new, old)| new != old).map(|(new, _)| new).collect();
        for row in changed {
            store::rows::update(connection, batch.id, row).await?;
        }
        tally.count(&planned);
        progress.add(planned.len());
    }
    store::batches::set_counts(connection, batch.id, &tally.counts, tally.minted, now).await?;
    Ok(())
}
