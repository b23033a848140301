//! `satu staff`.

use satu_tests::program::User;
use serde_json::{Value, json};

use crate::has_keys;

/// Characters of a password for the next sign-in: four groups of five, with dashes between them.
const PASSWORD: usize = 23;

#[test]
fn who_works_here_is_added_listed_changed_and_disabled() {
    let user = User::fresh();
    assert_eq!(user.json(&["staff", "list"]), json!({"items": [], "next": null}));
    let first = user.run(&["staff", "add", "rina", "--role", "viewer"]);
    assert_eq!((first.code, first.error.contains("the first one is an administrator")), (1, true), "{}", first.error);
    let added = user.json(&["staff", "add", "rina"]);
    has_keys(&added, &["member", "password"]);
    assert_eq!(added["member"]["role"], "admin");
    assert!(added["password"].as_str().is_some_and(|password| password.len() == PASSWORD));
    let added = user.run(&["staff", "add", "dewi"]);
    assert!(added.text.starts_with("dewi: recruiter\npassword for the next sign-in, shown once: "), "{}", added.text);
    let taken = user.run(&["staff", "add", "dewi"]);
    assert_eq!((taken.code, taken.error.contains("is somebody's already")), (1, true), "{}", taken.error);

    let told = user.run(&["staff", "role", "dewi", "viewer"]);
    assert_eq!((told.code, told.text.as_str()), (0, "dewi: viewer, may sign in\n"), "{}", told.error);
    let disabled = user.json(&["staff", "disable", "dewi"]);
    has_keys(&disabled, &["id", "name", "role", "second_factor", "password_due", "disabled_at", "made_by", "made_at"]);
    assert!(disabled["disabled_at"].is_string());
    let table = user.run(&["staff", "list"]).text;
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["NAME", "ROLE", "SECOND", "FACTOR", "DISABLED", "ADDED", "BY"]);
    let since = disabled["disabled_at"].as_str().expect("an instant");
    assert_eq!(
        (&rows[1][..], &rows[2][..]),
        (&["dewi", "viewer", "no", since, "hr"][..], &["rina", "admin", "no", "hr"][..])
    );
    let again = user.run(&["staff", "disable", "dewi"]);
    assert!(again.text.starts_with("dewi: viewer, disabled since "), "{}", again.text);
    assert_eq!(user.json(&["staff", "enable", "dewi"])["disabled_at"], Value::Null);
    let items = user.json(&["staff", "list"])["items"].clone();
    let told: Vec<_> = items.as_array().expect("a list").iter().map(|one| (&one["name"], &one["role"])).collect();
    assert_eq!(told, [(&json!("dewi"), &json!("viewer")), (&json!("rina"), &json!("admin"))]);
}

#[test]
fn a_password_is_given_anew_and_the_last_administrator_stays_one() {
    let user = User::fresh();
    let first = user.json(&["staff", "add", "rina"])["password"].clone();
    let reset = user.json(&["staff", "reset", "rina"]);
    assert_eq!((&reset["member"]["name"], &reset["member"]["password_due"]), (&json!("rina"), &json!(true)));
    assert!(reset["password"].as_str().is_some_and(|password| password.len() == PASSWORD && first != *password));
    let said = user.run(&["staff", "reset", "rina"]);
    assert!(said.text.starts_with("rina: admin\npassword for the next sign-in, shown once: "), "{}", said.text);
    for words in [&["staff", "disable", "rina"][..], &["staff", "role", "rina", "recruiter"]] {
        let ran = user.run(words);
        assert_eq!((ran.code, ran.error.contains("the last administrator")), (1, true), "{words:?}: {}", ran.error);
    }
    assert_eq!(user.json(&["staff", "list"])["items"][0]["role"], "admin");
    for words in [
        &["staff", "role", "tuti", "viewer"][..],
        &["staff", "disable", "tuti"],
        &["staff", "enable", "tuti"],
        &["staff", "reset", "tuti"],
    ] {
        let ran = user.run(words);
        assert_eq!(
            (ran.code, ran.error.contains("nobody of the team is “tuti”")),
            (1, true),
            "{words:?}: {}",
            ran.error
        );
    }
    assert_eq!(user.run(&["staff", "role", "rina", "boss"]).code, 2);
    assert_eq!(user.run(&["staff"]).code, 2);
}
