//! What comes late: after a campaign was cancelled or is done, about an earlier try, or while the provider is out of order. Nobody is lost by it, and nobody is sent
//! anything twice.

use super::*;

const FINAL: Word = Word::Failed(Refusal::Final { number: true });

impl World {
    /// Fails by a word of the provider that names the message as we do, as of a try that it calls so.
    async fn failed(&self, channel: Channel, provider_id: &str, ours: MessageId) -> Option<MessageState> {
        let told = Told { channel, provider_id, ours: Some(ours), word: FINAL, code: Some("131026"), user: None };
        self.outreach.told(&told).await.unwrap()
    }

    async fn will(&self, channel: Channel) -> u64 {
        self.outreach.preview(&self.plan(channel).audience, channel, self.template).await.unwrap().will
    }
}

#[tokio::test]
async fn what_comes_back_after_its_campaign_was_cancelled_is_dropped_and_she_may_be_invited() {
    let world = World::of(&many(3)).await;
    let campaign = world.campaign(&world.plan(Channel::Whatsapp)).await;
    let claimed = world.claim(Channel::Whatsapp).await;
    world.outreach.cancel(campaign).await.unwrap();
    let refusals = [Refusal::Later, Refusal::BackOff, Refusal::StopCampaign];
    for (message, refusal) in claimed.iter().zip(refusals) {
        assert_eq!(world.settle(message, refused(refusal)).await, MessageState::Dropped, "{refusal:?}");
    }
    assert_eq!(world.outreach.campaign(campaign).await.unwrap().state, CampaignState::Cancelled);
    assert_eq!(world.will(Channel::Whatsapp).await, 3);
    world.finish().await;
}

#[tokio::test]
async fn a_campaign_that_was_done_goes_on_with_what_comes_back() {
    let world = World::of(&[siti()]).await;
    let campaign = world.campaign(&world.plan(Channel::Whatsapp)).await;
    let claimed = world.claim(Channel::Whatsapp).await.pop().unwrap();
    world.later(61 * SECOND);
    let kept = world.outreach.keep_up().await.unwrap();
    assert_eq!((kept.uncertain, kept.done), (1, 1));
    assert_eq!(world.settle(&claimed, refused(Refusal::Later)).await, MessageState::Queued, "it did not leave");
    assert_eq!(world.outreach.campaign(campaign).await.unwrap().state, CampaignState::Running);
    world.later(15 * SECOND);
    assert_eq!(world.claim(Channel::Whatsapp).await.len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_reminder_follows_what_left_after_the_campaign_was_done() {
    let world = World::of(&[siti()]).await;
    let new = NewCampaign { remind_after_days: Some(3), reminders: 1, ..world.plan(Channel::Whatsapp) };
    let campaign = world.campaign(&new).await;
    let claimed = world.claim(Channel::Whatsapp).await.pop().unwrap();
    world.settle(&claimed, Sent::Unknown { code: "timeout".to_owned() }).await;
    assert_eq!(world.outreach.keep_up().await.unwrap().done, 1);
    world.outreach.judge(claimed.id, Verdict::Sent, "hr").await.unwrap();
    assert_eq!(world.outreach.campaign(campaign).await.unwrap().state, CampaignState::Running);
    world.later(3 * DAY);
    assert_eq!(world.outreach.keep_up().await.unwrap().reminded, 1);
    world.finish().await;
}

#[tokio::test]
async fn who_is_not_reached_by_one_network_is_reached_by_another() {
    let world = World::of(&[siti()]).await;
    world.campaign(&world.plan(Channel::Whatsapp)).await;
    let claimed = world.claim(Channel::Whatsapp).await.pop().unwrap();
    world.settle(&claimed, accepted("wamid.1")).await;
    assert_eq!(world.told(Channel::Whatsapp, "wamid.1", FINAL).await, Some(MessageState::Failed));
    let preview = |ways: Ways| {
        let (outreach, audience, template) = (&world.outreach, Audience::Filter(Filter::default()), world.template);
        async move { outreach.preview(&audience, ways, template).await.unwrap() }
    };
    let by_whatsapp = preview(Channel::Whatsapp.into()).await;
    assert_eq!(by_whatsapp.excluded.into_iter().collect::<Vec<_>>(), [(Excluded::Undeliverable, 1)]);
    assert_eq!(preview(Channel::Twilio.into()).await.will, 1);
    assert_eq!(preview(Channel::WaMe.into()).await.will, 1, "HR sees for herself");
    let both = Ways { channel: Channel::Whatsapp, fallback: Some(Channel::Twilio) };
    assert_eq!(preview(both).await.will, 1);
    // What is queued is what was shown.
    let campaign = world.campaign(&world.plan(Channel::Whatsapp)).await;
    assert!(world.messages(campaign).await.is_empty());
    world.campaign(&world.plan(Channel::Twilio)).await;
    let sms = world.claim(Channel::Twilio).await.pop().unwrap();
    world.settle(&sms, accepted("SM1")).await;
    assert_eq!(world.told(Channel::Twilio, "SM1", Word::Delivered).await, Some(MessageState::Delivered));
    let unreached = world.outreach.contact(sms.application).await.unwrap().unreached;
    let networks: Vec<Network> = unreached.iter().map(|one| one.network).collect();
    assert_eq!(networks, [Network::Whatsapp], "an SMS tells nothing of WhatsApp");
    world.finish().await;
}

#[tokio::test]
async fn whom_another_message_reached_is_not_called() {
    let world = World::of(&[siti(), dewi()]).await;
    let new = NewCampaign { fallback: Some(Channel::Twilio), ..world.plan(Channel::Whatsapp) };
    let campaign = world.campaign(&new).await;
    for (number, message) in world.claim(Channel::Whatsapp).await.iter().enumerate() {
        let name = format!("wamid.{number}");
        world.settle(message, accepted(&name)).await;
        world.told(Channel::Whatsapp, &name, FINAL).await;
    }
    let to_call = async || world.outreach.campaign(campaign).await.unwrap().reached.to_call;
    assert_eq!(to_call().await, 0, "an SMS waits for each");
    let sms = world.claim(Channel::Twilio).await;
    world.settle(&sms[0], accepted("SM1")).await;
    world.settle(&sms[1], refused(Refusal::Final { number: true })).await;
    assert_eq!(to_call().await, 1);
    let failed = MessageFilter { state: Some(MessageState::Failed), answered: None };
    let failed = world.outreach.messages(campaign, failed, None, 10).await.unwrap();
    assert_eq!(failed.len(), 3);
    let called: Vec<ApplicationId> = failed.iter().filter(|one| one.to_call).map(|one| one.application).collect();
    assert_eq!(called, [sms[1].application], "once, though two messages to her failed");
    world.registers("Her own words", &sms[1].phone).await;
    assert_eq!(to_call().await, 0, "she registered all the same");
    world.finish().await;
}

/// A worker that has a message in hand and comes to it too late has not tried it, however often that happens.
#[tokio::test]
async fn what_is_come_to_too_late_is_no_try() {
    let world = World::of(&[siti()]).await;
    world.campaign(&world.plan(Channel::Whatsapp)).await;
    for _ in 0..6 {
        let message = world.claim(Channel::Whatsapp).await.pop().unwrap();
        assert_eq!(message.attempts, 1);
        assert_eq!(world.settle(&message, Sent::Kept { code: "late".to_owned() }).await, MessageState::Queued);
        world.later(SECOND);
    }
    let message = world.claim(Channel::Whatsapp).await.pop().unwrap();
    assert_eq!(world.settle(&message, accepted("wamid.0")).await, MessageState::Accepted);
    world.finish().await;
}

#[tokio::test]
async fn an_outage_however_long_fails_nobody() {
    let world = World::of(&[siti()]).await;
    let new = NewCampaign { fallback: Some(Channel::Twilio), ..world.plan(Channel::Whatsapp) };
    let campaign = world.campaign(&new).await;
    let mut waited = Vec::new();
    for _ in 0..14 {
        let claimed = world.claim(Channel::Whatsapp).await.pop().unwrap();
        assert_eq!(claimed.attempts, 1, "the line is cut: that is no try of hers");
        assert_eq!(world.settle(&claimed, refused(Refusal::BackOff)).await, MessageState::Queued);
        let claim = world.outreach.claim(Channel::Whatsapp, 1, 60).await.unwrap();
        let wait = claim.again_at.unwrap() - world.now.load(Ordering::Relaxed);
        waited.push(wait / SECOND);
        world.later(wait);
    }
    assert_eq!(waited[..9], [15, 30, 60, 120, 240, 480, 960, 1_920, 3_600], "longer and longer, an hour at most");
    let counts = world.outreach.campaign(campaign).await.unwrap().counts;
    assert_eq!((counts.queued, counts.failed), (1, 0), "and no SMS is paid for");
    world.finish().await;
}

#[tokio::test]
async fn a_failure_of_an_earlier_try_is_not_the_later_ones() {
    let world = World::of(&[siti()]).await;
    let new = NewCampaign { fallback: Some(Channel::Twilio), ..world.plan(Channel::Whatsapp) };
    let campaign = world.campaign(&new).await;
    let first = world.claim(Channel::Whatsapp).await.pop().unwrap();
    world.settle(&first, Sent::Unknown { code: "timeout".to_owned() }).await;
    world.outreach.judge(first.id, Verdict::NotSent, "hr").await.unwrap();
    world.later(6 * SECOND);
    let second = world.claim(Channel::Whatsapp).await.pop().unwrap();
    assert_eq!((second.id, second.attempts), (first.id, 2));
    assert_eq!(world.failed(Channel::Whatsapp, "wamid.1", first.id).await, None, "while the second is under way");
    assert_eq!(world.settle(&second, accepted("wamid.2")).await, MessageState::Accepted);
    assert_eq!(world.failed(Channel::Whatsapp, "wamid.1", first.id).await, None, "when it has left");
    assert_eq!(world.state(first.id).await, MessageState::Accepted);
    assert_eq!(world.outreach.campaign(campaign).await.unwrap().counts.queued, 0, "no SMS follows");
    assert_eq!(world.told(Channel::Whatsapp, "wamid.2", FINAL).await, Some(MessageState::Failed), "its own counts");
    world.finish().await;
}

#[tokio::test]
async fn a_failure_that_is_quicker_than_its_own_answer_counts() {
    let world = World::of(&[siti()]).await;
    world.campaign(&world.plan(Channel::Whatsapp)).await;
    let claimed = world.claim(Channel::Whatsapp).await.pop().unwrap();
    assert_eq!(world.failed(Channel::Whatsapp, "wamid.1", claimed.id).await, Some(MessageState::Failed));
    assert_eq!(world.settle(&claimed, accepted("wamid.1")).await, MessageState::Failed);
    world.finish().await;
}

#[tokio::test]
async fn who_hides_her_number_is_known_by_what_she_answers() {
    let world = World::of(&[siti(), dewi()]).await;
    world.campaign(&world.plan(Channel::Whatsapp)).await;
    let claimed = world.claim(Channel::Whatsapp).await;
    world.settle(&claimed[0], accepted("wamid.1")).await;
    let says = |provider_id, from| Incoming { channel: Channel::Whatsapp, provider_id, from, user: None, text: "STOP" };
    let heard = world.outreach.hear(&says("in.1", Sender::AnswerTo("wamid.1"))).await.unwrap();
    assert_eq!((heard.application, heard.stopped), (Some(claimed[0].application), true));
    assert!(!world.outreach.contact(claimed[0].application).await.unwrap().messages);
    let nobody = world.outreach.hear(&says("in.2", Sender::AnswerTo("wamid.9"))).await.unwrap();
    assert_eq!((nobody.application, nobody.stopped), (None, false));
    world.finish().await;
}

#[tokio::test]
async fn what_there_is_no_room_for_is_refused_and_what_a_provider_says_is_cut() {
    let world = World::of(&[siti()]).await;
    let new = |name: &str, language: &str| NewTemplate {
        name: "panjang".to_owned(),
        language: Language::Indonesian,
        body: "Halo {nama}, daftar di {tautan}".to_owned(),
        approved_name: Some(name.to_owned()),
        approved_language: Some(language.to_owned()),
    };
    for (name, language) in [("n".repeat(256), "id".to_owned()), ("n".to_owned(), "i".repeat(17))] {
        let refused = world.outreach.put_template(new(&name, &language), "hr").await;
        assert!(matches!(refused, Err(OutreachError::Approved { name: 255, language: 16 })), "{refused:?}");
    }
    world.outreach.put_template(new(&"é".repeat(255), &"i".repeat(16)), "hr").await.unwrap();
    for (days, reminders) in [(0, 1), (366, 1), (3, 11)] {
        let new = NewCampaign { remind_after_days: Some(days), reminders, ..world.plan(Channel::File) };
        let refused = world.outreach.start(CampaignId::mint(), &new, "hr").await;
        assert!(matches!(refused, Err(OutreachError::Reminders)), "{days} days, {reminders} times: {refused:?}");
    }
    world.campaign(&world.plan(Channel::Zenziva)).await;
    let claimed = world.claim(Channel::Zenziva).await.pop().unwrap();
    let sentence = "Nomor tidak dapat dihubungi, periksa kembali nomor tujuan sebelum mengirim";
    let refused = Sent::Refused { refusal: Refusal::Final { number: true }, code: sentence.to_owned() };
    assert_eq!(world.settle(&claimed, refused).await, MessageState::Failed);
    let code = world.outreach.message(claimed.id).await.unwrap().error_code.unwrap();
    assert_eq!(code, sentence.chars().take(64).collect::<String>());
    world.finish().await;
}
