//! Tables of web pages, which many portals send under the name `.xls`.
//!
//! The tokens of a tolerant HTML tokenizer stream by. A page's tables are its sheets, in the order in which they begin; a table inside a
//! cell is a table of its own, and its text is not the cell's.

mod cells;

use std::cell::Cell;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::rc::Rc;

use encoding_rs::Encoding;
use html5gum::{DefaultEmitter, IoReader, Token, Tokenizer};

use super::text::{TextEncoding, Utf8Reader, encoding_of};
use super::xml::{Metered, TokenTooLong};
use super::{
    Book, Container, Context, Dialect, DialectChoice, Escape, LineEnd, Looked, Note, Opened, Rows, Sheet, TableRow,
};
use crate::{ReadError, ReadErrorCode};
use cells::{Cells, Step};

/// Tables that one page may have.
const TABLES: usize = 1_000;

/// Opens a page: it is read once to find its tables.
pub(super) fn open(looked: &Looked, context: &Context<'_>, choice: &DialectChoice) -> Result<Opened, ReadError> {
    let encoding = match choice.encoding {
        Some(chosen) => TextEncoding::chosen(chosen.encoding(), &looked.head),
        None => encoding_of_page(&looked.head, looked.head.len() as u64 >= looked.bytes),
    };
    let mut page = Page { path: looked.path.clone(), encoding, dialect: dialect(encoding), sheets: Vec::new() };
    let (filled, hidden_rows) = page.count(context)?;
    if !filled.contains(&true) {
        let what = if filled.is_empty() { "a web page without a table" } else { "a web page whose tables are empty" };
        return Err(context.error(ReadErrorCode::NotATable).value(what));
    }
    // Empty tables lay a page out: they keep their number, and are chosen by nobody.
    page.sheets =
        (1..).zip(filled).map(|(number, filled)| Sheet { name: format!("Table {number}"), hidden: !filled }).collect();
    let notes = page.dialect.notes().chain(hidden_rows.then_some(Note::HiddenRows)).collect();
    Ok(Opened::new(Container::Html, notes, page))
}

struct Page {
    path: PathBuf,
    encoding: TextEncoding,
    dialect: Dialect,
    sheets: Vec<Sheet>,
}

impl Page {
    fn tokens(&self, context: &Context<'_>) -> Result<Tokens, ReadError> {
        let mut file = File::open(&self.path).map_err(|error| context.io(&error))?;
        let skipped = std::io::copy(&mut (&mut file).take(self.encoding.bom as u64), &mut std::io::sink());
        skipped.map_err(|error| context.io(&error))?;
        Ok(Tokens::new(file, self.encoding.encoding, context))
    }

    /// For every table whether some cell of it holds something; and whether some row is hidden.
    fn count(&self, context: &Context<'_>) -> Result<(Vec<bool>, bool), ReadError> {
        let mut tokens = self.tokens(context)?;
        let mut tables = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut hidden_rows = false;
        while let Some(token) = tokens.next(context)? {
            match token {
                Token::StartTag(tag) if tag.name.as_slice() == b"table" => {
                    if tables.len() == TABLES {
                        return Err(context.error(ReadErrorCode::TooLarge).limit(TABLES as u64));
                    }
                    open.push(tables.len());
                    tables.push(false);
                }
                Token::StartTag(tag) if tag.name.as_slice() == b"tr" => hidden_rows |= cells::is_hidden(&tag),
                Token::EndTag(tag) if tag.name.as_slice() == b"table" => drop(open.pop()),
                Token::String(text) if !text.trim_ascii().is_empty() => {
                    if let Some(table) = open.last().and_then(|table| tables.get_mut(*table)) {
                        *table = true;
                    }
                }
                _ => {}
            }
        }
        Ok((tables, hidden_rows))
    }
}

impl Book for Page {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn dialect(&self) -> Option<&Dialect> {
        Some(&self.dialect)
    }

    fn rows<'a>(&'a mut self, context: Context<'a>) -> Result<Box<dyn Rows + 'a>, ReadError> {
        let place = self.sheets.iter().position(|sheet| Some(sheet.name.as_str()) == context.sheet);
        let place = place.ok_or_else(|| context.error(ReadErrorCode::NoSheet))?;
        let tokens = self.tokens(&context)?;
        Ok(Box::new(PageRows { context, tokens, cells: Cells::new(place), ended: false }))
    }
}

/// The rows of one table.
struct PageRows<'a> {
    context: Context<'a>,
    tokens: Tokens,
    cells: Cells,
    ended: bool,
}

impl Rows for PageRows<'_> {
    fn next_row(&mut self) -> Result<Option<TableRow>, ReadError> {
        while !self.ended {
            let step = match self.tokens.next(&self.context)? {
                Some(token) => self.cells.take(token, &self.context)?,
                None => Step::End(self.cells.finish(&self.context)?),
            };
            match step {
                Step::On => {}
                Step::Row(row) => return Ok(Some(row)),
                Step::End(last) => {
                    self.ended = true;
                    return Ok(last);
                }
            }
        }
        Ok(None)
    }
}

type Source = Metered<Utf8Reader<File>>;

/// The tokens of a page, of a bounded length.
struct Tokens {
    tokens: Tokenizer<IoReader<Source>, DefaultEmitter>,
    spent: Rc<Cell<u64>>,
    passed: u32,
}

impl Tokens {
    fn new(file: File, encoding: &'static Encoding, context: &Context<'_>) -> Self {
        /// Bytes that one token may take: scripts and styles are longer than cells.
        const TOKEN: u64 = 4 << 20;
        let spent = Rc::new(Cell::new(0));
        let most = (context.limits.cell_chars as u64 * 8).max(TOKEN);
        let source = Metered::new(Utf8Reader::new(file, encoding), &spent, most);
        let mut emitter = DefaultEmitter::default();
        // Scripts and styles are no text.
        emitter.naively_switch_states(true);
        Self { tokens: Tokenizer::new_with_emitter(IoReader::new(source), emitter), spent, passed: 0 }
    }

    fn next(&mut self, context: &Context<'_>) -> Result<Option<Token>, ReadError> {
        self.passed = self.passed.wrapping_add(1);
        if self.passed.is_multiple_of(4_096) {
            context.in_time()?;
        }
        self.spent.set(0);
        match self.tokens.next() {
            None => Ok(None),
            Some(Ok(token)) => Ok(Some(token)),
            Some(Err(error)) if error.get_ref().is_some_and(|inner| inner.is::<TokenTooLong>()) => {
                Err(context.error(ReadErrorCode::CellTooLong).limit(context.limits.cell_chars as u64))
            }
            Some(Err(error)) => Err(context.io(&error)),
        }
    }
}

/// What the page says of its encoding; otherwise what its bytes say.
fn encoding_of_page(head: &[u8], whole: bool) -> TextEncoding {
    let found = encoding_of(head, whole);
    if found.bom > 0 || !found.encoding.is_ascii_compatible() {
        return found;
    }
    let said = said_encoding(head).filter(|said| said.is_ascii_compatible());
    // Pages often claim what their program does not write: text that is valid UTF-8 by its bytes is UTF-8.
    let valid = found.encoding == encoding_rs::UTF_8 && !head.is_ascii();
    match said {
        Some(encoding) if !valid => TextEncoding { encoding, bom: 0 },
        _ => found,
    }
}

/// `<meta charset="…">`, or the same inside `content="text/html; charset=…"`.
fn said_encoding(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.get(..4_096).unwrap_or(head).to_ascii_lowercase();
    let at = head.windows(8).position(|window| window == b"charset=")?;
    let label = head.get(at + 8..)?;
    let label: Vec<u8> = label
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_:".contains(byte))
        .collect();
    Encoding::for_label(&label)
}

fn dialect(encoding: TextEncoding) -> Dialect {
    Dialect {
        encoding: encoding.encoding.name().to_owned(),
        bom: encoding.bom > 0,
        delimiter: None,
        quote: None,
        escape: Escape::Doubled,
        line_end: LineEnd::Lf,
        sep_line: false,
    }
}

#[cfg(test)]
mod tests;
