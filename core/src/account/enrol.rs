//! Somebody registers: shows that the number is hers, chooses a PIN, and finds her application.

use super::{
    AccountError, Accounts, Done, Pin, Proof,
    consents::consents,
    one_time::{Presented, Purpose, To},
    register::{Also, RegisterError, Registered, Registration, register_with, registered},
    session::Session,
    take_back::Did,
};
use crate::{
    consent::{self, ConsentSource, ConsentVersion},
    credential::attempts,
    id::{AccountId, LinkId, RequestId, SessionId},
    store::{self, accounts::AccountRow, whole::whole},
};

/// How she shows that the number is hers.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    /// By a code: the request and the digits.
    Code(RequestId, &'a str),
    /// By the token of an invitation.
    Invitation(&'a str),
}

/// What somebody registers with.
#[derive(Clone, Copy)]
pub struct Enrolment<'a> {
    /// Her number in E.164.
    pub phone: &'a str,
    /// How she shows that it is hers.
    pub shown: Shown<'a>,
    /// The PIN that she chooses.
    pub pin: &'a str,
    /// Her name.
    pub full_name: &'a str,
    /// Her birth date, ISO 8601.
    pub birth_date: Option<&'a str>,
    /// Her address in its normal form.
    pub email: Option<&'a str>,
    /// A code that was sent to the address: the request and the digits.
    pub email_code: Option<(RequestId, &'a str)>,
    /// The text by which she consented that her data is processed so that she may be hired. Without, nobody registers.
    pub consent: &'a ConsentVersion,
}

/// What showed that the number is hers, looked at.
struct Proven<'a> {
    proof: Proof,
    /// What is used up with the registration; none where it was used already.
    code: Option<Presented<'a>>,
    invitation: Option<[u8; 32]>,
}

impl Accounts {
    /// Registers somebody and signs her in. Whoever asks again with what she showed and the same PIN (a double tap, an answer that was lost, another
    /// device) has the same account and the same answer.
    ///
    /// # Errors
    /// [`AccountError::Pin`], with the code or the invitation still good; what is wrong with those; [`AccountError::Exists`], counted as a wrong PIN; the
    /// store fails.
    pub async fn enrol(&self, with: Enrolment<'_>) -> Done<(Registered, Session)> {
        let pin = Pin::choose(with.pin, with.phone, with.birth_date.as_slice())?;
        let proven = self.proven(with).await?;
        if let Some(found) = store::accounts::by_phone(&mut self.store.read().await?.connection(), with.phone).await? {
            let codes = Vec::from_iter(proven.code);
            return self.enrolled(with, &pin, found, (proven.proof, &codes, proven.invitation)).await;
        }
        // What was used up has made an account, and there is none.
        if proven.code.is_none() && proven.invitation.is_none() {
            return Err(AccountError::NoCode);
        }
        let email_code = match (with.email, with.email_code) {
            (Some(email), Some((request, digits))) => {
                let code = Presented { to: To::email(email), purpose: Purpose::Email, request, digits };
                self.check(code).await?;
                Some(code)
            }
            _ => None,
        };
        let (pin_hash, session) = (self.hasher.hash(pin.reveal()).await?, SessionId::mint());
        let registration = Registration {
            phone: with.phone,
            proof: proven.proof,
            email: with.email,
            email_proven: email_code.is_some(),
            full_name: with.full_name,
            birth_date: with.birth_date,
            pin_hash: &pin_hash,
        };
        let also = Also {
            codes: proven.code.into_iter().chain(email_code).collect(),
            invitation: proven.invitation,
            session: Some(session),
            attempts: Some(self.attempts_of(with.phone)),
            consent: Some((consent::recipient(&self.keys, with.phone), with.consent)),
            pin: Some(&pin),
        };
        match register_with(&self.store, registration, self.policy, &also).await {
            Ok(done) if done.first => {
                let session = self.begun(session, done.account, 0);
                Ok((done, session))
            }
            // Somebody registered with the number a moment ago: herself, with another tap.
            Ok(_) | Err(RegisterError::Spent) => {
                let found = store::accounts::by_phone(&mut self.store.read().await?.connection(), with.phone).await?;
                let found = found.ok_or(AccountError::NoCode)?;
                self.enrolled(with, &pin, found, (proven.proof, &also.codes, proven.invitation)).await
            }
            // Told as a PIN that is weak by itself; nothing of it was kept, so what she showed is good still.
            Err(RegisterError::Pin(weak)) => Err(weak.into()),
            Err(error) => Err(error.into()),
        }
    }

    async fn proven<'a>(&self, with: Enrolment<'a>) -> Done<Proven<'a>> {
        match with.shown {
            Shown::Code(request, digits) => {
                let code = Presented { to: To::phone(with.phone), purpose: Purpose::Register, request, digits };
                let fresh = self.look(code).await?;
                Ok(Proven { proof: Proof::Code, code: fresh.then_some(code), invitation: None })
            }
            Shown::Invitation(token) => {
                let invited = self.invited(token, with.phone).await?;
                let invitation = (!invited.used).then_some(invited.hash);
                Ok(Proven { proof: invited.proof, code: None, invitation })
            }
        }
    }

    /// The number has an account: hers, if the PIN is. What showed that the number is hers is used up whether it is or not. An invitation settles whose its
    /// application is where that is asked; one that was used a moment ago, too: the answer may have been lost before it was done.
    async fn enrolled(
        &self,
        with: Enrolment<'_>,
        pin: &Pin,
        found: AccountRow,
        (proof, codes, invitation): (Proof, &[Presented<'_>], Option<[u8; 32]>),
    ) -> Done<(Registered, Session)> {
        self.use_up(codes, invitation).await?;
        let found = self.is_hers(with.phone, pin, Some(found)).await.map_err(|error| match error {
            AccountError::WrongPin => AccountError::Exists,
            other => other,
        })?;
        let (id, account, now) = (SessionId::mint(), AccountId(found.id), self.store.clock().micros());
        let event = LinkId::mint();
        let done = whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            // A PIN that was replaced since it was looked at begins no session.
            if !store::accounts::hold(connection, &found).await? {
                return Err(AccountError::Exists);
            }
            attempts::forgive(connection, &self.attempts_of(with.phone)).await?;
            self.begin_session(connection, id, account, now).await?;
            let recipient = consent::recipient(&self.keys, with.phone);
            consents(connection, &recipient, account, with.consent, ConsentSource::Registration, now).await?;
            if matches!(proof, Proof::Invitation(_))
                && store::accounts::application_of(connection, account).await?.is_none()
                && let Some(row) = store::accounts::by_id(connection, account).await?
            {
                self.reconsider(connection, &row, proof, event, now, &mut Did::default()).await?;
            }
            let done = registered(connection, account).await?;
            tx.commit().await?;
            Ok::<_, AccountError>(done)
        })
        .await?;
        Ok((done, self.begun(id, account, found.epoch)))
    }
}
