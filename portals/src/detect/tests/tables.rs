//! Where the table stands: sheet, header row, titles above it.

use rstest::rstest;
use satu_core::application::Field;

use super::*;
use crate::Limits;

#[rstest]
#[case::title_rows(
    "Laporan Pelamar\nTanggal: 11 April 2026\n\nNo,Nama Lengkap,Email,No. HP\n1,Siti,siti@example.com,0812\n",
    4
)]
#[case::repeated("Nama Lengkap,Email,No. HP\nSiti,siti@example.com,0812\nNama Lengkap,Email,No. HP\n", 1)]
#[case::line_break("\"Nama\n Lengkap\",Email,\"No.  HP\"\nSiti,siti@example.com,0812\n", 1)]
#[case::blank_first_column(",,Nama Lengkap,Email,No. HP\n,,Siti,siti@example.com,0812\n", 1)]
#[case::unknown_headers("Daftar 2026\n\nPenyanyi,Album,Tahun Terbit\nIwan,Belum Ada Judul,1992\n", 3)]
fn the_header_is_found_below_titles(#[case] text: &str, #[case] row: u32) {
    let survey = survey_of(text);
    assert_eq!(survey.layout.header_row, row);
    assert_eq!(survey.notes.contains(&Note::TitleRows), row > 1);
}

#[test]
fn a_line_break_in_a_header_reads_as_a_space() {
    let survey = survey_of("\"Nama\r\nLengkap\",Email,\"Nomor  Telepon\"\r\nSiti,siti@example.com,0812\r\n");
    let headers: Vec<&str> = survey.layout.columns.iter().map(|column| column.header.as_str()).collect();
    assert_eq!(headers, ["Nama Lengkap", "Email", "Nomor Telepon"]);
}

#[rstest]
#[case::values_only("Siti,siti@example.com,081234567890\nAni,ani@example.com,081234567891\n")]
#[case::one_column("Halo\napa kabar\n")]
fn a_table_without_headers_is_refused(#[case] text: &str) {
    let error = survey_with(text, &Choices::default()).unwrap_err();
    assert_eq!(error.code, ReadErrorCode::NoHeader);
    assert!(error.to_string().contains("pelamar.csv"));
}

#[rstest]
#[case::nothing_but_separators("\n\n,,,\n\n;;\n")]
#[case::nothing_but_space(" ,  ,\n")]
fn a_table_without_a_letter_is_empty(#[case] text: &str) {
    assert_eq!(survey_with(text, &Choices::default()).unwrap_err().code, ReadErrorCode::Empty);
}

#[test]
fn a_header_row_can_be_chosen() {
    let text = "Nama Lengkap,Email,No. HP\nSiti,siti@example.com,0812\nNama,Surel,Telepon\nAni,ani@example.com,0813\n";
    let survey = survey_with(text, &Choices { header_row: Some(3), ..Choices::default() }).unwrap();
    assert_eq!(survey.layout.header_row, 3);
    assert_eq!(survey.layout.columns[0].header, "Nama");
    let missing = survey_with(text, &Choices { header_row: Some(99), ..Choices::default() }).unwrap_err();
    assert_eq!(missing.code, ReadErrorCode::NoHeader);
    assert_eq!(
        missing.to_string(),
        "“pelamar.csv”, row 99 cannot be the header: it is blank, or not among the first 200 rows. Choose another row."
    );
}

#[test]
fn samples_are_different_and_not_empty() {
    let survey = survey_of("Nama Lengkap,Email\nSiti,\nSiti,a@example.com\nAni,\nBudi,b@example.com\n");
    assert_eq!(survey.samples, [vec!["Siti", "Ani", "Budi"], vec!["a@example.com", "b@example.com"]]);
}

#[test]
fn a_layout_can_be_kept_and_taken_out_again() {
    let survey = survey_of("Nama Lengkap,Email,No. HP,Tanggal Melamar\nSiti,siti@example.com,0812,25/04/2026\n");
    let kept = serde_json::to_string(&survey.layout).unwrap();
    assert_eq!(serde_json::from_str::<Layout>(&kept).unwrap(), survey.layout);
}

#[rstest]
#[case::groups(
    "Data Pribadi,,,Kontak,,Kontak Darurat,\nNama Lengkap,Tanggal Lahir,Kota,Email,No. HP,Nama,No. HP\nSiti,17/08/1998,Depok,siti@example.com,081234567890,Budi,081234567899\n",
    &["Nama Lengkap", "Tanggal Lahir", "Kota", "Email", "No. HP", "Kontak Darurat Nama", "Kontak Darurat No. HP"],
    &[Field::FullName, Field::BirthDate, Field::Location, Field::Email, Field::Phone, Field::Extras, Field::Extras]
)]
#[case::a_guarantors_group(
    "Data Pelamar,,,Penjamin,,\nNama Lengkap,No. HP,Email,Hubungan,Telepon,Alamat\nSiti,081234567890,siti@example.com,Paman,081234567899,Depok\n",
    &["Nama Lengkap", "No. HP", "Email", "Penjamin Hubungan", "Penjamin Telepon", "Penjamin Alamat"],
    &[Field::FullName, Field::Phone, Field::Email, Field::Extras, Field::Extras, Field::Extras]
)]
#[case::a_group_in_words_that_nobody_lists(
    "Data Pelamar,,,Wakil,\nNama Lengkap,No. HP,Email,Nama Lengkap,No. HP\nSiti,081234567890,siti@example.com,Budi,081234567899\n",
    &["Nama Lengkap", "No. HP", "Email", "Wakil Nama Lengkap", "Wakil No. HP"],
    &[Field::FullName, Field::Phone, Field::Email, Field::Extras, Field::Extras]
)]
#[case::such_a_group_before_hers(
    "Wakil,,Data Pelamar,,\nNama Lengkap,No. HP,Nama Lengkap,No. HP,Email\nBudi,081234567899,Siti,081234567890,siti@example.com\n",
    &["Wakil Nama Lengkap", "Wakil No. HP", "Nama Lengkap", "No. HP", "Email"],
    &[Field::Extras, Field::Extras, Field::FullName, Field::Phone, Field::Email]
)]
#[case::groups_that_only_sort(
    "Data Diri,,,Kontak Pribadi,,\nNama Lengkap,Email,Kota,No. HP,WhatsApp,Email\nSiti,siti@example.com,Depok,081234567890,081234567891,ani@example.com\n",
    &["Nama Lengkap", "Email", "Kota", "No. HP", "WhatsApp", "Email"],
    &[Field::FullName, Field::Email, Field::Location, Field::Phone, Field::Whatsapp, Field::Email]
)]
#[case::broken_in_two(
    "Nama,Tanggal,Nomor,Gaji yang\nLengkap,Melamar,Telepon,Diharapkan\nSiti,2026-08-17,081234567890,3500000\n",
    &["Nama Lengkap", "Tanggal Melamar", "Nomor Telepon", "Gaji yang Diharapkan"],
    &[Field::FullName, Field::AppliedAt, Field::Phone, Field::ExpectedSalary]
)]
#[case::one_line_merged_downwards(
    "No,Nama Lengkap,Kontak,,Domisili\n,,Email,No. HP,\n1,Siti,siti@example.com,081234567890,Depok\n",
    &["No", "Nama Lengkap", "Email", "No. HP", "Domisili"],
    &[Field::Ignore, Field::FullName, Field::Email, Field::Phone, Field::Location]
)]
fn a_header_on_two_lines_is_one(#[case] text: &str, #[case] headers: &[&str], #[case] fields: &[Field]) {
    for above in ["", "Daftar Pelamar\n\n"] {
        let survey = survey_of(&format!("{above}{text}"));
        let found: Vec<&str> = survey.layout.columns.iter().map(|column| column.header.as_str()).collect();
        assert_eq!(found, headers);
        let meant: Vec<Field> = survey.layout.columns.iter().map(ColumnMapping::effective).collect();
        assert_eq!(meant, fields);
        assert_eq!(survey.layout.header_row, if above.is_empty() { 2 } else { 4 });
        assert_eq!(survey.notes.contains(&Note::TitleRows), !above.is_empty());
    }
}

#[rstest]
#[case::under_a_title(
    "Nama Lengkap,Email,Nomor Telepon,Posisi yang Dilamar,Tanggal Melamar,Status\nSiti,siti@example.com,081234567801,Nanny,2026-04-11,Pending\nDewi,dewi@example.com,081234567802,Nanny,2026-04-12,Pending\n\nTim Rekrutmen\nNama,Email,Nomor Telepon\nRina,rina@example.id,081299998888\n",
    3,
    6
)]
#[case::as_wide_and_unknown(
    "Nama,No. HP,Kota\nSiti,081234567801,Depok\nDewi,081234567802,Bogor\nAni,081234567803,Solo\n\nPewawancara,Kontak HR,Ruang\nRina,081299998888,A\nJoko,081299998889,B\n",
    4,
    6
)]
#[case::without_a_gap(
    "Nama,No. HP,Email\nSiti,081234567801,siti@example.com\nDewi,081234567802,dewi@example.com\nNama Pewawancara,Telp,Email,Jadwal\nRina,081299998888,rina@example.id,Senin\n",
    3,
    4
)]
fn another_table_below_is_named_and_nobody_of_it_applies(#[case] text: &str, #[case] last: u32, #[case] other: u32) {
    let survey = survey_of(text);
    assert_eq!((survey.layout.header_row, survey.layout.last_row), (1, Some(last)));
    assert_eq!(survey.other_tables.iter().map(|table| table.first_row).collect::<Vec<_>>(), [other]);
    assert!(survey.notes.contains(&Note::SeveralTables));
}

#[rstest]
#[case::repeated_and_shorter(
    "Nama,No. HP,Email,Kota\nSiti,081234567801,siti@example.com,Depok\nNama,No. HP,Email\nDewi,081234567802,\n"
)]
#[case::words_in_place_of_a_number(
    "Nama,No. HP,Kota\nSiti,081234567801,Depok\nDewi,081234567802,Bogor\n\nAni,menyusul,Solo\nBudi,081234567803,Solo\n"
)]
#[case::sorted_under_titles(
    "Nama,No. HP\nSiti,081234567801\n\nBogor\nNama,No. HP\nDewi,081234567802\n\nSolo\nAni,081234567803\n"
)]
fn rows_that_are_no_headers_end_no_table(#[case] text: &str) {
    let survey = survey_of(text);
    assert_eq!((survey.layout.last_row, survey.other_tables), (None, Vec::new()));
}

#[test]
fn a_title_that_is_chosen_as_the_header_is_obeyed() {
    let text = "Nama,No. HP\nSiti,081234567801\nDewi,081234567802\n\nTim\nNama,Email,Telp\nRina,rina@example.id,0812\n";
    let survey = survey_with(text, &Choices { header_row: Some(5), ..Choices::default() }).unwrap();
    assert_eq!((survey.layout.header_row, survey.other_tables.len()), (5, 1));
}

#[rstest]
#[case::sorted("Data,,Kontak,", ["Nama Lengkap", "Tanggal Lahir", "Nomor HP", "Alamat Email"])]
#[case::of_another("Data,,Penjamin,", ["Nama Lengkap", "Tanggal Lahir", "Penjamin Nomor HP", "Penjamin Alamat Email"])]
fn groups_may_stand_above_headers_that_are_broken_in_two(#[case] groups: &str, #[case] headers: [&str; 4]) {
    let survey = survey_of(&format!(
        "{groups}\nNama,Tanggal,Nomor,Alamat\nLengkap,Lahir,HP,Email\nSiti,17/08/1995,081234567890,siti@example.com\n"
    ));
    let found: Vec<&str> = survey.layout.columns.iter().map(|column| column.header.as_str()).collect();
    assert_eq!((found, survey.layout.header_row), (headers.to_vec(), 3));
    assert!(!survey.notes.contains(&Note::TitleRows));
}

#[rstest]
#[case::label_and_value("Posisi,Pengasuh Anak\nNama,No. HP,Email,Kota\nSiti,081234567890,siti@example.com,Depok\n")]
#[case::padded("Posisi,Pengasuh Anak,,\nNama,No. HP,Email,Kota\nSiti,081234567890,siti@example.com,Depok\n")]
#[case::a_firm("Perusahaan,PT Sekolah Ibu\nNama,No. HP,Email,Kota\nSiti,081234567890,siti@example.com,Depok\n")]
#[case::two_pairs(
    "Posisi,Mitra Asuh,Status,Aktif,\nNama,No. HP,Email,Kota,Catatan\nSiti,081234567890,siti@example.com,Depok,x\n"
)]
fn a_title_in_several_cells_is_no_line_of_groups(#[case] text: &str) {
    for above in ["", "PT Contoh,,Laporan Pelamar,,April 2026\n"] {
        let survey = survey_of(&format!("{above}{text}"));
        let found: Vec<&str> = survey.layout.columns.iter().map(|column| column.header.as_str()).collect();
        assert_eq!(found[..4], ["Nama", "No. HP", "Email", "Kota"]);
        assert!(found.get(4).is_none_or(|header| ["Catatan", ""].contains(header)), "{found:?}");
        assert_eq!(survey.layout.header_row, if above.is_empty() { 2 } else { 3 });
        assert!(survey.notes.contains(&Note::TitleRows));
    }
}

#[test]
fn a_group_of_somebody_beside_the_first_is_no_title() {
    let survey = survey_of("Data Pelamar,Kontak,Penjamin,\nNama,No. HP,Nama,Alamat\nSiti,081234567890,Budi,Depok\n");
    let found: Vec<&str> = survey.layout.columns.iter().map(|column| column.header.as_str()).collect();
    assert_eq!(found, ["Nama", "No. HP", "Penjamin Nama", "Penjamin Alamat"]);
}

#[test]
fn the_first_applicant_is_no_second_line_of_the_header() {
    for text in
        ["Nama,Kota,Email\nSiti,Depok,tidak ada\n", "Nama Lengkap,Posisi,Status\nNama Saya,Posisi Apa Saja,Lengkap\n"]
    {
        assert_eq!(survey_of(text).layout.header_row, 1, "{text}");
    }
}

fn workbook(sheets: &[(&str, &[&[&str]])]) -> SourceFile {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (down, row) in (0_u32..).zip(*rows) {
            for (across, cell) in (0_u16..).zip(*row) {
                sheet.write_string(down, across, *cell).unwrap();
            }
        }
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), book.save_to_buffer().unwrap()).unwrap();
    SourceFile::open(file.path(), "pelamar.xlsx", &Limits::default()).unwrap()
}

const GLINTS: &[&str] = &["Nama Lengkap", "Email", "Nomor Telepon", "Tanggal Melamar", "Posisi yang Dilamar"];

const SITI: &[&str] = &["Siti", "siti@example.com", "081234567890", "2026-08-17", "Nanny"];

#[test]
fn the_sheet_with_the_applicants_is_found_among_several() {
    let notes: &[&[&str]] = &[&["Keterangan", "Status"], &["Merah", "Ditolak"]];
    let mut source = workbook(&[("Catatan", notes), ("Templat", &[GLINTS]), ("Pelamar", &[GLINTS, SITI])]);
    let survey = survey(&mut source, &Registry::builtin().unwrap(), &Choices::default()).unwrap();
    assert_eq!(survey.layout.sheet.as_deref(), Some("Pelamar"));
    let order: Vec<&str> = survey.sheets.iter().map(|one| one.sheet.as_str()).collect();
    assert_eq!(order[0], "Pelamar");
    assert!(survey.sheets[0].score > 0.8 && survey.sheets[1].score < 0.4, "{:?}", survey.sheets);
    assert!(!survey.questions.contains(&OpenQuestion::Sheet));
}

#[test]
fn two_sheets_of_applicants_are_a_question() {
    let registry = Registry::builtin().unwrap();
    let sheets: &[(&str, &[&[&str]])] = &[("Juli", &[GLINTS, SITI]), ("Agustus", &[GLINTS, SITI])];
    let asked = survey(&mut workbook(sheets), &registry, &Choices::default()).unwrap();
    assert_eq!((asked.layout.sheet.as_deref(), asked.needs_mapping), (Some("Juli"), true));
    assert_eq!(asked.questions, [OpenQuestion::Sheet]);
    let choices = Choices { sheet: Some("Agustus".to_owned()), ..Choices::default() };
    let chosen = survey(&mut workbook(sheets), &registry, &choices).unwrap();
    assert_eq!((chosen.layout.sheet.as_deref(), chosen.needs_mapping), (Some("Agustus"), false));
}
