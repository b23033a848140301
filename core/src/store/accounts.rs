//! `account` and `account_question`: who signs in, and what HR is asked about it.

use std::collections::HashMap;

use sea_query::{Alias, Cond, Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{Result, applications::TABLE as APPLICATION, bulk::padded, connection::Connection};
use crate::{
    account::QuestionFilter,
    id::{AccountId, ApplicationId, QuestionId},
};

const TABLE: &str = "account";
const QUESTION: &str = "account_question";

/// An account as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct AccountRow {
    pub(crate) id: Uuid,
    pub(crate) phone: String,
    pub(crate) email: Option<String>,
    pub(crate) email_proven_at: Option<i64>,
    pub(crate) full_name: String,
    pub(crate) birth_date: Option<String>,
    pub(crate) pin_hash: String,
    pub(crate) epoch: i64,
    pub(crate) activated_at: Option<i64>,
    pub(crate) activated_for: Option<Uuid>,
    pub(crate) withdrawn_at: Option<i64>,
    pub(crate) created_at: i64,
}

const COLUMNS: [&str; 12] = [
    "id",
    "phone",
    "email",
    "email_proven_at",
    "full_name",
    "birth_date",
    "pin_hash",
    "epoch",
    "activated_at",
    "activated_for",
    "withdrawn_at",
    "created_at",
];

impl AccountRow {
    /// Since when operations have it activated by this application's contract; none: they do not.
    pub(crate) fn activated_by(&self, ApplicationId(application): ApplicationId) -> Option<i64> {
        self.activated_at.filter(|_| self.activated_for == Some(application))
    }
}

/// Stores an account. A phone number that has one is a conflict.
pub(crate) async fn insert(connection: &mut Connection<'_>, new: &AccountRow) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(COLUMNS)
        .values_panic([
            new.id.into(),
            new.phone.as_str().into(),
            new.email.as_deref().into(),
            new.email_proven_at.into(),
            new.full_name.as_str().into(),
            new.birth_date.as_deref().into(),
            new.pin_hash.as_str().into(),
            new.epoch.into(),
            new.activated_at.into(),
            new.activated_for.into(),
            new.withdrawn_at.into(),
            new.created_at.into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// The account of a phone number.
pub(crate) async fn by_phone(connection: &mut Connection<'_>, phone: &str) -> Result<Option<AccountRow>> {
    let query = Query::select().columns(COLUMNS).from(TABLE).and_where(Expr::col("phone").eq(phone)).take();
    connection.first(&query).await
}

/// An account.
pub(crate) async fn by_id(connection: &mut Connection<'_>, AccountId(id): AccountId) -> Result<Option<AccountRow>> {
    let query = Query::select().columns(COLUMNS).from(TABLE).and_where(Expr::col("id").eq(id)).take();
    connection.first(&query).await
}

/// Since when an account is erased; none: it is not, or there is none.
pub(crate) async fn erased_at(connection: &mut Connection<'_>, AccountId(id): AccountId) -> Result<Option<i64>> {
    let query = Query::select().column("erased_at").from(TABLE).and_where(Expr::col("id").eq(id)).take();
    Ok(connection.first::<(Option<i64>,)>(&query).await?.and_then(|(at,)| at))
}

/// Gives an account another PIN; false where it was given another one since it was seen. `epoch` is the one after.
pub(crate) async fn set_pin(
    connection: &mut Connection<'_>,
    seen: &AccountRow,
    pin_hash: &str,
    epoch: i64,
) -> Result<bool> {
    let update = Query::update()
        .table(TABLE)
        .values([("pin_hash", pin_hash.into()), ("epoch", epoch.into())])
        .and_where(Expr::col("id").eq(seen.id))
        .and_where(Expr::col("pin_hash").eq(seen.pin_hash.as_str()))
        .take();
    Ok(connection.run(&update).await? == 1)
}

/// Keeps since when somebody consents to be recruited no more; none: she does.
pub(crate) async fn set_withdrawn(
    connection: &mut Connection<'_>,
    AccountId(id): AccountId,
    at: Option<i64>,
) -> Result<()> {
    let update = Query::update().table(TABLE).value("withdrawn_at", at).and_where(Expr::col("id").eq(id)).take();
    connection.run(&update).await?;
    Ok(())
}

/// Holds an account as it was seen until the transaction ends; false where its PIN is another one by now. It is changed to what it is, so that on a
/// cluster two who change it at once do not both succeed.
pub(crate) async fn hold(connection: &mut Connection<'_>, seen: &AccountRow) -> Result<bool> {
    let update = Query::update()
        .table(TABLE)
        .value("held", Expr::col("held").add(1))
        .and_where(Expr::col("id").eq(seen.id))
        .and_where(Expr::col("pin_hash").eq(seen.pin_hash.as_str()))
        .and_where(Expr::col("epoch").eq(seen.epoch))
        .take();
    Ok(connection.run(&update).await? == 1)
}

/// Keeps that an account is activated by an application's contract, or is no more, and who said so; false where it was so already.
pub(crate) async fn set_activated(
    connection: &mut Connection<'_>,
    AccountId(id): AccountId,
    ApplicationId(application): ApplicationId,
    active: bool,
    actor: &str,
    now: i64,
) -> Result<bool> {
    let by_it = || Expr::col("activated_for").eq(application);
    let seen = if active { Expr::col("activated_for").is_null().or(by_it().not()) } else { by_it() };
    let update = Query::update()
        .table(TABLE)
        .value("activated_at", active.then_some(now))
        .value("activated_for", active.then_some(application))
        .and_where(Expr::col("id").eq(id))
        .and_where(seen)
        .take();
    if connection.run(&update).await? == 0 {
        return Ok(false);
    }
    let kind = if active { "activated" } else { "deactivated" };
    let insert = Query::insert()
        .into_table("activation_event")
        .columns(["id", "account_id", "application_id", "kind", "actor", "at"])
        .values_panic([Uuid::now_v7().into(), id.into(), application.into(), kind.into(), actor.into(), now.into()])
        .take();
    connection.run(&insert).await?;
    Ok(true)
}

/// Since when accounts are activated, by the application whose contract it is; those that are not are left out.
pub(crate) async fn activated(
    connection: &mut Connection<'_>,
    accounts: &[Uuid],
) -> Result<HashMap<(Uuid, Uuid), i64>> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::select()
        .columns(["id", "activated_for", "activated_at"])
        .from(TABLE)
        .and_where(Expr::col("id").is_in(padded(accounts.iter().copied())))
        .and_where(Expr::col("activated_for").is_not_null())
        .take();
    let rows: Vec<(Uuid, Uuid, i64)> = connection.all(&query).await?;
    Ok(rows.into_iter().map(|(account, application, at)| ((account, application), at)).collect())
}

/// Keeps that control of an address was shown.
pub(crate) async fn set_email(
    connection: &mut Connection<'_>,
    AccountId(id): AccountId,
    email: &str,
    now: i64,
) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .values([("email", email.into()), ("email_proven_at", now.into())])
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Forgets that control of its address was shown: it is as if she had typed it.
pub(crate) async fn doubt_email(connection: &mut Connection<'_>, AccountId(id): AccountId) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .value("email_proven_at", Option::<i64>::None)
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// The account of an application, if it has one.
pub(crate) async fn of_application(
    connection: &mut Connection<'_>,
    ApplicationId(application): ApplicationId,
) -> Result<Option<AccountRow>> {
    let hers = Query::select().column("user_id").from(APPLICATION).and_where(Expr::col("id").eq(application)).take();
    let query = Query::select().columns(COLUMNS).from(TABLE).and_where(Expr::col("id").in_subquery(hers)).take();
    connection.first(&query).await
}

/// The application that is an account's and shown, if it has one.
pub(crate) async fn application_of(
    connection: &mut Connection<'_>,
    AccountId(account): AccountId,
) -> Result<Option<ApplicationId>> {
    let query = Query::select()
        .column("id")
        .from(APPLICATION)
        .and_where(Expr::col("user_id").eq(account))
        .and_where(Expr::col(super::applications::MERGED).is_null())
        .and_where(Expr::col(super::applications::REMOVED).is_null())
        .take();
    let found: Option<(Uuid,)> = connection.first(&query).await?;
    Ok(found.map(|(id,)| ApplicationId(id)))
}

/// Links an application to an account; false if it is linked to one already, or shows nobody any more.
pub(crate) async fn link(
    connection: &mut Connection<'_>,
    ApplicationId(application): ApplicationId,
    AccountId(account): AccountId,
) -> Result<bool> {
    let update = Query::update()
        .table(APPLICATION)
        .value("user_id", account)
        .and_where(Expr::col("id").eq(application))
        .and_where(Expr::col("user_id").is_null())
        .and_where(Expr::col(super::applications::ERASED).is_null())
        .and_where(Expr::col(super::applications::MERGED).is_null())
        .and_where(Expr::col(super::applications::REMOVED).is_null())
        .take();
    Ok(connection.run(&update).await? == 1)
}

/// Takes an application from its account, to which another one is to be linked.
pub(crate) async fn leave(connection: &mut Connection<'_>, ApplicationId(application): ApplicationId) -> Result<()> {
    let update = Query::update()
        .table(APPLICATION)
        .value("user_id", Option::<Uuid>::None)
        .and_where(Expr::col("id").eq(application))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Blanks an account: nobody signs in by it any more, and its number is free. What it did stays under its id.
pub(crate) async fn erase(connection: &mut Connection<'_>, AccountId(id): AccountId, now: i64) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        // Unique, and no number.
        .value("phone", id.simple().to_string())
        .value("email", Option::<String>::None)
        .value("email_proven_at", Option::<i64>::None)
        .value("full_name", "")
        .value("birth_date", Option::<String>::None)
        .value("pin_hash", "")
        .value("withdrawn_at", Option::<i64>::None)
        .value("epoch", Expr::col("epoch").add(1_i64))
        .value("erased_at", now)
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// What HR was ever asked about an account, or about one of these applications, oldest first.
pub(crate) async fn ever_asked(
    connection: &mut Connection<'_>,
    account: Option<AccountId>,
    ids: &[Uuid],
) -> Result<Vec<QuestionRow>> {
    let about = |column: &'static str| Expr::col(column).is_in(padded(ids.iter().copied()));
    let mut any = Cond::any().add(about("application_id")).add(about("other_id"));
    if let Some(AccountId(account)) = account {
        any = any.add(Expr::col("account_id").eq(account));
    }
    let query = Query::select().columns(ASKED).from(QUESTION).cond_where(any).order_by("id", Order::Asc).take();
    connection.all(&query).await
}

/// When an account was activated, and when that was taken back: by which application's contract, what, by whom and when.
pub(crate) async fn activations(
    connection: &mut Connection<'_>,
    AccountId(account): AccountId,
) -> Result<Vec<(Uuid, String, String, i64)>> {
    let query = Query::select()
        .columns(["application_id", "kind", "actor", "at"])
        .from("activation_event")
        .and_where(Expr::col("account_id").eq(account))
        .order_by("id", Order::Asc)
        .take();
    connection.all(&query).await
}

/// What HR is asked and has not answered about one of these applications, whoever's account it is.
pub(crate) async fn questions_about(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<QuestionRow>> {
    let about = |column: &'static str| Expr::col(column).is_in(padded(ids.iter().copied()));
    let query = Query::select()
        .columns(ASKED)
        .from(QUESTION)
        .and_where(Expr::col("settled_at").is_null())
        .cond_where(Cond::any().add(about("application_id")).add(about("other_id")))
        .order_by("id", Order::Asc)
        .take();
    connection.all(&query).await
}

/// A question for HR, about to be asked.
pub(crate) struct NewQuestion<'a> {
    pub(crate) account: AccountId,
    pub(crate) application: ApplicationId,
    pub(crate) other: Option<ApplicationId>,
    pub(crate) why: &'a str,
    pub(crate) at: i64,
}

/// Asks HR; gives the question.
pub(crate) async fn ask(connection: &mut Connection<'_>, new: &NewQuestion<'_>) -> Result<QuestionId> {
    let id = QuestionId::mint();
    let insert = Query::insert()
        .into_table(QUESTION)
        .columns(["id", "account_id", "application_id", "other_id", "why", "asked_at"])
        .values_panic([
            id.0.into(),
            new.account.0.into(),
            new.application.0.into(),
            new.other.map(|id| id.0).into(),
            new.why.into(),
            new.at.into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(id)
}

/// A question as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct QuestionRow {
    pub(crate) id: Uuid,
    pub(crate) account_id: Uuid,
    pub(crate) application_id: Uuid,
    pub(crate) other_id: Option<Uuid>,
    pub(crate) why: String,
    pub(crate) asked_at: i64,
    pub(crate) settled_at: Option<i64>,
    pub(crate) settled_by: Option<String>,
    pub(crate) outcome: Option<String>,
}

const ASKED: [&str; 9] =
    ["id", "account_id", "application_id", "other_id", "why", "asked_at", "settled_at", "settled_by", "outcome"];

/// What HR is asked about an account and has not answered, oldest first.
pub(crate) async fn questions_of(
    connection: &mut Connection<'_>,
    AccountId(account): AccountId,
) -> Result<Vec<QuestionRow>> {
    let query = Query::select()
        .columns(ASKED)
        .from(QUESTION)
        .and_where(Expr::col("account_id").eq(account))
        .and_where(Expr::col("settled_at").is_null())
        .order_by("id", Order::Asc)
        .take();
    connection.all(&query).await
}

/// A page of what HR is asked and has not answered, oldest first.
pub(crate) async fn questions(
    connection: &mut Connection<'_>,
    QuestionFilter { why, portal }: &QuestionFilter,
    after: Option<QuestionId>,
    limit: u64,
) -> Result<Vec<QuestionRow>> {
    let mut query = Query::select()
        .columns(ASKED)
        .from(QUESTION)
        .and_where(Expr::col("settled_at").is_null())
        .order_by("id", Order::Asc)
        .limit(limit)
        .take();
    if let Some(why) = why {
        query.and_where(Expr::col("why").eq(why.as_str()));
    }
    if let Some(portal) = portal {
        let about = |column: &'static str| Expr::col(("a", "id")).equals((QUESTION, column));
        let from_there = Query::select()
            .expr(Expr::val(1_i64))
            .from_as(APPLICATION, Alias::new("a"))
            .and_where(Expr::col(("a", "portal")).eq(portal.as_str()))
            .cond_where(Cond::any().add(about("application_id")).add(about("other_id")))
            .take();
        query.and_where(Expr::exists(from_there));
    }
    if let Some(QuestionId(after)) = after {
        query.and_where(Expr::col("id").gt(after));
    }
    connection.all(&query).await
}

/// The applications that HR has said are not an account's.
pub(crate) async fn denied(
    connection: &mut Connection<'_>,
    AccountId(account): AccountId,
    outcome: &str,
) -> Result<Vec<Uuid>> {
    let query = Query::select()
        .column("application_id")
        .from(QUESTION)
        .and_where(Expr::col("account_id").eq(account))
        .and_where(Expr::col("other_id").is_null())
        .and_where(Expr::col("outcome").eq(outcome))
        .take();
    let rows: Vec<(Uuid,)> = connection.all(&query).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// One question.
pub(crate) async fn question(
    connection: &mut Connection<'_>,
    QuestionId(id): QuestionId,
) -> Result<Option<QuestionRow>> {
    let query = Query::select().columns(ASKED).from(QUESTION).and_where(Expr::col("id").eq(id)).take();
    connection.first(&query).await
}

/// Keeps the answer to a question; false where it was answered.
pub(crate) async fn settle(
    connection: &mut Connection<'_>,
    QuestionId(id): QuestionId,
    outcome: &str,
    by: &str,
    now: i64,
) -> Result<bool> {
    let update = Query::update()
        .table(QUESTION)
        .values([("settled_at", now.into()), ("settled_by", by.into()), ("outcome", outcome.into())])
        .and_where(Expr::col("id").eq(id))
        .and_where(Expr::col("settled_at").is_null())
        .take();
    Ok(connection.run(&update).await? == 1)
}

/// Asks a question once more that was answered; false where it is asked still.
pub(crate) async fn reopen(connection: &mut Connection<'_>, QuestionId(id): QuestionId) -> Result<bool> {
    let update = Query::update()
        .table(QUESTION)
        .value("settled_at", Option::<i64>::None)
        .value("settled_by", Option::<String>::None)
        .value("outcome", Option::<String>::None)
        .and_where(Expr::col("id").eq(id))
        .and_where(Expr::col("settled_at").is_not_null())
        .take();
    Ok(connection.run(&update).await? == 1)
}
