//! The plain script, `tests/benches/baseline.py`, and whether it did the same work.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;

use super::SHORTCUT;
use super::common::Failure;
use super::common::files::Input;
use super::common::options::Options;
use super::common::process::{self, Cost};
use super::satu::Counts;

/// Runs the script on a file.
pub(super) fn run(options: &Options, input: &Input, target: &Path) -> Result<(Cost, Counts), Failure> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/baseline.py");
    let mut command = Command::new(&options.python);
    command.arg(script).arg(&input.path).arg(target);
    if options.flags.contains(&SHORTCUT) {
        command.arg("--shortcut");
    }
    let (cost, said) = process::measure(&mut command, Stdio::piped())?;
    Ok((cost, Counts::of(&serde_json::from_str(&said)?)?))
}

/// A comparison with other work says nothing: the script must come to the same outcomes and the same values, row by row.
pub(super) fn check(ours: &Counts, theirs: &Counts, database: &Path, target: &Path) -> Result<(), Failure> {
    if ours != theirs {
        return Err(format!("the script comes to {theirs:?}, the program to {ours:?}").into());
    }
    let both = Connection::open(database)?;
    both.execute("ATTACH ? AS script", [target.display().to_string()])?;
    let differing = both.query_row(
        "SELECT count(*), min(ours.row_no) FROM import_row AS ours
         LEFT JOIN hiring_application AS a ON a.id = ours.application_id AND ours.outcome = 'new'
         LEFT JOIN script.applicant AS s ON s.row_no = ours.row_no
         WHERE s.outcome IS NOT ours.outcome OR (ours.outcome = 'new' AND (
             a.full_name IS NOT s.full_name OR a.phone IS NOT s.phone OR a.email IS NOT s.email
             OR a.birth_date IS NOT s.birth_date OR a.applied_at IS NOT s.applied_at OR a.location IS NOT s.location
             OR a.position IS NOT s.position OR a.education IS NOT s.education OR a.experience IS NOT s.experience
             OR a.expected_salary IS NOT s.expected_salary OR a.source_ref IS NOT s.source_ref
             OR a.portal_status IS NOT s.portal_status))",
        [],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?)),
    )?;
    match differing {
        (0, _) => Ok(()),
        (rows, first) => {
            Err(format!("the script reads {rows} rows otherwise, the first being row {}", first.unwrap_or(0)).into())
        }
    }
}
