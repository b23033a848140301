//! The files under `fixtures/` are what the code in `satu_tests::fixtures` writes, to the byte.

use std::{collections::BTreeSet, fs, path::Path};

use satu_tests::fixtures;

#[test]
fn the_files_are_those_that_the_code_writes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let all = fixtures::all().expect("fixtures can be made");
    let again = "run `cargo run -p satu-tests --bin make-fixtures`";
    for fixture in &all {
        let file = fs::read(root.join(fixture.path)).unwrap_or_default();
        assert!(file == fixture.bytes, "fixtures/{} differs from the code: {again}", fixture.path);
    }
    let readme = fs::read_to_string(root.join("README.md")).unwrap_or_default();
    assert_eq!(readme, fixtures::readme(&all), "{again}");

    let known: BTreeSet<&str> = all.iter().map(|fixture| fixture.path).collect();
    for folder in ["glints", "jobstreet", "indeed", "unknown", "broken", "samples"] {
        for entry in fs::read_dir(root.join(folder)).expect("the folder is there") {
            let name = entry.expect("an entry").file_name().into_string().expect("an ASCII name");
            let path = format!("{folder}/{name}");
            assert!(
                known.contains(path.as_str()),
                "fixtures/{path} is no fixture of the code: delete it or add it there"
            );
        }
    }
}
