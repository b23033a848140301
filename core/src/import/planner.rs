//! Finds who is like each row, in the store and earlier in the file, and lets [`plan`] decide. Works on chunks of rows in the
//! file's order, so that the store is asked a few questions a chunk instead of a few a row.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    apart::Apart,
    contacts::{Contact, contacts},
    holders::Holders,
    plan::{Action, Candidate, Outcome, Plan, Planned, Standing, Who, plan},
    seen::{KeyKind, Seen, key},
    unplanned::{Before, Keys, Unplanned, readings},
};
use crate::{
    application::{ApplicantRow, Problem, ProblemCode, SourceKey},
    id::{ApplicationId, BatchId},
    identity::{IdentifierKind, NameAgreement, PersonName},
    linking::{Likeness, Rank},
    store::{self, connection::Connection, rows::Content},
};

/// Plans the rows of one file, chunk after chunk.
pub(crate) struct Planner {
    batch: BatchId,
    seen: Seen,
    /// Whether a row had an identifier that keys somebody else.
    namesakes: bool,
}

/// Rows that are planned, in the file's order.
pub(crate) struct Chunk {
    pub(crate) rows: Vec<Planned>,
    /// Each row as it is stored, where that is known.
    pub(crate) contents: Vec<Option<Content>>,
}

/// Rows that are about to be planned, and the earlier rows of the file that they may be.
pub(crate) struct Asked {
    batch: BatchId,
    rows: Vec<Unplanned>,
    earlier: HashSet<u32>,
}

/// What the store knows about a chunk's keys.
#[derive(Default)]
pub(crate) struct Known {
    /// The holder of an identifier; none where a family shares it.
    holders: Holders,
    sources: HashMap<SourceKey, Uuid>,
    /// Rows of other imports that wait for a person, or that a person discarded.
    queued: HashSet<SourceKey>,
    /// Who has that name and birth date, and the application that shows her.
    alike: HashMap<i64, Vec<(Uuid, Uuid)>>,
    /// Applications that are in the lists.
    people: HashMap<Uuid, Person>,
    /// When those were born whose likeness was found, merged ones too.
    born: HashMap<Uuid, Option<String>>,
    apart: Apart,
    /// The names that rows with a portal id stood under, where they are not those of the people that the rows went to.
    came_as: HashMap<SourceKey, PersonName>,
    /// Earlier rows of this file that a key may lead to.
    earlier: HashMap<u32, Planned>,
}

struct Person {
    /// As what she is known: by her own application, and by those that were merged into it.
    known_as: Vec<KnownAs>,
    standing: Standing,
}

struct KnownAs {
    name: PersonName,
    born: Option<String>,
}

impl Person {
    /// How like her somebody is: as like as she is known to be; none where she has no name.
    fn likeness(&self, name: &PersonName, born: Option<&str>) -> Option<Likeness> {
        Likeness::closest(self.known_as.iter().map(|one| Likeness::of(name, born, &one.name, one.born.as_deref())))
    }

    fn is_another(&self, name: &PersonName) -> bool {
        self.likeness(name, None).is_some_and(|likeness| likeness.names == NameAgreement::Different)
    }
}

impl Known {
    /// Whether a portal id came with another person's name before. Whoever was confirmed under another name is known by that one.
    fn is_another(&self, reference: &SourceKey, name: &PersonName) -> bool {
        match self.came_as.get(reference) {
            Some(before) => name.compare(before) == NameAgreement::Different,
            None => self.is_another_person(reference, name),
        }
    }

    fn is_another_person(&self, reference: &SourceKey, name: &PersonName) -> bool {
        let person = self.sources.get(reference).and_then(|id| self.people.get(id));
        person.is_some_and(|person| person.is_another(name))
    }

    /// Whom an identifier means: whom it keys, or the one who has it too, was told apart from her, and is more like the row.
    fn meant(&self, contact: Contact<'_>, name: &PersonName, born: Option<&str>) -> Option<Uuid> {
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
    fn answered(
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

    fn fit(&self, id: Uuid, contact: Contact<'_>, name: &PersonName, born: Option<&str>) -> Option<Rank> {
        let likeness = self.people.get(&id)?.likeness(name, born)?;
        Some(likeness.rank(contact.kind == IdentifierKind::Email))
    }

    /// Asks who these are: what they are known as, with what was merged into theirs, and where they stand.
    async fn meet(&mut self, connection: &mut Connection<'_>, whom: HashSet<Uuid>) -> store::Result<()> {
        let ids: Vec<Uuid> = whom.iter().copied().collect();
        let merged = store::merged::merged_into(connection, &ids).await?;
        let all: Vec<Uuid> = ids.iter().chain(merged.keys()).copied().collect();
        let mut known_as: HashMap<Uuid, Vec<KnownAs>> = HashMap::new();
        for record in store::applications::by_ids_also_merged(connection, &all).await? {
            let (id, merged_into, standing) = (record.id, record.merged_into, record.status()?.into());
            let fields = record.into_fields()?;
            let (name, born) = (fields.full_name.as_deref().and_then(PersonName::parse), fields.birth_date);
            self.born.insert(id, born.clone());
            if merged_into.is_none() {
                self.people.insert(id, Person { known_as: Vec::new(), standing });
            }
            known_as.entry(merged_into.unwrap_or(id)).or_default().extend(name.map(|name| KnownAs { name, born }));
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
        let Self { batch, rows, earlier } = self;
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
        for (key, alike, shown_by) in store::applications::by_match_keys(connection, &alike, Some(*batch)).await? {
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
        Ok(known)
    }
}

impl Planner {
    pub(crate) fn new(batch: BatchId) -> Self {
        Self { batch, seen: Seen::default(), namesakes: false }
    }

    /// Plans the next rows of the file. Rows of chunks before must be in the store by now.
    pub(crate) async fn plan(&mut self, connection: &mut Connection<'_>, rows: Vec<Unplanned>) -> store::Result<Chunk> {
        let nobody = store::holds_nobody(connection).await?;
        let asked = self.asked(rows);
        let known = asked.look_up(connection, &[], nobody).await?;
        Ok(self.plan_known(asked, &known))
    }

    /// Takes the next rows of the file, and says which earlier rows they are to be compared with. Rows before them must be planned.
    pub(crate) fn asked(&self, rows: Vec<Unplanned>) -> Asked {
        let mut earlier = HashSet::new();
        for Unplanned { row, keys, .. } in rows.iter().filter(|one| one.keys.refused.is_none()) {
            for contact in contacts(row).into_iter().filter(|one| one.usable) {
                earlier.extend(self.seen.row(contact_key(contact)));
                if let Some(name) = keys.name.as_ref().filter(|_| self.has_namesakes(contact)) {
                    earlier.extend(self.seen.row(namesake_key(contact, name)));
                }
            }
            for source in keys.by_reference.iter().chain(&keys.by_meaning) {
                earlier.extend(self.seen.row(key(KeyKind::Source, &source.0)));
            }
            if let Some(likeness) = keys.likeness {
                earlier.extend(self.seen.row(key(KeyKind::Likeness, &likeness.to_le_bytes())));
            }
        }
        Asked { batch: self.batch, rows, earlier }
    }

    /// Plans rows by what was looked up for them: the part that takes a processor and no connection.
    pub(crate) fn plan_known(&mut self, Asked { rows, .. }: Asked, known: &Known) -> Chunk {
        let mut chunk = Chunk { rows: Vec::with_capacity(rows.len()), contents: Vec::with_capacity(rows.len()) };
        let mut here: HashMap<u32, usize> = HashMap::with_capacity(rows.len());
        for one in rows {
            let Unplanned { mut row, keys, content, before } = one;
            let marked = mark_shared(&mut row, &known.holders);
            let said = row.problems.len();
            let next = self.plan_one(row, &keys, before, known, &chunk.rows, &here);
            here.insert(next.row.row, chunk.rows.len());
            self.remember(&next, &keys);
            chunk.contents.push(content.filter(|_| !marked && next.row.problems.len() == said));
            chunk.rows.push(next);
        }
        chunk
    }

    fn plan_one(
        &self,
        mut row: Box<ApplicantRow>,
        keys: &Keys,
        Before { edited, minted, decided }: Before,
        known: &Known,
        planned: &[Planned],
        here: &HashMap<u32, usize>,
    ) -> Planned {
        let (Some(name), None, Some(meaning)) = (&keys.name, keys.refused, keys.by_meaning) else {
            return Planned {
                row,
                outcome: Outcome::Rejected,
                reason: keys.refused,
                source_key: None,
                application: None,
                target_row: None,
                candidate_rows: Vec::new(),
                decision: None,
                edited,
            };
        };
        let earlier = |number: u32| -> Option<&Planned> {
            here.get(&number).and_then(|index| planned.get(*index)).or_else(|| known.earlier.get(&number))
        };
        let mut source_key = keys.by_reference.unwrap_or(meaning);
        let is_another =
            |other: Option<&PersonName>| other.is_some_and(|other| name.compare(other) == NameAgreement::Different);

        // This very row, imported before? A portal id that comes with another person's name is no id.
        if let Some(reference) = keys.by_reference {
            let before = known.is_another(&reference, name);
            let above = self.seen.row(key(KeyKind::Source, &reference.0)).and_then(&earlier);
            let above = above.filter(|other| other.source_key == Some(reference)).and_then(name_of);
            if before || is_another(above.as_ref()) {
                source_key = meaning;
                row.problems.push(reused(&row));
            }
        }
        let before = known.sources.get(&source_key).or_else(|| known.sources.get(&meaning)).copied();
        let queued = known.queued.contains(&source_key) || known.queued.contains(&meaning);
        if before.is_some() || queued {
            return Planned {
                row,
                outcome: Outcome::Repeat,
                reason: None,
                source_key: Some(source_key),
                application: before.map(ApplicationId),
                target_row: None,
                candidate_rows: Vec::new(),
                decision: None,
                edited,
            };
        }

        let born = row.fields.birth_date.as_deref();
        let like = |other: Option<&PersonName>, theirs: Option<&str>| {
            other.map(|other| Likeness::of(name, born, other, theirs))
        };
        let like_row = |other: &Planned| like(name_of(other).as_ref(), other.row.fields.birth_date.as_deref());
        let mut candidates = Candidates::default();
        for contact in contacts(&row).into_iter().filter(Contact::tells) {
            let by_phone = contact.kind == IdentifierKind::Phone;
            let meant = known.meant(contact, name, born);
            for id in known.holders.barred_from(contact) {
                if !known.answered(*id, meant, contact, name, born)
                    && let Some(person) = known.people.get(id)
                    && let Some(likeness) =
                        person.likeness(name, born).filter(|one| one.names != NameAgreement::Different)
                {
                    candidates.add_barred(Who::Application(ApplicationId(*id)), likeness, person.standing);
                }
            }
            if self.has_namesakes(contact)
                && let Some(other) = self.seen_by(namesake_key(contact, name), &earlier, &row)
                && let Some(likeness) = like_row(other).filter(|one| one.names != NameAgreement::Different)
            {
                candidates.add_barred(who_is(other), likeness, standing_of(other));
            }
            if !contact.usable {
                continue;
            }
            if let Some(id) = meant
                && let Some(person) = known.people.get(&id)
            {
                let who = Who::Application(ApplicationId(id));
                candidates.add(who, by_phone, !by_phone, person.likeness(name, born), person.standing);
            }
            if let Some(other) = self.seen_by(contact_key(contact), &earlier, &row)
                && contacts(&other.row)
                    .iter()
                    .any(|theirs| (theirs.kind, theirs.value) == (contact.kind, contact.value))
            {
                candidates.add(who_is(other), by_phone, !by_phone, like_row(other), standing_of(other));
            }
        }
        for source in [source_key, meaning] {
            if let Some(other) = self.seen_by(key(KeyKind::Source, &source.0), &earlier, &row)
                && other.source_key == Some(source)
            {
                candidates.add(who_is(other), false, true, like_row(other), standing_of(other));
            }
        }
        if let Some(likeness) = keys.likeness {
            for (alike, shown_by) in known.alike.get(&likeness).into_iter().flatten() {
                if known.born.get(alike).is_some_and(|theirs| theirs.as_deref() == born)
                    && let Some(person) = known.people.get(shown_by)
                {
                    let who = Who::Application(ApplicationId(*shown_by));
                    candidates.add(who, false, false, person.likeness(name, born), person.standing);
                }
            }
            if let Some(other) = self.seen_by(key(KeyKind::Likeness, &likeness.to_le_bytes()), &earlier, &row)
                && other.row.fields.birth_date.as_deref() == born
            {
                candidates.add(who_is(other), false, false, like_row(other), standing_of(other));
            }
        }

        candidates.0 = known.apart.settled(candidates.0);
        let Plan { outcome, reason, who } = plan(&candidates.0);
        let candidate_rows = match outcome {
            Outcome::Review => candidates.rows(),
            _ => Vec::new(),
        };
        let (joined, target_row) = match who {
            None => (None, None),
            Some(Who::Application(id)) => (Some(id), None),
            Some(Who::Row(number, application)) => (application, Some(number)),
        };
        let application = match outcome {
            Outcome::New => Some(minted.unwrap_or_else(ApplicationId::mint)),
            Outcome::Match | Outcome::Duplicate => joined,
            Outcome::Repeat | Outcome::Review | Outcome::Rejected => None,
        };
        let decision =
            decided.filter(|(doubt, _)| outcome == Outcome::Review && reason == Some(*doubt)).map(|(_, one)| one);
        Planned {
            row,
            outcome,
            reason,
            source_key: Some(source_key),
            application,
            target_row,
            candidate_rows,
            decision,
            edited,
        }
    }

    /// Whether a row with this identifier is found by it with a name: a quick look before a key is made of both.
    fn has_namesakes(&self, contact: Contact<'_>) -> bool {
        self.namesakes && self.seen.row(key(KeyKind::Namesake, contact.value.as_bytes())).is_some()
    }

    /// The earlier row that a key leads to, if it can be joined.
    fn seen_by<'a>(
        &self,
        key: u64,
        earlier: &impl Fn(u32) -> Option<&'a Planned>,
        row: &ApplicantRow,
    ) -> Option<&'a Planned> {
        let other = earlier(self.seen.row(key)?)?;
        (other.row.row < row.row && can_be_joined(other)).then_some(other)
    }

    fn remember(&mut self, planned: &Planned, keys: &Keys) {
        let joinable = can_be_joined(planned);
        // A repeat that nobody can join still says under which name its portal's id came.
        if !joinable && planned.outcome != Outcome::Repeat {
            return;
        }
        let number = planned.row.row;
        let mut keyed = false;
        for contact in contacts(&planned.row).into_iter().filter(|one| one.usable && joinable) {
            self.seen.insert(contact_key(contact), number);
            keyed = true;
        }
        // Whom none of her identifiers will key, for all that is known now, is found by one of them with her name.
        let name = keys.name.as_ref().filter(|_| joinable);
        for (contact, name) in contacts(&planned.row).into_iter().zip(name.into_iter().cycle()) {
            if contact.shared || (contact.usable && planned.outcome == Outcome::Review) {
                self.seen.insert(namesake_key(contact, name), number);
                self.seen.insert(key(KeyKind::Namesake, contact.value.as_bytes()), number);
                self.namesakes = true;
            }
        }
        // A row with an identifier is found again by it; only others need the key of what they mean.
        if keys.by_reference.is_some() || !keyed {
            for source in planned.source_key.iter().chain(keys.by_meaning.as_ref().filter(|_| !keyed)) {
                self.seen.insert(key(KeyKind::Source, &source.0), number);
            }
        }
        if let Some(likeness) = keys.likeness.filter(|_| joinable) {
            self.seen.insert(key(KeyKind::Likeness, &likeness.to_le_bytes()), number);
        }
    }
}

/// A number that a family shares keys nobody: its reading says so from now on. Gives whether there is one.
fn mark_shared(row: &mut ApplicantRow, holders: &Holders) -> bool {
    if holders.shared.is_empty() {
        return false;
    }
    let mut any = false;
    for (value, usable, problem) in readings(row) {
        if *usable && value.is_some_and(|value| holders.shared.contains(value)) {
            (*usable, *problem) = (false, Some(ProblemCode::Shared));
            any = true;
        }
    }
    any
}

/// Candidates, each person once.
#[derive(Default)]
struct Candidates(Vec<Candidate>);

impl Candidates {
    fn add(&mut self, who: Who, by_phone: bool, by_other: bool, likeness: Option<Likeness>, standing: Standing) {
        let one = self.of(who, likeness, standing);
        one.by_phone |= by_phone;
        one.by_other |= by_other;
    }

    fn add_barred(&mut self, who: Who, likeness: Likeness, standing: Standing) {
        self.of(who, Some(likeness), standing).by_barred = true;
    }

    fn of(&mut self, who: Who, likeness: Option<Likeness>, standing: Standing) -> &mut Candidate {
        let at = self.0.iter().position(|one| one.who == who).unwrap_or_else(|| {
            self.0.push(Candidate { who, by_phone: false, by_other: false, by_barred: false, likeness, standing });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    fn rows(&self) -> Vec<u32> {
        let row = |one: &Candidate| match one.who {
            Who::Row(number, _) => Some(number),
            Who::Application(_) => None,
        };
        self.0.iter().filter_map(row).collect()
    }
}

fn contact_key(contact: Contact<'_>) -> u64 {
    let kind = match contact.kind {
        IdentifierKind::Phone => KeyKind::Phone,
        IdentifierKind::Email => KeyKind::Email,
    };
    key(kind, contact.value.as_bytes())
}

fn namesake_key(contact: Contact<'_>, name: &PersonName) -> u64 {
    let kind = contact.kind.as_str();
    key(KeyKind::Namesake, format!("{kind}\u{1f}{}\u{1f}{}", contact.value, name.key()).as_bytes())
}

fn name_of(planned: &Planned) -> Option<PersonName> {
    planned.row.fields.full_name.as_deref().and_then(PersonName::parse)
}

/// Whether a later row can join this one. Not so where no application comes of it: then what it is known by is the later row's own.
fn can_be_joined(planned: &Planned) -> bool {
    match planned.outcome {
        Outcome::New | Outcome::Match | Outcome::Duplicate => true,
        // Without an application it waits in the queue of another import, or was discarded there.
        Outcome::Repeat => planned.application.is_some(),
        Outcome::Review => planned.decision.as_ref().is_none_or(|one| one.action != Action::Discard),
        Outcome::Rejected => false,
    }
}

fn who_is(other: &Planned) -> Who {
    Who::Row(other.row.row, other.application)
}

fn standing_of(other: &Planned) -> Standing {
    match (other.outcome, other.reason, &other.decision) {
        (Outcome::Review, Some(reason), None) => Standing::Waiting(reason),
        _ => Standing::Open,
    }
}

fn reused(row: &ApplicantRow) -> Problem {
    let value = row.fields.source_ref.clone().unwrap_or_default();
    Problem {
        code: ProblemCode::SourceRefReused,
        column: None,
        message: format!(
            "Row {}: the portal id “{value}” came with another person's name before, so it is not used to tell whether this row was imported; \
             check that the column mapped to the portal's id really is one.",
            row.row
        ),
        value: Some(value),
    }
}
