//! What is said of the workbook as a whole: its version, sheets, shared strings, number formats and epoch.

use std::collections::HashMap;

use super::records::{BOF, EOF, Record, Records, u16_at, u32_at};
use super::strings::{Letters, Pieces, code_page};
use crate::file::numbers::{Shown, builtin_format, custom_format};
use crate::file::{Context, Sheet};
use crate::{ReadError, ReadErrorCode};

/// A workbook without its cells.
pub(super) struct Globals {
    pub(super) sheets: Vec<Sheet>,
    /// Where each sheet begins in the stream.
    pub(super) starts: Vec<usize>,
    pub(super) strings: Vec<String>,
    /// What each cell format makes of a number.
    pub(super) formats: Vec<Shown>,
    pub(super) from_1904: bool,
    pub(super) letters: Letters,
}

const FILE_PASS: u16 = 0x002F;
const CODE_PAGE: u16 = 0x0042;
const DATE_MODE: u16 = 0x0022;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const BOUND_SHEET: u16 = 0x0085;
const SST: u16 = 0x00FC;
/// The first record of versions before Excel 5.
const OLD_BOF: [u16; 3] = [0x0009, 0x0209, 0x0409];

impl Globals {
    pub(super) fn read(stream: &[u8], context: &Context<'_>) -> Result<Self, ReadError> {
        let mut records = Records::new(stream, 0);
        let first = records.next().ok_or_else(|| context.damaged("it ends before its first record"))?;
        if OLD_BOF.contains(&first.kind) {
            let what = "a workbook of Excel 4 or older";
            return Err(context.error(ReadErrorCode::Unsupported).value(what));
        }
        if first.kind != BOF {
            return Err(context.damaged("its first record is not the beginning of a workbook"));
        }
        let biff8 = u16_at(first.body, 0) == Some(0x0600);
        let letters = Letters { biff8, code_page: encoding_rs::WINDOWS_1252 };
        let mut globals = Self {
            sheets: Vec::new(),
            starts: Vec::new(),
            strings: Vec::new(),
            formats: Vec::new(),
            from_1904: false,
            letters,
        };
        // A stream that begins with a sheet is that sheet.
        const WORKSHEET: u16 = 0x0010;
        if u16_at(first.body, 2) == Some(WORKSHEET) {
            globals.sheets.push(Sheet { name: "Sheet1".to_owned(), hidden: false });
            globals.starts.push(first.at);
        }
        let mut custom = HashMap::new();
        let mut kinds = Vec::new();
        while let Some(record) = records.next() {
            match record.kind {
                FILE_PASS => return Err(context.error(ReadErrorCode::Encrypted)),
                EOF => break,
                SST => {
                    let mut pieces = vec![record.body];
                    while let Some(piece) = records.continued() {
                        pieces.push(piece);
                    }
                    globals.strings = Pieces::new(pieces).shared();
                }
                FORMAT => custom.extend(globals.format(record.body)),
                XF => kinds.extend(u16_at(record.body, 2)),
                _ => globals.take(record),
            }
        }
        let shown = |id: &u16| custom.get(id).copied().unwrap_or_else(|| builtin_format(*id));
        globals.formats = kinds.iter().map(shown).collect();
        if globals.sheets.is_empty() {
            return Err(context.damaged("it ends before it names a sheet"));
        }
        Ok(globals)
    }

    fn take(&mut self, record: Record<'_>) {
        match record.kind {
            CODE_PAGE => self.letters.code_page = code_page(u16_at(record.body, 0).unwrap_or_default()),
            DATE_MODE => self.from_1904 = u16_at(record.body, 0) == Some(1),
            BOUND_SHEET => drop(self.sheet(record.body)),
            _ => {}
        }
    }

    /// `BoundSheet8` (2.4.28): where it begins, whether it is hidden, its kind, its name.
    fn sheet(&mut self, body: &[u8]) -> Option<()> {
        let start = u32_at(body, 0)?;
        let (state, kind) = (body.get(4)? & 3, *body.get(5)?);
        let name = self.letters.short(body.get(6..)?)?;
        if kind == 0 {
            self.sheets.push(Sheet { name, hidden: state != 0 });
            self.starts.push(usize::try_from(start).ok()?);
        }
        Some(())
    }

    /// `Format` (2.4.126): the number that cell formats refer to, and the format.
    fn format(&self, body: &[u8]) -> Option<(u16, Shown)> {
        let rest = body.get(2..)?;
        let text = if self.letters.biff8 { self.letters.long(rest)? } else { self.letters.short(rest)? };
        Some((u16_at(body, 0)?, custom_format(&text)))
    }
}
