//! What was pending is settled: by a code to her address, or by HR.

use std::collections::HashSet;

use uuid::Uuid;

use super::{
    AccountError, Accounts, Candidate, Done, Facts, Link, Proof, Second, link,
    one_time::{Presented, Purpose, To, spend},
    register::{
        ACTOR, Merge, Others, RegisterError, Registered, Registration, TWO, are_apart, begin, facts, merge_hers,
        moved_on, registered, take, taken, told_apart,
    },
    take_back::{Did, WhyStands, held},
};
use crate::{
    id::{AccountId, ApplicationId, LinkId, QuestionId, RequestId},
    linking::{self, Choices, LinkError, Said, Sharing},
    store::{
        self, StoreError,
        accounts::{AccountRow, NewQuestion, QuestionRow},
        connection::Connection,
        whole::{StepError, whole},
    },
    time::rfc3339,
    words::words,
};

words! {
    /// What HR says to a question.
    AccountAnswer {
        /// It is hers; of two applications: both are.
        Hers = "hers",
        /// It is somebody else's; of two applications: they are two people's.
        Another = "another",
    }
}

/// What HR is asked about an account.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountQuestion {
    /// The question.
    pub id: QuestionId,
    /// The account.
    pub account: AccountId,
    /// The name that she registered with.
    pub full_name: String,
    /// Her number, in E.164.
    pub phone: String,
    /// Her address.
    pub email: Option<String>,
    /// Whether control of it was shown.
    pub email_proven: bool,
    /// Her birth date, as she gave it.
    pub birth_date: Option<String>,
    /// Whether this is hers; or, with `other`, whether both are one person's.
    pub application: ApplicationId,
    /// The other one.
    pub other: Option<ApplicationId>,
    /// Why it is asked: `email_unproven`, `another_name`, `stale`, `taken`, `shared_number`, `two_applications`.
    pub why: String,
    /// When, RFC 3339 in UTC.
    pub asked_at: String,
}

/// Which questions are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionFilter {
    /// Why they are asked.
    pub why: Option<String>,
    /// The portal that an application came from first which they are about.
    pub portal: Option<String>,
}

/// What can go wrong with an answer.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// There is no such question.
    #[error("there is no question {0}")]
    Unknown(QuestionId),
    /// Somebody was quicker.
    #[error("the question was answered already")]
    Answered,
    /// The application is another account's and stays so.
    #[error("the application is another account's: it is never linked again")]
    Taken,
    /// Nobody has answered it.
    #[error("the question is not answered: there is nothing to take back")]
    Open,
    /// The answer is not taken back, for what came since.
    #[error("the answer stays: {}", .0.sentence())]
    Kept(WhyStands),
    /// What follows from the answer does not fit.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// What follows from the answer could not be done.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StepError for SettleError {
    fn of_store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Link(error) => error.of_store(),
            Self::Register(error) => error.of_store(),
            _ => None,
        }
    }
}

impl Accounts {
    /// She shows that an address is hers: what was pending for want of that is settled.
    ///
    /// # Errors
    /// What is wrong with the code; [`AccountError::Over`]: her PIN was replaced meanwhile; the store fails.
    pub async fn prove_email(
        &self,
        account: AccountId,
        email: &str,
        (request, digits): (RequestId, &str),
    ) -> Done<Registered> {
        let code = Presented { to: To::email(email), purpose: Purpose::Email, request, digits };
        let seen = store::accounts::by_id(&mut self.store.read().await?.connection(), account).await?;
        let seen = seen.ok_or(AccountError::Unknown)?;
        self.check(code).await?;
        let (now, event) = (self.store.clock().micros(), LinkId::mint());
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            // Whoever was signed in by a PIN that was replaced meanwhile plants no address on it.
            if !store::accounts::hold(connection, &seen).await? {
                return Err(AccountError::Over);
            }
            let found = store::accounts::by_id(connection, account).await?.ok_or(AccountError::Unknown)?;
            if !spend(connection, code, now).await? {
                // An earlier run of this step was kept, or somebody was quicker: then it stands already.
                let stands = found.email.as_deref() == Some(email) && found.email_proven_at.is_some();
                return if stands { Ok(registered(connection, account).await?) } else { Err(AccountError::NoCode) };
            }
            store::accounts::set_email(connection, account, email, now).await?;
            let proven = AccountRow { email: Some(email.to_owned()), email_proven_at: Some(now), ..found };
            self.reconsider(connection, &proven, Proof::Code, event, now, &mut Did::default()).await?;
            let done = registered(connection, account).await?;
            tx.commit().await?;
            Ok(done)
        })
        .await
    }

    /// Looks once more at what an account is linked to, by the table that decided at its registration; `proof` is what shows its number to be hers.
    pub(super) async fn reconsider(
        &self,
        connection: &mut Connection<'_>,
        row: &AccountRow,
        proof: Proof,
        event: LinkId,
        now: i64,
        did: &mut Did,
    ) -> Result<(), RegisterError> {
        let account = AccountId(row.id);
        let mut hers = store::accounts::application_of(connection, account).await?;
        let result = link(&self.facts_of(connection, row, proof, hers, now).await?);
        let mut said = Vec::new();
        let mut second = result.second;
        match (result.link, hers) {
            (Link::Linked(id), None) => {
                if !store::accounts::link(connection, id, account).await? {
                    return Err(moved_on().into());
                }
                hers = Some(id);
                said.push(id);
            }
            // Proven to be hers, beside the one that she has.
            (Link::Linked(id), Some(into)) if id != into => second = Second::Merged(id),
            _ => {}
        }
        let one = match result.link {
            Link::Pending(id, _) => hers.or(Some(id)),
            Link::Linked(_) | Link::Fresh => hers,
        };
        if let Some(one) = one {
            said.extend(follow(connection, account, (one, second), event, now, did).await?);
        }
        if let Some(hers) = hers {
            // Held, nobody merges it meanwhile; whoever was quicker has moved the account on.
            store::applications::hold(connection, &[hers.0]).await?;
            if store::accounts::application_of(connection, account).await? != Some(hers) {
                return Err(moved_on().into());
            }
            did.keys.extend(take(connection, registration(row), hers).await?);
        }
        for question in store::accounts::questions_of(connection, account).await? {
            let about = question.other_id.unwrap_or(question.application_id);
            if said.contains(&ApplicationId(about)) {
                let (id, hers) = (QuestionId(question.id), AccountAnswer::Hers.as_str());
                let settled = store::accounts::settle(connection, id, hers, ACTOR, now).await?;
                did.settled.extend(settled.then_some(id));
            }
        }
        Ok(())
    }

    /// A page of what HR is asked, oldest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn questions(&self, after: Option<QuestionId>, limit: u64) -> Result<Vec<AccountQuestion>, StoreError> {
        self.questions_of(&QuestionFilter::default(), after, limit).await
    }

    /// A page of some of what HR is asked, oldest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn questions_of(
        &self,
        filter: &QuestionFilter,
        after: Option<QuestionId>,
        limit: u64,
    ) -> Result<Vec<AccountQuestion>, StoreError> {
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let mut page = Vec::new();
        for row in store::accounts::questions(connection, filter, after, limit).await? {
            let found = store::accounts::by_id(connection, AccountId(row.account_id)).await?;
            page.extend(found.map(|account| question(row, account)));
        }
        Ok(page)
    }

    /// HR answers a question. [`Accounts::take_back`] is the way back.
    ///
    /// # Errors
    /// [`SettleError`]; nothing is kept then.
    pub async fn answer(&self, id: QuestionId, answer: AccountAnswer, by: &str) -> Result<Registered, SettleError> {
        let (now, event) = (self.store.clock().micros(), LinkId::mint());
        let fresh = ApplicationId::mint();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let asked = store::accounts::question(connection, id).await?.ok_or(SettleError::Unknown(id))?;
            let account = AccountId(asked.account_id);
            let mut did = Did { proven_at: held(connection, account).await?.email_proven_at, ..Did::default() };
            if !store::accounts::settle(connection, id, answer.as_str(), by, now).await? {
                // An earlier run of this step was kept, though its answer was lost.
                let kept = (asked.outcome.as_deref(), asked.settled_by.as_deref(), asked.settled_at);
                let mine = kept == (Some(answer.as_str()), Some(by), Some(now));
                return if mine { Ok(registered(connection, account).await?) } else { Err(SettleError::Answered) };
            }
            let said = Said { event, actor: by, reason: None };
            // As they stand now: somebody may have merged them, or taken an import back, since it was asked.
            let about: Vec<Uuid> = std::iter::once(asked.application_id).chain(asked.other_id).collect();
            store::applications::hold(connection, &about).await?;
            let shown_by = store::merged::shown_by(connection, &about).await?;
            let now_at = |id: Uuid| ApplicationId(shown_by.get(&id).copied().unwrap_or(id));
            let (one, other) = (now_at(asked.application_id), asked.other_id.map(now_at));
            let there = store::applications::by_ids(connection, &[one.0]).await?;
            let other_is_gone = match other {
                Some(other) => store::applications::by_ids(connection, &[other.0]).await?.is_empty(),
                None => false,
            };
            match (other, answer) {
                // They are one already, or there are not two of them any more.
                (Some(other), _) if other == one || other_is_gone || there.is_empty() => {}
                (Some(other), AccountAnswer::Hers) => {
                    linking::merge_in(connection, said, one, other, &Choices::default(), now).await?;
                    (did.hers, did.events) = (true, vec![event]);
                }
                (Some(other), AccountAnswer::Another) => {
                    let told = linking::tell_apart_in(connection, said, (one, other), Sharing::Unsaid, now).await?;
                    did.tell_apart(told, event);
                }
                (None, AccountAnswer::Hers) if !there.is_empty() => {
                    hers(connection, account, one, (said, now), &mut did).await?;
                }
                (None, _) => match store::accounts::application_of(connection, account).await? {
                    Some(hers) if hers != one && !there.is_empty() => {
                        let told = linking::tell_apart_in(connection, said, (hers, one), Sharing::Unsaid, now).await?;
                        did.tell_apart(told, event);
                    }
                    Some(_) => {}
                    None => self.not_hers(connection, account, fresh, (said, now), &mut did).await?,
                },
            }
            close(connection, account, by, now, &mut did).await?;
            // Somebody else may be she, too, whom nobody was asked about as long as this was.
            if let Some(row) = store::accounts::by_id(connection, account).await?
                && store::accounts::application_of(connection, account).await?.is_some()
            {
                self.reconsider(connection, &row, Proof::Code, LinkId::mint(), now, &mut did).await?;
            }
            did.keep(connection, id, (answer, by, now)).await?;
            let done = registered(connection, account).await?;
            tx.commit().await?;
            Ok(done)
        })
        .await
    }
}

impl Accounts {
    /// HR says that an application is not an account's: when nothing else is asked and she has none, the design's table decides once more, without those
    /// that are not hers.
    pub(crate) async fn not_hers(
        &self,
        connection: &mut Connection<'_>,
        account: AccountId,
        fresh: ApplicationId,
        (said, now): (Said<'_>, i64),
        did: &mut Did,
    ) -> Result<(), SettleError> {
        let has_one = store::accounts::application_of(connection, account).await?.is_some();
        let asked = store::accounts::questions_of(connection, account).await?;
        if has_one || asked.iter().any(|question| question.other_id.is_none()) {
            return Ok(());
        }
        let Some(row) = store::accounts::by_id(connection, account).await? else { return Ok(()) };
        let denied = denied(connection, account).await?;
        store::applications::hold(connection, &Vec::from_iter(denied.iter().copied())).await?;
        let result = link(&self.facts_of(connection, &row, Proof::Code, None, now).await?);
        let hers = match result.link {
            Link::Linked(id) => {
                link_one(connection, id, account, did).await?;
                id
            }
            Link::Pending(id, why) => {
                let question = NewQuestion { account, application: id, other: None, why: why.code(), at: now };
                did.asked.push(store::accounts::ask(connection, &question).await?);
                follow(connection, account, (id, result.second), LinkId::mint(), now, did).await?;
                return Ok(());
            }
            Link::Fresh => {
                begin(connection, registration(&row), fresh, account, Others::Known, now).await.map_err(|error| {
                    match error {
                        RegisterError::Store(error) => RegisterError::Store(taken(error)),
                        other => other,
                    }
                })?;
                did.fresh = Some(fresh);
                fresh
            }
        };
        follow(connection, account, (hers, result.second), LinkId::mint(), now, did).await?;
        // Nobody is asked about her and them again, and no later proof makes them one.
        let there = store::applications::by_ids(connection, &Vec::from_iter(denied)).await?;
        for (place, other) in there.iter().map(|record| ApplicationId(record.id)).enumerate() {
            let event = if place == 0 { said.event } else { LinkId::mint() };
            let pair = (hers, other);
            let told = linking::tell_apart_in(connection, Said { event, ..said }, pair, Sharing::Unsaid, now).await?;
            did.tell_apart(told, event);
        }
        Ok(())
    }

    /// What the decision about an account goes by as it stands now, without those of whom HR has said that they are not hers.
    async fn facts_of(
        &self,
        connection: &mut Connection<'_>,
        row: &AccountRow,
        proof: Proof,
        hers: Option<ApplicationId>,
        now: i64,
    ) -> Result<Facts, RegisterError> {
        let account = AccountId(row.id);
        let mut not_hers = denied(connection, account).await?;
        if let Some(hers) = hers {
            not_hers.extend(told_apart(connection, hers).await?);
            // It was denied before it was found to be hers.
            not_hers.remove(&hers.0);
        }
        let may_be = |one: &Candidate| !not_hers.contains(&one.application.0);
        let shown = Registration { proof, ..registration(row) };
        let mut known = facts(connection, shown, account, self.policy, now).await?;
        (known.phone, known.email) = (known.phone.filter(may_be), known.email.filter(may_be));
        known.on_number.retain(may_be);
        known.on_address.retain(may_be);
        Ok(known)
    }
}

/// The applications of which HR has said that they are not an account's, each by the one that shows it.
async fn denied(connection: &mut Connection<'_>, account: AccountId) -> Result<HashSet<Uuid>, StoreError> {
    let denied = store::accounts::denied(connection, account, AccountAnswer::Another.as_str()).await?;
    let shown_by = store::merged::shown_by(connection, &denied).await?;
    Ok(denied.into_iter().map(|id| shown_by.get(&id).copied().unwrap_or(id)).collect())
}

/// Settles what HR is asked about an account and has answered with something else: two are one by now, or told apart; or it is hers.
async fn close(
    connection: &mut Connection<'_>,
    account: AccountId,
    by: &str,
    now: i64,
    did: &mut Did,
) -> Result<(), StoreError> {
    let hers = store::accounts::application_of(connection, account).await?;
    for question in store::accounts::questions_of(connection, account).await? {
        let Some(answer) = decided(connection, hers, &question).await? else { continue };
        let id = QuestionId(question.id);
        let settled = store::accounts::settle(connection, id, answer.as_str(), by, now).await?;
        did.settled.extend(settled.then_some(id));
    }
    Ok(())
}

/// The answer to a question that is plain from what stands, where an account has an application; none: HR has to say.
pub(super) async fn decided(
    connection: &mut Connection<'_>,
    hers: Option<ApplicationId>,
    question: &QuestionRow,
) -> Result<Option<AccountAnswer>, StoreError> {
    let about: Vec<Uuid> = std::iter::once(question.application_id).chain(question.other_id).collect();
    let shown_by = store::merged::shown_by(connection, &about).await?;
    let now_at = |id: Uuid| ApplicationId(shown_by.get(&id).copied().unwrap_or(id));
    let (one, other) = (now_at(question.application_id), question.other_id.map(now_at).or(hers));
    let Some(other) = other else { return Ok(None) };
    if one == other {
        return Ok(Some(AccountAnswer::Hers));
    }
    Ok(are_apart(connection, one, other).await?.then_some(AccountAnswer::Another))
}

/// What follows for another application that may be hers, beside the one that is. Gives it where it was merged into that one.
async fn follow(
    connection: &mut Connection<'_>,
    account: AccountId,
    (one, second): (ApplicationId, Second),
    event: LinkId,
    now: i64,
    did: &mut Did,
) -> Result<Option<ApplicationId>, RegisterError> {
    let other = match second {
        Second::None => return Ok(None),
        Second::Suspected(other) if are_apart(connection, one, other).await? => return Ok(None),
        Second::Suspected(other) => other,
        Second::Merged(other) => match merge_hers(connection, event, one, other, now).await? {
            Merge::Done => {
                did.events.push(event);
                return Ok(Some(other));
            }
            Merge::Asked => other,
            Merge::Apart => return Ok(None),
        },
    };
    let asked = store::accounts::questions_of(connection, account).await?;
    // Whether that one is hers may be asked already: the answer settles this, too.
    if other != one && !asked.iter().any(|row| row.other_id.unwrap_or(row.application_id) == other.0) {
        let question = NewQuestion { account, application: one, other: Some(other), why: TWO, at: now };
        did.asked.push(store::accounts::ask(connection, &question).await?);
    }
    Ok(None)
}

/// HR says that an application is an account's. Where it has one by now, both are hers, and so they are one person's.
async fn hers(
    connection: &mut Connection<'_>,
    account: AccountId,
    application: ApplicationId,
    (said, now): (Said<'_>, i64),
    did: &mut Did,
) -> Result<(), SettleError> {
    match store::accounts::application_of(connection, account).await? {
        None => {
            link_one(connection, application, account, did).await?;
            (did.hers, did.linked) = (true, Some(application));
        }
        Some(one) if one == application => {}
        Some(one) => {
            linking::merge_in(connection, said, one, application, &Choices::default(), now).await?;
            (did.hers, did.events) = (true, vec![said.event]);
        }
    }
    Ok(())
}

/// Links an account that has none to an application.
async fn link_one(
    connection: &mut Connection<'_>,
    application: ApplicationId,
    account: AccountId,
    did: &mut Did,
) -> Result<(), SettleError> {
    if !store::accounts::link(connection, application, account).await? {
        return Err(SettleError::Taken);
    }
    if let Some(row) = store::accounts::by_id(connection, account).await? {
        did.keys.extend(take(connection, registration(&row), application).await?);
    }
    Ok(())
}

/// An account as it registered. Whatever showed its number to be hers then, it counts as a code; an invitation counts while it is shown.
fn registration(row: &AccountRow) -> Registration<'_> {
    Registration {
        phone: &row.phone,
        proof: Proof::Code,
        email: row.email.as_deref(),
        email_proven: row.email_proven_at.is_some(),
        full_name: &row.full_name,
        birth_date: row.birth_date.as_deref(),
        pin_hash: &row.pin_hash,
    }
}

fn question(row: QuestionRow, account: AccountRow) -> AccountQuestion {
    AccountQuestion {
        id: QuestionId(row.id),
        account: AccountId(row.account_id),
        full_name: account.full_name,
        phone: account.phone,
        email: account.email,
        email_proven: account.email_proven_at.is_some(),
        birth_date: account.birth_date,
        application: ApplicationId(row.application_id),
        other: row.other_id.map(ApplicationId),
        why: row.why,
        asked_at: rfc3339(row.asked_at),
    }
}
