#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| satu_portals_fuzz::read_html(bytes));
