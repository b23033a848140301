//! Somebody has copied a refresh token. Nobody can tell the thief from its owner: whoever comes second ends the session for both.

use satu_core::account::Session;
use satu_tests::desk::clock_by_hand;

use super::*;

const HOUR: i64 = 3600;

/// A desk whose clock is moved by seconds, and Siti, who is signed in on two devices.
async fn signed_in() -> (Desk, Arc<AtomicI64>, [Session; 2]) {
    let (clock, moved) = clock_by_hand();
    let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
    let pin_hash = accounts_hash().await;
    registers(&desk, Registration { pin_hash: &pin_hash, ..by_code() }).await;
    let (accounts, pin) = (accounts(desk.store()), Pin::parse(PIN).unwrap());
    let sign_in = || accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code: None });
    let sessions = [sign_in().await.unwrap(), sign_in().await.unwrap()];
    (desk, moved, sessions)
}

fn is_over<T>(came: &Result<T, AccountError>) -> bool {
    matches!(came, Err(AccountError::Over))
}

/// Whoever is first goes on, once or for long; the other one comes with the token that was copied. Each has a node of her own.
#[rstest]
#[case::the_thief_goes_on_and_then_its_owner_comes(1, "its owner comes second")]
#[case::its_owner_goes_on_and_then_the_thief_comes(1, "the thief comes second")]
#[case::the_thief_goes_on_for_long(6, "its owner comes second")]
#[case::its_owner_goes_on_for_long(6, "the thief comes second")]
#[tokio::test]
async fn a_stolen_refresh_token_ends_the_session_for_whoever_has_it(#[case] goes_on: usize, #[case] told: &str) {
    let (desk, moved, [copied, elsewhere]) = signed_in().await;
    let (first, second) = (accounts(desk.another().await.store()), accounts(desk.another().await.store()));
    let mut tokens = vec![copied.refresh.clone()];
    for _ in 0..goes_on {
        moved.fetch_add(HOUR, Ordering::Relaxed);
        let next = first.refresh(tokens.last().unwrap()).await.unwrap();
        assert_eq!((next.id, next.account), (copied.id, copied.account));
        assert!(!tokens.contains(&next.refresh), "{told}: each is another one");
        tokens.push(next.refresh);
    }
    moved.fetch_add(HOUR, Ordering::Relaxed);
    let reused = second.refresh(&copied.refresh).await;
    assert!(matches!(reused, Err(AccountError::Reused)), "{told}: {reused:?}");
    // Every token of the session is dead, for both and at both nodes, also the newest; what is told of it does not change.
    for accounts in [&first, &second] {
        for token in tokens.iter().rev() {
            let over = accounts.refresh(token).await;
            assert!(is_over(&over), "{told}: {over:?}");
        }
        let over = accounts.goes_on(copied.id, copied.account).await;
        assert!(is_over(&over), "{told}: an access token that is good for minutes: {over:?}");
    }
    let file = &mut desk.tables().await;
    assert_eq!(ledger::number(file, "SELECT count(*) FROM session WHERE ended_why = 'reused'").await, 1, "{told}");
    // Her other device is hers, and she signs in again on this one.
    first.goes_on(elsewhere.id, elsewhere.account).await.unwrap();
    second.refresh(&elsewhere.refresh).await.unwrap();
    let going_on = second.sessions(copied.account).await.unwrap();
    assert_eq!(going_on.iter().map(|one| one.id).collect::<Vec<_>>(), [elsewhere.id]);
    desk.finish().await;
}

/// For half a minute the token before is answered as it was, since its answer may have been lost: with the same token, so that there are never two that go on.
/// After that, or by a clock that was set back further, it is a copy.
#[rstest]
#[case::at_once(0, true)]
#[case::at_the_end_of_half_a_minute(30, true)]
#[case::after_it(31, false)]
#[case::much_later(20 * 24 * HOUR, false)]
#[case::the_clock_was_set_back_a_little(-30, true)]
#[case::the_clock_was_set_back(-31, false)]
#[tokio::test]
async fn a_token_that_comes_again_is_answered_alike_for_half_a_minute_alone(
    #[case] seconds: i64,
    #[case] answered: bool,
) {
    let (desk, moved, [session, _]) = signed_in().await;
    let (one, two) = (accounts(desk.another().await.store()), accounts(desk.another().await.store()));
    let next = one.refresh(&session.refresh).await.unwrap();
    moved.store(seconds, Ordering::Relaxed);
    let again = two.refresh(&session.refresh).await;
    if answered {
        assert_eq!(again.unwrap().refresh, next.refresh);
        one.refresh(&next.refresh).await.unwrap();
    } else {
        assert!(matches!(again, Err(AccountError::Reused)), "{again:?}");
        let over = one.refresh(&next.refresh).await;
        assert!(is_over(&over), "{over:?}");
    }
    desk.finish().await;
}

/// What is older than the one before is no lost answer, however soon it comes.
#[tokio::test]
async fn a_token_that_is_older_than_the_one_before_ends_the_session_at_once() {
    let (desk, _, [session, _]) = signed_in().await;
    let accounts = accounts(desk.store());
    let second = accounts.refresh(&session.refresh).await.unwrap();
    let third = accounts.refresh(&second.refresh).await.unwrap();
    let reused = accounts.refresh(&session.refresh).await;
    assert!(matches!(reused, Err(AccountError::Reused)), "{reused:?}");
    let over = accounts.refresh(&third.refresh).await;
    assert!(is_over(&over), "{over:?}");
    desk.finish().await;
}
