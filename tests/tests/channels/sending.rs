//! What is handed over, and what an answer comes to.

use std::time::Duration;

use rstest::rstest;
use satu_backend::{
    channel::{Channel as _, Message},
    outreach::{
        Approved, Settings,
        codes::{ByCarrier, Templates},
    },
};
use satu_core::{
    account::Purpose,
    identity::IdentifierKind,
    outreach::{Channel, Refusal, Sent},
};
use satu_tests::provider::{Behaviour, Provider, stranger};
use serde_json::{Value, json};

use crate::{carrier, letter};

const NUMBER: Refusal = Refusal::Final { number: true };
const MESSAGE: Refusal = Refusal::Final { number: false };

#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Zenziva)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn a_message_arrives_as_it_was_written_and_its_provider_names_it(#[case] channel: Channel) {
    let provider = Provider::start().await;
    let answer = carrier(&provider.settings(), channel).send(&letter()).await;
    let taken = provider.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(answer.sent, Sent::Accepted { provider_id: taken[0].id.clone() });
    assert_eq!((taken[0].channel, &taken[0].to, &taken[0].text), (channel, &letter().to, &letter().text));
    let tells_ours = channel != Channel::Zenziva;
    assert_eq!(taken[0].reference, tells_ours.then(|| letter().reference));
}

#[tokio::test]
async fn an_approved_template_is_sent_by_its_name_with_what_is_filled_in() {
    let provider = Provider::start().await;
    let approved = Approved {
        name: "lengkapi_pendaftaran".to_owned(),
        language: "id".to_owned(),
        parameters: vec!["Siti".to_owned(), "https://satu.example/daftar?u=ab".to_owned()],
        copies_code: false,
    };
    let letter = satu_backend::outreach::Letter { approved: Some(approved), ..letter() };
    assert!(matches!(carrier(&provider.settings(), Channel::Whatsapp).send(&letter).await.sent, Sent::Accepted { .. }));
    let taken = provider.taken();
    assert_eq!(taken[0].template.as_deref(), Some("lengkapi_pendaftaran"));
    assert_eq!(taken[0].link(), Some("https://satu.example/daftar?u=ab"));
}

/// What is left in a provider's queue when the night begins does not leave in it; each provider is told so within what it takes.
#[rstest]
#[case::twilio(Channel::Twilio, 3_600, Some(3_600))]
#[case::twilio_at_the_last_moment(Channel::Twilio, 0, Some(1))]
#[case::twilio_for_long(Channel::Twilio, 86_400, Some(36_000))]
#[case::vonage(Channel::Vonage, 3_600, Some(3_600))]
#[case::vonage_at_the_last_moment(Channel::Vonage, 0, Some(20))]
#[case::vonage_for_long(Channel::Vonage, u32::MAX, Some(604_800))]
#[case::whatsapp_has_no_queue(Channel::Whatsapp, 3_600, None)]
#[case::zenziva_is_not_told(Channel::Zenziva, 3_600, None)]
#[tokio::test]
async fn a_provider_is_told_for_how_long_a_message_may_still_leave(
    #[case] channel: Channel,
    #[case] valid_seconds: u32,
    #[case] told: Option<u64>,
) {
    let provider = Provider::start().await;
    let letter = satu_backend::outreach::Letter { valid_seconds, ..letter() };
    carrier(&provider.settings(), channel).send(&letter).await;
    assert_eq!(provider.taken()[0].valid_seconds, told);
}

/// Whoever has not written within a day is reached by an approved template alone, also about her account.
#[rstest]
#[case::a_code(Message::Code { purpose: Purpose::Register, digits: "482057".to_owned() }, "kode", "482057", 600)]
#[case::of_her_pin(Message::PinChanged, "pin_diganti", "", 36_000)]
#[tokio::test]
async fn what_is_about_an_account_leaves_by_its_approved_template(
    #[case] message: Message,
    #[case] template: &str,
    #[case] filled: &str,
    #[case] valid_seconds: u64,
) {
    let provider = Provider::start().await;
    let templates = Templates { code: Some("kode".to_owned()), pin_changed: Some("pin_diganti".to_owned()) };
    for channel in [Channel::Whatsapp, Channel::Twilio] {
        let by_carrier =
            ByCarrier::new(carrier(&provider.settings(), channel), templates.clone(), "PT Contoh".to_owned());
        by_carrier.send(IdentifierKind::Phone, &letter().to, message.clone()).await.unwrap();
    }
    let taken = provider.taken();
    assert_eq!((taken[0].template.as_deref(), taken[0].text.as_str()), (Some(template), filled));
    assert_eq!((taken[1].template.as_deref(), taken[1].text.as_str()), (None, message.text("PT Contoh").as_str()));
    assert_eq!(taken[1].valid_seconds, Some(valid_seconds), "a code is worth nothing once it is no longer good");
}

/// While a template is new or its quality falls, the provider keeps messages back. It has them: what becomes of each it tells in a call.
#[rstest]
#[case("held_for_quality_assessment")]
#[case("paused")]
#[tokio::test]
async fn a_message_that_the_provider_keeps_back_is_taken_and_not_sent_again(#[case] status: &'static str) {
    let provider = Provider::start().await;
    provider.next([Behaviour::TakeAndHold(status)]);
    let answer = carrier(&provider.settings(), Channel::Whatsapp).send(&letter()).await;
    assert_eq!(answer.sent, Sent::Accepted { provider_id: provider.taken()[0].id.clone() });
}

/// Every code of the notes, as its provider says it over the wire.
#[rstest]
#[case::whatsapp(Channel::Whatsapp, &[
    (130_429, Refusal::BackOff), (131_056, Refusal::Later), (131_026, NUMBER), (131_047, Refusal::StopCampaign), (131_049, MESSAGE),
    (131_050, Refusal::OptedOut), (132_000, Refusal::Template), (132_001, Refusal::StopCampaign), (132_012, Refusal::Template),
    (132_015, Refusal::StopCampaign), (132_016, Refusal::StopCampaign), (190, Refusal::StopCampaign),
])]
#[case::twilio(Channel::Twilio, &[
    (21610, Refusal::OptedOut), (21211, NUMBER), (21614, NUMBER), (20429, Refusal::BackOff), (21611, Refusal::BackOff),
    (20003, Refusal::StopCampaign), (30007, MESSAGE),
])]
#[case::zenziva(Channel::Zenziva, &[(0, NUMBER), (5, Refusal::StopCampaign), (89, Refusal::Later), (99, Refusal::StopCampaign), (7, MESSAGE)])]
#[case::vonage(Channel::Vonage, &[
    (1000, Refusal::BackOff), (1170, NUMBER), (1050, MESSAGE), (1120, Refusal::StopCampaign), (1070, Refusal::StopCampaign),
])]
#[tokio::test]
async fn a_refusal_is_told_by_its_code_and_nothing_was_taken(
    #[case] channel: Channel,
    #[case] codes: &[(i64, Refusal)],
) {
    let provider = Provider::start().await;
    let carrier = carrier(&provider.settings(), channel);
    for (code, refusal) in codes {
        provider.next([Behaviour::Refuse(*code)]);
        let told = Sent::Refused { refusal: *refusal, code: code.to_string() };
        assert_eq!(carrier.send(&letter()).await.sent, told, "{channel} {code}");
    }
    assert_eq!((provider.asked(), provider.taken().len()), (codes.len() as u64, 0));
}

/// What is lost after the message was taken: nobody knows, nobody sends again, and each of them was taken exactly once.
#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Zenziva)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn an_answer_that_is_lost_is_unknown_and_is_asked_for_once(#[case] channel: Channel) {
    let provider = Provider::start().await;
    let carrier = carrier(&provider.settings(), channel);
    for (behaviour, code) in [
        (Behaviour::TakeAndHang, "timeout"),
        (Behaviour::TakeAfter(Duration::from_secs(2)), "timeout"),
        (Behaviour::TakeAndCut, "broken"),
        (Behaviour::TakeAndBreakOff, "broken"),
        (Behaviour::TakeAndFail(500), "http.500"),
        (Behaviour::TakeAndFail(502), "http.502"),
        (Behaviour::TakeAndFail(504), "http.504"),
        (Behaviour::TakeAndFail(200), "answer"),
    ] {
        let (asked, taken) = (provider.asked(), provider.taken().len());
        provider.next([behaviour.clone()]);
        let told = carrier.send(&letter()).await.sent;
        assert_eq!(told, Sent::Unknown { code: code.to_owned() }, "{channel} {behaviour:?}");
        assert_eq!((provider.asked(), provider.taken().len()), (asked + 1, taken + 1), "{channel} {behaviour:?}");
    }
}

#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Zenziva)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn an_answer_that_is_slow_is_waited_for_and_a_time_to_wait_is_heard(#[case] channel: Channel) {
    let provider = Provider::start().await;
    let carrier = carrier(&provider.settings(), channel);
    provider.next([
        Behaviour::TakeAfter(Duration::from_millis(150)),
        Behaviour::RetryAfter(429, 17),
        Behaviour::RetryAfter(503, 3),
    ]);
    assert!(matches!(carrier.send(&letter()).await.sent, Sent::Accepted { .. }));
    for (status, seconds) in [(429, 17), (503, 3)] {
        let answer = carrier.send(&letter()).await;
        assert_eq!(answer.sent, Sent::Refused { refusal: Refusal::BackOff, code: format!("http.{status}") });
        assert_eq!(answer.retry_after, Some(Duration::from_secs(seconds)));
    }
    assert_eq!(provider.taken().len(), 1);
}

#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Zenziva)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn what_never_left_is_refused_and_may_be_tried_again(#[case] channel: Channel) {
    let nobody = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let sent =
        carrier(&elsewhere(&Provider::start().await, channel, "base_url", &address), channel).send(&letter()).await;
    assert_eq!(sent.sent, Sent::Refused { refusal: Refusal::BackOff, code: "connect".to_owned() });
}

#[rstest]
#[case(Channel::Whatsapp, "token", "the provider refuses the credential")]
#[case(Channel::Whatsapp, "phone_number_id", "the provider refuses the credential")]
#[case(Channel::Twilio, "auth_token", "the provider refuses the credential")]
#[case(Channel::Zenziva, "passkey", "the provider refuses the credential")]
#[case(Channel::Vonage, "secret", "the provider refuses the credential")]
#[tokio::test]
async fn a_wrong_credential_is_found_before_anything_is_sent_and_never_shown(
    #[case] channel: Channel,
    #[case] name: &str,
    #[case] told: &str,
) {
    let provider = Provider::start().await;
    carrier(&provider.settings(), channel).check().await.unwrap();
    let wrong = carrier(&elsewhere(&provider, channel, name, "salah-sekali"), channel);
    let found = wrong.check().await.unwrap_err();
    assert!(found.contains(told) && !found.contains("salah-sekali"), "{found}");
    let refused = wrong.send(&letter()).await.sent;
    // Either pauses the campaign: a number of WhatsApp's that is not ours has the code of a wrong parameter.
    let pauses = |refusal| matches!(refusal, Refusal::StopCampaign | Refusal::Template);
    assert!(matches!(refused, Sent::Refused { refusal, .. } if pauses(refusal)), "{refused:?}");
    assert_eq!((provider.asked(), provider.taken().len()), (1, 0), "a check sends nothing");
}

/// With a wrong secret of the app every message leaves, and no call of the provider's is believed: a check tells it, and shows it to nobody.
#[tokio::test]
async fn a_wrong_secret_of_the_app_is_found_though_messages_would_leave() {
    let provider = Provider::start().await;
    let settings = elsewhere(&provider, Channel::Whatsapp, "app_secret", "salah-sekali");
    let wrong = carrier(&settings, Channel::Whatsapp);
    let found = wrong.check().await.unwrap_err();
    assert!(found.contains("the provider refuses app_secret") && !found.contains("salah-sekali"), "{found}");
    assert_eq!((provider.asked(), provider.taken().len()), (0, 0), "a check sends nothing");
    assert!(matches!(wrong.send(&letter()).await.sent, Sent::Accepted { .. }));
}

/// Behind a wrong base URL a web page may answer, or another server, which knows every credential.
#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Zenziva)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn whoever_else_answers_is_not_taken_for_the_provider(#[case] channel: Channel) {
    let provider = Provider::start().await;
    let page = "<!doctype html><title>Selamat datang</title>";
    let (foreign, refused) = ("is base_url right?", "are the address and the ids right?");
    for (status, answer, told) in [
        (200, page, foreign),
        (200, "", foreign),
        (200, "{}", foreign),
        (200, "[]", foreign),
        (200, "{\"status\": \"ok\"}", foreign),
        (200, "{\"status\": 1}", foreign),
        (302, page, refused),
        (403, page, refused),
        (404, "{}", refused),
        (502, page, refused),
    ] {
        let address = stranger(status, answer).await;
        let found = carrier(&elsewhere(&provider, channel, "base_url", &address), channel).check().await.unwrap_err();
        assert!(found.contains(told), "{channel} {status} {answer}: {found}");
    }
}

/// The settings with one of a channel's changed.
fn elsewhere(provider: &Provider, channel: Channel, name: &str, value: &str) -> Settings {
    let settings = provider.settings();
    let mut table: Value = provider
        .variables()
        .into_iter()
        .filter_map(|(variable, value)| {
            let key = variable.strip_prefix("SATU_")?.to_lowercase();
            let key = key.strip_prefix(channel.as_str())?.strip_prefix('_')?.to_owned();
            Some((key, json!(value)))
        })
        .collect::<serde_json::Map<_, _>>()
        .into();
    assert!(table.get(name).is_some(), "{name} of {table}");
    table[name] = value.into();
    let read = |table| -> Result<Settings, serde_json::Error> {
        Ok(match channel {
            Channel::Whatsapp => Settings { whatsapp: serde_json::from_value(table)?, ..settings },
            Channel::Twilio => Settings { twilio: serde_json::from_value(table)?, ..settings },
            Channel::Zenziva => Settings { zenziva: serde_json::from_value(table)?, ..settings },
            Channel::Vonage => Settings { vonage: serde_json::from_value(table)?, ..settings },
            Channel::WaMe | Channel::File => panic!("{channel} has no provider"),
        })
    };
    read(table).unwrap()
}

#[tokio::test]
async fn a_file_has_a_line_for_each_message_and_none_breaks_into_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pesan.jsonl");
    let settings = Settings { file: Some(path.clone()), ..Settings::default() };
    let carrier = carrier(&settings, Channel::File);
    carrier.check().await.unwrap();
    let letters: Vec<_> =
        (0..200).map(|at| satu_backend::outreach::Letter { reference: at.to_string(), ..letter() }).collect();
    let sent = futures_util::future::join_all(letters.iter().map(|letter| carrier.send(letter))).await;
    assert!(sent.iter().all(|answer| matches!(answer.sent, Sent::Accepted { .. })));
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 200);
    assert!(lines.iter().all(|line| line["text"] == letter().text && line["to"] == letter().to));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o077, 0, "nobody else reads the links");
    }
    let nowhere = Settings { file: Some(folder.path().join("tidak/ada.jsonl")), ..Settings::default() };
    let carrier = crate::carrier(&nowhere, Channel::File);
    assert!(carrier.check().await.is_err());
    assert!(matches!(carrier.send(&letter()).await.sent, Sent::Refused { refusal: Refusal::BackOff, .. }));
}
