//! `/v1/login`, `/v1/token/refresh`, `/v1/logout`, `/v1/pin`: a session begins, goes on and ends.

use axum::{extract::State, http::StatusCode};
use satu_core::{
    account::{NewPin, Pin, SignIn},
    identity::IdentifierKind,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Candidate, ShownCode, TokensView, address, birth_date, phone};
use crate::{Backend, api::extract::Json, channel::Message, metrics::OneTimeCode, problem::Problem};

/// What somebody signs in with.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LoginRequest {
    /// Her number.
    #[schema(example = "0812 3456 7801")]
    phone: String,
    /// Her PIN.
    #[schema(example = "482057")]
    pin: String,
    /// What the device was given when she first signed in on it.
    #[serde(default)]
    device_token: Option<String>,
    /// On a device that is new: a code that was sent to the number for `device`.
    #[serde(default)]
    code: Option<ShownCode>,
}

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RefreshRequest {
    /// The newest that was given.
    refresh_token: String,
}

/// A new PIN for one that is forgotten.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewPinRequest {
    /// Her number.
    phone: String,
    /// A code that was sent to it for `pin`.
    code: ShownCode,
    /// Six digits that she chooses.
    pin: String,
    /// Her birth date, as `1998-04-12`. Where nothing was heard of her for long, this or a code to her address shows that the number is hers still.
    #[serde(default)]
    birth_date: Option<String>,
    /// The address that she proved.
    #[serde(default)]
    email: Option<String>,
    /// A code that was sent to it for `email`.
    #[serde(default)]
    email_code: Option<ShownCode>,
}

/// A new PIN for one that she knows.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangePinRequest {
    /// The PIN until now.
    old_pin: String,
    /// Six digits that she chooses.
    new_pin: String,
}

/// Signs her in. 404 when no account has the number (the older systems may know her), 401 when the PIN is wrong or the device is new and no code is shown.
#[utoipa::path(post, path = "/v1/login", tag = "candidates", request_body = LoginRequest,
    responses((status = 200, body = TokensView), (status = 401, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 423, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn login(
    State(backend): State<Backend>,
    Json(asked): Json<LoginRequest>,
) -> Result<Json<TokensView>, Problem> {
    let (phone, pin) = (phone(&backend, &asked.phone)?, Pin::parse(&asked.pin).map_err(Problem::from)?);
    let with = SignIn {
        phone: phone.as_str(),
        pin: &pin,
        device: asked.device_token.as_deref(),
        code: asked.code.as_ref().map(ShownCode::pair),
    };
    let session = backend.accounts().sign_in(with).await?;
    // A device that is known is given no other token, and its code is not looked at.
    if with.code.is_some() && session.device.is_some() {
        backend.metrics().code(OneTimeCode::Verified);
    }
    Ok(Json(TokensView::of(&backend, session)?))
}

/// Goes on with a session: a new access token and a new refresh token. One that was used before ends the session.
#[utoipa::path(post, path = "/v1/token/refresh", tag = "candidates", request_body = RefreshRequest,
    responses((status = 200, body = TokensView), (status = 401, body = Problem)))]
pub async fn refresh(
    State(backend): State<Backend>,
    Json(RefreshRequest { refresh_token }): Json<RefreshRequest>,
) -> Result<Json<TokensView>, Problem> {
    let session = backend.accounts().refresh(&refresh_token).await?;
    Ok(Json(TokensView::of(&backend, session)?))
}

/// Ends the session.
#[utoipa::path(post, path = "/v1/logout", tag = "candidates", security(("candidate" = [])),
    responses((status = 204), (status = 401, body = Problem)))]
pub async fn logout(State(backend): State<Backend>, candidate: Candidate) -> Result<StatusCode, Problem> {
    backend.accounts().sign_out(candidate.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Chooses a new PIN with a code. Every device is signed out, and this one in. 401 where nothing was heard of her for so long that the number may be somebody
/// else's by now, and neither her birth date nor a code to her address is shown.
#[utoipa::path(post, path = "/v1/pin", tag = "candidates", request_body = NewPinRequest,
    responses((status = 200, body = TokensView), (status = 401, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 423, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn reset_pin(
    State(backend): State<Backend>,
    Json(asked): Json<NewPinRequest>,
) -> Result<Json<TokensView>, Problem> {
    let phone = phone(&backend, &asked.phone)?;
    let birth_date = asked.birth_date.as_deref().map(birth_date).transpose()?;
    let email = address(asked.email.as_deref(), asked.email_code.as_ref())?;
    let within = backend.clone();
    let session = to_its_end(&backend, async move {
        let by_email = email.as_ref().zip(asked.email_code.as_ref());
        let with = NewPin {
            birth_date: birth_date.as_deref(),
            email: by_email.map(|(email, code)| (email.as_str(), code.pair())),
            ..NewPin::by(phone.as_str(), asked.code.pair(), &asked.pin)
        };
        let session = within.accounts().reset_pin(with).await?;
        tell(&within, phone.as_str().to_owned());
        within.metrics().code(OneTimeCode::Verified);
        Ok(session)
    })
    .await?;
    Ok(Json(TokensView::of(&backend, session)?))
}

/// Changes her PIN. Every other device is signed out.
#[utoipa::path(post, path = "/v1/me/pin", tag = "candidates", request_body = ChangePinRequest, security(("candidate" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 422, body = Problem), (status = 423, body = Problem),
        (status = 503, body = Problem)))]
pub async fn change_pin(
    State(backend): State<Backend>,
    candidate: Candidate,
    Json(asked): Json<ChangePinRequest>,
) -> Result<StatusCode, Problem> {
    let old = Pin::parse(&asked.old_pin).map_err(Problem::from)?;
    // Asked before: once it is changed, nothing stands between that and the telling.
    let phone = backend.accounts().me(candidate.account).await?.phone;
    let within = backend.clone();
    to_its_end(&backend, async move {
        within.accounts().change_pin(candidate.account, candidate.session, &old, &asked.new_pin).await?;
        tell(&within, phone);
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Does something to its end, though whoever asked for it hangs up. The program waits for it.
async fn to_its_end<T: Send + 'static>(
    backend: &Backend,
    step: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    backend.records().spawn(step).await.map_err(|error| Problem::internal(&error))?
}

/// Tells her that her PIN is another one now. The program waits until it is told.
fn tell(backend: &Backend, phone: String) {
    let Some(channel) = backend.channel() else { return };
    backend.records().spawn(async move {
        if let Err(error) = channel.send(IdentifierKind::Phone, &phone, Message::PinChanged).await {
            tracing::error!(%error, "that a PIN was changed was not told");
        }
    });
}
