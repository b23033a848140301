//! Who works here: added, given another role or password, disabled and enabled by an administrator or on the command line.

use super::{By, Done, Password, Role, StaffError, StaffName, Team, audit};
use crate::{
    credential::attempts,
    id::{AuditId, StaffId},
    store::{self, StoreError, connection::Connection, staff::StaffRow, whole::whole},
    time::rfc3339,
};

/// Somebody who works here.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Her id.
    pub id: StaffId,
    /// What she signs in with, and what her changes are recorded under.
    pub name: String,
    /// What she may do.
    pub role: Role,
    /// Whether she has a second factor.
    pub second_factor: bool,
    /// Whether she has yet to choose a password of her own.
    pub password_due: bool,
    /// Since when she may not sign in, RFC 3339 in UTC; none: she may.
    pub disabled_at: Option<String>,
    /// Who added her.
    pub made_by: String,
    /// When, RFC 3339 in UTC.
    pub made_at: String,
}

/// Somebody who was given a password by somebody else.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Welcome {
    /// Who.
    pub member: Member,
    /// The password for her next sign-in, at which she chooses her own. Shown once, and kept nowhere.
    pub password: String,
}

impl std::fmt::Debug for Welcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Welcome").field("member", &self.member).finish_non_exhaustive()
    }
}

/// What is changed of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// What she may do.
    Role(Role),
    /// She may not sign in any more, and is signed out everywhere.
    Disable,
    /// She may sign in again.
    Enable,
}

impl Team {
    /// Adds somebody, with a password for her first sign-in.
    ///
    /// # Errors
    /// [`StaffError::Taken`], [`StaffError::FirstIsAdmin`]; the store fails.
    pub async fn add(&self, name: &StaffName, role: Role, by: impl Into<By<'_>>) -> Done<Welcome> {
        let by: By<'_> = by.into();
        let password = Password::drawn()?;
        let password_hash = self.hasher.hash(password.reveal().as_bytes()).await?;
        let (id, now) = (StaffId::mint(), self.store.clock().micros());
        let row = StaffRow::new(id, name.as_str(), role, password_hash, by.actor, now);
        let record = AuditId::mint();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            match store::staff::by_name(connection, name.as_str()).await? {
                // An earlier run of this step was kept, though its answer was lost.
                Some(kept) if kept.id == id.0 => return Ok(()),
                Some(_) => return Err(StaffError::Taken(name.clone())),
                None if role != Role::Admin && !store::staff::any(connection).await? => {
                    return Err(StaffError::FirstIsAdmin);
                }
                None => match store::staff::insert(connection, &row).await {
                    Err(StoreError::Conflict(_)) => return Err(StaffError::Taken(name.clone())),
                    inserted => inserted?,
                },
            }
            let what = format!("{name} {role}");
            audit::write(connection, record, by, "staff.add", &what, now).await?;
            Ok(tx.commit().await?)
        })
        .await?;
        Ok(Welcome { member: member(row)?, password: password.reveal().to_owned() })
    }

    /// Gives somebody another password for her next sign-in, since she has forgotten hers. She is signed out everywhere, her second factor ends, and what
    /// was counted of wrong ones is forgotten.
    ///
    /// # Errors
    /// [`StaffError::Unknown`]; the store fails.
    pub async fn reset(&self, name: &str, by: impl Into<By<'_>>) -> Done<Welcome> {
        let by: By<'_> = by.into();
        let password = Password::drawn()?;
        let hash = self.hasher.hash(password.reveal().as_bytes()).await?;
        let (record, now) = (AuditId::mint(), self.store.clock().micros());
        let row = whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let found = named(connection, name).await?;
            if found.password_hash == hash {
                return Ok(found);
            }
            if !store::staff::set_password(connection, &found, &hash, true, now).await? {
                return Err(StoreError::Contended(format!("the password of {name}")).into());
            }
            let found = named(connection, name).await?;
            store::staff::set_second_factor(connection, &found, found.totp_epoch, None).await?;
            store::staff_sessions::end(connection, StaffId(found.id), None, None, now).await?;
            attempts::forgive(connection, &self.attempts_of(&found.name.parse()?)).await?;
            audit::write(connection, record, by, "staff.reset", &found.name, now).await?;
            tx.commit().await?;
            Ok::<_, StaffError>(StaffRow { totp_since: None, ..found })
        })
        .await?;
        Ok(Welcome { member: member(row)?, password: password.reveal().to_owned() })
    }

    /// Changes somebody. The last administrator stays one.
    ///
    /// # Errors
    /// [`StaffError::Unknown`], [`StaffError::LastAdmin`]; the store fails.
    pub async fn change(&self, name: &str, change: Change, by: impl Into<By<'_>>) -> Done<Member> {
        let by: By<'_> = by.into();
        let (record, now) = (AuditId::mint(), self.store.clock().micros());
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            // Two who take each other's place away at once: the second waits here, and sees what the first has done.
            store::staff::hold_admins(connection).await?;
            let found = named(connection, name).await?;
            if store::audit::is_written(connection, record).await? {
                // An earlier run of this step was kept, though its answer was lost.
                return member(found);
            }
            let (role, disabled_at) = match change {
                Change::Role(role) => (role, found.disabled_at),
                Change::Disable => (found.role()?, found.disabled_at.or(Some(now))),
                Change::Enable => (found.role()?, None),
            };
            store::staff::set_standing(connection, StaffId(found.id), role, disabled_at).await?;
            if found.is_admin() && store::staff::admins(connection).await? == 0 {
                return Err(StaffError::LastAdmin(found.name));
            }
            if disabled_at.is_some() {
                store::staff_sessions::end(connection, StaffId(found.id), None, None, now).await?;
            }
            let (action, what) = match change {
                Change::Role(role) => ("staff.role", format!("{} {role}", found.name)),
                Change::Disable => ("staff.disable", found.name.clone()),
                Change::Enable => ("staff.enable", found.name.clone()),
            };
            audit::write(connection, record, by, action, &what, now).await?;
            tx.commit().await?;
            member(StaffRow { role: role.as_str().to_owned(), disabled_at, ..found })
        })
        .await
    }

    /// Everybody who works here or did, by name.
    ///
    /// # Errors
    /// The store fails.
    pub async fn members(&self) -> Done<Vec<Member>> {
        let rows = store::staff::all(&mut self.store.read().await?.connection()).await?;
        rows.into_iter().map(member).collect()
    }

    /// The name of an id.
    ///
    /// # Errors
    /// [`StaffError::Unknown`]; the store fails.
    pub async fn name_of(&self, id: StaffId) -> Done<String> {
        let found = store::staff::by_id(&mut self.store.read().await?.connection(), id).await?;
        found.map(|found| found.name).ok_or_else(|| StaffError::Unknown(id.to_string()))
    }
}

async fn named(connection: &mut Connection<'_>, name: &str) -> Done<StaffRow> {
    let unknown = || StaffError::Unknown(name.to_owned());
    let parsed: StaffName = name.parse().map_err(|_| unknown())?;
    store::staff::by_name(connection, parsed.as_str()).await?.ok_or_else(unknown)
}

fn member(row: StaffRow) -> Done<Member> {
    Ok(Member {
        id: StaffId(row.id),
        role: row.role()?,
        second_factor: row.totp_since.is_some(),
        password_due: row.password_due(),
        disabled_at: row.disabled_at.map(rfc3339),
        made_by: row.made_by,
        made_at: rfc3339(row.made_at),
        name: row.name,
    })
}
