//! Workbooks as people make them, and workbooks made to break a reader.

use std::io::Write;

use rstest::rstest;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use tempfile::NamedTempFile;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{Choices, Limits, Note, ReadError, ReadErrorCode, Registry, SourceFile, TableRow, survey};

fn saved(book: &mut Workbook) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    book.save(file.path()).unwrap();
    file
}

fn open(file: &NamedTempFile, limits: &Limits) -> Result<SourceFile, ReadError> {
    SourceFile::open(file.path(), "pelamar.xlsx", limits)
}

fn read(file: &NamedTempFile, limits: &Limits) -> Result<Vec<TableRow>, ReadError> {
    open(file, limits)?.table(None)?.collect()
}

/// A workbook of raw parts: one sheet, and shared strings if there are any.
fn raw(sheet: &str, strings: Option<&str>) -> NamedTempFile {
    const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#;
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let strings_relation = strings.map_or(String::new(), |_| {
        format!(r#"<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>"#)
    });
    let mut parts = vec![
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            format!(
                r#"{RELATIONS}<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns:r="{OFFICE}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"{RELATIONS}<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>{strings_relation}</Relationships>"#
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
    ];
    if let Some(strings) = strings {
        parts.push(("xl/sharedStrings.xml", strings.to_owned()));
    }
    zipped(&parts)
}

fn zipped(parts: &[(&str, String)]) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    let mut zip = ZipWriter::new(file.reopen().unwrap());
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    file
}

fn sheet(rows: &str) -> String {
    format!(r#"<worksheet><sheetData>{rows}</sheetData></worksheet>"#)
}

fn cells(rows: &[TableRow]) -> Vec<(u32, Vec<&str>)> {
    rows.iter().map(|row| (row.row, row.cells.iter().collect())).collect()
}

#[test]
fn typed_cells_become_text() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (day, moment) = (Format::new().set_num_format("dd/mm/yyyy"), Format::new().set_num_format("yyyy-mm-dd hh:mm"));
    sheet.write_string(0, 0, "Siti").unwrap();
    sheet.write_number(0, 1, 81_234_567_890.0).unwrap();
    sheet.write_number(0, 2, 3.5).unwrap();
    sheet.write_boolean(0, 3, true).unwrap();
    sheet.write_datetime_with_format(0, 4, ExcelDateTime::parse_from_str("2026-04-11").unwrap(), &day).unwrap();
    sheet
        .write_datetime_with_format(0, 5, ExcelDateTime::parse_from_str("2026-04-11T08:30:00").unwrap(), &moment)
        .unwrap();
    sheet.write_formula(0, 6, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_string(0, 8, "akhir").unwrap();
    let rows = read(&saved(&mut book), &Limits::default()).unwrap();
    let expected = ["Siti", "81234567890", "3.5", "TRUE", "2026-04-11", "2026-04-11T08:30:00", "#DIV/0!", "", "akhir"];
    assert_eq!(cells(&rows), [(1, expected.to_vec())]);
}

#[test]
fn a_number_that_has_lost_its_digits_is_shown_as_a_spreadsheet_shows_it() {
    let cases = [
        ("812346000000", "8.12346E+11"),
        ("6281230000000", "6.28123E+12"),
        ("812345678901", "812345678901"),
        ("6281234567890", "6281234567890"),
        ("81200000000", "81200000000"),
        ("3500000", "3500000"),
        ("-1", "-1"),
        ("0", "0"),
        ("4.5E+6", "4500000"),
        ("1E+300", &format!("1{}", "0".repeat(300))),
    ];
    let row: String = cases.iter().map(|(number, _)| format!("<c><v>{number}</v></c>")).collect();
    let rows = read(&raw(&sheet(&format!("<row r=\"1\">{row}</row>")), None), &Limits::default()).unwrap();
    assert_eq!(cells(&rows), [(1, cases.iter().map(|(_, text)| *text).collect())]);
}

#[test]
fn a_sheet_that_hides_in_a_part_that_is_no_xml_is_not_read() {
    let file = raw(&sheet(""), None);
    let mut zip = zip::ZipArchive::new(file.reopen().unwrap()).unwrap();
    let mut parts = vec![];
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        let name = String::from_utf8(part.name_raw().to_vec()).unwrap().replace("sheet1.xml", "sheet1.png");
        parts.push((name, text.replace("sheet1.xml", "sheet1.png")));
    }
    let parts: Vec<(&str, String)> = parts.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    assert_eq!(read(&zipped(&parts), &Limits::default()).unwrap_err().code, ReadErrorCode::Truncated);
}

#[test]
fn blank_rows_are_left_out_and_counted() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, text) in [(1, "a"), (4, " "), (6, "b")] {
        sheet.write_string(row, 1, text).unwrap();
    }
    assert_eq!(cells(&read(&saved(&mut book), &Limits::default()).unwrap()), [(2, vec!["", "a"]), (7, vec!["", "b"])]);
}

#[test]
fn the_sheet_that_looks_most_like_a_table_is_read_and_hidden_ones_are_not() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Ringkasan").unwrap().write_string(0, 0, "Ringkasan pelamar April").unwrap();
    let headers = ["Nama Lengkap", "Email", "Nomor Telepon", "Posisi"];
    for (name, width, hidden) in [("Sedikit", 2, false), ("Pelamar", 4, false), ("Arsip", 4, true)] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.set_hidden(hidden);
        for (column, header) in headers.iter().take(width).enumerate() {
            sheet.write_string(0, u16::try_from(column).unwrap(), *header).unwrap();
        }
    }
    let file = saved(&mut book);
    let registry = Registry::builtin().unwrap();
    let mut source = open(&file, &Limits::default()).unwrap();
    let found = survey(&mut source, &registry, &Choices::default()).unwrap();
    assert_eq!(found.layout.sheet.as_deref(), Some("Pelamar"));
    assert!(found.notes.contains(&Note::HiddenSheet) && found.notes.contains(&Note::SeveralSheets));
    assert_eq!(source.sheets().iter().map(|sheet| sheet.hidden).collect::<Vec<_>>(), [false, false, false, true]);

    let hidden = Choices { sheet: Some("Arsip".to_owned()), ..Choices::default() };
    assert_eq!(survey(&mut source, &registry, &hidden).unwrap().layout.sheet.as_deref(), Some("Arsip"));
    let absent = Choices { sheet: Some("Tidak Ada".to_owned()), ..Choices::default() };
    let error = survey(&mut source, &registry, &absent).unwrap_err();
    assert_eq!(
        error.to_string(),
        "“pelamar.xlsx”, sheet “Tidak Ada”: there is no such sheet in the file. Choose one of its sheets."
    );
}

#[test]
fn a_lone_cell_in_the_last_corner_is_refused_by_name() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Nama").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    let error = read(&saved(&mut book), &Limits::default()).unwrap_err();
    assert_eq!((error.code, error.row, error.column), (ReadErrorCode::TooManyColumns, Some(1_048_576), Some(16_384)));
}

#[test]
fn a_lone_cell_in_the_last_row_is_one_row() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Nama").unwrap();
    sheet.write_string(1_048_575, 0, "x").unwrap();
    assert_eq!(
        cells(&read(&saved(&mut book), &Limits::default()).unwrap()),
        [(1, vec!["Nama"]), (1_048_576, vec!["x"])]
    );
    let few = Limits { rows: 1_000, ..Limits::default() };
    assert_eq!(read(&saved(&mut book), &few).unwrap_err().code, ReadErrorCode::TooManyRows);
}

#[test]
fn empty_styled_cells_are_nothing() {
    let rows: String = (1..=20_000).map(|row| format!(r#"<row r="{row}" s="1"><c r="A{row}" s="1"/></row>"#)).collect();
    assert_eq!(read(&raw(&sheet(&rows), None), &Limits::default()).unwrap(), []);
}

#[test]
fn the_epoch_of_1904_is_heeded() {
    let mut parts = vec![];
    let file = raw(&sheet(r#"<row r="1"><c r="A1" s="1"><v>44661</v></c></row>"#), None);
    let mut zip = zip::ZipArchive::new(file.reopen().unwrap()).unwrap();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        let name = String::from_utf8(part.name_raw().to_vec()).unwrap();
        parts.push((name, text.replace("<sheets>", r#"<workbookPr date1904="1"/><sheets>"#)));
    }
    let styles = r#"<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    parts.push(("xl/styles.xml".to_owned(), styles.to_owned()));
    let parts: Vec<(&str, String)> = parts.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    let file = zipped(&parts);
    assert_eq!(cells(&read(&file, &Limits::default()).unwrap()), [(1, vec!["2026-04-11"])]);
    assert!(open(&file, &Limits::default()).unwrap().counts_from_1904());
}

#[rstest]
#[case::inline("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>", "</t></is></c></row>", false)]
#[case::shared("", "", true)]
fn a_megabyte_in_one_cell_is_refused_before_it_is_taken(
    #[case] before: &str,
    #[case] after: &str,
    #[case] shared: bool,
) {
    let text = "lorem ".repeat(200_000);
    let file = if shared {
        let strings = format!(r#"<sst uniqueCount="1"><si><t>{text}</t></si></sst>"#);
        raw(&sheet(r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#), Some(&strings))
    } else {
        raw(&sheet(&format!("{before}{text}{after}")), None)
    };
    let error = open(&file, &Limits::default()).err().unwrap();
    assert_eq!(error.code, ReadErrorCode::CellTooLong);
    assert!(error.value.unwrap().starts_with("lorem lorem"));
}

#[test]
fn a_cell_a_little_too_long_is_named() {
    let text = "x".repeat(32_768);
    let file = raw(&sheet(&format!(r#"<row r="7"><c r="C7" t="inlineStr"><is><t>{text}</t></is></c></row>"#)), None);
    let error = read(&file, &Limits::default()).unwrap_err();
    assert_eq!((error.code, error.row, error.column), (ReadErrorCode::CellTooLong, Some(7), Some(3)));
}

#[test]
fn what_unpacks_past_the_limits_is_not_opened() {
    let blanks = " ".repeat(4 << 20);
    let padded = sheet(&"<row r=\"1\"/>\n".repeat(300_000));
    let small = Limits { inflated_bytes: 1 << 20, shared_strings_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(open(&raw(&padded, None), &small).err().unwrap().code, ReadErrorCode::ZipBomb);
    let strings = format!("<sst>{}</sst>", "<si/>".repeat(300_000));
    let few = Limits { shared_strings_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(open(&raw(&sheet(""), Some(&strings)), &few).err().unwrap().code, ReadErrorCode::ZipBomb);
    // What is no part of a workbook's text is not unpacked at all.
    let picture = zipped(&[("xl/workbook.xml", "<workbook/>".to_owned()), ("xl/media/image1.png", blanks)]);
    assert_ne!(open(&picture, &small).err().map(|error| error.code), Some(ReadErrorCode::ZipBomb));
}

#[test]
fn a_high_ratio_alone_gives_a_bomb_away() {
    let strings = format!("<sst>{}</sst>", format!("<si><t>{}</t></si>", "a".repeat(1_000)).repeat(4_000));
    let file = raw(&sheet(""), Some(&strings));
    let floor = Limits { inflate_floor: 1 << 20, ..Limits::default() };
    assert!(open(&file, &Limits::default()).is_ok());
    let error = open(&file, &floor).err().unwrap();
    assert_eq!(error.code, ReadErrorCode::ZipBomb);
}

#[rstest]
#[case::claims_more_strings_than_there_are(raw(&sheet(""), Some(r#"<sst uniqueCount="4000000000000"><si><t>a</t></si></sst>"#)))]
#[case::claims_past_counting(raw(&sheet(""), Some(r#"<sst uniqueCount="99999999999999999999999"><si><t>a</t></si></sst>"#)))]
#[case::string_that_is_not_there(raw(&sheet(r#"<row r="1"><c r="A1" t="s"><v>7</v></c></row>"#), Some(r#"<sst><si><t>a</t></si></sst>"#)))]
#[case::rows_out_of_order(raw(&sheet(r#"<row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>"#), None))]
#[case::not_closed(raw("<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1", None))]
#[case::no_sheet_data(raw("<worksheet/>", None))]
#[case::bad_reference(raw(&sheet(r#"<row r="1"><c r="1A"><v>1</v></c></row>"#), None))]
#[case::far_reference(raw(&sheet(r#"<row r="1"><c r="ZZZZZZZZZZ1"><v>1</v></c></row>"#), None))]
#[case::bad_number(raw(&sheet(r#"<row r="1"><c r="A1" t="n"><v>x</v></c></row>"#), None))]
#[case::utf16(zipped(&[("xl/workbook.xml", "\u{feff}<\0w\0".to_owned()), ("xl/worksheets/a.xml", "<\0w\0o\0".to_owned())]))]
fn a_damaged_workbook_is_an_error_that_names_it(#[case] file: NamedTempFile) {
    let error = read(&file, &Limits::default()).unwrap_err();
    assert_eq!(error.code, ReadErrorCode::Truncated, "{error}");
    assert!(error.to_string().starts_with("“pelamar.xlsx”"), "{error}");
}

#[test]
fn a_dimension_that_lies_does_not_matter() {
    for dimension in ["B5:A1", "A1:XFD1048576", "XFD1048576:A1"] {
        let text = format!(
            r#"<worksheet><dimension ref="{dimension}"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>"#
        );
        match read(&raw(&text, None), &Limits::default()) {
            Ok(rows) => assert_eq!(cells(&rows), [(1, vec!["1"])]),
            Err(error) => assert_eq!(error.code, ReadErrorCode::Truncated),
        }
    }
}

#[test]
fn a_download_that_broke_off_says_so() {
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "Nama").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    for length in [bytes.len() / 2, bytes.len() - 10, 30] {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes[..length]).unwrap();
        assert_eq!(read(&file, &Limits::default()).unwrap_err().code, ReadErrorCode::Truncated, "{length}");
    }
}

#[rstest]
#[case::word("word/document.xml", ReadErrorCode::NotATable, "a Word document")]
#[case::slides("ppt/presentation.xml", ReadErrorCode::NotATable, "a presentation")]
#[case::ods("content.xml", ReadErrorCode::NotATable, "an OpenDocument file that is no spreadsheet")]
fn other_zips_are_named(#[case] part: &str, #[case] code: ReadErrorCode, #[case] what: &str) {
    let error = open(&zipped(&[(part, "x".to_owned())]), &Limits::default()).err().unwrap();
    assert_eq!((error.code, error.value.as_deref()), (code, Some(what)));
}

#[test]
fn in_a_stretch_of_empty_cells_a_blank_row_is_given_now_and_then() {
    let text = |row: u32, text: &str| format!(r#"<row r="{row}"><c r="A{row}" t="str"><v>{text}</v></c></row>"#);
    let styled: String = (2..=20_001).map(|row| format!(r#"<row r="{row}"><c r="A{row}" s="1"/></row>"#)).collect();
    let file = raw(&sheet(&format!("{}{styled}{}", text(1, "Nama"), text(20_002, "Siti"))), None);
    let mut source = open(&file, &Limits::default()).unwrap();
    let mut table = source.table(None).unwrap();
    let mut given = Vec::new();
    while let Some(row) = table.next_row().unwrap() {
        given.push((row.row, row.cells.len()));
    }
    assert_eq!(given, [(1, 1), (4_097, 0), (8_193, 0), (12_289, 0), (16_385, 0), (20_002, 1)]);
    assert_eq!(cells(&read(&file, &Limits::default()).unwrap()), [(1, vec!["Nama"]), (20_002, vec!["Siti"])]);
}

#[test]
fn of_several_damaged_parts_the_first_is_told() {
    let long = format!("<worksheet>{}</worksheet>", "x".repeat(1 << 20));
    let entities = "<!DOCTYPE x><worksheet/>";
    for _ in 0..20 {
        let parts = [
            ("xl/workbook.xml", "<workbook/>".to_owned()),
            ("xl/worksheets/sheet1.xml", long.clone()),
            ("xl/worksheets/sheet2.xml", entities.to_owned()),
        ];
        let error = open(&zipped(&parts), &Limits::default()).err().unwrap();
        assert_eq!(error.code, ReadErrorCode::CellTooLong);
    }
}

/// A sheet is surveyed before it is read, and then its first rows come from memory.
#[test]
fn a_sheet_reads_the_same_however_often_and_however_far_it_was_read_before() {
    let rows: String = (1..=21_000).map(|row| format!("<row r=\"{row}\"><c><v>{row}</v></c></row>")).collect();
    let file = raw(&sheet(&rows), None);
    let mut source = open(&file, &Limits::default()).unwrap();
    for so_far in [3, 0, 200, 100, 20_400, 20_600, 3, 21_000, 21_000] {
        let read: Vec<TableRow> = source.table(None).unwrap().take(so_far).map(Result::unwrap).collect();
        assert_eq!(read.len(), so_far);
        assert!((1..).zip(&read).all(|(number, row)| row.row == number && row.cells == [number.to_string()]));
    }
    assert_eq!(source.table(None).unwrap().count(), 21_000);
}

#[test]
fn what_breaks_off_breaks_off_again() {
    let file = raw(&sheet("<row r=\"2\"><c><v>1</v></c></row><row r=\"1\"><c><v>2</v></c></row>"), None);
    let mut source = open(&file, &Limits::default()).unwrap();
    for _ in 0..3 {
        let rows: Vec<_> = source.table(None).unwrap().collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].as_ref().unwrap_err().code, ReadErrorCode::Truncated);
    }
}

#[test]
fn sheets_are_read_in_turns() {
    let mut book = Workbook::new();
    for name in ["A", "B"] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write(0, 0, name).unwrap();
        sheet.write(1, 0, 1).unwrap();
    }
    let file = saved(&mut book);
    let mut source = open(&file, &Limits::default()).unwrap();
    for name in ["A", "B", "B", "A"] {
        let rows: Vec<TableRow> = source.table(Some(name)).unwrap().map(Result::unwrap).collect();
        assert_eq!(cells(&rows), [(1, vec![name]), (2, vec!["1"])]);
    }
}

/// The library passes over them in one go, so they are counted before it may.
#[test]
fn rows_without_a_cell_are_rows() {
    let file = raw(&sheet(&"<row/>".repeat(1_001)), None);
    let few = Limits { rows: 1_000, ..Limits::default() };
    let error = open(&file, &few).err().unwrap();
    assert_eq!((error.code, error.limit), (ReadErrorCode::TooManyRows, Some(1_000)));
    assert_eq!(read(&file, &Limits { rows: 1_001, ..Limits::default() }).unwrap(), []);
}

#[test]
fn cells_out_of_order_stand_where_they_say() {
    let late = "<c r=\"C1\"><v>3</v></c><c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>0</v></c><c r=\"B1\"><v>2</v></c>";
    let file = raw(&sheet(&format!("<row r=\"1\">{late}<c r=\"E1\"><v>5</v></c></row>")), None);
    assert_eq!(cells(&read(&file, &Limits::default()).unwrap()), [(1, vec!["1", "2", "3", "", "5"])]);
}

#[test]
fn a_link_stands_beside_the_words_that_lead_to_it() {
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "Nama").unwrap();
    let sheet = book.add_worksheet().set_name("Pelamar & lain").unwrap();
    sheet.write_string(0, 0, "Nama").unwrap();
    sheet.write_string(0, 1, "CV").unwrap();
    sheet.write_string(1, 0, "Siti").unwrap();
    sheet.write_url_with_text(1, 1, "https://example.com/cv.pdf?a=1&b=2", "Lihat CV").unwrap();
    sheet.write_url_with_text(2, 1, "mailto:ani@example.com", "Ani").unwrap();
    let file = saved(&mut book);
    let mut source = open(&file, &Limits::default()).unwrap();
    for _ in 0..2 {
        let rows: Vec<TableRow> = source.table(Some("Pelamar & lain")).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows[1].cells, ["Siti", "Lihat CV"]);
        assert_eq!(rows[1].links, [(2, "https://example.com/cv.pdf?a=1&b=2".to_owned())], "however often it is read");
        assert!(rows[0].links.is_empty() && rows[2].links.is_empty());
    }
    let first = source.table(Some("Sheet1")).unwrap().next().unwrap().unwrap();
    assert!(first.links.is_empty());
}

#[test]
fn what_a_merged_cell_says_goes_with_the_rows_that_it_covers() {
    let row = |row: u32, cells: &[(&str, &str)]| {
        let cell = |(column, text): &(&str, &str)| format!("<c r=\"{column}{row}\" t=\"str\"><v>{text}</v></c>");
        format!("<row r=\"{row}\">{}</row>", cells.iter().map(cell).collect::<String>())
    };
    let rows = [
        row(1, &[("A", "Daftar")]),
        row(2, &[("A", "Siti"), ("C", "0812"), ("D", "SD")]),
        row(3, &[("D", "SMP")]),
        row(4, &[("A", "Ani"), ("D", "SMA")]),
    ];
    let merges: String =
        ["A1:D1", "C2:C3", "A2:B3"].iter().map(|place| format!("<mergeCell ref=\"{place}\"/>")).collect();
    let file = raw(
        &format!("<worksheet><sheetData>{}</sheetData><mergeCells>{merges}</mergeCells></worksheet>", rows.concat()),
        None,
    );
    let mut source = open(&file, &Limits::default()).unwrap();
    for _ in 0..2 {
        let covered: Vec<Vec<String>> = source
            .table(None)
            .unwrap()
            .map(|row| row.unwrap().covered.iter().map(|cell| format!("{} {}", cell.column, cell.text)).collect())
            .collect();
        assert_eq!(covered[2], ["1 Siti", "3 0812"], "however often it is read");
        assert_eq!(covered.iter().map(Vec::len).collect::<Vec<_>>(), [0, 0, 2, 0]);
    }
}
