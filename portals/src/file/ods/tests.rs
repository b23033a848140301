//! Spreadsheets as LibreOffice writes them, and spreadsheets made to break a reader.

use rstest::rstest;

use super::super::samples::{covered, open, read, read_within, rows, zipped};
use crate::{Container, Limits, Note, ReadErrorCode};

const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:style=\"s\"";

fn ods(content: &str) -> Vec<u8> {
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

fn book(styles: &str, sheets: &str) -> Vec<u8> {
    ods(&format!(
        "<?xml version=\"1.0\"?><office:document-content {NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    ))
}

fn sheet(rows: &str) -> Vec<u8> {
    book("", &format!("<table:table table:name=\"Data\"><table:table-column/>{rows}</table:table>"))
}

fn text(cell: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>")
}

/// The same as one XML file.
fn flat(styles: &str, sheets: &str) -> Vec<u8> {
    let book = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document {NAMESPACES} office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">\
         <office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document>"
    );
    book.into_bytes()
}

#[test]
fn a_flat_file_is_read_as_a_packed_one() {
    let styles = "<style:style style:name=\"ta2\"><style:table-properties table:display=\"false\"/></style:style>";
    let one = |name: &str, style: &str, cell: &str| {
        format!(
            "<table:table table:name=\"{name}\" table:style-name=\"{style}\"><table:table-row>{}</table:table-row></table:table>",
            text(cell)
        )
    };
    let bytes = flat(styles, &(one("Arsip", "ta2", "lama") + &one("Pelamar", "ta1", "bar\u{fa}")));
    let (source, _file) = open(&bytes).unwrap();
    assert_eq!((source.container(), source.sheets().len()), (Container::Ods, 2));
    assert_eq!(read(&bytes).unwrap(), rows(&[(1, &["bar\u{fa}"])]));
    assert_eq!(read_within(&bytes, &Limits::default(), Some("Arsip")).unwrap(), rows(&[(1, &["lama"])]));
}

#[test]
fn a_chart_and_a_picture_in_a_flat_file_are_no_cells() {
    let chart = format!(
        "<table:shapes><draw:frame><draw:object><office:document {NAMESPACES}><office:body><office:chart><table:table table:name=\"local-table\">\
         <table:table-row>{}</table:table-row></table:table></office:chart></office:body></office:document></draw:object>\
         <draw:image><office:binary-data>{}</office:binary-data></draw:image></draw:frame></table:shapes>",
        text("chart"),
        "iVBORw0KGgo\n".repeat(200_000)
    );
    let inner = |end: &str| {
        format!("<table:table table:name=\"Data\">{chart}<table:table-row>{}</table:table-row>{end}", text("a"))
    };
    assert_eq!(read(&flat("", &inner("</table:table>"))).unwrap(), rows(&[(1, &["a"])]));
    let mut cut = flat("", &inner(""));
    cut.truncate(cut.len() - 80);
    assert_eq!(read(&cut).unwrap_err().code, ReadErrorCode::Truncated);
}

#[test]
fn a_flat_file_that_is_no_spreadsheet_or_laughs_is_refused() {
    let letter = format!("<office:document {NAMESPACES}><office:body><office:text/></office:body></office:document>");
    assert_eq!(read(letter.as_bytes()).unwrap_err().code, ReadErrorCode::NotATable);
    let laughs = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"ha\">]><office:document {NAMESPACES}>&a;</office:document>"
    );
    assert_eq!(read(laughs.as_bytes()).unwrap_err().code, ReadErrorCode::DeclaresEntities);
}

#[test]
fn typed_cells_become_text() {
    let cells = format!(
        "{}<table:table-cell office:value-type=\"float\" office:value=\"81234567890\"><text:p>8.12E+10</text:p></table:table-cell>\
         <table:table-cell office:value-type=\"date\" office:date-value=\"2026-04-11\"><text:p>11/04/26</text:p></table:table-cell>\
         <table:table-cell office:value-type=\"date\" office:date-value=\"2026-04-11T08:30:00\"><text:p>x</text:p></table:table-cell>\
         <table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"><text:p>BENAR</text:p></table:table-cell>\
         <table:table-cell office:value-type=\"string\"><office:annotation><text:p>catatan</text:p></office:annotation><text:p>a<text:s text:c=\"2\"/>b</text:p><text:p><text:span>c</text:span> &amp; d</text:p></table:table-cell>",
        text("Siti")
    );
    let found = read(&sheet(&format!("<table:table-row>{cells}</table:table-row>"))).unwrap();
    let expected = ["Siti", "81234567890", "2026-04-11", "2026-04-11T08:30:00", "TRUE", "a  b\nc & d"];
    assert_eq!(found, rows(&[(1, &expected)]));
}

#[test]
fn repeated_rows_and_cells_are_counted() {
    let inner = format!(
        "<table:table-row><table:table-cell table:number-columns-repeated=\"2\"/>{}</table:table-row>\
         <table:table-row table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>\
         <table:table-row table:number-rows-repeated=\"2\" table:visibility=\"filter\"><table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"string\"><text:p>b</text:p></table:table-cell></table:table-row>\
         <table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>",
        text("a")
    );
    assert_eq!(read(&sheet(&inner)).unwrap(), rows(&[(1, &["", "", "a"]), (5, &["b", "b"]), (6, &["b", "b"])]));
    assert!(open(&sheet(&inner)).unwrap().0.notes().contains(&Note::HiddenRows));
}

#[test]
fn a_merged_cell_stands_in_its_first_place() {
    let inner = format!(
        "<table:table-row><table:table-cell table:number-columns-spanned=\"2\" office:value-type=\"string\"><text:p>a</text:p></table:table-cell><table:covered-table-cell/>{}</table:table-row>",
        text("b")
    );
    assert_eq!(read(&sheet(&inner)).unwrap(), rows(&[(1, &["a", "", "b"])]));
}

#[test]
fn sheets_have_names_and_may_be_hidden() {
    let styles = "<style:style style:name=\"ta1\"><style:table-properties table:display=\"true\"/></style:style><style:style style:name=\"ta2\"><style:table-properties table:display=\"false\"/></style:style>";
    let one = |name: &str, style: &str, cell: &str| {
        format!(
            "<table:table table:name=\"{name}\" table:style-name=\"{style}\"><table:table-row>{}</table:table-row></table:table>",
            text(cell)
        )
    };
    let bytes = book(styles, &(one("Arsip", "ta2", "lama") + &one("Pelamar", "ta1", "baru")));
    assert_eq!(read(&bytes).unwrap(), rows(&[(1, &["baru"])]));
    assert_eq!(read_within(&bytes, &Limits::default(), Some("Arsip")).unwrap(), rows(&[(1, &["lama"])]));
}

#[rstest]
#[case::lone_cell(
    "<table:table-row table:number-rows-repeated=\"1048575\"/><table:table-row><table:table-cell table:number-columns-repeated=\"16383\"/><table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>",
    ReadErrorCode::TooManyColumns
)]
#[case::repeated_beyond_the_columns(
    "<table:table-row><table:table-cell table:number-columns-repeated=\"4000000000\" office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>",
    ReadErrorCode::TooManyColumns
)]
#[case::repeated_beyond_the_rows(
    "<table:table-row table:number-rows-repeated=\"4000000000\"><table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>",
    ReadErrorCode::TooManyRows
)]
fn places_out_of_bounds_are_refused(#[case] inner: &str, #[case] code: ReadErrorCode) {
    assert_eq!(read(&sheet(inner)).unwrap_err().code, code);
}

#[test]
fn a_million_styled_empty_rows_are_nothing() {
    let inner =
        "<table:table-row table:style-name=\"ro1\"><table:table-cell table:style-name=\"ce1\"/></table:table-row>"
            .repeat(100_000);
    assert_eq!(read(&sheet(&inner)).unwrap(), []);
}

#[test]
fn what_unpacks_past_the_limits_is_not_read_on() {
    let bytes = sheet(&"<table:table-row><table:table-cell/></table:table-row>".repeat(50_000));
    let small = Limits { inflate_floor: 1 << 20, inflate_ratio: 10, ..Limits::default() };
    assert_eq!(read_within(&bytes, &small, None).unwrap_err().code, ReadErrorCode::ZipBomb);
}

#[test]
fn a_billion_laughs_are_not_heard() {
    let bytes = ods(
        "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><office:document-content>&b;</office:document-content>",
    );
    assert_eq!(read(&bytes).unwrap_err().code, ReadErrorCode::DeclaresEntities);
}

#[test]
fn a_password_is_told_by_the_manifest() {
    let bytes = zipped(&[
        ("META-INF/manifest.xml", b"<manifest:manifest><manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"),
        ("content.xml", &[0x80; 64]),
    ]);
    assert_eq!(read(&bytes).unwrap_err().code, ReadErrorCode::Encrypted);
}

#[rstest]
#[case::text(
    "<office:document-content><office:body><office:text/></office:body></office:document-content>",
    ReadErrorCode::NotATable
)]
#[case::not_closed("<office:document-content><office:body><office:spreadsheet><table:table>", ReadErrorCode::Truncated)]
fn what_is_no_whole_spreadsheet_is_refused(#[case] content: &str, #[case] code: ReadErrorCode) {
    assert_eq!(read(&ods(content)).unwrap_err().code, code);
}

#[test]
fn what_a_merged_cell_says_goes_with_the_rows_that_it_covers() {
    let merged = "<table:table-cell table:number-rows-spanned=\"3\" office:value-type=\"string\"><text:p>Siti</text:p></table:table-cell>";
    let inner = format!(
        "<table:table-row>{merged}{}</table:table-row>\
         <table:table-row table:number-rows-repeated=\"2\"><table:covered-table-cell/>{}</table:table-row><table:table-row>{}</table:table-row>",
        text("SD"),
        text("SMP"),
        text("Ani")
    );
    let said: &[&str] = &["1 1 Siti"];
    assert_eq!(covered(&sheet(&inner)), rows(&[(1, &[]), (2, said), (3, said), (4, &[])]));
}

#[rstest]
#[case::said(
    "<table:calculation-settings><table:null-date table:date-value=\"1904-01-01\"/></table:calculation-settings>",
    true
)]
#[case::another(
    "<table:calculation-settings><table:null-date table:date-value=\"1899-12-30\"/></table:calculation-settings>",
    false
)]
#[case::not_said("", false)]
fn the_epoch_of_1904_is_told(#[case] settings: &str, #[case] told: bool) {
    let table =
        format!("<table:table table:name=\"Data\"><table:table-row>{}</table:table-row></table:table>", text("a"));
    let (source, _file) = open(&book("", &format!("{settings}{table}"))).unwrap();
    assert_eq!(source.counts_from_1904(), told);
}
