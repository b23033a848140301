//! Whatever is good, shut or old for a time is so whichever way a clock jumps: what lies ahead counts like what lies behind, so nothing is good without end and
//! nobody is kept out until a clock has caught up. (What a budget does is told by `the_codes_of_a_day_are_a_budget_of_all_who_send`.)

use satu_tests::desk::clock_by_hand;

use super::{
    doors::{BORN, NEW_PIN, WRONG_PIN, enrols, other_than, shows},
    *,
};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// A desk whose clock is moved by seconds, where Siti has applied.
async fn by_hand() -> (Desk, Arc<AtomicI64>, Accounts) {
    let (clock, moved) = clock_by_hand();
    let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
    desk.import("glints", &[siti()]).await;
    let accounts = accounts(desk.store());
    (desk, moved, accounts)
}

#[rstest]
#[case::a_moment_before_it_ends(10 * MINUTE - 1, true)]
#[case::when_it_ends(10 * MINUTE, false)]
#[case::a_year_later(365 * DAY, false)]
#[case::set_back_by_almost_as_much(1 - 10 * MINUTE, true)]
#[case::set_back_by_as_much(-10 * MINUTE, false)]
#[case::set_back_by_a_year(-365 * DAY, false)]
#[tokio::test]
async fn a_code_is_good_for_ten_minutes_whichever_way_the_clock_jumps(#[case] seconds: i64, #[case] good: bool) {
    let (desk, moved, accounts) = by_hand().await;
    let code = accounts.code(To::phone(PHONE), Purpose::Register).await.unwrap();
    moved.store(seconds, Ordering::Relaxed);
    let shown = (code.request, code.digits.as_str());
    let came = shows(&accounts, Purpose::Register, shown).await;
    if good {
        came.unwrap();
        // So is the answer to it, where it was lost: it is no longer good than the code.
        moved.store(seconds.signum() * (10 * MINUTE - 1), Ordering::Relaxed);
        shows(&accounts, Purpose::Register, shown).await.unwrap();
        moved.store(seconds.signum() * 10 * MINUTE, Ordering::Relaxed);
        let late = shows(&accounts, Purpose::Register, shown).await;
        assert!(matches!(late, Err(AccountError::NoCode)), "{late:?}");
    } else {
        assert!(matches!(came, Err(AccountError::NoCode)), "{came:?}");
        assert_eq!(ledger::number(&mut desk.tables().await, "SELECT count(*) FROM account").await, 0);
    }
    desk.finish().await;
}

#[rstest]
#[case::a_moment_before_it_ends(30 * DAY - 1, 1)]
#[case::when_it_ends(30 * DAY, 0)]
#[case::set_back_by_almost_as_much(1 - 30 * DAY, 1)]
#[case::set_back_by_as_much(-30 * DAY, 0)]
#[tokio::test]
async fn a_device_is_shown_as_signed_in_for_as_long_as_it_is(#[case] seconds: i64, #[case] shown: usize) {
    let (desk, moved, accounts) = by_hand().await;
    let (registered, _) = enrols(&accounts, PHONE, PIN, ("Siti Aminah", None)).await;
    moved.store(seconds, Ordering::Relaxed);
    assert_eq!(accounts.sessions(registered.account).await.unwrap().len(), shown);
    desk.finish().await;
}

#[rstest]
#[case::a_moment_too_early(10 * MINUTE - 1, false)]
#[case::ten_minutes_later(10 * MINUTE, true)]
#[case::set_back_a_little(1 - 10 * MINUTE, false)]
#[case::set_back_by_as_much(-10 * MINUTE, true)]
#[case::set_back_by_a_year(-365 * DAY, true)]
#[tokio::test]
async fn five_codes_are_sent_in_ten_minutes_whichever_way_the_clock_jumps(#[case] seconds: i64, #[case] sent: bool) {
    let (desk, moved, accounts) = by_hand().await;
    for _ in 0..5 {
        accounts.code(To::phone(PHONE), Purpose::Register).await.unwrap();
    }
    moved.store(seconds, Ordering::Relaxed);
    for sixth in 0..5 {
        let another = accounts.code(To::phone(PHONE), Purpose::Register).await.map(drop);
        let is_refused = matches!(another, Err(AccountError::TooManyCodes { .. }));
        assert_eq!(is_refused, !sent, "{sixth}: {another:?}");
    }
    let more = accounts.code(To::phone(PHONE), Purpose::Register).await.map(drop);
    assert!(matches!(more, Err(AccountError::TooManyCodes { .. })), "five again, and no more: {more:?}");
    desk.finish().await;
}

#[rstest]
#[case::a_moment_before_it_ends(14 * DAY - 1, true)]
#[case::when_it_ends(14 * DAY, false)]
#[case::set_back_by_almost_as_much(1 - 14 * DAY, true)]
#[case::set_back_by_as_much(-14 * DAY, false)]
#[case::set_back_by_a_year(-365 * DAY, false)]
#[tokio::test]
async fn an_invitation_is_good_for_two_weeks_whichever_way_the_clock_jumps(#[case] seconds: i64, #[case] good: bool) {
    let (desk, moved, accounts) = by_hand().await;
    let siti = desk.named("Siti Aminah").await.id;
    let link = accounts.invite(siti, "hr").await.unwrap().token;
    moved.store(seconds, Ordering::Relaxed);
    let came = accounts.enrol(by_link(&link, "Siti Aminah")).await;
    if good {
        assert_eq!(came.unwrap().0.application, Some(siti));
    } else {
        assert!(matches!(came, Err(AccountError::NoInvitation)), "{came:?}");
    }
    desk.finish().await;
}

/// Her own answer is given once more for ten minutes after a link was used, in both directions.
#[rstest]
#[case::a_moment_before(10 * MINUTE - 1, true)]
#[case::ten_minutes_later(10 * MINUTE, false)]
#[case::set_back_a_little(1 - 10 * MINUTE, true)]
#[case::set_back(-10 * MINUTE, false)]
#[tokio::test]
async fn a_used_invitation_answers_for_ten_minutes_whichever_way_the_clock_jumps(
    #[case] seconds: i64,
    #[case] answers: bool,
) {
    let (desk, moved, accounts) = by_hand().await;
    let link = accounts.invite(desk.named("Siti Aminah").await.id, "hr").await.unwrap().token;
    // Used while it is some days old, so that the link itself is good all the time.
    moved.store(DAY, Ordering::Relaxed);
    let (registered, _) = accounts.enrol(by_link(&link, "Siti Aminah")).await.unwrap();
    moved.fetch_add(seconds, Ordering::Relaxed);
    let came = accounts.enrol(by_link(&link, "Siti Aminah")).await;
    if answers {
        assert_eq!(came.unwrap().0.account, registered.account);
    } else {
        assert!(matches!(came, Err(AccountError::NoInvitation)), "{came:?}");
    }
    desk.finish().await;
}

/// A lockout lasts its minute, and where a clock that was ahead made it, no longer than the longest that there is: for PINs and for codes.
#[rstest]
#[case::a_moment_before_it_ends(MINUTE - 1, true)]
#[case::when_it_ends(MINUTE, false)]
#[case::long_after(365 * DAY, false)]
#[case::set_back_a_moment(-1, true)]
#[case::set_back_by_a_day(-DAY, true)]
#[case::set_back_by_more_than_the_longest_lasts(-2 * DAY, false)]
#[case::set_back_by_a_year(-365 * DAY, false)]
#[tokio::test]
async fn a_lockout_ends_whichever_way_the_clock_jumps(#[case] seconds: i64, #[case] locked: bool) {
    let (desk, moved, accounts) = by_hand().await;
    let pin_hash = accounts_hash().await;
    registers(&desk, Registration { pin_hash: &pin_hash, ..by_code() }).await;
    let sign_in = async |pin: &str| {
        let pin = Pin::parse(pin).unwrap();
        accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code: None }).await.map(drop)
    };
    for _ in 0..5 {
        let wrong = sign_in(WRONG_PIN).await;
        assert!(matches!(wrong, Err(AccountError::WrongPin)), "{wrong:?}");
    }
    let code = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
    for _ in 0..5 {
        let wrong = shows(&accounts, Purpose::Pin, (code.request, other_than(&code.digits))).await;
        assert!(matches!(wrong, Err(AccountError::WrongCode { .. })), "{wrong:?}");
    }
    moved.store(seconds, Ordering::Relaxed);
    let another = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
    let signed_in = sign_in(PIN).await;
    let reset = shows(&accounts, Purpose::Pin, (another.request, &another.digits)).await;
    for came in [signed_in, reset] {
        match came {
            Ok(()) => assert!(!locked),
            Err(AccountError::Locked { .. }) => assert!(locked),
            Err(other) => panic!("{other}"),
        }
    }
    desk.finish().await;
}

/// However often it is used, a session lasts half a year and not longer: also by a clock that goes back all the time.
#[rstest]
#[case::ahead(1)]
#[case::back(-1)]
#[tokio::test]
async fn a_session_that_is_used_all_along_ends_after_half_a_year_whichever_way_the_clock_goes(#[case] way: i64) {
    let (desk, moved, accounts) = by_hand().await;
    let (_, session) = enrols(&accounts, PHONE, PIN, ("Siti Aminah", None)).await;
    let mut token = session.refresh;
    for _ in 0..6 {
        moved.fetch_add(way * 29 * DAY, Ordering::Relaxed);
        token = accounts.refresh(&token).await.unwrap().refresh;
    }
    moved.store(way * (180 * DAY - 1), Ordering::Relaxed);
    token = accounts.refresh(&token).await.unwrap().refresh;
    moved.store(way * 180 * DAY, Ordering::Relaxed);
    let over = accounts.refresh(&token).await;
    assert!(matches!(over, Err(AccountError::Over)), "{over:?}");
    desk.finish().await;
}

/// After a year without her a second fact is asked for, and likewise where all that was heard of her lies more than a year ahead: nobody knows then how old her number
/// is. And she is quiet again when a year has passed since.
#[rstest]
#[case::a_year(365 * DAY, false)]
#[case::a_year_and_a_day(366 * DAY, true)]
#[case::set_back_by_a_day(-DAY, false)]
#[case::set_back_by_a_year(-365 * DAY, false)]
#[case::set_back_by_a_year_and_two_days(-367 * DAY, true)]
#[case::set_back_by_ten_years(-3660 * DAY, true)]
#[tokio::test]
async fn an_account_is_quiet_after_a_year_whichever_way_the_clock_jumps(#[case] seconds: i64, #[case] quiet: bool) {
    let (desk, moved, accounts) = by_hand().await;
    enrols(&accounts, PHONE, PIN, ("Siti Aminah", None)).await;
    let reset = async |pin: &str, birth_date: Option<&str>| {
        let code = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
        let with = NewPin::by(PHONE, (code.request, &code.digits), pin);
        accounts.reset_pin(NewPin { birth_date, ..with }).await
    };
    moved.store(seconds, Ordering::Relaxed);
    let hers = reset(NEW_PIN, None).await;
    assert_eq!(matches!(hers, Err(AccountError::SecondFact)), quiet, "{hers:?}");
    assert_eq!(hers.is_ok(), !quiet, "{hers:?}");
    let session = match hers {
        Ok(session) => session,
        Err(_) => reset(NEW_PIN, Some(BORN)).await.unwrap(),
    };
    accounts.goes_on(session.id, session.account).await.unwrap();
    // Set to what it was: what was heard of her lies ahead by now, or behind, and hides nothing.
    moved.store(0, Ordering::Relaxed);
    reset(PIN, None).await.unwrap();
    // A year after the last that was heard of her.
    moved.store(seconds.max(0) + 366 * DAY, Ordering::Relaxed);
    let late = reset(NEW_PIN, None).await;
    assert!(matches!(late, Err(AccountError::SecondFact)), "{late:?}");
    desk.finish().await;
}

/// However a clock jumps, nothing is good without end, and nothing that is fresh is bad: an answer that is kept under a key, a device's session, that of
/// whoever works here, and the password that she was given. (Hours that the clock was ahead when they were made, and when they are shown.)
#[rstest]
#[case::at_once(0, 0, true)]
#[case::set_back_a_little(0, -1, true)]
#[case::long_after(0, 9_600, false)]
#[case::made_while_it_was_far_ahead(9_600, 0, false)]
#[case::set_back_far(0, -9_600, false)]
#[tokio::test]
async fn what_is_good_for_a_time_is_so_whatever_the_clock_does(
    #[case] made: i64,
    #[case] shown: i64,
    #[case] expected: bool,
) {
    let (clock, ahead) = clock_ahead();
    let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
    let store = desk.store();
    let pin_hash = accounts_hash().await;
    register(store, Registration { pin_hash: &pin_hash, ..by_code() }, Policy::default()).await.unwrap();
    let (accounts, team, pin) = (accounts(store), team(store), Pin::parse(PIN).unwrap());
    ahead.store(made, Ordering::Relaxed);
    answers::keep(store, "k", "an answer").await.unwrap();
    let session = accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code: None }).await.unwrap();
    let welcome = team.add(&"rina".parse().unwrap(), Role::Admin, "owner").await.unwrap();
    let given = Credentials { name: "rina", password: &welcome.password, digits: None, device: "Firefox" };
    let at_work = team.sign_in(given).await.unwrap();
    ahead.store(shown, Ordering::Relaxed);
    let good = [
        answers::kept(store, "k").await.unwrap().is_some(),
        accounts.refresh(&session.refresh).await.is_ok(),
        team.signed_in(&at_work.token).await.is_ok(),
        team.sign_in(given).await.is_ok(),
    ];
    assert_eq!(good, [expected; 4]);
    // What is kept now under the same key is found now.
    answers::keep(store, "k", "another answer").await.unwrap();
    assert!(answers::kept(store, "k").await.unwrap().is_some());
    desk.finish().await;
}
