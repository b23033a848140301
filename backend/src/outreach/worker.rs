//! The worker between the outbox and the providers: it claims what is due, hands each message over once, and settles what came of it.
//!
//! As many may run as there are machines: a claim is committed before anything leaves, so no message is in two hands. One that is told to stop claims nothing more
//! and settles what it has in hand; one that is killed leaves messages whose lease runs out, which a person judges.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, future::join_all, stream};
use satu_core::{
    import::Progress,
    outreach::{Channel, Claim, Done, Kept, MessageState, Outgoing, Outreach, OutreachError, Sent},
    time::Clock,
};
use serde::Serialize;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Answer, Approved, Carrier, Carriers, Letter};
use crate::metrics::Messages;

/// Messages that are claimed at once, and are on their way at one time: as many a person is asked about where a worker is killed.
const AT_ONCE: u32 = 8;
/// How long a worker may have a message in hand, in seconds. Past it nobody knows what became of it.
const LEASE: u32 = 300;
/// Microseconds of a lease that must be left when a message is handed over: nothing stands before it but its claim, so a machine that slept meanwhile, or a night that
/// has begun, is seen by it. There is room for an answer, too, which is waited for no longer than a minute.
const LEFT: i64 = (LEASE as i64 - 20) * 1_000_000;
/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(2);
/// What is due within so many microseconds is due by now, to whoever works once.
const SOON: i64 = 1_100_000;
/// How often leases, reminders and campaigns are looked after.
const KEEP_UP: Duration = Duration::from_secs(15);
/// How long is waited after the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// What a worker did, by what became of messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Worked {
    /// The provider took them.
    pub accepted: u64,
    /// They are tried again later.
    pub later: u64,
    /// They will not reach anybody this way.
    pub failed: u64,
    /// Nobody knows: a person judges.
    pub uncertain: u64,
    /// Reminders that were queued.
    pub reminded: u64,
}

impl Worked {
    fn count(&mut self, state: MessageState) {
        match state {
            MessageState::Queued => self.later += 1,
            MessageState::Failed | MessageState::Dropped => self.failed += 1,
            MessageState::Uncertain | MessageState::Sending => self.uncertain += 1,
            _ => self.accepted += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.later += other.later;
        self.failed += other.failed;
        self.uncertain += other.uncertain;
        self.reminded += other.reminded;
    }
}

/// A worker. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Worker {
    outreach: Outreach,
    carriers: Carriers,
    clock: Clock,
    handed: Messages,
    stopping: CancellationToken,
    /// Told when something may be due before it would be looked for.
    wake: Arc<Notify>,
}

impl Worker {
    /// A worker that ends when it is told to stop.
    #[must_use]
    pub fn new(
        outreach: Outreach,
        carriers: Carriers,
        clock: Clock,
        handed: Messages,
        stopping: CancellationToken,
    ) -> Self {
        Self { outreach, carriers, clock, handed, stopping, wake: Arc::default() }
    }

    /// Looks now.
    pub fn wake(&self) {
        self.wake.notify_waiters();
    }

    /// Works until it is told to stop, and settles what it has in hand then.
    pub async fn run(&self) {
        let channels = join_all(self.carriers.iter().map(|carrier| self.attend(carrier)));
        tokio::join!(channels, self.look_after());
    }

    /// Does what is due by now, and no more.
    ///
    /// # Errors
    /// The store fails; there is no link.
    pub async fn once(&self) -> Done<Worked> {
        let mut worked = Worked { reminded: self.keep_up().await?.reminded, ..Worked::default() };
        for carrier in &self.carriers {
            loop {
                let Claim { messages, again_at } = self.claim(carrier.channel()).await?;
                let none = messages.is_empty();
                worked.add(self.hand_over(carrier, messages).await);
                // So many may leave in a second: what is due goes on in the next one.
                let soon = again_at.filter(|at| at - self.clock.micros() <= SOON);
                match soon {
                    _ if self.stopping.is_cancelled() => break,
                    None if none => break,
                    Some(_) if none => self.rest(self.until(soon)).await,
                    _ => {}
                }
            }
        }
        Ok(worked)
    }

    /// Queues what a campaign is to send.
    ///
    /// # Errors
    /// The store fails; it was told to stop.
    pub async fn fill(&self, campaign: satu_core::id::CampaignId) -> Done<()> {
        let progress = Progress::default();
        let filling = self.outreach.fill(campaign, &progress);
        tokio::pin!(filling);
        let done = tokio::select! {
            done = &mut filling => done,
            () = self.stopping.cancelled() => {
                progress.cancel();
                filling.await
            }
        };
        self.wake();
        done.map(drop)
    }

    /// Attends to one channel until it is told to stop.
    async fn attend(&self, carrier: &Arc<dyn Carrier>) {
        while !self.stopping.is_cancelled() {
            let pause = match self.claim(carrier.channel()).await {
                Ok(Claim { messages, again_at }) if messages.is_empty() => self.until(again_at),
                Ok(Claim { messages, .. }) => {
                    let worked = self.hand_over(carrier, messages).await;
                    tracing::debug!(channel = %carrier.channel(), ?worked, "messages were handed over");
                    continue;
                }
                // Nothing can leave until somebody says where the link leads.
                Err(OutreachError::NoLink) => KEEP_UP,
                Err(error) => {
                    tracing::warn!(%error, channel = %carrier.channel(), "messages cannot be claimed");
                    AFTER_FAILURE
                }
            };
            self.rest(pause).await;
        }
    }

    /// How long nothing is due, and no longer than is looked anyway.
    fn until(&self, again_at: Option<i64>) -> Duration {
        let left = again_at.map(|at| u64::try_from(at - self.clock.micros()).unwrap_or(0));
        left.map_or(LOOK, |micros| Duration::from_micros(micros).clamp(Duration::from_millis(20), LOOK))
    }

    /// Waits, unless somebody wakes it.
    async fn rest(&self, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.wake.notified() => {}
            () = self.stopping.cancelled() => {}
        }
    }

    async fn look_after(&self) {
        while !self.stopping.is_cancelled() {
            match self.keep_up().await {
                Ok(kept) if kept == Kept::default() => {}
                Ok(kept) => tracing::info!(?kept, "outreach was looked after"),
                Err(OutreachError::Cancelled) => return,
                Err(error) => tracing::warn!(%error, "outreach cannot be looked after"),
            }
            self.rest(KEEP_UP).await;
        }
    }

    /// Leases, reminders, ends; and what another process began to fill and did not end.
    async fn keep_up(&self) -> Done<Kept> {
        for campaign in self.outreach.filling().await? {
            self.fill(campaign).await?;
        }
        self.outreach.keep_up().await
    }

    async fn claim(&self, channel: Channel) -> Done<Claim> {
        self.outreach.claim(channel, AT_ONCE, LEASE).await
    }

    /// Hands claimed messages over, several at a time, and settles each as soon as it is known.
    async fn hand_over(&self, carrier: &Arc<dyn Carrier>, messages: Vec<Outgoing>) -> Worked {
        let mut worked = Worked::default();
        let mut settled = stream::iter(messages)
            .map(|message| self.hand_over_one(carrier, message))
            .buffer_unordered(AT_ONCE as usize);
        while let Some(state) = settled.next().await {
            worked.count(state);
            self.handed.count(carrier.channel(), state);
        }
        worked
    }

    async fn hand_over_one(&self, carrier: &Arc<dyn Carrier>, message: Outgoing) -> MessageState {
        let (id, lease) = (message.id, message.lease);
        let now = self.clock.micros();
        let answer = if now + LEFT < message.lease_until && !self.outreach.is_quiet(now) {
            carrier.send(&letter(message)).await
        } else {
            // It took too long to come to it: whoever claims it next has it for herself.
            Sent::Kept { code: "late".to_owned() }.into()
        };
        let Answer { sent, retry_after } = answer;
        let retry_after = retry_after.map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX));
        // What the provider said is not to be lost for a store that is away for a moment.
        for _ in 0..5 {
            match self.outreach.settle(id, lease, &sent, retry_after).await {
                Ok(state) => return state,
                Err(OutreachError::Store(error)) => {
                    tracing::warn!(%error, message = %id, "what came of a message cannot be written down yet");
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
                Err(error) => {
                    tracing::error!(%error, message = %id, "what came of a message cannot be written down");
                    break;
                }
            }
        }
        MessageState::Uncertain
    }
}

fn letter(message: Outgoing) -> Letter {
    let approved = message.approved.map(|approved| Approved {
        name: approved.name,
        language: approved.language,
        parameters: approved.parameters,
        copies_code: false,
    });
    Letter {
        reference: message.id.to_string(),
        to: message.phone,
        text: message.text,
        approved,
        valid_seconds: message.valid_seconds,
    }
}
