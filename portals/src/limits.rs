//! How much of a file is read before it is refused.

use serde::{Deserialize, Serialize};

/// Bounds that hold before the memory is taken. The default fits a machine with 4 GB and any file that a spreadsheet
/// program can still open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Bytes of a text file. Text is streamed: the bound is on patience, not on memory. Default 1 GiB.
    pub text_bytes: u64,
    /// Bytes of a packed workbook as it lies on the disk. Default 256 MiB.
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
    /// Rows of one table, the header included. Default 2,000,000 (a spreadsheet holds 1,048,576).
    pub rows: u32,
    /// Columns of one table. Default 512 (the widest portal file known has 57).
    pub columns: u32,
    /// Characters of one cell. Default 32,767, a spreadsheet's own bound.
    pub cell_chars: usize,
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
            rows: 2_000_000,
            columns: 512,
            cell_chars: 32_767,
        }
    }
}
