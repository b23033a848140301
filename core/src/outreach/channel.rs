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

impl Channel {
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
