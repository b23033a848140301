//! `satu imports`, `satu rows`, `satu applications`.

use rstest::rstest;
use satu_tests::{
    applicants::{applicant, table},
    fixtures::samples::STORY,
    program::User,
};
use serde_json::{Value, json};

use crate::{fixture, sisters, typed};

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
