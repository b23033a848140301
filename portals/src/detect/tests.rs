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

#[rstest]
#[case::google_form("Timestamp,Nama Lengkap,Email Address,No. Whatsapp,Alamat Lengkap")]
#[case::kalibrr(
    "First Name,Last Name,Gender,Birthdate (mm/dd/yy),Email Address,Mobile Number,Physical Address,Job Name,Application Status,Kalibrr Profile Link"
)]
#[case::kalibrr_indonesian(
    "Nama Depan,Nama Belakang,Alamat Email,Nomor Handphone,Jabatan Pekerjaan Terakhir,Tingkat Pendidikan Tertinggi,Link Profil Kalibrr"
)]
#[case::linkedin("candidate_id,project_id,first_name,last_name,emails,phone_numbers,tags,profile_url,created_datetime")]
#[case::frappe("Applicant Name,Email Address,Phone Number,Job Opening,Status,Source")]
#[case::anybody("Nama,HP,Surel")]
fn a_file_of_no_known_portal_is_nobodys(#[case] headers: &str) {
    let survey = survey_of(&format!("{headers}\n"));
    assert_eq!((survey.layout.portal.as_str(), survey.confidence), (OTHER, 0.0), "{:?}", survey.candidates);
    assert!(survey.layout.has_name() && survey.layout.has_contact() && survey.needs_mapping);
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
        "Reference Email",
        "Company Location",
        "Nama Ibu",
        "Nama Ibu Kandung",
        "Nama Perusahaan",
        "Job Location",
        "No. HP Darurat",
        "Nama Kontak Darurat",
        "No. HP Orang Tua",
        "Phone (Emergency)",
        "Tanggal Interview",
        "Nama Sekolah",
        "Referral Name",
        "Email HRD",
        "No. Rekening",
        "Tempat Lahir",
        "Start Date",
        "Last Updated",
        "Company Phone",
        "Nama Bank",
        "Recruiter Name",
        "Email Perusahaan",
        "Nama Suami",
        "Telepon Kantor",
    ];
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
    let portal = survey_with(text, &Choices { portal: Some("linkedin".to_owned()), ..Choices::default() }).unwrap_err();
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
