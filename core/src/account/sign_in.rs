//! She signs in, changes her PIN, or chooses a new one. Whichever way a PIN comes, wrong ones are counted together and before the PIN is looked at:
//! however many come at once, and whatever is rolled back, no more are looked at than are counted.

use uuid::Uuid;

use super::{
    AccountError, Accounts, Done, Pin,
    one_time::{Presented, Purpose, To, spend},
    session::{Session, why},
    token,
};
use crate::{
    credential::{Keys, LAST, attempts},
    id::{AccountId, RequestId, SessionId},
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
        let new = self.chosen(new, &found).await?;
        let phone = found.phone.clone();
        let found = self.is_hers(&phone, old, Some(found)).await?;
        let epoch = found.epoch;
        self.replace_pin(&found, &new, epoch, Some(session), None).await.map(drop)
    }

    /// Gives her a new PIN, since a code shows that the number is hers. Every device is signed out and has to show a code again.
    ///
    /// # Errors
    /// [`AccountError::Pin`], with the code still good; what is wrong with the code; [`AccountError::Unknown`]; the store fails.
    pub async fn reset_pin(&self, phone: &str, code: (RequestId, &str), new: &str) -> Done<Session> {
        Pin::choose(new, phone, &[])?;
        let code = Presented { to: To::phone(phone), purpose: Purpose::Pin, request: code.0, digits: code.1 };
        // The number is shown to be hers before anything is said of its account.
        self.check(code).await?;
        let found = store::accounts::by_phone(&mut self.store.read().await?.connection(), phone).await?;
        let Some(found) = found else {
            self.use_up(&[code], None).await?;
            return Err(AccountError::Unknown);
        };
        let new = self.chosen(new, &found).await?;
        let epoch = found.epoch + 1;
        let id = self.replace_pin(&found, &new, epoch, None, Some(code)).await?;
        Ok(self.begun(id, AccountId(found.id), epoch))
    }

    /// A PIN that she chooses for her account: no piece of what is known of her.
    async fn chosen(&self, new: &str, found: &AccountRow) -> Done<Pin> {
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let mut birth_dates = Vec::from_iter(found.birth_date.clone());
        if let Some(application) = store::accounts::application_of(connection, AccountId(found.id)).await? {
            for record in store::applications::by_ids(connection, &[application.0]).await? {
                birth_dates.extend(record.into_fields()?.birth_date);
            }
        }
        let birth_dates: Vec<&str> = birth_dates.iter().map(String::as_str).collect();
        Ok(Pin::choose(new, &found.phone, &birth_dates)?)
    }

    /// Replaces a PIN and ends every session but one; where a code was shown, that is used up, and a session begins: its id.
    async fn replace_pin(
        &self,
        found: &AccountRow,
        new: &Pin,
        epoch: i64,
        but: Option<SessionId>,
        code: Option<Presented<'_>>,
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
            if let Some(code) = code {
                if !spend(connection, code, now).await? {
                    return Err(AccountError::NoCode);
                }
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
