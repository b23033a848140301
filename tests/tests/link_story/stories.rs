//! Two applications that are one person's, or are not: merged, taken apart again, told apart, whatever happens in between.
//!
//! Every story ends with `finish`: no promise of the database is broken, whatever happened.

use rstest::rstest;
use satu_core::{
    application::{self, Application, Filter, IdentifierState, history},
    id::{ApplicationId, LinkId},
    import::{self, Action, Batch, WhyKept},
    lifecycle::{Stage, Status, SubState},
    linking::{self, Choices, Detail, Link, LinkError, LinkKind, Model, Refusal, Said, Sharing, Winner},
};
use satu_tests::{
    applicants::{Applicant, applicant},
    desk::{Desk, stands},
    engines::Engine,
    ledger,
};
use sqlx::{AssertSqlSafe, Executor as _};

/// A desk on the engine that this module is named for.
async fn desk() -> Desk {
    Desk::on(Engine::of_module(module_path!())).await
}

/// Siti, as Glints has her.
fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", "siti@example.com").born("1998-04-12").reference("GL-1")
}

/// Siti, as JobStreet has her: another number, another address, her name as she signs.
fn aminah() -> Applicant {
    applicant("Aminah Putri", "081234567811", "aminah@example.id").born("1998-04-13").reference("JS-1")
}

fn dewi() -> Applicant {
    applicant("Dewi Lestari", "081234567802", "dewi@example.com").reference("GL-2")
}

/// Siti's sister, on Siti's phone.
fn rina() -> Applicant {
    applicant("Rina Wulandari", "081234567801", "rina@example.com").reference("JS-2")
}

/// Siti twice, and Dewi: the ids of the three, and the imports.
async fn three() -> (Desk, [ApplicationId; 3], [Batch; 2]) {
    let desk = desk().await;
    let imports = [desk.import("glints", &[siti(), dewi()]).await, desk.import("jobstreet", &[aminah()]).await];
    let mut ids = Vec::new();
    for name in ["Siti Aminah", "Aminah Putri", "Dewi Lestari"] {
        ids.push(desk.named(name).await.id);
    }
    (desk, ids.try_into().unwrap(), imports)
}

/// Changes the tables past the program: no screen does this yet.
async fn by_hand(desk: &Desk, statement: String) {
    desk.tables().await.execute(AssertSqlSafe(statement)).await.unwrap();
}

async fn found(desk: &Desk, text: &str) -> Vec<ApplicationId> {
    let filter = Filter { text: Some(text.to_owned()), ..Filter::default() };
    let page = application::page(desk.store(), &filter, None, 10).await.unwrap();
    assert_eq!(application::count(desk.store(), &filter).await.unwrap(), page.len() as u64);
    page.into_iter().map(|one| one.id).collect()
}

fn keys(one: &Application) -> Vec<(&str, IdentifierState, Option<ApplicationId>)> {
    one.identifiers.iter().map(|one| (one.value.as_str(), one.state, one.from)).collect()
}

fn refused<T: std::fmt::Debug>(done: Result<T, LinkError>) -> Refusal {
    match done {
        Err(LinkError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

// ---- Merged ------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn one_shows_both_and_says_what_is_whose() {
    let (desk, [siti, aminah, dewi], _) = three().await;
    let merged = desk.merge(siti, aminah).await.unwrap();
    assert_eq!((merged.kind, merged.application, merged.other), (LinkKind::Merged, siti, aminah));
    assert_eq!((merged.by.as_str(), merged.reason.as_deref()), ("hr", Some("HR has looked at both")));
    assert!(!merged.evidence.is_empty());
    assert_eq!(desk.people().await.iter().map(|one| one.id).collect::<Vec<_>>(), [siti, dewi], "two are in the list");

    let her = desk.person(siti).await;
    assert_eq!(her.fields.full_name.as_deref(), Some("Siti Aminah"));
    assert_eq!(
        her.sources.iter().map(|one| (one.portal.as_str(), one.from)).collect::<Vec<_>>(),
        [("glints", None), ("jobstreet", Some(aminah))]
    );
    let (key, from) = (IdentifierState::Key, Some(aminah));
    assert_eq!(
        keys(&her),
        [
            ("+6281234567801", key, None),
            ("+6281234567811", key, from),
            ("aminah@example.id", key, from),
            ("siti@example.com", key, None),
        ]
    );
    assert_eq!(
        her.merged.iter().map(|one| (one.application, one.into, one.event)).collect::<Vec<_>>(),
        [(aminah, siti, merged.id)]
    );
    let records = history(desk.store(), siti).await.unwrap();
    assert_eq!(records.iter().map(|one| (one.seq, one.from)).collect::<Vec<_>>(), [(1, None), (1, Some(aminah))]);

    let other = desk.person(aminah).await;
    assert_eq!((other.merged_into, other.fields.full_name.as_deref()), (Some(siti), Some("Aminah Putri")));
    assert_eq!(other.sources.len(), 1, "her row keeps what is hers");
    for text in ["siti", "putri", "aminah@example.id", "81234567811", "JS-1", "GL-1"] {
        assert_eq!(found(&desk, text).await, [siti], "{text}");
    }
    for (portal, expected) in [("jobstreet", vec![siti]), ("glints", vec![dewi, siti])] {
        let filter = Filter { portal: Some(portal.to_owned()), ..Filter::default() };
        let page = application::page(desk.store(), &filter, None, 10).await.unwrap();
        assert_eq!(page.into_iter().map(|one| one.id).collect::<Vec<_>>(), expected, "{portal}");
    }
    assert_eq!(linking::links(desk.store(), siti).await.unwrap(), [merged]);
    desk.finish().await;
}

#[rstest]
#[case::the_very_row(aminah(), "repeat")]
#[case::her_number(applicant("Aminah Putri", "081234567811", ""), "match")]
#[case::her_address(applicant("Siti Aminah", "", "aminah@example.id"), "match")]
#[case::numbers_of_both(applicant("Aminah Putri", "081234567801 / 081234567811", ""), "match")]
#[case::her_name_and_birth_date(
    applicant("Aminah Putri", "081234567899", "").born("1998-04-13"),
    "review possible"
)]
#[tokio::test]
async fn whatever_comes_for_the_other_finds_the_one(#[case] row: Applicant, #[case] outcome: &str) {
    let (desk, [siti, aminah, _], _) = three().await;
    desk.merge(siti, aminah).await.unwrap();
    let batch = desk.import("jobstreet", std::slice::from_ref(&row)).await;
    assert_eq!(desk.outcomes(&batch).await, [outcome]);
    let view = desk.rows(&batch).await.remove(0);
    let whom = view.application.or(view.matches.first().and_then(|one| one.application));
    assert_eq!(whom, Some(siti));
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn hr_chooses_field_by_field_and_the_list_shows_what_she_chose() {
    let (desk, [siti, aminah, _], _) = three().await;
    let one = "UPDATE hiring_application SET location = 'Depok', education = NULL WHERE full_name = 'Siti Aminah'";
    by_hand(&desk, one.to_owned()).await;
    let other = "UPDATE hiring_application SET location = 'Bogor', education = 'SMK' WHERE full_name = 'Aminah Putri'";
    by_hand(&desk, other.to_owned()).await;
    let merged = desk.merge_choosing(siti, aminah, &[Detail::FullName, Detail::Phone]).await.unwrap();
    let shown = desk.person(siti).await.fields;
    assert_eq!(
        (shown.full_name.as_deref(), shown.phone.as_deref(), shown.email.as_deref()),
        (Some("Aminah Putri"), Some("+6281234567811"), Some("siti@example.com"))
    );
    assert_eq!(
        (shown.location.as_deref(), shown.education.as_deref()),
        (Some("Depok"), Some("SMK")),
        "what is empty is filled"
    );
    assert_eq!(desk.named("Aminah Putri").await.id, siti);
    let won = |field: Detail| merged.choices.iter().find(|one| one.field == field).map(|one| one.winner);
    assert_eq!(won(Detail::FullName), Some(Winner::Other));
    assert_eq!((won(Detail::Location), won(Detail::Education)), (Some(Winner::Own), Some(Winner::Other)));
    assert_eq!(won(Detail::Position), None, "they do not differ");
    desk.finish().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let (desk, [siti, aminah, dewi], _) = three().await;
    assert_eq!(refused(desk.merge(siti, siti).await), Refusal::Itself);
    let nobody = ApplicationId::mint();
    assert!(matches!(desk.merge(siti, nobody).await, Err(LinkError::UnknownApplication(id)) if id == nobody));
    by_hand(&desk, "UPDATE hiring_application SET user_id = id WHERE full_name <> 'Dewi Lestari'".to_owned()).await;
    assert_eq!(refused(desk.merge(siti, aminah).await), Refusal::Accounts);
    by_hand(&desk, "UPDATE hiring_application SET user_id = NULL".to_owned()).await;
    let before = desk.people().await;
    let merged = desk.merge(siti, aminah).await.unwrap();
    let there = Refusal::Merged { application: aminah, into: siti };
    assert_eq!(refused(desk.merge(siti, aminah).await), there);
    assert_eq!(refused(desk.merge(aminah, dewi).await), there, "whom she was merged into is meant");
    assert_eq!(refused(desk.merge(dewi, aminah).await), there);
    assert_eq!(refused(desk.tell_apart(aminah, dewi).await), there);
    let back = desk.reverse(&merged).await.unwrap();
    assert_eq!(refused(desk.reverse(&merged).await), Refusal::Reversed { event: merged.id });
    assert_eq!(refused(desk.reverse(&back).await), Refusal::Final { event: back.id });
    assert_eq!(desk.people().await, before);
    desk.finish().await;
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_what_was_said() {
    let (desk, [siti, aminah, dewi], _) = three().await;
    desk.merge(siti, aminah).await.unwrap();
    desk.tell_apart(siti, dewi).await.unwrap();
    let file = &mut desk.tables().await;
    let mut statements = vec!["UPDATE link_event SET actor = 'somebody'", "DELETE FROM link_event"];
    if desk.store().engine() != "sqlite" {
        statements.push("TRUNCATE TABLE link_event");
    }
    for statement in statements {
        assert!(sqlx::query(statement).execute(&mut *file).await.is_err(), "{statement}");
    }
    assert_eq!(ledger::number(file, "SELECT count(*) FROM link_event WHERE actor = 'hr'").await, 2);
    desk.finish().await;
}

// ---- Taken apart again -------------------------------------------------------------------------------------------------

/// Everything that the program shows of everybody.
async fn everything(desk: &Desk) -> (Vec<Application>, ledger::Ledger) {
    (desk.people().await, desk.all_is_well().await)
}

#[tokio::test]
async fn taken_back_at_once_both_are_exactly_as_they_were() {
    let (desk, [siti, aminah, _], _) = three().await;
    let before = everything(&desk).await;
    let all = Detail::ALL;
    let merged = desk.merge_choosing(siti, aminah, all).await.unwrap();
    assert_ne!(everything(&desk).await, before);
    let back = desk.reverse(&merged).await.unwrap();
    assert_eq!((back.kind, back.reverses), (LinkKind::Unmerged, Some(merged.id)));
    assert_eq!(everything(&desk).await, before);
    for (row, outcome) in [(siti_again(), siti), (aminah_again(), aminah)] {
        let batch = desk.import("indeed", &[row]).await;
        assert_eq!(desk.outcomes(&batch).await, ["match"]);
        assert_eq!(desk.applications_of(&batch).await, [Some(outcome)]);
    }
    let said = linking::links(desk.store(), aminah).await.unwrap();
    assert_eq!(
        said.iter().map(|one| (one.kind, one.reversed_by)).collect::<Vec<_>>(),
        [(LinkKind::Merged, Some(back.id)), (LinkKind::Unmerged, None)]
    );
    desk.finish().await;
}

fn siti_again() -> Applicant {
    applicant("Siti Aminah", "081234567801", "")
}

fn aminah_again() -> Applicant {
    applicant("Aminah Putri", "081234567811", "")
}

#[tokio::test]
async fn a_field_that_hr_changed_since_stays_and_the_others_go_back() {
    let (desk, [siti, aminah, _], _) = three().await;
    let merged = desk.merge_choosing(siti, aminah, &[Detail::FullName, Detail::Email]).await.unwrap();
    by_hand(&desk, "UPDATE hiring_application SET email = 'baru@example.com' WHERE email = 'aminah@example.id' AND merged_into IS NULL".to_owned())
        .await;
    desk.reverse(&merged).await.unwrap();
    let (one, other) = (desk.person(siti).await.fields, desk.person(aminah).await.fields);
    assert_eq!((one.full_name.as_deref(), one.email.as_deref()), (Some("Siti Aminah"), Some("baru@example.com")));
    assert_eq!((other.full_name.as_deref(), other.email.as_deref()), (Some("Aminah Putri"), Some("aminah@example.id")));
    desk.finish().await;
}

#[rstest]
#[case::of_the_one(0)]
#[case::of_the_other_which_means_the_one(1)]
#[tokio::test]
async fn a_status_that_changed_since_stays_with_the_one(#[case] named: usize) {
    let (desk, ids, _) = three().await;
    let [siti, aminah, _] = ids;
    let merged = desk.merge(siti, aminah).await.unwrap();
    let status = Status { stage: Stage::InterviewHr, sub_state: SubState::Active };
    stands(desk.store(), ids[named], status, "hr").await.unwrap();
    assert_eq!(desk.person(siti).await.stage, Stage::InterviewHr);
    desk.reverse(&merged).await.unwrap();
    assert_eq!(desk.person(siti).await.stage, Stage::InterviewHr);
    assert_eq!(desk.person(aminah).await.stage, Stage::Screening, "she stands where she stood");
    let lengths =
        [history(desk.store(), siti).await.unwrap().len(), history(desk.store(), aminah).await.unwrap().len()];
    assert_eq!(lengths, [2, 1]);
    desk.finish().await;
}

#[tokio::test]
async fn a_source_that_an_import_brought_since_stays_and_the_others_number_goes_back() {
    let (desk, [siti, aminah, _], _) = three().await;
    let merged = desk.merge(siti, aminah).await.unwrap();
    // It is the other's number that leads the row to the one.
    let row = applicant("Aminah Putri", "081234567811", "putri@example.com");
    let batch = desk.import("indeed", std::slice::from_ref(&row)).await;
    assert_eq!(desk.applications_of(&batch).await, [Some(siti)]);
    desk.reverse(&merged).await.unwrap();
    let (one, other) = (desk.person(siti).await, desk.person(aminah).await);
    assert_eq!((one.portals(), other.portals()), (vec!["glints".into(), "indeed".into()], vec!["jobstreet".into()]));
    assert_eq!(
        keys(&one),
        [
            ("+6281234567801", IdentifierState::Key, None),
            ("+6281234567811", IdentifierState::Contact, None),
            ("putri@example.com", IdentifierState::Key, None),
            ("siti@example.com", IdentifierState::Key, None),
        ]
    );
    let key = IdentifierState::Key;
    assert_eq!(keys(&other), [("+6281234567811", key, None), ("aminah@example.id", key, None)]);
    let undone = desk.undo(&batch).await.undo.unwrap();
    assert_eq!((undone.detached, undone.kept_total), (1, 0), "it is taken back from where it went");
    desk.finish().await;
}

#[tokio::test]
async fn a_number_that_became_a_familys_since_stays_shared() {
    let (desk, [siti, aminah, _], _) = three().await;
    let merged = desk.merge(siti, aminah).await.unwrap();
    let sister = applicant("Yuni Kartika", "081234567811", "yuni@example.com");
    let batch = desk.import("jobstreet", &[sister]).await;
    assert_eq!(desk.outcomes(&batch).await, ["review shared_phone"]);
    desk.settle(&batch, 2, Action::Shared).await.unwrap();
    desk.all_is_well().await;
    desk.reverse(&merged).await.unwrap();
    let other = desk.person(aminah).await;
    assert_eq!(keys(&other)[0], ("+6281234567811", IdentifierState::Shared, None));
    desk.finish().await;
}

#[rstest]
#[case::of_the_one(0)]
#[case::of_the_other(1)]
#[tokio::test]
async fn an_undo_keeps_who_is_merged(#[case] which: usize) {
    let (desk, [siti, aminah, _], imports) = three().await;
    let merged = desk.merge(siti, aminah).await.unwrap();
    let report = desk.undo(&imports[which]).await.undo.unwrap();
    let why: Vec<_> = report.kept.iter().map(|one| (one.application, one.why)).collect();
    assert_eq!(why, [([siti, aminah][which], WhyKept::Merged)]);
    assert_eq!(desk.person(siti).await.sources.len(), 2, "nothing of hers is gone");
    desk.all_is_well().await;
    desk.reverse(&merged).await.unwrap();
    assert_eq!([desk.person(siti).await.sources.len(), desk.person(aminah).await.sources.len()], [1, 1]);
    desk.finish().await;
}

/// What an import brought to somebody who was there goes with it, also where she is merged by now.
#[tokio::test]
async fn an_undo_takes_back_what_it_brought_to_the_other() {
    let (desk, [siti, aminah, _], _) = three().await;
    let before = everything(&desk).await;
    let more = applicant("Aminah Putri", "081234567811", "putri@example.com");
    let batch = desk.import("indeed", std::slice::from_ref(&more)).await;
    let merged = desk.merge(siti, aminah).await.unwrap();
    let report = desk.undo(&batch).await.undo.unwrap();
    assert_eq!((report.detached, report.removed), (1, 0));
    desk.all_is_well().await;
    desk.reverse(&merged).await.unwrap();
    assert_eq!(everything(&desk).await, before);
    desk.finish().await;
}

#[tokio::test]
async fn after_it_was_taken_back_an_undo_finds_both_as_if_nothing_had_been() {
    let (desk, [siti, aminah, _], imports) = three().await;
    let merged = desk.merge(siti, aminah).await.unwrap();
    desk.reverse(&merged).await.unwrap();
    for batch in &imports {
        assert_eq!(desk.undo(batch).await.undo.unwrap().kept_total, 0);
    }
    assert!(desk.all_is_well().await.is_empty());
    desk.finish().await;
}

#[tokio::test]
async fn who_was_merged_into_her_before_goes_with_her() {
    let (desk, [siti, aminah, dewi], _) = three().await;
    let before = everything(&desk).await;
    let first = desk.merge(aminah, dewi).await.unwrap();
    let second = desk.merge_choosing(siti, aminah, &[Detail::FullName]).await.unwrap();
    let merged = |her: &Application| her.merged.iter().map(|one| (one.application, one.into)).collect::<Vec<_>>();
    assert_eq!(merged(&desk.person(siti).await), [(dewi, aminah), (aminah, siti)]);
    assert_eq!(desk.person(dewi).await.merged_into, Some(siti), "a chain is one step long");
    desk.all_is_well().await;
    desk.reverse(&second).await.unwrap();
    assert_eq!(merged(&desk.person(aminah).await), [(dewi, aminah)]);
    desk.all_is_well().await;
    desk.reverse(&first).await.unwrap();
    assert_eq!(everything(&desk).await, before);
    desk.finish().await;
}

#[tokio::test]
async fn a_merge_under_another_one_can_be_taken_back_by_itself() {
    let (desk, [siti, aminah, dewi], _) = three().await;
    let before = everything(&desk).await;
    let first = desk.merge_choosing(aminah, dewi, &[Detail::FullName, Detail::Phone]).await.unwrap();
    let second = desk.merge_choosing(siti, aminah, &[Detail::FullName]).await.unwrap();
    desk.reverse(&first).await.unwrap();
    desk.all_is_well().await;
    let shown = desk.person(siti).await;
    assert_eq!(shown.fields.full_name.as_deref(), Some("Dewi Lestari"), "HR chose it for her");
    assert_eq!(shown.merged.len(), 1);
    assert_eq!(keys(&desk.person(dewi).await).len(), 2, "hers lead to her again");
    desk.reverse(&second).await.unwrap();
    assert_eq!(everything(&desk).await, before);
    desk.finish().await;
}

#[tokio::test]
async fn an_account_comes_along_and_goes_back() {
    let (desk, [siti, aminah, _], _) = three().await;
    by_hand(&desk, "UPDATE hiring_application SET user_id = id WHERE full_name = 'Aminah Putri'".to_owned()).await;
    let before = everything(&desk).await;
    let merged = desk.merge(siti, aminah).await.unwrap();
    assert_eq!(desk.person(siti).await.user_id, Some(aminah.0));
    desk.reverse(&merged).await.unwrap();
    assert_eq!(everything(&desk).await, before);
    desk.finish().await;
}

/// A draft goes by the list as it was; what was merged since is planned anew.
#[tokio::test]
async fn a_draft_that_was_planned_before_the_merge_is_committed_after_it() {
    let (desk, [siti, aminah, _], _) = three().await;
    let draft = desk.draft("indeed", &[aminah_again()]).await;
    let doubtful = desk.draft("indeed", &[applicant("Yuni Kartika", "081234567811", "yuni@example.com")]).await;
    desk.decide(&doubtful, &[2], Action::Same).await.unwrap();
    desk.merge(siti, aminah).await.unwrap();
    for draft in [draft, doubtful] {
        let batch = desk.commit(&draft).await;
        assert_eq!(desk.applications_of(&batch).await, [Some(siti)]);
    }
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

// ---- Told apart --------------------------------------------------------------------------------------------------------

/// Siti and her sister Rina, who has the phone as a contact: told apart when Rina came, or reconsidered since.
async fn sisters(told_apart: bool) -> (Desk, [ApplicationId; 2]) {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let batch = desk.import("jobstreet", &[rina()]).await;
    desk.settle(&batch, 2, Action::Different).await.unwrap();
    let ids = [desk.named("Siti Aminah").await.id, desk.named("Rina Wulandari").await.id];
    if !told_apart {
        let [said] = linking::links(desk.store(), ids[0]).await.unwrap().try_into().unwrap();
        desk.reverse(&said).await.unwrap();
    }
    (desk, ids)
}

#[rstest]
#[case::the_phone_alone(applicant("Rina Wulandari", "081234567801", ""), "review possible")]
#[case::the_phone_and_her_own_address(rina().reference(""), "review conflict")]
#[tokio::test]
async fn who_was_told_apart_is_not_asked_about_again(#[case] row: Applicant, #[case] unless: &str) {
    let (desk, _) = sisters(false).await;
    let batch = desk.import("indeed", std::slice::from_ref(&row)).await;
    assert_eq!(desk.outcomes(&batch).await, [unless], "nobody has said anything yet");
    desk.finish().await;

    let (desk, [siti, rina]) = sisters(true).await;
    let batch = desk.import("indeed", std::slice::from_ref(&row)).await;
    assert_eq!(desk.outcomes(&batch).await, ["match"]);
    assert_eq!(desk.applications_of(&batch).await, [Some(rina)]);
    assert_eq!(desk.rows(&batch).await[0].matches[0].application, Some(rina));
    let another = desk.import("indeed", &[applicant("Yuni Kartika", "081234567801", "")]).await;
    assert_eq!(desk.outcomes(&another).await, ["review shared_phone"], "a third one is another question");
    let hers = desk.import("indeed", &[applicant("Siti Aminah", "081234567801", "")]).await;
    assert_eq!(desk.applications_of(&hers).await, [Some(siti)]);
    desk.finish().await;
}

#[tokio::test]
async fn what_was_told_apart_stays_so_for_whoever_looks_for_duplicates_until_it_is_reconsidered() {
    let (desk, [siti, rina]) = sisters(true).await;
    let pair = (siti.min(rina), siti.max(rina));
    assert_eq!(linking::apart(desk.store()).await.unwrap().into_iter().collect::<Vec<_>>(), [pair]);
    let said = linking::links(desk.store(), rina).await.unwrap();
    let again = desk.tell_apart(rina, siti).await.unwrap();
    assert_eq!(said, std::slice::from_ref(&again), "said twice it is said once");
    assert_eq!(refused(desk.merge(siti, rina).await), Refusal::Apart { event: again.id });

    let back = desk.reverse(&again).await.unwrap();
    assert_eq!((back.kind, back.reverses), (LinkKind::Reconsidered, Some(again.id)));
    assert!(linking::apart(desk.store()).await.unwrap().is_empty());
    let batch = desk.import("indeed", &[applicant("Rina Wulandari", "081234567801", "")]).await;
    assert_eq!(desk.outcomes(&batch).await, ["review possible"], "it is a question again");
    desk.merge(siti, rina).await.unwrap();
    desk.finish().await;
}

#[rstest]
#[tokio::test]
async fn an_answer_that_it_is_somebody_else_is_remembered_as_told_apart(
    #[values(Action::Different, Action::Shared)] action: Action,
    #[values(true, false)] in_the_draft: bool,
) {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let draft = desk.draft("jobstreet", &[rina()]).await;
    if in_the_draft {
        desk.decide(&draft, &[2], action).await.unwrap();
    }
    let batch = desk.commit(&draft).await;
    if !in_the_draft {
        desk.settle(&batch, 2, action).await.unwrap();
    }
    let [siti, rina] = [desk.named("Siti Aminah").await.id, desk.named("Rina Wulandari").await.id];
    let said = linking::links(desk.store(), siti).await.unwrap();
    let told: Vec<_> = said.iter().map(|one| (one.kind, one.application, one.other, one.by.as_str())).collect();
    assert_eq!(told, [(LinkKind::ToldApart, rina, siti, "hr")]);
    assert!(!said[0].evidence.is_empty());
    assert_eq!(linking::apart(desk.store()).await.unwrap().len(), 1);
    desk.undo(&batch).await;
    assert!(linking::apart(desk.store()).await.unwrap().is_empty(), "who is gone is apart from nobody");
    desk.finish().await;
}

#[tokio::test]
async fn a_familys_number_keys_nobody_and_those_who_have_it_are_apart() {
    let (desk, [siti, rina]) = sisters(false).await;
    let told = linking::tell_apart(desk.store(), said(), siti, rina, Sharing::Family).await.unwrap();
    assert_eq!(told.kind, LinkKind::ToldApart);
    for id in [siti, rina] {
        let hers = desk.person(id).await;
        let phone = hers.identifiers.iter().find(|one| one.value == "+6281234567801").unwrap();
        assert_eq!(phone.state, IdentifierState::Shared);
    }
    assert_eq!(linking::latest(desk.store(), None, 1).await.unwrap(), [told]);
    desk.finish().await;
}

/// Says that two are one family.
async fn family(desk: &Desk, one: ApplicationId, other: ApplicationId) -> Link {
    linking::tell_apart(desk.store(), said(), one, other, Sharing::Family).await.unwrap()
}

/// What the sisters' phone is to one of them.
async fn phone_of(desk: &Desk, id: ApplicationId) -> IdentifierState {
    let hers = desk.person(id).await;
    hers.identifiers.iter().find(|one| one.value == "+6281234567801").unwrap().state
}

#[tokio::test]
async fn a_family_that_is_taken_back_shares_its_number_no_more() {
    let (desk, [siti, rina]) = sisters(false).await;
    let before = everything(&desk).await;
    // The other way round, too: whose key it was is kept.
    for (one, other) in [(siti, rina), (rina, siti)] {
        let told = family(&desk, one, other).await;
        let shared: Vec<_> = told.shared.iter().map(|key| (key.value.as_str(), key.keyed)).collect();
        assert_eq!(shared, [("+6281234567801", Some(siti))]);
        desk.all_is_well().await;
        let back = desk.reverse(&told).await.unwrap();
        assert_eq!((back.kind, back.shared.is_empty()), (LinkKind::Reconsidered, true));
        assert_eq!(everything(&desk).await, before, "the number is Siti's again");
    }
    let hers = desk.import("indeed", &[siti_again()]).await;
    assert_eq!(desk.applications_of(&hers).await, [Some(siti)]);
    desk.finish().await;
}

#[tokio::test]
async fn a_number_that_a_third_one_has_by_now_stays_a_familys_and_that_is_said() {
    let (desk, [siti, rina]) = sisters(false).await;
    let told = family(&desk, siti, rina).await;
    let third = desk.import("indeed", &[applicant("Sulastri Handayani", "081234567801", "")]).await;
    assert_eq!(desk.outcomes(&third).await, ["new"]);
    let back = desk.reverse(&told).await.unwrap();
    assert_eq!(back.shared, told.shared, "it goes on being shared");
    assert_eq!(phone_of(&desk, siti).await, IdentifierState::Shared);
    desk.all_is_well().await;
    // Said again and taken back when the third one is gone, it is Siti's as it was at first.
    let again = family(&desk, siti, rina).await;
    assert_eq!(again.shared.iter().map(|key| key.keyed).collect::<Vec<_>>(), [None], "it is a family's already");
    desk.undo(&third).await;
    assert!(desk.reverse(&again).await.unwrap().shared.is_empty());
    assert_eq!(phone_of(&desk, siti).await, IdentifierState::Key);
    desk.finish().await;
}

/// What the review place says of three, and takes back, the last one first; or somebody does one by one from the list.
#[rstest]
#[case::the_last_first([2, 1, 0])]
#[case::the_first_first([0, 1, 2])]
#[case::as_it_comes([1, 2, 0])]
#[tokio::test]
async fn a_family_of_three_shares_its_number_until_the_last_word_is_taken_back(#[case] order: [usize; 3]) {
    let (desk, [siti, rina]) = sisters(false).await;
    let batch = desk.import("indeed", &[applicant("Yuni Kartika", "081234567801", "")]).await;
    desk.settle(&batch, 2, Action::Different).await.unwrap();
    let yuni = desk.named("Yuni Kartika").await.id;
    for said in linking::links(desk.store(), yuni).await.unwrap() {
        desk.reverse(&said).await.unwrap();
    }
    let before = everything(&desk).await;
    let mut told = Vec::new();
    for (one, other) in [(siti, rina), (siti, yuni), (rina, yuni)] {
        told.push(family(&desk, one, other).await);
    }
    for (place, which) in order.into_iter().enumerate() {
        assert_eq!(phone_of(&desk, siti).await, IdentifierState::Shared);
        let back = desk.reverse(&told[which]).await.unwrap();
        assert_eq!(back.shared.is_empty(), place == 2, "the last word gives it back");
        desk.all_is_well().await;
    }
    assert_eq!(everything(&desk).await, before);
    desk.finish().await;
}

#[tokio::test]
async fn what_an_answer_of_the_queue_made_a_familys_is_not_taken_back_with_another_decision() {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let batch = desk.import("jobstreet", &[rina()]).await;
    desk.settle(&batch, 2, Action::Shared).await.unwrap();
    let [siti, rina] = [desk.named("Siti Aminah").await.id, desk.named("Rina Wulandari").await.id];
    let told = family(&desk, siti, rina).await;
    let back = desk.reverse(&told).await.unwrap();
    assert_eq!(back.shared, told.shared);
    assert_eq!(phone_of(&desk, siti).await, IdentifierState::Shared);
    desk.finish().await;
}

#[tokio::test]
async fn a_family_of_two_who_were_apart_already_is_said_anew_and_taken_back_alone() {
    let (desk, [siti, rina]) = sisters(true).await;
    let [first] = linking::links(desk.store(), siti).await.unwrap().try_into().unwrap();
    let told = family(&desk, siti, rina).await;
    assert_ne!(told.id, first.id, "whoever takes it back takes nothing of somebody else's back");
    assert_eq!(family(&desk, rina, siti).await, told, "said twice it is said once");
    assert_eq!(phone_of(&desk, siti).await, IdentifierState::Shared);
    desk.all_is_well().await;

    desk.reverse(&told).await.unwrap();
    assert_eq!(phone_of(&desk, siti).await, IdentifierState::Key);
    assert_eq!(phone_of(&desk, rina).await, IdentifierState::Contact);
    assert_eq!(linking::apart(desk.store()).await.unwrap().len(), 1, "they are two people as they were before");
    let standing = linking::links(desk.store(), siti).await.unwrap();
    let standing: Vec<&Link> =
        standing.iter().filter(|one| one.kind == LinkKind::ToldApart && one.reversed_by.is_none()).collect();
    let [standing] = standing.as_slice() else { panic!("{standing:?}") };
    assert_eq!(refused(desk.merge(siti, rina).await), Refusal::Apart { event: standing.id });
    desk.reverse(standing).await.unwrap();
    assert!(linking::apart(desk.store()).await.unwrap().is_empty());
    desk.finish().await;
}

/// One of them shows somebody who was told apart from the other: that stays hers when they are taken apart again.
#[tokio::test]
async fn a_family_beside_what_was_said_of_whom_she_shows_is_taken_back_alone() {
    let (desk, [siti, rina]) = sisters(false).await;
    desk.import("glints", &[aminah()]).await;
    let aminah = desk.named("Aminah Putri").await.id;
    let apart = desk.tell_apart(aminah, rina).await.unwrap();
    let merged = desk.merge(siti, aminah).await.unwrap();
    let told = family(&desk, siti, rina).await;
    assert_ne!(told.id, apart.id);
    desk.all_is_well().await;
    desk.reverse(&told).await.unwrap();
    assert_eq!(phone_of(&desk, siti).await, IdentifierState::Key);
    let pairs = async || linking::apart(desk.store()).await.unwrap().into_iter().collect::<Vec<_>>();
    assert_eq!(pairs().await, [(siti.min(rina), siti.max(rina))]);
    desk.reverse(&merged).await.unwrap();
    assert_eq!(pairs().await, [(aminah.min(rina), aminah.max(rina))]);
    desk.finish().await;
}

#[tokio::test]
async fn of_two_of_one_name_on_one_phone_a_row_is_asked_about() {
    let desk = desk().await;
    desk.import("glints", &[applicant("Siti Aminah", "081234567801", "").born("1998-04-12")]).await;
    let mother = applicant("Siti Aminah", "081234567801", "").born("1971-01-30").reference("JS-9");
    let batch = desk.import("jobstreet", &[mother]).await;
    assert_eq!(desk.outcomes(&batch).await, ["review possible"]);
    desk.settle(&batch, 2, Action::Different).await.unwrap();
    let hers = applicant("Siti Aminah", "081234567801", "").born("1971-01-30").reference("IN-1");
    let either = applicant("Siti Aminah", "081234567801", "").reference("IN-2");
    for (row, outcome) in [(hers, "match"), (either, "review possible")] {
        let batch = desk.import("jobstreet", &[row]).await;
        assert_eq!(desk.outcomes(&batch).await, [outcome]);
    }
    desk.finish().await;
}

#[tokio::test]
async fn whoever_looks_for_duplicates_compares_what_was_merged_too_and_names_nobody_who_was() {
    let (desk, [siti, aminah, _], _) = three().await;
    let batch = desk.import("indeed", &[applicant("Aminah P.", "081234567811", "ap@example.id")]).await;
    desk.settle(&batch, 2, Action::Different).await.unwrap();
    let third = desk.named("Aminah P.").await.id;
    let pairs = async || {
        let (model, progress) = (Model::shipped().unwrap(), import::Progress::default());
        let pairs = linking::duplicates(desk.store(), &model, 0.0, &progress).await.unwrap().pairs;
        pairs.into_iter().map(|one| ((one.a.application, one.b.application), one.evidence)).collect::<Vec<_>>()
    };
    assert!(pairs().await.iter().all(|(pair, _)| *pair != (aminah, third)), "they were told apart");
    let [said] = linking::links(desk.store(), third).await.unwrap().try_into().unwrap();
    desk.reverse(&said).await.unwrap();
    assert!(pairs().await.iter().any(|(pair, _)| *pair == (aminah, third)));

    desk.merge(siti, aminah).await.unwrap();
    let found = pairs().await;
    assert!(found.iter().all(|((one, other), _)| ![one, other].contains(&&aminah)));
    let (_, evidence) = found.iter().find(|(pair, _)| *pair == (siti, third)).unwrap();
    assert!(evidence.iter().any(|step| step.field == "phone" && step.weight > 0.0), "{evidence:?}");
    desk.finish().await;
}

#[tokio::test]
async fn who_was_told_apart_is_so_from_whoever_shows_the_other() {
    let (desk, [siti, aminah, dewi], _) = three().await;
    let apart = desk.tell_apart(aminah, dewi).await.unwrap();
    let merged = desk.merge(siti, aminah).await.unwrap();
    let pair = (siti.min(dewi), siti.max(dewi));
    assert_eq!(linking::apart(desk.store()).await.unwrap().into_iter().collect::<Vec<_>>(), [pair]);
    assert_eq!(refused(desk.merge(dewi, siti).await), Refusal::Apart { event: apart.id });
    desk.reverse(&merged).await.unwrap();
    desk.merge(dewi, siti).await.unwrap();
    desk.finish().await;
}

// ---- At once -----------------------------------------------------------------------------------------------------------

fn said() -> Said<'static> {
    Said { event: LinkId::mint(), actor: "hr", reason: None }
}

/// So often do two meet.
const TIMES: usize = 5;

#[rstest]
#[case::the_same_way(false)]
#[case::either_way(true)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_merge_the_same_two_at_once_one_does(#[case] either_way: bool) {
    let (desk, [siti, aminah, _], _) = three().await;
    let other = desk.another().await;
    let choices = Choices::new();
    for _ in 0..TIMES {
        let (into, from) = if either_way { (aminah, siti) } else { (siti, aminah) };
        let (one, two) = tokio::join!(
            linking::merge(desk.store(), said(), siti, aminah, &choices),
            linking::merge(other.store(), said(), into, from, &choices)
        );
        let (done, refusal) = match (one, two) {
            (Ok(done), refusal) | (refusal, Ok(done)) => (done, refused(refusal)),
            both => panic!("{both:?}"),
        };
        assert!(matches!(refusal, Refusal::Merged { application, .. } if application == done.other), "{refusal:?}");
        desk.all_is_well().await;
        let (one, two) = tokio::join!(
            linking::reverse(desk.store(), said(), done.id),
            linking::reverse(other.store(), said(), done.id)
        );
        let ((Ok(_), refusal) | (refusal, Ok(_))) = (one, two) else { panic!("neither") };
        assert_eq!(refused(refusal), Refusal::Reversed { event: done.id });
        assert_eq!(desk.people().await.len(), 3);
        desk.all_is_well().await;
    }
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_who_are_merged_in_a_circle_at_once_are_one_or_two_and_never_a_circle() {
    let (desk, [siti, aminah, dewi], _) = three().await;
    let other = desk.another().await;
    let choices = Choices::new();
    let (one, two, three) = tokio::join!(
        linking::merge(desk.store(), said(), siti, aminah, &choices),
        linking::merge(other.store(), said(), aminah, dewi, &choices),
        linking::merge(other.store(), said(), dewi, siti, &choices)
    );
    let done = [one, two, three].into_iter().filter(|one| one.is_ok()).count();
    assert_eq!(desk.people().await.len(), 3 - done);
    assert!((1..=2).contains(&done), "{done}");
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_beside_an_undo_is_done_before_it_or_finds_nobody() {
    for _ in 0..TIMES {
        let (desk, [siti, aminah, _], imports) = three().await;
        let other = desk.another().await;
        let (choices, progress) = (Choices::new(), import::Progress::default());
        let (merged, undone) = tokio::join!(
            linking::merge(desk.store(), said(), siti, aminah, &choices),
            import::undo(other.store(), imports[1].id, &progress)
        );
        let report = undone.unwrap().undo.unwrap();
        match merged {
            Ok(_) => assert_eq!((report.removed, report.kept_total), (0, 1)),
            Err(LinkError::UnknownApplication(id)) => assert_eq!((id, report.removed), (aminah, 1)),
            Err(other) => panic!("{other}"),
        }
        desk.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_beside_an_import_of_the_other_loses_nobody() {
    for round in 0..TIMES {
        let (desk, [siti, aminah, _], _) = three().await;
        let draft = desk.draft("indeed", &[applicant("Aminah Putri", "081234567811", "putri@example.com")]).await;
        let other = desk.another().await;
        let (choices, progress) = (Choices::new(), import::Progress::default());
        let (merged, committed) = tokio::join!(
            linking::merge(desk.store(), said(), siti, aminah, &choices),
            import::commit(other.store(), draft.id, "hr", &progress)
        );
        let (merged, _) = (merged.unwrap(), committed.unwrap());
        assert_eq!(desk.person(siti).await.sources.len(), 3, "{round}");
        desk.all_is_well().await;
        desk.reverse(&merged).await.unwrap();
        assert_eq!(desk.people().await.iter().map(|one| one.sources.len()).sum::<usize>(), 4);
        desk.finish().await;
    }
}
