//! What an import does, told as stories: one a use case, each on a fresh database, from the portal's file to the tables.
//!
//! Every story ends with `finish`: no promise of the database is broken, whatever happened.

use rstest::rstest;
use satu_backend::{
    api::imports::memory,
    intake::{LocalFile, Wish},
};
use satu_core::{
    application::{Field, IdentifierState, history},
    import::{self, Action, BatchState, ImportError, Outcome, Progress, Reason, UndoReport, Which, WhyKept},
    lifecycle::{self, Stage, Status, SubState},
    store::watch,
};
use satu_tests::{
    applicants::{Applicant, applicant, table},
    desk::{Desk, stage},
    engines::Engine,
    ledger,
};
use sqlx::AssertSqlSafe;

/// A desk on the engine that this module is named for.
async fn desk() -> Desk {
    Desk::on(Engine::of_module(module_path!())).await
}

fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", "siti@example.com").born("1998-04-12")
}

fn dewi() -> Applicant {
    applicant("Dewi Lestari", "081234567802", "dewi@example.com")
}

/// Siti's sister, on Siti's phone.
fn rina() -> Applicant {
    applicant("Rina Wulandari", "081234567801", "rina@example.com")
}

const STANDING: fn(Stage, SubState) -> Status = |stage, sub_state| Status { stage, sub_state };

// ---- What a row can be -------------------------------------------------------------------------------------------------

#[tokio::test]
async fn nobody_like_her_is_new_and_begins_at_screening() {
    let desk = desk().await;
    let batch = desk.import("glints", &[siti(), dewi()]).await;
    assert_eq!(desk.outcomes(&batch).await, ["new", "new"]);
    let her = desk.named("Siti Aminah").await;
    assert_eq!((her.stage, her.sub_state), (Stage::Screening, SubState::Active));
    assert_eq!(
        (her.fields.phone.as_deref(), her.fields.email.as_deref()),
        (Some("+6281234567801"), Some("siti@example.com"))
    );
    assert_eq!(her.sources.iter().map(|one| (one.portal.as_str(), one.row)).collect::<Vec<_>>(), [("glints", Some(2))]);
    let records = history(desk.store(), her.id).await.unwrap();
    assert_eq!(
        records.iter().map(|one| (one.seq, one.stage.as_str(), one.actor.as_str())).collect::<Vec<_>>(),
        [(1, "SCREENING", "hr")]
    );
    desk.finish().await;
}

/// Rows of one person that stand far apart in a file are planned alike, whether the file is looked at first or imported in one go: a plan goes by
/// the store as it was before the file.
#[tokio::test]
async fn an_import_does_what_its_preview_says_however_far_apart_the_rows_are() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let filler = |from: u32| (from..from + 1500).map(|n| applicant(&format!("Orang {n}"), &format!("0813{n:08}"), ""));
    let bringing = |phone: &str, email: &str| applicant("Siti Aminah", phone, email);
    let mut file = vec![siti(), bringing("081234567801", "siti.baru@example.com")];
    file.extend(filler(1));
    file.extend([siti(), bringing("", "siti.baru@example.com"), bringing("081234567899", "siti.baru@example.com")]);
    file.extend(filler(5000));
    file.extend([bringing("081234567899", ""), dewi()]);

    let previewed = desk.draft("jobstreet", &file).await;
    import::discard(desk.store(), previewed.id).await.unwrap();
    let imported = desk.import_in_one_go("jobstreet", &file).await;
    assert_eq!(imported.counts, previewed.counts);
    let expected = import::Counts { new: 3000, duplicate: 3, matched: 4, ..import::Counts::default() };
    assert_eq!(imported.counts, expected);
    let her = desk.named("Siti Aminah").await;
    assert_eq!(her.sources.len(), 6);
    desk.finish().await;
}

/// What an import has written of its own file by then, doubtful rows too, changes nothing for the rows that follow.
#[rstest]
#[case::into_an_empty_database(&[])]
#[case::beside_others(&[dewi()])]
#[tokio::test]
async fn doubts_far_apart_in_a_file_are_the_same_in_one_go(#[case] there: &[Applicant]) {
    let desk = desk().await;
    if !there.is_empty() {
        desk.import("glints", there).await;
    }
    let filler = |from: u32| (from..from + 1500).map(|n| applicant(&format!("Orang {n}"), &format!("0813{n:08}"), ""));
    let namesake = applicant("Siti Aminah", "081234567811", "").born("1998-04-12");
    let mut file = vec![siti(), rina(), namesake.clone()];
    file.extend(filler(1));
    file.extend([rina(), siti(), namesake]);
    file.extend(filler(5000));
    file.extend([rina(), applicant("Siti Aminah", "081234567812", "").born("1998-04-12")]);

    let previewed = desk.draft("jobstreet", &file).await;
    let expected = desk.outcomes(&previewed).await;
    import::discard(desk.store(), previewed.id).await.unwrap();
    let imported = desk.import_in_one_go("jobstreet", &file).await;
    assert_eq!(desk.outcomes(&imported).await, expected);
    let doubtful = |outcomes: &[String], at: usize| outcomes[at].starts_with("review");
    assert!(
        doubtful(&expected, 1) && doubtful(&expected, 2) && doubtful(&expected, file.len() - 1),
        "{:?}",
        &expected[..3]
    );
    desk.finish().await;
}

#[tokio::test]
async fn the_same_file_again_is_all_repeat_and_changes_nothing() {
    let desk = desk().await;
    let people = [siti(), dewi().reference("GL-7"), applicant("", "081234567803", ""), rina()];
    let first = desk.import("glints", &people).await;
    assert_eq!(desk.outcomes(&first).await, ["new", "new", "rejected no_name", "review shared_phone"]);
    let before = desk.all_is_well().await;
    for _ in 0..2 {
        let again = desk.import("glints", &people).await;
        assert_eq!(desk.outcomes(&again).await, ["repeat", "repeat", "rejected no_name", "repeat"]);
        assert_eq!(desk.all_is_well().await, before);
    }
    desk.finish().await;
}

#[tokio::test]
async fn the_same_export_a_month_later_in_another_form_is_repeat() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi().reference("GL-7")]).await;
    let other_form = [
        applicant("SITI AMINAH", "+62 812-3456-7801", "Siti@Example.com").born("1998-04-12"),
        applicant("Dewi Lestari", "081299999999", "").reference("GL-7"),
    ];
    let again = desk.import("glints", &other_form).await;
    assert_eq!(desk.outcomes(&again).await, ["repeat", "repeat"], "by what the row means, and by the portal's id");
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn the_same_person_twice_in_a_file_is_one_application_with_two_doors() {
    let desk = desk().await;
    let again = applicant("Siti Aminah", "0812-3456-7801", "aminah@example.com").reference("GL-2");
    let batch = desk.import("glints", &[siti().reference("GL-1"), again, dewi()]).await;
    assert_eq!(desk.outcomes(&batch).await, ["new", "duplicate", "new"]);
    let her = desk.named("Siti Aminah").await;
    assert_eq!(her.sources.len(), 2);
    assert_eq!(her.identifiers.len(), 3, "the second row's address is hers too: {:?}", her.identifiers);
    assert!(her.identifiers.iter().all(|one| one.state == IdentifierState::Key));
    desk.finish().await;
}

#[tokio::test]
async fn the_same_people_from_other_portals_are_matches_and_no_new_applications() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let by_phone = applicant("Hj. SITI AMINAH, S.Pd.", "+62 812 3456 7801", "siti.lain@example.id");
    let by_email = applicant("Lestari Dewi", "", "DEWI@example.com");
    let second = desk.import("jobstreet", &[by_phone, by_email]).await;
    assert_eq!(desk.outcomes(&second).await, ["match", "match"]);
    let third = desk.import("indeed", &[applicant("Siti Aminah", "'+62 812-3456-7801", "s_9x@indeedemail.com")]).await;
    assert_eq!(desk.outcomes(&third).await, ["match"]);
    assert_eq!(desk.people().await.len(), 2);
    assert_eq!(desk.named("Siti Aminah").await.portals(), ["glints", "indeed", "jobstreet"]);
    assert_eq!(desk.named("Dewi Lestari").await.portals(), ["glints", "jobstreet"]);
    let relay =
        desk.named("Siti Aminah").await.identifiers.into_iter().find(|one| one.value.ends_with("indeedemail.com"));
    assert_eq!(relay.map(|one| one.state), Some(IdentifierState::Contact), "a relay address keys nobody");
    desk.finish().await;
}

#[rstest]
#[case::phone_of_another_name(rina(), "review shared_phone")]
#[case::email_of_another_name(applicant("Rina Wulandari", "081234567809", "siti@example.com"), "review shared_email")]
#[case::phone_of_one_and_email_of_another(
    applicant("Siti Aminah", "081234567801", "dewi@example.com"),
    "review conflict"
)]
#[case::name_and_birth_date_only(applicant("Siti Aminah", "081234567809", "").born("1998-04-12"), "review possible")]
#[case::name_only(applicant("Siti Aminah", "081234567809", ""), "new")]
#[case::name_and_another_birth_date(applicant("Siti Aminah", "081234567809", "").born("1998-12-04"), "new")]
#[tokio::test]
async fn whatever_is_doubtful_waits_and_creates_nothing(#[case] row: Applicant, #[case] outcome: &str) {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let batch = desk.import("jobstreet", std::slice::from_ref(&row)).await;
    assert_eq!(desk.outcomes(&batch).await, [outcome]);
    let waits = outcome != "new";
    assert_eq!(desk.waiting().await, u64::from(waits));
    assert_eq!(desk.people().await.len(), if waits { 2 } else { 3 });
    let view = desk.rows(&batch).await.remove(0);
    assert_eq!(view.matches.is_empty(), !waits, "HR sees whom it may be");
    assert!(view.matches.iter().all(|one| one.application.is_some() && !one.evidence.is_empty()));
    assert_eq!(view.matches.len() > 1, outcome == "review conflict");
    desk.finish().await;
}

#[rstest]
#[case::rejected(Stage::Screening, SubState::Rejected, "review closed_application")]
#[case::resigned(Stage::Psikotest, SubState::Resigned, "review closed_application")]
#[case::resigned_as_an_employee(Stage::OnboardedRegular, SubState::Resigned, "review closed_application")]
#[case::regular(Stage::OnboardedRegular, SubState::Active, "review employee")]
#[case::on_demand(Stage::OnboardedOnDemand, SubState::Active, "review employee")]
#[case::in_the_running(Stage::InterviewHr, SubState::Active, "match")]
#[tokio::test]
async fn who_was_turned_down_or_works_here_is_a_question(
    #[case] stage: Stage,
    #[case] sub_state: SubState,
    #[case] outcome: &str,
) {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let her = desk.named("Siti Aminah").await;
    lifecycle::record(desk.store(), her.id, STANDING(stage, sub_state), &[], "hr").await.unwrap();
    let batch = desk.import("jobstreet", &[siti()]).await;
    assert_eq!(desk.outcomes(&batch).await, [outcome]);
    assert_eq!(desk.people().await.len(), 1);
    desk.finish().await;
}

#[tokio::test]
async fn a_row_without_a_name_or_a_way_to_reach_her_or_data_is_rejected_with_its_reason() {
    let desk = desk().await;
    let people = [
        applicant("-", "081234567801", ""),
        applicant("Siti Aminah", "", ""),
        applicant("Siti Aminah", "+62****", "****@****"),
        applicant("Siti Aminah", "8.12346E+11", "tidak ada"),
        Applicant {
            reference: "ID Lamaran".into(),
            ..applicant("Nama Lengkap", "Nomor Telepon", "Email").born("Tanggal Lahir")
        },
        applicant("Dewi Lestari", "1500888", ""),
    ];
    let batch = desk.import("glints", &people).await;
    let no_contact = "rejected no_contact";
    assert_eq!(
        desk.outcomes(&batch).await,
        ["rejected no_name", no_contact, no_contact, no_contact, "rejected not_data", "new"],
        "a number that is no mobile reaches her, though it keys nobody"
    );
    let her = desk.named("Dewi Lestari").await;
    assert_eq!(her.identifiers.iter().map(|one| one.state).collect::<Vec<_>>(), [IdentifierState::Contact]);
    desk.finish().await;
}

// ---- What HR decides ---------------------------------------------------------------------------------------------------

/// Where a decision is made.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Where {
    Draft,
    DraftByClass,
    Queue,
}

/// Siti came through Glints; then her sister comes through JobStreet with Siti's phone, and HR decides.
async fn decided(at: Where, action: Action) -> (Desk, import::Batch) {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let draft = desk.draft("jobstreet", &[rina()]).await;
    assert_eq!(desk.outcomes(&draft).await, ["review shared_phone"]);
    let batch = match at {
        Where::Draft => {
            assert_eq!(desk.decide(&draft, &[2], action).await.unwrap(), 1);
            desk.commit(&draft).await
        }
        Where::DraftByClass => {
            let class = Which::Class(Reason::SharedPhone);
            assert_eq!(import::decide(desk.store(), draft.id, &class, action, None, "hr").await.unwrap(), 1);
            desk.commit(&draft).await
        }
        Where::Queue => {
            let batch = desk.commit(&draft).await;
            desk.settle(&batch, 2, action).await.unwrap();
            batch
        }
    };
    (desk, batch)
}

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
    assert_eq!(import::decide(desk.store(), draft.id, &class, Action::Shared, None, "hr").await.unwrap(), 2);
    assert_eq!(
        import::decide(desk.store(), draft.id, &class, Action::Discard, None, "hr").await.unwrap(),
        0,
        "they are decided"
    );
    let conflicts = Which::Class(Reason::Conflict);
    let same = import::decide(desk.store(), draft.id, &conflicts, Action::Same, None, "hr").await.unwrap();
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
    let decide = async |action: Action| import::decide(desk.store(), draft.id, &class, action, None, "hr").await;
    assert_eq!(decide(Action::Later).await.unwrap(), waiting, "rows that stay in the class are met once");
    assert_eq!(decide(Action::Discard).await.unwrap(), waiting);
    assert_eq!(decide(Action::Discard).await.unwrap(), 0, "rows that left the class are met once");
    let done = import::commit(desk.store(), draft.id, "hr", &Progress::default()).await.unwrap();
    assert_eq!((done.counts.rejected, done.counts.review, desk.waiting().await), (waiting, 0, 0));
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
            import::decide(desk.store(), draft.id, &Which::Class(reason), action, None, "hr").await.unwrap();
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

// ---- What is taken back ------------------------------------------------------------------------------------------------

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
    lifecycle::record(desk.store(), id, STANDING(Stage::InterviewHr, SubState::Active), &[], "hr").await.unwrap();
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
    lifecycle::record(desk.store(), id, STANDING(Stage::InterviewHr, SubState::Active), &[], "hr").await.unwrap();
    let second = desk.undo(&imports[1]).await.undo.unwrap();
    assert_eq!((second.removed, second.detached, second.kept_total), (0, 1, 1));
    assert_eq!((second.kept[0].application, second.kept[0].why), (id, WhyKept::Advanced));
    assert_eq!(desk.named("Siti Aminah").await.sources.len(), 1, "the door that she first came through");
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

// ---- What HR corrects before the commit ----------------------------------------------------------------------------------

#[tokio::test]
async fn a_draft_whose_planning_is_broken_off_is_as_it_was() {
    let desk = desk().await;
    let people: Vec<Applicant> =
        (0..2100).map(|number| applicant("Siti Aminah", &format!("0812{number:08}"), "")).collect();
    let draft = desk.draft("glints", &people).await;
    let progress = Progress::default();
    let seen = progress.clone();
    watch::watch(desk.store(), move |_| {
        if seen.done() > 0 {
            seen.cancel();
        }
        false
    });
    let planned = import::plan_again(desk.store(), draft.id, &progress).await;
    assert!(matches!(planned, Err(ImportError::Cancelled)), "{planned:?}");
    let left = import::batch(desk.store(), draft.id).await.unwrap();
    assert_eq!((left.counts, left.minted), (draft.counts, draft.minted));
    desk.commit(&draft).await;
    desk.finish().await;
}

#[tokio::test]
async fn an_edited_cell_makes_a_rejected_row_new_and_plans_its_neighbours_anew() {
    let desk = desk().await;
    let people = [applicant("Siti Aminah", "8.12346E+11", ""), applicant("Siti Aminah", "081234567801", ""), dewi()];
    let (draft, description) = desk.drop_text(&table("glints", &people), &Wish::default()).await.unwrap();
    assert_eq!(desk.outcomes(&draft).await, ["rejected no_contact", "new", "new"]);
    let mut cells = desk.rows(&draft).await[0].cells.clone();
    cells[1] = "081234567801".into();
    let mend = async |cells: Vec<String>| {
        import::edit(desk.store(), draft.id, 2, |_, _| {
            Ok::<_, ImportError>(desk.intake().clean(&description, 2, cells.clone()))
        })
        .await
    };
    mend(cells.clone()).await.unwrap();
    assert_eq!(desk.outcomes(&draft).await, ["new", "duplicate", "new"]);
    cells[1] = "081234567802".into();
    mend(cells).await.unwrap();
    assert_eq!(desk.outcomes(&draft).await, ["new", "new", "review shared_phone"], "now it is Dewi who comes second");
    assert!(desk.rows(&draft).await[0].edited);
    desk.commit(&import::batch(desk.store(), draft.id).await.unwrap()).await;
    let late = mend(vec![]).await;
    assert!(matches!(late, Err(ImportError::State { state: BatchState::Committed, .. })), "{late:?}");
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn a_mapping_that_hr_confirmed_is_remembered_for_those_headers() {
    let desk = desk().await;
    let text = "Sebutan,Kontak Aktif,Catatan\nSiti Aminah,081234567801,rajin\nDewi Lestari,081234567802,sabar\n";
    let (draft, description) = desk.drop_text(text, &Wish::default()).await.unwrap();
    assert!(description.needs_mapping, "nobody knows these headers");
    import::discard(desk.store(), draft.id).await.unwrap();

    let columns = vec![(1, Field::FullName, None), (2, Field::Phone, None)];
    let (draft, description) = desk.drop_text(text, &Wish { columns, ..Wish::default() }).await.unwrap();
    assert!(!description.needs_mapping);
    import::remember(desk.store(), &description.fingerprint, &memory(&description), "hr").await.unwrap();
    let batch = desk.commit(&draft).await;
    assert_eq!(batch.counts.new, 2);

    let next = "Sebutan,Kontak Aktif,Catatan\nTuti Alawiyah,081234567803,teliti\nDewi Lestari,081234567802,sabar\n";
    let (draft, description) = desk.drop_text(next, &Wish::default()).await.unwrap();
    assert!(!description.needs_mapping);
    let batch = desk.commit(&draft).await;
    assert_eq!(desk.outcomes(&batch).await, ["new", "repeat"]);
    let tuti = desk.named("Tuti Alawiyah").await;
    assert_eq!(tuti.fields.extras.get("Catatan").map(String::as_str), Some("teliti"), "nothing is thrown away");
    desk.finish().await;
}

// ---- What the database itself refuses ------------------------------------------------------------------------------------

#[tokio::test]
async fn history_is_only_ever_appended() {
    let replacing = "INTO status_history (application_id, seq, stage, sub_state, actor, at) \
         SELECT application_id, seq, 'OFFERING', sub_state, actor, at FROM status_history";
    let engine = Engine::of_module(module_path!());
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let file = &mut desk.tables().await;
    let mut statements =
        vec!["UPDATE status_history SET stage = 'OFFERING'".to_owned(), "DELETE FROM status_history".to_owned()];
    match engine {
        Engine::Sqlite => {
            sqlx::query("PRAGMA recursive_triggers = ON").execute(&mut *file).await.unwrap();
            statements.push(format!("INSERT OR REPLACE {replacing}"));
        }
        Engine::Postgres => {
            statements.push("TRUNCATE status_history CASCADE".to_owned());
            statements
                .push(format!("INSERT {replacing} ON CONFLICT (application_id, seq) DO UPDATE SET stage = 'OFFERING'"));
        }
        Engine::MySql | Engine::Galera => {
            statements.push("TRUNCATE TABLE status_history".to_owned());
            statements.push(format!("REPLACE {replacing}"));
            statements.push(format!("INSERT {replacing} ON DUPLICATE KEY UPDATE stage = 'OFFERING'"));
        }
    }
    for statement in statements {
        let error = sqlx::query(AssertSqlSafe(statement.clone())).execute(&mut *file).await.unwrap_err().to_string();
        assert!(error.contains("is refused") || error.contains("foreign key constraint"), "{statement}: {error}");
        assert_eq!(ledger::texts(file, "SELECT stage FROM status_history").await, ["SCREENING"], "{statement}");
    }
    desk.finish().await;
}

#[tokio::test]
async fn an_identifier_is_claimed_by_one_application_whoever_writes() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let file = &mut desk.tables().await;
    let error = sqlx::query(
        "INSERT INTO identifier_claim (kind, value, application_id) \
         SELECT 'phone', '+6281234567801', id FROM hiring_application WHERE full_name = 'Dewi Lestari'",
    )
    .execute(&mut *file)
    .await
    .unwrap_err();
    assert!(error.as_database_error().is_some_and(|error| error.is_unique_violation()), "{error}");
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_phone_through_two_doors_at_the_same_instant_is_one_application() {
    let desk = desk().await;
    let (one, two) = (desk.another().await, desk.another().await);
    let folder = tempfile::tempdir().unwrap();
    for round in 0..25_u32 {
        let phone = format!("08130000{round:04}");
        let her = applicant("Ayu Kartika", &phone, &format!("ayu{round}@example.com"));
        let mut drafts = Vec::new();
        for (backend, portal) in [(&one, "glints"), (&two, "jobstreet")] {
            let path = folder.path().join(format!("{portal}.csv"));
            std::fs::write(&path, table(portal, std::slice::from_ref(&her))).unwrap();
            drafts.push(stage(backend, &LocalFile::at(&path), &Wish::default()).await.unwrap().0);
        }
        assert!(drafts.iter().all(|draft| draft.counts.new == 1), "to both she is new");
        let [first, second] = [(one.clone(), drafts[0].id), (two.clone(), drafts[1].id)].map(|(backend, id)| {
            tokio::spawn(async move { import::commit(backend.store(), id, "hr", &Progress::default()).await })
        });
        let counts = [first.await.unwrap().unwrap().counts, second.await.unwrap().unwrap().counts];
        assert_eq!(counts.iter().map(|one| one.new).sum::<u64>(), 1, "round {round}: {counts:?}");
        assert_eq!(counts.iter().map(|one| one.matched).sum::<u64>(), 1, "round {round}: {counts:?}");
        assert_eq!(desk.people().await.len(), round as usize + 1);
    }
    desk.finish().await;
}

/// What each of two does at the same instant, in tasks of their own.
async fn at_once<A: Send + 'static, B: Send + 'static>(
    one: impl Future<Output = A> + Send + 'static,
    two: impl Future<Output = B> + Send + 'static,
) -> (A, B) {
    let (one, two) = (tokio::spawn(one), tokio::spawn(two));
    (one.await.unwrap(), two.await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_imports_of_a_person_taken_back_at_once_leave_nothing_of_her() {
    let desk = desk().await;
    let others = [desk.another().await, desk.another().await];
    for _ in 0..15 {
        let imports = [desk.import("glints", &[siti()]).await.id, desk.import("jobstreet", &[siti()]).await.id];
        let [one, two] = [0, 1].map(|which| {
            let (backend, id) = (others[which].clone(), imports[which]);
            async move { import::undo(backend.store(), id, &Progress::default()).await }
        });
        let (one, two) = at_once(one, two).await;
        let removed = |undone: import::Result<import::Batch>| undone.unwrap().undo.unwrap().removed;
        assert_eq!(removed(one) + removed(two), 1, "she is removed once");
        assert!(desk.all_is_well().await.is_empty(), "no key and no source is left");
    }
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_through_another_door_while_she_is_taken_back_is_there() {
    let desk = desk().await;
    let others = [desk.another().await, desk.another().await];
    for round in 0..15 {
        let first = desk.import("glints", &[siti()]).await;
        let second = desk.draft("jobstreet", &[siti()]).await;
        let (undoing, committing) = (others[0].clone(), others[1].clone());
        let (undone, committed) =
            at_once(async move { import::undo(undoing.store(), first.id, &Progress::default()).await }, async move {
                import::commit(committing.store(), second.id, "hr", &Progress::default()).await
            })
            .await;
        undone.unwrap();
        assert_eq!(committed.unwrap().counts.total(), 1);
        desk.all_is_well().await;
        assert_eq!(desk.people().await.len(), 1, "round {round}");
        desk.undo(&second).await;
        assert!(desk.all_is_well().await.is_empty());
    }
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_change_one_status_at_once_leave_a_record_each() {
    let desk = desk().await;
    let (one, two) = (desk.another().await, desk.another().await);
    desk.import("glints", &[siti()]).await;
    let her = desk.named("Siti Aminah").await.id;
    for round in 1..=10 {
        let record = |backend: satu_backend::Backend, by: &'static str| async move {
            let status = STANDING(Stage::InterviewHr, SubState::Active);
            lifecycle::record(backend.store(), her, status, &[], by).await
        };
        let (one, two) = at_once(record(one.clone(), "hr 1"), record(two.clone(), "hr 2")).await;
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        assert_eq!(history(desk.store(), her).await.unwrap().len(), 1 + 2 * round);
    }
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_settle_rows_of_one_import_at_once_are_both_counted() {
    let desk = desk().await;
    let (one, two) = (desk.another().await, desk.another().await);
    let wati = applicant("Wati Susanti", "081234567801", "");
    for _ in 0..10 {
        let batch = desk.import("glints", &[siti(), rina(), wati.clone()]).await;
        let settle = |backend: satu_backend::Backend, row: u32| async move {
            import::settle(backend.store(), batch.id, row, Action::Discard, None, "hr").await
        };
        let (one, two) = at_once(settle(one.clone(), 3), settle(two.clone(), 4)).await;
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        let counts = import::batch(desk.store(), batch.id).await.unwrap().counts;
        assert_eq!((counts.new, counts.review, counts.rejected), (1, 0, 2));
        desk.undo(&batch).await;
    }
    desk.finish().await;
}

#[tokio::test]
async fn the_row_number_is_the_one_that_a_person_sees() {
    let desk = desk().await;
    let batch = desk.import("glints", &[siti(), applicant("", "0812", ""), dewi()]).await;
    let rows: Vec<(u32, Outcome)> = desk.rows(&batch).await.into_iter().map(|row| (row.row, row.outcome)).collect();
    assert_eq!(rows, [(2, Outcome::New), (3, Outcome::Rejected), (4, Outcome::New)]);
    assert_eq!(desk.named("Dewi Lestari").await.sources[0].row, Some(4));
    desk.finish().await;
}
