//! `satu read` and `satu portals`: files and definitions, without a database.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};
use satu_core::application::Cells;
use satu_portals::{
    Choices, Dialect, Layout, Note, OTHER, ReadErrorCode, Registry, Sheet, SourceFile, TableRow, TableSpan, header_key,
    survey,
};
use serde::Serialize;

use super::{Failure, Outcome, Overrules, output};
use crate::{
    OpenError,
    api::{catalogue::PortalView, page::Page},
    config::Config,
    intake::LocalFile,
};

/// Prints the raw table of a file.
#[derive(Debug, Args)]
pub(super) struct Read {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    overrules: Overrules,
    /// The form of the output.
    #[arg(long = "as", value_enum, default_value_t = Form::Csv, value_name = "FORM")]
    form: Form,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// RFC 4180: the header first, as many cells in every record, lines that end in CR LF, UTF-8 without a mark.
    Csv,
    /// One object with the header and every row with its number.
    Json,
}

#[derive(Serialize)]
struct RawTable {
    file: String,
    container: &'static str,
    /// How the text is written; none where the container has no choice.
    dialect: Option<Dialect>,
    notes: Vec<Note>,
    sheet: Option<String>,
    sheets: Vec<Sheet>,
    other_tables: Vec<TableSpan>,
    header_row: u32,
    headers: Vec<String>,
    rows: Vec<TableRow>,
}

impl Read {
    pub(super) async fn run(self, config: Config) -> Outcome {
        let print = move || self.print(config);
        tokio::task::spawn_blocking(print).await.map_err(|error| Failure::Said(error.to_string()))?
    }

    fn print(self, config: Config) -> Outcome {
        let Self { file, overrules, form } = self;
        let file = LocalFile::at(&file);
        let registry = crate::portals::Portals::open(config.portals()).map_err(OpenError::from)?.registry();
        let limits = overrules.limits(config.limits)?;
        let mut source = SourceFile::open_as(&file.path, &file.name, &limits, &overrules.dialect()?)?;
        let choices =
            Choices { sheet: overrules.sheet.clone(), header_row: overrules.header_row, ..Choices::default() };
        let (layout, notes, other_tables) = match survey(&mut source, &registry, &choices) {
            Ok(found) => (found.layout, found.notes, found.other_tables),
            // A table without a header that we know is still a table; a row that was named is that row or none.
            Err(error)
                if matches!(error.code, ReadErrorCode::NoHeader | ReadErrorCode::OneColumn)
                    && choices.header_row.is_none() =>
            {
                if error.code == ReadErrorCode::OneColumn {
                    output::complain(&error.to_string());
                }
                (headless(&choices), source.notes().to_vec(), Vec::new())
            }
            Err(error) => return Err(error.into()),
        };
        match form {
            Form::Csv => {
                let notes: Vec<String> = notes.iter().map(|note| note.as_str().to_owned()).collect();
                for warning in output::warnings(&file.name, source.container().as_str(), &notes) {
                    output::complain(&warning);
                }
                print_csv(&mut source, &layout)
            }
            Form::Json => {
                let mut rows = layout.table(&mut source)?.collect::<Result<Vec<_>, _>>()?.into_iter();
                let headers = rows.next().map(|row| headers(&row.cells, &layout)).unwrap_or_default();
                output::json(&RawTable {
                    file: file.name,
                    container: source.container().as_str(),
                    dialect: source.dialect().cloned(),
                    notes,
                    sheet: layout.sheet,
                    sheets: source.sheets().to_vec(),
                    other_tables,
                    header_row: layout.header_row,
                    headers,
                    rows: rows.collect(),
                })
            }
        }
    }
}

/// The layout of a table whose first row is as good a header as any.
fn headless(choices: &Choices) -> Layout {
    Layout {
        portal: OTHER.to_owned(),
        sheet: choices.sheet.clone(),
        header_row: 1,
        last_row: None,
        from_1904: false,
        columns: Vec::new(),
    }
}

/// The headers as they stand in their row, but for those that another line above it belongs to: those are told as they were understood.
fn headers(cells: &Cells, layout: &Layout) -> Vec<String> {
    let mut cells = Vec::from(cells);
    cells.resize(cells.len().max(layout.columns.len()), String::new());
    for (cell, column) in cells.iter_mut().zip(&layout.columns) {
        if header_key(cell) != header_key(&column.header) {
            cell.clone_from(&column.header);
        }
    }
    cells
}

/// The table is read twice: every record is as wide as the widest row.
fn print_csv(source: &mut SourceFile, layout: &Layout) -> Outcome {
    let mut width = layout.columns.len();
    for row in layout.table(source)? {
        width = width.max(row?.cells.len());
    }
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(io::stdout().lock());
    for row in layout.table(source)? {
        let TableRow { row, cells, .. } = row?;
        let mut cells = if row == layout.header_row { headers(&cells, layout) } else { Vec::from(&cells) };
        cells.resize(width, String::new());
        out.write_record(&cells).map_err(io_error)?;
    }
    Ok(out.flush()?)
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
    pub(super) fn run(self, config: &Config) -> Outcome {
        let portals = crate::portals::Portals::open(config.portals()).map_err(OpenError::from)?;
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

/// Tells what came of a definition. Fails where an author should see to something; a warning fails nothing.
fn check(registry: &Registry, path: &Path, json: bool) -> Outcome {
    let text = fs::read_to_string(path).map_err(|error| Failure::File { path: path.to_path_buf(), error })?;
    let checked = satu_portals::check(registry, &path.display().to_string(), &text).map_err(|wrong| {
        wrong.iter().for_each(|error| output::complain(&error.to_string()));
        Failure::Findings
    })?;
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
        for warning in &checked.warnings {
            output::line(format!("warning: {warning}"))?;
        }
        if checked.findings.is_empty() && checked.warnings.is_empty() {
            output::line("all is well")?;
        }
    }
    if checked.findings.is_empty() { Ok(()) } else { Err(Failure::Findings) }
}
