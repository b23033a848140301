//! An account that somebody prepares before its owner comes: the five classes of "Pre-hijacked accounts" (Sudhodanan and Paverd, USENIX Security 2022), each as
//! the thief would go about it here, and what he has of it in the end. Where the product has no such door the story shows that there is none.

use satu_core::id::RequestId;
use satu_tests::desk::clock_by_hand;

use super::{
    doors::{NEW_PIN, WRONG_PIN, enrols, enrols_with_proven, open_to_guesses, other_than},
    *,
};

/// An address that is the thief's.
const HIS_EMAIL: &str = "rina@example.com";
const THIRD_PHONE: &str = "+6281200567803";

/// The thief makes an account in the classic way with his victim's address, and waits until she comes another way and both are merged. Here an address that was
/// typed makes nothing his, nobody signs in by one, and she has an account of her own by her number, on which nobody has one who has not shown it.
#[tokio::test]
async fn pre_hijack_classic_federated_merge() {
    let (desk, [siti, _]) = desk().await;
    let accounts = accounts(desk.store());
    let (thief, his) = enrols(&accounts, OTHER_PHONE, WRONG_PIN, ("Siti Aminah", Some(EMAIL))).await;
    assert_eq!((thief.application, thief.asked.as_slice()), (None, ["email_unproven".to_owned()].as_slice()));
    // With her number he gets no further than the code that he has not.
    let made_up = Enrolment { shown: Shown::Code(RequestId::mint(), "111222"), ..by_link("", "Siti Aminah") };
    let refused = accounts.enrol(made_up).await.map(drop);
    assert!(matches!(refused, Err(AccountError::NoCode)), "{refused:?}");

    let (hers, _) = enrols_with_proven(&accounts, PHONE, ("Siti Aminah", EMAIL)).await;
    assert_eq!((hers.application, hers.first, hers.asked.is_empty()), (Some(siti), true, true));
    assert_ne!(hers.account, thief.account, "there are two accounts, and nothing merges them");
    let his_account = accounts.me(thief.account).await.unwrap();
    assert_eq!((his_account.application, his_account.email_proven), (None, false));
    // His PIN opens his own account, which leads to nothing, and not hers; and HR cannot give it to him by mistake.
    let his_pin = Pin::parse(WRONG_PIN).unwrap();
    let sign_in = async |phone: &str| accounts.sign_in(SignIn { phone, pin: &his_pin, device: None, code: None }).await;
    let refused = sign_in(PHONE).await;
    assert!(matches!(refused, Err(AccountError::WrongPin)), "{refused:?}");
    assert_eq!(sign_in(OTHER_PHONE).await.unwrap().account, his.account);
    let (question, about, _) = the_question(&desk).await;
    assert_eq!(about, siti);
    let given = accounts.answer(question, AccountAnswer::Hers, "hr").await;
    assert!(matches!(given, Err(SettleError::Taken)), "{given:?}");
    assert_eq!(desk.person(siti).await.user_id, Some(hers.account.0));
    desk.finish().await;
}

/// The thief had her number for a while, made an account with it and stays signed in. Whoever has the number chooses a new PIN with a code to it: from then on
/// nothing that was given before opens anything, whether it is a session, a device, a link or a code.
#[tokio::test]
async fn pre_hijack_unexpired_session_identifier() {
    let (desk, [siti, _]) = desk().await;
    let accounts = satu_tests::desk::accounts(desk.store(), Policy::default());
    let link = accounts.invite(siti, "hr").await.unwrap().token;
    let (_, his) = enrols(&accounts, PHONE, PIN, ("Siti Aminah", None)).await;
    let his_next = accounts.refresh(&his.refresh).await.unwrap();
    let (old_pin, new_pin) = (Pin::parse(PIN).unwrap(), Pin::parse(NEW_PIN).unwrap());
    let device = his.device.as_deref();
    // Another session of his, on the same device.
    let another = accounts.sign_in(SignIn { phone: PHONE, pin: &old_pin, device, code: None }).await.unwrap();
    let his_code = accounts.code(To::phone(PHONE), Purpose::Device).await.unwrap();

    let code = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
    let hers = accounts.reset_pin(NewPin::by(PHONE, (code.request, &code.digits), NEW_PIN)).await.unwrap();
    for id in [his.id, another.id] {
        let over = accounts.goes_on(id, hers.account).await;
        assert!(matches!(over, Err(AccountError::Over)), "{over:?}");
    }
    for token in [&his.refresh, &his_next.refresh, &another.refresh] {
        let over = accounts.refresh(token).await;
        assert!(matches!(over, Err(AccountError::Over)), "{over:?}");
    }
    let sign_in = async |pin: &Pin, code: Option<(RequestId, &str)>| {
        accounts.sign_in(SignIn { phone: PHONE, pin, device, code }).await.map(drop)
    };
    let refused = sign_in(&old_pin, None).await;
    assert!(matches!(refused, Err(AccountError::WrongPin)), "{refused:?}");
    let refused = sign_in(&new_pin, None).await;
    assert!(matches!(refused, Err(AccountError::NewDevice)), "his device is known no more: {refused:?}");
    let refused = sign_in(&new_pin, Some((his_code.request, his_code.digits.as_str()))).await;
    assert!(matches!(refused, Err(AccountError::NoCode)), "{refused:?}");
    let refused = accounts.enrol(by_link(&link, "Siti Aminah")).await.map(drop);
    assert!(matches!(refused, Err(AccountError::NoInvitation)), "{refused:?}");
    let going_on = accounts.sessions(hers.account).await.unwrap();
    assert_eq!(going_on.iter().map(|one| one.id).collect::<Vec<_>>(), [hers.id]);
    desk.finish().await;
}

/// The thief had her number for a while and planted an address of his own on the account, to come back by it. Once its owner has chosen a new PIN the address
/// is no way in: whatever a code is sent to it for, no door of hers takes it.
#[tokio::test]
async fn pre_hijack_trojan_identifier() {
    let (desk, [siti, _]) = desk().await;
    let accounts = accounts(desk.store());
    let (planted, _) = enrols_with_proven(&accounts, PHONE, ("Siti Aminah", HIS_EMAIL)).await;
    assert_eq!(planted.application, Some(siti));
    let code = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
    let hers = accounts.reset_pin(NewPin::by(PHONE, (code.request, &code.digits), NEW_PIN)).await.unwrap();
    // Also where nothing was heard of her for long: the address is a second fact, never the first one.
    let of_a_quiet_number = open_to_guesses(desk.store());
    for purpose in [Purpose::Register, Purpose::Pin, Purpose::Device, Purpose::Email] {
        let sent = accounts.code(To::email(HIS_EMAIL), purpose).await.unwrap();
        let shown = (sent.request, sent.digits.as_str());
        let with = NewPin { email: Some((HIS_EMAIL, shown)), ..NewPin::by(PHONE, shown, WRONG_PIN) };
        for accounts in [&accounts, &of_a_quiet_number] {
            let reset = accounts.reset_pin(with).await.map(drop);
            assert!(matches!(reset, Err(AccountError::NoCode)), "{purpose}: {reset:?}");
        }
        let shown_for_number = Shown::Code(shown.0, shown.1);
        let with = Enrolment { shown: shown_for_number, pin: WRONG_PIN, ..by_link("", "Siti Aminah") };
        let registered = accounts.enrol(with).await.map(drop);
        assert!(matches!(registered, Err(AccountError::NoCode)), "{purpose}: {registered:?}");
        let guessed = Pin::parse(WRONG_PIN).unwrap();
        let signed_in = accounts.sign_in(SignIn { phone: PHONE, pin: &guessed, device: None, code: Some(shown) }).await;
        assert!(matches!(signed_in, Err(AccountError::WrongPin)), "{purpose}: {signed_in:?}");
    }
    accounts.goes_on(hers.id, hers.account).await.unwrap();
    let pin = Pin::parse(NEW_PIN).unwrap();
    accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code: None }).await.unwrap();
    assert_eq!(desk.person(siti).await.user_id, Some(hers.account.0));
    desk.finish().await;
}

/// Nor does the address that he proved prove anything once she has a new PIN: it stands there as if it were typed, and is no second fact when her number was quiet for
/// long. What she proves herself is proven, and shown with a new PIN it stays so.
#[tokio::test]
async fn pre_hijack_trojan_identifier_proven_before_the_new_pin() {
    let (desk, _) = desk().await;
    let accounts = accounts(desk.store());
    let of_a_quiet_number = open_to_guesses(desk.store());
    let (planted, _) = enrols_with_proven(&accounts, PHONE, ("Siti Aminah", HIS_EMAIL)).await;
    assert!(accounts.me(planted.account).await.unwrap().email_proven);
    let code = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
    let hers = accounts.reset_pin(NewPin::by(PHONE, (code.request, &code.digits), NEW_PIN)).await.unwrap();
    let me = accounts.me(hers.account).await.unwrap();
    assert_eq!((me.email.as_deref(), me.email_proven), (Some(HIS_EMAIL), false));

    let with_code_to = async |email: &'static str, pin: &str| {
        let code = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
        let shown = accounts.code(To::email(email), Purpose::Email).await.unwrap();
        let with = NewPin::by(PHONE, (code.request, &code.digits), pin);
        let email = Some((email, (shown.request, shown.digits.as_str())));
        of_a_quiet_number.reset_pin(NewPin { email, ..with }).await
    };
    let his = with_code_to(HIS_EMAIL, WRONG_PIN).await.map(drop);
    assert!(matches!(his, Err(AccountError::SecondFact)), "{his:?}");

    let shown = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    accounts.prove_email(hers.account, EMAIL, (shown.request, &shown.digits)).await.unwrap();
    let his = with_code_to(HIS_EMAIL, WRONG_PIN).await.map(drop);
    assert!(matches!(his, Err(AccountError::SecondFact)), "{his:?}");
    with_code_to(EMAIL, PIN).await.unwrap();
    let me = accounts.me(hers.account).await.unwrap();
    assert_eq!((me.email.as_deref(), me.email_proven), (Some(EMAIL), true));
    desk.finish().await;
}

/// The same while HR is asked whose application it is: what HR sees, and what follows from the answer, goes by what was shown since.
#[rstest]
#[case::it_is_not_hers(AccountAnswer::Another)]
#[case::it_is_hers(AccountAnswer::Hers)]
#[tokio::test]
async fn pre_hijack_trojan_identifier_of_a_pending_link(#[case] answer: AccountAnswer) {
    let (desk, [siti, _]) = desk().await;
    let accounts = accounts(desk.store());
    let (planted, _) = enrols_with_proven(&accounts, PHONE, ("Rina Wulandari", HIS_EMAIL)).await;
    assert_eq!((planted.application, planted.asked.as_slice()), (None, ["another_name".to_owned()].as_slice()));
    let code = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
    accounts.reset_pin(NewPin::by(PHONE, (code.request, &code.digits), NEW_PIN)).await.unwrap();

    let asked = accounts.questions(None, 10).await.unwrap();
    assert_eq!(asked.iter().map(|one| (one.application, one.email_proven)).collect::<Vec<_>>(), [(siti, false)]);
    let answered = accounts.answer(asked[0].id, answer, "hr").await.unwrap();
    let her = desk.person(answered.application.unwrap()).await;
    assert_eq!(her.id == siti, answer == AccountAnswer::Hers);
    assert_ne!(state(&her, HIS_EMAIL), Some(IdentifierState::Key), "what he proved keys nobody");
    let his = desk.import("jobstreet", &[applicant("Budi Santoso", "081234560000", HIS_EMAIL)]).await;
    assert_eq!(desk.outcomes(&his).await, ["new"], "and finds nobody");
    desk.finish().await;
}

/// The thief begins to make her address that of his own account, and has it confirmed when she has come. Nothing that was begun waits here: a code is good for
/// whoever asked for it, until another one is sent, for ten minutes; and what is hers by then stays hers whoever shows the address.
#[tokio::test]
async fn pre_hijack_unexpired_email_change() {
    let (clock, moved) = clock_by_hand();
    let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
    desk.import("glints", &[siti()]).await;
    let (siti, accounts) = (desk.named("Siti Aminah").await.id, accounts(desk.store()));
    let (thief, _) = enrols(&accounts, OTHER_PHONE, WRONG_PIN, ("Rina Wulandari", None)).await;
    let begun = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();

    let sent = accounts.code(To::phone(PHONE), Purpose::Register).await.unwrap();
    let to_her = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    let email_code = Some((to_her.request, to_her.digits.as_str()));
    let shown = Shown::Code(sent.request, &sent.digits);
    let with = Enrolment { shown, email: Some(EMAIL), email_code, ..by_link("", "Siti Aminah") };
    let hers = accounts.enrol(with).await.unwrap().0;
    assert_eq!(hers.application, Some(siti));

    // She may be made to tell digits that she was sent.
    let his = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    for (request, digits) in [
        (begun.request, &begun.digits),
        (begun.request, &to_her.digits),
        (to_her.request, &to_her.digits),
        (begun.request, &his.digits),
        (to_her.request, &his.digits),
    ] {
        let confirmed = accounts.prove_email(thief.account, EMAIL, (request, digits)).await;
        assert!(matches!(confirmed, Err(AccountError::NoCode)), "{confirmed:?}");
    }
    moved.fetch_add(600, Ordering::Relaxed);
    let late = accounts.prove_email(thief.account, EMAIL, (his.request, &his.digits)).await;
    assert!(matches!(late, Err(AccountError::NoCode)), "after ten minutes: {late:?}");
    let his_account = accounts.me(thief.account).await.unwrap();
    assert_eq!((his_account.email, his_account.email_proven), (None, false), "nothing was written of what he began");

    // And where she hands him a fresh one in time he has shown the address, and has nothing of hers by it.
    let his = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    let proven = accounts.prove_email(thief.account, EMAIL, (his.request, &his.digits)).await.unwrap();
    assert_eq!(proven.application, thief.application);
    assert_ne!(proven.application, Some(siti));
    assert_eq!(desk.person(siti).await.user_id, Some(hers.account.0));
    desk.finish().await;
}

/// The thief comes by a provider that lets him say whose address he has. There is none here: what shows a number or an address is listed below to the last
/// field, and each is a code that was sent there or a link that was sent to the number. A field more does not compile, until somebody has thought of it.
#[tokio::test]
async fn pre_hijack_non_verifying_provider() {
    let (desk, [siti, _]) = desk().await;
    let accounts = accounts(desk.store());
    let Enrolment { phone: _, shown, pin: _, full_name: _, birth_date: _, email: _, email_code: _, consent: _ } =
        by_link("", "Siti Aminah");
    match shown {
        Shown::Code(_, _) | Shown::Invitation(_) => {}
    }
    let SignIn { phone: _, pin: _, device: _, code: _ } =
        SignIn { phone: PHONE, pin: &Pin::parse(PIN).unwrap(), device: None, code: None };
    let NewPin { phone: _, code: _, pin: _, birth_date: _, email: _ } =
        NewPin::by(PHONE, (RequestId::mint(), "111222"), PIN);

    // Saying that an address is hers makes nothing hers.
    let (thief, _) = enrols(&accounts, OTHER_PHONE, PIN, ("Siti Aminah", Some(EMAIL))).await;
    assert_eq!(thief.application, None);
    let to_her = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    let to_him = accounts.code(To::email(HIS_EMAIL), Purpose::Email).await.unwrap();
    let to_number = accounts.code(To::phone(THIRD_PHONE), Purpose::Register).await.unwrap();
    // Nor does showing anything but the code that went to it, whether it is made up or was sent elsewhere.
    for (request, digits) in [
        (RequestId::mint(), "111222"),
        (to_her.request, other_than(&to_her.digits)),
        (to_him.request, to_him.digits.as_str()),
        (to_number.request, to_number.digits.as_str()),
    ] {
        let said = (request, digits);
        let with = Enrolment {
            phone: THIRD_PHONE,
            shown: Shown::Code(to_number.request, &to_number.digits),
            email: Some(EMAIL),
            email_code: Some(said),
            ..by_link("", "Siti Aminah")
        };
        let registered = accounts.enrol(with).await.map(drop);
        let proven = accounts.prove_email(thief.account, EMAIL, said).await.map(drop);
        for refused in [registered, proven] {
            assert!(matches!(refused, Err(AccountError::NoCode | AccountError::WrongCode { .. })), "{refused:?}");
        }
    }
    let his_account = accounts.me(thief.account).await.unwrap();
    assert_eq!((his_account.application, his_account.email_proven), (None, false));
    assert_eq!(desk.person(siti).await.user_id, None);
    let file = &mut desk.tables().await;
    assert_eq!(ledger::number(file, "SELECT count(*) FROM account").await, 1, "what is refused makes no account");
    desk.finish().await;
}
