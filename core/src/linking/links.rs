//! What people say of two applications, carried out and kept: merge, told apart, and either taken back.
//!
//! Each is one transaction that holds both applications, so that of two who say something of one application at once the second sees what the
//! first said. The caller mints the event's id: a step whose answer was lost finds its own event when it is run again. [`super::merge`] decides.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Evidence, Record, evidence,
    merge::{
        Choices, Chosen, LinkKind, Past, Refusal, Side, choose, chosen, following, may_merge, may_tell_apart, restored,
        reversal,
    },
};
use crate::{
    account,
    id::{AccountId, ApplicationId, LinkId},
    identity::IdentifierKind,
    import::likeness_of,
    store::{
        self, Store, StoreError,
        applications::ApplicationRecord,
        connection::Connection,
        links::{LinkRow, NewLink},
        whole::{StepError, whole},
    },
    time::rfc3339,
};

/// Something that was said of two applications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// What was said.
    pub kind: LinkKind,
    /// One of the two; merged: the one that shows both.
    pub application: ApplicationId,
    /// Its name as it stands.
    pub application_name: String,
    /// The other one; merged: the one that went into it.
    pub other: ApplicationId,
    /// Its name as it stands.
    pub other_name: String,
    /// The event that this one takes back.
    pub reverses: Option<LinkId>,
    /// The event that takes this one back.
    pub reversed_by: Option<LinkId>,
    /// Who said so.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Why, in words of the one who said so.
    pub reason: Option<String>,
    /// What spoke for and against then.
    pub evidence: Vec<Evidence>,
    /// Merged: every value in which they differed, and whose won.
    pub choices: Vec<Chosen>,
    /// Told apart: what the two share as a family. Reconsidered: what of that stays a family's, since others share it, too.
    pub shared: Vec<SharedKey>,
}

/// A number or an address that a family shares by what was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SharedKey {
    /// Its kind.
    pub kind: IdentifierKind,
    /// Its normal form.
    pub value: String,
    /// The application whose key it was until then; none where a family shared it already.
    pub keyed: Option<ApplicationId>,
}

impl SharedKey {
    /// Whether this is the same number or address.
    fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.value == other.value
    }
}

/// What can go wrong with saying something of two applications.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// There is no such application (any more).
    #[error("there is no application {0}")]
    UnknownApplication(ApplicationId),
    /// There is no such event.
    #[error("there is no link event {0}")]
    UnknownEvent(LinkId),
    /// It does not fit what was said before.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StepError for LinkError {
    fn of_store(&self) -> Option<&StoreError> {
        if let Self::Store(error) = self { Some(error) } else { None }
    }
}

/// The result of a step.
pub type Result<T> = std::result::Result<T, LinkError>;

/// Who says something, and why.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The id of the event that is to be, minted by the caller.
    pub event: LinkId,
    /// Who.
    pub actor: &'a str,
    /// Why.
    pub reason: Option<&'a str>,
}

/// Merges `other` into `into`: they are one person, and `into` shows both from now on. Nothing of either is lost: what was `other`'s keeps
/// saying so, her keys lead to `into`, and `into` has the values that were chosen.
///
/// # Errors
/// There is no such application; [`LinkError::Refused`]; the store fails.
pub async fn merge(
    store: &Store,
    said: Said<'_>,
    into: ApplicationId,
    other: ApplicationId,
    choices: &Choices,
) -> Result<Link> {
    let now = store.clock().micros();
    whole(|| merge_once(store, said, into, other, choices, now)).await?;
    link(store, said.event).await
}

async fn merge_once(
    store: &Store,
    said: Said<'_>,
    into: ApplicationId,
    other: ApplicationId,
    choices: &Choices,
    now: i64,
) -> Result<()> {
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    if store::links::get(connection, said.event).await?.is_some() {
        return Ok(()); // An earlier run of this step was kept, though its answer was lost.
    }
    merge_in(connection, said, into, other, choices, now).await?;
    Ok(tx.commit().await?)
}

/// [`merge`] as a part of a larger step.
pub(crate) async fn merge_in(
    connection: &mut Connection<'_>,
    said: Said<'_>,
    into: ApplicationId,
    other: ApplicationId,
    choices: &Choices,
    now: i64,
) -> Result<()> {
    let pair = Pair::hold(connection, into, other).await?;
    let account = may_merge(side(&pair.one), side(&pair.other), pair.apart)?;
    let evidence = pair.evidence(connection).await?;
    let leaving = pair.group(other);
    let (own_account, own) = (pair.one.user_id, pair.one.into_fields()?);
    let choices = choose(&own, &pair.other.into_fields()?, choices);
    let fields = chosen(&own, &choices);
    if fields != own || account.is_some() {
        if account.is_some() {
            // An account has one application at any time.
            store::accounts::leave(connection, other).await?;
        }
        let account = own_account.or(account);
        store::applications::set_fields(connection, into, &fields, likeness_of(&fields), account).await?;
    }
    store::merged::lead(connection, &leaving, other, into).await?;
    store::merged::show(connection, &leaving, Some(into)).await?;
    let (evidence, choices) = (json(&evidence), json(&Kept { choices, account, own: own_account, ..Kept::default() }));
    let event = said.link(LinkKind::Merged, into, other, now);
    store::links::insert(connection, &NewLink { evidence, choices, ..event }).await?;
    Ok(())
}

/// What two people have in common that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Nothing that anybody said.
    Unsaid,
    /// A family shares the numbers and addresses that both have: they key nobody until that is taken back (docs/decisions/0010).
    Family,
}

/// Says that two applications are two people's: nobody is asked about the two again. Said twice it is said once: the event that is given stands
/// under another id than [`Said::event`] then. That they are a family where they were told apart before is said anew, with what they share.
///
/// # Errors
/// As for [`merge`].
pub async fn tell_apart(
    store: &Store,
    said: Said<'_>,
    one: ApplicationId,
    other: ApplicationId,
    sharing: Sharing,
) -> Result<Link> {
    let now = store.clock().micros();
    let event = whole(|| tell_apart_once(store, said, one, other, sharing, now)).await?;
    link(store, event).await
}

async fn tell_apart_once(
    store: &Store,
    said: Said<'_>,
    one: ApplicationId,
    other: ApplicationId,
    sharing: Sharing,
    now: i64,
) -> Result<LinkId> {
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    if store::links::get(connection, said.event).await?.is_some() {
        return Ok(said.event); // An earlier run of this step was kept, though its answer was lost.
    }
    let event = tell_apart_in(connection, said, (one, other), sharing, now).await?;
    tx.commit().await?;
    Ok(event)
}

/// [`tell_apart`] as a part of a larger step: the event that says so.
pub(crate) async fn tell_apart_in(
    connection: &mut Connection<'_>,
    said: Said<'_>,
    (one, other): (ApplicationId, ApplicationId),
    sharing: Sharing,
    now: i64,
) -> Result<LinkId> {
    let pair = Pair::hold(connection, one, other).await?;
    may_tell_apart(side(&pair.one), side(&pair.other))?;
    let shared = if sharing == Sharing::Family { pair.share(connection).await? } else { Vec::new() };
    let before = if pair.apart.is_some() { told_apart(connection, one, other).await? } else { None };
    let known = shared_by(before.as_ref())?;
    let before = before.map(|row| LinkId(row.id));
    if let Some(event) = before.or(pair.apart)
        && shared.iter().all(|key| known.iter().any(|one| one.is_same(key)))
    {
        return Ok(event);
    }
    // Somebody's earlier word gives way to the new event, so that taking that one back is no taking back of hers.
    if let Some(before) = before {
        let first = Said { event: LinkId::mint(), reason: None, ..said };
        reconsider(connection, first, (before, one, other), known, now).await?;
    }
    let evidence = json(&pair.evidence(connection).await?);
    let kept = Kept { shared, before: before.map(|LinkId(id)| id), ..Kept::default() };
    let choices = if kept.shared.is_empty() { None } else { json(&kept) };
    let event = said.link(LinkKind::ToldApart, one, other, now);
    store::links::insert(connection, &NewLink { evidence, choices, ..event }).await?;
    store::links::tell_apart(connection, (one, other), said.event).await?;
    Ok(said.event)
}

/// The event that tells these very two apart; not one of others who were merged into them.
async fn told_apart(
    connection: &mut Connection<'_>,
    one: ApplicationId,
    other: ApplicationId,
) -> store::Result<Option<LinkRow>> {
    let pair = HashSet::from([one.0, other.0]);
    for said in store::links::of(connection, &[one.0]).await? {
        let is_theirs = HashSet::from([said.application_id, said.other_id]) == pair;
        if is_theirs && said.reversed_by.is_none() && said.kind()? == LinkKind::ToldApart {
            return Ok(Some(said));
        }
    }
    Ok(None)
}

/// What two share as a family by an event.
fn shared_by(event: Option<&LinkRow>) -> store::Result<Vec<SharedKey>> {
    let kept: Option<Kept> = event.map(|row| row.document(row.choices.as_deref())).transpose()?;
    Ok(kept.map(|kept| kept.shared).unwrap_or_default())
}

/// Appends that two who were told apart by an event are a question again, and what they go on sharing all the same.
async fn reconsider(
    connection: &mut Connection<'_>,
    said: Said<'_>,
    (event, one, other): (LinkId, ApplicationId, ApplicationId),
    shared: Vec<SharedKey>,
    now: i64,
) -> store::Result<()> {
    store::links::reconsider(connection, event).await?;
    let kept = Kept { shared, ..Kept::default() };
    let choices = if kept.shared.is_empty() { None } else { json(&kept) };
    let new = said.link(LinkKind::Reconsidered, one, other, now);
    store::links::insert(connection, &NewLink { reverses: Some(event), choices, ..new }).await
}

/// What two shared as a family by an event that is taken back keys whom it keyed before. False, and it stays a family's, where another decision by which
/// it is one stands, or where it was one before all of them, or where somebody has it of whom none of them spoke: another answer may have.
async fn keys_again(connection: &mut Connection<'_>, event: LinkId, key: &SharedKey) -> store::Result<bool> {
    let has = store::barred::sharers(connection, key.kind, &key.value).await?;
    let said = store::links::of(connection, &has).await?;
    let mut shared: HashMap<Uuid, SharedKey> = HashMap::new();
    for one in &said {
        let keys = shared_by(Some(one))?;
        shared.extend(keys.into_iter().find(|other| other.is_same(key)).map(|key| (one.id, key)));
    }
    let (mut among, mut keyed) = (HashSet::new(), None);
    for one in said {
        let Some(found) = shared.get(&one.id).filter(|_| one.reverses.is_none()) else { continue };
        match one.reversed_by {
            None if one.id != event.0 => return Ok(false),
            // It was given back then: what came later is another story.
            Some(by) if !shared.contains_key(&by) => continue,
            _ => {}
        }
        among.extend([one.application_id, one.other_id]);
        if let Some(ApplicationId(id)) = found.keyed {
            among.insert(id);
            keyed = Some(id);
        }
    }
    let Some(keyed) = keyed else { return Ok(false) };
    let all: HashSet<Uuid> = among.iter().chain(&has).copied().collect();
    let all: Vec<Uuid> = all.into_iter().collect();
    // Held, they stay shown by whom they are.
    store::applications::hold(connection, &all).await?;
    let shown_by = store::merged::shown_by(connection, &all).await?;
    let shows = |id: &Uuid| shown_by.get(id).copied().unwrap_or(*id);
    let among: HashSet<Uuid> = among.iter().map(shows).collect();
    Ok(has.iter().all(|id| among.contains(&shows(id)))
        && store::barred::give_back(connection, (key.kind, &key.value), &has, keyed).await?)
}

/// Takes an event back: a merge (both are as they would be had it never been, but for what people have changed since), or that two are apart.
/// What that made a family's keys whom it keyed before, unless others have it by now, too; two who had been told apart before are so again. Of a merge by which HR
/// answered whose an account is, that is asked again.
///
/// # Errors
/// There is no such event; [`LinkError::Refused`]; the store fails.
pub async fn reverse(store: &Store, said: Said<'_>, event: LinkId) -> Result<Link> {
    let now = store.clock().micros();
    whole(|| reverse_once(store, said, event, now)).await?;
    link(store, said.event).await
}

async fn reverse_once(store: &Store, said: Said<'_>, event: LinkId, now: i64) -> Result<()> {
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    if store::links::get(connection, said.event).await?.is_some() {
        return Ok(()); // An earlier run of this step was kept, though its answer was lost.
    }
    reverse_in(connection, said, event, now).await?;
    account::merge_taken_back(connection, event, said.actor, now).await?;
    Ok(tx.commit().await?)
}

/// [`reverse`] as a part of a larger step, which says itself what is asked again.
pub(crate) async fn reverse_in(connection: &mut Connection<'_>, said: Said<'_>, event: LinkId, now: i64) -> Result<()> {
    let found = store::links::get(connection, event).await?.ok_or(LinkError::UnknownEvent(event))?;
    store::applications::hold(connection, &[found.application_id, found.other_id]).await?;
    // Held, they tell what was committed meanwhile.
    let found = store::links::get(connection, event).await?.ok_or(LinkError::UnknownEvent(event))?;
    let kind = reversal(event, found.kind()?, found.reversed_by.is_some())?;
    if kind == LinkKind::Unmerged {
        if found.choices.is_none() {
            return Err(Refusal::Erased { event }.into());
        }
        separate(connection, &found).await?;
    }
    let (one, other) = (ApplicationId(found.application_id), ApplicationId(found.other_id));
    let Kept { shared, before, .. } = found.document(found.choices.as_deref())?;
    let before = match before {
        Some(before) => store::links::get(connection, LinkId(before)).await?,
        None => None,
    };
    let noted = if kind == LinkKind::Unmerged {
        let new = NewLink { reverses: Some(event), ..said.link(kind, one, other, now) };
        store::links::insert(connection, &new).await
    } else {
        let known = shared_by(before.as_ref())?;
        let mut left = Vec::new();
        for key in shared {
            if known.iter().any(|one| one.is_same(&key)) || !keys_again(connection, event, &key).await? {
                left.push(key);
            }
        }
        reconsider(connection, said, (event, one, other), left, now).await
    };
    noted.map_err(|error| match error {
        StoreError::Conflict(_) => Refusal::Reversed { event }.into(),
        error => LinkError::Store(error),
    })?;
    if let Some(before) = before {
        // They had been told apart before somebody called them a family: now they are so again.
        let again = Said { event: LinkId::mint(), reason: None, ..said };
        let new = again.link(LinkKind::ToldApart, one, other, now);
        let (evidence, choices) = (before.evidence, before.choices);
        store::links::insert(connection, &NewLink { evidence, choices, ..new }).await?;
        store::links::tell_apart(connection, (one, other), again.event).await?;
    }
    Ok(())
}

/// Takes a merge back: keys lead where they led, each shows herself again, and the values that the merge brought go.
async fn separate(connection: &mut Connection<'_>, merge: &LinkRow) -> Result<()> {
    let (into, other) = (ApplicationId(merge.application_id), ApplicationId(merge.other_id));
    let shown_by = store::merged::shown_by(connection, &[other.0]).await?.get(&other.0).copied();
    let shown_by =
        shown_by.ok_or_else(|| StoreError::corrupt(format!("the merge {}", merge.id), "it does not stand"))?;
    store::applications::hold(connection, &[shown_by]).await?;
    let members: Vec<Uuid> = store::merged::merged_into(connection, &[shown_by]).await?.into_keys().collect();
    let standing = store::links::standing_merges(connection, &members).await?;
    let standing: Vec<(ApplicationId, ApplicationId)> =
        standing.iter().map(|one| (ApplicationId(one.application_id), ApplicationId(one.other_id))).collect();
    let leaving: Vec<Uuid> = following(other, &standing).into_iter().map(|ApplicationId(id)| id).collect();
    store::applications::hold(connection, &leaving).await?;
    store::merged::lead(connection, &leaving, ApplicationId(shown_by), other).await?;
    store::merged::show(connection, &[other.0], None).await?;
    let with_her: Vec<Uuid> = leaving.into_iter().filter(|id| *id != other.0).collect();
    store::merged::show(connection, &with_her, Some(other)).await?;
    // Shown by another one, she was not looked at when she came of age.
    store::retention::set_turns(connection, &[(other.0, 0)]).await?;
    give_back(connection, merge, into, ApplicationId(shown_by)).await?;
    follow(connection, merge, ApplicationId(shown_by), other).await
}

/// An account that was linked while the two were one stays where its number leads: it was linked by that.
async fn follow(
    connection: &mut Connection<'_>,
    merge: &LinkRow,
    shown_by: ApplicationId,
    other: ApplicationId,
) -> Result<()> {
    let kept: Kept = merge.document(merge.choices.as_deref())?;
    let account = store::accounts::of_application(connection, shown_by).await?;
    // One that was there before them stays.
    let Some(account) = account.filter(|account| kept.own != Some(account.id)) else { return Ok(()) };
    let holders = store::identifiers::holders(connection, IdentifierKind::Phone, &[account.phone.as_str()]).await?;
    if holders.first().and_then(|(_, holder)| *holder) == Some(other.0) {
        store::accounts::leave(connection, shown_by).await?;
        store::accounts::link(connection, other, AccountId(account.id)).await?;
    }
    Ok(())
}

/// Gives the application that showed both its values back, and the account that came along.
async fn give_back(
    connection: &mut Connection<'_>,
    merge: &LinkRow,
    into: ApplicationId,
    shown_by: ApplicationId,
) -> Result<()> {
    let merges = store::links::merges_into(connection, into).await?;
    let kept: Vec<Kept> =
        merges.iter().map(|one| one.document(one.choices.as_deref())).collect::<store::Result<_>>()?;
    let past: Vec<Past<'_>> = merges
        .iter()
        .zip(&kept)
        .map(|(one, Kept { choices, .. })| Past {
            event: LinkId(one.id),
            reversed: one.reversed_by.map(LinkId),
            choices,
        })
        .collect();
    let brought = merges.iter().zip(&kept).find(|(one, _)| one.id == merge.id).and_then(|(_, kept)| kept.account);
    let ids: HashSet<Uuid> = HashSet::from([into.0, shown_by.0]);
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut goes_back = false;
    for record in store::applications::by_ids_also_merged(connection, &ids).await? {
        let (id, account) = (record.id(), record.user_id);
        let own = record.into_fields()?;
        let fields = if id == into { restored(&own, &past, LinkId(merge.id)) } else { own.clone() };
        let account_left = account.filter(|_| account != brought);
        goes_back |= account_left != account;
        if fields != own || account_left != account {
            store::applications::set_fields(connection, id, &fields, likeness_of(&fields), account_left).await?;
        }
    }
    if let Some(account) = brought.filter(|_| goes_back) {
        store::accounts::link(connection, ApplicationId(merge.other_id), AccountId(account)).await?;
    }
    Ok(())
}

/// What an event keeps: of a merge what is to be given back, of a family what it shares.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    choices: Vec<Chosen>,
    /// What became a family's by it, or stays so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shared: Vec<SharedKey>,
    /// The event that told the two apart before they were called a family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Uuid>,
    /// The account that came along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<Uuid>,
    /// The account that was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    own: Option<Uuid>,
}

/// Two applications that something is said of, held.
struct Pair {
    one: ApplicationRecord,
    other: ApplicationRecord,
    /// Whom each of them shows: the merged one, and the one that shows it.
    shows: HashMap<Uuid, Uuid>,
    /// The event that told them apart, or others merged into them.
    apart: Option<LinkId>,
}

impl Pair {
    async fn hold(connection: &mut Connection<'_>, one: ApplicationId, other: ApplicationId) -> Result<Self> {
        if one == other {
            return Err(Refusal::Itself.into());
        }
        store::applications::hold(connection, &[one.0, other.0]).await?;
        let mut found: HashMap<Uuid, ApplicationRecord> =
            store::applications::by_ids_also_merged(connection, &[one.0, other.0])
                .await?
                .into_iter()
                .map(|record| (record.id, record))
                .collect();
        let mut take = |id: ApplicationId| found.remove(&id.0).ok_or(LinkError::UnknownApplication(id));
        let (first, second) = (take(one)?, take(other)?);
        let shows = store::merged::merged_into(connection, &[one.0, other.0]).await?;
        // What is theirs stays theirs until this is done: an undo may be taking something of it back.
        store::applications::hold(connection, &shows.keys().copied().collect::<Vec<_>>()).await?;
        let mut pair = Self { one: first, other: second, shows, apart: None };
        let apart = store::links::apart(connection, Some(&pair.group(other))).await?;
        let is_this = |first: &Uuid, second: &Uuid| HashSet::from([first, second]) == HashSet::from([&one.0, &other.0]);
        pair.apart = apart.iter().find(|(first, second, _)| is_this(first, second)).map(|(_, _, event)| *event);
        Ok(pair)
    }

    /// One of the two, and everybody whom it shows.
    fn group(&self, ApplicationId(id): ApplicationId) -> Vec<Uuid> {
        std::iter::once(id).chain(self.shows.iter().filter(|(_, by)| **by == id).map(|(of, _)| *of)).collect()
    }

    /// Makes what both have and could key somebody a family's. Gives it with what was a family's already.
    async fn share(&self, connection: &mut Connection<'_>) -> Result<Vec<SharedKey>> {
        let mut shared = Vec::new();
        for (kind, value) in self.common(connection).await? {
            let keyed = store::identifiers::keyed_on(connection, kind, &value).await?;
            store::identifiers::share(connection, kind, &value).await?;
            shared.push(SharedKey { kind, value, keyed });
        }
        Ok(shared)
    }

    /// The identifiers that both have and that key somebody (one of them, or somebody else), or that a family shares.
    async fn common(&self, connection: &mut Connection<'_>) -> Result<Vec<(IdentifierKind, String)>> {
        let of = async |connection: &mut Connection<'_>, id: ApplicationId| -> Result<HashSet<_>> {
            let held = store::identifiers::held_by(connection, &self.group(id)).await?;
            Ok(held.into_iter().map(|(_, kind, value)| (kind, value)).collect())
        };
        let (hers, theirs) = (of(connection, self.one.id()).await?, of(connection, self.other.id()).await?);
        let mut common: Vec<(IdentifierKind, String)> = hers.intersection(&theirs).cloned().collect();
        common.sort();
        let mut claimed = Vec::new();
        for (kind, value) in common {
            if !store::identifiers::holders(connection, kind, &[&value]).await?.is_empty() {
                claimed.push((kind, value));
            }
        }
        Ok(claimed)
    }

    /// What speaks for and against the two being one person.
    async fn evidence(&self, connection: &mut Connection<'_>) -> Result<Vec<Evidence>> {
        let all: Vec<Uuid> = [&self.one, &self.other].iter().flat_map(|one| self.group(one.id())).collect();
        let held = store::identifiers::held_by(connection, &all).await?;
        let of = |whose: &ApplicationRecord, kind: IdentifierKind| -> Vec<&str> {
            let hers = held.iter().filter(|(id, of, _)| *of == kind && self.shows.get(id).unwrap_or(id) == &whose.id);
            let mut values: Vec<&str> = hers.map(|(_, _, value)| value.as_str()).collect();
            values.sort_unstable();
            values.dedup();
            values
        };
        let contacts = |whose: &ApplicationRecord| (of(whose, IdentifierKind::Phone), of(whose, IdentifierKind::Email));
        let ((phones, emails), (their_phones, their_emails)) = (contacts(&self.one), contacts(&self.other));
        let (fields, their_fields) = (self.one.clone().into_fields()?, self.other.clone().into_fields()?);
        Ok(evidence(
            Record { fields: &fields, phones: &phones, emails: &emails },
            Record { fields: &their_fields, phones: &their_phones, emails: &their_emails },
        ))
    }
}

fn side(record: &ApplicationRecord) -> Side {
    Side { id: record.id(), merged_into: record.merged_into.map(ApplicationId), account: record.user_id }
}

impl<'a> Said<'a> {
    fn link(self, kind: LinkKind, application: ApplicationId, other: ApplicationId, at: i64) -> NewLink<'a> {
        let Self { event: id, actor, reason } = self;
        NewLink { id, kind, application, other, reverses: None, actor, at, reason, evidence: None, choices: None }
    }
}

fn json<T: Serialize>(document: &T) -> Option<String> {
    serde_json::to_string(document).ok()
}

/// One event.
///
/// # Errors
/// There is no such event; the store fails.
pub async fn link(store: &Store, event: LinkId) -> Result<Link> {
    let mut reader = store.read().await?;
    let found = store::links::get(&mut reader.connection(), event).await?;
    Ok(shown(found.ok_or(LinkError::UnknownEvent(event))?)?)
}

/// Everything that was said of an application and of what was merged into it, oldest first.
///
/// # Errors
/// There is no such application; the store fails.
pub async fn links(store: &Store, application: ApplicationId) -> Result<Vec<Link>> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    if store::applications::by_ids_also_merged(connection, &[application.0]).await?.is_empty() {
        return Err(LinkError::UnknownApplication(application));
    }
    let merged = store::merged::merged_into(connection, &[application.0]).await?;
    let ids: Vec<Uuid> = std::iter::once(application.0).chain(merged.into_keys()).collect();
    let events = store::links::of(connection, &ids).await?;
    Ok(events.into_iter().map(shown).collect::<store::Result<_>>()?)
}

/// What was said last, newest first, beginning before `before`.
///
/// # Errors
/// The store fails.
pub async fn latest(store: &Store, before: Option<LinkId>, limit: u64) -> store::Result<Vec<Link>> {
    let mut reader = store.read().await?;
    let events = store::links::latest(&mut reader.connection(), before, limit).await?;
    events.into_iter().map(shown).collect()
}

/// Every pair of applications in the lists that is told apart, the smaller id first.
///
/// # Errors
/// The store fails.
pub async fn apart(store: &Store) -> store::Result<HashSet<(ApplicationId, ApplicationId)>> {
    let mut reader = store.read().await?;
    apart_in(&mut reader.connection()).await
}

pub(super) async fn apart_in(
    connection: &mut Connection<'_>,
) -> store::Result<HashSet<(ApplicationId, ApplicationId)>> {
    let pairs = store::links::apart(connection, None).await?;
    Ok(pairs
        .into_iter()
        .map(|(one, other, _)| (ApplicationId(one.min(other)), ApplicationId(one.max(other))))
        .collect())
}

fn shown(row: LinkRow) -> store::Result<Link> {
    let Kept { choices, shared, .. } = row.document(row.choices.as_deref())?;
    Ok(Link {
        kind: row.kind()?,
        evidence: row.document(row.evidence.as_deref())?,
        choices,
        shared,
        id: LinkId(row.id),
        application: ApplicationId(row.application_id),
        application_name: row.application_name,
        other: ApplicationId(row.other_id),
        other_name: row.other_name,
        reverses: row.reverses.map(LinkId),
        reversed_by: row.reversed_by.map(LinkId),
        by: row.actor,
        at: rfc3339(row.at),
        reason: row.reason,
    })
}
