//! `satu read` and `satu portals`: files and definitions, without a database.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};
use satu_portals::{Choices, Limits, ReadErrorCode, Registry, SourceFile, TableRow, survey};
use serde::Serialize;

use super::{Failure, Outcome, output};
use crate::{
    OpenError,
    api::{catalogue::PortalView, page::Page},
    intake::LocalFile,
};

/// Prints the raw table of a file.
#[derive(Debug, Args)]
pub(super) struct Read {
    /// The file.
    file: PathBuf,
    /// The sheet; the one with the applicants if absent.
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,
    /// The row of the headers.
    #[arg(long, value_name = "N")]
    header_row: Option<u32>,
    /// The form of the output.
    #[arg(long = "as", value_enum, default_value_t = Form::Csv, value_name = "FORM")]
    form: Form,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// RFC 4180, the header first.
    Csv,
    /// One object with the header and every row with its number.
    Json,
}

#[derive(Serialize)]
struct RawTable {
    file: String,
    container: &'static str,
    sheet: Option<String>,
    header_row: u32,
    headers: Vec<String>,
    rows: Vec<TableRow>,
}

impl Read {
    pub(super) async fn run(self) -> Outcome {
        tokio::task::spawn_blocking(move || self.print()).await.map_err(|error| Failure::Said(error.to_string()))?
    }

    fn print(self) -> Outcome {
        let Self { file, sheet, header_row, form } = self;
        let file = LocalFile::at(&file);
        let registry = crate::portals::Portals::of_user().map_err(OpenError::from)?.registry();
        let mut source = SourceFile::open(&file.path, &file.name, &Limits::default())?;
        let choices = Choices { sheet: sheet.clone(), header_row, ..Choices::default() };
        let (sheet, first) = match survey(&mut source, &registry, &choices) {
            Ok(found) => (found.layout.sheet, found.layout.header_row),
            // A table without a header that we know is still a table.
            Err(error) if error.code == ReadErrorCode::NoHeader => (sheet, 1),
            Err(error) => return Err(error.into()),
        };
        let container = source.container().as_str();
        let rows = source.table(sheet.as_deref())?.filter(|row| row.as_ref().map_or(true, |row| row.row >= first));
        match form {
            Form::Csv => {
                let mut out = csv::WriterBuilder::new().flexible(true).from_writer(io::stdout().lock());
                let mut width = 0;
                for row in rows {
                    let TableRow { mut cells, .. } = row?;
                    width = width.max(cells.len());
                    cells.resize(width, String::new());
                    out.write_record(&cells).map_err(io_error)?;
                }
                Ok(out.flush()?)
            }
            Form::Json => {
                let mut rows = rows.collect::<Result<Vec<_>, _>>()?.into_iter();
                let headers = rows.next().map(|row| row.cells).unwrap_or_default();
                output::json(&RawTable {
                    file: file.name,
                    container,
                    sheet,
                    header_row: first,
                    headers,
                    rows: rows.collect(),
                })
            }
        }
    }
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Lists the known portals, shows one, or checks a definition.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Portals {
    /// A portal's id.
    id: Option<String>,
    /// JSON.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<PortalCommand>,
}

#[derive(Debug, Subcommand)]
enum PortalCommand {
    /// Checks a definition: is it well formed, are its examples recognised, who else would claim them?
    Check {
        /// The definition's TOML file.
        file: PathBuf,
        /// JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Portals {
    pub(super) fn run(self) -> Outcome {
        let portals = crate::portals::Portals::of_user().map_err(OpenError::from)?;
        for broken in portals.broken() {
            output::complain(&format!("{broken} (left out)"));
        }
        let registry = portals.registry();
        match self.command {
            Some(PortalCommand::Check { file, json }) => check(&registry, &file, json),
            None => show(&registry, self.id, self.json),
        }
    }
}

fn show(registry: &Registry, id: Option<String>, json: bool) -> Outcome {
    let Some(id) = id else {
        let portals: Page<PortalView> = Page::whole(PortalView::all(registry));
        return output::page(&portals, json, ["ID", "NAME", "COLUMNS", "FROM"], |one| {
            let from = if one.builtin { "built in" } else { "your own" };
            [one.id.clone(), one.name.clone(), one.columns.len().to_string(), from.to_owned()]
        });
    };
    let known = || registry.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(", ");
    let definition = registry
        .get(&id)
        .ok_or_else(|| Failure::Usage(format!("there is no portal “{id}”; known are: {}", known())))?;
    if json {
        return output::json(&PortalView::of(registry, definition));
    }
    output::line(&definition.name)?;
    let rows = definition.columns.iter().map(|column| [column.field.as_str().to_owned(), column.aliases.join(" · ")]);
    output::table(["FIELD", "HEADERS"], rows.collect())?;
    let statuses = definition.statuses.iter().map(|(word, standing)| [word.clone(), standing.to_string()]);
    if definition.statuses.is_empty() { Ok(()) } else { output::table(["STATUS", "MEANS"], statuses.collect()) }
}

/// Tells what came of a definition. Fails where an author should see to something.
fn check(registry: &Registry, path: &Path, json: bool) -> Outcome {
    let text = fs::read_to_string(path).map_err(|error| Failure::File { path: path.to_path_buf(), error })?;
    let checked = satu_portals::check(registry, &path.display().to_string(), &text).map_err(OpenError::from)?;
    if json {
        output::json(&checked)?;
    } else {
        output::line(format!("{} ({})", checked.name, checked.id))?;
        for example in &checked.examples {
            output::line(format!("  {}", example.headers.join(", ")))?;
            output::line(format!("    {} {:.2}", example.portal, example.confidence))?;
            for other in &example.others {
                output::line(format!("    also {} {:.2}: {}", other.portal, other.confidence, other.reason))?;
            }
            if !example.unmapped.is_empty() {
                output::line(format!("    kept under extras: {}", example.unmapped.join(", ")))?;
            }
        }
        for finding in &checked.findings {
            output::line(format!("finding: {finding}"))?;
        }
        if checked.findings.is_empty() {
            output::line("all is well")?;
        }
    }
    if checked.findings.is_empty() { Ok(()) } else { Err(Failure::Findings) }
}
