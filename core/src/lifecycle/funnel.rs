//! The funnel: how many stand where, now and as of any instant; how many went on, how long they waited, and where and why they were lost.
//!
//! It is counted as the history is written, by what is known today: an import that was taken back never was, of applications that were merged the records
//! of the one that shows both count, and a correction takes back what it corrects. What is asked is sums over days and ways, not over people
//! ([`fold_days`]); the counting itself, [`fold`], is pure.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Reason, Stage, Status, SubState,
    flow::{Flow, Span, Wait},
};
use crate::{
    store::{self, Store, StoreError, whole::whole},
    time::rfc3339,
};

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
    /// Of those who went on or were lost there since, the share that went on, 0 to 1; none where nobody did, and at the end of the way.
    pub conversion: Option<f64>,
    /// How many days half of those who left it, in either way, had waited; none where nobody did. Read off a scale: good to its steps.
    pub median_days: Option<f64>,
    /// How many days nine of ten had waited at most.
    pub p90_days: Option<f64>,
}

/// The funnel of a portal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelPortal {
    /// The portal.
    pub portal: String,
    /// Applicants in all.
    pub total: i64,
    /// How often each stage was entered since, in order.
    pub entered: Vec<i64>,
    /// How often somebody went on from each stage since, in order.
    pub advanced: Vec<i64>,
    /// How often somebody was turned down at each stage or withdrew since, in order.
    pub lost: Vec<i64>,
    /// Of those who went on from each stage or were lost there since, the share that went on, 0 to 1, in order; none where nobody did, and at the end of the way.
    pub conversion: Vec<Option<f64>>,
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

/// A funnel that would count moves of no time at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("moves cannot be counted since a day that lies after the one that the funnel is asked for")]
pub struct SinceAfter;

impl FunnelQuery<'_> {
    /// The question, where its times lie in order.
    ///
    /// # Errors
    /// [`SinceAfter`].
    pub fn in_order(self) -> Result<Self, SinceAfter> {
        let after = self.since.zip(self.until).is_some_and(|(since, until)| since >= until);
        if after { Err(SinceAfter) } else { Ok(self) }
    }
}

/// The funnel.
///
/// # Errors
/// The store fails.
pub async fn funnel(store: &Store, query: FunnelQuery<'_>) -> store::Result<Funnel> {
    let until = query.until.unwrap_or(Span::ALWAYS.until);
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let always = Span { until, ..Span::ALWAYS };
    let counted = match query.since {
        None => {
            let [all] = store::flows::within(connection, [always], query.portal).await?;
            fold(&all, &all)
        }
        Some(from) => {
            let spans = [always, Span { from, until }];
            let [standing, moves] = store::flows::within(connection, spans, query.portal).await?;
            fold(&standing, &moves)
        }
    };
    Ok(Funnel {
        as_of: rfc3339(query.until.unwrap_or_else(|| store.clock().micros())),
        since: query.since.map(rfc3339),
        portal: query.portal.map(str::to_owned),
        ..counted
    })
}

/// Adds what was counted as it was written to its days, so that what is asked stays sums over days; how many ways were added. It changes no answer, and two who do
/// it at once do it once.
///
/// # Errors
/// The store fails.
pub async fn fold_days(store: &Store) -> store::Result<u64> {
    let mut all = 0;
    // Whoever looks again and again writes nothing meanwhile.
    while store::flows::is_unfolded(&mut store.read().await?.connection()).await? {
        let folded = whole(|| async {
            let mut tx = store.write().await?;
            let folded = store::flows::fold(&mut tx.connection()).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(folded)
        })
        .await?;
        all += folded;
    }
    Ok(all)
}

/// Counts flows: `standing` are all of them, `moves` those of the time that is asked for.
fn fold(standing: &[Flow], moves: &[Flow]) -> Funnel {
    let stages = Stage::ALL.iter().map(|stage| of_stage(*stage, standing, moves)).collect();
    let mut portals: BTreeMap<&str, FunnelPortal> = BTreeMap::new();
    for flow in standing.iter().filter(|flow| flow.from.is_none()) {
        of_portal(&mut portals, &flow.portal).total += flow.records;
    }
    for flow in moves {
        let portal = of_portal(&mut portals, &flow.portal);
        for (at, stage) in Stage::ALL.iter().enumerate() {
            for (counts, count) in [
                (&mut portal.entered, enters(flow, *stage)),
                (&mut portal.advanced, advances(flow, *stage)),
                (&mut portal.lost, loses(flow, *stage)),
            ] {
                if let Some(all) = counts.get_mut(at) {
                    *all += count;
                }
            }
        }
    }
    let mut by_reason: BTreeMap<(Stage, SubState, Reason), i64> = BTreeMap::new();
    for flow in moves.iter().filter(|flow| loses(flow, flow.to.stage) != 0) {
        for reason in &flow.reasons {
            *by_reason.entry((flow.to.stage, flow.to.sub_state, *reason)).or_default() += flow.records;
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
        portals: portals.into_values().filter(|one| one.total != 0).map(FunnelPortal::shared).collect(),
        losses,
    }
}

fn of_portal<'p, 'f>(portals: &'p mut BTreeMap<&'f str, FunnelPortal>, portal: &'f str) -> &'p mut FunnelPortal {
    portals.entry(portal).or_insert_with(|| FunnelPortal {
        portal: portal.to_owned(),
        total: 0,
        entered: vec![0; Stage::ALL.len()],
        advanced: vec![0; Stage::ALL.len()],
        lost: vec![0; Stage::ALL.len()],
        conversion: Vec::new(),
    })
}

impl FunnelPortal {
    /// With its shares.
    fn shared(self) -> Self {
        let counts = self.advanced.iter().zip(&self.lost);
        let shares = Stage::ALL.iter().zip(counts).map(|(stage, (advanced, lost))| share(*stage, *advanced, *lost));
        Self { conversion: shares.collect(), ..self }
    }
}

/// Of those who left a stage in either way the share that went on; none at the end of the way.
#[allow(clippy::cast_precision_loss, reason = "a share")]
fn share(stage: Stage, advanced: i64, lost: i64) -> Option<f64> {
    (advanced + lost > 0 && !is_onboarded(stage)).then(|| advanced as f64 / (advanced + lost) as f64)
}

/// How often a stage was entered by some records.
fn enters(flow: &Flow, stage: Stage) -> i64 {
    let there = flow.to.stage == stage && flow.from.is_none_or(|from| from.stage != stage);
    if there { flow.records } else { 0 }
}

/// How often a stage was left for a later one. From one kind of contract to the other is no step on.
fn advances(flow: &Flow, stage: Stage) -> i64 {
    let on = leaves(flow, stage) && flow.to.stage > stage && !is_onboarded(stage);
    if on { flow.records } else { 0 }
}

/// How often somebody was turned down at a stage, or withdrew.
fn loses(flow: &Flow, stage: Stage) -> i64 {
    let lost = leaves(flow, stage) && flow.to.stage == stage && flow.to.sub_state != SubState::Active;
    if lost { flow.records } else { 0 }
}

/// Whether somebody stood at a stage, in the running.
fn leaves(flow: &Flow, stage: Stage) -> bool {
    flow.from == Some(Status { stage, sub_state: SubState::Active })
}

fn is_onboarded(stage: Stage) -> bool {
    Status { stage, sub_state: SubState::Active }.is_onboarded()
}

fn of_stage(stage: Stage, standing: &[Flow], moves: &[Flow]) -> FunnelStage {
    let stand = |sub_state| {
        let status = Status { stage, sub_state };
        let came = standing.iter().filter(|flow| flow.to == status).map(|flow| flow.records).sum::<i64>();
        let left = standing.iter().filter(|flow| flow.from == Some(status)).map(|flow| flow.records).sum::<i64>();
        came - left
    };
    let sum = |count: fn(&Flow, Stage) -> i64| moves.iter().map(|flow| count(flow, stage)).sum::<i64>();
    let (entered, advanced, lost) = (sum(enters), sum(advances), sum(loses));
    let mut waits = vec![0; Wait::ENDS.len() + 1];
    for flow in moves.iter().filter(|flow| leaves(flow, stage)) {
        if let Some(count) = flow.waited.and_then(|wait| waits.get_mut(wait.number())) {
            *count += flow.records;
        }
    }
    FunnelStage {
        stage,
        active: stand(SubState::Active),
        rejected: stand(SubState::Rejected),
        resigned: stand(SubState::Resigned),
        entered,
        advanced,
        lost,
        conversion: share(stage, advanced, lost),
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
        Flow { portal: portal.to_owned(), from, to, waited: Wait::numbered(waited), reasons: Vec::new(), records }
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

    fn loss(to: Status, reasons: &[Reason], records: i64) -> Flow {
        let from = Some(Status { sub_state: SubState::Active, ..to });
        Flow { reasons: reasons.to_vec(), ..flow("glints", from, to, 2, records) }
    }

    #[test]
    fn whoever_comes_stands_somewhere() {
        let all = flows();
        let funnel = fold(&all, &all);
        assert_eq!(funnel.total, 10);
        let [screening, interview, psikotest, ..] = &funnel.stages[..] else { panic!() };
        assert_eq!((screening.active, screening.entered, screening.advanced, screening.lost), (4, 10, 6, 0));
        assert_eq!((interview.active, interview.rejected, interview.resigned), (4, 2, 0));
        assert_eq!((interview.entered, interview.advanced, interview.lost), (6, 0, 2));
        assert_eq!((screening.conversion, interview.conversion, psikotest.conversion), (Some(1.0), Some(0.0), None));
        let stand: i64 = funnel.stages.iter().map(|one| one.active + one.rejected + one.resigned).sum();
        assert_eq!(stand, funnel.total);
        let portals: Vec<_> =
            funnel.portals.iter().map(|one| (one.portal.as_str(), one.total, one.entered[1])).collect();
        assert_eq!(portals, [("glints", 7, 5), ("indeed", 3, 1)]);
        let shares: Vec<_> = funnel.portals.iter().map(|one| (one.conversion[0], one.conversion[1])).collect();
        assert_eq!(shares, [(Some(1.0), Some(0.0)), (Some(1.0), None)]);
        assert!(funnel.portals.iter().all(|one| one.conversion.len() == Stage::ALL.len()));
    }

    #[test]
    fn where_people_stand_does_not_depend_on_since_when_moves_are_counted() {
        let funnel = fold(&flows(), &[]);
        assert_eq!((funnel.total, funnel.stages[0].active, funnel.stages[0].entered), (10, 4, 0));
        assert_eq!(funnel.stages[0].conversion, None);
    }

    #[test]
    fn from_one_contract_to_the_other_is_no_step_on() {
        let (regular, on_demand) =
            (at(Stage::OnboardedRegular, SubState::Active), at(Stage::OnboardedOnDemand, SubState::Active));
        let all = [flow("x", None, regular, -1, 1), flow("x", Some(regular), on_demand, 2, 1)];
        let funnel = fold(&all, &all);
        let [.., first, second] = &funnel.stages[..] else { panic!() };
        assert_eq!((first.active, first.advanced, first.conversion), (0, 0, None));
        assert_eq!((second.active, second.entered), (1, 1));
    }

    #[test]
    fn moves_are_counted_since_before_the_end() {
        let asked = |since, until| FunnelQuery { since, until, portal: None }.in_order().is_ok();
        assert!(asked(None, None) && asked(Some(5), None) && asked(None, Some(5)) && asked(Some(4), Some(5)));
        assert!(!asked(Some(5), Some(5)) && !asked(Some(6), Some(5)));
    }

    #[test]
    fn losses_are_told_by_reason() {
        let (mcu, back) = (at(Stage::Mcu, SubState::Rejected), flow("glints", Some(REJECTED), INTERVIEW, 1, 1));
        let moves = [
            loss(REJECTED, &[Reason::Absent], 2),
            loss(REJECTED, &[Reason::FailedInterviewHr, Reason::Absent], 5),
            loss(mcu, &[Reason::Unfit], 1),
            loss(mcu, &[Reason::Unfit], -1),
            Flow { reasons: vec![Reason::Returned], ..back },
        ];
        let told: Vec<_> = fold(&[], &moves).losses.into_iter().map(|one| (one.reason, one.count)).collect();
        assert_eq!(told, [(Reason::Absent, 7), (Reason::FailedInterviewHr, 5)]);
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
