//! What went wrong, as `application/problem+json` (RFC 9457). Callers act on `code`; the UI's words hang on it, with `params`.

use std::collections::BTreeMap;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use satu_core::{
    account::{AccountError, InvitationError, RegisterError, SettleError, WeakPin},
    import::ImportError,
    lifecycle::LifecycleError,
    linking::{DuplicatesError, LinkError, Refusal},
    outreach::{OutreachError, TextFault},
    privacy::PrivacyError,
    staff::StaffError,
    store::StoreError,
};
use satu_portals::{ReadError, ReadErrorCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::export::ExportError;

/// A problem, RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the code says it all.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status code in words.
    pub title: String,
    /// The HTTP status code.
    pub status: u16,
    /// A stable code: `file.encrypted`, `import.unknown`, …
    pub code: String,
    /// One English sentence that says what happened and what to do.
    pub detail: String,
    /// The values of the sentence, for other languages.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// The id of the request, as in the header `X-Request-Id` and in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub request_id: Option<Box<str>>,
    /// The header `Retry-After`: seconds to wait.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

impl Problem {
    /// The media type of a problem.
    pub const MEDIA_TYPE: &str = "application/problem+json";

    /// A problem with a status, a code and an English sentence.
    #[must_use]
    pub fn new(status: StatusCode, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: status.as_u16(),
            code: code.into(),
            detail: detail.into(),
            params: BTreeMap::new(),
            request_id: None,
            retry_after: None,
        }
    }

    /// The same, to be tried again in so many seconds.
    #[must_use]
    pub fn after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self.with("seconds", seconds) }
    }

    /// The same with a value for other languages' sentences.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// A request that makes no sense.
    #[must_use]
    pub fn invalid(what: &str, why: impl ToString) -> Self {
        let why = why.to_string();
        Self::new(StatusCode::BAD_REQUEST, "request.invalid", format!("“{what}” cannot be understood: {why}"))
            .with("what", what)
            .with("why", why)
    }

    /// Something that is not there.
    #[must_use]
    pub fn unknown(what: &str, id: impl ToString) -> Self {
        let id = id.to_string();
        Self::new(StatusCode::NOT_FOUND, format!("{what}.unknown"), format!("There is no {what} {id}.")).with("id", id)
    }

    /// Something that failed inside: the cause goes to the log, not out.
    #[must_use]
    pub fn internal(cause: &impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something failed inside. Nothing of this step was kept; try again, and see the log if it happens again.",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let mut response = (status, [(header::CONTENT_TYPE, Self::MEDIA_TYPE)], Json(self)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        if let Some(cause) = &error.cause {
            tracing::debug!(%error, cause, "a file cannot be read");
        }
        let code = serde_json::to_value(error.code).ok().and_then(|code| code.as_str().map(str::to_owned));
        let code = format!("file.{}", code.unwrap_or_else(|| "unreadable".to_owned()));
        let params = error.params().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let status = match error.code {
            ReadErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self { params, ..Self::new(status, code, error.to_string()) }
    }
}

impl From<StoreError> for Problem {
    /// A fault of the database file is the user's to mend, so she is told; everything else stays inside.
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::File { path, fault } => {
                tracing::error!(%error, "the database file cannot be used");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, fault.code(), format!("{}.", capital(&error)))
                    .with("path", path)
            }
            StoreError::Contended(_) => {
                tracing::error!(%error, "others were quicker, again and again");
                let detail = "Others were changing the same records: try again. Nothing of this step was kept.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "database.contended", detail).after(1)
            }
            StoreError::Lost(_) => {
                tracing::error!(%error, "the database is gone");
                let detail =
                    "The connection to the database was lost: see that it runs and can be reached, then try again.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "database.lost", detail).after(5)
            }
            _ => Self::internal(&error),
        }
    }
}

/// An error's words as the beginning of a sentence.
fn capital(error: &impl std::fmt::Display) -> String {
    let words = error.to_string();
    let mut rest = words.chars();
    rest.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), rest.as_str()))
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Store(error) => error.into(),
            ExportError::Import(error) => error.into(),
            ExportError::Outreach(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<DuplicatesError> for Problem {
    fn from(error: DuplicatesError) -> Self {
        match error {
            DuplicatesError::Store(error) => error.into(),
            DuplicatesError::Model(_) | DuplicatesError::Cancelled => Self::internal(&error),
        }
    }
}

impl From<WeakPin> for Problem {
    fn from(error: WeakPin) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), format!("{}.", capital(&error)))
    }
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        let sentence = format!("{}.", capital(&error));
        match error {
            RegisterError::Contended => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "account.contended", sentence).after(1)
            }
            RegisterError::Spent => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "otp.void", sentence),
            RegisterError::Pin(error) => error.into(),
            RegisterError::Link(error) => error.into(),
            RegisterError::Store(error) => error.into(),
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        let sentence = format!("{}.", capital(&error));
        let new = |status: StatusCode, code: &str| Self::new(status, code, sentence.clone());
        match error {
            AccountError::Pin(weak) => weak.into(),
            AccountError::WrongCode { left } => new(StatusCode::UNPROCESSABLE_ENTITY, "otp.wrong").with("left", left),
            AccountError::NoCode => new(StatusCode::UNPROCESSABLE_ENTITY, "otp.void"),
            AccountError::TooManyCodes { after_seconds } => {
                new(StatusCode::TOO_MANY_REQUESTS, "otp.too_many").after(after_seconds)
            }
            AccountError::NoBudget { of_the_block, after_seconds } => {
                tracing::warn!(of_the_block, "the one-time codes of the day are spent");
                new(StatusCode::TOO_MANY_REQUESTS, "otp.budget").after(after_seconds)
            }
            AccountError::NoInvitation => new(StatusCode::UNPROCESSABLE_ENTITY, "invitation.void"),
            AccountError::Unknown => new(StatusCode::NOT_FOUND, "account.unknown"),
            AccountError::WrongPin => new(StatusCode::UNAUTHORIZED, "pin.wrong"),
            AccountError::Locked { after_seconds } => new(StatusCode::LOCKED, "account.locked").after(after_seconds),
            AccountError::Shut => new(StatusCode::LOCKED, "account.shut"),
            AccountError::NewDevice => new(StatusCode::UNAUTHORIZED, "device.new"),
            AccountError::SecondFact => new(StatusCode::UNAUTHORIZED, "account.second_fact"),
            AccountError::Exists => new(StatusCode::CONFLICT, "account.exists"),
            AccountError::Over => new(StatusCode::UNAUTHORIZED, "session.over"),
            AccountError::Reused => new(StatusCode::UNAUTHORIZED, "session.reused"),
            AccountError::Busy(busy) => new(StatusCode::SERVICE_UNAVAILABLE, "account.busy").after(busy.after_seconds),
            AccountError::Random(_) => Self::internal(&error),
            AccountError::Register(error) => error.into(),
            AccountError::Store(error) => error.into(),
        }
    }
}

impl From<StaffError> for Problem {
    fn from(error: StaffError) -> Self {
        let sentence = format!("{}.", capital(&error));
        let new = |status: StatusCode, code: &str| Self::new(status, code, sentence.clone());
        match error {
            StaffError::Name(_) => new(StatusCode::UNPROCESSABLE_ENTITY, "staff.name"),
            StaffError::Password(weak) => new(StatusCode::UNPROCESSABLE_ENTITY, weak.code()),
            StaffError::Taken(name) => new(StatusCode::CONFLICT, "staff.taken").with("name", name),
            StaffError::FirstIsAdmin => new(StatusCode::UNPROCESSABLE_ENTITY, "staff.first_is_admin"),
            StaffError::Unknown(id) => Self::unknown("staff", id),
            StaffError::Wrong => new(StatusCode::UNAUTHORIZED, "staff.wrong"),
            StaffError::NeedsDigits => new(StatusCode::UNAUTHORIZED, "staff.needs_digits"),
            StaffError::WrongDigits => new(StatusCode::UNAUTHORIZED, "staff.wrong_digits"),
            StaffError::Locked { after_seconds } => new(StatusCode::LOCKED, "staff.locked").after(after_seconds),
            StaffError::HasSecondFactor => new(StatusCode::CONFLICT, "staff.second_factor"),
            StaffError::Over => new(StatusCode::UNAUTHORIZED, "staff.signed_out"),
            StaffError::LastAdmin(name) => new(StatusCode::CONFLICT, "staff.last_admin").with("name", name),
            StaffError::Busy(busy) => new(StatusCode::SERVICE_UNAVAILABLE, "account.busy").after(busy.after_seconds),
            StaffError::Random(_) | StaffError::SecondFactor(_) => Self::internal(&error),
            StaffError::Store(error) => error.into(),
        }
    }
}

impl From<InvitationError> for Problem {
    fn from(error: InvitationError) -> Self {
        let sentence = format!("{}.", capital(&error));
        match error {
            InvitationError::UnknownApplication(id) => Self::unknown("application", id),
            InvitationError::NoPhone(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invitation.no_phone", sentence),
            InvitationError::NotHers(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invitation.not_hers", sentence),
            InvitationError::Registered(_) => Self::new(StatusCode::CONFLICT, "invitation.registered", sentence),
            InvitationError::Account(error) => error.into(),
            InvitationError::Store(error) => error.into(),
        }
    }
}

impl From<SettleError> for Problem {
    fn from(error: SettleError) -> Self {
        let sentence = format!("{}.", capital(&error));
        let conflict = |code: &str| Self::new(StatusCode::CONFLICT, code, sentence.clone());
        match error {
            SettleError::Unknown(id) => Self::unknown("question", id),
            SettleError::Answered => conflict("question.answered"),
            SettleError::Taken => conflict("question.taken"),
            SettleError::Open => conflict("question.open"),
            SettleError::Kept(why) => conflict("question.kept").with("why", why),
            SettleError::Link(error) => error.into(),
            SettleError::Register(error) => error.into(),
            SettleError::Store(error) => error.into(),
        }
    }
}

impl From<LifecycleError> for Problem {
    fn from(error: LifecycleError) -> Self {
        let sentence = format!("{}.", capital(&error));
        match error {
            LifecycleError::UnknownApplication(id) => Self::unknown("application", id),
            LifecycleError::Unregistered(id) => {
                Self::new(StatusCode::CONFLICT, "activation.unregistered", sentence).with("application", id)
            }
            LifecycleError::NotOnboarded { status } => Self::new(StatusCode::CONFLICT, "activation.contract", sentence)
                .with("stage", status.stage)
                .with("sub_state", status.sub_state),
            LifecycleError::Refused(refusal) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, refusal.code(), sentence).with("why", refusal)
            }
            LifecycleError::Changed { status } => Self::new(StatusCode::CONFLICT, "lifecycle.changed", sentence)
                .with("stage", status.stage)
                .with("sub_state", status.sub_state),
            LifecycleError::Store(error) => error.into(),
        }
    }
}

impl From<OutreachError> for Problem {
    fn from(error: OutreachError) -> Self {
        let sentence = format!("{}.", capital(&error));
        let code = error.code().unwrap_or_default();
        let unfit = || Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, sentence.clone());
        let conflict = || Self::new(StatusCode::CONFLICT, code, sentence.clone());
        match error {
            OutreachError::UnknownCampaign(id) => Self::unknown("campaign", id),
            OutreachError::UnknownTemplate(id) => Self::unknown("template", id),
            OutreachError::UnknownMessage(id) => Self::unknown("message", id),
            OutreachError::UnknownApplication(id) => Self::unknown("application", id),
            OutreachError::Text(TextFault::TooLong { most }) | OutreachError::Name { most } => {
                unfit().with("most", most)
            }
            OutreachError::Text(TextFault::Unknown { name, at }) => unfit().with("name", name).with("at", at),
            OutreachError::Text(TextFault::Brace { at }) => unfit().with("at", at),
            OutreachError::Text(TextFault::Empty | TextFault::NoLink)
            | OutreachError::NoLink
            | OutreachError::NotApproved
            | OutreachError::Reminders
            | OutreachError::Fallback => unfit(),
            OutreachError::Approved { name, language } => unfit().with("name", name).with("language", language),
            OutreachError::NoPhone(id) => unfit().with("application", id),
            OutreachError::CampaignIs { state } => conflict().with("state", state),
            OutreachError::MessageIs { state } => conflict().with("state", state),
            OutreachError::Excluded(why) => conflict().with("why", why),
            OutreachError::Quiet { until } => conflict().with("until", until),
            OutreachError::NotByHand | OutreachError::Cancelled => conflict(),
            OutreachError::Random(_) => Self::internal(&error),
            OutreachError::Store(error) => error.into(),
        }
    }
}

impl From<PrivacyError> for Problem {
    fn from(error: PrivacyError) -> Self {
        let sentence = format!("{}.", capital(&error));
        match error {
            PrivacyError::UnknownApplication(id) => Self::unknown("application", id),
            PrivacyError::Asked(id) => {
                Self::new(StatusCode::CONFLICT, "privacy.asked", sentence).with("application", id)
            }
            PrivacyError::UnknownAccount(id) => Self::unknown("account", id),
            PrivacyError::UnknownRow { import, row } => ImportError::UnknownRow { batch: import, row }.into(),
            PrivacyError::RowOfDraft(_) | PrivacyError::RowOfSomebody { .. } => {
                Self::new(StatusCode::CONFLICT, "privacy.row", sentence)
            }
            PrivacyError::HasApplication { application, .. } => {
                Self::new(StatusCode::CONFLICT, "privacy.has_application", sentence).with("application", application)
            }
            PrivacyError::KeptAccount(id) => {
                Self::new(StatusCode::CONFLICT, "privacy.kept", sentence).with("account", id)
            }
            PrivacyError::Kept(id) => Self::new(StatusCode::CONFLICT, "privacy.kept", sentence).with("application", id),
            // No route erases all who are due.
            PrivacyError::Stopped(_) => Self::internal(&error),
            PrivacyError::Store(error) => error.into(),
        }
    }
}

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Self {
        let sentence = format!("{}.", capital(&error));
        let refused = |status: StatusCode, refusal: Refusal| Self::new(status, refusal.code(), sentence.clone());
        match error {
            LinkError::UnknownApplication(id) => Self::unknown("application", id),
            LinkError::UnknownEvent(id) => Self::unknown("link", id),
            LinkError::Refused(refusal) => match refusal {
                Refusal::Itself => refused(StatusCode::UNPROCESSABLE_ENTITY, refusal),
                Refusal::Final { event } => refused(StatusCode::UNPROCESSABLE_ENTITY, refusal).with("event", event),
                Refusal::Accounts => refused(StatusCode::CONFLICT, refusal),
                Refusal::Merged { application, into } => {
                    refused(StatusCode::CONFLICT, refusal).with("application", application).with("into", into)
                }
                Refusal::Apart { event } | Refusal::Reversed { event } | Refusal::Erased { event } => {
                    refused(StatusCode::CONFLICT, refusal).with("event", event)
                }
            },
            LinkError::Store(error) => error.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let sentence = format!("{error}.");
        let conflict = |code: &str| Self::new(StatusCode::CONFLICT, code, sentence.clone());
        match error {
            ImportError::UnknownBatch(id) => Self::unknown("import", id),
            ImportError::UnknownRow { batch, row } => {
                Self::new(StatusCode::NOT_FOUND, "row.unknown", sentence).with("import", batch).with("row", row)
            }
            ImportError::State { batch, state, what } => {
                conflict("import.state").with("import", batch).with("state", state).with("what", what)
            }
            ImportError::Decision { row, why } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "review.action", sentence).with("row", row).with("why", why)
            }
            ImportError::Decided { row, .. } => conflict("review.decided").with("row", row),
            ImportError::Contended(batch) => conflict("import.contended").with("import", batch),
            ImportError::Cancelled => conflict("import.cancelled"),
            ImportError::Incomplete => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "file.unreadable", sentence),
            ImportError::Scratch(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "import.scratch", sentence),
            ImportError::Store(error) => error.into(),
        }
    }
}
