//! `hiring_application` and `status_history`.

use sea_query::{Alias, Cond, Expr, ExprTrait, Func, LikeExpr, Order, Query, SelectStatement, UpdateStatement, Value};
use uuid::Uuid;

use super::{
    Result, StoreError,
    bulk::{Bulk, Inserts, padded},
    connection::Connection,
    dialect::Dialect,
};
use crate::{
    application::{ApplicantRow, EducationLevel, Fields, Filter, Gender, PortalStanding},
    id::{ApplicationId, BatchId},
    identity::IdentifierKind,
    lifecycle::{Stage, Status, SubState},
};

const TABLE: &str = "hiring_application";
const HISTORY: &str = "status_history";
const REMOVED: &str = "removed_at";

/// An application as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct ApplicationRecord {
    pub(crate) id: Uuid,
    full_name: String,
    phone: Option<String>,
    email: Option<String>,
    birth_date: Option<String>,
    gender: Option<String>,
    location: Option<String>,
    position: Option<String>,
    applied_at: Option<String>,
    education: Option<String>,
    education_level: Option<String>,
    experience: Option<String>,
    experience_months: Option<i64>,
    expected_salary: Option<i64>,
    expected_salary_max: Option<i64>,
    resume_url: Option<String>,
    pub(crate) portal: String,
    source_ref: Option<String>,
    portal_status: Option<String>,
    portal_standing: Option<String>,
    answers: Option<String>,
    extras: Option<String>,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) batch_id: Option<Uuid>,
    stage: String,
    sub_state: String,
    pub(crate) version: i64,
    pub(crate) created_at: i64,
}

const COLUMNS: [&str; 28] = [
    "id",
    "full_name",
    "phone",
    "email",
    "birth_date",
    "gender",
    "location",
    "position",
    "applied_at",
    "education",
    "education_level",
    "experience",
    "experience_months",
    "expected_salary",
    "expected_salary_max",
    "resume_url",
    "portal",
    "source_ref",
    "portal_status",
    "portal_standing",
    "answers",
    "extras",
    "user_id",
    "batch_id",
    "stage",
    "sub_state",
    "version",
    "created_at",
];

impl ApplicationRecord {
    pub(crate) fn id(&self) -> ApplicationId {
        ApplicationId(self.id)
    }

    pub(crate) fn status(&self) -> Result<Status> {
        let what = || format!("the status of application {}", self.id);
        Ok(Status {
            stage: Stage::from_word(&self.stage).ok_or_else(|| StoreError::corrupt(what(), &self.stage))?,
            sub_state: SubState::from_word(&self.sub_state)
                .ok_or_else(|| StoreError::corrupt(what(), &self.sub_state))?,
        })
    }

    pub(crate) fn into_fields(self) -> Result<Fields> {
        let what = |field: &str| format!("{field} of application {}", self.id);
        Ok(Fields {
            answers: parse_json(self.answers.as_deref(), || what("answers"))?,
            extras: parse_json(self.extras.as_deref(), || what("extras"))?,
            full_name: Some(self.full_name),
            phone: self.phone,
            email: self.email,
            birth_date: self.birth_date,
            gender: self.gender.as_deref().and_then(gender_from),
            location: self.location,
            position: self.position,
            applied_at: self.applied_at,
            education: self.education,
            education_level: self.education_level.as_deref().and_then(EducationLevel::from_word),
            experience: self.experience,
            experience_months: self.experience_months.and_then(|months| u32::try_from(months).ok()),
            expected_salary: self.expected_salary,
            expected_salary_max: self.expected_salary_max,
            resume_url: self.resume_url,
            source_ref: self.source_ref,
            portal_status: self.portal_status,
            portal_standing: self.portal_standing.as_deref().and_then(PortalStanding::from_word),
        })
    }
}

fn parse_json<T: Default + serde::de::DeserializeOwned>(text: Option<&str>, what: impl Fn() -> String) -> Result<T> {
    match text {
        None => Ok(T::default()),
        Some(text) => serde_json::from_str(text).map_err(|error| StoreError::corrupt(what(), error)),
    }
}

fn gender_from(word: &str) -> Option<Gender> {
    match word {
        "female" => Some(Gender::Female),
        "male" => Some(Gender::Male),
        _ => None,
    }
}

fn json<T: serde::Serialize>(value: &T, empty: bool) -> Value {
    Value::String(if empty { None } else { serde_json::to_string(value).ok() })
}

/// An application that is about to be.
pub(crate) struct NewApplication<'a> {
    pub(crate) id: ApplicationId,
    pub(crate) row: &'a ApplicantRow,
    pub(crate) match_key: Option<i64>,
}

/// Applications at the lifecycle's beginning, each with its history's first record.
pub(crate) fn inserts(
    dialect: Dialect,
    BatchId(batch): BatchId,
    portal: &str,
    actor: &str,
    now: i64,
    applications: &[NewApplication<'_>],
) -> Inserts {
    const INSERT: Bulk = Bulk {
        table: TABLE,
        constant: &["portal", "batch_id", "stage", "sub_state", "created_at"],
        columns: &[
            "id",
            "full_name",
            "match_key",
            "phone",
            "email",
            "birth_date",
            "gender",
            "location",
            "position",
            "applied_at",
            "education",
            "education_level",
            "experience",
            "experience_months",
            "expected_salary",
            "expected_salary_max",
            "resume_url",
            "source_ref",
            "portal_status",
            "portal_standing",
            "answers",
            "extras",
        ],
        skip_known: false,
    };
    const FIRST_RECORD: Bulk = Bulk {
        table: HISTORY,
        constant: &["seq", "stage", "sub_state", "actor", "at"],
        columns: &["application_id"],
        skip_known: false,
    };
    let mut values = Vec::with_capacity(applications.len() * INSERT.columns.len());
    for NewApplication { id, row, match_key } in applications {
        let Fields {
            full_name,
            phone,
            email,
            birth_date,
            gender,
            location,
            position,
            applied_at,
            education,
            education_level,
            experience,
            experience_months,
            expected_salary,
            expected_salary_max,
            resume_url,
            source_ref,
            portal_status,
            portal_standing,
            answers,
            extras,
        } = &row.fields;
        let gender = gender.map(|gender| match gender {
            Gender::Female => "female",
            Gender::Male => "male",
        });
        values.extend([
            id.0.into(),
            full_name.clone().unwrap_or_default().into(),
            (*match_key).into(),
            phone.clone().into(),
            email.clone().into(),
            birth_date.clone().into(),
            gender.map(str::to_owned).into(),
            location.clone().into(),
            position.clone().into(),
            applied_at.clone().into(),
            education.clone().into(),
            education_level.map(|level| level.as_str().to_owned()).into(),
            experience.clone().into(),
            experience_months.map(i64::from).into(),
            (*expected_salary).into(),
            (*expected_salary_max).into(),
            resume_url.clone().into(),
            source_ref.clone().into(),
            portal_status.clone().into(),
            portal_standing.map(|standing| standing.as_str().to_owned()).into(),
            json(answers, answers.is_empty()),
            json(extras, extras.is_empty()),
        ]);
    }
    let Status { stage, sub_state } = Status::INITIAL;
    let (stage, sub_state): (Value, Value) = (stage.as_str().into(), sub_state.as_str().into());
    let constants = [portal.into(), batch.into(), stage.clone(), sub_state.clone(), now.into()];
    let ids = applications.iter().map(|one| one.id.0.into()).collect();
    INSERT.of(dialect, &constants, values).then(FIRST_RECORD.of(
        dialect,
        &[1_i64.into(), stage, sub_state, actor.into(), now.into()],
        ids,
    ))
}

fn select() -> SelectStatement {
    let mut select = Query::select();
    select.columns(COLUMNS).from(TABLE).and_where(Expr::col(REMOVED).is_null());
    select
}

/// The applications with these ids, in no order; removed ones are left out.
pub(crate) async fn by_ids(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<ApplicationRecord>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    connection.all(select().and_where(Expr::col("id").is_in(padded(ids.iter().copied())))).await
}

/// The applications with one of these keys of name and birth date; those that one batch made can be left out.
pub(crate) async fn by_match_keys(
    connection: &mut Connection<'_>,
    keys: &[i64],
    except: Option<BatchId>,
) -> Result<Vec<(i64, Uuid)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::select()
        .columns(["match_key", "id"])
        .from(TABLE)
        .and_where(Expr::col("match_key").is_in(padded(keys.iter().copied())))
        .and_where(Expr::col(REMOVED).is_null())
        .take();
    if let Some(BatchId(except)) = except {
        query.cond_where(Cond::any().add(Expr::col("batch_id").is_null()).add(Expr::col("batch_id").ne(except)));
    }
    connection.all(&query).await
}

fn filtered(select: &mut SelectStatement, filter: &Filter) {
    let Filter { text, portal, stage, sub_state, batch } = filter;
    if let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let like = |text: &str| LikeExpr::new(format!("%{}%", escaped(text))).escape('\\');
        let having = |table: &'static str, column: &'static str, text: &str| {
            let with = Expr::expr(Func::lower(Expr::col(column))).like(like(text));
            Query::select().column("application_id").from(table).and_where(with).take()
        };
        let mut any = Cond::any()
            .add(Expr::expr(Func::lower(Expr::col("full_name"))).like(like(&text.to_lowercase())))
            .add(Expr::col("email").like(like(&text.to_lowercase())))
            .add(Expr::col("id").in_subquery(having("application_source", "source_ref", &text.to_lowercase())));
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.strip_prefix("62").or(digits.strip_prefix('0')).unwrap_or(&digits);
        if digits.len() >= 3 {
            let mut phones = having("application_identifier", "value", digits);
            phones.and_where(Expr::col("kind").eq(IdentifierKind::Phone.as_str()));
            any = any.add(Expr::col("id").in_subquery(phones));
        }
        select.cond_where(any);
    }
    if let Some(stage) = stage {
        select.and_where(Expr::col("stage").eq(stage.as_str()));
    }
    if let Some(sub_state) = sub_state {
        select.and_where(Expr::col("sub_state").eq(sub_state.as_str()));
    }
    let source = |column: &'static str, value: Value| {
        Query::select()
            .expr(Expr::val(1))
            .from("application_source")
            .and_where(Expr::col(("application_source", "application_id")).equals((TABLE, "id")))
            .and_where(Expr::col(("application_source", column)).eq(value))
            .take()
    };
    if let Some(portal) = portal {
        select.and_where(Expr::exists(source("portal", portal.as_str().into())));
    }
    if let Some(BatchId(batch)) = batch {
        select.and_where(Expr::exists(source("batch_id", (*batch).into())));
    }
}

/// Makes the wildcards of LIKE plain characters.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A page of applications, newest first, beginning after `after`.
pub(crate) async fn page(
    connection: &mut Connection<'_>,
    filter: &Filter,
    after: Option<ApplicationId>,
    limit: u64,
) -> Result<Vec<ApplicationRecord>> {
    let mut query = select();
    filtered(&mut query, filter);
    if let Some(ApplicationId(after)) = after {
        query.and_where(Expr::col("id").lt(after));
    }
    connection.all(query.order_by("id", Order::Desc).limit(limit)).await
}

/// How many applications the filter leaves.
pub(crate) async fn count(connection: &mut Connection<'_>, filter: &Filter) -> Result<i64> {
    let mut query = Query::select();
    query.expr(Func::count(Expr::col(sea_query::Asterisk))).from(TABLE).and_where(Expr::col(REMOVED).is_null());
    filtered(&mut query, filter);
    connection.number(&query).await
}

/// One record of an application's history.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct HistoryRow {
    pub(crate) seq: i64,
    pub(crate) stage: String,
    pub(crate) sub_state: String,
    pub(crate) reasons: String,
    pub(crate) actor: String,
    pub(crate) at: i64,
}

/// An application's history, oldest first.
pub(crate) async fn history(
    connection: &mut Connection<'_>,
    ApplicationId(id): ApplicationId,
) -> Result<Vec<HistoryRow>> {
    let query = Query::select()
        .columns(["seq", "stage", "sub_state", "reasons", "actor", "at"])
        .from(HISTORY)
        .and_where(Expr::col("application_id").eq(id))
        .order_by("seq", Order::Asc)
        .take();
    connection.all(&query).await
}

/// Appends a record to the history and makes it the status; once, when it is run again with the same instant.
pub(crate) async fn append_status(
    connection: &mut Connection<'_>,
    ApplicationId(id): ApplicationId,
    status: Status,
    reasons: &[String],
    actor: &str,
    now: i64,
) -> Result<()> {
    // First: who changes the status at the same time waits here, and counts this record.
    let current = Query::update()
        .table(TABLE)
        .value("stage", status.stage.as_str())
        .value("sub_state", status.sub_state.as_str())
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&current).await?;
    let newest = Query::select()
        .columns(["seq", "stage", "sub_state", "actor", "at"])
        .from(HISTORY)
        .and_where(Expr::col("application_id").eq(id))
        .order_by("seq", Order::Desc)
        .limit(1)
        .take();
    let newest: Option<(i64, String, String, String, i64)> = connection.first(&newest).await?;
    let seq = match newest {
        // An earlier run of this step was kept, though its answer was lost.
        Some((_, stage, sub_state, by, at))
            if (stage.as_str(), sub_state.as_str()) == (status.stage.as_str(), status.sub_state.as_str())
                && (by.as_str(), at) == (actor, now) =>
        {
            return Ok(());
        }
        Some((seq, ..)) => seq + 1,
        None => 1,
    };
    let record = Query::insert()
        .into_table(HISTORY)
        .columns(["application_id", "seq", "stage", "sub_state", "reasons", "actor", "at"])
        .values_panic([
            id.into(),
            seq.into(),
            status.stage.as_str().into(),
            status.sub_state.as_str().into(),
            serde_json::to_string(reasons).unwrap_or_default().into(),
            actor.into(),
            now.into(),
        ])
        .take();
    connection.run(&record).await?;
    Ok(())
}

/// Of these applications, those with more than one record of history.
pub(crate) async fn advanced(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<(Uuid,)>> {
    let query = Query::select()
        .distinct()
        .column("application_id")
        .from(HISTORY)
        .and_where(Expr::col("application_id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col("seq").gt(1_i64))
        .take();
    connection.all(&query).await
}

/// Keeps applications as they stand until the transaction ends: who joins one and who takes it back would otherwise not see each other. SQLite
/// has one writer. A lock alone would hold on one node of a cluster only, so the row is changed.
pub(crate) async fn hold(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<()> {
    if connection.dialect() == Dialect::Sqlite || ids.is_empty() {
        return Ok(());
    }
    let update = Query::update()
        .table(TABLE)
        .value("held", Expr::col("held").add(1_i64))
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Takes applications out of every list; their history stays.
pub(crate) async fn remove(connection: &mut Connection<'_>, ids: &[Uuid], now: i64) -> Result<u64> {
    let update: UpdateStatement = Query::update()
        .table(TABLE)
        .value(REMOVED, now)
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col(REMOVED).is_null())
        .take();
    connection.run(&update).await
}

/// One line for every application whose newest record is not its status.
pub(crate) async fn drifted_status(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let newest = Query::select()
        .expr(Func::max(Expr::col(("n", "seq"))))
        .from_as(HISTORY, Alias::new("n"))
        .and_where(Expr::col(("n", "application_id")).equals(("h", "application_id")))
        .take();
    let query = Query::select()
        .column(("a", "id"))
        .from_as(TABLE, Alias::new("a"))
        .inner_join_as_history()
        .and_where(Expr::col(("h", "seq")).eq(Expr::SubQuery(None, Box::new(newest.into()))))
        .cond_where(
            Cond::any()
                .add(Expr::col(("a", "stage")).not_equals(("h", "stage")))
                .add(Expr::col(("a", "sub_state")).not_equals(("h", "sub_state"))),
        )
        .limit(20)
        .take();
    let drifted: Vec<(Uuid,)> = connection.all(&query).await?;
    Ok(drifted
        .into_iter()
        .map(|(id,)| format!("application {id}: the status is not the newest record of its history"))
        .collect())
}

trait JoinHistory {
    fn inner_join_as_history(&mut self) -> &mut Self;
}

impl JoinHistory for SelectStatement {
    fn inner_join_as_history(&mut self) -> &mut Self {
        self.join_as(
            sea_query::JoinType::InnerJoin,
            HISTORY,
            Alias::new("h"),
            Expr::col(("h", "application_id")).equals(("a", "id")),
        )
    }
}
