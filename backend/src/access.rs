//! Who asks, what she may do, and that it is written down.
//!
//! A database that nobody was added to has one owner, who is asked for no password: the desktop's own, or `satu serve` on the owner's machine. As soon as
//! somebody was added, or the server has an address of its own ([`crate::config::Config::public_url`]), everybody signs in.
//!
//! [`admit`] stands around every route of the staff, one for each role; docs/decisions/0013 tells why the audit log is written as it is.

use std::time::Duration;

use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use cookie::{Cookie, SameSite};
use satu_core::{
    id::StaffId,
    staff::{Deed, LONGEST, Role, SignedIn, StaffError, Team},
};

use crate::{Backend, problem::Problem};

/// The cookie that a browser holds of a session.
const COOKIE: &str = "satu_staff";
/// How long a change waits for its record to be written, where no import is running here. The writer of an embedded database may be with one: what stops
/// an import must not wait for it, so the record is written after it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Lists of people that are taken away as a file, and one person's whole record: who looked is kept, too.
const WATCHED: [&str; 4] =
    ["/v1/applications/{id}", "/v1/exports/applications", "/v1/imports/{id}/rejected", "/v1/audit"];

/// Whoever asks.
#[derive(Debug, Clone)]
pub struct Who {
    /// What her changes are recorded under.
    pub name: String,
    /// What she may do.
    pub role: Role,
    /// Where she is signed in; none: the owner of a database that nobody was added to.
    pub signed_in: Option<SignedIn>,
}

impl Who {
    /// Her session.
    ///
    /// # Errors
    /// She is the owner, who has none.
    pub fn session(&self) -> Result<&SignedIn, Problem> {
        self.signed_in.as_ref().ok_or_else(|| {
            let detail =
                "Nobody was added to this database: its owner has no password and no session. See satu staff add.";
            Problem::new(StatusCode::CONFLICT, "staff.owner", detail)
        })
    }

    /// Her id; none of the owner.
    #[must_use]
    pub fn id(&self) -> Option<StaffId> {
        self.signed_in.as_ref().map(|signed_in| signed_in.id)
    }
}

impl FromRequestParts<Backend> for Who {
    type Rejection = Problem;

    /// [`admit`] has found out who asks.
    async fn from_request_parts(parts: &mut Parts, _: &Backend) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(signed_out)
    }
}

/// What stands around routes: who may use them.
#[derive(Clone)]
pub struct Gate {
    backend: Backend,
    needed: Role,
    /// Also open to whoever has yet to choose a password of her own.
    password_due: bool,
}

impl Gate {
    /// For a role, and for those that may more.
    #[must_use]
    pub fn of(backend: &Backend, needed: Role) -> Self {
        Self { backend: backend.clone(), needed, password_due: false }
    }

    /// For everybody who is signed in, to see to her own.
    #[must_use]
    pub fn own(backend: &Backend) -> Self {
        Self { backend: backend.clone(), needed: Role::Viewer, password_due: true }
    }
}

/// Lets a request through if whoever asks may, and writes down what she changes or takes away.
pub async fn admit(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let who = match admitted(&gate, request.headers()).await {
        Ok(who) => who,
        Err(problem) => return problem.into_response(),
    };
    request.extensions_mut().insert(who.clone());
    if !is_kept(&request) {
        return next.run(request).await;
    }
    let written = match write(&gate.backend, &who, Asked::of(&request)).await {
        Ok(written) => written,
        Err(problem) => return problem.into_response(),
    };
    // A task of its own: whoever asked may hang up, and what was begun is carried out and written to its end.
    let carried_out = tokio::spawn(async move {
        let response = next.run(request).await;
        written.answered(response.status().as_u16());
        response
    });
    carried_out.await.unwrap_or_else(|error| Problem::internal(&error).into_response())
}

async fn admitted(gate: &Gate, headers: &HeaderMap) -> Result<Who, Problem> {
    let who = who(&gate.backend, headers).await?;
    if !gate.password_due && who.signed_in.as_ref().is_some_and(|signed_in| signed_in.password_due) {
        let detail = "Somebody else gave you your password: choose your own first.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "staff.password_due", detail));
    }
    if !who.role.may(gate.needed) {
        let detail = format!("This needs the role {}; yours is {}.", gate.needed, who.role);
        let problem = Problem::new(StatusCode::FORBIDDEN, "staff.role", detail);
        return Err(problem.with("needed", gate.needed).with("role", who.role));
    }
    Ok(who)
}

/// Who shows a session; or the owner, where nobody signs in.
async fn who(backend: &Backend, headers: &HeaderMap) -> Result<Who, Problem> {
    if let Some(token) = token(headers) {
        return match backend.team().signed_in(&token).await {
            Ok(signed_in) => {
                Ok(Who { name: signed_in.name.to_string(), role: signed_in.role, signed_in: Some(signed_in) })
            }
            // Somebody may hold a session of a database that stood here before.
            Err(StaffError::Over) => owner(backend).await,
            Err(error) => Err(error.into()),
        };
    }
    owner(backend).await
}

async fn owner(backend: &Backend) -> Result<Who, Problem> {
    if backend.config().public_url.is_some() || backend.team().exists().await? {
        return Err(signed_out());
    }
    Ok(Who { name: backend.actor().to_owned(), role: Role::Admin, signed_in: None })
}

fn signed_out() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "staff.signed_out", "Sign in first.")
}

/// The token that a request shows: the cookie of a browser, or `Authorization: Bearer …`.
fn token(headers: &HeaderMap) -> Option<String> {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    shown.or_else(|| {
        let mut cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies.find_map(|value| {
            let mut each = Cookie::split_parse(value).filter_map(Result::ok);
            each.find(|one| one.name() == COOKIE).map(|one| one.value().to_owned())
        })
    })
}

/// The header that gives a browser its session, or takes it away.
#[must_use]
pub fn cookie(backend: &Backend, token: Option<&str>) -> String {
    let secure = backend.config().public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    let seconds = token.map_or(0, |_| LONGEST / 1_000_000);
    Cookie::build((COOKIE, token.unwrap_or_default()))
        .path("/v1")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(secure)
        .max_age(cookie::time::Duration::seconds(seconds))
        .to_string()
}

/// Whether a request is written down: what may change something, and what takes people's data away.
fn is_kept(request: &Request) -> bool {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let looks = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    !looks || WATCHED.contains(&path)
}

/// What is asked for.
struct Asked {
    /// The method and the route.
    action: String,
    /// The path.
    target: String,
    /// The request's id.
    request: String,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let id = request.headers().get("x-request-id").and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self {
            action: format!("{} {route}", request.method()),
            target: request.uri().path().to_owned(),
            request: id.to_owned(),
        }
    }
}

/// A deed that is written, or is being written.
struct Written {
    team: Team,
    id: tokio::task::JoinHandle<Result<satu_core::id::AuditId, StaffError>>,
}

/// Writes a deed, or gets it under way where the writer of an embedded database is with a long import.
async fn write(backend: &Backend, who: &Who, asked: Asked) -> Result<Written, Problem> {
    let team = backend.team();
    let patience = if backend.jobs().any() { Duration::ZERO } else { PATIENCE };
    let (name, staff, writer) = (who.name.clone(), who.id(), team.clone());
    let mut id = tokio::spawn(async move {
        let Asked { action, target, request } = &asked;
        writer.note(Deed { actor: &name, staff, action, target, request }).await
    });
    match tokio::time::timeout(patience, &mut id).await {
        Ok(Ok(Ok(known))) => Ok(Written { team: team.clone(), id: tokio::spawn(async move { Ok(known) }) }),
        Ok(Ok(Err(error))) => Err(error.into()),
        Ok(Err(error)) => Err(Problem::internal(&error)),
        Err(_) => Ok(Written { team: team.clone(), id }),
    }
}

impl Written {
    /// Adds what came of it, when the writer is free.
    fn answered(self, status: u16) {
        let Self { team, id } = self;
        tokio::spawn(async move {
            let added = match id.await {
                Ok(Ok(id)) => team.done(id, status).await.map_err(|error| error.to_string()),
                Ok(Err(error)) => Err(error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = added {
                tracing::error!(%error, "the audit log could not be written");
            }
        });
    }
}
