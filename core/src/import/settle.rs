//! What a person's decision about a row does: the row joins somebody, becomes somebody of her own, or makes a number a family's.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    carry::{Carried, Carrier, Standings, held, keying, sources},
    contacts::{Contact, contacts},
    holders::Holders,
    plan::{Action, Decision, Planned},
    unplanned::likeness_of,
    view::{Match, with_matches},
};
use crate::{
    id::{ApplicationId, LinkId},
    identity::{NameAgreement, PersonName},
    linking::LinkKind,
    store::{self, connection::Connection, links::NewLink},
};

impl Carrier {
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
        let likeness = likeness_of(&planned.row.fields).map(|key| (key, id));
        store::likeness::list(connection, &Vec::from_iter(likeness)).await?;
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

/// The application that shows one, itself where it was not merged. Who is named here is held, so that she stays where she is.
async fn shown(connection: &mut Connection<'_>, application: Option<ApplicationId>) -> Carried<Option<ApplicationId>> {
    let Some(ApplicationId(id)) = application else { return Ok(None) };
    store::applications::hold(connection, &[id]).await?;
    let by = store::merged::shown_by(connection, &[id]).await?;
    Ok(Some(ApplicationId(by.get(&id).copied().unwrap_or(id))))
}

/// The application that has this very row as a source already.
async fn went(connection: &mut Connection<'_>, planned: &Planned) -> Carried<Option<ApplicationId>> {
    let Some(key) = planned.source_key else { return Ok(None) };
    let known = store::sources::known(connection, &[key]).await?;
    Ok(known.first().map(|(_, application)| ApplicationId(*application)))
}
