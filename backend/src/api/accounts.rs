//! `/v1/accounts/questions`, `/v1/accounts/answers` and `/v1/applications/{id}/invitations`: what HR is asked about accounts, what it answered, and whom it invites.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
};
use satu_core::{
    account::{AccountAnswer, AccountQuestion, GivenAnswer, QuestionFilter},
    id::{AccountId, ApplicationId, QuestionId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    extract::{Json, Path, Query},
    page::{Page, PageQuery, text},
    watched::id_of,
};
use crate::{
    Backend,
    access::{Who, beside},
    problem::Problem,
};

type Answer<T> = Result<T, Problem>;

/// What HR says.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AnswerRequest {
    /// `hers`, or `another`: of two applications, both are one person's or two people's.
    answer: AccountAnswer,
}

/// What stands of the account then.
#[derive(Debug, Serialize, ToSchema)]
pub struct Settled {
    account: AccountId,
    /// Its application.
    application: Option<ApplicationId>,
    /// What is still asked.
    pending: Vec<String>,
}

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    application: ApplicationId,
    /// Where it is to be sent, in E.164.
    phone: String,
    /// What the link carries. It is told this once.
    token: String,
    /// Until when it is good, RFC 3339 in UTC.
    expires_at: String,
}

/// Which questions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QuestionQuery {
    /// Why they are asked: a word of `why`.
    why: Option<String>,
    /// The portal that an application came from first which they are about.
    portal: Option<String>,
}

/// What HR is asked about accounts, oldest first.
#[utoipa::path(get, path = "/v1/accounts/questions", tag = "accounts", params(QuestionQuery, PageQuery),
    responses((status = 200, body = Page<AccountQuestion>), (status = 400, body = Problem)))]
pub async fn questions(
    State(backend): State<Backend>,
    who: Who,
    headers: HeaderMap,
    Query(QuestionQuery { why, portal }): Query<QuestionQuery>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Page<AccountQuestion>>> {
    let filter = QuestionFilter { why: text(why), portal: text(portal) };
    let page = backend.accounts().questions_of(&filter, query.cursor()?, query.limit() + 1).await?;
    // Each shows somebody whole, and has no page of its own.
    let shown = page.iter().take(usize::try_from(query.limit()).unwrap_or(usize::MAX));
    let targets = shown.map(|question| format!("/v1/accounts/questions/{}", question.id)).collect();
    beside(&backend, who, id_of(&headers), "GET /v1/accounts/questions", targets);
    Ok(Json(Page::of(page, query.limit(), |question| question.id.to_string())))
}

/// What HR answered about accounts, newest first: who said what, and what was taken back.
#[utoipa::path(get, path = "/v1/accounts/answers", tag = "accounts", params(PageQuery),
    responses((status = 200, body = Page<GivenAnswer>), (status = 400, body = Problem)))]
pub async fn answers(
    State(backend): State<Backend>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Page<GivenAnswer>>> {
    let answers = backend.accounts().answers(query.cursor()?, query.limit() + 1).await?;
    Ok(Json(Page::of(answers, query.limit(), |answer| answer.id.to_string())))
}

/// Answers a question about an account.
#[utoipa::path(post, path = "/v1/accounts/questions/{id}/answer", tag = "accounts",
    params(("id" = Uuid, Path, description = "The question.")), request_body = AnswerRequest,
    responses((status = 200, body = Settled), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn answer(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<Uuid>,
    Json(AnswerRequest { answer }): Json<AnswerRequest>,
) -> Answer<Json<Settled>> {
    let done = backend.accounts().answer(QuestionId(id), answer, &who.name).await?;
    Ok(Json(Settled { account: done.account, application: done.application, pending: done.asked }))
}

/// Takes the answer to a question about an account back: it is asked again. What stands in the way, if anything, is told by 409 `question.kept` and `why`.
#[utoipa::path(post, path = "/v1/accounts/questions/{id}/reversal", tag = "accounts",
    params(("id" = Uuid, Path, description = "The question.")),
    responses((status = 200, body = Settled), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn take_back(State(backend): State<Backend>, who: Who, Path(id): Path<Uuid>) -> Answer<Json<Settled>> {
    let done = backend.accounts().take_back(QuestionId(id), &who.name).await?;
    Ok(Json(Settled { account: done.account, application: done.application, pending: done.asked }))
}

/// Invites an applicant to register: once, within days, with her own number. Sent again it makes another invitation: the token of the first is kept nowhere.
#[utoipa::path(post, path = "/v1/applications/{id}/invitations", tag = "accounts",
    params(("id" = Uuid, Path, description = "The application.")),
    responses((status = 201, body = InvitationView), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn invite(
    State(backend): State<Backend>,
    who: Who,
    Path(id): Path<Uuid>,
) -> Answer<(StatusCode, [(HeaderName, &'static str); 1], Json<InvitationView>)> {
    let made = backend.accounts().invite(ApplicationId(id), &who.name).await?;
    let view = InvitationView {
        application: made.application,
        phone: made.phone,
        token: made.token,
        expires_at: made.expires_at,
    };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(view)))
}
