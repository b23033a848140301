//! One status, changed by rule and for standard reasons; the history says who, when and why, and is only ever appended.
//!
//! Every story ends with `finish`: no promise of the database is broken, whatever happened.

use satu_core::{
    application::history,
    id::ApplicationId,
    lifecycle::{self, Act, Change, LifecycleError, Moved, Reason, Refusal, Stage, Status, SubState},
};
use satu_tests::{
    applicants::{Applicant, applicant},
    desk::Desk,
    engines::Engine,
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
