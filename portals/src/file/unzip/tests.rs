//! Archives with one table in them, and all others.

use rstest::rstest;

use super::super::samples::{open, read, rows, zipped};
use crate::{Container, Note, ReadErrorCode};

const CSV: &[u8] = b"Nama;HP\nSiti;0812\n";
const PICTURE: &[u8] = b"\xFF\xD8\xFF\xE0";

#[test]
fn the_one_table_of_an_archive_is_read() {
    let bytes = zipped(&[("__MACOSX/._pelamar.csv", b"x"), ("pelamar.csv", CSV), (".DS_Store", b"x")]);
    assert_eq!(read(&bytes).unwrap(), rows(&[(1, &["Nama", "HP"]), (2, &["Siti", "0812"])]));
    let (source, _file) = open(&bytes).unwrap();
    assert_eq!(source.container(), Container::Csv);
    assert_eq!(source.notes(), [Note::Unzipped, Note::SeparatorSemicolon, Note::WrongExtension]);
}

#[rstest]
#[case::two(&[("mei.csv", CSV), ("juni.csv", CSV)], "mei.csv, juni.csv")]
#[case::none(&[], "no file at all")]
#[case::a_picture(&[("foto.jpg", PICTURE)], "foto.jpg")]
fn any_other_archive_names_its_files(#[case] parts: &[(&str, &[u8])], #[case] names: &str) {
    let error = read(&zipped(parts)).unwrap_err();
    assert_eq!((error.code, error.value.as_deref()), (ReadErrorCode::Archive, Some(names)));
}

#[test]
fn an_archive_in_an_archive_is_not_opened() {
    let bytes = zipped(&[("dalam.zip", &zipped(&[("pelamar.csv", CSV)]))]);
    assert_eq!(read(&bytes).unwrap_err().code, ReadErrorCode::Archive);
}

#[test]
fn what_is_wrong_with_the_table_inside_is_said() {
    let error = read(&zipped(&[("pelamar.csv", b"")])).unwrap_err();
    assert_eq!(error.code, ReadErrorCode::Empty);
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
