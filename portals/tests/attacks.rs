//! Files made to exhaust a machine: each is read or refused in under a second and under 100 MB.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use satu_portals::{Choices, Limits, ReadErrorCode, Registry, SourceFile, survey};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Rows with a cell in them, or why there are none.
type Outcome = Result<usize, ReadErrorCode>;

fn read(path: &Path) -> Outcome {
    let registry = Registry::builtin().unwrap();
    let read = || {
        let mut source = SourceFile::open(path, "x", &Limits::default())?;
        let found = survey(&mut source, &registry, &Choices::default())?;
        found.layout.table(&mut source)?.try_fold(0, |rows, row| row.map(|_| rows + 1))
    };
    read().map_err(|error: satu_portals::ReadError| error.code)
}

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(path)
}

fn parts(path: &Path, parts: &[(&str, &[&str], usize)]) {
    let mut zip = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, [head, body, tail], times) in
        parts.iter().map(|(name, text, times)| (name, [text[0], text[1], text[2]], times))
    {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(head.as_bytes()).unwrap();
        for _ in 0..*times {
            zip.write_all(body.as_bytes()).unwrap();
        }
        zip.write_all(tail.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

/// A million rows; fewer where the reader is compiled for debugging.
const STYLED: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

/// Rows that have a style and no value.
fn styled_rows(folder: &Path) -> [PathBuf; 2] {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let (xlsx, ods) = (folder.join("styled.xlsx"), folder.join("styled.ods"));
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships><Relationship Id=\"rId1\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let (root, inner) = (relation("officeDocument", "xl/workbook.xml"), relation("worksheet", "worksheets/sheet1.xml"));
    let book = format!(
        "<workbook xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let row = "<row s=\"1\" customFormat=\"1\"><c s=\"1\"/><c s=\"1\"/></row>";
    parts(
        &xlsx,
        &[
            ("_rels/.rels", &[&root, "", ""], 0),
            ("xl/workbook.xml", &[&book, "", ""], 0),
            ("xl/_rels/workbook.xml.rels", &[&inner, "", ""], 0),
            ("xl/worksheets/sheet1.xml", &["<worksheet><sheetData>", row, "</sheetData></worksheet>"], STYLED),
        ],
    );
    let head = "<o:document-content><o:body><o:spreadsheet><t:table t:name=\"A\">";
    let tail = "</t:table></o:spreadsheet></o:body></o:document-content>";
    let row = "<t:table-row t:style-name=\"ro1\"><t:table-cell t:style-name=\"ce1\"/></t:table-row>";
    parts(&ods, &[("content.xml", &[head, row, tail], STYLED)]);
    [xlsx, ods]
}

/// Text that is hostile as it stands.
fn texts(folder: &Path) -> Vec<(PathBuf, Outcome)> {
    let written = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let rows = "a,b,c\n".to_owned();
    vec![
        // Every row begins with a mark that is never closed.
        (written("marks.csv", rows.clone() + &"\"x,y,z\n".repeat(200_000)), Ok(200_001)),
        (written("separators.csv", rows + &",".repeat(3 << 20) + "x\n"), Err(ReadErrorCode::CellTooLong)),
        (written("tables.html", "<table>".repeat(100_000)), Err(ReadErrorCode::TooLarge)),
        (written("rows.html", "<table>".to_owned() + &"<tr><td>".repeat(200_000)), Err(ReadErrorCode::NotATable)),
        (
            written(
                "deep.xml",
                "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">".to_owned()
                    + &"<Row>".repeat(200_000),
            ),
            Err(ReadErrorCode::Truncated),
        ),
    ]
}

#[test]
fn no_file_exhausts_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    let mut cases: Vec<(PathBuf, Outcome)> = vec![
        (fixture("broken/lone-cell-xfd1048576.xlsx"), Err(ReadErrorCode::TooManyColumns)),
        (fixture("containers/lone-cell-xfd1048576.xlsb"), Err(ReadErrorCode::TooManyColumns)),
        (fixture("containers/lone-cell-xfd1048576.ods"), Err(ReadErrorCode::TooManyColumns)),
        (fixture("containers/lone-cell-iv65536.xls"), Ok(4)),
        (fixture("broken/zip-bomb.xlsx"), Err(ReadErrorCode::ZipBomb)),
        (fixture("containers/billion-laughs.xml"), Err(ReadErrorCode::DeclaresEntities)),
    ];
    cases.extend(styled_rows(folder.path()).map(|path| (path, Err(ReadErrorCode::Empty))));
    cases.extend(texts(folder.path()));
    // What is compiled for debugging is given more time, and no more memory.
    let most = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 1 });
    for (path, expected) in cases {
        let before = MEMORY.current_usage_as_mb();
        MEMORY.reset_peak_usage();
        let started = Instant::now();
        let found = read(&path);
        let (took, peak) = (started.elapsed(), MEMORY.peak_usage_as_mb() - before);
        println!("{}: {found:?}, {took:?}, {peak:.1} MB", path.file_name().unwrap().display());
        assert_eq!(found, expected, "{}", path.display());
        assert!(took < most, "{} takes {took:?}", path.display());
        assert!(peak < 100.0, "{} takes {peak} MB", path.display());
    }
}
