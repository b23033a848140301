//! How a command ends.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use rstest::rstest;
use satu_tests::{
    fixtures::{self, Expected},
    program::{Ran, User},
};
use serde_json::json;

use crate::{fixture, sisters, typed};

#[test]
fn a_file_that_cannot_be_read_is_exit_3_with_a_sentence_and_nothing_written() {
    let user = User::fresh();
    let mut refused = 0;
    for fixture in fixtures::all().expect("fixtures") {
        let Expected::Refused(code) = fixture.expected else { continue };
        refused += 1;
        let path = self::fixture(fixture.path);
        let name = PathBuf::from(fixture.path).file_name().expect("a name").to_string_lossy().into_owned();
        for command in ["preview", "import"] {
            let ran = user.run(&[command, &path]);
            assert_eq!(ran.code, 3, "satu {command} {}: {}{}", fixture.path, ran.text, ran.error);
            assert!(ran.error.contains(&name), "{code} names the file: {}", ran.error);
            assert_eq!(ran.text, "");
        }
    }
    assert!(refused >= 12, "the broken files are there");
    let gone = user.run(&["read", "/nowhere/pelamar.csv"]);
    assert_eq!((gone.code, gone.error.contains("pelamar.csv")), (3, true), "{}", gone.error);
    assert_eq!(user.json(&["batches"])["items"], json!([]));
    assert_eq!(user.json(&["applications"])["total"], 0);
}

#[test]
fn a_header_alone_is_no_import() {
    let user = User::fresh();
    let ran = user.run(&["import", &fixture("broken/only-header.csv"), "--json"]);
    let told = "satu: “only-header.csv”, row 1 is the header, and no applicant stands below it. Nothing was imported: check on the portal that \
                there are applicants to export and that no filter hides them, and download the file again.\n";
    assert_eq!((ran.code, ran.text.as_str(), ran.error.as_str()), (3, "", told));
    assert_eq!(user.json(&["batches"])["items"], json!([]));
    assert_eq!(user.run(&["read", &fixture("broken/only-header.csv")]).code, 0, "its table is shown all the same");
}

#[test]
fn a_workbook_with_its_rows_in_one_column_is_printed_with_a_word_on_what_to_do() {
    let user = User::fresh();
    let ran = user.run(&["read", &fixture("containers/rows-in-one-column.xml"), "--as", "csv"]);
    assert_eq!((ran.code, ran.text.lines().next()), (0, Some("Nama;No. HP;Email")), "{}", ran.error);
    assert!(ran.error.contains("with “;” between them") && ran.error.contains("Text to Columns"), "{}", ran.error);
}

#[test]
fn a_download_that_is_not_finished_is_told_from_a_broken_file() {
    let user = User::fresh();
    let half = std::fs::read(fixture("broken/truncated.xlsx")).expect("a fixture");
    for ending in ["crdownload", "part"] {
        let path = user.folder().join(format!("pelamar.xlsx.{ending}"));
        std::fs::create_dir_all(user.folder()).expect("a folder");
        std::fs::write(&path, &half).expect("a file");
        let ran = user.run(&["import", &path.display().to_string()]);
        assert_eq!(ran.code, 3);
        let told = format!("is a download that is not finished (its name ends in .{ending})");
        assert!(ran.error.contains(&told), "{}", ran.error);
    }
    // A whole table is read under any name.
    let path = typed(&user, "pelamar.csv.part", "Nama Lengkap,No. HP\nSiti Aminah,081234567890\n");
    assert_eq!(user.json(&["preview", &path])["counts"]["new"], 1);
}

#[test]
fn what_a_file_is_under_a_wrong_name_is_told_in_words_too() {
    let user = User::fresh();
    let path = fixture("jobstreet/workbook-named-csv.csv");
    let told = "workbook-named-csv.csv is an Excel workbook (.xlsx), whatever its name says, and was read as that\n";
    let read = user.run(&["read", &path]);
    assert_eq!((read.code, read.error), (0, format!("satu: {told}")));
    let shown = user.run(&["preview", &path]);
    assert!(shown.text.contains(told), "{}", shown.text);
    let imported = user.run(&["import", &path]);
    assert_eq!((imported.code, imported.error), (0, format!("satu: {told}")));
}

#[rstest]
#[case::no_command(&[], 2)]
#[case::unknown_command(&["impor"], 2)]
#[case::no_file(&["import"], 2)]
#[case::unknown_flag(&["batches", "--every"], 2)]
#[case::no_limit(&["batches", "--limit", "0"], 2)]
#[case::no_id(&["undo", "besok"], 2)]
#[case::no_stage(&["applications", "--stage", "DONE"], 2)]
#[case::unknown_import(&["undo", "01900000-0000-7000-8000-000000000000"], 1)]
#[case::unknown_application(&["applications", "01900000-0000-7000-8000-000000000000"], 1)]
#[case::unknown_engine(&["--database", "oracle://db", "batches"], 2)]
#[case::no_database_file(&["--database", "sqlite:", "batches"], 2)]
#[case::a_database_that_is_no_file(&["--database", "sqlite::memory:", "batches"], 2)]
#[case::nothing_for_the_doctor(&["--database", "sqlite::memory:", "doctor"], 2)]
#[case::open_to_the_network(&["serve", "--listen", "0.0.0.0:0"], 2)]
#[case::unknown_portal(&["applications", "--portal", "nix"], 2)]
#[case::an_ending_without_a_format(&["export", "-o", "semua.foo"], 2)]
#[case::help(&["--help"], 0)]
#[case::version(&["--version"], 0)]
fn the_exit_code_tells_what_kind_of_failure_it_was(#[case] words: &[&str], #[case] code: i32) {
    let ran = User::fresh().run(words);
    assert_eq!(ran.code, code, "{}{}", ran.text, ran.error);
    assert_eq!(ran.error.is_empty(), code == 0, "a failure says why, a success complains of nothing");
}

#[rstest]
#[case::misspelt(&["batches"], &[("SATU_ACTORS", "hr")], "SATU_ACTORS: there is no such variable")]
#[case::codes_in_the_log_of_a_team(&["serve", "--development"], &[("SATU_SERVER_PUBLIC_URL", "https://satu.example")], "--development prints")]
#[case::by_a_variable_too(
    &["serve"], &[("SATU_SERVER_PUBLIC_URL", "https://satu.example"), ("SATU_DEVELOPMENT", "true")], "--development prints")]
fn what_the_environment_must_not_say_is_refused(
    #[case] words: &[&str],
    #[case] variables: &[(&str, &str)],
    #[case] told: &str,
) {
    let user = User::fresh();
    let ran = Ran::from(user.command(words).envs(variables.iter().copied()).output().expect("satu starts"));
    assert_eq!(ran.code, 2, "{}{}", ran.text, ran.error);
    assert!(ran.error.contains(told), "{}", ran.error);
}

#[test]
fn a_portal_that_nobody_knows_is_named() {
    let user = User::fresh();
    let ran = user.run(&["preview", &sisters(&user), "--portal", "linkedin-2030"]);
    assert_eq!(ran.code, 2, "the file is well, the word is not");
    assert!(ran.error.contains("linkedin-2030") && ran.error.contains("satu portals"), "{}", ran.error);
    let ran = user.run(&["applications", "--portal", "nix"]);
    assert!(ran.error.contains("“nix”") && ran.error.contains("glints, "), "{}", ran.error);
    let ran = user.run(&["export", "-o", "semua.foo"]);
    assert!(ran.error.contains("semua.foo") && ran.error.contains("--format csv"), "{}", ran.error);
}

#[test]
fn the_database_stands_where_the_user_says() {
    let user = User::fresh();
    let elsewhere = user.folder().join("lain/basis data.db");
    let url = format!("sqlite:{}", elsewhere.display());
    assert_eq!(user.run(&["--database", &url, "import", &sisters(&user)]).code, 0);
    assert!(elsewhere.exists());
    assert_eq!(user.json(&["applications"])["total"], 0, "the usual database knows nothing");
    assert_eq!(user.json(&["applications", "--database", &url])["total"], 1);
}

#[test]
fn a_database_that_cannot_be_used_is_named_with_what_to_do() {
    let user = User::fresh();
    let other = typed(&user, "catatan.db", &"bukan basis data\n".repeat(500));
    let folder = user.folder().display().to_string();
    for (path, step) in [(other, "name another file"), (folder, "see that it is a file")] {
        let ran = user.run(&["--database", &format!("sqlite:{path}"), "batches"]);
        assert_eq!(ran.code, 1);
        assert!(ran.error.contains(&path) && ran.error.contains(step), "{}", ran.error);
        assert!(!ran.error.contains("code:"), "no words of the driver: {}", ran.error);
    }
}

#[cfg(unix)]
#[test]
fn what_is_kept_of_applicants_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let user = User::fresh();
    let elsewhere = user.folder().join("lain/dalam/satu.db");
    let url = format!("sqlite:{}", elsewhere.display());
    let file = sisters(&user);
    assert_eq!(user.run(&["import", &file]).code, 0);
    assert_eq!(user.run(&["--database", &url, "import", &file]).code, 0);
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    for folder in ["data", "lain", "lain/dalam"] {
        assert_eq!(mode(&user.folder().join(folder)), 0o700, "{folder}");
    }
    assert_eq!((mode(&user.database()), mode(&elsewhere)), (0o600, 0o600));
    let mut server = user.command(&["serve", "--listen", "127.0.0.1:0"]).spawn().expect("satu starts");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let beside: Vec<u32> =
        ["db-wal", "db-shm"].iter().map(|ending| mode(&user.database().with_extension(ending))).collect();
    server.kill().expect("it ends");
    server.wait().expect("it ends");
    assert_eq!(beside, [0o600, 0o600], "the files that SQLite keeps beside it");
}
