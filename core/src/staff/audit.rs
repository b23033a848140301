//! The audit log: who asked for which change, and which list of people was taken away, when, and what came of it.
//!
//! A change is written before it is carried out, so that none is missing though a process is killed in between. What came of it is added once and never
//! changed; where it is missing, nobody knows. What the change was stands in its own history (`status_history`, `link_event`, `import_batch`); of staff
//! it stands here, written in the change's own transaction.

use super::{Done, Team};
use crate::{
    id::{AuditId, StaffId},
    store::{self, StoreError, audit::AuditRow, connection::Connection, whole::whole},
    time::rfc3339,
};

/// Something that somebody is about to do.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// What her changes are recorded under.
    pub actor: &'a str,
    /// Who; none: the owner of a database that nobody was added to, whoever runs a command, or the program itself.
    pub staff: Option<StaffId>,
    /// What: the route as the document names it, `POST /v1/applications/{id}/transitions`.
    pub action: &'a str,
    /// On what: the path as it was asked, without its query.
    pub target: &'a str,
    /// The id that the request bore, or was given: its answer has it too (`X-Request-Id`). Empty where nobody asked over HTTP.
    pub request: &'a str,
}

/// Who changes something of staff or of somebody's data, and by which request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By<'a> {
    /// The name.
    pub actor: &'a str,
    /// Who; none: the owner of a database that nobody was added to, whoever runs a command, or the program itself.
    pub staff: Option<StaffId>,
    /// The id of the request; empty where nobody asked over HTTP.
    pub request: &'a str,
}

impl<'a> From<(&'a str, Option<StaffId>)> for By<'a> {
    fn from((actor, staff): (&'a str, Option<StaffId>)) -> Self {
        Self { actor, staff, request: "" }
    }
}

/// Whoever runs a command.
impl<'a> From<&'a str> for By<'a> {
    fn from(actor: &'a str) -> Self {
        Self::from((actor, None))
    }
}

/// What is written of a change of staff: it was carried out.
const DONE: u16 = 200;

/// Writes what is done, of somebody who works here or with somebody's data, in its own transaction: there is the one with the other, or neither.
pub(crate) async fn write(
    connection: &mut Connection<'_>,
    id: AuditId,
    by: impl Into<By<'_>>,
    action: &str,
    target: &str,
    now: i64,
) -> store::Result<()> {
    let By { actor, staff, request } = by.into();
    let deed = Deed { actor, staff, action, target, request };
    store::audit::insert(connection, id, &deed, now).await?;
    store::audit::answered(connection, id, DONE).await
}

/// Writes what is done with each of several at once.
pub(crate) async fn write_each(
    connection: &mut Connection<'_>,
    By { actor, staff, request }: By<'_>,
    action: &str,
    targets: impl Iterator<Item = String>,
    now: i64,
) -> store::Result<()> {
    let targets: Vec<(AuditId, String)> = targets.map(|target| (AuditId::mint(), target)).collect();
    // Of each the target is its own.
    let deed = Deed { actor, staff, action, target: "", request };
    store::audit::insert_each(connection, &deed, targets, DONE, now).await
}

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditRecord {
    /// Its id.
    pub id: AuditId,
    /// When it was asked for, RFC 3339 in UTC.
    pub at: String,
    /// Who.
    pub actor: String,
    /// Her id; none of the owner, and of whoever ran a command.
    pub staff: Option<StaffId>,
    /// What: the route as the document names it, or `staff.…`.
    pub action: String,
    /// On what: the path as it was asked, or whom.
    pub target: String,
    /// The id that the request bore, or was given.
    pub request: String,
    /// The HTTP status that it was answered with; none: the process ended before.
    pub status: Option<u16>,
}

/// A record as it is shown.
pub(crate) fn record(row: AuditRow) -> AuditRecord {
    AuditRecord {
        id: AuditId(row.id),
        at: rfc3339(row.at),
        actor: row.actor,
        staff: row.staff_id.map(StaffId),
        action: row.action,
        target: row.target,
        request: row.request,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
    }
}

/// Which records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of one person.
    pub actor: Option<String>,
    /// On what has this in its path: an application's id, say.
    pub target: Option<String>,
}

impl Team {
    /// Writes that somebody is about to do something.
    ///
    /// # Errors
    /// The store fails: it must not be done then.
    pub async fn note(&self, deed: Deed<'_>) -> Done<AuditId> {
        let id = AuditId::mint();
        self.note_as(&[(id, deed)]).await?;
        Ok(id)
    }

    /// Writes that somebody is about to do several things at once: all of them, or none.
    ///
    /// # Errors
    /// The store fails: none of them must be done then.
    pub async fn note_each(&self, deeds: &[Deed<'_>]) -> Done<Vec<AuditId>> {
        let named: Vec<(AuditId, Deed<'_>)> = deeds.iter().map(|deed| (AuditId::mint(), *deed)).collect();
        self.note_as(&named).await?;
        Ok(named.into_iter().map(|(id, _)| id).collect())
    }

    async fn note_as(&self, deeds: &[(AuditId, Deed<'_>)]) -> Done<()> {
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            for (id, deed) in deeds {
                match store::audit::insert(&mut tx.connection(), *id, deed, now).await {
                    // An earlier run of this step was kept, though its answer was lost.
                    Err(StoreError::Conflict(_)) => return Ok(()),
                    written => written?,
                }
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Adds what came of it.
    ///
    /// # Errors
    /// The store fails.
    pub async fn done(&self, id: AuditId, status: u16) -> Done<()> {
        self.done_each(&[(id, status)]).await
    }

    /// Adds what came of several.
    ///
    /// # Errors
    /// The store fails.
    pub async fn done_each(&self, came: &[(AuditId, u16)]) -> Done<()> {
        whole(|| async {
            let mut tx = self.store.write().await?;
            for (id, status) in came {
                match store::audit::answered(&mut tx.connection(), *id, *status).await {
                    Err(StoreError::Conflict(_)) => return Ok(()),
                    added => added?,
                }
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Records, newest first, beginning after one.
    ///
    /// # Errors
    /// The store fails.
    pub async fn audit(&self, filter: &AuditFilter, after: Option<AuditId>, limit: u64) -> Done<Vec<AuditRecord>> {
        let rows = store::audit::page(&mut self.store.read().await?.connection(), filter, &[], after, limit).await?;
        Ok(rows.into_iter().map(record).collect())
    }
}
