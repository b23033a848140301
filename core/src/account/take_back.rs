//! What HR answered about an account is taken back: what followed from it goes, where nothing else stands on it, and it is asked again
//! (docs/decisions/0010).
//!
//! An answer keeps what it did ([`Did`]): ids and words, nothing of a person. What she was given to be known by is kept by its kind alone, since its value is her
//! account's own number or address.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Accounts,
    register::{Registered, moved_on, registered},
    settle::{AccountAnswer, SettleError, decided},
};
use crate::{
    id::{AccountId, AnswerId, ApplicationId, BatchId, LinkId, QuestionId},
    identity::IdentifierKind,
    import,
    linking::{self, LinkError, LinkKind, Refusal, Said},
    store::{
        self, StoreError,
        account_answers::{AnswerRow, NewAnswer, StandingRow},
        accounts::{AccountRow, QuestionRow},
        connection::Connection,
        links::LinkRow,
        whole::whole,
    },
    time::rfc3339,
    words::words,
};

/// How a question is settled that followed from an answer which is taken back.
const WITHDRAWN: &str = "withdrawn";

words! {
    /// Why an answer about an account stays.
    WhyStands {
        /// The data of the account, or of an application that it is about, was erased.
        Erased = "erased",
        /// The account is activated by the contract of the application that it would lose.
        Active = "active",
        /// A merge since then stands: that is taken back first.
        Merged = "merged",
        /// She has proven since then that the address which leads to the application is hers.
        Proven = "proven",
        /// A later answer about the account stands: that is taken back first.
        Later = "later",
        /// It was settled by something else: another answer, her own proof, or an erasure.
        Elsewhere = "elsewhere",
    }
}

impl WhyStands {
    /// The end of a sentence that begins with “the answer stays: ”.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::Erased => "the data that it is about was erased",
            Self::Active => "the account is activated by the contract of that application",
            Self::Merged => "applications were merged since, take that back first",
            Self::Proven => "she has proven since that the address which leads there is hers",
            Self::Later => "a later answer about the account stands, take that back first",
            Self::Elsewhere => "it was settled by another answer, by her own proof, or by an erasure",
        }
    }
}

words! {
    /// What an identifier was on its application before it was made a key that outlives its import.
    Was {
        /// The application lacked it.
        Absent = "absent",
        /// A way to reach her only.
        Contact = "contact",
        /// Somebody else's key, or a family's.
        Barred = "barred",
        /// Its key already, while an import stands.
        Key = "key",
    }
}

/// A key that an answer made hers, or let outlive its import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TakenKey {
    kind: IdentifierKind,
    /// The application that has it.
    on: ApplicationId,
    was: Was,
    /// The import that had brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    batch: Option<BatchId>,
}

impl TakenKey {
    /// What is a key already; none where it outlives every import.
    pub(super) fn brought(kind: IdentifierKind, on: ApplicationId, batch: Option<BatchId>) -> Option<Self> {
        batch.is_some().then_some(Self { kind, on, was: Was::Key, batch })
    }

    /// What an application has that is about to be its key.
    pub(super) async fn before(
        connection: &mut Connection<'_>,
        (kind, value, on): (IdentifierKind, &str, ApplicationId),
    ) -> Result<Self, StoreError> {
        let at = (kind, value, on);
        let (was, batch) = match store::identifiers::on(connection, at).await? {
            None => (Was::Absent, None),
            Some((_, batch)) if store::barred::is_barred(connection, at).await? => (Was::Barred, batch),
            Some((_, batch)) => (Was::Contact, batch),
        };
        Ok(Self { kind, on, was, batch })
    }
}

/// What an answer did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Did {
    /// An application was found to be hers: it was linked, or merged into the one that she has. What is decided by the table alone is none of this, and stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) hers: bool,
    /// The application that was linked by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) linked: Option<ApplicationId>,
    /// The application that began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fresh: Option<ApplicationId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) keys: Vec<TakenKey>,
    /// What it said of applications, in order; that they are one person's, if so, first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) events: Vec<LinkId>,
    /// What is asked because of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) asked: Vec<QuestionId>,
    /// What else was answered by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) settled: Vec<QuestionId>,
    /// When she had shown, by then, that her address is hers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) proven_at: Option<i64>,
}

impl Did {
    /// That two are apart is its word only where nobody had said so before.
    pub(super) fn tell_apart(&mut self, said: LinkId, event: LinkId) {
        self.events.extend((said == event).then_some(event));
    }

    /// That this was so is kept.
    pub(super) async fn keep(
        &self,
        connection: &mut Connection<'_>,
        question: QuestionId,
        (answer, actor, at): (AccountAnswer, &str, i64),
    ) -> Result<(), StoreError> {
        let new = NewAnswer {
            id: AnswerId::mint(),
            question,
            reverses: None,
            outcome: Some(answer.as_str()),
            actor,
            at,
            done: serde_json::to_string(self).ok(),
        };
        store::account_answers::insert(connection, &new).await
    }
}

/// What HR answered about an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GivenAnswer {
    /// Its id.
    pub id: AnswerId,
    /// The question.
    pub question: QuestionId,
    /// The account.
    pub account: AccountId,
    /// The name that she registered with; empty where she was erased, as are the others.
    pub full_name: String,
    /// The application that it was about.
    pub application: ApplicationId,
    /// Its name as it stands.
    pub application_name: String,
    /// The other one, where two were suspected to be one person's.
    pub other: Option<ApplicationId>,
    /// Its name as it stands.
    pub other_name: Option<String>,
    /// Why it was asked.
    pub why: String,
    /// What was said.
    pub answer: AccountAnswer,
    /// Who said so.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Who took it back.
    pub reversed_by: Option<String>,
    /// When, RFC 3339 in UTC.
    pub reversed_at: Option<String>,
}

/// Who takes an answer back, and when.
#[derive(Clone, Copy)]
struct Back<'a> {
    reversal: AnswerId,
    actor: &'a str,
    now: i64,
}

impl Accounts {
    /// What HR answered about accounts, newest first, beginning before `before`; also what was taken back.
    ///
    /// # Errors
    /// The store fails.
    pub async fn answers(&self, before: Option<AnswerId>, limit: u64) -> Result<Vec<GivenAnswer>, StoreError> {
        let mut reader = self.store.read().await?;
        let rows = store::account_answers::latest(&mut reader.connection(), before, limit).await?;
        rows.into_iter().map(given).collect()
    }

    /// HR takes its answer to a question back: it is asked again. Of *hers* nothing stays of what followed; of *somebody else* she keeps the application that she
    /// has by now, which is nobody else's. Where it stood meanwhile nothing else is undone: stages, messages and consents are as people left them.
    ///
    /// # Errors
    /// There is no such question; [`SettleError::Open`]; [`SettleError::Kept`]; the store fails. Nothing is kept then.
    pub async fn take_back(&self, id: QuestionId, by: &str) -> Result<Registered, SettleError> {
        let back = Back { reversal: AnswerId::mint(), actor: by, now: self.store.clock().micros() };
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let asked = store::accounts::question(connection, id).await?.ok_or(SettleError::Unknown(id))?;
            let account = AccountId(asked.account_id);
            if store::account_answers::is_there(connection, back.reversal).await? {
                // An earlier run of this step was kept, though its answer was lost.
                return Ok(registered(connection, account).await?);
            }
            take_back_in(connection, account, id, back).await?;
            let done = registered(connection, account).await?;
            tx.commit().await?;
            Ok(done)
        })
        .await
    }
}

async fn take_back_in(
    connection: &mut Connection<'_>,
    account: AccountId,
    id: QuestionId,
    back: Back<'_>,
) -> Result<(), SettleError> {
    let row = held(connection, account).await?;
    let question = store::accounts::question(connection, id).await?.ok_or(SettleError::Unknown(id))?;
    if question.settled_at.is_none() {
        return Err(SettleError::Open);
    }
    let standing = store::account_answers::standing_of(connection, account).await?;
    let answer = standing.iter().find(|one| one.question_id == id.0);
    let answer = answer.ok_or(SettleError::Kept(WhyStands::Elsewhere))?;
    if store::accounts::erased_at(connection, account).await?.is_some() {
        return Err(SettleError::Kept(WhyStands::Erased));
    }
    if standing.last().is_some_and(|last| last.id != answer.id) {
        return Err(SettleError::Kept(WhyStands::Later));
    }
    let did: Did = answer.done()?;
    let (ids, events) = hold_all(connection, account, &question, &did).await?;
    let before = store::accounts::application_of(connection, account).await?;
    if let Some(why) = in_the_way(connection, (&row, before), (answer, &question), (&did, &ids, &events)).await? {
        return Err(SettleError::Kept(why));
    }
    for event in events.iter().rev().filter(|one| one.reversed_by.is_none()) {
        if did.hers || event.kind()? == LinkKind::ToldApart {
            let said = Said { event: LinkId::mint(), actor: back.actor, reason: None };
            let reversed = linking::reverse_in(connection, said, LinkId(event.id), back.now).await;
            reversed.map_err(|error| match error {
                LinkError::Refused(Refusal::Erased { .. }) => SettleError::Kept(WhyStands::Erased),
                other => SettleError::Link(other),
            })?;
        }
    }
    if did.hers {
        if let Some(linked) = did.linked {
            if store::accounts::application_of(connection, account).await? != Some(linked) {
                return Err(SettleError::Kept(WhyStands::Merged));
            }
            store::accounts::leave(connection, linked).await?;
        }
        give_keys_back(connection, &row, &did.keys, back.now).await?;
    }
    let active = before.filter(|application| row.activated_by(*application).is_some());
    if active.is_some() && store::accounts::application_of(connection, account).await? != active {
        return Err(SettleError::Kept(WhyStands::Active));
    }
    Ok(ask_again(connection, account, (answer, &did), back).await?)
}

/// An account, held as it stands until the transaction ends: of two who answer about it or take that back the second sees what the first did.
pub(super) async fn held(connection: &mut Connection<'_>, account: AccountId) -> Result<AccountRow, StoreError> {
    let seen = store::accounts::by_id(connection, account).await?.ok_or_else(moved_on)?;
    if !store::accounts::hold(connection, &seen).await? {
        return Err(moved_on());
    }
    store::accounts::by_id(connection, account).await?.ok_or_else(moved_on)
}

/// Holds every application that an answer was about or that followed from it. Gives them, and what it said of them.
async fn hold_all(
    connection: &mut Connection<'_>,
    account: AccountId,
    question: &QuestionRow,
    did: &Did,
) -> Result<(Vec<Uuid>, Vec<LinkRow>), StoreError> {
    let hers = store::accounts::application_of(connection, account).await?;
    let named = did.linked.into_iter().chain(did.fresh).chain(hers).chain(did.keys.iter().map(|key| key.on));
    let mut ids: HashSet<Uuid> = named.map(|ApplicationId(id)| id).collect();
    ids.insert(question.application_id);
    ids.extend(question.other_id);
    for event in said(connection, did).await? {
        ids.extend([event.application_id, event.other_id]);
    }
    let ids = Vec::from_iter(ids);
    store::applications::hold(connection, &ids).await?;
    // Held, they tell what was committed meanwhile.
    let events = said(connection, did).await?;
    Ok((ids, events))
}

/// What an answer said of applications, in order.
async fn said(connection: &mut Connection<'_>, did: &Did) -> Result<Vec<LinkRow>, StoreError> {
    let mut events = Vec::new();
    for event in &did.events {
        events.extend(store::links::get(connection, *event).await?);
    }
    Ok(events)
}

/// What stands on an answer by now; the account and the application that it has, the answer and its question, what it did and whom it concerned.
async fn in_the_way(
    connection: &mut Connection<'_>,
    (row, hers): (&AccountRow, Option<ApplicationId>),
    (answer, question): (&StandingRow, &QuestionRow),
    (did, ids, events): (&Did, &[Uuid], &[LinkRow]),
) -> Result<Option<WhyStands>, StoreError> {
    let records = store::applications::by_ids_also_erased(connection, ids).await?;
    if records.iter().any(|one| one.erased_at.is_some()) {
        return Ok(Some(WhyStands::Erased));
    }
    if !did.hers {
        // They are one by now: that is no question.
        let shown_by = store::merged::shown_by(connection, ids).await?;
        let now_at = |id: Uuid| ApplicationId(shown_by.get(&id).copied().unwrap_or(id));
        let other = question.other_id.map(now_at).or(hers);
        return Ok((other == Some(now_at(question.application_id))).then_some(WhyStands::Merged));
    }
    for one in store::links::of(connection, ids).await? {
        let stands = one.reversed_by.is_none() && one.kind()? == LinkKind::Merged;
        if stands && one.id > answer.id && !did.events.contains(&LinkId(one.id)) {
            return Ok(Some(WhyStands::Merged));
        }
    }
    // What is proven no more, since her PIN was replaced, is the address that it was.
    if row.email_proven_at.is_none() || row.email_proven_at == did.proven_at {
        return Ok(None);
    }
    if did.keys.iter().any(|key| key.kind == IdentifierKind::Email) {
        // The address that it made a key is not known any more.
        return Ok(Some(WhyStands::Proven));
    }
    let Some(email) = &row.email else { return Ok(None) };
    let leaving = match did.linked {
        Some(linked) => store::merged::group(connection, linked).await?,
        None => events.first().map(|merge| merge.other_id).into_iter().collect(),
    };
    let on = store::identifiers::keyed_on(connection, IdentifierKind::Email, email).await?;
    Ok(on.filter(|ApplicationId(id)| leaving.contains(id)).map(|_| WhyStands::Proven))
}

/// Gives back what was made a key of an application, or made to outlive its import, where it is that still.
async fn give_keys_back(
    connection: &mut Connection<'_>,
    row: &AccountRow,
    keys: &[TakenKey],
    now: i64,
) -> Result<(), StoreError> {
    let (mut freed, mut bare) = (Vec::new(), HashSet::new());
    for TakenKey { kind, on, was, batch } in keys {
        let value = match kind {
            IdentifierKind::Phone => Some(row.phone.as_str()),
            IdentifierKind::Email => row.email.as_deref(),
        };
        let Some(value) = value else { continue };
        let at = (*kind, value, *on);
        if store::identifiers::on(connection, at).await? != Some((true, None)) {
            continue;
        }
        // The import that had brought it may have been taken back since, with its door.
        let stands = match batch {
            None => true,
            Some(BatchId(batch)) => {
                let doors = store::sources::of(connection, &[on.0]).await?;
                doors.iter().any(|door| door.batch_id == Some(*batch))
            }
        };
        if *was == Was::Key && stands {
            store::identifiers::set_brought(connection, at, true, *batch).await?;
            continue;
        }
        store::identifiers::let_go(connection, at).await?;
        if matches!(was, Was::Absent | Was::Key) || !stands {
            store::identifiers::forget(connection, at).await?;
            bare.insert(on.0);
        } else {
            store::identifiers::set_brought(connection, at, false, *batch).await?;
            if *was == Was::Barred {
                let barred = store::barred::inserts(connection.dialect(), *batch, &[at]);
                barred.run(connection).await?;
            }
        }
        freed.push((*kind, value.to_owned()));
    }
    // What a file has brought since then it brings again; what is free then is whose it was all along.
    import::bring_again(connection, &Vec::from_iter(bare), now).await?;
    for (kind, value) in freed {
        store::barred::hand_over(connection, kind, &[value]).await?;
    }
    Ok(())
}

/// Asks again what was answered, and what was settled with it; what followed as the next question, for want of an application, is asked no more.
async fn ask_again(
    connection: &mut Connection<'_>,
    account: AccountId,
    (answer, did): (&StandingRow, &Did),
    Back { reversal, actor, now }: Back<'_>,
) -> Result<(), StoreError> {
    reopen_settled(connection, account, did).await?;
    let question = QuestionId(answer.question_id);
    if !store::accounts::reopen(connection, question).await? {
        return Err(moved_on());
    }
    if !did.hers && store::accounts::application_of(connection, account).await?.is_none() {
        for id in &did.asked {
            store::accounts::settle(connection, *id, WITHDRAWN, actor, now).await?;
        }
    }
    let reverses = Some(AnswerId(answer.id));
    let new = NewAnswer { id: reversal, question, reverses, outcome: None, actor, at: now, done: None };
    store::account_answers::insert(connection, &new).await
}

/// Asks again what an answer settled beside its question, where it is not plain from what stands.
async fn reopen_settled(connection: &mut Connection<'_>, account: AccountId, did: &Did) -> Result<(), StoreError> {
    let hers = store::accounts::application_of(connection, account).await?;
    let standing = store::account_answers::standing_of(connection, account).await?;
    for id in &did.settled {
        // HR may have answered it by itself since.
        if standing.iter().any(|one| one.question_id == id.0) {
            continue;
        }
        let Some(settled) = store::accounts::question(connection, *id).await? else { continue };
        if settled.settled_at.is_some() && decided(connection, hers, &settled).await?.is_none() {
            store::accounts::reopen(connection, *id).await?;
        }
    }
    Ok(())
}

/// A merge was taken back. Where HR made it by answering whose an account is, that is asked again; where it followed from an answer, what was settled by it is.
pub(crate) async fn merge_taken_back(
    connection: &mut Connection<'_>,
    event: LinkId,
    actor: &str,
    now: i64,
) -> Result<(), StoreError> {
    let Some(merge) = store::links::get(connection, event).await? else { return Ok(()) };
    if merge.kind()? != LinkKind::Merged {
        return Ok(());
    }
    let both = [merge.application_id, merge.other_id];
    let shown_by = store::merged::shown_by(connection, &both).await?;
    let mut about: HashSet<Uuid> = HashSet::from(both);
    for id in both {
        let shown = shown_by.get(&id).copied().unwrap_or(id);
        about.extend(store::merged::group(connection, ApplicationId(shown)).await?);
    }
    for answer in store::account_answers::standing_about(connection, &Vec::from_iter(about)).await? {
        let did: Did = answer.done()?;
        if !did.events.contains(&event) {
            continue;
        }
        let account = AccountId(answer.account_id);
        let row = held(connection, account).await?;
        let standing = store::account_answers::standing_of(connection, account).await?;
        if !standing.iter().any(|one| one.id == answer.id) {
            continue; // Somebody was quicker.
        }
        if did.hers && did.linked.is_none() && did.events.first() == Some(&event) {
            give_keys_back(connection, &row, &did.keys, now).await?;
            ask_again(connection, account, (&answer, &did), Back { reversal: AnswerId::mint(), actor, now }).await?;
        } else {
            reopen_settled(connection, account, &did).await?;
        }
    }
    Ok(())
}

fn given(row: AnswerRow) -> Result<GivenAnswer, StoreError> {
    let answer = AccountAnswer::from_word(&row.outcome)
        .ok_or_else(|| StoreError::corrupt(format!("account answer {}", row.id), &row.outcome))?;
    Ok(GivenAnswer {
        id: AnswerId(row.id),
        question: QuestionId(row.question_id),
        account: AccountId(row.account_id),
        full_name: row.full_name,
        application: ApplicationId(row.application_id),
        application_name: row.application_name,
        other: row.other_id.map(ApplicationId),
        other_name: row.other_name,
        why: row.why,
        answer,
        by: row.actor,
        at: rfc3339(row.at),
        reversed_by: row.reversed_by,
        reversed_at: row.reversed_at.map(rfc3339),
    })
}
