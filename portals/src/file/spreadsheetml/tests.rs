//! Workbooks as Excel 2003 wrote them, and workbooks made to break a reader.

use rstest::rstest;

use super::super::samples::{covered, open, read, read_within, rows};
use crate::{Limits, Note, ReadErrorCode};

fn book(sheets: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">{sheets}</Workbook>"
    )
}

fn sheet(rows: &str) -> String {
    book(&format!("<Worksheet ss:Name=\"Data\"><Table ss:ExpandedColumnCount=\"3\">{rows}</Table></Worksheet>"))
}

#[test]
fn typed_cells_become_text() {
    let text = sheet(
        "<Row><Cell><Data ss:Type=\"String\">Siti &amp; Ani</Data></Cell><Cell><Data ss:Type=\"Number\">81234567890</Data></Cell>\
         <Cell><Data ss:Type=\"DateTime\">2026-04-11T00:00:00.000</Data></Cell><Cell><Data ss:Type=\"Boolean\">1</Data></Cell>\
         <Cell><ss:Data ss:Type=\"String\"><B>te</B>bal</ss:Data></Cell><Cell><Data ss:Type=\"Number\">8.12346E+11</Data></Cell>\
         <Cell><Data ss:Type=\"String\"><![CDATA[a<b]]></Data></Cell></Row>",
    );
    let expected = ["Siti & Ani", "81234567890", "2026-04-11", "TRUE", "tebal", "8.12346E+11", "a<b"];
    assert_eq!(read(text.as_bytes()).unwrap(), rows(&[(1, &expected)]));
}

#[rstest]
#[case::behind_the_value(
    "<Data ss:Type=\"String\">Siti</Data><Comment ss:Author=\"HR\"><ss:Data xmlns=\"http://www.w3.org/TR/REC-html40\"><B>HR:</B> catatan</ss:Data></Comment>",
    &["Siti", "0812"]
)]
#[case::before_the_value("<Comment><Data>catatan</Data></Comment><Data ss:Type=\"String\">Siti</Data>", &["Siti", "0812"])]
#[case::without_a_value("<Comment ss:ShowAlways=\"1\"><ss:Data>catatan</ss:Data></Comment>", &["", "0812"])]
#[case::never_closed("<Data>Siti</Data><Comment><Data>catatan</Data>", &["Siti", "0812"])]
fn a_comment_is_no_value(#[case] inner: &str, #[case] expected: &[&str]) {
    let text = sheet(&format!("<Row><Cell>{inner}</Cell><Cell><Data>0812</Data></Cell></Row>"));
    assert_eq!(read(text.as_bytes()).unwrap(), rows(&[(1, expected)]));
}

#[test]
fn rows_that_are_written_once_for_several_keep_the_number_of_those_below() {
    let text = sheet(
        "<Row><Cell><Data>a</Data></Cell></Row><Row ss:Span=\"2\"/><Row><Cell><Data>b</Data></Cell></Row>\
         <Row ss:Index=\"9\" ss:Span=\"1\"/><Row><Cell><Data>c</Data></Cell></Row>",
    );
    assert_eq!(read(text.as_bytes()).unwrap(), rows(&[(1, &["a"]), (5, &["b"]), (11, &["c"])]));
    let text = sheet("<Row ss:Span=\"4294967295\"/><Row><Cell><Data>a</Data></Cell></Row>");
    assert_eq!(read(text.as_bytes()).unwrap_err().code, ReadErrorCode::TooManyRows);
}

#[test]
fn places_that_are_left_out_are_empty() {
    let text = sheet(
        "<Row ss:Index=\"3\"><Cell ss:MergeAcross=\"1\"><Data ss:Type=\"String\">a</Data></Cell><Cell><Data ss:Type=\"String\">b</Data></Cell></Row>\
         <Row/><Row ss:Hidden=\"1\"><Cell ss:Index=\"2\"><Data ss:Type=\"String\">c</Data></Cell></Row>",
    );
    assert_eq!(read(text.as_bytes()).unwrap(), rows(&[(3, &["a", "", "b"]), (5, &["", "c"])]));
    assert!(open(text.as_bytes()).unwrap().0.notes().contains(&Note::HiddenRows));
}

#[test]
fn sheets_have_names_and_may_be_hidden() {
    let text = book(
        "<Worksheet ss:Name=\"Arsip\"><Table><Row><Cell><Data ss:Type=\"String\">lama</Data></Cell></Row></Table>\
         <WorksheetOptions xmlns=\"urn:schemas-microsoft-com:office:excel\"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>\
         <Worksheet ss:Name=\"Pelamar\"><Table><Row><Cell><Data ss:Type=\"String\">baru</Data></Cell></Row></Table></Worksheet>",
    );
    assert_eq!(read(text.as_bytes()).unwrap(), rows(&[(1, &["baru"])]));
    assert_eq!(read_within(text.as_bytes(), &Limits::default(), Some("Arsip")).unwrap(), rows(&[(1, &["lama"])]));
    assert!(open(text.as_bytes()).unwrap().0.notes().contains(&Note::HiddenSheet));
}

#[rstest]
#[case::lone_cell(
    "<Row ss:Index=\"1048576\"><Cell ss:Index=\"16384\"><Data ss:Type=\"String\">x</Data></Cell></Row>",
    ReadErrorCode::TooManyColumns
)]
#[case::far_row(
    "<Row ss:Index=\"4000000000\"><Cell><Data ss:Type=\"String\">x</Data></Cell></Row>",
    ReadErrorCode::TooManyRows
)]
#[case::out_of_order(
    "<Row ss:Index=\"5\"><Cell><Data>x</Data></Cell></Row><Row ss:Index=\"2\"><Cell><Data>y</Data></Cell></Row>",
    ReadErrorCode::Truncated
)]
fn places_out_of_bounds_are_refused(#[case] inner: &str, #[case] code: ReadErrorCode) {
    assert_eq!(read(sheet(inner).as_bytes()).unwrap_err().code, code);
}

#[test]
fn a_billion_laughs_are_not_heard() {
    let mut entities = "<!ENTITY a \"ha\">".to_owned();
    for (name, of) in ["b", "c", "d", "e", "f", "g", "h", "i"].iter().zip(["a", "b", "c", "d", "e", "f", "g", "h"]) {
        entities.push_str(&format!("<!ENTITY {name} \"{}\">", format!("&{of};").repeat(10)));
    }
    let text = sheet("<Row><Cell><Data ss:Type=\"String\">&i;</Data></Cell></Row>");
    let text = text.replace("<Workbook", &format!("<!DOCTYPE Workbook [{entities}]><Workbook"));
    let error = read(text.as_bytes()).unwrap_err();
    assert_eq!(error.code, ReadErrorCode::DeclaresEntities);
}

#[test]
fn a_download_that_broke_off_says_so() {
    let text = sheet("<Row><Cell><Data ss:Type=\"String\">Siti</Data></Cell></Row>");
    for length in [text.len() / 2 + 100, text.len() - 8] {
        assert_eq!(read(&text.as_bytes()[..length]).unwrap_err().code, ReadErrorCode::Truncated, "{length}");
    }
}

#[test]
fn a_megabyte_in_one_cell_is_refused() {
    let text = sheet(&format!("<Row><Cell><Data ss:Type=\"String\">{}</Data></Cell></Row>", "x".repeat(1 << 20)));
    assert_eq!(read(text.as_bytes()).unwrap_err().code, ReadErrorCode::CellTooLong);
    let text = sheet(&format!("<Row><Cell><Data ss:Type=\"String\">{}</Data></Cell></Row>", "x&amp;".repeat(100_000)));
    assert_eq!(read(text.as_bytes()).unwrap_err().code, ReadErrorCode::CellTooLong);
}

#[test]
fn a_link_stands_beside_the_words_that_lead_to_it() {
    let text = sheet(
        "<Row><Cell><Data>Siti</Data></Cell><Cell ss:HRef=\"https://example.com/cv.pdf\"><Data>Lihat CV</Data></Cell></Row>",
    );
    let (mut source, _file) = open(text.as_bytes()).unwrap();
    let row = source.table(None).unwrap().next().unwrap().unwrap();
    assert_eq!((row.cells.len(), row.links), (2, vec![(2, "https://example.com/cv.pdf".to_owned())]));
}

#[test]
fn what_a_merged_cell_says_goes_with_the_rows_that_it_covers() {
    let text = sheet(
        "<Row><Cell ss:MergeDown=\"1\"><Data ss:Type=\"String\">Siti</Data></Cell><Cell><Data>SD</Data></Cell><Cell ss:MergeDown=\"1\"/></Row>\
         <Row><Cell ss:Index=\"2\"><Data>SMP</Data></Cell></Row><Row><Cell><Data>Ani</Data></Cell></Row>",
    );
    assert_eq!(covered(text.as_bytes()), rows(&[(1, &[]), (2, &["1 1 Siti"]), (3, &[])]));
}

#[rstest]
#[case::said("<ExcelWorkbook xmlns=\"urn:schemas-microsoft-com:office:excel\"><Date1904/></ExcelWorkbook>", true)]
#[case::not_said("<ExcelWorkbook xmlns=\"urn:schemas-microsoft-com:office:excel\"/>", false)]
fn the_epoch_of_1904_is_told(#[case] settings: &str, #[case] told: bool) {
    let sheet = "<Worksheet><Table><Row><Cell><Data ss:Type=\"Number\">44661</Data></Cell></Row></Table></Worksheet>";
    let (source, _file) = open(book(&format!("{settings}{sheet}")).as_bytes()).unwrap();
    assert_eq!(source.counts_from_1904(), told);
}
