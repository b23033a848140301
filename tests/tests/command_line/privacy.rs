//! `satu privacy`.

use satu_tests::{
    applicants::{applicant, table},
    program::User,
};

use crate::typed;

#[test]
fn she_is_given_her_data_and_erased_by_her_name() {
    let user = User::fresh();
    let people = [applicant("Siti Aminah", "081234567801", ""), applicant("Dewi Lestari", "081234567802", "")];
    let file = typed(&user, "a.csv", &table("glints", &people));
    assert_eq!(user.run(&["import", &file]).code, 0);
    let list = user.json(&["applications", "-q", "Siti"]);
    let her = list["items"][0]["id"].as_str().expect("an id").to_owned();

    assert_eq!(user.json(&["applications", &her])["full_name"], "Siti Aminah");
    assert_eq!(user.run(&["links", &her]).code, 0);
    assert_eq!(user.run(&["advance", &her]).code, 0);
    assert_eq!(user.run(&["advance", &her, "--dry-run"]).code, 0);
    let given = typed(&user, "siti.json", "");
    assert_eq!(user.run(&["privacy", "export", &her, "--output", &given]).code, 0);
    let data = std::fs::read_to_string(&given).expect("a file");
    assert!(data.contains("+6281234567801") && !data.contains("Dewi"), "{data}");
    // Whoever looked by a command is among those who looked, and whoever changed something among those who did.
    assert_eq!(user.run(&["privacy", "export", &her, "--output", &given]).code, 0);
    let data: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&given).expect("a file")).expect("JSON");
    let accesses = data["accesses"].as_array().expect("a list");
    let accesses: Vec<_> = accesses.iter().map(|one| (one["actor"].as_str(), one["action"].as_str())).collect();
    let looks = ["/personal-data", "/links", ""].map(|end| format!("GET /v1/applications/{{id}}{end}"));
    for look in &looks {
        assert!(accesses.contains(&(Some("hr"), Some(look))), "{look} is not among {accesses:?}");
    }
    assert!(accesses.contains(&(Some("hr"), Some("GET /v1/applications"))), "a search that found her: {accesses:?}");
    let moved = (Some("hr"), Some("POST /v1/applications/{id}/transitions"));
    assert_eq!(accesses.iter().filter(|one| **one == moved).count(), 1, "{accesses:?}");

    let slip = user.run(&["privacy", "erase", &her, "--full-name", "Dewi Lestari"]);
    assert_eq!((slip.code, slip.error.contains("is not the name")), (2, true), "{}", slip.error);
    let erased = user.run(&["privacy", "erase", &her, "--full-name", "Siti Aminah"]);
    assert_eq!((erased.code, erased.text.contains("erased, 1 rows")), (0, true), "{}{}", erased.text, erased.error);
    assert_eq!(user.json(&["applications"])["total"], 1);
    assert_eq!(user.run(&["doctor"]).code, 0);
    let again = user.json(&["import", &file]);
    assert_eq!(again["counts"]["review"], 1, "{again}");
    let row = format!("{}:2", again["batch"].as_str().expect("an id"));
    let slip = user.run(&["privacy", "erase-row", &row, "--full-name", "Dewi Lestari"]);
    assert_eq!((slip.code, slip.error.contains("is not the name")), (2, true), "{}", slip.error);
    let erased = user.run(&["privacy", "erase-row", &row, "--full-name", "Siti Aminah"]);
    assert_eq!((erased.code, erased.text.contains("erased")), (0, true), "{}{}", erased.text, erased.error);
    assert_eq!(user.json(&["review"])["total"], 0, "it waits no more");
    let gone = user.run(&["privacy", "export", &her, "--output", &given]);
    assert_eq!((gone.code, gone.error.contains("no application")), (1, true), "{}", gone.error);
    let kept = user.run(&["privacy", "purge"]);
    assert_eq!(
        (kept.code, kept.text.contains("0 erased; ") && kept.text.contains("whoever consents is kept for ever")),
        (0, true),
        "{}",
        kept.error
    );
}
