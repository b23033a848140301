//! `/v1/outreach` and `/webhooks`: whom a campaign means, what leaves, what comes back, and that nobody is written to twice, at night, or after she said stop.
//!
//! What becomes of messages is the same story on each channel and on each engine.

use std::io::Cursor;

use axum::http::Method;
use calamine::{Reader, Xlsx};
use rstest::rstest;
use satu_core::outreach::{Channel, Quiet};
use satu_tests::{
    applicants::{Applicant, applicant},
    callbacks,
    engines::Engine,
    provider::{Behaviour, Provider, Taken, secrets},
};
use serde_json::{Value, json};

use crate::{
    app::App,
    candidates::consent,
    imports::{dewi, rina, siti},
};

mod codes;

const PIN: &str = "482057";
const SITI: &str = "+6281234567801";
const HOUR: i64 = 3600;

/// The newest version of a template.
async fn template(app: &App, name: &str) -> Value {
    let all = app.get("/v1/outreach/templates").send().await.json(200);
    let all = all["items"].as_array().unwrap().clone();
    all.into_iter().find(|one| one["name"] == name && one["language"] == "id").expect("it is shipped")
}

/// The template of invitations under a name that WhatsApp has approved.
async fn approved(app: &App) -> Value {
    let body = template(app, "undangan").await["body"].clone();
    let new = json!({"name": "undangan", "language": "id", "body": body, "approved_name": "lengkapi_pendaftaran"});
    app.post("/v1/outreach/templates").json(&new).send().await.json(201)
}

/// What starts a campaign for everybody.
async fn new(app: &App, channel: Channel) -> Value {
    let template = if channel == Channel::Whatsapp { approved(app).await } else { template(app, "undangan").await };
    json!({"name": "Undangan Mei", "audience": {"filter": {}}, "template": template["id"], "channel": channel})
}

/// A campaign once it is filled.
async fn started(app: &App, new: &Value) -> Value {
    let campaign = app.post("/v1/outreach/campaigns").json(new).send().await.json(201);
    for _ in 0..1000 {
        let now = campaign_of(app, &campaign).await;
        if now["state"] != "filling" {
            return now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{campaign} is not filled");
}

async fn campaign_of(app: &App, campaign: &Value) -> Value {
    app.get(path(campaign)).send().await.json(200)
}

fn path(campaign: &Value) -> String {
    format!("/v1/outreach/campaigns/{}", campaign["id"].as_str().unwrap())
}

async fn messages(app: &App, campaign: &Value) -> Vec<Value> {
    app.get(format!("{}/messages", path(campaign))).send().await.json(200)["items"].as_array().unwrap().clone()
}

/// What stands of each message, by whom it is to.
async fn states(app: &App, campaign: &Value) -> Vec<(String, String)> {
    let of = |message: &Value, name: &str| message[name].as_str().unwrap_or_default().to_owned();
    let mut all: Vec<_> =
        messages(app, campaign).await.iter().map(|one| (of(one, "full_name"), of(one, "state"))).collect();
    all.sort();
    all
}

async fn work(app: &App) {
    app.backend.worker().once().await.unwrap();
}

/// The end of a story: no promise of the database is broken.
async fn all_is_well(app: &App) {
    let findings = app.backend.store().check().await;
    assert!(findings.is_empty(), "{findings:?}");
}

/// A campaign that waits for HR to open its chats, for [`crate::document`].
pub async fn begun(app: &App) -> Value {
    let new = new(app, Channel::WaMe).await;
    let campaign = started(app, &new).await;
    let message = messages(app, &campaign).await[0].clone();
    let ask = json!({"audience": {"filter": {}}, "channel": "wa_me", "template": new["template"]});
    json!({"campaign": campaign, "message": message, "new": new, "ask": ask})
}

/// A message whose worker never came back.
pub async fn uncertain(app: &App) -> String {
    let page = app.get("/v1/outreach/campaigns").send().await.json(200);
    app.post(format!("{}/cancel", path(&page["items"][0]))).send().await.json(200);
    let new = new(app, Channel::File).await;
    started(app, &new).await;
    let claim = app.backend.outreach().claim(Channel::File, 1, 1).await.unwrap();
    app.jump(HOUR);
    assert_eq!(app.backend.outreach().expire_leases().await.unwrap(), 1);
    claim.messages[0].id.to_string()
}

#[tokio::test]
async fn hr_sees_who_is_meant_and_opens_one_chat_after_another() {
    let app = App::open().await;
    let abroad = applicant("Ani Abroad", "+6591234567", "ani@example.com").reference("GL-9");
    app.import("glints", &[siti(), dewi(), abroad]).await;
    let new = new(&app, Channel::WaMe).await;
    let ask = json!({"audience": new["audience"], "channel": "wa_me", "template": new["template"]});
    let preview = app.post("/v1/outreach/preview").json(&ask).send().await.json(200);
    assert_eq!((&preview["total"], &preview["will"]), (&json!(3), &json!(2)), "{preview}");
    assert_eq!(preview["excluded"], json!({"no_mobile": 1}));
    assert!(preview["sample"]["text"].as_str().unwrap().contains("https://satu.example/daftar"), "{preview}");

    let campaign = started(&app, &new).await;
    assert_eq!((&campaign["state"], &campaign["counts"]["queued"]), (&json!("running"), &json!(2)), "{campaign}");
    let next = || app.post(format!("{}/next-chat", path(&campaign))).send();
    let mut opened = Vec::new();
    for left in [1, 0] {
        let answer = next().await;
        assert_eq!(answer.header("cache-control"), "no-store", "a link proves a number");
        let chat = answer.json(200);
        assert_eq!(chat["left"], left, "{chat}");
        let digits = chat["phone"].as_str().unwrap().trim_start_matches('+').to_owned();
        assert!(chat["url"].as_str().unwrap().starts_with(&format!("https://wa.me/{digits}?text=")), "{chat}");
        opened.push(chat["full_name"].as_str().unwrap().to_owned());
    }
    assert_eq!(next().await.status, 204);
    opened.sort();
    assert_eq!(opened, ["Dewi Lestari", "Siti Aminah"]);
    let now = campaign_of(&app, &campaign).await;
    assert_eq!(now["counts"]["opened"], 2, "{now}");

    let again = app.post("/v1/outreach/preview").json(&ask).send().await.json(200);
    assert_eq!((&again["will"], &again["excluded"]["invited_before"]), (&json!(0), &json!(2)), "nobody twice: {again}");
}

#[tokio::test]
async fn a_text_is_checked_when_it_is_kept_and_its_versions_stay() {
    let app = App::open().await;
    let shipped = app.get("/v1/outreach/templates?name=undangan").send().await.json(200);
    assert_eq!(shipped["items"].as_array().unwrap().len(), 2, "in each language, whoever asks first: {shipped}");
    let put = async |body: &str| {
        app.post("/v1/outreach/templates")
            .json(&json!({"name": "undangan", "language": "id", "body": body}))
            .send()
            .await
    };
    for (body, refusal) in [
        ("", "422 outreach.text_empty"),
        ("Halo {nama: {tautan}", "422 outreach.text_variable"),
        ("Halo {umur}: {tautan}", "422 outreach.text_variable"),
        ("Halo nama}: {tautan}", "422 outreach.text_brace"),
        ("Halo\u{0}{tautan}", "400 request.invalid"),
    ] {
        let answer = put(body).await;
        assert!(answer.status == 422 || answer.status == 400, "{body}");
        let told = answer.refusal();
        // Where a brace is not closed, either says what is wrong.
        assert!(told == refusal || (body.contains("{nama:") && told == "422 outreach.text_brace"), "{body}: {told}");
    }
    let kept = put("Halo {nama}: {tautan}").await.json(201);
    assert_eq!(kept["version"], 2);
    let versions = app.get("/v1/outreach/templates?name=undangan").send().await.json(200);
    let versions: Vec<&Value> = versions["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["language"] == "id")
        .map(|one| &one["version"])
        .collect();
    assert_eq!(versions, [2, 1]);
}

#[tokio::test]
async fn a_campaign_names_what_is_there_and_a_channel_that_can_be_used() {
    let app = App::open().await;
    let fitting = new(&app, Channel::WaMe).await;
    let start = async |change: Value| {
        let mut new = fitting.clone();
        for (name, value) in change.as_object().unwrap() {
            new[name] = value.clone();
        }
        app.post("/v1/outreach/campaigns").json(&new).send().await.refusal()
    };
    let nobody = "00000000-0000-7000-8000-000000000000";
    assert_eq!(start(json!({"channel": "whatsapp"})).await, "422 outreach.unconfigured");
    assert_eq!(start(json!({"channel": "file", "fallback": "twilio"})).await, "422 outreach.unconfigured");
    assert_eq!(start(json!({"template": nobody})).await, "404 template.unknown");
    assert_eq!(start(json!({"name": ""})).await, "422 outreach.name");
    assert_eq!(start(json!({"audience": {"applications": []}})).await, "400 request.invalid");
    assert_eq!(start(json!({"audience": {"filter": {"q": "a\u{0}"}}})).await, "400 request.invalid");
    assert_eq!(start(json!({"audience": {"filter": {"nothing": 1}}})).await, "422 request.invalid");
    for act in ["pause", "resume", "cancel", "next-chat"] {
        let answer = app.post(format!("/v1/outreach/campaigns/{nobody}/{act}")).send().await;
        assert_eq!(answer.refusal(), "404 campaign.unknown", "{act}");
    }
    let channels = app.get("/v1/outreach/channels").send().await.json(200);
    assert_eq!((&channels["usual"], &channels["link"]), (&json!("wa_me"), &json!(true)));
    let usable: Vec<&str> = channels["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["configured"] == true)
        .filter_map(|one| one["channel"].as_str())
        .collect();
    assert_eq!(usable, ["wa_me", "file"]);
}

/// The same story on every channel that a provider carries: invited once, told of, and not again.
#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Zenziva)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn each_candidate_is_sent_one_message(
    #[case] channel: Channel,
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql, Engine::Galera)] engine: Engine,
) {
    let provider = Provider::start().await;
    let app = App::with_providers_on(engine, &provider).await;
    app.import("glints", &[siti(), dewi()]).await;
    let new = new(&app, channel).await;
    let campaign = started(&app, &new).await;
    work(&app).await;
    work(&app).await;
    let mut to: Vec<String> = provider.taken().into_iter().map(|taken| taken.to).collect();
    to.sort();
    assert_eq!(to, [SITI, "+6281234567802"]);
    let accepted = |name: &str| (name.to_owned(), "accepted".to_owned());
    assert_eq!(states(&app, &campaign).await, [accepted("Dewi Lestari"), accepted("Siti Aminah")]);
    let again = started(&app, &new).await;
    work(&app).await;
    assert_eq!((provider.taken().len(), messages(&app, &again).await.len()), (2, 0), "nobody is invited twice");
    all_is_well(&app).await;
}

/// What a provider tells arrives late, twice, out of order and forged; a state never goes back.
#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn what_becomes_of_a_message_is_told_in_any_order(
    #[case] channel: Channel,
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql, Engine::Galera)] engine: Engine,
) {
    let provider = Provider::start().await;
    let app = App::with_providers_on(engine, &provider).await;
    app.import("glints", &[siti()]).await;
    let campaign = started(&app, &new(&app, channel).await).await;
    work(&app).await;
    let taken = provider.taken().pop().unwrap();
    let forged = callbacks::state(&taken, "delivered", None).forged();
    assert_eq!(app.callback(&forged).send().await.refusal(), "401 webhook.forged");
    for (word, state) in [
        ("delivered", "delivered"),
        ("sent", "delivered"),
        ("read", "read"),
        ("delivered", "read"),
        ("failed", "read"),
        ("read", "read"),
    ] {
        for _ in 0..2 {
            assert_eq!(app.callback(&callbacks::state(&taken, word, None)).send().await.status, 200);
        }
        assert_eq!(states(&app, &campaign).await[0].1, state, "{channel} after {word}");
    }
    let reached = &campaign_of(&app, &campaign).await["reached"];
    assert_eq!((&reached["invited"], &reached["delivered"], &reached["read"]), (&json!(1), &json!(1), &json!(1)));
    all_is_well(&app).await;
}

/// STOP on one channel is STOP on every one, at once, for what waits too; and HR can read it.
#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn who_says_stop_is_written_to_no_more(
    #[case] channel: Channel,
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql, Engine::Galera)] engine: Engine,
) {
    let provider = Provider::start().await;
    let app = App::with_providers_on(engine, &provider).await;
    app.import("glints", &[siti(), dewi()]).await;
    let campaign = started(&app, &new(&app, Channel::Zenziva).await).await;
    let call = callbacks::words(channel, "in-1", SITI, "Stop, terima kasih");
    assert_eq!(app.callback(&call.clone().forged()).send().await.refusal(), "401 webhook.forged");
    for _ in 0..2 {
        assert_eq!(app.callback(&call).send().await.status, 200);
    }
    work(&app).await;
    let to: Vec<String> = provider.taken().into_iter().map(|taken| taken.to).collect();
    assert_eq!(to, ["+6281234567802"], "Dewi alone");
    assert_eq!(states(&app, &campaign).await[1], ("Siti Aminah".to_owned(), "dropped".to_owned()));
    let siti = application(&app, "siti").await;
    let thread = app.get(format!("/v1/applications/{siti}/messages")).send().await.json(200);
    assert_eq!(thread["contact"]["messages"], false, "{thread}");
    let heard: Vec<&Value> = thread["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "heard").collect();
    assert_eq!(heard.len(), 1, "told twice, kept once: {thread}");
    assert_eq!(heard[0]["text"], "Stop, terima kasih");
    let consents = json!({"messages": true});
    let contact =
        app.call(Method::PUT, format!("/v1/applications/{siti}/consent")).json(&consents).send().await.json(200);
    assert_eq!(contact["messages"], true);
    all_is_well(&app).await;
}

async fn application(app: &App, name: &str) -> String {
    let page = app.get(format!("/v1/applications?q={name}")).send().await.json(200);
    page["items"][0]["id"].as_str().unwrap().to_owned()
}

/// Whoever hides her number is known by the message that she answers, or by what WhatsApp calls her since a message has reached her: the number that it went to gets no
/// more, by whatever channel.
#[rstest]
#[case::by_the_message_that_she_answers(false)]
#[case::by_what_whatsapp_calls_her(true)]
#[tokio::test]
async fn who_hides_her_number_says_stop_for_it(
    #[case] is_named: bool,
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql, Engine::Galera)] engine: Engine,
) {
    let provider = Provider::start().await;
    let app = App::with_providers_on(engine, &provider).await;
    app.import("glints", &[siti(), dewi()]).await;
    let new = new(&app, Channel::Whatsapp).await;
    started(&app, &new).await;
    work(&app).await;
    // Each is called by her own name when her message is on her phone.
    let name_of = |taken: &Taken| format!("ID.{}", taken.to.trim_start_matches('+'));
    for taken in provider.taken().iter().filter(|_| is_named) {
        let told = callbacks::state_of_user(taken, "delivered", &name_of(taken));
        assert_eq!(app.callback(&told).send().await.status, 200);
    }
    let hers = provider.taken().into_iter().find(|taken| taken.to == SITI).unwrap();
    let (name, answered) = (name_of(&hers), hers.id.clone());
    let call = if is_named {
        callbacks::hidden_words("in-1", Some(&name), None, "Stop")
    } else {
        callbacks::hidden_words("in-1", None, Some(&answered), "Stop")
    };
    let nobody = callbacks::hidden_words("in-2", Some("ID.999"), Some("wamid.999"), "Stop");
    assert_eq!(app.callback(&call.clone().forged()).send().await.refusal(), "401 webhook.forged");
    for call in [&nobody, &call, &call] {
        assert_eq!(app.callback(call).send().await.status, 200);
    }
    for (who, stopped) in [("siti", true), ("dewi", false)] {
        let her = application(&app, who).await;
        let thread = app.get(format!("/v1/applications/{her}/messages")).send().await.json(200);
        let by = if stopped { json!("webhook") } else { Value::Null };
        let contact = &thread["contact"];
        assert_eq!((&contact["messages"], &contact["stopped_by"]), (&json!(!stopped), &by), "{thread}");
        let heard = thread["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "heard").count();
        assert_eq!(heard, usize::from(stopped), "told twice, kept once: {thread}");
        let audience = json!({"applications": [her]});
        let ask = json!({"audience": audience, "channel": "twilio", "template": new["template"]});
        let preview = app.post("/v1/outreach/preview").json(&ask).send().await.json(200);
        let why = if stopped { "opted_out" } else { "invited_before" };
        assert_eq!(preview["excluded"], json!({why: 1}), "{preview}");
    }
    all_is_well(&app).await;
}

/// So many applicants, each with a number of her own.
fn many(count: usize) -> Vec<Applicant> {
    let one = |at: usize| {
        applicant(&format!("Pelamar {at}"), &number(at).replace("+62", "0"), &format!("p{at}@example.com"))
            .reference(&format!("GL-{at}"))
    };
    (0..count).map(one).collect()
}

/// The number of one of [`many`].
fn number(at: usize) -> String {
    format!("+62812400{at:05}")
}

/// The application of one of [`many`].
async fn application_of(app: &App, number: &str) -> String {
    application(app, number.trim_start_matches("+62")).await
}

/// Whatever an answer was lost by after the message was taken: it is uncertain, is never sent again by itself, and is settled by what the provider tells or by a person.
/// Zenziva tells nothing, so there it is the person alone.
#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Zenziva)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn a_lost_answer_is_uncertain_until_somebody_knows(
    #[case] channel: Channel,
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql, Engine::Galera)] engine: Engine,
) {
    let losses = [
        (Behaviour::TakeAndHang, "timeout"),
        (Behaviour::TakeAndCut, "broken"),
        (Behaviour::TakeAndBreakOff, "broken"),
        (Behaviour::TakeAndFail(502), "http.502"),
    ];
    let provider = Provider::start().await;
    let app = App::with_providers_on(engine, &provider).await;
    app.import("glints", &many(2 * losses.len())).await;
    let new = new(&app, channel).await;
    for (at, (behaviour, code)) in losses.into_iter().enumerate() {
        let told = format!("{channel} {behaviour:?}");
        let [one, other] = [number(2 * at), number(2 * at + 1)];
        let audience = [application_of(&app, &one).await, application_of(&app, &other).await];
        let mut new = new.clone();
        new["audience"] = json!({"applications": audience});
        let campaign = started(&app, &new).await;
        provider.usually(behaviour);
        work(&app).await;
        app.jump(2 * HOUR);
        work(&app).await;
        let taken = |number: &str| provider.taken().iter().filter(|taken| taken.to == number).count();
        assert_eq!((taken(&one), taken(&other)), (1, 1), "{told}: nothing is sent again");
        let all = messages(&app, &campaign).await;
        assert_eq!(all.len(), 2, "{told}: {all:?}");
        assert!(all.iter().all(|one| one["state"] == "uncertain" && one["error_code"] == code), "{told}: {all:?}");
        let id = |number: &str| {
            let message = all.iter().find(|message| message["phone"] == number).unwrap();
            message["id"].as_str().unwrap().to_owned()
        };
        let judge = |id: String, verdict: &str| {
            app.post(format!("/v1/outreach/messages/{id}/judge")).json(&json!({"verdict": verdict})).send()
        };
        if channel == Channel::Zenziva {
            let judged = judge(id(&one), "sent").await.json(200);
            assert_eq!((&judged["state"], &judged["judged_by"]), (&json!("sent"), &json!("hr")), "{told}");
        } else {
            // The provider tells of it by our own id, since it never could name its own.
            let hers = provider.taken().into_iter().find(|taken| taken.to == one).unwrap();
            assert_eq!(app.callback(&callbacks::state(&hers, "delivered", None)).send().await.status, 200);
        }
        assert_eq!(judge(id(&one), "not_sent").await.refusal(), "409 outreach.message_state", "{told}");
        let judged = judge(id(&other), "not_sent").await.json(200);
        assert_eq!((&judged["state"], &judged["judged_by"]), (&json!("queued"), &json!("hr")), "{told}");
        provider.usually(Behaviour::Take);
        work(&app).await;
        assert_eq!((taken(&one), taken(&other)), (1, 2), "{told}: as the person said");
    }
    all_is_well(&app).await;
}

/// What a refusal asks for is done, one after the other to the same message. [`codes`] has every code.
#[rstest]
#[tokio::test]
async fn a_refusal_waits_falls_back_marks_the_number_or_stops_the_campaign(
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql, Engine::Galera)] engine: Engine,
) {
    let provider = Provider::start().await;
    let app = App::with_providers_on(engine, &provider).await;
    app.import("glints", &[siti()]).await;
    let mut with_fallback = new(&app, Channel::Whatsapp).await;
    with_fallback["fallback"] = json!("vonage");
    let campaign = started(&app, &with_fallback).await;
    provider.next([Behaviour::Refuse(130_429)]);
    work(&app).await;
    let waits = messages(&app, &campaign).await;
    assert_eq!((&waits[0]["state"], &waits[0]["error_code"]), (&json!("queued"), &json!("130429")), "{waits:?}");
    app.jump(2 * HOUR);
    provider.next([Behaviour::Refuse(132_001)]);
    work(&app).await;
    let paused = campaign_of(&app, &campaign).await;
    assert_eq!((&paused["state"], &paused["paused_why"]), (&json!("paused"), &json!("132001")), "{paused}");
    app.post(format!("{}/resume", path(&campaign))).send().await.json(200);
    app.jump(2 * HOUR);
    provider.next([Behaviour::Refuse(131_026)]);
    work(&app).await;
    app.jump(HOUR);
    work(&app).await;
    let taken = provider.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert_eq!((taken[0].channel, taken[0].to.as_str()), (Channel::Vonage, SITI), "by SMS instead");
    let siti = application(&app, "siti").await;
    let thread = app.get(format!("/v1/applications/{siti}/messages")).send().await.json(200);
    let marks = thread["contact"]["unreached"].as_array().unwrap();
    assert_eq!((marks.len(), &marks[0]["network"], &marks[0]["code"]), (1, &json!("whatsapp"), &json!("131026")));
    all_is_well(&app).await;
}

#[tokio::test]
async fn nobody_is_written_to_at_night() {
    let provider = Provider::start().await;
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7))).time();
    // It is night for two hours from an hour ago, whatever the time is.
    let hour = jiff::SignedDuration::from_hours(1);
    let app = App::at_night(&provider, Quiet { from: now.wrapping_sub(hour), until: now.wrapping_add(hour) }).await;
    app.import("glints", &[siti()]).await;
    started(&app, &new(&app, Channel::Twilio).await).await;
    work(&app).await;
    assert_eq!(provider.asked(), 0);
    app.jump(HOUR + 60);
    work(&app).await;
    assert_eq!(provider.taken().len(), 1);
}

/// An SMS may wait at its provider until the night begins, and no longer: each is told for how long with the message itself, as it stood when a worker took it into hand.
#[rstest]
#[case(Channel::Twilio)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn a_provider_is_told_how_long_it_is_until_the_night(#[case] channel: Channel) {
    let provider = Provider::start().await;
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7))).time();
    let hours = jiff::SignedDuration::from_hours;
    let quiet = Quiet { from: now.wrapping_add(hours(3)), until: now.wrapping_add(hours(5)) };
    let app = App::at_night(&provider, quiet).await;
    app.import("glints", &[siti()]).await;
    started(&app, &new(&app, channel).await).await;
    let left = || u64::from(quiet.seconds_left(app.backend.store().clock().micros()));
    let before = left();
    assert!((10_000..=10_800).contains(&before), "three hours: {before}");
    work(&app).await;
    let told = provider.taken()[0].valid_seconds.expect("it is told");
    assert!((left()..=before).contains(&told), "{told}, of {before}");
}

#[tokio::test]
async fn a_campaign_is_paused_resumed_cancelled_and_taken_away_as_a_file() {
    let provider = Provider::start().await;
    let app = App::with_providers(&provider).await;
    app.import("glints", &[siti(), dewi()]).await;
    let campaign = started(&app, &new(&app, Channel::Vonage).await).await;
    let act = async |act: &str| app.post(format!("{}/{act}", path(&campaign))).send().await;
    assert_eq!(act("pause").await.json(200)["state"], "paused");
    work(&app).await;
    assert_eq!(provider.asked(), 0);
    assert_eq!(act("resume").await.json(200)["state"], "running");
    provider.next([Behaviour::Take, Behaviour::RetryAfter(503, 600)]);
    work(&app).await;
    assert_eq!(act("cancel").await.json(200)["state"], "cancelled");
    app.jump(2 * HOUR);
    work(&app).await;
    assert_eq!(provider.taken().len(), 1);
    assert_eq!(act("resume").await.refusal(), "409 outreach.campaign_state");

    let file = app.get(format!("{}/export", path(&campaign))).send().await;
    assert_eq!(file.status, 200);
    let mut book = Xlsx::new(Cursor::new(file.bytes.to_vec())).expect("a workbook");
    let sheet = book.worksheet_range("Undangan").expect("the messages");
    let mut rows: Vec<(String, String)> =
        sheet.rows().skip(1).map(|row| (row[0].to_string(), row[4].to_string())).collect();
    rows.sort();
    let word = |name: &str| {
        let accepted = provider.taken()[0].to == if name == "Siti Aminah" { SITI } else { "+6281234567802" };
        (name.to_owned(), if accepted { "Diterima penyedia" } else { "Tidak jadi dikirim" }.to_owned())
    };
    assert_eq!(rows, [word("Dewi Lestari"), word("Siti Aminah")]);
    let missing = app.get("/v1/outreach/campaigns/00000000-0000-7000-8000-000000000000/export").send().await;
    assert_eq!(missing.refusal(), "404 campaign.unknown");
}

#[tokio::test]
async fn one_time_codes_leave_by_a_provider_too() {
    let provider = Provider::start().await;
    let app = App::with_providers(&provider).await;
    let sent = app.post("/v1/otp").json(&json!({"purpose": "register", "to": "0812 3456 7801"})).send().await.json(202);
    for _ in 0..500 {
        if !provider.taken().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let taken = provider.taken().pop().expect("a code leaves");
    assert_eq!((taken.channel, taken.to.as_str()), (Channel::Twilio, SITI));
    let code = json!({"request": sent["request"], "digits": &taken.text[..6]});
    let with = json!({"phone": SITI, "code": code, "pin": PIN, "full_name": "Siti Aminah", "consent": consent()});
    app.post("/v1/register").json(&with).send().await.json(201);
    let by_mail = app.post("/v1/otp").json(&json!({"purpose": "email", "to": "siti@example.com"})).send().await;
    assert_eq!(by_mail.refusal(), "503 otp.no_channel", "no provider sends to addresses");
}

#[tokio::test]
async fn a_provider_shakes_hands_with_whoever_knows_the_word_and_is_heard_where_it_is_configured() {
    let provider = Provider::start().await;
    let app = App::with_providers(&provider).await;
    let shake = |token: &str| {
        app.get(format!("/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158201444"))
            .send()
    };
    let answer = shake(secrets::VERIFY).await;
    assert_eq!((answer.status, answer.text()), (200, "1158201444"));
    assert_eq!(shake("salah").await.refusal(), "401 webhook.forged");
    let elsewhere = App::open().await;
    for channel in [Channel::Whatsapp, Channel::Twilio, Channel::Vonage] {
        let call = callbacks::words(channel, "in-1", SITI, "STOP");
        assert_eq!(elsewhere.callback(&call).send().await.refusal(), "404 webhook.unconfigured", "{channel}");
    }
    let long = callbacks::words(Channel::Whatsapp, "in-1", SITI, &"a".repeat(2_000_000));
    assert_eq!(app.callback(&long).send().await.status, 413);
}

/// From the file to the account: imported, invited, the link of the very message opened, registered, linked, counted.
#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Zenziva)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn from_an_import_to_an_account(
    #[case] channel: Channel,
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql, Engine::Galera)] engine: Engine,
) {
    let provider = Provider::start().await;
    let app = App::with_providers_on(engine, &provider).await;
    app.import("glints", &[siti(), dewi(), rina()]).await;
    let campaign = started(&app, &new(&app, channel).await).await;
    work(&app).await;
    let message = provider.taken().into_iter().find(|taken| taken.to == "+6281234567802").expect("Dewi is invited");
    let with = json!({"phone": message.to, "invitation": token(&message), "pin": PIN, "full_name": "Dewi Lestari", "consent": consent()});
    let registered = app.post("/v1/register").json(&with).send().await.json(201);
    let dewi = application(&app, "dewi").await;
    assert_eq!(registered["application"], json!(dewi), "{registered}");
    assert!(app.get(format!("/v1/applications/{dewi}")).send().await.json(200)["user_id"].is_string());
    let now = campaign_of(&app, &campaign).await;
    let reached = &now["reached"];
    assert_eq!((&reached["registered"], &reached["linked"]), (&json!(1), &json!(1)), "{now}");
    // A second hand on the link finds it used.
    let stranger = json!({"phone": SITI, "invitation": token(&message), "pin": PIN, "full_name": "Orang Lain", "consent": consent()});
    assert_eq!(app.post("/v1/register").json(&stranger).send().await.refusal(), "422 invitation.void");
    all_is_well(&app).await;
}

/// Whoever has not registered days later is reminded once, with a link of her own beside the first one, which stays good.
#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Zenziva)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn who_has_not_registered_is_reminded_once(
    #[case] channel: Channel,
    #[values(Engine::Sqlite, Engine::Postgres, Engine::MySql, Engine::Galera)] engine: Engine,
) {
    let provider = Provider::start().await;
    let app = App::with_providers_on(engine, &provider).await;
    app.import("glints", &[siti(), dewi()]).await;
    let mut new = new(&app, channel).await;
    (new["remind_after_days"], new["reminders"]) = (json!(3), json!(1));
    let campaign = started(&app, &new).await;
    work(&app).await;
    let registers = |message: &Taken, name: &str| {
        let with = json!({"phone": message.to, "invitation": token(message), "pin": PIN, "full_name": name, "consent": consent()});
        app.post("/v1/register").json(&with).send()
    };
    let invited = provider.taken();
    let to = |phone: &str| invited.iter().find(|taken| taken.to == phone).expect("she is invited");
    registers(to("+6281234567802"), "Dewi Lestari").await.json(201);
    for (hours, left) in [(71, 2), (1, 3), (24 * 6, 3)] {
        app.jump(hours * HOUR);
        // What is due is queued, and leaves.
        work(&app).await;
        work(&app).await;
        assert_eq!(provider.taken().len(), left, "{hours} hours later");
    }
    let reminder = provider.taken().pop().expect("a reminder");
    assert_eq!(reminder.to, SITI, "Dewi has registered");
    assert_ne!(token(&reminder), token(to(SITI)));
    let of_reminders = messages(&app, &campaign).await;
    assert_eq!(of_reminders.iter().filter(|one| one["purpose"] == "reminder").count(), 1);
    registers(to(SITI), "Siti Aminah").await.json(201);
    all_is_well(&app).await;
}

/// The token of the link that a message holds.
fn token(message: &Taken) -> String {
    let link = message.link().expect("a link");
    assert!(link.starts_with("https://satu.example/daftar?u="), "{link}");
    link.split_once("?u=").unwrap().1.trim_end_matches(['.', ',']).to_owned()
}
