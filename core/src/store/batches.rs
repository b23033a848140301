//! `import_batch`: one dropped file each.

use sea_query::{Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Result, StoreError,
    connection::Connection,
    erased::{self, Extent},
};
use crate::{
    id::{ApplicationId, BatchId},
    import::{Batch, BatchState, Counts, NewBatch, UndoReport},
};

const TABLE: &str = "import_batch";
const COLUMNS: [&str; 24] = [
    "id",
    "file",
    "sha256",
    "bytes",
    "portal",
    "sheet",
    "description",
    "state",
    "row_count",
    "new_count",
    "repeat_count",
    "duplicate_count",
    "match_count",
    "review_count",
    "rejected_count",
    "first_application",
    "last_application",
    "undo",
    "problem",
    "created_by",
    "created_at",
    "committed_at",
    "undone_at",
    "ephemeral",
];

#[derive(sqlx::FromRow)]
struct Record {
    id: Uuid,
    file: String,
    sha256: String,
    bytes: i64,
    portal: String,
    sheet: Option<String>,
    description: String,
    state: String,
    row_count: i64,
    new_count: i64,
    repeat_count: i64,
    duplicate_count: i64,
    match_count: i64,
    review_count: i64,
    rejected_count: i64,
    first_application: Option<Uuid>,
    last_application: Option<Uuid>,
    undo: Option<String>,
    problem: Option<String>,
    created_by: String,
    created_at: i64,
    committed_at: Option<i64>,
    undone_at: Option<i64>,
    ephemeral: i64,
}

impl Record {
    fn batch(self) -> Result<Batch> {
        let corrupt = |why: String| StoreError::corrupt(format!("import {}", self.id), why);
        let natural = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(Batch {
            id: BatchId(self.id),
            description: serde_json::from_str(&self.description).map_err(|error| corrupt(error.to_string()))?,
            state: BatchState::from_word(&self.state).ok_or_else(|| corrupt(self.state.clone()))?,
            undo: match &self.undo {
                None => None,
                Some(text) => Some(serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))?),
            },
            problem: match &self.problem {
                None => None,
                Some(text) => Some(serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))?),
            },
            file: self.file,
            sha256: self.sha256,
            bytes: natural(self.bytes),
            portal: self.portal,
            sheet: self.sheet,
            rows: natural(self.row_count),
            counts: Counts {
                new: natural(self.new_count),
                repeat: natural(self.repeat_count),
                duplicate: natural(self.duplicate_count),
                matched: natural(self.match_count),
                review: natural(self.review_count),
                rejected: natural(self.rejected_count),
            },
            minted: self
                .first_application
                .zip(self.last_application)
                .map(|(a, b)| (ApplicationId(a), ApplicationId(b))),
            created_by: self.created_by,
            created_at: self.created_at,
            committed_at: self.committed_at,
            undone_at: self.undone_at,
            ephemeral: self.ephemeral != 0,
        })
    }
}

/// Begins a batch in the state `staging`, unless it was begun already. What is known of the erased now is kept with it: who plans its rows looks for them later.
pub(crate) async fn insert(
    connection: &mut Connection<'_>,
    id: BatchId,
    new: &NewBatch,
    actor: &str,
    now: i64,
) -> Result<()> {
    let NewBatch { file, sha256, bytes, portal, sheet, description, ephemeral } = new;
    let (hashes, newest) = erased::extent(connection).await?.columns();
    let insert = Query::insert()
        .into_table(TABLE)
        .columns([
            "id",
            "file",
            "sha256",
            "bytes",
            "portal",
            "sheet",
            "description",
            "state",
            "ephemeral",
            "created_by",
            "created_at",
            "touched_at",
            "erased_hashes",
            "erased_newest",
        ])
        .values_panic([
            id.0.into(),
            file.as_str().into(),
            sha256.as_str().into(),
            i64::try_from(*bytes).unwrap_or(i64::MAX).into(),
            portal.as_str().into(),
            sheet.clone().into(),
            description.to_string().into(),
            BatchState::Staging.as_str().into(),
            i64::from(*ephemeral).into(),
            actor.into(),
            now.into(),
            now.into(),
            hashes.into(),
            newest.into(),
        ])
        .on_conflict(OnConflict::column("id").do_nothing_on(["id"]).to_owned())
        .take();
    connection.run(&insert).await?;
    Ok(())
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(TABLE).take()
}

/// One batch.
pub(crate) async fn get(connection: &mut Connection<'_>, BatchId(id): BatchId) -> Result<Option<Batch>> {
    connection.first::<Record>(select().and_where(Expr::col("id").eq(id))).await?.map(Record::batch).transpose()
}

/// One batch, kept as it is until the transaction ends: whoever else changes it or its rows waits here, and on another node of a cluster one of the
/// two is taken back. So the row is changed, not only locked.
pub(crate) async fn hold(connection: &mut Connection<'_>, id: BatchId, now: i64) -> Result<Option<Batch>> {
    let touch = Query::update().table(TABLE).value("touched_at", now).and_where(Expr::col("id").eq(id.0)).take();
    connection.run(&touch).await?;
    get(connection, id).await
}

/// A page of batches, newest first; drafts of one run and discarded ones are left out.
pub(crate) async fn page(connection: &mut Connection<'_>, after: Option<BatchId>, limit: u64) -> Result<Vec<Batch>> {
    let mut query = select();
    query.and_where(Expr::col("state").ne(BatchState::Discarded.as_str())).cond_where(
        sea_query::Cond::any()
            .add(Expr::col("ephemeral").eq(0_i64))
            .add(Expr::col("state").is_in([BatchState::Committed.as_str(), BatchState::Undone.as_str()])),
    );
    if let Some(BatchId(after)) = after {
        query.and_where(Expr::col("id").lt(after));
    }
    connection
        .all::<Record>(query.order_by("id", Order::Desc).limit(limit))
        .await?
        .into_iter()
        .map(Record::batch)
        .collect()
}

/// The newest committed batches of a portal, newest first.
pub(crate) async fn committed(connection: &mut Connection<'_>, portal: &str, limit: u64) -> Result<Vec<Batch>> {
    let mut query = select();
    query
        .and_where(Expr::col("portal").eq(portal))
        .and_where(Expr::col("state").eq(BatchState::Committed.as_str()))
        .order_by("id", Order::Desc)
        .limit(limit);
    connection.all::<Record>(&query).await?.into_iter().map(Record::batch).collect()
}

/// Batches that nobody has touched for so long though they are half-way: their process is gone. As far ahead it was touched by a clock that is right again.
pub(crate) async fn abandoned(connection: &mut Connection<'_>, patience: i64, now: i64) -> Result<Vec<(Uuid,)>> {
    let query = Query::select()
        .column("id")
        .from(TABLE)
        .and_where(Expr::col("touched_at").not_between(now.saturating_sub(patience), now.saturating_add(patience)))
        .cond_where(
            sea_query::Cond::any().add(Expr::col("state").eq(BatchState::Staging.as_str())).add(
                sea_query::Cond::all()
                    .add(Expr::col("ephemeral").eq(1_i64))
                    .add(Expr::col("state").eq(BatchState::Ready.as_str())),
            ),
        )
        .take();
    connection.all(&query).await
}

/// What was known of the erased when a batch was begun.
pub(crate) async fn erased_before(connection: &mut Connection<'_>, BatchId(id): BatchId) -> Result<Extent> {
    let query = Query::select()
        .columns(["erased_hashes", "erased_newest"])
        .from(TABLE)
        .and_where(Expr::col("id").eq(id))
        .take();
    Ok(connection.first(&query).await?.map_or_else(Extent::default, Extent::of))
}

/// Drafts, finished or not, that nobody has touched since an instant, oldest first.
pub(crate) async fn forgotten(connection: &mut Connection<'_>, before: i64) -> Result<Vec<BatchId>> {
    let drafts = [BatchState::Staging, BatchState::Ready, BatchState::Failed].map(BatchState::as_str);
    let query = Query::select()
        .column("id")
        .from(TABLE)
        .and_where(Expr::col("state").is_in(drafts))
        .and_where(Expr::col("touched_at").lte(before))
        .order_by("id", Order::Asc)
        .take();
    Ok(connection.all::<(Uuid,)>(&query).await?.into_iter().map(|(id,)| BatchId(id)).collect())
}

/// Imports that were committed, or taken back, before an instant, and whose rows that became nobody's are there still; oldest first.
pub(crate) async fn uncleared(connection: &mut Connection<'_>, before: i64) -> Result<Vec<BatchId>> {
    let done =
        |state: BatchState, at: &'static str| Expr::col("state").eq(state.as_str()).and(Expr::col(at).lte(before));
    let query = Query::select()
        .column("id")
        .from(TABLE)
        .and_where(Expr::col("cleared").eq(0_i64))
        .and_where(done(BatchState::Committed, "committed_at").or(done(BatchState::Undone, "undone_at")))
        .order_by("id", Order::Asc)
        .take();
    Ok(connection.all::<(Uuid,)>(&query).await?.into_iter().map(|(id,)| BatchId(id)).collect())
}

/// Keeps that the rows of a batch that became nobody's are blank.
pub(crate) async fn set_cleared(connection: &mut Connection<'_>, BatchId(id): BatchId) -> Result<()> {
    let update = Query::update().table(TABLE).value("cleared", 1_i64).and_where(Expr::col("id").eq(id)).take();
    connection.run(&update).await?;
    Ok(())
}

/// Moves a batch from one state to another; false if it is in another state by now.
pub(crate) async fn advance(
    connection: &mut Connection<'_>,
    BatchId(id): BatchId,
    from: BatchState,
    to: BatchState,
    now: i64,
) -> Result<bool> {
    let mut update = Query::update();
    update.table(TABLE).value("state", to.as_str()).value("touched_at", now);
    match to {
        BatchState::Committed => {
            update.value("committed_at", now);
        }
        BatchState::Undone => {
            // Who was removed with it is kept for as long from now on.
            update.value("undone_at", now).value("cleared", 0_i64);
        }
        _ => {}
    }
    update.and_where(Expr::col("id").eq(id)).and_where(Expr::col("state").eq(from.as_str()));
    Ok(connection.run(&update).await? == 1)
}

/// Writes what is known of a batch's rows.
pub(crate) async fn set_counts(
    connection: &mut Connection<'_>,
    BatchId(id): BatchId,
    counts: &Counts,
    minted: Option<(ApplicationId, ApplicationId)>,
    now: i64,
) -> Result<()> {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let Counts { new, repeat, duplicate, matched, review, rejected } = *counts;
    let update = Query::update()
        .table(TABLE)
        .value("row_count", whole(counts.total()))
        .value("new_count", whole(new))
        .value("repeat_count", whole(repeat))
        .value("duplicate_count", whole(duplicate))
        .value("match_count", whole(matched))
        .value("review_count", whole(review))
        .value("rejected_count", whole(rejected))
        .value("first_application", minted.map(|(first, _)| first.0))
        .value("last_application", minted.map(|(_, last)| last.0))
        .value("touched_at", now)
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Writes what the reader understood, anew.
pub(crate) async fn describe(
    connection: &mut Connection<'_>,
    BatchId(id): BatchId,
    portal: &str,
    sheet: Option<&str>,
    description: &serde_json::Value,
    now: i64,
) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .value("portal", portal)
        .value("sheet", sheet)
        .value("description", description.to_string())
        .value("touched_at", now)
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Writes what the reader understood and what an undo did as they are without somebody's values.
pub(crate) async fn erase(
    connection: &mut Connection<'_>,
    BatchId(id): BatchId,
    description: &serde_json::Value,
    undo: Option<&UndoReport>,
) -> Result<()> {
    let undo = undo.map(serde_json::to_string).transpose();
    let undo = undo.map_err(|error| StoreError::corrupt(format!("import {id}"), error))?;
    let update = Query::update()
        .table(TABLE)
        .values([("description", description.to_string().into()), ("undo", undo.into())])
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// Takes everything that shows a cell from a batch that was thrown away: what is left says which file it was.
pub(crate) async fn strip(
    connection: &mut Connection<'_>,
    BatchId(id): BatchId,
    description: &serde_json::Value,
) -> Result<()> {
    let update = Query::update()
        .table(TABLE)
        .values([("description", description.to_string().into()), ("problem", Option::<String>::None.into())])
        .and_where(Expr::col("id").eq(id))
        .take();
    connection.run(&update).await?;
    Ok(())
}

/// The imports whose undo names an application that stayed.
pub(crate) async fn undone_but_for(
    connection: &mut Connection<'_>,
    ApplicationId(application): ApplicationId,
) -> Result<Vec<(Uuid,)>> {
    let named = sea_query::LikeExpr::new(format!("%{application}%"));
    connection.all(Query::select().column("id").from(TABLE).and_where(Expr::col("undo").like(named))).await
}

/// Keeps why a batch failed.
pub(crate) async fn set_problem(
    connection: &mut Connection<'_>,
    BatchId(id): BatchId,
    problem: &serde_json::Value,
) -> Result<()> {
    let update =
        Query::update().table(TABLE).value("problem", problem.to_string()).and_where(Expr::col("id").eq(id)).take();
    connection.run(&update).await?;
    Ok(())
}

/// Keeps what an undo did.
pub(crate) async fn set_undo(connection: &mut Connection<'_>, BatchId(id): BatchId, report: &UndoReport) -> Result<()> {
    let text = serde_json::to_string(report).map_err(|error| StoreError::corrupt(format!("import {id}"), error))?;
    let update = Query::update().table(TABLE).value("undo", text).and_where(Expr::col("id").eq(id)).take();
    connection.run(&update).await?;
    Ok(())
}
