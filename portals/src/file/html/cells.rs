//! From a page's tokens to the rows of one of its tables: spans, line breaks, cells that are never closed.

use html5gum::{StartTag, Token};

use super::super::context::RowInMaking;
use super::super::merged::Covering;
use super::super::numbers::number_text;
use super::super::{Context, TableRow};
use crate::ReadError;

/// What a token led to.
pub(super) enum Step {
    On,
    Row(TableRow),
    /// The table has ended; perhaps its last row was not closed.
    End(Option<TableRow>),
}

/// Collects the cells of one table.
pub(super) struct Cells {
    wanted: usize,
    /// Tables that have begun so far.
    begun: usize,
    /// The tables that are open, the innermost last.
    open: Vec<usize>,
    row: u32,
    in_row: bool,
    column: u32,
    /// For each column how many rows below are still covered by a cell above.
    covered: Vec<u32>,
    covering: Covering,
    cell: Option<OpenCell>,
    making: RowInMaking,
}

struct OpenCell {
    text: String,
    across: u32,
    down: u32,
    /// White space that stands before the next letter, if one comes.
    pending: Option<char>,
    /// The number that a spreadsheet program kept beside what it shows (`x:num`).
    number: Option<f64>,
}

/// The bounds that HTML itself sets (4.9.11).
const MOST_ACROSS: u32 = 1_000;
const MOST_DOWN: u32 = 65_534;

impl Cells {
    pub(super) fn new(wanted: usize) -> Self {
        Self {
            wanted,
            begun: 0,
            open: Vec::new(),
            row: 0,
            in_row: false,
            column: 0,
            covered: Vec::new(),
            covering: Covering::default(),
            cell: None,
            making: RowInMaking::default(),
        }
    }

    pub(super) fn take(&mut self, token: Token, context: &Context<'_>) -> Result<Step, ReadError> {
        match token {
            Token::StartTag(tag) if tag.name.as_slice() == b"table" => {
                self.open.push(self.begun);
                self.begun += 1;
            }
            Token::EndTag(tag) if tag.name.as_slice() == b"table" => {
                let ends = self.is_in_table();
                self.open.pop();
                if ends {
                    return Ok(Step::End(self.finish(context)?));
                }
            }
            _ if !self.is_in_table() => {}
            Token::StartTag(tag) => return self.start(&tag, context),
            Token::EndTag(tag) => match tag.name.as_slice() {
                b"td" | b"th" => self.close_cell(context)?,
                b"tr" => return Ok(self.close_row(context)?.map_or(Step::On, Step::Row)),
                b"p" | b"div" | b"li" => self.break_line(),
                _ => {}
            },
            Token::String(text) => self.say(&text, context)?,
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
        Ok(Step::On)
    }

    fn is_in_table(&self) -> bool {
        self.open.last() == Some(&self.wanted)
    }

    fn start(&mut self, tag: &StartTag<()>, context: &Context<'_>) -> Result<Step, ReadError> {
        match tag.name.as_slice() {
            b"tr" => {
                let row = self.close_row(context)?;
                self.in_row = true;
                self.row = self.row.saturating_add(1);
                return Ok(row.map_or(Step::On, Step::Row));
            }
            b"td" | b"th" => {
                self.close_cell(context)?;
                if !self.in_row {
                    self.in_row = true;
                    self.row = self.row.saturating_add(1);
                }
                self.column = self.column.saturating_add(1);
                while self.covered.get(self.column as usize - 1).is_some_and(|rows| *rows > 0) {
                    self.column = self.column.saturating_add(1);
                }
                let across = number(tag, b"colspan").unwrap_or(1).clamp(1, MOST_ACROSS);
                // Nought rows are all that follow.
                let down =
                    number(tag, b"rowspan").map_or(1, |rows| if rows == 0 { MOST_DOWN } else { rows.min(MOST_DOWN) });
                let number = attribute(tag, b"x:num").and_then(|number| number.parse().ok());
                self.cell = Some(OpenCell { text: String::new(), across, down, pending: None, number });
            }
            b"a" if self.cell.is_some() => {
                if let Some(target) = attribute(tag, b"href") {
                    self.making.link(context, self.column, target);
                }
            }
            b"br" | b"p" | b"div" | b"li" => self.break_line(),
            _ => {}
        }
        Ok(Step::On)
    }

    fn break_line(&mut self) {
        if let Some(cell) = &mut self.cell {
            cell.pending = Some('\n');
        }
    }

    fn say(&mut self, text: &[u8], context: &Context<'_>) -> Result<(), ReadError> {
        let Some(cell) = &mut self.cell else { return Ok(()) };
        for char in String::from_utf8_lossy(text).chars() {
            if matches!(char, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                cell.pending = cell.pending.or(Some(' '));
                continue;
            }
            if let Some(space) = cell.pending.take().filter(|_| !cell.text.is_empty()) {
                cell.text.push(space);
            }
            cell.text.push(char);
        }
        if cell.text.len() > context.limits.cell_chars {
            context.cell_within(self.row, self.column, &cell.text)?;
        }
        Ok(())
    }

    fn close_cell(&mut self, context: &Context<'_>) -> Result<(), ReadError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let kept = cell.number.filter(|number| number.is_finite() && has_lost_digits(&cell.text)).map(number_text);
        let text = kept.as_deref().unwrap_or(&cell.text);
        self.making.put(context, self.row, self.column, text)?;
        let last = self.column.saturating_add(cell.across - 1);
        if cell.down > 1 {
            self.covering.begin(self.row, self.column, self.row.saturating_add(cell.down - 1), text);
            // Past the last column that may hold anything, nothing needs to be remembered.
            let end = (last as usize).min(context.limits.columns as usize + 1);
            let start = (self.column as usize - 1).min(end);
            if self.covered.len() < end {
                self.covered.resize(end, 0);
            }
            self.covered.iter_mut().take(end).skip(start).for_each(|rows| *rows = cell.down);
        }
        self.column = last;
        Ok(())
    }

    fn close_row(&mut self, context: &Context<'_>) -> Result<Option<TableRow>, ReadError> {
        self.close_cell(context)?;
        if !std::mem::take(&mut self.in_row) {
            return Ok(None);
        }
        self.column = 0;
        self.covered.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        context.row_within(self.row)?;
        if self.making.is_empty() {
            return Ok(None);
        }
        let mut row = self.making.take(self.row);
        self.covering.pass(&mut row);
        Ok(Some(row))
    }

    /// The row that was open when the table or the page ended.
    pub(super) fn finish(&mut self, context: &Context<'_>) -> Result<Option<TableRow>, ReadError> {
        self.close_row(context)
    }
}

fn attribute<'t>(tag: &'t StartTag<()>, name: &[u8]) -> Option<&'t str> {
    let value = tag.attributes.iter().find(|(key, _)| key.as_slice() == name)?.1;
    std::str::from_utf8(value.as_slice()).ok().map(str::trim)
}

fn number(tag: &StartTag<()>, name: &[u8]) -> Option<u32> {
    attribute(tag, name)?.parse().ok()
}

/// Whether a number is shown with some of its digits (`8,12E+10`) or, in a column that is too narrow, with none.
fn has_lost_digits(text: &str) -> bool {
    let is_number = |text: &str, marks: &str| {
        text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
            && text.chars().skip(1).all(|char| char.is_ascii_digit() || marks.contains(char))
    };
    let powers = text.split_once(['E', 'e']).and_then(|(digits, power)| Some((digits, power.strip_prefix('+')?)));
    let is_short = powers.is_some_and(|(digits, power)| is_number(digits, ",.") && is_number(power, ""));
    is_short || (!text.is_empty() && text.chars().all(|char| char == '#'))
}

/// Whether a row is hidden by its style.
pub(super) fn is_hidden(tag: &StartTag<()>) -> bool {
    let style =
        tag.attributes.iter().find(|(key, _)| key.as_slice() == b"style").map(|(_, value)| value.to_ascii_lowercase());
    let style = style.unwrap_or_default().into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
    style.windows(12).any(|window| window == b"display:none")
}
