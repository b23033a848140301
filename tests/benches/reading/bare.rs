//! The floor of reading: the library alone, every cell looked at and none kept.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufReader, Write as _};
use std::path::Path;

use calamine::{DataRef, Reader as _, Xlsx};
use csv::{ByteRecord, ReaderBuilder};

use super::common::Failure;

/// As much as the program reads at once: the comparison is not about calls of the kernel.
const BUFFER: usize = 256 << 10;

/// Reads every record and prints how many there are.
pub(super) fn csv(file: &Path) -> Result<(), Failure> {
    let mut reader = ReaderBuilder::new().has_headers(false).buffer_capacity(BUFFER).from_path(file)?;
    let mut record = ByteRecord::new();
    let mut rows = 0_u64;
    while reader.read_byte_record(&mut record)? {
        rows += 1;
        black_box(&record);
    }
    Ok(writeln!(std::io::stdout(), "{rows}")?)
}

/// Reads every cell of the first sheet and prints how many rows they stand in.
pub(super) fn calamine(file: &Path) -> Result<(), Failure> {
    let mut workbook = Xlsx::new(BufReader::new(File::open(file)?))?;
    let sheet = workbook.sheet_names().first().cloned().ok_or("the workbook has no sheet")?;
    let mut cells = workbook.worksheet_cells_reader(&sheet)?;
    let (mut rows, mut last) = (0_u64, None);
    while let Some(cell) = cells.next_cell()? {
        if !matches!(black_box(cell.get_value()), DataRef::Empty) && last != Some(cell.get_position().0) {
            last = Some(cell.get_position().0);
            rows += 1;
        }
    }
    Ok(writeln!(std::io::stdout(), "{rows}")?)
}
