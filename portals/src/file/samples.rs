//! What the containers' tests share: a file of some bytes, opened and read.

use std::io::Write;

use tempfile::NamedTempFile;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{SourceFile, TableRow};
use crate::{Limits, ReadError};

pub(super) fn file(bytes: &[u8]) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

/// A file that is opened; it stays until both go.
pub(super) fn open(bytes: &[u8]) -> Result<(SourceFile, NamedTempFile), ReadError> {
    let file = file(bytes);
    SourceFile::open(file.path(), "pelamar.xls", &Limits::default()).map(|source| (source, file))
}

/// Row numbers and cells of the first visible sheet.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, ReadError> {
    read_within(bytes, &Limits::default(), None)
}

pub(super) fn read_within(
    bytes: &[u8],
    limits: &Limits,
    sheet: Option<&str>,
) -> Result<Vec<(u32, Vec<String>)>, ReadError> {
    let file = file(bytes);
    let mut source = SourceFile::open(file.path(), "pelamar.xls", limits)?;
    source.table(sheet)?.map(|row| row.map(|TableRow { row, cells, .. }| (row, Vec::from(&cells)))).collect()
}

pub(super) fn rows(expected: &[(u32, &[&str])]) -> Vec<(u32, Vec<String>)> {
    expected.iter().map(|(row, cells)| (*row, cells.iter().map(|cell| (*cell).to_owned()).collect())).collect()
}

/// For every row its number and what merged cells above say of it: column, row and text.
pub(super) fn covered(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
    let (mut source, _file) = open(bytes).unwrap();
    let all = source.table(None).unwrap().map(Result::unwrap).map(|row| {
        let said = row.covered.iter().map(|cell| format!("{} {} {}", cell.column, cell.from, cell.text));
        (row.row, said.collect())
    });
    all.collect()
}

pub(super) fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
