//! Which row holds the headers.

use crate::definition::Registry;
use crate::file::TableRow;
use crate::header::header_key;
use crate::value::date::{OrderHint, order_hint};

/// Rows among which the header is looked for.
const ROWS: usize = 40;

/// The header's place among the first rows, and how much it looks like one. A chosen row is taken as it is.
pub(super) fn find(registry: &Registry, rows: &[TableRow], chosen: Option<u32>) -> Option<(usize, u32)> {
    if let Some(chosen) = chosen {
        return rows.iter().position(|row| row.row == chosen).map(|at| (at, 1));
    }
    let candidates = rows.iter().take(ROWS);
    let known = candidates.clone().map(|row| known_headers(registry, row)).enumerate();
    // The first of the best: a header that is repeated further down is not the one.
    let best = known.rev().max_by_key(|(_, known)| *known)?;
    if best.1 >= 2 {
        return Some((best.0, best.1 * 100));
    }
    let width = rows.iter().map(|row| filled(row).count()).max()?;
    candidates.enumerate().find(|(_, row)| looks_like_headers(row, width)).map(|(at, _)| (at, 1 + best.1))
}

/// Whether a row behind a gap is the header of another table than the one above it: headers that portals know, or words only in a row
/// of another width.
pub(super) fn begins_another(registry: &Registry, header: &TableRow, row: &TableRow) -> bool {
    let width = filled(row).count();
    known_headers(registry, row) >= 2
        || (width != filled(header).count() && width >= 2 && looks_like_headers(row, width))
}

/// How many cells hold a header that some portal knows.
fn known_headers(registry: &Registry, row: &TableRow) -> u32 {
    let short = filled(row).filter(|cell| cell.len() <= 80 && !is_value(cell));
    let count = short.filter(|cell| registry.knows(&header_key(cell))).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Headers of an unknown kind: as wide as the table, and words only, each different.
fn looks_like_headers(row: &TableRow, width: usize) -> bool {
    let cells: Vec<&str> = filled(row).collect();
    let wordy = cells.iter().all(|cell| cell.len() <= 120 && cell.chars().any(char::is_alphabetic) && !is_value(cell));
    let mut keys: Vec<String> = cells.iter().map(|cell| header_key(cell)).collect();
    keys.sort_unstable();
    keys.dedup();
    cells.len() >= 2 && cells.len() * 2 > width && wordy && keys.len() == cells.len()
}

fn filled(row: &TableRow) -> impl Iterator<Item = &str> {
    row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
}

/// An address, a link, a number, a date: what stands in rows and never in headers.
fn is_value(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let email = cell.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    email || cell.contains("://") || digits * 2 > cell.len() || (digits > 0 && order_hint(cell) != OrderHint::None)
}
