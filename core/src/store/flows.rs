//! `status_flow` and `status_day`: the history, counted as it is written, and by day. Every question about the funnel is sums of these; the history itself is
//! never read for one.

use std::collections::BTreeMap;

use sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement, UnionType, Value};
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    Result, StoreError,
    bulk::{Bulk, Inserts, padded},
    connection::Connection,
    dialect::Dialect,
    history,
};
use crate::{
    id::ApplicationId,
    lifecycle::{
        Reason, Stage, Status, SubState,
        flow::{Day, Flow, Parts, Span, Step, Wait, Way, changed, ways},
    },
};

const FLOW: &str = "status_flow";
const DAY: &str = "status_day";
const FOLD: &str = "status_fold";
const APPLICATION: &str = "hiring_application";
/// The columns by which ways are counted together.
const WAY: [&str; 7] = ["portal", "stage", "sub_state", "from_stage", "from_sub_state", "waited", "reasons"];
/// Ways that are folded in one transaction.
const FOLDED: u64 = 2_000;

/// Ways that are counted together, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
struct WayRow {
    portal: String,
    stage: String,
    sub_state: String,
    from_stage: String,
    from_sub_state: String,
    waited: i64,
    reasons: String,
}

impl WayRow {
    fn of(portal: &str, way: &Way) -> Self {
        let codes: Vec<&str> = way.reasons.iter().map(|reason| reason.as_str()).collect();
        Self {
            portal: portal.to_owned(),
            stage: way.to.stage.as_str().to_owned(),
            sub_state: way.to.sub_state.as_str().to_owned(),
            from_stage: way.from.map_or("", |from| from.stage.as_str()).to_owned(),
            from_sub_state: way.from.map_or("", |from| from.sub_state.as_str()).to_owned(),
            waited: way.waited.map_or(-1, |wait| i64::try_from(wait.number()).unwrap_or(i64::MAX)),
            reasons: serde_json::to_string(&codes).unwrap_or_default(),
        }
    }

    fn values(&self) -> [Value; 7] {
        [
            self.portal.as_str().into(),
            self.stage.as_str().into(),
            self.sub_state.as_str().into(),
            self.from_stage.as_str().into(),
            self.from_sub_state.as_str().into(),
            self.waited.into(),
            self.reasons.as_str().into(),
        ]
    }

    /// A hash of all of it: what `status_day` finds it by.
    fn hash(&self) -> i64 {
        let Self { portal, stage, sub_state, from_stage, from_sub_state, waited, reasons } = self;
        let text = [portal, stage, sub_state, from_stage, from_sub_state, &waited.to_string(), reasons];
        i64::from_ne_bytes(xxh3_64(text.map(String::as_str).join("\0").as_bytes()).to_ne_bytes())
    }

    fn flow(self, records: i64) -> Result<Flow> {
        let from = (!self.from_stage.is_empty()).then(|| status(&self.from_stage, &self.from_sub_state)).transpose()?;
        let corrupt = |error| StoreError::corrupt("the reasons of a way", error);
        let codes: Vec<String> = serde_json::from_str(&self.reasons).map_err(corrupt)?;
        Ok(Flow {
            from,
            to: status(&self.stage, &self.sub_state)?,
            waited: Wait::numbered(self.waited),
            reasons: codes.iter().filter_map(|code| Reason::from_word(code)).collect(),
            portal: self.portal,
            records,
        })
    }
}

fn status(stage: &str, sub_state: &str) -> Result<Status> {
    let corrupt = |word: &str| StoreError::corrupt("a way", format!("“{word}” is no status"));
    Ok(Status {
        stage: Stage::from_word(stage).ok_or_else(|| corrupt(stage))?,
        sub_state: SubState::from_word(sub_state).ok_or_else(|| corrupt(sub_state))?,
    })
}

/// Counts applicants of a portal who begin at an instant.
pub(super) fn begun(dialect: Dialect, portal: &str, at: i64, applicants: usize) -> Inserts {
    const INSERT: Bulk = Bulk {
        table: FLOW,
        constant: &[
            "at",
            "portal",
            "stage",
            "sub_state",
            "from_stage",
            "from_sub_state",
            "waited",
            "reasons",
            "records",
            "folded",
        ],
        columns: &["id"],
        skip_known: false,
    };
    if applicants == 0 {
        return Inserts::default();
    }
    let row = WayRow::of(portal, &Way::begins(at)).values();
    let records = i64::try_from(applicants).unwrap_or(i64::MAX);
    let constants: Vec<Value> = std::iter::once(at.into()).chain(row).chain([records.into(), 0_i64.into()]).collect();
    INSERT.of(dialect, &constants, vec![Uuid::now_v7().into()])
}

/// Counts ways of applicants of a portal: so many went each, or fewer than none.
pub(crate) async fn write(connection: &mut Connection<'_>, portal: &str, ways: &[Way], records: i64) -> Result<()> {
    if ways.is_empty() {
        return Ok(());
    }
    let mut insert = Query::insert();
    insert.into_table(FLOW).columns(["id", "at"].into_iter().chain(WAY).chain(["records", "folded"]));
    for way in ways {
        let row = WayRow::of(portal, way).values();
        let ends = [Uuid::now_v7().into(), way.at.into()];
        let counted: [Value; 2] = [records.into(), 0_i64.into()];
        insert.values_panic(ends.into_iter().chain(row).chain(counted).map(Expr::val));
    }
    connection.run(&insert).await?;
    Ok(())
}

/// Counts one more step of an applicant of a portal.
pub(crate) async fn went(connection: &mut Connection<'_>, portal: &str, before: &[Step], step: Step) -> Result<()> {
    let (gone, new) = changed(before, step);
    write(connection, portal, &gone, -1).await?;
    write(connection, portal, &new, 1).await
}

/// Counts all that an applicant went, or (-1) counts it no more.
pub(super) async fn count(connection: &mut Connection<'_>, id: ApplicationId, records: i64) -> Result<()> {
    let query = Query::select().column("portal").from(APPLICATION).and_where(Expr::col("id").eq(id.0)).take();
    let found: Option<(String,)> = connection.first(&query).await?;
    let Some((portal,)) = found else { return Ok(()) };
    let steps = history::of(connection, id).await?;
    let steps = steps.iter().map(history::HistoryRow::step).collect::<Result<Vec<Step>>>()?;
    write(connection, &portal, &ways(&steps), records).await
}

/// The ways that were gone within a span by applicants of a portal, or of any. One statement: what is folded meanwhile is counted once.
pub(crate) async fn within(connection: &mut Connection<'_>, span: Span, portal: Option<&str>) -> Result<Vec<Flow>> {
    let dialect = connection.dialect();
    let Parts { days, rest } = span.parts();
    let mut parts: Vec<SelectStatement> = Vec::new();
    if let Some((first, end)) = days {
        let day = summed(dialect, DAY, portal)
            .and_where(Expr::col("day").gte(first.0))
            .and_where(Expr::col("day").lt(end.0))
            .take();
        let unfolded = of_time(dialect, Span { from: first.begins(), until: end.begins() }, portal)
            .and_where(Expr::col("folded").eq(0_i64))
            .take();
        parts.extend([day, unfolded]);
    }
    parts.extend(rest.into_iter().map(|span| of_time(dialect, span, portal)));
    let mut parts = parts.into_iter();
    let Some(mut query) = parts.next() else { return Ok(Vec::new()) };
    for part in parts {
        query.union(UnionType::All, part);
    }
    let rows: Vec<CountedRow> = connection.all(&query).await?;
    rows.into_iter().map(|CountedRow { way, records }| way.flow(records)).collect()
}

#[derive(Debug, sqlx::FromRow)]
struct CountedRow {
    #[sqlx(flatten)]
    way: WayRow,
    records: i64,
}

/// Sums of a table's ways. The sum is a number that every driver reads: two engines make a decimal of it.
fn summed(dialect: Dialect, table: &'static str, portal: Option<&str>) -> SelectStatement {
    let kind = if dialect == Dialect::MySql { "SIGNED" } else { "BIGINT" };
    let sum = Expr::expr(Func::sum(Expr::col("records"))).cast_as(Alias::new(kind));
    let mut query = Query::select();
    query.columns(WAY).expr_as(sum, Alias::new("records")).from(table).group_by_columns(WAY);
    if let Some(portal) = portal {
        query.and_where(Expr::col("portal").eq(portal));
    }
    query
}

fn of_time(dialect: Dialect, span: Span, portal: Option<&str>) -> SelectStatement {
    summed(dialect, FLOW, portal)
        .and_where(Expr::col("at").gte(span.from))
        .and_where(Expr::col("at").lt(span.until))
        .take()
}

#[derive(Debug, sqlx::FromRow)]
struct FlowRow {
    id: Uuid,
    at: i64,
    #[sqlx(flatten)]
    way: WayRow,
    records: i64,
}

/// Adds some ways that are not counted by day yet to their days; how many. What is added is what is seen here, whenever it was written and whatever time it
/// bears; of two who do it at once the second waits.
pub(crate) async fn fold(connection: &mut Connection<'_>) -> Result<usize> {
    let hold = Query::update().table(FOLD).value("held", Expr::col("held").add(1_i64)).take();
    connection.run(&hold).await?;
    let query = Query::select()
        .columns(["id", "at"].into_iter().chain(WAY).chain(["records"]))
        .from(FLOW)
        .and_where(Expr::col("folded").eq(0_i64))
        .order_by("at", Order::Asc)
        .limit(FOLDED)
        .take();
    let rows: Vec<FlowRow> = connection.all(&query).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut by_day: BTreeMap<(Day, WayRow), i64> = BTreeMap::new();
    for FlowRow { at, way, records, .. } in rows {
        *by_day.entry((Day::of(at), way)).or_default() += records;
    }
    for ((Day(day), way), records) in by_day {
        let hash = way.hash();
        let add = Query::update()
            .table(DAY)
            .value("records", Expr::col("records").add(records))
            .and_where(Expr::col("day").eq(day))
            .and_where(Expr::col("way").eq(hash))
            .take();
        if connection.run(&add).await? == 0 {
            let insert = Query::insert()
                .into_table(DAY)
                .columns(["day", "way"].into_iter().chain(WAY).chain(["records"]))
                .values_panic(
                    [day.into(), hash.into()].into_iter().chain(way.values()).chain([records.into()]).map(Expr::val),
                )
                .take();
            connection.run(&insert).await?;
        }
    }
    if !ids.is_empty() {
        let mark = Query::update()
            .table(FLOW)
            .value("folded", 1_i64)
            .and_where(Expr::col("id").is_in(padded(ids.iter().copied())))
            .take();
        connection.run(&mark).await?;
    }
    Ok(ids.len())
}

/// One line where the funnel counts others than the lists show.
pub(super) async fn drifted(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let flows = within(connection, Span::ALWAYS, None).await?;
    let counted: i64 = flows.iter().filter(|flow| flow.from.is_none()).map(|flow| flow.records).sum();
    let shown = Query::select()
        .expr(Func::count(Expr::col("id")))
        .from(APPLICATION)
        .and_where(Expr::col("removed_at").is_null())
        .and_where(Expr::col("merged_into").is_null())
        .take();
    let shown = connection.number(&shown).await?;
    Ok((counted != shown)
        .then(|| format!("the funnel counts {counted} applicants, and the lists show {shown}"))
        .into_iter()
        .collect())
}
