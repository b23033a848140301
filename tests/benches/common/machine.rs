//! The machine that the figures are of.

use std::fs::read_to_string;

/// `CPU model, N cores, N GB, Linux VERSION`.
pub(crate) fn line() -> String {
    let cpu = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let memory = read_to_string("/proc/meminfo").unwrap_or_default();
    let kernel = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let model = value(&cpu, "model name").or_else(|| value(&cpu, "Model")).unwrap_or("a processor without a name");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kilobytes: f64 =
        value(&memory, "MemTotal").and_then(|text| text.trim_end_matches("kB").trim().parse().ok()).unwrap_or_default();
    format!("{model}, {cores} cores, {:.1} GB, Linux {}", kilobytes * 1024.0 / 1e9, kernel.trim())
}

fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':').map(str::trim))
}
