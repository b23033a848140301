//! What a server may do to a transaction: the answer to COMMIT is lost, and the step gives the same answer as if it had come.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use rstest::rstest;
use satu_core::{
    application::history,
    import::Action,
    lifecycle::{Stage, Status, SubState},
    linking::{self, LinkKind},
};
use satu_tests::{
    applicants::{Applicant, applicant},
    desk::{Desk, stands},
    engines::Engine,
    wire::Wire,
};

/// A desk whose server is at the end of a wire.
async fn desk(engine: Engine) -> (Desk, Wire) {
    let folder = tempfile::tempdir().unwrap();
    let wire = Wire::to(&engine.database(folder.path()).await).await;
    (Desk::at(wire.url()).await, wire)
}

fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", "siti@example.com")
}

/// Siti's sister, on Siti's phone.
fn rina() -> Applicant {
    applicant("Rina Wulandari", "081234567801", "rina@example.com")
}

#[rstest]
#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_committed_once(
    #[values(Engine::Postgres, Engine::MySql)] engine: Engine,
    #[values(false, true)] in_one_go: bool,
) {
    let (desk, wire) = desk(engine).await;
    let people = [siti(), rina()];
    let batch = if in_one_go {
        wire.break_at_commit();
        desk.import_in_one_go("glints", &people).await
    } else {
        let draft = desk.draft("glints", &people).await;
        wire.break_at_commit();
        desk.commit(&draft).await
    };
    assert_eq!(wire.broken(), 1);
    assert_eq!(desk.outcomes(&batch).await, ["new", "review shared_phone"]);
    assert_eq!(desk.all_is_well().await.counts(), [1, 2, 1, 1, 1]);
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn an_undo_whose_answer_is_lost_is_undone_once(#[values(Engine::Postgres, Engine::MySql)] engine: Engine) {
    let (desk, wire) = desk(engine).await;
    let batch = desk.import("glints", &[siti()]).await;
    wire.break_at_commit();
    let report = desk.undo(&batch).await.undo.unwrap();
    assert_eq!((wire.broken(), report.removed), (1, 1));
    assert!(desk.all_is_well().await.is_empty());
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_decision_whose_answer_is_lost_is_made_once(
    #[values(Engine::Postgres, Engine::MySql)] engine: Engine,
    #[values(Action::Same, Action::Different, Action::Shared, Action::Discard)] action: Action,
) {
    let (desk, wire) = desk(engine).await;
    let batch = desk.import("glints", &[siti(), rina()]).await;
    wire.break_at_commit();
    let settled = desk.settle(&batch, 3, action).await.unwrap();
    assert_eq!(wire.broken(), 1);
    assert_eq!(settled.row.decision.map(|one| one.action), Some(action));
    let people = if matches!(action, Action::Different | Action::Shared) { 2 } else { 1 };
    assert_eq!((desk.people().await.len(), desk.waiting().await), (people, 0));
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_change_of_status_whose_answer_is_lost_is_recorded_once(
    #[values(Engine::Postgres, Engine::MySql)] engine: Engine,
) {
    let (desk, wire) = desk(engine).await;
    desk.import("glints", &[siti()]).await;
    let her = desk.named("Siti Aminah").await.id;
    let status = Status { stage: Stage::InterviewHr, sub_state: SubState::Active };
    wire.break_at_commit();
    stands(desk.store(), her, status, "hr").await.unwrap();
    assert_eq!(wire.broken(), 1);
    assert_eq!(history(desk.store(), her).await.unwrap().len(), 2);
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn what_was_said_of_two_whose_answer_is_lost_is_said_once(
    #[values(Engine::Postgres, Engine::MySql)] engine: Engine,
) {
    let (desk, wire) = desk(engine).await;
    desk.import("glints", &[siti(), applicant("Siti A", "081234567802", "")]).await;
    let [one, other] = [desk.named("Siti Aminah").await.id, desk.named("Siti A").await.id];
    wire.break_at_commit();
    let merged = desk.merge(one, other).await.unwrap();
    assert_eq!((wire.broken(), desk.people().await.len()), (1, 1));
    wire.break_at_commit();
    desk.reverse(&merged).await.unwrap();
    assert_eq!((wire.broken(), desk.people().await.len()), (2, 2));
    wire.break_at_commit();
    let apart = desk.tell_apart(one, other).await.unwrap();
    wire.break_at_commit();
    desk.reverse(&apart).await.unwrap();
    assert_eq!(wire.broken(), 4);
    let said: Vec<LinkKind> =
        linking::links(desk.store(), one).await.unwrap().into_iter().map(|one| one.kind).collect();
    assert_eq!(said, LinkKind::ALL, "each is said once");
    desk.finish().await;
}
