//! The writes that turn rows into applications and sources. Shared by the commit of a batch and by decisions in the queue.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use uuid::Uuid;

use super::{
    Counts,
    commit::Attempt,
    contacts::{Contact, contacts},
    holders::Holders,
    plan::{Action, Decision, Outcome, Planned, Standing},
    unplanned::likeness_of,
    view::{Match, with_matches},
};
use crate::{
    application::{Fields, SourceKey},
    id::{ApplicationId, BatchId, LinkId},
    identity::{IdentifierKind, NameAgreement, PersonName},
    linking::{LinkKind, Record, evidence},
    store::{
        self,
        applications::NewApplication,
        bulk::Inserts,
        connection::Connection,
        dialect::Dialect,
        identifiers::{Keying, NewIdentifier},
        links::NewLink,
        reviews::Waiting,
        sources::NewSource,
    },
};

/// Who writes, for which batch.
#[derive(Clone)]
pub(super) struct Carrier {
    pub(super) dialect: Dialect,
    pub(super) batch: BatchId,
    pub(super) portal: Arc<str>,
    pub(super) actor: Arc<str>,
    pub(super) now: i64,
}

/// Which applications a row may join.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standings {
    /// Open ones only: nobody was asked.
    Open,
    /// Any: a person decided.
    Any,
}

type Carried<T> = std::result::Result<T, Attempt>;

impl Carrier {
    /// What follows from planned rows alone: an application of each new one, whose keys are claimed later, all together, and the questions that
    /// nobody has answered.
    pub(super) fn plain(&self, rows: &[Planned]) -> Inserts {
        let of = |outcome: Outcome| rows.iter().filter(move |one| one.outcome == outcome);
        let new: Vec<(ApplicationId, &Planned)> =
            of(Outcome::New).filter_map(|one| Some((one.application?, one))).collect();
        let queue: Vec<Waiting> =
            of(Outcome::Review).filter(|one| one.decision.is_none()).filter_map(waiting).collect();
        self.applications(&new, |contact| keying(contact, contact.usable))
            .then(self.sources(&sources(&new)))
            .then(self.questions(&queue))
    }

    /// What planned rows do with applications that are there: those that join one do, and those that came before must still be somebody's.
    pub(super) async fn join_planned(&self, connection: &mut Connection<'_>, rows: &[Planned]) -> Carried<()> {
        let joining: Vec<(&Planned, ApplicationId)> = rows
            .iter()
            .filter(|one| matches!(one.outcome, Outcome::Match | Outcome::Duplicate))
            .filter_map(|one| Some((one, one.application?)))
            .collect();
        self.join(connection, &joining, Standings::Open).await?;
        check_repeats(connection, rows.iter().filter(|one| one.outcome == Outcome::Repeat)).await
    }

    /// Rows that wait in the queue.
    pub(super) fn questions(&self, rows: &[Waiting]) -> Inserts {
        store::reviews::inserts(self.dialect, self.batch, &self.portal, rows)
    }

    fn applications(
        &self,
        applications: &[(ApplicationId, &Planned)],
        keying: impl Fn(&Contact<'_>) -> Keying,
    ) -> Inserts {
        let new: Vec<NewApplication<'_>> = applications
            .iter()
            .map(|(id, one)| NewApplication { id: *id, row: &one.row, match_key: likeness_of(&one.row.fields) })
            .collect();
        let identifiers: Vec<NewIdentifier<'_>> = applications
            .iter()
            .flat_map(|(id, one)| contacts(&one.row).into_iter().map(move |contact| (*id, contact)))
            .map(|(application, contact)| NewIdentifier {
                application,
                kind: contact.kind,
                value: contact.value,
                raw: contact.raw,
                keying: keying(&contact),
            })
            .collect();
        store::applications::inserts(self.dialect, self.batch, &self.portal, &self.actor, self.now, &new)
            .then(store::identifiers::inserts(self.dialect, self.batch, &identifiers))
    }

    fn sources(&self, sources: &[NewSource<'_>]) -> Inserts {
        store::sources::inserts(self.dialect, self.batch, &self.portal, &self.actor, self.now, sources)
    }

    /// Makes each row another source of an application, with the identifiers that the application lacks.
    pub(super) async fn join(
        &self,
        connection: &mut Connection<'_>,
        rows: &[(&Planned, ApplicationId)],
        standings: Standings,
    ) -> Carried<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = rows.iter().map(|(_, id)| id.0).collect::<HashSet<_>>().into_iter().collect();
        // Who takes one of them back at the same time waits until this is done, or is waited for.
        store::applications::hold(connection, &ids).await?;
        let mut theirs: HashMap<Uuid, Fields> = HashMap::new();
        // Who shows each of them: her keys lead there.
        let mut shown_by: HashMap<Uuid, ApplicationId> = HashMap::new();
        for record in store::applications::by_ids_also_merged(connection, &ids).await? {
            if standings == Standings::Open
                && (record.merged_into.is_some() || Standing::from(record.status()?) != Standing::Open)
            {
                return Err(Attempt::Stale); // She was merged, was rejected, has resigned or was onboarded since.
            }
            shown_by.insert(record.id, ApplicationId(record.merged_into.unwrap_or(record.id)));
            theirs.insert(record.id, record.into_fields()?);
        }
        if theirs.len() < ids.len() {
            return Err(Attempt::Stale); // It was undone since.
        }
        let brought = || rows.iter().flat_map(|(one, _)| contacts(&one.row));
        let holders = held(connection, brought, &ids).await?;
        let mut has: HashSet<(Uuid, IdentifierKind, String)> = store::identifiers::held_by(connection, &ids).await?;
        let known = with_merged(connection, &ids, &has).await?;
        let (mut identifiers, mut claims, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        // Two people who bring one number at once: it keys the first.
        let mut taken: HashMap<(IdentifierKind, &str), ApplicationId> = HashMap::new();
        for (one, id) in rows {
            let Some(fields) = theirs.get(&id.0) else { continue };
            sources.extend(source(*id, one, why(one, fields, &known, *id)));
            for contact in contacts(&one.row) {
                if !has.insert((id.0, contact.kind, contact.value.to_owned())) {
                    continue;
                }
                let free = contact.usable && holders.of_contact(contact).is_none();
                let hers = free && *taken.entry((contact.kind, contact.value)).or_insert(*id) == *id;
                let keying = keying(&contact, hers);
                let Contact { kind, value, raw, .. } = contact;
                identifiers.push(NewIdentifier { application: *id, kind, value, raw, keying });
                if keying == Keying::Hers {
                    claims.push((kind, value, shown_by.get(&id.0).copied().unwrap_or(*id)));
                }
            }
        }
        store::identifiers::inserts(self.dialect, self.batch, &identifiers).run(connection).await?;
        // What rows of a plan bring is claimed at the batch's end: a plan goes by the store as it was before.
        if standings == Standings::Any {
            store::identifiers::claim(connection, &claims).await?;
            sources = self.claimed(connection, sources, &shown_by).await?;
        }
        self.sources(&sources).run(connection).await?;
        Ok(())
    }

    /// Claims the keys of sources at once, and gives the sources that have theirs: a row that is another application's source stays that, also
    /// where one shows the other.
    async fn claimed<'r>(
        &self,
        connection: &mut Connection<'_>,
        mut sources: Vec<NewSource<'r>>,
        shown_by: &HashMap<Uuid, ApplicationId>,
    ) -> Carried<Vec<NewSource<'r>>> {
        let leads_to = |id: ApplicationId| shown_by.get(&id.0).copied().unwrap_or(id);
        let keys: Vec<SourceKey> = sources.iter().map(|one| one.key).collect();
        let origins: HashMap<Option<SourceKey>, Uuid> = store::sources::origins(connection, &keys)
            .await?
            .into_iter()
            .map(|(bytes, application, ..)| (SourceKey::from_bytes(&bytes), application))
            .collect();
        sources.retain(|one| origins.get(&Some(one.key)).is_none_or(|theirs| *theirs == one.application.0));
        let claims: Vec<(SourceKey, ApplicationId)> =
            sources.iter().map(|one| (one.key, leads_to(one.application))).collect();
        store::sources::claim(connection, &claims).await?;
        let holders = store::sources::known(connection, &keys).await?;
        let holders: HashSet<(Option<SourceKey>, Uuid)> =
            holders.into_iter().map(|(bytes, id)| (SourceKey::from_bytes(&bytes), id)).collect();
        sources.retain(|one| holders.contains(&(Some(one.key), leads_to(one.application).0)));
        Ok(sources)
    }

    /// Claims every key that the plan's rows brought: all of them, or a conflict.
    pub(super) async fn claim_planned(
        &self,
        connection: &mut Connection<'_>,
        minted: Option<(ApplicationId, ApplicationId)>,
        counts: &Counts,
    ) -> Carried<()> {
        if let Some(minted) = minted {
            store::identifiers::claim_range(connection, self.batch, minted).await?;
            store::sources::claim_range(connection, self.batch, minted).await?;
        }
        if counts.matched > 0 {
            store::identifiers::claim_joined(connection, self.batch, minted).await?;
            store::sources::claim_joined(connection, self.batch, minted).await?;
        }
        Ok(())
    }

    /// Carries out what a person decided, and gives the application that the row went to; none when what it was to join is not there.
    pub(super) async fn decided(
        &self,
        connection: &mut Connection<'_>,
        planned: &Planned,
        decision: &Decision,
        target: Option<ApplicationId>,
    ) -> Carried<Option<ApplicationId>> {
        match decision.action {
            Action::Discard | Action::Later => Ok(None),
            Action::Same => {
                let target = match decision.application.or(target) {
                    Some(application) => Some(application),
                    None => self.became(connection, planned.target_row).await?,
                };
                let target = shown(connection, target).await?;
                if let Some(application) = target {
                    self.join(connection, &[(planned, application)], Standings::Any).await?;
                }
                Ok(target)
            }
            Action::Different | Action::Shared => {
                let view = with_matches(connection, self.batch, vec![planned.clone()]).await?.pop();
                let holders = held(connection, || contacts(&planned.row).into_iter(), &[]).await?;
                let herself = match decision.action {
                    Action::Shared => self.share(connection, planned, &holders).await?,
                    _ => None,
                };
                let id = match herself {
                    Some(herself) => {
                        self.join(connection, &[(planned, herself)], Standings::Any).await?;
                        herself
                    }
                    None => self.somebody_else(connection, planned, &holders).await?,
                };
                self.tell_apart(connection, id, decision, &view.map(|view| view.matches).unwrap_or_default()).await?;
                Ok(Some(id))
            }
        }
    }

    /// Makes a family's what a row has in common with others. Where some of it leads to people of other names and the rest to one whose name may
    /// be hers, only the former is shared, and she is the latter: given.
    async fn share(
        &self,
        connection: &mut Connection<'_>,
        planned: &Planned,
        holders: &Holders,
    ) -> Carried<Option<ApplicationId>> {
        let common = contacts(&planned.row).into_iter().filter(|one| one.usable);
        let common: Vec<(Contact<'_>, Uuid)> =
            common.filter_map(|one| Some((one, holders.of_contact(one).flatten()?))).collect();
        let ids: HashSet<Uuid> = common.iter().map(|(_, id)| *id).collect();
        let name = planned.row.fields.full_name.as_deref().and_then(PersonName::parse);
        let mut others = HashSet::new();
        for record in store::applications::by_ids(connection, &Vec::from_iter(ids.iter().copied())).await? {
            let id = record.id;
            let theirs = record.into_fields()?.full_name.as_deref().and_then(PersonName::parse);
            if name.as_ref().zip(theirs).is_some_and(|(name, theirs)| name.compare(&theirs) == NameAgreement::Different)
            {
                others.insert(id);
            }
        }
        let like_her: Vec<Uuid> = ids.difference(&others).copied().collect();
        let herself = match like_her.as_slice() {
            [one] if !others.is_empty() => Some(*one),
            _ => None,
        };
        for (contact, id) in &common {
            if herself != Some(*id) {
                store::identifiers::share(connection, contact.kind, contact.value).await?;
            }
        }
        Ok(herself.map(ApplicationId))
    }

    /// Makes a row an application of its own, without the keys of others.
    async fn somebody_else(
        &self,
        connection: &mut Connection<'_>,
        planned: &Planned,
        holders: &Holders,
    ) -> Carried<ApplicationId> {
        // The same row stands twice in the file and the other one went somewhere already: that is she, and no third person.
        if let Some(id) = went(connection, planned).await? {
            self.join(connection, &[(planned, id)], Standings::Any).await?;
            return Ok(id);
        }
        let id = ApplicationId::mint();
        let free = |contact: &Contact<'_>| contact.usable && holders.of_contact(*contact).is_none();
        self.applications(&[(id, planned)], |contact| keying(contact, free(contact))).run(connection).await?;
        let claims: Vec<_> =
            contacts(&planned.row).into_iter().filter(free).map(|one| (one.kind, one.value, id)).collect();
        store::identifiers::claim(connection, &claims).await?;
        let sources = self.claimed(connection, sources(&[(id, planned)]), &HashMap::new()).await?;
        self.sources(&sources).run(connection).await?;
        Ok(id)
    }

    /// Remembers that an application is none of those that its row might have been: nobody is asked about them again.
    async fn tell_apart(
        &self,
        connection: &mut Connection<'_>,
        id: ApplicationId,
        decision: &Decision,
        from: &[Match],
    ) -> Carried<()> {
        let others: Vec<Uuid> = from.iter().filter_map(|one| one.application).map(|ApplicationId(id)| id).collect();
        // Held, nobody can make two of them one meanwhile.
        store::applications::hold(connection, &[others.as_slice(), &[id.0]].concat()).await?;
        let shown_by = store::merged::shown_by(connection, &others).await?;
        let known = store::links::apart(connection, Some(&[id.0])).await?;
        let known: HashSet<Uuid> = known.into_iter().flat_map(|(one, other, _)| [one, other]).chain([id.0]).collect();
        let is_known = |other: &ApplicationId| known.contains(shown_by.get(&other.0).unwrap_or(&other.0));
        for one in from {
            let Some(other) = one.application.filter(|other| !is_known(other)) else { continue };
            let event = NewLink {
                id: LinkId::mint(),
                kind: LinkKind::ToldApart,
                application: id,
                other,
                reverses: None,
                actor: &decision.by,
                at: decision.at,
                reason: None,
                evidence: serde_json::to_string(&one.evidence).ok(),
                choices: None,
            };
            store::links::insert(connection, &event).await?;
            store::links::tell_apart(connection, (id, other), event.id).await?;
        }
        Ok(())
    }

    /// The application that an earlier row of the batch went to.
    async fn became(&self, connection: &mut Connection<'_>, row: Option<u32>) -> Carried<Option<ApplicationId>> {
        let Some(row) = row else { return Ok(None) };
        let found = store::rows::by_numbers(connection, self.batch, &[row]).await?.pop();
        Ok(found.and_then(|row| row.application))
    }
}

/// Whom an identifier keys of whose it can be: hers, or somebody else's who claims it.
fn keying(contact: &Contact<'_>, hers: bool) -> Keying {
    match (hers, contact.tells()) {
        (true, _) => Keying::Hers,
        (false, true) => Keying::Barred,
        (false, false) => Keying::Never,
    }
}

/// Who holds these contacts, and goes on holding them until the transaction ends: what is barred needs somebody who claims it. `ids` are held
/// already.
async fn held<'c, C: Iterator<Item = Contact<'c>>>(
    connection: &mut Connection<'_>,
    contacts: impl Fn() -> C,
    ids: &[Uuid],
) -> Carried<Holders> {
    let before = Holders::of_contacts(connection, contacts()).await?;
    let others: HashSet<Uuid> = before.applications().filter(|id| !ids.contains(id)).copied().collect();
    if connection.dialect() == Dialect::Sqlite || others.is_empty() {
        return Ok(before); // One writer: nobody lets go of anything meanwhile.
    }
    store::applications::hold(connection, &Vec::from_iter(others)).await?;
    let after = Holders::of_contacts(connection, contacts()).await?;
    if after == before { Ok(after) } else { Err(Attempt::Stale) }
}

/// The application that shows one, itself where it was not merged. Who is named here is held, so that she stays where she is.
async fn shown(connection: &mut Connection<'_>, application: Option<ApplicationId>) -> Carried<Option<ApplicationId>> {
    let Some(ApplicationId(id)) = application else { return Ok(None) };
    store::applications::hold(connection, &[id]).await?;
    let by = store::merged::shown_by(connection, &[id]).await?;
    Ok(Some(ApplicationId(by.get(&id).copied().unwrap_or(id))))
}

/// What applications have, with what is shown by them.
async fn with_merged(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
    has: &HashSet<(Uuid, IdentifierKind, String)>,
) -> Carried<HashSet<(Uuid, IdentifierKind, String)>> {
    let merged = store::merged::merged_into(connection, ids).await?;
    let theirs: Vec<Uuid> = merged.keys().copied().collect();
    let mut all = has.clone();
    if !theirs.is_empty() {
        for (id, kind, value) in store::identifiers::held_by(connection, &theirs).await? {
            all.extend(merged.get(&id).map(|by| (*by, kind, value)));
        }
    }
    Ok(all)
}

/// The application that has this very row as a source already.
async fn went(connection: &mut Connection<'_>, planned: &Planned) -> Carried<Option<ApplicationId>> {
    let Some(key) = planned.source_key else { return Ok(None) };
    let known = store::sources::known(connection, &[key]).await?;
    Ok(known.first().map(|(_, application)| ApplicationId(*application)))
}

/// Rows that were imported before must still be there: an undo since would lose them.
async fn check_repeats(connection: &mut Connection<'_>, rows: impl Iterator<Item = &Planned>) -> Carried<()> {
    let ids: HashSet<Uuid> = rows.filter_map(|one| one.application).map(|id| id.0).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let there = store::applications::by_ids(connection, &ids).await?;
    if there.len() < ids.len() { Err(Attempt::Stale) } else { Ok(()) }
}

/// A row as it waits in the queue.
pub(super) fn waiting(planned: &Planned) -> Option<Waiting> {
    Some(Waiting { row: planned.row.row, reason: planned.reason?, source_key: planned.source_key })
}

fn sources<'r>(applications: &[(ApplicationId, &'r Planned)]) -> Vec<NewSource<'r>> {
    applications.iter().filter_map(|(id, one)| source(*id, one, None)).collect()
}

fn source(application: ApplicationId, one: &Planned, evidence: Option<String>) -> Option<NewSource<'_>> {
    let key: SourceKey = one.source_key?;
    let source_ref = one.row.fields.source_ref.as_deref();
    Some(NewSource { application, key, source_ref, row: one.row.row, evidence })
}

/// Why a row joins an application, as JSON.
fn why(
    one: &Planned,
    theirs: &Fields,
    has: &HashSet<(Uuid, IdentifierKind, String)>,
    ApplicationId(id): ApplicationId,
) -> Option<String> {
    let contacts = contacts(&one.row);
    let of = |kind: IdentifierKind| contacts.iter().filter(move |one| one.kind == kind).map(|one| one.value);
    let (phones, emails): (Vec<&str>, Vec<&str>) =
        (of(IdentifierKind::Phone).collect(), of(IdentifierKind::Email).collect());
    let shared = |kind: IdentifierKind, values: &[&str]| -> Vec<String> {
        values
            .iter()
            .filter(|value| has.contains(&(id, kind, (**value).to_owned())))
            .map(|value| (*value).to_owned())
            .collect()
    };
    let (their_phones, their_emails) = (shared(IdentifierKind::Phone, &phones), shared(IdentifierKind::Email, &emails));
    let their_phones: Vec<&str> = their_phones.iter().map(String::as_str).collect();
    let their_emails: Vec<&str> = their_emails.iter().map(String::as_str).collect();
    let found = evidence(
        Record { fields: &one.row.fields, phones: &phones, emails: &emails },
        Record { fields: theirs, phones: &their_phones, emails: &their_emails },
    );
    serde_json::to_string(&found).ok()
}
