//! The figures as one table, and the targets.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Failure;
use super::files::{Input, Kind};
use super::options::Options;
use super::process::Cost;

/// One of those that are compared, in one run or as the median of all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) cost: Cost,
    /// Bytes of what it wrote.
    pub(super) database: u64,
}

/// Everything about one file.
pub(super) struct Measured {
    file: String,
    rows: u64,
    bytes: u64,
    runs: usize,
    /// Medians: the program, the floor, the script.
    subjects: Vec<Subject>,
    targets: Vec<Target>,
}

/// A target, and how far it is.
struct Target {
    what: &'static str,
    value: f64,
    bound: f64,
    /// Whether the value must be at least the bound, and not at most.
    at_least: bool,
    unit: &'static str,
}

impl Target {
    fn met(&self) -> bool {
        if self.at_least { self.value >= self.bound } else { self.value <= self.bound }
    }
}

impl Measured {
    /// Sums up the runs of a file.
    pub(super) fn of(input: &Input, runs: &[Vec<Subject>]) -> Result<Self, Failure> {
        let names = runs.first().ok_or("no run was made")?;
        let subjects: Vec<Subject> = names
            .iter()
            .enumerate()
            .map(|(at, named)| {
                let of = |value: fn(&Subject) -> f64| median(runs.iter().filter_map(|run| run.get(at)).map(value));
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bytes")]
                let (peak, database) = (of(|s| s.cost.peak as f64) as u64, of(|s| s.database as f64) as u64);
                Subject {
                    name: named.name,
                    cost: Cost { wall: of(|s| s.cost.wall), cpu: of(|s| s.cost.cpu), peak },
                    database,
                }
            })
            .collect();
        let targets = targets(&subjects, input.kind);
        let bytes = std::fs::metadata(&input.path)?.len();
        Ok(Self { file: input.name(), rows: input.rows, bytes, runs: runs.len(), subjects, targets })
    }
}

/// The targets of the main job: within twice the floor, 4 (CSV) and 8 (XLSX) times quicker than the script, under 200 MB.
fn targets(subjects: &[Subject], kind: Kind) -> Vec<Target> {
    let find = |name: &str| subjects.iter().find(|subject| subject.name == name).map(|subject| subject.cost);
    let Some(ours) = find("satu import") else { return Vec::new() };
    let mut targets = Vec::new();
    if let Some(floor) = find("floor") {
        let value = ours.wall / floor.wall;
        targets.push(Target { what: "satu / floor, wall time", value, bound: 2.0, at_least: false, unit: "×" });
    }
    if let Some(script) = find("script") {
        let bound = if kind == Kind::Csv { 4.0 } else { 8.0 };
        let value = script.wall / ours.wall;
        targets.push(Target { what: "script / satu, wall time", value, bound, at_least: true, unit: "×" });
    }
    let value = megabytes(ours.peak);
    targets.push(Target { what: "satu, peak memory", value, bound: 200.0, at_least: false, unit: " MB" });
    targets
}

/// The middle value; of an even number of values, the mean of the middle two.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = |at: usize| values.get(at).copied().unwrap_or_default();
    (middle(values.len().saturating_sub(1) / 2) + middle(values.len() / 2)) / 2.0
}

#[allow(clippy::cast_precision_loss, reason = "for showing")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[allow(clippy::cast_precision_loss, reason = "for showing")]
fn per_second(rows: u64, seconds: f64) -> f64 {
    rows as f64 / seconds
}

/// The machine, the table and the targets, in Markdown.
pub(super) fn text(machine: &str, options: &Options, measured: &[Measured]) -> String {
    let mut text = format!("Machine: {machine}\n\n");
    let _ = writeln!(text, "| file | what | wall s | cpu s | peak MB | rows/s | database MB |");
    let _ = writeln!(text, "|---|---|--:|--:|--:|--:|--:|");
    for Measured { file, rows, subjects, .. } in measured {
        for Subject { name, cost, database } in subjects {
            let _ = writeln!(
                text,
                "| {file} | {name} | {:.2} | {:.2} | {:.0} | {:.0} | {:.1} |",
                cost.wall,
                cost.cpu,
                megabytes(cost.peak),
                per_second(*rows, cost.wall),
                megabytes(*database),
            );
        }
    }
    let _ = writeln!(text, "\n| file | ratio | measured | target | |\n|---|---|--:|--:|---|");
    for Measured { file, targets, .. } in measured {
        for target in targets {
            let Target { what, value, bound, at_least, unit } = target;
            let (sign, met) = (if *at_least { "≥" } else { "≤" }, if target.met() { "met" } else { "missed" });
            let decimals = if *unit == "×" { 2 } else { 0 };
            let _ = writeln!(text, "| {file} | {what} | {value:.decimals$}{unit} | {sign} {bound}{unit} | {met} |");
        }
    }
    for Measured { file, rows, bytes, runs, .. } in measured {
        let _ = write!(text, "\n{file}: {rows} rows, {:.1} MB, median of {runs} run(s).", megabytes(*bytes));
    }
    if options.shortcut {
        text.push_str("\nThe script reads plain Indonesian mobiles without the phonenumbers library.");
    }
    text
}

/// The same as JSON: seconds and bytes.
pub(super) fn json(machine: &str, options: &Options, measured: &[Measured]) -> Value {
    let files = measured.iter().map(|Measured { file, rows, bytes, runs, subjects, targets }| {
        let subjects = subjects.iter().map(|Subject { name, cost, database }| {
            let Cost { wall, cpu, peak } = cost;
            json!({ "what": name, "wall": wall, "cpu": cpu, "peak": peak, "rows_per_second": per_second(*rows, *wall),
                "database": database })
        });
        let targets = targets.iter().map(|target| {
            let Target { what, value, bound, at_least, unit } = target;
            json!({ "what": what, "value": value, "bound": bound, "at_least": at_least, "unit": unit.trim(),
                "met": target.met() })
        });
        json!({ "file": file, "rows": rows, "bytes": bytes, "runs": runs,
            "measured": subjects.collect::<Vec<_>>(), "targets": targets.collect::<Vec<_>>() })
    });
    json!({ "machine": machine, "script_shortcut": options.shortcut, "files": files.collect::<Vec<_>>() })
}
