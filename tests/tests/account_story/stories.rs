//! A candidate registers, and finds the application that is hers already: the design's table, a story a row.
//!
//! Every story ends with `finish`: no promise of the database is broken, whatever happened.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicI64, Ordering},
};

use rstest::rstest;
use satu_core::{
    account::{
        AccountAnswer, AccountError, Accounts, Code, Enrolment, NewPin, Pin, Policy, Proof, Purpose, RegisterError,
        Registered, Registration, SettleError, Shown, SignIn, To, WeakPin, register,
    },
    application::{Application, IdentifierState},
    consent::ConsentVersion,
    credential::{Hasher, Keys},
    id::ApplicationId,
    import::{self, Action, Progress},
    lifecycle::{self, Act, Change, Reason, Stage, Status, SubState},
    linking,
    outreach::{self, Channel, Incoming, Sender},
    staff::{Credentials, Role},
    store::{Store, StoreError, answers},
    time::Clock,
};
use satu_tests::{
    applicants::{Applicant, applicant},
    desk::{Desk, clock_ahead, stands, team},
    engines::{self, Engine},
    ledger,
};

mod attacks;
mod clocks;
mod doors;
mod pre_hijacking;
mod rolled_back;
mod stolen;
mod taken_back;

const PHONE: &str = "+6281234567801";
const OTHER_PHONE: &str = "+6281234567899";
const EMAIL: &str = "siti@example.com";
const DEWIS_EMAIL: &str = "dewi@example.com";
const AMINAHS_EMAIL: &str = "aminah@example.com";

/// A desk on the engine that this module is named for: Siti and Dewi have applied.
async fn desk() -> (Desk, [ApplicationId; 2]) {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    let dewi = applicant("Siti Aminah", "081234567802", DEWIS_EMAIL);
    desk.import("glints", &[siti(), dewi.born("1990-01-02")]).await;
    let people = desk.people().await;
    let with = |email: &str| people.iter().find(|one| one.fields.email.as_deref() == Some(email)).unwrap().id;
    let ids = [with(EMAIL), with(DEWIS_EMAIL)];
    (desk, ids)
}

fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", EMAIL).born("1998-04-12")
}

/// Somebody called Siti registers with Siti's number by a code.
fn by_code() -> Registration<'static> {
    Registration {
        phone: PHONE,
        proof: Proof::Code,
        email: None,
        email_proven: false,
        full_name: "Siti Aminah",
        birth_date: None,
        pin_hash: "$argon2id$",
    }
}

async fn registers(desk: &Desk, registration: Registration<'_>) -> Registered {
    register(desk.store(), registration, Policy::default()).await.unwrap()
}

fn state(one: &Application, value: &str) -> Option<IdentifierState> {
    one.identifiers.iter().find(|identifier| identifier.value == value).map(|identifier| identifier.state)
}

#[rstest]
#[case::without_an_address(None)]
#[case::with_her_own_address(Some(EMAIL))]
#[case::with_an_address_that_nobody_has(Some("baru@example.com"))]
#[tokio::test]
async fn she_finds_the_application_that_her_number_leads_to(#[case] email: Option<&str>) {
    let (desk, [siti, _]) = desk().await;
    let registered = registers(&desk, Registration { email, ..by_code() }).await;
    assert_eq!((registered.application, registered.asked.as_slice()), (Some(siti), [].as_slice()));
    let her = desk.person(siti).await;
    assert_eq!(her.user_id, Some(registered.account.0));
    assert_eq!((her.stage, her.sub_state), (Status::INITIAL.stage, Status::INITIAL.sub_state));
    assert_eq!(desk.people().await.len(), 2, "nobody is made");
    desk.finish().await;
}

#[tokio::test]
async fn an_address_that_leads_to_another_application_is_a_question_to_hr() {
    let (desk, [siti, dewi]) = desk().await;
    let registered = registers(&desk, Registration { email: Some(DEWIS_EMAIL), ..by_code() }).await;
    assert_eq!(registered.application, Some(siti));
    assert_eq!(registered.asked, ["two_applications"]);
    assert_eq!(desk.person(dewi).await.user_id, None, "an address that was typed proves nothing");
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn an_address_that_is_proven_merges_its_application_reversibly() {
    let (desk, [siti, dewi]) = desk().await;
    let both = Registration { email: Some(DEWIS_EMAIL), email_proven: true, ..by_code() };
    let registered = registers(&desk, both).await;
    assert_eq!((registered.application, registered.asked.is_empty()), (Some(siti), true));
    assert_eq!(desk.person(dewi).await.merged_into, Some(siti));
    let said = linking::links(desk.store(), siti).await.unwrap();
    desk.reverse(&said[0]).await.unwrap();
    assert_eq!(desk.person(siti).await.user_id, Some(registered.account.0));
    assert_eq!(desk.person(dewi).await.user_id, None);
    desk.finish().await;
}

#[rstest]
#[case::typed(false, None, &["email_unproven"])]
#[case::proven(true, Some(()), &[])]
#[tokio::test]
async fn an_address_alone_leads_to_an_application_when_it_is_proven(
    #[case] email_proven: bool,
    #[case] linked: Option<()>,
    #[case] asked: &[&str],
) {
    let (desk, [siti, _]) = desk().await;
    let registration = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven, ..by_code() };
    let registered = registers(&desk, registration).await;
    assert_eq!(registered.application, linked.map(|()| siti));
    assert_eq!(registered.asked, asked);
    assert_eq!(desk.people().await.len(), 2, "no second application meanwhile");
    desk.finish().await;
}

#[rstest]
#[case::by_code(false)]
#[case::by_the_applications_own_invitation(true)]
#[tokio::test]
async fn a_clearly_different_name_is_hers_by_invitation_only(#[case] invited: bool) {
    let (desk, [siti, _]) = desk().await;
    let proof = if invited { Proof::Invitation(siti) } else { Proof::Code };
    let registered = registers(&desk, Registration { full_name: "Rina Wulandari", proof, ..by_code() }).await;
    assert_eq!(registered.application, invited.then_some(siti));
    assert_eq!(registered.asked.first().map(String::as_str), (!invited).then_some("another_name"));
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

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

#[tokio::test]
async fn what_is_another_accounts_is_never_linked_again() {
    let (desk, [siti, _]) = desk().await;
    let first = registers(&desk, by_code()).await;
    // Somebody else shows control of Siti's address, with a number of her own.
    let again = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven: true, ..by_code() };
    let second = registers(&desk, again).await;
    assert_eq!((second.application, second.asked.as_slice()), (None, ["taken".to_owned()].as_slice()));
    assert_eq!(desk.person(siti).await.user_id, Some(first.account.0));
    desk.finish().await;
}

/// Siti's application is another account's, which has a number of its own; somebody shows control of the number on it.
#[rstest]
#[case::by_code(false)]
#[case::by_the_applications_own_invitation(true)]
#[tokio::test]
async fn what_her_number_leads_to_is_not_linked_again_either(#[case] invited: bool) {
    let (desk, [siti, _]) = desk().await;
    let by_email = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven: true, ..by_code() };
    let first = registers(&desk, by_email).await;
    assert_eq!(first.application, Some(siti));
    let proof = if invited { Proof::Invitation(siti) } else { Proof::Code };
    let second = registers(&desk, Registration { proof, ..by_code() }).await;
    assert_eq!((second.application, second.asked.as_slice()), (None, ["taken".to_owned()].as_slice()));
    assert_eq!(desk.person(siti).await.user_id, Some(first.account.0));
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn whom_nobody_knows_begins_afresh_and_what_she_only_typed_keys_nobody() {
    let (desk, _) = desk().await;
    let registration =
        Registration { phone: OTHER_PHONE, full_name: "Wayan Sari", email: Some("wayan@example.com"), ..by_code() };
    let registered = registers(&desk, registration).await;
    let her = desk.person(registered.application.unwrap()).await;
    assert_eq!((her.user_id, her.portals()), (Some(registered.account.0), vec!["satu".to_owned()]));
    assert_eq!(state(&her, OTHER_PHONE), Some(IdentifierState::Key));
    assert_eq!(state(&her, "wayan@example.com"), Some(IdentifierState::Contact));
    let later = desk.import("jobstreet", &[applicant("Wayan Sari", "081234567899", "")]).await;
    assert_eq!(desk.outcomes(&later).await, ["match"], "a portal's file finds her");
    let victim = desk.import("indeed", &[applicant("Made Ayu", "081234560000", "wayan@example.com")]).await;
    assert_eq!(desk.outcomes(&victim).await, ["new"], "whose address it is, it still keys her");
    desk.finish().await;
}

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

/// Siti and Rina are on one number, and HR has said what comes of it.
async fn on_one_number(said: Action) -> (Desk, [ApplicationId; 2]) {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    desk.import("jobstreet", &[siti()]).await;
    rina_applies(&desk, said).await;
    let ids = [desk.named("Siti Aminah").await.id, desk.named("Rina Wulandari").await.id];
    (desk, ids)
}

/// Rina comes in a file with Siti's number.
async fn rina_applies(desk: &Desk, said: Action) {
    let batch = desk.import("glints", &[applicant("Rina Wulandari", "081234567801", "")]).await;
    desk.settle(&batch, 2, said).await.unwrap();
}

/// The one question that HR is asked: about which application, and why.
async fn the_question(desk: &Desk) -> (satu_core::id::QuestionId, ApplicationId, String) {
    let asked = accounts(desk.store()).questions(None, 10).await.unwrap();
    let [question] = <[_; 1]>::try_from(asked).unwrap();
    (question.id, question.application, question.why)
}

/// HR answers the one question.
async fn answered(desk: &Desk, answer: AccountAnswer) -> Registered {
    let (question, ..) = the_question(desk).await;
    accounts(desk.store()).answer(question, answer, "hr").await.unwrap()
}

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

/// Somebody registers with Siti's number by the link that was sent to it.
fn by_link<'a>(token: &'a str, full_name: &'a str) -> Enrolment<'a> {
    let shown = Shown::Invitation(token);
    let consent: &ConsentVersion = &CONSENT;
    Enrolment { phone: PHONE, shown, pin: PIN, full_name, birth_date: None, email: None, email_code: None, consent }
}

static CONSENT: LazyLock<ConsentVersion> = LazyLock::new(|| ConsentVersion::parse("2026-11").unwrap());

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

#[tokio::test]
async fn registering_again_gives_the_same_account_and_the_same_answer() {
    let (desk, [siti, _]) = desk().await;
    let first = registers(&desk, by_code()).await;
    let again = registers(&desk, Registration { full_name: "Somebody Else", pin_hash: "other", ..by_code() }).await;
    assert_eq!((again.account, again.application, again.first), (first.account, Some(siti), false));
    let file = &mut desk.tables().await;
    let kept = "SELECT count(*) FROM account WHERE pin_hash = '$argon2id$' AND full_name = 'Siti Aminah'";
    assert_eq!(ledger::number(file, kept).await, 1, "nobody changes her PIN by registering again");
    desk.finish().await;
}

/// The accounts as the API has them; every clone and every other process goes by the same secrets.
fn accounts(store: &satu_core::store::Store) -> Accounts {
    let policy = Policy { new_device_needs_a_code: false, ..Policy::default() };
    satu_tests::desk::accounts(store, policy)
}

const PIN: &str = "482057";

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

async fn accounts_hash() -> String {
    let hasher = Hasher::new(&Keys::new([1; 32], [2; 32]));
    hasher.hash(PIN.as_bytes()).await.unwrap()
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

#[rstest]
#[case::hers(AccountAnswer::Hers)]
#[case::another(AccountAnswer::Another)]
#[tokio::test]
async fn hr_settles_whether_an_application_is_hers(#[case] answer: AccountAnswer) {
    let (desk, [siti, _]) = desk().await;
    let pending = registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    assert_eq!(
        (question.why.as_str(), question.application, question.account),
        ("another_name", siti, pending.account)
    );
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    if answer == AccountAnswer::Hers {
        assert_eq!(settled.application, Some(siti));
    } else {
        let fresh = desk.person(settled.application.unwrap()).await;
        assert_ne!(fresh.id, siti);
        // The number stays Siti's until somebody says otherwise: it is on the fresh one to reach her.
        assert_eq!(state(&fresh, PHONE), Some(IdentifierState::Contact));
        assert_eq!(state(&desk.person(siti).await, PHONE), Some(IdentifierState::Key));
    }
    let again = accounts.answer(question.id, answer, "hr 2").await;
    assert!(matches!(again, Err(SettleError::Answered)), "{again:?}");
    desk.finish().await;
}

#[rstest]
#[case::one_person(AccountAnswer::Hers)]
#[case::two_people(AccountAnswer::Another)]
#[tokio::test]
async fn hr_settles_whether_two_applications_are_one_persons(#[case] answer: AccountAnswer) {
    let (desk, [siti, dewi]) = desk().await;
    registers(&desk, Registration { email: Some(DEWIS_EMAIL), ..by_code() }).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    assert_eq!((question.application, question.other), (siti, Some(dewi)));
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    assert_eq!((settled.application, settled.asked.is_empty()), (Some(siti), true));
    let merged_into = desk.person(dewi).await.merged_into;
    assert_eq!(merged_into, (answer == AccountAnswer::Hers).then_some(siti));
    let apart = linking::apart(desk.store()).await.unwrap();
    assert_eq!(apart.len(), usize::from(answer == AccountAnswer::Another));
    desk.finish().await;
}

#[tokio::test]
async fn what_is_another_accounts_stays_so_whatever_hr_says() {
    let (desk, [siti, _]) = desk().await;
    let first = registers(&desk, by_code()).await;
    let again = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven: true, ..by_code() };
    registers(&desk, again).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let refused = accounts.answer(question.id, AccountAnswer::Hers, "hr").await;
    assert!(matches!(refused, Err(SettleError::Taken)), "{refused:?}");
    assert_eq!(desk.person(siti).await.user_id, Some(first.account.0));
    let settled = accounts.answer(question.id, AccountAnswer::Another, "hr").await.unwrap();
    assert!(settled.application.is_some_and(|fresh| fresh != siti));
    desk.finish().await;
}

#[tokio::test]
async fn a_code_to_the_address_settles_what_was_pending_and_merges_what_is_hers_too() {
    let (desk, [siti, dewi]) = desk().await;
    let registered = registers(&desk, by_code()).await;
    let accounts = accounts(desk.store());
    let code = accounts.code(To::email(DEWIS_EMAIL), Purpose::Email).await.unwrap();
    let wrong = if code.digits == "111222" { "222111" } else { "111222" };
    let refused = accounts.prove_email(registered.account, DEWIS_EMAIL, (code.request, wrong)).await;
    assert!(matches!(refused, Err(AccountError::WrongCode { left: 4 })), "{refused:?}");
    let done = accounts.prove_email(registered.account, DEWIS_EMAIL, (code.request, &code.digits)).await.unwrap();
    assert_eq!((done.application, done.asked.is_empty()), (Some(siti), true));
    assert_eq!(desk.person(dewi).await.merged_into, Some(siti), "both are shown to be hers");
    desk.finish().await;
}

/// Only her address leads to her application: a code to it settles that, at any node.
#[tokio::test]
async fn a_code_to_the_address_settles_what_only_the_address_led_to() {
    let (desk, [siti, _]) = desk().await;
    let pending = registers(&desk, Registration { phone: OTHER_PHONE, email: Some(EMAIL), ..by_code() }).await;
    assert_eq!((pending.application, pending.asked.as_slice()), (None, ["email_unproven".to_owned()].as_slice()));
    let elsewhere = desk.another().await;
    let (here, there) = (accounts(desk.store()), accounts(elsewhere.store()));
    let code = here.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    let done = there.prove_email(pending.account, EMAIL, (code.request, &code.digits)).await.unwrap();
    assert_eq!((done.application, done.asked.is_empty()), (Some(siti), true));
    let her = desk.person(siti).await;
    assert_eq!((her.user_id, state(&her, OTHER_PHONE)), (Some(pending.account.0), Some(IdentifierState::Key)));
    assert!(here.questions(None, 10).await.unwrap().is_empty(), "HR is asked no more");
    assert_eq!(desk.people().await.len(), 2, "no second application");
    desk.finish().await;
}

/// Dewi registers while HR has her merged into Siti by mistake: taken back, her account follows her number.
#[tokio::test]
async fn an_account_follows_its_number_when_a_merge_is_taken_back() {
    let (desk, [siti, dewi]) = desk().await;
    desk.merge_choosing(siti, dewi, &[]).await.unwrap();
    let registered = registers(&desk, Registration { phone: "+6281234567802", ..by_code() }).await;
    assert_eq!(registered.application, Some(siti), "who shows both");
    let said = linking::links(desk.store(), siti).await.unwrap();
    desk.reverse(&said[0]).await.unwrap();
    assert_eq!(desk.person(dewi).await.user_id, Some(registered.account.0));
    assert_eq!(desk.person(siti).await.user_id, None);
    let hers = registers(&desk, by_code()).await;
    assert_eq!(hers.application, Some(siti), "and Siti finds her own");
    desk.finish().await;
}

#[tokio::test]
async fn whom_hr_has_told_apart_no_proof_merges() {
    let (desk, [siti, dewi]) = desk().await;
    desk.tell_apart(siti, dewi).await.unwrap();
    let both = Registration { email: Some(DEWIS_EMAIL), email_proven: true, ..by_code() };
    let registered = registers(&desk, both).await;
    assert_eq!((registered.application, registered.asked.is_empty()), (Some(siti), true));
    assert_eq!(desk.person(dewi).await.merged_into, None);
    desk.finish().await;
}

/// Whoever has gone further in the other application is not set back by a proof: HR is asked.
#[tokio::test]
async fn an_application_that_has_gone_further_is_not_merged_by_itself() {
    let (desk, [siti, dewi]) = desk().await;
    let further = Status { stage: Stage::InTraining, sub_state: SubState::Active };
    stands(desk.store(), dewi, further, "hr").await.unwrap();
    let both = Registration { email: Some(DEWIS_EMAIL), email_proven: true, ..by_code() };
    let registered = registers(&desk, both).await;
    assert_eq!((registered.application, registered.asked), (Some(siti), vec!["two_applications".to_owned()]));
    assert_eq!(desk.person(dewi).await.stage, Stage::InTraining);
    desk.finish().await;
}

/// What a question is about may be merged or gone by the time that it is answered.
#[rstest]
#[case::hers(AccountAnswer::Hers)]
#[case::another(AccountAnswer::Another)]
#[tokio::test]
async fn a_question_is_answered_about_what_is_there_now(#[case] answer: AccountAnswer) {
    let (desk, [siti, dewi]) = desk().await;
    registers(&desk, Registration { email: Some(DEWIS_EMAIL), ..by_code() }).await;
    desk.merge_choosing(siti, dewi, &[]).await.unwrap();
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    assert_eq!((settled.application, settled.asked.is_empty()), (Some(siti), true), "they are one already");
    desk.finish().await;

    let desk = Desk::on(Engine::of_module(module_path!())).await;
    let batch = desk.import("glints", &[self::siti()]).await;
    registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await;
    desk.undo(&batch).await;
    let accounts = self::accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    let fresh = settled.application.expect("what was asked about is gone: a fresh one begins");
    assert_ne!(fresh, question.application);
    assert_eq!(state(&desk.person(fresh).await, PHONE), Some(IdentifierState::Key));
    desk.finish().await;
}

/// HR's answer is about what is there: whoever came meanwhile by another door, with her number, is looked at anew.
#[rstest]
#[case::hers(AccountAnswer::Hers)]
#[case::another(AccountAnswer::Another)]
#[tokio::test]
async fn who_came_with_her_number_since_she_was_asked_about_is_hers(#[case] answer: AccountAnswer) {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    let batch = desk.import("glints", &[siti()]).await;
    let registered = registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await;
    desk.undo(&batch).await;
    desk.import("jobstreet", &[applicant("Rina Wulandari", "081234567801", "")]).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    let hers = desk.named("Rina Wulandari").await;
    assert_eq!((settled.application, hers.user_id), (Some(hers.id), Some(registered.account.0)));
    assert_eq!(desk.people().await.len(), 1);
    desk.finish().await;
}

/// A merge of two whose account was there before is taken back without moving it.
#[tokio::test]
async fn an_account_that_was_there_before_a_merge_stays_when_it_is_taken_back() {
    let (desk, [siti, _]) = desk().await;
    let pending = registers(&desk, Registration { full_name: "Rina Wulandari", ..by_code() }).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let fresh = accounts.answer(question.id, AccountAnswer::Another, "hr").await.unwrap().application.unwrap();
    let said = linking::links(desk.store(), fresh).await.unwrap();
    desk.reverse(&said[0]).await.unwrap();
    let merged = desk.merge_choosing(fresh, siti, &[]).await.unwrap();
    desk.reverse(&merged).await.unwrap();
    assert_eq!(desk.person(fresh).await.user_id, Some(pending.account.0));
    assert_eq!(desk.person(siti).await.user_id, None);
    desk.finish().await;
}

/// Somebody who was merged into another by mistake registers by her address with a new number: parted, both are hers again.
#[tokio::test]
async fn what_was_proven_goes_with_the_application_that_led_to_her() {
    let (desk, [siti, dewi]) = desk().await;
    desk.merge_choosing(siti, dewi, &[]).await.unwrap();
    let registration = Registration { phone: OTHER_PHONE, email: Some(DEWIS_EMAIL), email_proven: true, ..by_code() };
    let registered = registers(&desk, registration).await;
    let said = linking::links(desk.store(), siti).await.unwrap();
    desk.reverse(&said[0]).await.unwrap();
    assert_eq!(desk.person(dewi).await.user_id, Some(registered.account.0));
    assert_eq!(state(&desk.person(dewi).await, OTHER_PHONE), Some(IdentifierState::Key));
    desk.finish().await;
}

/// The import that brought her number is taken back: she has proven that it is hers.
#[tokio::test]
async fn a_number_that_she_proved_outlives_its_import() {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    let first = desk.import("glints", &[siti()]).await;
    desk.import("jobstreet", &[applicant("Siti Aminah", "", EMAIL)]).await;
    let registered = registers(&desk, by_code()).await;
    desk.undo(&first).await;
    assert_eq!(state(&desk.person(registered.application.unwrap()).await, PHONE), Some(IdentifierState::Key));
    let later = desk.import("indeed", &[applicant("Siti Aminah", "081234567801", "")]).await;
    assert_eq!(desk.outcomes(&later).await, ["match"]);
    desk.finish().await;
}

/// A question about two of whom one is gone is answered by that.
#[rstest]
#[case::hers(AccountAnswer::Hers)]
#[case::another(AccountAnswer::Another)]
#[tokio::test]
async fn a_question_about_two_of_whom_one_is_gone_is_answered(#[case] answer: AccountAnswer) {
    let desk = Desk::on(Engine::of_module(module_path!())).await;
    desk.import("glints", &[siti()]).await;
    let other = desk.import("jobstreet", &[applicant("Siti Aminah", "081234567802", DEWIS_EMAIL)]).await;
    let registered = registers(&desk, Registration { email: Some(DEWIS_EMAIL), ..by_code() }).await;
    assert_eq!(registered.asked, ["two_applications"]);
    desk.undo(&other).await;
    let accounts = accounts(desk.store());
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    let settled = accounts.answer(question.id, answer, "hr").await.unwrap();
    assert_eq!((settled.application, settled.asked.is_empty()), (registered.application, true));
    desk.finish().await;
}

/// What she proved keys the application that it was not on: the next file that names it finds her.
#[tokio::test]
async fn what_she_proved_keys_her_application_from_then_on() {
    let (desk, [siti, _]) = desk().await;
    let registration = Registration { phone: OTHER_PHONE, email: Some(EMAIL), email_proven: true, ..by_code() };
    assert_eq!(registers(&desk, registration).await.application, Some(siti));
    assert_eq!(state(&desk.person(siti).await, OTHER_PHONE), Some(IdentifierState::Key));
    let later = desk.import("jobstreet", &[applicant("Siti Aminah", "081234567899", "")]).await;
    assert_eq!(desk.outcomes(&later).await, ["match"]);
    desk.finish().await;
}

/// When HR says that what her number leads to is somebody else's, what her proven address leads to is hers.
#[tokio::test]
async fn who_is_not_the_one_of_her_number_is_the_one_of_her_address() {
    let (desk, [siti, dewi]) = desk().await;
    let both = Registration { full_name: "Rina Wulandari", email: Some(DEWIS_EMAIL), email_proven: true, ..by_code() };
    let registered = registers(&desk, both).await;
    assert_eq!(registered.application, None);
    let accounts = accounts(desk.store());
    for question in accounts.questions(None, 10).await.unwrap() {
        accounts.answer(question.id, AccountAnswer::Another, "hr").await.unwrap();
    }
    // Dewi's application has another name, too: that is asked now.
    let [question] = <[_; 1]>::try_from(accounts.questions(None, 10).await.unwrap()).unwrap();
    assert_eq!((question.application, question.why.as_str()), (dewi, "another_name"));
    let settled = accounts.answer(question.id, AccountAnswer::Hers, "hr").await.unwrap();
    assert_eq!(settled.application, Some(dewi));
    assert_eq!(desk.person(siti).await.user_id, None);
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
