//! `satu staff`: who works here. Whoever can run it on the database needs no password for it: the first administrator is added so.

use clap::{Args, Subcommand};
use satu_core::staff::{Change, Member, Role, StaffError, StaffName, Welcome};

use super::{Outcome, output};
use crate::{Backend, api::page::Page};

/// Who works here.
#[derive(Debug, Subcommand)]
pub(super) enum Staff {
    /// Add somebody; the password for her first sign-in is printed once.
    Add(Add),
    /// Everybody who works here or did.
    List(List),
    /// She may not sign in any more, and is signed out everywhere.
    Disable(Named),
    /// She may sign in again.
    Enable(Named),
    /// Change what she may do.
    Role(ChangeRole),
    /// Give her another password, printed once: she has forgotten hers or lost her phone.
    Reset(Named),
}

/// Adds somebody.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// What she signs in with: letters from a to z, digits, and . _ - @.
    name: String,
    /// What she may do: viewer, recruiter or admin. The first one is an administrator.
    #[arg(long)]
    role: Option<Role>,
    /// JSON.
    #[arg(long)]
    json: bool,
}

/// Lists everybody.
#[derive(Debug, Args)]
pub(super) struct List {
    /// One JSON object: {items, next}.
    #[arg(long)]
    json: bool,
}

/// Somebody.
#[derive(Debug, Args)]
pub(super) struct Named {
    /// Her name.
    name: String,
    /// JSON.
    #[arg(long)]
    json: bool,
}

/// Changes what somebody may do.
#[derive(Debug, Args)]
pub(super) struct ChangeRole {
    #[command(flatten)]
    named: Named,
    /// What she may do: viewer, recruiter or admin.
    role: Role,
}

impl Staff {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let team = backend.team();
        match self {
            Self::Add(Add { name, role, json }) => {
                let name: StaffName = name.parse().map_err(StaffError::from)?;
                let usual = if team.exists().await? { Role::Recruiter } else { Role::Admin };
                tell_password(&team.add(&name, role.unwrap_or(usual), backend.actor()).await?, json)
            }
            Self::Reset(Named { name, json }) => tell_password(&team.reset(&name, backend.actor()).await?, json),
            Self::Disable(named) => change(backend, named, Change::Disable).await,
            Self::Enable(named) => change(backend, named, Change::Enable).await,
            Self::Role(ChangeRole { named, role }) => change(backend, named, Change::Role(role)).await,
            Self::List(List { json }) => {
                let page = Page::whole(team.members().await?);
                output::page(&page, json, ["NAME", "ROLE", "SECOND FACTOR", "DISABLED", "ADDED BY"], |one| {
                    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
                    [
                        one.name.clone(),
                        one.role.to_string(),
                        yes(one.second_factor),
                        one.disabled_at.clone().unwrap_or_default(),
                        one.made_by.clone(),
                    ]
                })
            }
        }
    }
}

async fn change(backend: &Backend, Named { name, json }: Named, change: Change) -> Outcome {
    let member: Member = backend.team().change(&name, change, backend.actor()).await?;
    if json {
        return output::json(&member);
    }
    let standing = member.disabled_at.map_or_else(|| "may sign in".to_owned(), |at| format!("disabled since {at}"));
    output::line(format!("{}: {}, {standing}", member.name, member.role))
}

fn tell_password(welcome: &Welcome, json: bool) -> Outcome {
    if json {
        return output::json(welcome);
    }
    let Welcome { member, password } = welcome;
    output::line(format!("{}: {}", member.name, member.role))?;
    output::line(format!("password for the next sign-in, shown once: {password}"))
}
