//! The audit log: who asked for which change, and which list of people was taken away, when, and what came of it.
//!
//! A deed is written before it is done: nothing is done that is not written, though a process is killed in between. What came of it is added once and never
//! changed; where it is missing, nobody knows. What the deed changed stands in its own history (`status_history`, `link_event`, `import_batch`).

use super::{Done, StaffError, Team};
use crate::{
    id::{AuditId, StaffId},
    store::{self, audit::AuditRow, whole::whole},
    time::rfc3339,
};

/// Something that somebody is about to do.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// What her changes are recorded under.
    pub actor: &'a str,
    /// Who; none: the owner of a database that nobody was added to.
    pub staff: Option<StaffId>,
    /// What: the route as the document names it, `POST /v1/applications/{id}/transitions`.
    pub action: &'a str,
    /// On what: the path as it was asked, without its query.
    pub target: &'a str,
    /// The request's id, as it stands in the log.
    pub request: &'a str,
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
    /// What: the route as the document names it.
    pub action: String,
    /// On what: the path as it was asked.
    pub target: String,
    /// The request's id, as it stands in the log.
    pub request: String,
    /// The HTTP status that it was answered with; none: the process ended before.
    pub status: Option<u16>,
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
        let (id, now) = (AuditId::mint(), self.store.clock().micros());
        whole(|| async {
            let mut tx = self.store.write().await?;
            store::audit::insert(&mut tx.connection(), id, &deed, now).await?;
            Ok::<_, StaffError>(tx.commit().await?)
        })
        .await?;
        Ok(id)
    }

    /// Adds what came of it.
    ///
    /// # Errors
    /// The store fails.
    pub async fn done(&self, id: AuditId, status: u16) -> Done<()> {
        whole(|| async {
            let mut tx = self.store.write().await?;
            store::audit::answered(&mut tx.connection(), id, status).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Records, newest first, beginning after one.
    ///
    /// # Errors
    /// The store fails.
    pub async fn audit(&self, filter: &AuditFilter, after: Option<AuditId>, limit: u64) -> Done<Vec<AuditRecord>> {
        let rows = store::audit::page(&mut self.store.read().await?.connection(), filter, after, limit).await?;
        let record = |row: AuditRow| AuditRecord {
            id: AuditId(row.id),
            at: rfc3339(row.at),
            actor: row.actor,
            action: row.action,
            target: row.target,
            request: row.request,
            status: row.status.and_then(|status| u16::try_from(status).ok()),
        };
        Ok(rows.into_iter().map(record).collect())
    }
}
