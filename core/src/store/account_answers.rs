//! `account_answer`: what HR answered about accounts, for ever, and what was taken back.
//!
//! Records are appended and never changed; that one takes another back at most once is the unique key of `reverses`.

use sea_query::{Alias, Cond, Expr, ExprTrait, JoinType, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{Result, StoreError, bulk::padded, connection::Connection};
use crate::id::{AccountId, AnswerId, QuestionId};

const TABLE: &str = "account_answer";
const QUESTION: &str = "account_question";
const APPLICATION: &str = "hiring_application";

/// A record, about to be stored.
pub(crate) struct NewAnswer<'a> {
    pub(crate) id: AnswerId,
    pub(crate) question: QuestionId,
    /// The answer that it takes back; none: it is one.
    pub(crate) reverses: Option<AnswerId>,
    /// What was said; none: an answer is taken back.
    pub(crate) outcome: Option<&'a str>,
    pub(crate) actor: &'a str,
    pub(crate) at: i64,
    /// JSON.
    pub(crate) done: Option<String>,
}

/// Appends a record; one that takes back what somebody has taken back is a conflict.
pub(crate) async fn insert(connection: &mut Connection<'_>, new: &NewAnswer<'_>) -> Result<()> {
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["id", "question_id", "reverses", "outcome", "actor", "at", "done"])
        .values_panic([
            new.id.0.into(),
            new.question.0.into(),
            new.reverses.map(|answer| answer.0).into(),
            new.outcome.map(str::to_owned).into(),
            new.actor.into(),
            new.at.into(),
            new.done.clone().into(),
        ])
        .take();
    connection.run(&insert).await?;
    Ok(())
}

/// Whether there is a record.
pub(crate) async fn is_there(connection: &mut Connection<'_>, AnswerId(id): AnswerId) -> Result<bool> {
    let query = Query::select().expr(Expr::val(1_i64)).from(TABLE).and_where(Expr::col("id").eq(id)).take();
    Ok(connection.number(&query).await? == 1)
}

/// An answer that nobody has taken back, as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct StandingRow {
    pub(crate) id: Uuid,
    pub(crate) question_id: Uuid,
    pub(crate) account_id: Uuid,
    done: Option<String>,
}

impl StandingRow {
    /// What followed from it, empty where nothing did.
    pub(crate) fn done<T: Default + serde::de::DeserializeOwned>(&self) -> Result<T> {
        let corrupt = |error| StoreError::corrupt(format!("account answer {}", self.id), error);
        self.done.as_deref().map_or_else(|| Ok(T::default()), |text| serde_json::from_str(text).map_err(corrupt))
    }
}

fn standing() -> SelectStatement {
    Query::select()
        .columns(["id", "question_id", "done"].map(|column| ("w", column)))
        .column(("q", "account_id"))
        .from_as(TABLE, Alias::new("w"))
        .join_as(JoinType::InnerJoin, QUESTION, Alias::new("q"), Expr::col(("q", "id")).equals(("w", "question_id")))
        .join_as(JoinType::LeftJoin, TABLE, Alias::new("r"), Expr::col(("r", "reverses")).equals(("w", "id")))
        .and_where(Expr::col(("w", "outcome")).is_not_null())
        .and_where(Expr::col(("r", "id")).is_null())
        .order_by(("w", "id"), Order::Asc)
        .take()
}

/// The answers about an account that nobody has taken back, oldest first.
pub(crate) async fn standing_of(
    connection: &mut Connection<'_>,
    AccountId(account): AccountId,
) -> Result<Vec<StandingRow>> {
    connection.all(standing().and_where(Expr::col(("q", "account_id")).eq(account))).await
}

/// The answers about these applications that nobody has taken back, whoever's account it was, oldest first.
pub(crate) async fn standing_about(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<StandingRow>> {
    let about = |column: &'static str| Expr::col(("q", column)).is_in(padded(ids.iter().copied()));
    let mut query = standing();
    query.cond_where(Cond::any().add(about("application_id")).add(about("other_id")));
    connection.all(&query).await
}

/// An answer with whom it was about by their names as they stand, and who took it back.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct AnswerRow {
    pub(crate) id: Uuid,
    pub(crate) question_id: Uuid,
    pub(crate) outcome: String,
    pub(crate) actor: String,
    pub(crate) at: i64,
    pub(crate) account_id: Uuid,
    pub(crate) application_id: Uuid,
    pub(crate) other_id: Option<Uuid>,
    pub(crate) why: String,
    pub(crate) full_name: String,
    pub(crate) application_name: String,
    pub(crate) other_name: Option<String>,
    pub(crate) reversed_by: Option<String>,
    pub(crate) reversed_at: Option<i64>,
}

/// The newest answers before one, newest first, those that were taken back too.
pub(crate) async fn latest(
    connection: &mut Connection<'_>,
    before: Option<AnswerId>,
    limit: u64,
) -> Result<Vec<AnswerRow>> {
    let is = |table: &'static str, of: (&'static str, &'static str)| Expr::col((table, "id")).equals(of);
    let mut query = Query::select();
    query
        .columns(["id", "question_id", "outcome", "actor", "at"].map(|column| ("w", column)))
        .columns(["account_id", "application_id", "other_id", "why"].map(|column| ("q", column)))
        .column(("c", "full_name"))
        .expr_as(Expr::col(("a", "full_name")), Alias::new("application_name"))
        .expr_as(Expr::col(("o", "full_name")), Alias::new("other_name"))
        .expr_as(Expr::col(("r", "actor")), Alias::new("reversed_by"))
        .expr_as(Expr::col(("r", "at")), Alias::new("reversed_at"))
        .from_as(TABLE, Alias::new("w"))
        .join_as(JoinType::InnerJoin, QUESTION, Alias::new("q"), is("q", ("w", "question_id")))
        .join_as(JoinType::InnerJoin, "account", Alias::new("c"), is("c", ("q", "account_id")))
        .join_as(JoinType::InnerJoin, APPLICATION, Alias::new("a"), is("a", ("q", "application_id")))
        .join_as(JoinType::LeftJoin, APPLICATION, Alias::new("o"), is("o", ("q", "other_id")))
        .join_as(JoinType::LeftJoin, TABLE, Alias::new("r"), Expr::col(("r", "reverses")).equals(("w", "id")))
        .and_where(Expr::col(("w", "outcome")).is_not_null())
        .order_by(("w", "id"), Order::Desc)
        .limit(limit);
    if let Some(AnswerId(before)) = before {
        query.and_where(Expr::col(("w", "id")).lt(before));
    }
    connection.all(&query).await
}

/// An answer to a question, as somebody who asks is told of it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct GivenRow {
    pub(crate) question_id: Uuid,
    pub(crate) outcome: Option<String>,
    pub(crate) actor: String,
    pub(crate) at: i64,
}

/// Every answer to these questions, and every one that takes one back, oldest first.
pub(crate) async fn ever_given(connection: &mut Connection<'_>, questions: &[Uuid]) -> Result<Vec<GivenRow>> {
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .columns(["question_id", "outcome", "actor", "at"])
        .from(TABLE)
        .and_where(Expr::col("question_id").is_in(padded(questions.iter().copied())))
        .order_by("id", Order::Asc)
        .take();
    connection.all(&query).await
}
