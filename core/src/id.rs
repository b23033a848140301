//! Ids: UUIDv7 newtypes, minted in the program (no engine has to return one) and growing with time.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, greater than every one minted before in this process.
            #[must_use]
            pub fn mint() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.trim().parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// One person's application.
    ApplicationId;
    /// One account.
    AccountId;
    /// A question about an account, for HR.
    QuestionId;
    /// What HR answered to one, or that this was taken back.
    AnswerId;
    /// One sending of a one-time code.
    RequestId;
    /// One device that is signed in.
    SessionId;
    /// Somebody who works here.
    StaffId;
    /// One browser or desktop where somebody who works here is signed in.
    StaffSessionId;
    /// Something that was done, and by whom.
    AuditId;
    /// One imported file.
    BatchId;
    /// Something that was said of two applications: that they are one person, or two.
    LinkId;
    /// One version of a template.
    TemplateId;
    /// One campaign.
    CampaignId;
    /// One message to a candidate.
    MessageId;
    /// One message from a candidate.
    HeardId;
    /// What a worker holds while it has messages in hand.
    LeaseId;
}
