//! What a candidate does, as it is broken off. What she was sent (a code, a token) is kept beside everything else, so that whoever tries again shows the same.

use satu_core::{
    account::{AccountError, Accounts, Code, Enrolment, NewPin, Pin, Policy, Purpose, Session, Shown, SignIn, To},
    consent::ConsentVersion,
    store::answers,
};
use satu_tests::desk::{Desk, accounts};

use crate::use_cases::named;

/// What she does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    Invite,
    Enrol,
    /// Her number has an account already, and the PIN is its own: she is signed in, with a code that was sent since.
    EnrolAgain,
    EnrolInvited,
    Enter,
    Refresh,
    Leave,
    ChangePin,
    ResetPin,
    ProveEmail,
    Agree,
    Withdraw,
}

impl Case {
    /// Whether doing it again changes nothing at all: what was shown is used up, or the same answer is given once more.
    pub fn is_once(self) -> bool {
        !matches!(self, Self::Invite | Self::Enrol | Self::EnrolAgain | Self::EnrolInvited)
    }

    /// Whether what came before the end is kept where it is broken off, and it goes on from there.
    pub fn goes_on(self) -> bool {
        // The code is used up, whatever follows.
        self == Self::EnrolAgain
    }
}

const PHONE: &str = "+6281234567801";
/// A number that nobody has applied with.
const OTHER: &str = "+6281234567899";
/// Dewi's address: an account that shows it is hers.
const EMAIL: &str = "dewi@example.com";
const PIN: &str = "482057";
const NEW_PIN: &str = "730164";
/// What she was sent is kept under this key.
const SENT: &str = "sent";

fn of(desk: &Desk) -> Accounts {
    accounts(desk.store(), Policy::default())
}

fn version() -> ConsentVersion {
    ConsentVersion::parse("2026-11").unwrap()
}

/// Until what a use case needs is there.
pub async fn world(case: Case, desk: &Desk) {
    let accounts = of(desk);
    let sent = match case {
        Case::Invite => return,
        Case::Enrol => words(&accounts.code(To::phone(PHONE), Purpose::Register).await.unwrap()),
        Case::EnrolAgain => {
            registered(&accounts, PHONE).await;
            words(&accounts.code(To::phone(PHONE), Purpose::Register).await.unwrap())
        }
        Case::EnrolInvited => {
            let siti = named(desk, "Siti Aminah").await.unwrap();
            accounts.invite(siti, "hr").await.unwrap().token
        }
        Case::Enter => {
            registered(&accounts, PHONE).await;
            words(&accounts.code(To::phone(PHONE), Purpose::Device).await.unwrap())
        }
        Case::Refresh => registered(&accounts, PHONE).await.refresh,
        Case::ResetPin => {
            registered(&accounts, PHONE).await;
            words(&accounts.code(To::phone(PHONE), Purpose::Pin).await.unwrap())
        }
        Case::ProveEmail => {
            let session = registered(&accounts, OTHER).await;
            let code = accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
            format!("{} {}", session.account, words(&code))
        }
        Case::Leave | Case::ChangePin | Case::Agree | Case::Withdraw => {
            let session = registered(&accounts, PHONE).await;
            // She is signed in twice, so that one of them can be seen to end.
            let (pin, device) = (Pin::parse(PIN).unwrap(), session.device.as_deref());
            accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device, code: None }).await.unwrap();
            format!("{} {}", session.account, session.id)
        }
    };
    answers::keep(desk.store(), SENT, &sent).await.unwrap();
}

/// Does it.
pub async fn run(case: Case, desk: &Desk) -> Result<(), String> {
    let sent = answers::kept(desk.store(), SENT).await.map_err(|error| error.to_string())?;
    let sent: Vec<&str> = sent.as_deref().unwrap_or_default().split(' ').collect();
    if case == Case::Invite {
        let siti = named(desk, "Siti Aminah").await?;
        return of(desk).invite(siti, "hr").await.map(drop).map_err(|error| error.to_string());
    }
    carried_out(case, &of(desk), &sent).await.map_err(|error| error.to_string())
}

async fn carried_out(case: Case, accounts: &Accounts, sent: &[&str]) -> Result<(), AccountError> {
    let (pin, version) = (Pin::parse(PIN).unwrap(), version());
    match (case, sent) {
        (Case::Enrol | Case::EnrolAgain, [request, digits]) => {
            accounts.enrol(siti(Shown::Code(request.parse().unwrap(), digits), &version)).await.map(drop)
        }
        (Case::EnrolInvited, [token]) => accounts.enrol(siti(Shown::Invitation(token), &version)).await.map(drop),
        (Case::Enter, [request, digits]) => {
            let code = Some((request.parse().unwrap(), *digits));
            accounts.sign_in(SignIn { phone: PHONE, pin: &pin, device: None, code }).await.map(drop)
        }
        (Case::Refresh, [token]) => accounts.refresh(token).await.map(drop),
        (Case::ResetPin, [request, digits]) => {
            accounts.reset_pin(NewPin::by(PHONE, (request.parse().unwrap(), digits), NEW_PIN)).await.map(drop)
        }
        (Case::ProveEmail, [account, request, digits]) => {
            let code = (request.parse().unwrap(), *digits);
            accounts.prove_email(account.parse().unwrap(), EMAIL, code).await.map(drop)
        }
        (Case::Leave, [_, session]) => accounts.sign_out(session.parse().unwrap()).await,
        (Case::ChangePin, [account, session]) => {
            accounts.change_pin(account.parse().unwrap(), session.parse().unwrap(), &pin, NEW_PIN).await
        }
        (Case::Agree, [account, _]) => {
            let newer = ConsentVersion::parse("2026-12").unwrap();
            accounts.consent(account.parse().unwrap(), &newer).await
        }
        (Case::Withdraw, [account, _]) => accounts.withdraw(account.parse().unwrap()).await,
        (other, sent) => panic!("{other:?} with {sent:?}"),
    }
}

fn words(code: &Code) -> String {
    format!("{} {}", code.request, code.digits)
}

fn siti<'a>(shown: Shown<'a>, consent: &'a ConsentVersion) -> Enrolment<'a> {
    Enrolment {
        phone: PHONE,
        shown,
        pin: PIN,
        full_name: "Siti Aminah",
        birth_date: None,
        email: None,
        email_code: None,
        consent,
    }
}

/// Somebody has registered with a number; the one that nobody knows has typed Dewi's address.
async fn registered(accounts: &Accounts, phone: &str) -> Session {
    let code = accounts.code(To::phone(phone), Purpose::Register).await.unwrap();
    let version = version();
    let shown = Shown::Code(code.request, &code.digits);
    let email = (phone == OTHER).then_some(EMAIL);
    let full_name = if phone == OTHER { "Dewi Anggraini" } else { "Siti Aminah" };
    accounts.enrol(Enrolment { phone, email, full_name, ..siti(shown, &version) }).await.unwrap().1
}
