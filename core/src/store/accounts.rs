//! `account` and `account_question`: who signs in, and what HR is asked about it.

use sea_query::{Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{Result, applications::TABLE as APPLICATION, connection::Connection};
use crate::id::{AccountId, ApplicationId, QuestionId};

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
    pub(crate) activated_at: Option<i64>,
    pub(crate) created_at: i64,
}

const COLUMNS: [&str; 9] =
    ["id", "phone", "email", "email_proven_at", "full_name", "birth_date", "pin_hash", "activated_at", "created_at"];

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
            new.activated_at.into(),
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

/// Links an application to an account; false if it is linked to one already.
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
        .take();
    Ok(connection.run(&update).await? == 1)
}

/// A question for HR, about to be asked.
pub(crate) struct NewQuestion<'a> {
    pub(crate) account: AccountId,
    pub(crate) application: ApplicationId,
    pub(crate) other: Option<ApplicationId>,
    pub(crate) why: &'a str,
    pub(crate) at: i64,
}

/// Asks HR.
pub(crate) async fn ask(connection: &mut Connection<'_>, new: &NewQuestion<'_>) -> Result<()> {
    let insert = Query::insert()
        .into_table(QUESTION)
        .columns(["id", "account_id", "application_id", "other_id", "why", "asked_at"])
        .values_panic([
            QuestionId::mint().0.into(),
            new.account.0.into(),
            new.application.0.into(),
            new.other.map(|id| id.0).into(),
            new.why.into(),
            new.at.into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// What HR is asked about an account and has not answered: `(application, other, why)`, oldest first.
pub(crate) async fn questions_of(
    connection: &mut Connection<'_>,
    AccountId(account): AccountId,
) -> Result<Vec<(Uuid, Option<Uuid>, String)>> {
    let query = Query::select()
        .columns(["application_id", "other_id", "why"])
        .from(QUESTION)
        .and_where(Expr::col("account_id").eq(account))
        .and_where(Expr::col("settled_at").is_null())
        .order_by("id", Order::Asc)
        .take();
    connection.all(&query).await
}
