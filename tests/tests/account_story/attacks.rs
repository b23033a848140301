//! Whoever guesses at somebody's PIN or codes spreads it over every door that looks at one: what is counted is hers, and not the door's.

use satu_core::credential::LAST;

use super::{
    doors::{Attacked, BORN, DOORS, Door, MOST_FAILURES, NEW_PIN, is_looked_at, open_to_guesses, other_than, shows},
    *,
};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
/// A number that nobody has.
const THIRD_PHONE: &str = "+6281200567803";

/// One guess at each door, through two nodes: from then on neither a wrong one nor the right one is looked at anywhere.
#[tokio::test]
async fn guesses_spread_over_every_door_are_stopped_by_one_counter() {
    let attacked = Attacked::new().await;
    let nodes = [
        open_to_guesses(attacked.desk.another().await.store()),
        open_to_guesses(attacked.desk.another().await.store()),
    ];
    let mut looked_at = 0;
    for (turn, door) in DOORS.into_iter().enumerate() {
        let came = attacked.at(&nodes[turn % 2], door, &[false]).await;
        assert!(came[0].is_err(), "{door:?}: {came:?}");
        looked_at += came.iter().filter(|one| is_looked_at(one)).count();
    }
    for (turn, door) in DOORS.into_iter().enumerate() {
        let came = attacked.at(&nodes[(turn + 1) % 2], door, &[false, true]).await;
        for one in &came {
            assert!(matches!(one, Err(AccountError::Locked { after_seconds: 60 })), "{door:?}: {came:?}");
        }
        looked_at += came.iter().filter(|one| is_looked_at(one)).count();
    }
    assert_eq!(looked_at, 5, "as many as are forgiven before the first lockout");
    assert_eq!(attacked.number(MOST_FAILURES).await, 5, "who is turned away is not counted");
    assert_eq!(attacked.number("SELECT count(*) FROM pin_attempt WHERE failures > 0").await, 1, "there is one counter");
    assert_eq!(attacked.number("SELECT count(*) FROM session").await, 1, "nobody has come in");
    // Her own PIN opens again when the minute is over.
    attacked.moved.store(MINUTE, Ordering::Relaxed);
    let hers = attacked.at(&nodes[0], Door::SignIn, &[true]).await;
    assert!(hers[0].is_ok(), "{hers:?}");
    assert_eq!(attacked.number(MOST_FAILURES).await, 0);
    attacked.desk.finish().await;
}

/// Whoever has the patience to wait out every lockout, at one door after the other, has a hundred guesses in all: then no door looks at any.
#[tokio::test]
async fn whoever_waits_out_every_lockout_has_a_hundred_guesses_at_all_doors_together() {
    const PATIENT: [Door; 4] = [Door::SignIn, Door::ChangePin, Door::RegisterByCode, Door::ResetByBirthDate];
    let attacked = Attacked::new().await;
    let accounts = open_to_guesses(attacked.desk.store());
    for (door, guess) in PATIENT.into_iter().cycle().zip(1..=i64::from(LAST)) {
        let came = attacked.at(&accounts, door, &[false]).await;
        assert!(came[0].is_err() && is_looked_at(&came[0]), "{door:?}, guess {guess}: {came:?}");
        assert_eq!(attacked.number(MOST_FAILURES).await, guess, "{door:?}");
        attacked.moved.fetch_add(DAY, Ordering::Relaxed);
    }
    for door in PATIENT {
        let right = attacked.at(&accounts, door, &[true]).await;
        let is_shut = match door {
            // A birth date is no way around: what else she may show is asked for.
            Door::ResetByBirthDate => matches!(right[0], Err(AccountError::SecondFact)),
            _ => matches!(right[0], Err(AccountError::Shut)),
        };
        assert!(is_shut, "{door:?}: {right:?}");
    }
    assert_eq!(attacked.number(MOST_FAILURES).await, i64::from(LAST));
    // She herself, who is heard of, has the number.
    let hers = satu_tests::desk::accounts(attacked.desk.store(), Policy::default());
    let code = hers.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
    hers.reset_pin(NewPin::by(PHONE, (code.request, &code.digits), NEW_PIN)).await.unwrap();
    assert_eq!(attacked.number(MOST_FAILURES).await, 0);
    attacked.desk.finish().await;
}

/// Wrong codes to one number are counted together over all that they are for, and over every one that is sent.
#[tokio::test]
async fn wrong_codes_to_one_number_are_counted_together_whatever_they_are_for() {
    let (clock, moved) = satu_tests::desk::clock_by_hand();
    let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
    let pin_hash = accounts_hash().await;
    registers(&desk, Registration { pin_hash: &pin_hash, ..by_code() }).await;
    let accounts = satu_tests::desk::accounts(desk.store(), Policy::default());
    let (mut looked_at, mut sent) = (0, None);
    for (purpose, times) in [(Purpose::Pin, 2), (Purpose::Device, 2), (Purpose::Register, 1)] {
        let code = accounts.code(To::phone(PHONE), purpose).await.unwrap();
        for _ in 0..times {
            let wrong = shows(&accounts, purpose, (code.request, other_than(&code.digits))).await;
            assert!(matches!(wrong, Err(AccountError::WrongCode { .. })), "{purpose}: {wrong:?}");
            looked_at += 1;
        }
        sent = Some((purpose, code));
    }
    assert_eq!(looked_at, 5, "as many as are forgiven before the first lockout");
    // The right one of each is not looked at.
    for purpose in [Purpose::Register, Purpose::Device, Purpose::Pin] {
        let before = sent.take().filter(|(one, _)| *one == purpose);
        let code = match before {
            Some((_, code)) => code,
            None => accounts.code(To::phone(PHONE), purpose).await.unwrap(),
        };
        let right = shows(&accounts, purpose, (code.request, &code.digits)).await;
        assert!(matches!(right, Err(AccountError::Locked { .. })), "{purpose}: {right:?}");
        sent = Some((purpose, code));
    }
    assert_eq!(ledger::number(&mut desk.tables().await, MOST_FAILURES).await, 5);
    moved.store(MINUTE, Ordering::Relaxed);
    let (purpose, code) = sent.unwrap();
    shows(&accounts, purpose, (code.request, &code.digits)).await.unwrap();
    desk.finish().await;
}

/// Wrong codes to one address are counted together, too: to prove it for an account of one's own, to register with it, and as the second fact of somebody
/// else's.
#[tokio::test]
async fn wrong_codes_to_one_address_are_counted_together_at_every_door() {
    let (clock, moved) = satu_tests::desk::clock_by_hand();
    let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
    let pin_hash = accounts_hash().await;
    let hers = Registration { email: Some(EMAIL), email_proven: true, birth_date: Some(BORN), ..by_code() };
    registers(&desk, Registration { pin_hash: &pin_hash, ..hers }).await;
    let thief = Registration { phone: OTHER_PHONE, full_name: "Rina Wulandari", pin_hash: &pin_hash, ..by_code() };
    let thief = registers(&desk, thief).await.account;
    let accounts = open_to_guesses(desk.store());
    let to_her = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    let to_third = accounts.code(To::phone(THIRD_PHONE), Purpose::Register).await.unwrap();
    let to_siti = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
    let (accounts, third, siti) = (&accounts, &to_third, &to_siti);
    let shows = async |door: usize, digits: &str| -> Result<(), AccountError> {
        let shown = (to_her.request, digits);
        match door {
            0 => accounts.prove_email(thief, EMAIL, shown).await.map(drop),
            1 => {
                let with = Enrolment {
                    phone: THIRD_PHONE,
                    shown: Shown::Code(third.request, &third.digits),
                    email: Some(EMAIL),
                    email_code: Some(shown),
                    ..by_link("", "Wayan Sari")
                };
                accounts.enrol(with).await.map(drop)
            }
            _ => {
                let with = NewPin::by(PHONE, (siti.request, &siti.digits), NEW_PIN);
                accounts.reset_pin(NewPin { email: Some((EMAIL, shown)), ..with }).await.map(drop)
            }
        }
    };
    for (door, expected) in [0, 1, 2, 0, 1].into_iter().zip((0..5).rev()) {
        let wrong = shows(door, other_than(&to_her.digits)).await;
        assert!(matches!(wrong, Err(AccountError::WrongCode { left }) if left == expected), "{door}: {wrong:?}");
    }
    for door in 0..3 {
        let right = shows(door, &to_her.digits).await;
        assert!(matches!(right, Err(AccountError::Locked { .. })), "{door}: {right:?}");
    }
    // The code was looked at as often as one is: the right one comes too late.
    moved.store(MINUTE, Ordering::Relaxed);
    let late = shows(0, &to_her.digits).await;
    assert!(matches!(late, Err(AccountError::NoCode)), "{late:?}");
    assert_eq!(ledger::number(&mut desk.tables().await, "SELECT count(*) FROM account").await, 2);
    desk.finish().await;
}

/// A right code shown where one for something else is looked at opens nothing, and is good where it belongs.
#[tokio::test]
async fn a_code_opens_the_door_that_it_is_for_alone() {
    const OF_A_NUMBER: [Purpose; 3] = [Purpose::Register, Purpose::Device, Purpose::Pin];
    let (desk, _) = desk().await;
    let pin_hash = accounts_hash().await;
    registers(&desk, Registration { pin_hash: &pin_hash, ..by_code() }).await;
    let accounts = satu_tests::desk::accounts(desk.store(), Policy::default());
    // The last one is used for another PIN.
    for purpose in OF_A_NUMBER {
        let code = accounts.code(To::phone(PHONE), purpose).await.unwrap();
        for other in OF_A_NUMBER.into_iter().filter(|other| *other != purpose) {
            let refused = shows(&accounts, other, (code.request, &code.digits)).await;
            assert!(matches!(refused, Err(AccountError::NoCode)), "{purpose} for {other}: {refused:?}");
        }
        let looked_at = ledger::number(&mut desk.tables().await, "SELECT max(checks) FROM one_time_code").await;
        assert_eq!(looked_at, 0, "{purpose}");
        shows(&accounts, purpose, (code.request, &code.digits)).await.unwrap();
    }
    desk.finish().await;
}
