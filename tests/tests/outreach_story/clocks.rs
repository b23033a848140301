//! Clocks are set back, and the pause between two messages to one person is kept. What a clock that was ahead has written holds nothing up for longer than it would
//! have, had it been right.

use super::*;

const ONE_A_SECOND: Limits = Limits { a_day: None, a_second: 1, recipient_seconds: 0 };

#[tokio::test]
async fn a_clock_that_is_set_back_holds_no_channel_up() {
    let world = World::of(&many(3)).await;
    let outreach = world.under(Channel::Twilio, ONE_A_SECOND);
    world.campaign(&world.plan(Channel::Twilio)).await;
    let next = async || outreach.claim(Channel::Twilio, 10, 60).await.unwrap().messages;
    let first = next().await;
    assert_eq!(first.len(), 1);
    assert!(next().await.is_empty(), "one in a second");
    // What one clock took, another one that is a little behind sees: it counts.
    world.later(-SECOND / 2);
    assert!(next().await.is_empty());
    // Set back by days, while messages were queued for what is now the future: they wait for their time, and one that is due leaves at once.
    world.later(-6 * DAY);
    let early = many(4).pop().unwrap();
    world.desk.import("jobstreet", &[early]).await;
    world.campaign(&world.plan(Channel::Twilio)).await;
    let second = next().await;
    assert_eq!(second.len(), 1, "what was taken in the future is no message of this second");
    // Nobody waits for a lease until then either.
    assert_eq!(outreach.expire_leases().await.unwrap(), 1);
    assert_eq!(world.state(first[0].id).await, MessageState::Uncertain);
    assert_eq!(world.state(second[0].id).await, MessageState::Sending);
    world.finish().await;
}

#[tokio::test]
async fn a_channel_that_was_closed_in_the_future_is_open() {
    let world = World::of(&many(2)).await;
    world.campaign(&world.plan(Channel::Twilio)).await;
    let claimed = world.claim(Channel::Twilio).await;
    world.settle(&claimed[0], refused(Refusal::BackOff)).await;
    let closed = async || world.outreach.standing(Channel::Twilio).await.unwrap().closed_until.is_some();
    assert!(closed().await);
    world.later(-6 * DAY);
    assert!(!closed().await);
    world.settle(&claimed[1], refused(Refusal::BackOff)).await;
    assert!(closed().await, "it fails now, too");
    world.later(15 * SECOND);
    assert!(!closed().await);
    world.finish().await;
}

/// A reminder waits out the pause that the channel keeps for one recipient.
#[tokio::test]
async fn nobody_is_written_to_again_before_the_pause_for_one_recipient_is_over() {
    let world = World::of(&[siti()]).await;
    let limits = Limits { a_day: None, a_second: 100, recipient_seconds: 2 * 86_400 };
    let outreach = world.under(Channel::Twilio, limits);
    world.campaign(&NewCampaign { remind_after_days: Some(1), reminders: 1, ..world.plan(Channel::Twilio) }).await;
    let next = async || outreach.claim(Channel::Twilio, 10, 60).await.unwrap().messages.pop();
    world.settle(&next().await.unwrap(), accepted("SM1")).await;
    world.later(DAY);
    assert_eq!(outreach.keep_up().await.unwrap().reminded, 1);
    assert!(next().await.is_none());
    world.later(DAY - 1);
    assert!(next().await.is_none());
    world.later(1);
    assert_eq!(next().await.unwrap().phone, "+6281234567801");
    world.finish().await;
}
