//! What her number and her address lead to: the rows of the design's table.

use super::*;

#[rstest]
#[case::without_an_address(None)]
#[case::with_her_own_address(Some(EMAIL))]
#[case::with_an_address_that_nobody_has(Some("baru@example.com"))]
#[tokio::test]
async fn she_finds_the_application_that_her_number_leads_to(#[case] email: Option<&str>) {
    let (desk, [siti, _]) = desk().await;
    let registered = registers(&desk, Registration { email, ..by_code() }).await;
    assert_eq!((registered.application, registered.asked.as_slice()), (Some(siti), [].as_slice()));
    let her = desk.person(siti).await;
    assert_eq!(her.user_id, Some(registered.account.0));
    assert_eq!((her.stage, her.sub_state), (Status::INITIAL.stage, Status::INITIAL.sub_state));
    assert_eq!(desk.people().await.len(), 2, "nobody is made");
    desk.finish().await;
}

#[tokio::test]
async fn an_address_that_leads_to_another_application_is_a_question_to_hr() {
    let (desk, [siti, dewi]) = desk().await;
    let registered = registers(&desk, Registration { email: Some(DEWIS_EMAIL), ..by_code() }).await;
    assert_eq!(registered.application, Some(siti));
    assert_eq!(registered.asked, ["two_applications"]);
    assert_eq!(desk.person(dewi).await.user_id, None, "an address that was typed proves nothing");
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn an_address_that_is_proven_merges_its_application_reversibly() {
    let (desk, [siti, dewi]) = desk().await;
    let both = Registration { email: Some(DEWIS_EMAIL), email_proven: true, ..by_code() };
    let registered = registers(&desk, both).await;
    assert_eq!((registered.application, registered.asked.is_empty()), (Some(siti), true));
    assert_eq!(desk.person(dewi).await.merged_into, Some(siti));
    let said = linking::links(desk.store(), siti).await.unwrap();
    desk.reverse(&said[0]).await.unwrap();
    assert_eq!(desk.person(siti).await.user_id, Some(registered.account.0));
    assert_eq!(desk.person(dewi).await.user_id, None);
    desk.finish().await;
}

#[rstest]
#[case::typed(false, None, &["email_unproven"])]
#[case::proven(true, Some(()), &[])]
#[tokio::test]
async fn an_address_alone_leads_to_an_application_when_it_is_proven(
    #[case] email_proven: bool,
    #[case] linked: Option<()>,
    #[case] asked: &[&str],
) {
    let (desk, [siti, _]) = desk().await;
    let registration = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven, ..by_code() };
    let registered = registers(&desk, registration).await;
    assert_eq!(registered.application, linked.map(|()| siti));
    assert_eq!(registered.asked, asked);
    assert_eq!(desk.people().await.len(), 2, "no second application meanwhile");
    desk.finish().await;
}

#[rstest]
#[case::by_code(false)]
#[case::by_the_applications_own_invitation(true)]
#[tokio::test]
async fn a_clearly_different_name_is_hers_by_invitation_only(#[case] invited: bool) {
    let (desk, [siti, _]) = desk().await;
    let proof = if invited { Proof::Invitation(siti) } else { Proof::Code };
    let registered = registers(&desk, Registration { full_name: "Rina Wulandari", proof, ..by_code() }).await;
    assert_eq!(registered.application, invited.then_some(siti));
    assert_eq!(registered.asked.first().map(String::as_str), (!invited).then_some("another_name"));
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn what_is_another_accounts_is_never_linked_again() {
    let (desk, [siti, _]) = desk().await;
    let first = registers(&desk, by_code()).await;
    // Somebody else shows control of Siti's address, with a number of her own.
    let again = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven: true, ..by_code() };
    let second = registers(&desk, again).await;
    assert_eq!((second.application, second.asked.as_slice()), (None, ["taken".to_owned()].as_slice()));
    assert_eq!(desk.person(siti).await.user_id, Some(first.account.0));
    desk.finish().await;
}

/// Siti's application is another account's, which has a number of its own; somebody shows control of the number on it.
#[rstest]
#[case::by_code(false)]
#[case::by_the_applications_own_invitation(true)]
#[tokio::test]
async fn what_her_number_leads_to_is_not_linked_again_either(#[case] invited: bool) {
    let (desk, [siti, _]) = desk().await;
    let by_email = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven: true, ..by_code() };
    let first = registers(&desk, by_email).await;
    assert_eq!(first.application, Some(siti));
    let proof = if invited { Proof::Invitation(siti) } else { Proof::Code };
    let second = registers(&desk, Registration { proof, ..by_code() }).await;
    assert_eq!((second.application, second.asked.as_slice()), (None, ["taken".to_owned()].as_slice()));
    assert_eq!(desk.person(siti).await.user_id, Some(first.account.0));
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn whom_nobody_knows_begins_afresh_and_what_she_only_typed_keys_nobody() {
    let (desk, _) = desk().await;
    let registration =
        Registration { phone: OTHER_PHONE, full_name: "Wayan Sari", email: Some("wayan@example.com"), ..by_code() };
    let registered = registers(&desk, registration).await;
    let her = desk.person(registered.application.unwrap()).await;
    assert_eq!((her.user_id, her.portals()), (Some(registered.account.0), vec!["satu".to_owned()]));
    assert_eq!(state(&her, OTHER_PHONE), Some(IdentifierState::Key));
    assert_eq!(state(&her, "wayan@example.com"), Some(IdentifierState::Contact));
    let later = desk.import("jobstreet", &[applicant("Wayan Sari", "081234567899", "")]).await;
    assert_eq!(desk.outcomes(&later).await, ["match"], "a portal's file finds her");
    let victim = desk.import("indeed", &[applicant("Made Ayu", "081234560000", "wayan@example.com")]).await;
    assert_eq!(desk.outcomes(&victim).await, ["new"], "whose address it is, it still keys her");
    desk.finish().await;
}

#[tokio::test]
async fn registering_again_gives_the_same_account_and_the_same_answer() {
    let (desk, [siti, _]) = desk().await;
    let first = registers(&desk, by_code()).await;
    let again = registers(&desk, Registration { full_name: "Somebody Else", pin_hash: "other", ..by_code() }).await;
    assert_eq!((again.account, again.application, again.first), (first.account, Some(siti), false));
    let file = &mut desk.tables().await;
    let kept = "SELECT count(*) FROM account WHERE pin_hash = '$argon2id$' AND full_name = 'Siti Aminah'";
    assert_eq!(ledger::number(file, kept).await, 1, "nobody changes her PIN by registering again");
    desk.finish().await;
}

/// What she proved keys the application that it was not on: the next file that names it finds her.
#[tokio::test]
async fn what_she_proved_keys_her_application_from_then_on() {
    let (desk, [siti, _]) = desk().await;
    let registration = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven: true, ..by_code() };
    assert_eq!(registers(&desk, registration).await.application, Some(siti));
    assert_eq!(state(&desk.person(siti).await, OTHER_PHONE), Some(IdentifierState::Key));
    let later = desk.import("jobstreet", &[applicant("Siti Aminah", "081234567899", "")]).await;
    assert_eq!(desk.outcomes(&later).await, ["match"]);
    desk.finish().await;
}
