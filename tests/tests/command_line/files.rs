//! `satu read`, `satu portals`, `satu export`.

use std::{fs, process::Command};

use calamine::{Reader, Xlsx};
use rstest::rstest;
use satu_tests::{
    applicants::{applicant, table},
    program::User,
};
use serde_json::{Value, json};

use crate::{counted, fixture, has_keys, sisters, typed};

#[test]
fn read_prints_a_csv_that_reads_back_as_the_same_table() {
    let user = User::fresh();
    for path in [
        "samples/glints.xlsx",
        "glints/utf16-tabs-named-csv.csv",
        "jobstreet/quoted-newlines.csv",
        "indeed/stray-quote.csv",
    ] {
        let once = user.run(&["read", &fixture(path)]);
        assert_eq!(once.code, 0, "{path}: {}", once.error);
        let copy = typed(&user, "salinan.csv", &once.text);
        assert_eq!(user.run(&["read", &copy]).text, once.text, "{path}");
        let table: Value = serde_json::from_str(&user.run(&["read", &copy, "--as", "json"]).text).expect("JSON");
        let keys =
            ["file", "container", "dialect", "notes", "sheet", "sheets", "other_tables", "header_row", "headers"];
        has_keys(&table, &[&keys[..], &["rows"]].concat());
        let rows =
            csv::Reader::from_reader(once.text.as_bytes()).into_records().map(Result::unwrap).collect::<Vec<_>>();
        assert_eq!(table["rows"].as_array().map(Vec::len), Some(rows.len()), "{path}");
        let original = user.json(&["preview", &fixture(path)]);
        let copied = user.json(&["preview", &copy]);
        assert_eq!((&copied["portal"], &copied["counts"]), (&original["portal"], &original["counts"]), "{path}");
    }
    assert!(!user.database().exists() || user.json(&["batches"])["items"] == json!([]), "reading writes nothing");
}

#[test]
fn the_portals_are_listed_and_one_is_shown() {
    let user = User::fresh();
    let portals = user.json(&["portals"]);
    let ids: Vec<_> = portals["items"].as_array().expect("items").iter().filter_map(|one| one["id"].as_str()).collect();
    for portal in ["glints", "jobstreet", "indeed"] {
        assert!(ids.contains(&portal), "{ids:?}");
        let one = user.json(&["portals", portal]);
        assert!(
            one["columns"]
                .as_array()
                .is_some_and(|columns| columns.iter().any(|column| column["field"] == "full_name"))
        );
    }
    assert_eq!(user.run(&["portals", "linkedin-2030"]).code, 2);
}

#[test]
fn an_export_holds_every_application_in_both_formats_and_no_formula() {
    let user = User::fresh();
    let people =
        [applicant("@SUM(A1) Siti", "081234567801", "siti@example.com"), applicant("Dewi Lestari", "081234567802", "")];
    let file = typed(&user, "rumus.csv", &table("glints", &people));
    assert_eq!(user.run(&["import", &file]).code, 0);
    let (csv_file, xlsx_file) = (user.folder().join("semua.csv"), user.folder().join("semua.xlsx"));
    for (path, format) in [(&csv_file, "csv"), (&xlsx_file, "xlsx")] {
        let ran = user.run(&["export", "--format", format, "-o", path.to_str().expect("ASCII")]);
        assert_eq!(ran.code, 0, "{}", ran.error);
    }
    let text = fs::read_to_string(&csv_file).expect("the CSV");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let in_csv: Vec<Vec<String>> = std::iter::once(reader.headers().expect("a header").clone())
        .chain(reader.records().map(|row| row.expect("a row")))
        .map(|row| row.iter().map(str::to_owned).collect())
        .collect();
    for cell in in_csv.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell} would be a formula");
    }
    let mut book: Xlsx<_> = calamine::open_workbook(&xlsx_file).expect("a workbook");
    let sheet = book.worksheet_range("Pelamar").expect("the sheet");
    assert!(book.worksheet_formula("Pelamar").expect("formulas").is_empty(), "no cell is a formula");
    let in_xlsx: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    let plain = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
        rows.into_iter().map(|row| row.iter().map(|cell| cell.trim_start_matches('\'').to_owned()).collect()).collect()
    };
    assert_eq!(plain(in_csv), plain(in_xlsx.clone()), "both hold the same");
    assert_eq!(in_xlsx.len(), 3);
    let by_ending = user.folder().join("lain.csv");
    assert_eq!(user.run(&["export", "-q", "dewi", "-o", by_ending.to_str().expect("ASCII")]).code, 0);
    assert_eq!(
        fs::read_to_string(by_ending).expect("a file").lines().count(),
        2,
        "the ending is enough, and filters hold"
    );
    assert_eq!(user.run(&["export", "-o", "/nowhere/at/all.csv"]).code, 1);
    assert_eq!(user.run(&["export"]).code, 2);
}

#[test]
fn the_rejected_rows_of_an_import_are_a_file_to_be_mended() {
    let user = User::fresh();
    let people = [applicant("Siti Aminah", "8.12346E+11", ""), applicant("Dewi Lestari", "081234567802", "")];
    let imported = user.json(&["import", &typed(&user, "rusak.csv", &table("glints", &people))]);
    let batch = imported["batch"].as_str().expect("an id");
    let file = user.folder().join("ditolak.csv");
    let path = file.to_str().expect("ASCII");
    assert_eq!(user.run(&["export", "--rejected", batch, "-o", path]).code, 0);
    let text = fs::read_to_string(&file).expect("a file");
    for told in
        ["Kesalahan / Error", "Siti Aminah", "Baris 2: tidak ada nomor", "Row 2: no phone number", "Angka hilang"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(!text.contains("Dewi"), "{text}");
    let mended = typed(&user, "ditolak.csv", &text.replace("8.12346E+11", "081234567801"));
    assert_eq!(counted(&user.json(&["import", &mended])["counts"]), [1, 0, 0, 0, 0, 0]);
    assert_eq!(user.run(&["export", "--rejected", batch, "--stage", "SCREENING", "-o", path]).code, 2);
}

#[test]
fn who_imports_a_file_that_ends_in_a_contact_is_told_that_it_may_be_cut() {
    let user = User::fresh();
    let text = "Nama Lengkap,Email,Nomor Telepon\nSiti Aminah,siti@example.com,0812345678";
    for (end, told) in [("", true), ("\n", false)] {
        let file = typed(&user, "pelamar.csv", &format!("{text}{end}"));
        let ran = user.run(&["import", &file, "--portal", "other"]);
        assert_eq!((ran.code, ran.error.contains("may be cut")), (0, told), "{}", ran.error);
        assert_eq!(user.run(&["preview", &file, "--portal", "other"]).text.contains("may be cut"), told);
    }
}

#[test]
fn a_command_leaves_no_log_beside_the_database() {
    let user = User::fresh();
    assert_eq!(user.run(&["import", &sisters(&user)]).code, 0);
    assert_eq!(user.run(&["applications"]).code, 0);
    let folder = user.database().parent().expect("a folder").to_path_buf();
    let beside = |tail: &str| folder.join(format!("satu.db{tail}")).exists();
    assert!(beside("") && !beside("-wal") && !beside("-shm"));
}

#[test]
fn an_import_that_was_taken_back_is_said_to_be() {
    let user = User::fresh();
    let imported = user.json(&["import", &sisters(&user)]);
    let batch = imported["batch"].as_str().expect("an id");
    let once = user.run(&["undo", batch]);
    assert!(once.text.contains("1 applications removed") && !once.text.contains("already"), "{}", once.text);
    let twice = user.run(&["undo", batch]);
    assert_eq!(twice.code, 0);
    assert!(twice.text.contains("taken back already at 20"), "{}", twice.text);
}

#[rstest]
#[case::preview(&["preview", "FILE"], 0)]
#[case::applications(&["applications"], 0)]
#[case::batches(&["batches"], 0)]
#[case::review(&["review"], 0)]
#[case::undo(&["undo", "01900000-0000-7000-8000-000000000000"], 1)]
#[case::decide(&["decide", "01900000-0000-7000-8000-000000000000:2", "same"], 1)]
#[case::duplicates(&["duplicates"], 0)]
#[case::doctor(&["doctor"], 1)]
fn who_only_looks_makes_no_database(#[case] words: &[&str], #[case] code: i32) {
    let user = User::fresh();
    let file = sisters(&user);
    let words: Vec<&str> = words.iter().map(|word| if *word == "FILE" { file.as_str() } else { word }).collect();
    let elsewhere = user.folder().join("salah-ketik").join("satu.db");
    let ran = user.run(&[&words[..], &["--database", &format!("sqlite:{}", elsewhere.display())]].concat());
    assert_eq!(ran.code, code, "{}{}", ran.text, ran.error);
    assert!(!elsewhere.exists() && !user.database().exists());
    if words == ["doctor"] {
        assert!(ran.text.contains(&format!("{}: there is no database yet", elsewhere.display())), "{}", ran.text);
    }
}

/// Bytes of this process's files are bounded in the shell, so the disk is full for it after so many blocks of 512.
#[cfg(unix)]
#[rstest]
#[case::csv("csv")]
#[case::xlsx("xlsx")]
fn an_export_that_a_full_disk_breaks_off_leaves_what_stood_there(#[case] format: &str) {
    let user = User::fresh();
    let people: Vec<_> = (0..2000)
        .map(|n| applicant(&format!("Pelamar {n}"), &format!("0812{n:08}"), &format!("pelamar{n}@example.com")))
        .collect();
    assert_eq!(user.run(&["import", &typed(&user, "banyak.csv", &table("glints", &people))]).code, 0);
    fs::create_dir(user.folder().join("ekspor")).expect("a folder");
    let path = user.folder().join("ekspor").join(format!("semua.{format}"));
    fs::write(&path, "yang lama").expect("a file");
    let export = user.command(&["export", "-o", path.to_str().expect("ASCII")]);
    let ran = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$@\"", "sh"])
        .arg(export.get_program())
        .args(export.get_args())
        .env("SATU_DATA_DIR", user.folder().join("data"))
        .output()
        .expect("sh");
    let error = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{error}");
    assert!(error.contains(&format!("semua.{format}")), "{error}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "yang lama");
    let left: Vec<_> = fs::read_dir(user.folder().join("ekspor")).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing is left of the attempt: {left:?}");
}

#[cfg(unix)]
#[test]
fn an_export_flows_into_a_pipe_and_takes_the_place_of_what_a_link_points_to() {
    let user = User::fresh();
    assert_eq!(user.run(&["import", &sisters(&user)]).code, 0);
    let piped = user.run(&["export", "--format", "csv", "-o", "/dev/stdout"]);
    assert!(piped.text.contains("Siti Aminah"), "{}{}", piped.text, piped.error);
    let (real, link) = (user.folder().join("asli.csv"), user.folder().join("tautan.csv"));
    fs::write(&real, "yang lama").expect("a file");
    std::os::unix::fs::symlink(&real, &link).expect("a link");
    assert_eq!(user.run(&["export", "-o", link.to_str().expect("ASCII")]).code, 0);
    assert!(link.is_symlink() && fs::read_to_string(&real).expect("a file").contains("Siti Aminah"));
}

#[test]
fn help_says_what_the_program_is() {
    let help = User::fresh().run(&["--help"]);
    assert_eq!(help.code, 0);
    assert!(help.text.starts_with("One person, one application"), "{}", help.text);
}
