//! Pages as portals and spreadsheet programs write them, and pages made to break a reader.

use rstest::rstest;

use super::super::samples::{covered, open, read, read_within, rows};
use crate::{Limits, Note, ReadErrorCode, TableRow};

fn page(rows: &str) -> String {
    format!("<html><head><meta charset=\"utf-8\"></head><body><table border=1>{rows}</table></body></html>")
}

#[rstest]
#[case::tidy("<tr><th>Nama</th><th>HP</th></tr><tr><td>Siti</td><td>0812</td></tr>")]
#[case::never_closed("<tr><th>Nama<th>HP<tr><td>Siti<td>0812")]
#[case::sections("<thead><tr><th>Nama</th><th>HP</th></tr></thead><tbody><tr><td>Siti</td><td>0812</td></tr></tbody>")]
#[case::shouting("<TR><TH>Nama</TH><TH>HP</TH></TR><TR><TD>Siti</TD><TD>0812</TD></TR>")]
#[case::space_around("<tr>\n <th>\n  Nama </th><th> HP</th></tr>\n<tr>\n<td>Siti</td> <td>0812\n</td></tr>")]
#[case::formatted("<tr><th><b>Nama</b></th><th>HP</th></tr><tr><td><font size=2>Si</font>ti</td><td>0812</td></tr>")]
#[case::comments_and_styles(
    "<style>td { color: red }</style><!-- <tr><td>x --><tr><th>Nama</th><th>HP</th></tr><tr><td>Siti</td><td>0812</td></tr>"
)]
fn a_table_is_read_however_it_is_written(#[case] inner: &str) {
    assert_eq!(read(page(inner).as_bytes()).unwrap(), rows(&[(1, &["Nama", "HP"]), (2, &["Siti", "0812"])]));
}

#[test]
fn entities_breaks_and_spaces_become_what_a_person_sees() {
    let inner = "<tr><td>Siti &amp; Ani</td><td>Jl. Mawar<br>No. 3</td><td>a&nbsp;b  c</td><td>&#8211;</td></tr>";
    let expected = ["Siti & Ani", "Jl. Mawar\nNo. 3", "a\u{a0}b c", "–"];
    assert_eq!(read(page(inner).as_bytes()).unwrap(), rows(&[(1, &expected)]));
}

#[test]
fn a_cell_that_spans_others_stands_in_the_first_and_covers_the_rest() {
    let inner = "<tr><td rowspan=2>A</td><td colspan=2>B</td><td>C</td></tr><tr><td>D</td><td>E</td><td>F</td></tr><tr><td>G</td></tr>";
    let expected = rows(&[(1, &["A", "B", "", "C"]), (2, &["", "D", "E", "F"]), (3, &["G"])]);
    assert_eq!(read(page(inner).as_bytes()).unwrap(), expected);
}

#[test]
fn spans_beyond_all_bounds_cost_nothing() {
    let inner = "<tr><td colspan=4000000000 rowspan=4000000000></td></tr>".repeat(10_000) + "<tr><td>x";
    let error = read(page(&inner).as_bytes()).unwrap_err();
    assert_eq!(error.code, ReadErrorCode::TooManyColumns);
}

#[test]
fn every_table_is_a_sheet_and_empty_ones_are_hidden() {
    let text = "<table><tr><td></td></tr></table><table><tr><td>a</td></tr></table><table><tr><td>b<table><tr><td>c</td></tr></table>d</td></tr></table>";
    let (source, _file) = open(text.as_bytes()).unwrap();
    let sheets: Vec<_> = source.sheets().iter().map(|sheet| (sheet.name.as_str(), sheet.hidden)).collect();
    assert_eq!(sheets, [("Table 1", true), ("Table 2", false), ("Table 3", false), ("Table 4", false)]);
    let read = |sheet| read_within(text.as_bytes(), &Limits::default(), Some(sheet)).unwrap();
    assert_eq!(read("Table 2"), rows(&[(1, &["a"])]));
    assert_eq!(read("Table 3"), rows(&[(1, &["bd"])]));
    assert_eq!(read("Table 4"), rows(&[(1, &["c"])]));
}

#[test]
fn a_page_says_its_encoding_and_the_bytes_overrule_it() {
    let latin = b"<meta charset=\"iso-8859-1\"><table><tr><td>R\xE9ni</td></tr></table>";
    assert_eq!(read(latin).unwrap(), rows(&[(1, &["Réni"])]));
    let lying = "<meta charset=\"iso-8859-1\"><table><tr><td>Réni</td></tr></table>";
    assert_eq!(read(lying.as_bytes()).unwrap(), rows(&[(1, &["Réni"])]));
    let wide: Vec<u8> =
        "\u{feff}<table><tr><td>Réni</td></tr></table>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (mut source, _file) = open(&wide).unwrap();
    assert!(source.notes().contains(&Note::Utf16));
    let read: Vec<TableRow> = source.table(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(read[0].cells, ["Réni"]);
}

#[test]
fn hidden_rows_are_rows() {
    let inner = "<tr><td>a</td></tr><tr style='height:0; display: none'><td>b</td></tr>";
    let (source, _file) = open(page(inner).as_bytes()).unwrap();
    assert!(source.notes().contains(&Note::HiddenRows));
    assert_eq!(read(page(inner).as_bytes()).unwrap(), rows(&[(1, &["a"]), (2, &["b"])]));
}

#[rstest]
#[case::no_table("<html><body><h1>Sesi berakhir</h1><form>Masuk</form></body></html>")]
#[case::empty_tables("<html><table><tr><td> </td></tr></table></html>")]
fn a_page_without_a_table_says_so(#[case] text: &str) {
    let error = read(text.as_bytes()).unwrap_err();
    assert_eq!(error.code, ReadErrorCode::NotATable);
    assert!(error.value.unwrap().starts_with("a web page"));
}

#[rstest]
#[case::in_a_text(format!("<table><tr><td>{}", "x".repeat(8 << 20)))]
#[case::in_an_attribute(format!("<table><tr><td title=\"{}\">", "x".repeat(8 << 20)))]
#[case::in_a_comment(format!("<table><tr><td>a<!--{}", "x".repeat(8 << 20)))]
fn megabytes_without_an_end_are_refused(#[case] text: String) {
    assert_eq!(read(text.as_bytes()).unwrap_err().code, ReadErrorCode::CellTooLong);
}

#[rstest]
#[case::some_digits("8,12E+10", "81234567801", "81234567801")]
#[case::none("#####", "81234567801", "81234567801")]
#[case::all("0812-3456-7801", "81234567801", "0812-3456-7801")]
#[case::a_date("17/08/95", "34928", "17/08/95")]
#[case::a_word("E+", "7", "E+")]
#[case::no_number("8,12E+10", "nan", "8,12E+10")]
fn a_number_that_is_shown_with_too_few_digits_is_the_one_beside_it(
    #[case] shown: &str,
    #[case] kept: &str,
    #[case] expected: &str,
) {
    let inner = format!("<tr><td x:num=\"{kept}\">{shown}</td></tr>");
    assert_eq!(read(page(&inner).as_bytes()).unwrap(), rows(&[(1, &[expected])]));
}

#[test]
fn a_link_stands_beside_the_words_that_lead_to_it() {
    let inner = "<tr><td>Siti</td><td><a href=\"https://example.com/a?b=1&amp;c=2\">Lihat</a> <a href='https://example.com/lain'>CV</a></td></tr>\
                 <tr><td> </td><td><a href=\"https://example.com/kosong\"></a></td></tr><tr><td><a href=\"mailto:ani@example.com\">Ani</a></td></tr>";
    let (mut source, _file) = open(page(inner).as_bytes()).unwrap();
    let read: Vec<TableRow> = source.table(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(read[0].cells, ["Siti", "Lihat CV"]);
    assert_eq!(read[0].links, [(2, "https://example.com/a?b=1&c=2".to_owned())]);
    assert_eq!((read[1].row, read[1].links.len()), (3, 0), "a link of a row is none of the next one's");
}

#[test]
fn what_a_cell_says_goes_with_the_rows_that_it_spans() {
    let inner =
        "<tr><td rowspan=2>Siti</td><td>CV</td><td rowspan=0>x</td></tr><tr><td>KTP</td></tr><tr><td>Ani</td></tr>";
    let expected = rows(&[(1, &[]), (2, &["1 1 Siti", "3 1 x"]), (3, &["3 1 x"])]);
    assert_eq!(covered(page(inner).as_bytes()), expected);
}
