//! Invitations: a link that is sent to one number for one application and is good once. Whoever has it has shown that the number is hers.

use super::{AccountError, Accounts, Done, Proof, code};
use crate::{
    application::{own_numbers, written_to},
    credential::{Keys, NoRandom, hex, random, unhex},
    id::ApplicationId,
    identity::IdentifierKind,
    store::{
        self, StoreError,
        connection::Connection,
        invitations::{InvitationRow, NewInvitation},
        whole::{StepError, whole},
    },
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

impl StepError for InvitationError {
    fn of_store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Account(error) => error.of_store(),
            _ => None,
        }
    }
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

/// What an invitation is at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It may be used.
    Fresh,
    /// It was used a moment ago: whoever used it may ask again for the answer that she lost, and for nothing else.
    Used,
    /// It is good for nothing: it has expired, or was used long ago.
    Void,
}

/// Decides what an invitation is good for. A clock that is set back makes none good for longer than it would be from the beginning, and a fresh one
/// stays good: what lies ahead counts like what lies behind.
fn standing(found: &InvitationRow, now: i64) -> Standing {
    let for_so_long = found.expires_at.saturating_sub(found.made_at).max(0).unsigned_abs();
    match found.used_at {
        _ if now.abs_diff(found.made_at) >= for_so_long => Standing::Void,
        None => Standing::Fresh,
        Some(used_at) if now.abs_diff(used_at) < code::GOOD_FOR.unsigned_abs() => Standing::Used,
        Some(_) => Standing::Void,
    }
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
        // Where the answer to a COMMIT is lost a second one is made: who has neither of the two links cannot use the first.
        whole(|| self.invite_once(application, by, (now, expires_at))).await
    }

    async fn invite_once(
        &self,
        application: ApplicationId,
        by: &str,
        (now, expires_at): (i64, i64),
    ) -> Result<Invitation, InvitationError> {
        let mut tx = self.store.write().await?;
        let connection = &mut tx.connection();
        let shown_by = store::merged::shown_by(connection, &[application.0]).await?;
        let application = shown_by.get(&application.0).copied().map_or(application, ApplicationId);
        let record = store::applications::by_ids(connection, &[application.0]).await?.pop();
        let record = record.ok_or(InvitationError::UnknownApplication(application))?;
        if record.user_id.is_some() {
            return Err(InvitationError::Registered(application));
        }
        let merged = store::merged::merged_into(connection, &[application.0]).await?;
        let own = own_numbers(connection, &[application.0], &merged).await?.remove(&application.0).unwrap_or_default();
        let stands = record.into_fields()?.phone;
        let phone = written_to(stands.as_deref(), &own).ok_or(InvitationError::NoPhone(application))?.to_owned();
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
        let found = found.filter(|found| found.phone == phone).ok_or(AccountError::NoInvitation)?;
        let used = match standing(&found, now) {
            Standing::Fresh => false,
            Standing::Used => true,
            Standing::Void => return Err(AccountError::NoInvitation),
        };
        let shown_by = store::merged::shown_by(connection, &[found.application_id]).await?;
        let id = shown_by.get(&found.application_id).copied().unwrap_or(found.application_id);
        Ok(Invited { proof: Proof::Invitation(ApplicationId(id)), hash, used })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const SECOND: i64 = 1_000_000;
    const DAY: i64 = 86_400 * SECOND;
    const MADE: i64 = 1_700_000_000 * SECOND;

    #[rstest]
    #[case::at_once(0, None, Standing::Fresh)]
    #[case::at_the_last_instant(14 * DAY - 1, None, Standing::Fresh)]
    #[case::expired(14 * DAY, None, Standing::Void)]
    #[case::the_clock_was_set_back(-DAY, None, Standing::Fresh)]
    #[case::made_while_the_clock_was_a_year_ahead(-365 * DAY, None, Standing::Void)]
    #[case::used_a_moment_ago(DAY + 600 * SECOND - 1, Some(DAY), Standing::Used)]
    #[case::used_ten_minutes_ago(DAY + 600 * SECOND, Some(DAY), Standing::Void)]
    #[case::used_and_the_clock_was_set_back_a_little(DAY - SECOND, Some(DAY), Standing::Used)]
    #[case::used_and_the_clock_was_set_back(DAY - 600 * SECOND, Some(DAY), Standing::Void)]
    #[case::used_and_expired(14 * DAY, Some(14 * DAY - SECOND), Standing::Void)]
    fn an_invitation_is_good_once_until_it_expires(
        #[case] after: i64,
        #[case] used_after: Option<i64>,
        #[case] expected: Standing,
    ) {
        let found = InvitationRow {
            application_id: uuid::Uuid::nil(),
            phone: "+6281234567801".to_owned(),
            made_by: "hr".to_owned(),
            made_at: MADE,
            expires_at: MADE + 14 * DAY,
            used_at: used_after.map(|after| MADE + after),
        };
        assert_eq!(standing(&found, MADE + after), expected);
        // As one is left whose number has another PIN now.
        let void = InvitationRow { expires_at: MADE, ..found };
        assert_eq!(standing(&void, MADE + after), Standing::Void);
    }
}
