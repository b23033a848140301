//! Rows as they come, and what is made of them.

use std::ops::ControlFlow;

use rstest::rstest;
use satu_core::application::{ApplicantRow, EducationLevel, Gender, PortalStanding};

use super::*;
use crate::{Choices, Limits, SourceFile, Survey, survey};

fn read(text: &str) -> (Survey, Vec<ApplicantRow>) {
    read_bytes(text.as_bytes())
}

fn read_bytes(text: &[u8]) -> (Survey, Vec<ApplicantRow>) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let mut source = SourceFile::open(file.path(), "pelamar.csv", &Limits::default()).unwrap();
    let registry = Registry::builtin().unwrap();
    let survey = survey(&mut source, &registry, &Choices::default()).unwrap();
    let cleaner = Cleaner::new(&registry, &survey.layout);
    let mut read = Vec::new();
    let take = |chunk| {
        read.extend::<Vec<ApplicantRow>>(chunk);
        ControlFlow::Continue(())
    };
    rows(&mut source, &survey.layout, &cleaner, |row| row, take).unwrap();
    (survey, read)
}

fn one(text: &str) -> ApplicantRow {
    let (_, mut rows) = read(text);
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn codes(row: &ApplicantRow) -> Vec<ProblemCode> {
    row.problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn a_whole_glints_row() {
    let row = one(
        "No;Nama Lengkap;Email;Nomor Telepon;WhatsApp;Posisi;Tanggal Melamar;Status;Gaji yang Diharapkan;Domisili;Jenis Kelamin;Tanggal Lahir;Link CV;Catatan\n\
         1;SITI  NURHALIZA;siti@example.com;0812-3456-7890;081234567891;Pengasuh Anak;17 Agustus 2026 08.30;IN_REVIEW;Rp 3-4 juta; Kota  Depok ;Perempuan;05/06/98;https://example.com/cv/1;ramah\n",
    );
    let fields = &row.fields;
    assert_eq!(row.row, 2);
    assert_eq!(row.cells.len(), 14);
    assert_eq!(fields.position.as_deref(), Some("Pengasuh Anak"));
    assert_eq!(fields.applied_at.as_deref(), Some("2026-08-17T08:30:00+07:00"));
    assert_eq!(fields.portal_status.as_deref(), Some("IN_REVIEW"));
    assert_eq!((fields.expected_salary, fields.expected_salary_max), (Some(3_000_000), Some(4_000_000)));
    assert_eq!(fields.location.as_deref(), Some("Kota Depok"));
    assert_eq!(fields.gender, Some(Gender::Female));
    assert_eq!(fields.resume_url.as_deref(), Some("https://example.com/cv/1"));
    assert_eq!(fields.extras.iter().collect::<Vec<_>>(), [(&"Catatan".to_owned(), &"ramah".to_owned())]);
    assert_eq!(fields.email.as_deref(), Some("siti@example.com"));
    // WhatsApp comes before the phone.
    assert_eq!(fields.phone.as_deref(), Some("+6281234567891"));
    assert_eq!(row.phones.len(), 2);
}

#[test]
fn indeeds_questions_are_paired_by_their_numbers() {
    let row = one(
        "name,email,phone,candidate location,date,qualification 1,qualification 1 answer,qualification 1 match,qualification 2,qualification 2 answer,qualification 2 match,qualification 10,qualification 10 answer\n\
         Siti,siti@example.com,'+62 812 3456 7890,Depok,2026-04-11,Bisa menginap?,Ya,Yes,,,,Punya STR?,\n",
    );
    let answer = |question: &str, answer: Option<&str>, matches: Option<&str>| Answer {
        question: question.to_owned(),
        answer: answer.map(str::to_owned),
        yes: answer.map(|answer| answer == "Ya"),
        matches: matches.map(str::to_owned),
    };
    assert_eq!(
        row.fields.answers,
        [answer("Bisa menginap?", Some("Ya"), Some("Yes")), answer("Punya STR?", None, None)]
    );
    assert_eq!(row.fields.phone.as_deref(), Some("+6281234567890"));
}

#[rstest]
#[case("Siti", "Aminah", Some("Siti Aminah"))]
#[case("Siti", ".", Some("Siti"))]
#[case("Siti", "-", Some("Siti"))]
#[case("Siti", "", Some("Siti"))]
#[case("", "Aminah", Some("Aminah"))]
#[case("Siti Aminah", "Siti Aminah", Some("Siti Aminah"))]
#[case("Siti Aminah", "AMINAH", Some("Siti Aminah"))]
#[case("Siti Raminah", "Aminah", Some("Siti Raminah Aminah"))]
#[case("-", ".", None)]
fn first_and_last_name_are_joined(#[case] first: &str, #[case] last: &str, #[case] expected: Option<&str>) {
    let row = one(&format!(
        "First Name,Last Name,Email Address,Mobile Number\n{first},{last},siti@example.com,081234567890\n"
    ));
    assert_eq!(row.fields.full_name.as_deref(), expected);
    assert_eq!(row.repairs.iter().any(|repair| repair.code == RepairCode::JoinedName), expected.is_some());
}

#[test]
fn jobstreets_utc_evening_is_the_next_day() {
    let row = one(
        "Full Name,Email,Mobile,Position Applied,Date Applied\nSiti,siti@example.com,081234567890,Nanny,2026-04-11 20:00:00\n",
    );
    assert_eq!(row.fields.applied_at.as_deref(), Some("2026-04-12T03:00:00+07:00"));
    assert_eq!(row.repairs.iter().map(|repair| repair.code).collect::<Vec<_>>(), [RepairCode::TimeZone]);
}

#[test]
fn a_row_without_name_or_contact_says_so() {
    let (_, rows) = read("Nama Lengkap,Email,No. HP,Posisi\n,siti@example.com,,Nanny\nAni,-,+62****,Nanny\n");
    assert!(codes(&rows[0]).contains(&ProblemCode::NoName));
    assert!(codes(&rows[1]).contains(&ProblemCode::NoContact));
    assert!(codes(&rows[1]).contains(&ProblemCode::Masked));
    assert_eq!(rows[1].fields.phone, None);
}

#[rstest]
#[case("-")]
#[case("n/a")]
#[case("True")]
#[case("False")]
#[case("#N/A")]
#[case("#REF!")]
#[case("=HYPERLINK(A2)")]
#[case("siti@example.com")]
fn what_a_sheet_writes_where_no_name_is_makes_no_name_and_is_shown(#[case] cell: &str) {
    let row = one(&format!("Nama Lengkap,Email,No. HP\n{cell},siti@example.com,081234567890\n"));
    assert_eq!((row.fields.full_name.as_deref(), codes(&row).as_slice()), (None, [ProblemCode::NoName].as_slice()));
    assert_eq!((row.problems[0].column, row.problems[0].value.as_deref()), (Some(1), Some(cell)));
    let told = format!("Row 2, “Nama Lengkap”: “{cell}” is no name: fill it in as it stands on the portal.");
    assert_eq!(row.problems[0].message, told);
}

#[rstest]
#[case::in_the_number("Ani,0813456", Some("Ani"), &[ProblemCode::CutOff])]
#[case::behind_the_number("Ani,081345678901,ani@ex", Some("Ani"), &[ProblemCode::CutOff])]
#[case::in_the_name("An", Some("An"), &[ProblemCode::CutOff])]
#[case::a_total_without_a_line_end("Total: 1 pelamar", None, &[ProblemCode::NotData])]
fn of_a_row_in_which_the_file_stops_nothing_is_believed(
    #[case] last: &str,
    #[case] name: Option<&str>,
    #[case] problems: &[ProblemCode],
) {
    let (_, rows) =
        read(&format!("Nama Lengkap,No. HP,Email,Posisi\nSiti,081234567890,siti@example.com,Nanny\n{last}"));
    let row = &rows[1];
    assert_eq!((row.fields.full_name.as_deref(), codes(row).as_slice()), (name, problems));
    assert_eq!((&row.fields.phone, &row.fields.email, row.phones.len(), row.emails.len()), (&None, &None, 0, 0));
    assert_eq!(Vec::from(&row.cells).join(","), last);
}

#[rstest]
#[case::a_number("Nama Lengkap,Email,No. HP\nSiti,siti@example.com,0812345678", true)]
#[case::with_its_line_end("Nama Lengkap,Email,No. HP\nSiti,siti@example.com,0812345678\n", false)]
#[case::quoted("Nama Lengkap,Email,No. HP\nSiti,siti@example.com,\"0812345678\"", false)]
#[case::no_contact("Nama Lengkap,No. HP,Posisi\nSiti,0812345678,Nanny", false)]
fn a_file_that_ends_in_a_contact_says_that_nobody_can_see_whether_it_is_whole(#[case] text: &str, #[case] told: bool) {
    let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes(), &wide] {
        let (survey, rows) = read_bytes(bytes);
        assert_eq!(survey.notes.contains(&crate::Note::EndsInContact), told, "{:?}", survey.notes);
        assert_eq!(rows[0].fields.phone.as_deref(), Some("+62812345678"));
    }
}

#[test]
fn day_numbers_of_a_workbook_that_counts_from_1904_are_no_four_years_off() {
    let (survey, _) = read("Nama Lengkap,Email,Tanggal Lahir,Tanggal Melamar\nSiti,siti@example.com,33466,44650\n");
    assert!(!survey.layout.from_1904);
    let layout = Layout { from_1904: true, ..survey.layout };
    let cleaner = Cleaner::new(&Registry::builtin().unwrap(), &layout);
    let row = cleaner.clean(2, ["Siti", "siti@example.com", "33466", "44650"].into_iter().collect());
    assert_eq!(row.fields.birth_date.as_deref(), Some("1995-08-17"));
    assert_eq!(row.fields.applied_at.as_deref(), Some("2026-03-31"));
}

#[test]
fn problems_name_row_column_and_value() {
    let row = one(
        "Nama Lengkap,Email,No. HP,Tanggal Melamar,Gaji yang Diharapkan,Jenis Kelamin,CV\nSiti,siti@example.com,081234567890,31/02/2026,banyak,?x,cv_siti.pdf\n",
    );
    assert_eq!(
        codes(&row),
        [ProblemCode::DateInvalid, ProblemCode::AmountInvalid, ProblemCode::GenderUnknown, ProblemCode::ResumeNotLink]
    );
    assert_eq!(
        row.problems[0].message,
        "Row 2, “Tanggal Melamar”: “31/02/2026” is not a date that can be: correct it, for example to 2026-04-11."
    );
    assert_eq!((row.problems[0].column, row.problems[0].value.as_deref()), (Some(4), Some("31/02/2026")));
    assert_eq!(row.fields.extras["CV"], "cv_siti.pdf");
}

#[test]
fn an_undecided_column_asks_and_does_not_guess() {
    let row = one("Nama Lengkap,Email,No. HP,Tanggal Melamar\nSiti,siti@example.com,081234567890,03/04/2026\n");
    assert_eq!(row.fields.applied_at, None);
    assert_eq!(codes(&row), [ProblemCode::DateAmbiguous]);
}

#[test]
fn repeated_headers_and_footers_are_no_data_and_blank_rows_are_gone() {
    let (survey, rows) = read(
        "No,Nama Lengkap,Email,No. HP,Posisi\n1,Siti,siti@example.com,081234567890,Nanny\n,,,,\n\nNo,Nama Lengkap,Email,No. HP,Posisi\n2,Ani,ani@example.com,081234567891,Nanny\n\n\
         Total: 2 pelamar,,,,\n,Dicetak pada 11 April 2026,,,\n,,,,Halaman 1\n3,Totalia Siregar,,081234567892,\n",
    );
    assert_eq!(survey.notes, [crate::Note::Footer]);
    let found: Vec<(u32, bool)> = rows.iter().map(|row| (row.row, row.not_data)).collect();
    assert_eq!(found, [(2, false), (5, true), (6, false), (8, true), (9, true), (10, true), (11, false)]);
    assert_eq!(codes(&rows[1]), [ProblemCode::NotData]);
    assert_eq!(&rows[1].cells[1], "Nama Lengkap");
}

#[rstest]
#[case::above_nothing("Total,,,", true)]
#[case::counted_under_the_phones("Total,120,,", true)]
#[case::counted_under_the_emails("Grand Total,,2,", true)]
#[case::counted_in_words("Total Pelamar,2 orang,,", true)]
#[case::counted_in_every_column("Jumlah,110,110,45.000.000", true)]
#[case::in_a_later_column(",,TOTAL,2", true)]
#[case::somebody_like_it("Totalia,120,,", false)]
#[case::somebody_who_can_be_reached("Total,081234567892,,", false)]
#[case::somebody_whose_number_is_masked("Total Siregar,+62****,,", false)]
fn a_total_is_no_applicant_whatever_it_counts(#[case] line: &str, #[case] expected: bool) {
    let text = format!(
        "Nama Lengkap,No. HP,Email,Gaji yang Diharapkan\nSiti,081234567890,siti@example.com,3500000\n{line}\nAni,081234567891,,\n"
    );
    let (_, rows) = read(&text);
    assert_eq!(rows.iter().map(|row| row.not_data).collect::<Vec<_>>(), [false, expected, false], "{:?}", rows[1]);
}

#[rstest]
#[case::whom_to_ask("Hubungi HRD,081299998888,", true)]
#[case::an_office_with_a_fixed_line("Contact Person: Rina,0215551234,", true)]
#[case::whom_to_ask_by_mail("Narahubung: Rina,,rina@example.id", true)]
#[case::a_closing_word("Mengetahui,,", true)]
#[case::a_signature("Budi (HRD),,", true)]
#[case::an_applicant_of_the_office("Budi (HRD),081234567892,", false)]
#[case::a_lone_name("Budi,,", false)]
fn who_signs_below_the_table_does_not_apply(#[case] line: &str, #[case] expected: bool) {
    let text = format!("Nama Lengkap,No. HP,Email\nSiti,081234567890,siti@example.com\n{line}\n");
    let (_, rows) = read(&text);
    assert_eq!(rows.iter().map(|row| row.not_data).collect::<Vec<_>>(), [false, expected], "{:?}", rows[1]);
}

#[test]
fn a_total_below_two_columns_is_none_either() {
    let (_, rows) = read("Nama Lengkap,No. HP\nSiti,081234567890\nJumlah,110\n");
    assert_eq!(rows.iter().map(|row| row.not_data).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn cells_past_the_header_are_kept_and_told() {
    let row = one("Nama Lengkap,Email,No. HP\nSiti,siti@example.com,081234567890,lebih\n");
    assert_eq!(codes(&row), [ProblemCode::ExtraCells]);
    assert_eq!(row.fields.extras["Kolom D"], "lebih");
}

#[test]
fn columns_without_a_field_are_kept_whole_even_when_their_headers_repeat() {
    let row = one("Nama Lengkap,Email,No. HP,Catatan,,Catatan\nSiti,siti@example.com,081234567890,\" a  b \",c,d\n");
    let extras: Vec<(&str, &str)> =
        row.fields.extras.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(extras, [("Catatan", " a  b "), ("Catatan (2)", "d"), ("Kolom E", "c")]);
}

#[test]
fn the_same_number_in_two_columns_counts_once() {
    let row = one("Nama Lengkap,Email,WhatsApp,Nomor Telepon\nSiti,siti@example.com,081234567890,+62 812-3456-7890\n");
    assert_eq!(row.phones.len(), 1);
}

#[rstest]
#[case::beside_a_number("081234567890 / s@example.com", Some("+6281234567890"), Some("s@example.com"))]
#[case::with_labels("WA: 081234567890; email: S@example.com", Some("+6281234567890"), Some("s@example.com"))]
#[case::in_two_lines("\"081234567890\ns@example.com\"", Some("+6281234567890"), Some("s@example.com"))]
#[case::in_brackets("081234567890 (s@example.com)", Some("+6281234567890"), Some("s@example.com"))]
#[case::alone("s@example.com", None, Some("s@example.com"))]
#[case::no_address("081234567890 @ rumah", Some("+6281234567890"), None)]
fn an_address_in_a_column_of_numbers_is_read_as_one(
    #[case] cell: &str,
    #[case] phone: Option<&str>,
    #[case] email: Option<&str>,
) {
    let (_, rows) = read(&format!("Nama Lengkap,Kontak,Posisi\nAni,081234567899,Nanny\nSiti,{cell},Nanny\n"));
    let row = &rows[1];
    assert_eq!((row.fields.phone.as_deref(), row.fields.email.as_deref()), (phone, email), "{:?}", row.problems);
    assert_eq!(row.emails.iter().any(|email| email.repairs.contains(&RepairCode::Address)), email.is_some());
    assert_eq!(codes(row).contains(&ProblemCode::NoContact), phone.is_none() && email.is_none());
}

#[test]
fn an_address_in_a_column_of_numbers_never_stands_for_the_one_in_its_own() {
    let row = one("Nama Lengkap,Kontak,Email\nSiti,081234567890 / d@example.com,siti@example.com\n");
    assert_eq!((row.fields.email.as_deref(), row.emails.len()), (Some("siti@example.com"), 1));
    assert_eq!(row.fields.phone.as_deref(), Some("+6281234567890"));
    assert_eq!(row.fields.extras["Kontak"], "081234567890 / d@example.com");
}

#[test]
fn the_usable_number_comes_first() {
    let row = one("Nama Lengkap,Email,WhatsApp,Nomor Telepon\nSiti,siti@example.com,1500888,081234567890\n");
    assert_eq!(row.fields.phone.as_deref(), Some("+6281234567890"));
    assert_eq!(row.phones.len(), 2);
    assert!(row.phones[0].usable && !row.phones[1].usable);
}

#[test]
fn a_cell_that_was_edited_is_read_like_any_other() {
    let (survey, rows) = read("Nama Lengkap,Email,No. HP\nSiti,-,08123\n");
    assert!(codes(&rows[0]).contains(&ProblemCode::NoContact));
    let cleaner = Cleaner::new(&Registry::builtin().unwrap(), &survey.layout);
    let mut cells = Vec::from(&rows[0].cells);
    cells[2] = "081234567890".to_owned();
    let again = cleaner.clean(2, cells.into());
    assert_eq!(again.fields.phone.as_deref(), Some("+6281234567890"));
}

#[test]
fn a_header_that_asks_is_a_question_and_its_cells_answer_it() {
    let row =
        one("Timestamp,Nama Lengkap,No. Whatsapp,Apakah bersedia menginap 6 hari?,Punya alergi? *,Kapan bisa mulai?\n\
         17/08/2026 8:10:00,Siti,081234567890,✓,Tidak ada,minggu depan\n");
    let answers: Vec<(&str, Option<&str>, Option<bool>)> =
        row.fields.answers.iter().map(|one| (one.question.as_str(), one.answer.as_deref(), one.yes)).collect();
    assert_eq!(
        answers,
        [
            ("Apakah bersedia menginap 6 hari?", Some("✓"), Some(true)),
            ("Punya alergi? *", Some("Tidak ada"), Some(false)),
            ("Kapan bisa mulai?", Some("minggu depan"), None)
        ]
    );
}

#[test]
fn a_level_and_months_stand_beside_the_words() {
    let row =
        one("Nama Lengkap,Email,Pendidikan Terakhir,Lama Pengalaman (tahun)\nSiti,siti@example.com,D3  Kebidanan,2\n");
    assert_eq!(row.fields.education.as_deref(), Some("D3 Kebidanan"));
    assert_eq!(row.fields.education_level, Some(EducationLevel::D3));
    assert_eq!((row.fields.experience.as_deref(), row.fields.experience_months), (Some("2"), Some(24)));
}

#[rstest]
#[case::known("Belum Sesuai", Some(PortalStanding::Rejected), &[])]
#[case::another_case("terhubung", Some(PortalStanding::Interview), &[])]
#[case::unknown("Diarsipkan", None, &[ProblemCode::StatusUnknown])]
#[case::empty("-", None, &[])]
fn a_status_word_is_kept_and_its_meaning_stands_beside_it(
    #[case] word: &str,
    #[case] standing: Option<PortalStanding>,
    #[case] problems: &[ProblemCode],
) {
    let row = one(&format!(
        "Nama Lengkap,Email,Nomor Telepon,Posisi yang Dilamar,Tanggal Melamar,Status\nSiti,siti@example.com,081234567890,Nanny,2026-08-17,{word}\n"
    ));
    assert_eq!(row.fields.portal_status.as_deref(), Some(word).filter(|word| *word != "-"));
    assert_eq!(row.fields.portal_standing, standing);
    assert_eq!(codes(&row), problems);
}

#[test]
fn the_statuses_of_a_file_of_no_known_portal_are_nobodys_to_judge() {
    let row = one("Nama Lengkap,Email,Status\nSiti,siti@example.com,Diarsipkan\n");
    assert_eq!((row.fields.portal_standing, codes(&row)), (None, vec![]));
}

#[test]
fn linkedins_contacts_stand_in_one_cell_and_its_times_are_milliseconds() {
    let row = one("candidate_id,project_id,first_name,last_name,emails,phone_numbers,hiring_state_id,created_time\n\
         c-1,p-1,Siti,Aminah,siti@example.com;SITI@example.com;aminah@example.id,+62 812-3456-7890;+6281234567890;+6285712345678,4,1786924800000\n");
    let phones: Vec<Option<&str>> = row.phones.iter().map(|phone| phone.value.as_deref()).collect();
    assert_eq!(phones, [Some("+6281234567890"), Some("+6285712345678")]);
    let emails: Vec<Option<&str>> = row.emails.iter().map(|email| email.value.as_deref()).collect();
    assert_eq!(emails, [Some("siti@example.com"), Some("aminah@example.id")]);
    assert_eq!(row.fields.applied_at.as_deref(), Some("2026-08-17T07:00:00+07:00"));
    assert_eq!(row.fields.source_ref.as_deref(), Some("c-1"));
}

const HEADER: &str = "Nama Lengkap,Nomor Telepon,Email,Tanggal Lahir,Tanggal Melamar,Gaji yang Diharapkan,Jenis Kelamin,Domisili,Pendidikan,Status Lamaran,ID Lamaran,Link CV";

/// A cell of each kind, well or badly written.
fn cell(column: usize) -> proptest::sample::Select<&'static str> {
    let cells: [&[&str]; 12] = [
        &["SITI  AMINAH", "hj. dewi lestari, s.pd", "Sri .", "'Rina", "-", "M. Yusuf", "NUR'AINI"],
        &[
            "081234567890.0",
            "(0812) 3456-7890 (WA)",
            "0812… / 0857…",
            "+62 62 812 3456 7890",
            "1500888",
            "8.12346E+11",
            "+62****",
            "0895123456789",
        ],
        &[
            "Siti <SITI@example.com>",
            "siti@gmail.con",
            "-",
            "a@b@c",
            "siti@example.com; dewi@example.id",
            "x7@indeedemail.com",
        ],
        &["17 Agustus 1998", "36526", "Surakarta, 23/04/1991", "31/02/1990", "1998-05-06", "-"],
        &["46123.5", "2026-04-11T20:15:30Z", "17/08/2026 08.00", "kemarin", "1775865600000", "2026-08-17"],
        &["3,5 jt", "Rp 3-4 juta", "UMR", "nego", "3500000.0", "Rp3.500.000,-"],
        &["P", "laki-laki", "?", "rahasia", "Female"],
        &[" Kota  Depok ", "'Bogor", "n/a", "Jl. Mawar\nDepok"],
        &["D-III  Kebidanan", "SMA", "'SMK", "-"],
        &["IN_REVIEW", " Belum  Sesuai", "Diarsipkan", ""],
        &["12345.0", "A-1", "'007", ""],
        &["https://example.com/cv", "cv.pdf", "=HYPERLINK(\"https://example.com/a\")", ""],
    ];
    proptest::sample::select(cells[column])
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    #[test]
    fn what_was_cleaned_is_clean(row in (0..12_usize).map(cell).collect::<Vec<_>>()) {
        static CLEANER: std::sync::LazyLock<Cleaner> = std::sync::LazyLock::new(|| {
            let (survey, _) = read(&format!("{HEADER}\nSiti,0812,siti@example.com,1998-12-31,2026-12-31,,,,,,,\n"));
            let mut layout = survey.layout;
            for column in &mut layout.columns {
                column.date_order = column.date_order.map(|_| DateOrder::DayFirst);
            }
            Cleaner::new(&Registry::builtin().unwrap(), &layout)
        });
        let cleaner = &*CLEANER;
        let first = cleaner.clean(2, row.iter().collect());
        let fields = &first.fields;
        // A lone number in a row without a person is a page's, not an id.
        proptest::prop_assume!(fields.full_name.is_some());
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let salary = match (fields.expected_salary, fields.expected_salary_max) {
            (Some(low), Some(high)) => format!("{low}-{high}"),
            (Some(low), None) => low.to_string(),
            _ => String::new(),
        };
        let gender = match fields.gender {
            Some(Gender::Female) => "Perempuan",
            Some(Gender::Male) => "Laki-laki",
            None => "",
        };
        let cells = Cells::from(vec![
            text(&fields.full_name), text(&fields.phone), text(&fields.email), text(&fields.birth_date), text(&fields.applied_at),
            salary, gender.to_owned(), text(&fields.location), text(&fields.education), text(&fields.portal_status),
            text(&fields.source_ref), text(&fields.resume_url),
        ]);
        let second = cleaner.clean(2, cells);
        let without_extras = |fields: &satu_core::application::Fields| {
            satu_core::application::Fields { extras: std::collections::BTreeMap::new(), ..fields.clone() }
        };
        proptest::prop_assert_eq!(without_extras(fields), without_extras(&second.fields), "{:?}", row);
        let again: Vec<&Repair> = second.repairs.iter().filter(|repair| repair.code != RepairCode::Amount).collect();
        proptest::prop_assert!(again.is_empty(), "{:?}", again);
    }
}

fn written(text: &str) -> (tempfile::NamedTempFile, SourceFile, Layout, Cleaner) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let mut source = SourceFile::open(file.path(), "pelamar.csv", &Limits::default()).unwrap();
    let registry = Registry::builtin().unwrap();
    let layout = survey(&mut source, &registry, &Choices::default()).unwrap().layout;
    let cleaner = Cleaner::new(&registry, &layout);
    (file, source, layout, cleaner)
}

#[test]
fn rows_come_in_their_order_however_many_threads_clean_them() {
    let rows_of_the_file: String = (0..20_000).map(|number| format!("Siti {number},s{number}@example.com\n")).collect();
    let (_file, mut source, layout, cleaner) = written(&format!("Nama,Email\n{rows_of_the_file}"));
    let mut numbers: Vec<u32> = Vec::new();
    let take = |chunk: Vec<u32>| {
        numbers.extend(chunk);
        ControlFlow::Continue(())
    };
    rows(&mut source, &layout, &cleaner, |row| row.row, take).unwrap();
    assert_eq!(numbers, (2..=20_001).collect::<Vec<_>>());
}

#[test]
fn who_takes_rows_can_stop_at_the_first() {
    let many: String = (0..20_000).map(|number| format!("Siti {number},s{number}@example.com\n")).collect();
    let (_file, mut source, layout, cleaner) = written(&format!("Nama,Email\n{many}"));
    let mut chunks = 0;
    let take = |_: Vec<ApplicantRow>| {
        chunks += 1;
        ControlFlow::Break(())
    };
    rows(&mut source, &layout, &cleaner, |row| row, take).unwrap();
    assert_eq!(chunks, 1);
}

#[test]
fn rows_before_an_error_are_given_and_the_error_is_told() {
    let many: String = (0..2_000).map(|number| format!("Siti {number},s{number}@example.com\n")).collect();
    let (file, _, layout, cleaner) = written(&format!("Nama,Email\n{many}"));
    let few = Limits { rows: 1_500, ..Limits::default() };
    let mut source = SourceFile::open(file.path(), "pelamar.csv", &few).unwrap();
    let mut taken = 0;
    let take = |chunk: Vec<ApplicantRow>| {
        taken += chunk.len();
        ControlFlow::Continue(())
    };
    let error = rows(&mut source, &layout, &cleaner, |row| row, take).unwrap_err();
    assert_eq!(error.code, crate::ReadErrorCode::TooManyRows);
    assert_eq!(taken, 1_499);
}

/// How many rows of the sheet had been looked at when somebody who wants no more was asked, and how long that took.
fn asked_within(source: &mut SourceFile, layout: &Layout, cleaner: &Cleaner) -> std::time::Duration {
    let started = std::time::Instant::now();
    let mut asked = 0;
    let take = |chunk: Vec<ApplicantRow>| {
        asked += 1;
        assert!(chunk.is_empty(), "asked while nothing was found");
        ControlFlow::Break(())
    };
    rows(source, layout, cleaner, |row| row, take).unwrap();
    assert_eq!(asked, 1);
    started.elapsed()
}

#[rstest]
#[case::separators(",\n", 1_500_000)]
#[case::line_feeds("\n", 1_500_000)]
#[case::pairs("\r\n", 1_500_000)]
fn in_a_million_blank_lines_it_is_asked_whether_to_go_on(#[case] line: &str, #[case] count: u32) {
    let end = line.trim_start_matches(',');
    let text = format!("Nama,Email{end}{}Siti,siti@example.com{end}", line.repeat(count as usize));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &text).unwrap();
    let mut source = SourceFile::open(file.path(), "pelamar.csv", &Limits::default()).unwrap();
    let registry = Registry::builtin().unwrap();
    let layout = survey(&mut source, &registry, &Choices::default()).unwrap().layout;
    let cleaner = Cleaner::new(&registry, &layout);
    let whole = std::time::Instant::now();
    let mut numbers = Vec::new();
    let take = |chunk: Vec<u32>| {
        numbers.extend(chunk);
        ControlFlow::Continue(())
    };
    rows(&mut source, &layout, &cleaner, |row| row.row, take).unwrap();
    assert_eq!(numbers, [count + 2], "blank lines count");
    let whole = whole.elapsed();
    if line == ",\n" {
        let asked = asked_within(&mut source, &layout, &cleaner);
        assert!(asked * 4 < whole, "asked after {asked:?} of {whole:?}");
    }
}

#[test]
fn where_a_link_is_asked_for_the_words_give_way_to_the_page_that_they_lead_to() {
    let (_file, _source, _layout, cleaner) = written("Nama,No. HP,Link CV\nSiti,081234567801,-\n");
    let row = |cells: [&str; 3], links: &[(u32, &str)]| TableRow {
        row: 2,
        cells: cells.iter().collect(),
        links: links.iter().map(|(column, target)| (*column, (*target).to_owned())).collect(),
        ..TableRow::default()
    };
    let clean = |row| cleaner.clean_one_of_many(row, &mut super::Known::default());
    let cv = "https://example.com/cv.pdf";
    let led = clean(row(["Siti", "081234567801", "Lihat CV"], &[(1, "https://example.com/siti"), (3, cv)]));
    assert_eq!(led.fields.resume_url.as_deref(), Some(cv));
    assert_eq!(led.fields.full_name.as_deref(), Some("Siti"), "a name may lead somewhere and stays a name");
    assert_eq!(led.cells, ["Siti", "081234567801", cv], "what is edited later is read from the cells alone");
    assert_eq!((led.repairs[0].code, led.repairs[0].from.as_str()), (RepairCode::Link, "Lihat CV"));
    let own = clean(row(["Siti", "081234567801", "https://example.com/lain.pdf"], &[(3, cv)]));
    assert_eq!((own.fields.resume_url.as_deref(), own.repairs.len()), (Some("https://example.com/lain.pdf"), 0));
    let none = clean(row(["Siti", "081234567801", "Lihat CV"], &[]));
    assert_eq!(none.fields.resume_url, None);
}

#[test]
fn what_a_merged_cell_says_is_said_of_every_row_with_something_of_its_own() {
    let (_file, _source, _layout, cleaner) = written("Nama,No. HP,Posisi,Link CV\nSiti,081234567801,Perawat,-\n");
    let row = |cells: [&str; 4], covered: &[(u32, u32, &str)]| TableRow {
        row: 4,
        cells: cells.iter().collect(),
        covered: covered
            .iter()
            .map(|(column, from, text)| Covered { column: *column, from: *from, text: (*text).into() })
            .collect(),
        ..TableRow::default()
    };
    let clean = |row| cleaner.clean_one_of_many(row, &mut super::Known::default());
    let above: &[_] = &[(1, 2, "Siti Aminah"), (2, 2, "081234567801"), (3, 1, "Posisi"), (4, 2, "Lihat CV")];

    let second = clean(row(["", "", "Pengasuh", ""], above));
    assert_eq!(second.fields.full_name.as_deref(), Some("Siti Aminah"));
    assert_eq!(second.fields.phone.as_deref(), Some("+6281234567801"));
    assert_eq!(second.cells, ["Siti Aminah", "081234567801", "Pengasuh", ""], "what is edited later is read from them");
    assert_eq!(second.repairs.iter().map(|repair| repair.code).collect::<Vec<_>>(), [RepairCode::Merged; 2]);
    assert!(second.problems.is_empty(), "{:?}", second.problems);

    let own = clean(row(["Ani", "", "Perawat", ""], above));
    assert_eq!(own.fields.full_name.as_deref(), Some("Ani"), "a row's own name stays");
    let header = clean(row(["Ani", "081234567802", "", ""], above));
    assert_eq!(header.fields.position, None, "a header that is merged into the rows below it says nothing of them");
    let total = clean(row(["", "", "Total: 2", ""], above));
    assert!(total.not_data && total.fields.full_name.is_none(), "{total:?}");
}

#[test]
fn an_education_of_which_no_level_is_finished_for_sure_is_a_problem_and_keeps_its_words() {
    let unclear = Some(ProblemCode::EducationUnclear);
    for (education, expected) in [("SMA sedang kuliah S1", unclear), ("SMA", None), ("Pesantren", None), ("-", None)] {
        let row = one(&format!("Nama,No. HP,Pendidikan\nSiti,081234567801,{education}\n"));
        assert_eq!(codes(&row), Vec::from_iter(expected), "{education}");
        assert_eq!(row.fields.education.as_deref(), Some(education).filter(|text| *text != "-"));
    }
}
