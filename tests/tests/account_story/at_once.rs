//! Many come at one instant, on every node there is: one of them is first, and all are told the same.

use super::*;

/// Fifty clients, each with the code that was sent to one phone, on every node there is: one account, and one answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_taps_with_one_code_there_is_one_account() {
    let (desk, [siti, _]) = desk().await;
    let code = accounts(desk.store()).code(To::phone(PHONE), Purpose::Register).await.unwrap();
    // The same code may be looked at five times until it is used: whoever comes sixth before that is told to ask for another one; none is told of another account.
    let others = [desk.another().await, desk.another().await];
    let mut taps = tokio::task::JoinSet::new();
    for tap in 0..50 {
        let accounts = accounts(others[tap % 2].store());
        let (request, digits) = (code.request, code.digits.clone());
        taps.spawn(async move {
            let with = Enrolment { shown: Shown::Code(request, &digits), ..by_link("", "Siti Aminah") };
            let mut done = accounts.enrol(with).await;
            // Others were quicker too often: she is told to try again, and does.
            for _ in 0..RETRIES {
                if !is_contended(&done) {
                    break;
                }
                done = accounts.enrol(with).await;
            }
            done
        });
    }
    let (mut firsts, mut accounts) = (0, Vec::new());
    while let Some(tap) = taps.join_next().await {
        match tap.unwrap() {
            Ok((registered, _)) => {
                assert_eq!(registered.application, Some(siti));
                firsts += usize::from(registered.first);
                accounts.push(registered.account);
            }
            Err(AccountError::NoCode | AccountError::Locked { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    let file = &mut desk.tables().await;
    assert_eq!(ledger::number(file, "SELECT count(*) FROM account").await, 1);
    assert_eq!(firsts, 1);
    assert!(accounts.iter().all(|one| *one == accounts[0]), "{accounts:?}");
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

/// How often whoever is told to try again does so.
const RETRIES: usize = 10;

/// Whether she is told that others were quicker too often, and to try again: nothing of hers was kept.
fn is_contended<T>(done: &Result<T, AccountError>) -> bool {
    matches!(
        done,
        Err(AccountError::Store(StoreError::Contended(_)) | AccountError::Register(RegisterError::Contended))
    )
}

/// Fifty clients that have each shown a right code, at one instant, on every node there is: one account, and every one of them is told of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_registrations_at_once_there_is_one_account() {
    let (desk, [siti, _]) = desk().await;
    let others = [desk.another().await, desk.another().await];
    let mut taps = tokio::task::JoinSet::new();
    for tap in 0..50 {
        let store = others[tap % 2].store().clone();
        taps.spawn(async move {
            let mut done = register(&store, by_code(), Policy::default()).await;
            // Others were quicker too often: she is told to try again, and does.
            for _ in 0..RETRIES {
                if !matches!(done, Err(RegisterError::Contended)) {
                    break;
                }
                done = register(&store, by_code(), Policy::default()).await;
            }
            done
        });
    }
    let (mut firsts, mut told) = (0, Vec::new());
    while let Some(tap) = taps.join_next().await {
        let registered = tap.unwrap().unwrap();
        firsts += usize::from(registered.first);
        told.push((registered.account, registered.application));
    }
    assert_eq!((firsts, told.len()), (1, 50));
    assert!(told.iter().all(|one| *one == (told[0].0, Some(siti))), "{told:?}");
    assert_eq!(ledger::number(&mut desk.tables().await, "SELECT count(*) FROM account").await, 1);
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

/// Of many who register with one number at the same instant one is first; all have the same answer.
#[rstest]
#[case::known(PHONE)]
#[case::unknown(OTHER_PHONE)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_there_is_one_account(#[case] phone: &'static str) {
    let (desk, _) = desk().await;
    let mut taps = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let elsewhere = desk.another().await;
        taps.spawn(
            async move { register(elsewhere.store(), Registration { phone, ..by_code() }, Policy::default()).await },
        );
    }
    let mut answers = Vec::new();
    while let Some(tap) = taps.join_next().await {
        match tap.unwrap() {
            Ok(registered) => answers.push(registered),
            Err(error) => assert!(matches!(error, RegisterError::Contended), "{error}"),
        }
    }
    let answer = registers(&desk, Registration { phone, ..by_code() }).await;
    assert!(!answer.first);
    assert_eq!(answers.iter().filter(|one| one.first).count(), 1);
    assert!(answers.iter().all(|one| (one.account, one.application) == (answer.account, answer.application)));
    let file = &mut desk.tables().await;
    assert_eq!(ledger::number(file, "SELECT count(*) FROM account").await, 1);
    desk.finish().await;
}

/// An import and a registration of one person at the same instant end as one application.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_an_import_of_her_there_is_one_application() {
    let (desk, _) = desk().await;
    for round in 0..5 {
        let phone = format!("+628139999000{round}");
        let rows = [applicant("Ketut Lestari", &phone, "")];
        let elsewhere = desk.another().await;
        let registration = Registration { phone: &phone, full_name: "Ketut Lestari", ..by_code() };
        let before = desk.people().await.len();
        let draft = desk.draft("jobstreet", &rows).await;
        // Planned before she registered, carried out beside it or after it: planned anew then.
        let unseen = Progress::default();
        let (batch, registered) = tokio::join!(
            import::commit(desk.store(), draft.id, "hr", &unseen),
            register(elsewhere.store(), registration, Policy::default())
        );
        let (batch, registered) = (batch.unwrap(), registered.unwrap());
        assert_eq!(desk.applications_of(&batch).await, [registered.application]);
        assert_eq!(desk.people().await.len(), before + 1);
    }
    desk.finish().await;
}

/// A wrong PIN is counted whatever follows, on every node: twelve at once are looked at five times.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_at_two_desks_are_counted_together() {
    let (desk, _) = desk().await;
    let pin_hash = accounts_hash().await;
    register(desk.store(), Registration { pin_hash: &pin_hash, ..by_code() }, Policy::default()).await.unwrap();
    let others = [desk.another().await, desk.another().await];
    let mut guesses = tokio::task::JoinSet::new();
    for guess in 0..12 {
        let accounts = accounts(others[guess % 2].store());
        guesses.spawn(async move {
            let pin = Pin::parse("730164").unwrap();
            accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code: None }).await.map(drop)
        });
    }
    let mut looked_at = 0;
    while let Some(guess) = guesses.join_next().await {
        match guess.unwrap() {
            Err(AccountError::WrongPin) => looked_at += 1,
            // Turned away, or told to try again since others were quicker too often.
            Err(AccountError::Locked { .. } | AccountError::Store(StoreError::Contended(_))) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!((1..=5).contains(&looked_at), "{looked_at}");
    desk.finish().await;
}

/// A refresh token that is sent twice at the same instant, through two nodes, gives one next token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_goes_on_once_however_often_it_is_asked() {
    let (desk, _) = desk().await;
    let pin_hash = accounts_hash().await;
    register(desk.store(), Registration { pin_hash: &pin_hash, ..by_code() }, Policy::default()).await.unwrap();
    let (one, two) = (accounts(desk.another().await.store()), accounts(desk.another().await.store()));
    let pin = Pin::parse(PIN).unwrap();
    let mut session = one.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code: None }).await.unwrap();
    for _ in 0..5 {
        let (a, b) = tokio::join!(one.refresh(&session.refresh), two.refresh(&session.refresh));
        let (a, b) = (a.unwrap(), b.unwrap());
        assert_eq!((&a.refresh, a.id), (&b.refresh, b.id));
        session = a;
    }
    desk.finish().await;
}

/// A PIN that was replaced while it was looked at begins no session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_of_the_old_pin_does_not_outlive_a_new_one() {
    let (desk, _) = desk().await;
    let pin_hash = accounts_hash().await;
    register(desk.store(), Registration { pin_hash: &pin_hash, ..by_code() }, Policy::default()).await.unwrap();
    let (one, two) = (accounts(desk.another().await.store()), accounts(desk.another().await.store()));
    let mut pins = ["482057", "730164"].into_iter().cycle();
    let mut now = pins.next().unwrap();
    for _ in 0..3 {
        let next = pins.next().unwrap();
        let code = one.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
        let old = Pin::parse(now).unwrap();
        let (reset, stolen) = tokio::join!(
            one.reset_pin(NewPin::by(PHONE, (code.request, &code.digits), next)),
            two.sign_in(SignIn { phone: PHONE, pin: &old, device: None, code: None })
        );
        let hers = reset.unwrap();
        if let Ok(stolen) = stolen {
            let over = one.goes_on(stolen.id, stolen.account).await;
            assert!(matches!(over, Err(AccountError::Over)), "{over:?}");
        }
        one.goes_on(hers.id, hers.account).await.unwrap();
        now = next;
    }
    desk.finish().await;
}
