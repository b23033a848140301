//! Ending a reading from outside.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// Whether somebody wants a reading to end. It is asked now and then while a file is opened, surveyed and read, from several threads. Cheap
/// to clone; the default lets every file be read to its end.
#[derive(Clone, Default)]
pub struct Stop(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Stop {
    /// Ends a reading as soon as `wanted` says so, with [`crate::ReadErrorCode::Stopped`].
    pub fn when(wanted: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(wanted)))
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.0.as_ref().is_some_and(|wanted| wanted())
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stop").field(&self.is_wanted()).finish()
    }
}

/// A file that breaks off when the reading is to end: a library that passes over things without end reads on in it.
pub(super) struct Stoppable<R> {
    source: R,
    stop: Stop,
}

impl<R> Stoppable<R> {
    pub(super) fn new(source: R, stop: &Stop) -> Self {
        Self { source, stop: stop.clone() }
    }
}

impl<R: Read> Read for Stoppable<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_wanted() { Err(io::Error::other("stopped")) } else { self.source.read(out) }
    }
}

impl<R: Seek> Seek for Stoppable<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicU32, Ordering};

    use rstest::rstest;

    use super::*;
    use crate::{Choices, DialectChoice, Limits, ReadErrorCode, Registry, SourceFile, survey};

    /// Opens, surveys and reads a file, stopping it when it asks for the so-manieth time.
    fn read(path: &Path, asks: u32) -> Result<usize, ReadErrorCode> {
        let asked = Arc::new(AtomicU32::new(0));
        let stop = Stop::when(move || asked.fetch_add(1, Ordering::Relaxed) >= asks);
        let read = || {
            let registry = Registry::builtin().unwrap();
            let mut source = SourceFile::open_until(path, "x", &Limits::default(), &DialectChoice::default(), &stop)?;
            let layout = survey(&mut source, &registry, &Choices::default())?.layout;
            layout.table(&mut source)?.try_fold(0, |rows, row| row.map(|_| rows + 1))
        };
        read().map_err(|error: crate::ReadError| error.code)
    }

    /// Wherever a reading is when it is stopped, it ends with that word, and never with half a table or another error.
    #[rstest]
    fn a_reading_that_is_stopped_says_so(
        #[values(
            "indeed/plain.csv",
            "jobstreet/real-dates.xlsx",
            "containers/binary-workbook.xlsb",
            "containers/opendocument.ods",
            "containers/excel-97.xls",
            "containers/spreadsheetml-named-xls.xls",
            "containers/html-named-xls.xls",
            "containers/one-table.zip"
        )]
        file: &str,
    ) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(file);
        let whole = read(&path, u32::MAX);
        assert!(whole.is_ok(), "{whole:?}");
        let ends: Vec<_> = (0..).map(|asks| read(&path, asks)).take_while(|end| *end != whole).collect();
        assert!(ends.len() > 1, "it is asked more than once");
        assert!(ends.iter().all(|end| *end == Err(ReadErrorCode::Stopped)), "{ends:?}");
    }
}
