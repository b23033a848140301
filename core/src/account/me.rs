//! What an account is to her and to the other platforms: hers to see, and whether a gate is open.

use super::{AccountError, Accounts, Done};
use crate::{
    consent::{self, ConsentRecord},
    id::{AccountId, ApplicationId},
    lifecycle::{ApplicationProgress, MitraStatus, Status, progress},
    store,
};

/// An account, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Her account.
    pub account: AccountId,
    /// Her number, in E.164.
    pub phone: String,
    /// Her address.
    pub email: Option<String>,
    /// Whether she has shown that it is hers.
    pub email_proven: bool,
    /// Her name.
    pub full_name: String,
    /// Her application; none while it is settled which one is hers.
    pub application: Option<ApplicationId>,
    /// What has to be settled: `email_unproven`, `another_name`, `stale`, `taken`, `shared_number`, `two_applications`.
    pub pending: Vec<String>,
    /// What the platforms go by.
    pub mitra_status: MitraStatus,
    /// What she said last of each purpose of which she said something.
    pub consents: Vec<ConsentRecord>,
}

impl Accounts {
    /// An account as its owner sees it.
    ///
    /// # Errors
    /// [`AccountError::Unknown`]; the store fails.
    pub async fn me(&self, account: AccountId) -> Done<Me> {
        Ok(self.standing(account).await?.0)
    }

    /// Where she stands, in plain words.
    ///
    /// # Errors
    /// As of [`Accounts::me`].
    pub async fn progress(&self, account: AccountId) -> Done<ApplicationProgress> {
        Ok(progress(self.standing(account).await?.1))
    }

    /// Her account, and the status of her application. One read: the gate says what the lifecycle says, at the same instant.
    async fn standing(&self, account: AccountId) -> Done<(Me, Option<Status>)> {
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let row = store::accounts::by_id(connection, account).await?.ok_or(AccountError::Unknown)?;
        let application = store::accounts::application_of(connection, account).await?;
        let status = match application {
            Some(ApplicationId(id)) => match store::applications::by_ids(connection, &[id]).await?.pop() {
                Some(record) => Some(record.status()?),
                None => None,
            },
            None => None,
        };
        let activated = application.is_some_and(|application| row.activated_by(application).is_some());
        let asked = store::accounts::questions_of(connection, account).await?;
        let consents = consent::records(connection, &self.keys, &[&row.phone], Some(account)).await?;
        let me = Me {
            account,
            phone: row.phone,
            email: row.email,
            email_proven: row.email_proven_at.is_some(),
            full_name: row.full_name,
            application,
            pending: asked.into_iter().map(|question| question.why).collect(),
            mitra_status: MitraStatus::of(status.unwrap_or(Status::INITIAL), activated),
            consents: consent::newest(consents),
        };
        Ok((me, status))
    }
}
