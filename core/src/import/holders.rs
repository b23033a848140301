//! Who holds the identifiers of some rows.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::contacts::Contact;
use crate::{
    id::BatchId,
    identity::IdentifierKind,
    store::{self, connection::Connection},
};

/// Who holds some identifiers; those that nobody holds are not there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Holders {
    phones: HashMap<String, Uuid>,
    emails: HashMap<String, Uuid>,
    /// Those that a family shares.
    pub(super) shared: HashSet<String>,
    /// Who else has one of them, beside whom it keys: each by the application that shows her.
    barred: HashMap<(IdentifierKind, String), Vec<Uuid>>,
}

impl Holders {
    /// Asks the store about phone numbers and email addresses.
    pub(super) async fn of(connection: &mut Connection<'_>, phones: &[&str], emails: &[&str]) -> store::Result<Self> {
        let mut found = Self::default();
        for (kind, values) in [(IdentifierKind::Phone, phones), (IdentifierKind::Email, emails)] {
            for (value, holder) in store::identifiers::holders(connection, kind, values).await? {
                match (holder, kind) {
                    (None, _) => drop(found.shared.insert(value)),
                    (Some(id), IdentifierKind::Phone) => drop(found.phones.insert(value, id)),
                    (Some(id), IdentifierKind::Email) => drop(found.emails.insert(value, id)),
                }
            }
        }
        Ok(found)
    }

    /// Asks the store about the usable ones among some contacts.
    pub(super) async fn of_contacts<'c>(
        connection: &mut Connection<'_>,
        contacts: impl IntoIterator<Item = Contact<'c>>,
    ) -> store::Result<Self> {
        let (mut phones, mut emails) = (Vec::new(), Vec::new());
        for contact in contacts.into_iter().filter(|one| one.usable) {
            match contact.kind {
                IdentifierKind::Phone => phones.push(contact.value),
                IdentifierKind::Email => emails.push(contact.value),
            }
        }
        Self::of(connection, &phones, &emails).await
    }

    /// Asks the store who else has the identifiers that are held, leaving out what one import brought.
    pub(super) async fn with_barred(
        mut self,
        connection: &mut Connection<'_>,
        but: Option<BatchId>,
    ) -> store::Result<Self> {
        let shared = self.shared.iter().map(String::as_str);
        let phones: Vec<&str> = self.phones.keys().map(String::as_str).chain(shared.clone()).collect();
        let emails: Vec<&str> = self.emails.keys().map(String::as_str).chain(shared).collect();
        let mut found = Vec::new();
        for (kind, values) in [(IdentifierKind::Phone, phones), (IdentifierKind::Email, emails)] {
            for (value, application) in store::barred::holders(connection, kind, &values, but).await? {
                found.push((kind, value, application));
            }
        }
        let ids: Vec<Uuid> = found.iter().map(|(.., id)| *id).collect();
        let shown_by = store::merged::shown_by(connection, &ids).await?;
        let mut barred: HashMap<(IdentifierKind, String), Vec<Uuid>> = HashMap::new();
        for (kind, value, id) in found {
            let have = barred.entry((kind, value)).or_default();
            let id = shown_by.get(&id).copied().unwrap_or(id);
            if !have.contains(&id) {
                have.push(id);
            }
        }
        self.barred = barred;
        Ok(self)
    }

    /// Who has a contact that keys somebody else, or nobody since a family shares it.
    pub(super) fn barred_from(&self, contact: Contact<'_>) -> &[Uuid] {
        if self.barred.is_empty() {
            return &[];
        }
        self.barred.get(&(contact.kind, contact.value.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// Who holds a contact: nobody, some application, or (inner none) a family that shares it.
    pub(super) fn of_contact(&self, contact: Contact<'_>) -> Option<Option<Uuid>> {
        let held = match contact.kind {
            IdentifierKind::Phone => self.phones.get(contact.value),
            IdentifierKind::Email => self.emails.get(contact.value),
        };
        match held {
            Some(id) => Some(Some(*id)),
            None => self.shared.contains(contact.value).then_some(None),
        }
    }

    /// Every application that has one of them.
    pub(super) fn applications(&self) -> impl Iterator<Item = &Uuid> {
        self.phones.values().chain(self.emails.values()).chain(self.barred.values().flatten())
    }
}
