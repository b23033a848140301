//! The plan is carried out: one transaction, all or nothing.

use std::collections::HashMap;

use tokio::sync::mpsc;

use super::{
    Batch, BatchState, ImportError, Progress, Result, batch,
    carry::{Carrier, Standings, waiting},
    edit::plan_again,
    plan::{Action, Decision, Outcome, Planned},
};
use crate::{
    id::{ApplicationId, BatchId},
    store::{
        self, Store, StoreError,
        bulk::Inserts,
        connection::{Connection, Tx},
        erased::Extent,
        whole::{StepError, whole},
    },
};

/// How often a commit plans anew and tries again when others were quicker.
const TRIES: usize = 5;
/// Rows that are written together.
const CHUNK: u64 = 1000;

/// Makes applications of a draft's rows. Rows in review that nobody decided go to the queue.
///
/// One transaction: a reader sees all of it or nothing, and a process that is killed leaves a draft that can be committed. What the
/// database refuses (somebody else claimed a phone number since the plan was made) is planned anew and tried again. Committing
/// a committed batch changes nothing and gives the same answer.
///
/// # Errors
/// The batch is no draft; [`ImportError::Cancelled`] leaves the draft; [`ImportError::Contended`]; the store fails.
pub async fn commit(store: &Store, id: BatchId, actor: &str, progress: &Progress) -> Result<Batch> {
    let mut erased = None;
    for _ in 0..TRIES {
        match whole(|| attempt(store, id, actor, erased, progress)).await {
            Ok(()) => return batch(store, id).await,
            Err(Attempt::Stale | Attempt::Failed(ImportError::Store(StoreError::Conflict(_)))) => {
                tracing::info!(batch = %id, "the store has changed since the plan was made: planning anew");
                erased = Some(store::erased::extent(&mut store.read().await?.connection()).await?);
                plan_again(store, id, progress).await?;
            }
            Err(Attempt::Failed(error)) => return Err(error),
        }
    }
    Err(ImportError::Contended(id))
}

/// Why an attempt ended.
pub(super) enum Attempt {
    /// The plan does not fit the store any more.
    Stale,
    /// It failed.
    Failed(ImportError),
}

impl StepError for Attempt {
    fn of_store(&self) -> Option<&StoreError> {
        if let Self::Failed(error) = self { error.of_store() } else { None }
    }
}

impl From<ImportError> for Attempt {
    fn from(error: ImportError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Attempt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<super::Cancelled> for Attempt {
    fn from(cancelled: super::Cancelled) -> Self {
        Self::Failed(cancelled.into())
    }
}

/// `erased` is what was known of the erased when the draft was planned anew; none: what was known when it was begun.
async fn attempt(
    store: &Store,
    id: BatchId,
    actor: &str,
    erased: Option<Extent>,
    progress: &Progress,
) -> std::result::Result<(), Attempt> {
    progress.restart();
    let mut tx = store.write().await?;
    let now = store.clock().micros();
    if !store::batches::advance(&mut tx.connection(), id, BatchState::Ready, BatchState::Committed, now).await? {
        drop(tx);
        return match batch(store, id).await?.state {
            BatchState::Committed => Ok(()),
            state => Err(ImportError::State { batch: id, state, what: "only a draft can be committed" }.into()),
        };
    }
    let Some(batch) = store::batches::get(&mut tx.connection(), id).await? else {
        return Err(ImportError::UnknownBatch(id).into());
    };
    let carrier =
        Carrier { dialect: store.dialect(), batch: id, portal: batch.portal.as_str().into(), actor: actor.into(), now };
    let mut later: Vec<u32> = Vec::new();
    let mut rows = read_ahead(store, carrier.clone());
    while let Some(chunk) = rows.recv().await {
        progress.check()?;
        let (chunk, plain) = chunk?;
        plain.run(&mut tx.connection()).await?;
        carrier.join_planned(&mut tx.connection(), &chunk).await?;
        later.extend(chunk.iter().filter(|one| is_later(one)).map(|one| one.row.row));
        progress.add(chunk.len());
    }
    carrier.claim_planned(&mut tx.connection(), batch.minted, &batch.counts).await?;
    // Now that every key is claimed, nobody who had one is erased any more before this is kept.
    let then = match erased {
        Some(erased) => erased,
        None => store::batches::erased_before(&mut tx.connection(), id).await?,
    };
    if store::erased::extent(&mut tx.connection()).await? != then {
        return Err(Attempt::Stale); // Somebody was erased since the plan was made: a row may be hers.
    }
    let counts = carry_decided(&carrier, &mut tx, &later, batch.counts).await?;
    store::batches::set_counts(&mut tx.connection(), id, &counts, batch.minted, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Rows that wait until every key of this batch is claimed: decided ones, and those that join them.
fn is_later(planned: &Planned) -> bool {
    match planned.outcome {
        Outcome::Review => planned.decision.is_some(),
        Outcome::Duplicate => planned.application.is_none(),
        _ => false,
    }
}

/// Reads the draft's rows on another connection, and makes of them what is to be written, while this one writes.
fn read_ahead(store: &Store, carrier: Carrier) -> mpsc::Receiver<store::Result<(Vec<Planned>, Inserts)>> {
    let (sender, receiver) = mpsc::channel(2);
    let store = store.clone();
    tokio::spawn(async move {
        let mut last = 0;
        loop {
            let chunk = async {
                let mut reader = store.read().await?;
                store::rows::after(&mut reader.connection(), carrier.batch, last, CHUNK).await
            }
            .await;
            match &chunk {
                Ok(rows) => match rows.last() {
                    None => return,
                    Some(end) => last = end.row.row,
                },
                Err(_) => last = u32::MAX,
            }
            let chunk = chunk.map(|rows| {
                let plain = carrier.plain(&rows);
                (rows, plain)
            });
            if sender.send(chunk).await.is_err() {
                return;
            }
        }
    });
    receiver
}

/// Carries out decisions in the file's order, then the rows that join what came of them.
async fn carry_decided(
    carrier: &Carrier,
    tx: &mut Tx,
    later: &[u32],
    mut counts: super::Counts,
) -> std::result::Result<super::Counts, Attempt> {
    let mut became: HashMap<u32, ApplicationId> = HashMap::new();
    let mut discarded = 0;
    for numbers in later.chunks(usize::try_from(CHUNK).unwrap_or(1)) {
        let mut rows = store::rows::by_numbers(&mut tx.connection(), carrier.batch, numbers).await?;
        rows.sort_by_key(|one| one.row.row);
        for mut planned in rows {
            let connection = &mut tx.connection();
            let number = planned.row.row;
            let target = planned.target_row.and_then(|row| became.get(&row)).copied();
            let application = match planned.decision.clone() {
                Some(decision) if decision.action == Action::Discard => {
                    settled(carrier, connection, &planned, &decision).await?;
                    planned.outcome = Outcome::Rejected;
                    planned.reason = Some(super::Reason::Discarded);
                    discarded += 1;
                    store::rows::update(connection, carrier.batch, &planned).await?;
                    continue;
                }
                Some(decision) => carrier.decided(connection, &planned, &decision, target).await?,
                None => match target {
                    Some(application) => {
                        carrier.join(connection, &[(&planned, application)], Standings::Any).await?;
                        Some(application)
                    }
                    None => None,
                },
            };
            match application {
                Some(application) => {
                    became.insert(number, application);
                    planned.application = Some(application);
                    if let Some(decision) = &planned.decision {
                        settled(carrier, connection, &planned, decision).await?;
                    }
                    store::rows::update(connection, carrier.batch, &planned).await?;
                }
                // What it was to join has not become an application: it waits for a person.
                None => {
                    let reason = planned.reason.unwrap_or(super::Reason::Possible);
                    if planned.outcome == Outcome::Duplicate {
                        counts.duplicate -= 1;
                        counts.review += 1;
                        planned.outcome = Outcome::Review;
                        planned.reason = Some(reason);
                    }
                    planned.decision = None;
                    store::rows::update(connection, carrier.batch, &planned).await?;
                    let queue: Vec<_> = waiting(&planned).into_iter().collect();
                    carrier.questions(&queue).run(connection).await?;
                }
            }
        }
    }
    counts.review -= discarded;
    counts.rejected += discarded;
    Ok(counts)
}

/// Keeps a row that was decided before the commit beside those that are decided after it: either can be taken back.
async fn settled(
    carrier: &Carrier,
    connection: &mut Connection<'_>,
    planned: &Planned,
    Decision { action, at, .. }: &Decision,
) -> store::Result<()> {
    let Some(asked) = waiting(planned) else { return Ok(()) };
    let (batch, portal, discarded) = (carrier.batch, &carrier.portal, *action == Action::Discard);
    store::reviews::insert_settled(connection, batch, portal, &asked, *at, discarded).await
}
