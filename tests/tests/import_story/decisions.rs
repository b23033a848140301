//! What HR decides.

use super::*;

#[rstest]
#[tokio::test]
async fn the_same_person_becomes_another_source_with_her_new_address(
    #[values(Where::Draft, Where::DraftByClass, Where::Queue)] at: Where,
) {
    let (desk, batch) = decided(at, Action::Same).await;
    let her = desk.named("Siti Aminah").await;
    assert_eq!(desk.applications_of(&batch).await, [Some(her.id)]);
    assert_eq!((desk.people().await.len(), desk.waiting().await), (1, 0));
    assert_eq!(her.portals(), ["glints", "jobstreet"]);
    let next = desk.import("indeed", &[applicant("Rina Wulandari", "", "rina@example.com")]).await;
    assert_eq!(desk.outcomes(&next).await, ["review shared_email"], "the address leads to her now");
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_different_person_gets_an_application_and_the_number_stays_the_others(
    #[values(Where::Draft, Where::DraftByClass, Where::Queue)] at: Where,
) {
    let (desk, batch) = decided(at, Action::Different).await;
    let (siti, rina) = (desk.named("Siti Aminah").await, desk.named("Rina Wulandari").await);
    assert_eq!(desk.applications_of(&batch).await, [Some(rina.id)]);
    assert_eq!(desk.waiting().await, 0);
    assert!(siti.identifiers.iter().all(|one| one.state == IdentifierState::Key));
    let state = |value: &str| rina.identifiers.iter().find(|one| one.value == value).map(|one| one.state);
    assert_eq!(state("+6281234567801"), Some(IdentifierState::Contact), "she can be reached by it");
    assert_eq!(state("rina@example.com"), Some(IdentifierState::Key));
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_shared_number_keys_nobody_from_then_on(
    #[values(Where::Draft, Where::DraftByClass, Where::Queue)] at: Where,
) {
    let (desk, _) = decided(at, Action::Shared).await;
    for name in ["Siti Aminah", "Rina Wulandari"] {
        let her = desk.named(name).await;
        let phone = her.identifiers.iter().find(|one| one.value == "+6281234567801");
        assert_eq!(phone.map(|one| one.state), Some(IdentifierState::Shared), "{name}");
    }
    let mother = applicant("Sulastri Handayani", "0812 3456 7801", "");
    let next = desk.import("glints", &[mother.clone(), applicant("Siti Aminah", "", "siti@example.com")]).await;
    assert_eq!(
        desk.outcomes(&next).await,
        ["new", "match"],
        "nobody is asked about that number again; her address still leads to her"
    );
    let again = desk.import("glints", &[mother]).await;
    assert_eq!(desk.outcomes(&again).await, ["repeat"]);
    assert_eq!(desk.people().await.len(), 3);
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn who_is_no_applicant_is_rejected_and_never_asked_about_again(
    #[values(Where::Draft, Where::DraftByClass, Where::Queue)] at: Where,
) {
    let (desk, batch) = decided(at, Action::Discard).await;
    assert_eq!(desk.outcomes(&batch).await, ["rejected discarded"]);
    let batch = import::batch(desk.store(), batch.id).await.unwrap();
    assert_eq!((batch.counts.review, batch.counts.rejected), (0, 1));
    assert_eq!((desk.people().await.len(), desk.waiting().await), (1, 0));
    let again = desk.import("jobstreet", &[rina()]).await;
    assert_eq!(desk.outcomes(&again).await, ["repeat"]);
    assert_eq!(desk.waiting().await, 0);
    desk.finish().await;
}

#[tokio::test]
async fn the_keys_of_a_row_that_is_no_applicant_are_the_next_ones() {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let on_another_phone = |reference: &str| applicant("Siti Aminah", "081234567809", "").reference(reference);
    let rows = [on_another_phone("JS-1").born("1998-04-12"), on_another_phone("JS-2"), on_another_phone("JS-3")];
    let draft = desk.draft("jobstreet", &rows).await;
    assert_eq!(desk.outcomes(&draft).await, ["review possible"; 3]);
    desk.decide(&draft, &[2], Action::Discard).await.unwrap();
    import::plan_again(desk.store(), draft.id, &Progress::default()).await.unwrap();
    assert_eq!(desk.outcomes(&draft).await, ["review possible", "new", "duplicate"]);
    let batch = desk.commit(&draft).await;
    let went = desk.applications_of(&batch).await;
    assert!(went[1].is_some() && went[1] == went[2], "{went:?}");
    desk.finish().await;
}

#[rstest]
#[case::waits(None)]
#[case::was_discarded(Some(Action::Discard))]
#[tokio::test]
async fn a_row_like_one_that_went_nowhere_is_not_lost_with_it(#[case] decision: Option<Action>) {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let on_another_phone = |reference: &str| applicant("Siti Aminah", "081234567809", "").reference(reference);
    let doubtful = on_another_phone("JS-1").born("1998-04-12");
    let first = desk.import("jobstreet", std::slice::from_ref(&doubtful)).await;
    assert_eq!(desk.outcomes(&first).await, ["review possible"]);
    if let Some(action) = decision {
        desk.settle(&first, 2, action).await.unwrap();
    }
    let second = desk.import("jobstreet", &[doubtful, on_another_phone("JS-2")]).await;
    assert_eq!(desk.outcomes(&second).await, ["repeat", "new"]);
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_decision_for_later_leaves_the_row_waiting(#[values(Where::Draft, Where::Queue)] at: Where) {
    let (desk, batch) = decided(at, Action::Later).await;
    assert_eq!((desk.people().await.len(), desk.waiting().await), (1, 1));
    desk.settle(&batch, 2, Action::Different).await.unwrap();
    assert_eq!((desk.people().await.len(), desk.waiting().await), (2, 0));
    desk.finish().await;
}

#[tokio::test]
async fn a_decision_in_a_draft_can_be_taken_back() {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let draft = desk.draft("jobstreet", &[rina()]).await;
    desk.decide(&draft, &[2], Action::Same).await.unwrap();
    desk.decide(&draft, &[2], Action::Later).await.unwrap();
    assert_eq!(desk.rows(&draft).await[0].decision, None);
    desk.commit(&draft).await;
    assert_eq!((desk.people().await.len(), desk.waiting().await), (1, 1));
    desk.finish().await;
}

#[tokio::test]
async fn a_class_is_decided_at_once_and_other_doubts_are_left() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let people = [
        rina(),
        applicant("Wati Susanti", "081234567802", ""),
        applicant("Siti Aminah", "081234567801", "dewi@example.com"),
        applicant("Tuti Alawiyah", "081234567805", ""),
    ];
    let draft = desk.draft("jobstreet", &people).await;
    let class = Which::Class(Reason::SharedPhone);
    assert_eq!(
        import::decide(desk.store(), draft.id, &class, Action::Shared, None, "hr", &Progress::default()).await.unwrap(),
        2
    );
    assert_eq!(
        import::decide(desk.store(), draft.id, &class, Action::Discard, None, "hr", &Progress::default())
            .await
            .unwrap(),
        0,
        "they are decided"
    );
    let conflicts = Which::Class(Reason::Conflict);
    let same = import::decide(desk.store(), draft.id, &conflicts, Action::Same, None, "hr", &Progress::default())
        .await
        .unwrap();
    assert_eq!(same, 0, "it may be two people: a class cannot say which");
    desk.commit(&draft).await;
    assert_eq!((desk.people().await.len(), desk.waiting().await), (5, 1));
    desk.finish().await;
}

#[tokio::test]
async fn a_class_of_several_chunks_is_decided_whole() {
    let desk = desk().await;
    let people = |name: &str| -> Vec<Applicant> {
        (0..2_100).map(|number| applicant(name, &format!("0812{number:08}"), "")).collect()
    };
    desk.import("glints", &people("Siti Aminah")).await;
    let draft = desk.draft("jobstreet", &people("Rina Wulandari")).await;
    let class = Which::Class(Reason::SharedPhone);
    let waiting = draft.counts.review;
    assert_eq!(waiting, 2_100, "{:?}", draft.counts);
    let decide = async |action: Action| {
        import::decide(desk.store(), draft.id, &class, action, None, "hr", &Progress::default()).await
    };
    assert_eq!(decide(Action::Later).await.unwrap(), waiting, "rows that stay in the class are met once");
    assert_eq!(decide(Action::Discard).await.unwrap(), waiting);
    assert_eq!(decide(Action::Discard).await.unwrap(), 0, "rows that left the class are met once");
    let told = "SELECT count(*) FROM audit_event e JOIN audit_answer r ON r.id = e.id \
                WHERE e.actor = 'hr' AND e.target LIKE '/v1/imports/%/rows/%' AND r.status = 200";
    let told = ledger::number(&mut desk.tables().await, told).await;
    assert_eq!(
        told.unsigned_abs(),
        waiting,
        "each row's owner is told once who decided about her; what was left says nothing"
    );
    let done = import::commit(desk.store(), draft.id, "hr", &Progress::default()).await.unwrap();
    assert_eq!((done.counts.rejected, done.counts.review, desk.waiting().await), (waiting, 0, 0));
    desk.finish().await;
}

/// All of a class or nothing: who stops it finds every row as it was, and may begin again.
#[rstest]
#[tokio::test]
async fn a_class_that_is_stopped_is_left_undecided(#[values(Action::Same, Action::Discard)] action: Action) {
    let desk = desk().await;
    let people = |name: &str| [1, 2, 3].map(|number| applicant(name, &format!("08123456780{number}"), "")).to_vec();
    desk.import("glints", &people("Siti Aminah")).await;
    let draft = desk.draft("jobstreet", &people("Rina Wulandari")).await;
    let class = Which::Class(Reason::SharedPhone);
    let undecided = async || import::undecided(desk.store(), draft.id, Reason::SharedPhone).await.unwrap();
    assert_eq!(undecided().await, 3);
    let progress = Progress::default();
    let stop = progress.clone();
    watch::watch(desk.store(), move |sql| {
        if sql.starts_with("UPDATE") && sql.contains("import_row") {
            stop.cancel();
        }
        false
    });
    let stopped = import::decide(desk.store(), draft.id, &class, action, None, "hr", &progress).await;
    watch::watch(desk.store(), |_| false);
    assert!(matches!(stopped, Err(ImportError::Cancelled)), "{stopped:?}");
    assert_eq!((progress.done(), undecided().await), (1, 3), "the first was noted, and is not any more");
    assert!(desk.rows(&draft).await.iter().all(|row| row.decision.is_none()));
    let told = "SELECT count(*) FROM audit_event";
    assert_eq!(ledger::number(&mut desk.tables().await, told).await, 0, "what was not decided is told of nobody");
    let again = Progress::default();
    let decided = import::decide(desk.store(), draft.id, &class, action, None, "hr", &again).await.unwrap();
    assert_eq!((decided, again.done(), undecided().await), (3, 3, 0));
    desk.finish().await;
}

#[tokio::test]
async fn who_may_be_two_people_is_the_one_that_hr_names() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let batch = desk.import("jobstreet", &[applicant("Siti Aminah", "081234567801", "dewi@example.com")]).await;
    let refused = desk.settle(&batch, 2, Action::Same).await;
    assert!(matches!(refused, Err(ImportError::Decision { row: 2, .. })), "{refused:?}");
    assert_eq!(desk.waiting().await, 1, "it still waits");
    let siti = desk.named("Siti Aminah").await.id;
    let settled = import::settle(desk.store(), batch.id, 2, Action::Same, Some(siti), "hr").await.unwrap();
    assert_eq!(settled.row.application, Some(siti));
    let claims = desk.all_is_well().await.claims;
    assert!(
        claims.contains(&("email".into(), "dewi@example.com".into(), "Dewi Lestari".into())),
        "Dewi keeps her address"
    );
    desk.finish().await;
}

#[tokio::test]
async fn a_row_is_settled_once() {
    let desk = desk().await;
    let batch = desk.import("glints", &[siti(), rina()]).await;
    desk.settle(&batch, 3, Action::Different).await.unwrap();
    for action in [Action::Different, Action::Same, Action::Discard] {
        let late = desk.settle(&batch, 3, action).await;
        assert!(matches!(late, Err(ImportError::Decided { row: 3, .. })), "{late:?}");
    }
    let never_asked = desk.settle(&batch, 2, Action::Same).await;
    assert!(matches!(never_asked, Err(ImportError::Decision { row: 2, .. })), "{never_asked:?}");
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn two_who_settle_one_row_at_once_make_one_application() {
    let desk = desk().await;
    let other = desk.another().await;
    for round in 0..20 {
        let (phone, first, second) =
            (format!("0813000001{round:02}"), format!("Ayu Satu{round}"), format!("Budi Dua{round}"));
        let batch = desk.import("glints", &[applicant(&first, &phone, ""), applicant(&second, &phone, "")]).await;
        let before = desk.people().await.len();
        let (one, two) = tokio::join!(
            desk.settle(&batch, 3, Action::Different),
            import::settle(other.store(), batch.id, 3, Action::Different, None, "hr 2"),
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        assert!(one.or(two).is_ok());
        assert_eq!(desk.people().await.len(), before + 1);
    }
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_doubtful_person_who_stands_twice_in_a_file_becomes_one_application(
    #[values(Where::DraftByClass, Where::Queue)] at: Where,
    #[values((Action::Different, 2), (Action::Shared, 2), (Action::Same, 1))] decided: (Action, usize),
    #[values("rina@example.com", "")] email: &str,
) {
    let (action, people) = decided;
    let desk = desk().await;
    let rina = Applicant { email: email.into(), ..rina() };
    let draft = desk.draft("glints", &[siti(), rina.clone(), rina]).await;
    assert_eq!(desk.outcomes(&draft).await[1], "review shared_phone");
    if at == Where::DraftByClass {
        for reason in [Reason::SharedPhone, Reason::Conflict] {
            import::decide(desk.store(), draft.id, &Which::Class(reason), action, None, "hr", &Progress::default())
                .await
                .unwrap();
        }
        desk.commit(&draft).await;
    } else {
        let batch = desk.commit(&draft).await;
        for row in [3, 4] {
            // The second may be settled with the first, or be a question of its own.
            let _ = desk.settle(&batch, row, action).await;
        }
    }
    let names = desk.people().await.into_iter().filter_map(|one| one.fields.full_name).collect::<Vec<_>>();
    assert_eq!(names.len(), people, "{names:?}");
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn what_hr_decided_is_not_asked_again(
    #[values(Action::Same, Action::Different, Action::Shared, Action::Discard)] action: Action,
    #[values("", "JS-1")] reference: &str,
) {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let people = [rina().reference(reference)];
    let batch = desk.import("jobstreet", &people).await;
    desk.settle(&batch, 2, action).await.unwrap();
    let again = desk.import("jobstreet", &people).await;
    assert_eq!(desk.outcomes(&again).await, ["repeat"]);
    desk.finish().await;
}

#[tokio::test]
async fn a_portal_id_that_comes_with_another_name_is_no_id() {
    let desk = desk().await;
    desk.import("glints", &[siti().reference("1")]).await;
    let people = [dewi().reference("1"), applicant("Tuti Alawiyah", "081234567804", "").reference("1")];
    let batch = desk.import("glints", &people).await;
    assert_eq!(desk.outcomes(&batch).await, ["new", "new"], "a column of ones is no column of ids");
    assert!(desk.rows(&batch).await.iter().all(|row| row.problems.len() == 1), "and HR is told");
    let again = desk.import("glints", &people).await;
    assert_eq!(desk.outcomes(&again).await, ["repeat", "repeat"]);
    desk.finish().await;
}

#[tokio::test]
async fn a_row_that_joins_a_doubtful_one_goes_where_that_one_goes() {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let by_email = applicant("Rina Wulandari", "", "rina@example.com");
    let draft = desk.draft("jobstreet", &[rina(), by_email]).await;
    assert_eq!(desk.outcomes(&draft).await, ["review shared_phone", "review shared_phone"]);
    let early = desk.decide(&draft, &[3], Action::Same).await;
    assert!(matches!(early, Err(ImportError::Decision { row: 3, .. })), "the other one is not decided yet: {early:?}");
    desk.decide(&draft, &[2], Action::Different).await.unwrap();
    desk.decide(&draft, &[3], Action::Same).await.unwrap();
    let batch = desk.commit(&draft).await;
    let rina = desk.named("Rina Wulandari").await;
    assert_eq!(desk.applications_of(&batch).await, [Some(rina.id), Some(rina.id)]);
    assert_eq!((desk.people().await.len(), desk.waiting().await), (2, 0));
    desk.finish().await;
}

#[tokio::test]
async fn what_joins_a_row_that_hr_takes_back_waits_for_hr() {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let draft = desk.draft("jobstreet", &[rina(), applicant("Rina Wulandari", "", "rina@example.com")]).await;
    desk.decide(&draft, &[2], Action::Different).await.unwrap();
    desk.decide(&draft, &[3], Action::Same).await.unwrap();
    desk.decide(&draft, &[2], Action::Later).await.unwrap();
    let batch = desk.commit(&draft).await;
    assert_eq!((desk.people().await.len(), desk.waiting().await), (1, 2));
    let early = desk.settle(&batch, 3, Action::Same).await;
    assert!(matches!(early, Err(ImportError::Decision { row: 3, .. })), "{early:?}");
    desk.settle(&batch, 2, Action::Different).await.unwrap();
    desk.settle(&batch, 3, Action::Same).await.unwrap();
    assert_eq!((desk.people().await.len(), desk.waiting().await), (2, 0));
    desk.finish().await;
}
