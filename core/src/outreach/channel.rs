//! The ways a message leaves.

use crate::words::words;

words! {
    /// A way to reach a candidate.
    Channel {
        /// Click to chat: HR opens each chat with the text filled in, and sends it herself. It needs no account.
        WaMe = "wa_me",
        /// The WhatsApp Business Cloud API.
        Whatsapp = "whatsapp",
        /// SMS through Twilio.
        Twilio = "twilio",
        /// SMS through Zenziva.
        Zenziva = "zenziva",
        /// SMS through Vonage.
        Vonage = "vonage",
        /// A file, for trying out: a line of JSON for each message.
        File = "file",
    }
}

words! {
    /// Where a message arrives, whoever carries it there. A number that one network does not reach may be reached by another.
    Network {
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// SMS.
        Sms = "sms",
        /// None: a file.
        File = "file",
    }
}

/// How a campaign's messages leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways {
    /// The channel.
    pub channel: Channel,
    /// The channel after a final failure.
    pub fallback: Option<Channel>,
}

impl From<Channel> for Ways {
    fn from(channel: Channel) -> Self {
        Self { channel, fallback: None }
    }
}

impl Ways {
    /// Whether none of them leads to a number that these networks did not reach. Whoever sends by hand sees for herself.
    #[must_use]
    pub fn are_closed(self, unreached: &[Network]) -> bool {
        let closed = |channel: Channel| !channel.is_by_hand() && unreached.contains(&channel.network());
        closed(self.channel) && self.fallback.is_none_or(closed)
    }
}

impl Channel {
    /// Where its messages arrive.
    #[must_use]
    pub const fn network(self) -> Network {
        match self {
            Self::WaMe | Self::Whatsapp => Network::Whatsapp,
            Self::Twilio | Self::Zenziva | Self::Vonage => Network::Sms,
            Self::File => Network::File,
        }
    }

    /// Whether a person sends by hand: such a message waits for HR, and no worker claims it.
    #[must_use]
    pub const fn is_by_hand(self) -> bool {
        matches!(self, Self::WaMe)
    }

    /// Whether it is paid by segments of an SMS.
    #[must_use]
    pub const fn is_sms(self) -> bool {
        matches!(self, Self::Twilio | Self::Zenziva | Self::Vonage)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::reached(Channel::Whatsapp, None, &[], false)]
    #[case::not_by_this_one(Channel::Whatsapp, None, &[Network::Whatsapp], true)]
    #[case::by_another_one(Channel::Twilio, None, &[Network::Whatsapp], false)]
    #[case::whoever_carries_it(Channel::Vonage, None, &[Network::Sms], true)]
    #[case::the_other_way(Channel::Whatsapp, Some(Channel::Zenziva), &[Network::Whatsapp], false)]
    #[case::neither_way(Channel::Whatsapp, Some(Channel::Zenziva), &[Network::Whatsapp, Network::Sms], true)]
    #[case::by_hand(Channel::WaMe, None, &[Network::Whatsapp, Network::Sms], false)]
    fn a_number_is_out_of_reach(
        #[case] channel: Channel,
        #[case] fallback: Option<Channel>,
        #[case] unreached: &[Network],
        #[case] closed: bool,
    ) {
        assert_eq!(Ways { channel, fallback }.are_closed(unreached), closed);
    }
}
