//! What the API and `--json` say of an import: the batch, what the reader understood, and the step that is running.

use axum::http::StatusCode;
use satu_core::{
    id::BatchId,
    import::{Batch, BatchState, Counts, Phase, UndoReport, mapping::ColumnMapping},
    time::rfc3339,
};
use satu_portals::{Dialect, Layout, Quote, SourceFile, Survey, TableSpan};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{jobs::Job, problem::Problem};

/// What the reader understood of a file: kept with the batch, so that a row can be cleaned again without the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// The container: `csv`, `xlsx`, `xlsb`, `xls`, `ods`, `spreadsheet_ml`, `html`.
    pub container: String,
    /// How its text is written; none where the container has no choice.
    #[serde(default)]
    pub dialect: Option<Dialect>,
    /// Codes of harmless findings.
    pub notes: Vec<String>,
    /// Tables of the same sheet that are not read.
    #[serde(default)]
    pub other_tables: Vec<TableSpan>,
    /// How sure the portal is, 0 to 1.
    pub confidence: f64,
    /// Why, in one English sentence.
    pub reason: String,
    /// Every portal that it may be, the likeliest first.
    pub candidates: Vec<PortalCandidate>,
    /// The portals that fit about equally well.
    #[serde(default)]
    pub tie: Vec<String>,
    /// The sheets of the workbook.
    pub sheets: Vec<String>,
    /// The sheets that may hold the applicants.
    #[serde(default)]
    pub sheet_candidates: Vec<SheetCandidate>,
    /// How the headers differ from those that were seen before.
    #[serde(default)]
    pub drift: Option<Drift>,
    /// What the file leaves open.
    #[serde(default)]
    pub questions: Vec<OpenQuestion>,
    /// A hash of the headers: what a remembered mapping is found by.
    pub fingerprint: String,
    /// See [`ImportView::needs_mapping`].
    pub needs_mapping: bool,
    /// Header row, sheet, portal and mapping.
    pub layout: Layout,
    /// Up to five cells of each column, in the mapping's order.
    pub samples: Vec<Vec<String>>,
}

/// How a text file is written, as it was detected or chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Dialect)]
pub struct DialectView {
    /// The encoding: `UTF-8`, `UTF-16LE`, `windows-1252`.
    pub encoding: String,
    /// What separates two cells; none in a web page.
    pub delimiter: Option<String>,
    /// The mark around cells, or the word `none`; absent in a web page.
    pub quote: Option<String>,
    /// How that mark is written inside a cell, `doubled` or `backslash`; absent in a web page.
    pub escape: Option<String>,
}

/// A table that is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OtherTable {
    /// The row of its headers, as a person sees it.
    pub first_row: u32,
    /// Its last row.
    pub last_row: u32,
    /// Its first headers.
    pub headers: Vec<String>,
}

impl From<&Dialect> for DialectView {
    fn from(dialect: &Dialect) -> Self {
        let separated = dialect.delimiter.is_some();
        Self {
            encoding: dialect.encoding.clone(),
            delimiter: dialect.delimiter.map(String::from),
            quote: separated.then(|| Quote::word(dialect.quote)),
            escape: separated.then(|| dialect.escape.as_str().to_owned()),
        }
    }
}

impl From<&TableSpan> for OtherTable {
    fn from(span: &TableSpan) -> Self {
        Self { first_row: span.first_row, last_row: span.last_row, headers: span.headers.clone() }
    }
}

/// A portal that a file may come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PortalCandidate {
    /// Its id.
    pub portal: String,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// Why, in one English sentence.
    pub reason: String,
}

/// A sheet that may hold the applicants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SheetCandidate {
    /// Its name.
    pub sheet: String,
    /// The row of its headers, as a person sees it.
    pub header_row: u32,
    /// How many of its headers some portal knows.
    pub known: u32,
    /// How sure it is that applicants stand on it, 0 to 1.
    pub score: f64,
}

/// How the headers of a file differ from those that its portal was seen with before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Drift {
    /// The layout that was compared with: a version of the definition, or the day on which HR confirmed it.
    pub version: Option<String>,
    /// Its headers that the file lacks.
    pub missing: Vec<String>,
    /// The file's headers that it lacks.
    pub new: Vec<String>,
    /// The same in one English sentence.
    pub sentence: String,
}

/// What a file leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpenQuestion {
    /// Two sheets are as likely to hold the applicants: `sheet_candidates`.
    Sheet,
    /// Two portals fit about equally well: `tie`.
    Portal,
    /// No column holds a name or none a contact, or the portal is unknown and nobody confirmed what its columns mean.
    Columns,
    /// A column's dates do not tell the day from the month. It stops nothing.
    DateOrder,
}

impl From<satu_portals::OpenQuestion> for OpenQuestion {
    fn from(question: satu_portals::OpenQuestion) -> Self {
        match question {
            satu_portals::OpenQuestion::Sheet => Self::Sheet,
            satu_portals::OpenQuestion::Portal => Self::Portal,
            satu_portals::OpenQuestion::Columns => Self::Columns,
            satu_portals::OpenQuestion::DateOrder => Self::DateOrder,
        }
    }
}

/// A column, what it means, and what stands in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MappedColumn {
    /// What it means.
    #[serde(flatten)]
    pub mapping: ColumnMapping,
    /// Up to five different cells.
    pub samples: Vec<String>,
}

/// How far a step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Progress)]
pub struct ProgressView {
    /// What it does.
    pub phase: Phase,
    /// Rows done.
    pub done: u64,
    /// Rows in all; none where nobody knows yet.
    pub total: Option<u64>,
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Rows flow in.
    Reading,
    /// A draft.
    Ready,
    /// A draft, while a class of its rows is decided.
    Deciding,
    /// Rows become applications.
    Committing,
    /// Done.
    Committed,
    /// It is being taken back.
    Undoing,
    /// It was taken back.
    Undone,
    /// It could not be read.
    Failed,
    /// Nobody wanted it.
    Discarded,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportView {
    /// Its id.
    pub id: BatchId,
    /// The file's name.
    pub file: String,
    /// SHA-256 of the file's bytes in hex.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// The container: `csv`, `xlsx`, `xlsb`, `xls`, `ods`, `spreadsheet_ml`, `html`.
    pub container: String,
    /// How the text of a text file or a web page is written.
    pub dialect: Option<DialectView>,
    /// Codes of harmless findings.
    pub notes: Vec<String>,
    /// Tables of the same sheet that are not read: the largest is, unless another's header row is chosen.
    pub other_tables: Vec<OtherTable>,
    /// The portal's id; `other` when none was recognised.
    pub portal: String,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// Why, in one English sentence.
    pub confidence_reason: String,
    /// Every portal that it may be, the likeliest first.
    pub candidates: Vec<PortalCandidate>,
    /// The portals that fit about equally well: HR must choose. Empty where one stands alone, or was chosen.
    pub tie: Vec<String>,
    /// The sheet that is read.
    pub sheet: Option<String>,
    /// Every sheet.
    pub sheets: Vec<String>,
    /// The visible sheets that may hold the applicants, the likeliest first; empty where the file knows no sheets.
    pub sheet_candidates: Vec<SheetCandidate>,
    /// How the headers differ from those that the portal was seen with before; none where they do not.
    pub drift: Option<Drift>,
    /// The row of the headers, as a person sees it.
    pub header_row: u32,
    /// Every column.
    pub mapping: Vec<MappedColumn>,
    /// What the file leaves open.
    pub questions: Vec<OpenQuestion>,
    /// One of the questions (any but `date_order`) must be answered before the import can be committed.
    pub needs_mapping: bool,
    /// Where it stands.
    pub state: ImportState,
    /// The step that is running.
    pub progress: Option<ProgressView>,
    /// Rows with an outcome.
    pub rows: u64,
    /// Rows per outcome.
    pub counts: Counts,
    /// Rows in review without a decision, while it is a draft.
    pub undecided: u64,
    /// Rows that the last decision about a class was about, where it ended since the program was started; none where it was stopped or failed.
    pub decided: Option<u64>,
    /// Rows of it that wait in the queue, once it is committed.
    pub waiting: u64,
    /// Why it, or its last step, failed.
    pub problem: Option<Problem>,
    /// What an undo did.
    pub undo: Option<UndoReport>,
    /// When it was dropped, RFC 3339 in UTC.
    pub created_at: String,
    /// By whom.
    pub created_by: String,
    /// When it was committed.
    pub committed_at: Option<String>,
    /// When it was undone.
    pub undone_at: Option<String>,
}

impl Description {
    /// What a survey found, to be kept.
    #[must_use]
    pub fn of(source: &SourceFile, survey: Survey) -> Self {
        let Survey {
            layout,
            portal_name,
            confidence,
            reason,
            candidates,
            tie,
            sheets,
            drift,
            samples,
            fingerprint,
            notes,
            is_empty: _,
            other_tables,
            questions,
            needs_mapping,
        } = survey;
        let candidates: Vec<PortalCandidate> = candidates
            .into_iter()
            .map(|one| PortalCandidate { portal: one.portal, confidence: one.confidence, reason: one.reason })
            .collect();
        Self {
            container: source.container().as_str().to_owned(),
            dialect: source.dialect().cloned(),
            notes: notes.iter().map(|note| note.as_str().to_owned()).collect(),
            other_tables,
            confidence,
            reason,
            candidates,
            tie,
            sheet_candidates: sheets
                .into_iter()
                .map(|satu_portals::SheetCandidate { sheet, header_row, known, score }| SheetCandidate {
                    sheet,
                    header_row,
                    known,
                    score,
                })
                .collect(),
            drift: drift.map(|drift| {
                let sentence = drift.sentence(&portal_name);
                let satu_portals::Drift { version, missing, new } = drift;
                Drift { version, missing, new, sentence }
            }),
            questions: questions.into_iter().map(OpenQuestion::from).collect(),
            sheets: source.sheets().iter().map(|sheet| sheet.name.clone()).collect(),
            fingerprint,
            needs_mapping,
            layout,
            samples,
        }
    }

    /// What must be answered before the import can be committed, and how the command line is told; none where nothing must.
    #[must_use]
    pub fn asks(&self) -> Option<String> {
        let sheets = || {
            let named = self.sheet_candidates.iter().map(|one| format!("“{}”", one.sheet));
            named.take(3).collect::<Vec<_>>().join(" or ")
        };
        let asks: Vec<String> = self
            .questions
            .iter()
            .filter_map(|question| match question {
                OpenQuestion::Sheet => Some(format!("applicants may stand on {}: --sheet NAME", sheets())),
                OpenQuestion::Portal => Some(format!("it may be {}: --portal ID", self.tie.join(" or "))),
                OpenQuestion::Columns => Some("needs a mapping: --map \"HEADER=FIELD\"".to_owned()),
                OpenQuestion::DateOrder => None,
            })
            .collect();
        (!asks.is_empty()).then(|| asks.join("; "))
    }

    /// The columns with what stands in them.
    #[must_use]
    pub fn columns(&self) -> Vec<MappedColumn> {
        let samples = self.samples.iter().cloned().chain(std::iter::repeat(Vec::new()));
        self.layout
            .columns
            .iter()
            .cloned()
            .zip(samples)
            .map(|(mapping, samples)| MappedColumn { mapping, samples })
            .collect()
    }
}

impl ImportView {
    /// The import as it stands, with the step that is running on it.
    #[must_use]
    pub fn new(batch: Batch, description: Description, job: Option<Job>, undecided: u64, waiting: u64) -> Self {
        let Batch {
            id,
            file,
            sha256,
            bytes,
            portal,
            sheet,
            description: _,
            state,
            rows,
            counts,
            minted: _,
            undo,
            problem,
            created_by,
            created_at,
            committed_at,
            undone_at,
            ephemeral: _,
        } = batch;
        let state = match (state, job.as_ref().map(|job| job.phase)) {
            (_, Some(Phase::Reading | Phase::Planning)) => ImportState::Reading,
            (_, Some(Phase::Deciding)) => ImportState::Deciding,
            (_, Some(Phase::Committing)) => ImportState::Committing,
            (_, Some(Phase::Undoing)) => ImportState::Undoing,
            // The process that was reading it is gone.
            (BatchState::Staging, None) => ImportState::Failed,
            (BatchState::Ready, None) => ImportState::Ready,
            (BatchState::Committed, None) => ImportState::Committed,
            (BatchState::Undone, None) => ImportState::Undone,
            (BatchState::Failed, None) => ImportState::Failed,
            (BatchState::Discarded, None) => ImportState::Discarded,
        };
        Self {
            id,
            file,
            sha256,
            bytes,
            portal,
            confidence: description.confidence,
            confidence_reason: description.reason.clone(),
            sheet,
            header_row: description.layout.header_row,
            needs_mapping: description.needs_mapping,
            mapping: description.columns(),
            container: description.container,
            dialect: description.dialect.as_ref().map(DialectView::from),
            notes: description.notes,
            other_tables: description.other_tables.iter().map(OtherTable::from).collect(),
            candidates: description.candidates,
            tie: description.tie,
            sheets: description.sheets,
            sheet_candidates: description.sheet_candidates,
            drift: description.drift,
            questions: description.questions,
            state,
            progress: job.map(|job| ProgressView { phase: job.phase, done: job.progress.done(), total: job.total }),
            rows,
            counts,
            undecided,
            decided: None,
            waiting,
            problem: problem
                .and_then(|problem| serde_json::from_value(problem).ok())
                .or_else(|| (state == ImportState::Failed).then(interrupted)),
            undo,
            created_at: rfc3339(created_at),
            created_by,
            committed_at: committed_at.map(rfc3339),
            undone_at: undone_at.map(rfc3339),
        }
    }
}

fn interrupted() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "import.interrupted",
        "The program ended while it was reading this file. Nothing was imported; drop the file again.",
    )
}
