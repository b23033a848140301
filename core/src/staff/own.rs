//! What somebody changes of her own: her password and her second factor. She shows her password again each time: a browser that was left open is not enough.

use super::{
    Done, Password, SignedIn, StaffError, Team,
    totp::{NewSecondFactor, SecondFactor},
};
use crate::{
    credential::attempts,
    id::StaffId,
    store::{self, staff::StaffRow, whole::whole},
};

impl Team {
    /// Changes her password. Every other session of hers ends.
    ///
    /// # Errors
    /// [`StaffError::Wrong`], [`StaffError::Locked`], [`StaffError::Shut`]; [`StaffError::Password`]; the store fails.
    pub async fn change_password(&self, who: &SignedIn, old: &str, new: &str) -> Done<()> {
        let new = Password::choose(new, who.name.as_str())?;
        let found = self.herself(who, old).await?;
        let hash = self.hasher.hash(new.reveal().as_bytes()).await?;
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            if !store::staff::set_password(connection, &found, &hash, false).await? {
                let kept = store::staff::by_id(connection, who.id).await?;
                // An earlier run of this step was kept, though its answer was lost; or somebody was quicker.
                return if kept.is_some_and(|kept| kept.password_hash == hash) {
                    Ok(())
                } else {
                    Err(StaffError::Wrong)
                };
            }
            store::staff_sessions::end(connection, who.id, None, Some(who.session), now).await?;
            attempts::forgive(connection, &self.attempts_of(&who.name)).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// What the app on her phone is told of a second factor that she is about to begin with. It counts once she has shown its digits.
    ///
    /// # Errors
    /// As of [`Team::change_password`].
    pub async fn offer_second_factor(&self, who: &SignedIn, password: &str) -> Done<NewSecondFactor> {
        let found = self.herself(who, password).await?;
        let epoch = found.totp_epoch + 1;
        Ok(SecondFactor::of(&self.keys, who.id, who.name.as_str(), epoch)?.invitation()?)
    }

    /// Begins with the second factor that was offered: she shows its digits.
    ///
    /// # Errors
    /// [`StaffError::WrongDigits`], and as of [`Team::change_password`].
    pub async fn begin_second_factor(&self, who: &SignedIn, password: &str, digits: &str) -> Done<()> {
        let found = self.herself(who, password).await?;
        let now = self.store.clock().micros();
        let epoch = found.totp_epoch + 1;
        let factor = SecondFactor::of(&self.keys, who.id, who.name.as_str(), epoch)?;
        let step = factor.step(digits, now, 0).ok_or(StaffError::WrongDigits)?;
        self.set_second_factor(&found, epoch, Some((now, step))).await
    }

    /// Ends her second factor.
    ///
    /// # Errors
    /// As of [`Team::change_password`].
    pub async fn end_second_factor(&self, who: &SignedIn, password: &str) -> Done<()> {
        let found = self.herself(who, password).await?;
        self.set_second_factor(&found, found.totp_epoch, None).await
    }

    async fn set_second_factor(&self, found: &StaffRow, epoch: i64, since: Option<(i64, i64)>) -> Done<()> {
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            if !store::staff::set_second_factor(connection, found, epoch, since).await? {
                let kept = store::staff::by_id(connection, StaffId(found.id)).await?;
                let kept =
                    kept.is_some_and(|kept| (kept.totp_epoch, kept.totp_since) == (epoch, since.map(|(at, _)| at)));
                return if kept { Ok(()) } else { Err(StaffError::Wrong) };
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Her row, if the password is hers.
    async fn herself(&self, who: &SignedIn, password: &str) -> Done<StaffRow> {
        let found = store::staff::by_id(&mut self.store.read().await?.connection(), who.id).await?;
        let found = self.is_hers(&who.name, password, found).await?;
        // She has shown that it is her: what was counted before is hers to forget.
        whole(|| async {
            let mut tx = self.store.write().await?;
            attempts::forgive(&mut tx.connection(), &self.attempts_of(&who.name)).await?;
            Ok::<_, StaffError>(tx.commit().await?)
        })
        .await?;
        Ok(found)
    }
}
