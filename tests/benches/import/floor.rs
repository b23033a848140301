//! The floor: the rows that an import left, written into the same tables of another file by bare prepared statements in one transaction.
//!
//! No import that ends with these rows can be much quicker on this machine. What the rows cost to read, clean and compare is
//! not in it, nor that a draft is written first and can be looked at.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Transaction, params_from_iter};

use super::common::Failure;
use super::common::process::{self, Cost, Whose, cpu};
use super::satu::count;

/// The tables in the order in which they are written, each with the order of its rows. Claims come as the rows that
/// they belong to would bring them: an import does not have them sorted.
const TABLES: [(&str, &str); 10] = [
    ("hiring_application", "SELECT * FROM hiring_application ORDER BY rowid"),
    ("application_identifier", "SELECT * FROM application_identifier ORDER BY application_id, kind, value"),
    (
        "identifier_claim",
        "SELECT claim.* FROM application_identifier AS i CROSS JOIN identifier_claim AS claim \
         ON claim.kind = i.kind AND claim.value = i.value AND claim.application_id = i.application_id",
    ),
    ("application_source", "SELECT * FROM application_source ORDER BY application_id, source_key"),
    (
        "source_claim",
        "SELECT claim.* FROM application_source AS s CROSS JOIN source_claim AS claim ON claim.source_key = s.source_key",
    ),
    ("application_likeness", "SELECT * FROM application_likeness"),
    ("status_history", "SELECT * FROM status_history ORDER BY application_id, seq"),
    ("import_batch", "SELECT * FROM import_batch ORDER BY rowid"),
    ("import_row", "SELECT * FROM import_row ORDER BY rowid"),
    ("review_item", "SELECT * FROM review_item ORDER BY batch_id, row_no"),
];

/// Rows that are held in memory between reading, which is not measured, and writing, which is.
const HELD: usize = 50_000;

/// Runs the floor in a process of its own, for its peak of memory.
pub(super) fn run(source: &Path, target: &Path) -> Result<Cost, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    let (whole, said) = process::measure(command.arg("floor").arg(source).arg(target), Stdio::piped())?;
    let (wall, cpu) = said.trim().split_once(' ').ok_or("the floor did not say what it cost")?;
    Ok(Cost { wall: wall.parse()?, cpu: cpu.parse()?, ..whole })
}

/// That process: prints the seconds by the wall's clock and the processor's that the writing took.
pub(super) fn child(source: &Path, target: &Path) -> Result<(), Failure> {
    use std::io::Write as _;
    let Spent { wall, cpu } = copy(source, target)?;
    writeln!(std::io::stdout(), "{wall} {cpu}")?;
    Ok(())
}

/// Time that was spent on writing.
#[derive(Default)]
struct Spent {
    wall: f64,
    cpu: f64,
}

impl Spent {
    fn on<T>(&mut self, work: impl FnOnce() -> rusqlite::Result<T>) -> Result<T, Failure> {
        let (started, before) = (Instant::now(), cpu(Whose::Own)?);
        let done = work()?;
        self.wall += started.elapsed().as_secs_f64();
        self.cpu += cpu(Whose::Own)? - before;
        Ok(done)
    }
}

fn copy(source: &Path, target: &Path) -> Result<Spent, Failure> {
    let source = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut target = Connection::open(target)?;
    prepare(&source, &target)?;
    let mut spent = Spent::default();
    let transaction = spent.on(|| target.transaction())?;
    for (table, rows) in TABLES {
        fill(&source, &transaction, table, rows, &mut spent)?;
    }
    // With it, the log's pages go into the file.
    spent.on(|| transaction.commit())?;
    for (table, _) in TABLES {
        let (written, expected) = (count(&target, table)?, count(&source, table)?);
        if written != expected {
            return Err(format!("the floor wrote {written} rows of {table}, not {expected}").into());
        }
    }
    Ok(spent)
}

/// The product's settings, tables, indexes and triggers. The settings are those of `core/src/store/mod.rs`.
fn prepare(source: &Connection, target: &Connection) -> Result<(), Failure> {
    let page: i64 = source.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    target.execute_batch(&format!(
        "PRAGMA page_size = {page}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;
         PRAGMA recursive_triggers = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -24576;"
    ))?;
    let mut schema = source.prepare(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY type <> 'table', rowid",
    )?;
    for sql in schema.query_map([], |row| row.get::<_, String>(0))? {
        target.execute_batch(&sql?)?;
    }
    Ok(())
}

/// Writes the rows of one table, one prepared statement a row.
fn fill(
    source: &Connection,
    target: &Transaction<'_>,
    table: &str,
    rows: &str,
    spent: &mut Spent,
) -> Result<(), Failure> {
    let mut select = source.prepare(rows)?;
    let columns: Vec<String> = select.column_names().into_iter().map(str::to_owned).collect();
    let places = vec!["?"; columns.len()].join(", ");
    let mut insert = target.prepare(&format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", ")))?;
    let mut rows = select.query([])?;
    let mut held: Vec<Value> = Vec::new();
    loop {
        held.clear();
        while held.len() < HELD * columns.len() {
            let Some(row) = rows.next()? else { break };
            for column in 0..columns.len() {
                held.push(row.get(column)?);
            }
        }
        if held.is_empty() {
            return Ok(());
        }
        spent.on(|| held.chunks(columns.len()).try_for_each(|row| insert.execute(params_from_iter(row)).map(drop)))?;
    }
}
