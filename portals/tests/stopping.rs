//! A reading that is stopped ends at once, wherever in the file it is: also where a library passes over what holds nothing.
#![allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use satu_portals::{DialectChoice, Limits, ReadErrorCode, SourceFile, Stop};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A workbook of one sheet in which nothing stands but rows without a cell.
fn bare_rows(path: &Path, rows: usize) {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |kind: &str, target: &str| {
        format!("<Relationships><Relationship Id=\"r1\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/></Relationships>")
    };
    let book = format!(
        "<workbook xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let parts = [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet><sheetData>{}</sheetData></worksheet>", "<row/>".repeat(rows)),
        ),
    ];
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    for (name, text) in parts {
        // As it stands, or the whole sheet would come out of one piece.
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(name, stored).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn in_a_million_rows_without_a_cell_a_stop_is_heard_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bare.xlsx");
    bare_rows(&path, 1_900_000);
    let wanted = Arc::new(AtomicBool::new(false));
    let stop = Stop::when({
        let wanted = Arc::clone(&wanted);
        move || wanted.load(Ordering::Relaxed)
    });
    let open = || SourceFile::open_until(&path, "x", &Limits::default(), &DialectChoice::default(), &stop).unwrap();
    let mut source = open();
    let started = Instant::now();
    assert!(source.table(None).unwrap().next().is_none());
    let whole = started.elapsed();

    let mut source = open();
    let mut table = source.table(None).unwrap();
    let said = std::thread::spawn(move || {
        std::thread::sleep(whole / 4);
        wanted.store(true, Ordering::Relaxed);
        Instant::now()
    });
    let ended = table.next().unwrap().unwrap_err();
    let heard = Instant::now().saturating_duration_since(said.join().unwrap());
    assert_eq!(ended.code, ReadErrorCode::Stopped);
    assert!(heard < whole / 2 + Duration::from_millis(20), "heard after {heard:?}, while the whole takes {whole:?}");
}
