//! From the cells of a row to its values, with every repair and every problem.

mod contact;
mod not_data;
mod repeats;
mod rows;
mod values;
mod words;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use satu_core::application::{
    Answer, ApplicantRow, Cells, Field, PortalStanding, Problem, ProblemCode, Repair, RepairCode,
};
use satu_core::import::mapping::DateOrder;

use crate::definition::{Registry, TimeZone};
use crate::detect::Layout;
use crate::file::{Covered, TableRow};
use crate::header;
use crate::value::date::{DateOf, Epoch};
use crate::value::education::Education;
use crate::value::experience::Unit;
use crate::value::link::read_link;
use crate::value::text::tidy;
use crate::value::yes_no::read_yes_no;
use repeats::Repeats;
pub use rows::rows;

/// Reads rows of one layout. It needs no file: a row that HR edited, or rows that are read again under another mapping, go through it too.
#[derive(Debug, Clone)]
pub struct Cleaner {
    columns: Vec<Column>,
    /// Columns with contacts, the preferred first: WhatsApp before phone before email.
    contacts: Vec<usize>,
    /// Columns of names, the whole name first.
    names: Vec<usize>,
    /// The headers' keys, to know a repeated header by.
    keys: Vec<String>,
    /// Whether any column holds a question or an answer.
    asks: bool,
    /// The portal's status words by their keys.
    statuses: HashMap<String, PortalStanding>,
    /// What the workbook's day numbers count from.
    epoch: Epoch,
    /// What stands down to here is a title or a header.
    header_row: u32,
}

/// One column with its meaning made ready.
#[derive(Debug, Clone)]
struct Column {
    number: u32,
    /// How messages name it: its header, or its letter where it has none.
    name: String,
    /// The key under which its cells stand in `extras`; different from every other column's.
    extra: String,
    meaning: Meaning,
    /// What stands between several contacts of a cell, where the portal keeps to one.
    separator: Option<char>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    FullName,
    FirstName,
    LastName,
    Phone,
    Email,
    Date { of: DateOf, order: DateOrder, zone: TimeZone },
    Gender,
    Location,
    Position,
    Education,
    Experience(Option<Unit>),
    SourceRef,
    PortalStatus,
    Salary,
    Resume,
    Question(Option<u32>),
    Answer(Option<u32>),
    AnswerMatch(Option<u32>),
    Extras,
    Ignore,
}

impl Cleaner {
    /// A cleaner for a layout; the registry gives the portal's conventions.
    #[must_use]
    pub fn new(registry: &Registry, layout: &Layout) -> Self {
        let mut taken = HashSet::new();
        let mut columns = Vec::with_capacity(layout.columns.len());
        for mapping in &layout.columns {
            let letters = crate::error::column_letters(mapping.column);
            let name = if mapping.header.is_empty() { format!("column {letters}") } else { mapping.header.clone() };
            let base = if mapping.header.is_empty() { format!("Kolom {letters}") } else { mapping.header.clone() };
            let mut extra = base.clone();
            let mut again = 2;
            while !taken.insert(extra.clone()) {
                extra = format!("{base} ({again})");
                again += 1;
            }
            let field = mapping.effective();
            let zone = registry.chain(&layout.portal).find_map(|entry| entry.column(field)?.time_zone);
            let separator = registry.chain(&layout.portal).find_map(|entry| entry.column(field)?.separator);
            let meaning = match field {
                Field::Experience => Meaning::Experience(Unit::in_header(&mapping.header)),
                field => meaning(field, mapping.group, mapping.date_order, zone),
            };
            columns.push(Column { number: mapping.column, name, extra, meaning, separator });
        }
        let whatsapp = |at: &usize| layout.columns[*at].effective() != Field::Whatsapp;
        let mut contacts = places(&columns, |meaning| matches!(meaning, Meaning::Phone | Meaning::Email));
        contacts.sort_by_key(|at| (columns[*at].meaning == Meaning::Email, whatsapp(at)));
        let mut names =
            places(&columns, |meaning| matches!(meaning, Meaning::FullName | Meaning::FirstName | Meaning::LastName));
        names.sort_by_key(|at| match columns[*at].meaning {
            Meaning::FullName => 0,
            Meaning::FirstName => 1,
            _ => 2,
        });
        let keys = layout.columns.iter().map(|column| header::header_key(&column.header)).collect();
        let asks = columns.iter().any(|column| matches!(column.meaning, Meaning::Question(_) | Meaning::Answer(_)));
        let statuses = registry.entry(&layout.portal).map(|entry| entry.statuses().clone()).unwrap_or_default();
        let epoch = if layout.from_1904 { Epoch::From1904 } else { Epoch::From1900 };
        Self { columns, contacts, names, keys, asks, statuses, epoch, header_row: layout.header_row }
    }

    /// Reads a row. `row` is the number that a person sees in the spreadsheet; the cells are kept as they are.
    #[must_use]
    pub fn clean(&self, row: u32, cells: Cells) -> ApplicantRow {
        self.clean_row(TableRow { row, cells, ..TableRow::default() })
    }

    /// The same for a row as it was read.
    pub(crate) fn clean_row(&self, row: TableRow) -> ApplicantRow {
        self.clean_one_of_many(row, &mut Known::default())
    }

    /// The same for whom many rows pass, of which the last one may be cut.
    fn clean_one_of_many(&self, table_row: TableRow, known: &mut Known) -> ApplicantRow {
        let TableRow { row, cells, cut, links, covered } = table_row;
        let mut row_so_far = ApplicantRow { row, ..ApplicantRow::default() };
        let cells = self.uncover(cells, &covered, &links, &mut row_so_far);
        let cells = self.follow(cells, &links, &mut row_so_far);
        let mut cleaning = Cleaning { row: row_so_far, plain: cells.is_plain(), cells: &cells, known, named_by: None };
        if self.is_repeated_header(&cells) {
            return no_data(row, words::repeated_header(row), cells);
        }
        self.names(&mut cleaning);
        if cut && !not_data::is_footer(&cells) {
            return cut_off(cleaning.row, cells);
        }
        self.contacts(&mut cleaning);
        if self.is_note(&cleaning) {
            return no_data(row, words::note(row), cells);
        }
        self.values(&mut cleaning);
        if self.asks {
            self.answers(&mut cleaning);
        }
        self.extra_cells(&mut cleaning);
        self.rejections(&mut cleaning);
        let mut row = cleaning.row;
        row.cells = cells;
        row
    }

    /// The cells with what a merged cell above says of this row, too. Totals and notes say only what is their own, headers nothing of
    /// applicants, and words that lead to a page nothing without it. They are kept so: what is edited later is read from them alone.
    fn uncover(&self, cells: Cells, covered: &[Covered], links: &[(u32, String)], row: &mut ApplicantRow) -> Cells {
        if covered.is_empty() || not_data::is_footer(&cells) || not_data::says_whom_to_ask(&cells) {
            return cells;
        }
        let is_said = |cell: &&Covered| {
            let at = (cell.column as usize).wrapping_sub(1);
            let leads =
                || links.iter().any(|(column, _)| *column == cell.column) || read_link(&tidy(&cell.text)).is_some();
            let is_of_row = match self.columns.get(at).map(|column| column.meaning) {
                None | Some(Meaning::Ignore) => false,
                Some(Meaning::Resume) => leads(),
                Some(_) => true,
            };
            is_of_row && cell.from > self.header_row && cells.get(at).unwrap_or_default().trim().is_empty()
        };
        let said: Vec<&Covered> = covered.iter().filter(is_said).collect();
        let Some(last) = said.iter().map(|cell| cell.column as usize).max() else { return cells };
        for cell in &said {
            let (code, to) = (RepairCode::Merged, cell.text.to_string());
            row.repairs.push(Repair { code, column: cell.column, from: String::new(), to });
        }
        let one = |at: usize| {
            let above = said.iter().find(|cell| cell.column as usize == at + 1);
            above.map_or_else(|| cells.get(at).unwrap_or_default(), |cell| &*cell.text)
        };
        (0..last.max(cells.len())).map(one).collect()
    }

    /// The cells with the address for the words that lead to it (`Lihat CV`) where a link is asked for. They are kept so: what is edited later
    /// is read from them alone.
    fn follow(&self, cells: Cells, links: &[(u32, String)], row: &mut ApplicantRow) -> Cells {
        let mut cells = cells;
        for (number, target) in links {
            let Some(at) = (*number as usize).checked_sub(1) else { continue };
            let words = cells.get(at).unwrap_or_default();
            let is_asked = self.columns.get(at).is_some_and(|column| column.meaning == Meaning::Resume);
            if !is_asked || read_link(&tidy(words)).is_some() {
                continue;
            }
            let from = words.to_owned();
            let width = cells.len().max(at + 1);
            let one = |place: usize| if place == at { target.as_str() } else { cells.get(place).unwrap_or_default() };
            cells = (0..width).map(one).collect();
            row.repairs.push(Repair { code: RepairCode::Link, column: *number, from, to: target.clone() });
        }
        cells
    }

    fn rejections(&self, cleaning: &mut Cleaning<'_>) {
        if cleaning.row.fields.full_name.is_none() {
            let column = cleaning.named_by.and_then(|at| self.columns.get(at));
            let row = cleaning.row.row;
            let value = column.map(|column| cleaning.raw(column).to_owned());
            let message = match column.zip(value.as_deref()) {
                Some((column, value)) => words::not_a_name(row, &column.name, value),
                None => words::no_name(row),
            };
            cleaning.problem(ProblemCode::NoName, column.map(|column| column.number), value, message);
        }
        if cleaning.row.fields.phone.is_none() && cleaning.row.fields.email.is_none() {
            let message = words::no_contact(cleaning.row.row);
            cleaning.problem(ProblemCode::NoContact, None, None, message);
        }
    }

    /// Cells to the right of the last header: kept, and shown, because they may mean that a separator stood inside a cell.
    fn extra_cells(&self, cleaning: &mut Cleaning<'_>) {
        let more =
            cleaning.cells.iter().enumerate().skip(self.columns.len()).filter(|(_, cell)| !cell.trim().is_empty());
        let more: Vec<(usize, &str)> = more.collect();
        let Some((_, first)) = more.first() else { return };
        let message = words::extra_cells(cleaning.row.row, self.columns.len(), first);
        let value = (*first).to_owned();
        for (at, cell) in more {
            let letters = crate::error::column_letters(u32::try_from(at + 1).unwrap_or(u32::MAX));
            cleaning.row.fields.extras.insert(format!("Kolom {letters}"), cell.to_owned());
        }
        let column = u32::try_from(self.columns.len() + 1).unwrap_or(u32::MAX);
        cleaning.problem(ProblemCode::ExtraCells, Some(column), Some(value), message);
    }

    fn answers(&self, cleaning: &mut Cleaning<'_>) {
        for column in &self.columns {
            let (group, is_question) = match column.meaning {
                Meaning::Question(group) => (group, true),
                Meaning::Answer(group) => (group, false),
                _ => continue,
            };
            let cell = cleaning.answer_text(column);
            if is_question && group.is_some() {
                let answer = self.in_group(cleaning, group, |meaning| matches!(meaning, Meaning::Answer(_)));
                let matches = self.in_group(cleaning, group, |meaning| matches!(meaning, Meaning::AnswerMatch(_)));
                let question = cell.or_else(|| answer.is_some().then(|| column.name.clone()));
                if let Some(question) = question {
                    let yes = answer.as_deref().and_then(read_yes_no);
                    cleaning.row.fields.answers.push(Answer { question, answer, yes, matches });
                }
            } else if is_question {
                // A question without a number: its header asks, its cell answers.
                cleaning.answer(column, cell);
            } else if !self.has_question(group) {
                cleaning.answer(column, cell);
            }
        }
    }

    fn in_group(&self, cleaning: &Cleaning<'_>, group: Option<u32>, is: impl Fn(Meaning) -> bool) -> Option<String> {
        let column = self.columns.iter().find(|column| is(column.meaning) && column.meaning.group() == group)?;
        cleaning.answer_text(column)
    }

    fn has_question(&self, group: Option<u32>) -> bool {
        group.is_some() && self.columns.iter().any(|column| column.meaning == Meaning::Question(group))
    }
}

impl Meaning {
    fn group(self) -> Option<u32> {
        match self {
            Self::Question(group) | Self::Answer(group) | Self::AnswerMatch(group) => group,
            _ => None,
        }
    }
}

fn places(columns: &[Column], is: impl Fn(Meaning) -> bool) -> Vec<usize> {
    columns.iter().enumerate().filter(|(_, column)| is(column.meaning)).map(|(at, _)| at).collect()
}

fn meaning(field: Field, group: Option<u32>, order: Option<DateOrder>, zone: Option<TimeZone>) -> Meaning {
    let date = |of, zone| Meaning::Date { of, order: order.unwrap_or(DateOrder::Undecided), zone };
    match field {
        Field::FullName => Meaning::FullName,
        Field::FirstName => Meaning::FirstName,
        Field::LastName => Meaning::LastName,
        Field::Phone | Field::Whatsapp => Meaning::Phone,
        Field::Email => Meaning::Email,
        Field::BirthDate => date(DateOf::Birth, TimeZone::Jakarta),
        Field::AppliedAt => date(DateOf::Application, zone.unwrap_or(TimeZone::Jakarta)),
        Field::Gender => Meaning::Gender,
        Field::Location => Meaning::Location,
        Field::Position => Meaning::Position,
        Field::Education => Meaning::Education,
        Field::Experience => Meaning::Experience(None),
        Field::ExpectedSalary => Meaning::Salary,
        Field::ResumeUrl => Meaning::Resume,
        Field::SourceRef => Meaning::SourceRef,
        Field::PortalStatus => Meaning::PortalStatus,
        Field::Question => Meaning::Question(group),
        Field::Answer => Meaning::Answer(group),
        Field::AnswerMatch => Meaning::AnswerMatch(group),
        Field::Extras => Meaning::Extras,
        Field::Ignore => Meaning::Ignore,
    }
}

/// A row while it is read.
struct Cleaning<'a> {
    row: ApplicantRow,
    cells: &'a Cells,
    /// Whether no cell holds anything but printable ASCII and single spaces.
    plain: bool,
    known: &'a mut Known,
    /// The place of the first column of names in which anything stands, be it a name or not.
    named_by: Option<usize>,
}

/// What the rows before have told of texts that come again.
#[derive(Default)]
struct Known {
    education: Repeats<Education>,
    standing: Repeats<Option<PortalStanding>>,
}

impl<'a> Cleaning<'a> {
    /// The raw cell of a column; empty where the row is shorter.
    fn raw(&self, column: &Column) -> &'a str {
        self.cells.get(column.number as usize - 1).unwrap_or_default()
    }

    /// The cell of a column without what only looks like nothing (see [`tidy`]).
    fn tidy(&self, column: &Column) -> Cow<'a, str> {
        let raw = self.raw(column);
        if self.plain && !raw.starts_with(' ') && !raw.ends_with(' ') { Cow::Borrowed(raw) } else { tidy(raw) }
    }

    /// What somebody answered, tidy; none where there is nothing but marks. `Tidak ada` is an answer, a check mark is one too.
    fn answer_text(&self, column: &Column) -> Option<String> {
        let text = self.tidy(column);
        let answers = text.chars().any(char::is_alphanumeric) || read_yes_no(&text).is_some();
        answers.then(|| text.into_owned())
    }

    fn answer(&mut self, column: &Column, cell: Option<String>) {
        if let Some(cell) = cell {
            let yes = read_yes_no(&cell);
            let question = column.name.clone();
            self.row.fields.answers.push(Answer { question, answer: Some(cell), yes, matches: None });
        }
    }

    fn repair(&mut self, code: RepairCode, column: &Column, to: impl Into<String>) {
        let from = self.raw(column).to_owned();
        self.row.repairs.push(Repair { code, column: column.number, from, to: to.into() });
    }

    fn problem(&mut self, code: ProblemCode, column: Option<u32>, value: Option<String>, message: String) {
        self.row.problems.push(Problem { code, column, value, message });
    }
}

/// A row in which the file stops. Its name says who is missing; of the rest nothing is believed, for any cell may be the half of one.
fn cut_off(row: ApplicantRow, cells: Cells) -> ApplicantRow {
    let message = words::cut_off(row.row);
    let problem = Problem { code: ProblemCode::CutOff, column: None, value: None, message };
    ApplicantRow { cells, problems: vec![problem], ..row }
}

fn no_data(row: u32, message: String, cells: Cells) -> ApplicantRow {
    let problem = Problem { code: ProblemCode::NotData, column: None, value: None, message };
    ApplicantRow { row, cells, problems: vec![problem], not_data: true, ..ApplicantRow::default() }
}

#[cfg(test)]
mod tests;
