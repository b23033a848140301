//! `import_row`: every row of every file.

use sea_query::{Cond, Expr, ExprTrait, Func, LikeExpr, Order, Query, SelectStatement, Value};
use uuid::Uuid;

use super::{
    Result, StoreError, applications,
    bulk::{Bulk, Inserts, padded},
    connection::Connection,
    dialect::Dialect,
    listing::escaped,
    packed,
};
use crate::{
    application::{ApplicantRow, SourceKey},
    id::{ApplicationId, BatchId},
    import::{Action, Only, Outcome, Planned, Reason, RowFilter},
    linking::Score,
};

pub(super) const TABLE: &str = "import_row";
/// How likely a row is the likeliest of those whom it may be, in millionths.
pub(super) const SCORE: &str = "score";
const COLUMNS: [&str; 14] = [
    "row_no",
    "outcome",
    "reason",
    "marks",
    "source_key",
    "application_id",
    "target_row",
    "candidate_rows",
    SCORE,
    "decision",
    "decision_application",
    "decided_by",
    "decided_at",
    "content",
];

const PROBLEM: i64 = 1;
const REPAIR: i64 = 2;
const EDITED: i64 = 4;
const ERASED: i64 = 8;

#[derive(sqlx::FromRow)]
struct Record {
    row_no: i64,
    outcome: String,
    reason: Option<String>,
    marks: i64,
    source_key: Option<Vec<u8>>,
    application_id: Option<Uuid>,
    target_row: Option<i64>,
    candidate_rows: Option<String>,
    score: Option<i64>,
    decision: Option<String>,
    decision_application: Option<Uuid>,
    decided_by: Option<String>,
    decided_at: Option<i64>,
    content: String,
}

impl Record {
    fn planned(self) -> Result<Planned> {
        let corrupt = |why: &str| StoreError::corrupt(format!("row {} of an import", self.row_no), why);
        let number = u32::try_from(self.row_no).map_err(|error| corrupt(&error.to_string()))?;
        let row = packed::unpack(number, &self.content).map_err(|error| corrupt(&error.to_string()))?;
        Ok(Planned {
            outcome: Outcome::from_word(&self.outcome).ok_or_else(|| corrupt("its outcome"))?,
            reason: match self.reason {
                None => None,
                Some(word) => Some(Reason::from_word(&word).ok_or_else(|| corrupt("its reason"))?),
            },
            source_key: self.source_key.as_deref().and_then(SourceKey::from_bytes),
            application: self.application_id.map(ApplicationId),
            target_row: self.target_row.and_then(|row| u32::try_from(row).ok()),
            candidate_rows: match &self.candidate_rows {
                None => Vec::new(),
                Some(text) => serde_json::from_str(text).map_err(|error| corrupt(&error.to_string()))?,
            },
            score: match self.score {
                None => None,
                Some(millionths) => Some(Score::of_millionths(millionths).ok_or_else(|| corrupt("its score"))?),
            },
            decision: match self.decision {
                None => None,
                Some(word) => Some(crate::import::Decision {
                    action: Action::from_word(&word).ok_or_else(|| corrupt("its decision"))?,
                    application: self.decision_application.map(ApplicationId),
                    by: self.decided_by.unwrap_or_default(),
                    at: self.decided_at.unwrap_or_default(),
                }),
            },
            edited: self.marks & EDITED != 0,
            erased: self.marks & ERASED != 0,
            row: Box::new(row),
        })
    }
}

/// A row as it is stored.
pub(crate) struct Content(packed::Result<String>);

impl Content {
    /// Works out how a row is stored; what fails is told when it is to be written.
    pub(crate) fn of(row: &ApplicantRow) -> Self {
        Self(packed::pack(row))
    }

    fn value(self, planned: &Planned) -> Result<Value> {
        let text = self.0.map_err(|error| StoreError::corrupt(format!("row {}", planned.row.row), error))?;
        Ok(text.into())
    }
}

fn candidate_rows(planned: &Planned) -> Option<String> {
    if planned.candidate_rows.is_empty() { None } else { serde_json::to_string(&planned.candidate_rows).ok() }
}

fn marks(planned: &Planned) -> i64 {
    let row = &planned.row;
    let repaired = !row.repairs.is_empty()
        || row.phones.iter().any(|phone| !phone.repairs.is_empty())
        || row.emails.iter().any(|email| !email.repairs.is_empty());
    let mut marks = 0;
    if !row.problems.is_empty() {
        marks |= PROBLEM;
    }
    if repaired {
        marks |= REPAIR;
    }
    if planned.edited {
        marks |= EDITED;
    }
    if planned.erased {
        marks |= ERASED;
    }
    marks
}

/// Planned rows without decisions, each with its stored form where that is known.
pub(crate) fn inserts(
    dialect: Dialect,
    BatchId(batch): BatchId,
    rows: &[Planned],
    contents: Vec<Option<Content>>,
) -> Result<Inserts> {
    const INSERT: Bulk = Bulk {
        table: TABLE,
        constant: &["batch_id"],
        columns: &[
            "row_no",
            "outcome",
            "reason",
            "marks",
            "source_key",
            "application_id",
            "target_row",
            "candidate_rows",
            SCORE,
            "content",
        ],
        skip_known: false,
    };
    let mut values: Vec<Value> = Vec::with_capacity(rows.len() * INSERT.columns.len());
    for (planned, content) in rows.iter().zip(contents) {
        values.extend([
            i64::from(planned.row.row).into(),
            planned.outcome.as_str().into(),
            planned.reason.map(|reason| reason.as_str().to_owned()).into(),
            marks(planned).into(),
            planned.source_key.map(|key| key.0.to_vec()).into(),
            planned.application.map(|id| id.0).into(),
            planned.target_row.map(i64::from).into(),
            candidate_rows(planned).into(),
            planned.score.map(Score::millionths).into(),
            content.unwrap_or_else(|| Content::of(&planned.row)).value(planned)?,
        ]);
    }
    Ok(INSERT.of(dialect, &[batch.into()], values))
}

/// Other rows of a batch that went to an application: all but the one that is named, and those that did nothing.
pub(crate) async fn of_application(
    connection: &mut Connection<'_>,
    batch: BatchId,
    ApplicationId(application): ApplicationId,
    except: u32,
) -> Result<Vec<Planned>> {
    let query = select(batch)
        .and_where(Expr::col("application_id").eq(application))
        .and_where(Expr::col("row_no").ne(i64::from(except)))
        .and_where(Expr::col("outcome").ne(Outcome::Repeat.as_str()))
        .order_by("row_no", Order::Asc)
        .take();
    fetch(connection, &query).await
}

/// Writes a row's plan, decision and contents again.
pub(crate) async fn update(connection: &mut Connection<'_>, BatchId(batch): BatchId, planned: &Planned) -> Result<()> {
    let decision = planned.decision.as_ref();
    let update = Query::update()
        .table(TABLE)
        .value("outcome", planned.outcome.as_str())
        .value("reason", planned.reason.map(Reason::as_str))
        .value("marks", marks(planned))
        .value("source_key", planned.source_key.map(|key| key.0.to_vec()))
        .value("application_id", planned.application.map(|id| id.0))
        .value("target_row", planned.target_row.map(i64::from))
        .value("candidate_rows", candidate_rows(planned))
        .value(SCORE, planned.score.map(Score::millionths))
        .value("decision", decision.map(|one| one.action.as_str()))
        .value("decision_application", decision.and_then(|one| one.application).map(|id| id.0))
        .value("decided_by", decision.map(|one| one.by.clone()))
        .value("decided_at", decision.map(|one| one.at))
        .value("content", Expr::val(Content::of(&planned.row).value(planned)?))
        .and_where(Expr::col("batch_id").eq(batch))
        .and_where(Expr::col("row_no").eq(i64::from(planned.row.row)))
        .take();
    connection.run(&update).await?;
    Ok(())
}

fn select(batch: BatchId) -> SelectStatement {
    Query::select().columns(COLUMNS).from(TABLE).and_where(Expr::col("batch_id").eq(batch.0)).take()
}

async fn fetch(connection: &mut Connection<'_>, query: &SelectStatement) -> Result<Vec<Planned>> {
    connection.all::<Record>(query).await?.into_iter().map(Record::planned).collect()
}

/// The rows after row `after`, in order: how a whole batch is walked with flat memory.
pub(crate) async fn after(
    connection: &mut Connection<'_>,
    batch: BatchId,
    after: u32,
    limit: u64,
) -> Result<Vec<Planned>> {
    filtered_after(connection, batch, &RowFilter::default(), after, limit).await
}

/// The rows after row `after` that the filter leaves, in order. Rows that leave the filter meanwhile make it skip none.
pub(crate) async fn filtered_after(
    connection: &mut Connection<'_>,
    batch: BatchId,
    filter: &RowFilter,
    after: u32,
    limit: u64,
) -> Result<Vec<Planned>> {
    let mut query = select(batch);
    filtered(&mut query, filter);
    query.and_where(Expr::col("row_no").gt(i64::from(after))).order_by("row_no", Order::Asc).limit(limit);
    fetch(connection, &query).await
}

/// The rows after row `after` that went to nobody who is here, in order, but those that are blank.
pub(crate) async fn of_nobody(
    connection: &mut Connection<'_>,
    batch: BatchId,
    after: u32,
    limit: u64,
) -> Result<Vec<Planned>> {
    let here = Query::select()
        .expr(Expr::val(1_i64))
        .from(applications::TABLE)
        .and_where(Expr::col((applications::TABLE, "id")).equals((TABLE, "application_id")))
        .and_where(Expr::col((applications::TABLE, applications::REMOVED)).is_null())
        .take();
    let mut query = select(batch);
    query
        .and_where(Expr::col("row_no").gt(i64::from(after)))
        .and_where(Expr::col("marks").bit_and(ERASED).eq(0_i64))
        .and_where(Expr::exists(here).not())
        .order_by("row_no", Order::Asc)
        .limit(limit);
    fetch(connection, &query).await
}

/// The rows with these numbers, in no order.
pub(crate) async fn by_numbers(connection: &mut Connection<'_>, batch: BatchId, rows: &[u32]) -> Result<Vec<Planned>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let query =
        select(batch).and_where(Expr::col("row_no").is_in(padded(rows.iter().map(|row| i64::from(*row))))).take();
    fetch(connection, &query).await
}

/// Rows of any import that went to one of these applications, are known by one of these keys, or name one of these identifiers, `(batch, row)`. Every
/// row of every file is looked at once.
pub(crate) async fn naming(
    connection: &mut Connection<'_>,
    applications: &[Uuid],
    keys: &[Vec<u8>],
    identifiers: &[&str],
) -> Result<Vec<(Uuid, i64)>> {
    let mut any = Cond::any()
        .add(Expr::col("application_id").is_in(padded(applications.iter().copied())))
        .add(Expr::col("source_key").is_in(padded(keys.iter().cloned())));
    for identifier in identifiers {
        any = any.add(Expr::col("content").like(LikeExpr::new(format!("%{}%", escaped(identifier))).escape('\\')));
    }
    let query = Query::select()
        .columns(["batch_id", "row_no"])
        .from(TABLE)
        .cond_where(any)
        .and_where(Expr::col("marks").bit_and(ERASED).eq(0_i64))
        .take();
    connection.all(&query).await
}

fn filtered(select: &mut SelectStatement, filter: &RowFilter) {
    let RowFilter { outcome, reason, only, min, text } = filter;
    if let Some(outcome) = outcome {
        select.and_where(Expr::col("outcome").eq(outcome.as_str()));
    }
    if let Some(reason) = reason {
        select.and_where(Expr::col("reason").eq(reason.as_str()));
    }
    match only {
        None => {}
        Some(Only::Undecided) => {
            select
                .and_where(Expr::col("outcome").eq(Outcome::Review.as_str()))
                .and_where(Expr::col("decision").is_null());
        }
        Some(only) => {
            let bit = match only {
                Only::Problems => PROBLEM,
                Only::Repairs => REPAIR,
                Only::Edited | Only::Undecided => EDITED,
            };
            select.and_where(Expr::col("marks").bit_and(bit).ne(0_i64));
        }
    }
    if let Some(min) = min {
        select.and_where(Expr::col(SCORE).gte(min.millionths()));
    }
    if let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let like = LikeExpr::new(format!("%{}%", escaped(&text.to_lowercase()))).escape('\\');
        select.cond_where(Cond::any().add(Expr::expr(Func::lower(Expr::col("content"))).like(like)));
    }
}

/// A window of the rows that the filter leaves, in the file's order.
pub(crate) async fn window(
    connection: &mut Connection<'_>,
    batch: BatchId,
    filter: &RowFilter,
    offset: u64,
    limit: u64,
) -> Result<Vec<Planned>> {
    let mut query = select(batch);
    filtered(&mut query, filter);
    fetch(connection, query.order_by("row_no", Order::Asc).limit(limit).offset(offset)).await
}

/// How many rows the filter leaves.
pub(crate) async fn count(connection: &mut Connection<'_>, BatchId(batch): BatchId, filter: &RowFilter) -> Result<i64> {
    let mut query = Query::select();
    query.expr(Func::count(Expr::col(sea_query::Asterisk))).from(TABLE).and_where(Expr::col("batch_id").eq(batch));
    filtered(&mut query, filter);
    connection.number(&query).await
}

/// The applications that rows of a batch join, those of a range of ids left out: a subquery that takes the values of [`joined`].
pub(super) const JOINED: &str = "SELECT DISTINCT application_id FROM import_row \
     WHERE batch_id = ? AND outcome IN ('match', 'duplicate') AND application_id NOT BETWEEN ? AND ?";

/// The values of [`JOINED`].
pub(super) fn joined(BatchId(batch): BatchId, except: Option<(ApplicationId, ApplicationId)>) -> Vec<Value> {
    // No application has the id of zeros.
    let (ApplicationId(first), ApplicationId(last)) =
        except.unwrap_or((ApplicationId(Uuid::nil()), ApplicationId(Uuid::nil())));
    vec![batch.into(), first.into(), last.into()]
}

/// Takes a range of a draft's rows away.
pub(crate) async fn delete_between(
    connection: &mut Connection<'_>,
    BatchId(batch): BatchId,
    first: u32,
    last: u32,
) -> Result<()> {
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col("batch_id").eq(batch))
        .and_where(Expr::col("row_no").between(i64::from(first), i64::from(last)))
        .take();
    connection.run(&delete).await?;
    Ok(())
}

/// Takes the rows of a draft away.
pub(crate) async fn delete(connection: &mut Connection<'_>, BatchId(batch): BatchId) -> Result<u64> {
    connection.run(Query::delete().from_table(TABLE).and_where(Expr::col("batch_id").eq(batch))).await
}
