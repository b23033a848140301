//! Those who work here, as what they do is broken off. Rina is signed in on two devices. What the second one holds, and what it is about, is kept beside
//! everything else, so that whoever tries again shows the same.

use satu_core::{
    id::AuditId,
    staff::{Credentials, Deed, SignedIn, StaffError, StaffSession, Team},
    store::answers,
};
use satu_tests::desk::{Desk, team};

use crate::use_cases::{PASSWORD, rina_works_here};

/// What she does, and what is done to her.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    SignOut,
    ChangePassword,
    Reset,
    OfferSecondFactor,
    BeginSecondFactor,
    EndSecondFactor,
    /// It is written what she is about to do.
    Note,
    /// What came of it is added.
    Done,
}

/// What the device holds is kept under this key.
const SENT: &str = "sent";

/// Until what a use case needs is there.
pub async fn world(case: Case, desk: &Desk) {
    rina_works_here(desk).await;
    let team = team(desk.store());
    let elsewhere = Credentials { name: "rina", password: PASSWORD, digits: None, device: "test 2" };
    let StaffSession { token, staff } = team.sign_in(elsewhere).await.unwrap();
    let about = match case {
        Case::BeginSecondFactor => team.offer_second_factor(&staff, PASSWORD).await.unwrap().secret,
        Case::EndSecondFactor => {
            let secret = team.offer_second_factor(&staff, PASSWORD).await.unwrap().secret;
            team.begin_second_factor(&staff, PASSWORD, &digits(&secret, 0)).await.unwrap();
            secret
        }
        Case::Done => {
            let noted = team.note_each(&deeds(&staff)).await.unwrap();
            noted.iter().map(AuditId::to_string).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    };
    answers::keep(desk.store(), SENT, format!("{token} {about}").trim_end()).await.unwrap();
}

/// Does it.
pub async fn run(case: Case, desk: &Desk) -> Result<(), String> {
    let sent = answers::kept(desk.store(), SENT).await.map_err(|error| error.to_string())?.unwrap_or_default();
    let sent: Vec<&str> = sent.split(' ').collect();
    carried_out(case, &team(desk.store()), &sent).await.map_err(|error| error.to_string())
}

async fn carried_out(case: Case, team: &Team, sent: &[&str]) -> Result<(), StaffError> {
    let [token, about @ ..] = sent else { panic!("she is signed in") };
    let rina = team.signed_in(token).await?;
    match (case, about) {
        (Case::SignOut, []) => team.sign_out(rina.id, rina.session).await,
        (Case::ChangePassword, []) => team.change_password(&rina, PASSWORD, "empat kata lain sama sekali").await,
        (Case::Reset, []) => team.reset("rina", "melati").await.map(drop),
        (Case::OfferSecondFactor, []) => team.offer_second_factor(&rina, PASSWORD).await.map(drop),
        (Case::BeginSecondFactor, [secret]) => team.begin_second_factor(&rina, PASSWORD, &digits(secret, 0)).await,
        // Those that it began with were used.
        (Case::EndSecondFactor, [secret]) => team.end_second_factor(&rina, PASSWORD, &digits(secret, 1)).await,
        (Case::Note, []) => team.note_each(&deeds(&rina)).await.map(drop),
        (Case::Done, ids) => {
            let came: Vec<(AuditId, u16)> = ids.iter().map(|id| (id.parse().unwrap(), 200)).collect();
            team.done_each(&came).await
        }
        (other, about) => panic!("{other:?} with {about:?}"),
    }
}

/// Two things that she is about to do.
fn deeds(rina: &SignedIn) -> [Deed<'static>; 2] {
    let action = "POST /v1/imports/{id}/undo";
    let one = Deed { actor: "rina", staff: Some(rina.id), action, target: "/v1/imports/1/undo", request: "1" };
    [one, Deed { target: "/v1/imports/2/undo", ..one }]
}

/// The digits that an app on her phone shows for a secret, so many steps later.
fn digits(secret: &str, later: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap();
    totp_rs::Builder::new().with_secret(secret).build().unwrap().generate(now + later * 30).to_string()
}
