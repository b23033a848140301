//! What a file's columns mean: the sheet, the header row, the portal, and each column's field.

mod dates;
mod header_row;
mod mapping;
mod portal;
mod several;

use satu_core::application::Field;
pub use satu_core::import::mapping::RememberedColumn;
use satu_core::import::mapping::{ColumnMapping, DateOrder, How};
use serde::{Deserialize, Serialize};

use crate::definition::Registry;
use crate::file::{Note, SourceFile, TableRow, TableSpan};
use crate::{Cleaner, ReadError, ReadErrorCode, header};
pub use portal::Candidate;

/// The id of the definition that fits any file.
pub const OTHER: &str = "other";

/// What a person overrules, and what is remembered for files with these headers. The default leaves everything to be found out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// The portal's id.
    pub portal: Option<String>,
    /// The sheet's name; a hidden one may be chosen.
    pub sheet: Option<String>,
    /// The header's row as a person sees it in the spreadsheet.
    pub header_row: Option<u32>,
    /// Columns whose meaning a person chose now.
    pub columns: Vec<ColumnChoice>,
    /// What a person confirmed before for files with this [`Survey::fingerprint`].
    pub remembered: Vec<RememberedColumn>,
}

/// A column's meaning, chosen by a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnChoice {
    /// The column's number, the first being 1.
    pub column: u32,
    /// What it means.
    pub field: Field,
    /// The order of day and month, if that was chosen too.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
}

/// How a file's rows are to be read. It can be kept and used again without the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// The portal's id; [`OTHER`] where none was recognised.
    pub portal: String,
    /// The sheet; none where the container knows no sheets.
    pub sheet: Option<String>,
    /// The header's row as a person sees it in the spreadsheet.
    pub header_row: u32,
    /// The table's last row where another table follows it; otherwise it goes on to the sheet's end.
    #[serde(default)]
    pub last_row: Option<u32>,
    /// Every column, from column A on.
    pub columns: Vec<ColumnMapping>,
}

impl Layout {
    /// Whether some column is used for the name.
    #[must_use]
    pub fn has_name(&self) -> bool {
        self.uses(&[Field::FullName, Field::FirstName, Field::LastName])
    }

    /// Whether some column is used for a phone number or an email address.
    #[must_use]
    pub fn has_contact(&self) -> bool {
        self.uses(&[Field::Phone, Field::Whatsapp, Field::Email])
    }

    /// The rows of the table, its header first.
    ///
    /// # Errors
    /// What opening the sheet meets.
    pub fn table<'a>(
        &self,
        source: &'a mut SourceFile,
    ) -> Result<impl Iterator<Item = Result<TableRow, ReadError>> + use<'a>, ReadError> {
        let (first, last) = (self.header_row, self.last_row.unwrap_or(u32::MAX));
        let rows = source.table(self.sheet.as_deref())?;
        Ok(rows
            .skip_while(move |row| row.as_ref().is_ok_and(|row| row.row < first))
            .take_while(move |row| row.as_ref().map_or(true, |row| row.row <= last)))
    }

    fn uses(&self, fields: &[Field]) -> bool {
        self.columns.iter().any(|column| fields.contains(&column.effective()))
    }
}

/// What was found out about a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// How its rows are to be read.
    pub layout: Layout,
    /// How sure the portal is, 0 to 1; 0 for [`OTHER`].
    pub confidence: f64,
    /// One English sentence that says why this portal.
    pub reason: String,
    /// Every known portal, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// For each column of the layout up to five different cells that are not empty.
    pub samples: Vec<Vec<String>>,
    /// What the headers are remembered by.
    pub fingerprint: String,
    /// Harmless findings about the file and its layout.
    pub notes: Vec<Note>,
    /// Tables of the same sheet that are not read, where it has several.
    pub other_tables: Vec<TableSpan>,
    /// A person must look at the mapping before anything is committed: no name or no contact column is in use, or the portal is
    /// unknown and nobody confirmed what its columns mean.
    pub needs_mapping: bool,
}

/// Rows that are looked at to find the header, the portal and the samples.
const HEAD_ROWS: usize = 200;
/// Sheets that are looked at.
const SHEETS: usize = 30;

/// Finds out what a file's columns mean. Reads the first rows; the whole file only where a column's dates leave their order open.
///
/// To use a remembered mapping, survey once, look up [`Survey::fingerprint`], and survey again with [`Choices::remembered`].
///
/// # Errors
/// [`ReadErrorCode::NoHeader`], [`ReadErrorCode::NoSheet`], [`ReadErrorCode::UnknownPortal`], and whatever reading the rows meets.
pub fn survey(source: &mut SourceFile, registry: &Registry, choices: &Choices) -> Result<Survey, ReadError> {
    if let Some(portal) = choices.portal.as_deref().filter(|portal| registry.get(portal).is_none()) {
        return Err(ReadError::new(ReadErrorCode::UnknownPortal, source.name()).value(portal));
    }
    let mut notes = source.notes().to_vec();
    let head = best_sheet(source, registry, choices, &mut notes)?;
    let (head, last_row, other_tables) = several::largest(source, registry, choices, head)?;
    if !other_tables.is_empty() {
        notes.push(Note::SeveralTables);
    }
    let headers: Vec<String> = head.header().cells.iter().map(|cell| header::header_text(cell)).collect();
    let fingerprint = header::fingerprint(headers.iter().map(String::as_str));
    let samples = samples(&headers, head.body());
    let candidates = portal::candidates(registry, &headers, &samples, source.name());
    let found = portal::choose(registry, &candidates, choices.portal.as_deref());
    let columns = mapping::columns(registry, &found.portal, &headers, &samples, choices);
    if head.rows.first().is_some_and(|row| row.row < head.header().row) {
        notes.push(Note::TitleRows);
    }
    let mut layout =
        Layout { portal: found.portal, sheet: head.sheet.clone(), header_row: head.header().row, last_row, columns };
    dates::decide(source, registry, &mut layout)?;
    let cleaner = Cleaner::new(registry, &layout);
    if head.body().iter().any(|row| cleaner.clean(row.row, row.cells.clone()).not_data) {
        notes.push(Note::Footer);
    }
    let confirmed = layout.columns.iter().any(|column| matches!(column.how, How::Manual | How::Remembered));
    let needs_mapping = !layout.has_name() || !layout.has_contact() || (layout.portal == OTHER && !confirmed);
    Ok(Survey {
        layout,
        confidence: found.confidence,
        reason: found.reason,
        candidates,
        samples,
        fingerprint,
        notes,
        other_tables,
        needs_mapping,
    })
}

/// The first rows of a sheet, and which of them is the header.
struct Head {
    sheet: Option<String>,
    rows: Vec<TableRow>,
    at: usize,
    score: u32,
}

impl Head {
    fn header(&self) -> &TableRow {
        &self.rows[self.at]
    }

    fn body(&self) -> &[TableRow] {
        &self.rows[self.at + 1..]
    }
}

fn best_sheet(
    source: &mut SourceFile,
    registry: &Registry,
    choices: &Choices,
    notes: &mut Vec<Note>,
) -> Result<Head, ReadError> {
    let sheets: Vec<Option<String>> = match &choices.sheet {
        Some(sheet) if source.sheets().is_empty() => {
            return Err(ReadError::new(ReadErrorCode::NoSheet, source.name()).sheet(Some(sheet)));
        }
        Some(sheet) => vec![Some(sheet.clone())],
        None if source.sheets().is_empty() => vec![None],
        None => {
            let visible = source.sheets().iter().filter(|sheet| !sheet.hidden);
            visible.take(SHEETS).map(|sheet| Some(sheet.name.clone())).collect()
        }
    };
    let mut best: Option<Head> = None;
    let mut tables = 0;
    let mut empty = true;
    for sheet in sheets {
        let rows: Vec<TableRow> = source.table(sheet.as_deref())?.take(HEAD_ROWS).collect::<Result<_, _>>()?;
        empty &= rows.is_empty();
        let Some((at, score)) = header_row::find(registry, &rows, choices.header_row) else { continue };
        tables += 1;
        if best.as_ref().is_none_or(|best| best.score < score) {
            best = Some(Head { sheet, rows, at, score });
        }
    }
    if tables > 1 {
        notes.push(Note::SeveralSheets);
    }
    best.ok_or_else(|| {
        let code = if empty { ReadErrorCode::Empty } else { ReadErrorCode::NoHeader };
        let error = ReadError::new(code, source.name());
        match choices.header_row {
            Some(row) if !empty => error.row(row).limit(HEAD_ROWS as u64),
            _ => error,
        }
    })
}

fn samples(headers: &[String], body: &[TableRow]) -> Vec<Vec<String>> {
    const SAMPLES: usize = 5;
    let mut samples = vec![Vec::with_capacity(SAMPLES); headers.len()];
    for row in body {
        for (samples, cell) in samples.iter_mut().zip(&row.cells) {
            if samples.len() < SAMPLES && !cell.trim().is_empty() && !samples.contains(cell) {
                samples.push(cell.clone());
            }
        }
    }
    samples
}

#[cfg(test)]
mod tests;
