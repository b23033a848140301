//! What somebody is known by, and which rows of files are hers.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::Result;
use crate::{
    consent,
    credential::Keys,
    id::{ApplicationId, BatchId},
    identity::{IdentifierKind, NameAgreement, PersonName},
    import::{BatchState, Planned},
    outreach::erasure::Traces,
    store::{
        self, StoreError,
        accounts::{AccountRow, QuestionRow},
        connection::Connection,
    },
};

/// What somebody is known by.
pub(super) struct Hers {
    /// The application that shows her, and those that were merged into it.
    pub(super) group: Vec<Uuid>,
    names: Vec<PersonName>,
    pub(super) identifiers: HashSet<(IdentifierKind, String)>,
    /// The keys of her sources.
    pub(super) sources: Vec<Vec<u8>>,
    /// Her ids at portals.
    references: Vec<String>,
    pub(super) account: Option<AccountRow>,
}

/// Rows of files that are hers.
pub(super) struct Found {
    pub(super) rows: Vec<(BatchId, Planned)>,
    /// Applications that were made of them, and removed when their import was undone.
    pub(super) removed: Vec<Uuid>,
    pub(super) in_drafts: u64,
}

impl Hers {
    /// Of whoever an application shows, held as she stands until the transaction ends; and what HR is asked about her.
    pub(super) async fn hold(
        connection: &mut Connection<'_>,
        application: ApplicationId,
    ) -> Result<(Self, Vec<QuestionRow>)> {
        let group = store::merged::group(connection, application).await?;
        store::applications::hold(connection, &group).await?;
        let asked = store::accounts::questions_about(connection, &group).await?;
        let hers = Self::of(connection, application).await?;
        if let Some(account) = &hers.account
            && !store::accounts::hold(connection, account).await?
        {
            return Err(StoreError::Contended("her account was changed a moment ago".to_owned()).into());
        }
        Ok((hers, asked))
    }

    /// Of whoever an application shows.
    pub(super) async fn of(connection: &mut Connection<'_>, application: ApplicationId) -> Result<Self> {
        let mut hers = Self::by_account(store::accounts::of_application(connection, application).await?);
        hers.group = store::merged::group(connection, application).await?;
        let held = store::identifiers::held_by(connection, &hers.group).await?;
        hers.identifiers.extend(held.into_iter().map(|(_, kind, value)| (kind, value)));
        for record in store::applications::by_ids_also_merged(connection, &hers.group).await? {
            hers.names.extend(record.into_fields()?.full_name.as_deref().and_then(PersonName::parse));
        }
        for (key, reference) in store::sources::keys(connection, &hers.group).await? {
            hers.sources.push(key);
            hers.references.extend(reference);
        }
        Ok(hers)
    }

    /// The numbers that are hers alone, as they are known where they must not be told.
    pub(super) async fn numbers(&self, connection: &mut Connection<'_>, keys: &Keys) -> store::Result<Vec<Vec<u8>>> {
        let phones = store::recipients::own_phones(connection, &self.group).await?;
        Ok(phones.iter().map(|(_, phone)| consent::recipient(keys, phone)).collect())
    }

    /// Of the owner of an account alone.
    pub(super) fn by_account(account: Option<AccountRow>) -> Self {
        let mut identifiers = HashSet::new();
        if let Some(account) = &account {
            identifiers.insert((IdentifierKind::Phone, account.phone.clone()));
            identifiers.extend(account.email.clone().map(|email| (IdentifierKind::Email, email)));
        }
        let names = account.iter().filter_map(|account| PersonName::parse(&account.full_name)).collect();
        Self { group: Vec::new(), names, identifiers, sources: Vec::new(), references: Vec::new(), account }
    }

    /// Her numbers, or her addresses.
    pub(super) fn values(&self, of: IdentifierKind) -> Vec<&str> {
        self.identifiers.iter().filter(|(kind, _)| *kind == of).map(|(_, value)| value.as_str()).collect()
    }

    /// What tells her wherever it stands: ids, and what she is reached by.
    pub(super) fn marks(&self) -> Vec<String> {
        let account = self.account.iter().map(|account| account.id);
        let ids = self.group.iter().copied().chain(account).map(|id| id.to_string());
        ids.chain(self.identifiers.iter().map(|(_, value)| core(value).to_owned())).collect()
    }

    /// What she may be searched for by.
    pub(super) fn traces(&self) -> Traces {
        Traces {
            words: self.names.iter().flat_map(|name| name.words()).cloned().collect(),
            values: self
                .values(IdentifierKind::Email)
                .into_iter()
                .chain(self.references.iter().map(String::as_str))
                .map(str::to_lowercase)
                .collect(),
            numbers: self.values(IdentifierKind::Phone).into_iter().map(|phone| core(phone).to_owned()).collect(),
        }
    }

    /// Rows of files that went to her, or that say her name beside a number or an address of hers and went to nobody else.
    /// Their imports are held where they are to be changed.
    pub(super) async fn rows(&self, connection: &mut Connection<'_>, holding: Option<i64>) -> Result<Found> {
        let identifiers: Vec<&str> = self.identifiers.iter().map(|(_, value)| core(value)).collect();
        let mut named: HashMap<Uuid, Vec<u32>> = HashMap::new();
        for (batch, row) in store::rows::naming(connection, &self.group, &self.sources, &identifiers).await? {
            named.entry(batch).or_default().extend(u32::try_from(row));
        }
        let mut found = Found { rows: Vec::new(), removed: Vec::new(), in_drafts: 0 };
        for (batch, numbers) in named {
            let batch = BatchId(batch);
            let held = match holding {
                // Nobody decides about a row of it meanwhile.
                Some(now) => store::batches::hold(connection, batch, now).await?,
                None => store::batches::get(connection, batch).await?,
            };
            let Some(held) = held else { continue };
            let mut rows = Vec::new();
            for numbers in numbers.chunks(store::bulk::MOST_NAMED) {
                rows.extend(store::rows::by_numbers(connection, batch, numbers).await?);
            }
            let went: Vec<Uuid> = rows.iter().filter_map(|one| one.application).map(|ApplicationId(id)| id).collect();
            let removed = store::applications::removed(connection, &went).await?;
            let removed: HashSet<Uuid> = removed.into_iter().map(|(id,)| id).collect();
            let live = store::applications::by_ids_also_merged(connection, &went).await?;
            let live: HashSet<Uuid> = live.into_iter().map(|one| one.id).collect();
            rows.retain(|one| self.is_hers(one, &live));
            if matches!(held.state, BatchState::Staging | BatchState::Ready) {
                found.in_drafts += u64::try_from(rows.len()).unwrap_or(u64::MAX);
                continue;
            }
            let went = rows.iter().filter_map(|one| one.application).map(|ApplicationId(id)| id);
            found.removed.extend(went.filter(|id| removed.contains(id)));
            found.rows.extend(rows.into_iter().map(|one| (batch, one)));
        }
        found.removed.sort_unstable();
        found.removed.dedup();
        Ok(found)
    }

    /// Whether a row that names her is hers, and not that of somebody who is here and shares a number with her.
    fn is_hers(&self, planned: &Planned, live: &HashSet<Uuid>) -> bool {
        match planned.application {
            Some(ApplicationId(id)) if self.group.contains(&id) => return true,
            Some(ApplicationId(id)) if live.contains(&id) => return false,
            _ => {}
        }
        if planned.source_key.is_some_and(|key| self.sources.iter().any(|hers| hers.as_slice() == key.0)) {
            return true;
        }
        let row = &planned.row;
        let phones = row.phones.iter().filter_map(|one| one.value.as_deref());
        let emails = row.emails.iter().filter_map(|one| one.value.as_deref());
        // Nothing is read from the cells of a row that is no applicant's: there they stand as somebody typed them.
        let mut texts = phones.chain(emails).chain(row.cells.iter());
        if !texts.any(|text| self.identifiers.iter().any(|(_, value)| text.contains(core(value)))) {
            return false;
        }
        let name = row.fields.full_name.as_deref().and_then(PersonName::parse);
        name.is_none_or(|name| self.names.iter().any(|hers| hers.compare(&name) != NameAgreement::Different))
    }
}

/// The part of a number that stands in every form of it; an address as it is.
pub(super) fn core(value: &str) -> &str {
    value.strip_prefix("+62").or_else(|| value.strip_prefix('+')).unwrap_or(value)
}
