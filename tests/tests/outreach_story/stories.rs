//! Candidates are invited once, and what came of it is told. Nobody is messaged at night, twice, or after she said stop.
//!
//! Every story ends with `finish`: no promise of the database is broken, whatever happened.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use satu_core::{
    account::{Policy as AccountPolicy, Proof, Registration, register},
    application::Filter,
    id::{AccountId, ApplicationId, CampaignId, MessageId, TemplateId},
    import::{Action, BatchState, Progress, WhyKept, undo},
    lifecycle::{Stage, Status, SubState},
    outreach::{
        Audience, CampaignState, Channel, Claim, Excluded, Incoming, Item, Language, Limits, MessageFilter,
        MessageState, Network, NewCampaign, NewTemplate, Outgoing, Outreach, OutreachError, Policy, Purpose, Refusal,
        Sender, Sent, Told, Verdict, Ways, Word,
    },
    store::watch,
    time::Clock,
};
use satu_tests::{
    applicants::{Applicant, applicant},
    desk::{Desk, outreach, stands},
    engines::Engine,
};

mod clocks;
mod late;
mod person;
mod whom;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// A desk whose clock a story sets: it begins on a Tuesday at ten in the morning of Jakarta.
struct World {
    desk: Desk,
    now: Arc<AtomicI64>,
    outreach: Outreach,
    template: TemplateId,
}

impl World {
    async fn of(applicants: &[Applicant]) -> Self {
        let ten: jiff::Timestamp = "2026-03-10T10:00:00+07:00".parse().unwrap();
        let now = Arc::new(AtomicI64::new(ten.as_microsecond()));
        let time = Arc::clone(&now);
        let clock =
            Clock::from_fn(move || jiff::Timestamp::from_microsecond(time.load(Ordering::Relaxed)).unwrap_or_default());
        let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
        if !applicants.is_empty() {
            desk.import("glints", applicants).await;
        }
        let outreach = outreach(desk.store(), Policy::default());
        let template = NewTemplate {
            name: "undangan".to_owned(),
            language: Language::Indonesian,
            body: "Halo {nama}, daftar di {tautan}".to_owned(),
            approved_name: Some("undangan_1".to_owned()),
            approved_language: None,
        };
        let template = outreach.put_template(template, "hr").await.unwrap().id;
        Self { desk, now, outreach, template }
    }

    fn later(&self, micros: i64) {
        self.now.fetch_add(micros, Ordering::Relaxed);
    }

    fn at(&self, instant: &str) {
        let instant: jiff::Timestamp = instant.parse().unwrap();
        self.now.store(instant.as_microsecond(), Ordering::Relaxed);
    }

    /// The same outreach under other limits.
    fn under(&self, channel: Channel, limits: Limits) -> Outreach {
        outreach(self.desk.store(), Policy { limits: [(channel, limits)].into(), ..Policy::default() })
    }

    fn plan(&self, channel: Channel) -> NewCampaign {
        NewCampaign {
            name: "Undangan".to_owned(),
            audience: Audience::Filter(Filter::default()),
            template: self.template,
            reminder_template: None,
            channel,
            fallback: None,
            starts_at: None,
            remind_after_days: None,
            reminders: 0,
        }
    }

    /// Starts and fills a campaign.
    async fn campaign(&self, new: &NewCampaign) -> CampaignId {
        let id = CampaignId::mint();
        assert_eq!(self.outreach.start(id, new, "hr").await.unwrap().state, CampaignState::Filling);
        assert_eq!(self.outreach.fill(id, &Progress::default()).await.unwrap().state, CampaignState::Running);
        id
    }

    async fn claim(&self, channel: Channel) -> Vec<Outgoing> {
        self.outreach.claim(channel, 1_000, 60).await.unwrap().messages
    }

    async fn state(&self, id: MessageId) -> MessageState {
        self.outreach.message(id).await.unwrap().state
    }

    async fn settle(&self, message: &Outgoing, sent: Sent) -> MessageState {
        self.outreach.settle(message.id, message.lease, &sent, None).await.unwrap()
    }

    async fn told(&self, channel: Channel, provider_id: &str, word: Word) -> Option<MessageState> {
        let told = Told { channel, provider_id, ours: None, word, code: Some("131026"), user: None };
        self.outreach.told(&told).await.unwrap()
    }

    /// Who is in the queue or was, with the state.
    async fn messages(&self, campaign: CampaignId) -> Vec<(ApplicationId, MessageState)> {
        let all = self.outreach.messages(campaign, MessageFilter::default(), None, 10_000).await.unwrap();
        all.into_iter().map(|message| (message.application, message.state)).collect()
    }

    async fn registers(&self, name: &str, phone: &str) -> AccountId {
        let registration = Registration {
            phone,
            proof: Proof::Code,
            email: None,
            email_proven: false,
            full_name: name,
            birth_date: None,
            pin_hash: "$argon2id$",
        };
        register(self.desk.store(), registration, AccountPolicy::default()).await.unwrap().account
    }

    async fn finish(self) {
        self.desk.finish().await;
    }
}

fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", "siti@example.com")
}

fn dewi() -> Applicant {
    applicant("Dewi Anggraini", "081234567802", "dewi@example.com")
}

/// So many applicants, each with a number of her own.
fn many(count: usize) -> Vec<Applicant> {
    let one = |number: usize| {
        applicant(&format!("Pelamar {number}"), &format!("0812400{number:05}"), &format!("p{number}@example.com"))
    };
    (0..count).map(one).collect()
}

fn accepted(provider_id: &str) -> Sent {
    Sent::Accepted { provider_id: provider_id.to_owned() }
}

fn refused(refusal: Refusal) -> Sent {
    Sent::Refused { refusal, code: "131026".to_owned() }
}

#[tokio::test]
async fn the_preview_is_what_is_queued() {
    let people = [
        siti(),
        dewi(),
        applicant("Rini Kantor", "0217654321", "rini@example.com"),
        applicant("Tari Surel", "", "tari@example.com"),
        applicant("Wati Akun", "081234567805", ""),
        applicant("Yuni Berhenti", "081234567806", ""),
        applicant("Lia Ditolak", "081234567807", ""),
        applicant("Nia Diundang", "081234567808", ""),
    ];
    let world = World::of(&people).await;
    let outreach = &world.outreach;
    world.registers("Wati Akun", "+6281234567805").await;
    let yuni = world.desk.named("Yuni Berhenti").await.id;
    assert!(!outreach.consent(yuni, false, "hr").await.unwrap().messages);
    let lia = world.desk.named("Lia Ditolak").await.id;
    let status = Status { stage: Stage::Screening, sub_state: SubState::Rejected };
    stands(world.desk.store(), lia, status, "hr").await.unwrap();
    let nia = world.desk.named("Nia Diundang").await.id;
    let first = NewCampaign { audience: Audience::Applications(vec![nia]), ..world.plan(Channel::File) };
    world.campaign(&first).await;

    let new = world.plan(Channel::File);
    let preview = outreach.preview(&new.audience, Channel::File, world.template).await.unwrap();
    assert_eq!((preview.total, preview.will), (8, 2));
    let excluded: Vec<(Excluded, u64)> = preview.excluded.into_iter().collect();
    let one_each = [
        (Excluded::Registered, 1),
        (Excluded::Closed, 1),
        (Excluded::NoMobile, 2),
        (Excluded::OptedOut, 1),
        (Excluded::InvitedBefore, 1),
    ];
    assert_eq!(excluded, one_each);
    let will: BTreeSet<ApplicationId> =
        preview.examples.iter().filter(|one| one.reason.is_none()).map(|one| one.application).collect();
    let sample = preview.sample.unwrap();
    assert!(will.contains(&sample.application) && sample.length.segments == 1, "{sample:?}");

    let campaign = world.campaign(&new).await;
    let queued: BTreeSet<ApplicationId> = world.messages(campaign).await.into_iter().map(|(id, _)| id).collect();
    assert_eq!(queued, will);
    assert_eq!(outreach.campaign(campaign).await.unwrap().counts.queued, 2);
    world.finish().await;
}

#[tokio::test]
async fn the_preview_tells_the_budget_of_each_way() {
    let world = World::of(&many(3)).await;
    let limits = |a_day| Limits { a_day: Some(a_day), a_second: 100, recipient_seconds: 0 };
    let limits = [(Channel::Whatsapp, limits(2)), (Channel::Twilio, limits(1))].into();
    let outreach = outreach(world.desk.store(), Policy { limits, ..Policy::default() });
    let everybody = world.plan(Channel::Whatsapp).audience;
    for (fallback, expected) in
        [(None, ((1, 2), (0, 1))), (Some(Channel::Twilio), ((1, 2), (2, 3))), (Some(Channel::Vonage), ((1, 2), (0, 1)))]
    {
        let ways = Ways { channel: Channel::Whatsapp, fallback };
        let told = outreach.preview(&everybody, ways, world.template).await.unwrap();
        let first = (told.beyond_budget, told.days);
        assert_eq!((first, (told.fallback_beyond_budget, told.fallback_days)), expected, "{fallback:?}");
    }
    world.finish().await;
}

#[tokio::test]
async fn a_message_says_who_is_meant_and_carries_her_own_link() {
    let world = World::of(&[siti(), dewi()]).await;
    world.campaign(&world.plan(Channel::Whatsapp)).await;
    let claimed = world.claim(Channel::Whatsapp).await;
    assert_eq!(claimed.len(), 2);
    let hers = claimed.iter().find(|one| one.phone == "+6281234567801").unwrap();
    let token = hers.text.strip_prefix("Halo Siti, daftar di https://daftar.example.com/u/").unwrap();
    assert_eq!(token.len(), 32);
    assert!(claimed.iter().all(|one| one.id == hers.id || !one.text.contains(token)), "each has a link of her own");
    let approved = hers.approved.as_ref().unwrap();
    assert_eq!((approved.name.as_str(), approved.language.as_str()), ("undangan_1", "id"));
    assert_eq!(approved.parameters, ["Siti".to_owned(), format!("https://daftar.example.com/u/{token}")]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_campaigns_filled_at_once_invite_each_once() {
    let world = World::of(&many(620)).await;
    let (one, other) = (CampaignId::mint(), CampaignId::mint());
    let elsewhere = world.desk.another().await;
    let another = outreach(elsewhere.store(), Policy::default());
    for id in [one, other] {
        world.outreach.start(id, &world.plan(Channel::File), "hr").await.unwrap();
    }
    let (here, there) = (Progress::default(), Progress::default());
    let filled = tokio::join!(
        world.outreach.fill(one, &here),
        another.fill(one, &there),
        world.outreach.fill(other, &here),
        another.fill(other, &there),
    );
    for filled in [filled.0, filled.1, filled.2, filled.3] {
        assert_eq!(filled.unwrap().state, CampaignState::Running);
    }
    let mut invited: Vec<ApplicationId> =
        [world.messages(one).await, world.messages(other).await].concat().into_iter().map(|(id, _)| id).collect();
    assert_eq!(invited.len(), 620);
    invited.sort_unstable();
    invited.dedup();
    assert_eq!(invited.len(), 620, "each once");
    elsewhere.store().close().await;
    world.finish().await;
}

#[tokio::test]
async fn a_fill_that_was_broken_off_goes_on() {
    let world = World::of(&many(5)).await;
    let id = CampaignId::mint();
    world.outreach.start(id, &world.plan(Channel::File), "hr").await.unwrap();
    let progress = Progress::default();
    progress.cancel();
    assert!(matches!(world.outreach.fill(id, &progress).await, Err(OutreachError::Cancelled)));
    assert_eq!(world.outreach.filling().await.unwrap(), [id]);
    assert!(world.claim(Channel::File).await.is_empty(), "nothing leaves before everybody was looked at");
    assert_eq!(world.outreach.fill(id, &Progress::default()).await.unwrap().counts.queued, 5);
    assert!(world.outreach.filling().await.unwrap().is_empty());
    assert_eq!(world.outreach.fill(id, &Progress::default()).await.unwrap().counts.queued, 5, "once more is once");
    world.finish().await;
}

#[tokio::test]
async fn who_says_stop_after_she_was_queued_gets_nothing() {
    let world = World::of(&[siti(), dewi()]).await;
    let campaign = world.campaign(&world.plan(Channel::File)).await;
    let stop = Incoming {
        channel: Channel::Twilio,
        provider_id: "SM1",
        from: Sender::Number("+6281234567801"),
        user: None,
        text: "Stop.",
    };
    let heard = world.outreach.hear(&stop).await.unwrap();
    let siti = world.desk.named("Siti Aminah").await.id;
    assert_eq!((heard.application, heard.stopped, heard.again), (Some(siti), true, false));
    assert!(world.outreach.hear(&stop).await.unwrap().again);
    let claimed = world.claim(Channel::File).await;
    assert_eq!(claimed.iter().map(|one| one.phone.as_str()).collect::<Vec<_>>(), ["+6281234567802"]);
    assert!(world.messages(campaign).await.contains(&(siti, MessageState::Dropped)));
    let contact = world.outreach.contact(siti).await.unwrap();
    assert!(!contact.messages && contact.stopped_at.is_some());
    // She stays so when she is removed and comes again through another door, until somebody records that she wants messages.
    let preview =
        world.outreach.preview(&Audience::Applications(vec![siti]), Channel::File, world.template).await.unwrap();
    assert_eq!(preview.excluded.into_iter().collect::<Vec<_>>(), [(Excluded::OptedOut, 1)]);
    assert!(world.outreach.consent(siti, true, "hr").await.unwrap().messages);
    let preview =
        world.outreach.preview(&Audience::Applications(vec![siti]), Channel::File, world.template).await.unwrap();
    assert_eq!(preview.will, 1, "what was dropped invited nobody");
    let thread = world.outreach.thread(siti).await.unwrap();
    assert!(thread.items.iter().any(|item| matches!(item, Item::Heard { text, .. } if text == "Stop.")), "{thread:?}");
    world.finish().await;
}

#[tokio::test]
async fn who_registers_or_is_turned_down_after_she_was_queued_gets_nothing() {
    let world = World::of(&[siti(), dewi()]).await;
    let campaign = world.campaign(&world.plan(Channel::File)).await;
    world.registers("Siti Aminah", "+6281234567801").await;
    let dewi = world.desk.named("Dewi Anggraini").await.id;
    let status = Status { stage: Stage::Screening, sub_state: SubState::Resigned };
    stands(world.desk.store(), dewi, status, "hr").await.unwrap();
    assert!(world.claim(Channel::File).await.is_empty());
    let all = world.outreach.messages(campaign, MessageFilter::default(), None, 10).await.unwrap();
    let why: BTreeSet<Option<&str>> = all.iter().map(|one| one.error_code.as_deref()).collect();
    assert_eq!(why, [Some("closed"), Some("registered")].into());
    world.finish().await;
}

#[tokio::test]
async fn nobody_is_messaged_at_night_however_the_clock_jumps() {
    let world = World::of(&[siti()]).await;
    world.at("2026-03-10T19:59:00+07:00");
    world.campaign(&world.plan(Channel::File)).await;
    world.at("2026-03-10T20:00:00+07:00");
    let claim = world.outreach.claim(Channel::File, 10, 60).await.unwrap();
    let morning: jiff::Timestamp = "2026-03-11T08:00:00+07:00".parse().unwrap();
    assert_eq!((claim.messages.len(), claim.again_at), (0, Some(morning.as_microsecond())));
    world.at("2026-03-11T07:59:59+07:00");
    assert!(world.claim(Channel::File).await.is_empty());
    world.at("2026-03-10T03:00:00+07:00");
    assert!(world.claim(Channel::File).await.is_empty(), "the clock was set back into the night before");
    world.at("2026-03-11T08:00:00+07:00");
    assert_eq!(world.claim(Channel::File).await.len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_lease_that_ran_out_is_uncertain_and_a_late_word_settles_it() {
    let world = World::of(&many(4)).await;
    world.campaign(&world.plan(Channel::Whatsapp)).await;
    let claimed = world.claim(Channel::Whatsapp).await;
    let [late, webhook, again, sent] = claimed.as_slice() else { panic!("four are claimed") };
    world.later(60 * SECOND);
    assert_eq!(world.outreach.expire_leases().await.unwrap(), 0, "not before");
    world.later(1);
    assert_eq!(world.outreach.keep_up().await.unwrap().uncertain, 4);
    assert!(world.claim(Channel::Whatsapp).await.is_empty(), "nothing sends them again by itself");
    // Its own worker comes back late.
    assert_eq!(world.settle(late, accepted("wamid.1")).await, MessageState::Accepted);
    // The provider gives our id back.
    let told = Told {
        channel: Channel::Whatsapp,
        provider_id: "wamid.2",
        ours: Some(webhook.id),
        word: Word::Delivered,
        code: None,
        user: None,
    };
    assert_eq!(world.outreach.told(&told).await.unwrap(), Some(MessageState::Delivered));
    assert_eq!(world.told(Channel::Whatsapp, "wamid.2", Word::Read).await, Some(MessageState::Read));
    assert_eq!(world.settle(webhook, Sent::Unknown { code: "timeout".into() }).await, MessageState::Read);
    // A person judges.
    assert_eq!(world.outreach.judge(sent.id, Verdict::Sent, "hr").await.unwrap().state, MessageState::Sent);
    assert!(world.outreach.judge(sent.id, Verdict::NotSent, "hr").await.is_err(), "it is known by now");
    assert_eq!(world.outreach.judge(again.id, Verdict::NotSent, "hr").await.unwrap().state, MessageState::Queued);
    let claimed = world.claim(Channel::Whatsapp).await;
    assert_eq!(claimed.iter().map(|one| one.id).collect::<Vec<_>>(), [again.id]);
    assert_eq!(world.settle(again, accepted("wamid.3")).await, MessageState::Sending, "under the lease before");
    assert_eq!(world.settle(&claimed[0], accepted("wamid.4")).await, MessageState::Accepted);
    world.finish().await;
}

#[tokio::test]
async fn states_never_go_back_and_early_words_are_kept() {
    let world = World::of(&[siti()]).await;
    let campaign = world.campaign(&world.plan(Channel::Whatsapp)).await;
    let claimed = world.claim(Channel::Whatsapp).await.pop().unwrap();
    assert_eq!(
        world.told(Channel::Whatsapp, "wamid.1", Word::Delivered).await,
        None,
        "it is not known by that name yet"
    );
    assert_eq!(world.settle(&claimed, accepted("wamid.1")).await, MessageState::Delivered);
    for word in [Word::Sent, Word::Delivered, Word::Accepted, Word::Failed(Refusal::Final { number: true })] {
        assert_eq!(world.told(Channel::Whatsapp, "wamid.1", word).await, Some(MessageState::Delivered));
    }
    assert_eq!(world.told(Channel::Whatsapp, "wamid.1", Word::Read).await, Some(MessageState::Read));
    assert_eq!(world.told(Channel::Whatsapp, "wamid.1", Word::Delivered).await, Some(MessageState::Read));
    let reached = world.outreach.campaign(campaign).await.unwrap().reached;
    assert_eq!((reached.invited, reached.delivered, reached.read, reached.linked), (1, 1, 1, 0));
    world.registers("Siti Aminah", "+6281234567801").await;
    let reached = world.outreach.campaign(campaign).await.unwrap().reached;
    assert_eq!((reached.registered, reached.linked), (1, 1));
    world.finish().await;
}

#[tokio::test]
async fn an_sms_follows_what_whatsapp_cannot_deliver() {
    let world = World::of(&[siti()]).await;
    let new = NewCampaign { fallback: Some(Channel::Twilio), ..world.plan(Channel::Whatsapp) };
    let campaign = world.campaign(&new).await;
    let claimed = world.claim(Channel::Whatsapp).await.pop().unwrap();
    world.settle(&claimed, accepted("wamid.1")).await;
    let failed = Word::Failed(Refusal::Final { number: true });
    for _ in 0..2 {
        assert_eq!(world.told(Channel::Whatsapp, "wamid.1", failed).await, Some(MessageState::Failed));
    }
    let siti = world.desk.named("Siti Aminah").await.id;
    assert_eq!(world.outreach.contact(siti).await.unwrap().unreached[0].network, Network::Whatsapp);
    assert!(world.claim(Channel::Whatsapp).await.is_empty());
    let sms = world.claim(Channel::Twilio).await;
    assert_eq!(sms.len(), 1, "one, however often it was told");
    world.settle(&sms[0], accepted("SM1")).await;
    assert_eq!(world.told(Channel::Twilio, "SM1", Word::Delivered).await, Some(MessageState::Delivered));
    let all = world.outreach.messages(campaign, MessageFilter::default(), None, 10).await.unwrap();
    assert_eq!(all.iter().map(|one| one.purpose).collect::<Vec<_>>(), [Purpose::Invitation, Purpose::Fallback]);
    let preview = world.outreach.preview(&new.audience, Channel::File, world.template).await.unwrap();
    assert_eq!(preview.excluded.into_iter().collect::<Vec<_>>(), [(Excluded::InvitedBefore, 1)]);
    world.finish().await;
}

#[tokio::test]
async fn who_does_not_register_is_reminded_as_often_as_was_said() {
    let world = World::of(&[siti(), dewi()]).await;
    let new = NewCampaign { remind_after_days: Some(3), reminders: 2, ..world.plan(Channel::File) };
    let campaign = world.campaign(&new).await;
    for (number, message) in world.claim(Channel::File).await.iter().enumerate() {
        world.settle(message, accepted(&format!("f{number}"))).await;
    }
    assert_eq!(world.outreach.keep_up().await.unwrap().done, 0, "there are reminders to come");
    world.later(3 * DAY - 1);
    assert_eq!(world.outreach.remind().await.unwrap(), 0);
    world.registers("Siti Aminah", "+6281234567801").await;
    world.later(1);
    assert_eq!(world.outreach.remind().await.unwrap(), 1, "Siti has registered");
    assert_eq!(world.outreach.remind().await.unwrap(), 0, "once");
    let reminder = world.claim(Channel::File).await;
    assert_eq!(reminder.iter().map(|one| one.phone.as_str()).collect::<Vec<_>>(), ["+6281234567802"]);
    world.settle(&reminder[0], accepted("r1")).await;
    world.later(3 * DAY);
    assert_eq!(world.outreach.remind().await.unwrap(), 1);
    let reminder = world.claim(Channel::File).await;
    world.settle(&reminder[0], accepted("r2")).await;
    world.later(30 * DAY);
    let kept = world.outreach.keep_up().await.unwrap();
    assert_eq!((kept.reminded, kept.done), (0, 1), "twice is enough");
    assert_eq!(world.outreach.campaign(campaign).await.unwrap().state, CampaignState::Done);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_never_have_one_message_in_hand() {
    let world = World::of(&many(60)).await;
    let campaign = world.campaign(&world.plan(Channel::File)).await;
    let elsewhere = world.desk.another().await;
    let another = outreach(elsewhere.store(), Policy::default());
    let mut taken: Vec<MessageId> = Vec::new();
    for _ in 0..6 {
        let (one, other) =
            tokio::join!(world.outreach.claim(Channel::File, 5, 60), another.claim(Channel::File, 5, 60));
        taken.extend(one.unwrap().messages.iter().chain(&other.unwrap().messages).map(|one| one.id));
    }
    assert_eq!(taken.len(), 60);
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), 60, "each is in one hand");
    assert_eq!(world.outreach.campaign(campaign).await.unwrap().counts.sending, 60);
    elsewhere.store().close().await;
    world.finish().await;
}

#[tokio::test]
async fn a_channel_bears_so_many_in_any_day_and_any_second() {
    let world = World::of(&many(7)).await;
    world.campaign(&world.plan(Channel::Vonage)).await;
    let limits = Limits { a_day: Some(5), a_second: 3, recipient_seconds: 0 };
    let outreach = world.under(Channel::Vonage, limits);
    let claim = async || outreach.claim(Channel::Vonage, 100, 60).await.unwrap();
    assert_eq!(claim().await.messages.len(), 3, "in this second");
    let now = world.now.load(Ordering::Relaxed);
    assert_eq!(claim().await.again_at, Some(now + SECOND));
    world.later(SECOND);
    assert_eq!(claim().await.messages.len(), 2, "in this day");
    let standing = outreach.standing(Channel::Vonage).await.unwrap();
    assert_eq!((standing.used, standing.left), (5, Some(0)));
    world.later(DAY - SECOND - 1);
    let over = claim().await;
    assert_eq!((over.messages.len(), over.again_at), (0, Some(now + DAY)));
    world.later(1);
    assert_eq!(claim().await.messages.len(), 2, "those of a day ago count no more");
    world.finish().await;
}

#[tokio::test]
async fn a_channel_on_which_nothing_can_leave_is_only_looked_at() {
    let world = World::of(&many(3)).await;
    let limits = Limits { a_day: None, a_second: 1, recipient_seconds: 0 };
    let outreach = world.under(Channel::Twilio, limits);
    let written = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&written);
    watch::watch(world.desk.store(), move |sql| {
        let writes = ["BEGIN", "COMMIT", "UPDATE", "INSERT", "DELETE"].iter().any(|word| sql.starts_with(word));
        counter.fetch_add(usize::from(writes), Ordering::Relaxed);
        false
    });
    // How many messages are claimed, when to come again, and whether anything was written.
    let claim = async || {
        written.store(0, Ordering::Relaxed);
        let Claim { messages, again_at } = outreach.claim(Channel::Twilio, 10, 60).await.unwrap();
        (messages, again_at, written.load(Ordering::Relaxed) > 0)
    };
    let idle = |(messages, again_at, wrote): (Vec<Outgoing>, Option<i64>, bool)| {
        assert!(messages.is_empty() && !wrote, "{messages:?}, {again_at:?}, written: {wrote}");
        again_at
    };
    assert_eq!(idle(claim().await), None, "there is no campaign");
    let now = world.now.load(Ordering::Relaxed);
    let starts_at = jiff::Timestamp::from_microsecond(now + HOUR).unwrap();
    world.campaign(&NewCampaign { starts_at: Some(starts_at), ..world.plan(Channel::Twilio) }).await;
    assert_eq!(idle(claim().await), Some(now + HOUR), "nothing is due yet");
    world.later(HOUR);
    let (messages, _, wrote) = claim().await;
    assert!(messages.len() == 1 && wrote, "a claim is written down");
    assert_eq!(idle(claim().await), Some(now + HOUR + SECOND), "no more in this second");
    let asked = outreach.settle(messages[0].id, messages[0].lease, &refused(Refusal::BackOff), Some(120)).await;
    assert_eq!(asked.unwrap(), MessageState::Queued);
    world.later(SECOND);
    assert_eq!(idle(claim().await), Some(now + HOUR + 120 * SECOND), "the provider asked for two minutes");
    world.later(119 * SECOND);
    assert!(claim().await.2, "the pause is over");
    watch::watch(world.desk.store(), |_| false);
    world.finish().await;
}

#[tokio::test]
async fn who_is_turned_away_waits_and_everybody_with_her_where_it_is_the_channel() {
    let world = World::of(&[siti(), dewi()]).await;
    world.campaign(&world.plan(Channel::Twilio)).await;
    let first = world.outreach.claim(Channel::Twilio, 1, 60).await.unwrap().messages.pop().unwrap();
    let back_off = refused(Refusal::BackOff);
    let state = world.outreach.settle(first.id, first.lease, &back_off, Some(120)).await.unwrap();
    assert_eq!(state, MessageState::Queued);
    world.later(119 * SECOND);
    assert!(world.claim(Channel::Twilio).await.is_empty(), "the provider asked for two minutes");
    assert!(world.outreach.standing(Channel::Twilio).await.unwrap().closed_until.is_some());
    world.later(SECOND);
    let claimed = world.claim(Channel::Twilio).await;
    assert_eq!(claimed.len(), 2);
    let again = claimed.iter().find(|one| one.id == first.id).unwrap();
    assert_eq!(again.attempts, 1, "nobody's fault is no try of hers");
    assert_eq!(world.settle(again, refused(Refusal::Later)).await, MessageState::Queued);
    assert!(world.outreach.standing(Channel::Twilio).await.unwrap().closed_until.is_none(), "it was she alone");
    world.finish().await;
}

#[tokio::test]
async fn a_wrong_template_pauses_the_campaign_and_nobody_is_lost() {
    let world = World::of(&[siti(), dewi()]).await;
    let campaign = world.campaign(&world.plan(Channel::Whatsapp)).await;
    let claimed = world.claim(Channel::Whatsapp).await;
    for message in &claimed {
        assert_eq!(world.settle(message, refused(Refusal::StopCampaign)).await, MessageState::Queued);
    }
    let paused = world.outreach.campaign(campaign).await.unwrap();
    assert_eq!((paused.state, paused.paused_why.as_deref()), (CampaignState::Paused, Some("131026")));
    world.later(HOUR);
    assert!(world.claim(Channel::Whatsapp).await.is_empty());
    assert_eq!(world.outreach.resume(campaign).await.unwrap().state, CampaignState::Running);
    assert_eq!(world.claim(Channel::Whatsapp).await.len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn a_campaign_is_paused_resumed_and_cancelled() {
    let world = World::of(&[siti(), dewi()]).await;
    let campaign = world.campaign(&world.plan(Channel::File)).await;
    world.outreach.pause(campaign).await.unwrap();
    assert!(world.claim(Channel::File).await.is_empty());
    world.outreach.resume(campaign).await.unwrap();
    let claimed = world.outreach.claim(Channel::File, 1, 60).await.unwrap().messages;
    world.settle(&claimed[0], accepted("f1")).await;
    let cancelled = world.outreach.cancel(campaign).await.unwrap();
    assert_eq!(
        (cancelled.state, cancelled.counts.accepted, cancelled.counts.dropped),
        (CampaignState::Cancelled, 1, 1)
    );
    assert!(matches!(world.outreach.resume(campaign).await, Err(OutreachError::CampaignIs { .. })));
    let preview =
        world.outreach.preview(&world.plan(Channel::File).audience, Channel::File, world.template).await.unwrap();
    assert_eq!(preview.will, 1, "whom it did not reach may be invited");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chats_are_opened_one_after_another() {
    let world = World::of(&many(5)).await;
    let campaign = world.campaign(&world.plan(Channel::WaMe)).await;
    let (one, other) = tokio::join!(world.outreach.next_chat(campaign), world.outreach.next_chat(campaign));
    let (one, other) = (one.unwrap().unwrap(), other.unwrap().unwrap());
    assert_ne!(one.message, other.message);
    assert_eq!(world.state(one.message).await, MessageState::Opened);
    assert!(one.url.starts_with(&format!("https://wa.me/{}?text=Halo%20Pelamar", one.phone.trim_start_matches('+'))));
    let again = world.outreach.open_chat(one.message).await.unwrap();
    assert_ne!(again.text, one.text, "with another link");
    assert!(matches!(world.outreach.claim(Channel::WaMe, 1, 60).await, Err(OutreachError::NotByHand)));
    world.at("2026-03-10T21:00:00+07:00");
    assert!(matches!(world.outreach.next_chat(campaign).await, Err(OutreachError::Quiet { .. })));
    world.at("2026-03-11T09:00:00+07:00");
    let mut left = Vec::new();
    while let Some(chat) = world.outreach.next_chat(campaign).await.unwrap() {
        left.push(chat.left);
    }
    assert_eq!(left, [2, 1, 0]);
    assert_eq!(world.outreach.campaign(campaign).await.unwrap().counts.opened, 5);
    world.finish().await;
}

#[tokio::test]
async fn an_undo_keeps_whom_a_message_left_for() {
    let world = World::of(&[]).await;
    let batch = world.desk.import("jobstreet", &[siti(), dewi()]).await;
    let siti = world.desk.named("Siti Aminah").await.id;
    let new = NewCampaign { audience: Audience::Applications(vec![siti]), ..world.plan(Channel::File) };
    world.campaign(&new).await;
    let claimed = world.claim(Channel::File).await;
    world.settle(&claimed[0], accepted("f1")).await;
    let undone = undo(world.desk.store(), batch.id, &Progress::default()).await.unwrap();
    assert_eq!(undone.state, BatchState::Undone);
    let report = undone.undo.unwrap();
    assert_eq!(
        report.kept.iter().map(|one| (one.application, one.why)).collect::<Vec<_>>(),
        [(siti, WhyKept::Messaged)]
    );
    assert_eq!(report.removed, 1);
    world.finish().await;
}

#[tokio::test]
async fn the_newest_version_of_a_template_counts() {
    let world = World::of(&[]).await;
    let put = async |body: &str| {
        let new = NewTemplate {
            name: "undangan".to_owned(),
            language: Language::Indonesian,
            body: body.to_owned(),
            approved_name: Some("undangan_1".to_owned()),
            approved_language: None,
        };
        world.outreach.put_template(new, "hr").await.map(|template| template.version)
    };
    assert_eq!(put("Halo {nama}, daftar di {tautan}").await.unwrap(), 1, "word for word the one before");
    assert_eq!(put("Hai {nama}, daftar di {tautan}").await.unwrap(), 2);
    assert!(matches!(put("Hai {nama}").await, Err(OutreachError::Text(_))));
    let newest = world.outreach.templates().await.unwrap();
    let shown: Vec<(&str, Language, u32)> =
        newest.iter().map(|one| (one.name.as_str(), one.language, one.version)).collect();
    let shipped = [
        ("pengingat", Language::Indonesian, 1),
        ("pengingat", Language::English, 1),
        ("undangan", Language::Indonesian, 2),
        ("undangan", Language::English, 1),
    ];
    assert_eq!(shown, shipped);
    assert_eq!(world.outreach.versions("undangan").await.unwrap().len(), 3);
    world.finish().await;
}
