//! Operations activate whoever has signed: from then on the gates of those who work are open to her. It ends with her contract, and counts while the
//! application whose contract it is is hers.

use serde::Serialize;

use super::{
    LifecycleError, MitraStatus,
    change::{Result, held},
};
use crate::{
    id::{AccountId, ApplicationId},
    store::{self, Store, connection::Connection, whole::whole},
    time::rfc3339,
};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activation {
    /// The application. One that was merged has no account of its own: it is the one that shows it.
    pub application: ApplicationId,
    /// Her account.
    pub account: AccountId,
    /// What the platforms go by from now on.
    pub mitra_status: MitraStatus,
    /// Since when she is activated, RFC 3339 in UTC; none: she is not.
    pub activated_at: Option<String>,
}

/// Activates the account of whoever has signed, or takes it back. Doing it twice is doing it once.
///
/// # Errors
/// [`LifecycleError::UnknownApplication`], [`LifecycleError::Unregistered`]; she has signed no contract that counts ([`LifecycleError::NotOnboarded`]); the
/// store fails. Nothing is changed then.
pub async fn activate(store: &Store, application: ApplicationId, active: bool, actor: &str) -> Result<Activation> {
    let now = store.clock().micros();
    whole(|| async {
        let mut tx = store.write().await?;
        let done = set(&mut tx.connection(), application, active, actor, now).await?;
        tx.commit().await?;
        Ok(done)
    })
    .await
}

async fn set(
    connection: &mut Connection<'_>,
    application: ApplicationId,
    active: bool,
    actor: &str,
    now: i64,
) -> Result<Activation> {
    let (application, record) = held(connection, application).await?;
    let status = record.status()?;
    let account = record.user_id.map(AccountId).ok_or(LifecycleError::Unregistered(application))?;
    if active && !status.may_be_activated() {
        return Err(LifecycleError::NotOnboarded { status });
    }
    store::accounts::set_activated(connection, account, application, active, actor, now).await?;
    let row = store::accounts::by_id(connection, account).await?.ok_or(LifecycleError::Unregistered(application))?;
    let activated_at = row.activated_by(application);
    Ok(Activation {
        application,
        account,
        mitra_status: MitraStatus::of(status, activated_at.is_some()),
        activated_at: activated_at.map(rfc3339),
    })
}
