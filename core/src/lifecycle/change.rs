//! A status is changed: decided by [`step`], appended to the history, in one transaction.

use serde::{Deserialize, Serialize};

use super::{Act, MitraStatus, Reason, Refusal, Stage, Status, SubState, flow::Step, step};
use crate::{
    id::{AccountId, ApplicationId},
    store::{
        self, Store, StoreError,
        applications::ApplicationRecord,
        connection::Connection,
        flows::Tally,
        history::HistoryRow,
        whole::{StepError, whole},
    },
};

/// What can go wrong with a change.
#[derive(Debug, thiserror::Error)]
pub enum LifecycleError {
    /// There is no such application (any more).
    #[error("there is no application {0}")]
    UnknownApplication(ApplicationId),
    /// It is not allowed from where she stands.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else changed the status since it was looked at.
    #[error("her status was changed meanwhile to {} {}: look again", status.stage, status.sub_state)]
    Changed {
        /// Her status now.
        status: Status,
    },
    /// She has no account that could be activated.
    #[error("application {0} has no account yet: invite her to register first")]
    Unregistered(ApplicationId),
    /// She has signed no contract that counts.
    #[error("she stands at {} {}: whoever is activated has a contract (ONBOARDED_REGULAR or ONBOARDED_ON_DEMAND, ACTIVE)", status.stage, status.sub_state)]
    NotOnboarded {
        /// Where she stands.
        status: Status,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StepError for LifecycleError {
    fn of_store(&self) -> Option<&StoreError> {
        if let Self::Store(error) = self { Some(error) } else { None }
    }
}

/// The result of a change.
pub type Result<T> = std::result::Result<T, LifecycleError>;

/// What is to happen, why, and who says so.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// The act.
    pub act: Act,
    /// For which reasons.
    pub reasons: &'a [Reason],
    /// The newest record that the caller has seen, if that matters: another one since is [`LifecycleError::Changed`].
    pub seen: Option<u32>,
    /// Who.
    pub actor: &'a str,
}

/// What came, or would come, of a change of one application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Moved {
    /// The application. One that was merged has no status of its own: it is the one that shows it.
    pub application: ApplicationId,
    /// Her name.
    pub full_name: String,
    /// The stage before.
    pub from_stage: Stage,
    /// The sub-state before.
    pub from_sub_state: SubState,
    /// The stage after; the same where it is refused.
    pub stage: Stage,
    /// The sub-state after.
    pub sub_state: SubState,
    /// What an account becomes by it.
    pub mitra_status: MitraStatus,
    /// Whether her activation ends with it: payroll, tips and overtime are shut to her, and stay so where a correction brings her back, until she is activated anew.
    pub activation_ended: bool,
    /// Why it is refused; none where it is allowed.
    pub refused: Option<Refused>,
}

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refused {
    /// A stable code: `lifecycle.…`.
    pub code: String,
    /// A sentence in English.
    pub detail: String,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code().to_owned(), detail: refusal.to_string() }
    }
}

/// Changes the status of one application. One that was merged has no status of its own to change: the one that shows it is meant.
///
/// # Errors
/// There is no such application; [`LifecycleError::Refused`]; [`LifecycleError::Changed`]; the store fails. Nothing is changed then.
pub async fn change(store: &Store, application: ApplicationId, change: Change<'_>) -> Result<Moved> {
    let now = store.clock().micros();
    whole(|| async {
        let mut tx = store.write().await?;
        let mut tally = Tally::default();
        let (moved, refused) = one(&mut tx.connection(), application, change, now, Some(&mut tally)).await?;
        match refused {
            Some(refusal) => Err(refusal.into()),
            None => {
                tally.write(&mut tx.connection()).await?;
                tx.commit().await?;
                Ok(moved)
            }
        }
    })
    .await
}

/// Changes the status of many applications, in one transaction; those for which it is not allowed stay and say why. With `only_look` none is
/// changed: a preview.
///
/// # Errors
/// There is no such application; the store fails. Nothing is changed then.
pub async fn change_all(
    store: &Store,
    applications: &[ApplicationId],
    change: Change<'_>,
    only_look: bool,
) -> Result<Vec<Moved>> {
    let now = store.clock().micros();
    if only_look {
        // Who only looks waits for nobody who writes.
        let mut reader = store.read().await?;
        return all(&mut reader.connection(), applications, change, now, None).await;
    }
    whole(|| async {
        let mut tx = store.write().await?;
        let mut tally = Tally::default();
        let moved = all(&mut tx.connection(), applications, change, now, Some(&mut tally)).await?;
        tally.write(&mut tx.connection()).await?;
        tx.commit().await?;
        Ok(moved)
    })
    .await
}

async fn all(
    connection: &mut Connection<'_>,
    applications: &[ApplicationId],
    change: Change<'_>,
    now: i64,
    mut carry_out: Option<&mut Tally>,
) -> Result<Vec<Moved>> {
    let mut all = Vec::with_capacity(applications.len());
    for application in applications {
        let (moved, refused) = one(connection, *application, change, now, carry_out.as_deref_mut()).await?;
        all.push(Moved { refused: refused.map(Refused::from), ..moved });
    }
    Ok(all)
}

/// Holds the application that shows one, and gives it: before it is read, so that of two who change it at once the second sees what the first did. Held by the
/// name that was given, too, she stays shown by whom she is.
pub(super) async fn held(
    connection: &mut Connection<'_>,
    application: ApplicationId,
) -> Result<(ApplicationId, ApplicationRecord)> {
    store::applications::hold(connection, &[application.0]).await?;
    let shown_by = store::merged::shown_by(connection, &[application.0]).await?;
    let Some(id) = shown_by.get(&application.0) else { return shown(connection, application).await };
    store::applications::hold(connection, &[*id]).await?;
    shown(connection, ApplicationId(*id)).await
}

async fn shown(
    connection: &mut Connection<'_>,
    application: ApplicationId,
) -> Result<(ApplicationId, ApplicationRecord)> {
    let record = store::applications::by_ids(connection, &[application.0]).await?.pop();
    Ok((application, record.ok_or(LifecycleError::UnknownApplication(application))?))
}

/// Changes one, and counts it in a tally that is to be written in the same transaction; without one it only looks.
async fn one(
    connection: &mut Connection<'_>,
    application: ApplicationId,
    Change { act, reasons, seen, actor }: Change<'_>,
    now: i64,
    carry_out: Option<&mut Tally>,
) -> Result<(Moved, Option<Refusal>)> {
    let (application, record) = if carry_out.is_some() {
        held(connection, application).await?
    } else {
        let shown_by = store::merged::shown_by(connection, &[application.0]).await?;
        shown(connection, shown_by.get(&application.0).copied().map_or(application, ApplicationId)).await?
    };
    let before = record.status()?;
    let owner = record.user_id.map(AccountId);
    let account = owner.filter(|_| before.may_be_activated());
    let activated = match account {
        Some(account) => store::accounts::by_id(connection, account).await?,
        None => None,
    };
    let activated = activated.is_some_and(|account| account.activated_by(application).is_some());
    let history = store::history::of(connection, application).await?;
    let portal = record.portal.clone();
    let full_name = record.into_fields()?.full_name.unwrap_or_default();
    let moved = |from: Status, to: Status, activation_ended: bool| Moved {
        application,
        full_name,
        from_stage: from.stage,
        from_sub_state: from.sub_state,
        stage: to.stage,
        sub_state: to.sub_state,
        mitra_status: MitraStatus::of(to, activated),
        activation_ended,
        refused: None,
    };
    if let Some(at) = history.iter().position(|one| (one.actor.as_str(), one.at) == (actor, now)).filter(|at| *at > 0) {
        // An earlier run of this step was kept, though its answer was lost; somebody else may have gone on since.
        let activations = match owner {
            Some(owner) => store::accounts::activations(connection, owner).await?,
            None => Vec::new(),
        };
        let ended = activations.iter().any(|(of, kind, by, at)| {
            (*of, kind.as_str(), by.as_str(), *at) == (application.0, "deactivated", actor, now)
        });
        return Ok((moved(history[at - 1].status()?, history[at].status()?, ended), None));
    }
    if let Some(newest) = history.last()
        && seen.is_some_and(|seen| i64::from(seen) != newest.seq)
    {
        return Err(LifecycleError::Changed { status: before });
    }
    match step(before, act, reasons) {
        Ok(after) => {
            // With her contract ends what operations opened to her.
            let ending = account.filter(|_| activated && !after.may_be_activated());
            if let Some(tally) = carry_out {
                let codes: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                store::history::append_status(connection, application, after, &codes, actor, now).await?;
                let before = history.iter().map(HistoryRow::step).collect::<store::Result<Vec<Step>>>()?;
                let step = Step { status: after, at: now, reasons: reasons.to_vec() };
                tally.went(&portal, &before, step);
                if let Some(account) = ending {
                    store::accounts::set_activated(connection, account, application, false, actor, now).await?;
                }
            }
            Ok((moved(before, after, ending.is_some()), None))
        }
        Err(refusal) => Ok((moved(before, before, false), Some(refusal))),
    }
}
