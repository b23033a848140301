//! The rows of a file, cleaned on every core and given in their order.
//!
//! One thread reads, for a file can only be read from its beginning; several clean. Chunks go to the cleaning threads in turn and are taken
//! from them in the same turn, which keeps the order without numbering anything, and only so many are under way that memory is bounded.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, available_parallelism, scope};

use satu_core::application::ApplicantRow;

use super::{Cleaner, Known};
use crate::ReadError;
use crate::detect::Layout;
use crate::file::{SourceFile, TableRow};

/// Rows that travel together.
const CHUNK: usize = 1024;
/// Chunks that may be under way in one thread.
const AHEAD: usize = 1;
/// More threads than this wait for the one that reads.
const MOST_THREADS: usize = 4;
/// Rows, blank ones included, after which the taker is asked whether to go on, even if nothing was found.
const PATIENCE: u32 = 4_096;

/// Reads the applicants of a file, from the row below the header to the end, and gives them to `take` in their order, a chunk at a time.
/// Blank rows are left out; rows that are no data come with [`ApplicantRow::not_data`].
///
/// `finish` makes of a cleaned row what the taker wants, on the thread that cleaned it. `take` says whether to go on. In a long stretch of
/// blank rows it is given empty chunks, so that it can stop there too.
///
/// # Errors
/// What opening the sheet and reading on meet; the rows before it have been given.
pub fn rows<T: Send>(
    source: &mut SourceFile,
    layout: &Layout,
    cleaner: &Cleaner,
    finish: impl Fn(ApplicantRow) -> T + Sync,
    take: impl FnMut(Vec<T>) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let mut table = source.table(layout.sheet.as_deref())?;
    let last_row = layout.last_row.unwrap_or(u32::MAX);
    let clean = |row: TableRow, known: &mut Known| finish(cleaner.clean_one_of_many(row, known));
    scope(|scope| {
        let mut turns = Turns::new(scope, &clean, take);
        let mut chunk = Vec::with_capacity(CHUNK);
        let mut passed = 0_u32;
        let read = loop {
            let row = match table.next_row() {
                Ok(Some(row)) if row.row <= last_row => row,
                Ok(_) => break Ok(()),
                Err(error) => break Err(error),
            };
            passed = passed.wrapping_add(1);
            if row.row > layout.header_row && !row.is_blank() {
                chunk.push(row);
            }
            let full = chunk.len() == CHUNK;
            if (full || passed.is_multiple_of(PATIENCE)) && turns.pass(&mut chunk).is_break() {
                return Ok(());
            }
        };
        if turns.pass(&mut chunk).is_continue() {
            // What breaks off here ends anyway.
            let _ = turns.end();
        }
        read
    })
}

/// The cleaning threads, and whose turn it is.
struct Turns<T, F> {
    threads: Vec<Cleaning<T>>,
    /// Chunks that were given to the threads, and those that were taken from them.
    given: usize,
    taken: usize,
    take: F,
}

/// A thread that cleans: a chunk comes out of it for each that goes in. It ends when nothing can come any more.
struct Cleaning<T> {
    rows: SyncSender<Vec<TableRow>>,
    cleaned: Receiver<Vec<T>>,
}

impl<T: Send, F: FnMut(Vec<T>) -> ControlFlow<()>> Turns<T, F> {
    fn new<'scope>(
        scope: &'scope Scope<'scope, '_>,
        clean: &'scope (impl Fn(TableRow, &mut Known) -> T + Sync),
        take: F,
    ) -> Self
    where
        T: 'scope,
    {
        let count = available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let threads = (0..count).map(|_| {
            let (rows, waiting) = sync_channel::<Vec<TableRow>>(AHEAD);
            let (done, cleaned) = sync_channel(AHEAD);
            scope.spawn(move || {
                let mut known = Known::default();
                for chunk in waiting {
                    let cleaned = chunk.into_iter().map(|row| clean(row, &mut known)).collect();
                    if done.send(cleaned).is_err() {
                        return;
                    }
                }
            });
            Cleaning { rows, cleaned }
        });
        Self { threads: threads.collect(), given: 0, taken: 0, take }
    }

    /// Gives a chunk to the next thread, which has room for it once the chunks before are taken.
    fn pass(&mut self, chunk: &mut Vec<TableRow>) -> ControlFlow<()> {
        if chunk.is_empty() {
            return (self.take)(Vec::new());
        }
        if self.given - self.taken == self.threads.len() * AHEAD {
            self.take_one()?;
        }
        let chunk = std::mem::replace(chunk, Vec::with_capacity(CHUNK));
        let thread = self.threads.get(self.given % self.threads.len());
        self.given += 1;
        // A thread that does not listen has panicked, which the end of the scope tells.
        if thread.is_some_and(|thread| thread.rows.send(chunk).is_ok()) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    /// Takes what is still under way.
    fn end(&mut self) -> ControlFlow<()> {
        while self.taken < self.given {
            self.take_one()?;
        }
        ControlFlow::Continue(())
    }

    fn take_one(&mut self) -> ControlFlow<()> {
        let thread = self.threads.get(self.taken % self.threads.len());
        self.taken += 1;
        match thread.and_then(|thread| thread.cleaned.recv().ok()) {
            Some(chunk) => (self.take)(chunk),
            None => ControlFlow::Break(()),
        }
    }
}
