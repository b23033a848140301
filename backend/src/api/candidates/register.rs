//! `/v1/registration`, `/v1/register`: an account is made, and finds the application that is hers.

use axum::{extract::State, http::StatusCode};
use satu_core::{
    account::{Enrolment, Shown},
    consent::ConsentVersion,
    id::{AccountId, ApplicationId},
    identity::{IdentifierKind, PersonName},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ShownCode, TokensView, address, birth_date, phone};
use crate::{Backend, api::extract::Json, metrics::OneTimeCode, problem::Problem};

/// Characters of the longest name.
const LONGEST_NAME: usize = 200;

/// What somebody registers with: a code or an invitation, never both.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RegisterRequest {
    /// Her number.
    #[schema(example = "0812 3456 7801")]
    phone: String,
    /// A code that was sent to it for `register`.
    #[serde(default)]
    code: Option<ShownCode>,
    /// The token of an invitation that was sent to it.
    #[serde(default)]
    invitation: Option<String>,
    /// Six digits that she chooses.
    #[schema(example = "482057")]
    pin: String,
    /// Her name.
    full_name: String,
    /// Her birth date, ISO 8601.
    #[serde(default)]
    birth_date: Option<String>,
    /// Her address.
    #[serde(default)]
    email: Option<String>,
    /// A code that was sent to the address for `email`.
    #[serde(default)]
    email_code: Option<ShownCode>,
    /// What she consents to, by a text that she was shown.
    #[serde(default)]
    #[schema(required = true, value_type = ConsentGiven)]
    consent: Option<ConsentGiven>,
}

/// What somebody consents to, each purpose by a field of its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentGiven {
    /// That her data is processed so that she may be hired. Nobody registers without.
    #[schema(example = true)]
    recruitment: bool,
    /// The text that she was shown, by the name that its page gives it: at most 64 letters, digits, dots, dashes and underscores.
    #[schema(example = "2026-11")]
    version: String,
}

impl ConsentGiven {
    /// The text by which she consents to be recruited.
    fn read(given: Option<&Self>) -> Result<ConsentVersion, Problem> {
        let given = given.filter(|given| given.recruitment).ok_or_else(|| {
            let detail = "Nobody registers who does not consent that her data is processed so that she may be hired: \
                          show her the text, and send `consent` with its version.";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "consent.missing", detail)
        })?;
        version(&given.version)
    }
}

/// Reads which text somebody was shown.
pub(super) fn version(text: &str) -> Result<ConsentVersion, Problem> {
    ConsentVersion::parse(text).ok_or_else(|| {
        let detail = "Name the text that she was shown: at most 64 letters, digits, dots, dashes and underscores.";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "consent.version", detail)
    })
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredView {
    account: AccountId,
    /// Her application; none while it is settled which one is hers.
    application: Option<ApplicationId>,
    /// What has to be settled: `email_unproven`, `another_name`, `stale`, `taken`, `shared_number`, `two_applications`.
    pending: Vec<String>,
    tokens: TokensView,
}

/// What the page shows that registers candidates.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationPage {
    /// Who hires, as candidates know it.
    #[schema(example = "Rumah Asuh")]
    company: String,
    /// Whether codes can be sent to numbers. Where they cannot, an invitation alone registers, and whoever forgot her PIN chooses no other.
    sends_codes: bool,
}

/// What a page of registration shows before anybody has said who she is.
#[utoipa::path(get, path = "/v1/registration", tag = "candidates", responses((status = 200, body = RegistrationPage)))]
pub async fn page(State(backend): State<Backend>) -> Json<RegistrationPage> {
    let sends_codes = backend.channel().is_some_and(|channel| channel.reaches(IdentifierKind::Phone));
    Json(RegistrationPage { company: backend.config().outreach.company(), sends_codes })
}

/// Registers somebody and signs her in. Sent again (a double tap, an answer that was lost) with the same PIN: the same account, 200.
#[utoipa::path(post, path = "/v1/register", tag = "candidates", request_body = RegisterRequest,
    responses((status = 201, body = RegisteredView), (status = 200, body = RegisteredView), (status = 401, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 423, body = Problem),
        (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn register(
    State(backend): State<Backend>,
    Json(asked): Json<RegisterRequest>,
) -> Result<(StatusCode, Json<RegisteredView>), Problem> {
    let phone = phone(&backend, &asked.phone)?;
    let consent = ConsentGiven::read(asked.consent.as_ref())?;
    let full_name = asked.full_name.split_whitespace().collect::<Vec<_>>().join(" ");
    if PersonName::parse(&full_name).is_none() || full_name.chars().count() > LONGEST_NAME {
        let detail = "Give your name, as it stands on your identity card.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "name.invalid", detail));
    }
    let birth_date = asked.birth_date.as_deref().map(birth_date).transpose()?;
    let email = address(asked.email.as_deref(), asked.email_code.as_ref())?;
    let shown = match (&asked.code, &asked.invitation) {
        (Some(code), None) => Shown::Code(code.request, &code.digits),
        (None, Some(token)) => Shown::Invitation(token),
        _ => return Err(Problem::invalid("code", "show a code or an invitation, one of the two")),
    };
    let enrolment = Enrolment {
        phone: phone.as_str(),
        shown,
        pin: &asked.pin,
        full_name: &full_name,
        birth_date: birth_date.as_deref(),
        email: email.as_ref().map(|email| email.as_str()),
        email_code: asked.email_code.as_ref().map(ShownCode::pair),
        consent: &consent,
    };
    let (done, session) = backend.accounts().enrol(enrolment).await?;
    for _ in [asked.code.is_some(), asked.email_code.is_some()].into_iter().filter(|shown| *shown && done.first) {
        backend.metrics().code(OneTimeCode::Verified);
    }
    let status = if done.first { StatusCode::CREATED } else { StatusCode::OK };
    let view = RegisteredView {
        account: done.account,
        application: done.application,
        pending: done.asked,
        tokens: TokensView::of(&backend, session)?,
    };
    Ok((status, Json(view)))
}
