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
    staff::{By, Deed, LONGEST, Role, SignedIn, StaffError},
};
use tokio::sync::{oneshot, watch};

use crate::{
    Backend,
    api::watched::{Asker, Noted, id_of},
    problem::Problem,
};

/// The cookie that a browser holds of a session.
const COOKIE: &str = "satu_staff";
/// How long a change waits for its record to be written before it is refused.
const PATIENCE: Duration = Duration::from_secs(10);
/// What shows one person, and lists that are taken away as a file: who looked is kept, too.
const WATCHED: [&str; 14] = [
    "/v1/applications/{id}",
    "/v1/applications/{id}/history",
    "/v1/applications/{id}/links",
    "/v1/applications/{id}/messages",
    "/v1/outreach/campaigns/{id}/export",
    "/v1/applications/{id}/personal-data",
    "/v1/accounts/{id}/personal-data",
    "/v1/applications/{id}/accesses",
    "/v1/applications/{id}/consents",
    "/v1/reviews/{id}",
    "/v1/imports/{id}/rows/{row}",
    "/v1/imports/{id}/rejected",
    "/v1/exports/applications",
    "/v1/audit",
];

/// How many people a search finds at most for it to be a look at each of them: it shows names, numbers and addresses, and no path names anybody.
pub const FEW: u64 = 3;

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

    /// Who asks, by which request: for what is written of a change in the change's own transaction.
    #[must_use]
    pub fn by<'a>(&'a self, headers: &'a HeaderMap) -> By<'a> {
        By { actor: &self.name, staff: self.id(), request: id_of(headers) }
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

/// Lets a request through if whoever asks may, and writes down what she changes, looks at or takes away.
pub async fn admit(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let who = match admitted(&gate, request.headers()).await {
        Ok(who) => who,
        Err(problem) => return problem.into_response(),
    };
    Noted::note(request.extensions(), who.id().map_or(Asker::Owner, Asker::Staff));
    request.extensions_mut().insert(who.clone());
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let asked = Asked::of(&request);
    if !changes && !WATCHED.contains(&asked.route.as_str()) {
        return next.run(request).await;
    }
    let mut record = Record::begin(&gate.backend, &who, asked);
    if !changes {
        // Whoever only looks waits for nobody who writes.
        let response = next.run(request).await;
        record.answered(response.status());
        return response;
    }
    if let Err(problem) = record.written(&gate.backend).await {
        return problem.into_response();
    }
    // Tasks of their own: whoever asked may hang up, and a handler may panic; what was begun is carried out and written to its end.
    let written = tokio::spawn(async move {
        let carried_out = tokio::spawn(next.run(request)).await;
        let response = carried_out.unwrap_or_else(|error| Problem::internal(&error).into_response());
        record.answered(response.status());
        response
    });
    written.await.unwrap_or_else(|error| Problem::internal(&error).into_response())
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
            Err(StaffError::Over) => owner(backend, headers).await,
            Err(error) => Err(error.into()),
        };
    }
    owner(backend, headers).await
}

async fn owner(backend: &Backend, headers: &HeaderMap) -> Result<Who, Problem> {
    if backend.config().public_url.is_some() || backend.team().exists().await? {
        return Err(signed_out());
    }
    if ["forwarded", "x-forwarded-for", "x-real-ip"].iter().any(|name| headers.contains_key(*name)) {
        let detail = "A proxy stands before this server: set server.public_url, and everybody signs in.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "request.foreign", detail));
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

/// Writes down, beside what is going on, what somebody does with each of these: the path of her request names none of them. Each is written as answered with success.
/// `request` is its id.
pub fn beside(backend: &Backend, who: Who, request: &str, action: &'static str, targets: Vec<String>) {
    if targets.is_empty() {
        return;
    }
    let (team, request) = (backend.team().clone(), request.to_owned());
    backend.records().spawn(async move {
        let (actor, staff) = (who.name.as_str(), who.id());
        let deeds: Vec<Deed<'_>> =
            targets.iter().map(|target| Deed { actor, staff, action, target, request: &request }).collect();
        let written = async {
            let notes = team.note_each(&deeds).await?;
            let came: Vec<_> = notes.into_iter().map(|id| (id, StatusCode::OK.as_u16())).collect();
            team.done_each(&came).await
        };
        if let Err(error) = written.await {
            tracing::error!(%error, "the audit log could not be written");
        }
    });
}

/// The header that gives a browser its session, or takes it away.
#[must_use]
pub fn cookie(backend: &Backend, token: Option<&str>) -> String {
    let secure = backend.config().public_url.is_some();
    let seconds = token.map_or(0, |_| LONGEST / 1_000_000);
    Cookie::build((COOKIE, token.unwrap_or_default()))
        .path("/v1")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(secure)
        .max_age(cookie::time::Duration::seconds(seconds))
        .to_string()
}

/// What is asked for.
struct Asked {
    /// The method and the route.
    action: String,
    /// The route.
    route: String,
    /// The path.
    target: String,
    /// The request's id.
    request: String,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
        Self {
            action: format!("{} {route}", request.method()),
            route: route.to_owned(),
            target: request.uri().path().to_owned(),
            request: id_of(request.headers()).to_owned(),
        }
    }
}

/// A record of the audit log that is being written. The program does not end before it is (see [`Backend::close`]).
struct Record {
    known: watch::Receiver<Known>,
    /// How it was answered.
    status: oneshot::Sender<u16>,
}

/// How far a record is.
#[derive(Clone)]
enum Known {
    Unwritten,
    Written,
    Failed(Problem),
}

impl Record {
    fn begin(backend: &Backend, who: &Who, asked: Asked) -> Self {
        let (tell, known) = watch::channel(Known::Unwritten);
        let (status, answered) = oneshot::channel();
        let (team, name, staff) = (backend.team().clone(), who.name.clone(), who.id());
        backend.records().spawn(async move {
            let Asked { action, target, request, .. } = &asked;
            let id = match team.note(Deed { actor: &name, staff, action, target, request }).await {
                Ok(id) => id,
                Err(error) => {
                    tracing::error!(%error, "the audit log could not be written");
                    tell.send_replace(Known::Failed(error.into()));
                    return;
                }
            };
            tell.send_replace(Known::Written);
            // Where nobody says what came of it, nobody knows.
            if let Ok(status) = answered.await
                && let Err(error) = team.done(id, status).await
            {
                tracing::error!(%error, "the audit log could not be written");
            }
        });
        Self { known, status }
    }

    /// Waits until it is written.
    ///
    /// An embedded database has one writer, and an import that runs here holds it for long: what stops the import, or asks how it stands, must not wait
    /// for it. What changes something waits for the writer by itself.
    async fn written(&mut self, backend: &Backend) -> Result<(), Problem> {
        if backend.store().engine() == "sqlite" && backend.jobs().any() {
            return Ok(());
        }
        let waited =
            tokio::time::timeout(PATIENCE, self.known.wait_for(|known| !matches!(known, Known::Unwritten))).await;
        match waited.map(|known| known.map(|known| known.clone())) {
            Ok(Ok(Known::Failed(problem))) => Err(problem),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Problem::internal(&error)),
            Err(_) => {
                let detail = "Others are writing: try again. Nothing of this was begun.";
                Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "database.contended", detail).after(5))
            }
        }
    }

    /// Adds what came of it, when the writer is free.
    fn answered(self, status: StatusCode) {
        // Nobody listens where it could not be written.
        let _ = self.status.send(status.as_u16());
    }
}
