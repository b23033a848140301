//! The funnel: how many stand where, now and as of any instant; how many went on, how long they waited, and where and why they were lost.
//!
//! It is counted from the history as it is known today: an import that was taken back never was, and of applications that were merged the records of
//! the one that shows both are counted. Days that are over are counted once and kept ([`close_days`]), so an answer is sums over days and not over
//! people; the counting itself, [`fold`], is pure.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Reason, ReasonGroup, Stage, Status, SubState,
    flow::{Day, Flow, Loss, Parts, Span, Wait},
};
use crate::{
    store::{self, Store, connection::Connection, flows::Whose, whole::whole},
    time::rfc3339,
};

/// How long a day has to be over before it is counted for good, in microseconds: two days. A record bears the time at which its transaction began, and none
/// takes nearly so long.
const SETTLED: i64 = 2 * 86_400_000_000;

/// What is asked of the funnel. Instants are microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, Default)]
pub struct FunnelQuery<'a> {
    /// The first instant that does not count any more; none: now.
    pub until: Option<i64>,
    /// The first instant whose moves are counted; none: all. Where people stand does not depend on it.
    pub since: Option<i64>,
    /// The portal that they came through first.
    pub portal: Option<&'a str>,
}

/// The funnel at an instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Funnel {
    /// As of when, RFC 3339 in UTC: what happened before.
    pub as_of: String,
    /// Since when moves are counted, RFC 3339 in UTC; none: from the beginning.
    pub since: Option<String>,
    /// The portal; none: all of them.
    pub portal: Option<String>,
    /// Applicants in all.
    pub total: i64,
    /// Every stage, in order.
    pub stages: Vec<FunnelStage>,
    /// The same by the portal that they came through first, by name.
    pub portals: Vec<FunnelPortal>,
    /// Where and why applicants were lost, the most frequent first.
    pub losses: Vec<FunnelLoss>,
}

/// A stage of the funnel.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelStage {
    /// The stage.
    pub stage: Stage,
    /// Those who stand there, in the running.
    pub active: i64,
    /// Those who were turned down there.
    pub rejected: i64,
    /// Those who withdrew there.
    pub resigned: i64,
    /// How often it was entered since.
    pub entered: i64,
    /// How often somebody went on from there since.
    pub advanced: i64,
    /// How often somebody was turned down or withdrew there since.
    pub lost: i64,
    /// `advanced` as a share of `entered`, 0 to 1; none where nobody entered, and at the end of the way.
    pub conversion: Option<f64>,
    /// How many days half of those who left it, in either way, had waited; none where nobody did. Read off a scale: good to its steps.
    pub median_days: Option<f64>,
    /// How many days nine of ten had waited at most.
    pub p90_days: Option<f64>,
}

/// The funnel of a portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelPortal {
    /// The portal.
    pub portal: String,
    /// Applicants in all.
    pub total: i64,
    /// How often each stage was entered since, in order.
    pub entered: Vec<i64>,
}

/// Where and why applicants were lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelLoss {
    /// Where.
    pub stage: Stage,
    /// Turned down, or withdrawn.
    pub sub_state: SubState,
    /// Why.
    pub reason: Reason,
    /// How many; who gave several reasons counts for each.
    pub count: i64,
}

/// The funnel.
///
/// # Errors
/// The store fails.
pub async fn funnel(store: &Store, query: FunnelQuery<'_>) -> store::Result<Funnel> {
    // One microsecond past now: what was written at this very instant counts.
    let until = query.until.unwrap_or_else(|| store.clock().micros().saturating_add(1));
    let span = |from| Span { from, until };
    let all = span(i64::MIN / 4);
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let closed = store::flows::closed_until(connection).await?;
    let standing = flows(connection, all, closed, query.portal).await?;
    let since = query.since.map(span);
    let moves = match since {
        Some(since) => flows(connection, since, closed, query.portal).await?,
        None => standing.clone(),
    };
    let losses = losses(connection, since.unwrap_or(all), closed, query.portal).await?;
    let counted = fold(&standing, &moves, &losses);
    Ok(Funnel {
        as_of: rfc3339(until),
        since: query.since.map(rfc3339),
        portal: query.portal.map(str::to_owned),
        ..counted
    })
}

async fn flows(
    connection: &mut Connection<'_>,
    span: Span,
    closed: Option<Day>,
    portal: Option<&str>,
) -> store::Result<Vec<Flow>> {
    let Parts { days, rest } = span.parts(closed);
    let mut all = match days {
        Some(days) => store::flows::of_days(connection, days, portal).await?,
        None => Vec::new(),
    };
    for span in rest {
        all.extend(store::flows::of_history(connection, span, portal, Whose::All).await?);
    }
    for whose in [Whose::Merged, Whose::Removed] {
        let hidden = store::flows::of_history(connection, span, portal, whose).await?;
        all.extend(hidden.into_iter().map(|flow| Flow { records: -flow.records, ..flow }));
    }
    Ok(all)
}

async fn losses(
    connection: &mut Connection<'_>,
    span: Span,
    closed: Option<Day>,
    portal: Option<&str>,
) -> store::Result<Vec<Loss>> {
    let Parts { days, rest } = span.parts(closed);
    let mut all = match days {
        Some(days) => store::flows::losses_of_days(connection, days, portal).await?,
        None => Vec::new(),
    };
    for span in rest {
        all.extend(store::flows::losses_of_history(connection, span, portal, Whose::All).await?);
    }
    for whose in [Whose::Merged, Whose::Removed] {
        let hidden = store::flows::losses_of_history(connection, span, portal, whose).await?;
        all.extend(hidden.into_iter().map(|loss| Loss { records: -loss.records, ..loss }));
    }
    Ok(all)
}

/// Counts the days that are over and settled, once and for good; how many. Two who do it at once do it once.
///
/// # Errors
/// The store fails.
pub async fn close_days(store: &Store) -> store::Result<u64> {
    let end = Day::of(store.clock().micros().saturating_sub(SETTLED));
    let mut closed = 0;
    while whole(|| close_one(store, end)).await? {
        closed += 1;
    }
    Ok(closed)
}

/// Counts the next day before `end` that has records; false where there is none, or somebody else is at it.
async fn close_one(store: &Store, end: Day) -> store::Result<bool> {
    let mut reader = store.read().await?;
    let seen = store::flows::closed_until(&mut reader.connection()).await?;
    let from = seen.map_or(i64::MIN / 4, Day::begins);
    let next = store::flows::first_day(&mut reader.connection(), from).await?;
    drop(reader);
    let Some(day) = next.filter(|day| *day < end) else { return Ok(false) };
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    if !store::flows::close(connection, seen, day.next()).await? {
        return Ok(false);
    }
    let span = Span { from: day.begins(), until: day.next().begins() };
    let flows = store::flows::of_history(connection, span, None, Whose::All).await?;
    let losses = store::flows::losses_of_history(connection, span, None, Whose::All).await?;
    store::flows::keep(connection, day, &flows, &losses).await?;
    tx.commit().await?;
    Ok(true)
}

/// Counts flows: `standing` are all of them, `moves` and `losses` those of the time that is asked for.
fn fold(standing: &[Flow], moves: &[Flow], losses: &[Loss]) -> Funnel {
    let stages = Stage::ALL.iter().map(|stage| of_stage(*stage, standing, moves)).collect();
    let mut portals: BTreeMap<&str, FunnelPortal> = BTreeMap::new();
    for flow in standing.iter().filter(|flow| flow.from.is_none()) {
        of_portal(&mut portals, &flow.portal).total += flow.records;
    }
    for flow in moves {
        let entered = &mut of_portal(&mut portals, &flow.portal).entered;
        for (count, stage) in entered.iter_mut().zip(Stage::ALL) {
            *count += enters(flow, *stage);
        }
    }
    let mut by_reason: BTreeMap<(Stage, SubState, Reason), i64> = BTreeMap::new();
    for Loss { at: Status { stage, sub_state }, reason, records, .. } in losses {
        // A correction is no reason to be lost for.
        let reason = reason.filter(|reason| matches!(reason.group(), ReasonGroup::Rejected | ReasonGroup::Resigned));
        if let Some(reason) = reason {
            *by_reason.entry((*stage, *sub_state, reason)).or_default() += records;
        }
    }
    let loss = |((stage, sub_state, reason), count)| FunnelLoss { stage, sub_state, reason, count };
    let mut losses: Vec<FunnelLoss> = by_reason.into_iter().filter(|(_, count)| *count != 0).map(loss).collect();
    losses.sort_by_key(|loss| std::cmp::Reverse(loss.count));
    Funnel {
        as_of: String::new(),
        since: None,
        portal: None,
        total: standing.iter().filter(|flow| flow.from.is_none()).map(|flow| flow.records).sum(),
        stages,
        portals: portals.into_values().filter(|one| one.total != 0).collect(),
        losses,
    }
}

fn of_portal<'p, 'f>(portals: &'p mut BTreeMap<&'f str, FunnelPortal>, portal: &'f str) -> &'p mut FunnelPortal {
    portals.entry(portal).or_insert_with(|| FunnelPortal {
        portal: portal.to_owned(),
        total: 0,
        entered: vec![0; Stage::ALL.len()],
    })
}

/// How often a stage was entered by some records.
fn enters(flow: &Flow, stage: Stage) -> i64 {
    let there = flow.to.stage == stage && flow.from.is_none_or(|from| from.stage != stage);
    if there { flow.records } else { 0 }
}

fn of_stage(stage: Stage, standing: &[Flow], moves: &[Flow]) -> FunnelStage {
    let stand = |sub_state| {
        let status = Status { stage, sub_state };
        let came = standing.iter().filter(|flow| flow.to == status).map(|flow| flow.records).sum::<i64>();
        let left = standing.iter().filter(|flow| flow.from == Some(status)).map(|flow| flow.records).sum::<i64>();
        came - left
    };
    let from_here = || moves.iter().filter(|flow| flow.from == Some(Status { stage, sub_state: SubState::Active }));
    let is_onboarded = |stage| Status { stage, sub_state: SubState::Active }.is_onboarded();
    // From one kind of contract to the other is no step on.
    let goes_on = |flow: &&Flow| flow.to.stage > stage && !is_onboarded(stage);
    let entered: i64 = moves.iter().map(|flow| enters(flow, stage)).sum();
    let advanced: i64 = from_here().filter(goes_on).map(|flow| flow.records).sum();
    let lost = from_here().filter(|flow| flow.to.stage == stage && flow.to.sub_state != SubState::Active);
    let mut waits = vec![0; Wait::ENDS.len() + 1];
    for flow in from_here() {
        if let Some(count) = flow.waited.and_then(|wait| waits.get_mut(wait.number())) {
            *count += flow.records;
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "a share")]
    let conversion = (entered > 0 && !is_onboarded(stage)).then(|| advanced as f64 / entered as f64);
    FunnelStage {
        stage,
        active: stand(SubState::Active),
        rejected: stand(SubState::Rejected),
        resigned: stand(SubState::Resigned),
        entered,
        advanced,
        lost: lost.map(|flow| flow.records).sum(),
        conversion,
        median_days: waited(&waits, 0.5),
        p90_days: waited(&waits, 0.9),
    }
}

/// How many days a share of those who waited had waited at most, by how many ended in each step of the scale. Within a step they are taken to be spread
/// evenly; the last one, which has no end, is told by its beginning.
#[allow(clippy::cast_precision_loss, reason = "counts of people, and days")]
fn waited(waits: &[i64], share: f64) -> Option<f64> {
    const DAY: f64 = 86_400_000_000.0;
    let all: i64 = waits.iter().map(|count| (*count).max(0)).sum();
    let wanted = all as f64 * share;
    let (mut before, mut begins) = (0.0, 0.0);
    for (at, count) in waits.iter().enumerate() {
        let (count, ends) = ((*count).max(0) as f64, Wait::ENDS.get(at).map_or(begins, |end| *end as f64 / DAY));
        if count > 0.0 && before + count >= wanted {
            return Some(begins + (ends - begins) * (wanted - before) / count);
        }
        before += count;
        begins = ends;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(stage: Stage, sub_state: SubState) -> Status {
        Status { stage, sub_state }
    }
    const SCREENING: Status = Status::INITIAL;
    const INTERVIEW: Status = at(Stage::InterviewHr, SubState::Active);
    const REJECTED: Status = at(Stage::InterviewHr, SubState::Rejected);

    fn flow(portal: &str, from: Option<Status>, to: Status, waited: i64, records: i64) -> Flow {
        Flow { portal: portal.to_owned(), from, to, waited: Wait::numbered(waited), records }
    }

    /// Ten came, six were invited, two of those turned down; one who came was taken back.
    fn flows() -> Vec<Flow> {
        vec![
            flow("glints", None, SCREENING, -1, 7),
            flow("indeed", None, SCREENING, -1, 4),
            flow("indeed", None, SCREENING, -1, -1),
            flow("glints", Some(SCREENING), INTERVIEW, 4, 5),
            flow("indeed", Some(SCREENING), INTERVIEW, 6, 1),
            flow("glints", Some(INTERVIEW), REJECTED, 3, 2),
        ]
    }

    fn loss(at: Status, reason: Option<Reason>, records: i64) -> Loss {
        Loss { portal: "glints".to_owned(), at, reason, records }
    }

    #[test]
    fn whoever_comes_stands_somewhere() {
        let all = flows();
        let funnel = fold(&all, &all, &[]);
        assert_eq!(funnel.total, 10);
        let [screening, interview, psikotest, ..] = &funnel.stages[..] else { panic!() };
        assert_eq!((screening.active, screening.entered, screening.advanced, screening.lost), (4, 10, 6, 0));
        assert_eq!((interview.active, interview.rejected, interview.resigned), (4, 2, 0));
        assert_eq!((interview.entered, interview.advanced, interview.lost), (6, 0, 2));
        assert_eq!((screening.conversion, interview.conversion, psikotest.conversion), (Some(0.6), Some(0.0), None));
        let stand: i64 = funnel.stages.iter().map(|one| one.active + one.rejected + one.resigned).sum();
        assert_eq!(stand, funnel.total);
        let portals: Vec<_> =
            funnel.portals.iter().map(|one| (one.portal.as_str(), one.total, one.entered[1])).collect();
        assert_eq!(portals, [("glints", 7, 5), ("indeed", 3, 1)]);
    }

    #[test]
    fn where_people_stand_does_not_depend_on_since_when_moves_are_counted() {
        let funnel = fold(&flows(), &[], &[]);
        assert_eq!((funnel.total, funnel.stages[0].active, funnel.stages[0].entered), (10, 4, 0));
        assert_eq!(funnel.stages[0].conversion, None);
    }

    #[test]
    fn from_one_contract_to_the_other_is_no_step_on() {
        let (regular, on_demand) =
            (at(Stage::OnboardedRegular, SubState::Active), at(Stage::OnboardedOnDemand, SubState::Active));
        let all = [flow("x", None, regular, -1, 1), flow("x", Some(regular), on_demand, 2, 1)];
        let funnel = fold(&all, &all, &[]);
        let [.., first, second] = &funnel.stages[..] else { panic!() };
        assert_eq!((first.active, first.advanced, first.conversion), (0, 0, None));
        assert_eq!((second.active, second.entered), (1, 1));
    }

    #[test]
    fn losses_are_told_by_reason_without_corrections() {
        let losses = [
            loss(REJECTED, Some(Reason::Absent), 2),
            loss(REJECTED, Some(Reason::FailedInterviewHr), 5),
            loss(REJECTED, Some(Reason::Absent), 1),
            loss(REJECTED, Some(Reason::WrongStatus), 4),
            loss(REJECTED, None, 4),
            loss(at(Stage::Mcu, SubState::Rejected), Some(Reason::Unfit), 1),
            loss(at(Stage::Mcu, SubState::Rejected), Some(Reason::Unfit), -1),
        ];
        let told: Vec<_> = fold(&[], &[], &losses).losses.into_iter().map(|one| (one.reason, one.count)).collect();
        assert_eq!(told, [(Reason::FailedInterviewHr, 5), (Reason::Absent, 3)]);
    }

    #[test]
    fn waits_are_read_off_the_scale() {
        let mut waits = vec![0; Wait::ENDS.len() + 1];
        assert_eq!(waited(&waits, 0.5), None);
        waits[4] = 10;
        assert_eq!(waited(&waits, 0.5), Some(1.5), "from one day to two");
        waits[3] = 10;
        assert_eq!(waited(&waits, 0.5), Some(1.0));
        assert_eq!(waited(&waits, 0.9), Some(1.8));
        waits[Wait::ENDS.len()] = 1_000;
        assert_eq!(waited(&waits, 0.9), Some(120.0), "longer than the scale");
    }
}
