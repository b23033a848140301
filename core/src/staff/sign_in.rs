//! Somebody signs in, goes on, and signs out.

use std::sync::PoisonError;

use super::{
    Done, Role, StaffError, StaffName, Team, audit,
    token::{self, NOTED, goes_on},
    totp::SecondFactor,
};
use crate::{
    credential::attempts,
    id::{AuditId, StaffId, StaffSessionId},
    store::{self, staff::StaffRow, staff_sessions::NewStaffSession, whole::whole},
    time::rfc3339,
};

/// Wrong passwords that lengthen a lockout: from then on each locks for a quarter of an hour. A password has fifteen characters or more, so that is
/// enough; and whoever guesses at somebody's name keeps her out no longer.
const MOST: u32 = 8;
/// How long a password that somebody else gave is good, in microseconds: a week.
const GIVEN: i64 = 7 * 86_400_000_000;
/// Characters that are kept of what a browser calls itself.
const DEVICE: usize = 200;

/// What somebody signs in with.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// Her name, as she typed it.
    pub name: &'a str,
    /// Her password.
    pub password: &'a str,
    /// The digits of her second factor, if she has one.
    pub digits: Option<&'a str>,
    /// What her browser or desktop calls itself: for her own list of sessions.
    pub device: &'a str,
}

/// Whoever is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub id: StaffId,
    /// Where.
    pub session: StaffSessionId,
    /// What her changes are recorded under.
    pub name: StaffName,
    /// What she may do.
    pub role: Role,
    /// Somebody else gave her the password: she chooses her own before anything else.
    pub password_due: bool,
    /// Whether she has a second factor.
    pub second_factor: bool,
}

/// A session that has just begun.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffSession {
    /// What her browser or desktop shows with every request.
    pub token: String,
    /// Who is signed in.
    pub staff: SignedIn,
}

impl std::fmt::Debug for StaffSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffSession").field("staff", &self.staff).finish_non_exhaustive()
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffSessionView {
    /// Its id.
    pub id: StaffSessionId,
    /// What the browser or desktop called itself.
    pub device: String,
    /// When it began, RFC 3339 in UTC.
    pub begun_at: String,
    /// When it was last used, to a minute, RFC 3339 in UTC.
    pub used_at: String,
}

impl Team {
    /// Whether anybody was ever added: from then on everybody signs in.
    ///
    /// # Errors
    /// The store fails.
    pub async fn exists(&self) -> Done<bool> {
        Ok(store::staff::any(&mut self.store.read().await?.connection()).await?)
    }

    /// Signs somebody in. An unknown name, a wrong password and an account that is disabled are told the same, after the same time.
    ///
    /// # Errors
    /// [`StaffError::Wrong`], also for a given password that is older than a week; [`StaffError::NeedsDigits`], [`StaffError::WrongDigits`],
    /// [`StaffError::Locked`], [`StaffError::Busy`]; the store fails.
    pub async fn sign_in(&self, with: Credentials<'_>) -> Done<StaffSession> {
        let name: StaffName = with.name.parse().map_err(|_| StaffError::Wrong)?;
        let found = store::staff::by_name(&mut self.store.read().await?.connection(), name.as_str()).await?;
        let found = self.is_hers(&self.attempts_of(&name), with.password, found).await?;
        if found.password_due() && self.store.clock().micros().abs_diff(found.password_at) >= GIVEN.unsigned_abs() {
            return Err(StaffError::Wrong);
        }
        let step = match (found.totp_since, with.digits) {
            (None, _) => None,
            (Some(_), None) => return Err(StaffError::NeedsDigits),
            (Some(_), Some(digits)) => Some(self.digits_of(&found, digits)?),
        };
        let (id, record, now) = (StaffSessionId::mint(), AuditId::mint(), self.store.clock().micros());
        let device: String = with.device.chars().filter(|one| !one.is_control()).take(DEVICE).collect();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            if store::staff_sessions::get(connection, id).await?.is_some() {
                return Ok(());
            }
            // A password that was replaced since it was looked at begins no session, and digits that were used meanwhile neither.
            if !store::staff::hold(connection, &found).await? {
                return Err(StaffError::Wrong);
            }
            if let Some(step) = step
                && !store::staff::use_step(connection, &found, step).await?
            {
                return Err(StaffError::WrongDigits);
            }
            attempts::forgive(connection, &self.attempts_of(&name)).await?;
            let new = NewStaffSession { id, staff: StaffId(found.id), device: &device, at: now };
            store::staff_sessions::insert(connection, &new).await?;
            let who = (found.name.as_str(), Some(StaffId(found.id)));
            audit::write(connection, record, who, "staff.sign_in", &device, now).await?;
            Ok(tx.commit().await?)
        })
        .await?;
        Ok(StaffSession { token: token::token(&self.keys, id), staff: signed_in(&found, id)? })
    }

    /// Who shows a token, if her session goes on. That she is here is noted, a minute apart.
    ///
    /// # Errors
    /// [`StaffError::Over`]; the store fails.
    pub async fn signed_in(&self, token: &str) -> Done<SignedIn> {
        let session = token::read(&self.keys, token).ok_or(StaffError::Over)?;
        let (found, row) = {
            let mut reader = self.store.read().await?;
            let connection = &mut reader.connection();
            let row = store::staff_sessions::get(connection, session).await?.ok_or(StaffError::Over)?;
            (store::staff::by_id(connection, StaffId(row.staff_id)).await?.ok_or(StaffError::Over)?, row)
        };
        let now = self.store.clock().micros();
        if row.ended_at.is_some() || found.disabled_at.is_some() || !goes_on(row.begun_at, row.used_at, now) {
            return Err(StaffError::Over);
        }
        if now.abs_diff(row.used_at) >= NOTED.unsigned_abs() {
            self.note_use(session, now);
        }
        signed_in(&found, session)
    }

    /// Notes that a session is used, when the store has a writer for it: whoever only looks waits for nobody's import.
    fn note_use(&self, session: StaffSessionId, now: i64) {
        let noting = || self.noting.lock().unwrap_or_else(PoisonError::into_inner);
        if !noting().insert(session) {
            return;
        }
        let team = self.clone();
        tokio::spawn(async move {
            let noted = async {
                let mut tx = team.store.write().await?;
                store::staff_sessions::used(&mut tx.connection(), session, now).await?;
                tx.commit().await
            };
            // The next request tries again.
            if let Err(error) = noted.await {
                tracing::warn!(%error, "that a session is used was not noted");
            }
            team.noting.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
        });
    }

    /// Ends a session of somebody. One that has ended stays so; another's is not ended.
    ///
    /// # Errors
    /// The store fails.
    pub async fn sign_out(&self, staff: StaffId, session: StaffSessionId) -> Done<()> {
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            store::staff_sessions::end(&mut tx.connection(), staff, Some(session), None, now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The sessions of somebody that go on, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn sessions(&self, staff: StaffId) -> Done<Vec<StaffSessionView>> {
        let rows = store::staff_sessions::of_staff(&mut self.store.read().await?.connection(), staff).await?;
        let now = self.store.clock().micros();
        let going_on = rows.into_iter().filter(|row| goes_on(row.begun_at, row.used_at, now));
        Ok(going_on
            .map(|row| StaffSessionView {
                id: StaffSessionId(row.id),
                device: row.device,
                begun_at: rfc3339(row.begun_at),
                used_at: rfc3339(row.used_at),
            })
            .collect())
    }

    /// Who was found, if the password is hers. Counted before it is looked at; the same for a name that nobody has.
    pub(super) async fn is_hers(&self, tried: &[u8; 32], password: &str, found: Option<StaffRow>) -> Done<StaffRow> {
        // Whoever finds no place is counted for nothing.
        let place = self.hasher.place()?;
        self.count(tried).await?;
        let against =
            found.as_ref().filter(|found| found.disabled_at.is_none()).map(|found| found.password_hash.as_str());
        let right = self.hasher.verify_at(place, password.as_bytes(), against).await?;
        found.filter(|_| right).ok_or(StaffError::Wrong)
    }

    /// Counts something that somebody tries, before it is looked at.
    pub(super) async fn count(&self, tried: &[u8; 32]) -> Done<()> {
        whole(|| async {
            let mut tx = self.store.write().await?;
            attempts::count(&mut tx.connection(), self.store.clock(), tried, MOST).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The step whose digits somebody shows.
    pub(super) fn digits_of(&self, found: &StaffRow, digits: &str) -> Done<i64> {
        let factor = SecondFactor::of(&self.keys, StaffId(found.id), &found.name, found.totp_epoch)?;
        factor.step(digits, self.store.clock().micros(), found.totp_step).ok_or(StaffError::WrongDigits)
    }

    pub(super) fn attempts_of(&self, name: &StaffName) -> [u8; 32] {
        self.keys.hash("staff_attempts", &[name.as_str().as_bytes()])
    }
}

fn signed_in(found: &StaffRow, session: StaffSessionId) -> Done<SignedIn> {
    Ok(SignedIn {
        id: StaffId(found.id),
        session,
        name: found.name.parse()?,
        role: found.role()?,
        password_due: found.password_due(),
        second_factor: found.totp_since.is_some(),
    })
}
