//! By her invitation she is led to its application, and to no other.

use super::*;

/// An invitation is made at one node and used at another: once, and who used it may ask again for the answer alone.
#[tokio::test]
async fn an_invitation_leads_to_its_application_by_its_token() {
    let (desk, [siti, _]) = desk().await;
    let elsewhere = desk.another().await;
    let (here, there) = (accounts(desk.store()), accounts(elsewhere.store()));
    let invitation = here.invite(siti, "hr").await.unwrap();
    // It is its application's whatever she is called.
    let with = by_link(&invitation.token, "Rina Wulandari");
    let elsewhere = there.enrol(Enrolment { phone: OTHER_PHONE, ..with }).await.map(drop);
    assert!(matches!(elsewhere, Err(AccountError::NoInvitation)), "{elsewhere:?}");
    let (registered, _) = there.enrol(with).await.unwrap();
    assert_eq!((registered.application, registered.first), (Some(siti), true));
    let (again, _) = here.enrol(with).await.unwrap();
    assert_eq!((again.account, again.application, again.first), (registered.account, Some(siti), false));
    let another_pin = here.enrol(Enrolment { pin: "730164", ..with }).await.map(drop);
    assert!(matches!(another_pin, Err(AccountError::Exists)), "{another_pin:?}");
    let invited = here.invite(siti, "hr").await;
    assert!(invited.is_err(), "she has an account");
    desk.finish().await;
}

/// Her application says when she was born, though she does not: pieces of it are no PIN. That is told when the application is hers and not before, and what she
/// showed stays good.
#[tokio::test]
async fn pieces_of_the_birth_date_in_her_application_are_no_pin() {
    // Of 12-04-1998.
    const PIECES: &str = "204199";
    let (desk, [siti, _]) = desk().await;
    let accounts = accounts(desk.store());
    let code = accounts.code(To::phone(PHONE), Purpose::Register).await.unwrap();
    let with = Enrolment { shown: Shown::Code(code.request, &code.digits), ..by_link("", "Siti Aminah") };
    let unproven = Shown::Code(code.request, doors::other_than(&code.digits));
    let refused = accounts.enrol(Enrolment { shown: unproven, pin: PIECES, ..with }).await.map(drop);
    assert!(matches!(refused, Err(AccountError::WrongCode { .. })), "{refused:?}");
    let refused = accounts.enrol(Enrolment { pin: PIECES, ..with }).await.map(drop);
    assert!(matches!(refused, Err(AccountError::Pin(WeakPin::Date))), "{refused:?}");
    assert_eq!(ledger::number(&mut desk.tables().await, "SELECT count(*) FROM account").await, 0);
    let (registered, _) = accounts.enrol(with).await.unwrap();
    assert_eq!((registered.application, registered.first), (Some(siti), true));
    desk.finish().await;
}

/// Whoever has the number and another name is told nothing of the birth date of whom it leads to.
#[tokio::test]
async fn whose_application_it_is_not_is_told_nothing_of_its_birth_date() {
    let (desk, _) = desk().await;
    let (pending, _) = doors::enrols(&accounts(desk.store()), PHONE, "204199", ("Rina Wulandari", None)).await;
    assert_eq!(pending.asked, ["another_name"]);
    desk.finish().await;
}

/// Her name is clearly another one, so HR is asked; then her own invitation comes, and settles it: once, for whoever has her PIN, and never against HR's word.
#[rstest]
#[case::while_it_is_asked(None)]
#[case::after_hr_has_said_that_it_is_somebody_elses(Some(AccountAnswer::Another))]
#[tokio::test]
async fn an_invitation_settles_what_is_asked_since_the_name_is_another_one(#[case] said: Option<AccountAnswer>) {
    let (desk, [siti, _]) = desk().await;
    let accounts = accounts(desk.store());
    let (pending, _) = doors::enrols(&accounts, PHONE, PIN, ("Rina Wulandari", None)).await;
    assert_eq!((pending.application, pending.asked.as_slice()), (None, ["another_name".to_owned()].as_slice()));
    let invitation = accounts.invite(siti, "hr").await.unwrap();
    let hers = match said {
        Some(answer) => answered(&desk, answer).await.application,
        None => Some(siti),
    };
    assert_eq!(hers == Some(siti), said.is_none());
    let with = by_link(&invitation.token, "Rina Wulandari");
    let another_pin = accounts.enrol(Enrolment { pin: "730164", ..with }).await.map(drop);
    assert!(matches!(another_pin, Err(AccountError::Exists)), "{another_pin:?}");
    assert_eq!(desk.person(siti).await.user_id, None, "who has the link and no PIN settles nothing");
    for tap in ["first", "second"] {
        let (settled, _) = accounts.enrol(with).await.unwrap();
        assert_eq!((settled.account, settled.application, settled.first), (pending.account, hers, false), "{tap}");
        assert!(settled.asked.is_empty(), "{tap}: {settled:?}");
    }
    assert_eq!(desk.person(siti).await.user_id, said.is_none().then_some(pending.account.0));
    assert!(accounts.questions(None, 10).await.unwrap().is_empty());
    desk.finish().await;
}
