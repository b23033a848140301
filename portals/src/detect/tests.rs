//! Small files, each with one thing about its headers.

use rstest::rstest;
use satu_core::application::Field;
use satu_core::import::mapping::{DateOrder, How};

use super::*;
use crate::Limits;

fn survey_with(text: &str, choices: &Choices) -> Result<Survey, ReadError> {
    survey_named("pelamar.csv", text, choices)
}

fn survey_named(name: &str, text: &str, choices: &Choices) -> Result<Survey, ReadError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let mut source = SourceFile::open(file.path(), name, &Limits::default())?;
    survey(&mut source, &Registry::builtin().unwrap(), choices)
}

fn survey_of(text: &str) -> Survey {
    survey_with(text, &Choices::default()).unwrap()
}

fn used(survey: &Survey, header: &str) -> Field {
    survey.layout.columns.iter().find(|column| column.header == header).unwrap().effective()
}

#[test]
fn every_definition_recognises_its_own_examples() {
    for definition in Registry::builtin().unwrap().iter() {
        assert_eq!(
            definition.recognise.examples.is_empty(),
            definition.id == OTHER,
            "{} needs examples",
            definition.id
        );
        for headers in &definition.recognise.examples {
            let survey = survey_of(&format!("{headers}\n"));
            assert_eq!(survey.layout.portal, definition.id, "{headers}: {:?}", survey.candidates);
            assert!(survey.confidence > 0.4 && !survey.reason.is_empty());
            assert!(survey.layout.has_name() && survey.layout.has_contact(), "{headers}");
        }
    }
}

#[test]
fn every_layout_of_a_definition_is_its_own_and_drifts_from_nothing() {
    for definition in Registry::builtin().unwrap().iter() {
        for layout in &definition.layouts {
            let survey = survey_of(&format!("{}\n", layout.headers.join(",")));
            assert_eq!(survey.layout.portal, definition.id, "{}: {:?}", layout.version, survey.candidates);
            assert_eq!(survey.drift, None, "{} {}", definition.id, layout.version);
        }
    }
}

#[rstest]
#[case::indonesian("Nama Lengkap,Email,No. HP")]
#[case::english("Full Name,Email,Mobile")]
#[case::english_phone("Full Name,Email,Phone")]
#[case::short("Nama,HP,Surel")]
#[case::a_list_of_ones_own(
    "No,Nama Lengkap,Email,No. HP,Posisi,Domisili,Status,Tanggal Lahir,Jenis Kelamin,Pendidikan Terakhir"
)]
fn headers_that_anybody_has_are_nobodys(#[case] headers: &str) {
    let survey = survey_of(&format!("{headers}\n"));
    assert_eq!((survey.layout.portal.as_str(), survey.confidence), (OTHER, 0.0), "{:?}", survey.candidates);
    assert!(survey.layout.has_name() && survey.layout.has_contact() && survey.needs_mapping);
    assert!(survey.tie.is_empty());
    assert_eq!(survey.questions, [OpenQuestion::Columns]);
    let choices = Choices { portal: Some(OTHER.to_owned()), ..Choices::default() };
    assert!(!survey_with(&format!("{headers}\n"), &choices).unwrap().needs_mapping, "a person said so");
}

#[test]
fn two_portals_that_fit_equally_well_are_a_question_and_neither_is_taken() {
    let one = (
        "satu.toml",
        "id = \"bursa_a\"\nname = \"Bursa A\"\n[recognise.headers]\n\"Nama Lengkap\" = 0.5\n\"Kota\" = 0.3\n",
    );
    let two = (
        "dua.toml",
        "id = \"bursa_b\"\nname = \"Bursa B\"\n[recognise.headers]\n\"Nama Lengkap\" = 0.5\n\"Kota\" = 0.35\n",
    );
    let registry = Registry::builtin().unwrap().with(one.0, one.1).unwrap().with(two.0, two.1).unwrap();
    let survey = |text: &str, choices: &Choices| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let mut source = SourceFile::open(file.path(), "pelamar.csv", &Limits::default()).unwrap();
        survey(&mut source, &registry, choices).unwrap()
    };
    let tied = survey("Nama Lengkap,Kota,HP\nSiti,Depok,081234567890\n", &Choices::default());
    assert_eq!((tied.layout.portal.as_str(), tied.confidence), (OTHER, 0.0));
    assert_eq!(tied.tie, ["bursa_b", "bursa_a"]);
    assert_eq!(tied.questions, [OpenQuestion::Portal, OpenQuestion::Columns]);
    assert_eq!(tied.reason, "Bursa B (68 %) and Bursa A (65 %) fit about equally well: choose the portal.");
    let choices = Choices { portal: Some("bursa_a".to_owned()), ..Choices::default() };
    let chosen = survey("Nama Lengkap,Kota,HP\nSiti,Depok,081234567890\n", &choices);
    assert_eq!((chosen.layout.portal.as_str(), chosen.tie.len(), chosen.needs_mapping), ("bursa_a", 0, false));
}

#[test]
fn headers_that_changed_are_told_with_the_layout_that_was_seen() {
    let survey = survey_of(
        "Nama Lengkap,Email,Nomor Telepon,Posisi yang Dilamar,Tanggal Melamar,Status,Kota Asal\nSiti,siti@example.com,0812,x,2026-08-17,Hired,Depok\n",
    );
    let drift = survey.drift.clone().unwrap();
    assert_eq!(
        drift.sentence("Glints"),
        "Glints: 2 known columns are missing (“Gaji yang Diharapkan”, “Domisili”), 1 is new (“Kota Asal”), against the layout web."
    );
    // A layout that was imported before counts as well.
    let registry = Registry::builtin().unwrap();
    let headers = survey.layout.columns.iter().map(|column| column.header.clone()).collect();
    let seen = LayoutVersion { version: "2026-08-01".to_owned(), headers };
    let mut again = survey;
    again.compare(&registry, std::slice::from_ref(&seen));
    assert_eq!(again.drift, None);
}

#[test]
fn cells_and_the_files_name_speak_where_headers_are_few() {
    let relay = survey_of("name,email,phone,date\nSiti,siti_ab12@indeedemail.com,0812,2026-04-11\n");
    assert_eq!(relay.layout.portal, "indeed");
    let headers = "Nama,Email,No. HP,Posisi,Status Lamaran\n";
    assert_eq!(survey_of(headers).layout.portal, "other");
    assert_eq!(survey_named("Glints_pelamar.csv", headers, &Choices::default()).unwrap().layout.portal, "glints");
}

#[test]
fn a_survey_of_indeed_maps_every_column() {
    let survey = survey_of(
        "name,email,phone,status,candidate location,relevant experience,education,job title,job location,date,interest level,source,qualification 1,qualification 1 answer,qualification 1 match\n\
         Siti,siti@example.com,'+62 812,Awaiting Review,Depok,2 tahun,SMA,Pengasuh,Jakarta,2026-04-11,,Indeed,Bisa menginap?,Ya,Yes\n",
    );
    let fields: Vec<Field> = survey.layout.columns.iter().map(|column| column.field).collect();
    use Field::*;
    assert_eq!(
        fields,
        [
            FullName,
            Email,
            Phone,
            PortalStatus,
            Location,
            Experience,
            Education,
            Position,
            Extras,
            AppliedAt,
            Extras,
            Extras,
            Question,
            Answer,
            AnswerMatch
        ]
    );
    assert_eq!(survey.layout.columns[13].group, Some(1));
    assert!(!survey.needs_mapping);
    assert!(survey.confidence > 0.95);
}

#[test]
fn decoys_stay_unmapped_and_are_not_even_suggested() {
    let decoys = [
        "Emergency Contact Phone",
        "Emergency Contact Name",
        "Emergency Phone",
        "Kontak Darurat",
        "Nomor Kontak Darurat",
        "No. HP Darurat",
        "Nama Kontak Darurat",
        "Phone (Emergency)",
        "Telepon Darurat",
        "Reference Email",
        "Reference Name",
        "Reference Phone",
        "Nama Referensi",
        "No. HP Referensi",
        "Referee Phone",
        "Referral Name",
        "Referred By Email",
        "Company Location",
        "Company Name",
        "Company Phone",
        "Company Email",
        "Company Address",
        "Nama Perusahaan",
        "Alamat Perusahaan",
        "Email Perusahaan",
        "Telepon Perusahaan",
        "Employer Phone",
        "Current Company",
        "Previous Position",
        "Posisi Sebelumnya",
        "Jabatan Terakhir",
        "Gaji Terakhir",
        "Gaji Sebelumnya",
        "Current Salary",
        "Last Salary Company",
        "Nama Ibu",
        "Nama Ibu Kandung",
        "Nama Ayah",
        "Nama Orang Tua",
        "No. HP Orang Tua",
        "Pekerjaan Orang Tua",
        "Alamat Orang Tua",
        "No. HP Ibu",
        "HP Ayah",
        "Nama Wali",
        "No. Telepon Wali",
        "Parent Phone",
        "Guardian Name",
        "Mother's Name",
        "Father's Occupation",
        "Nama Suami",
        "Nama Istri",
        "No. HP Suami",
        "Spouse Name",
        "Nama Anak",
        "Jumlah Anak",
        "Tanggal Lahir Anak",
        "No. HP Keluarga",
        "Nama Saudara",
        "Next of Kin Phone",
        "Relative Phone",
        "No. HP Kerabat",
        "Nomor HP Penanggung Jawab",
        "Nama Penanggung Jawab",
        "Nama Panggilan",
        "Nickname",
        "Nama Sekolah",
        "School Name",
        "Universitas",
        "University Name",
        "Nama Kampus",
        "Lokasi Sekolah",
        "Job Location",
        "Lokasi Kerja",
        "Lokasi Penempatan",
        "Work Location",
        "Office Location",
        "Alamat Kantor",
        "Telepon Kantor",
        "Work Phone",
        "Work Email",
        "Branch Location",
        "Nama Cabang",
        "Recruiter Name",
        "Recruiter Email",
        "Recruiter Phone",
        "Email HRD",
        "Nama HRD",
        "Nama Pewawancara",
        "PIC Phone",
        "No. HP PIC",
        "Nama Atasan",
        "No. HP Atasan",
        "Manager Email",
        "Supervisor Name",
        "Admin Email",
        "User Name",
        "Account Email",
        "Created Date",
        "Date Created",
        "Date Modified",
        "Tanggal Interview",
        "Interview Date",
        "Tanggal Mulai Kerja",
        "Start Date",
        "End Date",
        "Available Date",
        "Join Date",
        "Last Updated",
        "Last Viewed Date",
        "Tanggal Tes",
        "Tanggal Pelatihan",
        "Posted Date",
        "Deadline",
        "Contract Start Date",
        "Tempat Lahir",
        "Kota Lahir Ibu",
        "Kota Asal Orang Tua",
        "No. Rekening",
        "Nama Bank",
        "Nama Pemilik Rekening",
        "Nomor KTP",
        "Nama Yayasan",
        "Nama Agen",
        "Agency Name",
        "Client Name",
        "Majikan",
        "Nama Majikan Sebelumnya",
        "File Name",
        "Event Name",
        "Project Name",
        "Instagram",
        "Facebook Name",
        "Test Status",
        "Interview Status",
        "Status Kontrak",
        "Contract Status",
        "Training Location",
        "Nama Pelatihan",
        "Certificate Number",
        "Nomor Sertifikat",
        "Sponsor Name",
        "Tetangga",
        "No. HP Tetangga",
    ];
    // Alone beside a name, where nothing is taken yet, and with cells that look like contacts.
    for decoy in decoys {
        let text = format!("Siapa,{decoy}\nSiti,081234567890\nAni,081234567891\n");
        let choices = Choices { header_row: Some(1), ..Choices::default() };
        let column = &survey_with(&text, &choices).unwrap().layout.columns[1];
        assert_eq!((column.field, column.how), (Field::Extras, How::None), "{decoy}");
    }
    let survey = survey_of(&format!("Nama Lengkap,Email,Nomor Telepon,{}\n", decoys.join(",")));
    for column in &survey.layout.columns[3..] {
        assert_eq!((column.field, column.how), (Field::Extras, How::None), "{}", column.header);
    }
}

#[test]
fn what_only_looks_like_a_header_is_a_suggestion() {
    let survey = survey_of("Nama Lenkap,E-mial,Nomor Telpon Rumah,Catatan Bebas\nSiti,siti@example.com,021,x\n");
    let columns = &survey.layout.columns;
    let found: Vec<(Field, How)> = columns.iter().map(|column| (column.field, column.how)).collect();
    assert_eq!(
        found,
        [
            (Field::FullName, How::Fuzzy),
            (Field::Email, How::Fuzzy),
            (Field::Phone, How::Fuzzy),
            (Field::Extras, How::None)
        ]
    );
    assert!(columns.iter().all(|column| column.effective() == Field::Extras));
    assert!(columns[0].score > 0.8 && columns[0].score < 1.0);
    assert!(survey.needs_mapping);
}

#[test]
fn cells_suggest_what_the_header_does_not_say() {
    let survey = survey_of(
        "Siapa,Bisa dihubungi di,Kotak pos,HP Ibu,Kode\nSiti,081234567890,siti@example.com,081234567891,1\nAni,081234567892,ani@example.com,081234567893,2\n",
    );
    let found: Vec<(Field, How)> = survey.layout.columns.iter().map(|column| (column.field, column.how)).collect();
    let nothing = (Field::Extras, How::None);
    assert_eq!(found, [nothing, (Field::Phone, How::Fuzzy), (Field::Email, How::Fuzzy), nothing, nothing]);
}

#[test]
fn one_column_has_each_single_meaning_and_the_surer_header_wins() {
    let survey = survey_of("Alamat,Domisili,Nama,Nama Lengkap,No. HP,No. HP 2,Nama Lengkap,Tanggal Melamar\n");
    let fields: Vec<Field> = survey.layout.columns.iter().map(ColumnMapping::effective).collect();
    use Field::*;
    assert_eq!(fields, [Extras, Location, Extras, FullName, Phone, Phone, Extras, AppliedAt]);
}

#[test]
fn remarks_in_brackets_change_nothing_unless_they_mean_something() {
    let survey = survey_of(
        "Nama Lengkap (sesuai KTP),No. HP (aktif) *,Tanggal Lahir (dd/mm/yyyy),Email [wajib],Phone (Emergency),Phone (Home of parents)\n",
    );
    let fields: Vec<Field> = survey.layout.columns.iter().map(ColumnMapping::effective).collect();
    use Field::*;
    assert_eq!(fields, [FullName, Phone, BirthDate, Email, Extras, Extras]);
    assert_eq!(survey.layout.columns[2].date_order, Some(DateOrder::DayFirst));
}

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
#[case::decided("03/04/2026\n25/04/2026\n", DateOrder::DayFirst)]
#[case::month_first("03/04/2026\n04/25/2026\n", DateOrder::MonthFirst)]
#[case::late("03/04/2026\n", DateOrder::Undecided)]
#[case::contradicting("25/04/2026\n04/25/2026\n", DateOrder::Undecided)]
#[case::iso("2026-04-11\n17 Agustus 2026\n05/05/2026\n", DateOrder::Unambiguous)]
#[case::empty("", DateOrder::Unambiguous)]
fn the_order_of_a_date_column_comes_from_all_its_cells(#[case] cells: &str, #[case] order: DateOrder) {
    let rows: String = cells.lines().map(|cell| format!("Siti,siti@example.com,0812,{cell}\n")).collect();
    let survey = survey_of(&format!("Nama Lengkap,Email,No. HP,Tanggal Melamar\n{rows}"));
    assert_eq!(survey.layout.columns[3].date_order, Some(order));
    assert_eq!(survey.layout.columns[0].date_order, None);
}

#[test]
fn the_last_of_many_cells_can_decide() {
    let mut text = "Nama Lengkap,Email,No. HP,Tanggal Melamar\n".to_owned();
    text.push_str(&"Siti,siti@example.com,0812,03/04/2026\n".repeat(5_000));
    text.push_str("Siti,siti@example.com,0812,25/04/2026\n");
    assert_eq!(survey_of(&text).layout.columns[3].date_order, Some(DateOrder::DayFirst));
}

#[test]
fn a_persons_word_counts_more_than_what_was_found() {
    let text = "Nama,HP,Surel,Tgl\nSiti,0812,siti@example.com,03/04/2026\n";
    let choose = |column, field, date_order| ColumnChoice { column, field, date_order };
    let choices = Choices {
        portal: Some("glints".to_owned()),
        columns: vec![choose(4, Field::AppliedAt, Some(DateOrder::DayFirst)), choose(2, Field::Extras, None)],
        ..Choices::default()
    };
    let survey = survey_with(text, &choices).unwrap();
    assert_eq!(survey.layout.portal, "glints");
    assert_eq!(survey.reason, "Glints was chosen.");
    let tgl = &survey.layout.columns[3];
    assert_eq!((tgl.field, tgl.how, tgl.date_order), (Field::AppliedAt, How::Manual, Some(DateOrder::DayFirst)));
    assert_eq!(used(&survey, "HP"), Field::Extras);
}

#[test]
fn what_was_confirmed_before_is_remembered_for_the_same_headers() {
    let text = "Sebutan,Kontak Utama,Tgl\nSiti,0812,03/04/2026\n";
    let first = survey_of(text);
    assert!(first.needs_mapping);
    let keep = |header: &str, field| RememberedColumn { header: header.to_owned(), field, date_order: None };
    let remembered =
        vec![keep("SEBUTAN", Field::FullName), keep("kontak utama", Field::Phone), keep("tgl", Field::AppliedAt)];
    let again = survey_with(text, &Choices { remembered, ..Choices::default() }).unwrap();
    assert_eq!(again.fingerprint, first.fingerprint);
    assert!(!again.needs_mapping);
    assert!(again.layout.columns.iter().all(|column| column.how == How::Remembered));
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
fn an_unknown_portal_and_a_sheet_in_a_text_file_are_refused() {
    let text = "Nama Lengkap,Email\n";
    let portal =
        survey_with(text, &Choices { portal: Some("surat_kabar".to_owned()), ..Choices::default() }).unwrap_err();
    assert_eq!(portal.code, ReadErrorCode::UnknownPortal);
    let sheet = survey_with(text, &Choices { sheet: Some("Data".to_owned()), ..Choices::default() }).unwrap_err();
    assert_eq!(sheet.code, ReadErrorCode::NoSheet);
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

#[test]
fn dates_that_do_not_tell_the_day_from_the_month_are_asked_and_stop_nothing() {
    let survey = survey_of(
        "Nama Lengkap,Email,Nomor Telepon,Posisi yang Dilamar,Tanggal Melamar\nSiti,siti@example.com,0812,Nanny,03/04/2026\n",
    );
    assert_eq!((survey.questions, survey.needs_mapping), (vec![OpenQuestion::DateOrder], false));
}

#[rstest]
#[case("Nama Lengkap,Full name", Field::FullName)]
#[case("Nomor Telepon,No. HP,Phone Number,Mobile,Telp,Handphone", Field::Phone)]
#[case("WhatsApp,No. WA,WhatsApp Number,Nomor WA Aktif", Field::Whatsapp)]
#[case("Email,Alamat Email,E-mail Address,Surel", Field::Email)]
#[case("Tanggal Lahir,Date of Birth,Tgl. Lahir,Birth Date", Field::BirthDate)]
#[case("Jenis Kelamin,Gender,Sex,L/P", Field::Gender)]
#[case("Domisili,Location,Alamat,City,Kota", Field::Location)]
#[case("Posisi yang Dilamar,Position Applied,Lowongan,Posisi", Field::Position)]
#[case("Tanggal Melamar,Date Applied,Tgl Melamar,Application Date", Field::AppliedAt)]
#[case("Pendidikan Terakhir,Highest Education,Education Level", Field::Education)]
#[case("Pengalaman Kerja,Years of Experience,Work Experience", Field::Experience)]
#[case("Gaji yang Diharapkan,Expected Salary,Ekspektasi Gaji", Field::ExpectedSalary)]
#[case("Link CV,Resume,Tautan CV,CV URL", Field::ResumeUrl)]
#[case("ID Lamaran,Application ID,ID Pelamar", Field::SourceRef)]
#[case("Status,Status Lamaran,Application Status,Tahap", Field::PortalStatus)]
#[case("Pertanyaan 1,Question 2,Bersedia menginap?", Field::Question)]
#[case("Jawaban 1,Answer 2", Field::Answer)]
fn every_field_is_known_in_both_languages(#[case] headers: &str, #[case] field: Field) {
    for header in headers.split(',') {
        let choices = Choices { header_row: Some(1), ..Choices::default() };
        let survey = survey_with(&format!("{header},Zzz\nx,y\n"), &choices).unwrap();
        assert_eq!((survey.layout.columns[0].field, survey.layout.columns[0].how), (field, How::Exact), "{header}");
    }
}
