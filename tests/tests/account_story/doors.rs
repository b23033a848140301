//! The doors at which a PIN or a code is looked at, each with all that opens it but what is guessed. Whoever adds a door adds it here.

use satu_core::{
    account::Session,
    id::{AccountId, RequestId, SessionId},
};
use satu_tests::desk::clock_by_hand;

use super::*;

/// When Siti was born, as she and her application say.
pub(super) const BORN: &str = "1998-04-12";
/// A PIN that nobody has: what is guessed.
pub(super) const WRONG_PIN: &str = "730164";
/// What is chosen where a PIN is replaced.
pub(super) const NEW_PIN: &str = "905173";

/// A door that looks at a PIN, or at what is counted like one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    SignIn,
    ChangePin,
    /// Over the account that is there already.
    RegisterByCode,
    /// Likewise, by a link that was sent before.
    RegisterByInvitation,
    /// A new PIN for an account that was quiet: her birth date is looked at.
    ResetByBirthDate,
}

pub(super) const DOORS: [Door; 5] =
    [Door::SignIn, Door::ChangePin, Door::RegisterByCode, Door::RegisterByInvitation, Door::ResetByBirthDate];

/// Accounts by rules under which every door is open to guesses: a second fact is asked for at once, and a new device shows no code.
pub(super) fn open_to_guesses(store: &Store) -> Accounts {
    let policy = Policy { recycled_after_days: -1, new_device_needs_a_code: false, ..Policy::default() };
    satu_tests::desk::accounts(store, policy)
}

/// Siti's account, and all that opens a door to it but her PIN and her birth date: her unlocked device, her messages, a link that she has not used.
pub(super) struct Attacked {
    pub(super) desk: Desk,
    /// How many seconds the clock is ahead.
    pub(super) moved: Arc<AtomicI64>,
    account: AccountId,
    session: SessionId,
    invitation: String,
}

impl Attacked {
    pub(super) async fn new() -> Self {
        let (clock, moved) = clock_by_hand();
        let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
        desk.import("glints", &[siti()]).await;
        let (siti, accounts) = (desk.named("Siti Aminah").await.id, open_to_guesses(desk.store()));
        let (used, unused) = (accounts.invite(siti, "hr").await.unwrap(), accounts.invite(siti, "hr").await.unwrap());
        let with = Enrolment { birth_date: Some(BORN), ..by_link(&used.token, "Siti Aminah") };
        let (registered, session) = accounts.enrol(with).await.unwrap();
        assert_eq!(registered.application, Some(siti));
        Self { desk, moved, account: registered.account, session: session.id, invitation: unused.token }
    }

    /// What comes of guesses at a door, right ones and wrong ones, one after the other. Where the door takes a code it is a right one that was just sent.
    pub(super) async fn at(&self, accounts: &Accounts, door: Door, guesses: &[bool]) -> Vec<Result<(), AccountError>> {
        let purpose = match door {
            Door::RegisterByCode => Some(Purpose::Register),
            Door::ResetByBirthDate => Some(Purpose::Pin),
            Door::SignIn | Door::ChangePin | Door::RegisterByInvitation => None,
        };
        let sent = match purpose {
            Some(purpose) => Some(accounts.code(To::phone(PHONE), purpose).await.unwrap()),
            None => None,
        };
        let mut came = Vec::new();
        for right in guesses {
            came.push(self.guess(accounts, door, sent.as_ref(), *right).await);
        }
        came
    }

    async fn guess(
        &self,
        accounts: &Accounts,
        door: Door,
        sent: Option<&Code>,
        right: bool,
    ) -> Result<(), AccountError> {
        let (text, born) = if right { (PIN, BORN) } else { (WRONG_PIN, "1998-04-13") };
        let pin = Pin::parse(text).unwrap();
        let code = || sent.map(|code| (code.request, code.digits.as_str())).unwrap();
        match door {
            Door::SignIn => {
                accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code: None }).await.map(drop)
            }
            Door::ChangePin => accounts.change_pin(self.account, self.session, &pin, NEW_PIN).await,
            Door::RegisterByCode => {
                let shown = Shown::Code(code().0, code().1);
                accounts.enrol(Enrolment { shown, pin: text, ..by_link("", "Siti Aminah") }).await.map(drop)
            }
            Door::RegisterByInvitation => {
                let with = by_link(&self.invitation, "Siti Aminah");
                accounts.enrol(Enrolment { pin: text, ..with }).await.map(drop)
            }
            Door::ResetByBirthDate => {
                let with = NewPin::by(PHONE, code(), NEW_PIN);
                accounts.reset_pin(NewPin { birth_date: Some(born), ..with }).await.map(drop)
            }
        }
    }

    /// The one number that a statement gives.
    pub(super) async fn number(&self, statement: &'static str) -> i64 {
        ledger::number(&mut self.desk.tables().await, statement).await
    }
}

/// Whether a guess was looked at, and not turned away before.
pub(super) fn is_looked_at(came: &Result<(), AccountError>) -> bool {
    match came {
        Ok(()) | Err(AccountError::WrongPin | AccountError::Exists | AccountError::SecondFact) => true,
        Err(AccountError::Locked { .. } | AccountError::Shut) => false,
        Err(other) => panic!("{other}"),
    }
}

/// What the most guesses in a row are counted to.
pub(super) const MOST_FAILURES: &str = "SELECT coalesce(max(failures), 0) FROM pin_attempt";

/// Other digits than those that were sent.
pub(super) fn other_than(digits: &str) -> &'static str {
    if digits == "111222" { "222111" } else { "111222" }
}

/// Siti shows a code of her number, with her right PIN, where one for that purpose is looked at.
pub(super) async fn shows(
    accounts: &Accounts,
    purpose: Purpose,
    (request, digits): (RequestId, &str),
) -> Result<(), AccountError> {
    let pin = Pin::parse(PIN).unwrap();
    match purpose {
        Purpose::Register => {
            let shown = Shown::Code(request, digits);
            accounts.enrol(Enrolment { shown, ..by_link("", "Siti Aminah") }).await.map(drop)
        }
        Purpose::Pin => accounts.reset_pin(NewPin::by(PHONE, (request, digits), NEW_PIN)).await.map(drop),
        Purpose::Device => {
            let code = Some((request, digits));
            accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code }).await.map(drop)
        }
        Purpose::Email => panic!("a number has none"),
    }
}

/// Somebody registers with a number by a code that is sent to it, and has typed an address or none.
pub(super) async fn enrols(
    accounts: &Accounts,
    phone: &str,
    pin: &str,
    (full_name, email): (&str, Option<&str>),
) -> (Registered, Session) {
    let code = accounts.code(To::phone(phone), Purpose::Register).await.unwrap();
    let shown = Shown::Code(code.request, &code.digits);
    accounts.enrol(Enrolment { phone, shown, pin, email, ..by_link("", full_name) }).await.unwrap()
}

/// The same with an address that a code has proven.
pub(super) async fn enrols_with_proven(
    accounts: &Accounts,
    phone: &str,
    (full_name, email): (&str, &str),
) -> (Registered, Session) {
    let code = accounts.code(To::phone(phone), Purpose::Register).await.unwrap();
    let to_her = accounts.code(To::email(email), Purpose::Email).await.unwrap();
    let shown = Shown::Code(code.request, &code.digits);
    let email_code = Some((to_her.request, to_her.digits.as_str()));
    let with = Enrolment { phone, shown, email: Some(email), email_code, ..by_link("", full_name) };
    accounts.enrol(with).await.unwrap()
}
