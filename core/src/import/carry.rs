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
    plan::{Outcome, Planned, Standing},
    unplanned::likeness_of,
};
use crate::{
    application::{Fields, SourceKey},
    id::{ApplicationId, BatchId},
    identity::IdentifierKind,
    linking::{Record, evidence},
    store::{
        self,
        applications::NewApplication,
        bulk::Inserts,
        connection::Connection,
        dialect::Dialect,
        identifiers::{Keying, NewIdentifier},
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

pub(super) type Carried<T> = std::result::Result<T, Attempt>;

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

    pub(super) fn applications(
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
        store::applications::inserts(self.dialect, Some(self.batch), &self.portal, &self.actor, self.now, &new)
            .then(store::identifiers::inserts(self.dialect, Some(self.batch), &identifiers))
    }

    pub(super) fn sources(&self, sources: &[NewSource<'_>]) -> Inserts {
        store::sources::inserts(self.dialect, Some(self.batch), &self.portal, &self.actor, self.now, sources)
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
        store::identifiers::inserts(self.dialect, Some(self.batch), &identifiers).run(connection).await?;
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
    pub(super) async fn claimed<'r>(
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
            store::likeness::list_range(connection, self.batch, minted).await?;
        }
        if counts.matched > 0 {
            store::identifiers::claim_joined(connection, self.batch, minted).await?;
            store::sources::claim_joined(connection, self.batch, minted).await?;
        }
        Ok(())
    }
}

/// Whom an identifier keys of whose it can be: hers, or somebody else's who claims it.
pub(super) fn keying(contact: &Contact<'_>, hers: bool) -> Keying {
    match (hers, contact.tells()) {
        (true, _) => Keying::Hers,
        (false, true) => Keying::Barred,
        (false, false) => Keying::Never,
    }
}

/// Who holds these contacts, and goes on holding them until the transaction ends: what is barred needs somebody who claims it. `ids` are held
/// already.
pub(super) async fn held<'c, C: Iterator<Item = Contact<'c>>>(
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

pub(super) fn sources<'r>(applications: &[(ApplicationId, &'r Planned)]) -> Vec<NewSource<'r>> {
    applications.iter().filter_map(|(id, one)| source(*id, one, None)).collect()
}

fn source(application: ApplicationId, one: &Planned, evidence: Option<String>) -> Option<NewSource<'_>> {
    let key: SourceKey = one.source_key?;
    let source_ref = one.row.fields.source_ref.as_deref();
    Some(NewSource { application, key, source_ref, row: Some(one.row.row), evidence })
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
