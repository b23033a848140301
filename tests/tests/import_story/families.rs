//! Who is recognised on a number that is not hers alone.

use super::*;

fn sulastri() -> Applicant {
    applicant("Sulastri Handayani", "0812 3456 7801", "")
}

/// Siti's number is her family's: she and Rina have it, and it keys nobody.
async fn family() -> Desk {
    let desk = desk().await;
    let batch = desk.import("glints", &[applicant("Siti Aminah", "081234567801", ""), rina()]).await;
    desk.settle(&batch, 3, Action::Shared).await.unwrap();
    desk
}

/// Who a row may be, by name.
fn names(review: &import::RowView) -> Vec<&str> {
    review.matches.iter().filter_map(|one| one.fields.full_name.as_deref()).collect()
}

#[rstest]
#[case::the_same_name("Siti Aminah")]
#[case::a_name_that_may_be_hers("Siti Aminnah")]
#[tokio::test]
async fn one_of_a_family_who_comes_by_another_door_is_asked_about(#[case] name: &str) {
    let desk = family().await;
    let siti = desk.named("Siti Aminah").await;
    let batch = desk.import("jobstreet", &[applicant(name, "081234567801", "")]).await;
    assert_eq!(desk.outcomes(&batch).await, ["review possible"]);
    let row = desk.rows(&batch).await.remove(0);
    assert_eq!(names(&row), ["Siti Aminah"], "and not her sister");
    desk.settle(&batch, 2, Action::Same).await.unwrap();
    assert_eq!(desk.applications_of(&batch).await, [Some(siti.id)]);
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn of_a_family_somebody_of_another_name_is_new() {
    let desk = family().await;
    let batch = desk
        .import("jobstreet", &[sulastri(), applicant("Sulastri Handayani", "081234567801", "sulastri@example.com")])
        .await;
    assert_eq!(desk.outcomes(&batch).await, ["new", "review possible"], "but the second time in a file she is not");
    let next = desk.import("indeed", &[sulastri()]).await;
    assert_eq!(desk.outcomes(&next).await, ["review possible"]);
    desk.finish().await;
}

#[tokio::test]
async fn the_second_person_on_a_number_is_recognised_and_can_be_chosen() {
    let desk = desk().await;
    let first = desk.import("glints", &[siti(), applicant("Rina Wulandari", "081234567801", "")]).await;
    desk.settle(&first, 3, Action::Different).await.unwrap();
    let rina = desk.named("Rina Wulandari").await;
    let again = desk.import("indeed", &[applicant("Rina Wulandari", "081234567801", "")]).await;
    assert_eq!(desk.applications_of(&again).await, [Some(rina.id)], "that she is not Siti was answered");
    let again = desk.import("jobstreet", &[applicant("Rina Wulandri", "081234567801", "")]).await;
    assert_eq!(desk.outcomes(&again).await, ["review possible"]);
    let row = desk.rows(&again).await.remove(0);
    assert_eq!(names(&row), ["Rina Wulandari", "Siti Aminah"]);
    import::settle(desk.store(), again.id, 2, Action::Same, Some(rina.id), "hr").await.unwrap();
    assert_eq!(desk.named("Rina Wulandari").await.portals(), ["glints", "indeed", "jobstreet"]);
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn two_of_one_name_on_a_number_are_a_question_each_time() {
    let desk = desk().await;
    let batch = desk.import("glints", &[siti(), applicant("Siti Aminah", "081234567801", "").born("1971-02-03")]).await;
    assert_eq!(desk.outcomes(&batch).await, ["new", "review possible"]);
    desk.settle(&batch, 3, Action::Different).await.unwrap();
    let next = desk.import("jobstreet", &[applicant("Siti Aminah", "081234567801", "")]).await;
    assert_eq!(desk.outcomes(&next).await, ["review possible"]);
    desk.finish().await;
}

/// A number keys the one who is left on it.
#[tokio::test]
async fn when_its_holder_is_taken_back_a_number_keys_who_had_it_too() {
    let desk = desk().await;
    let first = desk.import("glints", &[siti()]).await;
    let second = desk.import("jobstreet", &[rina(), applicant("Tuti Alawiyah", "081234567801", "")]).await;
    assert_eq!(desk.outcomes(&second).await, ["review shared_phone", "review conflict"]);
    for row in [2, 3] {
        desk.settle(&second, row, Action::Different).await.unwrap();
    }
    desk.undo(&first).await;
    let rina_now = desk.named("Rina Wulandari").await;
    assert!(rina_now.identifiers.iter().all(|one| one.state == IdentifierState::Key), "she came before Tuti");
    let next = desk.import("indeed", &[applicant("Rina Wulandari", "081234567801", ""), siti()]).await;
    assert_eq!(desk.outcomes(&next).await, ["match", "review shared_phone"]);
    desk.undo(&second).await;
    desk.finish().await;
}

#[tokio::test]
async fn what_an_import_of_a_family_brought_goes_with_it() {
    let desk = family().await;
    let batch = desk.import("jobstreet", &[sulastri()]).await;
    desk.undo(&batch).await;
    let next = desk.import("jobstreet", &[sulastri()]).await;
    assert_eq!(desk.outcomes(&next).await, ["new"]);
    desk.finish().await;
}

/// Two people on one number, each through two imports: whichever is taken back first, the number keys one of them.
#[rstest]
#[case::the_first([0, 1])]
#[case::the_second([1, 0])]
#[tokio::test]
async fn two_on_a_number_who_came_twice_can_be_taken_back_in_either_order(#[case] order: [usize; 2]) {
    let desk = desk().await;
    let both = [applicant("Siti Aminah", "081234567801", ""), applicant("Rina Wulandari", "081234567801", "")];
    let first = desk.import("glints", &both).await;
    desk.settle(&first, 3, Action::Different).await.unwrap();
    let second = desk.import("indeed", &both).await;
    assert_eq!(desk.outcomes(&second).await, ["match", "match"], "HR has said that they are two");
    for which in order {
        desk.undo([&first, &second][which]).await;
        desk.all_is_well().await;
    }
    assert!(desk.people().await.is_empty());
    desk.finish().await;
}

/// Her own address leads to her; only the number is her family's.
#[tokio::test]
async fn what_is_hers_alone_is_not_shared_with_the_familys_number() {
    let desk = desk().await;
    desk.import("glints", &[applicant("Siti Aminah", "081234567801", "")]).await;
    desk.import("jobstreet", &[applicant("Rina Wulandari", "081355556666", "rina@example.com")]).await;
    let rina_before = desk.named("Rina Wulandari").await.id;
    let both = desk.import("indeed", &[applicant("Rina Wulandari", "081234567801", "rina@example.com")]).await;
    assert_eq!(desk.outcomes(&both).await, ["review conflict"]);
    desk.settle(&both, 2, Action::Shared).await.unwrap();
    assert_eq!(desk.applications_of(&both).await, [Some(rina_before)]);
    assert_eq!(desk.people().await.len(), 2);
    let her = desk.named("Rina Wulandari").await;
    let state = |value: &str| her.identifiers.iter().find(|one| one.value == value).map(|one| one.state);
    assert_eq!(state("rina@example.com"), Some(IdentifierState::Key));
    assert_eq!(state("+6281234567801"), Some(IdentifierState::Shared));
    desk.finish().await;
}
