//! Finds who is like each row, in the store and earlier in the file, and lets [`plan`] decide. Works on chunks of rows in the
//! file's order, so that the store is asked a few questions a chunk instead of a few a row.

use std::collections::HashMap;

use super::{
    ImportError, Result,
    contacts::{Contact, contacts},
    holders::Holders,
    known::{Asked, Known, name_of, score_of_rows},
    plan::{Action, Candidate, Outcome, Plan, Planned, Standing, Who, plan},
    seen::{KeyKind, Seen, key},
    unplanned::{Before, Keys, Unplanned, readings},
};
use crate::{
    application::{ApplicantRow, Problem, ProblemCode},
    credential::Keys as Secrets,
    id::{ApplicationId, BatchId},
    identity::{IdentifierKind, NameAgreement, PersonName},
    linking::Likeness,
    store::{self, Store, connection::Connection, rows::Content},
};

/// Plans the rows of one file, chunk after chunk.
pub(crate) struct Planner {
    batch: BatchId,
    seen: Seen,
    /// Whether a row had an identifier that keys somebody else.
    namesakes: bool,
    /// What those are known by who were erased.
    secrets: Option<Secrets>,
}

/// Rows that are planned, in the file's order.
pub(crate) struct Chunk {
    pub(crate) rows: Vec<Planned>,
    /// Each row as it is stored, where that is known.
    pub(crate) contents: Vec<Option<Content>>,
}

impl Planner {
    pub(crate) fn new(batch: BatchId, store: &Store) -> Self {
        Self { batch, seen: Seen::default(), namesakes: false, secrets: store.keys().cloned() }
    }

    /// Plans the next rows of the file. Rows of chunks before must be in the store by now.
    pub(crate) async fn plan(&mut self, connection: &mut Connection<'_>, rows: Vec<Unplanned>) -> Result<Chunk> {
        let nobody = store::holds_nobody(connection).await?;
        let asked = self.asked(rows)?;
        let known = asked.look_up(connection, &[], nobody).await?;
        Ok(self.plan_known(asked, &known))
    }

    /// Takes the next rows of the file, and says which earlier rows they are to be compared with. Rows before them must be planned.
    ///
    /// # Errors
    /// [`ImportError::Scratch`].
    pub(crate) fn asked(&mut self, rows: Vec<Unplanned>) -> Result<Asked> {
        let mut keys = Vec::new();
        for Unplanned { row, keys: own, .. } in rows.iter().filter(|one| one.keys.refused.is_none()) {
            for contact in contacts(row).into_iter().filter(Contact::tells) {
                keys.push(contact_key(contact));
                if let Some(name) = own.name.as_ref().filter(|_| self.namesakes) {
                    keys.extend([with_namesakes(contact), namesake_key(contact, name)]);
                }
            }
            keys.extend(own.by_reference.iter().chain(&own.by_meaning).map(|source| key(KeyKind::Source, &source.0)));
            keys.extend(own.likeness.map(likeness_key));
        }
        self.seen.look_up(keys.iter().copied()).map_err(ImportError::Scratch)?;
        let earlier = keys.into_iter().filter_map(|key| self.seen.row(key)).collect();
        Ok(Asked { batch: self.batch, rows, earlier, secrets: self.secrets.clone() })
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
                score: None,
                decision: None,
                edited,
                erased: false,
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
                score: None,
                decision: None,
                edited,
                erased: false,
            };
        }

        let born = row.fields.birth_date.as_deref();
        let like = |other: Option<&PersonName>, theirs: Option<&str>| {
            other.map(|other| Likeness::of(name, born, other, theirs))
        };
        let like_row = |other: &Planned| like(name_of(other).as_ref(), other.row.fields.birth_date.as_deref());
        let mut candidates = Candidates::default();
        for contact in contacts(&row).into_iter().filter(Contact::tells) {
            let by = match contact.kind {
                IdentifierKind::Phone => By::Phone,
                IdentifierKind::Email => By::Address,
            };
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
                candidates.add(who, by, person.likeness(name, born), person.standing);
            }
            if let Some(other) = self.seen_by(contact_key(contact), &earlier, &row)
                && contacts(&other.row)
                    .iter()
                    .any(|theirs| (theirs.kind, theirs.value) == (contact.kind, contact.value))
            {
                candidates.add(who_is(other), by, like_row(other), standing_of(other));
            }
        }
        for source in [source_key, meaning] {
            if let Some(other) = self.seen_by(key(KeyKind::Source, &source.0), &earlier, &row)
                && other.source_key == Some(source)
            {
                candidates.add(who_is(other), By::Source, like_row(other), standing_of(other));
            }
        }
        if let Some(likeness) = keys.likeness {
            for (alike, shown_by) in known.alike.get(&likeness).into_iter().flatten() {
                if known.born.get(alike).is_some_and(|theirs| theirs.as_deref() == born)
                    && let Some(person) = known.people.get(shown_by)
                {
                    let who = Who::Application(ApplicationId(*shown_by));
                    candidates.add(who, By::Likeness, person.likeness(name, born), person.standing);
                }
            }
            if let Some(other) = self.seen_by(likeness_key(likeness), &earlier, &row)
                && other.row.fields.birth_date.as_deref() == born
            {
                candidates.add(who_is(other), By::Likeness, like_row(other), standing_of(other));
            }
        }

        candidates.0 = known.apart.settled(candidates.0);
        let Plan { outcome, reason, who } = plan(&candidates.0).unless_erased(known.erased.contains(&row.row));
        let (candidate_rows, score) = match outcome {
            Outcome::Review => {
                let score = |one: &Candidate| match one.who {
                    Who::Application(ApplicationId(id)) => known.score(id, &row),
                    Who::Row(number, _) => score_of_rows(&row, &earlier(number)?.row),
                };
                (candidates.rows(), candidates.0.iter().filter_map(score).max())
            }
            _ => (Vec::new(), None),
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
            score,
            decision,
            edited,
            erased: false,
        }
    }

    /// Whether a row with this identifier is found by it with a name: a quick look before a key is made of both.
    fn has_namesakes(&self, contact: Contact<'_>) -> bool {
        self.namesakes && self.seen.row(with_namesakes(contact)).is_some()
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
                self.seen.insert(with_namesakes(contact), number);
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
            self.seen.insert(likeness_key(likeness), number);
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

/// What leads from a row to somebody.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Phone,
    Address,
    /// The portal's own id, or all that the row says.
    Source,
    /// Name and birth date alone.
    Likeness,
}

/// Candidates, each person once.
#[derive(Default)]
struct Candidates(Vec<Candidate>);

impl Candidates {
    fn add(&mut self, who: Who, by: By, likeness: Option<Likeness>, standing: Standing) {
        let one = self.of(who, likeness, standing);
        one.by_phone |= by == By::Phone;
        one.by_address |= by == By::Address;
        one.by_source |= by == By::Source;
    }

    fn add_barred(&mut self, who: Who, likeness: Likeness, standing: Standing) {
        self.of(who, Some(likeness), standing).by_barred = true;
    }

    fn of(&mut self, who: Who, likeness: Option<Likeness>, standing: Standing) -> &mut Candidate {
        let at = self.0.iter().position(|one| one.who == who).unwrap_or_else(|| {
            let (by_phone, by_address, by_source, by_barred) = (false, false, false, false);
            self.0.push(Candidate { who, by_phone, by_address, by_source, by_barred, likeness, standing });
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

/// The key of an identifier that a row has with a name.
fn with_namesakes(contact: Contact<'_>) -> u64 {
    key(KeyKind::Namesake, contact.value.as_bytes())
}

fn namesake_key(contact: Contact<'_>, name: &PersonName) -> u64 {
    let kind = contact.kind.as_str();
    key(KeyKind::Namesake, format!("{kind}\u{1f}{}\u{1f}{}", contact.value, name.key()).as_bytes())
}

fn likeness_key(likeness: i64) -> u64 {
    key(KeyKind::Likeness, &likeness.to_le_bytes())
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
