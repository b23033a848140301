//! `hiring_application`: who applied. Which of them a list shows is in [`super::listing`], where they stood in [`super::history`].

use sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement, UpdateStatement, Value};
use uuid::Uuid;

use super::{
    Result, StoreError,
    bulk::{Bulk, Inserts, padded},
    connection::Connection,
    dialect::Dialect,
    flows, history, likeness,
};
use crate::{
    application::{ApplicantRow, EducationLevel, Fields, Gender, PortalStanding},
    id::{ApplicationId, BatchId},
    lifecycle::{Stage, Status, SubState, flow::Way},
};

pub(super) const TABLE: &str = "hiring_application";
pub(super) const REMOVED: &str = "removed_at";
pub(super) const MERGED: &str = "merged_into";
pub(super) const ERASED: &str = "erased_at";

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
    /// The application that shows this one.
    pub(crate) merged_into: Option<Uuid>,
    /// Since when its values are gone.
    pub(crate) erased_at: Option<i64>,
}

pub(super) const COLUMNS: [&str; 30] = [
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
    MERGED,
    ERASED,
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

/// The columns that a row fills.
const FILLED: [&str; 22] = [
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
];

/// The values of fields, in the order of [`FILLED`] without id and match key.
fn cells(fields: &Fields) -> [Value; 20] {
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
    } = fields;
    let gender = gender.map(Gender::as_str);
    [
        full_name.clone().unwrap_or_default().into(),
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
    ]
}

/// Applications at the lifecycle's beginning, each with its history's first record.
pub(crate) fn inserts(
    dialect: Dialect,
    batch: Option<BatchId>,
    portal: &str,
    actor: &str,
    now: i64,
    applications: &[NewApplication<'_>],
) -> Inserts {
    const INSERT: Bulk = Bulk {
        table: TABLE,
        constant: &["portal", "batch_id", "stage", "sub_state", "created_at"],
        columns: &FILLED,
        skip_known: false,
    };
    let mut values = Vec::with_capacity(applications.len() * INSERT.columns.len());
    for NewApplication { id, row, match_key } in applications {
        let [name, rest @ ..] = cells(&row.fields);
        values.extend([id.0.into(), name, (*match_key).into()]);
        values.extend(rest);
    }
    let Status { stage, sub_state } = Status::INITIAL;
    let constants =
        [portal.into(), batch.map(|id| id.0).into(), stage.as_str().into(), sub_state.as_str().into(), now.into()];
    let ids = applications.iter().map(|one| one.id.0);
    INSERT.of(dialect, &constants, values).then(history::begin(dialect, portal, actor, now, ids))
}

/// Writes an application's fields, what it is like others by, and its account.
pub(crate) async fn set_fields(
    connection: &mut Connection<'_>,
    ApplicationId(id): ApplicationId,
    fields: &Fields,
    match_key: Option<i64>,
    account: Option<Uuid>,
) -> Result<()> {
    likeness::unlist(connection, ApplicationId(id)).await?;
    let columns = FILLED.iter().filter(|column| !matches!(**column, "id" | "match_key"));
    let update = Query::update()
        .table(TABLE)
        .values(columns.copied().zip(cells(fields).map(Expr::val)))
        .value("match_key", match_key)
        .value("user_id", account)
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&update).await?;
    likeness::list(connection, &Vec::from_iter(match_key.map(|key| (key, ApplicationId(id))))).await
}

fn select() -> SelectStatement {
    let mut select = Query::select();
    select.columns(COLUMNS).from(TABLE).and_where(Expr::col(REMOVED).is_null()).and_where(Expr::col(ERASED).is_null());
    select
}

/// The applications with these ids that are in the lists, in no order: neither removed nor merged ones.
pub(crate) async fn by_ids(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<ApplicationRecord>> {
    let mut found = by_ids_also_merged(connection, ids).await?;
    found.retain(|one| one.merged_into.is_none());
    Ok(found)
}

/// The applications with these ids, in no order; removed and erased ones are left out, merged ones are not.
pub(crate) async fn by_ids_also_merged(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
) -> Result<Vec<ApplicationRecord>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    connection.all(select().and_where(Expr::col("id").is_in(padded(ids.iter().copied())))).await
}

/// The applications with these ids, in no order; removed ones are left out, merged and erased ones are not.
pub(crate) async fn by_ids_also_erased(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
) -> Result<Vec<ApplicationRecord>> {
    let query = Query::select()
        .columns(COLUMNS)
        .from(TABLE)
        .and_where(Expr::col(REMOVED).is_null())
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .take();
    connection.all(&query).await
}

/// Which of these were removed, their import having been undone, and hold their values still.
pub(crate) async fn removed(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<(Uuid,)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .column("id")
        .from(TABLE)
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col(REMOVED).is_not_null())
        .and_where(Expr::col(ERASED).is_null())
        .take();
    connection.all(&query).await
}

/// Blanks every value of applications, removed ones too. What stays tells nothing of anybody: where they stood, and through which portal they came.
pub(crate) async fn erase(connection: &mut Connection<'_>, ids: &[Uuid], now: i64) -> Result<()> {
    for id in ids {
        likeness::unlist(connection, ApplicationId(*id)).await?;
    }
    let columns = FILLED.iter().filter(|column| !matches!(**column, "id" | "match_key"));
    let update = Query::update()
        .table(TABLE)
        .values(columns.copied().zip(cells(&Fields::default()).map(Expr::val)))
        .value("match_key", Option::<i64>::None)
        .value("user_id", Option::<Uuid>::None)
        .value(ERASED, now)
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .take();
    connection.run(&update).await?;
    Ok(())
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

/// Takes applications out of every list that have their first record only; that stays, and the funnel counts it no more.
pub(crate) async fn remove(connection: &mut Connection<'_>, ids: &[Uuid], now: i64) -> Result<u64> {
    let begun = Query::select()
        .columns(["portal", "created_at"])
        .expr_as(Func::count(Expr::col("id")), Alias::new("begun"))
        .from(TABLE)
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col(REMOVED).is_null())
        .group_by_columns(["portal", "created_at"])
        .take();
    let begun: Vec<(String, i64, i64)> = connection.all(&begun).await?;
    for (portal, at, begun) in begun {
        flows::write(connection, &portal, &[Way::begins(at)], -begun).await?;
    }
    let update: UpdateStatement = Query::update()
        .table(TABLE)
        .value(REMOVED, now)
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .and_where(Expr::col(REMOVED).is_null())
        .take();
    connection.run(&update).await
}
