//! `satu read` and `satu portals`: files and definitions, without a database.

use std::{io, path::PathBuf};

use clap::{Args, ValueEnum};
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
        let registry = Registry::builtin().map_err(OpenError::from)?;
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
