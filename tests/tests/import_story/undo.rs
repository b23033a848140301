//! What is taken back.

use super::*;

#[tokio::test]
async fn undo_removes_frees_the_keys_and_lets_the_file_come_again() {
    let desk = desk().await;
    let people = [siti().reference("GL-1"), siti().reference("GL-2"), dewi(), rina(), applicant("", "", "")];
    let batch = desk.import("glints", &people).await;
    assert_eq!(desk.outcomes(&batch).await, ["new", "duplicate", "new", "review shared_phone", "rejected no_name"]);
    let undone = desk.undo(&batch).await;
    let report = undone.undo.unwrap();
    assert_eq!((report.removed, report.kept_total), (2, 0));
    assert!(desk.all_is_well().await.is_empty(), "no key, no source, no row in the queue is left");
    let again = desk.import("glints", &people).await;
    assert_eq!(again.counts, batch.counts);
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn undo_keeps_what_was_touched_and_says_why() {
    let desk = desk().await;
    let tuti = applicant("Tuti Alawiyah", "081234567804", "");
    let yanti = applicant("Yanti Kusuma", "081234567805", "");
    let wati = applicant("Wati Susanti", "081234567806", "");
    let batch = desk.import("glints", &[siti(), dewi(), tuti, yanti, wati]).await;
    desk.import("jobstreet", &[siti()]).await;
    let id = desk.named("Dewi Lestari").await.id;
    stands(desk.store(), id, STANDING(Stage::InterviewHr, SubState::Active), "hr").await.unwrap();
    // No screen edits or links an application yet: the columns that will say so are set by hand.
    let file = &mut desk.tables().await;
    for statement in [
        "UPDATE hiring_application SET version = 1 WHERE full_name = 'Tuti Alawiyah'",
        "UPDATE hiring_application SET user_id = id WHERE full_name = 'Yanti Kusuma'",
    ] {
        sqlx::query(statement).execute(&mut *file).await.unwrap();
    }
    let report = desk.undo(&batch).await.undo.unwrap();
    assert_eq!((report.removed, report.kept_total), (1, 4));
    let mut kept: Vec<(&str, WhyKept)> = report.kept.iter().map(|one| (one.full_name.as_str(), one.why)).collect();
    kept.sort_by_key(|one| one.0);
    assert_eq!(
        kept,
        [
            ("Dewi Lestari", WhyKept::Advanced),
            ("Siti Aminah", WhyKept::OtherSource),
            ("Tuti Alawiyah", WhyKept::Edited),
            ("Yanti Kusuma", WhyKept::Linked),
        ]
    );
    let names: Vec<_> = desk.people().await.into_iter().filter_map(|one| one.fields.full_name).collect();
    assert_eq!(names, ["Siti Aminah", "Dewi Lestari", "Tuti Alawiyah", "Yanti Kusuma"]);
    desk.finish().await;
}

#[tokio::test]
async fn undo_of_the_second_portal_leaves_the_first_as_it_was() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let before = desk.all_is_well().await;
    let second = applicant("Siti Aminah", "081234567801", "aminah@example.com");
    let batch = desk.import("jobstreet", &[second, applicant("Tuti Alawiyah", "081234567804", "")]).await;
    assert_eq!(desk.outcomes(&batch).await, ["match", "new"]);
    let report = desk.undo(&batch).await.undo.unwrap();
    assert_eq!((report.removed, report.detached, report.kept_total), (1, 1, 0));
    assert_eq!(desk.all_is_well().await, before);
    desk.finish().await;
}

#[tokio::test]
async fn undo_of_one_portal_leaves_what_another_brought_too() {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let with_address = applicant("Siti Aminah", "081234567801", "aminah@example.com");
    let second = desk.import("jobstreet", std::slice::from_ref(&with_address)).await;
    desk.import("indeed", &[with_address]).await;
    desk.undo(&second).await;
    let next = desk.import("jobstreet", &[applicant("Siti Aminah", "", "aminah@example.com")]).await;
    assert_eq!(desk.outcomes(&next).await, ["match"], "the address still leads to her: Indeed had it too");
    assert_eq!(desk.people().await.len(), 1);
    desk.finish().await;
}

#[rstest]
#[case::the_first_and_then_the_second([0, 1])]
#[case::the_second_and_then_the_first([1, 0])]
#[tokio::test]
async fn both_imports_of_a_person_taken_back_leave_nothing_of_her_in_either_order(#[case] order: [usize; 2]) {
    let desk = desk().await;
    let imports = [desk.import("glints", &[siti()]).await, desk.import("jobstreet", &[siti()]).await];
    assert_eq!(desk.outcomes(&imports[1]).await, ["match"]);
    let mut removed = 0;
    for which in order {
        removed += desk.undo(&imports[which]).await.undo.unwrap().removed;
    }
    assert_eq!(removed, 1, "she is removed once");
    assert!(desk.all_is_well().await.is_empty(), "no key and no source is left");
    for (portal, outcome) in [("glints", "new"), ("jobstreet", "match")] {
        let again = desk.import(portal, &[siti()]).await;
        assert_eq!(desk.outcomes(&again).await, [outcome]);
    }
    desk.finish().await;
}

#[tokio::test]
async fn who_was_advanced_outlives_the_undo_of_every_import_that_brought_her() {
    let desk = desk().await;
    let imports = [desk.import("glints", &[siti()]).await, desk.import("jobstreet", &[siti()]).await];
    let first = desk.undo(&imports[0]).await.undo.unwrap();
    assert_eq!((first.removed, first.kept[0].why), (0, WhyKept::OtherSource));
    let id = desk.named("Siti Aminah").await.id;
    stands(desk.store(), id, STANDING(Stage::InterviewHr, SubState::Active), "hr").await.unwrap();
    let second = desk.undo(&imports[1]).await.undo.unwrap();
    assert_eq!((second.removed, second.detached, second.kept_total), (0, 0, 1));
    assert_eq!((second.kept[0].application, second.kept[0].why), (id, WhyKept::Advanced));
    assert_eq!(desk.named("Siti Aminah").await.sources.len(), 1, "the last door that she came through");
    desk.finish().await;
}

#[tokio::test]
async fn who_stands_in_many_rows_is_kept_once_however_many_an_undo_keeps() {
    let desk = desk().await;
    let shown = u32::try_from(UndoReport::SHOWN).unwrap();
    let mut people: Vec<Applicant> = (0..=shown)
        .map(|number| applicant("Siti Aminah", &format!("0812{number:08}"), "").reference(&format!("GL-{number}")))
        .collect();
    // The last that the report has no room for, once more in the next chunk of rows.
    let last = people[people.len() - 1].clone();
    people.extend((0..1000).map(|number| last.clone().reference(&format!("GL-again-{number}"))));
    let batch = desk.import("glints", &people).await;
    assert_eq!((batch.counts.new, batch.counts.duplicate), (u64::from(shown) + 1, 1000));
    desk.import("indeed", &people[..=UndoReport::SHOWN]).await;
    let report = desk.undo(&batch).await.undo.unwrap();
    assert_eq!((report.kept.len(), report.kept_total), (UndoReport::SHOWN, u64::from(shown) + 1));
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn undo_takes_back_what_hr_decided(
    #[values(Where::Draft, Where::Queue)] at: Where,
    #[values(Action::Same, Action::Different, Action::Discard, Action::Later)] action: Action,
) {
    let (desk, batch) = decided(at, action).await;
    desk.undo(&batch).await;
    let ledger = desk.all_is_well().await;
    assert_eq!(ledger.counts(), [1, 2, 1, 1, 0], "Siti with her phone and her address, and nothing that waits");
    let again = desk.import("jobstreet", &[rina()]).await;
    assert_eq!(desk.outcomes(&again).await, ["review shared_phone"], "HR is asked again");
    desk.finish().await;
}

#[tokio::test]
async fn what_a_family_shares_stays_known_when_nobody_is_left() {
    let desk = desk().await;
    let batch = desk.import("glints", &[siti(), rina()]).await;
    desk.settle(&batch, 3, Action::Shared).await.unwrap();
    desk.undo(&batch).await;
    let next = desk.import("glints", &[rina(), siti()]).await;
    assert_eq!(desk.outcomes(&next).await, ["new", "new"], "HR said once that they share the number");
    desk.finish().await;
}

#[tokio::test]
async fn undo_twice_and_commit_twice_give_the_same_answer() {
    let desk = desk().await;
    let batch = desk.import("glints", &[siti(), dewi(), rina()]).await;
    let once = desk.all_is_well().await;
    assert_eq!(desk.commit(&batch).await, batch);
    assert_eq!(desk.all_is_well().await, once);
    let undone = desk.undo(&batch).await;
    assert_eq!(desk.undo(&batch).await, undone);
    let late = import::commit(desk.store(), batch.id, "hr", &Progress::default()).await;
    assert!(matches!(late, Err(ImportError::State { state: BatchState::Undone, .. })), "{late:?}");
    let draft = desk.draft("glints", &[siti()]).await;
    let early = import::undo(desk.store(), draft.id, &Progress::default()).await;
    assert!(matches!(early, Err(ImportError::State { state: BatchState::Ready, .. })), "{early:?}");
    desk.finish().await;
}

#[tokio::test]
async fn a_draft_whose_world_has_changed_is_planned_anew_at_the_commit() {
    let desk = desk().await;
    let first = desk.import("glints", &[siti()]).await;
    let same_row = desk.draft("glints", &[siti()]).await;
    let matching = desk.draft("jobstreet", &[siti()]).await;
    assert_eq!(
        (desk.outcomes(&same_row).await, desk.outcomes(&matching).await),
        (vec!["repeat".into()], vec!["match".into()])
    );
    desk.undo(&first).await;
    let done = import::commit(desk.store(), matching.id, "hr", &Progress::default()).await.unwrap();
    assert_eq!((done.counts.new, done.counts.matched), (1, 0), "what it was to join is gone");
    let done = import::commit(desk.store(), same_row.id, "hr", &Progress::default()).await.unwrap();
    assert_eq!((done.counts.matched, done.counts.repeat), (1, 0), "what it repeated is gone; the other portal has her");
    assert_eq!(desk.people().await.len(), 1);
    desk.finish().await;
}

/// The door that an import brought is gone with it, so the file opens it again, and that one stands.
#[tokio::test]
async fn whom_an_import_brings_again_stays_when_the_one_between_is_taken_back() {
    let desk = desk().await;
    let glints = desk.import("glints", &[siti()]).await;
    let jobstreet = desk.import("jobstreet", &[siti()]).await;
    assert_eq!(desk.undo(&glints).await.undo.unwrap().kept_total, 1);
    assert_eq!(desk.named("Siti Aminah").await.portals(), ["jobstreet"]);
    let again = desk.import("glints", &[siti()]).await;
    assert_eq!(desk.outcomes(&again).await, ["match"]);
    desk.undo(&jobstreet).await;
    assert_eq!(desk.named("Siti Aminah").await.portals(), ["glints"]);
    desk.undo(&again).await;
    assert!(desk.people().await.is_empty());
    desk.finish().await;
}
