//! `satu duplicates`: who may have applied twice, with the reasons; and that a likeness never links anybody.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::fs;

use satu_core::linking::Model;
use satu_tests::{
    applicants::{Applicant, applicant, table},
    program::{Ran, User},
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

/// A model by which nobody is anybody else, as a file's text.
fn blind() -> String {
    let model = Model { matches_per_person: 0.0, ..Model::shipped().unwrap() };
    serde_json::to_string(&model).unwrap()
}

#[test]
fn the_model_of_the_setting_weighs_unless_another_is_named() {
    let user = story();
    let pairs = |words: &[&str], variables: &[(&str, &str)]| {
        let words = [&["duplicates", "--json"][..], words].concat();
        let ran = Ran::from(user.command(&words).envs(variables.iter().copied()).output().unwrap());
        assert_eq!(ran.code, 0, "{}", ran.error);
        serde_json::from_str::<Value>(&ran.text).unwrap().as_array().unwrap().len()
    };
    assert_eq!(pairs(&[], &[]), 1);
    fs::write(user.folder().join("data/buta.json"), blind()).unwrap();
    let usual = user.folder().join("biasa.json").display().to_string();
    fs::write(&usual, serde_json::to_string(&Model::shipped().unwrap()).unwrap()).unwrap();
    fs::write(user.folder().join("data/satu.toml"), "model = \"buta.json\"\n").unwrap();
    assert_eq!(pairs(&[], &[]), 0, "the file says so");
    assert_eq!(pairs(&[], &[("SATU_MODEL", usual.as_str())]), 1, "a variable overrules the file");
    assert_eq!(
        pairs(&["--model", &usual], &[("SATU_MODEL", "buta.json")]),
        1,
        "the word of the command overrules both"
    );
}

#[test]
fn a_model_of_the_setting_that_cannot_be_used_is_refused_by_name_and_can_be_learned_anew() {
    let user = story();
    let model = user.folder().join("data/model.json");
    let path = model.display().to_string();
    fs::write(user.folder().join("data/satu.toml"), "model = \"model.json\"\n").unwrap();
    for (broken, told) in [(None, "cannot be read"), (Some("{}"), "cannot be used")] {
        if let Some(text) = broken {
            fs::write(&model, text).unwrap();
        }
        for words in [&["duplicates"][..], &["serve", "--listen", "127.0.0.1:0"]] {
            let ran = user.run(words);
            assert_eq!(ran.code, 2, "{words:?}: {}", ran.error);
            for told in [told, &path, "satu duplicates --train -o FILE"] {
                assert!(ran.error.contains(told), "{told}: {}", ran.error);
            }
        }
        let doctor = user.run(&["doctor", "--json"]);
        let report: Value = serde_json::from_str(&doctor.text).unwrap();
        let [finding] = report["findings"].as_array().unwrap().as_slice() else { panic!("one finding: {report}") };
        assert!(finding.as_str().is_some_and(|one| one.contains(&path) && one.contains(told)), "{report}");
        assert_eq!((doctor.code, &report["engine"]), (1, &"sqlite".into()), "the database is looked at all the same");
    }
    let ran = user.run(&["duplicates", "--train", "-o", &path]);
    assert_eq!(ran.code, 0, "what is broken is replaced: {}", ran.error);
    assert!(user.json(&["duplicates"]).is_array());
    let report = user.json(&["doctor"]);
    assert!(report["settings"].to_string().contains(&path), "{report}");
}
