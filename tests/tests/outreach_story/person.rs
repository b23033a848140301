//! One person may have several numbers, turn out to be two records, or hide who she is: what she said is said of all of it, and nothing is said to her twice.

use satu_core::{
    import::Action,
    privacy::{self, Why},
};

use super::*;

impl World {
    async fn contact(&self, application: ApplicationId) -> (bool, Option<String>) {
        let contact = self.outreach.contact(application).await.unwrap();
        (contact.messages, contact.phone)
    }

    async fn hears(&self, provider_id: &str, from: Sender<'_>, user: Option<&str>) -> (Option<ApplicationId>, bool) {
        let incoming = Incoming { channel: Channel::Whatsapp, provider_id, from, user, text: "STOP" };
        let heard = self.outreach.hear(&incoming).await.unwrap();
        (heard.application, heard.stopped)
    }

    /// A campaign with one reminder after three days, of which everybody's invitation left; and whose they are.
    async fn reminding(&self) -> (CampaignId, Vec<ApplicationId>) {
        let new = NewCampaign { remind_after_days: Some(3), reminders: 1, ..self.plan(Channel::Whatsapp) };
        let campaign = self.campaign(&new).await;
        let mut invited = Vec::new();
        for (number, message) in self.claim(Channel::Whatsapp).await.iter().enumerate() {
            self.settle(message, accepted(&format!("wamid.{number}"))).await;
            invited.push(message.application);
        }
        (campaign, invited)
    }
}

#[tokio::test]
async fn who_says_stop_says_it_for_all_of_her_numbers() {
    let world = World::of(&[applicant("Siti Aminah", "081234567801 / 081234567809", "siti@example.com"), dewi()]).await;
    let (campaign, _) = world.reminding().await;
    let all = world.outreach.messages(campaign, MessageFilter::default(), None, 10).await.unwrap();
    let of = |name: &str| all.iter().find(|message| message.full_name == name).unwrap().application;
    let (siti, dewi) = (of("Siti Aminah"), of("Dewi Anggraini"));
    world.later(3 * DAY);
    assert_eq!(world.outreach.keep_up().await.unwrap().reminded, 2);
    // From the one that no message went to.
    assert_eq!(world.hears("in.1", Sender::Number("+6281234567809"), None).await, (Some(siti), true));
    assert_eq!(world.contact(siti).await, (false, Some("+6281234567801".to_owned())));
    let left: Vec<ApplicationId> = world.claim(Channel::Whatsapp).await.iter().map(|one| one.application).collect();
    assert_eq!(left, [dewi], "what was queued for her is dropped");
    assert!(world.outreach.consent(siti, true, "hr").await.unwrap().messages);
    assert!(world.contact(siti).await.0, "said again, it is said of all of them, too");
    world.finish().await;
}

/// Who writes back is counted and listed; what she wrote before she was written to is no answer.
#[tokio::test]
async fn who_answers_is_told() {
    let world = World::of(&[siti(), dewi()]).await;
    let hears = async |provider_id: &str, number: &str| {
        let from = Sender::Number(number);
        let incoming = Incoming { channel: Channel::Whatsapp, provider_id, from, user: None, text: "Masih ada?" };
        world.outreach.hear(&incoming).await.unwrap();
    };
    hears("in.1", "+6281234567802").await;
    world.later(SECOND);
    let campaign = world.campaign(&world.plan(Channel::Whatsapp)).await;
    for (number, message) in world.claim(Channel::Whatsapp).await.iter().enumerate() {
        world.settle(message, accepted(&format!("wamid.{number}"))).await;
    }
    let answered = async || world.outreach.campaign(campaign).await.unwrap().reached.answered;
    assert_eq!(answered().await, 0);
    hears("in.2", "+6281234567801").await;
    hears("in.3", "+6281234567801").await;
    assert_eq!(answered().await, 1);
    for (wanted, name) in [(true, "Siti Aminah"), (false, "Dewi Anggraini")] {
        let filter = MessageFilter { state: None, answered: Some(wanted) };
        let listed = world.outreach.messages(campaign, filter, None, 10).await.unwrap();
        let listed: Vec<_> = listed.iter().map(|one| (one.full_name.as_str(), one.answered)).collect();
        assert_eq!(listed, [(name, wanted)]);
    }
    world.finish().await;
}

/// She says stop, is erased, and applies once more: what she said is still known.
#[tokio::test]
async fn who_said_stop_gets_nothing_though_she_was_erased_and_applied_again() {
    let world = World::of(&[siti()]).await;
    let her = world.desk.named("Siti Aminah").await.id;
    assert_eq!(world.hears("in.1", Sender::Number("+6281234567801"), None).await, (Some(her), true));
    privacy::erase(world.desk.store(), her, "hr".into(), Why::Asked).await.unwrap();
    let again = world.desk.import("glints", &[siti()]).await;
    assert_eq!(world.desk.outcomes(&again).await, ["review erased"]);
    world.desk.settle(&again, 2, Action::Different).await.unwrap();
    let here = world.desk.named("Siti Aminah").await.id;
    assert_ne!(here, her);
    let plan = world.plan(Channel::Whatsapp);
    let preview = world.outreach.preview(&plan.audience, Channel::Whatsapp, world.template).await.unwrap();
    assert_eq!((preview.will, preview.excluded.get(&Excluded::OptedOut)), (0, Some(&1)));
    world.finish().await;
}

#[tokio::test]
async fn who_was_merged_into_her_gets_nothing_either() {
    let world = World::of(&[siti(), applicant("Siti A.", "081234567809", "s.aminah@example.com")]).await;
    let (_, invited) = world.reminding().await;
    let [one, other] = invited[..] else { panic!("both are invited") };
    world.desk.merge(one, other).await.unwrap();
    world.outreach.consent(one, false, "hr").await.unwrap();
    world.later(3 * DAY);
    assert_eq!(world.outreach.keep_up().await.unwrap().reminded, 0);
    world.finish().await;
}

#[tokio::test]
async fn a_number_that_she_is_known_by_only_since_is_stopped_too() {
    let world = World::of(&[siti(), applicant("Siti A.", "081234567809", "s.aminah@example.com")]).await;
    let (_, invited) = world.reminding().await;
    let [one, other] = invited[..] else { panic!("both are invited") };
    world.outreach.consent(one, false, "hr").await.unwrap();
    world.desk.merge(one, other).await.unwrap();
    assert!(!world.contact(one).await.0);
    world.later(3 * DAY);
    assert_eq!(world.outreach.keep_up().await.unwrap().reminded, 0);
    world.finish().await;
}

#[tokio::test]
async fn two_who_turn_out_to_be_one_are_reminded_once() {
    // Merged before the reminders are queued, and while they wait for the morning.
    for at_night in [false, true] {
        let world = World::of(&[siti(), applicant("Siti A.", "081234567809", "s.aminah@example.com")]).await;
        let (_, invited) = world.reminding().await;
        let [one, other] = invited[..] else { panic!("both are invited") };
        if at_night {
            world.at("2026-03-13T21:00:00+07:00");
            assert_eq!(world.outreach.keep_up().await.unwrap().reminded, 2);
        }
        world.desk.merge(one, other).await.unwrap();
        world.at("2026-03-14T10:00:00+07:00");
        world.outreach.keep_up().await.unwrap();
        let mut left = 0;
        for _ in 0..3 {
            for message in world.claim(Channel::Whatsapp).await {
                left += 1;
                world.settle(&message, accepted(&format!("again.{left}"))).await;
            }
            world.later(HOUR);
        }
        assert_eq!(left, 1, "at night: {at_night}");
        world.finish().await;
    }
}

#[tokio::test]
async fn who_hides_her_number_is_known_since_she_was_written_to() {
    let world = World::of(&[siti(), dewi()]).await;
    let (_, invited) = world.reminding().await;
    let delivered = |provider_id, user| Told {
        channel: Channel::Whatsapp,
        provider_id,
        ours: None,
        word: Word::Delivered,
        code: None,
        user: Some(user),
    };
    world.outreach.told(&delivered("wamid.0", "ID.1")).await.unwrap();
    assert_eq!(world.hears("in.1", Sender::Hidden, Some("ID.9")).await, (None, false), "nobody has written to her");
    assert_eq!(world.hears("in.2", Sender::Hidden, None).await, (None, false));
    assert_eq!(world.hears("in.3", Sender::Hidden, Some("ID.1")).await, (Some(invited[0]), true));
    assert!(!world.contact(invited[0]).await.0);
    assert!(world.contact(invited[1]).await.0);
    // She is known by what she answered, too; and by whatever number stands behind the name since.
    world.hears("in.4", Sender::AnswerTo("wamid.1"), Some("ID.2")).await;
    assert!(world.outreach.consent(invited[1], true, "hr").await.unwrap().messages);
    assert_eq!(world.hears("in.5", Sender::Hidden, Some("ID.2")).await, (Some(invited[1]), true));
    world.finish().await;
}

#[tokio::test]
async fn what_she_wrote_before_she_was_known_is_shown_with_her() {
    let world = World::of(&[]).await;
    let incoming = Incoming {
        channel: Channel::Whatsapp,
        provider_id: "in.1",
        from: Sender::Number("+6281234567801"),
        user: None,
        text: "Halo, apakah lowongannya masih ada?",
    };
    assert_eq!(world.outreach.hear(&incoming).await.unwrap().application, None);
    world.desk.import("glints", &[siti(), dewi()]).await;
    let campaign = world.campaign(&world.plan(Channel::File)).await;
    for (application, _) in world.messages(campaign).await {
        let thread = world.outreach.thread(application).await.unwrap();
        let heard = thread.items.iter().filter(|item| matches!(item, Item::Heard { .. })).count();
        assert_eq!(heard, usize::from(thread.contact.phone.as_deref() == Some("+6281234567801")));
    }
    world.finish().await;
}

/// Her invitation failed late, after its reminder had left: another campaign invites her once more, and the reminder was said to her before.
#[tokio::test]
async fn a_reminder_that_was_said_before_is_not_counted() {
    let world = World::of(&[siti()]).await;
    let (first, _) = world.reminding().await;
    world.later(3 * DAY);
    assert_eq!(world.outreach.keep_up().await.unwrap().reminded, 1);
    for message in world.claim(Channel::Whatsapp).await {
        world.settle(&message, accepted("wamid.reminder")).await;
    }
    let failed = Word::Failed(Refusal::Final { number: false });
    assert_eq!(world.told(Channel::Whatsapp, "wamid.0", failed).await, Some(MessageState::Failed));
    world.later(HOUR);
    let again = NewCampaign { remind_after_days: Some(3), reminders: 1, ..world.plan(Channel::Whatsapp) };
    let second = world.campaign(&again).await;
    for message in world.claim(Channel::Whatsapp).await {
        world.settle(&message, accepted("wamid.again")).await;
    }
    world.later(3 * DAY);
    assert_eq!(world.outreach.keep_up().await.unwrap().reminded, 0);
    assert_eq!((world.messages(first).await.len(), world.messages(second).await.len()), (2, 1));
    world.finish().await;
}

/// She is known by another name since: what was said to her is what was sent, what waits is what she would read now; a chat that HR opened is what stood in it.
#[tokio::test]
async fn what_was_sent_is_shown_as_it_was_sent() {
    let world = World::of(&[siti(), applicant("Aminah Siti", "081234567809", "s.aminah@example.com")]).await;
    let [her, keeps] = [world.desk.named("Siti Aminah").await.id, world.desk.named("Aminah Siti").await.id];
    let new = NewCampaign { audience: Audience::Applications(vec![her]), ..world.plan(Channel::Whatsapp) };
    let by_hand = NewCampaign { audience: Audience::Applications(vec![keeps]), ..world.plan(Channel::WaMe) };
    world.campaign(&new).await;
    let texts = async |application: ApplicationId| -> Vec<String> {
        let thread = world.outreach.thread(application).await.unwrap();
        let text = |item: &Item| if let Item::Message { text, .. } = item { text.clone() } else { String::new() };
        thread.items.iter().map(text).collect()
    };
    assert_eq!(texts(her).await, ["Halo Siti, daftar di …"], "as it would be sent now");
    for message in world.claim(Channel::Whatsapp).await {
        assert!(message.text.starts_with("Halo Siti, daftar di http"), "{}", message.text);
        world.settle(&message, accepted("wamid.1")).await;
    }
    let chats = world.campaign(&by_hand).await;
    assert!(world.outreach.next_chat(chats).await.unwrap().is_some());
    world.desk.merge(keeps, her).await.unwrap();
    let mut shown = texts(her).await;
    shown.sort();
    assert_eq!(shown, ["Halo Aminah, daftar di …", "Halo Siti, daftar di …"]);
    world.finish().await;
}

#[tokio::test]
async fn a_text_that_is_refused_once_more_is_hers_alone() {
    let world = World::of(&[siti(), dewi()]).await;
    let campaign = world.campaign(&world.plan(Channel::Whatsapp)).await;
    let claimed = world.outreach.claim(Channel::Whatsapp, 1, 60).await.unwrap().messages.pop().unwrap();
    assert_eq!(world.settle(&claimed, refused(Refusal::Template)).await, MessageState::Queued);
    assert_eq!(world.outreach.campaign(campaign).await.unwrap().state, CampaignState::Paused);
    world.outreach.resume(campaign).await.unwrap();
    for message in world.claim(Channel::Whatsapp).await {
        let sent = if message.id == claimed.id { refused(Refusal::Template) } else { accepted("wamid.1") };
        world.settle(&message, sent).await;
    }
    assert_eq!(world.state(claimed.id).await, MessageState::Failed);
    let campaign = world.outreach.campaign(campaign).await.unwrap();
    assert_eq!((campaign.state, campaign.reached.invited, campaign.reached.to_call), (CampaignState::Running, 1, 1));
    world.finish().await;
}

#[tokio::test]
async fn whoever_has_an_account_with_a_number_of_hers_speaks_for_himself() {
    let world = World::of(&[applicant("Siti Aminah", "081234567801 / 081234567809", "siti@example.com")]).await;
    let (_, invited) = world.reminding().await;
    world.hears("in.1", Sender::Number("+6281234567801"), None).await;
    // Her second number was given to somebody else, who registers with it: he is not linked to her application.
    let his = world.registers("Budi Hartono", "+6281234567809").await;
    world.outreach.consent_of(his, true).await.unwrap();
    assert!(!world.contact(invited[0]).await.0, "what she said stands");
    world.finish().await;
}

#[tokio::test]
async fn another_text_that_is_refused_pauses_once_more() {
    let world = World::of(&[siti()]).await;
    let campaign = world.campaign(&world.plan(Channel::Whatsapp)).await;
    for code in ["190", "132000", "132005"] {
        let claimed = world.claim(Channel::Whatsapp).await.pop().unwrap();
        let refusal = if code == "190" { Refusal::StopCampaign } else { Refusal::Template };
        let sent = Sent::Refused { refusal, code: code.to_owned() };
        assert_eq!(world.settle(&claimed, sent).await, MessageState::Queued, "{code}");
        assert_eq!(world.outreach.campaign(campaign).await.unwrap().state, CampaignState::Paused);
        world.outreach.resume(campaign).await.unwrap();
    }
    world.finish().await;
}

#[tokio::test]
async fn what_fails_late_through_no_fault_of_hers_goes_again() {
    for refusal in [Refusal::StopCampaign, Refusal::Template, Refusal::BackOff, Refusal::Later] {
        let stops = matches!(refusal, Refusal::StopCampaign | Refusal::Template);
        let world = World::of(&[siti()]).await;
        let new = NewCampaign { fallback: Some(Channel::Twilio), ..world.plan(Channel::Whatsapp) };
        let campaign = world.campaign(&new).await;
        let claimed = world.claim(Channel::Whatsapp).await.pop().unwrap();
        world.settle(&claimed, accepted("wamid.1")).await;
        world.outreach.keep_up().await.unwrap();
        let failed = Word::Failed(refusal);
        assert_eq!(world.told(Channel::Whatsapp, "wamid.1", failed).await, Some(MessageState::Failed));
        assert_eq!(world.told(Channel::Whatsapp, "wamid.1", failed).await, Some(MessageState::Failed), "told twice");
        let shown = world.outreach.campaign(campaign).await.unwrap();
        assert_eq!((shown.state == CampaignState::Paused, shown.reached.to_call), (stops, 0), "{refusal:?}");
        if stops {
            world.outreach.resume(campaign).await.unwrap();
        }
        world.later(HOUR);
        assert!(
            world.claim(Channel::Twilio).await.is_empty(),
            "{refusal:?}: the other way is for what cannot be helped"
        );
        let again = world.claim(Channel::Whatsapp).await;
        // A channel that is too fast is no try of hers.
        let tries = if refusal == Refusal::BackOff { 1 } else { 2 };
        assert_eq!(again.iter().map(|one| (one.id == claimed.id, one.attempts)).collect::<Vec<_>>(), [(false, tries)]);
        world.settle(&again[0], accepted("wamid.2")).await;
        assert_eq!(world.outreach.campaign(campaign).await.unwrap().reached.invited, 1);
        world.finish().await;
    }
}

#[tokio::test]
async fn a_number_that_is_not_there_is_to_be_called() {
    let world = World::of(&[siti()]).await;
    let campaign = world.campaign(&world.plan(Channel::WaMe)).await;
    let chat = world.outreach.next_chat(campaign).await.unwrap().unwrap();
    let wrong = world.outreach.judge(chat.message, Verdict::NotSent, "rina").await;
    assert!(matches!(wrong, Err(OutreachError::MessageIs { state: MessageState::Opened })), "{wrong:?}");
    for _ in 0..2 {
        let judged = world.outreach.judge(chat.message, Verdict::Unreached, "rina").await.unwrap();
        assert_eq!((judged.state, judged.to_call), (MessageState::Failed, true));
        assert_eq!(judged.error_code.as_deref(), Some("not_on_whatsapp"));
    }
    let preview = world.outreach.preview(&world.plan(Channel::Twilio).audience, Channel::Twilio, world.template).await;
    assert_eq!(preview.unwrap().will, 1, "an SMS may reach her");
    world.finish().await;
}

#[tokio::test]
async fn nothing_leaves_in_a_night_that_began_while_it_was_waited_for() {
    let world = World::of(&[siti()]).await;
    let campaign = world.campaign(&world.plan(Channel::Whatsapp)).await;
    let nobody = Audience::Applications(Vec::new());
    let by_hand = world.campaign(&NewCampaign { audience: nobody, ..world.plan(Channel::WaMe) }).await;
    world.at("2026-03-10T19:59:59+07:00");
    let night: jiff::Timestamp = "2026-03-10T20:00:01+07:00".parse().unwrap();
    let now = Arc::clone(&world.now);
    // Whoever stands in line at the channel waits until then.
    watch::watch(world.desk.store(), move |sql| {
        if sql.contains("channel_gate") && sql.starts_with("UPDATE") {
            now.store(night.as_microsecond(), Ordering::Relaxed);
        }
        false
    });
    let claim = world.outreach.claim(Channel::Whatsapp, 10, 60).await.unwrap();
    let morning: jiff::Timestamp = "2026-03-11T08:00:00+07:00".parse().unwrap();
    assert_eq!((claim.messages.len(), claim.again_at), (0, Some(morning.as_microsecond())));
    world.at("2026-03-10T19:59:59+07:00");
    let chat = world.outreach.next_chat(by_hand).await;
    assert!(matches!(chat, Err(OutreachError::Quiet { .. })), "{chat:?}");
    watch::watch(world.desk.store(), |_| false);
    assert_eq!(
        world.messages(campaign).await.into_iter().map(|(_, state)| state).collect::<Vec<_>>(),
        [MessageState::Queued]
    );
    world.finish().await;
}
