//! SMS through Zenziva: <https://zenziva.id/dokumentasi-api/>. It tells nothing by itself: a message stays accepted, and who answers STOP is not heard.

use reqwest::Client;
use satu_core::outreach::{Channel, Refusal, Sent};

use super::{
    carrier::{self, Answer, Carrier, Checking, Letter, Reply, Sending, ask},
    settings::{Base, Secret, Zenziva},
};

/// Sends through an account.
#[derive(Debug)]
pub struct Sms {
    client: Client,
    base: Base,
    user: String,
    pass: Secret,
}

impl Sms {
    /// The carrier, if what it needs is set.
    #[must_use]
    pub fn configured(settings: &Zenziva, client: &Client) -> Option<Self> {
        Some(Self {
            client: client.clone(),
            base: settings.base(),
            user: settings.userkey.clone()?,
            pass: settings.passkey.clone()?,
        })
    }

    async fn hand_over(&self, letter: &Letter) -> Answer {
        // It writes numbers as they are dialled at home.
        let to = letter.to.strip_prefix("+62").map_or_else(|| letter.to.clone(), |rest| format!("0{rest}"));
        let form =
            [("userkey", self.user.as_str()), ("passkey", self.pass.expose()), ("to", &to), ("message", &letter.text)];
        // Its addresses end in a slash.
        let url = self.base.join(&["reguler", "api", "sendsms", ""]);
        ask(self.client.post(url).form(&form)).await.map_or_else(
            |lost| lost,
            |reply| {
                let status =
                    reply.text("/status").filter(|_| reply.status.is_success() || reply.status.is_client_error());
                match (status.as_deref(), reply.text("/messageId")) {
                    (Some("1"), Some(provider_id)) => reply.answer(Sent::Accepted { provider_id }),
                    (Some("1"), None) | (None, _) => reply.by_status(),
                    (Some(code), _) => reply.refused(refusal(code), code),
                }
            },
        )
    }
}

impl Carrier for Sms {
    fn channel(&self) -> Channel {
        Channel::Zenziva
    }

    fn send<'a>(&'a self, letter: &'a Letter) -> Sending<'a> {
        Box::pin(self.hand_over(letter))
    }

    fn check(&self) -> Checking<'_> {
        Box::pin(async {
            let url = self.base.join(&["api", "balance", ""]);
            let query = [("userkey", self.user.as_str()), ("passkey", self.pass.expose())];
            standing(&carrier::known(self.client.get(url).query(&query), carrier::CREDENTIAL).await?)
        })
    }
}

/// What an answer about an account's money says of the credential. One that the provider knows is told what is left: `balance`, and `credit` by its older servers. One
/// that it does not know is refused by a status, as a message is, with 200.
fn standing(reply: &Reply) -> Result<(), String> {
    let left = reply.text("/balance").or_else(|| reply.text("/credit"));
    match reply.text("/status").as_deref() {
        None | Some("1") if left.is_some() => Ok(()),
        Some(status) if status != "1" && status.parse::<u8>().is_ok() => {
            Err(format!("the provider refuses {}", carrier::CREDENTIAL))
        }
        _ => Err(carrier::FOREIGN.to_owned()),
    }
}

/// What a status asks for: a number that is none (0), the credential (5), a text that is refused (6), too often to one number (89), no money (99).
#[must_use]
pub fn refusal(status: &str) -> Refusal {
    match status {
        "0" => Refusal::Final { number: true },
        "89" => Refusal::Later,
        "5" | "6" | "99" => Refusal::StopCampaign,
        _ => Refusal::Final { number: false },
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    #[rstest]
    #[case::it_is_known(json!({"balance": "100,000", "expired": "31 Desember 2026"}), Ok(()))]
    #[case::nothing_is_left(json!({"balance": 0}), Ok(()))]
    #[case::by_an_older_server(json!({"credit": "250", "expired": "31 Desember 2026", "status": "1"}), Ok(()))]
    #[case::it_is_not_known(json!({"status": "5", "text": "Userkey / Passkey Salah"}), Err("the provider refuses the credential"))]
    #[case::it_is_not_known_by_a_number(json!({"status": 5}), Err("the provider refuses the credential"))]
    #[case::a_page(Value::Null, Err(carrier::FOREIGN))]
    #[case::nothing_of_ours(json!({}), Err(carrier::FOREIGN))]
    #[case::no_money(json!({"status": "1"}), Err(carrier::FOREIGN))]
    #[case::another_servers_health(json!({"status": "ok"}), Err(carrier::FOREIGN))]
    fn the_provider_is_known_by_what_it_says_of_the_account(#[case] body: Value, #[case] told: Result<(), &str>) {
        let reply = Reply { status: StatusCode::OK, retry_after: None, body };
        assert_eq!(standing(&reply), told.map_err(str::to_owned));
    }

    #[test]
    fn each_status_of_the_provider_has_its_consequence() {
        for (status, asked) in [
            ("0", Refusal::Final { number: true }),
            ("5", Refusal::StopCampaign),
            ("6", Refusal::StopCampaign),
            ("89", Refusal::Later),
            ("99", Refusal::StopCampaign),
            ("7", Refusal::Final { number: false }),
        ] {
            assert_eq!(refusal(status), asked, "{status}");
        }
    }
}
