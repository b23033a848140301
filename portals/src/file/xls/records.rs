//! Records: two bytes of kind, two of length, and so many bytes (MS-XLS 2.1.4).

/// One record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) body: &'a [u8],
    /// Where the record begins in the stream.
    pub(super) at: usize,
}

/// What goes on with a string or a list that is too long for one record (2.4.58).
pub(super) const CONTINUE: u16 = 0x003C;
/// Begins the workbook's part or a sheet's (2.4.21).
pub(super) const BOF: u16 = 0x0809;
/// Ends it (2.4.103).
pub(super) const EOF: u16 = 0x000A;

/// The records from a place on, to the end of the stream or to one that is cut off.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    pub(super) const fn new(stream: &'a [u8], at: usize) -> Self {
        Self { stream, at }
    }

    /// The body of the next record if it continues the one before.
    pub(super) fn continued(&mut self) -> Option<&'a [u8]> {
        let next = self.peek()?;
        if next.kind != CONTINUE {
            return None;
        }
        self.next().map(|record| record.body)
    }

    fn peek(&self) -> Option<Record<'a>> {
        let rest = self.stream.get(self.at..)?;
        let kind = u16_at(rest, 0)?;
        let length = usize::from(u16_at(rest, 2)?);
        Some(Record { kind, body: rest.get(4..4 + length)?, at: self.at })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let record = self.peek()?;
        self.at += 4 + record.body.len();
        Some(record)
    }
}

/// The records of one sheet: from behind its `BOF` to its `EOF`, charts and other parts inside it left out.
pub(super) fn sheet_records(stream: &[u8], start: usize) -> impl Iterator<Item = Record<'_>> {
    let mut depth = 0_u32;
    let mut records = Records::new(stream, start);
    std::iter::from_fn(move || {
        loop {
            let record = records.next()?;
            match record.kind {
                BOF => depth += 1,
                EOF if depth <= 1 => return None,
                EOF => depth -= 1,
                _ if depth <= 1 => return Some(record),
                _ => {}
            }
        }
    })
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

pub(super) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..at.checked_add(8)?)?.try_into().ok().map(f64::from_le_bytes)
}
