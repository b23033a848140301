//! Which applications a list shows.

use serde::{Deserialize, Serialize};

use crate::{
    id::BatchId,
    lifecycle::{Stage, SubState},
};

/// Which applications a list shows: those that fit everything that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// A part of the name, the email address, the phone number or the portal's id.
    #[serde(rename = "q", skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A portal that she came through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal: Option<String>,
    /// The stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The sub-state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_state: Option<SubState>,
    /// The import that brought her.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchId>,
}
