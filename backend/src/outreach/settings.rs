//! The settings of outreach, as they stand in `satu.toml`. A channel is configured when all that it needs is there.

use std::{collections::BTreeMap, fmt, ops::RangeInclusive, path::PathBuf, sync::Arc};

use jiff::civil::Time;
use reqwest::Url;
use satu_core::outreach::{Channel, Limits, Policy, Quiet};
use serde::Deserialize;

use super::{
    carrier::{self, Carrier, Carriers, Patience},
    file, twilio, vonage, whatsapp, zenziva,
};

/// A secret. It is never shown, and never blank: what is signed with nothing anybody can sign.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Secret(String);

impl Secret {
    /// What is said of a blank one.
    pub(crate) const NEEDED: &'static str =
        "a secret is needed that is not blank; leave the setting out where there is none";

    /// Whether a text is none.
    pub(crate) fn is_blank(text: &str) -> bool {
        text.trim().is_empty()
    }

    /// The secret, for whoever sends it to whom it is for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl TryFrom<String> for Secret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if Self::is_blank(&text) { Err(Self::NEEDED) } else { Ok(Self(text)) }
    }
}

/// The address of a provider, or of ourselves as providers call us: `https://`, or `http://` on this machine, where a test stands in for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Base(Url);

impl Base {
    /// The address of something below.
    #[must_use]
    pub fn join(&self, parts: &[&str]) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(parts);
        }
        url
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl TryFrom<String> for Base {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const NEEDED: &str =
            "an address like https://provider.example is needed, without a query; http is for this machine alone";
        let url = Url::parse(text.trim()).map_err(|_| NEEDED)?;
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_here(&url));
        let is_plain = url.query().is_none() && url.fragment().is_none() && url.password().is_none();
        if is_safe && is_plain && url.has_host() { Ok(Self(url)) } else { Err(NEEDED) }
    }
}

/// Whether an address is this machine's own.
pub(crate) fn is_here(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

/// The page of a link: encrypted, unless it is this machine's.
fn page(link: String) -> Result<String, String> {
    // A query may stand in it, and the token's place is no part of an address.
    let plain = link.replace("{token}", "token");
    let (plain, _) = plain.split_once(['?', '#']).unwrap_or((&plain, ""));
    match Base::try_from(plain.to_owned()) {
        Ok(_) => Ok(link.trim().to_owned()),
        Err(_) => {
            Err("the page is needed where candidates register, like https://daftar.example/mulai?u={token}".to_owned())
        }
    }
}

/// A provider's own address.
fn usual(base: Option<&Base>, usual: &'static str) -> Base {
    base.cloned().unwrap_or_else(|| {
        #[expect(clippy::expect_used, reason = "it is written below, and a test reads it")]
        Base::try_from(usual.to_owned()).expect("an address")
    })
}

/// `[whatsapp]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Whatsapp {
    pub(crate) base_url: Option<Base>,
    pub(crate) version: Option<String>,
    pub(crate) phone_number_id: Option<String>,
    pub(crate) token: Option<Secret>,
    pub(crate) app_secret: Option<Secret>,
    pub(crate) verify_token: Option<Secret>,
    pub(crate) code_template: Option<String>,
    pub(crate) pin_changed_template: Option<String>,
}

impl Whatsapp {
    pub(super) fn base(&self) -> Base {
        usual(self.base_url.as_ref(), "https://graph.facebook.com")
    }

    pub(super) fn version(&self) -> &str {
        self.version.as_deref().unwrap_or("v23.0")
    }
}

/// `[twilio]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Twilio {
    pub(crate) base_url: Option<Base>,
    pub(crate) account_sid: Option<String>,
    pub(crate) auth_token: Option<Secret>,
    pub(crate) from: Option<String>,
    pub(crate) messaging_service_sid: Option<String>,
    pub(crate) callback: Option<Base>,
}

impl Twilio {
    pub(super) fn base(&self) -> Base {
        usual(self.base_url.as_ref(), "https://api.twilio.com")
    }
}

/// `[zenziva]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zenziva {
    pub(crate) base_url: Option<Base>,
    pub(crate) userkey: Option<String>,
    pub(crate) passkey: Option<Secret>,
}

impl Zenziva {
    pub(super) fn base(&self) -> Base {
        usual(self.base_url.as_ref(), "https://console.zenziva.net")
    }
}

/// `[vonage]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vonage {
    pub(crate) base_url: Option<Base>,
    pub(crate) key: Option<String>,
    pub(crate) secret: Option<Secret>,
    pub(crate) from: Option<String>,
    pub(crate) signature_secret: Option<Secret>,
}

impl Vonage {
    pub(super) fn base(&self) -> Base {
        usual(self.base_url.as_ref(), "https://api.nexmo.com")
    }
}

/// `[outreach]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Written {
    link: Option<String>,
    company: Option<String>,
    quiet_from: Option<String>,
    quiet_until: Option<String>,
    channel: Option<Channel>,
    fallback: Option<Channel>,
    codes_by: Option<Channel>,
    daily_budget: BTreeMap<Channel, i64>,
    per_second: BTreeMap<Channel, i64>,
    recipient_seconds: BTreeMap<Channel, i64>,
    file: Option<PathBuf>,
}

/// A limit of a channel: its setting, what it may be, and what it is.
type Limit = (&'static str, RangeInclusive<i64>, fn(&mut Limits, u32));

/// Messages in any 24 hours.
const DAILY_BUDGET: Limit = ("outreach.daily_budget", 1..=1_000_000, |limits, most| limits.a_day = Some(most));
/// Messages in any second. The fastest WhatsApp account may send a thousand.
const PER_SECOND: Limit = ("outreach.per_second", 1..=1_000, |limits, most| limits.a_second = most);
/// Between two messages to one recipient: up to a day.
const RECIPIENT_SECONDS: Limit =
    ("outreach.recipient_seconds", 0..=86_400, |limits, seconds| limits.recipient_seconds = seconds);

/// How messages leave, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The page where a candidate registers, with `{token}` where hers goes, or without.
    pub link: Option<String>,
    /// Who writes.
    pub company: Option<String>,
    /// When nobody is written to.
    pub quiet: Quiet,
    /// The channel that a campaign takes unless it names another one.
    pub channel: Channel,
    /// The channel that follows a final failure.
    pub fallback: Option<Channel>,
    /// The channel of one-time codes.
    pub codes_by: Option<Channel>,
    /// What the channels bear of which something else is said than what they usually bear.
    pub limits: BTreeMap<Channel, Limits>,
    /// How long is waited for a provider.
    pub patience: Patience,
    /// Where the file channel writes.
    pub file: Option<PathBuf>,
    /// WhatsApp.
    pub whatsapp: Whatsapp,
    /// Twilio.
    pub twilio: Twilio,
    /// Zenziva.
    pub zenziva: Zenziva,
    /// Vonage.
    pub vonage: Vonage,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            link: None,
            company: None,
            quiet: Quiet::default(),
            channel: Channel::WaMe,
            fallback: None,
            codes_by: None,
            limits: BTreeMap::new(),
            patience: Patience::default(),
            file: None,
            whatsapp: Whatsapp::default(),
            twilio: Twilio::default(),
            zenziva: Zenziva::default(),
            vonage: Vonage::default(),
        }
    }
}

impl Settings {
    /// The settings of what is written.
    ///
    /// # Errors
    /// The key of what is not understood, and what would do.
    pub(crate) fn read(written: Written) -> Result<Self, (&'static str, String)> {
        let usual = Self::default();
        let time = |key: &'static str, said: Option<String>, usual: Time| {
            said.map_or(Ok(usual), |said| {
                Time::strptime("%H:%M", said.trim())
                    .map_err(|_| (key, "a time of day is needed, like 20:00".to_owned()))
            })
        };
        let by_itself = |key: &'static str, said: Option<Channel>| match said {
            Some(by_hand) if by_hand.is_by_hand() => Err((key, "a channel is needed that sends by itself".to_owned())),
            said => Ok(said),
        };
        let mut limits = BTreeMap::new();
        for ((key, fitting, set), said) in [
            (DAILY_BUDGET, written.daily_budget),
            (PER_SECOND, written.per_second),
            (RECIPIENT_SECONDS, written.recipient_seconds),
        ] {
            for (channel, number) in said {
                by_itself(key, Some(channel))?;
                let number = u32::try_from(number).ok().filter(|_| fitting.contains(&number)).ok_or_else(|| {
                    (key, format!("{channel}: a number is needed, {} to {}", fitting.start(), fitting.end()))
                })?;
                set(limits.entry(channel).or_insert(Limits::of(channel)), number);
            }
        }
        Ok(Self {
            link: written.link.map(|link| page(link).map_err(|why| ("outreach.link", why))).transpose()?,
            company: written.company,
            quiet: Quiet {
                from: time("outreach.quiet_from", written.quiet_from, usual.quiet.from)?,
                until: time("outreach.quiet_until", written.quiet_until, usual.quiet.until)?,
            },
            channel: written.channel.unwrap_or(usual.channel),
            fallback: by_itself("outreach.fallback", written.fallback)?,
            codes_by: by_itself("outreach.codes_by", written.codes_by)?,
            limits,
            file: written.file,
            ..usual
        })
    }

    /// What the outbox goes by; `invitation_days` is how long an invitation is good.
    #[must_use]
    pub fn policy(&self, invitation_days: i64) -> Policy {
        Policy {
            link: self.link.clone(),
            company: self.company(),
            quiet: self.quiet,
            invitation_days,
            limits: self.limits.clone(),
        }
    }

    /// Who invites, as candidates know it.
    #[must_use]
    pub fn company(&self) -> String {
        self.company.clone().unwrap_or_else(|| Policy::default().company)
    }

    /// Whether one-time codes can leave.
    #[must_use]
    pub fn sends_codes(&self) -> bool {
        self.codes_by.is_some_and(|channel| self.is_configured(channel))
    }

    /// The carriers that are configured.
    ///
    /// # Errors
    /// The system's certificates cannot be read.
    pub fn carriers(&self) -> Result<Carriers, reqwest::Error> {
        fn some(carrier: Option<impl Carrier + 'static>) -> Option<Arc<dyn Carrier>> {
            carrier.map(|carrier| Arc::new(carrier) as Arc<dyn Carrier>)
        }
        let mut all = Carriers::new();
        // A client reads every certificate of the system: whoever sends nothing does not wait for it.
        if [Channel::Whatsapp, Channel::Twilio, Channel::Zenziva, Channel::Vonage]
            .iter()
            .any(|one| self.is_configured(*one))
        {
            let client = &carrier::client(self.patience)?;
            let providers = [
                some(whatsapp::Cloud::configured(&self.whatsapp, client)),
                some(twilio::Sms::configured(&self.twilio, client)),
                some(zenziva::Sms::configured(&self.zenziva, client)),
                some(vonage::Sms::configured(&self.vonage, client)),
            ];
            all.extend(providers.into_iter().flatten());
        }
        all.extend(some(self.file.as_deref().map(file::File::at)));
        Ok(all)
    }

    /// Whether a channel can be used.
    #[must_use]
    pub fn is_configured(&self, channel: Channel) -> bool {
        let Self { whatsapp, twilio, zenziva, vonage, .. } = self;
        match channel {
            Channel::WaMe => true,
            Channel::Whatsapp => whatsapp.phone_number_id.is_some() && whatsapp.token.is_some(),
            Channel::Twilio => {
                let sender = twilio.from.is_some() || twilio.messaging_service_sid.is_some();
                twilio.account_sid.is_some() && twilio.auth_token.is_some() && sender
            }
            Channel::Zenziva => zenziva.userkey.is_some() && zenziva.passkey.is_some(),
            Channel::Vonage => vonage.key.is_some() && vonage.secret.is_some() && vonage.from.is_some(),
            Channel::File => self.file.is_some(),
        }
    }

    /// What is wrong with the settings, or is hardly meant: a sentence each.
    #[must_use]
    pub fn doubts(&self) -> Vec<String> {
        let mut said = Vec::new();
        let tables = [
            (Channel::Whatsapp, self.whatsapp != Whatsapp::default(), "whatsapp.phone_number_id and whatsapp.token"),
            (
                Channel::Twilio,
                self.twilio != Twilio::default(),
                "twilio.account_sid, twilio.auth_token, and twilio.from or twilio.messaging_service_sid",
            ),
            (Channel::Zenziva, self.zenziva != Zenziva::default(), "zenziva.userkey and zenziva.passkey"),
            (Channel::Vonage, self.vonage != Vonage::default(), "vonage.key, vonage.secret and vonage.from"),
        ];
        for (channel, is_begun, needed) in tables {
            if is_begun && !self.is_configured(channel) {
                said.push(format!("{channel}: it needs {needed}, so nothing is sent by it"));
            }
        }
        let named = [("channel", Some(self.channel)), ("fallback", self.fallback), ("codes_by", self.codes_by)];
        for (name, channel) in named {
            if let Some(channel) = channel.filter(|channel| !self.is_configured(*channel)) {
                said.push(format!("outreach.{name}: {channel} is not configured"));
            }
        }
        if self.codes_by == Some(Channel::Whatsapp) && self.whatsapp.code_template.is_none() {
            said.push(
                "outreach.codes_by: whatsapp needs whatsapp.code_template, an approved template for codes".to_owned(),
            );
        }
        if self.codes_by == Some(Channel::Whatsapp) && self.whatsapp.pin_changed_template.is_none() {
            said.push(
                "outreach.codes_by: without whatsapp.pin_changed_template who has not written within a day is not told that her PIN was changed"
                    .to_owned(),
            );
        }
        let deaf = [
            (Channel::Whatsapp, self.whatsapp.app_secret.is_none(), "whatsapp.app_secret"),
            (Channel::Twilio, self.twilio.callback.is_none(), "twilio.callback"),
            (Channel::Vonage, self.vonage.signature_secret.is_none(), "vonage.signature_secret"),
        ];
        for (channel, is_deaf, needed) in deaf {
            if is_deaf && self.is_configured(channel) {
                said.push(format!(
                    "{channel}: without {needed} nothing is heard of what becomes of messages, nor who says stop"
                ));
            }
        }
        // Nothing that could be set would let it be heard: it is told to whoever makes it a channel of her campaigns.
        let is_used = self.channel == Channel::Zenziva || self.fallback == Some(Channel::Zenziva);
        if is_used && self.is_configured(Channel::Zenziva) {
            said.push(
                "zenziva: it passes no answer on, so who answers STOP is not heard; write in the text how else she can stop, or record it at the applicant"
                    .to_owned(),
            );
        }
        if self.is_configured(Channel::Whatsapp)
            && self.whatsapp.app_secret.is_some()
            && self.whatsapp.verify_token.is_none()
        {
            said.push("whatsapp: without whatsapp.verify_token the provider cannot be told where to call".to_owned());
        }
        let sends = Channel::ALL.iter().any(|channel| !channel.is_by_hand() && self.is_configured(*channel));
        if sends && self.company.is_none() {
            said.push(format!("outreach.company: none, so candidates read that “{}” invites them", self.company()));
        }
        if sends && self.link.is_none() {
            said.push(
                "outreach.link: none, so no invitation can be sent; name the page where candidates register, or the server's own address (server.public_url)"
                    .to_owned(),
            );
        }
        said
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_encrypted_unless_it_is_this_machines() {
        for (text, fits) in [
            ("https://graph.facebook.com", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8080/base/", true),
            ("http://graph.facebook.com", false),
            ("https://user:pass@provider.example", false),
            ("https://provider.example/?a=b", false),
            ("ftp://127.0.0.1", false),
            ("provider.example", false),
        ] {
            assert_eq!(Base::try_from(text.to_owned()).is_ok(), fits, "{text}");
        }
        let base = |text: &str| Base::try_from(text.to_owned()).unwrap();
        for address in ["https://x.example", "https://x.example/"] {
            assert_eq!(base(address).join(&["v1", "a/b", ""]).as_str(), "https://x.example/v1/a%2Fb/");
        }
        assert_eq!(base("https://x.example/below/").join(&["v1"]).as_str(), "https://x.example/below/v1");
    }

    #[test]
    fn a_link_may_have_its_token_anywhere() {
        for (link, fits) in [
            ("https://daftar.example/mulai", true),
            ("https://daftar.example/u/{token}/", true),
            ("https://daftar.example/?u={token}#mulai", true),
            ("http://127.0.0.1:8787/daftar", true),
            ("http://daftar.example/mulai", false),
            ("daftar.example", false),
            ("{token}", false),
        ] {
            assert_eq!(page(link.to_owned()).is_ok(), fits, "{link}");
        }
    }

    #[test]
    fn a_secret_is_not_blank() {
        for blank in ["", " ", "\\t\\n"] {
            for name in ["token", "app_secret", "verify_token"] {
                let error = toml::from_str::<Whatsapp>(&format!("{name} = \"{blank}\"")).unwrap_err();
                assert!(error.message().contains(Secret::NEEDED), "{name}: {error}");
            }
        }
        assert_eq!(Secret::try_from(" x ".to_owned()).map(|secret| secret.expose().to_owned()), Ok(" x ".to_owned()));
    }

    #[test]
    fn a_channel_that_passes_no_answer_on_is_told_where_it_is_used() {
        let idle = Settings {
            zenziva: toml::from_str("userkey = \"u\"\npasskey = \"rahasia\"").unwrap(),
            link: Some("https://daftar.example/mulai".to_owned()),
            company: Some("PT Contoh".to_owned()),
            ..Settings::default()
        };
        assert_eq!(idle.doubts(), Vec::<String>::new());
        let fallback = Settings { fallback: Some(Channel::Zenziva), ..idle.clone() };
        let channel = Settings { channel: Channel::Zenziva, ..idle };
        for used in [channel, fallback] {
            let doubts = used.doubts();
            assert!(doubts.len() == 1 && doubts[0].contains("who answers STOP is not heard"), "{doubts:?}");
        }
    }

    #[test]
    fn each_provider_has_an_address() {
        let of = Settings::default();
        let all = [of.whatsapp.base(), of.twilio.base(), of.zenziva.base(), of.vonage.base()];
        assert!(all.iter().all(|base| base.to_string().starts_with("https://")), "{all:?}");
    }

    #[test]
    fn what_is_half_configured_is_told_and_no_secret_is() {
        let of = |text: &str| toml::from_str::<Whatsapp>(text).unwrap();
        let settings = Settings { whatsapp: of("token = \"rahasia\""), ..Settings::default() };
        assert!(settings.doubts()[0].starts_with("whatsapp: it needs"), "{:?}", settings.doubts());
        assert!(!format!("{settings:?}").contains("rahasia"));
        assert!(Settings::default().doubts().is_empty());
    }

    #[test]
    fn a_channel_bears_what_is_said_of_it_and_the_others_what_they_usually_do() {
        let written =
            "daily_budget = { twilio = 9 }\nper_second = { twilio = 2 }\nrecipient_seconds = { whatsapp = 0 }";
        let policy = Settings::read(toml::from_str(written).unwrap()).unwrap().policy(14);
        let twilio = Limits { a_day: Some(9), a_second: 2, ..Limits::of(Channel::Twilio) };
        assert_eq!(policy.limits(Channel::Twilio), twilio);
        let whatsapp = Limits { recipient_seconds: 0, ..Limits::of(Channel::Whatsapp) };
        assert_eq!(policy.limits(Channel::Whatsapp), whatsapp);
        assert_eq!(whatsapp.a_day, Some(250));
        assert_eq!(policy.limits(Channel::Vonage), Limits::of(Channel::Vonage));
    }
}
