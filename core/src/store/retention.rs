//! Whose data may have been kept for long enough, page by page, and what is newest of her.

use std::collections::HashMap;

use sea_query::{Alias, Cond, Expr, ExprTrait, Func, JoinType, OnConflict, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Result,
    applications::{ERASED, MERGED, REMOVED, TABLE},
    bulk::padded,
    connection::Connection,
};
use crate::import::BatchState;

const TURN: &str = "retention_turn";
const AHEAD: &str = "retention_ahead";

/// Somebody whose data is here, and shown.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct KeptRow {
    pub(crate) id: Uuid,
    pub(crate) full_name: String,
    pub(crate) stage: String,
    pub(crate) sub_state: String,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) created_at: i64,
}

/// The next applications behind an id and before another one, in the order of their ids: ids grow with time, so none that is younger is looked at.
pub(crate) async fn older(
    connection: &mut Connection<'_>,
    before: Uuid,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<KeptRow>> {
    let mut query = select(after);
    query.and_where(Expr::col(("a", "id")).lt(before));
    connection.all(query.limit(limit)).await
}

/// The next applications behind an id that are younger than an instant which lies ahead: a clock was ahead when they were made. `unseen`: without those that were seen to be.
pub(crate) async fn born_ahead(
    connection: &mut Connection<'_>,
    of: i64,
    unseen: bool,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<KeptRow>> {
    let mut query = select(after);
    query.and_where(Expr::col(("a", "id")).gte(first_id_of(of)));
    if unseen {
        query
            .join_as(JoinType::LeftJoin, AHEAD, Alias::new("s"), Expr::col(("s", "id")).equals(("a", "id")))
            .and_where(Expr::col(("s", "id")).is_null());
    }
    connection.all(query.limit(limit)).await
}

/// The next applications behind an id whose owners took back their consent before an instant, or after one that lies ahead, in the order of their ids.
pub(crate) async fn withdrawn(
    connection: &mut Connection<'_>,
    (before, ahead): (i64, i64),
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<KeptRow>> {
    let mut query = select(after);
    query
        .join_as(JoinType::InnerJoin, "account", Alias::new("c"), Expr::col(("c", "id")).equals(("a", "user_id")))
        .cond_where(by_withdrawal(before, ahead));
    connection.all(query.limit(limit)).await
}

/// An account that has no application.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct AloneRow {
    pub(crate) id: Uuid,
    pub(crate) full_name: String,
    pub(crate) withdrawn_at: Option<i64>,
    pub(crate) created_at: i64,
}

fn by_withdrawal(before: i64, ahead: i64) -> Cond {
    let at = || Expr::col(("c", "withdrawn_at"));
    Cond::any().add(at().lte(before)).add(at().gt(ahead))
}

/// The next accounts behind an id that have no application, whose owners took back their consent before an instant, or after one that lies ahead, in the order of their ids.
pub(crate) async fn withdrawn_alone(
    connection: &mut Connection<'_>,
    (before, ahead): (i64, i64),
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<AloneRow>> {
    let mut query = alone(after);
    connection.all(query.cond_where(by_withdrawal(before, ahead)).limit(limit)).await
}

/// The next accounts behind an id and before another one, or younger than an instant that lies ahead, that have no application, for HR has yet to say which one is hers; in the
/// order of their ids. Found by what HR is asked, which is little.
pub(crate) async fn older_alone(
    connection: &mut Connection<'_>,
    (before, ahead): (Uuid, i64),
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<AloneRow>> {
    let asked = Query::select()
        .column("account_id")
        .from("account_question")
        .and_where(Expr::col("settled_at").is_null())
        .take();
    let mut query = alone(after);
    query.and_where(Expr::col(("c", "id")).in_subquery(asked)).cond_where(
        Cond::any().add(Expr::col(("c", "id")).lt(before)).add(Expr::col(("c", "id")).gte(first_id_of(ahead))),
    );
    connection.all(query.limit(limit)).await
}

fn alone(after: Option<Uuid>) -> SelectStatement {
    let mut query = Query::select();
    query
        .columns(["id", "full_name", "withdrawn_at", "created_at"].map(|column| ("c", column)))
        .from_as("account", Alias::new("c"))
        .join_as(JoinType::LeftJoin, TABLE, Alias::new("a"), Expr::col(("a", "user_id")).equals(("c", "id")))
        .and_where(Expr::col(("a", "id")).is_null())
        .and_where(Expr::col(("c", "erased_at")).is_null())
        .order_by(("c", "id"), Order::Asc);
    if let Some(after) = after {
        query.and_where(Expr::col(("c", "id")).gt(after));
    }
    query
}

/// Those of these whose data is here.
pub(crate) async fn by_ids(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<KeptRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = select(None);
    connection.all(query.and_where(Expr::col(("a", "id")).is_in(padded(ids.iter().copied())))).await
}

fn select(after: Option<Uuid>) -> SelectStatement {
    let mut query = Query::select();
    query.columns(["id", "full_name", "stage", "sub_state", "user_id", "created_at"].map(|column| ("a", column)));
    query.from_as(TABLE, Alias::new("a")).order_by(("a", "id"), Order::Asc);
    for gone in [REMOVED, MERGED, ERASED] {
        query.and_where(Expr::col(("a", gone)).is_null());
    }
    if let Some(after) = after {
        query.and_where(Expr::col(("a", "id")).gt(after));
    }
    query
}

/// Keeps of whom something was heard when last, of those who came of age and are kept longer: they are looked at again when nothing newer than that is.
pub(crate) async fn set_turns(connection: &mut Connection<'_>, turns: &[(Uuid, i64)]) -> Result<()> {
    if turns.is_empty() {
        return Ok(());
    }
    let mut insert = Query::insert();
    insert.into_table(TURN).columns(["application_id", "heard_at"]);
    for (application, heard_at) in turns {
        insert.values_panic([(*application).into(), (*heard_at).into()]);
    }
    insert.on_conflict(OnConflict::column("application_id").update_column("heard_at").to_owned());
    connection.run(&insert).await?;
    Ok(())
}

/// Whose turn it is to be looked at again, behind one: of whom nothing newer than an instant was known.
pub(crate) async fn turns(
    connection: &mut Connection<'_>,
    heard_until: i64,
    after: Option<(i64, Uuid)>,
    limit: u64,
) -> Result<Vec<(i64, Uuid)>> {
    let mut query = Query::select();
    query
        .columns(["heard_at", "application_id"])
        .from(TURN)
        .and_where(Expr::col("heard_at").lte(heard_until))
        .order_by("heard_at", Order::Asc)
        .order_by("application_id", Order::Asc)
        .limit(limit);
    if let Some((at, id)) = after {
        let behind = Expr::col("heard_at").eq(at).and(Expr::col("application_id").gt(id));
        query.and_where(Expr::col("heard_at").gte(at)).and_where(Expr::col("heard_at").gt(at).or(behind));
    }
    connection.all(&query).await
}

/// Forgets turns: these are looked at no more.
pub(crate) async fn forget_turns(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    for (table, whose) in [(TURN, "application_id"), (AHEAD, "id")] {
        let delete =
            Query::delete().from_table(table).and_where(Expr::col(whose).is_in(padded(ids.iter().copied()))).take();
        connection.run(&delete).await?;
    }
    Ok(())
}

/// Whose turn lies after an instant that lies ahead, behind one.
pub(crate) async fn turns_ahead(
    connection: &mut Connection<'_>,
    of: i64,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Uuid>> {
    let mut query = Query::select();
    query
        .column("application_id")
        .from(TURN)
        .and_where(Expr::col("heard_at").gt(of))
        .order_by("application_id", Order::Asc)
        .limit(limit);
    if let Some(after) = after {
        query.and_where(Expr::col("application_id").gt(after));
    }
    Ok(connection.all::<(Uuid,)>(&query).await?.into_iter().map(|(id,)| id).collect())
}

/// What of somebody lay ahead of the clock, and when that was seen first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The newest instant of hers.
    pub(crate) ahead: i64,
    pub(crate) at: i64,
}

/// What was seen of these to lie ahead.
pub(crate) async fn seen_ahead(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Seen>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::select()
        .columns(["id", "ahead", "seen_at"])
        .from(AHEAD)
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .take();
    let rows: Vec<(Uuid, i64, i64)> = connection.all(&query).await?;
    Ok(rows.into_iter().map(|(id, ahead, at)| (id, Seen { ahead, at })).collect())
}

/// Keeps what of these lies ahead, as it is seen now.
pub(crate) async fn see_ahead(connection: &mut Connection<'_>, ahead: &[(Uuid, i64)], now: i64) -> Result<()> {
    if ahead.is_empty() {
        return Ok(());
    }
    let mut insert = Query::insert();
    insert.into_table(AHEAD).columns(["id", "ahead", "seen_at"]);
    for (id, ahead) in ahead {
        insert.values_panic([(*id).into(), (*ahead).into(), now.into()]);
    }
    insert.on_conflict(OnConflict::column("id").update_columns(["ahead", "seen_at"]).to_owned());
    connection.run(&insert).await?;
    Ok(())
}

/// Whether something that was seen to lie ahead does no more, or was seen by a clock that has been set back since. Who looks day after day writes nothing meanwhile.
pub(crate) async fn any_caught_up(connection: &mut Connection<'_>, of: i64) -> Result<bool> {
    let query = Query::select().expr(Expr::val(1_i64)).from(AHEAD).cond_where(caught_up(of)).limit(1).take();
    Ok(connection.number(&query).await? == 1)
}

/// Forgets that.
pub(crate) async fn forget_caught_up(connection: &mut Connection<'_>, of: i64) -> Result<()> {
    let delete = Query::delete().from_table(AHEAD).cond_where(caught_up(of)).take();
    connection.run(&delete).await?;
    Ok(())
}

fn caught_up(of: i64) -> Cond {
    Cond::any().add(Expr::col("ahead").lte(of)).add(Expr::col("seen_at").gt(of))
}

/// The smallest id that a draft holds for an application: it may be committed later than others that are younger.
pub(crate) async fn first_of_drafts(connection: &mut Connection<'_>) -> Result<Option<Uuid>> {
    let drafts = [BatchState::Staging, BatchState::Ready].map(BatchState::as_str);
    let query = Query::select()
        .column("first_application")
        .from("import_batch")
        .and_where(Expr::col("state").is_in(drafts))
        .and_where(Expr::col("first_application").is_not_null())
        .order_by("first_application", Order::Asc)
        .limit(1)
        .take();
    Ok(connection.first::<(Uuid,)>(&query).await?.map(|(id,)| id))
}

/// The smallest id that could have been minted at an instant.
pub(crate) fn first_id_of(micros: i64) -> Uuid {
    let millis = u128::try_from(micros.div_euclid(1_000) + 1).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}

/// Something that tells of a person, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telling {
    table: &'static str,
    whose: &'static str,
    at: &'static str,
    those: Those,
}

/// Which rows tell something.
#[derive(Debug, Clone, Copy)]
enum Those {
    All,
    /// Records of history, but that it began.
    Changes,
    /// Records of history that say a stage more. Whatever else is done with a status is done for a reason.
    Advances,
}

/// Changes of an application's status: not that it began.
pub(crate) const MOVED: Telling =
    Telling { table: "status_history", whose: "application_id", at: "at", those: Those::Changes };
/// Changes of an application's status by which it went on.
pub(crate) const ADVANCED: Telling = Telling { those: Those::Advances, ..MOVED };
/// The doors that an application came through, when each was added.
pub(crate) const DOOR: Telling =
    Telling { table: "application_source", whose: "application_id", at: "added_at", those: Those::All };
/// What she wrote.
pub(crate) const WROTE: Telling =
    Telling { table: "heard_message", whose: "application_id", at: "heard_at", those: Those::All };
/// The devices that she uses.
pub(crate) const DEVICE: Telling =
    Telling { table: "session", whose: "account_id", at: "rotated_at", those: Those::All };

/// The newest of what tells of them, of each of these of whom there is something; of what was not later than an instant, where one is given.
pub(crate) async fn newest(
    connection: &mut Connection<'_>,
    tellings: &[Telling],
    ids: &[Uuid],
    until: Option<i64>,
) -> Result<HashMap<Uuid, i64>> {
    let mut newest = HashMap::new();
    if ids.is_empty() {
        return Ok(newest);
    }
    for Telling { table, whose, at, those } in tellings {
        let mut query = Query::select();
        query
            .column(*whose)
            .expr(Func::max(Expr::col(*at)))
            .from(*table)
            .and_where(Expr::col(*whose).is_in(padded(ids.iter().copied())))
            .group_by_col(*whose);
        if let Some(until) = until {
            query.and_where(Expr::col(*at).lte(until));
        }
        if !matches!(those, Those::All) {
            query.and_where(Expr::col("seq").gt(1));
        }
        if matches!(those, Those::Advances) {
            query.and_where(Expr::col("reasons").eq("[]"));
        }
        for (id, at) in connection.all::<(Uuid, i64)>(&query).await? {
            let known: &mut i64 = newest.entry(id).or_insert(at);
            *known = Ord::max(at, *known);
        }
    }
    Ok(newest)
}

/// When these accounts were made, and since when their owners consent no more.
pub(crate) async fn accounts(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (i64, Option<i64>)>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::select()
        .columns(["id", "created_at", "withdrawn_at"])
        .from("account")
        .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
        .take();
    let rows: Vec<(Uuid, i64, Option<i64>)> = connection.all(&query).await?;
    Ok(rows.into_iter().map(|(id, made, withdrawn)| (id, (made, withdrawn))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_before_an_instant_are_smaller_than_its_first() {
        let before = Uuid::now_v7();
        let now = jiff::Timestamp::now().as_microsecond();
        assert!(before < first_id_of(now) && first_id_of(now - 2_000_000) < before);
        assert_eq!(first_id_of(i64::MIN), Uuid::nil());
    }
}
