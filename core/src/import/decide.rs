//! A person settles what the program would not.

use super::{
    ImportError, Progress, Result, draft,
    plan::{Action, Decision, Only, Outcome, Planned, Reason, RowFilter},
    view::{Match, RowView, with_matches},
};
use crate::{
    id::{ApplicationId, BatchId},
    staff::{By, audit},
    store::{self, Store, connection::Connection, whole::whole},
};

/// Rows of a class that are in memory together.
const CHUNK: u64 = 1000;
/// What a decision is in the log of accesses, under the path of its row: the route, which names rows in its body, or none of a class.
const DECIDED: &str = "POST /v1/imports/{id}/decisions";

/// Which rows are decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// These rows.
    Rows(Vec<u32>),
    /// Every undecided row with this reason for which the action is unambiguous; the others are passed over.
    Class(Reason),
}

impl Which {
    /// The rows that are met, where a class is meant.
    fn class(reason: Reason) -> RowFilter {
        RowFilter { reason: Some(reason), only: Some(Only::Undecided), ..RowFilter::default() }
    }
}

/// How many undecided rows of a draft have this reason: what a decision about the class goes through.
///
/// # Errors
/// The store fails.
pub async fn undecided(store: &Store, id: BatchId, reason: Reason) -> Result<u64> {
    let mut reader = store.read().await?;
    let rows = store::rows::count(&mut reader.connection(), id, &Which::class(reason)).await?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

/// Notes a decision on rows of a draft, in one transaction; [`super::commit`] carries it out. Gives the number of rows that were decided. Of each row that says something else
/// by it the log of accesses has it, whether it was named or is of a class: whose row it is, is told who decided about her.
///
/// [`Action::Same`] needs `application` where a row may be more than one application.
///
/// # Errors
/// [`ImportError::Decision`] for a row that is in no doubt or whose other person is not clear; the batch is no draft; [`ImportError::Cancelled`];
/// the store fails. Nothing is noted then.
pub async fn decide(
    store: &Store,
    id: BatchId,
    which: &Which,
    action: Action,
    application: Option<ApplicationId>,
    by: impl Into<By<'_>>,
    progress: &Progress,
) -> Result<u64> {
    let said = &Said { action, application, by: by.into(), at: store.clock().micros() };
    whole(|| attempt(store, id, which, said, progress)).await
}

/// What somebody says of the rows.
struct Said<'a> {
    action: Action,
    application: Option<ApplicationId>,
    by: By<'a>,
    at: i64,
}

async fn attempt(store: &Store, id: BatchId, which: &Which, said: &Said<'_>, progress: &Progress) -> Result<u64> {
    progress.restart();
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    draft(connection, id, said.at, "the rows of a committed import are decided in the queue").await?;
    let mut decided = 0;
    match which {
        Which::Rows(numbers) => {
            let rows = store::rows::by_numbers(connection, id, numbers).await?;
            if let Some(row) = numbers.iter().find(|number| !rows.iter().any(|one| one.row.row == **number)) {
                return Err(ImportError::UnknownRow { batch: id, row: *row });
            }
            let mut changed = Vec::new();
            for planned in rows {
                progress.check()?;
                changed.extend(note(connection, id, planned, said).await?);
                progress.add(1);
                decided += 1;
            }
            log(connection, id, &changed, said).await?;
        }
        Which::Class(reason) => {
            let filter = Which::class(*reason);
            let mut last = 0;
            loop {
                let rows = store::rows::filtered_after(connection, id, &filter, last, CHUNK).await?;
                let Some(end) = rows.last() else { break };
                last = end.row.row;
                let mut changed = Vec::new();
                for planned in rows {
                    // A row takes several questions: who stops it does not wait for a thousand.
                    progress.check()?;
                    match note(connection, id, planned, said).await {
                        Ok(noted) => {
                            changed.extend(noted);
                            decided += 1;
                        }
                        Err(ImportError::Decision { .. }) => {}
                        Err(error) => return Err(error),
                    }
                    progress.add(1);
                }
                log(connection, id, &changed, said).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(decided)
}

/// Keeps a decision with its row. Gives the row's number where it says something else by it: not where she has said the same before, or an earlier run of this step was kept
/// though its answer was lost.
async fn note(
    connection: &mut Connection<'_>,
    batch: BatchId,
    planned: Planned,
    said: &Said<'_>,
) -> Result<Option<u32>> {
    let Said { action, application, by, at } = *said;
    let decision = decision(connection, batch, &planned, action, application, by.actor, at).await?;
    let changed = (words(decision.as_ref()) != words(planned.decision.as_ref())).then_some(planned.row.row);
    store::rows::update(connection, batch, &Planned { decision, ..planned }).await?;
    Ok(changed)
}

/// What a decision says, and whose it is; not when it was said.
fn words(decision: Option<&Decision>) -> Option<(Action, Option<ApplicationId>, &str)> {
    decision.map(|one| (one.action, one.application, one.by.as_str()))
}

/// Writes who decided about these rows, and by which request.
async fn log(connection: &mut Connection<'_>, batch: BatchId, rows: &[u32], said: &Said<'_>) -> Result<()> {
    let targets = rows.iter().map(|row| format!("/v1/imports/{batch}/rows/{row}"));
    Ok(audit::write_each(connection, said.by, DECIDED, targets, said.at).await?)
}

/// Checks a decision and says what it is about; none for [`Action::Later`].
pub(super) async fn decision(
    connection: &mut Connection<'_>,
    batch: BatchId,
    planned: &Planned,
    action: Action,
    application: Option<ApplicationId>,
    actor: &str,
    now: i64,
) -> Result<Option<Decision>> {
    let row = planned.row.row;
    let refuse = |why: String| Err(ImportError::Decision { row, why });
    if planned.outcome != Outcome::Review {
        return refuse(format!("its outcome is “{}”, which needs no decision", planned.outcome));
    }
    let mut noted = Decision { action, application: None, by: actor.to_owned(), at: now };
    match action {
        Action::Later => return Ok(None),
        Action::Different | Action::Shared | Action::Discard => return Ok(Some(noted)),
        Action::Same => {}
    }
    let view: Option<RowView> = with_matches(connection, batch, vec![planned.clone()]).await?.pop();
    let matches = view.map(|view| view.matches).unwrap_or_default();
    let chosen: Vec<&Match> = match application {
        Some(id) => matches.iter().filter(|one| one.application == Some(id)).collect(),
        None => matches.iter().collect(),
    };
    match chosen.as_slice() {
        [] if application.is_some() => refuse("that application is not one that it may be".to_owned()),
        [] => refuse("nobody is like it any more: it is “different”".to_owned()),
        [one] => {
            noted.application = one.application;
            match one.row {
                None => Ok(Some(noted)),
                Some(earlier) => match store::rows::by_numbers(connection, batch, &[earlier]).await?.pop() {
                    Some(other) if settled(&other) => Ok(Some(noted)),
                    _ => refuse(format!("row {earlier} itself waits for a decision: decide it first")),
                },
            }
        }
        many => {
            let ids: Vec<String> = many.iter().filter_map(|one| one.application).map(|id| id.to_string()).collect();
            let rows: Vec<String> = many
                .iter()
                .filter(|one| one.application.is_none())
                .filter_map(|one| one.row)
                .map(|row| row.to_string())
                .collect();
            let mut why = format!("it may be {} people", many.len());
            if !ids.is_empty() {
                why.push_str(&format!(": name the application, one of {}", ids.join(", ")));
            }
            if !rows.is_empty() {
                why.push_str(&format!(
                    "; row {} of this file is nobody's application yet: decide it first",
                    rows.join(" and row ")
                ));
            }
            refuse(why)
        }
    }
}

/// Whether a row has become an application, or will at the commit.
fn settled(row: &Planned) -> bool {
    row.application.is_some() || row.decision.as_ref().is_some_and(|one| one.action != Action::Discard)
}
