//! `satu privacy`: somebody's data is given to her, or erased.

use std::{io::Write, path::PathBuf};

use clap::{Args, Subcommand};
use satu_core::{
    application,
    id::{AccountId, ApplicationId},
    import::{self, Progress},
    privacy::{self, Due, PersonalData, PrivacyError, Purged, Why},
    private,
    staff::By,
};

use super::{
    Failure, Outcome,
    noted::{Look, looked},
    output,
};
use crate::{
    Backend,
    api::{page::Page, reviews::ReviewId},
};

/// What the law on personal data asks for.
#[derive(Debug, Subcommand)]
pub(super) enum Privacy {
    /// Everything that is held of one person, as a JSON file.
    Export(Export),
    /// Erase one person's data for good.
    Erase(Erase),
    /// Erase one row of a file whose owner became nobody here: it was rejected, discarded or waits, or its import was taken back.
    EraseRow(EraseRow),
    /// Whose data has been kept for long enough: of whom nothing new was heard for so long (`privacy.retention_days`), and who took back their consent.
    Due(Listed),
    /// Erase all of these, one after another. `satu serve` does so once a day.
    Purge(Purge),
}

/// How those who are due are told.
#[derive(Debug, Args)]
pub(super) struct Listed {
    /// One JSON object: {items, next}.
    #[arg(long)]
    json: bool,
}

/// Erase all who are due.
#[derive(Debug, Args)]
pub(super) struct Purge {
    /// Say who they are, and erase nobody.
    #[arg(long)]
    dry_run: bool,
}

/// Who.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Whose {
    /// The application.
    application: Option<ApplicationId>,
    /// The account, where HR has yet to say which application is hers.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
}

/// Everything that is held of one person, as a JSON file.
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    whose: Whose,
    /// The file.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// Erase one person's data for good.
#[derive(Debug, Args)]
pub(super) struct Erase {
    #[command(flatten)]
    whose: Whose,
    /// Her name as the application, or the account, shows it, so that nobody is erased by a slip.
    #[arg(long, value_name = "NAME")]
    full_name: String,
    /// Why: asked, withdrawn or retention.
    #[arg(long, default_value = "asked")]
    why: Why,
    /// JSON.
    #[arg(long)]
    json: bool,
}

/// Erase one row of a file for good.
#[derive(Debug, Args)]
pub(super) struct EraseRow {
    /// The row: <import>:<row>.
    row: ReviewId,
    /// The name in the row, so that nobody is erased by a slip; empty where it has none.
    #[arg(long, value_name = "NAME")]
    full_name: String,
    /// Why: asked, withdrawn or retention.
    #[arg(long, default_value = "asked")]
    why: Why,
    /// JSON.
    #[arg(long)]
    json: bool,
}

impl EraseRow {
    async fn run(self, backend: &Backend) -> Outcome {
        let Self { row: ReviewId(import, row), full_name, why, json } = self;
        let found = import::row_view(backend.store(), import, row).await?;
        if !found.erased && found.fields.full_name.as_deref().unwrap_or_default() != full_name.trim() {
            return Err(Failure::Usage(format!("“{full_name}” is not the name in row {row} of import {import}")));
        }
        let by = By::from(backend.actor());
        let erased = privacy::erase_row(backend.store(), import, row, by, why).await?;
        if json {
            return output::json(&erased);
        }
        output::line(format!("{import}:{row}: erased"))
    }
}

impl Privacy {
    /// Whether it erases all who are due.
    pub(super) const fn purges(&self) -> bool {
        matches!(self, Self::Purge(Purge { dry_run: false }))
    }

    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        match self {
            Self::Export(command) => command.run(backend).await,
            Self::Erase(command) => command.run(backend).await,
            Self::EraseRow(command) => command.run(backend).await,
            Self::Due(Listed { json }) => due(backend, json).await,
            Self::Purge(Purge { dry_run: true }) => due(backend, false).await,
            Self::Purge(Purge { dry_run: false }) => purge(backend).await,
        }
    }
}

async fn due(backend: &Backend, json: bool) -> Outcome {
    let days = backend.config().retention_days;
    let mut items: Vec<Due> = Vec::new();
    loop {
        let last = items.last().map(Due::id);
        let page = privacy::due(backend.store(), days, last, 1000).await?;
        if page.is_empty() {
            break;
        }
        items.extend(page);
    }
    let page = Page::whole(items);
    output::page(&page, json, ["APPLICATION", "NAME", "STAGE", "SUB-STATE", "SINCE", "WHY", "WAITS FOR"], |one| {
        [
            one.application.map_or_else(String::new, |id| id.to_string()),
            one.full_name.clone(),
            one.stage.clone().unwrap_or_default(),
            one.sub_state.clone().unwrap_or_default(),
            one.created_at.clone(),
            one.why.to_string(),
            if one.asked { "an answer of HR" } else { "" }.to_owned(),
        ]
    })
}

async fn purge(backend: &Backend) -> Outcome {
    let days = backend.config().retention_days;
    let progress = Progress::default();
    let step = privacy::purge(backend.store(), days, &progress);
    let done = output::with_bar("menghapus · erasing".into(), None, &progress, step).await;
    let Purged { people, rows, drafts } = match done {
        Err(Failure::Privacy(PrivacyError::Stopped(Purged { people, rows, drafts }))) => {
            return Err(Failure::Said(format!(
                "stopped: {people} erased, {rows} rows of files blank, {drafts} drafts thrown away, and that stays; satu privacy purge goes on with who is left"
            )));
        }
        done => done?,
    };
    let unset =
        if days.is_some() { "" } else { "; whoever consents is kept for ever: privacy.retention_days is not set" };
    output::line(format!(
        "{people} erased; {rows} rows of files that became nobody here are blank, {drafts} drafts thrown away{unset}"
    ))
}

impl Whose {
    /// Everything that is held of her; that it was looked at is written down.
    async fn data(&self, backend: &Backend) -> Result<PersonalData, Failure> {
        match self {
            Self { application: Some(application), .. } => {
                let data = privacy::personal_data(backend.store(), *application).await?;
                looked(backend, Look::PersonalData(*application)).await?;
                Ok(data)
            }
            Self { account: Some(account), .. } => {
                let data = privacy::personal_data_of_account(backend.store(), *account).await?;
                looked(backend, Look::PersonalDataOfAccount(*account)).await?;
                Ok(data)
            }
            Self { .. } => Err(Failure::Usage("an application, or --account".to_owned())),
        }
    }
}

impl Export {
    async fn run(self, backend: &Backend) -> Outcome {
        let Self { whose, output: path } = self;
        let data = whose.data(backend).await?;
        let write = || {
            let mut file = private::writing().truncate(true).open(&path)?;
            serde_json::to_writer_pretty(&mut file, &data)?;
            writeln!(file)
        };
        write().map_err(|error| Failure::File { path: path.clone(), error })?;
        output::line(path.display().to_string())
    }
}

impl Erase {
    async fn run(self, backend: &Backend) -> Outcome {
        let Self { whose, full_name, why, json } = self;
        let by = By::from(backend.actor());
        let application = match whose {
            Whose { application: Some(application), .. } => application,
            Whose { account: Some(account), .. } => {
                if let Ok(hers) = backend.accounts().me(account).await
                    && hers.full_name != full_name.trim()
                {
                    return Err(Failure::Usage(format!("“{full_name}” is not the name of account {account}")));
                }
                let erased = privacy::erase_account(backend.store(), account, by, why).await?;
                if json {
                    return output::json(&erased);
                }
                return output::line(format!("{account}: erased, {} rows of files blanked", erased.rows));
            }
            Whose { .. } => return Err(Failure::Usage("an application, or --account".to_owned())),
        };
        let found = application::get(backend.store(), application).await?;
        let found = found.ok_or_else(|| Failure::Said(format!("there is no application {application}")))?;
        if found.erased_at.is_none() && found.fields.full_name.as_deref() != Some(full_name.trim()) {
            return Err(Failure::Usage(format!("“{full_name}” is not the name of application {application}")));
        }
        let erased = privacy::erase(backend.store(), application, by, why).await?;
        if json {
            return output::json(&erased);
        }
        let drafts = match erased.in_drafts {
            0 => String::new(),
            rows => format!("; {rows} rows of drafts name her: commit these, which asks, or discard them"),
        };
        output::line(format!("{}: erased, {} rows of files blanked{drafts}", erased.application, erased.rows))
    }
}
