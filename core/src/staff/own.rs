//! What somebody changes of her own: her password and her second factor. She shows her password again each time: a browser that was left open is not enough.

use super::{
    Done, Password, SignedIn, StaffError, Team, WeakPassword,
    totp::{NewSecondFactor, SecondFactor},
};
use crate::{
    credential::attempts,
    store::{self, staff::StaffRow, whole::whole},
};

impl Team {
    /// Changes her password. Every other session of hers ends, and a second factor that was offered is void.
    ///
    /// # Errors
    /// [`StaffError::Wrong`], [`StaffError::Locked`]; [`StaffError::Password`]; the store fails.
    pub async fn change_password(&self, who: &SignedIn, old: &str, new: &str) -> Done<()> {
        let new = Password::choose(new, who.name.as_str())?;
        if new.reveal() == old {
            return Err(WeakPassword::Same.into());
        }
        let found = self.herself(who, old).await?;
        let hash = self.hasher.hash(new.reveal().as_bytes()).await?;
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            if !store::staff::set_password(connection, &found, &hash, false, now).await? {
                let kept = store::staff::by_id(connection, who.id).await?;
                // An earlier run of this step was kept, though its answer was lost; or somebody was quicker.
                return if kept.is_some_and(|kept| kept.password_hash == hash) {
                    Ok(())
                } else {
                    Err(StaffError::Wrong)
                };
            }
            store::staff_sessions::end(connection, who.id, None, Some(who.session), now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// What the app on her phone is told of a second factor that she is about to begin with: another one each time. It counts once she has shown its
    /// digits; an offer is void when another one is made, or her password is changed.
    ///
    /// # Errors
    /// [`StaffError::HasSecondFactor`], and as of [`Team::change_password`].
    pub async fn offer_second_factor(&self, who: &SignedIn, password: &str) -> Done<NewSecondFactor> {
        let found = self.without_second_factor(who, password).await?;
        let offered = whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let seen = store::staff::by_id(connection, who.id).await?.ok_or(StaffError::Over)?;
            if seen.password_hash != found.password_hash {
                return Err(StaffError::Wrong);
            }
            let offered = store::staff::offer_second_factor(connection, &seen).await?.ok_or(StaffError::Wrong)?;
            tx.commit().await?;
            Ok(offered)
        })
        .await?;
        Ok(SecondFactor::of(&self.keys, who.id, who.name.as_str(), offered)?.invitation()?)
    }

    /// Begins with the second factor that was offered last: she shows its digits. Every other session of hers ends.
    ///
    /// # Errors
    /// [`StaffError::WrongDigits`], [`StaffError::HasSecondFactor`], and as of [`Team::change_password`].
    pub async fn begin_second_factor(&self, who: &SignedIn, password: &str, digits: &str) -> Done<()> {
        let found = self.without_second_factor(who, password).await?;
        let now = self.store.clock().micros();
        let offered = found.totp_offered;
        let factor = SecondFactor::of(&self.keys, who.id, who.name.as_str(), offered)?;
        self.count_digits(who).await?;
        let step = factor.step(digits, now, 0).ok_or(StaffError::WrongDigits)?;
        self.set_second_factor(who, &found, offered, Some((now, step))).await
    }

    /// Ends her second factor: she shows its digits once more. Every other session of hers ends.
    ///
    /// # Errors
    /// [`StaffError::WrongDigits`], [`StaffError::Locked`] after too many of those, and as of [`Team::change_password`].
    pub async fn end_second_factor(&self, who: &SignedIn, password: &str, digits: &str) -> Done<()> {
        let found = self.herself(who, password).await?;
        if found.totp_since.is_none() {
            return Ok(());
        }
        self.count_digits(who).await?;
        self.digits_of(&found, digits)?;
        self.set_second_factor(who, &found, found.totp_epoch, None).await
    }

    async fn set_second_factor(
        &self,
        who: &SignedIn,
        found: &StaffRow,
        epoch: i64,
        since: Option<(i64, i64)>,
    ) -> Done<()> {
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            if !store::staff::set_second_factor(connection, found, epoch, since).await? {
                let kept = store::staff::by_id(connection, who.id).await?;
                let kept =
                    kept.is_some_and(|kept| (kept.totp_epoch, kept.totp_since) == (epoch, since.map(|(at, _)| at)));
                return if kept { Ok(()) } else { Err(StaffError::Wrong) };
            }
            attempts::forgive(connection, &self.digits_tried(who)).await?;
            store::staff_sessions::end(connection, who.id, None, Some(who.session), now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn without_second_factor(&self, who: &SignedIn, password: &str) -> Done<StaffRow> {
        let found = self.herself(who, password).await?;
        if found.totp_since.is_some() { Err(StaffError::HasSecondFactor) } else { Ok(found) }
    }

    /// Her row, if the password is hers. Wrong ones are counted for this session alone: whoever guesses at her name elsewhere keeps her out of nothing here.
    async fn herself(&self, who: &SignedIn, password: &str) -> Done<StaffRow> {
        let found = store::staff::by_id(&mut self.store.read().await?.connection(), who.id).await?;
        let tried = self.keys.hash("staff_session_attempts", &[who.session.0.as_bytes()]);
        let found = self.is_hers(&tried, password, found).await?;
        whole(|| async {
            let mut tx = self.store.write().await?;
            attempts::forgive(&mut tx.connection(), &tried).await?;
            Ok::<_, StaffError>(tx.commit().await?)
        })
        .await?;
        Ok(found)
    }

    /// Counts digits that she shows, before they are looked at, and apart from her passwords: whoever knows the password forgives herself no digits by it, nor by
    /// changing it.
    async fn count_digits(&self, who: &SignedIn) -> Done<()> {
        self.count(&self.digits_tried(who)).await
    }

    fn digits_tried(&self, who: &SignedIn) -> [u8; 32] {
        self.keys.hash("staff_session_digits", &[who.session.0.as_bytes()])
    }
}
