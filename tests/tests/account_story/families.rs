//! A number that several people have tells nobody apart: HR says who she is, and each finds her own.

use super::*;

#[rstest]
#[case::hers(AccountAnswer::Hers, 2)]
#[case::another(AccountAnswer::Another, 3)]
#[tokio::test]
async fn of_a_family_that_shares_a_number_hr_says_who_she_is(#[case] answer: AccountAnswer, #[case] people: usize) {
    let (desk, [siti, _]) = on_one_number(Action::Shared).await;
    let registered = registers(&desk, by_code()).await;
    assert_eq!((registered.application, registered.asked.as_slice()), (None, ["shared_number".to_owned()].as_slice()));
    assert_eq!(desk.people().await.len(), 2, "no second application meanwhile");
    let (_, about, why) = the_question(&desk).await;
    assert_eq!((about, why.as_str()), (siti, "shared_number"), "and not her sister");
    let settled = answered(&desk, answer).await;
    assert!(settled.asked.is_empty());
    let hers = settled.application.unwrap();
    assert_eq!((hers == siti, desk.people().await.len()), (answer == AccountAnswer::Hers, people));
    assert_eq!(state(&desk.person(hers).await, PHONE), Some(IdentifierState::Shared), "it keys nobody as before");
    assert_eq!(linking::apart(desk.store()).await.unwrap().len(), if hers == siti { 1 } else { 2 });
    desk.finish().await;
}

#[tokio::test]
async fn of_a_family_somebody_of_another_name_begins_afresh() {
    let (desk, _) = on_one_number(Action::Shared).await;
    let registered = registers(&desk, Registration { full_name: "Wayan Sari", ..by_code() }).await;
    assert!(registered.application.is_some() && registered.asked.is_empty(), "{registered:?}");
    assert_eq!(desk.people().await.len(), 3);
    desk.finish().await;
}

/// Who has the number may be shown by another application by now; her own address shows which one is hers.
#[tokio::test]
async fn of_a_family_she_is_asked_about_as_she_is_shown_and_her_address_settles_it() {
    let (desk, [siti, _]) = on_one_number(Action::Shared).await;
    desk.import("indeed", &[applicant("Siti Aminah", "081234567803", AMINAHS_EMAIL)]).await;
    let people = desk.people().await;
    let shown = people.iter().find(|one| one.fields.email.as_deref() == Some(AMINAHS_EMAIL)).unwrap().id;
    desk.merge_choosing(shown, siti, &[]).await.unwrap();
    let registered = registers(&desk, by_code()).await;
    assert_eq!(the_question(&desk).await.1, shown);
    let accounts = accounts(desk.store());
    let code = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    let done = accounts.prove_email(registered.account, EMAIL, (code.request, &code.digits)).await.unwrap();
    assert_eq!((done.application, done.asked.is_empty()), (Some(shown), true));
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

/// By her address another application is hers than the one that the family's number leads to: HR says whether both are, once.
#[rstest]
#[case::she_typed_it(Some(AMINAHS_EMAIL), AccountAnswer::Hers, "two_applications")]
#[case::she_typed_it_and_the_other_is_another(Some(AMINAHS_EMAIL), AccountAnswer::Another, "two_applications")]
#[case::it_was_asked_before(None, AccountAnswer::Hers, "shared_number")]
#[case::it_was_asked_before_and_the_other_is_another(None, AccountAnswer::Another, "shared_number")]
#[tokio::test]
async fn who_is_found_by_her_address_is_asked_about_beside_who_has_her_number(
    #[case] email: Option<&str>,
    #[case] answer: AccountAnswer,
    #[case] why: &str,
) {
    let (desk, [siti, _]) = on_one_number(Action::Shared).await;
    desk.import("indeed", &[applicant("Siti Aminah", "081234567803", AMINAHS_EMAIL)]).await;
    let people = desk.people().await;
    let aminah = people.iter().find(|one| one.fields.email.as_deref() == Some(AMINAHS_EMAIL)).unwrap().id;
    let registered = registers(&desk, Registration { email, ..by_code() }).await;
    assert_eq!(registered.application, None);
    let accounts = accounts(desk.store());
    let code = accounts.code(To::email(AMINAHS_EMAIL), Purpose::Email).await.unwrap();
    let proven = accounts.prove_email(registered.account, AMINAHS_EMAIL, (code.request, &code.digits)).await.unwrap();
    assert_eq!((proven.application, proven.asked.as_slice()), (Some(aminah), [why.to_owned()].as_slice()));
    let settled = answered(&desk, answer).await;
    assert_eq!((settled.application, settled.asked.is_empty()), (Some(aminah), true));
    let is_hers = answer == AccountAnswer::Hers;
    assert_eq!(desk.person(siti).await.merged_into, is_hers.then_some(aminah));
    assert_eq!(linking::apart(desk.store()).await.unwrap().len(), if is_hers { 1 } else { 2 });
    desk.finish().await;
}

/// HR says that whom her address leads to is somebody else. That she proves the address does not overrule it, whatever else is asked by then.
#[tokio::test]
async fn what_hr_has_denied_no_proof_brings_back() {
    let (desk, [siti, _]) = on_one_number(Action::Shared).await;
    desk.import("indeed", &[applicant("Siti Aminah", "081234567803", AMINAHS_EMAIL)]).await;
    let registered = registers(&desk, Registration { email: Some(AMINAHS_EMAIL), ..by_code() }).await;
    assert_eq!(the_question(&desk).await.2, "email_unproven");
    let asked_on = answered(&desk, AccountAnswer::Another).await;
    assert_eq!((asked_on.application, asked_on.asked.as_slice()), (None, ["shared_number".to_owned()].as_slice()));
    let accounts = accounts(desk.store());
    let code = accounts.code(To::email(AMINAHS_EMAIL), Purpose::Email).await.unwrap();
    let proven = accounts.prove_email(registered.account, AMINAHS_EMAIL, (code.request, &code.digits)).await.unwrap();
    assert_eq!((proven.application, proven.asked.as_slice()), (None, ["shared_number".to_owned()].as_slice()));
    let settled = answered(&desk, AccountAnswer::Hers).await;
    assert_eq!((settled.application, settled.asked.is_empty()), (Some(siti), true));
    assert_eq!(desk.people().await.len(), 3);
    desk.finish().await;
}

/// Siti was invited while the number was hers alone. By her link comes whoever reads it: she, or somebody of the family by a name of its own.
#[rstest]
#[case::herself("Siti Aminah", &[])]
#[case::her_sister("Rina Wulandari", &["shared_number"])]
#[tokio::test]
async fn an_invitation_is_good_though_the_number_is_a_familys_by_now(#[case] name: &str, #[case] asked: &[&str]) {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    desk.import("jobstreet", &[siti()]).await;
    let (siti, accounts) = (desk.named("Siti Aminah").await.id, accounts(desk.store()));
    let invitation = accounts.invite(siti, "hr").await.unwrap();
    rina_applies(&desk, Action::Shared).await;
    let registered = accounts.enrol(by_link(&invitation.token, name)).await.unwrap().0;
    assert_eq!(registered.application, asked.is_empty().then_some(siti));
    assert_eq!(registered.asked, asked);
    if !asked.is_empty() {
        let rina = desk.named("Rina Wulandari").await.id;
        assert_eq!(the_question(&desk).await.1, rina, "what is hers, and not whose link it is");
    }
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

/// Siti's number is Siti's, and Rina has it, too, as HR has said: Rina finds her own application, also by a link that was sent for Siti's.
#[rstest]
#[case::by_code(false)]
#[case::by_the_others_invitation(true)]
#[tokio::test]
async fn who_has_a_number_beside_its_owner_finds_her_own(#[case] invited: bool) {
    let (desk, [siti, rina]) = on_one_number(Action::Different).await;
    let proof = if invited { Proof::Invitation(siti) } else { Proof::Code };
    let pending = registers(&desk, Registration { full_name: "Rina Wulandari", proof, ..by_code() }).await;
    assert_eq!((pending.application, pending.asked.as_slice()), (None, ["shared_number".to_owned()].as_slice()));
    assert_eq!(the_question(&desk).await.1, rina);
    let settled = answered(&desk, AccountAnswer::Hers).await;
    assert_eq!((settled.application, settled.asked.is_empty()), (Some(rina), true));
    assert_eq!((desk.people().await.len(), desk.person(siti).await.user_id), (2, None));
    desk.finish().await;
}

/// HR was asked about Siti before Rina's own application came: that she is another one makes no third record, and what is denied is asked no more.
#[rstest]
#[case::hers(AccountAnswer::Hers, 2)]
#[case::another(AccountAnswer::Another, 3)]
#[tokio::test]
async fn who_is_another_one_is_looked_for_among_those_on_the_number(
    #[case] answer: AccountAnswer,
    #[case] people: usize,
) {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    desk.import("jobstreet", &[siti()]).await;
    let siti = desk.named("Siti Aminah").await.id;
    registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await;
    assert_eq!(the_question(&desk).await.2, "another_name");
    rina_applies(&desk, Action::Different).await;
    let rina = desk.named("Rina Wulandari").await.id;
    let pending = answered(&desk, AccountAnswer::Another).await;
    assert_eq!((pending.application, pending.asked.as_slice()), (None, ["shared_number".to_owned()].as_slice()));
    assert_eq!((the_question(&desk).await.1, desk.people().await.len()), (rina, 2));
    let settled = answered(&desk, answer).await;
    assert!(settled.asked.is_empty());
    assert_eq!(settled.application.is_some_and(|hers| hers == rina), answer == AccountAnswer::Hers);
    assert_eq!((desk.people().await.len(), desk.person(siti).await.user_id), (people, None));
    desk.finish().await;
}
