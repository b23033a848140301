//! `satu preview` and `satu import`.

use satu_tests::{
    applicants::{applicant, table},
    program::User,
};
use serde_json::{Value, json};

use crate::{counted, fixture, sisters, typed};

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
