//! What each column is taken for.

use rstest::rstest;
use satu_core::application::Field;
use satu_core::import::mapping::{ColumnMapping, DateOrder, How};

use super::*;

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

/// Two lists beside each other, or an applicant and whom to call if something happens to her.
#[rstest]
#[case("Nama,No. HP,Email,,Nama,No. HP,Email", 3, 2)]
#[case("No,Nama,No. HP,Alamat,Nama,Hubungan,No. HP", 4, 1)]
#[case("Nama,No. HP,Email,Nama,Catatan", 5, 2)]
#[case("Nama,No. HP,No. HP,Email", 4, 3)]
fn columns_of_another_person_beside_her_are_not_hers(
    #[case] headers: &str,
    #[case] own: usize,
    #[case] contacts: usize,
) {
    let cells: Vec<String> = (0..headers.split(',').count()).map(|at| format!("0812345678{at:02}")).collect();
    let survey = survey_of(&format!("{headers}\n{}\n{}\n", cells.join(","), cells.join(",")));
    let (hers, others) = survey.layout.columns.split_at(own);
    let is_contact = |column: &ColumnMapping| matches!(column.field, Field::Phone | Field::Email);
    assert_eq!(hers.iter().filter(|column| is_contact(column)).count(), contacts);
    assert!(others.iter().all(|column| (column.field, column.how) == (Field::Extras, How::None)), "{others:?}");
}

/// `=` kept, `?` a suggestion at most, `-` nothing.
#[rstest]
#[case::emergency_contact("Nama Lengkap,Email,No. HP,Kontak Darurat,No. HP", "= = = - -")]
#[case::referee("Full Name,Email,Mobile,Location,Reference 1,Phone,Email Address", "= = = = - - -")]
#[case::husband("Nama,No. HP,Domisili,Nama Suami,No. HP", "= = = - -")]
#[case::guarantor("Nama,No. HP,Penjamin,Telepon,Alamat", "= = - - ?")]
#[case::parent("Nama,No. HP,Nama Orang Tua,Alamat,No. Telp", "= = - ? -")]
#[case::superior("Nama,No. HP,Atasan Terakhir,Email Address,Phone", "= = - ? -")]
#[case::recruiter("Nama,No. HP,Email,,Rekruter,Telepon,Email", "= = = - - - -")]
#[case::last_employer("Nama Lengkap,WhatsApp,Perusahaan Terakhir,Lokasi,Posisi,Gaji", "= = - ? ? -")]
#[case::child("Nama Lengkap,WhatsApp,Nama Anak,Jenis Kelamin,Tanggal Lahir", "= = - ? ?")]
#[case::mother_first("Nama Ibu Kandung,Tanggal Lahir,Nama Lengkap,TTL,WhatsApp", "- - = = =")]
#[case::more_of_her("Nama,No. HP,Penjamin,Hubungan dengan Pelamar,Pekerjaan,Usia,Telepon", "= = - - - - -")]
#[case::name_beside("Nama Lengkap,No. HP,Kontak Darurat,Nama,Nomor,WhatsApp", "= = - - - -")]
#[case::only_number("Nama,Kontak Darurat,No. HP", "= - ?")]
#[case::a_form_goes_on("Nama Lengkap,WhatsApp,Kontak Darurat,Pendidikan Terakhir,Posisi,Email", "= = - = = =")]
#[case::position_ends_it("Nama,No. HP,Nama Ibu,Posisi,Email", "= = - = =")]
#[case::applied_position("Nama,No. HP,Perusahaan Terakhir,Posisi yang Dilamar,Lokasi", "= = - = =")]
#[case::home_is_no_firms("Nama,No. HP,Nama Perusahaan,Domisili", "= = - =")]
#[case::number_says_whose("Nama,Nama Ibu,No. HP Ibu,No. HP,Email", "= - - = =")]
#[case::children_are_counted("Nama,Jumlah Anak,No. HP,Alamat", "= - = =")]
#[case::her_name_ends_it("Rekruter,Nama Lengkap,No. HP,Email", "- = = =")]
#[case::says_that_it_is_hers("Nama,Rekruter,No. HP Pelamar,Email Pelamar", "= - = =")]
fn a_plain_column_beside_somebody_elses_name_is_not_hers(#[case] headers: &str, #[case] expected: &str) {
    let survey = survey_with(&format!("{headers}\n"), &Choices { header_row: Some(1), ..Choices::default() }).unwrap();
    let found: Vec<&str> = survey
        .layout
        .columns
        .iter()
        .map(|column| match (column.field, column.how) {
            (Field::Extras | Field::Ignore, _) => "-",
            (_, How::Fuzzy) => "?",
            _ => "=",
        })
        .collect();
    assert_eq!(found.join(" "), expected, "{headers}");
}

#[test]
fn a_column_beside_somebody_elses_name_is_hers_once_hr_says_so() {
    let text = "Nama,Kontak Darurat,No. HP\nSiti,Budi,081234567890\n";
    let choice = ColumnChoice { column: 3, field: Field::Phone, date_order: None };
    let chosen = survey_with(text, &Choices { columns: vec![choice], ..Choices::default() }).unwrap();
    assert_eq!((used(&chosen, "No. HP"), chosen.layout.columns[2].how), (Field::Phone, How::Manual));
    let kept = RememberedColumn { header: "No. HP".to_owned(), field: Field::Phone, date_order: None };
    let again = survey_with(text, &Choices { remembered: vec![kept], ..Choices::default() }).unwrap();
    assert_eq!(used(&again, "No. HP"), Field::Phone);
}

#[rstest]
#[case::a_number(&["081234567890", "081234567891"], Field::Phone)]
#[case::a_name(&["Ibu Ratna", "Budi"], Field::Extras)]
fn the_cells_tell_whether_a_contact_is_named_or_numbered(#[case] cells: &[&str], #[case] beside: Field) {
    let rows: String = cells.iter().map(|cell| format!("Siti,siti@example.com,{cell},081234567892\n")).collect();
    assert_eq!(used(&survey_of(&format!("Nama,Email,Kontak Darurat,No. HP\n{rows}")), "No. HP"), beside);
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
        "Ref. Phone",
        "Ref Email",
        "Referrer Email",
        "HP Ref 1",
        "NoHPOrtu",
        "HPIbu",
        "nohportu",
        "hpibu",
        "HP Mertua",
        "No HP Ahli Waris",
        "Guarantor Phone",
        "Nomor Telepon Penjamin",
        "Telp Saksi",
        "Nomor HP Mama",
        "WA Bunda",
        "HP Papa",
        "No. WA Tante",
        "No HP Teman",
        "Partner Phone",
        "Friend's Phone",
        "No. HP Pasangan",
        "HP Pacar",
        "HP klg",
        "Nomor HP Kel.",
        "Kontak Cadangan",
        "No HP yang bisa dihubungi selain Anda",
        "Nomor HP Pendamping",
        "No. Telp RT",
        "Email Perekrut",
        "Talent Acquisition Email",
        "HM Email",
        "Landlord Phone",
        "Dokter HP",
        "Nama Penjamin",
        "Nama Mertua",
        "Nama Ahli Waris",
        "Nama Perekrut",
        "Nama PT",
        "Nama Mama",
        "Nama Pasangan",
        "Nama LPK",
        "Guarantor Name",
        "Partner Name",
        "Nama Teman",
        "Lokasi yang Diinginkan",
        "Marital Status",
        "Status Vaksin",
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

#[rstest]
#[case::marital("Status", &["Menikah", "Lajang", "-"], (Field::Extras, How::None))]
#[case::marital_in_english("Status", &["Single", "Married", ""], (Field::Extras, How::None))]
#[case::a_portals("Status", &["Menikah", "IN_REVIEW", ""], (Field::PortalStatus, How::Exact))]
#[case::no_cell("Status", &["", "", ""], (Field::PortalStatus, How::Exact))]
#[case::telephone_numbers("Nomor", &["081234567890", "081234567891", "081234567892"], (Field::Phone, How::Fuzzy))]
#[case::row_numbers("Nomor", &["1", "2", "3"], (Field::Ignore, How::Exact))]
fn cells_may_speak_against_their_header(#[case] header: &str, #[case] cells: &[&str], #[case] expected: (Field, How)) {
    let rows: String = cells.iter().map(|cell| format!("Siti,siti@example.com,{cell}\n")).collect();
    let survey = survey_of(&format!("Nama,Email,{header}\n{rows}"));
    let column = &survey.layout.columns[2];
    assert_eq!((column.field, column.how), expected);
}

#[test]
fn a_persons_word_counts_more_than_the_cells() {
    let text = "Nama,Email,Status\nSiti,siti@example.com,Menikah\n";
    let choice = ColumnChoice { column: 3, field: Field::PortalStatus, date_order: None };
    let survey = survey_with(text, &Choices { columns: vec![choice], ..Choices::default() }).unwrap();
    assert_eq!(used(&survey, "Status"), Field::PortalStatus);
}

#[test]
fn a_wish_is_suggested_for_a_salary_only() {
    let survey =
        survey_of("Nama,No. HP,Besar Gaji yang Diharapkan,Kota yang Diharapkan\nSiti,081234567890,3500000,Depok\n");
    let found: Vec<(Field, How)> = survey.layout.columns.iter().map(|column| (column.field, column.how)).collect();
    assert_eq!(found[2..], [(Field::ExpectedSalary, How::Fuzzy), (Field::Extras, How::None)]);
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
#[case::decided("03/04/2026\n25/04/2026\n", DateOrder::DayFirst)]
#[case::month_first("03/04/2026\n04/25/2026\n", DateOrder::MonthFirst)]
#[case::late("03/04/2026\n", DateOrder::Undecided)]
#[case::contradicting("25/04/2026\n04/25/2026\n", DateOrder::Undecided)]
#[case::year_first_or_day_first("26/04/11\n26-05-12\n26.06.03\n", DateOrder::Undecided)]
#[case::short_years_behind_days("26/04/26\n18/05/26\n03/06/26\n", DateOrder::DayFirst)]
#[case::one_day_past_the_years("26/04/11\n17/05/12\n", DateOrder::DayFirst)]
#[case::a_short_year_against_the_months("26/04/11\n04/26/11\n", DateOrder::Undecided)]
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
fn dates_that_do_not_tell_the_day_from_the_month_are_asked_and_stop_nothing() {
    let survey = survey_of(
        "Nama Lengkap,Email,Nomor Telepon,Posisi yang Dilamar,Tanggal Melamar\nSiti,siti@example.com,0812,Nanny,03/04/2026\n",
    );
    assert_eq!((survey.questions, survey.needs_mapping), (vec![OpenQuestion::DateOrder], false));
}

fn used(survey: &Survey, header: &str) -> Field {
    survey.layout.columns.iter().find(|column| column.header == header).unwrap().effective()
}
