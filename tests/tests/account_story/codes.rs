//! Codes: how many are sent in a day, and that one which was right is used up.

use super::*;

/// A clock that stands at noon of a day, and moves on by whole days.
fn at_noon() -> (Clock, Arc<AtomicI64>) {
    let days = Arc::new(AtomicI64::new(20_000));
    let of_clock = Arc::clone(&days);
    let noon = move || {
        jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24 * of_clock.load(Ordering::Relaxed) + 12)
    };
    (Clock::from_fn(noon), days)
}

/// Messages cost money: so many in a day, whoever sends them and to whom; what is refused costs nothing.
#[tokio::test]
async fn the_codes_of_a_day_are_a_budget_of_all_who_send() {
    let (clock, days) = at_noon();
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    let policy = Policy { codes_a_day: 6, codes_a_day_to_a_block: 4, ..Policy::default() };
    let keys = Keys::new([1; 32], [2; 32]);
    // Two programs on one database.
    let open = async |url: &str| Store::open(url, clock.clone()).await.unwrap();
    let stores = [open(desk.url()).await, open(&engines::elsewhere(desk.url(), 1)).await];
    let [one, other] =
        [0, 1].map(|which| Accounts::new(stores[which].clone(), keys.clone(), Hasher::new(&keys), policy));
    let to = async |accounts: &Accounts, phone: &str| accounts.code(To::phone(phone), Purpose::Register).await;
    let spent = |sent: Result<Code, AccountError>| match sent {
        Err(AccountError::NoBudget { of_the_block, after_seconds }) => (of_the_block, after_seconds),
        other => panic!("{other:?}"),
    };
    // A block is numbers that differ in their last four digits: of eight at once four are sent to it.
    let phones: Vec<String> = (0..8).map(|last| format!("+628123456{last:04}")).collect();
    let at_once = phones.iter().zip([&one, &other].into_iter().cycle()).map(|(phone, accounts)| to(accounts, phone));
    let sent = futures_util::future::join_all(at_once).await;
    assert_eq!(sent.iter().filter(|sent| sent.is_ok()).count(), 4, "{sent:?}");
    for refused in sent.into_iter().filter(Result::is_err) {
        assert_eq!(spent(refused), (true, 12 * 3600));
    }
    // Two are left for everybody else; what was refused has cost nothing.
    for phone in ["+6281334560001", "+6281434560001"] {
        to(&other, phone).await.unwrap();
    }
    assert_eq!(spent(to(&one, "+6281534560001").await), (false, 12 * 3600));
    // What goes to an address is another budget.
    one.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    // The next day is another day.
    days.fetch_add(1, Ordering::Relaxed);
    to(&one, "+6281534560001").await.unwrap();
    // And a day that comes again, since the clock is set back, has its budget and no more.
    days.fetch_sub(1, Ordering::Relaxed);
    for block in 0..6 {
        to(&one, &format!("+62817345{block}0001")).await.unwrap();
    }
    assert_eq!(spent(to(&other, "+6281934560001").await), (false, 12 * 3600));
    for store in stores {
        store.close().await;
    }
    desk.finish().await;
}

/// A code that was right is used up whatever comes of it; what could not be carried out at all leaves it as it is.
#[tokio::test]
async fn a_right_code_is_used_up_on_every_path() {
    let (desk, _) = desk().await;
    let (accounts, pin) = (accounts(desk.store()), Pin::parse(PIN).unwrap());
    let spent = async || {
        let sql = "SELECT count(*) FROM one_time_code WHERE spent_at IS NOT NULL";
        ledger::number(&mut desk.tables().await, sql).await
    };
    // Of a number that nobody has.
    let code = accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap();
    let weak = accounts.reset_pin(NewPin::by(PHONE, (code.request, &code.digits), "112233")).await.map(drop);
    assert!(matches!(weak, Err(AccountError::Pin(_))), "{weak:?}");
    assert_eq!(spent().await, 0, "she chooses another one");
    let unknown = accounts.reset_pin(NewPin::by(PHONE, (code.request, &code.digits), PIN)).await.map(drop);
    assert!(matches!(unknown, Err(AccountError::Unknown)), "{unknown:?}");
    assert_eq!(spent().await, 1);
    let again = accounts.reset_pin(NewPin::by(PHONE, (code.request, &code.digits), PIN)).await.map(drop);
    assert!(matches!(again, Err(AccountError::NoCode)), "{again:?}");
    // Where none is needed.
    let pin_hash = accounts_hash().await;
    registers(&desk, Registration { pin_hash: &pin_hash, ..by_code() }).await;
    let code = accounts.code(To::phone(PHONE), Purpose::Device).await.unwrap();
    assert_eq!(spent().await, 0);
    let shown = Some((code.request, code.digits.as_str()));
    accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code: shown }).await.unwrap();
    assert_eq!(spent().await, 1);
    // One that is for something else is not: it answers nothing here.
    let code = accounts.code(To::phone(PHONE), Purpose::Register).await.unwrap();
    let shown = Some((code.request, code.digits.as_str()));
    accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code: shown }).await.unwrap();
    assert_eq!(spent().await, 0);
    // Of a number that has an account of another PIN, which is told of what is hers for as long as an answer may have been lost.
    let with = Enrolment { shown: Shown::Code(code.request, &code.digits), ..by_link("", "Siti Aminah") };
    let exists = accounts.enrol(Enrolment { pin: "730164", ..with }).await.map(drop);
    assert!(matches!(exists, Err(AccountError::Exists)), "{exists:?}");
    assert_eq!(spent().await, 1);
    accounts.enrol(with).await.unwrap();
    desk.finish().await;
}

/// And on a device that is known, where another one had to show a code.
#[tokio::test]
async fn a_code_that_a_known_device_shows_is_used_up() {
    let (desk, _) = desk().await;
    let (accounts, pin) = (satu_tests::desk::accounts(desk.store(), Policy::default()), Pin::parse(PIN).unwrap());
    let pin_hash = accounts_hash().await;
    registers(&desk, Registration { pin_hash: &pin_hash, ..by_code() }).await;
    let sign_in = async |device: Option<&str>, code: &Code| {
        let code = Some((code.request, code.digits.as_str()));
        accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device, code }).await
    };
    let code = accounts.code(To::phone(PHONE), Purpose::Device).await.unwrap();
    let session = sign_in(None, &code).await.unwrap();
    let device = session.device.as_deref();
    let code = accounts.code(To::phone(PHONE), Purpose::Device).await.unwrap();
    sign_in(device, &code).await.unwrap();
    let stolen = sign_in(None, &code).await.map(drop);
    assert!(matches!(stolen, Err(AccountError::NoCode)), "{stolen:?}");
    sign_in(device, &code).await.unwrap();
    desk.finish().await;
}
