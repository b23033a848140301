//! Access tokens: short-lived JWTs (RFC 7519) signed with EdDSA (RFC 8037). Other platforms verify them by the key set, without asking.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use satu_core::id::{AccountId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a token is good, in seconds.
pub const GOOD_FOR: i64 = 15 * 60;
/// Who gives the tokens, and whom they are for.
pub const ISSUER: &str = "satu";
/// Seconds that another platform's clock may be behind.
const EARLY: i64 = 60;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// `satu`.
    pub iss: String,
    /// `satu`.
    pub aud: String,
    /// The account.
    pub sub: AccountId,
    /// The session.
    pub sid: SessionId,
    /// When it was given, in seconds since 1970-01-01 UTC.
    pub iat: i64,
    /// Until when it is good, in seconds since 1970-01-01 UTC.
    pub exp: i64,
}

/// A public key of the key set (RFC 7517, RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwk {
    /// `OKP`.
    kty: &'static str,
    /// `Ed25519`.
    crv: &'static str,
    /// `EdDSA`.
    alg: &'static str,
    /// `sig`.
    #[serde(rename = "use")]
    usage: &'static str,
    /// The key's id: a token's header names it.
    kid: String,
    /// The key, in base64url.
    x: String,
}

/// The public keys that tokens are verified by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeySet {
    keys: Vec<Jwk>,
}

/// Signs tokens and verifies them. A clone of each key stands in it; none is ever shown.
pub struct Tokens {
    signing: (String, EncodingKey),
    known: Vec<(String, DecodingKey, String)>,
}

/// A signing key that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("a signing key cannot be used")]
pub struct BadKey;

impl Tokens {
    /// Tokens signed with the first of some keys.
    ///
    /// # Errors
    /// There is none.
    pub fn new(keys: &[(String, [u8; 32])]) -> Result<Self, BadKey> {
        let mut known = Vec::new();
        for (id, seed) in keys {
            let public = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(seed).verifying_key().as_bytes());
            let key = DecodingKey::from_ed_components(&public).map_err(|_| BadKey)?;
            known.push((id.clone(), key, public));
        }
        let (id, seed) = keys.first().ok_or(BadKey)?;
        let der = SigningKey::from_bytes(seed).to_pkcs8_der().map_err(|_| BadKey)?;
        Ok(Self { signing: (id.clone(), EncodingKey::from_ed_der(der.as_bytes())), known })
    }

    /// A token for a session, at a time in microseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// It cannot be signed.
    pub fn sign(&self, account: AccountId, session: SessionId, now: i64) -> Result<String, BadKey> {
        let iat = now.div_euclid(1_000_000);
        let (iss, aud) = (ISSUER.to_owned(), ISSUER.to_owned());
        let claims = Claims { iss, aud, sub: account, sid: session, iat, exp: iat + GOOD_FOR };
        let header = Header { kid: Some(self.signing.0.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims, &self.signing.1).map_err(|_| BadKey)
    }

    /// What a token says, if it is one of ours and good at a time in microseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn verify(&self, token: &str, now: i64) -> Option<Claims> {
        let id = decode_header(token).ok()?.kid?;
        let (_, key, _) = self.known.iter().find(|(known, ..)| *known == id)?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[ISSUER]);
        // The time is looked at below, by the clock that a test can set.
        rules.validate_exp = false;
        let claims = decode::<Claims>(token, key, &rules).ok()?.claims;
        let now = now.div_euclid(1_000_000);
        (claims.iat - EARLY <= now && now < claims.exp).then_some(claims)
    }

    /// The public keys.
    #[must_use]
    pub fn key_set(&self) -> KeySet {
        let key = |(id, _, public): &(String, DecodingKey, String)| Jwk {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            usage: "sig",
            kid: id.clone(),
            x: public.clone(),
        };
        KeySet { keys: self.known.iter().map(key).collect() }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_500_000;
    const SECOND: i64 = 1_000_000;

    fn keys(ids: &[u8]) -> Vec<(String, [u8; 32])> {
        ids.iter().map(|id| (id.to_string(), [*id; 32])).collect()
    }

    #[test]
    fn a_token_is_good_for_a_quarter_of_an_hour() {
        let tokens = Tokens::new(&keys(&[1])).unwrap();
        let (account, session) = (AccountId::mint(), SessionId::mint());
        let token = tokens.sign(account, session, NOW).unwrap();
        let claims = tokens.verify(&token, NOW).unwrap();
        assert_eq!((claims.sub, claims.sid), (account, session));
        assert!(tokens.verify(&token, NOW + (GOOD_FOR - 1) * SECOND).is_some());
        assert!(tokens.verify(&token, NOW + GOOD_FOR * SECOND).is_none());
        assert!(tokens.verify(&token, NOW - 61 * SECOND).is_none(), "from the future");
    }

    #[test]
    fn a_token_of_another_key_or_changed_or_unsigned_is_none() {
        let tokens = Tokens::new(&keys(&[1])).unwrap();
        let token = tokens.sign(AccountId::mint(), SessionId::mint(), NOW).unwrap();
        assert!(Tokens::new(&keys(&[2])).unwrap().verify(&token, NOW).is_none(), "the key is not known");
        let renamed = Tokens::new(&[("1".to_owned(), [9; 32])]).unwrap();
        assert!(renamed.verify(&token, NOW).is_none(), "the key of that id is another one");
        let [header, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        for forged in [
            format!("{header}.{claims}."),
            format!("{header}.{claims}"),
            format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"1"}"#)),
            format!("{}.{claims}.{signature}", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","kid":"1"}"#)),
            format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(r#"{"sub":"x"}"#)),
            String::new(),
        ] {
            assert_eq!(tokens.verify(&forged, NOW), None, "{forged}");
        }
    }

    #[test]
    fn a_new_key_signs_and_the_old_one_is_still_known() {
        let old = Tokens::new(&keys(&[1])).unwrap().sign(AccountId::mint(), SessionId::mint(), NOW).unwrap();
        let both = Tokens::new(&keys(&[2, 1])).unwrap();
        assert!(both.verify(&old, NOW).is_some());
        let new = both.sign(AccountId::mint(), SessionId::mint(), NOW).unwrap();
        assert_eq!(decode_header(&new).unwrap().kid.as_deref(), Some("2"));
        let set = serde_json::to_value(both.key_set()).unwrap();
        assert_eq!(set["keys"].as_array().unwrap().len(), 2);
        assert_eq!((&set["keys"][0]["kty"], &set["keys"][0]["use"]), (&"OKP".into(), &"sig".into()));
        assert!(Tokens::new(&[]).is_err());
    }
}
