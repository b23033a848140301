//! XML that streams: one event at a time, of a bounded length, without a document type.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

use encoding_rs::{Encoding, UTF_8};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::Context;
use super::text::Utf8Reader;
use crate::{ReadError, ReadErrorCode};

/// What a reader of a table needs of an XML event. Names come without their prefix.
pub(super) enum Part<'a> {
    /// An element begins; an empty one ends at once with an `End` of its own.
    Start(&'a Tag<'a>),
    End(&'a str),
    Text(&'a str),
    Eof,
}

/// An opening tag.
pub(super) struct Tag<'a> {
    start: &'a BytesStart<'a>,
}

impl Tag<'_> {
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// An attribute by its name without prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut attributes = self.start.attributes();
        let attributes = attributes.with_checks(false).filter_map(Result::ok);
        let found = attributes.into_iter().find(|one| one.key.local_name().into_inner() == name)?;
        // A reference to an entity that only a document type could declare is left as it stands.
        let plain = found.normalized_value(XmlVersion::Implicit1_0).ok();
        Some(plain.unwrap_or(found.value))
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        let [number] = self.numbers([name]);
        number
    }

    /// Several numbers in one look at the attributes: every cell is asked for them.
    pub(super) fn numbers<const N: usize>(&self, names: [&str; N]) -> [Option<u32>; N] {
        let mut numbers = [None; N];
        let mut attributes = self.start.attributes();
        let attributes = attributes.with_checks(false).filter_map(Result::ok);
        attributes.for_each(|one| {
            let at = names.iter().position(|name| *name == one.key.local_name().into_inner());
            if let Some(number) = at.and_then(|at| numbers.get_mut(at)).filter(|number| number.is_none()) {
                *number = one.value.trim().parse().ok();
            }
        });
        numbers
    }
}

/// Streams the events of a document.
pub(super) struct XmlEvents<'r> {
    reader: Reader<BufReader<Metered<Box<dyn Read + 'r>>>>,
    buffer: Vec<u8>,
    spent: Rc<Cell<u64>>,
    events: u32,
    /// Whether a picture's bytes come next: in a flat OpenDocument file a text that is longer than any cell.
    in_picture: bool,
}

/// Bytes that one tag or one text may take beside those of the longest cell.
const TOKEN: u64 = 64 << 10;

impl<'r> XmlEvents<'r> {
    pub(super) fn new(source: impl Read + 'r, encoding: &'static Encoding, context: &Context<'_>) -> Self {
        let spent = Rc::new(Cell::new(0));
        let text: Box<dyn Read + 'r> = Box::new(Utf8Reader::new(source, encoding));
        let most = context.limits.cell_chars as u64 * 8 + TOKEN;
        let metered = Metered { source: text, spent: Rc::clone(&spent), most };
        let mut reader = Reader::from_reader(BufReader::new(metered));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self { reader, buffer: Vec::new(), spent, events: 0, in_picture: false }
    }

    pub(super) fn utf8(source: impl Read + 'r, context: &Context<'_>) -> Self {
        Self::new(source, UTF_8, context)
    }

    /// Gives the next part to `read`. Comments and instructions are passed over; a document type is refused: no spreadsheet program
    /// writes one, and its entities could grow without bound.
    pub(super) fn next<T>(
        &mut self,
        context: &Context<'_>,
        read: impl FnOnce(Part<'_>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        loop {
            self.events = self.events.wrapping_add(1);
            if self.events.is_multiple_of(4_096) {
                context.in_time()?;
            }
            if std::mem::take(&mut self.in_picture) {
                self.pass_text(context)?;
            }
            self.buffer.clear();
            self.spent.set(0);
            let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| failure(context, error))?;
            match event {
                Event::Start(start) | Event::Empty(start) => {
                    self.in_picture = start.local_name().into_inner() == "binary-data";
                    return read(Part::Start(&Tag { start: &start }));
                }
                Event::End(end) => return read(Part::End(end.local_name().into_inner())),
                Event::Text(text) => return read(Part::Text(&text.xml10_content())),
                Event::CData(text) => return read(Part::Text(&text.xml10_content())),
                Event::GeneralRef(reference) => {
                    let named = match &*reference {
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "amp" => Some('&'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => reference.resolve_char_ref().ok().flatten(),
                    };
                    return match named {
                        Some(char) => read(Part::Text(char.encode_utf8(&mut [0; 4]))),
                        None => read(Part::Text(&format!("&{};", &*reference))),
                    };
                }
                Event::DocType(_) => return Err(context.error(ReadErrorCode::DeclaresEntities)),
                Event::Eof => return read(Part::Eof),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }
}

impl XmlEvents<'_> {
    /// Goes to the next tag.
    fn pass_text(&mut self, context: &Context<'_>) -> Result<(), ReadError> {
        let source = self.reader.get_mut();
        loop {
            self.spent.set(0);
            context.in_time()?;
            let text = source.fill_buf().map_err(|error| failure(context, error.into()))?;
            let length = text.iter().position(|byte| *byte == b'<');
            let (passed, ended) = (length.unwrap_or(text.len()), length.is_some() || text.is_empty());
            source.consume(passed);
            if ended {
                return Ok(());
            }
        }
    }
}

fn failure(context: &Context<'_>, error: quick_xml::Error) -> ReadError {
    match error {
        quick_xml::Error::Io(io) if io.get_ref().is_some_and(|inner| inner.is::<TokenTooLong>()) => {
            context.error(ReadErrorCode::CellTooLong).limit(context.limits.cell_chars as u64)
        }
        quick_xml::Error::Io(io) => match io.get_ref().and_then(|inner| inner.downcast_ref::<PastBound>()) {
            Some(PastBound(most)) => context.error(ReadErrorCode::ZipBomb).limit(*most),
            None => context.damaged("a part of it cannot be unpacked").cause(&io),
        },
        other => context.damaged("its elements are not in order").cause(&other),
    }
}

/// Stops a part that unpacks to more bytes than it may.
pub(super) struct Bounded<R> {
    source: R,
    most: u64,
    total: u64,
}

impl<R> Bounded<R> {
    pub(super) const fn new(source: R, most: u64) -> Self {
        Self { source, most, total: 0 }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(out)?;
        self.total += count as u64;
        if self.total > self.most { Err(std::io::Error::other(PastBound(self.most))) } else { Ok(count) }
    }
}

#[derive(Debug)]
struct PastBound(u64);

impl std::fmt::Display for PastBound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "it unpacks to more than {} bytes", self.0)
    }
}

impl std::error::Error for PastBound {}

/// Stops a tag or a text that takes more bytes than any honest one.
pub(super) struct Metered<R> {
    source: R,
    spent: Rc<Cell<u64>>,
    most: u64,
}

impl<R> Metered<R> {
    /// `spent` is to be set to zero whenever a token ends.
    pub(super) fn new(source: R, spent: &Rc<Cell<u64>>, most: u64) -> Self {
        Self { source, spent: Rc::clone(spent), most }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.spent.get() > self.most {
            return Err(std::io::Error::other(TokenTooLong));
        }
        let count = self.source.read(out)?;
        self.spent.set(self.spent.get() + count as u64);
        Ok(count)
    }
}

/// What [`Metered`] ends with.
#[derive(Debug)]
pub(super) struct TokenTooLong;

impl std::fmt::Display for TokenTooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a token is too long")
    }
}

impl std::error::Error for TokenTooLong {}
