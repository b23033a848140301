//! `satu read` and `satu portals`: files and definitions, without a database.

use std::{io, path::PathBuf};

use clap::{Args, ValueEnum};
use satu_portals::{
    Choices, Dialect, Layout, Limits, Note, OTHER, ReadErrorCode, Registry, Sheet, SourceFile, TableRow, TableSpan,
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
        let print = move || self.print(config.limits);
        tokio::task::spawn_blocking(print).await.map_err(|error| Failure::Said(error.to_string()))?
    }

    fn print(self, limits: Limits) -> Outcome {
        let Self { file, overrules, form } = self;
        let file = LocalFile::at(&file);
        let registry = Registry::builtin().map_err(OpenError::from)?;
        let limits = overrules.limits(limits)?;
        let mut source = SourceFile::open_as(&file.path, &file.name, &limits, &overrules.dialect())?;
        let choices =
            Choices { sheet: overrules.sheet.clone(), header_row: overrules.header_row, ..Choices::default() };
        let (layout, notes, other_tables) = match survey(&mut source, &registry, &choices) {
            Ok(found) => (found.layout, found.notes, found.other_tables),
            // A table without a header that we know is still a table.
            Err(error) if error.code == ReadErrorCode::NoHeader => {
                (headless(&choices), source.notes().to_vec(), Vec::new())
            }
            Err(error) => return Err(error.into()),
        };
        match form {
            Form::Csv => print_csv(&mut source, &layout),
            Form::Json => {
                let mut rows = layout.table(&mut source)?.collect::<Result<Vec<_>, _>>()?.into_iter();
                let headers = rows.next().map(|row| row.cells).unwrap_or_default();
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
        columns: Vec::new(),
    }
}

/// The table is read twice: every record is as wide as the widest row.
fn print_csv(source: &mut SourceFile, layout: &Layout) -> Outcome {
    let mut width = 0;
    for row in layout.table(source)? {
        width = width.max(row?.cells.len());
    }
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(io::stdout().lock());
    for row in layout.table(source)? {
        let TableRow { mut cells, .. } = row?;
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

/// Lists the known portals, or shows one.
#[derive(Debug, Args)]
pub(super) struct Portals {
    /// A portal's id.
    id: Option<String>,
    /// JSON.
    #[arg(long)]
    json: bool,
}

impl Portals {
    pub(super) fn run(self) -> Outcome {
        let registry = Registry::builtin().map_err(OpenError::from)?;
        let Some(id) = self.id else {
            let portals: Page<PortalView> = Page::whole(registry.iter().map(PortalView::from).collect());
            return output::page(&portals, self.json, ["ID", "NAME", "COLUMNS"], |one| {
                [one.id.clone(), one.name.clone(), one.columns.len().to_string()]
            });
        };
        let known = || registry.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(", ");
        let definition = registry
            .get(&id)
            .ok_or_else(|| Failure::Usage(format!("there is no portal “{id}”; known are: {}", known())))?;
        if self.json {
            return output::json(&PortalView::from(definition));
        }
        output::line(&definition.name)?;
        let rows = definition.columns.iter().map(|column| {
            let field = serde_json::to_value(column.field).ok().and_then(|field| field.as_str().map(str::to_owned));
            [field.unwrap_or_default(), column.aliases.join(" · ")]
        });
        output::table(["FIELD", "HEADERS"], rows.collect())
    }
}
