//! What the providers of [`crate::provider`] tell by themselves: calls as they make them, signed as they sign them.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{EncodingKey, Header, encode};
use satu_core::outreach::Channel;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::provider::{CALLBACK, Taken, secrets};

/// A call that a provider makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// The path and the query.
    pub path: String,
    /// The header that signs it.
    pub signature: (&'static str, String),
    /// What kind the body is.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

impl Callback {
    /// The same with a body that nobody has signed.
    #[must_use]
    pub fn forged(self) -> Self {
        let told = String::from_utf8_lossy(&self.body).replace("delivered", "read").replace("STOP", "TIDAK") + " ";
        Self { body: told.into_bytes(), ..self }
    }
}

/// A state of a message: `sent`, `delivered`, `read` or `failed`, in the provider's words, with a code where it failed.
///
/// # Panics
/// For a channel that tells nothing.
#[must_use]
pub fn state(taken: &Taken, state: &str, code: Option<i64>) -> Callback {
    let digits = taken.to.trim_start_matches('+');
    match taken.channel {
        Channel::Whatsapp => whatsapp(&json!({"statuses": [whatsapp_status(taken, state, code)]})),
        Channel::Twilio => {
            let mut form =
                vec![("MessageSid", taken.id.clone()), ("MessageStatus", state.to_owned()), ("To", taken.to.clone())];
            form.extend(code.map(|code| ("ErrorCode", code.to_string())));
            twilio(&form, taken.reference.as_deref())
        }
        Channel::Vonage => {
            let word = match state {
                "sent" => "submitted",
                "failed" => "rejected",
                other => other,
            };
            let mut body = json!({
                "message_uuid": taken.id, "to": digits, "from": "SATU", "timestamp": "2026-05-01T03:00:00Z", "status": word,
                "channel": "sms", "client_ref": taken.reference,
            });
            if let Some(code) = code {
                let kind = format!("https://developer.vonage.com/api-errors/messages#{code}");
                body["error"] = json!({"type": kind, "title": code.to_string(), "detail": "failed"});
            }
            vonage(&body)
        }
        other => panic!("{other} tells nothing"),
    }
}

/// A state of a message by WhatsApp with what the provider calls whom it went to (`ID.13491208655302741918`).
#[must_use]
pub fn state_of_user(taken: &Taken, state: &str, user: &str) -> Callback {
    let mut status = whatsapp_status(taken, state, None);
    status["recipient_user_id"] = user.into();
    whatsapp(&json!({"contacts": [contact(Some(user))], "statuses": [status]}))
}

fn whatsapp_status(taken: &Taken, state: &str, code: Option<i64>) -> Value {
    let digits = taken.to.trim_start_matches('+');
    let mut status = json!({"id": taken.id, "status": state, "timestamp": "1760000000", "recipient_id": digits});
    if let Some(reference) = &taken.reference {
        status["biz_opaque_callback_data"] = reference.as_str().into();
    }
    if let Some(code) = code {
        status["errors"] = json!([{"code": code, "title": "failed"}]);
    }
    status
}

/// Somebody, without her number.
fn contact(user: Option<&str>) -> Value {
    let mut contact = json!({"profile": {"name": "Siti", "username": "siti.aminah"}});
    if let Some(user) = user {
        contact["user_id"] = user.into();
    }
    contact
}

/// Words that somebody wrote back by WhatsApp who hides her number: no `from` is told, but what the provider calls her (`user`), and its id of the message that she
/// answers (`answers`), as far as it says either.
#[must_use]
pub fn hidden_words(id: &str, user: Option<&str>, answers: Option<&str>, text: &str) -> Callback {
    let mut message = json!({"id": id, "timestamp": "1760000000", "type": "text", "text": {"body": text}});
    if let Some(user) = user {
        message["from_user_id"] = user.into();
    }
    if let Some(answers) = answers {
        message["context"] = json!({"from": "6281200000000", "id": answers});
    }
    whatsapp(&json!({"contacts": [contact(user)], "messages": [message]}))
}

/// Words that somebody wrote back.
///
/// # Panics
/// For a channel that tells nothing.
#[must_use]
pub fn words(channel: Channel, id: &str, from: &str, text: &str) -> Callback {
    let digits = from.trim_start_matches('+');
    match channel {
        Channel::Whatsapp => whatsapp(
            &json!({"messages": [{"from": digits, "id": id, "timestamp": "1760000000", "type": "text", "text": {"body": text}}]}),
        ),
        Channel::Twilio => {
            let form = [("MessageSid", id), ("SmsStatus", "received"), ("From", from), ("To", "SATU"), ("Body", text)];
            twilio(&form.map(|(name, value)| (name, value.to_owned())), None)
        }
        Channel::Vonage => vonage(&json!({
            "channel": "sms", "message_uuid": id, "to": "SATU", "from": digits, "timestamp": "2026-05-01T03:00:00Z",
            "message_type": "text", "text": text,
        })),
        other => panic!("{other} tells nothing"),
    }
}

fn whatsapp(told: &Value) -> Callback {
    let mut value = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "100200300"}});
    for (name, list) in told.as_object().into_iter().flatten() {
        value[name] = list.clone();
    }
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]});
    let body = body.to_string().into_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(secrets::APP.as_bytes()).expect("a key of any length");
    mac.update(&body);
    let signature = format!("sha256={}", hex(&mac.finalize().into_bytes()));
    Callback {
        path: "/webhooks/whatsapp".to_owned(),
        signature: ("x-hub-signature-256", signature),
        content_type: "application/json",
        body,
    }
}

fn twilio(form: &[(&str, String)], reference: Option<&str>) -> Callback {
    let query = reference.map(|reference| format!("?m={reference}")).unwrap_or_default();
    let mut sorted = form.to_vec();
    sorted.sort();
    let mut mac = Hmac::<Sha1>::new_from_slice(secrets::TWILIO.as_bytes()).expect("a key of any length");
    mac.update(format!("{CALLBACK}{query}").as_bytes());
    for (name, value) in &sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    Callback {
        path: format!("/webhooks/twilio{query}"),
        signature: ("x-twilio-signature", STANDARD.encode(mac.finalize().into_bytes())),
        content_type: "application/x-www-form-urlencoded",
        body: form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish().into_bytes(),
    }
}

fn vonage(body: &Value) -> Callback {
    let body = body.to_string().into_bytes();
    let claims = json!({"iat": 1_760_000_000, "jti": "b1", "iss": "Vonage", "api_key": "100200300", "payload_hash": hex(&Sha256::digest(&body))});
    let token = encode(&Header::default(), &claims, &EncodingKey::from_secret(secrets::SIGNATURE.as_bytes()));
    Callback {
        path: "/webhooks/vonage".to_owned(),
        signature: ("authorization", format!("Bearer {}", token.expect("a token"))),
        content_type: "application/json",
        body,
    }
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
