//! `satu import`, and whether what it made is right.

use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::Connection;
use serde_json::Value;

use super::common::Failure;
use super::common::files::Input;
use super::common::process::{self, Cost};

/// What came of a file's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) new: u64,
    pub(super) duplicate: u64,
    pub(super) review: u64,
    pub(super) rejected: u64,
}

impl Counts {
    /// Takes the counts out of JSON that holds them by their names.
    pub(super) fn of(counts: &Value) -> Result<Self, Failure> {
        let count = |name: &str| {
            counts.get(name).and_then(Value::as_u64).ok_or_else(|| format!("no count of {name} in {counts}"))
        };
        Ok(Self {
            new: count("new")?,
            duplicate: count("duplicate")?,
            review: count("review")?,
            rejected: count("rejected")?,
        })
    }

    const fn total(self) -> u64 {
        self.new + self.duplicate + self.review + self.rejected
    }
}

/// Imports a file into a data folder that does not exist yet.
pub(super) fn import(satu: &Path, input: &Input, data: &Path) -> Result<(Cost, Counts), Failure> {
    let mut command = program(satu, data);
    let (cost, said) = process::measure(command.arg("import").arg(&input.path).arg("--json"), Stdio::piped())?;
    let said: Value = serde_json::from_str(&said)?;
    Ok((cost, Counts::of(said.get("counts").unwrap_or(&Value::Null))?))
}

fn program(satu: &Path, data: &Path) -> Command {
    let mut command = Command::new(satu);
    command.env("SATU_DATA_DIR", data).env_remove("SATU_DATABASE_URL").env_remove("RUST_LOG");
    command
}

/// Every row is there once, the rejected ones are those that the generator broke, and the doctor finds nothing.
pub(super) fn check(satu: &Path, data: &Path, input: &Input, rejected: u64, counts: &Counts) -> Result<(), Failure> {
    let database = Connection::open(data.join("satu.db"))?;
    let joined = counts.new + counts.duplicate;
    for (what, found, expected) in [
        ("rows by outcome", counts.total(), input.rows),
        ("rejected rows", counts.rejected, rejected),
        ("import_row", count(&database, "import_row")?, input.rows),
        ("hiring_application", count(&database, "hiring_application")?, counts.new),
        ("status_history", count(&database, "status_history")?, counts.new),
        ("application_source", count(&database, "application_source")?, joined),
        ("review_item", count(&database, "review_item")?, counts.review),
    ] {
        if found != expected {
            return Err(format!("{}: {found} {what}, not {expected} ({counts:?})", input.name()).into());
        }
    }
    drop(database);
    let doctor = program(satu, data).arg("doctor").output()?;
    if !doctor.status.success() {
        return Err(format!("{}: {}", input.name(), String::from_utf8_lossy(&doctor.stdout)).into());
    }
    Ok(())
}

/// The rows of a table.
pub(super) fn count(database: &Connection, table: &str) -> Result<u64, Failure> {
    let rows: i64 = database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
    Ok(u64::try_from(rows)?)
}
