//! The figures as one table, and the targets.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Failure;
use super::files::Input;
use super::options::Options;
use super::process::Cost;

/// The column that a measurement has beside the usual ones.
pub(crate) struct Columns {
    /// Its heading in the table.
    pub(crate) heading: &'static str,
    /// Its name in the JSON.
    pub(crate) key: &'static str,
}

/// One of those that are compared, in one run or as the median of all.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) cost: Cost,
    /// The figure of the measurement's own column.
    pub(crate) own: f64,
}

/// Everything about one file.
pub(crate) struct Measured {
    file: String,
    rows: u64,
    bytes: u64,
    runs: usize,
    /// Medians, the program first.
    subjects: Vec<Subject>,
    targets: Vec<Target>,
}

/// A target, and how far it is.
pub(crate) struct Target {
    pub(crate) what: &'static str,
    pub(crate) value: f64,
    pub(crate) bound: f64,
    /// Whether the value must be at least the bound, and not at most.
    pub(crate) at_least: bool,
    pub(crate) unit: &'static str,
}

impl Target {
    /// How many times as long one takes as another: at most, or at least.
    pub(crate) fn times(what: &'static str, one: &Subject, other: &Subject, bound: f64, at_least: bool) -> Self {
        Self { what, value: one.cost.wall / other.cost.wall, bound, at_least, unit: "×" }
    }

    pub(crate) fn met(&self) -> bool {
        if self.at_least { self.value >= self.bound } else { self.value <= self.bound }
    }

    /// Its row of a table, without what it is of: what is measured, the value, the bound, and whether it is met.
    pub(crate) fn cells(&self) -> String {
        let Self { what, value, bound, at_least, unit } = self;
        let (sign, met) = (if *at_least { "≥" } else { "≤" }, if self.met() { "met" } else { "missed" });
        let decimals = if *unit == "×" { 2 } else { 0 };
        format!("{what} | {value:.decimals$}{unit} | {sign} {bound}{unit} | {met}")
    }
}

impl Measured {
    /// Sums up the runs of a file. The targets are made of the medians.
    pub(crate) fn of(
        input: &Input,
        runs: &[Vec<Subject>],
        targets: impl FnOnce(&[Subject]) -> Vec<Target>,
    ) -> Result<Self, Failure> {
        let names = runs.first().ok_or("no run was made")?;
        let subjects: Vec<Subject> = names
            .iter()
            .enumerate()
            .map(|(at, named)| {
                let of = |value: fn(&Subject) -> f64| median(runs.iter().filter_map(|run| run.get(at)).map(value));
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bytes")]
                let peak = of(|s| s.cost.peak as f64) as u64;
                let cost = Cost { wall: of(|s| s.cost.wall), cpu: of(|s| s.cost.cpu), peak };
                Subject { name: named.name.clone(), cost, own: of(|s| s.own) }
            })
            .collect();
        let targets = targets(&subjects);
        Ok(Self { file: input.name(), rows: input.rows, bytes: input.bytes()?, runs: runs.len(), subjects, targets })
    }
}

/// The middle value; of an even number of values, the mean of the middle two.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = |at: usize| values.get(at).copied().unwrap_or_default();
    (middle(values.len().saturating_sub(1) / 2) + middle(values.len() / 2)) / 2.0
}

/// Bytes in millions.
#[allow(clippy::cast_precision_loss, reason = "for showing")]
pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[allow(clippy::cast_precision_loss, reason = "for showing")]
fn per_second(rows: u64, seconds: f64) -> f64 {
    rows as f64 / seconds
}

/// The machine, the table and the targets, in Markdown.
pub(crate) fn text(machine: &str, columns: &Columns, options: &Options, measured: &[Measured]) -> String {
    let mut text = format!("Machine: {machine}\n\n");
    let _ = writeln!(text, "| file | what | wall s | cpu s | peak MB | rows/s | {} |", columns.heading);
    let _ = writeln!(text, "|---|---|--:|--:|--:|--:|--:|");
    for Measured { file, rows, subjects, .. } in measured {
        for Subject { name, cost, own } in subjects {
            let _ = writeln!(
                text,
                "| {file} | {name} | {:.2} | {:.2} | {:.0} | {:.0} | {own:.1} |",
                cost.wall,
                cost.cpu,
                megabytes(cost.peak),
                per_second(*rows, cost.wall),
            );
        }
    }
    let _ = writeln!(text, "\n| file | ratio | measured | target | |\n|---|---|--:|--:|---|");
    for Measured { file, targets, .. } in measured {
        for target in targets {
            let _ = writeln!(text, "| {file} | {} |", target.cells());
        }
    }
    let _ = writeln!(text, "\n| file | beside | wall time | peak memory |\n|---|---|--:|--:|");
    for Measured { file, subjects, .. } in measured {
        let Some((ours, others)) = subjects.split_first() else { continue };
        for other in others {
            let wall = ours.cost.wall / other.cost.wall;
            let peak = megabytes(ours.cost.peak) / megabytes(other.cost.peak);
            let _ = writeln!(text, "| {file} | {} / {} | {wall:.2}× | {peak:.2}× |", ours.name, other.name);
        }
    }
    for Measured { file, rows, bytes, runs, .. } in measured {
        let _ = write!(text, "\n{file}: {rows} rows, {:.1} MB, median of {runs} run(s).", megabytes(*bytes));
    }
    for flag in &options.flags {
        let _ = write!(text, "\nWith {flag}.");
    }
    text
}

/// The same as JSON: seconds and bytes.
pub(crate) fn json(machine: &str, columns: &Columns, options: &Options, measured: &[Measured]) -> Value {
    let files = measured.iter().map(|Measured { file, rows, bytes, runs, subjects, targets }| {
        let subjects = subjects.iter().map(|Subject { name, cost, own }| {
            let Cost { wall, cpu, peak } = cost;
            json!({ "what": name, "wall": wall, "cpu": cpu, "peak": peak, "rows_per_second": per_second(*rows, *wall),
                columns.key: own })
        });
        let targets = targets.iter().map(|target| {
            let Target { what, value, bound, at_least, unit } = target;
            json!({ "what": what, "value": value, "bound": bound, "at_least": at_least, "unit": unit.trim(),
                "met": target.met() })
        });
        json!({ "file": file, "rows": rows, "bytes": bytes, "runs": runs,
            "measured": subjects.collect::<Vec<_>>(), "targets": targets.collect::<Vec<_>>() })
    });
    json!({ "machine": machine, "flags": options.flags, "files": files.collect::<Vec<_>>() })
}
