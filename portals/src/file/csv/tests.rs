//! Text files, each with one thing about its shape.

use rstest::rstest;

use crate::{DialectChoice, Limits, Note, Quote, ReadErrorCode, SourceFile, TableRow};

fn read(bytes: &[u8]) -> (Vec<TableRow>, Vec<Note>) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let mut source = SourceFile::open(file.path(), "x.csv", &Limits::default()).unwrap();
    let notes = source.notes().to_vec();
    (source.table(None).unwrap().map(Result::unwrap).collect(), notes)
}

fn row(row: u32, cells: &[&str]) -> TableRow {
    TableRow { row, cells: cells.iter().collect(), ..TableRow::default() }
}

#[rstest]
#[case::comma("a,b\nc,d\n", &[])]
#[case::semicolon("a;b\nc;d\n", &[Note::SeparatorSemicolon])]
#[case::tab("a\tb\nc\td\n", &[Note::SeparatorTab])]
#[case::pipe("a|b\nc|d\n", &[Note::SeparatorPipe])]
#[case::crlf("a,b\r\nc,d\r\n", &[])]
#[case::cr("a,b\rc,d\r", &[])]
#[case::no_last_line_end("a,b\nc,d", &[])]
#[case::sep_line("sep=;\r\na;b\r\nc;d\r\n", &[Note::SeparatorSemicolon, Note::SepLine])]
#[case::sep_line_that_lies("sep=;\na,b\nc,d\n", &[Note::SepLine])]
#[case::bom("\u{feff}a,b\nc,d\n", &[Note::Bom])]
#[case::spaces_before_cells("\"a\", \"b\"\n\"c\", \"d\"\n", &[Note::SpacesBeforeCells])]
#[case::quoted("\"a\",\"b\"\nc,\"d\"\n", &[])]
#[case::lines_in_marks("\"a,b\"\n\"c,d\"\n", &[Note::QuotedLines])]
#[case::lines_and_cells_in_marks("\"a;\"\"b\"\"\"\r\n\"\"\"c\"\";d\"", &[Note::SeparatorSemicolon, Note::QuotedLines])]
fn every_shape_gives_the_same_table(#[case] text: &str, #[case] expected: &[Note]) {
    let (rows, notes) = read(text.as_bytes());
    assert_eq!(rows, [row(1, &["a", "b"]), row(2, &["c", "d"])]);
    assert_eq!(notes, expected);
}

#[rstest]
#[case::lf("\n")]
#[case::crlf("\r\n")]
#[case::cr("\r")]
fn blank_lines_count_and_quoted_line_breaks_do_not(#[case] end: &str) {
    let text = ["", "", "h,i", "", "\"a~b\",c", "d,e", "", "", "\"f~~g\",h", "i,j"].join(end).replace('~', end);
    let (rows, _) = read(text.as_bytes());
    let numbers: Vec<u32> = rows.iter().map(|row| row.row).collect();
    assert_eq!(numbers, [3, 5, 6, 9, 10], "{rows:?}");
}

#[test]
fn marks_inside_a_cell_that_are_not_doubled_are_kept_and_told() {
    let text = "Nama,HP,Alamat\nSiti,0812,\"Rumah \"Biru\" No. 3\"\nAni,0813,\"Rumah, \"Hijau\", No. 4\"\nDewi,0814,\"Depok, Jabar\"\n";
    let (rows, notes) = read(text.as_bytes());
    assert_eq!(rows[1], row(2, &["Siti", "0812", "Rumah \"Biru\" No. 3"]));
    assert_eq!(rows[2], row(3, &["Ani", "0813", "Rumah, \"Hijau\", No. 4"]));
    assert_eq!(rows[3], row(4, &["Dewi", "0814", "Depok, Jabar"]));
    assert_eq!(notes, [Note::InnerQuotes]);
}

#[rstest]
#[case::line_breaks(
    "\"Nama\", \"No. HP\", \"Alamat\"\n\"Siti\", \"0812\", \"Jl. A\nDepok\"\n\"Dewi\", \"0813\", \"Jl. B\"\n",
    "Jl. A\nDepok"
)]
#[case::separators(
    "\"Nama\", \"No. HP\", \"Alamat\"\n\"Siti\", \"0812\", \"Jl. A, Depok\"\n\"Dewi\", \"0813\", \"Jl. B\"\n",
    "Jl. A, Depok"
)]
#[case::beyond_ascii(
    "\"Nama\"¦ \"No. HP\"¦ \"Alamat\"\n\"Siti\"¦ \"0812\"¦ \"Jl. A, Depok\"\n\"Dewi\"¦ \"0813\"¦ \"Jl. B\"\n",
    "Jl. A, Depok"
)]
fn a_mark_behind_a_separator_and_a_space_quotes(#[case] text: &str, #[case] third: &str) {
    let (rows, _) = read(text.as_bytes());
    assert_eq!(
        rows,
        [row(1, &["Nama", "No. HP", "Alamat"]), row(2, &["Siti", "0812", third]), row(3, &["Dewi", "0813", "Jl. B"])]
    );
}

#[test]
fn a_comma_inside_cells_does_not_beat_the_semicolon() {
    let (rows, _) = read(b"Nama;Gaji;Alamat\nSiti;3,5 jt;Jl. Mawar, Depok\nAni;4,5 jt;Jl. Melati, Bogor\n");
    assert_eq!(rows[1].cells, ["Siti", "3,5 jt", "Jl. Mawar, Depok"]);
}

#[test]
fn a_late_byte_that_is_not_utf8_is_read_as_excel_wrote_it() {
    let mut bytes = "Nama,Telepon\n".repeat(30_000).into_bytes();
    bytes.extend(b"R\xE9ni\0,0812\n");
    let (rows, _) = read(&bytes);
    assert_eq!(rows.last().unwrap().cells, ["Réni", "0812"]);
}

#[test]
fn a_line_in_another_encoding_spoils_no_other() {
    let (rows, notes) = read(b"Nama,HP\nR\xC3\xA9ni,0812\nR\xE9no,0813\n");
    assert_eq!((&rows[1].cells[0], &rows[2].cells[0]), ("Réni", "Réno"));
    assert_eq!(notes, [Note::MixedEncodings]);
}

#[test]
fn ragged_rows_stay_as_they_are() {
    let (rows, _) = read(b"a,b,c\n1\n1,2,3,4\n1,,\n");
    assert_eq!(rows.iter().map(|row| row.cells.len()).collect::<Vec<_>>(), [3, 1, 4, 1]);
}

#[rstest]
#[case::nothing_is_a_mark("none", None, "a,b\n\"c,d\"\n", &["\"c", "d\""])]
#[case::another_mark("`", None, "a,b\n`c,d`,e\n", &["c,d", "e"])]
#[case::apostrophes_of_one_row("'", None, "a,b\n'c,d',e\n", &["c,d", "e"])]
#[case::a_backslash_escapes("\"", Some("backslash"), "a,b\n\"c\\\",\",d\n", &["c\",", "d"])]
#[case::a_backslash_is_a_letter("\"", Some("doubled"), "a,b\n\"say \\\",c\nd,\"x \\\"y\\\" z\"\n", &["say \\", "c"])]
fn marks_that_a_person_names_are_obeyed(
    #[case] quote: &str,
    #[case] escape: Option<&str>,
    #[case] text: &str,
    #[case] second: &[&str],
) {
    let choice = DialectChoice {
        delimiter: Some(",".parse().unwrap()),
        quote: Some(quote.parse().unwrap()),
        escape: escape.map(|word| word.parse().unwrap()),
        ..DialectChoice::default()
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let mut source = SourceFile::open_as(file.path(), "x.csv", &Limits::default(), &choice).unwrap();
    assert_eq!(Quote::word(source.dialect().unwrap().quote), String::from(choice.quote.unwrap()));
    assert_eq!(source.table(None).unwrap().nth(1).unwrap().unwrap().cells, *second);
}

#[rstest]
#[case::up_to_another_mark("Nama,HP,Kota\n\"Siti,0812,Depok\nAni,0813,Bogor\nBudi,0814,\"Solo\"\nCici,0815,Garut\n")]
#[case::crlf("Nama,HP,Kota\r\n\"Siti,0812,Depok\r\nAni,0813,Bogor\r\nBudi,0814,\"Solo\"\r\nCici,0815,Garut\r\n")]
#[case::up_to_the_end("Nama,HP,Kota\n\"Siti,0812,Depok\nAni,0813,Bogor\nBudi,0814,Solo\nCici,0815,Garut\n")]
#[case::at_the_very_end("Nama,HP,Kota\nSiti,0812,Depok\nAni,0813,Bogor\n\"Budi,0814,Solo\nCici,0815,Garut")]
#[case::up_to_the_next_row("Nama,HP,Kota\n\"Siti,0812,Depok\n\"Ani,0813,Bogor\nBudi,0814,Solo\nCici,0815,Garut\n")]
#[case::in_the_very_last_row("Nama,HP,Kota\nSiti,0812,Depok\nAni,0813,Bogor\nBudi,0814,Solo\n\"Cici,0815,Garut")]
#[case::in_its_last_cell("Nama,HP,Kota\nSiti,0812,Depok\nAni,0813,Bogor\nBudi,0814,Solo\nCici,0815,\"Garut")]
#[case::twice("Nama,HP,Kota\n\"Siti,0812,Depok\nAni,0813,Bogor\n\"Budi,0814,Solo\nCici,0815,Garut\n")]
#[case::utf16("\u{feff}Nama,HP,Kota\n\"Siti,0812,Depok\nAni,0813,Bogor\nBudi,0814,\"Solo\"\nCici,0815,Garut\n")]
fn a_quotation_mark_that_is_never_closed_swallows_no_rows(#[case] text: &str) {
    let wide = text.starts_with('\u{feff}');
    let bytes = if wide { text.encode_utf16().flat_map(u16::to_le_bytes).collect() } else { text.as_bytes().to_vec() };
    let (mut rows, _) = read(&bytes);
    // Where the last line is such a one, the file may as well stop in it.
    rows.iter_mut().for_each(|row| row.cut = false);
    let expected = [
        row(1, &["Nama", "HP", "Kota"]),
        row(2, &["Siti", "0812", "Depok"]),
        row(3, &["Ani", "0813", "Bogor"]),
        row(4, &["Budi", "0814", "Solo"]),
        row(5, &["Cici", "0815", "Garut"]),
    ];
    assert_eq!(rows, expected);
}

#[rstest]
#[case::one_a_row("\"Siti ~,0812~,Depok", &["Siti ~", "0812~", "Depok"])]
#[case::three_a_row("\"Siti ~,\"0812~,\"Depok", &["Siti ~", "0812~", "Depok"])]
#[case::one_in_the_last_cell("Siti ~,0812~,\"Depok", &["Siti ~", "0812~", "Depok"])]
fn a_stray_mark_in_every_row_swallows_nothing_in_any_encoding(
    #[case] line: &str,
    #[case] cells: &[&str],
    #[values("\n", "\r\n", "\r")] end: &str,
    #[values(false, true)] wide: bool,
) {
    const ROWS: u32 = 2_000;
    let lines = (0..ROWS).map(|at| line.replace('~', &at.to_string()) + end);
    let text = format!("Nama,HP,Kota{end}") + &lines.collect::<String>();
    let bytes = if wide { text.encode_utf16().flat_map(u16::to_le_bytes).collect() } else { text.into_bytes() };
    let (rows, _) = read(&bytes);
    let expected = (0..ROWS).map(|at| TableRow {
        row: at + 2,
        cells: cells.iter().map(|cell| cell.replace('~', &at.to_string())).collect(),
        ..TableRow::default()
    });
    assert!(rows.into_iter().skip(1).eq(expected));
}

#[rstest]
#[case::a_cell_of_two_lines("Nama,HP,Kota\nSiti,0812,\"Jl. A\nRT \"2\"\nAni,0813,Solo\n", "Jl. A\nRT \"2")]
#[case::beside_an_honest_comma("Nama,HP,Kota\n\"Siti, S\",0812,\"Jl. A\nR\"T 2\"\nAni,0813,Solo\n", "Jl. A\nR\"T 2")]
#[case::in_the_header(
    "Nama,HP,\"Kota\n\"Siti\",0812,Depok\nAni,0813,Solo\nBudi,0814,Tegal\nCici,0815,Garut\n",
    "Depok"
)]
fn a_stray_mark_beside_honest_ones_neither_swallows_nor_invents_a_row(#[case] text: &str, #[case] third: &str) {
    let (rows, _) = read(text.as_bytes());
    let ani = rows.iter().position(|row| row.cells == ["Ani", "0813", "Solo"]);
    assert_eq!((ani, rows.len() > 2), (Some(2), true), "{rows:?}");
    assert_eq!((rows[0].cells.len(), &rows[1].cells[2]), (3, third));
}

const HEAD: &str = "Nama,HP,Alamat,Kota\nSiti,0812,\"Jl. A, No. 1\nRT 2\",Depok\n";

#[rstest]
#[case::whole("Ani,0813,Jl. B,Bogor\n", &[])]
#[case::whole_without_a_line_end("Ani,0813,Jl. B,Bogor", &[])]
#[case::without_its_last_cell("Ani,0813,Jl. B", &[3])]
#[case::in_a_number("Ani,0813", &[3])]
#[case::in_a_name("An", &[3])]
#[case::behind_a_separator("Ani,0813,", &[3])]
#[case::before_the_last_cell("Ani,0813,Jl. B,", &[])]
#[case::in_a_quoted_cell("Ani,0813,\"Jl. B, No", &[3])]
#[case::in_its_second_line("Ani,0813,\"Jl. B, No. 3\nRT", &[3, 4])]
#[case::behind_a_line_end_inside_a_cell("Ani,0813,\"Jl. B\n", &[3])]
#[case::in_a_quoted_last_cell("Ani,0813,Jl. B,\"Bog", &[3])]
#[case::at_a_line_end("", &[])]
fn a_text_that_stops_in_its_last_row_says_so(
    #[case] last: &str,
    #[case] cut: &[u32],
    #[values("\n", "\r\n", "\r")] end: &str,
) {
    let (rows, _) = read((HEAD.to_owned() + last).replace('\n', end).as_bytes());
    let found: Vec<u32> = rows.iter().filter(|row| row.cut).map(|row| row.row).collect();
    assert_eq!(found, cut, "{rows:?}");
}

#[test]
fn a_text_that_stops_inside_a_letter_says_so() {
    let text = "\u{feff}Nama,HP\nSiti,081234567890\nAni,081345678901";
    let whole: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (missing, cut) in [(0, false), (1, true)] {
        let (rows, _) = read(&whole[..whole.len() - missing]);
        assert_eq!(rows.last().map(|row| (row.row, row.cut)), Some((3, cut)));
    }
}

#[test]
fn many_thousand_blank_lines_are_counted_and_no_record() {
    let text = format!("a,b\n{}c,d\n", "\n".repeat(3_000_000));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let limits = Limits { rows: 4_000_000, ..Limits::default() };
    let mut source = SourceFile::open(file.path(), "x.csv", &limits).unwrap();
    let rows: Vec<TableRow> = source.table(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows, [row(1, &["a", "b"]), row(3_000_002, &["c", "d"])]);
}

#[test]
fn an_honest_cell_may_hold_lines_with_separators() {
    let (rows, _) = read(b"Nama,Alamat,Kota\n\"Siti\",\"Jl. Mawar, No. 3\nRT 1, RW 2, Depok\",Depok\nAni,,Bogor\n");
    assert_eq!(&rows[1].cells[1], "Jl. Mawar, No. 3\nRT 1, RW 2, Depok");
    assert_eq!((rows[2].row, rows.len()), (3, 3));
}

#[test]
fn a_mark_that_would_swallow_a_long_file_is_taken_for_itself() {
    let mut text = "a,b,c\n1,2,3\n\"x,y,z\n".to_owned();
    text.push_str(&"1,2,3\n".repeat(200_000));
    let (rows, _) = read(text.as_bytes());
    assert_eq!(rows.len(), 200_003);
    assert_eq!(rows[2], row(3, &["x", "y", "z"]));
    assert_eq!(rows.last().map(|row| row.row), Some(200_003));
}

#[test]
fn a_megabyte_in_one_cell_stops_at_the_bound() {
    for cell in ["x".repeat(4 << 20), format!("\"{}\"", "x y".repeat(1 << 20))] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("a,b\nc,{cell}\n")).unwrap();
        let mut source = SourceFile::open(file.path(), "x.csv", &Limits::default()).unwrap();
        let error = source.table(None).unwrap().find_map(Result::err).unwrap();
        assert_eq!((error.code, error.row), (ReadErrorCode::CellTooLong, Some(2)));
    }
}

#[test]
fn sentences_in_marks_stay_what_they_are() {
    let (rows, notes) = read(b"\"Halo, Siti\"\n\"Baik, terima kasih\"\n\"Sampai besok, Ani\"\n");
    assert_eq!(rows[1], row(2, &["Baik, terima kasih"]));
    assert!(notes.is_empty());
}
