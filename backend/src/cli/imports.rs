//! `satu preview`, `import`, `batches`, `undo`.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Args;
use satu_core::{
    application::Field,
    id::BatchId,
    import::{self, Batch, Counts, ImportError, Progress, WhyKept},
    time::rfc3339,
};
use satu_portals::{Dialect, Limits, TableSpan};
use serde::Serialize;

use super::{Failure, Listing, Outcome, Overrules, output};
use crate::{
    Backend,
    api::{
        imports::{memory, view},
        page::Page,
    },
    describe::{Description, Drift, MappedColumn, OpenQuestion, SheetCandidate},
    intake::{IntakeError, LocalFile, Opened, Wish},
};

/// Files, and what is overruled of what would be found out.
#[derive(Debug, Args)]
struct Files {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The portal's id.
    #[arg(long, value_name = "ID")]
    portal: Option<String>,
    #[command(flatten)]
    overrules: Overrules,
    /// What a column means, by its header: --map "No. HP Aktif=phone".
    #[arg(long = "map", value_name = "HEADER=FIELD", value_parser = column)]
    columns: Vec<(String, Field)>,
    /// JSON, one object a file.
    #[arg(long)]
    json: bool,
}

fn column(text: &str) -> Result<(String, Field), String> {
    let (header, field) = text.rsplit_once('=').ok_or("write HEADER=FIELD")?;
    let known = || {
        let words = Field::ALL.iter().filter_map(|field| serde_json::to_value(field).ok());
        words.filter_map(|word| word.as_str().map(str::to_owned)).collect::<Vec<_>>().join(", ")
    };
    let word = serde_json::Value::String(field.trim().to_owned());
    let field = serde_json::from_value(word).map_err(|_| format!("“{field}” is no field; fields are: {}", known()))?;
    Ok((header.trim().to_owned(), field))
}

impl Files {
    fn wish(&self) -> Result<Wish, Failure> {
        Ok(Wish {
            portal: self.portal.clone(),
            sheet: self.overrules.sheet.clone(),
            header_row: self.overrules.header_row,
            dialect: self.overrules.dialect()?,
            columns: Vec::new(),
            headers: self.columns.clone(),
        })
    }
}

/// A draft of a file that belongs to this run, made with a bar on the terminal.
async fn draft(backend: &Backend, file: &LocalFile, wish: &Wish) -> Result<(Batch, Description), Failure> {
    let progress = Progress::default();
    let step = backend.intake().draft(file, wish, true, &progress);
    output::with_bar(format!("{}: membaca · reading", file.name), None, &progress, step).await
}

/// Shows what an import would do; the draft is thrown away.
#[derive(Debug, Args)]
pub(super) struct Preview {
    #[command(flatten)]
    files: Files,
}

/// The head of a preview, before its rows.
#[derive(Serialize)]
struct PreviewHead<'a> {
    file: &'a str,
    sha256: &'a str,
    portal: &'a str,
    confidence: f64,
    reason: &'a str,
    container: &'a str,
    dialect: Option<&'a Dialect>,
    notes: &'a [String],
    other_tables: &'a [TableSpan],
    sheet: Option<&'a str>,
    header_row: u32,
    mapping: Vec<MappedColumn>,
    needs_mapping: bool,
    questions: &'a [OpenQuestion],
    tie: &'a [String],
    sheets: &'a [SheetCandidate],
    drift: Option<&'a Drift>,
    counts: Counts,
}

impl Preview {
    pub(super) fn limits(&self, limits: Limits) -> Result<Limits, Failure> {
        self.files.overrules.limits(limits)
    }

    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let wish = self.files.wish()?;
        each(&self.files.files, async |file| {
            let (batch, description) = draft(backend, &file, &wish).await?;
            let printed = if self.files.json {
                print_json(backend, &batch, &description).await
            } else {
                print_table(backend, &batch, &description).await
            };
            import::discard(backend.store(), batch.id).await?;
            printed
        })
        .await
    }
}

/// Does it for every file: one that cannot be read does not keep the others back. The first failure is the command's.
async fn each(files: &[PathBuf], mut one: impl AsyncFnMut(LocalFile) -> Outcome) -> Outcome {
    let mut first: Outcome = Ok(());
    for path in files {
        let Err(failure) = one(LocalFile::at(path)).await else { continue };
        let stop = matches!(failure, Failure::Output(_) | Failure::Intake(IntakeError::Import(ImportError::Cancelled)));
        match first {
            Ok(()) => first = Err(failure),
            Err(_) => output::complain(&failure.to_string()),
        }
        if stop {
            break;
        }
    }
    first
}

/// Rows that are fetched together.
const CHUNK: u64 = 500;

async fn print_json(backend: &Backend, batch: &Batch, description: &Description) -> Outcome {
    let head = PreviewHead {
        file: &batch.file,
        sha256: &batch.sha256,
        portal: &batch.portal,
        confidence: description.confidence,
        reason: &description.reason,
        container: &description.container,
        dialect: description.dialect.as_ref(),
        notes: &description.notes,
        other_tables: &description.other_tables,
        sheet: batch.sheet.as_deref(),
        header_row: description.layout.header_row,
        mapping: description.columns(),
        needs_mapping: description.needs_mapping,
        questions: &description.questions,
        tie: &description.tie,
        sheets: &description.sheet_candidates,
        drift: description.drift.as_ref(),
        counts: batch.counts,
    };
    let head = serde_json::to_string(&head).map_err(io::Error::from)?;
    // Rows are written as they are fetched: a preview of a million rows takes no more memory than one of ten.
    write!(io::stdout(), "{},\"rows\":[", head.strip_suffix('}').unwrap_or(&head))?;
    let (mut after, mut separator) = (0, "");
    loop {
        let rows = import::rows_after(backend.store(), batch.id, after, CHUNK).await?;
        let Some(last) = rows.last() else { break };
        after = last.row;
        let mut out = io::stdout().lock();
        for row in &rows {
            write!(out, "{separator}")?;
            serde_json::to_writer(&mut out, row).map_err(io::Error::from)?;
            separator = ",";
        }
    }
    output::line("]}")
}

async fn print_table(backend: &Backend, batch: &Batch, description: &Description) -> Outcome {
    output::line(format!(
        "{}: {} ({:.0} %: {}){}",
        batch.file,
        batch.portal,
        description.confidence * 100.0,
        description.reason,
        description.asks().map(|asks| format!(" — {asks}")).unwrap_or_default(),
    ))?;
    for warning in output::warnings(&batch.file, &description.container, &description.notes) {
        output::line(warning)?;
    }
    for table in &description.other_tables {
        let TableSpan { first_row, last_row, headers, .. } = table;
        let headers = headers.join(", ");
        output::line(format!(
            "not read: rows {first_row} to {last_row} ({headers}); --header-row {first_row} chooses them"
        ))?;
    }
    if let Some(drift) = &description.drift {
        output::line(&drift.sentence)?;
    }
    let mut after = 0;
    loop {
        let rows = import::rows_after(backend.store(), batch.id, after, CHUNK).await?;
        let Some(last) = rows.last() else { break };
        after = last.row;
        let lines = rows.iter().map(|row| {
            [
                row.row.to_string(),
                row.outcome.to_string(),
                row.reason.map(|reason| reason.to_string()).unwrap_or_default(),
                row.fields.full_name.clone().unwrap_or_default(),
                row.fields.phone.clone().unwrap_or_default(),
                row.fields.email.clone().unwrap_or_default(),
                row.problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" "),
            ]
        });
        output::table(["ROW", "OUTCOME", "REASON", "NAME", "PHONE", "EMAIL", "PROBLEMS"], lines.collect())?;
    }
    output::line(summary(&batch.counts))
}

fn summary(counts: &Counts) -> String {
    let Counts { new, repeat, duplicate, matched, review, rejected } = counts;
    format!(
        "new {new} · repeat {repeat} · duplicate {duplicate} · match {matched} · review {review} · rejected {rejected}"
    )
}

/// Commits files.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    files: Files,
    /// Remember the mapping for files with these headers.
    #[arg(long)]
    remember: bool,
}

#[derive(Serialize)]
struct Imported<'a> {
    batch: BatchId,
    file: &'a str,
    counts: Counts,
}

impl Import {
    pub(super) fn limits(&self, limits: Limits) -> Result<Limits, Failure> {
        self.files.overrules.limits(limits)
    }

    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let wish = self.files.wish()?;
        each(&self.files.files, async |file| {
            let intake = backend.intake();
            let progress = Progress::default();
            let step = intake.open(&file, &wish, &progress);
            let message = format!("{}: membaca · reading", file.name);
            let Opened { survey, source } = output::with_bar(message, None, &progress, step).await?;
            let description = Description::of(&source, survey);
            if description.needs_mapping {
                return Err(unmapped(&file, &description));
            }
            if self.remember {
                let memory = memory(&description);
                import::remember(backend.store(), &description.fingerprint, &memory, backend.actor()).await?;
            }
            let new = intake.batch(&file, &description, true).await?;
            let step = intake.import_now(&new, source, &description.layout, &progress);
            let message = format!("{}: mengimpor · importing", file.name);
            let batch = match output::with_bar(message.clone(), None, &progress, step).await? {
                Some(batch) => batch,
                None => {
                    // Somebody else was importing one of these people: look again, then commit.
                    let (draft, _) = draft(backend, &file, &wish).await?;
                    let step = import::commit(backend.store(), draft.id, backend.actor(), &progress);
                    output::with_bar(message, Some(draft.rows), &progress, step).await?
                }
            };
            for warning in output::warnings(&batch.file, &description.container, &description.notes) {
                output::complain(&warning);
            }
            if self.files.json {
                return output::json(&Imported { batch: batch.id, file: &batch.file, counts: batch.counts });
            }
            output::line(format!("{} {}: {}", batch.id, batch.file, summary(&batch.counts)))
        })
        .await
    }
}

fn unmapped(file: &LocalFile, description: &Description) -> Failure {
    if !description.questions.contains(&OpenQuestion::Columns) {
        return Failure::Said(format!("{}: {}", file.name, description.asks().unwrap_or_default()));
    }
    let columns: Vec<String> = description
        .layout
        .columns
        .iter()
        .map(|column| {
            let field = serde_json::to_value(column.field).ok().and_then(|field| field.as_str().map(str::to_owned));
            format!("  {} = {}", column.header, field.unwrap_or_default())
        })
        .collect();
    Failure::Said(format!(
        "{}: the portal is not known, so say what its columns mean, at least the name and a phone number or an email address: \
         --map \"HEADER=FIELD\" (and --remember for the next file like it), or --portal other if this is right:\n{}",
        file.name,
        columns.join("\n")
    ))
}

/// Lists imports.
#[derive(Debug, Args)]
pub(super) struct Batches {
    #[command(flatten)]
    listing: Listing,
}

impl Batches {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let Listing { json, all, cursor, limit } = self.listing;
        let mut after: Option<BatchId> = cursor
            .map(|cursor| cursor.parse())
            .transpose()
            .map_err(|_| Failure::Usage("--cursor is no batch".into()))?;
        let mut items = Vec::new();
        let next = loop {
            let page =
                Page::of(import::batches(backend.store(), after, limit + 1).await?, limit, |one| one.id.to_string());
            after = page.items.last().map(|one| one.id);
            for batch in page.items {
                items.push(view(backend, batch.id).await?);
            }
            if !all || page.next.is_none() {
                break page.next;
            }
        };
        let page = Page { items, next, total: None };
        output::page(&page, json, ["BATCH", "CREATED", "STATE", "PORTAL", "FILE", "ROWS", "COUNTS"], |one| {
            let state = serde_json::to_value(one.state).ok().and_then(|state| state.as_str().map(str::to_owned));
            [
                one.id.to_string(),
                one.created_at.clone(),
                state.unwrap_or_default(),
                one.portal.clone(),
                one.file.clone(),
                one.rows.to_string(),
                summary(&one.counts),
            ]
        })
    }
}

/// Takes an import back.
#[derive(Debug, Args)]
pub(super) struct Undo {
    /// The import's id.
    pub(super) batch: BatchId,
    /// JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Undone<'a> {
    batch: BatchId,
    file: &'a str,
    undo: &'a import::UndoReport,
}

impl Undo {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let before = import::batch(backend.store(), self.batch).await?;
        let progress = Progress::default();
        let step = import::undo(backend.store(), self.batch, &progress);
        let batch = output::with_bar("membatalkan · undoing".into(), Some(before.rows), &progress, step).await?;
        let report = batch.undo.unwrap_or_default();
        if self.json {
            return output::json(&Undone { batch: batch.id, file: &batch.file, undo: &report });
        }
        if let Some(at) = before.undone_at.map(rfc3339) {
            output::line(format!(
                "{}: taken back already at {at}, so nothing was done now; this was done then:",
                batch.file
            ))?;
        }
        output::line(format!(
            "{}: {} applications removed, {} sources taken off others, {} kept",
            batch.file, report.removed, report.detached, report.kept_total
        ))?;
        for kept in &report.kept {
            output::line(format!("  kept {} {}: {}", kept.application, kept.full_name, told(kept.why)))?;
        }
        Ok(())
    }
}

/// Why an undo keeps somebody.
const fn told(why: WhyKept) -> &'static str {
    match why {
        WhyKept::OtherSource => "another import brought her too",
        WhyKept::Advanced => "her status was changed since",
        WhyKept::Linked => "she has an account",
        WhyKept::Edited => "somebody changed her values since",
        WhyKept::Merged => "somebody said that she and another are one person",
        WhyKept::Messaged => "a message left for her, or a link was made for her",
    }
}
