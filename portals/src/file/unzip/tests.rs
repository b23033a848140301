//! Archives with one table in them, and all others.

use rstest::rstest;

use super::super::samples::{open, read, rows, zipped};
use crate::{Container, Note, ReadErrorCode};

const CSV: &[u8] = b"Nama;HP\nSiti;0812\n";
const PICTURE: &[u8] = b"\xFF\xD8\xFF\xE0";
const RESUME: &[u8] = b"%PDF-1.4";
const WORDS: &[u8] = b"Baca ini.\nTerima kasih";
const PAGE: &[u8] = b"<html><p>Buka pelamar.csv</p></html>";
const NOTHING: &[u8] = b"";

#[test]
fn the_one_table_of_an_archive_is_read() {
    let bytes = zipped(&[("__MACOSX/._pelamar.csv", b"x"), ("pelamar.csv", CSV), (".DS_Store", b"x")]);
    assert_eq!(read(&bytes).unwrap(), rows(&[(1, &["Nama", "HP"]), (2, &["Siti", "0812"])]));
    let (source, _file) = open(&bytes).unwrap();
    assert_eq!(source.container(), Container::Csv);
    assert_eq!(source.notes(), [Note::Unzipped, Note::SeparatorSemicolon, Note::WrongExtension]);
}

#[rstest]
#[case::a_word_on_what_to_do(&[("baca.txt", WORDS), ("pelamar.csv", CSV)])]
#[case::resumes(&[("pelamar.csv", CSV), ("cv/siti.pdf", RESUME), ("foto/siti.jpg", PICTURE)])]
#[case::a_page_without_a_table(&[("petunjuk.html", PAGE), ("pelamar.csv", CSV)])]
#[case::an_empty_file(&[("kosong.txt", NOTHING), ("pelamar.csv", CSV)])]
fn what_is_no_table_does_not_stand_in_its_way(#[case] parts: &[(&str, &[u8])]) {
    assert_eq!(read(&zipped(parts)).unwrap(), rows(&[(1, &["Nama", "HP"]), (2, &["Siti", "0812"])]));
}

#[test]
fn a_list_of_one_column_is_read_where_nothing_else_may_be_meant() {
    let list = b"Nomor HP\n081234567801\n081234567802\n";
    let expected = rows(&[(1, &["Nomor HP"]), (2, &["081234567801"]), (3, &["081234567802"])]);
    assert_eq!(read(&zipped(&[("nomor.txt", list), ("foto.jpg", PICTURE)])).unwrap(), expected);
    let error = read(&zipped(&[("nomor.txt", list), ("baca.txt", WORDS)])).unwrap_err();
    assert_eq!(error.code, ReadErrorCode::Archive);
}

#[rstest]
#[case::two(&[("mei.csv", CSV), ("juni.csv", CSV)], "mei.csv, juni.csv")]
#[case::none(&[], "no file at all")]
#[case::a_picture(&[("foto.jpg", PICTURE)], "foto.jpg")]
#[case::two_and_a_picture(&[("mei.csv", CSV), ("foto.jpg", PICTURE), ("juni.csv", CSV)], "mei.csv, foto.jpg, juni.csv")]
fn any_other_archive_names_its_files(#[case] parts: &[(&str, &[u8])], #[case] names: &str) {
    let error = read(&zipped(parts)).unwrap_err();
    assert_eq!((error.code, error.value.as_deref()), (ReadErrorCode::Archive, Some(names)));
}

#[test]
fn an_archive_in_an_archive_is_not_opened() {
    let inner = zipped(&[("pelamar.csv", CSV)]);
    assert_eq!(read(&zipped(&[("dalam.zip", &inner)])).unwrap_err().code, ReadErrorCode::Archive);
    // Nor is it passed over: applicants may be in it.
    let error = read(&zipped(&[("pelamar.csv", CSV), ("dalam.zip", &inner)])).unwrap_err();
    assert_eq!((error.code, error.value.as_deref()), (ReadErrorCode::Archive, Some("pelamar.csv, dalam.zip")));
}

#[test]
fn what_is_wrong_with_the_table_inside_is_said() {
    let error = read(&zipped(&[("pelamar.csv", b"")])).unwrap_err();
    assert_eq!(error.code, ReadErrorCode::Empty);
    let broken = zipped(&[("xl/workbook.xml", b"<workbook>")]);
    let error = read(&zipped(&[("foto.jpg", PICTURE), ("pelamar.xlsx", &broken)])).unwrap_err();
    assert_eq!(error.code, ReadErrorCode::Truncated);
}

#[test]
fn a_password_is_told() {
    let mut bytes = zipped(&[("pelamar.csv", CSV)]);
    // The flag of encryption, in the entry's own head and in the directory.
    bytes[6] |= 1;
    let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    assert_eq!(read(&bytes).unwrap_err().code, ReadErrorCode::EncryptedArchive);
}
