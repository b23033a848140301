//! What a workbook says of its cells in other places: where they lead, and which are merged. A sheet says it behind its cells, so it is gathered
//! before they are read.

mod said;

use std::collections::HashMap;
use std::sync::Arc;

use super::TableRow;
use super::context::{is_blank, is_link};
use super::merged::Covering;
pub(super) use said::{MOST_BYTES, PartSaid, Said, kept_tags, of_sheets, wanted_bytes};

/// Cells of a sheet that lead somewhere (Excel allows 65,530 links), and columns of merged cells. What comes behind them is not heeded.
const MOST_LINKS: usize = 100_000;
const MOST_BLOCKS: usize = 100_000;

/// A rectangle of cells with its ends; rows and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) top: u32,
    pub(super) left: u32,
    pub(super) bottom: u32,
    pub(super) right: u32,
}

/// Merged cells, of which the first one holds what is said there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Block {
    top: u32,
    column: u32,
    bottom: u32,
}

#[derive(Debug)]
struct Link {
    column: u32,
    address: Arc<str>,
    /// The first cell of its area leads there even with nothing in it; of the others only those that hold something.
    is_first: bool,
}

/// What is said of the cells of one sheet.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// By the number of the row.
    links: HashMap<u32, Vec<Link>>,
    linked: usize,
    blocks: Vec<Block>,
}

impl Beside {
    /// Some cells lead to an address.
    pub(super) fn link(&mut self, area: Area, address: &Arc<str>) {
        if !is_link(address) {
            return;
        }
        for row in area.top..=area.bottom {
            for column in area.left..=area.right {
                if self.linked == MOST_LINKS {
                    return;
                }
                self.linked += 1;
                let is_first = (row, column) == (area.top, area.left);
                let link = Link { column, address: Arc::clone(address), is_first };
                self.links.entry(row).or_default().push(link);
            }
        }
    }

    /// Some cells are one.
    pub(super) fn merge(&mut self, area: Area) {
        if area.bottom > area.top && self.blocks.len() < MOST_BLOCKS {
            self.blocks.push(Block { top: area.top, column: area.left, bottom: area.bottom });
        }
    }

    /// The same when all is said.
    pub(super) fn complete(mut self) -> Arc<Self> {
        self.blocks.sort_unstable();
        Arc::new(self)
    }
}

/// Goes along the rows of a sheet from its top.
#[derive(Debug, Default)]
pub(super) struct Along {
    beside: Arc<Beside>,
    /// The place of the next block.
    next: usize,
    covering: Covering,
}

impl Along {
    pub(super) fn new(beside: &Arc<Beside>) -> Self {
        Self { beside: Arc::clone(beside), ..Self::default() }
    }

    /// Adds to a row what is said of its cells.
    pub(super) fn add(&mut self, row: &mut TableRow) {
        while let Some(block) = self.beside.blocks.get(self.next).copied().filter(|block| block.top <= row.row) {
            self.next += 1;
            if block.top == row.row {
                self.covering.begin(row.row, block.column, block.bottom, at(row, block.column));
            }
        }
        self.covering.pass(row);
        let Some(links) = self.beside.links.get(&row.row) else { return };
        for link in links {
            let covered = || row.covered.iter().any(|cell| cell.column == link.column);
            if link.is_first || !is_blank(at(row, link.column)) || covered() {
                row.links.push((link.column, link.address.to_string()));
            }
        }
    }
}

fn at(row: &TableRow, column: u32) -> &str {
    row.cells.get((column as usize).wrapping_sub(1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_cells_that_lead_to_one_page_those_do_that_hold_something() {
        let mut beside = Beside::default();
        beside.merge(Area { top: 3, left: 2, bottom: 4, right: 2 });
        let page: Arc<str> = "https://example.com/cv.pdf".into();
        beside.link(Area { top: 2, left: 2, bottom: 5, right: 3 }, &page);
        beside.link(Area { top: 2, left: 1, bottom: 2, right: 1 }, &"mailto:ani@example.com".into());
        let mut along = Along::new(&beside.complete());
        let columns = |along: &mut Along, number: u32, cells: [&str; 3]| -> Vec<u32> {
            let mut row = TableRow { row: number, cells: cells.iter().collect(), ..TableRow::default() };
            along.add(&mut row);
            assert!(row.links.iter().all(|(_, address)| **address == *page));
            row.links.into_iter().map(|(column, _)| column).collect()
        };
        assert_eq!(columns(&mut along, 2, ["Siti", "", ""]), [2], "the first one does in any case");
        assert_eq!(columns(&mut along, 3, ["Ani", "CV", "CV"]), [2, 3]);
        assert_eq!(columns(&mut along, 4, ["Rina", "", ""]), [2], "what a merged cell covers holds what that one does");
        assert_eq!(columns(&mut along, 5, ["Dewi", " ", ""]), [0; 0]);
    }

    #[test]
    fn a_link_over_a_whole_sheet_takes_little() {
        let mut beside = Beside::default();
        let all = Area { top: 1, left: 1, bottom: 1_048_576, right: 16_384 };
        beside.link(all, &"https://example.com".into());
        beside.link(all, &"https://example.com".into());
        (0..200_000).for_each(|_| beside.merge(all));
        assert_eq!((beside.linked, beside.blocks.len()), (MOST_LINKS, MOST_BLOCKS));
    }
}
