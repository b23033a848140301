//! `satu links`, `merge`, `unmerge`.

use satu_tests::{
    applicants::{applicant, table},
    program::User,
};
use serde_json::json;

use crate::typed;

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
