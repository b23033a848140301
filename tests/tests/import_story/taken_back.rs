//! What HR decided is taken back: the row waits again, as if nobody had ever answered.

use super::*;

/// Siti as the import of Glints left her, and everybody's keys her own.
async fn is_alone_as_before(desk: &Desk) {
    let people = desk.people().await;
    assert_eq!(people.iter().map(|one| one.fields.full_name.as_deref()).collect::<Vec<_>>(), [Some("Siti Aminah")]);
    assert_eq!(people[0].portals(), ["glints"]);
    let states: Vec<(&str, IdentifierState)> =
        people[0].identifiers.iter().map(|one| (one.value.as_str(), one.state)).collect();
    assert_eq!(states, [("+6281234567801", IdentifierState::Key), ("siti@example.com", IdentifierState::Key)]);
    desk.all_is_well().await;
}

#[rstest]
#[tokio::test]
async fn whatever_was_decided_the_row_waits_again_and_can_be_decided_anew(
    #[values(Where::Draft, Where::DraftByClass, Where::Queue)] at: Where,
    #[values(
        (Action::Same, Action::Different),
        (Action::Different, Action::Same),
        (Action::Different, Action::Discard),
        (Action::Shared, Action::Shared),
        (Action::Shared, Action::Same),
        (Action::Discard, Action::Different)
    )]
    (action, then): (Action, Action),
) {
    let (desk, batch) = decided(at, action).await;
    let counts = import::batch(desk.store(), batch.id).await.unwrap().counts;
    let review = desk.settle(&batch, 2, Action::Later).await.unwrap();
    assert_eq!((review.row.decision, review.row.application), (None, None));
    let said: Vec<Action> = review.reversed.iter().map(|one| one.decision.action).collect();
    assert_eq!((said, review.reversed[0].by.as_str()), (vec![action], "hr"));
    assert_eq!(desk.outcomes(&batch).await, ["review shared_phone"]);
    assert_eq!(desk.waiting().await, 1);
    is_alone_as_before(&desk).await;
    let waiting = import::batch(desk.store(), batch.id).await.unwrap().counts;
    assert_eq!((waiting.review, waiting.rejected), (1, 0));

    desk.settle(&batch, 2, then).await.unwrap();
    assert_eq!(desk.waiting().await, 0);
    if then == action {
        assert_eq!(import::batch(desk.store(), batch.id).await.unwrap().counts, counts);
    }
    let again = desk.import("jobstreet", &[rina()]).await;
    assert_eq!(desk.outcomes(&again).await, ["repeat"], "the second answer holds");
    desk.finish().await;
}

#[tokio::test]
async fn what_waits_is_left_as_it_is_and_what_was_taken_back_too() {
    let (desk, batch) = decided(Where::Queue, Action::Later).await;
    assert_eq!(desk.settle(&batch, 2, Action::Later).await.unwrap().reversed, []);
    desk.settle(&batch, 2, Action::Same).await.unwrap();
    desk.settle(&batch, 2, Action::Later).await.unwrap();
    assert_eq!(desk.settle(&batch, 2, Action::Later).await.unwrap().reversed.len(), 1);
    is_alone_as_before(&desk).await;
    desk.finish().await;
}

#[tokio::test]
async fn the_newest_decisions_are_listed_first() {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let sister = applicant("Yuni Kartika", "081234567801", "");
    let batch = desk.import("jobstreet", &[rina(), sister]).await;
    for row in [3, 2] {
        desk.settle(&batch, row, Action::Discard).await.unwrap();
    }
    let filter = import::ReviewFilter::default();
    let first = import::settled_page(desk.store(), &filter, None, 1).await.unwrap();
    let after = first.last().map(|(at, one)| (*at, one.batch.id, one.row.row));
    let second = import::settled_page(desk.store(), &filter, after, 5).await.unwrap();
    let rows: Vec<u32> = first.iter().chain(&second).map(|(_, one)| one.row.row).collect();
    assert_eq!(rows, [2, 3]);
    desk.finish().await;
}

#[tokio::test]
async fn an_applicant_whom_somebody_has_moved_on_since_stays() {
    let (desk, batch) = decided(Where::Queue, Action::Different).await;
    let rina = desk.named("Rina Wulandari").await;
    let status = Status { stage: Stage::InterviewHr, sub_state: SubState::Active };
    stands(desk.store(), rina.id, status, "hr").await.unwrap();
    let before = desk.people().await;
    let refused = desk.settle(&batch, 2, Action::Later).await.unwrap_err();
    assert!(matches!(&refused, ImportError::Decision { row: 2, why } if why.contains("moved on")), "{refused}");
    assert_eq!((desk.people().await, desk.waiting().await), (before, 0));
    desk.finish().await;
}

#[tokio::test]
async fn whom_only_this_row_still_held_goes_with_it() {
    let desk = desk().await;
    let first = desk.import("glints", &[siti()]).await;
    let batch = desk.import("jobstreet", &[rina()]).await;
    desk.settle(&batch, 2, Action::Same).await.unwrap();
    assert_eq!(desk.undo(&first).await.undo.unwrap().kept_total, 1, "the row stands for her");
    desk.settle(&batch, 2, Action::Later).await.unwrap();
    assert_eq!((desk.people().await.len(), desk.waiting().await), (0, 1));
    desk.finish().await;
}

#[tokio::test]
async fn a_row_that_came_to_her_by_the_decision_keeps_her() {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let batch = desk.import("jobstreet", &[rina()]).await;
    desk.settle(&batch, 2, Action::Different).await.unwrap();
    let again = desk.import("indeed", &[applicant("Rina Wulandari", "", "rina@example.com")]).await;
    assert_eq!(desk.outcomes(&again).await, ["match"]);
    desk.settle(&batch, 2, Action::Later).await.unwrap();
    let rina = desk.named("Rina Wulandari").await;
    assert_eq!(rina.portals(), ["indeed"], "the door that stands is left");
    let contacts: Vec<&str> = rina.identifiers.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(contacts, ["rina@example.com"], "the phone came with the row");
    assert_eq!(desk.waiting().await, 1);
    desk.finish().await;
}

#[tokio::test]
async fn a_number_that_two_others_share_stays_a_familys() {
    let (desk, batch) = decided(Where::Queue, Action::Shared).await;
    let mother = applicant("Sulastri Handayani", "081234567801", "");
    let next = desk.import("glints", &[mother]).await;
    assert_eq!(desk.outcomes(&next).await, ["new"]);
    desk.settle(&batch, 2, Action::Later).await.unwrap();
    for name in ["Siti Aminah", "Sulastri Handayani"] {
        let her = desk.named(name).await;
        assert_eq!(her.identifiers[0].state, IdentifierState::Shared, "{name}");
    }
    desk.finish().await;
}

#[tokio::test]
async fn two_who_take_one_decision_back_at_once_take_it_back_once() {
    let (desk, batch) = decided(Where::Queue, Action::Different).await;
    let colleague = desk.another().await;
    let at = |store| import::settle(store, batch.id, 2, Action::Later, None, "hr");
    let (one, other) = tokio::join!(at(desk.store()), at(colleague.store()));
    one.unwrap();
    other.unwrap();
    assert_eq!(import::review(desk.store(), batch.id, 2).await.unwrap().reversed.len(), 1);
    is_alone_as_before(&desk).await;
    desk.finish().await;
}

/// The same row stands in a file twice, both are settled, and one of them is taken back as superfluous.
#[rstest]
#[case::the_first(2, 3)]
#[case::the_second(3, 2)]
#[tokio::test]
async fn of_a_row_that_stands_twice_the_other_one_still_holds_her(#[case] back: u32, #[case] stays: u32) {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let batch = desk.import("jobstreet", &[rina(), rina()]).await;
    desk.settle(&batch, 2, Action::Different).await.unwrap();
    let her = desk.named("Rina Wulandari").await.id;
    if desk.waiting().await > 0 {
        import::settle(desk.store(), batch.id, 3, Action::Different, None, "hr").await.unwrap();
    }
    assert_eq!(desk.applications_of(&batch).await, [Some(her), Some(her)]);
    if import::review(desk.store(), batch.id, back).await.unwrap().row.decision.is_none() {
        return desk.finish().await; // It followed the other one by itself.
    }
    desk.settle(&batch, back, Action::Later).await.unwrap();
    desk.settle(&batch, back, Action::Discard).await.unwrap();
    let rina = desk.named("Rina Wulandari").await;
    assert_eq!(rina.id, her);
    assert!(
        rina.identifiers
            .iter()
            .any(|one| (one.value.as_str(), one.state) == ("rina@example.com", IdentifierState::Key))
    );
    assert_eq!(desk.applications_of(&batch).await[stays as usize - 2], Some(her));
    desk.finish().await;
}

/// A draft was planned while a number was a family's; by its commit everybody who had it is gone.
#[tokio::test]
async fn a_number_that_nobody_is_left_with_stays_a_familys() {
    let desk = desk().await;
    let first = desk.import("glints", &[applicant("Siti Aminah", "081234567801", "")]).await;
    let second = desk.import("jobstreet", &[applicant("Rina Wulandari", "081234567801", "")]).await;
    desk.settle(&second, 2, Action::Shared).await.unwrap();
    let draft = desk.draft("indeed", &[applicant("Yuni Kartika", "081234567801", "")]).await;
    desk.undo(&first).await;
    desk.settle(&second, 2, Action::Later).await.unwrap();
    desk.commit(&draft).await;
    assert_eq!(desk.named("Yuni Kartika").await.identifiers[0].state, IdentifierState::Shared);
    desk.finish().await;
}
