//! Invitations: a link that is sent to one number for one application and is good once. Whoever has it has shown that the number is hers.

use super::{AccountError, Accounts, Done, Proof};
use crate::{
    credential::{Keys, NoRandom, hex, random, unhex},
    id::ApplicationId,
    identity::IdentifierKind,
    store::{self, StoreError, connection::Connection, invitations::NewInvitation},
    time::rfc3339,
};

/// An invitation, about to be sent. The token is for the message alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Whom it invites.
    pub application: ApplicationId,
    /// Where it goes, in E.164.
    pub phone: String,
    /// What the link carries.
    pub token: String,
    /// Until when it is good, RFC 3339 in UTC.
    pub expires_at: String,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("application", &self.application).finish_non_exhaustive()
    }
}

/// Why somebody cannot be invited.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// There is no such application.
    #[error("there is no application {0}")]
    UnknownApplication(ApplicationId),
    /// Nothing can be sent to her.
    #[error("application {0} has no phone number")]
    NoPhone(ApplicationId),
    /// The number does not lead to her alone.
    #[error("the number of application {0} is a family's or leads to somebody else: she registers with a code")]
    NotHers(ApplicationId),
    /// She has an account.
    #[error("application {0} has an account already")]
    Registered(ApplicationId),
    /// The system gave no random bytes, or the store failed.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoRandom> for InvitationError {
    fn from(error: NoRandom) -> Self {
        Self::Account(error.into())
    }
}

/// An invitation that somebody shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invited {
    pub(super) proof: Proof,
    pub(super) hash: [u8; 32],
    pub(super) used: bool,
}

/// Bytes of a token.
const BYTES: usize = 16;
/// Characters of a token, as the link carries it.
pub(crate) const TOKEN_LENGTH: usize = 2 * BYTES;

/// Keeps an invitation of an application to a number, from one instant to another, and gives what the link carries.
///
/// # Errors
/// The system gave no random bytes; the store fails.
pub(crate) async fn mint<E: From<NoRandom> + From<StoreError>>(
    connection: &mut Connection<'_>,
    keys: &Keys,
    (application, phone): (ApplicationId, &str),
    by: &str,
    (at, expires_at): (i64, i64),
) -> Result<String, E> {
    let token: [u8; BYTES] = random()?;
    let hash = keys.hash("invitation", &[&token]);
    store::invitations::insert(connection, &NewInvitation { hash, application, phone, by, at, expires_at }).await?;
    Ok(hex(&token))
}

impl Accounts {
    /// Makes an invitation for an application, to be sent to its number. Those before stay good until they expire; each is good once.
    ///
    /// # Errors
    /// [`InvitationError`].
    pub async fn invite(&self, application: ApplicationId, by: &str) -> Result<Invitation, InvitationError> {
        let now = self.store.clock().micros();
        let expires_at = now + self.policy.invitation_days * 86_400_000_000;
        let mut tx = self.store.write().await?;
        let connection = &mut tx.connection();
        let shown_by = store::merged::shown_by(connection, &[application.0]).await?;
        let application = shown_by.get(&application.0).copied().map_or(application, ApplicationId);
        let record = store::applications::by_ids(connection, &[application.0]).await?.pop();
        let record = record.ok_or(InvitationError::UnknownApplication(application))?;
        if record.user_id.is_some() {
            return Err(InvitationError::Registered(application));
        }
        let phone = record.into_fields()?.phone.ok_or(InvitationError::NoPhone(application))?;
        // A family's number, or one that leads to somebody else, invites nobody to this application.
        let holders = store::identifiers::holders(connection, IdentifierKind::Phone, &[phone.as_str()]).await?;
        if holders.first().and_then(|(_, holder)| *holder) != Some(application.0) {
            return Err(InvitationError::NotHers(application));
        }
        let token =
            mint::<InvitationError>(connection, &self.keys, (application, &phone), by, (now, expires_at)).await?;
        tx.commit().await?;
        Ok(Invitation { application, phone, token, expires_at: rfc3339(expires_at) })
    }

    /// Looks at an invitation that somebody shows for a number.
    pub(super) async fn invited(&self, token: &str, phone: &str) -> Done<Invited> {
        let token = unhex(token).ok_or(AccountError::NoInvitation)?;
        let hash = self.keys.hash("invitation", &[&token]);
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let now = self.store.clock().micros();
        let found = store::invitations::get(connection, &hash).await?;
        let found = found.filter(|found| found.phone == phone && now < found.expires_at);
        let found = found.ok_or(AccountError::NoInvitation)?;
        let shown_by = store::merged::shown_by(connection, &[found.application_id]).await?;
        let id = shown_by.get(&found.application_id).copied().unwrap_or(found.application_id);
        Ok(Invited { proof: Proof::Invitation(ApplicationId(id)), hash, used: found.used_at.is_some() })
    }
}
