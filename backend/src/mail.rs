//! Codes for addresses leave by the mail server of whoever runs Satu: SMTP.

use std::{fmt, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message as Letter, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp,
};
use reqwest::Url;
use satu_core::identity::IdentifierKind;
use serde::Deserialize;

use crate::{
    channel::{Channel, Message, NotSent, Sending},
    outreach::settings::{Secret, is_here},
};

/// How long a server may take for each of its answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// `[mail]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The server, and who signs in to it.
    pub url: Option<Server>,
    /// Who writes: `Rumah Asuh <halo@rumahasuh.example>`.
    pub from: Option<Sender>,
}

/// A mail server: `smtps://USER:PASSWORD@HOST`, or `smtp://…?tls=required`, which begins in the clear and goes on encrypted. In the clear: on this machine alone.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Secret")]
pub struct Server(Secret);

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server(…)")
    }
}

impl TryFrom<Secret> for Server {
    type Error = &'static str;

    fn try_from(secret: Secret) -> Result<Self, Self::Error> {
        const NEEDED: &str = "a server like smtps://user:password@mail.example or smtp://user:password@mail.example?tls=required is needed";
        let url = Url::parse(secret.expose()).map_err(|_| NEEDED)?;
        let is_safe = match url.scheme() {
            "smtps" => url.query().is_none(),
            "smtp" => url.query() == Some("tls=required") || (url.query().is_none() && is_here(&url)),
            _ => false,
        };
        if is_safe && url.has_host() { Ok(Self(secret)) } else { Err(NEEDED) }
    }
}

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Sender(Mailbox);

impl TryFrom<String> for Sender {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parsed = text.trim().parse();
        parsed.map(Self).map_err(|_| "an address is needed, like Rumah Asuh <halo@rumahasuh.example>")
    }
}

impl Settings {
    /// What is missing: one of the two alone sends nothing.
    #[must_use]
    pub const fn lacks(&self) -> Option<&'static str> {
        match (&self.url, &self.from) {
            (Some(_), None) => Some("mail.from"),
            (None, Some(_)) => Some("mail.url"),
            _ => None,
        }
    }

    /// The way to addresses, in the name of who hires; none where none is configured.
    ///
    /// # Errors
    /// The system's certificates cannot be read.
    pub fn way(&self, company: String) -> Result<Option<Mail>, MailError> {
        let (Some(Server(server)), Some(Sender(from))) = (&self.url, &self.from) else { return Ok(None) };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(server.expose()).map_err(MailError::of)?;
        Ok(Some(Mail { transport: builder.timeout(Some(PATIENCE)).build(), from: from.clone(), company }))
    }
}

/// A mail server that did not do what it was asked for. It tells no address and no word of the server's, which may hold one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mail server: {0}")]
pub struct MailError(String);

impl MailError {
    #[expect(clippy::needless_pass_by_value, reason = "as map_err gives it")]
    fn of(error: smtp::Error) -> Self {
        Self(match error.status() {
            Some(code) => format!("it answered {code}"),
            None if error.is_timeout() => "it did not answer in time".to_owned(),
            None if error.is_tls() => "no encrypted connection came about".to_owned(),
            None => "it cannot be reached, or does not speak SMTP".to_owned(),
        })
    }
}

/// Sends codes to addresses.
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    company: String,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mail")
    }
}

impl Mail {
    /// Asks the server whether it lets us in. Nothing is sent.
    ///
    /// # Errors
    /// It does not.
    pub async fn check(&self) -> Result<(), MailError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError("it hung up".to_owned())),
            Err(error) => Err(MailError::of(error)),
        }
    }

    async fn deliver(&self, to: &str, message: &Message) -> Result<(), NotSent> {
        let unfit = |_| NotSent("mail: no letter can be made of it".to_owned());
        let to = to.parse().map_err(|_| NotSent("mail: that is no address".to_owned()))?;
        let letter = Letter::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            // The digits stand in no subject: those are shown on a locked screen.
            .subject(match message {
                Message::Code { .. } => format!("Kode {}", self.company),
                Message::PinChanged => format!("PIN {} diganti", self.company),
            })
            .header(ContentType::TEXT_PLAIN)
            .body(message.text(&self.company));
        let sent = self.transport.send(letter.map_err(unfit)?).await;
        sent.map(drop).map_err(|error| NotSent(MailError::of(error).to_string()))
    }
}

impl Channel for Mail {
    fn send<'a>(&'a self, kind: IdentifierKind, to: &'a str, message: Message) -> Sending<'a> {
        Box::pin(async move {
            if self.reaches(kind) {
                self.deliver(to, &message).await
            } else {
                Err(NotSent("mail reaches no number".to_owned()))
            }
        })
    }

    fn reaches(&self, kind: IdentifierKind) -> bool {
        kind == IdentifierKind::Email
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::encrypted("smtps://satu:rahasia@mail.example", true)]
    #[case::encrypted_from_the_second_word_on("smtp://satu:rahasia@mail.example:587?tls=required", true)]
    #[case::in_the_clear("smtp://satu:rahasia@mail.example", false)]
    #[case::if_it_pleases_the_server("smtp://mail.example?tls=opportunistic", false)]
    #[case::on_this_machine("smtp://127.0.0.1:2525", true)]
    #[case::another_protocol("https://mail.example", false)]
    #[case::no_address("mail.example", false)]
    fn a_server_is_spoken_to_encrypted_unless_it_is_this_machines(#[case] text: &str, #[case] fits: bool) {
        let server = Secret::try_from(text.to_owned()).map(Server::try_from);
        assert_eq!(server.is_ok_and(|server| server.is_ok()), fits);
    }

    #[test]
    fn neither_is_any_use_alone() {
        let read = |text: &str| toml::from_str::<Settings>(text).map(|settings| settings.lacks());
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("url = 'smtps://mail.example'"), Ok(Some("mail.from")));
        assert_eq!(read("from = 'Satu <halo@satu.example>'"), Ok(Some("mail.url")));
        assert_eq!(read("url = 'smtps://mail.example'\nfrom = 'halo@satu.example'"), Ok(None));
        assert!(read("from = 'halo'").is_err());
        let shown = format!("{:?}", toml::from_str::<Settings>("url = 'smtps://satu:rahasia@mail.example'"));
        assert!(!shown.contains("rahasia"), "{shown}");
    }
}
