//! `satu outreach`: whom a campaign would message, its start, its stops, how far it has come, and the worker.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use satu_core::{
    application::Filter,
    id::{ApplicationId, CampaignId},
    import::Progress,
    outreach::{
        Audience, Campaign, Channel, Counts, Example, Excluded, Language, NewCampaign, OutreachError, Preview,
        Template, Ways,
    },
};
use tokio_util::sync::CancellationToken;

use super::{
    Failure, Listing, Outcome,
    applications::{Filters, known},
    noted::{Look, looked},
    output::{self, Items, Target},
    serve::asked_to_stop,
};
use crate::{
    Backend,
    api::page::Page,
    export::{self, FileFormat},
    outreach::{Worked, Worker},
};

/// Candidates are invited, and what came of it is told.
#[derive(Debug, Subcommand)]
pub(super) enum Outreach {
    /// The texts: the newest version of each.
    Templates(Templates),
    /// Who would be messaged, who not and why, and what the first would read; sends nothing.
    Preview(ShowPreview),
    /// Start a campaign: its messages are queued, and leave by `satu serve`, the desktop window or `satu outreach work`.
    Send(Send),
    /// Stop what has not left, until it is resumed.
    Pause(One),
    /// Go on with a campaign that is paused.
    Resume(One),
    /// End a campaign: what has not left never will.
    Cancel(One),
    /// The campaigns, or one of them, and what came of each.
    Status(Status),
    /// Hand messages over until told to stop.
    Work(Work),
}

impl Outreach {
    /// Whether it changes nothing in a database without data.
    pub(super) const fn only_looks(&self) -> bool {
        matches!(self, Self::Preview(_) | Self::Status(_) | Self::Templates(_))
    }

    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        match self {
            Self::Templates(command) => command.run(backend).await,
            Self::Preview(command) => command.run(backend).await,
            Self::Send(command) => command.run(backend).await,
            Self::Pause(One { id, json }) => tell(&backend.outreach().pause(id).await?, json),
            Self::Cancel(One { id, json }) => tell(&backend.outreach().cancel(id).await?, json),
            Self::Resume(One { id, json }) => {
                let resumed = backend.outreach().resume(id).await?;
                tell(&fill(backend, resumed.id).await?, json)
            }
            Self::Status(command) => command.run(backend).await,
            Self::Work(command) => command.run(backend).await,
        }
    }
}

/// Lists the texts.
#[derive(Debug, Args)]
pub(super) struct Templates {
    /// JSON.
    #[arg(long)]
    json: bool,
}

impl Templates {
    async fn run(self, backend: &Backend) -> Outcome {
        let page = Page::whole(backend.outreach().templates().await?);
        output::page(&page, self.json, ["NAME", "LANGUAGE", "VERSION", "APPROVED AS", "TEXT"], |one| {
            [
                one.name.clone(),
                one.language.to_string(),
                one.version.to_string(),
                one.approved_name.clone().unwrap_or_default(),
                one.body.clone(),
            ]
        })
    }
}

/// Whom, with what, and by which channel.
#[derive(Debug, Args)]
struct Meant {
    #[command(flatten)]
    filters: Filters,
    /// Only these applications.
    #[arg(long = "application", value_name = "ID", value_delimiter = ',', conflicts_with_all = ["text", "portal", "stage", "sub_state", "batch"])]
    applications: Vec<ApplicationId>,
    /// Everybody who is there: where no filter is given this must be said.
    #[arg(long, conflicts_with_all = ["text", "portal", "stage", "sub_state", "batch", "applications"])]
    everybody: bool,
    /// The text, by its name: its newest version.
    #[arg(long, value_name = "NAME", default_value = "undangan")]
    template: String,
    /// The language of the text: id or en.
    #[arg(long, default_value = "id")]
    language: Language,
    /// The channel: wa_me, whatsapp, twilio, zenziva, vonage, file; outreach.channel if absent.
    #[arg(long)]
    channel: Option<Channel>,
    /// The channel after a final failure; outreach.fallback if absent.
    #[arg(long, value_name = "CHANNEL")]
    fallback: Option<Channel>,
}

impl Meant {
    async fn read(self, backend: &Backend) -> Result<(Audience, Template, Ways), Failure> {
        let Self { filters, applications, everybody, template, language, channel, fallback } = self;
        let filter = known(backend, filters).await?;
        let by_import_alone = Filter { batch: None, ..filter.clone() } == Filter::default();
        let audience = match (filter.batch, applications.is_empty()) {
            (_, false) => Audience::Applications(applications),
            (Some(batch), _) if by_import_alone => Audience::Batch(batch),
            (None, _) if by_import_alone && !everybody => {
                return Err(Failure::Usage(
                    "say whom: --batch BATCH, a filter, --application ID, or --everybody".to_owned(),
                ));
            }
            _ => Audience::Filter(filter),
        };
        let settings = &backend.config().outreach;
        let channel = channel.unwrap_or(settings.channel);
        let usual = settings.fallback.filter(|other| *other != channel && !channel.is_by_hand());
        let ways = Ways { channel, fallback: fallback.or(usual) };
        Ok((audience, named(backend, &template, language).await?, ways))
    }
}

/// The newest version of a template.
async fn named(backend: &Backend, name: &str, language: Language) -> Result<Template, Failure> {
    let all = backend.outreach().templates().await?;
    let names: Vec<String> = all.iter().map(|one| format!("{} ({})", one.name, one.language)).collect();
    let found = all.into_iter().find(|one| one.name == name && one.language == language);
    found.ok_or_else(|| {
        Failure::Usage(format!("there is no template “{name}” ({language}); there are: {}", names.join(", ")))
    })
}

/// Says what a campaign would do.
#[derive(Debug, Args)]
pub(super) struct ShowPreview {
    #[command(flatten)]
    meant: Meant,
    /// Name them all: who would be messaged (will), or who would not for this reason (no_mobile, shared, opted_out, …).
    #[arg(long, value_name = "REASON")]
    who: Option<String>,
    /// JSON.
    #[arg(long)]
    json: bool,
}

/// People who are named at once.
const NAMED: usize = 500;

impl ShowPreview {
    async fn run(self, backend: &Backend) -> Outcome {
        let who = self.who.as_deref().map(reason).transpose()?;
        let (audience, template, ways) = self.meant.read(backend).await?;
        if let Some(why) = who {
            return named_people(backend, (&audience, ways, why), self.json).await;
        }
        let Ways { channel, fallback } = ways;
        let preview = backend.outreach().preview(&audience, ways, template.id).await?;
        if self.json {
            return output::json(&preview);
        }
        let Preview { total, will, excluded, sample, segments, beyond_budget, days, .. } = preview;
        let Preview { fallback_beyond_budget, fallback_days, .. } = preview;
        output::line(format!("{will} of {total} would be messaged by {channel}, within {days} days"))?;
        if beyond_budget > 0 {
            output::line(format!("{beyond_budget} of them are beyond the daily budget and wait for a later day"))?;
        }
        if let Some(fallback) = fallback.filter(|_| fallback_beyond_budget > 0) {
            output::line(format!(
                "if all fail that way, {fallback_beyond_budget} of them are beyond the daily budget of {fallback}, and leave within {fallback_days} days"
            ))?;
        }
        if channel.is_sms() {
            output::line(format!("{segments} segments of SMS"))?;
        } else if let Some(fallback) = fallback.filter(|fallback| fallback.is_sms()) {
            // As many as there are where nobody is reached the first way.
            output::line(format!("at most {segments} segments of SMS, by {fallback}"))?;
        }
        for (why, count) in excluded {
            output::line(format!("not {count}: {why}"))?;
        }
        sample.map_or(Ok(()), |sample| output::line(format!("\n{}", sample.text)))
    }
}

/// Who is asked for by name: those who are messaged, or those who are not, and why.
fn reason(word: &str) -> Result<Option<Excluded>, Failure> {
    if word == "will" {
        return Ok(None);
    }
    let known: Vec<&str> = Excluded::ALL.iter().map(|why| why.as_str()).collect();
    let unknown = || Failure::Usage(format!("--who takes will, {}", known.join(", ")));
    Excluded::from_word(word).map(Some).ok_or_else(unknown)
}

/// Names those whom a campaign would message, or would not.
async fn named_people(
    backend: &Backend,
    (audience, ways, why): (&Audience, Ways, Option<Excluded>),
    json: bool,
) -> Outcome {
    let mut items = if json { Some(Items::begin()?) } else { None };
    let mut after = None;
    loop {
        let (some, next) = backend.outreach().people(audience, ways, &[why], after, NAMED).await?;
        for one in some {
            if let Some(items) = &mut items {
                items.push(&one)?;
                continue;
            }
            let Example { application, full_name, phone, .. } = one;
            output::line(format!("{application}  {full_name}  {}", phone.unwrap_or_default()))?;
        }
        match next {
            Some(_) => after = next,
            None => return items.map_or(Ok(()), Items::end),
        }
    }
}

/// Starts a campaign.
#[derive(Debug, Args)]
pub(super) struct Send {
    #[command(flatten)]
    meant: Meant,
    /// Its name.
    #[arg(long, value_name = "NAME", default_value = "Undangan")]
    name: String,
    /// When the first message may leave (RFC 3339); now if absent.
    #[arg(long = "at", value_name = "TIME")]
    starts_at: Option<Timestamp>,
    /// Remind who has not registered so many days after.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=365))]
    remind_after: Option<u32>,
    /// How often somebody is reminded at most; once if --remind-after is given.
    #[arg(long, value_name = "N", requires = "remind_after", value_parser = clap::value_parser!(u32).range(1..=10))]
    reminders: Option<u32>,
    /// The text that reminds, by its name.
    #[arg(long, value_name = "NAME", requires = "remind_after", default_value = "pengingat")]
    reminder: String,
    /// JSON.
    #[arg(long)]
    json: bool,
}

impl Send {
    async fn run(self, backend: &Backend) -> Outcome {
        let Self { meant, name, starts_at, remind_after, reminders, reminder, json } = self;
        let (audience, template, Ways { channel, fallback }) = meant.read(backend).await?;
        let settings = &backend.config().outreach;
        for channel in [Some(channel), fallback].into_iter().flatten() {
            if !settings.is_configured(channel) {
                return Err(Failure::Usage(format!("{channel} is not configured: see satu doctor")));
            }
        }
        let reminder_template = match remind_after {
            Some(_) => Some(named(backend, &reminder, template.language).await?.id),
            None => None,
        };
        let new = NewCampaign {
            name,
            audience,
            template: template.id,
            reminder_template,
            channel,
            fallback,
            starts_at,
            remind_after_days: remind_after,
            reminders: reminders.unwrap_or(u32::from(remind_after.is_some())),
        };
        let started = backend.outreach().start(CampaignId::mint(), &new, backend.actor()).await?;
        tell(&fill(backend, started.id).await?, json)
    }
}

/// Queues what a campaign is to send, with a bar; broken off, it goes on where somebody works.
async fn fill(backend: &Backend, id: CampaignId) -> Result<Campaign, Failure> {
    let progress = Progress::default();
    let filled = backend.outreach().fill(id, &progress);
    match output::with_bar("queuing".to_owned(), None, &progress, filled).await {
        Err(Failure::Outreach(OutreachError::Cancelled)) => {
            Err(Failure::Said(format!("{id} is not wholly queued: satu outreach work goes on with it, cancel ends it")))
        }
        other => other,
    }
}

/// A campaign.
#[derive(Debug, Args)]
pub(super) struct One {
    /// The campaign.
    pub(super) id: CampaignId,
    /// JSON.
    #[arg(long)]
    json: bool,
}

fn tell(campaign: &Campaign, json: bool) -> Outcome {
    if json {
        return output::json(campaign);
    }
    let Campaign { id, name, state, paused_why, counts, reached, .. } = campaign;
    let why = paused_why.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
    output::line(format!("{id} {name}: {state}{why}"))?;
    output::line(format!("messages: {}", told(counts)))?;
    output::line(format!(
        "people: {} invited, {} delivered, {} read, {} answered, {} registered, {} linked, {} to call",
        reached.invited,
        reached.delivered,
        reached.read,
        reached.answered,
        reached.registered,
        reached.linked,
        reached.to_call
    ))
}

/// Messages by state, those that there are.
fn told(counts: &Counts) -> String {
    let Counts { queued, sending, opened, accepted, sent, delivered, read, failed, uncertain, dropped } = *counts;
    let all = [
        (queued, "queued"),
        (sending, "sending"),
        (opened, "opened"),
        (accepted, "accepted"),
        (sent, "sent"),
        (delivered, "delivered"),
        (read, "read"),
        (failed, "failed"),
        (uncertain, "uncertain"),
        (dropped, "dropped"),
    ];
    let some: Vec<String> =
        all.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if some.is_empty() { "none".to_owned() } else { some.join(", ") }
}

/// Lists campaigns, or tells of one.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// One campaign.
    id: Option<CampaignId>,
    /// Write its messages to a file (.xlsx or .csv) instead.
    #[arg(long, short, value_name = "FILE", requires = "id")]
    output: Option<PathBuf>,
    #[command(flatten)]
    listing: Listing,
}

impl Status {
    async fn run(self, backend: &Backend) -> Outcome {
        let Self { id, output, listing: Listing { json, all, cursor, limit } } = self;
        match (id, output) {
            (Some(id), Some(output)) => {
                let Some(format) = FileFormat::of_ending(&output) else {
                    let file = output.display();
                    return Err(Failure::Usage(format!("{file}: the ending tells no format: let it be .xlsx or .csv")));
                };
                looked(backend, Look::Campaign(id)).await?;
                let file = Target::begin(output)?;
                let written = file.with_bar(export::campaign(backend.outreach(), id, format, file.draft())).await?;
                return file.end(written);
            }
            (Some(id), None) => return tell(&backend.outreach().campaign(id).await?, json),
            (None, _) => {}
        }
        let mut after: Option<CampaignId> = cursor
            .map(|cursor| cursor.parse())
            .transpose()
            .map_err(|_| Failure::Usage("--cursor is no campaign".to_owned()))?;
        let mut items = Vec::new();
        let next = loop {
            let found = backend.outreach().campaigns(after, limit + 1).await?;
            let page = Page::of(found, limit, |one: &Campaign| one.id.to_string());
            after = page.items.last().map(|one| one.id);
            items.extend(page.items);
            if !all || page.next.is_none() {
                break page.next;
            }
        };
        let page = Page { items, next, total: None };
        output::page(
            &page,
            json,
            ["CAMPAIGN", "NAME", "STATE", "CHANNEL", "INVITED", "REGISTERED", "MESSAGES"],
            |one| {
                [
                    one.id.to_string(),
                    one.name.clone(),
                    one.state.to_string(),
                    one.channel.to_string(),
                    one.reached.invited.to_string(),
                    one.reached.registered.to_string(),
                    told(&one.counts),
                ]
            },
        )
    }
}

/// Hands messages over.
#[derive(Debug, Args)]
pub(super) struct Work {
    /// Only what is due by now.
    #[arg(long)]
    once: bool,
    /// JSON: what became of the messages, with --once.
    #[arg(long, requires = "once")]
    json: bool,
}

impl Work {
    async fn run(self, backend: &Backend) -> Outcome {
        if backend.carriers().is_empty() {
            return Err(Failure::Usage("no channel is configured that sends by itself: see satu doctor".to_owned()));
        }
        let stopping = CancellationToken::new();
        let (outreach, carriers) = (backend.outreach().clone(), backend.carriers().clone());
        let (clock, handed) = (backend.config().clock.clone(), backend.metrics().messages());
        let worker = Worker::new(outreach, carriers, clock, handed, stopping.clone());
        let working = async {
            if self.once {
                return worker.once().await;
            }
            worker.run().await;
            Ok(Worked::default())
        };
        tokio::pin!(working);
        let worked = tokio::select! {
            worked = &mut working => worked,
            // What is in hand is settled first.
            () = asked_to_stop() => {
                stopping.cancel();
                working.await
            }
        }?;
        if !self.once {
            return Ok(());
        }
        if self.json {
            return output::json(&worked);
        }
        let Worked { accepted, later, failed, uncertain, reminded } = worked;
        output::line(format!(
            "{accepted} accepted, {later} later, {failed} failed, {uncertain} uncertain, {reminded} reminders queued"
        ))
    }
}
