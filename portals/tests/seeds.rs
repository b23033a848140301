//! Every seed of the fuzz targets, findings of earlier runs among them, is read or refused with a sentence, within a second.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

#[allow(dead_code, reason = "what only the fuzzer needs")]
#[path = "../fuzz/src/lib.rs"]
mod hostile;

use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn every_seed_is_read_or_refused_within_a_second() {
    // What is compiled for debugging is given more.
    let most = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });
    for (name, target) in hostile::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
        let mut seeds = 0;
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            let started = Instant::now();
            target(&std::fs::read(&path).unwrap());
            assert!(started.elapsed() < most, "{} takes {:?}", path.display(), started.elapsed());
            seeds += 1;
        }
        assert!(seeds > 0, "{name} has no seed");
    }
}
