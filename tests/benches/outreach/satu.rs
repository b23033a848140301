//! The product's own queue and worker, without a limit: a provider that takes as many as come.

use std::io::Write as _;
use std::time::Instant;

use satu_backend::metrics::Metrics;
use satu_backend::outreach::Worker;
use satu_core::application::Filter;
use satu_core::credential::Keys;
use satu_core::id::CampaignId;
use satu_core::import::Progress;
use satu_core::outreach::{Audience, Language, Limits, NewCampaign, Outreach, Policy, Quiet};
use satu_core::store::Store;
use satu_core::time::Clock;
use tokio_util::sync::CancellationToken;

use super::common::Failure;
use super::{CHANNEL, told};

/// Queues a campaign for everybody who is there and works through it, and prints the seconds of each.
pub(super) fn child() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (config, carrier) = told()?;
        let store = Store::open(&config.database, Clock::system()).await?;
        let limits = Limits { a_second: u32::MAX, ..Limits::of(CHANNEL) };
        let policy = Policy { quiet: Quiet::NEVER, limits: [(CHANNEL, limits)].into(), ..config.outreach.policy(14) };
        let outreach = Outreach::new(store.clone(), Keys::new([1; 32], [2; 32]), policy);
        let texts = outreach.templates().await?;
        let text = texts.into_iter().find(|one| one.name == "undangan" && one.language == Language::Indonesian);
        let new = NewCampaign {
            name: "Undangan".to_owned(),
            audience: Audience::Filter(Filter::default()),
            template: text.ok_or("no text is shipped")?.id,
            reminder_template: None,
            channel: CHANNEL,
            fallback: None,
            starts_at: None,
            remind_after_days: None,
            reminders: 0,
        };
        let began = Instant::now();
        let id = outreach.start(CampaignId::mint(), &new, "hr").await?.id;
        let queued = outreach.fill(id, &Progress::default()).await?.counts.queued;
        let queued_s = began.elapsed().as_secs_f64();
        let stopping = CancellationToken::new();
        let worker =
            Worker::new(outreach.clone(), vec![carrier], Clock::system(), Metrics::default().messages(), stopping);
        let began = Instant::now();
        worker.once().await?;
        let worked_s = began.elapsed().as_secs_f64();
        let counts = outreach.campaign(id).await?.counts;
        if queued == 0 || counts.accepted != queued {
            return Err(format!("{queued} messages were queued, and the provider took {}", counts.accepted).into());
        }
        store.close().await;
        writeln!(std::io::stdout(), "{queued_s} {worked_s}")?;
        Ok(())
    })
}
