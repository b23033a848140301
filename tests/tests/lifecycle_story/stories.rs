//! One status, changed by rule and for standard reasons; the history says who, when and why, and is only ever appended.
//!
//! Every story ends with `finish`: no promise of the database is broken, whatever happened.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use satu_core::{
    account::{Policy, Proof, Registration, register},
    application::history,
    id::ApplicationId,
    lifecycle::{
        self, Act, Change, Funnel, FunnelQuery, FunnelStage, LifecycleError, MitraStatus, Moved, Reason, Refusal,
        Stage, Status, SubState, flow, fold_days, funnel,
    },
    time::Clock,
};
use satu_tests::{
    applicants::{Applicant, applicant},
    desk::{Desk, stands},
    engines::Engine,
    ledger,
};

/// A desk on the engine that this module is named for, with Siti and Dewi.
async fn desk() -> (Desk, [ApplicationId; 2]) {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    desk.import("glints", &[siti(), applicant("Dewi Lestari", "081234567802", "dewi@example.com")]).await;
    let ids = [desk.named("Siti Aminah").await.id, desk.named("Dewi Lestari").await.id];
    (desk, ids)
}

fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", "siti@example.com")
}

const fn by<'a>(act: Act, reasons: &'a [Reason], actor: &'a str) -> Change<'a> {
    Change { act, reasons, seen: None, actor }
}

async fn change(desk: &Desk, id: ApplicationId, act: Act, reasons: &[Reason]) -> Result<Moved, LifecycleError> {
    lifecycle::change(desk.store(), id, by(act, reasons, "hr")).await
}

#[tokio::test]
async fn her_way_is_a_record_each_with_who_and_why() {
    let (desk, [siti, _]) = desk().await;
    let moved = change(&desk, siti, Act::Advance(None), &[]).await.unwrap();
    assert_eq!(
        (moved.from_stage, moved.stage, moved.full_name.as_str()),
        (Stage::Screening, Stage::InterviewHr, "Siti Aminah")
    );
    let withdrawn = by(Act::Resign, &[Reason::NewJob, Reason::Personal], "rina");
    lifecycle::change(desk.store(), siti, withdrawn).await.unwrap();
    change(&desk, siti, Act::Reopen, &[Reason::Returned]).await.unwrap();
    let records = history(desk.store(), siti).await.unwrap();
    let told: Vec<String> = records
        .iter()
        .map(|one| format!("{} {} {} {} {:?}", one.seq, one.stage, one.sub_state, one.actor, one.reasons))
        .collect();
    assert_eq!(
        told,
        [
            "1 SCREENING ACTIVE hr []",
            "2 INTERVIEW_HR ACTIVE hr []",
            "3 INTERVIEW_HR RESIGNED rina [\"new_job\", \"personal\"]",
            "4 INTERVIEW_HR ACTIVE hr [\"returned\"]",
        ]
    );
    let her = desk.named("Siti Aminah").await;
    assert_eq!((her.stage, her.sub_state), (Stage::InterviewHr, SubState::Active));
    desk.finish().await;
}

#[tokio::test]
async fn what_is_refused_leaves_no_record() {
    let (desk, [siti, _]) = desk().await;
    let refused = change(&desk, siti, Act::Advance(Some(Stage::Offering)), &[]).await;
    assert!(matches!(refused, Err(LifecycleError::Refused(Refusal::NotNext { .. }))), "{refused:?}");
    let refused = change(&desk, siti, Act::Reject, &[]).await;
    assert!(matches!(refused, Err(LifecycleError::Refused(Refusal::NoReason { .. }))), "{refused:?}");
    let nobody = change(&desk, ApplicationId::mint(), Act::Advance(None), &[]).await;
    assert!(matches!(nobody, Err(LifecycleError::UnknownApplication(_))), "{nobody:?}");
    assert_eq!(history(desk.store(), siti).await.unwrap().len(), 1);
    desk.finish().await;
}

/// Of two who look at the same record and act on it, the second is told that it is the newest no more.
#[tokio::test]
async fn who_acts_on_what_she_saw_is_told_when_it_is_no_longer_so() {
    let (desk, [siti, _]) = desk().await;
    let other = desk.another().await;
    for round in 1..=5 {
        let seen = |actor| Change { seen: Some(round), ..by(Act::Correct(next(round)), &[Reason::WrongStatus], actor) };
        let (one, two) = tokio::join!(
            lifecycle::change(desk.store(), siti, seen("hr 1")),
            lifecycle::change(other.store(), siti, seen("hr 2")),
        );
        let changed = |result: &Result<Moved, LifecycleError>| matches!(result, Err(LifecycleError::Changed { .. }));
        assert!(one.is_ok() != two.is_ok() && (changed(&one) || changed(&two)), "{one:?} {two:?}");
        assert_eq!(history(desk.store(), siti).await.unwrap().len(), round as usize + 1);
    }
    desk.finish().await;
}

/// Another stage each time.
fn next(round: u32) -> Status {
    Status { stage: Stage::ALL[round as usize % 7 + 1], sub_state: SubState::Active }
}

#[tokio::test]
async fn many_are_moved_at_once_and_those_who_may_not_say_why() {
    let (desk, [siti, dewi]) = desk().await;
    change(&desk, dewi, Act::Reject, &[Reason::Documents]).await.unwrap();
    let forward = by(Act::Advance(None), &[], "hr");
    for only_look in [true, false] {
        let moved = lifecycle::change_all(desk.store(), &[siti, dewi], forward, only_look).await.unwrap();
        let told: Vec<(Stage, Option<&str>)> =
            moved.iter().map(|one| (one.stage, one.refused.as_ref().map(|why| why.code.as_str()))).collect();
        assert_eq!(told, [(Stage::InterviewHr, None), (Stage::Screening, Some("lifecycle.not_active")),]);
        let stands = if only_look { Stage::Screening } else { Stage::InterviewHr };
        assert_eq!(desk.person(siti).await.stage, stands);
    }
    assert_eq!(history(desk.store(), dewi).await.unwrap().len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn of_one_that_was_merged_it_is_the_status_of_the_one_that_shows_it() {
    let (desk, [siti, dewi]) = desk().await;
    desk.merge(siti, dewi).await.unwrap();
    let moved = change(&desk, dewi, Act::Advance(None), &[]).await.unwrap();
    assert_eq!((moved.application, moved.full_name.as_str()), (siti, "Siti Aminah"));
    assert_eq!(desk.person(siti).await.stage, Stage::InterviewHr);
    desk.finish().await;
}

#[tokio::test]
async fn who_was_turned_down_is_a_question_when_she_comes_again() {
    let (desk, [siti_before, _]) = desk().await;
    change(&desk, siti_before, Act::Reject, &[Reason::Requirements]).await.unwrap();
    let again = desk.import("jobstreet", &[siti()]).await;
    assert_eq!(desk.outcomes(&again).await, ["review closed_application"]);
    change(&desk, siti_before, Act::Reopen, &[Reason::Reconsidered]).await.unwrap();
    let again = desk.import("indeed", &[siti()]).await;
    assert_eq!(desk.outcomes(&again).await, ["match"]);
    desk.finish().await;
}

/// A clock that stands still until it is set, in microseconds since 1970-01-01 UTC.
#[derive(Clone)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn clock(&self) -> Clock {
        let hand = self.0.clone();
        Clock::from_fn(move || jiff::Timestamp::from_microsecond(hand.load(Ordering::Relaxed)).unwrap())
    }

    /// Noon of a day of May 2026 in Jakarta.
    fn noon_of(&self, day: i64) {
        self.0.store(flow::beginning_of(&format!("2026-05-{day:02}")).unwrap() + 12 * HOUR, Ordering::Relaxed);
    }
}

const HOUR: i64 = 3_600_000_000;

async fn as_of(desk: &Desk, day: &str) -> Funnel {
    let until = Some(flow::end_of(day).unwrap());
    funnel(desk.store(), FunnelQuery { until, ..FunnelQuery::default() }).await.unwrap()
}

/// `stage active/rejected/resigned` of every stage where somebody stands.
fn stand(funnel: &Funnel) -> Vec<String> {
    let somebody = |one: &&FunnelStage| one.active + one.rejected + one.resigned > 0;
    let told = |one: &FunnelStage| format!("{} {}/{}/{}", one.stage, one.active, one.rejected, one.resigned);
    funnel.stages.iter().filter(somebody).map(told).collect()
}

#[tokio::test]
async fn the_funnel_is_replayed_to_any_day() {
    let hand = Hand(Arc::default());
    hand.noon_of(1);
    let desk = Desk::on_with(Engine::of_module(module_path!()), hand.clock()).await;
    let dewi = || applicant("Dewi Lestari", "081234567802", "dewi@example.com");
    desk.import("glints", &[siti(), dewi()]).await;
    hand.noon_of(2);
    desk.import("indeed", &[applicant("Rina Wati", "081234567803", "rina@example.com")]).await;
    let id = async |name: &str| desk.named(name).await.id;
    let (siti, dewi, rina) = (id("Siti Aminah").await, id("Dewi Lestari").await, id("Rina Wati").await);
    hand.noon_of(4);
    change(&desk, siti, Act::Advance(None), &[]).await.unwrap();
    change(&desk, rina, Act::Advance(None), &[]).await.unwrap();
    hand.noon_of(7);
    change(&desk, siti, Act::Resign, &[Reason::NewJob, Reason::Ill]).await.unwrap();
    change(&desk, dewi, Act::Reject, &[Reason::Documents]).await.unwrap();
    hand.noon_of(9);
    change(&desk, siti, Act::Reopen, &[Reason::Returned]).await.unwrap();
    // The next moment: of the same one it would be the same act once more.
    hand.0.fetch_add(1, Ordering::Relaxed);
    change(&desk, siti, Act::Advance(None), &[]).await.unwrap();

    let days = [
        ("2026-04-30", vec![]),
        ("2026-05-01", vec!["SCREENING 2/0/0"]),
        ("2026-05-02", vec!["SCREENING 3/0/0"]),
        ("2026-05-04", vec!["SCREENING 1/0/0", "INTERVIEW_HR 2/0/0"]),
        ("2026-05-07", vec!["SCREENING 0/1/0", "INTERVIEW_HR 1/0/1"]),
        ("2026-05-09", vec!["SCREENING 0/1/0", "INTERVIEW_HR 1/0/0", "PSIKOTEST 1/0/0"]),
    ];
    let replayed = async || {
        for (day, expected) in &days {
            assert_eq!(stand(&as_of(&desk, day).await), *expected, "{day}");
        }
        let all = as_of(&desk, "2026-05-09").await;
        let [screening, interview, ..] = &all.stages[..] else { panic!() };
        assert_eq!((screening.entered, screening.advanced, screening.lost), (3, 2, 1));
        assert_eq!((interview.entered, interview.advanced, interview.lost), (2, 1, 1));
        // Three, two and six days.
        assert!(screening.median_days.is_some_and(|days| (2.0..=4.0).contains(&days)), "{screening:?}");
        let lost: Vec<_> = all.losses.iter().map(|one| (one.stage, one.reason, one.count)).collect();
        assert_eq!(lost.len(), 3);
        assert!(lost.contains(&(Stage::InterviewHr, Reason::Ill, 1)), "{lost:?}");
        let portals: Vec<_> = all.portals.iter().map(|one| (one.portal.as_str(), one.total, one.entered[1])).collect();
        assert_eq!(portals, [("glints", 2, 1), ("indeed", 1, 1)]);
        let since = Some(flow::beginning_of("2026-05-05").unwrap());
        let later = funnel(desk.store(), FunnelQuery { since, portal: Some("glints"), until: None }).await.unwrap();
        assert_eq!((later.total, later.stages[1].entered, later.stages[2].entered, later.losses.len()), (2, 0, 1, 3));
    };
    replayed().await;

    // What was counted is added to its days by two who do it at once, and the answers stay what they are.
    let other = desk.another().await;
    let (one, two) = tokio::join!(fold_days(desk.store()), fold_days(other.store()));
    assert_eq!(one.unwrap() + two.unwrap(), 8, "two imports and six changes");
    replayed().await;
    assert_eq!(fold_days(desk.store()).await.unwrap(), 0);
    // A record of a day that was added before, whose transaction took its time.
    hand.noon_of(4);
    desk.import("jobstreet", &[applicant("Tuti Alawiyah", "081234567805", "tuti@example.com")]).await;
    assert_eq!(as_of(&desk, "2026-05-04").await.total, 4);
    assert_eq!(fold_days(desk.store()).await.unwrap(), 1);
    assert_eq!((as_of(&desk, "2026-05-04").await.total, as_of(&desk, "2026-05-03").await.total), (4, 3));
    let file = &mut desk.tables().await;
    let sums = "SELECT count(*) FROM status_sum WHERE records <> 0";
    assert!(ledger::number(file, sums).await > 0);
    desk.finish().await;
}

#[tokio::test]
async fn an_import_that_was_taken_back_never_was_and_two_who_are_one_are_counted_once() {
    let hand = Hand(Arc::default());
    hand.noon_of(1);
    let desk = Desk::on_with(Engine::of_module(module_path!()), hand.clock()).await;
    desk.import("glints", &[siti(), applicant("Siti Aminah", "081234567809", "aminah@example.com")]).await;
    let undone = desk.import("indeed", &[applicant("Rina Wati", "081234567803", "rina@example.com")]).await;
    let people = desk.people().await;
    let hers: Vec<_> = people.iter().filter(|one| one.fields.full_name.as_deref() == Some("Siti Aminah")).collect();
    change(&desk, hers[1].id, Act::Advance(None), &[]).await.unwrap();
    // Whether what is taken back was added to its day by then, or not.
    fold_days(desk.store()).await.unwrap();
    assert_eq!(stand(&as_of(&desk, "2026-05-01").await), ["SCREENING 2/0/0", "INTERVIEW_HR 1/0/0"]);
    desk.undo(&undone).await;
    assert_eq!(stand(&as_of(&desk, "2026-05-01").await), ["SCREENING 1/0/0", "INTERVIEW_HR 1/0/0"]);
    let merged = desk.merge(hers[0].id, hers[1].id).await.unwrap();
    assert_eq!(stand(&as_of(&desk, "2026-05-01").await), ["SCREENING 1/0/0"]);
    fold_days(desk.store()).await.unwrap();
    assert_eq!(stand(&as_of(&desk, "2026-05-01").await), ["SCREENING 1/0/0"]);
    desk.reverse(&merged).await.unwrap();
    assert_eq!(stand(&as_of(&desk, "2026-05-01").await), ["SCREENING 1/0/0", "INTERVIEW_HR 1/0/0"]);
    // She was never invited.
    hand.noon_of(3);
    let wrong = Act::Correct(Status::INITIAL);
    change(&desk, hers[1].id, wrong, &[Reason::WrongPerson]).await.unwrap();
    let all = as_of(&desk, "2026-05-20").await;
    assert_eq!((stand(&all), all.stages[1].entered), (vec!["SCREENING 2/0/0".to_owned()], 0));
    let listed = desk.people().await.len();
    assert_eq!(as_of(&desk, "2026-05-20").await.total, i64::try_from(listed).unwrap());
    desk.finish().await;
}

#[tokio::test]
async fn whoever_has_signed_is_activated_and_is_no_more_once_her_contract_ends() {
    let (desk, [siti, dewi]) = desk().await;
    let set = async |id, active| lifecycle::activate(desk.store(), id, active, "operations").await;
    assert!(matches!(set(siti, true).await, Err(LifecycleError::Unregistered(_))), "nobody has registered yet");
    let hers = Registration {
        phone: "+6281234567801",
        proof: Proof::Code,
        email: None,
        email_proven: false,
        full_name: "Siti Aminah",
        birth_date: None,
        pin_hash: "$argon2id$",
    };
    let registered = register(desk.store(), hers, Policy::default()).await.unwrap();
    let mitra = async || desk.person(siti).await.mitra_status.unwrap();
    assert_eq!(mitra().await, MitraStatus::Applicant);
    let early = set(siti, true).await.unwrap_err();
    assert!(matches!(early, LifecycleError::NotOnboarded { status } if status == Status::INITIAL), "{early}");

    let regular = Status { stage: Stage::OnboardedRegular, sub_state: SubState::Active };
    stands(desk.store(), siti, regular, "hr").await.unwrap();
    assert_eq!(mitra().await, MitraStatus::Contracted);
    // Two say so at once, one of them twice.
    let other = desk.another().await;
    let (one, two) = tokio::join!(
        lifecycle::activate(desk.store(), siti, true, "operations"),
        lifecycle::activate(other.store(), siti, true, "operations")
    );
    let one = one.unwrap();
    assert_eq!((one.account.0, one.mitra_status), (registered.account.0, MitraStatus::Active));
    assert_eq!(one.activated_at, two.unwrap().activated_at);
    assert_eq!(set(siti, true).await.unwrap(), one);
    assert_eq!(mitra().await, MitraStatus::Active);

    // The other kind of contract is a contract, too; whoever leaves is activated anew if she comes back.
    let swapped = change(&desk, siti, Act::Advance(Some(Stage::OnboardedOnDemand)), &[]).await.unwrap();
    assert_eq!((swapped.mitra_status, mitra().await), (MitraStatus::Active, MitraStatus::Active));
    let left = change(&desk, siti, Act::Resign, &[Reason::NewJob]).await.unwrap();
    assert_eq!((left.mitra_status, mitra().await), (MitraStatus::Inactive, MitraStatus::Inactive));
    let back = change(&desk, siti, Act::Reopen, &[Reason::Returned]).await.unwrap();
    assert_eq!((back.mitra_status, mitra().await), (MitraStatus::Contracted, MitraStatus::Contracted));
    assert_eq!([&swapped, &left, &back].map(|moved| moved.activation_ended), [false, true, false]);
    // A correction that was wrong ends it, too, and says so before and after; the correction of that one activates nobody.
    set(siti, true).await.unwrap();
    let mcu = Act::Correct(Status { stage: Stage::Mcu, sub_state: SubState::Active });
    let wrong = Change { act: mcu, reasons: &[Reason::WrongStatus], seen: None, actor: "hr" };
    for only_look in [true, false] {
        let moved = lifecycle::change_all(desk.store(), &[siti], wrong, only_look).await.unwrap();
        assert!(moved[0].activation_ended, "{moved:?}");
    }
    let right = change(&desk, siti, Act::Correct(regular), &[Reason::WrongStatus]).await.unwrap();
    assert_eq!((right.activation_ended, right.mitra_status), (false, MitraStatus::Contracted));
    assert_eq!(mitra().await, MitraStatus::Contracted);
    set(siti, true).await.unwrap();
    let ended = set(siti, false).await.unwrap();
    assert_eq!((ended.mitra_status, ended.activated_at), (MitraStatus::Contracted, None));
    assert!(matches!(set(dewi, false).await, Err(LifecycleError::Unregistered(_))));
    // Merged into somebody who has signed, and activated by her contract: taken apart again, it is not hers.
    stands(desk.store(), siti, Status::INITIAL, "hr").await.unwrap();
    stands(desk.store(), dewi, regular, "hr").await.unwrap();
    let merged = desk.merge(dewi, siti).await.unwrap();
    assert_eq!(set(dewi, true).await.unwrap().mitra_status, MitraStatus::Active);
    desk.reverse(&merged).await.unwrap();
    assert_eq!(desk.person(dewi).await.mitra_status, None);
    stands(desk.store(), siti, regular, "hr").await.unwrap();
    assert_eq!(mitra().await, MitraStatus::Contracted);

    let file = &mut desk.tables().await;
    let told = ledger::texts(file, "SELECT kind || ' by ' || actor FROM activation_event ORDER BY at, id").await;
    let [on, off] = ["activated by operations", "deactivated by operations"];
    assert_eq!(told, [on, "deactivated by hr", on, "deactivated by hr", on, off, on]);
    for change in ["UPDATE activation_event SET actor = 'nobody'", "DELETE FROM activation_event"] {
        let refused = ledger::refused(file, change).await;
        assert!(["is refused", "foreign key constraint"].iter().any(|words| refused.contains(words)), "{refused}");
    }
    desk.finish().await;
}
