//! Who is meant, and who of them is messaged.

use serde::{Deserialize, Serialize};

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{Done, Network, Outreach, Ways};
use crate::{
    application::{Filter, own_numbers, written_to},
    id::{ApplicationId, BatchId},
    identity::{IdentifierKind, Phone},
    store::{self, bulk::MOST_NAMED, connection::Connection, outbox::MessageRow, recipients::RecipientRow},
    words::words,
};

/// Who is meant: `{"batch": id}`, `{"filter": {…}}` or `{"applications": [id, …]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Whom an import brought.
    Batch(BatchId),
    /// Whom a list shows.
    Filter(Filter),
    /// Whom somebody chose.
    Applications(Vec<ApplicationId>),
}

words! {
    /// Why somebody is not messaged. Of several reasons the first that is here is told.
    Excluded {
        /// She is in no list any more: removed, or shown by another application.
        Gone = "gone",
        /// She has an account.
        Registered = "registered",
        /// She was turned down or withdrew.
        Closed = "closed",
        /// She has no mobile number of Indonesia.
        NoMobile = "no_mobile",
        /// A family shares the number, or it leads to somebody else.
        Shared = "shared",
        /// She wants no messages.
        OptedOut = "opted_out",
        /// No network that the campaign uses reached the number when it was tried.
        Undeliverable = "undeliverable",
        /// She was invited, or is about to be.
        InvitedBefore = "invited_before",
    }
}

/// What is known of somebody when it is asked whether she is messaged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Facts {
    gone: bool,
    registered: bool,
    closed: bool,
    mobile: bool,
    hers: bool,
    opted_out: bool,
    undeliverable: bool,
    invited_before: bool,
}

impl Facts {
    /// Why she is not messaged; none: she is.
    fn excluded(self) -> Option<Excluded> {
        let Self { gone, registered, closed, mobile, hers, opted_out, undeliverable, invited_before } = self;
        let reasons = [
            (gone, Excluded::Gone),
            (registered, Excluded::Registered),
            (closed, Excluded::Closed),
            (!mobile, Excluded::NoMobile),
            (!hers, Excluded::Shared),
            (opted_out, Excluded::OptedOut),
            (undeliverable, Excluded::Undeliverable),
            (invited_before, Excluded::InvitedBefore),
        ];
        reasons.into_iter().find(|(holds, _)| *holds).map(|(_, why)| why)
    }
}

/// Somebody who was looked at.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: Uuid,
    pub(super) full_name: String,
    pub(super) position: Option<String>,
    /// The number that it is about.
    pub(super) phone: Option<String>,
    pub(super) excluded: Option<Excluded>,
}

/// An audience as it is gone through: from the newest application on.
pub(super) enum Meant {
    Filter(Filter),
    /// Newest first, each once.
    Chosen(Vec<Uuid>),
}

impl Meant {
    pub(super) fn of(audience: &Audience) -> Self {
        match audience {
            Audience::Batch(batch) => Self::Filter(Filter { batch: Some(*batch), ..Filter::default() }),
            Audience::Filter(filter) => Self::Filter(filter.clone()),
            Audience::Applications(ids) => {
                let mut ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
                ids.sort_unstable_by(|a, b| b.cmp(a));
                ids.dedup();
                Self::Chosen(ids)
            }
        }
    }

    /// The next ids behind one, and who is there of them.
    async fn page(
        &self,
        connection: &mut Connection<'_>,
        after: Option<Uuid>,
        limit: usize,
    ) -> store::Result<(Vec<Uuid>, Vec<RecipientRow>)> {
        match self {
            Self::Filter(filter) => {
                let rows = store::recipients::page(connection, filter, after, limit as u64).await?;
                Ok((rows.iter().map(|row| row.id).collect(), rows))
            }
            Self::Chosen(ids) => {
                let from = after.map_or(0, |after| ids.partition_point(|id| *id >= after));
                let ids: Vec<Uuid> = ids.iter().skip(from).take(limit).copied().collect();
                let mut rows = store::recipients::by_ids(connection, &ids).await?;
                rows.retain(|row| row.merged_into.is_none());
                Ok((ids, rows))
            }
        }
    }
}

impl Outreach {
    /// Looks at the next of an audience behind one: whether each is to be messaged these ways. None are left where none are given.
    pub(super) async fn look(
        &self,
        connection: &mut Connection<'_>,
        ways: Ways,
        meant: &Meant,
        after: Option<Uuid>,
        limit: usize,
    ) -> Done<Vec<Person>> {
        let (ids, rows) = meant.page(connection, after, limit).await?;
        let shown: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let merged = store::merged::merged_into(connection, &shown).await?;
        let own = own_numbers(connection, &shown, &merged).await?;
        let people: Vec<(&RecipientRow, Option<&str>)> = rows
            .iter()
            .map(|row| (row, written_to(row.phone.as_deref(), own.get(&row.id).map_or(&[], Vec::as_slice))))
            .collect();
        let mut facts = self.facts(connection, &people, &own).await?;
        let hashes: Vec<Vec<u8>> = people.iter().filter_map(|(_, phone)| Some(self.recipient((*phone)?))).collect();
        let mut unreached: HashMap<Vec<u8>, Vec<Network>> = HashMap::new();
        for row in store::consent::undeliverable(connection, &hashes).await? {
            let network = row.network()?;
            unreached.entry(row.recipient_hash).or_default().push(network);
        }
        let numbers = store::outbox::invited_numbers(connection, &hashes).await?;
        // Who was merged into her may have been invited.
        let all: Vec<Uuid> = shown.iter().chain(merged.keys()).copied().collect();
        let invited: HashSet<Uuid> = store::outbox::invited(connection, &all)
            .await?
            .into_iter()
            .map(|id| merged.get(&id).copied().unwrap_or(id))
            .collect();
        for ((row, phone), facts) in people.iter().zip(&mut facts) {
            let hash = phone.map(|phone| self.recipient(phone));
            let networks = hash.as_ref().and_then(|hash| unreached.get(hash));
            facts.undeliverable = networks.is_some_and(|networks| ways.are_closed(networks));
            facts.invited_before = invited.contains(&row.id) || hash.is_some_and(|hash| numbers.contains(&hash));
        }
        let mut found: HashMap<Uuid, Person> = people
            .iter()
            .zip(facts)
            .map(|((row, phone), facts)| (row.id, person(row, *phone, facts.excluded())))
            .collect();
        let gone = |id| Person {
            id,
            full_name: String::new(),
            position: None,
            phone: None,
            excluded: Facts { gone: true, ..Facts::default() }.excluded(),
        };
        Ok(ids.into_iter().map(|id| found.remove(&id).unwrap_or_else(|| gone(id))).collect())
    }

    /// Looks at those whom messages are to, once more before they leave, in the order of the messages: by whom their application is shown, whether the number
    /// is hers still, and whether the same was not said to her already.
    pub(super) async fn look_again(
        &self,
        connection: &mut Connection<'_>,
        messages: &[MessageRow],
    ) -> Done<Vec<Person>> {
        self.look_at(connection, messages, true).await
    }

    /// Looks so at those whom messages were to that have left, before they are reminded of them.
    pub(super) async fn look_after(
        &self,
        connection: &mut Connection<'_>,
        messages: &[MessageRow],
    ) -> Done<Vec<Person>> {
        self.look_at(connection, messages, false).await
    }

    async fn look_at(
        &self,
        connection: &mut Connection<'_>,
        messages: &[MessageRow],
        to_leave: bool,
    ) -> Done<Vec<Person>> {
        let ids: Vec<Uuid> = messages.iter().map(|message| message.application_id).collect();
        let shown_by = store::merged::shown_by(connection, &ids).await?;
        let shown = |id: Uuid| shown_by.get(&id).copied().unwrap_or(id);
        let wanted: Vec<Uuid> = ids.iter().map(|id| shown(*id)).collect();
        let rows = store::recipients::by_ids(connection, &wanted).await?;
        let by_id: HashMap<Uuid, &RecipientRow> =
            rows.iter().filter(|row| row.merged_into.is_none()).map(|row| (row.id, row)).collect();
        let there: Vec<(&RecipientRow, Option<&str>)> = messages
            .iter()
            .filter_map(|message| Some((*by_id.get(&shown(message.application_id))?, Some(message.phone.as_str()))))
            .collect();
        let merged = store::merged::merged_into(connection, &wanted).await?;
        let own = own_numbers(connection, &wanted, &merged).await?;
        let mut facts = self.facts(connection, &there, &own).await?.into_iter();
        // Two who were each invited, or reminded, may have turned out to be one.
        let hers: Vec<Uuid> = wanted.iter().chain(merged.keys()).copied().collect();
        let gone_out = if to_leave { store::outbox::gone_out(connection, &hers).await? } else { Vec::new() };
        let said_before = |message: &MessageRow| {
            let her = shown(message.application_id);
            gone_out.iter().any(|(application, id, ordinal)| {
                let same_person = merged.get(application).copied().unwrap_or(*application) == her;
                *id != message.id && *ordinal == message.ordinal && same_person
            })
        };
        Ok(messages
            .iter()
            .map(|message| match by_id.get(&shown(message.application_id)) {
                Some(row) => {
                    let facts = facts.next().unwrap_or_default();
                    let facts = Facts { invited_before: said_before(message), ..facts };
                    person(row, Some(&message.phone), facts.excluded())
                }
                None => Person {
                    id: message.application_id,
                    full_name: String::new(),
                    position: None,
                    phone: Some(message.phone.clone()),
                    excluded: Some(Excluded::Gone),
                },
            })
            .collect())
    }

    /// What is known of people who are in the lists, each with the number that it is about; `own` are all that are hers.
    async fn facts(
        &self,
        connection: &mut Connection<'_>,
        people: &[(&RecipientRow, Option<&str>)],
        own: &HashMap<Uuid, Vec<String>>,
    ) -> Done<Vec<Facts>> {
        let phones: Vec<&str> = people.iter().filter_map(|(_, phone)| *phone).collect();
        let holders: HashMap<String, Option<Uuid>> =
            store::identifiers::holders(connection, IdentifierKind::Phone, &phones).await?.into_iter().collect();
        let accounts = store::recipients::with_account(connection, &phones).await?;
        // Whoever says stop says it for all of her numbers, also for one that she is known by only since.
        let of_hers = |phones: &Vec<String>| phones.iter().map(|phone| self.recipient(phone)).collect();
        let numbers: HashMap<Uuid, Vec<Vec<u8>>> = own.iter().map(|(id, phones)| (*id, of_hers(phones))).collect();
        let named = phones.iter().map(|phone| self.recipient(phone));
        let hashes: HashSet<Vec<u8>> = named.chain(numbers.values().flatten().cloned()).collect();
        let mut suppressed = HashSet::new();
        for some in hashes.into_iter().collect::<Vec<_>>().chunks(MOST_NAMED) {
            suppressed.extend(store::consent::suppressed(connection, some).await?);
        }
        let stopped = |id: &Uuid| numbers.get(id).is_some_and(|hers| hers.iter().any(|one| suppressed.contains(one)));
        let facts = people.iter().map(|(row, phone)| {
            let of = |test: &dyn Fn(&str) -> bool| phone.is_some_and(test);
            Ok(Facts {
                gone: false,
                registered: row.user_id.is_some() || of(&|phone| accounts.contains(phone)),
                closed: row.is_closed()?,
                mobile: of(&|phone| Phone::parse(phone).is_some_and(|phone| phone.is_mobile())),
                hers: of(&|phone| holders.get(phone) == Some(&Some(row.id))),
                opted_out: stopped(&row.id) || of(&|phone| suppressed.contains(&self.recipient(phone))),
                undeliverable: false,
                invited_before: false,
            })
        });
        facts.collect()
    }
}

fn person(row: &RecipientRow, phone: Option<&str>, excluded: Option<Excluded>) -> Person {
    Person {
        id: row.id,
        full_name: row.full_name.clone(),
        position: row.position.clone(),
        phone: phone.map(str::to_owned),
        excluded,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const FINE: Facts = Facts {
        gone: false,
        registered: false,
        closed: false,
        mobile: true,
        hers: true,
        opted_out: false,
        undeliverable: false,
        invited_before: false,
    };

    #[rstest]
    #[case::nothing_speaks_against_it(FINE, None)]
    #[case::gone(Facts { gone: true, ..Facts::default() }, Some(Excluded::Gone))]
    #[case::registered(Facts { registered: true, ..FINE }, Some(Excluded::Registered))]
    #[case::closed(Facts { closed: true, ..FINE }, Some(Excluded::Closed))]
    #[case::no_mobile(Facts { mobile: false, hers: false, ..FINE }, Some(Excluded::NoMobile))]
    #[case::shared(Facts { hers: false, ..FINE }, Some(Excluded::Shared))]
    #[case::opted_out(Facts { opted_out: true, ..FINE }, Some(Excluded::OptedOut))]
    #[case::undeliverable(Facts { undeliverable: true, ..FINE }, Some(Excluded::Undeliverable))]
    #[case::invited_before(Facts { invited_before: true, ..FINE }, Some(Excluded::InvitedBefore))]
    #[case::the_first_of_several(Facts { registered: true, opted_out: true, ..FINE }, Some(Excluded::Registered))]
    fn who_is_messaged(#[case] facts: Facts, #[case] expected: Option<Excluded>) {
        assert_eq!(facts.excluded(), expected);
    }
}
