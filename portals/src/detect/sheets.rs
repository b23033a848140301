//! Which sheet of a workbook holds the applicants.

use serde::{Deserialize, Serialize};

use super::header_row::{self, Header};
use super::one_column::separator_within;
use crate::definition::Registry;
use crate::file::{Container, Note, SourceFile, TableRow};
use crate::{Choices, ReadError, ReadErrorCode};

/// A sheet that may hold the applicants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetCandidate {
    /// Its name.
    pub sheet: String,
    /// The row of its headers as a person sees it.
    pub header_row: u32,
    /// How many of its headers some portal knows.
    pub known: u32,
    /// How sure it is that applicants stand on it, 0 to 1: grows with every known header, and is small where no row stands below them.
    pub score: f64,
}

/// Rows that are looked at to find the header, the portal and the samples.
pub(super) const HEAD_ROWS: usize = 200;
/// Sheets that are looked at.
const SHEETS: usize = 30;
/// Sheets whose scores are nearer than this are a question for a person.
const NEAR: f64 = 0.05;
/// What a sheet without a row below its header is worth.
const EMPTY: f64 = 0.2;

/// The first rows of a sheet, and its header.
pub(super) struct Head {
    pub(super) sheet: Option<String>,
    pub(super) rows: Vec<TableRow>,
    pub(super) header: Header,
}

impl Head {
    /// Whether the sheet has no rows but these.
    pub(super) fn is_whole(&self) -> bool {
        self.rows.len() < HEAD_ROWS
    }

    /// The rows below the header.
    pub(super) fn body(&self) -> &[TableRow] {
        self.rows.get(self.header.at + 1..).unwrap_or_default()
    }

    fn score(&self) -> f64 {
        let known = 1.0 - 0.7_f64.powi(i32::try_from(self.header.known).unwrap_or(i32::MAX));
        let score = known.max(0.1) * if self.body().is_empty() { EMPTY } else { 1.0 };
        (score * 1000.0).round() / 1000.0
    }
}

/// What was found on a file's sheets.
pub(super) struct Sheets {
    /// The likeliest one; the first of equally likely ones.
    pub(super) best: Head,
    /// Every sheet with a table, the likeliest first; empty where the container knows no sheets.
    pub(super) candidates: Vec<SheetCandidate>,
    /// Whether another one is as likely, and nobody chose.
    pub(super) tie: bool,
}

/// Looks at every visible sheet, or at the chosen one.
pub(super) fn look(
    source: &mut SourceFile,
    registry: &Registry,
    choices: &Choices,
    notes: &mut Vec<Note>,
) -> Result<Sheets, ReadError> {
    let mut heads: Vec<Head> = Vec::new();
    let mut empty = true;
    let mut in_one_column: Option<(Option<String>, char)> = None;
    for sheet in wanted(source, choices)? {
        let rows: Vec<TableRow> = source.table(sheet.as_deref())?.take(HEAD_ROWS).collect::<Result<_, _>>()?;
        empty &= rows.is_empty();
        if let Some(header) = header_row::find(registry, &rows, choices.header_row) {
            heads.push(Head { sheet, rows, header });
        } else if source.container() != Container::Csv && choices.header_row.is_none() {
            in_one_column = in_one_column.or_else(|| Some((sheet, separator_within(&rows)?)));
        }
    }
    if empty && choices.sheet.is_none() {
        source.hides_nothing()?;
    }
    if heads.len() > 1 {
        notes.push(Note::SeveralSheets);
    }
    // A stable sort: of equally likely sheets the first stays first.
    heads.sort_by(|a, b| b.score().total_cmp(&a.score()));
    let tie = choices.sheet.is_none() && heads.len() > 1 && heads[0].score() - heads[1].score() < NEAR;
    let candidates = heads.iter().filter_map(|head| {
        let (header_row, known, score) = (head.header.row, head.header.known, head.score());
        head.sheet.clone().map(|sheet| SheetCandidate { sheet, header_row, known, score })
    });
    let candidates = candidates.collect();
    let best = heads.into_iter().next().ok_or_else(|| {
        if let Some((sheet, separator)) = in_one_column {
            let error = ReadError::new(ReadErrorCode::OneColumn, source.name()).sheet(sheet.as_deref());
            return error.value(if separator == '\t' { "tab".to_owned() } else { separator.to_string() });
        }
        let code = if empty { ReadErrorCode::Empty } else { ReadErrorCode::NoHeader };
        let error = ReadError::new(code, source.name());
        match choices.header_row {
            Some(row) if !empty => error.row(row).limit(HEAD_ROWS as u64),
            _ => error.of_download(),
        }
    })?;
    Ok(Sheets { best, candidates, tie })
}

fn wanted(source: &SourceFile, choices: &Choices) -> Result<Vec<Option<String>>, ReadError> {
    Ok(match &choices.sheet {
        Some(sheet) if source.sheets().is_empty() => {
            return Err(ReadError::new(ReadErrorCode::NoSheet, source.name()).sheet(Some(sheet)));
        }
        Some(sheet) => vec![Some(sheet.clone())],
        None if source.sheets().is_empty() => vec![None],
        None => {
            let visible = source.sheets().iter().filter(|sheet| !sheet.hidden);
            visible.take(SHEETS).map(|sheet| Some(sheet.name.clone())).collect()
        }
    })
}
