//! The `satu` command as a user types it: every command, the shapes of `--json` as the design documents them, and the exit codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

mod doctor;
mod exit_codes;
mod files;
mod funnel;
mod imports;
mod lifecycle;
mod links;
mod listings;
mod outreach;
mod privacy;
mod queue;
mod samples;
mod serve;
mod staff;

use std::{fs, path::Path};

use satu_tests::{
    applicants::{applicant, table},
    program::User,
};
use serde_json::Value;

/// A file of `fixtures/`, as it is named on the command line.
pub fn fixture(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(path).display().to_string()
}

/// A file that a user made.
pub fn typed(user: &User, name: &str, text: &str) -> String {
    let path = user.folder().join(name);
    fs::write(&path, text).expect("a file");
    path.display().to_string()
}

/// Siti and, on her phone, her sister.
pub fn sisters(user: &User) -> String {
    let people = [
        applicant("Siti Aminah", "081234567801", "siti@example.com"),
        applicant("Rina Wulandari", "081234567801", "rina@example.com"),
    ];
    typed(user, "saudara.csv", &table("glints", &people))
}

/// Asserts that an object has these keys and no others.
pub fn has_keys(object: &Value, keys: &[&str]) {
    let mut found: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    let mut keys = keys.to_vec();
    found.sort_unstable();
    keys.sort_unstable();
    assert_eq!(found, keys);
}

/// The outcomes of an import in the design's order.
pub fn counted(counts: &Value) -> [u64; 6] {
    has_keys(counts, &["new", "repeat", "duplicate", "match", "review", "rejected"]);
    ["new", "repeat", "duplicate", "match", "review", "rejected"].map(|one| counts[one].as_u64().expect("a count"))
}
