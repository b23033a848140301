//! Which portal a file is taken for, and how its columns changed.

use rstest::rstest;

use super::*;
use crate::Limits;

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
#[case::what_satu_itself_exports(
    "id,full_name,phone,email,birth_date,gender,location,position,applied_at,education,education_level,experience,experience_months,\
     expected_salary,expected_salary_max,resume_url,portal,source_ref,portal_status,portal_standing,stage,sub_state,answers,extras"
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
    let masked = "Nama,Email,No. HP\nSiti,siti@example.com,+62****\n";
    assert_eq!(survey_of(masked).layout.portal, "other", "one masked number is no export of Glints yet");
    let both = "Nama Lengkap,Email,No. HP\nSiti,****@****,+62****\n";
    assert_eq!(survey_of(both).layout.portal, "glints", "nobody else masks both");
    let headers = "Nama,Email,No. HP,Posisi,Status Lamaran\n";
    assert_eq!(survey_of(headers).layout.portal, "other");
    assert_eq!(survey_named("Glints_pelamar.csv", headers, &Choices::default()).unwrap().layout.portal, "glints");
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
