//! Who is meant, and who of them is messaged.

use serde::{Deserialize, Serialize};

use crate::{
    application::Filter,
    id::{ApplicationId, BatchId},
    words::words,
};

/// Who is meant: `{"batch": id}`, `{"filter": {…}}` or `{"applications": [id, …]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Whom an import brought.
    Batch(BatchId),
    /// Whom a list shows.
    Filter(Filter),
    /// Whom somebody chose.
    Applications(Vec<ApplicationId>),
}

words! {
    /// Why somebody is not messaged. Of several reasons the first that is here is told.
    Excluded {
        /// She is in no list any more: removed, or shown by another application.
        Gone = "gone",
        /// She has an account.
        Registered = "registered",
        /// She was turned down or withdrew.
        Closed = "closed",
        /// She has no mobile number of Indonesia.
        NoMobile = "no_mobile",
        /// A family shares the number, or it leads to somebody else.
        Shared = "shared",
        /// She wants no messages.
        OptedOut = "opted_out",
        /// A provider called the number unreachable.
        Undeliverable = "undeliverable",
        /// She was invited, or is about to be.
        InvitedBefore = "invited_before",
    }
}
