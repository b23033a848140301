//! `satu doctor`.

use satu_tests::program::User;
use serde_json::{Value, json};

use crate::{has_keys, sisters, typed};

#[test]
fn the_doctor_says_that_all_is_well_and_what_is_not() {
    let user = User::fresh();
    assert_eq!(user.run(&["import", &sisters(&user)]).code, 0);
    let well = user.json(&["doctor"]);
    has_keys(&well, &["version", "config", "data_dir", "database", "engine", "portals", "findings"]);
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
