//! Who wants no messages, by a keyed hash of each of her numbers: on every channel, and longer than anything else that is known of her.

use serde::{Deserialize, Serialize};

use uuid::Uuid;

use super::{Done, Excluded, Network, Outreach, OutreachError};
use crate::{
    application::{own_numbers, written_to},
    consent::ConsentSource,
    id::{AccountId, ApplicationId},
    store::{self, connection::Connection, consent::Said, recipients::RecipientRow, whole::whole},
    time::rfc3339,
};

/// How she can be reached, and whether she may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// The application.
    pub application: ApplicationId,
    /// Her number.
    pub phone: Option<String>,
    /// Whether she takes messages.
    pub messages: bool,
    /// Since when she takes none, RFC 3339 in UTC.
    pub stopped_at: Option<String>,
    /// Where that is known from.
    pub stopped_by: Option<ConsentSource>,
    /// Networks by which the number was not reached when it was last tried.
    pub unreached: Vec<Unreached>,
}

/// A network that did not reach a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unreached {
    /// The network.
    pub network: Network,
    /// The provider's code.
    pub code: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

/// What she asks for when she writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// No more messages.
    Stop,
    /// Whatever else: a person reads it.
    Other,
}

/// Words that end all messages: alone, or before anything else.
const STOP: [&str; 5] = ["STOP", "BERHENTI", "UNSUB", "UNSUBSCRIBE", "STOPALL"];

/// What she asks for when she writes this. Letters' case, and whatever is no letter around the first word, do not matter.
#[must_use]
pub fn word_of(text: &str) -> Asked {
    let first = text.split(|one: char| !one.is_alphanumeric()).find(|word| !word.is_empty());
    match first {
        Some(word) if STOP.iter().any(|stop| word.eq_ignore_ascii_case(stop)) => Asked::Stop,
        _ => Asked::Other,
    }
}

impl Outreach {
    /// How somebody can be reached, and whether she may be.
    ///
    /// # Errors
    /// `UnknownApplication`; the store fails.
    pub async fn contact(&self, application: ApplicationId) -> Done<Contact> {
        let mut reader = self.store.read().await?;
        self.reached_by(&mut reader.connection(), application).await
    }

    /// Records that somebody takes messages, or none any more: what is queued for her is dropped at once, on every channel. Said twice it is said once.
    ///
    /// # Errors
    /// `UnknownApplication`, `NoPhone`; the store fails.
    pub async fn consent(&self, application: ApplicationId, messages: bool, by: &str) -> Done<Contact> {
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let row = shown(connection, application).await?;
            let phone = row.phone.ok_or(OutreachError::NoPhone(application))?;
            self.says(connection, (Some(row.id), &phone), messages, (ConsentSource::Staff, by), now).await?;
            let contact = self.reached_by(connection, application).await?;
            tx.commit().await?;
            Ok(contact)
        })
        .await
    }

    /// Records that the owner of an account takes messages, or none any more; of an account whose data is erased nothing is.
    ///
    /// # Errors
    /// The store fails.
    pub async fn consent_of(&self, account: AccountId, messages: bool) -> Done<()> {
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            if let Some(row) = store::accounts::by_id(connection, account).await? {
                let by = (ConsentSource::Account, ConsentSource::Account.as_str());
                // Of the application that is linked to it: whoever has its number now may be somebody else.
                let hers = store::accounts::application_of(connection, account).await?;
                self.says(connection, (hers.map(|hers| hers.0), &row.phone), messages, by, now).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }
}

impl Outreach {
    /// Somebody takes messages, or none any more: to her number, and to every other one that is hers.
    async fn says(
        &self,
        connection: &mut Connection<'_>,
        (application, phone): (Option<Uuid>, &str),
        messages: bool,
        (source, actor): (ConsentSource, &str),
        at: i64,
    ) -> Done<()> {
        let recipient = self.recipient(phone);
        if !messages {
            return self.stop(connection, (application, &recipient), source, actor, at).await;
        }
        for recipient in self.recipients(connection, (application, &recipient)).await? {
            store::consent::allow(connection, &recipient, &Said { source, actor, at }).await?;
        }
        Ok(())
    }

    /// She gets no more messages from now on, to whichever of her numbers: what is queued for her is dropped, on every channel.
    pub(super) async fn stop(
        &self,
        connection: &mut Connection<'_>,
        (application, recipient): (Option<Uuid>, &[u8]),
        source: ConsentSource,
        actor: &str,
        at: i64,
    ) -> Done<()> {
        for recipient in self.recipients(connection, (application, recipient)).await? {
            store::consent::suppress(connection, &recipient, &Said { source, actor, at }).await?;
            let queued = store::outbox::queued_for(connection, &recipient).await?;
            store::outbox::drop_queued(connection, &queued, Excluded::OptedOut.as_str()).await?;
        }
        Ok(())
    }

    /// By what somebody is known: the number that it is about, and every number that keys her application or one that it shows. Sorted, so that two who say so at
    /// once do not wait for each other.
    async fn recipients(
        &self,
        connection: &mut Connection<'_>,
        (application, recipient): (Option<Uuid>, &[u8]),
    ) -> Done<Vec<Vec<u8>>> {
        let mut recipients = vec![recipient.to_vec()];
        if let Some(application) = application {
            let shown_by = store::merged::shown_by(connection, &[application]).await?;
            let shown = shown_by.get(&application).copied().unwrap_or(application);
            recipients.extend(self.numbers(connection, shown).await?);
        }
        recipients.sort_unstable();
        recipients.dedup();
        Ok(recipients)
    }

    /// The numbers that are hers whom an application shows, as they are known here.
    pub(super) async fn numbers(&self, connection: &mut Connection<'_>, shown: Uuid) -> Done<Vec<Vec<u8>>> {
        let merged = store::merged::merged_into(connection, &[shown]).await?;
        let own = own_numbers(connection, &[shown], &merged).await?.remove(&shown).unwrap_or_default();
        Ok(own.iter().map(|phone| self.recipient(phone)).collect())
    }

    pub(super) async fn reached_by(
        &self,
        connection: &mut Connection<'_>,
        application: ApplicationId,
    ) -> Done<Contact> {
        let row = shown(connection, application).await?;
        let (mut stopped, mut unreached) = (None, Vec::new());
        if let Some(phone) = &row.phone {
            let recipient = self.recipient(phone);
            for hers in self.recipients(connection, (Some(row.id), &recipient)).await? {
                let since = store::consent::suppressed_since(connection, &hers).await?;
                stopped = stopped.into_iter().chain(since).min();
            }
            for row in store::consent::undeliverable(connection, &[recipient]).await? {
                unreached.push(Unreached { network: row.network()?, code: row.code, at: rfc3339(row.at) });
            }
        }
        Ok(Contact {
            application: ApplicationId(row.id),
            phone: row.phone,
            messages: stopped.is_none(),
            stopped_at: stopped.as_ref().map(|(since, _)| rfc3339(*since)),
            stopped_by: stopped.and_then(|(_, source)| ConsentSource::from_word(&source)),
            unreached,
        })
    }
}

/// Who shows an application, with the number that she is written to.
async fn shown(connection: &mut Connection<'_>, application: ApplicationId) -> Done<RecipientRow> {
    let shown_by = store::merged::shown_by(connection, &[application.0]).await?;
    let id = shown_by.get(&application.0).copied().unwrap_or(application.0);
    let row = store::recipients::by_ids(connection, &[id]).await?.pop();
    let mut row = row.ok_or(OutreachError::UnknownApplication(application))?;
    let merged = store::merged::merged_into(connection, &[id]).await?;
    let own = own_numbers(connection, &[id], &merged).await?.remove(&id).unwrap_or_default();
    row.phone = written_to(row.phone.as_deref(), &own).map(str::to_owned);
    Ok(row)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("STOP")]
    #[case("stop")]
    #[case(" Stop. ")]
    #[case("*BERHENTI*")]
    #[case("Berhenti, terima kasih")]
    #[case("unsub")]
    #[case("“Stop”")]
    #[case("stop\nmakasih")]
    fn she_wants_no_more(#[case] text: &str) {
        assert_eq!(word_of(text), Asked::Stop);
    }

    #[rstest]
    #[case("")]
    #[case("👍")]
    #[case("jangan stop")]
    #[case("Saya tidak mau berhenti")]
    #[case("stopkontak")]
    #[case("nonstop")]
    #[case("diberhentikan")]
    #[case("Kak, kapan berhenti?")]
    fn she_says_something_else(#[case] text: &str) {
        assert_eq!(word_of(text), Asked::Other);
    }
}
