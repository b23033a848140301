//! What was asked is settled: by HR, or by a code to her address; about what is there when it is.

use super::*;

#[rstest]
#[case::hers(AccountAnswer::Hers)]
#[case::another(AccountAnswer::Another)]
#[tokio::test]
async fn hr_settles_whether_an_application_is_hers(#[case] answer: AccountAnswer) {
    let (desk, [siti, _]) = desk().await;
    let pending = registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    assert_eq!(
        (question.why.as_str(), question.application, question.account),
        ("another_name", siti, pending.account)
    );
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    if answer == AccountAnswer::Hers {
        assert_eq!(settled.application, Some(siti));
    } else {
        let fresh = desk.person(settled.application.unwrap()).await;
        assert_ne!(fresh.id, siti);
        // The number stays Siti's until somebody says otherwise: it is on the fresh one to reach her.
        assert_eq!(state(&fresh, PHONE), Some(IdentifierState::Contact));
        assert_eq!(state(&desk.person(siti).await, PHONE), Some(IdentifierState::Key));
    }
    let again = accounts.answer(question.id, answer, "hr 2").await;
    assert!(matches!(again, Err(SettleError::Answered)), "{again:?}");
    desk.finish().await;
}

#[rstest]
#[case::one_person(AccountAnswer::Hers)]
#[case::two_people(AccountAnswer::Another)]
#[tokio::test]
async fn hr_settles_whether_two_applications_are_one_persons(#[case] answer: AccountAnswer) {
    let (desk, [siti, dewi]) = desk().await;
    registers(&desk, Registration { email: Some(DEWIS_EMAIL), ..by_code() }).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    assert_eq!((question.application, question.other), (siti, Some(dewi)));
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    assert_eq!((settled.application, settled.asked.is_empty()), (Some(siti), true));
    let merged_into = desk.person(dewi).await.merged_into;
    assert_eq!(merged_into, (answer == AccountAnswer::Hers).then_some(siti));
    let apart = linking::apart(desk.store()).await.unwrap();
    assert_eq!(apart.len(), usize::from(answer == AccountAnswer::Another));
    desk.finish().await;
}

#[tokio::test]
async fn what_is_another_accounts_stays_so_whatever_hr_says() {
    let (desk, [siti, _]) = desk().await;
    let first = registers(&desk, by_code()).await;
    let again = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven: true, ..by_code() };
    registers(&desk, again).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let refused = accounts.answer(question.id, AccountAnswer::Hers, "hr").await;
    assert!(matches!(refused, Err(SettleError::Taken)), "{refused:?}");
    assert_eq!(desk.person(siti).await.user_id, Some(first.account.0));
    let settled = accounts.answer(question.id, AccountAnswer::Another, "hr").await.unwrap();
    assert!(settled.application.is_some_and(|fresh| fresh != siti));
    desk.finish().await;
}

#[tokio::test]
async fn a_code_to_the_address_settles_what_was_pending_and_merges_what_is_hers_too() {
    let (desk, [siti, dewi]) = desk().await;
    let registered = registers(&desk, by_code()).await;
    let accounts = accounts(desk.store());
    let code = accounts.code(To::email(DEWIS_EMAIL), Purpose::Email).await.unwrap();
    let wrong = if code.digits == "111222" { "222111" } else { "111222" };
    let refused = accounts.prove_email(registered.account, DEWIS_EMAIL, (code.request, wrong)).await;
    assert!(matches!(refused, Err(AccountError::WrongCode { left: 4 })), "{refused:?}");
    let done = accounts.prove_email(registered.account, DEWIS_EMAIL, (code.request, &code.digits)).await.unwrap();
    assert_eq!((done.application, done.asked.is_empty()), (Some(siti), true));
    assert_eq!(desk.person(dewi).await.merged_into, Some(siti), "both are shown to be hers");
    desk.finish().await;
}

/// Only her address leads to her application: a code to it settles that, at any node.
#[tokio::test]
async fn a_code_to_the_address_settles_what_only_the_address_led_to() {
    let (desk, [siti, _]) = desk().await;
    let pending = registers(&desk, Registration { phone: OTHER_PHONE, email: Some(EMAIL), ..by_code() }).await;
    assert_eq!((pending.application, pending.asked.as_slice()), (None, ["email_unproven".to_owned()].as_slice()));
    let elsewhere = desk.another().await;
    let (here, there) = (accounts(desk.store()), accounts(elsewhere.store()));
    let code = here.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    let done = there.prove_email(pending.account, EMAIL, (code.request, &code.digits)).await.unwrap();
    assert_eq!((done.application, done.asked.is_empty()), (Some(siti), true));
    let her = desk.person(siti).await;
    assert_eq!((her.user_id, state(&her, OTHER_PHONE)), (Some(pending.account.0), Some(IdentifierState::Key)));
    assert!(here.questions(None, 10).await.unwrap().is_empty(), "HR is asked no more");
    assert_eq!(desk.people().await.len(), 2, "no second application");
    desk.finish().await;
}

/// What a question is about may be merged or gone by the time that it is answered.
#[rstest]
#[case::hers(AccountAnswer::Hers)]
#[case::another(AccountAnswer::Another)]
#[tokio::test]
async fn a_question_is_answered_about_what_is_there_now(#[case] answer: AccountAnswer) {
    let (desk, [siti, dewi]) = desk().await;
    registers(&desk, Registration { email: Some(DEWIS_EMAIL), ..by_code() }).await;
    desk.merge_choosing(siti, dewi, &[]).await.unwrap();
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    assert_eq!((settled.application, settled.asked.is_empty()), (Some(siti), true), "they are one already");
    desk.finish().await;

    let desk = Desk::on(Engine::of_module(module_path!())).await;
    let batch = desk.import("glints", &[self::siti()]).await;
    registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await;
    desk.undo(&batch).await;
    let accounts = self::accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    let fresh = settled.application.expect("what was asked about is gone: a fresh one begins");
    assert_ne!(fresh, question.application);
    assert_eq!(state(&desk.person(fresh).await, PHONE), Some(IdentifierState::Key));
    desk.finish().await;
}

/// HR's answer is about what is there: whoever came meanwhile by another door, with her number, is looked at anew.
#[rstest]
#[case::hers(AccountAnswer::Hers)]
#[case::another(AccountAnswer::Another)]
#[tokio::test]
async fn who_came_with_her_number_since_she_was_asked_about_is_hers(#[case] answer: AccountAnswer) {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    let batch = desk.import("glints", &[siti()]).await;
    let registered = registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await;
    desk.undo(&batch).await;
    desk.import("jobstreet", &[applicant("Rina Wulandari", "081234567801", "")]).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    let hers = desk.named("Rina Wulandari").await;
    assert_eq!((settled.application, hers.user_id), (Some(hers.id), Some(registered.account.0)));
    assert_eq!(desk.people().await.len(), 1);
    desk.finish().await;
}

/// A question about two of whom one is gone is answered by that.
#[rstest]
#[case::hers(AccountAnswer::Hers)]
#[case::another(AccountAnswer::Another)]
#[tokio::test]
async fn a_question_about_two_of_whom_one_is_gone_is_answered(#[case] answer: AccountAnswer) {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    desk.import("glints", &[siti()]).await;
    let other = desk.import("jobstreet", &[applicant("Siti Aminah", "081234567802", DEWIS_EMAIL)]).await;
    let registered = registers(&desk, Registration { email: Some(DEWIS_EMAIL), ..by_code() }).await;
    assert_eq!(registered.asked, ["two_applications"]);
    desk.undo(&other).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    assert_eq!((settled.application, settled.asked.is_empty()), (registered.application, true));
    desk.finish().await;
}

/// When HR says that what her number leads to is somebody else's, what her proven address leads to is hers.
#[tokio::test]
async fn who_is_not_the_one_of_her_number_is_the_one_of_her_address() {
    let (desk, [siti, dewi]) = desk().await;
    let both = Registration { full_name: "Rina Wulandari", email: Some(DEWIS_EMAIL), email_proven: true, ..by_code() };
    let registered = registers(&desk, both).await;
    assert_eq!(registered.application, None);
    let accounts = accounts(desk.store());
    for question in accounts.questions(None, 10).await.unwrap() {
        accounts.answer(question.id, AccountAnswer::Another, "hr").await.unwrap();
    }
    // Dewi's application has another name, too: that is asked now.
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    assert_eq!((question.application, question.why.as_str()), (dewi, "another_name"));
    let settled = accounts.answer(question.id, AccountAnswer::Hers, "hr").await.unwrap();
    assert_eq!(settled.application, Some(dewi));
    assert_eq!(desk.person(siti).await.user_id, None);
    desk.finish().await;
}
