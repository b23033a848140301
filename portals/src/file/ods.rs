//! OpenDocument spreadsheets. One document holds every sheet, and streams: the part `content.xml` of a packed file (`.ods`), or a flat
//! file as it stands (`.fods`).

use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use zip::ZipArchive;

use super::context::RowInMaking;
use super::merged::Covering;
use super::numbers::{iso_text, number_text};
use super::package::{archive, most_unpacked, tidy_path, zip_failure};
use super::text::{TextEncoding, encoding_of};
use super::xml::{Bounded, Part, Tag, XmlEvents};
use super::{Book, Container, Context, DialectChoice, Looked, Note, Opened, Rows, Sheet, TableRow};
use crate::{ReadError, ReadErrorCode};

/// Opens a spreadsheet whose parts were checked before.
pub(super) fn open(looked: &Looked, context: &Context<'_>) -> Result<Opened, ReadError> {
    let zip = archive(looked, context)?;
    let is_content = |name: &str| tidy_path(name.as_bytes()) == "content.xml";
    let part =
        (0..zip.len()).find(|at| zip.name_for_index(*at).and_then(Result::ok).is_some_and(|name| is_content(&name)));
    let part = part.ok_or_else(|| context.error(ReadErrorCode::NotATable).value("an OpenDocument file"))?;
    survey(Document::Packed { zip, part, most: most_unpacked(looked.bytes, context.limits) }, context)
}

/// Opens a spreadsheet that is one XML file.
pub(super) fn open_flat(looked: &Looked, context: &Context<'_>, choice: &DialectChoice) -> Result<Opened, ReadError> {
    let encoding = match choice.encoding {
        Some(chosen) => TextEncoding::chosen(chosen.encoding(), &looked.head),
        None => encoding_of(&looked.head, looked.head.len() as u64 >= looked.bytes),
    };
    survey(Document::Flat { path: looked.path.clone(), encoding }, context)
}

/// Reads a document once to find its sheets.
fn survey(mut document: Document, context: &Context<'_>) -> Result<Opened, ReadError> {
    let mut contents = Contents::default();
    let mut events = document.events(context)?;
    while events.next(context, |part| Ok(contents.take(part)))? {}
    drop(events);
    if !contents.spreadsheet {
        return Err(context.error(ReadErrorCode::NotATable).value("an OpenDocument file that is no spreadsheet"));
    }
    if !contents.ended {
        return Err(context.damaged("its last element is not closed"));
    }
    let notes = contents.hidden_rows.then_some(Note::HiddenRows).into_iter().collect();
    let Contents { sheets, from_1904, .. } = contents;
    Ok(Opened::new(Container::Ods, notes, OdsFile { document, sheets, from_1904 }))
}

struct OdsFile {
    document: Document,
    sheets: Vec<Sheet>,
    from_1904: bool,
}

/// Where the sheets stand.
enum Document {
    /// A part of a zip, and how many bytes it may unpack to.
    Packed { zip: ZipArchive<BufReader<File>>, part: usize, most: u64 },
    /// A file of its own.
    Flat { path: PathBuf, encoding: TextEncoding },
}

impl Document {
    fn events(&mut self, context: &Context<'_>) -> Result<XmlEvents<'_>, ReadError> {
        match self {
            Self::Packed { zip, part, most } => {
                let part = zip.by_index(*part).map_err(|error| zip_failure(context, &error))?;
                Ok(XmlEvents::utf8(Bounded::new(part, *most), context))
            }
            Self::Flat { path, encoding } => {
                let file = File::open(path).map_err(|error| context.io(&error))?;
                Ok(XmlEvents::new(file, encoding.encoding, context))
            }
        }
    }
}

impl Book for OdsFile {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn counts_from_1904(&self) -> bool {
        self.from_1904
    }

    fn rows<'a>(&'a mut self, context: Context<'a>) -> Result<Box<dyn Rows + 'a>, ReadError> {
        let place = self.sheets.iter().position(|sheet| Some(sheet.name.as_str()) == context.sheet);
        let place = place.ok_or_else(|| context.error(ReadErrorCode::NoSheet))?;
        let mut events = self.document.events(&context)?;
        let (mut depth, mut passed) = (0_u32, 0_usize);
        loop {
            let found = events.next(&context, |part| match part {
                Part::Start(tag) if tag.name() == "table" => {
                    depth += 1;
                    passed += usize::from(depth == 1);
                    Ok(passed > place)
                }
                Part::End("table") => {
                    depth = depth.saturating_sub(1);
                    Ok(false)
                }
                Part::Eof => Err(context.error(ReadErrorCode::NoSheet)),
                _ => Ok(false),
            })?;
            if found {
                return Ok(Box::new(SheetRows { context, events, state: State::default(), again: None }));
            }
        }
    }
}

/// What a first reading finds.
#[derive(Default)]
struct Contents {
    sheets: Vec<Sheet>,
    /// Names of styles that hide a sheet.
    hiding: HashSet<String>,
    style: String,
    depth: u32,
    /// Documents that are open: a flat one holds its charts as documents of their own.
    documents: u32,
    spreadsheet: bool,
    hidden_rows: bool,
    from_1904: bool,
    ended: bool,
}

impl Contents {
    /// False at the end.
    fn take(&mut self, part: Part<'_>) -> bool {
        match part {
            Part::Start(tag) => self.open(tag),
            Part::End("table") => self.depth = self.depth.saturating_sub(1),
            Part::End("document-content" | "document") => {
                self.documents = self.documents.saturating_sub(1);
                self.ended |= self.documents == 0;
            }
            Part::Eof => return false,
            Part::End(_) | Part::Text(_) => {}
        }
        true
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "style" => self.style = tag.attribute("name").map(Into::into).unwrap_or_default(),
            "table-properties" if tag.attribute("display").is_some_and(|shown| shown == "false") => {
                self.hiding.insert(std::mem::take(&mut self.style));
            }
            "document-content" | "document" => self.documents += 1,
            "spreadsheet" => self.spreadsheet = true,
            "null-date" => {
                self.from_1904 |= tag.attribute("date-value").is_some_and(|day| day.starts_with("1904-01-01"))
            }
            "table" => {
                self.depth += 1;
                if self.depth == 1 {
                    let name =
                        tag.attribute("name").map_or_else(|| format!("Sheet{}", self.sheets.len() + 1), Into::into);
                    let hidden = tag.attribute("style-name").is_some_and(|style| self.hiding.contains(&*style));
                    self.sheets.push(Sheet { name, hidden });
                }
            }
            "table-row" => {
                let seen = tag.attribute("visibility");
                // The empty rows below a table are often one hidden element.
                self.hidden_rows |= seen.is_some_and(|seen| seen != "visible") && rows_of(tag) < 1_000;
            }
            _ => {}
        }
    }
}

/// For how many rows the tag of one stands.
fn rows_of(tag: &Tag<'_>) -> u32 {
    tag.number("number-rows-repeated").unwrap_or(1).max(1)
}

/// The rows of one sheet.
struct SheetRows<'a> {
    context: Context<'a>,
    events: XmlEvents<'a>,
    state: State,
    /// A row that stands for several, and how many of them are still to come.
    again: Option<(TableRow, u32)>,
}

impl Rows for SheetRows<'_> {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        if let Some((row, left)) = &mut self.again {
            row.row += 1;
            self.context.row_within(row.row)?;
            let row = row.clone();
            *left -= 1;
            if *left == 0 {
                self.again = None;
            }
            return Ok(Some(row));
        }
        let Self { context, events, state, again } = self;
        loop {
            match events.next(context, |part| state.take(part, context))? {
                Step::On => {}
                Step::Row(row, times) => {
                    *again = (times > 1).then(|| (row.clone(), times - 1));
                    return Ok(Some(row));
                }
                Step::End => return Ok(None),
            }
        }
    }
}

enum Step {
    On,
    Row(TableRow, u32),
    End,
}

/// Where in the sheet the reader stands.
#[derive(Default)]
struct State {
    /// The last row that was passed.
    row: u32,
    row_times: u32,
    column: u32,
    cell_times: u32,
    /// Rows that the cell stands in.
    cell_rows: u32,
    /// The value that an attribute gives; the paragraphs' text where none does.
    value: Option<String>,
    text: String,
    paragraphs: u32,
    in_paragraph: u32,
    /// Inside a note, a shape or a table in a cell: nothing of the cell's own.
    aside: u32,
    making: RowInMaking,
    covering: Covering,
}

impl State {
    fn take(&mut self, part: Part<'_>, context: &Context<'_>) -> Result<Step, ReadError> {
        match part {
            Part::Start(tag) if is_aside(tag.name()) => self.aside += 1,
            Part::End(name) if self.aside > 0 => self.aside -= u32::from(is_aside(name)),
            Part::Eof => return Ok(Step::End),
            _ if self.aside > 0 => {}
            Part::Start(tag) => self.open(tag, context),
            Part::Text(text) if self.in_paragraph > 0 => self.say(text, context)?,
            Part::Text(_) => {}
            Part::End("p" | "h") => self.in_paragraph = self.in_paragraph.saturating_sub(1),
            Part::End("table-cell" | "covered-table-cell") => self.close_cell(context)?,
            Part::End("table-row") => return self.close_row(context),
            Part::End("table") => return Ok(Step::End),
            Part::End(_) => {}
        }
        Ok(Step::On)
    }

    fn open(&mut self, tag: &Tag<'_>, context: &Context<'_>) {
        match tag.name() {
            "table-row" => {
                self.row_times = rows_of(tag);
                self.column = 0;
            }
            "table-cell" | "covered-table-cell" => {
                let [times, rows] = tag.numbers(["number-columns-repeated", "number-rows-spanned"]);
                (self.cell_times, self.cell_rows) = (times.unwrap_or(1).max(1), rows.unwrap_or(1));
                self.value = value_of(tag);
                self.text.clear();
                self.paragraphs = 0;
            }
            "p" | "h" => {
                if self.paragraphs > 0 {
                    self.text.push('\n');
                }
                self.paragraphs += 1;
                self.in_paragraph += 1;
            }
            "s" if self.in_paragraph > 0 => {
                let count = tag.number("c").unwrap_or(1).min(1_000);
                self.text.extend(std::iter::repeat_n(' ', count as usize));
            }
            "a" if self.in_paragraph > 0 => {
                if let Some(target) = tag.attribute("href") {
                    self.making.link(context, self.column.saturating_add(1), &target);
                }
            }
            "tab" if self.in_paragraph > 0 => self.text.push('\t'),
            "line-break" if self.in_paragraph > 0 => self.text.push('\n'),
            _ => {}
        }
    }

    fn say(&mut self, text: &str, context: &Context<'_>) -> Result<(), ReadError> {
        self.text.push_str(text);
        if self.text.len() <= context.limits.cell_chars * 4 {
            return Ok(());
        }
        context.cell_within(self.row.saturating_add(1), self.column.saturating_add(1), &self.text)
    }

    fn close_cell(&mut self, context: &Context<'_>) -> Result<(), ReadError> {
        let text = self.value.take().unwrap_or_else(|| std::mem::take(&mut self.text));
        let times = std::mem::take(&mut self.cell_times);
        if !text.trim().is_empty() {
            let row = self.row.saturating_add(1);
            let bottom = self.row.saturating_add(std::mem::take(&mut self.cell_rows));
            self.covering.begin(row, self.column.saturating_add(1), bottom, &text);
            // The first cell past the limit ends it: nothing is repeated a thousand times.
            for at in 1..=times {
                let column = self.column.saturating_add(at);
                self.making.put(context, self.row.saturating_add(1), column, &text)?;
            }
        }
        self.column = self.column.saturating_add(times);
        Ok(())
    }

    fn close_row(&mut self, context: &Context<'_>) -> Result<Step, ReadError> {
        let times = std::mem::take(&mut self.row_times).max(1);
        let first = self.row.saturating_add(1);
        self.row = self.row.saturating_add(times);
        if self.making.is_empty() {
            return Ok(Step::On);
        }
        context.row_within(self.row)?;
        let mut row = self.making.take(first);
        self.covering.pass(&mut row);
        Ok(Step::Row(row, times))
    }
}

/// Parts of a cell whose paragraphs are not the cell's, and whole branches that hold no cells.
fn is_aside(name: &str) -> bool {
    matches!(name, "annotation" | "shapes" | "frame" | "sub-table" | "forms" | "tracked-changes" | "dde-links")
}

fn value_of(tag: &Tag<'_>) -> Option<String> {
    match tag.attribute("value-type").as_deref() {
        Some("float" | "currency" | "percentage") => {
            let value = tag.attribute("value")?;
            Some(value.trim().parse().map_or_else(|_| value.to_string(), number_text))
        }
        Some("date") => tag.attribute("date-value").map(|value| iso_text(&value)),
        Some("boolean") => tag.attribute("boolean-value").map(|value| value.to_ascii_uppercase()),
        Some("string") => tag.attribute("string-value").map(Into::into),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
