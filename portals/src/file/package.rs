//! A packed workbook is unpacked once without keeping it, so that what the reader takes into memory later is known to be bounded.
//!
//! The reader itself (calamine) knows no bounds: it reserves room for as many shared strings as the file claims, and a text runs as long
//! as the file says. A zip's own figures can lie; only the bytes that come out are counted.

use std::fs::File;
use std::io::{BufReader, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Limits, ReadError, ReadErrorCode};

/// Parts beside the sheets and the shared strings: styles, relations, themes.
const OTHER_PART: u64 = 64 << 20;
/// More parts than any workbook has.
const PARTS: usize = 20_000;
/// One cell with all the formatting of its letters.
const CELL_ELEMENT: u64 = 16 << 20;

/// Checks that a zip is an Excel workbook and stays within the limits.
pub(super) fn check(file: File, name: &str, limits: &Limits) -> Result<(), ReadError> {
    let damaged = |error: ZipError| zip_failure(name, &error);
    let packed = file.metadata().map(|metadata| metadata.len()).unwrap_or_default().max(1);
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if zip.len() > PARTS {
        return Err(ReadError::new(ReadErrorCode::ZipBomb, name).limit(PARTS as u64));
    }
    is_workbook(&zip, name)?;
    let mut total = 0_u64;
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).map_err(damaged)?;
        let path = String::from_utf8_lossy(part.name_raw()).replace('\\', "/").to_ascii_lowercase();
        if !(path.ends_with(".xml") || path.ends_with(".rels")) {
            continue;
        }
        let bound = if path.ends_with("/sharedstrings.xml") {
            limits.shared_strings_bytes
        } else if path.contains("/worksheets/") {
            limits.inflated_bytes
        } else {
            OTHER_PART
        };
        let mut scan = Scan::new((limits.cell_chars as u64) * 8 + (64 << 10));
        unpack(&mut part, &mut |chunk| {
            total += chunk.len() as u64;
            scan.feed(chunk);
            let bomb = total > limits.inflate_floor && total / packed > limits.inflate_ratio;
            if bomb || total > limits.inflated_bytes || scan.total > bound {
                return Err(ReadError::new(ReadErrorCode::ZipBomb, name).limit(limits.inflated_bytes.min(bound)));
            }
            scan.verdict(name, limits)
        })
        .map_err(|failure| {
            failure.unwrap_or_else(|| {
                ReadError::new(ReadErrorCode::Truncated, name).value(format!("its part {path} cannot be unpacked"))
            })
        })?;
        scan.claims(name, &path)?;
    }
    Ok(())
}

/// `Err(None)` is a part that cannot be unpacked.
fn unpack(part: &mut impl Read, each: &mut dyn FnMut(&[u8]) -> Result<(), ReadError>) -> Result<(), Option<ReadError>> {
    let mut chunk = vec![0; 64 << 10];
    loop {
        let count = part.read(&mut chunk).map_err(|_| None)?;
        if count == 0 {
            return Ok(());
        }
        each(&chunk[..count]).map_err(Some)?;
    }
}

fn is_workbook(zip: &ZipArchive<BufReader<File>>, name: &str) -> Result<(), ReadError> {
    let names = zip.file_names().filter_map(Result::ok).map(|part| part.replace('\\', "/").to_ascii_lowercase());
    let unsupported = |what: &str| Err(ReadError::new(ReadErrorCode::Unsupported, name).value(what));
    let foreign = |what: &str| Err(ReadError::new(ReadErrorCode::NotATable, name).value(what));
    let what = names.fold(Packed::Other, |known, part| known.max(Packed::of(part.as_str())));
    match what {
        Packed::Xlsx => Ok(()),
        Packed::Xlsb => unsupported("a binary Excel workbook (.xlsb)"),
        Packed::Ods => unsupported("an OpenDocument file (.ods)"),
        Packed::Numbers => unsupported("an Apple Numbers file"),
        Packed::Word => foreign("a Word document"),
        Packed::Slides => foreign("a presentation"),
        Packed::Other => foreign("a compressed file (zip)"),
    }
}

/// What a zip holds, the more telling later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Packed {
    Other,
    Numbers,
    Slides,
    Word,
    Ods,
    Xlsx,
    Xlsb,
}

impl Packed {
    fn of(part: &str) -> Self {
        match part {
            "xl/workbook.bin" => Self::Xlsb,
            "content.xml" => Self::Ods,
            _ if part.starts_with("xl/") && part.ends_with(".xml") => Self::Xlsx,
            _ if part.starts_with("word/") => Self::Word,
            _ if part.starts_with("ppt/") => Self::Slides,
            _ if part.ends_with(".iwa") => Self::Numbers,
            _ => Self::Other,
        }
    }
}

fn zip_failure(name: &str, error: &ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(text) if text.to_ascii_lowercase().contains("password") => {
            ReadError::new(ReadErrorCode::Encrypted, name)
        }
        other => ReadError::new(ReadErrorCode::Truncated, name).value(other.to_string()),
    }
}

/// Follows the tags of an XML part as it streams by.
struct Scan {
    total: u64,
    longest_token: u64,
    state: State,
    token: u64,
    /// Bytes since the cell's (or shared string's) opening tag; none outside.
    cell: Option<u64>,
    /// The tag's beginning: enough for a name and `sst`'s attributes.
    tag: Vec<u8>,
    text: Vec<u8>,
    claimed_strings: u64,
    wide: bool,
    too_long: bool,
    /// A sheet is said to lie in a part that is not XML by its name, and so was not looked at here.
    strange_sheet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Tag,
}

impl Scan {
    fn new(longest_token: u64) -> Self {
        Self {
            total: 0,
            longest_token,
            state: State::Text,
            token: 0,
            cell: None,
            tag: Vec::with_capacity(TAG),
            text: Vec::with_capacity(TEXT),
            claimed_strings: 0,
            wide: false,
            too_long: false,
            strange_sheet: false,
        }
    }

    fn feed(&mut self, chunk: &[u8]) {
        if self.total == 0 {
            self.wide = chunk.starts_with(b"\xFF\xFE")
                || chunk.starts_with(b"\xFE\xFF")
                || chunk.get(..4).is_some_and(|four| four.contains(&0));
        }
        self.total += chunk.len() as u64;
        let mut rest = chunk;
        loop {
            let end = if self.state == State::Text { b'<' } else { b'>' };
            let Some(at) = rest.iter().position(|byte| *byte == end) else {
                self.take(rest);
                return;
            };
            let (token, after) = rest.split_at(at);
            self.take(token);
            rest = after.get(1..).unwrap_or_default();
            if self.state == State::Text {
                self.enter(State::Tag);
            } else {
                self.close_tag();
                self.enter(State::Text);
            }
        }
    }

    fn enter(&mut self, state: State) {
        self.measure();
        self.state = state;
        self.token = 0;
        match state {
            State::Tag => self.tag.clear(),
            State::Text => self.text.clear(),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.token += bytes.len() as u64;
        let (kept, most) = if self.state == State::Tag { (&mut self.tag, TAG) } else { (&mut self.text, TEXT) };
        kept.extend_from_slice(bytes.get(..most - kept.len().min(most)).unwrap_or(bytes));
    }

    fn measure(&mut self) {
        self.too_long |= self.token > self.longest_token;
        if let Some(cell) = &mut self.cell {
            *cell += self.token;
            self.too_long |= *cell > CELL_ELEMENT;
        }
    }

    fn close_tag(&mut self) {
        let closing = self.tag.first() == Some(&b'/');
        let name = self.tag.strip_prefix(b"/").unwrap_or(&self.tag);
        let end = name.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(name.len());
        let local = name[..end].rsplit(|byte| *byte == b':').next().unwrap_or_default();
        match local {
            b"c" | b"si" => self.cell = (!closing).then_some(0),
            b"row" => self.cell = None,
            b"sst" if !closing => self.claimed_strings = self.claimed_strings.max(unique_count(&self.tag)),
            b"Relationship" if !closing => self.strange_sheet |= is_strange_sheet(&self.tag),
            _ => {}
        }
    }

    fn verdict(&self, name: &str, limits: &Limits) -> Result<(), ReadError> {
        if self.too_long || self.token > self.longest_token {
            let error = ReadError::new(ReadErrorCode::CellTooLong, name).limit(limits.cell_chars as u64);
            return Err(error.value(String::from_utf8_lossy(&self.text)));
        }
        for (wrong, why) in
            [(self.wide, "its parts are not in UTF-8"), (self.strange_sheet, "a sheet lies in a part that is no XML")]
        {
            if wrong {
                return Err(ReadError::new(ReadErrorCode::Truncated, name).value(why));
            }
        }
        Ok(())
    }

    /// The reader makes room for as many shared strings as the part claims: each takes at least the five bytes of `<si/>`.
    fn claims(&self, name: &str, path: &str) -> Result<(), ReadError> {
        if self.claimed_strings <= self.total / 5 {
            return Ok(());
        }
        let why = format!("{path} claims {} texts and does not hold them", self.claimed_strings);
        Err(ReadError::new(ReadErrorCode::Truncated, name).value(why))
    }
}

const TAG: usize = 512;
const TEXT: usize = 240;

/// Whether a relationship leads from the workbook to a sheet whose name does not end in `.xml`, or is too long to tell.
fn is_strange_sheet(tag: &[u8]) -> bool {
    let tag = String::from_utf8_lossy(tag).to_ascii_lowercase();
    tag.len() >= TAG
        || ((tag.contains("sheet\"") || tag.contains("sheet'")) && !tag.contains(".xml\"") && !tag.contains(".xml'"))
}

fn unique_count(tag: &[u8]) -> u64 {
    let tag = String::from_utf8_lossy(tag);
    let Some((_, rest)) = tag.split_once("uniqueCount") else { return 0 };
    let digits: String =
        rest.chars().skip_while(|char| !char.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}
