//! What is done with bytes that may be made to break a reader: by the fuzz targets, and by the test that replays their seeds
//! (`portals/tests/seeds.rs`). A panic, or a sentence that does not name the file, is a finding; so is a second's work.

use std::io::{Cursor, Read, Write};
use std::ops::ControlFlow;

use satu_portals::{Choices, Cleaner, Layout, Limits, ReadError, Registry, SourceFile, rows, survey};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A target's name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target; the seeds of each stand in `seeds/<name>/`.
pub const TARGETS: [Target; 10] = [
    ("csv", read_bytes),
    ("zip", read_bytes),
    ("xls", read_xls),
    ("html", read_html),
    ("spreadsheetml", read_spreadsheetml),
    ("xlsx", read_xlsx),
    ("xlsb", read_xlsb),
    ("ods", read_ods),
    ("fods", read_fods),
    ("clean_row", clean_row),
];

/// The fuzzer takes every panic for a finding, also one of a library that the reader turns into an error. Let it look at those alone that
/// nobody catches.
pub fn forgive_what_is_caught() {
    std::panic::set_hook(Box::new(|_| ()));
}

/// Reads a file of any bytes to its end as an import would, hidden sheets included.
pub fn read_bytes(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a file in the folder for such");
    file.write_all(bytes).expect("room for it");
    for outcome in [read_sheets(&file), read_rows(&file)] {
        if let Err(error) = outcome {
            assert!(error.to_string().starts_with("“x”"), "{error}");
        }
    }
}

/// Limits under which a second is enough.
fn limits() -> Limits {
    Limits { rows: 20_000, cells: 2_000_000, inflated_bytes: 64 << 20, seconds: 10, ..Limits::default() }
}

fn read_sheets(file: &tempfile::NamedTempFile) -> Result<(), ReadError> {
    let mut source = SourceFile::open(file.path(), "x", &limits())?;
    let sheets: Vec<String> = source.sheets().iter().take(5).map(|sheet| sheet.name.clone()).collect();
    for sheet in sheets {
        // A sheet that cannot be read says nothing of the others.
        let _ = source.table(Some(&sheet)).and_then(|mut table| table.try_for_each(|row| row.map(drop)));
    }
    Ok(())
}

fn read_rows(file: &tempfile::NamedTempFile) -> Result<(), ReadError> {
    let registry = registry();
    let mut source = SourceFile::open(file.path(), "x", &limits())?;
    let found = survey(&mut source, registry, &Choices::default())?;
    let cleaner = Cleaner::new(registry, &found.layout);
    rows(&mut source, &found.layout, &cleaner, drop, |_| ControlFlow::Continue(()))
}

fn registry() -> &'static Registry {
    static REGISTRY: std::sync::OnceLock<Registry> = std::sync::OnceLock::new();
    REGISTRY.get_or_init(|| Registry::builtin().expect("the definitions are in order"))
}

/// Old records without a compound file around them, or a whole file.
pub fn read_xls(bytes: &[u8]) {
    let begins = bytes.starts_with(&[0xD0, 0xCF]) || bytes.starts_with(&[0x09, 0x08]);
    read_bytes(&if begins { bytes.to_vec() } else { [&[0x09, 0x08, 0x10, 0x00], bytes].concat() });
}

/// A page, whatever its first letters.
pub fn read_html(bytes: &[u8]) {
    read_bytes(&[b"<table>", bytes].concat());
}

/// A workbook of Excel 2003, whatever its first letters.
pub fn read_spreadsheetml(bytes: &[u8]) {
    read_bytes(
        &[b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", bytes].concat(),
    );
}

/// A flat OpenDocument file, whatever its first letters.
pub fn read_fods(bytes: &[u8]) {
    const HEAD: &[u8] =
        b"<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">";
    read_bytes(&[HEAD, bytes].concat());
}

/// A part of a workbook: the first byte says which part the others take the place of.
pub fn read_xlsx(bytes: &[u8]) {
    read_part(include_bytes!("../../../fixtures/jobstreet/real-dates.xlsx"), bytes);
}

/// A part of a binary workbook.
pub fn read_xlsb(bytes: &[u8]) {
    read_part(include_bytes!("../../../fixtures/containers/binary-workbook.xlsb"), bytes);
}

/// A part of an OpenDocument spreadsheet.
pub fn read_ods(bytes: &[u8]) {
    read_part(include_bytes!("../../../fixtures/containers/opendocument.ods"), bytes);
}

/// A fuzzer that changes packed bytes meets the unpacker alone; so it is given the parts as they are inside.
fn read_part(book: &[u8], bytes: &[u8]) {
    let Some((place, bytes)) = bytes.split_first() else { return };
    let mut book = ZipArchive::new(Cursor::new(book)).expect("a fixture opens");
    let chosen = usize::from(*place) % book.len();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for at in 0..book.len() {
        let mut part = book.by_index(at).expect("a fixture's part");
        let mut inside = Vec::new();
        part.read_to_end(&mut inside).expect("a fixture's part");
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        zip.start_file(name, stored).expect("memory takes it");
        zip.write_all(if at == chosen { bytes } else { &inside }).expect("memory takes it");
    }
    read_bytes(zip.finish().expect("memory takes it").get_ref());
}

/// One row under the headers of a known file: the cells are parted by tabs.
pub fn clean_row(bytes: &[u8]) {
    static LAYOUT: std::sync::OnceLock<Layout> = std::sync::OnceLock::new();
    let layout = LAYOUT.get_or_init(|| {
        let file = tempfile::NamedTempFile::new().expect("a file in the folder for such");
        std::fs::write(file.path(), HEADERS).expect("room for it");
        let mut source = SourceFile::open(file.path(), "x", &limits()).expect("headers are a table");
        survey(&mut source, registry(), &Choices::default()).expect("headers are known").layout
    });
    let cells = String::from_utf8_lossy(bytes).split('\t').map(str::to_owned).collect();
    let _ = Cleaner::new(registry(), layout).clean(2, cells);
}

const HEADERS: &str = "Nama Lengkap,Email,No. HP,Tanggal Lahir,Tanggal Melamar,Gaji yang Diharapkan,Jenis Kelamin,CV,Pertanyaan 1,Jawaban 1\n\
Siti,siti@example.com,081234567890,1999-04-11,2026-04-11,Rp 3 juta,P,https://example.com/cv,Umur?,27\n";
