//! A candidate registers: one account of a number that she has proven, linked to the application that is hers already.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use uuid::Uuid;

use super::{
    Candidate, Facts, Link, PendingWhy, Pin, Proof, Second, WeakPin,
    alive::{heard, quiet_days},
    consents::consents,
    link,
    one_time::{Presented, spend},
    sign_in::born,
    take_back::TakenKey,
};
use crate::{
    application::{ApplicantRow, Fields, SourceKey},
    consent::{ConsentSource, ConsentVersion},
    id::{AccountId, ApplicationId, LinkId, SessionId},
    identity::{IdentifierKind, NameAgreement, PersonName},
    lifecycle::Status,
    linking::{self, Choices, LinkError, Said},
    store::{
        self, Store, StoreError,
        accounts::{AccountRow, NewQuestion},
        applications::NewApplication,
        connection::Connection,
        identifiers::{Keying, NewIdentifier},
        sources::NewSource,
        whole::{StepError, whole},
    },
};

/// The door that somebody comes through who registers without having applied anywhere.
const PORTAL: &str = "satu";
/// Who does what a registration does by itself.
pub(super) const ACTOR: &str = "registration";
/// Why HR is asked about two applications.
pub(super) const TWO: &str = "two_applications";
/// How often a registration is tried again when others were quicker.
const TRIES: usize = 5;

/// What somebody registers with. The phone number is proven; nothing else is unless it says so.
#[derive(Debug, Clone, Copy)]
pub struct Registration<'a> {
    /// Her number in E.164.
    pub phone: &'a str,
    /// How she proved it.
    pub proof: Proof,
    /// Her address in its normal form.
    pub email: Option<&'a str>,
    /// Whether a code proved the address, too.
    pub email_proven: bool,
    /// Her name.
    pub full_name: &'a str,
    /// Her birth date, ISO 8601.
    pub birth_date: Option<&'a str>,
    /// Her PIN, hashed.
    pub pin_hash: &'a str,
}

/// The rules that somebody sets.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// After so many days without anything new an application's number may be somebody else's by now.
    pub recycled_after_days: i64,
    /// Whoever signs in on a device for the first time also shows a code that was sent to her number. Only where codes can be sent.
    pub new_device_needs_a_code: bool,
    /// How long an invitation is good, in days.
    pub invitation_days: i64,
    /// Whoever signs in with a number that nobody has is told that the PIN is wrong, not that nobody has it.
    pub hide_unknown: bool,
    /// One-time codes that are sent in a day at most: so many to numbers, and as many to addresses. At least one.
    pub codes_a_day: u32,
    /// One-time codes that are sent in a day at most to a block of ten thousand numbers ([`To`](super::To)). At least one.
    pub codes_a_day_to_a_block: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            recycled_after_days: 365,
            new_device_needs_a_code: true,
            invitation_days: 14,
            hide_unknown: false,
            codes_a_day: 5_000,
            codes_a_day_to_a_block: 50,
        }
    }
}

impl Policy {
    /// Whether nothing was heard of somebody for so many days that her number may be somebody else's by now.
    pub(super) fn is_long(&self, days: u64) -> bool {
        i64::try_from(days).unwrap_or(i64::MAX) > self.recycled_after_days
    }
}

/// What else is kept in the transaction of a registration, or not at all.
#[derive(Debug, Clone, Default)]
pub(super) struct Also<'a> {
    /// Codes that are used up.
    pub(super) codes: Vec<Presented<'a>>,
    /// The hash of an invitation that is used up.
    pub(super) invitation: Option<[u8; 32]>,
    /// The session that begins.
    pub(super) session: Option<SessionId>,
    /// What wrong PINs are counted by: they are forgotten.
    pub(super) attempts: Option<[u8; 32]>,
    /// What she consented to.
    pub(super) consent: Option<(Vec<u8>, &'a ConsentVersion)>,
    /// The PIN that she chose: no piece of the birth date in the application that she finds.
    pub(super) pin: Option<&'a Pin>,
}

/// What came of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Her account.
    pub account: AccountId,
    /// Her application; none while HR is asked whose it is.
    pub application: Option<ApplicationId>,
    /// What HR is asked about her: codes.
    pub asked: Vec<String>,
    /// False where the account was there already: a second tap, a retry, another device.
    pub first: bool,
}

/// What can go wrong with a registration.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Others were quicker too many times in a row.
    #[error("others registered at the same moment: try again")]
    Contended,
    /// A code or an invitation was used by somebody else a moment ago.
    #[error("that code or invitation was used: ask for another one")]
    Spent,
    /// The PIN is guessed by who knows her application.
    #[error(transparent)]
    Pin(#[from] WeakPin),
    /// A merge that was to follow failed.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StepError for RegisterError {
    fn of_store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Link(error) => error.of_store(),
            Self::Contended | Self::Spent | Self::Pin(_) => None,
        }
    }
}

pub(super) type Done<T> = std::result::Result<T, RegisterError>;

/// Others changed what a decision went by before it was written: the step is run again, and decides anew.
pub(super) fn moved_on() -> StoreError {
    StoreError::Contended("an application was changed a moment ago".to_owned())
}

/// Registers somebody, in one transaction. Registering again with the number gives the same account and the same answer: a unique key decides who
/// was first, not a look before.
///
/// # Errors
/// [`RegisterError::Contended`]; the store fails. Nothing is kept then.
pub async fn register(store: &Store, registration: Registration<'_>, policy: Policy) -> Done<Registered> {
    register_with(store, registration, policy, &Also::default()).await
}

/// [`register`], and what else is kept with it.
pub(super) async fn register_with(
    store: &Store,
    registration: Registration<'_>,
    policy: Policy,
    also: &Also<'_>,
) -> Done<Registered> {
    let now = store.clock().micros();
    let (account, application, event) = (AccountId::mint(), ApplicationId::mint(), LinkId::mint());
    for _ in 0..TRIES {
        let once = || attempt(store, registration, policy, also, (account, application, event), now);
        match whole(once).await {
            // Somebody claimed what was free a moment ago, or has just registered with this number: it is looked at again.
            Err(RegisterError::Store(StoreError::Conflict(_) | StoreError::Contended(_))) => {}
            done => return done,
        }
    }
    Err(RegisterError::Contended)
}

async fn attempt(
    store: &Store,
    registration: Registration<'_>,
    policy: Policy,
    also: &Also<'_>,
    (account, fresh, event): (AccountId, ApplicationId, LinkId),
    now: i64,
) -> Done<Registered> {
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    if let Some(found) = store::accounts::by_phone(connection, registration.phone).await? {
        // Her own where an earlier run of this step was kept, though its answer was lost.
        let first = found.id == account.0;
        return Ok(Registered { first, ..registered(connection, AccountId(found.id)).await? });
    }
    let row = AccountRow {
        id: account.0,
        phone: registration.phone.to_owned(),
        email: registration.email.map(str::to_owned),
        email_proven_at: registration.email_proven.then_some(now),
        full_name: registration.full_name.to_owned(),
        birth_date: registration.birth_date.map(str::to_owned),
        pin_hash: registration.pin_hash.to_owned(),
        epoch: 0,
        activated_at: None,
        activated_for: None,
        withdrawn_at: None,
        created_at: now,
    };
    // First of all: of two who register with one number the second waits here, and then finds the first one's account.
    store::accounts::insert(connection, &row).await?;
    for code in &also.codes {
        if !spend(connection, *code, now).await? {
            return Err(RegisterError::Spent);
        }
    }
    if let Some(invitation) = &also.invitation
        && !store::invitations::spend(connection, invitation, now).await?
    {
        return Err(RegisterError::Spent);
    }
    if let Some(session) = also.session {
        store::sessions::insert(connection, session, account, now).await?;
    }
    if let Some(attempts) = &also.attempts {
        store::attempts::set(connection, attempts, 0, 0).await?;
    }
    if let Some((recipient, version)) = &also.consent {
        consents(connection, recipient, account, version, ConsentSource::Registration, now).await?;
    }
    here_again(store, connection, registration).await?;
    let result = link(&facts(connection, registration, account, policy, now).await?);
    let mut asked = Vec::new();
    let application = match result.link {
        Link::Linked(id) => {
            if !store::accounts::link(connection, id, account).await? {
                return Err(moved_on().into());
            }
            // Of an application that is hers and of no other: who has somebody's number by now would be told pieces of a birth date that is not his.
            if let Some(pin) = also.pin {
                pin.fits(registration.phone, &born(connection, id).await?)?;
            }
            take(connection, registration, id).await?;
            Some(id)
        }
        Link::Pending(id, why) => {
            asked.push((id, None, why.code()));
            None
        }
        Link::Fresh => {
            begin(connection, registration, fresh, account, Others::Nobody, now).await?;
            Some(fresh)
        }
    };
    match (result.second, application) {
        (Second::Merged(other), Some(into)) => {
            if merge_hers(connection, event, into, other, now).await? == Merge::Asked {
                asked.push((into, Some(other), TWO));
            }
        }
        (Second::Suspected(other) | Second::Merged(other), _) => {
            if let Link::Linked(one) | Link::Pending(one, _) = result.link
                && !are_apart(connection, one, other).await?
            {
                asked.push((one, Some(other), TWO));
            }
        }
        (Second::None, _) => {}
    }
    for (application, other, why) in &asked {
        let question = NewQuestion { account, application: *application, other: *other, why, at: now };
        store::accounts::ask(connection, &question).await?;
    }
    tx.commit().await?;
    let asked = asked.into_iter().map(|(_, _, why)| why.to_owned()).collect();
    Ok(Registered { account, application, asked, first: true })
}

/// Whose data was erased is here again by her own act: what she proves to be hers is a question no more.
async fn here_again(
    store: &Store,
    connection: &mut Connection<'_>,
    Registration { phone, email, email_proven, .. }: Registration<'_>,
) -> Result<(), StoreError> {
    if store::erased::none(connection).await? {
        return Ok(());
    }
    let keys = store.keys().ok_or(StoreError::NoKeys)?;
    let email = email.filter(|_| email_proven).map(|email| store::erased::contact(keys, IdentifierKind::Email, email));
    let hashes = email.into_iter().chain([store::erased::contact(keys, IdentifierKind::Phone, phone)]);
    store::erased::forget(connection, &Vec::from_iter(hashes)).await
}

/// What came of two applications that are both proven to be hers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// They are one now.
    Done,
    /// HR has to be asked: one of them has gone further, or something else stands against it.
    Asked,
    /// HR has said that they are two people's.
    Apart,
}

/// Merges an application that is proven to be hers into the one that she has. Where somebody has moved it on its status would be lost, so HR is asked.
pub(super) async fn merge_hers(
    connection: &mut Connection<'_>,
    event: LinkId,
    into: ApplicationId,
    other: ApplicationId,
    now: i64,
) -> Done<Merge> {
    if are_apart(connection, into, other).await? {
        return Ok(Merge::Apart);
    }
    store::applications::hold(connection, &[other.0]).await?;
    let record = store::applications::by_ids(connection, &[other.0]).await?.pop();
    if record.ok_or_else(moved_on)?.status()? != Status::INITIAL {
        return Ok(Merge::Asked);
    }
    let said = Said { event, actor: ACTOR, reason: None };
    match linking::merge_in(connection, said, into, other, &Choices::default(), now).await {
        Ok(()) => Ok(Merge::Done),
        // Refused before anything of it is written.
        Err(LinkError::Refused(_)) => Ok(Merge::Asked),
        Err(error) => Err(error.into()),
    }
}

/// Whether HR has told two applications apart.
pub(super) async fn are_apart(
    connection: &mut Connection<'_>,
    one: ApplicationId,
    other: ApplicationId,
) -> Result<bool, StoreError> {
    Ok(told_apart(connection, one).await?.contains(&other.0))
}

/// Whom HR has told apart from an application, or from one that it shows; each as she is shown.
pub(super) async fn told_apart(
    connection: &mut Connection<'_>,
    one: ApplicationId,
) -> Result<HashSet<Uuid>, StoreError> {
    let group = store::merged::group(connection, one).await?;
    let apart = store::links::apart(connection, Some(&group)).await?;
    Ok(apart.into_iter().map(|(a, b, _)| if a == one.0 { b } else { a }).collect())
}

/// What stands of an account: its application, and what HR is asked about it.
pub(super) async fn registered(connection: &mut Connection<'_>, account: AccountId) -> Done<Registered> {
    let asked = store::accounts::questions_of(connection, account).await?;
    Ok(Registered {
        account,
        application: store::accounts::application_of(connection, account).await?,
        asked: asked.into_iter().map(|row| row.why).collect(),
        first: false,
    })
}

/// Who asks whether an application is hers, by which rules and when.
#[derive(Clone, Copy)]
struct Asking<'a> {
    registration: Registration<'a>,
    account: AccountId,
    policy: Policy,
    now: i64,
}

/// What the decision about an account goes by, held as it stands.
pub(super) async fn facts(
    connection: &mut Connection<'_>,
    registration: Registration<'_>,
    account: AccountId,
    policy: Policy,
    now: i64,
) -> Done<Facts> {
    let asking = Asking { registration, account, policy, now };
    let Registration { proof, email_proven, .. } = registration;
    let phone = candidate(connection, asking, (IdentifierKind::Phone, registration.phone)).await?;
    let email = match registration.email {
        Some(email) => candidate(connection, asking, (IdentifierKind::Email, email)).await?,
        None => None,
    };
    let (on_number, on_address) = others(connection, asking, phone.map(|one| one.application)).await?;
    Ok(Facts { phone, email, on_number, on_address, proof, email_proven })
}

/// Whom an identifier leads to, held as she stands.
async fn candidate(
    connection: &mut Connection<'_>,
    asking: Asking<'_>,
    (kind, value): (IdentifierKind, &str),
) -> Done<Option<Candidate>> {
    let holder = async |connection: &mut Connection<'_>| -> Done<Option<Uuid>> {
        let found = store::identifiers::holders(connection, kind, &[value]).await?;
        Ok(found.into_iter().next().and_then(|(_, holder)| holder))
    };
    let Some(id) = holder(connection).await? else { return Ok(None) };
    store::applications::hold(connection, &[id]).await?;
    // Held, she is still whom it leads to, or it is looked at again.
    if holder(connection).await? != Some(id) {
        return Err(moved_on().into());
    }
    Ok(Some(known(connection, asking, id).await?))
}

/// Who has her number, and who has her address alone, beside whom her phone leads to, and may be she: by a name, or by the invitation that she shows. Held as
/// they stand.
async fn others(
    connection: &mut Connection<'_>,
    asking: Asking<'_>,
    led: Option<ApplicationId>,
) -> Done<(Vec<Candidate>, Vec<Candidate>)> {
    let Registration { proof, full_name, .. } = asking.registration;
    let have = beside(connection, asking.registration, led).await?;
    if have.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let shown: Vec<Uuid> = have.keys().copied().collect();
    let merged = store::merged::merged_into(connection, &shown).await?;
    let all: Vec<Uuid> = shown.iter().chain(merged.keys()).copied().collect();
    let name = PersonName::parse(full_name);
    let mut may_be = BTreeSet::new();
    for record in store::applications::by_ids_also_merged(connection, &all).await? {
        let shown = merged.get(&record.id).copied().unwrap_or(record.id);
        let theirs = record.into_fields()?.full_name.as_deref().and_then(PersonName::parse);
        let named = name.as_ref().zip(theirs).is_some_and(|(name, theirs)| is_name_of(name, &theirs));
        if named || proof == Proof::Invitation(ApplicationId(shown)) {
            may_be.insert(shown);
        }
    }
    store::applications::hold(connection, &Vec::from_iter(may_be.iter().copied())).await?;
    if beside(connection, asking.registration, led).await? != have {
        return Err(moved_on().into());
    }
    let (mut on_number, mut on_address) = (Vec::new(), Vec::new());
    for id in may_be {
        let found = if have.get(&id) == Some(&IdentifierKind::Phone) { &mut on_number } else { &mut on_address };
        found.push(known(connection, asking, id).await?);
    }
    Ok((on_number, on_address))
}

/// Who has what she registers with beside whom it leads to, each by the application that shows her, and with what of it: the number where it is both.
async fn beside(
    connection: &mut Connection<'_>,
    registration: Registration<'_>,
    led: Option<ApplicationId>,
) -> Done<BTreeMap<Uuid, IdentifierKind>> {
    let mut have = BTreeMap::new();
    // An address that she has only typed says nothing: anybody may type the one of a school or an agency.
    let email = registration.email.filter(|_| registration.email_proven);
    for (kind, value) in [(IdentifierKind::Phone, Some(registration.phone)), (IdentifierKind::Email, email)] {
        let found = store::barred::holders(connection, kind, value.as_slice(), None).await?;
        let ids: Vec<Uuid> = found.into_iter().map(|(_, id)| id).collect();
        let shown_by = store::merged::shown_by(connection, &ids).await?;
        for id in ids {
            let shown = shown_by.get(&id).copied().unwrap_or(id);
            if led != Some(ApplicationId(shown)) {
                have.entry(shown).or_insert(kind);
            }
        }
    }
    Ok(have)
}

/// What is known of an application that may be hers.
async fn known(connection: &mut Connection<'_>, asking: Asking<'_>, id: Uuid) -> Done<Candidate> {
    let Asking { registration, account: mine, policy, now } = asking;
    let merged = store::merged::merged_into(connection, &[id]).await?;
    let group: Vec<Uuid> = std::iter::once(id).chain(merged.into_keys()).collect();
    let name = PersonName::parse(registration.full_name);
    let (mut account, mut same_birth_date) = (None, false);
    let mut named = HashSet::new();
    for record in store::applications::by_ids_also_merged(connection, &group).await? {
        account = account.or(record.user_id.filter(|id| *id != mine.0));
        let fields = record.into_fields()?;
        same_birth_date |= registration.birth_date.is_some() && fields.birth_date.as_deref() == registration.birth_date;
        let theirs = fields.full_name.as_deref().and_then(PersonName::parse);
        named.extend(name.as_ref().zip(theirs).map(|(name, theirs)| is_name_of(name, &theirs)));
    }
    let quiet = quiet_days(heard(connection, &group).await?, now);
    Ok(Candidate {
        application: ApplicationId(id),
        // As what any of those that are hers is known: one name that may be hers is enough.
        another_name: named.contains(&false) && !named.contains(&true),
        her_name: named.contains(&true),
        account: account.map(AccountId),
        stale: policy.is_long(quiet.unwrap_or_default()),
        same_birth_date,
    })
}

/// Whether one may have two names: they are not clearly two people's.
fn is_name_of(one: &PersonName, other: &PersonName) -> bool {
    one.compare(other) != NameAgreement::Different
}

/// Makes what she proved to be hers, and nobody has, a key of her application, and lets what keys her already outlive its import: the next file that
/// names it finds her. The application is held. Gives what these were before.
pub(super) async fn take(
    connection: &mut Connection<'_>,
    registration: Registration<'_>,
    application: ApplicationId,
) -> Result<Vec<TakenKey>, StoreError> {
    let email = registration.email.filter(|_| registration.email_proven);
    let proven = [(IdentifierKind::Phone, Some(registration.phone)), (IdentifierKind::Email, email)];
    let (mut free, mut keys) = (Vec::new(), Vec::new());
    // Where two are shown as one, what is new stands with the one that led to her: it goes with that one when they are parted.
    let mut led = application;
    for (kind, value) in proven {
        let Some(value) = value else { continue };
        let holder = store::identifiers::holders(connection, kind, &[value]).await?.pop();
        match holder {
            None => free.push((kind, value)),
            Some((_, holder)) if holder == Some(application.0) => {
                if let Some((on, batch)) = store::identifiers::key(connection, kind, value).await? {
                    led = on;
                    keys.extend(TakenKey::brought(kind, on, batch));
                }
                store::identifiers::outlive(connection, kind, value).await?;
            }
            Some(_) => {}
        }
    }
    for (kind, value) in free {
        keys.push(TakenKey::before(connection, (kind, value, led)).await?);
        store::identifiers::own(connection, (kind, value), led, application).await.map_err(taken)?;
    }
    Ok(keys)
}

/// Somebody took a key a moment ago: all is looked at once more.
pub(super) fn taken(error: StoreError) -> StoreError {
    match error {
        StoreError::Conflict(why) => StoreError::Contended(why),
        other => other,
    }
}

/// Whether somebody else may have what she proved to be hers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// Nobody was found by it.
    Nobody,
    /// HR was asked, and says that she is none of those who were found.
    Known,
}

/// A fresh application of somebody whom nobody knew. An address that she did not prove is a way to reach her and keys nobody: it may be somebody
/// else's.
pub(super) async fn begin(
    connection: &mut Connection<'_>,
    registration: Registration<'_>,
    application: ApplicationId,
    account: AccountId,
    others: Others,
    now: i64,
) -> Done<()> {
    let Registration { phone, email, email_proven, full_name, birth_date, .. } = registration;
    let row = ApplicantRow {
        fields: Fields {
            full_name: Some(full_name.to_owned()),
            phone: Some(phone.to_owned()),
            email: email.map(str::to_owned),
            birth_date: birth_date.map(str::to_owned),
            ..Fields::default()
        },
        ..ApplicantRow::default()
    };
    let match_key = crate::import::likeness_of(&row.fields);
    let dialect = connection.dialect();
    let new = NewApplication { id: application, row: &row, match_key };
    store::applications::inserts(dialect, None, PORTAL, ACTOR, now, &[new]).run(connection).await?;
    store::likeness::list(connection, &Vec::from_iter(match_key.map(|key| (key, application)))).await?;
    let mut identifiers = Vec::new();
    let mut claims = Vec::new();
    let given = [(IdentifierKind::Phone, Some(phone), true), (IdentifierKind::Email, email, email_proven)];
    for (kind, value, proven) in given {
        let Some(value) = value else { continue };
        let holder = store::identifiers::holders(connection, kind, &[value]).await?.pop().map(|(_, holder)| holder);
        let keying = match holder {
            _ if !proven => Keying::Never,
            None => Keying::Hers,
            // A family's, or somebody's whom she is not.
            Some(None) => Keying::Barred,
            Some(Some(_)) if others == Others::Known => Keying::Barred,
            // Somebody came by another door a moment ago: whether she is that one is decided anew.
            Some(Some(_)) => return Err(moved_on().into()),
        };
        identifiers.push(NewIdentifier { application, kind, value, raw: value, keying });
        if keying == Keying::Hers {
            claims.push((kind, value, application));
        }
    }
    store::identifiers::inserts(dialect, None, &identifiers).run(connection).await?;
    store::identifiers::claim(connection, &claims).await?;
    let key = SourceKey::of_reference(PORTAL, &account.to_string());
    let source = NewSource { application, key, source_ref: None, row: None, evidence: None };
    store::sources::claim(connection, &[(key, application)]).await?;
    store::sources::inserts(dialect, None, PORTAL, ACTOR, now, &[source]).run(connection).await?;
    if !store::accounts::link(connection, application, account).await? {
        return Err(moved_on().into());
    }
    Ok(())
}

impl PendingWhy {
    /// A stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmailUnproven => "email_unproven",
            Self::AnotherName => "another_name",
            Self::Stale => "stale",
            Self::Taken => "taken",
            Self::SharedNumber => "shared_number",
        }
    }
}
