//! Rows that are no applicants: a header that is repeated, a total, a note.

use satu_core::application::Cells;

use super::{Cleaner, Cleaning, Meaning};
use crate::header::header_key;
use crate::value::text::is_placeholder;

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

    /// A total, a note or a signature by its words, with nothing behind them in which an applicant could be reached; or a lone cell in a
    /// wider table that is no name.
    pub(super) fn is_note(&self, cleaning: &Cleaning<'_>) -> bool {
        if says_whom_to_ask(cleaning.cells) {
            return true;
        }
        let row = &cleaning.row;
        // Nearly every row.
        if row.phones.iter().any(|reading| reading.usable) || row.emails.iter().any(|reading| reading.value.is_some()) {
            return false;
        }
        let mut filled = cleaning.cells.iter().map(str::trim).enumerate().filter(|(_, cell)| !cell.is_empty());
        let Some((at, first)) = filled.next() else { return false };
        let rest: Vec<&str> = filled.map(|(_, cell)| cell).collect();
        if self.columns.len() >= 2 && says_footer(first) {
            // Under a column of contacts a total counts those; what is masked or mistyped is somebody's.
            let mut raw =
                row.phones.iter().map(|reading| &reading.raw).chain(row.emails.iter().map(|reading| &reading.raw));
            let has_digit = |cell: &&str| cell.bytes().any(|byte| byte.is_ascii_digit());
            return raw.all(|raw| first.contains(raw.as_str()) || is_count(raw))
                && (rest.len() <= 2 || rest.iter().all(has_digit));
        }
        if rest.is_empty() && says_office(first) {
            return true;
        }
        // A lone cell that is no name says nothing about anybody.
        let is_name = self
            .columns
            .get(at)
            .is_some_and(|column| matches!(column.meaning, Meaning::FullName | Meaning::FirstName | Meaning::LastName));
        let reads_contact = !row.phones.is_empty() || !row.emails.is_empty();
        self.columns.len() >= 3 && rest.is_empty() && !reads_contact && !is_name && row.fields.full_name.is_none()
    }
}

/// `Hubungi HRD, 081299998888`: the office's number and nothing more.
pub(super) fn says_whom_to_ask(cells: &Cells) -> bool {
    const STARTS: [&str; 8] = [
        "hubungi",
        "narahubung",
        "contact person",
        "contact us",
        "kontak person",
        "kontak hrd",
        "info lebih lanjut",
        "informasi lebih lanjut",
    ];
    let mut filled = cells.iter().map(str::trim).filter(|cell| !cell.is_empty());
    let asks = filled.next().is_some_and(|first| STARTS.iter().any(|start| starts_with_words(first, start)));
    asks && filled.count() <= 2
}

/// Too few digits for anybody's number, `120` or `1.250 orang`; or nothing.
fn is_count(raw: &str) -> bool {
    let digits = raw.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = raw.chars().all(|char| char.is_alphanumeric() || matches!(char, ' ' | '.' | ',' | '%' | '(' | ')'));
    is_placeholder(raw.trim()) || (is_plain && (1..=6).contains(&digits))
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

/// `Total: 120 pelamar`, `Jumlah`, `Mengetahui,`, `Dicetak pada 11 April 2026`, `Halaman 1 dari 3`.
fn says_footer(cell: &str) -> bool {
    const STARTS: [&str; 30] = [
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
        "mengetahui",
        "menyetujui",
        "diketahui oleh",
        "disetujui oleh",
        "disusun oleh",
        "dibuat oleh",
        "prepared by",
        "approved by",
        "hormat kami",
        "tertanda",
        "hubungi",
    ];
    STARTS.iter().any(|start| starts_with_words(cell, start))
}

/// Whether a cell is some words, or begins with them.
fn starts_with_words(cell: &str, words: &str) -> bool {
    let (head, rest) = cell.split_at_checked(words.len()).unwrap_or_default();
    head.eq_ignore_ascii_case(words) && (rest.is_empty() || rest.starts_with([':', ' ', '=', '.', ',', '-', '(', '/']))
}

/// A signature below the table, `Budi (HRD)`: a name with an office that no applicant writes beside hers.
fn says_office(cell: &str) -> bool {
    const OFFICES: [&str; 9] =
        ["hr", "hrd", "hrga", "recruiter", "rekruter", "manager hrd", "hr manager", "admin hr", "admin hrd"];
    let office = cell.strip_suffix(')').and_then(|cell| cell.rsplit_once('(')).map(|(_, office)| office.trim());
    office.is_some_and(|office| OFFICES.iter().any(|known| office.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Total", true)]
    #[case("GRAND TOTAL", true)]
    #[case("Jumlah pelamar", true)]
    #[case("Total: 120", true)]
    #[case("Totalia Siregar", false)]
    #[case("Notoatmodjo", false)]
    #[case("Páge", false)]
    #[case("Mengetahui,", true)]
    #[case("Hubungi HRD", true)]
    #[case("Hubungiyanti", false)]
    fn a_footer_is_known_by_its_first_words(#[case] cell: &str, #[case] expected: bool) {
        assert_eq!(says_footer(cell), expected);
    }

    #[rstest]
    #[case("Budi (HRD)", true)]
    #[case("Budi Santoso, S.E. (HR Manager)", true)]
    #[case("Siti (Iti)", false)]
    #[case("Siti Hr", false)]
    fn a_signature_names_its_office(#[case] cell: &str, #[case] expected: bool) {
        assert_eq!(says_office(cell), expected);
    }

    #[rstest]
    #[case("120", true)]
    #[case("1.250 orang", true)]
    #[case("-", true)]
    #[case("0812****", false)]
    #[case("08123456789O", false)]
    #[case("siti@", false)]
    #[case("8.12346E+11", false)]
    fn a_count_is_nobodys_number(#[case] raw: &str, #[case] expected: bool) {
        assert_eq!(is_count(raw), expected);
    }
}
