//! What is counted has a transaction of its own: it stays, though all that was to follow is rolled back; and where it cannot be kept nothing is looked at.

use std::sync::atomic::AtomicBool;

use satu_core::store::watch;

use super::{
    doors::{Attacked, DOORS, Door, MOST_FAILURES, NEW_PIN, is_looked_at, open_to_guesses, other_than, shows},
    *,
};

const DEWIS_PHONE: &str = "+6281234567802";
const SESSIONS: &str = "SELECT count(*) FROM session";
const ACCOUNTS: &str = "SELECT count(*) FROM account";
const LOOKED_AT: &str = "SELECT max(checks) FROM one_time_code";

/// From now on whatever is written fails, but what is counted and what is used up.
fn breaks_every_act_off(store: &Store) {
    const COUNTED: [&str; 4] = ["pin_attempt", "one_time_code", "invitation", "code_budget"];
    watch::watch(store, |sql| {
        let writes = sql.starts_with("INSERT") || sql.starts_with("UPDATE");
        writes && !COUNTED.iter().any(|table| sql.contains(table))
    });
}

fn is_broken_off(came: &Result<(), AccountError>) -> bool {
    matches!(came, Err(AccountError::Store(_) | AccountError::Register(RegisterError::Store(_))))
}

/// A PIN that was looked at is counted at every door, though what follows breaks off and is rolled back; what is right and carried out forgets it.
#[rstest]
#[case::sign_in(Door::SignIn)]
#[case::change(Door::ChangePin)]
#[case::registration_by_code(Door::RegisterByCode)]
#[case::registration_by_invitation(Door::RegisterByInvitation)]
#[case::a_birth_date(Door::ResetByBirthDate)]
#[tokio::test]
async fn a_count_stays_at_every_door_though_the_act_breaks_off(#[case] door: Door) {
    let attacked = Attacked::new().await;
    let accounts = open_to_guesses(attacked.desk.store());
    breaks_every_act_off(attacked.desk.store());
    let right = attacked.at(&accounts, door, &[true, true, true]).await;
    assert!(right.iter().all(is_broken_off), "{right:?}");
    assert_eq!(attacked.number(MOST_FAILURES).await, 3, "nobody is told whether they were right: they are counted");
    let wrong = attacked.at(&accounts, door, &[false]).await;
    assert!(wrong[0].is_err() && is_looked_at(&wrong[0]), "{wrong:?}");
    assert_eq!(attacked.number(MOST_FAILURES).await, 4);
    assert_eq!(attacked.number(SESSIONS).await, 1, "nothing else is kept");
    watch::watch(attacked.desk.store(), |_| false);
    let carried_out = attacked.at(&accounts, door, &[true]).await;
    assert!(carried_out[0].is_ok(), "{carried_out:?}");
    assert_eq!(attacked.number(MOST_FAILURES).await, 0);
    attacked.desk.finish().await;
}

/// What cannot be counted is not looked at: whoever can keep the count from being kept learns nothing of the PIN, at no door.
#[rstest]
#[case::as_it_is_counted(false)]
#[case::as_the_count_is_to_be_kept(true)]
#[tokio::test]
async fn what_cannot_be_counted_is_looked_at_by_no_door(#[case] at_commit: bool) {
    let attacked = Attacked::new().await;
    let accounts = open_to_guesses(attacked.desk.store());
    let counting = AtomicBool::new(false);
    watch::watch(attacked.desk.store(), move |sql| {
        let counts = sql.starts_with("UPDATE") && sql.contains("pin_attempt");
        if counts {
            counting.store(true, Ordering::Relaxed);
        }
        if at_commit { sql == "COMMIT" && counting.swap(false, Ordering::Relaxed) } else { counts }
    });
    for door in DOORS {
        let came = attacked.at(&accounts, door, &[true, false]).await;
        for one in &came {
            assert!(matches!(one, Err(AccountError::Store(_))), "{door:?}: {came:?}");
        }
    }
    watch::watch(attacked.desk.store(), |_| false);
    assert_eq!((attacked.number(MOST_FAILURES).await, attacked.number(SESSIONS).await), (0, 1));
    let hers = attacked.at(&accounts, Door::SignIn, &[true]).await;
    assert!(hers[0].is_ok(), "{hers:?}");
    attacked.desk.finish().await;
}

/// Where a code is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looked {
    Registration,
    /// The code of the address that she registers with.
    AddressOfRegistration,
    NewPin,
    NewDevice,
    Address,
}

/// A code is looked at five times at every door, though each time what it is for breaks off: it is not used up by that, and it is counted.
#[rstest]
#[case::registration(Looked::Registration)]
#[case::the_address_of_a_registration(Looked::AddressOfRegistration)]
#[case::a_new_pin(Looked::NewPin)]
#[case::a_new_device(Looked::NewDevice)]
#[case::an_address(Looked::Address)]
#[tokio::test]
async fn a_look_at_a_code_is_counted_at_every_door_though_the_act_breaks_off(#[case] door: Looked) {
    let (desk, [_, dewi]) = desk().await;
    let pin_hash = accounts_hash().await;
    let siti = registers(&desk, Registration { pin_hash: &pin_hash, ..by_code() }).await.account;
    let accounts = satu_tests::desk::accounts(desk.store(), Policy::default());
    let invitation = accounts.invite(dewi, "hr").await.unwrap().token;
    let (to, purpose) = match door {
        Looked::Registration => (To::phone(OTHER_PHONE), Purpose::Register),
        Looked::NewPin => (To::phone(PHONE), Purpose::Pin),
        Looked::NewDevice => (To::phone(PHONE), Purpose::Device),
        Looked::AddressOfRegistration | Looked::Address => (To::email(DEWIS_EMAIL), Purpose::Email),
    };
    let code = accounts.code(to, purpose).await.unwrap();
    let (accounts, request) = (&accounts, code.request);
    let show = async |digits: &str| -> Result<(), AccountError> {
        match door {
            Looked::Registration => {
                let shown = Shown::Code(request, digits);
                let with = Enrolment { phone: OTHER_PHONE, shown, ..by_link("", "Wayan Sari") };
                accounts.enrol(with).await.map(drop)
            }
            Looked::AddressOfRegistration => {
                let with = Enrolment {
                    phone: DEWIS_PHONE,
                    email: Some(DEWIS_EMAIL),
                    email_code: Some((request, digits)),
                    ..by_link(&invitation, "Siti Aminah")
                };
                accounts.enrol(with).await.map(drop)
            }
            Looked::NewPin | Looked::NewDevice => shows(accounts, purpose, (request, digits)).await,
            Looked::Address => accounts.prove_email(siti, DEWIS_EMAIL, (request, digits)).await.map(drop),
        }
    };
    let counted = async |statement: &'static str| ledger::number(&mut desk.tables().await, statement).await;
    let before = (counted(ACCOUNTS).await, counted(SESSIONS).await);
    breaks_every_act_off(desk.store());
    for looks in 1..=3 {
        let broken_off = show(&code.digits).await;
        assert!(is_broken_off(&broken_off), "{broken_off:?}");
        assert_eq!(counted(LOOKED_AT).await, looks);
    }
    for expected in [1, 0] {
        let wrong = show(other_than(&code.digits)).await;
        assert!(matches!(wrong, Err(AccountError::WrongCode { left }) if left == expected), "{wrong:?}");
    }
    assert_eq!(counted(LOOKED_AT).await, 5);
    watch::watch(desk.store(), |_| false);
    let late = show(&code.digits).await;
    // Her PIN was looked at as often, too, and that door is locked by it.
    let is_too_late = match door {
        Looked::NewDevice => matches!(late, Err(AccountError::Locked { .. })),
        _ => matches!(late, Err(AccountError::NoCode)),
    };
    assert!(is_too_late, "{late:?}");
    assert_eq!(counted("SELECT count(*) FROM one_time_code WHERE spent_at IS NOT NULL").await, 0);
    assert_eq!((counted(ACCOUNTS).await, counted(SESSIONS).await), before);
    // Another code is another chance, of whoever has it.
    if door == Looked::NewPin {
        let another = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
        accounts.reset_pin(NewPin::by(PHONE, (another.request, &another.digits), NEW_PIN)).await.unwrap();
    }
    desk.finish().await;
}
