//! `/v1/staff/session`: signing in, who is signed in, and signing out.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
};
use satu_core::{
    id::StaffId,
    staff::{Credentials, Role},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Backend,
    access::{Who, cookie},
    api::extract::Json,
    problem::Problem,
};

/// The header of whoever keeps the token herself: a desktop, a script. A browser gets a cookie that no script reads.
pub const KEEPS_TOKEN: HeaderName = HeaderName::from_static("satu-keeps-token");

/// What somebody signs in with.
#[derive(Deserialize, ToSchema)]
pub struct SignInRequest {
    /// Her name.
    #[schema(example = "rina")]
    name: String,
    /// Her password.
    password: String,
    /// The six digits of the app on her phone, if she has a second factor.
    #[schema(example = "482057")]
    digits: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffView {
    /// Her id; none of the owner of a database that nobody was added to.
    id: Option<StaffId>,
    /// What her changes are recorded under.
    name: String,
    /// What she may do.
    role: Role,
    /// Somebody else gave her the password: nothing else is open to her before she has chosen her own.
    password_due: bool,
    /// Whether she has a second factor.
    second_factor: bool,
    /// To be shown with every request, `Authorization: Bearer …`: only for whoever said that she keeps it herself.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl From<&Who> for StaffView {
    fn from(who: &Who) -> Self {
        let signed_in = who.signed_in.as_ref();
        Self {
            id: who.id(),
            name: who.name.clone(),
            role: who.role,
            password_due: signed_in.is_some_and(|signed_in| signed_in.password_due),
            second_factor: signed_in.is_some_and(|signed_in| signed_in.second_factor),
            token: None,
        }
    }
}

/// Signs somebody in who works here. A browser gets a cookie; whoever sends `Satu-Keeps-Token: true` gets the token.
#[utoipa::path(post, path = "/v1/staff/session", tag = "staff", request_body = SignInRequest,
    params(("satu-keeps-token" = Option<String>, Header, description = "`true`: the answer holds the token, and no cookie is set.")),
    responses((status = 200, body = StaffView), (status = 401, body = Problem), (status = 423, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub async fn sign_in(
    State(backend): State<Backend>,
    headers: HeaderMap,
    Json(SignInRequest { name, password, digits }): Json<SignInRequest>,
) -> Result<(HeaderMap, Json<StaffView>), Problem> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let with = Credentials {
        name: &name,
        password: &password,
        digits: digits.as_deref().filter(|digits| !digits.trim().is_empty()),
        device: text(header::USER_AGENT),
    };
    let session = backend.team().sign_in(with).await?;
    let who = Who { name: session.staff.name.to_string(), role: session.staff.role, signed_in: Some(session.staff) };
    let mut view = StaffView::from(&who);
    let mut answer = HeaderMap::new();
    if text(KEEPS_TOKEN) == "true" {
        view.token = Some(session.token);
    } else {
        set_cookie(&mut answer, &cookie(&backend, Some(&session.token)))?;
    }
    Ok((answer, Json(view)))
}

/// Who is signed in. Where nobody has to sign in, the owner.
#[utoipa::path(get, path = "/v1/staff/session", tag = "staff",
    responses((status = 200, body = StaffView)))]
pub async fn who(who: Who) -> Json<StaffView> {
    Json(StaffView::from(&who))
}

/// Signs out.
#[utoipa::path(delete, path = "/v1/staff/session", tag = "staff", responses((status = 204)))]
pub async fn sign_out(State(backend): State<Backend>, who: Who) -> Result<(StatusCode, HeaderMap), Problem> {
    if let Some(signed_in) = &who.signed_in {
        backend.team().sign_out(signed_in.id, signed_in.session).await?;
    }
    let mut answer = HeaderMap::new();
    set_cookie(&mut answer, &cookie(&backend, None))?;
    Ok((StatusCode::NO_CONTENT, answer))
}

fn set_cookie(headers: &mut HeaderMap, cookie: &str) -> Result<(), Problem> {
    headers.insert(header::SET_COOKIE, cookie.parse().map_err(|error| Problem::internal(&error))?);
    Ok(())
}
