//! Applications that are merged, parted, told apart or taken back, and whose account it is then.

use super::*;

/// Dewi registers while HR has her merged into Siti by mistake: taken back, her account follows her number.
#[tokio::test]
async fn an_account_follows_its_number_when_a_merge_is_taken_back() {
    let (desk, [siti, dewi]) = desk().await;
    desk.merge_choosing(siti, dewi, &[]).await.unwrap();
    let registered = registers(&desk, Registration { phone: "+6281234567802", ..by_code() }).await;
    assert_eq!(registered.application, Some(siti), "who shows both");
    let said = linking::links(desk.store(), siti).await.unwrap();
    desk.reverse(&said[0]).await.unwrap();
    assert_eq!(desk.person(dewi).await.user_id, Some(registered.account.0));
    assert_eq!(desk.person(siti).await.user_id, None);
    let hers = registers(&desk, by_code()).await;
    assert_eq!(hers.application, Some(siti), "and Siti finds her own");
    desk.finish().await;
}

#[tokio::test]
async fn whom_hr_has_told_apart_no_proof_merges() {
    let (desk, [siti, dewi]) = desk().await;
    desk.tell_apart(siti, dewi).await.unwrap();
    let both = Registration { email: Some(DEWIS_EMAIL), email_proven: true, ..by_code() };
    let registered = registers(&desk, both).await;
    assert_eq!((registered.application, registered.asked.is_empty()), (Some(siti), true));
    assert_eq!(desk.person(dewi).await.merged_into, None);
    desk.finish().await;
}

/// Whoever has gone further in the other application is not set back by a proof: HR is asked.
#[tokio::test]
async fn an_application_that_has_gone_further_is_not_merged_by_itself() {
    let (desk, [siti, dewi]) = desk().await;
    let further = Status { stage: Stage::InTraining, sub_state: SubState::Active };
    stands(desk.store(), dewi, further, "hr").await.unwrap();
    let both = Registration { email: Some(DEWIS_EMAIL), email_proven: true, ..by_code() };
    let registered = registers(&desk, both).await;
    assert_eq!((registered.application, registered.asked), (Some(siti), vec!["two_applications".to_owned()]));
    assert_eq!(desk.person(dewi).await.stage, Stage::InTraining);
    desk.finish().await;
}

/// A merge of two whose account was there before is taken back without moving it.
#[tokio::test]
async fn an_account_that_was_there_before_a_merge_stays_when_it_is_taken_back() {
    let (desk, [siti, _]) = desk().await;
    let pending = registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let fresh = accounts.answer(question.id, AccountAnswer::Another, "hr").await.unwrap().application.unwrap();
    let said = linking::links(desk.store(), fresh).await.unwrap();
    desk.reverse(&said[0]).await.unwrap();
    let merged = desk.merge_choosing(fresh, siti, &[]).await.unwrap();
    desk.reverse(&merged).await.unwrap();
    assert_eq!(desk.person(fresh).await.user_id, Some(pending.account.0));
    assert_eq!(desk.person(siti).await.user_id, None);
    desk.finish().await;
}

/// Somebody who was merged into another by mistake registers by her address with a new number: parted, both are hers again.
#[tokio::test]
async fn what_was_proven_goes_with_the_application_that_led_to_her() {
    let (desk, [siti, dewi]) = desk().await;
    desk.merge_choosing(siti, dewi, &[]).await.unwrap();
    let registration = Registration { phone: OTHER_PHONE, email: Some(DEWIS_EMAIL), email_proven: true, ..by_code() };
    let registered = registers(&desk, registration).await;
    let said = linking::links(desk.store(), siti).await.unwrap();
    desk.reverse(&said[0]).await.unwrap();
    assert_eq!(desk.person(dewi).await.user_id, Some(registered.account.0));
    assert_eq!(state(&desk.person(dewi).await, OTHER_PHONE), Some(IdentifierState::Key));
    desk.finish().await;
}

/// The import that brought her number is taken back: she has proven that it is hers.
#[tokio::test]
async fn a_number_that_she_proved_outlives_its_import() {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    let first = desk.import("glints", &[siti()]).await;
    desk.import("jobstreet", &[applicant("Siti Aminah", "", EMAIL)]).await;
    let registered = registers(&desk, by_code()).await;
    desk.undo(&first).await;
    assert_eq!(state(&desk.person(registered.application.unwrap()).await, PHONE), Some(IdentifierState::Key));
    let later = desk.import("indeed", &[applicant("Siti Aminah", "081234567801", "")]).await;
    assert_eq!(desk.outcomes(&later).await, ["match"]);
    desk.finish().await;
}
