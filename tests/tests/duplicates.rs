//! `satu duplicates`: who may have applied twice, with the reasons; and that a likeness never links anybody.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::fs;

use satu_tests::{
    applicants::{Applicant, applicant, table},
    program::User,
};
use serde_json::Value;

/// A user into whose store these people came through a portal.
fn import(user: &User, portal: &str, people: &[Applicant]) -> Value {
    let file = user.folder().join(format!("{portal}.csv"));
    fs::write(&file, table(portal, people)).expect("a file");
    user.json(&["import", &file.display().to_string(), "--portal", portal])
}

/// Zubaidah with another number and another address in each portal, and two who only have a common name in common.
fn story() -> User {
    let user = User::fresh();
    let glints = [
        applicant("Zubaidah Kartonoatmodjo", "081234567801", "zubaidah@example.com")
            .born("1994-03-07")
            .reference("g-1"),
        applicant("Siti Aminah", "081234567802", "siti.aminah@example.com").born("1990-01-02").reference("g-2"),
        applicant("Dewi Lestari", "081234567803", "dewi@example.com").born("1999-09-09").reference("g-3"),
    ];
    let jobstreet = [
        applicant("Hj. Zubaedah Kartonoatmojo", "081234567810", "zubaidah@example.id")
            .born("1994-07-03")
            .reference("j-1"),
        applicant("Siti Aminah", "085799887766", "saminah77@example.id").born("1977-12-30").reference("j-2"),
    ];
    import(&user, "glints", &glints);
    import(&user, "jobstreet", &jobstreet);
    user
}

#[test]
fn a_suspected_duplicate_is_told_with_its_score_and_its_reasons_and_nobody_is_linked() {
    let user = story();
    let before = user.json(&["applications", "--all"]);
    let found = user.json(&["duplicates"]);
    let [pair] = found.as_array().expect("an array").as_slice() else { panic!("one pair: {found}") };
    let (a, b) = (&pair["a"], &pair["b"]);
    assert_eq!(
        (&a["full_name"], &a["portal"], &a["source_ref"]),
        (&"Zubaidah Kartonoatmodjo".into(), &"glints".into(), &"g-1".into())
    );
    assert_eq!(
        (&b["full_name"], &b["portal"], &b["source_ref"]),
        (&"Hj. Zubaedah Kartonoatmojo".into(), &"jobstreet".into(), &"j-1".into())
    );
    let score = pair["score"].as_f64().expect("a score");
    assert!((0.5..=1.0).contains(&score), "{score}");
    let evidence = pair["evidence"].as_array().expect("evidence");
    let bits: f64 = evidence.iter().map(|step| step["weight"].as_f64().expect("a weight")).sum();
    assert!(
        (bits - (score / (1.0 - score)).log2()).abs() < 0.1,
        "the weights add up to the score's odds: {bits} {score}"
    );
    let sentences: Vec<&str> = evidence.iter().map(|step| step["sentence"].as_str().expect("a sentence")).collect();
    assert!(sentences.contains(&"prior") && sentences.contains(&"date.swapped"), "{sentences:?}");
    assert_eq!(user.json(&["applications", "--all"]), before, "a likeness changes nothing");
}

#[test]
fn the_least_score_bounds_the_list() {
    let user = story();
    assert_eq!(user.json(&["duplicates", "--min", "1"]), Value::Array(Vec::new()));
    let all = user.json(&["duplicates", "--min", "0"]);
    let scores: Vec<f64> = all.as_array().unwrap().iter().map(|pair| pair["score"].as_f64().unwrap()).collect();
    assert!(scores.len() > 1 && scores.is_sorted_by(|one, other| one >= other), "{scores:?}");
    assert_eq!(user.run(&["duplicates", "--min", "1.5"]).code, 2);
}

#[test]
fn the_table_is_for_people() {
    let text = story().run(&["duplicates"]).text;
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("PERSON  SCORE  A"), "{text}");
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[1].contains("Zubaidah Kartonoatmodjo (glints)") && lines[1].contains("birth_date swapped"), "{text}");
}

#[test]
fn a_store_with_nobody_has_no_duplicates() {
    assert_eq!(User::fresh().json(&["duplicates"]), Value::Array(Vec::new()));
}

#[test]
fn a_model_that_was_learned_from_the_applications_can_be_used() {
    let user = story();
    let model = user.folder().join("model.json").display().to_string();
    let ran = user.run(&["duplicates", "--train", "-o", &model]);
    assert_eq!((ran.code, ran.text.trim()), (0, model.as_str()), "{}", ran.error);
    assert!(user.json(&["duplicates", "--model", &model]).is_array());
    fs::write(&model, "{}").expect("a file");
    assert_eq!(user.run(&["duplicates", "--model", &model]).code, 2, "what is no model is refused");
    assert_eq!(user.run(&["duplicates", "--train"]).code, 2, "training needs a place to write to");
}
