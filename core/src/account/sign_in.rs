//! She signs in, changes her PIN, or chooses a new one. Whichever way a PIN comes, wrong ones are counted together and before the PIN is looked at:
//! however many come at once, and whatever is rolled back, no more are looked at than are counted.

use uuid::Uuid;

use super::{
    AccountError, Accounts, Done, Pin,
    alive::{heard, quiet_days},
    one_time::{Presented, Purpose, To, spend},
    session::{Session, why},
    token,
};
use crate::{
    credential::{Keys, LAST, attempts},
    id::{AccountId, ApplicationId, RequestId, SessionId},
    identity::IdentifierKind,
    store::{self, accounts::AccountRow, connection::Connection, whole::whole},
};

/// What she signs in with.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// Her number in E.164.
    pub phone: &'a str,
    /// Her PIN.
    pub pin: &'a Pin,
    /// What the device was given when she signed in on it before.
    pub device: Option<&'a str>,
    /// A code that was sent to the number: the request and the digits.
    pub code: Option<(RequestId, &'a str)>,
}

/// What she chooses a new PIN with.
#[derive(Clone, Copy)]
pub struct NewPin<'a> {
    /// Her number in E.164.
    pub phone: &'a str,
    /// A code that was sent to it: the request and the digits.
    pub code: (RequestId, &'a str),
    /// The PIN that she chooses.
    pub pin: &'a str,
    /// Her birth date, ISO 8601: looked at where nothing was heard of her for long.
    pub birth_date: Option<&'a str>,
    /// Instead of that her address in its normal form, and a code that was sent to it.
    pub email: Option<(&'a str, (RequestId, &'a str))>,
}

impl<'a> NewPin<'a> {
    /// With what suffices where she was heard of.
    #[must_use]
    pub const fn by(phone: &'a str, code: (RequestId, &'a str), pin: &'a str) -> Self {
        Self { phone, code, pin, birth_date: None, email: None }
    }
}

impl Accounts {
    /// Signs her in.
    ///
    /// # Errors
    /// [`AccountError::Unknown`], after the same time as [`AccountError::WrongPin`]; [`AccountError::Locked`], [`AccountError::Shut`];
    /// [`AccountError::NewDevice`] where the PIN is right, and what is wrong with the code; the store fails.
    pub async fn sign_in(&self, with: SignIn<'_>) -> Done<Session> {
        let found = store::accounts::by_phone(&mut self.store.read().await?.connection(), with.phone).await?;
        let found = self.is_hers(with.phone, with.pin, found).await?;
        let account = AccountId(found.id);
        let is_known = with.device.is_some_and(|device| token::is_device(&self.keys, account, found.epoch, device));
        let code = with.code.map(|(request, digits)| Presented {
            to: To::phone(with.phone),
            purpose: Purpose::Device,
            request,
            digits,
        });
        let needed = !is_known && self.policy.new_device_needs_a_code;
        match code {
            None if needed => return Err(AccountError::NewDevice),
            Some(code) if needed => self.check(code).await?,
            _ => {}
        }
        let (id, now) = (SessionId::mint(), self.store.clock().micros());
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            if store::sessions::get(connection, id).await?.is_some() {
                return Ok(());
            }
            // A PIN that was replaced since it was looked at begins no session.
            if !store::accounts::hold(connection, &found).await? {
                return Err(AccountError::WrongPin);
            }
            // One that is not needed is used up, too, and is not looked at.
            if let Some(code) = code
                && !spend(connection, code, now).await?
                && needed
            {
                return Err(AccountError::NoCode);
            }
            attempts::forgive(connection, &self.attempts_of(with.phone)).await?;
            self.begin_session(connection, id, account, now).await?;
            Ok(tx.commit().await?)
        })
        .await?;
        let session = self.begun(id, account, found.epoch);
        Ok(Session { device: session.device.filter(|_| !is_known), ..session })
    }

    /// Changes her PIN: she knows the old one. Every other device is signed out.
    ///
    /// # Errors
    /// As of [`Accounts::sign_in`]; [`AccountError::Pin`]: the new one may not be chosen.
    pub async fn change_pin(&self, account: AccountId, session: SessionId, old: &Pin, new: &str) -> Done<()> {
        let found = store::accounts::by_id(&mut self.store.read().await?.connection(), account).await?;
        let found = found.ok_or(AccountError::Unknown)?;
        let phone = found.phone.clone();
        // First: what is refused of a new one tells pieces of her birth date, which whoever has a device of hers and not her PIN must not ask for.
        let found = self.is_hers(&phone, old, Some(found)).await?;
        let new = self.chosen(new, &found).await?;
        let epoch = found.epoch;
        self.replace_pin(&found, &new, epoch, Some(session), &[]).await.map(drop)
    }

    /// Gives her a new PIN, since a code shows that the number is hers. Every device is signed out and has to show a code again; an address that was proven
    /// before is hers to prove again, unless a code to it is shown here, too: whoever proved it may have had her number before her.
    ///
    /// # Errors
    /// [`AccountError::Pin`], with the code still good; what is wrong with the code; [`AccountError::SecondFact`]; [`AccountError::Unknown`]; the store fails.
    pub async fn reset_pin(&self, with: NewPin<'_>) -> Done<Session> {
        let NewPin { phone, pin, .. } = with;
        Pin::choose(pin, phone, with.birth_date.as_slice())?;
        let code = Presented { to: To::phone(phone), purpose: Purpose::Pin, request: with.code.0, digits: with.code.1 };
        // The number is shown to be hers before anything is said of its account.
        self.check(code).await?;
        let found = store::accounts::by_phone(&mut self.store.read().await?.connection(), phone).await?;
        let Some(found) = found else {
            self.use_up(&[code], None).await?;
            return Err(AccountError::Unknown);
        };
        // Before anything is said of the PIN, which her birth date decides, too.
        let second = if self.is_quiet(&found).await? { self.second_fact(with, &found, code).await? } else { None };
        let new = self.chosen(pin, &found).await?;
        let codes: Vec<Presented<'_>> = std::iter::once(code).chain(second).collect();
        let epoch = found.epoch + 1;
        let id = self.replace_pin(&found, &new, epoch, None, &codes).await?;
        Ok(self.begun(id, AccountId(found.id), epoch))
    }

    /// Whether nothing was heard of her for so long that her number may be somebody else's by now: neither was she signed in, nor did her application go on.
    async fn is_quiet(&self, found: &AccountRow) -> Done<bool> {
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let account = AccountId(found.id);
        let of_her = match store::accounts::application_of(connection, account).await? {
            Some(application) => {
                let group = store::merged::group(connection, application).await?;
                heard(connection, &group).await?
            }
            None => Vec::new(),
        };
        let devices = store::sessions::ever_of(connection, account).await?;
        let of_devices = devices.iter().map(|device| device.rotated_at);
        let quiet = quiet_days(of_devices.chain(of_her).chain([found.created_at]), self.store.clock().micros());
        Ok(self.policy.is_long(quiet.unwrap_or_default()))
    }

    /// What else shows that she is the one whose account it is: her birth date, or a code to the address that she proved, which is to be used up.
    async fn second_fact<'a>(
        &self,
        with: NewPin<'a>,
        found: &AccountRow,
        code: Presented<'_>,
    ) -> Done<Option<Presented<'a>>> {
        if let Some((email, (request, digits))) = with.email
            && found.email_proven_at.is_some()
            && found.email.as_deref() == Some(email)
        {
            let shown = Presented { to: To::email(email), purpose: Purpose::Email, request, digits };
            self.check(shown).await?;
            return Ok(Some(shown));
        }
        let Some(born) = with.birth_date else { return Err(AccountError::SecondFact) };
        // A birth date is guessed like a PIN, and counted with those.
        match self.count_attempt(&self.attempts_of(with.phone)).await {
            Err(AccountError::Shut) => return Err(AccountError::SecondFact),
            counted => counted?,
        }
        if self.birth_dates(found).await?.iter().any(|known| known == born) {
            return Ok(None);
        }
        self.use_up(&[code], None).await?;
        Err(AccountError::SecondFact)
    }

    /// A PIN that she chooses for her account: no piece of what is known of her.
    async fn chosen(&self, new: &str, found: &AccountRow) -> Done<Pin> {
        let pin = Pin::parse(new)?;
        pin.fits(&found.phone, &self.birth_dates(found).await?)?;
        Ok(pin)
    }

    /// When she was born, as she said and as stands in her application.
    async fn birth_dates(&self, found: &AccountRow) -> Done<Vec<String>> {
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let mut birth_dates = Vec::from_iter(found.birth_date.clone());
        if let Some(application) = store::accounts::application_of(connection, AccountId(found.id)).await? {
            birth_dates.extend(born(connection, application).await?);
        }
        Ok(birth_dates)
    }

    /// Replaces a PIN and ends every session but one; where codes were shown, they are used up, and a session begins: its id.
    async fn replace_pin(
        &self,
        found: &AccountRow,
        new: &Pin,
        epoch: i64,
        but: Option<SessionId>,
        codes: &[Presented<'_>],
    ) -> Done<SessionId> {
        let pin_hash = self.hasher.hash(new.reveal()).await?;
        let (id, now, account) = (SessionId::mint(), self.store.clock().micros(), AccountId(found.id));
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            if !store::accounts::set_pin(connection, found, &pin_hash, epoch).await? {
                let kept = store::accounts::by_id(connection, account).await?;
                // An earlier run of this step was kept, though its answer was lost; or somebody was quicker.
                return if kept.is_some_and(|kept| kept.pin_hash == pin_hash) {
                    Ok(())
                } else {
                    Err(AccountError::NoCode)
                };
            }
            store::sessions::end_all(connection, account, but, why::PIN, now).await?;
            // A link that was sent before is no way around the new PIN.
            let invited_to = invited_to(connection, account).await?;
            store::invitations::void(connection, &invited_to, &found.phone).await?;
            attempts::forgive(connection, &self.attempts_of(&found.phone)).await?;
            if !codes.is_empty() && !codes.iter().any(|code| code.to.kind == IdentifierKind::Email) {
                store::accounts::doubt_email(connection, account).await?;
            }
            for code in codes {
                if !spend(connection, *code, now).await? {
                    return Err(AccountError::NoCode);
                }
            }
            if !codes.is_empty() {
                self.begin_session(connection, id, account, now).await?;
            }
            Ok(tx.commit().await?)
        })
        .await?;
        Ok(id)
    }

    /// The account of a number, if the PIN is hers. Counted before it is looked at; the same for a number that nobody has.
    pub(super) async fn is_hers(&self, phone: &str, pin: &Pin, found: Option<AccountRow>) -> Done<AccountRow> {
        // Whoever finds no place is counted for nothing.
        let place = self.hasher.place()?;
        self.count_attempt(&self.attempts_of(phone)).await?;
        let right =
            self.hasher.verify_at(place, pin.reveal(), found.as_ref().map(|found| found.pin_hash.as_str())).await?;
        match found {
            None if self.policy.hide_unknown => Err(AccountError::WrongPin),
            None => Err(AccountError::Unknown),
            Some(found) if right => Ok(found),
            Some(_) => Err(AccountError::WrongPin),
        }
    }

    /// Counts a PIN that somebody tries, unless too many were wrong.
    async fn count_attempt(&self, hash: &[u8; 32]) -> Done<()> {
        whole(|| async {
            let mut tx = self.store.write().await?;
            attempts::count(&mut tx.connection(), self.store.clock(), hash, LAST).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    pub(super) fn attempts_of(&self, phone: &str) -> [u8; 32] {
        tried(&self.keys, phone)
    }
}

/// When she was born, as stands in an application.
pub(super) async fn born(connection: &mut Connection<'_>, application: ApplicationId) -> store::Result<Vec<String>> {
    let mut birth_dates = Vec::new();
    for record in store::applications::by_ids(connection, &[application.0]).await? {
        birth_dates.extend(record.into_fields()?.birth_date);
    }
    Ok(birth_dates)
}

/// The applications by whose invitations somebody may have come to her account: hers, what was merged into it, and what may be hers.
async fn invited_to(connection: &mut Connection<'_>, account: AccountId) -> store::Result<Vec<Uuid>> {
    let hers = store::accounts::application_of(connection, account).await?;
    let asked = store::accounts::questions_of(connection, account).await?;
    let shown: Vec<Uuid> =
        hers.map(|id| id.0).into_iter().chain(asked.into_iter().map(|one| one.application_id)).collect();
    let merged = store::merged::merged_into(connection, &shown).await?;
    Ok(shown.into_iter().chain(merged.into_keys()).collect())
}

/// What wrong PINs of a number are counted by.
pub(crate) fn tried(keys: &Keys, phone: &str) -> [u8; 32] {
    keys.hash("attempts", &[phone.as_bytes()])
}
