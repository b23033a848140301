//! SMS through Vonage's Messages API: <https://developer.vonage.com/en/api/messages>.

use axum::http::HeaderMap;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use reqwest::Client;
use satu_core::{
    credential::hex,
    outreach::{Channel, Refusal, Sent, Word},
};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    carrier::{self, Answer, Carrier, Checking, Letter, Reply, Sending, ask, text},
    settings::{Base, Secret, Vonage},
    webhook::{News, NotHeard, Writer, e164, failed, only, same},
};

/// The fewest and the most seconds for which Vonage tries to deliver a message. (Its older SMS API says the same in milliseconds.)
const SHORTEST: u32 = 20;
const LONGEST: u32 = 604_800;

/// Sends through an account.
#[derive(Debug)]
pub struct Sms {
    client: Client,
    base: Base,
    key: String,
    secret: Secret,
    from: String,
}

impl Sms {
    /// The carrier, if what it needs is set.
    #[must_use]
    pub fn configured(settings: &Vonage, client: &Client) -> Option<Self> {
        Some(Self {
            client: client.clone(),
            base: settings.base(),
            key: settings.key.clone()?,
            secret: settings.secret.clone()?,
            from: settings.from.clone()?,
        })
    }

    async fn hand_over(&self, letter: &Letter) -> Answer {
        let body = json!({
            "message_type": "text", "channel": "sms", "to": letter.to.trim_start_matches('+'), "from": self.from,
            "text": letter.text, "client_ref": letter.reference, "ttl": letter.valid_seconds.clamp(SHORTEST, LONGEST),
        });
        let url = self.base.join(&["v1", "messages"]);
        let request = self.client.post(url).basic_auth(&self.key, Some(self.secret.expose())).json(&body);
        ask(request).await.map_or_else(
            |lost| lost,
            |reply| {
                if let Some(provider_id) = reply.text("/message_uuid").filter(|_| reply.status.is_success()) {
                    return reply.answer(Sent::Accepted { provider_id });
                }
                match code(&reply) {
                    Some(code) if reply.is_certain() => reply.refused(refusal(code), code),
                    _ => reply.by_status(),
                }
            },
        )
    }
}

/// The code of a refusal, which ends the address of its type: `…/api-errors/messages#1120`.
fn code(reply: &Reply) -> Option<i64> {
    reply.text("/type").as_deref().and_then(code_of).or_else(|| reply.text("/title")?.parse().ok())
}

fn code_of(kind: &str) -> Option<i64> {
    kind.rsplit_once('#').map_or(kind, |(_, code)| code).parse().ok()
}

impl Carrier for Sms {
    fn channel(&self) -> Channel {
        Channel::Vonage
    }

    fn send<'a>(&'a self, letter: &'a Letter) -> Sending<'a> {
        Box::pin(self.hand_over(letter))
    }

    fn check(&self) -> Checking<'_> {
        Box::pin(async {
            let url = self.base.join(&["v2", "applications"]);
            let request = self.client.get(url).query(&[("page_size", "1")]);
            let request = request.basic_auth(&self.key, Some(self.secret.expose()));
            // How many applications the account has: none is a number, too.
            carrier::known(request, carrier::CREDENTIAL).await?.documented("/total_items").map(drop)
        })
    }
}

/// What a code asks for. One that is not known is this message's own.
#[must_use]
pub const fn refusal(code: i64) -> Refusal {
    match code {
        // Throttled, an internal error, a communication that failed.
        1000 | 1030 | 1100 => Refusal::BackOff,
        // A number that is none, or never reached.
        1040 | 1170 | 1190 | 1250 | 1260 => Refusal::Final { number: true },
        // What the request holds.
        1022 => Refusal::Template,
        // The request's form, the account, its money, its sender: everybody's message would fail alike.
        1010 | 1020 | 1060 | 1070 | 1080 | 1120 | 1140 | 1150 | 1160 | 1240 => Refusal::StopCampaign,
        // Barred (1050), absent for now (1180), and whatever else.
        _ => Refusal::Final { number: false },
    }
}

/// What the token of a call says.
#[derive(Deserialize)]
struct Claims {
    /// The SHA-256 of the body, in hexadecimal digits.
    payload_hash: String,
    #[serde(default)]
    api_key: Option<String>,
}

/// What the provider says, if it was the provider.
///
/// # Errors
/// [`NotHeard`].
pub fn hear(settings: &Vonage, headers: &HeaderMap, body: &[u8]) -> Result<Vec<News>, NotHeard> {
    let secret = settings.signature_secret.as_ref().ok_or(NotHeard::Unconfigured)?;
    let token = only(headers, "authorization").and_then(|said| {
        let (scheme, token) = said.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let token = token.ok_or(NotHeard::Forged)?;
    let mut rules = Validation::new(Algorithm::HS256);
    rules.required_spec_claims.clear();
    rules.validate_aud = false;
    let claims = decode::<Claims>(token, &DecodingKey::from_secret(secret.expose().as_bytes()), &rules);
    let Claims { payload_hash, api_key } = claims.map_err(|_| NotHeard::Forged)?.claims;
    let hash = hex(Sha256::digest(body).as_slice());
    let ours = api_key.is_none_or(|key| settings.key.as_ref().is_none_or(|ours| *ours == key));
    if !ours || !same(hash.as_bytes(), payload_hash.to_ascii_lowercase().as_bytes()) {
        return Err(NotHeard::Forged);
    }
    let body: Value = serde_json::from_slice(body).map_err(|_| NotHeard::Unread)?;
    Ok(news(&body).into_iter().collect())
}

fn news(body: &Value) -> Option<News> {
    let provider_id = text(body, "/message_uuid")?;
    let Some(status) = text(body, "/status") else {
        let text = text(body, "/text").unwrap_or_default();
        return Some(News::Heard {
            provider_id,
            from: Writer::Number(e164(&self::text(body, "/from")?)?),
            user: None,
            text,
        });
    };
    let code =
        text(body, "/error/type").as_deref().and_then(code_of).or_else(|| text(body, "/error/title")?.parse().ok());
    let word = match status.as_str() {
        "submitted" => Word::Sent,
        "delivered" => Word::Delivered,
        "read" => Word::Read,
        "rejected" | "undeliverable" => failed(code, refusal),
        _ => return None,
    };
    let code = code.filter(|_| matches!(word, Word::Failed(_))).map(|code| code.to_string());
    Some(News::State { provider_id, reference: text(body, "/client_ref"), word, code, user: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_provider_has_its_consequence() {
        for (code, asked) in [
            (1000, Refusal::BackOff),
            (1030, Refusal::BackOff),
            (1100, Refusal::BackOff),
            (1040, Refusal::Final { number: true }),
            (1170, Refusal::Final { number: true }),
            (1190, Refusal::Final { number: true }),
            (1180, Refusal::Final { number: false }),
            (1050, Refusal::Final { number: false }),
            (1070, Refusal::StopCampaign),
            (1120, Refusal::StopCampaign),
            (9999, Refusal::Final { number: false }),
        ] {
            assert_eq!(refusal(code), asked, "{code}");
        }
    }

    #[test]
    fn a_code_ends_the_address_of_its_type() {
        for (kind, code) in [
            ("https://developer.vonage.com/api-errors/messages#1120", Some(1120)),
            ("1000", Some(1000)),
            ("https://developer.vonage.com/api-errors#unauthorized", None),
        ] {
            assert_eq!(code_of(kind), code, "{kind}");
        }
    }
}
