//! `status_flow` and `status_sum`: the history, counted as it is written, and by blocks of days. Every question about the funnel is sums of these; the
//! history itself is never read for one.

use std::collections::BTreeMap;

use sea_query::{Alias, Expr, ExprTrait, Func, OnConflict, Order, Query, SelectStatement, UnionType, Value};
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
        flow::{Blocks, Day, Flow, Level, Parts, Span, Step, Wait, Way, blocks, changed, ways},
    },
};

const FLOW: &str = "status_flow";
const SUM: &str = "status_sum";
const WAYS: &str = "status_way";
const FOLD: &str = "status_fold";
const APPLICATION: &str = "hiring_application";
/// What a way is.
const WAY: [&str; 7] = ["portal", "stage", "sub_state", "from_stage", "from_sub_state", "waited", "reasons"];
/// Rows that are added in one transaction.
const FOLDED: u64 = 20_000;
/// Rows that one statement writes or marks: every engine takes the values of so many.
const AT_ONCE: usize = 500;

/// When a way was gone, and by what it is counted.
const WHEN: [&str; 3] = ["at", "day", "way"];

/// Ways that are counted together, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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

    /// When it was gone, and what it is: [`WHEN`] and [`WAY`]. No clock that is right says a day before the first.
    fn values(&self, at: i64) -> impl Iterator<Item = Value> {
        let when: [Value; 3] = [at.into(), Ord::max(Day::of(at).0, 0).into(), self.hash().into()];
        let way: [Value; 7] = [
            self.portal.as_str().into(),
            self.stage.as_str().into(),
            self.sub_state.as_str().into(),
            self.from_stage.as_str().into(),
            self.from_sub_state.as_str().into(),
            self.waited.into(),
            self.reasons.as_str().into(),
        ];
        when.into_iter().chain(way)
    }

    /// A hash of all of it: what it is counted by.
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
            "day",
            "way",
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
    let records = i64::try_from(applicants).unwrap_or(i64::MAX);
    let row = WayRow::of(portal, &Way::begins(at));
    let constants: Vec<Value> = row.values(at).chain([records.into(), 0_i64.into()]).collect();
    INSERT.of(dialect, &constants, vec![Uuid::now_v7().into()])
}

/// Ways that are about to be counted, those that are the same together: however many go the same way at one instant, they are one row.
#[derive(Debug, Default)]
pub(crate) struct Tally(BTreeMap<(i64, WayRow), i64>);

impl Tally {
    /// Counts ways of applicants of a portal: so many went each, or fewer than none.
    pub(crate) fn add(&mut self, portal: &str, ways: &[Way], records: i64) {
        for way in ways {
            *self.0.entry((way.at, WayRow::of(portal, way))).or_default() += records;
        }
    }

    /// Counts one more step of an applicant of a portal.
    pub(crate) fn went(&mut self, portal: &str, before: &[Step], step: Step) {
        let (gone, new) = changed(before, step);
        self.add(portal, &gone, -1);
        self.add(portal, &new, 1);
    }

    /// Writes it down.
    pub(crate) async fn write(self, connection: &mut Connection<'_>) -> Result<()> {
        let rows: Vec<_> = self.0.into_iter().filter(|(_, records)| *records != 0).collect();
        for rows in rows.chunks(AT_ONCE) {
            let mut insert = Query::insert();
            insert.into_table(FLOW).columns(["id"].into_iter().chain(WHEN).chain(WAY).chain(["records", "folded"]));
            for ((at, row), records) in rows {
                let counted: [Value; 2] = [(*records).into(), 0_i64.into()];
                let values = [Uuid::now_v7().into()].into_iter().chain(row.values(*at)).chain(counted);
                insert.values_panic(values.map(Expr::val));
            }
            connection.run(&insert).await?;
        }
        Ok(())
    }
}

/// Counts ways of applicants of a portal: so many went each, or fewer than none.
pub(crate) async fn write(connection: &mut Connection<'_>, portal: &str, ways: &[Way], records: i64) -> Result<()> {
    let mut tally = Tally::default();
    tally.add(portal, ways, records);
    tally.write(connection).await
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

/// A way, how many went it, and the number of the span.
type CountedRow = (String, String, String, String, String, i64, String, i64, i64);

/// The ways that were gone within each of some spans by applicants of a portal, or of any. One statement: what is written meanwhile counts for all of them or for
/// none, and what is folded meanwhile counts once.
pub(crate) async fn within<const N: usize>(
    connection: &mut Connection<'_>,
    spans: [Span; N],
    portal: Option<&str>,
) -> Result<[Vec<Flow>; N]> {
    let dialect = connection.dialect();
    let mut parts = spans.iter().enumerate().flat_map(|(at, span)| {
        let number = Expr::val(i64::try_from(at).unwrap_or(i64::MAX));
        parts(dialect, *span, portal).into_iter().map(move |mut part| part.expr(number.clone()).take())
    });
    let mut found = std::array::from_fn(|_| Vec::new());
    let Some(mut query) = parts.next() else { return Ok(found) };
    for part in parts {
        query.union(UnionType::All, part);
    }
    let rows: Vec<CountedRow> = connection.all(&query).await?;
    for (portal, stage, sub_state, from_stage, from_sub_state, waited, reasons, records, span) in rows {
        let way = WayRow { portal, stage, sub_state, from_stage, from_sub_state, waited, reasons };
        if let Some(of_span) = usize::try_from(span).ok().and_then(|span| found.get_mut(span)) {
            of_span.push(way.flow(records)?);
        }
    }
    Ok(found)
}

/// What the ways within a span are summed from.
fn parts(dialect: Dialect, span: Span, portal: Option<&str>) -> Vec<SelectStatement> {
    let Parts { days, rest } = span.parts();
    let mut parts: Vec<SelectStatement> = Vec::new();
    if let Some((first, end)) = days {
        parts.extend(of_blocks(dialect, &blocks(first, end), portal));
        let unfolded = gone(dialect, portal)
            .and_where(Expr::col("folded").eq(0_i64))
            .and_where(Expr::col("day").gte(first.0))
            .and_where(Expr::col("day").lt(end.0))
            .take();
        parts.push(unfolded);
    }
    parts.extend(rest.into_iter().map(|Span { from, until }| {
        gone(dialect, portal).and_where(Expr::col("at").gte(from)).and_where(Expr::col("at").lt(until)).take()
    }));
    parts
}

/// The sum of the records: a number that every driver reads, since two engines make a decimal of it.
fn sum(dialect: Dialect) -> Expr {
    let kind = if dialect == Dialect::MySql { "SIGNED" } else { "BIGINT" };
    Expr::expr(Func::sum(Expr::col("records"))).cast_as(Alias::new(kind))
}

/// Ways as they were written, counted together.
fn gone(dialect: Dialect, portal: Option<&str>) -> SelectStatement {
    let mut query = Query::select();
    query.columns(WAY).expr_as(sum(dialect), Alias::new("records")).from(FLOW).group_by_columns(WAY);
    query.and_where_option(portal.map(|portal| Expr::col("portal").eq(portal)));
    query.take()
}

/// Ways of blocks of days, counted together.
fn of_blocks(dialect: Dialect, blocks: &[Blocks], portal: Option<&str>) -> Option<SelectStatement> {
    let mut each = blocks.iter().map(|Blocks { level, first, end }| {
        Query::select()
            .columns(["way", "records"])
            .from(SUM)
            .and_where(Expr::col("level").eq(i64::from(level.0)))
            .and_where(Expr::col("block").gte(*first))
            .and_where(Expr::col("block").lt(*end))
            .take()
    });
    let mut all = each.next()?;
    for more in each {
        all.union(UnionType::All, more);
    }
    let summed = Query::select()
        .column("way")
        .expr_as(sum(dialect), Alias::new("records"))
        .from_subquery(all, "blocks")
        .group_by_col("way")
        .take();
    let mut query = Query::select();
    query
        .columns(WAY.map(|column| (WAYS, column)))
        .column(("summed", "records"))
        .from_subquery(summed, "summed")
        .inner_join(WAYS, Expr::col((WAYS, "way")).equals(("summed", "way")));
    query.and_where_option(portal.map(|portal| Expr::col((WAYS, "portal")).eq(portal)));
    Some(query)
}

/// Whether anything is not counted by day yet.
pub(crate) async fn is_unfolded(connection: &mut Connection<'_>) -> Result<bool> {
    let query = Query::select().column("at").from(FLOW).and_where(Expr::col("folded").eq(0_i64)).limit(1).take();
    Ok(connection.first::<(i64,)>(&query).await?.is_some())
}

/// Adds some ways that are not counted by day yet to their blocks; how many. What is added is what is seen here, whenever it was written and whatever time it
/// bears; of two who do it at once the second waits.
pub(crate) async fn fold(connection: &mut Connection<'_>) -> Result<u64> {
    let next = Query::update().table(FOLD).value("runs", Expr::col("runs").add(1_i64)).take();
    connection.run(&next).await?;
    let run = connection.number(&Query::select().column("runs").from(FOLD).take()).await?;
    let unfolded = Query::select()
        .column("id")
        .from(FLOW)
        .and_where(Expr::col("folded").eq(0_i64))
        .order_by("at", Order::Asc)
        .limit(FOLDED)
        .take();
    let unfolded: Vec<(Uuid,)> = connection.all(&unfolded).await?;
    if unfolded.is_empty() {
        return Ok(0);
    }
    // By their ids: whoever looked for them while marking would wait for what an import that is still running has written.
    for ids in unfolded.chunks(AT_ONCE) {
        let mark = Query::update()
            .table(FLOW)
            .value("folded", run)
            .and_where(Expr::col("id").is_in(padded(ids.iter().map(|(id,)| *id))))
            .take();
        connection.run(&mark).await?;
    }
    let marked_now = || Expr::col("folded").eq(run);
    let ways = Query::select()
        .column("way")
        .exprs(WAY.map(|column| Func::min(Expr::col(column))))
        .from(FLOW)
        .and_where(marked_now())
        .group_by_col("way")
        .take();
    let insert = Query::insert()
        .into_table(WAYS)
        .columns(["way"].into_iter().chain(WAY))
        .select_from(ways)
        .map_err(|error| StoreError::corrupt("the ways", error))?
        .on_conflict(OnConflict::column("way").do_nothing_on(["way"]).to_owned())
        .take();
    connection.run(&insert).await?;
    let dialect = connection.dialect();
    for level in Level::ALL {
        let sums = Query::select()
            .expr(Expr::val(i64::from(level.0)))
            .expr_as(Expr::cust(format!("day >> {}", level.shift())), Alias::new("block"))
            .column("way")
            .expr(sum(dialect))
            .from(FLOW)
            .and_where(marked_now())
            .group_by_columns(["block", "way"])
            .take();
        let added = Expr::cust(match dialect {
            Dialect::MySql => "VALUES(records)",
            Dialect::Sqlite | Dialect::Postgres => "excluded.records",
        });
        let insert = Query::insert()
            .into_table(SUM)
            .columns(["level", "block", "way", "records"])
            .select_from(sums)
            .map_err(|error| StoreError::corrupt("the sums", error))?
            .on_conflict(
                OnConflict::columns(["level", "block", "way"])
                    .value("records", Expr::col((SUM, "records")).add(added))
                    .to_owned(),
            )
            .take();
        connection.run(&insert).await?;
    }
    Ok(u64::try_from(unfolded.len()).unwrap_or(u64::MAX))
}

/// Where the funnel counts others than the lists show, a line each. What differs while somebody writes is looked at twice: the two are read one after the other.
pub(super) async fn drifted(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let mut first = differences(connection).await?;
    if !first.is_empty() {
        let second = differences(connection).await?;
        first.retain(|line| second.contains(line));
    }
    Ok(first)
}

async fn differences(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let mut counted: BTreeMap<(String, Status), i64> = BTreeMap::new();
    let [flows] = within(connection, [Span::ALWAYS], None).await?;
    for Flow { portal, from, to, records, .. } in flows {
        if let Some(from) = from {
            *counted.entry((portal.clone(), from)).or_default() -= records;
        }
        *counted.entry((portal, to)).or_default() += records;
    }
    let shown = Query::select()
        .columns(["portal", "stage", "sub_state"])
        .expr(Func::count(Expr::col("id")))
        .from(APPLICATION)
        .and_where(Expr::col("removed_at").is_null())
        .and_where(Expr::col("merged_into").is_null())
        .group_by_columns(["portal", "stage", "sub_state"])
        .take();
    let shown: Vec<(String, String, String, i64)> = connection.all(&shown).await?;
    let mut found = Vec::new();
    for (portal, stage, sub_state, count) in shown {
        let here = counted.remove(&(portal.clone(), status(&stage, &sub_state)?)).unwrap_or_default();
        if here != count {
            found.push(format!(
                "the funnel counts {here} of {portal} at {stage} {sub_state}, and the lists show {count}"
            ));
        }
    }
    let nobody = counted.into_iter().filter(|(_, count)| *count != 0);
    found.extend(nobody.map(|((portal, Status { stage, sub_state }), count)| {
        format!("the funnel counts {count} of {portal} at {stage} {sub_state}, and the lists show nobody")
    }));
    Ok(found)
}
