//! `satu read` on files of every kind, and what a person overrules of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::path::Path;

use rstest::rstest;
use satu_tests::{
    fixtures::{self, Expected},
    program::User,
};
use serde_json::{Value, json};

fn fixture(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(path).display().to_string()
}

fn typed(user: &User, name: &str, bytes: &[u8]) -> String {
    let path = user.folder().join(name);
    std::fs::create_dir_all(user.folder()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

fn json_of(user: &User, words: &[&str]) -> Value {
    let ran = user.run(&[words, &["--as", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.error);
    serde_json::from_str(&ran.text).unwrap()
}

/// Records of clean RFC 4180: as wide as each other, each ended by CR LF.
fn records(text: &str) -> Vec<Vec<String>> {
    assert!(text.is_empty() || text.ends_with("\r\n"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn every_fixture_prints_its_header_and_each_row_once_in_records_of_one_width() {
    let user = User::fresh();
    for fixture in fixtures::all().unwrap() {
        if matches!(fixture.expected, Expected::Refused(_)) {
            continue;
        }
        let path = typed(&user, "berkas", &fixture.bytes);
        let ran = user.run(&["read", &path, "--as", "csv"]);
        assert_eq!(ran.code, 0, "{}: {}", fixture.path, ran.error);
        let printed = records(&ran.text);
        let table = json_of(&user, &["read", &path]);
        let rows = table["rows"].as_array().unwrap();
        let raw = std::iter::once(&table["headers"]).chain(rows.iter().map(|row| &row["cells"]));
        let width = printed[0].len();
        let raw: Vec<Vec<String>> = raw
            .map(|cells| {
                let mut cells: Vec<String> = serde_json::from_value(cells.clone()).unwrap();
                cells.resize(width, String::new());
                cells
            })
            .collect();
        assert_eq!(printed, raw, "{}", fixture.path);
    }
}

#[test]
fn the_dialect_is_told_and_can_be_overruled() {
    let user = User::fresh();
    // Nothing says that the semicolon does not part the cells; a person does.
    let path = typed(&user, "pelamar.csv", b"Nama;Kota,HP;WA\nR\xE9ni;Depok,0812;0813\nAni;Bogor,0814;0815\n");
    let found = json_of(&user, &["read", &path]);
    assert_eq!(found["dialect"]["delimiter"], ";");
    assert_eq!(found["dialect"]["encoding"], "windows-1252");
    assert_eq!(found["dialect"]["line_end"], "lf");
    let told = json_of(&user, &["read", &path, "--delimiter", ",", "--encoding", "iso-8859-2", "--header-row", "2"]);
    assert_eq!(told["headers"], json!(["Réni;Depok", "0812;0813"]));
    assert_eq!(told["dialect"]["encoding"], "ISO-8859-2");
    let preview = user.json(&["preview", &path, "--delimiter", ","]);
    assert_eq!(preview["mapping"].as_array().unwrap().len(), 2);
    assert_eq!(preview["dialect"]["delimiter"], ",");
}

#[test]
fn the_quote_and_its_escape_are_told_and_can_be_overruled() {
    let user = User::fresh();
    // Grave accents quote, and a backslash is only a letter: nothing but a person can say so.
    let path = typed(&user, "pelamar.csv", b"Nama,Folder,HP\nSiti,`CV, lama\\`,0812\nAni,`CV \\``baru\\`` 2`,0813\n");
    let told = json_of(&user, &["read", &path, "--quote", "`", "--escape", "doubled"]);
    assert_eq!((&told["dialect"]["quote"], &told["dialect"]["escape"]), (&json!("`"), &json!("doubled")));
    assert_eq!(told["rows"][0]["cells"], json!(["Siti", "CV, lama\\", "0812"]));
    assert_eq!(told["rows"][1]["cells"], json!(["Ani", "CV \\`baru\\` 2", "0813"]));
    let found = json_of(&user, &["read", &path]);
    assert_eq!(found["rows"][0]["cells"], json!(["Siti", "`CV", " lama\\`", "0812"]));
    let bare = user.json(&["preview", &path, "--quote", "none"]);
    assert_eq!(bare["dialect"]["quote"], json!(null));
    let escaped = typed(&user, "lain.csv", b"Nama,Alias\nSiti,\"si \\\"Iti\\\" kecil\"\n");
    assert_eq!(json_of(&user, &["read", &escaped])["dialect"]["escape"], "backslash");
}

#[test]
fn headers_of_two_lines_are_printed_as_one() {
    let user = User::fresh();
    let text = "No,Nama,Kontak,,Alamat\n,,No HP,Email,Kota\n1,Siti,081234567801,siti@example.com,Depok\n";
    let path = typed(&user, "pelamar.csv", text.as_bytes());
    let ran = user.run(&["read", &path]);
    let printed = records(&ran.text);
    assert_eq!(printed[0], ["No", "Nama", "No HP", "Email", "Kota"]);
    assert_eq!(printed[1], ["1", "Siti", "081234567801", "siti@example.com", "Depok"]);
    assert_eq!(printed.len(), 2);
}

#[rstest]
#[case("¦")]
#[case("§")]
#[case("·")]
#[case("→")]
fn a_delimiter_outside_ascii_is_found_and_obeyed(#[case] delimiter: &str) {
    let user = User::fresh();
    let text = "Nama~Kota~HP\nR\u{e9}ni~\"Depok ~ Bogor\"~0812\nAni~Solo, Jateng~0813\nBudi~Garut~0814\n"
        .replace('~', delimiter);
    for choice in [&[][..], &["--delimiter", delimiter]] {
        let path = typed(&user, "pelamar.csv", text.as_bytes());
        let found = json_of(&user, &[&["read", path.as_str()], choice].concat());
        assert_eq!(found["dialect"]["delimiter"], delimiter);
        assert_eq!(found["headers"], json!(["Nama", "Kota", "HP"]));
        assert_eq!(found["rows"][0]["cells"], json!(["R\u{e9}ni", format!("Depok {delimiter} Bogor"), "0812"]));
        assert_eq!(found["rows"][1]["cells"], json!(["Ani", "Solo, Jateng", "0813"]));
    }
}

#[rstest]
#[case(&["--delimiter", "ab"], "cannot separate cells")]
#[case(&["--quote", "ab"], "cannot stand around cells")]
#[case(&["--escape", "caret"], "doubled or backslash")]
#[case(&["--delimiter", "~", "--quote", "~"], "cannot both separate cells and stand around them")]
#[case(&["--encoding", "klingon"], "no encoding")]
#[case(&["--limit", "lines=5"], "limits are")]
fn what_cannot_be_overruled_so_is_usage(#[case] words: &[&str], #[case] said: &str) {
    let user = User::fresh();
    let ran = user.run(&[&["read", &fixture("samples/indeed.csv")], words].concat());
    assert_eq!(ran.code, 2, "{}", ran.error);
    assert!(ran.error.contains(said), "{}", ran.error);
}

#[test]
fn a_limit_holds_for_the_run_that_sets_it() {
    let user = User::fresh();
    let path = fixture("samples/indeed.csv");
    for command in ["read", "preview", "import"] {
        let ran = user.run(&[command, &path, "--limit", "rows=3"]);
        assert_eq!(ran.code, 3, "{command}: {}", ran.error);
        assert!(ran.error.contains("more than 3 rows"), "{}", ran.error);
    }
    assert_eq!(user.run(&["read", &path]).code, 0);
}

#[rstest]
#[case("0")]
#[case("3")]
#[case("99")]
fn a_header_row_that_is_none_is_refused_and_not_replaced(#[case] row: &str) {
    let user = User::fresh();
    let text = "Laporan Pelamar\nTanggal: 11 April 2026\n\nNama,No. HP,Email\nSiti,081234567801,siti@example.com\n";
    let path = typed(&user, "pelamar.csv", text.as_bytes());
    for command in ["read", "preview"] {
        let ran = user.run(&[command, &path, "--header-row", row]);
        assert_eq!(ran.code, 3, "{command}: {}", ran.text);
        assert!(ran.error.contains(&format!("row {row} cannot be the header")), "{command}: {}", ran.error);
    }
    let first = user.run(&["read", &path, "--header-row", "1"]);
    // What stands under another header behind a gap is another table then.
    assert_eq!((first.code, records(&first.text).len()), (0, 2));
}

#[test]
fn of_several_tables_the_largest_is_read_and_any_other_can_be_chosen() {
    let user = User::fresh();
    let path = fixture("containers/three-tables-in-one-sheet.csv");
    let largest = json_of(&user, &["read", &path]);
    assert_eq!((&largest["header_row"], largest["rows"].as_array().unwrap().len()), (&json!(5), 5));
    let others: Vec<_> =
        largest["other_tables"].as_array().unwrap().iter().map(|one| (&one["first_row"], &one["last_row"])).collect();
    assert_eq!(others, [(&json!(1), &json!(3)), (&json!(12), &json!(13))]);
    let chosen = user.run(&["read", &path, "--header-row", "12"]);
    assert_eq!(records(&chosen.text), [["Nama PIC", "Email"], ["Dewi", "dewi@example.com"]]);
    let first = user.run(&["read", &path, "--header-row", "1"]);
    assert_eq!(records(&first.text).len(), 3);
}
