//! What a file's columns mean: the sheet, the header row, the portal, and each column's field.

mod dates;
mod drift;
mod header_row;
mod mapping;
mod one_column;
mod others;
mod portal;
mod several;
mod sheets;

use satu_core::application::Field;
pub use satu_core::import::mapping::RememberedColumn;
use satu_core::import::mapping::{ColumnMapping, DateOrder, How};
use serde::{Deserialize, Serialize};

use crate::definition::{LayoutVersion, Registry};
use crate::file::{Note, SourceFile, TableRow, TableSpan};
use crate::{Cleaner, ReadError, ReadErrorCode, header};
pub use drift::{Drift, drift};
pub use portal::Candidate;
pub use sheets::SheetCandidate;
use sheets::{Head, Sheets};

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
    /// Whether the workbook counts its days from 1904: what a plain number in a column of dates means.
    #[serde(default)]
    pub from_1904: bool,
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
        self.uses(&CONTACTS)
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

const CONTACTS: [Field; 3] = [Field::Phone, Field::Whatsapp, Field::Email];

/// What was found out about a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// How its rows are to be read.
    pub layout: Layout,
    /// The name of its portal, as people read it.
    pub portal_name: String,
    /// How sure the portal is, 0 to 1; 0 for [`OTHER`].
    pub confidence: f64,
    /// One English sentence that says why this portal.
    pub reason: String,
    /// Every known portal, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// The portals that fit about equally well, the likeliest first: a person must choose, and until then the file is read as [`OTHER`].
    pub tie: Vec<String>,
    /// Every visible sheet with a table, the likeliest first; empty where the container knows no sheets.
    pub sheets: Vec<SheetCandidate>,
    /// How the headers differ from those that the portal was seen with before; none where they do not.
    pub drift: Option<Drift>,
    /// For each column of the layout up to five different cells that are not empty.
    pub samples: Vec<Vec<String>>,
    /// What the headers are remembered by.
    pub fingerprint: String,
    /// Harmless findings about the file and its layout.
    pub notes: Vec<Note>,
    /// Nothing stands below the header, or nothing but totals and notes.
    pub is_empty: bool,
    /// Tables of the same sheet that are not read, where it has several.
    pub other_tables: Vec<TableSpan>,
    /// What a person is asked.
    pub questions: Vec<OpenQuestion>,
    /// One of the questions must be answered before anything is committed: every one but that of the order of dates.
    pub needs_mapping: bool,
}

/// What a file leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenQuestion {
    /// Two sheets are as likely to hold the applicants: see [`Survey::sheets`].
    Sheet,
    /// Two portals fit about equally well: see [`Survey::tie`].
    Portal,
    /// No name or no contact column is in use, or the portal is unknown and nobody confirmed what its columns mean.
    Columns,
    /// A column's dates do not tell the day from the month. Its dates are problems until somebody says.
    DateOrder,
}

/// Finds out what a file's columns mean. Reads the first rows; the whole file only where a column's dates leave their order open.
///
/// To use a remembered mapping, survey once, look up [`Survey::fingerprint`], and survey again with [`Choices::remembered`].
///
/// # Errors
/// [`ReadErrorCode::NoHeader`], [`ReadErrorCode::OneColumn`], [`ReadErrorCode::NoSheet`], [`ReadErrorCode::UnknownPortal`], and whatever reading the rows meets.
pub fn survey(source: &mut SourceFile, registry: &Registry, choices: &Choices) -> Result<Survey, ReadError> {
    if let Some(portal) = choices.portal.as_deref().filter(|portal| registry.get(portal).is_none()) {
        return Err(ReadError::new(ReadErrorCode::UnknownPortal, source.name()).value(portal));
    }
    let mut notes = source.notes().to_vec();
    let Sheets { best: head, candidates: sheets, tie: sheet_tie } =
        sheets::look(source, registry, choices, &mut notes)?;
    let (head, last_row, other_tables) = several::largest(source, registry, choices, head)?;
    if !other_tables.is_empty() {
        notes.push(Note::SeveralTables);
    }
    let Head { header, .. } = &head;
    let fingerprint = header::fingerprint(header.headers.iter().map(String::as_str));
    let samples = samples(&header.headers, head.body());
    let candidates = portal::candidates(registry, &header.headers, &samples, source.name());
    let found = portal::choose(registry, &candidates, choices.portal.as_deref());
    let columns = mapping::columns(registry, &found.portal, &header.headers, &samples, choices);
    if head.rows.first().is_some_and(|row| row.row < header.first_row) {
        notes.push(Note::TitleRows);
    }
    let mut layout = Layout {
        portal: found.portal,
        sheet: head.sheet.clone(),
        header_row: header.row,
        last_row,
        from_1904: source.counts_from_1904(),
        columns,
    };
    dates::decide(source, registry, &mut layout)?;
    if source.ends_in_a_cell() && layout.columns.last().is_some_and(|column| CONTACTS.contains(&column.effective())) {
        notes.push(Note::EndsInContact);
    }
    let cleaner = Cleaner::new(registry, &layout);
    let is_no_data = |row: &&TableRow| !row.cut && cleaner.clean_row(TableRow::clone(row)).not_data;
    let no_data = head.body().iter().filter(is_no_data).count();
    if no_data > 0 {
        notes.push(Note::Footer);
    }
    let is_empty = head.is_whole() && no_data == head.body().len();
    let portal_name = registry.get(&layout.portal).map(|definition| definition.name.clone()).unwrap_or_default();
    let questions = questions(&layout, choices, &found.tie, sheet_tie);
    let mut survey = Survey {
        layout,
        portal_name,
        confidence: found.confidence,
        reason: found.reason,
        candidates,
        tie: found.tie,
        sheets,
        drift: None,
        samples,
        fingerprint,
        notes,
        is_empty,
        other_tables,
        needs_mapping: questions.iter().any(|question| *question != OpenQuestion::DateOrder),
        questions,
    };
    survey.compare(registry, &[]);
    Ok(survey)
}

impl Survey {
    /// Refuses a file in which nobody applies: what it would become is an import of nothing.
    ///
    /// # Errors
    /// [`ReadErrorCode::NoRows`].
    pub fn has_applicants(&self, file: &str) -> Result<(), ReadError> {
        let Layout { sheet, header_row, .. } = &self.layout;
        let error = || ReadError::new(ReadErrorCode::NoRows, file).sheet(sheet.as_deref()).row(*header_row);
        if self.is_empty { Err(error().of_download()) } else { Ok(()) }
    }

    /// Tells how the headers differ from those that the portal was seen with: those of its definition, and `seen` beside them, oldest first.
    pub fn compare(&mut self, registry: &Registry, seen: &[LayoutVersion]) {
        let Some(definition) = registry.get(&self.layout.portal).filter(|definition| definition.id != OTHER) else {
            return;
        };
        let known: Vec<LayoutVersion> = definition.layouts.iter().chain(seen).cloned().collect();
        let told = self.layout.columns.iter().filter(|column| column.field != Field::Ignore);
        let headers: Vec<String> = told.map(|column| column.header.clone()).collect();
        self.drift = Some(drift(&headers, &known)).filter(|drift| !drift.is_none());
    }
}

/// What a person must say, or should.
fn questions(layout: &Layout, choices: &Choices, tie: &[String], sheet_tie: bool) -> Vec<OpenQuestion> {
    // Whoever chooses that it is no portal's has looked at it.
    let confirmed = choices.portal.is_some()
        || layout.columns.iter().any(|column| matches!(column.how, How::Manual | How::Remembered));
    let unknown = layout.portal == OTHER && !confirmed;
    let undecided = layout.columns.iter().any(|column| column.date_order == Some(DateOrder::Undecided));
    let asked = [
        (OpenQuestion::Sheet, sheet_tie),
        (OpenQuestion::Portal, !tie.is_empty() && unknown),
        (OpenQuestion::Columns, !layout.has_name() || !layout.has_contact() || unknown),
        (OpenQuestion::DateOrder, undecided),
    ];
    asked.into_iter().filter(|(_, asked)| *asked).map(|(question, _)| question).collect()
}

/// What the definitions make of a line of headers, without a file.
pub(crate) struct Recognised {
    pub(crate) portal: String,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) layout: Layout,
}

/// Recognises a line of headers as if it were a file without rows.
pub(crate) fn recognise(registry: &Registry, headers: &[String]) -> Recognised {
    let samples = vec![Vec::new(); headers.len()];
    let candidates = portal::candidates(registry, headers, &samples, "");
    let found = portal::choose(registry, &candidates, None);
    let columns = mapping::columns(registry, &found.portal, headers, &samples, &Choices::default());
    let layout =
        Layout { portal: found.portal.clone(), sheet: None, header_row: 1, last_row: None, from_1904: false, columns };
    Recognised { portal: found.portal, candidates, layout }
}

fn samples(headers: &[String], body: &[TableRow]) -> Vec<Vec<String>> {
    const SAMPLES: usize = 5;
    let mut samples = vec![Vec::with_capacity(SAMPLES); headers.len()];
    for row in body {
        for (samples, cell) in samples.iter_mut().zip(row.cells.iter()) {
            if samples.len() < SAMPLES && !cell.trim().is_empty() && !samples.iter().any(|known| known == cell) {
                samples.push(cell.to_owned());
            }
        }
    }
    samples
}

#[cfg(test)]
mod tests;
