#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: satu_portals_fuzz::forgive_what_is_caught(),
    |bytes: &[u8]| satu_portals_fuzz::read_fods(bytes)
);
