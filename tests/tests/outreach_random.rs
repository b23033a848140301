//! What holds whatever happens: campaigns, words that end all messages, imports, merges, registrations and answers of carriers in any order. Whoever wants no
//! messages is handed to no carrier, and nobody is invited twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use proptest::{collection::vec, prelude::*, sample::select};
use satu_core::{
    account::{Policy as AccountPolicy, Proof, Registration, register},
    application::Filter,
    id::{ApplicationId, CampaignId, MessageId},
    import::Progress,
    outreach::{
        Audience, Channel, Incoming, Language, MessageFilter, MessageState, NewCampaign, NewTemplate, Outgoing,
        Outreach, OutreachError, Policy, Purpose, Refusal, Sender, Sent, Told, Verdict, Word,
    },
    time::Clock,
};
use satu_tests::{
    applicants::{Applicant, applicant},
    desk::{Desk, outreach},
    engines::Engine,
};

const PHONES: [&str; 4] = ["+6281234567801", "+6281234567802", "+6281234567803", "+6281234567804"];
const MINUTE: i64 = 60_000_000;

/// One thing that happens. Numbers choose among what is there, counted round and round.
#[derive(Debug, Clone)]
enum Step {
    /// A file comes.
    Import(Vec<Applicant>),
    /// The newest import is taken back.
    Undo,
    /// A campaign is started and filled, or only started.
    Campaign { channel: Channel, fallback: Option<Channel>, reminders: u32, filled: bool },
    /// What was not filled is filled, leases run out, reminders are queued.
    KeepUp,
    /// A campaign is paused, resumed or cancelled.
    Turn(usize, u8),
    /// She writes this.
    Writes(usize, &'static str),
    /// HR records whether somebody takes messages.
    Consent(usize, bool),
    /// Somebody registers.
    Registers(usize),
    /// A worker claims, and keeps what it has in hand.
    Claims(Channel, u32),
    /// HR opens the next chat of a campaign.
    Opens(usize),
    /// What a worker has in hand comes to this.
    Settles(usize, u8),
    /// A provider says this of what it has taken.
    Told(usize, u8),
    /// A person judges what nobody knows.
    Judges(usize),
    /// Two turn out to be one.
    Merge(usize, usize),
    /// Time goes by, in minutes; or a clock is set back.
    Waits(i64),
}

fn person() -> impl Strategy<Value = Applicant> {
    (
        select(&["Siti Aminah", "Rina Wulandari", "Dewi Anggraini", "Ayu Lestari"][..]),
        select(&["081234567801", "081234567802", "081234567803", "081234567804", "0217654321", ""][..]),
        select(&["satu@example.com", "dua@example.com", "tiga@example.com", "empat@example.com"][..]),
    )
        .prop_map(|(name, phone, email)| applicant(name, phone, email))
}

fn step() -> impl Strategy<Value = Step> {
    let channel = || select(&[Channel::Whatsapp, Channel::Twilio, Channel::File][..]);
    let campaign = (
        prop_oneof![3 => channel(), 1 => Just(Channel::WaMe)],
        select(&[None, Some(Channel::Vonage)][..]),
        0_u32..3,
        any::<bool>(),
    );
    prop_oneof![
        3 => vec(person(), 1..5).prop_map(Step::Import),
        1 => Just(Step::Undo),
        5 => campaign.prop_map(|(channel, fallback, reminders, filled)| Step::Campaign { channel, fallback, reminders, filled }),
        2 => Just(Step::KeepUp),
        2 => (any::<usize>(), 0_u8..3).prop_map(|(which, how)| Step::Turn(which, how)),
        3 => (0_usize..4, select(&["STOP", "berhenti", "jangan stop", "Halo"][..])).prop_map(|(who, text)| Step::Writes(who, text)),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(who, takes)| Step::Consent(who, takes)),
        1 => (0_usize..4).prop_map(Step::Registers),
        6 => (prop_oneof![channel(), Just(Channel::Vonage)], 1_u32..5).prop_map(|(channel, most)| Step::Claims(channel, most)),
        2 => any::<usize>().prop_map(Step::Opens),
        6 => (any::<usize>(), 0_u8..10).prop_map(|(which, how)| Step::Settles(which, how)),
        3 => (any::<usize>(), 0_u8..7).prop_map(|(which, how)| Step::Told(which, how)),
        1 => any::<usize>().prop_map(Step::Judges),
        1 => any::<(usize, usize)>().prop_map(|(into, other)| Step::Merge(into, other)),
        3 => select(&[1_i64, 10, 120, 24 * 60, 3 * 24 * 60, -30, -2 * 24 * 60][..]).prop_map(Step::Waits),
    ]
}

fn days(usual: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, max_shrink_iters: 400, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(days(100))]

    #[test]
    fn who_wants_no_messages_gets_none_and_nobody_is_invited_twice(steps in vec(step(), 4..30)) {
        story(Engine::Sqlite, &steps);
    }
}

proptest! {
    #![proptest_config(days(6))]

    #[test]
    fn nor_on_postgresql(steps in vec(step(), 4..30)) {
        story(Engine::Postgres, &steps);
    }

    #[test]
    fn nor_on_mariadb(steps in vec(step(), 4..30)) {
        story(Engine::MySql, &steps);
    }

    #[test]
    fn nor_on_a_cluster(steps in vec(step(), 4..30)) {
        story(Engine::Galera, &steps);
    }
}

fn story(engine: Engine, steps: &[Step]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut world = World::on(engine).await;
        for step in steps {
            world.happens(step).await;
        }
        world.desk.finish().await;
    });
}

/// A message that a provider took.
#[derive(Clone)]
struct Taken {
    channel: Channel,
    provider_id: String,
    message: MessageId,
    phone: String,
}

struct World {
    desk: Desk,
    now: Arc<AtomicI64>,
    outreach: Outreach,
    imports: Vec<satu_core::import::Batch>,
    campaigns: Vec<CampaignId>,
    /// What workers have in hand.
    in_hand: Vec<Outgoing>,
    /// What providers took.
    taken: Vec<Taken>,
    /// Numbers that want no messages.
    stopped: BTreeSet<String>,
    /// Invitations that a provider took and did not call failed, by number and by application.
    invited: BTreeMap<String, BTreeSet<MessageId>>,
    invited_applications: BTreeMap<ApplicationId, BTreeSet<MessageId>>,
    minted: usize,
}

impl World {
    async fn on(engine: Engine) -> Self {
        let nine: jiff::Timestamp = "2026-03-10T09:00:00+07:00".parse().unwrap();
        let now = Arc::new(AtomicI64::new(nine.as_microsecond()));
        let time = Arc::clone(&now);
        let clock =
            Clock::from_fn(move || jiff::Timestamp::from_microsecond(time.load(Ordering::Relaxed)).unwrap_or_default());
        let desk = Desk::on_with(engine, clock).await;
        let outreach = outreach(desk.store(), Policy::default());
        Self {
            desk,
            now,
            outreach,
            imports: Vec::new(),
            campaigns: Vec::new(),
            in_hand: Vec::new(),
            taken: Vec::new(),
            stopped: BTreeSet::new(),
            invited: BTreeMap::new(),
            invited_applications: BTreeMap::new(),
            minted: 0,
        }
    }

    async fn happens(&mut self, step: &Step) {
        match step {
            Step::Import(people) => {
                let batch = self.desk.import("glints", people).await;
                self.imports.push(batch);
            }
            Step::Undo => {
                if let Some(batch) = self.imports.pop() {
                    self.desk.undo(&batch).await;
                }
            }
            Step::Campaign { channel, fallback, reminders, filled } => {
                self.starts(*channel, *fallback, *reminders, *filled).await;
            }
            Step::KeepUp => {
                for id in self.outreach.filling().await.unwrap() {
                    self.outreach.fill(id, &Progress::default()).await.unwrap();
                }
                self.outreach.keep_up().await.unwrap();
            }
            Step::Turn(which, how) => {
                if let Some(id) = nth(&self.campaigns, *which) {
                    // What is over stays.
                    let _ = match how {
                        0 => self.outreach.pause(*id).await,
                        1 => self.outreach.resume(*id).await,
                        _ => self.outreach.cancel(*id).await,
                    };
                }
            }
            Step::Writes(who, text) => {
                self.minted += 1;
                let provider_id = format!("heard-{}", self.minted);
                let incoming = Incoming {
                    channel: Channel::Twilio,
                    provider_id: &provider_id,
                    from: Sender::Number(PHONES[*who]),
                    user: None,
                    text,
                };
                let stopped = self.outreach.hear(&incoming).await.unwrap().stopped;
                assert_eq!(stopped, ["STOP", "berhenti"].contains(text));
                if stopped {
                    self.stopped.insert(PHONES[*who].to_owned());
                }
            }
            Step::Consent(who, takes) => {
                let people = self.desk.people().await;
                if let Some(id) = nth(&people, *who).map(|one| one.id)
                    && let Some(phone) = self.outreach.contact(id).await.unwrap().phone
                {
                    self.outreach.consent(id, *takes, "hr").await.unwrap();
                    if *takes {
                        self.stopped.remove(&phone)
                    } else {
                        self.stopped.insert(phone)
                    };
                }
            }
            Step::Registers(who) => {
                let registration = Registration {
                    phone: PHONES[*who],
                    proof: Proof::Code,
                    email: None,
                    email_proven: false,
                    full_name: "Siti Aminah",
                    birth_date: None,
                    pin_hash: "$argon2id$",
                };
                register(self.desk.store(), registration, AccountPolicy::default()).await.unwrap();
            }
            Step::Claims(channel, most) => self.claims(*channel, *most).await,
            Step::Opens(which) => self.opens(*which).await,
            Step::Settles(which, how) => self.settles(*which, *how).await,
            Step::Told(which, how) => self.told(*which, *how).await,
            Step::Judges(which) => {
                let mut uncertain = Vec::new();
                for id in &self.campaigns {
                    let filter = MessageFilter { state: Some(MessageState::Uncertain), answered: None };
                    uncertain.extend(self.outreach.messages(*id, filter, None, 100).await.unwrap());
                }
                // What is in hand still may leave: whoever looks there does not say that it did not.
                uncertain.retain(|message| self.in_hand.iter().all(|one| one.id != message.id));
                if let Some(message) = nth(&uncertain, *which) {
                    self.outreach.judge(message.id, Verdict::NotSent, "hr").await.unwrap();
                }
            }
            Step::Merge(into, other) => {
                let people = self.desk.people().await;
                if let (Some(into), Some(other)) = (nth(&people, *into), nth(&people, *other))
                    && into.id != other.id
                {
                    // Two accounts' applications are never one.
                    let _ = self.desk.merge(into.id, other.id).await;
                }
            }
            Step::Waits(minutes) => {
                self.now.fetch_add(minutes * MINUTE, Ordering::Relaxed);
            }
        }
    }

    async fn starts(&mut self, channel: Channel, fallback: Option<Channel>, reminders: u32, filled: bool) {
        // What HR opens herself has nothing behind it.
        let fallback = fallback.filter(|_| !channel.is_by_hand());
        let template = NewTemplate {
            name: "undangan".to_owned(),
            language: Language::Indonesian,
            body: "Halo {nama}: {tautan}".to_owned(),
            approved_name: Some("undangan_1".to_owned()),
            approved_language: None,
        };
        let new = NewCampaign {
            name: "Undangan".to_owned(),
            audience: Audience::Filter(Filter::default()),
            template: self.outreach.put_template(template, "hr").await.unwrap().id,
            reminder_template: None,
            channel,
            fallback,
            starts_at: None,
            remind_after_days: Some(1),
            reminders,
        };
        let id = CampaignId::mint();
        self.outreach.start(id, &new, "hr").await.unwrap();
        self.campaigns.push(id);
        if filled {
            let preview = self.outreach.preview(&new.audience, channel, new.template).await.unwrap();
            let queued = self.outreach.fill(id, &Progress::default()).await.unwrap().counts.queued;
            assert_eq!(queued, preview.will, "the preview is what is queued");
        }
    }

    /// HR opens a chat: this is the moment at which she presses send.
    async fn opens(&mut self, which: usize) {
        let Some(id) = nth(&self.campaigns, which) else { return };
        let chat = match self.outreach.next_chat(*id).await {
            Ok(Some(chat)) => chat,
            // Nobody waits; at night, where it does not run, and of a campaign that sends by itself there is no chat.
            Ok(None)
            | Err(OutreachError::Quiet { .. } | OutreachError::CampaignIs { .. } | OutreachError::NotByHand) => return,
            Err(error) => panic!("{error}"),
        };
        assert!(!self.stopped.contains(&chat.phone), "{} wants no messages", chat.phone);
        self.by_day();
        self.invites(chat.message, &chat.phone, chat.application).await;
    }

    /// A provider says what became of a message.
    async fn told(&mut self, which: usize, how: u8) {
        let Some(Taken { channel, provider_id, message, phone }) = nth(&self.taken, which).cloned() else { return };
        let word = match how {
            0 => Word::Sent,
            1 => Word::Delivered,
            2 => Word::Read,
            3 => Word::Accepted,
            4 => Word::Failed(Refusal::Final { number: true }),
            5 => Word::Failed(Refusal::OptedOut),
            _ => Word::Failed(Refusal::StopCampaign),
        };
        let told = Told { channel, provider_id: &provider_id, ours: None, word, code: None, user: None };
        let state = self.outreach.told(&told).await.unwrap().expect("it is known by that name");
        if state == MessageState::Failed {
            // It reached nobody: she may be invited again.
            for messages in self.invited.values_mut().chain(self.invited_applications.values_mut()) {
                messages.remove(&message);
            }
        }
        if word == Word::Failed(Refusal::OptedOut) && state == MessageState::Failed {
            self.stopped.insert(phone);
        }
    }

    /// Somebody was invited, unless it was a reminder, or another way to reach her.
    async fn invites(&mut self, message: MessageId, phone: &str, application: ApplicationId) {
        let shown = self.outreach.message(message).await.unwrap();
        if shown.purpose == Purpose::Reminder || shown.ordinal > 0 {
            return;
        }
        let to_number = self.invited.entry(phone.to_owned()).or_default();
        to_number.insert(message);
        assert_eq!(to_number.len(), 1, "{phone} is invited once");
        let hers = self.invited_applications.entry(application).or_default();
        hers.insert(message);
        assert_eq!(hers.len(), 1, "{application} is invited once");
    }

    fn by_day(&self) {
        let now = jiff::Timestamp::from_microsecond(self.now.load(Ordering::Relaxed)).unwrap();
        let hour = now.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7))).hour();
        assert!((8..20).contains(&hour), "nobody is messaged at night");
    }

    /// A worker claims: this is the moment at which a message is handed to a carrier.
    async fn claims(&mut self, channel: Channel, most: u32) {
        let claimed = self.outreach.claim(channel, most, 60).await.unwrap().messages;
        for message in &claimed {
            assert!(!self.stopped.contains(&message.phone), "{} wants no messages", message.phone);
            assert!(self.in_hand.iter().all(|one| one.id != message.id), "it is in hand already");
            self.by_day();
        }
        self.in_hand.extend(claimed);
    }

    async fn settles(&mut self, which: usize, how: u8) {
        if self.in_hand.is_empty() {
            return;
        }
        let message = self.in_hand.remove(which % self.in_hand.len());
        let refused = |refusal| Sent::Refused { refusal, code: "131026".to_owned() };
        let sent = match how {
            0 | 1 => {
                self.minted += 1;
                Sent::Accepted { provider_id: format!("taken-{}", self.minted) }
            }
            2 => refused(Refusal::Later),
            3 => refused(Refusal::Final { number: false }),
            4 => refused(Refusal::OptedOut),
            5 => refused(Refusal::BackOff),
            6 => refused(Refusal::StopCampaign),
            7 => refused(Refusal::Final { number: true }),
            8 => Sent::Kept { code: "late".to_owned() },
            _ => Sent::Unknown { code: "timeout".to_owned() },
        };
        self.outreach.settle(message.id, message.lease, &sent, None).await.unwrap();
        match sent {
            Sent::Accepted { provider_id } => {
                let (channel, phone) = (message.channel, message.phone.clone());
                self.taken.push(Taken { channel, provider_id, message: message.id, phone });
                self.invites(message.id, &message.phone, message.application).await;
            }
            Sent::Refused { refusal: Refusal::OptedOut, .. } => {
                self.stopped.insert(message.phone);
            }
            _ => {}
        }
    }
}

/// One of some, counted round and round.
fn nth<T>(all: &[T], which: usize) -> Option<&T> {
    all.get(which.checked_rem(all.len())?)
}
