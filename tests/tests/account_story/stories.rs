//! A candidate registers, and finds the application that is hers already. The stories stand in chapters; here is what they have in common.
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

mod at_once;
mod attacks;
mod clocks;
mod codes;
mod doors;
mod families;
mod invitations;
mod merges;
mod pre_hijacking;
mod quiet;
mod rolled_back;
mod settled;
mod stolen;
mod table;
mod taken_back;

const PHONE: &str = "+6281234567801";
const OTHER_PHONE: &str = "+6281234567899";
const EMAIL: &str = "siti@example.com";
const DEWIS_EMAIL: &str = "dewi@example.com";
const AMINAHS_EMAIL: &str = "aminah@example.com";
const PIN: &str = "482057";

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

/// The accounts as the API has them; every clone and every other process goes by the same secrets.
fn accounts(store: &satu_core::store::Store) -> Accounts {
    let policy = Policy { new_device_needs_a_code: false, ..Policy::default() };
    satu_tests::desk::accounts(store, policy)
}

async fn accounts_hash() -> String {
    let hasher = Hasher::new(&Keys::new([1; 32], [2; 32]));
    hasher.hash(PIN.as_bytes()).await.unwrap()
}

/// Somebody registers with Siti's number by the link that was sent to it.
fn by_link<'a>(token: &'a str, full_name: &'a str) -> Enrolment<'a> {
    let shown = Shown::Invitation(token);
    let consent: &ConsentVersion = &CONSENT;
    Enrolment { phone: PHONE, shown, pin: PIN, full_name, birth_date: None, email: None, email_code: None, consent }
}

static CONSENT: LazyLock<ConsentVersion> = LazyLock::new(|| ConsentVersion::parse("2026-11").unwrap());

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
