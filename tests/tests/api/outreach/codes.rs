//! Every code that the notes know of a provider, said over the wire by its stand-in to its own carrier, and what the outbox does about it on each engine. To add a code:
//! its row.

use super::*;
use Follows::{Fallback, Mark, Pause, Stop};

/// What follows upon a code, beside what becomes of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    /// The campaign is paused by the code.
    Pause,
    /// She gets no more messages by any channel, and the provider is why.
    Stop,
    /// Her number is marked as one that this network does not reach.
    Mark,
    /// Another message goes the other way.
    Fallback,
}

/// A code, what becomes of the message, and what follows.
type Row = (i64, &'static str, &'static [Follows]);

const WHATSAPP: &[Row] = &[
    (130_429, "queued", &[]),
    (131_056, "queued", &[]),
    (131_026, "failed", &[Mark, Fallback]),
    (131_047, "queued", &[Pause]),
    (131_049, "failed", &[Fallback]),
    (131_050, "failed", &[Stop]),
    (132_000, "queued", &[Pause]),
    (132_001, "queued", &[Pause]),
    (132_012, "queued", &[Pause]),
    (132_015, "queued", &[Pause]),
    (132_016, "queued", &[Pause]),
    (190, "queued", &[Pause]),
];

const TWILIO: &[Row] = &[
    (21610, "failed", &[Stop]),
    (21211, "failed", &[Mark, Fallback]),
    (21614, "failed", &[Mark, Fallback]),
    (20429, "queued", &[]),
    (21611, "queued", &[]),
    (30036, "queued", &[]),
    (20003, "queued", &[Pause]),
    (21612, "queued", &[Pause]),
    (30007, "failed", &[Fallback]),
];

const ZENZIVA: &[Row] = &[
    (0, "failed", &[Mark, Fallback]),
    (5, "queued", &[Pause]),
    (6, "queued", &[Pause]),
    (89, "queued", &[]),
    (99, "queued", &[Pause]),
    (7, "failed", &[Fallback]),
];

const VONAGE: &[Row] = &[
    (1000, "queued", &[]),
    (1170, "failed", &[Mark, Fallback]),
    (1050, "failed", &[Fallback]),
    (1022, "queued", &[Pause]),
    (1070, "queued", &[Pause]),
    (1120, "queued", &[Pause]),
];

#[rstest]
#[case::whatsapp(Channel::Whatsapp, Channel::Vonage, WHATSAPP)]
#[case::twilio(Channel::Twilio, Channel::Whatsapp, TWILIO)]
#[case::zenziva(Channel::Zenziva, Channel::Whatsapp, ZENZIVA)]
#[case::vonage(Channel::Vonage, Channel::Whatsapp, VONAGE)]
#[tokio::test]
async fn what_each_code_asks_for_is_done(
    #[case] channel: Channel,
    #[case] fallback: Channel,
    #[case] codes: &[Row],
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql, Engine::Galera)] engine: Engine,
) {
    let provider = Provider::start().await;
    let app = App::with_providers_on(engine, &provider).await;
    app.import("glints", &many(codes.len())).await;
    let template = approved(&app).await["id"].clone();
    for (at, (code, state, follows)) in codes.iter().enumerate() {
        let (told, code) = (format!("{channel} {code}"), (*code, json!(code.to_string())));
        let her = application_of(&app, &number(at)).await;
        let campaign = refused(&app, &provider, (&her, &template), (channel, fallback), code.0).await;

        let all = messages(&app, &campaign).await;
        let (invitations, others): (Vec<&Value>, Vec<&Value>) =
            all.iter().partition(|message| message["purpose"] == "invitation");
        assert_eq!(invitations.len(), 1, "{told}: {all:?}");
        let found = (&invitations[0]["state"], &invitations[0]["error_code"]);
        assert_eq!(found, (&json!(state), &code.1), "{told}: {all:?}");
        let other_way: Vec<Value> = follows.iter().filter(|one| **one == Fallback).map(|_| json!(fallback)).collect();
        let went: Vec<Value> = others.iter().map(|message| message["channel"].clone()).collect();
        assert_eq!(went, other_way, "{told}: {all:?}");

        let now = campaign_of(&app, &campaign).await;
        let expected =
            if follows.contains(&Pause) { (json!("paused"), code.1.clone()) } else { (json!("running"), Value::Null) };
        assert_eq!((&now["state"], &now["paused_why"]), (&expected.0, &expected.1), "{told}: {now}");

        let thread = app.get(format!("/v1/applications/{her}/messages")).send().await.json(200);
        let contact = &thread["contact"];
        let stopped = follows.contains(&Stop);
        let by = if stopped { json!("provider") } else { Value::Null };
        assert_eq!((&contact["messages"], &contact["stopped_by"]), (&json!(!stopped), &by), "{told}: {contact}");
        let marks: Vec<(&Value, &Value)> =
            contact["unreached"].as_array().unwrap().iter().map(|mark| (&mark["network"], &mark["code"])).collect();
        let network = json!(channel.network());
        let mark = (&network, &code.1);
        let expected = if follows.contains(&Mark) { vec![mark] } else { Vec::new() };
        assert_eq!(marks, expected, "{told}: {contact}");

        // What waits of it is not the next code's.
        app.post(format!("{}/cancel", path(&campaign))).send().await.json(200);
        for any in Channel::ALL {
            let why = left_out(&app, (&her, &template), *any).await;
            assert_eq!(why == "opted_out", stopped, "{told}: by {any} {why}");
            let unreached = follows.contains(&Mark) && any.network() == channel.network() && !any.is_by_hand();
            assert_eq!(why == "undeliverable", unreached, "{told}: by {any} {why}");
        }
        // Nor is a channel that is closed for a while.
        app.jump(HOUR);
    }
    assert!(provider.taken().iter().all(|taken| taken.channel == fallback), "{:?}", provider.taken());
    all_is_well(&app).await;
}

/// A campaign for her alone, whose message is refused under a code.
async fn refused(
    app: &App,
    provider: &Provider,
    (her, template): (&str, &Value),
    (channel, fallback): (Channel, Channel),
    code: i64,
) -> Value {
    let audience = json!({"applications": [her]});
    let new = json!({"name": format!("{channel} {code}"), "audience": audience, "template": template, "channel": channel, "fallback": fallback});
    let campaign = started(app, &new).await;
    provider.next([Behaviour::Refuse(code)]);
    work(app).await;
    campaign
}

/// Why she would not be messaged by a channel; empty where she would.
async fn left_out(app: &App, (her, template): (&str, &Value), channel: Channel) -> String {
    let ask = json!({"audience": {"applications": [her]}, "channel": channel, "template": template});
    let preview = app.post("/v1/outreach/preview").json(&ask).send().await.json(200);
    preview["excluded"].as_object().unwrap().keys().cloned().collect()
}
