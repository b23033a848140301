//! What Satu makes of a file: `cargo run -p satu-portals --example survey -- FILE…`.
//!
//! Handy while a definition is being written: the portal and why, every column with its meaning, and the first rows as they are read.
#![allow(clippy::print_stdout, reason = "a tool for a terminal")]

use std::ops::ControlFlow;
use std::path::Path;

use satu_core::application::ApplicantRow;
use satu_portals::{Choices, Cleaner, Limits, Registry, SourceFile, rows, survey};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::builtin()?;
    for path in std::env::args().skip(1) {
        println!("== {path}");
        if let Err(error) = show(&registry, Path::new(&path)) {
            println!("{error}");
        }
    }
    Ok(())
}

fn show(registry: &Registry, path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut source = SourceFile::open(path, &name, &Limits::default())?;
    let found = survey(&mut source, registry, &Choices::default())?;
    let layout = &found.layout;
    println!("{} {:.2} ({}) {:?}", layout.portal, found.confidence, found.reason, found.notes);
    if let Some(drift) = &found.drift {
        println!("{}", drift.sentence(&found.portal_name));
    }
    println!("asked: {:?}; tie: {:?}; sheets: {:?}", found.questions, found.tie, found.sheets);
    println!("sheet {:?}, header on row {}, to be looked at: {}", layout.sheet, layout.header_row, found.needs_mapping);
    for (column, samples) in layout.columns.iter().zip(&found.samples) {
        let order = column.date_order.map_or_else(String::new, |order| format!(" {order:?}"));
        println!(
            "  {:>3} {:32} {:?}, {:?} {:.2}{order}  {samples:?}",
            column.column, column.header, column.field, column.how, column.score
        );
    }
    let cleaner = Cleaner::new(registry, layout);
    let (mut count, mut none) = (0, 0);
    let mut show_row = |row: &ApplicantRow| {
        count += 1;
        none += u32::from(row.not_data);
        if count <= 3 {
            println!("  {}: {}", row.row, serde_json::to_string(&row.fields).unwrap_or_default());
        }
        for repair in row.repairs.iter().take(if count <= 3 { 9 } else { 0 }) {
            println!("      {repair}");
        }
        for problem in row.problems.iter().take(if count <= 40 { 9 } else { 0 }) {
            println!("      {}", problem.message);
        }
    };
    let take = |chunk: Vec<ApplicantRow>| {
        chunk.iter().for_each(&mut show_row);
        ControlFlow::Continue(())
    };
    rows(&mut source, layout, &cleaner, |row| row, take)?;
    println!("{count} rows, {none} of them no data");
    Ok(())
}
