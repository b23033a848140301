//! What time brings: leases run out, reminders are due, campaigns end.

use super::{Done, Outreach};

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Messages whose worker said nothing in time: their outcome is not known.
    pub uncertain: u64,
    /// Reminders that were queued.
    pub reminded: u64,
    /// Campaigns that are done.
    pub done: u64,
}

impl Outreach {
    /// Does what is due. Whoever does it at the same time does not do it twice. Campaigns that were not filled are [`Outreach::filling`]'s to tell.
    ///
    /// # Errors
    /// The store fails.
    pub async fn keep_up(&self) -> Done<Kept> {
        Ok(Kept { uncertain: self.expire_leases().await?, reminded: self.remind().await?, done: self.finish().await? })
    }

    /// Messages whose lease ran out are uncertain: nothing sends them again by itself. Gives how many.
    ///
    /// # Errors
    /// The store fails.
    pub async fn expire_leases(&self) -> Done<u64> {
        todo!()
    }

    /// Queues the reminders that are due. Gives how many.
    ///
    /// # Errors
    /// The store fails.
    pub async fn remind(&self) -> Done<u64> {
        todo!()
    }

    /// Ends campaigns that have nothing left to send. Gives how many.
    ///
    /// # Errors
    /// The store fails.
    pub async fn finish(&self) -> Done<u64> {
        todo!()
    }
}
