//! The WhatsApp Business Cloud API: <https://developers.facebook.com/docs/whatsapp/cloud-api>.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Client;
use satu_core::{
    credential::{hex, unhex},
    outreach::{Channel, Refusal, Sent, Word},
};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    carrier::{self, Answer, Approved, Carrier, Checking, Letter, Sending, ask, text},
    settings::{Base, Secret, Whatsapp},
    webhook::{News, NotHeard, Writer, e164, failed, only, same},
};

/// What the app's secret is for, as it is told of a wrong one.
const APP_SECRET: &str = "app_secret, by which its own calls are known";

/// Sends through a number of a WhatsApp Business account.
#[derive(Debug)]
pub struct Cloud {
    client: Client,
    base: Base,
    version: String,
    number: String,
    token: Secret,
    app_secret: Option<Secret>,
}

impl Cloud {
    /// The carrier, if what it needs is set.
    #[must_use]
    pub fn configured(settings: &Whatsapp, client: &Client) -> Option<Self> {
        Some(Self {
            client: client.clone(),
            base: settings.base(),
            version: settings.version().to_owned(),
            number: settings.phone_number_id.clone()?,
            token: settings.token.clone()?,
            app_secret: settings.app_secret.clone(),
        })
    }

    async fn hand_over(&self, letter: &Letter) -> Answer {
        let url = self.base.join(&[&self.version, &self.number, "messages"]);
        let request = self.client.post(url).bearer_auth(self.token.expose()).json(&body(letter));
        ask(request).await.map_or_else(
            |lost| lost,
            |reply| {
                // One that it keeps back (`message_status`: held_for_quality_assessment, paused) it has all the same; a call tells what becomes of it.
                if let Some(provider_id) = reply.text("/messages/0/id").filter(|_| reply.status.is_success()) {
                    return reply.answer(Sent::Accepted { provider_id });
                }
                match reply.text("/error/code").and_then(|code| code.parse().ok()) {
                    // “Unknown” is what a server says that broke down; any other code says that the message was not taken.
                    Some(code) if reply.is_certain() || !matches!(code, 1 | 2 | 131_000) => {
                        reply.refused(refusal_of(code, reply.text("/error/error_subcode").as_deref()), code)
                    }
                    _ => reply.by_status(),
                }
            },
        )
    }
}

impl Carrier for Cloud {
    fn channel(&self) -> Channel {
        Channel::Whatsapp
    }

    fn send<'a>(&'a self, letter: &'a Letter) -> Sending<'a> {
        Box::pin(self.hand_over(letter))
    }

    fn check(&self) -> Checking<'_> {
        Box::pin(async {
            let question = || {
                let url = self.base.join(&[&self.version, &self.number]);
                self.client.get(url).query(&[("fields", "id")]).bearer_auth(self.token.expose())
            };
            // As a message is sent, by the token alone.
            carrier::known(question(), carrier::CREDENTIAL).await?.documented("/id")?;
            // With a wrong secret every message would leave all the same, and no call be believed that says what became of it, or that somebody says stop.
            if let Some(proof) = self.app_secret.as_ref().and_then(|secret| proof(secret, &self.token)) {
                carrier::known(question().query(&[("appsecret_proof", proof)]), APP_SECRET).await?;
            }
            Ok(())
        })
    }
}

/// What proves to the provider that whoever has the token has the app's secret, too, in hexadecimal digits. It refuses a wrong one, asked for or not:
/// <https://developers.facebook.com/docs/graph-api/guides/secure-requests>.
fn proof(secret: &Secret, token: &Secret) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    mac.update(token.expose().as_bytes());
    Some(hex(mac.finalize().into_bytes().as_slice()))
}

fn body(letter: &Letter) -> Value {
    let to = letter.to.trim_start_matches('+');
    let mut body = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": to,
        "biz_opaque_callback_data": letter.reference,
    });
    match &letter.approved {
        None => {
            body["type"] = "text".into();
            body["text"] = json!({"body": letter.text});
        }
        Some(Approved { name, language, parameters, copies_code }) => {
            let texts =
                |some: &[String]| some.iter().map(|text| json!({"type": "text", "text": text})).collect::<Vec<_>>();
            let mut components = Vec::new();
            if !parameters.is_empty() {
                components.push(json!({"type": "body", "parameters": texts(parameters)}));
            }
            if *copies_code {
                let code = texts(parameters.get(..1).unwrap_or_default());
                components.push(json!({"type": "button", "sub_type": "url", "index": "0", "parameters": code}));
            }
            body["type"] = "template".into();
            body["template"] = json!({"name": name, "language": {"code": language}, "components": components});
        }
    }
    body
}

/// What a code asks for. One that is not known is this message's own.
#[must_use]
pub const fn refusal(code: i64) -> Refusal {
    match code {
        // Too much, or out of order: API unknown, service, too many calls, throughput, spam rate, service unavailable.
        1 | 2 | 4 | 80007 | 130_429 | 131_000 | 131_016 | 131_048 | 131_057 => Refusal::BackOff,
        131_056 => Refusal::Later,
        131_026 => Refusal::Final { number: true },
        131_050 => Refusal::OptedOut,
        // What a template's places are given, or the text that comes of it.
        100 | 131_008 | 131_009 | 132_000 | 132_005 | 132_012 | 132_018 => Refusal::Template,
        // The account, the credential or a template: everybody's message would fail alike. Without a template (131047) nobody new can be written to.
        0
        | 3
        | 10
        | 33
        | 190
        | 200..=299
        | 368
        | 131_005
        | 131_031
        | 131_037
        | 131_042
        | 131_045
        | 131_047
        | 131_051
        | 132_000..=132_999
        | 133_000..=133_999
        | 134_011
        | 135_000 => Refusal::StopCampaign,
        // The cap of marketing messages (131049), an experiment's group (130472), and whatever else.
        _ => Refusal::Final { number: false },
    }
}

/// What a code with its subcode asks for. 100 and 33 are not said of what stands in the message but of whom it is from: there is no such number of ours.
/// <https://developers.facebook.com/docs/graph-api/guides/error-handling>
fn refusal_of(code: i64, subcode: Option<&str>) -> Refusal {
    if (code, subcode) == (100, Some("33")) { Refusal::StopCampaign } else { refusal(code) }
}

/// The answer to the provider's handshake; none for a token that is not ours.
#[must_use]
pub fn handshake<'a>(settings: &Whatsapp, mode: &str, token: &str, challenge: &'a str) -> Option<&'a str> {
    let ours = settings.verify_token.as_ref()?;
    (mode == "subscribe" && same(ours.expose().as_bytes(), token.as_bytes())).then_some(challenge)
}

/// What the provider says, if it was the provider.
///
/// # Errors
/// [`NotHeard`].
pub fn hear(settings: &Whatsapp, headers: &HeaderMap, body: &[u8]) -> Result<Vec<News>, NotHeard> {
    let secret = settings.app_secret.as_ref().ok_or(NotHeard::Unconfigured)?;
    let signature = only(headers, "x-hub-signature-256").and_then(|said| unhex(said.strip_prefix("sha256=")?));
    let signature = signature.ok_or(NotHeard::Forged)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).map_err(|_| NotHeard::Unconfigured)?;
    mac.update(body);
    mac.verify_slice(&signature).map_err(|_| NotHeard::Forged)?;
    let body: Value = serde_json::from_slice(body).map_err(|_| NotHeard::Unread)?;
    let list = |of: &Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
    let values: Vec<Value> = list(&body, "entry")
        .iter()
        .flat_map(|entry| list(entry, "changes"))
        .map(|change| change["value"].clone())
        .filter(|value| settings.phone_number_id.is_none() || of_ours(settings, value))
        .collect();
    let states = values.iter().flat_map(|value| list(value, "statuses")).filter_map(|status| state(&status));
    let heard = values.iter().flat_map(|value| list(value, "messages")).filter_map(|message| words(&message));
    Ok(states.chain(heard).collect())
}

/// Whether it is about our number: an app may have several.
fn of_ours(settings: &Whatsapp, value: &Value) -> bool {
    text(value, "/metadata/phone_number_id").is_none_or(|number| Some(number) == settings.phone_number_id)
}

fn state(status: &Value) -> Option<News> {
    let code = text(status, "/errors/0/code");
    let word = match text(status, "/status")?.as_str() {
        "sent" => Word::Sent,
        "delivered" => Word::Delivered,
        "read" => Word::Read,
        "failed" => failed(code.as_deref().and_then(|code| code.parse().ok()), refusal),
        _ => return None,
    };
    let code = code.filter(|_| matches!(word, Word::Failed(_)));
    Some(News::State {
        provider_id: text(status, "/id")?,
        reference: text(status, "/biz_opaque_callback_data"),
        word,
        code,
        user: text(status, "/recipient_user_id"),
    })
}

/// What she wrote, or which button she pressed. Who hides her number is known by the message that she answers, or by what the provider calls her:
/// <https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids>.
fn words(message: &Value) -> Option<News> {
    let number = text(message, "/from").and_then(|from| e164(&from)).map(Writer::Number);
    let from = number.or_else(|| text(message, "/context/id").map(Writer::AnswerTo)).unwrap_or(Writer::Hidden);
    let said =
        ["/text/body", "/button/text", "/interactive/button_reply/title"].iter().find_map(|at| text(message, at));
    Some(News::Heard {
        provider_id: text(message, "/id")?,
        from,
        user: text(message, "/from_user_id"),
        text: said.unwrap_or_default(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_provider_has_its_consequence() {
        for (code, asked) in [
            (130_429, Refusal::BackOff),
            (131_016, Refusal::BackOff),
            (80_007, Refusal::BackOff),
            (131_056, Refusal::Later),
            (131_026, Refusal::Final { number: true }),
            (131_047, Refusal::StopCampaign),
            (131_049, Refusal::Final { number: false }),
            (131_050, Refusal::OptedOut),
            (132_000, Refusal::Template),
            (132_001, Refusal::StopCampaign),
            (132_012, Refusal::Template),
            (132_015, Refusal::StopCampaign),
            (132_016, Refusal::StopCampaign),
            (190, Refusal::StopCampaign),
            (999_999, Refusal::Final { number: false }),
        ] {
            assert_eq!(refusal(code), asked, "{code}");
        }
        assert_eq!(refusal_of(100, None), Refusal::Template);
        assert_eq!(refusal_of(100, Some("33")), Refusal::StopCampaign, "the number that writes is not there");
    }

    #[test]
    fn a_letter_is_a_template_or_a_text() {
        let mut letter = Letter {
            reference: "r".into(),
            to: "+6281200000001".into(),
            text: "Halo".into(),
            approved: None,
            valid_seconds: 3_600,
        };
        assert_eq!(body(&letter)["text"]["body"], "Halo");
        letter.approved = Some(Approved {
            name: "kode".into(),
            language: "id".into(),
            parameters: vec!["482057".into()],
            copies_code: true,
        });
        let sent = body(&letter);
        assert_eq!((&sent["to"], &sent["type"]), (&json!("6281200000001"), &json!("template")));
        assert_eq!(sent["template"]["components"][1]["parameters"][0]["text"], "482057");
    }

    /// The second test case of RFC 4231.
    #[test]
    fn the_proof_is_the_tokens_mac_under_the_apps_secret() {
        let secret = |text: &str| Secret::try_from(text.to_owned()).unwrap();
        let proof = proof(&secret("Jefe"), &secret("what do ya want for nothing?"));
        assert_eq!(proof.unwrap(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
