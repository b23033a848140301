//! How much of a file is read before it is refused.

use serde::{Deserialize, Serialize};

/// Bounds that hold before the memory is taken. The default fits a machine with 4 GB and any file that a spreadsheet
/// program can still open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a text, HTML or XML file. They are streamed: the bound is on patience, not on memory. Default 1 GiB.
    pub text_bytes: u64,
    /// Bytes of a packed or old (`.xls`) workbook as it lies on the disk. Default 256 MiB.
    pub workbook_bytes: u64,
    /// Bytes that all parts of a packed workbook may unpack to. Default 4 GiB (they are streamed too).
    pub inflated_bytes: u64,
    /// How many times larger than packed a workbook may unpack to, once past [`Limits::inflate_floor`]. Default 200; a real sheet
    /// stays under 60.
    pub inflate_ratio: u64,
    /// Bytes up to which any ratio is harmless. Default 64 MiB.
    pub inflate_floor: u64,
    /// Bytes of the one part of a workbook that must be held in memory, its shared strings. Default 512 MiB.
    pub shared_strings_bytes: u64,
    /// Parts of a packed workbook, or files in an archive. Default 20,000.
    pub entries: u32,
    /// Rows of one table, the header included. Default 2,000,000 (a spreadsheet holds 1,048,576).
    pub rows: u32,
    /// Columns of one table. Default 512 (the widest portal file known has 57).
    pub columns: u32,
    /// Cells of one table, the empty ones between others included. Default 500,000,000.
    pub cells: u64,
    /// Characters of one cell. Default 32,767, a spreadsheet's own bound.
    pub cell_chars: usize,
    /// Seconds for opening a file, and again for reading one table of it. Default 3,600.
    pub seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text_bytes: 1 << 30,
            workbook_bytes: 256 << 20,
            inflated_bytes: 4 << 30,
            inflate_ratio: 200,
            inflate_floor: 64 << 20,
            shared_strings_bytes: 512 << 20,
            entries: 20_000,
            rows: 2_000_000,
            columns: 512,
            cells: 500_000_000,
            cell_chars: 32_767,
            seconds: 3_600,
        }
    }
}

impl Limits {
    /// Sets limits by name: `rows=5000` or `rows=5000,seconds=10`. Underscores in a number are for the eye.
    ///
    /// # Errors
    /// What cannot be understood, and which names there are.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        let mut table = toml::Table::try_from(&*self).map_err(|error| error.to_string())?;
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            let known = || table.keys().cloned().collect::<Vec<_>>().join(", ");
            let (name, number) = one.split_once('=').ok_or("write NAME=NUMBER, with commas between several")?;
            let number = number.trim().replace('_', "").parse::<i64>().ok().filter(|number| *number > 0);
            let number =
                number.ok_or_else(|| format!("“{}”: the limit must be a whole number above zero", name.trim()))?;
            if !table.contains_key(name.trim()) {
                return Err(format!("there is no limit “{}”; limits are: {}", name.trim(), known()));
            }
            table.insert(name.trim().to_owned(), toml::Value::Integer(number));
        }
        *self = table.try_into().map_err(|_| "a number is too large for its limit")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_set_by_name() {
        let mut limits = Limits::default();
        limits.set("rows=5_000, seconds=10").unwrap();
        assert_eq!(limits, Limits { rows: 5_000, seconds: 10, ..Limits::default() });
    }

    #[test]
    fn what_is_no_limit_is_told() {
        for (text, part) in [
            ("rows", "NAME=NUMBER"),
            ("rows=many", "whole number above zero"),
            ("rows=0", "whole number above zero"),
            ("rows=9999999999", "too large"),
            ("lines=5", "limits are: cell_chars, cells, columns"),
        ] {
            let mut limits = Limits::default();
            let error = limits.set(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
            assert_eq!(limits, Limits::default());
        }
    }
}
