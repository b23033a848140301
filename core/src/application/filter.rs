//! Which applications a list shows.

use crate::{
    id::BatchId,
    lifecycle::{Stage, SubState},
};

/// Which applications a list shows: those that fit everything that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A part of the name, the email address, the phone number or the portal's id.
    pub text: Option<String>,
    /// A portal that she came through.
    pub portal: Option<String>,
    /// The stage.
    pub stage: Option<Stage>,
    /// The sub-state.
    pub sub_state: Option<SubState>,
    /// The import that brought her.
    pub batch: Option<BatchId>,
}
