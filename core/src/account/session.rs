//! Devices that are signed in: a session begins, goes on with a new refresh token each time, and ends.

use super::{
    AccountError, Accounts, Done,
    token::{self, Refresh, Refreshed, Standing},
};
use crate::{
    id::{AccountId, SessionId},
    store::{self, connection::Connection, sessions::SessionRow, whole::whole},
    time::rfc3339,
};

/// What a device holds of a session that goes on.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub account: AccountId,
    /// The session.
    pub id: SessionId,
    /// Good once, to go on with.
    pub refresh: String,
    /// Shows next time that she has signed in on this device before; none where the device has one.
    pub device: Option<String>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("account", &self.account).field("id", &self.id).finish_non_exhaustive()
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// When she signed in, RFC 3339 in UTC.
    pub begun_at: String,
    /// When it last went on, RFC 3339 in UTC.
    pub used_at: String,
}

/// Why a session ended.
pub(super) mod why {
    pub(in super::super) const SIGNED_OUT: &str = "signed_out";
    pub(in super::super) const PIN: &str = "pin";
    pub(in super::super) const REUSED: &str = "reused";
}

impl Accounts {
    /// Begins a session in a transaction. The caller mints its id.
    pub(super) async fn begin_session(
        &self,
        connection: &mut Connection<'_>,
        id: SessionId,
        account: AccountId,
        now: i64,
    ) -> store::Result<()> {
        store::sessions::insert(connection, id, account, now).await
    }

    /// What the device of a session that has just begun holds.
    pub(super) fn begun(&self, id: SessionId, account: AccountId, epoch: i64) -> Session {
        let refresh = Refresh { session: id, generation: 0 }.token(&self.keys);
        Session { account, id, refresh, device: Some(token::device(&self.keys, account, epoch)) }
    }

    /// Goes on with a session. The token is good once; sent again at once, since its answer was lost, it gives the same answer.
    ///
    /// # Errors
    /// [`AccountError::Over`]; [`AccountError::Reused`]: the session is ended by that; the store fails.
    pub async fn refresh(&self, token: &str) -> Done<Session> {
        let Some(given) = Refresh::read(&self.keys, token) else { return Err(AccountError::Over) };
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let Some(row) = store::sessions::get(connection, given.session).await? else {
                return Err(AccountError::Over);
            };
            let account = AccountId(row.account_id);
            let go_on = |generation: i64| {
                let refresh = Refresh { session: given.session, generation }.token(&self.keys);
                Session { account, id: given.session, refresh, device: None }
            };
            match token::refresh(given.generation, standing(&row), now) {
                Refreshed::Over => Err(AccountError::Over),
                Refreshed::Again => Ok(go_on(row.generation)),
                Refreshed::Next => {
                    if !store::sessions::rotate(connection, &row, now).await? {
                        return Err(store::StoreError::Contended("a session went on".to_owned()).into());
                    }
                    tx.commit().await?;
                    Ok(go_on(row.generation + 1))
                }
                Refreshed::Reused => {
                    store::sessions::end(connection, given.session, why::REUSED, now).await?;
                    tx.commit().await?;
                    Err(AccountError::Reused)
                }
            }
        })
        .await
    }

    /// Whether a session goes on: an access token is good for minutes, and longer than its session it is not.
    ///
    /// # Errors
    /// [`AccountError::Over`]; the store fails.
    pub async fn goes_on(&self, session: SessionId, account: AccountId) -> Done<()> {
        let row = store::sessions::get(&mut self.store.read().await?.connection(), session).await?;
        match row {
            Some(row) if row.ended_at.is_none() && row.account_id == account.0 => Ok(()),
            _ => Err(AccountError::Over),
        }
    }

    /// Ends a session. One that has ended stays so.
    ///
    /// # Errors
    /// The store fails.
    pub async fn sign_out(&self, session: SessionId) -> Done<()> {
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            store::sessions::end(&mut tx.connection(), session, why::SIGNED_OUT, now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The sessions of an account that go on, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn sessions(&self, account: AccountId) -> Done<Vec<SessionView>> {
        let rows = store::sessions::of_account(&mut self.store.read().await?.connection(), account).await?;
        let now = self.store.clock().micros();
        let view = |row: SessionRow| SessionView {
            id: SessionId(row.id),
            begun_at: rfc3339(row.begun_at),
            used_at: rfc3339(row.rotated_at),
        };
        Ok(rows.into_iter().filter(|row| !token::is_over(standing(row), now)).map(view).collect())
    }
}

fn standing(row: &SessionRow) -> Standing {
    Standing {
        generation: row.generation,
        begun_at: row.begun_at,
        rotated_at: row.rotated_at,
        ended: row.ended_at.is_some(),
    }
}
