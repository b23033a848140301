//! What the store knows about a chunk's rows: asked once for all of them, then told without asking again.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    apart::Apart,
    contacts::{Contact, contacts},
    holders::Holders,
    plan::{Planned, Standing},
    unplanned::{Keys, Unplanned},
};
use crate::{
    application::{ApplicantRow, Fields, SourceKey},
    credential::Keys as Secrets,
    id::BatchId,
    identity::{IdentifierKind, NameAgreement, PersonName},
    linking::{Likeness, Rank, Record, Score, score_of},
    store::{self, StoreError, connection::Connection},
};

/// Rows that are about to be planned, and the earlier rows of the file that they may be.
pub(crate) struct Asked {
    pub(super) batch: BatchId,
    pub(super) rows: Vec<Unplanned>,
    pub(super) earlier: HashSet<u32>,
    /// What those are known by who were erased.
    pub(super) secrets: Option<Secrets>,
}

/// What the store knows about a chunk's keys.
#[derive(Default)]
pub(crate) struct Known {
    /// The holder of an identifier; none where a family shares it.
    pub(super) holders: Holders,
    pub(super) sources: HashMap<SourceKey, Uuid>,
    /// Rows of other imports that wait for a person, or that a person discarded.
    pub(super) queued: HashSet<SourceKey>,
    /// Who has that name and birth date, and the application that shows her.
    pub(super) alike: HashMap<i64, Vec<(Uuid, Uuid)>>,
    /// Applications that are in the lists.
    pub(super) people: HashMap<Uuid, Person>,
    /// When those were born whose likeness was found, merged ones too.
    pub(super) born: HashMap<Uuid, Option<String>>,
    pub(super) apart: Apart,
    /// The names that rows with a portal id stood under, where they are not those of the people that the rows went to.
    pub(super) came_as: HashMap<SourceKey, PersonName>,
    /// Earlier rows of this file that a key may lead to.
    pub(super) earlier: HashMap<u32, Planned>,
    /// Rows with something by which somebody is known who was erased.
    pub(super) erased: HashSet<u32>,
}

pub(super) struct Person {
    /// As what she is known: by her own application, and by those that were merged into it.
    known_as: Vec<KnownAs>,
    pub(super) standing: Standing,
}

struct KnownAs {
    name: PersonName,
    fields: Fields,
}

impl Person {
    /// How like her somebody is: as like as she is known to be; none where she has no name.
    pub(super) fn likeness(&self, name: &PersonName, born: Option<&str>) -> Option<Likeness> {
        let like = |one: &KnownAs| Likeness::of(name, born, &one.name, one.fields.birth_date.as_deref());
        Likeness::closest(self.known_as.iter().map(like))
    }

    pub(super) fn is_another(&self, name: &PersonName) -> bool {
        self.likeness(name, None).is_some_and(|likeness| likeness.names == NameAgreement::Different)
    }
}

impl Known {
    /// Whether a portal id came with another person's name before. Whoever was confirmed under another name is known by that one.
    pub(super) fn is_another(&self, reference: &SourceKey, name: &PersonName) -> bool {
        match self.came_as.get(reference) {
            Some(before) => name.compare(before) == NameAgreement::Different,
            None => self.is_another_person(reference, name),
        }
    }

    pub(super) fn is_another_person(&self, reference: &SourceKey, name: &PersonName) -> bool {
        let person = self.sources.get(reference).and_then(|id| self.people.get(id));
        person.is_some_and(|person| person.is_another(name))
    }

    /// Whom an identifier means: whom it keys, or the one who has it too, was told apart from her, and is more like the row.
    pub(super) fn meant(&self, contact: Contact<'_>, name: &PersonName, born: Option<&str>) -> Option<Uuid> {
        let holder = self.holders.of_contact(contact).flatten()?;
        let fit = |id: &Uuid| self.fit(*id, contact, name, born);
        let others = self.holders.barred_from(contact).iter().filter(|id| self.apart.are(holder, **id));
        let mut nearer: Vec<Uuid> = others.filter(|id| fit(id) > fit(&holder)).copied().collect();
        let best = nearer.iter().map(fit).max();
        nearer.retain(|id| Some(fit(id)) == best);
        match nearer.as_slice() {
            [one] => Some(*one),
            _ => Some(holder),
        }
    }

    /// Whether nobody is to be asked about somebody who has an identifier: she was told apart from whom it keys, and is less like the row than
    /// whom it means.
    pub(super) fn answered(
        &self,
        id: Uuid,
        meant: Option<Uuid>,
        contact: Contact<'_>,
        name: &PersonName,
        born: Option<&str>,
    ) -> bool {
        let Some((holder, meant)) = self.holders.of_contact(contact).flatten().zip(meant) else { return false };
        self.apart.are(holder, id) && self.fit(id, contact, name, born) < self.fit(meant, contact, name, born)
    }

    pub(super) fn fit(&self, id: Uuid, contact: Contact<'_>, name: &PersonName, born: Option<&str>) -> Option<Rank> {
        let likeness = self.people.get(&id)?.likeness(name, born)?;
        Some(likeness.rank(contact.kind == IdentifierKind::Email))
    }

    /// How likely a row is an application: as likely as she is any of those as whom she is known. What the two have in common of numbers and
    /// addresses is known, and so are those that she prefers.
    pub(super) fn score(&self, id: Uuid, row: &ApplicantRow) -> Option<Score> {
        let mine = contacts(row);
        let leads = |contact: &&Contact<'_>| {
            let contact = **contact;
            self.holders.of_contact(contact) == Some(Some(id)) || self.holders.barred_from(contact).contains(&id)
        };
        let common: Vec<Contact<'_>> = mine.iter().filter(leads).copied().collect();
        let score = |one: &KnownAs| {
            let mut phones = of_kind(&common, IdentifierKind::Phone);
            let mut emails = of_kind(&common, IdentifierKind::Email);
            phones.extend(one.fields.phone.as_deref());
            emails.extend(one.fields.email.as_deref());
            score_beside(row, &mine, Record { fields: &one.fields, phones: &phones, emails: &emails })
        };
        self.people.get(&id)?.known_as.iter().filter_map(score).max()
    }

    /// Asks who these are: what they are known as, with what was merged into theirs, and where they stand.
    pub(super) async fn meet(&mut self, connection: &mut Connection<'_>, whom: HashSet<Uuid>) -> store::Result<()> {
        let ids: Vec<Uuid> = whom.iter().copied().collect();
        let merged = store::merged::merged_into(connection, &ids).await?;
        let all: Vec<Uuid> = ids.iter().chain(merged.keys()).copied().collect();
        let mut known_as: HashMap<Uuid, Vec<KnownAs>> = HashMap::new();
        for record in store::applications::by_ids_also_merged(connection, &all).await? {
            let (id, merged_into, standing) = (record.id, record.merged_into, record.status()?.into());
            let fields = record.into_fields()?;
            let name = fields.full_name.as_deref().and_then(PersonName::parse);
            self.born.insert(id, fields.birth_date.clone());
            if merged_into.is_none() {
                self.people.insert(id, Person { known_as: Vec::new(), standing });
            }
            known_as.entry(merged_into.unwrap_or(id)).or_default().extend(name.map(|name| KnownAs { name, fields }));
        }
        for (id, known_as) in known_as {
            if let Some(person) = self.people.get_mut(&id) {
                person.known_as = known_as;
            }
        }
        Ok(())
    }
}

/// A person may have confirmed that a row is somebody with another name: then it is the row's own name that its portal id is known by.
async fn came_as(
    connection: &mut Connection<'_>,
    rows: &[Unplanned],
    known: &Known,
) -> store::Result<HashMap<SourceKey, PersonName>> {
    let other_name = |keys: &&Keys| {
        let both = keys.by_reference.zip(keys.name.as_ref());
        both.is_some_and(|(reference, name)| known.is_another_person(&reference, name))
    };
    let doubtful = rows.iter().map(|one| &one.keys).filter(other_name).filter_map(|keys| keys.by_reference);
    let doubtful: Vec<SourceKey> = doubtful.collect();
    let mut rows: HashMap<Uuid, HashMap<u32, SourceKey>> = HashMap::new();
    for (bytes, _, batch, row) in store::sources::origins(connection, &doubtful).await? {
        if let (Some(key), Some(batch), Some(row)) =
            (SourceKey::from_bytes(&bytes), batch, row.and_then(|row| u32::try_from(row).ok()))
        {
            rows.entry(batch).or_default().insert(row, key);
        }
    }
    let mut names = HashMap::new();
    for (batch, rows) in rows {
        let numbers: Vec<u32> = rows.keys().copied().collect();
        for row in store::rows::by_numbers(connection, BatchId(batch), &numbers).await? {
            names.extend(rows.get(&row.row.row).copied().zip(name_of(&row)));
        }
    }
    Ok(names)
}

impl Asked {
    /// Asks the store for all that the rows are compared with. `pending` are rows of this file that are planned but not in the store yet;
    /// `nobody` says that the store held nobody before this file: then only earlier rows can be like them.
    pub(crate) async fn look_up(
        &self,
        connection: &mut Connection<'_>,
        pending: &[Planned],
        nobody: bool,
    ) -> store::Result<Known> {
        let Self { batch, rows, earlier, .. } = self;
        let mut known = Known::default();
        for row in pending.iter().filter(|one| earlier.contains(&one.row.row)) {
            known.earlier.insert(row.row.row, row.clone());
        }
        let earlier: Vec<u32> = earlier.iter().filter(|row| !known.earlier.contains_key(row)).copied().collect();
        for row in store::rows::by_numbers(connection, *batch, &earlier).await? {
            known.earlier.insert(row.row.row, row);
        }
        if nobody {
            return Ok(known);
        }
        let usable = rows.iter().filter(|one| one.keys.refused.is_none()).flat_map(|one| contacts(&one.row));
        known.holders = Holders::of_contacts(connection, usable).await?.with_barred(connection, Some(*batch)).await?;
        let sources: Vec<SourceKey> =
            rows.iter().flat_map(|one| one.keys.by_reference.iter().chain(&one.keys.by_meaning)).copied().collect();
        for (bytes, application) in store::sources::known(connection, &sources).await? {
            known.sources.extend(SourceKey::from_bytes(&bytes).map(|key| (key, application)));
        }
        for (bytes,) in store::reviews::known(connection, &sources, *batch).await? {
            known.queued.extend(SourceKey::from_bytes(&bytes));
        }
        let alike: Vec<i64> = rows.iter().filter_map(|one| one.keys.likeness).collect();
        for (key, alike, shown_by) in store::likeness::find(connection, &alike, Some(*batch)).await? {
            known.alike.entry(key).or_default().push((alike, shown_by.unwrap_or(alike)));
        }
        let people: HashSet<Uuid> = known
            .holders
            .applications()
            .copied()
            .chain(known.sources.values().copied())
            .chain(known.alike.values().flatten().flat_map(|(alike, shown_by)| [*alike, *shown_by]))
            .collect();
        known.meet(connection, people).await?;
        known.apart = Apart::of(connection, known.people.keys().copied().collect()).await?;
        known.came_as = came_as(connection, rows, &known).await?;
        known.erased = self.erased(connection).await?;
        Ok(known)
    }

    /// Which rows have a number, an address or a key by which somebody is known who was erased. Where nobody was, nothing is hashed.
    async fn erased(&self, connection: &mut Connection<'_>) -> store::Result<HashSet<u32>> {
        if store::erased::none(connection).await? {
            return Ok(HashSet::new());
        }
        let secrets = self.secrets.as_ref().ok_or(StoreError::NoKeys)?;
        let mut rows: HashMap<store::erased::Hash, Vec<u32>> = HashMap::new();
        for Unplanned { row, keys, .. } in self.rows.iter().filter(|one| one.keys.refused.is_none()) {
            let contacts = contacts(row).into_iter().filter(Contact::tells);
            let contacts = contacts.map(|one| store::erased::contact(secrets, one.kind, one.value));
            let sources = keys.by_reference.iter().chain(&keys.by_meaning);
            for hash in contacts.chain(sources.map(|key| store::erased::source(secrets, key))) {
                rows.entry(hash).or_default().push(row.row);
            }
        }
        let hashes: Vec<store::erased::Hash> = rows.keys().copied().collect();
        let known = store::erased::known(connection, &hashes).await?;
        let known = known.iter().filter_map(|hash| rows.get(hash.as_slice()));
        Ok(known.flatten().copied().collect())
    }
}

/// How likely two rows of a file are one person's.
pub(super) fn score_of_rows(row: &ApplicantRow, other: &ApplicantRow) -> Option<Score> {
    let theirs = contacts(other);
    let (phones, emails) = (of_kind(&theirs, IdentifierKind::Phone), of_kind(&theirs, IdentifierKind::Email));
    score_beside(row, &contacts(row), Record { fields: &other.fields, phones: &phones, emails: &emails })
}

fn score_beside(row: &ApplicantRow, mine: &[Contact<'_>], other: Record<'_>) -> Option<Score> {
    let (phones, emails) = (of_kind(mine, IdentifierKind::Phone), of_kind(mine, IdentifierKind::Email));
    score_of(Record { fields: &row.fields, phones: &phones, emails: &emails }, other)
}

fn of_kind<'c>(contacts: &[Contact<'c>], kind: IdentifierKind) -> Vec<&'c str> {
    contacts.iter().filter(|one| one.kind == kind).map(|one| one.value).collect()
}

/// The name that a row stands under.
pub(super) fn name_of(planned: &Planned) -> Option<PersonName> {
    planned.row.fields.full_name.as_deref().and_then(PersonName::parse)
}
