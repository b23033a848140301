//! What the owner of an account consents to, and what she takes back.

use super::{AccountError, Accounts, Done};
use crate::{
    consent::{self, ConsentKind, ConsentPurpose, ConsentRecord, ConsentSource, ConsentVersion},
    credential::Keys,
    id::{AccountId, ApplicationId},
    store::{
        self, StoreError,
        accounts::AccountRow,
        connection::Connection,
        consent::{Recruited, Said},
        whole::whole,
    },
};

impl Accounts {
    /// Keeps that somebody consents to be recruited, by the text that she was shown. Said twice by one text it is said once.
    ///
    /// # Errors
    /// [`AccountError::Unknown`]; the store fails.
    pub async fn consent(&self, account: AccountId, version: &ConsentVersion) -> Done<()> {
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let row = held(connection, account).await?;
            let recipient = consent::recipient(&self.keys, &row.phone);
            consents(connection, &recipient, account, version, ConsentSource::Account, now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Keeps that somebody consents to be recruited no more. Nothing that she said before is changed; from then on her data is due to be erased
    /// ([`privacy::due`](crate::privacy::due)). Said twice it is said once.
    ///
    /// # Errors
    /// [`AccountError::Unknown`]; the store fails.
    pub async fn withdraw(&self, account: AccountId) -> Done<()> {
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let row = held(connection, account).await?;
            if row.withdrawn_at.is_none() {
                let word = Recruited { account, kind: ConsentKind::Withdrawn, version: None };
                let recipient = consent::recipient(&self.keys, &row.phone);
                said(connection, &recipient, &word, ConsentSource::Account, now).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Everything that was said of consent by whoever an application is, and of her numbers, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn consents_of(&self, application: ApplicationId) -> Done<Option<Vec<ConsentRecord>>> {
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        Ok(of_application(connection, &self.keys, application).await?)
    }
}

/// Everything that was said of consent by whoever an application is, with all that was merged into it; none where there is no such application.
pub(crate) async fn of_application(
    connection: &mut Connection<'_>,
    keys: &Keys,
    application: ApplicationId,
) -> store::Result<Option<Vec<ConsentRecord>>> {
    let shown_by = store::merged::shown_by(connection, &[application.0]).await?;
    let shown = shown_by.get(&application.0).copied().unwrap_or(application.0);
    if store::applications::by_ids_also_erased(connection, &[shown]).await?.is_empty() {
        return Ok(None);
    }
    let group = store::merged::group(connection, ApplicationId(shown)).await?;
    let account = store::accounts::of_application(connection, ApplicationId(shown)).await?;
    let held = store::identifiers::held_by(connection, &group).await?;
    let phones = held.iter().filter(|(_, kind, _)| *kind == crate::identity::IdentifierKind::Phone);
    let phones: Vec<&str> = phones
        .map(|(_, _, phone)| phone.as_str())
        .chain(account.as_ref().map(|account| account.phone.as_str()))
        .collect();
    let account = account.as_ref().map(|account| AccountId(account.id));
    consent::records(connection, keys, &phones, account).await.map(Some)
}

/// Everything that was said of consent by the owner of an account that has no application.
pub(crate) async fn of_account(
    connection: &mut Connection<'_>,
    keys: &Keys,
    account: &AccountRow,
) -> store::Result<Vec<ConsentRecord>> {
    consent::records(connection, keys, &[account.phone.as_str()], Some(AccountId(account.id))).await
}

/// An account, kept as it stands until the transaction ends.
async fn held(connection: &mut Connection<'_>, account: AccountId) -> Done<AccountRow> {
    let row = store::accounts::by_id(connection, account).await?.ok_or(AccountError::Unknown)?;
    if store::accounts::hold(connection, &row).await? {
        store::accounts::by_id(connection, account).await?.ok_or(AccountError::Unknown)
    } else {
        Err(StoreError::Contended("the account was changed a moment ago".to_owned()).into())
    }
}

/// Keeps that the owner of an account, which is held, consents to be recruited; by a text by which she does already nothing is kept.
pub(super) async fn consents(
    connection: &mut Connection<'_>,
    recipient: &[u8],
    account: AccountId,
    version: &ConsentVersion,
    source: ConsentSource,
    now: i64,
) -> store::Result<()> {
    let known = store::consent::events(connection, &[recipient.to_vec()], Some(account)).await?;
    let last = known.iter().find(|one| one.purpose == ConsentPurpose::Recruitment.as_str());
    let word = Recruited { account, kind: ConsentKind::Given, version: Some(version.as_str()) };
    // Whether she took it back is the account's to say: of two words on two machines the later one may have the earlier id.
    let row = store::accounts::by_id(connection, account).await?;
    let stands = row.is_some_and(|row| row.withdrawn_at.is_none());
    if stands && last.is_some_and(|last| last.kind == word.kind.as_str() && last.version.as_deref() == word.version) {
        return Ok(());
    }
    said(connection, recipient, &word, source, now).await
}

async fn said(
    connection: &mut Connection<'_>,
    recipient: &[u8],
    word: &Recruited<'_>,
    source: ConsentSource,
    at: i64,
) -> store::Result<()> {
    store::consent::recruited(connection, recipient, word, &Said { source, actor: source.as_str(), at }).await?;
    store::accounts::set_withdrawn(connection, word.account, (word.kind == ConsentKind::Withdrawn).then_some(at)).await
}
