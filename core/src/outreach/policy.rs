//! What outreach goes by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Channel, Done, Outreach, Quiet};
use crate::{store, time::rfc3339};

/// What outreach goes by.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Where a candidate registers: an address, with `{token}` where the invitation's token goes, or without, and it is added as `u`. None: nobody can be
    /// invited.
    pub link: Option<String>,
    /// Who invites, as candidates know it.
    pub company: String,
    /// When nobody is messaged.
    pub quiet: Quiet,
    /// How long an invitation is good, in days.
    pub invitation_days: i64,
    /// What each channel bears; [`Limits::of`] where nothing is said.
    pub limits: BTreeMap<Channel, Limits>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            link: None,
            company: "Satu".to_owned(),
            quiet: Quiet::default(),
            invitation_days: 14,
            limits: BTreeMap::new(),
        }
    }
}

/// 24 hours in microseconds.
pub(super) const DAY: i64 = 86_400_000_000;

/// What a channel bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Messages in any 24 hours; none: as many as there are.
    pub a_day: Option<u32>,
    /// Messages in any second.
    pub a_second: u32,
    /// Between two messages to one recipient, in seconds.
    pub recipient_seconds: u32,
}

impl Limits {
    /// What a channel bears as long as nobody says otherwise. A new WhatsApp account may reach 250 people in 24 hours, and one person every six seconds.
    #[must_use]
    pub const fn of(channel: Channel) -> Self {
        match channel {
            Channel::Whatsapp => Self { a_day: Some(250), a_second: 20, recipient_seconds: 6 },
            Channel::Twilio | Channel::Zenziva | Channel::Vonage => {
                Self { a_day: None, a_second: 10, recipient_seconds: 1 }
            }
            Channel::WaMe | Channel::File => Self { a_day: None, a_second: 1_000, recipient_seconds: 0 },
        }
    }
}

impl Policy {
    /// What a channel bears.
    #[must_use]
    pub fn limits(&self, channel: Channel) -> Limits {
        self.limits.get(&channel).copied().unwrap_or(Limits::of(channel))
    }

    /// The link that a token makes; none where no link is set.
    #[must_use]
    pub fn link(&self, token: &str) -> Option<String> {
        let link = self.link.as_deref()?;
        Some(if link.contains("{token}") {
            link.replace("{token}", token)
        } else {
            let sign = if link.contains('?') { '&' } else { '?' };
            format!("{link}{sign}u={token}")
        })
    }
}

/// How much a channel may still send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// The channel.
    pub channel: Channel,
    /// Messages in any 24 hours; none: as many as there are.
    pub daily_budget: Option<u32>,
    /// How many of them were used in the last 24 hours.
    pub used: u32,
    /// How many are left; none: as many as there are.
    pub left: Option<u32>,
    /// The provider is out of order or too fast: nothing leaves before, RFC 3339 in UTC.
    pub closed_until: Option<String>,
}

impl Outreach {
    /// How much a channel may still send.
    ///
    /// # Errors
    /// The store fails.
    pub async fn standing(&self, channel: Channel) -> Done<Standing> {
        let now = self.store.clock().micros();
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let (taken, _) = store::outbox::taken_around(connection, channel, now, DAY).await?;
        let used = u32::try_from(taken).unwrap_or(u32::MAX);
        let closed = store::outbox::gate(connection, channel).await?.closed(now);
        let daily_budget = self.policy.limits(channel).a_day;
        Ok(Standing {
            channel,
            daily_budget,
            used,
            left: daily_budget.map(|budget| budget.saturating_sub(used)),
            closed_until: closed.map(rfc3339),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_where_the_link_says() {
        let link = |link: &str| Policy { link: Some(link.to_owned()), ..Policy::default() }.link("t").unwrap();
        assert_eq!(link("https://daftar.example.com/u/{token}/"), "https://daftar.example.com/u/t/");
        assert_eq!(link("https://daftar.example.com/daftar"), "https://daftar.example.com/daftar?u=t");
        assert_eq!(link("https://daftar.example.com/?a=b"), "https://daftar.example.com/?a=b&u=t");
        assert_eq!(Policy::default().link("t"), None);
    }
}
