//! SMS through Twilio: <https://www.twilio.com/docs/messaging/api/message-resource>.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Client;
use satu_core::outreach::{Channel, Refusal, Sent, Word};
use sha1::Sha1;

use super::{
    carrier::{self, Answer, Carrier, Checking, Letter, Sending, ask},
    settings::{Base, Secret, Twilio},
    webhook::{News, NotHeard, Writer, e164, failed, only},
};

/// The name under which our own id stands in the address that Twilio calls back.
const REFERENCE: &str = "m";
/// The most seconds for which Twilio keeps a message in its queue.
const LONGEST: u32 = 36_000;

/// Sends through a number or a messaging service.
#[derive(Debug)]
pub struct Sms {
    client: Client,
    base: Base,
    account: String,
    token: Secret,
    /// `From` or `MessagingServiceSid`, and its value.
    sender: (&'static str, String),
    callback: Option<Base>,
}

impl Sms {
    /// The carrier, if what it needs is set.
    #[must_use]
    pub fn configured(settings: &Twilio, client: &Client) -> Option<Self> {
        let service = settings.messaging_service_sid.clone().map(|service| ("MessagingServiceSid", service));
        Some(Self {
            client: client.clone(),
            base: settings.base(),
            account: settings.account_sid.clone()?,
            token: settings.auth_token.clone()?,
            sender: service.or_else(|| Some(("From", settings.from.clone()?)))?,
            callback: settings.callback.clone(),
        })
    }

    async fn hand_over(&self, letter: &Letter) -> Answer {
        let (sender, value) = &self.sender;
        let valid = letter.valid_seconds.clamp(1, LONGEST);
        let mut form = vec![
            ("To", letter.to.clone()),
            (sender, value.clone()),
            ("Body", letter.text.clone()),
            ("ValidityPeriod", valid.to_string()),
        ];
        if let Some(callback) = &self.callback {
            form.push(("StatusCallback", format!("{callback}?{REFERENCE}={}", letter.reference)));
        }
        let url = self.base.join(&["2010-04-01", "Accounts", &self.account, "Messages.json"]);
        let request = self.client.post(url).basic_auth(&self.account, Some(self.token.expose())).form(&form);
        ask(request).await.map_or_else(
            |lost| lost,
            |reply| {
                if let Some(provider_id) = reply.text("/sid").filter(|_| reply.status.is_success()) {
                    return reply.answer(Sent::Accepted { provider_id });
                }
                match reply.text("/code").and_then(|code| code.parse().ok()) {
                    Some(code) if reply.is_certain() => reply.refused(refusal(code), code),
                    _ => reply.by_status(),
                }
            },
        )
    }
}

impl Carrier for Sms {
    fn channel(&self) -> Channel {
        Channel::Twilio
    }

    fn send<'a>(&'a self, letter: &'a Letter) -> Sending<'a> {
        Box::pin(self.hand_over(letter))
    }

    fn check(&self) -> Checking<'_> {
        Box::pin(async {
            let url = self.base.join(&["2010-04-01", "Accounts", &format!("{}.json", self.account)]);
            let request = self.client.get(url).basic_auth(&self.account, Some(self.token.expose()));
            let reply = carrier::known(request, carrier::CREDENTIAL).await?;
            // The account's own id: a status alone has many a server.
            reply.documented("/sid")?;
            match reply.documented("/status")?.as_str() {
                "active" => Ok(()),
                status => Err(format!("the account is {status}")),
            }
        })
    }
}

/// What a code asks for. One that is not known is this message's own.
#[must_use]
pub const fn refusal(code: i64) -> Refusal {
    match code {
        // Too many requests, a queue that is full (21611: the number's, 30001: the service's), a service that is out of order.
        14107 | 20429 | 20503 | 21611 | 30001 | 63018 => Refusal::BackOff,
        // It waited in the provider's queue until it was too late for it.
        30036 => Refusal::Later,
        21610 => Refusal::OptedOut,
        // This text is too long; this number is not served by this sender.
        21612 | 21617 => Refusal::Template,
        // No such number, not a mobile, not in service, unreachable, a landline.
        21211 | 21214 | 21217 | 21265 | 21614 | 30005 | 30006 => Refusal::Final { number: true },
        // The credential, the account, its money, its sender, its permission for the country, its texts.
        20003
        | 20005
        | 20008
        | 20404
        | 21212
        | 21408
        | 21603
        | 21606
        | 21608
        | 21656
        | 21659
        | 21660
        | 21661
        | 21701..=21705
        | 30002
        | 30010
        | 63038 => Refusal::StopCampaign,
        _ => Refusal::Final { number: false },
    }
}

/// What the provider says, if it was the provider. `query` is what stands after `?` in the address that was called.
///
/// # Errors
/// [`NotHeard`].
pub fn hear(settings: &Twilio, headers: &HeaderMap, query: &str, body: &[u8]) -> Result<Vec<News>, NotHeard> {
    let token = settings.auth_token.as_ref().ok_or(NotHeard::Unconfigured)?;
    let callback = settings.callback.as_ref().ok_or(NotHeard::Unconfigured)?;
    let signature = only(headers, "x-twilio-signature").and_then(|said| STANDARD.decode(said.trim()).ok());
    let signature = signature.ok_or(NotHeard::Forged)?;
    // What is signed is the address, and then each name with its value, in the order of the names.
    let form: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let mut sorted: Vec<&(String, String)> = form.iter().collect();
    sorted.sort();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.expose().as_bytes()).map_err(|_| NotHeard::Unconfigured)?;
    mac.update(callback.to_string().as_bytes());
    if !query.is_empty() {
        mac.update(b"?");
        mac.update(query.as_bytes());
    }
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac.verify_slice(&signature).map_err(|_| NotHeard::Forged)?;
    let reference = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == REFERENCE);
    let said: BTreeMap<String, String> = form.into_iter().collect();
    Ok(news(&said, reference.map(|(_, value)| value.into_owned())).into_iter().collect())
}

fn news(said: &BTreeMap<String, String>, reference: Option<String>) -> Option<News> {
    let of = |name: &str| said.get(name).filter(|value| !value.is_empty());
    let provider_id = of("MessageSid").or_else(|| of("SmsSid"))?.clone();
    let status = of("MessageStatus").or_else(|| of("SmsStatus")).map_or("", String::as_str);
    let code = of("ErrorCode");
    let word = match status {
        "sent" => Word::Sent,
        "delivered" => Word::Delivered,
        "read" => Word::Read,
        "failed" | "undelivered" => failed(code.and_then(|code| code.parse().ok()), refusal),
        "received" | "" => {
            let text = of("Body").cloned().unwrap_or_default();
            return Some(News::Heard { provider_id, from: Writer::Number(e164(of("From")?)?), user: None, text });
        }
        // It is on its way: queued, accepted, scheduled, sending.
        _ => Word::Accepted,
    };
    let code = code.filter(|_| matches!(word, Word::Failed(_))).cloned();
    Some(News::State { provider_id, reference, word, code, user: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_provider_has_its_consequence() {
        for (code, asked) in [
            (20429, Refusal::BackOff),
            (21611, Refusal::BackOff),
            (30001, Refusal::BackOff),
            (21610, Refusal::OptedOut),
            (21211, Refusal::Final { number: true }),
            (21614, Refusal::Final { number: true }),
            (30005, Refusal::Final { number: true }),
            (30003, Refusal::Final { number: false }),
            (30007, Refusal::Final { number: false }),
            (20003, Refusal::StopCampaign),
            (21606, Refusal::StopCampaign),
            (30002, Refusal::StopCampaign),
            (99999, Refusal::Final { number: false }),
        ] {
            assert_eq!(refusal(code), asked, "{code}");
        }
    }
}
