//! What providers tell: heard when it is theirs, and not otherwise.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use rstest::rstest;
use satu_backend::outreach::{News, NotHeard, Settings, Writer, twilio, vonage, whatsapp};
use satu_core::outreach::{Channel, Refusal, Word};
use satu_tests::{
    callbacks::{self, Callback},
    provider::{Provider, Taken, secrets},
};

use crate::{carrier, letter};

fn hear(settings: &Settings, call: &Callback) -> Result<Vec<News>, NotHeard> {
    let (name, value) = &call.signature;
    let headers = HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())]);
    let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
    match path {
        "/webhooks/whatsapp" => whatsapp::hear(&settings.whatsapp, &headers, &call.body),
        "/webhooks/twilio" => twilio::hear(&settings.twilio, &headers, query, &call.body),
        "/webhooks/vonage" => vonage::hear(&settings.vonage, &headers, &call.body),
        other => panic!("{other}"),
    }
}

async fn taken(provider: &Provider, channel: Channel) -> Taken {
    carrier(&provider.settings(), channel).send(&letter()).await;
    provider.taken().pop().unwrap()
}

#[rstest]
#[case(Channel::Whatsapp, 131_026, Refusal::Final { number: true })]
#[case(Channel::Twilio, 30005, Refusal::Final { number: true })]
#[case(Channel::Vonage, 1190, Refusal::Final { number: true })]
#[tokio::test]
async fn each_state_is_heard_with_both_ids(#[case] channel: Channel, #[case] code: i64, #[case] refusal: Refusal) {
    let provider = Provider::start().await;
    let (settings, taken) = (provider.settings(), taken(&provider, channel).await);
    let state = |word, code: Option<i64>| News::State {
        provider_id: taken.id.clone(),
        reference: Some(letter().reference),
        word,
        code: code.map(|code| code.to_string()),
        user: None,
    };
    for (said, word, code) in [
        ("sent", Word::Sent, None),
        ("delivered", Word::Delivered, None),
        ("read", Word::Read, None),
        ("failed", Word::Failed(refusal), Some(code)),
        ("failed", Word::Failed(Refusal::Final { number: false }), None),
    ] {
        let told = hear(&settings, &callbacks::state(&taken, said, code)).unwrap();
        assert_eq!(told, [state(word, code)], "{channel} {said}");
    }
}

#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn words_are_heard_with_the_number_that_wrote_them(#[case] channel: Channel) {
    let settings = Provider::start().await.settings();
    let told = hear(&settings, &callbacks::words(channel, "in-1", &letter().to, "STOP ya")).unwrap();
    assert_eq!(
        told,
        [News::Heard {
            provider_id: "in-1".into(),
            from: Writer::Number(letter().to),
            user: None,
            text: "STOP ya".into()
        }]
    );
}

/// What the provider calls somebody, as it says it.
const USER: &str = "ID.13491208655302741918";

/// Without her number she is known by the message that she answers, and by what the provider calls her; the number of ours that she wrote to is not hers.
#[rstest]
#[case::by_what_the_provider_calls_her(Some(USER), None, Writer::Hidden)]
#[case::by_what_she_answers(None, Some("wamid.1"), Writer::AnswerTo("wamid.1".to_owned()))]
#[case::by_both(Some(USER), Some("wamid.1"), Writer::AnswerTo("wamid.1".to_owned()))]
#[case::by_nothing(None, None, Writer::Hidden)]
#[tokio::test]
async fn words_are_heard_of_whoever_hides_her_number(
    #[case] user: Option<&str>,
    #[case] answers: Option<&str>,
    #[case] from: Writer,
) {
    let settings = Provider::start().await.settings();
    let call = callbacks::hidden_words("in-1", user, answers, "STOP");
    let heard = News::Heard { provider_id: "in-1".into(), from, user: user.map(str::to_owned), text: "STOP".into() };
    assert_eq!(hear(&settings, &call).unwrap(), [heard]);
    assert_eq!(hear(&settings, &call.forged()), Err(NotHeard::Forged));
}

#[tokio::test]
async fn a_state_is_heard_with_what_the_provider_calls_whom_it_is_about() {
    let provider = Provider::start().await;
    let (settings, taken) = (provider.settings(), taken(&provider, Channel::Whatsapp).await);
    let told = hear(&settings, &callbacks::state_of_user(&taken, "delivered", USER)).unwrap();
    let state = News::State {
        provider_id: taken.id,
        reference: Some(letter().reference),
        word: Word::Delivered,
        code: None,
        user: Some(USER.to_owned()),
    };
    assert_eq!(told, [state]);
}

#[rstest]
#[case(Channel::Whatsapp)]
#[case(Channel::Twilio)]
#[case(Channel::Vonage)]
#[tokio::test]
async fn what_nobody_signed_is_not_heard(#[case] channel: Channel) {
    let provider = Provider::start().await;
    let (settings, taken) = (provider.settings(), taken(&provider, channel).await);
    let genuine = callbacks::state(&taken, "delivered", None);
    assert!(hear(&settings, &genuine).is_ok());
    assert_eq!(hear(&settings, &genuine.clone().forged()), Err(NotHeard::Forged), "another body");
    let (name, signature) = genuine.signature.clone();
    let other_words = callbacks::words(channel, "in-1", &letter().to, "STOP");
    for (wrong, why) in [
        (String::new(), "none"),
        (signature[..signature.len() - 1].to_owned(), "cut"),
        (format!("{signature}0"), "longer"),
        (signature.to_uppercase(), "in other letters"),
        (other_words.signature.1, "another body's"),
    ] {
        // In hexadecimal digits the letters' case means nothing; the word before them does.
        let call = Callback { signature: (name, wrong), ..genuine.clone() };
        assert_eq!(hear(&settings, &call), Err(NotHeard::Forged), "{channel} {why}");
    }
    let no_secret = Settings::default();
    assert_eq!(hear(&no_secret, &genuine), Err(NotHeard::Unconfigured));
}

/// A token that says that nobody needs to sign is no signature.
#[tokio::test]
async fn a_token_without_a_signature_is_none() {
    let settings = Provider::start().await.settings();
    let call = callbacks::words(Channel::Vonage, "in-1", &letter().to, "STOP");
    let claims = call.signature.1.split('.').nth(1).unwrap().to_owned();
    // {"alg":"none","typ":"JWT"}
    let unsigned = format!("Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    let call = Callback { signature: ("authorization", unsigned), ..call };
    assert_eq!(hear(&settings, &call), Err(NotHeard::Forged));
}

#[tokio::test]
async fn the_handshake_is_answered_to_whoever_knows_the_word() {
    let settings = Provider::start().await.settings();
    let shake = |mode, token| whatsapp::handshake(&settings.whatsapp, mode, token, "1158201444");
    assert_eq!(shake("subscribe", secrets::VERIFY), Some("1158201444"));
    assert_eq!(shake("subscribe", "verify-uss"), None);
    assert_eq!(shake("unsubscribe", secrets::VERIFY), None);
    assert_eq!(whatsapp::handshake(&Settings::default().whatsapp, "subscribe", "", "1"), None);
}
