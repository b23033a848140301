//! `satu doctor`.

use satu_tests::program::User;
use serde_json::{Value, json};

use crate::{has_keys, sisters, typed};

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
