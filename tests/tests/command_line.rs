//! The `satu` command as a user types it: every command, the shapes of `--json` as the design documents them, and the exit codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::Command,
};

use calamine::{Reader, Xlsx};
use rstest::rstest;
use satu_tests::{
    applicants::{applicant, table},
    fixtures::{self, Expected, samples::STORY},
    program::User,
};
use serde_json::{Value, json};

/// A file of `fixtures/`, as it is named on the command line.
fn fixture(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(path).display().to_string()
}

/// A file that a user made.
fn typed(user: &User, name: &str, text: &str) -> String {
    let path = user.folder().join(name);
    fs::write(&path, text).expect("a file");
    path.display().to_string()
}

/// Siti and, on her phone, her sister.
fn sisters(user: &User) -> String {
    let people = [
        applicant("Siti Aminah", "081234567801", "siti@example.com"),
        applicant("Rina Wulandari", "081234567801", "rina@example.com"),
    ];
    typed(user, "saudara.csv", &table("glints", &people))
}

/// Asserts that an object has these keys and no others.
fn has_keys(object: &Value, keys: &[&str]) {
    let mut found: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    let mut keys = keys.to_vec();
    found.sort_unstable();
    keys.sort_unstable();
    assert_eq!(found, keys);
}

/// The outcomes of an import in the design's order.
fn counted(counts: &Value) -> [u64; 6] {
    has_keys(counts, &["new", "repeat", "duplicate", "match", "review", "rejected"]);
    ["new", "repeat", "duplicate", "match", "review", "rejected"].map(|one| counts[one].as_u64().expect("a count"))
}

// ---- The way of the samples ----------------------------------------------------------------------------------------------

#[test]
fn one_file_of_each_portal_then_again_then_the_same_people_from_another_portal_then_undo() {
    let user = User::fresh();
    let mut batches = Vec::new();
    for (path, told) in STORY {
        let imported = user.json(&["import", &fixture(path)]);
        has_keys(&imported, &["batch", "file", "counts"]);
        assert_eq!(counted(&imported["counts"]), told, "{path}");
        batches.push(imported["batch"].as_str().expect("an id").to_owned());
    }
    let people = user.json(&["applications", "--all"])["total"].clone();
    for (path, told) in STORY {
        let [new, _, duplicate, matched, review, rejected] = told;
        let again = counted(&user.json(&["import", &fixture(path)])["counts"]);
        assert_eq!(again, [0, new + duplicate + matched + review, 0, 0, 0, rejected], "{path}: all repeat");
    }
    assert_eq!(user.json(&["applications"])["total"], people);

    // Ten people of the Glints file come through JobStreet as well.
    let known = user.json(&["applications", "--batch", &batches[0], "--limit", "200"]);
    let reached: Vec<_> =
        known["items"].as_array().expect("items").iter().filter(|one| one["phone"].is_string()).take(10).collect();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let others: Vec<_> =
        reached.iter().map(|one| applicant(&text(&one["full_name"]), &text(&one["phone"]), "")).collect();
    let file = typed(&user, "lain.csv", &table("jobstreet", &others));
    let imported = user.json(&["import", &file]);
    assert_eq!(counted(&imported["counts"]), [0, 0, 0, 10, 0, 0]);
    assert_eq!(user.json(&["applications"])["total"], people, "no new application");
    let undone = user.json(&["undo", imported["batch"].as_str().expect("an id")]);
    has_keys(&undone, &["batch", "file", "undo"]);
    assert_eq!((&undone["undo"]["removed"], &undone["undo"]["detached"]), (&json!(0), &json!(10)));

    for batch in batches.iter().rev() {
        assert_eq!(user.run(&["undo", batch]).code, 0);
    }
    assert_eq!(user.json(&["applications"])["total"], 0, "newest first, everything is taken back");
    assert_eq!(user.json(&["review"])["total"], 0);
    assert_eq!(user.json(&["doctor"])["findings"], json!([]));
}

// ---- preview and import --------------------------------------------------------------------------------------------------

#[test]
fn preview_prints_what_the_design_says_and_writes_nothing() {
    let user = User::fresh();
    let file = sisters(&user);
    let preview = user.json(&["preview", &file]);
    for key in ["file", "sha256", "portal", "confidence", "sheet", "header_row", "mapping", "counts", "rows"] {
        assert!(preview.get(key).is_some(), "{key} is there");
    }
    assert_eq!(
        (&preview["file"], &preview["portal"], &preview["header_row"]),
        (&json!("saudara.csv"), &json!("glints"), &json!(1))
    );
    assert_eq!(preview["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(counted(&preview["counts"]), [1, 0, 0, 0, 1, 0]);
    for key in ["column", "header", "field", "how", "score"] {
        assert!(preview["mapping"][0].get(key).is_some(), "mapping has {key}");
    }
    let row = &preview["rows"][1];
    for key in ["row", "outcome", "reason", "fields", "phones", "emails", "problems", "matches"] {
        assert!(row.get(key).is_some(), "a row has {key}");
    }
    assert_eq!((&row["row"], &row["outcome"], &row["reason"]), (&json!(3), &json!("review"), &json!("shared_phone")));
    assert_eq!(
        row["phones"][0],
        json!({"raw": "081234567801", "value": "+6281234567801", "repairs": [], "usable": true})
    );
    assert_eq!((&row["emails"][0]["raw"], &row["emails"][0]["usable"]), (&json!("rina@example.com"), &json!(true)));
    assert!(row["matches"][0].get("application").is_some());
    let codes: Vec<_> =
        row["matches"][0]["evidence"].as_array().expect("evidence").iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["phone_equal", "name_different"]);

    assert_eq!(user.json(&["applications"])["total"], 0);
    assert_eq!(user.json(&["batches"])["items"], json!([]));
    let table = user.run(&["preview", &file]);
    assert_eq!(table.code, 0);
    assert!(table.text.contains("Rina Wulandari") && table.text.contains("shared_phone"), "{}", table.text);
}

#[test]
fn a_problem_names_its_column_and_says_what_to_do() {
    let user = User::fresh();
    let lost =
        typed(&user, "hilang.csv", &table("glints", &[applicant("Siti Aminah", "8.12346E+11", "siti@example.com")]));
    let preview = user.json(&["preview", &lost]);
    let problem = &preview["rows"][0]["problems"][0];
    assert_eq!((&problem["code"], &problem["column"]), (&json!("digits_lost"), &json!(2)));
    assert!(problem["message"].as_str().expect("a sentence").contains("8.12346E+11"));
    assert_eq!(preview["rows"][0]["phones"][0]["value"], Value::Null, "lost digits are never guessed");
}

#[test]
fn several_files_give_one_object_each_and_a_broken_one_does_not_keep_the_others_back() {
    let user = User::fresh();
    let other = typed(&user, "lain.csv", &table("jobstreet", &[applicant("Dewi Lestari", "081234567802", "")]));
    let ran = user.run(&["import", "--json", &sisters(&user), &fixture("broken/encrypted.xlsx"), &other]);
    assert_eq!(ran.code, 3);
    assert!(ran.error.contains("encrypted.xlsx"), "{}", ran.error);
    let files: Vec<Value> = ran.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(
        files.iter().map(|one| one["file"].as_str()).collect::<Vec<_>>(),
        [Some("saudara.csv"), Some("lain.csv")]
    );
    assert_eq!(user.json(&["applications"])["total"], 2);
}

#[test]
fn a_file_of_an_unknown_portal_is_imported_once_its_columns_are_named_and_remembered() {
    let user = User::fresh();
    let file = typed(&user, "forum.csv", "Sebutan,Kontak Aktif\nSiti Aminah,081234567801\n");
    let refused = user.run(&["import", &file]);
    assert_eq!(refused.code, 1);
    assert!(refused.error.contains("--map"), "it says what to do: {}", refused.error);
    let named = ["import", &file, "--map", "Sebutan=full_name", "--map", "Kontak Aktif=phone", "--remember"];
    assert_eq!(counted(&user.json(&named)["counts"])[0], 1);
    let next = typed(&user, "forum-2.csv", "Sebutan,Kontak Aktif\nDewi Lestari,081234567802\n");
    assert_eq!(counted(&user.json(&["import", &next])["counts"])[0], 1, "remembered");
    for (header, code) in [("Tidak Ada=phone", 2), ("Sebutan=nama", 2), ("Sebutan", 2)] {
        assert_eq!(user.run(&["preview", &file, "--map", header]).code, code, "{header}");
    }
}

// ---- Listings ------------------------------------------------------------------------------------------------------------

#[test]
fn a_listing_is_items_and_next_and_all_follows_every_page() {
    let user = User::fresh();
    for (path, _) in STORY {
        assert_eq!(user.run(&["import", &fixture(path)]).code, 0);
    }
    for listing in ["applications", "batches", "review"] {
        let whole = user.json(&[listing, "--all", "--limit", "2"]);
        assert_eq!(whole["next"], Value::Null, "{listing}");
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut words = vec![listing, "--limit", "2"];
            words.extend(cursor.as_deref().iter().flat_map(|cursor| ["--cursor", cursor]));
            let page = user.json(&words);
            let some = page["items"].as_array().expect("items");
            assert!(some.len() <= 2);
            items.extend(some.iter().cloned());
            match page["next"].as_str() {
                Some(next) if items.len() < 6 => cursor = Some(next.to_owned()),
                _ => break,
            }
        }
        assert!(items.len() >= 3, "{listing}");
        let first = &whole["items"].as_array().expect("items")[..items.len()];
        assert_eq!(items, first, "{listing}: the pages are the whole, in its order");
        assert_eq!(user.run(&[listing, "--cursor", "besok"]).code, 2, "{listing}: no such cursor");
    }
}

#[test]
fn an_application_is_what_the_design_says() {
    let user = User::fresh();
    let batch = user.json(&["import", &sisters(&user)])["batch"].clone();
    let list = user.json(&["applications", "--search", "aminah"]);
    let one = &list["items"][0];
    for key in ["id", "full_name", "phone", "email", "stage", "sub_state", "user_id", "sources"] {
        assert!(one.get(key).is_some(), "{key} is there");
    }
    assert_eq!(
        (&one["stage"], &one["sub_state"], &one["user_id"]),
        (&json!("SCREENING"), &json!("ACTIVE"), &Value::Null)
    );
    let source = &one["sources"][0];
    for key in ["portal", "source_ref", "batch", "file", "sheet", "row"] {
        assert!(source.get(key).is_some(), "a source has {key}");
    }
    assert_eq!((&source["batch"], &source["row"], &source["portal"]), (&batch, &json!(2), &json!("glints")));
    let alone = user.json(&["applications", one["id"].as_str().expect("an id")]);
    assert_eq!((&alone["id"], &alone["sources"]), (&one["id"], &one["sources"]));
    assert_eq!(alone["identifiers"].as_array().map(Vec::len), Some(2));
    assert_eq!(one["identifiers"], alone["identifiers"], "the list tells them too");
}

#[rstest]
#[case(&["--search", "SITI"], 1)]
#[case(&["-q", "0812 3456 7801"], 1)]
#[case(&["-q", "dewi@example"], 1)]
#[case(&["-q", "%"], 0)]
#[case(&["--portal", "jobstreet"], 1)]
#[case(&["--portal", "indeed"], 0)]
#[case(&["--stage", "SCREENING"], 2)]
#[case(&["--stage", "MCU"], 0)]
#[case(&["--sub-state", "ACTIVE"], 2)]
#[case(&["--sub-state", "REJECTED"], 0)]
fn applications_are_filtered(#[case] filter: &[&str], #[case] found: u64) {
    let user = User::fresh();
    let siti = typed(&user, "a.csv", &table("glints", &[applicant("Siti Aminah", "081234567801", "")]));
    let dewi = typed(&user, "b.csv", &table("jobstreet", &[applicant("Dewi Lestari", "", "dewi@example.com")]));
    assert_eq!(user.run(&["import", &siti, &dewi]).code, 0);
    let list = user.json(&[&["applications"], filter].concat());
    assert_eq!(list["items"].as_array().map(|items| items.len() as u64), Some(found));
    assert_eq!(list["total"], found);
}

// ---- The queue -----------------------------------------------------------------------------------------------------------

#[test]
fn the_queue_is_shown_and_settled_row_by_row() {
    let user = User::fresh();
    let batch = user.json(&["import", &sisters(&user)])["batch"].as_str().expect("an id").to_owned();
    let queue = user.json(&["review"]);
    let waiting = &queue["items"][0];
    assert_eq!((&queue["total"], &waiting["row"]["reason"]), (&json!(1), &json!("shared_phone")));
    assert_eq!(user.json(&["batches"])["items"][0]["waiting"], 1);
    let row = format!("{batch}:3");
    assert_eq!(waiting["id"], json!(row));
    assert!(user.run(&["review"]).text.contains("Siti Aminah"), "whom it may be is shown");
    assert_eq!(user.json(&["review", "--reason", "conflict"])["total"], 0);
    assert_eq!(user.json(&["review", "--portal", "glints"])["total"], 1);

    assert_eq!(user.run(&["decide", &row, "later"]).code, 0);
    assert_eq!(user.json(&["review"])["total"], 1);
    let decided = user.json(&["decide", &row, "shared"]);
    assert!(decided["row"]["application"].is_string());
    assert_eq!(user.json(&["review"])["total"], 0);
    assert_eq!(user.json(&["batches"])["items"][0]["waiting"], 0);
    assert_eq!(user.json(&["applications"])["total"], 2);

    let late = user.run(&["decide", &row, "same"]);
    assert_eq!(late.code, 1);
    assert!(late.error.contains("decided already"), "{}", late.error);
    assert_eq!(user.run(&["decide", &row, "perhaps"]).code, 2);
    assert_eq!(user.run(&["decide", "besok", "same"]).code, 2);
    assert_eq!(user.run(&["decide", &format!("{batch}:99"), "same"]).code, 1);
}

// ---- Who is whom ---------------------------------------------------------------------------------------------------------

#[test]
fn two_are_merged_separated_again_and_told_apart() {
    let user = User::fresh();
    let people = [applicant("Siti Aminah", "081234567801", ""), applicant("Siti A", "081234567811", "a@example.com")];
    let file = typed(&user, "a.csv", &table("glints", &people));
    assert_eq!(user.run(&["import", &file]).code, 0);
    let list = user.json(&["applications"]);
    let id = |at: usize| list["items"][at]["id"].as_str().expect("an id").to_owned();
    let (siti, other) = (id(1), id(0));

    let merged = user.json(&["merge", &siti, &other, "--take", "phone,email", "--reason", "satu orang"]);
    assert_eq!((&merged["kind"], &merged["reason"]), (&json!("merged"), &json!("satu orang")));
    let list = user.json(&["applications"]);
    assert_eq!((&list["total"], &list["items"][0]["phone"]), (&json!(1), &json!("+6281234567811")));
    assert_eq!(list["items"][0]["sources"][1]["from"], json!(other));
    let event = merged["id"].as_str().expect("an id");
    assert!(user.run(&["links", &siti]).text.contains(event), "the event is listed");

    let back = user.run(&["unmerge", event]);
    assert_eq!((back.code, back.text.contains("are two again")), (0, true), "{}{}", back.text, back.error);
    assert_eq!(user.json(&["applications"])["total"], 2);
    let twice = user.run(&["unmerge", event]);
    assert_eq!((twice.code, twice.error.contains("taken back already")), (1, true), "{}", twice.error);

    let apart = user.json(&["apart", &siti, &other]);
    assert_eq!(apart["kind"], "told_apart");
    let refused = user.run(&["merge", &siti, &other]);
    assert_eq!((refused.code, refused.error.contains("told apart")), (1, true), "{}", refused.error);
    assert_eq!(user.json(&["links", &other])["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(user.run(&["merge", &siti, &other, "--take", "portal"]).code, 2);
    assert_eq!(user.run(&["merge", &siti]).code, 2);
}

// ---- read, portals, export, doctor -----------------------------------------------------------------------------------------

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

#[test]
fn the_doctor_says_that_all_is_well_and_what_is_not() {
    let user = User::fresh();
    assert_eq!(user.run(&["import", &sisters(&user)]).code, 0);
    let well = user.json(&["doctor"]);
    has_keys(&well, &["version", "config", "data_dir", "database", "engine", "portals", "settings", "findings"]);
    assert_eq!((&well["engine"], &well["findings"]), (&json!("sqlite"), &json!([])));
    assert!(user.run(&["doctor"]).text.contains("all is well"));

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let mut file = satu_tests::ledger::open(&user.database()).await;
        sqlx::query("DELETE FROM identifier_claim WHERE kind = 'phone'").execute(&mut file).await.expect("damage");
    });
    let ill = user.run(&["doctor", "--json"]);
    assert_eq!(ill.code, 1);
    let report: Value = serde_json::from_str(&ill.text).expect("JSON");
    let finding = report["findings"][0].as_str().expect("a finding");
    assert!(finding.contains("…7801") && !finding.contains("8123456"), "a finding shows no whole number: {finding}");
}

#[test]
fn the_doctor_names_the_file_that_it_checked_and_tells_what_a_damaged_one_still_says() {
    let user = User::fresh();
    assert_eq!(user.run(&["import", &sisters(&user)]).code, 0);
    let database = user.database().display().to_string();
    assert_eq!(user.json(&["doctor"])["database"], json!(database));
    tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(satu_tests::ledger::damage(&user.database(), "hiring_application"));
    let ill = user.run(&["doctor"]);
    assert_eq!(ill.code, 1, "{}{}", ill.text, ill.error);
    for told in ["portals   ", &format!("database  {database}"), "is damaged", "last backup"] {
        assert!(ill.text.contains(told), "{told}: {}{}", ill.text, ill.error);
    }
    assert!(!ill.text.contains("all is well"));
}

#[cfg(unix)]
#[test]
fn the_doctor_looks_at_every_setting_that_can_be_wrong() {
    use std::os::unix::fs::PermissionsExt;
    let user = User::fresh();
    assert_eq!(user.run(&["import", &sisters(&user)]).code, 0);
    let config = user.folder().join("data/satu.toml");
    let says = |text: &str| {
        std::fs::write(&config, text).expect("a file");
        let ran = user.run(&["doctor", "--json"]);
        serde_json::from_str::<Value>(&ran.text).unwrap_or_else(|_| panic!("{text}: {}", ran.error))
    };
    let finds = |text: &str, finding: &str| {
        let findings = &says(text)["findings"];
        assert!(
            findings.as_array().is_some_and(|all| all.iter().any(|one| one.as_str().unwrap().contains(finding))),
            "{text}: {findings}"
        );
    };
    assert_eq!(says("")["findings"], json!([]));
    let settings = says("[server]\nmetrics_listen = \"0.0.0.0:9187\"")["settings"].to_string();
    for told in
        ["served on this machine only", "whoever reaches 0.0.0.0:9187 reads the metrics", "no channel is configured"]
    {
        assert!(settings.contains(told), "{told}: {settings}");
    }
    finds("[server]\npublic_url = \"https://satu.example\"", "nobody could sign in");
    finds(
        "[server]\npublic_url = \"https://satu.example\"\ntrusted_proxies = []",
        "all who come through the proxy are counted as one",
    );
    finds("[server]\ntrusted_proxies = [\"0.0.0.0/0\"]", "whoever asks says from where");
    let for_all = || std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&config, for_all()).expect("a mode");
    let url = format!("sqlite:{}?password=rahasia", user.database().display());
    let told = says(&format!("database_url = \"{url}\"")).to_string();
    assert!(told.contains(&format!("chmod 600 {}", config.display())), "{told}");
    let secrets = user.folder().join("data/secrets.toml");
    std::fs::set_permissions(&secrets, for_all()).expect("a mode");
    finds("", &format!("others than its owner may read the secrets; chmod 600 {}", secrets.display()));
}

#[test]
fn the_doctor_tells_why_a_database_cannot_be_opened() {
    let user = User::fresh();
    let file = typed(&user, "catatan.db", &"bukan basis data\n".repeat(500));
    let ill = user.run(&["doctor", "--json", "--database", &format!("sqlite:{file}")]);
    assert_eq!(ill.code, 1);
    let report: Value = serde_json::from_str(&ill.text).expect("JSON");
    assert_eq!(report["database"], json!(file));
    assert!(report["findings"][0].as_str().is_some_and(|one| one.contains(&file)), "{report}");
}

// ---- Exit codes ------------------------------------------------------------------------------------------------------------

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

// ---- serve -----------------------------------------------------------------------------------------------------------------

#[test]
fn serve_prints_its_address_answers_and_stops_when_told() {
    let user = User::fresh();
    assert_eq!(user.run(&["import", &sisters(&user)]).code, 0);
    let mut server = user.command(&["serve", "--listen", "127.0.0.1:0"]).spawn().expect("satu starts");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("http://").expect("an address").to_owned();

    assert!(get(&address, "/healthz").ends_with("ok"));
    assert!(get(&address, "/readyz").ends_with("ok"));
    assert!(get(&address, "/v1/applications").contains("Siti Aminah"));
    assert!(get(&address, "/").contains("<!doctype html>"), "the UI");

    let told = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().expect("kill");
    assert!(told.success());
    assert!(server.wait().expect("it ends").success(), "stopped in order");
    assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
    assert_eq!(user.json(&["doctor"])["findings"], json!([]));
}

/// One request, one answer, the connection closed.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    answer
}
