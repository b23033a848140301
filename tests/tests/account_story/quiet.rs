//! A number of which nothing was heard for long may be another's by now: it asks for a second fact.

use super::*;

#[tokio::test]
async fn a_number_that_was_quiet_for_long_asks_for_a_second_fact() {
    let (desk, [siti, _]) = desk().await;
    let always = Policy { recycled_after_days: -1, ..Policy::default() };
    let pending = register(desk.store(), by_code(), always).await.unwrap();
    assert_eq!((pending.application, pending.asked), (None, vec!["stale".to_owned()]));
    assert_eq!(desk.person(siti).await.user_id, None);
    desk.finish().await;
    let (desk, [siti, _]) = self::desk().await;
    let invited = Registration { proof: Proof::Invitation(siti), ..by_code() };
    let pending = register(desk.store(), invited, always).await.unwrap();
    assert_eq!(
        (pending.application, pending.asked),
        (None, vec!["stale".to_owned()]),
        "whoever has the number reads it"
    );
    desk.finish().await;
    let (desk, [siti, _]) = self::desk().await;
    let born = Registration { birth_date: Some("1998-04-12"), ..by_code() };
    assert_eq!(register(desk.store(), born, always).await.unwrap().application, Some(siti));
    desk.finish().await;
}

/// Nor is a PIN replaced by a code to such a number alone: whoever has it now may not be whose account it is. A birth date is counted like a PIN, so that it is not
/// guessed; of whoever signs in something is heard.
#[tokio::test]
async fn a_new_pin_for_an_account_that_was_quiet_for_long_asks_for_a_second_fact() {
    const YEAR_AND_A_DAY: i64 = 366 * 24;
    let by = NewPin::by;
    let (clock, ahead) = clock_ahead();
    let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
    desk.import("glints", &[applicant("Siti Aminah", PHONE, EMAIL).born("1998-04-12")]).await;
    let (accounts, pin_hash) = (accounts(desk.store()), accounts_hash().await);
    registers(&desk, Registration { email: Some(EMAIL), email_proven: true, pin_hash: &pin_hash, ..by_code() }).await;
    let code = async || accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
    let first = code().await;
    let hers = accounts.reset_pin(by(PHONE, (first.request, &first.digits), "730164")).await.unwrap();
    // What was proven before the new PIN is to be proven again.
    let to_her = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    accounts.prove_email(hers.account, EMAIL, (to_her.request, &to_her.digits)).await.unwrap();

    ahead.fetch_add(YEAR_AND_A_DAY, Ordering::Relaxed);
    let code_alone = code().await;
    let with = by(PHONE, (code_alone.request, &code_alone.digits), "905173");
    let alone = accounts.reset_pin(with).await.map(drop);
    assert!(matches!(alone, Err(AccountError::SecondFact)), "{alone:?}");
    let guessed = accounts.reset_pin(NewPin { birth_date: Some("1998-04-13"), ..with }).await.map(drop);
    assert!(matches!(guessed, Err(AccountError::SecondFact)), "{guessed:?}");
    let again = accounts.reset_pin(NewPin { birth_date: Some("1998-04-12"), ..with }).await.map(drop);
    assert!(matches!(again, Err(AccountError::NoCode)), "a guess uses the code up: {again:?}");
    let tried = ledger::number(&mut desk.tables().await, "SELECT max(failures) FROM pin_attempt").await;
    assert_eq!(tried, 1, "and is counted");
    // Another address's code is no fact, hers is; so is the birth date that stands in her application.
    let (fresh, to_another) = (code().await, accounts.code(To::email(DEWIS_EMAIL), Purpose::Email).await.unwrap());
    let with = by(PHONE, (fresh.request, &fresh.digits), "905173");
    let others = Some((DEWIS_EMAIL, (to_another.request, to_another.digits.as_str())));
    let another = accounts.reset_pin(NewPin { email: others, ..with }).await.map(drop);
    assert!(matches!(another, Err(AccountError::SecondFact)), "{another:?}");
    let to_her = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    let email = Some((EMAIL, (to_her.request, to_her.digits.as_str())));
    accounts.reset_pin(NewPin { email, ..with }).await.unwrap();
    assert!(accounts.me(hers.account).await.unwrap().email_proven, "she has just shown both");
    assert!(matches!(accounts.goes_on(hers.id, hers.account).await, Err(AccountError::Over)));

    ahead.fetch_add(YEAR_AND_A_DAY, Ordering::Relaxed);
    let fresh = code().await;
    let with = by(PHONE, (fresh.request, &fresh.digits), "482057");
    let hers = accounts.reset_pin(NewPin { birth_date: Some("1998-04-12"), ..with }).await.unwrap();

    // She signs in: she is there.
    ahead.fetch_add(YEAR_AND_A_DAY / 2, Ordering::Relaxed);
    let (pin, device) = (Pin::parse("482057").unwrap(), hers.device.as_deref());
    accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device, code: None }).await.unwrap();
    ahead.fetch_add(YEAR_AND_A_DAY / 2, Ordering::Relaxed);
    let fresh = code().await;
    accounts.reset_pin(by(PHONE, (fresh.request, &fresh.digits), "730164")).await.unwrap();
    desk.finish().await;
}

/// What counts is the newest that was heard of her, not when a file of hers was imported; and whichever way a clock jumps, what lies far ahead tells as little as what lies far behind.
/// Whoever has her number now writes from it, and what HR puts down by itself is no news of her.
#[tokio::test]
async fn a_number_is_as_old_as_the_last_that_was_heard_of_its_owner() {
    let (clock, ahead) = clock_ahead();
    let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
    let phone = |which: usize| format!("+62812345600{which:02}");
    let called = |which: usize| {
        let names = ["Siti Aminah", "Dewi Lestari", "Ayu Puspita", "Melati Kusuma", "Wayan Sari"];
        names.into_iter().chain(["Ratna Juwita", "Nur Hidayah", "Sulastri Handayani"]).nth(which).unwrap()
    };
    let one = |which: usize| applicant(called(which), &phone(which), "");
    let old = |which: usize| one(which).applied("2024-02-29");
    // Applied long ago; interviewed since; applied again, through another door; and today. Then those of long ago whose number somebody wrote from, whom HR
    // had resigned, and whose status it corrected.
    desk.import("glints", &[old(0), old(1), old(2), one(3), one(4), old(5), old(6), old(7)]).await;
    desk.import("jobstreet", &[one(2)]).await;
    let change = async |which: usize, act: Act, reasons: &[Reason]| {
        let (id, change) = (desk.named(called(which)).await.id, Change { act, reasons, seen: None, actor: "hr" });
        lifecycle::change(desk.store(), id, change).await.unwrap();
    };
    change(1, Act::Advance(None), &[]).await;
    let (text, from) = ("siapa ini?", phone(5));
    let from = Sender::Number(&from);
    let wrote = Incoming { channel: Channel::Whatsapp, provider_id: "wamid.1", from, user: None, text };
    let heard = satu_tests::desk::outreach(desk.store(), outreach::Policy::default()).hear(&wrote).await.unwrap();
    assert_eq!(heard.application, Some(desk.named(called(5)).await.id));
    change(6, Act::Resign, &[Reason::NoResponse]).await;
    let interviewed = Status { stage: Stage::InterviewHr, sub_state: SubState::Active };
    stands(desk.store(), desk.named(called(7)).await.id, interviewed, "hr").await.unwrap();
    let asked = async |which: usize| {
        let phone = phone(which);
        let registration = Registration { phone: &phone, full_name: called(which), ..by_code() };
        registers(&desk, registration).await.asked
    };
    for (which, expected) in [(0, vec!["stale"]), (1, vec![]), (2, vec![])] {
        assert_eq!(asked(which).await, expected, "{}", called(which));
    }
    for (which, what) in [(5, "somebody wrote"), (6, "she was resigned"), (7, "her status was corrected")] {
        assert_eq!(asked(which).await, ["stale"], "{what}");
    }
    ahead.store(367 * 24, Ordering::Relaxed);
    assert_eq!(asked(3).await, ["stale"], "a year later");
    ahead.store(-367 * 24, Ordering::Relaxed);
    assert_eq!(asked(4).await, ["stale"], "a year before");
    desk.finish().await;
}
