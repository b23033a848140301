//! What providers and candidates say, in any order and as often as they like.

use super::{Asked, Channel, Done, MessageState, Outreach, OutreachError, Word, course::ACTOR, policy::DAY, word_of};
use uuid::Uuid;

use crate::{
    consent::ConsentSource,
    id::{ApplicationId, HeardId, MessageId},
    identity::IdentifierKind,
    store::{
        self,
        connection::Connection,
        heard::{EarlyRow, NewHeard},
        outbox::MessageRow,
        whole::whole,
    },
};

/// How long a word of a message is kept that is not known.
const EARLY: i64 = 3 * DAY;
/// The most characters of what a candidate wrote that are kept.
const MOST_HEARD: usize = 4_096;

/// What a provider says of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<'a> {
    /// Who says it.
    pub channel: Channel,
    /// The provider's id of the message.
    pub provider_id: &'a str,
    /// Our id, where the provider gives it back: a message whose answer was lost is known by it.
    pub ours: Option<MessageId>,
    /// What it says.
    pub word: Word,
    /// The provider's code, where it failed.
    pub code: Option<&'a str>,
    /// The provider's own name of whom it went to: who hides her number is known by it when she writes.
    pub user: Option<&'a str>,
}

/// Who wrote something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sender<'a> {
    /// Her number, in E.164.
    Number(&'a str),
    /// She hides her number: the provider's id of the message that she answers.
    AnswerTo(&'a str),
    /// She hides her number, and answers no message.
    Hidden,
}

/// What a candidate wrote.
#[derive(Clone, PartialEq, Eq)]
pub struct Incoming<'a> {
    /// Which way it came.
    pub channel: Channel,
    /// The provider's id of the message.
    pub provider_id: &'a str,
    /// Who wrote it.
    pub from: Sender<'a>,
    /// The provider's own name of her, whether she hides her number or not.
    pub user: Option<&'a str>,
    /// What she wrote; empty where it was no text.
    pub text: &'a str,
}

impl std::fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming").field("channel", &self.channel).finish_non_exhaustive()
    }
}

/// Who wrote, as far as it is known.
struct Writer {
    recipient: Vec<u8>,
    application: Option<Uuid>,
    /// Whether the application is certainly that of who wrote.
    is_hers: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Whose it is; none where the number leads to nobody.
    pub application: Option<ApplicationId>,
    /// Whether she gets no more messages from now on.
    pub stopped: bool,
    /// Whether it was heard before.
    pub again: bool,
}

impl Outreach {
    /// Takes a provider's word of a message. Gives how far the message has come by now; none where it is not known: the word is kept for a while, in case the
    /// provider was quicker than its own answer.
    ///
    /// # Errors
    /// The store fails.
    pub async fn told(&self, told: &Told<'_>) -> Done<Option<MessageState>> {
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let state = self.word(&mut tx.connection(), told, now).await?;
            tx.commit().await?;
            Ok(state)
        })
        .await
    }

    /// Takes what a candidate wrote. Words that end all messages do so at once, on every channel, for all of her numbers. What somebody wrote who hides her number, and whom no
    /// message of ours has reached, is nobody's: it is not kept.
    ///
    /// # Errors
    /// The store fails.
    pub async fn hear(&self, incoming: &Incoming<'_>) -> Done<Heard> {
        let now = self.store.clock().micros();
        let id = HeardId::mint();
        let body: String = incoming.text.chars().filter(|one| *one != '\0').take(MOST_HEARD).collect();
        let stopped = word_of(&body) == Asked::Stop;
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let Some(Writer { recipient, application, is_hers }) = self.writer(connection, incoming, now).await? else {
                tracing::warn!("somebody wrote who hides her number, and whom nobody has written to");
                return Ok(Heard { application: None, stopped: false, again: false });
            };
            // Whoever was erased says stop, and nothing else of what she writes is kept.
            let (application, body) = match application {
                Some(id) if store::recipients::by_ids(connection, &[id]).await?.is_empty() => (None, ""),
                application => (application, body.as_str()),
            };
            let heard = Heard { application: application.map(ApplicationId), stopped, again: false };
            match store::heard::known(connection, incoming.channel, incoming.provider_id).await? {
                Some(known) => return Ok::<_, OutreachError>(Heard { again: known != id, ..heard }),
                None => {
                    let new = NewHeard {
                        id,
                        channel: incoming.channel,
                        provider_id: incoming.provider_id,
                        application,
                        recipient_hash: &recipient,
                        body,
                        at: now,
                    };
                    store::heard::insert(connection, &new).await?;
                }
            }
            if stopped {
                let hers = application.filter(|_| is_hers);
                self.stop(connection, (hers, &recipient), ConsentSource::Webhook, ACTOR, now).await?;
            }
            tx.commit().await?;
            Ok(heard)
        })
        .await
    }
}

impl Outreach {
    /// Who writes, if it is anybody who is known.
    async fn writer(
        &self,
        connection: &mut Connection<'_>,
        Incoming { channel, from, user, .. }: &Incoming<'_>,
        now: i64,
    ) -> Done<Option<Writer>> {
        let known = match from {
            Sender::Number(number) => {
                let recipient = self.recipient(number);
                let holders = store::identifiers::holders(connection, IdentifierKind::Phone, &[number]).await?;
                let holder = holders.into_iter().find_map(|(_, holder)| holder);
                let application = match holder {
                    Some(holder) => Some(holder),
                    None => store::outbox::last_to(connection, &recipient).await?,
                };
                Some(Writer { recipient, application, is_hers: holder.is_some() })
            }
            Sender::AnswerTo(provider_id) => {
                let row = match store::outbox::of_provider(connection, *channel, provider_id).await? {
                    Some(id) => store::outbox::get(connection, id).await?,
                    None => None,
                };
                match row {
                    Some(row) => Some(self.of_message(connection, row.recipient_hash, row.application_id).await?),
                    None => None,
                }
            }
            Sender::Hidden => None,
        };
        let Some(user) = user.map(|user| self.named_by(*channel, user)) else { return Ok(known) };
        if let Some(known) = known {
            store::senders::learn(connection, &user, &known.recipient, now).await?;
            return Ok(Some(known));
        }
        let Some(recipient) = store::senders::known(connection, &user).await? else { return Ok(None) };
        // It is hers whom that number was last written to for.
        Ok(Some(match store::outbox::last_to(connection, &recipient).await? {
            Some(application) => self.of_message(connection, recipient, application).await?,
            None => Writer { recipient, application: None, is_hers: false },
        }))
    }

    /// Who has what was sent to a number for an application: it is hers for whom it was sent only as long as the number is.
    async fn of_message(&self, connection: &mut Connection<'_>, recipient: Vec<u8>, application: Uuid) -> Done<Writer> {
        let shown_by = store::merged::shown_by(connection, &[application]).await?;
        let shown = shown_by.get(&application).copied().unwrap_or(application);
        let is_hers = self.numbers(connection, shown).await?.contains(&recipient);
        Ok(Writer { recipient, application: Some(application), is_hers })
    }

    /// What a provider's name of somebody is kept as: it may be told as little as a number.
    fn named_by(&self, channel: Channel, user: &str) -> Vec<u8> {
        self.keys.hash("sender", &[channel.as_str().as_bytes(), user.as_bytes()]).to_vec()
    }

    async fn word(&self, connection: &mut Connection<'_>, told: &Told<'_>, now: i64) -> Done<Option<MessageState>> {
        let Told { channel, provider_id, ours, word, code, user } = *told;
        let named = store::outbox::of_provider(connection, channel, provider_id).await?;
        let row = match named.or(ours) {
            Some(id) => store::outbox::held(connection, id).await?,
            None => None,
        };
        let row = row.filter(|row| row.channel == channel.as_str());
        let Some(mut row) = row.filter(|row| named.is_some() || is_believed(row, word)) else {
            let (word, refusal) = word.words();
            let early =
                EarlyRow { word: word.to_owned(), refusal: refusal.map(str::to_owned), code: code.map(str::to_owned) };
            store::heard::keep(connection, channel, provider_id, &early, now, now - EARLY).await?;
            return Ok(None);
        };
        // What it calls a message that was tried again later is not said of the later try; and of one that was erased nothing is kept in which a number may stand.
        if named.is_none() && row.provider_id.is_none() && !row.phone.is_empty() {
            row.provider_id = Some(provider_id.to_owned());
        }
        if let Some(user) = user {
            store::senders::learn(connection, &self.named_by(channel, user), &row.recipient_hash, now).await?;
        }
        self.takes(connection, &mut row, word, code, now).await?;
        store::outbox::save(connection, &row).await?;
        Ok(Some(row.state()?))
    }
}

/// Whether a word is of this message as it stands, though the provider's own name of it is not known here. That one try failed is said of that try alone: another
/// one may be under way, or may have left.
fn is_believed(row: &MessageRow, word: Word) -> bool {
    match word {
        Word::Failed(_) => row.provider_id.is_none() && row.tries() <= 1,
        Word::Accepted | Word::Sent | Word::Delivered | Word::Read => true,
    }
}
