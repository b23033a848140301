//! A packed workbook is unpacked once without keeping it, so that what the reader takes into memory later is known to be bounded.
//!
//! The reader itself (calamine) knows no bounds: it reserves room for as many shared strings as the file claims, and a text runs as long
//! as the file says. A zip's own figures can lie; only the bytes that come out are counted.

use std::fs::File;
use std::io::{BufReader, Read};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use memchr::memchr;
use zip::ZipArchive;
use zip::result::ZipError;

use super::beside::{MOST_BYTES, PartSaid, Said, kept_tags, wanted_bytes};
use super::{Context, Looked, xlsb::styles};
use crate::{Limits, ReadError, ReadErrorCode};

/// Parts beside the sheets and the shared strings: styles, relations, themes.
const OTHER_PART: u64 = 64 << 20;
/// The styles of a binary workbook. Excel has at most 65,490 of them, of some thirty bytes each.
const BINARY_STYLES: u64 = 8 << 20;
/// Where they stand.
const BINARY_STYLES_PATH: &str = "xl/styles.bin";
/// What an OpenDocument file says of its parts.
const MANIFEST: &str = "meta-inf/manifest.xml";
/// One cell with all the formatting of its letters.
const CELL_ELEMENT: u64 = 16 << 20;

/// What was learnt of a zip.
pub(super) struct Package {
    pub(super) kind: Packed,
    /// Whether some sheet hides rows. Not looked for in an OpenDocument file.
    pub(super) hidden_rows: bool,
    /// What is said of cells beside them. Not looked for in an OpenDocument file.
    pub(super) said: Vec<PartSaid>,
}

/// Says what a zip holds, and checks that a workbook in it stays within the limits.
pub(super) fn check(looked: &Looked, context: &Context<'_>) -> Result<Package, ReadError> {
    let mut zip = archive(looked, context)?;
    let kind = kind_of(&zip);
    let mut package = Package { kind, hidden_rows: false, said: Vec::new() };
    match kind {
        Packed::Xlsx | Packed::Xlsb | Packed::Ods => {}
        Packed::Numbers => return Err(context.error(ReadErrorCode::Unsupported).value(kind.words())),
        Packed::Other | Packed::Word | Packed::Slides => return Ok(package),
    }
    let parts = Parts {
        kind,
        order: manifest_first(&zip).collect(),
        next: AtomicUsize::new(0),
        unpacked: Unpacked::new(looked, context),
        said: Mutex::default(),
        context,
    };
    // Unpacking is most of the work, and the parts of a workbook can be unpacked beside each other.
    let (own, other) = thread::scope(|scope| {
        let other = scope.spawn(|| parts.check(&mut archive(looked, context).map_err(|error| (usize::MAX, error))?));
        (parts.check(&mut zip), other.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    // The first part that is not as it should be is told, whoever met it.
    let (own, other) = match (own, other) {
        (Ok(own), Ok(other)) => (own, other),
        (Err((at, error)), Err((other_at, _))) if at < other_at => return Err(error),
        (_, Err((_, error))) | (Err((_, error)), _) => return Err(error),
    };
    package.hidden_rows = own || other;
    package.said = parts.said.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(package)
}

/// The parts of a workbook while they are checked, each by whoever is free.
struct Parts<'a> {
    kind: Packed,
    order: Vec<usize>,
    /// The place in that order of the part that nobody has taken yet.
    next: AtomicUsize,
    unpacked: Unpacked<'a>,
    said: Mutex<Vec<PartSaid>>,
    context: &'a Context<'a>,
}

impl Parts<'_> {
    /// Checks parts until none is left, and says whether one of them hides rows; else which was not as it should be.
    fn check(&self, zip: &mut ZipArchive<BufReader<File>>) -> Result<bool, (usize, ReadError)> {
        let mut hides_rows = false;
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(index) = self.order.get(at) else { return Ok(hides_rows) };
            let checked = self.check_part(zip, *index);
            hides_rows |= checked.map_err(|error| {
                self.next.store(self.order.len(), Ordering::Relaxed);
                (at, error)
            })?;
        }
    }

    fn check_part(&self, zip: &mut ZipArchive<BufReader<File>>, index: usize) -> Result<bool, ReadError> {
        let context = self.context;
        let mut part = zip.by_index(index).map_err(|error| zip_failure(context, &error))?;
        let path = tidy_path(part.name_raw());
        let Some(bound) = bound_of(self.kind, &path, context.limits) else { return Ok(false) };
        let mut scan = Scan::of(self.kind, &path, context.limits);
        let mut size = 0;
        let read = each_chunk(&mut part, &mut |chunk| {
            size += chunk.len() as u64;
            self.unpacked.add(chunk.len() as u64)?;
            if size > bound {
                return Err(context.error(ReadErrorCode::ZipBomb).limit(bound));
            }
            scan.feed(chunk, context)
        });
        read.map_err(|failure| {
            failure.unwrap_or_else(|| context.damaged(format!("its part {path} cannot be unpacked")))
        })?;
        scan.finish(&path, context)?;
        let hides_rows = scan.hides_rows();
        let told = scan.told();
        if !told.said.is_empty() {
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            let bytes: usize = said.iter().flat_map(|(_, said)| said).map(Said::bytes).sum();
            if bytes + told.bytes <= MOST_BYTES {
                said.push((path, told.said));
            }
        }
        Ok(hides_rows)
    }
}

/// The parts in their order, but for an OpenDocument's manifest: it says whether the others can be read at all.
fn manifest_first(zip: &ZipArchive<BufReader<File>>) -> impl Iterator<Item = usize> + use<> {
    let is_manifest = |at: &usize| {
        zip.name_for_index(*at).and_then(Result::ok).is_some_and(|name| tidy_path(name.as_bytes()) == MANIFEST)
    };
    let manifest = (0..zip.len()).find(is_manifest);
    manifest.into_iter().chain((0..zip.len()).filter(move |at| Some(*at) != manifest))
}

/// Opens a zip and counts its entries.
pub(super) fn archive(looked: &Looked, context: &Context<'_>) -> Result<ZipArchive<BufReader<File>>, ReadError> {
    let file = File::open(&looked.path).map_err(|error| context.io(&error))?;
    let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| zip_failure(context, &error))?;
    let most = context.limits.entries;
    if zip.len() > most as usize {
        return Err(context.error(ReadErrorCode::ZipBomb).limit(most.into()));
    }
    Ok(zip)
}

/// How many bytes a zip of a size may unpack to.
pub(super) fn most_unpacked(packed: u64, limits: &Limits) -> u64 {
    packed.saturating_mul(limits.inflate_ratio).max(limits.inflate_floor).min(limits.inflated_bytes)
}

/// Counts the bytes that come out of a zip, and stops a bomb.
pub(super) struct Unpacked<'a> {
    pub(super) context: &'a Context<'a>,
    most: u64,
    total: AtomicU64,
}

impl<'a> Unpacked<'a> {
    pub(super) fn new(looked: &Looked, context: &'a Context<'a>) -> Self {
        Self { context, most: most_unpacked(looked.bytes, context.limits), total: AtomicU64::new(0) }
    }

    pub(super) fn add(&self, bytes: u64) -> Result<(), ReadError> {
        let before = self.total.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.most {
            return Err(self.context.error(ReadErrorCode::ZipBomb).limit(self.most));
        }
        self.context.in_time()
    }
}

/// A part's name as the readers look for it.
pub(super) fn tidy_path(name: &[u8]) -> String {
    String::from_utf8_lossy(name).replace('\\', "/").to_ascii_lowercase()
}

/// How many bytes a part may unpack to; none for a part that nobody reads.
fn bound_of(kind: Packed, path: &str, limits: &Limits) -> Option<u64> {
    let xml = path.ends_with(".xml") || path.ends_with(".rels");
    match kind {
        Packed::Xlsb if path.ends_with("/sharedstrings.bin") => Some(limits.shared_strings_bytes),
        Packed::Xlsb if path.contains("/worksheets/") => Some(limits.inflated_bytes),
        Packed::Xlsb if path == BINARY_STYLES_PATH => Some(BINARY_STYLES),
        Packed::Xlsb if path == "xl/workbook.bin" || xml => Some(OTHER_PART),
        Packed::Xlsx if path.ends_with("/sharedstrings.xml") => Some(limits.shared_strings_bytes),
        Packed::Xlsx if path.contains("/worksheets/") && xml => Some(limits.inflated_bytes),
        Packed::Xlsx if xml => Some(OTHER_PART),
        // Its reader counts `content.xml` itself, and holds none of it.
        Packed::Ods if path == MANIFEST => Some(OTHER_PART),
        _ => None,
    }
}

/// `Err(None)` is a part that cannot be unpacked.
fn each_chunk(
    part: &mut impl Read,
    each: &mut dyn FnMut(&[u8]) -> Result<(), ReadError>,
) -> Result<(), Option<ReadError>> {
    let mut chunk = vec![0; 64 << 10];
    loop {
        let count = part.read(&mut chunk).map_err(|_| None)?;
        if count == 0 {
            return Ok(());
        }
        each(&chunk[..count]).map_err(Some)?;
    }
}

/// What a zip holds, the more telling later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Packed {
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

    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Xlsx | Self::Xlsb => "an Excel workbook",
            Self::Ods => "an OpenDocument file",
            Self::Numbers => "an Apple Numbers file",
            Self::Word => "a Word document",
            Self::Slides => "a presentation",
            Self::Other => "a compressed file (zip)",
        }
    }
}

fn kind_of(zip: &ZipArchive<BufReader<File>>) -> Packed {
    let names = zip.file_names().filter_map(Result::ok).map(|part| tidy_path(part.as_bytes()));
    names.fold(Packed::Other, |known, part| known.max(Packed::of(&part)))
}

pub(super) fn zip_failure(context: &Context<'_>, error: &ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(text) if text.to_ascii_lowercase().contains("password") => {
            context.error(ReadErrorCode::EncryptedArchive)
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            context.error(ReadErrorCode::Unsupported).value("compressed in an unusual way")
        }
        other => context.damaged("what it is packed in is damaged").cause(other),
    }
}

/// Follows a part as it streams by.
enum Scan {
    Xml(XmlScan),
    Records(RecordScan),
    /// The styles of a binary workbook so far, and the longest record that they may have.
    Styles(Vec<u8>, u64),
}

impl Scan {
    fn of(kind: Packed, path: &str, limits: &Limits) -> Self {
        let xml = path.ends_with(".xml") || path.ends_with(".rels");
        if kind == Packed::Xlsb && path == BINARY_STYLES_PATH {
            Self::Styles(Vec::new(), longest_record(limits))
        } else if kind == Packed::Xlsb && !xml {
            Self::Records(RecordScan::new(limits))
        } else {
            let sheets_end = if kind == Packed::Xlsb { ".bin" } else { ".xml" };
            let keeps: &'static [&'static [u8]] = if kind == Packed::Ods { &[] } else { kept_tags(path) };
            Self::Xml(XmlScan { keeps, ..XmlScan::new((limits.cell_chars as u64) * 8 + (64 << 10), sheets_end) })
        }
    }

    fn feed(&mut self, chunk: &[u8], context: &Context<'_>) -> Result<(), ReadError> {
        match self {
            Self::Xml(scan) => {
                scan.feed(chunk);
                scan.verdict(context)
            }
            Self::Records(scan) => scan.feed(chunk, context),
            Self::Styles(styles, _) => {
                styles.extend_from_slice(chunk);
                Ok(())
            }
        }
    }

    fn finish(&self, path: &str, context: &Context<'_>) -> Result<(), ReadError> {
        match self {
            Self::Xml(scan) if scan.encrypted => Err(context.error(ReadErrorCode::Encrypted)),
            Self::Xml(scan) => scan.claims(path, context),
            Self::Records(_) => Ok(()),
            Self::Styles(styles, longest) => match styles::longest_record(styles) {
                length if length > *longest => Err(claims(context, length)),
                _ => Ok(()),
            },
        }
    }

    const fn hides_rows(&self) -> bool {
        match self {
            Self::Xml(scan) => scan.hides_rows,
            Self::Records(scan) => scan.hides_rows,
            Self::Styles(..) => false,
        }
    }

    fn told(self) -> Told {
        match self {
            Self::Xml(scan) => scan.told,
            Self::Records(scan) => scan.told,
            Self::Styles(..) => Told::default(),
        }
    }
}

/// What a part says of cells, within bounds.
#[derive(Default)]
struct Told {
    said: Vec<Said>,
    bytes: usize,
}

impl Told {
    fn add(&mut self, said: Option<Said>) {
        if let Some(said) = said
            && self.bytes + said.bytes() <= MOST_BYTES
        {
            self.bytes += said.bytes();
            self.said.push(said);
        }
    }
}

/// Follows the records of a binary workbook's part: the reader makes room for as many bytes as a record claims.
///
/// A record (MS-XLSB 2.1.4) is a kind in one or two bytes, a length in up to four, seven bits each, and so many bytes.
struct RecordScan {
    longest: u64,
    head: Vec<u8>,
    /// Bytes of the record that are still to come.
    left: u64,
    hides_rows: bool,
    /// The kind of the record that is read, how many of its bytes are wanted, and those that are there.
    kind: u16,
    wanted: usize,
    body: Vec<u8>,
    told: Told,
}

impl RecordScan {
    fn new(limits: &Limits) -> Self {
        Self {
            longest: longest_record(limits),
            head: Vec::with_capacity(6),
            left: 0,
            hides_rows: false,
            kind: 0,
            wanted: 0,
            body: Vec::new(),
            told: Told::default(),
        }
    }

    fn feed(&mut self, chunk: &[u8], context: &Context<'_>) -> Result<(), ReadError> {
        let mut rest = chunk;
        while let Some((first, after)) = rest.split_first() {
            if self.left > 0 {
                let count = usize::try_from(self.left).unwrap_or(usize::MAX).min(rest.len());
                let (body, after) = rest.split_at(count);
                self.look(body);
                self.left -= count as u64;
                rest = after;
                continue;
            }
            self.head.push(*first);
            rest = after;
            if let Some((kind, length)) = record_head(&self.head) {
                if length > self.longest {
                    return Err(claims(context, length));
                }
                self.head.clear();
                self.left = length;
                self.kind = kind;
                let wanted = if kind == ROW { ROW_FLAGS + 1 } else { wanted_bytes(kind) };
                self.wanted = wanted.min(usize::try_from(length).unwrap_or(usize::MAX));
                self.body.clear();
            }
        }
        Ok(())
    }

    /// Takes what comes next of a record, as far as it is wanted.
    fn look(&mut self, body: &[u8]) {
        let missing = self.wanted - self.body.len();
        if missing == 0 {
            return;
        }
        self.body.extend(body.iter().take(missing));
        if self.body.len() < self.wanted {
            return;
        }
        if self.kind == ROW {
            self.hides_rows |= self.body.get(ROW_FLAGS).is_some_and(|flags| flags & 0x10 != 0);
        } else {
            self.told.add(Said::of_record(self.kind, &self.body));
        }
    }
}

/// `BrtRowHdr` (MS-XLSB 2.4.718): row, style, height, then flags of which bit 4 hides it.
const ROW: u16 = 0;
const ROW_FLAGS: usize = 11;

/// How many bytes a record of a binary workbook may claim.
const fn longest_record(limits: &Limits) -> u64 {
    (limits.cell_chars as u64) * 8 + (1 << 20)
}

fn claims(context: &Context<'_>, length: u64) -> ReadError {
    context.damaged(format!("one of its records claims {length} bytes"))
}

/// The kind and the length, once all their bytes are there.
fn record_head(head: &[u8]) -> Option<(u16, u64)> {
    let first = *head.first()?;
    let (kind, used) = if first & 0x80 == 0 {
        (u16::from(first), 1)
    } else {
        (u16::from(first & 0x7F) | u16::from(*head.get(1)? & 0x7F) << 7, 2)
    };
    let mut length = 0_u64;
    for at in 0..4 {
        let byte = *head.get(used + at)?;
        length |= u64::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((kind, length));
        }
    }
    Some((kind, length))
}

/// Follows the tags of an XML part as it streams by.
struct XmlScan {
    total: u64,
    longest_token: u64,
    /// How the names of parts end that hold sheets; all others are not looked at here.
    sheets_end: &'static str,
    state: State,
    token: u64,
    /// Bytes since the cell's (or shared string's) opening tag; none outside.
    cell: Option<u64>,
    /// The tag's beginning: enough for a name and `sst`'s attributes.
    tag: Vec<u8>,
    text: Vec<u8>,
    claimed_strings: u64,
    /// Rows of a sheet, those without a cell too: the reader passes over all of them in one go.
    rows: u64,
    wide: bool,
    too_long: bool,
    /// A sheet is said to lie in a part of another kind by its name, and so was not looked at here.
    strange_sheet: bool,
    /// It declares a document type: entities of its own.
    declares: bool,
    hides_rows: bool,
    /// An OpenDocument manifest says that its parts are encrypted.
    encrypted: bool,
    /// The names of the tags that say something of cells.
    keeps: &'static [&'static [u8]],
    told: Told,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Tag,
}

impl XmlScan {
    fn new(longest_token: u64, sheets_end: &'static str) -> Self {
        Self {
            total: 0,
            longest_token,
            sheets_end,
            state: State::Text,
            token: 0,
            cell: None,
            tag: Vec::with_capacity(TAG),
            text: Vec::with_capacity(TEXT),
            claimed_strings: 0,
            rows: 0,
            wide: false,
            too_long: false,
            strange_sheet: false,
            declares: false,
            hides_rows: false,
            encrypted: false,
            keeps: &[],
            told: Told::default(),
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
        while let Some(at) = memchr(if self.state == State::Text { b'<' } else { b'>' }, rest) {
            let (token, after) = rest.split_at(at);
            rest = after.get(1..).unwrap_or_default();
            self.end(token);
        }
        self.take(rest);
    }

    /// Ends a tag or a text with its last bytes, nearly always all of them.
    fn end(&mut self, last: &[u8]) {
        let whole = self.token == 0;
        if whole {
            self.token = last.len() as u64;
        } else {
            self.take(last);
        }
        self.measure();
        self.token = 0;
        if self.state == State::Text {
            self.state = State::Tag;
            self.tag.clear();
            return;
        }
        self.state = State::Text;
        if !self.too_long {
            self.text.clear();
        }
        if whole {
            self.close_tag(last.get(..TAG).unwrap_or(last));
        } else {
            let tag = std::mem::take(&mut self.tag);
            self.close_tag(&tag);
            self.tag = tag;
        }
    }

    /// Takes the beginning of a tag or a text whose end has not come yet, or what comes next of it.
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

    fn close_tag(&mut self, tag: &[u8]) {
        if tag.starts_with(b"!DOCTYPE") {
            self.declares = true;
            return;
        }
        let closing = tag.first() == Some(&b'/');
        let name = tag.strip_prefix(b"/").unwrap_or(tag);
        let end = name.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(name.len());
        let local = name[..end].rsplit(|byte| *byte == b':').next().unwrap_or_default();
        if !closing && self.keeps.contains(&local) {
            self.told.add(Said::of_tag(local, &String::from_utf8_lossy(tag)));
        }
        match local {
            b"c" | b"si" => self.cell = (!closing).then_some(0),
            b"row" => {
                self.cell = None;
                self.rows += u64::from(!closing);
                self.hides_rows |= !closing && is_hidden(tag);
            }
            b"encryption-data" => self.encrypted = true,
            b"sst" if !closing => self.claimed_strings = self.claimed_strings.max(unique_count(tag)),
            b"Relationship" if !closing => self.strange_sheet |= is_strange_sheet(tag, self.sheets_end),
            _ => {}
        }
    }

    fn verdict(&self, context: &Context<'_>) -> Result<(), ReadError> {
        if self.declares {
            return Err(context.error(ReadErrorCode::DeclaresEntities));
        }
        if self.too_long || self.token > self.longest_token {
            let error = context.error(ReadErrorCode::CellTooLong).limit(context.limits.cell_chars as u64);
            return Err(error.value(String::from_utf8_lossy(&self.text)));
        }
        if self.rows > context.limits.rows.into() {
            return Err(context.error(ReadErrorCode::TooManyRows).limit(context.limits.rows.into()));
        }
        for (wrong, why) in
            [(self.wide, "its parts are not in UTF-8"), (self.strange_sheet, "a sheet lies in a part of another kind")]
        {
            if wrong {
                return Err(context.damaged(why));
            }
        }
        Ok(())
    }

    /// The reader makes room for as many shared strings as the part claims: each takes at least the five bytes of `<si/>`.
    fn claims(&self, path: &str, context: &Context<'_>) -> Result<(), ReadError> {
        if self.claimed_strings <= self.total / 5 {
            return Ok(());
        }
        let claimed = self.claimed_strings;
        Err(context.damaged(format!("{path} claims {claimed} texts and does not hold them")))
    }
}

/// The longest address of a link, every character of it escaped, stays below.
const TAG: usize = 16 << 10;
const TEXT: usize = 240;

/// Whether a `row` tag says `hidden="1"`.
fn is_hidden(tag: &[u8]) -> bool {
    let tag = String::from_utf8_lossy(tag);
    let value = tag.split_once("hidden=").map(|(_, rest)| rest.trim_start_matches(['"', '\'']));
    value.is_some_and(|value| value.starts_with('1') || value.starts_with("true"))
}

/// Whether a relationship leads from the workbook to a sheet whose name does not end as it should, or is too long to tell.
fn is_strange_sheet(tag: &[u8], sheets_end: &str) -> bool {
    let tag = String::from_utf8_lossy(tag).to_ascii_lowercase();
    let is_sheet = tag.contains("sheet\"") || tag.contains("sheet'");
    let ends_well = ['"', '\''].iter().any(|quote| tag.contains(&format!("{sheets_end}{quote}")));
    tag.len() >= TAG || (is_sheet && !ends_well)
}

fn unique_count(tag: &[u8]) -> u64 {
    let tag = String::from_utf8_lossy(tag);
    let Some((_, rest)) = tag.split_once("uniqueCount") else { return 0 };
    let digits: String =
        rest.chars().skip_while(|char| !char.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stop;

    #[test]
    fn records_say_of_cells_what_they_say_wherever_their_bytes_are_parted() {
        let area: Vec<u8> = [1_u32, 2, 0, 0].iter().flat_map(|end| end.to_le_bytes()).collect();
        let merged = [vec![0xB0, 0x01, 16], area].concat();
        let hidden = [vec![0, 17], vec![0; 11], vec![0x10, 0, 0, 0, 0, 0]].concat();
        let part = [merged, vec![0x91, 0x01, 0], hidden].concat();
        let (limits, stop) = (Limits::default(), Stop::default());
        let context = Context::new("x.xlsb", &limits, &stop);
        for step in [1, 2, 7, part.len()] {
            let mut scan = RecordScan::new(&limits);
            part.chunks(step).for_each(|chunk| scan.feed(chunk, &context).unwrap());
            assert!(scan.hides_rows);
            let expected = Said::of_tag(b"mergeCell", "mergeCell ref=\"A2:A3\"");
            assert_eq!(scan.told.said, [expected.unwrap()], "{step}");
        }
    }
}
