//! What a candidate asks for: codes, an account, a session, and what stands of her.

pub mod codes;
pub mod me;
pub mod register;
pub mod sessions;

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
};
use satu_core::{
    account::Session,
    id::{AccountId, RequestId, SessionId},
    identity::{Email, Phone, read_emails, read_phones},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Backend,
    api::watched::{Asker, Noted},
    problem::Problem,
    tokens,
};

/// What a device holds of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokensView {
    /// Shown with every request: `Authorization: Bearer …`. A JWT, signed with EdDSA.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// How long it is good, in seconds.
    expires_in: i64,
    /// Good once, to go on with the session.
    refresh_token: String,
    /// To be kept by the device for good: shows at the next sign-in that it is known. Absent where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_token: Option<String>,
}

impl TokensView {
    fn of(backend: &Backend, session: Session) -> Result<Self, Problem> {
        let now = backend.store().clock().micros();
        let access_token = backend.tokens().sign(session.account, session.id, now);
        Ok(Self {
            access_token: access_token.map_err(|error| Problem::internal(&error))?,
            token_type: "Bearer",
            expires_in: tokens::GOOD_FOR,
            refresh_token: session.refresh,
            device_token: session.device,
        })
    }
}

/// A code that was sent, shown again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
pub struct ShownCode {
    /// What the sending was answered with.
    request: RequestId,
    /// The six digits of the message.
    #[schema(example = "482057")]
    digits: String,
}

impl ShownCode {
    fn pair(&self) -> (RequestId, &str) {
        (self.request, &self.digits)
    }
}

/// Whoever shows a good access token of a session that goes on.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Her account.
    pub account: AccountId,
    /// Her session.
    pub session: SessionId,
}

impl FromRequestParts<Backend> for Candidate {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, backend: &Backend) -> Result<Self, Problem> {
        let refused = || {
            let detail = "Show an access token: Authorization: Bearer …. It is good for minutes; then it is refreshed.";
            Problem::new(StatusCode::UNAUTHORIZED, "token.invalid", detail)
        };
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = shown.and_then(|value| value.split_once(' ')).ok_or_else(refused)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(refused());
        }
        let claims = backend.tokens().verify(token.trim(), backend.store().clock().micros()).ok_or_else(refused)?;
        backend.accounts().goes_on(claims.sid, claims.sub).await?;
        Noted::note(&parts.extensions, Asker::Account(claims.sub));
        Ok(Self { account: claims.sub, session: claims.sid })
    }
}

/// Reads a number as somebody types it: one number, Indonesian unless it is told with another country's code, and one that the configuration lets in.
fn phone(backend: &Backend, text: &str) -> Result<Phone, Problem> {
    let refused = || {
        let detail = "That is no mobile number: 08… or with the country's code, +628….";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "phone.invalid", detail)
    };
    let [reading] = <[_; 1]>::try_from(read_phones(text)).map_err(|_| refused())?;
    let phone = reading.key().ok_or_else(refused)?;
    // Messages cost money, and abroad they are what fraud is made of.
    let is_let_in = backend.config().numbers.iter().any(|beginning| phone.as_str().starts_with(beginning));
    if is_let_in { Ok(phone) } else { Err(refused()) }
}

/// Reads an address as somebody types it.
fn email(text: &str) -> Result<Email, Problem> {
    let refused = || Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "email.invalid", "That is no email address.");
    let [reading] = <[_; 1]>::try_from(read_emails(text)).map_err(|_| refused())?;
    reading.key().ok_or_else(refused)
}

/// Reads an address that may be left out, but not where a code to one is shown: passed over, she would believe that it is proven.
fn address(text: Option<&str>, code: Option<&ShownCode>) -> Result<Option<Email>, Problem> {
    if text.is_none() && code.is_some() {
        let detail = "A code to an address is shown and no address: send `email`, too.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "email.missing", detail));
    }
    text.map(email).transpose()
}

fn birth_date(text: &str) -> Result<String, Problem> {
    let read: Option<jiff::civil::Date> = text.trim().parse().ok();
    let likely = read.filter(|date| (1920..=2020).contains(&date.year()));
    likely.map(|date| date.to_string()).ok_or_else(|| {
        let detail = "That is no birth date: year, month and day, as 1998-04-12.";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "birth_date.invalid", detail)
    })
}
