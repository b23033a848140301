//! Rows that are no applicants: a header that is repeated, a total, a note.

use satu_core::application::Cells;

use super::{Cleaner, Cleaning, Meaning};
use crate::header::header_key;

impl Cleaner {
    /// Most cells stand under the very header that they spell.
    pub(super) fn is_repeated_header(&self, cells: &Cells) -> bool {
        let mut filled = 0;
        let mut equal = 0;
        for (cell, key) in cells.iter().zip(&self.keys).filter(|(cell, _)| !cell.trim().is_empty()) {
            filled += 1;
            if !key.is_empty()
                && cell.len() <= key.len() * 4 + 16
                && starts_alike(cell, key)
                && header_key(cell) == *key
            {
                equal += 1;
            } else if filled >= 3 && equal == 0 {
                return false;
            }
        }
        equal >= 2 && equal * 2 > filled
    }

    /// No contact, and either nothing but one or two cells in a wider table, or a name that is a total's.
    pub(super) fn is_note(&self, cleaning: &Cleaning<'_>) -> bool {
        let row = &cleaning.row;
        if !row.phones.is_empty() || !row.emails.is_empty() || self.columns.len() < 3 {
            return false;
        }
        let filled: Vec<(usize, &str)> =
            cleaning.cells.iter().map(str::trim).enumerate().filter(|(_, cell)| !cell.is_empty()).take(4).collect();
        let (Some((at, first)), true) = (filled.first(), filled.len() <= 3) else { return false };
        if says_footer(first) {
            return true;
        }
        // A lone cell that is no name says nothing about anybody.
        let is_name = self
            .columns
            .get(*at)
            .is_some_and(|column| matches!(column.meaning, Meaning::FullName | Meaning::FirstName | Meaning::LastName));
        filled.len() == 1 && !is_name && row.fields.full_name.is_none()
    }
}

/// Whether a row's first words are a total's or a note's.
pub(super) fn is_footer(cells: &Cells) -> bool {
    cells.iter().map(str::trim).find(|cell| !cell.is_empty()).is_some_and(says_footer)
}

/// A cheap look before the key is made.
fn starts_alike(cell: &str, key: &str) -> bool {
    let first = cell.chars().find(|char| char.is_alphanumeric()).and_then(|char| char.to_lowercase().next());
    !cell.is_ascii() || first == key.chars().next()
}

/// `Total: 120 pelamar`, `Jumlah`, `Dicetak pada 11 April 2026`, `Halaman 1 dari 3`.
fn says_footer(cell: &str) -> bool {
    const STARTS: [&str; 19] = [
        "total",
        "grand total",
        "subtotal",
        "sub total",
        "jumlah",
        "dicetak",
        "diunduh",
        "diekspor",
        "printed",
        "exported",
        "generated",
        "halaman",
        "page",
        "catatan",
        "note",
        "sumber data",
        "end of",
        "akhir",
        "rata-rata",
    ];
    let lower: String = cell.chars().take(24).flat_map(char::to_lowercase).collect();
    STARTS.iter().any(|start| {
        lower.strip_prefix(start).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([':', ' ', '=', '.', '-', '(']) || start.ends_with(' ')
        })
    })
}
