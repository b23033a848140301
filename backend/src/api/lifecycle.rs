//! `/v1/applications/{id}/transitions` and `/v1/transitions`: the status is changed; `/v1/applications/{id}/activation`: she is activated; `/v1/lifecycle`: what can be changed to what, and why.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use satu_core::{
    id::ApplicationId,
    lifecycle::{
        self, Act, Activation, Change, Moved, Reason, ReasonGroup, Stage, Status, SubState, change as change_one,
        change_all as change_many,
    },
    staff::Deed,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    extract::{Json, Path},
    page::Page,
    watched::id_of,
};
use crate::{Backend, access::Who, problem::Problem};

type Answer<T> = Result<T, Problem>;

/// Applications of the largest bulk change.
const MOST: usize = 1000;

/// What is done with a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransitionAct {
    /// One stage forward; `stage` says which where the way parts.
    Advance,
    /// Turned down at her stage.
    Reject,
    /// Withdrew at her stage.
    Resign,
    /// In the running again, at the same stage.
    Reopen,
    /// A record was wrong: `stage` and `sub_state` say where she really stands.
    Correct,
}

/// A change of status.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TransitionRequest {
    /// The act.
    act: TransitionAct,
    /// The stage, for `advance` where the way parts and for `correct`.
    #[serde(default)]
    stage: Option<Stage>,
    /// The sub-state, for `correct`; ACTIVE if absent.
    #[serde(default)]
    sub_state: Option<SubState>,
    /// Standard reasons.
    #[serde(default)]
    reasons: Vec<Reason>,
    /// The newest record that was seen: when there is another one by now, the change is refused (409).
    #[serde(default)]
    seen: Option<u32>,
}

impl TransitionRequest {
    fn act(&self) -> Answer<Act> {
        let only = |what: &str| Problem::invalid(what, "it is of another act");
        match (self.act, self.stage, self.sub_state) {
            (TransitionAct::Advance, stage, None) => Ok(Act::Advance(stage)),
            (TransitionAct::Reject, None, None) => Ok(Act::Reject),
            (TransitionAct::Resign, None, None) => Ok(Act::Resign),
            (TransitionAct::Reopen, None, None) => Ok(Act::Reopen),
            (TransitionAct::Correct, Some(stage), sub_state) => {
                Ok(Act::Correct(Status { stage, sub_state: sub_state.unwrap_or(SubState::Active) }))
            }
            (TransitionAct::Correct, None, _) => Err(Problem::invalid("stage", "a correction says where she stands")),
            (_, _, Some(_)) => Err(only("sub_state")),
            (_, Some(_), _) => Err(only("stage")),
        }
    }
}

/// A change of many.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BulkTransitionRequest {
    /// The applications, 1000 at most.
    applications: Vec<ApplicationId>,
    /// The change. `seen` means nothing here.
    #[serde(flatten)]
    change: TransitionRequest,
    /// Only say what would happen.
    #[serde(default)]
    only_look: bool,
}

/// Whether operations have her activated.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ActivationRequest {
    /// Whether she is from now on.
    active: bool,
}

/// A stage, what it leads to, and the reasons that can be given there.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageView {
    stage: Stage,
    /// Where `advance` leads.
    next: Vec<Stage>,
    reject: Vec<Reason>,
    resign: Vec<Reason>,
    reopen: Vec<Reason>,
    correct: Vec<Reason>,
}

impl From<Stage> for StageView {
    fn from(stage: Stage) -> Self {
        let of = |group: ReasonGroup| Reason::of(group, stage).collect();
        Self {
            stage,
            next: stage.next().to_vec(),
            reject: of(ReasonGroup::Rejected),
            resign: of(ReasonGroup::Resigned),
            reopen: of(ReasonGroup::Reopened),
            correct: of(ReasonGroup::Corrected),
        }
    }
}

/// A standard reason, with its words.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    code: Reason,
    group: ReasonGroup,
    /// In Bahasa Indonesia.
    id: &'static str,
    /// In English.
    en: &'static str,
}

impl From<Reason> for ReasonView {
    fn from(code: Reason) -> Self {
        let (id, en) = code.words();
        Self { code, group: code.group(), id, en }
    }
}

/// The lifecycle as data.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lifecycle {
    /// The stages in their order.
    stages: Vec<StageView>,
    /// Every reason.
    reasons: Vec<ReasonView>,
}

/// The stages, where each leads, and the standard reasons with their words.
#[utoipa::path(get, path = "/v1/lifecycle", tag = "lifecycle", responses((status = 200, body = Lifecycle)))]
pub async fn get() -> Json<Lifecycle> {
    let stages = Stage::ALL.iter().copied().map(StageView::from).collect();
    Json(Lifecycle { stages, reasons: Reason::ALL.iter().copied().map(ReasonView::from).collect() })
}

/// Changes the status of an application. Of one that was merged, the status of the one that shows it.
#[utoipa::path(post, path = "/v1/applications/{id}/transitions", tag = "lifecycle", params(("id" = Uuid, Path, description = "The application.")),
    request_body = TransitionRequest,
    responses((status = 200, body = Moved), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn change(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<Uuid>,
    Json(asked): Json<TransitionRequest>,
) -> Answer<Json<Moved>> {
    let change = Change { act: asked.act()?, reasons: &asked.reasons, seen: asked.seen, actor: &who.name };
    Ok(Json(change_one(backend.store(), ApplicationId(id), change).await?))
}

/// Activates the account of whoever has signed (what those who work may enter is open to her then), or takes it back. Twice is once.
#[utoipa::path(put, path = "/v1/applications/{id}/activation", tag = "lifecycle", params(("id" = Uuid, Path, description = "The application.")),
    request_body = ActivationRequest,
    responses((status = 200, body = Activation), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn activate(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<Uuid>,
    Json(ActivationRequest { active }): Json<ActivationRequest>,
) -> Answer<Json<Activation>> {
    Ok(Json(lifecycle::activate(backend.store(), ApplicationId(id), active, &who.name).await?))
}

/// Changes the status of many at once, or only says what would happen. Those for which it is not allowed stay and say why.
#[utoipa::path(post, path = "/v1/transitions", tag = "lifecycle", request_body = BulkTransitionRequest,
    responses((status = 200, body = Page<Moved>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn change_all(
    State(backend): State<Backend>,
    who: Who,
    headers: HeaderMap,
    Json(BulkTransitionRequest { applications, change: asked, only_look }): Json<BulkTransitionRequest>,
) -> Answer<Json<Page<Moved>>> {
    if applications.is_empty() || applications.len() > MOST {
        return Err(Problem::invalid("applications", format!("name 1 to {MOST} of them")));
    }
    let change = Change { act: asked.act()?, reasons: &asked.reasons, seen: None, actor: &who.name };
    if only_look {
        return Ok(Json(Page::whole(change_many(backend.store(), &applications, change, true).await?)));
    }
    // The request names none of them in its path: each is written down by herself, so that what was done to her is told of her.
    let targets: Vec<String> = applications.iter().map(|id| format!("/v1/applications/{id}/transitions")).collect();
    let (actor, staff, action) = (who.name.as_str(), who.id(), "POST /v1/transitions");
    let request = id_of(&headers);
    let deeds: Vec<Deed<'_>> = targets.iter().map(|target| Deed { actor, staff, action, target, request }).collect();
    let notes = backend.team().note_each(&deeds).await?;
    let moved = change_many(backend.store(), &applications, change, false).await.map_err(Problem::from);
    let status = |at: usize| match &moved {
        Ok(all) if all.get(at).is_some_and(|one| one.refused.is_some()) => StatusCode::CONFLICT.as_u16(),
        Ok(_) => StatusCode::OK.as_u16(),
        Err(problem) => problem.status,
    };
    let came: Vec<_> = notes.into_iter().enumerate().map(|(at, id)| (id, status(at))).collect();
    if let Err(error) = backend.team().done_each(&came).await {
        tracing::error!(%error, "the audit log could not be written");
    }
    Ok(Json(Page::whole(moved?)))
}
