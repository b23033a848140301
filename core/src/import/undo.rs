//! An import is taken back.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    Batch, BatchState, ImportError, Progress, Result, UndoReport, UndoneApplication, WhyKept, batch,
    carry::{Carrier, Standings},
    commit::Attempt,
    plan::Planned,
};
use crate::{
    id::{ApplicationId, BatchId},
    store::{self, Store, StoreError, applications::ApplicationRecord, connection::Connection, whole::whole},
};

/// Rows that are taken back together.
const CHUNK: u64 = 1000;

/// Takes a committed batch back, in one transaction.
///
/// Applications that no other import stands for and nobody has touched since are removed from every list: their keys are free, their
/// history stays. In which order several imports of one person are taken back makes no difference. An application that it made and that
/// came through another door too, was advanced, edited, linked or merged stays, and the report says why. Applications that another import stands for
/// lose the source and the identifiers that the batch brought; a key that this frees goes to whom it was barred for. Undoing twice gives the
/// same answer.
///
/// # Errors
/// The batch was never committed; [`ImportError::Cancelled`] leaves everything as it was; the store fails.
pub async fn undo(store: &Store, id: BatchId, progress: &Progress) -> Result<Batch> {
    let now = store.clock().micros();
    whole(|| attempt(store, id, now, progress)).await
}

async fn attempt(store: &Store, id: BatchId, now: i64, progress: &Progress) -> Result<Batch> {
    progress.restart();
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    if !store::batches::advance(connection, id, BatchState::Committed, BatchState::Undone, now).await? {
        drop(tx);
        let found = batch(store, id).await?;
        return match found.state {
            BatchState::Undone => Ok(found),
            state => Err(ImportError::State { batch: id, state, what: "only a committed import can be undone" }),
        };
    }
    let mut undoing = Undoing { batch: id, now, report: UndoReport::default(), kept: HashSet::new() };
    let mut last = 0;
    loop {
        progress.check()?;
        let rows = store::rows::after(connection, id, last, CHUNK).await?;
        let Some(end) = rows.last() else { break };
        last = end.row.row;
        let ids: HashSet<Uuid> = rows
            .iter()
            .filter(|one| one.outcome != super::Outcome::Repeat)
            .filter_map(|one| one.application)
            .map(|id| id.0)
            .collect();
        undoing.take_back(connection, &ids.into_iter().collect::<Vec<_>>()).await?;
        progress.add(rows.len());
    }
    store::reviews::take_batch(connection, id).await?;
    store::batches::set_undo(connection, id, &undoing.report).await?;
    tx.commit().await?;
    batch(store, id).await
}

/// A batch that is being taken back; its row says so already, so its sources stand for nobody any more.
struct Undoing {
    batch: BatchId,
    now: i64,
    report: UndoReport,
    /// Whom the report counts as kept: a person may stand in many rows.
    kept: HashSet<Uuid>,
}

impl Undoing {
    /// Takes back what the batch did to these applications.
    async fn take_back(&mut self, connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let (mut gone, mut joined) = (Vec::new(), Vec::new());
        for Fate { record, why, standing } in fates(connection, ids, None).await? {
            let (id, made_here) = (record.id, record.batch_id == Some(self.batch.0));
            match why {
                None => gone.push(id),
                Some(why) => {
                    // She was there before, and another import stands for her: nothing to tell.
                    if made_here || !standing {
                        self.keep(record, why)?;
                    }
                    // Whom no other import stands for keeps the last door that she came through.
                    if standing {
                        joined.push(id);
                    }
                }
            }
        }
        let Taken { removed, detached } = take(connection, &gone, &joined, (self.batch, None), &[], self.now).await?;
        self.report.removed += removed;
        self.report.detached += detached;
        Ok(())
    }

    /// Notes that an application stays, once.
    fn keep(&mut self, record: ApplicationRecord, why: WhyKept) -> Result<()> {
        if !self.kept.insert(record.id) {
            return Ok(());
        }
        self.report.kept_total += 1;
        if self.report.kept.len() < UndoReport::SHOWN {
            let application = record.id();
            let full_name = record.into_fields()?.full_name.unwrap_or_default();
            self.report.kept.push(UndoneApplication { application, full_name, why });
        }
        Ok(())
    }
}

/// What taking a door back means for an application.
struct Fate {
    record: ApplicationRecord,
    /// Why she stays; none when nothing holds her any more.
    why: Option<WhyKept>,
    /// Whether another door stands for her.
    standing: bool,
}

/// What holds these applications, where an import that was undone stands for nobody, nor the row that is excepted. From here on they stay as they
/// are: who brings or takes back one of them at the same time waits until this is done, or is waited for.
async fn fates(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
    except: Option<(BatchId, u32)>,
) -> store::Result<Vec<Fate>> {
    store::applications::hold(connection, ids).await?;
    let advanced: HashSet<Uuid> = of(store::history::advanced(connection, ids).await?);
    let standing: HashSet<Uuid> = of(store::sources::standing(connection, ids, except).await?);
    let mut messaged: HashSet<Uuid> = of(store::outbox::messaged(connection, ids).await?);
    // A link that HR sends with her own telephone leaves no message here.
    messaged.extend(of(store::invitations::invited(connection, ids).await?));
    let shows: HashSet<Uuid> = store::merged::merged_into(connection, ids).await?.into_values().collect();
    let mut fates = Vec::new();
    for record in store::applications::by_ids_also_merged(connection, ids).await? {
        let id = record.id;
        let (merged, standing) = (record.merged_into.is_some() || shows.contains(&id), standing.contains(&id));
        let touched = if advanced.contains(&id) {
            Some(WhyKept::Advanced)
        } else {
            messaged.contains(&id).then_some(WhyKept::Messaged)
        };
        let why = why_kept(&record, merged, touched, standing);
        fates.push(Fate { record, why, standing });
    }
    Ok(fates)
}

struct Taken {
    removed: u64,
    detached: u64,
}

/// Removes applications that nothing holds, and takes from others what a door brought: a batch, or one row of it, whose `others` stay.
async fn take(
    connection: &mut Connection<'_>,
    gone: &[Uuid],
    joined: &[Uuid],
    (batch, row): (BatchId, Option<u32>),
    others: &[Planned],
    now: i64,
) -> Result<Taken> {
    let mut taken = Taken { removed: 0, detached: 0 };
    let mut freed = Vec::new();
    if !gone.is_empty() {
        freed.extend(store::identifiers::release(connection, gone, None).await?);
        store::sources::delete(connection, gone, None).await?;
        taken.removed = store::applications::remove(connection, gone, now).await?;
    }
    if !joined.is_empty() {
        freed.extend(store::identifiers::release(connection, joined, Some(batch)).await?);
        taken.detached = store::sources::delete(connection, joined, Some((batch, row))).await?;
        give_back(connection, joined, (batch, others), now).await?;
    }
    for (kind, values) in freed {
        store::barred::hand_over(connection, kind, &values).await?;
    }
    Ok(taken)
}

/// Takes back what one row did to the application that it went to. That one goes, too, where nothing else holds it; `others` are the other rows of the
/// import that went there.
///
/// # Errors
/// Why it must stay with this row as its only door; the store fails.
pub(super) async fn take_row_back(
    connection: &mut Connection<'_>,
    batch: BatchId,
    planned: &Planned,
    application: ApplicationId,
    others: &[Planned],
    now: i64,
) -> Result<std::result::Result<(), WhyKept>> {
    let row = planned.row.row;
    store::applications::hold(connection, &[application.0]).await?;
    // The same row stands in the file twice and both went there: they have one source, which is the other one's from now on.
    if let Some(same) = others.iter().find(|one| one.source_key == planned.source_key) {
        store::sources::set_row(connection, application, batch, row, same.row.row).await?;
    }
    let ApplicationId(application) = application;
    let (mut gone, mut joined) = (Vec::new(), Vec::new());
    for Fate { record, why, standing } in fates(connection, &[application], Some((batch, row))).await? {
        match why {
            None => gone.push(record.id),
            Some(_) if standing => joined.push(record.id),
            Some(why) => return Ok(Err(why)),
        }
    }
    take(connection, &gone, &joined, (batch, Some(row)), others, now).await?;
    Ok(Ok(()))
}

fn of(ids: Vec<(Uuid,)>) -> HashSet<Uuid> {
    ids.into_iter().map(|(id,)| id).collect()
}

/// Why an application outlives the undo; none when nothing holds it any more.
fn why_kept(record: &ApplicationRecord, merged: bool, touched: Option<WhyKept>, standing: bool) -> Option<WhyKept> {
    if merged {
        Some(WhyKept::Merged)
    } else if record.user_id.is_some() {
        Some(WhyKept::Linked)
    } else if record.version > 0 {
        Some(WhyKept::Edited)
    } else if standing {
        Some(WhyKept::OtherSource)
    } else {
        touched
    }
}

/// An identifier that several rows brought is kept with the first of them: when that one is taken back, the others bring it again. Those of the same import
/// are named, since one that came twice in it has no source of its own.
async fn give_back(
    connection: &mut Connection<'_>,
    applications: &[Uuid],
    (of, others): (BatchId, &[Planned]),
    now: i64,
) -> Result<()> {
    let mut doors = Doors::new();
    for one in others {
        if let Some(application) = one.application {
            doors.entry(of.0).or_default().insert(one.row.row, application);
        }
    }
    bring(connection, applications, doors, now).await
}

/// The rows of imports that went to applications: by the import, the row's number, and where it went.
type Doors = HashMap<Uuid, HashMap<u32, ApplicationId>>;

/// Identifiers that were taken from applications, and that rows of files brought too, are brought again by these.
pub(crate) async fn bring_again(connection: &mut Connection<'_>, applications: &[Uuid], now: i64) -> store::Result<()> {
    bring(connection, applications, Doors::new(), now).await.map_err(|error| match error {
        ImportError::Store(error) => error,
        // Somebody was quicker.
        other => StoreError::Contended(other.to_string()),
    })
}

/// What the sources of applications bring, and these rows beside them.
async fn bring(connection: &mut Connection<'_>, applications: &[Uuid], mut doors: Doors, now: i64) -> Result<()> {
    for source in store::sources::of(connection, applications).await? {
        if let (Some(batch), Some(row)) = (source.batch_id, source.row_no.and_then(|row| u32::try_from(row).ok())) {
            doors.entry(batch).or_default().insert(row, ApplicationId(source.application_id));
        }
    }
    for (batch, rows) in doors {
        let batch = BatchId(batch);
        let numbers: Vec<u32> = rows.keys().copied().collect();
        let planned = store::rows::by_numbers(connection, batch, &numbers).await?;
        let mut joins: Vec<(&Planned, ApplicationId)> =
            planned.iter().filter_map(|one| Some((one, *rows.get(&one.row.row)?))).collect();
        joins.sort_by_key(|(_, application)| *application); // What two of them bring keys the older application.
        // Their sources are there, so neither portal nor actor is written.
        let dialect = connection.dialect();
        let carrier = Carrier { dialect, batch, portal: "".into(), actor: "".into(), now };
        carrier.join(connection, &joins, Standings::Any).await.map_err(|ended| match ended {
            Attempt::Stale => ImportError::Contended(batch),
            Attempt::Failed(error) => error,
        })?;
    }
    Ok(())
}
