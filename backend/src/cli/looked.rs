//! Looks at people's data from the command line, written where the API writes them: who has looked at somebody is one list, whichever way she looked.

use satu_core::{
    id::{ApplicationId, BatchId, CampaignId},
    staff::Deed,
};

use super::Failure;
use crate::Backend;

/// What is looked at, or taken away.
#[derive(Debug, Clone, Copy)]
pub(super) enum Look {
    /// One application.
    Application(ApplicationId),
    /// What was said of one application.
    Links(ApplicationId),
    /// Everything that is held of one person.
    PersonalData(ApplicationId),
    /// The applications, as a file.
    Applications,
    /// Rows of an import that were rejected, as a file.
    Rejected(BatchId),
    /// The messages of a campaign, as a file.
    Campaign(CampaignId),
}

impl Look {
    /// As the API names it: the route, and the path.
    fn named(self) -> (&'static str, String) {
        match self {
            Self::Application(id) => ("GET /v1/applications/{id}", format!("/v1/applications/{id}")),
            Self::Links(id) => ("GET /v1/applications/{id}/links", format!("/v1/applications/{id}/links")),
            Self::PersonalData(id) => {
                ("GET /v1/applications/{id}/personal-data", format!("/v1/applications/{id}/personal-data"))
            }
            Self::Applications => ("GET /v1/exports/applications", "/v1/exports/applications".to_owned()),
            Self::Rejected(id) => ("GET /v1/imports/{id}/rejected", format!("/v1/imports/{id}/rejected")),
            Self::Campaign(id) => {
                ("GET /v1/outreach/campaigns/{id}/export", format!("/v1/outreach/campaigns/{id}/export"))
            }
        }
    }
}

/// Writes that whoever runs this command looks at somebody's data. It is written first: what cannot be written is not shown.
pub(super) async fn looked(backend: &Backend, look: Look) -> Result<(), Failure> {
    let (action, target) = look.named();
    let deed = Deed { actor: backend.actor(), staff: None, action, target: &target, request: "" };
    let id = backend.team().note(deed).await?;
    Ok(backend.team().done(id, 200).await?)
}
