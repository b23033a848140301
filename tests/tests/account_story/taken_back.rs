//! What HR answered about an account is taken back: whatever was asked and whatever was said, what followed goes, and it is asked again.

use satu_core::{
    account::WhyStands,
    id::QuestionId,
    privacy::{self, Why},
};

use super::*;

/// What an answer may change, without ids and times; what followed as the next question and was withdrawn is asked no more.
const PICTURE: [&str; 7] = [
    "SELECT a.full_name || ' ' || h.full_name || ' ' || coalesce(h.email, '-') FROM account a JOIN hiring_application h ON h.user_id = a.id ORDER BY 1",
    "SELECT a.full_name || ' ' || coalesce(a.email, '-') || ' ' || i.kind || ' ' || i.value || ' ' || i.keyed || \
     CASE WHEN i.batch_id IS NULL THEN ' her own' ELSE ' brought' END \
     FROM application_identifier i JOIN hiring_application a ON a.id = i.application_id ORDER BY 1",
    "SELECT c.kind || ' ' || c.value || ' ' || coalesce(a.full_name, '-') || ' ' || coalesce(a.email, '-') \
     FROM identifier_claim c LEFT JOIN hiring_application a ON a.id = c.application_id ORDER BY 1",
    "SELECT b.kind || ' ' || b.value || ' ' || a.full_name || CASE WHEN b.batch_id IS NULL THEN ' her own' ELSE ' brought' END \
     FROM barred_identifier b JOIN hiring_application a ON a.id = b.application_id ORDER BY 1",
    "SELECT a.full_name || ' ' || coalesce(a.email, '-') || ' ' || coalesce(m.full_name, '-') FROM hiring_application a \
     LEFT JOIN hiring_application m ON m.id = a.merged_into ORDER BY 1",
    APART,
    QUESTIONS,
];
const APART: &str = "SELECT a.full_name || ' ' || o.full_name FROM told_apart t JOIN hiring_application a ON a.id = t.first_id \
     JOIN hiring_application o ON o.id = t.second_id ORDER BY 1";
const QUESTIONS: &str = "SELECT q.why || ' ' || coalesce(q.outcome, '-') || ' ' || coalesce(q.settled_by, '-') FROM account_question q \
     WHERE q.outcome IS NULL OR q.outcome <> 'withdrawn' ORDER BY 1";

async fn picture(desk: &Desk, of: &[&'static str]) -> Vec<String> {
    let tables = &mut desk.tables().await;
    let mut lines = Vec::new();
    for statement in of {
        lines.extend(ledger::texts(tables, statement).await);
    }
    lines
}

/// A desk at which HR is asked one question, for a reason.
async fn asked_for(why: &str) -> Desk {
    if why == "shared_number" {
        let (desk, _) = on_one_number(Action::Shared).await;
        registers(&desk, by_code()).await;
        return desk;
    }
    let (desk, _) = desk().await;
    match why {
        "email_unproven" => {
            registers(&desk, Registration { phone: OTHER_PHONE, email: Some(EMAIL), ..by_code() }).await;
        }
        "another_name" => drop(registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await),
        "stale" => {
            let policy = Policy { recycled_after_days: -1, ..Policy::default() };
            register(desk.store(), by_code(), policy).await.unwrap();
        }
        "taken" => {
            registers(&desk, by_code()).await;
            let again = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven: true, ..by_code() };
            registers(&desk, again).await;
        }
        "two_applications" => {
            registers(&desk, Registration { email: Some(DEWIS_EMAIL), ..by_code() }).await;
        }
        other => panic!("{other}"),
    }
    desk
}

/// Every import is taken back: whoever came by nothing else is gone, and all is well.
async fn undoes_everything(desk: Desk) {
    for batch in import::batches(desk.store(), None, 10).await.unwrap() {
        desk.undo(&batch).await;
    }
    desk.finish().await;
}

/// Why an answer is not taken back.
async fn stays(desk: &Desk, question: QuestionId) -> WhyStands {
    let before = picture(desk, &PICTURE).await;
    let refused = accounts(desk.store()).take_back(question, "hr").await;
    assert_eq!(picture(desk, &PICTURE).await, before, "refused, it changes nothing");
    match refused {
        Err(SettleError::Kept(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case::email_unproven("email_unproven")]
#[case::another_name("another_name")]
#[case::stale("stale")]
#[case::shared_number("shared_number")]
#[case::two_applications("two_applications")]
#[tokio::test]
async fn of_hers_nothing_stays_and_it_is_asked_again(#[case] why: &str) {
    let desk = asked_for(why).await;
    let accounts = accounts(desk.store());
    let before = picture(&desk, &PICTURE).await;
    let (question, _, asked) = the_question(&desk).await;
    assert_eq!(asked, why);
    accounts.answer(question, AccountAnswer::Hers, "hr").await.unwrap();
    assert_ne!(picture(&desk, &PICTURE).await, before);
    desk.all_is_well().await;
    let back = accounts.take_back(question, "rina").await.unwrap();
    assert_eq!(picture(&desk, &PICTURE).await, before);
    assert_eq!(back.asked, [why]);
    desk.all_is_well().await;
    // As if it had never been: the same answer, and the other one.
    accounts.answer(question, AccountAnswer::Hers, "hr").await.unwrap();
    accounts.take_back(question, "hr").await.unwrap();
    assert_eq!(picture(&desk, &PICTURE).await, before, "a second time");
    let settled = accounts.answer(question, AccountAnswer::Another, "hr").await.unwrap();
    assert!(settled.application.is_some() && settled.asked.is_empty(), "{settled:?}");
    desk.all_is_well().await;
    undoes_everything(desk).await;
}

#[rstest]
#[case::email_unproven("email_unproven")]
#[case::another_name("another_name")]
#[case::stale("stale")]
#[case::taken("taken")]
#[case::shared_number("shared_number")]
#[case::two_applications("two_applications")]
#[tokio::test]
async fn of_somebody_else_she_keeps_what_she_has_and_it_is_asked_again(#[case] why: &str) {
    let desk = asked_for(why).await;
    let accounts = accounts(desk.store());
    let before = picture(&desk, &[APART, QUESTIONS]).await;
    let (question, about, _) = the_question(&desk).await;
    let settled = accounts.answer(question, AccountAnswer::Another, "hr").await.unwrap();
    let back = accounts.take_back(question, "rina").await.unwrap();
    assert_eq!((back.application, back.asked.as_slice()), (settled.application, [why.to_owned()].as_slice()));
    assert_eq!(picture(&desk, &[APART, QUESTIONS]).await, before);
    desk.all_is_well().await;
    let hers = accounts.answer(question, AccountAnswer::Hers, "hr").await;
    match why {
        "taken" => {
            assert!(matches!(hers, Err(SettleError::Link(_))), "each has an account: {hers:?}");
            accounts.answer(question, AccountAnswer::Another, "hr").await.unwrap();
        }
        "two_applications" => assert_eq!(hers.unwrap().application, settled.application),
        _ => {
            assert_eq!(hers.unwrap().application, settled.application);
            assert_eq!(desk.person(about).await.merged_into, settled.application, "both are hers");
        }
    }
    desk.all_is_well().await;
    undoes_everything(desk).await;
}

/// *Somebody else* made nothing but the next question: that one goes first where it was answered, and is asked no more where it was not.
#[tokio::test]
async fn the_next_question_goes_with_the_answer_that_led_to_it() {
    let (desk, [siti, _]) = on_one_number(Action::Shared).await;
    desk.import("indeed", &[applicant("Siti Aminah", "081234567803", AMINAHS_EMAIL)]).await;
    registers(&desk, Registration { email: Some(AMINAHS_EMAIL), ..by_code() }).await;
    let accounts = accounts(desk.store());
    let before = picture(&desk, &PICTURE).await;
    let (first, aminah, _) = the_question(&desk).await;
    answered(&desk, AccountAnswer::Another).await;
    let (second, about, why) = the_question(&desk).await;
    assert_eq!((about, why.as_str()), (siti, "shared_number"));
    answered(&desk, AccountAnswer::Hers).await;
    assert_eq!(stays(&desk, first).await, WhyStands::Later);
    accounts.take_back(second, "hr").await.unwrap();
    let back = accounts.take_back(first, "hr").await.unwrap();
    assert_eq!(back.asked, ["email_unproven"]);
    assert_eq!(picture(&desk, &PICTURE).await, before);
    let withdrawn = accounts.answer(second, AccountAnswer::Hers, "hr").await;
    assert!(matches!(withdrawn, Err(SettleError::Answered)), "{withdrawn:?}");
    assert_eq!(answered(&desk, AccountAnswer::Hers).await.application, Some(aminah));
    undoes_everything(desk).await;
}

/// An application that HR merged by its answer is parted where merges are taken back, too: then the account's question is asked again.
#[tokio::test]
async fn a_merge_that_was_an_answer_asks_again_where_it_is_taken_back() {
    let desk = asked_for("two_applications").await;
    let accounts = accounts(desk.store());
    let before = picture(&desk, &PICTURE).await;
    let (question, siti, _) = the_question(&desk).await;
    answered(&desk, AccountAnswer::Hers).await;
    let merge = linking::links(desk.store(), siti).await.unwrap();
    desk.reverse(merge.last().unwrap()).await.unwrap();
    assert_eq!(picture(&desk, &PICTURE).await, before);
    assert_eq!(the_question(&desk).await.0, question);
    let again = accounts.take_back(question, "hr").await;
    assert!(matches!(again, Err(SettleError::Open)), "{again:?}");
    let said = accounts.answers(None, 10).await.unwrap();
    let said: Vec<_> = said.iter().map(|one| (one.question, one.answer, one.reversed_by.as_deref())).collect();
    assert_eq!(said, [(question, AccountAnswer::Hers, Some("hr"))]);
    answered(&desk, AccountAnswer::Another).await;
    undoes_everything(desk).await;
}

/// Her number became a key by the answer, and a file has named it since: it is what the file brought, and goes with it.
#[tokio::test]
async fn what_a_later_file_brought_stays_with_that_file() {
    let desk = asked_for("email_unproven").await;
    let accounts = accounts(desk.store());
    let (question, siti, _) = the_question(&desk).await;
    answered(&desk, AccountAnswer::Hers).await;
    let later = desk.import("jobstreet", &[applicant("Siti Aminah", "081234567899", "")]).await;
    assert_eq!(desk.outcomes(&later).await, ["match"]);
    accounts.take_back(question, "hr").await.unwrap();
    assert_eq!(state(&desk.person(siti).await, OTHER_PHONE), Some(IdentifierState::Key));
    desk.all_is_well().await;
    desk.undo(&later).await;
    assert_eq!(state(&desk.person(siti).await, OTHER_PHONE), None);
    undoes_everything(desk).await;
}

/// Her import was taken back while she was linked, so she stayed; nobody has her then, and she stays all the same.
#[tokio::test]
async fn whom_an_undo_left_for_the_answers_sake_stays() {
    let desk = asked_for("another_name").await;
    let accounts = accounts(desk.store());
    let (question, siti, _) = the_question(&desk).await;
    answered(&desk, AccountAnswer::Hers).await;
    for batch in import::batches(desk.store(), None, 10).await.unwrap() {
        desk.undo(&batch).await;
    }
    accounts.take_back(question, "hr").await.unwrap();
    let left = desk.person(siti).await;
    assert_eq!((left.user_id, state(&left, PHONE)), (None, Some(IdentifierState::Key)));
    desk.all_is_well().await;
    answered(&desk, AccountAnswer::Another).await;
    desk.finish().await;
}

#[tokio::test]
async fn what_is_asked_still_and_what_is_no_question_are_not_taken_back() {
    let desk = asked_for("another_name").await;
    let accounts = accounts(desk.store());
    let (question, ..) = the_question(&desk).await;
    let open = accounts.take_back(question, "hr").await;
    assert!(matches!(open, Err(SettleError::Open)), "{open:?}");
    let unknown = accounts.take_back(QuestionId::mint(), "hr").await;
    assert!(matches!(unknown, Err(SettleError::Unknown(_))), "{unknown:?}");
    desk.finish().await;
}

#[tokio::test]
async fn an_answer_stays_while_a_merge_since_or_an_activation_stands() {
    let (desk, [siti, dewi]) = desk().await;
    registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await;
    let before = picture(&desk, &PICTURE).await;
    let (question, ..) = the_question(&desk).await;
    answered(&desk, AccountAnswer::Hers).await;
    let merged = desk.merge_choosing(siti, dewi, &[]).await.unwrap();
    assert_eq!(stays(&desk, question).await, WhyStands::Merged);
    desk.reverse(&merged).await.unwrap();
    let signed = Status { stage: Stage::OnboardedRegular, sub_state: SubState::Active };
    stands(desk.store(), siti, signed, "hr").await.unwrap();
    lifecycle::activate(desk.store(), siti, true, "ops").await.unwrap();
    assert_eq!(stays(&desk, question).await, WhyStands::Active);
    lifecycle::activate(desk.store(), siti, false, "ops").await.unwrap();
    accounts(desk.store()).take_back(question, "hr").await.unwrap();
    assert_eq!(picture(&desk, &PICTURE).await, before);
    assert_eq!(desk.person(siti).await.stage, Stage::OnboardedRegular, "where she stands is what people said");
    desk.finish().await;
}

#[tokio::test]
async fn an_answer_stays_when_the_two_were_made_one_since() {
    let desk = asked_for("another_name").await;
    let (question, siti, _) = the_question(&desk).await;
    let fresh = answered(&desk, AccountAnswer::Another).await.application.unwrap();
    let said = linking::links(desk.store(), fresh).await.unwrap();
    desk.reverse(said.last().unwrap()).await.unwrap();
    desk.merge_choosing(fresh, siti, &[]).await.unwrap();
    assert_eq!(stays(&desk, question).await, WhyStands::Merged);
    desk.finish().await;
}

#[tokio::test]
async fn an_answer_stays_when_she_has_proven_an_address_that_leads_there() {
    let desk = asked_for("another_name").await;
    let accounts = accounts(desk.store());
    let (question, ..) = the_question(&desk).await;
    let settled = answered(&desk, AccountAnswer::Hers).await;
    let code = accounts.code(To::email("rina@example.com"), Purpose::Email).await.unwrap();
    accounts.prove_email(settled.account, "rina@example.com", (code.request, &code.digits)).await.unwrap();
    assert_eq!(stays(&desk, question).await, WhyStands::Proven);
    desk.finish().await;
}

#[tokio::test]
async fn what_her_own_proof_settled_is_no_answer() {
    let desk = asked_for("email_unproven").await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let code = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    accounts.prove_email(question.account, EMAIL, (code.request, &code.digits)).await.unwrap();
    assert_eq!(stays(&desk, question.id).await, WhyStands::Elsewhere);
    desk.finish().await;
}

#[rstest]
#[case::hers(AccountAnswer::Hers)]
#[case::another(AccountAnswer::Another)]
#[tokio::test]
async fn an_answer_stays_about_whom_was_erased(#[case] answer: AccountAnswer) {
    let desk = asked_for("another_name").await;
    let (question, siti, _) = the_question(&desk).await;
    answered(&desk, answer).await;
    privacy::erase(desk.store(), siti, "hr".into(), Why::Asked).await.unwrap();
    assert_eq!(stays(&desk, question).await, WhyStands::Erased);
    let names: Vec<_> = accounts(desk.store()).answers(None, 10).await.unwrap();
    assert_eq!(names.iter().map(|one| one.application_name.as_str()).collect::<Vec<_>>(), [""]);
    desk.finish().await;
}

/// Of two who take one answer back at the same instant, through two nodes, one does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_at_once_one_takes_it_back() {
    let desk = asked_for("email_unproven").await;
    let elsewhere = desk.another().await;
    let (here, there) = (accounts(desk.store()), accounts(elsewhere.store()));
    let before = picture(&desk, &PICTURE).await;
    let (question, ..) = the_question(&desk).await;
    for round in 1..=3 {
        answered(&desk, AccountAnswer::Hers).await;
        let (one, other) = tokio::join!(here.take_back(question, "rina"), there.take_back(question, "budi"));
        let done = [one, other];
        assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1, "{done:?}");
        assert!(done.iter().any(|one| matches!(one, Err(SettleError::Open))), "{done:?}");
        assert_eq!(picture(&desk, &PICTURE).await, before);
        let back = "SELECT count(*) FROM account_answer WHERE reverses IS NOT NULL";
        assert_eq!(ledger::number(&mut desk.tables().await, back).await, round);
    }
    desk.finish().await;
}

/// What was answered, and that it was taken back, is kept as it is.
#[tokio::test]
async fn what_was_answered_is_never_changed() {
    let desk = asked_for("another_name").await;
    let (question, ..) = the_question(&desk).await;
    answered(&desk, AccountAnswer::Hers).await;
    accounts(desk.store()).take_back(question, "rina").await.unwrap();
    let [said] = <[_; 1]>::try_from(accounts(desk.store()).answers(None, 10).await.unwrap()).unwrap();
    assert_eq!((said.by.as_str(), said.reversed_by.as_deref()), ("hr", Some("rina")));
    assert_eq!((said.full_name.as_str(), said.application_name.as_str()), ("Rina Wulandari", "Siti Aminah"));
    assert!(accounts(desk.store()).answers(Some(said.id), 10).await.unwrap().is_empty());
    let file = &mut desk.tables().await;
    for change in ["UPDATE account_answer SET actor = 'nobody'", "DELETE FROM account_answer"] {
        let refused = ledger::refused(file, change).await;
        assert!(["is refused", "foreign key constraint"].iter().any(|words| refused.contains(words)), "{refused}");
    }
    desk.finish().await;
}
