//! What is held of somebody's account, of what was sent to her to prove what is hers, and of what was asked about it.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use super::{Result, hers::Hers};
use crate::{
    account,
    credential::Keys,
    id::{AccountId, ApplicationId, QuestionId, SessionId},
    store::{self, accounts::QuestionRow, connection::Connection},
    time::rfc3339,
};

/// An account.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountData {
    /// Its id.
    pub id: AccountId,
    /// Her number.
    pub phone: String,
    /// Her address.
    pub email: Option<String>,
    /// When she showed that it is hers, RFC 3339 in UTC.
    pub email_proven_at: Option<String>,
    /// The name that she registered with.
    pub full_name: String,
    /// Her birth date, as she gave it.
    pub birth_date: Option<String>,
    /// Since when operations have her activated, RFC 3339 in UTC.
    pub activated_at: Option<String>,
    /// By which application's contract.
    pub activated_for: Option<ApplicationId>,
    /// Since when she consents to be recruited no more, RFC 3339 in UTC.
    pub withdrawn_at: Option<String>,
    /// When she registered, RFC 3339 in UTC.
    pub created_at: String,
    /// Devices that are signed in, or were.
    pub sessions: Vec<SessionData>,
    /// When operations activated her, and when they took it back.
    pub activations: Vec<ActivationData>,
}

/// A device.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionData {
    /// Its id.
    pub id: SessionId,
    /// When she signed in, RFC 3339 in UTC.
    pub begun_at: String,
    /// When the device was used last, RFC 3339 in UTC.
    pub used_at: String,
    /// When it was signed out, RFC 3339 in UTC; none: it is signed in.
    pub ended_at: Option<String>,
    /// Why.
    pub ended_why: Option<String>,
}

/// An activation, or that one was taken back.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationData {
    /// By which application's contract.
    pub application: ApplicationId,
    /// `activated` or `deactivated`.
    pub kind: String,
    /// By whom.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

/// An invitation.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationData {
    /// The application that it was for.
    pub application: ApplicationId,
    /// The number that it was for.
    pub phone: String,
    /// Who made it.
    pub made_by: String,
    /// When, RFC 3339 in UTC.
    pub made_at: String,
    /// Until when it is good, RFC 3339 in UTC.
    pub expires_at: String,
    /// When it was used, RFC 3339 in UTC.
    pub used_at: Option<String>,
}

/// The one-time code that was last sent to a number or an address of hers. The digits are kept nowhere.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeData {
    /// `phone` or `email`.
    pub kind: String,
    /// Where it was sent.
    pub to: String,
    /// What it was good for.
    pub purpose: String,
    /// When it was sent, RFC 3339 in UTC.
    pub sent_at: String,
    /// How often digits were tried.
    pub checks: i64,
    /// When it was used, RFC 3339 in UTC.
    pub used_at: Option<String>,
}

/// How often something was wrong in a row that was tried with a number or an address of hers, by her or somebody else.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TriedData {
    /// `pin` or `code`.
    pub what: String,
    /// The number or the address.
    pub with: String,
    /// How often.
    pub failures: i64,
    /// Until when no more is tried, RFC 3339 in UTC.
    pub locked_until: String,
}

/// A question to HR.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestionData {
    /// Its id.
    pub id: QuestionId,
    /// Which account it is about.
    pub account: AccountId,
    /// Which application.
    pub application: ApplicationId,
    /// The other application, where two may be one person's.
    pub other: Option<ApplicationId>,
    /// Why it was asked.
    pub why: String,
    /// When, RFC 3339 in UTC.
    pub asked_at: String,
    /// What stands said.
    pub outcome: Option<String>,
    /// By whom.
    pub settled_by: Option<String>,
    /// When, RFC 3339 in UTC.
    pub settled_at: Option<String>,
    /// What was ever answered, and taken back, oldest first.
    pub answers: Vec<AnswerData>,
}

/// An answer to a question, or that one was taken back.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerData {
    /// What was said; none: the answer before was taken back.
    pub outcome: Option<String>,
    /// By whom.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

pub(super) async fn account(connection: &mut Connection<'_>, hers: &Hers) -> Result<Option<AccountData>> {
    let Some(row) = &hers.account else { return Ok(None) };
    let id = AccountId(row.id);
    let session = |one: store::sessions::DeviceRow| SessionData {
        id: SessionId(one.id),
        begun_at: rfc3339(one.begun_at),
        used_at: rfc3339(one.rotated_at),
        ended_at: one.ended_at.map(rfc3339),
        ended_why: one.ended_why,
    };
    let activation = |(application, kind, by, at): (Uuid, String, String, i64)| ActivationData {
        application: ApplicationId(application),
        kind,
        by,
        at: rfc3339(at),
    };
    Ok(Some(AccountData {
        id,
        phone: row.phone.clone(),
        email: row.email.clone(),
        email_proven_at: row.email_proven_at.map(rfc3339),
        full_name: row.full_name.clone(),
        birth_date: row.birth_date.clone(),
        activated_at: row.activated_at.map(rfc3339),
        activated_for: row.activated_for.map(ApplicationId),
        withdrawn_at: row.withdrawn_at.map(rfc3339),
        created_at: rfc3339(row.created_at),
        sessions: store::sessions::ever_of(connection, id).await?.into_iter().map(session).collect(),
        activations: store::accounts::activations(connection, id).await?.into_iter().map(activation).collect(),
    }))
}

pub(super) async fn invitations(connection: &mut Connection<'_>, hers: &Hers) -> Result<Vec<InvitationData>> {
    let invitation = |one: store::invitations::InvitationRow| InvitationData {
        application: ApplicationId(one.application_id),
        phone: one.phone,
        made_by: one.made_by,
        made_at: rfc3339(one.made_at),
        expires_at: rfc3339(one.expires_at),
        used_at: one.used_at.map(rfc3339),
    };
    Ok(store::invitations::of(connection, &hers.group).await?.into_iter().map(invitation).collect())
}

/// The codes that were sent to her, and what was tried with what is hers.
pub(super) async fn codes(
    connection: &mut Connection<'_>,
    keys: &Keys,
    hers: &Hers,
) -> Result<(Vec<CodeData>, Vec<TriedData>)> {
    let (mut codes, mut tried) = (Vec::new(), Vec::new());
    for (kind, value) in &hers.identifiers {
        let code = store::codes::get(connection, *kind, value).await?;
        codes.extend(code.map(|code| CodeData {
            kind: kind.as_str().to_owned(),
            to: value.clone(),
            purpose: code.purpose,
            sent_at: rfc3339(code.sent_at),
            checks: code.checks,
            used_at: code.spent_at.map(rfc3339),
        }));
        let kept = [("code", account::codes_tried(keys, *kind, value)), ("pin", account::tried(keys, value))];
        for (what, hash) in kept {
            let found = store::attempts::get(connection, &hash).await?;
            tried.extend(found.map(|(failures, locked_until)| TriedData {
                what: what.to_owned(),
                with: value.clone(),
                failures,
                locked_until: rfc3339(locked_until),
            }));
        }
    }
    Ok((codes, tried))
}

/// What HR was asked about her account, and about her applications.
pub(super) async fn questions(connection: &mut Connection<'_>, hers: &Hers) -> Result<Vec<QuestionData>> {
    let account = hers.account.as_ref().map(|account| AccountId(account.id));
    let asked = store::accounts::ever_asked(connection, account, &hers.group).await?;
    let mut answers: HashMap<Uuid, Vec<AnswerData>> = HashMap::new();
    let ids: Vec<Uuid> = asked.iter().map(|one| one.id).collect();
    for one in store::account_answers::ever_given(connection, &ids).await? {
        let answer = AnswerData { outcome: one.outcome, by: one.actor, at: rfc3339(one.at) };
        answers.entry(one.question_id).or_default().push(answer);
    }
    let question = |one: QuestionRow| QuestionData {
        id: QuestionId(one.id),
        answers: answers.remove(&one.id).unwrap_or_default(),
        account: AccountId(one.account_id),
        application: ApplicationId(one.application_id),
        other: one.other_id.map(ApplicationId),
        why: one.why,
        asked_at: rfc3339(one.asked_at),
        outcome: one.outcome,
        settled_by: one.settled_by,
        settled_at: one.settled_at.map(rfc3339),
    };
    Ok(asked.into_iter().map(question).collect())
}
