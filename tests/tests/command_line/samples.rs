//! A file of each portal, from first to last.

use satu_tests::{
    applicants::{applicant, table},
    fixtures::samples::STORY,
    program::User,
};
use serde_json::{Value, json};

use crate::{counted, fixture, has_keys, typed};

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
