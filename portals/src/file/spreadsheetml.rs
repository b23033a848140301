//! The XML that Excel 2003 wrote ("XML Spreadsheet"), and many web programs write still, often under the name `.xls`.

use std::fs::File;
use std::path::PathBuf;

use super::context::RowInMaking;
use super::merged::Covering;
use super::numbers::{iso_text, number_text};
use super::text::{TextEncoding, encoding_of};
use super::xml::{Part, Tag, XmlEvents};
use super::{Book, Container, Context, DialectChoice, Looked, Note, Opened, Rows, Sheet, TableRow};
use crate::{ReadError, ReadErrorCode};

/// Opens a workbook: it is read once to find its sheets.
pub(super) fn open(looked: &Looked, context: &Context<'_>, choice: &DialectChoice) -> Result<Opened, ReadError> {
    let encoding = match choice.encoding {
        Some(chosen) => TextEncoding::chosen(chosen.encoding(), &looked.head),
        None => encoding_of(&looked.head, looked.head.len() as u64 >= looked.bytes),
    };
    let mut book = SpreadsheetMl { path: looked.path.clone(), encoding, sheets: Vec::new(), from_1904: false };
    let mut events = book.events(context)?;
    let mut contents = Contents::default();
    while events.next(context, |part| Ok(contents.take(part)))? {}
    if !contents.ended {
        return Err(context.damaged("its last element is not closed"));
    }
    (book.sheets, book.from_1904) = (contents.sheets, contents.from_1904);
    let notes = contents.hidden_rows.then_some(Note::HiddenRows).into_iter().collect();
    Ok(Opened::new(Container::SpreadsheetMl, notes, book))
}

struct SpreadsheetMl {
    path: PathBuf,
    encoding: TextEncoding,
    sheets: Vec<Sheet>,
    from_1904: bool,
}

impl SpreadsheetMl {
    fn events(&self, context: &Context<'_>) -> Result<XmlEvents<'static>, ReadError> {
        let file = File::open(&self.path).map_err(|error| context.io(&error))?;
        Ok(XmlEvents::new(file, self.encoding.encoding, context))
    }
}

impl Book for SpreadsheetMl {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn counts_from_1904(&self) -> bool {
        self.from_1904
    }

    fn rows<'a>(&'a mut self, context: Context<'a>) -> Result<Box<dyn Rows + 'a>, ReadError> {
        let place = self.sheets.iter().position(|sheet| Some(sheet.name.as_str()) == context.sheet);
        let place = place.ok_or_else(|| context.error(ReadErrorCode::NoSheet))?;
        let mut events = self.events(&context)?;
        let mut left = place + 1;
        while left > 0 {
            left -= events.next(&context, |part| match part {
                Part::Start(tag) => Ok(usize::from(tag.name() == "Worksheet")),
                Part::Eof => Err(context.error(ReadErrorCode::NoSheet)),
                _ => Ok(0),
            })?;
        }
        Ok(Box::new(SheetRows { context, events, state: State::default() }))
    }
}

/// What a first reading finds.
#[derive(Default)]
struct Contents {
    sheets: Vec<Sheet>,
    in_visible: bool,
    hidden_rows: bool,
    from_1904: bool,
    ended: bool,
}

impl Contents {
    /// False at the end.
    fn take(&mut self, part: Part<'_>) -> bool {
        match part {
            Part::Start(tag) => match tag.name() {
                "Worksheet" => {
                    let name =
                        tag.attribute("Name").map_or_else(|| format!("Sheet{}", self.sheets.len() + 1), Into::into);
                    self.sheets.push(Sheet { name, hidden: false });
                }
                "Row" => self.hidden_rows |= tag.attribute("Hidden").is_some_and(|value| value == "1"),
                "Visible" => self.in_visible = true,
                "Date1904" => self.from_1904 = true,
                _ => {}
            },
            Part::Text(text) if self.in_visible => {
                if let Some(sheet) = self.sheets.last_mut() {
                    sheet.hidden = matches!(text.trim(), "SheetHidden" | "SheetVeryHidden");
                }
            }
            Part::Text(_) => {}
            Part::End("Visible") => self.in_visible = false,
            Part::End("Workbook") => self.ended = true,
            Part::End(_) => {}
            Part::Eof => return false,
        }
        true
    }
}

/// The rows of one sheet.
struct SheetRows<'a> {
    context: Context<'a>,
    events: XmlEvents<'static>,
    state: State,
}

/// Where in the sheet the reader stands.
#[derive(Default)]
struct State {
    row: u32,
    column: u32,
    /// Columns that the cell covers beside its own.
    across: u32,
    /// Rows that it covers beside its own.
    down: u32,
    /// Rows that the row stands for beside itself: they hold no cells, and are not written out.
    span: u32,
    kind: Kind,
    in_data: bool,
    /// Inside a cell's comment, whose text is written as the cell's own is.
    in_comment: bool,
    text: String,
    making: RowInMaking,
    covering: Covering,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Text,
    Number,
    Moment,
    Truth,
}

enum Step {
    On,
    Row(TableRow),
    End,
}

impl Rows for SheetRows<'_> {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        let Self { context, events, state } = self;
        loop {
            match events.next(context, |part| state.take(part, context))? {
                Step::On => {}
                Step::Row(row) => return Ok(Some(row)),
                Step::End => return Ok(None),
            }
        }
    }
}

impl State {
    fn take(&mut self, part: Part<'_>, context: &Context<'_>) -> Result<Step, ReadError> {
        match part {
            Part::Start(tag) if tag.name() == "Comment" => self.in_comment = true,
            Part::End("Comment") => self.in_comment = false,
            // A comment that is never closed ends with its cell.
            Part::End("Cell") => {
                self.in_comment = false;
                self.column = self.column.saturating_add(self.across);
            }
            Part::End("Worksheet" | "Table") | Part::Eof => return Ok(Step::End),
            _ if self.in_comment => {}
            Part::Start(tag) => self.open(tag, context)?,
            Part::Text(text) if self.in_data => {
                self.text.push_str(text);
                if self.text.len() > context.limits.cell_chars * 4 {
                    context.cell_within(self.row, self.column, &self.text)?;
                }
            }
            Part::Text(_) => {}
            Part::End("Data") => {
                self.in_data = false;
                let text = std::mem::take(&mut self.text);
                let text = self.kind.text(text);
                self.making.put(context, self.row, self.column, &text)?;
                let bottom = self.row.saturating_add(std::mem::take(&mut self.down));
                self.covering.begin(self.row, self.column, bottom, &text);
            }
            Part::End("Row") => {
                let mut row = self.making.take(self.row);
                self.covering.pass(&mut row);
                self.row = self.row.saturating_add(std::mem::take(&mut self.span));
                return Ok(Step::Row(row));
            }
            Part::End(_) => {}
        }
        Ok(Step::On)
    }

    fn open(&mut self, tag: &Tag<'_>, context: &Context<'_>) -> Result<(), ReadError> {
        match tag.name() {
            "Row" => {
                let next = self.row.saturating_add(1);
                let row = tag.number("Index").unwrap_or(next);
                if row < next {
                    return Err(context.damaged("its rows are out of order").row(row));
                }
                (self.row, self.column) = (row, 0);
                self.span = tag.number("Span").unwrap_or(0);
            }
            "Cell" => {
                let [index, across, down] = tag.numbers(["Index", "MergeAcross", "MergeDown"]);
                self.column = index.unwrap_or_else(|| self.column.saturating_add(1));
                (self.across, self.down) = (across.unwrap_or(0), down.unwrap_or(0));
                if let Some(target) = tag.attribute("HRef") {
                    self.making.link(context, self.column, &target);
                }
            }
            "Data" => {
                self.in_data = true;
                self.kind = match tag.attribute("Type").as_deref() {
                    Some("Number") => Kind::Number,
                    Some("DateTime") => Kind::Moment,
                    Some("Boolean") => Kind::Truth,
                    _ => Kind::Text,
                };
            }
            _ => {}
        }
        Ok(())
    }
}

impl Kind {
    fn text(self, text: String) -> String {
        match (self, text.trim()) {
            (Self::Text, _) => text,
            (Self::Number, number) => number.parse().map_or(text, number_text),
            (Self::Moment, moment) => iso_text(moment),
            (Self::Truth, "1") => "TRUE".to_owned(),
            (Self::Truth, "0") => "FALSE".to_owned(),
            (Self::Truth, _) => text,
        }
    }
}

#[cfg(test)]
mod tests;
