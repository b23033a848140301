//! A person's decision about a row of a committed import is taken back: the row waits again.

use super::{
    Batch, BatchState, Decision, ImportError, Outcome, Reason, Result, WhyKept,
    plan::{Action, Planned},
    undo::take_row_back,
};
use crate::{
    id::{ApplicationId, LinkId},
    linking::LinkKind,
    store::{self, connection::Connection, links::NewLink},
};

/// Takes a row's decision back, if there is one: true then. Who had decided what is kept.
///
/// What the row brought to its application goes. So does the application, where nothing else stands for it and nobody has touched it since; what
/// is left is as if the row had never been decided.
///
/// # Errors
/// [`ImportError::Decision`] where the application has no other door and somebody has touched it since; the batch is not committed; the store fails.
pub(super) async fn reopen(
    connection: &mut Connection<'_>,
    batch: &Batch,
    mut planned: Planned,
    actor: &str,
    now: i64,
) -> Result<bool> {
    let row = planned.row.row;
    let Some(decision) = planned.decision.take() else { return Ok(false) };
    if batch.state != BatchState::Committed {
        let what = "only what was decided about a committed import is taken back here";
        return Err(ImportError::State { batch: batch.id, state: batch.state, what });
    }
    let Some(reason) = store::reviews::reopen(connection, batch.id, row).await? else { return Ok(false) };
    if let Some(application) = planned.application.take() {
        let others = store::rows::of_application(connection, batch.id, application, row).await?;
        if let Err(why) = take_row_back(connection, batch.id, &planned, application, &others, now).await? {
            let why = format!("its applicant has no other source and {}, so she stays", touched(why));
            return Err(ImportError::Decision { row, why });
        }
        // Where another row of the import went there, she is told apart from whom they are by that one, too.
        if others.is_empty() {
            one_again(connection, application, &decision, actor, now).await?;
        }
        if decision.action == Action::Shared {
            keys_again(connection, &planned).await?;
        }
    }
    if decision.action == Action::Discard {
        planned.outcome = Outcome::Review;
        planned.reason = Reason::from_word(&reason);
        let mut counts = batch.counts;
        counts.review += 1;
        counts.rejected = counts.rejected.saturating_sub(1);
        store::batches::set_counts(connection, batch.id, &counts, batch.minted, now).await?;
    }
    store::reviews::insert_reversed(connection, batch.id, row, &decision, actor, now).await?;
    store::rows::update(connection, batch.id, &planned).await?;
    Ok(true)
}

/// What somebody did to an application that keeps it.
fn touched(why: WhyKept) -> &'static str {
    match why {
        WhyKept::Merged => "was merged with another (take the merge back first)",
        WhyKept::Linked => "has an account",
        WhyKept::Edited => "was edited",
        WhyKept::Advanced => "was moved on",
        WhyKept::OtherSource => "came through another door",
        WhyKept::Messaged => "was messaged",
    }
}

/// Where the decision told the application apart from others, that is taken back, too.
async fn one_again(
    connection: &mut Connection<'_>,
    application: ApplicationId,
    decision: &Decision,
    actor: &str,
    now: i64,
) -> Result<()> {
    for said in store::links::of(connection, &[application.0]).await? {
        let with_it =
            said.application_id == application.0 && (said.actor.as_str(), said.at) == (&decision.by, decision.at);
        if !with_it || said.kind()? != LinkKind::ToldApart || said.reversed_by.is_some() {
            continue;
        }
        let event = LinkId(said.id);
        store::links::reconsider(connection, event).await?;
        let taken_back = NewLink {
            id: LinkId::mint(),
            kind: LinkKind::Reconsidered,
            application,
            other: ApplicationId(said.other_id),
            reverses: Some(event),
            actor,
            at: now,
            reason: None,
            evidence: None,
            choices: None,
        };
        store::links::insert(connection, &taken_back).await?;
    }
    Ok(())
}

/// Identifiers that the row's decision made a family's key the one who is left with them. Two who are left go on sharing.
async fn keys_again(connection: &mut Connection<'_>, planned: &Planned) -> Result<()> {
    for contact in super::contacts::contacts(&planned.row).into_iter().filter(|one| one.usable) {
        if store::barred::unshare(connection, contact.kind, contact.value).await? {
            store::barred::hand_over(connection, contact.kind, &[contact.value.to_owned()]).await?;
        }
    }
    Ok(())
}
