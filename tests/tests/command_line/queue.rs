//! `satu review` and `satu resolve`.

use satu_tests::program::User;
use serde_json::json;

use crate::{sisters, typed};

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
    for (min, total) in [("0", 1), ("0.5", 0)] {
        assert_eq!(user.json(&["review", "--min", min])["total"], total, "sisters are hardly one: {min}");
    }
    assert_eq!(user.run(&["review", "--min", "high"]).code, 2);

    assert_eq!(user.run(&["decide", &row, "later"]).code, 0);
    assert_eq!(user.json(&["review"])["total"], 1);
    let decided = user.json(&["decide", &row, "shared"]);
    // Whoever it became is told who decided, and who put it back before.
    let her = decided["row"]["application"].as_str().expect("an id");
    let given = typed(&user, "rina.json", "");
    assert_eq!(user.run(&["privacy", "export", her, "--output", &given]).code, 0);
    let data = std::fs::read_to_string(&given).expect("a file");
    let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
    let accesses = data["accesses"].as_array().expect("a list");
    let answers = accesses.iter().filter(|one| one["action"] == "POST /v1/reviews/{id}/decision");
    assert_eq!(answers.count(), 2, "{accesses:?}");
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
