//! `xl/styles.bin`, as its reader will go through it: not record by record, so that the bodies of records that it does not know are read as
//! records, and a length in one of them is room that it makes.

/// Kinds of records (MS-XLSB 2.3.2): the lists of number formats and of cell formats, and what each holds.
const NUMBER_FORMATS: (u16, u16) = (0x0267, 0x002C);
const CELL_FORMATS: (u16, u16) = (0x0269, 0x002F);

/// The longest record that the reader will make room for in the styles of a binary workbook, in bytes.
pub(in crate::file) fn longest_record(styles: &[u8]) -> u64 {
    let mut reader = Styles { rest: styles, longest: 0 };
    let _ = reader.walk();
    reader.longest
}

struct Styles<'a> {
    rest: &'a [u8],
    longest: u64,
}

impl<'a> Styles<'a> {
    /// None where the styles end, as they do for the reader.
    fn walk(&mut self) -> Option<()> {
        loop {
            let kind = self.kind()?;
            for (list, item) in [NUMBER_FORMATS, CELL_FORMATS] {
                if kind != list {
                    continue;
                }
                let count = self.body()?.first_chunk().map_or(0, |four| u32::from_le_bytes(*four));
                for _ in 0..count {
                    while self.kind()? != item {
                        self.body()?;
                    }
                    self.body()?;
                }
                if kind == CELL_FORMATS.0 {
                    return None; // It reads no further.
                }
            }
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn kind(&mut self) -> Option<u16> {
        let first = self.byte()?;
        let second = if first & 0x80 == 0 { 0 } else { self.byte()? };
        Some(u16::from(first & 0x7F) | u16::from(second & 0x7F) << 7)
    }

    fn body(&mut self) -> Option<&'a [u8]> {
        let mut length = 0;
        for at in 0..4 {
            let byte = self.byte()?;
            length |= usize::from(byte & 0x7F) << (7 * at);
            if byte & 0x80 == 0 {
                break;
            }
        }
        self.longest = self.longest.max(length as u64);
        let (body, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(body)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// The two bytes of a kind.
    const fn kind(kind: u16) -> [u8; 2] {
        [(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8]
    }

    const NUMBERS: &[u8] = &kind(NUMBER_FORMATS.0);
    const CELLS: &[u8] = &kind(CELL_FORMATS.0);
    const MUCH: &[u8] = &[0xFF, 0xFF, 0xFF, 0x7F];
    const ALL: u64 = (1 << 28) - 1;

    #[rstest]
    #[case::nothing(&[], 0)]
    #[case::a_list_of_one(&[CELLS, &[4, 1, 0, 0, 0], &[0x2F, 3, 0, 0, 0]], 4)]
    #[case::a_claim(&[NUMBERS, MUCH], ALL)]
    #[case::inside_a_record_that_is_not_known(&[&[0x10, 9], CELLS, &[4, 1, 0, 0, 0], &[0x2F], MUCH], ALL)]
    #[case::behind_the_cell_formats(&[CELLS, &[4, 0, 0, 0, 0], NUMBERS, MUCH], 4)]
    fn the_longest_record_is_the_one_that_the_reader_meets(#[case] parts: &[&[u8]], #[case] longest: u64) {
        assert_eq!(longest_record(&parts.concat()), longest);
    }
}
